-- What was reported of the work on an obligation, only ever added. percent: how
-- much of it is done, null where nobody said.
create table task_entry (
  province_id TEXT_C not null,
  year bigint not null,
  task_id TEXT_C not null,
  id TEXT_C not null,
  words text not null,
  percent bigint,
  at bigint not null,
  by_actor TEXT_C not null,
  primary key (province_id, year, task_id, id)
) WITHOUT_ROWID;

-- A part of an obligation and who does it: a unit (an area, or @ and the code
-- of an agency), a person with an account, or both. due: '' for no day of its own.
create table task_part (
  province_id TEXT_C not null,
  year bigint not null,
  task_id TEXT_C not null,
  id TEXT_C not null,
  what text not null,
  unit_id TEXT_C not null default '',
  account_id TEXT_C not null default '',
  due TEXT_C not null default '',
  done_at bigint,
  done_by TEXT_C not null default '',
  note text not null default '',
  dropped_at bigint,
  dropped_by TEXT_C not null default '',
  at bigint not null,
  by_actor TEXT_C not null,
  rev bigint not null default 1,
  primary key (province_id, year, task_id, id)
) WITHOUT_ROWID;
create index task_part_unit on task_part (province_id, unit_id);
create index task_part_account on task_part (province_id, account_id);

-- Written input asked of another unit by a day. Not answered after it: silent.
create table task_input (
  province_id TEXT_C not null,
  year bigint not null,
  task_id TEXT_C not null,
  id TEXT_C not null,
  unit_id TEXT_C not null,
  question text not null,
  due TEXT_C not null,
  at bigint not null,
  by_actor TEXT_C not null,
  answer text not null default '',
  answered_at bigint,
  answered_by TEXT_C not null default '',
  rev bigint not null default 1,
  primary key (province_id, year, task_id, id)
) WITHOUT_ROWID;
create index task_input_unit on task_input (province_id, unit_id);

-- More time asked for: wanted is the day, granted the one that was given, ''
-- while nobody has. dossier_id: the request's own dossier.
create table task_time (
  province_id TEXT_C not null,
  year bigint not null,
  task_id TEXT_C not null,
  id TEXT_C not null,
  dossier_id TEXT_C not null,
  wanted TEXT_C not null,
  reason text not null,
  granted TEXT_C not null default '',
  at bigint not null,
  by_actor TEXT_C not null,
  primary key (province_id, year, task_id, id)
) WITHOUT_ROWID;
