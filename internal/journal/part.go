package journal

import (
	"bytes"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"giamngheo/internal/db"
)

// Part is what one entry of an import says of one household: an entry a
// thousand households, because an entry each would keep other writers waiting
// when the import is applied. Parts are written before their entry and count
// for nothing until it is there.
type Part struct {
	HouseholdID string
	New         bool   // the import made the household
	Changes     []byte // JSON of []Change, or the short form of what is new: see expand
}

// PartEntry collects the parts of one entry.
type PartEntry struct {
	ID    string
	rows  *db.Bulk
	parts []partDigest
}

type partDigest struct {
	household string
	digest    []byte
}

// NewPartEntry begins an entry.
func NewPartEntry() *PartEntry {
	id := db.NewID()
	return &PartEntry{ID: id, rows: db.NewBulk("journal_part", "household_id", "is_new", "changes", "salt", "digest").Same("journal_id", id)}
}

// Add adds a part.
func (e *PartEntry) Add(p Part) {
	salt := newSalt()
	digest := digestOf(salt, p.Changes)
	isNew := 0
	if p.New {
		isNew = 1
	}
	e.rows.Add(p.HouseholdID, isNew, string(p.Changes), salt, digest)
	e.parts = append(e.parts, partDigest{p.HouseholdID, digest})
}

// N is the number of parts.
func (e *PartEntry) N() int { return len(e.parts) }

// Write writes the parts; the caller keeps ID, N and Digest for RecordParts.
func (e *PartEntry) Write(tx *db.Tx, province string) error { return tx.Insert(province, e.rows) }

// Digest is what the entry holds of its parts.
func (e *PartEntry) Digest() []byte { return digestOfParts(e.parts) }

// digestOfParts binds each part to its household, in the order of the table.
func digestOfParts(parts []partDigest) []byte {
	slices.SortFunc(parts, func(a, b partDigest) int { return strings.Compare(a.household, b.household) })
	h := sha256.New()
	for _, p := range parts {
		h.Write([]byte(p.household))
		h.Write(p.digest)
	}
	return h.Sum(nil)
}

// PartsKind is the record kind of an entry that has parts.
const PartsKind = "parts"

// partsField and digestField are the changes of an entry that has parts.
const (
	partsField  = "parts"
	digestField = "parts_digest"
)

// RecordParts writes the entry that makes its parts count. The entry's id is
// that of the PartEntry.
func RecordParts(tx *db.Tx, province string, e *Entry, parts int64, digest []byte) error {
	e.Kind = PartsKind
	e.Changes = []Change{{Field: partsField, To: Value(parts)}, {Field: digestField, To: Value(hex.EncodeToString(digest))}}
	return Record(tx, province, e)
}

// verifyParts says whether the parts of an entry are what it says they are.
func verifyParts(tx *db.Tx, province string, seal int64, id string, changes []Change) error {
	want, n := "", ""
	for _, c := range changes {
		switch c.Field {
		case partsField:
			n = *c.To
		case digestField:
			want = *c.To
		}
	}
	var parts []partDigest
	err := tx.Each(`select household_id, changes, salt, digest from journal_part where province_id = $1 and journal_id = $2`, []any{province, id}, func(r *sql.Rows) error {
		var p partDigest
		var changes sql.NullString
		var salt []byte
		if err := r.Scan(&p.household, &changes, &salt, &p.digest); err != nil {
			return err
		}
		if changes.Valid && !bytes.Equal(digestOf(salt, []byte(changes.String)), p.digest) {
			return broken(seal, id)
		}
		parts = append(parts, p)
		return nil
	})
	if err == nil && (strconv.Itoa(len(parts)) != n || hex.EncodeToString(digestOfParts(parts)) != want) {
		err = broken(seal, id)
	}
	return err
}

// partsOfHousehold reads parts as entries of their household.
const partsOfHousehold = `select j.id, j.at, j.actor, j.action, 'household', p.household_id, p.household_id, coalesce(j.area_id, ''), coalesce(j.operation_id, ''), j.reason, coalesce(p.changes, ''), j.seal_no is not null
	from journal_part p join journal j on j.province_id = p.province_id and j.id = p.journal_id where p.province_id = $1 and p.household_id = $2`

// expand reads changes from either form. In the short one each record is
// new, and a list: its kind, its id, then each field and its value.
//
//	[["household","06H…","village_id","v-1"],["person","06H…","full_name","Hà Văn Ón"]]
func expand(raw string) ([]Change, error) {
	var changes []Change
	if !strings.HasPrefix(raw, "[[") {
		err := json.Unmarshal([]byte(raw), &changes)
		return changes, err
	}
	var records [][]string
	if err := json.Unmarshal([]byte(raw), &records); err != nil {
		return nil, err
	}
	for _, r := range records {
		if len(r) < 2 {
			continue
		}
		changes = append(changes, Change{Field: "+", Kind: r[0], Record: r[1]})
		for i := 2; i+1 < len(r); i += 2 {
			changes = append(changes, Change{Field: r[i], To: &r[i+1], Kind: r[0], Record: r[1]})
		}
	}
	return changes, nil
}

// householdsOfParts lists whom an entry's parts tell of.
func householdsOfParts(tx *db.Tx, province, id string, list []string) ([]string, error) {
	err := tx.Each(`select household_id from journal_part where province_id = $1 and journal_id = $2`, []any{province, id}, func(r *sql.Rows) error {
		var household string
		err := r.Scan(&household)
		list = append(list, household)
		return err
	})
	return list, err
}
