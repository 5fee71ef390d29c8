-- What the journal entry of an import says of each household it touched. The
-- entry holds a digest over the digests of its parts, so that erasing the
-- values of one household (blanking changes and salt) leaves the chain whole.
-- A part whose entry is not there (yet) counts for nothing.
create table journal_part (
  province_id TEXT_C not null,
  journal_id TEXT_C not null,
  household_id TEXT_C not null,
  is_new bigint not null,
  changes text,
  salt BYTES,
  digest BYTES not null,
  primary key (province_id, journal_id, household_id)
) WITHOUT_ROWID;
create index journal_part_household on journal_part (province_id, household_id);

-- What an import has read and not applied yet; applied at once, then removed.
create table import_entry (
  province_id TEXT_C not null,
  operation_id TEXT_C not null,
  journal_id TEXT_C not null,
  parts bigint not null,
  digest BYTES not null,
  primary key (province_id, operation_id, journal_id)
) WITHOUT_ROWID;

-- what: new, update, or touch (only its assessment changes).
create table import_household (
  province_id TEXT_C not null,
  operation_id TEXT_C not null,
  no bigint not null,
  household_id TEXT_C not null,
  what TEXT_C not null,
  rev bigint not null,
  code TEXT_C not null,
  code_no bigint not null,
  village_id TEXT_C not null,
  head_id TEXT_C,
  head_key TEXT_C not null,
  size bigint not null,
  ethnic TEXT_C not null,
  policy_groups TEXT_C not null,
  address text not null,
  phone TEXT_C not null,
  note text not null,
  from_day TEXT_C not null,
  primary key (province_id, operation_id, no)
) WITHOUT_ROWID;
create index import_household_id on import_household (province_id, operation_id, household_id) where what <> 'new';

-- Persons of households that are there already: new ones, and changed ones.
-- relation, from_day: of the new membership, or the changed relation.
create table import_person (
  province_id TEXT_C not null,
  operation_id TEXT_C not null,
  id TEXT_C not null,
  is_new bigint not null,
  household_id TEXT_C not null,
  full_name text not null,
  folded TEXT_C not null,
  sex TEXT_C not null,
  birth TEXT_C not null,
  ethnic TEXT_C not null,
  national_id TEXT_C not null,
  policy_groups TEXT_C not null,
  rev bigint not null,
  relation TEXT_C not null,
  from_day TEXT_C not null,
  primary key (province_id, operation_id, id)
) WITHOUT_ROWID;

-- Assessments of households that are there already, as they will stand.
create table import_assessment (
  province_id TEXT_C not null,
  id TEXT_C not null,
  round_id TEXT_C not null,
  household_id TEXT_C not null,
  purpose TEXT_C not null,
  in_force bigint not null,
  predecessor TEXT_C,
  effective_from TEXT_C not null,
  village_id TEXT_C not null,
  commune_id TEXT_C not null,
  area_type TEXT_C not null,
  size bigint not null,
  b1 bigint,
  income bigint,
  answers TEXT_C not null,
  ticked TEXT_C not null,
  causes TEXT_C not null,
  roster text not null,
  detail text not null,
  warnings TEXT_C not null,
  warning_answer text not null,
  surveyor text not null,
  surveyed_on TEXT_C not null,
  note text not null,
  operation_id TEXT_C not null,
  recorded_at bigint not null,
  recorded_by TEXT_C not null,
  rev bigint not null,
  primary key (province_id, operation_id, id)
) WITHOUT_ROWID;

create table import_pair (
  province_id TEXT_C not null,
  operation_id TEXT_C not null,
  person_a TEXT_C not null,
  person_b TEXT_C not null,
  primary key (province_id, operation_id, person_a, person_b)
) WITHOUT_ROWID;

create index operation_import on operation (province_id, id) where kind = 'import';
