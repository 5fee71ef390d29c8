package area

import (
	"fmt"
	"sort"
)

// Event is one row of the lineage: on the day the unit From (as it was the day
// before) went, whole or in part, into To. An abolished unit has no To.
type Event struct {
	Day        string
	Kind       string // merge, split, reparent, retype, rename, abolish
	From, To   ID
	Land       Share // part of From's area that went to To
	People     Share // part of its people, only where a source says
	Source     string
	Confidence string // high, medium, low
	Note       string
}

// Part is where a part of an area lies on another day. Land and People are
// parts of the area asked for. People is what sources say of the people, else
// the part of the land; it is unknown where neither is known. Estimated means
// that the area is spread over several units and People is no count.
type Part struct {
	Area      ID
	Land      Share
	People    Share
	Estimated bool
}

type lineage struct {
	after  map[ID][]Event // by From, in order of time
	before map[ID][]Event // by To
	direct []direct
}

// direct is a crosswalk between two days in one step.
type direct struct {
	from, to string
	parts    map[ID][]Event
}

func (l *lineage) add(t *table, ids *identities) error {
	l.after, l.before = map[ID][]Event{}, map[ID][]Event{}
	for _, c := range t.changes {
		from, ok := ids.justBefore(c.from, c.day)
		if !ok {
			return fmt.Errorf("changes.csv, line %d: %s is not valid before %s", c.line, c.from, c.day)
		}
		e := event(c, from.id)
		if c.to != "" {
			to, ok := ids.on(c.to, c.day)
			if !ok {
				return fmt.Errorf("changes.csv, line %d: %s is not valid on %s", c.line, c.to, c.day)
			}
			e.To = to.id
			l.before[e.To] = append(l.before[e.To], e)
		}
		l.after[e.From] = append(l.after[e.From], e)
	}
	for _, list := range l.after {
		sort.SliceStable(list, func(i, j int) bool { return list[i].Day < list[j].Day })
	}
	for _, list := range l.before {
		sort.SliceStable(list, func(i, j int) bool { return list[i].Day < list[j].Day })
	}
	for _, c := range t.crosswalks {
		d := direct{c.from, c.to, map[ID][]Event{}}
		for code, rows := range c.parts {
			from, ok := ids.on(code, c.from)
			if !ok {
				return fmt.Errorf("crosswalk, line %d: %s is not valid on %s", rows[0].line, code, c.from)
			}
			for _, row := range rows {
				to, ok := ids.on(row.to, c.to)
				if !ok {
					return fmt.Errorf("crosswalk, line %d: %s is not valid on %s", row.line, row.to, c.to)
				}
				e := event(row, from.id)
				e.To = to.id
				d.parts[from.id] = append(d.parts[from.id], e)
			}
		}
		l.direct = append(l.direct, d)
	}
	return nil
}

func event(c changeRow, from ID) Event {
	return Event{
		Day: c.day, Kind: c.kind, From: from, Land: c.share, People: c.people,
		Source: c.source, Confidence: c.confidence, Note: c.note,
	}
}

// After is every event of the area's own life and end, in order of time.
func (t *Tree) After(id ID) []Event { return t.after[id] }

// Before is every event that made or enlarged the area.
func (t *Tree) Before(id ID) []Event { return t.before[id] }

// going is the rows by which the area ended on the day, with the people's
// shares worked out: a source's figure first; what the sources leave goes by
// land to the parts they do not name; unknown where that is not known either.
func (l *lineage) going(id ID, day string) []Part {
	var rows []Event
	for _, e := range l.after[id] {
		if e.Day == day && e.To != "" {
			rows = append(rows, e)
		}
	}
	return partsOf(rows)
}

func partsOf(rows []Event) []Part {
	parts := make([]Part, len(rows))
	left, land, blind := 1.0, 0.0, false
	for i, e := range rows {
		parts[i] = Part{Area: e.To, Land: e.Land, People: e.People, Estimated: len(rows) > 1}
		switch {
		case e.People.Known:
			left -= e.People.Value
		case e.Land.Known:
			land += e.Land.Value
		default:
			blind = true
		}
	}
	if len(rows) == 1 && !rows[0].Land.Known {
		parts[0].Land, parts[0].People = known(1), known(1)
		return parts
	}
	if left < roundingOfShares {
		left = 0
	}
	for i, e := range rows {
		switch {
		case e.People.Known:
		case left == 0:
			parts[i].People = known(0)
		case blind || land == 0:
			parts[i].People = Share{}
		default:
			parts[i].People = known(left * e.Land.Value / land)
		}
	}
	return parts
}

// roundingOfShares: the tables give three decimals, so a sum of a few may miss
// 1 by this.
const roundingOfShares = 0.002

// wholeTo is the one unit to which all people of the area went when it ended
// on the day, or "".
func (l *lineage) wholeTo(id ID, day string) ID {
	var to ID
	for _, p := range l.going(id, day) {
		if p.People.Known && p.People.Value == 0 {
			continue
		}
		if to != "" || !p.People.Known {
			return ""
		}
		to = p.Area
	}
	return to
}

// Successors says where the area, as it was on the day from, lies on the later
// day to, largest part first. It is the area itself if it still exists; none if
// it does not exist on from, or was abolished (its children went on).
func (t *Tree) Successors(id ID, from, to string) []Part {
	v, ok := t.On(id, from)
	if !ok || to < from {
		return nil
	}
	if t.follows(v.Level) {
		if _, ok := t.On(id, to); ok {
			return []Part{{Area: id, Land: known(1), People: known(1)}}
		}
		return nil
	}
	parts := t.chain(id, to)
	if len(parts) > 1 || (len(parts) == 1 && parts[0].Estimated) {
		if d, ok := t.directFor(id, from, to); ok {
			parts = t.onward(withoutPeople(partsOf(d.parts[id]), t.chain(id, d.to)), to)
			if len(parts) == 1 { // the dropped rest is below the error, but it is there
				parts[0].Estimated = true
			}
		}
	}
	sort.SliceStable(parts, func(i, j int) bool {
		if parts[i].People.Value != parts[j].People.Value {
			return parts[i].People.Value > parts[j].People.Value
		}
		return parts[i].Area < parts[j].Area
	})
	return parts
}

// withoutPeople takes over what only the chain knows: that a part of the land
// went without any people. They are in the other parts then.
func withoutPeople(parts, chained []Part) []Part {
	empty := map[ID]bool{}
	for _, c := range chained {
		empty[c.Area] = c.People.Known && c.People.Value == 0
	}
	sum := 0.0
	for i, p := range parts {
		if empty[p.Area] {
			parts[i].People = known(0)
		}
		if !parts[i].People.Known {
			return parts
		}
		sum += parts[i].People.Value
	}
	for i, p := range parts {
		if sum > 0 {
			parts[i].People = known(p.People.Value / sum)
		}
	}
	return parts
}

// directFor finds a crosswalk in one step that fits: the land of the area is
// still that of the crosswalk's first day.
func (t *Tree) directFor(id ID, from, to string) (direct, bool) {
	for _, d := range t.direct {
		if from < d.from || from >= d.to || to < d.to || len(d.parts[id]) == 0 {
			continue
		}
		grown := false
		for _, e := range t.before[id] {
			grown = grown || (e.From != id && e.Day > d.from && e.Day <= from)
		}
		if !grown {
			return d, true
		}
	}
	return direct{}, false
}

// chain follows the events one after the other.
func (t *Tree) chain(id ID, to string) []Part {
	return t.onward([]Part{{Area: id, Land: known(1), People: known(1)}}, to)
}

// onward follows each part until it exists on the day, and adds up the parts
// that meet in one unit.
func (t *Tree) onward(parts []Part, to string) []Part {
	sum := map[ID]Part{}
	var order []ID
	var walk func(Part)
	walk = func(p Part) {
		end := t.end(p.Area)
		if end == "" || end > to {
			old, met := sum[p.Area]
			if !met {
				order = append(order, p.Area)
				sum[p.Area] = p
				return
			}
			sum[p.Area] = Part{p.Area, plus(old.Land, p.Land), plus(old.People, p.People), old.Estimated || p.Estimated}
			return
		}
		for _, next := range t.going(p.Area, end) {
			next.Land, next.People = times(p.Land, next.Land), times(p.People, next.People)
			next.Estimated = next.Estimated || p.Estimated
			walk(next)
		}
	}
	for _, p := range parts {
		walk(p)
	}
	out := make([]Part, len(order))
	for i, id := range order {
		out[i] = sum[id]
	}
	if len(out) == 1 && len(parts) == 1 {
		// divided and united again: no estimate is left in it
		out[0].Estimated = false
		out[0].Land, out[0].People = known(1), known(1)
	}
	return out
}

func plus(a, b Share) Share {
	if !a.Known || !b.Known {
		return Share{}
	}
	return known(a.Value + b.Value)
}

func times(a, b Share) Share {
	if (a.Known && a.Value == 0) || (b.Known && b.Value == 0) {
		return known(0)
	}
	if !a.Known || !b.Known {
		return Share{}
	}
	return known(a.Value * b.Value)
}

// Predecessors says from which areas of the earlier day the area of the day
// from was made: Land and People are parts of the area as it is now, weighted
// by the areas in km² of points.csv. A single origin is exact; several are
// estimated, and unknown where a weight is.
func (t *Tree) Predecessors(id ID, from, earlier string) []Part {
	v, ok := t.On(id, from)
	if !ok || from < earlier {
		return nil
	}
	return t.originsOn(earlier, from, v.Level)[id]
}

// originsOn turns the successors of all areas of the level around.
func (t *Tree) originsOn(earlier, day string, level Level) map[ID][]Part {
	land := t.landOn(earlier)
	origins := map[ID][]Part{}
	for id := range t.versions {
		v, ok := t.On(id, earlier)
		if !ok || v.Level != level {
			continue
		}
		km := Share{}
		if a, ok := land[id]; ok {
			km = known(a)
		}
		for _, part := range t.Successors(id, earlier, day) {
			if part.People.Known && part.People.Value == 0 && part.Land.Known && part.Land.Value == 0 {
				continue
			}
			origins[part.Area] = append(origins[part.Area], Part{
				Area: id, Land: times(km, part.Land), People: times(km, part.People),
			})
		}
	}
	for id, list := range origins {
		sort.Slice(list, func(i, j int) bool { return list[i].Area < list[j].Area })
		origins[id] = asShares(list)
	}
	return origins
}

// asShares turns amounts into parts of their sum.
func asShares(list []Part) []Part {
	if len(list) == 1 {
		return []Part{{Area: list[0].Area, Land: known(1), People: known(1)}}
	}
	land, people := known(0), known(0)
	for _, p := range list {
		land, people = plus(land, p.Land), plus(people, p.People)
	}
	for i, p := range list {
		list[i] = Part{p.Area, over(p.Land, land), over(p.People, people), true}
	}
	return list
}

func over(a, sum Share) Share {
	if !a.Known || !sum.Known || sum.Value == 0 {
		return Share{}
	}
	return known(a.Value / sum.Value)
}
