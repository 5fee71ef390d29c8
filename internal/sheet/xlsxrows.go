package sheet

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"giamngheo/internal/fault"
	"giamngheo/internal/text"
)

const (
	mostExcelColumns = 16384
	mostExcelRows    = 1 << 20
)

// xlsxRows goes through one sheet's rows.
type xlsxRows struct {
	book   *xlsxBook
	part   *cappedPart
	in     io.ReadCloser
	x      *xmlReader
	last   int // number of the row before
	inside bool
	done   bool
	text   []byte
}

func (b *xlsxBook) openRows(f *zip.File) (*xlsxRows, error) {
	part, err := openPart(f)
	if err != nil {
		return nil, err
	}
	in := io.ReadCloser(part)
	if f.UncompressedSize64 > 1<<20 {
		in = newAhead(part)
	}
	x, err := newXMLReader(in, b.mostToken())
	if err != nil {
		in.Close()
		return nil, err
	}
	return &xlsxRows{book: b, part: part, in: in, x: x}, nil
}

func (s *xlsxRows) close() { s.in.Close() }

func (s *xlsxRows) progress() (done, total int64) { return s.part.read.Load(), s.part.size }

// next reads rows until one has a cell with something in it.
func (s *xlsxRows) next(row *Row) (bool, error) {
	for !s.done {
		if err := s.x.next(); err != nil {
			return false, err
		}
		switch {
		case s.x.kind == tokenEnd:
			if s.inside {
				return false, io.ErrUnexpectedEOF
			}
			s.done = true
		case s.x.is("sheetData"):
			s.inside = s.x.kind == tokenOpen
			s.done = !s.inside
		case s.x.closes("sheetData"):
			s.done = true
		case s.inside && s.x.is("row"):
			if err := s.readRow(row); err != nil {
				return false, err
			}
			if len(row.Cells) > 0 {
				return true, nil
			}
		}
	}
	return false, nil
}

func (s *xlsxRows) readRow(row *Row) error {
	number := s.last + 1
	row.Hidden = false
	for b := s.x.body; ; {
		var key, value []byte
		if key, value, b = nextAttr(b); key == nil {
			break
		}
		switch string(key) {
		case "r":
			n, ok := atoi(value)
			if !ok {
				return fmt.Errorf("sheet: row number %q", value)
			}
			number = n
		case "hidden":
			row.Hidden = string(value) == "1" || string(value) == "true"
		}
	}
	if number <= s.last || number > mostExcelRows {
		return fmt.Errorf("sheet: row %d behind row %d", number, s.last)
	}
	s.last = number
	row.Number, row.Cells, row.buf = number, row.Cells[:0], row.buf[:0]
	if s.x.kind == tokenWhole {
		return nil
	}
	col := -1
	for {
		if err := s.x.next(); err != nil {
			return err
		}
		switch {
		case s.x.kind == tokenEnd:
			return io.ErrUnexpectedEOF
		case s.x.is("c"):
			if err := s.readCell(row, &col); err != nil {
				return err
			}
		case s.x.closes("row"):
			return nil
		}
	}
}

// readCell reads one cell and puts it into its column, which is the one behind
// the last where the cell names none.
func (s *xlsxRows) readCell(row *Row, col *int) error {
	x := s.x
	at, style, kind := *col+1, 0, cellNumber
	for b := x.body; ; {
		var key, value []byte
		if key, value, b = nextAttr(b); key == nil {
			break
		}
		switch string(key) {
		case "r":
			n, ok := columnOf(value)
			if !ok {
				return fmt.Errorf("sheet: cell %q", value)
			}
			at = n
		case "s":
			n, ok := atoi(value)
			if !ok {
				return fmt.Errorf("sheet: style %q", value)
			}
			style = n
		case "t":
			kind = cellKinds[string(value)]
		}
	}
	if at >= mostExcelColumns {
		return fmt.Errorf("sheet: column %d", at)
	}
	*col = at
	if x.kind == tokenWhole {
		return nil
	}
	v, err := s.cellValue(row, style, kind)
	if err != nil {
		return inCell(err, row, at)
	}
	if v.Kind == Empty {
		return nil
	}
	if at >= s.book.limits.Columns {
		return overLimit("columns", int64(s.book.limits.Columns), "cell", row.Ref(at))
	}
	for len(row.Cells) <= at {
		row.Cells = append(row.Cells, Value{})
	}
	row.Cells[at] = v
	return nil
}

// inCell names the cell in an error that people see.
func inCell(err error, row *Row, col int) error {
	if fault.Of(err) == fault.Invalid {
		return err
	}
	return fault.Wrap(err, fault.Invalid, "sheet_cell_damaged", text.T("sheet.refused.cell_damaged", "cell", row.Ref(col)))
}

type cellKind uint8

const (
	cellNumber cellKind = iota
	cellShared
	cellInline
	cellFormula // the text that a formula gave
	cellBool
	cellError
	cellDate // ISO 8601
)

var cellKinds = map[string]cellKind{"n": cellNumber, "s": cellShared, "inlineStr": cellInline, "str": cellFormula, "b": cellBool, "e": cellError, "d": cellDate}

// cellValue reads up to the cell's end.
func (s *xlsxRows) cellValue(row *Row, style int, kind cellKind) (Value, error) {
	x := s.x
	v := Value{}
	inValue := false
	s.text = s.text[:0]
	if s.bareValue() {
		return s.typed(row, style, kind)
	}
	for {
		if err := x.next(); err != nil {
			return v, cellTooLong(err, s.book.limits)
		}
		switch x.kind {
		case tokenText:
			if !inValue {
				continue
			}
			var err error
			if s.text, err = x.appendText(s.text); err != nil {
				return v, err
			}
			if len(s.text) > s.book.limits.CellBytes {
				return v, cellTooLong(errXMLToken, s.book.limits)
			}
		case tokenOpen, tokenWhole:
			inValue = x.kind == tokenOpen && string(x.name) == "v"
			if string(x.name) == "is" {
				var err error
				if s.text, err = richText(x, "is", s.text, s.book.limits); err != nil {
					return v, err
				}
				kind = cellInline
			}
		case tokenClose:
			if string(x.name) == "c" {
				return s.typed(row, style, kind)
			}
			inValue = false
		case tokenEnd:
			return v, io.ErrUnexpectedEOF
		}
	}
}

// bareValue takes the form that nearly every cell has, <v>12</v></c>, in one
// step; it is half of the time that reading takes. It leaves all else alone.
func (s *xlsxRows) bareValue() bool {
	const most = 64
	b := s.x.buf[s.x.at:s.x.end]
	if len(b) < 3 || b[0] != '<' || b[1] != 'v' || b[2] != '>' {
		return false
	}
	b = b[3:]
	i := bytes.IndexByte(b[:min(len(b), most)], '<')
	if i < 0 || !bytes.HasPrefix(b[i:], []byte("</v></c>")) || bytes.IndexByte(b[:i], '&') >= 0 {
		return false
	}
	s.text = append(s.text, b[:i]...)
	s.x.at += 3 + i + len("</v></c>")
	return true
}

// typed makes the value of what stands in s.text.
func (s *xlsxRows) typed(row *Row, style int, kind cellKind) (Value, error) {
	b := s.text
	if len(b) == 0 {
		return Value{}, nil
	}
	switch kind {
	case cellShared:
		n, ok := atoi(b)
		if !ok {
			return Value{}, fmt.Errorf("sheet: shared string %q", b)
		}
		var raw []byte
		var err error
		raw, row.buf, err = s.book.shared.get(n, row.buf)
		if err != nil || len(raw) == 0 {
			return Value{}, err
		}
		return Value{Kind: Text, raw: raw}, nil
	case cellInline:
		return textCell(row, b)
	case cellFormula:
		return textCell(row, decodeEscapes(b))
	case cellError:
		v, err := textCell(row, b)
		v.Kind = Error
		return v, err
	case cellBool:
		return BoolValue(b[0] == '1' || b[0] == 't'), nil
	case cellDate:
		return isoDate(row, b)
	}
	f, ok := number(b)
	if !ok {
		return textCell(row, b)
	}
	v := Value{Kind: Number, number: f}
	if style < len(s.book.shows) && s.book.shows[style] != noDate {
		v.Kind, v.shows, v.from1904 = Date, s.book.shows[style], s.book.from1904
	}
	return v, nil
}

func textCell(row *Row, b []byte) (Value, error) {
	if !utf8.Valid(b) {
		return Value{}, errXML
	}
	at := len(row.buf)
	row.buf = append(row.buf, b...)
	return Value{Kind: Text, raw: row.buf[at:len(row.buf):len(row.buf)]}, nil
}

func isoDate(row *Row, b []byte) (Value, error) {
	if len(b) >= 10 {
		if t, err := time.Parse("2006-01-02", string(b[:10])); err == nil {
			days := t.Sub(time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)).Hours() / 24
			if days > 60 {
				return Value{Kind: Date, shows: showsDay, number: days}, nil
			}
		}
	}
	return textCell(row, b)
}

// number reads what a spreadsheet writes for a number; most are short whole ones.
func number(b []byte) (float64, bool) {
	n, neg := int64(0), false
	for i, c := range b {
		switch {
		case c >= '0' && c <= '9' && i < 15:
			n = n*10 + int64(c-'0')
		case c == '-' && i == 0 && len(b) > 1:
			neg = true
		default:
			f, err := strconv.ParseFloat(strings.TrimSpace(string(b)), 64)
			return f, err == nil && !math.IsInf(f, 0) && !math.IsNaN(f)
		}
	}
	if neg {
		n = -n
	}
	return float64(n), true
}

func atoi(b []byte) (int, bool) {
	if len(b) == 0 || len(b) > 9 {
		return 0, false
	}
	n := 0
	for _, c := range b {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int(c-'0')
	}
	return n, true
}

// columnOf gives the column of a reference like AB12, from 0.
func columnOf(ref []byte) (int, bool) {
	n, i := 0, 0
	for ; i < len(ref); i++ {
		c := ref[i] &^ 0x20
		if c < 'A' || c > 'Z' {
			break
		}
		if n = n*26 + int(c-'A') + 1; n > mostExcelColumns {
			return 0, false
		}
	}
	return n - 1, i > 0 && i < len(ref)
}

// merge is a block of merged cells; value is that of its first cell once the
// rows have come there.
type merge struct {
	top, bottom int32
	left, right int16
	value       Value
}

const mostMerges = 500_000

// readMerges finds the sheet's merged cells. They stand behind the rows, so the
// part is run through once without looking at them.
func (b *xlsxBook) readMerges(sheet int) ([]merge, error) {
	if m, ok := b.merges[sheet]; ok {
		return m, nil
	}
	in, err := openPart(b.sheets[sheet].part)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	x, err := newXMLReader(in, b.mostToken())
	if err != nil {
		return nil, err
	}
	if err := x.skipRows(); err != nil {
		return nil, err
	}
	var out []merge
	for {
		if err := x.next(); err != nil {
			return nil, err
		}
		if x.kind == tokenEnd {
			b.merges[sheet] = out
			return out, nil
		}
		if !x.is("mergeCell") {
			continue
		}
		m, ok := parseMerge(x.attr("ref"))
		if !ok {
			return nil, fmt.Errorf("sheet: merged cells %q", x.attr("ref"))
		}
		if len(out) == mostMerges {
			return nil, overLimit("merged_cells", mostMerges)
		}
		out = append(out, m)
	}
}

// skipRows goes behind </sheetData>, or <sheetData/>, without looking at the rows.
func (x *xmlReader) skipRows() error {
	for {
		if err := x.next(); err != nil || x.kind == tokenEnd {
			return err
		}
		if x.is("sheetData") {
			break
		}
	}
	if x.kind == tokenWhole {
		return nil
	}
	mark := []byte("sheetData>")
	for {
		if i := bytes.Index(x.buf[x.at:x.end], mark); i >= 0 {
			x.at += i + len(mark)
			return nil
		}
		x.at = max(x.at, x.end-len(mark)+1)
		if err := x.fill(); err == io.EOF {
			return io.ErrUnexpectedEOF
		} else if err != nil {
			return err
		}
	}
}

func parseMerge(ref []byte) (merge, bool) {
	first, second, cut := bytes.Cut(ref, []byte(":"))
	if !cut {
		second = first
	}
	left, ok1 := columnOf(first)
	right, ok2 := columnOf(second)
	top, ok3 := atoi(bytes.TrimLeft(first, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
	bottom, ok4 := atoi(bytes.TrimLeft(second, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
	ok := ok1 && ok2 && ok3 && ok4 && left <= right && top <= bottom && top > 0
	return merge{top: int32(top), bottom: int32(bottom), left: int16(left), right: int16(right)}, ok
}
