package sheet

import (
	"bytes"
	"io"
	"strings"

	"giamngheo/internal/fault"
	"giamngheo/internal/text"
	"giamngheo/internal/vn"
)

// csvBook is a .csv whose encoding, separator and line ends have been found.
type csvBook struct {
	r         io.ReaderAt
	size      int64
	encoding  vn.Bytes
	separator byte
	lineEnd   byte
	hint      bool // the first line is "sep=;", which Excel understands
}

const csvSample = 64 << 10

func openCSV(r io.ReaderAt, size int64) (*csvBook, error) {
	encoding, err := vn.DetectBytes(io.NewSectionReader(r, 0, size))
	if err != nil {
		return nil, err
	}
	b := &csvBook{r: r, size: size, encoding: encoding, separator: ',', lineEnd: '\n'}
	sample := make([]byte, csvSample)
	n, err := io.ReadFull(b.decoded(), sample)
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return nil, fault.Wrap(err, fault.Internal, "file_read", text.T("sheet.read.failed"))
	}
	sample = sample[:n]
	if bytes.IndexByte(sample, '\n') < 0 && bytes.IndexByte(sample, '\r') >= 0 {
		b.lineEnd = '\r'
	}
	first, _, _ := bytes.Cut(sample, []byte{b.lineEnd})
	if rest, ok := bytes.CutPrefix(bytes.TrimSpace(first), []byte("sep=")); ok && len(rest) == 1 && strings.Contains(";,\t", string(rest)) {
		b.separator, b.hint = rest[0], true
	} else if s := findSeparator(sample, b.lineEnd); s != 0 {
		b.separator = s
	}
	return b, nil
}

func (b *csvBook) decoded() io.Reader {
	return vn.Decode(io.NewSectionReader(b.r, 0, b.size), b.encoding)
}

// findSeparator takes the character that parts most lines into equally many
// fields; 0 if none does. A title line above the table has none of them.
func findSeparator(sample []byte, lineEnd byte) byte {
	const candidates = ";\t,"
	best, bestScore := byte(0), 0
	for i := range candidates {
		separator := candidates[i]
		lines := map[int]int{} // how many lines have so many separators
		n, quoted := 0, false
		for _, c := range sample {
			switch {
			case c == '"':
				quoted = !quoted
			case quoted:
			case c == separator:
				n++
			case c == lineEnd:
				lines[n]++
				n = 0
			}
		}
		if n > 0 {
			lines[n]++
		}
		for separators, times := range lines {
			if score := times * min(separators+1, 4); separators > 0 && score > bestScore {
				best, bestScore = separator, score
			}
		}
	}
	return best
}

// csvRows splits the text into records as RFC 4180 has it, and leniently: a
// quote inside a field that does not begin with one is a character like others.
type csvRows struct {
	book   *csvBook
	limits Limits
	part   *io.SectionReader
	src    io.Reader
	buf    []byte
	at     int
	end    int
	eof    bool
	number int // of the record before
	line   int // of the file, where the record begins
}

func (b *csvBook) openRows(limits Limits) (*csvRows, error) {
	part := io.NewSectionReader(b.r, 0, b.size)
	return &csvRows{book: b, limits: limits, part: part, src: vn.Decode(part, b.encoding), buf: make([]byte, 1<<16), line: 1}, nil
}

func (s *csvRows) close() {}

func (s *csvRows) progress() (done, total int64) {
	done, _ = s.part.Seek(0, io.SeekCurrent)
	return done, s.book.size
}

func (s *csvRows) fill() error {
	if s.eof {
		return io.EOF
	}
	if s.at > 0 {
		copy(s.buf, s.buf[s.at:s.end])
		s.end -= s.at
		s.at = 0
	}
	if s.end == len(s.buf) {
		if s.end > s.limits.CellBytes*2+s.limits.Columns*256+1<<16 {
			return overLimit("cell_bytes", int64(s.limits.CellBytes), "size", bytesText(int64(s.limits.CellBytes)))
		}
		s.buf = append(s.buf, make([]byte, len(s.buf))...)
	}
	for range 100 {
		n, err := s.src.Read(s.buf[s.end:])
		s.end += n
		if err == io.EOF {
			s.eof = true
			if n == 0 {
				return io.EOF
			}
			return nil
		}
		if err != nil || n > 0 {
			return err
		}
	}
	return io.ErrNoProgress
}

func (s *csvRows) next(row *Row) (bool, error) {
	for {
		record, quotes, err := s.record()
		if err == io.EOF {
			return false, nil
		}
		if err != nil {
			return false, err
		}
		s.number++
		row.Number, row.Hidden, row.Cells, row.buf = s.number, false, row.Cells[:0], row.buf[:0]
		if s.number == 1 && s.book.hint {
			continue
		}
		if s.book.encoding != vn.UTF8 && bytes.Contains(record, []byte("\uFFFD")) {
			return false, fault.New(fault.Invalid, "encoding_unknown", text.T("vn.bytes.unknown", "line", vn.FormatInt(int64(s.line))))
		}
		if quotes {
			err = s.splitQuoted(row, record)
		} else {
			err = s.split(row, record)
		}
		if err != nil {
			return false, err
		}
		s.line += 1 + bytes.Count(record, []byte{s.book.lineEnd})
		if len(row.Cells) > 0 {
			return true, nil
		}
	}
}

// record finds the next record, without its line end, and whether it has quotes.
func (s *csvRows) record() (record []byte, quotes bool, err error) {
	from := 0                 // looked at so far, from s.at
	open, closed := false, -2 // closed: where the last quote closed
	for {
		b := s.buf[s.at:s.end]
		for from < len(b) {
			i := bytes.IndexByte(b[from:], s.book.lineEnd)
			stop := len(b)
			if i >= 0 {
				stop = from + i
			}
			for seg := b[from:stop]; ; {
				q := bytes.IndexByte(seg, '"')
				if q < 0 {
					break
				}
				// A quote opens at a field's start only; a doubled one inside closes and opens again.
				at := stop - len(seg) + q
				if open {
					open, closed = false, at
				} else if at == 0 || b[at-1] == s.book.separator || closed == at-1 {
					open, quotes = true, true
				}
				seg = seg[q+1:]
			}
			from = stop
			if i < 0 {
				break
			}
			from++
			if !open {
				s.at += from
				return trimReturn(b[:stop]), quotes, nil
			}
		}
		if err := s.fill(); err == io.EOF {
			b := s.buf[s.at:s.end]
			if open {
				return nil, false, fault.New(fault.Invalid, "csv_quote", text.T("sheet.csv.quote", "line", vn.FormatInt(int64(s.line))))
			}
			if len(b) == 0 {
				return nil, false, io.EOF
			}
			s.at = s.end
			return trimReturn(b), quotes, nil
		} else if err != nil {
			return nil, false, err
		}
	}
}

func trimReturn(b []byte) []byte { return bytes.TrimSuffix(b, []byte{'\r'}) }

func (s *csvRows) split(row *Row, b []byte) error {
	row.buf = append(row.buf, b...)
	b = row.buf
	for col := 0; ; col++ {
		i := bytes.IndexByte(b, s.book.separator)
		field := b
		if i >= 0 {
			field = b[:i:i]
		}
		if err := s.put(row, col, field); err != nil {
			return err
		}
		if i < 0 {
			return nil
		}
		b = b[i+1:]
	}
}

func (s *csvRows) splitQuoted(row *Row, b []byte) error {
	for col := 0; ; col++ {
		at := len(row.buf)
		more := false
		if len(b) > 0 && b[0] == '"' {
			row.buf, b = unquote(row.buf, b[1:])
		}
		if i := bytes.IndexByte(b, s.book.separator); i >= 0 {
			row.buf, b, more = append(row.buf, b[:i]...), b[i+1:], true
		} else {
			row.buf = append(row.buf, b...)
		}
		if err := s.put(row, col, row.buf[at:len(row.buf):len(row.buf)]); err != nil {
			return err
		}
		if !more {
			return nil
		}
	}
}

// unquote appends what stands up to the closing quote, and gives what is behind it.
func unquote(dst, b []byte) (out, rest []byte) {
	for {
		i := bytes.IndexByte(b, '"')
		if i < 0 {
			return append(dst, b...), nil
		}
		dst = append(dst, b[:i]...)
		b = b[i+1:]
		if len(b) == 0 || b[0] != '"' {
			return dst, b
		}
		dst = append(dst, '"')
		b = b[1:]
	}
}

func (s *csvRows) put(row *Row, col int, field []byte) error {
	if len(field) == 0 {
		return nil
	}
	if col >= s.limits.Columns {
		return overLimit("columns", int64(s.limits.Columns), "cell", row.Ref(col))
	}
	if len(field) > s.limits.CellBytes {
		return overLimit("cell_bytes", int64(s.limits.CellBytes), "size", bytesText(int64(s.limits.CellBytes)))
	}
	if field[0] == '\'' && looksFormula(bytes.TrimLeft(field, "'")) {
		field = field[1:]
	}
	for len(row.Cells) <= col {
		row.Cells = append(row.Cells, Value{})
	}
	row.Cells[col] = Value{Kind: Text, raw: field}
	return nil
}

// looksFormula: a spreadsheet program would take the text for a formula.
func looksFormula(b []byte) bool {
	if len(b) == 0 {
		return false
	}
	switch b[0] {
	case '=', '+', '-', '@', '\t', '\r':
		return true
	}
	return false
}
