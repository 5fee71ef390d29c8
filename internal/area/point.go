package area

import "fmt"

// Point is where an area lies: the centroid of its land in WGS84 degrees, and
// its land in km². Derived: worked out from the land that went into the area,
// not measured on its own outline.
type Point struct {
	Lon, Lat float64
	Area     float64
	Derived  bool
}

func (t *Tree) addPoints(raw *table, ids *identities) error {
	t.points = map[string]map[ID]Point{}
	for _, p := range raw.points {
		s, ok := ids.on(p.code, p.on)
		if !ok {
			return fmt.Errorf("points.csv: %s is not valid on %s", p.code, p.on)
		}
		if t.points[p.on] == nil {
			t.points[p.on] = map[ID]Point{}
		}
		t.points[p.on][s.id] = Point{Lon: p.lon, Lat: p.lat, Area: p.km}
	}
	return nil
}

// PointsOn are the points of the communes valid on the day: those of the latest
// list before it, united and divided by what happened since. Land of which no
// share is known is left out of the parts.
func (t *Tree) PointsOn(day string) map[ID]Point {
	list := ""
	for on := range t.points {
		if on <= day && on > list {
			list = on
		}
	}
	sum := map[ID]Point{}
	for id, p := range t.points[list] {
		for _, part := range t.Successors(id, list, day) {
			if !part.Land.Known || part.Land.Value == 0 {
				continue
			}
			km := p.Area * part.Land.Value
			s := sum[part.Area]
			s.Derived = s.Derived || s.Area > 0 || part.Area != id
			s.Lon += p.Lon * km
			s.Lat += p.Lat * km
			s.Area += km
			sum[part.Area] = s
		}
	}
	for id, s := range sum {
		if s.Area > 0 {
			s.Lon /= s.Area
			s.Lat /= s.Area
		}
		sum[id] = s
	}
	if list == day {
		return t.points[list]
	}
	return sum
}

// landOn is the km² of every area that has communes with points.
func (t *Tree) landOn(day string) map[ID]float64 {
	land := map[ID]float64{}
	for id, p := range t.PointsOn(day) {
		for v, ok := t.On(id, day); ok; v, ok = t.On(v.Parent, day) {
			land[v.Area] += p.Area
		}
	}
	return land
}
