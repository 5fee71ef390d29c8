package print

import (
	"giamngheo/internal/form"
	"giamngheo/internal/paper"
	"giamngheo/internal/standard"
	"giamngheo/internal/text"
)

// Sheet is one household's form as it goes to print.
type Sheet struct {
	Round     string // "năm 2016"
	Province  string
	District  string // "" where there is none
	Districts bool   // there are districts: a blank form has a line for one
	Commune   string
	Village   string
	Code      string
	Head      string
	Address   string
	Before    standard.Class
	Filling   form.Filling
	Said      map[string]string // the province's own words beside a question, by its code
	Blank     bool              // without a household: to be filled in by hand throughout
}

// Letters of a form, points.
const (
	formSize  = 10.5
	smallSize = 8
)

// formRoom is the room for a signature without a seal, points.
const formRoom = 34

// leastRow is the least height of a row, mm.
const leastRow = 6.2

// Widths of the questions' table, mm: number, question, answer.
var questionWidths = []float64{13, 95, 57}

// newMembers are the empty lines under the members, for whoever came since;
// blankMembers those of a blank form.
const newMembers, blankMembers = 2, 8

// FormBlocks lays out a form, whatever its definition: the questions in their
// order with the numbers to type, boxes to tick and to write in, what is known
// filled in, and last year's answers beside as a reminder.
func FormBlocks(f *form.Form, s Sheet) []paper.Block {
	var blocks []paper.Block
	if f.Paper != f.Code || f.Code == form.RequestEnter || f.Code == form.RequestLeave { // of the others no number is known
		blocks = append(blocks, paper.Paragraph{Spans: []paper.Span{paper.Italic(text.T("print.form.paper", "paper", f.Paper))}, Align: paper.Right, Size: formSize})
	}
	blocks = append(blocks,
		paper.Paragraph{Spans: []paper.Span{paper.Bold(f.Title.Text)}, Align: paper.Centre, Size: 13, Before: 2, Outline: 1},
		paper.Paragraph{Spans: []paper.Span{paper.Italic(s.Round)}, Align: paper.Centre, Size: formSize},
		s.who())
	if f.Note != "" {
		blocks = append(blocks, paper.Paragraph{Spans: []paper.Span{paper.Italic(f.Note)}, Size: smallSize, Before: 4})
	}
	for i := range f.Sections {
		blocks = append(blocks, s.section(f, &f.Sections[i])...)
	}
	_, unconfirmed := f.Confirmed()
	if unconfirmed > 0 {
		blocks = append(blocks, paper.Paragraph{Spans: []paper.Span{paper.Italic(text.T("print.form.unconfirmed"))}, Size: smallSize, Before: 4, KeepNext: true})
	}
	other := text.T("print.form.surveyor_signs")
	if f.Code == form.RequestEnter || f.Code == form.RequestLeave {
		other = text.T("print.form.receiver_signs")
	}
	return append(blocks, paper.Closing{Signers: []paper.Signer{{Office: text.T("print.form.household_signs"), Note: text.T("print.sign")}, {Office: other, Note: text.T("print.sign")}}, Room: formRoom})
}

// who says whose form it is.
func (s Sheet) who() paper.Block {
	label := func(key, value string) paper.Cell {
		spans := []paper.Span{word(key), paper.Text(" ")}
		if value == "" {
			spans = append(spans, paper.Fill())
		} else {
			spans = append(spans, paper.Bold(value))
		}
		return paper.Cell{Paragraphs: []paper.Paragraph{{Spans: spans, Before: 3}}}
	}
	place := func(key, name string) paper.Cell {
		if name == "" {
			return label(key, "")
		}
		return paper.Cell{Paragraphs: []paper.Paragraph{{Spans: []paper.Span{paper.Bold(name)}, Before: 3}}} // "Xã Tam Chung" says what it is
	}
	size, before := "", ""
	if !s.Blank && len(s.Filling.Roster) > 0 {
		size = itoa(len(s.Filling.Roster))
	}
	if !s.Blank {
		before = s.Before.Name()
		if s.Before == standard.Undetermined {
			before = text.T("print.not_on_list")
		}
	}
	members := paper.Cell{Paragraphs: []paper.Paragraph{{Spans: []paper.Span{word("print.form.size"), paper.Text(" "), paper.Digits(2, size)}, Before: 3}}}
	rows := []paper.Row{{Cells: []paper.Cell{place("print.form.province", s.Province), place("print.form.commune", s.Commune)}}}
	if s.District != "" || s.Districts {
		rows[0].Cells[1] = place("print.form.district", s.District)
		rows = append(rows, paper.Row{Cells: []paper.Cell{place("print.form.commune", s.Commune), place("print.form.village", s.Village)}})
	} else {
		rows = append(rows, paper.Row{Cells: []paper.Cell{place("print.form.village", s.Village), {}}})
	}
	rows = append(rows,
		paper.Row{Cells: []paper.Cell{label("print.form.head", s.Head), label("print.form.code", s.Code)}},
		paper.Row{Cells: []paper.Cell{label("print.form.before", before), members}},
		paper.Row{Cells: []paper.Cell{label("print.form.address", s.Address).Wide(2, 1)}})
	return paper.Table{Widths: []float64{95, 70}, Rows: rows, Plain: true, Size: formSize + 0.5, Before: 6}
}

func (s Sheet) section(f *form.Form, section *form.Section) []paper.Block {
	heading := []paper.Span{paper.Bold(section.Title)}
	if section.Note != "" {
		heading = append(heading, paper.Text(" "), paper.Italic(section.Note).Sized(smallSize))
	}
	blocks := []paper.Block{paper.Paragraph{Spans: heading, Size: formSize + 0.5, Before: 6, KeepNext: true}}
	if section.Each == form.EachMember {
		return append(blocks, s.members(f, section)...)
	}
	table := paper.Table{Widths: questionWidths, Size: formSize}
	flush := func() {
		if len(table.Rows) > 0 {
			blocks = append(blocks, table)
		}
		table.Rows = nil
	}
	for i := range section.Questions {
		q := &section.Questions[i]
		if !s.Blank && !s.answer(q).Given() && f.Asks(s.Filling, q, nil) == standard.No && f.Depends(s.Filling, q, nil) == nil {
			continue // whatever is answered, this household is not asked
		}
		if q.Kind == form.Ticks {
			flush()
			blocks = append(blocks, s.ticks(q))
			continue
		}
		table.Rows = append(table.Rows, s.question(q))
	}
	flush()
	return blocks
}

// question is a row: number, what is asked, and where the answer goes.
func (s Sheet) question(q *form.Question) paper.Row {
	v, last := s.answer(q), s.lastAnswer(q)
	number := paper.CentreCell(paper.Text(q.Number))
	asked := paper.Cell{Paragraphs: []paper.Paragraph{{Spans: []paper.Span{paper.Text(q.Text.Text)}}}, Middle: true}
	if q.Criteria != nil && q.Criteria.Text != "" {
		asked.Paragraphs = append(asked.Paragraphs, paper.Paragraph{Spans: []paper.Span{paper.Italic(q.Criteria.Text)}, Size: smallSize})
	}
	if said := s.Said[q.Code]; said != "" {
		asked.Paragraphs = append(asked.Paragraphs, paper.Paragraph{Spans: []paper.Span{paper.Italic(said)}, Size: smallSize})
	}
	if q.Kind == form.Words {
		asked.Paragraphs = wordLines(asked.Paragraphs, v, q.Lines)
		if last != "" {
			asked.Paragraphs = append(asked.Paragraphs, reminder(last))
		}
		return paper.Row{Cells: []paper.Cell{number, asked.Wide(2, 1)}}
	}
	if q.Kind == form.Choice {
		first := &asked.Paragraphs[0]
		first.Spans = append(first.Spans, paper.Text(": "), paper.Text(options(q)).Sized(smallSize+0.5))
	}
	answer := paper.Cell{Paragraphs: []paper.Paragraph{{Spans: box(q, v), Align: paper.Centre}}, Middle: true}
	if last != "" {
		answer.Paragraphs = append(answer.Paragraphs, reminder(last))
	}
	return paper.Row{Cells: []paper.Cell{number, asked, answer}, Height: leastRow}
}

// reminder is last year's answer, grey and small: the surveyor asks again.
func reminder(last string) paper.Paragraph {
	return paper.Paragraph{Spans: []paper.Span{word("print.form.last_year", "answer", last).Soft()}, Size: smallSize, Align: paper.Centre}
}

// ticks is a question with many options, in two columns.
func (s Sheet) ticks(q *form.Question) paper.Block {
	v, last := s.answer(q), s.lastAnswer(q)
	var columns [2][]paper.Paragraph
	half := (len(q.Options) + 1) / 2
	for i, o := range q.Options {
		ticked := false
		for _, code := range v.List() {
			ticked = ticked || code == o.Code
		}
		p := paper.Paragraph{Spans: []paper.Span{paper.Tick(ticked), paper.Text(" " + itoa(o.Number) + ". " + o.Text)}, Before: 1}
		columns[i/half] = append(columns[i/half], p)
	}
	asked := []paper.Paragraph{{Spans: []paper.Span{paper.Text(q.Text.Text)}}}
	if said := s.Said[q.Code]; said != "" {
		asked = append(asked, paper.Paragraph{Spans: []paper.Span{paper.Italic(said)}, Size: smallSize})
	}
	if last != "" {
		p := reminder(last)
		p.Align = paper.Left
		asked = append(asked, p)
	}
	half1, half2 := paper.Cell{Paragraphs: columns[0]}, paper.Cell{Paragraphs: columns[1]}
	rest := (questionWidths[1] + questionWidths[2]) / 2
	return paper.Table{Widths: []float64{questionWidths[0], rest, rest}, Size: formSize, Rows: []paper.Row{
		{Cells: []paper.Cell{paper.CentreCell(paper.Text(q.Number)).Wide(1, 2), {Paragraphs: asked, Across: 2}}},
		{Cells: []paper.Cell{half1, half2}},
	}}
}
