-- What the indicators stand on: stays, folded from the journal, and the settings of how they are counted.

alter table queue add column target_clock text check (target_clock in ('always', 'open_hours'));
alter table queue add column short_abandon_ms bigint not null default 5000 check (short_abandon_ms >= 0);

-- Opening hours as they once stood. A wait is counted by the hours in which it began, whatever they became.
create table hours_edition (
  id bigint generated always as identity primary key,
  timezone text not null, weekly jsonb not null, holidays text, exceptions jsonb not null
);
alter table hours add column edition bigint references hours_edition;

create function hours_edited() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' or (old.timezone, old.weekly, old.holidays, old.exceptions)
      is distinct from (new.timezone, new.weekly, new.holidays, new.exceptions) or old.edition is null then
    insert into hours_edition (timezone, weekly, holidays, exceptions)
      values (new.timezone, new.weekly, new.holidays, new.exceptions) returning id into new.edition;
  end if;
  return new;
end $$;
create trigger hours_edited before insert or update on hours for each row execute function hours_edited();
update hours set edition = null;

-- One row a stay of a contact in a queue: src/affluent/measure/outcomes.py says what each column means. -1: never.
create table stay (
  contact_id bigint not null, number int not null, request_id bigint not null, customer_id bigint not null,
  brand_id bigint not null, channel_id bigint not null, medium smallint not null, synchronous smallint not null,
  kind smallint not null, asks smallint not null, queue_id bigint not null, agent_id bigint not null,
  arrived_ms bigint not null, began_ms bigint not null, entered_ms bigint not null, target_ms bigint not null, due_ms bigint not null,
  offers int not null, declined int not null, expired int not null, offered_ms bigint not null,
  taken_ms bigint not null, replied_ms bigint not null, replies int not null, answered_ms bigint not null,
  waited_ms bigint not null, ours_ms bigint not null, theirs_ms bigint not null, wrap_ms bigint not null,
  asleep_ms bigint not null, left_ms bigint not null, "end" smallint not null, by_person smallint not null,
  outcome smallint not null, motive_id bigint not null, ended_ms bigint not null,
  opens smallint not null default 1, again_ms bigint not null default -1, customer_again_ms bigint not null default -1,
  primary key (contact_id, number)
);
create index stay_entered on stay (entered_ms);
create index stay_left on stay (left_ms);
create index stay_request on stay (request_id, contact_id);
create index stay_customer on stay (customer_id, contact_id);
create index stay_customer_last on stay (customer_id) where customer_again_ms < 0;
create index stay_held on stay (agent_id) where left_ms < 0;
-- Stays longer than a day: few, and the only ones that can reach over a whole period.
create index stay_long on stay (left_ms) where left_ms - entered_ms > 86400000;

-- What an agent was doing, one row a change; to_ms is -1 while it lasts.
create table agent_span (
  agent_id bigint not null references account, from_ms bigint not null, to_ms bigint not null default -1,
  presence smallint not null, reason text, in_hand int not null, live int not null,
  primary key (agent_id, from_ms)
);
create index agent_span_to on agent_span (to_ms);

-- How far the journal has been followed.
create table followed (follower text primary key, seq bigint not null);
insert into followed values ('outcomes', 0);
create index journal_agent on journal (agent_id, seq) where contact_id is null;
