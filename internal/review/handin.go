package review

import (
	"database/sql"

	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/dossier"
	"giamngheo/internal/household"
	"giamngheo/internal/standard"
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
		o = append(o, s.listObstacles(round, step, list, len(villages) > 1)...)
	}
	recheck, err := s.settledByComplaint(tx, round)
	if err != nil {
		return nil, err
	}
	class := map[household.ID]standard.Class{}
	for _, l := range list {
		if l.Assessment != "" {
			class[l.Household] = l.Class
		}
	}
	// A later form that says the same, with a cause that was missing, is settled too.
	settled := func(id household.ID) bool {
		found, answered := recheck[id]
		now, filled := class[id]
		return answered && filled && found == now
	}
	var unheardOf against
	for _, village := range villages {
		v, err := s.verdictsOf(tx, round.ID, village)
		if err != nil {
			return nil, err
		}
		for _, l := range list {
			if l.Village == village && v.of(l) != heard && !settled(l.Household) {
				s.formIn(&unheardOf, round, l.Household, l.Head, l.Village)
			}
		}
	}
	o = append(o, unheardOf.obstacle("no_opinion")...)
	posted, err := s.postingObstacles(tx, round, commune, settled)
	if err != nil {
		return nil, err
	}
	complaints, err := s.complaintObstacles(tx, round, commune)
	return append(append(o, posted...), complaints...), err
}

// settledByComplaint gives, for households about which a complaint was
// answered by a re-check, the class that this found.
func (s *Store) settledByComplaint(tx *db.Tx, round Round) (map[household.ID]standard.Class, error) {
	settled := map[household.ID]standard.Class{}
	err := tx.Each(`select q.household_id, c.class from complaint q join classification c on c.province_id = q.province_id and c.assessment_id = q.recheck_id and c.official = 1
		where q.province_id = $1 and q.round_id = $2 and q.recheck_id <> '' order by q.answered_at`,
		[]any{s.Province, round.ID}, func(r *sql.Rows) error {
			var id household.ID
			var class string
			err := r.Scan(&id, &class)
			settled[id], _ = standard.ParseClass(class)
			return err
		})
	return settled, err
}
