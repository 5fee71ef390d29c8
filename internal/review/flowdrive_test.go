package review_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/db/dbtest"
	"giamngheo/internal/dossier"
	"giamngheo/internal/household/householdtest"
	"giamngheo/internal/review"
)

// begin empties the tables and opens the round of 2017 or 2022 with some
// families.
func (f *flow) begin(year int) {
	f.Today, f.made = map[int]string{2017: "2017-09-15", 2022: "2022-09-15"}[year], 0
	f.until, f.commune, f.villages = fmt.Sprintf("%d-12-31", year), householdtest.TamChung, []area.ID{householdtest.BanOn, householdtest.BanTan}
	f.book = readBook(f.T.(*testing.T), map[int]string{2017: "review-2016", 2022: "review-2021"}[year])
	f.empty()
	f.enters = f.Family(householdtest.BanOn, "2016-02-01", "Vi Văn Mới, male, 1975").ID
	f.leaves = f.Family(householdtest.BanOn, "2016-02-01", "Hà Thị Thoát, female, 1980").ID
	f.stays = f.Family(householdtest.BanTan, "2016-02-01", "Lò Văn Còn, male, 1960").ID
	before := f.bureau.open(review.Opening{Year: year - 1})
	f.form(before.ID, f.leaves, review.Survey, true)
	f.form(before.ID, f.stays, review.Survey, true)
	if err := f.s.Close(ctx, "operator", before.ID, before.Rev, "năm trước"); err != nil {
		f.T.Fatal(err)
	}
	f.round = f.bureau.open(review.Opening{Year: year}).ID
	f.at(householdtest.TamChung)
}

func (f *flow) empty() {
	err := f.DB.Write(ctx, func(tx *db.Tx) error {
		for _, table := range flowTables {
			if _, err := tx.Exec("delete from " + table); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		f.T.Fatal(err)
	}
}

// at takes up the dossier of a commune.
func (f *flow) at(commune area.ID) {
	f.commune, f.villages = commune, nil
	day := min(f.Today, f.until)
	if f.ended(commune) {
		day = "2019-11-30"
	}
	for _, v := range f.Tree.Children(commune, day) {
		if commune == tenTan || !f.ended(tenTan) || !f.stateOf(tenTan).Decided() || v.Area != banMot && v.Area != banHai {
			f.villages = append(f.villages, v.Area) // not those of which Tén Tằn has decided
		}
	}
	f.Read(func(tx *db.Tx) error {
		d, ok, err := f.s.Dossiers.About(tx, dossier.Key{Kind: review.CommuneReview, Subject: f.round, Unit: commune})
		if !ok {
			f.T.Fatalf("%s has no dossier", commune)
		}
		f.council.dossier = d.ID
		return err
	})
	f.kept = f.read()
}

func (f *flow) who(name string) person {
	i := slices.IndexFunc(f.people, func(p person) bool { return p.name == name })
	return f.people[i]
}

// later lets days go by.
func (f *flow) later(t *rapid.T, days int) {
	f.Today = daysLater(f.Today, days)
	f.passOn(t)
}

// advance does one of the things that bring the dossier on, as the right
// people do them.
func (f *flow) advance(t *rapid.T) {
	officer, chair := f.who("cán bộ xã"), f.who("chủ tịch xã")
	if f.ends != nil && f.commune != tenTan {
		officer, chair = f.who(f.ends.people[f.commune][0]), f.who(f.ends.people[f.commune][1])
	}
	late := f.ends != nil && len(f.ends.late[f.commune]) > 0
	switch d := f.kept.dossier; {
	case d.State.Working():
		f.onward(t, officer)
	case d.State == dossier.Submitted:
		if !f.kept.steps["verification "] {
			if err := f.workflow(t, f.who("cán bộ huyện"), "do", "verification", ""); code(err) == "warning_open" {
				f.answers(t, officer)
			}
			return
		}
		f.workflow(t, chair, "approve", "", "")
	case d.State == dossier.Approved && !f.kept.steps["certificates "] && !late:
		f.work(t, officer, "certify", f.villages[0])
		f.workflow(t, officer, "do", "certificates", "")
	case d.State == dossier.Approved && !late:
		f.workflow(t, officer, "lock", "", "")
	case d.UnlockAsked == 0:
		f.workflow(t, officer, "ask unlock", "", "")
	default:
		if err := f.workflow(t, f.who("cán bộ huyện"), "unlock", "survey", ""); code(err) == "own_work" {
			f.workflow(t, f.who("cán bộ huyện hai"), "unlock", "survey", "")
		}
	}
}

// answers answers the questions that the hand-in has raised.
func (f *flow) answers(t *rapid.T, officer person) {
	list, err := f.s.OpenWarnings(ctx, f.Operator().Scope, f.round, f.commune)
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range list {
		rev := w.Rev
		if err := f.s.AnswerWarning(ctx, f.writer(officer), f.round, w.ID, rev, "đã kiểm tra lại"); err == nil {
			rev++
		}
		f.s.AcceptWarning(ctx, f.writer(f.who("cán bộ huyện")), f.round, w.ID, rev, "")
	}
	f.holdsAfter(t, "questions are answered", nil)
}

// onward does the first step of the work that is open, or what it waits for.
func (f *flow) onward(t *rapid.T, officer person) {
	for _, s := range f.book.steps {
		if s.Stage != "working" {
			continue
		}
		units := f.villages
		if s.Per == "" {
			units = []area.ID{""}
		}
		for _, unit := range units {
			if f.kept.steps[s.Code+" "+string(unit)] {
				continue
			}
			if err := f.workflow(t, officer, "do", s.Code, unit); err != nil {
				f.clear(t, officer, code(err), unit)
			}
			return
		}
	}
	if err := f.workflow(t, officer, "hand in", "", ""); err != nil {
		step := map[string]string{"no_opinion": "meeting", "recheck_open": "meeting", "posting_changed": "posting", "posting_runs": "posting", "no_posting": "posting", "complaint_open": "complaints"}[code(err)]
		switch step {
		case "":
			for _, v := range f.villages {
				f.workflow(t, officer, "take back", "screening", v)
			}
		case "meeting":
			for _, v := range f.villages {
				f.workflow(t, officer, "take back", step, v)
			}
		default:
			f.workflow(t, officer, "take back", step, "")
		}
	}
}

// clear does what a step waits for.
func (f *flow) clear(t *rapid.T, officer person, why string, unit area.ID) {
	switch why {
	case "not_screened", "not_surveyed", "undetermined", "unanswered", "no_cause":
		list, err := f.s.ListFor(ctx, f.Operator().Scope, f.round, unit)
		if err != nil {
			t.Fatal(err)
		}
		for _, l := range list {
			if l.Assessment == "" || l.Causes == 0 {
				f.form(f.round, l.Household, review.Survey, rapid.Bool().Draw(t, "poor"))
			}
		}
		f.holdsAfter(t, "forms", nil)
	case "no_meeting", "no_opinion", "recheck_open":
		f.work(t, officer, "void", unit) // one that somebody has left open
		f.work(t, officer, "meeting", unit)
		if again := f.workflow(t, officer, "do", "meeting", unit); code(again) == "no_opinion" || code(again) == "no_meeting" {
			f.workflow(t, officer, "take back", "screening", unit) // a household without a form
		}
	case "no_posting", "posting_changed":
		f.work(t, officer, "post", f.villages[0])
	case "posting_runs":
		f.later(t, 15)
	case "complaint_open":
		f.work(t, officer, "dismiss", f.villages[0])
	}
}

// Whatever people do, in whatever order: nobody does what the paper forbids
// him, nothing closed changes, nobody is lost. A failure prints the seed and
// the actions that led to it.
func TestNoOrderOfActionsBreaksTheWorkflow(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		f := &flow{council: newCouncil(t, d, 2017)}
		f.people = f.council.people(householdtest.TamChung, householdtest.BanOn, householdtest.BanTan)
		checks := 0
		rapid.Check(t, func(t *rapid.T) {
			if checks++; checks > 15 || d.Engine == db.Postgres && checks > 3 {
				return
			}
			f.fatalf = t.Fatalf
			f.begin(rapid.SampledFrom([]int{2017, 2022}).Draw(t, "year"))
			for range rapid.IntRange(0, 40).Draw(t, "on its way") {
				f.advance(t)
			}
			f.randomly(t)
			f.finish(t)
		})
	})
}

// randomly throws random actions of random people at the dossier at hand.
func (f *flow) randomly(t *rapid.T) {
	for range rapid.IntRange(10, 30).Draw(t, "actions") {
		p := rapid.SampledFrom(f.people).Draw(t, "person")
		village := rapid.SampledFrom(f.villages).Draw(t, "village")
		step := rapid.SampledFrom(f.book.steps).Draw(t, "step").Code
		unit := rapid.SampledFrom([]area.ID{"", f.villages[0], f.villages[len(f.villages)-1], householdtest.Khu1}).Draw(t, "unit")
		switch kind := rapid.SampledFrom([]string{"advance", "advance", "advance", "do", "do", "take back", "hand in", "return", "approve", "lock", "ask unlock", "unlock", "refuse",
			"form", "form", "list", "meeting", "void", "post", "post by mistake", "take down", "complain", "answer", "certify", "later"}).Draw(t, "action"); kind {
		case "advance":
			f.advance(t)
		case "later":
			f.later(t, rapid.IntRange(1, 20).Draw(t, "days"))
		case "do", "take back":
			f.workflow(t, p, kind, step, unit)
		case "return", "unlock", "refuse":
			f.workflow(t, p, kind, rapid.SampledFrom([]string{"", step, "không có"}).Draw(t, "from"), "")
		case "hand in", "approve", "lock", "ask unlock":
			f.workflow(t, p, kind, "", "")
		default:
			f.work(t, p, kind, village)
		}
		f.passOn(t)
	}
}

// finish: whatever came before, the right people bring it to its end.
func (f *flow) finish(t *rapid.T) {
	for range 90 {
		if f.kept.dossier.State == dossier.Locked && len(f.heard()) == len(f.villages) {
			return
		}
		f.advance(t)
		f.passOn(t)
	}
	t.Fatalf("it stays %s with %v", f.kept.dossier.State, f.kept.steps)
}

// Each state has a way in and a way out, whatever came before.
func TestEveryStateCanBeReachedAndLeft(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		f := &flow{council: newCouncil(t, d, 2017)}
		f.people = f.council.people(householdtest.TamChung, householdtest.BanOn, householdtest.BanTan)
		into, out := map[dossier.State]int{}, map[dossier.State]int{}
		checks := 0
		rapid.Check(t, func(t *rapid.T) {
			if checks++; checks > 1 {
				return
			}
			f.fatalf = t.Fatalf
			f.begin(2017)
			into[dossier.Draft]++
			reach := func(want dossier.State) {
				for range 80 {
					if f.kept.dossier.State == want {
						return
					}
					was := f.kept.dossier.State
					f.advance(t)
					if now := f.kept.dossier.State; now != was {
						out[was]++
						into[now]++
					}
				}
				t.Fatalf("%s was not reached; it stands at %s with %v", want, f.kept.dossier.State, f.kept.steps)
			}
			act := func(name, action, step string) {
				was := f.kept.dossier.State
				if err := f.workflow(t, f.who(name), action, step, ""); err != nil {
					t.Fatalf("%s by %s: %v", action, name, err)
				}
				if now := f.kept.dossier.State; now != was {
					out[was]++
					into[now]++
				}
			}
			f.trespass(t)
			reach(dossier.Submitted)
			f.trespass(t)
			act("cán bộ huyện", "return", "")
			act("kiêm nhiệm", "hand in", "")
			f.trespass(t) // also he who handed it in and has a post that signs
			act("cán bộ huyện", "return", "posting")
			f.trespass(t)
			reach(dossier.Submitted)
			act("chủ tịch xã", "return", "")
			reach(dossier.Approved)
			f.trespass(t)
			act("chủ tịch xã", "ask unlock", "")
			act("cơ quan tỉnh", "refuse", "")
			act("phó chủ tịch xã", "ask unlock", "")
			act("cán bộ huyện hai", "unlock", "meeting")
			reach(dossier.Locked)
			f.trespass(t)
			act("cán bộ xã", "ask unlock", "")
			act("cơ quan tỉnh", "unlock", "survey")
			reach(dossier.Locked)
		})
		for _, s := range []dossier.State{dossier.Draft, dossier.Submitted, dossier.Returned, dossier.Approved, dossier.Locked} {
			if into[s] == 0 || out[s] == 0 {
				t.Errorf("%s: %d ways in, %d ways out", s, into[s], out[s])
			}
		}
		if n := len(f.decisions()); n == 0 || strings.TrimSpace(f.decisions()[0].Signer) == "" {
			t.Errorf("%d decisions", n)
		}
	})
}

func daysLater(day string, n int) string {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return day
	}
	return t.AddDate(0, 0, n).Format(time.DateOnly)
}
