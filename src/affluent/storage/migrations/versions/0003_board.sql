-- What a supervisor does from the board.

-- A channel closed for a while: over when it was opened again, or when its time is up.
create table channel_closure (
  id bigint generated always as identity primary key,
  channel_id bigint not null references channel, closed_by bigint references account, closed_ms bigint not null,
  until_ms bigint not null, message_fr text not null default '', message_en text not null default '',
  opened_by bigint references account, opened_ms bigint
);
create unique index channel_closure_open on channel_closure (channel_id) where opened_ms is null;

-- A queue's tier for a while. The queue keeps its own, which holds again when this one ends.
create table queue_raise (
  id bigint generated always as identity primary key,
  queue_id bigint not null references queue, tier int not null check (tier between 0 and 9),
  by_id bigint references account, began_ms bigint not null, until_ms bigint not null, ended_ms bigint
);
create unique index queue_raise_open on queue_raise (queue_id) where ended_ms is null;

-- What supervisors tell people at their desks, with who has read it.
create table notice (
  id bigint generated always as identity primary key,
  by_id bigint references account, at_ms bigint not null, until_ms bigint not null, text text not null,
  team_id bigint references team, brand_ids bigint[]
);
create index notice_until on notice (until_ms);
create table notice_reader (
  notice_id bigint not null references notice on delete cascade, account_id bigint not null references account,
  read_ms bigint, primary key (notice_id, account_id)
);
create index notice_reader_account on notice_reader (account_id) where read_ms is null;

-- What was about to give way: from when to when, and who saw it.
create table alert (
  id bigint generated always as identity primary key,
  brand_id bigint not null references brand, queue_id bigint not null references queue, kind text not null,
  level text not null check (level in ('soon', 'late')), params jsonb not null default '{}',
  began_ms bigint not null, ended_ms bigint, seen_by bigint references account, seen_ms bigint
);
create unique index alert_open on alert (queue_id, kind) where ended_ms is null;
create index alert_began on alert (began_ms desc, id desc);

-- From when on an alert is raised: for one queue, or for the whole centre where queue_id is null.
create table alert_limits (queue_id bigint references queue, limits jsonb not null, unique nulls not distinct (queue_id));
