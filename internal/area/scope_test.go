package area

import (
	"database/sql"
	"fmt"
	"strings"
	"testing"

	_ "modernc.org/sqlite"
	"pgregory.net/rapid"
)

const key = "p1"

func scopeOf(tree *Tree, day string, roots ...ID) Scope {
	var grants []Grant
	for _, r := range roots {
		grants = append(grants, Grant{r, FieldHousehold})
	}
	return tree.Scope(key, grants, day)
}

func TestWhereAScopeGoesWhenItsAreaEnds(t *testing.T) {
	tree := withVillages(t,
		village("in", "Một", "14758.2016", start, "2025-07-01"),
		village("in", "Một", "14797.2025", "2025-07-01", ""),
		village("open", "Hai", "14758.2016", start, ""),
		village("other", "Ba", "14797.2016", start, ""))
	cases := []struct {
		why  string
		root ID
		day  string
		want string
	}{
		{"it exists", "14758.2016", start, "38.2016/380.2016/14758.2016/"},
		{"it grew and lives on", "14821.2016", "2020-01-01", "38.2016/381.2016/14821.2016/"},
		{"it went whole into another", "15130.2016", "2020-01-01", "38.2016/390.2016/15178.2016/"},
		{"and once more when districts ended", "15130.2016", later, "38.2016/15178.2016/"},
		{"it was divided: the villages that came from it", "14758.2016", later, "38.2016/14797.2025/in/ 38.2016/open/"},
		{"the district joined another", "405.2016", "2025-02-01", "38.2016/380.2016/"},
		{"the province", province, later, "38.2016/"},
		{"it has not begun", "14797.2025", start, ""},
		{"there is no such area", "1.1999", start, ""},
	}
	for _, c := range cases {
		s := scopeOf(tree, c.day, c.root)
		var paths []string
		for _, r := range s.reach {
			paths = append(paths, r.path)
		}
		if got := strings.Join(paths, " "); got != c.want {
			t.Errorf("%s: %s, want %s", c.why, got, c.want)
		}
	}
	if n := len(scopeOf(tree, later, "405.2016").reach); n != 3 {
		t.Errorf("a post for Đông Sơn reaches %d wards in 2026: not the whole of the city it joined", n)
	}
	// a district's post after the districts: what its communes went into
	var names []string
	for _, r := range scopeOf(tree, later, "384.2016").reach {
		v, _ := tree.On(ID(strings.Split(r.path, "/")[1]), later)
		names = append(names, v.Name)
	}
	if got := strings.Join(names, ", "); got != "Mường Lát, Tam Chung, Mường Lý, Trung Lý, Quang Chiểu, Pù Nhi, Nhi Sơn, Mường Chanh" {
		t.Errorf("Mường Lát: %s", got)
	}
}

func TestFieldsBelongToTheirAreas(t *testing.T) {
	tree := thanhHoa(t)
	s := tree.Scope(key, []Grant{
		{province, FieldEducation},
		{"14755.2016", FieldHousehold},
		{"384.2016", FieldsNone},
	}, start)
	ward, _ := tree.On("14755.2016", start)
	other, _ := tree.On("14761.2016", start)
	if f, ok := s.FieldsAt(ward.Path); !ok || !f.Has(FieldHealth) {
		t.Errorf("his own ward: %v", f)
	}
	if f, ok := s.FieldsAt(other.Path); !ok || f.Has(FieldHealth) || f.Has(FieldHousehold) || !f.Has(FieldEducation) {
		t.Errorf("the next ward: %v", f)
	}
	var args []any
	if sql := s.PathSQL("path", &args); sql != "1=1" || len(args) != 0 {
		t.Errorf("%s %v", sql, args)
	}
	if sql := s.PathSQLFor("path", FieldHousehold, &args); sql != "(path >= $1 and path < $2)" || args[0] != ward.Path {
		t.Errorf("%s %v", sql, args)
	}
}

func TestAPostForFiguresOnlyShowsNoHousehold(t *testing.T) {
	tree := thanhHoa(t)
	s := tree.Scope(key, []Grant{{"384.2016", FieldsNone}}, start)
	args := []any{"before"}
	if sql := s.PathSQL("path", &args); sql != "1=0" {
		t.Errorf("households: %s", sql)
	}
	if sql := s.FiguresSQL("path", &args); sql != "(path >= $2 and path < $3)" {
		t.Errorf("figures: %s %v", sql, args)
	}
}

func TestAnEmptyScopeCoversNothing(t *testing.T) {
	tree := thanhHoa(t)
	var s Scope
	var args []any
	if sql := s.PathSQL("path", &args) + s.FiguresSQL("path", &args); sql != "1=01=0" || len(args) != 0 {
		t.Errorf("%s %v", sql, args)
	}
	if !s.Empty() || s.Covers(tree, province, start) || s.Check(tree, province) == nil {
		t.Error("the zero scope covers the province")
	}
}

func TestOutsideAndAbsentLookTheSame(t *testing.T) {
	tree := thanhHoa(t)
	s := scopeOf(tree, start, "14755.2016")
	if s.Check(tree, "14755.2016") != nil {
		t.Error("his own ward")
	}
	outside, absent := s.Check(tree, "14761.2016"), s.Check(tree, "1.1999")
	if outside == nil || absent == nil || outside.Error() != absent.Error() {
		t.Errorf("%v, %v", outside, absent)
	}
}

func TestAPathIsNotThatOfItsNeighbour(t *testing.T) {
	tree := withVillages(t,
		village("v1", "1", "14755.2016", start, ""), village("v10", "10", "14755.2016", start, ""), village("v1a", "1a", "14755.2016", start, ""))
	s := scopeOf(tree, start, "v1")
	low, high := PathRange(s.reach[0].path)
	for _, id := range []ID{"v1", "v10", "v1a"} {
		v, _ := tree.On(id, start)
		if in := v.Path >= low && v.Path < high; in != (id == "v1") || s.Covers(tree, id, start) != in {
			t.Errorf("%s in the scope of v1: %v", v.Path, in)
		}
	}
}

func TestFieldsAreWrittenAndRead(t *testing.T) {
	for f := FieldsNone; f <= FieldHousehold|FieldHealth|FieldEducation|FieldHousing|FieldWater|FieldInformation; f++ {
		got, err := ParseFields(f.String())
		if err != nil || got != f {
			t.Fatalf("%d became %q and %d", f, f.String(), got)
		}
	}
	if _, err := ParseFields("everything"); err == nil {
		t.Error("an unknown field is accepted")
	}
}

// The condition in SQL and the answer of the tree are the same for every
// commune, on any day, for any posts.
func TestSQLAndTreeAgreeOnWhatIsCovered(t *testing.T) {
	tree := thanhHoa(t)
	db, err := sql.Open("sqlite", ":memory:")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	if _, err := db.Exec(`create table v (day text, path text)`); err != nil {
		t.Fatal(err)
	}
	days := []string{start, "2020-01-01", later}
	for _, day := range days {
		for _, v := range tree.Under(province, day, "") {
			if _, err := db.Exec(`insert into v values ($1, $2)`, day, v.Path); err != nil {
				t.Fatal(err)
			}
		}
	}
	var ids []ID
	for _, v := range tree.Under(province, start, "") {
		ids = append(ids, v.Area)
	}
	rapid.Check(t, func(t *rapid.T) {
		day := rapid.SampledFrom(days).Draw(t, "day")
		s := scopeOf(tree, day, rapid.SliceOfN(rapid.SampledFrom(ids), 0, 4).Draw(t, "roots")...)
		args := []any{day}
		rows, err := db.Query(`select path from v where day = $1 and `+s.PathSQL("path", &args), args...)
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		got := map[string]bool{}
		for rows.Next() {
			var p string
			if err := rows.Scan(&p); err != nil {
				t.Fatal(err)
			}
			got[p] = true
		}
		for _, v := range tree.Under(province, day, "") {
			if got[v.Path] != s.Covers(tree, v.Area, day) {
				t.Fatal(fmt.Sprint(v.Path, " by SQL ", got[v.Path]))
			}
		}
	})
}
