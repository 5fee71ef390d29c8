package area

import (
	"fmt"
	"strings"
	"testing"

	"giamngheo/internal/fault"
	"giamngheo/law"
)

func village(id ID, name string, commune ID, from, to string) Version {
	return Version{Area: id, From: from, To: to, Level: Village, Type: "thon", Name: name, FullName: "Thôn " + name, Parent: commune}
}

func withVillages(t testing.TB, list ...Version) *Tree {
	t.Helper()
	tree, err := thanhHoa(t).WithVillages(list)
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

func TestVillageFollowsItsCommuneThroughMergers(t *testing.T) {
	// Phúc Do joins Cẩm Tân in 2019; the district ends in 2025
	tree := withVillages(t, village("v", "Phúc Tiến", "15130.2016", start, ""))
	cases := []struct {
		day, path string
		derived   bool
	}{
		{"2019-11-30", "38.2016/390.2016/15130.2016/v/", false},
		{"2019-12-01", "38.2016/390.2016/15178.2016/v/", true},
		{"2025-07-01", "38.2016/15178.2016/v/", true},
	}
	for _, c := range cases {
		v, ok := tree.On("v", c.day)
		if !ok || v.Path != c.path || v.Derived != c.derived || v.Unplaced {
			t.Errorf("%s: %+v", c.day, v)
		}
	}
}

func TestVillageOfADividedCommuneGoesWhereItIsRecorded(t *testing.T) {
	tree := withVillages(t,
		village("recorded", "Một", "14758.2016", start, "2025-07-01"),
		village("recorded", "Một", "14797.2025", "2025-07-01", ""),
		village("open", "Hai", "14758.2016", start, ""))
	if v, _ := tree.On("recorded", later); v.Parent != "14797.2025" || v.Unplaced {
		t.Errorf("recorded: %+v", v)
	}
	v, ok := tree.On("open", later)
	if !ok || !v.Unplaced || v.Path != "38.2016/open/" {
		t.Errorf("not recorded: %+v", v)
	}
	if list := tree.UnplacedVillages(later); len(list) != 1 || list[0].Area != "open" {
		t.Errorf("unplaced: %v", list)
	}
	again, err := FromRows(thanhHoa(t), tree.Versions())
	if err != nil {
		t.Fatal(err)
	}
	if list := again.UnplacedVillages(later); len(list) != 1 || list[0].Area != "open" {
		t.Errorf("after the database: %v", list)
	}
}

func TestARecordedMoveGoesBeforeTheCommunesWay(t *testing.T) {
	// the village changed its commune in 2018, before the merger of 2019
	tree := withVillages(t,
		village("v", "Biên", "15130.2016", start, "2018-01-01"),
		village("v", "Biên", "15127.2016", "2018-01-01", ""))
	v, _ := tree.On("v", "2019-12-01")
	if v.Path != "38.2016/390.2016/15127.2019/v/" {
		t.Errorf("%+v", v)
	}
}

func TestVillageIsUrbanAsItsCommuneIs(t *testing.T) {
	// Quảng Cư becomes a ward on 2017-04-19
	tree := withVillages(t, village("v", "Một", "14839.2016", start, ""))
	before, _ := tree.On("v", "2017-04-18")
	after, _ := tree.On("v", "2017-04-19")
	if before.Urban || !after.Urban {
		t.Errorf("urban: %v, then %v", before.Urban, after.Urban)
	}
}

func TestVillagesThatCannotBe(t *testing.T) {
	cases := []struct {
		why  string
		list []Version
	}{
		{"a commune that does not exist", []Version{village("v", "A", "99999.2016", start, "")}},
		{"a commune that begins later", []Version{village("v", "A", "14758.2025", start, "")}},
		{"two periods at once", []Version{village("v", "A", "14755.2016", start, "2020-01-01"), village("v", "A", "14755.2016", "2019-01-01", "")}},
		{"an end before the beginning", []Version{village("v", "A", "14755.2016", "2020-01-01", "2019-01-01")}},
		{"no day", []Version{village("v", "A", "14755.2016", "1/1/2016", "")}},
		{"a slash in the id", []Version{village("v/w", "A", "14755.2016", start, "")}},
		{"below another village", []Version{village("v", "A", "14755.2016", start, ""), village("w", "B", "v", start, "")}},
		{"below itself", []Version{village("v", "A", "v", start, "")}},
		{"a commune given as a village", []Version{{Area: "c", From: start, Level: Commune, Name: "C", Parent: "380.2016"}}},
	}
	for _, c := range cases {
		if _, err := thanhHoa(t).WithVillages(c.list); err == nil {
			t.Errorf("%s: accepted", c.why)
		}
	}
}

func TestRecordingWhereAVillageWent(t *testing.T) {
	tree := withVillages(t, village("v", "Hai", "14758.2016", start, ""))
	next, err := tree.MoveVillage("v", "14797.2025", "2025-07-01")
	if err != nil {
		t.Fatal(err)
	}
	v, _ := next.On("v", later)
	if v.Path != "38.2016/14797.2025/v/" || v.Unplaced || len(next.UnplacedVillages(later)) != 0 {
		t.Errorf("%+v", v)
	}
	if v, _ := next.On("v", "2025-06-30"); v.Parent != "14758.2016" {
		t.Errorf("before: %+v", v)
	}
	for _, day := range []string{"2015-01-01", "2025-06-30"} {
		if _, err := tree.MoveVillage("v", "14797.2025", day); fault.Of(err) == fault.Internal {
			t.Errorf("from %s: %v", day, err)
		}
	}
	if _, err := tree.MoveVillage("14755.2016", "380.2016", start); err == nil {
		t.Error("a commune was moved as a village")
	}
}

func TestReadersKeepTheTreeTheyHold(t *testing.T) {
	live := NewLive(thanhHoa(t))
	old := live.Tree()
	next, err := old.WithVillages([]Version{village("v", "A", "14755.2016", start, "")})
	if err != nil {
		t.Fatal(err)
	}
	live.Replace(next)
	if _, ok := old.On("v", start); ok {
		t.Error("the old tree has the new village")
	}
	if _, ok := live.Tree().On("v", start); !ok {
		t.Error("the new tree has not")
	}
}

func TestNamesOfASpreadsheet(t *testing.T) {
	tree := withVillages(t,
		village("v1", "1", "14755.2016", start, ""),
		village("v10", "10", "14755.2016", start, ""),
		village("dong", "Đông", "14755.2016", start, ""),
		village("dồng", "Dồng", "14755.2016", start, ""))
	find := func(n Names, day string) (string, string) {
		v, err := tree.Find(province, n, day)
		if err != nil {
			return "", err.Error()
		}
		if v.Code == "" {
			return string(v.Area), ""
		}
		return v.Code, ""
	}
	found := []struct {
		n         Names
		day, want string
	}{
		{Names{District: "Thành phố Thanh Hóa", Commune: "Phường Hàm Rồng"}, start, "14755"},
		{Names{Province: "Thanh Hoá", District: "TP. Thanh Hóa", Commune: "P.Hàm Rồng"}, start, "14755"},
		{Names{District: "tp thanh hoa", Commune: "ham rong"}, start, "14755"},
		{Names{District: "LANG CHÁNH", Commune: "TT Lang Chánh"}, start, "15028"},
		{Names{District: "Lang Chánh", Commune: "Thị trấn Lang Chánh"}, "2020-01-01", "15055"},
		{Names{District: "Quan Sơn", Commune: "Xã Sơn Lư"}, "2020-01-01", "15016"}, // a township now
		{Names{Commune: "Hàm Rồng"}, later, "14758"},
		{Names{District: "Thành phố Thanh Hóa", Commune: "Phường Hàm Rồng"}, later, "14758"}, // no districts any more
		{Names{District: "Thanh Hóa", Commune: "Hàm Rồng", Village: "Thôn 01"}, start, "v1"},
		{Names{District: "Thanh Hóa", Commune: "Hàm Rồng", Village: "1"}, start, "v1"},
		{Names{District: "Thanh Hóa", Commune: "Hàm Rồng", Village: "Tổ dân phố 10"}, start, "v10"},
		{Names{District: "Thanh Hóa", Commune: "Hàm Rồng", Village: "thôn Đông"}, start, "dong"},
		{Names{District: "Thanh Hóa", Commune: "Hàm Rồng", Village: "Thôn Dồng"}, start, "dồng"},
		{Names{District: "Quảng Xương"}, start, "406"},
	}
	for _, c := range found {
		if got, problem := find(c.n, c.day); got != c.want {
			t.Errorf("%+v on %s: %s %s, want %s", c.n, c.day, got, problem, c.want)
		}
	}
	refused := []struct {
		n         Names
		day, want string
	}{
		{Names{District: "Thanh Hóa", Commune: "Xã Không Có"}, start, "Không Có"},
		{Names{District: "Thanh Hóa", Commune: "Hàm Rồng", Village: "dong"}, start, "nhiều nơi"},
		{Names{District: "Thanh Hóa", Commune: "Hàm Rồng"}, "2010-01-01", "01/01/2016"},
		{Names{Province: "Nghệ An", District: "Thanh Hóa"}, start, "Nghệ An"},
	}
	for _, c := range refused {
		if got, problem := find(c.n, c.day); !strings.Contains(problem, c.want) {
			t.Errorf("%+v on %s: %s %q, should speak of %s", c.n, c.day, got, problem, c.want)
		}
	}
}

// Every unit is found by its own full name within its parent, on every day of
// change; the names that repeat in the province are found in their districts.
func TestEveryUnitIsFoundByItsName(t *testing.T) {
	tree := thanhHoa(t)
	for _, day := range []string{start, "2019-12-01", "2025-01-01", "2025-07-01"} {
		for _, v := range tree.Communes(province, day) {
			found := tree.Lookup(v.Parent, Commune, v.FullName, day)
			if len(found) != 1 || found[0].Area != v.Area {
				t.Errorf("%s %s: %d found", day, v.FullName, len(found))
			}
			if bare := tree.Lookup(v.Parent, Commune, strings.ToUpper(v.Name), day); len(bare) == 0 {
				t.Errorf("%s %s: not found without its type", day, v.Name)
			}
		}
	}
	count := map[string]int{}
	for _, v := range tree.Communes(province, start) {
		count[v.FullName]++
	}
	repeated := 0
	for name, n := range count {
		if n < 2 {
			continue
		}
		repeated++
		if found := tree.Lookup(province, Commune, name, start); len(found) < 2 {
			t.Errorf("%s stands %d times, %d found", name, n, len(found))
		}
	}
	if repeated != 23 {
		t.Errorf("%d names repeat, want 23", repeated)
	}
}

// An installation of the whole province: six thousand villages.
func manyVillages(t testing.TB) []Version {
	tree := thanhHoa(t)
	var list []Version
	for i, c := range tree.Communes(province, start) {
		for j := range 10 {
			list = append(list, village(ID(fmt.Sprintf("v%d-%d", i, j)), fmt.Sprint(j+1), c.Area, start, ""))
		}
	}
	return list
}

func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		if _, err := Load(law.Files); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkAddAllVillages(b *testing.B) {
	list := manyVillages(b)
	for b.Loop() {
		if _, err := thanhHoa(b).WithVillages(list); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkRegroupOntoToday(b *testing.B) {
	tree := withVillages(b, manyVillages(b)...)
	for b.Loop() {
		regroup(b, tree, province, "", "2016-12-31", later)
	}
}

func BenchmarkRegroupBackwards(b *testing.B) {
	tree := withVillages(b, manyVillages(b)...)
	for b.Loop() {
		regroup(b, tree, province, Commune, later, start)
	}
}

func BenchmarkScopeOfADistrictPost(b *testing.B) {
	tree := withVillages(b, manyVillages(b)...)
	for b.Loop() {
		scopeOf(tree, later, "384.2016")
	}
}

func BenchmarkFindARow(b *testing.B) {
	tree := withVillages(b, manyVillages(b)...)
	f := tree.Finder(province, start)
	n := Names{District: "Thành phố Thanh Hóa", Commune: "Phường Hàm Rồng", Village: "Thôn 3"}
	for b.Loop() {
		if _, err := f.Find(n); err != nil {
			b.Fatal(err)
		}
	}
}
