package review

import (
	"database/sql"

	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/dossier"
	"giamngheo/internal/household"
)

// handInObstacles asks once more, when the commune hands in, what its steps
// asked when they were done: since then a household may have been added, a form
// written anew or a complaint received. What the re-check of a complaint
// changed after meeting and posting is settled by its answer: neither is held
// again for it.
func (s *Store) handInObstacles(tx *db.Tx, round Round, commune area.ID, villages []area.ID) (o []dossier.Obstacle, err error) {
	list, err := s.listOf(tx, round, villages)
	if err != nil {
		return nil, err
	}
	for _, step := range []string{"screening", "survey", "causes"} {
		o = append(o, listObstacles(step, list)...)
	}
	recheck, err := s.settledByComplaint(tx, round)
	if err != nil {
		return nil, err
	}
	form := map[household.ID]string{}
	for _, l := range list {
		form[l.Household] = l.Assessment
	}
	settled := func(id household.ID) bool { return recheck[id] != "" && recheck[id] == form[id] }
	unheardOf, first := 0, ""
	for _, village := range villages {
		v, err := s.verdictsOf(tx, round.ID, village)
		if err != nil {
			return nil, err
		}
		for _, l := range list {
			if l.Village == village && v.of(l) != heard && !settled(l.Household) {
				if unheardOf++; unheardOf == 1 {
					first = l.Head
				}
			}
		}
	}
	if unheardOf > 0 {
		o = append(o, obstacle("no_opinion", unheardOf, first))
	}
	posted, err := s.postingObstacles(tx, round, commune, settled)
	if err != nil {
		return nil, err
	}
	complaints, err := s.complaintObstacles(tx, round, commune)
	return append(append(o, posted...), complaints...), err
}

// settledByComplaint gives, for households about which a complaint was
// answered by a re-check, the form that answered it.
func (s *Store) settledByComplaint(tx *db.Tx, round Round) (map[household.ID]string, error) {
	settled := map[household.ID]string{}
	err := tx.Each(`select household_id, recheck_id from complaint where province_id = $1 and round_id = $2 and recheck_id <> '' order by answered_at`,
		[]any{s.Province, round.ID}, func(r *sql.Rows) error {
			var id household.ID
			var form string
			err := r.Scan(&id, &form)
			settled[id] = form
			return err
		})
	return settled, err
}
