package demo

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"giamngheo/internal/household"
	"giamngheo/internal/review"
	"giamngheo/internal/standard"
)

// house is what the form says of the dwelling.
type house struct {
	known bool
	lacks uint16  // bits of lack
	area  float64 // m²
	parts int     // which parts are not durable
}

// lack numbers the deprivations that a household has as such. Schooling is
// not among them: it follows from the members.
const (
	lackCare = iota
	lackInsurance
	lackQuality
	lackArea
	lackWater
	lackToilet
	lackTelecom
	lackAssets
	lacks
)

var lackCodes = [lacks]string{"health_access", "health_insurance", "housing_quality", "housing_area", "water", "toilet", "telecom", "information_assets"}

// review judges the commune's households in the round of the year: the
// poorest are poor, the next near-poor, by the planned numbers; how they came
// there is told by answers that make the standard say the same.
func (s *scene) review(y int) error {
	day := min(countDay(y), today)
	ranked := slices.Clone(s.homes)
	slices.SortStableFunc(ranked, func(a, b *home) int { return cmp.Compare(a.welfare+a.shock, b.welfare+b.shock) })
	poor, both := s.c.poor[y], s.c.poor[y]+s.c.near[y]
	window := both + int(math.Ceil(float64(both)*s.g.d.poverty.Screened*3))
	for i, h := range ranked {
		class, place := standard.NotPoor, 0.0
		switch {
		case i < poor:
			class, place = standard.Poor, float64(i)/float64(poor)
		case i < both:
			class, place = standard.NearPoor, float64(i-poor)/float64(both-poor)
		case h.listed == s.year-1:
			place = min(1, float64(i-both)/float64(window))
		case i < window && chance(s.r, 1.0/3):
			place = float64(i-both) / float64(window)
			if chance(s.r, s.g.d.poverty.Undetermined) {
				class = standard.Undetermined
			}
		default:
			continue
		}
		if err := s.assess(h, y, day, class, place); err != nil {
			return err
		}
		if class == standard.Poor || class == standard.NearPoor {
			h.listed = s.year
		}
	}
	for _, h := range append(s.gone[:len(s.gone):len(s.gone)], s.homes...) {
		h.village.freeze(y, h)
	}
	return nil
}

// assess fills the form so that the standard gives the class.
func (s *scene) assess(h *home, y int, day string, class standard.Class, place float64) error {
	o := s.g.rounds[y]
	s.furnish(h, class)
	for class == standard.NearPoor && s.count(h) > 2 {
		s.relieve(h)
	}
	urban := h.village.urban[y]
	a := &review.Assessment{ID: s.g.id(), Round: o.round.ID, Household: household.ID(h.id), Purpose: review.Survey, InForce: true, EffectiveFrom: o.round.ClassFrom,
		Village: h.village.id, Commune: h.village.commune[y], Area: urban, Size: len(h.members), Rev: 1, RecordedBy: actor, OperationID: s.g.operation}
	a.Roster, a.Detail = s.roster(h), s.detail(h)
	if class != standard.Undetermined {
		b1 := s.points(h, o, urban, class, place)
		a.B1 = &b1
	}
	a.Ticked = o.blank
	if err := a.Judge(o.set, day); err != nil {
		return err
	}
	a.Ticked = a.Answers // the signed form says the same
	if a.Class != class {
		return fmt.Errorf("demo: %s in %s is %s, not %s", h.id, o.round.ID, a.Class, class)
	}
	if class == standard.Poor || class == standard.NearPoor {
		a.Causes = s.causes(h, class)
	}
	a.Transition = transition(h.last, class)
	a.RecordedAt = s.g.recordedAt(y)
	a.Surveyor = s.surveyor(h.village, y)
	a.SurveyedOn = digits(s.year, 4) + "-" + digits(beforeSurvey+1+s.r.IntN(2), 2) + "-" + digits(5+s.r.IntN(24), 2)
	if err := s.g.out.assessment(s.g, a, h); err != nil {
		return err
	}
	h.last, h.label, h.answers = class, a.Label, a.Answers
	h.b1 = 0
	if a.B1 != nil {
		h.b1 = *a.B1
	}
	return nil
}

// transition gives the form's code of TT 14/2018; see review.Store.Save.
func transition(before, now standard.Class) string {
	row := map[standard.Class]string{standard.Poor: "123", standard.NearPoor: "456"}[now]
	if row == "" {
		return ""
	}
	switch before {
	case standard.Poor:
		return row[:1]
	case standard.NearPoor:
		return row[1:2]
	}
	return row[2:]
}

// furnish sets what the household lacks at its first form, and lets it change
// from form to form.
func (s *scene) furnish(h *home, class standard.Class) {
	p := &s.g.d.poverty
	if !h.house.known {
		h.house.known = true
		h.house.area = float64(len(h.members))*(9+18*s.r.Float64()) + 8
		h.house.parts = s.r.IntN(4)
		for i, rule := range s.g.lackRules {
			if chance(s.r, rule.rate(class, s.c.zone)) {
				s.lose(h, i)
			}
		}
		return
	}
	better := p.Improves
	if h.last == standard.Poor && class != standard.Poor || h.last == standard.NearPoor && class == standard.NotPoor {
		better += p.WithClass
	}
	for i, rule := range s.g.lackRules {
		has := h.house.lacks&(1<<i) != 0
		switch {
		case i == lackCare:
			h.house.lacks &^= 1 << i
			if chance(s.r, rule.rate(class, s.c.zone)) {
				s.lose(h, i)
			}
		case has && chance(s.r, better):
			s.gain(h, i)
		case !has && chance(s.r, p.Worsens):
			s.lose(h, i)
		}
	}
	for _, m := range h.members {
		if m.leavesSchool < 15 && m.age(s.year) < 15 && chance(s.r, better) {
			m.leavesSchool = 15
		}
	}
	// The family grew or shrank in the same house.
	h.house.lacks &^= 1 << lackArea
	if h.house.area < float64(s.g.squareMetres*len(h.members)) {
		h.house.lacks |= 1 << lackArea
	}
}

func (r *deprivationRule) rate(class standard.Class, zone string) float64 {
	rate := r.NotPoor
	switch class {
	case standard.Poor:
		rate = r.Poor
	case standard.NearPoor:
		rate = r.NearPoor
	}
	if f, ok := r.Zones[zone]; ok {
		rate *= f
	}
	return min(rate, 0.92)
}

func (s *scene) lose(h *home, lack int) {
	h.house.lacks |= 1 << lack
	if lack == lackArea {
		h.house.area = float64(len(h.members)) * float64(s.g.squareMetres) * (0.5 + 0.47*s.r.Float64())
	}
}

func (s *scene) gain(h *home, lack int) {
	h.house.lacks &^= 1 << lack
	if lack == lackArea {
		h.house.area = float64(s.g.squareMetres*len(h.members)) + 4 + 20*s.r.Float64()
	}
}

// count is the number of deprivations as the standard will count them.
func (s *scene) count(h *home) int {
	n := 0
	for i := range lacks {
		n += int(h.house.lacks >> i & 1)
	}
	adult, child := false, false
	for _, p := range h.members {
		adult = adult || s.unschooledAdult(p)
		child = child || s.childOut(p)
	}
	if adult {
		n++
	}
	if child {
		n++
	}
	return n
}

func (s *scene) unschooledAdult(p *person) bool {
	return p.year >= s.g.bornFrom && p.age(s.year) >= 15 && p.leavesSchool < 15
}

func (s *scene) childOut(p *person) bool {
	age := p.age(s.year)
	return age >= 5 && age < 15 && age >= p.leavesSchool
}

// relieve takes away what is easiest to help with first.
func (s *scene) relieve(h *home) {
	for _, i := range []int{lackCare, lackInsurance, lackTelecom, lackAssets, lackWater, lackToilet} {
		if h.house.lacks&(1<<i) != 0 && chance(s.r, 0.6) {
			s.gain(h, i)
			return
		}
	}
	for _, p := range h.members {
		if s.childOut(p) || s.unschooledAdult(p) {
			p.leavesSchool = 15
			return
		}
	}
	for i := range lacks {
		if h.house.lacks&(1<<i) != 0 {
			s.gain(h, i)
			return
		}
	}
}

var yes, no = true, false

func fact(b bool) *bool {
	if b {
		return &yes
	}
	return &no
}

// roster is the members as the form asks for them.
func (s *scene) roster(h *home) []review.RosterMember {
	list := make([]review.RosterMember, len(h.members))
	unlucky := h.members[0] // always one whom the lack of care or insurance can hit
	for _, p := range h.members {
		if p.age(s.year) >= 6 && (unlucky.age(s.year) < 6 || p.chance < unlucky.chance) {
			unlucky = p
		}
	}
	for i, p := range h.members {
		age := p.age(s.year)
		uninsured := h.house.lacks&(1<<lackInsurance) != 0 && age >= 6 && (p == unlucky || p.chance < 90)
		list[i] = review.RosterMember{Person: household.PersonID(p.id), Name: p.name, Birth: p.birth, Sex: p.sex, Relation: p.relation(),
			Untreated: fact(h.house.lacks&(1<<lackCare) != 0 && p == unlucky), Insured: fact(!uninsured)}
		if age >= 5 && age < 22 {
			list[i].AtSchool = fact(age < p.leavesSchool)
		}
		if age >= 15 {
			list[i].LowerSecondary = fact(p.leavesSchool >= 15)
			if list[i].AtSchool == nil {
				list[i].AtSchool = &no
			}
		}
	}
	slices.SortStableFunc(list, func(a, b review.RosterMember) int { return relationOrder(a.Relation) - relationOrder(b.Relation) })
	return list
}

func relationOrder(relation string) int {
	return household.Relations.Index(relation)
}

func (s *scene) detail(h *home) review.Detail {
	has := func(lack int) bool { return h.house.lacks&(1<<lack) == 0 }
	m2 := math.Round(h.house.area)
	if !has(lackArea) { // never round over the line
		m2 = math.Floor(h.house.area)
	} else {
		m2 = max(m2, float64(s.g.squareMetres*len(h.members)))
	}
	facts := map[string]bool{"pillars_durable": true, "roof_durable": true, "walls_durable": true,
		"hygienic_water": has(lackWater), "hygienic_toilet": has(lackToilet), "phone_and_internet": has(lackTelecom)}
	parts := []string{"pillars_durable", "roof_durable", "walls_durable"}
	if !has(lackQuality) {
		for i, part := range parts {
			facts[part] = i == h.house.parts
		}
	} else if h.house.parts == 1 {
		facts["roof_durable"] = false
	}
	if has(lackAssets) {
		facts["television"] = true
	} else {
		for _, thing := range []string{"television", "radio", "computer", "loudspeaker"} {
			facts[thing] = false
		}
	}
	return review.Detail{FloorArea: &m2, Facts: facts}
}

// points gives the B1 total: within the class, by the place in it, not far
// from the year before.
func (s *scene) points(h *home, o *round, urban standard.AreaType, class standard.Class, place float64) int {
	low, high := o.lines[0][urban], o.lines[1][urban]
	from, to := low-13*o.step, low
	switch {
	case class == standard.NearPoor:
		from, to = low+o.step, high
	case class == standard.NotPoor:
		from, to = high+o.step, high+12*o.step
	case s.count(h) >= 3 && place > 0.35 && chance(s.r, s.g.d.poverty.ByDeprivation):
		from, to = low+o.step, high
	}
	aim := float64(from) + place*float64(to-from)
	if h.b1 > 0 {
		aim = 0.45*float64(h.b1) + 0.55*aim
	}
	aim += s.r.NormFloat64() * float64(o.step)
	return within(int(math.Round(aim/float64(o.step)))*o.step, from, to)
}

// within reflects points at the bounds of their class: cut off there, they
// would heap at the lines as no honest survey does.
func within(points, from, to int) int {
	if points < from {
		points = 2*from - points
	}
	if points > to {
		points = 2*to - points
	}
	return min(max(points, from), to)
}

// causes hang together with who lives there; most stay from year to year.
func (s *scene) causes(h *home, class standard.Class) []string {
	marks := map[string]bool{}
	workers, dependants, old := 0, 0, 0
	for _, p := range h.members {
		switch age := p.age(s.year); {
		case age > 60:
			dependants++
			old++
		case age < 15:
			dependants++
		default:
			workers++
		}
	}
	marks["no_workers"], marks["many_dependants"], marks["old"] = workers == 0, dependants > workers+1, old > 0
	if h.causes == 0 || chance(s.r, 0.2) {
		h.causes = 0
		for i, rule := range s.g.d.poverty.Causes {
			rate := rule.Rate
			if rule.Minority > 0 && h.ethnic != household.Ethnic.Majority {
				rate *= rule.Minority
			}
			if class == standard.NearPoor {
				rate *= 0.8
			}
			if (rule.When == "" || marks[rule.When]) && chance(s.r, rate) {
				h.causes |= 1 << i
			}
		}
		if h.causes == 0 {
			h.causes = 1
		}
	}
	var list []string
	for _, c := range s.g.causeOrder {
		for i, rule := range s.g.d.poverty.Causes {
			if rule.Code == c && h.causes&(1<<i) != 0 && !slices.Contains(list, c) {
				list = append(list, c)
			}
		}
	}
	return list
}

// surveyor is somebody of the village, the same all through a round.
func (s *scene) surveyor(v *village, y int) string {
	if v.surveyors[y] == "" {
		names := s.g.names[household.Ethnic.Majority]
		r := s.g.random(string(v.id), "surveyor"+string(rune('0'+y/2)))
		parts := []string{pick(r, names.family).text, pick(r, names.maleMiddle).text, pick(r, names.male).text}
		if r.IntN(2) == 0 {
			parts = []string{parts[0], pick(r, names.femaleMiddle).text, pick(r, names.female).text}
		}
		v.surveyors[y] = strings.Join(parts, " ")
	}
	return v.surveyors[y]
}
