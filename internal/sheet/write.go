package sheet

import (
	"archive/zip"
	"bufio"
	"compress/flate"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"giamngheo/internal/fault"
	"giamngheo/internal/text"
	"giamngheo/internal/vn"
)

// Column describes one column of a sheet to write.
type Column struct {
	Title string
	Key   string  // for programs; a spreadsheet does not show it
	Width float64 // in characters; 0 for the usual
	Text  bool    // what is typed into it later stays text, so that 038… keeps its zero
	Allow *Allow  // what may be typed into it; nil for anything
}

// Writer writes sheets row by row in constant memory. A .csv holds one sheet.
// Text is always text: what looks like a formula never becomes one.
type Writer interface {
	// Sheet begins a sheet with a header row; without titles there is none.
	Sheet(name string, columns []Column) error
	Row(values ...Value) error
	Close() error
}

// styles of cells, as xl/styles.xml lists them
const (
	styleNone = iota
	styleHeader
	styleText
	styleDay
	styleFault
	styleFaultDay
	styleMessage
)

const (
	mostCellText = 32767 // UTF-16 units, Excel's own bound
	mostName     = 31
)

type xlsxWriter struct {
	zip    *zip.Writer
	out    *bufio.Writer // the sheet being written
	sheets []Info
	row    int
	merges []merge
	allow  []Column // of the sheet being written, whose columns have rules
	width  []Column
	buf    []byte
	err    error
}

// NewXLSX writes an .xlsx. Close it; it does not close w.
func NewXLSX(w io.Writer) Writer { return newXLSX(w) }

func newXLSX(w io.Writer) *xlsxWriter {
	z := zip.NewWriter(w)
	z.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, flate.BestSpeed) })
	return &xlsxWriter{zip: z}
}

func (w *xlsxWriter) Sheet(name string, columns []Column) error {
	if err := w.begin(name, false, columns); err != nil {
		return err
	}
	titles := make([]styled, len(columns))
	empty := true
	for i, c := range columns {
		titles[i] = styled{TextValue(c.Title), styleHeader}
		empty = empty && c.Title == ""
	}
	if empty {
		return nil
	}
	w.allow = columns
	return w.styledRow(w.row+1, false, titles)
}

// begin opens a sheet; the header is frozen where there is one.
func (w *xlsxWriter) begin(name string, hidden bool, columns []Column) error {
	if err := w.checkName(name); err != nil {
		return err
	}
	if err := w.end(); err != nil {
		return err
	}
	w.sheets = append(w.sheets, Info{name, hidden})
	part, err := w.zip.Create(fmt.Sprintf("xl/worksheets/sheet%d.xml", len(w.sheets)))
	if err != nil {
		return w.fail(err)
	}
	w.out = bufio.NewWriterSize(part, 64<<10)
	w.row = 0
	b := append(w.buf[:0], xmlHead+`<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetViews><sheetView workbookViewId="0"`...)
	if len(w.sheets) == 1 {
		b = append(b, ` tabSelected="1"`...)
	}
	b = append(b, '>')
	if len(columns) > 0 && columns[0].Title != "" {
		b = append(b, `<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>`...)
	}
	b = append(b, `</sheetView></sheetViews><sheetFormatPr defaultRowHeight="15"/>`...)
	b = appendColumns(b, columns)
	b = append(b, `<sheetData>`...)
	w.buf = b
	_, err = w.out.Write(b)
	return w.fail(err)
}

func appendColumns(b []byte, columns []Column) []byte {
	if len(columns) == 0 {
		return b
	}
	b = append(b, `<cols>`...)
	for i, c := range columns {
		width, style := c.Width, styleNone
		if width <= 0 {
			width = max(10, float64(utf8.RuneCountInString(c.Title))+2)
		}
		if c.Text {
			style = styleText
		}
		b = fmt.Appendf(b, `<col min="%d" max="%d" width="%g" style="%d" customWidth="1"/>`, i+1, i+1, min(width, 255), style)
	}
	return append(b, `</cols>`...)
}

func (w *xlsxWriter) checkName(name string) error {
	twice := false
	for _, s := range w.sheets {
		twice = twice || strings.EqualFold(s.Name, name)
	}
	if twice || name == "" || utf8.RuneCountInString(name) > mostName || strings.ContainsAny(name, `[]:*?/\`) || strings.Trim(name, "'") != name {
		return w.fail(fmt.Errorf("sheet: name %q does not do for a sheet", name))
	}
	return nil
}

// fail keeps the first error: a file half written must not look whole.
func (w *xlsxWriter) fail(err error) error {
	if w.err == nil {
		w.err = err
	}
	return w.err
}

func (w *xlsxWriter) Row(values ...Value) error {
	return w.styledRow(w.row+1, false, plain(values))
}

func plain(values []Value) []styled {
	cells := make([]styled, len(values))
	for i, v := range values {
		cells[i].Value = v
	}
	return cells
}

type styled struct {
	Value
	style int
}

func (w *xlsxWriter) styledRow(number int, hidden bool, cells []styled) error {
	if w.err != nil {
		return w.err
	}
	if w.out == nil || number <= w.row {
		return w.fail(fmt.Errorf("sheet: row %d behind row %d", number, w.row))
	}
	if number > mostExcelRows || len(cells) > mostExcelColumns {
		return w.fail(fault.New(fault.Invalid, "sheet_full", text.T("sheet.write.full", "rows", vn.FormatInt(mostExcelRows))))
	}
	w.row = number
	b := append(w.buf[:0], `<row r="`...)
	b = strconv.AppendInt(b, int64(number), 10)
	b = append(b, '"')
	if hidden {
		b = append(b, ` hidden="1"`...)
	}
	b = append(b, '>')
	for col, c := range cells {
		var err error
		if b, err = appendCell(b, number, col, c); err != nil {
			return w.fail(err)
		}
	}
	b = append(b, `</row>`...)
	w.buf = b
	_, err := w.out.Write(b)
	return w.fail(err)
}

func appendCell(b []byte, row, col int, c styled) ([]byte, error) {
	if c.Kind == Empty && c.style == styleNone {
		return b, nil
	}
	b = append(b, `<c r="`...)
	b = append(b, ColumnName(col)...)
	b = strconv.AppendInt(b, int64(row), 10)
	b = append(b, '"')
	style := c.style
	switch {
	case c.Kind == Date && style == styleFault:
		style = styleFaultDay
	case c.Kind == Date && style == styleNone:
		style = styleDay
	case c.Kind == Text && style == styleNone:
		style = styleText
	}
	if style != styleNone {
		b = append(b, ` s="`...)
		b = strconv.AppendInt(b, int64(style), 10)
		b = append(b, '"')
	}
	switch c.Kind {
	case Empty:
		return append(b, `/>`...), nil
	case Number, Date:
		b = append(b, `><v>`...)
		b = strconv.AppendFloat(b, c.number, 'f', -1, 64)
		return append(b, `</v></c>`...), nil
	case Bool:
		b = append(b, ` t="b"><v>`...)
		b = strconv.AppendFloat(b, c.number, 'f', 0, 64)
		return append(b, `</v></c>`...), nil
	case Error:
		b = append(b, ` t="e"><v>`...)
		return append(appendXMLText(b, c.Text()), `</v></c>`...), nil
	}
	s := c.Text()
	if len(s) > mostCellText && utf16Length(s) > mostCellText {
		return b, fault.New(fault.Invalid, "cell_too_long", text.T("sheet.write.cell", "cell", ColumnName(col)+strconv.Itoa(row), "limit", vn.FormatInt(mostCellText)))
	}
	b = append(b, ` t="inlineStr"><is><t`...)
	if strings.ContainsAny(s, " \t\n") {
		b = append(b, ` xml:space="preserve"`...)
	}
	b = append(b, '>')
	return append(appendXMLText(b, s), `</t></is></c>`...), nil
}

func utf16Length(s string) int {
	n := 0
	for _, r := range s {
		n += max(1, utf16.RuneLen(r))
	}
	return n
}

// appendXMLText writes text so that decodeEscapes and unescape give it back.
func appendXMLText(b []byte, s string) []byte {
	for i := 0; i < len(s); {
		c := s[i]
		if c >= utf8.RuneSelf {
			r, n := utf8.DecodeRuneInString(s[i:])
			switch {
			case r == 0xFFFE || r == 0xFFFF:
				b = fmt.Appendf(b, "_x%04X_", r)
			default:
				b = utf8.AppendRune(b, r)
			}
			i += n
			continue
		}
		switch {
		case c == '&':
			b = append(b, "&amp;"...)
		case c == '<':
			b = append(b, "&lt;"...)
		case c == '>':
			b = append(b, "&gt;"...)
		case c == 0:
			b = append(b, "\uFFFD"...) // no spreadsheet can hold NUL
		case c < ' ' && c != '\t' && c != '\n':
			b = fmt.Appendf(b, "_x%04X_", c)
		case c == '_':
			if _, ok := escapeAt([]byte(s[i:min(len(s), i+7)])); ok {
				b = append(b, "_x005F"...)
			}
			b = append(b, '_')
		default:
			b = append(b, c)
		}
		i++
	}
	return b
}

// end closes the sheet being written.
func (w *xlsxWriter) end() error {
	if w.err != nil || w.out == nil {
		return w.err
	}
	b := append(w.buf[:0], `</sheetData>`...)
	if len(w.merges) > 0 {
		b = fmt.Appendf(b, `<mergeCells count="%d">`, len(w.merges))
		for _, m := range w.merges {
			b = fmt.Appendf(b, `<mergeCell ref="%s%d:%s%d"/>`, ColumnName(int(m.left)), m.top, ColumnName(int(m.right)), m.bottom)
		}
		b = append(b, `</mergeCells>`...)
		w.merges = nil
	}
	b = appendAllows(b, w.allow, 2) // below the header
	w.allow = nil
	b = append(b, `</worksheet>`...)
	if _, err := w.out.Write(b); err != nil {
		return w.fail(err)
	}
	err := w.out.Flush()
	w.out = nil
	return w.fail(err)
}

// Close writes the parts that name the sheets. Without it there is no file.
func (w *xlsxWriter) Close() error {
	if err := w.end(); err != nil {
		return err
	}
	if len(w.sheets) == 0 {
		return w.fail(fmt.Errorf("sheet: a book without sheets"))
	}
	for name, content := range bookParts(w.sheets) {
		part, err := w.zip.Create(name)
		if err == nil {
			_, err = io.WriteString(part, content)
		}
		if err != nil {
			return w.fail(err)
		}
	}
	return w.fail(w.zip.Close())
}
