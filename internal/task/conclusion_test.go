package task_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/committee"
	"giamngheo/internal/db"
	"giamngheo/internal/db/dbtest"
	"giamngheo/internal/dossier"
	"giamngheo/internal/household/householdtest"
	"giamngheo/internal/task"
	"giamngheo/law"
)

// What a meeting concludes goes the way of the plan's tasks: accepted, handed
// in, approved at the level of the committee; who does not see the unit does not
// see it.
func TestAConclusionIsAnObligationApprovedAtTheCommitteesLevel(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		o.make(2017)
		oblige := func(c area.ID, level string, unit area.ID, held string) (task.Instance, int) {
			t.Helper()
			conclusion := committee.Conclusion{ID: db.NewID(), Title: "Rà lại danh sách", Unit: unit, Due: "2017-06-10", Ends: "2017-06-12"}
			year := 0
			err := d.Write(ctx, func(tx *db.Tx) (err error) {
				year, err = o.tasks.ObligeIn(tx, o.at("can-bo-huyen", "district", "", district), committee.Committee{ID: "C" + level, Area: c}, held, conclusion)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			all, err := o.tasks.OfCommittee(ctx, "C"+level, 2017)
			if err != nil {
				t.Fatal(err)
			}
			return all[conclusion.ID], year
		}
		if _, year := oblige(district, "district", householdtest.TamChung, "2018-05-04"); year != 0 {
			t.Errorf("in a year that was not made: %d", year)
		}
		i, year := oblige(district, "district", householdtest.TamChung, "2017-05-04")
		if year != 2017 || i.Task != "KL.1" || i.Kind() != task.Conclusions || i.Title != "Rà lại danh sách" || i.Dossier == "" {
			t.Fatalf("%+v in %d", i, year)
		}
		officer, chair, above := o.at("can-bo", "commune", "", householdtest.TamChung), o.at("ct-xa", "chair", "", householdtest.TamChung), o.at("ct-huyen", "chair", "", district)
		if _, err := o.tasks.Find(ctx, o.at("xa-khac", "commune", "", householdtest.Township), 2017, i.ID); err == nil {
			t.Error("another commune sees it")
		}
		owed, err := o.tasks.OwedAt(ctx, o.Tree.Operator(householdtest.Key, "2017-05-05"), householdtest.TamChung)
		if err != nil || !has(owed, i.ID) {
			t.Errorf("its unit does not owe it: %v", err)
		}
		rev := func() int64 { return o.find(officer, i).Record.Rev }
		o.must(o.tasks.Accept(ctx, officer, 2017, i.ID, ""), o.tasks.Report(ctx, officer, 2017, i.ID, "xong", 100), o.tasks.HandIn(ctx, officer, 2017, i.ID, rev(), ""))
		o.refused(o.tasks.Approve(ctx, chair, 2017, i.ID, rev(), ""), "not_yours")
		o.must(o.tasks.Approve(ctx, above, 2017, i.ID, rev(), ""), o.tasks.Close(ctx, officer, 2017, i.ID, rev()))
		for _, one := range []struct {
			c     area.ID
			level string
			unit  area.ID
			at    dossier.Place
		}{
			{householdtest.TamChung, "commune", householdtest.TamChung, dossier.AtUnit},
			{province, "province", householdtest.TamChung, dossier.AtProvince},
			{province, "province", district, dossier.AtAbove},
			{province, "province", account.AgencyUnit("so-y-te"), dossier.AtProvince},
			{province, "province", province, dossier.AtUnit},
		} {
			i, _ := oblige(one.c, one.level, one.unit, "2017-05-04")
			found, err := o.tasks.Find(ctx, o.at("tinh", "chair", "", province), 2017, i.ID)
			if err != nil || !found.Own || found.Rules.ApproveAt != one.at && !(one.at == dossier.AtUnit && found.Rules.ApproveAt == "") {
				t.Errorf("%s to %s is approved at %q: %v", one.level, one.unit, found.Rules.ApproveAt, err)
			}
		}
		y, err := o.tasks.Year(ctx, o.Tree.Operator(householdtest.Key, "2017-05-05"), 2017, "")
		if err != nil {
			t.Fatal(err)
		}
		n := 0
		for _, c := range task.Summarise(y, o.tasks.Calendar, o.Tree).Columns {
			if c.Task == task.Conclusions {
				n++
			}
		}
		if n != 1 {
			t.Errorf("%d columns of the board for conclusions", n)
		}
	})
}

func has(list []task.Instance, id string) bool {
	for _, i := range list {
		if i.ID == id {
			return true
		}
	}
	return false
}

func TestAPageOfATaskThatNobodyKnowsIsRefused(t *testing.T) {
	raw, err := law.Files.ReadFile("task-products.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, wrong := range [][2]string{{"page: sponsors", "page: guests"}, {"task: III.2", "task: III.1"}} {
		changed := strings.Replace(string(raw), wrong[0], wrong[1], 1)
		if _, err := task.LoadPages(fstest.MapFS{"task-products.yaml": {Data: []byte(changed)}}); err == nil || changed == string(raw) {
			t.Errorf("%s: taken", wrong[1])
		}
	}
}
