package review

import (
	"database/sql"
	"slices"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/dossier"
	"giamngheo/internal/journal"
)

// PassedOn moves the open complaints of a commune that has ended to where the
// households live now; those about no household go to the successor named
// first. Meetings and forms belong to villages and go with them; a posting hung
// on the boards of the old commune, and the successor posts its own.
func (s dossiers) PassedOn(tx *db.Tx, by *account.Actor, from, to dossier.Dossier, villages []area.ID) error {
	if from.Kind != CommuneReview {
		return nil
	}
	open, err := s.OpenComplaints(tx, from.Subject, from.Unit)
	if err != nil {
		return err
	}
	now := s.Now().UnixMilli()
	for _, c := range open {
		if c.Household != "" && len(villages) > 0 {
			var village area.ID
			if err := tx.Get(`select village_id from household where province_id = $1 and id = $2`, []any{s.Province, string(c.Household)}, &village); err != nil {
				return err
			}
			if !slices.Contains(villages, village) {
				continue
			}
		}
		if _, err := tx.Exec(`update complaint set area_id = $1, rev = rev + 1 where province_id = $2 and id = $3`, string(to.Unit), s.Province, c.ID); err != nil {
			return err
		}
		if err := journal.Record(tx, s.Province, &journal.Entry{At: now, Actor: by.ID, Action: "complaint.pass_on", Kind: "complaint", Record: c.ID, AreaID: string(to.Unit),
			Changes: []journal.Change{{Field: "area_id", From: journal.Value(string(from.Unit)), To: journal.Value(string(to.Unit))}}}); err != nil {
			return err
		}
	}
	return nil
}

// settledBy gives, of some villages, those that came from a commune that
// has ended and had decided in the round: its decision stands, and they are no
// work of the successor, unless it is unlocked and passed on.
func (s *Store) settledBy(tx *db.Tx, round string, villages []area.ID, day string) (map[area.ID]area.ID, error) {
	from := map[area.ID][]area.ID{} // a commune that has ended: villages that came from it
	for _, village := range villages {
		for _, v := range s.Tree().History(village) {
			if last, ok := s.Tree().Last(v.Parent); ok && last.Level == area.Commune && last.To != "" && last.To <= day {
				from[v.Parent] = append(from[v.Parent], village)
			}
		}
	}
	if len(from) == 0 || s.Dossiers == nil {
		return nil, nil
	}
	args := []any{s.Province, round, CommuneReview, string(dossier.Approved), string(dossier.Locked)}
	for commune := range from {
		args = append(args, string(commune))
	}
	decided := map[area.ID]area.ID{}
	err := tx.Each(`select unit_id from dossier where province_id = $1 and subject = $2 and kind = $3 and state in ($4, $5) and unit_id in (`+db.Marks(6, len(from))+`)`, args, func(r *sql.Rows) error {
		var commune area.ID
		err := r.Scan(&commune)
		for _, village := range from[commune] {
			decided[village] = commune
		}
		return err
	})
	return decided, err
}

// workedOn are the villages in which a commune works on a round.
func (s *Store) workedOn(tx *db.Tx, round string, commune area.ID, day string) (ids []area.ID, err error) {
	for _, v := range s.Tree().Children(commune, day) {
		if v.Level == area.Village {
			ids = append(ids, v.Area)
		}
	}
	decided, err := s.settledBy(tx, round, ids, day)
	return slices.DeleteFunc(ids, func(id area.ID) bool { return decided[id] != "" }), err
}

// workedIn is the commune in whose dossier a village stands in a round.
func (s *Store) workedIn(tx *db.Tx, round Round, village area.ID) (v area.Version, ok bool, err error) {
	day := s.workDay(round)
	if v, ok = s.Tree().Ancestor(village, day, area.Commune); !ok {
		return v, false, nil
	}
	decided, err := s.settledBy(tx, round.ID, []area.ID{village}, day)
	if commune := decided[village]; commune != "" {
		v, _ = s.Tree().Lately(commune, day)
	}
	return v, true, err
}

// villagesDone says whether the steps done in villages are done in all that
// the dossier has today; counts are those of its steps.
func (s dossiers) villagesDone(tx *db.Tx, d dossier.Dossier, counts map[string]int) (bool, error) {
	villages, err := s.Units(tx, d)
	if err != nil {
		return false, err
	}
	rules, err := s.Dossiers.RulesOf(d)
	return !slices.ContainsFunc(rules.Steps, func(step dossier.Step) bool { return step.Per != "" && counts[step.Code] < len(villages) }), err
}
