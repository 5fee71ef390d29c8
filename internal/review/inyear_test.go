package review_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/db/dbtest"
	"giamngheo/internal/fault"
	"giamngheo/internal/household"
	"giamngheo/internal/household/householdtest"
	"giamngheo/internal/review"
	"giamngheo/internal/standard"
)

// counter is a commune whose yearly round of 2017 is signed and which takes
// requests in the spring of 2018: enters and stays are poor, leaves is not.
type counter struct {
	*council
	within string // the in-year round
}

func newCounter(t *testing.T, d *db.DB) *counter {
	c := verified(t, d)
	c.must(c.s.Dossiers.Approve(ctx, c.chair(), c.dossier, c.now().Rev, ""))
	c.issue()
	c.Today = "2018-05-02"
	return &counter{c, c.open(review.Opening{Year: 2018, Kind: review.InYear, ID: "2018-TX"}).ID}
}

func (c *counter) ask(id household.ID, kind string, change func(*review.InYearRequest)) (review.InYearRequest, error) {
	q := review.InYearRequest{Round: c.within, Area: householdtest.TamChung, Household: id, Kind: kind, Words: "Nhà có người ốm nặng"}
	if change != nil {
		change(&q)
	}
	return c.s.ReceiveRequest(ctx, c.Officer(householdtest.TamChung), q)
}

func (c *counter) received(id household.ID, kind string) review.InYearRequest {
	c.T.Helper()
	q, err := c.ask(id, kind, nil)
	if err != nil {
		c.T.Fatal(err)
	}
	return q
}

// surveyed enters a form of the in-year round.
func (c *counter) surveyed(id household.ID, b1 int, from string) review.Assessment {
	c.T.Helper()
	e := c.entry(c.within, id, b1)
	e.EffectiveFrom, e.WarningAnswer = from, "đã hỏi"
	return c.save(e)
}

func (c *counter) sheet(id string) review.RequestSheet {
	c.T.Helper()
	r, err := c.s.FindRequest(ctx, c.Officer(householdtest.TamChung).Scope, id)
	if err != nil {
		c.T.Fatal(err)
	}
	return r
}

// signer is an actor with rights as the accounts give them.
func (c *counter) signer(name, role string, posts ...account.Post) *account.Actor {
	a := *account.Operator(householdtest.Key, c.Tree, c.Today) // every right and area: the post alone must decide
	a.ID, a.FullName = name, "Ông "+name
	a.Posts = append(posts, account.Post{Role: role, Area: householdtest.TamChung, From: "2016-01-01", To: account.Forever})
	return &a
}

func (c *counter) decide(id string) (review.Decision, error) {
	return c.s.DecideRequest(ctx, c.signer("chu-tich", "chair"), id, c.sheet(id).Rev, "")
}

func (c *counter) decided(id string) review.Decision {
	c.T.Helper()
	d, err := c.decide(id)
	if err != nil {
		c.T.Fatal(err)
	}
	return d
}

func TestARequestIsDecidedByTheChairOnAFormEnteredAfterIt(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newCounter(t, d)
		c.surveyed(c.leaves, well, "2018-05-02") // before the request: it answers nothing
		count := func() review.RequestCount {
			t.Helper()
			_, whole, err := c.s.RequestProgress(ctx, c.Officer(householdtest.TamChung).Scope, c.within, householdtest.TamChung)
			if err != nil {
				t.Fatal(err)
			}
			whole.Area = area.Version{}
			return whole
		}
		q := c.received(c.leaves, "1a")
		if got := count(); got != (review.RequestCount{Received: 1, NoForm: 1}) {
			t.Errorf("received: %+v", got)
		}
		c.Today = "2018-05-12"
		if got := count(); got != (review.RequestCount{Received: 1, NoForm: 1, Late: 1}) {
			t.Errorf("a day late: %+v", got)
		}
		c.Today = "2018-05-02"
		if q.Number != 1 || q.Year != 2018 || q.DueOn != "2018-05-11" {
			t.Errorf("number %d/%d, due %s: 7 working days from 2018-05-02", q.Number, q.Year, q.DueOn)
		}
		if r := c.sheet(q.ID); r.Stands != review.RequestReceived || r.Form != nil || code(r.DecideNot) != "no_form" {
			t.Errorf("on an older form: %s %v", r.Stands, r.DecideNot)
		}
		if _, err := c.decide(q.ID); code(err) != "no_form" {
			t.Errorf("decided without a form: %v", err)
		}
		c.surveyed(c.leaves, poor, "2018-06-01")
		if got := count(); got != (review.RequestCount{Received: 1, ForChair: 1}) {
			t.Errorf("surveyed: %+v", got)
		}
		r := c.sheet(q.ID)
		if r.Stands != review.RequestAssessed || !r.Moves() || r.Before == standard.Poor || r.DecideNot != nil {
			t.Fatalf("assessed: %s, before %v, %v", r.Stands, r.Before, r.DecideNot)
		}
		if code(r.RefuseNot) != "form_moves" || code(r.WithdrawNot) != "form_moves_withdraw" {
			t.Errorf("a form that makes the household poor can be refused (%v) or withdrawn (%v)", r.RefuseNot, r.WithdrawNot)
		}
		// Who must not sign: no post of the commune, who took the request,
		// who entered the form.
		entered := c.signer("operator", "chair")
		took := c.signer("officer-"+string(householdtest.TamChung), "vice_chair")
		elsewhere := c.signer("la", "commune")
		elsewhere.Posts = append(elsewhere.Posts, account.Post{Role: "chair", Area: householdtest.Township, From: "2016-01-01", To: account.Forever}, account.Post{Role: "chair", Area: c.district(), From: "2016-01-01", To: account.Forever},
			account.Post{Role: "chair", Area: householdtest.TamChung, From: "2016-01-01", To: "2018-01-01"})
		for want, by := range map[string]*account.Actor{"own_work": entered, "not_chair": elsewhere} {
			if _, err := c.s.DecideRequest(ctx, by, q.ID, r.Rev, ""); code(err) != want {
				t.Errorf("%s: %v, want %s", by.ID, err, want)
			}
		}
		if _, err := c.s.DecideRequest(ctx, took, q.ID, r.Rev, ""); code(err) != "own_work" {
			t.Errorf("who took the request: %v", err)
		}
		if err := c.s.RefuseRequest(ctx, took, q.ID, r.Rev, "không"); code(err) != "own_work" {
			t.Errorf("refused by who took it: %v", err)
		}
		if _, err := c.s.DecideRequest(ctx, c.officer(), q.ID, r.Rev, ""); code(err) != "no_request" { // no right, no scope
			t.Errorf("by the officer: %v", err)
		}
		if _, err := c.s.DecideRequest(ctx, c.signer("chu-tich", "chair"), q.ID, r.Rev+1, ""); code(err) != "stale_rev" {
			t.Errorf("on another state: %v", err)
		}
		signed := c.decided(q.ID)
		if got := count(); got != (review.RequestCount{Received: 1, Decided: 1}) {
			t.Errorf("decided: %+v", got)
		}
		if signed.Kind != review.WithinYear || signed.Number != 1 || signed.Capacity != "tm" || len(signed.Items) != 1 {
			t.Fatalf("decision %+v", signed)
		}
		item := signed.Items[0]
		if item.Class != standard.Poor || item.Transition != "3" || item.Household != c.leaves || item.Assessment != r.Form.ID || item.Members != 1 {
			t.Errorf("item %+v", item)
		}
		if r := c.sheet(q.ID); r.State != review.RequestDecided || r.Decision != signed.ID || r.Assessment != item.Assessment || code(r.DecideNot) != "no_form" {
			t.Errorf("after: %+v %v", r.InYearRequest, r.DecideNot)
		}
		if err := c.s.RefuseRequest(ctx, c.signer("chu-tich", "chair"), q.ID, 2, "x"); code(err) != "closed" {
			t.Errorf("refused after the decision: %v", err)
		}
	})
}

func TestARequestToLeaveAloneTakesNobodyOff(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newCounter(t, d)
		q := c.received(c.stays, "1b")
		if _, err := c.decide(q.ID); code(err) != "no_form" {
			t.Errorf("without a form: %v", err)
		}
		c.surveyed(c.stays, poor, "2018-06-01")
		if _, err := c.decide(q.ID); code(err) != "unchanged" {
			t.Errorf("the form says that it is still poor: %v", err)
		}
		chair := c.signer("chu-tich", "vice_chair")
		if err := c.s.RefuseRequest(ctx, chair, q.ID, 1, "  "); code(err) != "review.in_year.refuse_reason" {
			t.Errorf("without reasons: %v", err)
		}
		if err := c.s.RefuseRequest(ctx, chair, q.ID, 1, "Hộ vẫn dưới chuẩn nghèo"); err != nil {
			t.Fatal(err)
		}
		r := c.sheet(q.ID)
		if r.State != review.RequestRefused || r.Reason != "Hộ vẫn dưới chuẩn nghèo" || r.DecidedBy != chair.ID || r.Decision != "" {
			t.Errorf("refused: %+v", r.InYearRequest)
		}
		if len(c.journalled("in_year.refuse")) != 1 {
			t.Error("the refusal is not in the journal")
		}
		// A new request is a new number; one that the form supports goes off the list.
		again := c.received(c.stays, "1b")
		if again.Number != 2 {
			t.Errorf("number %d", again.Number)
		}
		c.surveyed(c.stays, well, "2018-06-10")
		if d := c.decided(again.ID); d.Items[0].Listed() || d.Items[0].Before != standard.Poor || d.Items[0].Transition != "" {
			t.Errorf("leaves: %+v", d.Items)
		}
	})
}

func (c *counter) journalled(action string) (ids []string) {
	c.Read(func(tx *db.Tx) error {
		var n int
		err := tx.Get(`select count(*) from journal where action = $1`, []any{action}, &n)
		ids = make([]string, n)
		return err
	})
	return ids
}

func TestRequestsThatMakeNoSenseAreRefusedAndTakeNoNumber(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newCounter(t, d)
		elsewhere := c.Family(householdtest.Khu1, "2016-02-01", "Hà Văn Đôi, male, 1980").ID
		for _, wrong := range []struct {
			name, code string
			id         household.ID
			kind       string
			change     func(*review.InYearRequest)
		}{
			{"no words", "review.in_year.words", c.leaves, "1a", func(q *review.InYearRequest) { q.Words = " " }},
			{"another form", "review.in_year.kind", c.leaves, "a", nil},
			{"no household", "review.in_year.household", "", "1a", nil},
			{"tomorrow", "review.in_year.day", c.leaves, "1a", func(q *review.InYearRequest) { q.ReceivedOn = "2018-05-03" }},
			{"last year", "review.in_year.year", c.leaves, "1a", func(q *review.InYearRequest) { q.ReceivedOn = "2017-12-29" }},
			{"the yearly round", "not_in_year", c.leaves, "1a", func(q *review.InYearRequest) { q.Round = c.round }},
			{"no round", "round_not_found", c.leaves, "1a", func(q *review.InYearRequest) { q.Round = "1999" }},
			{"another commune's officer", "area_not_found", c.leaves, "1a", func(q *review.InYearRequest) { q.Area = householdtest.Township }},
			{"poor already", "review.in_year.poor_already", c.stays, "1a", nil},
			{"not on the list", "review.in_year.not_listed", c.leaves, "1b", nil},
			{"a household elsewhere", "household_not_found", elsewhere, "1a", nil},
		} {
			if _, err := c.ask(wrong.id, wrong.kind, wrong.change); code(err) != wrong.code {
				t.Errorf("%s: %v, want %s", wrong.name, err, wrong.code)
			}
		}
		first := c.received(c.leaves, "1a")
		if _, err := c.ask(c.leaves, "1a", nil); code(err) != "review.in_year.waiting" {
			t.Errorf("a second beside one that waits: %v", err)
		}
		if second := c.received(c.stays, "1b"); first.Number != 1 || second.Number != 2 {
			t.Errorf("numbers %d and %d after refusals", first.Number, second.Number)
		}
		by := c.Officer(householdtest.TamChung)
		if err := c.s.WithdrawRequest(ctx, by, first.ID, 1, ""); code(err) != "review.in_year.withdraw_reason" {
			t.Errorf("withdrawn without a word: %v", err)
		}
		for _, other := range []household.Actor{c.Officer(householdtest.Township), c.Officer(householdtest.BanOn)} {
			if err := c.s.WithdrawRequest(ctx, other, first.ID, 1, "x"); code(err) != "no_request" {
				t.Errorf("%s: %v", other.ID, err)
			}
			if _, err := c.s.Requests(ctx, other.Scope, c.within, householdtest.TamChung); code(err) != "area_not_found" {
				t.Errorf("%s reads the list: %v", other.ID, err)
			}
		}
		if err := c.s.WithdrawRequest(ctx, by, first.ID, 1, "Hộ xin thôi"); err != nil {
			t.Fatal(err)
		}
		list, err := c.s.Requests(ctx, by.Scope, c.within, householdtest.TamChung)
		if err != nil || len(list) != 2 || list[0].Number != 2 || list[0].Stands != review.RequestReceived || list[1].Stands != review.RequestWithdrawn || list[1].Head == "" {
			t.Errorf("list %+v %v", list, err)
		}
	})
}

func TestACorrectionIsANewDecision(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newCounter(t, d)
		q := c.received(c.leaves, "1a")
		c.surveyed(c.leaves, poor, "2018-06-01")
		first := c.decided(q.ID)
		c.surveyed(c.leaves, near, "2018-06-01")
		chair := c.signer("chu-tich", "chair")
		if _, err := c.s.DecideRequest(ctx, chair, q.ID, 2, ""); code(err) != "review.in_year.correct_reason" {
			t.Errorf("without saying why: %v", err)
		}
		second, err := c.s.DecideRequest(ctx, chair, q.ID, 2, "Chấm sai điểm")
		if err != nil {
			t.Fatal(err)
		}
		if second.Kind != review.Correct || second.Corrects != first.ID || second.Items[0].Before != standard.Poor || second.Items[0].Class != standard.NearPoor || second.Items[0].Transition != "4" {
			t.Errorf("correction %+v", second)
		}
		list, err := c.s.DecisionsFor(ctx, c.Officer(householdtest.TamChung).Scope, c.within, householdtest.TamChung)
		if err != nil || len(list) != 2 || list[0].Items[0].Class != standard.Poor {
			t.Errorf("the first decision has changed: %+v %v", list, err)
		}
	})
}

func TestAnInYearRoundClosesOverWaitingRequestsOnlyWithAReason(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newCounter(t, d)
		c.received(c.leaves, "1a")
		if err := c.s.Close(ctx, "operator", c.within, 1, ""); code(err) != "review.in_year.close_reason" {
			t.Errorf("without a reason: %v", err)
		}
		if err := c.s.Close(ctx, "operator", c.within, 1, "hết năm"); err != nil {
			t.Fatal(err)
		}
		if _, err := c.ask(c.stays, "1b", nil); code(err) != "round_closed" {
			t.Errorf("a request in a closed round: %v", err)
		}
	})
}

func TestTheClockOfARequestIsThatOfItsDay(t *testing.T) {
	c := newCouncil(t, dbtest.SQLite(t), 2017)
	for _, one := range []struct{ received, begins, due string }{
		{"2016-03-03", "2016-03-03", "2016-03-14"}, // 7 working days
		{"2021-08-31", "2021-08-31", "2021-09-13"}, // the old rule; 2 and 3 September are off
		{"2021-09-01", "2021-09-15", "2021-09-30"}, // taken up from the 15th, 15 days
		{"2022-03-14", "2022-03-15", "2022-03-30"},
		{"2022-03-15", "2022-03-15", "2022-03-30"},
		{"2022-03-28", "2022-03-28", "2022-04-12"}, // not put off to April
		{"2022-06-04", "2022-06-15", "2022-06-30"},
		{"2022-07-01", "2022-07-15", "2022-08-01"}, // 30 July is a Saturday: the next working day
	} {
		clock, ok := c.s.InYearClockOf(one.received)
		if !ok || clock.Begins != one.begins || clock.Due != one.due {
			t.Errorf("received %s: begins %s, due %s; want %s, %s", one.received, clock.Begins, clock.Due, one.begins, one.due)
		}
	}
	if _, ok := c.s.InYearClockOf("2014-05-05"); ok {
		t.Error("a term before any rule")
	}
	c.Today = "2018-05-14"
	if n, ok := c.s.DaysLeft(review.InYearRequest{DueOn: "2018-05-11"}); !ok || n != -1 {
		t.Errorf("Friday to Monday is %d working days late", -n)
	}
}

// Whatever day a request is received, its clock never begins before that day,
// never later than the 15th or that day, and ends on a working day.
func TestClocksBeginAndEndWhereTheyMay(t *testing.T) {
	c := newCouncil(t, dbtest.SQLite(t), 2017)
	rapid.Check(t, func(t *rapid.T) {
		day := rapid.SampledFrom(days(2016, 2026)).Draw(t, "day")
		clock, ok := c.s.InYearClockOf(day)
		if !ok || clock.Begins < day || clock.Due <= clock.Begins || clock.Begins[:7] != day[:7] || !c.s.Workdays.IsWorking(clock.Due) {
			t.Fatalf("%s: %+v", day, clock)
		}
		if clock.Begins != day && (clock.From == 0 || day[8:] >= "15") {
			t.Fatalf("%s waits until %s", day, clock.Begins)
		}
	})
}

// days lists the days of some years.
func days(from, to int) (list []string) {
	for t := time.Date(from, 1, 1, 0, 0, 0, 0, time.UTC); t.Year() <= to; t = t.AddDate(0, 0, 1) {
		list = append(list, t.Format(time.DateOnly))
	}
	return list
}

func TestAFormAnsweringARequestBeginsByRuleAndNotBeforeIt(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newCounter(t, d)
		begins := func() review.Beginning {
			t.Helper()
			draft, err := c.s.Preview(ctx, c.Officer(householdtest.TamChung), review.Entry{Round: c.within, Household: c.leaves})
			if err != nil {
				t.Fatal(err)
			}
			return draft.Beginning
		}
		if b := begins(); b.Day != c.Today || b.Request.ID != "" {
			t.Errorf("nobody asked: %+v", b)
		}
		q := c.received(c.leaves, "1a")
		if b := begins(); b.Day != q.DueOn || b.Request.ID != q.ID {
			t.Errorf("proposed %s, not the last day to decide %s", b.Day, q.DueOn)
		}
		c.Today = "2018-06-20"
		if b := begins(); b.Day != c.Today {
			t.Errorf("of a late request %s is proposed", b.Day)
		}
		e := c.entry(c.within, c.leaves, 100)
		e.EffectiveFrom = "2018-05-01"
		_, err := c.s.Save(ctx, c.Officer(householdtest.TamChung), e)
		if f := fault.As(err, ""); f.Code != "review.effective_early" || f.Fields[0].Name != "effective_from" {
			t.Errorf("the day before the household asked: %v", err)
		}
		e.EffectiveFrom = q.ReceivedOn
		if _, err := c.s.Save(ctx, c.Officer(householdtest.TamChung), e); err != nil {
			t.Errorf("the day on which it asked: %v", err)
		}
	})
}
