package verification

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func usual(margin float64) Design {
	return Design{Margin: margin, Confidence: 0.95, Proportion: 0.5, PerStratum: 10}
}

// Krejcie and Morgan (1970), "Determining sample size for research
// activities", table 1: the same formula, rounded to the nearest where ours is
// rounded up.
func TestSizesOfKrejcieAndMorgan(t *testing.T) {
	for population, want := range map[int]int{10: 10, 50: 44, 100: 80, 200: 132, 500: 217, 1000: 278, 2000: 322, 5000: 357, 10000: 370, 75000: 382, 1000000: 384} {
		if got := usual(0.05).Size(population); got < want || got > want+1 {
			t.Errorf("of %d households %d are needed, the table says %d", population, got, want)
		}
	}
	if got := usual(0.05).Size(0); got != 0 {
		t.Errorf("of nobody %d", got)
	}
}

func TestMarginsThatMakeNoSenseAreRefused(t *testing.T) {
	for _, margin := range []float64{0, -0.05, 0.001, 0.6, 5, math.NaN()} {
		if _, err := Draw([]Unit{{"a", "x"}}, usual(margin), "2016", 1); err == nil {
			t.Errorf("margin %v was accepted", margin)
		}
	}
}

func TestAHouseholdThatStandsTwiceInTheFrameIsRefused(t *testing.T) {
	if _, err := Draw([]Unit{{"a", "x"}, {"a", "y"}}, usual(0.05), "2016", 1); err == nil {
		t.Error("drawn from a frame with one code twice")
	}
}

func anyFrame(t *rapid.T) []Unit {
	var frame []Unit
	for c := range rapid.IntRange(1, 30).Draw(t, "communes") {
		for h := range rapid.OneOf(rapid.IntRange(1, 15), rapid.IntRange(1, 800)).Draw(t, "households") {
			frame = append(frame, Unit{fmt.Sprintf("TH-%02d-%04d", c, h), fmt.Sprintf("xa-%02d", c)})
		}
	}
	return frame
}

func TestEveryDrawHoldsItsMarginAndItsCommunes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		frame := anyFrame(t)
		d := usual(rapid.SampledFrom([]float64{0.02, 0.05, 0.1, 0.3}).Draw(t, "margin"))
		s, err := Draw(frame, d, "2016", rapid.Int64().Draw(t, "seed"))
		if err != nil {
			t.Fatal(err)
		}
		if s.Reached > d.Margin*(1+1e-6) {
			t.Fatalf("margin %v reached, %v asked for", s.Reached, d.Margin)
		}
		if len(s.Items) < s.Required {
			t.Fatalf("%d drawn, the formula needs %d", len(s.Items), s.Required)
		}
		weights := map[string]float64{}
		for _, i := range s.Items {
			weights[i.Stratum] += i.Weight
		}
		for _, stratum := range s.Strata {
			if stratum.Take < min(10, stratum.Size) || stratum.Take > stratum.Size {
				t.Fatalf("%d of %d drawn in %s", stratum.Take, stratum.Size, stratum.Name)
			}
			if math.Abs(weights[stratum.Name]-float64(stratum.Size)) > 1e-6 {
				t.Fatalf("the weights of %s add to %v, not to its %d households", stratum.Name, weights[stratum.Name], stratum.Size)
			}
		}
	})
}

func TestADrawDependsOnSeedAndFrameAndNotOnOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		frame := anyFrame(t)
		seed := rapid.Int64().Draw(t, "seed")
		first, err := Draw(frame, usual(0.05), "2016", seed)
		if err != nil {
			t.Fatal(err)
		}
		shuffled := slices.Clone(frame)
		rand.New(rand.NewPCG(1, uint64(seed))).Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		second, _ := Draw(shuffled, usual(0.05), "2016", seed)
		if !slices.Equal(first.Items, second.Items) {
			t.Fatal("another order of the frame drew other households")
		}
	})
	var frame []Unit
	for i := range 500 {
		frame = append(frame, Unit{fmt.Sprint(i), "x"})
	}
	a, _ := Draw(frame, usual(0.05), "2016", 1)
	b, _ := Draw(frame, usual(0.05), "2016", 2)
	c, _ := Draw(frame, usual(0.05), "2017", 1)
	if slices.Equal(a.Items, b.Items) || slices.Equal(a.Items, c.Items) {
		t.Error("another seed or round draws the same households")
	}
}

// The recipe of docs/data.md, followed by hand for one household.
func TestTheNumberOfAHouseholdIsThatOfTheRecipe(t *testing.T) {
	sum := sha256.Sum256([]byte("giamngheo-sample-1\n2016\n42\nTH-0001-2345\n"))
	if got := number("2016", 42, "TH-0001-2345"); !bytes.Equal(got[:], sum[:]) {
		t.Errorf("%x", got)
	}
	// printf 'giamngheo-sample-1\n2016\n42\nTH-0001-2345\n' | sha256sum
	if got := fmt.Sprintf("%x", sum[:4]); got != "b4970110" {
		t.Errorf("sha256sum prints %s…", got)
	}
}

// Every household must have the same chance: over many seeds each of 40 is
// drawn about as often.
func TestNobodyIsDrawnMoreOftenThanOthers(t *testing.T) {
	var frame []Unit
	for i := range 40 {
		frame = append(frame, Unit{fmt.Sprint(i), "x"})
	}
	d := Design{Margin: 0.3, Confidence: 0.95, Proportion: 0.5, PerStratum: 10}
	const draws = 4000
	drawn := map[string]int{}
	take := 0
	for seed := range int64(draws) {
		s, err := Draw(frame, d, "2016", seed)
		if err != nil {
			t.Fatal(err)
		}
		take = len(s.Items)
		for _, i := range s.Items {
			drawn[i.Code]++
		}
	}
	p := float64(take) / 40
	chi := 0.0
	for _, u := range frame {
		chi += square(float64(drawn[u.Code])-draws*p) / (draws * p * (1 - p))
	}
	chi *= 39.0 / 40
	if chi > 72.1 { // 99.9 % of a chi-square with 39 degrees of freedom
		t.Errorf("chi-square %.1f over 40 households", chi)
	}
}

func BenchmarkDrawDistrict(b *testing.B) {
	var frame []Unit
	for c := range 25 {
		for h := range 400 {
			frame = append(frame, Unit{fmt.Sprintf("TH-%02d-%04d", c, h), fmt.Sprint(c)})
		}
	}
	for b.Loop() {
		if _, err := Draw(frame, usual(0.05), "2016", 1); err != nil {
			b.Fatal(err)
		}
	}
}
