package task

import (
	"context"
	"slices"

	"giamngheo/internal/account"
	"giamngheo/internal/db"
	"giamngheo/internal/programme"
)

// Signable gives the dossiers that were handed in and that the person can
// approve, of obligations and of rounds: who signs says each dossier's kind.
func (s *Store) Signable(ctx context.Context, by *account.Actor) (ids map[string]bool, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		ids = map[string]bool{}
		waiting, err := s.Dossiers.Waiting(tx, "")
		if err != nil {
			return err
		}
		for _, d := range waiting {
			may, err := s.Dossiers.May(by, d)
			if err != nil {
				return err
			}
			if may.Approve && by.ID != account.OperatorID {
				ids[d.ID] = true
			}
		}
		return nil
	})
	return ids, err
}

// Concerning gives what others have not done of a year that was made and that a
// plan gives to an agency of the actor to lead, to work with or to receive. What
// the agency owes itself is not among it, nor what a plan asks of "the agencies
// concerned", which nobody has named.
func (s *Store) Concerning(ctx context.Context, by *account.Actor, year int) (y Year, err error) {
	y = Year{Year: year, Today: s.today()}
	if roots := s.Tree().Roots(Boundaries(year)); len(roots) > 0 {
		y.Top = roots[0]
	}
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		y.Instances = nil
		if y.Plan, y.Made, err = s.madeBy(tx, year); err != nil || !y.Made {
			return err
		}
		b, err := s.basis(tx, y.Plan)
		if err != nil || b.file == nil {
			return err
		}
		codes := map[string][]string{}
		for _, t := range b.file.Tasks {
			named := slices.Concat(t.With, t.To)
			if !slices.ContainsFunc(b.file.AgencyGroups, func(g programme.AgencyGroup) bool { return g.Code == t.Lead }) {
				named = append(named, t.Lead) // of a group each leads its own
			}
			if s.mayReceive(by, b.file, named) {
				codes[t.ID] = named
			}
		}
		list, err := s.open(tx, year, func(i Instance) bool { return codes[i.Task] != nil })
		for _, i := range list {
			agencies := slices.DeleteFunc(s.partners(b.file, i, codes[i.Task]), func(p Partner) bool { return len(p.Units) == 0 })
			if !s.stands(by, i.By) && s.receives(by, agencies) {
				y.Instances = append(y.Instances, i)
			}
		}
		return err
	})
	return y, err
}

// Opens says whether somebody who sees no unit's tasks but his agency's own can
// open an obligation of a list.
func (s *Store) Opens(by *account.Actor, i Instance) bool { return s.stands(by, i.By) }
