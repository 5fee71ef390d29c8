-- Fillings of the forms beside Phiếu B: A (screening), C (needs,
-- characteristics), 1a and 1b (requests). One a household, round and form is in
-- force; a later one supersedes. version: definition and version, answers: JSON
-- (docs/data.md), result: code of the form's own rule, doubts: JSON, the soft
-- checks as they were said. in_force 0 without a successor: taken back.
create table form_answer (
  province_id TEXT_C not null,
  id TEXT_C not null,
  round_id TEXT_C not null,
  household_id TEXT_C not null,
  form TEXT_C not null,
  version TEXT_C not null,
  in_force bigint not null,
  predecessor TEXT_C,
  village_id TEXT_C not null,
  answers text not null,
  result TEXT_C not null default '',
  doubts text not null default '',
  doubt_answer text not null default '',
  reason text not null default '',
  recorded_at bigint not null,
  recorded_by TEXT_C not null,
  rev bigint not null,
  primary key (province_id, id)
) WITHOUT_ROWID;
create unique index form_answer_in_force on form_answer (province_id, household_id, round_id, form) where in_force = 1;
create index form_answer_household on form_answer (province_id, household_id, round_id);

-- Two entries of one paper, compared: what differs (JSON), and what somebody
-- decided. result_id: the assessment that came of it, '' where the first stood.
create table entry_comparison (
  province_id TEXT_C not null,
  id TEXT_C not null,
  round_id TEXT_C not null,
  household_id TEXT_C not null,
  first_id TEXT_C not null,
  second_id TEXT_C not null,
  questions bigint not null,
  differences text not null,
  result_id TEXT_C not null default '',
  reason text not null default '',
  decided_at bigint not null,
  decided_by TEXT_C not null,
  primary key (province_id, id)
) WITHOUT_ROWID;
create unique index entry_comparison_second on entry_comparison (province_id, second_id);
create index entry_comparison_household on entry_comparison (province_id, household_id, round_id);
