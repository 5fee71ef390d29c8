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

// SealRest puts all entries that are not yet in the chain into it, after a big
// import for as long as it takes: between two batches it lets others write. It
// runs in one place at a time.
func SealRest(ctx context.Context, d *db.DB, province string, now func() time.Time) error {
	for {
		var n int
		began := time.Now()
		err := d.Write(ctx, func(tx *db.Tx) (err error) {
			n, err = sealOnce(tx, province, now().UnixMilli())
			return err
		})
		if err != nil || n < sealBatch {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Since(began) / 2):
		}
	}
}

func sealOnce(tx *db.Tx, province string, at int64) (n int, err error) {
	var no int64
	previous := make([]byte, sha256.Size)
	err = tx.Get(`select no, hash from journal_seal where province_id = $1 order by no desc limit 1`, []any{province}, &no, &previous)
	if err != nil && !errors.Is(err, db.ErrNoRows) {
		return 0, err
	}
	no++
	h := sha256.New()
	h.Write(previous)
	last := ""
	err = tx.Each(`select `+chained+` from journal where province_id = $1 and seal_no is null order by id limit $2`, []any{province, sealBatch}, func(r *sql.Rows) error {
		var e chainedEntry
		if err := r.Scan(e.fields()...); err != nil {
			return err
		}
		e.into(h)
		last = e.id
		n++
		return nil
	})
	if err != nil || n == 0 {
		return 0, err
	}
	// Entries that commit later with a smaller id wait for a later seal.
	if _, err = tx.Exec(`update journal set seal_no = $1 where province_id = $2 and seal_no is null and id <= $3`, no, province, last); err != nil {
		return 0, err
	}
	_, err = tx.Exec(`insert into journal_seal (province_id, no, entries, previous, hash, at) values ($1, $2, $3, $4, $5, $6)`, province, no, n, previous, h.Sum(nil), at)
	return n, err
}

// LastSeal is the number of the newest seal, 0 before the first.
func LastSeal(tx *db.Tx, province string) (no int64, err error) {
	err = tx.Get(`select coalesce(max(no), 0) from journal_seal where province_id = $1`, []any{province}, &no)
	return no, err
}

// Told gives the households that the seals after a number tell of, whichever
// program wrote and sealed them (an import at the command line seals its own),
// and the newest number. Of entries made before since nothing is told: whoever
// asks has read what they wrote. But an import's entry is made long before it
// comes into force, so that it always counts.
func Told(tx *db.Tx, province string, after int64, since time.Time) (households []string, last int64, err error) {
	last, err = LastSeal(tx, province)
	if err != nil || last == after {
		return nil, after, err
	}
	var withParts []string
	err = tx.Each(`select id, record_kind, coalesce(household_id, '') from journal where province_id = $1 and seal_no > $2 and seal_no <= $3 and (id >= $4 or record_kind = $5)`,
		[]any{province, after, last, db.FirstID(since), PartsKind}, func(r *sql.Rows) error {
			var id, kind, household string
			if err := r.Scan(&id, &kind, &household); err != nil {
				return err
			}
			if kind == PartsKind {
				withParts = append(withParts, id)
			} else if household != "" {
				households = append(households, household)
			}
			return nil
		})
	if err != nil {
		return nil, after, err
	}
	for _, id := range withParts {
		if households, err = householdsOfParts(tx, province, id, households); err != nil {
			return nil, after, err
		}
	}
	return households, last, nil
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

// Broken is the code of a chain that does not hold.
const Broken = "journal_broken"

func broken(no int64, entry string) error {
	return fault.New(fault.Conflict, Broken, text.T("journal.broken", "no", fmt.Sprint(no), "entry", entry))
}

// Chain is how far the sealing has come.
type Chain struct {
	Seals, Entries int64
	Open           int64 // entries in no seal yet
	Last           []byte
}

// ChainOf counts the seals and what they hold.
func ChainOf(ctx context.Context, d *db.DB, province string) (c Chain, err error) {
	err = d.Read(ctx, func(tx *db.Tx) error {
		if err := tx.Get(`select count(*), coalesce(sum(entries), 0) from journal_seal where province_id = $1`, []any{province}, &c.Seals, &c.Entries); err != nil {
			return err
		}
		if err := tx.Get(`select count(*) from journal where province_id = $1 and seal_no is null`, []any{province}, &c.Open); err != nil || c.Seals == 0 {
			return err
		}
		return tx.Get(`select hash from journal_seal where province_id = $1 order by no desc limit 1`, []any{province}, &c.Last)
	})
	return c, err
}
