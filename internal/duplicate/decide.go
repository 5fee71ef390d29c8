package duplicate

import (
	"math"
	"slices"
)

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
	return f.link(m, found)
}

// most is how many records one may be linked with; more are no person but a
// confusion, which the pairs found show well enough.
const most = 20

// link adds the pairs that follow: two records that both are one person with a
// third are one person, at least with the chance that both is so.
func (f *file) link(m *shares, found []Pair) []Pair {
	type side struct {
		other int
		score float64
	}
	have := map[[2]int]bool{}
	of := map[int][]side{}
	var records []int
	for _, p := range found {
		have[[2]int{p.A, p.B}] = true
		for _, s := range [][2]int{{p.A, p.B}, {p.B, p.A}} {
			if of[s[0]] == nil {
				records = append(records, s[0])
			}
			of[s[0]] = append(of[s[0]], side{s[1], p.Score})
		}
	}
	slices.Sort(records)
	w := newWorker()
	for _, r := range records {
		sides := of[r]
		if len(sides) > most {
			continue
		}
		for i, x := range sides {
			for _, y := range sides[i+1:] {
				a, b := min(x.other, y.other), max(x.other, y.other)
				score := x.score + y.score - 1
				if score <= Threshold || have[[2]int{a, b}] || f.contradict(int32(a), int32(b)) {
					continue
				}
				have[[2]int{a, b}] = true
				c, _ := f.comparePair(pair{int32(a), int32(b)}, m, w)
				found = append(found, Pair{A: a, B: b, Score: score, Reasons: append(f.reasons(&c), Linked)})
			}
		}
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
		if other != partner && f.contradict(other, partner) {
			sum += math.Exp(min(c.logit, 300))
		}
	}
	return sum
}

// contradict: two valid numbers of one kind, or two full days, that no slip
// explains.
func (f *file) contradict(a, b int32) bool {
	x, y := &f.briefs[a], &f.briefs[b]
	switch f.numbers(a, b, x, y) {
	case numberSame, numberNear:
		return false
	case numberOther:
		if x.validNumber() && y.validNumber() {
			return true
		}
	}
	birth, precision, _ := births(x, y)
	return birth == birthOther || precision == toTheDay && birth == birthSameYear
}
