-- Whatever is handed in and approved: a commune's round, a plan, a report.
-- unit_id: the area or body whose dossier it is; subject: what it is about, a
-- round. until_day: the last day on which changes of areas matter to it, '' for
-- ever. state: draft, submitted, returned, approved, locked, passed_on.
create table dossier (
  province_id TEXT_C not null,
  id TEXT_C not null,
  kind TEXT_C not null,
  subject TEXT_C not null,
  unit_id TEXT_C not null,
  procedure_id TEXT_C not null,
  until_day TEXT_C not null default '',
  state TEXT_C not null,
  opened_at bigint not null,
  opened_by TEXT_C not null,
  handed_in_at bigint,
  handed_in_by TEXT_C not null default '',
  decided_at bigint,
  decided_by TEXT_C not null default '',
  capacity TEXT_C not null default '',
  passed_to TEXT_C not null default '',
  unlock_asked_at bigint,
  unlock_asked_by TEXT_C not null default '',
  unlock_reason text not null default '',
  rev bigint not null default 1,
  primary key (province_id, id)
) WITHOUT_ROWID;
create unique index dossier_about on dossier (province_id, subject, kind, unit_id);

-- A step that is done now. unit_id: the village, '' for the whole dossier.
create table dossier_step (
  province_id TEXT_C not null,
  dossier_id TEXT_C not null,
  step TEXT_C not null,
  unit_id TEXT_C not null default '',
  done_at bigint not null,
  done_by TEXT_C not null,
  note text not null default '',
  primary key (province_id, dossier_id, step, unit_id)
) WITHOUT_ROWID;

-- Everything that happened to it, also what was taken back.
create table dossier_event (
  province_id TEXT_C not null,
  dossier_id TEXT_C not null,
  id TEXT_C not null,
  at bigint not null,
  actor TEXT_C not null,
  role TEXT_C not null default '',
  action TEXT_C not null,
  step TEXT_C not null default '',
  unit_id TEXT_C not null default '',
  reason text not null default '',
  primary key (province_id, dossier_id, id)
) WITHOUT_ROWID;
