package review

import (
	"context"

	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/fault"
	"giamngheo/internal/household"
	"giamngheo/internal/journal"
	"giamngheo/internal/text"
)

// TieComplaint says which household an open complaint is about that named none:
// whoever was left out may not have been in the register when he came. From
// then on a re-check of it can answer.
func (s *Store) TieComplaint(ctx context.Context, by household.Actor, id string, rev int64, about household.ID) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		c, err := s.findComplaint(tx, by.Scope, id)
		if err != nil {
			return err
		}
		if c.Rev != rev || c.State != ComplaintOpen || c.Household != "" {
			return fault.New(fault.Conflict, "stale_rev", text.T("review.complaint.stale"))
		}
		if !aboutHousehold(c.Kind) {
			return refused("household", "review.complaint.no_tie")
		}
		h, err := s.Households.Find(tx, by.Scope, about)
		if err != nil {
			return err
		}
		if at, ok := s.Tree().Ancestor(h.VillageID, s.today(), area.Commune); !ok || at.Area != c.Area {
			return refused("household", "review.complaint.elsewhere")
		}
		// A survey made since is the first; the re-check is by other people.
		a, ok, err := s.InForce(tx, about, c.Round)
		if err != nil {
			return err
		}
		first := ""
		if ok && a.Purpose != Recheck {
			first = a.ID
		}
		if _, err := tx.Exec(`update complaint set household_id = $1, assessment_id = $2, rev = rev + 1 where province_id = $3 and id = $4`, string(about), first, s.Province, id); err != nil {
			return err
		}
		return journal.Record(tx, s.Province, &journal.Entry{At: s.Now().UnixMilli(), Actor: by.ID, Action: "complaint.tie", Kind: "complaint", Record: id, AreaID: string(c.Area),
			Changes: []journal.Change{{Field: "household", To: journal.Value(h.Code)}}})
	})
}
