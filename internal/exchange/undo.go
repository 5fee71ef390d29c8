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
	"giamngheo/internal/typed"
)

// Imported is one import as the list shows it.
type Imported struct {
	ID, State, Actor, File, Round, Reason, UndoReason string
	Area                                              area.ID
	At                                                time.Time
	Rows, Create, Update                              int
	Villages                                          bool   // a list of villages, which has no round
	Form                                              string // of a sheet of forms: their code
}

// Imports lists the imports of the writer's area, newest first.
func (s *Store) Imports(ctx context.Context, by *account.Actor, limit int) ([]Imported, error) {
	if err := by.Need(account.RightImport); err != nil {
		return nil, err
	}
	scope, areas, tree, today := by.ScopeFor(account.RightImport), by.ScopeFor(account.RightAreas), s.Tree(), s.today()
	var list []Imported
	err := s.DB.Read(ctx, func(tx *db.Tx) error {
		return tx.Each(`select id, state, actor, at, detail, reason, undo_reason, coalesce(area_id, '') from operation where province_id = $1 and kind = 'import' order by id desc`, []any{s.Province}, func(r *sql.Rows) error {
			var i Imported
			var at int64
			var detail string
			if err := r.Scan(&i.ID, &i.State, &i.Actor, &at, &detail, &i.Reason, &i.UndoReason, &i.Area); err != nil {
				return err
			}
			if len(list) == limit {
				return nil
			}
			var a about
			if err := json.Unmarshal([]byte(detail), &a); err != nil {
				return err
			}
			own := scope
			if i.Villages = a.Villages != nil; i.Villages {
				own = areas
			}
			if a.Undoes != "" || !inScope(own, tree, i.Area, today) {
				return nil
			}
			i.At = time.UnixMilli(at).In(s.Now().Location())
			if a.Forms != nil {
				i.Form = a.Forms.Form
			}
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
	about     about
	root      area.ID
	entries   []string // with parts
	last      string   // the greatest id of the import's own entries
	staging   *staging
	no        int64 // households staged
	late      bool  // some were known: later rounds may have to follow
	told      told
}

// UndoImport takes a whole import back and gives the number of households.
// Where later changes rest on it, it is refused with their list. What is to be
// written waits in pieces that nobody sees; all is put into force in one short
// transaction. progress, which may be nil, is told of households.
func (s *Store) UndoImport(ctx context.Context, by *account.Actor, operation, reason string, progress func(done, total int)) (int, error) {
	if err := by.Need(account.RightImport); err != nil {
		return 0, err
	}
	reason, err := typed.Account("reason", reason)
	if err != nil {
		return 0, err
	}
	if reason == "" {
		return 0, fault.New(fault.Invalid, "reason_missing", text.T("household.reason_missing"), fault.Field{Name: "reason", Message: text.T("household.reason_missing")})
	}
	s.one.Lock()
	defer s.one.Unlock()
	u := &undo{s: s, by: household.Actor{ID: by.ID, Scope: by.ScopeFor(account.RightImport)}, operation: operation, reason: reason}
	if err := s.DB.Read(ctx, u.find); err != nil {
		return 0, err
	}
	if u.about.Villages != nil {
		return s.undoVillages(ctx, by, u)
	}
	if u.about.Forms != nil {
		return s.undoForms(ctx, u)
	}
	about := about{File: u.about.File, Round: u.about.Round, Owner: owner(), Undoes: operation}
	if u.staging, err = s.begin(ctx, u.by.ID, u.root, reason, about); err != nil {
		return 0, err
	}
	err = u.stageAll(ctx, progress)
	if err == nil {
		if s.beforeApply != nil {
			s.beforeApply()
		}
		err = s.DB.Write(ctx, u.apply)
	}
	ctx = context.WithoutCancel(ctx)
	if err != nil {
		return 0, errors.Join(err, s.giveUp(ctx, u.staging.operation))
	}
	if err := s.followUndo(ctx, u.staging.operation); err != nil {
		return 0, err
	}
	return int(u.no), s.finishUndo(ctx, operation)
}

// stageAll looks whether anything rests on the import, and stages entry by
// entry what takes it back.
func (u *undo) stageAll(ctx context.Context, progress func(done, total int)) error {
	if err := u.s.DB.Read(ctx, u.later); err != nil {
		return err
	}
	for i, id := range u.entries {
		if progress != nil {
			progress(i, len(u.entries))
		}
		var p *piece
		err := u.s.DB.Read(ctx, func(tx *db.Tx) (err error) {
			p, err = u.piece(tx, id)
			return err
		})
		if err != nil {
			return err
		}
		if p.households.Len() == 0 {
			continue
		}
		if err := u.s.stage(ctx, u.staging.operation, p); err != nil {
			return err
		}
	}
	if progress != nil {
		progress(len(u.entries), len(u.entries))
	}
	return nil
}

// apply puts all into force, if nothing happened meanwhile that rests on the
// import.
func (u *undo) apply(tx *db.Tx) error {
	if err := u.find(tx); err != nil {
		return err
	}
	s, own := u.s, u.staging.operation
	news, err := s.newsOf(tx, u.staging)
	if err != nil {
		return err
	}
	if news {
		if err := u.later(tx); err != nil {
			return err
		}
		return overtaken()
	}
	now := s.Now().UnixMilli()
	n, err := tx.Exec(`update operation set state = $1, at = $2 where province_id = $3 and id = $4 and state = $5`, stateApplied, now, s.Province, own, stateStaging)
	if err != nil {
		return err
	}
	if n != 1 {
		return givenUp()
	}
	if err := s.Reviews.Withdraw(tx, u.about.Round, own); err != nil {
		return err
	}
	if err := s.Households.ApplyUndone(tx, own); err != nil {
		return err
	}
	err = s.eachStagedEntry(tx, own, func(id string, parts int64, digest []byte) error {
		return journal.RecordParts(tx, s.Province, &journal.Entry{ID: id, At: now, Actor: u.by.ID, Action: "household.import_undo", Record: u.operation, Reason: u.reason}, parts, digest)
	})
	if err != nil {
		return err
	}
	_, err = tx.Exec(`update operation set state = $1, undone_at = $2, undone_by = $3, undo_reason = $4 where province_id = $5 and id = $6`,
		stateUndoing, now, u.by.ID, u.reason, s.Province, u.operation)
	return err
}

// find reads the operation and refuses what cannot be undone.
func (u *undo) find(tx *db.Tx) error {
	var state, detail string
	err := tx.Get(`select state, detail, coalesce(area_id, '') from operation where province_id = $1 and id = $2 and kind = $3`, []any{u.s.Province, u.operation, OpImport}, &state, &detail, &u.root)
	if errors.Is(err, db.ErrNoRows) || err == nil && !inScope(u.by.Scope, u.s.Tree(), u.root, u.s.today()) {
		return fault.New(fault.NotFound, "import_not_found", text.T("import.not_found", "id", u.operation))
	}
	if err != nil {
		return err
	}
	if err := json.Unmarshal([]byte(detail), &u.about); err != nil {
		return err
	}
	if u.about.Undoes != "" {
		return fault.New(fault.NotFound, "import_not_found", text.T("import.not_found", "id", u.operation))
	}
	if state != stateApplied {
		return fault.New(fault.Conflict, "already_undone", text.T("household.already_undone"))
	}
	if u.about.Villages != nil || u.about.Forms != nil {
		return nil
	}
	round, err := u.s.Reviews.Round(tx, u.about.Round)
	if err != nil {
		return err
	}
	if round.State != review.Open {
		return fault.New(fault.Conflict, "round_closed", text.T("review.round_closed", "id", round.ID))
	}
	if err := u.s.Reviews.Withdrawable(tx, round, u.operation); err != nil {
		return err
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
