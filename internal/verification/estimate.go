package verification

import "math"

// Answered is a household of the sample that was surveyed again: what it says
// (Y), and whether it counts in the denominator (X), both 1 or 0 for shares.
type Answered struct {
	Stratum string
	Y, X    float64
}

// Share is a weighted estimate of Σ Y / Σ X over all households of the frame.
type Share struct {
	N       int      // answered households that count in the denominator
	Value   *float64 // nil where nobody counts
	Total   *float64 // of Y over the frame
	SE      *float64 // of the value; nil where a stratum is known from one household only
	SETotal *float64
	Lower   *float64
	Upper   *float64
	Lonely  []string // strata from which only one of several was answered: no error can be given
	Missing []string // strata of the frame without any answer: the estimate leaves them out
}

// Estimate weighs the answers of each stratum up to its size (without
// replacement; those not yet surveyed taken as missing at random) and gives
// the ratio with its standard error by Taylor linearisation within strata
// (Cochran 1977, 5.3 and 6.11; Särndal, Swensson and Wretman 1992, 5.6):
//
//	θ = Σ N_h ȳ_h / Σ N_h x̄_h      u = y − θ x
//	Var(θ) = Σ N_h² (1 − n_h/N_h) s²_u,h / n_h / (Σ N_h x̄_h)²
//
// Where X is always 1 this is the stratified mean with its exact formula.
func Estimate(strata []Stratum, answers []Answered, confidence float64) Share {
	type tally struct {
		n          float64
		y, x       float64
		yy, xy, xx float64
	}
	sums := map[string]*tally{}
	for _, a := range answers {
		t := sums[a.Stratum]
		if t == nil {
			t = &tally{}
			sums[a.Stratum] = t
		}
		t.n++
		t.y += a.Y
		t.x += a.X
		t.yy += a.Y * a.Y
		t.xy += a.X * a.Y
		t.xx += a.X * a.X
	}
	var out Share
	y, x := 0.0, 0.0
	for _, s := range strata {
		t := sums[s.Name]
		if t == nil {
			if s.Size > 0 {
				out.Missing = append(out.Missing, s.Name)
			}
			continue
		}
		weight := float64(s.Size) / t.n
		y += weight * t.y
		x += weight * t.x
	}
	for _, a := range answers {
		if a.X != 0 {
			out.N++
		}
	}
	out.Value = ratio(y, x)
	if len(answers) == 0 {
		return out
	}
	out.Total = &y
	variance := func(theta float64) float64 {
		v := 0.0
		for _, s := range strata {
			t := sums[s.Name]
			if t == nil || int(t.n) >= s.Size {
				continue
			}
			if t.n < 2 {
				out.Lonely = append(out.Lonely, s.Name)
				continue
			}
			mean := (t.y - theta*t.x) / t.n
			spread := (t.yy - 2*theta*t.xy + theta*theta*t.xx - t.n*mean*mean) / (t.n - 1)
			size := float64(s.Size)
			v += size * size * (1 - t.n/size) * max(0, spread) / t.n
		}
		return v
	}
	total := math.Sqrt(variance(0))
	if len(out.Lonely) > 0 {
		return out
	}
	out.SETotal = &total
	if out.Value == nil {
		return out
	}
	se := math.Sqrt(variance(*out.Value)) / x
	out.SE = &se
	out.interval(quantile(confidence))
	return out
}

// interval is the logit interval of a share, which never leaves 0 to 1; at 0
// or 1 there is none. A value that is no share gets the symmetric one.
func (s *Share) interval(z float64) {
	value, se := *s.Value, *s.SE
	switch {
	case value < 0 || value > 1:
		s.Lower, s.Upper = pointer(value-z*se), pointer(value+z*se)
	case value > 0 && value < 1:
		logit, half := math.Log(value/(1-value)), z*se/(value*(1-value))
		expit := func(x float64) *float64 { return pointer(1 / (1 + math.Exp(-x))) }
		s.Lower, s.Upper = expit(logit-half), expit(logit+half)
	}
}
