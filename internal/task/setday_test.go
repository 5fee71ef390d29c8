package task_test

import (
	"strings"
	"testing"

	"giamngheo/internal/account"
	"giamngheo/internal/db"
	"giamngheo/internal/db/dbtest"
	"giamngheo/internal/fault"
	"giamngheo/internal/household/householdtest"
	"giamngheo/internal/task"
)

// The plan gives no date for the targets of the sectors (B.3): the chair says one,
// and whoever owes it already has it as a term.
func TestTheChairDatesATaskWithoutADate(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		chair := o.chair(province)
		if _, err := o.tasks.OpenYear(ctx, o.operator(), 2017); err != nil {
			t.Fatal(err)
		}
		_, dayless, err := o.tasks.Repair(ctx, o.plan(survey159))
		if err != nil || len(dayless) != 2 || dayless[0].Task != "B.3" || dayless[0].Affected != (task.Affected{All: 1, Open: 1}) || dayless[1].Task != "B.5" {
			t.Fatalf("without a day are %+v, %v", dayless, err)
		}
		set := task.Decision{Plan: survey159, Task: "B.3", Choice: task.Set, Due: "11-25", Reason: "Để các sở kịp lập kế hoạch trước 05/12"}
		o.must(o.tasks.Decide(ctx, chair, set, 0))
		if is := o.ends("B.3"); is != " 2017-11-27" { // a Saturday
			t.Errorf("the obligation that was made has the term %q", is)
		}
		entry := ""
		o.Read(func(tx *db.Tx) error {
			return tx.Get(`select changes from journal where province_id = $1 and action = 'programme.repair'`, []any{householdtest.Key}, &entry)
		})
		if !strings.Contains(entry, "2017/") || !strings.Contains(entry, "2017-11-27") || !strings.Contains(entry, "B.3") {
			t.Errorf("the journal says %q", entry)
		}
		set.Due, set.Reason = "11-10", "Sớm hơn"
		o.must(o.tasks.Decide(ctx, chair, set, 1))
		if is := o.ends("B.3"); is != " 2017-11-27" {
			t.Errorf("a later decision has taken time away: %q", is)
		}
		set.Due, set.Reason = "12-01", "Chờ chỉ tiêu của Trung ương"
		o.must(o.tasks.Decide(ctx, chair, set, 2))
		if is := o.ends("B.3"); is != " 2017-12-01" {
			t.Errorf("a postponement does not reach who owes it: %q", is)
		}
		id := o.one("", "B.3", "38").ID
		one, err := o.tasks.Find(ctx, o.at("lan", "province", "", province), 2017, id)
		if err != nil || one.Decided.Reason != set.Reason || one.Decided.By != chair.ID {
			t.Errorf("the obligation's page does not know whose word it is: %+v, %v", one.Decided, err)
		}
	})
}

func TestADateThatHasPassedMakesNobodyLate(t *testing.T) {
	o := open(t, dbtest.SQLite(t))
	if _, err := o.tasks.OpenYear(ctx, o.operator(), 2017); err != nil {
		t.Fatal(err)
	}
	o.must(o.tasks.Decide(ctx, o.chair(province), task.Decision{Plan: survey159, Task: "B.5", Choice: task.Set, Due: "03-31", Reason: "Theo kỳ phân bổ vốn"}, 0))
	if is := o.ends("B.5"); is != " " {
		t.Errorf("on 2 October an obligation is given the term of 31 March: %q", is)
	}
	y, err := o.tasks.Year(ctx, o.Tree.Operator(householdtest.Key, o.Today), 2018, "")
	o.must(err)
	for _, i := range y.Instances {
		if i.Task == "B.5" && (i.Due != "" || i.Ends != "2018-04-02") {
			t.Errorf("of the year that is not made the term is %q, printed %q", i.Ends, i.Due)
		}
	}
}

const past = `plan: {number: 9/KH-UBND, issued: 2016-10-21, period: {from: 2016, to: 2020}}
groups:
  - id: A
    tasks:
      - {id: A.1, lead: so, approver: null, due: {date: "2016-09-30"}}
      - {id: A.2, lead: so, approver: null, due: {date: "11-20", every: year}}
      - {id: A.3, lead: so, approver: null, needs: [A.2]}
      - {id: A.4, lead: so, approver: null, due: {date: "2015-05-01"}}
agencies: {so: Sở}
`

func TestTheChairDatesATaskThatWasPastWhenThePlanWasIssued(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		o.Today = "2016-11-02"
		if _, err := o.tasks.Import(ctx, o.operator(), []byte(past)); err != nil {
			t.Fatal(err)
		}
		if _, err := o.tasks.OpenYear(ctx, o.operator(), 2016); err != nil {
			t.Fatal(err)
		}
		chair := o.chair(province)
		word := task.Decision{Plan: "9/KH-UBND", Task: "A.1", Choice: task.Set, Due: "2017-01-16", Reason: "Kế hoạch ban hành sau hạn"}
		o.must(o.tasks.Decide(ctx, chair, word, 0))
		y, err := o.tasks.Year(ctx, o.Tree.Operator(householdtest.Key, o.Today), 2016, "")
		o.must(err)
		for _, i := range y.Instances {
			if i.Task == "A.1" && (i.Due != "2016-09-30" || i.Ends != "2017-01-16") {
				t.Errorf("printed %s, the term ends %s", i.Due, i.Ends)
			}
		}
		for name, c := range map[string]struct {
			id, due, reason string
			choice          task.Choice
			code            string
		}{
			"before the plan was issued":   {"A.1", "2016-10-20", "x", task.Set, "repair_day"},
			"after the plan's period":      {"A.1", "2021-01-04", "x", task.Set, "repair_day"},
			"a day of every year":          {"A.1", "12-01", "x", task.Set, "repair_day"},
			"a proposal that there is not": {"A.1", "", "x", task.Accept, "repair_choice"},
			"without a reason":             {"A.1", "2017-02-01", " ", task.Set, "repair_reason"},
			"a day of one year":            {"A.3", "2017-02-01", "x", task.Set, "repair_day"},
			"no day":                       {"A.3", "02-31", "x", task.Set, "repair_day"},
			"before what it needs":         {"A.3", "11-01", "x", task.Set, "repair_early"},
			"due before the period":        {"A.4", "2017-02-01", "x", task.Set, "repair_absent"},
			"a task that has a date":       {"A.2", "12-01", "x", task.Set, "repair_absent"},
			"a reason longer than is kept": {"A.3", "12-01", strings.Repeat("a", 4001), task.Set, "repair_reason"},
		} {
			d := task.Decision{Plan: "9/KH-UBND", Task: c.id, Choice: c.choice, Due: c.due, Reason: c.reason}
			if err := o.tasks.Decide(ctx, chair, d, 0); fault.As(err, "").Code != c.code {
				t.Errorf("%s: %v", name, err)
			}
		}
		for name, by := range map[string]*account.Actor{"the lead department": o.at("lan", "province", "", province), "a district's chair": o.chair(district)} {
			if err := o.tasks.Decide(ctx, by, word, 1); fault.Of(err) != fault.Forbidden {
				t.Errorf("%s: %v", name, err)
			}
		}
		// Kept without a date, with a reason; and what contradicts is taken from
		// who has seen it.
		o.must(o.tasks.Decide(ctx, chair, task.Decision{Plan: "9/KH-UBND", Task: "A.3", Choice: task.Keep, Reason: "Làm thường xuyên"}, 0))
		o.must(o.tasks.Decide(ctx, chair, task.Decision{Plan: "9/KH-UBND", Task: "A.3", Choice: task.Set, Due: "11-01", Confirmed: "11-01", Reason: "Làm song song"}, 1))
	})
}
