package print

import (
	"context"

	"giamngheo/internal/account"
	"giamngheo/internal/paper"
	"giamngheo/internal/text"
)

// Receipt is what whoever brings a complaint takes home: its number and the
// token to follow it by. It names nobody and says nothing of what was said, so
// that a paper left lying tells no stranger anything.
type Receipt struct {
	Letter
	Complaint string // "3/2016"
	Token     string
	Kind      string // in words
	Year      int    // of the review
	Received  string // day
	Due       string // day; "" where no rule sets a term
	Address   string // where it can be followed
}

// Document lays out the receipt.
func (r Receipt) Document() *paper.Document {
	title := text.T("print.receipt.title", "year", r.Year)
	field := func(key, value string) paper.Block {
		return paper.Paragraph{Spans: []paper.Span{word("print.receipt." + key), paper.Text(" "), paper.Bold(value)}, Before: 6, Size: 14}
	}
	head := r.head()
	head.Number, head.Date = "", r.Layout.Date(r.Received)
	blocks := []paper.Block{head, paper.Title{Kind: text.T("print.receipt.kind"), Subject: title},
		body("print.receipt.taken", "unit", committee(r.Body), "day", r.Layout.Date(r.Received)),
		field("number", r.Complaint), field("token", r.Token), field("about", r.Kind)}
	if r.Due != "" {
		blocks = append(blocks, field("due", born(r.Due)))
	} else {
		blocks = append(blocks, body("print.receipt.no_due"))
	}
	blocks = append(blocks, body("print.receipt.follow"), field("address", r.Address), body("print.receipt.keep"),
		paper.Closing{Signers: []paper.Signer{{}, {Office: text.T("print.receipt.taker"), Note: text.T("print.receipt.sign")}}})
	return r.document(title, paper.Part{Name: title, Blocks: blocks})
}

// ReceiptOf gives the receipt of a complaint; the address is that of the page
// on which anybody follows one.
func (s *Store) ReceiptOf(ctx context.Context, by *account.Actor, id, address string) (*paper.Document, error) {
	scope, err := s.reader(by)
	if err != nil {
		return nil, err
	}
	c, err := s.Reviews.FindComplaint(ctx, scope, id)
	if err != nil {
		return nil, err
	}
	round, err := s.Reviews.FindRound(ctx, c.Round)
	if err != nil {
		return nil, err
	}
	unit, _, err := s.place(ctx, c.Area, c.Round)
	if err != nil {
		return nil, err
	}
	l, err := s.letter(unit, c.ReceivedOn, "", 0, Signature{}, true)
	if err != nil {
		return nil, err
	}
	r := Receipt{Letter: l, Complaint: itoa(c.Number) + "/" + itoa(c.Year), Token: c.Token, Kind: text.T("print.receipt.about." + c.Kind), Year: round.Year, Received: c.ReceivedOn, Due: c.DueOn, Address: address}
	return r.Document(), s.told(ctx, by, "receipt", c.ID, c.Area, 0)
}
