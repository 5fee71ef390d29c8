package review

import (
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
