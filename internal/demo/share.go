package demo

import "slices"

// share divides a total by weights with the largest remainder, nobody below
// his floor or above his cap. The sum is the total wherever floors and caps
// allow one.
func share(total int, weights []float64, floor, cap []int) []int {
	out := make([]int, len(weights))
	fixed := make([]bool, len(weights))
	rest, quotas := total, make([]float64, len(weights))
	for {
		sum := 0.0
		for i, w := range weights {
			if !fixed[i] {
				sum += w
			}
		}
		again := false
		low, high := 0.0, 0.0 // by how much floors and caps are missed
		for i, w := range weights {
			if fixed[i] {
				continue
			}
			quotas[i] = 0
			if sum > 0 {
				quotas[i] = float64(rest) * w / sum
			}
			low += max(0, float64(floor[i])-quotas[i])
			high += max(0, quotas[i]-float64(cap[i]))
		}
		// Fix the worse side first: fixing both at once could overshoot.
		for i := range weights {
			if fixed[i] {
				continue
			}
			switch {
			case low >= high && quotas[i] < float64(floor[i]):
				out[i] = floor[i]
			case low < high && quotas[i] > float64(cap[i]):
				out[i] = cap[i]
			default:
				continue
			}
			fixed[i], again = true, true
			rest -= out[i]
		}
		if !again {
			break
		}
	}
	var free []int
	for i := range weights {
		if !fixed[i] {
			out[i] = int(quotas[i])
			rest -= out[i]
			free = append(free, i)
		}
	}
	slices.SortStableFunc(free, func(a, b int) int {
		switch ra, rb := quotas[a]-float64(out[a]), quotas[b]-float64(out[b]); {
		case ra > rb:
			return -1
		case ra < rb:
			return 1
		}
		return 0
	})
	for _, i := range free {
		if rest > 0 && out[i] < cap[i] {
			out[i]++
			rest--
		}
	}
	return out
}

func all(n, value int) []int {
	list := make([]int, n)
	for i := range list {
		list[i] = value
	}
	return list
}
