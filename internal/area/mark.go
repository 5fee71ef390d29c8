package area

import (
	"fmt"
	"slices"
	"sort"
)

// Answer is yes, no or unknown; the zero Answer is unknown.
type Answer int

// The answers.
const (
	Unknown Answer = iota
	No
	Yes
)

func answer(s string) Answer {
	switch s {
	case "true":
		return Yes
	case "false":
		return No
	}
	return Unknown
}

// The marks of law/areas/areas.yaml.
const (
	MarkPoorDistrict       = "poor_district"       // a poor district of Resolution 30a, or a commune in one
	MarkMountain           = "mountain"            // a mountain district, or a commune in one; mountain communes of other districts are not known
	MarkCoastal            = "coastal"             // communes by geometry, not by a legal list
	MarkExtremelyDifficult = "extremely_difficult" // a commune or village on the list in force; no list is at hand
	MarkCoastalPoor        = "coastal_poor"        // a poor commune of the coast and islands; no list is at hand
)

// MarkPeriod is one entry of a list: the area has, or has not, the mark in the
// period.
type MarkPeriod struct {
	Area      ID
	Mark      string
	From, To  string
	Value     Answer
	Confirmed bool
	Derived   bool // all units it was made from had the same value
	Source    string
}

func (t *Tree) addMarks(raw *table, ids *identities) error {
	rule := raw.rules.Marks
	t.marks = map[ID][]MarkPeriod{}
	for _, row := range raw.marks {
		s, ok := ids.on(row.code, rule.From)
		if !ok {
			return fmt.Errorf("%s: %s is not valid on %s", rule.File, row.code, rule.From)
		}
		for _, c := range rule.Columns {
			value := answer(row.values[c.Mark])
			if value == Unknown || (slices.Contains(rule.OfDistrict, c.Mark) && row.level != District) {
				continue
			}
			t.marks[s.id] = append(t.marks[s.id], MarkPeriod{
				Area: s.id, Mark: c.Mark, From: rule.From, Value: value, Source: row.source,
				Confirmed: c.Confirmed && !slices.Contains(c.Unconfirmed, row.level),
			})
		}
	}
	for _, l := range rule.Later {
		s, ok := ids.on(l.Code, l.From)
		if !ok {
			return fmt.Errorf("areas.yaml: later marks: %s is not valid on %s", l.Code, l.From)
		}
		t.addMark(MarkPeriod{Area: s.id, Mark: l.Mark, From: l.From, Value: answer(l.Value), Source: l.Source})
	}
	t.inheritMarks(ids)
	return nil
}

// inheritMarks gives the units made by mergers and divisions the marks on
// which all they were made from agree.
func (t *Tree) inheritMarks(ids *identities) {
	var born []span
	for _, spans := range ids.byCode {
		born = append(born, spans...)
	}
	sort.Slice(born, func(i, j int) bool {
		if born[i].from != born[j].from {
			return born[i].from < born[j].from
		}
		return born[i].id < born[j].id
	})
	for _, s := range born {
		for _, c := range t.rules.Marks.Columns {
			if p, ok := t.agreed(s, c.Mark); ok {
				t.marks[s.id] = append(t.marks[s.id], p)
			}
		}
	}
}

func (t *Tree) agreed(s span, mark string) (MarkPeriod, bool) {
	p := MarkPeriod{Area: s.id, Mark: mark, From: s.from, Confirmed: true, Derived: true}
	for _, e := range t.before[s.id] {
		if e.Day != s.from {
			continue
		}
		was, ok := t.period(e.From, mark, DayBefore(s.from))
		if !ok || was.Value == Unknown || (p.Value != Unknown && p.Value != was.Value) {
			return MarkPeriod{}, false
		}
		p.Value, p.Source = was.Value, was.Source
		p.Confirmed = p.Confirmed && was.Confirmed
	}
	return p, p.Value != Unknown
}

// addMark puts a period in force; what was known of the mark before ends where
// it begins.
func (t *Tree) addMark(p MarkPeriod) {
	list := slices.Clone(t.marks[p.Area])
	kept := list[:0]
	for _, old := range list {
		if old.Mark == p.Mark && (old.To == "" || old.To > p.From) && (p.To == "" || old.From < p.To) {
			if old.From >= p.From {
				continue
			}
			old.To = p.From
		}
		kept = append(kept, old)
	}
	t.marks[p.Area] = append(kept, p)
}

// WithMarks gives a new tree with the entries of a list that an installation
// holds; they go before what the tree held for the same area, mark and time.
func (t *Tree) WithMarks(periods []MarkPeriod) *Tree {
	next := *t
	next.marks = make(map[ID][]MarkPeriod, len(t.marks))
	for id, list := range t.marks {
		next.marks[id] = list
	}
	for _, p := range periods {
		next.addMark(p)
	}
	return &next
}

func (t *Tree) period(id ID, mark, day string) (MarkPeriod, bool) {
	for _, p := range t.marks[id] {
		if p.Mark == mark && p.From <= day && (p.To == "" || day < p.To) {
			return p, true
		}
	}
	return MarkPeriod{}, false
}

// Mark says what is known of a mark of the area on the day. A mark of
// districts holds for what lies in the district, and for nothing once there
// are no districts; a village has the marks of its commune, but for
// "extremely difficult", which villages are given on their own.
func (t *Tree) Mark(id ID, mark, day string) MarkPeriod {
	unknown := MarkPeriod{Area: id, Mark: mark}
	v, ok := t.On(id, day)
	if !ok {
		return unknown
	}
	if p, ok := t.period(id, mark, day); ok {
		return p
	}
	if slices.Contains(t.rules.Marks.OfDistrict, mark) {
		d, ok := t.Ancestor(id, day, District)
		if !ok && v.Level != Province {
			return MarkPeriod{Area: id, Mark: mark, From: v.From, Value: No, Derived: true, Confirmed: true}
		}
		if p, known := t.period(d.Area, mark, day); ok && known {
			return p
		}
		return unknown
	}
	if t.follows(v.Level) && mark != MarkExtremelyDifficult {
		return t.Mark(v.Parent, mark, day)
	}
	return unknown
}
