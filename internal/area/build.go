package area

import (
	"fmt"
	"sort"
)

// build works out the versions with their paths from the records: from the
// top down, a period is cut wherever the path above it changes.
func (t *Tree) build() error {
	t.versions = make(map[ID][]Version, len(t.records))
	t.children = map[ID][]ID{}
	t.byCode = map[string][]ID{}
	ids := make([]ID, 0, len(t.records))
	for id := range t.records {
		ids = append(ids, id)
	}
	sort.Slice(ids, func(i, j int) bool { return ids[i] < ids[j] })
	for _, id := range ids {
		if err := t.place(id); err != nil {
			return err
		}
	}
	t.lives = map[Level]Version{}
	for _, id := range ids {
		for _, v := range t.versions[id] {
			life, known := t.lives[v.Level]
			if !known || v.From < life.From {
				life.From = v.From
			}
			if !known || earlier(life.To, v.To) {
				life.To = v.To
			}
			t.lives[v.Level] = life
		}
		parents, codes := map[ID]bool{}, map[string]bool{}
		for _, v := range t.versions[id] {
			if !parents[v.Parent] {
				parents[v.Parent] = true
				t.children[v.Parent] = append(t.children[v.Parent], id)
			}
			if v.Code != "" && !codes[v.Code] {
				codes[v.Code] = true
				t.byCode[v.Code] = append(t.byCode[v.Code], id)
			}
		}
	}
	return nil
}

// place works out the versions of one area, its ancestors first.
func (t *Tree) place(id ID) error {
	if _, done := t.versions[id]; done {
		return nil
	}
	t.versions[id] = nil // an area above itself ends here instead of running on
	var placed []Version
	for _, r := range t.records[id] {
		r.Path, r.Derived, r.Unplaced = "", false, false
		pieces, err := t.placeRecord(r)
		if err != nil {
			return err
		}
		placed = append(placed, pieces...)
	}
	t.versions[id] = joinEqual(placed)
	return nil
}

// placeRecord cuts one record into periods of one path each.
func (t *Tree) placeRecord(r Version) ([]Version, error) {
	own := string(r.Area) + "/"
	if r.Parent == "" {
		r.Path = own
		return []Version{r}, nil
	}
	var pieces []Version
	day, parent := r.From, r.Parent
	derived := false
	for {
		if err := t.checkParent(r, parent); err != nil {
			return nil, err
		}
		end := day
		for _, p := range t.versions[parent] {
			if !p.Valid(end) || (r.To != "" && end >= r.To) {
				continue
			}
			piece := r
			piece.From, piece.To = end, minEnd(r.To, p.To)
			piece.Parent, piece.Path = parent, p.Path+own
			piece.Derived = derived
			if t.follows(r.Level) {
				piece.Urban = p.Urban
				piece.Unplaced = !t.isHome(p.Level)
			}
			pieces = append(pieces, piece)
			end = piece.To
			if end == "" {
				return pieces, nil
			}
		}
		if r.To != "" && end >= r.To {
			return pieces, nil
		}
		if end == day || !t.follows(r.Level) {
			return nil, t.noParent(r, parent, end)
		}
		day, parent, derived = end, t.afterEnd(parent, end), true
		if parent == "" {
			return pieces, nil
		}
	}
}

func (t *Tree) checkParent(r Version, parent ID) error {
	if _, ok := t.records[parent]; !ok {
		return fmt.Errorf("area: %s (%s) has the parent %q, which does not exist", r.Area, r.FullName, parent)
	}
	if err := t.place(parent); err != nil {
		return err
	}
	for _, p := range t.versions[parent] {
		if t.order[p.Level] >= t.order[r.Level] {
			return fmt.Errorf("area: %s is a %s under the %s %s", r.Area, r.Level, p.Level, parent)
		}
	}
	return nil
}

// isHome says whether areas that follow their parent live in this level: the
// one just above theirs. A village under anything else is not placed yet.
func (t *Tree) isHome(l Level) bool {
	for i, rule := range t.rules.Levels {
		if rule.FollowsParent {
			return i > 0 && t.rules.Levels[i-1].ID == l
		}
	}
	return true
}

// afterEnd is where the villages of an area go that ended on the day: to the
// one unit that took all its people, else (it was divided) up to the nearest
// ancestor that still exists, until somebody records where each went.
func (t *Tree) afterEnd(parent ID, day string) ID {
	if to := t.wholeTo(parent, day); to != "" {
		if _, ok := t.records[to]; ok {
			return to
		}
	}
	list := t.versions[parent]
	if len(list) == 0 {
		return ""
	}
	for up := list[len(list)-1].Parent; up != ""; {
		above := t.versions[up]
		for _, v := range above {
			if v.Valid(day) {
				return up
			}
		}
		if len(above) == 0 {
			return ""
		}
		up = above[len(above)-1].Parent
	}
	return ""
}

// joinEqual joins neighbours that differ in nothing but their days.
func joinEqual(list []Version) []Version {
	var out []Version
	for _, v := range list {
		if n := len(out); n > 0 {
			same := out[n-1]
			same.From, same.To = v.From, v.To
			if out[n-1].To == v.From && same == v {
				out[n-1].To = v.To
				continue
			}
		}
		out = append(out, v)
	}
	return out
}
