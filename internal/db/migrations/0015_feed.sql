-- Addresses from which a calendar program fetches what somebody owes. Who has
-- the address needs no session, so of its secret only the SHA-256 is kept.
-- unit_id: the unit whose obligations it holds (an area, or @ and the code of
-- an agency), '' for what the account's holder owes himself. fetched_at: of
-- late, not to the second. revoked_at: null while it answers.
create table feed (
  province_id TEXT_C not null,
  id TEXT_C not null,
  account_id TEXT_C not null,
  unit_id TEXT_C not null default '',
  hash BYTES not null,
  at bigint not null,
  fetched_at bigint,
  revoked_at bigint,
  primary key (province_id, id)
) WITHOUT_ROWID;
create unique index feed_hash on feed (province_id, hash);
create index feed_account on feed (province_id, account_id);
