-- How often nothing was said to who waited, and of that how often because nobody was there; null where nobody counted
-- it yet. Of a quarter of an hour in which nothing was said at all, the sums of what was said are zero.
alter table wait_told add column silent int, add column silent_nobody int;
