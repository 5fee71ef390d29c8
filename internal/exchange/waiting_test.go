package exchange

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"giamngheo/internal/db"
	"giamngheo/internal/db/dbtest"
	"giamngheo/internal/fault"
	"giamngheo/internal/household"
	"giamngheo/internal/household/householdtest"
	"giamngheo/internal/review"
	"giamngheo/internal/sheet"
)

// versions are the forms of a household in the round, as its page shows them.
func (o *office) versions(id household.ID) (list []review.Assessment) {
	o.t.Helper()
	o.Read(func(tx *db.Tx) (err error) {
		list, err = o.Reviews.Versions(tx, id, "2016")
		return err
	})
	return list
}

// The forms of a file lie in their table before they are put into force: until
// then nobody sees them, and where they never are, nothing of them stays.
func TestFormsThatWaitAreSeenByNobodyAndGoWhereTheyAreNotApplied(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := newOffice(t, d)
		f := o.Family(householdtest.BanOn, "2016-01-01", "Hà Văn Á, male, 1979-05-20, 038079000001")
		g := o.Family(householdtest.BanOn, "2016-01-01", "Vi Văn Tư, male, 1970-05-20, 038079000002")
		file := func(points string) *sheet.Book {
			return csvBook(t, "Mã hộ|Chủ hộ|Ngày sinh|Xã|Thôn|Điểm B1", o.Find(f.ID).Code+"|||||"+points, o.Find(g.ID).Code+"|||||"+points)
		}
		o.take(file("100"), Options{})
		waited := 0
		o.beforeApply = func() {
			waited = o.count("import_in_force", "assessment_id is not null and predecessor is not null")
			if list := o.versions(f.ID); len(list) != 1 || !list[0].InForce || *list[0].B1 != 100 {
				t.Errorf("while the file waits: %+v", list)
			}
			phone := "0999999999"
			h := o.Find(g.ID)
			if _, err := o.Households.Correct(context.Background(), o.Operator(), household.Operation{Household: g.ID, Rev: h.Rev, Reason: "hỏi lại"}, []household.Correction{{Phone: &phone}}); err != nil {
				t.Error(err)
			}
		}
		if _, err := o.Import(context.Background(), o.actor, file("150"), Options{Round: "2016"}); fault.Of(err) != fault.Conflict || waited != 2 {
			t.Fatalf("%v, %d forms waited", err, waited)
		}
		if n, classes := o.count("assessment", "1=1"), o.count("classification", "1=1"); n != 2 || classes != 2 || o.count("import_in_force", "1=1") != 0 {
			t.Errorf("%d forms and %d classes are left", n, classes)
		}
		o.beforeApply = nil
		r := o.take(file("150"), Options{})
		if list := o.versions(f.ID); len(list) != 2 || !list[0].InForce || *list[0].B1 != 150 || list[1].InForce {
			t.Errorf("applied: %+v", list)
		}
		// The taking back fails as well: what it would have brought back is older and stays.
		o.beforeApply = func() {
			phone := "0911111111"
			h := o.Find(g.ID)
			if _, err := o.Households.Correct(context.Background(), o.Operator(), household.Operation{Household: g.ID, Rev: h.Rev, Reason: "hỏi lại"}, []household.Correction{{Phone: &phone}}); err != nil {
				t.Error(err)
			}
		}
		if _, err := o.UndoImport(context.Background(), o.actor, r.Operation, "nhầm", nil); fault.Of(err) != fault.Conflict {
			t.Error(err)
		}
		if list := o.versions(f.ID); len(list) != 2 || !list[0].InForce || *list[0].B1 != 150 {
			t.Errorf("not taken back: %+v", list)
		}
		if n, classes := o.count("assessment", "1=1"), o.count("classification", "1=1"); n != 4 || classes != 4 {
			t.Errorf("%d forms, %d classes", n, classes)
		}
	})
}

func TestAKilledChangeLeavesAllOrNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		rounds := map[db.Engine]int{db.SQLite: 8, db.Postgres: 3}[d.Engine]
		first := bigFile(t, sheet.CSV, killRows)
		second := bytes.ReplaceAll(bytes.ReplaceAll(first, []byte("Lê Văn Bình"), []byte("Lê Văn Hai")), []byte(",Nam,"), []byte(",Nữ,"))
		file := filepath.Join(t.TempDir(), "ho.csv")
		if err := os.WriteFile(file, second, 0o600); err != nil {
			t.Fatal(err)
		}
		var whole time.Duration
		var before, after []string
		outcomes := map[string]int{}
		for range rounds {
			dsn := dbtest.DSN(t, d.Engine)
			prepared, err := db.Open(context.Background(), dsn)
			if err != nil {
				t.Fatal(err)
			}
			if err := prepared.Migrate(context.Background()); err != nil {
				t.Fatal(err)
			}
			o := newOffice(t, prepared)
			o.take(openBook(t, "mot.csv", first), Options{})
			before = o.contents()
			prepared.Close()

			killed(t, &whole, "GIAMNGHEO_TEST_IMPORT="+dsn, "GIAMNGHEO_TEST_FILE="+file)
			outcomes[changedAfterKill(t, dsn, before, &after)]++
		}
		t.Logf("%v for all; killed %d times: %v", whole, rounds-1, outcomes)
	})
}

// changedAfterKill looks at the database as the next start of the program
// leaves it; the first time it notes how all of it looks.
func changedAfterKill(t *testing.T, dsn string, before []string, after *[]string) string {
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
	for _, table := range []string{"import_household", "import_person", "import_in_force", "import_stated", "import_entry"} {
		if got := o.count(table, "1=1"); got != 0 {
			t.Errorf("%d rows of %s are left", got, table)
		}
	}
	forms, applied := killRows, o.count("operation", "state = 'applied'")
	if applied == 2 {
		forms = 2 * killRows
	}
	for _, table := range []string{"assessment", "classification"} {
		if got := o.count(table, "1=1"); got != forms {
			t.Errorf("%d imports are applied and %d rows of %s are there", applied, got, table)
		}
	}
	if n := o.count("assessment_in_force", "assessment_id in (select id from assessment a where a.household_id = assessment_in_force.household_id)"); n != killRows {
		t.Errorf("%d forms are in force", n)
	}
	now := o.contents()
	if applied == 1 {
		same(t, before, now)
		return "as it was"
	}
	if *after == nil {
		*after = now
	}
	same(t, *after, now)
	return "changed"
}
