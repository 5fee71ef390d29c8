package exchange

import (
	"strconv"
	"strings"

	"giamngheo/internal/area"
	"giamngheo/internal/fault"
	"giamngheo/internal/sheet"
	"giamngheo/internal/text"
)

func itoa(n int) string { return strconv.Itoa(n) }

// placeFields are the columns that say where a household lives.
var placeFields = []string{"province", "district", "commune_code", "commune", "village_code", "village"}

// places finds villages by what a file says, within the writer's scope. A
// village outside it and one that does not exist are refused in the same words.
type places struct {
	tree    *area.Tree
	scope   area.Scope
	root    area.Version // --area, or what the whole file lies in
	days    []string     // the round's boundaries, then today
	today   string
	finders []*area.Finder
	found   map[placeWords]placeResult
}

type placeWords [6]string

type placeResult struct {
	village area.ID
	err     error
}

// newPlaces begins a file. code restricts it to an area; "" means the scope.
func newPlaces(tree *area.Tree, scope area.Scope, code, boundaryDay, today string) (*places, error) {
	p := &places{tree: tree, scope: scope, days: []string{boundaryDay, today}, today: today, found: map[placeWords]placeResult{}}
	if boundaryDay == today {
		p.days = p.days[:1]
	}
	var err error
	if p.root, err = rootOf(tree, scope, code, p.days); err != nil {
		return nil, err
	}
	for i, day := range p.days {
		if _, ok := tree.On(p.root.Area, day); ok {
			p.finders = append(p.finders, tree.Finder(p.root.Area, day))
			p.days[len(p.finders)-1] = p.days[i]
		}
	}
	p.days = p.days[:len(p.finders)]
	return p, nil
}

// rootOf gives the area that a code names on one of the days, or that a scope
// with one post lies in, or the province.
func rootOf(tree *area.Tree, scope area.Scope, code string, days []string) (area.Version, error) {
	if code != "" {
		var err error
		for _, day := range days {
			v, e := tree.FindCode(code, day)
			if e == nil {
				return v, nil
			}
			if err == nil {
				err = e
			}
		}
		return area.Version{}, err
	}
	for _, day := range days {
		if len(scope.Grants) == 1 {
			if v, ok := tree.On(scope.Grants[0].Root, day); ok {
				return v, nil
			}
		}
		if roots := tree.Roots(day); len(roots) > 0 {
			return roots[0], nil
		}
	}
	return area.Version{}, tree.NothingOn(days[0])
}

// place reads where the household of a line lives; "" where no column says.
func (h *householdReader) place(r *row, line *sheet.Row) area.ID {
	if !h.anyPlaceColumn && h.places.root.Level != area.Village {
		return ""
	}
	var w placeWords
	for i, field := range placeFields {
		if col, ok := h.col[field]; ok {
			w[i] = line.Merged(col).Clean()
		}
	}
	id, err := h.places.find(w)
	if err == nil {
		return id
	}
	field := "village"
	for _, f := range []string{"village_code", "commune", "commune_code"} {
		if h.header.Column(field) < 0 {
			field = f
		}
	}
	code, message, ok := messageOf(err)
	if !ok {
		code, message = "unknown_village", err.Error()
	}
	h.refuse(r, field, code, message)
	return ""
}

func (p *places) find(w placeWords) (area.ID, error) {
	if r, ok := p.found[w]; ok {
		return r.village, r.err
	}
	id, err := p.look(w)
	if err == nil && id != "" && !p.scope.Covers(p.tree, id, p.today) {
		err = p.unknown(w)
	}
	p.found[w] = placeResult{id, err}
	return id, err
}

func (p *places) look(w placeWords) (area.ID, error) {
	province, district, communeCode, commune, villageCode, village := w[0], w[1], w[2], w[3], w[4], w[5]
	if p.root.Level == area.Village && village == "" && villageCode == "" {
		return p.root.Area, nil
	}
	if village == "" && villageCode == "" {
		if strings.Join(w[:], "") == "" {
			return "", nil
		}
		return "", fault.New(fault.Invalid, "unknown_village", text.T("import.village_missing"))
	}
	var first error
	for i, finder := range p.finders {
		id, err := p.onDay(finder, p.days[i], area.Names{Province: province, District: district, Commune: commune, Village: village}, communeCode, villageCode)
		if err == nil {
			return id, nil
		}
		if first == nil || fault.Of(first) != fault.Invalid {
			first = err
		}
	}
	if code, _, ok := messageOf(first); ok && code == "name_ambiguous" {
		return "", first
	}
	return "", p.unknown(w)
}

// onDay looks by code where there is one, else by name.
func (p *places) onDay(finder *area.Finder, day string, n area.Names, communeCode, villageCode string) (area.ID, error) {
	in := p.root
	if communeCode != "" {
		v, ok := p.tree.Code(communeCode, day)
		if !ok || !p.tree.Covers(p.root.Area, v.Area, day) && !p.tree.Covers(v.Area, p.root.Area, day) {
			return "", p.unknown(placeWords{})
		}
		if p.tree.Covers(p.root.Area, v.Area, day) {
			in = v
		}
	}
	if villageCode != "" {
		var found []area.Version
		for _, v := range p.tree.OfLevel(in.Area, day, area.Village) {
			if v.Code == villageCode {
				found = append(found, v)
			}
		}
		if len(found) == 1 {
			return found[0].Area, nil
		}
		if len(found) == 0 || n.Village == "" {
			return "", p.unknown(placeWords{})
		}
	}
	if in.Area != p.root.Area {
		v, err := p.tree.Find(in.Area, area.Names{Village: n.Village}, day)
		if err != nil || v.Level != area.Village {
			return "", orUnknown(err, p)
		}
		return v.Area, nil
	}
	v, err := finder.Find(n)
	if err != nil || v.Level != area.Village {
		return "", orUnknown(err, p)
	}
	return v.Area, nil
}

func orUnknown(err error, p *places) error {
	if err != nil {
		return err
	}
	return p.unknown(placeWords{})
}

// unknown is the refusal of a village that is not there, or not the writer's.
func (p *places) unknown(w placeWords) error {
	var words []string
	for _, i := range []int{5, 4, 3, 2, 1, 0} {
		if w[i] != "" {
			words = append(words, w[i])
		}
	}
	return fault.New(fault.Invalid, "unknown_village", text.T("import.unknown_village", "place", strings.Join(words, ", "), "area", p.root.FullName))
}
