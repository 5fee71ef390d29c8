package review_test

import (
	"errors"
	"strings"
	"testing"

	"giamngheo/internal/db"
	"giamngheo/internal/db/dbtest"
	"giamngheo/internal/fault"
	"giamngheo/internal/household/householdtest"
	"giamngheo/internal/review"
)

func (c *council) complain(kind string, change func(*review.Complaint)) (review.Complaint, error) {
	one := review.Complaint{Round: c.round, Area: householdtest.TamChung, Household: c.enters, Kind: kind, Words: "Nhà anh Mới có xe tải", Person: "Bà Lan"}
	if change != nil {
		change(&one)
	}
	return c.s.Complain(ctx, c.Officer(householdtest.TamChung), one)
}

func TestAComplaintIsToldAllThatIsWrongAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := ready(t, d)
		_, err := c.complain("rumour", func(one *review.Complaint) {
			one.Words, one.Person, one.Contact, one.ReceivedOn = strings.Repeat("ạ", 4001), strings.Repeat("x", 121), strings.Repeat("x", 251), "2999-01-01"
		})
		var all *fault.Error
		if !errors.As(err, &all) {
			t.Fatalf("taken: %v", err)
		}
		var names []string
		for _, f := range all.Fields {
			names = append(names, f.Name)
		}
		if got := strings.Join(names, " "); got != "kind words person contact received_on" {
			t.Errorf("told of %s", got)
		}
		if said := all.Fields[1].Message; !strings.Contains(said, "4.001") || !strings.Contains(said, "4.000") {
			t.Errorf("the limit is not named: %s", said)
		}
		one, err := c.complain(review.WronglyIn, func(one *review.Complaint) { one.Words = strings.Repeat("ạ", 4000) })
		if err != nil {
			t.Fatal(err)
		}
		if err := c.s.AnswerComplaint(ctx, c.Officer(householdtest.TamChung), one.ID, 1, "", " "); !errors.As(err, &all) || len(all.Fields) != 2 {
			t.Errorf("an answer without outcome or words: %v", err)
		}
	})
}

func TestAComplaintThatChangesAClassNeedsOtherPeople(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := ready(t, d)
		c.post(hung)
		c.Today = "2017-12-01"
		c.do("posting", "")
		one, err := c.complain(review.WronglyIn, nil)
		if err != nil {
			t.Fatal(err)
		}
		if one.Number != 1 || one.Token == "" || one.DueOn != "" {
			t.Errorf("number %d, token %q, due %q: no rule sets a term", one.Number, one.Token, one.DueOn)
		}
		if err := c.try("complaints", ""); code(err) != "complaint_open" {
			t.Errorf("with an open complaint: %v", err)
		}
		by := c.Officer(householdtest.TamChung)
		answer := func(outcome string) error {
			return c.s.AnswerComplaint(ctx, by, one.ID, 1, outcome, "Đã đến xem")
		}
		if err := answer(review.Changed); code(err) != "no_recheck" {
			t.Errorf("without a re-check: %v", err)
		}
		c.form(c.round, c.enters, review.Recheck, false) // Lê Văn Điều again
		if err := answer(review.Changed); code(err) != "same_people" {
			t.Errorf("by the same surveyor: %v", err)
		}
		e := c.entry(c.round, c.enters, 300)
		e.Purpose, e.Surveyor, e.Ticked, e.WarningAnswer = review.Recheck, "Hà Thị Khác", "0000000000", "đã hỏi"
		c.save(e)
		if err := answer(review.Unchanged); code(err) != "review.complaint.has_changed" {
			t.Errorf("an outcome that the form denies: %v", err)
		}
		if err := c.s.AnswerComplaint(ctx, c.Officer(householdtest.Township), one.ID, 1, review.Changed, "x"); code(err) != "no_complaint" {
			t.Errorf("by another commune: %v", err)
		}
		if err := answer(review.Changed); err != nil {
			t.Fatal(err)
		}
		if err := answer(review.Changed); code(err) != "stale_rev" {
			t.Errorf("twice: %v", err)
		}
		if err := c.try("complaints", ""); err != nil {
			t.Errorf("all answered: %v", err)
		}
	})
}

func TestComplaintsAreNumberedAndFollowedWithoutNames(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := ready(t, d)
		for _, wrong := range []struct {
			name, code string
			change     func(*review.Complaint)
		}{
			{"no words", "review.complaint.words", func(o *review.Complaint) { o.Words = " " }},
			{"unknown kind", "review.complaint.kind", func(o *review.Complaint) { o.Kind = "khác" }},
			{"no household", "review.complaint.household", func(o *review.Complaint) { o.Household = "" }},
			{"tomorrow", "review.complaint.day", func(o *review.Complaint) { o.ReceivedOn = "2030-01-01" }},
			{"another commune", "area_not_found", func(o *review.Complaint) { o.Area = householdtest.Township }},
			{"no such round", "round_not_found", func(o *review.Complaint) { o.Round = "1999" }},
		} {
			if _, err := c.complain(review.WronglyIn, wrong.change); code(err) != wrong.code {
				t.Errorf("%s: %v", wrong.name, err)
			}
		}
		first, err := c.complain(review.WronglyOut, func(o *review.Complaint) { o.Household = "" })
		if err != nil {
			t.Fatal(err)
		}
		second, err := c.complain(review.Conduct, func(o *review.Complaint) { o.Household = "" })
		if err != nil || first.Number != 1 || second.Number != 2 {
			t.Fatalf("numbers %d and %d after refusals: %v", first.Number, second.Number, err)
		}
		if _, err := c.s.Complaints(ctx, c.Officer(householdtest.BanOn).Scope, c.round, householdtest.TamChung); code(err) != "area_not_found" {
			t.Errorf("a village head reads them: %v", err)
		}
		if _, err := c.s.FollowComplaint(ctx, first.Year, first.Number, second.Token); code(err) != "no_complaint" {
			t.Errorf("with another token: %v", err)
		}
		seen, err := c.s.FollowComplaint(ctx, first.Year, first.Number, " "+first.Token)
		if err != nil || seen.Words != "" || seen.Person != "" || seen.Household != "" || seen.State != review.ComplaintOpen {
			t.Errorf("followed: %+v %v", seen, err)
		}
	})
}
