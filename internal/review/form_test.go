package review_test

import (
	"strings"
	"testing"

	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/db/dbtest"
	"giamngheo/internal/form"
	"giamngheo/internal/household"
	"giamngheo/internal/household/householdtest"
	"giamngheo/internal/journal"
	"giamngheo/internal/review"
)

func marks(yes ...string) form.Answers {
	a := form.Answers{}
	for _, code := range []string{"vehicle", "cooling", "washing_machine", "lets_out", "electricity_100", "area_30", "public_service", "college_worker"} {
		a[code] = form.Yes(false)
	}
	for _, code := range yes {
		a[code] = form.Yes(true)
	}
	return a
}

func (b *bureau) listed(round string, root area.ID) map[household.ID]review.Listed {
	b.T.Helper()
	list, err := b.s.ListFor(ctx, b.Operator().Scope, round, root)
	if err != nil {
		b.T.Fatal(err)
	}
	all := map[household.ID]review.Listed{}
	for _, l := range list {
		all[l.Household] = l
	}
	return all
}

func TestFormsBesidePhieuB(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBureau(t, d)
		b.open(review.Opening{Year: 2016})
		by := b.Operator()
		save := func(e review.FormEntry) (review.FormAnswer, error) {
			e.Round = "2016"
			return b.s.SaveForm(ctx, by, e)
		}

		// Three marks: screened out, and not on the list.
		a, err := save(review.FormEntry{Household: b.tay.ID, Form: form.Screening, Answers: marks("vehicle", "cooling", "washing_machine")})
		if err != nil || a.Result != form.SurelyNotPoor || a.Version != "phieu-a-2016/1" {
			t.Fatalf("%+v %v", a, err)
		}
		if l := b.listed("2016", householdtest.BanOn); len(l) != 0 {
			t.Errorf("whom Phiếu A screens out was put on the list: %v", l)
		}

		// The commune takes it in all the same, with a reason; the first stays.
		in := marks("vehicle", "cooling", "washing_machine")
		in["taken_in"] = form.Yes(true)
		if _, err := save(review.FormEntry{Household: b.tay.ID, Form: form.Screening, Answers: in, Rev: 1, Reason: "xã xem lại"}); code(err) != "assessment_refused" || !strings.Contains(fields(err), "taken_in_why: ") {
			t.Errorf("taken in without a reason: %v %s", err, fields(err))
		}
		in["taken_in_why"] = form.Word("chồng mới mất")
		if _, err := save(review.FormEntry{Household: b.tay.ID, Form: form.Screening, Answers: in, Rev: 1}); code(err) != "review.reason_missing" {
			t.Errorf("superseded without a reason: %v", err)
		}
		if _, err := save(review.FormEntry{Household: b.tay.ID, Form: form.Screening, Answers: in, Reason: "xã xem lại"}); code(err) != "stale_rev" {
			t.Errorf("superseded unseen: %v", err)
		}
		if a, err = save(review.FormEntry{Household: b.tay.ID, Form: form.Screening, Answers: in, Rev: 1, Reason: "xã xem lại"}); err != nil || a.Result != form.ToReview {
			t.Fatalf("%+v %v", a, err)
		}
		if l := b.listed("2016", householdtest.BanOn)[b.tay.ID]; l.Source != review.Proposal || l.Screening != form.ToReview || !l.NeedsB() {
			t.Errorf("whom the commune took in is listed as %+v", l)
		}

		// A request puts the household on the list with its own words.
		request := form.Answers{"requested_on": form.Word("2016-10-05"), "asks_for": form.Word("poor"), "hardship": form.Codes("illness"), "reason": form.Word("chồng ốm nặng")}
		if _, err := save(review.FormEntry{Household: b.couple.ID, Form: form.RequestEnter, Answers: request}); err != nil {
			t.Fatal(err, fields(err))
		}
		if l := b.listed("2016", householdtest.Khu1)[b.couple.ID]; l.Source != review.Request {
			t.Errorf("who asked is listed as %+v", l)
		}
		if err := b.s.TakeBackForm(ctx, by, "2016", b.couple.ID, form.RequestEnter, 1, " "); code(err) != "review.reason_missing" {
			t.Errorf("taken back without a reason: %v", err)
		}
		if err := b.s.TakeBackForm(ctx, by, "2016", b.couple.ID, form.RequestEnter, 1, "ghi nhầm hộ"); err != nil {
			t.Fatal(err)
		}
		if _, listed := b.listed("2016", householdtest.Khu1)[b.couple.ID]; listed {
			t.Error("who withdrew his request is still on the list, and waits for a form that nobody counts")
		}
		if err := b.s.TakeBackForm(ctx, by, "2016", b.couple.ID, form.RequestEnter, 1, "ghi nhầm hộ"); code(err) != "stale_rev" {
			t.Errorf("taken back twice: %v", err)
		}
		if a, err = save(review.FormEntry{Household: b.couple.ID, Form: form.RequestEnter, Answers: request, Rev: 1}); err != nil || a.Rev != 2 || a.Predecessor != "" {
			t.Errorf("entered again after it was taken back: %+v %v", a, err)
		}

		b.Read(func(tx *db.Tx) error {
			list, err := b.s.FormsOf(tx, b.tay.ID)
			if err != nil || len(list) != 1 || !list[0].Answers.Equal(in) || list[0].Predecessor == "" {
				t.Errorf("the household's forms are %+v, %v", list, err)
			}
			entries, err := journal.OfHousehold(tx, householdtest.Key, string(b.tay.ID), 10)
			if err != nil {
				return err
			}
			told := ""
			for _, e := range entries {
				for _, c := range e.Changes {
					if c.To != nil {
						told += e.Action + ": " + c.Field + " → " + *c.To + "\n"
					}
				}
			}
			if !strings.Contains(told, "form.save: answer Lý do → chồng mới mất") {
				t.Errorf("the journal tells\n%s", told)
			}
			return nil
		})
	})
}

func TestWhatMayNotBeSavedAsAForm(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBureau(t, d)
		b.open(review.Opening{Year: 2016})
		by := b.Operator()
		for _, c := range []struct {
			name, want string
			by         household.Actor
			e          review.FormEntry
		}{
			{"a form of a household elsewhere", "household_not_found", b.Officer(householdtest.Khu1), review.FormEntry{Household: b.tay.ID, Form: form.Screening, Answers: marks()}},
			{"Phiếu B", "form_not_kept", by, review.FormEntry{Household: b.tay.ID, Form: form.Scores, Answers: marks()}},
			{"a form nobody knows", "form_not_kept", by, review.FormEntry{Household: b.tay.ID, Form: "Z", Answers: marks()}},
			{"nothing", "review.form.empty", by, review.FormEntry{Household: b.tay.ID, Form: form.Screening}},
			{"an answer to another form", "assessment_refused", by, review.FormEntry{Household: b.tay.ID, Form: form.Needs, Answers: marks()}},
			{"a round nobody opened", "round_not_found", by, review.FormEntry{Round: "2030", Household: b.tay.ID, Form: form.Screening, Answers: marks()}},
		} {
			if c.e.Round == "" {
				c.e.Round = "2016"
			}
			if _, err := b.s.SaveForm(ctx, c.by, c.e); code(err) != c.want {
				t.Errorf("%s: %v, want %s", c.name, err, c.want)
			}
		}
		if _, ok, err := b.s.FindForm(ctx, b.Officer(householdtest.Khu1).Scope, b.tay.ID, "2016", form.Screening); ok || code(err) != "household_not_found" {
			t.Errorf("somebody elsewhere reads it: %v %v", ok, err)
		}
		if err := b.s.Close(ctx, "operator", "2016", 1, ""); err != nil {
			t.Fatal(err)
		}
		if _, err := b.s.SaveForm(ctx, by, review.FormEntry{Round: "2016", Household: b.tay.ID, Form: form.Screening, Answers: marks()}); code(err) != "round_closed" {
			t.Errorf("a closed round takes a form: %v", err)
		}
	})
}

func TestPhieuCKeepsTheCausesWithTheAssessment(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBureau(t, d)
		b.open(review.Opening{Year: 2016})
		e := b.entry("2016", b.tay.ID, poor)
		e.Causes = []string{"capital", "land"}
		b.save(e)
		answers := form.Answers{"needs": form.Codes("loan"), "can_work": form.Num(2), "causes": form.Codes("will")}
		a, err := b.s.SaveForm(ctx, b.Operator(), review.FormEntry{Round: "2016", Household: b.tay.ID, Form: form.Needs, Answers: answers})
		if err != nil {
			t.Fatal(err, fields(err))
		}
		if a.Answers["causes"].Given() {
			t.Error("the causes stand in two places")
		}
		draft, err := b.s.DraftForm(ctx, b.Operator(), review.FormEntry{Round: "2016", Household: b.tay.ID, Form: form.Needs, Answers: a.Answers})
		if err != nil || !draft.Filling.Answers["causes"].Equal(form.Codes("land", "capital")) {
			t.Errorf("Phiếu C shows the causes %v, %v", draft.Filling.Answers["causes"], err)
		}
	})
}

func TestPhieuBAsksAgainWhatIsDoubtful(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBureau(t, d)
		b.open(review.Opening{Year: 2016})
		big, small, yes, no := 62.5, 40.0, true, false
		first := b.entry("2016", b.tay.ID, poor)
		first.Detail.FloorArea = &big
		first.Members = map[household.PersonID]review.RosterMember{b.tay.Members[2]: {AtSchool: &yes}}
		b.save(first)
		b.open(review.Opening{Year: 2017})
		now := b.entry("2017", b.tay.ID, poor)
		now.Detail.FloorArea = &small
		now.Members = map[household.PersonID]review.RosterMember{b.tay.Members[1]: {Insured: &no}}
		now.Ticked = "0000000000"
		a := b.save(now)
		if len(a.Detail.Doubts) != 1 || a.Detail.Doubts[0].Check != "house_shrank" || !strings.Contains(a.Detail.Doubts[0].Text, "62,5 m²") {
			t.Errorf("doubts are %+v", a.Detail.Doubts)
		}
		if got := strings.Join(a.Warnings, " "); !strings.Contains(got, "house_shrank") {
			t.Errorf("warnings are %s", got)
		}
		if err := b.s.Close(ctx, "operator", "2017", 1, ""); code(err) != "warnings_open" {
			t.Errorf("the round closes on an unanswered doubt: %v", err)
		}
		if err := b.s.AnswerWarnings(ctx, b.Operator(), "2017", b.tay.ID, a.Rev, "bán bớt một gian"); err != nil {
			t.Fatal(err)
		}
		if err := b.s.Close(ctx, "operator", "2017", 1, ""); err != nil {
			t.Errorf("an answered doubt still holds the round: %v", err)
		}
	})
}

func TestPhieuBRefusesByItsDefinition(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBureau(t, d)
		b.open(review.Opening{Year: 2016})
		area := 40.125
		e := b.entry("2016", b.tay.ID, poor)
		e.Detail.FloorArea = &area
		if _, err := b.s.Save(ctx, b.Operator(), e); code(err) != "assessment_refused" || !strings.Contains(fields(err), "floor_area: ") {
			t.Errorf("three decimals: %v %s", err, fields(err))
		}
		e = b.entry("2016", b.tay.ID, poor)
		e.Detail.Items = map[string]string{"household_size": "12"}
		if _, err := b.s.Save(ctx, b.Operator(), e); !strings.Contains(fields(err), "item_household_size: ") {
			t.Errorf("an option that the scorecard has not: %v %s", err, fields(err))
		}
		yes := true
		e = b.entry("2016", b.tay.ID, poor)
		e.Members = map[household.PersonID]review.RosterMember{b.couple.Members[0]: {Insured: &yes}}
		if _, err := b.s.Save(ctx, b.Operator(), e); code(err) != "form.unknown_member" {
			t.Errorf("answers of somebody of another household: %v", err)
		}
	})
}

func TestTwoEntriesAreComparedAndDecided(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBureau(t, d)
		b.open(review.Opening{Year: 2016})
		yes, no := true, false
		first := b.entry("2016", b.tay.ID, poor)
		first.Causes = []string{"capital"}
		first.Members = map[household.PersonID]review.RosterMember{b.tay.Members[1]: {Insured: &yes}}
		a := b.save(first)
		if _, err := b.s.CompareEntries(ctx, b.Operator(), "2016", b.tay.ID); code(err) != "no_second_entry" {
			t.Errorf("compared with nothing: %v", err)
		}
		second := b.entry("2016", b.tay.ID, near)
		second.Purpose, second.Ticked, second.Causes = review.SecondEntry, "0000001000", []string{"capital"}
		second.Members = map[household.PersonID]review.RosterMember{b.tay.Members[1]: {Insured: &no}}
		b.save(second)
		c, err := b.s.CompareEntries(ctx, b.Operator(), "2016", b.tay.ID)
		if err != nil || len(c.Differences) != 3 || c.Questions != 14 {
			t.Fatalf("%d questions, differences %+v, %v", c.Questions, c.Differences, err)
		}
		taken := map[form.Place]string{}
		decide := func(reason string) error {
			return b.s.DecideEntries(ctx, b.Operator(), review.EntryDecision{Round: "2016", Household: b.tay.ID, Rev: a.Rev, Second: c.Second.ID, Taken: taken, Reason: reason})
		}
		if err := decide("xem lại phiếu giấy"); code(err) != "review.entries.undecided" {
			t.Errorf("decided nothing: %v", err)
		}
		for _, one := range c.Differences {
			taken[one.Place] = review.TookFirst
		}
		taken[form.Place{Question: "b1"}] = review.TookSecond
		taken[form.Place{Question: "insured", Member: string(b.tay.Members[1])}] = review.TookSecond
		if err := decide(" "); code(err) != "review.entries.reason" {
			t.Errorf("decided without a word: %v", err)
		}
		if _, err := b.s.CompareEntries(ctx, b.Officer(householdtest.Khu1), "2016", b.tay.ID); code(err) != "household_not_found" {
			t.Errorf("somebody elsewhere compares: %v", err)
		}
		if err := decide("xem lại phiếu giấy"); err != nil {
			t.Fatal(err, fields(err))
		}
		if err := decide("xem lại phiếu giấy"); code(err) != "stale_rev" {
			t.Errorf("decided twice: %v", err)
		}
		b.Read(func(tx *db.Tx) error {
			now, _, err := b.s.InForce(tx, b.tay.ID, "2016")
			if err != nil || *now.B1 != near || now.Ticked != "0000000000" || now.Predecessor != a.ID || *now.Roster[1].Insured || strings.Join(now.Causes, ",") != "capital" {
				t.Errorf("what came of it: %+v %v", now, err)
			}
			return nil
		})
		c, err = b.s.CompareEntries(ctx, b.Operator(), "2016", b.tay.ID)
		if err != nil || !c.Decided || len(c.Differences) != 3 || c.Reason != "xem lại phiếu giấy" || c.Differences[0].Taken != review.TookSecond {
			t.Errorf("the decision is shown as %+v, %v", c.Differences, err)
		}
	})
}
