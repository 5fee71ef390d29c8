package exchange

import (
	"testing"

	"giamngheo/internal/db"
	"giamngheo/internal/db/dbtest"
)

// PostgreSQL plans by what it counted last: right after a file has come in it
// knows how many households there are.
func TestAfterAnImportTheTablesAreCounted(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := newOffice(t, d)
		if r := o.take(csvBook(t, newHeads(300, true)...), Options{}); !r.Applied {
			t.Fatal(r.says())
		}
		if d.Engine != db.Postgres {
			return
		}
		counted := func() (n int) {
			o.Read(func(tx *db.Tx) error {
				return tx.Get(`select cast(reltuples as bigint) from pg_class where oid = to_regclass('household')`, nil, &n)
			})
			return n
		}
		if n := counted(); n != o.count("household", "to_day = '9999-12-31'") {
			t.Errorf("%d households are counted", n)
		}
	})
}
