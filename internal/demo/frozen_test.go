package demo

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"slices"

	"giamngheo/internal/db"
)

// checkFrozen: the closed rounds hold what closing them would have written.
func (i *installation) checkFrozen() {
	i.Helper()
	type key struct{ round, village string }
	load := func() map[key][]byte {
		found := map[key][]byte{}
		i.read(func(tx *db.Tx) error {
			return tx.Each(`select round_id, village_id, households from round_register where province_id = $1`, []any{province}, func(r *sql.Rows) error {
				var k key
				var packed []byte
				err := r.Scan(&k.round, &k.village, &packed)
				found[k] = packed
				return err
			})
		})
		return found
	}
	made := load()
	err := i.deps.DB.Write(context.Background(), func(tx *db.Tx) error {
		if _, err := tx.Exec(`delete from round_register where province_id = $1`, province); err != nil {
			return err
		}
		for y := range years - 1 {
			round, err := i.reviews.Round(tx, fmt.Sprint(firstYear+y))
			if err != nil {
				return err
			}
			if err := i.reviews.Freeze(tx, round); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		i.Fatal(err)
	}
	frozen := load()
	if len(frozen) != len(made) || len(made) == 0 {
		i.Errorf("%d villages frozen, not %d", len(made), len(frozen))
	}
	for k, want := range frozen {
		if got := made[k]; len(got) != len(want) || !bytes.Equal(withoutAttributes(got), withoutAttributes(want)) {
			i.Errorf("%v: frozen otherwise than by closing", k)
		}
	}
}

// withoutAttributes leaves out the last three bytes of each household: what it
// was in its year is not what it is today.
func withoutAttributes(packed []byte) []byte {
	var rest []byte
	for one := range slices.Chunk(packed, 31) {
		rest = append(rest, one[:28]...)
	}
	return rest
}
