-- The few dossiers that wait for somebody's decision, which are asked for on
-- every first page.
create index dossier_waiting on dossier (province_id, kind) where state = 'submitted' or unlock_asked_at is not null;
