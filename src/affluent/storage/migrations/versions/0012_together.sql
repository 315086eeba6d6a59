-- Who takes part in a contact beside its agent, or is asked to: null for nobody.
alter table contact add column parts jsonb;
create index contact_parts on contact using gin (parts jsonb_path_ops) where parts is not null;

-- Contacts over an agent's limits, by medium, until an instant.
alter table presence add column lifted jsonb;
alter table presence add column lifted_until_ms bigint;
