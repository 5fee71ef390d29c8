package household_test

import (
	"fmt"
	"testing"

	"giamngheo/internal/db"
	"giamngheo/internal/db/dbtest"
	"giamngheo/internal/household"
	"giamngheo/internal/household/householdtest"
)

// Page by page every household comes once, namesakes of one year too.
func TestTheListPageByPage(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := newOffice(t, d)
		for i := range 7 {
			o.Family(householdtest.BanOn, "2016-01-01", fmt.Sprintf("Vi Văn Tây, male, %d", 1970+i/3))
		}
		o.Family(householdtest.Khu1, "2016-01-01", "Hà Văn Đôi, male, 1980")
		scope := o.Operator().Scope
		all, next, err := o.s.List(ctx, scope, household.Filter{Limit: 1000})
		if err != nil || next != "" {
			t.Fatal(err, next)
		}
		for limit := 1; limit <= 4; limit++ {
			var paged []household.ID
			for after := ""; ; {
				page, next, err := o.s.List(ctx, scope, household.Filter{Limit: limit, After: after})
				if err != nil {
					t.Fatal(err)
				}
				for _, h := range page {
					paged = append(paged, h.ID)
				}
				if len(paged) > len(all) {
					t.Fatalf("pages of %d: households come twice: %v", limit, paged)
				}
				if after = next; next == "" {
					break
				}
			}
			if len(paged) != len(all) {
				t.Fatalf("pages of %d hold %d of %d households", limit, len(paged), len(all))
			}
			for i, h := range all {
				if paged[i] != h.ID {
					t.Fatalf("pages of %d: %v, not in the order of %v", limit, paged, all)
				}
			}
		}
	})
}
