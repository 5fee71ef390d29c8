package verification

import "slices"

// Rate is the false discovery rate that is held: of the communes asked about,
// no more than this part on average is asked by chance.
type Rate struct {
	Level float64
	// Among is the number of communes over which it is held, where only some of
	// them are looked at now: as many hand in one by one. The others count as
	// if they had shown nothing, which for one commune alone is Bonferroni's
	// bound, so that the rate holds whatever order they come in.
	Among int
}

func (r Rate) adjust(p []float64) []float64 { return falseDiscovery(p, max(r.Among, len(p))) }

// FalseDiscovery gives for each p-value the least false discovery rate at which
// it would be called a finding (Benjamini and Hochberg 1995, step-up).
func FalseDiscovery(p []float64) []float64 { return falseDiscovery(p, len(p)) }

func falseDiscovery(p []float64, tests int) []float64 {
	order := make([]int, len(p))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case p[a] < p[b]:
			return -1
		case p[a] > p[b]:
			return 1
		}
		return 0
	})
	q := make([]float64, len(p))
	least := 1.0
	for rank := len(order); rank > 0; rank-- {
		i := order[rank-1]
		least = min(least, p[i]*float64(tests)/float64(rank))
		q[i] = least
	}
	return q
}
