package review_test

import (
	"testing"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/db/dbtest"
	"giamngheo/internal/dossier"
	"giamngheo/internal/household"
	"giamngheo/internal/household/householdtest"
	"giamngheo/internal/review"
)

// Tén Tằn went into the township of Mường Lát on 2019-12-01.
const (
	tenTan area.ID = "14851.2016"
	banMot area.ID = "v-ten-tan-mot"
	banHai area.ID = "v-ten-tan-hai"
)

// merger is a round that is open across that day.
type merger struct {
	*council
	first, second household.ID // in Bản Một and Bản Hai
}

// beforeMerger has the round of 2019 open, Tén Tằn's villages surveyed and met.
// Where divided is said, the office has recorded that Bản Hai went to Tam Chung.
func beforeMerger(t *testing.T, d *db.DB, divided bool) *merger {
	t.Helper()
	c := newCouncil(t, d, 2017)
	c.Today = "2019-11-05"
	c.withTenTan(divided)
	m := &merger{council: c}
	m.first = m.Family(banMot, "2016-02-01", "Lương Văn Một, male, 1970").ID
	m.second = m.Family(banHai, "2016-02-01", "Lương Văn Hai, male, 1971").ID
	m.round = m.bureau.open(review.Opening{Year: 2019}).ID
	m.council.dossier = m.about(tenTan).ID
	m.form(m.round, m.first, review.Survey, true)
	m.form(m.round, m.second, review.Survey, true)
	for _, v := range []area.ID{banMot, banHai} {
		m.through(v)
	}
	return m
}

// withTenTan adds the two villages of Tén Tằn to the areas.
func (c *council) withTenTan(divided bool) {
	c.T.Helper()
	village := func(id area.ID, name, from string, in area.ID) area.Version {
		return area.Version{Area: id, From: from, Level: area.Village, Type: "ban", Name: name, FullName: "Bản " + name, Parent: in}
	}
	second := village(banHai, "Hai", "2016-01-01", tenTan)
	list := []area.Version{village(banMot, "Một", "2016-01-01", tenTan), second}
	if divided {
		list[1].To = "2019-12-01"
		list = append(list, village(banHai, "Hai", "2019-12-01", householdtest.TamChung))
	}
	tree, err := c.Tree.WithVillages(list)
	if err != nil {
		c.T.Fatal(err)
	}
	c.Tree, c.Store.Tree = tree, func() *area.Tree { return tree }
	if err := c.DB.Write(ctx, func(tx *db.Tx) error {
		return area.Save(tx, householdtest.Key, append(tree.History(banMot), tree.History(banHai)...))
	}); err != nil {
		c.T.Fatal(err)
	}
}

// through brings a village of the dossier at hand to its signed meeting.
func (m *merger) through(v area.ID) {
	for _, step := range []string{"list", "screening", "survey", "causes"} {
		m.do(step, v)
	}
	m.sign(v, nil)
	m.do("meeting", v)
}

func (m *merger) about(unit area.ID) (d dossier.Dossier) {
	m.T.Helper()
	m.Read(func(tx *db.Tx) error {
		one, ok, err := m.s.Dossiers.About(tx, dossier.Key{Kind: review.CommuneReview, Subject: m.round, Unit: unit})
		if d = one; !ok {
			m.T.Fatalf("%s has no dossier", unit)
		}
		return err
	})
	return d
}

func (m *merger) doneIn(d dossier.Dossier, step string, unit area.ID) (done bool) {
	m.Read(func(tx *db.Tx) error {
		c, err := m.s.Dossiers.Check(tx, d)
		if err == nil {
			_, done = c.Done(step, unit)
		}
		return err
	})
	return done
}

// passOn hands on what has ended, in the whole province; it says whether that
// was anything.
func (m *merger) passOn(some bool) {
	m.T.Helper()
	if n, err := m.s.Dossiers.PassOn(ctx, &account.Actor{ID: account.SystemID, Day: m.Today}, m.round, review.CommuneReview); err != nil || n > 0 != some {
		m.T.Fatalf("%d were passed on: %v", n, err)
	}
}

// decide brings the dossier of a commune whose villages have met to the
// chair's signature.
func (m *merger) decide(unit area.ID) dossier.Dossier {
	m.T.Helper()
	d := m.about(unit)
	m.council.dossier = d.ID
	over, _ := m.Tree.Ancestor(unit, m.Today, area.District)
	officer, district := m.holder("can-bo-"+string(unit), "commune", unit), m.holder("huyen", "district", over.Area)
	if _, err := m.s.Post(ctx, m.Officer(unit), m.round, unit, review.Hanging{First: m.Today, Places: "Trụ sở"}); err != nil {
		m.T.Fatal(err, fields(err))
	}
	m.Today = daysLater(m.Today, 14)
	officer.Day, district.Day = m.Today, m.Today
	m.do("posting", "")
	m.do("complaints", "")
	m.must(m.s.Dossiers.HandIn(ctx, officer, d.ID, m.now().Rev, ""))
	if err := m.s.Dossiers.Do(ctx, district, d.ID, "verification", "", ""); err != nil {
		m.T.Fatal(err)
	}
	return m.must(m.s.Dossiers.Approve(ctx, m.holder("chu-tich-"+string(unit), "chair", unit), d.ID, m.now().Rev, ""))
}

func TestACommuneMergedInMidRoundPassesItsWorkOn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		m := beforeMerger(t, d, false)
		if _, err := m.s.Post(ctx, m.Officer(tenTan), m.round, tenTan, review.Hanging{First: m.Today, Places: "Trụ sở"}); err != nil {
			t.Fatal(err)
		}
		one, err := m.s.Complain(ctx, m.Officer(tenTan), review.Complaint{Round: m.round, Area: tenTan, Household: m.first, Kind: review.WronglyIn, Words: "có xe"})
		if err != nil {
			t.Fatal(err)
		}
		if err := m.s.LogTraining(ctx, m.Officer(tenTan), m.round, review.Training{Area: tenTan, Title: "Tập huấn của xã", HeldOn: "2019-11-01"}); err != nil {
			t.Fatal(err)
		}
		m.passOn(false)
		old := m.about(tenTan)
		m.Today = "2019-12-02"
		m.passOn(true)
		m.passOn(false)
		town := m.about(householdtest.Township)
		if now := m.about(tenTan); now.State != dossier.PassedOn || now.PassedTo != town.ID || now.ID != old.ID {
			t.Errorf("the old dossier: %+v", now)
		}
		for _, v := range []area.ID{banMot, banHai} {
			if !m.doneIn(town, "meeting", v) {
				t.Errorf("the meeting of %s did not go along", v)
			}
		}
		officer := m.Officer(householdtest.Township)
		if sh, err := m.s.MeetingSheet(ctx, officer.Scope, m.round, banMot, ""); err != nil || sh.Meeting.State != review.MeetingSigned || !sh.StepDone {
			t.Errorf("the minutes as the successor sees them: %v", err)
		}
		list, err := m.s.Complaints(ctx, officer.Scope, m.round, householdtest.Township)
		if err != nil || len(list) != 1 || list[0].ID != one.ID || list[0].Number != one.Number {
			t.Errorf("complaints of the successor: %+v %v", list, err)
		}
		if err := m.s.AnswerComplaint(ctx, officer, one.ID, list[0].Rev, review.Dismissed, "xe đã bán"); err != nil {
			t.Error(err)
		}
		if held, err := m.s.Trainings(ctx, m.round, householdtest.Township); err != nil || len(held) != 1 {
			t.Errorf("trainings of the successor: %+v %v", held, err)
		}
		// The list of the old commune stays as it hung.
		if b, err := m.s.BoardOf(ctx, officer.Scope, m.round, tenTan); err != nil || b.Now == nil || len(b.Now.List) != 2 || len(b.Changed) > 0 || b.Waits != "" || len(b.Obstacles) > 0 || b.Open {
			t.Errorf("the board of the old commune: %+v %v", b, err)
		}
		// Those of the old commune go on through what it became.
		of := m.holder("can-bo-cu", "commune", tenTan)
		if _, err := m.s.Dossiers.Find(ctx, of, town.ID); err != nil {
			t.Errorf("the old officer does not see it: %v", err)
		}
		m.council.dossier = town.ID
		for _, v := range []area.ID{householdtest.Khu1, householdtest.Khu2} {
			m.through(v)
		}
		if signed := m.decide(householdtest.Township); signed.State != dossier.Approved {
			t.Errorf("state %s", signed.State)
		}
		m.Read(func(tx *db.Tx) error {
			decisions, err := m.s.Decisions(tx, m.round, householdtest.Township)
			if len(decisions) != 1 || len(decisions[0].Items) != 2 {
				t.Errorf("decisions %+v", decisions)
			}
			return err
		})
	})
}

func TestVillagesOfADividedCommuneTakeTheirStepsAlong(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		m := beforeMerger(t, d, true)
		m.Today = "2019-12-02"
		m.passOn(true)
		town, tam := m.about(householdtest.Township), m.about(householdtest.TamChung)
		if !m.doneIn(town, "meeting", banMot) || !m.doneIn(tam, "meeting", banHai) || m.doneIn(town, "meeting", banHai) || m.doneIn(tam, "meeting", banMot) {
			t.Error("the steps did not go with their villages")
		}
		of := m.holder("can-bo-cu", "commune", tenTan)
		if err := m.s.Dossiers.Do(ctx, of, tam.ID, "list", householdtest.BanOn, ""); code(err) != "not_yours" && code(err) != "no_dossier" {
			t.Errorf("the old officer in another village: %v", err)
		}
	})
}

func TestADecidedDossierStaysWithTheCommuneThatHasEnded(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		m := beforeMerger(t, d, false)
		decided := m.decide(tenTan)
		// The township has handed in when the villages come.
		m.council.dossier = m.about(householdtest.Township).ID
		for _, v := range []area.ID{householdtest.Khu1, householdtest.Khu2} {
			m.through(v)
		}
		m.Today = "2019-12-02"
		m.passOn(true)
		if now := m.about(tenTan); now.State != dossier.Approved || now.ID != decided.ID {
			t.Fatalf("the decided dossier: %+v", now)
		}
		officer := m.holder("can-bo-moi", "commune", householdtest.Township)
		if issued, _, _, err := m.s.IssueCertificates(ctx, officer, m.Officer(householdtest.Township).Scope, m.round, tenTan); err != nil || issued != 2 {
			t.Errorf("%d certificates by the successor: %v", issued, err)
		}
		if _, _, _, err := m.s.IssueCertificates(ctx, officer, m.Officer(householdtest.TamChung).Scope, m.round, tenTan); code(err) != "area_not_found" {
			t.Errorf("by a commune that has nothing to do with it: %v", err)
		}
		if err := m.s.Dossiers.Do(ctx, officer, decided.ID, "certificates", "", ""); err != nil {
			t.Error(err)
		}
		if _, err := m.s.Dossiers.Lock(ctx, officer, decided.ID, m.about(tenTan).Rev); err != nil {
			t.Errorf("the dossier of a commune that has ended is not locked: %v", err)
		}
	})
}

func TestASuccessorThatHandedInOrDecidedLooksAgain(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		m := beforeMerger(t, d, false)
		stand := func(unit area.ID, state dossier.State) {
			err := d.Write(ctx, func(tx *db.Tx) error {
				_, err := tx.Exec(`update dossier set state = $1, unlock_asked_at = null where id = $2`, string(state), m.about(unit).ID)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
		m.Today = "2019-12-02"
		for _, state := range []dossier.State{dossier.Submitted, dossier.Approved, dossier.Locked} {
			stand(tenTan, dossier.Draft)
			stand(householdtest.Township, state)
			m.passOn(true)
			town := m.about(householdtest.Township)
			switch {
			case state == dossier.Submitted && town.State != dossier.Returned:
				t.Errorf("handed in: %s", town.State)
			case state != dossier.Submitted && (town.State != state || town.UnlockAsked == 0 || town.UnlockReason == ""):
				t.Errorf("%s: %+v", state, town)
			}
		}
	})
}
