package chart

import (
	"fmt"
	"math"
	"time"

	"giamngheo/internal/text"
)

// Gantt is a year of work as bars on a calendar, with arrows from what must be
// there first to what rests on it. It is as wide as a year needs to be read; a
// narrow one, for a phone, has the short names alone and shows quarters.
type Gantt struct {
	ID       string
	Label    string // for screen readers
	Source   string
	From, To string // first and last day, YYYY-MM-DD
	Today    string // a line where it lies within; may be empty
	Narrow   bool
	Rows     []GanttRow
	Links    []GanttLink
}

// GanttRow is one piece of work.
type GanttRow struct {
	Name  string
	Short string // on a narrow chart
	Note  string // at the bar: how far, how late
	Title string // when pointed at
	Href  string
	Class string // Out, Near, Poor, Brand or Soft
	// Begin and End are days; without an end there is no bar, and the note
	// stands alone.
	Begin, End string
	Done       float64 // the part of the bar that is filled, 0 to 1
}

// GanttLink leads from a row to one that rests on it. One that must wait for
// what ends later than itself is drawn as a contradiction.
type GanttLink struct {
	From, To int
	Against  bool
}

const (
	ganttRow = 34.0
	ganttBar = 14.0
)

// parts are the widths of the names, of the year and of the notes behind it.
func (g Gantt) parts() (names, days, notes float64) {
	if g.Narrow {
		return 74, 120, 112
	}
	return 300, 640, 230
}

// SVG draws the chart.
func (g Gantt) SVG() string {
	names, days, notes := g.parts()
	width := margin + names + days + notes
	var foot []string
	if g.Source != "" {
		foot = footLines(width, g.Source)
	}
	top := 30.0
	bottom := top + float64(len(g.Rows))*ganttRow
	var d drawing
	d.openAs("group", "gantt", g.Label, width, bottom+8+footHeight(foot))
	if len(g.Rows) == 0 {
		d.text(margin, 24, normal, Soft, "", text.T("chart.no_data"))
		return d.close()
	}
	g.months(&d, top, bottom)
	if !g.Narrow { // on so little room arrows hide the bars; the table says the same
		for _, l := range g.Links {
			g.link(&d, l, top)
		}
	}
	for n, r := range g.Rows {
		g.row(&d, r, top+float64(n)*ganttRow)
	}
	d.foot(foot, bottom+8)
	return d.close()
}

// x is where a day stands; days outside of the calendar stand at its ends.
func (g Gantt) x(day string) float64 {
	first, last, at := dayNumber(g.From), dayNumber(g.To), dayNumber(day)
	share := 0.0
	if last > first {
		share = math.Max(0, math.Min(1, (at-first)/(last-first)))
	}
	names, days, _ := g.parts()
	return margin + names + share*days
}

func dayNumber(day string) float64 {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return 0
	}
	return float64(t.Unix() / 86400)
}

func (g Gantt) months(d *drawing, top, bottom float64) {
	from, err := time.Parse(time.DateOnly, g.From)
	to, err2 := time.Parse(time.DateOnly, g.To)
	if err != nil || err2 != nil {
		return
	}
	for at := time.Date(from.Year(), from.Month(), 1, 0, 0, 0, 0, time.UTC); !at.After(to); at = at.AddDate(0, 1, 0) {
		x := g.x(at.Format(time.DateOnly))
		if g.Narrow && at.Month()%3 != 1 {
			continue
		}
		d.line("grid", ` stroke="`+line+`"`, x, top-4, x, bottom)
		d.text(x+3, top-10, small, Soft, "", text.T("chart.month", "n", int(at.Month())))
	}
	if g.Today != "" && g.Today >= g.From && g.Today <= g.To {
		x := g.x(g.Today)
		d.line("s-ink", ` stroke="`+ink+`" stroke-width="1.5" stroke-dasharray="3 3"`, x, top-4, x, bottom)
		d.raw(`<title>`, escape(text.T("chart.today")), `</title>`)
	}
}

func (g Gantt) row(d *drawing, r GanttRow, y float64) {
	at := href(r.Href)
	names, days, notes := g.parts()
	if at != "" {
		d.raw(`<a href="`, at, `">`)
	}
	d.raw(`<g class="bar"><title>`, escape(r.Title), `</title>`)
	d.rect("hit", ` fill="none" pointer-events="all"`, 0, y, margin+names+days+notes, ganttRow)
	name := r.Name
	if g.Narrow {
		name = r.Short
	}
	lines := wrap(name, small, names-12)
	if len(lines) > 2 {
		lines = []string{lines[0], lines[1] + " …"}
	}
	for n, l := range lines {
		d.text(margin, y+ganttRow/2+4+(float64(n)-float64(len(lines)-1)/2)*14, small, "ink", "", l)
	}
	if r.End == "" {
		d.text(margin+names, y+ganttRow/2+4, small, Soft, ` font-style="italic"`, r.Note)
	} else {
		x1, x2 := g.x(r.Begin), g.x(r.End)
		x1 = math.Min(x1, x2-6)
		bar := y + (ganttRow-ganttBar)/2
		class := escape(r.Class)
		d.rect("w-"+class+" s-"+class, ` fill="`+wash(r.Class)+`" stroke="`+colour(r.Class)+`" rx="3"`, x1, bar, x2-x1, ganttBar)
		if r.Done > 0 {
			d.rect("f-"+class, ` fill="`+colour(r.Class)+`" rx="3"`, x1, bar, (x2-x1)*math.Min(1, r.Done), ganttBar)
		}
		d.note(r.Note, x2+8, y+ganttRow/2, margin+names+days+notes-x2-8)
	}
	d.raw(`</g>`)
	if at != "" {
		d.raw(`</a>`)
	}
}

// note writes what stands behind a bar on the ground of the chart, so that the
// lines which run there do not cross its letters; two lines where one has no
// room.
func (d *drawing) note(words string, x, y, room float64) {
	lines := wrap(words, small, room)
	if len(lines) > 2 {
		lines = []string{lines[0], lines[1] + " …"}
	}
	d.raw(`<g class="halo" stroke="`, paper, `" stroke-width="4" stroke-linejoin="round" paint-order="stroke">`)
	for n, l := range lines {
		d.text(x, y+4+(float64(n)-float64(len(lines)-1)/2)*13, small, "ink", "", l)
	}
	d.raw(`</g>`)
}

// link leads from the end of one bar down or up to the end of the other: both
// are days by which something must be there.
func (g Gantt) link(d *drawing, l GanttLink, top float64) {
	if l.From < 0 || l.To < 0 || l.From >= len(g.Rows) || l.To >= len(g.Rows) || l.From == l.To || g.Rows[l.From].End == "" || g.Rows[l.To].End == "" {
		return
	}
	class, dash := Soft, ""
	if l.Against {
		class, dash = Poor, ` stroke-dasharray="4 2"`
	}
	x1, y1 := g.x(g.Rows[l.From].End), top+(float64(l.From)+0.5)*ganttRow
	x2 := math.Max(g.x(g.Rows[l.To].Begin), math.Min(x1, g.x(g.Rows[l.To].End))) - 3
	y2, tip := top+(float64(l.To)+0.5)*ganttRow-ganttBar/2, -5.0
	if l.To < l.From {
		y2, tip = y2+ganttBar, 5
	}
	d.raw(`<path class="s-`, class, `" fill="none" stroke="`, colour(class), `"`, dash, ` d="`,
		fmt.Sprintf("M%s %sC%s %s %s %s %s %s", number(x1), number(y1), number(x1+10), number(y1), number(x2), number((y1+y2)/2), number(x2), number(y2+tip)), `"/>`)
	d.raw(`<path class="f-`, class, `" fill="`, colour(class), `" d="`, fmt.Sprintf("M%s %sl-3.5 %sh7z", number(x2), number(y2), number(tip)), `"/>`)
}
