package area

import (
	"math"
	"strconv"
	"testing"
)

const (
	start = "2016-01-01" // the first list
	later = "2026-01-01" // after the districts
)

// Following the changes one by one, the land of every commune of 2016 is found
// whole in 2025, but for the two whose shares no source gives.
func TestLandOfEveryCommuneIsFoundAgain(t *testing.T) {
	tree := thanhHoa(t)
	unknown := map[string]bool{}
	for _, v := range tree.Communes(province, start) {
		sum := known(0)
		for _, p := range tree.chain(v.Area, later) {
			sum = plus(sum, p.Land)
		}
		if !sum.Known {
			unknown[v.Code] = true
			continue
		}
		if math.Abs(sum.Value-1) > roundingOfShares {
			t.Errorf("%s %s: shares sum to %v", v.Code, v.FullName, sum.Value)
		}
	}
	if len(unknown) != 2 || !unknown["16651"] || !unknown["16273"] {
		t.Errorf("no shares for %v, want 16651 and 16273", unknown)
	}
}

func TestSuccessorsAreThoseOfTheCrosswalk(t *testing.T) {
	tree := thanhHoa(t)
	want := map[string]map[string]string{}
	for _, r := range rows(t, "crosswalk-2016-2025.csv") {
		if want[r["code_2016"]] == nil {
			want[r["code_2016"]] = map[string]string{}
		}
		want[r["code_2016"]][r["code_2025"]] = r["share"]
	}
	if len(want) != 635 {
		t.Fatalf("%d communes in the crosswalk", len(want))
	}
	for code, targets := range want {
		v, _ := tree.Code(code, start)
		parts := tree.Successors(v.Area, start, "2025-07-01")
		if len(parts) != len(targets) {
			t.Errorf("%s: %d successors, want %v", code, len(parts), targets)
		}
		people := 0.0
		for _, p := range parts {
			to, _ := tree.On(p.Area, "2025-07-01")
			share, _ := strconv.ParseFloat(targets[to.Code], 64)
			if targets[to.Code] == "" || math.Abs(share-p.Land.Value) > 1e-9 {
				t.Errorf("%s → %s: share %v, want %s", code, to.Code, p.Land.Value, targets[to.Code])
			}
			if p.Estimated != (len(targets) > 1 || code == "16273" || code == "14992") {
				t.Logf("%s → %s: estimated %v", code, to.Code, p.Estimated)
			}
			people += p.People.Value
		}
		if math.Abs(people-1) > roundingOfShares {
			t.Errorf("%s: people sum to %v", code, people)
		}
	}
}

// A source's figure of the people goes before the land; land that went without
// people takes none.
func TestPeopleGoBySourcesBeforeLand(t *testing.T) {
	tree := thanhHoa(t)
	cases := []struct {
		why, code, from, on, to string
		people                  float64
	}{
		{"the press counted 4,471 of 5,356 in Nguyên Bình", "16651", start, "2025-01-01", "16609", 0.835},
		{"and 885 in Tĩnh Hải", "16651", start, "2025-01-01", "16642", 0.165},
		{"so nobody is left for Mai Lâm", "16651", start, "2025-01-01", "16645", 0},
		{"the land went to Hải Bình, the people did not", "16651", start, later, "16645", 0.165},
		{"no people moved from Thiệu Hóa to Thiệu Quang", "15772", "2025-06-30", "2025-07-01", "15796", 0},
		{"nor counted from 2016", "15772", start, "2025-07-01", "15796", 0},
		{"only the land is known", "14758", "2025-06-30", "2025-07-01", "14797", 0.51},
	}
	for _, c := range cases {
		v, _ := tree.Code(c.code, c.from)
		found := false
		for _, p := range tree.Successors(v.Area, c.from, c.on) {
			to, _ := tree.On(p.Area, c.on)
			if to.Code != c.to {
				continue
			}
			found = true
			if !p.People.Known || math.Abs(p.People.Value-c.people) > 1e-9 || !p.Estimated {
				t.Errorf("%s: %+v", c.why, p)
			}
		}
		if !found {
			t.Errorf("%s: %s is no successor", c.why, c.to)
		}
	}
}

func TestUnknownSharesStayUnknown(t *testing.T) {
	tree := thanhHoa(t)
	v, _ := tree.Code("16273", "2025-06-30")
	parts := tree.chain(v.Area, "2025-07-01")
	if len(parts) != 2 || parts[0].People.Known || parts[1].Land.Known {
		t.Errorf("Thanh Tân: %+v", parts)
	}
	// From its extent of 2016 the crosswalk says that the rest lies below the
	// error of the measurement: one target, marked as estimated.
	parts = tree.Successors(v.Area, "2025-06-30", "2025-07-01")
	if len(parts) != 1 || !parts[0].Estimated {
		t.Errorf("Thanh Tân by the crosswalk: %+v", parts)
	}
}

// The crosswalk speaks of the communes of 2016. One that has grown since is
// followed by the changes.
func TestCrosswalkIsNotUsedForLandThatGrew(t *testing.T) {
	tree := thanhHoa(t)
	v, _ := tree.Code("15271", "2025-06-30") // Hà Trung township, with Hà Phong since 2019
	for _, p := range tree.Successors(v.Area, "2025-06-30", "2025-07-01") {
		to, _ := tree.On(p.Area, "2025-07-01")
		if to.Code == "15271" && p.Land.Value != 0.962 {
			t.Errorf("the township of 2025: %v", p.Land.Value)
		}
	}
	for _, p := range tree.Successors(v.Area, "2016-06-01", "2025-07-01") {
		to, _ := tree.On(p.Area, "2025-07-01")
		if to.Code == "15271" && p.Land.Value != 0.916 {
			t.Errorf("the township of 2016: %v", p.Land.Value)
		}
	}
}

func TestPredecessorsSumToOne(t *testing.T) {
	tree := thanhHoa(t)
	origins := tree.originsOn(start, later, Commune)
	seen := map[ID]bool{}
	for _, v := range tree.Communes(province, later) {
		parts := origins[v.Area]
		land, people := known(0), known(0)
		for _, p := range parts {
			land, people = plus(land, p.Land), plus(people, p.People)
			seen[p.Area] = true
			if p.Estimated != (len(parts) > 1) {
				t.Errorf("%s: estimated %v with %d origins", v.FullName, p.Estimated, len(parts))
			}
		}
		if math.Abs(land.Value-1) > 1e-9 || math.Abs(people.Value-1) > 1e-9 {
			t.Errorf("%s: land %v, people %v of %d origins", v.FullName, land, people, len(parts))
		}
	}
	if len(seen) != 635 {
		t.Errorf("%d communes of 2016 are origins", len(seen))
	}
}

func TestWhatBecameOfADistrict(t *testing.T) {
	tree := thanhHoa(t)
	if heirs := tree.Heirs("405.2016", "2025-03-01"); len(heirs) != 1 || heirs[0] != "380.2016" {
		t.Errorf("Đông Sơn in March 2025: %v", heirs)
	}
	var codes []string
	for _, id := range tree.Heirs("405.2016", later) {
		v, _ := tree.On(id, later)
		codes = append(codes, v.Code)
	}
	if len(codes) != 3 || codes[0] != "15853" || codes[1] != "16378" || codes[2] != "16417" {
		t.Errorf("Đông Sơn in 2026 lies in %v, not in the whole city", codes)
	}
}

func TestStoryTellsOriginsAndOutcome(t *testing.T) {
	tree := thanhHoa(t)
	before, after := tree.Story("14758.2025", later)
	if len(after) != 0 || len(before) != 6 {
		t.Errorf("Hàm Rồng: %d before, %d after", len(before), len(after))
	}
	before, after = tree.Story("16651.2016", "2020-01-01")
	if len(before) != 0 || len(after) != 8 {
		t.Errorf("Hải Yến: %d before, %d after", len(before), len(after))
	}
}
