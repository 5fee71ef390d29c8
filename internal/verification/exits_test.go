package verification

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

var yes, no = whether(true), whether(false)

func whether(b bool) *bool { return &b }

func day(n int) string { return fmt.Sprintf("2016-10-%02d", n) }

func leaver(id string, changed *bool, on string) Exit { return Exit{id, changed, "A", on} }

func TestExitsWithoutAChangedAnswerAreAskedAbout(t *testing.T) {
	exits := []Exit{leaver("1", no, day(5)), leaver("2", no, day(5)), leaver("3", no, day(5)), leaver("4", yes, day(5)), leaver("5", yes, day(5))}
	from := AtLeast{Count: 3, Share: 0.5}
	if p := Unchanged(exits, from); p.Count != 3 || p.Of != 5 || !p.Flagged {
		t.Errorf("%+v", p)
	}
	if p := Unchanged(exits[2:], from); p.Flagged {
		t.Errorf("one of three unchanged: %+v", p)
	}
	// Two forms of which nothing is known are not two equal forms.
	unknown := []Exit{leaver("1", nil, ""), leaver("2", nil, ""), leaver("3", nil, ""), leaver("4", no, "")}
	if p := Unchanged(unknown, AtLeast{1, 0.5}); p.Of != 1 || p.Unknown != 3 || p.Count != 1 {
		t.Errorf("not comparable: %+v", p)
	}
}

func TestExitsThatComeBackAreAskedAbout(t *testing.T) {
	if p := Returned(10, []string{"1", "2", "3"}, AtLeast{3, 0.2}); !p.Flagged {
		t.Errorf("%+v", p)
	}
	if p := Returned(0, nil, AtLeast{0, 0}); p.Flagged {
		t.Error("nobody came back, and it was asked about")
	}
}

func TestExitsOnOneDayOfSeveralAreAskedAbout(t *testing.T) {
	var five []Exit
	for i := range 5 {
		five = append(five, leaver(fmt.Sprint(i), yes, day(5)))
	}
	spread := Surveyed{"A": {day(4): 100, day(5): 60, day(6): 90}}
	other := slices.Clone(five)
	other[4].SurveyedOn = day(6)
	undated := slices.Clone(five)
	undated[4].SurveyedOn = ""
	got := OneDays([]Surveys{{five, spread}, {five, Surveyed{"A": {day(5): 250}}}, {other, spread}, {nil, spread}, {undated, spread},
		// Their own village was surveyed on that day alone: that is no choice of theirs.
		{five, Surveyed{"A": {day(5): 60}, "B": {day(4): 100, day(6): 90}}}}, AtLeast{5, 0.9}, Rate{Level: 0.1})
	if !got[0].Flagged || got[0].Day != day(5) || *got[0].P > 0.02 {
		t.Errorf("five exits on one day of three: %+v", got[0])
	}
	for i, p := range got[1:] {
		if p.Flagged {
			t.Errorf("case %d: %+v", i+1, p)
		}
	}
	if got[1].P == nil || *got[1].P < 0.999 || got[3].P != nil || got[5].P == nil || *got[5].P < 0.999 {
		t.Errorf("one day only, nobody left, one village: %v %v %v", got[1].P, got[3].P, got[5].P)
	}
	// One exit put on another day does not hide fifty.
	var fifty []Exit
	for i := range 50 {
		fifty = append(fifty, leaver(fmt.Sprint(i), yes, day(5)))
	}
	fifty[0].SurveyedOn = day(4)
	if p := OneDays([]Surveys{{fifty, spread}}, AtLeast{5, 0.9}, Rate{Level: 0.1})[0]; !p.Flagged || p.Count != 49 || p.Of != 50 || len(p.Households) != 49 {
		t.Errorf("49 of 50 on one day: %+v", p)
	}
}

func TestOneDayIsExact(t *testing.T) {
	p := func(exits []Exit, surveyed Surveyed) float64 {
		return *OneDays([]Surveys{{exits, surveyed}}, AtLeast{2, 1}, Rate{Level: 1})[0].P
	}
	// Two exits of four households, two on each of two days: 1/6 + 1/6.
	if got := p([]Exit{leaver("1", yes, "a"), leaver("2", yes, "a")}, Surveyed{"A": {"a": 2, "b": 2}}); math.Abs(got-1.0/3) > 1e-12 {
		t.Errorf("p = %v", got)
	}
	// One exit in each of two villages, with a third and a half of the households
	// on day a: 1/3·1/2 + 2/3·1/2.
	if got := p([]Exit{{"1", yes, "A", "a"}, {"2", yes, "B", "a"}}, Surveyed{"A": {"a": 1, "b": 2}, "B": {"a": 1, "b": 1}}); math.Abs(got-0.5) > 1e-12 {
		t.Errorf("p = %v", got)
	}
	// Three exits, two of them on day a, of two households on each of two days: always so.
	if got := p([]Exit{leaver("1", yes, "a"), leaver("2", yes, "a"), leaver("3", yes, "b")}, Surveyed{"A": {"a": 2, "b": 2}}); math.Abs(got-1) > 1e-12 {
		t.Errorf("p = %v", got)
	}
}

// surveyedTown is a commune whose exits are any households of each village.
// What a village's leader planned, a village in a day or two, is the same for all.
func surveyedTown(r *rand.Rand, villages, exits, days int) Surveys {
	s := Surveys{Surveyed: Surveyed{}}
	type one struct{ village, day string }
	var all []one
	for v := range villages {
		village := fmt.Sprint(v)
		s.Surveyed[village] = map[string]int{}
		first := 1 + r.IntN(20)
		for range 35 {
			d := day(first + r.IntN(days))
			s.Surveyed[village][d]++
			all = append(all, one{village, d})
		}
	}
	for i, at := range r.Perm(len(all))[:exits] {
		s.Exits = append(s.Exits, Exit{fmt.Sprint(i), yes, all[at].village, all[at].day})
	}
	return s
}

// Communes of few exits and few survey days have all of them on one day by
// chance often enough; asked one by one at the level, many would be.
func TestExitsThatFallOnOneDayByChanceAreSpared(t *testing.T) {
	random := seeded(15)
	const districts, level = 400, 0.1
	withFlag := 0
	for range districts {
		var communes []Surveys
		for range 25 {
			communes = append(communes, surveyedTown(random, 1, 5+random.IntN(2), 2))
		}
		if slices.ContainsFunc(OneDays(communes, AtLeast{5, 0.9}, Rate{Level: level}), func(p Pattern) bool { return p.Flagged }) {
			withFlag++
		}
	}
	t.Logf("%d of %d districts without any choice of day have a flag", withFlag, districts)
	if rate := float64(withFlag) / districts; rate > level {
		t.Errorf("the realised false discovery rate is %.3f, the level %.2f", rate, level)
	}
}

func TestPlantedDaysAreFound(t *testing.T) {
	random := seeded(16)
	found := 0
	const districts = 100
	for range districts {
		communes := []Surveys{surveyedTown(random, 10, 0, 2)}
		// Twelve households of four villages were written down on one day.
		planted := &communes[0]
		for i := range 12 {
			village := fmt.Sprint(i % 4)
			planted.Surveyed[village][day(28)]++
			planted.Exits = append(planted.Exits, Exit{fmt.Sprint(i), yes, village, day(28)})
		}
		for range 24 {
			communes = append(communes, surveyedTown(random, 10, 12, 2))
		}
		for i, p := range OneDays(communes, AtLeast{5, 0.9}, Rate{Level: 0.1}) {
			if p.Flagged && i == 0 {
				found++
			}
		}
	}
	if found < 95 {
		t.Errorf("%d of %d planted days were found", found, districts)
	}
}
