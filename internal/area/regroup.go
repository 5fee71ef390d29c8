package area

import (
	"sort"

	"giamngheo/internal/fault"
	"giamngheo/internal/text"
)

// Regrouping puts figures of the day From on the boundaries of the day On: for
// every village and commune the units directly under Root in which it lies
// then. It is made once and read for each household.
type Regrouping struct {
	Root     Version
	From, On string
	Units    []Version // the rows of the table, by code
	byArea   map[ID][]Piece
}

// Piece is the part of an area's people that counts in one unit. The shares of
// an area's pieces sum to 1.
type Piece struct {
	Unit      int // index into Units, or one of the two below
	Share     float64
	Estimated bool // the area is spread over several units: by shares, no count
}

// Where a piece goes that counts in no unit.
const (
	Outside = -1 // in another part of the province
	Nowhere = -2 // no source says where; or in Root itself, but no unit of it is known
)

// Regroup works out the regrouping on the units directly under root on the
// day on, or on those of the level where one is given. A village that exists on
// that day decides for its households; for others their commune does: exact
// where it lies whole in one unit, else by shares, marked as estimated. The
// root must exist on the day.
func (t *Tree) Regroup(root ID, level Level, from, on string) (*Regrouping, error) {
	top, ok := t.On(root, on)
	if !ok {
		return nil, t.notOn(root, on)
	}
	r := &Regrouping{Root: top, From: from, On: on, byArea: map[ID][]Piece{}}
	if level == "" {
		for _, v := range t.Children(root, on) {
			if !v.Unplaced {
				r.Units = append(r.Units, v)
			}
		}
	} else {
		for _, v := range t.OfLevel(root, on, level) {
			if !v.Unplaced {
				r.Units = append(r.Units, v)
			}
		}
	}
	if len(r.Units) == 0 {
		r.Units = []Version{top} // nothing below: the root is its own row
	}
	g := &grouper{tree: t, regrouping: r, unit: map[ID]int{}, origins: map[Level]map[ID][]Part{}}
	for i, v := range r.Units {
		g.unit[v.Area] = i
	}
	for id := range t.versions {
		if pieces := g.pieces(id); len(pieces) > 0 {
			r.byArea[id] = pieces
		}
	}
	return r, nil
}

// Of are the pieces of a village, or where it does not decide and nothing is
// known of it those of the commune in which it was counted.
func (r *Regrouping) Of(village, commune ID) []Piece {
	if pieces, ok := r.byArea[village]; ok {
		return pieces
	}
	if pieces, ok := r.byArea[commune]; ok {
		return pieces
	}
	return []Piece{{Unit: Nowhere, Share: 1}}
}

// Estimated says whether any figure of the unit rests on shares.
func (r *Regrouping) Estimated(unit int) bool {
	for _, pieces := range r.byArea {
		for _, p := range pieces {
			if p.Unit == unit && p.Estimated && p.Share > 0 {
				return true
			}
		}
	}
	return false
}

func (t *Tree) notOn(id ID, day string) error {
	last, ok := t.Last(id)
	if !ok {
		return fault.New(fault.NotFound, "area_not_found", text.T("area.not_found"))
	}
	if message := t.Became(id, day); message != "" {
		return fault.New(fault.NotFound, "area_ended", message)
	}
	return fault.New(fault.NotFound, "area_not_begun",
		text.T("area.not_begun", "area", last.FullName, "day", ShowDay(t.versions[id][0].From)))
}

type grouper struct {
	tree       *Tree
	regrouping *Regrouping
	unit       map[ID]int
	origins    map[Level]map[ID][]Part
}

func (g *grouper) pieces(id ID) []Piece {
	t, r := g.tree, g.regrouping
	if v, ok := t.On(id, r.On); ok && t.follows(v.Level) && !v.Unplaced {
		return []Piece{{Unit: g.place(v), Share: 1}}
	}
	v, ok := t.On(id, r.From)
	if !ok {
		return nil
	}
	if t.follows(v.Level) {
		if v.Unplaced {
			return []Piece{{Unit: Nowhere, Share: 1}}
		}
		return g.pieces(v.Parent)
	}
	var parts []Part
	if r.On >= r.From {
		parts = t.Successors(id, r.From, r.On)
	} else {
		if g.origins[v.Level] == nil {
			g.origins[v.Level] = t.originsOn(r.On, r.From, v.Level)
		}
		parts = g.origins[v.Level][id]
	}
	if len(parts) == 0 {
		return []Piece{{Unit: Nowhere, Share: 1}}
	}
	return g.united(parts)
}

// united adds up the parts by unit. One unit in the end is exact.
func (g *grouper) united(parts []Part) []Piece {
	shares := map[int]float64{}
	sum, blind := 0.0, false
	estimated := false
	for _, p := range parts {
		estimated = estimated || p.Estimated
		v, _ := g.tree.On(p.Area, g.regrouping.On)
		unit := g.place(v)
		if !p.People.Known {
			blind = true
			shares[unit] += 0
			continue
		}
		if p.People.Value > 0 {
			shares[unit] += p.People.Value
			sum += p.People.Value
		}
	}
	if len(shares) == 1 {
		for unit := range shares {
			return []Piece{{Unit: unit, Share: 1, Estimated: estimated && len(parts) == 1}}
		}
	}
	var pieces []Piece
	for unit, share := range shares {
		if share == 0 {
			continue
		}
		if !blind && sum > 0 {
			share /= sum // the tables round to three decimals
		}
		pieces = append(pieces, Piece{unit, share, true})
	}
	if rest := 1 - sum; blind && rest > 0 {
		pieces = append(pieces, Piece{Nowhere, rest, true})
	}
	sort.Slice(pieces, func(i, j int) bool { return pieces[i].Unit < pieces[j].Unit })
	return pieces
}

// place is the unit in which the area lies, or Outside; Nowhere if it is above
// the units.
func (g *grouper) place(v Version) int {
	t, on := g.tree, g.regrouping.On
	for at, ok := v, true; ok; at, ok = t.On(at.Parent, on) {
		if unit, is := g.unit[at.Area]; is {
			return unit
		}
	}
	if v.Within(g.regrouping.Root.Path) || (v.Path != "" && hasPrefix(g.regrouping.Root.Path, v.Path)) {
		return Nowhere
	}
	return Outside
}

func hasPrefix(path, prefix string) bool { return Version{Path: path}.Within(prefix) }
