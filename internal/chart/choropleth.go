package chart

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
}

// SVG colours the map.
func (m *Map) SVG(p Picture) string {
	var d drawing
	id := p.ID
	if id == "" {
		id = "map"
	}
	d.open("map", p.Label, m.Width, m.Height)
	d.raw(`<defs><pattern id="`, escape(id), `-un" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">`,
		`<rect class="hatch-ground" width="5" height="5" fill="`, washes[Unknown], `"/><line class="hatch" x1="0" y1="0" x2="0" y2="5" stroke="`, colours[Unknown], `" stroke-width="1.6"/></pattern></defs>`)
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
		fill := colour(f.Class)
		if f.Class == Unknown {
			fill = "url(#" + id + "-un)"
		}
		d.raw(`<path class="`, escape(f.Class), `" fill="`, escape(fill), `" data-key="`, escape(c.Key), `" d="`, c.path, `">`)
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
		d.raw(`<path class="border" fill="none" stroke="`, ink, `" stroke-opacity=".55" stroke-width=".8" stroke-linejoin="round" d="`, m.border, `"/>`)
	}
	if m.between != "" {
		d.raw(`<path class="between" fill="none" stroke="`, ink, `" stroke-opacity=".75" stroke-width="1.1" stroke-linejoin="round" stroke-linecap="round" d="`, m.between, `"/>`)
	}
	return d.close()
}
