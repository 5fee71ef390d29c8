package measure

import (
	"math"
	"math/bits"
	"sort"
	"strings"

	"giamngheo/internal/fault"
	"giamngheo/internal/text"
)

// level is the confidence of the intervals.
const level = 0.95

// design is the sample design: PSUs drawn with replacement within strata.
type design struct {
	note   DesignNote
	strata [][]int32 // PSUs of each stratum
	start  []int32   // units of PSU c are units[start[c]:start[c+1]]
	units  []int32
}

// design is nil where the spec names none. A stratum with one PSU is refused
// unless the spec says what to make of it; a single row with a weight has no
// standard error.
func (s *Sample) design() (*design, error) {
	if !s.spec.Sampled() || !s.spec.designed() && len(s.psuStratum) < 2 {
		return nil, nil
	}
	d := &design{strata: make([][]int32, len(s.strata))}
	for c, h := range s.psuStratum {
		d.strata[h] = append(d.strata[h], int32(c))
	}
	var single []string
	for h, psus := range d.strata {
		if len(psus) == 1 {
			single = append(single, s.strata[h])
		}
	}
	if len(single) > 0 && s.spec.SinglePSU == RefuseSingle {
		return nil, singleFault(single, s.spec)
	}
	d.note = DesignNote{
		Strata: len(d.strata), PSUs: len(s.psuStratum), DF: len(s.psuStratum) - len(d.strata),
		Level: level, SinglePSU: s.spec.SinglePSU,
	}
	if d.note.DF > 0 {
		d.note.T = pointer(studentQuantile(0.5+level/2, float64(d.note.DF)))
	}
	d.start = make([]int32, len(s.psuStratum)+1)
	for _, c := range s.psu {
		d.start[c+1]++
	}
	for c := range s.psuStratum {
		d.start[c+1] += d.start[c]
	}
	next := append([]int32(nil), d.start...)
	d.units = make([]int32, len(s.psu))
	for i, c := range s.psu {
		d.units[next[c]] = int32(i)
		next[c]++
	}
	return d, nil
}

func singleFault(strata []string, spec Spec) error {
	if spec.Strata == "" {
		return fault.New(fault.Invalid, "single_psu", text.T("measure.single_psu.whole", "column", spec.PSU))
	}
	const most = 5
	sort.Strings(strata)
	names := strata
	if len(names) > most {
		names = names[:most]
	}
	return fault.New(fault.Invalid, "single_psu", text.T("measure.single_psu.strata",
		"count", len(strata), "column", spec.Strata, "names", strings.Join(names, ", ")))
}

// sums of the units of one PSU that are in one group: the raw material of the
// linearised variables.
type clusterSums struct {
	weight, poor, score float64
	deprived, censored  []float64
	inUse               bool
}

// spread gathers Σ (z − mean)² of one linearised variable over the PSUs of a
// stratum, one by one (Welford), and over strata.
type spread struct {
	n        int
	mean, m2 float64
	variance float64
}

func (v *spread) add(z float64) {
	v.n++
	step := z - v.mean
	v.mean += step / float64(v.n)
	v.m2 += step * (z - v.mean)
}

// close ends a stratum of psus PSUs; those that were not added hold nobody of
// the group, so that their z is zero.
func (v *spread) close(psus int, single SinglePSU) {
	if psus == 1 {
		if single == CentreSingle {
			v.variance += v.mean * v.mean // the z of all PSUs add to zero
		}
	} else {
		n, all := float64(v.n), float64(psus)
		m2 := v.m2 + v.mean*v.mean*n*(all-n)/all
		v.variance += all / (all - 1) * m2
	}
	v.n, v.mean, v.m2 = 0, 0, 0
}

// The linearised variables: H, A, M0, then uncensored and censored headcounts.
const (
	ofH = iota
	ofA
	ofM0
	ofIndicators
)

// errors fills the standard errors and intervals of each group's estimate by
// Taylor linearisation. A group is a domain: all PSUs stay in the design.
func (d *design) errors(s *Sample, by breakdown, profiles []uint64, scores []int, k int, of func(g int) *Estimate) {
	groups, indicators := len(by.names), len(s.spec.Indicators)
	total := float64(s.spec.TotalWeight())
	spreads := make([]spread, groups*(ofIndicators+2*indicators))
	stats := ofIndicators + 2*indicators
	cluster := make([]clusterSums, groups)
	for g := range cluster {
		cluster[g].deprived = make([]float64, indicators)
		cluster[g].censored = make([]float64, indicators)
	}
	var inPSU, inStratum []int32
	seen := make([]bool, groups)
	for _, psus := range d.strata {
		inStratum = inStratum[:0]
		for _, c := range psus {
			inPSU = inPSU[:0]
			for _, i := range d.units[d.start[c]:d.start[c+1]] {
				g := by.of[i]
				sums := &cluster[g]
				if !sums.inUse {
					sums.inUse = true
					inPSU = append(inPSU, g)
				}
				sums.add(profiles[i], scores[i], k, s.weightOf(int(i)))
			}
			for _, g := range inPSU {
				if !seen[g] {
					seen[g] = true
					inStratum = append(inStratum, g)
				}
				cluster[g].linearise(of(int(g)), total, spreads[int(g)*stats:int(g+1)*stats])
				cluster[g].clear()
			}
		}
		for _, g := range inStratum {
			seen[g] = false
			for v := range stats {
				spreads[int(g)*stats+v].close(len(psus), s.spec.SinglePSU)
			}
		}
	}
	for g := range groups {
		d.fill(of(g), spreads[g*stats:(g+1)*stats])
	}
}

func (c *clusterSums) add(profile uint64, score, k int, p float64) {
	c.weight += p
	poor := score >= k
	if poor {
		c.poor += p
		c.score += p * float64(score)
	}
	for rest := profile; rest != 0; rest &= rest - 1 {
		j := bits.TrailingZeros64(rest)
		c.deprived[j] += p
		if poor {
			c.censored[j] += p
		}
	}
}

func (c *clusterSums) clear() {
	c.weight, c.poor, c.score, c.inUse = 0, 0, 0, false
	clear(c.deprived)
	clear(c.censored)
}

// linearise adds z = Σ p δ (y − θ) / Σ p δ of this PSU for each figure.
func (c *clusterSums) linearise(e *Estimate, total float64, spreads []spread) {
	if e.H == nil {
		return
	}
	people := e.Population
	spreads[ofH].add((c.poor - *e.H*c.weight) / people)
	spreads[ofM0].add((c.score/total - *e.M0*c.weight) / people)
	if e.A != nil {
		spreads[ofA].add((c.score/total - *e.A*c.poor) / (*e.H * people))
	}
	for j := range e.Indicators {
		spreads[ofIndicators+2*j].add((c.deprived[j] - *e.Indicators[j].Uncensored*c.weight) / people)
		spreads[ofIndicators+2*j+1].add((c.censored[j] - *e.Indicators[j].Censored*c.weight) / people)
	}
}

func (d *design) fill(e *Estimate, spreads []spread) {
	e.SE, e.Interval = &Errors{}, &Intervals{}
	if e.H == nil {
		return
	}
	se := func(v int) *float64 { return pointer(math.Sqrt(spreads[v].variance)) }
	e.SE.H, e.SE.M0 = se(ofH), se(ofM0)
	e.Interval.H, e.Interval.M0 = d.interval(*e.H, *e.SE.H), d.interval(*e.M0, *e.SE.M0)
	if e.A != nil {
		e.SE.A = se(ofA)
		e.Interval.A = d.interval(*e.A, *e.SE.A)
	}
	for j := range e.Indicators {
		e.Indicators[j].SEUncensored = se(ofIndicators + 2*j)
		e.Indicators[j].SECensored = se(ofIndicators + 2*j + 1)
	}
}

// interval is the logit interval: it never leaves (0, 1).
func (d *design) interval(theta, se float64) *[2]float64 {
	if d.note.T == nil || theta <= 0 || theta >= 1 {
		return nil
	}
	logit := math.Log(theta) - math.Log1p(-theta)
	half := *d.note.T * se / (theta * (1 - theta))
	return &[2]float64{expit(logit - half), expit(logit + half)}
}

func expit(x float64) float64 {
	if x >= 0 {
		return 1 / (1 + math.Exp(-x))
	}
	e := math.Exp(x)
	return e / (1 + e)
}
