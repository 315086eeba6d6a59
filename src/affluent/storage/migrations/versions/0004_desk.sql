-- The desk grown up: search over everything, saved views, jobs over many contacts, merges, notifications.

-- Search. Text is folded the same way when it is written and when it is asked: no accents, no case, no marks. We fold
-- ourselves, because the extension `unaccent` is not immutable and not on every server. Bodies after `return` are bound
-- when they are made: an index is built, and a backup restored, without any search path.
create function affluent_fold(value text) returns text language sql immutable strict parallel safe
  return replace(replace(lower(regexp_replace(
    replace(replace(normalize(value, NFKD), 'Œ', 'oe'), 'Æ', 'ae'),
    '[\u0300-\u036f]+', '', 'g')), 'œ', 'oe'), 'æ', 'ae');

-- Folded words with one space between them. What stands between words is named by code points, because classes such as
-- [:alnum:] follow the locale of the database. What is longer than any word (keys, encoded files) is left out.
create function affluent_plain(value text) returns text language sql immutable strict parallel safe
  return btrim(regexp_replace(regexp_replace(affluent_fold(value),
    '[\u0001-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u00bf\u2000-\u206f\u2190-\u2bff\u3000-\u303f]+', ' ', 'g'),
    '\S{65,}', ' ', 'g'));

-- Each word as it stands, so that beginnings and numbers are found, and its stem in the language of the text, or in
-- both of ours when that is not known.
create function affluent_words(value text, language text) returns tsvector
language sql immutable parallel safe as $$
  select case
    when language = 'fr' then to_tsvector('simple', plain) || to_tsvector('french', plain)
    when language = 'en' then to_tsvector('simple', plain) || to_tsvector('english', plain)
    when language is null or language = '' then
      to_tsvector('simple', plain) || to_tsvector('french', plain) || to_tsvector('english', plain)
    else to_tsvector('simple', plain) end
  from (select affluent_plain(coalesce(value, '')) as plain) as one
$$;

create table contact_words (
  contact_id bigint primary key references contact on delete cascade,
  brand_id bigint not null, arrived_ms bigint not null, words tsvector not null,
  message_id bigint not null default 0            -- the latest message among them
);

-- A telephone number as people type it: with its country or without.
create function affluent_phone(value text) returns text language sql immutable strict parallel safe as $$
  select concat_ws(' ', digits, right(digits, 9), '0' || right(digits, 9))
  from (select regexp_replace(value, '[^0-9]', '', 'g') as digits) as one
$$;

-- Weights: A subject, customer and numbers; B what the customer wrote; C what we answered; D our notes.
create function affluent_contact_words(asked bigint) returns tsvector language sql stable as $$
  select setweight(affluent_words(concat_ws(' ', c.subject, cu.name, c.id, c.request_id,
      (select string_agg(case a.kind when 'phone' then affluent_phone(a.value) else a.value end, ' ')
        from customer_address a where a.customer_id = c.customer_id and a.kind <> 'chat')), c.language), 'A')
    || setweight(affluent_words(left(cu.note, 4000), c.language), 'D')
  from contact c join customer cu on cu.id = c.customer_id where c.id = asked
$$;

create function affluent_message_words(m message, language text) returns tsvector language sql stable as $$
  select setweight(affluent_words(left(m.new_text, 16000), language),
    (case m.direction when 'in' then 'B' when 'out' then 'C' else 'D' end)::"char")
$$;

-- A conversation as long as a book keeps the words it has: a tsvector holds one megabyte at most.
create function affluent_add_words(asked bigint, message bigint, more tsvector) returns void language sql as $$
  update contact_words set words = case when length(words) < 8000 then words || more else words end, message_id = message
  where contact_id = asked and message_id < message
$$;

create function affluent_index_contact(asked bigint) returns void language plpgsql as $$
declare m message; spoken text;
begin
  select language into spoken from contact where id = asked;
  insert into contact_words (contact_id, brand_id, arrived_ms, words)
    select c.id, c.brand_id, c.arrived_ms, affluent_contact_words(c.id) from contact c where c.id = asked
    on conflict (contact_id) do update set words = excluded.words, message_id = 0;
  for m in select * from message where contact_id = asked and direction <> 'event' order by id loop
    perform affluent_add_words(asked, m.id, affluent_message_words(m, spoken));
  end loop;
end $$;

-- Rows are written many at a time: when this runs, the first message of a new contact may be there already.
create function affluent_contact_written() returns trigger language plpgsql as $$
begin
  -- Rows of one statement come in any order: the customer's address may have been indexed with it already.
  perform affluent_index_contact(new.id);
  return null;
end $$;
create trigger contact_written after insert on contact for each row execute function affluent_contact_written();
create trigger contact_renamed after update of subject, customer_id, request_id, language on contact for each row
  when (old.subject is distinct from new.subject or old.customer_id <> new.customer_id
    or old.request_id <> new.request_id or old.language is distinct from new.language)
  execute function affluent_contact_written();

create function affluent_message_written() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' then
    perform affluent_index_contact(old.contact_id);
    perform affluent_index_contact(new.contact_id);
  else
    perform affluent_add_words(new.contact_id, new.id,
      affluent_message_words(new, (select language from contact where id = new.contact_id)));
  end if;
  return null;
end $$;
create trigger message_written after insert on message for each row when (new.direction <> 'event')
  execute function affluent_message_written();
create trigger message_moved after update of contact_id on message for each row
  when (old.contact_id <> new.contact_id) execute function affluent_message_written();

create function affluent_customer_written() returns trigger language plpgsql as $$
declare whose bigint;
begin
  if tg_table_name = 'customer' then whose := new.id;
  elsif tg_op = 'DELETE' then whose := old.customer_id;
  else whose := new.customer_id;
  end if;
  perform affluent_index_contact(id) from contact where customer_id = whose;
  return null;
end $$;
create trigger customer_written after update of name, note on customer for each row
  when (old.name <> new.name or old.note <> new.note) execute function affluent_customer_written();
create trigger customer_address_written after insert or delete or update on customer_address for each row
  execute function affluent_customer_written();

-- Contacts that were there before are indexed behind the scenes: 0007_words.sql says how.
create index contact_words_words on contact_words using gin (words);
create index contact_words_arrived on contact_words (arrived_ms desc, contact_id desc);

-- Saved views: filters with a name, one's own or shared. `brands` are those the sharer saw, null for the whole centre:
-- a view's name and filters stay on their side of the wall.
create table saved_view (
  id bigint generated always as identity primary key,
  account_id bigint not null references account, name text not null,
  filters jsonb not null default '{}', sort text, columns jsonb not null default '[]',
  shared text not null default 'nobody' check (shared in ('nobody', 'team', 'everyone')),
  team_id bigint references team, brands bigint[], created_ms bigint not null
);
create index saved_view_account on saved_view (account_id);
create table saved_view_place (
  account_id bigint not null references account on delete cascade,
  view_id bigint not null references saved_view on delete cascade, position int not null,
  primary key (account_id, view_id)
);

-- Two requests that are one, two customers who are one person. What was moved is kept, so that it can be moved back.
create table merge (
  id bigint generated always as identity primary key,
  kind text not null check (kind in ('request', 'customer')), brand_id bigint not null references brand,
  from_id bigint not null, into_id bigint not null, at_ms bigint not null, account_id bigint not null references account,
  evidence jsonb not null default '[]', moved jsonb not null, undone_ms bigint, undone_by bigint references account
);
create index merge_into on merge (kind, into_id) where undone_ms is null;
alter table request add column merged_into bigint references request;
alter table customer add column merged_into bigint references customer;
create function affluent_name_words(name text) returns text[] language sql immutable parallel safe
  return string_to_array(affluent_plain(name), ' ');
create index customer_name_words on customer using gin (affluent_name_words(name)) where merged_into is null;

-- One act on many contacts: a job with its items, each done or refused by itself. `before` is what an undo needs.
create table bulk_job (
  id bigint generated always as identity primary key,
  account_id bigint not null references account, key text not null, action text not null, params jsonb not null default '{}',
  undoes bigint references bulk_job, state text not null default 'running' check (state in ('running', 'done')),
  created_ms bigint not null, finished_ms bigint, unique (account_id, key)
);
create index bulk_job_running on bulk_job (id) where state = 'running';
create table bulk_item (
  job_id bigint not null references bulk_job on delete cascade, contact_id bigint not null references contact,
  state text not null default 'due' check (state in ('due', 'done', 'refused')),
  code text, params jsonb, before jsonb, primary key (job_id, contact_id)
);

-- What a person should know: a colleague named them, gave them a contact, one woke, a reply did not go out.
create table notification (
  id bigint generated always as identity primary key,
  account_id bigint not null references account, at_ms bigint not null,
  kind text not null check (kind in ('mention', 'assigned', 'woke', 'reply_failed')),
  contact_id bigint not null references contact, message_id bigint references message, by_id bigint references account,
  params jsonb not null default '{}', read_ms bigint
);
create index notification_account on notification (account_id, id desc);
create index notification_unread on notification (account_id) where read_ms is null;
