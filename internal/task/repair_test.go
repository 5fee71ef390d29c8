package task_test

import (
	"strings"
	"testing"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/db/dbtest"
	"giamngheo/internal/fault"
	"giamngheo/internal/household/householdtest"
	"giamngheo/internal/programme"
	"giamngheo/internal/task"
)

const survey159 = "159/KH-UBND"

func (o *office) plan(number string) *programme.Programme {
	o.T.Helper()
	list, err := o.tasks.Programmes(ctx)
	if err != nil {
		o.T.Fatal(err)
	}
	for _, p := range list {
		if p.Number == number {
			return p
		}
	}
	o.T.Fatal("no plan ", number)
	return nil
}

func (o *office) ends(name string) string {
	o.T.Helper()
	for _, i := range o.year("").Instances {
		if i.Task == name {
			return i.Due + " " + i.Ends
		}
	}
	return ""
}

// chair signs for an area.
func (o *office) chair(at area.ID) *account.Actor { return o.at("chair", "chair", "", at) }

func TestAnAcceptedDateIsTheTermOfYearsMadeAfterwards(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		chair := o.chair(province)
		if was := o.ends("II.1"); was != "2017-11-10 2017-11-10" {
			t.Fatal(was)
		}
		if err := o.tasks.Decide(ctx, chair, task.Decision{Plan: survey159, Task: "II.1", Choice: task.Accept, Reason: "Chờ kết quả rà soát của xã"}, 0); err != nil {
			t.Fatal(err)
		}
		if is := o.ends("II.1"); is != "2017-11-10 2017-11-15" {
			t.Errorf("the printed date stays and the term ends later: %s", is)
		}
		if _, err := o.tasks.OpenYear(ctx, o.operator(), 2017); err != nil {
			t.Fatal(err)
		}
		if err := o.tasks.Decide(ctx, chair, task.Decision{Plan: survey159, Task: "II.1", Choice: task.Override, Due: "11-20", Reason: "Đợt rà soát kéo dài"}, 1); err != nil {
			t.Fatal(err)
		}
		if is := o.ends("II.1"); is != "2017-11-10 2017-11-15" {
			t.Errorf("a year that was made keeps its terms: %s", is)
		}
		moved, _, err := o.tasks.Repair(ctx, o.plan(survey159))
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range moved {
			if m.Task == "II.1" && (m.Decision.Due != "11-20" || m.Decision.Printed != "11-10" || m.Decision.Rev != 2 || m.Decision.By != chair.ID) {
				t.Errorf("kept is %+v", m.Decision)
			}
		}
		entries := 0
		o.Read(func(tx *db.Tx) error {
			return tx.Get(`select count(*) from journal where province_id = $1 and action = 'programme.repair'`, []any{householdtest.Key}, &entries)
		})
		if entries != 2 {
			t.Errorf("%d entries in the journal", entries)
		}
	})
}

func TestWhoDecidesOnADateAndWhatIsRefused(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		good := task.Decision{Plan: survey159, Task: "II.1", Choice: task.Accept, Reason: "Chờ kết quả rà soát của xã"}
		for name, by := range map[string]*account.Actor{"the lead department": o.at("lan", "province", "", province), "a district's chair": o.chair(district), "nobody": {}} {
			if err := o.tasks.Decide(ctx, by, good, 0); err == nil || fault.Of(err) != fault.Forbidden {
				t.Errorf("%s: %v", name, err)
			}
		}
		chair := o.chair(province)
		for name, c := range map[string]struct {
			d    task.Decision
			rev  int64
			kind fault.Kind
		}{
			"a task that nobody moves":    {task.Decision{Plan: survey159, Task: "I.1", Choice: task.Accept}, 0, fault.NotFound},
			"a plan that is not there":    {task.Decision{Plan: "1/KH", Task: "II.1", Choice: task.Accept}, 0, fault.NotFound},
			"no choice":                   {task.Decision{Plan: survey159, Task: "II.1"}, 0, fault.Invalid},
			"a date before the printed":   {task.Decision{Plan: survey159, Task: "II.1", Choice: task.Override, Due: "11-09", Reason: "sớm"}, 0, fault.Invalid},
			"no date":                     {task.Decision{Plan: survey159, Task: "II.1", Choice: task.Override, Due: "31-11", Reason: "x"}, 0, fault.Invalid},
			"a year where none is":        {task.Decision{Plan: survey159, Task: "II.1", Choice: task.Override, Due: "2017-11-20", Reason: "x"}, 0, fault.Invalid},
			"before what it needs":        {task.Decision{Plan: survey159, Task: "II.1", Choice: task.Override, Due: "11-12", Reason: "x"}, 0, fault.Invalid},
			"another day was confirmed":   {task.Decision{Plan: survey159, Task: "II.1", Choice: task.Override, Due: "11-12", Reason: "x", Confirmed: "11-13"}, 0, fault.Invalid},
			"another date without reason": {task.Decision{Plan: survey159, Task: "II.1", Choice: task.Override, Due: "11-20"}, 0, fault.Invalid},
			"the proposal without reason": {task.Decision{Plan: survey159, Task: "II.1", Choice: task.Accept, Reason: "  "}, 0, fault.Invalid},
			"the printed without reason":  {task.Decision{Plan: survey159, Task: "II.1", Choice: task.Keep}, 0, fault.Invalid},
			"somebody was first":          {good, 3, fault.Conflict},
		} {
			if err := o.tasks.Decide(ctx, chair, c.d, c.rev); err == nil || fault.Of(err) != c.kind {
				t.Errorf("%s: %v", name, err)
			}
		}
		if is := o.ends("II.1"); is != "2017-11-10 2017-11-10" {
			t.Errorf("something was kept: %s", is)
		}
	})
}

// A date before what the task needs is taken from who has seen what that is.
func TestADateBeforeWhatATaskNeedsIsConfirmed(t *testing.T) {
	o := open(t, dbtest.SQLite(t))
	chair := o.at("ct", "chair", "", province)
	d := task.Decision{Plan: survey159, Task: "II.1", Choice: task.Override, Due: "11-12", Reason: "Xã làm song song"}
	err := o.tasks.Decide(ctx, chair, d, 0)
	o.refused(err, "repair_early")
	if !strings.Contains(err.Error(), "I.5") && !strings.Contains(fault.As(err, "").Message, "I.5") {
		t.Errorf("it does not name what is needed: %v", err)
	}
	d.Confirmed = "11-12"
	o.must(o.tasks.Decide(ctx, chair, d, 0))
}
