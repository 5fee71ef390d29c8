package household

import (
	"database/sql"
	"errors"
	"slices"
	"strconv"
	"strings"

	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/fault"
	"giamngheo/internal/text"
)

// touched gives the households and persons whose rows have been written,
// each once, in the order of the writing.
func (r *recorder) touched() (households []ID, persons []PersonID) {
	household := func(id string) { households = add(households, ID(id)) }
	person := func(id string) {
		if !slices.Contains(persons, PersonID(id)) {
			persons = append(persons, PersonID(id))
		}
	}
	for _, c := range r.changes {
		id := strings.Split(c.Record, "|")
		switch c.Kind {
		case "household", "residence":
			household(id[0])
		case "membership":
			household(id[0])
			person(id[1])
		case "person":
			person(id[0])
		}
	}
	return households, persons
}

// settle makes the rows of households and persons say what the dated tables
// say of today, then tests the dated tables themselves from the day on: an
// operation may be dated before others that were written down earlier.
func (w *work) settle(day string) error {
	households, persons := w.rec.touched()
	households = add(households, w.op.Household)
	for _, id := range persons {
		home, err := w.settlePerson(id)
		if err != nil {
			return err
		}
		if home != "" {
			households = add(households, home)
		}
	}
	w.households = households
	for _, id := range households {
		if err := w.settleHousehold(id); err != nil {
			return err
		}
	}
	for _, id := range households {
		if ok, err := w.whole(id, day); err != nil || !ok {
			return w.orLater(err, households, day)
		}
	}
	for _, id := range persons {
		if ok, err := w.inOnePlace(id, day); err != nil || !ok {
			return w.orLater(err, households, day)
		}
	}
	return nil
}

// settlePerson gives the household to which the person belongs today.
func (w *work) settlePerson(id PersonID) (ID, error) {
	var home ID
	today := w.s.today()
	err := w.tx.Get(`select household_id from membership where province_id = $1 and person_id = $2 and from_day <= $3 and to_day > $3`, []any{w.s.Province, string(id), today}, &home)
	if err != nil && !errors.Is(err, db.ErrNoRows) {
		return "", err
	}
	err = w.rec.update("person", []string{string(id)}, values{"household_id": string(home)})
	if errors.Is(err, db.ErrNoRows) {
		return "", nil // undone
	}
	return home, err
}

func add(list []ID, id ID) []ID {
	if slices.Contains(list, id) {
		return list
	}
	return append(list, id)
}

func (w *work) settleHousehold(id ID) error {
	if exists, err := w.rec.exists("household", []string{string(id)}); err != nil || !exists {
		return err
	}
	list, err := w.s.MembersOn(w.tx, id, w.s.today())
	if err != nil {
		return err
	}
	homes, err := w.s.Residences(w.tx, id)
	if err != nil {
		return err
	}
	set := values{"size": strconv.Itoa(len(list)), "head_id": "", "head_key": ""}
	for _, m := range list {
		if m.Relation == "head" {
			set["head_id"], set["head_key"], set["ethnic"] = string(m.ID), HeadKey(m.FullName, m.Birth), m.Ethnic
		}
	}
	if len(homes) > 0 {
		set["village_id"] = string(homes[len(homes)-1].VillageID)
	}
	return w.rec.update("household", []string{string(id)}, set)
}

// whole says whether, on each day from the given one on which the household
// lives, it has one head and one home, and nobody belongs to it on any other.
func (w *work) whole(id ID, day string) (bool, error) {
	var from, to string
	err := w.tx.Get(`select from_day, to_day from household where province_id = $1 and id = $2`, []any{w.s.Province, string(id)}, &from, &to)
	if errors.Is(err, db.ErrNoRows) {
		return true, nil
	}
	if err != nil {
		return false, err
	}
	members, err := w.s.MemberHistory(w.tx, id)
	if err != nil {
		return false, err
	}
	homes, err := w.s.Residences(w.tx, id)
	if err != nil {
		return false, err
	}
	day = max(day, from)
	days := []string{day}
	note := func(a, b string) {
		days = append(days, max(a, day), max(b, day))
	}
	for _, m := range members {
		if m.To > day && (m.From < from || m.To > to) || m.From >= m.To {
			return false, nil
		}
		note(m.From, m.To)
	}
	for _, h := range homes {
		if h.To > day && (h.From < from || h.To > to) || h.From >= h.To {
			return false, nil
		}
		note(h.From, h.To)
	}
	for _, d := range days {
		if d >= to {
			continue
		}
		heads, places := 0, 0
		for _, m := range members {
			if m.From <= d && d < m.To && m.Relation == "head" {
				heads++
			}
		}
		for _, h := range homes {
			if h.From <= d && d < h.To {
				places++
			}
		}
		if heads != 1 || places != 1 {
			return false, nil
		}
	}
	return true, nil
}

// inOnePlace says whether from the day on nobody's memberships overlap.
func (w *work) inOnePlace(id PersonID, day string) (ok bool, err error) {
	end := ""
	ok = true
	err = w.tx.Each(`select from_day, to_day from membership where province_id = $1 and person_id = $2 and to_day > $3 order by from_day`, []any{w.s.Province, string(id), day}, func(r *sql.Rows) error {
		var from, to string
		if err := r.Scan(&from, &to); err != nil {
			return err
		}
		ok = ok && from >= end
		end = to
		return nil
	})
	return ok, err
}

// orLater is the refusal of what does not fit with what happened after the
// day, with the list of that; or the error that came first.
func (w *work) orLater(err error, households []ID, day string) error {
	if err != nil {
		return err
	}
	return w.laterEvents(households, day)
}

func (w *work) laterEvents(households []ID, day string) error {
	var list []fault.Field
	say := func(on, key string, pairs ...any) {
		f := fault.Field{Name: "day", Message: text.T(key, append(pairs, "day", area.ShowDay(on))...)}
		if on > day && on != Far && !slices.Contains(list, f) {
			list = append(list, f)
		}
	}
	for _, id := range households {
		members, err := w.s.MemberHistory(w.tx, id)
		if err != nil {
			return err
		}
		for _, m := range members {
			if m.FromKind == "relation_changed" {
				say(m.From, "household.later.relation", "name", m.FullName)
			} else {
				say(m.From, "household.later.came", "name", m.FullName)
			}
			if m.ToKind != "relation_changed" {
				say(m.To, "household.later.left", "name", m.FullName)
			}
		}
		homes, err := w.s.Residences(w.tx, id)
		if err != nil {
			return err
		}
		for i, h := range homes {
			if i > 0 {
				say(h.From, "household.later.moved")
			}
		}
	}
	return fault.New(fault.Conflict, "later_events", text.T("household.later_events", "day", area.ShowDay(day)), list...)
}
