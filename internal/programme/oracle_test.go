package programme_test

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"giamngheo/internal/workday"
)

// The rules of a plan once more, told as an office would count them on paper and
// sharing nothing with the package: days are found by turning the leaves of a
// calendar, working days are counted one by one, circles by walking, and the
// repair by moving one deadline by one day until nothing is wrong any more.

// term is a deadline. kind: "" none, every (yearly, no date), date, quarter,
// year, month, early_month, mid_month, late_month.
type term struct {
	kind             string
	yearly           bool
	year, month, day int
	quarters         []int
}

type duty struct{ clause, lead, task string }

type job struct {
	id, lead, clause, approver string
	with, to                   []string
	annex, nobody              bool // a row of the annex; of the text: "approver: null" is written
	due                        term
	needs                      []int
	working                    int
	textApprover               string
	textDue                    *term
}

type plan struct {
	issued      string
	first, last int
	jobs        []job // those of the annex first
	duties      []duty
	members     []string // of the group g
}

// knownCodes are the agencies and groups that the file lists.
var knownCodes = []string{"a", "b", "g"}

func (d term) dated() bool { return d.kind != "" && d.kind != "every" }

// in is the day of a deadline in a year, "" for none.
func (d term) in(year int) string {
	if !d.dated() || !d.yearly && d.year != year {
		return ""
	}
	key := fmt.Sprint(d.kind, d.month, d.day, d.quarters, year)
	if leaves[key] == "" {
		leaves[key] = d.lastLeaf(year)
	}
	return leaves[key]
}

var leaves = map[string]string{}

// lastLeaf turns the leaves of a year's calendar back to the first that fits.
func (d term) lastLeaf(year int) string {
	for leaf := time.Date(year, 12, 31, 0, 0, 0, 0, time.UTC); leaf.Year() == year; leaf = leaf.AddDate(0, 0, -1) {
		month, day, fits := int(leaf.Month()), leaf.Day(), false
		switch d.kind {
		case "year":
			fits = true
		case "quarter":
			fits = slices.Contains(d.quarters, (month+2)/3)
		case "month", "late_month":
			fits = month == d.month
		case "mid_month":
			fits = month == d.month && day <= 20
		case "early_month":
			fits = month == d.month && day <= 10
		case "date":
			fits = month == d.month && day <= d.day
		}
		if fits {
			return leaf.Format(time.DateOnly)
		}
	}
	return ""
}

// value is a deadline as the repair names it: MM-DD of every year, or the day.
func (d term) value() string {
	if !d.dated() {
		return ""
	}
	if d.yearly {
		return d.in(2000)[5:]
	}
	return d.in(d.year)
}

// later is the deadline one day on; ok is false at the end of the year.
func (d term) later() (term, bool) {
	year := d.year
	if d.yearly {
		year = 2000
	}
	now, _ := time.Parse(time.DateOnly, d.in(year))
	next := now.AddDate(0, 0, 1)
	return term{kind: "date", yearly: d.yearly, year: d.year, month: int(next.Month()), day: next.Day()}, next.Year() == year
}

// has is the day on which a deadline stands in a year of the plan, "" where the
// year has none of it.
func (p plan) has(d term, year int) string {
	day := d.in(year)
	if d.yearly && (year < p.first || year > p.last || day < p.issued) {
		return ""
	}
	return day
}

// years are more than any deadline of a plan can lie in.
func (p plan) years() (list []int) {
	for y := p.first - 3; y <= p.last+3; y++ {
		list = append(list, y)
	}
	return list
}

// against says how two deadlines stand to each other over the years.
func (p plan) against(due, need term) (before, same bool) {
	for _, y := range p.years() {
		a, b := p.has(due, y), p.has(need, y)
		if a != "" && b != "" {
			before, same = before || a < b, same || a == b
		}
	}
	return before, same && !before
}

// past says whether a deadline lay before the issue, and whether only a part.
func (p plan) past(d term) (wholly, partly bool) {
	if d.yearly || !d.dated() {
		return false, false
	}
	if wholly = d.in(d.year) < p.issued; wholly || d.kind != "quarter" {
		return wholly, false
	}
	for _, q := range d.quarters {
		partly = partly || (term{kind: "quarter", year: d.year, quarters: []int{q}}).in(d.year) < p.issued
	}
	return false, partly
}

// workingDays counts those after one day, up to another.
func workingDays(calendar *workday.Calendar, after, to string) (n int) {
	for at, _ := time.Parse(time.DateOnly, after); at.Format(time.DateOnly) < to; {
		at = at.AddDate(0, 0, 1)
		if calendar.IsWorking(at.Format(time.DateOnly)) {
			n++
		}
	}
	return n
}

func (p plan) tooShort(calendar *workday.Calendar, least int, j job) bool {
	for _, y := range p.years() {
		day := p.has(j.due, y)
		if day == "" || day < p.issued {
			continue
		}
		need, from := least, p.issued
		if j.working > 0 {
			need = j.working
			for _, n := range j.needs {
				if its := p.has(p.jobs[n].due, y); p.jobs[n].id != j.id && its > from && its <= day {
					from = its
				}
			}
		}
		if workingDays(calendar, from, day) < need {
			return true
		}
	}
	return false
}

// circles walks from each task over what it needs; tasks that reach each other
// are of one circle.
func (p plan) circles() (list []string) {
	reach := make([][]bool, len(p.jobs))
	for i := range p.jobs {
		reach[i] = make([]bool, len(p.jobs))
		for open := slices.Clone(p.jobs[i].needs); len(open) > 0; {
			n := open[0]
			open = open[1:]
			if !reach[i][n] {
				reach[i][n] = true
				open = append(open, p.jobs[n].needs...)
			}
		}
	}
	told := map[int]bool{}
	for i := range p.jobs {
		var ids []string
		for n := range p.jobs {
			if !told[i] && reach[i][n] && reach[n][i] {
				told[n] = n != i || told[n]
				ids = append(ids, p.jobs[n].id)
			}
		}
		if len(ids) > 0 {
			list = append(list, "cycle ["+strings.Join(ids, " ")+"]"+p.clausesOf(ids...))
		}
	}
	return list
}

func (p plan) clausesOf(ids ...string) string {
	var clauses []string
	for _, id := range ids {
		for _, j := range p.jobs {
			if j.id == id && j.clause != "" && !slices.Contains(clauses, j.clause) {
				clauses = append(clauses, j.clause)
			}
		}
	}
	return " [" + strings.Join(clauses, " ") + "]"
}

// wrong are all contradictions of a plan, sorted.
func (p plan) wrong(calendar *workday.Calendar, least int) []string {
	list := p.circles()
	say := func(code string, ids ...string) {
		list = append(list, code+" ["+strings.Join(ids, " ")+"]"+p.clausesOf(ids...))
	}
	unknown := func(told map[string]bool, j job, codes ...string) {
		for _, code := range codes {
			if code != "" && !slices.Contains(knownCodes, code) && !told[code] {
				told[code] = true
				say("unknown-agency", j.id)
			}
		}
	}
	for _, j := range p.jobs {
		for _, n := range j.needs {
			before, same := p.against(j.due, p.jobs[n].due)
			if before {
				say("before-prerequisite", j.id, p.jobs[n].id)
			}
			if same && p.jobs[n].id != j.id {
				say("same-day-order", j.id, p.jobs[n].id)
			}
		}
		if wholly, partly := p.past(j.due); wholly || partly {
			say("before-issue", j.id)
		}
		if p.tooShort(calendar, least, j) {
			say("too-short", j.id)
		}
		if !j.due.dated() {
			say("no-date", j.id)
		}
		if j.textDue != nil && j.due.kind != "" && j.textDue.yearly != j.due.yearly {
			say("once-and-yearly", j.id)
		}
		switch {
		case j.approver == "" && (j.annex || j.nobody):
			say("no-approver", j.id)
		case j.approver != "" && j.textApprover != "" && j.approver != j.textApprover:
			say("approver-differs", j.id)
		}
		if j.clause == "" {
			say("no-sentence", j.id)
		}
		unknown(map[string]bool{}, j, append(append([]string{j.lead, j.approver, j.textApprover}, j.with...), j.to...)...)
	}
	for _, d := range p.duties {
		if d.task == "" {
			list = append(list, "no-row [] ["+d.clause+"]")
		}
		if !slices.Contains(knownCodes, d.lead) {
			list = append(list, "unknown-agency [] ["+d.clause+"]")
		}
	}
	for _, code := range p.members {
		if !slices.Contains(knownCodes, code) {
			list = append(list, "unknown-agency [] []")
		}
	}
	slices.Sort(list)
	return list
}

// mended is the plan after the repair, and what was moved: as long as a task is
// due before one that it needs, it is put off by one day.
func (p plan) mended() (plan, []string) {
	after := p
	after.jobs = slices.Clone(p.jobs)
	for wrong := true; wrong; {
		wrong = false
		for i := range after.jobs {
			for _, n := range after.jobs[i].needs {
				if before, _ := p.against(after.jobs[i].due, after.jobs[n].due); before {
					after.jobs[i].due, _ = after.jobs[i].due.later()
					wrong = true
				}
			}
		}
	}
	var moved []string
	for i, j := range p.jobs {
		from, to := j.due, after.jobs[i].due
		if from.value() == to.value() {
			continue
		}
		year := to.year
		for y := p.first; to.yearly && year == 0 && y <= p.last; y++ {
			if p.has(to, y) != "" || y == p.last {
				year = y
			}
		}
		days := 0
		for at, _ := time.Parse(time.DateOnly, from.in(year)); at.Format(time.DateOnly) < to.in(year); at = at.AddDate(0, 0, 1) {
			days++
		}
		moved = append(moved, fmt.Sprintf("%s %s %s %d", j.id, from.value(), to.value(), days))
	}
	for i := range after.jobs {
		if _, partly := p.past(after.jobs[i].due); partly {
			d := &after.jobs[i].due
			d.quarters = slices.DeleteFunc(slices.Clone(d.quarters), func(q int) bool {
				return (term{kind: "quarter", year: d.year, quarters: []int{q}}).in(d.year) < p.issued
			})
		}
	}
	return after, moved
}
