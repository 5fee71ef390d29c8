package print

import (
	"strings"

	"giamngheo/internal/paper"
	"giamngheo/internal/standard"
	"giamngheo/internal/text"
)

// Line is a household in a list of a decision.
type Line struct {
	Head    string
	Village string
	Members int
	Before  standard.Class // Undetermined: not recorded
	Class   standard.Class
	Label   string // N1, N2 …; "" for none
	Note    string // why it leaves, or what was wrong
}

// Recognition is the decision of a commune's chair on who is poor and
// near-poor (plan II.1).
type Recognition struct {
	Letter
	Year     int      // of the review
	From     string   // first day of the classes; "" with the signing
	Bases    []string // Bases.On
	Verified string   // who verified the result: "huyện Mường Lát"; "" for nobody
	Kind     string   // recognise, correct or in_year
	Corrects string   // the decision that is put right, as Named gives it
	Reason   string   // of a correction
	Poor     []Line
	NearPoor []Line
	Left     []Line // those that leave the list
}

// The kinds of recognition, as package review names them.
const (
	Recognise  = "recognise"
	Correct    = "correct"
	WithinYear = "in_year"
)

func members(list []Line) (n int) {
	for _, l := range list {
		n += l.Members
	}
	return n
}

// Document lays out the decision with its lists as annexes.
func (r Recognition) Document() *paper.Document {
	kind := r.Kind
	if kind == "" {
		kind = Recognise
	}
	subject := text.T("print.decision.subject."+kind, "year", r.Year, "unit", r.Body)
	bases := append(paper.Bases{}, r.Bases...)
	bases = append(bases, text.T("print.decision.result."+kind, "year", r.Year, "unit", r.Body))
	if r.Verified != "" {
		bases = append(bases, text.T("print.decision.verified", "unit", committee(r.Verified)))
	}
	bases = append(bases, text.T("print.decision.proposal"))
	blocks := []paper.Block{r.head(), paper.Title{Kind: text.T("print.decision.kind"), Subject: subject}, r.authority(), bases, paper.Order(text.T("print.decision.order"))}
	annexes := []annex{
		{"print.decision.poor", r.Poor}, {"print.decision.near_poor", r.NearPoor}, {"print.decision.left", r.Left},
	}
	var lists []annex
	for _, a := range annexes {
		if len(a.lines) > 0 {
			lists = append(lists, a)
		}
	}
	var say []string
	if kind == Correct {
		say = append(say, text.T("print.decision.corrects", "decision", r.Corrects, "reason", strings.TrimRight(r.Reason, ". ")))
	}
	key := "print.decision.recognises"
	switch {
	case len(r.Poor)+len(r.NearPoor) == 0:
		key = "print.decision.recognises_nobody"
	case len(r.NearPoor) == 0:
		key = "print.decision.recognises_poor"
	case len(r.Poor) == 0:
		key = "print.decision.recognises_near_poor"
	}
	say = append(say, text.T(key, "poor", number(len(r.Poor)), "poor_people", number(members(r.Poor)), "near_poor", number(len(r.NearPoor)), "near_poor_people", number(members(r.NearPoor)), "unit", r.Body))
	if len(r.Left) > 0 {
		say = append(say, text.T("print.decision.leaves", "n", number(len(r.Left)), "people", number(members(r.Left))))
	}
	if r.From != "" {
		say = append(say, text.T("print.decision.in_force_from", "from", r.Layout.Date(r.From)))
	} else {
		say = append(say, text.T("print.decision.in_force"))
	}
	return r.decided(subject, blocks, say, lists)
}

// authority names who decides, above the bases.
func (l Letter) authority() paper.Block {
	return paper.Paragraph{Spans: []paper.Span{paper.Bold(strings.ToUpper(text.T("print.chair_of", "committee", committee(l.Body))))}, Align: paper.Centre, Before: 10, KeepNext: true}
}

// annex is a list behind a decision.
type annex struct {
	title string // key
	lines []Line
}

// decided finishes a decision: its articles, who carries it out, signature,
// and its lists, each with page numbers of its own.
func (l Letter) decided(title string, blocks []paper.Block, say []string, lists []annex) *paper.Document {
	for i, s := range say {
		blocks = append(blocks, article(i+1, s))
	}
	last := len(say) + 1
	blocks = append(blocks, paper.Last{paper.Bold(text.T("print.article", "n", last) + " "), word("print.decision.carried_out", "unit", l.Body)},
		paper.Closing{Recipients: l.recipients(last), Signers: []paper.Signer{l.signer(false)}})
	parts := []paper.Part{{Name: title, Blocks: blocks}}
	for i, a := range lists {
		number := ""
		if len(lists) > 1 {
			number = text.T("print.annex", "n", [...]string{"I", "II", "III"}[i])
		} else {
			number = text.T("print.annex_only")
		}
		parts = append(parts, paper.Part{Name: text.T(a.title), Blocks: []paper.Block{
			paper.Annex{Number: number, Title: text.T(a.title), Of: text.T("print.annex_of", "decision", l.named(), "unit", committee(l.Body))},
			lineTable(a.lines),
		}})
	}
	return l.document(title, parts...)
}

func (l Letter) recipients(article int) []string {
	list := []string{text.T("print.recipients.article", "n", article)}
	if l.Superior != "" {
		list = append(list, text.T("print.recipients.superior", "unit", committee(l.Superior)))
	}
	return append(list, text.T("print.recipients.file"))
}

// lineTable is a list of households with its sums.
func lineTable(lines []Line) paper.Table {
	table := paper.Table{Before: 6, Widths: []float64{10, 46, 34, 16, 26, 33}, Head: headRow("no", "head", "village", "size", "before", "note")}
	for i, l := range lines {
		before := ""
		if l.Before != standard.Undetermined {
			before = l.Before.Name()
		}
		note := l.Label
		if l.Note != "" {
			note = strings.TrimPrefix(note+"; "+l.Note, "; ")
		}
		table.Rows = append(table.Rows, paper.Row{Cells: []paper.Cell{paper.CentreCell(paper.Text(itoa(i + 1))), paper.TextCell(paper.Text(l.Head)), paper.TextCell(paper.Text(l.Village)), paper.NumberCell(number(l.Members)),
			paper.TextCell(paper.Text(before)), paper.TextCell(paper.Text(note))}})
	}
	if n := len(table.Rows); n > 0 {
		table.Rows[n-1].Keep = true // the sum never stands alone on a page
	}
	sum := paper.TextCell(paper.Bold(text.T("print.total", "n", number(len(lines)))))
	table.Rows = append(table.Rows, paper.Row{Cells: []paper.Cell{sum.Wide(3, 1), {Paragraphs: []paper.Paragraph{{Spans: []paper.Span{paper.Bold(number(members(lines)))}, Align: paper.Right}}, Middle: true}, {}, {}}})
	return table
}

// Withdrawal is the decision by which certificates are taken back.
type Withdrawal struct {
	Letter
	Year  int
	Bases []string
	Rests string // the decision by which they left the list, as Named gives it; "" for none
	Lines []Withdrawn
}

// Withdrawn is a certificate that is taken back.
type Withdrawn struct {
	Head    string
	Village string
	Number  int    // of the certificate
	Issued  string // day
	Reason  string
}

// Document lays out the withdrawal with its list.
func (w Withdrawal) Document() *paper.Document {
	subject := text.T("print.withdrawal.subject", "unit", w.Body)
	bases := append(append(paper.Bases{}, w.Bases...), text.T("print.withdrawal.basis", "year", w.Year, "unit", w.Body), text.T("print.decision.proposal"))
	if w.Rests != "" {
		bases = append(append(append(paper.Bases{}, w.Bases...), text.T("print.withdrawal.rests", "decision", w.Rests, "unit", w.Body)), bases[len(w.Bases):]...)
	}
	blocks := []paper.Block{w.head(), paper.Title{Kind: text.T("print.decision.kind"), Subject: subject}, w.authority(), bases, paper.Order(text.T("print.decision.order"))}
	d := w.decided(subject, blocks, []string{text.T("print.withdrawal.takes_back", "n", number(len(w.Lines)), "unit", w.Body), text.T("print.withdrawal.hand_back"), text.T("print.decision.in_force")}, nil)
	table := paper.Table{Before: 6, Widths: []float64{10, 46, 34, 22, 25, 38}, Head: headRow("no", "head", "village", "certificate", "issued", "reason")}
	for i, l := range w.Lines {
		table.Rows = append(table.Rows, paper.Row{Cells: []paper.Cell{paper.CentreCell(paper.Text(itoa(i + 1))), paper.TextCell(paper.Text(l.Head)), paper.TextCell(paper.Text(l.Village)), paper.CentreCell(paper.Text(certificateNumber(l.Number))),
			paper.CentreCell(paper.Text(born(l.Issued))), paper.TextCell(paper.Text(l.Reason))}})
	}
	d.Parts = append(d.Parts, paper.Part{Name: text.T("print.withdrawal.list"), Blocks: []paper.Block{
		paper.Annex{Number: text.T("print.annex_only"), Title: text.T("print.withdrawal.list"), Of: text.T("print.annex_of", "decision", w.named(), "unit", committee(w.Body))}, table}})
	return d
}
