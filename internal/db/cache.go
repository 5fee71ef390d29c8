package db

import "context"

// longLog is how many pages the log of such a program takes before they are
// copied into the file: an index in no order (of ID numbers) touches the same
// pages again and again.
const longLog = "24000"

// smallCache is the writer's page cache of a program that writes much once, in
// KiB; SQLite's allocator takes about twice of it.
const smallCache = "32768"

// SaveMemory makes SQLite's writer keep fewer pages: for a command that brings
// a province in and ends. Long-running programs keep more.
func (d *DB) SaveMemory(ctx context.Context) error {
	if d.Engine != SQLite {
		return nil
	}
	return d.Write(ctx, func(tx *Tx) error {
		if _, err := tx.Exec(`pragma cache_size = -` + smallCache); err != nil {
			return err
		}
		_, err := tx.Exec(`pragma wal_autocheckpoint = ` + longLog)
		return err
	})
}
