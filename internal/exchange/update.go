package exchange

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/fault"
	"giamngheo/internal/household"
	"giamngheo/internal/journal"
	"giamngheo/internal/review"
	"giamngheo/internal/text"
	"giamngheo/internal/vn"
)

// change is what a row does to a household of the registry.
type change struct {
	h       household.Household // as it will stand
	members []household.Member  // on the roster's day, as they will stand
	fresh   int                 // how many of them, at the end, are new
	persons []int               // changed ones among the others
	lines   []int               // for each member the index of its line, -1 for none
	own     bool                // the household's own row changes
	related map[int]string      // new relations
	as      []int               // for each line of members who it is, where the round says so
}

// update plans what a row changes at a household of the registry.
func (p *planner) update(r *row, k *known, id household.ID, out *piece) error {
	if before, twice := p.matched.first(string(id), r.number); twice {
		p.refuse(r, "head", "household_twice", text.T("import.household_twice", "row", before))
		return nil
	}
	now, members := k.household[id], k.members[id]
	if r.village != "" && r.village != now.VillageID && r.village != k.homes[id] && r.village != k.place(id) {
		v, _ := p.tree.On(now.VillageID, p.today)
		p.refuse(r, "village", "other_village", text.T("import.other_village", "code", now.Code, "village", v.FullName))
		return nil
	}
	if r.code != "" && r.code != now.Code {
		p.warn(r, "code", "code_differs", "file", r.code, "code", now.Code)
	}
	c := &change{h: now, members: slices.Clone(members), lines: make([]int, len(members)), related: map[int]string{}}
	for i := range c.lines {
		c.lines[i] = -1
	}
	p.told.reset()
	p.repeated(r, c, k.listed(id))
	if !r.refused {
		p.changeHead(r, c)
		p.changeMembers(r, c)
	}
	if !r.refused {
		p.changeHousehold(r, c)
	}
	if r.refused {
		return nil
	}
	changed := c.own || len(c.persons) > 0 || c.fresh > 0 || len(c.related) > 0
	current := k.standing.Current(id)
	a, err := p.reassess(r, c, current, k)
	if err != nil || r.refused {
		return err
	}
	if current == nil && a == nil && p.stateBefore(r, id, k.standing, false, out) {
		c.own = p.told.diff("class_before", k.standing.Stated(id), r.classBefore, review.StatedKind, string(id)+"|"+p.round.ID) || c.own
	}
	if changed = changed || c.own; !changed && a == nil {
		p.report.Unchanged++
		return nil
	}
	if now.To != household.Far {
		p.refuse(r, "code", "household_ended", text.T("household.ended", "code", now.Code, "day", area.ShowDay(now.To)))
		return nil
	}
	p.report.Update++
	p.nextNo++
	for i := range c.members {
		at, line := &p.table, r.number
		if c.lines[i] >= 0 {
			at, line = p.memberAt, r.members[c.lines[i]].number
		}
		if i >= len(members) || members[i].NationalID != c.members[i].NationalID {
			p.sameID(r, at, line, &c.members[i], k, out)
		}
	}
	if !p.writing {
		return nil
	}
	p.late = p.late || a != nil && k.standing.Later(id, a.EffectiveFrom)
	return p.stageChange(c, now, members, a, current, out)
}

func (p *planner) stageChange(c *change, was household.Household, members []household.Member, a, current *review.Assessment, out *piece) error {
	what := household.StageTouch
	if c.own {
		what = household.StageUpdate
	}
	out.households.AddKnown(household.Staged{Household: c.h, No: p.nextNo, What: what}, was)
	known := len(c.members) - c.fresh
	for i := range c.members {
		relation := c.related[i]
		switch {
		case i >= known:
			p.tellPerson(&c.members[i])
			out.households.AddNewPerson(c.members[i])
		case relation != "" || slices.Contains(c.persons, i):
			out.households.AddPerson(c.members[i], members[i].Person, relation)
		}
	}
	if a != nil {
		changes, err := out.reviews.AddKnown(a, current)
		if err != nil {
			return err
		}
		p.told.all(changes, "assessment", a.ID)
	}
	out.entry.Add(journal.Part{HouseholdID: string(c.h.ID), Changes: p.told.changes()})
	return nil
}

// changeHead puts what the row says of the head over the person. Another
// person's name is no correction: a new head is a dated operation.
func (p *planner) changeHead(r *row, c *change) {
	i := slices.IndexFunc(c.members, func(m household.Member) bool { return m.Relation == "head" })
	if i < 0 {
		if r.head.says() && len(c.members) > 0 || r.birth.given || r.nationalID.given {
			p.refuse(r, "head", "no_head", text.T("import.no_head_known", "code", c.h.Code, "day", area.ShowDay(p.day)))
		}
		return
	}
	head := &c.members[i]
	if r.head.erased {
		p.refuse(r, "head", "name_missing", text.T("import.name_missing"))
		return
	}
	if r.head.says() && vn.Fold(r.head.v) != vn.Fold(head.FullName) {
		sameID := r.nationalID.says() && r.nationalID.v == head.NationalID && (!r.birth.says() || head.Birth == "" || year(r.birth.v) == year(head.Birth))
		sameBirth := len(r.birth.v) == 10 && r.birth.v == head.Birth
		other := slices.ContainsFunc(c.members, func(m household.Member) bool { return vn.Fold(m.FullName) == vn.Fold(r.head.v) })
		if other || !sameID && !sameBirth {
			p.refuse(r, "head", "head_differs", text.T("import.head_differs", "code", c.h.Code, "head", head.FullName, "name", r.head.v))
			return
		}
	}
	p.changePerson(r, c, i, &p.table, r.number, memberRow{name: r.head, birth: r.birth, sex: r.sex, ethnic: r.ethnic, national: r.nationalID})
}

// changePerson puts a line over a person of the household.
func (p *planner) changePerson(r *row, c *change, i int, at *table, line int, m memberRow) {
	one := c.members[i]
	one.FullName, one.Sex, one.Ethnic, one.NationalID = m.name.over(one.FullName), m.sex.over(one.Sex), m.ethnic.over(one.Ethnic), m.national.over(one.NationalID)
	if !m.birth.says() || !strings.HasPrefix(one.Birth, m.birth.v) { // a year where the day is known is no change
		one.Birth = m.birth.over(one.Birth)
	}
	if m.group.given {
		one.PolicyGroups = splitCodes(m.group.over(""))
	}
	was, id := c.members[i], string(one.ID)
	t := &p.told
	changed := t.diff("full_name", was.FullName, one.FullName, "person", id)
	if changed {
		t.diff("folded", vn.Fold(was.FullName), vn.Fold(one.FullName), "person", id)
	}
	changed = t.diff("sex", was.Sex, one.Sex, "person", id) || changed
	changed = t.diff("birth", was.Birth, one.Birth, "person", id) || changed
	changed = t.diff("ethnic", was.Ethnic, one.Ethnic, "person", id) || changed
	changed = t.diff("national_id", was.NationalID, one.NationalID, "person", id) || changed
	changed = t.diff("policy_groups", strings.Join(was.PolicyGroups, ","), strings.Join(one.PolicyGroups, ","), "person", id) || changed
	if !changed {
		return
	}
	if !p.checkPerson(r, at, line, &one) {
		return
	}
	c.members[i] = one
	if !slices.Contains(c.persons, i) {
		c.persons = append(c.persons, i)
	}
}

// changeMembers puts the sheet of members over the roster. Who is not on it
// stays a member: leaving is a dated operation; the writer is told.
func (p *planner) changeMembers(r *row, c *change) {
	if len(r.members) == 0 {
		return
	}
	taken := make([]bool, len(c.members))
	known := len(c.members)
	for n, i := range c.as {
		if i >= 0 {
			taken[i], c.lines[i] = true, n
		}
	}
	heads := 0
	for n := range r.members {
		m := &r.members[n]
		if m.relation.v == "head" {
			if heads++; heads > 1 {
				r.refused = true
				p.memberAt.problem(m.number, "relation", "two_heads", text.T("import.two_heads", "name", m.name.v), false)
				continue
			}
		}
		i := lineUnknown
		if c.as != nil {
			i = c.as[n]
		}
		if i == lineGone {
			continue
		}
		if i == lineUnknown {
			i = whois(c.members[:known], taken, m)
		}
		if i == severalPersons {
			r.refused = true
			p.memberAt.problem(m.number, "name", "ambiguous", text.T("import.ambiguous_member", "name", m.name.v), false)
			continue
		}
		if i < 0 {
			p.addMember(r, c, n)
			continue
		}
		taken[i], c.lines[i] = true, n
		p.changePerson(r, c, i, p.memberAt, m.number, *m)
		p.changeRelation(r, c, i, m)
	}
	for i := range taken {
		if !taken[i] && !r.refused {
			p.table.problem(r.number, "head", "member_not_listed", text.T("import.member_not_listed", "name", c.members[i].FullName), true)
		}
	}
}

func (p *planner) changeRelation(r *row, c *change, i int, m *memberRow) {
	was := c.members[i].Relation
	if !m.relation.says() || m.relation.v == was {
		return
	}
	if was == "head" || m.relation.v == "head" {
		r.refused = true
		p.memberAt.problem(m.number, "relation", "head_differs", text.T("import.use_change_head", "name", c.members[i].FullName), false)
		return
	}
	c.members[i].Relation = m.relation.v
	c.related[i] = m.relation.v
	p.told.change("relation", was, m.relation.v, "membership", string(c.h.ID)+"|"+string(c.members[i].ID)+"|"+c.members[i].From)
}

func (p *planner) addMember(r *row, c *change, n int) {
	m := &r.members[n]
	if m.relation.v == "head" {
		r.refused = true
		p.memberAt.problem(m.number, "relation", "head_differs", text.T("import.use_change_head", "name", m.name.v), false)
		return
	}
	one := household.Member{Person: household.Person{ID: household.PersonID(db.NewID()), HouseholdID: c.h.ID, FullName: m.name.v, Sex: m.sex.over(""), Birth: m.birth.over(""),
		Ethnic: m.ethnic.over(""), NationalID: m.national.over(""), PolicyGroups: splitCodes(m.group.over(""))}, Relation: m.relation.over("other"), From: max(p.day, c.h.From)}
	if !p.checkPerson(r, p.memberAt, m.number, &one) {
		return
	}
	c.members, c.lines = append(c.members, one), append(c.lines, n)
	c.fresh++
}

// severalPersons: a line fits more than one member.
const severalPersons = -2

// whois finds the member whom a line means: by ID, else by name, and year of
// birth where several bear the name. -1 is nobody.
func whois(members []household.Member, taken []bool, m *memberRow) int {
	if m.national.says() {
		for i := range members {
			if !taken[i] && members[i].NationalID == m.national.v {
				return i
			}
		}
	}
	name := vn.Fold(m.name.v)
	var found []int
	for i := range members {
		if taken[i] || vn.Fold(members[i].FullName) != name {
			continue
		}
		if m.national.says() && members[i].NationalID != "" && len(members[i].NationalID) == len(m.national.v) {
			continue // another ID of the same kind: another person
		}
		found = append(found, i)
	}
	if len(found) > 1 && m.birth.says() {
		found = slices.DeleteFunc(found, func(i int) bool { return year(members[i].Birth) != year(m.birth.v) })
	}
	switch len(found) {
	case 0:
		return -1
	case 1:
		if b := members[found[0]].Birth; m.birth.says() && b != "" && !near(year(b), year(m.birth.v)) {
			return -1 // father and son of one name
		}
		return found[0]
	}
	return severalPersons
}

func year(birth string) string { return birth[:min(4, len(birth))] }

// near: a birth year mistyped by little is the same person.
func near(a, b string) bool {
	x, errX := strconv.Atoi(a)
	y, errY := strconv.Atoi(b)
	return errX != nil || errY != nil || x-y <= 10 && y-x <= 10
}

// changeHousehold puts the row over the household's own row.
func (p *planner) changeHousehold(r *row, c *change) {
	was, id := c.h, string(c.h.ID)
	c.h.Address, c.h.Phone, c.h.Note = r.address.over(was.Address), r.phone.over(was.Phone), r.householdNote.over(was.Note)
	if r.groups.given {
		c.h.PolicyGroups = splitCodes(r.groups.over(""))
	}
	// The columns that repeat the head follow today's head, who may be another
	// than that of the roster's day.
	if i := slices.IndexFunc(c.members, func(m household.Member) bool { return m.ID == was.HeadID }); i >= 0 {
		c.h.HeadName, c.h.HeadBirth, c.h.Ethnic = c.members[i].FullName, c.members[i].Birth, c.members[i].Ethnic
	}
	c.h.Size = was.Size + c.fresh
	t := &p.told
	for _, f := range [...]struct{ field, from, to string }{
		{"address", was.Address, c.h.Address}, {"phone", was.Phone, c.h.Phone}, {"note", was.Note, c.h.Note},
		{"policy_groups", strings.Join(was.PolicyGroups, ","), strings.Join(c.h.PolicyGroups, ",")}, {"ethnic", was.Ethnic, c.h.Ethnic},
		{"head_key", household.HeadKey(was.HeadName, was.HeadBirth), household.HeadKey(c.h.HeadName, c.h.HeadBirth)},
		{"size", strconv.Itoa(was.Size), strconv.Itoa(c.h.Size)},
	} {
		c.own = t.diff(f.field, f.from, f.to, "household", id) || c.own
	}
}

// reassess gives the assessment that takes the place of the one that stands,
// nil where the row says nothing new. A row that repeats what stands changes
// nothing, also in a closed round.
func (p *planner) reassess(r *row, c *change, current *review.Assessment, k *known) (*review.Assessment, error) {
	if current == nil && !r.reviewed() {
		if !r.note.says() || r.householdNote.given {
			return nil, nil
		}
		// A note without a form is a note about the household.
		if p.told.diff("note", c.h.Note, r.note.v, "household", string(c.h.ID)) {
			c.h.Note, c.own = r.note.v, true
			return nil, nil
		}
		return nil, nil
	}
	home, there := k.homes[c.h.ID]
	if !there {
		p.refuse(r, "", "not_yet_there", text.T("import.not_yet_there", "code", c.h.Code, "day", area.ShowDay(c.h.From), "count", area.ShowDay(p.day)))
		return nil, nil
	}
	a := review.Assessment{Household: c.h.ID}
	if current != nil {
		a = *current
		a.Predecessor = current.ID
	}
	a.Village = home
	a.Roster = p.roster(r, c, current)
	if current != nil && len(c.persons)+c.fresh == 0 && p.repeats(r, &a, current, k.standing) {
		return nil, nil
	}
	if current != nil && current.Size > len(current.Roster) && !r.size.given { // what the form stated stays
		r.size = optInt{given: true, v: int64(current.Size)}
	}
	ok, err := p.assess(r, &a, current, k.last[c.h.ID], k.standing)
	if err != nil || !ok {
		return nil, err
	}
	if current != nil && sameAnswers(&a, current) && !(len(c.persons)+c.fresh > 0 && !sameJudgement(&a, current)) {
		return nil, nil
	}
	if !p.mayReview(r, a.Village, a.Purpose) {
		return nil, nil
	}
	return &a, nil
}

// repeats says whether the row says nothing of the review that does not stand.
// What it says beside the answers is compared with what stands.
func (p *planner) repeats(r *row, a, current *review.Assessment, standing *review.Standing) bool {
	again := *a
	p.answers(r, &again)
	if r.size.given && len(again.Roster) <= 1 {
		again.Size = int(r.size.v)
	}
	_, known := standing.Before(again.Household, p.round.AsOf(&again))
	if !known && r.classBefore != "" && current.Detail.Before == "" || !sameAnswers(&again, current) {
		return false
	}
	if r.size.given {
		p.warn(r, "size", "size_differs", "file", r.size.v, "listed", current.Size)
	}
	p.compareBefore(r, current, standing)
	p.compare(r, current)
	return true
}

// roster is that of the registry with the answers that stand and those given.
func (p *planner) roster(r *row, c *change, current *review.Assessment) []review.RosterMember {
	roster := make([]review.RosterMember, len(c.members))
	for i := range c.members {
		roster[i] = rosterOf(&c.members[i])
		if current != nil {
			for _, m := range current.Roster {
				if m.Person == roster[i].Person {
					roster[i].Untreated, roster[i].Insured, roster[i].LowerSecondary, roster[i].AtSchool = m.Untreated, m.Insured, m.LowerSecondary, m.AtSchool
				}
			}
		}
		if c.lines[i] >= 0 {
			answer(&roster[i], &r.members[c.lines[i]])
		}
	}
	return roster
}

// sameAnswers: nothing that a form says differs.
func sameAnswers(a, b *review.Assessment) bool {
	if !equal(a.B1, b.B1) || !equal(a.Income, b.Income) || a.Ticked != b.Ticked || !equal(a.Detail.FloorArea, b.Detail.FloorArea) || a.Detail.Before != b.Detail.Before ||
		a.Surveyor != b.Surveyor || a.SurveyedOn != b.SurveyedOn || a.Note != b.Note || a.Purpose != b.Purpose || a.WarningAnswer != b.WarningAnswer || a.EffectiveFrom != b.EffectiveFrom {
		return false
	}
	if a.Size != b.Size && (a.Size > len(a.Roster) || b.Size > len(b.Roster)) {
		return false
	}
	if len(a.Causes) != len(b.Causes) || slices.ContainsFunc(a.Causes, func(c string) bool { return !slices.Contains(b.Causes, c) }) {
		return false
	}
	if len(a.Detail.Facts) != len(b.Detail.Facts) {
		return false
	}
	for code, yes := range a.Detail.Facts {
		if other, ok := b.Detail.Facts[code]; !ok || other != yes {
			return false
		}
	}
	for _, m := range a.Roster {
		var other review.RosterMember
		if i := slices.IndexFunc(b.Roster, func(o review.RosterMember) bool { return o.Person == m.Person }); i >= 0 {
			other = b.Roster[i]
		}
		if !sameMember(&m, &other) {
			return false
		}
	}
	return true
}

func sameJudgement(a, b *review.Assessment) bool {
	return a.Answers == b.Answers && a.Class == b.Class && a.Label == b.Label && len(a.Roster) == len(b.Roster)
}

func equal[T comparable](a, b *T) bool {
	if a == nil || b == nil {
		return a == b
	}
	return *a == *b
}

// fieldsOf takes a refusal apart; code "" means that it is none.
func fieldsOf(err error) (fields []fault.Field, code, message string) {
	var f *fault.Error
	if !errors.As(err, &f) || f.Kind == fault.Internal {
		return nil, "", ""
	}
	return f.Fields, f.Code, f.Message
}

// tellPerson tells of a new person and the membership, as an operation of the
// registry does: undo reads it.
func (p *planner) tellPerson(m *household.Member) {
	t, id := &p.told, string(m.ID)
	t.made("person", id)
	for _, f := range [...]struct{ field, value string }{{"household_id", string(m.HouseholdID)}, {"full_name", m.FullName}, {"folded", vn.Fold(m.FullName)}, {"sex", m.Sex}, {"birth", m.Birth},
		{"ethnic", m.Ethnic}, {"national_id", m.NationalID}, {"policy_groups", strings.Join(m.PolicyGroups, ",")}} {
		t.diff(f.field, "", f.value, "person", id)
	}
	record := string(m.HouseholdID) + "|" + id + "|" + m.From
	t.made("membership", record)
	t.change("relation", "", m.Relation, "membership", record)
	t.change("to_day", "", household.Far, "membership", record)
	t.change("from_kind", "", "listed", "membership", record)
}
