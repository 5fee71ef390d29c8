package duplicate

import "math"

const (
	rounds   = 15
	prior    = 40.0  // pairs that the beginning weighs
	mostEver = 0.01  // of one person's two records have numbers two digits apart, or other birthdays
	otherMax = 0.001 // of one person's words are other words
)

// tally adds up what the candidates say of each model.
type tally struct {
	pairs   [models]float64
	marked  [wordLevels]float64
	plain   [wordLevels]float64
	order   [2]float64
	missing [2]float64
	birth   [precisions][birthLevels]float64
	number  [numberLevels]float64
	sex     [3]float64
	village [3]float64
}

// learn finds the shares by expectation maximisation: by turns how likely each
// candidate is of each model, and how often one person's records agree.
func (f *file) learn(candidates []candidate) *shares {
	m := beginning(len(f.records)).ready(f)
	for range rounds {
		parts := make([]tally, chunks)
		f.inChunks(len(candidates), func(chunk, from, to int) {
			for i := from; i < to; i++ {
				f.expect(m, &candidates[i], &parts[chunk])
			}
		})
		var t tally
		for i := range parts {
			t.add(&parts[i])
		}
		m = maximise(len(f.records), &t).ready(f)
	}
	return m
}

// chances turns the weights into chances that add up to one.
func chances(s [models]float64) (p [models]float64) {
	most := 0.0 // two strangers
	s[stranger] = 0
	for _, v := range s {
		most = max(most, v)
	}
	sum := 0.0
	for k, v := range s {
		p[k] = math.Exp(v - most)
		sum += p[k]
	}
	for k := range p {
		p[k] /= sum
	}
	return p
}

func (f *file) expect(m *shares, c *candidate, t *tally) {
	p := chances(f.weigh(m, c))
	for k := range p {
		t.pairs[k] += p[k]
	}
	s := p[same]
	if s < 1e-4 {
		return
	}
	words := &t.plain
	if c.name.marks {
		words = &t.marked
	}
	for level, count := range c.name.levels {
		words[level] += s * float64(count)
	}
	if c.name.moved {
		t.order[1] += s
	} else {
		t.order[0] += s
	}
	if c.name.gaps > 0 {
		t.missing[1] += s
	} else {
		t.missing[0] += s
	}
	t.birth[c.precision][c.birth] += s
	t.number[c.number] += s
	t.sex[c.sex] += s
	t.village[c.village] += s
}

func (t *tally) add(o *tally) {
	sum(t.pairs[:], o.pairs[:])
	sum(t.marked[:], o.marked[:])
	sum(t.plain[:], o.plain[:])
	sum(t.order[:], o.order[:])
	sum(t.missing[:], o.missing[:])
	for i := range t.birth {
		sum(t.birth[i][:], o.birth[i][:])
	}
	sum(t.number[:], o.number[:])
	sum(t.sex[:], o.sex[:])
	sum(t.village[:], o.village[:])
}

func sum(to, more []float64) {
	for i, v := range more {
		to[i] += v
	}
}

func maximise(n int, t *tally) *shares {
	m := beginning(n)
	for k := same; k < models; k++ {
		m.pairs[k] = (t.pairs[k]*float64(n) + m.pairs[k]*prior) / (float64(n) + prior)
		m.pairs[k] = max(m.pairs[k], 0.5)
	}
	learned(m.marked[:], t.marked[:], 0)
	learned(m.plain[:], t.plain[:], 0)
	learned(m.order[:], t.order[:], 0)
	missing := [2]float64{1 - m.missing, m.missing}
	learned(missing[:], t.missing[:], 0)
	m.missing = missing[1]
	for i := range m.birth {
		learned(m.birth[i][:], t.birth[i][:], 1)
	}
	learned(m.number[:], t.number[:], 1)
	learned(m.sex[:], t.sex[:], 1)
	learned(m.village[:], t.village[:], 1)

	// Two records that contradict each other are two people more often than
	// any file can prove; the models must not trade places.
	m.marked[wordOther] = min(m.marked[wordOther], otherMax)
	m.plain[wordOther] = min(m.plain[wordOther], otherMax)
	m.marked[wordMarks] = min(m.marked[wordMarks], 1.5*otherMax)
	m.marked[wordNoMarks] = min(m.marked[wordNoMarks], 20*otherMax)
	// Namesakes are learned from those whom a day or a number tells apart. Where
	// nothing does, the office cannot know either: that is what a question is for.
	m.pairs[namesake] = min(m.pairs[namesake], 0.4*m.pairs[same])
	m.pairs[otherYear] = min(m.pairs[otherYear], 0.4*m.pairs[same])
	m.number[numberTwo] = min(m.number[numberTwo], mostEver)
	m.sex[disagree] = min(m.sex[disagree], 5*mostEver)
	for i := range m.birth {
		for _, level := range []int{birthSameYear, birthNextYear, birthOther} {
			m.birth[i][level] = min(m.birth[i][level], mostEver)
		}
	}
	return m
}

// learned sets the shares to what was seen and, as prior pairs, expected; the first skip
// levels say nothing.
func learned(shares, seen []float64, skip int) {
	total := prior
	for _, v := range seen[skip:] {
		total += v
	}
	for i := skip; i < len(shares); i++ {
		shares[i] = (seen[i] + prior*shares[i]) / total
	}
}
