package area

import (
	"sort"
	"strings"

	"giamngheo/internal/fault"
	"giamngheo/internal/text"
	"giamngheo/internal/vn"
)

// Names is where somebody lives in the words of a spreadsheet; a level may be
// empty.
type Names struct {
	Province, District, Commune, Village string
}

// Find looks the names up, each level within the one above, below root, as the
// areas were on the day. A level that did not exist on the day (the district,
// once abolished) is passed over. The result is the area of the lowest level
// named. An unknown name and one that fits several areas are refused.
func (t *Tree) Find(root ID, n Names, day string) (Version, error) {
	at, ok := t.On(root, day)
	if !ok {
		return Version{}, t.notOn(root, day)
	}
	steps := []struct {
		level Level
		name  string
	}{{Province, n.Province}, {District, n.District}, {Commune, n.Commune}, {Village, n.Village}}
	for _, step := range steps {
		if strings.TrimSpace(step.name) == "" || !t.exists(step.level, day) {
			continue
		}
		if t.order[step.level] <= t.order[at.Level] {
			if err := t.sameArea(at, step.level, step.name, day); err != nil {
				return Version{}, err
			}
			continue
		}
		found := t.Lookup(at.Area, step.level, step.name, day)
		switch len(found) {
		case 1:
			at = found[0]
		case 0:
			return Version{}, fault.New(fault.Invalid, "area_name_unknown", text.T("area.name_unknown",
				"level", text.T("area.level."+string(step.level)), "name", step.name, "in", at.FullName, "day", ShowDay(day)))
		default:
			return Version{}, fault.New(fault.Invalid, "area_name_ambiguous", text.T("area.name_ambiguous",
				"name", step.name, "in", at.FullName, "candidates", t.describe(found, day)))
		}
	}
	return at, nil
}

// sameArea refuses a name of a level above the root that is not the root's own
// ancestor: the row belongs to another district or commune.
func (t *Tree) sameArea(at Version, level Level, name, day string) error {
	up, ok := t.Ancestor(at.Area, day, level)
	if !ok || t.asked(level, name).rank(up) < noMatch {
		return nil
	}
	return fault.New(fault.Invalid, "area_name_elsewhere", text.T("area.name_elsewhere", "name", name, "expected", up.FullName))
}

func (t *Tree) describe(list []Version, day string) string {
	var names []string
	for _, v := range list {
		name := v.FullName
		if v.Code != "" {
			name += " (" + v.Code + ")"
		}
		if p, ok := t.On(v.Parent, day); ok {
			name += ", " + p.FullName
		}
		names = append(names, name)
	}
	return strings.Join(names, "; ")
}

func (t *Tree) exists(level Level, day string) bool { return t.lives[level].Valid(day) }

// Finder is Find for the many rows of one file: it remembers what it found.
// It serves one goroutine.
type Finder struct {
	tree  *Tree
	root  ID
	day   string
	found map[Names]findResult
}

type findResult struct {
	version Version
	err     error
}

// Finder begins a file whose rows lie below root as the areas were on the day.
func (t *Tree) Finder(root ID, day string) *Finder {
	return &Finder{t, root, day, map[Names]findResult{}}
}

// Find is Tree.Find.
func (f *Finder) Find(n Names) (Version, error) {
	r, ok := f.found[n]
	if !ok {
		r.version, r.err = f.tree.Find(f.root, n, f.day)
		f.found[n] = r
	}
	return r.version, r.err
}

// Lookup gives the areas of the level in the parent whose name fits best: with
// or without "xã", "phường", "TT." before it, with or without diacritics and
// capitals, "Thôn 01" as "Thôn 1". One with the right type goes before one
// with another type, one with the right diacritics before one without.
func (t *Tree) Lookup(parent ID, level Level, name, day string) []Version {
	best := noMatch
	var found []Version
	asked := t.asked(level, name)
	for _, v := range t.OfLevel(parent, day, level) {
		rank := asked.rank(v)
		if rank > best || rank == noMatch {
			continue
		}
		if rank < best {
			best, found = rank, nil
		}
		found = append(found, v)
	}
	sort.Slice(found, func(i, j int) bool { return found[i].Path < found[j].Path })
	return found
}

// How well a name fits, the best first; a name that fits only without its
// diacritics has one more.
const (
	fitsFull   = 0 // type and name
	fitsBare   = 2 // the name, no type given
	fitsRetype = 4 // the name, another type given: it was a commune and is a township now
	noMatch    = 6
)

// askedName is a name as somebody wrote it, taken apart once for many areas.
type askedName struct {
	letters string // NFC, lower case
	plain   string
	typed   []typedName
}

// typedName is the name without the word for one type before it.
type typedName struct{ typ, rest string }

func (t *Tree) asked(level Level, name string) askedName {
	a := askedName{letters: letters(name), plain: plain(name)}
	for _, rule := range t.rules.Types {
		if rule.Level != level {
			continue
		}
		for _, word := range append([]string{rule.Word}, rule.Short...) {
			if rest, ok := strings.CutPrefix(a.plain, plain(word)+" "); ok {
				a.typed = append(a.typed, typedName{rule.ID, rest})
			}
		}
	}
	return a
}

func (a askedName) rank(v Version) int {
	full, bare := plain(v.FullName), plain(v.Name)
	best := noMatch
	switch a.plain {
	case "":
	case full:
		best = fitsFull
	case bare:
		best = fitsBare
	}
	for _, n := range a.typed {
		switch {
		case n.rest != bare && n.rest != full:
		case n.typ == v.Type:
			best = min(best, fitsFull)
		default:
			best = min(best, fitsRetype)
		}
	}
	if best != noMatch && !strings.HasSuffix(a.letters, letters(v.Name)) {
		best++
	}
	return best
}

func letters(name string) string { return strings.ToLower(vn.NFC(strings.TrimSpace(name))) }

// plain is the folded name with "01" as "1".
func plain(name string) string {
	words := strings.Fields(vn.Fold(name))
	for i, w := range words {
		if digits(w) == len(w) && len(w) > 1 {
			if w = strings.TrimLeft(w, "0"); w == "" {
				w = "0"
			}
			words[i] = w
		}
	}
	return strings.Join(words, " ")
}
