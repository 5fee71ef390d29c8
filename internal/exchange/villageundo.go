package exchange

import (
	"context"
	"encoding/json"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/fault"
	"giamngheo/internal/journal"
	"giamngheo/internal/text"
)

// villageList is what the operation of a list of villages remembers, so that
// it can be taken back.
type villageList struct {
	Made   []area.ID      `json:"made"`
	Before []area.Version `json:"before,omitempty"` // all periods of those that it changed, as they were
	After  []area.Version `json:"after"`            // how it left all of them
}

// remember tells of the villages that the list makes and changes.
func (v *villageRun) remember(tree *area.Tree) *villageList {
	l := &villageList{Made: []area.ID{}}
	done := map[area.ID]bool{}
	for _, one := range v.versions {
		if done[one.Area] {
			continue
		}
		done[one.Area] = true
		if before := v.s.Tree().History(one.Area); len(before) > 0 {
			l.Before = append(l.Before, before...)
			l.After = append(l.After, tree.History(one.Area)...)
		} else {
			l.Made = append(l.Made, one.Area)
			l.After = append(l.After, tree.History(one.Area)[:1]...)
		}
	}
	return l
}

// begun writes the operation of a list and gives its id.
func (v *villageRun) begun(tx *db.Tx, by *account.Actor, tree *area.Tree, file, reason string) (string, error) {
	detail, err := json.Marshal(about{File: file, Rows: v.report.Rows, Create: v.report.Create, Update: v.report.Update, Villages: v.remember(tree)})
	if err != nil {
		return "", err
	}
	id := db.NewID()
	_, err = tx.Exec(`insert into operation (province_id, id, kind, state, day, at, actor, area_id, reason, detail) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		v.s.Province, id, OpImport, stateApplied, v.today, v.s.Now().UnixMilli(), by.ID, string(v.root.Area), reason, string(detail))
	return id, err
}

// undoVillages takes a list of villages back: those that it made go, those that
// it changed are named as before. It is refused where somebody lives or works
// in one of them, or where one was changed since.
func (s *Store) undoVillages(ctx context.Context, by *account.Actor, u *undo) (int, error) {
	if err := by.Need(account.RightAreas); err != nil {
		return 0, err
	}
	list := u.about.Villages
	gone := map[area.ID]bool{}
	for _, id := range list.Made {
		gone[id] = true
	}
	tree, err := s.Tree().WithoutVillages(gone)
	if err != nil {
		return 0, err
	}
	if tree, err = tree.WithVillages(list.Before); err != nil {
		return 0, err
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		if err := u.find(tx); err != nil {
			return err
		}
		if err := s.restingOnVillages(tx, list); err != nil {
			return err
		}
		for _, id := range list.Made {
			if _, err := tx.Exec(`delete from area_version where province_id = $1 and area_id = $2`, s.Province, string(id)); err != nil {
				return err
			}
		}
		if err := area.Save(tx, s.Province, list.Before); err != nil {
			return err
		}
		now := s.Now().UnixMilli()
		_, err := tx.Exec(`update operation set state = $1, undone_at = $2, undone_by = $3, undo_reason = $4 where province_id = $5 and id = $6`, stateUndone, now, by.ID, u.reason, s.Province, u.operation)
		if err != nil {
			return err
		}
		return journal.Record(tx, s.Province, &journal.Entry{At: now, Actor: by.ID, Action: "area.import_undo", Kind: "area", Record: string(u.root), AreaID: string(u.root), Reason: u.reason,
			Changes: []journal.Change{{Field: "file", From: journal.Value(u.about.File)}, {Field: "create", From: journal.Value(u.about.Create)}, {Field: "update", From: journal.Value(u.about.Update)}}})
	})
	if err != nil {
		return 0, err
	}
	if s.SetTree != nil {
		s.SetTree(tree)
	}
	return u.about.Create + u.about.Update, nil
}

// restingOnVillages refuses with the villages on which something rests.
func (s *Store) restingOnVillages(tx *db.Tx, list *villageList) error {
	var fields []fault.Field
	say := func(key string, id area.ID) {
		v, _ := s.Tree().Lately(id, s.today())
		if len(fields) <= mostLater {
			fields = append(fields, fault.Field{Name: "undo", Message: text.T(key, "village", v.FullName)})
		}
	}
	for _, id := range list.Made {
		var used int
		err := tx.Get(`select (select count(*) from (select 1 from household where province_id = $1 and village_id = $2 limit 1) h)
			+ (select count(*) from (select 1 from residence where province_id = $1 and village_id = $2 and to_day <> '9999-12-31' limit 1) r)
			+ (select count(*) from post where province_id = $1 and area_id = $2) + (select count(*) from area_mark where province_id = $1 and area_id = $2)`, []any{s.Province, string(id)}, &used)
		if err != nil {
			return err
		}
		if used > 0 {
			say("import.village_used", id)
		}
	}
	for _, was := range list.After {
		if now, ok := s.Tree().On(was.Area, was.From); !ok || now.Code != was.Code || now.FullName != was.FullName || now.Parent != was.Parent {
			say("import.village_changed", was.Area)
		}
	}
	if len(fields) == 0 {
		return nil
	}
	if len(fields) > mostLater {
		fields = append(fields[:mostLater], fault.Field{Name: "undo", Message: text.T("import.later_more")})
	}
	return fault.New(fault.Conflict, "rests_on_it", text.T("household.rests_on_it"), fields...)
}
