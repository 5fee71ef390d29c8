package paper

import "strconv"

func (x *docx) table(t *Table) {
	width := 0.0
	for _, w := range t.Widths {
		width += w
	}
	x.raw(`<w:tbl><w:tblPr><w:tblW w:w="`, twips(width), `" w:type="dxa"/>`)
	if !t.Plain {
		x.raw(`<w:tblBorders>`)
		for _, side := range []string{"top", "left", "bottom", "right", "insideH", "insideV"} {
			x.raw(`<w:`, side, ` w:val="single" w:sz="4" w:space="0" w:color="000000"/>`)
		}
		x.raw(`</w:tblBorders>`)
	}
	x.raw(`<w:tblLayout w:type="fixed"/><w:tblCellMar>`)
	for _, m := range []struct {
		side string
		size float64
	}{{"top", t.above()}, {"left", t.Padding}, {"bottom", t.above()}, {"right", t.Padding}} {
		x.raw(`<w:`, m.side, ` w:w="`, twips(m.size), `" w:type="dxa"/>`)
	}
	x.raw(`</w:tblCellMar></w:tblPr><w:tblGrid>`)
	for _, w := range t.Widths {
		x.raw(`<w:gridCol w:w="`, twips(w), `"/>`)
	}
	x.raw(`</w:tblGrid>`)
	x.rows(t, t.Head, true)
	x.rows(t, t.Rows, false)
	x.raw(`</w:tbl>`)
}

func (x *docx) rows(t *Table, rows []Row, isHead bool) {
	places, ends := t.grid(rows)
	at := make([]*place, len(t.Widths)) // the cell that covers each column now
	next := 0
	for r := range rows {
		for next < len(places) && places[next].row == r {
			p := &places[next]
			for i := range p.across {
				at[p.column+i] = p
			}
			next++
		}
		x.raw(`<w:tr><w:trPr><w:cantSplit/>`)
		if rows[r].Height > 0 {
			x.raw(`<w:trHeight w:val="`, twips(rows[r].Height), `" w:hRule="atLeast"/>`)
		}
		if isHead {
			x.raw(`<w:tblHeader/>`)
		}
		x.raw(`</w:trPr>`)
		keep := rows[r].Keep || !ends[r] || isHead || t.keepNext && r == len(rows)-1
		for c := 0; c < len(at); {
			p := at[c]
			if p == nil || p.row+p.down <= r { // the row has fewer cells than the table
				p = &place{cell: &Cell{}, row: r, column: c, across: 1, down: 1, width: t.Widths[c]}
			}
			x.cell(t, p, r, keep, rows[r].Shaded)
			c = p.column + p.across
		}
		x.raw(`</w:tr>`)
	}
}

func (x *docx) cell(t *Table, p *place, row int, keep, shaded bool) {
	x.raw(`<w:tc><w:tcPr><w:tcW w:w="`, twips(p.width), `" w:type="dxa"/>`)
	if p.across > 1 {
		x.raw(`<w:gridSpan w:val="`, strconv.Itoa(p.across), `"/>`)
	}
	if p.down > 1 {
		if row == p.row {
			x.raw(`<w:vMerge w:val="restart"/>`)
		} else {
			x.raw(`<w:vMerge/>`)
		}
	}
	if p.cell.Open {
		x.raw(`<w:tcBorders>`)
		for _, side := range []string{"top", "left", "bottom", "right"} {
			x.raw(`<w:`, side, ` w:val="nil"/>`)
		}
		x.raw(`</w:tcBorders>`)
	}
	if shaded {
		x.raw(`<w:shd w:val="clear" w:color="auto" w:fill="ECECEC"/>`)
	}
	if p.cell.Middle {
		x.raw(`<w:vAlign w:val="center"/>`)
	}
	x.raw(`</w:tcPr>`)
	paragraphs := p.cell.paragraphs(t.Size)
	if row != p.row {
		paragraphs = []Paragraph{{Size: t.Size}}
	}
	for i := range paragraphs {
		one := &paragraphs[i]
		one.KeepNext = one.KeepNext || keep
		x.paragraph(one, styleTable, p.width-2*t.Padding)
	}
	x.raw(`</w:tc>`)
}
