package print

import (
	"giamngheo/internal/paper"
	"giamngheo/internal/standard"
	"giamngheo/internal/text"
)

// PostingList is the list of poor and near-poor households that hangs at the
// commune's office and the village house (plan II.1), with the fewest fields
// that let people know whom it is about: no number, no birth, no ethnic group,
// no reason.
type PostingList struct {
	Letter
	Year    int
	First   string // day on which it is hung up
	Last    string
	Days    int
	Working bool   // the days are working days
	Places  string // where it hangs
	Lines   []Posted
}

// Posted is a line of the list.
type Posted struct {
	Head    string
	Village string
	Class   standard.Class
}

// Document lays out the list.
func (p PostingList) Document() *paper.Document {
	title := text.T("print.posting.title", "year", p.Year, "unit", p.Body)
	unit := "print.posting.days"
	if p.Working {
		unit = "print.posting.working_days"
	}
	poor, near := 0, 0
	table := paper.Table{Widths: []float64{12, 63, 50, 40}, Size: 13, Before: 8, Head: headRow("no", "head", "village", "class")}
	for i, l := range p.Lines {
		switch l.Class {
		case standard.Poor:
			poor++
		case standard.NearPoor:
			near++
		}
		table.Rows = append(table.Rows, paper.Row{Cells: []paper.Cell{paper.CentreCell(paper.Text(itoa(i + 1))), paper.TextCell(paper.Text(l.Head)), paper.TextCell(paper.Text(l.Village)), paper.CentreCell(paper.Text(l.Class.Name()))}})
	}
	blocks := []paper.Block{p.head(), paper.Title{Kind: text.T("print.posting.kind"), Subject: title},
		body("print.posting.counts", "poor", number(poor), "near_poor", number(near), "unit", p.Body, "year", p.Year),
		body("print.posting.term", "days", text.T(unit, "n", p.Days), "first", p.Layout.Date(p.First), "last", p.Layout.Date(p.Last)),
	}
	if p.Places != "" {
		blocks = append(blocks, body("print.posting.places", "places", p.Places))
	}
	blocks = append(blocks, body("print.posting.complain", "unit", committee(p.Body)), table, paper.Closing{Recipients: []string{text.T("print.recipients.villages", "unit", p.Body), text.T("print.recipients.file")}, Signers: []paper.Signer{p.signer(true)}})
	return p.document(title, paper.Part{Name: title, Blocks: blocks})
}
