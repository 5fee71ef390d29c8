package measure

import (
	"testing"

	"pgregory.net/rapid"
)

// Two indicators, weights 1 and 1, lines 10 and 4, k = 1. Unit 1: 5 and 4 →
// gap ½ in the first, none in the second (the line itself is not below it).
// Unit 2: 10 and 1 → gap ¾. Unit 3: nothing.
// H = 2/3, A = ½, M1 = (½·½ + ½·¾)/3 = 5/24, M2 = (½·¼ + ½·9/16)/3 = 13/96.
func TestCardinalByHand(t *testing.T) {
	indicators := []CardinalIndicator{{"a", 1, 10}, {"b", 1, 4}}
	values := [][]float64{{5, 4}, {10, 1}, {12, 9}}
	for alpha, want := range map[float64]float64{0: 1.0 / 3, 1: 5.0 / 24, 2: 13.0 / 96} {
		got, err := MeasureCardinal(indicators, 1, alpha, values, nil)
		if err != nil {
			t.Fatal(err)
		}
		if !near(got.M, want) || !near(got.H, 2.0/3) || !near(*got.A, 0.5) {
			t.Errorf("α %v: %+v, want M %v", alpha, got, want)
		}
	}
}

func TestCardinalLaws(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		indicators := []CardinalIndicator{{"a", 2, 10}, {"b", 3, 5}, {"c", 1, 1}}
		values := rapid.SliceOfN(rapid.SliceOfN(rapid.Float64Range(0, 12), 3, 3), 1, 20).Draw(t, "values")
		weights := rapid.SliceOfN(rapid.Float64Range(0.1, 9), len(values), len(values)).Draw(t, "weights")
		k := rapid.IntRange(1, 6).Draw(t, "k")
		last := 2.0
		for _, alpha := range []float64{0, 0.5, 1, 2, 5} {
			m, err := MeasureCardinal(indicators, k, alpha, values, weights)
			if err != nil {
				t.Fatal(err)
			}
			if alpha == 0 && !near(m.M, m.M0) {
				t.Fatalf("M with α 0 is M0: %v, %v", m.M, m.M0)
			}
			if m.M > last+1e-12 {
				t.Fatalf("M rose with α: %v → %v", last, m.M)
			}
			if m.A != nil && !near(m.M, m.H**m.A**m.Depth) {
				t.Fatalf("M %v is not H·A·depth %v", m.M, m.H**m.A**m.Depth)
			}
			last = m.M
		}
	})
}

func TestCardinalRefusesWhatIsNoNumber(t *testing.T) {
	nan := 0.0
	nan /= nan
	for name, values := range map[string][][]float64{"missing": {{nan}}, "too few": {{}}, "nobody": {}} {
		if _, err := MeasureCardinal([]CardinalIndicator{{"a", 1, 1}}, 1, 1, values, nil); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}
