package exchange

import (
	"errors"
	"io"
	"slices"
	"strings"
	"sync"

	"giamngheo/internal/fault"
	"giamngheo/internal/sheet"
	"giamngheo/internal/text"
	"giamngheo/internal/vn"
)

// Problem is what is wrong, or worth a look, at one place of a file.
type Problem struct {
	Sheet   string `json:"sheet"`
	Row     int    `json:"row"`
	Column  string `json:"column"` // its title in the file
	Cell    string `json:"cell"`   // C12
	Code    string `json:"code"`   // stable, for scripts
	Message string `json:"message"`
	// Severity is what Warning says, for scripts: refused or warning.
	Severity string `json:"severity"`

	Warning bool `json:"-"` // accepted all the same
	column  int
}

// The severities of a problem.
const (
	severityRefused = "refused"
	severityWarning = "warning"
)

// Report is what an import would do, or did. Rows are those of the sheet of
// households, and the lines of members that belong to none of them; each is in
// one of the four counts. Refused is above 0 exactly where the file is refused.
type Report struct {
	Rows      int       `json:"rows"`
	Create    int       `json:"create"`
	Update    int       `json:"update"`
	Unchanged int       `json:"unchanged"`
	Refused   int       `json:"refused"`
	Problems  []Problem `json:"problems"`

	// Blocked: something was refused, so nothing may be written.
	Blocked bool `json:"-"`
	// Applied: what the counts tell is done.
	Applied bool `json:"-"`
	// Operation names the import once it is applied, for undo; "" after a dry
	// run and where nothing changed.
	Operation string `json:"-"`
	// Faults and Warnings count all, also those beyond the limit of Problems.
	Faults, Warnings int `json:"-"`

	headers map[string]int // header row by sheet
}

// Mark writes a copy of the file in which the problems are marked.
func (r *Report) Mark(b *sheet.Book, out io.Writer) error {
	var faults []sheet.Fault
	for _, p := range r.Problems {
		message := p.Message
		if p.Warning {
			message = text.T("import.warning", "message", message)
		}
		faults = append(faults, sheet.Fault{Sheet: p.Sheet, Row: p.Row, Column: p.column, Message: message})
	}
	return sheet.MarkFaults(b, out, r.headers, faults)
}

// problems collects from several goroutines. It keeps at most so many of each
// kind, and counts all.
type problems struct {
	mu               sync.Mutex
	most             int
	list             []Problem
	faults, warnings int
}

func (c *problems) add(p Problem) {
	c.mu.Lock()
	defer c.mu.Unlock()
	n := &c.faults
	if p.Warning {
		n = &c.warnings
	}
	if *n++; *n <= c.most {
		c.list = append(c.list, p)
	}
}

// finish puts them into the report by place; what was left out is said.
func (c *problems) finish(r *Report, order []string) {
	slices.SortStableFunc(c.list, func(a, b Problem) int {
		if a.Sheet != b.Sheet {
			return slices.Index(order, a.Sheet) - slices.Index(order, b.Sheet)
		}
		if a.Row != b.Row {
			return a.Row - b.Row
		}
		return a.column - b.column
	})
	r.Problems, r.Faults, r.Warnings = c.list, c.faults, c.warnings
	if r.Problems == nil {
		r.Problems = []Problem{}
	}
	r.Blocked = c.faults > 0
	if left := c.faults + c.warnings - len(c.list); left > 0 {
		r.Problems = append(r.Problems, Problem{Code: "too_many_problems", Warning: c.faults <= c.most, column: -1,
			Message: text.T("import.too_many_problems", "n", vn.FormatInt(int64(left)), "limit", vn.FormatInt(int64(c.most)), "setting", settingProblems)})
	}
	for i := range r.Problems {
		r.Problems[i].Severity = severityRefused
		if r.Problems[i].Warning {
			r.Problems[i].Severity = severityWarning
		}
	}
}

// table is a sheet being read: its header, and where its problems go.
type table struct {
	name   string // as the file has it
	header *sheet.Header
	at     *problems
}

// place says where a field of a row stands; col -1 is the whole row.
func (t *table) problem(row int, field, code, message string, warning bool) {
	col := -1
	if field != "" {
		col = t.header.Column(field)
	}
	p := Problem{Sheet: t.name, Row: row, Code: code, Message: message, Warning: warning, column: col}
	if col >= 0 {
		p.Column, p.Cell = t.header.Title(col), cellName(col, row)
	}
	t.at.add(p)
}

func cellName(col, row int) string { return (&sheet.Row{Number: row}).Ref(col) }

// sheetNames orders problems: households first.
func sheetNames(tables ...*table) []string {
	var names []string
	for _, t := range tables {
		if t != nil {
			names = append(names, t.name)
		}
	}
	return names
}

// messageOf is the sentence of an error that is safe to show; others are the
// caller's to return.
func messageOf(err error) (code, message string, ok bool) {
	var f *fault.Error
	if !errors.As(err, &f) || f.Kind == fault.Internal {
		return "", "", false
	}
	return strings.TrimPrefix(f.Code, "area_"), f.Message, true
}
