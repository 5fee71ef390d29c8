package review_test

import (
	"testing"

	"giamngheo/internal/db"
	"giamngheo/internal/db/dbtest"
	"giamngheo/internal/household/householdtest"
	"giamngheo/internal/review"
	"giamngheo/internal/standard"
)

// The list of an in-year round shows the class of that year, not what the
// yearly round of its autumn finds for the next; a household that no round has
// reviewed has none.
func TestTheListOfAnInYearRoundShowsTheClassOfItsYear(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newCounter(t, d)
		c.received(c.leaves, "1a")
		c.received(c.stays, "1b")
		fresh := c.Family(householdtest.BanOn, "2018-02-01", "Ngân Văn Lạ, male, 1990").ID
		c.received(fresh, "1a")
		c.Today = "2018-10-02"
		autumn := c.open(review.Opening{Year: 2018}).ID
		c.form(autumn, c.leaves, review.Survey, true)
		c.form(autumn, c.stays, review.Survey, false)
		list, err := c.s.ListFor(ctx, c.Officer(householdtest.BanOn).Scope, c.within, householdtest.BanOn)
		if err != nil {
			t.Fatal(err)
		}
		got := map[string]standard.Class{}
		for _, l := range list {
			if l.Reviewed {
				got[string(l.Household)] = l.Before
			}
		}
		if len(list) != 3 || len(got) != 2 || got[string(c.leaves)] != standard.NotPoor || got[string(c.stays)] != standard.Poor {
			t.Errorf("%d on the list, before: %v", len(list), got)
		}
	})
}
