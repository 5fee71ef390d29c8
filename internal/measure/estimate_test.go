package measure

import (
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"
)

// equalWeights is a spec of n indicators of weight 1, each two a dimension.
func equalWeights(n int, cutoffs ...int) Spec {
	spec := Spec{Cutoffs: cutoffs, Missing: Drop, SinglePSU: RefuseSingle}
	for j := range n {
		spec.Indicators = append(spec.Indicators, Indicator{Code: string(rune('a' + j)), Dimension: string(rune('A' + j/2)), Weight: 1})
	}
	return spec
}

// profile reads "1001": the first indicator first.
func profile(answers string) (deprived, unknown uint64) {
	for j, r := range answers {
		switch r {
		case '1':
			deprived |= 1 << j
		case '?':
			unknown |= 1 << j
		}
	}
	return deprived, unknown
}

func sampleOf(spec Spec, answers ...string) *Sample {
	s := NewSample(spec)
	for _, row := range answers {
		deprived, unknown := profile(row)
		s.Add(Unit{Deprived: deprived, Unknown: unknown, Weight: 1, Groups: make([]string, len(spec.By))})
	}
	return s
}

func mustEstimate(t rapid.TB, s *Sample) *Result {
	t.Helper()
	result, err := s.Estimate()
	if err != nil {
		t.Fatal(err)
	}
	return result
}

func wantFraction(t *testing.T, what string, got *float64, num, den int64) {
	t.Helper()
	want, _ := big.NewRat(num, den).Float64()
	if got == nil || *got != want {
		t.Errorf("%s = %v, want %d/%d", what, value(got), num, den)
	}
}

func value(x *float64) any {
	if x == nil {
		return "null"
	}
	return *x
}

func TestFourHouseholdsByHand(t *testing.T) {
	e := mustEstimate(t, sampleOf(equalWeights(4, 2), "0000", "1001", "1111", "0100")).Overall[0]
	wantFraction(t, "H", e.H, 1, 2)
	wantFraction(t, "A", e.A, 3, 4)
	wantFraction(t, "M0", e.M0, 3, 8)
	for j, want := range []struct{ uncensored, censored, contribution [2]int64 }{
		{[2]int64{2, 4}, [2]int64{1, 2}, [2]int64{1, 3}},
		{[2]int64{2, 4}, [2]int64{1, 4}, [2]int64{1, 6}},
		{[2]int64{1, 4}, [2]int64{1, 4}, [2]int64{1, 6}},
		{[2]int64{2, 4}, [2]int64{1, 2}, [2]int64{1, 3}},
	} {
		wantFraction(t, "uncensored", e.Indicators[j].Uncensored, want.uncensored[0], want.uncensored[1])
		wantFraction(t, "censored", e.Indicators[j].Censored, want.censored[0], want.censored[1])
		wantFraction(t, "contribution", e.Indicators[j].Contribution, want.contribution[0], want.contribution[1])
	}
	wantFraction(t, "dimension A", e.Dimensions[0].Contribution, 1, 2)
	if e.SE != nil || e.Interval != nil {
		t.Error("a full register has no standard errors")
	}
}

// Weights 4, 3, 3 of 10, k = 4. Scores: 100 → 4 poor, 011 → 6 poor, 010 → 3
// not, 000 → 0 not, 111 → 10 poor. H = 3/5, A = 20/30, M0 = 20/50.
func TestFivePersonsUnequalWeightsByHand(t *testing.T) {
	spec := equalWeights(3, 4)
	spec.Indicators[0].Weight, spec.Indicators[1].Weight, spec.Indicators[2].Weight = 4, 3, 3
	e := mustEstimate(t, sampleOf(spec, "100", "011", "010", "000", "111")).Overall[0]
	wantFraction(t, "H", e.H, 3, 5)
	wantFraction(t, "A", e.A, 2, 3)
	wantFraction(t, "M0", e.M0, 2, 5)
	wantFraction(t, "uncensored b", e.Indicators[1].Uncensored, 3, 5)
	wantFraction(t, "censored b", e.Indicators[1].Censored, 2, 5)
	wantFraction(t, "contribution a", e.Indicators[0].Contribution, 8, 20)
	wantFraction(t, "contribution b", e.Indicators[1].Contribution, 6, 20)
}

// Persons of households: sizes 2, 5, 3; scores 0, 2, 3 of 4; k = 2.
// H = 8/10, A = (5·2+3·3)/(4·8) = 19/32, M0 = 19/40.
func TestHouseholdSizesAsWeightsByHand(t *testing.T) {
	spec := equalWeights(4, 2)
	spec.Weight = "size"
	s := NewSample(spec)
	for _, u := range []struct {
		row  string
		size float64
	}{{"0000", 2}, {"1100", 5}, {"0111", 3}} {
		deprived, _ := profile(u.row)
		s.Add(Unit{Deprived: deprived, Weight: u.size})
	}
	e := mustEstimate(t, s).Overall[0]
	wantFraction(t, "H", e.H, 4, 5)
	wantFraction(t, "A", e.A, 19, 32)
	wantFraction(t, "M0", e.M0, 19, 40)
}

func TestNobodyPoorHasNoIntensity(t *testing.T) {
	e := mustEstimate(t, sampleOf(equalWeights(3, 3), "000", "110")).Overall[0]
	if e.A != nil || !e.NobodyPoor || *e.H != 0 || *e.M0 != 0 || e.Indicators[0].Contribution != nil {
		t.Errorf("A = %v, flag %v, H = %v, M0 = %v, contribution %v",
			value(e.A), e.NobodyPoor, *e.H, *e.M0, value(e.Indicators[0].Contribution))
	}
}

// Every one of the 4,096 profiles of twelve indicators must fall on the right
// side of six of twelve; twelve times 1/12 in floating point gets 924 wrong.
func TestTheBoundaryIsExactForAllProfiles(t *testing.T) {
	spec := equalWeights(12, 6)
	s := NewSample(spec)
	poor := 0
	wrongInFloats := 0
	for p := range uint64(1 << 12) {
		s.Add(Unit{Deprived: p})
		n, sum := 0, 0.0
		for j := range 12 {
			if p>>j&1 == 1 {
				n++
				sum += 1.0 / 12
			}
		}
		if n >= 6 {
			poor++
		}
		if (sum >= 6.0/12) != (n >= 6) {
			wrongInFloats++
		}
	}
	e := mustEstimate(t, s).Overall[0]
	wantFraction(t, "H", e.H, int64(poor), 4096)
	if wrongInFloats == 0 {
		t.Error("the trap is no trap here: choose another case")
	}
}

func TestAMissingAnswerIsNotANo(t *testing.T) {
	rows := []string{"11", "1?", "00", "0?"}
	spec := equalWeights(2, 2)
	drop := mustEstimate(t, sampleOf(spec, rows...))
	wantFraction(t, "H dropping", drop.Overall[0].H, 1, 2)
	if drop.N != 2 || drop.Missing.Dropped != 2 || drop.Missing.Rows != 4 || drop.Missing.Answers["b"] != 2 || drop.Missing.Option != Drop {
		t.Errorf("n %d, missing %+v", drop.N, drop.Missing)
	}
	spec.Missing = NotDeprived
	counted := mustEstimate(t, sampleOf(spec, rows...))
	wantFraction(t, "H not deprived", counted.Overall[0].H, 1, 4)
	if counted.N != 4 || counted.Missing.Dropped != 0 || counted.Missing.WithMissing != 2 {
		t.Errorf("n %d, missing %+v", counted.N, counted.Missing)
	}
	spec.Missing = Bounds
	both := mustEstimate(t, sampleOf(spec, rows...)).Overall[0]
	wantFraction(t, "H at least", both.H, 1, 4)
	wantFraction(t, "H at most", both.Upper.H, 2, 4)
}

func TestEverybodyDroppedIsRefused(t *testing.T) {
	if _, err := sampleOf(equalWeights(2, 1), "1?", "?0").Estimate(); err == nil {
		t.Error("a measure of nobody was given")
	}
}

func TestAGroupWithoutUsableUnitsHasNoFigures(t *testing.T) {
	spec := equalWeights(2, 1)
	spec.By = []string{"g"}
	s := NewSample(spec)
	s.Add(Unit{Deprived: 1, Groups: []string{"x"}})
	s.Add(Unit{Unknown: 1, Groups: []string{"y"}})
	groups := mustEstimate(t, s).By["g"]
	if y := groups["y"][0]; y.H != nil || y.M0 != nil || y.N != 0 || y.Dropped != 1 || y.NobodyPoor {
		t.Errorf("y: %+v", y)
	}
}

// anySample draws a population with weights, groups and whole-number
// indicator weights.
func anySample(t *rapid.T, weighted bool) (Spec, []Unit) {
	d := rapid.IntRange(1, 7).Draw(t, "indicators")
	spec := Spec{Missing: Drop, SinglePSU: RefuseSingle, By: []string{"g"}}
	for j := range d {
		spec.Indicators = append(spec.Indicators, Indicator{
			Code: string(rune('a' + j)), Dimension: rapid.SampledFrom([]string{"A", "B"}).Draw(t, "dimension"),
			Weight: rapid.IntRange(1, 9).Draw(t, "weight"),
		})
	}
	for k := 1; k <= spec.TotalWeight(); k++ {
		spec.Cutoffs = append(spec.Cutoffs, k)
	}
	if weighted {
		spec.Weight = "p"
	}
	units := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Unit {
		u := Unit{
			Deprived: rapid.Uint64Range(0, 1<<d-1).Draw(t, "profile"), Weight: 1,
			Groups: []string{rapid.SampledFrom([]string{"x", "y", ""}).Draw(t, "group")},
		}
		if weighted {
			u.Weight = rapid.Float64Range(0.01, 1000).Draw(t, "p")
		}
		return u
	}), 1, 40).Draw(t, "units")
	return spec, units
}

func resultOf(t rapid.TB, spec Spec, units []Unit) *Result {
	s := NewSample(spec)
	for _, u := range units {
		s.Add(u)
	}
	return mustEstimate(t, s)
}

func near(a, b float64) bool { return math.Abs(a-b) <= 1e-12*math.Max(1, math.Abs(a)+math.Abs(b)) }

func orZero(x *float64) float64 {
	if x == nil {
		return 0
	}
	return *x
}

// The same figures from exact fractions, straight from the definitions.
func TestAgreesWithExactFractions(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		spec, units := anySample(t, false)
		result := resultOf(t, spec, units)
		w := int64(spec.TotalWeight())
		for at, k := range spec.Cutoffs {
			e := result.Overall[at]
			poor, scores := int64(0), int64(0)
			censored := make([]int64, len(spec.Indicators))
			for _, u := range units {
				c := int64(0)
				for j, indicator := range spec.Indicators {
					c += int64(u.Deprived>>j&1) * int64(indicator.Weight)
				}
				if c < int64(k) {
					continue
				}
				poor, scores = poor+1, scores+c
				for j := range censored {
					censored[j] += int64(u.Deprived >> j & 1)
				}
			}
			n := int64(len(units))
			exact := func(what string, got *float64, num, den int64) {
				if den == 0 {
					if got != nil {
						t.Fatalf("k %d: %s = %v, want null", k, what, *got)
					}
					return
				}
				want, _ := big.NewRat(num, den).Float64()
				if got == nil || *got != want {
					t.Fatalf("k %d: %s = %v, want %d/%d", k, what, value(got), num, den)
				}
			}
			exact("H", e.H, poor, n)
			exact("A", e.A, scores, w*poor)
			exact("M0", e.M0, scores, w*n)
			for j, indicator := range spec.Indicators {
				exact("censored", e.Indicators[j].Censored, censored[j], n)
				exact("contribution", e.Indicators[j].Contribution, int64(indicator.Weight)*censored[j], scores)
			}
		}
	})
}

func TestLawsOfTheMeasure(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		spec, units := anySample(t, true)
		result := resultOf(t, spec, units)
		w := float64(spec.TotalWeight())
		least := MaxWeight
		for _, indicator := range spec.Indicators {
			least = min(least, indicator.Weight)
		}
		for i, e := range result.Overall {
			fromIndicators, contributions, fromDimensions := 0.0, 0.0, 0.0
			for j, c := range e.Indicators {
				fromIndicators += float64(spec.Indicators[j].Weight) / w * *c.Censored
				contributions += orZero(c.Contribution)
				if *c.Censored > *c.Uncensored*(1+1e-12) {
					t.Fatalf("censored %v above uncensored %v", *c.Censored, *c.Uncensored)
				}
			}
			for _, dimension := range e.Dimensions {
				fromDimensions += orZero(dimension.Contribution)
			}
			if !near(*e.M0, fromIndicators) || !near(*e.M0, *e.H*orZero(e.A)) {
				t.Fatalf("M0 %v, Σ w h %v, H·A %v", *e.M0, fromIndicators, *e.H*orZero(e.A))
			}
			if *e.M0 > 0 && (!near(contributions, 1) || !near(fromDimensions, 1)) {
				t.Fatalf("contributions %v, of dimensions %v", contributions, fromDimensions)
			}
			if e.K <= least {
				union := 0.0
				for _, u := range units {
					if u.Deprived != 0 {
						union += u.Weight
					}
				}
				if !near(*e.H, union/e.Population) {
					t.Fatalf("k ≤ min w is the union: %v, want %v", *e.H, union/e.Population)
				}
			}
			if e.K == spec.TotalWeight() && e.A != nil && !near(*e.A, 1) {
				t.Fatalf("intersection has A = %v", *e.A)
			}
			if i > 0 {
				before := result.Overall[i-1]
				if *e.H > *before.H || *e.M0 > *before.M0 || e.A != nil && *e.A < *before.A*(1-1e-12) {
					t.Fatalf("k %d → %d: H %v → %v, M0 %v → %v, A %v → %v", before.K, e.K,
						*before.H, *e.H, *before.M0, *e.M0, value(before.A), value(e.A))
				}
				for j := range e.Indicators {
					if *e.Indicators[j].Censored > *before.Indicators[j].Censored {
						t.Fatal("a censored headcount rose with k")
					}
				}
			}
			var h, m0, a, shares, parts float64
			for _, group := range result.By["g"] {
				g := group[i]
				h += *g.PopulationShare * *g.H
				m0 += *g.PopulationShare * *g.M0
				shares += *g.PopulationShare
				parts += orZero(g.Contribution)
				if *e.H > 0 {
					a += *g.PopulationShare * *g.H / *e.H * orZero(g.A)
				}
			}
			if !near(h, *e.H) || !near(m0, *e.M0) || !near(shares, 1) || *e.M0 > 0 && !near(parts, 1) || !near(a, orZero(e.A)) {
				t.Fatalf("groups add to H %v, M0 %v, A %v, shares %v, contributions %v; whole H %v, M0 %v, A %v",
					h, m0, a, shares, parts, *e.H, *e.M0, value(e.A))
			}
		}
	})
}

func TestRelievingADeprivation(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		spec, units := anySample(t, false)
		who := rapid.IntRange(0, len(units)-1).Draw(t, "who")
		if units[who].Deprived == 0 {
			return
		}
		before := resultOf(t, spec, units)
		was := score(units[who].Deprived, spec.Indicators)
		units[who].Deprived &= units[who].Deprived - 1
		after := resultOf(t, spec, units)
		for i, k := range spec.Cutoffs {
			b, a := *before.Overall[i].M0, *after.Overall[i].M0
			if was >= k && !(a < b) {
				t.Fatalf("k %d: relief of a poor unit left M0 at %v → %v", k, b, a)
			}
			if was < k && a != b {
				t.Fatalf("k %d: relief of a non-poor unit changed M0 %v → %v", k, b, a)
			}
		}
	})
}

func TestOrderAndReplicationDoNotMatter(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		spec, units := anySample(t, true)
		first := resultOf(t, spec, units)
		shuffled := append([]Unit(nil), units...)
		rand.New(rand.NewPCG(1, 2)).Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })

		d := len(spec.Indicators)
		turned := spec
		turned.Indicators = make([]Indicator, d)
		for j := range d {
			turned.Indicators[d-1-j] = spec.Indicators[j]
		}
		for i := range shuffled {
			reversed := uint64(0)
			for j := range d {
				reversed |= shuffled[i].Deprived >> j & 1 << (d - 1 - j)
			}
			shuffled[i].Deprived = reversed
		}
		twice := append(append([]Unit(nil), shuffled...), shuffled...)
		for _, other := range []*Result{resultOf(t, turned, shuffled), resultOf(t, turned, twice)} {
			for i, e := range first.Overall {
				o := other.Overall[i]
				if !near(*e.H, *o.H) || !near(orZero(e.A), orZero(o.A)) || !near(*e.M0, *o.M0) ||
					!near(*e.Indicators[0].Censored, *o.Indicators[d-1].Censored) {
					t.Fatalf("k %d changed: %v %v", e.K, *e.M0, *o.M0)
				}
			}
		}
	})
}

func TestBoundsHoldTheTruth(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		spec, truth := anySample(t, true)
		known := append([]Unit(nil), truth...)
		for i := range known {
			known[i].Unknown = rapid.Uint64Range(0, 1<<len(spec.Indicators)-1).Draw(t, "unknown")
			known[i].Deprived &^= known[i].Unknown
		}
		real := resultOf(t, spec, truth)
		spec.Missing = Bounds
		bounds := resultOf(t, spec, known)
		for i, e := range bounds.Overall {
			r := real.Overall[i]
			inside := func(low, x, high float64) bool { return low <= x*(1+1e-12) && x <= high*(1+1e-12) }
			if !inside(*e.H, *r.H, *e.Upper.H) || !inside(*e.M0, *r.M0, *e.Upper.M0) {
				t.Fatalf("k %d: H %v…%v holds %v? M0 %v…%v holds %v?", e.K, *e.H, *e.Upper.H, *r.H, *e.M0, *e.Upper.M0, *r.M0)
			}
		}
	})
}
