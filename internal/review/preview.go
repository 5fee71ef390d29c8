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
	Beginning  Beginning  // in-year rounds only
}

// Preview judges an entry without recording it. The zero entry but for round
// and household gives what a form begins with.
func (s *Store) Preview(ctx context.Context, by household.Actor, e Entry) (d Draft, err error) {
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		g, err := s.ground(tx, by, e.Round, e.Household)
		if err != nil {
			return err
		}
		on, err := s.basis(tx, g, e.Round, e.Household)
		if err != nil {
			return err
		}
		s.bases.remember(on)
		d.Round = on.round
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
		if d.Round.Kind == InYear {
			if d.Beginning, err = s.beginningOf(tx, d.Round, e.Household); err != nil {
				return err
			}
			if e.EffectiveFrom == "" {
				e.EffectiveFrom = d.Beginning.Day // of a form that is only begun
			}
		}
		day := d.Round.ClassFrom
		if d.Round.Kind == InYear {
			day = e.EffectiveFrom
		}
		for _, a := range history {
			if a.Round == d.Round.ID {
				d.Current = a
				continue
			}
			if a.EffectiveFrom < day {
				d.Last = a
			}
		}
		if d.Assessment, err = s.judge(on, e); err != nil {
			return err
		}
		_, others := on.inRound()
		d.Before = classBefore(d.Round, others, on.lapses, &d.Assessment, on.stated)
		d.Assessment.Transition = transition(d.Before, d.Assessment.Class)
		return err
	})
	return d, err
}
