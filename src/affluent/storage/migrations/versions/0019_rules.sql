-- Backfill by service level: a reserve that opens and shuts by how well its queues are served.
alter table agent_reserve add column level_percent int check (level_percent between 1 and 100);
alter table agent_reserve add column level_window_ms bigint not null default 900000 check (level_window_ms > 0);
-- How it stands, since when, and what was seen then.
alter table agent_reserve add column level_shut boolean not null default false;
alter table agent_reserve add column level_since_ms bigint;
alter table agent_reserve add column level_seen jsonb;

-- Why an agent declines an offer: the code is what facts keep, and stays.
create table decline_reason (
  id bigint generated always as identity primary key,
  code text not null unique, name_fr text not null, name_en text not null,
  position int not null default 0, archived boolean not null default false
);
insert into decline_reason (code, name_fr, name_en, position) values
  ('busy', 'Je finis un autre contact', 'I am finishing another contact', 10),
  ('not_mine', 'Ce n’est pas mon domaine', 'Not my field', 20),
  ('needs_other', 'Un collègue connaît ce dossier', 'A colleague knows this case', 30),
  ('other', 'Autre raison', 'Other reason', 40);
