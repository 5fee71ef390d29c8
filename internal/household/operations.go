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
	"giamngheo/internal/typed"
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

	households []ID // touched, once settled
}

// do runs the steps of one operation on one household in one transaction with
// its journal entry.
func (s *Store) do(ctx context.Context, by Actor, kind string, op Operation, steps func(w *work) error) (operationID string, err error) {
	if op.Reason, err = typed.Account("reason", op.Reason); err != nil {
		return "", err
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		w := &work{s: s, tx: tx, by: by, op: op, id: db.NewID(), rec: newRecorder(tx, s.Province)}
		if w.now, err = s.Find(tx, by.Scope, op.Household); err != nil {
			return err
		}
		if w.now.Rev != op.Rev {
			return stale()
		}
		if w.now.To != Far {
			return endedFault(w.now)
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
	if err != nil {
		return "", err
	}
	return operationID, nil
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

// finish settles what follows from the steps, writes the operation and its
// journal entry and says what changed.
func (w *work) finish(kind string, village area.ID) error {
	if err := w.settle(w.op.Day); err != nil {
		return err
	}
	if err := w.rec.raise(w.op.Household); err != nil {
		return err
	}
	now := w.s.Now().UnixMilli()
	_, err := w.tx.Exec(`insert into operation (province_id, id, kind, state, day, at, actor, household_id, area_id, reason) values ($1, $2, $3, 'applied', $4, $5, $6, $7, $8, $9)`,
		w.s.Province, w.id, kind, w.op.Day, now, w.by.ID, string(w.op.Household), string(village), w.op.Reason)
	if err != nil {
		return err
	}
	return w.record(journal.Entry{At: now, Action: "household." + kind, AreaID: string(village), OperationID: w.id, Reason: w.op.Reason}, w.rec.changes)
}

// record writes an entry on the page of every household touched; what changed
// stands once, in that of the operation's own household.
func (w *work) record(e journal.Entry, changes []journal.Change) error {
	for _, id := range w.households {
		one := e
		one.Actor, one.Kind, one.Record, one.HouseholdID = w.by.ID, "household", string(id), string(id)
		if id == w.op.Household {
			one.Changes = changes
		}
		if err := journal.Record(w.tx, w.s.Province, &one); err != nil {
			return err
		}
	}
	w.s.changed(w.tx, w.households...)
	return nil
}

// nextCode makes a printed code without an area in it: TH-0000-0000 from a
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
