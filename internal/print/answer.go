package print

import (
	"math"
	"strconv"
	"strings"

	"giamngheo/internal/form"
	"giamngheo/internal/household"
	"giamngheo/internal/paper"
	"giamngheo/internal/standard"
	"giamngheo/internal/text"
)

func (s Sheet) answer(q *form.Question) form.Value { return s.Filling.Answers[q.Code] }

// lastAnswer is last year's answer as people read it, while there is none yet.
func (s Sheet) lastAnswer(q *form.Question) string {
	if s.Filling.Last == nil || s.answer(q).Given() || !reminds(q) {
		return ""
	}
	return q.Shown(s.Filling.Last.Answers[q.Code])
}

// reminds says whether last year's answer helps: not who asked, and when.
func reminds(q *form.Question) bool { return q.Kind != form.Words && q.Kind != form.Date }

// unknownOption is what the screen offers besides; on paper a box is left
// empty.
const unknownOption = "unknown"

// box is where an answer goes, filled in where it is known.
func box(q *form.Question, v form.Value) []paper.Span {
	switch q.Kind {
	case form.YesNo:
		var spans []paper.Span
		for _, o := range q.Choices() {
			if o.Code == unknownOption {
				continue
			}
			if len(spans) > 0 {
				spans = append(spans, paper.Text("\u00a0\u00a0 "))
			}
			spans = append(spans, paper.Tick(chosen(v, o.Code)), paper.Text("\u00a0"+itoa(o.Number)+".\u00a0"+strings.ReplaceAll(o.Text, " ", "\u00a0")))
		}
		return spans
	case form.Choice:
		n := ""
		if o, ok := q.Option(v.Text()); ok {
			n = itoa(o.Number)
		}
		return []paper.Span{paper.Digits(len(itoa(len(q.Options))), n)}
	case form.Number, form.Money:
		return numberBoxes(q, v)
	case form.Date:
		d := v.Text()
		if len(d) != len("2006-01-02") {
			d = strings.Repeat(" ", 10)
		}
		return []paper.Span{paper.Digits(2, strings.TrimSpace(d[8:])), paper.Text("\u00a0/\u00a0"), paper.Digits(2, strings.TrimSpace(d[5:7])), paper.Text("\u00a0/\u00a0"), paper.Digits(4, strings.TrimSpace(d[:4]))}
	}
	return nil
}

func chosen(v form.Value, code string) bool {
	if yes, ok := v.Bool(); ok {
		return yes && code == "yes" || !yes && code == "no"
	}
	return v.Text() == code
}

// numberBoxes are boxes for the digits before and behind the comma, and the
// unit.
func numberBoxes(q *form.Question, v form.Value) []paper.Span {
	whole, behind := "", ""
	if n, ok := v.Number(); ok {
		digits := strconv.FormatFloat(math.Abs(n), 'f', q.Decimals, 64)
		whole, behind, _ = strings.Cut(digits, ".")
		if n < 0 {
			whole = "-" + whole
		}
	}
	cells := max(q.Boxes-q.Decimals, 1)
	spans := []paper.Span{paper.Digits(cells, whole)}
	if q.Decimals > 0 {
		spans = append(spans, paper.Bold("\u00a0,\u00a0"), paper.Digits(q.Decimals, behind))
	}
	if q.Unit != "" {
		spans = append(spans, paper.Text(" "), paper.Text(q.Unit).Sized(smallSize))
	}
	return spans
}

// wordLines adds to a question the words given, and dotted lines to write; the
// first begins behind the question.
func wordLines(asked []paper.Paragraph, v form.Value, lines int) []paper.Paragraph {
	first := &asked[0]
	first.Spans = append(first.Spans, paper.Text(": "))
	if s := v.Text(); s != "" {
		first.Spans = append(first.Spans, paper.Bold(s), paper.Text(" "))
	}
	first.Spans, first.Before = append(first.Spans, paper.Fill()), 2
	for range lines - 1 {
		asked = append(asked, paper.Paragraph{Spans: []paper.Span{paper.Fill()}, Before: 4})
	}
	return asked
}

// options lists what can be chosen, with the numbers to write.
func options(q *form.Question) string {
	var parts []string
	for _, o := range q.Choices() {
		parts = append(parts, itoa(o.Number)+". "+o.Text)
	}
	return strings.Join(parts, "; ")
}

// members is the table of the people of the household.
func (s Sheet) members(f *form.Form, section *form.Section) []paper.Block {
	const no, name, birth, sexWidth, relation = 8.0, 38.0, 20.0, 10.0, 18.0
	rest := (questionWidths[0] + questionWidths[1] + questionWidths[2] - no - name - birth - sexWidth - relation) / float64(len(section.Questions))
	table := paper.Table{Widths: []float64{no, name, birth, sexWidth, relation}, Size: formSize, Padding: 0.7}
	head := paper.Row{Shaded: true}
	for _, key := range []string{"no", "name", "born", "sex", "relation"} {
		head.Cells = append(head.Cells, small(paper.HeadCell(text.T("print.column."+key))))
	}
	for _, q := range section.Questions {
		table.Widths = append(table.Widths, rest)
		title := q.Short
		if title == "" {
			title = q.Text.Text
		}
		head.Cells = append(head.Cells, small(paper.HeadCell(title)))
	}
	table.Head = []paper.Row{head}
	empty := newMembers
	if s.Blank || len(s.Filling.Roster) == 0 {
		empty = blankMembers
	}
	for i := range s.Filling.Roster {
		table.Rows = append(table.Rows, s.member(f, section, i))
	}
	for i := range empty {
		row := paper.Row{Height: leastRow, Cells: []paper.Cell{paper.CentreCell(paper.Text(itoa(len(s.Filling.Roster) + i + 1))), {}, {}, {}, {}}}
		for k := range section.Questions {
			row.Cells = append(row.Cells, paper.CentreCell(numbers(&section.Questions[k], form.Value{})...))
		}
		table.Rows = append(table.Rows, row)
	}
	legend := paper.Paragraph{Spans: []paper.Span{paper.Italic(s.legend(section))}, Size: smallSize, Before: 2}
	return []paper.Block{table, legend}
}

func small(c paper.Cell) paper.Cell {
	for i := range c.Paragraphs {
		c.Paragraphs[i].Size = smallSize + 0.5
	}
	return c
}

func (s Sheet) legend(section *form.Section) string {
	var asked, same []string
	for i := range section.Questions {
		q := &section.Questions[i]
		if q.Short != "" && q.Short != q.Text.Text {
			asked = append(asked, text.T("print.form.column", "short", q.Short, "text", q.Text.Text))
		}
		if one := options(q); one != "" && (len(same) == 0 || same[len(same)-1] != one) {
			same = append(same, one)
		}
	}
	key := "print.form.members"
	if s.Filling.Last != nil {
		key = "print.form.members_last"
	}
	return strings.Join(append(asked, text.T(key, "options", strings.Join(same, " | "))), " ")
}

func (s Sheet) member(f *form.Form, section *form.Section, i int) paper.Row {
	m := &s.Filling.Roster[i]
	row := paper.Row{Height: leastRow, Cells: []paper.Cell{
		paper.CentreCell(paper.Text(itoa(i + 1))), paper.TextCell(paper.Text(m.Name)), paper.CentreCell(paper.Text(born(m.Birth))), paper.CentreCell(paper.Text(sex(m.Sex))), paper.TextCell(paper.Text(household.Relations.Name(m.Relation))),
	}}
	answers := s.Filling.Answers.Member(section.Code, m.ID)
	for k := range section.Questions {
		q := &section.Questions[k]
		v := answers[q.Code]
		if !v.Given() && f.Asks(s.Filling, q, m) == standard.No && f.Depends(s.Filling, q, m) == nil {
			row.Cells = append(row.Cells, paper.CentreCell(paper.Text("–")))
			continue
		}
		cell := paper.CentreCell(numbers(q, v)...)
		if last := s.lastOf(section, m, q); last != "" && !v.Given() {
			p := &cell.Paragraphs[0]
			p.Spans = append(p.Spans, paper.Text(" ("+last+")").Soft().Sized(smallSize))
		}
		row.Cells = append(row.Cells, cell)
	}
	return row
}

// lastOf is the number of the member's answer last year.
func (s Sheet) lastOf(section *form.Section, m *form.Member, q *form.Question) string {
	if s.Filling.Last == nil {
		return ""
	}
	v := s.Filling.Last.Answers.Member(section.Code, m.ID)[q.Code]
	if !v.Given() {
		return ""
	}
	for _, o := range q.Choices() {
		if chosen(v, o.Code) {
			return itoa(o.Number)
		}
	}
	return q.Shown(v)
}

// numbers is the narrow form of box, for a column: the options by their
// numbers alone.
func numbers(q *form.Question, v form.Value) []paper.Span {
	if q.Kind != form.YesNo && (q.Kind != form.Choice || len(q.Options) > 3) {
		return box(q, v)
	}
	var spans []paper.Span
	for _, o := range q.Choices() {
		if o.Code == unknownOption {
			continue
		}
		if len(spans) > 0 {
			spans = append(spans, paper.Text("\u00a0\u00a0"))
		}
		spans = append(spans, paper.Tick(chosen(v, o.Code)), paper.Text("\u00a0"+itoa(o.Number)))
	}
	return spans
}
