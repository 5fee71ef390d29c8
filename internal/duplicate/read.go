package duplicate

import (
	"bufio"
	"encoding/csv"
	"errors"
	"io"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"giamngheo/internal/fault"
	"giamngheo/internal/text"
	"giamngheo/internal/vn"
)

const (
	maxFaults      = 20      // shown at once; the rest appears when these are mended
	maxRecordBytes = 1 << 20 // a quote that is never closed does not read the whole file into memory
	lastBirth      = 2100
)

// The columns.
const (
	columnID = iota
	columnName
	columnBirth
	columnSex
	columnNumber
	columnVillage
	columnCount
)

var columnNames = [columnCount]string{"id", "full_name", "birth", "sex", "national_id", "village"}

// ReadCSV reads people from a table with the columns id, full_name, birth, sex,
// national_id and village, in any order; the last four may be missing, which is told, others are
// left out and named. Fields are separated by commas, semicolons or tabs. What
// cannot be read is refused with its line and column.
func ReadCSV(in io.Reader) (people []Person, columns Columns, err error) {
	guard := &recordGuard{in: in, left: maxRecordBytes}
	buffered := bufio.NewReaderSize(guard, 1<<16)
	if lead, _ := buffered.Peek(3); string(lead) == "\ufeff" {
		buffered.Discard(3)
	}
	rows := csv.NewReader(buffered)
	rows.FieldsPerRecord = -1
	rows.ReuseRecord = true
	rows.Comma = separator(buffered)
	t := &table{rows: rows, seen: map[string]int{}}
	if err := t.readHeader(); err != nil {
		return nil, columns, err
	}
	for {
		guard.left = maxRecordBytes
		record, err := rows.Read()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, columns, t.broken(err)
		}
		t.line, _ = rows.FieldPos(0)
		if blank(record) { // spreadsheets save rows below the last
			continue
		}
		people = append(people, t.person(record))
		if len(t.faults) >= maxFaults {
			break
		}
	}
	if len(t.faults) > 0 {
		return nil, columns, t.refusal()
	}
	return people, t.columns(), nil
}

// Columns are what a table has beside the columns that are read, and what it
// lacks of them: with less to compare fewer pairs are found.
type Columns struct{ Ignored, Missing []string }

func (t *table) columns() Columns {
	c := Columns{Ignored: t.ignored}
	for i, at := range t.at {
		if at < 0 {
			c.Missing = append(c.Missing, columnNames[i])
		}
	}
	return c
}

type table struct {
	rows    *csv.Reader
	width   int
	at      [columnCount]int // −1: not there
	line    int
	seen    map[string]int // line of each id
	ignored []string
	faults  []fault.Field
}

func (t *table) readHeader() error {
	header, err := t.rows.Read()
	if err == io.EOF {
		return fault.New(fault.Invalid, "csv_empty", text.T("duplicate.csv.empty", "columns", strings.Join(columnNames[:], ",")))
	}
	if err != nil {
		return t.broken(err)
	}
	t.width = len(header)
	for i := range t.at {
		t.at[i] = -1
	}
	for i, name := range header {
		if !utf8.ValidString(name) {
			return fault.New(fault.Invalid, "csv_encoding", text.T("duplicate.csv.encoding", "line", 1, "column", i+1))
		}
		column := columnOf(name)
		if column < 0 {
			if name = strings.TrimSpace(name); name != "" {
				t.ignored = append(t.ignored, name)
			}
			continue
		}
		if t.at[column] >= 0 {
			return fault.New(fault.Invalid, "csv_column_twice", text.T("duplicate.csv.column_twice", "line", 1, "column", columnNames[column]))
		}
		t.at[column] = i
	}
	for _, needed := range []int{columnID, columnName} {
		if t.at[needed] < 0 {
			return fault.New(fault.Invalid, "csv_column_missing", text.T("duplicate.csv.column_missing", "line", 1, "column", columnNames[needed], "columns", strings.Join(columnNames[:], ",")))
		}
	}
	return nil
}

func blank(record []string) bool {
	for _, value := range record {
		if strings.TrimSpace(value) != "" {
			return false
		}
	}
	return true
}

// nothing are words that stand for an empty cell.
var nothing = map[string]bool{"": true, "na": true, "n a": true, "nan": true, "null": true, "none": true, "khong": true, "khong co": true, "khong ro": true, "chua co": true, "chua cap": true, "chua ro": true, "unknown": true}

func columnOf(name string) int {
	folded := strings.ReplaceAll(vn.Fold(name), " ", "_")
	for i, known := range columnNames {
		if folded == known {
			return i
		}
	}
	return -1
}

// person reads one row; what is wrong in it is kept in faults.
func (t *table) person(record []string) Person {
	var p Person
	if len(record) != t.width {
		t.fault("", text.T("duplicate.csv.ragged", "have", len(record), "want", t.width))
		return p
	}
	for i, value := range record {
		if !utf8.ValidString(value) {
			t.fault(strconv.Itoa(i+1), text.T("duplicate.csv.not_utf8"))
			return p
		}
		if strings.ContainsRune(value, 0) {
			t.fault(strconv.Itoa(i+1), text.T("duplicate.csv.nul"))
			return p
		}
	}
	cell := func(column int) string {
		if t.at[column] < 0 {
			return ""
		}
		return strings.TrimFunc(record[t.at[column]], func(r rune) bool { return unicode.IsSpace(r) || r == 0xFEFF })
	}
	p.ID = strings.Clone(cell(columnID))
	if p.ID == "" {
		t.fault(columnNames[columnID], text.T("duplicate.csv.id_empty"))
	} else if before, twice := t.seen[p.ID]; twice {
		t.fault(columnNames[columnID], text.T("duplicate.csv.id_twice", "id", clip(p.ID), "line", before))
	} else {
		t.seen[p.ID] = t.line
	}
	p.FullName = strings.Clone(cell(columnName))
	p.Village = strings.Clone(cell(columnVillage))
	p.Birth = t.birth(cell(columnBirth))
	p.Sex = t.sex(cell(columnSex))
	p.NationalID = t.number(cell(columnNumber))
	return p
}

// birth also takes a day whose month and day are surely swapped (05/23/1980),
// as programs set to another country write it.
func (t *table) birth(value string) vn.Day {
	if nothing[vn.Fold(value)] {
		return ""
	}
	value = strings.TrimSuffix(strings.TrimLeft(value, "'\u2019"), ".0")
	for _, zeros := range []string{"00/00/", "0/0/", "00-00-"} { // a day that nobody knows
		value = strings.TrimPrefix(value, zeros)
	}
	value = strings.TrimSuffix(value, "-00-00")
	day, err := vn.ParseDay(value, "")
	if err != nil {
		if turned, ok := turnedDay(value); ok {
			day, err = turned, nil
		}
	}
	if err != nil {
		t.fault(columnNames[columnBirth], fault.As(err, "").Message)
		return ""
	}
	if day.Year() > lastBirth {
		t.fault(columnNames[columnBirth], text.T("duplicate.csv.birth_late", "value", clip(value), "last", lastBirth))
		return ""
	}
	return vn.Day(strings.Clone(string(day)))
}

func turnedDay(value string) (vn.Day, bool) {
	parts := strings.FieldsFunc(value, func(r rune) bool { return r == '/' || r == '-' || r == '.' })
	if len(parts) != 3 {
		return "", false
	}
	if len(parts[0]) == 4 {
		parts[1], parts[2] = parts[2], parts[1]
	} else {
		parts[0], parts[1] = parts[1], parts[0]
	}
	day, err := vn.ParseDay(strings.Join(parts, "/"), "")
	return day, err == nil
}

func (t *table) sex(value string) Sex {
	folded := vn.Fold(strings.TrimSuffix(value, ".0"))
	if nothing[folded] {
		return Unknown
	}
	switch folded {
	case "0", "9":
		return Unknown
	case "nam", "m", "male", "1", "trai":
		return Male
	case "nu", "f", "female", "2", "gai":
		return Female
	}
	t.fault(columnNames[columnSex], text.T("duplicate.csv.bad_sex", "value", clip(value)))
	return Unknown
}

// likeDigits are the letters that scanners, and people who copy from a scan,
// give for digits.
var likeDigits = map[rune]rune{'O': '0', 'o': '0', 'Q': '0', 'D': '0', 'l': '1', 'I': '1', 'i': '1', '|': '1', 'Z': '2', 'z': '2', 'S': '5', 's': '5', 'b': '6', 'B': '8', 'g': '9', 'q': '9'}

// leastDigits is how many digits a number with such letters needs, not to be a word.
const leastDigits = 6

// number takes spaces, dots and hyphens between the digits, the apostrophe by
// which spreadsheets keep leading zeros, and letters that are read for digits.
func (t *table) number(value string) string {
	if nothing[vn.Fold(value)] {
		return ""
	}
	var b strings.Builder
	plain := 0
	for _, r := range strings.TrimSuffix(value, ".0") {
		switch {
		case '0' <= r && r <= '9':
			b.WriteRune(r)
			plain++
		case likeDigits[r] != 0:
			b.WriteRune(likeDigits[r])
		case r == ' ' || r == '.' || r == '-' || r == '\'' || r == 0xA0 || r == '\u2019':
		default:
			t.fault(columnNames[columnNumber], text.T("duplicate.csv.bad_number", "value", clip(value)))
			return ""
		}
	}
	if b.Len() > 20 || plain < b.Len() && plain < leastDigits {
		t.fault(columnNames[columnNumber], text.T("duplicate.csv.bad_number", "value", clip(value)))
		return ""
	}
	return b.String()
}

func (t *table) fault(column, message string) {
	where := text.T("duplicate.csv.line", "line", t.line)
	if column != "" {
		where = text.T("duplicate.csv.cell", "line", t.line, "column", column)
	}
	t.faults = append(t.faults, fault.Field{Name: where, Message: message})
}

func (t *table) refusal() error {
	key := "duplicate.csv.refused"
	if len(t.faults) >= maxFaults {
		key = "duplicate.csv.refused_many"
	}
	return fault.New(fault.Invalid, "csv_refused", text.T(key, "n", len(t.faults)), t.faults...)
}

// broken tells a fault of the file's form, after the faults found before it.
func (t *table) broken(err error) error {
	var parse *csv.ParseError
	switch {
	case errors.Is(err, errRecordTooLong):
		t.line++
		t.fault("", text.T("duplicate.csv.record_long"))
	case errors.As(err, &parse):
		t.line = parse.Line
		t.fault(strconv.Itoa(parse.Column), text.T("duplicate.csv.quotes"))
	default:
		return fault.Wrap(err, fault.Internal, "read_failed", text.T("duplicate.csv.read_failed"))
	}
	return t.refusal()
}

// separator looks at the header: semicolons where it has no comma, as
// spreadsheets save in Vietnamese settings, or tabs.
func separator(in *bufio.Reader) rune {
	head, _ := in.Peek(4096)
	line, _, _ := strings.Cut(string(head), "\n")
	for _, sep := range ",;\t" {
		if strings.ContainsRune(line, sep) {
			return sep
		}
	}
	return ','
}

var errRecordTooLong = errors.New("record too long")

type recordGuard struct {
	in   io.Reader
	left int
}

func (g *recordGuard) Read(p []byte) (int, error) {
	if g.left <= 0 {
		return 0, errRecordTooLong
	}
	n, err := g.in.Read(p[:min(len(p), g.left)])
	g.left -= n
	return n, err
}

func clip(value string) string {
	const limit = 40
	if r := []rune(value); len(r) > limit {
		return string(r[:limit]) + "…"
	}
	return value
}
