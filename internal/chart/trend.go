package chart

import (
	"math"
	"sort"
	"strconv"

	"giamngheo/internal/text"
	"giamngheo/internal/vn"
)

// Trend is a line chart over years.
type Trend struct {
	Title  string // the finding, in a sentence; may be empty where the page says it
	Label  string // for screen readers; empty = the title
	Source string // under the picture
	Width  float64
	Height float64              // of the plot itself; 0 = 180
	Format func(float64) string // of the axis; nil = whole numbers with dots
	Series []Series
}

// Series is one line. Years without a reading are gaps: the line breaks there,
// and it breaks where the rule set changes, since figures on both sides do not
// compare.
type Series struct {
	Name     string
	Class    string // Poor, Near, Out, Brand or Soft
	Dashed   bool   // a target, not a result
	Readings []Reading
}

// Reading is one point of a series.
type Reading struct {
	Year        int
	Value       float64 // NaN = none
	Label       string  // written at the point; if a series has none, its first and last are written
	Title       string  // when pointed at; empty = year and value
	Rule        string  // rule set as people call it; empty = does not matter
	Unconfirmed bool    // drawn hollow
}

// plot is the frame of a trend: where years and values come to stand.
type plot struct {
	left, right, top, bottom float64
	from, to                 int
	low, high                float64
}

func (p plot) x(year float64) float64 {
	if p.to == p.from {
		return (p.left + p.right) / 2
	}
	return p.left + (p.right-p.left)*(year-float64(p.from))/float64(p.to-p.from)
}

func (p plot) y(v float64) float64 {
	return p.bottom - (p.bottom-p.top)*(v-p.low)/(p.high-p.low)
}

// SVG draws the chart.
func (t Trend) SVG() string {
	if t.Width == 0 {
		t.Width = 440
	}
	if t.Height == 0 {
		t.Height = 180
	}
	if t.Format == nil {
		t.Format = func(v float64) string { return vn.FormatInt(int64(math.Round(v))) }
	}
	series := tidy(t.Series)
	label := t.Label
	if label == "" {
		label = t.Title
	}
	var d drawing
	head := headHeight(t.Title, t.Width)
	if len(series) == 0 {
		d.open("trend", label, t.Width, head+60)
		d.head(t.Title, t.Width)
		d.text(margin, head+34, normal, Soft, "", text.T("chart.no_data"))
		return d.close()
	}
	breaks := ruleBreaks(series)
	p := t.frame(series, head, len(breaks) > 0)
	foot := footLines(t.Width, append(notes(series, len(breaks) > 0), t.Source)...)
	d.open("trend", label, t.Width, p.bottom+24+footHeight(foot))
	d.head(t.Title, t.Width)
	t.axes(&d, p)
	for _, b := range breaks {
		d.ruleBreak(p, b, t.Width)
	}
	for _, targets := range []bool{true, false} { // results lie over targets
		for _, s := range series {
			if s.Dashed == targets {
				d.series(p, s, t.Format)
			}
		}
	}
	t.labels(&d, p, series)
	d.foot(foot, p.bottom+24)
	return d.close()
}

// tidy sorts readings, drops those without a value, and series without any.
func tidy(in []Series) []Series {
	var out []Series
	for _, s := range in {
		var kept []Reading
		for _, r := range s.Readings {
			if !math.IsNaN(r.Value) && !math.IsInf(r.Value, 0) {
				kept = append(kept, r)
			}
		}
		if len(kept) == 0 {
			continue
		}
		sort.SliceStable(kept, func(i, j int) bool { return kept[i].Year < kept[j].Year })
		s.Readings = kept
		out = append(out, s)
	}
	return out
}

func (t Trend) frame(series []Series, head float64, breaks bool) plot {
	p := plot{from: math.MaxInt, to: math.MinInt, top: head + 24, left: margin}
	names := 0.0
	for _, s := range series {
		for _, r := range s.Readings {
			p.from, p.to = min(p.from, r.Year), max(p.to, r.Year)
			p.low, p.high = math.Min(p.low, r.Value), math.Max(p.high, r.Value)
		}
		for _, l := range nameLines(s, t.Width) {
			names = math.Max(names, textWidth(l, normal))
		}
		names = math.Max(names, textWidth(lastLabel(s, t.Format), normal))
	}
	if breaks {
		p.top += 18
	}
	p.bottom = p.top + t.Height
	step := tickStep(p.high - p.low)
	p.low, p.high = math.Floor(p.low/step)*step, math.Ceil(p.high/step)*step
	if p.high == p.low {
		p.high = p.low + step
	}
	for _, v := range p.ticks() {
		p.left = math.Max(p.left, margin+textWidth(t.Format(v), small)+6)
	}
	p.left += 8
	p.right = t.Width - margin - names - 12
	return p
}

// tickStep gives steps of 1, 2 or 5 times a power of ten, at most four of them.
func tickStep(reach float64) float64 {
	if reach <= 0 {
		return 1
	}
	step := math.Pow(10, math.Floor(math.Log10(reach)))
	for _, f := range []float64{0.2, 0.5, 1, 2, 5} {
		if reach/(step*f) <= 4 {
			return step * f
		}
	}
	return step * 10
}

func (p plot) ticks() []float64 {
	step := tickStep(p.high - p.low)
	var out []float64
	for k := math.Ceil(p.low/step - 1e-9); k*step <= p.high+step*1e-9; k++ {
		out = append(out, k*step)
	}
	return out
}

func (t Trend) axes(d *drawing, p plot) {
	for _, v := range p.ticks() {
		class, stroke := "grid", line
		if v == 0 {
			class, stroke = "axis", edging
		}
		d.line(class, ` stroke="`+stroke+`"`, p.left-6, p.y(v), p.right+6, p.y(v))
		d.text(p.left-10, p.y(v)+4, small, Soft, ` text-anchor="end"`, t.Format(v))
	}
	every := 1
	for float64(every)*(p.right-p.left)/math.Max(1, float64(p.to-p.from)) < 36 && every <= p.to-p.from {
		every++
	}
	for year := p.to; year >= p.from; year -= every {
		d.text(p.x(float64(year)), p.bottom+17, small, Soft, ` text-anchor="middle"`, strconv.Itoa(year))
	}
}

// ruleBreak is where one rule set ends and another begins, between two years.
type change struct {
	at   float64
	rule string
}

func ruleBreaks(series []Series) []change {
	found := map[change]bool{}
	for _, s := range series {
		before := Reading{}
		for _, r := range s.Readings {
			if r.Rule == "" {
				continue
			}
			if before.Rule != "" && before.Rule != r.Rule {
				found[change{float64(before.Year+r.Year) / 2, r.Rule}] = true
			}
			before = r
		}
	}
	var out []change
	for c := range found {
		out = append(out, c)
	}
	sort.Slice(out, func(i, j int) bool {
		return out[i].at < out[j].at || out[i].at == out[j].at && out[i].rule < out[j].rule
	})
	return out
}

func (d *drawing) ruleBreak(p plot, c change, width float64) {
	x := p.x(c.at)
	d.line("break", ` stroke="`+soft+`" stroke-dasharray="2 3"`, x, p.top-20, x, p.bottom)
	words := text.T("chart.break", "rule", c.rule)
	anchor, tx := "", x+4
	if tx+textWidth(words, small) > width {
		anchor, tx = ` text-anchor="end"`, x-4
	}
	d.text(tx, p.top-12, small, Soft, anchor, words)
}

// series draws the line in pieces, and the points over it.
func (d *drawing) series(p plot, s Series, format func(float64) string) {
	var pieces [][]Point
	for i, r := range s.Readings {
		here := Point{p.x(float64(r.Year)), p.y(r.Value)}
		if i > 0 && joined(s.Readings[i-1], r) {
			pieces[len(pieces)-1] = append(pieces[len(pieces)-1], here)
			continue
		}
		pieces = append(pieces, []Point{here})
	}
	dash, width := "", "2.2"
	if s.Dashed {
		dash, width = ` stroke-dasharray="5 4"`, "1.4"
	}
	class := escape(s.Class)
	d.raw(`<path class="s-`, class, `" fill="none" stroke="`, colour(s.Class), `" stroke-width="`, width, `"`, dash, ` stroke-linejoin="round" d="`, path(pieces, false), `"/>`)
	for _, r := range s.Readings {
		fill, fillClass := colour(s.Class), class
		if r.Unconfirmed {
			fill, fillClass = paper, "card"
		}
		radius := "3.5"
		if s.Dashed {
			radius = "2.5"
		}
		d.raw(`<circle class="s-`, class, ` f-`, fillClass, `" cx="`, number(p.x(float64(r.Year))), `" cy="`, number(p.y(r.Value)), `" r="`, radius,
			`" fill="`, fill, `" stroke="`, colour(s.Class), `" stroke-width="1.8"><title>`, escape(pointTitle(s, r, format)), `</title></circle>`)
	}
}

func joined(a, b Reading) bool {
	return b.Year == a.Year+1 && sameRule(a, b)
}

func sameRule(a, b Reading) bool { return a.Rule == b.Rule || a.Rule == "" || b.Rule == "" }

func pointTitle(s Series, r Reading, format func(float64) string) string {
	if r.Title != "" {
		return r.Title
	}
	words := join(s.Name, strconv.Itoa(r.Year)) + ": " + format(r.Value)
	if r.Unconfirmed {
		words += " (" + text.T("chart.unconfirmed") + ")"
	}
	return words
}

// notes explain the marks that occur.
func notes(series []Series, breaks bool) []string {
	hollow, gap := false, false
	for _, s := range series {
		for i, r := range s.Readings {
			hollow = hollow || r.Unconfirmed
			gap = gap || i > 0 && r.Year > s.Readings[i-1].Year+1
		}
	}
	var out []string
	if breaks {
		out = append(out, text.T("chart.break_note"))
	}
	if gap {
		out = append(out, text.T("chart.gap_note"))
	}
	if hollow {
		out = append(out, text.T("chart.unconfirmed_note"))
	}
	return out
}
