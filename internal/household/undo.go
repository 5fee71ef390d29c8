package household

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"strings"

	"giamngheo/internal/db"
	"giamngheo/internal/fault"
	"giamngheo/internal/journal"
	"giamngheo/internal/text"
	"giamngheo/internal/typed"
)

// Done is an operation as the household's page lists it.
type Done struct {
	ID, Kind, Day, Reason, Actor string
	At                           int64
	Undone                       bool
	UndoReason                   string
}

// Operations gives what was done to a household, newest first.
func (s *Store) Operations(tx *db.Tx, id ID) ([]Done, error) {
	var list []Done
	err := tx.Each(`select id, kind, day, reason, actor, at, state = 'undone', undo_reason from operation where province_id = $1 and household_id = $2 order by id desc`,
		[]any{s.Province, string(id)}, func(r *sql.Rows) error {
			var d Done
			err := r.Scan(&d.ID, &d.Kind, &d.Day, &d.Reason, &d.Actor, &d.At, &d.Undone, &d.UndoReason)
			list = append(list, d)
			return err
		})
	return list, err
}

// Undo takes an operation back with a reason, row by row as the journal has
// it. Where later changes rest on it, it is refused with their list.
func (s *Store) Undo(ctx context.Context, by Actor, operationID, reason string) error {
	reason, err := typed.Account("reason", reason)
	switch {
	case err != nil:
		return err
	case reason == "":
		return invalid("reason", "household.reason_missing")
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		var state, kind, day string
		var id ID
		err := tx.Get(`select state, kind, day, coalesce(household_id, '') from operation where province_id = $1 and id = $2`, []any{s.Province, operationID}, &state, &kind, &day, &id)
		if errors.Is(err, db.ErrNoRows) {
			return notFound()
		}
		if err != nil {
			return err
		}
		if state == "undone" {
			// The household may have gone with it.
			return fault.New(fault.Conflict, "already_undone", text.T("household.already_undone"))
		}
		now, err := s.Find(tx, by.Scope, id)
		if err != nil {
			return err
		}
		entries, err := journal.OfOperation(tx, s.Province, operationID, string(id))
		if err != nil {
			return err
		}
		w := &work{s: s, tx: tx, by: by, id: operationID, op: Operation{Household: id, Day: day, Reason: reason}, now: now, rec: newRecorder(tx, s.Province)}
		if err := w.reverse(entries); err != nil {
			return err
		}
		at := s.Now().UnixMilli()
		if _, err := tx.Exec(`update operation set state = 'undone', undone_at = $1, undone_by = $2, undo_reason = $3 where province_id = $4 and id = $5`,
			at, by.ID, reason, s.Province, operationID); err != nil {
			return err
		}
		// Not under the operation's id: an undo is no part of what it undid.
		return w.record(journal.Entry{At: at, Action: "household.undo", AreaID: string(now.VillageID), Reason: reason},
			append([]journal.Change{{Field: "operation", From: journal.Value(kind)}}, w.rec.changes...))
	})
}

// row is what one operation did to one row.
type row struct {
	table, record string
	isNew         bool
	changes       []journal.Change
}

func (r *row) id() []string { return strings.Split(r.record, "|") }
func (r *row) key() string  { return r.table + " " + r.record }

// change of a column, nil when the operation did not touch it.
func (r *row) change(column string) *journal.Change {
	for i := range r.changes {
		if r.changes[i].Field == column {
			return &r.changes[i]
		}
	}
	return nil
}

func rowsOf(entries []journal.Entry) []*row {
	var rows []*row
	index := map[string]*row{}
	for _, e := range entries {
		for _, c := range e.Changes {
			if _, known := tables[c.Kind]; !known {
				continue
			}
			r := index[c.Kind+" "+c.Record]
			if r == nil {
				r = &row{table: c.Kind, record: c.Record}
				index[r.key()] = r
				rows = append(rows, r)
			}
			if c.Field == inserted {
				r.isNew = true
			} else if have := r.change(c.Field); have != nil {
				have.To = c.To // the first From and the last To
			} else {
				r.changes = append(r.changes, c)
			}
		}
	}
	return rows
}

func (w *work) reverse(entries []journal.Entry) error {
	rows := rowsOf(entries)
	if err := w.inScope(rows); err != nil {
		return err
	}
	if rests, err := w.restingOn(rows); err != nil || len(rests) > 0 {
		return restsFault(err, rests)
	}
	for _, r := range slices.Backward(rows) {
		if err := w.reverseRow(r); err != nil {
			return err
		}
	}
	err := w.settle(w.op.Day)
	var later *fault.Error
	if errors.As(err, &later) && later.Code == "later_events" {
		// Nothing that was done to the same rows, yet it does not fit any more.
		rests, err := w.laterOperations(nil)
		return restsFault(err, append(rests, later.Fields...))
	}
	if err != nil {
		return err
	}
	return w.rec.raise(w.op.Household)
}

func restsFault(err error, rests []fault.Field) error {
	if err != nil {
		return err
	}
	return fault.New(fault.Conflict, "rests_on_it", text.T("household.rests_on_it"), rests...)
}

func (w *work) reverseRow(r *row) error {
	if r.isNew {
		if r.table == "person" {
			pairs, err := w.pairs(PersonID(r.record))
			if err != nil {
				return err
			}
			for _, p := range pairs {
				if err := w.rec.remove("duplicate_pair", p.key); err != nil {
					return err
				}
			}
		}
		return w.rec.remove(r.table, r.id())
	}
	if r.table == "duplicate_pair" {
		if state, err := w.pairState(r.id()); err != nil || decided(state) {
			return err // what people found out since stays
		}
	}
	back := values{}
	for _, c := range r.changes {
		if !slices.Contains(tables[r.table].derived, c.Field) {
			back[c.Field] = orEmpty(c.From)
		}
	}
	err := w.rec.update(r.table, r.id(), back)
	if r.table == "duplicate_pair" && errors.Is(err, db.ErrNoRows) {
		return nil // the other person is gone
	}
	return err
}

func orEmpty(v *string) string {
	if v == nil {
		return ""
	}
	return *v
}

// inScope refuses when a household that the operation touched, and did not
// make, lies outside the actor's scope now, or somebody lives outside it whose
// row would change.
func (w *work) inScope(rows []*row) error {
	made := map[ID]bool{}
	for _, r := range rows {
		if r.isNew && r.table == "household" {
			made[ID(r.record)] = true
		}
	}
	homes := householdsOf(rows)
	for _, r := range rows {
		if r.table != "person" || r.isNew {
			continue
		}
		p, err := w.s.person(w.tx, PersonID(r.record))
		if err != nil {
			return err
		}
		if p.HouseholdID != "" {
			homes = add(homes, p.HouseholdID)
		}
	}
	for _, id := range homes {
		if made[id] {
			continue
		}
		if _, err := w.s.Find(w.tx, w.by.Scope, id); err != nil {
			return err
		}
	}
	return nil
}

func householdsOf(rows []*row) []ID {
	var list []ID
	for _, r := range rows {
		switch r.table {
		case "household", "membership", "residence":
			list = add(list, ID(r.id()[0]))
		}
	}
	return list
}
