package sheet

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"path"
	"strconv"
	"strings"
	"sync/atomic"
)

// xlsxBook is an opened .xlsx: its parts, and what its cells refer to.
type xlsxBook struct {
	parts    map[string]*zip.File // by path in lower case, without leading slash
	sheets   []xlsxSheet
	from1904 bool
	shows    []precision // by cell style: whether a number is a date
	shared   sharedStrings
	merges   map[int][]merge
	limits   Limits
}

type xlsxSheet struct {
	name   string
	hidden bool
	part   *zip.File
}

const mostDirectory = 2 << 20 // bytes of a zip's list of parts; a real book's takes a few thousand

func openXLSX(r io.ReaderAt, size int64, limits Limits) (*xlsxBook, error) {
	if err := checkDirectory(r, size); err != nil {
		return nil, err
	}
	z, err := zip.NewReader(r, size)
	if err != nil {
		return nil, damaged(err)
	}
	b := &xlsxBook{parts: map[string]*zip.File{}, merges: map[int][]merge{}, limits: limits}
	unzipped := uint64(0)
	for _, f := range z.File {
		b.parts[partName(f.Name)] = f
		if unzipped += f.UncompressedSize64; unzipped > uint64(limits.UnzippedBytes) || f.UncompressedSize64 > uint64(limits.UnzippedBytes) {
			return nil, overLimit("unzipped_bytes", limits.UnzippedBytes, "size", bytesText(limits.UnzippedBytes))
		}
		if f.Flags&1 != 0 {
			return nil, refuse("encrypted")
		}
	}
	if err := b.read(); err != nil {
		b.shared.close()
		return nil, damaged(err)
	}
	return b, nil
}

func partName(name string) string {
	return strings.ToLower(strings.TrimPrefix(strings.ReplaceAll(name, "\\", "/"), "/"))
}

// checkDirectory refuses a zip whose list of parts alone would fill the memory.
func checkDirectory(r io.ReaderAt, size int64) error {
	tail := make([]byte, min(size, 66<<10))
	if _, err := r.ReadAt(tail, size-int64(len(tail))); err != nil && err != io.EOF {
		return damaged(err)
	}
	i := bytes.LastIndex(tail, []byte("PK\x05\x06"))
	if i < 0 || len(tail)-i < 22 {
		return refuse("truncated")
	}
	length, offset := int64(binary.LittleEndian.Uint32(tail[i+12:])), int64(binary.LittleEndian.Uint32(tail[i+16:]))
	at := size - int64(len(tail)) + int64(i)
	if length > mostDirectory || at-offset > mostDirectory && offset != 0xFFFFFFFF {
		return damaged(errors.New("sheet: zip directory too long"))
	}
	return nil
}

// read goes through the parts that every sheet needs.
func (b *xlsxBook) read() error {
	workbook, err := b.findWorkbook()
	if err != nil {
		return err
	}
	rels, err := b.relations(workbook)
	if err != nil {
		return err
	}
	if err := b.readWorkbook(workbook, rels); err != nil {
		return err
	}
	dir := path.Dir(workbook)
	if f := b.partOfKind(rels, "styles", path.Join(dir, "styles.xml")); f != nil {
		if err := b.withXML(f, b.readStyles); err != nil {
			return err
		}
	}
	if f := b.partOfKind(rels, "sharedStrings", path.Join(dir, "sharedstrings.xml")); f != nil {
		return b.withXML(f, func(x *xmlReader) error { return b.shared.load(x, b.limits) })
	}
	return nil
}

func (b *xlsxBook) findWorkbook() (string, error) {
	rels, err := b.relations("")
	if err != nil {
		return "", err
	}
	for _, r := range rels {
		if r.kind == "officeDocument" && b.parts[r.target] != nil && strings.HasSuffix(r.target, ".xml") && !strings.HasPrefix(r.target, "word/") && !strings.HasPrefix(r.target, "ppt/") {
			return r.target, nil
		}
	}
	switch {
	case b.parts["xl/workbook.xml"] != nil:
		return "xl/workbook.xml", nil
	case b.parts["xl/workbook.bin"] != nil:
		return "", refuse("xlsb")
	case b.parts["content.xml"] != nil && b.parts["mimetype"] != nil:
		return "", refuse("ods")
	}
	return "", refuse("no_sheet")
}

type relation struct{ id, kind, target string }

// relations reads the relations of a part, "" for the package.
func (b *xlsxBook) relations(part string) ([]relation, error) {
	f := b.parts[path.Join(path.Dir(part), "_rels", path.Base(part)+".rels")]
	if part == "" {
		f = b.parts["_rels/.rels"]
	}
	if f == nil {
		return nil, nil
	}
	var out []relation
	err := b.withXML(f, func(x *xmlReader) error {
		for {
			if err := x.next(); err != nil || x.kind == tokenEnd {
				return err
			}
			if !x.is("Relationship") {
				continue
			}
			target := x.attrText("Target")
			if !strings.HasPrefix(target, "/") {
				target = path.Join(path.Dir(part), target)
			}
			out = append(out, relation{x.attrText("Id"), path.Base(x.attrText("Type")), partName(target)})
		}
	})
	return out, err
}

func (b *xlsxBook) partOfKind(rels []relation, kind, usual string) *zip.File {
	for _, r := range rels {
		if r.kind == kind && b.parts[r.target] != nil {
			return b.parts[r.target]
		}
	}
	return b.parts[usual]
}

func (b *xlsxBook) readWorkbook(part string, rels []relation) error {
	err := b.withXML(b.parts[part], func(x *xmlReader) error {
		for {
			if err := x.next(); err != nil || x.kind == tokenEnd {
				return err
			}
			switch {
			case x.is("workbookPr"):
				v := x.attrText("date1904")
				b.from1904 = v == "1" || v == "true"
			case x.is("sheet"):
				if err := b.addSheet(x, rels); err != nil {
					return err
				}
			}
		}
	})
	if err == nil && len(b.sheets) == 0 {
		return refuse("no_sheet")
	}
	return err
}

func (b *xlsxBook) addSheet(x *xmlReader, rels []relation) error {
	id := x.attrText("id") // r:id, whatever the prefix
	for _, r := range rels {
		if r.id != id {
			continue
		}
		if r.kind != "worksheet" {
			return nil // a chart or a macro sheet holds no rows
		}
		f := b.parts[r.target]
		if f == nil {
			return fmt.Errorf("sheet: no part %q", r.target)
		}
		state := x.attrText("state")
		b.sheets = append(b.sheets, xlsxSheet{x.attrText("name"), state == "hidden" || state == "veryHidden", f})
		return nil
	}
	return fmt.Errorf("sheet: no relation %q", id)
}

// readStyles finds which cell styles show a number as a date.
func (b *xlsxBook) readStyles(x *xmlReader) error {
	custom := map[int]precision{}
	inCells := false
	for {
		if err := x.next(); err != nil || x.kind == tokenEnd {
			return err
		}
		switch {
		case x.is("numFmt"):
			id, err := strconv.Atoi(x.attrText("numFmtId"))
			if err == nil && len(custom) < 10_000 {
				custom[id] = dateFormat(x.attrText("formatCode"))
			}
		case x.is("cellXfs"):
			inCells = x.kind == tokenOpen
		case x.closes("cellXfs"):
			inCells = false
		case inCells && x.is("xf"):
			id, _ := strconv.Atoi(x.attrText("numFmtId"))
			p, ok := custom[id]
			if !ok {
				p = builtinFormat(id)
			}
			if len(b.shows) < 100_000 {
				b.shows = append(b.shows, p)
			}
		}
	}
}

// builtinFormat: ECMA-376 part 1, 18.8.30; 27–36 and 50–58 are dates of East Asia.
func builtinFormat(id int) precision {
	switch {
	case id == 17:
		return showsMonth
	case 14 <= id && id <= 16, id == 22, 27 <= id && id <= 31, id == 36, 50 <= id && id <= 54, id == 57, id == 58:
		return showsDay
	}
	return noDate // times of day (18–21, 32–35, 45–47, 55, 56) are no dates
}

// dateFormat says what of a date a custom format shows. Only its first section
// counts; text in quotes or brackets and escaped characters do not.
func dateFormat(code string) precision {
	year, month, day, clock := false, false, false, false
	for i := 0; i < len(code); i++ {
		switch c := code[i] | 0x20; {
		case code[i] == ';':
			i = len(code)
		case code[i] == '"':
			if j := strings.IndexByte(code[i+1:], '"'); j >= 0 {
				i += j + 1
			}
		case code[i] == '[':
			if j := strings.IndexByte(code[i:], ']'); j >= 0 {
				i += j
			}
		case code[i] == '\\' || code[i] == '_' || code[i] == '*':
			i++
		case c == 'y' || c == 'e' && strings.Contains(strings.ToLower(code), "mm"):
			year = true
		case c == 'm':
			month = true
		case c == 'd':
			day = true
		case c == 'h' || c == 's':
			clock = true
		case c == 'g' && strings.HasPrefix(strings.ToLower(code[i:]), "general"):
			i += len("general") - 1
		}
	}
	switch {
	case day:
		return showsDay
	case month && year && !clock:
		return showsMonth
	case year && !clock:
		return showsYear
	case year, month && !clock:
		return showsDay
	}
	return noDate
}

// withXML hands the part to the function, closing it afterwards.
func (b *xlsxBook) withXML(f *zip.File, read func(*xmlReader) error) error {
	in, err := openPart(f)
	if err != nil {
		return err
	}
	defer in.Close()
	x, err := newXMLReader(in, b.mostToken())
	if err != nil {
		return err
	}
	return read(x)
}

// mostToken leaves room for a text whose every character is written as a reference.
func (b *xlsxBook) mostToken() int { return 8*b.limits.CellBytes + 1<<16 }

// openPart unpacks a part, no further than its declared size, which was
// counted against the limit.
func openPart(f *zip.File) (*cappedPart, error) {
	in, err := f.Open()
	if err != nil {
		return nil, err
	}
	return &cappedPart{ReadCloser: in, size: int64(f.UncompressedSize64)}, nil
}

type cappedPart struct {
	io.ReadCloser
	size int64
	read atomic.Int64
}

var errPartLonger = errors.New("sheet: a part is longer than the zip says")

func (c *cappedPart) Read(p []byte) (int, error) {
	n, err := c.ReadCloser.Read(p)
	if c.read.Add(int64(n)) > c.size {
		return 0, errPartLonger
	}
	return n, err
}
