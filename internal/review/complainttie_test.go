package review_test

import (
	"testing"

	"giamngheo/internal/db"
	"giamngheo/internal/db/dbtest"
	"giamngheo/internal/household/householdtest"
	"giamngheo/internal/review"
)

// Somebody who was left out altogether need not be in the register when he
// comes; once he is, a re-check can answer him.
func TestAComplaintOfSomebodyUnknownIsTiedToHisHousehold(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := ready(t, d)
		c.post(hung)
		c.Today = "2017-12-01"
		c.do("posting", "")
		one, err := c.complain(review.WronglyOut, func(one *review.Complaint) { one.Household = "" })
		if err != nil {
			t.Fatal(err)
		}
		by := c.Officer(householdtest.TamChung)
		far := c.Family(householdtest.Khu1, "2016-02-01", "Lê Văn Xa, male, 1970").ID
		if err := c.s.TieComplaint(ctx, c.Operator(), one.ID, 1, far); code(err) != "review.complaint.elsewhere" {
			t.Errorf("to a household of another commune: %v", err)
		}
		if err := c.s.TieComplaint(ctx, c.Officer(householdtest.Township), one.ID, 1, far); code(err) != "no_complaint" {
			t.Errorf("by another commune: %v", err)
		}
		left := c.Family(householdtest.BanOn, "2017-06-01", "Vi Văn Sót, male, 1980").ID
		if err := c.s.TieComplaint(ctx, by, one.ID, 1, left); err != nil {
			t.Fatal(err)
		}
		if err := c.s.TieComplaint(ctx, by, one.ID, 2, c.stays); code(err) != "stale_rev" {
			t.Errorf("tied to another afterwards: %v", err)
		}
		answer := func() error {
			return c.s.AnswerComplaint(ctx, by, one.ID, 2, review.Changed, "Đã đến xem")
		}
		if err := answer(); code(err) != "no_recheck" {
			t.Errorf("without a re-check: %v", err)
		}
		c.form(c.round, left, review.Recheck, true)
		if err := answer(); err != nil {
			t.Error(err)
		}
		conduct, err := c.complain(review.Conduct, func(one *review.Complaint) { one.Household = "" })
		if err != nil {
			t.Fatal(err)
		}
		if err := c.s.TieComplaint(ctx, by, conduct.ID, 1, c.stays); code(err) != "review.complaint.no_tie" {
			t.Errorf("one about conduct: %v", err)
		}
	})
}
