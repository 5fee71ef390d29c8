package review_test

import (
	"testing"

	"giamngheo/internal/db"
	"giamngheo/internal/db/dbtest"
	"giamngheo/internal/form"
	"giamngheo/internal/household/householdtest"
	"giamngheo/internal/review"
)

// The progress counts the households of the list, also those that were
// recognised within the year or left then.
func TestTheProgressCountsWhoTheListNames(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newCounter(t, d)
		c.Today = "2018-10-01"
		next, by := c.open(review.Opening{Year: 2018}).ID, c.Officer(householdtest.TamChung)
		screenedOut := 0
		counted := func(want int) {
			t.Helper()
			list, err := c.s.ListFor(ctx, by.Scope, next, householdtest.BanOn)
			if err != nil {
				t.Fatal(err)
			}
			p, err := c.s.Progress(ctx, c.officer(), by.Scope, c.loaded(), next, householdtest.TamChung)
			if err != nil {
				t.Fatal(err)
			}
			for _, u := range p.Units {
				if u.Area.Area == householdtest.BanOn && (u.Listed != want || len(list) != want+screenedOut) {
					t.Errorf("the progress counts %d households, the list names %d, want %d", u.Listed, len(list), want)
				}
			}
		}
		counted(2)
		c.fromFile(c.surveyed(c.leaves, poor, "2018-06-01")) // was no more on the list
		counted(3)
		c.fromFile(c.surveyed(c.stays, well, "2018-06-01"))
		counted(2)
		c.fromFile(c.surveyed(c.enters, near, "2018-06-01"))
		counted(2)
		// Whoever asks waits for Phiếu B until Phiếu A screens him out.
		asks := c.Family(householdtest.BanOn, "2016-02-01", "Vi Văn Xin, male, 1970").ID
		if err := c.s.AddToList(ctx, by, next, asks, review.Request, false, ""); err != nil {
			t.Fatal(err)
		}
		counted(3)
		marks := form.Answers{}
		for _, q := range []string{"vehicle", "cooling", "washing_machine", "lets_out", "electricity_100", "area_30", "public_service", "college_worker"} {
			marks[q] = form.Yes(true)
		}
		if _, err := c.s.SaveForm(ctx, by, review.FormEntry{Round: next, Household: asks, Form: form.Screening, Answers: marks}); err != nil {
			t.Fatal(err, fields(err))
		}
		screenedOut = 1
		counted(2)
		if err := c.s.AddToList(ctx, by, next, asks, review.Request, true, "nhà có người ốm nặng"); err != nil {
			t.Fatal(err)
		}
		screenedOut = 0
		counted(3)
	})
}
