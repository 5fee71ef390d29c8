package paper

import (
	"errors"
	"fmt"
)

// Table is a grid. Its head is repeated on every page it reaches; a row stays
// whole as long as it fits on a page.
type Table struct {
	Widths   []float64 // of the columns, in proportion; the table is as wide as the text
	Head     []Row
	Rows     []Row
	Plain    bool    // without lines: a frame to set things side by side
	Size     float64 // of its text, points; 0: the layout's table
	Before   float64 // distance to what stands above, points
	Padding  float64 // between line and text, left and right, mm; 0: 1.2
	keepNext bool
}

// Row is a row of cells, from the left; columns that a cell of a row above
// still covers are passed over.
type Row struct {
	Cells  []Cell
	Height float64 // at least, mm: room to write by hand
	Shaded bool
	Keep   bool // stays on the page of the row below
}

// Cell is one cell.
type Cell struct {
	Paragraphs []Paragraph
	Across     int  // columns it covers; 0: one
	Down       int  // rows it covers; 0: one
	Middle     bool // its text stands in the middle of its height
	Open       bool // has no lines of its own
}

// TextCell holds one paragraph.
func TextCell(spans ...Span) Cell { return Cell{Paragraphs: []Paragraph{{Spans: spans}}, Middle: true} }

// CentreCell holds one paragraph in the middle.
func CentreCell(spans ...Span) Cell {
	return Cell{Paragraphs: []Paragraph{{Spans: spans, Align: Centre}}, Middle: true}
}

// NumberCell holds a figure, which lies right.
func NumberCell(s string) Cell {
	return Cell{Paragraphs: []Paragraph{{Spans: []Span{Text(s)}, Align: Right}}, Middle: true}
}

// HeadCell holds a column's title.
func HeadCell(s string) Cell {
	return Cell{Paragraphs: []Paragraph{{Spans: []Span{Bold(s)}, Align: Centre}}, Middle: true}
}

// Wide gives the cell over so many columns and rows.
func (c Cell) Wide(across, down int) Cell { c.Across, c.Down = across, down; return c }

const usualPadding = 1.2

func (t Table) set(s *setting) {
	if t.Size == 0 {
		t.Size = s.layout.Elements.Table.Size.Use
	}
	if t.Padding == 0 {
		t.Padding = usualPadding
	}
	t.Widths = t.columns(s.width)
	if s.fault == nil {
		s.fault = errors.Join(t.check(t.Head), t.check(t.Rows))
	}
	s.add(t)
}

// columns gives the columns' widths in millimetres.
func (t *Table) columns(width float64) []float64 {
	sum := 0.0
	for _, w := range t.Widths {
		sum += w
	}
	out := make([]float64, len(t.Widths))
	for i, w := range t.Widths {
		out[i] = w * width / sum
	}
	return out
}

// place is a cell in its grid.
type place struct {
	cell         *Cell
	row, column  int
	across, down int
	x, width     float64
}

// check finds rows that ask for more columns than the table has, or for one
// that a cell of a row above still covers: a defect of who built the table,
// which would otherwise lose text.
func (t *Table) check(rows []Row) error {
	free := make([]int, len(t.Widths))
	for r := range rows {
		column := 0
		for c := range rows[r].Cells {
			cell := &rows[r].Cells[c]
			for column < len(free) && free[column] > r {
				column++
			}
			for range max(cell.Across, 1) {
				if column == len(free) || free[column] > r {
					return fmt.Errorf("paper: cell %d of row %d has no room in a table of %d columns", c+1, r+1, len(free))
				}
				free[column] = r + max(cell.Down, 1)
				column++
			}
		}
	}
	return nil
}

// grid finds the place of each cell of the rows; rows that a cell joins follow
// each other in one group. ends[i] is true where a group ends with row i.
func (t *Table) grid(rows []Row) (places []place, ends []bool) {
	free := make([]int, len(t.Widths)) // first row in which the column is free
	ends = make([]bool, len(rows))
	for r := range rows {
		column := 0
		for c := range rows[r].Cells {
			cell := &rows[r].Cells[c]
			for column < len(free) && free[column] > r {
				column++
			}
			p := place{cell: cell, row: r, column: column, across: max(cell.Across, 1), down: min(max(cell.Down, 1), len(rows)-r)}
			for i, w := range t.Widths {
				if i < column {
					p.x += w
				} else if i < column+p.across {
					p.width += w
				}
			}
			for i := range p.across {
				free[column+i] = r + p.down
			}
			column += p.across
			places = append(places, p)
		}
		ends[r] = true
		for _, f := range free {
			if f > r+1 {
				ends[r] = false
			}
		}
	}
	return places, ends
}

// paragraphs gives the cell's paragraphs with the table's size where they have
// none.
func (c *Cell) paragraphs(size float64) []Paragraph {
	if len(c.Paragraphs) == 0 {
		return []Paragraph{{Size: size}}
	}
	out := make([]Paragraph, len(c.Paragraphs))
	for i, p := range c.Paragraphs {
		if p.Size == 0 {
			p.Size = size
		}
		out[i] = p
	}
	return out
}
