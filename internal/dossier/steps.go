package dossier

import (
	"context"
	"slices"
	"strings"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/fault"
	"giamngheo/internal/text"
	"giamngheo/internal/typed"
)

// Checked is a checklist read for questions about it.
type Checked struct {
	Rules Rules
	Units []area.ID
	done  map[doneKey]Done
}

type doneKey struct {
	step string
	unit area.ID
}

// Check reads the checklist of a dossier.
func (s *Store) Check(tx *db.Tx, d Dossier) (*Checked, error) {
	r, err := s.rules(d)
	if err != nil {
		return nil, err
	}
	list, err := s.Checklist(tx, d.ID)
	if err != nil {
		return nil, err
	}
	c := &Checked{Rules: r, done: map[doneKey]Done{}}
	if subject := s.subjects[d.Kind]; subject != nil {
		if c.Units, err = subject.Units(tx, d); err != nil {
			return nil, err
		}
	}
	for _, one := range list {
		c.done[doneKey{one.Step, one.Unit}] = one
	}
	return c, nil
}

// Done gives the record of a step in a unit ("" for the whole dossier).
func (c *Checked) Done(step string, unit area.ID) (Done, bool) {
	d, ok := c.done[doneKey{step, unit}]
	return d, ok
}

// DoneIn counts the units in which a step is done, and in how many it is to be
// done.
func (c *Checked) DoneIn(step Step) (done, all int) {
	if step.Per == "" {
		_, ok := c.Done(step.Code, "")
		if ok {
			done = 1
		}
		return done, 1
	}
	for _, u := range c.Units {
		if _, ok := c.Done(step.Code, u); ok {
			done++
		}
	}
	return done, len(c.Units)
}

// Whole says whether a step is done everywhere. A step per village is not done
// where no village is known.
func (c *Checked) Whole(step Step) bool {
	done, all := c.DoneIn(step)
	return all > 0 && done == all
}

// Before gives the first earlier step that is not done, for the unit; ok is
// false where nothing is missing. For the whole dossier every unit counts.
func (c *Checked) Before(code string, unit area.ID) (Step, bool) {
	_, at, _ := c.Rules.Step(code)
	for _, earlier := range c.Rules.Steps[:at] {
		var done bool
		if unit != "" && earlier.Per != "" {
			_, done = c.Done(earlier.Code, unit)
		} else {
			done = c.Whole(earlier)
		}
		if !done {
			return earlier, true
		}
	}
	return Step{}, false
}

// Next gives the step at which the dossier stands: the first that is not done
// everywhere; ok is false where all are.
func (c *Checked) Next() (Step, bool) {
	for _, step := range c.Rules.Steps {
		if !c.Whole(step) {
			return step, true
		}
	}
	return Step{}, false
}

// Do marks a step as done, in one unit or ("") in the whole dossier.
func (s *Store) Do(ctx context.Context, by *account.Actor, id, code string, unit area.ID, note string) error {
	return s.DB.Write(ctx, func(tx *db.Tx) error { return s.DoIn(tx, by, id, code, unit, note) })
}

// DoIn is Do within a transaction, for a subject whose own action is the step.
func (s *Store) DoIn(tx *db.Tx, by *account.Actor, id, code string, unit area.ID, note string) error {
	note, err := typed.Account("note", note)
	if err != nil {
		return err
	}
	d, c, step, role, err := s.about(tx, by, id, code, unit)
	if err != nil {
		return err
	}
	if done, ok := c.Done(code, unit); ok {
		return fault.New(fault.Conflict, "step_done", text.T("dossier.step_done", "step", c.Rules.StepName(done.Step)))
	}
	if earlier, missing := c.Before(code, unit); missing {
		return fault.New(fault.Conflict, "step_before", text.T("dossier.step_before", "step", c.Rules.StepName(code), "before", c.Rules.StepName(earlier.Code)))
	}
	if subject := s.subjects[d.Kind]; subject != nil {
		obstacles, err := subject.Obstacles(tx, d, step, unit)
		if err != nil {
			return err
		}
		if len(obstacles) > 0 {
			return hindered(obstacles)
		}
	}
	if err := s.mark(tx, by, d, code, unit, note); err != nil {
		return err
	}
	return s.tell(tx, by, role, d, StepDone, code, unit, note)
}

func hindered(list []Obstacle) error {
	lines, parts := make([]string, len(list)), make([]fault.Part, len(list))
	for i, o := range list {
		lines[i], parts[i] = o.Named(), o.Part()
	}
	return fault.New(fault.Conflict, list[0].Code, strings.Join(lines, " ")).With(parts...)
}

func (s *Store) mark(tx *db.Tx, by *account.Actor, d Dossier, code string, unit area.ID, note string) error {
	_, err := tx.Exec(`insert into dossier_step (province_id, dossier_id, step, unit_id, done_at, done_by, note) values ($1, $2, $3, $4, $5, $6, $7)`,
		s.Province, d.ID, code, string(unit), s.Now().UnixMilli(), by.ID, note)
	if db.Unique(err) {
		return fault.New(fault.Conflict, "stale_rev", text.T("dossier.stale"))
	}
	return err
}

// about reads what a step is asked about, and refuses who may not, a step that
// is not there, and one whose time has not come or is over.
func (s *Store) about(tx *db.Tx, by *account.Actor, id, code string, unit area.ID) (d Dossier, c *Checked, step Step, role string, err error) {
	if d, err = s.FindIn(tx, by, id); err != nil {
		return d, nil, step, "", err
	}
	if c, err = s.Check(tx, d); err != nil {
		return d, nil, step, "", err
	}
	step, _, ok := c.Rules.Step(code)
	if !ok || (step.Per == "") != (unit == "") || unit != "" && !slices.Contains(c.Units, unit) {
		return d, c, step, "", fault.New(fault.NotFound, "no_step", text.T("dossier.no_step"))
	}
	if step.With != "" {
		return d, c, step, "", fault.New(fault.Conflict, "step_with", text.T("dossier.step_with."+string(step.With), "step", c.Rules.StepName(code)))
	}
	if role, err = s.mayDo(by, d, step, unit); err != nil {
		return d, c, step, "", err
	}
	if !step.Stage.fits(d.State) {
		return d, c, step, "", fault.New(fault.Conflict, "wrong_state", text.T("dossier.step_state", "step", c.Rules.StepName(code), "state", text.T("dossier.state."+string(d.State))))
	}
	return d, c, step, role, nil
}

// TakeBack takes a step back with a reason; those that rest on it are open
// again. It gives how many others were reopened.
func (s *Store) TakeBack(ctx context.Context, by *account.Actor, id, code string, unit area.ID, reason string) (reopened int, err error) {
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		reopened, err = s.TakeBackIn(tx, by, id, code, unit, reason)
		return err
	})
	return reopened, err
}

// TakeBackIn is TakeBack within a transaction.
func (s *Store) TakeBackIn(tx *db.Tx, by *account.Actor, id, code string, unit area.ID, reason string) (int, error) {
	reason, err := reasoned(reason, "dossier.back_reason")
	if err != nil {
		return 0, err
	}
	d, c, _, role, err := s.about(tx, by, id, code, unit)
	if err != nil {
		return 0, err
	}
	if _, done := c.Done(code, unit); !done {
		return 0, fault.New(fault.Conflict, "step_open", text.T("dossier.step_open", "step", c.Rules.StepName(code)))
	}
	if err := s.unmark(tx, d, doneKey{code, unit}); err != nil {
		return 0, err
	}
	if err := s.tell(tx, by, role, d, StepBack, code, unit, reason); err != nil {
		return 0, err
	}
	return s.reopen(tx, by, role, d, c, code, unit, text.T("dossier.rests_on", "step", c.Rules.StepName(code), "reason", reason))
}

// reopen takes back every step after the one given: in the same unit as long
// as the steps are per unit, everywhere once one of them was for the whole.
func (s *Store) reopen(tx *db.Tx, by *account.Actor, role string, d Dossier, c *Checked, code string, unit area.ID, reason string) (n int, err error) {
	_, at, _ := c.Rules.Step(code)
	everywhere := unit == ""
	for _, later := range c.Rules.Steps[at+1:] {
		everywhere = everywhere || later.Per == ""
		for key := range c.done {
			if key.step != later.Code || later.Per != "" && !everywhere && key.unit != unit {
				continue
			}
			if err := s.unmark(tx, d, key); err != nil {
				return n, err
			}
			if err := s.tell(tx, by, role, d, StepBack, key.step, key.unit, reason); err != nil {
				return n, err
			}
			n++
		}
	}
	return n, nil
}

func (s *Store) unmark(tx *db.Tx, d Dossier, key doneKey) error {
	_, err := tx.Exec(`delete from dossier_step where province_id = $1 and dossier_id = $2 and step = $3 and unit_id = $4`, s.Province, d.ID, key.step, string(key.unit))
	return err
}

// reasoned is the reason given, which must not be missing.
func reasoned(reason, missing string) (string, error) {
	reason, err := typed.Account("reason", reason)
	if err == nil && reason == "" {
		err = fault.New(fault.Invalid, "reason_missing", text.T(missing), fault.Field{Name: "reason", Message: text.T(missing)})
	}
	return reason, err
}

// Obstacles tells what still stands against a step in a unit, steps before it
// included; a page shows it before somebody tries.
func (s *Store) Obstacles(tx *db.Tx, d Dossier, c *Checked, code string, unit area.ID) ([]Obstacle, error) {
	step, _, ok := c.Rules.Step(code)
	if !ok {
		return nil, nil
	}
	var list []Obstacle
	if earlier, open := c.Before(code, unit); open {
		list = append(list, Obstacle{Code: "step_before", Message: text.T("dossier.first", "before", c.Rules.StepName(earlier.Code))})
	}
	subject := s.subjects[d.Kind]
	if subject == nil {
		return list, nil
	}
	more, err := subject.Obstacles(tx, d, step, unit)
	return append(list, more...), err
}
