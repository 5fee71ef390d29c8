package sheet

import (
	"slices"

	"giamngheo/internal/fault"
	"giamngheo/internal/vn"
)

// Rows goes through a sheet's rows that are not blank, in constant memory:
//
//	for rows.Next() { use rows.Row() }
//	err := rows.Err()
type Rows struct {
	source rowSource
	limits Limits
	as     encodings
	merges []merge
	row    Row
	count  int64
	err    error
	closed bool
}

// rowSource is a sheet of an .xlsx or a .csv.
type rowSource interface {
	next(*Row) (bool, error)
	close()
	progress() (done, total int64)
}

// encodings says how the columns' texts are written.
type encodings struct {
	columns []vn.Encoding
	rest    vn.Encoding // of columns that prove nothing by themselves
}

func (e encodings) of(col int) vn.Encoding {
	if col < len(e.columns) && e.columns[col] != vn.Unknown {
		return e.columns[col]
	}
	return e.rest
}

// Rows opens a sheet's rows. Close them.
func (b *Book) Rows(sheet int) (*Rows, error) {
	as, err := b.encodings(sheet)
	if err != nil {
		return nil, err
	}
	source, err := b.source(sheet)
	if err != nil {
		return nil, damaged(err)
	}
	return &Rows{source: source, limits: b.limits, as: as}, nil
}

// RowsMerged is Rows with Row.Merged working. It runs through a sheet twice.
func (b *Book) RowsMerged(sheet int) (*Rows, error) {
	var merges []merge
	if b.Format == XLSX {
		m, err := b.xlsx.readMerges(sheet)
		if err != nil {
			return nil, damaged(err)
		}
		merges = append(merges, m...)
	}
	rows, err := b.Rows(sheet)
	if err != nil {
		return nil, err
	}
	sortMerges(merges)
	rows.merges = merges
	return rows, nil
}

// Head gives the first rows that are not blank, for FindHeader, with merged
// cells filled in.
func (b *Book) Head(sheet, n int) ([]Row, error) {
	rows, err := b.RowsMerged(sheet)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []Row
	for len(out) < n && rows.Next() {
		out = append(out, rows.Row().Clone())
	}
	return out, rows.Err()
}

func (b *Book) source(sheet int) (rowSource, error) {
	if b.Format == CSV {
		return b.csv.openRows(b.limits)
	}
	return b.xlsx.openRows(b.xlsx.sheets[sheet].part)
}

// encodings looks at the sheet's first rows to tell how each column is
// written; a single short name would be ambiguous.
func (b *Book) encodings(sheet int) (encodings, error) {
	if as, ok := b.styles[sheet]; ok {
		return as, nil
	}
	const sampled = 400
	var as encodings
	if b.Format == CSV {
		as.rest = b.csv.encoding.Cells()
	}
	if as.rest == vn.Unknown {
		source, err := b.source(sheet)
		if err != nil {
			return as, damaged(err)
		}
		defer source.close()
		var row Row
		var columns [][]string
		for n := 0; n < sampled; n++ {
			ok, err := source.next(&row)
			if err != nil || !ok { // an error comes again when the rows are read
				break
			}
			for col, v := range row.Cells {
				if v.Kind != Text {
					continue
				}
				for len(columns) <= col {
					columns = append(columns, nil)
				}
				columns[col] = append(columns[col], string(v.raw))
			}
		}
		as = decide(columns)
	}
	b.styles[sheet] = as
	return as, nil
}

// decide takes each column's own encoding; columns that prove nothing follow
// the others where those agree.
func decide(columns [][]string) encodings {
	as := encodings{columns: make([]vn.Encoding, len(columns))}
	seen := map[vn.Encoding]bool{}
	for i, c := range columns {
		as.columns[i] = vn.DetectColumn(c)
		if as.columns[i] != vn.Unknown {
			seen[as.columns[i]] = true
		}
	}
	if len(seen) == 1 {
		for e := range seen {
			as.rest = e
		}
	}
	if as.rest == vn.Unicode { // a later row may still be legacy
		as.rest = vn.Unknown
	}
	return as
}

// Next goes to the next row that is not blank.
func (r *Rows) Next() bool {
	for r.err == nil && !r.closed {
		ok, err := r.source.next(&r.row)
		if err != nil {
			r.err = damagedAt(err)
			return false
		}
		if !ok {
			return false
		}
		for i := range r.row.Cells {
			if r.row.Cells[i].Kind == Text {
				r.row.Cells[i].as = r.as.of(i)
			}
		}
		r.cover()
		if r.row.blank() {
			continue
		}
		if r.count++; r.count > r.limits.Rows {
			r.err = overLimit("rows", r.limits.Rows, "row", vn.FormatInt(int64(r.row.Number)))
			return false
		}
		return true
	}
	return false
}

func damagedAt(err error) error {
	if fault.Of(err) == fault.Invalid {
		return err
	}
	return damaged(err)
}

// Progress says how far the reading is, in bytes of the sheet (unpacked) or the
// .csv, out of how many.
func (r *Rows) Progress() (done, total int64) { return r.source.progress() }

// Encoding says how a column's texts are written in the file. What is Mixed is
// converted cell by cell, and a short name in it may stay unconverted.
func (r *Rows) Encoding(col int) vn.Encoding { return r.as.of(col) }

// Row gives the current row, valid until Next.
func (r *Rows) Row() *Row { return &r.row }

// Err says why Next ended, nil at the sheet's end.
func (r *Rows) Err() error { return r.err }

// Close ends the reading.
func (r *Rows) Close() {
	if !r.closed {
		r.closed = true
		r.source.close()
	}
}

// cover keeps the list of merged blocks that reach into the current row.
func (r *Rows) cover() {
	if len(r.merges) == 0 && len(r.row.merged) == 0 {
		return
	}
	number := int32(r.row.Number)
	kept := r.row.merged[:0]
	for _, m := range r.row.merged {
		if m.bottom >= number {
			kept = append(kept, m)
		}
	}
	r.row.merged = kept
	for len(r.merges) > 0 && r.merges[0].top <= number {
		m := r.merges[0]
		r.merges = r.merges[1:]
		if m.bottom < number {
			continue
		}
		if m.top == number {
			m.value = r.row.Cell(int(m.left)).Clone()
		}
		m.right = int16(min(int(m.right), r.limits.Columns-1))
		if m.left <= m.right && !r.overlaps(m) {
			r.row.merged = append(r.row.merged, m)
		}
	}
}

// overlaps: in a sound file no block lies over another. In a hostile one they
// would make every row slow; of two the first counts.
func (r *Rows) overlaps(m merge) bool {
	for _, o := range r.row.merged {
		if m.left <= o.right && o.left <= m.right {
			return true
		}
	}
	return false
}

func sortMerges(m []merge) {
	slices.SortFunc(m, func(a, b merge) int { return int(a.top) - int(b.top) })
}
