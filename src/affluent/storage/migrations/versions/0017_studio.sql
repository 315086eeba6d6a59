-- Scenarios of the centre's days, and what the twin is asked to do with them. `brands` are those whose data a row holds:
-- only who sees all of them sees the row.
create table twin_scenario (
  id bigint generated always as identity primary key,
  brands bigint[] not null, name text not null, note text not null default '',
  document text not null, version int not null default 1,
  origin text not null check (origin in ('today', 'import', 'copy')),
  created_ms bigint not null, created_by bigint references account,
  changed_ms bigint not null, changed_by bigint references account,
  archived boolean not null default false
);
create table twin_scenario_version (
  scenario_id bigint not null references twin_scenario, number int not null,
  name text not null, document text not null, why text not null default '',
  at_ms bigint not null, account_id bigint references account,
  primary key (scenario_id, number)
);
create table twin_run (
  id bigint generated always as identity primary key,
  kind text not null, name text not null, brands bigint[] not null, document jsonb not null,
  seed bigint not null, replications int not null check (replications >= 0), confidence double precision not null,
  state text not null check (state in ('waiting', 'running', 'done', 'failed', 'cancelled')),
  step text not null default '', done int not null default 0, total int not null default 0,
  created_ms bigint not null, created_by bigint references account,
  started_ms bigint, ended_ms bigint, attempts int not null default 0,
  -- Who works on it: the slot whose advisory lock they hold, and a word of their own.
  slot int, worker text, cancelled_by bigint references account,
  result jsonb, error jsonb
);
create index twin_run_unfinished on twin_run (id) where state in ('waiting', 'running');
