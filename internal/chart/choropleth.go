package chart

import "slices"

// Fill says how one cell of a map is shown.
type Fill struct {
	Class string // M0 … M5, Unknown or None
	Title string // "Xã Tam Chung: 12,3 % (45/366 hộ)"
	Href  string // page behind the cell; empty = no link
}

// Picture is what a map needs besides its geometry.
type Picture struct {
	ID    string // prefix of ids in the drawing; needed when a page holds two maps
	Label string // for screen readers: what the map shows
	Fill  func(key string) Fill
	// Legend is drawn under the map where the picture must stand alone (PDF,
	// Word); a page writes its own.
	Legend []LegendItem
}

// SVG colours the map.
func (m *Map) SVG(p Picture) string {
	var d drawing
	id := p.ID
	if id == "" {
		id = "map"
	}
	below := legendHeight(p.Legend, m.Width)
	role := "img"
	if slices.ContainsFunc(m.Cells, func(c Cell) bool { return href(p.Fill(c.Key).Href) != "" }) {
		role = "group"
	}
	d.openAs(role, "map", p.Label, m.Width, m.Height+below)
	d.hatch(id)
	d.raw(`<g class="cells" stroke="#fff" stroke-width=".6" stroke-linejoin="round" fill-rule="evenodd">`)
	for _, c := range m.Cells {
		f := p.Fill(c.Key)
		if f.Class == "" {
			f.Class = None
		}
		link := href(f.Href)
		if link != "" {
			d.raw(`<a href="`, link, `">`)
		}
		d.raw(`<path class="`, escape(f.Class), `" fill="`, escape(fill(f.Class, id)), `" data-key="`, escape(c.Key), `" d="`, c.path, `">`)
		if f.Title != "" {
			d.raw(`<title>`, escape(f.Title), `</title>`)
		}
		d.raw(`</path>`)
		if link != "" {
			d.raw(`</a>`)
		}
	}
	d.raw(`</g>`)
	if m.border != "" {
		d.raw(`<path class="border" fill="none" stroke="`, border, `" stroke-opacity=".6" stroke-width=".8" stroke-linejoin="round" d="`, m.border, `"/>`)
	}
	if m.between != "" {
		d.raw(`<path class="between" fill="none" stroke="`, border, `" stroke-opacity=".8" stroke-width="1.1" stroke-linejoin="round" stroke-linecap="round" d="`, m.between, `"/>`)
	}
	d.legend(p.Legend, id, 0, m.Height, m.Width)
	return d.close()
}

// fill is the colour of a step; unknown is the hatching, by the id of its
// pattern in this drawing.
func fill(class, id string) string {
	if class == Unknown {
		return "url(#" + id + "-un)"
	}
	return colour(class)
}

// hatch defines the pattern of what is unknown. It is a pattern and not a
// colour, so that nobody takes it for a step of the scale.
func (d *drawing) hatch(id string) {
	d.raw(`<defs><pattern id="`, escape(id), `-un" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">`,
		`<rect class="hatch-ground" width="5" height="5" fill="`, washes[Unknown], `"/>`,
		`<line class="hatch" x1="0" y1="0" x2="0" y2="5" stroke="`, colours[Unknown], `" stroke-width="1.6"/></pattern></defs>`)
}
