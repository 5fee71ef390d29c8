package chart

import (
	"math"
	"sort"
)

// nameLines is a series' name as it stands behind the end of its line.
func nameLines(s Series, width float64) []string { return wrap(s.Name, normal, width*0.24) }

// lastLabel is the value written under the name.
func lastLabel(s Series, format func(float64) string) string {
	r := s.Readings[len(s.Readings)-1]
	if r.Label != "" {
		return r.Label
	}
	if s.Dashed || written(s) {
		return ""
	}
	return format(r.Value)
}

// written says whether the caller chose which points of a series are labelled.
func written(s Series) bool {
	for _, r := range s.Readings {
		if r.Label != "" {
			return true
		}
	}
	return false
}

// labels writes names and last values behind the lines, pushed apart where
// lines end close together, and the other values at their points.
func (t Trend) labels(d *drawing, p plot, series []Series) {
	type end struct {
		s      Series
		lines  []string
		value  string
		y      float64 // middle of the block
		height float64
	}
	var ends []end
	var placed []Point
	for _, s := range series {
		last := s.Readings[len(s.Readings)-1]
		e := end{s: s, lines: nameLines(s, t.Width), value: lastLabel(s, t.Format), y: p.y(last.Value)}
		e.height = float64(len(e.lines)) * 15
		if e.value != "" {
			e.height += 15
		}
		ends = append(ends, e)
		placed = t.values(d, p, s, series, placed)
	}
	sort.SliceStable(ends, func(i, j int) bool { return ends[i].y < ends[j].y })
	for i := 1; i < len(ends); i++ {
		ends[i].y = math.Max(ends[i].y, ends[i-1].y+(ends[i-1].height+ends[i].height)/2+2)
	}
	floor := p.bottom + 20
	for i := len(ends) - 1; i >= 0; i-- {
		if most := floor - ends[i].height/2; ends[i].y > most {
			ends[i].y = most
		}
		floor = ends[i].y - ends[i].height/2 - 2
	}
	for _, e := range ends {
		y := e.y - e.height/2 + 11
		for _, l := range e.lines {
			d.text(p.right+12, y, normal, e.s.Class, "", l)
			y += 15
		}
		if e.value != "" {
			d.text(p.right+12, y, normal, e.s.Class, ` font-weight="600"`, e.value)
		}
	}
}

// values writes the labels at points other than the last: above, or below where
// another line runs close above. Where another label or
// point stands in the way on both sides it is left out: who points there reads it.
func (t Trend) values(d *drawing, p plot, s Series, all []Series, placed []Point) []Point {
	chosen := written(s)
	for i, r := range s.Readings[:len(s.Readings)-1] {
		words := r.Label
		if words == "" && !chosen && !s.Dashed && telling(s.Readings, i) {
			words = t.Format(r.Value)
		}
		if words == "" {
			continue
		}
		x, y := p.x(float64(r.Year)), p.y(r.Value)
		dy := -9.0
		for _, o := range all {
			for _, q := range o.Readings {
				if above := y - p.y(q.Value); q.Year == r.Year && above > 0 && above < 24 {
					dy = 19
				}
			}
		}
		full := func() bool { return crowded(placed, x, y+dy) || covers(p, s, all, r.Year, y+dy-4) }
		if full() {
			dy = 10 - dy
		}
		if full() {
			continue
		}
		placed = append(placed, Point{x, y + dy})
		anchor := ` text-anchor="middle"`
		if x-textWidth(words, small)/2 < p.left-6 {
			anchor, x = "", p.left-4
		}
		d.text(x, y+dy, small, s.Class, anchor+` font-weight="600"`, words)
	}
	return placed
}

// covers says whether letters at a height would stand on another line's point.
func covers(p plot, s Series, all []Series, year int, y float64) bool {
	for _, o := range all {
		for _, q := range o.Readings {
			if q.Year == year && o.Name != s.Name && math.Abs(p.y(q.Value)-y) < 8 {
				return true
			}
		}
	}
	return false
}

// crowded says whether a label at a point would stand on another.
func crowded(placed []Point, x, y float64) bool {
	for _, at := range placed {
		if math.Abs(at[0]-x) < 40 && math.Abs(at[1]-y) < 13 {
			return true
		}
	}
	return false
}

// telling says whether a point is worth its figure: the first one, and both
// sides of a change of rules.
func telling(r []Reading, i int) bool {
	return i == 0 || !sameRule(r[i-1], r[i]) || !sameRule(r[i], r[i+1])
}
