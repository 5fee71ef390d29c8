-- A training that was logged by mistake is taken back with a reason, and stays.
alter table round_training add column withdrawn_at bigint;
alter table round_training add column withdrawn_by TEXT_C not null default '';
alter table round_training add column withdrawn_reason text not null default '';
