package verification

import "math"

// Where a score takes few values its numbers bend by nature: most households
// lack two or three services, few none or eight. What is a heap there is not
// told by the neighbouring totals alone, but by what other communes have at the
// same totals.

// fewestPeers is how many other communes it takes to learn from.
const fewestPeers = 5

// Peers is what the communes of a unit have at each total.
type Peers struct{ at []sums }

// sums are those of the communes around a total.
type sums struct {
	communes             int
	counts, all, squares float64
	shares               float64 // of count²/around
}

// middle is how many of the households at three neighbouring totals stand at
// the middle one.
type middle struct{ count, around int }

// LearnFrom takes in the points of all communes of a unit.
func LearnFrom(lattice Lattice, communes [][]int) *Peers {
	p := &Peers{make([]sums, len(lattice))}
	for _, points := range communes {
		counts, _ := lattice.counts(points)
		for i := 1; i+1 < len(lattice); i++ {
			p.at[i] = p.at[i].with(middle{counts[i], counts[i-1] + counts[i] + counts[i+1]}, 1)
		}
	}
	return p
}

// with adds a commune, or takes it away.
func (s sums) with(o middle, sign int) sums {
	if o.around == 0 {
		return s
	}
	count, around := float64(o.count), float64(o.around)
	by := float64(sign)
	return sums{s.communes + sign, s.counts + by*count, s.all + by*around, s.squares + by*around*around, s.shares + by*count*count/around}
}

// others is what they are without a commune that is one of them.
func (p *Peers) others(i int, own middle) others { return p.at[i].with(own, -1).learn() }

// others is what the other communes have at a total.
type others struct {
	share  float64 // of the middle
	spread float64 // variance of the communes' own shares, at its upper bound
	known  bool
}

// learn estimates the share of the middle in the communes together, and how far
// their own shares lie apart beyond chance: by moments, with the dispersion
// freed of the bias that few communes bring (that of the median of chi-square, by
// Wilson and Hilferty 1931), since a spread that a few communes happen not to show
// would make questions of honest ones. It is never less than chance alone makes,
// and the uncertainty of the share itself is added.
func (s sums) learn() (p others) {
	if s.communes < fewestPeers || s.all < enough {
		return p
	}
	p.known = true
	p.share = (s.counts + 0.5) / (s.all + 1)
	binomial := p.share * (1 - p.share)
	q := s.shares - 2*p.share*s.counts + p.share*p.share*s.all // Σ around (count/around − share)²
	free := float64(s.communes - 1)
	dispersion := max(q/binomial, free) / chiSquare(0.5, free) // 1 where there is only chance
	if weight := s.all - s.squares/s.all; weight > 0 {
		p.spread = max(0, dispersion-1) * binomial * free / weight
	}
	p.spread += dispersion * binomial / s.all
	return p
}

// tail is the probability of so many at the middle, or more, in a commune like
// the others: beta-binomial.
func (p others) tail(at middle) float64 {
	binomial := p.share * (1 - p.share)
	if p.spread <= 0 {
		return binomialTail(at.count, at.around, p.share)
	}
	sum := max(binomial/p.spread-1, 0.01) // of the beta's parameters
	a, b := p.share*sum, (1-p.share)*sum
	n := float64(at.around)
	tail := 0.0
	for x := at.around; x >= max(at.count, 0); x-- {
		k := float64(x)
		tail += math.Exp(logGamma(n+1) - logGamma(k+1) - logGamma(n-k+1) + logGamma(k+a) + logGamma(n-k+b) - logGamma(n+a+b) + logGamma(a+b) - logGamma(a) - logGamma(b))
	}
	return min(1, tail)
}

func logGamma(x float64) float64 {
	l, _ := math.Lgamma(x)
	return l
}

// chiSquare is the quantile of the chi-square distribution (Wilson and Hilferty
// 1931).
func chiSquare(p, free float64) float64 {
	z := math.Sqrt2 * math.Erfinv(2*p-1)
	return free * math.Pow(max(1-2/(9*free)+z*math.Sqrt(2/(9*free)), 0.01), 3)
}
