-- What speaks for a pair being one person: the chance in ten-thousandths, 0
-- where only the ID number was compared, and the codes of the reasons.
alter table duplicate_pair add column score bigint not null default 0;
alter table duplicate_pair add column reasons TEXT_C not null default '';
create index duplicate_pair_other on duplicate_pair (province_id, person_b);
create index duplicate_pair_state on duplicate_pair (province_id, state);
