package area

import (
	"errors"
	"fmt"
	"sort"
	"strconv"
	"strings"

	"giamngheo/internal/fault"
	"giamngheo/internal/text"
)

// Fields are the parts of a household that a reader may see.
type Fields uint8

// The subjects. FieldHousehold is the whole household with every answer; the
// others are the indicators of one subject and the member fields they rest on,
// with head, village and class. None at all means figures only.
const (
	FieldHousehold Fields = 1 << iota
	FieldHealth
	FieldEducation
	FieldHousing
	FieldWater
	FieldInformation

	FieldsNone Fields = 0
)

var fieldNames = []struct {
	field Fields
	name  string
}{
	{FieldHousehold, "household"},
	{FieldHealth, "health"},
	{FieldEducation, "education"},
	{FieldHousing, "housing"},
	{FieldWater, "water"},
	{FieldInformation, "information"},
}

// Has says whether all of the fields are among them; the whole household
// includes every subject.
func (f Fields) Has(want Fields) bool {
	return f&FieldHousehold != 0 || f&want == want
}

// String writes them as stored: "health,education".
func (f Fields) String() string {
	var names []string
	for _, n := range fieldNames {
		if f&n.field != 0 {
			names = append(names, n.name)
		}
	}
	return strings.Join(names, ",")
}

// ParseFields reads what String wrote.
func ParseFields(s string) (Fields, error) {
	var f Fields
	if s == "" {
		return f, nil
	}
next:
	for _, part := range strings.Split(s, ",") {
		for _, n := range fieldNames {
			if n.name == part {
				f |= n.field
				continue next
			}
		}
		return 0, fmt.Errorf("area: no field %q", part)
	}
	return f, nil
}

// Grant is what one post gives: these fields of the households in this area.
type Grant struct {
	Root   ID
	Fields Fields
}

// Scope is what a reader may see: an argument of every query. The zero Scope
// covers nothing.
type Scope struct {
	Province string // the key of the province's rows, not its code
	Grants   []Grant
	today    string
	reach    []reach
}

// reach is one path of today that a grant covers.
type reach struct {
	path   string
	whole  bool // the whole province
	fields Fields
}

// Scope resolves the grants on today's areas. A grant whose area has ended
// goes on:
//
//   - an area that went whole into another: in that other, all of it;
//   - a divided one: in the villages that came from it, wherever they are
//     today, not in the areas that took the parts;
//   - an abolished one with units under it (a district): in each of those, by
//     the same rule.
//
// An area that has not begun yet covers nothing.
func (t *Tree) Scope(province string, grants []Grant, today string) Scope {
	s := Scope{Province: province, Grants: grants, today: today}
	paths := map[string]reach{}
	for _, g := range grants {
		for _, v := range t.covered(g.Root, today) {
			r := paths[v.Path]
			paths[v.Path] = reach{v.Path, r.whole || v.Parent == "", r.fields | g.Fields}
		}
	}
	for _, r := range paths {
		s.reach = append(s.reach, r)
	}
	sort.Slice(s.reach, func(i, j int) bool { return s.reach[i].path < s.reach[j].path })
	return s
}

// covered are the areas of the day in which a grant on the root holds.
func (t *Tree) covered(root ID, day string) []Version {
	if v, ok := t.On(root, day); ok {
		return []Version{v}
	}
	last, ok := t.Last(root)
	if !ok || last.To == "" || last.To > day || t.follows(last.Level) {
		return nil
	}
	before := DayBefore(last.To)
	next := t.going(root, last.To)
	children := t.unitsUnder(root, before)
	if len(children) > 0 && !t.allOn(next, day) {
		var all []Version
		for _, child := range children {
			all = append(all, t.covered(child, day)...)
		}
		return all
	}
	if to := t.wholeTo(root, last.To); to != "" {
		return t.covered(to, day)
	}
	var villages []Version
	for _, v := range t.Children(root, before) {
		if now, ok := t.On(v.Area, day); ok {
			villages = append(villages, now)
		}
	}
	return villages
}

// Operator is the scope of the machine's operator: the whole province.
func (t *Tree) Operator(province, today string) Scope {
	var grants []Grant
	for _, v := range t.Roots(today) {
		grants = append(grants, Grant{v.Area, FieldHousehold})
	}
	return t.Scope(province, grants, today)
}

// Empty says whether the scope covers nothing.
func (s Scope) Empty() bool { return len(s.reach) == 0 }

// Whole says whether the scope covers the whole province with these fields.
func (s Scope) Whole(fields Fields) bool {
	for _, r := range s.reach {
		if r.whole && r.fields.Has(fields) {
			return true
		}
	}
	return false
}

// Today is the day on whose areas the scope was resolved.
func (s Scope) Today() string { return s.today }

// Fields are all fields that any grant gives.
func (s Scope) Fields() Fields {
	var f Fields
	for _, r := range s.reach {
		f |= r.fields
	}
	return f
}

// FieldsAt are the fields of a household whose village has the path today, and
// whether the scope covers it at all.
func (s Scope) FieldsAt(path string) (Fields, bool) {
	var f Fields
	covered := false
	for _, r := range s.reach {
		if strings.HasPrefix(path, r.path) {
			f |= r.fields
			covered = true
		}
	}
	return f, covered
}

// Covers says whether the area lies within the scope on the day.
func (s Scope) Covers(t *Tree, id ID, day string) bool {
	v, ok := t.On(id, day)
	if !ok {
		return false
	}
	if day == s.today {
		_, covered := s.FieldsAt(v.Path)
		return covered
	}
	_, covered := t.Scope(s.Province, s.Grants, day).FieldsAt(v.Path)
	return covered
}

// Check gives the error for an area outside the scope today: the same as for
// one that does not exist.
func (s Scope) Check(t *Tree, id ID) error {
	if s.Covers(t, id, s.today) {
		return nil
	}
	return fault.Wrap(errors.New("area "+string(id)+" is outside the scope"), fault.NotFound, "area_not_found", text.T("area.not_found"))
}

// PathSQL is the condition under which a row about a household, whose column
// holds its path of today, lies within the scope: where some grant gives any
// field of the household. It appends its arguments to args and numbers the
// placeholders after them. The column must compare by bytes (on PostgreSQL
// collate "C"; SQLite does).
func (s Scope) PathSQL(column string, args *[]any) string {
	return s.pathSQL(column, args, func(f Fields) bool { return f != FieldsNone })
}

// PathSQLFor is PathSQL where the scope has all of these fields.
func (s Scope) PathSQLFor(column string, fields Fields, args *[]any) string {
	return s.pathSQL(column, args, func(f Fields) bool { return f.Has(fields) })
}

// FiguresSQL is PathSQL for counts that name nobody: wherever the scope has a
// grant.
func (s Scope) FiguresSQL(column string, args *[]any) string {
	return s.pathSQL(column, args, func(Fields) bool { return true })
}

func (s Scope) pathSQL(column string, args *[]any, enough func(Fields) bool) string {
	var conditions []string
	first, last := len(*args), ""
	for _, r := range s.reach {
		if !enough(s.fieldsAt(r.path)) || (last != "" && strings.HasPrefix(r.path, last)) {
			continue
		}
		if r.whole {
			*args = (*args)[:first]
			return "1=1"
		}
		last = r.path
		conditions = append(conditions, pathCondition(column, r.path, args))
	}
	if len(conditions) == 0 {
		return "1=0"
	}
	return "(" + strings.Join(conditions, " or ") + ")"
}

func (s Scope) fieldsAt(path string) Fields {
	f, _ := s.FieldsAt(path)
	return f
}

// PathSQL is the condition under which a row whose column holds a path lies in
// the area with the path; see Scope.PathSQL.
func PathSQL(column, path string, args *[]any) string {
	return "(" + pathCondition(column, path, args) + ")"
}

func pathCondition(column, path string, args *[]any) string {
	low, high := PathRange(path)
	*args = append(*args, low, high)
	n := len(*args)
	return column + " >= $" + strconv.Itoa(n-1) + " and " + column + " < $" + strconv.Itoa(n)
}

// PathRange are the bounds, low inclusive and high exclusive, between which
// all paths that begin with this one lie when compared by bytes.
func PathRange(path string) (low, high string) {
	return path, strings.TrimSuffix(path, "/") + "0" // '0' follows '/'
}
