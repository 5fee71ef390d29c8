package verification

import (
	"fmt"
	"math/rand/v2"
	"testing"
)

// carded is a commune whose points are sums of a scorecard's items, answered
// alike by who is alike well off: tens come more often than fives, and nothing
// is even by construction.
func carded(r *rand.Rand, n int) Scores {
	items := [][]int{{70, 50, 40, 30, 15, 10, 0}, {15, 10, 0}, {15, 5, 0}, {25, 20, 0}, {0, 25, 45}, {20, 0}, {0, 5, 10, 15, 20, 25}, {0, 10, 15, 20}, {0, 5, 10}, {0, 5, 15}, {0, 10, 20, 30}}
	towns++
	s := Scores{Area: fmt.Sprint(towns), Lines: []int{120, 150}, Lattice: fives}
	means := r.Float64() * 0.4
	for range n {
		wealth := r.NormFloat64()*0.6 + means
		total := 0
		for _, options := range items {
			at := int((r.Float64()*0.6 + 0.2 + wealth*0.2) * float64(len(options)))
			total += options[min(max(at, 0), len(options)-1)]
		}
		s.Points = append(s.Points, total)
	}
	return s
}

// A district's communes hand in one after the other, and each is looked at
// alone then: over all of them no more may be asked by chance than when they are
// looked at together.
func TestCommunesThatHandInOneByOneAreNotAskedMoreOftenByChance(t *testing.T) {
	for name, commune := range map[string]func(r *rand.Rand) Scores{
		"points evenly spread":  func(r *rand.Rand) Scores { return town(r, townSizes[r.IntN(len(townSizes))], 0, 0) },
		"points of a scorecard": func(r *rand.Rand) Scores { return carded(r, 350) },
	} {
		random := seeded(17)
		const districts, level = 200, 0.1
		together, oneByOne := 0, 0
		for range districts {
			var communes []Scores
			for range 25 {
				communes = append(communes, commune(random))
			}
			k := max(0.1, Unevenness(communes))
			anyTogether, anyAlone := false, false
			for _, h := range Heaps(communes, k, Rate{Level: level}) {
				anyTogether = anyTogether || h.Flagged
			}
			for _, c := range communes {
				anyAlone = anyAlone || Heaps([]Scores{c}, k, Rate{level, len(communes)})[0].Flagged
			}
			if anyTogether {
				together++
			}
			if anyAlone {
				oneByOne++
			}
		}
		t.Logf("%s: of %d districts without a heap %d have a flag together, %d one by one", name, districts, together, oneByOne)
		if max(together, oneByOne) > level*districts {
			t.Errorf("%s: more flags by chance than the level %.2f allows", name, level)
		}
	}
}

func TestACommuneAloneIsHeldAmongTheOthers(t *testing.T) {
	heaps := func(r Rate) float64 {
		return *Heaps([]Scores{{Lines: []int{15}, Lattice: fives, Points: []int{10, 15, 15, 15, 15, 15, 20}}}, 0.1, r)[0].Q
	}
	alone, among := heaps(Rate{Level: 0.1}), heaps(Rate{0.1, 20})
	if want := min(1, 20*alone); among != want {
		t.Errorf("q %v among twenty, want %v", among, want)
	}
}
