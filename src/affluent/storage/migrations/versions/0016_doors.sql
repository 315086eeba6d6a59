-- Hours that customers are promised at a door: how many a queue holds and when (null: none), each with the token of
-- the customer's page. The hour is counted where it was asked for, whichever queue serves the contact.
alter table queue add column promises jsonb;
create table appointment (
  contact_id bigint primary key references contact, token text not null unique, queue_id bigint not null references queue,
  hour_ms bigint not null, timezone text not null, made_ms bigint not null, cancelled_ms bigint
);
create index appointment_hour on appointment (queue_id, hour_ms) where cancelled_ms is null;

-- What customers are told at the doors while a queue is closed; the brand's where the queue says nothing.
alter table queue add column closing_fr text not null default '', add column closing_en text not null default '';
alter table brand add column closing_fr text not null default '', add column closing_en text not null default '';
