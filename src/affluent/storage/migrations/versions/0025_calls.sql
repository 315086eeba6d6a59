-- How browsers find a way to each other, or to Asterisk: STUN and TURN servers; none by default.
alter table voice_server add column ice_urls jsonb not null default '[]';
-- Where agents' browsers reach the telephones of an Asterisk (ws or wss); empty: they do not.
alter table voice_server add column phones_url text not null default '';
