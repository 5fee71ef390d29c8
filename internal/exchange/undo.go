package exchange

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"strings"
	"time"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/fault"
	"giamngheo/internal/household"
	"giamngheo/internal/journal"
	"giamngheo/internal/review"
	"giamngheo/internal/text"
)

// Imported is one import as the list shows it.
type Imported struct {
	ID, State, Actor, File, Round, Reason, UndoReason string
	Area                                              area.ID
	At                                                time.Time
	Rows, Create, Update                              int
}

// Imports lists the imports of the writer's area, newest first.
func (s *Store) Imports(ctx context.Context, by *account.Actor, limit int) ([]Imported, error) {
	if err := by.Need(account.RightImport); err != nil {
		return nil, err
	}
	scope, tree, today := by.ScopeFor(account.RightImport), s.Tree(), s.today()
	var list []Imported
	err := s.DB.Read(ctx, func(tx *db.Tx) error {
		return tx.Each(`select id, state, actor, at, detail, reason, undo_reason, coalesce(area_id, '') from operation where province_id = $1 and kind = 'import' order by id desc`, []any{s.Province}, func(r *sql.Rows) error {
			var i Imported
			var at int64
			var detail string
			if err := r.Scan(&i.ID, &i.State, &i.Actor, &at, &detail, &i.Reason, &i.UndoReason, &i.Area); err != nil {
				return err
			}
			if len(list) == limit || !inScope(scope, tree, i.Area, today) {
				return nil
			}
			var a about
			if err := json.Unmarshal([]byte(detail), &a); err != nil {
				return err
			}
			i.At = time.UnixMilli(at).In(s.Now().Location())
			i.File, i.Round, i.Rows, i.Create, i.Update = a.File, a.Round, a.Rows, a.Create, a.Update
			list = append(list, i)
			return nil
		})
	})
	return list, err
}

// inScope says whether all of an area is the writer's; one that has ended is
// asked for by what became of it.
func inScope(scope area.Scope, tree *area.Tree, id area.ID, today string) bool {
	if _, ok := tree.On(id, today); ok {
		return scope.Covers(tree, id, today)
	}
	heirs := tree.Heirs(id, today)
	for _, h := range heirs {
		if !scope.Covers(tree, h, today) {
			return false
		}
	}
	return len(heirs) > 0
}

// undo is the taking back of one import.
type undo struct {
	s         *Store
	by        household.Actor
	operation string
	reason    string
	day       string
	about     about
	entries   []string // with parts
	last      string   // the greatest id of the import's own entries
}

// UndoImport takes a whole import back and gives the number of households.
// Where later changes rest on it, it is refused with their list.
func (s *Store) UndoImport(ctx context.Context, by *account.Actor, operation, reason string) (int, error) {
	if err := by.Need(account.RightImport); err != nil {
		return 0, err
	}
	if reason = strings.TrimSpace(reason); reason == "" {
		return 0, fault.New(fault.Invalid, "reason_missing", text.T("household.reason_missing"), fault.Field{Name: "reason", Message: text.T("household.reason_missing")})
	}
	s.one.Lock()
	defer s.one.Unlock()
	u := &undo{s: s, by: household.Actor{ID: by.ID, Scope: by.ScopeFor(account.RightImport)}, operation: operation, reason: reason}
	n := 0
	err := s.DB.Write(ctx, func(tx *db.Tx) (err error) {
		n, err = u.all(tx)
		return err
	})
	if err != nil {
		return 0, err
	}
	return n, s.finishUndo(context.WithoutCancel(ctx), operation)
}

func (u *undo) all(tx *db.Tx) (int, error) {
	if err := u.find(tx); err != nil {
		return 0, err
	}
	if err := u.later(tx); err != nil {
		return 0, err
	}
	n := 0
	for _, id := range u.entries {
		touched, err := u.entry(tx, id)
		if err != nil {
			return 0, err
		}
		n += touched
	}
	_, err := tx.Exec(`update operation set state = $1, undone_at = $2, undone_by = $3, undo_reason = $4 where province_id = $5 and id = $6`,
		stateUndoing, u.s.Now().UnixMilli(), u.by.ID, u.reason, u.s.Province, u.operation)
	return n, err
}

// find reads the operation and refuses what cannot be undone.
func (u *undo) find(tx *db.Tx) error {
	var state, detail string
	var root area.ID
	err := tx.Get(`select state, day, detail, coalesce(area_id, '') from operation where province_id = $1 and id = $2 and kind = $3`, []any{u.s.Province, u.operation, OpImport}, &state, &u.day, &detail, &root)
	if errors.Is(err, db.ErrNoRows) || err == nil && !inScope(u.by.Scope, u.s.Tree(), root, u.s.today()) {
		return fault.New(fault.NotFound, "import_not_found", text.T("import.not_found", "id", u.operation))
	}
	if err != nil {
		return err
	}
	if state != stateApplied {
		return fault.New(fault.Conflict, "already_undone", text.T("household.already_undone"))
	}
	if err := json.Unmarshal([]byte(detail), &u.about); err != nil {
		return err
	}
	round, err := u.s.Reviews.Round(tx, u.about.Round)
	if err != nil {
		return err
	}
	if round.State != review.Open {
		return fault.New(fault.Conflict, "round_closed", text.T("review.round_closed", "id", round.ID))
	}
	u.entries, u.last = nil, ""
	return tx.Each(`select id, record_kind from journal where province_id = $1 and id > $2 and operation_id = $2`, []any{u.s.Province, u.operation}, func(r *sql.Rows) error {
		var id, kind string
		if err := r.Scan(&id, &kind); err != nil {
			return err
		}
		if kind == journal.PartsKind {
			u.entries = append(u.entries, id)
		}
		u.last = max(u.last, id)
		return nil
	})
}

// mostLater is how many later changes a refusal lists.
const mostLater = 20

// later refuses where something was done to the same households afterwards.
func (u *undo) later(tx *db.Tx) error {
	var list []fault.Field
	note := func(r *sql.Rows) error {
		var code, action string
		var at int64
		if err := r.Scan(&code, &action, &at); err != nil {
			return err
		}
		day := time.UnixMilli(at).In(u.s.Now().Location()).Format("02/01/2006 15:04")
		list = append(list, fault.Field{Name: "undo", Message: text.T("import.later", "code", code, "what", actionName(action), "at", day)})
		return nil
	}
	for _, entry := range u.entries {
		if len(list) > mostLater {
			break
		}
		args := []any{u.s.Province, entry, u.last, mostLater + 1}
		// Changes of one household, then those of other imports.
		err := tx.Each(`select h.code, j.action, j.at from journal_part p cross join journal j cross join household h
			left join operation o on o.province_id = j.province_id and o.id = j.operation_id
			where p.province_id = $1 and p.journal_id = $2 and j.province_id = p.province_id and j.household_id = p.household_id and j.id > $3
			and h.province_id = p.province_id and h.id = p.household_id
			and j.action <> 'household.undo' and coalesce(o.state, '') not in ('undone', 'undoing') order by j.id limit $4`, args, note)
		if err != nil {
			return err
		}
		err = tx.Each(`select h.code, j.action, j.at from journal_part p cross join journal_part q cross join journal j cross join household h cross join operation o
			where p.province_id = $1 and p.journal_id = $2 and q.province_id = p.province_id and q.household_id = p.household_id and q.journal_id > $3
			and j.province_id = q.province_id and j.id = q.journal_id and h.province_id = p.province_id and h.id = p.household_id
			and o.province_id = j.province_id and o.id = j.operation_id and o.state = 'applied' order by j.id limit $4`, args, note)
		if err != nil {
			return err
		}
	}
	if len(list) == 0 {
		return nil
	}
	if len(list) > mostLater {
		list = append(list[:mostLater], fault.Field{Name: "undo", Message: text.T("import.later_more")})
	}
	return fault.New(fault.Conflict, "rests_on_it", text.T("household.rests_on_it"), list...)
}

func actionName(action string) string {
	for _, key := range []string{"journal.action." + action, "household.op." + strings.TrimPrefix(action, "household.")} {
		if text.Has(key) {
			return text.T(key)
		}
	}
	return text.T("import.some_change")
}

// part is what the import did to one household.
type part struct {
	id      household.ID
	isNew   bool
	changes []journal.Change
}

// entry takes back what one entry tells of, and tells so in one of its own.
func (u *undo) entry(tx *db.Tx, id string) (int, error) {
	var parts []part
	err := tx.Each(`select household_id, is_new, coalesce(changes, '[]') from journal_part where province_id = $1 and journal_id = $2 order by household_id`, []any{u.s.Province, id}, func(r *sql.Rows) error {
		var p part
		var isNew int
		var changes string
		if err := r.Scan(&p.id, &isNew, &changes); err != nil {
			return err
		}
		p.isNew = isNew == 1
		if !p.isNew {
			if err := json.Unmarshal([]byte(changes), &p.changes); err != nil {
				return err
			}
		}
		parts = append(parts, p)
		return nil
	})
	if err != nil || len(parts) == 0 {
		return 0, err
	}
	entry := journal.NewPartEntry()
	var made, known []household.ID
	for _, p := range parts {
		if p.isNew {
			made = append(made, p.id)
		} else {
			known = append(known, p.id)
		}
	}
	// First the assessments: members that the import brought stand in them.
	if len(known) > 0 {
		if err := u.s.Reviews.Withdraw(tx, u.operation, known); err != nil {
			return 0, err
		}
	}
	var t told
	for _, p := range parts {
		t.reset()
		t.change("operation", OpImport, "", "", "")
		if p.isNew {
			t.change("-", "", "", "household", string(p.id))
		} else {
			back, err := u.s.Households.ReverseImported(tx, u.by, u.operation, u.day, p.id, p.changes)
			if err != nil {
				return 0, err
			}
			for _, c := range back {
				t.all([]journal.Change{c}, c.Kind, c.Record)
			}
			if err := u.restoreStated(tx, &t, p); err != nil {
				return 0, err
			}
		}
		entry.Add(journal.Part{HouseholdID: string(p.id), Changes: t.changes()})
	}
	if len(known) > 0 {
		if err := u.s.Reviews.Retransition(tx, known, ""); err != nil {
			return 0, err
		}
	}
	if len(made) > 0 {
		if err := u.s.Households.RemoveImported(tx, made); err != nil {
			return 0, err
		}
	}
	if err := entry.Write(tx, u.s.Province); err != nil {
		return 0, err
	}
	return len(parts), journal.RecordParts(tx, u.s.Province, &journal.Entry{ID: entry.ID, At: u.s.Now().UnixMilli(), Actor: u.by.ID, Action: "household.import_undo", Record: u.operation, Reason: u.reason},
		int64(entry.N()), entry.Digest())
}

// restoreStated puts back what was stated of the class before the round.
func (u *undo) restoreStated(tx *db.Tx, t *told, p part) error {
	for _, c := range p.changes {
		if c.Kind != review.StatedKind {
			continue
		}
		from := ""
		if c.From != nil {
			from = *c.From
		}
		if err := u.s.Reviews.RestoreStated(tx, p.id, u.about.Round, from); err != nil {
			return err
		}
		t.all([]journal.Change{{Field: c.Field, From: c.To, To: c.From}}, c.Kind, c.Record)
	}
	return nil
}

// finishUndo removes what the import wrote of households that are gone; nobody
// sees it any more.
func (s *Store) finishUndo(ctx context.Context, operation string) error {
	var entries []string
	err := s.DB.Read(ctx, func(tx *db.Tx) error {
		return tx.Each(`select id from journal where province_id = $1 and id > $2 and operation_id = $2 and record_kind = $3`, []any{s.Province, operation, journal.PartsKind}, func(r *sql.Rows) error {
			var id string
			err := r.Scan(&id)
			entries = append(entries, id)
			return err
		})
	})
	for _, entry := range entries {
		if err != nil {
			return err
		}
		err = s.DB.Write(ctx, func(tx *db.Tx) error {
			var ids []household.ID
			err := tx.Each(`select household_id from journal_part where province_id = $1 and journal_id = $2 and is_new = 1`, []any{s.Province, entry}, func(r *sql.Rows) error {
				var id household.ID
				err := r.Scan(&id)
				ids = append(ids, id)
				return err
			})
			if err != nil || len(ids) == 0 {
				return err
			}
			if err := s.Reviews.RemoveUnseen(tx, ids); err != nil {
				return err
			}
			return s.Households.RemoveUnseen(tx, ids)
		})
	}
	if err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(`update operation set state = $1 where province_id = $2 and id = $3 and state = $4`, stateUndone, s.Province, operation, stateUndoing)
		return err
	})
}
