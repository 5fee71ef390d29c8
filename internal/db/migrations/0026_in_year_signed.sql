-- Which requests within the year a household has made: asked whenever its class
-- before a yearly round is looked up.
create index in_year_request_household on in_year_request (province_id, household_id);
