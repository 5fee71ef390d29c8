package review

import (
	"database/sql"

	"giamngheo/internal/db"
	"giamngheo/internal/household"
	"giamngheo/internal/standard"
)

// Glance is what a list of households shows of an assessment.
type Glance struct {
	Class        standard.Class
	Label        string
	Deprivations *int
	Answers      string // one letter an indicator, as in Assessment
}

// Glances gives the assessments in force of some households in a round; who
// was not surveyed is not among them. The caller has found the households
// within his scope, and shows a reader of a subject only its indicators.
func (s *Store) Glances(tx *db.Tx, ids []household.ID, round string) (map[household.ID]Glance, error) {
	all := make(map[household.ID]Glance, len(ids))
	for start := 0; start < len(ids); start += 500 {
		condition, args := in("a.household_id", ids[start:min(start+500, len(ids))], []any{s.Province, round})
		err := tx.Each(`select a.household_id, a.answers, coalesce(c.class, ''), coalesce(c.label, ''), c.deprivations`+assessmentFrom+`
			where a.province_id = $1 and a.round_id = $2 and f.assessment_id = a.id`+condition, args, func(r *sql.Rows) error {
			var id household.ID
			var g Glance
			var class string
			var deprivations sql.NullInt64
			if err := r.Scan(&id, &g.Answers, &class, &g.Label, &deprivations); err != nil {
				return err
			}
			g.Class, _ = standard.ParseClass(class)
			g.Deprivations = intOrNil(deprivations)
			all[id] = g
			return nil
		})
		if err != nil {
			return nil, err
		}
	}
	return all, nil
}
