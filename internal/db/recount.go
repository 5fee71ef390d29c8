package db

import "context"

// Recount lets PostgreSQL count its tables after so many households have come in
// from a file. It does so by itself, but up to a minute later, and until then it
// takes a full table for an empty one: a page that joins ten of them waits for
// minutes. SQLite is told the sizes once and for all; see planner.go.
func (d *DB) Recount(ctx context.Context, households int) error {
	if d.Engine != Postgres {
		return nil
	}
	// A tenth is what its own daemon waits for.
	var due bool
	err := d.write.QueryRowContext(ctx, `select coalesce(max(reltuples), 0) < $1 * 10 from pg_class where oid = to_regclass('household')`, households).Scan(&due)
	if err != nil || !due {
		return err
	}
	_, err = d.write.ExecContext(ctx, `analyze`)
	return err
}
