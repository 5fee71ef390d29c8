package programme

import (
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"testing"

	"giamngheo/internal/workday"
	"giamngheo/law"
)

func lawFS() fs.FS { return law.Files }

func lawFile(t testing.TB, name string) []byte {
	t.Helper()
	raw, err := law.Files.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func rulesOfLaw(t testing.TB) (Rules, *workday.Calendar) {
	t.Helper()
	rules, err := ReadRules(lawFile(t, "programme-rules.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	calendar, err := workday.Load(law.Files)
	if err != nil {
		t.Fatal(err)
	}
	return rules, calendar
}

func plan159(t testing.TB) *Programme {
	t.Helper()
	p, err := Read(lawFile(t, "programmes/tasks-159.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// short is what a test compares of a finding.
func short(f Finding) string {
	return fmt.Sprintf("%s [%s] [%s]", f.Code, strings.Join(f.Tasks, " "), strings.Join(f.Clauses, " "))
}

func shorts(findings []Finding) []string {
	var list []string
	for _, f := range findings {
		list = append(list, short(f))
	}
	slices.Sort(list)
	return list
}

// The contradictions of plan 159/KH-UBND that its file can show, each with
// what the plan says. Nothing else may be found.
var contradictionsOf159 = map[string]string{
	"before-prerequisite [I.4 I.5] [II.1.2 II.1.3]":   "II.1.2: the district's survey by 30/10; II.1.3: the communes', which it sums up, by 15/11",
	"before-prerequisite [II.1 I.5] [II.2.1 II.1.3]":  "II.2.1: the commune plan 'trên cơ sở điều tra, rà soát' by 10/11, the survey ends 15/11",
	"before-prerequisite [B.1 B.2] [II.2.2 II.2.3.1]": "II.2.2: districts give communes targets by 05/12; II.2.3.1: the province gives districts theirs by 10/12",
	"before-issue [I.2] []":                           "annex I.2: 'Quý II, IV năm 2016' in a plan of 21/10/2016",
	"too-short [I.1] [II.1.1]":                        "II.1.1: by 25/10 in a plan of 21/10/2016, a Friday: two working days",
	"no-date [B.3] [II.2.3]":                          "II.2.3: targets for the departments, without a date, on which their plans rest",
	"no-date [B.5] [II.3.1]":                          "II.3.1: resources are allocated 'hàng năm'",
	"once-and-yearly [II.2] [II.2.2]":                 "II.2.2: 'trước ngày 30/11/2016'; annex II.2: '30/11/ hàng năm'",
	"no-approver [VI.1] [II.3.3]":                     "annex VI: the column is empty",
	"approver-differs [I.1] [II.1.1]":                 "II.1.1: 'báo cáo Chủ tịch UBND tỉnh'; annex I.1: 'UBND tỉnh'",
	"no-row [] [II.2.3.7]":                            "Ban Dân tộc",
	"no-row [] [II.2.3.8]":                            "Sở Khoa học và Công nghệ",
	"no-row [] [II.2.3.9]":                            "Sở Tài nguyên và Môi trường",
	"no-row [] [II.2.3.10]":                           "Sở Công thương",
	"no-row [] [II.2.3.11]":                           "Sở Văn hóa, Thể thao và Du lịch",
	"no-row [] [II.2.3.12]":                           "Sở Ngoại vụ",
	"no-row [] [II.2.3.13]":                           "Sở Tư pháp",
	"no-row [] [II.2.3.14]":                           "Ngân hàng Chính sách xã hội",
	"no-row [] [II.2.3.15]":                           "Trung tâm Xúc tiến đầu tư",
	"no-row [] [II.3.1]":                              "the allocation of resources",
	"no-sentence [I.2] []":                            "part II names no survey of coastal communes",
	"no-sentence [I.3] []":                            "nor of extremely difficult villages",
	"no-sentence [IV.1] []":                           "nor a programme of jobs",
	"no-sentence [IV.2] []":                           "nor a plan of vocational training",
	"no-sentence [IV.3] []":                           "nor a policy for work abroad",
	"no-sentence [IV.4] []":                           "nor model places in the poor districts",
	"no-sentence [V.2] []":                            "nor a policy of rewards",
	"no-sentence [VII.1] []":                          "III.1 and III.3 speak of reports in general only",
	"no-sentence [VII.2] []":                          "as VII.1",
	"no-sentence [VII.3] []":                          "as VII.1",
	"same-day-order [VII.3 VII.1] []":                 "annex VII: all 'Tháng 12 hàng năm', though one sums up the others",
	"same-day-order [VII.3 VII.2] []":                 "as VII.1",
}

func TestPlan159ContradictsItselfWhereItsTextDoesAndNowhereElse(t *testing.T) {
	p := plan159(t)
	rules, calendar := rulesOfLaw(t)
	found := shorts(p.Lint(rules, calendar))
	for _, f := range found {
		if contradictionsOf159[f] == "" {
			t.Errorf("%s is not so", f)
		}
	}
	for f, why := range contradictionsOf159 {
		if !slices.Contains(found, f) {
			t.Errorf("%s is not found: %s", f, why)
		}
	}
	if len(found) != len(contradictionsOf159) {
		t.Errorf("%d findings, %d expected", len(found), len(contradictionsOf159))
	}
}

func TestFindingsOfPlan159SayWhatIsWrongAndWhatToDo(t *testing.T) {
	p := plan159(t)
	rules, calendar := rulesOfLaw(t)
	for _, f := range p.Lint(rules, calendar) {
		for _, m := range []string{f.Message.VI, f.Message.EN} {
			if m == "" || strings.ContainsAny(m, "‹›{}") {
				t.Errorf("%s says %q", short(f), m)
			}
		}
		if f.Change.Action == "" || (f.Change.Action == "none") != (f.Code == SameDayOrder) {
			t.Errorf("%s: what would mend it is %+v", short(f), f.Change)
		}
		if f.Tasks == nil || f.Clauses == nil || f.Severity == "" {
			t.Errorf("%s lacks a list or its severity", short(f))
		}
	}
}

func TestTheRepairedCalendarOf159MovesThreeDeadlinesAndMendsTheDates(t *testing.T) {
	p := plan159(t)
	r := p.Repair()
	want := []Move{{"I.4", "10-30", "11-15", 16}, {"II.1", "11-10", "11-15", 5}, {"B.1", "12-05", "12-10", 5}}
	if !slices.Equal(r.Moved, want) {
		t.Errorf("moved %+v, not %+v", r.Moved, want)
	}
	out, err := p.Rewrite(r)
	if err != nil {
		t.Fatal(err)
	}
	again, err := Read(out)
	if err != nil {
		t.Fatal(err)
	}
	rules, calendar := rulesOfLaw(t)
	left := shorts(again.Lint(rules, calendar))
	for _, f := range left {
		if strings.HasPrefix(f, "before-") {
			t.Errorf("the repaired file still has %s", f)
		}
	}
	if n := len(again.Repair().Moved); n != 0 {
		t.Errorf("the repaired calendar is repaired again: %d moves", n)
	}
	// Four lines differ, each in its deadline alone.
	before, after := strings.Split(string(p.file.raw), "\n"), strings.Split(string(out), "\n")
	changed := 0
	for i := range before {
		if before[i] != after[i] {
			changed++
			if cut(before[i]) != cut(after[i]) {
				t.Errorf("more than the deadline of this line has changed:\n%s\n%s", before[i], after[i])
			}
		}
	}
	if len(before) != len(after) || changed != 4 {
		t.Errorf("%d lines of %d have changed", changed, len(before))
	}
}

// cut leaves a line's deadline out.
func cut(line string) string {
	before, rest, _ := strings.Cut(line, "due: {")
	_, after, _ := strings.Cut(rest, "}")
	return before + after
}

// What no postponing mends is told beside the calendar, and nothing else of the
// dates is left: neither an order that does not hold nor a term that was past.
func TestTheRepairedPlanLeavesToPeopleWhatNoDateOfThePlanMends(t *testing.T) {
	rules, calendar := rulesOfLaw(t)
	p := plan159(t)
	var left []string
	for _, f := range p.Left(p.Repair(), rules, calendar) {
		left = append(left, short(f))
	}
	if got := strings.Join(left, "; "); got != "too-short [I.1] [II.1.1]; no-date [B.3] [II.2.3]; no-date [B.5] [II.3.1]" {
		t.Error(got)
	}
}

// All the plans of departments rest on targets that have no date (II.2.3): the
// finding names each of them, and not the first alone.
func TestATaskWithoutADateNamesAllThatRestOnIt(t *testing.T) {
	rules, calendar := rulesOfLaw(t)
	for _, f := range plan159(t).Lint(rules, calendar) {
		if f.Code == NoDate && f.Tasks[0] == "B.3" && !strings.Contains(f.Message.VI, "II.3, II.4, II.5, II.6, II.7, B.4 dựa vào") {
			t.Error(f.Message.VI)
		}
	}
}
