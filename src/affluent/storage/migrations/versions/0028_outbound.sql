-- Why an agent calls.
alter table call add column purpose text not null default '' check (purpose in ('', 'service', 'prospecting'));

-- What people said about being called, by brand, number and purpose; the latest holds.
create table call_word (
  id bigint generated always as identity primary key,
  brand_id bigint not null references brand, number text not null,
  purpose text not null check (purpose in ('service', 'prospecting')),
  said text not null check (said in ('given', 'refused', 'opposed')),
  source text not null default '', account_id bigint references account, at_ms bigint not null
);
create index call_word_of on call_word (brand_id, number, purpose, id desc);

-- Lists of those who are not to be called for selling, such as Bloctel: SHA-256 of each number in E.164, nothing else.
create table call_list (
  id bigint generated always as identity primary key,
  name text not null, numbers int not null, uploaded_ms bigint not null, account_id bigint references account
);
create table call_list_number (
  list_id bigint not null references call_list on delete cascade, digest bytea not null,
  primary key (digest, list_id)
);

-- The proof of each call that was made.
create table call_proof (
  id bigint generated always as identity primary key,
  contact_id bigint not null references contact, brand_id bigint not null references brand,
  account_id bigint not null references account, number text not null, shown text not null,
  purpose text not null check (purpose in ('service', 'prospecting')), at_ms bigint not null,
  law jsonb not null, said text, said_id bigint references call_word, listed boolean not null
);
create index call_proof_of on call_proof (brand_id, number, purpose, at_ms);
create index call_proof_when on call_proof (at_ms, id);
