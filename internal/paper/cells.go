package paper

// Rows of tables as the PDF needs them: broken into lines, with heights.

// Distances of a lined table, mm.
const (
	cellAbove = 0.7
	ruleGap   = 0.7 // from a text to the line drawn below it
	ruleRoom  = 1.8
)

// setLine is a line of a cell at its height within the cell.
type setLine struct {
	of   *Paragraph
	line line
	y    float64
	rule bool // the paragraph's rule is drawn below it
}

// textOf breaks the paragraphs of a cell to a width.
func textOf(ps []Paragraph, width float64) (lines []setLine, height float64) {
	for i := range ps {
		p := &ps[i]
		height += p.Before * mmPerPoint
		broken := p.lines(width)
		for k := range broken {
			rule := p.Rule > 0 && k == len(broken)-1
			lines = append(lines, setLine{p, broken[k], height, rule})
			height += broken[k].height
			if rule {
				height += ruleRoom
			}
		}
	}
	return lines, height
}

// box is a cell with its text, at its place in a group of rows.
type box struct {
	place
	lines  []setLine
	height float64 // of its text
}

// rowGroup is what stays together: one row, or rows joined by a cell.
type rowGroup struct {
	table   *Table
	heights []float64
	shaded  []bool
	boxes   []box
	first   int // number of its first row
}

func (g *rowGroup) height() float64 {
	h := 0.0
	for _, one := range g.heights {
		h += one
	}
	return h
}

func (t *Table) above() float64 {
	if t.Plain {
		return 0
	}
	return cellAbove
}

// groups sets rows; a group higher than a page is taken apart, so that its
// text can go on over the page.
func (t *Table) groups(rows []Row, page float64) []*rowGroup {
	places, ends := t.grid(rows)
	var all []*rowGroup
	first, at := 0, 0
	for r := range rows {
		if !ends[r] {
			continue
		}
		n := at
		for n < len(places) && places[n].row <= r {
			n++
		}
		g := t.group(rows, places[at:n], first, r+1)
		if g.height() > page && r > first {
			for i := first; i <= r; i++ {
				all = append(all, t.group(rows, apart(places[at:n], i), i, i+1))
			}
		} else {
			all = append(all, g)
		}
		first, at = r+1, n
	}
	return all
}

// apart gives the cells of one row of a group; of a cell that goes over
// several rows the first has the text, the others are empty.
func apart(places []place, row int) []place {
	var out []place
	for _, p := range places {
		if p.row > row || p.row+p.down <= row {
			continue
		}
		if p.row < row {
			p.cell = &Cell{Open: p.cell.Open}
		}
		p.row, p.down = row, 1
		out = append(out, p)
	}
	return out
}

func (t *Table) group(rows []Row, places []place, first, end int) *rowGroup {
	g := &rowGroup{table: t, first: first}
	for _, r := range rows[first:end] {
		g.heights = append(g.heights, r.Height)
		g.shaded = append(g.shaded, r.Shaded)
	}
	for _, p := range places {
		b := box{place: p}
		b.lines, b.height = textOf(p.cell.paragraphs(t.Size), p.width-2*t.Padding)
		g.boxes = append(g.boxes, b)
		if p.down == 1 {
			h := &g.heights[p.row-first]
			*h = max(*h, b.height+2*t.above())
		}
	}
	for _, b := range g.boxes {
		if b.down > 1 {
			lacks := b.height + 2*t.above()
			for i := range b.down {
				lacks -= g.heights[b.row-first+i]
			}
			if lacks > 0 {
				g.heights[b.row-first+b.down-1] += lacks
			}
		}
	}
	return g
}

// split cuts a single row that is higher than the room: the lines that fit,
// and the rest.
func (g *rowGroup) split(room float64) (fits, rest *rowGroup) {
	if len(g.heights) != 1 {
		return nil, g
	}
	a, b := *g, *g
	a.boxes, b.boxes = nil, nil
	a.heights, b.heights = []float64{0}, []float64{0}
	cut := false
	for _, one := range g.boxes {
		n := 0
		for n < len(one.lines) && one.lines[n].y+one.lines[n].line.height+2*g.table.above() <= room {
			n++
		}
		cut = cut || n > 0
		x, y := one, one
		x.lines, y.lines = one.lines[:n], append([]setLine(nil), one.lines[n:]...)
		x.height, y.height = one.height, 0
		if n < len(one.lines) {
			x.height, y.height = one.lines[n].y, one.height-one.lines[n].y
			shift := one.lines[n].y
			for i := range y.lines {
				y.lines[i].y -= shift
			}
		}
		a.boxes, b.boxes = append(a.boxes, x), append(b.boxes, y)
		a.heights[0] = max(a.heights[0], x.height+2*g.table.above())
		b.heights[0] = max(b.heights[0], y.height+2*g.table.above())
	}
	if !cut {
		return nil, g
	}
	return &a, &b
}

func (g *rowGroup) draw(p *pen, x, y float64) {
	tops := make([]float64, len(g.heights)+1)
	for i, h := range g.heights {
		tops[i+1] = tops[i] + h
	}
	for _, b := range g.boxes {
		r := b.row - g.first
		top, height := y+tops[r], tops[r+b.down]-tops[r]
		if !g.table.Plain && !b.cell.Open {
			p.box(x+b.x, top, b.width, height, g.shaded[r])
		}
		text := top + g.table.above()
		if b.cell.Middle && !g.table.Plain {
			text = top + (height-b.height)/2
		}
		width := b.width - 2*g.table.Padding
		for i := range b.lines {
			l := &b.lines[i]
			p.line(l.of, &l.line, x+b.x+g.table.Padding, text+l.y, width)
			if l.rule {
				p.rule(x+b.x+b.width/2, text+l.y+l.line.height+ruleGap, l.of.Rule)
			}
		}
	}
}
