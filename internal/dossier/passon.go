package dossier

import (
	"context"
	"slices"
	"strings"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/journal"
	"giamngheo/internal/text"
)

// PassOn hands the open dossiers about a subject whose unit has ended to its
// successors, unit by unit: what was done in a village goes where the village
// went, and the steps of the whole begin again there. Decided dossiers stay as
// they are. It gives how many were passed on.
func (s *Store) PassOn(ctx context.Context, by *account.Actor, subject, kind string) (n int, err error) {
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		n = 0
		list, err := s.ListIn(tx, subject, kind)
		if err != nil {
			return err
		}
		for _, d := range list {
			passed, err := s.PassOnIn(tx, by, d)
			if err != nil {
				return err
			}
			if passed {
				n++
			}
		}
		return nil
	})
	return n, err
}

// PassOnIn passes one dossier on, where it is open and its unit has ended.
func (s *Store) PassOnIn(tx *db.Tx, by *account.Actor, d Dossier) (bool, error) {
	day := s.Day(d)
	if _, lives := s.Tree().On(d.Unit, day); lives || d.State.Decided() || d.State == PassedOn {
		return false, nil
	}
	return s.passOn(tx, by, d, day)
}

// Heirs are the units of a level to which the work of a unit that has ended
// goes on the day; ok is false while nobody has recorded where all its villages
// went.
func (s *Store) Heirs(unit area.ID, level area.Level, day string) (units []area.ID, ok bool) {
	old, known := s.Tree().Last(unit)
	if !known || old.To == "" || old.To > day {
		return nil, false
	}
	units, _ = s.heirs(old, level, day)
	return units, !s.levelLives(level, day) || len(units) > 0 && !s.unplaced(old, level, day)
}

// heirs are the units of the dossier's level that its unit's villages lie in
// now, each with those villages.
func (s *Store) heirs(old area.Version, level area.Level, day string) (units []area.ID, villages map[area.ID][]area.ID) {
	tree := s.Tree()
	villages = map[area.ID][]area.ID{}
	for _, v := range tree.Children(old.Area, area.DayBefore(old.To)) {
		if now, ok := tree.Ancestor(v.Area, day, level); ok {
			villages[now.Area] = append(villages[now.Area], v.Area)
			if !slices.Contains(units, now.Area) {
				units = append(units, now.Area)
			}
		}
	}
	if len(units) == 0 {
		for _, id := range tree.Heirs(old.Area, day) {
			if v, ok := tree.On(id, day); ok && v.Level == level {
				units = append(units, id)
			}
		}
	}
	return units, villages
}

func (s *Store) passOn(tx *db.Tx, by *account.Actor, d Dossier, day string) (bool, error) {
	r, err := s.rules(d)
	if err != nil {
		return false, err
	}
	p, err := s.Law.ByID(d.Procedure)
	if err != nil {
		return false, err
	}
	old, ok := s.Tree().Last(d.Unit)
	if !ok || old.To == "" || old.To > day {
		return false, nil
	}
	units, villages := s.heirs(old, r.Level, day)
	if s.levelLives(r.Level, day) && (len(units) == 0 || s.unplaced(old, r.Level, day)) {
		return false, nil // it waits until somebody has recorded where all its villages went
	}
	return true, s.handOn(tx, by, d, p, old.FullName, units, villages, func(unit area.ID) string {
		v, _ := s.Tree().On(unit, day)
		return v.FullName
	})
}

// HandOn passes an open dossier from a body that is no more, named from, to
// another.
func (s *Store) HandOn(tx *db.Tx, by *account.Actor, d Dossier, from string, to area.ID, name string) error {
	p, err := s.Law.ByID(d.Procedure)
	if err != nil {
		return err
	}
	return s.handOn(tx, by, d, p, from, []area.ID{to}, nil, func(area.ID) string { return name })
}

func (s *Store) handOn(tx *db.Tx, by *account.Actor, d Dossier, p *Procedure, from string, units []area.ID, villages map[area.ID][]area.ID, name func(area.ID) string) error {
	var names []string
	first := ""
	for _, unit := range units {
		key, err := s.inherited(tx, by, d, unit)
		if err != nil {
			return err
		}
		to, err := s.arrive(tx, by, p, key, from)
		if err != nil {
			return err
		}
		if first == "" {
			first = to.ID
		}
		for _, village := range villages[unit] {
			if _, err := tx.Exec(`update dossier_step set dossier_id = $1 where province_id = $2 and dossier_id = $3 and unit_id = $4`, to.ID, s.Province, d.ID, string(village)); err != nil {
				return err
			}
		}
		if subject := s.subjects[d.Kind]; subject != nil {
			if err := subject.PassedOn(tx, by, d, to, villages[unit]); err != nil {
				return err
			}
		}
		names = append(names, name(unit))
	}
	// The steps of the whole are nobody's any more: the successors do them anew.
	if _, err := tx.Exec(`delete from dossier_step where province_id = $1 and dossier_id = $2 and unit_id = ''`, s.Province, d.ID); err != nil {
		return err
	}
	if _, err := tx.Exec(`update dossier set state = $1, passed_to = $2, rev = rev + 1 where province_id = $3 and id = $4`, string(PassedOn), first, s.Province, d.ID); err != nil {
		return err
	}
	reason := text.T("dossier.passed_to", "areas", strings.Join(names, ", "))
	if len(names) == 0 {
		reason = text.T("dossier.passed_none")
	}
	return s.tell(tx, by, "", d, Passing, "", "", reason, moved(d.State, PassedOn)...)
}

// inherited is what the dossier of a successor is about: the same, but where
// the subject keeps something of each unit.
func (s *Store) inherited(tx *db.Tx, by *account.Actor, d Dossier, unit area.ID) (Key, error) {
	if heir, ok := s.subjects[d.Kind].(Heir); ok {
		return heir.Inherits(tx, by, d, unit)
	}
	return Key{d.Kind, d.Subject, unit, d.Until, d.SignAt}, nil
}

// unplaced says whether a village of the unit that has ended lies in no unit of
// the level: the unit was divided, and the office has not said to which part it
// went.
func (s *Store) unplaced(old area.Version, level area.Level, day string) bool {
	return slices.ContainsFunc(s.Tree().Children(old.Area, area.DayBefore(old.To)), func(v area.Version) bool {
		_, placed := s.Tree().Ancestor(v.Area, day, level)
		_, lives := s.Tree().On(v.Area, day)
		return lives && !placed
	})
}

// levelLives says whether there are units of the level at all on the day.
func (s *Store) levelLives(level area.Level, day string) bool {
	for _, root := range s.Tree().Roots(day) {
		if root.Level == level || len(s.Tree().OfLevel(root.Area, day, level)) > 0 {
			return true
		}
	}
	return false
}

// arrive makes the successor's dossier ready for the villages that come: it is
// opened where there is none; the steps of the whole, done without them, are
// open again; one that was handed in comes back; for one that is decided the
// level above is asked to unlock it, for a decision is nobody's to change here.
func (s *Store) arrive(tx *db.Tx, by *account.Actor, p *Procedure, k Key, from string) (Dossier, error) {
	to, there, err := s.About(tx, k)
	if err != nil {
		return to, err
	}
	if !there {
		if err := s.Open(tx, by.ID, p, []Key{k}); err != nil {
			return to, err
		}
		if to, _, err = s.About(tx, k); err != nil {
			return to, err
		}
	}
	reason := text.T("dossier.passed_from", "area", from)
	was := to.State
	switch {
	case to.State == Submitted:
		if err := s.set(tx, &to, Returned, to.Rev, ``); err != nil {
			return to, err
		}
	case to.State.Decided() && to.UnlockAsked == 0:
		now := s.Now().UnixMilli()
		if err := s.set(tx, &to, to.State, to.Rev, `, unlock_asked_at = $5, unlock_asked_by = $6, unlock_reason = $7`, now, by.ID, reason); err != nil {
			return to, err
		}
		to.UnlockAsked, to.UnlockBy, to.UnlockReason = now, by.ID, reason
		return to, s.tell(tx, by, "", to, UnlockAsked, "", "", reason)
	case to.State.Decided():
		return to, s.tell(tx, by, "", to, Passing, "", "", reason)
	}
	var changes = moved(was, to.State)
	if was == to.State {
		changes = nil
	}
	if err := s.tell(tx, by, "", to, Passing, "", "", reason, changes...); err != nil {
		return to, err
	}
	c, err := s.Check(tx, to)
	if err != nil {
		return to, err
	}
	for _, step := range c.Rules.Steps {
		if _, done := c.Done(step.Code, ""); !done {
			continue
		}
		if err := s.unmark(tx, to, doneKey{step.Code, ""}); err != nil {
			return to, err
		}
		if err := s.tell(tx, by, "", to, StepBack, step.Code, "", reason); err != nil {
			return to, err
		}
	}
	return to, nil
}

// Lapse ends an open dossier with its unit, without a successor.
func (s *Store) Lapse(tx *db.Tx, by *account.Actor, d Dossier) error {
	from := d.State
	if err := s.set(tx, &d, PassedOn, d.Rev, ``); err != nil {
		return err
	}
	return s.tell(tx, by, "", d, Passing, "", "", text.T("dossier.lapsed"), moved(from, PassedOn)...)
}

// Move gives an open dossier to another body, named from, with all that was
// written of it: only whose it is changes. One that was handed in comes back.
func (s *Store) Move(tx *db.Tx, by *account.Actor, d Dossier, from string, to area.ID) error {
	state := d.State
	if state == Submitted {
		state = Returned
	}
	was := d.State
	if err := s.set(tx, &d, state, d.Rev, `, unit_id = $5`, string(to)); err != nil {
		return err
	}
	d.Unit = to
	if _, err := tx.Exec(`delete from dossier_step where province_id = $1 and dossier_id = $2 and unit_id = ''`, s.Province, d.ID); err != nil {
		return err
	}
	var changes []journal.Change
	if was != state {
		changes = moved(was, state)
	}
	return s.tell(tx, by, "", d, Passing, "", "", text.T("dossier.passed_from", "area", from), changes...)
}
