package chart

import (
	"encoding/csv"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"

	"pgregory.net/rapid"
)

// province reads the communes of a day from the law's table; a commune of 2016
// has its district as group.
func province(t testing.TB, day string) []Site {
	read := func(name string) [][]string {
		f, err := os.Open("../../law/areas/" + name)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		rows, err := csv.NewReader(f).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		return rows[1:]
	}
	parent := map[string]string{}
	for _, r := range read("areas.csv") {
		if r[6] <= day && (r[7] == "" || r[7] > day) && len(r[5]) == 3 {
			parent[r[0]] = r[5]
		}
	}
	var sites []Site
	for _, r := range read("points.csv") {
		if r[1] != day {
			continue
		}
		var v [3]float64
		for i := range v {
			n, err := strconv.ParseFloat(r[2+i], 64)
			if err != nil {
				t.Fatal(err)
			}
			v[i] = n
		}
		sites = append(sites, Site{Key: r[0], Group: parent[r[0]], Lon: v[0], Lat: v[1], AreaKm2: v[2]})
	}
	return sites
}

func steps(key string) Fill {
	n, _ := strconv.Atoi(key)
	return Fill{Class: Steps[n%6], Title: "Xã " + key + ": 12,3 % (45/366 hộ)", Href: "/areas/" + key}
}

func TestEveryCommuneOfTheProvinceHasItsAreaOnTheMap(t *testing.T) {
	for _, c := range []struct {
		day      string
		communes int
	}{{"2016-01-01", 635}, {"2025-07-01", 166}} {
		sites := province(t, c.day)
		m := FromPoints(sites, 620)
		if len(m.Cells) != c.communes || len(m.Missing) != 0 {
			t.Fatalf("%s: %d cells, missing %v", c.day, len(m.Cells), m.Missing)
		}
		area := map[string]float64{}
		sum, drawn := 0.0, 0.0
		for _, s := range sites {
			area[s.Key] = s.AreaKm2
			sum += s.AreaKm2
		}
		for _, cell := range m.Cells {
			drawn += math.Abs(signedArea(cell.Rings[0]))
		}
		for _, cell := range m.Cells {
			share := math.Abs(signedArea(cell.Rings[0])) / drawn / (area[cell.Key] / sum)
			if share < 0.9 || share > 1.1 {
				t.Errorf("%s: %s of %.2f km² is drawn at %.2f of its share", c.day, cell.Key, area[cell.Key], share)
			}
		}
		svg := m.SVG(Picture{Label: "Tỷ lệ hộ nghèo", Fill: steps})
		if len(svg) > 200_000 {
			t.Errorf("%s: the map takes %d bytes", c.day, len(svg))
		}
		wellFormed(t, svg)
	}
}

func TestDistrictsAreOutlinedWhereThereAreDistricts(t *testing.T) {
	if m := FromPoints(province(t, "2016-01-01"), 620); m.between == "" || m.border == "" {
		t.Error("no outlines in 2016")
	}
	if m := FromPoints(province(t, "2025-07-01"), 620); m.between != "" || m.border == "" {
		t.Error("2025 has an outer border and no districts")
	}
}

func TestOrderOfTheCommunesDoesNotMatter(t *testing.T) {
	sites := province(t, "2025-07-01")
	want := FromPoints(sites, 620).SVG(Picture{Fill: steps})
	shuffled := append([]Site(nil), sites...)
	random := rand.New(rand.NewPCG(1, 2))
	random.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
	if FromPoints(shuffled, 620).SVG(Picture{Fill: steps}) != want {
		t.Error("another order, another map")
	}
}

func TestAwkwardPointsStillGiveAMap(t *testing.T) {
	line := func(n int, area func(int) float64) []Site {
		var out []Site
		for i := range n {
			out = append(out, Site{Key: fmt.Sprintf("%03d", i), Lon: 105 + float64(i)*0.01, Lat: 20, AreaKm2: area(i)})
		}
		return out
	}
	same := line(40, func(int) float64 { return 10 })
	for i := range same {
		same[i].Lon = 105
	}
	close := line(40, func(int) float64 { return 10 })
	for i := range close {
		close[i].Lon = 105 + float64(i)*2e-8
	}
	cases := map[string]struct {
		sites   []Site
		cells   int
		missing int
	}{
		"no commune":                        {nil, 0, 0},
		"one commune":                       {line(1, func(int) float64 { return 10 }), 1, 0},
		"two far apart":                     {[]Site{{Key: "a", Lon: 100, Lat: 10, AreaKm2: 1}, {Key: "b", Lon: 110, Lat: 20, AreaKm2: 1}}, 2, 0},
		"all on one line":                   {line(60, func(int) float64 { return 10 }), 60, 0},
		"on one line, growing":              {line(60, func(i int) float64 { return float64(i*i + 1) }), 60, 0},
		"all on one point":                  {same, 40, 0},
		"all within centimetres":            {close, 40, 0},
		"no area known":                     {line(5, func(int) float64 { return 0 }), 5, 0},
		"area below zero or not a number":   {line(5, func(i int) float64 { return []float64{5, -1, math.NaN(), math.Inf(1), 5}[i] }), 5, 0},
		"a tiny one inside a giant":         {[]Site{{Key: "a", Lon: 105, Lat: 20, AreaKm2: 5000}, {Key: "b", Lon: 105.001, Lat: 20, AreaKm2: 0.5}}, 2, 0},
		"a point outside the world is told": {[]Site{{Key: "a", Lon: 105, Lat: 20, AreaKm2: 5}, {Key: "b", Lon: 580000, Lat: 2190000, AreaKm2: 5}, {Key: "c", Lon: math.NaN(), Lat: 20, AreaKm2: 5}}, 1, 2},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			m := FromPoints(c.sites, 620)
			if len(m.Cells) != c.cells || len(m.Missing) != c.missing {
				t.Fatalf("%d cells, missing %v", len(m.Cells), m.Missing)
			}
			for _, cell := range m.Cells {
				for _, p := range cell.Rings[0] {
					if !(p[0] >= 0 && p[0] <= m.Width && p[1] >= 0 && p[1] <= m.Height+0.1) {
						t.Fatalf("%s reaches %v, outside of the drawing %.1f × %.1f", cell.Key, p, m.Width, m.Height)
					}
				}
			}
			wellFormed(t, m.SVG(Picture{Fill: steps}))
		})
	}
}

// The laws of the diagram: no place in two cells, every cell within its circle
// and with the area asked for.
func TestCellsAreDisjointAndWithinTheirCircles(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 60).Draw(t, "communes")
		spreadKm := rapid.Float64Range(1, 100).Draw(t, "spread")
		disks := make([]disk, n)
		want := make([]float64, n)
		for i := range disks {
			x := rapid.Float64Range(0, spreadKm).Draw(t, "x")
			y := rapid.Float64Range(0, spreadKm).Draw(t, "y")
			want[i] = rapid.Float64Range(0.5, 200).Draw(t, "area")
			disks[i] = disk{x, y, want[i] / math.Pi}
		}
		spread(disks)
		cells := settle(disks, want)
		for i, c := range cells {
			if c.area <= 0 {
				t.Fatalf("commune %d has no cell", i)
			}
			for _, e := range c.edges {
				if math.Hypot(e.ax, e.ay) > math.Sqrt(disks[i].w)*(1+1e-9) {
					t.Fatalf("commune %d leaves its circle", i)
				}
			}
		}
		rings := make([][]Point, n)
		for i, c := range cells {
			rings[i] = c.ring(disks[i], 0.001)
		}
		for range 200 {
			p := Point{rapid.Float64Range(-10, spreadKm+10).Draw(t, "px"), rapid.Float64Range(-10, spreadKm+10).Draw(t, "py")}
			in := -1
			for i, r := range rings {
				if !deepInside(r, p) {
					continue
				}
				if in >= 0 {
					t.Fatalf("%v lies in the cells of %d and %d", p, in, i)
				}
				in = i
			}
		}
	})
}

func TestAreasSettleToTheOnesGiven(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		// A jittered grid, as communes lie.
		side := rapid.IntRange(2, 12).Draw(t, "side")
		var disks []disk
		var want []float64
		for i := range side * side {
			a := rapid.Float64Range(2, 40).Draw(t, "area")
			x := float64(i%side)*4 + rapid.Float64Range(-1.5, 1.5).Draw(t, "dx")
			y := float64(i/side)*4 + rapid.Float64Range(-1.5, 1.5).Draw(t, "dy")
			disks, want = append(disks, disk{x, y, a / math.Pi}), append(want, a)
		}
		for i, c := range settle(disks, want) {
			if off := math.Abs(c.area/want[i] - 1); off > 0.01 {
				t.Fatalf("cell %d has %.3f km² instead of %.3f", i, c.area, want[i])
			}
		}
	})
}

// deepInside leaves out places within a hair of a convex ring's border.
func deepInside(ring []Point, p Point) bool {
	if len(ring) < 3 {
		return false
	}
	for i, a := range ring {
		b := ring[(i+1)%len(ring)]
		l := math.Hypot(b[0]-a[0], b[1]-a[1])
		if l > 1e-9 && ((b[0]-a[0])*(p[1]-a[1])-(b[1]-a[1])*(p[0]-a[0]))/l < 1e-6 {
			return false
		}
	}
	return true
}

func BenchmarkMapOf635Points(b *testing.B) {
	sites := province(b, "2016-01-01")
	for b.Loop() {
		FromPoints(sites, 620)
	}
}

func BenchmarkColour635Cells(b *testing.B) {
	m := FromPoints(province(b, "2016-01-01"), 620)
	for b.Loop() {
		m.SVG(Picture{Fill: steps})
	}
}
