package standard

import (
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"giamngheo/internal/fault"
	"giamngheo/law"
)

func TestTheAutumnRoundIsJudgedByTheStandardOfTheNextYear(t *testing.T) {
	for year, want := range map[int]string{2015: "VN-2016", 2016: "VN-2016", 2020: "VN-2016", 2021: "VN-2022", 2025: "VN-2022", 2026: "VN-2027"} {
		s, err := ForRound(year)
		if err != nil || s.ID != want {
			t.Errorf("round %d: got %v, %v; want %s", year, s, err, want)
		}
	}
	for _, year := range []int{2014, 2030} {
		if s, err := ForRound(year); fault.Of(err) != fault.NotFound {
			t.Errorf("round %d: got %v, %v", year, s, err)
		}
	}
	for day, want := range map[string]string{"2016-01-01": "VN-2016", "2021-12-31": "VN-2016", "2022-01-01": "VN-2022"} {
		if s, err := ValidOn(day); err != nil || s.ID != want {
			t.Errorf("%s: got %v, %v", day, s, err)
		}
	}
}

func TestAnIDIsFoundInAnyCaseAndAnUnknownOneNamesTheKnown(t *testing.T) {
	for _, id := range []string{"vn-2016", "VN-2016", " Vn-2016 "} {
		if s, err := ByID(id); err != nil || s.Ref() != "VN-2016/1" {
			t.Errorf("%q: %v", id, err)
		}
	}
	if _, err := ByID("vn-2010"); err == nil || !strings.Contains(err.Error(), "VN-2016, VN-2022, VN-2027") {
		t.Errorf("got %v", err)
	}
}

func TestTheExplanationOfTheExampleHousehold(t *testing.T) {
	s := mustSet(t, "VN-2016")
	a := Answers{Area: Rural, Score: 140, HasScore: true, Known: s.All() &^ (1 << s.Index("telecom"))}
	for _, code := range []string{"adult_education", "housing_quality", "housing_area", "water", "toilet"} {
		a.Deprived |= 1 << s.Index(code)
	}
	got := strings.Join(s.Explain(a).Sentences(), "\n") + "\n"
	want, err := os.ReadFile("testdata/explanation.txt")
	if err != nil || got != string(want) {
		t.Errorf("%v\ngot:\n%s\nwant:\n%s", err, got, want)
	}
}

func TestDistancesAreMeasuredToEveryLineOfScoreAndIncome(t *testing.T) {
	s := mustSet(t, "VN-2016")
	e := s.Explain(Answers{Area: Urban, Score: 140, HasScore: true, Income: 1400000, HasIncome: true, Known: s.All()})
	var above []int64
	for _, d := range e.Distances {
		above = append(above, d.Above())
	}
	want := []int64{0, -35, 500000, 100000, -550000}
	if len(above) != len(want) {
		t.Fatalf("got %v", above)
	}
	for i := range want {
		if above[i] != want[i] {
			t.Errorf("got %v, want %v", above, want)
		}
	}
}

func TestMissingAnswersSayWhetherTheyMatter(t *testing.T) {
	s := mustSet(t, "VN-2016")
	for _, c := range []struct {
		name string
		a    Answers
		want string // kinds that matter
	}{
		{"nothing known", Answers{}, "means area indicator×10"},
		{"poor by points in any case", Answers{HasScore: true, Score: 100}, ""},
		{"area decides", Answers{HasScore: true, Score: 160, Known: s.All()}, "area"},
		{"one indicator decides", Answers{Area: Rural, HasScore: true, Score: 140, Known: s.All() &^ 1, Deprived: 6}, "indicator×1"},
		{"area and indicator decide", Answers{HasScore: true, Score: 160, Known: s.All() &^ 1, Deprived: 6}, "area indicator×1"},
	} {
		var kinds []string
		indicators := 0
		for _, m := range s.Explain(c.a).Missing {
			switch {
			case m.Matters && m.Kind == "indicator":
				indicators++
			case m.Matters:
				kinds = append(kinds, m.Kind)
			}
		}
		if indicators > 0 {
			kinds = append(kinds, "indicator×"+dots(int64(indicators)))
		}
		if got := strings.Join(kinds, " "); got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

func TestTheSameAnswersSideBySideUnderTwoStandards(t *testing.T) {
	old, now := mustSet(t, "VN-2016"), mustSet(t, "VN-2022")
	a := Answers{Area: Rural, Score: 120, HasScore: true, Income: 1400000, HasIncome: true, Known: old.All()}
	for _, code := range []string{"health_access", "water", "toilet", "telecom"} {
		a.Deprived |= 1 << old.Index(code)
	}
	sides := SideBySide(a, old, []*Set{old, now})
	if sides[0].Result.Class != Poor || sides[0].Result.Label != "N1" {
		t.Errorf("VN-2016: %+v", sides[0].Result)
	}
	moved := sides[1].Answers
	if moved.HasScore {
		t.Error("points of B1 were taken for points of A")
	}
	if sides[1].Result.Class != Poor || sides[1].Result.Deprivations != 3 {
		t.Errorf("VN-2022: %+v", sides[1].Result)
	}
	for _, code := range []string{"employment", "dependants", "nutrition"} {
		if moved.Known&(1<<now.Index(code)) != 0 {
			t.Errorf("%s was never asked, but is known", code)
		}
	}
	if back := Translate(a, old, old); back != a {
		t.Errorf("to the same standard: %+v became %+v", a, back)
	}
}

func TestTheKnownScorecardRefusesToCompute(t *testing.T) {
	card := Law().Scorecard(mustSet(t, "VN-2016").Score.Scorecard)
	if card == nil || card.Complete {
		t.Fatalf("got %+v", card)
	}
	_, err := card.Compute(Rural, map[string]string{"household_size": "5"})
	if fault.Of(err) != fault.Invalid || !strings.Contains(err.Error(), "chưa đủ mục") || !strings.Contains(err.Error(), "Điện dùng") {
		t.Errorf("got %v", err)
	}
}

const toyCard = `
kind: scorecard
id: toy
name: Bảng thử
complete: true
valid: {from: 2016-01-01, to: 2016-12-31, source: toy, confirmed: true}
sources: {toy: bảng bịa để thử}
items:
  - {code: size, name: Số người, complete: true, source: toy, confirmed: true, options: [{code: "1", name: một, rural: 70, urban: 80}, {code: "2", name: hai, rural: 50, urban: 55}]}
  - {code: walls, name: Tường, complete: true, source: toy, confirmed: true, options: [{code: "yes", name: bền, rural: 20, urban: 10}, {code: "no", name: không, rural: 0, urban: 0}]}
`

func TestACompleteScorecardComputesAndAsksForEveryAnswer(t *testing.T) {
	card, err := ParseScorecard([]byte(toyCard))
	if err != nil {
		t.Fatal(err)
	}
	if got, err := card.Compute(Rural, map[string]string{"size": "2", "walls": "yes"}); got != 70 || err != nil {
		t.Errorf("rural: %d, %v", got, err)
	}
	if got, err := card.Compute(Urban, map[string]string{"size": "1", "walls": "no"}); got != 80 || err != nil {
		t.Errorf("urban: %d, %v", got, err)
	}
	for name, chosen := range map[string]map[string]string{
		"an item without answer": {"size": "2"},
		"an answer not offered":  {"size": "9", "walls": "yes"},
		"an item not on it":      {"size": "2", "walls": "yes", "boat": "1"},
	} {
		if got, err := card.Compute(Rural, chosen); fault.Of(err) != fault.Invalid {
			t.Errorf("%s: %d, %v", name, got, err)
		}
	}
	if _, err := card.Compute(UnknownArea, map[string]string{"size": "2", "walls": "yes"}); fault.Of(err) != fault.Invalid {
		t.Errorf("unknown area: %v", err)
	}
	for name, change := range map[string][2]string{
		"complete with an item that is not": {"name: Tường, complete: true", "name: Tường, complete: false"},
		"complete with missing items":       {"items:", "missing: [điện]\nitems:"},
	} {
		if _, err := ParseScorecard([]byte(strings.Replace(toyCard, change[0], change[1], 1))); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}

func TestElevenCausesAreListedAsThePlanCounts(t *testing.T) {
	causes := Law().Causes
	if len(causes.Causes) != 11 || causes.Causes[9].Code != "will" || causes.Causes[9].Name.Confirmed {
		t.Errorf("got %+v", causes.Causes)
	}
}

func TestEachDepartmentSeesItsTwoIndicators(t *testing.T) {
	s := mustSet(t, "VN-2016")
	for subject, want := range map[string]string{"health": "1 2", "education": "3 4", "construction": "5 6", "agriculture": "7 8", "information": "9 10"} {
		var numbers []string
		for _, indicator := range s.Indicators {
			if s.SubjectMask(subject)&(1<<s.Index(indicator.Code)) != 0 {
				numbers = append(numbers, dots(int64(indicator.Number)))
			}
		}
		if got := strings.Join(numbers, " "); got != want {
			t.Errorf("%s sees %s, not %s", subject, got, want)
		}
	}
	if s.SubjectMask("culture") != 0 {
		t.Error("a department without a subject sees indicators")
	}
}

// Each fault put into the real data must be found.
func TestFaultyLawIsRefused(t *testing.T) {
	raw, err := law.Files.ReadFile("standards/vn-2016.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ old, new, says string }{
		"a misspelt field":            {"up_to: poor_line", "upto: poor_line", "upto"},
		"a figure without source":     {"{value: 120, source: tt-17-2016, confirmed: true}", "{value: 120, confirmed: true}", "source"},
		"a source nobody lists":       {"{value: 120, source: tt-17-2016, confirmed: true}", "{value: 120, source: tt-99, confirmed: true}", "tt-99"},
		"a line below the one before": {"{value: 150, source: tt-17-2016", "{value: 110, source: tt-17-2016", "minimum_living"},
		"a case without a rule":       {"deprivations: {below: 3,", "deprivations: {below: 2,", "no rule"},
		"a case with two rules":       {"deprivations: {below: 3,", "deprivations: {below: 4,", "both apply"},
		"a class nobody knows":        {"class: near_poor", "class: quite_poor", "quite_poor"},
		"a line nobody defines":       {"up_to: average_bound", "up_to: wealth_bound", "wealth_bound"},
		"an indicator out of order":   {"number: 2\n", "number: 3\n", "number 3"},
		"a code that stands twice":    {"code: toilet", "code: water", "twice"},
		"a subject for no indicator":  {"[water, toilet]", "[water, latrine]", "latrine"},
		"an impossible period":        {"to: 2021-12-31", "to: 2015-12-31", "no period"},
		"a derivation nobody knows":   {"kind: uninsured_member", "kind: uninsured_people", "uninsured_people"},
		"a day that is none":          {"from: 2016-01-01", "from: 2016-13-01", "no period"},
		"letters for a figure":        {"value: 700000", "value: bảy trăm nghìn", "700"},
	} {
		faulty := strings.Replace(string(raw), c.old, c.new, 1)
		if faulty == string(raw) {
			t.Fatalf("%s: the data have no %q", name, c.old)
		}
		_, err := ParseSet([]byte(faulty))
		if err == nil || c.says != "700" && !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: got %v", name, err)
		}
	}
	if _, err := ParseSet(raw); err != nil {
		t.Errorf("the data themselves: %v", err)
	}
}

func TestOverlappingNationalPeriodsAreRefused(t *testing.T) {
	one, _ := law.Files.ReadFile("standards/vn-2016.yaml")
	two, _ := law.Files.ReadFile("standards/vn-2022.yaml")
	tree := func(second string) fstest.MapFS {
		return fstest.MapFS{"standards/a.yaml": {Data: one}, "standards/b.yaml": {Data: []byte(second)}}
	}
	overlapping := strings.Replace(string(two), "from: 2022-01-01", "from: 2021-12-31", 1)
	if _, err := Load(tree(overlapping)); err == nil || !strings.Contains(err.Error(), "same days") {
		t.Errorf("got %v", err)
	}
	local := strings.Replace(overlapping, "scope: national", "scope: local", 1)
	if _, err := Load(tree(local)); err != nil {
		t.Errorf("a local standard beside the national one: %v", err)
	}
	if _, err := Load(tree(string(one))); err == nil || !strings.Contains(err.Error(), "twice") {
		t.Errorf("one standard twice: %v", err)
	}
	if _, err := Load(fstest.MapFS{"standards/a.yaml": {Data: []byte("kind: tale\n")}}); err == nil {
		t.Error("a file of unknown kind was taken")
	}
}

func FuzzLaw(f *testing.F) {
	for _, name := range []string{"vn-2016", "vn-2022", "vn-2027", "b1-bac-trung-bo-2016", "causes"} {
		raw, err := law.Files.ReadFile("standards/" + name + ".yaml")
		if err != nil {
			f.Fatal(err)
		}
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		s, err := ParseSet(raw)
		if err == nil {
			a := Answers{Score: 130, HasScore: true, Income: 1, HasIncome: true, Deprived: 0xff, Known: 0xff}
			s.Explain(a).Text()
			s.Explain(Answers{}).Text()
			if _, _, err := s.Derive([]Member{grown("a", 1980)}, 2, sound(), reviewDay); err != nil {
				t.Fatal(err)
			}
		}
		if card, err := ParseScorecard(raw); err == nil {
			card.Compute(Rural, nil)
		}
		(&Library{}).add(raw)
	})
}

func FuzzCases(f *testing.F) {
	raw, err := law.Files.ReadFile("cases/vn-2016-unknown.yaml")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(raw)
	f.Fuzz(func(t *testing.T, raw []byte) { runCaseFile(raw, Law()) })
}
