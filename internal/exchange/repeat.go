package exchange

import (
	"slices"

	"giamngheo/internal/area"
	"giamngheo/internal/household"
	"giamngheo/internal/review"
	"giamngheo/internal/text"
)

// A file that was exported states what the round was judged on, which may be
// older than the registry: a name corrected since, a head who has changed, a
// member who has left. Such a cell repeats what the round holds; taken for news
// it would turn the registry back.

// repeated takes out of a row what only repeats what the round holds.
func (p *planner) repeated(r *row, c *change, was *listed) {
	if r.groups.given && sameSet(splitCodes(r.groups.over("")), was.groups) {
		r.groups = opt{}
	}
	if r.classBefore == was.before {
		r.classBefore = ""
	}
	if was.a != nil {
		if r.size.says(int64(was.a.Size)) {
			r.size = optInt{}
		}
		p.repeatedMarks(r, was)
	}
	p.repeatedHead(r, c, was)
	p.repeatedMembers(r, c, was)
}

func (o optInt) says(n int64) bool { return o.given && !o.erased && o.v == n }

// drop empties a cell that says the value.
func drop(o *opt, value string) {
	if o.says() && o.v == value {
		*o = opt{}
	}
}

func (p *planner) repeatedMarks(r *row, was *listed) {
	derived := false
	for i, mark := range r.marks {
		derived = derived || i < len(was.a.Answers) && (mark == markYes || mark == markNo) && was.a.Ticked[i] == markErased && was.a.Answers[i] == mark
	}
	if !derived {
		return
	}
	ticks := shownTicks(was.a, p.set, p.day)
	for i := range r.marks {
		if i < len(ticks) && r.marks[i] == ticks[i] {
			r.marks[i] = markNone
		}
	}
}

func (p *planner) repeatedHead(r *row, c *change, was *listed) {
	then, now := headOf(was.members), headOf(c.members)
	if then == nil || r.head.says() && r.head.v != then.FullName {
		return
	}
	same := now != nil && now.ID == then.ID
	if !same && !r.head.says() {
		return
	}
	name := r.head
	drop(&r.head, then.FullName)
	drop(&r.birth, then.Birth)
	drop(&r.sex, then.Sex)
	drop(&r.ethnic, then.Ethnic)
	if same {
		return
	}
	drop(&r.nationalID, then.NationalID)
	if r.birth.given || r.sex.given || r.ethnic.given || r.nationalID.given {
		head := ""
		if now != nil {
			head = now.FullName
		}
		p.refuse(r, "head", "head_differs", text.T("import.head_differs", "code", c.h.Code, "head", head, "name", name.v))
	}
}

// repeatedMembers finds the members on whom the household was judged by what
// the round wrote of them.
func (p *planner) repeatedMembers(r *row, c *change, was *listed) {
	if len(r.members) == 0 {
		return
	}
	c.as = make([]int, len(r.members))
	used := make([]bool, len(was.members))
	for n := range r.members {
		m := &r.members[n]
		c.as[n] = lineUnknown
		j := -1
		for i, o := range was.members {
			if j < 0 && !used[i] && m.name.v == o.FullName && m.birth.v == o.Birth {
				j = i
			}
		}
		if j < 0 || m.national.says() && was.members[j].NationalID != "" && len(m.national.v) == len(was.members[j].NationalID) && m.national.v != was.members[j].NationalID {
			continue
		}
		used[j] = true
		then := &was.members[j]
		i := slices.IndexFunc(c.members, func(o household.Member) bool { return o.ID == then.ID })
		if i < 0 {
			c.as[n] = lineGone
			p.gone(r, m, was, j)
			continue
		}
		c.as[n] = i
		drop(&m.name, then.FullName)
		drop(&m.birth, then.Birth)
		drop(&m.sex, then.Sex)
		drop(&m.ethnic, then.Ethnic)
		drop(&m.relation, then.Relation)
		if m.group.given && sameSet(splitCodes(m.group.over("")), then.PolicyGroups) {
			m.group = opt{}
		}
	}
}

// What a line of the sheet of members may mean beside a member's place.
const (
	lineUnknown = -1 // to be looked for
	lineGone    = -2 // somebody who was judged on and is no member any more
)

// gone says of somebody who has left that nothing can be changed any more.
func (p *planner) gone(r *row, m *memberRow, was *listed, j int) {
	var answers review.RosterMember
	if j < len(was.answers) {
		answers = was.answers[j]
	}
	again := answers
	answer(&again, m)
	if !sameMember(&answers, &again) {
		p.memberAt.problem(m.number, "name", "member_gone", text.T("import.member_gone", "name", m.name.v, "day", area.ShowDay(p.day)), true)
	}
}

func sameMember(a, b *review.RosterMember) bool {
	return equal(a.Untreated, b.Untreated) && equal(a.Insured, b.Insured) && equal(a.LowerSecondary, b.LowerSecondary) && equal(a.AtSchool, b.AtSchool)
}

// stateBefore plans what the row says of the class before the round, of a
// household that it does not survey.
func (p *planner) stateBefore(r *row, id household.ID, standing *review.Standing, isNew bool, out *piece) bool {
	if r.classBefore == "" {
		return false
	}
	if !isNew {
		if before, known := standing.Before(id, p.classFrom()); known {
			if !sameClass(r.classBefore, before) {
				p.warn(r, "class_before", "before_differs", "file", className(r.classBefore), "class", before.Name())
			}
			return false
		}
	}
	if p.round.State != review.Open {
		p.warn(r, "class_before", "before_closed", "id", p.round.ID)
		return false
	}
	if p.writing {
		out.reviews.AddStated(id, isNew, r.classBefore)
	}
	return true
}

// classFrom is the day on which the classes of the round begin; of an in-year
// round, whose decisions have each their own, that of its year.
func (p *planner) classFrom() string {
	if p.round.ClassFrom != "" {
		return p.round.ClassFrom
	}
	return p.round.CountDay
}
