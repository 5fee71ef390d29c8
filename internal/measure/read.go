package measure

import (
	"bufio"
	"encoding/csv"
	"errors"
	"io"
	"math"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"giamngheo/internal/fault"
	"giamngheo/internal/text"
)

// maxRecordBytes bounds one row, so that a quote that is never closed does
// not read the whole file into memory.
const maxRecordBytes = 1 << 20

// ReadCSV reads the units of a CSV file with a header row, streaming. Cells of
// indicators are 1, 0 or empty (no answer); anything else is refused with its
// line and column. Fields are separated by commas, or by semicolons where the
// header has no comma (as spreadsheets save in Vietnamese settings). Group
// values are compared without surrounding blanks and in composed Unicode.
func ReadCSV(in io.Reader, spec Spec) (*Sample, error) {
	guard := &recordGuard{in: in, left: maxRecordBytes}
	buffered := bufio.NewReaderSize(guard, 1<<16)
	if lead, _ := buffered.Peek(3); string(lead) == "\ufeff" {
		buffered.Discard(3)
	}
	rows := csv.NewReader(buffered)
	rows.ReuseRecord = true
	rows.Comma = separator(buffered)
	header, err := rows.Read()
	if errors.Is(err, io.EOF) {
		return nil, badData("measure.csv.empty")
	}
	if err != nil {
		return nil, csvFault(err, 1)
	}
	columns, err := findColumns(header, spec)
	if err != nil {
		return nil, err
	}
	sample := NewSample(spec)
	unit := Unit{Weight: 1, Groups: make([]string, len(spec.By))}
	line := 1
	for {
		guard.left = maxRecordBytes
		record, err := rows.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, csvFault(err, line+1)
		}
		line, _ = rows.FieldPos(0)
		if err := columns.fill(&unit, record, line); err != nil {
			return nil, err
		}
		sample.Add(unit)
	}
	if sample.rows == 0 {
		return nil, badData("measure.csv.no_rows")
	}
	return sample, nil
}

// columns says at which position of a row each thing stands; −1: not named.
type columns struct {
	spec       Spec
	indicators []int
	by         []int
	weight     int
	strata     int
	psu        int
}

func findColumns(header []string, spec Spec) (columns, error) {
	at := map[string]int{}
	twice := map[string]bool{}
	for i, name := range header {
		if !utf8.ValidString(name) {
			return columns{}, badData("measure.csv.not_utf8", "line", 1)
		}
		name = norm.NFC.String(strings.TrimSpace(name))
		if _, known := at[name]; known {
			twice[name] = true
		}
		at[name] = i
	}
	var problem error
	find := func(name string) int {
		i, ok := at[name]
		if !ok && problem == nil {
			problem = badData("measure.csv.no_column", "column", name)
		}
		if twice[name] && problem == nil {
			problem = badData("measure.csv.column_twice", "column", name)
		}
		return i
	}
	optional := func(name string) int {
		if name == "" {
			return -1
		}
		return find(name)
	}
	c := columns{spec: spec}
	for _, indicator := range spec.Indicators {
		c.indicators = append(c.indicators, find(indicator.Code))
	}
	for _, name := range spec.By {
		c.by = append(c.by, find(name))
	}
	c.weight, c.strata, c.psu = optional(spec.Weight), optional(spec.Strata), optional(spec.PSU)
	return c, problem
}

func (c *columns) fill(unit *Unit, record []string, line int) error {
	unit.Deprived, unit.Unknown = 0, 0
	for j, at := range c.indicators {
		cell := record[at]
		switch {
		case cell == "0":
		case cell == "1":
			unit.Deprived |= 1 << j
		case strings.TrimSpace(cell) == "":
			unit.Unknown |= 1 << j
		default:
			switch strings.TrimSpace(cell) {
			case "0":
			case "1":
				unit.Deprived |= 1 << j
			default:
				return badData("measure.csv.bad_answer", "line", line, "column", c.spec.Indicators[j].Code, "value", shown(cell))
			}
		}
	}
	if c.weight >= 0 {
		weight, ok := parseWeight(strings.TrimSpace(record[c.weight]))
		if !ok {
			return badData("measure.csv.bad_weight", "line", line, "column", c.spec.Weight, "value", shown(record[c.weight]))
		}
		unit.Weight = weight
	}
	for i, at := range c.by {
		value, ok := cleaned(record[at])
		if !ok {
			return badData("measure.csv.not_utf8", "line", line)
		}
		unit.Groups[i] = value
	}
	if c.strata >= 0 {
		value, ok := cleaned(record[c.strata])
		if !ok {
			return badData("measure.csv.not_utf8", "line", line)
		}
		if value == "" {
			return badData("measure.csv.no_design", "line", line, "column", c.spec.Strata)
		}
		unit.Stratum = value
	}
	if c.psu >= 0 {
		value, ok := cleaned(record[c.psu])
		if !ok {
			return badData("measure.csv.not_utf8", "line", line)
		}
		if value == "" {
			return badData("measure.csv.no_design", "line", line, "column", c.spec.PSU)
		}
		unit.PSU = value
	}
	return nil
}

// parseWeight takes plain decimal numbers ≥ 0 (digits, a point, an exponent).
func parseWeight(cell string) (float64, bool) {
	for _, r := range cell {
		if !strings.ContainsRune("0123456789.eE+-", r) {
			return 0, false
		}
	}
	weight, err := strconv.ParseFloat(cell, 64)
	if err != nil || weight < 0 || weight > math.MaxFloat64/1e18 {
		return 0, false
	}
	return weight, true
}

func cleaned(cell string) (string, bool) {
	if !utf8.ValidString(cell) {
		return "", false
	}
	return norm.NFC.String(strings.TrimSpace(cell)), true
}

// shown is a cell as a message may repeat it: short, and readable whatever
// stood in it.
func shown(cell string) string {
	const most = 40
	cell = strings.ToValidUTF8(cell, "?")
	if utf8.RuneCountInString(cell) > most {
		cell = string([]rune(cell)[:most]) + "…"
	}
	return strings.Trim(strconv.Quote(cell), `"`)
}

// separator looks at the header line without taking it.
func separator(in *bufio.Reader) rune {
	head, _ := in.Peek(1 << 12)
	line, _, _ := strings.Cut(string(head), "\n")
	if strings.Contains(line, ";") && !strings.Contains(line, ",") {
		return ';'
	}
	return ','
}

var errRecordTooLong = errors.New("record longer than the limit")

// recordGuard fails a read that goes on for too long without a record ending.
type recordGuard struct {
	in   io.Reader
	left int
}

func (g *recordGuard) Read(p []byte) (int, error) {
	if g.left <= 0 {
		return 0, errRecordTooLong
	}
	n, err := g.in.Read(p)
	g.left -= n
	return n, err
}

func csvFault(err error, line int) error {
	var parse *csv.ParseError
	if errors.As(err, &parse) {
		line = parse.StartLine
	}
	key := "measure.csv.unreadable"
	switch {
	case errors.Is(err, csv.ErrFieldCount):
		key = "measure.csv.ragged"
	case errors.Is(err, csv.ErrQuote), errors.Is(err, csv.ErrBareQuote):
		key = "measure.csv.bad_quote"
	case errors.Is(err, errRecordTooLong):
		key = "measure.csv.record_too_long"
	case parse == nil:
		// The disk or the pipe failed; the data are not to blame.
		return fault.Wrap(err, fault.Internal, "measure_read", text.T("measure.csv.read_failed"))
	}
	return fault.Wrap(err, fault.Invalid, "measure_data", text.T(key, "line", line, "limit", maxRecordBytes))
}

func badData(key string, pairs ...any) error {
	return fault.New(fault.Invalid, "measure_data", text.T(key, pairs...))
}
