package area

import (
	"fmt"
	"sort"
)

// span is the life of one identity under its code.
type span struct {
	id       ID
	code     string
	from, to string
	rows     []areaRow
}

// identities gives every row of areas.csv its identity, by the rule in the
// package's documentation.
type identities struct {
	byCode map[string][]span // by code, in order of time
}

// identify applies the rule. It refuses tables that contradict themselves:
// overlapping versions, and a version that changes on a day of which
// changes.csv says nothing.
func identify(t *table) (*identities, error) {
	rows := map[string][]areaRow{}
	for _, r := range t.areas {
		rows[r.code] = append(rows[r.code], r)
	}
	events := map[string]map[string][]changeRow{} // from code → day → rows
	for _, c := range t.changes {
		if events[c.from] == nil {
			events[c.from] = map[string][]changeRow{}
		}
		events[c.from][c.day] = append(events[c.from][c.day], c)
	}
	all := &identities{byCode: map[string][]span{}}
	for code, list := range rows {
		spans, err := lives(code, list, events[code])
		if err != nil {
			return nil, err
		}
		all.byCode[code] = spans
	}
	return all, nil
}

// lives cuts the versions of one code into identities.
func lives(code string, rows []areaRow, events map[string][]changeRow) ([]span, error) {
	sort.Slice(rows, func(i, j int) bool { return rows[i].from < rows[j].from })
	var spans []span
	for i, r := range rows {
		if i == 0 {
			spans = append(spans, span{code: code, from: r.from, to: r.to, rows: []areaRow{r}})
			continue
		}
		last := rows[i-1]
		if last.to == "" || r.from < last.to {
			return nil, fmt.Errorf("areas.csv, line %d: code %s is valid twice on %s", r.line, code, r.from)
		}
		gap := last.to < r.from
		change := events[r.from]
		if !gap && len(change) == 0 {
			return nil, fmt.Errorf("areas.csv, line %d: code %s changes on %s, but changes.csv has no row for it", r.line, code, r.from)
		}
		if gap || !livesOn(last.name, r.name, code, change) {
			spans = append(spans, span{code: code, from: r.from, to: r.to, rows: []areaRow{r}})
			continue
		}
		current := &spans[len(spans)-1]
		current.to = r.to
		current.rows = append(current.rows, r)
	}
	// a division ends an identity even where the row of areas.csv goes on
	spans = cutAtDivisions(spans, events)
	taken := map[ID]bool{}
	for i := range spans {
		id := ID(code + "." + spans[i].from[:4])
		if taken[id] {
			id = ID(code + "." + spans[i].from[:7])
		}
		if taken[id] {
			id = ID(code + "." + spans[i].from)
		}
		taken[id] = true
		spans[i].id = id
	}
	return spans, nil
}

func cutAtDivisions(spans []span, events map[string][]changeRow) []span {
	days := make([]string, 0, len(events))
	for day := range events {
		days = append(days, day)
	}
	sort.Strings(days)
	var cut []span
	for _, s := range spans {
		for _, day := range days {
			if day <= s.from || (s.to != "" && day >= s.to) {
				continue
			}
			if livesOn(s.rows[0].name, s.rows[0].name, s.code, events[day]) {
				continue
			}
			before, after := s, s
			before.to, after.from = day, day
			before.rows, after.rows = cutRows(s.rows, day)
			cut = append(cut, before)
			s = after
		}
		cut = append(cut, s)
	}
	return cut
}

func cutRows(rows []areaRow, day string) (before, after []areaRow) {
	for _, r := range rows {
		head, tail := r, r
		if r.from < day {
			head.to = minEnd(r.to, day)
			before = append(before, head)
		}
		if r.to == "" || r.to > day {
			if tail.from < day {
				tail.from = day
			}
			after = append(after, tail)
		}
	}
	return before, after
}

// livesOn is the rule: does the identity of the code go on over the event?
func livesOn(nameBefore, nameAfter, code string, rows []changeRow) bool {
	if len(rows) == 0 {
		return true // untouched, or grew by what others gave
	}
	if len(rows) > 1 || rows[0].to != code {
		return false
	}
	switch rows[0].kind {
	case "retype", "rename", "reparent":
		return true
	case "split", "abolish":
		return false
	}
	whole := !rows[0].share.Known || rows[0].share.Value == 1
	return whole && nameBefore == nameAfter
}

// on finds the identity that bears the code on the day.
func (all *identities) on(code, day string) (span, bool) {
	for _, s := range all.byCode[code] {
		if s.from <= day && (s.to == "" || day < s.to) {
			return s, true
		}
	}
	return span{}, false
}

// justBefore finds the identity that bore the code at the end of the day
// before.
func (all *identities) justBefore(code, day string) (span, bool) {
	for _, s := range all.byCode[code] {
		if s.from < day && (s.to == "" || day <= s.to) {
			return s, true
		}
	}
	return span{}, false
}

// versions gives the rows as versions, the parents' codes replaced by their
// identities; a row is cut where the identity behind its parent's code changes.
func (all *identities) versions() ([]Version, error) {
	var out []Version
	for _, spans := range all.byCode {
		for _, s := range spans {
			for _, r := range s.rows {
				vs, err := all.rowVersions(s.id, r)
				if err != nil {
					return nil, err
				}
				out = append(out, vs...)
			}
		}
	}
	return out, nil
}

func (all *identities) rowVersions(id ID, r areaRow) ([]Version, error) {
	v := Version{
		Area: id, From: r.from, To: r.to, Level: r.level, Code: r.code, Type: r.typ,
		Name: r.name, FullName: r.fullName, Urban: r.urban,
	}
	if r.parent == "" {
		return []Version{v}, nil
	}
	var out []Version
	day := r.from
	for {
		p, ok := all.on(r.parent, day)
		if !ok {
			return nil, fmt.Errorf("areas.csv, line %d: parent %s of %s is not valid on %s", r.line, r.parent, r.code, day)
		}
		one := v
		one.From, one.To, one.Parent = day, minEnd(r.to, p.to), p.id
		out = append(out, one)
		if one.To == r.to {
			return out, nil
		}
		day = one.To
	}
}
