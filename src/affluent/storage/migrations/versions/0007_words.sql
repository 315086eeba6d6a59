-- Since when an answer is owed to a contact: what its due instant is counted from. The board shows waits by it.
alter table contact add column owed_ms bigint;
update contact c set owed_ms = coalesce(
    (select min(m.at_ms) from message m where m.contact_id = c.id and m.direction = 'in' and m.at_ms > o.at_ms),
    case when o.at_ms = 0 then c.arrived_ms else c.queued_ms end)
  from (select c.id, coalesce((select max(m.at_ms) from message m
      where m.contact_id = c.id and m.direction = 'out' and m.author_kind = 'agent'), 0) as at_ms
    from contact c where c.state in ('received', 'waiting', 'offered', 'in_hand', 'sleeping') and c.awaiting = 'us') as o
  where o.id = c.id;

-- The words of search are written by a follower of the journal (storage/words.py), shortly after the commit: the
-- triggers made every message wait for its words, and with it the one writer.

drop trigger contact_written on contact;
drop trigger contact_renamed on contact;
drop trigger message_written on message;
drop trigger message_moved on message;
drop trigger customer_written on customer;
drop trigger customer_address_written on customer_address;
drop function affluent_contact_written();
drop function affluent_message_written();
drop function affluent_customer_written();

-- How far the follower is: in the journal, and down the contacts that were there before it (0: no more of them).
-- `past_from` is where it began to go down, so that one can tell how much of the way is done.
create table words_position (
  single boolean primary key default true check (single),
  seq bigint not null, past bigint not null, past_from bigint not null
);
insert into words_position (seq, past, past_from)
  select (select coalesce(max(seq), 0) from journal), past, past from (select coalesce(max(c.id) + 1, 0) as past
    from contact c where not exists (select from contact_words w where w.contact_id = c.id)) as without;

-- What changed about texts that were indexed already. Rows are taken one by one: a change that comes while its
-- predecessor is worked off has its own.
create table words_due (id bigint generated always as identity primary key, contact_id bigint, customer_id bigint);

-- The words of the messages after one of them, and which was the last. `held` is how many there are already: a
-- conversation as long as a book keeps the words it has, since a tsvector holds one megabyte at most.
create function affluent_messages_words(asked bigint, beyond bigint, held int, out words tsvector, out last bigint)
language plpgsql stable as $$
declare m message; spoken text;
begin
  select language into spoken from contact where id = asked;
  words := '';
  last := beyond;
  for m in select * from message where contact_id = asked and direction <> 'event' and id > beyond order by id loop
    if held + length(words) < 8000 then
      words := words || affluent_message_words(m, spoken);
    end if;
    last := m.id;
  end loop;
end $$;

create or replace function affluent_index_contact(asked bigint) returns void language sql as $$
  insert into contact_words as w (contact_id, brand_id, arrived_ms, words, message_id)
    select c.id, c.brand_id, c.arrived_ms, coalesce(o.words, '') || m.words, m.last
    from contact c, lateral (select affluent_contact_words(c.id) as words) o,
      lateral affluent_messages_words(c.id, 0, length(coalesce(o.words, ''))) m
    where c.id = asked
  on conflict (contact_id) do update set words = excluded.words, message_id = excluded.message_id
    where (w.words, w.message_id) is distinct from (excluded.words, excluded.message_id)
$$;
drop function affluent_add_words(bigint, bigint, tsvector);

-- The contact with what was written since it was looked at last.
create function affluent_follow_contact(asked bigint) returns void language plpgsql as $$
declare had contact_words; more record;
begin
  select * into had from contact_words where contact_id = asked;
  if not found then
    perform affluent_index_contact(asked);
    return;
  end if;
  select * into more from affluent_messages_words(asked, had.message_id, length(had.words));
  if more.last > had.message_id then
    update contact_words set words = words || more.words, message_id = more.last where contact_id = asked;
  end if;
end $$;

-- New contacts and messages are in the journal. What changes old ones is rare, and leaves a note.
create function affluent_words_changed() returns trigger language plpgsql as $$
begin
  if tg_table_name = 'contact' then
    insert into words_due (contact_id) values (new.id);
  elsif tg_table_name = 'message' then
    insert into words_due (contact_id) values (old.contact_id);
    if tg_op = 'UPDATE' and new.contact_id <> old.contact_id then
      insert into words_due (contact_id) values (new.contact_id);
    end if;
  elsif tg_table_name = 'customer' then
    insert into words_due (customer_id) values (new.id);
  elsif tg_op = 'INSERT' then
    -- Whoever came into being in this transaction has no contact from before it.
    insert into words_due (customer_id) select id from customer
      where id = new.customer_id and xmin <> pg_current_xact_id()::xid;
  else
    insert into words_due (customer_id) values (old.customer_id);
    if tg_op = 'UPDATE' then
      insert into words_due (customer_id) values (new.customer_id);
    end if;
  end if;
  return null;
end $$;
create trigger contact_words_changed after update of subject, customer_id, request_id, language on contact for each row
  when (old.subject is distinct from new.subject or old.customer_id <> new.customer_id
    or old.request_id <> new.request_id or old.language is distinct from new.language)
  execute function affluent_words_changed();
create trigger message_words_changed after update of contact_id, new_text, direction on message for each row
  when (old.contact_id <> new.contact_id or old.new_text <> new.new_text or old.direction <> new.direction)
  execute function affluent_words_changed();
create trigger message_words_gone after delete on message for each row execute function affluent_words_changed();
create trigger customer_words_changed after update of name, note on customer for each row
  when (old.name <> new.name or old.note <> new.note) execute function affluent_words_changed();
create trigger customer_address_words_added after insert on customer_address for each row
  when (new.kind <> 'chat') execute function affluent_words_changed();
create trigger customer_address_words_changed after update or delete on customer_address for each row
  execute function affluent_words_changed();

-- When which contact was awake in whose hand, and of which queue: what agents' time was spent on. to_ms is -1 while it
-- lasts. A follower of its own writes it, from the first fact on.
create table agent_hold (
  contact_id bigint not null, from_ms bigint not null, to_ms bigint not null default -1,
  agent_id bigint not null, queue_id bigint not null, live smallint not null,
  primary key (contact_id, from_ms)
);
create index agent_hold_from on agent_hold (from_ms);
create index agent_hold_to on agent_hold (to_ms);
create table hold_position (seq bigint not null);
insert into hold_position values (0);
