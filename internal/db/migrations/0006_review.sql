-- What a round is opened on. plan_dossier: the approved survey plan; plan_note:
-- number and day of a plan on paper. calendar of table round: days by code,
-- as given (docs/data.md).
create table round_plan (
  province_id TEXT_C not null,
  round_id TEXT_C not null,
  plan_dossier TEXT_C not null default '',
  plan_note text not null default '',
  procedure_id TEXT_C not null,
  primary key (province_id, round_id)
) WITHOUT_ROWID;

-- The province's own words on how to judge an indicator, a cause or a
-- question, shown beside it; code as in the form.
create table round_guidance (
  province_id TEXT_C not null,
  round_id TEXT_C not null,
  code TEXT_C not null,
  words text not null,
  primary key (province_id, round_id, code)
) WITHOUT_ROWID;

-- Who surveys which village. account_id is '' for somebody who has none.
create table round_surveyor (
  province_id TEXT_C not null,
  round_id TEXT_C not null,
  village_id TEXT_C not null,
  id TEXT_C not null,
  account_id TEXT_C not null default '',
  name text not null,
  phone TEXT_C not null default '',
  from_at bigint not null,
  to_at bigint,
  by_actor TEXT_C not null,
  primary key (province_id, round_id, village_id, id)
) WITHOUT_ROWID;

create table round_training (
  province_id TEXT_C not null,
  round_id TEXT_C not null,
  id TEXT_C not null,
  area_id TEXT_C not null,
  held_on TEXT_C not null,
  title text not null,
  teacher text not null default '',
  attended bigint,
  note text not null default '',
  at bigint not null,
  by_actor TEXT_C not null,
  primary key (province_id, round_id, id)
) WITHOUT_ROWID;

-- Files: guidance, signed minutes, evidence. owner_kind, owner_id: the record
-- they belong to; area_id: whose readers may open them.
create table attachment (
  province_id TEXT_C not null,
  id TEXT_C not null,
  owner_kind TEXT_C not null,
  owner_id TEXT_C not null,
  area_id TEXT_C not null,
  name text not null,
  media_type TEXT_C not null,
  bytes bigint not null,
  sha256 BYTES not null,
  content BYTES not null,
  at bigint not null,
  by_actor TEXT_C not null,
  removed_at bigint,
  primary key (province_id, id)
) WITHOUT_ROWID;
create index attachment_owner on attachment (province_id, owner_kind, owner_id);

-- Households put on the list of a round beside last year's poor and near-poor.
-- source: request, proposal, added; route: a = Phiếu A first, b = straight to
-- Phiếu B. Nothing is taken off again; withdrawn says that a request was.
create table review_listing (
  province_id TEXT_C not null,
  round_id TEXT_C not null,
  household_id TEXT_C not null,
  source TEXT_C not null,
  route TEXT_C not null,
  reason text not null default '',
  at bigint not null,
  by_actor TEXT_C not null,
  withdrawn_at bigint,
  primary key (province_id, round_id, household_id)
) WITHOUT_ROWID;

-- Village meetings. people: JSON, who was there. state: draft, signed, void
-- (not enough agreement or people: held again).
create table meeting (
  province_id TEXT_C not null,
  id TEXT_C not null,
  round_id TEXT_C not null,
  village_id TEXT_C not null,
  state TEXT_C not null,
  held_on TEXT_C not null,
  begins TEXT_C not null default '',
  place text not null default '',
  chair text not null default '',
  secretary text not null default '',
  households_invited bigint,
  households_present bigint,
  people text not null default '',
  remarks text not null default '',
  signed_at bigint,
  signed_by TEXT_C not null default '',
  at bigint not null,
  by_actor TEXT_C not null,
  rev bigint not null default 1,
  primary key (province_id, id)
) WITHOUT_ROWID;
create index meeting_village on meeting (province_id, round_id, village_id);

-- What the meeting said of a household. outcome: agreed, recheck; assessment_id:
-- the form it was about. A recheck is over once a later form is in force.
create table meeting_opinion (
  province_id TEXT_C not null,
  meeting_id TEXT_C not null,
  household_id TEXT_C not null,
  assessment_id TEXT_C not null,
  agree bigint,
  disagree bigint,
  outcome TEXT_C not null,
  remark text not null default '',
  primary key (province_id, meeting_id, household_id)
) WITHOUT_ROWID;

-- Public posting of a commune's list. last_day: the last of the days counted.
-- list: JSON, what was posted, the fewest fields. web: 1 = also a public page.
create table posting (
  province_id TEXT_C not null,
  id TEXT_C not null,
  round_id TEXT_C not null,
  area_id TEXT_C not null,
  first_day TEXT_C not null,
  last_day TEXT_C not null,
  days bigint not null,
  places text not null default '',
  web bigint not null default 0,
  list text not null,
  withdrawn_at bigint,
  withdrawn_by TEXT_C not null default '',
  reason text not null default '',
  at bigint not null,
  by_actor TEXT_C not null,
  rev bigint not null default 1,
  primary key (province_id, id)
) WITHOUT_ROWID;
create index posting_area on posting (province_id, round_id, area_id);

-- Complaints and requests by anyone. number: without gaps, by year; token: what
-- the complainant follows it with. kind: wrongly_in, wrongly_out, wrong_data,
-- asks_to_leave, conduct. state: open, rechecking, answered.
create table complaint (
  province_id TEXT_C not null,
  id TEXT_C not null,
  year bigint not null,
  number bigint not null,
  token TEXT_C not null,
  round_id TEXT_C not null,
  area_id TEXT_C not null,
  household_id TEXT_C,
  kind TEXT_C not null,
  words text not null,
  person text not null default '',
  contact text not null default '',
  received_on TEXT_C not null,
  due_on TEXT_C not null default '',
  state TEXT_C not null,
  assessment_id TEXT_C not null default '',
  recheck_id TEXT_C not null default '',
  outcome TEXT_C not null default '',
  answer text not null default '',
  answered_at bigint,
  answered_by TEXT_C not null default '',
  at bigint not null,
  by_actor TEXT_C not null,
  rev bigint not null default 1,
  primary key (province_id, id)
) WITHOUT_ROWID;
create unique index complaint_number on complaint (province_id, year, number);
create index complaint_area on complaint (province_id, round_id, area_id);

-- Requests within the year (forms 1a, 1b), from receipt to decision.
create table in_year_request (
  province_id TEXT_C not null,
  id TEXT_C not null,
  year bigint not null,
  number bigint not null,
  round_id TEXT_C not null,
  area_id TEXT_C not null,
  household_id TEXT_C not null,
  kind TEXT_C not null,
  words text not null default '',
  received_on TEXT_C not null,
  due_on TEXT_C not null,
  state TEXT_C not null,
  assessment_id TEXT_C not null default '',
  decision_id TEXT_C not null default '',
  reason text not null default '',
  decided_at bigint,
  decided_by TEXT_C not null default '',
  at bigint not null,
  by_actor TEXT_C not null,
  rev bigint not null default 1,
  primary key (province_id, id)
) WITHOUT_ROWID;
create unique index in_year_request_number on in_year_request (province_id, year, number);
create index in_year_request_area on in_year_request (province_id, round_id, area_id);

-- Numbered decisions of a commune's chair. kind: recognise, withdraw, correct,
-- in_year; corrects: the decision it corrects; series: the counter of its
-- number. Never changed once signed.
create table decision (
  province_id TEXT_C not null,
  id TEXT_C not null,
  round_id TEXT_C not null,
  area_id TEXT_C not null,
  dossier_id TEXT_C not null default '',
  kind TEXT_C not null,
  series TEXT_C not null,
  number bigint not null,
  signed_on TEXT_C not null,
  signed_by TEXT_C not null,
  signer text not null,
  capacity TEXT_C not null,
  corrects TEXT_C not null default '',
  reason text not null default '',
  at bigint not null,
  primary key (province_id, id)
) WITHOUT_ROWID;
create unique index decision_number on decision (province_id, series, number);
create index decision_area on decision (province_id, round_id, area_id);

-- The lists of a decision. before, class: of the household; assessment_id: the
-- form it rests on; head, members: as signed.
create table decision_item (
  province_id TEXT_C not null,
  decision_id TEXT_C not null,
  household_id TEXT_C not null,
  assessment_id TEXT_C not null,
  village_id TEXT_C not null,
  head text not null,
  members bigint not null,
  before TEXT_C not null default '',
  class TEXT_C not null,
  label TEXT_C not null default '',
  transition TEXT_C not null default '',
  primary key (province_id, decision_id, household_id)
) WITHOUT_ROWID;
create index decision_item_household on decision_item (province_id, household_id);

-- Certificates 2e: one a household and period, a confirmation row a year.
create table certificate (
  province_id TEXT_C not null,
  id TEXT_C not null,
  household_id TEXT_C not null,
  area_id TEXT_C not null,
  series TEXT_C not null,
  number bigint not null,
  period_from bigint not null,
  period_to bigint not null,
  issued_on TEXT_C not null,
  decision_id TEXT_C not null,
  withdrawn_on TEXT_C not null default '',
  withdrawn_by TEXT_C not null default '',
  withdrawal TEXT_C not null default '',
  reason text not null default '',
  at bigint not null,
  by_actor TEXT_C not null,
  primary key (province_id, id)
) WITHOUT_ROWID;
create unique index certificate_number on certificate (province_id, series, number);
create index certificate_household on certificate (province_id, household_id);

create table certificate_year (
  province_id TEXT_C not null,
  certificate_id TEXT_C not null,
  year bigint not null,
  class TEXT_C not null,
  decision_id TEXT_C not null,
  confirmed_on TEXT_C not null,
  by_actor TEXT_C not null,
  primary key (province_id, certificate_id, year)
) WITHOUT_ROWID;

-- What a unit sent up: preliminary and official are two records, and one that
-- was sent is never changed. figures: JSON.
create table round_result (
  province_id TEXT_C not null,
  id TEXT_C not null,
  round_id TEXT_C not null,
  unit_id TEXT_C not null,
  dossier_id TEXT_C not null,
  stage TEXT_C not null,
  figures text not null,
  at bigint not null,
  by_actor TEXT_C not null,
  primary key (province_id, id)
) WITHOUT_ROWID;
create index round_result_unit on round_result (province_id, round_id, unit_id);
