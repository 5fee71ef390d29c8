-- A conclusion of a committee's meeting is an obligation like those of a plan,
-- with the conclusion's own id, in the year of the meeting. Its task is KL. and
-- a number, its approver @ and the level of the committee. title, committee_id:
-- '' of obligations of a plan.
alter table task add column title text not null default '';
alter table task add column committee_id TEXT_C not null default '';

-- The year of a conclusion's obligation; 0 where it has none because that
-- year's were not made: then it is reported on at the committee itself.
alter table committee_conclusion add column task_year bigint not null default 0;
