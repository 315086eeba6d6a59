-- Keys of programs, answers kept for repeats, webhooks and their deliveries.

-- A key acts for a person: it never does more than they may. Only the SHA-256 of its secret is kept.
create table api_key (
  id bigint generated always as identity primary key,
  name text not null, prefix text not null, secret_hash bytea not null unique,
  account_id bigint not null references account, rights jsonb not null default '[]',
  brand_ids jsonb not null default '[]',          -- empty: the brands of the person it acts for
  expires_ms bigint, created_ms bigint not null, last_used_ms bigint, last_used_ip text not null default '',
  archived boolean not null default false         -- revoked, for good
);
create index api_key_account on api_key (account_id);

alter table audit add column key_id bigint references api_key;

-- What became of a request that bore an Idempotency-Key. `scope` is a hash of who asked; `attempt` fences off a
-- request that was taken over; `results` are those of its commands, each written in the command's transaction.
create table idempotency (
  scope bytea not null, key text not null, fingerprint bytea not null, attempt int not null default 1,
  started_ms bigint not null, results jsonb not null default '[]',
  status int, content_type text, answer bytea, primary key (scope, key)
);
create index idempotency_started on idempotency (started_ms);

create table webhook (
  id bigint generated always as identity primary key,
  brand_id bigint references brand, name text not null, url text not null, events jsonb not null default '[]',
  active boolean not null default true, archived boolean not null default false,
  created_ms bigint not null,
  secrets jsonb not null default '[]',            -- [{"secret", "until_ms"}], the newest first
  failures int not null default 0,                -- in a row
  failing_since_ms bigint, resume_ms bigint not null default 0, disabled_ms bigint, disabled_why text
);

-- How far the journal was read for webhooks: what lies behind became deliveries, in the same transaction.
create table webhook_position (only_one boolean primary key default true check (only_one), seq bigint not null);
insert into webhook_position (seq) select coalesce(max(seq), 0) from journal;

-- An event as it is sent, once for all its deliveries. `seq` is that of its fact; null for a test.
create table webhook_event (
  id bigint generated always as identity primary key,
  seq bigint unique, kind text not null, contact_id bigint, brand_id bigint, at_ms bigint not null, body text not null
);

create table webhook_delivery (
  id bigint generated always as identity primary key,
  webhook_id bigint not null references webhook, event_id bigint not null references webhook_event on delete cascade,
  contact_id bigint, state text not null default 'due' check (state in ('due','done','parked')),
  due_ms bigint not null, created_ms bigint not null, attempts int not null default 0,
  attempted_ms bigint, status int, error text, excerpt text not null default '', took_ms int, done_ms bigint
);
create index webhook_delivery_due on webhook_delivery (webhook_id, contact_id, id) where state = 'due';
create index webhook_delivery_next on webhook_delivery (webhook_id, due_ms) where state = 'due';
create index webhook_delivery_page on webhook_delivery (webhook_id, id desc);
create index webhook_delivery_ended on webhook_delivery (done_ms) where state <> 'due';
create index webhook_delivery_event on webhook_delivery (event_id);
