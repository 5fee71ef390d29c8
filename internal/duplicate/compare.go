package duplicate

import (
	"math"
	"sync"
	"sync/atomic"
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
func (f *file) compare(pairs []pair, m *shares) []candidate {
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
	var next atomic.Int64
	for range f.processors {
		wait.Go(func() {
			for c := int(next.Add(1)) - 1; c < chunks; c = int(next.Add(1)) - 1 {
				do(c, n*c/chunks, n*(c+1)/chunks)
			}
		})
	}
	wait.Wait()
}

func (f *file) comparePair(p pair, m *shares, w *worker) (candidate, bool) {
	a, b := &f.records[p.a], &f.records[p.b]
	x, y := &f.briefs[p.a], &f.briefs[p.b]
	c := candidate{pair: p, number: f.numbers(p.a, p.b, x, y)}
	f.compareBirths(x, y, &c)
	if a.sex != Unknown && b.sex != Unknown {
		c.sex = disagree
		if a.sex == b.sex {
			c.sex = agree
		}
	}
	if a.place > 0 && b.place > 0 {
		c.village = disagree
		if a.place == b.place {
			c.village = agree
			c.placeInfo = x.placeInfo
		}
	}
	if strangers(c.number, c.birth, c.precision, c.village) {
		return c, false // whatever their names
	}
	c.name, _ = f.compareNames(a, b, m, w)
	if c.village == agree && c.name.family > 0 {
		here := f.inVillage(a.place, a.words[0].bare, math.Exp(-c.name.family))
		less := c.name.family - min(c.name.family, -math.Log(min(here, 1)))
		c.name.info -= less
		c.name.relative -= less
	}
	s := f.weigh(m, &c)
	return c, c.number == numberSame || s[same] > keepSame || s[namesake] > keepOther || s[otherYear] > keepOther || s[twin] > keepOther
}

// precise is what exact births say beside their year: ln of the days and
// months there are.
var precise = [precisions][birthLevels]float64{
	toTheMonth: {birthSame: math.Log(12)},
	toTheDay:   {birthSame: math.Log(365), birthSwapped: math.Log(365)},
}

// Of the days that strangers have so many lie one digit apart, and never fewer
// than the rest.
const (
	nearShare = 0.04
	nearRest  = 0.0005
)

var lnNear, lnRarest = -math.Log(nearShare / 2), -math.Log(nearRest)

func (f *file) compareBirths(x, y *brief, c *candidate) {
	c.birth, c.precision, c.sameYear = births(x, y)
	if c.sameYear == agree {
		c.yearInfo = x.yearInfo
	}
	switch c.birth {
	case birthSame, birthSwapped, birthSameYear:
		c.birthInfo = x.yearInfo + precise[c.precision][c.birth]
	case birthNear:
		c.birthInfo = -math.Log((f.ofYear(x.year)+f.ofYear(y.year))/2*nearShare + nearRest)
		if c.sameYear != agree {
			c.birthInfo -= 1.5 // a year is mistyped less often than a day
		}
	case birthNextYear:
		c.birthInfo = -math.Log(f.ofYear(x.year) + f.ofYear(y.year))
	}
}
