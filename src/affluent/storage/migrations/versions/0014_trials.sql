-- Rules on trial: what is tried, on whom, what it was expected to do, what it did, and what was decided.
-- Who fell to which arm and when a switchback turned stands in the journal.
create table trial (
  id bigint generated always as identity primary key,
  brand_id bigint references brand, name text not null, why text not null default '',
  noun text not null check (noun in ('queues', 'segments', 'reserves')), noun_id bigint not null, subject text not null,
  mode text not null check (mode in ('share', 'switchback')),
  changes jsonb not null, before jsonb not null,
  metric text not null, smallest double precision not null check (smallest > 0), expected double precision,
  guardrails jsonb not null default '[]',
  unit text not null check (unit in ('customer', 'contact')),
  share_permille int not null check (share_permille between 1 and 999),
  slot_ms bigint not null, washout_ms bigint not null, apart_days int not null, timezone text not null,
  days int not null check (days > 0), planned_units int not null default 0, mixing jsonb not null default '{}',
  state text not null check (state in ('draft', 'running', 'ended', 'concluded')),
  arm smallint not null default 0, day int not null default 0, slot int not null default -1,
  created_ms bigint not null, created_by bigint references account,
  started_ms bigint, started_by bigint references account, ends_ms bigint, ended_ms bigint, ended_by bigint references account,
  end_reason text check (end_reason in ('by_hand', 'end_date', 'guardrail', 'concluded')), crossed text,
  forecast jsonb, measured jsonb,
  verdict text check (verdict in ('keep', 'drop', 'undecided')), verdict_ms bigint, verdict_by bigint references account,
  verdict_why text not null default ''
);
create unique index trial_running on trial (noun, noun_id) where state = 'running';
create index journal_drawn on journal (((data ->> 'trial_id')::bigint), seq)
  where kind in ('ContactDrawn', 'TrialStarted', 'TrialTurned', 'TrialEnded');
