-- The class before a round as a file states it, of a household that the round
-- has not surveyed and of whose class the registry knows nothing.
create table stated_class (
  province_id TEXT_C not null,
  household_id TEXT_C not null,
  round_id TEXT_C not null,
  class TEXT_C not null,
  primary key (province_id, household_id, round_id)
) WITHOUT_ROWID;

-- The same of households that are there already, until the import is applied.
create table import_stated (
  province_id TEXT_C not null,
  operation_id TEXT_C not null,
  household_id TEXT_C not null,
  round_id TEXT_C not null,
  class TEXT_C not null,
  primary key (province_id, operation_id, household_id)
) WITHOUT_ROWID;

-- Who lived in a village once: an export of an old round asks.
create index residence_past on residence (province_id, village_id, household_id) where to_day <> '9999-12-31';
