package programme

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestEachContradictionIsFoundAndWhatOnlyLooksLikeOneIsNot(t *testing.T) {
	rules, calendar := rulesOfLaw(t)
	for name, c := range map[string]struct {
		tasks []string // with A's and B's lead, approver and clause added
		want  []string
	}{
		"nothing":                                {[]string{`id: A, due: 15/11`, `id: B, due: 20/11, needs: [A]`}, nil},
		"before what it needs":                   {[]string{`id: A, due: 15/11`, `id: B, due: 10/11, needs: [A]`}, []string{"before-prerequisite [B A]"}},
		"never over another":                     {[]string{`id: A, due: 15/11`, `id: B, needs: [A], due: 20/11`, `id: C, needs: [B], due: 30/11`}, nil},
		"only what is named":                     {[]string{`id: A, due: 15/12`, `id: B, needs: [A]`, `id: C, needs: [B], due: 30/11`}, []string{"no-date [B]"}},
		"two that it needs":                      {[]string{`id: A, due: 15/11`, `id: B, due: 16/11`, `id: C, due: 10/11, needs: [B, A]`}, []string{"before-prerequisite [C A]", "before-prerequisite [C B]"}},
		"the last day of a month":                {[]string{`id: A, due: Tháng 11`, `id: B, due: 29/11, needs: [A]`}, []string{"before-prerequisite [B A]"}},
		"the 20th of a month":                    {[]string{`id: A, due: trung tuần tháng 11`, `id: B, due: 19/11, needs: [A]`, `id: C, due: 21/11, needs: [A]`}, []string{"before-prerequisite [B A]"}},
		"the last quarter named":                 {[]string{`id: A, due: "Quý I, III hàng năm"`, `id: B, due: 29/09, needs: [A]`, `id: C, due: 01/10, needs: [A]`}, []string{"before-prerequisite [B A]"}},
		"one day":                                {[]string{`id: A, due: 30/11`, `id: B, due: Tháng 11, needs: [A]`}, []string{"same-day-order [B A]"}},
		"the last of February":                   {[]string{`id: A, due: Tháng 2`, `id: B, due: 28/02, needs: [A]`}, []string{"before-prerequisite [B A]"}}, // in 2020
		"once against yearly":                    {[]string{`id: A, due: 15/11`, `id: B, due: 10/11/2018, needs: [A]`}, []string{"before-prerequisite [B A]"}},
		"yearly against once":                    {[]string{`id: A, due: 15/11/2018`, `id: B, due: 10/11, needs: [A]`}, []string{"before-prerequisite [B A]"}},
		"once in different years":                {[]string{`id: A, due: 15/11/2018`, `id: B, due: 10/11/2017, needs: [A]`}, nil},
		"a year in which it does not exist yet":  {[]string{`id: A, due: Năm 2016`, `id: B, due: 30/06, needs: [A]`}, nil},
		"a yearly day before the plan":           {[]string{`id: A, due: 30/06`}, nil},
		"before the plan":                        {[]string{`id: A, due: 30/06/2016`}, []string{"before-issue [A]"}},
		"on the day of the plan":                 {[]string{`id: A, due: 21/10/2016`}, []string{"too-short [A]"}},
		"the running quarter and year":           {[]string{`id: A, due: Quý IV năm 2016`, `id: B, due: Năm 2016`}, nil},
		"a quarter that has passed":              {[]string{`id: A, due: "Quý III, IV năm 2016"`}, []string{"before-issue [A]"}},
		"quarters of another year":               {[]string{`id: A, due: "Quý II, IV năm 2017"`}, nil},
		"four working days":                      {[]string{`id: A, due: 27/10`, `id: B, due: 28/10`}, []string{"too-short [A]"}},
		"a work that takes ten days":             {[]string{`id: A, due: 15/11`, `id: B, due: 28/11, needs: [A], working_days: 10`, `id: C, due: 29/11, needs: [A], working_days: 10`}, []string{"too-short [B]"}},
		"days counted from what comes later":     {[]string{`id: A, due: 30/11`, `id: B, due: 10/11, needs: [A], working_days: 5`}, []string{"before-prerequisite [B A]"}},
		"every year on the day of the plan":      {[]string{`id: A, due: 21/10`}, []string{"too-short [A]"}},
		"a year after the last":                  {[]string{`id: A, due: 15/11`, `id: B, due: 10/11/2025, needs: [A]`}, nil},
		"no date":                                {[]string{`id: A`, `id: B, due: Hàng năm`, `id: C, due: 15/11, needs: [A, B]`}, []string{"no-date [A]", "no-date [B]"}},
		"a circle":                               {[]string{`id: A, due: 15/11, needs: [C]`, `id: B, due: 16/11, needs: [A]`, `id: C, due: 17/11, needs: [B]`}, []string{"before-prerequisite [A C]", "cycle [A B C]"}},
		"a circle of one":                        {[]string{`id: A, due: 15/11, needs: [A]`}, []string{"cycle [A]"}},
		"two circles and a bridge":               {[]string{`id: A, needs: [B]`, `id: B, needs: [A, C]`, `id: C, needs: [D]`, `id: D, needs: [C]`}, []string{"cycle [A B]", "cycle [C D]", "no-date [A]", "no-date [B]", "no-date [C]", "no-date [D]"}},
		"a diamond is no circle":                 {[]string{`id: A, due: 1/12`, `id: B, due: 2/12, needs: [A]`, `id: C, due: 2/12, needs: [A]`, `id: D, due: 3/12, needs: [B, C]`}, nil},
		"once here, yearly there":                {[]string{`id: A, due: 30/11, text: {due: 30/11/2016}`}, []string{"once-and-yearly [A]"}},
		"yearly here, once there":                {[]string{`id: A, due: 30/11/2016, text: {due: 30/11}`}, []string{"once-and-yearly [A]"}},
		"yearly in both":                         {[]string{`id: A, due: 30/11, text: {due: Tháng 11 hàng năm}`}, nil},
		"the text's approver":                    {[]string{`id: A, due: 30/11, text: {approver: b}`}, []string{"approver-differs [A]"}},
		"the same approver":                      {[]string{`id: A, due: 30/11, text: {approver: a}`}, nil},
		"an unknown agency, and where":           {[]string{`id: A, due: 30/11, with: [a, x], to: [y]`, `id: B, due: 30/11, with: [x, x]`}, []string{"unknown-agency [A]", "unknown-agency [A]", "unknown-agency [B]"}},
		"an unknown agency named twice in a row": {[]string{`id: A, due: 30/11, with: [x], to: [x]`}, []string{"unknown-agency [A]"}},
	} {
		for i, task := range c.tasks {
			c.tasks[i] = "{lead: a, approver: a, clause: II.1, " + task + "}"
		}
		p := readBody(t, c.tasks...)
		var got []string
		for _, f := range p.Lint(rules, calendar) {
			got = append(got, strings.TrimSuffix(short(f), " ["+strings.Join(f.Clauses, " ")+"]"))
		}
		slices.Sort(got)
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: found %q, not %q", name, got, c.want)
		}
	}
}

func TestApproversRowsAndSentencesThatAreMissing(t *testing.T) {
	p, err := Read([]byte(`
plan: {issued: 2016-10-21, period: {from: 2016, to: 2020}}
groups:
  - id: I
    tasks:
      - {id: I.1, lead: a, clause: II.1, due: 30/11}
      - {id: I.2, lead: a, approver: null, clause: II.1, due: 30/11}
      - {id: I.3, lead: g, approver: a, due: 30/11}
body:
  - {id: B.1, lead: a, clause: II.1, due: 30/11}
  - {id: B.2, lead: a, approver: ~, clause: II.1, due: 30/11}
duties:
  - {clause: II.1, lead: a, task: I.1}
  - {clause: II.2, lead: z, task: null}
  - {clause: II.3, lead: a}
agencies: {a: A}
agency_groups: {g: {name: G, members: [a, y]}}
`))
	if err != nil {
		t.Fatal(err)
	}
	rules, calendar := rulesOfLaw(t)
	want := []string{"no-approver [B.2] [II.1]", "no-approver [I.1] [II.1]", "no-approver [I.2] [II.1]", "no-row [] [II.2]", "no-row [] [II.3]", "no-sentence [I.3] []",
		"unknown-agency [] [II.2]", "unknown-agency [] []"}
	if got := shorts(p.Lint(rules, calendar)); !slices.Equal(got, want) {
		t.Errorf("found %q, not %q", got, want)
	}
}

func TestASlipInACodeIsToldWithTheCodeThatWasMeant(t *testing.T) {
	for slip, meant := range map[string]string{"so-ldtbx": "so-ldtbxh", "so-ldtbxhh": "so-ldtbxh", "so-dltbxh": "so-ldtbxh", "so_ldtbxh": "so-ldtbxh", "SO-LDTBXH": "so-ldtbxh", "so": "", "": "", "so-khdt": ""} {
		if got := oneSlip(slip, "so-ldtbxh"); got != (meant != "") {
			t.Errorf("%q: %v", slip, got)
		}
	}
}

// drawn is a random programme: its tasks, and the file with them.
type drawn struct {
	due   []Due
	needs [][]int
	first int // the year of issue
}

func (d drawn) file(style func(Due) string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "plan: {issued: %d-06-15, period: {from: %d, to: %d}}  # kế hoạch\nagencies: {a: A}\nbody:\n", d.first, d.first, d.first+2)
	for i := range d.due {
		var needs []string
		for _, n := range d.needs[i] {
			needs = append(needs, fmt.Sprintf("T%d", n))
		}
		fmt.Fprintf(&b, "  # việc số %d\n  - id: T%d\n    lead: a\n    clause: II.1\n    due: %s  # hạn\n    needs: [%s]\n", i, i, style(d.due[i]), strings.Join(needs, ", "))
	}
	return b.String()
}

// styles are ways of writing a deadline.
var styles = []func(Due) string{
	Due.flow,
	func(d Due) string { return d.Words() },
	func(d Due) string { return `"` + d.Words() + `"` },
	func(d Due) string {
		out := "# tính từ\n"
		for _, key := range dueKeys {
			if v, there := d.fields()[key]; there {
				out += fmt.Sprintf("      %s: %s  # so\n", key, strings.ReplaceAll(fmt.Sprint(v), " ", ", "))
			}
		}
		return strings.TrimSuffix(out, "\n")
	},
}

func programmes(most int) *rapid.Generator[drawn] {
	return rapid.Custom(func(t *rapid.T) drawn {
		n := rapid.IntRange(1, most).Draw(t, "tasks")
		d := drawn{first: rapid.IntRange(2015, 2017).Draw(t, "first")}
		for range n {
			due := dues().Draw(t, "due")
			if !due.Yearly {
				due.Year = rapid.IntRange(d.first, d.first+2).Draw(t, "of")
				if due.Rule == OnDay {
					due.Day = min(due.Day, 28)
				}
			}
			d.due = append(d.due, due)
			d.needs = append(d.needs, rapid.SliceOfNDistinct(rapid.IntRange(0, n-1), 0, min(n, 3), rapid.ID[int]).Draw(t, "needs"))
		}
		return d
	})
}

// on is the day of a deadline, worked out apart from the program's way: the
// last day that fits, going back from the end of the year.
func on(d Due, year int) string {
	if d.Rule == Undated || !d.Yearly && d.Year != year {
		return ""
	}
	for day := time.Date(year, 12, 31, 0, 0, 0, 0, time.UTC); day.Year() == year; day = day.AddDate(0, 0, -1) {
		month := int(day.Month())
		fits := map[Rule]bool{
			InYear: true, InQuarter: slices.Contains(d.Quarters, (month+2)/3), InMonth: month == d.Month, LateIn: month == d.Month,
			EarlyIn: month == d.Month && day.Day() <= 10, MiddleOf: month == d.Month && day.Day() <= 20, OnDay: month == d.Month && day.Day() <= d.Day,
		}
		if fits[d.Rule] {
			return day.Format(time.DateOnly)
		}
	}
	return ""
}

// exists is on, within the programme and not yearly before its issue.
func (d drawn) exists(due Due, year int) string {
	day := on(due, year)
	if day == "" || due.Yearly && day < fmt.Sprintf("%d-06-15", d.first) {
		return ""
	}
	return day
}

// contradicts says how a task stands to what it needs, in any year.
func (d drawn) contradicts(due, need Due) (before, same bool) {
	for year := d.first; year <= d.first+2; year++ {
		a, b := d.exists(due, year), d.exists(need, year)
		if a != "" && b != "" {
			before, same = before || a < b, same || a == b
		}
	}
	return before, same && !before
}

func (d drawn) read(t *rapid.T, style func(Due) string) *Programme {
	p, err := Read([]byte(d.file(style)))
	if err != nil {
		t.Fatalf("%v\n%s", errFields(err), d.file(style))
	}
	return p
}

func TestContradictionsOfDatesAreFoundInFullRepairedAndGoneAfter(t *testing.T) {
	rules, calendar := rulesOfLaw(t)
	rapid.Check(t, func(t *rapid.T) {
		d := programmes(8).Draw(t, "programme")
		style := rapid.SampledFrom(styles).Draw(t, "style")
		p := d.read(t, style)
		var want []string
		for i, due := range d.due {
			for _, n := range d.needs[i] {
				before, same := d.contradicts(due, d.due[n])
				if before {
					want = append(want, fmt.Sprintf("before-prerequisite T%d T%d", i, n))
				}
				if same && n != i {
					want = append(want, fmt.Sprintf("same-day-order T%d T%d", i, n))
				}
			}
			if due.Rule == Undated {
				want = append(want, fmt.Sprintf("no-date T%d", i))
			} else if day := on(due, due.Year); !due.Yearly && (day < fmt.Sprintf("%d-06-15", d.first) || due.Year == d.first && due.Rule == InQuarter && due.Quarters[0] == 1 && len(due.Quarters) > 1) {
				want = append(want, fmt.Sprintf("before-issue T%d", i))
			}
		}
		var got []string
		for _, f := range p.Lint(rules, calendar) {
			if f.Code != Cycle && f.Code != TooShort {
				got = append(got, string(f.Code)+" "+strings.Join(f.Tasks, " "))
			}
		}
		slices.Sort(want)
		slices.Sort(got)
		if !slices.Equal(got, want) {
			t.Fatalf("found %q, not %q", got, want)
		}
		r := p.Repair()
		out, err := p.Rewrite(r)
		if err != nil {
			t.Fatalf("%v\n%s", errFields(err), p.file.raw)
		}
		again, err := Read(out)
		if err != nil {
			t.Fatalf("%v\n%s", errFields(err), out)
		}
		for _, f := range again.Lint(rules, calendar) {
			if f.Code == BeforePrerequisite {
				t.Fatalf("still %s\n%s", short(f), out)
			}
		}
		var stays []string
		for _, f := range again.Lint(rules, calendar) {
			if f.Code == BeforeIssue || f.Code == TooShort || f.Code == NoDate || f.Code == Cycle {
				stays = append(stays, short(f))
			}
		}
		var left []string
		for _, f := range p.Left(r, rules, calendar) {
			left = append(left, short(f))
		}
		if !slices.Equal(left, stays) {
			t.Fatalf("told to be left are %q, and left are %q\n%s", left, stays, out)
		}
		if len(again.Repair().Moved) != 0 {
			t.Fatalf("repaired twice\n%s", out)
		}
		if a, b := strings.Count(string(out), "#"), strings.Count(string(p.file.raw), "#"); a != b {
			t.Fatalf("%d comments of %d are left\n%s", a, b, out)
		}
		for _, m := range r.Moved {
			if m.To <= m.From || m.Days < 1 {
				t.Fatalf("moved forward: %+v", m)
			}
		}
	})
}

func TestALongChainIsRepairedAtOnce(t *testing.T) {
	tasks := []string{"{id: T0, lead: a, due: 31/12}"}
	for i := 1; i < 2000; i++ {
		tasks = append(tasks, fmt.Sprintf("{id: T%d, lead: a, due: 1/12, needs: [T%d]}", i, i-1))
	}
	slices.Reverse(tasks)
	p := readBody(t, tasks...)
	if n := len(p.Repair().Moved); n != 1999 {
		t.Errorf("%d moves", n)
	}
}

func TestDeadlinesSharedByAnAnchorAreRepairedApart(t *testing.T) {
	file := head + `  - id: A
    lead: a
    due: &d
      date: 10-30
      every: year
    needs: &n
    - C
  - {id: B, lead: a, due: *d, text: {due: *d}}
  - {id: C, lead: a, due: 15/11}
  - {id: D, lead: a, due: *d, needs: *n}
`
	p, err := Read([]byte(file))
	if err != nil {
		t.Fatal(err)
	}
	out, err := p.Rewrite(p.Repair())
	if err != nil {
		t.Fatal(errFields(err))
	}
	again, err := Read(out)
	if err != nil {
		t.Fatal(err)
	}
	for id, want := range map[string]string{"A": "11-15", "B": "10-30", "C": "11-15", "D": "11-15"} {
		if task, _ := again.Task(id); task.Due.value() != want {
			t.Errorf("%s is due %s, not %s\n%s", id, task.Due.value(), want, out)
		}
	}
}

func TestMovesThatAreEasilyWrong(t *testing.T) {
	for name, c := range map[string]struct {
		tasks []string
		want  []Move
	}{
		"one that comes to exist in the first year": {[]string{`{id: A, lead: a, due: 10/10, needs: [B, C]}`, `{id: B, lead: a, due: 30/10}`, `{id: C, lead: a, due: 31/12/2016}`}, []Move{{"A", "10-10", "12-31", 82}}},
		"the same, asked in another order":          {[]string{`{id: A, lead: a, due: 10/10, needs: [C, B]}`, `{id: B, lead: a, due: 30/10}`, `{id: C, lead: a, due: 31/12/2016}`}, []Move{{"A", "10-10", "12-31", 82}}},
		"days of the first year that has it":        {[]string{`{id: A, lead: a, due: 05/02, needs: [B]}`, `{id: B, lead: a, due: 10/03}`}, []Move{{"A", "02-05", "03-10", 33}}},
		"the end of February":                       {[]string{`{id: A, lead: a, due: 05/02, needs: [B]}`, `{id: B, lead: a, due: Tháng 2}`}, []Move{{"A", "02-05", "02-29", 23}}},
		"the last of a chain":                       {[]string{`{id: A, lead: a, due: 1/12, needs: [B]}`, `{id: B, lead: a, due: 1/12, needs: [C]}`, `{id: C, lead: a, due: 10/12/2018}`}, []Move{{"A", "12-01", "12-10", 9}, {"B", "12-01", "12-10", 9}}},
		"a circle":                                  {[]string{`{id: A, lead: a, due: 1/12, needs: [B]}`, `{id: B, lead: a, due: 5/12, needs: [A]}`}, []Move{{"A", "12-01", "12-05", 4}}},
		"one due before the plan":                   {[]string{`{id: A, lead: a, due: 30/06/2016}`}, []Move{}},
	} {
		p := readBody(t, c.tasks...)
		r := p.Repair()
		if !slices.Equal(r.Moved, c.want) {
			t.Errorf("%s: moved %v, not %v", name, r.Moved, c.want)
		}
		if out, err := p.Rewrite(r); err != nil || strings.Contains(string(out), "02-29") {
			t.Errorf("%s is written as %s, %v", name, out, err)
		}
	}
}

func TestAQuarterThatEndsOnTheDayOfThePlanHasNotPassed(t *testing.T) {
	rules, calendar := rulesOfLaw(t)
	for issued, want := range map[string]bool{"2016-09-30": false, "2016-10-01": true} {
		p, err := Read([]byte("plan: {issued: " + issued + ", period: {from: 2016, to: 2020}}\nbody: [{id: A, lead: a, clause: I, due: {quarter: [4, 3], year: 2016}}]\nagencies: {a: A}\n"))
		if err != nil {
			t.Fatal(err)
		}
		if got := len(p.Lint(rules, calendar)) > 0; got != want {
			t.Errorf("%s: found %v", issued, got)
		}
	}
}
