-- A yearly round beside the year's own tries what another standard would give:
-- its classes are never in force, so that none of a later round follows from
-- them.

update assessment set effective_from = '9999-12-31'
  where exists (select 1 from round r join round o on o.province_id = r.province_id and o.kind = 'yearly' and o.year = r.year
    and (o.opened_at < r.opened_at or o.opened_at = r.opened_at and o.id < r.id)
    where r.province_id = assessment.province_id and r.id = assessment.round_id and r.kind = 'yearly');
