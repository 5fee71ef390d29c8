package review_test

import (
	"strings"
	"testing"

	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/db/dbtest"
	"giamngheo/internal/household/householdtest"
	"giamngheo/internal/review"
)

// All forms are in; what is late is the decision.
func TestACommuneWithEveryFormIsLateUntilItHasDecided(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		const commune area.ID = "14905.2016"
		v := banIn("v-cham", "Chậm", "2016-01-01", commune)
		m := across(t, d, 2019, "2019-11-05", "", v)
		home := m.Family(v.Area, "2016-02-01", "Hà Văn Chậm, male, 1970").ID
		m.form(m.round, home, review.Survey, true)
		district, _ := m.Tree.Ancestor(commune, m.Today, area.District)
		late := func(root area.ID, of area.ID) int {
			t.Helper()
			p, err := m.s.Progress(ctx, m.holder("huyen", "district", district.Area), m.Officer(district.Area).Scope, m.loaded(), m.round, root)
			if err != nil {
				t.Fatal(err)
			}
			if p.Due != "2019-11-15" {
				t.Fatalf("due %s", p.Due)
			}
			for _, u := range p.Units {
				if u.Area.Area == of {
					return u.Late
				}
			}
			t.Fatalf("%s is not shown", of)
			return 0
		}
		m.Today = "2019-11-15"
		if n := late(district.Area, commune); n != 0 {
			t.Errorf("late by %d on the last day", n)
		}
		m.Today = "2019-11-20"
		if n, village := late(district.Area, commune), late(commune, v.Area); n != 5 || village != 5 {
			t.Errorf("nothing done five days after: the commune late by %d, the village by %d", n, village)
		}
		m.Today, m.council.dossier = "2019-11-05", m.about(commune).ID
		m.through(v.Area)
		m.Today = "2019-11-20"
		if n, village := late(district.Area, commune), late(commune, v.Area); n != 5 || village != 0 {
			t.Errorf("the village has done its part: the commune late by %d, the village by %d", n, village)
		}
		m.Today = "2019-11-05"
		m.decide(commune)
		m.Today = "2019-11-20"
		if n := late(district.Area, commune); n != 0 {
			t.Errorf("decided, and still late by %d", n)
		}
	})
}

// Nobody fills in a form that would be refused: its page says so first.
func TestAFormThatWouldBeRefusedSaysSoBefore(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := verified(t, d)
		says := func(purpose string) string {
			t.Helper()
			var round review.Round
			c.Read(func(tx *db.Tx) (err error) {
				round, err = c.s.Round(tx, "2017")
				return err
			})
			why, err := c.s.Refuses(ctx, round, householdtest.BanOn, purpose)
			if err != nil {
				t.Fatal(err)
			}
			return why
		}
		if why := says(review.Survey); !strings.Contains(why, "đang thẩm định") {
			t.Errorf("handed in: %q", why)
		}
		if why := says(review.Verification); why != "" {
			t.Errorf("a verification: %q", why)
		}
		c.must(c.s.Dossiers.Approve(ctx, c.chair(), c.dossier, c.now().Rev, ""))
		if why := says(review.Recheck); !strings.Contains(why, "đã được duyệt") {
			t.Errorf("decided: %q", why)
		}
	})
}
