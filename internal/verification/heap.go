package verification

import (
	"math"
	"slices"
)

// Scores are the points of the households of a commune, the lines that decide
// about them and the totals that its form can have.
type Scores struct {
	Area    string
	Lines   []int // the last total of the class below, 120 and 150
	Lattice Lattice
	Points  []int
	// Peers are the communes of the unit, this one among them, where the shape at
	// a line is learnt from them: of a score that takes few values.
	Peers *Peers
}

// Heap is what the test found in a commune: the fullest place next to a line,
// against its two neighbours.
type Heap struct {
	Area    string
	P       *float64 // nil where no household is near a line: nothing was tested
	Q       *float64 // the false discovery rate at which it would be flagged
	Flagged bool
	N       int // households with points
	Off     int // of them with points that no form can have: left out
	Line    int
	Point   int      // the total at which they heap: at the line, or the first above it
	Count   int      // households there
	Below   int      // at the next lower total
	Above   int      // at the next higher one
	Scores  int      // place of the scores among those that were given
	Usual   *float64 // of these three totals, the share that other communes have at the point; nil where it was not asked
}

// Expected is the count at the point if it were the mean of its neighbours.
func (h Heap) Expected() float64 { return float64(h.Below+h.Above) / 2 }

// Heaps tests in every commune whether more households stand just at a line,
// or just above it, than can be if the numbers of households change evenly
// from one possible total to the next.
//
// The test is that of Frandsen (2017, "Party bias in union representation
// elections: Testing for manipulation in the regression discontinuity design
// when the running variable is discrete", Advances in Econometrics 38), made
// for totals that take few values, where the density tests after McCrary (2008)
// do not hold: among the households at three neighbouring totals, the number
// at the middle one is binomial with a share of at most (1 + k)/(3 + k) when
// the frequencies bend by no more than k (the middle differs from the mean of
// its neighbours by at most that part of it). Only too many is a question, so
// the test is one-sided. A commune has one p-value: the least over its lines and the
// two totals at each, times their number (Bonferroni). It is exact whatever the size
// of the commune. Over the communes the false discovery rate is held at the level
// after Benjamini and Hochberg (1995): no more than this part of the flagged
// communes, on average, is flagged by chance.
//
// k is the larger of the least bend that the law allows for (curvature) and of
// the unevenness that many communes together show away from the lines
// (Unevenness): one commune alone says too little of its scorecard.
//
// A commune that is given with several scores is one commune: its p-value is the
// least of theirs, times their number.
func Heaps(communes []Scores, k float64, rate Rate) (heaps []Heap) {
	var tested []int
	var p []float64
	place, scores := map[string]int{}, map[string]int{}
	for i, c := range communes {
		h := heapOf(c, k)
		h.Scores = i
		at, is := place[c.Area]
		if h.P != nil {
			scores[c.Area]++
		}
		switch {
		case !is:
			place[c.Area] = len(heaps)
			heaps = append(heaps, h)
		case h.P != nil && (heaps[at].P == nil || *h.P < *heaps[at].P):
			heaps[at] = h
		}
	}
	for i := range heaps {
		if h := &heaps[i]; h.P != nil {
			h.P = pointer(min(1, *h.P*float64(scores[h.Area])))
			tested = append(tested, i)
			p = append(p, *h.P)
		}
	}
	for j, q := range rate.adjust(p) {
		h := &heaps[tested[j]]
		h.Q, h.Flagged = &q, q <= rate.Level
	}
	return heaps
}

func heapOf(c Scores, k float64) Heap {
	lattice := c.Lattice
	counts, off := lattice.counts(c.Points)
	h := Heap{Area: c.Area, N: len(c.Points), Off: off}
	share := (1 + k) / (3 + k)
	tests := 0
	for _, line := range c.Lines {
		at := lattice.at(line)
		for _, i := range []int{at, at + 1} {
			if i < 1 || i+1 >= len(lattice) {
				continue
			}
			around := counts[i-1] + counts[i] + counts[i+1]
			if around == 0 {
				continue
			}
			p := binomialTail(counts[i], around, share)
			var usual *float64
			if c.Peers != nil {
				own := middle{counts[i], around}
				others := c.Peers.others(i, own)
				if !others.known {
					continue
				}
				p, usual = max(p, others.tail(own)), &others.share
			}
			tests++
			if h.P == nil || p < *h.P {
				h.P, h.Usual = &p, usual
				h.Line, h.Point, h.Count, h.Below, h.Above = line, lattice[i], counts[i], counts[i-1], counts[i+1]
			}
		}
	}
	if h.P != nil {
		h.P = pointer(min(1, *h.P*float64(tests)))
	}
	return h
}

// Unevenness estimates from all communes together by how much the number at a
// total commonly differs from the mean of its neighbours, as a part of it, away
// from every line: twice the standard deviation of that part over the totals,
// after taking off what chance alone makes of such counts. A scorecard whose items
// give mostly tens and few fives is uneven by itself, and a commune is not to be
// asked about that. Totals around which fewer than 30 households stand are left out.
func Unevenness(communes []Scores) float64 {
	n, excess := 0, 0.0
	for len(communes) > 0 {
		lattice := communes[0].Lattice
		all, near := make([]int, len(lattice)), make([]bool, len(lattice))
		var others []Scores
		for _, c := range communes {
			if !slices.Equal(c.Lattice, lattice) {
				others = append(others, c)
				continue
			}
			c.pool(all, near)
		}
		communes = others
		for i := 1; i+1 < len(all); i++ {
			sides := all[i-1] + all[i+1]
			if near[i] || sides == 0 || all[i]+sides < enough {
				continue
			}
			middle, mean := float64(all[i]), float64(sides)/2
			// The variance of the ratio of two counts, by the delta method.
			chance := square(middle/mean) * (1/max(middle, 1) + 1/float64(sides))
			excess += square(middle/mean-1) - chance
			n++
		}
	}
	if n == 0 || excess <= 0 {
		return 0
	}
	return 2 * math.Sqrt(excess/float64(n))
}

const enough = 30

// pool adds the commune's counts, and marks the totals at its lines and beside.
func (c Scores) pool(all []int, near []bool) {
	counts, _ := c.Lattice.counts(c.Points)
	for i, n := range counts {
		all[i] += n
	}
	for _, line := range c.Lines {
		at := c.Lattice.at(line)
		for i := max(0, at-1); i <= min(len(near)-1, at+2); i++ {
			near[i] = true
		}
	}
}

// binomialTail is P(X ≥ count) of n trials with the share p, summed exactly.
func binomialTail(count, n int, p float64) float64 {
	switch {
	case count <= 0:
		return 1
	case p >= 1:
		return 1
	}
	logP, logQ := math.Log(p), math.Log1p(-p)
	all, _ := math.Lgamma(float64(n + 1))
	tail := 0.0
	for x := n; x >= count; x-- {
		a, _ := math.Lgamma(float64(x + 1))
		b, _ := math.Lgamma(float64(n - x + 1))
		tail += math.Exp(all - a - b + float64(x)*logP + float64(n-x)*logQ)
	}
	return min(1, tail)
}
