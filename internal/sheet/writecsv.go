package sheet

import (
	"bufio"
	"fmt"
	"io"
	"strings"
)

type csvWriter struct {
	out       *bufio.Writer
	separator byte
	point     byte
	begun     bool
	row       int
	buf       []byte
	err       error
}

// NewCSV writes a .csv, UTF-8. For people, who open it in Excel, it begins with
// a byte order mark, without which Excel spoils Vietnamese, and numbers have a
// decimal comma; scripts get neither. Close it; it does not close w.
func NewCSV(w io.Writer, forPeople bool) Writer {
	point := byte('.')
	if forPeople {
		point = ','
	}
	return newCSV(w, ',', point, forPeople)
}

func newCSV(w io.Writer, separator, point byte, mark bool) *csvWriter {
	c := &csvWriter{out: bufio.NewWriterSize(w, 64<<10), separator: separator, point: point}
	if mark {
		_, c.err = c.out.WriteString("\uFEFF")
	}
	return c
}

func (c *csvWriter) Sheet(_ string, columns []Column) error {
	if c.begun {
		return c.fail(fmt.Errorf("sheet: a .csv holds one sheet"))
	}
	c.begun = true
	titles := make([]Value, len(columns))
	empty := true
	for i, col := range columns {
		titles[i] = TextValue(col.Title)
		empty = empty && col.Title == ""
	}
	if empty {
		return nil
	}
	return c.Row(titles...)
}

func (c *csvWriter) fail(err error) error {
	if c.err == nil {
		c.err = err
	}
	return c.err
}

func (c *csvWriter) Row(values ...Value) error {
	c.row++
	if c.err != nil {
		return c.err
	}
	b := c.buf[:0]
	for i, v := range values {
		if i > 0 {
			b = append(b, c.separator)
		}
		switch v.Kind {
		case Empty:
		case Number:
			b = c.field(b, plainNumber(v.number, c.point))
		case Text:
			s := strings.ReplaceAll(v.Text(), "\x00", "\uFFFD") // a reader would take the file for no text
			if looksFormula([]byte(strings.TrimLeft(s, "'"))) {
				s = "'" + s
			}
			b = c.field(b, s)
		default:
			b = c.field(b, v.Text())
		}
	}
	c.buf = append(b, '\r', '\n')
	_, err := c.out.Write(c.buf)
	return c.fail(err)
}

func (c *csvWriter) field(b []byte, s string) []byte {
	quote := s != strings.TrimSpace(s)
	for i := 0; i < len(s) && !quote; i++ {
		quote = s[i] == c.separator || s[i] == '"' || s[i] == '\n' || s[i] == '\r' || s[i] == ';' || s[i] == '\t'
	}
	if !quote {
		return append(b, s...)
	}
	b = append(b, '"')
	b = append(b, strings.ReplaceAll(s, `"`, `""`)...)
	return append(b, '"')
}

func (c *csvWriter) Close() error {
	if c.err != nil {
		return c.err
	}
	return c.fail(c.out.Flush())
}
