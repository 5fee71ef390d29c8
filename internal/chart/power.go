package chart

import (
	"math"
	"sort"
)

// disk is a site of the power diagram: a centre in km and w, the square of its
// radius. A point belongs to the disk with the smallest distance² − w among
// those that hold it (Aurenhammer 1987). Because the radius is √w itself, two
// neighbouring circles meet exactly on the straight border between their cells.
type disk struct{ x, y, w float64 }

// edge is one side of a cell, counterclockwise, relative to the cell's centre:
// straight against the neighbour with, or (with < 0) an arc of its own circle.
type edge struct {
	ax, ay, bx, by float64
	with           int
	angle          float64 // of an arc, radians
}

// region is the cell of one disk.
type region struct {
	edges []edge
	area  float64 // km², arcs exact
}

const outside = -1

type corner struct {
	x, y float64
	with int // what the side that starts here borders on
}

// eastward lists the disks by x, so that regions need only look at those near.
func eastward(disks []disk) []int {
	order := make([]int, len(disks))
	for i := range order {
		order[i] = i
	}
	sort.SliceStable(order, func(a, b int) bool { return disks[order[a]].x < disks[order[b]].x })
	return order
}

// regions computes every cell; order is eastward's.
func regions(disks []disk, order []int) []region {
	out := make([]region, len(disks))
	radius := make([]float64, len(disks))
	widest := 0.0
	for i, d := range disks {
		radius[i] = math.Sqrt(math.Max(d.w, 0))
		widest = math.Max(widest, radius[i])
	}
	var a, b []corner
	west := 0
	for _, i := range order {
		d, R := disks[i], radius[i]
		if R == 0 {
			continue
		}
		for disks[order[west]].x < d.x-2*widest {
			west++
		}
		h := 1.5 * R
		a = append(a[:0], corner{-h, -h, outside}, corner{h, -h, outside}, corner{h, h, outside}, corner{-h, h, outside})
		for _, j := range order[west:] {
			e := disks[j]
			if j == i {
				continue
			}
			if e.x > d.x+R+widest {
				break
			}
			dx, dy := e.x-d.x, e.y-d.y
			dd := dx*dx + dy*dy
			if reach := R + radius[j]; dd >= reach*reach || dd == 0 {
				continue
			}
			dist := math.Sqrt(dd)
			t := (dd + d.w - e.w) / (2 * dist)
			if t >= R {
				continue
			}
			if t <= -R {
				a = a[:0]
				break
			}
			b = cut(b[:0], a, dx/dist, dy/dist, t, j)
			a, b = b, a
			if len(a) == 0 {
				break
			}
		}
		out[i] = within(a, R)
	}
	return out
}

// cut keeps the part of a convex polygon where x·nx + y·ny ≤ t (Sutherland and
// Hodgman); the new side borders on j.
func cut(dst, src []corner, nx, ny, t float64, j int) []corner {
	for k, p := range src {
		q := src[(k+1)%len(src)]
		sp, sq := p.x*nx+p.y*ny-t, q.x*nx+q.y*ny-t
		if sp <= 0 {
			dst = append(dst, p)
		}
		if sp <= 0 && sq > 0 {
			f := sp / (sp - sq)
			dst = append(dst, corner{p.x + f*(q.x-p.x), p.y + f*(q.y-p.y), j})
		}
		if sp > 0 && sq <= 0 {
			f := sp / (sp - sq)
			dst = append(dst, corner{p.x + f*(q.x-p.x), p.y + f*(q.y-p.y), p.with})
		}
	}
	if len(dst) < 3 {
		return dst[:0]
	}
	return dst
}

// within cuts a convex polygon around or beside the origin by the circle of
// radius R around the origin.
func within(poly []corner, R float64) region {
	if len(poly) == 0 {
		return region{}
	}
	near := 1e-9 * R
	var sides []edge
	for k, p := range poly {
		q := poly[(k+1)%len(poly)]
		dx, dy := q.x-p.x, q.y-p.y
		l := dx*dx + dy*dy
		if l <= near*near {
			continue
		}
		// |p + s(q−p)|² = R²
		half := p.x*dx + p.y*dy
		disc := half*half - l*(p.x*p.x+p.y*p.y-R*R)
		if disc <= 0 {
			continue
		}
		root := math.Sqrt(disc)
		s0, s1 := math.Max(0, (-half-root)/l), math.Min(1, (-half+root)/l)
		if (s1-s0)*math.Sqrt(l) <= near {
			continue
		}
		sides = append(sides, edge{ax: p.x + s0*dx, ay: p.y + s0*dy, bx: p.x + s1*dx, by: p.y + s1*dy, with: p.with})
	}
	if len(sides) == 0 {
		if !holdsOrigin(poly) {
			return region{}
		}
		return region{
			edges: []edge{{ax: R, bx: -R, with: outside, angle: math.Pi}, {ax: -R, bx: R, with: outside, angle: math.Pi}},
			area:  math.Pi * R * R,
		}
	}
	var r region
	for k, s := range sides {
		next := sides[(k+1)%len(sides)]
		r.edges = append(r.edges, s)
		r.area += (s.ax*s.by - s.bx*s.ay) / 2
		if math.Hypot(next.ax-s.bx, next.ay-s.by) <= 10*near {
			continue
		}
		angle := math.Atan2(next.ay, next.ax) - math.Atan2(s.by, s.bx)
		if angle < 0 {
			angle += 2 * math.Pi
		}
		r.edges = append(r.edges, edge{ax: s.bx, ay: s.by, bx: next.ax, by: next.ay, with: outside, angle: angle})
		r.area += R * R * angle / 2
	}
	if r.area <= 0 {
		return region{}
	}
	return r
}

func holdsOrigin(poly []corner) bool {
	for k, p := range poly {
		q := poly[(k+1)%len(poly)]
		if p.x*q.y-q.x*p.y < 0 {
			return false
		}
	}
	return true
}

// ring draws a region as a closed line around (x, y); an arc becomes chords
// that stay within sag of it.
func (r region) ring(d disk, sag float64) []Point {
	var out []Point
	for _, e := range r.edges {
		out = append(out, Point{d.x + e.ax, d.y + e.ay})
		if e.with == outside {
			out = append(out, e.chords(d, sag)...)
		}
	}
	return out
}

// chords are the inner points of an arc, without its ends.
func (e edge) chords(d disk, sag float64) []Point {
	R := math.Hypot(e.ax, e.ay)
	step := 2 * math.Acos(math.Max(0.5, 1-sag/R))
	n := int(math.Ceil(e.angle / step))
	from := math.Atan2(e.ay, e.ax)
	var out []Point
	for k := 1; k < n; k++ {
		s, c := math.Sincos(from + e.angle*float64(k)/float64(n))
		out = append(out, Point{d.x + R*c, d.y + R*s})
	}
	return out
}
