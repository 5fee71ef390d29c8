package sheet

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"sort"
	"unicode/utf8"
)

// sharedStrings keeps the texts that cells of an .xlsx share. They stand in
// pages, each with its own table of ends, so that a page can lie in memory or
// in a temporary file alike: a million households' names need not fit into
// memory.
type sharedStrings struct {
	pages  []page
	count  int
	memory int64 // bytes of pages held
	total  int64
	last   int // page of the last look-up; cells go through the table in order

	open []byte   // the page being filled
	ends []uint32 // where its texts end

	file   *os.File
	size   int64
	cached [64]cachedPage
}

type page struct {
	first int // number of its first text
	count int
	data  []byte // nil where it lies in the file
	off   int64
	len   int
}

type cachedPage struct {
	page int
	data []byte
}

const pageBytes = 64 << 10

func (s *sharedStrings) add(text []byte, limits Limits) error {
	if s.total += int64(len(text)) + 4; s.total > limits.SharedBytes {
		return overLimit("shared_bytes", limits.SharedBytes, "size", bytesText(limits.SharedBytes))
	}
	s.open = append(s.open, text...)
	s.ends = append(s.ends, uint32(len(s.open)))
	s.count++
	if len(s.open)+4*len(s.ends) >= pageBytes {
		return s.seal(limits)
	}
	return nil
}

// seal ends the open page and stores it: texts, then the table of their ends.
func (s *sharedStrings) seal(limits Limits) error {
	if len(s.ends) == 0 {
		return nil
	}
	data := make([]byte, 0, len(s.open)+4*len(s.ends))
	data = append(data, s.open...)
	for _, end := range s.ends {
		data = binary.LittleEndian.AppendUint32(data, end)
	}
	p := page{first: s.count - len(s.ends), count: len(s.ends), len: len(data)}
	if s.memory+int64(len(data)) <= limits.SharedMemory {
		p.data = data
		s.memory += int64(len(data))
	} else if err := s.spill(&p, data); err != nil {
		return err
	}
	s.pages = append(s.pages, p)
	s.open, s.ends = s.open[:0], s.ends[:0]
	return nil
}

func (s *sharedStrings) spill(p *page, data []byte) error {
	if s.file == nil {
		f, err := os.CreateTemp("", "giamngheo-sheet-*")
		if err != nil {
			return fmt.Errorf("sheet: spill shared strings: %w", err)
		}
		s.file = f
	}
	p.off = s.size
	if _, err := s.file.WriteAt(data, s.size); err != nil {
		return fmt.Errorf("sheet: spill shared strings: %w", err)
	}
	s.size += int64(len(data))
	return nil
}

// get gives a text. One that lies in the file is copied behind buf, because
// the page's memory is reused.
func (s *sharedStrings) get(n int, buf []byte) (text, newBuf []byte, err error) {
	if n < 0 || n >= s.count {
		return nil, buf, fmt.Errorf("sheet: shared string %d of %d", n, s.count)
	}
	i := s.last
	if p := &s.pages[i]; n < p.first || n >= p.first+p.count {
		i = sort.Search(len(s.pages), func(i int) bool { return s.pages[i].first > n }) - 1
		s.last = i
	}
	p := &s.pages[i]
	if p.data != nil {
		return p.text(p.data, n), buf, nil
	}
	c := &s.cached[i%len(s.cached)]
	if c.data == nil || c.page != i {
		if cap(c.data) < p.len {
			c.data = make([]byte, p.len)
		}
		c.data, c.page = c.data[:p.len], i
		if _, err := s.file.ReadAt(c.data, p.off); err != nil {
			c.data = nil
			return nil, buf, fmt.Errorf("sheet: read spilt strings: %w", err)
		}
	}
	at := len(buf)
	buf = append(buf, p.text(c.data, n)...)
	return buf[at:len(buf):len(buf)], buf, nil
}

func (p *page) text(data []byte, n int) []byte {
	table := data[p.len-4*p.count:]
	k := n - p.first
	from := uint32(0)
	if k > 0 {
		from = binary.LittleEndian.Uint32(table[4*k-4:])
	}
	to := binary.LittleEndian.Uint32(table[4*k:])
	return data[from:to:to]
}

func (s *sharedStrings) close() {
	if s.file != nil {
		s.file.Close()
		os.Remove(s.file.Name())
		s.file = nil
	}
}

// load reads xl/sharedStrings.xml.
func (s *sharedStrings) load(x *xmlReader, limits Limits) error {
	var text []byte
	for {
		if err := x.next(); err != nil {
			return err
		}
		switch {
		case x.kind == tokenEnd:
			return s.seal(limits)
		case x.is("si"):
			var err error
			if text, err = richText(x, "si", text[:0], limits); err != nil {
				return err
			}
			if !utf8.Valid(text) {
				return errXML
			}
			if err := s.add(text, limits); err != nil {
				return err
			}
		}
	}
}

// cellTooLong names the limit where what stands in a cell is longer than the
// reader of XML keeps of one text.
func cellTooLong(err error, limits Limits) error {
	if errors.Is(err, errXMLToken) {
		return overLimit("cell_bytes", int64(limits.CellBytes), "size", bytesText(int64(limits.CellBytes)))
	}
	return err
}

// richText appends the text of a string item, runs joined, readings of
// characters (rPh) left out. The reader stands on the opening tag.
func richText(x *xmlReader, item string, dst []byte, limits Limits) ([]byte, error) {
	if x.kind == tokenWhole {
		return dst, nil
	}
	start := len(dst)
	inText, phonetic := false, false
	for {
		if err := x.next(); err != nil {
			return dst, cellTooLong(err, limits)
		}
		switch {
		case x.kind == tokenEnd:
			return dst, errXML
		case x.closes(item):
			return dst[:start+len(decodeEscapes(dst[start:]))], nil
		case string(x.name) == "rPh" && x.kind != tokenText:
			phonetic = x.kind == tokenOpen
		case string(x.name) == "t" && x.kind != tokenText:
			inText = x.kind == tokenOpen
		case x.kind == tokenText && inText && !phonetic:
			var err error
			if dst, err = x.appendText(dst); err != nil {
				return dst, err
			}
			if len(dst)-start > limits.CellBytes {
				return dst, cellTooLong(errXMLToken, limits)
			}
		}
	}
}
