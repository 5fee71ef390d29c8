// Package chart draws what the offices look at: the map of the communes, the
// trend of the years, bars of the deprivations, and where a household's points
// stand between the lines. It draws on the server, as SVG, so that the page,
// the PDF and the Word file show one picture. It knows no subject: who calls it
// brings values, classes and the finished sentences; it neither reads a
// database nor decides what a colour means.
package chart

import (
	_ "embed"
	"strconv"
	"strings"
)

// CSS is the style of all charts by the tokens of the design (--m0, --ink …).
// The page's stylesheet takes it in. Every drawing carries the same colours as
// attributes too, which a style sheet overrides, so that it also stands alone.
//
//go:embed chart.css
var CSS string

// Point is a place on the drawing: x to the right, y downwards, in units of the
// viewBox.
type Point [2]float64

// The classes that carry a colour. M0 to M5 are the steps of a map from low to
// high; Unknown is hatched, never a colour of the scale; None is outside of
// what is shown.
const (
	M0      = "m0"
	M1      = "m1"
	M2      = "m2"
	M3      = "m3"
	M4      = "m4"
	M5      = "m5"
	Unknown = "un"
	None    = "none"
	Poor    = "poor"
	Near    = "near"
	Out     = "out"
	Brand   = "brand"
	Soft    = "soft" // a target, a comparison: stands behind
)

// Steps are the map's classes from low to high.
var Steps = []string{M0, M1, M2, M3, M4, M5}

// colours say in attributes what chart.css says by tokens.
var colours = map[string]string{
	M0: "#f6efe0", M1: "#f0d9ae", M2: "#e3b06e", M3: "#cc7b45", M4: "#a84a30", M5: "#732222", None: "#d9dde2",
	Poor: "#a0281f", Near: "#8a4e00", Out: "#1f6340", Unknown: "#4d5b6e", Brand: "#0e5a5e", Soft: soft,
	"ink": ink, "card": paper,
}

var washes = map[string]string{
	Poor: "#f8e4e0", Near: "#faeed8", Out: "#e0f0e6", Unknown: "#e8ecf1", Brand: "#e2efee", Soft: "#efece4",
}

const (
	ink    = "#1b2430"
	soft   = "#505c6c"
	line   = "#dfdcd3"
	edging = "#8b877c"
	border = "#3b2a20"
	paper  = "#ffffff"
)

func colour(class string) string {
	if c, ok := colours[class]; ok {
		return c
	}
	return soft
}

func wash(class string) string {
	if c, ok := washes[class]; ok {
		return c
	}
	return washes[Unknown]
}

// Class gives the step of a value: m0 below the first bound, m1 from the first
// bound up, and so on; a bound belongs to the step above it. NaN is unknown.
func Class(value float64, bounds []float64) string {
	if value != value {
		return Unknown
	}
	step := 0
	for step < len(bounds) && step < len(Steps)-1 && value >= bounds[step] {
		step++
	}
	return Steps[step]
}

// drawing builds one SVG text.
type drawing struct{ strings.Builder }

// open writes the head of a drawing; label is what a screen reader says.
func (d *drawing) open(class, label string, width, height float64) {
	d.openAs("img", class, label, width, height)
}

// openAs is open for a drawing with links: to a screen reader a picture has no
// parts, so one with links is a group.
func (d *drawing) openAs(role, class, label string, width, height float64) {
	d.raw(`<svg xmlns="http://www.w3.org/2000/svg" class="chart `, class, `" viewBox="0 0 `, number(width), ` `, number(height),
		`" role="`, role, `" aria-label="`, escape(label), `" font-family="Be Vietnam Pro, Liberation Sans, sans-serif">`)
}

func (d *drawing) close() string {
	d.raw("</svg>")
	return d.String()
}

// raw writes parts that are already safe.
func (d *drawing) raw(parts ...string) {
	for _, p := range parts {
		d.WriteString(p)
	}
}

// text writes one line of text in a colour of the list. Attributes are safe
// parts: ` text-anchor="end"`.
func (d *drawing) text(x, y, size float64, class, attributes, s string) {
	d.raw(`<text class="f-`, escape(class), `" x="`, number(x), `" y="`, number(y), `" font-size="`, number(size), `" fill="`, colour(class), `"`, attributes, `>`, escape(s), `</text>`)
}

func (d *drawing) line(class, attributes string, x1, y1, x2, y2 float64) {
	d.raw(`<line class="`, class, `" x1="`, number(x1), `" y1="`, number(y1), `" x2="`, number(x2), `" y2="`, number(y2), `"`, attributes, `/>`)
}

func (d *drawing) rect(class, attributes string, x, y, width, height float64) {
	d.raw(`<rect class="`, class, `" x="`, number(x), `" y="`, number(y), `" width="`, number(width), `" height="`, number(height), `"`, attributes, `/>`)
}

var escaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&#34;", "'", "&#39;")

// escape makes a text safe between tags and in attributes, and drops what XML
// cannot hold.
func escape(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < 0x20 && r != '\t' && r != '\n' || r == 0xFFFE || r == 0xFFFF {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))
	return escaper.Replace(s)
}

// href gives a link as attribute text; anything but a path of our own server or
// an http address is left out, so that no name can carry a script.
func href(link string) string {
	own := strings.HasPrefix(link, "/") || strings.HasPrefix(link, "#") || strings.HasPrefix(link, "?")
	if !own && !strings.HasPrefix(link, "http://") && !strings.HasPrefix(link, "https://") {
		return ""
	}
	return escape(link)
}

// number writes a length with at most one decimal: pages stay small and
// drawings are the same on every machine.
func number(v float64) string { return tenths(toTenths(v)) }

func toTenths(v float64) int {
	if v < 0 {
		return -toTenths(-v)
	}
	return int(v*10 + 0.5)
}

func tenths(n int) string {
	sign := ""
	if n < 0 {
		sign, n = "-", -n
	}
	if n%10 == 0 {
		return sign + strconv.Itoa(n/10)
	}
	if n < 10 {
		return sign + "." + strconv.Itoa(n)
	}
	return sign + strconv.Itoa(n/10) + "." + strconv.Itoa(n%10)
}

// path writes lines as a path with relative steps of tenths; closed adds z.
// Points that fall together after rounding are written once.
func path(lines [][]Point, closed bool) string {
	var b strings.Builder
	for _, l := range lines {
		var x, y int
		written := 0
		for _, p := range l {
			px, py := toTenths(p[0]), toTenths(p[1])
			if written == 0 {
				b.WriteString("M" + tenths(px) + after(tenths(py)))
			} else if px != x || py != y {
				if written == 1 {
					b.WriteByte('l')
					b.WriteString(tenths(px-x) + after(tenths(py-y)))
				} else {
					b.WriteString(after(tenths(px-x)) + after(tenths(py-y)))
				}
			} else {
				continue
			}
			x, y = px, py
			written++
		}
		if closed && written > 0 {
			b.WriteByte('z')
		}
	}
	return b.String()
}

// after separates a number from the one before it; a minus sign does it alone.
func after(n string) string {
	if n[0] == '-' {
		return n
	}
	return " " + n
}
