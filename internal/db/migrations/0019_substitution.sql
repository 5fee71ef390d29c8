-- Who signs in the place of the holder of a signing post while he is away.
-- post_id: the post whose work is taken over. deputy_id: the account that takes
-- it over, by another post at the same body. capacity: in which the deputy
-- signs. title: his own office as it stands in the signature block. to_day: the
-- first day on which it counts no more, brought forward where it was ended
-- early, when ended_at says so. Never deleted.
create table substitution (
  province_id TEXT_C not null,
  id TEXT_C not null,
  post_id TEXT_C not null,
  deputy_id TEXT_C not null,
  capacity TEXT_C not null,
  title text not null,
  from_day TEXT_C not null,
  to_day TEXT_C not null,
  number text not null default '',
  reason text not null,
  at bigint not null,
  by_actor TEXT_C not null,
  ended_at bigint,
  ended_by TEXT_C not null default '',
  end_reason text not null default '',
  rev bigint not null default 1,
  primary key (province_id, id)
) WITHOUT_ROWID;
create index substitution_deputy on substitution (province_id, deputy_id);
create index substitution_post on substitution (province_id, post_id);

-- The office of who signed, where it is not the one that goes with the capacity.
alter table decision add column signer_title text not null default '';
