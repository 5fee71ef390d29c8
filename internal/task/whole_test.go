package task_test

import (
	"context"
	"testing"

	"giamngheo/internal/db"
	"giamngheo/internal/db/dbtest"
	"giamngheo/internal/household/householdtest"
	"giamngheo/internal/task"
)

// What one program has read of the years it reads again after every change, its
// own and those of another program on the same database.
func TestAYearInMemoryIsAsFreshAsTheRows(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		other := *o
		other.tasks = &task.Store{DB: o.tasks.DB, Province: o.tasks.Province, Now: o.tasks.Now, Tree: o.tasks.Tree, Calendar: o.tasks.Calendar, Plans: o.tasks.Plans, Products: o.tasks.Products,
			Approvers: o.tasks.Approvers, Reminding: o.tasks.Reminding, Dossiers: o.tasks.Dossiers, Reviews: o.tasks.Reviews}
		both := func(want task.State) {
			t.Helper()
			for name, which := range map[string]*office{"the program that wrote": o, "another program": &other} {
				if is := which.one("38", "B.3", "38").State; is != want {
					t.Errorf("%s says %s, not %s", name, is, want)
				}
			}
		}
		both(task.Planned)
		if _, err := o.tasks.OpenYear(ctx, o.operator(), 2017); err != nil {
			t.Fatal(err)
		}
		both(task.Planned)
		i := o.one("38", "B.3", "38")
		worker := o.at("w", "agency_officer", "so-ldtbxh", province)
		o.must(o.tasks.Accept(ctx, worker, 2017, i.ID, ""))
		both(task.Doing)
		// A transaction that writes sees what it has written itself, and what is
		// undone is not kept.
		failed := context.Canceled
		if err := o.tasks.DB.Write(ctx, func(tx *db.Tx) error {
			if _, err := tx.Exec(`update task set ends = '2017-12-30' where province_id = $1 and id = $2`, householdtest.Key, i.ID); err != nil {
				return err
			}
			both(task.Doing)
			return failed
		}); err != failed {
			t.Fatal(err)
		}
		if is := o.one("38", "B.3", "38").Ends; is != "" {
			t.Errorf("what was undone is shown: %s", is)
		}
		o.Today = "2017-12-29"
		if y := o.year(""); y.Today != "2017-12-29" {
			t.Error(y.Today)
		}
	})
}

// Whoever gets a list of a year may change it without changing anybody else's.
func TestAYearIsNobodysToChange(t *testing.T) {
	o := open(t, dbtest.SQLite(t))
	if _, err := o.tasks.OpenYear(ctx, o.operator(), 2017); err != nil {
		t.Fatal(err)
	}
	y := o.year("")
	n, first := len(y.Instances), y.Instances[0].Task
	for at := range y.Instances {
		y.Instances[at].Task = "x"
	}
	owed, err := o.tasks.OwedBy(ctx, o.Tree.Operator(householdtest.Key, o.Today), o.at("c", "commune", "", "14758.2016"), o.roles)
	o.must(err)
	for at := range owed {
		owed[at].State = task.Done
	}
	if again := o.year(""); len(again.Instances) != n || again.Instances[0].Task != first {
		t.Error("a list that was given away belongs to somebody else too")
	}
}
