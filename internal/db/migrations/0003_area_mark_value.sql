-- Whether the area has the mark in the period, or is known not to have it.
alter table area_mark add column value TEXT_C not null default 'yes';
