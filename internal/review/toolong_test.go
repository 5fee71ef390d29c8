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

// Whatever somebody writes in words, at whatever door: one letter too many is
// refused with the number, and nothing is kept of it.
func TestReasonsNotesAndAnswersThatAreTooLongAreRefusedAtEveryDoor(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := ready(t, d)
		long := strings.Repeat("ộ", 4001)
		by, chair := c.Officer(householdtest.TamChung), c.chair()
		posted := c.post(hung)
		dossiers, dossier := c.s.Dossiers, c.dossier
		entry := c.entry(c.round, c.enters, 300)
		entry.Note = long
		second := func(_ any, err error) error { return err }
		doors := map[string]error{
			"note of a step":             dossiers.Do(ctx, c.operator(), dossier, "posting", "", long),
			"taking a step back":         second(dossiers.TakeBack(ctx, c.operator(), dossier, "meeting", "", long)),
			"handing in":                 second(dossiers.HandIn(ctx, c.operator(), dossier, 1, long)),
			"sending back":               second(dossiers.Return(ctx, chair, dossier, 1, "", long)),
			"approving":                  second(dossiers.Approve(ctx, chair, dossier, 1, long)),
			"asking to unlock":           second(dossiers.AskUnlock(ctx, chair, dossier, 1, long)),
			"answering it":               second(dossiers.Unlock(ctx, chair, dossier, 1, true, "", long)),
			"a posting":                  second(c.s.Post(ctx, by, c.round, householdtest.TamChung, review.Hanging{First: hung.First, Places: hung.Places, Reason: long})),
			"where it is posted":         second(c.s.Post(ctx, by, c.round, householdtest.TamChung, review.Hanging{First: hung.First, Places: long})),
			"withdrawing a posting":      c.s.WithdrawPosting(ctx, by, posted.ID, posted.Rev, long),
			"showing it":                 c.s.ShowPosting(ctx, by, posted.ID, posted.Rev, true, long),
			"a meeting that failed":      c.s.VoidMeeting(ctx, by, "none", 1, long),
			"a form's note":              second(c.s.Save(ctx, by, entry)),
			"a household on the list":    c.s.AddToList(ctx, by, c.round, c.enters, review.Added, false, long),
			"what was asked again":       c.s.AnswerWarnings(ctx, by, c.round, c.enters, 1, long),
			"a form taken back":          c.s.TakeBackForm(ctx, by, c.round, c.enters, "A", 1, long),
			"a decision within the year": second(c.s.DecideRequest(ctx, chair, "none", 1, long)),
			"refusing a request":         c.s.RefuseRequest(ctx, chair, "none", 1, long),
			"withdrawing a request":      c.s.WithdrawRequest(ctx, by, "none", 1, long),
			"a question to a commune":    c.s.AnswerWarning(ctx, by, c.round, "none", 1, long),
			"why a sample is drawn":      second(c.s.DrawSample(ctx, by, review.Drawing{Round: c.round, Reason: long})),
			"a duplicate":                c.s.Households.Decide(ctx, by, "a", "b", true, long),
			"undoing":                    c.s.Households.Undo(ctx, by, "none", long),
		}
		for door, err := range doors {
			var f *fault.Error
			if !errors.As(err, &f) || f.Code != "too_long" || !strings.Contains(f.Message, "4.001") || len(f.Fields) != 1 {
				t.Errorf("%s: %v", door, err)
			}
		}
		var kept int
		if err := d.Read(ctx, func(tx *db.Tx) error {
			return tx.Get(`select count(*) from journal where length(reason) > 4000`, nil, &kept)
		}); err != nil || kept != 0 {
			t.Errorf("%d entries keep a long reason, %v", kept, err)
		}
	})
}
