-- Which form is in force of a household in a round. It stands by itself, because
-- an import puts tens of thousands into force at once: so no form, which is
-- long, is written again for it. Its key says that there is one.
drop index assessment_in_force;
create table assessment_in_force (
  province_id TEXT_C not null,
  household_id TEXT_C not null,
  round_id TEXT_C not null,
  assessment_id TEXT_C not null,
  primary key (province_id, household_id, round_id)
) WITHOUT_ROWID;
insert into assessment_in_force (province_id, household_id, round_id, assessment_id)
  select province_id, household_id, round_id, id from assessment where in_force = 1 order by province_id, household_id, round_id;
alter table assessment drop column in_force;

-- What an import, or the undoing of one, will put into force of households that
-- are there: assessment_id in place of predecessor, which is null where nothing
-- stood before; assessment_id is null where nothing stands afterwards. The forms
-- themselves are in their table already.
create table import_in_force (
  province_id TEXT_C not null,
  operation_id TEXT_C not null,
  household_id TEXT_C not null,
  round_id TEXT_C not null,
  assessment_id TEXT_C,
  predecessor TEXT_C,
  primary key (province_id, operation_id, household_id)
) WITHOUT_ROWID;
insert into import_in_force (province_id, operation_id, household_id, round_id, assessment_id, predecessor)
  select province_id, operation_id, household_id, round_id, id, predecessor from import_assessment;
drop table import_assessment;
