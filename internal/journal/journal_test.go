package journal_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"giamngheo/internal/db"
	"giamngheo/internal/db/dbtest"
	"giamngheo/internal/journal"
)

// ten writes ten entries and seals them five by five.
func ten(t *testing.T, d *db.DB) {
	t.Helper()
	for i := range 10 {
		err := d.Write(context.Background(), func(tx *db.Tx) error {
			return journal.Record(tx, "TH", &journal.Entry{At: int64(i), Actor: "a1", Action: "household.create", Kind: "household",
				Record: fmt.Sprint("h", i), HouseholdID: fmt.Sprint("h", i), Changes: journal.Diff(nil, "name", "", "Lê Thị Á")})
		})
		if err != nil {
			t.Fatal(err)
		}
		if i == 4 || i == 9 {
			if err := journal.SealRest(context.Background(), d, "TH", time.Now); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// What a program at the command line wrote and sealed itself is told too.
func TestTheSealsTellWhomTheyAreAbout(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ten(t, d)
		told := func(after int64, since time.Time) (households []string, last int64) {
			err := d.Read(context.Background(), func(tx *db.Tx) (err error) {
				households, last, err = journal.Told(tx, "TH", after, since)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return households, last
		}
		long := time.Now().Add(-time.Hour)
		if all, last := told(0, long); len(all) != 10 || last != 2 {
			t.Error("of everything: ", all, last)
		}
		if newer, _ := told(1, long); len(newer) != 5 || newer[0] != "h5" {
			t.Error("of the second seal: ", newer)
		}
		if none, last := told(2, long); len(none) != 0 || last != 2 {
			t.Error("of what is known: ", none, last)
		}
		if old, _ := told(0, time.Now().Add(time.Hour)); len(old) != 0 {
			t.Error("of what was written before: ", old)
		}
	})
}

func TestAnErasureLeavesTheChainWhole(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ten(t, d)
		exec(t, d, `update journal set changes = null, salt = null where record_id = 'h2'`)
		if err := journal.Verify(context.Background(), d, "TH"); err != nil {
			t.Fatal(err)
		}
	})
}

func TestTheChainShowsWhatWasTamperedWith(t *testing.T) {
	tamperings := map[string]string{
		"a changed reason":                 `update journal set reason = 'khác' where record_id = 'h3'`,
		"a changed value":                  `update journal set changes = '[]' where record_id = 'h3'`,
		"a removed entry":                  `delete from journal where record_id = 'h3'`,
		"an entry moved to another seal":   `update journal set seal_no = 1 where record_id = 'h7'`,
		"a removed seal":                   `delete from journal_seal where no = 1`,
		"an actor put in somebody's place": `update journal set actor = 'ai' where record_id = 'h9'`,
	}
	for name, tampering := range tamperings {
		t.Run(name, func(t *testing.T) {
			dbtest.Each(t, func(t *testing.T, d *db.DB) {
				ten(t, d)
				exec(t, d, tampering)
				if err := journal.Verify(context.Background(), d, "TH"); err == nil {
					t.Fatal("not noticed")
				}
			})
		})
	}
}

func exec(t *testing.T, d *db.DB, sql string) {
	t.Helper()
	if err := d.Write(context.Background(), func(tx *db.Tx) error { _, err := tx.Exec(sql); return err }); err != nil {
		t.Fatal(err)
	}
}
