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

func TestWriteUndoesAllOfAFunctionThatFails(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		put := func(tx *db.Tx, key string) error {
			_, err := tx.Exec(`insert into setting (province_id, key, value) values ($1, $2, 'x')`, "TH", key)
			return err
		}
		failure := errors.New("no")
		err := d.Write(ctx, func(tx *db.Tx) error {
			if err := put(tx, "a"); err != nil {
				return err
			}
			return failure
		})
		if !errors.Is(err, failure) {
			t.Fatalf("got %v", err)
		}
		if err := d.Write(ctx, func(tx *db.Tx) error { panic("broken") }); err == nil {
			t.Fatal("a panic was swallowed")
		}
		if err := d.Write(ctx, func(tx *db.Tx) error { return put(tx, "b") }); err != nil {
			t.Fatal(err)
		}
		var n int
		if err := d.Read(ctx, func(tx *db.Tx) error { return tx.Get(`select count(*) from setting`, nil, &n) }); err != nil || n != 1 {
			t.Fatalf("%d rows, %v", n, err)
		}
	})
}

func TestConcurrentWritersLoseNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		d.Write(ctx, func(tx *db.Tx) error {
			_, err := tx.Exec(`insert into counter (province_id, name, value) values ('TH', 'n', 0)`)
			return err
		})
		var wg sync.WaitGroup
		errs := make(chan error, 64)
		committed := make(chan struct{}, 1000)
		for w := range 8 {
			wg.Go(func() {
				for i := range 20 {
					err := d.Write(ctx, func(tx *db.Tx) error {
						var v int64
						if err := tx.Get(`select value from counter where province_id = 'TH' and name = 'n'`, nil, &v); err != nil {
							return err
						}
						tx.AfterCommit(func() { committed <- struct{}{} })
						if _, err := tx.Exec(`update counter set value = $1 where province_id = 'TH' and name = 'n'`, v+1); err != nil {
							return err
						}
						_, err := tx.Exec(`insert into setting (province_id, key, value) values ('TH', $1, '')`, fmt.Sprint(w, "-", i))
						return err
					})
					if err != nil {
						errs <- err
						return
					}
				}
			})
		}
		wg.Wait()
		close(errs)
		for err := range errs {
			t.Fatal(err)
		}
		var v, n int64
		d.Read(ctx, func(tx *db.Tx) error {
			tx.Get(`select value from counter`, nil, &v)
			return tx.Get(`select count(*) from setting`, nil, &n)
		})
		if v != 160 || n != 160 || len(committed) != 160 {
			t.Fatalf("counter %d, rows %d, hooks %d; want 160 each", v, n, len(committed))
		}
	})
}

func TestIDsSortByTheirMaking(t *testing.T) {
	last := ""
	for range 10000 {
		id := db.NewID()
		if id <= last || len(id) != 26 {
			t.Fatalf("%s after %s", id, last)
		}
		last = id
	}
}

func TestReadersCannotWrite(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		err := d.Read(context.Background(), func(tx *db.Tx) error {
			_, err := tx.Exec(`delete from setting`)
			return err
		})
		if err == nil {
			t.Fatal("a reader wrote")
		}
	})
}

// More readers than connections, each asking something nobody has asked yet:
// none may wait for a connection that another holds while it waits too.
func TestManyReadersOfNewTextsDoNotBlockEachOther(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
		defer cancel()
		var wg sync.WaitGroup
		for reader := range 64 {
			wg.Go(func() {
				err := d.Read(ctx, func(tx *db.Tx) error {
					for i := range 5 {
						var n int
						if err := tx.Get(fmt.Sprintf(`select count(*) + %d from setting`, reader*5+i), nil, &n); err != nil {
							return err
						}
					}
					return nil
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
	})
}
