package journal

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"time"

	"giamngheo/internal/db"
	"giamngheo/internal/fault"
	"giamngheo/internal/text"
)

// sealBatch bounds how long the sealing of many entries keeps other writers
// waiting.
const sealBatch = 2000

// SealAll puts all entries that are not yet in the chain into it and gives the
// households they tell of, so that what other programs wrote to the same
// database becomes known here; of entries made before since only that they are
// sealed is of interest. It runs in one place at a time.
func SealAll(ctx context.Context, d *db.DB, province string, now func() time.Time, since time.Time) (households []string, err error) {
	return sealAll(ctx, d, province, now, since, true)
}

// SealRest is SealAll for a program that ends: whom the entries tell of
// interests nobody any more.
func SealRest(ctx context.Context, d *db.DB, province string, now func() time.Time) error {
	_, err := sealAll(ctx, d, province, now, time.Time{}, false)
	return err
}

func sealAll(ctx context.Context, d *db.DB, province string, now func() time.Time, since time.Time, tell bool) (households []string, err error) {
	first := ""
	if !since.IsZero() {
		first = db.FirstID(since)
	}
	for {
		var batch, withParts []string
		var n int
		err := d.Write(ctx, func(tx *db.Tx) error {
			var err error
			batch, withParts, n, err = sealOnce(tx, province, now().UnixMilli(), first)
			return err
		})
		if err != nil {
			return households, err
		}
		if tell {
			households = append(households, batch...)
		}
		if tell && len(withParts) > 0 { // many, and settled: read while others write
			err = d.Read(ctx, func(tx *db.Tx) error {
				for _, id := range withParts {
					if households, err = householdsOfParts(tx, province, id, households); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				return households, err
			}
		}
		if n < sealBatch {
			return households, nil
		}
	}
}

func sealOnce(tx *db.Tx, province string, at int64, first string) (households, withParts []string, n int, err error) {
	var no int64
	previous := make([]byte, sha256.Size)
	err = tx.Get(`select no, hash from journal_seal where province_id = $1 order by no desc limit 1`, []any{province}, &no, &previous)
	if err != nil && !errors.Is(err, db.ErrNoRows) {
		return nil, nil, 0, err
	}
	no++
	h := sha256.New()
	h.Write(previous)
	last := ""
	err = tx.Each(`select `+chained+`, coalesce(household_id, '') from journal where province_id = $1 and seal_no is null order by id limit $2`,
		[]any{province, sealBatch}, func(r *sql.Rows) error {
			var e chainedEntry
			var household string
			if err := r.Scan(append(e.fields(), &household)...); err != nil {
				return err
			}
			e.into(h)
			last = e.id
			n++
			if household != "" && e.id >= first {
				households = append(households, household)
			}
			if e.kind == PartsKind { // whenever it was made: it came into force much later
				withParts = append(withParts, e.id)
			}
			return nil
		})
	if err != nil || n == 0 {
		return nil, nil, 0, err
	}
	// Entries that commit later with a smaller id wait for a later seal.
	if _, err = tx.Exec(`update journal set seal_no = $1 where province_id = $2 and seal_no is null and id <= $3`, no, province, last); err != nil {
		return nil, nil, 0, err
	}
	_, err = tx.Exec(`insert into journal_seal (province_id, no, entries, previous, hash, at) values ($1, $2, $3, $4, $5, $6)`, province, no, n, previous, h.Sum(nil), at)
	return households, withParts, n, err
}

const chained = `id, at, actor, action, record_kind, record_id, reason, digest`

type chainedEntry struct {
	id, actor, action, kind, record, reason string
	at                                      int64
	digest                                  []byte
}

func (e *chainedEntry) fields() []any {
	return []any{&e.id, &e.at, &e.actor, &e.action, &e.kind, &e.record, &e.reason, &e.digest}
}

// into writes each field with its length, so that no two entries look alike.
func (e *chainedEntry) into(h hash.Hash) {
	var size [8]byte
	put := func(b []byte) {
		binary.BigEndian.PutUint64(size[:], uint64(len(b)))
		h.Write(size[:])
		h.Write(b)
	}
	binary.BigEndian.PutUint64(size[:], uint64(e.at))
	h.Write(size[:])
	for _, s := range []string{e.id, e.actor, e.action, e.kind, e.record, e.reason} {
		put([]byte(s))
	}
	put(e.digest)
}

// Verify walks the whole chain and says what does not fit: an entry changed,
// removed or slipped in after it was sealed, a digest that its values do not
// give.
func Verify(ctx context.Context, d *db.DB, province string) error {
	return d.Read(ctx, func(tx *db.Tx) error {
		type link struct {
			no, entries    int64
			previous, hash []byte
		}
		var links []link
		err := tx.Each(`select no, entries, previous, hash from journal_seal where province_id = $1 order by no`, []any{province}, func(r *sql.Rows) error {
			var l link
			err := r.Scan(&l.no, &l.entries, &l.previous, &l.hash)
			links = append(links, l)
			return err
		})
		if err != nil {
			return err
		}
		before := make([]byte, sha256.Size)
		for i, l := range links {
			if l.no != int64(i+1) || !bytes.Equal(l.previous, before) {
				return broken(l.no, "")
			}
			h := sha256.New()
			h.Write(before)
			var n int64
			withParts := map[string][]Change{}
			err := tx.Each(`select `+chained+`, salt, changes from journal where province_id = $1 and seal_no = $2 order by id`, []any{province, l.no}, func(r *sql.Rows) error {
				var e chainedEntry
				var salt []byte
				var changes sql.NullString
				if err := r.Scan(append(e.fields(), &salt, &changes)...); err != nil {
					return err
				}
				if changes.Valid && !bytes.Equal(digestOf(salt, []byte(changes.String)), e.digest) {
					return broken(l.no, e.id)
				}
				if e.kind == PartsKind && changes.Valid {
					var told []Change
					if err := json.Unmarshal([]byte(changes.String), &told); err != nil {
						return broken(l.no, e.id)
					}
					withParts[e.id] = told
				}
				e.into(h)
				n++
				return nil
			})
			if err != nil {
				return err
			}
			for id, told := range withParts {
				if err := verifyParts(tx, province, l.no, id, told); err != nil {
					return err
				}
			}
			if n != l.entries || !bytes.Equal(h.Sum(nil), l.hash) {
				return broken(l.no, "")
			}
			before = l.hash
		}
		return nil
	})
}

func broken(no int64, entry string) error {
	return fault.New(fault.Conflict, "journal_broken", text.T("journal.broken", "no", fmt.Sprint(no), "entry", entry))
}
