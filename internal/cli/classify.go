package cli

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"syscall"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"giamngheo/internal/fault"
	"giamngheo/internal/standard"
	"giamngheo/internal/text"
)

const (
	maxClassifyFaults = 20          // shown at once; the rest appears when these are mended
	maxIncome         = int64(1e15) // đồng; no household is above it, a slip of the keyboard is
	maxScore          = int64(1e6)
)

func newClassify() *cobra.Command {
	var id, in, out string
	var explain bool
	cmd := &cobra.Command{
		Use:   "classify",
		Short: text.T("cli.classify.short"),
		Long:  text.T("cli.classify.long"),
		Args:  usageArgs(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			set, err := standardNamed(id)
			if err != nil {
				return err
			}
			source, err := openInput(in, cmd.InOrStdin())
			if err != nil {
				return err
			}
			defer source.Close()
			in, end := newProgress(cmd.ErrOrStderr(), text.T("cli.classify.working")).read(source)
			defer end()
			return spooled(out, cmd.OutOrStdout(), func(w io.Writer) error {
				return classifyCSV(set, in, w, cmd.ErrOrStderr(), explain)
			})
		},
	}
	cmd.Flags().StringVar(&id, "standard", "", text.T("cli.classify.standard"))
	cmd.Flags().BoolVar(&explain, "explain", false, text.T("cli.classify.explain"))
	cmd.Flags().StringVar(&in, "in", "", text.T("cli.classify.in"))
	cmd.Flags().StringVar(&out, "out", "", text.T("cli.classify.out"))
	return cmd
}

// standardNamed finds a rule set; one that nobody knows is wrong usage.
func standardNamed(id string) (*standard.Set, error) {
	if id == "" {
		return nil, usageError{errors.New(text.T("cli.standard_missing", "ids", strings.Join(standard.Law().IDs(), ", ")))}
	}
	set, err := standard.ByID(id)
	if err != nil {
		return nil, usageError{errors.New(strings.TrimSuffix(err.Error(), "."))}
	}
	return set, nil
}

// classifyCSV reads households and writes their classes, a row at a time.
func classifyCSV(set *standard.Set, in io.Reader, out, warnings io.Writer, explain bool) error {
	rows := csv.NewReader(withoutBOM(in))
	rows.FieldsPerRecord = -1
	rows.ReuseRecord = true
	sheet := &classifySheet{set: set, rows: rows}
	if err := sheet.readHeader(); err != nil {
		return err
	}
	if err := sheet.misspelt(); err != nil {
		return err
	}
	if len(sheet.ignored) > 0 {
		fmt.Fprintln(warnings, text.T("cli.classify.ignored", "columns", strings.Join(sheet.ignored, ", ")))
	}
	w := csv.NewWriter(out)
	header := []string{"id", "class", "label", "deprivations", "b2", "reason"}
	if explain {
		header = append(header, "explanation")
	}
	if err := w.Write(header); err != nil {
		return err
	}
	for {
		id, answers, err := sheet.next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
		if len(sheet.faults) > 0 {
			continue // nothing will be written; only more faults are of interest
		}
		if err := w.Write(classified(set, id, answers, explain)); err != nil {
			return err
		}
	}
	if len(sheet.faults) > 0 {
		return sheet.refusal()
	}
	w.Flush()
	return w.Error()
}

func classified(set *standard.Set, id string, a standard.Answers, explain bool) []string {
	r := set.Classify(a)
	count, points := strconv.Itoa(r.Deprivations), strconv.Itoa(r.B2)
	if !r.Counted() {
		count, points = "", "" // unknown is never zero
	}
	row := []string{id, r.Class.String(), r.Label, count, points, set.Reason(a)}
	if explain {
		row = append(row, set.Explain(a).Text())
	}
	return row
}

// classifySheet is the input: its columns by what they hold, and what is
// wrong in it.
type classifySheet struct {
	set        *standard.Set
	rows       *csv.Reader
	names      []string // as the header has them
	id         int
	areaType   int
	b1         int
	income     int
	indicators []int // column of each indicator; -1: not asked
	ignored    []string
	faults     []fault.Field
}

func (s *classifySheet) readHeader() error {
	record, err := s.rows.Read()
	if err == io.EOF {
		return fault.New(fault.Invalid, "csv_empty", text.T("cli.classify.empty"))
	}
	if err != nil {
		return s.broken(err)
	}
	s.id, s.areaType, s.b1, s.income = -1, -1, -1, -1
	s.indicators = make([]int, len(s.set.Indicators))
	for i := range s.indicators {
		s.indicators[i] = -1
	}
	for i, name := range record {
		if !utf8.ValidString(name) {
			return fault.New(fault.Invalid, "csv_encoding", text.T("cli.classify.encoding", "line", 1, "column", strconv.Itoa(i+1)))
		}
		name = strings.ToLower(strings.TrimSpace(name))
		s.names = append(s.names, name)
		place := s.place(name)
		if place == nil {
			s.ignored = append(s.ignored, text.T("cli.classify.quoted", "name", strings.TrimSpace(record[i])))
			continue
		}
		if *place >= 0 {
			return fault.New(fault.Invalid, "csv_column_twice", text.T("cli.classify.column_twice", "column", name))
		}
		*place = i
	}
	if s.id < 0 {
		key := "cli.classify.no_id"
		if len(record) == 1 && strings.ContainsAny(record[0], ";\t") {
			key = "cli.classify.not_commas"
		}
		return fault.New(fault.Invalid, "csv_no_id", text.T(key))
	}
	return nil
}

func (s *classifySheet) place(name string) *int {
	switch name {
	case "id":
		return &s.id
	case "area_type":
		return &s.areaType
	case "b1":
		return &s.b1
	case "income":
		return &s.income
	}
	if i := s.set.Index(name); i >= 0 {
		return &s.indicators[i]
	}
	return nil
}

// next reads one household. Faults of its values are collected; an error
// means that reading cannot go on.
func (s *classifySheet) next() (string, standard.Answers, error) {
	var a standard.Answers
	record, err := s.rows.Read()
	if err == io.EOF {
		return "", a, err
	}
	if err != nil {
		return "", a, s.broken(err)
	}
	line, _ := s.rows.FieldPos(0)
	if len(record) != len(s.names) {
		s.addFault(line, "", text.T("cli.classify.ragged", "have", len(record), "want", len(s.names)))
		return "", a, s.full()
	}
	for i, value := range record {
		if !utf8.ValidString(value) {
			s.addFault(line, s.columnName(i), text.T("cli.classify.not_utf8"))
			return "", a, s.full()
		}
	}
	id := record[s.id]
	if strings.TrimSpace(id) == "" {
		s.addFault(line, "id", text.T("cli.classify.id_empty"))
	}
	s.readMeans(record, line, &a)
	for i, column := range s.indicators {
		if column < 0 {
			continue
		}
		switch value := strings.TrimSpace(record[column]); value {
		case "":
		case "0":
			a.Known |= 1 << i
		case "1":
			a.Known |= 1 << i
			a.Deprived |= 1 << i
		default:
			s.addFault(line, s.names[column], text.T("cli.classify.bad_indicator", "value", shown(value)))
		}
	}
	return id, a, s.full()
}

func (s *classifySheet) readMeans(record []string, line int, a *standard.Answers) {
	switch value := s.value(record, s.areaType); strings.ToLower(value) {
	case "":
	case "rural":
		a.Area = standard.Rural
	case "urban":
		a.Area = standard.Urban
	default:
		s.addFault(line, "area_type", text.T("cli.classify.bad_area", "value", shown(value)))
	}
	if value := s.value(record, s.b1); value != "" {
		score, ok := parsePoints(value)
		if !ok {
			s.addFault(line, "b1", text.T("cli.classify.bad_score", "value", shown(value)))
		}
		a.Score, a.HasScore = score, true
	}
	if value := s.value(record, s.income); value != "" {
		income, ok := parseDong(value)
		if !ok {
			s.addFault(line, "income", text.T("cli.classify.bad_income", "value", shown(value)))
		}
		a.Income, a.HasIncome = income, true
	}
}

func (s *classifySheet) value(record []string, column int) string {
	if column < 0 {
		return ""
	}
	return strings.TrimSpace(record[column])
}

func (s *classifySheet) columnName(i int) string {
	if s.names[i] == "" {
		return strconv.Itoa(i + 1)
	}
	return s.names[i]
}

func (s *classifySheet) addFault(line int, column, message string) {
	where := text.T("cli.classify.line", "line", line)
	if column != "" {
		where = text.T("cli.classify.cell", "line", line, "column", column)
	}
	s.faults = append(s.faults, fault.Field{Name: where, Message: message})
}

// full ends the reading when enough faults have been found.
func (s *classifySheet) full() error {
	if len(s.faults) < maxClassifyFaults {
		return nil
	}
	return s.refusal()
}

func (s *classifySheet) refusal() error {
	key := "cli.classify.refused"
	if len(s.faults) >= maxClassifyFaults {
		key = "cli.classify.refused_many"
	}
	return fault.New(fault.Invalid, "csv_refused", text.T(key, "n", len(s.faults)), s.faults...)
}

// broken tells a fault of the file's form, after the faults found before it.
func (s *classifySheet) broken(err error) error {
	var parse *csv.ParseError
	if !errors.As(err, &parse) {
		return fault.Wrap(err, fault.Internal, "read_failed", text.T("cli.read_failed", "error", err.Error()))
	}
	where := text.T("cli.classify.position", "line", parse.Line, "column", parse.Column)
	s.faults = append(s.faults, fault.Field{Name: where, Message: text.T("cli.classify.broken_quotes")})
	return s.refusal()
}

// parsePoints reads whole points; ".0" as some programs write it is the same.
func parsePoints(value string) (int32, bool) {
	whole, part, _ := strings.Cut(value, ".")
	if strings.Trim(part, "0") != "" || strings.HasSuffix(value, ".") {
		return 0, false
	}
	n, ok := digits(whole)
	return int32(min(n, maxScore)), ok && n <= maxScore
}

// parseDong reads an income. Parts of a đồng are rounded up, which no line in
// whole đồng can tell from the exact value. "700.000" is refused: it is
// seven hundred to a computer and seven hundred thousand to an office.
func parseDong(value string) (int64, bool) {
	whole, part, dotted := strings.Cut(value, ".")
	if dotted && (part == "" || strings.Trim(part, "0123456789") != "" || len(part) == 3 && len(whole) <= 3) {
		return 0, false
	}
	n, ok := digits(whole)
	if !ok || n > maxIncome {
		return 0, false
	}
	if strings.Trim(part, "0") != "" {
		n++
	}
	return n, true
}

func digits(s string) (int64, bool) {
	if s == "" || len(s) > 16 || strings.Trim(s, "0123456789") != "" {
		return 0, false
	}
	n, err := strconv.ParseInt(s, 10, 64)
	return n, err == nil
}

// shown cuts a value that is too long for a message.
func shown(value string) string {
	const limit = 40
	runes := []rune(value)
	if len(runes) <= limit {
		return value
	}
	return string(runes[:limit]) + "…"
}

func withoutBOM(in io.Reader) io.Reader {
	r := bufio.NewReaderSize(in, 1<<16)
	if head, _ := r.Peek(3); string(head) == "\ufeff" {
		r.Discard(3)
	}
	return r
}

func openInput(name string, stdin io.Reader) (io.ReadCloser, error) {
	if name == "" || name == "-" {
		return io.NopCloser(stdin), nil
	}
	f, err := os.Open(name)
	if err == nil {
		if info, failed := f.Stat(); failed == nil && info.IsDir() {
			f.Close()
			err = syscall.EISDIR
		}
	}
	if err != nil {
		return nil, fault.Wrap(err, fault.NotFound, "file_unreadable", text.T("cli.file_unreadable", "file", name))
	}
	return f, nil
}
