-- How well the lines of a call were heard: one row a side.
create table call_quality (
  contact_id bigint not null references call on delete cascade,
  side text not null check (side in ('caller', 'agent')),
  loss_percent real not null, jitter_ms real not null, round_trip_ms real, mos real not null,
  primary key (contact_id, side)
);
create index call_started on call (started_ms);
