package chart

import (
	"math"
	"sort"
)

// Site is a commune as the built-in map knows it: a point and an area.
type Site struct {
	Key     string  // unique
	Group   string  // its district; empty where there are none
	Lon     float64 // degrees, WGS84
	Lat     float64
	AreaKm2 float64
}

// Map is the geometry of a map, ready to be coloured again and again; making
// one takes tens of milliseconds, so the caller keeps it.
type Map struct {
	Width, Height float64
	Cells         []Cell   // by key
	Missing       []string // keys that could not be drawn, sorted
	between       string   // lines between groups, path text
	border        string   // the outer border
}

// Cell is one area of a map.
type Cell struct {
	Key, Group string
	Rings      [][]Point // outer rings and holes, even-odd
	path       string
}

const (
	kmPerDegree = 111.195 // of a great circle on the mean sphere, R = 6371.0088 km
	fuller      = 1.08    // all cells by the same factor: round cells packed at their true area leave gaps, these few; the proportions stay
	margin      = 4       // around a map, so that no stroke is cut off
)

// FromPoints makes the map that needs no boundary file: a power diagram of the
// points (distance² − weight, the weight starting at area/π), each cell cut by
// its circle, and the weights then settled so that each cell has nearly the
// area of its commune. Points that fall together are moved apart by a part of
// their radius. The order of the sites does not matter.
func FromPoints(sites []Site, width float64) *Map {
	m := &Map{}
	var good []Site
	smallest := math.Inf(1)
	for _, s := range sites {
		if !(math.Abs(s.Lon) <= 180) || !(math.Abs(s.Lat) < 90) {
			m.Missing = append(m.Missing, s.Key)
			continue
		}
		good = append(good, s)
		if s.AreaKm2 > 0 && s.AreaKm2 < smallest {
			smallest = s.AreaKm2
		}
	}
	if math.IsInf(smallest, 1) {
		smallest = 1
	}
	sort.Slice(good, func(i, j int) bool {
		a, b := good[i], good[j]
		if a.Key != b.Key {
			return a.Key < b.Key
		}
		if a.Lon != b.Lon {
			return a.Lon < b.Lon
		}
		return a.Lat < b.Lat
	})
	disks, want := make([]disk, len(good)), make([]float64, len(good))
	flat := newProjection(good)
	for i, s := range good {
		area := s.AreaKm2
		if !(area > 0) || math.IsInf(area, 1) {
			area = smallest
		}
		x, y := flat.km(s.Lon, s.Lat)
		disks[i], want[i] = disk{x, y, area / math.Pi}, area*fuller
	}
	spread(disks)
	cells := settle(disks, want)
	m.draw(good, disks, cells, width)
	sort.Strings(m.Missing)
	return m
}

// projection is equirectangular, true at the mean latitude: over a province the
// error of an area is below one per cent.
type projection struct{ east float64 }

func newProjection(sites []Site) projection {
	sum := 0.0
	for _, s := range sites {
		sum += s.Lat
	}
	return projectionAt(sum / math.Max(1, float64(len(sites))))
}

func projectionAt(latitude float64) projection {
	return projection{east: kmPerDegree * math.Cos(latitude*math.Pi/180)}
}

// km gives kilometres to the east and to the south.
func (p projection) km(lon, lat float64) (x, y float64) {
	return lon * p.east, -lat * kmPerDegree
}

// spread moves points that fall together onto a spiral around the first of
// them, far enough for the cells to be told apart.
func spread(disks []disk) {
	seen := map[[2]int64]int{}
	for i, d := range disks {
		place := [2]int64{int64(math.Round(d.x * 1e3)), int64(math.Round(d.y * 1e3))}
		turn := seen[place]
		seen[place]++
		if turn == 0 {
			continue
		}
		const golden = 2.399963229728653 // the angle of the sunflower, radians
		s, c := math.Sincos(golden * float64(turn))
		far := 0.3 * math.Sqrt(d.w*float64(turn))
		disks[i].x += far * c
		disks[i].y += far * s
	}
}

// draw scales the cells to the width and collects the outlines.
func (m *Map) draw(sites []Site, disks []disk, cells []region, width float64) {
	minX, minY, maxX, maxY := math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)
	rough := make([][]Point, len(cells))
	for i, c := range cells {
		rough[i] = c.ring(disks[i], 0.0005*math.Sqrt(disks[i].w))
		for _, p := range rough[i] {
			minX, maxX = math.Min(minX, p[0]), math.Max(maxX, p[0])
			minY, maxY = math.Min(minY, p[1]), math.Max(maxY, p[1])
		}
	}
	if len(disks) == 0 || math.IsInf(minX, 1) {
		m.Width, m.Height = width, width/2
		return
	}
	scale := (width - 2*margin) / math.Max(maxX-minX, 1e-6)
	m.Width, m.Height = width, (maxY-minY)*scale+2*margin
	place := func(l []Point) []Point {
		out := make([]Point, len(l))
		for i, p := range l {
			out[i] = Point{(p[0]-minX)*scale + margin, (p[1]-minY)*scale + margin}
		}
		return out
	}
	sag := 0.15 / scale
	var between, border [][]Point
	for i, c := range cells {
		if len(c.edges) == 0 {
			m.Missing = append(m.Missing, sites[i].Key)
			continue
		}
		ring := place(c.ring(disks[i], sag))
		m.Cells = append(m.Cells, Cell{Key: sites[i].Key, Group: sites[i].Group, Rings: [][]Point{ring}, path: path([][]Point{ring}, true)})
		for _, e := range c.edges {
			ends := []Point{{disks[i].x + e.ax, disks[i].y + e.ay}, {disks[i].x + e.bx, disks[i].y + e.by}}
			if e.with == outside {
				arc := append([]Point{ends[0]}, e.chords(disks[i], sag)...)
				border = append(border, place(append(arc, ends[1])))
			} else if i < e.with && sites[i].Group != sites[e.with].Group {
				between = append(between, place(ends))
			}
		}
	}
	m.between, m.border = path(chain(between), false), path(outerLoops(border), true)
}
