package household

import (
	"context"
	"fmt"

	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/fault"
	"giamngheo/internal/text"
)

// New is a household to be listed, with its members; one of them is the head.
type New struct {
	Village      area.ID
	Day          string // since when it lives there
	Reason       string
	Address      string
	Phone        string
	PolicyGroups []string
	Note         string
	Members      []Member // Person and Relation count
}

// Create lists a household that the registry does not have.
func (s *Store) Create(ctx context.Context, by Actor, n New) (id ID, operationID string, err error) {
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		if !by.Scope.Covers(s.Tree(), n.Village, s.today()) {
			return invalid("village", "household.unknown_village")
		}
		if err := s.checkDay(n.Day, "1900-01-01"); err != nil {
			return err
		}
		if err := checkHeads(n.Members); err != nil {
			return err
		}
		code, err := s.nextCode(tx)
		if err != nil {
			return err
		}
		id = ID(db.NewID())
		w := &work{s: s, tx: tx, by: by, id: db.NewID(), rec: &recorder{tx: tx, province: s.Province},
			op: Operation{Household: id, Day: n.Day, Reason: n.Reason}}
		if err := w.begin(id, code, n, "listed", ""); err != nil {
			return err
		}
		for _, m := range n.Members {
			if _, err := w.addPerson(id, m.Person, m.Relation, n.Day, "listed"); err != nil {
				return err
			}
		}
		operationID = w.id
		if err := w.refresh(id, nil); err != nil {
			return err
		}
		return w.finish(OpCreate, n.Village)
	})
	return id, operationID, err
}

// begin writes the rows of a new household, without members.
func (w *work) begin(id ID, code string, n New, kind string, splitFrom ID) error {
	err := w.rec.insert("household", values{"id": string(id), "code": code, "village_id": string(n.Village), "from_day": n.Day, "to_day": Far,
		"address": n.Address, "phone": n.Phone, "policy_groups": join(n.PolicyGroups), "note": n.Note, "split_from": string(splitFrom)})
	if err != nil {
		return err
	}
	return w.rec.insert("residence", values{"household_id": string(id), "from_day": n.Day, "to_day": Far, "village_id": string(n.Village), "from_kind": kind})
}

// Birth adds a child born on the day.
func (s *Store) Birth(ctx context.Context, by Actor, op Operation, child Person, relation string) (string, error) {
	return s.do(ctx, by, OpBirth, op, func(w *work) error {
		child.Birth = op.Day
		if relation == "head" {
			return invalid("relation", "household.newborn_head")
		}
		if _, err := w.addPerson(op.Household, child, relation, op.Day, "born"); err != nil {
			return err
		}
		return w.refresh(op.Household, nil)
	})
}

// Death ends a person's membership. When it was the head, newHead takes over;
// when it was the last member, the household ends.
func (s *Store) Death(ctx context.Context, by Actor, op Operation, person, newHead PersonID) (string, error) {
	return s.do(ctx, by, OpDeath, op, func(w *work) error {
		m, err := w.member(person)
		if err != nil {
			return err
		}
		if err := w.rec.update("person", []string{string(person)}, values{"death_day": op.Day, "household_id": ""}); err != nil {
			return err
		}
		return w.withdraw(m, newHead, "died", "died_out")
	})
}

// Leave ends the membership of a person who moves out of the province's
// registry; who moves to another household there joins it with Join.
func (s *Store) Leave(ctx context.Context, by Actor, op Operation, person, newHead PersonID) (string, error) {
	return s.do(ctx, by, OpLeave, op, func(w *work) error {
		m, err := w.member(person)
		if err != nil {
			return err
		}
		if err := w.rec.update("person", []string{string(person)}, values{"household_id": ""}); err != nil {
			return err
		}
		return w.withdraw(m, newHead, "moved_out", "moved_away")
	})
}

// withdraw takes a member out and settles who is the head.
func (w *work) withdraw(m Member, newHead PersonID, kind, endKind string) error {
	list, err := w.members()
	if err != nil {
		return err
	}
	if err := w.leave(w.now.ID, m, kind); err != nil {
		return err
	}
	if len(list) == 1 {
		return w.end(endKind)
	}
	if m.Relation == "head" {
		if newHead == "" || newHead == m.ID {
			return invalid("new_head", "household.head_needed")
		}
		if err := w.makeHead(newHead); err != nil {
			return err
		}
	}
	return w.refresh(w.now.ID, nil)
}

// end closes the household and its residence on the operation's day.
func (w *work) end(kind string) error {
	if err := w.endResidence(kind); err != nil {
		return err
	}
	return w.refresh(w.now.ID, values{"to_day": w.op.Day, "end_kind": kind})
}

func (w *work) endResidence(kind string) error {
	list, err := w.s.Residences(w.tx, w.now.ID)
	if err != nil {
		return err
	}
	last := list[len(list)-1]
	if w.op.Day <= last.From {
		return invalid("day", "household.lives_there_since", "day", area.ShowDay(last.From))
	}
	return w.rec.update("residence", []string{string(w.now.ID), last.From}, values{"to_day": w.op.Day, "to_kind": kind})
}

// Join lets a person come into the household: a new one, or (existing) one of
// another household within the actor's scope, who leaves that one.
func (s *Store) Join(ctx context.Context, by Actor, op Operation, p Person, relation string) (string, error) {
	return s.do(ctx, by, OpJoin, op, func(w *work) error {
		if relation == "head" {
			return invalid("relation", "household.second_head")
		}
		if p.ID == "" {
			if _, err := w.addPerson(op.Household, p, relation, op.Day, "moved_in"); err != nil {
				return err
			}
			return w.refresh(op.Household, nil)
		}
		known, err := s.person(w.tx, p.ID)
		if err != nil {
			return err
		}
		if known.DeathDay != "" || known.HouseholdID == op.Household {
			return invalid("person", "household.cannot_join", "name", known.FullName)
		}
		if known.HouseholdID != "" {
			other, err := s.Find(w.tx, by.Scope, known.HouseholdID)
			if err != nil {
				return err
			}
			from := &work{s: s, tx: w.tx, by: by, op: op, id: w.id, now: other, rec: w.rec}
			m, err := from.member(p.ID)
			if err != nil {
				return err
			}
			if m.Relation == "head" {
				return invalid("person", "household.head_needed")
			}
			if err := from.withdraw(m, "", "moved_out", "moved_away"); err != nil {
				return err
			}
		}
		if err := w.rec.update("person", []string{string(p.ID)}, values{"household_id": string(op.Household)}); err != nil {
			return err
		}
		if err := w.join(op.Household, p.ID, relation, op.Day, "moved_in"); err != nil {
			return err
		}
		return w.refresh(op.Household, nil)
	})
}

// Move changes the village on the day. The new one may lie outside the
// actor's scope: people move away, and take their history along.
func (s *Store) Move(ctx context.Context, by Actor, op Operation, to area.ID) (string, error) {
	return s.do(ctx, by, OpMove, op, func(w *work) error {
		v, ok := s.Tree().On(to, op.Day)
		if !ok || v.Level != area.Village {
			return invalid("village", "household.unknown_village")
		}
		if to == w.now.VillageID {
			return invalid("village", "household.same_village")
		}
		if err := w.endResidence("moved_out"); err != nil {
			return err
		}
		if err := w.rec.insert("residence", values{"household_id": string(op.Household), "from_day": op.Day, "to_day": Far, "village_id": string(to), "from_kind": "moved_in"}); err != nil {
			return err
		}
		return w.rec.update("household", []string{string(op.Household)}, values{"village_id": string(to)})
	})
}

// Depart ends a household that leaves the province.
func (s *Store) Depart(ctx context.Context, by Actor, op Operation) (string, error) {
	return s.do(ctx, by, OpDepart, op, func(w *work) error {
		list, err := w.members()
		if err != nil {
			return err
		}
		for _, m := range list {
			if err := w.leave(op.Household, m, "moved_out"); err != nil {
				return err
			}
			if err := w.rec.update("person", []string{string(m.ID)}, values{"household_id": ""}); err != nil {
				return err
			}
		}
		return w.end("moved_away")
	})
}

// Leaver is a member who goes to the new part of a split, with the relation
// to the new head.
type Leaver struct {
	Person   PersonID
	Relation string
}

// Split makes a new household of those who leave; the part that keeps the
// head keeps the identity.
func (s *Store) Split(ctx context.Context, by Actor, op Operation, village area.ID, leavers []Leaver) (newID ID, operationID string, err error) {
	operationID, err = s.do(ctx, by, OpSplit, op, func(w *work) error {
		list, err := w.members()
		if err != nil {
			return err
		}
		byID := map[PersonID]Member{}
		for _, m := range list {
			byID[m.ID] = m
		}
		if len(leavers) == 0 || len(leavers) >= len(list) {
			return invalid("leavers", "household.split_some")
		}
		heads := 0
		for _, l := range leavers {
			m, ok := byID[l.Person]
			if !ok {
				return invalid("leavers", "household.not_a_member")
			}
			if m.Relation == "head" {
				return invalid("leavers", "household.split_head_stays", "name", m.FullName)
			}
			if l.Relation == "head" {
				heads++
			}
		}
		if heads != 1 {
			return invalid("leavers", "household.one_head", "n", heads)
		}
		if village == "" {
			village = w.now.VillageID
		}
		if v, ok := s.Tree().On(village, op.Day); !ok || v.Level != area.Village {
			return invalid("village", "household.unknown_village")
		}
		code, err := s.nextCode(w.tx)
		if err != nil {
			return err
		}
		newID = ID(db.NewID())
		if err := w.begin(newID, code, New{Village: village, Day: op.Day, PolicyGroups: w.now.PolicyGroups}, "split", op.Household); err != nil {
			return err
		}
		for _, l := range leavers {
			if err := w.leave(op.Household, byID[l.Person], "split"); err != nil {
				return err
			}
			if err := w.rec.update("person", []string{string(l.Person)}, values{"household_id": string(newID)}); err != nil {
				return err
			}
			if err := w.join(newID, l.Person, l.Relation, op.Day, "split"); err != nil {
				return err
			}
		}
		if err := w.refresh(newID, nil); err != nil {
			return err
		}
		return w.refresh(op.Household, nil)
	})
	return newID, operationID, err
}

// Merge brings all members of another household into this one, which keeps
// its identity and its head; the other ends.
func (s *Store) Merge(ctx context.Context, by Actor, op Operation, other ID, otherRev int64, relations map[PersonID]string) (string, error) {
	return s.do(ctx, by, OpMerge, op, func(w *work) error {
		if other == op.Household {
			return invalid("other", "household.merge_self")
		}
		o, err := s.Find(w.tx, by.Scope, other)
		if err != nil {
			return err
		}
		if o.Rev != otherRev {
			return stale()
		}
		if o.To != Far {
			return fault.New(fault.Conflict, "household_ended", text.T("household.ended", "code", o.Code, "day", area.ShowDay(o.To)))
		}
		from := &work{s: s, tx: w.tx, by: by, op: op, id: w.id, now: o, rec: w.rec}
		list, err := from.members()
		if err != nil {
			return err
		}
		for _, m := range list {
			relation := relations[m.ID]
			if relation == "" || relation == "head" {
				relation = "other"
			}
			if err := from.leave(other, m, "merged"); err != nil {
				return err
			}
			if err := w.rec.update("person", []string{string(m.ID)}, values{"household_id": string(op.Household)}); err != nil {
				return err
			}
			if err := w.join(op.Household, m.ID, relation, op.Day, "merged"); err != nil {
				return err
			}
		}
		if err := from.endResidence("merged"); err != nil {
			return err
		}
		if err := from.refresh(other, values{"to_day": op.Day, "end_kind": "merged", "merged_into": string(op.Household)}); err != nil {
			return err
		}
		return w.refresh(op.Household, nil)
	})
}

// ChangeHead makes another member the head; the old one becomes what
// oldRelation says.
func (s *Store) ChangeHead(ctx context.Context, by Actor, op Operation, head PersonID, oldRelation string) (string, error) {
	return s.do(ctx, by, OpChangeHead, op, func(w *work) error {
		list, err := w.members()
		if err != nil {
			return err
		}
		for _, m := range list {
			if m.Relation != "head" {
				continue
			}
			if m.ID == head {
				return invalid("new_head", "household.is_head", "name", m.FullName)
			}
			if oldRelation == "" || oldRelation == "head" {
				oldRelation = "other"
			}
			if err := w.relate(m, oldRelation); err != nil {
				return err
			}
		}
		if err := w.makeHead(head); err != nil {
			return err
		}
		return w.refresh(op.Household, nil)
	})
}

func (w *work) makeHead(person PersonID) error {
	m, err := w.member(person)
	if err != nil {
		return err
	}
	return w.relate(m, "head")
}

// relate ends the membership and begins one with another relation. On the
// very day that it began the relation is put right instead.
func (w *work) relate(m Member, relation string) error {
	if m.From == w.op.Day {
		return w.rec.update("membership", []string{string(w.now.ID), string(m.ID), m.From}, values{"relation": relation})
	}
	if err := w.leave(w.now.ID, m, "relation_changed"); err != nil {
		return err
	}
	return w.join(w.now.ID, m.ID, relation, w.op.Day, "relation_changed")
}

func checkHeads(list []Member) error {
	heads := 0
	for _, m := range list {
		if m.Relation == "head" {
			heads++
		}
	}
	if heads != 1 {
		return fault.New(fault.Invalid, "heads", text.T("household.one_head", "n", fmt.Sprint(heads)), fault.Field{Name: "members", Message: text.T("household.one_head", "n", fmt.Sprint(heads))})
	}
	return nil
}
