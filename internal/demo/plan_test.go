package demo

import (
	"math"
	"testing"

	"giamngheo/internal/area"
	"giamngheo/internal/standard"

	"pgregory.net/rapid"
)

func TestSharesSumExactlyWithinTheirBounds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 40).Draw(t, "n")
		weights, floors, caps := make([]float64, n), make([]int, n), make([]int, n)
		low, high := 0, 0
		for i := range n {
			weights[i] = rapid.Float64Range(0.001, 10).Draw(t, "weight")
			floors[i] = rapid.IntRange(0, 30).Draw(t, "floor")
			caps[i] = floors[i] + rapid.IntRange(0, 100).Draw(t, "room")
			low, high = low+floors[i], high+caps[i]
		}
		total := rapid.IntRange(low, high).Draw(t, "total")
		sum := 0
		for i, k := range share(total, weights, floors, caps) {
			if k < floors[i] || k > caps[i] {
				t.Fatalf("%d gets %d, outside %d to %d", i, k, floors[i], caps[i])
			}
			sum += k
		}
		if sum != total {
			t.Fatalf("the shares of %d sum to %d", total, sum)
		}
	})
}

func TestSharesAreTheLargestRemainders(t *testing.T) {
	got := share(10, []float64{45, 35, 15, 5}, all(4, 0), all(4, 10)) // quotas 4.5, 3.5, 1.5, 0.5
	for i, want := range []int{5, 4, 1, 0} {
		if got[i] != want {
			t.Fatalf("%v", got)
		}
	}
}

func planned(t testing.TB, law *area.Tree, households int, seed uint64) *generator {
	t.Helper()
	g, err := newGenerator(Deps{Province: province, Law: standard.Law(), Tree: func() *area.Tree { return law }}, Options{Households: households, Seed: seed})
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func TestThePlanOfAnySizeAddsUp(t *testing.T) {
	law := lawTree(t)
	rapid.Check(t, func(r *rapid.T) {
		n := rapid.OneOf(rapid.IntRange(Least, 1000), rapid.IntRange(1000, 30000)).Draw(r, "households")
		g := planned(t, law, n, rapid.Uint64().Draw(r, "seed"))
		for y, want := range published(t, n) {
			households, poor, near := 0, 0, 0
			for _, c := range g.communes {
				households, poor, near = households+c.households[y], poor+c.poor[y], near+c.near[y]
				if len(c.villages) == 0 || c.households[y] < 25*len(c.villages) {
					r.Fatalf("%d: %s has %d households in %d villages", want.year, c.code, c.households[y], len(c.villages))
				}
				if c.poor[y]+c.near[y] > c.households[y] {
					r.Fatalf("%d: %s has %d poor and %d near-poor of %d", want.year, c.code, c.poor[y], c.near[y], c.households[y])
				}
			}
			if households != want.households || poor != want.poor || near != want.near {
				r.Fatalf("%d: %d households, %d poor, %d near-poor; not %+v", want.year, households, poor, near, want)
			}
		}
	})
}

func TestTheMountainsArePoorerThanThePlain(t *testing.T) {
	law := lawTree(t)
	g := planned(t, law, 20000, 1)
	rate := func(fits func(*commune) bool, y int) float64 {
		poor, households := 0, 0
		for _, c := range g.communes {
			if fits(c) {
				poor, households = poor+c.poor[y], households+c.households[y]
			}
		}
		return 100 * float64(poor) / float64(households)
	}
	for _, v := range law.OfLevel(law.Roots("2016-01-01")[0].Area, "2016-01-01", area.District) {
		own := rate(func(c *commune) bool { return c.district == v.Code }, 1)
		poor := law.Mark(v.Area, area.MarkPoorDistrict, "2016-01-01").Value == area.Yes
		if poor && own <= 24 || !poor && own > 24 {
			t.Errorf("%s: %.1f %% poor in 2016", v.FullName, own)
		}
	}
	for y := range years {
		before := math.Inf(1)
		for _, zone := range zones {
			now := rate(func(c *commune) bool { return c.zone == zone }, y)
			if now > before {
				t.Errorf("%d: %s has %.1f %% poor, the zone before it %.1f %%", firstYear+y, zone, now, before)
			}
			before = now
		}
	}
}

func TestTheWholeProvinceHasVillagesEverywhere(t *testing.T) {
	law := lawTree(t)
	g := planned(t, law, 954000, 1)
	villages := 0
	for _, c := range g.communes {
		villages += len(c.villages)
	}
	if len(g.communes) != 635 || villages < 5500 || villages > 6500 {
		t.Errorf("%d communes with %d villages", len(g.communes), villages)
	}
	// Đông Thọ was divided about half and half on 2025-07-01.
	parts := map[area.ID]int{}
	for _, v := range g.tree.OfLevel("38.2016", "2025-07-01", area.Village) {
		if v.Code[:5] == "14758" {
			parts[v.Parent]++
		}
	}
	if a, b := parts["14758.2025"], parts["14797.2025"]; len(parts) != 2 || a == 0 || b < a || b > a+2 {
		t.Errorf("villages of Đông Thọ went to %v", parts)
	}
}
