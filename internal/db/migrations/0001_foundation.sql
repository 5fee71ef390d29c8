-- The words TEXT_C, BYTES and WITHOUT_ROWID are those of db/migrate.go.
-- Days are 'YYYY-MM-DD', from inclusive, to exclusive, '' or null = open.
-- Instants are milliseconds since 1970, UTC. Ids are those of db.NewID.

create table setting (
  province_id TEXT_C not null,
  key TEXT_C not null,
  value text not null,
  primary key (province_id, key)
) WITHOUT_ROWID;

-- Areas through time: every version of every area, villages included.
create table area_version (
  province_id TEXT_C not null,
  area_id TEXT_C not null,
  from_day TEXT_C not null,
  to_day TEXT_C not null default '9999-12-31',
  level TEXT_C not null,
  code TEXT_C not null,
  type TEXT_C not null,
  name text not null,
  full_name text not null,
  parent_id TEXT_C,
  urban bigint not null default 0,
  path TEXT_C not null,
  primary key (province_id, area_id, from_day)
) WITHOUT_ROWID;
create index area_version_path on area_version (province_id, path);

create table area_mark (
  province_id TEXT_C not null,
  area_id TEXT_C not null,
  kind TEXT_C not null,
  from_day TEXT_C not null,
  to_day TEXT_C not null default '9999-12-31',
  confirmed bigint not null,
  source text not null,
  primary key (province_id, area_id, kind, from_day)
) WITHOUT_ROWID;

-- Boundaries that an installation brought itself.
create table boundary (
  province_id TEXT_C not null,
  on_day TEXT_C not null,
  area_id TEXT_C not null,
  rings BYTES not null,
  primary key (province_id, on_day, area_id)
) WITHOUT_ROWID;

-- An operation groups the writes that stand or fall together for people: an
-- import, a split, the filling of a demo. state: staging, applied, undone,
-- failed.
create table operation (
  province_id TEXT_C not null,
  id TEXT_C not null,
  kind TEXT_C not null,
  state TEXT_C not null,
  day TEXT_C not null,
  at bigint not null,
  actor TEXT_C not null,
  household_id TEXT_C,
  area_id TEXT_C,
  reason text not null default '',
  detail text not null default '',
  undone_at bigint,
  undone_by TEXT_C,
  undo_reason text not null default '',
  primary key (province_id, id)
) WITHOUT_ROWID;
create index operation_household on operation (province_id, household_id, id) where household_id is not null;

-- The journal. changes and salt lie beside the chain: digest = SHA-256 of
-- both, so that the law's erasure (blanking them) leaves the chain whole.
create table journal (
  province_id TEXT_C not null,
  id TEXT_C not null,
  at bigint not null,
  actor TEXT_C not null,
  action TEXT_C not null,
  record_kind TEXT_C not null,
  record_id TEXT_C not null,
  household_id TEXT_C,
  area_id TEXT_C,
  operation_id TEXT_C,
  reason text not null default '',
  changes text,
  salt BYTES,
  digest BYTES not null,
  seal_no bigint,
  primary key (province_id, id)
) WITHOUT_ROWID;
create index journal_household on journal (province_id, household_id, id) where household_id is not null;
create index journal_open on journal (province_id, id) where seal_no is null;
create index journal_sealed on journal (province_id, seal_no) where seal_no is not null;

create table journal_seal (
  province_id TEXT_C not null,
  no bigint not null,
  entries bigint not null,
  previous BYTES not null,
  hash BYTES not null,
  at bigint not null,
  primary key (province_id, no)
) WITHOUT_ROWID;

-- People who use the system.
create table account (
  province_id TEXT_C not null,
  id TEXT_C not null,
  name TEXT_C not null,
  full_name text not null,
  password TEXT_C not null,
  must_change bigint not null default 0,
  active bigint not null default 1,
  created_at bigint not null,
  rev bigint not null default 1,
  primary key (province_id, id)
) WITHOUT_ROWID;
create unique index account_name on account (province_id, name);

create table post (
  province_id TEXT_C not null,
  id TEXT_C not null,
  account_id TEXT_C not null,
  agency text not null,
  role TEXT_C not null,
  subject TEXT_C not null default '',
  area_id TEXT_C not null,
  from_day TEXT_C not null,
  to_day TEXT_C not null default '9999-12-31',
  given_by TEXT_C not null,
  given_at bigint not null,
  rev bigint not null default 1,
  primary key (province_id, id)
) WITHOUT_ROWID;
create index post_account on post (province_id, account_id);

create table session (
  province_id TEXT_C not null,
  id BYTES not null,
  account_id TEXT_C not null,
  created_at bigint not null,
  seen_at bigint not null,
  expires_at bigint not null,
  address text not null default '',
  agent text not null default '',
  primary key (province_id, id)
) WITHOUT_ROWID;
create index session_account on session (province_id, account_id);

-- Registry. village_id, head_id, head_key and size are what the dated tables
-- below say today; every operation writes both.
create table household (
  province_id TEXT_C not null,
  id TEXT_C not null,
  code TEXT_C not null,
  village_id TEXT_C not null,
  head_id TEXT_C,
  head_key TEXT_C not null default '',
  size bigint not null default 0,
  ethnic TEXT_C not null default '',
  policy_groups TEXT_C not null default '',
  address text not null default '',
  phone TEXT_C not null default '',
  from_day TEXT_C not null,
  to_day TEXT_C not null default '9999-12-31',
  end_kind TEXT_C not null default '',
  split_from TEXT_C,
  merged_into TEXT_C,
  note text not null default '',
  rev bigint not null default 1,
  primary key (province_id, id)
) WITHOUT_ROWID;
create unique index household_code on household (province_id, code);
create index household_village on household (province_id, village_id, head_key);

create table person (
  province_id TEXT_C not null,
  id TEXT_C not null,
  household_id TEXT_C,
  full_name text not null,
  folded TEXT_C not null,
  sex TEXT_C not null default '',
  birth TEXT_C not null default '',
  ethnic TEXT_C not null default '',
  national_id TEXT_C not null default '',
  policy_groups TEXT_C not null default '',
  death_day TEXT_C not null default '',
  rev bigint not null default 1,
  primary key (province_id, id)
) WITHOUT_ROWID;
create index person_national_id on person (province_id, national_id) where national_id <> '';

create table membership (
  province_id TEXT_C not null,
  household_id TEXT_C not null,
  person_id TEXT_C not null,
  from_day TEXT_C not null,
  to_day TEXT_C not null default '9999-12-31',
  relation TEXT_C not null,
  from_kind TEXT_C not null default '',
  to_kind TEXT_C not null default '',
  primary key (province_id, household_id, person_id, from_day)
) WITHOUT_ROWID;
create index membership_person on membership (province_id, person_id);

create table residence (
  province_id TEXT_C not null,
  household_id TEXT_C not null,
  from_day TEXT_C not null,
  to_day TEXT_C not null default '9999-12-31',
  village_id TEXT_C not null,
  from_kind TEXT_C not null default '',
  to_kind TEXT_C not null default '',
  primary key (province_id, household_id, from_day)
) WITHOUT_ROWID;

-- National IDs held twice, names that may be one person: people decide.
create table duplicate_pair (
  province_id TEXT_C not null,
  person_a TEXT_C not null,
  person_b TEXT_C not null,
  kind TEXT_C not null,
  state TEXT_C not null,
  found_at bigint not null,
  decided_by TEXT_C,
  decided_at bigint,
  reason text not null default '',
  primary key (province_id, person_a, person_b)
) WITHOUT_ROWID;

-- Review.
create table round (
  province_id TEXT_C not null,
  id TEXT_C not null,
  kind TEXT_C not null,
  year bigint not null,
  standard TEXT_C not null,
  count_day TEXT_C not null,
  boundary_day TEXT_C not null,
  class_from TEXT_C not null,
  calendar text not null default '',
  state TEXT_C not null,
  opened_at bigint not null,
  closed_at bigint,
  rev bigint not null default 1,
  primary key (province_id, id)
) WITHOUT_ROWID;

-- Who was counted where when a round closed, so that it never changes: for
-- each village its households, 26 letters of the id, then size and reason.
create table round_register (
  province_id TEXT_C not null,
  round_id TEXT_C not null,
  village_id TEXT_C not null,
  households BYTES not null,
  primary key (province_id, round_id, village_id)
) WITHOUT_ROWID;

-- One household in one round. answers: one letter an indicator in the
-- standard's order, 1 deprived, 0 not, - unknown (as it decided); ticked: the
-- same as the signed form has it. roster, detail: JSON as judged on.
create table assessment (
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
  causes TEXT_C not null default '',
  roster text not null,
  detail text not null default '',
  warnings TEXT_C not null default '',
  warning_answer text not null default '',
  surveyor text not null default '',
  surveyed_on TEXT_C not null default '',
  note text not null default '',
  operation_id TEXT_C,
  recorded_at bigint not null,
  recorded_by TEXT_C not null,
  rev bigint not null,
  primary key (province_id, id)
) WITHOUT_ROWID;
create index assessment_household on assessment (province_id, household_id, round_id);
create unique index assessment_in_force on assessment (province_id, household_id, round_id) where in_force = 1;

create table classification (
  province_id TEXT_C not null,
  assessment_id TEXT_C not null,
  standard TEXT_C not null,
  version bigint not null,
  class TEXT_C not null,
  label TEXT_C not null,
  deprivations bigint,
  transition TEXT_C not null default '',
  official bigint not null,
  at bigint not null,
  primary key (province_id, assessment_id, standard, version)
) WITHOUT_ROWID;

-- Counter rows give numbers without gaps.
create table counter (
  province_id TEXT_C not null,
  name TEXT_C not null,
  value bigint not null,
  primary key (province_id, name)
) WITHOUT_ROWID;
