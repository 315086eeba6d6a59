-- What a queue announces of its waits: whether it does, how often a range shall hold, what is added to its upper end.
alter table queue add column announces boolean not null default true,
  add column announce_share double precision not null default 0.8 check (announce_share between 0.5 and 0.99),
  add column cushion_share double precision not null default 0 check (cushion_share between 0 and 5),
  add column cushion_ms bigint not null default 0 check (cushion_ms between 0 and 86400000);

-- How announcements went, in sums by queue and quarter of an hour of when they were said. `held`, `over` (the wait
-- went on beyond) and `bare_*` (without the cushion) are shares for whoever gave up inside the range. `announced`:
-- customers were told; else they would have been.
create table wait_told (
  queue_id bigint not null references queue, at_ms bigint not null, announced boolean not null,
  looked_at int not null, waits int not null, gave_up int not null, promised double precision not null,
  held double precision not null, over double precision not null, width_ms bigint not null,
  bare_held double precision not null, bare_over double precision not null, bare_width_ms bigint not null,
  primary key (queue_id, at_ms, announced)
);
-- How far of the journal that has been counted.
insert into followed values ('waits', 0);

-- The run of the twin that was asked what a rule on trial will do.
alter table trial add column forecast_run bigint references twin_run on delete set null;
