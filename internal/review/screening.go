package review

import (
	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/household"
)

// screenings gives the verdicts of Phiếu A in force in a round, by household.
func (s *Store) screenings(tx *db.Tx, round Round, villages []area.ID) (map[household.ID]string, error) {
	return nil, nil
}
