package measure

import (
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// Stratum a: PSU 1 has ρ 1, 0; PSU 2 has 1, 1. Stratum b: PSU 3 has 0; PSU 4
// has 1, 0, 0. H = 4/8. z = 0, 1/8 | −1/16, −1/16.
// Var = 2·((1/16)² + (1/16)²) + 0 = 1/64; SE = 1/8; 4 − 2 = 2 degrees of freedom.
func twoStrata(spec Spec) *Sample {
	spec.Strata, spec.PSU = "stratum", "psu"
	s := NewSample(spec)
	for _, u := range []struct {
		stratum, psu string
		poor         uint64
	}{
		{"a", "1", 1}, {"a", "1", 0}, {"a", "2", 1}, {"a", "2", 1},
		{"b", "3", 0}, {"b", "1", 1}, {"b", "1", 0}, {"b", "1", 0}, // PSU 1 of stratum b is not PSU 1 of a
	} {
		s.Add(Unit{Deprived: u.poor, Stratum: u.stratum, PSU: u.psu, Weight: 1})
	}
	return s
}

func TestStandardErrorOfTwoStrataByHand(t *testing.T) {
	result := mustEstimate(t, twoStrata(equalWeights(1, 1)))
	e := result.Overall[0]
	if *e.H != 0.5 || !near(*e.SE.H, 0.125) || result.Design.DF != 2 || result.Design.PSUs != 4 {
		t.Errorf("H %v, SE %v, design %+v", *e.H, *e.SE.H, *result.Design)
	}
	// logit ½ = 0, s = (1/8)/(1/4) = ½, t(.975, 2) = 4.302652729749464
	low := 1 / (1 + math.Exp(4.302652729749464/2))
	if !near(e.Interval.H[0], low) || !near(e.Interval.H[1], 1-low) {
		t.Errorf("interval %v, want %v", *e.Interval.H, low)
	}
	if !near(*e.Indicators[0].SECensored, 0.125) || !near(*e.Indicators[0].SEUncensored, 0.125) {
		t.Error("an only indicator's headcount has the error of H")
	}
	if e.Interval.A != nil || *e.SE.A != 0 {
		t.Error("A is 1 whatever is drawn: no error, no logit")
	}
}

// With strata alone each unit is its own PSU: H = 1/2 of 4, Var = 4/3 · 4·(1/8)² = 1/12.
func TestUnitsAsPSUsByHand(t *testing.T) {
	spec := equalWeights(1, 1)
	spec.Strata = "h"
	s := NewSample(spec)
	for _, poor := range []uint64{0, 1, 0, 1} {
		s.Add(Unit{Deprived: poor, Stratum: "only"})
	}
	if e := mustEstimate(t, s).Overall[0]; !near(*e.SE.H, math.Sqrt(1.0/12)) {
		t.Errorf("SE %v", *e.SE.H)
	}
}

func TestAStratumWithOnePSU(t *testing.T) {
	spec := equalWeights(1, 1)
	spec.Strata, spec.PSU = "stratum", "psu"
	build := func(single SinglePSU) *Sample {
		spec.SinglePSU = single
		s := NewSample(spec)
		for _, u := range []struct {
			stratum, psu string
			poor         uint64
		}{{"a", "1", 1}, {"a", "2", 0}, {"lẻ loi", "3", 1}, {"lẻ loi", "3", 1}} {
			s.Add(Unit{Deprived: u.poor, Stratum: u.stratum, PSU: u.psu})
		}
		return s
	}
	_, err := build(RefuseSingle).Estimate()
	if err == nil || !strings.Contains(err.Error(), "lẻ loi") {
		t.Fatalf("refusal should name the stratum: %v", err)
	}
	// H = 3/4; z of a: 1/16, −3/16 → 2·2·(1/8)² = 1/16; z of the lone PSU: 1/8.
	if e := mustEstimate(t, build(CertaintySingle)).Overall[0]; !near(*e.SE.H, 0.25) {
		t.Errorf("certainty: SE %v, want 1/4", *e.SE.H)
	}
	if e := mustEstimate(t, build(CentreSingle)).Overall[0]; !near(*e.SE.H, math.Sqrt(1.0/16+1.0/64)) {
		t.Errorf("centre: SE %v", *e.SE.H)
	}
}

func TestDroppingAUnitIsAsIfItWereNotInTheFile(t *testing.T) {
	spec := equalWeights(1, 1)
	spec.PSU = "psu"
	s := NewSample(spec)
	for _, u := range []struct {
		psu     string
		unknown uint64
		poor    uint64
	}{{"1", 0, 1}, {"2", 0, 0}, {"3", 1, 0}} {
		s.Add(Unit{Deprived: u.poor, Unknown: u.unknown, PSU: u.psu})
	}
	result := mustEstimate(t, s)
	// z = ¼, −¼: Var = 2 · 2/16
	if result.Design.PSUs != 2 || result.Design.DF != 1 || !near(*result.Overall[0].SE.H, 0.5) {
		t.Errorf("design %+v, SE %v", *result.Design, *result.Overall[0].SE.H)
	}
}

// The estimator written out as MEASURES has it, with all PSUs listed.
func naiveSE(units []Unit, y, delta func(Unit) float64) float64 {
	num, den := 0.0, 0.0
	for _, u := range units {
		num += u.Weight * y(u) * delta(u)
		den += u.Weight * delta(u)
	}
	theta := num / den
	z := map[string]map[string]float64{}
	for _, u := range units {
		if z[u.Stratum] == nil {
			z[u.Stratum] = map[string]float64{}
		}
		z[u.Stratum][u.PSU] += u.Weight * delta(u) * (y(u) - theta) / den
	}
	variance := 0.0
	for _, psus := range z {
		n, mean := float64(len(psus)), 0.0
		for _, x := range psus {
			mean += x / n
		}
		for _, x := range psus {
			variance += n / (n - 1) * (x - mean) * (x - mean)
		}
	}
	return math.Sqrt(variance)
}

func TestStandardErrorsAgreeWithTheFormula(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		spec, units := anySample(t, true)
		spec.Strata, spec.PSU = "h", "c"
		for i := range units {
			units[i].Stratum = rapid.SampledFrom([]string{"a", "b"}).Draw(t, "stratum")
			units[i].PSU = rapid.SampledFrom([]string{"1", "2", "3"}).Draw(t, "psu")
		}
		for _, h := range []string{"a", "b"} { // at least two PSUs a stratum
			for _, c := range []string{"1", "2"} {
				units = append(units, Unit{Stratum: h, PSU: c, Weight: 1, Deprived: 1, Groups: []string{"x"}})
			}
		}
		result := resultOf(t, spec, units)
		w := float64(spec.TotalWeight())
		same := func(what string, got *float64, want float64) {
			if got == nil || math.Abs(*got-want) > 1e-9 {
				t.Fatalf("SE of %s = %v, want %v", what, value(got), want)
			}
		}
		for i, k := range spec.Cutoffs {
			poor := func(u Unit) float64 {
				if score(u.Deprived, spec.Indicators) >= k {
					return 1
				}
				return 0
			}
			c := func(u Unit) float64 { return float64(score(u.Deprived, spec.Indicators)) / w }
			g0 := func(u Unit) float64 { return float64(u.Deprived & 1) }
			test := func(e Estimate, in func(Unit) float64) {
				same("H", e.SE.H, naiveSE(units, poor, in))
				same("M0", e.SE.M0, naiveSE(units, func(u Unit) float64 { return poor(u) * c(u) }, in))
				same("censored", e.Indicators[0].SECensored, naiveSE(units, func(u Unit) float64 { return poor(u) * g0(u) }, in))
				same("uncensored", e.Indicators[0].SEUncensored, naiveSE(units, g0, in))
				if e.A != nil {
					same("A", e.SE.A, naiveSE(units, c, func(u Unit) float64 { return in(u) * poor(u) }))
				} else if e.SE.A != nil {
					t.Fatal("A does not exist, its error does")
				}
			}
			test(result.Overall[i], func(Unit) float64 { return 1 })
			for name, group := range result.By["g"] {
				test(group[i], func(u Unit) float64 {
					if u.Groups[0] == name {
						return 1
					}
					return 0
				})
			}
		}
	})
}

func TestStudentQuantiles(t *testing.T) {
	for _, c := range []struct{ p, df, want float64 }{
		{0.975, 1, 12.706204736174694}, // tan(0.475 π)
		{0.975, 2, 4.302652729749464},  // closed form: 0.95·√(2/(1−0.95²))
		{0.975, 3, 3.182446305284263},
		{0.975, 4, 2.776445105197793},
		{0.975, 5, 2.570581835636314}, // even df: closed forms evaluated to 50 digits
		{0.975, 10, 2.228138851986275},
		{0.975, 30, 2.042272456301238},
		{0.975, 100, 1.983971518523552},
		{0.995, 7, 3.499483297350494},
		{0.9, 12, 1.356217334023205},
		{0.975, math.Inf(1), 1.959963984540054},
	} {
		if got := studentQuantile(c.p, c.df); math.Abs(got-c.want) > 2e-12*c.want {
			t.Errorf("t(%v, %v) = %.15f, want %.15f", c.p, c.df, got, c.want)
		}
	}
	if got := studentQuantile(0.025, 5); got != -studentQuantile(0.975, 5) {
		t.Errorf("not symmetric: %v", got)
	}
	// The series takes over at 1000 degrees of freedom without a step.
	below, above := studentQuantile(0.975, 999.999999), studentQuantile(0.975, 1000)
	if math.Abs(below-above) > 1e-11 {
		t.Errorf("step at 1000: %.15f, %.15f", below, above)
	}
}

func TestStudentQuantileInvertsTheTail(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		df := rapid.Float64Range(1, 900).Draw(t, "df")
		p := rapid.Float64Range(0.51, 0.9999).Draw(t, "p")
		if got := studentTail(studentQuantile(p, df), df); math.Abs(got-(1-p)) > 1e-11 {
			t.Fatalf("tail %v, want %v", got, 1-p)
		}
	})
}

func TestIntervalsStayInsideAndHoldTheEstimate(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		d := &design{note: DesignNote{T: pointer(rapid.Float64Range(1.96, 13).Draw(t, "t"))}}
		theta, se := rapid.Float64Range(0.001, 0.999).Draw(t, "theta"), rapid.Float64Range(0, 0.5).Draw(t, "se")
		interval := d.interval(theta, se)
		if interval[0] < 0 || interval[1] > 1 || interval[0] > theta+1e-11 || interval[1] < theta-1e-12 {
			t.Fatalf("%v ± %v: %v", theta, se, *interval)
		}
	})
}
