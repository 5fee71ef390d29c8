package task

import (
	"fmt"
	"strings"
	"testing"

	"giamngheo/internal/area"
	"giamngheo/internal/fault"
	"giamngheo/internal/programme"
	"giamngheo/internal/workday"
	"giamngheo/law"
)

type office struct {
	tree     *area.Tree
	calendar *workday.Calendar
}

func open(t testing.TB) office {
	t.Helper()
	tree, err := area.Load(law.Files)
	if err != nil {
		t.Fatal(err)
	}
	calendar, err := workday.Load(law.Files)
	if err != nil {
		t.Fatal(err)
	}
	return office{tree, calendar}
}

func laws(t testing.TB) []*programme.Programme {
	t.Helper()
	list, err := Programmes(law.Files)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func (o office) year(t testing.TB, year int, code string) []Instance {
	t.Helper()
	p, err := OfYear(laws(t), year)
	if err != nil {
		t.Fatal(err)
	}
	list, err := Instances(o.tree, p, o.calendar, year, code)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func count(list []Instance) map[string]int {
	n := map[string]int{}
	for _, i := range list {
		n[i.Task]++
	}
	return n
}

func TestAYearBringsEachTaskToEachOfItsUnits(t *testing.T) {
	o := open(t)
	const districts, communes, agencies = 27, 635, 17
	yearly := map[string]int{
		"I.1": 1, "I.4": districts, "I.5": communes, "II.1": communes, "II.2": districts, "II.3": 1, "II.4": 1, "II.5": 1, "II.6": 1, "II.7": 1, "II.8": 1,
		"VI.1": 1, "VII.1": districts, "VII.2": agencies, "VII.3": 1,
		"B.1": districts, "B.2": 1, "B.3": 1, "B.4": agencies, "B.5": 1, "B.6": agencies + districts + communes, "B.7": agencies + districts + communes,
	}
	with := func(changes map[string]int) map[string]int {
		all := map[string]int{}
		for task, n := range yearly {
			all[task] = n
		}
		for task, n := range changes {
			all[task] = n
		}
		return all
	}
	once := map[string]int{"I.2": 1, "I.3": 1, "III.1": 1, "III.2": communes + districts, "IV.1": 1, "IV.2": 1, "IV.3": 1, "IV.4": 1, "V.1": 1, "V.2": 1}
	once["B.6"] = 0   // 30 June lies before the plan of 21 October 2016
	const later = 559 // communes at the end of 2019
	for year, want := range map[int]map[string]int{
		2016: with(once),
		2017: yearly,
		2018: yearly,
		2019: with(map[string]int{"I.5": later, "II.1": later, "B.6": agencies + districts + later, "B.7": agencies + districts + later,
			"VII.1": 2 * districts, "VII.2": 2 * agencies, "VII.3": 2}), // and of 2016-2019
		2020: with(map[string]int{"I.5": later, "II.1": later, "B.6": agencies + districts + later, "B.7": agencies + districts + later,
			"VII.1": 2 * districts, "VII.2": 2 * agencies, "VII.3": 2, "II.2": 2 * districts, "II.8": 2}), // and of 2016-2020
	} {
		got := count(o.year(t, year, ""))
		for task, n := range want {
			if got[task] != n {
				t.Errorf("%d: %s has %d instances, not %d", year, task, got[task], n)
			}
			delete(got, task)
		}
		for task, n := range got {
			t.Errorf("%d: %s has %d instances that nobody expects", year, task, n)
		}
	}
}

func TestThePrintedDateStaysAndTheTermEndsOnAWorkingDay(t *testing.T) {
	o := open(t)
	for _, i := range o.year(t, 2016, "") {
		switch i.Task {
		case "I.4": // Sunday, 30 October 2016
			if i.Due != "2016-10-30" || i.Ends != "2016-10-31" {
				t.Errorf("%s %s is due %s and ends %s", i.Task, i.Unit.Name, i.Due, i.Ends)
			}
		case "I.5":
			if i.Due != "2016-11-15" || i.Ends != i.Due {
				t.Errorf("%s %s is due %s and ends %s", i.Task, i.Unit.Name, i.Due, i.Ends)
			}
		case "B.3", "B.5":
			if i.Due != "" || i.Ends != "" {
				t.Errorf("%s has no date in the plan but %s here", i.Task, i.Due)
			}
		}
	}
}

func TestNoObligationIsTwiceAndAreasTogetherOweWhatTheProvinceDoes(t *testing.T) {
	o := open(t)
	for year := 2016; year <= 2020; year++ {
		seen := map[string]bool{}
		for _, i := range o.year(t, year, "") {
			key := fmt.Sprint(i.Task, i.Level, i.Unit.Code, i.ForYears())
			if seen[key] {
				t.Errorf("%d: %s is owed twice", year, key)
			}
			if seen[key] = true; i.Unit.Name == "" || i.Unit.Code == "" || i.State != Planned || (i.Area == "") != (i.Level == "agency") {
				t.Errorf("%d: %+v", year, i)
			}
		}
		for _, d := range o.tree.OfLevel(o.tree.Roots(Boundaries(year))[0].Area, Boundaries(year), area.District) {
			for _, i := range o.year(t, year, d.Code) {
				key := fmt.Sprint(i.Task, i.Level, i.Unit.Code, i.ForYears())
				if !seen[key] {
					t.Errorf("%d: %s of %s is not in the province's list, or in two districts", year, key, d.Name)
				}
				delete(seen, key)
			}
		}
		for key := range seen {
			if strings.Contains(key, "district") || strings.Contains(key, "commune") {
				t.Errorf("%d: %s is in no district's list", year, key)
			}
		}
	}
}

func TestYearsAndAreasThatAreNotThereAreSaid(t *testing.T) {
	o := open(t)
	for _, year := range []int{0, 2015, 2021} {
		if _, err := OfYear(laws(t), year); fault.Of(err) != fault.NotFound || err == nil {
			t.Errorf("%d: %v", year, err)
		}
	}
	p, err := OfYear(laws(t), 2017)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Instances(o.tree, p, o.calendar, 2017, "99999"); fault.Of(err) != fault.NotFound || err == nil {
		t.Errorf("an unknown area: %v", err)
	}
	if _, err := Instances(o.tree, p, o.calendar, 2021, ""); fault.Of(err) != fault.Invalid || err == nil {
		t.Errorf("a year outside the plan: %v", err)
	}
}

func BenchmarkYearOfTheProvince(b *testing.B) {
	o := open(b)
	for b.Loop() {
		o.year(b, 2017, "")
	}
}
