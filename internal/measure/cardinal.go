package measure

import (
	"fmt"
	"math"
)

// CardinalIndicator is an indicator whose answer is a number: a household is
// deprived where it is strictly below the indicator's own cutoff.
type CardinalIndicator struct {
	Code   string
	Weight int
	Cutoff float64 // z_j > 0
}

// Cardinal is the result of the members of the family that see how deep a
// deprivation goes: M1 = H·A·G and M2 = H·A·S.
type Cardinal struct {
	H, M0 float64
	A     *float64 // null when nobody is poor, like the three below
	M     float64  // M_α
	// Depth is the mean of (gap)^α over the deprivations of the poor: G with
	// α = 1, S with α = 2.
	Depth *float64
}

// MeasureCardinal computes M_α for units with the values given, one a row in
// the indicators' order, and weights (nil: each 1).
func MeasureCardinal(indicators []CardinalIndicator, k int, alpha float64, values [][]float64, weights []float64) (Cardinal, error) {
	total := 0
	for _, indicator := range indicators {
		if indicator.Weight < 1 || !(indicator.Cutoff > 0) || math.IsInf(indicator.Cutoff, 0) {
			return Cardinal{}, fmt.Errorf("measure: indicator %s needs a weight ≥ 1 and a cutoff > 0", indicator.Code)
		}
		total += indicator.Weight
	}
	if k < 1 || k > total || !(alpha >= 0) || math.IsInf(alpha, 0) {
		return Cardinal{}, fmt.Errorf("measure: cutoff %d outside 1…%d, or alpha %g below 0", k, total, alpha)
	}
	if weights != nil && len(weights) != len(values) {
		return Cardinal{}, fmt.Errorf("measure: %d weights for %d units", len(weights), len(values))
	}
	var people, poor, score, depth sum
	for i, x := range values {
		if len(x) != len(indicators) {
			return Cardinal{}, fmt.Errorf("measure: unit %d has %d values for %d indicators", i, len(x), len(indicators))
		}
		p := 1.0
		if weights != nil {
			p = weights[i]
		}
		if !(p >= 0) || math.IsInf(p, 0) {
			return Cardinal{}, fmt.Errorf("measure: unit %d has weight %g", i, p)
		}
		people.add(p)
		c, gaps := 0, 0.0
		for j, indicator := range indicators {
			if math.IsNaN(x[j]) || math.IsInf(x[j], 0) {
				return Cardinal{}, fmt.Errorf("measure: unit %d has no value for %s", i, indicator.Code)
			}
			if x[j] < indicator.Cutoff {
				c += indicator.Weight
				gaps += float64(indicator.Weight) * math.Pow((indicator.Cutoff-x[j])/indicator.Cutoff, alpha)
			}
		}
		if c >= k {
			poor.add(p)
			score.add(p * float64(c))
			depth.add(p * gaps)
		}
	}
	if people.value() == 0 {
		return Cardinal{}, fmt.Errorf("measure: nobody to measure")
	}
	w := float64(total)
	return Cardinal{
		H: poor.value() / people.value(), M0: score.value() / (w * people.value()), M: depth.value() / (w * people.value()),
		A: ratio(score.value(), w*poor.value()), Depth: ratio(depth.value(), score.value()),
	}, nil
}
