package boundary

import (
	"math"
	"strconv"
)

// geometry reads rings and counts their points against the limit; for TopoJSON
// it holds the shared lines.
type geometry struct {
	arcs     [][][2]float64
	topology bool
	points   int // read so far
	limit    int
}

// label says in messages which shape is meant.
type label struct {
	n    int
	code string
}

func (l label) refuse(code, key string, pairs ...any) error {
	return refuse(code, key, append([]any{"n", l.n, "code", short(l.code)}, pairs...)...)
}

func (g *geometry) count(n int) error {
	g.points += n
	if g.points > g.limit {
		return refuse("boundary_too_many", "boundary.too_many_points", "limit", g.limit)
	}
	return nil
}

// readArcs reads the shared lines of a TopoJSON file; with a transform they are
// whole numbers, each point the difference from the one before.
func (g *geometry) readArcs(arcs, transform []byte) error {
	g.topology = true
	scale, shift, quantised, err := readTransform(transform)
	if err != nil {
		return err
	}
	err = elements(arcs, func(arc []byte) error {
		if err := g.count(1); err != nil { // an empty line costs memory too
			return err
		}
		var line [][2]float64
		x, y := 0.0, 0.0
		err := elements(arc, func(position []byte) error {
			p, ok := readPosition(position)
			if !ok {
				return refuse("boundary_broken", "boundary.broken_arc", "n", len(g.arcs)+1)
			}
			if quantised {
				x, y = x+p[0], y+p[1]
				p = [2]float64{x*scale[0] + shift[0], y*scale[1] + shift[1]}
			}
			line = append(line, p)
			return g.count(1)
		})
		g.arcs = append(g.arcs, line)
		return err
	})
	g.points = 0 // from here on the points of the rings count
	return err
}

func readTransform(transform []byte) (scale, shift [2]float64, quantised bool, err error) {
	if len(transform) == 0 || transform[0] != '{' {
		return scale, shift, false, nil
	}
	okScale, okShift := false, false
	members(transform, func(key string, value []byte) error {
		switch key {
		case "scale":
			scale, okScale = readPosition(value)
		case "translate":
			shift, okShift = readPosition(value)
		}
		return nil
	})
	if !okScale || !okShift {
		return scale, shift, false, refuse("boundary_broken", "boundary.broken_transform")
	}
	return scale, shift, true, nil
}

// readPosition reads [x, y]; a height behind them is dropped.
func readPosition(position []byte) (p [2]float64, ok bool) {
	n := 0
	err := elements(position, func(value []byte) error {
		if n < 2 {
			v, err := strconv.ParseFloat(string(value), 64)
			if err != nil {
				return err
			}
			p[n] = v
		}
		if n++; n > 4 {
			return errStop
		}
		return nil
	})
	return p, err == nil && n >= 2
}

// read reads the polygons of one shape.
func (g *geometry) read(shape []byte, l label) ([]Polygon, error) {
	var kind string
	var body []byte
	wanted := "coordinates"
	if g.topology {
		wanted = "arcs"
	}
	members(shape, func(key string, value []byte) error {
		switch key {
		case "type":
			kind = str(value)
		case wanted:
			body = value
		}
		return nil
	})
	var out []Polygon
	polygon := func(rings []byte) error {
		p, err := g.polygon(rings, l)
		if err == nil && len(p) > 0 {
			out = append(out, p)
		}
		return err
	}
	var err error
	switch kind {
	case "Polygon":
		err = polygon(body)
	case "MultiPolygon":
		err = elements(body, polygon)
	case "":
		return nil, l.refuse("boundary_no_shape", "boundary.no_shape")
	default:
		return nil, l.refuse("boundary_not_polygon", "boundary.not_polygon", "kind", short(kind))
	}
	if err != nil {
		return nil, err
	}
	if len(out) == 0 {
		return nil, l.refuse("boundary_no_shape", "boundary.no_shape")
	}
	return out, nil
}

// polygon reads an outer ring and its holes. A ring of fewer than three
// different points encloses nothing: as a hole it is left away, as the outer
// ring it ends the polygon.
func (g *geometry) polygon(rings []byte, l label) (Polygon, error) {
	var out Polygon
	first := true
	err := elements(rings, func(body []byte) error {
		outer := first
		first = false
		ring, err := g.ring(body, l)
		if err != nil {
			return err
		}
		if len(ring) < 3 || !outer && len(out) == 0 {
			return nil
		}
		out = append(out, ring)
		return nil
	})
	return out, err
}

func (g *geometry) ring(body []byte, l label) (Ring, error) {
	var ring Ring
	add := func(p [2]float64) error {
		if err := l.onEarth(p); err != nil {
			return err
		}
		if n := len(ring); n == 0 || ring[n-1] != p {
			ring = append(ring, p)
		}
		return g.count(1)
	}
	err := elements(body, func(value []byte) error {
		if !g.topology {
			p, ok := readPosition(value)
			if !ok {
				return l.refuse("boundary_broken", "boundary.broken_shape")
			}
			return add(p)
		}
		n, err := strconv.Atoi(string(value))
		backwards := n < 0
		if backwards {
			n = ^n
		}
		if err != nil || n >= len(g.arcs) {
			return l.refuse("boundary_broken", "boundary.no_arc", "arc", short(string(value)), "arcs", len(g.arcs))
		}
		if err := g.count(1); err != nil {
			return err
		}
		arc := g.arcs[n]
		for k := range arc {
			p := arc[k]
			if backwards {
				p = arc[len(arc)-1-k]
			}
			if err := add(p); err != nil {
				return err
			}
		}
		return nil
	})
	if n := len(ring); n > 1 && ring[0] == ring[n-1] {
		ring = ring[:n-1]
	}
	return ring, err
}

// onEarth refuses what cannot be longitude and latitude, and says why it most
// likely is not.
func (l label) onEarth(p [2]float64) error {
	x, y := math.Abs(p[0]), math.Abs(p[1])
	if x <= 180 && y <= 90 {
		return nil
	}
	show := func(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }
	if x <= 90 && y <= 180 {
		return l.refuse("boundary_swapped", "boundary.swapped", "x", show(p[0]), "y", show(p[1]))
	}
	if x > 1000 || y > 1000 {
		return l.refuse("boundary_projected", "boundary.projected", "x", short(show(p[0])), "y", short(show(p[1])))
	}
	return l.refuse("boundary_range", "boundary.range", "x", show(p[0]), "y", show(p[1]))
}
