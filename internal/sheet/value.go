package sheet

import (
	"math"
	"strconv"
	"strings"

	"giamngheo/internal/fault"
	"giamngheo/internal/text"
	"giamngheo/internal/vn"
)

// Kind is what a cell holds. Cells of a .csv are Empty or Text.
type Kind uint8

// The kinds of cells.
const (
	Empty Kind = iota
	Text
	Number
	Date
	Bool
	Error // #N/A, #REF! …
)

type precision uint8 // of a date cell: what its format shows

const (
	noDate precision = iota
	showsDay
	showsMonth
	showsYear
)

// Value is one cell. Read from a row it is valid until the next row; Text and
// Day give copies.
type Value struct {
	Kind     Kind
	shows    precision
	from1904 bool
	as       vn.Encoding
	number   float64 // serial number of a Date, 1 for a true Bool
	raw      []byte
}

// TextValue makes a text cell; "" makes an empty one.
func TextValue(s string) Value {
	if s == "" {
		return Value{}
	}
	return Value{Kind: Text, as: vn.Unicode, raw: []byte(s)}
}

// NumberValue makes a number cell; what is not finite makes an empty one.
func NumberValue(f float64) Value {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return Value{}
	}
	return Value{Kind: Number, number: f}
}

// IntValue makes a number cell; beyond 2^53, which a spreadsheet cannot hold
// exactly, a text cell.
func IntValue(n int64) Value {
	if n > 1<<53 || n < -1<<53 {
		return TextValue(strconv.FormatInt(n, 10))
	}
	return NumberValue(float64(n))
}

// DayValue makes a date cell; a day known by its month or year alone, or one
// before March 1900, is written as text.
func DayValue(d vn.Day) Value {
	if serial, ok := d.Serial(); ok {
		return Value{Kind: Date, shows: showsDay, number: float64(serial)}
	}
	return TextValue(d.String())
}

// BoolValue makes a true or false cell.
func BoolValue(b bool) Value {
	if b {
		return Value{Kind: Bool, number: 1}
	}
	return Value{Kind: Bool}
}

// Blank says whether there is nothing to read in the cell.
func (v Value) Blank() bool {
	if v.Kind == Empty {
		return true
	}
	return v.Kind == Text && strings.TrimSpace(string(v.raw)) == ""
}

// Text gives the cell as composed Unicode text, exactly: legacy encodings
// converted, blanks kept. A number has no thousands separators and a decimal
// comma; a date stands as 20/05/1979.
func (v Value) Text() string {
	switch v.Kind {
	case Text, Error:
		s, _ := v.as.Convert(string(v.raw))
		return s
	case Number:
		return plainNumber(v.number, ',')
	case Date:
		d, err := v.Day("")
		if err != nil {
			return plainNumber(v.number, ',')
		}
		return d.String()
	case Bool:
		if v.number != 0 {
			return "TRUE"
		}
		return "FALSE"
	}
	return ""
}

// Clean is Text without blanks at the ends and with single ones inside.
func (v Value) Clean() string {
	s := v.Text()
	if isClean(s) {
		return s
	}
	return strings.Join(strings.Fields(strings.Map(dropInvisible, s)), " ")
}

// isClean recognises most text in which Clean finds nothing to do: single
// blanks between words of Latin and Vietnamese letters.
func isClean(s string) bool {
	before := ' '
	for _, r := range s {
		switch {
		case r == ' ' && before != ' ', ' ' < r && r < 0x7F, 0xC0 <= r && r < 0x300, 0x1EA0 <= r && r <= 0x1EFF:
		default:
			return false
		}
		before = r
	}
	return before != ' '
}

func dropInvisible(r rune) rune {
	switch {
	case r == 0xAD, 0x200B <= r && r <= 0x200D, r == 0xFEFF:
		return -1
	}
	return r
}

// Converted says whether Text had to convert from a legacy encoding.
func (v Value) Converted() bool {
	if v.Kind != Text {
		return false
	}
	_, changed := v.as.Convert(string(v.raw))
	return changed
}

// Number gives the number of a number cell, or of a text that is one ("8,5").
func (v Value) Number() (float64, error) {
	switch v.Kind {
	case Number, Date, Bool:
		return v.number, nil
	case Error:
		return 0, v.errorFault()
	}
	return vn.ParseNumber(v.Clean())
}

// Int gives a whole number, also from a text that is one ("1.500.000").
func (v Value) Int() (int64, error) {
	switch v.Kind {
	case Number, Bool:
		if v.number == math.Trunc(v.number) && math.Abs(v.number) <= 1<<53 {
			return int64(v.number), nil
		}
	case Error:
		return 0, v.errorFault()
	}
	return vn.ParseInt(v.Clean())
}

// Day gives a day from a date cell, from a text that is one, or from a number
// that is a year. It refuses days after notAfter ("" for none). Any other
// number is refused: a date that lost its format must be looked at.
func (v Value) Day(notAfter vn.Day) (vn.Day, error) {
	switch v.Kind {
	case Date:
		d, err := vn.DayFromSerial(v.number, v.from1904)
		if err != nil {
			return "", err
		}
		switch v.shows {
		case showsMonth:
			d = d[:7]
		case showsYear:
			d = d[:4]
		}
		return vn.ParseDay(string(d), notAfter)
	case Number:
		if v.number > 2200 && v.number < 200000 {
			return "", fault.New(fault.Invalid, "day_unformatted", text.T("sheet.day.unformatted", "number", v.Text()))
		}
	case Error:
		return "", v.errorFault()
	}
	return vn.ParseDay(v.Clean(), notAfter)
}

func (v Value) errorFault() error {
	return fault.New(fault.Invalid, "cell_error", text.T("sheet.cell.error", "text", v.Text()))
}

// Clone gives a value that outlives its row.
func (v Value) Clone() Value {
	v.raw = append([]byte(nil), v.raw...)
	return v
}

// plainNumber writes at most 15 significant digits, as spreadsheets show them.
// Three decimals get a zero behind them: "1.234" would read as a thousand.
func plainNumber(f float64, point byte) string {
	if f == math.Trunc(f) && math.Abs(f) <= 1<<53 {
		return strconv.FormatInt(int64(f), 10)
	}
	s := strconv.FormatFloat(f, 'g', 15, 64)
	if r, err := strconv.ParseFloat(s, 64); err == nil {
		s = strconv.FormatFloat(r, 'f', -1, 64)
	}
	if i := strings.IndexByte(s, '.'); i >= 0 {
		if len(s)-i == 4 {
			s += "0"
		}
		s = s[:i] + string(point) + s[i+1:]
	}
	return s
}

// ColumnName gives the letters of a column counted from 0: A, B … Z, AA.
func ColumnName(col int) string {
	var b [8]byte
	i := len(b)
	for col++; col > 0 && i > 0; col = (col - 1) / 26 {
		i--
		b[i] = 'A' + byte((col-1)%26)
	}
	return string(b[i:])
}

// Row is one row that is not blank. It is reused: keep it with Clone.
type Row struct {
	Number int // as the spreadsheet program shows it, from 1; in a .csv the record's
	Hidden bool
	Cells  []Value // by column from 0; those left out at the right are empty

	buf    []byte
	merged []merge
}

// Cell gives the cell of a column, empty beyond the last.
func (r *Row) Cell(col int) Value {
	if col < 0 || col >= len(r.Cells) {
		return Value{}
	}
	return r.Cells[col]
}

// Merged is Cell, but where merged cells cover the column it gives the value
// of their first cell. It needs rows from Book.RowsMerged.
func (r *Row) Merged(col int) Value {
	if v := r.Cell(col); v.Kind != Empty {
		return v
	}
	for _, m := range r.merged {
		if col >= int(m.left) && col <= int(m.right) {
			return m.value
		}
	}
	return Value{}
}

// Ref names a cell of the row as the spreadsheet program does: C12.
func (r *Row) Ref(col int) string { return ColumnName(col) + strconv.Itoa(r.Number) }

// Clone gives a row that outlives the next, with merged cells filled in.
func (r *Row) Clone() Row {
	width := len(r.Cells)
	for _, m := range r.merged {
		if m.value.Kind != Empty {
			width = max(width, min(int(m.right)+1, len(r.Cells)+1024))
		}
	}
	c := Row{Number: r.Number, Hidden: r.Hidden, Cells: make([]Value, width)}
	for i := range c.Cells {
		c.Cells[i] = r.Merged(i).Clone()
	}
	return c
}

// IsTotal says whether the row is a line of totals: its first text says so.
func (r *Row) IsTotal() bool {
	for _, v := range r.Cells {
		if v.Kind == Text && !v.Blank() {
			return vn.IsTotal(v.Clean())
		}
	}
	return false
}

// blank says whether no cell of the row holds anything.
func (r *Row) blank() bool {
	for i := range r.Cells {
		if !r.Cells[i].Blank() {
			return false
		}
	}
	return true
}
