package programme_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"giamngheo/internal/programme"
	"giamngheo/internal/workday"
	"giamngheo/law"
)

func lawRules(t *testing.T) (programme.Rules, *workday.Calendar) {
	t.Helper()
	raw, err := law.Files.ReadFile("programme-rules.yaml")
	if err != nil {
		t.Fatal(err)
	}
	rules, err := programme.ReadRules(raw)
	if err != nil {
		t.Fatal(err)
	}
	calendar, err := workday.Load(law.Files)
	if err != nil {
		t.Fatal(err)
	}
	return rules, calendar
}

var romans = []string{"", "I", "II", "III", "IV"}

// write gives the deadline as a file has it: as a mapping, or in an office's words.
func (d term) write(words bool) string {
	every := fmt.Sprintf("year: %d", d.year)
	if d.yearly {
		every = "every: year"
	}
	when := fmt.Sprintf("năm %d", d.year)
	if d.yearly {
		when = "hàng năm"
	}
	var quarters, roman []string
	for _, q := range d.quarters {
		quarters, roman = append(quarters, fmt.Sprint(q)), append(roman, romans[q])
	}
	part := map[string]string{"month": "Tháng", "early_month": "thượng tuần tháng", "mid_month": "trung tuần tháng", "late_month": "hạ tuần tháng"}
	switch d.kind {
	case "":
		return "null"
	case "every":
		return map[bool]string{false: "{every: year}", true: "Hàng năm"}[words]
	case "year":
		return map[bool]string{false: "{" + every + "}", true: fmt.Sprintf("Năm %d", d.year)}[words]
	case "quarter":
		return map[bool]string{false: "{quarter: [" + strings.Join(quarters, ", ") + "], " + every + "}", true: `"Quý ` + strings.Join(roman, ", ") + " " + when + `"`}[words]
	case "date":
		switch {
		case words && d.yearly:
			return fmt.Sprintf("trước ngày %d/%d hàng năm", d.day, d.month)
		case words:
			return fmt.Sprintf("%02d/%02d/%d", d.day, d.month, d.year)
		case d.yearly:
			return fmt.Sprintf(`{date: "%02d-%02d", every: year}`, d.month, d.day)
		}
		return fmt.Sprintf(`{date: "%d-%02d-%02d"}`, d.year, d.month, d.day)
	}
	return map[bool]string{false: fmt.Sprintf("{%s: %d, %s}", d.kind, d.month, every), true: fmt.Sprintf("%s %d %s", part[d.kind], d.month, when)}[words]
}

func (p plan) write(words bool) string {
	var annex, body strings.Builder
	for _, j := range p.jobs {
		var needs []string
		for _, n := range j.needs {
			needs = append(needs, p.jobs[n].id)
		}
		line := fmt.Sprintf("{id: %s, title: Việc %s, lead: %s, with: [%s], to: [%s], due: %s, needs: [%s]", j.id, j.id, j.lead, strings.Join(j.with, ", "), strings.Join(j.to, ", "), j.due.write(words), strings.Join(needs, ", "))
		if j.clause != "" {
			line += `, clause: "` + j.clause + `"`
		}
		if j.approver != "" {
			line += ", approver: " + j.approver
		} else if j.nobody {
			line += ", approver: null"
		}
		if j.working > 0 {
			line += fmt.Sprintf(", working_days: %d", j.working)
		}
		var text []string
		if j.textApprover != "" {
			text = append(text, "approver: "+j.textApprover)
		}
		if j.textDue != nil {
			text = append(text, "due: "+j.textDue.write(words))
		}
		if len(text) > 0 {
			line += ", text: {" + strings.Join(text, ", ") + "}"
		}
		if j.annex {
			fmt.Fprintf(&annex, "      - %s}\n", line)
		} else {
			fmt.Fprintf(&body, "  - %s}\n", line)
		}
	}
	file := fmt.Sprintf("plan: {number: 1/KH, issued: %s, period: {from: %d, to: %d}}\nagencies: {a: A, b: B}\nagency_groups: {g: {name: G, members: [%s]}}\n", p.issued, p.first, p.last, strings.Join(p.members, ", "))
	if annex.Len() > 0 {
		file += "groups:\n  - id: I\n    title: Nhóm\n    tasks:\n" + annex.String()
	}
	if body.Len() > 0 {
		file += "body:\n" + body.String()
	}
	if len(p.duties) > 0 {
		file += "duties:\n"
	}
	for _, d := range p.duties {
		file += fmt.Sprintf("  - {clause: %q, lead: %s, task: %s}\n", d.clause, d.lead, map[bool]string{true: "null", false: d.task}[d.task == ""])
	}
	return file
}

func terms(t *rapid.T, first, last int) term {
	d := term{kind: rapid.SampledFrom([]string{"date", "date", "date", "quarter", "year", "month", "early_month", "mid_month", "late_month", "every", ""}).Draw(t, "kind")}
	d.yearly = d.kind == "every" || d.kind != "" && d.kind != "year" && rapid.IntRange(0, 3).Draw(t, "yearly") > 0
	if d.kind == "" || d.kind == "every" {
		return d
	}
	if !d.yearly {
		d.year = rapid.IntRange(first-1, last+1).Draw(t, "year")
	}
	// Half of all lie in the last quarter, where plans crowd.
	d.month = rapid.OneOf(rapid.IntRange(1, 12), rapid.IntRange(10, 12)).Draw(t, "month")
	switch d.kind {
	case "year":
		d.month = 0
	case "quarter":
		d.month = 0
		d.quarters = rapid.SampledFrom([][]int{{1}, {2}, {3}, {4}, {2, 4}, {1, 3}, {3, 4}, {1, 2, 3, 4}}).Draw(t, "quarters")
	case "date":
		days := []int{0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}[d.month]
		if !d.yearly && d.month == 2 {
			days = 28
		}
		d.day = rapid.IntRange(1, days).Draw(t, "day")
	}
	return d
}

func someOf(t *rapid.T, what string, most int, from ...string) []string {
	return rapid.SliceOfN(rapid.SampledFrom(from), 0, most).Draw(t, what)
}

// drawPlan is a plan with anything in it that a plan can say.
func drawPlan(most int) *rapid.Generator[plan] {
	return rapid.Custom(func(t *rapid.T) plan {
		p := plan{first: rapid.IntRange(2014, 2018).Draw(t, "first")}
		p.last = p.first + rapid.IntRange(0, 3).Draw(t, "more")
		n := rapid.IntRange(1, most).Draw(t, "tasks")
		annex := rapid.IntRange(0, n).Draw(t, "of the annex")
		for i := range n {
			j := job{id: fmt.Sprintf("T.%d", i), annex: i < annex, due: terms(t, p.first, p.last),
				lead: rapid.SampledFrom([]string{"a", "a", "a", "b", "g", "x"}).Draw(t, "lead"), with: someOf(t, "with", 2, "a", "b", "g", "g", "y"), to: someOf(t, "to", 1, "a", "x"),
				clause: rapid.SampledFrom([]string{"II.1", "II.2.1", "III.1", ""}).Draw(t, "clause"), approver: rapid.SampledFrom([]string{"a", "a", "b", "", "z"}).Draw(t, "approver"),
				textApprover: rapid.SampledFrom([]string{"", "", "", "a", "b", "v"}).Draw(t, "text approver"), nobody: rapid.Bool().Draw(t, "nobody"),
				needs:   rapid.SliceOfNDistinct(rapid.IntRange(0, n-1), 0, min(n, 3), rapid.ID[int]).Draw(t, "needs"),
				working: rapid.SampledFrom([]int{0, 0, 0, 3, 20}).Draw(t, "working days")}
			if j.approver != "" {
				j.nobody = false
			}
			if rapid.IntRange(0, 3).Draw(t, "text says") == 0 {
				if d := terms(t, p.first, p.last); d.kind != "" {
					j.textDue = &d
				}
			}
			p.jobs = append(p.jobs, j)
		}
		// Some need each other in a ring, in any order.
		ring := rapid.Permutation(ids(n)).Draw(t, "ring")[:rapid.IntRange(0, n).Draw(t, "of the ring")]
		for at, i := range ring {
			if n := ring[(at+1)%len(ring)]; len(ring) > 1 && !slices.Contains(p.jobs[i].needs, n) {
				p.jobs[i].needs = append(p.jobs[i].needs, n)
			}
		}
		p.issued = issue(t, p)
		for i := range rapid.IntRange(0, 3).Draw(t, "duties") {
			d := duty{clause: fmt.Sprintf("II.3.%d", i), lead: rapid.SampledFrom([]string{"a", "b", "x"}).Draw(t, "duty of")}
			if rapid.Bool().Draw(t, "has a row") {
				d.task = p.jobs[0].id
			}
			p.duties = append(p.duties, d)
		}
		p.members = rapid.SampledFrom([][]string{nil, {"a", "b"}, {"a", "w"}}).Draw(t, "members")
		return p
	})
}

func ids(n int) (list []int) {
	for i := range n {
		list = append(list, i)
	}
	return list
}

// issue is the day on which a plan is issued: any of its first year, or one on
// which a deadline or a quarter ends, or the day after.
func issue(t *rapid.T, p plan) string {
	ends := []string{fmt.Sprintf("%d-%02d-%02d", p.first, rapid.IntRange(1, 12).Draw(t, "issued in"), rapid.IntRange(1, 28).Draw(t, "issued on"))}
	for _, j := range p.jobs {
		if day := j.due.in(p.first); day != "" {
			ends = append(ends, day)
		}
		for _, q := range j.due.quarters {
			if !j.due.yearly && j.due.year == p.first {
				ends = append(ends, (term{kind: "quarter", year: p.first, quarters: []int{q}}).in(p.first))
			}
		}
	}
	day := rapid.SampledFrom(ends).Draw(t, "issued")
	if d, fits := (term{kind: "date", year: p.first, month: month(day), day: dayOfMonth(day)}).later(); fits && rapid.Bool().Draw(t, "a day later") {
		day = d.value()
	}
	return day
}

func month(day string) (n int)      { fmt.Sscanf(day[5:7], "%d", &n); return n }
func dayOfMonth(day string) (n int) { fmt.Sscanf(day[8:], "%d", &n); return n }

func found(list []programme.Finding) (out []string) {
	for _, f := range list {
		out = append(out, fmt.Sprintf("%s [%s] [%s]", f.Code, strings.Join(f.Tasks, " "), strings.Join(f.Clauses, " ")))
	}
	slices.Sort(out)
	return out
}

func TestRandomPlansAreFoundWrongInFullRepairedAndCleanAfter(t *testing.T) {
	rules, calendar := lawRules(t)
	met := map[string]int{}
	for range 3 { // of a hundred plans each
		rapid.Check(t, func(t *rapid.T) {
			p := drawPlan(7).Draw(t, "plan")
			file := p.write(rapid.Bool().Draw(t, "in words"))
			read, err := programme.Read([]byte(file))
			if err != nil {
				t.Fatalf("%v\n%s", err, file)
			}
			list := read.Lint(rules, calendar)
			want := p.wrong(calendar, rules.LeastWorkingDays.Value)
			if got := found(list); !slices.Equal(got, want) {
				t.Fatalf("found\n%s\nnot\n%s\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"), file)
			}
			for _, w := range want {
				code, _, _ := strings.Cut(w, " ")
				met[code]++
			}
			for _, f := range list {
				if f.Message.VI == "" || f.Message.EN == "" || strings.ContainsAny(f.Message.VI+f.Message.EN, "‹›{}") || f.Severity == "" || f.Change.Action == "" {
					t.Fatalf("says %+v\n%s", f, file)
				}
			}
			mended, moves := p.mended()
			r := read.Repair()
			var moved []string
			for _, m := range r.Moved {
				moved = append(moved, fmt.Sprintf("%s %s %s %d", m.Task, m.From, m.To, m.Days))
			}
			if !slices.Equal(moved, moves) {
				t.Fatalf("moved %q, not %q\n%s", moved, moves, file)
			}
			written, err := read.Rewrite(r)
			if err != nil {
				t.Fatalf("%v\n%s", err, file)
			}
			again, err := programme.Read(written)
			if err != nil {
				t.Fatalf("%v\n%s", err, written)
			}
			// What the written file still says wrongly is what the mended plan does:
			// nothing before what it needs, and no quarter that had passed.
			left := found(again.Lint(rules, calendar))
			if want := mended.wrong(calendar, rules.LeastWorkingDays.Value); !slices.Equal(left, want) {
				t.Fatalf("after the repair\n%s\nnot\n%s\n%s", strings.Join(left, "\n"), strings.Join(want, "\n"), written)
			}
			for _, l := range left {
				if strings.HasPrefix(l, "before-prerequisite") {
					t.Fatalf("still %s\n%s", l, written)
				}
			}
			if n := len(again.Repair().Moved); n != 0 {
				t.Fatalf("%d moves of what was repaired\n%s", n, written)
			}
			var dates []string // what of the dates people have to decide
			for _, l := range left {
				switch code, _, _ := strings.Cut(l, " "); code {
				case "before-issue", "too-short", "no-date", "cycle":
					dates = append(dates, l)
				}
			}
			if told := found(read.Left(r, rules, calendar)); !slices.Equal(told, dates) {
				t.Fatalf("told to be left %q, and left are %q\n%s", told, dates, written)
			}
		})
	}
	for _, code := range []string{"cycle", "before-prerequisite", "before-issue", "no-date", "unknown-agency", "too-short", "once-and-yearly", "no-approver", "approver-differs", "no-row", "no-sentence", "same-day-order"} {
		if met[code] == 0 {
			t.Errorf("no plan had %s", code)
		}
	}
}

// All calendars that give nobody less time are tried, of those in which no task
// is due before what it needs each task's earliest date is taken, and these dates
// together are the repair.
func TestTheRepairIsTheLeastOfAllCalendarsThatAreRight(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawPlan(4).Draw(t, "plan")
		ends := []string{"12-31"} // a date moves to that of another task, or stays
		for _, j := range p.jobs {
			if v := j.due.value(); v != "" {
				ends = append(ends, v[len(v)-len("12-31"):])
			}
			for _, y := range p.years() { // 29 February is the 28th of other years
				if d := j.due.in(y); d != "" {
					ends = append(ends, d[5:])
				}
			}
		}
		slices.Sort(ends)
		ends = slices.Compact(ends)
		choices := make([][]term, len(p.jobs))
		for i, j := range p.jobs {
			choices[i] = []term{j.due}
			for _, end := range ends {
				if d := (term{kind: "date", yearly: j.due.yearly, year: j.due.year}); j.due.dated() {
					fmt.Sscanf(end, "%d-%d", &d.month, &d.day)
					if !d.yearly && end == "02-29" {
						d.day = 28
					}
					if d.value() > j.due.value() {
						choices[i] = append(choices[i], d)
					}
				}
			}
		}
		right := func(of []term) bool {
			for i, j := range p.jobs {
				for _, n := range j.needs {
					if before, _ := p.against(of[i], of[n]); before {
						return false
					}
				}
			}
			return true
		}
		// What one choice is against another is asked often: once for each pair.
		bad := map[[4]int]bool{}
		for i, j := range p.jobs {
			for _, n := range j.needs {
				for a, mine := range choices[i] {
					for b, its := range choices[n] {
						before, _ := p.against(mine, its)
						bad[[4]int{i, a, n, b}] = before
					}
				}
			}
		}
		var least []term
		chosen := make([]int, len(p.jobs))
		var try func(int)
		try = func(i int) {
			if i < len(chosen) {
				for chosen[i] = range choices[i] {
					try(i + 1)
				}
				return
			}
			for i, j := range p.jobs {
				for _, n := range j.needs {
					if n != i && bad[[4]int{i, chosen[i], n, chosen[n]}] {
						return
					}
				}
			}
			for i, c := range chosen {
				switch d := choices[i][c]; {
				case len(least) < len(chosen):
					least = append(least, d)
				case d.value() < least[i].value():
					least[i] = d
				}
			}
		}
		try(0)
		if len(least) == 0 || !right(least) {
			t.Fatalf("the least dates are no calendar\n%s", p.write(false))
		}
		read, err := programme.Read([]byte(p.write(false)))
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]string{}
		for _, m := range read.Repair().Moved {
			got[m.Task] = m.To
		}
		for i, j := range p.jobs {
			want := ""
			if least[i].value() != j.due.value() {
				want = least[i].value()
			}
			if got[j.id] != want {
				t.Fatalf("%s is moved to %q, the least is %q\n%s", j.id, got[j.id], want, p.write(false))
			}
		}
	})
}
