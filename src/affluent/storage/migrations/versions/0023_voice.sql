-- What carries calls: telephone servers, and ours for browsers. `public_key` is where its secrets belong.
create table voice_server (
  id bigint generated always as identity primary key,
  name text not null, kind text not null check (kind in ('asterisk', 'web')),
  url text not null default '', username text not null default '', secrets jsonb not null default '{}',
  country text not null default 'FR', public_key text not null unique, active boolean not null default true,
  archived boolean not null default false
);
create unique index voice_server_name on voice_server (lower(name)) where not archived;

-- A call, one to a contact, under its number. It is up until `ended_ms`.
create table call (
  id bigint primary key references contact, contact_id bigint generated always as (id) stored,
  server_id bigint not null references voice_server, leg text not null,
  from_number text not null default '', to_number text not null default '',
  direction text not null default 'in' check (direction in ('in', 'out')),
  started_ms bigint not null, answered_ms bigint, ended_ms bigint, ended_by text,
  quality jsonb
);
create index call_up on call (server_id) where ended_ms is null;

-- Whoever is there takes one call at a time, until somebody says otherwise; a segment may have its own target.
insert into agent_capacity (account_id, medium, limit_count)
  select distinct account_id, 'voice', 1 from agent_capacity on conflict do nothing;
