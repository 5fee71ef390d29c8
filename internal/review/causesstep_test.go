package review_test

import (
	"testing"

	"giamngheo/internal/db"
	"giamngheo/internal/db/dbtest"
	"giamngheo/internal/household"
	"giamngheo/internal/household/householdtest"
	"giamngheo/internal/review"
)

// The causes are a step after the survey and stand on its form: whoever works
// on them needs no survey taken back, and changes nothing else with them.
func TestCausesAreWrittenUntilTheirOwnStepIsDone(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newCouncil(t, d, 2017)
		again := func(change func(*review.Entry)) error {
			a := c.current(c.round, c.enters)
			e := c.entry(c.round, c.enters, *a.B1)
			e.Ticked, e.Causes, e.WarningAnswer, e.Purpose = a.Ticked, []string{c.s.Law.Causes.Causes[1].Code}, a.WarningAnswer, review.Survey
			if change != nil {
				change(&e)
			}
			_, err := c.s.Save(ctx, c.Operator(), e)
			return err
		}
		if err := again(nil); code(err) != "causes_done" {
			t.Fatalf("causes after their step: %v", err)
		}
		if _, err := c.s.Dossiers.TakeBack(ctx, c.officer(), c.dossier, "causes", householdtest.BanOn, "thiếu nguyên nhân"); err != nil {
			t.Fatal(err)
		}
		for what, change := range map[string]func(*review.Entry){
			"points":        func(e *review.Entry) { *e.B1++ },
			"a note":        func(e *review.Entry) { e.Note = "thêm" },
			"nothing":       func(e *review.Entry) { e.Causes = c.current(c.round, c.enters).Causes },
			"who surveyed":  func(e *review.Entry) { e.Surveyor = "Hà Văn Khác" },
			"a deprivation": func(e *review.Entry) { e.Ticked = "0" + e.Ticked[1:] },
		} {
			if err := again(change); code(err) != "survey_done" {
				t.Errorf("%s after the survey: %v", what, err)
			}
		}
		if err := again(nil); err != nil {
			t.Fatal(err)
		}
		if got := c.current(c.round, c.enters).Causes; len(got) != 1 || got[0] != c.s.Law.Causes.Causes[1].Code {
			t.Errorf("the causes are %v", got)
		}
	})
}

func (c *council) current(round string, id household.ID) (a review.Assessment) {
	c.Read(func(tx *db.Tx) (err error) {
		a, _, err = c.s.InForce(tx, id, round)
		return err
	})
	return a
}
