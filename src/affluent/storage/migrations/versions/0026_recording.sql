-- Customers whom we call: because they asked to be called back, or because an agent wants to.
alter table call
  add column dial_number text not null default '',
  add column dial_why text not null default '' check (dial_why in ('', 'callback', 'outbound')),
  add column dials boolean not null default false,
  add column attempts int not null default 0;
create index call_to_dial on call (id) where dials;
