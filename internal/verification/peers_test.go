package verification

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

var tens = Multiples(10, 100)

// lacking is a commune of n households between the two lines of income. Each
// service is lacking with a share of the commune's own, more often in a household
// that lacks others; in some communes nobody has one or two of them.
func lacking(r *rand.Rand, n int) (points []int) {
	var share [10]float64
	for i := range share {
		share[i] = -1.2 + 0.9*r.NormFloat64()
		if r.IntN(30) == 0 {
			share[i] = 3 // nobody of the commune has it
		}
	}
	for range n {
		house := 0.7 * r.NormFloat64()
		total := 0
		for _, s := range share {
			if r.Float64() < 1/(1+math.Exp(-s-house)) {
				total += 10
			}
		}
		points = append(points, total)
	}
	return points
}

// moved takes a part of those at one total to another.
func moved(r *rand.Rand, points []int, from, to int, part float64) []int {
	points = slices.Clone(points)
	for i, p := range points {
		if p == from && r.Float64() < part {
			points[i] = to
		}
	}
	return points
}

func deprivations(communes [][]int) (scores []Scores) {
	peers := LearnFrom(tens, communes)
	for i, points := range communes {
		scores = append(scores, Scores{Area: fmt.Sprint(i), Lines: []int{20}, Lattice: tens, Points: points, Peers: peers})
	}
	return scores
}

var bandSizes = []int{8, 20, 40, 60, 90, 120, 150, 250}

// The numbers at 20 and 30 points differ from commune to commune by what people
// there really lack; nobody is to be asked about that.
func TestCommunesThatLackDifferentThingsAreNotAskedAboutThreeDeprivations(t *testing.T) {
	random := seeded(21)
	const districts, level = 400, 0.1
	for name, communes := range map[string]int{"a district": 25, "a small one": 8} {
		together, oneByOne := 0, 0
		for range districts {
			var list [][]int
			for range communes {
				list = append(list, lacking(random, bandSizes[random.IntN(len(bandSizes))]))
			}
			scores := deprivations(list)
			if slices.ContainsFunc(Heaps(scores, 0.1, Rate{Level: level}), func(h Heap) bool { return h.Flagged }) {
				together++
			}
			if slices.ContainsFunc(scores, func(s Scores) bool { return Heaps([]Scores{s}, 0.1, Rate{level, communes})[0].Flagged }) {
				oneByOne++
			}
		}
		t.Logf("%s of %d communes without a heap: %d of %d have a flag together, %d one by one", name, communes, together, districts, oneByOne)
		if max(together, oneByOne) > level*districts {
			t.Errorf("%s: more flags by chance than the level %.2f allows", name, level)
		}
	}
}

func TestHeapsAtThreeDeprivationsAreFoundAndOthersSpared(t *testing.T) {
	for name, way := range map[string]struct{ from, to int }{"one deprivation left out": {30, 20}, "one added": {20, 30}} {
		random := seeded(22)
		const districts, level = 100, 0.1
		planted, found, wrong := 0, 0, 0.0
		for range districts {
			var list [][]int
			for i := range 25 {
				points := lacking(random, bandSizes[random.IntN(len(bandSizes))])
				if i < 1 {
					points = moved(random, lacking(random, 200), way.from, way.to, 0.9)
				}
				list = append(list, points)
			}
			flagged, falsely := 0, 0
			for i, h := range Heaps(deprivations(list), 0.1, Rate{Level: level}) {
				if i < 1 {
					planted++
				}
				if !h.Flagged {
					continue
				}
				flagged++
				if i < 1 {
					found++
					if h.Point != way.to || h.Usual == nil {
						t.Errorf("%s: a heap at %d points", name, h.Point)
					}
				} else {
					falsely++
				}
			}
			if flagged > 0 {
				wrong += float64(falsely) / float64(flagged)
			}
		}
		t.Logf("%s: %d of %d planted heaps found, mean false share %.4f", name, found, planted, wrong/districts)
		if float64(found) < 0.9*float64(planted) {
			t.Errorf("%s: only %d of %d planted heaps were found", name, found, planted)
		}
		if wrong/districts > level {
			t.Errorf("%s: %.3f of the flags are false", name, wrong/districts)
		}
	}
}

func TestWithoutOthersToLearnFromNothingIsSaidOfDeprivations(t *testing.T) {
	random := seeded(23)
	var list [][]int
	for range fewestPeers { // one of them the commune itself
		list = append(list, moved(random, lacking(random, 100), 30, 20, 1))
	}
	for _, h := range Heaps(deprivations(list), 0.1, Rate{Level: 0.1}) {
		if h.P != nil || h.Flagged {
			t.Errorf("%+v", h)
		}
	}
}

func TestWhatIsLearntFromPeersIsTheirShareAndSpread(t *testing.T) {
	// Ten communes of 40 households around, all with 10 at the middle: no spread but
	// that of a bound, and the chances add up to one.
	var s sums
	for range 10 {
		s = s.with(middle{10, 40}, 1)
	}
	even := s.learn()
	if !even.known || math.Abs(even.share-100.5/401) > 1e-12 {
		t.Fatalf("%+v", even)
	}
	if got := even.tail(middle{0, 40}); math.Abs(got-1) > 1e-9 {
		t.Errorf("all chances add up to %v", got)
	}
	if even.tail(middle{25, 40}) < binomialTail(25, 40, even.share) {
		t.Error("the communes' own differences make a heap more likely by chance, not less")
	}
	// Half of them with none and half with 20: the spread is 0.25² at least.
	var wide sums
	for i := range 10 {
		wide = wide.with(middle{20 * (i % 2), 40}, 1)
	}
	if got := wide.learn(); got.spread < 0.0625 {
		t.Errorf("%+v", got)
	}
	// Taking a commune away leaves the others.
	if got := wide.with(middle{20, 40}, 1).with(middle{20, 40}, -1); math.Abs(got.shares-wide.shares) > 1e-9 || got.communes != wide.communes {
		t.Errorf("%+v, want %+v", got, wide)
	}
	// Quantiles of printed tables.
	for _, k := range []struct{ free, want float64 }{{9, 3.325}, {24, 13.848}, {50, 34.764}} {
		if got := chiSquare(0.05, k.free); math.Abs(got/k.want-1) > 0.01 {
			t.Errorf("chi-square 5 %% with %v degrees: %.3f, printed %v", k.free, got, k.want)
		}
	}
}
