package area

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"giamngheo/internal/fault"
)

func regroup(t testing.TB, tree *Tree, root ID, level Level, from, on string) *Regrouping {
	t.Helper()
	r, err := tree.Regroup(root, level, from, on)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// Whatever year's figures on whatever year's boundaries: a hundred households
// in every commune stay as many.
func TestFiguresOnOtherBoundariesKeepTheirTotal(t *testing.T) {
	tree := thanhHoa(t)
	days := []string{start, "2018-12-31", "2020-12-31", "2024-12-31", "2025-03-01", later}
	for _, from := range days {
		for _, on := range days {
			r := regroup(t, tree, province, "", from, on)
			total, estimated := 0.0, 0
			for _, v := range tree.Communes(province, from) {
				for _, p := range r.Of("", v.Area) {
					if p.Unit < 0 {
						t.Errorf("%s on %s: %s goes nowhere", from, on, v.FullName)
					}
					total += 100 * p.Share
					if p.Estimated {
						estimated++
					}
				}
			}
			if want := 100 * float64(len(tree.Communes(province, from))); math.Abs(total-want) > 1e-6 {
				t.Errorf("%s on %s: %v households, want %v", from, on, total, want)
			}
			if from == on && estimated > 0 {
				t.Errorf("%s on its own boundaries: %d estimates", from, estimated)
			}
			if on < "2025-01-01" && from < "2025-07-01" && from >= on && estimated > 0 {
				t.Errorf("%s on %s: districts are exact while they last, %d estimates", from, on, estimated)
			}
		}
	}
}

func TestDividedCommunesAreEstimatedAndOnlyThey(t *testing.T) {
	tree := thanhHoa(t)
	r := regroup(t, tree, province, "", start, later)
	var estimated []string
	for _, v := range tree.Communes(province, start) {
		if r.Of("", v.Area)[0].Estimated {
			estimated = append(estimated, v.Code)
		}
	}
	// the ten divided in 2025, the five that had joined one of them in 2019 or
	// 2024, and Hải Yến
	want := "14758 14992 15016 15271 15301 15328 15637 15772 15790 15793 15844 16264 16273 16379 16435 16651"
	if got := strings.Join(estimated, " "); got != want {
		t.Errorf("estimated: %s\nwant       %s", got, want)
	}
	if len(r.Units) != 166 {
		t.Errorf("%d rows", len(r.Units))
	}
}

func TestVillageDecidesWhereItsCommuneWasDivided(t *testing.T) {
	tree := withVillages(t,
		village("known", "Một", "14758.2016", start, "2025-07-01"),
		village("known", "Một", "14797.2025", "2025-07-01", ""),
		village("open", "Hai", "14758.2016", start, ""),
		village("gone", "Ba", "14758.2016", start, "2018-01-01"),
		village("late", "Bốn", "14797.2025", "2025-07-01", ""))
	r := regroup(t, tree, province, "", "2016-12-31", later)
	code := func(p Piece) string { return r.Units[p.Unit].Code }
	if p := r.Of("known", "14758.2016"); len(p) != 1 || code(p[0]) != "14797" || p[0].Estimated {
		t.Errorf("the village is known: %v", p)
	}
	for _, id := range []ID{"open", "gone", "never heard of"} {
		p := r.Of(id, "14758.2016")
		if len(p) != 2 || !p[0].Estimated || math.Abs(p[0].Share+p[1].Share-1) > 1e-9 {
			t.Errorf("%s: by shares, but %v", id, p)
		}
	}
	back := regroup(t, tree, "380.2016", "", later, "2020-12-31")
	if p := back.Of("known", "14797.2025"); len(p) != 1 || back.Units[p[0].Unit].Code != "14758" || p[0].Estimated {
		t.Errorf("back to 2020: %v", p)
	}
	if p := back.Of("late", "14797.2025"); len(p) < 2 || !p[0].Estimated {
		t.Errorf("a village of 2025 on the communes of 2020: %v", p)
	}
	if !r.Estimated(r.Of("known", "")[0].Unit) {
		t.Error("Hạc Thành holds a part of a divided ward")
	}
}

func TestRowsOfACommuneAreItsVillages(t *testing.T) {
	tree := withVillages(t,
		village("a", "1", "14755.2016", start, ""),
		village("b", "2", "14755.2016", start, ""),
		village("c", "3", "14761.2016", start, ""))
	r := regroup(t, tree, "14755.2016", "", start, start)
	if len(r.Units) != 2 || r.Units[0].Area != "a" {
		t.Fatalf("%+v", r.Units)
	}
	got := fmt.Sprint(r.Of("b", ""), r.Of("c", ""), r.Of("unknown", "14755.2016"), r.Of("", "14758.2016"))
	if got != "[{1 1 false}] [{-1 1 false}] [{-2 1 false}] [{-1 1 false}]" {
		t.Errorf("second village, elsewhere, here but no village known, elsewhere: %s", got)
	}
	// on later boundaries the village is in the commune its commune joined
	r = regroup(t, tree, "14758.2025", "", start, later)
	if len(r.Units) != 3 {
		t.Errorf("%d villages in Hàm Rồng of 2026", len(r.Units))
	}
}

func TestAnEndedRootSaysWhatBecameOfIt(t *testing.T) {
	tree := thanhHoa(t)
	_, err := tree.Regroup("380.2016", "", start, later)
	var f *fault.Error
	if !errors.As(err, &f) || f.Kind != fault.NotFound {
		t.Fatalf("%v", err)
	}
	for _, want := range []string{"Thành phố Thanh Hóa", "01/07/2025", "Phường Hạc Thành"} {
		if !strings.Contains(f.Message, want) {
			t.Errorf("%q does not name %s", f.Message, want)
		}
	}
	if _, err := tree.Regroup("14758.2025", "", later, start); !strings.Contains(err.Error(), "01/07/2025") {
		t.Errorf("before it began: %v", err)
	}
}

func TestPointsOfEveryCommuneOnEveryDay(t *testing.T) {
	tree := thanhHoa(t)
	for _, day := range []string{start, "2017-04-19", "2019-12-01", "2024-02-01", "2025-01-01", "2025-07-01", later} {
		points := tree.PointsOn(day)
		communes := tree.Communes(province, day)
		if len(points) != len(communes) {
			t.Errorf("%s: %d points for %d communes", day, len(points), len(communes))
		}
		land, derived := 0.0, 0
		for _, v := range communes {
			p := points[v.Area]
			if p.Lon < 104 || p.Lon > 106.6 || p.Lat < 19 || p.Lat > 21 {
				t.Errorf("%s: %s lies at %v", day, v.FullName, p)
			}
			land += p.Area
			if p.Derived {
				derived++
			}
		}
		if land < 11050 || land > 11120 {
			t.Errorf("%s: %v km²", day, land)
		}
		if measured := day == start || day >= "2025-07-01"; measured && derived > 0 {
			t.Errorf("%s: %d derived points in a measured list", day, derived)
		}
	}
	if p := tree.PointsOn("2019-12-01")["15055.2019"]; !p.Derived {
		t.Errorf("Lang Chánh of 2019 is a union: %+v", p)
	}
	if n := len(tree.PointsOn("2015-01-01")); n != 0 {
		t.Errorf("%d points before the data begin", n)
	}
}

func TestMarks(t *testing.T) {
	tree := withVillages(t, village("v", "Một", "14845.2016", start, ""))
	cases := []struct {
		why       string
		id        ID
		mark, day string
		want      Answer
		confirmed bool
	}{
		{"Mường Lát is a poor district", "384.2016", MarkPoorDistrict, start, Yes, true},
		{"its communes lie in one", "14848.2016", MarkPoorDistrict, start, Yes, true},
		{"its villages too", "v", MarkPoorDistrict, start, Yes, true},
		{"no districts, no poor district", "14848.2016", MarkPoorDistrict, later, No, true},
		{"Như Xuân is one in 2016", "402.2016", MarkPoorDistrict, start, Yes, true},
		{"in 2022 it is not named any more", "402.2016", MarkPoorDistrict, "2022-06-01", Unknown, false},
		{"Ngọc Lặc is a mountain district, not a poor one", "389.2016", MarkMountain, start, Yes, true},
		{"", "389.2016", MarkPoorDistrict, start, No, true},
		{"a village in the mountains", "v", MarkMountain, start, Yes, true},
		{"made of mountain communes", "15055.2019", MarkMountain, "2020-01-01", Yes, true},
		{"the coast of a commune is geometry", "14839.2016", MarkCoastal, start, Yes, false},
		{"Hải Châu is near the sea, but not confirmed", "16564.2016", MarkCoastal, start, Unknown, false},
		{"no list of extremely difficult communes is at hand", "14848.2016", MarkExtremelyDifficult, start, Unknown, false},
		{"before the data", "384.2016", MarkPoorDistrict, "2015-01-01", Unknown, false},
	}
	for _, c := range cases {
		got := tree.Mark(c.id, c.mark, c.day)
		if got.Value != c.want || got.Confirmed != c.confirmed {
			v, _ := tree.On(c.id, c.day)
			t.Errorf("%s (%s %s, %s): %+v", c.why, c.id, v.FullName, c.mark, got)
		}
	}
	poor, mountain := 0, 0
	for _, d := range tree.OfLevel(province, start, District) {
		if tree.Mark(d.Area, MarkPoorDistrict, start).Value == Yes {
			poor++
		}
		if tree.Mark(d.Area, MarkMountain, start).Value == Yes {
			mountain++
		}
	}
	if poor != 7 || mountain != 11 {
		t.Errorf("%d poor and %d mountain districts, want 7 and 11", poor, mountain)
	}
}

func TestAListOfTheInstallationGoesFirst(t *testing.T) {
	tree := withVillages(t, village("v", "Một", "14845.2016", start, ""))
	next := tree.WithMarks([]MarkPeriod{
		{Area: "14848.2016", Mark: MarkExtremelyDifficult, From: "2017-01-01", To: "2021-01-01", Value: Yes, Confirmed: true},
		{Area: "v", Mark: MarkExtremelyDifficult, From: "2017-01-01", Value: Yes, Confirmed: true},
	})
	for day, want := range map[string]Answer{"2016-12-31": Unknown, "2017-01-01": Yes, "2020-12-31": Yes, "2021-01-01": Unknown} {
		if got := next.Mark("14848.2016", MarkExtremelyDifficult, day).Value; got != want {
			t.Errorf("%s: %v, want %v", day, got, want)
		}
	}
	if next.Mark("v", MarkExtremelyDifficult, "2018-01-01").Value != Yes || tree.Mark("v", MarkExtremelyDifficult, "2018-01-01").Value != Unknown {
		t.Error("the list of villages")
	}
}
