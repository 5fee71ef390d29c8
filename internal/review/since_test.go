package review_test

import (
	"testing"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/db/dbtest"
	"giamngheo/internal/dossier"
	"giamngheo/internal/household/householdtest"
	"giamngheo/internal/review"
)

// A district's signature stays on what it signed; that a commune was opened
// again, and what is different now, is said beside it.
func TestASignedDistrictTellsWhichCommuneWasUnlockedSinceAndWhatDiffers(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := verified(t, d)
		c.must(c.s.Dossiers.Approve(ctx, c.chair(), c.dossier, c.now().Rev, ""))
		if err := d.Write(ctx, func(tx *db.Tx) error { // the other communes
			_, err := tx.Exec(`update dossier set state = $1 where subject = $2 and kind = $3`, string(dossier.Approved), c.round, review.CommuneReview)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		officer, chair := c.verifier(), c.holder("chu-tich-huyen", "chair", c.district())
		above := func() (one dossier.Dossier) {
			c.Read(func(tx *db.Tx) (err error) {
				one, _, err = c.s.Dossiers.About(tx, dossier.Key{Kind: review.DistrictReview, Subject: c.round, Unit: c.district()})
				return err
			})
			return one
		}
		for _, step := range []string{"communes", "analysis"} {
			if err := c.s.Dossiers.Do(ctx, officer, above().ID, step, "", ""); err != nil {
				t.Fatal(err)
			}
		}
		c.must(c.s.Dossiers.HandIn(ctx, officer, above().ID, above().Rev, ""))
		since := func() (list []review.Since) {
			t.Helper()
			c.Read(func(tx *db.Tx) (err error) {
				list, err = c.s.SinceSigned(tx, above())
				return err
			})
			return list
		}
		if list := since(); len(list) != 0 {
			t.Errorf("before anybody has signed: %+v", list)
		}
		c.Today = daysLater(c.Today, 1)
		c.must(c.s.Dossiers.Approve(ctx, chair, above().ID, above().Rev, ""))
		if list := since(); len(list) != 0 {
			t.Errorf("as it was signed: %+v", list)
		}
		c.Today = daysLater(c.Today, 1)
		c.must(c.s.Dossiers.AskUnlock(ctx, c.chair(), c.dossier, c.now().Rev, "sót một hộ"))
		c.must(c.s.Dossiers.Unlock(ctx, officer, c.dossier, c.now().Rev, true, "survey", "cho sửa"))
		list := since()
		if len(list) != 1 || list[0].Unit.Area != householdtest.TamChung || !list[0].Open || list[0].UnlockedAt == 0 || list[0].Counted == nil || list[0].Now == nil || list[0].Differs() {
			t.Fatalf("unlocked and not changed: %+v", list)
		}
		was := list[0].Now.Poor.Households
		c.save(c.entry(c.round, c.leaves, 50))
		if list = since(); len(list) != 1 || !list[0].Differs() || list[0].Counted.Poor.Households != was || list[0].Now.Poor.Households != was+1 {
			t.Errorf("a household more is poor: signed %+v, now %+v", list[0].Counted, list[0].Now)
		}
		reg := c.loaded()
		day := c.Today
		p, err := c.s.Progress(ctx, &account.Actor{ID: account.OperatorID, Day: day}, c.Tree.Scope(householdtest.Key, []area.Grant{{Root: c.Tree.Roots(day)[0].Area, Fields: area.FieldHousehold}}, day), reg, c.round, c.Tree.Roots(day)[0].Area)
		if err != nil {
			t.Fatal(err)
		}
		for _, u := range p.Units {
			if signed := u.Area.Area == c.district(); u.Signed != signed || u.Reopened != map[bool]int{true: 1}[signed] {
				t.Errorf("%s: signed %t, %d reopened", u.Area.FullName, u.Signed, u.Reopened)
			}
		}
		if p.Whole.Signed || p.Whole.Reopened != 0 {
			t.Errorf("the province has signed nothing: %+v", p.Whole)
		}
	})
}
