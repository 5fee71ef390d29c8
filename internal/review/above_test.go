package review_test

import (
	"testing"

	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/db/dbtest"
	"giamngheo/internal/dossier"
	"giamngheo/internal/household/householdtest"
	"giamngheo/internal/review"
)

// What a district hands in and signs rests on decisions: one that was unlocked
// meanwhile is none.
func TestADistrictNeitherHandsInNorSignsWhileACommuneIsWorkedOnAgain(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := verified(t, d)
		c.must(c.s.Dossiers.Approve(ctx, c.chair(), c.dossier, c.now().Rev, ""))
		stand := func(unit area.ID, state dossier.State) {
			t.Helper()
			if err := d.Write(ctx, func(tx *db.Tx) error {
				_, err := tx.Exec(`update dossier set state = $1 where subject = $2 and kind = $3 and (unit_id = $4 or $4 = '')`, string(state), c.round, review.CommuneReview, string(unit))
				return err
			}); err != nil {
				t.Fatal(err)
			}
		}
		stand("", dossier.Approved)
		officer, chair := c.verifier(), c.holder("chu-tich-huyen", "chair", c.district())
		above := func() (one dossier.Dossier) {
			c.Read(func(tx *db.Tx) (err error) {
				one, _, err = c.s.Dossiers.About(tx, dossier.Key{Kind: review.DistrictReview, Subject: c.round, Unit: c.district()})
				return err
			})
			return one
		}
		id := above().ID
		for _, step := range []string{"communes", "analysis"} {
			if err := c.s.Dossiers.Do(ctx, officer, id, step, "", ""); err != nil {
				t.Fatal(err)
			}
		}
		stand(householdtest.TamChung, dossier.Returned)
		if _, err := c.s.Dossiers.HandIn(ctx, officer, id, above().Rev, ""); code(err) != "below_open" {
			t.Errorf("handed in with a commune unlocked: %v", err)
		}
		stand(householdtest.TamChung, dossier.Approved)
		c.must(c.s.Dossiers.HandIn(ctx, officer, id, above().Rev, ""))
		stand(householdtest.TamChung, dossier.Submitted)
		if _, err := c.s.Dossiers.Approve(ctx, chair, id, above().Rev, ""); code(err) != "below_open" {
			t.Errorf("signed with a commune unlocked: %v", err)
		}
		stand(householdtest.TamChung, dossier.Approved)
		c.must(c.s.Dossiers.Approve(ctx, chair, id, above().Rev, ""))
	})
}

// A re-check settles what it changed, also where a later form only adds to it:
// the list need not hang out for seven days again.
func TestACauseAddedAfterARecheckNeedsNoNewPosting(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := ready(t, d)
		c.post(hung)
		c.Today = "2017-12-01"
		c.do("posting", "")
		one, err := c.complain(review.WronglyOut, func(one *review.Complaint) { one.Household = c.leaves })
		if err != nil {
			t.Fatal(err)
		}
		again := func(points int, ticked string, causes ...string) {
			e := c.entry(c.round, c.leaves, points)
			e.Purpose, e.Surveyor, e.Ticked, e.Causes, e.WarningAnswer = review.Recheck, "Hà Thị Khác", ticked, causes, "đã hỏi"
			c.save(e)
		}
		again(50, "1111111111")
		if err := c.s.AnswerComplaint(ctx, c.Officer(householdtest.TamChung), one.ID, 1, review.Changed, "Đã đến xem"); err != nil {
			t.Fatal(err)
		}
		c.do("complaints", "")
		handIn := func() error {
			_, err := c.s.Dossiers.HandIn(ctx, c.officer(), c.dossier, c.now().Rev, "")
			return err
		}
		if err := handIn(); code(err) != "no_cause" {
			t.Errorf("without a cause: %v", err)
		}
		again(near, "0000000000", c.s.Law.Causes.Causes[0].Code)
		if err := handIn(); code(err) != "no_opinion" && code(err) != "posting_changed" {
			t.Errorf("with a class that no re-check found: %v", err)
		}
		again(50, "1111111111", c.s.Law.Causes.Causes[0].Code)
		if err := handIn(); err != nil {
			t.Errorf("the same with a cause: %v", err)
		}
	})
}
