package review_test

import (
	"database/sql"
	"fmt"
	"maps"
	"slices"
	"strings"

	"pgregory.net/rapid"

	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/dossier"
	"giamngheo/internal/fault"
	"giamngheo/internal/household"
	"giamngheo/internal/review"
	"giamngheo/internal/standard"
)

// flow is a commune's dossier at which random people throw random actions.
type flow struct {
	*council
	book     book
	people   []person
	kept     state
	made     int
	commune  area.ID   // whose dossier is at hand
	villages []area.ID // those of its dossier
	until    string    // the day of the round's boundaries
	ends     *ending   // nil where no commune ends
	fatalf   func(format string, args ...any)
}

// state is what the tables hold: rows by key, as text.
type state struct {
	closed     map[string]string // rows that may only be added, never changed or lost
	confirmed  map[string]string // rows of certificates: a correcting decision may write one anew
	signed     map[string]string // signed meetings, which may become void and no more
	forms      map[string]string // forms, listings and minutes of the commune
	households map[household.ID]area.ID
	listed     map[household.ID]bool
	dossier    dossier.Dossier
	steps      map[string]bool
	events     int
	journal    int
}

var flowTables = []string{"household", "person", "membership", "residence", "duplicate_pair", "operation", "journal", "round", "round_register", "assessment", "classification", "round_plan",
	"dossier", "dossier_step", "dossier_event", "review_listing", "meeting", "meeting_opinion", "posting", "complaint", "decision", "decision_item", "certificate", "certificate_year", "round_result", "counter", "review_warning", "review_warning_word"}

func (f *flow) read() (s state) {
	s = state{closed: map[string]string{}, confirmed: map[string]string{}, signed: map[string]string{}, forms: map[string]string{}, households: map[household.ID]area.ID{}, listed: map[household.ID]bool{}, steps: map[string]bool{}}
	into := func(m map[string]string, tx *db.Tx, name, query string, args ...any) {
		err := tx.Each(query, args, func(r *sql.Rows) error {
			columns, err := r.Columns()
			if err != nil {
				return err
			}
			cells, at := make([]any, len(columns)), make([]any, len(columns))
			for i := range cells {
				at[i] = &cells[i]
			}
			if err := r.Scan(at...); err != nil {
				return err
			}
			for i := range cells {
				if raw, ok := cells[i].([]byte); ok {
					cells[i] = string(raw)
				}
			}
			m[fmt.Sprint(name, " ", cells[0])] = fmt.Sprint(cells)
			return nil
		})
		if err != nil {
			f.fatalf("%s: %v", name, err)
		}
	}
	f.Read(func(tx *db.Tx) (err error) {
		into(s.closed, tx, "decision", `select id, round_id, area_id, dossier_id, kind, series, number, signed_on, signed_by, signer, capacity, corrects, reason, at from decision`)
		into(s.closed, tx, "item", `select decision_id || household_id, assessment_id, village_id, head, members, before, class, label, transition from decision_item`)
		into(s.closed, tx, "result", `select id, round_id, unit_id, dossier_id, stage, figures, at, by_actor from round_result`)
		into(s.closed, tx, "posting", `select id, area_id, first_day, last_day, days, places, list, at, by_actor from posting`)
		into(s.closed, tx, "answered", `select id, year, number, token, area_id, household_id, kind, words, state, recheck_id, outcome, answer, answered_at, answered_by, rev from complaint where state = 'answered'`)
		into(s.closed, tx, "complaint", `select id, year, number, token, area_id, household_id, kind, words, person, contact, received_on, due_on, assessment_id, at, by_actor from complaint`)
		into(s.closed, tx, "certificate", `select id, household_id, area_id, series, number, period_from, period_to, issued_on, decision_id, at, by_actor from certificate`)
		into(s.confirmed, tx, "confirmed", `select certificate_id || year || decision_id, class, confirmed_on from certificate_year`)
		into(s.closed, tx, "event", `select id, dossier_id, at, actor, role, action, step, unit_id, reason from dossier_event where dossier_id = $1`, f.dossier)
		into(s.signed, tx, "meeting", `select id, held_on, begins, place, chair, secretary, households_invited, households_present, people, remarks, signed_at, signed_by, at, by_actor from meeting where signed_at is not null`)
		into(s.signed, tx, "opinion", `select o.meeting_id || o.household_id, o.assessment_id, o.agree, o.disagree, o.outcome, o.remark from meeting_opinion o join meeting m on m.province_id = o.province_id and m.id = o.meeting_id where m.signed_at is not null`)
		into(s.forms, tx, "form", `select id, household_id, purpose, (select count(*) from assessment_in_force f where f.assessment_id = assessment.id), village_id, b1, answers, causes, warnings, warning_answer, rev from assessment where round_id = $1`, f.round)
		into(s.forms, tx, "listing", `select household_id, source, route, reason from review_listing where round_id = $1`, f.round)
		into(s.forms, tx, "meeting", `select id, state, rev from meeting`)
		into(s.forms, tx, "posting", `select id, withdrawn_at from posting`)
		if err := tx.Each(`select id, village_id from household where to_day = '`+household.Far+`'`, nil, func(r *sql.Rows) error {
			var id household.ID
			var village area.ID
			err := r.Scan(&id, &village)
			s.households[id] = village
			return err
		}); err != nil {
			return err
		}
		if s.dossier, err = f.s.Dossiers.Get(tx, f.dossier); err != nil {
			return err
		}
		done, err := f.s.Dossiers.Checklist(tx, f.dossier)
		for _, d := range done {
			s.steps[d.Step+" "+string(d.Unit)] = true
		}
		if err != nil {
			return err
		}
		if err := tx.Get(`select count(*) from dossier_event where dossier_id = $1`, []any{f.dossier}, &s.events); err != nil {
			return err
		}
		return tx.Get(`select count(*) from journal`, nil, &s.journal)
	})
	var list, own []review.Listed
	for _, commune := range f.living() {
		some, err := f.s.ListFor(ctx, f.Operator().Scope, f.round, commune)
		if err != nil {
			f.fatalf("%v", err)
		}
		list = append(list, some...)
	}
	for _, l := range list {
		if slices.Contains(f.heard(), l.Village) {
			own = append(own, l)
		}
	}
	if s.dossier.State.Decided() {
		f.allDecided(own)
	}
	for _, l := range list {
		if s.listed[l.Household] {
			f.fatalf("%s is on the list twice", l.Head)
		}
		s.listed[l.Household] = true
	}
	return s
}

// allDecided: once the chair has signed, everybody on the list has a form, and
// what the decisions say of him is what it says.
func (f *flow) allDecided(list []review.Listed) {
	said := map[household.ID]review.DecisionItem{}
	var decisions []review.Decision
	f.Read(func(tx *db.Tx) error {
		for _, commune := range f.everDeciding() {
			some, err := f.s.Decisions(tx, f.round, commune)
			if err != nil {
				return err
			}
			decisions = append(decisions, some...)
		}
		return nil
	})
	for _, d := range decisions {
		for _, i := range d.Items {
			said[i.Household] = i
		}
	}
	for _, l := range list {
		if i := said[l.Household]; l.Assessment == "" || i.Listed() != (l.Class == standard.Poor || l.Class == standard.NearPoor) || i.Listed() && i.Class != l.Class {
			f.fatalf("%s is %s by form %q, and the decisions say %+v, with %s", l.Head, l.Class, l.Assessment, i, f.commune)
		}
	}
}

func differs(before, now map[string]string) string {
	for key, row := range before {
		if now[key] != row {
			return fmt.Sprintf("%s: %s, was %s", key, now[key], row)
		}
	}
	return ""
}

// holds tests the laws after an action that somebody tried.
func (f *flow) holdsAfter(t *rapid.T, what string, err error) {
	now, was := f.read(), f.kept
	if err != nil && fault.Of(err) == fault.Internal {
		t.Fatalf("%s: %s", what, fault.Log(err))
	}
	for id := range was.listed {
		if !now.listed[id] {
			t.Fatalf("%s: %s is lost from the list", what, id)
		}
	}
	if len(now.households) < len(was.households) {
		t.Fatalf("%s: households are lost", what)
	}
	if diff := differs(was.closed, now.closed); diff != "" {
		t.Fatalf("%s changed a closed record: %s", what, diff)
	}
	for key, row := range was.confirmed {
		if again, there := now.confirmed[key]; there && again != row {
			t.Fatalf("%s changed the row of a certificate: %s, was %s", what, again, row)
		}
	}
	if diff := differs(was.signed, now.signed); diff != "" {
		t.Fatalf("%s changed signed minutes: %s", what, diff)
	}
	frozen := func(s dossier.State) bool { return s == dossier.Submitted || s.Decided() }
	if frozen(was.dossier.State) && frozen(now.dossier.State) && !maps.Equal(was.forms, now.forms) {
		t.Fatalf("%s changed forms of a dossier that is %s: %s", what, was.dossier.State, differs(was.forms, now.forms)+differs(now.forms, was.forms))
	}
	changed := was.dossier != now.dossier || !maps.Equal(was.steps, now.steps)
	if changed != (now.events > was.events) {
		t.Fatalf("%s: the dossier changed %t, %d events more", what, changed, now.events-was.events)
	}
	if err != nil && (changed || now.journal != was.journal || len(now.closed) != len(was.closed) || !maps.Equal(was.forms, now.forms)) {
		t.Fatalf("%s was refused (%v) and changed something", what, err)
	}
	if now.journal-was.journal < now.events-was.events {
		t.Fatalf("%s: the journal tells of %d, the events of %d", what, now.journal-was.journal, now.events-was.events)
	}
	f.inOrder(t, what, now)
	f.counts(t, what)
	f.kept = now
}

// inOrder: the steps done are a prefix, for each village and for the whole,
// and those of the state.
func (f *flow) inOrder(t *rapid.T, what string, now state) {
	villages := f.heard()
	whole := func(s paperStep) bool {
		if s.Per == "" {
			return now.steps[s.Code+" "]
		}
		return !slices.ContainsFunc(villages, func(v area.ID) bool { return !now.steps[s.Code+" "+string(v)] })
	}
	for i, s := range f.book.steps {
		for _, before := range f.book.steps[:i] {
			if s.Per == "" && now.steps[s.Code+" "] && !whole(before) {
				t.Fatalf("%s: %s is done before %s", what, s.Code, before.Code)
			}
			for _, v := range villages {
				if s.Per != "" && now.steps[s.Code+" "+string(v)] && !now.steps[before.Code+" "+string(v)] {
					t.Fatalf("%s: %s is done in %s before %s", what, s.Code, v, before.Code)
				}
			}
		}
		order := map[string]int{"working": 0, "submitted": 1, "approved": 2}[s.Stage]
		reached := map[dossier.State]int{dossier.Draft: 0, dossier.Returned: 0, dossier.Submitted: 1, dossier.Approved: 2, dossier.Locked: 3}[now.dossier.State]
		if order < reached && !whole(s) {
			t.Fatalf("%s: the dossier is %s and %s is not done", what, now.dossier.State, s.Code)
		}
		if order > reached && whole(s) {
			t.Fatalf("%s: the dossier is %s and %s is done", what, now.dossier.State, s.Code)
		}
	}
}

// counts: every household lies in one village, the figures of the commune are
// those of its villages together, and numbers have no gaps.
func (f *flow) counts(t *rapid.T, what string) {
	f.Read(func(tx *db.Tx) error {
		round, err := f.s.Round(tx, f.round)
		if err != nil {
			return err
		}
		var sum [5]int
		figures := func(unit area.ID) [5]int {
			g, err := f.s.FiguresOf(tx, round, unit)
			if err != nil {
				t.Fatal(err)
			}
			return [5]int{g.Households, g.People, g.Poor.Households, g.NearPoor.Households, g.NotSurveyed.Households}
		}
		for _, v := range f.Tree.Children(f.commune, min(f.Today, f.until)) {
			for i, n := range figures(v.Area) {
				sum[i] += n
			}
		}
		if of := figures(f.commune); of != sum && slices.Contains(f.living(), f.commune) {
			t.Fatalf("%s: the villages have %v, the commune %v", what, sum, of)
		}
		for _, query := range []string{`select series, count(*), min(number), max(number) from decision group by series`, `select series, count(*), min(number), max(number) from certificate group by series`,
			`select year, count(*), min(number), max(number) from complaint group by year`} {
			err := tx.Each(query, nil, func(r *sql.Rows) error {
				var series string
				var n, first, last int
				if err := r.Scan(&series, &n, &first, &last); err != nil {
					return err
				}
				if first != 1 || last != n {
					t.Fatalf("%s: %d numbers of %s from %d to %d", what, n, series, first, last)
				}
				return nil
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
}

// refusedRight: the codes with which somebody is told that it is not for him.
var refusedRight = []string{"not_yours", "own_work", "no_dossier", "no_step", "step_with", "wrong_state"}

// workflow throws one action of the workflow.
func (f *flow) workflow(t *rapid.T, p person, action, step string, unit area.ID) error {
	d, by := f.kept.dossier, f.actor(p)
	var err error
	switch action {
	case "do":
		err = f.s.Dossiers.Do(ctx, by, d.ID, step, unit, "xong")
	case "take back":
		_, err = f.s.Dossiers.TakeBack(ctx, by, d.ID, step, unit, "xem lại")
	case "hand in":
		_, err = f.s.Dossiers.HandIn(ctx, by, d.ID, d.Rev, "")
	case "return":
		_, err = f.s.Dossiers.Return(ctx, by, d.ID, d.Rev, step, "chưa đủ")
	case "approve":
		_, err = f.s.Dossiers.Approve(ctx, by, d.ID, d.Rev, "")
	case "lock":
		_, err = f.s.Dossiers.Lock(ctx, by, d.ID, d.Rev)
	case "ask unlock":
		_, err = f.s.Dossiers.AskUnlock(ctx, by, d.ID, d.Rev, "phát hiện sai")
	case "unlock", "refuse":
		_, err = f.s.Dossiers.Unlock(ctx, by, d.ID, d.Rev, action == "unlock", step, "đã xem xét")
	}
	what := fmt.Sprintf("%s %ss %s %s (%s)", p.name, action, step, unit, d.State)
	may := f.allowed(f.book, p, action, d, step, unit)
	switch {
	case err == nil && !may:
		t.Fatalf("%s, which the paper forbids", what)
	case !may && !slices.Contains(refusedRight, code(err)):
		t.Fatalf("%s: forbidden, and refused for %v", what, err)
	case may && slices.Contains([]string{"not_yours", "own_work", "no_dossier", "wrong_state"}, code(err)):
		t.Fatalf("%s: the paper allows it, refused with %v", what, err)
	}
	f.holdsAfter(t, what, err)
	return err
}

// work throws something that is done beside the workflow.
func (f *flow) work(t *rapid.T, p person, kind string, village area.ID) error {
	by, commune := f.writer(p), f.commune
	allowed := f.writesIn(p, village)
	var err error
	ids := slices.Sorted(maps.Keys(f.kept.households))
	ids = slices.DeleteFunc(ids, func(id household.ID) bool { return f.kept.households[id] != village })
	id := rapid.SampledFrom(ids).Draw(t, "household")
	switch kind {
	case "form":
		e := f.entry(f.round, id, rapid.SampledFrom([]int{poor, near, well}).Draw(t, "points"))
		e.Purpose, e.WarningAnswer, e.Surveyor = rapid.SampledFrom([]string{review.Survey, review.Recheck}).Draw(t, "purpose"), "đã hỏi", p.name
		e.Causes = []string{f.s.Law.Causes.Causes[0].Code}
		e.Ticked = strings.Repeat("0", f.indicators())
		_, err = f.s.Save(ctx, by, e)
	case "list":
		f.made++
		made, failed := f.TryFamily(village, "2016-02-01", fmt.Sprintf("Hộ Thứ %d, male, 1980", f.made))
		if failed != nil {
			t.Fatal(failed)
		}
		f.kept = f.read()
		err = f.s.AddToList(ctx, by, f.round, made.ID, review.Added, rapid.Bool().Draw(t, "straight"), "sót")
	case "meeting":
		var m review.Meeting
		if m, err = f.s.StartMeeting(ctx, by, f.round, village); err == nil {
			f.holdsAfter(t, p.name+" starts a meeting", nil)
			sh, failed := f.s.MeetingSheet(ctx, by.Scope, f.round, village, m.ID)
			if failed != nil {
				t.Fatal(failed)
			}
			if m, err = f.s.SaveMeeting(ctx, by, m.ID, m.Rev, f.minutes(sh, 20, 0)); err == nil {
				f.holdsAfter(t, p.name+" writes minutes", nil)
				if _, err = f.s.SignMeeting(ctx, by, m.ID, m.Rev); err != nil {
					f.holdsAfter(t, p.name+" signs minutes", err)
					err = f.s.VoidMeeting(ctx, by, m.ID, m.Rev, "không đủ")
				}
			}
		}
	case "void":
		var m review.Meeting
		f.Read(func(tx *db.Tx) error {
			return tx.Each(`select id, rev from meeting where village_id = $1 order by id`, []any{string(village)}, func(r *sql.Rows) error { return r.Scan(&m.ID, &m.Rev) })
		})
		err = f.s.VoidMeeting(ctx, by, m.ID, m.Rev, "ghi sai")
	case "post", "post by mistake":
		allowed = f.writesIn(p, commune)
		first := f.Today
		if kind != "post" {
			first = "2017-01-01"
		}
		_, err = f.s.Post(ctx, by, f.round, commune, review.Hanging{First: first, Places: "Trụ sở xã", Reason: "đăng lại"})
	case "take down":
		allowed = f.writesIn(p, commune)
		var id string
		var rev int64
		f.Read(func(tx *db.Tx) error {
			return tx.Each(`select id, rev from posting where area_id = $1 order by id`, []any{string(commune)}, func(r *sql.Rows) error { return r.Scan(&id, &rev) })
		})
		err = f.s.WithdrawPosting(ctx, by, id, rev, "sai tên")
	case "complain":
		allowed = f.writesIn(p, commune)
		_, err = f.s.Complain(ctx, by, review.Complaint{Round: f.round, Area: commune, Household: id, Kind: review.WronglyIn, Words: "nhà khá giả"})
	case "answer", "dismiss":
		allowed = f.writesIn(p, commune)
		var id string
		var rev int64
		f.Read(func(tx *db.Tx) error { // the last is an open one, if there is any
			return tx.Each(`select id, rev from complaint where area_id = $1 order by state, id`, []any{string(commune)}, func(r *sql.Rows) error { return r.Scan(&id, &rev) })
		})
		outcome := review.Dismissed
		if kind == "answer" {
			outcome = rapid.SampledFrom([]string{review.Changed, review.Unchanged, review.Dismissed, review.Dropped}).Draw(t, "outcome")
		}
		err = f.s.AnswerComplaint(ctx, by, id, rev, outcome, "đã xem xét")
	case "certify":
		allowed = f.writesIn(p, commune)
		_, _, _, err = f.s.IssueCertificates(ctx, f.actor(p), by.Scope, f.round, commune)
	}
	what := fmt.Sprintf("%s: %s in %s (%s)", p.name, kind, village, f.kept.dossier.State)
	if err == nil && !allowed {
		t.Fatalf("%s, and it is not his", what)
	}
	f.holdsAfter(t, what, err)
	return err
}

func (f *flow) indicators() int {
	o, err := f.s.FindRound(ctx, f.round)
	if err != nil {
		f.T.Fatal(err)
	}
	set, err := f.s.Law.ByID(o.Standard)
	if err != nil {
		f.T.Fatal(err)
	}
	return len(set.Indicators)
}
