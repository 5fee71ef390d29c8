package standard

import (
	"fmt"
	"math/bits"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// byTheLaw judges one household with every answer given, written once more by
// hand from DOMAIN's table: the engine's tables must agree with it.
func byTheLaw(id string, area AreaType, score, income *int64, deprivations int) (Class, string) {
	urban := area == Urban
	pick := func(rural, town int64) int64 {
		if urban {
			return town
		}
		return rural
	}
	switch id {
	case "VN-2016":
		value, poor, living, average := int64(0), int64(0), int64(0), int64(-1)
		if score != nil {
			value, poor, living = *score, pick(120, 140), pick(150, 175)
		} else {
			value, poor, living, average = *income, pick(700000, 900000), pick(1000000, 1300000), pick(1500000, 1950000)
		}
		switch {
		case value <= poor:
			return Poor, "N1"
		case value <= living && deprivations >= 3:
			return Poor, "N2"
		case value <= living:
			return NearPoor, "CN"
		case average < 0:
			return NotPoor, ""
		case value <= average:
			return Average, ""
		}
		return Above, ""
	case "VN-2022":
		value, line, average := int64(0), int64(0), int64(-1)
		if score != nil {
			value, line = *score, pick(140, 175)
		} else {
			value, line, average = *income, pick(1500000, 2000000), pick(2250000, 3000000)
		}
		switch {
		case value <= line && deprivations >= 3:
			return Poor, ""
		case value <= line:
			return NearPoor, "CN"
		case average < 0:
			return NotPoor, ""
		case value <= average:
			return Average, ""
		}
		return Above, ""
	}
	switch line := pick(2200000, 2800000); {
	case score != nil:
		return Undetermined, ""
	case *income <= line && deprivations >= 3:
		return Poor, ""
	case *income <= line:
		return NearPoor, ""
	}
	return NotPoor, ""
}

// completions calls a function with every way to fill the missing answers.
func completions(s *Set, a Answers, each func(area AreaType, deprived uint16)) {
	unknown := s.All() &^ a.Known
	for _, area := range a.areas() {
		for extra := unknown; ; extra = (extra - 1) & unknown {
			each(area, a.Deprived&a.Known|extra)
			if extra == 0 {
				break
			}
		}
	}
}

func lawOf(s *Set, a Answers, area AreaType, deprived uint16) (Class, string) {
	score, income := int64(a.Score), a.Income
	if a.HasScore {
		return byTheLaw(s.ID, area, &score, nil, bits.OnesCount16(deprived))
	}
	return byTheLaw(s.ID, area, nil, &income, bits.OnesCount16(deprived))
}

var someScores = []int32{0, 100, 119, 120, 121, 139, 140, 141, 149, 150, 151, 174, 175, 176, 300}
var someIncomes = []int64{0, 699999, 700000, 700001, 900000, 900001, 1000000, 1000001, 1300000, 1300001, 1500000, 1500001,
	1950000, 1950001, 2000000, 2000001, 2200000, 2200001, 2250000, 2250001, 2800000, 2800001, 3000000, 3000001, 9e12}

func drawAnswers(t *rapid.T, s *Set) Answers {
	a := Answers{Area: AreaType(rapid.IntRange(0, 2).Draw(t, "area"))}
	a.HasScore = rapid.Bool().Draw(t, "has score")
	a.HasIncome = rapid.Bool().Draw(t, "has income")
	if a.HasScore {
		a.Score = rapid.OneOf(rapid.SampledFrom(someScores), rapid.Int32Range(0, 250)).Draw(t, "score")
	}
	if a.HasIncome {
		a.Income = rapid.OneOf(rapid.SampledFrom(someIncomes), rapid.Int64Range(0, 4e6)).Draw(t, "income")
	}
	unknown := rapid.SliceOfNDistinct(rapid.IntRange(0, len(s.Indicators)-1), 0, 6, rapid.ID[int]).Draw(t, "unknown")
	a.Known = s.All()
	for _, i := range unknown {
		a.Known &^= 1 << i
	}
	a.Deprived = rapid.Uint16().Draw(t, "deprived")
	if rapid.Bool().Draw(t, "few deprived") {
		a.Deprived &= rapid.Uint16().Draw(t, "fewer")
	}
	return a
}

func drawSet(t *rapid.T) *Set { return rapid.SampledFrom(All()).Draw(t, "standard") }

func TestAClassIsGivenExactlyWhereEveryCompletionAgrees(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSet(t)
		a := drawAnswers(t, s)
		got := s.Classify(a)
		wantClass, wantLabel := Undetermined, ""
		if a.HasScore || a.HasIncome {
			first := true
			completions(s, a, func(area AreaType, deprived uint16) {
				class, label := lawOf(s, a, area, deprived)
				switch {
				case first:
					wantClass, wantLabel, first = class, label, false
				case wantClass != class:
					wantClass = Undetermined
					fallthrough
				case wantLabel != label:
					wantLabel = ""
				}
			})
		}
		if wantClass == Undetermined {
			wantLabel = ""
		}
		if got.Class != wantClass || got.Label != wantLabel {
			t.Fatalf("%s %+v: got %s %q, want %s %q", s.ID, a, got.Class, got.Label, wantClass, wantLabel)
		}
		deprivations := bits.OnesCount16(a.Deprived & a.Known)
		if got.Deprivations != deprivations || got.B2 != 10*deprivations || got.Unknown != s.All()&^a.Known {
			t.Fatalf("%s %+v: counts are %+v", s.ID, a, got)
		}
	})
}

func TestEveryAnswerSheetWithAllAnswersIsJudgedByTheLaw(t *testing.T) {
	for _, s := range All() {
		for _, area := range []AreaType{Rural, Urban} {
			for deprived := uint16(0); ; deprived++ {
				for _, score := range someScores {
					a := Answers{Area: area, Score: score, HasScore: true, Known: s.All(), Deprived: deprived}
					mustFollowLaw(t, s, a)
				}
				for _, income := range someIncomes {
					a := Answers{Area: area, Income: income, HasIncome: true, Known: s.All(), Deprived: deprived}
					mustFollowLaw(t, s, a)
				}
				if deprived == s.All() {
					break
				}
			}
		}
	}
}

func mustFollowLaw(t *testing.T, s *Set, a Answers) {
	t.Helper()
	r := s.Classify(a)
	class, label := lawOf(s, a, a.Area, a.Deprived)
	if r.Class != class || r.Label != label {
		t.Fatalf("%s %+v: got %s %q, want %s %q", s.ID, a, r.Class, r.Label, class, label)
	}
}

func TestBitsThatBelongToNoIndicatorAreIgnored(t *testing.T) {
	s := mustSet(t, "VN-2016")
	r := s.Classify(Answers{Area: Rural, Score: 130, HasScore: true, Known: 0xffff, Deprived: 0xfc00})
	if r.Class != NearPoor || r.Deprivations != 0 || r.Unknown != 0 {
		t.Errorf("got %+v", r)
	}
	r = s.Classify(Answers{Area: Rural, Score: 130, HasScore: true, Deprived: 0x3ff})
	if r.Deprivations != 0 || r.Unknown != s.All() {
		t.Errorf("deprived without known was counted: %+v", r)
	}
}

// A way to another class must hold for every completion of the missing
// answers that meets its condition.
func TestEveryStatedWayHolds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSet(t)
		a := drawAnswers(t, s)
		e := s.Explain(a)
		for _, c := range e.Changes {
			for _, changed := range applied(t, s, a, c) {
				met := 0
				completions(s, changed, func(area AreaType, deprived uint16) {
					n := bits.OnesCount16(deprived &^ a.Known & s.All())
					if c.When.Area != UnknownArea && c.When.Area != area || n < c.When.AtLeast || n > c.When.AtMost {
						return
					}
					met++
					if class, _ := lawOf(s, changed, area, deprived); class != c.Class {
						t.Fatalf("%s %+v: «%s» gives %s for area %v, deprived %b", s.ID, a, c.Text, class, area, deprived)
					}
				})
				if met == 0 {
					t.Fatalf("%s %+v: «%s» can never hold", s.ID, a, c.Text)
				}
			}
			if c.Class == e.Class {
				t.Fatalf("«%s» is no change", c.Text)
			}
		}
	})
}

// applied makes the forms that a change speaks of.
func applied(t *rapid.T, s *Set, a Answers, c Change) []Answers {
	switch c.Kind {
	case "answer":
		return []Answers{a}
	case "area":
		a.Area = c.Area
		return []Answers{a}
	case "relieve", "add":
		var places []int
		for _, code := range c.Indicators {
			places = append(places, s.Index(code))
		}
		chosen := rapid.Permutation(places).Draw(t, "which")[:c.Count]
		for _, i := range chosen {
			if a.Known&(1<<i) == 0 {
				t.Fatalf("«%s» counts an indicator that is not known", c.Text)
			}
			a.Deprived ^= 1 << i
		}
		return []Answers{a}
	}
	var out []Answers
	last := c.To
	if last == 0 {
		last = c.From + 1e7
	}
	for _, value := range []int64{c.From + 1, last, c.From + 1 + (last-c.From-1)/2} {
		if c.From == 0 && value == 1 {
			value = 0 // no lower bound: 0 belongs to it
		}
		b := a
		if c.Kind == "score" {
			b.Score, b.HasScore = int32(value), true
		} else {
			b.Income, b.HasIncome, b.HasScore = value, true, false
		}
		out = append(out, b)
	}
	return out
}

// What would surely change the class must be stated: one answer flipped, and
// the smallest number of deprivations relieved.
func TestEverySureWayIsStated(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSet(t)
		a := drawAnswers(t, s)
		r := s.Classify(a)
		if r.Class == Undetermined {
			return
		}
		changes := s.Explain(a).Changes
		stated := func(kind string, class Class, fits func(Change) bool) bool {
			return slices.ContainsFunc(changes, func(c Change) bool {
				return c.Kind == kind && c.Class == class && c.When.Always() && fits(c)
			})
		}
		relieved := a
		for k := 1; k <= r.Deprivations; k++ {
			relieved.Deprived &= relieved.Known & s.All()
			relieved.Deprived &= relieved.Deprived - 1
			if now := s.Classify(relieved).Class; now != r.Class && now != Undetermined {
				if !stated("relieve", now, func(c Change) bool { return c.Count == k }) {
					t.Fatalf("%s %+v: relieving %d gives %s, not stated in %v", s.ID, a, k, now, changes)
				}
				break
			}
		}
		if !a.HasScore {
			return
		}
		for score := int64(0); score <= 300; score += 5 {
			b := a
			b.Score = int32(score)
			now := s.Classify(b).Class
			if now == r.Class || now == Undetermined {
				continue
			}
			if !stated("score", now, func(c Change) bool { return score >= c.From && (c.To == 0 || score <= c.To) }) {
				t.Fatalf("%s %+v: %d points give %s, not stated in %v", s.ID, a, score, now, changes)
			}
		}
	})
}

func TestAReasonNeverHasAHoleInIt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawSet(t)
		a := drawAnswers(t, s)
		for _, sentence := range s.Explain(a).Sentences() {
			for _, hole := range []string{"{", "}", "‹", "  ", "<nil>", "%!"} {
				if slices.Contains([]rune(sentence), []rune(hole)[0]) && containsText(sentence, hole) {
					t.Fatalf("%q", sentence)
				}
			}
		}
	})
}

func containsText(s, part string) bool {
	for i := range s {
		if len(s)-i >= len(part) && s[i:i+len(part)] == part {
			return true
		}
	}
	return false
}

func TestClassifyDoesNotAllocate(t *testing.T) {
	s := mustSet(t, "VN-2016")
	a := Answers{Score: 130, HasScore: true, Known: 0x1ff, Deprived: 0x0f}
	if n := testing.AllocsPerRun(100, func() { s.Classify(a) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkClassify(b *testing.B) {
	for _, s := range All() {
		b.Run(s.ID, func(b *testing.B) {
			households := make([]Answers, 4096)
			for i := range households {
				x := uint32(i) * 2654435761
				households[i] = Answers{Area: AreaType(x >> 8 % 3), Score: int32(x >> 16 % 200), HasScore: x&1 == 0 && s.ID != "VN-2027",
					Income: int64(x % 3000000), HasIncome: true, Known: uint16(x>>4) | 0xff, Deprived: uint16(x >> 12)}
			}
			var classes [6]int
			for i := 0; b.Loop(); i++ {
				classes[s.Classify(households[i&4095]).Class]++
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "households/s")
			_ = fmt.Sprint(classes)
		})
	}
}

func mustSet(t testing.TB, id string) *Set {
	t.Helper()
	s, err := ByID(id)
	if err != nil {
		t.Fatal(err)
	}
	return s
}
