package task_test

import (
	"testing"
	"testing/fstest"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/db/dbtest"
	"giamngheo/internal/household/householdtest"
	"giamngheo/internal/task"
)

func (o *office) duties(by *account.Actor) map[task.DutyKind][]task.Duty {
	o.T.Helper()
	by.Day = o.Today
	list, err := o.tasks.Duties(ctx, by)
	if err != nil {
		o.T.Fatal(err)
	}
	own, err := o.tasks.Reminders(ctx, by)
	if err != nil {
		o.T.Fatal(err)
	}
	list = append(list, own...)
	all := map[task.DutyKind][]task.Duty{}
	for _, d := range list {
		all[d.Kind] = append(all[d.Kind], d)
	}
	return all
}

func TestWhatIsDueIsRemindedOfFiveWorkingDaysBeforeAndUntilItIsHandedIn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		o.Today = "2017-01-05"
		o.make(2017)
		officer := o.at("cb", "commune", "", householdtest.TamChung)
		find := func(id string) (left int, there bool) {
			for _, one := range o.duties(officer)[task.DutyOwn] {
				if one.Instance.Task == id {
					return one.Left, true
				}
			}
			return 0, false
		}
		for day, want := range map[string]int{"2017-11-03": 5, "2017-11-09": 1, "2017-11-10": 0, "2017-11-13": -1} { // the term is Friday, 10 November
			o.Today = day
			if left, there := find("II.1"); !there || left != want {
				t.Errorf("on %s: %v, %d working days left, not %d", day, there, left, want)
			}
		}
		o.Today = "2017-11-02"
		if _, there := find("II.1"); there {
			t.Error("reminded six working days before")
		}
		o.Today = "2017-11-13"
		i := o.owed(2017, "II.1", "14848")
		o.must(o.tasks.Accept(ctx, officer, 2017, i.ID, ""), o.tasks.Report(ctx, officer, 2017, i.ID, "x", -1), o.tasks.HandIn(ctx, officer, 2017, i.ID, o.find(officer, i).Record.Rev, ""))
		if _, there := find("II.1"); there {
			t.Error("reminded of what he has handed in")
		}
		if got := o.duties(o.at("ct", "chair", "", householdtest.TamChung))[task.DutyApprove]; len(got) != 1 || got[0].ID != i.ID {
			t.Errorf("the chair has to approve %+v", got)
		}
		if got := o.duties(o.at("ct2", "chair", "", householdtest.Township))[task.DutyApprove]; len(got) != 0 {
			t.Errorf("another chair has to approve %+v", got)
		}
	})
}

func TestWhatOthersAskWaitsForThoseAsked(t *testing.T) {
	o := open(t, dbtest.SQLite(t))
	o.make(2017)
	s, lead := o.tasks, o.at("yte", "agency_officer", "so-y-te", province)
	i := o.owed(2017, "II.4", "38")
	o.must(s.Accept(ctx, lead, 2017, i.ID, ""), s.Ask(ctx, lead, 2017, i.ID, []area.ID{account.AgencyUnit("so-gddt")}, "ý kiến", "2017-10-20"))
	_, err := s.Split(ctx, lead, 2017, i.ID, task.Part{What: "số liệu", Unit: district})
	o.must(err, s.AskTime(ctx, lead, 2017, i.ID, "2017-12-20", "chờ số liệu"))
	for kind, by := range map[task.DutyKind]*account.Actor{task.DutyAnswer: o.at("gd", "agency_head", "so-gddt", province), task.DutyPart: o.at("h", "district", "", district), task.DutyTime: o.at("ct", "chair", "", province)} {
		if got := o.duties(by); len(got[kind]) != 1 || got[kind][0].ID != i.ID {
			t.Errorf("%s waits: %+v", kind, got)
		}
	}
	for _, by := range []*account.Actor{o.at("x", "agency_head", "so-xay-dung", province), o.at("y", "district", "", "386.2016"), o.at("z", "admin", "", province)} {
		if got := o.duties(by); len(got[task.DutyAnswer])+len(got[task.DutyPart])+len(got[task.DutyTime]) != 0 {
			t.Errorf("%s: %+v", by.ID, got)
		}
	}
}

func TestWhatIsLateShowsAtTheNextLevelAndLaterAtTheOneAbove(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		o.Today = "2017-11-06"
		o.make(2017)
		shown := func(by *account.Actor, id, unit string) (late int) {
			t.Helper()
			by.Day = o.Today
			list, err := o.tasks.Escalated(ctx, by)
			o.must(err)
			for _, e := range list {
				if e.Task == id && e.Unit.Code == unit {
					late = e.Late
				}
			}
			return late
		}
		chair, elsewhere, top, lead, agency := o.at("h", "chair", "", district), o.at("h2", "chair", "", "386.2016"), o.at("t", "chair", "", province), o.at("l", "province", "so-ldtbxh", province), o.at("a", "agency_head", "so-y-te", province)
		o.Today = "2017-11-10"
		if n := shown(chair, "II.1", "14848"); n != 0 {
			t.Errorf("on its day it shows above as %d days late", n)
		}
		o.Today = "2017-11-13"
		if a, b, c := shown(chair, "II.1", "14848"), shown(elsewhere, "II.1", "14848"), shown(top, "II.1", "14848"); a != 1 || b != 0 || c != 0 {
			t.Errorf("one day late: district %d, another %d, province %d", a, b, c)
		}
		o.Today = "2017-11-24"
		if a, b, c := shown(chair, "II.1", "14848"), shown(top, "II.1", "14848"), shown(lead, "II.1", "14848"); a != 10 || b != 10 || c != 10 {
			t.Errorf("ten days late: district %d, province %d, lead department %d", a, b, c)
		}
		o.Today = "2017-12-07"
		if a, b := shown(top, "II.4", "38"), shown(agency, "II.3", "38"); a != 2 || b != 0 {
			t.Errorf("an agency's, two days late: province %d, another agency %d", a, b)
		}
		officer := o.at("cb", "commune", "", householdtest.TamChung)
		signer := o.at("ct", "chair", "", householdtest.TamChung)
		i := o.owed(2017, "II.1", "14848")
		rev := func() int64 { return o.find(officer, i).Record.Rev }
		o.must(o.tasks.Accept(ctx, officer, 2017, i.ID, ""), o.tasks.Report(ctx, officer, 2017, i.ID, "x", -1), o.tasks.HandIn(ctx, officer, 2017, i.ID, rev(), ""), o.tasks.Approve(ctx, signer, 2017, i.ID, rev(), ""))
		if n := shown(chair, "II.1", "14848"); n != 0 {
			t.Errorf("approved, it shows above as %d days late", n)
		}
	})
}

func TestRulesOfRemindersAndApproversThatSayNothingAreRefused(t *testing.T) {
	reminders := func(raw string) error {
		_, err := task.LoadReminding(fstest.MapFS{"task-reminders.yaml": {Data: []byte(raw)}})
		return err
	}
	approvers := func(raw string) error {
		_, err := task.LoadApprovers(fstest.MapFS{"task-approvers.yaml": {Data: []byte(raw)}})
		return err
	}
	if err := reminders("sources: {s: x}\nreminders: [{before: 3, source: s, confirmed: false}]\n"); err != nil {
		t.Error(err)
	}
	for _, raw := range []string{"reminders: [{before: 3, source: s}]", "sources: {s: x}\nreminders: [{before: -1, source: s}]", "sources: {s: x}\nreminders: [{before: 1, source: s}, {before: 1, source: s}]",
		"sources: {s: x}\nahead: {working_days: -1, source: s}", "ahead: {working_days: 9, source: s}",
		"sources: {s: x}\nescalations: [{after: 0, levels: 1, source: s}]", "sources: {s: x}\nescalations: [{after: 1, levels: 0, source: s}]", "khác: 1"} {
		if reminders(raw) == nil {
			t.Errorf("accepted: %s", raw)
		}
	}
	head := "sources: {s: x}\nnone: {at: unit, source: s, confirmed: false}\n"
	if err := approvers(head + "plans: [{plan: a, approvers: [{approver: b, at: commune, source: s}]}]"); err != nil {
		t.Error(err)
	}
	for _, raw := range []string{"plans: []", head + "plans: [{plan: a}, {plan: a}]", head + "plans: [{plan: a, approvers: [{approver: b, at: moon, source: s}]}]", head + "plans: [{plan: a, approvers: [{approver: b, at: commune, source: z}]}]",
		head + "plans: [{plan: a, approvers: [{approver: b, at: commune, source: s}, {approver: b, at: district, source: s}]}]"} {
		if approvers(raw) == nil {
			t.Errorf("accepted: %s", raw)
		}
	}
}
