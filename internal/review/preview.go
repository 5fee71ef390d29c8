package review

import (
	"context"

	"giamngheo/internal/db"
	"giamngheo/internal/household"
	"giamngheo/internal/standard"
)

// Draft is what the answers so far would make of a household.
type Draft struct {
	Household  household.Household
	Round      Round
	Set        *standard.Set
	Assessment Assessment // not recorded
	Current    Assessment // in force in the round; Rev 0 if there is none
	Before     standard.Class
	Last       Assessment // of the round before, its ID "" if there is none
}

// Preview judges an entry without recording it. The zero entry but for round
// and household gives what a form begins with.
func (s *Store) Preview(ctx context.Context, by household.Actor, e Entry) (d Draft, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		if d.Round, err = s.Round(tx, e.Round); err != nil {
			return err
		}
		if d.Household, err = s.Households.Find(tx, by.Scope, e.Household); err != nil {
			return err
		}
		if d.Set, err = s.Law.ByID(d.Round.Standard); err != nil {
			return err
		}
		history, err := s.History(tx, e.Household)
		if err != nil {
			return err
		}
		for _, a := range history {
			switch {
			case a.Round == d.Round.ID:
				d.Current = a
			case a.EffectiveFrom < d.Round.ClassFrom || d.Round.ClassFrom == "":
				d.Last, d.Before = a, a.Class
			}
		}
		d.Assessment, err = s.judge(tx, d.Round, d.Household, e)
		d.Assessment.Transition = transition(d.Before, d.Assessment.Class)
		return err
	})
	return d, err
}
