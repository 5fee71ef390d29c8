package db_test

import (
	"context"
	"database/sql"
	"fmt"
	"testing"

	"giamngheo/internal/db"
	"giamngheo/internal/db/dbtest"
)

func TestABulkWritesEveryRowOnceWhateverTheirNumber(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		for _, n := range []int{0, 1, 119, 1200, 1201, 2537} {
			province := fmt.Sprint("p", n)
			b := db.NewBulk("setting", "key", "value")
			same := db.NewBulk("counter", "name").Same("value", 7)
			for i := range n {
				b.Add(fmt.Sprint("k", i), fmt.Sprint(i))
				same.Add(fmt.Sprint("n", i))
			}
			if b.Len() != n {
				t.Errorf("%d rows counted as %d", n, b.Len())
			}
			if err := d.Write(context.Background(), func(tx *db.Tx) error { return tx.Insert(province, b) }); err != nil {
				t.Fatal(err)
			}
			if err := d.Write(context.Background(), func(tx *db.Tx) error { return tx.Insert(province, same) }); err != nil || same.Len() != n {
				t.Fatal(err, same.Len())
			}
			var rows, right int
			err := d.Read(context.Background(), func(tx *db.Tx) error {
				return tx.Get(`select count(distinct name) from counter where province_id = $1 and value = 7`, []any{province}, &rows)
			})
			if err != nil || rows != n {
				t.Errorf("%d rows with a value in common: %d, %v", n, rows, err)
			}
			err = d.Read(context.Background(), func(tx *db.Tx) error {
				return tx.Get(`select count(*), coalesce(sum(case when key = 'k' || value then 1 else 0 end), 0) from setting where province_id = $1`, []any{province}, &rows, &right)
			})
			if err != nil || rows != n || right != n {
				t.Errorf("%d rows: %d, %d of them right, %v", n, rows, right, err)
			}
		}
	})
}

// Columns that have one value in all rows of a statement are handed over once;
// which they are differs from statement to statement, and there are more such
// sets than texts are kept for.
func TestABulkKeepsValuesThatManyRowsHaveInCommon(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		const rows = 9000
		columns := []string{"agency", "role", "subject", "from_day", "to_day", "given_by"}
		value := func(column, row int) string {
			if row/400%(column+2) == 0 { // each column in stretches of its own
				return fmt.Sprint(row)
			}
			return "x" + fmt.Sprint(column)
		}
		b := db.NewBulk("post", append([]string{"id", "account_id", "area_id", "given_at"}, columns...)...)
		for row := range rows {
			one := []any{fmt.Sprint("id", row), "a", "b", int64(row)}
			for c := range columns {
				one = append(one, value(c, row))
			}
			b.Add(one...)
		}
		if err := d.Write(context.Background(), func(tx *db.Tx) error { return tx.Insert("TH", b) }); err != nil {
			t.Fatal(err)
		}
		n, wrong := 0, 0
		err := d.Read(context.Background(), func(tx *db.Tx) error {
			return tx.Each(`select id, given_at, agency, role, subject, from_day, to_day, given_by from post where province_id = 'TH' and account_id = 'a' and area_id = 'b'`, nil, func(r *sql.Rows) error {
				var id string
				var row int
				got := make([]string, len(columns))
				if err := r.Scan(&id, &row, &got[0], &got[1], &got[2], &got[3], &got[4], &got[5]); err != nil {
					return err
				}
				n++
				for c := range columns {
					if got[c] != value(c, row) || id != fmt.Sprint("id", row) {
						wrong++
					}
				}
				return nil
			})
		})
		if err != nil || n != rows || wrong > 0 {
			t.Errorf("%d rows, %d values wrong, %v", n, wrong, err)
		}
	})
}

func TestMadeIDsLookAndSortLikeOthers(t *testing.T) {
	list := []string{db.IDAt(1440000000000, 0, 7), db.IDAt(1440000000000, 1, 3), db.IDAt(1440000000000, 0xfff, 1<<61), db.IDAt(1440000000001, 0, 0), db.NewID()}
	for i, id := range list {
		if len(id) != len(db.NewID()) {
			t.Errorf("%s has %d letters", id, len(id))
		}
		if i > 0 && id <= list[i-1] {
			t.Errorf("%s is not after %s", id, list[i-1])
		}
	}
}

func BenchmarkBulk(b *testing.B) {
	d := dbtest.SQLite(b)
	const rows = 20000
	for round := 0; b.Loop(); round++ {
		bulk := db.NewBulk("person", "id", "household_id", "full_name", "folded", "sex", "birth", "ethnic", "national_id")
		for i := range rows {
			n := int64(round*rows + i)
			bulk.Add(db.IDAt(n, 0, 0), db.IDAt(n/4, 0, 0), "Nguyễn Văn Bình", "nguyen van binh", "male", "1979-05-20", "kinh", fmt.Sprintf("%09d", n))
		}
		if err := d.Write(context.Background(), func(tx *db.Tx) error { return tx.Insert("TH", bulk) }); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N*rows)/b.Elapsed().Seconds(), "rows/s")
}
