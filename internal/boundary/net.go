package boundary

import (
	"encoding/binary"
	"math"
	"sort"
)

// Net is a set of areas with each stretch of border kept once, whoever shares
// it: so that it can be thinned without tearing neighbours apart, and so that
// the borders between districts and of the province can be told from those
// between communes. Neighbours share a stretch where they have the same points,
// to a tenth of a metre.
type Net struct {
	Arcs  [][][2]float64 // degrees; a closed one repeats its first point
	Users [][]int        // for each arc the areas that it bounds, ascending
	areas [][][][]int    // area → polygon → ring → arcs; ^i is arc i backwards
}

// place is a point on a grid of 1e-6 degrees, a tenth of a metre.
type place [2]int32

const grid = 1e6

func placeOf(p [2]float64) place {
	return place{int32(math.Round(p[0] * grid)), int32(math.Round(p[1] * grid))}
}

func (p place) degrees() [2]float64 { return [2]float64{float64(p[0]) / grid, float64(p[1]) / grid} }

func (p place) less(q place) bool { return p[0] < q[0] || p[0] == q[0] && p[1] < q[1] }

// NewNet finds the shared stretches.
func NewNet(areas []Area) *Net {
	n := &Net{areas: make([][][][]int, len(areas))}
	joints := findJoints(areas)
	known := map[string]int{}
	for a, area := range areas {
		for _, polygon := range area.Polygons {
			var rings [][]int
			for _, ring := range polygon {
				line := onGrid(ring)
				if len(line) < 3 {
					continue
				}
				var refs []int
				for _, part := range split(line, joints) {
					refs = append(refs, n.add(part, a, known))
				}
				rings = append(rings, refs)
			}
			n.areas[a] = append(n.areas[a], rings)
		}
	}
	return n
}

// onGrid rounds a ring and drops points that fall together.
func onGrid(ring Ring) []place {
	line := make([]place, 0, len(ring))
	for _, p := range ring {
		if q := placeOf(p); len(line) == 0 || line[len(line)-1] != q {
			line = append(line, q)
		}
	}
	for len(line) > 1 && line[0] == line[len(line)-1] {
		line = line[:len(line)-1]
	}
	return line
}

// findJoints lists the points where borders part: those that do not have the
// same two neighbours in every ring that passes.
func findJoints(areas []Area) map[place]bool {
	type pair [2]place
	passed := map[place]pair{}
	joints := map[place]bool{}
	for _, area := range areas {
		for _, polygon := range area.Polygons {
			for _, ring := range polygon {
				line := onGrid(ring)
				for i, p := range line {
					a, b := line[(i+len(line)-1)%len(line)], line[(i+1)%len(line)]
					if b.less(a) {
						a, b = b, a
					}
					if before, ok := passed[p]; !ok {
						passed[p] = pair{a, b}
					} else if before != (pair{a, b}) {
						joints[p] = true
					}
				}
			}
		}
	}
	return joints
}

// split cuts a ring at its joints; a ring without one begins at its smallest
// point, so that both sides of it begin alike.
func split(line []place, joints map[place]bool) [][]place {
	start, free := -1, 0
	for i, p := range line {
		if joints[p] {
			start = i
			break
		}
		if p.less(line[free]) {
			free = i
		}
	}
	if start < 0 {
		start = free
	}
	var parts [][]place
	part := []place{line[start]}
	for k := 1; k <= len(line); k++ {
		p := line[(start+k)%len(line)]
		part = append(part, p)
		if joints[p] || k == len(line) {
			parts = append(parts, part)
			part = []place{p}
		}
	}
	return parts
}

// add gives the reference of an arc, known already or new.
func (n *Net) add(part []place, area int, known map[string]int) int {
	backwards := runsBackwards(part)
	key := make([]byte, 0, 8*len(part))
	for k := range part {
		p := part[k]
		if backwards {
			p = part[len(part)-1-k]
		}
		key = binary.LittleEndian.AppendUint32(key, uint32(p[0]))
		key = binary.LittleEndian.AppendUint32(key, uint32(p[1]))
	}
	i, ok := known[string(key)]
	if !ok {
		i = len(n.Arcs)
		known[string(key)] = i
		arc := make([][2]float64, len(part))
		for k := range part {
			p := part[k]
			if backwards {
				p = part[len(part)-1-k]
			}
			arc[k] = p.degrees()
		}
		n.Arcs = append(n.Arcs, arc)
		n.Users = append(n.Users, nil)
	}
	users := n.Users[i]
	if at := sort.SearchInts(users, area); at == len(users) || users[at] != area {
		users = append(users, area)
		sort.Ints(users)
		n.Users[i] = users
	}
	if backwards {
		return ^i
	}
	return i
}

// runsBackwards makes one of the two directions of a line the kept one.
func runsBackwards(part []place) bool {
	for i, j := 0, len(part)-1; i < j; i, j = i+1, j-1 {
		if part[i] != part[j] {
			return part[j].less(part[i])
		}
	}
	return false
}

// Area puts the polygons of one area together again. Rings that thinning has
// closed to nothing are left out, but an area never loses its last one.
func (n *Net) Area(i int) []Polygon {
	var out []Polygon
	for _, rings := range n.areas[i] {
		var polygon Polygon
		for k, refs := range rings {
			ring := n.ring(refs)
			if len(ring) < 3 {
				if k == 0 {
					break
				}
				continue
			}
			polygon = append(polygon, ring)
		}
		if len(polygon) > 0 {
			out = append(out, polygon)
		}
	}
	return out
}

func (n *Net) ring(refs []int) Ring {
	var ring Ring
	for _, ref := range refs {
		arc := n.Arcs[max(ref, ^ref)]
		for k := range arc {
			p := arc[k]
			if ref < 0 {
				p = arc[len(arc)-1-k]
			}
			if len(ring) == 0 || ring[len(ring)-1] != p {
				ring = append(ring, p)
			}
		}
	}
	for len(ring) > 1 && ring[0] == ring[len(ring)-1] {
		ring = ring[:len(ring)-1]
	}
	return ring
}
