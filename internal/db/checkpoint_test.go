package db_test

import (
	"context"
	"os"
	"strings"
	"testing"
	"time"

	"giamngheo/internal/db"
	"giamngheo/internal/db/dbtest"
)

// The log of changes must not grow with all that was ever written, neither
// while somebody writes without pause nor under one long transaction.
func TestTheLogBeginsAnewWhileSomebodyWritesWithoutPause(t *testing.T) {
	ctx := context.Background()
	path := dbtest.DSN(t, db.SQLite)
	d, err := db.Open(ctx, path)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	if err := d.Migrate(ctx); err != nil {
		t.Fatal(err)
	}
	const each, times = 1 << 20, 600 // more than the log may hold at any time
	value := strings.Repeat("đ", each/2)
	longest := int64(0)
	for n := range times {
		if err := d.WriteAhead(ctx, func(tx *db.Tx) error {
			_, err := tx.Exec(`insert into setting (province_id, key, value) values ('TH', $1, $2) on conflict (province_id, key) do update set value = excluded.value`, string(rune('a'+n%20)), value)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		log, err := os.Stat(path + "-wal")
		if err != nil {
			t.Fatal(err)
		}
		longest = max(longest, log.Size())
	}
	if longest > times*each*3/4 {
		t.Errorf("the log grew to %d MB of %d MB written", longest>>20, times*each>>20)
	}
	// When it is over, what remains in the log is little.
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		_, waiting, err := d.LogState(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if waiting < 8000 {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("%d pages wait in the log", waiting)
		}
	}
	t.Logf("longest log %d MB", longest>>20)
}
