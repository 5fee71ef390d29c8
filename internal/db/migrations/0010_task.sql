-- Plans as data, as they were imported (docs/programmes.md); those that come
-- with the program have no row. id: the number of the plan; content: the file.
create table programme (
  province_id TEXT_C not null,
  id TEXT_C not null,
  content text not null,
  at bigint not null,
  by_actor TEXT_C not null,
  rev bigint not null default 1,
  primary key (province_id, id)
) WITHOUT_ROWID;

-- The years whose obligations have been made: once, on that year's boundaries.
create table task_year (
  province_id TEXT_C not null,
  year bigint not null,
  programme_id TEXT_C not null,
  boundary_day TEXT_C not null,
  at bigint not null,
  by_actor TEXT_C not null,
  primary key (province_id, year)
) WITHOUT_ROWID;

-- An obligation: who owes the product of a task of the plan, and by when.
-- unit: the id of an area, or the code of an agency where level is agency.
-- unit_code, unit_name: as of that year. due: as printed, '' where the plan
-- gives no day; ends: the working day on which the term ends. position: the
-- order of the plan. How far it is, its dossier says.
create table task (
  province_id TEXT_C not null,
  year bigint not null,
  id TEXT_C not null,
  position bigint not null,
  task TEXT_C not null,
  level TEXT_C not null,
  unit TEXT_C not null,
  unit_code TEXT_C not null,
  unit_name text not null,
  from_year bigint not null,
  to_year bigint not null,
  due TEXT_C not null default '',
  ends TEXT_C not null default '',
  lead TEXT_C not null,
  approver TEXT_C not null default '',
  primary key (province_id, year, id)
) WITHOUT_ROWID;
create unique index task_owed on task (province_id, year, task, level, unit, from_year);
