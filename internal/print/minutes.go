package print

import (
	"cmp"
	"strings"

	"giamngheo/internal/paper"
	"giamngheo/internal/standard"
	"giamngheo/internal/text"
)

// Minutes are those of a village meeting (plan II.1): who was there, what was
// said of each household, and who signs. Fields that are not known yet leave
// room to write.
type Minutes struct {
	Letter
	Village   string // "bản Ón"
	Year      int
	Begins    string // time of the day
	Ended     string
	Where     string
	Chair     string
	Secretary string
	Invited   *int // households
	Present   *int
	People    []Attended
	Groups    []Heard
	Remarks   string
	Percent   int    // of agreement that the procedure asks for; 0 where it asks for none
	Agreement string // as it was reached: "83 %"; "" where it is not known
}

// Attended are those of one kind who were there, by name.
type Attended struct {
	Who   string // "Chi bộ"
	Names []string
}

// Heard are the households that the meeting heard under one heading: those that
// would enter the list first, those that would leave it next.
type Heard struct {
	Title string
	Lines []HeardLine
}

// HeardLine is what the meeting said of a household. It never changes an
// answer; it may ask for another look.
type HeardLine struct {
	Head     string
	Before   standard.Class
	Class    standard.Class
	Agree    *int
	Disagree *int
	Agreed   bool // with the result; with neither nothing is concluded yet
	Again    bool // to be re-checked
	Remark   string
}

// Document lays out the minutes.
func (m Minutes) Document() *paper.Document {
	title := text.T("print.minutes.title", "village", m.Village, "year", m.Year)
	var h headings
	blocks := []paper.Block{m.head(), paper.Title{Kind: text.T("print.minutes.kind"), Subject: title},
		m.line("print.minutes.time", cmp.Or(m.Begins, text.T("print.minutes.no_time"))+", "+m.dayWords()),
		m.line("print.minutes.place", m.Where),
		h.next("print.minutes.people"),
		m.line("print.minutes.chair", m.Chair), m.line("print.minutes.secretary", m.Secretary),
		body("print.minutes.households", "present", count(m.Present), "invited", count(m.Invited)),
	}
	for _, p := range m.People {
		blocks = append(blocks, m.written(p.Who+":", strings.Join(p.Names, ", ")))
	}
	blocks = append(blocks, h.next("print.minutes.heard"), body("print.minutes.introduction", "village", m.Village, "year", m.Year))
	for _, g := range m.Groups {
		if len(g.Lines) == 0 {
			continue
		}
		blocks = append(blocks, paper.Paragraph{Spans: []paper.Span{paper.Bold(text.T("print.minutes.group", "title", g.Title, "n", number(len(g.Lines))))}, Before: 6, Size: 12, KeepNext: true}, heardTable(g.Lines))
	}
	blocks = append(blocks, h.next("print.minutes.conclusion"))
	if m.Percent > 0 {
		reached := m.Agreement
		if reached == "" {
			reached = "……"
		}
		blocks = append(blocks, body("print.minutes.agreement", "reached", reached, "asked", m.Percent))
	}
	if m.Remarks != "" {
		blocks = append(blocks, body("print.minutes.remarks", "remarks", strings.TrimRight(m.Remarks, ". ")))
	} else {
		blocks = append(blocks, paper.Writing{Label: text.T("print.minutes.other"), Lines: 3})
	}
	blocks = append(blocks, body("print.minutes.end", "time", cmp.Or(m.Ended, text.T("print.minutes.no_time"))),
		paper.Closing{Signers: []paper.Signer{
			{Office: text.T("print.minutes.sign_secretary"), Note: text.T("print.sign"), Name: m.Secretary},
			{Office: text.T("print.minutes.sign_households"), Note: text.T("print.sign")},
			{Office: text.T("print.minutes.sign_chair"), Note: text.T("print.sign"), Name: m.Chair},
		}})
	return m.document(title, paper.Part{Name: title, Blocks: blocks})
}

// head is the village's: minutes have no number and no place beside the date.
func (m Minutes) head() paper.Head {
	return paper.Head{Superior: []string{committee(m.Body)}, Issuer: []string{m.Village}}
}

func (m Minutes) dayWords() string { return m.Layout.Date(m.Day) }

// line is a label with what is known, or room to write.
func (m Minutes) line(key, value string) paper.Block { return m.written(text.T(key), value) }

func (m Minutes) written(label, value string) paper.Block {
	if value == "" {
		return paper.Writing{Label: label}
	}
	return paper.Body{paper.Text(label + " " + value)}
}

func heardTable(lines []HeardLine) paper.Table {
	table := paper.Table{Before: 3, Widths: []float64{9, 40, 25, 25, 15, 17, 34}, Head: headRow("no", "head", "before", "result", "agree", "disagree", "conclusion")}
	for i, l := range lines {
		before, now := "", ""
		if l.Before != standard.Undetermined {
			before = l.Before.Name()
		}
		if l.Class != standard.Undetermined {
			now = l.Class.Name()
		}
		said := l.Remark
		switch {
		case l.Again:
			said = strings.TrimSuffix(text.T("print.minutes.again", "why", l.Remark), ": ")
		case l.Agreed:
			said = strings.TrimSuffix(text.T("print.minutes.agreed", "remark", l.Remark), ": ")
		}
		table.Rows = append(table.Rows, paper.Row{Height: 7, Cells: []paper.Cell{paper.CentreCell(paper.Text(itoa(i + 1))), paper.TextCell(paper.Text(l.Head)), paper.TextCell(paper.Text(before)), paper.TextCell(paper.Text(now)),
			paper.NumberCell(voices(l.Agree)), paper.NumberCell(voices(l.Disagree)), paper.TextCell(paper.Text(said))}})
	}
	return table
}

func voices(n *int) string {
	if n == nil {
		return ""
	}
	return number(*n)
}
