package demo

import (
	"giamngheo/internal/household"
	"giamngheo/internal/standard"
)

// home is one household with its whole story.
type home struct {
	id, code     string
	village      *village
	ethnic       string
	from, to     string
	endKind      string
	splitFrom    string
	mergedInto   string
	phone        string
	residences   []residence
	members      []*person
	busy         int // year of its last event: one a year
	welfare      float64
	shock        float64
	house        house
	last         standard.Class // of its latest assessment
	listed       int            // the year in which it was last poor or near-poor
	b1           int
	label        string
	answers      string
	causes       uint16
	createdBy    string // "listed", "moved_in", "split"
	deprivations int
}

type residence struct {
	village          *village
	from, to         string
	fromKind, toKind string
}

func (s *scene) newHome(v *village, from, kind string) *home {
	g := s.g
	g.codes++
	h := &home{id: g.id(), code: household.FormatCode(g.province, int64(g.codes)), village: v, from: from, to: household.Far, createdBy: kind,
		welfare: s.r.NormFloat64(), residences: []residence{{village: v, from: from, to: household.Far, fromKind: kind}}}
	if chance(s.r, g.d.people.HasPhone) {
		h.phone = "0000" + digits(s.r.IntN(1000000), 6)
	}
	return h
}

func (h *home) join(p *person, from, relation, kind string) {
	h.members = append(h.members, p)
	p.home = h
	p.stays = append(p.stays, stay{home: h, from: from, to: household.Far, relation: relation, fromKind: kind})
}

func (h *home) leave(p *person, day, kind string) {
	last := &p.stays[len(p.stays)-1]
	last.to, last.toKind = day, kind
	p.home = nil
	for i, m := range h.members {
		if m == p {
			h.members = append(h.members[:i], h.members[i+1:]...)
			return
		}
	}
}

func (h *home) head() *person {
	for _, p := range h.members {
		if p.relation() == "head" {
			return p
		}
	}
	return nil
}

// relate makes somebody the head and gives the others their relation to him.
func (h *home) relate(head *person, day string) {
	for _, p := range h.members {
		relation := p.relationTo(head)
		last := &p.stays[len(p.stays)-1]
		if last.relation == relation {
			continue
		}
		if last.from == day {
			last.relation = relation
			continue
		}
		last.to, last.toKind = day, "relation_changed"
		p.stays = append(p.stays, stay{home: h, from: day, to: household.Far, relation: relation, fromKind: "relation_changed"})
	}
	h.ethnic = head.ethnic
}

func (h *home) end(day, kind string) {
	last := &h.residences[len(h.residences)-1]
	last.to, last.toKind = day, kind
	h.to, h.endKind = day, kind
	h.village.living--
}

func (h *home) move(to *village, day string) {
	last := &h.residences[len(h.residences)-1]
	last.to, last.toKind = day, "moved_out"
	h.village.living--
	h.village = to
	h.residences = append(h.residences, residence{village: to, from: day, to: household.Far, fromKind: "moved_in"})
}

// compose makes a household with its members as they are in the scene's year.
func (s *scene) compose(v *village, from, kind string) *home {
	r := s.r
	h := s.newHome(v, from, kind)
	h.ethnic = s.ethnicOf(v)
	youngest, lastMonth := 0, 8 // the first list is of 1 September
	if kind != "listed" {
		youngest, lastMonth = 1, 12
	}
	age := s.headAge()
	sex, alone := male, chance(r, aloneRate(age))
	if alone && chance(r, 0.65) || !alone && chance(r, 0.07) {
		sex = female
	}
	head := s.newPerson(sex, s.year-age, 12, h.ethnic, nil)
	h.join(head, from, "head", kind)
	mother := age
	if sex == male {
		mother = age - 2
	}
	var spouse *person
	if !alone {
		spouse = s.newSpouse(head)
		h.join(spouse, from, "spouse", kind)
		if spouse.sex == female {
			mother = s.year - spouse.year
		}
	}
	if !alone || age > 32 && chance(r, 0.75) {
		s.composeChildren(h, head, mother, youngest, lastMonth)
	}
	if age < 52 && chance(r, 0.11) {
		s.composeParents(h, head, age)
	}
	if h.ethnic != "kinh" {
		h.welfare -= s.g.d.poverty.Minority
	}
	h.welfare -= 0.12 * float64(len(h.members)-4)
	if len(h.members) == 1 && age > 60 {
		h.welfare -= 0.7
	}
	return h
}

func (s *scene) headAge() int {
	switch x := s.r.IntN(100); {
	case x < 17:
		return 24 + s.r.IntN(10)
	case x < 58:
		return 34 + s.r.IntN(16)
	case x < 87:
		return 50 + s.r.IntN(15)
	}
	return 65 + s.r.IntN(20)
}

func aloneRate(age int) float64 {
	switch {
	case age < 50:
		return 0.06
	case age < 65:
		return 0.14
	case age < 75:
		return 0.34
	}
	return 0.55
}

func (s *scene) composeChildren(h *home, head *person, mother, youngest, lastMonth int) {
	r := s.r
	wanted := []int{0, 1, 1, 2, 2, 2, 2, 2, 3, 3}[r.IntN(10)]
	if more := s.g.d.people.MoreChildren[h.ethnic] - 1; chance(r, more) {
		wanted += 1 + r.IntN(2)
	}
	if mother > 52 {
		wanted += 1 + r.IntN(2)
	}
	born := 20 + r.IntN(7) // the mother's age
	heir := false
	for range wanted {
		age := mother - born
		if age < youngest || born > 44 {
			break
		}
		born += 2 + r.IntN(4)
		last := 12
		if age == 0 {
			last = lastMonth
		}
		marries := age >= 22 && !heir && chance(r, 0.32)
		switch {
		case age >= 22 && marries:
			heir = true
		case age >= 18 && !chance(r, stays(age)):
			continue
		}
		child := s.newChild(head, s.year-age, last)
		h.join(child, h.from, "child", h.createdBy)
		if marries && age >= 23 && chance(r, 0.85) {
			s.composeHeir(h, child, age, youngest, lastMonth)
		}
	}
}

func stays(age int) float64 {
	switch {
	case age < 22:
		return 0.62
	case age < 27:
		return 0.3
	}
	return 0.07
}

// composeHeir is a married child with children of its own.
func (s *scene) composeHeir(h *home, child *person, age, youngest, lastMonth int) {
	spouse := s.newSpouse(child)
	h.join(spouse, h.from, "child", h.createdBy)
	mother := age
	if spouse.sex == female {
		mother = s.year - spouse.year
	}
	for a := mother - 21 - s.r.IntN(4); a >= youngest; a -= 3 + s.r.IntN(3) {
		if a > 18 || !chance(s.r, 0.8) {
			continue
		}
		last := 12
		if a == 0 {
			last = lastMonth
		}
		h.join(s.newChild(child, s.year-a, last), h.from, "grandchild", h.createdBy)
	}
}

func (s *scene) composeParents(h *home, head *person, age int) {
	r := s.r
	year := s.year - age - 19 - r.IntN(14) // the mother's
	alive := func(year int, less float64) bool { return chance(r, 0.85-less-0.02*float64(s.year-year-55)) }
	if alive(year, 0) {
		head.mother = s.newPerson(female, year, 12, head.ethnic, nil)
		h.join(head.mother, h.from, "parent", h.createdBy)
	}
	if year -= r.IntN(5); alive(year, 0.2) {
		head.father = s.newPerson(male, year, 12, head.ethnic, head.family)
		h.join(head.father, h.from, "parent", h.createdBy)
	}
	if head.mother != nil && head.father != nil {
		marry(head.mother, head.father)
	}
}

// ethnicOf: villages are mostly of one group.
func (s *scene) ethnicOf(v *village) string {
	if s.main[v] == "" {
		s.main[v] = s.drawEthnic()
	}
	if chance(s.r, 0.7) {
		return s.main[v]
	}
	return s.drawEthnic()
}

func (s *scene) drawEthnic() string {
	list := s.g.d.people.ethnicOf[s.c.district]
	sum := 0.0
	for _, e := range list {
		sum += e.share
	}
	x := s.r.Float64() * sum
	for _, e := range list {
		if x -= e.share; x < 0 {
			return e.code
		}
	}
	return household.Ethnic.Majority
}
