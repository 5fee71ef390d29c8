package review

import (
	"giamngheo/internal/db"
	"giamngheo/internal/fault"
	"giamngheo/internal/household"
	"giamngheo/internal/journal"
	"giamngheo/internal/text"
)

// UndoForms takes the fillings of one sheet back, all or none: what each of
// them had replaced is in force again. It is refused where one was replaced or
// taken back since, and where a dossier takes no forms any more.
func (s *Store) UndoForms(tx *db.Tx, by household.Actor, ids []string, reason string) error {
	later, first := 0, ""
	var drafts []FormDraft
	for _, id := range ids {
		list, err := s.forms(tx, ` where f.province_id = $1 and f.id = $2`, s.Province, id)
		if err != nil {
			return err
		}
		if len(list) == 0 {
			continue // its household has gone from the register altogether
		}
		d, err := s.JudgeForm(tx, by, FormEntry{Round: list[0].Round, Household: list[0].Household, Form: list[0].Form})
		if err != nil {
			return err
		}
		if d.Current.ID != id || !d.Current.InForce {
			if later++; later == 1 {
				first = d.Household.HeadName
			}
			continue
		}
		drafts = append(drafts, d)
	}
	if later > 0 {
		return fault.New(fault.Conflict, "later_changes", text.T("review.form.later", "n", later, "first", first))
	}
	for _, d := range drafts {
		if d.Current.Predecessor == "" {
			if err := s.takeBackForm(tx, by, d, reason); err != nil {
				return err
			}
			continue
		}
		if err := s.restoreForm(tx, by, d, reason); err != nil {
			return err
		}
	}
	return nil
}

// restoreForm puts what a filling had replaced into force again.
func (s *Store) restoreForm(tx *db.Tx, by household.Actor, d FormDraft, reason string) error {
	before, err := s.forms(tx, ` where f.province_id = $1 and f.id = $2`, s.Province, d.Current.Predecessor)
	if err != nil {
		return err
	}
	changes := []journal.Change{{Field: "form", To: journal.Value(d.Form.Name)}}
	for _, one := range before {
		changes = formChanges(d.Form, d.Current, one)
	}
	for _, set := range []struct {
		id    string
		force int
	}{{d.Current.ID, 0}, {d.Current.Predecessor, 1}} {
		// The restored one gets a number of its own, so that nobody who has the
		// other on his screen writes over it unseen.
		if _, err := tx.Exec(`update form_answer set in_force = $1, rev = rev + $2 where province_id = $3 and id = $4`, set.force, 2*set.force, s.Province, set.id); err != nil {
			return err
		}
	}
	return journal.Record(tx, s.Province, &journal.Entry{At: s.Now().UnixMilli(), Actor: by.ID, Action: "form.take_back", Kind: "form", Record: d.Current.ID, HouseholdID: string(d.Household.ID),
		AreaID: string(d.Household.VillageID), Reason: reason, Changes: changes})
}
