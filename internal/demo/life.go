package demo

import (
	"math"
	"math/rand/v2"
	"slices"
)

// listDay is when the first review lists everybody; years after it bring
// events between the months below, so that all is over before a round's count.
const listDay = "2015-09-01"

// scene is one commune while its years go by.
type scene struct {
	g       *generator
	c       *commune
	r       *rand.Rand
	year    int
	homes   []*home   // who lives there now
	gone    []*home   // ended here
	persons []*person // who came into the registry here
	main    map[*village]string
}

func (g *generator) scene(c *commune) *scene {
	return &scene{g: g, c: c, r: g.random(c.code, "life"), main: map[*village]string{}}
}

// settle lists the households of the first year.
func (s *scene) settle() {
	s.year = firstYear
	perVillage := share(s.c.households[0], weights(s.r, len(s.c.villages)), all(len(s.c.villages), s.g.d.people.VillageLeast), all(len(s.c.villages), math.MaxInt32))
	for i, n := range perVillage {
		v := s.c.villages[i]
		for range n {
			s.homes = append(s.homes, s.compose(v, listDay, "listed"))
		}
		v.living = n
	}
}

func weights(r *rand.Rand, n int) []float64 {
	list := make([]float64, n)
	for i := range list {
		list[i] = 0.6 + r.Float64()
	}
	return list
}

// beforeSurvey is the last month in which a household changes: from September
// on it is surveyed, and its form says who lives there.
const beforeSurvey = 8

// day is some day of the scene's year before the survey.
func (s *scene) day() string {
	return digits(s.year, 4) + "-" + digits(1+s.r.IntN(beforeSurvey), 2) + "-" + digits(2+s.r.IntN(27), 2)
}

// live lets a year go by and ends with exactly the planned households.
func (s *scene) live(y int) {
	s.year = firstYear + y
	for _, h := range s.homes {
		s.event(h)
	}
	s.homes = append(s.homes, s.g.arriving[y][s.c]...)
	for _, h := range s.g.arriving[y][s.c] {
		h.village.living++
		s.persons = append(s.persons, h.members...)
	}
	s.clear()
	s.flow(y)
	s.clear()
}

// clear takes ended households, and those that moved on, off the list.
func (s *scene) clear() {
	s.homes = slices.DeleteFunc(s.homes, func(h *home) bool {
		if h.endKind != "" {
			s.gone = append(s.gone, h)
			return true
		}
		return !slices.Contains(s.c.villages, h.village)
	})
}

// event is what may happen to a household in a year, once at most.
func (s *scene) event(h *home) {
	g, r := s.g, s.r
	h.shock = 0.92*h.shock + r.NormFloat64()*g.d.poverty.YearToYear
	// What no plan foresees: an illness, a lost harvest, a breadwinner gone.
	if m := g.d.poverty.Misfortune; chance(r, m.Chance) {
		h.shock -= m.Weight * (0.5 + r.Float64())
	}
	for _, p := range h.members {
		if chance(r, g.deathRate(p.age(s.year))) {
			s.die(h, p)
			return
		}
	}
	for _, p := range h.members {
		if p.sex == female && p.spouse != nil && p.spouse.home == h && p.age(s.year) >= 20 && p.age(s.year) < 40 {
			if chance(r, g.birthRate(h.ethnic, children(h, p))) {
				s.birth(h, p)
				return
			}
		}
	}
	for _, p := range h.members {
		if p.relation() != "child" || p.spouse != nil || p.age(s.year) < 19 {
			continue
		}
		if p.age(s.year) <= 30 && p.age(s.year) >= 22 && !hasHeir(h) && chance(r, g.d.people.MarriesIn) {
			h.busy = s.year
			h.join(s.newSpouse(p), s.day(), "child", "moved_in")
			return
		}
		if p.age(s.year) <= 27 && chance(r, g.d.people.LeavesHome) {
			h.busy = s.year
			h.leave(p, s.day(), "moved_out")
			return
		}
	}
}

func children(h *home, mother *person) int {
	n := 0
	for _, p := range h.members {
		if p.mother == mother {
			n++
		}
	}
	return n
}

func hasHeir(h *home) bool {
	for _, p := range h.members {
		if p.relation() == "child" && p.spouse != nil {
			return true
		}
	}
	return false
}

func (g *generator) deathRate(age int) float64 {
	for _, d := range g.d.people.Death {
		if age < d.Below {
			return d.Rate
		}
	}
	return 1
}

func (g *generator) birthRate(ethnic string, children int) float64 {
	list := g.d.people.BirthByChildren
	return list[min(children, len(list)-1)] * g.d.people.MoreChildren[ethnic]
}

func (s *scene) die(h *home, p *person) {
	if len(h.members) == 1 && !s.spare(h.village) {
		return
	}
	h.busy = s.year
	day := s.day()
	wasHead := p.relation() == "head"
	h.leave(p, day, "died")
	p.death = day
	if len(h.members) == 0 {
		h.end(day, "died_out")
		return
	}
	if wasHead {
		h.relate(successor(h, p, s.year), day)
	}
	if p.spouse != nil && p.age(s.year) < 45 {
		p.spouse.spouse = nil // may marry again
	}
}

// successor of a head: the spouse, else the oldest of the children of age,
// else whoever is the oldest.
func successor(h *home, dead *person, year int) *person {
	if dead.spouse != nil && dead.spouse.home == h {
		return dead.spouse
	}
	var best *person
	rank := func(p *person) int {
		score := p.age(year)
		if dead.isParentOf(p) && score >= 18 {
			score += 1000
		}
		return score
	}
	for _, p := range h.members {
		if best == nil || rank(p) > rank(best) {
			best = p
		}
	}
	return best
}

func (s *scene) birth(h *home, mother *person) {
	h.busy = s.year
	p := s.newChild(mother, s.year, beforeSurvey)
	if p.day == 1 {
		p.day = 2
	}
	p.birth = digits(p.year, 4) + "-" + digits(p.month, 2) + "-" + digits(p.day, 2)
	h.join(p, p.birth, p.relationTo(h.head()), "born")
}

// flow lets households come, go, split and merge until the number is right.
func (s *scene) flow(y int) {
	g, r := s.g, s.r
	n := float64(len(s.homes))
	for range s.some(n * g.d.people.Merges) {
		s.merge()
	}
	for range s.some(n * g.d.people.MovesCommune) {
		s.moveOn(y)
	}
	for range s.some(n * g.d.people.MovesAway) {
		s.depart(nil)
	}
	s.clear()
	need := s.c.households[y] - len(s.homes)
	short := func() (lack int) {
		for _, v := range s.c.villages {
			lack += max(0, g.d.people.VillageLeast-v.living)
		}
		return lack
	}
	for need < short() {
		if !s.depart(s.largest()) {
			break
		}
		s.clear()
		need++
	}
	for _, v := range s.c.villages {
		for v.living < g.d.people.VillageLeast && need > 0 {
			s.arrive(v)
			need--
		}
	}
	for range max(0, need) {
		if !chance(r, g.d.people.SplitShare) || !s.split() {
			s.arrive(pick(r, s.c.villages))
		}
	}
}

// some rounds an expected number by chance.
func (s *scene) some(expected float64) int {
	n := int(expected)
	if chance(s.r, expected-float64(n)) {
		n++
	}
	return n
}

// spare says whether the village can lose a household.
func (s *scene) spare(v *village) bool { return v.living > s.g.d.people.VillageLeast }

func (s *scene) largest() *village {
	best := s.c.villages[0]
	for _, v := range s.c.villages {
		if v.living > best.living {
			best = v
		}
	}
	return best
}

// find looks for a household to which nothing has happened this year.
func (s *scene) find(fits func(*home) bool) *home {
	if len(s.homes) == 0 {
		return nil
	}
	start := s.r.IntN(len(s.homes))
	for i := range s.homes {
		h := s.homes[(start+i)%len(s.homes)]
		if h.busy < s.year && h.endKind == "" && fits(h) {
			return h
		}
	}
	return nil
}

func (s *scene) arrive(v *village) {
	day := s.day()
	h := s.compose(v, day, "moved_in")
	h.busy = s.year
	v.living++
	s.homes = append(s.homes, h)
}

// depart lets a household leave the province; from the village, if one is
// given.
func (s *scene) depart(from *village) bool {
	h := s.find(func(h *home) bool { return from == nil && s.spare(h.village) || h.village == from })
	if h == nil {
		return false
	}
	h.busy = s.year
	day := s.day()
	for len(h.members) > 0 {
		h.leave(h.members[0], day, "moved_out")
	}
	h.end(day, "moved_away")
	return true
}

// moveOn lets a household move to a commune that is not finished yet.
func (s *scene) moveOn(y int) {
	later := s.g.communes[s.g.at+1:]
	if len(later) == 0 {
		return
	}
	h := s.find(func(h *home) bool { return s.spare(h.village) })
	if h == nil {
		return
	}
	to := pick(s.r, later)
	if near := later[:min(len(later), 12)]; chance(s.r, 0.6) {
		to = pick(s.r, near)
	}
	if len(s.g.arriving[y][to]) > to.households[y]/100 {
		return
	}
	h.busy = s.year
	h.move(pick(s.r, to.villages), s.day())
	s.g.arriving[y][to] = append(s.g.arriving[y][to], h)
}

// merge takes an old couple or a single old person into another household of
// the village.
func (s *scene) merge() {
	small := s.find(func(h *home) bool {
		return len(h.members) <= 2 && h.head().age(s.year) > 60 && s.spare(h.village)
	})
	if small == nil {
		return
	}
	into := s.find(func(h *home) bool {
		return h != small && h.village == small.village && len(h.members) >= 2 && len(h.members) < 6 && h.head().age(s.year) < 50
	})
	if into == nil {
		return
	}
	small.busy, into.busy = s.year, s.year
	day := s.day()
	for len(small.members) > 0 {
		p := small.members[0]
		relation := "parent"
		if p.age(s.year)-into.head().age(s.year) < 16 {
			relation = "other"
		}
		small.leave(p, day, "merged")
		into.join(p, day, relation, "merged")
	}
	small.end(day, "merged")
	small.mergedInto = into.id
}

// split makes a household of a grown child, with its own family if it has
// one.
func (s *scene) split() bool {
	var child *person
	h := s.find(func(h *home) bool {
		child = nil
		for _, p := range h.members {
			if p.relation() == "child" && p.age(s.year) >= 22 && p.age(s.year) <= 40 && (child == nil || p.spouse != nil) {
				child = p
			}
		}
		return child != nil && len(h.members) > 2
	})
	if h == nil {
		return false
	}
	h.busy = s.year
	day := s.day()
	head := child
	var leavers []*person
	for _, p := range h.members {
		if p == child || p == child.spouse || child.isParentOf(p) || child.spouse != nil && child.spouse.isParentOf(p) {
			leavers = append(leavers, p)
			if (p == child || p == child.spouse) && p.sex == male {
				head = p
			}
		}
	}
	if len(leavers) == len(h.members) {
		return false
	}
	n := s.newHome(h.village, day, "split")
	n.splitFrom, n.ethnic, n.busy = h.id, head.ethnic, s.year
	n.welfare = h.welfare + s.r.NormFloat64()*0.4
	n.shock = h.shock
	for _, p := range leavers {
		h.leave(p, day, "split")
		n.join(p, day, p.relationTo(head), "split")
	}
	if child.spouse == nil {
		n.join(s.newSpouse(child), day, "spouse", "moved_in")
	}
	n.village.living++
	s.homes = append(s.homes, n)
	return true
}
