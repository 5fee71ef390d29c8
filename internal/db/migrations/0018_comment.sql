-- What people say to each other about a record (a household, a dossier, a
-- complaint), and up to where each has read. area_id: the unit where the record
-- lay when it was said, '' where it has none. Nothing is deleted: one that its
-- author takes back is kept and marked.
create table comment (
  province_id TEXT_C not null,
  id TEXT_C not null,
  record_kind TEXT_C not null,
  record_id TEXT_C not null,
  area_id TEXT_C not null default '',
  words text not null,
  at bigint not null,
  by_actor TEXT_C not null,
  taken_back_at bigint,
  rev bigint not null default 1,
  primary key (province_id, id)
) WITHOUT_ROWID;
create index comment_of on comment (province_id, record_kind, record_id, id);
create index comment_in on comment (province_id, area_id, id);

create table comment_read (
  province_id TEXT_C not null,
  by_actor TEXT_C not null,
  record_kind TEXT_C not null,
  record_id TEXT_C not null,
  last_id TEXT_C not null,
  primary key (province_id, by_actor, record_kind, record_id)
) WITHOUT_ROWID;
