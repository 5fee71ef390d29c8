package area

import (
	"fmt"
	"io/fs"
	"sort"
	"strings"
	"sync/atomic"

	"giamngheo/internal/fault"
	"giamngheo/internal/text"
)

// Tree is all areas through time. It never changes: many readers may use one,
// and WithVillages gives a new one.
type Tree struct {
	rules    rules
	order    map[Level]int
	records  map[ID][]Version // as recorded, in order of time
	versions map[ID][]Version // with paths, cut where a path changes
	children map[ID][]ID      // whoever ever was directly under it
	byCode   map[string][]ID
	aliases  map[string]ID
	lives    map[Level]Version // first and last day of each level
	lineage
	marks  map[ID][]MarkPeriod
	points map[string]map[ID]Point // by the day of the list
}

// Load reads the tables of law/areas.
func Load(fsys fs.FS) (*Tree, error) {
	raw, err := readTable(fsys)
	if err != nil {
		return nil, fmt.Errorf("law/areas: %w", err)
	}
	t, err := newTree(raw)
	if err != nil {
		return nil, fmt.Errorf("law/areas: %w", err)
	}
	return t, nil
}

func newTree(raw *table) (*Tree, error) {
	ids, err := identify(raw)
	if err != nil {
		return nil, err
	}
	versions, err := ids.versions()
	if err != nil {
		return nil, err
	}
	t := &Tree{rules: raw.rules, aliases: map[string]ID{}}
	if err := t.lineage.add(raw, ids); err != nil {
		return nil, err
	}
	if t, err = t.with(nil, versions); err != nil {
		return nil, err
	}
	for alias, code := range raw.aliases {
		s, ok := ids.on(code, raw.rules.Aliases.On)
		if !ok {
			return nil, fmt.Errorf("%s: %s is not valid on %s", raw.rules.Aliases.File, code, raw.rules.Aliases.On)
		}
		t.aliases[alias] = s.id
	}
	if err := t.addMarks(raw, ids); err != nil {
		return nil, err
	}
	return t, t.addPoints(raw, ids)
}

// FromRows gives the tree of an installation from the rows of its table
// area_version. Villages, and units that the law's tables do not know, are
// those of the rows; the units of the law are those of the law, so that a
// program with newer tables is right before the database is brought up to date.
func FromRows(law *Tree, rows []Version) (*Tree, error) {
	var own []Version
	for _, v := range rows {
		if _, known := law.records[v.Area]; !known || law.follows(v.Level) {
			own = append(own, v)
		}
	}
	return law.with(law.records, own)
}

// WithVillages gives a new tree with these villages added. What is given for
// a village replaces all that the tree held of it. A village without an end
// follows its commune from unit to unit; a recorded version goes before what
// would follow.
func (t *Tree) WithVillages(versions []Version) (*Tree, error) {
	for _, v := range versions {
		if !t.follows(v.Level) {
			return nil, fmt.Errorf("area: %s is a %s, not a village", v.Area, v.Level)
		}
	}
	return t.with(t.records, versions)
}

// WithoutVillages gives a new tree without these villages.
func (t *Tree) WithoutVillages(gone map[ID]bool) (*Tree, error) {
	left := make(map[ID][]Version, len(t.records))
	for id, list := range t.records {
		if !gone[id] || len(list) > 0 && !t.follows(list[0].Level) {
			left[id] = list
		}
	}
	return t.with(left, nil)
}

// Live holds the tree in force for many readers while one writer replaces it.
type Live struct{ tree atomic.Pointer[Tree] }

// NewLive holds the tree.
func NewLive(t *Tree) *Live {
	l := &Live{}
	l.tree.Store(t)
	return l
}

// Tree is the tree in force.
func (l *Live) Tree() *Tree { return l.tree.Load() }

// Replace puts another tree in force.
func (l *Live) Replace(t *Tree) { l.tree.Store(t) }

// with builds the tree anew from old records and given ones.
func (t *Tree) with(old map[ID][]Version, given []Version) (*Tree, error) {
	next := *t
	next.order = map[Level]int{}
	for i, l := range t.rules.Levels {
		next.order[l.ID] = i
	}
	next.records = make(map[ID][]Version, len(old)+len(given))
	for id, list := range old {
		next.records[id] = list
	}
	replaced := map[ID]bool{}
	for _, v := range given {
		if v.To == Never {
			v.To = ""
		}
		if !replaced[v.Area] {
			next.records[v.Area] = nil
			replaced[v.Area] = true
		}
		next.records[v.Area] = append(next.records[v.Area], v)
	}
	for id := range replaced {
		if err := next.checkRecords(id); err != nil {
			return nil, err
		}
	}
	return &next, next.build()
}

func (t *Tree) checkRecords(id ID) error {
	list := t.records[id]
	sort.Slice(list, func(i, j int) bool { return list[i].From < list[j].From })
	for i, v := range list {
		if v.Area == "" || strings.ContainsAny(string(v.Area), "/~") {
			return fmt.Errorf("area: %q cannot be an id", v.Area)
		}
		if _, ok := t.order[v.Level]; !ok {
			return fmt.Errorf("area: %s: no level %q", id, v.Level)
		}
		if !ValidDay(v.From) || (v.To != "" && (!ValidDay(v.To) || v.To <= v.From)) {
			return fmt.Errorf("area: %s: %q to %q is not a period", id, v.From, v.To)
		}
		if i > 0 && earlier(v.From, list[i-1].To) {
			return fmt.Errorf("area: %s is valid twice on %s", id, v.From)
		}
	}
	return nil
}

func (t *Tree) follows(l Level) bool {
	for _, rule := range t.rules.Levels {
		if rule.ID == l {
			return rule.FollowsParent
		}
	}
	return false
}

// Levels are the levels from the top down.
func (t *Tree) Levels() []LevelRule { return t.rules.Levels }

// Types are the types of units and the words for them.
func (t *Tree) Types() []TypeRule { return t.rules.Types }

// FirstDay is the first of which the tables know a province, "" for none.
func (t *Tree) FirstDay() string { return t.lives[Province].From }

// Versions are all versions of all areas, ordered by area and time: the rows
// of the table area_version.
func (t *Tree) Versions() []Version {
	var all []Version
	for _, list := range t.versions {
		all = append(all, list...)
	}
	sort.Slice(all, func(i, j int) bool {
		a, b := all[i], all[j]
		if o, p := t.order[a.Level], t.order[b.Level]; o != p {
			return o < p
		}
		if a.Area != b.Area {
			return a.Area < b.Area
		}
		return a.From < b.From
	})
	return all
}

// History is the versions of one area in order of time.
func (t *Tree) History(id ID) []Version { return t.versions[id] }

// On is the area as it is on the day.
func (t *Tree) On(id ID, day string) (Version, bool) {
	list := t.versions[id]
	for i := len(list) - 1; i >= 0; i-- {
		if list[i].Valid(day) {
			return list[i], true
		}
	}
	return Version{}, false
}

// Last is the latest version of the area, valid or not.
func (t *Tree) Last(id ID) (Version, bool) {
	list := t.versions[id]
	if len(list) == 0 {
		return Version{}, false
	}
	return list[len(list)-1], true
}

// Lately is the area as it is on a day or, where there is none on it, as it last
// was before: a change that is decided for later does not show until its day.
func (t *Tree) Lately(id ID, day string) (Version, bool) {
	if v, ok := t.On(id, day); ok {
		return v, true
	}
	list := t.versions[id]
	for i := len(list) - 1; i >= 0; i-- {
		if list[i].From <= day || i == 0 {
			return list[i], true
		}
	}
	return Version{}, false
}

// end is the day from which the area no longer exists, or "".
func (t *Tree) end(id ID) string {
	v, _ := t.Last(id)
	return v.To
}

// Code finds the unit that bears the code on the day; a code of the list of
// early 2020 finds the unit too, as long as it lives.
func (t *Tree) Code(code, day string) (Version, bool) {
	for _, id := range t.byCode[code] {
		if v, ok := t.On(id, day); ok && v.Code == code {
			return v, true
		}
	}
	if id, ok := t.aliases[code]; ok {
		return t.On(id, day)
	}
	return Version{}, false
}

// FindCode is Code with an error that says on which days the code is valid.
func (t *Tree) FindCode(code, day string) (Version, error) {
	v, ok := t.Code(code, day)
	if ok {
		return v, nil
	}
	lives := t.CodeHistory(code)
	if len(lives) == 0 {
		return Version{}, fault.New(fault.NotFound, "area_code_unknown", text.T("area.code_unknown", "code", code))
	}
	periods := make([]string, len(lives))
	for i, v := range lives {
		periods[i] = v.FullName + " " + t.ShowPeriod(v)
	}
	message := text.T("area.code_not_valid", "code", code, "day", ShowDay(day), "periods", strings.Join(periods, "; "))
	last := lives[len(lives)-1]
	if last.To != "" && last.To <= day {
		message += " " + t.Became(last.Area, day)
	}
	return Version{}, fault.New(fault.NotFound, "area_code_not_valid", message)
}

// NothingOn is the error for a day before the tables begin.
func (t *Tree) NothingOn(day string) error {
	first := ""
	for _, life := range t.lives {
		if first == "" || life.From < first {
			first = life.From
		}
	}
	return fault.New(fault.NotFound, "areas_before_data", text.T("area.before_data", "day", ShowDay(day), "first", ShowDay(first)))
}

// CodeHistory is every unit that ever bore the code, in order of time: its
// last version under the code, with From set to its first day.
func (t *Tree) CodeHistory(code string) []Version {
	var lives []Version
	for _, id := range t.byCode[code] {
		list := t.versions[id]
		v := list[len(list)-1]
		v.From = list[0].From
		lives = append(lives, v)
	}
	sort.Slice(lives, func(i, j int) bool { return lives[i].From < lives[j].From })
	return lives
}

// ShowPeriod writes a version's period in words.
func (t *Tree) ShowPeriod(v Version) string {
	if v.To == "" {
		return text.T("area.period_open", "from", ShowDay(v.From))
	}
	return text.T("area.period", "from", ShowDay(v.From), "to", ShowDay(DayBefore(v.To)))
}

// Roots are the areas without a parent on the day.
func (t *Tree) Roots(day string) []Version {
	return t.Children("", day)
}

// Children are the areas directly under the area on the day, by code, those
// without a code by name. Villages not placed yet are among them.
func (t *Tree) Children(parent ID, day string) []Version {
	var out []Version
	for _, id := range t.children[parent] {
		if v, ok := t.On(id, day); ok && v.Parent == parent {
			out = append(out, v)
		}
	}
	t.sort(out)
	return out
}

// Under is the area itself and all below it on the day down to the level:
// by level, then code. An empty level means all.
func (t *Tree) Under(root ID, day string, down Level) []Version {
	v, ok := t.On(root, day)
	if !ok {
		return nil
	}
	deepest := len(t.rules.Levels)
	if o, ok := t.order[down]; ok {
		deepest = o
	}
	var out []Version
	var walk func(Version)
	walk = func(v Version) {
		if t.order[v.Level] > deepest {
			return
		}
		out = append(out, v)
		for _, id := range t.children[v.Area] {
			if c, ok := t.On(id, day); ok && c.Parent == v.Area {
				walk(c)
			}
		}
	}
	walk(v)
	t.sort(out)
	return out
}

// Communes are the communes under the area on the day, or the area itself if
// it is one.
func (t *Tree) Communes(root ID, day string) []Version {
	return t.OfLevel(root, day, Commune)
}

// OfLevel are the areas of one level under the area, or the area itself.
func (t *Tree) OfLevel(root ID, day string, level Level) []Version {
	var out []Version
	for _, v := range t.Under(root, day, level) {
		if v.Level == level {
			out = append(out, v)
		}
	}
	return out
}

// Ancestor is the area above it of the level on the day, or the area itself.
func (t *Tree) Ancestor(id ID, day string, level Level) (Version, bool) {
	v, ok := t.On(id, day)
	for ok && v.Level != level {
		v, ok = t.On(v.Parent, day)
	}
	return v, ok
}

// Covers says whether the area lies in the root on the day, or is it.
func (t *Tree) Covers(root, id ID, day string) bool {
	r, ok := t.On(root, day)
	if !ok {
		return false
	}
	v, ok := t.On(id, day)
	return ok && v.Within(r.Path)
}

// UnplacedVillages are the villages on the day whose commune was divided and
// for which nobody has recorded yet to which part they went.
func (t *Tree) UnplacedVillages(day string) []Version {
	var out []Version
	for id := range t.versions {
		if v, ok := t.On(id, day); ok && v.Unplaced {
			out = append(out, v)
		}
	}
	t.sort(out)
	return out
}

func (t *Tree) sort(list []Version) {
	sort.Slice(list, func(i, j int) bool {
		a, b := list[i], list[j]
		if o, p := t.order[a.Level], t.order[b.Level]; o != p {
			return o < p
		}
		if a.Code != b.Code {
			return a.Code < b.Code
		}
		if a.FullName != b.FullName {
			return naturalLess(a.FullName, b.FullName)
		}
		return a.Area < b.Area
	})
}

// naturalLess puts "Thôn 2" before "Thôn 10".
func naturalLess(a, b string) bool {
	for a != "" && b != "" {
		da, db := digits(a), digits(b)
		if da > 0 && db > 0 {
			x, y := strings.TrimLeft(a[:da], "0"), strings.TrimLeft(b[:db], "0")
			if len(x) != len(y) {
				return len(x) < len(y)
			}
			if x != y {
				return x < y
			}
			a, b = a[da:], b[db:]
			continue
		}
		if a[0] != b[0] {
			return a[0] < b[0]
		}
		a, b = a[1:], b[1:]
	}
	return len(a) < len(b)
}

func digits(s string) int {
	n := 0
	for n < len(s) && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	return n
}
