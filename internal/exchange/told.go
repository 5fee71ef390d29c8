package exchange

import (
	"unicode/utf8"

	"giamngheo/internal/journal"
)

// told writes the changes of one household as the journal keeps them, without
// the detour over a value for each: an import tells of a million households.
type told struct {
	buf  []byte
	open bool // a record of the short form
}

func (t *told) reset() { t.buf, t.open = append(t.buf[:0], '['), false }

// changes ends the list.
func (t *told) changes() []byte {
	if t.open {
		t.buf = append(t.buf, ']')
	}
	return append(t.buf, ']')
}

// made says that a record is new.
func (t *told) made(kind, record string) { t.change("+", "", "", kind, record) }

// fresh begins a new record in the short form; field tells of it. Where one
// record of a part is told so, all are.
func (t *told) fresh(kind, record string) {
	if t.open {
		t.buf = append(t.buf, ']', ',')
	}
	t.open = true
	t.buf = append(t.buf, '[')
	t.buf = appendJSON(t.buf, kind)
	t.buf = append(t.buf, ',')
	t.buf = appendJSON(t.buf, record)
}

// field tells the value of a field, if it has one.
func (t *told) field(name, value string) {
	if value == "" {
		return
	}
	t.buf = append(t.buf, ',')
	t.buf = appendJSON(t.buf, name)
	t.buf = append(t.buf, ',')
	t.buf = appendJSON(t.buf, value)
}

// change says from what to what a field changed; "" is nothing.
func (t *told) change(field, from, to, kind, record string) {
	if len(t.buf) > 1 {
		t.buf = append(t.buf, ',')
	}
	t.buf = append(t.buf, `{"f":`...)
	t.buf = appendJSON(t.buf, field)
	for _, part := range [...]struct{ key, value string }{{`,"a":`, from}, {`,"b":`, to}, {`,"k":`, kind}, {`,"r":`, record}} {
		if part.value != "" {
			t.buf = append(t.buf, part.key...)
			t.buf = appendJSON(t.buf, part.value)
		}
	}
	t.buf = append(t.buf, '}')
}

// diff is change where there is one; it says whether.
func (t *told) diff(field, from, to, kind, record string) bool {
	if from == to {
		return false
	}
	t.change(field, from, to, kind, record)
	return true
}

// all adds changes that another subject made.
func (t *told) all(list []journal.Change, kind, record string) {
	for _, c := range list {
		from, to := "", ""
		if c.From != nil {
			from = *c.From
		}
		if c.To != nil {
			to = *c.To
		}
		t.change(c.Field, from, to, kind, record)
	}
}

const hex = "0123456789abcdef"

func appendJSON(buf []byte, s string) []byte {
	buf = append(buf, '"')
	start := 0
	for i := 0; i < len(s); {
		b := s[i]
		if b >= utf8.RuneSelf {
			r, size := utf8.DecodeRuneInString(s[i:])
			if r == utf8.RuneError && size == 1 {
				buf = append(append(buf, s[start:i]...), `\ufffd`...)
				start = i + 1
			}
			i += size
			continue
		}
		if b >= ' ' && b != '"' && b != '\\' {
			i++
			continue
		}
		buf = append(buf, s[start:i]...)
		if b == '"' || b == '\\' {
			buf = append(buf, '\\', b)
		} else {
			buf = append(buf, '\\', 'u', '0', '0', hex[b>>4], hex[b&15])
		}
		i++
		start = i
	}
	return append(append(buf, s[start:]...), '"')
}
