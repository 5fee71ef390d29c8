package print

import (
	"fmt"

	"giamngheo/internal/household"
	"giamngheo/internal/paper"
	"giamngheo/internal/standard"
	"giamngheo/internal/text"
)

// Certificate is form 2e: one a household for the whole period, with a
// confirmation row for each year.
type Certificate struct {
	Number   int
	From, To int    // years of the period
	Issued   string // day
	Code     string // of the household
	Head     string
	Birth    string
	Village  string
	Address  string
	Members  []CertificateMember
	Years    []Confirmation
	Sign     Signature // of the decision on which it was issued
}

// CertificateMember is a person of the household.
type CertificateMember struct {
	Name     string
	Relation string // a code of law/groups/relations.yaml
	Birth    string
}

// Confirmation is the row of a year.
type Confirmation struct {
	Year     int
	Class    standard.Class
	Decision string // "05/QĐ-UBND"
	Day      string
}

// Certificates are those of a commune, a page each.
type Certificates struct {
	Letter
	Paper string // number of the form: "2e"
	List  []Certificate
}

func certificateNumber(n int) string {
	if n == 0 {
		return "……"
	}
	return fmt.Sprintf("%04d", n)
}

// Document lays out the certificates; each begins a page with numbers of its
// own.
func (c Certificates) Document() *paper.Document {
	title := text.T("print.certificate.title")
	d := c.document(title)
	for _, one := range c.List {
		d.Parts = append(d.Parts, paper.Part{Name: certificateNumber(one.Number) + " " + one.Head, Blocks: c.blocks(one)})
	}
	return d
}

func (c Certificates) blocks(one Certificate) []paper.Block {
	head := c.head()
	if c.Paper != "" {
		head.Form = text.T("print.form.paper", "paper", c.Paper)
	}
	head.Number, head.Date = text.T("print.certificate.number", "n", certificateNumber(one.Number)), c.Layout.Date(one.Issued)
	field := func(key, value string) paper.Block {
		spans := []paper.Span{word("print.certificate." + key), paper.Text(" ")}
		if value == "" {
			spans = append(spans, paper.Fill())
		} else {
			spans = append(spans, paper.Bold(value))
		}
		return paper.Paragraph{Spans: spans, Before: 5, Size: 13}
	}
	place := one.Village
	if one.Address != "" {
		place = one.Address + ", " + place
	}
	blocks := []paper.Block{head, paper.Title{Kind: title2e(), Subject: text.T("print.certificate.period", "from", one.From, "to", one.To)},
		paper.Paragraph{Spans: []paper.Span{word("print.certificate.certifies", "committee", committee(c.Body))}, Before: 10, Size: 13},
		field("head", one.Head), field("birth", born(one.Birth)), field("place", place), field("code", one.Code)}
	if len(one.Members) > 0 {
		table := paper.Table{Widths: []float64{12, 78, 40, 35}, Before: 6, Head: headRow("no", "name", "relation", "born")}
		for i, m := range one.Members {
			table.Rows = append(table.Rows, paper.Row{Cells: []paper.Cell{paper.CentreCell(paper.Text(itoa(i + 1))), paper.TextCell(paper.Text(m.Name)), paper.TextCell(paper.Text(household.Relations.Name(m.Relation))), paper.CentreCell(paper.Text(born(m.Birth)))}})
		}
		blocks = append(blocks, paper.Paragraph{Spans: []paper.Span{word("print.certificate.members")}, Before: 6, Size: 13, KeepNext: true}, table)
	}
	signed := c.Letter
	if one.Sign.Name != "" {
		signed.Sign = one.Sign
	}
	return append(blocks,
		paper.Paragraph{Spans: []paper.Span{paper.Bold(text.T("print.certificate.confirmed"))}, Before: 8, Size: 13, KeepNext: true}, years(one),
		paper.Closing{Signers: []paper.Signer{signed.signer(true)}})
}

func title2e() string { return text.T("print.certificate.kind") }

// years is the table of confirmations: one row for each year of the period
// from the certificate's first on, those to come empty. A year before it was
// issued can never be confirmed on it.
func years(c Certificate) paper.Table {
	table := paper.Table{Widths: []float64{15, 35, 70, 45}, Before: 3, Head: headRow("year", "class", "by_decision", "confirmed_by")}
	said := map[int]Confirmation{}
	from, to := c.From, c.To
	for i, y := range c.Years {
		said[y.Year] = y
		if i == 0 {
			from = y.Year
		}
		from, to = min(from, y.Year), max(to, y.Year)
	}
	for year := from; year <= to; year++ {
		row := paper.Row{Height: 8, Cells: []paper.Cell{paper.CentreCell(paper.Text(itoa(year))), {}, {}, {}}}
		if y, ok := said[year]; ok {
			row.Cells[1] = paper.CentreCell(paper.Text(capital(y.Class.Name())))
			row.Cells[2] = paper.CentreCell(word("print.certificate.decision", "decision", y.Decision, "day", born(y.Day)))
		}
		table.Rows = append(table.Rows, row)
	}
	return table
}
