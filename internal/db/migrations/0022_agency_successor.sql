-- Who took over from an agency that has ended, '' where nobody was named: what
-- plans ask of it in years made afterwards is the successor's.
alter table agency add column successor_id TEXT_C not null default '';
