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
	"giamngheo/internal/journal"
	"giamngheo/internal/review"
	"giamngheo/internal/standard"
)

// holder is somebody with one post.
func (c *council) holder(name, role string, at area.ID) *account.Actor {
	return &account.Actor{ID: name, FullName: "Ông " + name, Day: c.Today, Posts: []account.Post{{Role: role, Area: at, From: "2016-01-01", To: account.Forever}}}
}

func (c *council) district() area.ID {
	v, _ := c.Tree.Ancestor(householdtest.TamChung, c.Today, area.District)
	return v.Area
}

func (c *council) officer() *account.Actor {
	return c.holder("can-bo", "commune", householdtest.TamChung)
}

func (c *council) chair() *account.Actor {
	return c.holder("chu-tich", "chair", householdtest.TamChung)
}

func (c *council) verifier() *account.Actor { return c.holder("huyen", "district", c.district()) }

func (c *council) now() (d dossier.Dossier) {
	c.Read(func(tx *db.Tx) (err error) {
		d, err = c.s.Dossiers.Get(tx, c.dossier)
		return err
	})
	return d
}

func (c *council) must(d dossier.Dossier, err error) dossier.Dossier {
	c.T.Helper()
	if err != nil {
		c.T.Fatal(err)
	}
	return d
}

// verified brings the dossier to where only the chair's signature is missing.
func verified(t *testing.T, d *db.DB) *council {
	c := ready(t, d)
	c.post(hung)
	c.Today = "2017-12-01"
	c.do("posting", "")
	c.do("complaints", "")
	c.must(c.s.Dossiers.HandIn(ctx, c.officer(), c.dossier, c.now().Rev, ""))
	if err := c.s.Dossiers.Do(ctx, c.verifier(), c.dossier, "verification", "", "đã xem"); err != nil {
		t.Fatal(err)
	}
	return c
}

func (c *council) decisions() (list []review.Decision) {
	c.Read(func(tx *db.Tx) (err error) {
		list, err = c.s.Decisions(tx, c.round, householdtest.TamChung)
		return err
	})
	return list
}

func (c *council) results() (list []review.Result) {
	c.Read(func(tx *db.Tx) (err error) {
		list, err = c.s.Results(tx, c.round, householdtest.TamChung)
		return err
	})
	return list
}

func (c *council) issue() (issued, confirmed, withdrawn int) {
	c.T.Helper()
	issued, confirmed, withdrawn, err := c.s.IssueCertificates(ctx, c.officer(), c.Officer(householdtest.TamChung).Scope, c.round, householdtest.TamChung)
	if err != nil {
		c.T.Fatal(err)
	}
	return issued, confirmed, withdrawn
}

func (c *council) effects() (e review.Effects) {
	c.T.Helper()
	c.Read(func(tx *db.Tx) (err error) {
		e, err = c.s.EffectsOf(tx, c.now())
		return err
	})
	return e
}

func classes(d review.Decision) map[household.ID]standard.Class {
	m := map[household.ID]standard.Class{}
	for _, i := range d.Items {
		m[i.Household] = i.Class
	}
	return m
}

// Somebody who stands in for the chair signs with his own office, but not what
// he handed in.
func TestWhoStandsInForTheChairSignsInHisOwnOffice(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := verified(t, d)
		standsIn := func(name string, at area.ID) *account.Actor {
			by := c.holder(name, "commune", at)
			by.Posts = append(by.Posts, account.Post{Role: "chair", Area: at, From: "2017-11-01", To: "2017-12-31", For: "post", Capacity: account.ByAuthority, Title: "Công chức xã"})
			return by
		}
		for _, wrong := range []*account.Actor{standsIn("can-bo", householdtest.TamChung), standsIn("khac", householdtest.Township)} {
			if _, err := c.s.Dossiers.Approve(ctx, wrong, c.dossier, c.now().Rev, ""); err == nil {
				t.Fatalf("%s signed", wrong.ID)
			}
		}
		late := standsIn("khac", householdtest.TamChung)
		late.Day = "2017-12-31"
		if _, err := c.s.Dossiers.Approve(ctx, late, c.dossier, c.now().Rev, ""); err == nil {
			t.Fatal("signed after the last day")
		}
		signed := c.must(c.s.Dossiers.Approve(ctx, standsIn("khac", householdtest.TamChung), c.dossier, c.now().Rev, ""))
		if list := c.decisions(); signed.Capacity != "tuq" || len(list) != 1 || list[0].Capacity != "tuq" || list[0].Office != "Công chức xã" {
			t.Errorf("capacity %q, decisions %+v", signed.Capacity, list)
		}
	})
}

func TestTheChairSignsWhatTheOfficerHandedIn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := verified(t, d)
		rev := c.now().Rev
		// The officer who is also deputy chair cannot sign his own work, the
		// chair of another commune and the district's cannot sign this one.
		both := c.officer()
		both.Posts = append(both.Posts, account.Post{Role: "vice_chair", Area: householdtest.TamChung, From: "2016-01-01", To: account.Forever})
		for _, wrong := range []*account.Actor{both, c.officer(), c.verifier(), c.holder("la", "chair", householdtest.Township), c.holder("tren", "chair", c.district()), c.operator()} {
			if _, err := c.s.Dossiers.Approve(ctx, wrong, c.dossier, rev, ""); err == nil {
				t.Fatalf("%s signed", wrong.ID)
			}
		}
		signed := c.must(c.s.Dossiers.Approve(ctx, c.chair(), c.dossier, rev, ""))
		if signed.State != dossier.Approved || signed.Capacity != "tm" {
			t.Errorf("state %s, capacity %q", signed.State, signed.Capacity)
		}
		list := c.decisions()
		if len(list) != 1 || list[0].Kind != review.Recognise || list[0].Number != 1 || list[0].Signer != "Ông chu-tich" {
			t.Fatalf("decisions %+v", list)
		}
		got := classes(list[0])
		if len(got) != 3 || got[c.enters] != standard.Poor || got[c.stays] != standard.Poor || got[c.leaves] == standard.Poor {
			t.Errorf("lists %v", got)
		}
		results := c.results()
		if len(results) != 2 || results[0].Stage != review.Preliminary || results[1].Stage != review.Official || results[1].Figures.Poor.Households != 2 {
			t.Errorf("results %+v", results)
		}
		if _, err := c.s.Save(ctx, c.Officer(householdtest.TamChung), c.entry(c.round, c.enters, 300)); code(err) != "dossier_decided" {
			t.Errorf("a form after the decision: %v", err)
		}
	})
}

func TestCertificatesAreIssuedOnceAndConfirmedEachYear(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := verified(t, d)
		if _, _, _, err := c.s.IssueCertificates(ctx, c.officer(), c.Officer(householdtest.TamChung).Scope, c.round, householdtest.TamChung); code(err) != "no_decision" {
			t.Errorf("before the decision: %v", err)
		}
		c.must(c.s.Dossiers.Approve(ctx, c.chair(), c.dossier, c.now().Rev, ""))
		if err := c.s.Dossiers.Do(ctx, c.officer(), c.dossier, "certificates", "", ""); code(err) != "no_certificate" {
			t.Errorf("done without certificates: %v", err)
		}
		if _, _, _, err := c.s.IssueCertificates(ctx, c.officer(), c.Officer(householdtest.Township).Scope, c.round, householdtest.TamChung); code(err) != "area_not_found" {
			t.Errorf("from another commune: %v", err)
		}
		if issued, confirmed, withdrawn := c.issue(); issued != 2 || confirmed != 0 || withdrawn != 0 {
			t.Errorf("first: %d %d %d", issued, confirmed, withdrawn)
		}
		if issued, confirmed, withdrawn := c.issue(); issued+confirmed+withdrawn != 0 {
			t.Errorf("again: %d %d %d", issued, confirmed, withdrawn)
		}
		var numbers []int
		for _, id := range []household.ID{c.enters, c.stays} {
			c.Read(func(tx *db.Tx) error {
				list, err := c.s.CertificatesOf(tx, id)
				if err != nil || len(list) != 1 || len(list[0].Years) != 1 || list[0].Years[0].Year != 2018 || list[0].From != 2016 || list[0].To != 2021 {
					t.Errorf("certificates of %s: %+v %v", id, list, err)
					return err
				}
				numbers = append(numbers, list[0].Number)
				return nil
			})
		}
		if len(numbers) != 2 || numbers[0]+numbers[1] != 3 {
			t.Errorf("numbers %v are not 1 and 2", numbers)
		}
		if err := c.s.Dossiers.Do(ctx, c.officer(), c.dossier, "certificates", "", ""); err != nil {
			t.Error(err)
		}
		if locked := c.must(c.s.Dossiers.Lock(ctx, c.officer(), c.dossier, c.now().Rev)); locked.State != dossier.Locked {
			t.Errorf("state %s", locked.State)
		}
	})
}

func TestAnUnlockedDossierIsCorrectedByANewDecision(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := verified(t, d)
		c.must(c.s.Dossiers.Approve(ctx, c.chair(), c.dossier, c.now().Rev, ""))
		c.issue()
		c.must(c.s.Dossiers.AskUnlock(ctx, c.officer(), c.dossier, c.now().Rev, "hộ Mới có con đi làm xa gửi tiền về"))
		c.Read(func(tx *db.Tx) error {
			affected, err := c.s.Dossiers.Affected(tx, c.now())
			if len(affected) != 1 || affected[0].Code != "result_official" {
				t.Errorf("affected %+v", affected)
			}
			return err
		})
		if e := c.effects(); len(e.Held) != 1 || e.Held[0].Holder.ID != c.dossier || len(e.Decisions) != 1 || len(e.Changed) != 0 {
			t.Errorf("nothing has changed, and yet: %+v", e)
		}
		if _, err := c.s.Dossiers.Unlock(ctx, c.officer(), c.dossier, c.now().Rev, true, "survey", "được"); code(err) != "own_work" {
			t.Errorf("by who asked: %v", err)
		}
		opened := c.must(c.s.Dossiers.Unlock(ctx, c.verifier(), c.dossier, c.now().Rev, true, "survey", "đồng ý"))
		if opened.State != dossier.Returned {
			t.Fatalf("state %s", opened.State)
		}
		c.form(c.round, c.enters, review.Survey, false)
		e := c.effects()
		if _, poor, near, known := e.Change(e.Held[0]); !known || poor != -1 || near != 0 {
			t.Errorf("the poor change by %d, the near-poor by %d (%v)", poor, near, known)
		}
		if len(e.Changed) != 1 || e.Changed[0].Household != c.enters || e.Changed[0].Listed() || e.Decided[0].Class != standard.Poor {
			t.Errorf("a new decision would change %+v, decided %+v", e.Changed, e.Decided)
		}
		for _, village := range []area.ID{householdtest.BanOn, householdtest.BanTan} {
			c.do("survey", village)
			c.do("causes", village)
			c.sign(village, nil)
			c.do("meeting", village)
		}
		c.post(review.Hanging{First: "2017-12-01", Places: "Trụ sở xã", Reason: "danh sách đã đổi"})
		c.Today = "2017-12-20"
		c.do("posting", "")
		c.do("complaints", "")
		c.must(c.s.Dossiers.HandIn(ctx, c.officer(), c.dossier, c.now().Rev, ""))
		if err := c.s.Dossiers.Do(ctx, c.verifier(), c.dossier, "verification", "", ""); err != nil {
			t.Fatal(err)
		}
		c.must(c.s.Dossiers.Approve(ctx, c.chair(), c.dossier, c.now().Rev, ""))
		list := c.decisions()
		if len(list) != 3 || list[1].Kind != review.Correct || list[1].Corrects != list[0].ID || list[1].Number != 2 || len(list[1].Items) != 1 || list[1].Items[0].Household != c.enters {
			t.Fatalf("decisions %+v", list)
		}
		// Whoever left the list gives the certificate back by a decision of its own,
		// under the next number.
		if w := list[2]; w.Kind != review.Withdraw || w.Corrects != list[1].ID || w.Number != 3 || w.Signer != list[1].Signer || w.Capacity != "tm" || len(w.Items) != 1 || w.Items[0].Household != c.enters {
			t.Errorf("the withdrawal: %+v", w)
		}
		if classes(list[0])[c.enters] != standard.Poor {
			t.Error("the first decision has changed")
		}
		if issued, confirmed, withdrawn := c.issue(); issued != 0 || confirmed != 0 || withdrawn != 1 {
			t.Errorf("after the correction: %d %d %d", issued, confirmed, withdrawn)
		}
		c.Read(func(tx *db.Tx) error {
			held, err := c.s.CertificatesOf(tx, c.enters)
			if len(held) != 1 || held[0].Withdrawal != list[2].ID {
				t.Errorf("the certificate was taken back by %+v", held)
			}
			return err
		})
		if n := len(c.results()); n != 4 {
			t.Errorf("%d results were kept", n)
		}
		c.Read(func(tx *db.Tx) error {
			entries, err := journal.List(tx, householdtest.Key, journal.Filter{Action: "dossier.", Limit: 100})
			seen := map[string]bool{}
			for _, e := range entries {
				seen[e.Action] = true
			}
			for _, action := range []string{"dossier.hand_in", "dossier.approve", "dossier.unlock_ask", "dossier.unlock", "dossier.step_back"} {
				if !seen[action] {
					t.Errorf("the journal does not tell of %s", action)
				}
			}
			return err
		})
	})
}
