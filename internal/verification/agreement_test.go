package verification

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

func near(t *testing.T, name string, got *float64, want, within float64) {
	t.Helper()
	if got == nil || math.Abs(*got-want) > within {
		value := math.NaN()
		if got != nil {
			value = *got
		}
		t.Errorf("%s = %.5f, published %v", name, value, want)
	}
}

// Cohen (1968), "Weighted kappa": 200 patients, weights of disagreement 1, 3
// and 6.
func TestKappaOfCohen(t *testing.T) {
	table := Table{{88, 14, 18}, {10, 40, 10}, {2, 6, 12}}
	near(t, "kappa", table.Kappa(Same, 0.95).Value, 0.492, 0.0005)
	disagreement := [][]float64{{0, 1, 3}, {1, 0, 6}, {3, 6, 0}}
	weighted := table.Kappa(func(i, j, _ int) float64 { return 1 - disagreement[i][j]/6 }, 0.95)
	near(t, "weighted kappa", weighted.Value, 0.348, 0.0005)
}

// Fleiss, Levin and Paik, Statistical Methods for Rates and Proportions (3rd
// ed. 2003), table 18.1: diagnoses of 100 subjects by two raters.
func TestKappaAndItsErrorsOfFleissLevinAndPaik(t *testing.T) {
	k := Table{{75, 1, 4}, {5, 4, 1}, {0, 0, 10}}.Kappa(Same, 0.95)
	near(t, "observed", k.Observed, 0.89, 1e-9)
	near(t, "expected", k.Expected, 0.66, 1e-9)
	near(t, "kappa", k.Value, 0.68, 0.005)
	near(t, "standard error", k.SE, 0.087, 0.001) // the book goes on with kappa rounded to 0.68
	near(t, "standard error without agreement", k.SENull, 0.076, 0.0006)
}

// Feinstein and Cicchetti (1990), "High agreement but low kappa: I": 85 of 100
// agree in both tables.
func TestTheParadoxOfFeinsteinAndCicchettiIsNoted(t *testing.T) {
	balanced := Table{{40, 9}, {6, 45}}.Kappa(Same, 0.95)
	skewed := Table{{80, 10}, {5, 5}}.Kappa(Same, 0.95)
	near(t, "kappa, even margins", balanced.Value, 0.70, 0.005)
	near(t, "kappa, uneven margins", skewed.Value, 0.32, 0.005)
	near(t, "adjusted kappa", skewed.Adjusted, 0.70, 1e-9)
	if balanced.Paradox || !skewed.Paradox {
		t.Error("the note belongs to the second table alone")
	}
}

func TestKappaSaysNothingWhereChanceExplainsAll(t *testing.T) {
	if k := (Table{{12, 0}, {0, 0}}).Kappa(Same, 0.95); k.Value != nil || *k.Observed != 1 {
		t.Error("all of one category gave a kappa")
	}
	if k := NewTable(3).Kappa(Same, 0.95); k.Observed != nil || k.N != 0 {
		t.Error("no pairs gave an agreement")
	}
}

// The standard error against what the value really does over many samples.
func TestStandardErrorOfKappaIsThatOfManySamples(t *testing.T) {
	table := Table{{75, 1, 4}, {5, 4, 1}, {0, 0, 10}}
	random := seeded(7)
	var values []float64
	for range 4000 {
		again := NewTable(3)
		for range 100 {
			u := random.IntN(100)
			for i := range table {
				for j, n := range table[i] {
					if u >= 0 && u < n {
						again[i][j]++
					}
					u -= n
				}
			}
		}
		if k := again.Kappa(Same, 0.95); k.Value != nil {
			values = append(values, *k.Value)
		}
	}
	_, sd := meanAndSD(values)
	if want := *table.Kappa(Same, 0.95).SE; math.Abs(sd/want-1) > 0.1 {
		t.Errorf("kappa of 4000 samples has the deviation %.4f, its formula says %.4f", sd, want)
	}
}

// Bland and Altman (1986), Lancet i:307: peak flow of 17 subjects by two meters.
func TestDifferencesOfBlandAndAltman(t *testing.T) {
	wright := []int{494, 395, 516, 434, 476, 557, 413, 442, 650, 433, 417, 656, 267, 478, 178, 423, 427}
	mini := []int{512, 430, 520, 428, 500, 600, 364, 380, 658, 445, 432, 626, 260, 477, 259, 350, 451}
	d := Compare(mini, wright, 5, 0.9544997) // they take two standard deviations
	near(t, "mean", d.Mean, -2.1, 0.05)
	near(t, "SD", d.SD, 38.8, 0.05)
	near(t, "lower limit", d.Lower, -79.7, 0.1)
	near(t, "upper limit", d.Upper, 75.5, 0.1)
	near(t, "within a step", d.WithinStep, 2.0/17, 1e-9)
	if d := Compare([]int{100}, []int{105}, 5, 0.95); d.SD != nil || *d.WithinStep != 1 {
		t.Error("one pair has a deviation, or is not within a step")
	}
}

// Lohr, Sampling: Design and Analysis (2nd ed. 2010), table 3.1: acres of farms
// by region, 300 counties of 3,078. The units are made to have the published
// means and variances.
func TestStratifiedTotalOfLohr(t *testing.T) {
	var strata []Stratum
	var answers []Answered
	for _, r := range []struct {
		name           string
		size, n        int
		mean, variance float64
	}{
		{"Northeast", 220, 21, 97629.8, 7647472708}, {"North Central", 1054, 103, 300504.2, 29618183543},
		{"South", 1382, 135, 211315.0, 53587487856}, {"West", 422, 41, 662295.5, 396185950266},
	} {
		strata = append(strata, Stratum{Name: r.name, Size: r.size})
		by := math.Sqrt(r.variance * float64(r.n-1) / float64(r.n/2*2))
		for i := range r.n {
			y := r.mean
			if i < r.n/2*2 {
				y += by * float64(1-i%2*2)
			}
			answers = append(answers, Answered{r.name, y, 1})
		}
	}
	e := Estimate(strata, answers, 0.95)
	near(t, "total", e.Total, 909736035, 100)
	near(t, "its standard error", e.SETotal, 50417248, 1000)
	near(t, "mean", e.Value, 295560.8, 0.5)
	near(t, "its standard error", e.SE, 16379.9, 0.5)
}

func TestEstimatesAreRightOnAverageAndSoAreTheirErrors(t *testing.T) {
	// A frame of three communes where 30 of 100 are of one kind, and of those a
	// third of another; 2,000 draws of 10 each.
	random := seeded(3)
	sizes := []int{40, 60, 150}
	frame := make([][][2]float64, 3)
	wantY, wantX := 0.0, 0.0
	var strata []Stratum
	for c, size := range sizes {
		for range size {
			x := one(random.Float64() < 0.3+0.2*float64(c))
			y := x * one(random.Float64() < 0.5)
			frame[c] = append(frame[c], [2]float64{y, x})
			wantY += y
			wantX += x
		}
		strata = append(strata, Stratum{Name: string(rune('a' + c)), Size: size})
	}
	want := wantY / wantX
	var values, errors []float64
	inside := 0
	for range 2000 {
		var answers []Answered
		for c := range frame {
			for _, i := range random.Perm(len(frame[c]))[:20] {
				answers = append(answers, Answered{strata[c].Name, frame[c][i][0], frame[c][i][1]})
			}
		}
		e := Estimate(strata, answers, 0.95)
		values = append(values, *e.Value)
		errors = append(errors, *e.SE)
		if *e.Lower <= want && want <= *e.Upper {
			inside++
		}
	}
	mean, sd := meanAndSD(values)
	se, _ := meanAndSD(errors)
	if math.Abs(mean-want) > 0.01 || math.Abs(se/sd-1) > 0.1 {
		t.Errorf("mean %.4f (true %.4f), deviation %.4f, standard errors %.4f", mean, want, sd, se)
	}
	if inside < 1840 || inside > 1980 {
		t.Errorf("the interval holds the truth in %d of 2000 draws", inside)
	}
}

func TestAnEstimateSaysWhatItDoesNotKnow(t *testing.T) {
	strata := []Stratum{{Name: "a", Size: 50}, {Name: "b", Size: 60}, {Name: "c", Size: 10}}
	e := Estimate(strata, []Answered{{"a", 1, 1}, {"b", 1, 1}, {"b", 0, 1}}, 0.95)
	if e.SE != nil || len(e.Lonely) != 1 || len(e.Missing) != 1 || e.Missing[0] != "c" {
		t.Errorf("%+v", e)
	}
	if e := Estimate(strata, nil, 0.95); e.Value != nil || e.Total != nil {
		t.Error("an estimate from nobody")
	}
	all := Estimate([]Stratum{{Name: "a", Size: 2}}, []Answered{{"a", 1, 1}, {"a", 0, 1}}, 0.95)
	if all.SE == nil || *all.SE != 0 {
		t.Error("where everybody was surveyed again there is no sampling error")
	}
}

func TestAgreementAddsUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		strata := []Stratum{{Name: "a", Size: 100}, {Name: "b", Size: 40}}
		form := rapid.Custom(func(t *rapid.T) Form {
			return Form{rapid.IntRange(-1, 2).Draw(t, "class"), pointerTo(5 * rapid.IntRange(0, 40).Draw(t, "points")), rapid.StringMatching("[01-]{3}").Draw(t, "answers")}
		})
		var pairs []Pair
		for range rapid.IntRange(0, 40).Draw(t, "n") {
			pairs = append(pairs, Pair{rapid.SampledFrom([]string{"a", "b"}).Draw(t, "stratum"), form.Draw(t, "first"), form.Draw(t, "second")})
		}
		a := Agree(pairs, strata, 3, 3, 5, 0.95)
		n := 0
		for _, row := range a.Changes {
			for _, count := range row {
				n += count
			}
		}
		if n+a.Undetermined != len(pairs) || a.Points.N != len(pairs) {
			t.Fatalf("%d pairs, %d with classes, %d without", len(pairs), n, a.Undetermined)
		}
		for _, i := range a.Indicators {
			if i.N+i.Unknown != len(pairs) {
				t.Fatal("an indicator lost pairs")
			}
		}
		if a.SameClass.Value != nil {
			if want := a.Weighted[0][0] + a.Weighted[1][1] + a.Weighted[2][2]; math.Abs(want-*a.SameClass.Total) > 1e-6 {
				t.Fatalf("the table has %v of one class, the estimate %v", want, *a.SameClass.Total)
			}
		}
		for _, k := range []Kappa{a.Classes, a.Ordered} {
			if k.Value != nil && (*k.Value > 1+1e-9 || *k.SE < 0 || k.Lower != nil && *k.Lower > *k.Upper) {
				t.Fatalf("%+v", k)
			}
		}
	})
}

func pointerTo(n int) *int { return &n }
