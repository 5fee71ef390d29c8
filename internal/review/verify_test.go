package review_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/db/dbtest"
	"giamngheo/internal/household"
	"giamngheo/internal/household/householdtest"
	"giamngheo/internal/review"
	"giamngheo/internal/verification"
	"giamngheo/law"
)

const muongLat area.ID = "384.2016"

// inspection is a district with many families in two communes.
type inspection struct {
	*bureau
	tamChung, township []household.ID
}

func newInspection(t testing.TB, d *db.DB, inTamChung, inTownship int) *inspection {
	p := &inspection{bureau: newBureau(t, d)}
	var err error
	if p.s.Checks, err = verification.Load(law.Files); err != nil {
		t.Fatal(err)
	}
	for i := range inTamChung {
		p.tamChung = append(p.tamChung, p.Family(householdtest.BanTan, "2016-01-01", fmt.Sprintf("Hà Văn %s, male, 19%02d", name(i), 40+i%50)).ID)
	}
	for i := range inTownship {
		p.township = append(p.township, p.Family(householdtest.Khu2, "2016-01-01", fmt.Sprintf("Lò Văn %s, male, 19%02d", name(i), 40+i%50)).ID)
	}
	return p
}

func name(i int) string { return string(rune('A'+i/26)) + string(rune('a'+i%26)) }

func (p *inspection) form(round string, id household.ID, b1 int, change func(*review.Entry)) {
	p.T.Helper()
	e := p.entry(round, id, b1)
	if change != nil {
		change(&e)
	}
	p.save(e)
}

func (p *inspection) drawing(reason string) review.Drawing {
	return review.Drawing{Round: "2016", Area: muongLat, Design: p.s.Checks.Design(0.2), Reason: reason}
}

func TestTheFirstDrawCountsAndAnotherNeedsAReason(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := newInspection(t, d, 30, 6)
		p.open(review.Opening{Year: 2016})
		district := p.Officer(muongLat)
		if _, err := p.s.DrawSample(ctx, district, p.drawing("")); code(err) != "frame_empty" {
			t.Errorf("drawn before anybody was surveyed: %v", err)
		}
		for _, id := range append(slices.Clone(p.tamChung), p.township...) {
			p.form("2016", id, poor, nil)
		}
		for who, actor := range map[string]household.Actor{"the commune itself": p.Officer(householdtest.TamChung), "another district": p.Officer(householdtest.DienLu), "the health department": p.With(muongLat, area.FieldHealth)} {
			o, err := p.s.DrawSample(ctx, actor, p.drawing(""))
			if err == nil || who != "the health department" && code(err) != "area_not_found" {
				t.Errorf("%s drew %+v, %v", who, o, err)
			}
		}
		down := p.drawing("")
		down.Area = householdtest.TamChung
		if _, err := p.s.DrawSample(ctx, district, down); code(err) != "review.sample_level" {
			t.Errorf("a sample of a commune alone: %v", err)
		}
		first, err := p.s.DrawSample(ctx, district, p.drawing("tôi muốn thế"))
		if err != nil {
			t.Fatal(err)
		}
		if first.No != 1 || first.Reason != "" || first.Design.Frame != 36 || len(first.Strata) != 2 {
			t.Errorf("%+v", first)
		}
		for _, s := range first.Strata {
			if want := map[string]int{string(householdtest.Township): 6}[s.Name]; want != 0 && s.Take != want || s.Take < min(10, s.Size) {
				t.Errorf("%+v", s)
			}
		}
		if _, err := p.s.DrawSample(ctx, district, p.drawing("  ")); code(err) != "review.redraw_reason" {
			t.Errorf("a second draw without a reason: %v", err)
		}
		second, err := p.s.DrawSample(ctx, district, p.drawing("hai xã bị lũ, không đến được"))
		if err != nil {
			t.Fatal(err)
		}
		list, err := p.s.Samples(ctx, district.Scope, "2016", muongLat)
		if err != nil || len(list) != 2 || list[0].ID != second.ID || list[0].State != review.SampleCounts || list[1].State != review.SampleSuperseded || list[0].Seed == list[1].Seed || list[0].Reason == "" {
			t.Errorf("%+v, %v", list, err)
		}
		// A household that is surveyed later changes nothing of what was drawn.
		p.form("2016", p.tay.ID, poor, nil)
		for _, o := range list {
			frame, same, err := p.s.RepeatDraw(ctx, district.Scope, o.ID)
			if err != nil || !same || len(frame) != 36 {
				t.Errorf("drawn again: %d in the frame, the same %v, %v", len(frame), same, err)
			}
		}
		if _, _, err := p.s.RepeatDraw(ctx, p.Officer(householdtest.TamChung).Scope, first.ID); code(err) != "sample_not_found" {
			t.Errorf("the commune saw its district's draw: %v", err)
		}
		progress, err := p.s.SampleProgress(ctx, p.Officer(householdtest.TamChung).Scope, "2016", householdtest.TamChung)
		if err != nil || progress.Drawn < 10 || progress.Done != 0 {
			t.Errorf("%+v, %v", progress, err)
		}
		var entries int
		p.Read(func(tx *db.Tx) error {
			return tx.Get(`select count(*) from journal where action = 'verification.draw'`, nil, &entries)
		})
		if entries != 2 {
			t.Errorf("%d entries of the journal tell of 2 draws", entries)
		}
	})
}

func TestTheSecondSurveyIsComparedWithWhatWasHandedInWhenItWasDrawn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := newInspection(t, d, 12, 6)
		p.open(review.Opening{Year: 2016})
		for i, id := range append(slices.Clone(p.tamChung), p.township...) {
			b1 := poor
			if i%3 == 0 {
				b1 = well
			}
			p.form("2016", id, b1, func(e *review.Entry) { e.Surveyor = "Người xã" })
		}
		district := p.Officer(muongLat)
		o := p.drawing("")
		o.Design = p.s.Checks.Design(0.01) // everybody
		sample, err := p.s.DrawWithSeed(ctx, district, o, 7)
		if err != nil {
			t.Fatal(err)
		}
		// The commune corrects a form after the draw; the comparison keeps the old one.
		p.form("2016", p.tamChung[0], poor, nil)
		for i, id := range p.tamChung {
			b1 := poor
			if i == 3 {
				b1 = well + 5
			}
			surveyor := "Người huyện"
			if i == 4 {
				surveyor = "Người xã"
			}
			p.form("2016", id, b1, func(e *review.Entry) { e.Purpose, e.Surveyor = review.Verification, surveyor })
		}
		// Households 0, 3, 6, 9 were well; 3 still is, the others are poor now.
		r, err := p.s.VerificationResults(ctx, district.Scope, sample.ID)
		if err != nil {
			t.Fatal(err)
		}
		if r.Progress != (review.VerificationProgress{Drawn: 18, Done: 12}) || r.Communes[householdtest.TamChung].Done != 12 || r.Communes[householdtest.Township].Done != 0 {
			t.Errorf("%+v %v", r.Progress, r.Communes)
		}
		if r.Corrected != 1 || r.SamePerson != 1 {
			t.Errorf("corrected %d, one surveyor twice %d", r.Corrected, r.SamePerson)
		}
		a := r.Agreement
		if got := fmt.Sprint(a.Changes); got != "[[8 0 0] [0 0 0] [3 0 1]]" {
			t.Errorf("changes %s", got)
		}
		if *a.SameClass.Value != 0.75 || a.Points.N != 12 || len(a.Indicators) != 10 || *a.Indicators[0].Observed != 1 {
			t.Errorf("%+v", a)
		}
		if !slices.Equal(a.SameClass.Missing, []string{string(householdtest.Township)}) {
			t.Errorf("the township was not surveyed again: %v", a.SameClass.Missing)
		}
		_, list, err := p.s.Resurvey(ctx, district.Scope, sample.ID, householdtest.Township)
		if err != nil || len(list) != 6 || list[0].Second != nil || list[0].First == nil || list[0].Weight != 1 {
			t.Errorf("%d in the township, %v", len(list), err)
		}
		if _, err := p.s.VerificationResults(ctx, p.Officer(householdtest.DienLu).Scope, sample.ID); code(err) != "sample_not_found" {
			t.Errorf("another district saw it: %v", err)
		}
		// What was drawn decides no class.
		p.Read(func(tx *db.Tx) error {
			a, _, err := p.s.InForce(tx, p.tamChung[6], "2016")
			if *a.B1 != well {
				t.Error("the verification took the place of the survey")
			}
			return err
		})
	})
}

func (p *inspection) closeRound(id string) {
	p.T.Helper()
	o, err := p.s.FindRound(ctx, id)
	if err == nil {
		err = p.s.Close(ctx, "operator", id, o.Rev, "thử")
	}
	if err != nil {
		p.T.Fatal(err, fields(err))
	}
}

func (p *inspection) look(round string) map[string]review.Warning {
	p.T.Helper()
	if _, err := p.s.FindWarnings(ctx, p.Officer(muongLat), round, muongLat); err != nil {
		p.T.Fatal(err)
	}
	list, err := p.s.OpenWarnings(ctx, p.Officer(muongLat).Scope, round, muongLat)
	if err != nil {
		p.T.Fatal(err)
	}
	out := map[string]review.Warning{}
	for _, w := range list {
		if w.Area != householdtest.TamChung {
			p.T.Errorf("asked in %s: %s", w.Area, w.Words())
		}
		out[w.Kind] = w
	}
	return out
}

// Three rounds in which Tam Chung does all that is asked about, and the
// township beside it does not.
func TestWhatIsWorthAQuestionIsAsked(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := newInspection(t, d, 16, 8)
		at := func(round, day string, b1 func(i int) int, change func(i int, e *review.Entry)) {
			for i, id := range append(slices.Clone(p.tamChung), p.township...) {
				if i >= len(p.tamChung) {
					p.form(round, id, poor+5*(i%5), func(e *review.Entry) { e.SurveyedOn = fmt.Sprintf("%s-%02d", round, i%9+1); e.SurveyedOn = day })
					continue
				}
				p.form(round, id, b1(i), func(e *review.Entry) {
					e.SurveyedOn = day
					if change != nil {
						change(i, e)
					}
				})
			}
		}
		p.open(review.Opening{Year: 2016})
		at("2016", "2016-10-03", func(int) int { return poor }, nil)
		if got := p.look("2016"); len(got) != 0 {
			t.Errorf("asked without a year before: %v", got)
		}
		p.closeRound("2016")

		// 2017: eight leave, all on one day of several, six of them with the answers of last year.
		p.Today = "2017-11-15"
		p.open(review.Opening{Year: 2017})
		at("2017", "2017-10-03", func(i int) int {
			if i < 8 {
				return well + 5*i
			}
			return poor
		}, func(i int, e *review.Entry) {
			if i < 8 {
				e.SurveyedOn = "2017-10-20"
			}
			if i < 2 {
				e.Ticked = "1000000000"
			}
		})
		got := p.look("2017")
		if w := got[review.WarnUnchanged]; w.Facts.Count != 6 || w.Facts.Of != 8 || len(w.Facts.Households) != 6 {
			t.Errorf("unchanged: %+v", w)
		}
		if w := got[review.WarnOneDay]; w.Facts.Count != 8 || w.Facts.Day != "2017-10-20" || w.Facts.P == nil || !strings.Contains(w.Words(), "20/10/2017") {
			t.Errorf("one day: %+v", w)
		}
		if len(got) != 2 {
			t.Errorf("%v", got)
		}
		p.closeRound("2017")

		// 2018: four of the eight are poor again; twelve households stand one step over the line.
		p.Today = "2018-11-15"
		p.open(review.Opening{Year: 2018})
		at("2018", "2018-10-03", func(i int) int {
			switch {
			case i < 4:
				return poor
			case i < 14:
				return 155
			}
			return 150 + 10*(i-14)
		}, nil)
		got = p.look("2018")
		if w := got[review.WarnReturned]; w.Facts.Count != 4 || w.Facts.Of != 8 {
			t.Errorf("returned: %+v", w)
		}
		if w := got[review.WarnHeap]; w.Facts.Count != 10 || w.Facts.Point != 155 || w.Facts.Line != 150 || w.Facts.Q == nil || strings.Contains(w.Words(), "‹") {
			t.Errorf("heap: %+v %s", w, w.Words())
		}
		for _, w := range got {
			if words := w.Words(); strings.Contains(words, "‹") || strings.Contains(words, "{") {
				t.Errorf("%s: %s", w.Kind, words)
			}
		}
	})
}

// The forms of who left the list lack what only the poor are asked, say what
// class the household came from, and name the members in another order: none of
// that is an answer that changed. Where a form has no answers nothing can be said.
func TestWhatIsNotAnAnswerHidesNoUnchangedExit(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := newInspection(t, d, 12, 0)
		p.open(review.Opening{Year: 2016})
		for i, id := range p.tamChung {
			p.form("2016", id, poor, func(e *review.Entry) {
				if e.Causes, e.Ticked = []string{p.s.Law.Causes.Causes[0].Code}, "1000000000"; i >= 9 {
					e.Ticked = "" // but what follows from the members
				}
			})
		}
		p.closeRound("2016")
		p.Today = "2017-11-15"
		p.open(review.Opening{Year: 2017})
		for i, id := range p.tamChung {
			p.form("2017", id, well+5*i, func(e *review.Entry) {
				e.SurveyedOn = fmt.Sprintf("2017-10-%02d", i+1)
				e.Detail.Before = "poor"
				e.Detail.Doubts = []review.Doubt{{Check: "smaller_house", Text: "đúng"}}
				if e.Ticked = "1000000000"; i >= 9 {
					e.Ticked = ""
				}
			})
		}
		w, asked := p.look("2017")[review.WarnUnchanged]
		if !asked || w.Facts.Count != 9 || w.Facts.Of != 9 || w.Facts.Unknown != 3 || !strings.Contains(w.Words(), "3 hộ khác") {
			t.Errorf("%+v %s", w.Facts, w.Words())
		}
	})
}

func TestAQuestionIsAnsweredInWordsThatStay(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := newInspection(t, d, 14, 0)
		p.open(review.Opening{Year: 2016})
		for i, id := range p.tamChung {
			b1 := 125
			if i > 11 {
				b1 = 120 + 10*(i-12)
			}
			p.form("2016", id, b1, nil)
		}
		w := p.look("2016")[review.WarnHeap]
		if w.State != review.WarningOpen || !w.Waits() {
			t.Fatalf("%+v", w)
		}
		commune, district := p.Officer(householdtest.TamChung), p.Officer(muongLat)
		now := func() review.Warning {
			t.Helper()
			list, err := p.s.Warnings(ctx, commune.Scope, "2016", householdtest.TamChung)
			if err != nil || len(list) != 1 {
				t.Fatal(list, err)
			}
			return list[0]
		}
		for name, act := range map[string]struct {
			err  error
			want string
		}{
			"accepted before it was answered": {p.s.AcceptWarning(ctx, district, "2016", w.ID, w.Rev, ""), "warning_unanswered"},
			"no words":                        {p.s.AnswerWarning(ctx, commune, "2016", w.ID, w.Rev, "  "), "review.warning_words"},
			"another commune":                 {p.s.AnswerWarning(ctx, p.Officer(householdtest.Township), "2016", w.ID, w.Rev, "không"), "warning_not_found"},
			"a village head":                  {p.s.AnswerWarning(ctx, p.Officer(householdtest.BanTan), "2016", w.ID, w.Rev, "không"), "warning_not_found"},
			"an old page":                     {p.s.AnswerWarning(ctx, commune, "2016", w.ID, w.Rev+1, "không"), "stale_rev"},
			"no such question":                {p.s.AnswerWarning(ctx, commune, "2016", "x", 1, "không"), "warning_not_found"},
		} {
			if code(act.err) != act.want {
				t.Errorf("%s: %v", name, act.err)
			}
		}
		step := func(err error, state string) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
			if got := now(); got.State != state {
				t.Fatalf("%s, want %s", got.State, state)
			}
		}
		step(p.s.AnswerWarning(ctx, commune, "2016", w.ID, w.Rev, "Bò giống được giao cùng ngày."), review.WarningAnswered)
		if err := p.s.AcceptWarning(ctx, commune, "2016", w.ID, now().Rev, ""); code(err) != "own_answer" {
			t.Errorf("accepted by who answered: %v", err)
		}
		step(p.s.AskAgain(ctx, district, "2016", w.ID, now().Rev, "Hộ nào được giao bò?"), review.WarningAskedAgain)
		step(p.s.AnswerWarning(ctx, commune, "2016", w.ID, now().Rev, "Cả mười hai hộ, có biên bản."), review.WarningAnswered)
		p.look("2016") // nothing has changed: the question stays answered
		step(p.s.AcceptWarning(ctx, district, "2016", w.ID, now().Rev, "Đã xem biên bản."), review.WarningAccepted)
		var said []string
		for _, one := range now().Said {
			said = append(said, one.Act+": "+one.Words)
		}
		if got := strings.Join(said, " | "); got != "answer: Bò giống được giao cùng ngày. | ask: Hộ nào được giao bò? | answer: Cả mười hai hộ, có biên bản. | accept: Đã xem biên bản." {
			t.Error(got)
		}
		if open, _ := p.s.OpenWarnings(ctx, district.Scope, "2016", householdtest.TamChung); len(open) != 0 {
			t.Errorf("still open: %v", open)
		}
		if err := p.s.AnswerWarning(ctx, commune, "2016", w.ID, now().Rev, "thêm"); code(err) != "warning_accepted" {
			t.Errorf("answered after it was accepted: %v", err)
		}
	})
}

func TestAQuestionWhoseReasonIsGoneIsPutAway(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p := newInspection(t, d, 14, 0)
		p.open(review.Opening{Year: 2016})
		for i, id := range p.tamChung {
			b1 := 125
			if i > 11 {
				b1 = 120 + 10*(i-12)
			}
			p.form("2016", id, b1, nil)
		}
		if len(p.look("2016")) != 1 {
			t.Fatal("no heap was found")
		}
		for i, id := range p.tamChung[:10] {
			p.form("2016", id, 70+5*i, nil)
		}
		if _, err := p.s.FindWarnings(ctx, p.Operator(), "2016", "38.2016"); err != nil {
			t.Fatal(err)
		}
		if open, _ := p.s.OpenWarnings(ctx, p.Operator().Scope, "2016", muongLat); len(open) != 1 {
			t.Error("the province put away what the district asks")
		}
		if got := p.look("2016"); len(got) != 0 {
			t.Errorf("still asked: %v", got)
		}
		list, err := p.s.Warnings(ctx, p.Operator().Scope, "2016", muongLat)
		if err != nil || len(list) != 1 || list[0].State != review.WarningGone {
			t.Errorf("%+v, %v", list, err)
		}
		if err := p.s.AnswerWarning(ctx, p.Officer(householdtest.TamChung), "2016", list[0].ID, list[0].Rev, "vì"); code(err) != "warning_gone" {
			t.Errorf("answered: %v", err)
		}
		if _, err := p.s.FindWarnings(ctx, p.Officer(householdtest.DienLu), "2016", muongLat); code(err) != "area_not_found" {
			t.Errorf("another district looked: %v", err)
		}
	})
}
