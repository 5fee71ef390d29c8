package print

import (
	"giamngheo/internal/paper"
	"giamngheo/internal/text"
	"giamngheo/internal/vn"
)

// Results is the report of a commune's or district's result of the yearly
// round to the unit above (plan II.1).
type Results struct {
	Letter
	Year       int
	Stage      string // preliminary or official
	Households int    // all of the unit
	People     int
	Poor       Tally
	NearPoor   Tally
	Units      []UnitResult // by village or commune; empty for none
	UnitTitle  string       // "Thôn, bản", "Xã, phường, thị trấn"
	Moves      []Move       // poor and near-poor households, where they came from and went
	Causes     []Cause      // of poor and near-poor households, most first
	Lacks      []Share      // by indicator
	Analysis   string       // words of whoever reports; "" leaves room
	Proposals  string
}

// Tally is a class before and after the round.
type Tally struct {
	Before     *int // households; nil: not known
	Households int
	People     int
}

// UnitResult is a line of the table by unit.
type UnitResult struct {
	Name       string
	Households int
	Poor       int
	NearPoor   int
	Unasked    bool // nobody has been surveyed there yet: no figures, not none
}

// Move is a line of the table of movement.
type Move struct {
	Name     string
	Poor     *int // nil: does not concern the poor
	NearPoor *int
}

// Cause is a line of the table of causes.
type Cause struct {
	Name       string
	Households int
}

// Share is a part of the poor and near-poor households.
type Share struct {
	Name     string
	Poor     *int
	NearPoor *int
}

// Document lays out the report.
func (r Results) Document() *paper.Document {
	stage := r.Stage
	if stage == "" {
		stage = "official"
	}
	subject := text.T("print.results.subject."+stage, "year", r.Year, "unit", r.Body)
	var h headings
	blocks := []paper.Block{r.head(), paper.Title{Kind: text.T("print.results.kind"), Subject: subject}}
	if r.Superior != "" {
		blocks = append(blocks, paper.Paragraph{Spans: []paper.Span{word("print.results.to", "unit", committee(r.Superior))}, Align: paper.Centre, Before: 10})
	}
	blocks = append(blocks, body("print.results.opening", "committee", committee(r.Body), "year", r.Year),
		h.next("print.results.general"),
		body("print.results.all", "households", number(r.Households), "people", number(r.People)),
		r.tally("print.results.poor", r.Poor), r.tally("print.results.near_poor", r.NearPoor))
	if len(r.Units) > 0 {
		blocks = append(blocks, h.next("print.results.by_unit"), r.units())
	}
	if len(r.Moves) > 0 {
		blocks = append(blocks, h.next("print.results.moves"), r.moves())
	}
	if len(r.Causes) > 0 {
		blocks = append(blocks, h.next("print.results.causes"), body("print.results.many"), r.causes())
	}
	if len(r.Lacks) > 0 {
		blocks = append(blocks, h.next("print.results.lacks"), r.lacks())
	}
	blocks = append(blocks, h.next("print.results.analysis"), said(r.Analysis), h.next("print.results.proposals"), said(r.Proposals),
		paper.Last{word("print.results.closing", "committee", committee(r.Body))})
	recipients := []string{text.T("print.recipients.file")}
	if r.Superior != "" {
		recipients = append([]string{text.T("print.recipients.report", "unit", committee(r.Superior))}, recipients...)
	}
	blocks = append(blocks, paper.Closing{Recipients: recipients, Signers: []paper.Signer{r.signer(true)}})
	return r.document(subject, paper.Part{Name: subject, Blocks: blocks})
}

func said(words string) paper.Block {
	if words == "" {
		return paper.Writing{Lines: 4}
	}
	return paper.Body{paper.Text(words)}
}

func (r Results) tally(key string, t Tally) paper.Block {
	if t.Before == nil {
		return body(key, "n", number(t.Households), "people", number(t.People), "share", share(t.Households, r.Households))
	}
	change := t.Households - *t.Before
	moved := text.T("print.results.same")
	if change > 0 {
		moved = text.T("print.results.rose", "n", number(change))
	} else if change < 0 {
		moved = text.T("print.results.fell", "n", number(-change))
	}
	return body(key+"_changed", "n", number(t.Households), "people", number(t.People), "share", share(t.Households, r.Households), "before", number(*t.Before), "moved", moved)
}

// share is a part of the whole in percent; empty where there is no whole.
func share(part, whole int) string {
	if whole == 0 {
		return "……"
	}
	return vn.FormatPercent(float64(part)/float64(whole), 2)
}

func (r Results) units() paper.Table {
	table := paper.Table{Before: 4, Widths: []float64{12, 57, 24, 24, 24, 24}, Head: []paper.Row{
		{Shaded: true, Cells: []paper.Cell{paper.HeadCell(text.T("print.column.no")).Wide(1, 2), paper.HeadCell(r.UnitTitle).Wide(1, 2), paper.HeadCell(text.T("print.column.households")).Wide(1, 2), paper.HeadCell(text.T("print.column.poor")).Wide(2, 1), paper.HeadCell(text.T("print.column.near_poor"))}},
		{Shaded: true, Cells: []paper.Cell{paper.HeadCell(text.T("print.column.households_short")), paper.HeadCell(text.T("print.column.percent")), paper.HeadCell(text.T("print.column.households_short"))}},
	}}
	var sum UnitResult
	line := func(no paper.Cell, name paper.Cell, u UnitResult) paper.Row {
		if u.Unasked {
			return paper.Row{Cells: []paper.Cell{no, name, paper.NumberCell(number(u.Households)), {}, {}, {}}}
		}
		return paper.Row{Cells: []paper.Cell{no, name, paper.NumberCell(number(u.Households)), paper.NumberCell(number(u.Poor)), paper.NumberCell(share(u.Poor, u.Households)), paper.NumberCell(number(u.NearPoor))}}
	}
	for i, u := range r.Units {
		sum.Households, sum.Poor, sum.NearPoor = sum.Households+u.Households, sum.Poor+u.Poor, sum.NearPoor+u.NearPoor
		table.Rows = append(table.Rows, line(paper.CentreCell(paper.Text(itoa(i+1))), paper.TextCell(paper.Text(u.Name)), u))
	}
	if n := len(table.Rows); n > 0 {
		table.Rows[n-1].Keep = true // the sum never stands alone on a page
	}
	table.Rows = append(table.Rows, line(paper.Cell{}, paper.TextCell(paper.Bold(text.T("print.sum"))), sum))
	return table
}

func (r Results) moves() paper.Table {
	table := paper.Table{Before: 4, Widths: []float64{12, 93, 30, 30}, Head: headRow("no", "movement", "poor", "near_poor")}
	for i, m := range r.Moves {
		table.Rows = append(table.Rows, paper.Row{Cells: []paper.Cell{paper.CentreCell(paper.Text(itoa(i + 1))), paper.TextCell(paper.Text(m.Name)), paper.NumberCell(voices(m.Poor)), paper.NumberCell(voices(m.NearPoor))}})
	}
	return table
}

func (r Results) causes() paper.Table {
	table := paper.Table{Before: 4, Widths: []float64{12, 103, 25, 25}, Head: headRow("no", "cause", "households_short", "percent")}
	for i, c := range r.Causes {
		table.Rows = append(table.Rows, paper.Row{Cells: []paper.Cell{paper.CentreCell(paper.Text(itoa(i + 1))), paper.TextCell(paper.Text(c.Name)), paper.NumberCell(number(c.Households)), paper.NumberCell(share(c.Households, r.Poor.Households+r.NearPoor.Households))}})
	}
	return table
}

func (r Results) lacks() paper.Table {
	table := paper.Table{Before: 4, Widths: []float64{12, 73, 20, 20, 20, 20}, Head: []paper.Row{
		{Shaded: true, Cells: []paper.Cell{paper.HeadCell(text.T("print.column.no")).Wide(1, 2), paper.HeadCell(text.T("print.column.indicator")).Wide(1, 2), paper.HeadCell(text.T("print.column.poor")).Wide(2, 1), paper.HeadCell(text.T("print.column.near_poor")).Wide(2, 1)}},
		{Shaded: true, Cells: []paper.Cell{paper.HeadCell(text.T("print.column.households_short")), paper.HeadCell(text.T("print.column.percent")), paper.HeadCell(text.T("print.column.households_short")), paper.HeadCell(text.T("print.column.percent"))}},
	}}
	part := func(n *int, whole int) string {
		if n == nil || whole == 0 {
			return ""
		}
		return share(*n, whole)
	}
	for i, s := range r.Lacks {
		table.Rows = append(table.Rows, paper.Row{Cells: []paper.Cell{paper.CentreCell(paper.Text(itoa(i + 1))), paper.TextCell(paper.Text(s.Name)), paper.NumberCell(voices(s.Poor)), paper.NumberCell(part(s.Poor, r.Poor.Households)),
			paper.NumberCell(voices(s.NearPoor)), paper.NumberCell(part(s.NearPoor, r.NearPoor.Households))}})
	}
	return table
}
