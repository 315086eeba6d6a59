-- The rules of routing as settings of a living centre.

-- Queues: in which order agents are asked, where contacts go that are too many or too late, when nobody is asked.
alter table queue add column agent_order text check (agent_order in ('least_busy', 'longest_idle', 'least_versatile', 'teams'));
alter table queue add column team_ids jsonb not null default '[]';
alter table queue add column max_length int check (max_length > 0);
alter table queue add column overflow_queue_id bigint references queue;
alter table queue add column overflow_after_ms bigint check (overflow_after_ms > 0);
alter table queue add column overflow_when_closed boolean not null default false;
alter table queue add column closes boolean not null default false;
alter table queue add column wrap_up_ms bigint not null default 0 check (wrap_up_ms >= 0);
alter table queue add column last_agent_ms bigint check (last_agent_ms > 0);
alter table queue add column repeat_ms bigint check (repeat_ms > 0);
alter table queue add column by_hand boolean not null default true;
-- A required skill that bends: one level less each time relax_after_ms has gone by, and never below its floor.
alter table queue_skill add column floor int check (floor between 1 and 5);
-- Agents kept free: while no more than so many have room, or more than so many contacts wait, nothing else is offered.
create table agent_reserve (
  id bigint generated always as identity primary key,
  name text not null, brand_id bigint references brand, medium text not null, queue_ids jsonb not null default '[]',
  tier int check (tier between 0 and 9), agents int not null default 0 check (agents >= 0),
  waiting int check (waiting >= 0), team_id bigint references team, against_ids jsonb not null default '[]',
  archived boolean not null default false
);
-- Queues that are closed now, as their hours had it when they were last looked at.
create table queue_closed (queue_id bigint primary key references queue, since_ms bigint not null);

-- A contact: what it asks beyond its queue, the hour that was promised, and the work after it.
alter table contact add column demands jsonb;
alter table contact add column not_before_ms bigint;
alter table contact add column wraps_until_ms bigint;
create index contact_wraps on contact (agent_id) where wraps_until_ms is not null;
create index contact_promised on contact (kept_for) where not_before_ms is not null and state = 'waiting';

-- Which queues are an agent's first, second and later ones; 1 where nothing is said. An agent's own goes before the team's.
create table agent_rank (
  account_id bigint not null references account on delete cascade, queue_id bigint not null references queue on delete cascade,
  rank int not null check (rank between 1 and 9), primary key (account_id, queue_id)
);
create table team_rank (
  team_id bigint not null references team on delete cascade, queue_id bigint not null references queue on delete cascade,
  rank int not null check (rank between 1 and 9), primary key (team_id, queue_id)
);

-- Skills that are held together: whoever is in the group has them.
create table skill_group (
  id bigint generated always as identity primary key, name text not null, archived boolean not null default false
);
create unique index skill_group_name on skill_group (lower(name)) where not archived;
create table skill_group_skill (
  group_id bigint not null references skill_group on delete cascade, skill_id bigint not null references skill,
  level int not null check (level between 0 and 5), primary key (group_id, skill_id)
);
create table agent_skill_group (
  account_id bigint not null references account on delete cascade, group_id bigint not null references skill_group,
  primary key (account_id, group_id)
);
create index agent_skill_group_group on agent_skill_group (group_id);
-- What an agent can do: a level of their own, or else the highest of their groups.
create view agent_level as
  select account_id, skill_id, level from agent_skill
  union all
  select g.account_id, s.skill_id, max(s.level) from agent_skill_group g
    join skill_group k on k.id = g.group_id and not k.archived join skill_group_skill s on s.group_id = g.group_id
  where not exists (select from agent_skill o where o.account_id = g.account_id and o.skill_id = s.skill_id)
  group by g.account_id, s.skill_id;

-- Segments of customers: how much sooner, by which target, and whom they should better reach.
create table segment (
  id bigint generated always as identity primary key,
  name text not null, brand_id bigint references brand, tier int not null default 0 check (tier between 0 and 9),
  targets jsonb not null default '{}', archived boolean not null default false
);
create unique index segment_name on segment (coalesce(brand_id, 0), lower(name)) where not archived;
create table segment_skill (
  segment_id bigint not null references segment on delete cascade, skill_id bigint not null references skill,
  level int not null default 1 check (level between 1 and 5), weight int not null default 10 check (weight between 0 and 100),
  relax_after_ms bigint not null default 60000 check (relax_after_ms >= 0), primary key (segment_id, skill_id)
);
-- What single customers asked for, and the agent who looks after them.
alter table customer add column named_agent_id bigint references account;
create table customer_wish (
  customer_id bigint not null references customer on delete cascade, skill_id bigint not null references skill,
  primary key (customer_id, skill_id)
);

-- Why a setting was changed. Each change of routing is a version: the audit trail tells what was before it.
alter table audit add column reason text;
create index audit_noun on audit (noun, noun_id, id);
