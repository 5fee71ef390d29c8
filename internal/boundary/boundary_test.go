package boundary

import (
	"fmt"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// mosaic is a grid of communes whose borders zigzag; neighbours share points.
func mosaic(side, zigzag int) []Area {
	wave := func(k int) float64 {
		if k%zigzag == 0 {
			return 0
		}
		return 0.0004 * float64(1-2*(k%2))
	}
	var areas []Area
	for row := range side {
		for col := range side {
			var ring Ring
			x, y := 105+float64(col)*0.1, 20+float64(row)*0.1
			at := func(k int) float64 { return float64(k) * 0.1 / float64(zigzag) }
			for k := range zigzag {
				ring = append(ring, [2]float64{x + at(k), y + wave(k)})
			}
			for k := range zigzag {
				ring = append(ring, [2]float64{x + 0.1 + wave(k), y + at(k)})
			}
			for k := zigzag; k > 0; k-- {
				ring = append(ring, [2]float64{x + at(k), y + 0.1 + wave(k)})
			}
			for k := zigzag; k > 0; k-- {
				ring = append(ring, [2]float64{x + wave(k), y + at(k)})
			}
			areas = append(areas, Area{Code: fmt.Sprint(row, "-", col), Polygons: []Polygon{{ring}}})
		}
	}
	return areas
}

func TestAreaOnTheEllipsoid(t *testing.T) {
	square := []Polygon{{{{105, 20}, {106, 20}, {106, 21}, {105, 21}}}}
	// The integral of the two radii of curvature over the square, computed
	// apart: 11 548.38 km².
	if km := AreaKm2(square); math.Abs(km-11548.38) > 0.01 {
		t.Errorf("a degree square is %.2f km²", km)
	}
	whole := []Polygon{{{{-180, -90}, {180, -90}, {180, 90}, {-180, 90}}}}
	if km := AreaKm2(whole); math.Abs(km-510_065_622) > 1000 {
		t.Errorf("the earth is %.0f km²", km)
	}
	holed := []Polygon{{square[0][0], {{105.5, 20.5}, {105.6, 20.5}, {105.6, 20.6}, {105.5, 20.6}}}}
	if less := AreaKm2(square) - AreaKm2(holed); math.Abs(less-115.5) > 0.5 {
		t.Errorf("the hole takes %.1f km²", less)
	}
}

func TestCentroid(t *testing.T) {
	c, ok := Centroid([]Polygon{{{{105, 20}, {106, 20}, {106, 21}, {105, 21}}}})
	if !ok || math.Hypot(c[0]-105.5, c[1]-20.5) > 1e-9 {
		t.Errorf("%v", c)
	}
	c, ok = Centroid([]Polygon{{{{105, 20}, {107, 20}, {107, 21}, {105, 21}}, {{106, 20}, {106, 21}, {107, 21}, {107, 20}}}})
	if !ok || math.Hypot(c[0]-105.5, c[1]-20.5) > 1e-9 {
		t.Errorf("with the eastern half cut out: %v", c)
	}
	if _, ok := Centroid(nil); ok {
		t.Error("nothing has no centre")
	}
}

func TestThinningKeepsNeighboursTogether(t *testing.T) {
	areas := mosaic(4, 20)
	thin := Simplify(areas, 0.2)
	before, after := 0, 0
	for i, a := range thin {
		before, after = before+areas[i].Points(), after+a.Points()
		if math.Abs(AreaKm2(a.Polygons)/AreaKm2(areas[i].Polygons)-1) > 0.03 {
			t.Errorf("%s went from %.2f to %.2f km²", a.Code, AreaKm2(areas[i].Polygons), AreaKm2(a.Polygons))
		}
	}
	if after*5 > before {
		t.Errorf("%d points of %d are left", after, before)
	}
	// Every side of the thinned map is an outer one or is passed once in each
	// direction: no gap, no overlap.
	type side [4]float64
	passed := map[side]int{}
	for _, a := range thin {
		r := a.Polygons[0][0]
		for i, p := range r {
			q := r[(i+1)%len(r)]
			passed[side{p[0], p[1], q[0], q[1]}]++
		}
	}
	alone := 0
	for s, n := range passed {
		if n != 1 {
			t.Fatalf("side %v is passed %d times in one direction", s, n)
		}
		if passed[side{s[2], s[3], s[0], s[1]}] == 0 {
			alone++
		}
	}
	if alone != 16 {
		t.Errorf("%d outer sides, want the 16 straight ones of a 4 by 4 map", alone)
	}
}

// A line made so that each cut takes off one point costs the square of its
// length unless it is cut into pieces first.
func TestALineMadeToBeSlowIsThinnedInTime(t *testing.T) {
	var ring Ring
	const n = 200_000
	for i := range n {
		x := float64(i) / n
		ring = append(ring, [2]float64{105 + x, 20 + x*x})
	}
	thin := Simplify([]Area{{Code: "1", Polygons: []Polygon{{ring}}}}, 1e-9)
	if len(thin[0].Polygons) != 1 {
		t.Error("the area is gone")
	}
}

func TestAnIsletGoesButNotTheLastRing(t *testing.T) {
	islet := Polygon{{{105.5, 20}, {105.5005, 20}, {105.5005, 20.0005}, {105.5, 20.0005}}}
	big := Polygon{{{105, 20}, {105.1, 20}, {105.1, 20.1}, {105, 20.1}}}
	thin := Simplify([]Area{{Code: "1", Polygons: []Polygon{islet, big}}, {Code: "2", Polygons: []Polygon{islet}}}, 1)
	if len(thin[1].Polygons) != 1 {
		t.Errorf("the commune that is an islet was lost: %v", thin[1])
	}
	alone := Simplify([]Area{{Code: "1", Polygons: []Polygon{islet, big}}}, 1)
	if len(alone[0].Polygons) != 1 || len(alone[0].Polygons[0][0]) != 4 {
		t.Errorf("the islet stays or the commune went: %v", alone)
	}
}

func TestAnEnclaveIsSharedByBoth(t *testing.T) {
	hole := Ring{{105.4, 20.4}, {105.6, 20.4}, {105.6, 20.6}, {105.4, 20.6}}
	inner := Ring{hole[2], hole[1], hole[0], hole[3]} // other start, other direction
	n := NewNet([]Area{
		{Code: "around", Polygons: []Polygon{{{{105, 20}, {106, 20}, {106, 21}, {105, 21}}, hole}}},
		{Code: "within", Polygons: []Polygon{{inner}}},
	})
	if got := fmt.Sprint(n.Users); got != "[[0] [0 1]]" {
		t.Errorf("users of the arcs: %s", got)
	}
}

func TestPackedRingsComeBackToATenthOfAMetre(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var polygons []Polygon
		for range rapid.IntRange(0, 4).Draw(t, "polygons") {
			var polygon Polygon
			for range rapid.IntRange(0, 3).Draw(t, "rings") {
				ring := Ring{}
				for range rapid.IntRange(0, 20).Draw(t, "points") {
					ring = append(ring, [2]float64{rapid.Float64Range(-180, 180).Draw(t, "lon"), rapid.Float64Range(-90, 90).Draw(t, "lat")})
				}
				polygon = append(polygon, ring)
			}
			polygons = append(polygons, polygon)
		}
		packed := Pack(polygons)
		back, err := Unpack(packed)
		if err != nil {
			t.Fatal(err)
		}
		if len(back) != len(polygons) {
			t.Fatalf("%d polygons of %d", len(back), len(polygons))
		}
		for i := range polygons {
			if len(back[i]) != len(polygons[i]) {
				t.Fatalf("polygon %d has %d rings", i, len(back[i]))
			}
			for k := range polygons[i] {
				if len(back[i][k]) != len(polygons[i][k]) {
					t.Fatalf("ring %d of %d has %d points", k, i, len(back[i][k]))
				}
				for n, p := range polygons[i][k] {
					if q := back[i][k][n]; math.Abs(p[0]-q[0]) > 6e-7 || math.Abs(p[1]-q[1]) > 6e-7 {
						t.Fatalf("%v came back as %v", p, q)
					}
				}
			}
		}
		if Pack(back) != packed {
			t.Fatal("packing again gives another text")
		}
	})
}

func TestDamagedPackedRingsAreRefused(t *testing.T) {
	good := Pack([]Polygon{{{{105, 20}, {106, 20}, {106, 21}}}})
	for name, s := range map[string]string{
		"empty": "", "not base64": "!!!", "another version": "Ag" + good[2:], "cut off": good[:len(good)-4],
		"more behind": good + "AAAA", "a count without points": "AQH/////DwA",
	} {
		if got, err := Unpack(s); err == nil {
			t.Errorf("%s: read %v", name, got)
		}
	}
}

func FuzzUnpack(f *testing.F) {
	f.Add(Pack([]Polygon{{{{105, 20}, {106, 20}, {106, 21}}}}))
	f.Add(strings.Repeat("A", 40))
	f.Fuzz(func(t *testing.T, s string) {
		polygons, err := Unpack(s)
		if err != nil {
			return
		}
		if again, err := Unpack(Pack(polygons)); err != nil || len(again) != len(polygons) {
			t.Fatalf("not packed again: %v", err)
		}
	})
}

func BenchmarkThin(b *testing.B) {
	areas := mosaic(25, 12)
	for b.Loop() {
		Simplify(areas, 0.05)
	}
}
