-- Customers whom we call: because they asked to be called back, or because an agent wants to.
alter table call
  add column dial_number text not null default '',
  add column dial_why text not null default '' check (dial_why in ('', 'callback', 'outbound')),
  add column dials boolean not null default false,
  add column attempts int not null default 0;
create index call_to_dial on call (id) where dials;

-- A caller who leaves a message, and where it goes; and whether they were told that they may be recorded.
alter table call
  add column mailbox jsonb,
  add column consent text not null default '' check (consent in ('', 'announced', 'refused'));

-- What was recorded of calls. The sound is encrypted by a key of its own, which is sealed by the centre's.
create table call_recording (
  id bigint generated always as identity primary key,
  name text not null unique, contact_id bigint not null references contact, brand_id bigint not null references brand,
  purpose text not null check (purpose in ('quality', 'proof', 'training')),
  begun_ms bigint not null, keep_until_ms bigint not null,
  state text not null default 'begun' check (state in ('begun', 'kept', 'failed', 'erased')),
  duration_ms bigint, sealed_key text, sound bytea, erased_ms bigint, erased_why text
);
create index call_recording_contact on call_recording (contact_id);
create index call_recording_due on call_recording (keep_until_ms) where state <> 'erased';
