-- What the approver decided on the dates that the repair of a plan postpones
-- (docs/programmes.md): one row a plan and task, the last word. Earlier ones
-- stand in the journal. printed: the deadline as the plan has it, proposed: as
-- the repair has it, due: what holds for years made afterwards (MM-DD of every
-- year, or YYYY-MM-DD of what is due once). decision: accept, override, or keep
-- for the printed date.
create table programme_repair (
  province_id TEXT_C not null,
  programme_id TEXT_C not null,
  task TEXT_C not null,
  printed TEXT_C not null,
  proposed TEXT_C not null,
  decision TEXT_C not null,
  due TEXT_C not null,
  reason text not null,
  at bigint not null,
  by_actor TEXT_C not null,
  rev bigint not null default 1,
  primary key (province_id, programme_id, task)
) WITHOUT_ROWID;
