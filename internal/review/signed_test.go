package review_test

import (
	"testing"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/db/dbtest"
	"giamngheo/internal/form"
	"giamngheo/internal/household"
	"giamngheo/internal/household/householdtest"
	"giamngheo/internal/review"
	"giamngheo/internal/standard"
)

// fromFile makes an assessment one that a file brought: within the year it tells
// what was signed on paper.
func (b *bureau) fromFile(a review.Assessment) {
	b.T.Helper()
	if err := b.s.DB.Write(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(`update assessment set operation_id = 'tep' where id = $1`, a.ID)
		return err
	}); err != nil {
		b.T.Fatal(err)
	}
}

// Who is poor before a yearly round is what chairs signed: a form within the
// year that nobody has signed puts nobody on the list and takes nobody off it.
func TestOnlyWhatAChairSignedWithinTheYearCountsAsLastYearsClass(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newCounter(t, d)
		enter, leave := c.received(c.leaves, form.RequestEnter), c.received(c.enters, form.RequestLeave)
		c.surveyed(c.leaves, 50, "2018-05-11")
		c.surveyed(c.enters, 400, "2018-05-11")
		c.Today = "2018-10-01"
		next := c.open(review.Opening{Year: 2018}).ID
		stands := func(id household.ID) (standard.Class, string) {
			h, err := c.s.Households.FindByID(ctx, c.Operator().Scope, id)
			if err != nil {
				t.Fatal(err)
			}
			l, on := c.listed(next, h.VillageID)[id]
			if !on {
				return standard.Undetermined, ""
			}
			return l.Before, l.Source
		}
		reviewed := func() int {
			p, err := c.s.Progress(ctx, &account.Actor{ID: account.OperatorID, Day: c.Today}, c.Tree.Scope(householdtest.Key, []area.Grant{{Root: householdtest.TamChung, Fields: area.FieldHousehold}}, c.Today), c.loaded(), next, householdtest.TamChung)
			if err != nil {
				t.Fatal(err)
			}
			return p.Whole.Listed
		}
		listed := func() (n int) {
			for _, v := range c.Tree.Children(householdtest.TamChung, c.Today) {
				n += len(c.listed(next, v.Area))
			}
			return n
		}
		check := func(why string, id household.ID, class standard.Class, source string) {
			t.Helper()
			if got, from := stands(id); from != source || source != "" && got != class {
				t.Errorf("%s: %v, listed as %q", why, got, from)
			}
			if a, b := reviewed(), listed(); a != b {
				t.Errorf("%s: the progress counts %d households, the list has %d", why, a, b)
			}
		}
		check("a form that nobody signed", c.leaves, 0, "")
		check("an exit that nobody signed", c.enters, standard.Poor, review.LastYear)
		// The yearly form of meanwhile begins from what was signed until then.
		e := c.entry(next, c.leaves, 50)
		e.WarningAnswer = "đã hỏi"
		if a := c.save(e); a.Transition != "3" {
			t.Errorf("newly poor, and the form says %q", a.Transition)
		}
		c.decided(enter.ID)
		c.decided(leave.ID)
		check("signed", c.leaves, standard.Poor, review.LastYear)
		check("an exit that is signed", c.enters, 0, "")
		c.Read(func(tx *db.Tx) error {
			a, _, err := c.s.InForce(tx, c.leaves, next)
			if a.Transition != "1" {
				t.Errorf("it was poor before by a signature that came later, and the form says %q", a.Transition)
			}
			return err
		})
		// A later form of the same round is a proposal again.
		again := c.entry(c.within, c.enters, 50)
		again.EffectiveFrom, again.WarningAnswer, again.Reason = "2018-05-11", "đã hỏi", "ghi nhầm"
		c.Read(func(tx *db.Tx) error {
			a, _, err := c.s.InForce(tx, c.enters, c.within)
			again.Rev = a.Rev
			return err
		})
		c.save(again)
		check("a correction that nobody signed", c.enters, 0, "")
	})
}
