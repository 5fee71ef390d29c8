package exchange

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"giamngheo/internal/db"
	"giamngheo/internal/db/dbtest"
	"giamngheo/internal/household/householdtest"
	"giamngheo/internal/journal"
	"giamngheo/internal/sheet"
)

// TestMain lets the test binary be a program that imports one file, to be
// killed on the way.
func TestMain(m *testing.M) {
	if dsn := os.Getenv("GIAMNGHEO_TEST_IMPORT"); dsn != "" {
		if err := importAs(dsn, os.Getenv("GIAMNGHEO_TEST_FILE")); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	// Each check of a property fills two databases: a few on every run.
	if f := flag.Lookup("rapid.checks"); f != nil && f.Value.String() == f.DefValue {
		f.Value.Set("10")
	}
	os.Exit(m.Run())
}

func importAs(dsn, path string) error {
	d, err := db.Open(context.Background(), dsn)
	if err != nil {
		return err
	}
	o := officeAt(&testing.T{}, d)
	book, err := sheet.OpenFile(path, sheet.DefaultLimits())
	if err != nil {
		return err
	}
	_, err = o.Import(context.Background(), o.actor, book, Options{Round: "2016"})
	return err
}

const killRows = 4000

func TestAKilledImportLeavesAllOrNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		rounds := map[db.Engine]int{db.SQLite: 14, db.Postgres: 4}[d.Engine]
		file := filepath.Join(t.TempDir(), "ho.csv")
		if err := os.WriteFile(file, bigFile(t, sheet.CSV, killRows), 0o600); err != nil {
			t.Fatal(err)
		}
		whole := time.Second
		outcomes := map[int]int{}
		for round := range rounds {
			dsn := dbtest.DSN(t, d.Engine)
			prepared, err := db.Open(context.Background(), dsn)
			if err != nil {
				t.Fatal(err)
			}
			if err := prepared.Migrate(context.Background()); err != nil {
				t.Fatal(err)
			}
			newOffice(t, prepared)
			prepared.Close()

			child := exec.Command(os.Args[0])
			child.Env = append(os.Environ(), "GIAMNGHEO_TEST_IMPORT="+dsn, "GIAMNGHEO_TEST_FILE="+file)
			var said bytes.Buffer
			child.Stderr = &said
			start := time.Now()
			if err := child.Start(); err != nil {
				t.Fatal(err)
			}
			if round > 0 { // the first runs to its end and tells how long it takes
				time.Sleep(time.Duration(rand.Int64N(int64(whole * 11 / 10))))
				child.Process.Kill()
			}
			if err := child.Wait(); err != nil && round == 0 {
				t.Fatal(err, said.String())
			}
			if round == 0 {
				whole = time.Since(start)
			}
			outcomes[afterKill(t, dsn, round == 0)]++
		}
		t.Logf("%v for all; killed %d times: %v households", whole, rounds-1, outcomes)
	})
}

// afterKill opens the database as the next start of the program does, and
// gives the number of households.
func afterKill(t *testing.T, dsn string, finished bool) int {
	t.Helper()
	d, err := db.Open(context.Background(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	o := officeAt(t, d)
	if err := o.CleanStaging(context.Background()); err != nil {
		t.Fatal(err)
	}
	n := o.count("household", "1=1")
	if n != 0 && n != killRows || finished && n == 0 {
		t.Errorf("%d households", n)
	}
	for _, table := range []string{"person", "membership", "residence", "assessment", "classification", "journal_part"} {
		if got := o.count(table, "1=1"); got != n {
			t.Errorf("%d households, but %d rows of %s", n, got, table)
		}
	}
	for _, table := range []string{"import_household", "import_person", "import_assessment", "import_pair", "import_entry"} {
		if got := o.count(table, "1=1"); got != 0 {
			t.Errorf("%d rows of %s are left", got, table)
		}
	}
	applied := o.count("operation", "state = 'applied'")
	if all := o.count("operation", "1=1"); all != applied || (applied == 1) != (n == killRows) {
		t.Errorf("%d operations, %d applied, %d households", all, applied, n)
	}
	if err := journal.SealRest(context.Background(), d, householdtest.Key, o.Province.Now); err != nil {
		t.Error(err)
	}
	if err := journal.Verify(context.Background(), d, householdtest.Key); err != nil {
		t.Error(err)
	}
	return n
}
