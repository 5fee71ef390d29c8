// Package sheet reads and writes the spreadsheets that offices exchange: .xlsx
// and .csv as Excel, LibreOffice, WPS and Google write them, row by row in
// constant memory, with cells typed and text brought to composed Unicode
// whatever encoding it came in. It finds header rows, marks faulty cells in a
// copy, and refuses what is damaged, hostile or beyond the limits with a
// message that says where and what to do; it never cuts anything silently.
// It knows no subject: which columns mean what is the caller's data.
package sheet

import (
	"bytes"
	"io"
	"os"
	"strings"

	"giamngheo/internal/fault"
	"giamngheo/internal/text"
	"giamngheo/internal/vn"
)

// Limits bound what one file may take. They are settings; a message that names
// one gives its field's name in the settings.
type Limits struct {
	FileBytes     int64 // of the file as it came
	UnzippedBytes int64 // of all its parts together
	Rows          int64 // rows that are not blank, a sheet
	Columns       int   // columns with something in them
	CellBytes     int   // one cell's text
	SharedBytes   int64 // the table of texts that cells share, all of it
	SharedMemory  int64 // of which so much is held in memory, the rest in a temporary file
}

// DefaultLimits let a province's million households through.
func DefaultLimits() Limits {
	return Limits{
		FileBytes:     512 << 20,
		UnzippedBytes: 8 << 30,
		Rows:          1_100_000,
		Columns:       512,
		CellBytes:     128 << 10,
		SharedBytes:   2 << 30,
		SharedMemory:  48 << 20,
	}
}

// Format is the kind of file.
type Format string

// The formats that can be read and written.
const (
	XLSX Format = "xlsx"
	CSV  Format = "csv"
)

// Info describes one sheet of a book.
type Info struct {
	Name   string // "" in a .csv
	Hidden bool
}

// Book is an opened file. It holds no rows. It is for one goroutine.
type Book struct {
	Name   string
	Format Format
	Sheets []Info

	limits Limits
	xlsx   *xlsxBook
	csv    *csvBook
	styles map[int]encodings
	closer io.Closer
}

// OpenFile opens the file of the path.
func OpenFile(path string, limits Limits) (*Book, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fault.Wrap(err, fault.NotFound, "file_open", text.T("sheet.open.failed", "file", path))
	}
	st, err := f.Stat()
	if err != nil || st.IsDir() {
		f.Close()
		return nil, fault.Wrap(err, fault.NotFound, "file_open", text.T("sheet.open.failed", "file", path))
	}
	b, err := Open(path, f, st.Size(), limits)
	if err != nil {
		f.Close()
		return nil, err
	}
	b.closer = f
	return b, nil
}

// Open looks at the content, not the name, to tell .xlsx from .csv. The name
// is only for messages. The reader must stay open until Close.
func Open(name string, r io.ReaderAt, size int64, limits Limits) (*Book, error) {
	if size > limits.FileBytes {
		return nil, overLimit("file_bytes", limits.FileBytes, "size", bytesText(limits.FileBytes))
	}
	head := make([]byte, min(size, 4096))
	if _, err := r.ReadAt(head, 0); err != nil && err != io.EOF {
		return nil, fault.Wrap(err, fault.Internal, "file_read", text.T("sheet.read.failed"))
	}
	b := &Book{Name: name, limits: limits, styles: map[int]encodings{}}
	if code := otherKind(head, r, size); code != "" {
		return nil, refuse(code)
	}
	var err error
	if bytes.HasPrefix(head, []byte("PK")) {
		b.Format = XLSX
		b.xlsx, err = openXLSX(r, size, limits)
		if err != nil {
			return nil, err
		}
		for _, s := range b.xlsx.sheets {
			b.Sheets = append(b.Sheets, Info{s.name, s.hidden})
		}
		return b, nil
	}
	b.Format = CSV
	b.csv, err = openCSV(r, size)
	b.Sheets = []Info{{}}
	return b, err
}

// Close gives up the temporary file, and the file that OpenFile opened.
func (b *Book) Close() error {
	if b.xlsx != nil {
		b.xlsx.shared.close()
	}
	if b.closer != nil {
		return b.closer.Close()
	}
	return nil
}

// Find gives the number of the sheet whose name, folded, is one of the names,
// -1 if there is none. A .csv's only sheet has no name and is found by any.
func (b *Book) Find(names ...string) int {
	if b.Format == CSV {
		return 0
	}
	for _, want := range names {
		for i, s := range b.Sheets {
			if vn.Fold(vn.ToUnicode(s.Name)) == vn.Fold(want) {
				return i
			}
		}
	}
	return -1
}

// otherKind recognises what is neither .xlsx nor .csv, by its first bytes.
func otherKind(head []byte, r io.ReaderAt, size int64) string {
	trimmed := bytes.ToLower(bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\xEF\xBB\xBF")), " \t\r\n"))
	has := func(b []byte, prefixes ...string) bool {
		for _, p := range prefixes {
			if bytes.HasPrefix(b, []byte(p)) {
				return true
			}
		}
		return false
	}
	switch {
	case size == 0 || len(trimmed) == 0 && size <= int64(len(head)):
		return "empty"
	case has(head, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"):
		if oleEncrypted(head, r) {
			return "encrypted"
		}
		return "xls"
	case has(trimmed, "<html", "<!doctype", "<?xml", "<table", "mime-version:"):
		return "webpage"
	case has(head, "%PDF", "\x89PNG", "\xFF\xD8\xFF", "GIF8", "Rar!", "7z\xBC\xAF", "\x1F\x8B", "{\\rtf"):
		return "no_sheet"
	}
	return ""
}

// oleEncrypted: Office wraps an encrypted .xlsx into an OLE file whose
// directory names a stream EncryptedPackage.
func oleEncrypted(head []byte, r io.ReaderAt) bool {
	if len(head) < 52 {
		return false
	}
	shift := uint(head[30])
	sector := int64(head[48]) | int64(head[49])<<8 | int64(head[50])<<16 | int64(head[51])<<24
	if shift < 7 || shift > 12 {
		return false
	}
	directory := make([]byte, 4096)
	n, _ := r.ReadAt(directory, (sector+1)<<shift)
	var name []byte
	for _, c := range []byte("EncryptedPackage") {
		name = append(name, c, 0)
	}
	return bytes.Contains(directory[:n], name)
}

func refuse(code string, pairs ...any) error {
	return fault.New(fault.Invalid, "sheet_"+code, text.T("sheet.refused."+code, pairs...))
}

// damaged is a file whose parts do not fit together; the cause is for the log.
func damaged(cause error) error {
	if fault.Of(cause) == fault.Invalid {
		return cause
	}
	return fault.Wrap(cause, fault.Invalid, "sheet_damaged", text.T("sheet.refused.damaged"))
}

// overLimit names the limit, its value, and what to do.
func overLimit(name string, value int64, pairs ...any) error {
	pairs = append(pairs, "limit", vn.FormatInt(value), "setting", "limits."+name)
	return fault.New(fault.Invalid, "limit_"+name, text.T("sheet.limit."+name, pairs...))
}

func bytesText(n int64) string {
	switch {
	case n >= 1<<30:
		return strings.TrimSuffix(vn.FormatDecimal(float64(n)/(1<<30), 1), ",0") + " GB"
	case n >= 1<<20:
		return strings.TrimSuffix(vn.FormatDecimal(float64(n)/(1<<20), 1), ",0") + " MB"
	}
	return vn.FormatInt(n) + " byte"
}
