package area

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"testing/fstest"

	"pgregory.net/rapid"

	"giamngheo/law"
)

// toy writes the tables of a small province and loads them.
func toy(areas, changes, points string) (*Tree, error) {
	rules := `
levels: [{id: province}, {id: district}, {id: commune}, {id: village, follows_parent: true}]
types: [{id: tinh, level: province, word: Tỉnh}, {id: xa, level: commune, word: Xã, short: [x]}]
marks: {from: "2000-01-01"}
`
	return Load(toyFiles(rules, areas, changes, points))
}

func toyFiles(rules, areas, changes, points string) fstest.MapFS {
	return fstest.MapFS{
		"areas/areas.yaml":  {Data: []byte(rules)},
		"areas/areas.csv":   {Data: []byte("code,level,type,name,full_name,parent_code,valid_from,valid_to,urban,source\n" + areas)},
		"areas/changes.csv": {Data: []byte("date,kind,from_code,to_code,share,pop_share,overlay_share,source,confidence,note\n" + changes)},
		"areas/points.csv":  {Data: []byte("code,valid_on,lon,lat,area_km2\n" + points)},
	}
}

// A province of two levels: communes hang under it from the beginning.
func TestATreeOfTwoLevels(t *testing.T) {
	tree, err := toy(`9,province,tinh,P,Tỉnh P,,2000-01-01,,,
91,commune,xa,A,Xã A,9,2000-01-01,,false,
92,commune,xa,B,Xã B,9,2000-01-01,2010-01-01,false,
93,commune,xa,C,Xã C,9,2000-01-01,2010-01-01,false,
93,commune,xa,D,Xã D,9,2010-01-01,,false,
`, `2010-01-01,split,92,91,0.25,,,,low,
2010-01-01,split,92,93,0.75,,,,low,
2010-01-01,merge,93,93,1,,,,high,
`, `91,2000-01-01,105.0,20.0,10
92,2000-01-01,106.0,20.0,4
93,2000-01-01,107.0,20.0,1
`)
	if err != nil {
		t.Fatal(err)
	}
	if n := len(tree.OfLevel("9.2000", "2005-01-01", District)); n != 0 {
		t.Errorf("%d districts", n)
	}
	if n := len(tree.Communes("9.2000", "2010-01-01")); n != 2 {
		t.Errorf("%d communes", n)
	}
	tree, err = tree.WithVillages([]Version{
		village("a", "a", "91.2000", "2000-01-01", ""),
		village("c", "c", "93.2000", "2000-01-01", ""),
		village("b", "b", "92.2000", "2000-01-01", ""),
	})
	if err != nil {
		t.Fatal(err)
	}
	if v, _ := tree.On("c", "2011-01-01"); v.Path != "9.2000/93.2010/c/" || v.Unplaced {
		t.Errorf("the village of C: %+v", v)
	}
	if v, _ := tree.On("b", "2011-01-01"); !v.Unplaced {
		t.Errorf("the village of the divided B: %+v", v)
	}
	r, err := tree.Regroup("9.2000", "", "2005-01-01", "2015-01-01")
	if err != nil {
		t.Fatal(err)
	}
	got := fmt.Sprint(r.Of("b", "92.2000"), r.Of("c", ""), r.Of("a", ""))
	if want := "[{0 0.25 true} {1 0.75 true}] [{1 1 false}] [{0 1 false}]"; got != want {
		t.Errorf("forward: %s, want %s", got, want)
	}
	// backwards by km²: D of 2010 is 3 of B's 4 km² and C's 1
	r, err = tree.Regroup("9.2000", "", "2015-01-01", "2005-01-01")
	if err != nil {
		t.Fatal(err)
	}
	pieces := r.Of("nobody", "93.2010")
	if len(pieces) != 2 || r.Units[pieces[0].Unit].Code != "92" || math.Abs(pieces[0].Share-0.75) > 1e-9 || !pieces[0].Estimated {
		t.Errorf("backward: %v", pieces)
	}
	if p := tree.PointsOn("2010-01-01")["93.2010"]; math.Abs(p.Area-4) > 1e-9 || math.Abs(p.Lon-106.25) > 1e-9 || !p.Derived {
		t.Errorf("the point of D: %+v", p)
	}
}

func TestUnknownSharesGoNowhere(t *testing.T) {
	tree, err := toy(`9,province,tinh,P,Tỉnh P,,2000-01-01,,,
91,commune,xa,A,Xã A,9,2000-01-01,,false,
92,commune,xa,B,Xã B,9,2000-01-01,2010-01-01,false,
93,commune,xa,C,Xã C,9,2000-01-01,,false,
`, `2010-01-01,split,92,91,,0.4,,,low,
2010-01-01,split,92,93,,,,,low,
`, ``)
	if err != nil {
		t.Fatal(err)
	}
	r, err := tree.Regroup("9.2000", "", "2005-01-01", "2015-01-01")
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(r.Of("", "92.2000")); got != "[{-2 0.6 true} {0 0.4 true}]" {
		t.Errorf("%s: what no source tells must not be given to C", got)
	}
}

// Three thirds to three decimals are 0.999; the people are all there.
func TestRoundedSharesLoseNobody(t *testing.T) {
	tree, err := toy(`9,province,tinh,P,Tỉnh P,,2000-01-01,,,
91,commune,xa,A,Xã A,9,2000-01-01,,false,
92,commune,xa,B,Xã B,9,2000-01-01,2010-01-01,false,
93,commune,xa,C,Xã C,9,2000-01-01,,false,
94,commune,xa,D,Xã D,9,2000-01-01,,false,
`, `2010-01-01,split,92,91,0.333,,,,low,
2010-01-01,split,92,93,0.333,,,,low,
2010-01-01,split,92,94,0.333,,,,low,
`, ``)
	if err != nil {
		t.Fatal(err)
	}
	r, err := tree.Regroup("9.2000", "", "2005-01-01", "2015-01-01")
	if err != nil {
		t.Fatal(err)
	}
	sum := 0.0
	for _, p := range r.Of("", "92.2000") {
		sum += p.Share
	}
	if math.Abs(sum-1) > 1e-9 {
		t.Errorf("%v", sum)
	}
}

func TestTablesThatContradictThemselvesAreRefused(t *testing.T) {
	const head = "9,province,tinh,P,Tỉnh P,,2000-01-01,,,\n"
	cases := []struct{ why, areas, changes, points, want string }{
		{"a code valid twice", head + "91,commune,xa,A,Xã A,9,2000-01-01,,,\n91,commune,xa,B,Xã B,9,2005-01-01,,,\n", "", "", "valid twice"},
		{"a change without a row", head + "91,commune,xa,A,Xã A,9,2000-01-01,2005-01-01,,\n91,commune,xa,B,Xã B,9,2005-01-01,,,\n", "", "", "no row"},
		{"a parent that is not there", head + "91,commune,xa,A,Xã A,8,2000-01-01,,,\n", "", "", "parent 8"},
		{"a parent that ends too early", head + "8,district,,D,D,9,2000-01-01,2005-01-01,,\n91,commune,xa,A,Xã A,8,2000-01-01,,,\n", "2005-01-01,abolish,8,,,,,,high,\n", "", "parent 8"},
		{"a change of what does not exist", head, "2005-01-01,merge,77,9,1,,,,high,\n", "", "77"},
		{"a day that is none", head + "91,commune,xa,A,Xã A,9,2000-02-30,,,\n", "", "", "line 3"},
		{"a share above one", head, "2005-01-01,merge,9,9,1.2,,,,high,\n", "", "share"},
		{"a share that is no number", head, "2005-01-01,merge,9,9,NaN,,,,high,\n", "", "share"},
		{"a row cut short", head + "91,commune\n", "", "", "wrong number of fields"},
		{"a point of nothing", head, "", "77,2000-01-01,1,1,1\n", "77"},
	}
	for _, c := range cases {
		_, err := toy(c.areas, c.changes, c.points)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, should name %q", c.why, err, c.want)
		}
	}
}

// A random life of a province: each year some communes merge, are divided, or
// change parent.
func randomTree(t *rapid.T) *Tree {
	type unit struct {
		code, name, from, parent string
	}
	var areas, changes, points strings.Builder
	add := func(u unit, to string) {
		fmt.Fprintf(&areas, "%s,commune,xa,%s,Xã %s,%s,%s,%s,false,\n", u.code, u.name, u.name, u.parent, u.from, to)
	}
	areas.WriteString("9,province,tinh,P,Tỉnh P,,2000-01-01,,,\n8,district,,D,D,9,2000-01-01,,,\n7,district,,E,E,9,2000-01-01,,,\n")
	var now []unit
	for i := range rapid.IntRange(2, 6).Draw(t, "communes") {
		u := unit{fmt.Sprint(910 + i), fmt.Sprint("n", i), "2000-01-01", rapid.SampledFrom([]string{"7", "8", "9"}).Draw(t, "parent")}
		now = append(now, u)
		fmt.Fprintf(&points, "%s,2000-01-01,105.%d,20.0,%d\n", u.code, i, i+1)
	}
	for year := 2001; year <= 2000+rapid.IntRange(1, 4).Draw(t, "years"); year++ {
		day := fmt.Sprintf("%d-01-01", year)
		switch what := rapid.SampledFrom([]string{"merge", "split", "reparent"}).Draw(t, "event"); {
		case what == "merge" && len(now) >= 2:
			a, b := now[0], now[1]
			add(a, day)
			fmt.Fprintf(&changes, "%s,merge,%s,%s,1,,,,high,\n%s,merge,%s,%s,1,,,,high,\n", day, a.code, b.code, day, b.code, b.code)
			if rapid.Bool().Draw(t, "newName") {
				add(b, day)
				b.name, b.from = fmt.Sprint("m", year), day
			}
			now = append(now[2:], b)
		case what == "split" && len(now) >= 3:
			a := now[0]
			add(a, day)
			share := rapid.IntRange(1, 9).Draw(t, "tenths")
			fmt.Fprintf(&changes, "%s,split,%s,%s,0.%d,,,,low,\n%s,split,%s,%s,0.%d,,,,low,\n",
				day, a.code, now[1].code, share, day, a.code, now[2].code, 10-share)
			now = now[1:]
		case what == "reparent":
			a := now[0]
			add(a, day)
			fmt.Fprintf(&changes, "%s,reparent,%s,%s,1,,,,high,\n", day, a.code, a.code)
			a.from, a.parent = day, rapid.SampledFrom([]string{"7", "8", "9"}).Draw(t, "parent")
			now = append(now[1:], a)
		}
	}
	for _, u := range now {
		add(u, "")
	}
	tree, err := toy(areas.String(), changes.String(), points.String())
	if err != nil {
		t.Fatalf("%v\n%s\n%s", err, areas.String(), changes.String())
	}
	var villages []Version
	for i, v := range tree.Communes("9.2000", "2000-01-01") {
		villages = append(villages, village(ID(fmt.Sprint("v", i)), fmt.Sprint(i), v.Area, "2000-01-01", ""))
	}
	if tree, err = tree.WithVillages(villages); err != nil {
		t.Fatal(err)
	}
	return tree
}

func TestPathsPrefixesAndCoversAgree(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tree := randomTree(t)
		for year := 2000; year <= 2005; year++ {
			day := fmt.Sprintf("%d-06-01", year)
			all := tree.Under("9.2000", day, "")
			for _, root := range all {
				below := map[ID]bool{}
				for _, v := range tree.Under(root.Area, day, "") {
					below[v.Area] = true
				}
				low, high := PathRange(root.Path)
				for _, v := range all {
					covered := tree.Covers(root.Area, v.Area, day)
					if covered != below[v.Area] || covered != (v.Path >= low && v.Path < high) {
						t.Fatalf("%s: %s covers %s: %v, tree says %v", day, root.Path, v.Path, covered, below[v.Area])
					}
				}
			}
			if n := len(tree.OfLevel("9.2000", day, Village)); n != len(tree.OfLevel("9.2000", "2000-01-01", Village)) {
				t.Fatalf("%s: a village was lost", day)
			}
		}
	})
}

func TestRegroupingLosesNobody(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tree := randomTree(t)
		day := func(label string) string {
			return fmt.Sprintf("%d-06-01", rapid.IntRange(2000, 2005).Draw(t, label))
		}
		from, on := day("from"), day("on")
		root := rapid.SampledFrom([]ID{"9.2000", "8.2000"}).Draw(t, "root")
		level := rapid.SampledFrom([]Level{"", Commune}).Draw(t, "level")
		r, err := tree.Regroup(root, level, from, on)
		if err != nil {
			t.Fatal(err)
		}
		for _, v := range tree.Under("9.2000", from, "") {
			if v.Level != Commune && v.Level != Village {
				continue
			}
			sum := 0.0
			pieces := r.Of(v.Area, v.Parent)
			for _, p := range pieces {
				sum += p.Share
				if p.Unit < Nowhere || p.Unit >= len(r.Units) || p.Share < 0 {
					t.Fatalf("%+v", p)
				}
			}
			if math.Abs(sum-1) > 1e-9 {
				t.Fatalf("%s of %s on %s: %v", v.Area, from, on, pieces)
			}
			if from == on && root == "9.2000" && !v.Unplaced && (len(pieces) != 1 || pieces[0].Estimated || pieces[0].Unit < 0) {
				t.Fatalf("on its own day %s is %v", v.Area, pieces)
			}
		}
	})
}

func TestLandOfARandomProvinceIsKept(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tree := randomTree(t)
		want := tree.landOn("2000-01-01")["9.2000"]
		for year := 2000; year <= 2005; year++ {
			if got := tree.landOn(fmt.Sprintf("%d-06-01", year))["9.2000"]; math.Abs(got-want) > 1e-6 {
				t.Fatalf("%d: %v km², want %v", year, got, want)
			}
		}
	})
}

func FuzzTables(f *testing.F) {
	read := func(name string) string {
		raw, err := law.Files.ReadFile("areas/" + name)
		if err != nil {
			f.Fatal(err)
		}
		lines := strings.SplitAfter(string(raw), "\n")
		return strings.Join(lines[1:min(len(lines), 30)], "")
	}
	rules, err := law.Files.ReadFile("areas/areas.yaml")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(rules), read("areas.csv"), read("changes.csv"), read("points.csv"))
	plain := "levels: [{id: province}, {id: commune}, {id: village, follows_parent: true}]\nmarks: {from: \"2000-01-01\"}\n"
	f.Add(plain, "9,province,tinh,P,P,,2000-01-01,,,\n91,commune,xa,A,A,9,2000-01-01,,,\n", "2001-01-01,merge,91,91,1,,,,high,\n", "91,2000-01-01,1,1,1\n")
	f.Fuzz(func(t *testing.T, rules, areas, changes, points string) {
		tree, err := Load(toyFiles(rules, areas, changes, points))
		if err != nil {
			return
		}
		for _, v := range tree.Versions() {
			if !strings.HasSuffix(v.Path, string(v.Area)+"/") {
				t.Fatalf("%+v", v)
			}
			tree.Successors(v.Area, v.From, "2030-01-01")
			tree.Heirs(v.Area, "2030-01-01")
			tree.Story(v.Area, v.From)
		}
		for _, root := range tree.Roots("2000-06-01") {
			if _, err := tree.Regroup(root.Area, "", "2000-06-01", "2000-01-01"); err != nil {
				continue
			}
		}
	})
}
