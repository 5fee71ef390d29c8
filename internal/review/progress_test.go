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

// The end is forecast from the steps of the last seven days, never before a
// list has hung out for its days; where nothing moves it is not known.
func TestTheEndIsForecastAtThePaceOfTheSteps(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		const commune area.ID = "14905.2016"
		v, w := banIn("v-nhanh", "Nhanh", "2016-01-01", commune), banIn("v-cham", "Chậm", "2016-01-01", commune)
		m := across(t, d, 2019, "2019-10-01", "", v, w)
		home := m.Family(v.Area, "2016-02-01", "Hà Văn Nhanh, male, 1970").ID
		m.form(m.round, home, review.Survey, true)
		district, _ := m.Tree.Ancestor(commune, m.Today, area.District)
		at := func(root, of area.ID) review.UnitProgress {
			t.Helper()
			p, err := m.s.Progress(ctx, m.holder("huyen", "district", district.Area), m.Officer(district.Area).Scope, m.loaded(), m.round, root)
			if err != nil {
				t.Fatal(err)
			}
			for _, u := range append(p.Units, p.Whole) {
				if u.Area.Area == of {
					return u
				}
			}
			t.Fatalf("%s is not shown", of)
			return review.UnitProgress{}
		}
		var whole review.Progress
		var err error
		if whole, err = m.s.Progress(ctx, m.holder("tinh", "province", "38.2016"), m.Operator().Scope, m.loaded(), m.round, "38.2016"); err != nil || whole.Whole.Dossier.Kind != "province_review" {
			t.Errorf("the province stands by its %s: %v", whole.Whole.Dossier.Kind, err)
		}
		// Five steps in each of two villages, four for all of the commune.
		if u := at(district.Area, commune); u.Left != 14 || u.End != "" || !u.EndUnknown || u.Still != 1 {
			t.Errorf("nothing done: %d left, end %q, unknown %v, still %d", u.Left, u.End, u.EndUnknown, u.Still)
		}
		m.council.dossier = m.about(commune).ID
		m.through(v.Area)
		m.Today = "2019-10-05"
		// Five in the week, nine left: thirteen days on.
		if u := at(district.Area, commune); u.WeekSteps != 5 || u.Left != 9 || u.End != "2019-10-18" || u.EndUnknown || u.Still != 0 || u.Late != 0 {
			t.Errorf("five steps in a week: %+v", u)
		}
		if u := at(commune, v.Area); u.Left != 0 || u.End != "" || u.EndUnknown {
			t.Errorf("the village that is through: %+v", u)
		}
		if u := at(commune, w.Area); u.Left != 5 || !u.EndUnknown {
			t.Errorf("the village that has not begun: %+v", u)
		}
		if u := at(commune, commune); u.End != "2019-10-18" {
			t.Errorf("the commune on its own page: %+v", u)
		}
		// The other communes of the district have not begun: this is the earliest.
		if u := at(district.Area, district.Area); u.End < "2019-10-18" || u.Still == 0 {
			t.Errorf("the district: end %q, still %d", u.End, u.Still)
		}
		m.Today = "2019-10-20"
		if u := at(district.Area, commune); u.End != "" || !u.EndUnknown || u.Late != 0 {
			t.Errorf("nothing for a week: %+v", u)
		}
		m.Today = "2019-11-08"
		m.form(m.round, m.Family(w.Area, "2016-02-01", "Hà Văn Sau, male, 1972").ID, review.Survey, true)
		m.through(w.Area)
		if u := at(district.Area, commune); u.WeekSteps != 5 || u.Left != 4 || u.End != "2019-11-14" || u.Late != 0 {
			t.Errorf("all villages through: %+v", u)
		}
		// A form is still to come, after a week with one: then a list hangs out for
		// seven working days, and the decision is late.
		late := m.Family(w.Area, "2016-02-01", "Hà Văn Chậm, male, 1971").ID
		if err := m.s.AddToList(ctx, m.Operator(), m.round, late, review.Request, true, "xin vào"); err != nil {
			t.Fatal(err)
		}
		if u := at(district.Area, commune); u.Forecast != "2019-11-15" || u.End != "2019-11-26" || u.Late != 0 || u.Beyond != 11 {
			t.Errorf("a form to come: forms %s, end %s, late %d, will be by %d", u.Forecast, u.End, u.Late, u.Beyond)
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
