// Package boundary reads the outlines of communes that an installation brings
// (GeoJSON or TopoJSON, WGS84 degrees) into rings by area code, thins them
// without tearing neighbours apart, and packs them for the database. It serves
// the map of the overview; without a boundary file the map is made from points
// instead. It knows codes only as text: whether a code is valid on a date is
// asked of the areas by the caller. It does not convert coordinate systems.
package boundary

import "math"

// Ring is a closed line of [longitude, latitude] in degrees WGS84; the first
// point is not repeated at the end.
type Ring [][2]float64

// Polygon is an outer ring and its holes.
type Polygon []Ring

// Area is everything that a file says about one code.
type Area struct {
	Code     string
	Name     string // as the file has it, for messages; may be empty
	Polygons []Polygon
}

// Points counts the points of all rings.
func (a Area) Points() int {
	n := 0
	for _, p := range a.Polygons {
		for _, r := range p {
			n += len(r)
		}
	}
	return n
}

// The ellipsoid of WGS84 in km.
const (
	semiMajor    = 6378.137
	eccentricity = 0.0818191908426215
)

// AreaKm2 is the area on the ellipsoid, in km², outer rings less their holes.
// Sides count as straight in longitude and the zone function, exact to far
// below one part in ten thousand for communes.
func AreaKm2(polygons []Polygon) float64 {
	sum := 0.0
	for _, p := range polygons {
		for i, r := range p {
			a := math.Abs(ringKm2(r))
			if i > 0 {
				a = -a
			}
			sum += a
		}
	}
	return math.Max(sum, 0)
}

func ringKm2(r Ring) float64 {
	sum := 0.0
	for i, p := range r {
		q := r[(i+1)%len(r)]
		sum += (q[0] - p[0]) * math.Pi / 180 * (zone(p[1]) + zone(q[1])) / 2
	}
	return sum
}

// zone is the area between the equator and a latitude, per radian of longitude.
func zone(latitude float64) float64 {
	s := math.Sin(latitude * math.Pi / 180)
	es := eccentricity * s
	return semiMajor * semiMajor * (1 - eccentricity*eccentricity) / 2 * (s/(1-es*es) + math.Atanh(es)/eccentricity)
}

// Centroid is the centre of the area, [longitude, latitude]; ok is false when
// there is no area to have a centre.
func Centroid(polygons []Polygon) (c [2]float64, ok bool) {
	var area, x, y float64
	for _, p := range polygons {
		for i, r := range p {
			a, cx, cy := ringCentre(r)
			if (a < 0) != (i > 0) {
				a = -a
			}
			area += a
			x += a * cx
			y += a * cy
		}
	}
	if area <= 0 {
		return c, false
	}
	return [2]float64{x / area, y / area}, true
}

// ringCentre works from the ring's first point, so that small rings far from
// the origin lose no digits.
func ringCentre(r Ring) (area, x, y float64) {
	if len(r) < 3 {
		return 0, 0, 0
	}
	o := r[0]
	for i := 1; i+1 < len(r); i++ {
		ax, ay := r[i][0]-o[0], r[i][1]-o[1]
		bx, by := r[i+1][0]-o[0], r[i+1][1]-o[1]
		t := (ax*by - bx*ay) / 2
		area += t
		x += t * (ax + bx) / 3
		y += t * (ay + by) / 3
	}
	if area == 0 {
		return 0, 0, 0
	}
	return area, o[0] + x/area, o[1] + y/area
}
