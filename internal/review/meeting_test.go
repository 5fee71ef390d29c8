package review_test

import (
	"strings"
	"testing"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/db/dbtest"
	"giamngheo/internal/dossier"
	"giamngheo/internal/fault"
	"giamngheo/internal/household"
	"giamngheo/internal/household/householdtest"
	"giamngheo/internal/journal"
	"giamngheo/internal/review"
	"giamngheo/internal/standard"
	"giamngheo/internal/workday"
	"giamngheo/law"
)

// council is Tam Chung with its two villages, the round of a year that has
// come to the village meetings, and the commune's dossier.
type council struct {
	*bureau
	round   string
	dossier string
	// In Bản Ón: newly poor; poor before and out now; poor before and now.
	enters, leaves, stays household.ID
}

func newCouncil(t *testing.T, d *db.DB, year int) *council {
	p := householdtest.New(t, d)
	p.Today = map[int]string{2017: "2017-11-15", 2022: "2022-11-15"}[year]
	b := &bureau{Province: p}
	b.withCommunes()
	roles, err := account.LoadRoles(law.Files)
	if err != nil {
		t.Fatal(err)
	}
	rules, err := dossier.LoadLaw(law.Files)
	if err != nil {
		t.Fatal(err)
	}
	days, err := workday.Load(law.Files)
	if err != nil {
		t.Fatal(err)
	}
	tree := func() *area.Tree { return p.Tree }
	b.s = &review.Store{DB: d, Province: householdtest.Key, Now: p.Now, Tree: tree, Law: standard.Law(), Households: p.Store, Workdays: days,
		Dossiers: &dossier.Store{DB: d, Province: householdtest.Key, Now: p.Now, Tree: tree, Law: rules, Roles: func() *account.Roles { return roles }}}
	b.s.Subjects()
	c := &council{bureau: b}
	since := "2016-02-01"
	c.enters = b.Family(householdtest.BanOn, since, "Vi Văn Mới, male, 1975").ID
	c.leaves = b.Family(householdtest.BanOn, since, "Hà Thị Thoát, female, 1980").ID
	c.stays = b.Family(householdtest.BanOn, since, "Lò Văn Còn, male, 1960").ID
	before := b.open(review.Opening{Year: year - 1})
	c.form(before.ID, c.leaves, review.Survey, true)
	c.form(before.ID, c.stays, review.Survey, true)
	if err := b.s.Close(ctx, "operator", before.ID, before.Rev, "năm trước"); err != nil {
		t.Fatal(err)
	}
	c.round = b.open(review.Opening{Year: year}).ID
	c.form(c.round, c.enters, review.Survey, true)
	c.form(c.round, c.leaves, review.Survey, false)
	c.form(c.round, c.stays, review.Survey, true)
	b.Read(func(tx *db.Tx) error {
		commune, _ := p.Tree.Ancestor(householdtest.BanOn, p.Today, area.Commune)
		d, ok, err := b.s.Dossiers.About(tx, dossier.Key{Kind: review.CommuneReview, Subject: c.round, Unit: commune.Area})
		if !ok {
			t.Fatal("the commune has no dossier")
		}
		c.dossier = d.ID
		return err
	})
	for _, village := range []area.ID{householdtest.BanOn, householdtest.BanTan} {
		for _, step := range []string{"list", "screening", "survey", "causes"} {
			c.do(step, village)
		}
	}
	return c
}

// withCommunes puts the areas above the villages into the database.
func (b *bureau) withCommunes() {
	var above []area.Version
	for _, v := range b.Tree.Versions() {
		if v.Level != area.Village {
			above = append(above, v)
		}
	}
	if err := b.DB.Write(ctx, func(tx *db.Tx) error { return area.Save(tx, householdtest.Key, above) }); err != nil {
		b.T.Fatal(err)
	}
}

func (c *council) operator() *account.Actor {
	return account.Operator(householdtest.Key, c.Tree, c.Today)
}

func (c *council) try(step string, unit area.ID) error {
	return c.s.Dossiers.Do(ctx, c.operator(), c.dossier, step, unit, "")
}

func (c *council) do(step string, unit area.ID) {
	c.T.Helper()
	if err := c.try(step, unit); err != nil {
		c.T.Fatalf("%s in %q: %v", step, unit, err)
	}
}

// form saves one that makes the household poor, or not.
func (c *council) form(round string, id household.ID, purpose string, isPoor bool) review.Assessment {
	c.T.Helper()
	o, err := c.s.FindRound(ctx, round)
	if err != nil {
		c.T.Fatal(err)
	}
	set, err := c.s.Law.ByID(o.Standard)
	if err != nil {
		c.T.Fatal(err)
	}
	points, ticked := 300, strings.Repeat("0", len(set.Indicators))
	if isPoor {
		points, ticked = 50, strings.Repeat("1", len(set.Indicators))
	}
	e := c.entry(round, id, points)
	e.Ticked, e.Purpose, e.Causes, e.WarningAnswer = ticked, purpose, []string{"1"}, "đã hỏi lại"
	e.Causes = []string{c.s.Law.Causes.Causes[0].Code}
	return c.save(e)
}

func (c *council) head(village area.ID) household.Actor { return c.Officer(village) }

func (c *council) sheet(village area.ID) review.Sheet {
	c.T.Helper()
	sh, err := c.s.MeetingSheet(ctx, c.head(village).Scope, c.round, village, "")
	if err != nil {
		c.T.Fatal(err)
	}
	return sh
}

// minutes are those of a meeting at which everybody agrees on everything.
func (c *council) minutes(sh review.Sheet, agree, disagree int) review.Minutes {
	n := review.Minutes{HeldOn: c.Today, Begins: "7 giờ 30", Place: "Nhà văn hóa bản", Chair: "Vi Văn Trưởng", Secretary: "Lò Thị Thư", Invited: ptr(30), Present: ptr(20),
		People: review.People{PartyCell: []string{"Vi Văn Bí"}, Representatives: []string{"Hà Văn Đại"}}}
	for _, i := range sh.Items {
		n.Opinions = append(n.Opinions, review.Opinion{Household: i.Household, Assessment: i.Assessment, Agree: ptr(agree), Disagree: ptr(disagree), Outcome: review.Agreed})
	}
	return n
}

func (c *council) hold(village area.ID, change func(*review.Minutes)) review.Meeting {
	c.T.Helper()
	by := c.head(village)
	m, err := c.s.StartMeeting(ctx, by, c.round, village)
	if err != nil {
		c.T.Fatal(err)
	}
	n := c.minutes(c.sheet(village), 20, 0)
	if change != nil {
		change(&n)
	}
	if m, err = c.s.SaveMeeting(ctx, by, m.ID, m.Rev, n); err != nil {
		c.T.Fatal(err, fields(err))
	}
	return m
}

func (c *council) sign(village area.ID, change func(*review.Minutes)) review.Meeting {
	c.T.Helper()
	m := c.hold(village, change)
	m, err := c.s.SignMeeting(ctx, c.head(village), m.ID, m.Rev)
	if err != nil {
		c.T.Fatal(err)
	}
	return m
}

func TestAMeetingGoesThroughWhoEntersAndLeavesFirst(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newCouncil(t, d, 2017)
		var got []string
		for _, i := range c.sheet(householdtest.BanOn).Items {
			got = append(got, i.Head+" "+string(i.Turn))
		}
		want := "Vi Văn Mới enters, Hà Thị Thoát leaves, Lò Văn Còn stays"
		if strings.Join(got, ", ") != want {
			t.Errorf("the agenda is %s, want %s", strings.Join(got, ", "), want)
		}
	})
}

func TestTheStepWaitsForASignedMeeting(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newCouncil(t, d, 2017)
		if got := code(c.try("meeting", householdtest.BanOn)); got != "no_meeting" {
			t.Errorf("without a meeting: %s", got)
		}
		m := c.hold(householdtest.BanOn, nil)
		if got := code(c.try("meeting", householdtest.BanOn)); got != "no_meeting" {
			t.Errorf("with minutes that nobody has signed: %s", got)
		}
		if _, err := c.s.SignMeeting(ctx, c.head(householdtest.BanOn), m.ID, m.Rev); err != nil {
			t.Fatal(err)
		}
		c.do("meeting", householdtest.BanOn)
		// A household that comes onto the list afterwards needs a meeting too.
		if _, err := c.s.Dossiers.TakeBack(ctx, c.operator(), c.dossier, "list", householdtest.BanOn, "sót một hộ"); err != nil {
			t.Fatal(err)
		}
		late := c.Family(householdtest.BanOn, "2016-02-01", "Ngân Văn Sót, male, 1970").ID
		c.form(c.round, late, review.Survey, true)
		for _, step := range []string{"list", "screening", "survey", "causes"} {
			c.do(step, householdtest.BanOn)
		}
		if err := c.try("meeting", householdtest.BanOn); code(err) != "no_opinion" || !strings.Contains(err.Error(), "Ngân Văn Sót") {
			t.Errorf("a household that no meeting has heard of: %v", err)
		}
		again := c.sign(householdtest.BanOn, nil) // only the new one is on the agenda
		if sh := c.sheet(householdtest.BanOn); len(sh.Items) != 1 || sh.Items[0].Household != late || sh.Meeting.ID != again.ID {
			t.Errorf("the second meeting spoke of %d households", len(sh.Items))
		}
		if first, err := c.s.MeetingSheet(ctx, c.head(householdtest.BanOn).Scope, c.round, householdtest.BanOn, m.ID); err != nil || len(first.Items) != 3 {
			t.Errorf("the first minutes now have %d households (%v)", len(first.Items), err)
		}
		c.do("meeting", householdtest.BanOn)
	})
}

func TestARecheckIsOverWhenALaterFormOfThatPurposeIsInForce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newCouncil(t, d, 2017)
		before := c.form(c.round, c.leaves, review.Recheck, false) // of another cause, before the meeting
		m := c.sign(householdtest.BanOn, func(n *review.Minutes) {
			for i := range n.Opinions {
				if n.Opinions[i].Household == c.leaves {
					n.Opinions[i].Outcome, n.Opinions[i].Remark = review.ToBeAsked, "bà con nói hộ vẫn khó khăn"
				}
			}
		})
		if err := c.try("meeting", householdtest.BanOn); code(err) != "recheck_open" || !strings.Contains(err.Error(), "Hà Thị Thoát") {
			t.Errorf("while the recheck is open: %v", err)
		}
		after := c.form(c.round, c.leaves, review.Recheck, true)
		if after.ID == before.ID {
			t.Fatal("the recheck was not saved")
		}
		c.do("meeting", householdtest.BanOn)
		// The minutes read as they were signed: the result that the meeting saw.
		for _, i := range c.sheet(householdtest.BanOn).Items {
			if i.Household == c.leaves && (i.Turn != review.Leaves || i.Assessment != before.ID || !i.Changed || i.Opinion.Outcome != review.ToBeAsked) {
				t.Errorf("signed minutes have changed: %+v", i)
			}
		}
		c.Read(func(tx *db.Tx) error {
			var n int
			err := tx.Get(`select count(*) from journal where record_id = $1 and action = 'meeting.recheck' and household_id = $2 and reason = 'bà con nói hộ vẫn khó khăn'`, []any{m.ID, string(c.leaves)}, &n)
			if n != 1 {
				t.Errorf("the household's journal tells %d times of the recheck", n)
			}
			return err
		})
	})
}

func TestASignedMeetingIsNotChanged(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newCouncil(t, d, 2017)
		by := c.head(householdtest.BanOn)
		m := c.sign(householdtest.BanOn, nil)
		n := c.minutes(c.sheet(householdtest.BanOn), 1, 19)
		if _, err := c.s.SaveMeeting(ctx, by, m.ID, m.Rev, n); code(err) != "meeting_frozen" {
			t.Errorf("saving: %v", err)
		}
		if _, err := c.s.SignMeeting(ctx, by, m.ID, m.Rev); code(err) != "meeting_frozen" {
			t.Errorf("signing again: %v", err)
		}
		c.do("meeting", householdtest.BanOn)
		if err := c.s.VoidMeeting(ctx, by, m.ID, m.Rev, "ghi nhầm"); code(err) != "step_done" {
			t.Errorf("taking it back under a step that is done: %v", err)
		}
		if _, err := c.s.Dossiers.TakeBack(ctx, c.operator(), c.dossier, "meeting", householdtest.BanOn, "ghi nhầm"); err != nil {
			t.Fatal(err)
		}
		if err := c.s.VoidMeeting(ctx, by, m.ID, m.Rev, " "); code(err) != "review.meeting.void_reason" {
			t.Errorf("taking it back without a reason: %v", err)
		}
		if err := c.s.VoidMeeting(ctx, by, m.ID, m.Rev, "ghi nhầm"); err != nil {
			t.Fatal(err)
		}
		if got := code(c.try("meeting", householdtest.BanOn)); got != "no_meeting" {
			t.Errorf("a meeting that was taken back counts: %s", got)
		}
		again := c.sign(householdtest.BanOn, nil)
		if again.ID == m.ID {
			t.Error("the new meeting has no record of its own")
		}
		c.do("meeting", householdtest.BanOn)
	})
}

func TestWithoutTheAgreementAskedAMeetingIsHeldAgain(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newCouncil(t, d, 2022)
		by := c.head(householdtest.BanOn)
		votes := func(agree, disagree int) func(*review.Minutes) {
			return func(n *review.Minutes) {
				for i := range n.Opinions {
					n.Opinions[i].Agree, n.Opinions[i].Disagree = ptr(agree), ptr(disagree)
				}
			}
		}
		// 9 of the 20 that are there; whoever stays silent has not agreed
		m := c.hold(householdtest.BanOn, votes(9, 0))
		if _, err := c.s.SignMeeting(ctx, by, m.ID, m.Rev); code(err) != "meeting_lacks" || !strings.Contains(err.Error(), "họp lại") {
			t.Errorf("9 of 20: %v", err)
		}
		n := c.minutes(c.sheet(householdtest.BanOn), 9, 11)
		for i := range n.Opinions {
			n.Opinions[i].Outcome, n.Opinions[i].Remark = review.ToBeAsked, "không nhất trí"
		}
		m, err := c.s.SaveMeeting(ctx, by, m.ID, m.Rev, n)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := c.s.SignMeeting(ctx, by, m.ID, m.Rev); code(err) != "meeting_disagrees" {
			t.Errorf("a meeting that agrees on nothing, with everybody sent back: %v", err)
		}
		if err := c.s.VoidMeeting(ctx, by, m.ID, m.Rev, "chưa được một nửa đồng ý"); err != nil {
			t.Fatal(err)
		}
		if got := code(c.try("meeting", householdtest.BanOn)); got != "no_meeting" {
			t.Errorf("a void meeting counts: %s", got)
		}
		c.sign(householdtest.BanOn, votes(10, 10)) // at least a half
		c.do("meeting", householdtest.BanOn)
	})
}

func TestBeforeTheRuleNothingIsAskedOfTheVotes(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newCouncil(t, d, 2017)
		c.sign(householdtest.BanOn, func(n *review.Minutes) {
			for i := range n.Opinions {
				n.Opinions[i].Agree, n.Opinions[i].Disagree = nil, nil
			}
		})
		if sh := c.sheet(householdtest.BanOn); sh.Agreement.Known || sh.Meeting.State != review.MeetingSigned {
			t.Errorf("of 2017 a share of %d%% is known, state %s", sh.Agreement.Percent, sh.Meeting.State)
		}
	})
}

func TestWhatMinutesMayNotSay(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newCouncil(t, d, 2017)
		by := c.head(householdtest.BanOn)
		m, err := c.s.StartMeeting(ctx, by, c.round, householdtest.BanOn)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := c.s.StartMeeting(ctx, by, c.round, householdtest.BanOn); code(err) != "meeting_open" {
			t.Errorf("two minutes side by side: %v", err)
		}
		elsewhere := c.Family(householdtest.BanTan, "2016-02-01", "Vi Văn Khác, male, 1970").ID
		for _, o := range []struct {
			name, want string
			change     func(*review.Minutes)
		}{
			{"a day to come", "minutes_refused", func(n *review.Minutes) { n.HeldOn = "2017-11-16" }},
			{"more there than asked", "minutes_refused", func(n *review.Minutes) { n.Present = ptr(31) }},
			{"a vote below zero", "minutes_refused", func(n *review.Minutes) { n.Opinions[0].Agree = ptr(-1) }},
			{"more votes than households there", "minutes_refused", func(n *review.Minutes) { n.Opinions[0].Agree, n.Opinions[0].Disagree = ptr(15), ptr(6) }},
			{"a remark without an end", "minutes_refused", func(n *review.Minutes) { n.Opinions[0].Remark = strings.Repeat("x", 4001) }},
			{"a place without an end", "minutes_refused", func(n *review.Minutes) { n.Place = strings.Repeat("x", 251) }},
			{"no outcome", "minutes_refused", func(n *review.Minutes) { n.Opinions[0].Outcome = "" }},
			{"another outcome", "minutes_refused", func(n *review.Minutes) { n.Opinions[0].Outcome = "poor" }},
			{"a recheck without a reason", "minutes_refused", func(n *review.Minutes) { n.Opinions[0].Outcome = review.ToBeAsked }},
			{"a form that is not in force", "minutes_refused", func(n *review.Minutes) { n.Opinions[0].Assessment = "x" }},
			{"a household of another village", "household_not_found", func(n *review.Minutes) { n.Opinions[0].Household = elsewhere }},
			{"one household twice", "household_not_found", func(n *review.Minutes) { n.Opinions[1] = n.Opinions[0] }},
		} {
			n := c.minutes(c.sheet(householdtest.BanOn), 20, 0)
			o.change(&n)
			if _, err := c.s.SaveMeeting(ctx, by, m.ID, m.Rev, n); code(err) != o.want {
				t.Errorf("%s: %v, want %s", o.name, err, o.want)
			}
		}
		n := c.minutes(c.sheet(householdtest.BanOn), 20, 0)
		n.HeldOn, n.Present, n.Opinions[0].Outcome, n.Opinions[1].Outcome = "2017-11-16", ptr(31), review.ToBeAsked, ""
		if err := c.s.CheckMinutes(n, c.sheet(householdtest.BanOn)); len(fault.As(err, "").Fields) != 4 {
			t.Errorf("four faults are not said at once: %v", err)
		}
		n = c.minutes(c.sheet(householdtest.BanOn), 20, 0)
		if _, err := c.s.SaveMeeting(ctx, by, m.ID, m.Rev+1, n); code(err) != "stale_rev" {
			t.Errorf("over what somebody else wrote: %v", err)
		}
		// What somebody wrote is one entry with each field and each household.
		if m, err = c.s.SaveMeeting(ctx, by, m.ID, m.Rev, n); err != nil {
			t.Fatal(err)
		}
		c.Read(func(tx *db.Tx) error {
			list, err := journal.List(tx, householdtest.Key, journal.Filter{Action: "meeting.", Limit: 9})
			if len(list) != 2 || len(list[0].Changes) != 12 {
				t.Errorf("the journal has %d entries, the newest with %d changes", len(list), len(list[0].Changes))
			}
			return err
		})
	})
}

func TestAFormThatChangesMeanwhileMustBeSpokenOfAgain(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newCouncil(t, d, 2017)
		m := c.hold(householdtest.BanOn, nil)
		c.form(c.round, c.leaves, review.Recheck, true)
		by := c.head(householdtest.BanOn)
		if _, err := c.s.SignMeeting(ctx, by, m.ID, m.Rev); code(err) != "meeting_changed" {
			t.Errorf("signing over a form that nobody has seen: %v", err)
		}
		m, err := c.s.SaveMeeting(ctx, by, m.ID, m.Rev, c.minutes(c.sheet(householdtest.BanOn), 20, 0))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := c.s.SignMeeting(ctx, by, m.ID, m.Rev); err != nil {
			t.Error(err)
		}
	})
}

func TestWhoMayHoldAMeeting(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newCouncil(t, d, 2017)
		m := c.hold(householdtest.BanOn, nil)
		for name, by := range map[string]household.Actor{
			"the head of the next village":  c.head(householdtest.BanTan),
			"the officer of the next place": c.Officer(householdtest.Township),
			"a department":                  c.With(householdtest.TamChung, area.FieldHealth),
		} {
			if _, err := c.s.StartMeeting(ctx, by, c.round, householdtest.BanOn); code(err) != "area_not_found" {
				t.Errorf("%s starts: %v", name, err)
			}
			if _, err := c.s.SaveMeeting(ctx, by, m.ID, m.Rev, review.Minutes{}); code(err) != "no_meeting" {
				t.Errorf("%s writes: %v", name, err)
			}
			if _, err := c.s.SignMeeting(ctx, by, m.ID, m.Rev); code(err) != "no_meeting" {
				t.Errorf("%s signs: %v", name, err)
			}
			if err := c.s.VoidMeeting(ctx, by, m.ID, m.Rev, "x"); code(err) != "no_meeting" {
				t.Errorf("%s voids: %v", name, err)
			}
			if _, err := c.s.MeetingSheet(ctx, by.Scope, c.round, householdtest.BanOn, ""); code(err) != "area_not_found" {
				t.Errorf("%s reads: %v", name, err)
			}
		}
		if _, err := c.s.SignMeeting(ctx, c.Officer(householdtest.TamChung), m.ID, m.Rev); err != nil {
			t.Errorf("the commune's own officer: %v", err)
		}
	})
}
