package print

import (
	"context"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/fault"
	"giamngheo/internal/paper"
	"giamngheo/internal/review"
	"giamngheo/internal/text"
)

// WithdrawalOf gives the withdrawal of the certificates that a decision took
// back.
func (s *Store) WithdrawalOf(ctx context.Context, by *account.Actor, roundID string, commune area.ID, id string) (*paper.Document, error) {
	f, err := s.found(ctx, by, roundID, commune, id)
	if err != nil {
		return nil, err
	}
	if f.decision.Kind != review.Withdraw {
		f.letter.Number = 0 // of before withdrawals were decided: a paper of its own, numbered by hand
	}
	return s.withdrawal(ctx, by, f, commune)
}

// withdrawal is the paper of a decision that takes certificates back.
func (s *Store) withdrawal(ctx context.Context, by *account.Actor, f found, commune area.ID) (*paper.Document, error) {
	decided := f.decision.Kind == review.Withdraw
	w := Withdrawal{Letter: f.letter, Year: f.round.Year, Bases: s.Bases.On(f.decision.SignedOn, f.round.Standard)}
	w.Signed = decided
	for _, other := range f.all {
		if decided && other.ID == f.decision.Corrects {
			w.Rests = text.T("print.named", "code", f.letter.Layout.Code(other.Number, f.letter.Notation), "date", f.letter.Layout.Date(other.SignedOn))
		}
	}
	err := s.DB.Read(ctx, func(tx *db.Tx) error {
		w.Lines = nil
		for _, i := range f.decision.Items {
			list, err := s.Reviews.CertificatesOf(tx, i.Household)
			if err != nil {
				return err
			}
			for _, c := range list {
				if c.Withdrawal == f.decision.ID || decided && c.WithdrawnOn == "" {
					w.Lines = append(w.Lines, Withdrawn{Head: i.Head, Village: s.villageName(i.Village, f.decision.SignedOn), Number: c.Number, Issued: c.IssuedOn, Reason: text.T("review.left_list")})
				}
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	if len(w.Lines) == 0 {
		return nil, fault.New(fault.Conflict, "nothing_to_print", text.T("print.no_withdrawal"))
	}
	return w.Document(), s.told(ctx, by, "withdrawal", f.decision.ID, commune, len(w.Lines))
}
