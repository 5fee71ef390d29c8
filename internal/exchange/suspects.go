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

// mostCompared bounds what is held and compared at once.
const (
	mostCompared = 300_000
	mostCommunes = 40
)

// newcomers are the new people of a file with their places in it.
type newcomers struct {
	people []duplicate.Person
	lines  []int32
	tables []*table
	over   bool // more than can be compared
}

func (n *newcomers) add(at *table, line int, m *household.Member, village area.ID) {
	if len(n.people) == mostCompared {
		n.over = true
		return
	}
	n.people = append(n.people, household.Record(m.Person, village))
	n.lines = append(n.lines, int32(line))
	n.tables = append(n.tables, at)
}

// suspect compares the new people and says what it found.
func (r *run) suspect(ctx context.Context) error {
	n := &r.plan.newcomers
	if len(n.people) == 0 {
		return nil
	}
	here, whole, err := r.neighbours(ctx)
	if err != nil {
		return err
	}
	if n.over || !whole {
		r.problems.add(Problem{Sheet: r.households.table.name, Code: "duplicates_unchecked", Warning: true, column: -1, Message: text.T("import.duplicates_unchecked", "n", vn.FormatInt(mostCompared), "communes", mostCommunes)})
	}
	people := slices.Concat(here, n.people)
	suspected := map[int]bool{}
	find := duplicate.Find
	if r.staging != nil {
		find = duplicate.FindBeside // the last pieces are being written
	}
	for _, p := range find(people) {
		if p.B < len(here) {
			continue // both were there before: a search of its own
		}
		r.pairs = append(r.pairs, p)
		for _, side := range []int{p.A, p.B} {
			if side >= len(here) {
				suspected[side] = true
			}
		}
	}
	r.compared = people
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
	limit := max(leastSuspects, len(n.people)*int(percent)/100)
	if len(suspected) <= limit {
		return nil // people look at them in the queue
	}
	r.problems.add(Problem{Sheet: r.households.table.name, Code: "too_many_suspected", column: -1, Message: text.T("import.too_many_suspected",
		"n", vn.FormatInt(int64(len(suspected))), "new", vn.FormatInt(int64(len(n.people))), "limit", vn.FormatInt(int64(limit)), "percent", percent, "least", leastSuspects, "setting", settingSuspects)})
	for _, p := range r.pairs {
		i := p.B - len(here)
		if p.A >= len(here) {
			n.tables[i].problem(int(n.lines[i]), "", "suspected_twice", text.T("import.suspected_twice", "name", people[p.B].FullName, "other", people[p.A].FullName, "row", n.lines[p.A-len(here)]), true)
		} else {
			n.tables[i].problem(int(n.lines[i]), "", "suspected_there", text.T("import.suspected_there", "name", people[p.B].FullName, "other", people[p.A].FullName), true)
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
		list = append(list, people...)
	}
	return list, true, nil
}
