-- A member of a committee by his post: whoever holds a post of post_role at
-- unit_id, an area or @ and the code of an agency. Both are '' of somebody of
-- whom only the name was written down; else name is who held it when it was.
alter table committee_member add column unit_id TEXT_C not null default '';
alter table committee_member add column post_role TEXT_C not null default '';
