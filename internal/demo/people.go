package demo

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"giamngheo/internal/vn"
)

// person is one invented human being with all memberships so far.
type person struct {
	id               string
	name, folded     string
	family           *word
	sex              string
	birth            string
	year, month, day int // 0 where only the year is known
	ethnic           string
	number           string // national ID
	merit, other     bool
	death            string
	home             *home
	leavesSchool     int // at this age; 15 and more: has finished lower secondary school
	chance           int // 0 to 255, whatever hangs on it
	stays            []stay

	father, mother, spouse *person
}

type stay struct {
	home               *home
	from, to, relation string
	fromKind, toKind   string
}

func (p *person) relation() string { return p.stays[len(p.stays)-1].relation }

func (p *person) turns(year int) int { return year - p.year }

// age in completed years on 31 December, or on any day from the 20th: nobody
// is born between the two.
func (p *person) age(year int) int { return year - p.year }

// word is a part of a name with its folded form.
type word struct{ text, folded string }

type nameList struct{ family, maleMiddle, femaleMiddle, male, female []*word }

func (d *data) nameLists() map[string]*nameList {
	lists := map[string]*nameList{}
	words := func(texts []string) []*word {
		list := make([]*word, len(texts))
		for i, t := range texts {
			list[i] = &word{t, vn.Fold(t)}
		}
		return list
	}
	for _, group := range d.names.Groups {
		lists[group.Ethnic] = &nameList{words(group.Family), words(group.MaleMiddle), words(group.FemaleMiddle), words(group.Male), words(group.Female)}
	}
	return lists
}

func pick[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }

func chance(r *rand.Rand, p float64) bool { return r.Float64() < p }

const (
	male   = "male"
	female = "female"
)

func otherSex(sex string) string {
	if sex == male {
		return female
	}
	return male
}

// newPerson makes somebody born in the year; lastMonth bounds the month where
// the child must be there by a day of that year.
func (s *scene) newPerson(sex string, year, lastMonth int, ethnic string, family *word) *person {
	g, r := s.g, s.r
	names := g.names[ethnic]
	if family == nil {
		family = pick(r, names.family)
	}
	middle, given := pick(r, names.maleMiddle), pick(r, names.male)
	if sex == female {
		middle, given = pick(r, names.femaleMiddle), pick(r, names.female)
	}
	p := &person{id: g.id(), family: family, sex: sex, year: year, ethnic: ethnic, chance: r.IntN(256),
		name: family.text + " " + middle.text + " " + given.text, folded: family.folded + " " + middle.folded + " " + given.folded}
	p.month, p.day = 1+r.IntN(lastMonth), 1+r.IntN(28)
	if p.month == 12 {
		p.day = 1 + r.IntN(19) // see age
	}
	if s.year-year > 50 && chance(r, g.d.people.YearOnly) {
		p.month, p.day = 0, 0
		p.birth = digits(year, 4)
	} else {
		p.birth = digits(year, 4) + "-" + digits(p.month, 2) + "-" + digits(p.day, 2)
	}
	age := s.year - year
	p.merit = age > 65 && chance(r, g.d.people.Merit)
	p.other = chance(r, g.d.people.OtherGroup/4)
	p.leavesSchool = s.schooling(year, ethnic)
	g.persons++
	s.persons = append(s.persons, p)
	if age >= 16 && chance(r, g.d.people.HasID) {
		p.number = s.nationalID(p)
	}
	return p
}

// schooling: those born before 1986 are not asked.
func (s *scene) schooling(year int, ethnic string) int {
	finishes := s.g.d.poverty.Finishes[s.c.zone]
	if ethnic != "kinh" {
		finishes -= 0.03
	}
	if year < 1995 {
		finishes -= 0.08
	}
	if !chance(s.r, finishes) {
		return 9 + s.r.IntN(6)
	}
	if chance(s.r, 0.35) {
		return 15
	}
	return 18 + s.r.IntN(2)*4
}

// nationalID gives a number that no real person has: it begins with a
// province that does not exist. A few have one of somebody in another commune.
func (s *scene) nationalID(p *person) string {
	g := s.g
	if len(g.numbers) > 0 && chance(s.r, g.d.people.SameNumber) {
		other := g.numbers[s.r.IntN(len(g.numbers))]
		if other.commune != s.c {
			g.pairs = append(g.pairs, [2]string{other.person, p.id})
			return other.number
		}
	}
	number := "00" + digits(g.persons, 7)
	if chance(s.r, g.d.people.NewNumber) {
		number = "000" + digits(g.persons, 9)
	}
	if s.r.IntN(200) == 0 {
		one := knownNumber{p.id, number, s.c}
		if len(g.numbers) < 2000 {
			g.numbers = append(g.numbers, one)
		} else {
			g.numbers[s.r.IntN(len(g.numbers))] = one
		}
	}
	return number
}

type knownNumber struct {
	person, number string
	commune        *commune
}

func digits(n, width int) string {
	var b [12]byte
	for i := width - 1; i >= 0; i-- {
		b[i] = byte('0' + n%10)
		n /= 10
	}
	return string(b[:width])
}

func marry(a, b *person) { a.spouse, b.spouse = b, a }

func (s *scene) newSpouse(of *person) *person {
	ethnic := of.ethnic
	if chance(s.r, s.g.d.people.MixedMarriage) {
		ethnic = "kinh"
	}
	years := 2 + s.r.IntN(5) - 2
	if of.sex == male {
		years = -years
	}
	year := min(of.year-years, s.year-18)
	p := s.newPerson(otherSex(of.sex), year, 12, ethnic, nil)
	marry(of, p)
	return p
}

// newChild is born to the couple or the single parent.
func (s *scene) newChild(parent *person, year, lastMonth int) *person {
	father, mother := parent, parent.spouse
	if parent.sex == female {
		father, mother = mother, father
	}
	lead := father
	if lead == nil {
		lead = mother
	}
	sex := female
	if chance(s.r, 0.52) {
		sex = male
	}
	p := s.newPerson(sex, year, lastMonth, lead.ethnic, lead.family)
	p.father, p.mother = father, mother
	return p
}

func (p *person) isParentOf(c *person) bool { return c != nil && (c.father == p || c.mother == p) }

// relationTo is what somebody is to the head by kinship.
func (p *person) relationTo(head *person) string {
	couple := func(of *person) []*person {
		if of.spouse != nil {
			return []*person{of, of.spouse}
		}
		return []*person{of}
	}
	if p == head {
		return "head"
	}
	if p == head.spouse {
		return "spouse"
	}
	for _, h := range couple(head) {
		for _, q := range couple(p) {
			if h.isParentOf(q) {
				return "child"
			}
			if q.isParentOf(h) {
				return "parent"
			}
			for _, parent := range []*person{q.father, q.mother} {
				if h.isParentOf(parent) {
					return "grandchild"
				}
			}
			if h.father != nil && h.father == q.father || h.mother != nil && h.mother == q.mother {
				return "sibling"
			}
			for _, parent := range []*person{h.father, h.mother} {
				if q.isParentOf(parent) {
					return "grandparent"
				}
			}
		}
	}
	return "other"
}

// policy groups of a person, as stored.
func (p *person) policy() string {
	var list []string
	if p.merit {
		list = append(list, "merit")
	}
	if p.other {
		list = append(list, "other")
	}
	return strings.Join(list, ",")
}

func (g *generator) checkNames() error {
	for _, list := range g.d.people.ethnicOf {
		for _, e := range list {
			if g.names[e.code] == nil {
				return fmt.Errorf("law/demo: %s has no names", e.code)
			}
		}
	}
	return nil
}
