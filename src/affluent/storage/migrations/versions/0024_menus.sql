-- Voice menus: a draft under a name, its versions, and which of them callers hear. `refs` holds what the names of a
-- version stood for when it was published, so that a queue that is called otherwise since is still found.
create table menu (
  id bigint generated always as identity primary key,
  brand_id bigint not null references brand, name text not null,
  document text not null, version int not null default 1, published int,
  created_ms bigint not null, created_by bigint references account,
  changed_ms bigint not null, changed_by bigint references account,
  archived boolean not null default false
);
create unique index menu_name on menu (brand_id, lower(name)) where not archived;
create table menu_version (
  menu_id bigint not null references menu, number int not null,
  name text not null, document text not null, at_ms bigint not null, account_id bigint references account,
  why text not null default '', refs jsonb, published_ms bigint, published_by bigint references account,
  primary key (menu_id, number)
);
-- Recordings of the administrator's: WAV, 8 kHz, one channel, 16 bits.
create table menu_prompt (
  id bigint generated always as identity primary key,
  brand_id bigint not null references brand, name text not null, language text not null,
  said text not null default '', sound bytea not null, duration_ms int not null,
  created_ms bigint not null, created_by bigint references account, archived boolean not null default false
);
create unique index menu_prompt_name on menu_prompt (brand_id, lower(name), language) where not archived;
create index journal_menu on journal (((data ->> 'menu_id')::bigint), at_ms) where kind = 'CallMenuStepped';
