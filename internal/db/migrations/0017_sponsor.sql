-- Who sponsors a district or a commune (plan 159/KH-UBND, annex VII.2): an
-- agency of the province, or another body by its name; by which decision.
-- to_day: the first day on which it sponsors the unit no more.
create table sponsorship (
  province_id TEXT_C not null,
  id TEXT_C not null,
  area_id TEXT_C not null,
  agency_id TEXT_C not null default '',
  body text not null default '',
  number text not null,
  decided_on TEXT_C not null,
  from_day TEXT_C not null,
  to_day TEXT_C not null default '9999-12-31',
  note text not null default '',
  at bigint not null,
  by_actor TEXT_C not null,
  rev bigint not null default 1,
  primary key (province_id, id)
) WITHOUT_ROWID;
create index sponsorship_unit on sponsorship (province_id, area_id);

-- What was promised: of a sponsorship, or of an agency for its own field (then
-- sponsorship_id is @ and its code). indicator: one of the standard's, '' for
-- none. thousandths, money (dong): null where nobody said, which is not zero.
-- Only ever added or dropped, so that what stood on an earlier day can be told.
create table sponsor_promise (
  province_id TEXT_C not null,
  id TEXT_C not null,
  sponsorship_id TEXT_C not null,
  kind TEXT_C not null,
  indicator TEXT_C not null default '',
  from_year bigint not null,
  to_year bigint not null,
  words text not null,
  thousandths bigint,
  measure text not null default '',
  money bigint,
  at bigint not null,
  by_actor TEXT_C not null,
  dropped_at bigint,
  dropped_by TEXT_C not null default '',
  drop_reason text not null default '',
  primary key (province_id, id)
) WITHOUT_ROWID;
create index sponsor_promise_of on sponsor_promise (province_id, sponsorship_id);

-- What came of a promise on a day.
create table sponsor_result (
  province_id TEXT_C not null,
  id TEXT_C not null,
  sponsorship_id TEXT_C not null,
  promise_id TEXT_C not null,
  day TEXT_C not null,
  words text not null,
  thousandths bigint,
  money bigint,
  at bigint not null,
  by_actor TEXT_C not null,
  dropped_at bigint,
  dropped_by TEXT_C not null default '',
  drop_reason text not null default '',
  primary key (province_id, id)
) WITHOUT_ROWID;
create index sponsor_result_of on sponsor_result (province_id, sponsorship_id);
