package sheet

import (
	"io"
	"slices"
	"strings"

	"giamngheo/internal/text"
)

// Fault is what is wrong with a cell, or with a whole row where Column is -1.
type Fault struct {
	Sheet   string // as Info names it
	Row     int    // as Row.Number
	Column  int    // from 0
	Message string
}

// MarkFaults writes a copy of the book, in its own format, in which faulty
// cells are coloured (in an .xlsx) and a last column tells what is wrong. Its
// title stands in the header row that headers gives for the sheet; a column of
// that title from an earlier copy is written over. Values, row numbers, merged
// cells and what is hidden are kept; formulas are replaced by their results,
// other formats are lost. Memory grows with the faults, not with the file.
func MarkFaults(b *Book, out io.Writer, headers map[string]int, faults []Fault) error {
	faults = slices.Clone(faults)
	slices.SortStableFunc(faults, func(a, b Fault) int {
		if a.Row != b.Row {
			return a.Row - b.Row
		}
		return a.Column - b.Column
	})
	if b.Format == CSV {
		return markCSV(b, out, headers[""], faults)
	}
	w := newXLSX(out)
	for i, info := range b.Sheets {
		own := slices.DeleteFunc(slices.Clone(faults), func(f Fault) bool { return f.Sheet != info.Name })
		if err := markSheet(b, i, w, headers[info.Name], own); err != nil {
			return err
		}
	}
	return w.Close()
}

func markSheet(b *Book, sheet int, w *xlsxWriter, header int, faults []Fault) error {
	last, err := messageColumn(b, sheet, header)
	if err != nil {
		return err
	}
	rows, err := b.RowsMerged(sheet)
	if err != nil {
		return err
	}
	defer rows.Close()
	columns := make([]Column, last+1)
	for i := range columns {
		columns[i].Width = 14
	}
	columns[last].Width = 50
	if err := w.begin(b.Sheets[sheet].Name, b.Sheets[sheet].Hidden, columns); err != nil {
		return err
	}
	w.merges = slices.Clone(rows.merges)
	return copyMarked(rows, header, last, faults, func(row *Row, cells []styled) error {
		return w.styledRow(row.Number, row.Hidden, cells)
	})
}

func markCSV(b *Book, out io.Writer, header int, faults []Fault) error {
	last, err := messageColumn(b, 0, header)
	if err != nil {
		return err
	}
	rows, err := b.Rows(0)
	if err != nil {
		return err
	}
	defer rows.Close()
	w := newCSV(out, b.csv.separator, ',', true)
	err = copyMarked(rows, header, last, faults, func(row *Row, cells []styled) error {
		for w.row < row.Number-1 { // blank rows keep their numbers
			if err := w.Row(); err != nil {
				return err
			}
		}
		values := make([]Value, len(cells))
		for i, c := range cells {
			values[i] = c.Value
		}
		return w.Row(values...)
	})
	if err != nil {
		return err
	}
	return w.Close()
}

// messageColumn finds where the messages go: the column right of all, or the
// one that an earlier copy had.
func messageColumn(b *Book, sheet, header int) (int, error) {
	rows, err := b.Rows(sheet)
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	width := 0
	for rows.Next() {
		row := rows.Row()
		if row.Number == header {
			for col, v := range row.Cells {
				if v.Kind == Text && v.Clean() == text.T("sheet.faults.title") {
					return col, nil
				}
			}
		}
		width = max(width, len(row.Cells))
	}
	return width, rows.Err()
}

// copyMarked hands on each row with its faults; rows that are blank but faulty
// come too.
func copyMarked(rows *Rows, header, last int, faults []Fault, write func(*Row, []styled) error) error {
	title := TextValue(text.T("sheet.faults.title"))
	var cells []styled
	one := func(row *Row) error {
		cells = append(cells[:0], plain(row.Cells)...)
		for len(cells) <= last {
			cells = append(cells, styled{})
		}
		n := 0
		for n < len(faults) && faults[n].Row <= row.Number {
			n++
		}
		cells[last] = styled{}
		if n > 0 {
			cells[last] = styled{message(row, faults[:n]), styleMessage}
		}
		for _, f := range faults[:n] {
			if f.Column >= 0 && f.Column < last {
				cells[f.Column].style = styleFault
			}
		}
		if row.Number == header {
			cells[last] = styled{title, styleHeader}
		}
		faults = faults[n:]
		return write(row, cells)
	}
	for rows.Next() {
		row := rows.Row()
		for len(faults) > 0 && faults[0].Row < row.Number {
			if err := one(&Row{Number: faults[0].Row}); err != nil {
				return err
			}
		}
		if err := one(row); err != nil {
			return err
		}
	}
	for len(faults) > 0 && rows.Err() == nil {
		if err := one(&Row{Number: faults[0].Row}); err != nil {
			return err
		}
	}
	return rows.Err()
}

// message joins a row's messages, each with its cell, as far as a cell can
// hold them; where it cannot, it says how many more there are.
func message(row *Row, faults []Fault) Value {
	var out strings.Builder
	for i, f := range faults {
		one := f.Message
		if f.Column >= 0 {
			one = text.T("sheet.faults.cell", "cell", row.Ref(f.Column), "message", f.Message)
		}
		if out.Len()+len(one) > mostCellText/2 {
			out.WriteString("\n" + text.T("sheet.faults.more", "count", len(faults)-i))
			break
		}
		if i > 0 {
			out.WriteByte('\n')
		}
		out.WriteString(one)
	}
	return TextValue(out.String())
}
