package area

import (
	"encoding/csv"
	"os"
	"strings"
	"sync"
	"testing"

	"giamngheo/law"
)

var loadOnce = sync.OnceValues(func() (*Tree, error) { return Load(law.Files) })

func thanhHoa(t testing.TB) *Tree {
	t.Helper()
	tree, err := loadOnce()
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

// province is the one root of the real tree.
const province ID = "38.2016"

func TestUnitsOnTheDaysOfTheResolutions(t *testing.T) {
	tree := thanhHoa(t)
	cases := []struct {
		day                 string
		districts, communes int
	}{
		{"2016-01-01", 27, 635},
		{"2017-04-19", 27, 635},
		{"2019-11-30", 27, 635},
		{"2019-12-01", 27, 559},
		{"2020-06-01", 27, 559},
		{"2021-07-01", 27, 559},
		{"2024-01-31", 27, 559},
		{"2024-02-01", 27, 558},
		{"2025-01-01", 26, 547},
		{"2025-06-30", 26, 547},
		{"2025-07-01", 0, 166},
		{"2026-09-01", 0, 166},
	}
	for _, c := range cases {
		districts := len(tree.OfLevel(province, c.day, District))
		communes := len(tree.Communes(province, c.day))
		if districts != c.districts || communes != c.communes {
			t.Errorf("%s: %d districts and %d communes, want %d and %d", c.day, districts, communes, c.districts, c.communes)
		}
	}
}

// rows reads a table of law/areas on its own, not through the package.
func rows(t testing.TB, name string) []map[string]string {
	t.Helper()
	f, err := os.Open("../../law/areas/" + name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	all, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var out []map[string]string
	for _, r := range all[1:] {
		m := map[string]string{}
		for i, h := range all[0] {
			m[h] = r[i]
		}
		out = append(out, m)
	}
	return out
}

// The changes of each day, applied to the units of the day before, give
// exactly the units of the day.
func TestChangesLeadFromEachStateToTheNext(t *testing.T) {
	tree := thanhHoa(t)
	byDay := map[string][]map[string]string{}
	for _, c := range rows(t, "changes.csv") {
		byDay[c["date"]] = append(byDay[c["date"]], c)
	}
	if len(byDay) != 8 {
		t.Fatalf("%d days of change, want 8", len(byDay))
	}
	for day, changes := range byDay {
		codes := map[string]bool{}
		for _, v := range tree.Under(province, DayBefore(day), "") {
			codes[v.Code] = true
		}
		for _, c := range changes {
			if !codes[c["from_code"]] {
				t.Errorf("%s: %s changes but did not exist", day, c["from_code"])
			}
		}
		for _, c := range changes {
			delete(codes, c["from_code"])
		}
		for _, c := range changes {
			if c["to_code"] != "" {
				codes[c["to_code"]] = true
			}
		}
		after := tree.Under(province, day, "")
		for _, v := range after {
			if !codes[v.Code] {
				t.Errorf("%s: %s %s exists but nothing led to it", day, v.Code, v.FullName)
			}
			delete(codes, v.Code)
		}
		for code := range codes {
			t.Errorf("%s: %s should exist", day, code)
		}
	}
}

// Whatever areas.csv says of a code on a day, the tree says.
func TestTreeSaysWhatTheTableSays(t *testing.T) {
	tree := thanhHoa(t)
	for _, r := range rows(t, "areas.csv") {
		for _, day := range []string{r["valid_from"], lastOf(r["valid_to"])} {
			v, ok := tree.Code(r["code"], day)
			if !ok {
				t.Fatalf("%s is not found on %s", r["code"], day)
			}
			parent, _ := tree.On(v.Parent, day)
			got := []string{v.Code, string(v.Level), v.Type, v.Name, v.FullName, parent.Code}
			want := []string{r["code"], r["level"], r["type"], r["name"], r["full_name"], r["parent_code"]}
			if strings.Join(got, "|") != strings.Join(want, "|") || v.Urban != (r["urban"] == "true") {
				t.Errorf("%s: %v, want %v", day, got, want)
			}
		}
	}
}

func lastOf(to string) string {
	if to == "" {
		return "2030-01-01"
	}
	return DayBefore(to)
}

// The rule of the package's documentation, on each kind of event there was.
func TestWhenAnIdentityLivesOn(t *testing.T) {
	tree := thanhHoa(t)
	cases := []struct {
		why, code, before, after string
		same                     bool
	}{
		{"a town becomes a city", "382", "2017-04-18", "2017-04-19", true},
		{"a district becomes a town under another name", "407", "2020-05-31", "2020-06-01", true},
		{"a commune becomes a township under another name", "15718", "2019-11-30", "2019-12-01", true},
		{"a commune absorbs another and keeps code and name", "14821", "2019-11-30", "2019-12-01", true},
		{"a commune merges with the township and keeps code and name, not type", "15016", "2019-11-30", "2019-12-01", true},
		{"a city absorbs a district", "380", "2024-12-31", "2025-01-01", true},
		{"a commune moves to the city", "16381", "2024-12-31", "2025-01-01", true},
		{"a ward receives a part of a divided commune", "16645", "2024-12-31", "2025-01-01", true},
		{"the code goes on, the name is that of another member", "15055", "2019-11-30", "2019-12-01", false},
		{"the code goes on, the name is new", "14869", "2019-11-30", "2019-12-01", false},
		{"a divided ward, the rest under another name", "14758", "2025-06-30", "2025-07-01", false},
		{"a divided commune whose rest keeps code and name", "16264", "2025-06-30", "2025-07-01", false},
	}
	for _, c := range cases {
		b, ok1 := tree.Code(c.code, c.before)
		a, ok2 := tree.Code(c.code, c.after)
		if !ok1 || !ok2 {
			t.Errorf("%s: %s is missing", c.why, c.code)
			continue
		}
		if (a.Area == b.Area) != c.same {
			t.Errorf("%s: %s %s → %s %s, lives on should be %v", c.why, b.Area, b.FullName, a.Area, a.FullName, c.same)
		}
	}
}

// For every event of the tables: an identity that ends has rows that say why,
// one that lives on goes whole into itself.
func TestEveryEventFollowsTheRuleOfIdentity(t *testing.T) {
	tree := thanhHoa(t)
	names := map[ID]string{}
	for id := range tree.versions {
		first := tree.versions[id][0]
		want := first.Code + "." + first.From[:4]
		if string(id) != want && string(id) != want+first.From[4:7] {
			t.Errorf("%s began on %s", id, first.From)
		}
		names[id] = first.Name
		last, _ := tree.Last(id)
		if last.To == "" {
			continue
		}
		ended := false
		for _, e := range tree.After(id) {
			ended = ended || e.Day == last.To
			if e.Day < last.To && (e.To != id || e.Land.Value != 1) {
				t.Errorf("%s goes into %s on %s but lives on", id, e.To, e.Day)
			}
			if e.Day == last.To && e.To == id {
				t.Errorf("%s goes into itself on %s and ends", id, e.Day)
			}
		}
		if !ended {
			t.Errorf("%s ends on %s and nothing says why", id, last.To)
		}
	}
	if _, ok := names["16516.2025-07"]; !ok {
		t.Error("Nam Sầm Sơn, the second identity of 16516 in 2025, has another id")
	}
}

func TestCodesOfEarly2020FindTheirUnits(t *testing.T) {
	tree := thanhHoa(t)
	for _, r := range rows(t, "code-aliases.csv") {
		v, ok := tree.Code(r["code_2020_02"], "2020-02-02")
		if !ok || v.Code != r["code"] {
			t.Errorf("%s: found %q, want %s %s", r["code_2020_02"], v.Code, r["code"], r["full_name"])
		}
	}
	if v, _ := tree.Code("15028", "2019-11-30"); v.FullName != "Thị trấn Lang Chánh" || v.Code != "15028" {
		t.Errorf("before the alias 15028 is the township itself, not %s %s", v.Code, v.FullName)
	}
	if v, ok := tree.Code("15028", "2025-07-01"); ok {
		t.Errorf("the alias ends with its unit, but finds %s", v.FullName)
	}
}

func TestEveryVersionCarriesItsPathOfThatTime(t *testing.T) {
	tree := thanhHoa(t)
	for _, v := range tree.Versions() {
		for _, day := range []string{v.From, lastOf(v.To)} {
			want := string(v.Area) + "/"
			at := v
			for at.Parent != "" {
				p, ok := tree.On(at.Parent, day)
				if !ok {
					t.Fatalf("%s has no parent %s on %s", at.Area, at.Parent, day)
				}
				want = string(p.Area) + "/" + want
				at = p
			}
			if v.Path != want {
				t.Errorf("%s on %s: path %s, want %s", v.Area, day, v.Path, want)
			}
		}
	}
	v, _ := tree.On("16381.2016", "2024-12-31")
	w, _ := tree.On("16381.2016", "2025-01-01")
	if v.Path != "38.2016/405.2016/16381.2016/" || w.Path != "38.2016/380.2016/16381.2016/" {
		t.Errorf("Đông Hoàng: %s, then %s", v.Path, w.Path)
	}
}

func TestRowsOfADatabaseGiveTheSameTree(t *testing.T) {
	tree := thanhHoa(t)
	again, err := FromRows(tree, tree.Versions())
	if err != nil {
		t.Fatal(err)
	}
	a, b := tree.Versions(), again.Versions()
	if len(a) != len(b) {
		t.Fatalf("%d versions, then %d", len(a), len(b))
	}
	for i := range a {
		if a[i] != b[i] {
			t.Fatalf("%+v became %+v", a[i], b[i])
		}
	}
}

func TestAnAreaIsShownAsItIsNowAndNotAsItWillBe(t *testing.T) {
	tree, err := toy(`9,province,tinh,P,Tỉnh P,,2000-01-01,,,
93,commune,xa,C,Xã C,9,2000-01-01,2010-01-01,false,
93,commune,xa,D,Xã D,9,2010-01-01,,false,
`, `2010-01-01,rename,93,93,,,,,high,
`, `93,2000-01-01,107.0,20.0,1
`)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		id        ID
		day, name string
	}{{"93.2000", "2005-01-01", "Xã C"}, {"93.2000", "2011-01-01", "Xã D"}, {"93.2000", "1999-01-01", "Xã C"}} {
		if v, ok := tree.Lately(c.id, c.day); !ok || v.FullName != c.name {
			t.Errorf("%s on %s is %q", c.id, c.day, v.FullName)
		}
	}
	if _, ok := tree.Lately("77.2000", "2005-01-01"); ok {
		t.Error("what never was is shown")
	}
}
