package household

import (
	"context"
	"database/sql"
	"errors"
	"strings"

	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/fault"
	"giamngheo/internal/journal"
	"giamngheo/internal/text"
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
	if strings.TrimSpace(reason) == "" {
		return invalid("reason", "household.reason_missing")
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		var state, kind string
		var id ID
		err := tx.Get(`select state, kind, coalesce(household_id, '') from operation where province_id = $1 and id = $2`, []any{s.Province, operationID}, &state, &kind, &id)
		if errors.Is(err, db.ErrNoRows) {
			return notFound()
		}
		if err != nil {
			return err
		}
		now, err := s.Find(tx, by.Scope, id)
		if err != nil {
			return err
		}
		if state != "applied" {
			return fault.New(fault.Conflict, "already_undone", text.T("household.already_undone"))
		}
		entries, err := journal.OfOperation(tx, s.Province, operationID, string(id))
		if err != nil {
			return err
		}
		w := &work{s: s, tx: tx, by: by, op: Operation{Household: id, Day: s.today(), Reason: reason}, now: now, rec: &recorder{tx: tx, province: s.Province}}
		if err := w.reverse(entries, operationID); err != nil {
			return err
		}
		if _, err := tx.Exec(`update operation set state = 'undone', undone_at = $1, undone_by = $2, undo_reason = $3 where province_id = $4 and id = $5`,
			s.Now().UnixMilli(), by.ID, reason, s.Province, operationID); err != nil {
			return err
		}
		return w.journalUndo(kind, operationID, entries)
	})
}

// row is what one operation did to one row.
type row struct {
	table, record string
	isNew         bool
	changes       []journal.Change
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
				index[c.Kind+" "+c.Record] = r
				rows = append(rows, r)
			}
			if c.Field == inserted {
				r.isNew = true
			} else {
				r.changes = merge(r.changes, c)
			}
		}
	}
	return rows
}

// merge keeps the first From and the last To of a field.
func merge(changes []journal.Change, c journal.Change) []journal.Change {
	for i := range changes {
		if changes[i].Field == c.Field {
			changes[i].To = c.To
			return changes
		}
	}
	return append(changes, c)
}

func (w *work) reverse(entries []journal.Entry, operationID string) error {
	rows := rowsOf(entries)
	rests, err := w.restingOn(rows, operationID)
	if err != nil {
		return err
	}
	if len(rests) > 0 {
		return fault.New(fault.Conflict, "rests_on_it", text.T("household.rests_on_it"), rests...)
	}
	for i := len(rows) - 1; i >= 0; i-- {
		r := rows[i]
		id := strings.Split(r.record, "|")
		if r.isNew {
			if err := w.rec.remove(r.table, id); err != nil {
				return err
			}
			continue
		}
		if err := w.rec.write(r.table, id, r.changes, false); err != nil {
			return err
		}
	}
	return nil
}

// restingOn lists what was done later to the same rows, or points to rows
// that the operation made.
func (w *work) restingOn(rows []*row, operationID string) ([]fault.Field, error) {
	var list []fault.Field
	said := map[string]bool{}
	say := func(key string, pairs ...any) {
		message := text.T(key, pairs...)
		if !said[message] {
			said[message] = true
			list = append(list, fault.Field{Name: "undo", Message: message})
		}
	}
	made := map[string]bool{}
	for _, r := range rows {
		if r.isNew {
			made[r.table+" "+r.record] = true
		}
	}
	for _, r := range rows {
		id := strings.Split(r.record, "|")
		now, err := w.rec.read(r.table, id)
		if err != nil && !errors.Is(err, db.ErrNoRows) {
			return nil, err
		}
		for _, c := range r.changes {
			want := ""
			if c.To != nil {
				want = *c.To
			}
			if now == nil || now[c.Field] != want {
				later, err := w.laterOperations(operationID)
				if err != nil {
					return nil, err
				}
				for _, d := range later {
					say("household.later_operation", "what", text.T("household.op."+d.Kind), "day", area.ShowDay(d.Day))
				}
				if len(later) == 0 {
					say("household.later_change", "field", text.T("household.field."+c.Field))
				}
				break
			}
		}
		if !r.isNew {
			continue
		}
		if err := w.pointingTo(r, made, say); err != nil {
			return nil, err
		}
	}
	return list, nil
}

func (w *work) laterOperations(operationID string) ([]Done, error) {
	all, err := w.s.Operations(w.tx, w.now.ID)
	var later []Done
	for _, d := range all {
		if d.ID > operationID && !d.Undone {
			later = append(later, d)
		}
	}
	return later, err
}

// pointingTo says what refers to a row that the undo would remove.
func (w *work) pointingTo(r *row, made map[string]bool, say func(string, ...any)) error {
	p := w.s.Province
	switch r.table {
	case "household":
		err := w.tx.Each(`select r.id from assessment a join round r on r.province_id = a.province_id and r.id = a.round_id
			where a.province_id = $1 and a.household_id = $2 and a.in_force = 1 order by r.year`, []any{p, r.record}, func(rows *sql.Rows) error {
			var round string
			if err := rows.Scan(&round); err != nil {
				return err
			}
			say("household.has_assessment", "round", round)
			return nil
		})
		if err != nil {
			return err
		}
		return w.tx.Each(`select person_id, from_day from membership where province_id = $1 and household_id = $2`, []any{p, r.record}, func(rows *sql.Rows) error {
			var person, day string
			if err := rows.Scan(&person, &day); err != nil {
				return err
			}
			if !made["membership "+key(r.record, person, day)] {
				say("household.has_later_member", "day", area.ShowDay(day))
			}
			return nil
		})
	case "person":
		return w.tx.Each(`select household_id, from_day from membership where province_id = $1 and person_id = $2`, []any{p, r.record}, func(rows *sql.Rows) error {
			var household, day string
			if err := rows.Scan(&household, &day); err != nil {
				return err
			}
			if !made["membership "+key(household, r.record, day)] {
				say("household.has_later_membership", "day", area.ShowDay(day))
			}
			return nil
		})
	}
	return nil
}

// journalUndo records the undo on the page of every household it touched.
func (w *work) journalUndo(kind, operationID string, entries []journal.Entry) error {
	touched := map[ID]bool{w.now.ID: true}
	var back []journal.Change
	for _, r := range rowsOf(entries) {
		if r.table != "person" {
			touched[ID(strings.SplitN(r.record, "|", 2)[0])] = true
		}
		if r.isNew {
			back = append(back, journal.Change{Field: "-", Kind: r.table, Record: r.record})
		}
		for _, c := range r.changes {
			if !r.isNew {
				back = append(back, journal.Change{Field: c.Field, From: c.To, To: c.From, Kind: c.Kind, Record: c.Record})
			}
		}
	}
	ids := make([]ID, 0, len(touched))
	for id := range touched {
		ids = append(ids, id)
		entry := &journal.Entry{At: w.s.Now().UnixMilli(), Actor: w.by.ID, Action: "household.undo", Kind: "household", Record: string(id), HouseholdID: string(id),
			AreaID: string(w.now.VillageID), Reason: w.op.Reason}
		if id == w.now.ID {
			// Not under the operation's id: an undo is no part of what it undid.
			entry.Changes = append([]journal.Change{{Field: "operation", To: journal.Value(kind)}}, back...)
		}
		if err := journal.Record(w.tx, w.s.Province, entry); err != nil {
			return err
		}
	}
	w.s.changed(w.tx, ids...)
	return nil
}
