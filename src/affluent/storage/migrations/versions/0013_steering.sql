-- Known problems: what many customers ask at once, with what they are told, who serves them, and an end.
create table known_problem (
  id bigint generated always as identity primary key,
  name text not null, brand_id bigint references brand, message_fr text not null default '', message_en text not null default '',
  words jsonb not null default '[]', motive_ids jsonb not null default '[]', from_queue_ids jsonb not null default '[]',
  queue_ids jsonb not null default '[]', replies boolean not null default true, owner_id bigint references account,
  begins_ms bigint not null, ends_ms bigint, archived boolean not null default false,
  -- What the writer made of it: whether it stands open, and how far those who wait already have been looked through.
  live boolean not null default false, seen_contact bigint
);
create unique index known_problem_name on known_problem (coalesce(brand_id, 0), lower(name)) where not archived;
create index known_problem_live on known_problem (id) where live or not archived;

alter table contact add column problem_id bigint references known_problem;
alter table contact add column problem_ms bigint;                 -- since when it is marked
alter table contact add column home_queue_id bigint references queue; -- where it would have gone without the problem
create index contact_problem on contact (problem_id, problem_ms) where problem_id is not null;

-- Motives steered to the channels that suit them: where to, with which words, while how many wait there at most.
alter table motive add column media jsonb not null default '[]', add column steer_fr text not null default '',
  add column steer_en text not null default '', add column steer_waiting int not null default 3 check (steer_waiting >= 0);
-- An offer of another channel, answered on a page that its token opens.
create table steering (
  token text primary key, contact_id bigint not null references contact, channel_id bigint not null references channel,
  offered_ms bigint not null
);
create index steering_contact on steering (contact_id);
alter table contact add column steered text check (steered in ('offered', 'accepted', 'refused'));
alter table stay add column steered smallint not null default -1;
