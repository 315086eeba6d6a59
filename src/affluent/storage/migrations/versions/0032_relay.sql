-- Whether the sound of browsers passes through the centre, which then plays, hears keys and records; else they connect
-- to each other.
alter table voice_server add column relayed boolean not null default false;
