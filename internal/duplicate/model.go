package duplicate

import "math"

// What two records can be to each other.
const (
	stranger  = iota
	same      // one person
	namesake  // two of one name and one birth year in one village
	otherYear // two of one name in one village, born in other years: father and son
	twin      // born on one day in one village to one family, with other names
	sibling   // the same, born in other years
	models
)

// shares are what is learned: how many pairs are of which kind, and how often
// the fields of one person's two records agree.
type shares struct {
	pairs  [models]float64 // expected number
	all    float64         // pairs there are at all
	marked [wordLevels]float64
	plain  [wordLevels]float64
	order  [2]float64 // words in the same order, in another

	missing float64 // a middle name
	birth   [precisions][birthLevels]float64
	number  [numberLevels]float64
	sex     [3]float64
	village [3]float64
}

// beginning is what is expected before the records are seen. How often fields
// are mistyped differs between offices, so these weigh little against a file
// of some size.
func beginning(n int) *shares {
	people := float64(n)
	m := &shares{
		all:     people * (people - 1) / 2,
		order:   [2]float64{0.95, 0.05},
		missing: 0.05,
		marked:  [wordLevels]float64{wordSame: 0.93, wordDBar: 0.012, wordNoMarks: 0.008, wordMarks: 0.002, wordTypo: 0.026, wordInitial: 0.002, wordOther: 0.001},
		plain:   [wordLevels]float64{wordSame: 0.96, wordTypo: 0.035, wordInitial: 0.003, wordOther: 0.001},
		number:  [numberLevels]float64{numberSame: 0.91, numberNear: 0.08, numberTwo: 0.005, numberOther: 0.01},
		sex:     [3]float64{agree: 0.985, disagree: 0.015},
		village: [3]float64{agree: 0.7, disagree: 0.3},
	}
	m.birth[toTheYear] = [birthLevels]float64{birthSame: 0.975, birthNextYear: 0.015, birthOther: 0.01}
	m.birth[toTheMonth] = [birthLevels]float64{birthSame: 0.96, birthSameYear: 0.02, birthNextYear: 0.01, birthOther: 0.01}
	m.birth[toTheDay] = [birthLevels]float64{birthSame: 0.915, birthSwapped: 0.05, birthNear: 0.02, birthSameYear: 0.007, birthOther: 0.008}
	m.pairs = [models]float64{stranger: m.all, same: 0.05 * people, namesake: 0.01 * people, otherYear: 0.02 * people, twin: 0.008 * people, sibling: 0.5 * people}
	return m
}

// word is ln of how often two words of one person agree at the level.
func (m *shares) word(marks bool, level uint8) float64 {
	if level == wordInitial {
		return math.Log(0.5) // who shortens shortens for everybody
	}
	s := m.plain[level]
	if marks {
		s = m.marked[level]
	}
	return math.Log(max(s, 1e-6))
}

// weigh gives for each model ln of how much likelier it makes the pair than
// two strangers, the number of such pairs included.
func (f *file) weigh(m *shares, c *candidate) (s [models]float64) {
	a, b := &f.records[c.a], &f.records[c.b]
	name := f.nameRatio(&c.name, a, b, m)
	sex := 0.0
	if c.sex != notKnown {
		sex = math.Log(m.sex[c.sex] / 0.5)
	}
	for k := range s {
		s[k] = math.Log(m.pairs[k] / m.all)
	}
	s[same] += name + sex + f.birthRatio(m, c) + f.numberRatio(m, c)
	switch c.village {
	case agree:
		s[same] += math.Log(m.village[agree]) + c.placeInfo
	case disagree:
		s[same] += math.Log(m.village[disagree])
	}

	// The others live in one village; of twins one may have moved.
	if c.village == disagree {
		for k := namesake; k < models; k++ {
			s[k] = math.Inf(-1)
		}
		s[twin] = math.Log(m.pairs[twin]/m.all) + math.Log(0.05)
	}
	s[namesake] += name + sex + c.placeInfo
	s[otherYear] += name + sex + c.placeInfo
	switch c.sameYear {
	case agree:
		s[namesake] += c.yearInfo
		s[otherYear] = math.Inf(-1)
	case disagree:
		s[namesake] = math.Inf(-1)
	}
	relative := c.name.relative + c.placeInfo
	if !c.name.differ {
		relative += math.Log(0.01)
	}
	s[twin] += relative + twinNumber(f, c)
	s[sibling] += relative + twinNumber(f, c)
	switch {
	case c.birth == birthSame:
		s[sibling] += math.Log(0.02)
	}
	s[twin] += f.birthRatio(m, c)
	switch c.sex {
	case agree:
		s[twin] += math.Log(0.75 / 0.5)
	case disagree:
		s[twin] += math.Log(0.25 / 0.5)
	}
	if c.number == numberSame {
		for k := namesake; k < models; k++ {
			s[k] += math.Log(1e-3)
		}
	}
	return s
}

// twinNumber: brothers and sisters may get their numbers in one row.
func twinNumber(f *file, c *candidate) float64 {
	if c.number == numberNear {
		return math.Log(max(0.03/f.nearBy(c), 1))
	}
	return 0
}

// twoNumbers: two valid numbers of one kind, which no slip explains, belong to
// two people whatever else agrees.
func (f *file) twoNumbers(a, b int32) bool {
	x, y := f.records[a].number, f.records[b].number
	return numberLevel(x, y) == numberOther && valid(padded(x)) && valid(padded(y))
}

// nearBy is the chance that two numbers lie one slip apart: where they are
// given out in a row, neighbours' do.
func (f *file) nearBy(c *candidate) float64 {
	if c.village == agree {
		return max(f.near, f.nearHome)
	}
	return f.near
}

func (f *file) birthRatio(m *shares, c *candidate) float64 {
	if c.birth == birthUnknown {
		return 0
	}
	return math.Log(max(m.birth[c.precision][c.birth], 1e-6)) + c.birthInfo
}

// sameNumber is ln of how rarely two strangers are given one number: it hangs
// on nothing but mistakes.
const sameNumber = 16.0

func (f *file) numberRatio(m *shares, c *candidate) float64 {
	switch c.number {
	case numberSame:
		return math.Log(m.number[numberSame]) + sameNumber
	case numberNear:
		return math.Log(m.number[numberNear] / f.nearBy(c))
	case numberTwo: // of people of one sex and year half of the digits are the same anyway
		return math.Log(m.number[numberTwo] / max(30*f.nearBy(c), 0.0025))
	case numberOther:
		if f.twoNumbers(c.a, c.b) {
			return math.Inf(-1)
		}
		return math.Log(0.3) // a number that cannot be one proves little
	}
	return 0
}
