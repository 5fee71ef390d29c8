package area

import (
	"giamngheo/internal/fault"
	"giamngheo/internal/text"
)

// MoveVillage gives a new tree in which the village lies in the commune from
// the day on: how an office records to which part of a divided commune it went.
// What came before stays; what was recorded or derived for later days is
// replaced. The rows to store are History(village) of the new tree.
func (t *Tree) MoveVillage(id, commune ID, from string) (*Tree, error) {
	now, ok := t.On(id, from)
	if !ok || !t.follows(now.Level) {
		return nil, t.notOn(id, from)
	}
	last, _ := t.Last(id)
	var list []Version
	for _, v := range t.versions[id] {
		if v.From < from {
			v.To = minEnd(v.To, from)
			list = append(list, v)
		}
	}
	now.From, now.To, now.Parent = from, last.To, commune
	return t.WithVillages(append(list, now))
}

// noParent is the refusal of an area in a time when what it should lie in did
// not exist.
func (t *Tree) noParent(v Version, parent ID, day string) error {
	name, since := string(parent), ""
	if list := t.versions[parent]; len(list) > 0 {
		name, since = list[0].FullName, list[0].From
	}
	return fault.New(fault.Invalid, "area_parent_missing",
		text.T("area.parent_missing", "area", v.FullName, "parent", name, "day", ShowDay(day), "since", ShowDay(since)))
}
