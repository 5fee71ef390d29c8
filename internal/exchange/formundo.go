package exchange

import (
	"context"
	"encoding/json"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/journal"
	"giamngheo/internal/review"
)

// formList is what the operation of a sheet of forms remembers, so that it can
// be taken back as one.
type formList struct {
	Form string   `json:"form"`
	IDs  []string `json:"ids"` // of the fillings that it put into force
}

// begun writes the operation of a sheet of forms.
func (r *formRun) begun(tx *db.Tx, by *account.Actor, saved []review.FormAnswer) error {
	s := r.s
	list := &formList{Form: r.f.Code, IDs: make([]string, 0, len(saved))}
	villages := map[area.ID]bool{}
	for _, a := range saved {
		list.IDs = append(list.IDs, a.ID)
		villages[a.Village] = true
	}
	detail, err := json.Marshal(about{File: r.file, Round: r.o.Round, Rows: r.report.Rows, Create: r.report.Create, Update: r.report.Update, Forms: list})
	if err != nil {
		return err
	}
	r.report.Operation = db.NewID()
	root := common(s.Tree(), villages, s.today())
	now := s.Now().UnixMilli()
	if _, err := tx.Exec(`insert into operation (province_id, id, kind, state, day, at, actor, area_id, reason, detail) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		s.Province, r.report.Operation, OpImport, stateApplied, s.today(), now, by.ID, string(root), r.o.Reason, string(detail)); err != nil {
		return err
	}
	return journal.Record(tx, s.Province, &journal.Entry{At: now, Actor: by.ID, Action: "form.import", Kind: OpImport, Record: r.report.Operation, AreaID: string(root), OperationID: r.report.Operation, Reason: r.o.Reason,
		Changes: []journal.Change{{Field: "file", To: journal.Value(r.file)}, {Field: "form", To: journal.Value(r.f.Name)}, {Field: "households", To: journal.Value(len(saved))}}})
}

// common is the smallest unit above the village that holds all of them.
func common(tree *area.Tree, villages map[area.ID]bool, day string) (root area.ID) {
	held := map[area.ID]int{}
	for id := range villages {
		v, _ := tree.On(id, day)
		for _, up := range v.Ancestors() {
			held[up]++
		}
	}
	deepest := -1
	for id, n := range held {
		v, ok := tree.On(id, day)
		if depth := len(v.Ancestors()); ok && n == len(villages) && depth > deepest {
			root, deepest = id, depth
		}
	}
	return root
}

// undoForms takes a sheet of forms back as one.
func (s *Store) undoForms(ctx context.Context, u *undo) (int, error) {
	err := s.DB.Write(ctx, func(tx *db.Tx) error {
		if err := u.find(tx); err != nil {
			return err
		}
		if err := s.Reviews.UndoForms(tx, u.by, u.about.Forms.IDs, u.reason); err != nil {
			return err
		}
		now := s.Now().UnixMilli()
		if _, err := tx.Exec(`update operation set state = $1, undone_at = $2, undone_by = $3, undo_reason = $4 where province_id = $5 and id = $6`, stateUndone, now, u.by.ID, u.reason, s.Province, u.operation); err != nil {
			return err
		}
		return journal.Record(tx, s.Province, &journal.Entry{At: now, Actor: u.by.ID, Action: "form.import_undo", Kind: OpImport, Record: u.operation, AreaID: string(u.root), OperationID: u.operation, Reason: u.reason,
			Changes: []journal.Change{{Field: "households", To: journal.Value(len(u.about.Forms.IDs))}}})
	})
	return len(u.about.Forms.IDs), err
}
