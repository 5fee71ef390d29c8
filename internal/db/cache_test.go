package db

import (
	"context"
	"path/filepath"
	"testing"
)

func TestWhoSavesMemoryReadsTheFileUnmapped(t *testing.T) {
	ctx := context.Background()
	d, err := Open(ctx, filepath.Join(t.TempDir(), "tinh.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	mapped := func() (most int64) {
		for range d.read.Stats().MaxOpenConnections {
			c, err := d.read.Conn(ctx)
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			var n int64
			if err := c.QueryRowContext(ctx, `pragma mmap_size`).Scan(&n); err != nil {
				t.Fatal(err)
			}
			most = max(most, n)
		}
		return most
	}
	if mapped() == 0 {
		t.Fatal("no reader maps the file to begin with")
	}
	if err := d.SaveMemory(ctx); err != nil {
		t.Fatal(err)
	}
	if n := mapped(); n != 0 {
		t.Errorf("a reader still maps %d bytes", n)
	}
}
