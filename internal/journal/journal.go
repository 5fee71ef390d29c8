// Package journal is the one memory of who changed what, when and why. Every
// write of every subject records its entry in the same transaction; the
// household's history, undo, the audit and the freshness of figures held in
// memory all read it. One background writer seals the entries of a province
// into a hash chain; personal values lie beside the chain, which holds only
// their salted digest, so that the erasure the law asks for does not break it.
package journal

import (
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/json"
	"fmt"

	"giamngheo/internal/db"
)

// Change is one field from → to. Values are text as people read them in the
// database; a field that was or becomes unknown has null.
type Change struct {
	Field string  `json:"f"`
	From  *string `json:"a,omitempty"`
	To    *string `json:"b,omitempty"`
	// Record names the record when it is not the entry's own: one entry may
	// tell of a household and its members.
	Kind   string `json:"k,omitempty"`
	Record string `json:"r,omitempty"`
}

// Entry is what one write says of itself. Actors are ids only; "operator" is
// the machine's operator at the command line.
type Entry struct {
	ID          string
	At          int64 // ms
	Actor       string
	Action      string // "assessment.save", "household.split" …: a key of the texts
	Kind        string // of the record: "household", "assessment", "account" …
	Record      string // its id
	HouseholdID string // whose page shows it, if any
	AreaID      string // village or commune where it happened, if any
	OperationID string
	Reason      string
	Changes     []Change
	Sealed      bool
}

// Value makes a pointer to the text of a value, for Change.
func Value(v any) *string { s := fmt.Sprint(v); return &s }

// Diff adds a change when the two values differ.
func Diff(changes []Change, field, from, to string) []Change {
	if from == to {
		return changes
	}
	return append(changes, Change{Field: field, From: orNull(from), To: orNull(to)})
}

func orNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// Record writes the entry in the caller's transaction. It sets e.ID.
func Record(tx *db.Tx, province string, e *Entry) error {
	if e.ID == "" {
		e.ID = db.NewID()
	}
	changes, salt, digest, err := seal(e.Changes)
	if err != nil {
		return err
	}
	_, err = tx.Exec(`insert into journal (province_id, id, at, actor, action, record_kind, record_id, household_id, area_id, operation_id, reason, changes, salt, digest)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
		province, e.ID, e.At, e.Actor, e.Action, e.Kind, e.Record, null(e.HouseholdID), null(e.AreaID), null(e.OperationID), e.Reason, changes, salt, digest)
	return err
}

// Seal gives what a bulk writer (an import, the demo) puts into the columns
// changes, salt and digest.
func Seal(changes []Change) (text string, salt, digest []byte, err error) { return seal(changes) }

func seal(changes []Change) (string, []byte, []byte, error) {
	raw := []byte("[]")
	if len(changes) > 0 {
		var err error
		if raw, err = json.Marshal(changes); err != nil {
			return "", nil, nil, err
		}
	}
	salt := newSalt()
	return string(raw), salt, digestOf(salt, raw), nil
}

func newSalt() []byte {
	salt := make([]byte, 16)
	rand.Read(salt)
	return salt
}

func digestOf(salt, changes []byte) []byte {
	h := sha256.New()
	h.Write(salt)
	h.Write(changes)
	return h.Sum(nil)
}

func null(s string) any {
	if s == "" {
		return nil
	}
	return s
}

const entryColumns = `id, at, actor, action, record_kind, record_id, coalesce(household_id, ''), coalesce(area_id, ''), coalesce(operation_id, ''), reason, coalesce(changes, ''), seal_no is not null`

func scanEntry(r *sql.Rows) (Entry, error) {
	var e Entry
	var changes string
	err := r.Scan(&e.ID, &e.At, &e.Actor, &e.Action, &e.Kind, &e.Record, &e.HouseholdID, &e.AreaID, &e.OperationID, &e.Reason, &changes, &e.Sealed)
	if err == nil && changes != "" {
		e.Changes, err = expand(changes)
	}
	return e, err
}

// OfHousehold gives a household's entries, newest first, parts of an import's
// entries among them. The caller has checked that the household lies in the
// reader's scope.
func OfHousehold(tx *db.Tx, province, household string, limit int) ([]Entry, error) {
	return list(tx, `select `+entryColumns+` from journal where province_id = $1 and household_id = $2
		union all `+partsOfHousehold+` order by 1 desc limit $3`, province, household, limit)
}

// OfOperation gives what one operation wrote, in its order.
func OfOperation(tx *db.Tx, province, operation, household string) ([]Entry, error) {
	return list(tx, `select `+entryColumns+` from journal where province_id = $1 and household_id = $2 and operation_id = $3
		union all `+partsOfHousehold+` and j.operation_id = $3 order by 1`, province, household, operation)
}

// Filter narrows List.
type Filter struct {
	Before string // entries with a smaller id only: the page after this one
	Actor  string
	Action string // its beginning: "account."
	Limit  int
}

// List gives the newest entries of the province, for those who may read all
// of the journal.
func List(tx *db.Tx, province string, f Filter) ([]Entry, error) {
	query, args := `select `+entryColumns+` from journal where province_id = $1`, []any{province}
	add := func(condition string, values ...any) {
		for range values {
			condition = fmt.Sprintf(condition, len(args)+1)
		}
		args = append(args, values...)
		query += " and " + condition
	}
	if f.Before != "" {
		add("id < $%d", f.Before)
	}
	if f.Actor != "" {
		add("actor = $%d", f.Actor)
	}
	if f.Action != "" {
		add("action >= $%d", f.Action)
		add("action < $%d", f.Action+"\x7f")
	}
	args = append(args, f.Limit)
	return list(tx, query+fmt.Sprintf(" order by id desc limit $%d", len(args)), args...)
}

func list(tx *db.Tx, query string, args ...any) ([]Entry, error) {
	var entries []Entry
	err := tx.Each(query, args, func(r *sql.Rows) error {
		e, err := scanEntry(r)
		entries = append(entries, e)
		return err
	})
	return entries, err
}
