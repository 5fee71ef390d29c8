package exchange

import (
	"bufio"
	"encoding/json"
	"io"

	"giamngheo/internal/sheet"
)

// NewListJSON writes a list of names for programs, row by row: its columns
// with the titles that people read, and each row as an object by column key,
// null where a cell is empty.
func NewListJSON(w io.Writer) sheet.Writer { return &listJSON{out: bufio.NewWriter(w)} }

type listJSON struct {
	out  *bufio.Writer
	keys []string
	rows int
}

func (l *listJSON) Sheet(name string, columns []sheet.Column) error {
	type column struct {
		Key   string `json:"key"`
		Title string `json:"title"`
	}
	list := make([]column, len(columns))
	for i, c := range columns {
		list[i] = column{c.Key, c.Title}
		l.keys = append(l.keys, c.Key)
	}
	l.out.WriteString(`{"title": `)
	l.value(name)
	l.out.WriteString(`, "columns": `)
	l.value(list)
	_, err := l.out.WriteString(`, "rows": [`)
	return err
}

func (l *listJSON) Row(values ...sheet.Value) error {
	if l.rows++; l.rows > 1 {
		l.out.WriteByte(',')
	}
	l.out.WriteString("\n  {")
	for i, key := range l.keys {
		if i > 0 {
			l.out.WriteString(", ")
		}
		l.value(key)
		l.out.WriteString(": ")
		var v sheet.Value
		if i < len(values) {
			v = values[i]
		}
		l.value(plainValue(v))
	}
	_, err := l.out.WriteString("}")
	return err
}

func (l *listJSON) Close() error {
	l.out.WriteString("\n]}\n")
	return l.out.Flush()
}

// value keeps the writer's error for the next call that returns one.
func (l *listJSON) value(v any) {
	raw, err := json.Marshal(v)
	if err == nil {
		l.out.Write(raw)
	}
}

func plainValue(v sheet.Value) any {
	switch v.Kind {
	case sheet.Empty:
		return nil
	case sheet.Number:
		if n, err := v.Number(); err == nil {
			return n
		}
	}
	return v.Text()
}
