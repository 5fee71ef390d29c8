package chart

import (
	"math"
	"slices"
	"sort"
)

// Position shows where a value stands between the lines that decide: the B1
// points of a household against 120 and 150, for example.
type Position struct {
	Label string // for screen readers
	Width float64
	Marks []Mark // the lines, ascending
	Zones []Zone // one more than lines, from low to high
	Spots []Spot // where the household stands; none = not known
}

// Mark is a line that decides.
type Mark struct {
	At    float64
	Label string // "120 điểm"
}

// Zone is what lies between two lines.
type Zone struct{ Class, Label string }

// Spot is one value.
type Spot struct {
	At          float64
	Label       string // "140"
	Unconfirmed bool   // drawn hollow
}

// SVG draws the bar with its zones, the lines below it, the values above it.
func (p Position) SVG() string {
	if p.Width == 0 {
		p.Width = 440
	}
	low, high := p.reach()
	x := func(v float64) float64 {
		return margin + (p.Width-2*margin)*(math.Max(low, math.Min(high, v))-low)/(high-low)
	}
	var marks, zones []span
	for _, m := range p.Marks {
		marks = append(marks, span{x(m.At), textWidth(m.Label, small)})
	}
	edges := []float64{low}
	for _, m := range p.Marks {
		edges = append(edges, m.At)
	}
	edges = append(edges, high)
	for i, z := range p.Zones {
		if i+1 < len(edges) {
			zones = append(zones, span{(x(edges[i]) + x(edges[i+1])) / 2, textWidth(z.Label, small)})
		}
	}
	spotRow, spotRows := p.spotRows(x)
	markAt, markRow, markRows := inRows(marks, p.Width)
	zoneAt, zoneRow, zoneRows := inRows(zones, p.Width)
	bar := 8 + float64(spotRows)*18
	under := bar + 18
	var d drawing
	d.open("position", p.Label, p.Width, under+10+float64(markRows+zoneRows)*16+4)
	for i := range zones {
		z := p.Zones[i]
		d.rect("w-"+escape(z.Class), ` fill="`+wash(z.Class)+`"`, x(edges[i]), bar, x(edges[i+1])-x(edges[i]), 18)
		d.text(zoneAt[i], under+18+float64(markRows+zoneRow[i])*16, small, z.Class, ` text-anchor="middle"`, z.Label)
	}
	for i, m := range p.Marks {
		d.line("tick", ` stroke="`+ink+`"`, x(m.At), bar, x(m.At), under+5)
		d.text(markAt[i], under+18+float64(markRow[i])*16, small, "ink", ` text-anchor="middle"`, m.Label)
	}
	for i, s := range p.Spots {
		top := bar - 12 - float64(spotRow[i])*18
		p.spot(&d, s, x(s.At), top, bar)
	}
	return d.close()
}

// flipped says that a label does not fit to the right of its pointer.
func (p Position) flipped(s Spot, x float64) bool {
	return x+10+textWidth(s.Label, normal) > p.Width
}

// spotRows stacks values whose labels would meet. It goes from the highest
// value down, so that the stem of one in an upper row passes to the left of the
// labels below.
func (p Position) spotRows(x func(float64) float64) (row []int, count int) {
	order := make([]int, len(p.Spots))
	for i := range order {
		order[i] = i
	}
	sort.SliceStable(order, func(a, b int) bool { return p.Spots[order[a]].At > p.Spots[order[b]].At })
	row = make([]int, len(p.Spots))
	type extent struct{ from, to float64 }
	var taken [][]extent
	for _, i := range order {
		s := p.Spots[i]
		at := x(s.At)
		e := extent{at - 9, at + 14 + textWidth(s.Label, normal)}
		if p.flipped(s, at) {
			e = extent{at - 14 - textWidth(s.Label, normal), at + 9}
		}
		r := 0
		for r < len(taken) && slices.ContainsFunc(taken[r], func(o extent) bool { return e.from < o.to && o.from < e.to }) {
			r++
		}
		if r == len(taken) {
			taken = append(taken, nil)
		}
		taken[r] = append(taken[r], e)
		row[i] = r
	}
	return row, len(taken)
}

// spot draws a pointer onto the bar and its label beside it.
func (p Position) spot(d *drawing, s Spot, x, top, bar float64) {
	class, fill := "f-ink", ink
	if s.Unconfirmed {
		class, fill = "f-card", paper
	}
	if top+12 < bar {
		d.line("tick", ` stroke="`+ink+`"`, x, top+11, x, bar)
	}
	d.raw(`<path class="`, class, ` s-ink" fill="`, fill, `" stroke="`, ink, `" stroke-width="1.2" d="`, path([][]Point{{{x, top + 12}, {x - 6.5, top + 1}, {x + 6.5, top + 1}}}, true), `"/>`)
	anchor, lx := "", x+10
	if p.flipped(s, x) {
		anchor, lx = ` text-anchor="end"`, x-10
	}
	d.text(lx, top+11, normal, "ink", anchor+` font-weight="600"`, s.Label)
}

// reach chooses the ends of the bar: from zero, and beyond the last line by
// enough to show that it goes on.
func (p Position) reach() (low, high float64) {
	for _, m := range p.Marks {
		low, high = math.Min(low, m.At*1.4), math.Max(high, m.At*1.4)
	}
	for _, s := range p.Spots {
		low, high = math.Min(low, s.At*1.05), math.Max(high, s.At*1.05)
	}
	if high <= low {
		high = low + 1
	}
	return low, high
}
