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

	ln logarithms
}

// logarithms of the shares, taken once for all pairs.
type logarithms struct {
	pairs      [models]float64 // against all
	words      [2][wordLevels]float64
	order      [2]float64
	moved      float64
	missing    float64
	shorter    [maxWords + 1]float64 // a word is missing, by the words of the shorter name
	birth      [precisions][birthLevels]float64
	number     [2][numberLevels]float64 // the ratio, among strangers and within a village
	twinNumber [2]float64
	sex        [3]float64
	village    [3]float64
}

// ready takes the logarithms.
func (m *shares) ready(f *file) *shares {
	l := &m.ln
	for k := range m.pairs {
		l.pairs[k] = math.Log(m.pairs[k] / m.all)
	}
	for level := range wordLevels {
		l.words[0][level], l.words[1][level] = math.Log(max(m.plain[level], 1e-6)), math.Log(max(m.marked[level], 1e-6))
	}
	l.words[0][wordInitial], l.words[1][wordInitial] = math.Log(0.5), math.Log(0.5) // who shortens shortens for everybody
	l.order = [2]float64{math.Log(m.order[0]), math.Log(m.order[1])}
	l.moved = math.Log(m.order[1] / max(m.order[1], 0.1))
	l.missing = math.Log(m.missing)
	for n := range l.shorter {
		l.shorter[n] = math.Log(min(m.missing/f.shortness(n), 0.9))
	}
	for precision := range m.birth {
		for level := range m.birth[precision] {
			l.birth[precision][level] = math.Log(max(m.birth[precision][level], 1e-6))
		}
	}
	for i, near := range [2]float64{f.near, max(f.near, f.nearHome)} {
		l.number[i][numberSame] = math.Log(m.number[numberSame]) + sameNumber
		l.number[i][numberNear] = math.Log(m.number[numberNear] / near)
		l.number[i][numberTwo] = math.Log(m.number[numberTwo] / max(30*near, 0.0025)) // of people of one sex and year half of the digits are the same anyway
		l.number[i][numberOther] = math.Log(0.3)                                      // a number that cannot be one proves little
		l.twinNumber[i] = math.Log(max(0.03/near, 1))
	}
	l.sex[agree], l.sex[disagree] = math.Log(m.sex[agree]/0.5), math.Log(m.sex[disagree]/0.5)
	l.village[agree], l.village[disagree] = math.Log(m.village[agree]), math.Log(m.village[disagree])
	return m
}

// What does not change from file to file (ln).
var (
	lnMoved     = math.Log(0.05) // of twins one lives in another village
	lnOneName   = math.Log(0.01) // brothers and sisters have one name
	lnSameBirth = math.Log(0.02) // and are born on one day without being twins
	lnOneNumber = math.Log(1e-3) // two people have one number
	lnTwinSex   = [3]float64{agree: math.Log(0.75 / 0.5), disagree: math.Log(0.25 / 0.5)}
)

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
	if marks {
		return m.ln.words[1][level]
	}
	return m.ln.words[0][level]
}

// weigh gives for each model ln of how much likelier it makes the pair than
// two strangers, the number of such pairs included.
func (f *file) weigh(m *shares, c *candidate) (s [models]float64) {
	a, b := &f.records[c.a], &f.records[c.b]
	l := &m.ln
	name := f.nameRatio(&c.name, a, b, m) + l.sex[c.sex]
	birth := 0.0
	if c.birth != birthUnknown {
		birth = l.birth[c.precision][c.birth] + c.birthInfo
	}
	s = l.pairs
	s[same] += name + birth + f.numberRatio(m, c) + l.village[c.village] + c.placeInfo

	// The others live in one village; of twins one may have moved.
	if c.village == disagree {
		for k := namesake; k < models; k++ {
			s[k] = math.Inf(-1)
		}
		s[twin] = l.pairs[twin] + lnMoved
	}
	s[namesake] += name + c.placeInfo
	s[otherYear] += name + c.placeInfo
	switch c.sameYear {
	case agree:
		s[namesake] += c.yearInfo
		s[otherYear] = math.Inf(-1)
	case disagree:
		s[namesake] = math.Inf(-1)
	}
	relative := c.name.relative + c.placeInfo
	if !c.name.differ {
		relative += lnOneName
	}
	if c.number == numberNear { // brothers and sisters may get their numbers in one row
		relative += l.twinNumber[nearTo(c.village)]
	}
	s[twin] += relative + birth + lnTwinSex[c.sex]
	s[sibling] += relative
	if c.birth == birthSame {
		s[sibling] += lnSameBirth
	}
	if c.number == numberSame {
		for k := namesake; k < models; k++ {
			s[k] += lnOneNumber
		}
	}
	return s
}

// nearTo says by which chance two numbers lie one slip apart: where they are
// given out in a row, neighbours' do.
func nearTo(village uint8) int {
	if village == agree {
		return 1
	}
	return 0
}

// sameNumber is ln of how rarely two strangers are given one number: it hangs
// on nothing but mistakes.
const sameNumber = 16.0

// numberRatio: two valid numbers of one kind, which no slip explains, belong to
// two people whatever else agrees.
func (f *file) numberRatio(m *shares, c *candidate) float64 {
	if c.number == numberOther && f.briefs[c.a].validNumber() && f.briefs[c.b].validNumber() {
		return math.Inf(-1)
	}
	return m.ln.number[nearTo(c.village)][c.number]
}
