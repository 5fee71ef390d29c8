-- Bodies outside the tree of areas: departments, the Fatherland Front, a bank.
-- id: the code by which plans name it. area_id: where it belongs. from_day is ''
-- where nobody has said since when it is there.
create table agency (
  province_id TEXT_C not null,
  id TEXT_C not null,
  name text not null,
  area_id TEXT_C not null,
  from_day TEXT_C not null default '',
  to_day TEXT_C not null default '9999-12-31',
  at bigint not null,
  by_actor TEXT_C not null,
  rev bigint not null default 1,
  primary key (province_id, id)
) WITHOUT_ROWID;

-- The agency at which a post stands, '' for one of the area's own body.
alter table post add column agency_id TEXT_C not null default '';
