package exchange

import (
	"slices"
	"strings"

	"giamngheo/internal/sheet"
	"giamngheo/internal/text"
	"giamngheo/internal/vn"
)

// A .csv is one sheet, so that the members stand in a column of their own: a
// line of the cell for each, its parts between bars in the order of
// memberParts. A bar, a backslash or a line's end within a part has a
// backslash before it.
const (
	membersField = "members"
	memberBar    = " | "
)

// memberParts are the fields of a member's line, those of the sheet of members
// but for the household.
var memberParts = memberExported[1:]

var memberEscape = strings.NewReplacer(`\`, `\\`, `|`, `\|`, "\n", `\n`, "\r", " ")

// memberLines writes the members of a household into one cell.
func (e *export) memberLines(h *listed) sheet.Value {
	if len(h.members) == 0 {
		return sheet.Value{}
	}
	lines := make([]string, len(h.members))
	for i := range h.members {
		cells := e.member(h, i)
		parts := make([]string, len(cells))
		last := 0
		for j, v := range cells {
			if parts[j] = memberEscape.Replace(v.Text()); parts[j] != "" {
				last = j + 1
			}
		}
		lines[i] = strings.Join(parts[:last], memberBar)
	}
	return sheet.TextValue(strings.Join(lines, "\n"))
}

// splitMember takes a member's line apart.
func splitMember(line string) []string {
	var parts []string
	var part strings.Builder
	for i := 0; i < len(line); i++ {
		switch c := line[i]; {
		case c == '\\' && i+1 < len(line):
			i++
			if line[i] == 'n' {
				part.WriteByte('\n')
			} else {
				part.WriteByte(line[i])
			}
		case c == '|':
			parts = append(parts, strings.TrimSpace(part.String()))
			part.Reset()
		default:
			part.WriteByte(c)
		}
	}
	return append(parts, strings.TrimSpace(part.String()))
}

// memberColumn reads the members that stand in a column of the sheet of
// households.
type memberColumn struct {
	memberReader
	table // the sheet of households, where every field of a member is the one column
}

// memberColumnOf gives nil where the sheet has no such column.
func memberColumnOf(t table, today string) *memberColumn {
	col := t.header.Column(membersField)
	if col < 0 {
		return nil
	}
	header := *t.header
	header.Columns = map[string]int{}
	for _, field := range memberExported {
		header.Columns[field] = col
	}
	t.header = &header
	return &memberColumn{memberReader{forms(), vn.Day(today)}, t}
}

// read gives the members of one row.
func (c *memberColumn) read(line *sheet.Row) []memberRow {
	v := line.Cell(c.header.Column("name"))
	if v.Blank() {
		return nil
	}
	var list []memberRow
	for one := range strings.SplitSeq(v.Text(), "\n") {
		if strings.TrimSpace(one) == "" {
			continue
		}
		m := memberRow{number: line.Number}
		parts := splitMember(strings.TrimSuffix(one, "\r"))
		problem := func(code, message string, warning bool) {
			m.bad = m.bad || !warning
			c.problem(line.Number, "name", code, message, warning)
		}
		if len(parts) > len(memberParts) {
			problem("bad_member", text.T("import.bad_member", "n", len(parts), "most", len(memberParts)), false)
			parts = parts[:len(memberParts)]
		}
		value := func(field string) sheet.Value {
			if i := slices.Index(memberParts, field); i >= 0 && i < len(parts) && parts[i] != "" {
				return sheet.TextValue(parts[i])
			}
			return sheet.Value{}
		}
		c.person(&m, value, func(_, code, message string, warning bool) { problem(code, message, warning) })
		list = append(list, m)
	}
	return list
}
