package chart

import (
	"math"

	"giamngheo/internal/text"
)

// Bars are horizontal bars, a group of them or one divided bar a row: the
// deprivations of the poor and the near-poor, for example.
type Bars struct {
	Title, Label, Source string
	ID                   string // prefix of ids; needed when a page holds two pictures
	Width                float64
	Kinds                []Kind // what the bars of each row are, in order
	Rows                 []Row
	Stacked              bool    // one bar a row, divided
	Max                  float64 // the full width; 0 = the largest bar
}

// Kind is what the n-th bar of every row shows.
type Kind struct{ Name, Class string }

// Row is one line of bars, in the order of the kinds.
type Row struct {
	Name   string
	Values []float64 // NaN = unknown, said in words
	Labels []string  // written at the bars
	Total  string    // of a stacked row, written at its end
}

const barHeight = 15

// SVG draws the bars. Names stand above their bars, so that long Vietnamese
// names need no column and the picture works on a telephone.
func (b Bars) SVG() string {
	if b.Width == 0 {
		b.Width = 440
	}
	id := b.ID
	if id == "" {
		id = "bars"
	}
	label := b.Label
	if label == "" {
		label = b.Title
	}
	var legend []LegendItem
	if len(b.Kinds) > 1 {
		for _, k := range b.Kinds {
			legend = append(legend, LegendItem{Class: k.Class, Label: k.Name})
		}
	}
	head := headHeight(b.Title, b.Width)
	y := head + legendHeight(legend, b.Width)
	foot := footLines(b.Width, b.Source)
	height := y
	for _, r := range b.Rows {
		height += b.rowHeight(r)
	}
	if len(b.Rows) == 0 {
		height += 40
	}
	var d drawing
	d.open("bars", label, b.Width, height+footHeight(foot))
	d.hatch(id)
	d.head(b.Title, b.Width)
	d.legend(legend, id, 0, head, b.Width)
	if len(b.Rows) == 0 {
		d.text(margin, y+24, normal, Soft, "", text.T("chart.no_data"))
	}
	scale := b.scale()
	for _, r := range b.Rows {
		b.row(&d, r, id, y, scale)
		y += b.rowHeight(r)
	}
	d.foot(foot, y)
	return d.close()
}

func (b Bars) rowHeight(r Row) float64 {
	n := len(b.Kinds)
	if b.Stacked {
		n = 1
	}
	return float64(len(wrap(r.Name, normal, b.Width-2*margin)))*17 + float64(n)*(barHeight+2) + 10
}

// scale leaves room on the right for the widest label.
func (b Bars) scale() float64 {
	most, words := b.Max, 0.0
	for _, r := range b.Rows {
		sum := 0.0
		for i := range b.Kinds {
			v := r.value(i)
			if v > 0 {
				sum += v
			}
			if !b.Stacked {
				most = math.Max(most, v)
				words = math.Max(words, textWidth(r.label(i), small))
			}
		}
		if b.Stacked {
			most = math.Max(most, sum)
			words = math.Max(words, textWidth(r.Total, small))
		}
	}
	if !(most > 0) {
		return 0
	}
	return math.Max(40, b.Width-2*margin-words-8) / most
}

func (r Row) value(i int) float64 {
	if i >= len(r.Values) || math.IsNaN(r.Values[i]) {
		return -1
	}
	return math.Max(0, r.Values[i])
}

func (r Row) label(i int) string {
	if i >= len(r.Labels) {
		return ""
	}
	return r.Labels[i]
}

func (b Bars) row(d *drawing, r Row, id string, y, scale float64) {
	for _, l := range wrap(r.Name, normal, b.Width-2*margin) {
		d.text(margin, y+13, normal, "ink", "", l)
		y += 17
	}
	x := float64(margin)
	for i, k := range b.Kinds {
		v := r.value(i)
		if v < 0 {
			if !b.Stacked {
				d.text(margin, y+12, small, Unknown, ` font-style="italic"`, text.T("chart.unknown"))
				y += barHeight + 2
			}
			continue
		}
		width := v * scale
		class, ground := "f-"+escape(k.Class), colour(k.Class)
		if k.Class == Unknown {
			class, ground = "un", fill(Unknown, escape(id))
		}
		d.raw(`<rect class="`, class, `" x="`, number(x), `" y="`, number(y), `" width="`, number(width), `" height="`, number(barHeight), `" fill="`, ground, `"><title>`,
			escape(join(r.Name, k.Name)+": "+r.label(i)), `</title></rect>`)
		if b.Stacked {
			if k.Class != Unknown && textWidth(r.label(i), small)+8 < width {
				d.text(x+4, y+12, small, "card", "", r.label(i))
			}
			x += width
			continue
		}
		d.text(x+width+5, y+12, small, "ink", "", r.label(i))
		y += barHeight + 2
	}
	if b.Stacked && r.Total != "" {
		d.text(x+5, y+12, small, "ink", "", r.Total)
	}
}

func join(a, b string) string {
	if b == "" {
		return a
	}
	return a + ", " + b
}
