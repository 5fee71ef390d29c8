package db_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"giamngheo/internal/db"
	"giamngheo/internal/db/dbtest"
)

// Writers that wait for the same moment share a commit; one that fails after
// it has written, whichever it is, must take nobody along.
func TestAWriterThatFailsLeavesTheOthersOfItsGroupAlone(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		const writers = 6
		ctx := context.Background()
		failure := errors.New("no")
		for bad := range writers {
			var waiting sync.WaitGroup
			busy := make(chan struct{})
			waiting.Go(func() { // they queue behind this one
				d.Write(ctx, func(*db.Tx) error {
					<-busy
					return nil
				})
			})
			var mu sync.Mutex
			hooks := map[int]int{}
			for w := range writers {
				waiting.Go(func() {
					err := d.Write(ctx, func(tx *db.Tx) error {
						tx.AfterCommit(func() {
							mu.Lock()
							defer mu.Unlock()
							hooks[w]++
						})
						if _, err := tx.Exec(`insert into setting (province_id, key, value) values ('TH', $1, '')`, fmt.Sprint(bad, "-", w)); err != nil {
							return err
						}
						if w == bad {
							return failure
						}
						return nil
					})
					if w == bad && !errors.Is(err, failure) || w != bad && err != nil {
						t.Errorf("writer %d, of which %d fails: %v", w, bad, err)
					}
				})
			}
			time.Sleep(20 * time.Millisecond)
			close(busy)
			waiting.Wait()
			var n int
			if err := d.Read(ctx, func(tx *db.Tx) error {
				return tx.Get(`select count(*) from setting where key >= $1 and key < $2`, []any{fmt.Sprint(bad, "-"), fmt.Sprint(bad, ".")}, &n)
			}); err != nil || n != writers-1 {
				t.Fatalf("%d rows after writer %d failed, %v", n, bad, err)
			}
			if len(hooks) != writers-1 || hooks[bad] != 0 {
				t.Fatalf("hooks %v after writer %d failed", hooks, bad)
			}
			for w, n := range hooks {
				if n != 1 {
					t.Errorf("the hook of writer %d ran %d times", w, n)
				}
			}
		}
	})
}

// What is written ahead must be there, and in its order, once a later writer
// has been told that it is durable, however both kinds alternate.
func TestWritingAheadKeepsTheOrder(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		var writers sync.WaitGroup
		for w := range 8 {
			writers.Go(func() {
				for i := range 30 {
					write := d.Write
					if (w+i)%3 != 0 {
						write = d.WriteAhead
					}
					err := write(ctx, func(tx *db.Tx) error {
						var n int
						if err := tx.Get(`select count(*) from setting where province_id = $1`, []any{fmt.Sprint(w)}, &n); err != nil || n != i {
							return fmt.Errorf("%d rows before the %dth, %w", n, i, err)
						}
						_, err := tx.Exec(`insert into setting (province_id, key, value) values ($1, $2, '')`, fmt.Sprint(w), fmt.Sprint(i))
						return err
					})
					if err != nil {
						t.Error(err)
					}
				}
			})
		}
		writers.Wait()
		var n int
		if err := d.Read(ctx, func(tx *db.Tx) error { return tx.Get(`select count(*) from setting`, nil, &n) }); err != nil || n != 240 {
			t.Errorf("%d rows, %v", n, err)
		}
	})
}

// A command beside the server, or the server beside a big import, gets its turn
// although the other program hardly leaves the file between two commits.
func TestAnotherProgramThatWritesWithoutPauseLetsOneIn(t *testing.T) {
	ctx := context.Background()
	path := dbtest.DSN(t, db.SQLite)
	open := func() *db.DB {
		d, err := db.Open(ctx, path)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { d.Close() })
		return d
	}
	busy := open()
	if err := busy.Migrate(ctx); err != nil {
		t.Fatal(err)
	}
	other := open()
	var writing sync.WaitGroup
	stop := make(chan struct{})
	for range 2 { // so that one always waits when the other has been told
		writing.Go(func() {
			for n := 0; ; n++ {
				select {
				case <-stop:
					return
				default:
				}
				if err := busy.WriteAhead(ctx, func(tx *db.Tx) error {
					_, err := tx.Exec(`insert into setting (province_id, key, value) values ('TH', 'busy', $1) on conflict (province_id, key) do update set value = excluded.value`, fmt.Sprint(n))
					time.Sleep(30 * time.Millisecond) // as long as a batch
					return err
				}); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	time.Sleep(50 * time.Millisecond)
	for n := range 3 {
		if err := other.Write(ctx, func(tx *db.Tx) error {
			_, err := tx.Exec(`insert into setting (province_id, key, value) values ('TH', $1, '')`, fmt.Sprint("other-", n))
			return err
		}); err != nil {
			t.Error(n, err)
		}
	}
	close(stop)
	writing.Wait()
}
