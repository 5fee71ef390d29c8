package task_test

import (
	"slices"
	"testing"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/db/dbtest"
	"giamngheo/internal/household/householdtest"
	"giamngheo/internal/task"
)

func TestWhatIsApprovedComesToThoseThePlanNamesAndToNobodyElse(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		o.make(2017)
		o.make(2018)
		s := o.tasks
		commune, agency := o.owed(2017, "B.7", "14848"), o.owed(2017, "VII.2", "so-y-te")
		planning, labour := o.at("kh", "agency_officer", "so-khdt", province), o.at("ld", "agency_officer", "so-ldtbxh", province)
		health, elsewhere := o.at("yte", "agency_officer", "so-y-te", province), o.at("cb2", "commune", "", householdtest.Township)
		came := func(by *account.Actor) (ids []string) {
			list, err := s.CameWithin(ctx, by, 14)
			o.must(err)
			for _, i := range list {
				ids = append(ids, i.ID)
			}
			return ids
		}
		there := func(by *account.Actor, year int, i task.Instance) bool {
			list, err := s.Received(ctx, by, year)
			o.must(err)
			return slices.ContainsFunc(list, func(c task.Instance) bool { return c.ID == i.ID })
		}
		if !there(planning, 2017, commune) || there(planning, 2018, commune) || there(planning, 2017, agency) || !there(labour, 2017, agency) || there(health, 2017, agency) || there(elsewhere, 2017, commune) {
			t.Error("the plan sends it to others")
		}
		if !s.Receives(ctx, planning) || s.Receives(ctx, health) || s.Receives(ctx, elsewhere) {
			t.Error("who receives anything")
		}
		o.refused(errOf(s.Find(ctx, planning, 2017, commune.ID)), "task_absent") // not before it is approved
		o.run(commune, o.at("cb", "commune", "", householdtest.TamChung), o.at("ct", "chair", "", householdtest.TamChung))
		o.run(agency, health, o.at("gd", "agency_head", "so-y-te", province))
		if got := came(planning); !slices.Equal(got, []string{commune.ID}) {
			t.Errorf("planning received %v", got)
		}
		if got := came(labour); len(got) != 2 || len(came(health))+len(came(elsewhere)) > 0 {
			t.Errorf("labour received %v", got)
		}
		if got := o.find(planning, commune); got.State != task.Done || len(got.Receivers) != 2 || got.Receivers[1].Name != "Sở Kế hoạch và Đầu tư" {
			t.Errorf("%s %v", got.State, got.Receivers)
		}
		o.refused(errOf(s.Find(ctx, planning, 2017, agency.ID)), "task_absent")
		o.refused(errOf(s.Find(ctx, elsewhere, 2017, commune.ID)), "task_absent")
		gone := o.at("cũ", "agency_officer", "so-khdt", province)
		gone.Posts[0].To = "2017-01-01"
		o.refused(errOf(s.Find(ctx, gone, 2017, commune.ID)), "task_absent")
		if len(came(gone)) > 0 {
			t.Error("it came to a post that has ended")
		}
		o.Today = "2017-10-20"
		if got := came(planning); len(got) > 0 {
			t.Errorf("after 18 days it is still new: %v", got)
		}
	})
}

func TestPartnersAreAgenciesGroupsAndTheCommitteesAround(t *testing.T) {
	o := open(t, dbtest.SQLite(t))
	o.make(2017)
	units := func(list []task.Partner) (all []area.ID) {
		for _, p := range list {
			all = append(all, p.Units...)
		}
		return all
	}
	money := o.find(o.operator(), o.owed(2017, "B.5", "38"))
	if got := units(money.With); !slices.Equal(got, []area.ID{account.AgencyUnit("so-tai-chinh"), account.AgencyUnit("so-ldtbxh")}) {
		t.Errorf("B.5 works with %v", got)
	}
	plan := o.find(o.operator(), o.owed(2017, "II.2", "384"))
	if got := units(plan.With); len(plan.With) != 2 || plan.With[0].Name != "Các ban, ngành cấp huyện" || !slices.Contains(got, householdtest.TamChung) || len(got) != len(o.Tree.Children(district, o.Today)) {
		t.Errorf("II.2 works with %v", plan.With)
	}
	if report := o.find(o.operator(), o.owed(2017, "B.7", "so-khdt")); len(units(report.Receivers)) != 1 {
		t.Errorf("an agency sends its report to itself: %v", report.Receivers)
	}
}
