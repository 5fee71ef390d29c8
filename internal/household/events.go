package household

import (
	"context"
	"errors"

	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/typed"
)

// New is a household to be listed, with its members; one of them is the head.
type New struct {
	Village      area.ID
	Day          string // since when it lives there
	MovedIn      bool   // from another province; else it was there and not listed
	Reason       string
	Address      string
	Phone        string
	PolicyGroups []string
	Note         string
	Members      []Member // Person and Relation count
}

// Create lists a household that the registry does not have. A member born
// after the day belongs to it from birth.
func (s *Store) Create(ctx context.Context, by Actor, n New) (id ID, operationID string, err error) {
	if n.Reason, err = typed.Account("reason", n.Reason); err != nil {
		return "", "", err
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		if err := s.checkDay(n.Day, earliestDay); err != nil {
			return err
		}
		if !s.villageOn(n.Village, n.Day) || !s.coversWhole(by.Scope, n.Village) {
			return invalid("village", "household.unknown_village")
		}
		if err := checkHeads(n.Members); err != nil {
			return err
		}
		if err := checkIDs(n.Members); err != nil {
			return err
		}
		code, err := s.nextCode(tx)
		if err != nil {
			return err
		}
		id = ID(db.NewID())
		w := &work{s: s, tx: tx, by: by, id: db.NewID(), rec: newRecorder(tx, s.Province), op: Operation{Household: id, Day: n.Day, Reason: n.Reason}}
		kind := "listed"
		if n.MovedIn {
			kind = "moved_in"
		}
		if err := w.begin(id, code, n, kind, ""); err != nil {
			return err
		}
		for _, m := range n.Members {
			from, how := n.Day, kind
			if born := earliest(m.Birth); m.Relation != "head" && born > n.Day && born <= s.today() {
				from, how = born, "born"
			}
			if _, err := w.addPerson(id, m.Person, m.Relation, from, how); err != nil {
				return err
			}
		}
		operationID = w.id
		return w.finish(OpCreate, n.Village)
	})
	if err != nil {
		return "", "", err
	}
	return id, operationID, nil
}

// begin writes the rows of a new household, without members.
func (w *work) begin(id ID, code string, n New, kind string, splitFrom ID) error {
	if err := checkGroups(n.PolicyGroups); err != nil {
		return err
	}
	v := values{"id": string(id), "code": code, "village_id": string(n.Village), "from_day": n.Day, "to_day": Far,
		"address": cleanText(n.Address), "phone": cleanText(n.Phone), "policy_groups": join(n.PolicyGroups), "note": cleanText(n.Note), "split_from": string(splitFrom)}
	if err := checkTexts(v); err != nil {
		return err
	}
	if err := w.rec.insert("household", v); err != nil {
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
		_, err := w.addPerson(op.Household, child, relation, op.Day, "born")
		return err
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
		if err := w.rec.update("person", []string{string(person)}, values{"death_day": op.Day}); err != nil {
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
		return w.end(values{"end_kind": endKind})
	}
	if m.Relation != "head" {
		return nil
	}
	if newHead == "" || newHead == m.ID {
		return invalid("new_head", "household.head_needed")
	}
	return w.makeHead(newHead)
}

// end closes the household and its residence on the operation's day.
func (w *work) end(how values) error {
	if err := w.endResidence(how["end_kind"]); err != nil {
		return err
	}
	how["to_day"] = w.op.Day
	return w.rec.update("household", []string{string(w.now.ID)}, how)
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

// Join lets a person come into the household: a new one, or (p.ID given) one
// whom the actor may see: a member of another household, who leaves that one,
// or one who had moved away.
func (s *Store) Join(ctx context.Context, by Actor, op Operation, p Person, relation string) (string, error) {
	return s.do(ctx, by, OpJoin, op, func(w *work) error {
		if relation == "head" {
			return invalid("relation", "household.second_head")
		}
		if p.ID == "" {
			_, err := w.addPerson(op.Household, p, relation, op.Day, "moved_in")
			return err
		}
		known, other, err := w.lastKnown(p.ID)
		if err != nil {
			return err
		}
		if known.DeathDay != "" || known.HouseholdID == op.Household {
			return invalid("person", "household.cannot_join", "name", known.FullName)
		}
		if known.HouseholdID != "" {
			if err := w.takeFrom(other, known); err != nil {
				return err
			}
		}
		return w.join(op.Household, p.ID, relation, op.Day, "moved_in")
	})
}

// lastKnown gives a person with the household of his last membership, if that
// lies in the actor's scope: else he is as absent as if he did not exist.
func (w *work) lastKnown(id PersonID) (Person, Household, error) {
	p, err := w.s.person(w.tx, id)
	if err != nil {
		return p, Household{}, err
	}
	var last ID
	err = w.tx.Get(`select household_id from membership where province_id = $1 and person_id = $2 order by from_day desc limit 1`, []any{w.s.Province, string(id)}, &last)
	if errors.Is(err, db.ErrNoRows) {
		return p, Household{}, notFound()
	}
	if err != nil {
		return p, Household{}, err
	}
	h, err := w.s.Find(w.tx, w.by.Scope, last)
	return p, h, err
}

// takeFrom ends the membership in the household that the person leaves.
func (w *work) takeFrom(other Household, p Person) error {
	from := &work{s: w.s, tx: w.tx, by: w.by, op: w.op, id: w.id, now: other, rec: w.rec}
	m, err := from.member(p.ID)
	if err != nil {
		return err
	}
	if m.Relation != "head" {
		return from.withdraw(m, "", "moved_out", "moved_away")
	}
	list, err := from.members()
	if err != nil {
		return err
	}
	if len(list) == 1 {
		return invalid("person", "household.alone_merge", "name", p.FullName, "code", other.Code)
	}
	return invalid("person", "household.head_needed")
}

// Move changes the village on the day. The new one may lie outside the
// actor's scope: people move away, and take their history along.
func (s *Store) Move(ctx context.Context, by Actor, op Operation, to area.ID) (string, error) {
	return s.do(ctx, by, OpMove, op, func(w *work) error {
		if !s.villageOn(to, op.Day) {
			return invalid("village", "household.unknown_village")
		}
		if to == w.now.VillageID {
			return invalid("village", "household.same_village")
		}
		if err := w.endResidence("moved_out"); err != nil {
			return err
		}
		return w.rec.insert("residence", values{"household_id": string(op.Household), "from_day": op.Day, "to_day": Far, "village_id": string(to), "from_kind": "moved_in"})
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
		}
		return w.end(values{"end_kind": "moved_away"})
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
		byID, err := checkLeavers(list, leavers)
		if err != nil {
			return err
		}
		if village == "" {
			village = w.now.VillageID
		}
		if !s.villageOn(village, op.Day) {
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
			if err := w.join(newID, l.Person, l.Relation, op.Day, "split"); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return "", "", err
	}
	return newID, operationID, nil
}

// checkLeavers refuses a split that leaves a part without a head or without
// anybody.
func checkLeavers(list []Member, leavers []Leaver) (map[PersonID]Member, error) {
	byID, goes := map[PersonID]Member{}, map[PersonID]bool{}
	for _, m := range list {
		byID[m.ID] = m
	}
	heads := 0
	for _, l := range leavers {
		m, ok := byID[l.Person]
		if !ok || goes[l.Person] {
			return nil, invalid("leavers", "household.not_a_member")
		}
		if m.Relation == "head" {
			return nil, invalid("leavers", "household.split_head_stays", "name", m.FullName)
		}
		goes[l.Person] = true
		if l.Relation == "head" {
			heads++
		}
	}
	if len(goes) == 0 || len(goes) == len(list) {
		return nil, invalid("leavers", "household.split_some")
	}
	if heads != 1 {
		return nil, invalid("leavers", "household.one_head", "n", heads)
	}
	return byID, nil
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
			return endedFault(o)
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
			if err := w.join(op.Household, m.ID, relation, op.Day, "merged"); err != nil {
				return err
			}
		}
		return from.end(values{"end_kind": "merged", "merged_into": string(op.Household)})
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
		if oldRelation == "" || oldRelation == "head" {
			oldRelation = "other"
		}
		for _, m := range list {
			if m.Relation != "head" {
				continue
			}
			if m.ID == head {
				return invalid("new_head", "household.is_head", "name", m.FullName)
			}
			if err := w.relate(m, oldRelation); err != nil {
				return err
			}
		}
		return w.makeHead(head)
	})
}
