package verification

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func seeded(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 159)) }

func meanAndSD(x []float64) (mean, sd float64) {
	for _, v := range x {
		mean += v / float64(len(x))
	}
	for _, v := range x {
		sd += square(v-mean) / float64(len(x)-1)
	}
	return mean, math.Sqrt(sd)
}

// Benjamini and Hochberg (1995), section 4.1: fifteen p-values, of which the
// first four are findings at 0.05.
func TestFalseDiscoveriesOfBenjaminiAndHochberg(t *testing.T) {
	p := []float64{0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1}
	shuffled := slices.Clone(p)
	seeded(1).Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
	for i, q := range FalseDiscovery(shuffled) {
		if (q <= 0.05) != (shuffled[i] <= 0.0095) {
			t.Errorf("p = %v has q = %v", shuffled[i], q)
		}
	}
	if q := FalseDiscovery(nil); len(q) != 0 {
		t.Error("found something among nothing")
	}
}

func TestBinomialTailIsExact(t *testing.T) {
	for _, k := range []struct {
		count, n int
		p, want  float64
	}{
		{0, 5, 0.3, 1}, {5, 5, 0.5, 1.0 / 32}, {4, 5, 0.5, 6.0 / 32}, {2, 3, 1.0 / 3, 7.0 / 27}, {6, 5, 0.5, 0},
	} {
		if got := binomialTail(k.count, k.n, k.p); math.Abs(got-k.want) > 1e-12 {
			t.Errorf("P(X ≥ %d), n %d, p %v: %v, want %v", k.count, k.n, k.p, got, k.want)
		}
	}
}

func TestOnlyPossibleTotalsAreNeighbours(t *testing.T) {
	l := Attainable([][]int{{0, 10, 25}, {0, 15}})
	if !slices.Equal(l, Lattice{0, 10, 15, 25, 40}) {
		t.Errorf("%v", l)
	}
	if got := Multiples(5, 20); !slices.Equal(got, Lattice{0, 5, 10, 15, 20}) {
		t.Errorf("%v", got)
	}
	if l.at(24) != 2 || l.at(25) != 3 || l.at(-1) != -1 {
		t.Error("the total at a line is the last that does not exceed it")
	}
	// 12 points cannot be: left out and counted.
	points := []int{12}
	for range 30 {
		points = append(points, 15)
	}
	heaps := Heaps([]Scores{{Area: "a", Lines: []int{15}, Lattice: l, Points: points}}, 0.1, Rate{Level: 0.1})
	h := heaps[0]
	if h.Off != 1 || h.Point != 15 || h.Count != 30 || !h.Flagged {
		t.Errorf("%+v", h)
	}
}

func TestTheStepOfAScoreIsFoundInItsTotals(t *testing.T) {
	random := seeded(18)
	fives, ones := town(random, 400, 0, 0).Points, make([]int, 400)
	for i := range ones {
		ones[i] = random.IntN(200)
	}
	slips := slices.Clone(fives)
	for i := range 10 {
		slips[i]++
	}
	tens := slices.Clone(fives)
	for i := range tens {
		tens[i] -= tens[i] % 10
	}
	for name, k := range map[string]struct {
		points []int
		want   int
	}{"fives": {fives, 5}, "with slips": {slips, 5}, "tens": {tens, 10}, "ones": {ones, 1}, "too few": {fives[:20], 0}} {
		if got := Spacing(k.points); got != k.want {
			t.Errorf("%s: a step of %d, want %d", name, got, k.want)
		}
	}
}

func TestACommuneWithNobodyNearALineIsNotTested(t *testing.T) {
	heaps := Heaps([]Scores{{Area: "a", Lines: []int{120}, Lattice: fives, Points: []int{40, 45, 200}}, {Area: "b", Lines: []int{120}, Lattice: fives}}, 0.1, Rate{Level: 0.1})
	for _, h := range heaps {
		if h.P != nil || h.Flagged {
			t.Errorf("%+v", h)
		}
	}
}

// towns were made so far: each is a commune of its own.
var towns int

// town makes a commune of n households whose points are spread evenly around
// their middle and rounded to the step; of a part of those just at a line the
// points are pushed one step over it, or of those just above pulled to it.
func town(r *rand.Rand, n int, share float64, to int) Scores {
	towns++
	s := Scores{Area: fmt.Sprint(towns), Lines: []int{120, 150}, Lattice: fives}
	middle, spread := 115+30*r.Float64(), 25+10*r.Float64()
	for range n {
		points := int(math.Round((middle+spread*r.NormFloat64())/5)) * 5
		if to != 0 && r.Float64() < share {
			for _, line := range s.Lines {
				switch {
				case to > 0 && points > line-15 && points <= line:
					points = line + 5
				case to < 0 && points > line && points <= line+15:
					points = line
				}
			}
		}
		s.Points = append(s.Points, max(0, points))
	}
	return s
}

var fives = Multiples(5, 300)

var townSizes = []int{15, 40, 90, 150, 220, 350, 350, 500, 800, 1500}

// With no heap anywhere any flag is a false discovery: the rate is how often a
// district gets one at all.
func TestWithoutHeapsTheFalseDiscoveryRateStaysBelowTheLevel(t *testing.T) {
	random := seeded(11)
	const districts, level = 400, 0.1
	withFlag := 0
	for range districts {
		var communes []Scores
		for range 25 {
			communes = append(communes, town(random, townSizes[random.IntN(len(townSizes))], 0, 0))
		}
		heaps := Heaps(communes, max(0.1, Unevenness(communes)), Rate{Level: level})
		if slices.ContainsFunc(heaps, func(h Heap) bool { return h.Flagged }) {
			withFlag++
		}
	}
	t.Logf("%d of %d districts without any heap have a flag", withFlag, districts)
	if rate := float64(withFlag) / districts; rate > level {
		t.Errorf("the realised false discovery rate is %.3f, the level %.2f", rate, level)
	}
}

func TestPlantedHeapsAreFoundAndOthersSpared(t *testing.T) {
	for name, to := range map[string]int{"pushed over the line": 1, "pulled to the line": -1} {
		random := seeded(12)
		const districts, level = 60, 0.1
		planted, found, flags, wrong := 0, 0, 0, 0.0
		for range districts {
			var communes []Scores
			for i := range 25 {
				if i < 5 {
					communes = append(communes, town(random, 350, 0.8, to))
				} else {
					communes = append(communes, town(random, townSizes[random.IntN(len(townSizes))], 0, 0))
				}
			}
			heaps := Heaps(communes, max(0.1, Unevenness(communes)), Rate{Level: level})
			flagged, falsely := 0, 0
			for i, h := range heaps {
				if i < 5 {
					planted++
				}
				if h.Flagged {
					flagged++
					if i < 5 {
						found++
						if (h.Point > h.Line) != (to > 0) {
							t.Errorf("%s: the heap of %d households at %d points, line %d", name, h.Count, h.Point, h.Line)
						}
					} else {
						falsely++
					}
				}
			}
			flags += flagged
			if flagged > 0 {
				wrong += float64(falsely) / float64(flagged)
			}
		}
		t.Logf("%s: %d of %d planted heaps found, mean false share %.4f", name, found, planted, wrong/districts)
		if float64(found) < 0.9*float64(planted) {
			t.Errorf("%s: only %d of %d planted heaps were found", name, found, planted)
		}
		if wrong/districts > level {
			t.Errorf("%s: %.3f of the flags are false, the level is %.2f", name, wrong/districts, level)
		}
	}
}

// A scorecard that gives tens more often than fives makes every other total
// fuller; no commune is to be asked about that.
func TestAnUnevenScorecardRaisesNoQuestions(t *testing.T) {
	random := seeded(13)
	flags := 0
	for range 100 {
		var communes []Scores
		for range 25 {
			c := town(random, 350, 0, 0)
			for i, p := range c.Points {
				if p%10 == 5 && random.Float64() < 0.5 {
					c.Points[i] = p + 5
				}
			}
			communes = append(communes, c)
		}
		k := max(0.1, Unevenness(communes))
		heaps := Heaps(communes, k, Rate{Level: 0.1})
		if k < 0.5 {
			t.Fatalf("the unevenness was taken as %.2f", k)
		}
		for _, h := range heaps {
			if h.Flagged {
				flags++
			}
		}
	}
	if flags > 10 {
		t.Errorf("%d flags in 100 districts", flags)
	}
}

func TestPValuesAreExactWithoutAHeap(t *testing.T) {
	// P(p ≤ x) may not exceed x when the frequencies bend by no more than k.
	random := seeded(14)
	const n = 4000
	below := map[float64]int{}
	for range n {
		heaps := Heaps([]Scores{town(random, 200, 0, 0)}, 0.1, Rate{Level: 0.1})
		for _, x := range []float64{0.01, 0.05, 0.2} {
			if heaps[0].P != nil && *heaps[0].P <= x {
				below[x]++
			}
		}
	}
	for x, count := range below {
		if rate := float64(count) / n; rate > x+3*math.Sqrt(x*(1-x)/n) {
			t.Errorf("p ≤ %v in %.4f of communes without a heap", x, rate)
		}
	}
}

func TestQValuesRiseWithPValues(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := rapid.SliceOf(rapid.Float64Range(0, 1)).Draw(t, "p")
		q := FalseDiscovery(p)
		for i := range p {
			if q[i] < p[i]-1e-15 || q[i] > 1 {
				t.Fatalf("p %v has q %v", p[i], q[i])
			}
			for j := range p {
				if p[i] < p[j] && q[i] > q[j] {
					t.Fatal("a smaller p has a larger q")
				}
			}
		}
	})
}

func BenchmarkHeapsOfAProvince(b *testing.B) {
	random := seeded(1)
	var communes []Scores
	for range 635 {
		communes = append(communes, town(random, 350, 0, 0))
	}
	for b.Loop() {
		Heaps(communes, max(0.1, Unevenness(communes)), Rate{Level: 0.1})
	}
}
