package boundary

import "math"

// Simplify thins the borders of areas so that no point moves farther than the
// tolerance in km; neighbours stay neighbours. Codes and names are kept, and
// every area that had a polygon still has one.
func Simplify(areas []Area, toleranceKm float64) []Area {
	n := NewNet(areas)
	n.Thin(toleranceKm)
	out := make([]Area, len(areas))
	for i, a := range areas {
		out[i] = Area{Code: a.Code, Name: a.Name, Polygons: n.Area(i)}
	}
	return out
}

// Thin removes points from each stretch of border (Douglas and Peucker 1973).
// Islets smaller across than the tolerance go, but for an area's largest ring.
func (n *Net) Thin(toleranceKm float64) {
	if !(toleranceKm > 0) {
		return
	}
	flat := n.flat()
	least := n.leastPoints(toleranceKm, flat)
	for i, arc := range n.Arcs {
		n.Arcs[i] = thin(arc, toleranceKm, least[i], flat)
	}
}

// flat is the scale east and north, km a degree, at the middle of the net.
func (n *Net) flat() [2]float64 {
	sum, count := 0.0, 0.0
	for _, arc := range n.Arcs {
		sum += arc[0][1]
		count++
	}
	lat := sum / math.Max(1, count) * math.Pi / 180
	return [2]float64{111.195 * math.Max(0.01, math.Cos(lat)), 111.195}
}

// leastPoints says how many points an arc must keep so that no ring falls
// together: a ring of one arc needs three corners (four points), one of two
// arcs a point between on each. Rings smaller than the tolerance are let go,
// unless they are the largest of their area.
func (n *Net) leastPoints(tolerance float64, flat [2]float64) []int {
	least := make([]int, len(n.Arcs))
	for _, polygons := range n.areas {
		largest, most := []int(nil), -1.0
		keep := func(refs []int) {
			need := 2
			if len(refs) == 1 {
				need = 4
			} else if len(refs) == 2 {
				need = 3
			}
			for _, ref := range refs {
				i := max(ref, ^ref)
				least[i] = max(least[i], need)
			}
		}
		for _, rings := range polygons {
			for k, refs := range rings {
				size := math.Abs(planar(n.ring(refs), flat))
				if k == 0 && size > most {
					largest, most = refs, size
				}
				if size > tolerance*tolerance {
					keep(refs)
				}
			}
		}
		keep(largest)
	}
	return least
}

func planar(r Ring, flat [2]float64) float64 {
	area, _, _ := ringCentre(r)
	return area * flat[0] * flat[1]
}

// piece bounds the points looked at together: the rule takes the square of
// their number in the worst case. One point more in so many does not show.
const piece = 1000

// thin is Douglas and Peucker's rule on one line, without recursion: a line of
// a million points must not cost a million frames. At least the number of
// points asked for is kept, the farthest first.
func thin(arc [][2]float64, tolerance float64, least int, flat [2]float64) [][2]float64 {
	last := len(arc) - 1
	if last < 2 {
		return arc
	}
	keep := make([]bool, len(arc))
	keep[0], keep[last] = true, true
	kept := 2
	type span struct{ a, b int }
	var stack []span
	for a := 0; a < last; a += piece {
		b := min(a+piece, last)
		if b < last {
			keep[b] = true
			kept++
		}
		stack = append(stack, span{a, b})
	}
	for len(stack) > 0 {
		s := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		far, at := -1.0, 0
		for i := s.a + 1; i < s.b; i++ {
			if d := distance(arc[i], arc[s.a], arc[s.b], flat); d > far {
				far, at = d, i
			}
		}
		if at == 0 || far <= tolerance && kept >= least {
			continue
		}
		keep[at] = true
		kept++
		stack = append(stack, span{s.a, at}, span{at, s.b})
	}
	out := make([][2]float64, 0, kept)
	for i, p := range arc {
		if keep[i] {
			out = append(out, p)
		}
	}
	if len(out) == 2 && out[0] == out[1] {
		return out[:1]
	}
	return out
}

// distance from p to the stretch a–b, km.
func distance(p, a, b [2]float64, flat [2]float64) float64 {
	px, py := (p[0]-a[0])*flat[0], (p[1]-a[1])*flat[1]
	bx, by := (b[0]-a[0])*flat[0], (b[1]-a[1])*flat[1]
	if l := bx*bx + by*by; l > 0 {
		t := math.Min(1, math.Max(0, (px*bx+py*by)/l))
		px, py = px-t*bx, py-t*by
	}
	return math.Hypot(px, py)
}
