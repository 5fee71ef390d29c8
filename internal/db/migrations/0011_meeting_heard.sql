-- What lay before the meeting when its minutes were signed or became void:
-- JSON, household by household, so that they read the same ever after.
alter table meeting add column heard text not null default '';
