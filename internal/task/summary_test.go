package task

import (
	"fmt"
	"maps"
	"testing"

	"giamngheo/internal/programme"
)

func (o office) asked(t testing.TB, year int, code, today string) Year {
	t.Helper()
	day := Boundaries(year)
	y := Year{Year: year, Today: today, Instances: o.year(t, year, code)}
	if code == "" {
		y.Top = o.tree.Roots(day)[0]
	} else {
		top, err := o.tree.FindCode(code, day)
		if err != nil {
			t.Fatal(err)
		}
		y.Top = top
	}
	for n := range y.Instances { // some life, the same every time
		i := &y.Instances[n]
		switch (n * 7) % 5 {
		case 0:
			i.State, i.Done = Done, i.Ends
		case 1:
			i.State, i.Done = Done, "2018-02-01"
		case 2:
			i.State = Returned
		}
	}
	return y
}

func TestEveryObligationStandsInOneLineOfTheSummaryAndTheSumsAddUp(t *testing.T) {
	o := open(t)
	for _, code := range []string{"", "386", "14950"} {
		y := o.asked(t, 2019, code, "2018-06-01")
		s := Summarise(y, o.calendar, o.tree)
		all, late, worst, columns := 0, 0, 0, make([]int, len(s.Columns))
		for _, l := range s.Lines {
			all, late, worst = all+l.All, late+l.Behind(), max(worst, l.Worst)
			across := 0
			for n, c := range l.Tasks {
				columns[n] += c.All
				across += c.All
				if (c.Only != nil) != (c.All == 1) {
					t.Errorf("%s, %s: of %d obligations one stands alone: %v", l.Unit.Name, s.Columns[n].Task, c.All, c.Only)
				}
			}
			if across != l.All {
				t.Errorf("%s has %d, its tasks %d", l.Unit.Name, l.All, across)
			}
		}
		if all != len(y.Instances) || s.Total.All != all || s.Total.Behind() != late || s.Total.Worst != worst {
			t.Errorf("%q: %d lines add up to %d of %d, late %d of %d", code, len(s.Lines), all, len(y.Instances), late, s.Total.Behind())
		}
		for n, c := range s.Columns {
			if columns[n] != s.Total.Tasks[n].All || columns[n] == 0 {
				t.Errorf("%s: %d in the lines, %d in the sum", c.Task, columns[n], s.Total.Tasks[n].All)
			}
		}
		if first := s.Lines[0]; first.Area != y.Top.Area || first.Below {
			t.Errorf("the area itself is not first: %+v", first.Unit)
		}
	}
}

func TestALineOfTheProvinceIsTheBoardOfThatDistrict(t *testing.T) {
	o := open(t)
	s := Summarise(o.asked(t, 2017, "", "2017-12-20"), o.calendar, o.tree)
	levels := map[programme.Level]int{}
	for _, l := range s.Lines {
		levels[l.Level]++
		if l.Level != programme.District {
			continue
		}
		if n := len(o.year(t, 2017, l.Unit.Code)); n != l.All {
			t.Errorf("%s: %d here, %d on its own board", l.Unit.Name, l.All, n)
		}
	}
	if levels[programme.Province] != 1 || levels[programme.District] != 27 || levels[programme.Agency] != 17 || levels[programme.Commune] != 0 {
		t.Errorf("the lines are %v", levels)
	}
}

func TestAShareIsUnknownWhileNoTermHasEnded(t *testing.T) {
	o := open(t)
	y := Year{Year: 2017, Today: "2017-01-02", Top: o.tree.Roots(Boundaries(2017))[0], Instances: o.year(t, 2017, "")}
	for level, c := range ByLevel(y, o.calendar) {
		if share, known := c.Share(); known {
			t.Errorf("%s is %v in time in January", level, share)
		}
	}
	y.Today = "2018-01-31"
	for level, c := range ByLevel(y, o.calendar) {
		if share, known := c.Share(); !known || share != 0 {
			t.Errorf("%s: %v, %v: nothing was done", level, share, known)
		}
	}
	for n := range y.Instances {
		i := &y.Instances[n]
		if i.Ends != "" && i.Area != "" && n%2 == 0 {
			i.State, i.Done = Done, i.Ends
		}
	}
	sum := 0
	for _, level := range Levels {
		c := ByLevel(y, o.calendar)[level]
		sum += c.All
		if share, known := c.Share(); known && (share < 0 || share > 1) {
			t.Error(share)
		}
	}
	if sum != len(y.Instances) {
		t.Error(fmt.Sprint(sum, " counted of ", len(y.Instances)))
	}
}

func TestTheColumnOfConclusionsSpansTheirDays(t *testing.T) {
	o := open(t)
	y := o.asked(t, 2019, "386", "2019-06-01")
	plan := len(Summarise(y, o.calendar, o.tree).Columns)
	for n, due := range []string{"2019-05-20", "2019-02-17", "2019-11-02"} {
		i := y.Instances[0]
		i.Task, i.Committee, i.Due, i.Ends = fmt.Sprintf("KL.%d", n+1), "c", due, o.calendar.NextWorking(due)
		y.Instances = append(y.Instances, i)
	}
	columns := Summarise(y, o.calendar, o.tree).Columns
	if last := columns[len(columns)-1]; len(columns) != plan+1 || last.First.Due != "2019-02-17" || last.First.Ends != "2019-02-18" || last.Due != "2019-11-02" || last.Ends != "2019-11-04" {
		t.Errorf("%d columns, the last %+v", len(columns), last)
	}
	for _, c := range columns[:plan] {
		if c.First.Due != "" {
			t.Errorf("%s of the plan has several days", c.Task)
		}
	}
}

// The lines of a board add up to its sum, whoever adds them.
func TestTheSumOfTheLinesIsTheTotal(t *testing.T) {
	o := open(t)
	tree := o.tree
	y := Year{Year: 2017, Top: tree.Roots(Boundaries(2017))[0], Today: "2018-03-01", Instances: o.year(t, 2017, "")}
	for n := range y.Instances {
		if n%3 == 0 {
			y.Instances[n].State, y.Instances[n].Done = Done, "2017-12-20"
		}
	}
	s := Summarise(y, o.calendar, tree)
	sum := Sum(s.Lines, len(s.Columns))
	same := func(what string, a, b Tally) {
		if a.All != b.All || a.Worst != b.Worst || !maps.Equal(a.State, b.State) || !maps.Equal(a.Timeliness, b.Timeliness) || (a.Only == nil) != (b.Only == nil) {
			t.Errorf("%s: %+v, not %+v", what, a, b)
		}
	}
	same("all", sum.Tally, s.Total.Tally)
	for n := range s.Columns {
		same(s.Columns[n].Task, sum.Tasks[n], s.Total.Tasks[n])
	}
}
