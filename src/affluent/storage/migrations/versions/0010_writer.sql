-- What the one writer does most, made cheap.

-- The end of a contact clears its timers; the unique index begins with their kind.
create index timer_contact on timer (contact_id);
-- Rows that change a few times soon after they were written: with room on their page, indexes need not follow.
alter table contact set (fillfactor = 85);
alter table request set (fillfactor = 90);
