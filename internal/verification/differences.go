package verification

import "math"

// Differences says how far two measurements of the same households lie apart,
// second less first (Bland and Altman 1986).
type Differences struct {
	N          int
	Mean       *float64 // systematic difference
	SD         *float64 // nil of fewer than two
	SEMean     *float64
	Lower      *float64 // limits of agreement: mean ± z·SD holds 95 of 100 differences
	Upper      *float64
	Equal      *float64 // share that do not differ
	WithinStep *float64 // share that differ by no more than one step of the points
}

// Compare gives the differences of pairs of points; step is that of the
// standard's score, 0 where it has none.
func Compare(first, second []int, step int, confidence float64) Differences {
	n := min(len(first), len(second))
	d := Differences{N: n}
	if n == 0 {
		return d
	}
	equal, within := 0, 0
	mean, m2 := 0.0, 0.0
	for i := range n {
		by := second[i] - first[i]
		if by == 0 {
			equal++
		}
		if max(by, -by) <= step {
			within++
		}
		from := float64(by) - mean
		mean += from / float64(i+1)
		m2 += from * (float64(by) - mean)
	}
	d.Mean = &mean
	d.Equal, d.WithinStep = ratio(float64(equal), float64(n)), ratio(float64(within), float64(n))
	if n > 1 {
		sd := math.Sqrt(m2 / float64(n-1))
		z := quantile(confidence)
		d.SD, d.SEMean = &sd, pointer(sd/math.Sqrt(float64(n)))
		d.Lower, d.Upper = pointer(mean-z*sd), pointer(mean+z*sd)
	}
	return d
}
