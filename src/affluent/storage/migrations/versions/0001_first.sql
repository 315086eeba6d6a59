-- The journal of facts, and the states that it moves. All times are integer milliseconds since the epoch, UTC.

create table brand (
  id bigint generated always as identity primary key,
  name text not null, colour text not null default '#0a5b66', locale text not null default 'fr',
  signature_fr text not null default '', signature_en text not null default '',
  archived boolean not null default false
);
create unique index brand_name on brand (lower(name)) where not archived;

create table team (
  id bigint generated always as identity primary key,
  name text not null, brand_id bigint references brand, archived boolean not null default false
);

create table account (
  id bigint generated always as identity primary key,
  email text not null, name text not null, password_hash text,
  role text not null check (role in ('administrator','supervisor','agent','planner','knowledge','auditor')),
  locale text not null default 'fr', theme text not null default 'auto', keys_enabled boolean not null default true,
  team_id bigint references team, active boolean not null default true, archived boolean not null default false,
  created_ms bigint not null
);
create unique index account_email on account (lower(email)) where not archived;

-- The brand wall: who may see what. An administrator without a row sees every brand; all others see the rows' brands only.
create table account_brand (
  account_id bigint not null references account on delete cascade, brand_id bigint not null references brand,
  primary key (account_id, brand_id)
);

create table session (
  id bigint generated always as identity primary key,
  token_hash bytea not null unique, account_id bigint not null references account,
  created_ms bigint not null, last_seen_ms bigint not null, expires_ms bigint not null,
  user_agent text not null default '', ip text not null default '', revoked boolean not null default false
);
create index session_account on session (account_id) where not revoked;

create table sign_in_failure (email text not null, ip text not null, at_ms bigint not null);
create index sign_in_failure_at on sign_in_failure (at_ms);

create table skill (
  id bigint generated always as identity primary key,
  key text not null, name_fr text not null, name_en text not null, archived boolean not null default false
);
create unique index skill_key on skill (key) where not archived;

create table hours (
  id bigint generated always as identity primary key,
  name text not null, timezone text not null default 'Europe/Paris', weekly jsonb not null default '{}',
  holidays text, exceptions jsonb not null default '[]', archived boolean not null default false
);

create table queue (
  id bigint generated always as identity primary key,
  brand_id bigint not null references brand, name text not null, medium text not null,
  tier int not null default 0 check (tier between 0 and 9),
  target_share double precision not null default 0.8 check (target_share > 0 and target_share <= 1),
  target_ms bigint not null check (target_ms > 0), hours_id bigint references hours,
  offer_ms bigint not null default 30000 check (offer_ms > 0),
  set_aside_ms bigint not null default 60000 check (set_aside_ms >= 0),
  keep_ms bigint not null default 0 check (keep_ms >= 0), max_wait_ms bigint check (max_wait_ms > 0),
  archived boolean not null default false
);
create unique index queue_name on queue (brand_id, lower(name)) where not archived;

create table queue_skill (
  queue_id bigint not null references queue on delete cascade, skill_id bigint not null references skill,
  required boolean not null default true, level int not null default 1 check (level between 1 and 5),
  weight int not null default 10 check (weight between 0 and 100), relax_after_ms bigint check (relax_after_ms >= 0),
  primary key (queue_id, skill_id)
);

create table agent_skill (
  account_id bigint not null references account on delete cascade, skill_id bigint not null references skill,
  level int not null check (level between 0 and 5), primary key (account_id, skill_id)
);
create table agent_capacity (
  account_id bigint not null references account on delete cascade, medium text not null,
  limit_count int not null check (limit_count between 0 and 50), primary key (account_id, medium)
);

create table channel (
  id bigint generated always as identity primary key,
  brand_id bigint not null references brand, medium text not null, name text not null,
  queue_id bigint references queue, active boolean not null default true,
  settings jsonb not null default '{}', secrets jsonb not null default '{}',
  public_key text not null unique, archived boolean not null default false
);

create table motive (
  id bigint generated always as identity primary key,
  brand_id bigint references brand, name_fr text not null, name_en text not null,
  active boolean not null default true, archived boolean not null default false
);
create table macro (
  id bigint generated always as identity primary key,
  brand_id bigint references brand, title text not null, body text not null, language text not null default 'fr',
  archived boolean not null default false
);
create table rule (
  id bigint generated always as identity primary key,
  brand_id bigint not null references brand, name text not null, position int not null default 0,
  active boolean not null default true, conditions jsonb not null default '[]', actions jsonb not null default '{}',
  archived boolean not null default false
);

create table customer (
  id bigint generated always as identity primary key,
  brand_id bigint not null references brand, name text not null default '', language text,
  segment text, note text not null default '', created_ms bigint not null
);
create table customer_address (
  customer_id bigint not null references customer on delete cascade, brand_id bigint not null references brand,
  kind text not null, value text not null, primary key (brand_id, kind, value)
);
create index customer_address_customer on customer_address (customer_id);

create table request (
  id bigint generated always as identity primary key,
  brand_id bigint not null references brand, customer_id bigint not null references customer,
  subject text not null default '', motive_id bigint references motive, state text not null default 'open',
  opened_ms bigint not null, closed_ms bigint
);
create index request_customer on request (customer_id);

create table contact (
  id bigint generated always as identity primary key,
  request_id bigint not null references request, brand_id bigint not null references brand,
  customer_id bigint not null references customer, channel_id bigint not null references channel,
  medium text not null, queue_id bigint references queue, state text not null,
  agent_id bigint references account,           -- offered to, in hand of, sleeping with
  last_agent_id bigint references account,      -- who had it last: a returning customer is kept for them
  subject text not null default '', preview text not null default '', language text,
  motive_id bigint references motive, outcome text,
  arrived_ms bigint not null, queued_ms bigint, place_ms bigint,
  kept_for bigint references account, kept_until_ms bigint, offered_ms bigint, offer_expires_ms bigint, offer_why jsonb,
  answered_ms bigint, closed_ms bigint, last_customer_ms bigint,
  target_ms bigint, due_ms bigint,              -- null while the ball is with the customer
  awaiting text not null default 'us' check (awaiting in ('us','customer')),
  wakes_ms bigint, wakes_on_customer boolean not null default false, wrote boolean not null default false,
  chat_state text, reply_address jsonb, version int not null default 0
);
create index contact_request on contact (request_id);
create index contact_customer on contact (customer_id, arrived_ms desc);
create index contact_live on contact (state, queue_id) where state in ('received','waiting','offered','in_hand','sleeping');
create index contact_agent on contact (agent_id) where agent_id is not null and state in ('offered','in_hand','sleeping');
create index contact_arrived on contact (arrived_ms desc, id desc);

create table file (
  id bigint generated always as identity primary key,
  brand_id bigint references brand, filename text not null, content_type text not null, size bigint not null,
  sha256 bytea not null, content bytea not null, created_ms bigint not null,
  account_id bigint references account, chat_id bigint
);

create table message (
  id bigint generated always as identity primary key,
  contact_id bigint not null references contact, request_id bigint not null references request,
  direction text not null check (direction in ('in','out','note','event')),
  author_kind text not null check (author_kind in ('customer','agent','system','bot')),
  author_id bigint, author_name text not null default '', at_ms bigint not null,
  text text not null default '', new_text text not null default '', quoted text, html text,
  has_remote_images boolean not null default false,
  delivery text, error text, key text, mail jsonb, event jsonb, read_ms bigint
);
create index message_request on message (request_id, id);
create index message_contact on message (contact_id, id);
create unique index message_key on message (contact_id, key) where key is not null;

create table message_file (
  message_id bigint not null references message on delete cascade, file_id bigint not null references file,
  inline_cid text, primary key (message_id, file_id)
);

-- Threads of mail: which Message-ID belongs to which request.
create table mail_thread (
  brand_id bigint not null references brand, message_id text not null, request_id bigint not null references request,
  contact_id bigint not null references contact, primary key (brand_id, message_id)
);
create table mailbox_position (
  channel_id bigint not null references channel, folder text not null, uidvalidity bigint not null, last_uid bigint not null,
  primary key (channel_id, folder)
);

create table chat (
  id bigint generated always as identity primary key,
  channel_id bigint not null references channel, token_hash bytea not null unique,
  customer_id bigint references customer, contact_id bigint references contact,
  page text not null default '', language text not null default 'fr',
  customer_read_message bigint not null default 0, agent_read_message bigint not null default 0,
  connected boolean not null default true, last_seen_ms bigint not null, created_ms bigint not null
);
alter table file add constraint file_chat foreign key (chat_id) references chat;

create table presence (
  account_id bigint primary key references account, state text not null, reason text, since_ms bigint not null
);

create table draft (
  account_id bigint not null references account, contact_id bigint not null references contact,
  text text not null, kind text not null default 'reply', updated_ms bigint not null, primary key (account_id, contact_id)
);

-- Facts, in the order in which they took effect. Nothing here is ever changed.
create table journal (
  seq bigint generated always as identity primary key,
  at_ms bigint not null, kind text not null, contact_id bigint, agent_id bigint, data jsonb not null, dedupe_key text
);
create unique index journal_dedupe on journal (dedupe_key) where dedupe_key is not null;
create index journal_contact on journal (contact_id, seq);

-- What a commit promised to do in the world. 'sending' marks that the point of no return may have been passed.
create table outbox (
  id bigint generated always as identity primary key,
  kind text not null, message_id bigint references message, contact_id bigint, channel_id bigint, data jsonb not null default '{}',
  state text not null default 'due' check (state in ('due','sending','done','failed','unconfirmed')),
  due_ms bigint not null, attempts int not null default 0, error text, created_ms bigint not null
);
create index outbox_due on outbox (due_ms) where state in ('due','sending');

create table timer (
  id bigint generated always as identity primary key,
  kind text not null, contact_id bigint not null references contact, due_ms bigint not null, unique (kind, contact_id)
);
create index timer_due on timer (due_ms);

create table mail_kept (
  id bigint generated always as identity primary key,
  channel_id bigint references channel, kept_ms bigint not null, why text not null, file_id bigint not null references file
);

create table audit (
  id bigint generated always as identity primary key,
  at_ms bigint not null, account_id bigint references account, action text not null, noun text not null, noun_id bigint,
  brand_ids bigint[],                           -- whom it concerned; null when it was the whole centre
  before jsonb, after jsonb
);
create table setting (key text primary key, value jsonb not null);
