-- Verification by the level above. A sample of a unit and round is drawn once
-- and counts; another draw needs a reason, and the one before stays, state
-- superseded. design: JSON, by what it was drawn (docs/data.md). frame: gzip,
-- the codes it was drawn from, so that it can be drawn again.
create table verification_sample (
  province_id TEXT_C not null,
  id TEXT_C not null,
  round_id TEXT_C not null,
  area_id TEXT_C not null,
  no bigint not null,
  seed bigint not null,
  margin TEXT_C not null,
  design text not null,
  frame BYTES not null,
  state TEXT_C not null,
  reason text not null default '',
  drawn_at bigint not null,
  by_actor TEXT_C not null,
  primary key (province_id, id)
) WITHOUT_ROWID;
create unique index verification_sample_counts on verification_sample (province_id, round_id, area_id, no);

create table verification_stratum (
  province_id TEXT_C not null,
  sample_id TEXT_C not null,
  commune_id TEXT_C not null,
  size bigint not null,
  take bigint not null,
  primary key (province_id, sample_id, commune_id)
) WITHOUT_ROWID;

-- assessment_id: the form in force when the sample was drawn, with which the
-- second survey is compared whatever is corrected later. A household stands for
-- size / take of its commune.
create table verification_item (
  province_id TEXT_C not null,
  sample_id TEXT_C not null,
  household_id TEXT_C not null,
  commune_id TEXT_C not null,
  assessment_id TEXT_C not null,
  primary key (province_id, sample_id, household_id)
) WITHOUT_ROWID;
create index verification_item_household on verification_item (province_id, household_id);

-- What was found in a commune and is asked about. kind: heap, unchanged,
-- one_day, returned. facts: JSON, the figures. state: open, answered, accepted,
-- asked_again, gone (open, and no longer found).
create table review_warning (
  province_id TEXT_C not null,
  id TEXT_C not null,
  round_id TEXT_C not null,
  area_id TEXT_C not null,
  kind TEXT_C not null,
  facts text not null,
  state TEXT_C not null,
  found_at bigint not null,
  found_by TEXT_C not null,
  answer text not null default '',
  answered_at bigint,
  answered_by TEXT_C not null default '',
  rev bigint not null default 1,
  primary key (province_id, id)
) WITHOUT_ROWID;
create index review_warning_area on review_warning (province_id, round_id, area_id);

-- What was said about it, word for word; nothing is changed or taken away.
-- act: answer, accept, ask.
create table review_warning_word (
  province_id TEXT_C not null,
  warning_id TEXT_C not null,
  no bigint not null,
  act TEXT_C not null,
  words text not null,
  at bigint not null,
  by_actor TEXT_C not null,
  primary key (province_id, warning_id, no)
) WITHOUT_ROWID;
