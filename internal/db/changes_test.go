package db_test

import (
	"context"
	"errors"
	"testing"

	"giamngheo/internal/db"
	"giamngheo/internal/db/dbtest"
)

// Whoever writes to a table that is followed raises the number, once he has
// committed, and nobody else does.
func TestTheNumberOfChangesRisesWithEachWriteToAFollowedTable(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		number := func() (n int64) {
			t.Helper()
			for _, name := range []string{db.Obligations, db.Progress} {
				if err := d.Read(ctx, func(tx *db.Tx) error {
					some, err := tx.Changes(name)
					n += some
					return err
				}); err != nil {
					t.Fatal(err)
				}
			}
			return n
		}
		write := func(query string, args ...any) {
			t.Helper()
			if err := d.Write(ctx, func(tx *db.Tx) error { _, err := tx.Exec(query, args...); return err }); err != nil {
				t.Fatal(err)
			}
		}
		at := number()
		rises := func(what string, want bool) {
			t.Helper()
			if now := number(); now > at != want {
				t.Errorf("%s: the number went from %d to %d", what, at, now)
			}
			at = number()
		}
		write(`insert into task_year (province_id, year, programme_id, boundary_day, at, by_actor) values ('x', 2017, 'p', '2017-12-31', 1, 'a')`)
		rises("a year", true)
		write(`update task_year set at = 2 where province_id = 'x'`)
		rises("a change", true)
		write(`insert into counter (province_id, name, value) values ('x', 'y', 1)`)
		rises("another table", false)
		if err := d.Write(ctx, func(tx *db.Tx) error {
			rows := db.NewBulk("dossier_step", "dossier_id", "step", "done_at", "done_by")
			rows.Add("d", "accept", 1, "a")
			return tx.Insert("x", rows)
		}); err != nil {
			t.Fatal(err)
		}
		rises("rows in bulk", true)
		if err := d.Write(ctx, func(tx *db.Tx) error {
			var year int
			return tx.Get(`update task_year set at = 3 where province_id = 'x' returning year`, nil, &year)
		}); err != nil {
			t.Fatal(err)
		}
		rises("a change that gives its row back", true)
		d.Write(ctx, func(tx *db.Tx) error {
			tx.Exec(`delete from task_year where province_id = 'x'`)
			return errors.New("no")
		})
		rises("what was undone", false)
		write(`delete from task_year where province_id = 'x'`)
		rises("a removal", true)
	})
}
