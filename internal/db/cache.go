package db

import "context"

// longLog is how many pages the log of such a program takes before they are
// copied into the file: an index in no order (of ID numbers) touches the same
// pages again and again.
const longLog = "24000"

// smallCache is the writer's page cache of a program that writes much once, in
// KiB; SQLite's allocator takes about twice of it.
const smallCache = "32768"

// SaveMemory makes SQLite keep fewer pages: for a command that brings a
// province in and ends. Long-running programs keep more.
func (d *DB) SaveMemory(ctx context.Context) error {
	if d.Engine != SQLite {
		return nil
	}
	if err := d.unmap(ctx); err != nil {
		return err
	}
	return d.Write(ctx, func(tx *Tx) error {
		if _, err := tx.Exec(`pragma cache_size = -` + smallCache); err != nil {
			return err
		}
		_, err := tx.Exec(`pragma wal_autocheckpoint = ` + longLog)
		return err
	})
}

// unmap lets the readers read the file instead of having it in the program's
// memory: to look a million rows up touches most pages once.
func (d *DB) unmap(ctx context.Context) error {
	for range d.read.Stats().MaxOpenConnections {
		c, err := d.read.Conn(ctx)
		if err != nil {
			return err
		}
		defer c.Close() // once all are open: each is another
		if _, err := c.ExecContext(ctx, `pragma mmap_size = 0`); err != nil {
			return err
		}
	}
	return nil
}
