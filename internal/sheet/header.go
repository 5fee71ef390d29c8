package sheet

import (
	"slices"
	"strconv"
	"strings"

	"giamngheo/internal/fault"
	"giamngheo/internal/text"
	"giamngheo/internal/vn"
)

// Header is where a table's columns stand.
type Header struct {
	Row     int            // number of the (last) header row; data come behind it
	Columns map[string]int // field → column
	Titles  []string       // by column, as the file has them; two-line titles joined
	Unknown []int          // columns with a title that is no field's
	Twice   []Twice        // columns whose field stands further left already
}

// Twice is a second column for a field; the first one counts.
type Twice struct {
	Field         string
	Column, First int
}

// Column gives the column of a field, -1 if the table has none.
func (h *Header) Column(field string) int {
	if c, ok := h.Columns[field]; ok {
		return c
	}
	return -1
}

// Title gives the title of a column, or its letters.
func (h *Header) Title(col int) string {
	if col >= 0 && col < len(h.Titles) && h.Titles[col] != "" {
		return h.Titles[col]
	}
	return ColumnName(col)
}

// FindHeader looks through the first rows (of Book.Head) for the header: the
// row, or two or three rows under each other, in which most fields are found
// by their aliases. Titles are compared folded, first whole, then without what
// stands in brackets. A file where nothing is found, or a required field is
// missing, is refused with the names that are missing.
func FindHeader(rows []Row, aliases map[string][]string, required ...string) (*Header, error) {
	fields := index(aliases)
	var best *Header
	for i := range rows {
		for lines := 1; lines <= 3 && i+lines <= len(rows); lines++ {
			if rows[i+lines-1].Number != rows[i].Number+lines-1 {
				break
			}
			h := match(rows[i:i+lines], fields)
			if h != nil && (best == nil || h.better(best, required)) {
				best = h
			}
		}
	}
	if best == nil {
		return nil, fault.New(fault.Invalid, "header_not_found", text.T("sheet.header.not_found", "names", names(aliases, required)))
	}
	var missing []string
	for _, f := range required {
		if _, ok := best.Columns[f]; !ok {
			missing = append(missing, f)
		}
	}
	if len(missing) > 0 {
		return nil, fault.New(fault.Invalid, "header_missing", text.T("sheet.header.missing", "row", best.Row, "names", names(aliases, missing)))
	}
	return best, nil
}

// index gives the field of each folded alias. An alias of two fields goes to
// the one whose name comes first, so that the result does not change from run to run.
func index(aliases map[string][]string) map[string]string {
	names := make([]string, 0, len(aliases))
	for f := range aliases {
		names = append(names, f)
	}
	slices.Sort(names)
	out := map[string]string{}
	for _, f := range names {
		for _, a := range aliases[f] {
			if k := vn.Fold(a); k != "" && out[k] == "" {
				out[k] = f
			}
		}
	}
	return out
}

// names lists fields by their first aliases, for people.
func names(aliases map[string][]string, fields []string) string {
	out := make([]string, len(fields))
	for i, f := range fields {
		out[i] = f
		if len(aliases[f]) > 0 {
			out[i] = aliases[f][0]
		}
		out[i] = "«" + out[i] + "»"
	}
	return strings.Join(out, ", ")
}

// match reads the rows as one header; nil if fewer than two fields are found,
// or the only field there is.
func match(rows []Row, fields map[string]string) *Header {
	width := 0
	for i := range rows {
		width = max(width, len(rows[i].Cells))
	}
	rows = withoutTitles(rows)
	h := &Header{Row: rows[len(rows)-1].Number, Columns: map[string]int{}, Titles: make([]string, width)}
	last := &rows[len(rows)-1]
	fromLast := 0
	for col := range width {
		parts := titleParts(rows, col, Value.Clean)
		if len(parts) == 0 {
			continue
		}
		field := fieldOf(parts, fields)
		if field == "" {
			// A title in Unicode over a column typed in a legacy font.
			asWritten := titleParts(rows, col, func(v Value) string { v.as = vn.Unicode; return v.Clean() })
			if field = fieldOf(asWritten, fields); field != "" {
				parts = asWritten
			}
		}
		h.Titles[col] = strings.Join(parts, " ")
		if field == "" {
			h.Unknown = append(h.Unknown, col)
			continue
		}
		if _, number := numbered(rows, len(rows)-1, col); number != "" || last.Cell(col).Kind == Text {
			fromLast++
		}
		if first, ok := h.Columns[field]; ok {
			h.Twice = append(h.Twice, Twice{field, col, first})
			continue
		}
		h.Columns[field] = col
	}
	if len(h.Columns) == 0 || len(h.Columns) == 1 && len(fields) > 1 && width > 1 && len(h.Unknown) > 0 {
		return nil
	}
	if len(rows) > 1 && fromLast == 0 { // the last row adds nothing: it is data
		return nil
	}
	return h
}

// withoutTitles leaves out the rows above the last that say one thing over all
// columns: a title of the sheet, even where it is the name of a field.
func withoutTitles(rows []Row) []Row {
	kept := make([]Row, 0, len(rows))
	for i := range rows {
		if i == len(rows)-1 || !rows[i].isTitleOf(rows[i+1:]) {
			kept = append(kept, rows[i])
		}
	}
	return kept
}

func (r *Row) isTitleOf(below []Row) bool {
	said, columns := "", 0
	for i := range below {
		for col := range below[i].Cells {
			if below[i].Cells[col].Blank() {
				continue
			}
			v := r.Cell(col)
			if v.Kind != Text || columns > 0 && v.Clean() != said {
				return false
			}
			said = v.Clean()
			columns++
		}
	}
	// A group above some of the columns stands beside the names of others.
	for col := range r.Cells {
		if v := r.Cell(col); !v.Blank() && v.Clean() != said {
			return false
		}
	}
	return columns > 1 && said != ""
}

// titleParts gives what stands in the column from top to bottom, each once:
// merged cells repeat.
func titleParts(rows []Row, col int, read func(Value) string) []string {
	var parts []string
	add := func(s string) {
		if s != "" && !slices.Contains(parts, s) {
			parts = append(parts, s)
		}
	}
	for i := range rows {
		v := rows[i].Cell(col)
		if group, number := numbered(rows, i, col); number != "" {
			add(read(rows[i-1].Cell(group)))
			add(number)
		} else if v.Kind == Text {
			add(read(v))
		}
	}
	return parts
}

// numbered says of a column that is only numbered under the name of its group
// (1, 2, 3 … under a merged cell, which a .csv keeps in its first column
// alone) in which column the group begins, and the number. The numbers of a
// group begin with 1: those of a row that numbers all columns do not.
func numbered(rows []Row, line, col int) (group int, number string) {
	if line == 0 {
		return 0, ""
	}
	above, below := &rows[line-1], &rows[line]
	n := below.ordinal(col)
	group = col - n + 1
	if n == 0 || group < 0 {
		return 0, ""
	}
	name := above.Cell(group)
	if name.Kind != Text || name.Blank() {
		return 0, ""
	}
	in := func(c int) bool {
		v := above.Cell(c)
		return below.ordinal(c) == c-group+1 && (v.Blank() || v.Kind == Text && v.Clean() == name.Clean())
	}
	for c := group; c <= col; c++ {
		if !in(c) {
			return 0, ""
		}
	}
	if n == 1 && !in(col+1) {
		return 0, ""
	}
	return group, strconv.Itoa(n)
}

// ordinal is the small whole number that a cell holds, 0 if it holds another
// thing.
func (r *Row) ordinal(col int) int {
	v := r.Cell(col)
	if v.Kind != Text && v.Kind != Number {
		return 0
	}
	n, err := v.Int()
	if err != nil || n < 1 || n > 99 {
		return 0
	}
	return int(n)
}

// fieldOf tries the joined title, then the lowest line, then the lines above.
func fieldOf(parts []string, fields map[string]string) string {
	tries := []string{strings.Join(parts, " ")}
	for i := len(parts) - 1; i >= 0 && len(parts) > 1; i-- {
		tries = append(tries, strings.Join(parts[i:], " "), parts[i])
	}
	for _, t := range tries {
		if f := fields[vn.Fold(t)]; f != "" {
			return f
		}
		if bare := vn.Fold(withoutBrackets(t)); bare != "" && fields[bare] != "" {
			return fields[bare]
		}
	}
	return ""
}

func withoutBrackets(s string) string {
	var out strings.Builder
	depth := 0
	for _, r := range s {
		switch r {
		case '(', '[':
			depth++
		case ')', ']':
			depth = max(0, depth-1)
		case '*':
		default:
			if depth == 0 {
				out.WriteRune(r)
			}
		}
	}
	return out.String()
}

// better: more required fields, then more fields, then fewer unknown columns.
// The earlier and the shorter wins a tie.
func (h *Header) better(than *Header, required []string) bool {
	a, b := h.has(required), than.has(required)
	if a != b {
		return a > b
	}
	if len(h.Columns) != len(than.Columns) {
		return len(h.Columns) > len(than.Columns)
	}
	if len(h.Twice) != len(than.Twice) {
		return len(h.Twice) < len(than.Twice)
	}
	// With the same last row h is the shorter one: what stands above is a title
	// of the sheet, which a merged cell would put before the name of each column.
	return h.Row == than.Row
}

func (h *Header) has(required []string) int {
	n := 0
	for _, f := range required {
		if _, ok := h.Columns[f]; ok {
			n++
		}
	}
	return n
}

// IsNumbering says whether the row only numbers the columns, as forms have it
// under their header: 1 2 3, (1) (2) (3), A B 1 2.
func (r *Row) IsNumbering() bool {
	found, numbers := 0, 0
	for i := range r.Cells {
		v := &r.Cells[i]
		if v.Blank() {
			continue
		}
		found++
		s := strings.Trim(v.Clean(), "()[] ")
		if len(s) > 2 || s == "" {
			return false
		}
		if n, err := vn.ParseInt(s); err == nil {
			if int(n) > i+1 || numbers > 0 && n == 0 {
				return false
			}
			numbers++
		} else if len(s) > 1 || s[0] < 'A' || s[0] > 'z' {
			return false
		}
	}
	return found >= 3 && numbers >= 2 && r.ascending()
}

func (r *Row) ascending() bool {
	last := int64(-1)
	for i := range r.Cells {
		if n, err := vn.ParseInt(strings.Trim(r.Cells[i].Clean(), "()[] ")); err == nil {
			if last >= 0 && n != last+1 {
				return false
			}
			last = n
		}
	}
	return true
}
