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
	"giamngheo/internal/vn"
)

// addPerson writes a new person and the membership.
func (w *work) addPerson(household ID, p Person, relation, day, kind string) (PersonID, error) {
	p = clean(p)
	if err := w.s.CheckPerson(p, day); err != nil {
		return "", err
	}
	id := PersonID(db.NewID())
	err := w.rec.insert("person", values{"id": string(id), "household_id": string(household), "full_name": p.FullName, "folded": vn.Fold(p.FullName),
		"sex": p.Sex, "birth": p.Birth, "ethnic": p.Ethnic, "national_id": p.NationalID, "policy_groups": join(p.PolicyGroups)})
	if err != nil {
		return "", err
	}
	if err := w.queueSameID(id, p.NationalID, nil); err != nil {
		return "", err
	}
	return id, w.join(household, id, relation, day, kind)
}

// join begins a membership that has no end yet. Who belongs to a household on
// that day or later cannot.
func (w *work) join(household ID, person PersonID, relation, day, kind string) error {
	if !Relations.Has(relation) {
		return invalid("relation", "household.bad_relation")
	}
	var until string
	err := w.tx.Get(`select to_day from membership where province_id = $1 and person_id = $2 and to_day > $3 order by to_day desc limit 1`, []any{w.s.Province, string(person), day}, &until)
	if err == nil {
		known, err := w.s.person(w.tx, person)
		if err != nil {
			return err
		}
		if until == Far {
			return invalid("person", "household.member_elsewhere", "name", known.FullName)
		}
		return invalid("day", "household.member_until", "name", known.FullName, "day", area.ShowDay(until))
	}
	if !errors.Is(err, db.ErrNoRows) {
		return err
	}
	return w.rec.insert("membership", values{"household_id": string(household), "person_id": string(person), "from_day": day, "to_day": Far, "relation": relation, "from_kind": kind})
}

// leave ends a membership on the operation's day. One that has an end already
// was changed by something that happened later and was written down earlier.
func (w *work) leave(household ID, m Member, kind string) error {
	if w.op.Day <= m.From {
		return invalid("day", "household.member_since", "name", m.FullName, "day", area.ShowDay(m.From))
	}
	if m.To != Far {
		return w.laterEvents([]ID{household}, w.op.Day)
	}
	return w.rec.update("membership", []string{string(household), string(m.ID), m.From}, values{"to_day": w.op.Day, "to_kind": kind})
}

// makeHead gives a member of the day the relation of the head.
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
	if m.From != w.op.Day {
		if err := w.leave(w.now.ID, m, "relation_changed"); err != nil {
			return err
		}
		return w.join(w.now.ID, m.ID, relation, w.op.Day, "relation_changed")
	}
	if m.To != Far {
		return w.laterEvents([]ID{w.now.ID}, w.op.Day)
	}
	if !Relations.Has(relation) {
		return invalid("relation", "household.bad_relation")
	}
	return w.rec.update("membership", []string{string(w.now.ID), string(m.ID), m.From}, values{"relation": relation})
}

// members gives who is in the household on the operation's day.
func (w *work) members() ([]Member, error) { return w.s.MembersOn(w.tx, w.now.ID, w.op.Day) }

func (w *work) member(person PersonID) (Member, error) {
	list, err := w.members()
	if err != nil {
		return Member{}, err
	}
	for _, m := range list {
		if m.ID == person {
			return m, nil
		}
	}
	return Member{}, invalid("person", "household.not_a_member")
}

func checkHeads(list []Member) error {
	heads := 0
	for _, m := range list {
		if m.Relation == "head" {
			heads++
		}
	}
	if heads != 1 {
		return invalid("members", "household.one_head", "n", heads)
	}
	return nil
}

// checkIDs refuses one national ID for two members: within one list it is a
// slip of the pen.
func checkIDs(list []Member) error {
	seen := map[string]string{}
	for _, m := range list {
		id := strings.TrimSpace(m.NationalID)
		if other, twice := seen[id]; twice && id != "" {
			return invalid("members", "household.same_id_twice", "id", id, "a", other, "b", m.FullName)
		}
		seen[id] = m.FullName
	}
	return nil
}

// The states of a pair of persons with one national ID.
const (
	pairOpen = "open"
	pairMoot = "moot" // the IDs differ now
)

// queueSameID puts a pair into the queue when the national ID is held
// already; it is no reason to refuse, for IDs are mistyped and lent. Of the
// pairs that the person is in, those that have come apart leave the queue.
func (w *work) queueSameID(id PersonID, nationalID string, pairs []pair) error {
	var others []PersonID
	var err error
	if nationalID != "" {
		if others, err = w.s.holders(w.tx, nationalID, id); err != nil {
			return err
		}
	}
	for _, pair := range pairs {
		if pair.state == pairOpen && pair.kind == "national_id" && !slices.Contains(others, pair.other) {
			if err := w.rec.update("duplicate_pair", pair.key, values{"state": pairMoot}); err != nil {
				return err
			}
		}
	}
	for _, other := range others {
		i := slices.IndexFunc(pairs, func(p pair) bool { return p.other == other })
		switch {
		case i < 0:
			a, b := min(id, other), max(id, other)
			err = w.rec.insert("duplicate_pair", values{"person_a": string(a), "person_b": string(b), "kind": "national_id", "state": pairOpen,
				"found_at": strconv.FormatInt(w.s.Now().UnixMilli(), 10)})
		case pairs[i].state == pairMoot:
			err = w.rec.update("duplicate_pair", pairs[i].key, values{"state": pairOpen})
		}
		if err != nil {
			return err
		}
	}
	return nil
}

type pair struct {
	key   []string
	other PersonID
	kind  string // national_id, or alike: names and births
	state string
}

// pairs are those of a person, decided ones included.
func (w *work) pairs(id PersonID) ([]pair, error) {
	var list []pair
	err := w.tx.Each(`select person_a, person_b, kind, state from duplicate_pair where province_id = $1 and (person_a = $2 or person_b = $2)`, []any{w.s.Province, string(id)}, func(r *sql.Rows) error {
		var a, b, kind, state string
		if err := r.Scan(&a, &b, &kind, &state); err != nil {
			return err
		}
		p := pair{key: []string{a, b}, other: PersonID(a), kind: kind, state: state}
		if p.other == id {
			p.other = PersonID(b)
		}
		list = append(list, p)
		return nil
	})
	return list, err
}

func endedFault(h Household) error {
	return fault.New(fault.Conflict, "household_ended", text.T("household.ended", "code", h.Code, "day", area.ShowDay(h.To)))
}
