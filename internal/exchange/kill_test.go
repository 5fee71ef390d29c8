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
	"slices"
	"strings"
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
		do := importAs
		if os.Getenv("GIAMNGHEO_TEST_UNDO") != "" {
			do = undoAs
		}
		if err := do(dsn, os.Getenv("GIAMNGHEO_TEST_FILE")); err != nil {
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

// undoAs takes the newest import back.
func undoAs(dsn, _ string) error {
	d, err := db.Open(context.Background(), dsn)
	if err != nil {
		return err
	}
	o := officeAt(&testing.T{}, d)
	list, err := o.Imports(context.Background(), o.actor, 1)
	if err == nil {
		_, err = o.UndoImport(context.Background(), o.actor, list[0].ID, "nhầm", nil)
	}
	return err
}

// killRows are four pieces of an import.
const killRows = 2000

func TestAKilledImportLeavesAllOrNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		rounds := map[db.Engine]int{db.SQLite: 14, db.Postgres: 4}[d.Engine]
		file := filepath.Join(t.TempDir(), "ho.csv")
		if err := os.WriteFile(file, bigFile(t, sheet.CSV, killRows), 0o600); err != nil {
			t.Fatal(err)
		}
		var whole time.Duration
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

			killed(t, &whole, "GIAMNGHEO_TEST_IMPORT="+dsn, "GIAMNGHEO_TEST_FILE="+file)
			outcomes[afterKill(t, dsn, round == 0)]++
		}
		t.Logf("%v for all; killed %d times: %v households", whole, rounds-1, outcomes)
	})
}

// killed runs the test's own program with a task in its environment and kills it
// at some moment of it. The first time, whole being 0, it runs to its end and
// tells how long it takes.
func killed(t *testing.T, whole *time.Duration, env ...string) {
	t.Helper()
	child := exec.Command(os.Args[0])
	child.Env = append(os.Environ(), env...)
	var said bytes.Buffer
	child.Stderr = &said
	start := time.Now()
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	first := *whole == 0
	if !first {
		time.Sleep(time.Duration(rand.Int64N(int64(*whole * 11 / 10))))
		child.Process.Kill()
	}
	if err := child.Wait(); err != nil && first {
		t.Fatal(err, said.String())
	}
	if first {
		*whole = time.Since(start)
	}
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
	for _, table := range []string{"import_household", "import_person", "import_in_force", "import_pair", "import_entry"} {
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

// An import that made half of its households and changed the others is undone
// by a program that is killed on the way.
func TestAKilledUndoLeavesAllOrNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		rounds := map[db.Engine]int{db.SQLite: 6, db.Postgres: 2}[d.Engine]
		raw := bigFile(t, sheet.CSV, killRows)
		half := bytes.SplitAfterN(raw, []byte("\n"), killRows/2+2)
		first := bytes.Join(half[:killRows/2+1], nil)
		second := bytes.ReplaceAll(bytes.ReplaceAll(raw, []byte("Lê Văn Bình"), []byte("Lê Văn Hai")), []byte(",Nam,"), []byte(",Nữ,"))
		var whole time.Duration
		outcomes := map[string]int{}
		var before, after []string
		var imported []byte // the file of the database before the undo, of SQLite
		for round := range rounds {
			dsn := dbtest.DSN(t, d.Engine)
			if imported != nil {
				if err := os.WriteFile(dsn, imported, 0o600); err != nil {
					t.Fatal(err)
				}
			} else {
				before, after = importTwice(t, dsn, first, second)
			}
			if round == 0 && d.Engine == db.SQLite {
				var err error
				if imported, err = os.ReadFile(dsn); err != nil {
					t.Fatal(err)
				}
			}

			killed(t, &whole, "GIAMNGHEO_TEST_IMPORT="+dsn, "GIAMNGHEO_TEST_UNDO=1")
			outcomes[undoneAfterKill(t, dsn, before, after)]++
		}
		t.Logf("%v for all; killed %d times: %v", whole, rounds-1, outcomes)
		if outcomes["undone"] == 0 {
			t.Error("never undone")
		}
	})
}

// importTwice fills a database with two files, and gives what is in force after
// each.
func importTwice(t *testing.T, dsn string, first, second []byte) (before, after []string) {
	t.Helper()
	d, err := db.Open(context.Background(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Migrate(context.Background()); err != nil {
		t.Fatal(err)
	}
	o := newOffice(t, d)
	o.take(openBook(t, "mot.csv", first), Options{})
	before = o.inForce()
	if r := o.take(openBook(t, "hai.csv", second), Options{}); r.Create != killRows/2 || r.Update != killRows/2 {
		t.Fatal(r.says())
	}
	after = o.inForce()
	if err := d.Close(); err != nil {
		t.Fatal(err)
	}
	return before, after
}

// inForce is what the registry and the review hold and show.
func (o *office) inForce() []string {
	return slices.DeleteFunc(o.contents(), func(line string) bool { return strings.Contains(line, "|survey|0|") })
}

func undoneAfterKill(t *testing.T, dsn string, before, after []string) string {
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
	if err := journal.SealRest(context.Background(), d, householdtest.Key, o.Province.Now); err != nil {
		t.Error(err)
	}
	if err := journal.Verify(context.Background(), d, householdtest.Key); err != nil {
		t.Error(err)
	}
	for _, table := range []string{"import_household", "import_person", "import_in_force", "import_stated", "import_pair", "import_entry"} {
		if got := o.count(table, "1=1"); got != 0 {
			t.Errorf("%d rows of %s are left", got, table)
		}
	}
	list, err := o.Imports(context.Background(), o.actor, 10)
	if err != nil || len(list) != 2 {
		t.Fatal(list, err)
	}
	now := o.inForce()
	switch list[0].State {
	case stateUndone:
		same(t, before, now)
		if n := o.count("person", "1=1"); n != killRows/2 {
			t.Error("persons are left: ", n)
		}
		return "undone"
	case stateApplied:
		same(t, after, now)
		return "as it was"
	}
	t.Error("state: ", list[0].State)
	return list[0].State
}
