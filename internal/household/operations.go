package household

import (
	"context"
	"strconv"
	"strings"

	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/fault"
	"giamngheo/internal/journal"
	"giamngheo/internal/text"
	"giamngheo/internal/vn"
)

// The kinds of operations.
const (
	OpCreate     = "create"
	OpBirth      = "birth"
	OpDeath      = "death"
	OpJoin       = "join"  // a person moves in
	OpLeave      = "leave" // a person moves away
	OpMove       = "move"  // the household moves within the province
	OpDepart     = "depart"
	OpSplit      = "split"
	OpMerge      = "merge"
	OpChangeHead = "change_head"
	OpCorrect    = "correct"
)

// Operation is a dated change with its reason. Rev is that of the household
// as the writer saw it; a stale one is refused.
type Operation struct {
	Household ID
	Rev       int64
	Day       string
	Reason    string
}

// work is what an operation's steps share.
type work struct {
	s   *Store
	tx  *db.Tx
	by  Actor
	op  Operation
	id  string // of the operation
	now Household
	rec *recorder
}

// do runs the steps of one operation on one household in one transaction with
// its journal entry.
func (s *Store) do(ctx context.Context, by Actor, kind string, op Operation, steps func(w *work) error) (operationID string, err error) {
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		w := &work{s: s, tx: tx, by: by, op: op, id: db.NewID(), rec: &recorder{tx: tx, province: s.Province}}
		if w.now, err = s.Find(tx, by.Scope, op.Household); err != nil {
			return err
		}
		if w.now.Rev != op.Rev {
			return stale()
		}
		if w.now.To != Far {
			return fault.New(fault.Conflict, "household_ended", text.T("household.ended", "code", w.now.Code, "day", area.ShowDay(w.now.To)))
		}
		if err := s.checkDay(op.Day, w.now.From); err != nil {
			return err
		}
		if err := steps(w); err != nil {
			return err
		}
		operationID = w.id
		return w.finish(kind, w.now.VillageID)
	})
	return operationID, err
}

func stale() error {
	return fault.New(fault.Conflict, "stale_rev", text.T("household.stale"))
}

// checkDay refuses a day that cannot be: no date, in the future, before the
// household was there.
func (s *Store) checkDay(day, notBefore string) error {
	switch {
	case !area.ValidDay(day):
		return invalid("day", "household.bad_day")
	case day > s.today():
		return invalid("day", "household.future_day")
	case day < notBefore:
		return fault.New(fault.Invalid, "day_before", text.T("household.day_before", "day", area.ShowDay(notBefore)), fault.Field{Name: "day", Message: text.T("household.day_before", "day", area.ShowDay(notBefore))})
	}
	return nil
}

func invalid(field, key string, pairs ...any) error {
	message := text.T(key, pairs...)
	return fault.New(fault.Invalid, strings.TrimPrefix(key, "household."), message, fault.Field{Name: field, Message: message})
}

// finish writes the operation and its journal entry and says what changed.
func (w *work) finish(kind string, village area.ID) error {
	now := w.s.Now().UnixMilli()
	_, err := w.tx.Exec(`insert into operation (province_id, id, kind, state, day, at, actor, household_id, area_id, reason) values ($1, $2, $3, 'applied', $4, $5, $6, $7, $8, $9)`,
		w.s.Province, w.id, kind, w.op.Day, now, w.by.ID, string(w.op.Household), string(village), w.op.Reason)
	if err != nil {
		return err
	}
	touched := map[ID]bool{w.op.Household: true}
	for _, c := range w.rec.changes {
		if c.Kind != "person" {
			touched[ID(strings.SplitN(c.Record, "|", 2)[0])] = true
		}
	}
	ids := make([]ID, 0, len(touched))
	for id := range touched {
		ids = append(ids, id)
		entry := &journal.Entry{At: now, Actor: w.by.ID, Action: "household." + kind, Kind: "household", Record: string(id), HouseholdID: string(id),
			AreaID: string(village), OperationID: w.id, Reason: w.op.Reason}
		if id == w.op.Household {
			entry.Changes = w.rec.changes // once: undo reads it from here
		}
		if err := journal.Record(w.tx, w.s.Province, entry); err != nil {
			return err
		}
	}
	w.s.changed(w.tx, ids...)
	return nil
}

// Code makes a printed code without an area in it: TH-0000-0000 from a
// counter without gaps.
func (s *Store) nextCode(tx *db.Tx) (string, error) {
	n, err := s.NextNumbers(tx, 1)
	return FormatCode(s.Province, n), err
}

// NextNumbers takes n numbers from the household counter and gives the first.
func (s *Store) NextNumbers(tx *db.Tx, n int64) (int64, error) {
	var last int64
	err := tx.Get(`insert into counter (province_id, name, value) values ($1, 'household', $2)
		on conflict (province_id, name) do update set value = counter.value + $2 returning value`, []any{s.Province, n}, &last)
	return last - n + 1, err
}

// FormatCode writes the printed code of the nth household: TH-0000-0001.
func FormatCode(province string, n int64) string {
	digits := strconv.FormatInt(100000000+n, 10)
	if n < 100000000 {
		digits = digits[1:]
	}
	return province + "-" + digits[:len(digits)-4] + "-" + digits[len(digits)-4:]
}

// HeadKey is what a row of a sheet is matched by within a village: folded
// name and year of birth.
func HeadKey(name, birth string) string {
	year := birth
	if len(year) > 4 {
		year = year[:4]
	}
	return vn.Fold(name) + "|" + year
}

// addPerson writes a new person and the membership.
func (w *work) addPerson(household ID, p Person, relation, day, kind string) (PersonID, error) {
	if err := w.s.CheckPerson(p, w.op.Day); err != nil {
		return "", err
	}
	id := PersonID(db.NewID())
	err := w.rec.insert("person", values{"id": string(id), "household_id": string(household), "full_name": vn.NFC(strings.TrimSpace(p.FullName)), "folded": vn.Fold(p.FullName),
		"sex": p.Sex, "birth": p.Birth, "ethnic": p.Ethnic, "national_id": p.NationalID, "policy_groups": strings.Join(p.PolicyGroups, ",")})
	if err != nil {
		return "", err
	}
	if err := w.queueSameID(id, p.NationalID); err != nil {
		return "", err
	}
	return id, w.join(household, id, relation, day, kind)
}

func (w *work) join(household ID, person PersonID, relation, day, kind string) error {
	return w.rec.insert("membership", values{"household_id": string(household), "person_id": string(person), "from_day": day, "to_day": Far, "relation": relation, "from_kind": kind})
}

func (w *work) leave(household ID, m Member, kind string) error {
	if w.op.Day <= m.From {
		return invalid("day", "household.member_since", "name", m.FullName, "day", area.ShowDay(m.From))
	}
	return w.rec.update("membership", []string{string(household), string(m.ID), m.From}, values{"to_day": w.op.Day, "to_kind": kind})
}

// queueSameID puts a pair into the queue when the national ID is held
// already; it is no reason to refuse, for IDs are mistyped and lent.
func (w *work) queueSameID(id PersonID, nationalID string) error {
	if nationalID == "" {
		return nil
	}
	others, err := w.s.holders(w.tx, nationalID, id)
	if err != nil {
		return err
	}
	for _, other := range others {
		a, b := string(id), string(other)
		if a > b {
			a, b = b, a
		}
		_, err := w.tx.Exec(`insert into duplicate_pair (province_id, person_a, person_b, kind, state, found_at) values ($1, $2, $3, 'national_id', 'open', $4)
			on conflict (province_id, person_a, person_b) do nothing`, w.s.Province, a, b, w.s.Now().UnixMilli())
		if err != nil {
			return err
		}
	}
	return nil
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

// refresh makes the household's row say what the dated tables say: its size,
// its head and what it is matched by.
func (w *work) refresh(id ID, also values) error {
	list, err := w.s.MembersOn(w.tx, id, w.s.today())
	if err != nil {
		return err
	}
	set := values{"size": strconv.Itoa(len(list)), "head_id": "", "head_key": ""}
	for _, m := range list {
		if m.Relation == "head" {
			set["head_id"], set["head_key"] = string(m.ID), HeadKey(m.FullName, m.Birth)
			set["ethnic"] = m.Ethnic
		}
	}
	for k, v := range also {
		set[k] = v
	}
	return w.rec.update("household", []string{string(id)}, set)
}
