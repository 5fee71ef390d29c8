package household

import (
	"database/sql"
	"errors"
	"slices"
	"strings"

	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/fault"
	"giamngheo/internal/journal"
	"giamngheo/internal/text"
)

// resting collects what rests on an operation, each thing once.
type resting struct {
	list []fault.Field
}

func (r *resting) say(key string, pairs ...any) {
	f := fault.Field{Name: "undo", Message: text.T(key, pairs...)}
	if !slices.Contains(r.list, f) {
		r.list = append(r.list, f)
	}
}

// restingOn lists what was done later to the same rows, or points to rows
// that the operation made.
func (w *work) restingOn(rows []*row) ([]fault.Field, error) {
	made, changed := map[string]bool{}, map[string]bool{}
	var fields []string
	for _, r := range rows {
		made[r.key()] = r.isNew
		field, err := w.changedSince(r)
		if err != nil {
			return nil, err
		}
		if field != "" {
			changed[r.key()] = true
			fields = append(fields, field)
		}
	}
	var rests resting
	for _, r := range rows {
		if err := w.pointingTo(r, made, changed, &rests); err != nil {
			return nil, err
		}
	}
	if len(changed) > 0 {
		later, err := w.laterOperations(changed)
		if err != nil {
			return nil, err
		}
		rests.list = append(later, rests.list...)
		for _, field := range fields {
			if len(later) == 0 {
				rests.say("household.later_change", "field", text.T("household.field."+field))
			}
		}
	}
	return rests.list, nil
}

// changedSince names a column that is no longer as the operation left it. Of
// a row that the operation made, all columns count.
func (w *work) changedSince(r *row) (string, error) {
	t := tables[r.table]
	if r.table == "duplicate_pair" {
		return "", nil // a pair comes and goes with the IDs, whoever decided on it
	}
	now, err := w.rec.read(r.table, r.id())
	if errors.Is(err, db.ErrNoRows) {
		return t.columns[0], nil
	}
	if err != nil {
		return "", err
	}
	for _, column := range t.columns {
		if slices.Contains(t.derived, column) {
			continue
		}
		want, c := "", r.change(column)
		if c == nil && !r.isNew {
			continue
		}
		if c != nil {
			want = orEmpty(c.To)
		}
		if now[column] != want {
			return column, nil
		}
	}
	return "", nil
}

// laterOperations lists the operations on the touched households after this
// one that changed one of the rows; any of their operations where rows is nil.
func (w *work) laterOperations(rows map[string]bool) ([]fault.Field, error) {
	touched, _ := w.rec.touched()
	if len(touched) == 0 {
		touched = append(touched, w.op.Household)
	}
	for key := range rows {
		table, record, _ := strings.Cut(key, " ")
		if id := ID(strings.SplitN(record, "|", 2)[0]); table != "person" && !slices.Contains(touched, id) {
			touched = append(touched, id)
		}
	}
	if err := w.addHomesOf(rows, &touched); err != nil {
		return nil, err
	}
	seen := map[string]bool{w.id: true}
	var rests resting
	for _, id := range touched {
		var operations []string
		err := w.tx.Each(`select distinct operation_id from journal where province_id = $1 and household_id = $2 and operation_id is not null and id > $3`,
			[]any{w.s.Province, string(id), w.id}, func(r *sql.Rows) error {
				var one string
				err := r.Scan(&one)
				operations = append(operations, one)
				return err
			})
		if err != nil {
			return nil, err
		}
		slices.Sort(operations)
		for _, one := range operations {
			if seen[one] {
				continue
			}
			seen[one] = true
			if err := w.sayOperation(one, id, rows, &rests); err != nil {
				return nil, err
			}
		}
	}
	return rests.list, nil
}

// addHomesOf adds the households that the persons among the rows belong or
// belonged to.
func (w *work) addHomesOf(rows map[string]bool, touched *[]ID) error {
	for key := range rows {
		table, record, _ := strings.Cut(key, " ")
		if table != "person" {
			continue
		}
		err := w.tx.Each(`select household_id from membership where province_id = $1 and person_id = $2`, []any{w.s.Province, record}, func(r *sql.Rows) error {
			var id ID
			err := r.Scan(&id)
			if !slices.Contains(*touched, id) {
				*touched = append(*touched, id)
			}
			return err
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// sayOperation says an operation that holds still, if it changed a row.
func (w *work) sayOperation(id string, household ID, rows map[string]bool, rests *resting) error {
	var state, kind, day, own string
	err := w.tx.Get(`select state, kind, day, coalesce(household_id, '') from operation where province_id = $1 and id = $2`, []any{w.s.Province, id}, &state, &kind, &day, &own)
	if err != nil || state == "undone" {
		return err
	}
	entries, err := journal.OfOperation(w.tx, w.s.Province, id, string(household))
	if err != nil {
		return err
	}
	if own != "" && own != string(household) {
		more, err := journal.OfOperation(w.tx, w.s.Province, id, own)
		if err != nil {
			return err
		}
		entries = append(entries, more...)
	}
	touches := rows == nil
	for _, e := range entries {
		for _, c := range e.Changes {
			touches = touches || rows[c.Kind+" "+c.Record]
		}
	}
	if touches {
		rests.say("household.later_operation", "what", text.T("household.op."+kind), "day", area.ShowDay(day))
	}
	return nil
}

// pointingTo says what refers to a row that the undo would remove, or stands
// in the way of what it would bring back.
func (w *work) pointingTo(r *row, made, changed map[string]bool, rests *resting) error {
	switch {
	case r.table == "household" && r.isNew:
		changed[r.key()] = true // whatever was done with it rests on its being there
		return w.householdUsed(r, made, rests)
	case r.table == "person" && r.isNew:
		return w.personUsed(r, made, rests)
	case r.table == "membership" && !r.isNew && r.change("to_day") != nil:
		return w.laterMemberships(r.id()[1], orEmpty(r.change("to_day").To), made, rests)
	}
	return nil
}

func (w *work) householdUsed(r *row, made map[string]bool, rests *resting) error {
	p := w.s.Province
	err := w.tx.Each(`select r.id from assessment_in_force f join round r on r.province_id = f.province_id and r.id = f.round_id
		where f.province_id = $1 and f.household_id = $2 order by r.year, r.id`, []any{p, r.record}, func(rows *sql.Rows) error {
		var round string
		err := rows.Scan(&round)
		rests.say("household.has_assessment", "round", round)
		return err
	})
	if err != nil {
		return err
	}
	return w.tx.Each(`select person_id, from_day from membership where province_id = $1 and household_id = $2`, []any{p, r.record}, func(rows *sql.Rows) error {
		var person, day string
		err := rows.Scan(&person, &day)
		if !made["membership "+key(r.record, person, day)] {
			rests.say("household.has_later_member", "day", area.ShowDay(day))
		}
		return err
	})
}

// personUsed looks for later memberships and for forms on which the person
// stands.
func (w *work) personUsed(r *row, made map[string]bool, rests *resting) error {
	if err := w.laterMemberships(r.record, "", made, rests); err != nil {
		return err
	}
	return w.tx.Each(`select a.round_id, a.roster from assessment_in_force f join assessment a on a.province_id = f.province_id and a.id = f.assessment_id
		where f.province_id = $1 and f.household_id in (select household_id from membership where province_id = $1 and person_id = $2) order by a.round_id`,
		[]any{w.s.Province, r.record}, func(rows *sql.Rows) error {
			var round, roster string
			err := rows.Scan(&round, &roster)
			if strings.Contains(roster, r.record) {
				rests.say("household.on_assessment", "round", round)
			}
			return err
		})
}

func (w *work) laterMemberships(person, from string, made map[string]bool, rests *resting) error {
	return w.tx.Each(`select household_id, from_day from membership where province_id = $1 and person_id = $2 and from_day >= $3`, []any{w.s.Province, person, from}, func(rows *sql.Rows) error {
		var household, day string
		err := rows.Scan(&household, &day)
		if _, own := made["membership "+key(household, person, day)]; !own {
			rests.say("household.has_later_membership", "day", area.ShowDay(day))
		}
		return err
	})
}
