package duplicate

import (
	"math"
	"sync"
)

// How two births agree.
const (
	birthUnknown = iota
	birthSame
	birthSwapped // day and month
	birthNear    // one digit
	birthSameYear
	birthNextYear // by a year alone: counted the old way, or a slip
	birthOther
	birthLevels
)

// How exactly two births can be compared.
const (
	toTheYear = iota
	toTheMonth
	toTheDay
	precisions
)

// Whether two known values agree.
const (
	notKnown = iota
	agree
	disagree
)

// candidate is a compared pair: how its fields agree, and for each how rare
// that is among strangers.
type candidate struct {
	pair
	name      nameMatch
	birth     uint8
	precision uint8
	birthInfo float64 // ln 1/chance among strangers
	yearInfo  float64 // ln 1/chance that strangers share the year; 0 where they do not
	sameYear  uint8
	number    uint8
	sex       uint8
	village   uint8
	placeInfo float64
	logit     float64 // of being one person
}

const chunks = 16 // of the pairs; fixed, so that sums do not depend on the machine

// compare looks at every pair and keeps those of which any model but "two
// strangers" is worth a thought.
func (f *file) compare(pairs []pair) []candidate {
	m := beginning(len(f.records))
	kept := make([][]candidate, chunks)
	f.inChunks(len(pairs), func(c, from, to int) {
		w := newWorker()
		for _, p := range pairs[from:to] {
			if one, keep := f.comparePair(p, m, w); keep {
				kept[c] = append(kept[c], one)
			}
		}
	})
	var all []candidate
	for _, k := range kept {
		all = append(all, k...)
	}
	return all
}

func (f *file) inChunks(n int, do func(chunk, from, to int)) {
	var wait sync.WaitGroup
	for c := range chunks {
		wait.Go(func() { do(c, n*c/chunks, n*(c+1)/chunks) })
	}
	wait.Wait()
}

func (f *file) comparePair(p pair, m *shares, w *worker) (candidate, bool) {
	a, b := &f.records[p.a], &f.records[p.b]
	c := candidate{pair: p, number: numberLevel(a.number, b.number)}
	f.compareBirths(a, b, &c)
	if c.sex = notKnown; a.sex != Unknown && b.sex != Unknown {
		c.sex = disagree
		if a.sex == b.sex {
			c.sex = agree
		}
	}
	if a.place > 0 && b.place > 0 {
		c.village = disagree
		if a.place == b.place {
			c.village = agree
			c.placeInfo = -math.Log(f.ofPlace(a.place))
		}
	}
	if c.number != numberSame && c.number != numberNear && c.village != agree && (c.birth == birthOther || c.birth == birthSameYear && c.precision != toTheYear) {
		return c, false // two strangers, whatever their names
	}
	c.name, _ = f.compareNames(a, b, m, w)
	if c.village == agree && c.name.family > 0 {
		here := f.inVillage(a.place, a.words[0].bare, math.Exp(-c.name.family))
		less := c.name.family - min(c.name.family, -math.Log(min(here, 1)))
		c.name.info -= less
		c.name.relative -= less
	}
	s := f.weigh(m, &c)
	return c, c.number == numberSame || s[same] > -8 || s[namesake] > -4 || s[otherYear] > -4 || s[twin] > -4
}

func (f *file) compareBirths(a, b *record, c *candidate) {
	if a.year == 0 || b.year == 0 {
		return
	}
	year := f.ofYear(a.year)
	other := f.ofYear(b.year)
	c.sameYear = disagree
	if a.year == b.year {
		c.sameYear = agree
		c.yearInfo = -math.Log(year)
	}
	near := a.year-b.year == 1 || b.year-a.year == 1
	switch {
	case a.day > 0 && b.day > 0:
		c.precision = toTheDay
		switch {
		case a.year == b.year && a.month == b.month && a.day == b.day:
			c.birth, c.birthInfo = birthSame, c.yearInfo+math.Log(365)
		case a.year == b.year && a.month == b.day && a.day == b.month:
			c.birth, c.birthInfo = birthSwapped, c.yearInfo+math.Log(365)
		case nearDays(a, b):
			c.birth, c.birthInfo = birthNear, -math.Log((year+other)/2*0.04+0.0005)
			if a.year != b.year {
				c.birthInfo -= 1.5 // a year is mistyped less often than a day
			}
		case a.year == b.year:
			c.birth, c.birthInfo = birthSameYear, c.yearInfo
		default:
			c.birth = birthOther
		}
	case a.month > 0 && b.month > 0:
		c.precision = toTheMonth
		switch {
		case a.year == b.year && a.month == b.month:
			c.birth, c.birthInfo = birthSame, c.yearInfo+math.Log(12)
		case a.year == b.year:
			c.birth, c.birthInfo = birthSameYear, c.yearInfo
		case near:
			c.birth, c.birthInfo = birthNextYear, -math.Log(year+other)
		default:
			c.birth = birthOther
		}
	case a.year == b.year:
		c.birth, c.birthInfo = birthSame, c.yearInfo
	case near:
		c.birth, c.birthInfo = birthNextYear, -math.Log(year+other)
	default:
		c.birth = birthOther
	}
}

// nearDays: one digit of day, month and year.
func nearDays(a, b *record) bool {
	return oneSlip(dayText(a), dayText(b))
}

func dayText(r *record) string {
	t := [8]byte{}
	put := func(at, n, width int) {
		for i := width - 1; i >= 0; i-- {
			t[at+i] = byte('0' + n%10)
			n /= 10
		}
	}
	put(0, int(r.day), 2)
	put(2, int(r.month), 2)
	put(4, int(r.year), 4)
	return string(t[:])
}
