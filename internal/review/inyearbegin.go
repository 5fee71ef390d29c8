package review

import (
	"fmt"

	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/household"
)

// Beginning is from when a form of an in-year round would hold, as the rules
// propose it: the decision that gives it force is signed only afterwards.
type Beginning struct {
	Day     string
	Request InYearRequest // that the form answers; its ID "" where none runs
}

// beginningOf proposes the last day on which the request must be decided; of one
// that is late, and where nobody asked, today. It stays within the year of the
// round.
func (s *Store) beginningOf(tx *db.Tx, round Round, id household.ID) (Beginning, error) {
	b := Beginning{Day: s.today()}
	list, err := s.requests(tx, ` and q.round_id = $2 and q.household_id = $3 and q.state in ($4, $5) order by q.year desc, q.number desc limit 1`, round.ID, string(id), RequestReceived, RequestDecided)
	if err != nil {
		return b, err
	}
	if len(list) > 0 {
		b.Request = list[0]
	}
	if b.Request.State == RequestReceived {
		b.Day = max(b.Request.DueOn, s.today())
	}
	b.Day = min(max(b.Day, fmt.Sprintf("%04d-01-01", round.Year)), round.CountDay)
	return b, nil
}

// effective refuses a day on which the class cannot begin: before the household
// asked. A later one than the term is for whoever signs to see.
func (s *Store) effective(tx *db.Tx, round Round, a *Assessment) error {
	if round.Kind != InYear || !a.InForce {
		return nil
	}
	b, err := s.beginningOf(tx, round, a.Household)
	if err != nil || b.Request.ID == "" {
		return err
	}
	if q := b.Request; a.EffectiveFrom < q.ReceivedOn {
		return refused("effective_from", "review.effective_early", "day", area.ShowDay(q.ReceivedOn), "number", q.Number, "year", q.Year)
	}
	return nil
}
