package chart

import (
	"math"
	"sort"

	"giamngheo/internal/boundary"
)

// FromAreas makes the map from real boundaries, thinned to what the width can
// show. group gives each area's district, "" where there are none; nil means
// none at all. The order of the areas does not matter.
func FromAreas(areas []boundary.Area, group func(boundary.Area) string, width float64) *Map {
	areas = append([]boundary.Area(nil), areas...)
	sort.SliceStable(areas, func(i, j int) bool { return areas[i].Code < areas[j].Code })
	groups := make([]string, len(areas))
	minX, minY, maxX, maxY := math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)
	for i, a := range areas {
		if group != nil {
			groups[i] = group(a)
		}
		for _, p := range a.Polygons {
			for _, r := range p {
				for _, q := range r {
					minX, maxX = math.Min(minX, q[0]), math.Max(maxX, q[0])
					minY, maxY = math.Min(minY, q[1]), math.Max(maxY, q[1])
				}
			}
		}
	}
	m := &Map{Width: width, Height: width / 2}
	if math.IsInf(minX, 1) {
		for _, a := range areas {
			m.Missing = append(m.Missing, a.Code)
		}
		return m
	}
	flat := projectionAt((minY + maxY) / 2)
	left, top := flat.km(minX, maxY)
	right, bottom := flat.km(maxX, minY)
	scale := (width - 2*margin) / math.Max(right-left, 1e-6)
	m.Height = (bottom-top)*scale + 2*margin
	place := func(l [][2]float64) []Point {
		out := make([]Point, len(l))
		for i, q := range l {
			x, y := flat.km(q[0], q[1])
			out[i] = Point{(x-left)*scale + margin, (y-top)*scale + margin}
		}
		return out
	}
	net := boundary.NewNet(areas)
	net.Thin(0.4 / scale)
	for i, a := range areas {
		c := Cell{Key: a.Code, Group: groups[i]}
		for _, polygon := range net.Area(i) {
			for _, ring := range polygon {
				c.Rings = append(c.Rings, place(ring))
			}
		}
		if len(c.Rings) == 0 {
			m.Missing = append(m.Missing, a.Code)
			continue
		}
		c.path = path(c.Rings, true)
		m.Cells = append(m.Cells, c)
	}
	var between, border [][]Point
	for i, users := range net.Users {
		if len(net.Arcs[i]) < 2 {
			continue
		}
		if len(users) == 1 {
			border = append(border, place(net.Arcs[i]))
		} else if differ(users, groups) {
			between = append(between, place(net.Arcs[i]))
		}
	}
	m.between, m.border = path(chain(between), false), path(chain(border), false)
	return m
}

func differ(users []int, groups []string) bool {
	for _, u := range users {
		if groups[u] != groups[users[0]] {
			return true
		}
	}
	return false
}
