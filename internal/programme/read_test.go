package programme

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"giamngheo/internal/fault"
	"giamngheo/internal/workday"
)

// head opens a file; body tasks follow.
const head = `plan: {number: 1/KH, issued: 2016-10-21, period: {from: 2016, to: 2020}}
agencies: {a: Sở A, b: Sở B}
body:
`

func readBody(t *testing.T, lines ...string) *Programme {
	t.Helper()
	p, err := Read([]byte(head + "  - " + strings.Join(lines, "\n  - ") + "\n"))
	if err != nil {
		t.Fatal(fault.Log(err), errFields(err))
	}
	return p
}

func errFields(err error) string {
	var f *fault.Error
	if errors.As(err, &f) {
		return fmt.Sprint(f.Message, f.Fields)
	}
	return ""
}

func TestMalformedFilesAreRefusedWithTheLine(t *testing.T) {
	for name, c := range map[string]struct {
		file string
		line int
	}{
		"no yaml":                      {head + "  - {id: A, lead: a", 4},
		"a tab":                        {"plan:\n\tnumber: 1\n", 2},
		"a quote left open":            {head + "  - {id: A, lead: \"a}\n", 4},
		"an unknown key":               {head + "  - {id: A, lead: a, nedes: [B]}\n", 4},
		"an unknown key at the top":    {head + "  - {id: A, lead: a}\ntask: []\n", 5},
		"an unknown key of the plan":   {"plan: {issued: 2016-10-21, signed: x, period: {from: 2016, to: 2020}}\nbody: [{id: A, lead: a}]\n", 1},
		"a key twice":                  {head + "  - {id: A, lead: a, lead: b}\n", 4},
		"a task twice":                 {head + "  - {id: A, lead: a}\n  - {id: A, lead: b}\n", 5},
		"a task without id":            {head + "  - {title: x, lead: a}\n", 4},
		"a task without lead":          {head + "  - {id: A}\n", 4},
		"an empty task":                {head + "  - {id: A, lead: a}\n  -\n", 5},
		"a task that is a word":        {head + "  - A\n", 4},
		"needs what is not there":      {head + "  - {id: A, lead: a}\n  - {id: B, lead: a, needs: [A, C]}\n", 5},
		"a duty of no task":            {head + "  - {id: A, lead: a}\nduties:\n  - {clause: II.1, lead: a, task: B}\n", 6},
		"a duty without a clause":      {head + "  - {id: A, lead: a}\nduties:\n  - {lead: a, task: A}\n", 6},
		"an approver without a level":  {head + "  - {id: A, lead: a}\napprovers:\n  c: {}\n", 6},
		"an approver of the moon":      {head + "  - {id: A, lead: a}\napprovers:\n  c: {at: moon}\n", 6},
		"a product nobody knows":       {head + "  - {id: A, lead: a, product: song}\n", 4},
		"a product of another level":   {head + "  - {id: A, lead: a, per: district, product: commune_review}\n", 4},
		"a product of two levels":      {head + "  - {id: A, lead: a, per: commune, also_per: [district], product: commune_review}\n", 4},
		"an impossible day":            {head + "  - {id: A, lead: a, due: {date: \"02-30\", every: year}}\n", 4},
		"an impossible month":          {head + "  - {id: A, lead: a, due: {date: \"13-01\", every: year}}\n", 4},
		"an impossible day once":       {head + "  - {id: A, lead: a, due: {date: \"2017-02-29\"}}\n", 4},
		"a day without a year":         {head + "  - {id: A, lead: a, due: {date: \"10-25\"}}\n", 4},
		"a day with two years":         {head + "  - {id: A, lead: a, due: {date: \"2016-10-25\", every: year}}\n", 4},
		"a day the other way round":    {head + "  - {id: A, lead: a, due: {date: \"25/10\", every: year}}\n", 4},
		"a fifth quarter":              {head + "  - {id: A, lead: a, due: {quarter: [5], year: 2016}}\n", 4},
		"no quarter":                   {head + "  - {id: A, lead: a, due: {quarter: [], year: 2016}}\n", 4},
		"a quarter of no year":         {head + "  - {id: A, lead: a, due: {quarter: [4]}}\n", 4},
		"a thirteenth month":           {head + "  - {id: A, lead: a, due: {month: 13, every: year}}\n", 4},
		"a month in words":             {head + "  - {id: A, lead: a, due: {month: mười, every: year}}\n", 4},
		"half of a month":              {head + "  - {id: A, lead: a, due: {mid_month: 1.5, every: year}}\n", 4},
		"every month":                  {head + "  - {id: A, lead: a, due: {date: \"10-25\", every: month}}\n", 4},
		"once and yearly":              {head + "  - {id: A, lead: a, due: {month: 3, every: year, year: 2016}}\n", 4},
		"two rules":                    {head + "  - {id: A, lead: a, due: {month: 3, date: \"10-25\", every: year}}\n", 4},
		"nothing in a deadline":        {head + "  - {id: A, lead: a, due: {}}\n", 4},
		"a deadline of unknown words":  {head + "  - {id: A, lead: a}\n  - {id: B, lead: a, due: sớm nhất có thể}\n", 5},
		"a list of deadlines":          {head + "  - {id: A, lead: a, due: [x]}\n", 4},
		"the text's deadline":          {head + "  - {id: A, lead: a, text: {due: {date: \"99-99\", every: year}}}\n", 4},
		"an unknown level":             {head + "  - {id: A, lead: a, per: village}\n", 4},
		"an unknown further level":     {head + "  - {id: A, lead: a, per: commune, also_per: [district, hamlet]}\n", 4},
		"a span of one year":           {head + "  - {id: A, lead: a, periods: [[2016]]}\n", 4},
		"spans without their brackets": {head + "  - {id: A, lead: a, periods: [2016, 2019]}\n", 4},
		"a span backwards":             {head + "  - {id: A, lead: a, periods: [[2019, 2016]]}\n", 4},
		"a span that never comes due":  {head + "  - {id: A, lead: a, periods: [[2016, 2026]]}\n", 4},
		"no working days":              {head + "  - {id: A, lead: a, working_days: 0}\n", 4},
		"no plan":                      {"body:\n  - {id: A, lead: a}\n", 1},
		"no day of issue":              {"plan: {period: {from: 2016, to: 2020}}\nbody: [{id: A, lead: a}]\n", 1},
		"an impossible day of issue":   {"plan:\n  issued: 2016-13-21\n  period: {from: 2016, to: 2020}\nbody: [{id: A, lead: a}]\n", 2},
		"no period":                    {"plan: {issued: 2016-10-21}\nbody: [{id: A, lead: a}]\n", 1},
		"half a period":                {"plan:\n  issued: 2016-10-21\n  period: {from: 2016}\nbody: [{id: A, lead: a}]\n", 3},
		"a period backwards":           {"plan:\n  issued: 2016-10-21\n  period: {from: 2020, to: 2016}\nbody: [{id: A, lead: a}]\n", 3},
		"no tasks":                     {"plan: {issued: 2016-10-21, period: {from: 2016, to: 2020}}\n", 1},
		"an agency twice":              {"agencies:\n  a: A\n  a: B\nplan: {issued: 2016-10-21, period: {from: 2016, to: 2020}}\nbody: [{id: A, lead: a}]\n", 3},
		"a group that is an agency":    {"agencies: {a: A}\nagency_groups:\n  a: B\nplan: {issued: 2016-10-21, period: {from: 2016, to: 2020}}\nbody: [{id: A, lead: a}]\n", 3},
		"two documents":                {head + "  - {id: A, lead: a}\n---\nplan: {}\n", 6},
		"an anchor that is not there":  {head + "  - {id: A, lead: *x}\n", 4},
		"a tag":                        {head + "  - {id: !!binary A, lead: a}\n", 4},
		"a fault after lines":          {head + "  - {id: A, title: một\n      hai, lead: a}\n  - {id: B, lead: a, per: x}\n", 6},
		"brackets without end":         {"plan: " + strings.Repeat("[", 100000), 1},
		"dashes without end":           {"plan:\n  " + strings.Repeat("- ", 100000) + "a", 2},
	} {
		_, err := Read([]byte(c.file))
		said := errFields(err)
		if fault.Of(err) != fault.Invalid {
			t.Errorf("%s is not refused: %v", name, err)
		} else if !strings.Contains(said, fmt.Sprintf("dòng %d", c.line)) {
			t.Errorf("%s: line %d is not named: %s", name, c.line, said)
		}
	}
	for name, file := range map[string]string{"nothing": "", "a comment": "# a\n", "a list": "- a\n", "other bytes": "plan: \xff", "too much": head + strings.Repeat("# a\n", MaxBytes/4)} {
		if _, err := Read([]byte(file)); fault.Of(err) != fault.Invalid || err == nil {
			t.Errorf("%s is not refused: %v", name, err)
		}
	}
}

func TestAllFaultsOfAFileAreToldAtOnce(t *testing.T) {
	_, err := Read([]byte(head + "  - {id: A, lead: a, per: x}\n  - {id: B, lead: a, due: {month: 0, every: year}}\n  - {id: C, lead: a, needs: [D]}\n"))
	said := errFields(err)
	for _, line := range []string{"dòng 4", "dòng 5", "dòng 6"} {
		if !strings.Contains(said, line) {
			t.Errorf("%s is not named: %s", line, said)
		}
	}
}

func TestFilesWrittenOtherwiseMeanTheSame(t *testing.T) {
	rules, calendar := rulesOfLaw(t)
	want := shorts(plan159(t).Lint(rules, calendar))
	raw := string(lawFile(t, "programmes/tasks-159.yaml"))
	for name, file := range map[string]string{
		"Windows line ends":        strings.ReplaceAll(raw, "\n", "\r\n"),
		"a byte-order mark":        "\ufeff" + raw,
		"a document's start":       "---\n" + raw,
		"words for deadlines":      strings.ReplaceAll(strings.ReplaceAll(raw, `{date: "10-30", every: year}`, "30/10 hàng năm"), "{quarter: [2, 4], year: 2016}", `"Quý II, IV năm 2016"`),
		"days without quotes":      strings.ReplaceAll(raw, `"10-30"`, "10-30"),
		"quoted titles over lines": strings.ReplaceAll(raw, `title: "Xây dựng kế hoạch`, `title: "Xây dựng`+"\n          kế hoạch"),
		"plain titles over lines":  strings.ReplaceAll(raw, `title: "UBND huyện giao chỉ tiêu giảm nghèo cho từng xã"`, "title: UBND huyện giao chỉ tiêu\n      giảm nghèo cho từng\n\n      xã"),
		"approver left out":        strings.ReplaceAll(raw, "approver: null, ", ""),
		"empty lists left out":     strings.ReplaceAll(raw, "with: [], ", ""),
	} {
		p, err := Read([]byte(file))
		if err != nil {
			t.Errorf("%s: %v", name, errFields(err))
			continue
		}
		if got := shorts(p.Lint(rules, calendar)); strings.Join(got, "\n") != strings.Join(want, "\n") {
			t.Errorf("%s: found %s", name, strings.Join(got, "\n"))
		}
		if len(p.Repair().Moved) != 3 {
			t.Errorf("%s: moves %+v", name, p.Repair().Moved)
		}
		out, err := p.Rewrite(p.Repair())
		if err != nil {
			t.Errorf("%s: %v", name, err)
		} else if again, err := Read(out); err != nil || len(again.Repair().Moved) != 0 {
			t.Errorf("%s is not repaired: %v", name, err)
		}
	}
}

func TestWhatIsOptionalMayBeLeftOut(t *testing.T) {
	p := readBody(t, `{id: 1.10, lead: a}`, `{id: 2, lead: b, needs: 1.10, with: b, due: {quarter: 4, every: year}, also_per: [commune, province]}`)
	first, _ := p.Task("1.10")
	if first.Per != Province || first.Due.Dated() {
		t.Errorf("a task without more is %+v", first)
	}
	second, _ := p.Task("2")
	if len(second.Needs) != 1 || len(second.AlsoPer) != 1 || second.Due.yearDay() != "12-31" {
		t.Errorf("single values are read as %+v", second)
	}
}

func FuzzProgrammeFile(f *testing.F) {
	f.Add(lawFile(f, "programmes/tasks-159.yaml"))
	f.Add([]byte(head + "  - {id: A, lead: a, due: {month: 12, every: year}, needs: [B]}\n  - {id: B, lead: a, due: &x\n    date: 10-30\n    every: year\n    }\n"))
	f.Add([]byte(head + "  - id: A\n    lead: a\n    due: &x\n      date: 10-30\n      every: year\n  - {id: B, lead: a, due: 31/12, needs: [A]}\n  - {id: C, lead: b, due: *x, needs: [B, C]}\n"))
	rules, err := ReadRules(lawFile(f, "programme-rules.yaml"))
	if err != nil {
		f.Fatal(err)
	}
	calendar, err := workday.Load(lawFS())
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		p, err := Read(raw)
		if err != nil {
			if fault.Of(err) != fault.Invalid {
				t.Fatalf("not refused but failed: %v", err)
			}
			return
		}
		p.Lint(rules, calendar)
		out, err := p.Rewrite(p.Repair())
		if err != nil {
			return // said, and nothing is written
		}
		again, err := Read(out)
		if err != nil {
			t.Fatalf("rewritten as what cannot be read: %v\n%s", errFields(err), out)
		}
		for _, finding := range again.Lint(rules, calendar) {
			if finding.Code == BeforePrerequisite {
				t.Fatalf("repaired, but %s\n%s", short(finding), out)
			}
		}
	})
}

func TestAFileSaysWhereItsApproversSignAndWhatIsTheProductOfATask(t *testing.T) {
	p, err := Read([]byte(head + "  - {id: A, lead: a, per: commune, approver: chu-tich, product: commune_review}\n  - {id: B, lead: a}\napprovers:\n  chu-tich: {at: district}\n"))
	if err != nil {
		t.Fatal(fault.Log(err), errFields(err))
	}
	if a, _ := p.Task("A"); a.Product != "commune_review" || p.Approvers["chu-tich"] != District || len(p.Approvers) != 1 {
		t.Errorf("%q, %v", a.Product, p.Approvers)
	}
}
