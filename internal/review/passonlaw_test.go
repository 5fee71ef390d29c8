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

// across is a round of a year that stays open over later changes of areas, on
// the boundaries of a day given, with villages where the test wants them.
func across(t *testing.T, d *db.DB, year int, today, boundary string, villages ...area.Version) *merger {
	t.Helper()
	c := newCouncil(t, d, 2017)
	tree, err := c.Tree.WithVillages(villages)
	if err != nil {
		t.Fatal(err)
	}
	c.Tree, c.Store.Tree, c.Today = tree, func() *area.Tree { return tree }, today
	if err := d.Write(ctx, func(tx *db.Tx) error {
		for _, v := range villages {
			if err := area.Save(tx, householdtest.Key, tree.History(v.Area)); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	m := &merger{council: c}
	m.round = m.bureau.open(review.Opening{Year: year, ID: "qua", BoundaryDay: boundary}).ID
	return m
}

func banIn(id, name, from string, in area.ID) area.Version {
	return area.Version{Area: area.ID(id), From: from, Level: area.Village, Type: "ban", Name: name, FullName: "Bản " + name, Parent: in}
}

// passed hands on what has ended of a kind, and gives how many.
func (m *merger) passed(kind string) int {
	m.T.Helper()
	n, err := m.s.Dossiers.PassOn(ctx, &account.Actor{ID: account.SystemID, Day: m.Today}, m.round, kind)
	if err != nil {
		m.T.Fatal(err)
	}
	return n
}

func (m *merger) dossiersOf(kind string) (list []dossier.Dossier) {
	m.Read(func(tx *db.Tx) (err error) {
		list, err = m.s.Dossiers.ListIn(tx, m.round, kind)
		return err
	})
	return list
}

// On 1 July 2025 the districts ended, in the middle of whatever round was open.
func TestTheDossiersOfDistrictsEndWithThem(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		m := across(t, d, 2024, "2025-06-30", "2025-12-31")
		districts := len(m.dossiersOf(review.DistrictReview))
		if districts == 0 || m.passed(review.DistrictReview) != 0 {
			t.Fatalf("%d districts before they end", districts)
		}
		province, _ := m.Tree.Ancestor(householdtest.TamChung, m.Today, area.Province)
		below := func() int {
			n := 0
			m.Read(func(tx *db.Tx) error {
				whole, ok, err := m.s.Dossiers.About(tx, dossier.Key{Kind: review.ProvinceReview, Subject: m.round, Unit: province.Area})
				if err != nil || !ok {
					t.Fatal("the province has no dossier", err)
				}
				c, err := m.s.Dossiers.Check(tx, whole)
				if err != nil {
					return err
				}
				against, err := m.s.Dossiers.Obstacles(tx, whole, c, "below", "")
				for _, o := range against {
					n += o.Count
				}
				return err
			})
			return n
		}
		if n := below(); n != districts {
			t.Errorf("the province waits for %d of %d districts", n, districts)
		}
		commune := m.about(householdtest.TamChung)
		m.Today = "2025-07-01"
		if n := m.passed(review.DistrictReview); n != districts {
			t.Errorf("%d of %d districts ended", n, districts)
		}
		for _, one := range m.dossiersOf(review.DistrictReview) {
			if one.State != dossier.PassedOn || one.PassedTo != "" {
				t.Fatalf("the dossier of a district that has ended: %+v", one)
			}
		}
		m.passed(review.CommuneReview)
		live := 0
		for _, one := range m.dossiersOf(review.CommuneReview) {
			if one.State != dossier.PassedOn {
				live++
			}
		}
		if n := below(); n != live || n == 0 {
			t.Errorf("the province waits for %d, there are %d communes with a dossier", n, live)
		}
		// Tam Chung goes on with what it was; whoever verified it for the district still can.
		if now := m.about(householdtest.TamChung); now.ID != commune.ID || now.State != dossier.Draft {
			t.Errorf("the commune that lives on: %+v", now)
		}
		verifier := m.holder("huyen-cu", "district", "384.2016")
		now := m.about(householdtest.TamChung)
		now.State = dossier.Submitted
		may, err := m.s.Dossiers.May(verifier, now)
		rules, _ := m.s.Dossiers.RulesOf(now)
		step, _, _ := rules.Step("verification")
		if err != nil || !may.Steps(step, "") || !may.Return {
			t.Errorf("the old district's officer may verify %t, return %t: %v", may.Steps(step, ""), may.Return, err)
		}
		if other, _ := m.s.Dossiers.May(m.holder("huyen-khac", "district", "386.2016"), now); other.Steps(step, "") {
			t.Error("another district's officer may verify")
		}
	})
}

// Hải Yến was divided among four wards on 1 January 2025.
func TestADividedCommuneWaitsUntilItsVillagesArePlaced(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		const yen area.ID = "16651.2016"
		first, second := banIn("v-yen-1", "Yến Một", "2016-06-01", yen), banIn("v-yen-2", "Yến Hai", "2016-06-01", yen)
		m := across(t, d, 2024, "2024-12-15", "2025-12-31", first, second)
		m.council.dossier = m.about(yen).ID
		for _, v := range []area.ID{first.Area, second.Area} {
			m.do("list", v)
		}
		m.Today = "2025-01-02"
		place := func(v area.Version, code string) area.ID {
			t.Helper()
			to, err := m.Tree.FindCode(code, m.Today)
			if err != nil {
				t.Fatal(err)
			}
			tree, err := m.Tree.MoveVillage(v.Area, to.Area, "2025-01-01")
			if err != nil {
				t.Fatal(err)
			}
			m.Tree, m.Store.Tree = tree, func() *area.Tree { return tree }
			return to.Area
		}
		m.passed(review.CommuneReview)
		if now := m.about(yen); now.State != dossier.Draft {
			t.Fatalf("passed on before anybody said where: %+v", now)
		}
		one := place(first, "16609")
		m.passed(review.CommuneReview)
		if now := m.about(yen); now.State != dossier.Draft {
			t.Fatalf("passed on with a village that is nowhere: %+v", now)
		}
		other := place(second, "16642")
		if n := m.passed(review.CommuneReview); n != 1 {
			t.Fatalf("%d were passed on", n)
		}
		if now := m.about(yen); now.State != dossier.PassedOn {
			t.Fatalf("%+v", now)
		}
		if !m.doneIn(m.about(one), "list", first.Area) || !m.doneIn(m.about(other), "list", second.Area) || m.doneIn(m.about(one), "list", second.Area) {
			t.Error("the steps did not go with their villages")
		}
		// Its officers see both successors through the villages that came from
		// them, work in those and in no other, and see no third ward.
		officer := m.holder("can-bo-yen", "commune", yen)
		for _, unit := range []area.ID{one, other} {
			if _, err := m.s.Dossiers.Find(ctx, officer, m.about(unit).ID); err != nil {
				t.Errorf("the old officer does not see %s: %v", unit, err)
			}
		}
		third, err := m.Tree.FindCode("16645", m.Today)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := m.s.Dossiers.Find(ctx, m.holder("can-bo-yen", "commune", yen), m.about("14848.2016").ID); code(err) != "no_dossier" {
			t.Errorf("the old officer sees a commune far away: %v", err)
		}
		if third.Area == one || third.Area == other {
			t.Error("three wards are two")
		}
		if err := m.s.Dossiers.Do(ctx, officer, m.about(one).ID, "screening", first.Area, ""); err != nil {
			t.Errorf("the old officer in his village: %v", err)
		}
		if may, err := m.s.Dossiers.May(officer, m.about(one)); err != nil || may.HandIn {
			t.Errorf("the old officer of a part hands in the whole: %v", err)
		}
	})
}

// The township of Hồi Xuân was made on 2019-12-01 of two communes.
func TestANewCommuneShowsWhatTheOldOnesHaveDecided(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		const xa, tran area.ID = "14905.2016", "14869.2016"
		first, second := banIn("v-hoi-1", "Hồi Một", "2016-01-01", xa), banIn("v-hoi-2", "Hồi Hai", "2016-01-01", tran)
		m := across(t, d, 2019, "2019-11-05", "", first, second)
		for _, commune := range []area.ID{xa, tran} {
			v := map[area.ID]area.ID{xa: first.Area, tran: second.Area}[commune]
			home := m.Family(v, "2016-02-01", "Hà Văn Hồi, male, 1970").ID
			m.form(m.round, home, review.Survey, true)
			m.council.dossier = m.about(commune).ID
			m.through(v)
			m.decide(commune)
			m.Today = "2019-11-05"
		}
		m.Today = "2019-12-02"
		m.passOn(true) // others of that day
		town, err := m.Tree.FindCode("14869", m.Today)
		if err != nil || town.Area == tran {
			t.Fatal(town, err)
		}
		m.Read(func(tx *db.Tx) error {
			if _, there, err := m.s.Dossiers.About(tx, dossier.Key{Kind: review.CommuneReview, Subject: m.round, Unit: town.Area}); there || err != nil {
				t.Errorf("it has a dossier of its own: %v", err)
			}
			return nil
		})
		by := m.holder("huyen", "district", "385.2016")
		scope := m.Officer("385.2016").Scope
		register := m.loaded()
		p, err := m.s.Progress(ctx, by, scope, register, m.round, "385.2016")
		if err != nil {
			t.Fatal(err)
		}
		shown := false
		for _, u := range p.Units {
			if u.Area.Area != town.Area {
				continue
			}
			shown = true
			if u.Dossier.State != dossier.Approved || u.Done[0] != (review.StepCount{Done: 2, All: 2}) || u.Done[8].Done != 2 {
				t.Errorf("the new township: %s with %v", u.Dossier.State, u.Done)
			}
		}
		if !shown {
			t.Error("the new township is not shown")
		}
		p, err = m.s.Progress(ctx, by, scope, register, m.round, town.Area)
		if err != nil || p.Whole.Dossier.State != dossier.Approved || len(p.Units) != 2 || p.Units[0].Done[0] != (review.StepCount{Done: 1, All: 1}) || p.Whole.Done[0] != (review.StepCount{Done: 2, All: 2}) {
			t.Errorf("its villages: %+v %v", p.Whole, err)
		}
		// The postings of the two hang with its people now.
		officer := m.Officer(town.Area)
		b, err := m.s.BoardOf(ctx, officer.Scope, m.round, town.Area)
		if err != nil || len(b.Former) != 2 {
			t.Fatalf("communes with postings before: %v %v", b.Former, err)
		}
		for _, old := range b.Former {
			if was, err := m.s.BoardOf(ctx, officer.Scope, m.round, old.Area); err != nil || len(was.Postings) != 1 || was.Open {
				t.Errorf("the posting of %s: %v", old.FullName, err)
			}
			if _, err := m.s.BoardOf(ctx, m.Officer(householdtest.TamChung).Scope, m.round, old.Area); code(err) != "area_not_found" {
				t.Errorf("the posting of %s for others: %v", old.FullName, err)
			}
		}
	})
}
