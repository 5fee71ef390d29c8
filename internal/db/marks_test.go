package db_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"giamngheo/internal/db"
	"giamngheo/internal/db/dbtest"
)

// Marks may come in any order and more than once; a dollar between quotes is
// none.
func TestEachMarkIsGivenItsOwnValue(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		rapid.Check(t, func(r *rapid.T) {
			n := rapid.IntRange(1, 12).Draw(r, "values")
			var parts, want []string
			args := make([]any, n)
			for i := range n {
				args[i] = fmt.Sprint("v", i+1)
			}
			order := append(rapid.Permutation(ordinals(n)).Draw(r, "order"), rapid.SliceOfN(rapid.IntRange(1, n), 0, 5).Draw(r, "again")...)
			if rapid.Bool().Draw(r, "in order") {
				order = append(ordinals(n), order...)
			}
			for _, k := range order {
				parts, want = append(parts, fmt.Sprintf("cast($%d as text)", k)), append(want, fmt.Sprint("v", k))
				if rapid.Bool().Draw(r, "quoted") {
					parts, want = append(parts, "'$1''$2'"), append(want, "$1'$2")
				}
			}
			query := "select " + strings.Join(parts, " || ' ' || ")
			ask := func(tx *db.Tx) error {
				var got string
				err := tx.Get(query, args, &got)
				if err == nil && got != strings.Join(want, " ") {
					err = fmt.Errorf("%s gives %s, not %s", query, got, want)
				}
				return err
			}
			for range 2 { // as it stands, then prepared
				if err := d.Read(context.Background(), ask); err != nil {
					r.Fatal(err)
				}
			}
			if err := d.Write(context.Background(), ask); err != nil {
				r.Fatal(err)
			}
		})
	})
}

func ordinals(n int) []int {
	list := make([]int, n)
	for i := range list {
		list[i] = i + 1
	}
	return list
}
