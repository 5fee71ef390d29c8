-- Steering committees (plan 159/KH-UBND, II.5.1 and annex III): one at a time
-- in each unit. to_day: the first day on which another one took its place.
-- rules: its working rules, as text; they may be a file instead.
create table committee (
  province_id TEXT_C not null,
  id TEXT_C not null,
  area_id TEXT_C not null,
  name text not null,
  number text not null,
  decided_on TEXT_C not null,
  signer text not null,
  signer_office text not null default '',
  to_day TEXT_C not null default '9999-12-31',
  rules text not null default '',
  at bigint not null,
  by_actor TEXT_C not null,
  rev bigint not null default 1,
  primary key (province_id, id)
) WITHOUT_ROWID;
create unique index committee_in_force on committee (province_id, area_id) where to_day = '9999-12-31';

-- Members by post. role: head, deputy, standing, member, secretary. area_id:
-- the area a member answers for, '' for none; subject: the field of work.
create table committee_member (
  province_id TEXT_C not null,
  committee_id TEXT_C not null,
  id TEXT_C not null,
  name text not null,
  office text not null,
  role TEXT_C not null,
  area_id TEXT_C not null default '',
  subject text not null default '',
  from_day TEXT_C not null,
  to_day TEXT_C not null default '9999-12-31',
  at bigint not null,
  by_actor TEXT_C not null,
  rev bigint not null default 1,
  primary key (province_id, committee_id, id)
) WITHOUT_ROWID;

create table committee_meeting (
  province_id TEXT_C not null,
  committee_id TEXT_C not null,
  id TEXT_C not null,
  held_on TEXT_C not null,
  chair text not null,
  subject text not null,
  at bigint not null,
  by_actor TEXT_C not null,
  primary key (province_id, committee_id, id)
) WITHOUT_ROWID;

-- A conclusion of a meeting is a task for a unit: an area, or @ and the code of
-- an agency. due: as the meeting said it; ends: the working day on which the
-- term ends.
create table committee_conclusion (
  province_id TEXT_C not null,
  id TEXT_C not null,
  committee_id TEXT_C not null,
  meeting_id TEXT_C not null,
  title text not null,
  unit_id TEXT_C not null,
  due TEXT_C not null,
  ends TEXT_C not null,
  result text not null default '',
  done_on TEXT_C not null default '',
  done_by TEXT_C not null default '',
  at bigint not null,
  by_actor TEXT_C not null,
  rev bigint not null default 1,
  primary key (province_id, id)
) WITHOUT_ROWID;
create index committee_conclusion_unit on committee_conclusion (province_id, unit_id, done_on);
create index committee_conclusion_meeting on committee_conclusion (province_id, committee_id, meeting_id);
