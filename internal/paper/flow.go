package paper

// chunk is what the flow puts on pages in one piece: a line of text, or a
// group of table rows.
type chunk struct {
	before  float64 // distance above, mm; left out at the top of a page
	height  float64
	keep    bool // stays on the page of the next chunk
	ends    bool // begins a new page and nothing else
	of      *Paragraph
	line    line
	rule    bool
	rows    *rowGroup
	head    *rowGroup // repeated where the rows begin a page
	outline int
}

// chunks breaks the blocks of a part for pages with so much room.
func chunks(blocks []Block, width, page float64) []chunk {
	var all []chunk
	for _, b := range blocks {
		switch b := b.(type) {
		case PageBreak:
			all = append(all, chunk{ends: true})
		case Paragraph:
			all = b.chunks(all, width)
		case Table:
			all = b.chunks(all, page)
		}
	}
	return all
}

// chunks appends the paragraph's lines. The first two stay together, and the
// last two.
func (p Paragraph) chunks(all []chunk, width float64) []chunk {
	broken := p.lines(width)
	for i, l := range broken {
		c := chunk{of: &p, line: l, height: l.height, keep: p.KeepNext}
		last := i == len(broken)-1
		if !last {
			c.keep = i == 0 || i == len(broken)-2 || p.KeepNext
		}
		if i == 0 {
			c.before, c.outline = p.Before*mmPerPoint, p.Outline
		}
		if last && p.Rule > 0 {
			c.rule = true
			c.height += ruleRoom
		}
		all = append(all, c)
	}
	return all
}

func (t Table) chunks(all []chunk, page float64) []chunk {
	before := t.Before * mmPerPoint
	var head *rowGroup
	if len(t.Head) > 0 {
		places, _ := t.grid(t.Head)
		head = t.group(t.Head, places, 0, len(t.Head))
		all = append(all, chunk{before: before, height: head.height(), keep: len(t.Rows) > 0, rows: head})
		before = 0
		page -= head.height()
	}
	groups := t.groups(t.Rows, page)
	for i, g := range groups {
		last := g.first + len(g.heights) - 1
		c := chunk{before: before, height: g.height(), rows: g, head: head, keep: t.Rows[last].Keep || t.keepNext && i == len(groups)-1}
		all = append(all, c)
		before = 0
	}
	return all
}

// flow puts chunks on pages.
type flow struct {
	pen         *pen
	left, width float64
	top, bottom float64
	y           float64
	newPage     func()
	bookmark    func(level int, title string, y float64)
}

func (f *flow) run(all []chunk) {
	f.turn()
	for i := 0; i < len(all); i++ {
		c := &all[i]
		if c.ends {
			f.turn()
			continue
		}
		f.makeRoom(all[i:])
		if f.y == f.top {
			c.before = 0
			if c.head != nil {
				f.put(&chunk{rows: c.head, height: c.head.height()})
			}
		}
		for c.rows != nil && f.y+c.before+c.height > f.bottom+hair {
			fits, rest := c.rows.split(f.bottom - f.y - c.before)
			if fits == nil {
				break // a single line higher than the page
			}
			f.put(&chunk{before: c.before, rows: fits, height: fits.height()})
			f.turn()
			c.before, c.rows, c.height = 0, rest, rest.height()
			if c.head != nil {
				f.put(&chunk{rows: c.head, height: c.head.height()})
			}
		}
		f.put(c)
	}
}

const hair = 0.001

// makeRoom turns the page if what must stay together does not fit on it, and
// fits on a page at all.
func (f *flow) makeRoom(rest []chunk) {
	if f.y == f.top {
		return
	}
	need := 0.0
	for i := range rest {
		if rest[i].ends {
			break
		}
		need += rest[i].before + rest[i].height
		if !rest[i].keep {
			break
		}
	}
	whole := f.bottom - f.top
	if rest[0].head != nil {
		whole -= rest[0].head.height()
	}
	if need-rest[0].before > whole {
		need = rest[0].before + rest[0].height
	}
	if need-rest[0].before > whole { // must be split anyway: begin where it stands if there is some room
		need = min(need, whole/4)
	}
	if f.y+need > f.bottom+hair {
		f.turn()
	}
}

func (f *flow) turn() {
	f.newPage()
	f.y = f.top
}

func (f *flow) put(c *chunk) {
	f.y += c.before
	if c.outline > 0 {
		f.bookmark(c.outline, plain(c.of.Spans), f.y)
	}
	if c.rows != nil {
		c.rows.draw(f.pen, f.left, f.y)
	} else {
		f.pen.line(c.of, &c.line, f.left, f.y, f.width)
		if c.rule {
			f.pen.rule(f.left+f.width/2, f.y+c.line.height+ruleGap, c.of.Rule)
		}
	}
	f.y += c.height
}

// plain is the bare text of spans.
func plain(spans []Span) string {
	s := ""
	for _, one := range spans {
		if one.kind == spanText {
			s += one.text
		}
	}
	return s
}
