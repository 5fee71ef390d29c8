-- The few dossiers of a kind, such as the survey plans, are looked for on the
-- first page of everybody who works on them.
create index dossier_kind on dossier (province_id, kind, subject);
