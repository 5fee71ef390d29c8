package verification

import (
	"math"
	"slices"
	"strings"
)

// Design says how many households a sample needs. Confidence, proportion and
// the least number in a stratum are data (law/verification.yaml); the margin is
// the district's own.
type Design struct {
	Margin     float64 // half the width of the interval of a share: 0.05 is ±5 percentage points
	Confidence float64 // 0.95
	Proportion float64 // the share to be prepared for; 0.5 is the worst case
	PerStratum int     // at least so many of each stratum, all of a smaller one
}

// Stratum is a commune and how many of its households the frame holds.
type Stratum struct {
	Name string
	Size int
	Take int // how many are drawn
}

// Size gives how many of a population a simple random sample needs: Cochran,
// Sampling Techniques (3rd ed. 1977), 4.4:
//
//	n0 = z² p (1 − p) / e²      n = n0 / (1 + (n0 − 1) / N), rounded up
func (d Design) Size(population int) int {
	if population <= 0 {
		return 0
	}
	n0 := d.first()
	n := n0 / (1 + (n0-1)/float64(population))
	return min(population, int(math.Ceil(n-1e-9)))
}

func (d Design) first() float64 {
	z := quantile(d.Confidence)
	return z * z * d.Proportion * (1 - d.Proportion) / (d.Margin * d.Margin)
}

// Check refuses a margin that makes no sense.
func (d Design) Check() error {
	if !(d.Margin >= 0.005 && d.Margin <= 0.5) {
		return refused("margin", "verification.bad_margin")
	}
	return nil
}

// Allocate says how many of each stratum are drawn. Size gives the number of
// all, shared out in proportion to the strata (largest remainders); a stratum
// that would get fewer than PerStratum gets that many, or all it has. Where
// the margin that the strata then hold in the worst case is still wider than
// asked for, one more is drawn until it is not. The strata come back by name.
func (d Design) Allocate(strata []Stratum) ([]Stratum, error) {
	if err := d.Check(); err != nil {
		return nil, err
	}
	out := slices.Clone(strata)
	slices.SortFunc(out, func(a, b Stratum) int { return strings.Compare(a.Name, b.Name) })
	population := 0
	for _, s := range out {
		population += s.Size
	}
	for n := d.Size(population); ; n++ {
		d.share(out, n, population)
		if n >= population || d.Reached(out) <= d.Margin*(1+1e-9) {
			return out, nil
		}
	}
}

// share gives n in proportion, then lifts the small ones.
func (d Design) share(strata []Stratum, n, population int) {
	if population == 0 {
		return
	}
	order := make([]int, len(strata))
	given := 0
	for i, s := range strata {
		order[i] = i
		strata[i].Take = n * s.Size / population
		given += strata[i].Take
	}
	slices.SortStableFunc(order, func(a, b int) int {
		return (n * strata[b].Size % population) - (n * strata[a].Size % population)
	})
	for _, i := range order[:n-given] {
		strata[i].Take++
	}
	for i, s := range strata {
		strata[i].Take = min(s.Size, max(s.Take, d.PerStratum))
	}
}

// Reached gives the margin that a share estimated from the strata has when in
// each of them the worst share is true (Cochran 1977, 5.11: stratified without
// replacement); 0 where everybody is drawn.
func (d Design) Reached(strata []Stratum) float64 {
	population, variance := 0.0, 0.0
	for _, s := range strata {
		population += float64(s.Size)
		if s.Take == s.Size {
			continue
		}
		if s.Take == 0 {
			return math.Inf(1)
		}
		size, take := float64(s.Size), float64(s.Take)
		variance += size * size * (1 - take/size) * size / (size - 1) * d.Proportion * (1 - d.Proportion) / take
	}
	if population == 0 {
		return 0
	}
	return quantile(d.Confidence) * math.Sqrt(variance) / population
}
