-- sign_at: @ and the code of the agency at which a dossier is signed whose kind
-- is signed at another agency than its unit, else empty.
alter table dossier add column sign_at TEXT_C not null default '';
