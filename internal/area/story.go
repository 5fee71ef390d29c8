package area

import (
	"sort"
	"strings"

	"giamngheo/internal/text"
)

// Story is every event that led to the area as it was on the day, and every
// event that came of it afterwards, each in order of time.
func (t *Tree) Story(id ID, day string) (before, after []Event) {
	seen := map[Event]bool{}
	var back func(ID, string)
	back = func(id ID, until string) {
		for _, e := range t.before[id] {
			if e.Day > until || seen[e] {
				continue
			}
			seen[e] = true
			before = append(before, e)
			back(e.From, DayBefore(e.Day))
		}
	}
	var on func(ID, string)
	on = func(id ID, since string) {
		for _, e := range t.after[id] {
			if e.Day <= since || seen[e] {
				continue
			}
			seen[e] = true
			after = append(after, e)
			if e.To != "" {
				on(e.To, e.Day)
			}
		}
	}
	back(id, day)
	on(id, day)
	inTime := func(list []Event) {
		sort.SliceStable(list, func(i, j int) bool {
			a, b := list[i], list[j]
			if a.Day != b.Day {
				return a.Day < b.Day
			}
			if a.From != b.From {
				return a.From < b.From
			}
			return a.To < b.To
		})
	}
	inTime(before)
	inTime(after)
	return before, after
}

// Became says in a sentence when the area ended and what became of it, by the
// names valid on the day.
func (t *Tree) Became(id ID, day string) string {
	last, ok := t.Last(id)
	if !ok || last.To == "" || last.To > day {
		return ""
	}
	into := t.Heirs(id, day)
	names := make([]string, 0, len(into))
	for _, h := range into {
		if v, ok := t.On(h, day); ok {
			names = append(names, v.FullName+" ("+v.Code+")")
		}
	}
	if len(names) == 0 {
		return text.T("area.ended", "area", last.FullName, "day", ShowDay(last.To))
	}
	return text.T("area.became", "area", last.FullName, "day", ShowDay(last.To), "on", ShowDay(day), "into", strings.Join(names, ", "))
}

// Heirs are the areas of the day in which the territory of an ended area lies.
// An abolished district lives on in the units its communes went into.
func (t *Tree) Heirs(id ID, day string) []ID {
	seen := map[ID]bool{}
	var heirs []ID
	var walk func(ID)
	walk = func(id ID) {
		if seen[id] {
			return
		}
		seen[id] = true
		last, ok := t.Last(id)
		if !ok || t.follows(last.Level) {
			return
		}
		if last.To == "" || last.To > day {
			heirs = append(heirs, id)
			return
		}
		next := t.going(id, last.To)
		if children := t.unitsUnder(id, DayBefore(last.To)); len(children) > 0 && !t.allOn(next, day) {
			// what it joined is gone as well: its own children tell where it lies
			for _, child := range children {
				walk(child)
			}
			return
		}
		for _, p := range next {
			walk(p.Area)
		}
	}
	walk(id)
	sort.Slice(heirs, func(i, j int) bool { return heirs[i] < heirs[j] })
	return heirs
}

func (t *Tree) allOn(parts []Part, day string) bool {
	for _, p := range parts {
		if _, ok := t.On(p.Area, day); !ok {
			return false
		}
	}
	return len(parts) > 0
}

// unitsUnder are the children that have a lineage of their own.
func (t *Tree) unitsUnder(id ID, day string) []ID {
	var ids []ID
	for _, v := range t.Children(id, day) {
		if !t.follows(v.Level) {
			ids = append(ids, v.Area)
		}
	}
	return ids
}
