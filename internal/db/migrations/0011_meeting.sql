-- Why a meeting does not count: not enough people or agreement, or the signed
-- minutes were taken back.
alter table meeting add column void_reason text not null default '';
-- Nobody writes two minutes of one meeting side by side, and a commune has one
-- list on its boards.
create unique index meeting_draft on meeting (province_id, round_id, village_id) where state = 'draft';
create unique index posting_one on posting (province_id, round_id, area_id) where withdrawn_at is null;
