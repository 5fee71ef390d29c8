package dossier

import (
	"context"
	"slices"

	"giamngheo/internal/account"
	"giamngheo/internal/db"
	"giamngheo/internal/fault"
	"giamngheo/internal/journal"
	"giamngheo/internal/text"
	"giamngheo/internal/typed"
)

// act reads a dossier that somebody wants to move, calls f with what he may do,
// and lets the subject write what follows.
func (s *Store) act(ctx context.Context, by *account.Actor, id string, action Action, f func(tx *db.Tx, d *Dossier, c *Checked, may Allowed) error) (d Dossier, err error) {
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		d, err = s.actIn(tx, by, id, action, f)
		return err
	})
	return d, err
}

func (s *Store) actIn(tx *db.Tx, by *account.Actor, id string, action Action, f func(tx *db.Tx, d *Dossier, c *Checked, may Allowed) error) (Dossier, error) {
	d, err := s.FindIn(tx, by, id)
	if err != nil {
		return d, err
	}
	c, err := s.Check(tx, d)
	if err != nil {
		return d, err
	}
	may, err := s.May(by, d)
	if err != nil {
		return d, err
	}
	if err := f(tx, &d, c, may); err != nil {
		return d, err
	}
	if subject := s.subjects[d.Kind]; subject != nil {
		return d, subject.Acted(tx, by, d, action)
	}
	return d, nil
}

func notYours(names string) error {
	return fault.New(fault.Forbidden, "not_yours", text.T("dossier.not_yours", "roles", names))
}

func wrongState(d Dossier) error {
	return fault.New(fault.Conflict, "wrong_state", text.T("dossier.wrong_state", "state", text.T("dossier.state."+string(d.State))))
}

// missing refuses an action while a step of the stage, or of one before, is
// not done everywhere.
func missing(c *Checked, stage Stage) error {
	for _, step := range c.Rules.Steps {
		if step.With == "" && !c.Whole(step) {
			return fault.New(fault.Conflict, "step_before", text.T("dossier.step_missing", "step", c.Rules.StepName(step.Code)))
		}
		if step.Stage == stage && last(c.Rules, step) {
			return nil
		}
	}
	return nil
}

// last says whether no step of the same stage comes after.
func last(r Rules, step Step) bool {
	_, at, _ := r.Step(step.Code)
	return at+1 == len(r.Steps) || r.Steps[at+1].Stage != step.Stage
}

// hinder asks the subject what stands against the steps that are done with the
// action.
func (s *Store) hinder(tx *db.Tx, d Dossier, c *Checked, action Action) error {
	subject := s.subjects[d.Kind]
	if subject == nil {
		return nil
	}
	for _, step := range c.Rules.Steps {
		if step.With != action {
			continue
		}
		obstacles, err := subject.Obstacles(tx, d, step, "")
		if err != nil {
			return err
		}
		if len(obstacles) > 0 {
			return hindered(obstacles)
		}
	}
	return nil
}

// markWith marks the steps that are done with the action.
func (s *Store) markWith(tx *db.Tx, by *account.Actor, d Dossier, c *Checked, action Action) error {
	for _, step := range c.Rules.Steps {
		if _, done := c.Done(step.Code, ""); step.With != action || done {
			continue
		}
		if err := s.mark(tx, by, d, step.Code, "", ""); err != nil {
			return err
		}
	}
	return nil
}

// HandIn hands the dossier in to whoever decides. All steps of the work must
// be done.
func (s *Store) HandIn(ctx context.Context, by *account.Actor, id string, rev int64, note string) (d Dossier, err error) {
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		d, err = s.HandInIn(tx, by, id, rev, note)
		return err
	})
	return d, err
}

// HandInIn is HandIn within a transaction.
func (s *Store) HandInIn(tx *db.Tx, by *account.Actor, id string, rev int64, note string) (Dossier, error) {
	note, err := typed.Account("note", note)
	if err != nil {
		return Dossier{}, err
	}
	return s.actIn(tx, by, id, HandedIn, func(tx *db.Tx, d *Dossier, c *Checked, may Allowed) error {
		if !d.State.Working() {
			return wrongState(*d)
		}
		if !may.HandIn {
			return notYours(s.roleNames(c.Rules.HandIn))
		}
		if err := missing(c, WhileWorking); err != nil {
			return err
		}
		// What was in order when a step was done may not be any more.
		if subject := s.subjects[d.Kind]; subject != nil {
			obstacles, err := subject.Obstacles(tx, *d, Step{With: HandedIn}, "")
			if err != nil {
				return err
			}
			if len(obstacles) > 0 {
				return hindered(obstacles)
			}
		}
		now := s.Now().UnixMilli()
		from := d.State
		if err := s.set(tx, d, Submitted, rev, `, handed_in_at = $5, handed_in_by = $6`, now, by.ID); err != nil {
			return err
		}
		d.HandedInAt, d.HandedInBy = now, by.ID
		return s.tell(tx, by, "", *d, HandedIn, "", "", note, moved(from, d.State)...)
	})
}

func moved(from, to State) []journal.Change {
	return []journal.Change{{Field: "state", From: journal.Value(string(from)), To: journal.Value(string(to))}}
}

// Return sends a dossier back with a reason. The steps of the decision are
// open again, and where a step is named that step and those after it.
func (s *Store) Return(ctx context.Context, by *account.Actor, id string, rev int64, step, reason string) (Dossier, error) {
	return s.act(ctx, by, id, SentBack, func(tx *db.Tx, d *Dossier, c *Checked, may Allowed) error {
		reason, err := reasoned(reason, "dossier.return_reason")
		if err != nil {
			return err
		}
		if d.State != Submitted {
			return wrongState(*d)
		}
		if !may.Return {
			return notYours(s.roleNames(c.Rules.Return))
		}
		if err := s.set(tx, d, Returned, rev, ``); err != nil {
			return err
		}
		if err := s.tell(tx, by, "", *d, SentBack, step, "", reason, moved(Submitted, Returned)...); err != nil {
			return err
		}
		return s.reopenFrom(tx, by, *d, c, step, reason)
	})
}

// reopenFrom opens the step named and those after it, and in any case those
// that are not done by the unit itself.
func (s *Store) reopenFrom(tx *db.Tx, by *account.Actor, d Dossier, c *Checked, code, reason string) error {
	named := code == ""
	for _, step := range c.Rules.Steps {
		if step.Code == code {
			named = true
		}
	}
	if !named {
		return fault.New(fault.NotFound, "no_step", text.T("dossier.no_step"))
	}
	open := false
	for _, step := range c.Rules.Steps {
		open = open || step.Code == code || step.Stage != WhileWorking
		for key := range c.done {
			if !open || key.step != step.Code {
				continue
			}
			if err := s.unmark(tx, d, key); err != nil {
				return err
			}
			if err := s.tell(tx, by, "", d, StepBack, key.step, key.unit, reason); err != nil {
				return err
			}
		}
	}
	return nil
}

// Approve signs the dossier: by a signing post at its unit, and by another
// person than the one who handed it in.
func (s *Store) Approve(ctx context.Context, by *account.Actor, id string, rev int64, note string) (Dossier, error) {
	return s.act(ctx, by, id, Approval, func(tx *db.Tx, d *Dossier, c *Checked, may Allowed) error {
		note, err := typed.Account("note", note)
		if err != nil {
			return err
		}
		if d.State != Submitted {
			return wrongState(*d)
		}
		if may.ApproveNot != "" {
			return fault.New(fault.Forbidden, "own_work", may.ApproveNot)
		}
		post, ok := s.signer(by, c.Rules, *d)
		if !may.Approve || !ok {
			return notYours(s.roleNames(c.Rules.Approve))
		}
		if err := missing(c, WhileSubmitted); err != nil {
			return err
		}
		if err := s.hinder(tx, *d, c, Approval); err != nil {
			return err
		}
		capacity, changes := s.Roles().Signs(post), moved(Submitted, Approved)
		if post.For != "" {
			changes = append(changes, journal.Change{Field: "substitution", To: journal.Value(string(post.ID))})
		}
		now := s.Now().UnixMilli()
		if err := s.set(tx, d, Approved, rev, `, decided_at = $5, decided_by = $6, capacity = $7`, now, by.ID, capacity); err != nil {
			return err
		}
		d.DecidedAt, d.DecidedBy, d.Capacity = now, by.ID, capacity
		if err := s.markWith(tx, by, *d, c, Approval); err != nil {
			return err
		}
		return s.tell(tx, by, post.Role, *d, Approval, "", "", note, changes...)
	})
}

// Lock closes an approved dossier: nothing in it changes any more unless it is
// unlocked on a reasoned request.
func (s *Store) Lock(ctx context.Context, by *account.Actor, id string, rev int64) (Dossier, error) {
	return s.act(ctx, by, id, Locking, func(tx *db.Tx, d *Dossier, c *Checked, may Allowed) error {
		if d.State != Approved {
			return wrongState(*d)
		}
		if !may.Lock {
			return notYours(s.roleNames(c.Rules.HandIn))
		}
		if err := missing(c, OnceApproved); err != nil {
			return err
		}
		if err := s.hinder(tx, *d, c, Locking); err != nil {
			return err
		}
		if err := s.set(tx, d, Locked, rev, ``); err != nil {
			return err
		}
		if err := s.markWith(tx, by, *d, c, Locking); err != nil {
			return err
		}
		return s.tell(tx, by, "", *d, Locking, "", "", "", moved(Approved, Locked)...)
	})
}

// AskUnlock asks the level above to open a decided dossier again.
func (s *Store) AskUnlock(ctx context.Context, by *account.Actor, id string, rev int64, reason string) (Dossier, error) {
	return s.act(ctx, by, id, UnlockAsked, func(tx *db.Tx, d *Dossier, c *Checked, may Allowed) error {
		reason, err := reasoned(reason, "dossier.unlock_reason")
		if err != nil {
			return err
		}
		if !d.State.Decided() || d.UnlockAsked != 0 {
			return wrongState(*d)
		}
		if !may.AskUnlock {
			return notYours(s.roleNames(slices.Concat(c.Rules.HandIn, c.Rules.Approve)))
		}
		now := s.Now().UnixMilli()
		if err := s.set(tx, d, d.State, rev, `, unlock_asked_at = $5, unlock_asked_by = $6, unlock_reason = $7`, now, by.ID, reason); err != nil {
			return err
		}
		d.UnlockAsked, d.UnlockBy, d.UnlockReason = now, by.ID, reason
		return s.tell(tx, by, "", *d, UnlockAsked, "", "", reason)
	})
}

// Unlock answers a request to unlock: granted, the dossier is worked on again
// like a returned one, from the step named on; refused, it stays as it is.
// What was sent up before stays recorded.
func (s *Store) Unlock(ctx context.Context, by *account.Actor, id string, rev int64, grant bool, step, reason string) (Dossier, error) {
	action := Unlocked
	if !grant {
		action = UnlockNo
	}
	return s.act(ctx, by, id, action, func(tx *db.Tx, d *Dossier, c *Checked, may Allowed) error {
		reason, err := reasoned(reason, "dossier.answer_reason")
		if err != nil {
			return err
		}
		if !d.State.Decided() || d.UnlockAsked == 0 {
			return wrongState(*d)
		}
		if d.UnlockBy == by.ID {
			return fault.New(fault.Forbidden, "own_work", text.T("dossier.own_request"))
		}
		if !may.Unlock {
			return notYours(s.roleNames(c.Rules.Unlock))
		}
		from, to := d.State, d.State
		if grant {
			to = Returned
		}
		if err := s.set(tx, d, to, rev, `, unlock_asked_at = null, unlock_asked_by = '', unlock_reason = ''`); err != nil {
			return err
		}
		d.UnlockAsked, d.UnlockBy, d.UnlockReason = 0, "", ""
		if err := s.tell(tx, by, "", *d, action, step, "", reason, moved(from, to)...); err != nil || !grant {
			return err
		}
		return s.reopenFrom(tx, by, *d, c, step, reason)
	})
}

// Affected tells what would change in what was already sent up if the dossier
// were unlocked.
func (s *Store) Affected(tx *db.Tx, d Dossier) ([]Obstacle, error) {
	if subject := s.subjects[d.Kind]; subject != nil {
		return subject.Affected(tx, d)
	}
	return nil, nil
}
