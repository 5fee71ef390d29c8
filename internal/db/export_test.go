package db

import "context"

// LogState tells the length of the log, and how much of it is not in the file.
func (d *DB) LogState(ctx context.Context) (length, waiting int64, err error) {
	return d.checkpoints.state(ctx)
}
