package duplicate

import "math"

// decide gives the pairs whose score reaches the threshold. One record is one
// person: where it fits two others that contradict each other, they share its
// chance.
func (f *file) decide(m *shares, candidates []candidate) []Pair {
	near := map[int32][]int{} // candidates of a record that are worth a thought
	for i := range candidates {
		c := &candidates[i]
		p := chances(f.weigh(m, c))
		rest := 0.0
		for k := range p {
			if k != same {
				rest += p[k]
			}
		}
		c.logit = math.Log(p[same]+1e-300) - math.Log(rest+1e-300)
		if c.logit > -3 {
			near[c.a] = append(near[c.a], i)
			near[c.b] = append(near[c.b], i)
		}
	}
	var found []Pair
	for i := range candidates {
		c := &candidates[i]
		if c.logit <= -3 && c.number != numberSame {
			continue
		}
		rivals := max(f.rivals(candidates, near[c.a], c.a, c.b), f.rivals(candidates, near[c.b], c.b, c.a))
		score := 1 / (1 + (1+rivals)*math.Exp(-c.logit))
		if c.number == numberSame {
			score = max(score, Threshold) // a number held twice is always a question
		}
		if score < Threshold {
			continue
		}
		found = append(found, Pair{A: int(c.a), B: int(c.b), Score: score, Reasons: f.reasons(c)})
	}
	return found
}

// rivals sums the odds of the others that the record fits and that cannot be
// the same person as the partner.
func (f *file) rivals(candidates []candidate, near []int, record, partner int32) float64 {
	sum := 0.0
	for _, i := range near {
		c := &candidates[i]
		other := c.a
		if other == record {
			other = c.b
		}
		if other != partner && f.contradict(&f.records[other], &f.records[partner]) {
			sum += math.Exp(min(c.logit, 300))
		}
	}
	return sum
}

// contradict: two valid numbers of one kind, or two full days, that no slip
// explains.
func (f *file) contradict(a, b *record) bool {
	number := numberLevel(a.number, b.number)
	if number == numberSame || number == numberNear {
		return false
	}
	if number == numberOther && valid(padded(a.number)) && valid(padded(b.number)) {
		return true
	}
	var c candidate
	f.compareBirths(a, b, &c)
	return c.birth == birthOther || c.precision == toTheDay && c.birth == birthSameYear
}
