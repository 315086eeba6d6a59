-- What a contact of each medium takes of an agent, who may interrupt it, and what goes back for it.
create table medium_rule (
  id bigint generated always as identity primary key, medium text not null unique,
  units int not null check (units between 1 and 60), interrupts jsonb not null default '[]',
  pulls_back jsonb not null default '[]', exclusive boolean not null default false, archived boolean not null default false
);
-- Of 60 units an agent has: a call takes all of them, six chats' worth of one's attention take a good half.
insert into medium_rule (medium, units, interrupts) values
  ('voice', 60, '["email", "form", "message"]'), ('chat', 6, '["email", "form", "message"]'),
  ('email', 2, '[]'), ('form', 2, '[]'), ('message', 2, '[]');
-- What holds where nothing else is said; one row.
create table routing_default (
  id bigint generated always as identity primary key,
  agent_order text not null default 'least_busy' check (agent_order in ('least_busy', 'longest_idle', 'least_versatile', 'teams')),
  wake_reserve int not null default 1 check (wake_reserve between 0 and 60), archived boolean not null default false
);
insert into routing_default default values;

-- What a contact takes of one agent (else the medium's), and the units that only its contacts may use.
alter table agent_capacity add column units int check (units between 1 and 60);
alter table agent_capacity add column kept_free int not null default 0 check (kept_free between 0 and 60);

-- Tiers that rise with the wait, and teams who are asked first.
alter table queue add column tier_steps jsonb not null default '[]';
alter table queue add column team_needs jsonb not null default '[]';

-- Changes made together are one version: entries of one batch, and one entry that stands for all of them.
alter table audit add column batch bigint;
create sequence audit_batch;
create index audit_of_batch on audit (batch) where batch is not null;

-- A level of one's own and one of a group: the higher counts, in the centre as in the document and in the engine.
create or replace view agent_level as
  select account_id, skill_id, max(level) as level from (
    select account_id, skill_id, level from agent_skill
    union all
    select g.account_id, s.skill_id, s.level from agent_skill_group g
      join skill_group k on k.id = g.group_id and not k.archived join skill_group_skill s on s.group_id = g.group_id
  ) held group by account_id, skill_id;
