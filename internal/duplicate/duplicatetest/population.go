// Package duplicatetest invents a population whose records are labelled: which
// two are one person, typed differently, and which are not although they look
// it. It knows nothing of how the search works: it has its own names, writes
// a table as an office would, and the search has to read that.
package duplicatetest

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// Options say how a population looks. Rates are shares from 0 to 1.
type Options struct {
	Seed         uint64
	People       int     // records in the table, about
	Again        float64 // people written down a second time
	Third        float64 // of those, a third time
	Differences  float64 // typing differences of such a record beyond the first, on average
	NoNumber     float64 // adults without an ID number in the table
	OldNumber    float64 // of the numbers, those of 9 digits
	InRow        bool    // numbers given out one after the other, not by the law's pattern
	YearOnly     float64 // births known by their year alone
	NoBirth      float64
	NoSex        float64
	NoVillage    bool
	Plain        float64 // records typed without marks altogether, of whatever kind
	VillageSize  int     // people
	Clans        float64 // households of a village that bear its commonest family name
	Twins        float64 // births
	OfOneName    float64 // sons called as their fathers
	Namesakes    float64 // people with a namesake of their year in the village
	SplitVillage bool    // villages told by a name that other communes have too
	FewNames     bool    // thirty given names, five family names
	BothTyped    bool    // the first record is mistyped as often as the second
}

// Record is one row of the table, and Row its number.
type Record struct {
	FullName, Birth, Sex, NationalID, Village string

	person      int
	differences []string
}

// Labelled is a table and what is true of it.
type Labelled struct {
	Records []Record
	Same    map[[2]int][]string // pairs that are one person → how they were typed differently
	Other   map[[2]int]string   // pairs that look it and are not → the trap
}

type human struct {
	names            []string // family, middle …, given
	year, month, day int
	male             bool
	number           string
	otherKind        string // the number of the other kind, once somebody wrote it
	village          string
	father           *human
	yearOnly         bool
	noBirth          bool
	keep             bool // the trap must stay decidable: number and birth are written
	trap             string
	trapOf           *human
	index            int
}

type maker struct {
	Options
	r       *rand.Rand
	people  []*human
	numbers map[string]bool
	serial  int
}

// Make invents a labelled table.
func Make(o Options) *Labelled {
	m := &maker{Options: o, r: rand.New(rand.NewPCG(o.Seed, 77)), numbers: map[string]bool{}}
	if m.VillageSize == 0 {
		m.VillageSize = 400
	}
	goal := int(float64(o.People) / (1 + o.Again*(1+o.Third)))
	for v := 0; len(m.people) < goal; v++ {
		m.settle(v, goal)
	}
	for i, p := range m.people {
		p.index = i
	}
	return m.write()
}

func (m *maker) chance(p float64) bool { return m.r.Float64() < p }

func one[T any](m *maker, list []T) T { return list[m.r.IntN(len(list))] }

// settle fills a village with households.
func (m *maker) settle(v, goal int) {
	village := fmt.Sprintf("Thôn %d", v+1)
	switch {
	case m.SplitVillage:
		village = fmt.Sprintf("Thôn %d", v%12+1)
	case v%3 == 1:
		village = one(m, villageNames) + " " + fmt.Sprint(v/3+1)
	case v%7 == 2:
		village = fmt.Sprintf("Bản %s", one(m, villageNames)) + fmt.Sprint(" ", v)
	}
	clan := m.familyName()
	start := len(m.people)
	size := m.VillageSize/2 + m.r.IntN(m.VillageSize)
	for len(m.people) < min(start+size, goal) {
		m.household(village, clan)
	}
	here := m.people[start:]
	for _, p := range here {
		if m.chance(m.Namesakes) {
			m.namesake(p)
		}
	}
}

func (m *maker) familyName() string {
	x := m.r.Float64() * 100
	if m.FewNames {
		x *= 0.68
	}
	for _, f := range families {
		if x -= f.share; x < 0 {
			return f.name
		}
	}
	return one(m, rareFamilies)
}

func (m *maker) household(village, clan string) {
	name := clan
	if !m.chance(m.Clans) {
		name = m.familyName()
	}
	born := 1935 + m.r.IntN(62)
	father := m.human(village, name, born, true, nil)
	if m.chance(0.9) {
		m.human(village, m.familyName(), born+m.r.IntN(9)-3, false, nil)
	}
	if m.chance(0.15) {
		m.human(village, name, born-22-m.r.IntN(15), m.chance(0.4), nil)
	}
	children := m.r.IntN(4)
	year := born + 19 + m.r.IntN(8)
	for range children {
		if year > 2015 {
			break
		}
		child := m.human(village, name, year, m.chance(0.5), father)
		if m.chance(m.Twins) {
			m.twin(child)
		}
		if child.male && m.chance(m.OfOneName) {
			child.names = append([]string(nil), father.names...)
			child.trap, child.trapOf = "father_and_son", father
			child.keep, father.keep = true, true
		}
		year += 1 + m.r.IntN(6)
	}
}

func (m *maker) human(village, family string, year int, male bool, father *human) *human {
	p := &human{village: village, year: year, month: 1 + m.r.IntN(12), day: 1 + m.r.IntN(28), male: male, father: father}
	p.yearOnly = m.chance(m.YearOnly * min(1.6, max(0.3, float64(2020-year)/45)))
	p.noBirth = m.chance(m.NoBirth)
	p.names = append([]string{family}, m.givenNames(male)...)
	if father != nil && male && m.chance(0.6) && len(father.names) > 2 && len(p.names) > 2 {
		p.names[1] = father.names[1] // brothers share the middle name
	}
	if age := 2016 - year; age >= 15 && !m.chance(m.NoNumber) {
		p.number = m.number(p)
	}
	m.people = append(m.people, p)
	return p
}

func (m *maker) givenNames(male bool) []string {
	middle, list := "Thị", femaleNames
	if male {
		middle, list = one(m, maleMiddles), maleNames
	} else if m.chance(0.35) {
		middle = one(m, femaleMiddles)
	}
	// Names are far from equally common.
	x := m.r.Float64()
	if m.FewNames {
		list = list[:30]
	}
	given := list[int(x*x*float64(len(list)))]
	switch {
	case m.chance(0.03):
		return []string{given}
	case m.chance(0.16):
		return []string{middle, one(m, doubled), given}
	}
	return []string{middle, given}
}

func (m *maker) number(p *human) string {
	for {
		n := ""
		old := m.chance(m.OldNumber)
		switch {
		case m.InRow && old:
			n = fmt.Sprintf("17%07d", 1_000_000+m.serial)
			m.serial += 1 + m.r.IntN(3)
		case m.InRow:
			n = fmt.Sprintf("038%09d", 80_000_000+m.serial)
			m.serial += 1 + m.r.IntN(3)
		case old:
			n = fmt.Sprintf("17%07d", m.r.IntN(10_000_000))
		default:
			century := 0
			if p.year >= 2000 {
				century = 2
			}
			if !p.male {
				century++
			}
			n = fmt.Sprintf("038%d%02d%06d", century, p.year%100, m.r.IntN(1_000_000))
		}
		if !m.numbers[n] {
			m.numbers[n] = true
			return n
		}
	}
}

// twin is born with the child and called otherwise.
func (m *maker) twin(of *human) {
	t := m.human(of.village, of.names[0], of.year, of.male || m.chance(0.2), of.father)
	t.month, t.day = of.month, of.day
	t.yearOnly, t.noBirth = of.yearOnly, of.noBirth
	list := femaleNames
	if t.male {
		list = maleNames
	}
	given := of.names[len(of.names)-1]
	for given == of.names[len(of.names)-1] {
		given = one(m, list)
		if m.chance(0.3) { // parents like twins' names to sound alike
			if alike := soundsAlike[of.names[len(of.names)-1]]; alike != "" {
				given = alike
			}
		}
	}
	if t.male == of.male {
		t.names = append(append([]string(nil), of.names[:len(of.names)-1]...), given)
	} else {
		t.names[len(t.names)-1] = given
	}
	t.trap, t.trapOf = "twins", of
}

// namesake is another person of the name and the year in the village; what
// tells the two apart is on paper: the full days, or the numbers.
func (m *maker) namesake(of *human) {
	p := m.human(of.village, of.names[0], of.year, of.male, nil)
	p.names = append([]string(nil), of.names...)
	for p.month == of.month || p.day == of.day || p.month == of.day && p.day == of.month {
		p.month, p.day = 1+m.r.IntN(12), 1+m.r.IntN(28)
	}
	switch {
	case m.chance(0.6) || 2016-of.year < 15:
		p.yearOnly, p.noBirth, of.yearOnly, of.noBirth = false, false, false, false
	default:
		// The numbers are of one kind.
		if of.number == "" {
			of.number = m.number(of)
		}
		p.number = m.number(p)
		for len(p.number) != len(of.number) {
			p.number = m.number(p)
		}
	}
	p.keep, of.keep = true, true
	p.trap, p.trapOf = "namesakes", of
}

func title(words []string) string { return strings.Join(words, " ") }
