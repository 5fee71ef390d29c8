-- An obligation whose unit has ended before it was done: passed_to is that of
-- the successor, '-' where there is none of the level; '' while it is its own.
alter table task add column passed_to TEXT_C not null default '';
