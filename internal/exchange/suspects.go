package exchange

import (
	"context"
	"slices"

	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/duplicate"
	"giamngheo/internal/household"
	"giamngheo/internal/text"
	"giamngheo/internal/vn"
)

// A file that brings people who are there already, typed differently, would
// fill the registry with doubles. New people are compared with each other and
// with who lives in their communes; a few pairs go to the queue, too many
// refuse the file.

// settingSuspects is the share of the new people, in a hundred, that may look
// like somebody else.
const settingSuspects = "import.duplicates"

// What holds where the installation has set nothing. A file of a few
// households is not refused for one pair.
const (
	defaultSuspects = 5
	leastSuspects   = 20
)

// What is held and compared at once is bounded: the new people of a larger file
// are compared in parts, with no more than so many who live in their communes.
var mostCompared = 60_000 // tests lower it

const (
	mostNeighbours = 200_000
	mostCommunes   = 40
)

// newcomers are the new people of a part of a file with their places in it.
type newcomers struct {
	people []duplicate.Person
	lines  []int32
	tables []*table
}

func (n *newcomers) add(at *table, line int, m *household.Member, village area.ID) {
	n.people = append(n.people, household.Record(m.Person, village))
	n.lines = append(n.lines, int32(line))
	n.tables = append(n.tables, at)
}

// suspicions are what the search found.
type suspicions struct {
	people    []duplicate.Person // of the pairs
	pairs     []duplicate.Pair
	places    []place // where the later one of a pair stands
	compared  int     // new people
	suspected int     // of them
	parts     int
	partly    bool // not with all who live there
}

type place struct {
	at          *table
	line, other int32 // other is 0 for somebody who lives there
}

// compare looks for people listed twice among the new ones of a part and those
// who live in their communes.
func (r *run) compare(ctx context.Context) error {
	n := &r.plan.newcomers
	if len(n.people) == 0 {
		return nil
	}
	here, whole, err := r.neighbours(ctx)
	if err != nil {
		return err
	}
	s := &r.suspicions
	s.partly = s.partly || !whole
	people := slices.Concat(here, n.people)
	find := duplicate.Find
	if r.staging != nil {
		find = duplicate.FindBeside // of the writing
	}
	at := map[int]int{} // position in s.people
	keep := func(i int) int {
		k, kept := at[i]
		if !kept {
			k = len(s.people)
			s.people = append(s.people, people[i])
			at[i] = k
			if i >= len(here) {
				s.suspected++
			}
		}
		return k
	}
	for _, p := range find(people) {
		if p.B < len(here) {
			continue // both were there before: a search of its own
		}
		i := p.B - len(here)
		found := place{at: n.tables[i], line: n.lines[i]}
		if p.A >= len(here) {
			found.other = n.lines[p.A-len(here)]
		}
		p.A, p.B = keep(p.A), keep(p.B)
		s.pairs, s.places = append(s.pairs, p), append(s.places, found)
	}
	s.compared += len(n.people)
	s.parts++
	*n = newcomers{}
	return nil
}

// suspect compares the last of the new people and says what was found.
func (r *run) suspect(ctx context.Context) error {
	if err := r.compare(ctx); err != nil {
		return err
	}
	s := &r.suspicions
	if s.partly || s.parts > 1 {
		r.problems.add(Problem{Sheet: r.households.table.name, Code: "duplicates_unchecked", Warning: true, column: -1, Message: text.T("import.duplicates_unchecked", "n", vn.FormatInt(int64(mostCompared)), "communes", mostCommunes, "there", vn.FormatInt(mostNeighbours))})
	}
	var percent int64
	if err := r.s.DB.Read(ctx, func(tx *db.Tx) (err error) {
		percent, err = number64(tx, r.s.Province, settingSuspects)
		return err
	}); err != nil {
		return err
	}
	if percent == 0 {
		percent = defaultSuspects
	}
	limit := max(leastSuspects, s.compared*int(percent)/100)
	switch {
	case s.suspected == 0:
		return nil
	case s.suspected <= limit: // people look at them in the queue, and whoever brings the file hears of it
		r.problems.add(Problem{Sheet: r.households.table.name, Code: "suspected", Warning: true, column: -1, Message: text.T("import.suspected", "n", vn.FormatInt(int64(s.suspected)))})
	default:
		// All that is new is refused: which of it is a double nobody knows yet.
		r.report.Refused, r.report.Create = r.report.Refused+r.report.Create, 0
		r.problems.add(Problem{Sheet: r.households.table.name, Code: "too_many_suspected", column: -1, Message: text.T("import.too_many_suspected",
			"n", vn.FormatInt(int64(s.suspected)), "new", vn.FormatInt(int64(s.compared)), "limit", vn.FormatInt(int64(limit)), "percent", percent, "least", leastSuspects, "setting", settingSuspects)})
	}
	for i, p := range s.pairs {
		name, other, at := s.people[p.B].FullName, s.people[p.A].FullName, s.places[i]
		if at.other > 0 {
			at.at.problem(int(at.line), "", "suspected_twice", text.T("import.suspected_twice", "name", name, "other", other, "row", at.other), true)
		} else {
			at.at.problem(int(at.line), "", "suspected_there", text.T("import.suspected_there", "name", name, "other", other), true)
		}
	}
	return nil
}

// neighbours are those who live in the communes of the new people; whole is
// false where these are too many to compare with.
func (r *run) neighbours(ctx context.Context) (list []duplicate.Person, whole bool, err error) {
	tree, today := r.s.Tree(), r.s.today()
	seen := map[string]bool{}
	communes := map[area.ID]bool{}
	for i := range r.plan.newcomers.people {
		village := r.plan.newcomers.people[i].Village
		if seen[village] {
			continue
		}
		seen[village] = true
		if v, ok := tree.Ancestor(area.ID(village), today, area.Commune); ok {
			communes[v.Area] = true
		}
	}
	if len(communes) > mostCommunes {
		return nil, false, nil
	}
	var ids []area.ID
	for id := range communes {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	for _, id := range ids {
		if r.by.Scope.Check(tree, id) != nil { // a village's own officer
			continue
		}
		people, err := r.s.Households.People(ctx, r.by.Scope, id, today)
		if err != nil {
			return nil, false, err
		}
		if len(list)+len(people) > mostNeighbours {
			return list, false, nil
		}
		list = append(list, people...)
	}
	return list, true, nil
}
