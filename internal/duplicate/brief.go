package duplicate

import "math/bits"

// brief is what of a record can be compared in a few steps of the processor.
// Most pairs that share a key are told apart by it; only of the others are the
// names compared.
type brief struct {
	number    uint64 // padded, a digit each four bits
	born      uint64 // day, month and year likewise; 0 where the day is not known
	year      int32
	place     int32
	month     int8
	day       int8
	size      int8 // digits of the number as written; 0 not known
	sex       Sex
	info      float64 // the most that this name can say by agreeing
	excess    float64 // and by being the rarer, changed one of two words
	yearInfo  float64 // ln 1/chance of the year
	placeInfo float64 // ln 1/chance of the village
}

// mostPacked is how many digits fit.
const mostPacked = 16

// leastChange is the least that a changed word costs (ln): đ written as d.
const leastChange = 4.0

func (f *file) brief(r *record) brief {
	b := brief{year: r.year, place: r.place, month: r.month, day: r.day, sex: r.sex, size: int8(min(len(r.number), 127))}
	if n := padded(r.number); len(n) <= mostPacked {
		for i := range len(n) {
			b.number = b.number<<4 | uint64(n[i]-'0')
		}
	}
	if r.day > 0 {
		for _, n := range [...]int32{int32(r.day) / 10, int32(r.day) % 10, int32(r.month) / 10, int32(r.month) % 10, r.year / 1000 % 10, r.year / 100 % 10, r.year / 10 % 10, r.year % 10} {
			b.born = b.born<<4 | uint64(n)
		}
	}
	for i := range r.words {
		w := &r.words[i]
		most := f.stats[w.bare].most(0, w.role, r.sex)
		if r.marks {
			most = max(most, f.stats[w.marked].most(1, w.role, r.sex))
		}
		b.info += most
		b.excess += max(0, most-leastChange)
	}
	if r.year > 0 {
		b.yearInfo = f.yearInfo[r.year]
	}
	if r.place > 0 {
		b.placeInfo = f.placeInfo[r.place]
	}
	return b
}

// digitsApart says how many digits differ, and whether that is two neighbours
// swapped.
func digitsApart(x, y uint64) (n int, swapped bool) {
	d := x ^ y
	d |= d >> 2
	d = (d | d>>1) & 0x1111111111111111
	if n = bits.OnesCount64(d); n == 2 {
		at := bits.TrailingZeros64(d)
		a, b := x>>at&0xFF, y>>at&0xFF
		swapped = d>>at == 0x11 && a>>4 == b&15 && a&15 == b>>4
	}
	return n, swapped
}

// numbers says how the numbers of two records agree.
func (f *file) numbers(a, b int32, x, y *brief) uint8 {
	switch {
	case x.size == 0 || y.size == 0:
		return numberUnknown
	case x.size == y.size && x.size <= mostPacked:
		switch n, swapped := digitsApart(x.number, y.number); {
		case n == 0:
			return numberSame
		case n == 1 || swapped:
			return numberNear
		case n == 2:
			return numberTwo
		}
		return numberOther
	case x.validNumber() && y.validNumber() && (x.size < 10) != (y.size < 10):
		return numberUnknown // an old one and a new one
	}
	return numberLevel(f.records[a].number, f.records[b].number)
}

// validNumber is valid of the padded number.
func (b *brief) validNumber() bool {
	return b.size == 9 || b.size == 12 || b.size == 8 || b.size == 11
}

// births says how two births agree, how exactly that can be said, and whether
// the years agree.
func births(x, y *brief) (level, precision, sameYear uint8) {
	if x.year == 0 || y.year == 0 {
		return birthUnknown, toTheYear, notKnown
	}
	sameYear = disagree
	if x.year == y.year {
		sameYear = agree
	}
	near := x.year-y.year == 1 || y.year-x.year == 1
	switch {
	case x.day > 0 && y.day > 0:
		n, swapped := digitsApart(x.born, y.born)
		switch {
		case n == 0:
			level = birthSame
		case x.year == y.year && x.month == y.day && x.day == y.month:
			level = birthSwapped
		case n == 1 || swapped:
			level = birthNear
		case x.year == y.year:
			level = birthSameYear
		default:
			level = birthOther
		}
		return level, toTheDay, sameYear
	case x.month > 0 && y.month > 0:
		switch {
		case x.year == y.year && x.month == y.month:
			level = birthSame
		case x.year == y.year:
			level = birthSameYear
		case near:
			level = birthNextYear
		default:
			level = birthOther
		}
		return level, toTheMonth, sameYear
	case x.year == y.year:
		return birthSame, toTheYear, sameYear
	case near:
		return birthNextYear, toTheYear, sameYear
	}
	return birthOther, toTheYear, sameYear
}

// The least that makes a pair worth a thought: ln of how much likelier it is
// one person, and two relatives or namesakes, than two strangers.
const (
	keepSame  = -8
	keepOther = -4
)

// strangers: nothing that is rare among two people agrees.
func strangers(number, birth, precision, village uint8) bool {
	return number != numberSame && number != numberNear && village != agree && (birth == birthOther || birth == birthSameYear && precision != toTheYear)
}

// worth says whether a pair could be kept if its names agreed as well as they
// can.
func (f *file) worth(m *shares, a, b int32, x, y *brief) bool {
	number := f.numbers(a, b, x, y)
	if number == numberSame {
		return true
	}
	birth, precision, sameYear := births(x, y)
	village, placeInfo := uint8(notKnown), 0.0
	if x.place > 0 && y.place > 0 {
		village = disagree
		if x.place == y.place {
			village, placeInfo = agree, x.placeInfo
		}
	}
	if strangers(number, birth, precision, village) {
		return false
	}
	l := &m.ln
	name := min(x.info+y.excess, y.info+x.excess)
	born := 0.0
	switch birth {
	case birthUnknown:
	case birthSame, birthSwapped, birthSameYear:
		born = x.yearInfo + precise[precision][birth] + l.birth[precision][birth]
	case birthNear:
		born = min(max(x.yearInfo, y.yearInfo)+lnNear, lnRarest) + l.birth[precision][birth]
	default:
		born = l.birth[precision][birth]
		if birth == birthNextYear {
			born += min(x.yearInfo, y.yearInfo)
		}
	}
	sex := uint8(notKnown)
	if x.sex != Unknown && y.sex != Unknown {
		sex = disagree
		if x.sex == y.sex {
			sex = agree
		}
	}
	near := nearTo(village)
	if number != numberOther || !x.validNumber() || !y.validNumber() {
		if l.pairs[same]+name+l.sex[sex]+born+l.number[near][number]+l.village[village]+placeInfo > keepSame {
			return true
		}
	}
	together := l.pairs[twin]
	if village == disagree {
		together += lnMoved
	} else {
		alike := name + l.sex[sex] + placeInfo
		switch sameYear {
		case agree:
			alike += l.pairs[namesake] + x.yearInfo
		case disagree:
			alike += l.pairs[otherYear]
		default:
			alike += max(l.pairs[namesake], l.pairs[otherYear])
		}
		if alike > keepOther {
			return true
		}
	}
	if number == numberNear {
		together += l.twinNumber[near]
	}
	return together+name+placeInfo+born+lnTwinSex[sex] > keepOther
}
