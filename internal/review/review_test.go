package review_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/db/dbtest"
	"giamngheo/internal/fault"
	"giamngheo/internal/household"
	"giamngheo/internal/household/householdtest"
	"giamngheo/internal/journal"
	"giamngheo/internal/review"
	"giamngheo/internal/standard"
)

var ctx = context.Background()

// bureau is two families in the corner of the province, and the round of 2016
// that is open.
type bureau struct {
	*householdtest.Province
	s            *review.Store
	tay, couple  householdtest.Family
	saved        []review.Assessment
	onSaved      func(review.Round, review.Assessment)
	registryTold func([]household.ID)
}

func newBureau(t testing.TB, d *db.DB) *bureau {
	p := householdtest.New(t, d)
	b := &bureau{Province: p}
	b.s = &review.Store{DB: d, Province: householdtest.Key, Now: p.Now, Tree: p.Store.Tree, Law: standard.Law(), Households: p.Store, Saved: func(r review.Round, a review.Assessment) {
		b.saved = append(b.saved, a)
		if b.onSaved != nil {
			b.onSaved(r, a)
		}
	}}
	b.families()
	return b
}

func (b *bureau) families() {
	b.tay = b.Family(householdtest.BanOn, "2016-01-01", "Vi Văn Tây, male, 1975", "spouse: Lò Thị Nga, female, 1978-05", "child: Vi Văn Học, male, 2006-03-04", "parent: Vi Thị Già, female, 1940")
	b.couple = b.Family(householdtest.Khu1, "2016-02-01", "Hà Văn Đôi, male, 1980", "spouse: Lương Thị Lứa, female, 1981")
}

func (b *bureau) open(o review.Opening) review.Round {
	b.T.Helper()
	round, err := b.s.OpenRound(ctx, "operator", o)
	if err != nil {
		b.T.Fatal(err)
	}
	return round
}

// poor are answers that make a household of VN-2016 poor by income (N1),
// near fewer points than near-poor, well more than the near-poor line.
const (
	poor = 100
	near = 130
	well = 160
)

// entry is a form with points and no deprivation, on what is in force now.
func (b *bureau) entry(round string, id household.ID, b1 int) review.Entry {
	e := review.Entry{Round: round, Household: id, B1: &b1, Ticked: "0000000000", Surveyor: "Lê Văn Điều", Reason: "phiếu mới"}
	b.Read(func(tx *db.Tx) error {
		if a, ok, err := b.s.InForce(tx, id, round); ok {
			e.Rev = a.Rev
			return err
		}
		return nil
	})
	return e
}

func (b *bureau) save(e review.Entry) review.Assessment {
	b.T.Helper()
	a, err := b.s.Save(ctx, b.Operator(), e)
	if err != nil {
		b.T.Fatal(err, fields(err))
	}
	return a
}

func fields(err error) string {
	var f *fault.Error
	errors.As(err, &f)
	if f == nil {
		return ""
	}
	var words []string
	for _, one := range f.Fields {
		words = append(words, one.Name+": "+one.Message)
	}
	return strings.Join(words, "; ")
}

func code(err error) string {
	var f *fault.Error
	if errors.As(err, &f) {
		return f.Code
	}
	return fmt.Sprint(err)
}

func TestOpeningRounds(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBureau(t, d)
		show := func(o review.Round) string {
			return fmt.Sprint(o.ID, " ", o.Kind, " ", o.Standard, " counted ", o.CountDay, " on ", o.BoundaryDay, " from ", o.ClassFrom, " ", o.State)
		}
		for _, c := range []struct {
			o    review.Opening
			want string
		}{
			// judged by the standard valid on the first day of its classes
			{review.Opening{Year: 2015}, "2015 yearly VN-2016 counted 2015-12-31 on 2016-01-01 from 2016-01-01 open"},
			{review.Opening{Year: 2016}, "2016 yearly VN-2016 counted 2016-12-31 on 2016-12-31 from 2017-01-01 open"},
			{review.Opening{Year: 2021}, "2021 yearly VN-2022 counted 2021-12-31 on 2021-12-31 from 2022-01-01 open"},
			{review.Opening{Year: 2016, ID: "2016-b", Standard: "vn-2022", BoundaryDay: "2020-01-01"}, "2016-b yearly VN-2022 counted 2016-12-31 on 2020-01-01 from 2017-01-01 open"},
			{review.Opening{Year: 2021, Kind: review.InYear, ID: "2021-Q3"}, "2021-Q3 in_year VN-2016 counted 2021-12-31 on 2021-12-31 from  open"},
		} {
			b.Today = fmt.Sprintf("%04d-09-15", c.o.Year)
			if got := show(b.open(c.o)); got != c.want {
				t.Errorf("%+v: %s\nwant %s", c.o, got, c.want)
			}
		}
		for _, c := range []struct {
			name, want string
			o          review.Opening
		}{
			{"the same year again", "round_exists", review.Opening{Year: 2016}},
			{"an in-year round without an id", "review.in_year_id", review.Opening{Year: 2016, Kind: review.InYear}},
			{"an unknown kind", "review.bad_kind", review.Opening{Year: 2016, Kind: "monthly"}},
			{"no year", "review.bad_year", review.Opening{}},
			{"a year mistyped", "review.bad_year", review.Opening{Year: 2061}},
			{"an id with a slash", "review.bad_id", review.Opening{Year: 2017, ID: "2017/thử"}},
			{"an id that nobody can read out", "review.bad_id", review.Opening{Year: 2017, ID: "2017-" + strings.Repeat("x", 30)}},
			{"an unknown standard", "standard_unknown", review.Opening{Year: 2017, Standard: "VN-1999"}},
			{"a year without a standard", "standard_none_valid", review.Opening{Year: 2012}},
			{"boundaries of a day without tables", "review.bad_boundaries", review.Opening{Year: 2017, BoundaryDay: "2010-01-01"}},
			{"boundaries of no day", "review.bad_boundaries", review.Opening{Year: 2017, BoundaryDay: "31/12/2017"}},
		} {
			if _, err := b.s.OpenRound(ctx, "operator", c.o); code(err) != c.want {
				t.Errorf("%s: %s", c.name, code(err))
			}
		}
		if list, err := b.s.Rounds(ctx); err != nil || len(list) != 5 || list[0].Year != 2015 {
			t.Error(list, err)
		}
	})
}

func TestAFormIsJudgedAndPutInForce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBureau(t, d)
		b.open(review.Opening{Year: 2016})
		no, yes := false, true
		e := b.entry("2016", b.tay.ID, near)
		e.Ticked = "----------"
		e.Causes = []string{"capital", "land"}
		// the boy of ten out of school, the mother without insurance; 24 m² for four
		e.Members = map[household.PersonID]review.RosterMember{
			b.tay.Members[0]: {Insured: &yes, LowerSecondary: &yes}, b.tay.Members[1]: {Insured: &no}, b.tay.Members[2]: {AtSchool: &no, Insured: &yes}, b.tay.Members[3]: {Insured: &yes}}
		m2 := 24.0
		e.Detail = review.Detail{FloorArea: &m2, Facts: map[string]bool{"hygienic_water": true, "hygienic_toilet": false}}
		a := b.save(e)
		if a.Class != standard.Poor || a.Label != "N2" || a.Answers != "-101-101--" || *a.Deprivations != 4 {
			t.Errorf("%s %s %s %v", a.Class, a.Label, a.Answers, *a.Deprivations)
		}
		if a.Village != householdtest.BanOn || a.Commune != householdtest.TamChung || a.Area != standard.Rural || a.Size != 4 || a.EffectiveFrom != "2017-01-01" || !a.InForce || a.Standard != "VN-2016" || a.Version == 0 {
			t.Errorf("%+v", a)
		}
		urban := b.save(b.entry("2016", b.couple.ID, near))
		if urban.Area != standard.Urban || urban.Class != standard.Poor { // 130 is above the rural line, below the urban one
			t.Errorf("%+v", urban)
		}
		var stored review.Assessment
		b.Read(func(tx *db.Tx) (err error) {
			stored, _, err = b.s.InForce(tx, b.tay.ID, "2016")
			return err
		})
		got := fmt.Sprintln(stored.Causes, stored.Class, stored.Label, stored.Answers, *stored.B1, stored.Roster[3].Name, *stored.Roster[3].AtSchool, *stored.Detail.FloorArea, stored.Detail.Facts)
		if got != "[capital land] poor N2 -101-101-- 130 Vi Văn Học false 24 map[hygienic_toilet:false hygienic_water:true]\n" {
			t.Error(got)
		}
		if len(b.saved) != 2 {
			t.Errorf("told of %d", len(b.saved))
		}
	})
}

func TestALaterFormSupersedesAndNeverOverwrites(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBureau(t, d)
		b.open(review.Opening{Year: 2016})
		first := b.save(b.entry("2016", b.tay.ID, poor))
		e := b.entry("2016", b.tay.ID, near)
		e.Reason = " "
		if _, err := b.s.Save(ctx, b.Operator(), e); code(err) != "review.reason_missing" {
			t.Errorf("without a reason: %v", err)
		}
		second := b.save(b.entry("2016", b.tay.ID, near))
		recheck := b.entry("2016", b.tay.ID, well)
		recheck.Purpose = review.Recheck
		third := b.save(recheck)
		stale := b.entry("2016", b.tay.ID, poor)
		stale.Rev--
		if _, err := b.s.Save(ctx, b.Operator(), stale); code(err) != "stale_rev" {
			t.Errorf("a stale rev: %v", err)
		}
		// stand beside, and decide nothing
		for _, purpose := range []string{review.SecondEntry, review.Verification} {
			e := b.entry("2016", b.tay.ID, poor)
			e.Purpose, e.Reason = purpose, ""
			if a := b.save(e); a.InForce || a.Predecessor != third.ID {
				t.Errorf("%s: %+v", purpose, a)
			}
		}
		b.Read(func(tx *db.Tx) error {
			now, _, err := b.s.InForce(tx, b.tay.ID, "2016")
			if err != nil || now.ID != third.ID || now.Class != standard.NotPoor {
				t.Errorf("in force: %+v %v", now, err)
			}
			all, err := b.s.Versions(tx, b.tay.ID, "2016")
			if err != nil || len(all) != 5 {
				t.Fatalf("%d versions, %v", len(all), err)
			}
			old := all[4]
			if old.ID != first.ID || old.InForce || old.Class != standard.Poor || *old.B1 != poor || second.Predecessor != first.ID || third.Predecessor != second.ID {
				t.Errorf("the first: %+v", old)
			}
			entries, err := journal.OfHousehold(tx, householdtest.Key, string(b.tay.ID), 9)
			if err != nil || len(entries) != 6 || entries[4].Action != "assessment.survey" || entries[3].Reason != "phiếu mới" {
				t.Errorf("%+v %v", entries, err)
			}
			changed := fmt.Sprint(len(entries[3].Changes))
			for _, c := range entries[3].Changes {
				changed += fmt.Sprint(" ", c.Field, " ", *c.From, "→", *c.To)
			}
			if changed != "3 class poor→near_poor label N1→CN b1 100→130" {
				t.Error(changed)
			}
			return nil
		})
	})
}

func TestWhatMayNotBeSaved(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBureau(t, d)
		b.open(review.Opening{Year: 2016})
		b.open(review.Opening{Year: 2016, Kind: review.InYear, ID: "2016-Q4"})
		closed := b.open(review.Opening{Year: 2015})
		if err := b.s.Close(ctx, "operator", "2015", closed.Rev, ""); err != nil {
			t.Fatal(err)
		}
		gone := b.Family(householdtest.BanTan, "2016-01-01", "Lang Thang, male, 1990")
		if _, err := b.Store.Depart(ctx, b.Operator(), b.On(gone.ID, "2016-10-01")); err != nil {
			t.Fatal(err)
		}
		minus, huge := -1, 1001
		income, area := int64(-5), -1.0
		for _, c := range []struct {
			name, want string
			by         household.Actor
			change     func(e *review.Entry)
		}{
			{"another commune's officer", "household_not_found", b.Officer(householdtest.Township), func(e *review.Entry) {}},
			{"a department", "household_not_found", b.With("38.2016", 1<<1), func(e *review.Entry) {}},
			{"nobody's household", "household_not_found", b.Operator(), func(e *review.Entry) { e.Household = "x" }},
			{"no such round", "round_not_found", b.Operator(), func(e *review.Entry) { e.Round = "1999" }},
			{"a closed round", "round_closed", b.Operator(), func(e *review.Entry) { e.Round = "2015" }},
			{"a rev of nothing", "stale_rev", b.Operator(), func(e *review.Entry) { e.Rev = 7 }},
			{"a household that has left", "review.not_there", b.Operator(), func(e *review.Entry) { e.Household = gone.ID }},
			{"an in-year form without its day", "assessment_refused", b.Operator(), func(e *review.Entry) { e.Round = "2016-Q4" }},
			{"an in-year form of another year", "assessment_refused", b.Operator(), func(e *review.Entry) { e.Round, e.EffectiveFrom = "2016-Q4", "2017-01-01" }},
			{"negative points", "assessment_refused", b.Operator(), func(e *review.Entry) { e.B1 = &minus }},
			{"too many points", "assessment_refused", b.Operator(), func(e *review.Entry) { e.B1 = &huge }},
			{"negative income", "assessment_refused", b.Operator(), func(e *review.Entry) { e.Income = &income }},
			{"nine boxes", "assessment_refused", b.Operator(), func(e *review.Entry) { e.Ticked = "000000000" }},
			{"a box with a two", "assessment_refused", b.Operator(), func(e *review.Entry) { e.Ticked = "0000000002" }},
			{"an unknown cause", "assessment_refused", b.Operator(), func(e *review.Entry) { e.Causes = []string{"fate"} }},
			{"an unknown purpose", "assessment_refused", b.Operator(), func(e *review.Entry) { e.Purpose = "rehearsal" }},
			{"surveyed tomorrow", "assessment_refused", b.Operator(), func(e *review.Entry) { e.SurveyedOn = "2016-11-16" }},
			{"a house of minus one square metre", "assessment_refused", b.Operator(), func(e *review.Entry) { e.Detail.FloorArea = &area }},
		} {
			e := b.entry("2016", b.tay.ID, poor)
			c.change(&e)
			_, err := b.s.Save(ctx, c.by, e)
			if code(err) != c.want {
				t.Errorf("%s: %s, want %s", c.name, code(err), c.want)
			}
			if strings.Contains(fmt.Sprint(err, fields(err)), "‹") {
				t.Errorf("%s: a text is missing: %v", c.name, err)
			}
		}
		var n int
		b.Read(func(tx *db.Tx) error { return tx.Get(`select count(*) from assessment`, nil, &n) })
		if n != 0 || len(b.saved) != 0 {
			t.Errorf("%d forms were written", n)
		}
	})
}

func TestOfTwoFormsAtOnceOneWins(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBureau(t, d)
		b.s.Saved = nil
		b.open(review.Opening{Year: 2016})
		for round, id := range []household.ID{b.tay.ID, b.tay.ID, b.couple.ID} { // the first form, the next, the first of another
			e := b.entry("2016", id, poor)
			results := make(chan error, 8)
			for i := range 8 {
				one := e
				b1 := i * 20
				one.B1 = &b1
				go func() {
					_, err := b.s.Save(ctx, b.Operator(), one)
					results <- err
				}()
			}
			won := 0
			for range 8 {
				switch err := <-results; {
				case err == nil:
					won++
				case code(err) != "stale_rev":
					t.Error(err)
				}
			}
			var force int
			b.Read(func(tx *db.Tx) error {
				return tx.Get(`select count(*) from assessment_in_force where household_id = $1`, []any{string(id)}, &force)
			})
			if won != 1 || force != 1 {
				t.Errorf("%d: %d won, %d in force", round, won, force)
			}
		}
	})
}

func TestTheRosterIsThatOfTheDay(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBureau(t, d)
		b.open(review.Opening{Year: 2016})
		b.save(b.entry("2016", b.tay.ID, poor))
		if _, err := b.Store.Death(ctx, b.Operator(), b.On(b.tay.ID, "2016-10-01"), b.tay.Members[3], ""); err != nil {
			t.Fatal(err)
		}
		if _, err := b.Store.Move(ctx, b.Operator(), b.On(b.tay.ID, "2016-11-01"), householdtest.Khu2); err != nil {
			t.Fatal(err)
		}
		b.Read(func(tx *db.Tx) error {
			a, _, err := b.s.InForce(tx, b.tay.ID, "2016")
			if err != nil || a.Size != 4 || len(a.Roster) != 4 || a.Village != householdtest.BanOn || a.Commune != householdtest.TamChung {
				t.Errorf("the form as it was judged: %+v %v", a, err)
			}
			return nil
		})
		if a := b.save(b.entry("2016", b.tay.ID, poor)); a.Size != 3 || a.Village != householdtest.Khu2 || a.Area != standard.Urban {
			t.Errorf("a new form: %+v", a)
		}
		// after the count day the round stays with where they lived on it
		b.Today = "2017-02-01"
		if _, err := b.Store.Move(ctx, b.Operator(), b.On(b.tay.ID, "2017-01-15"), householdtest.Rieng); err != nil {
			t.Fatal(err)
		}
		if _, err := b.Store.Birth(ctx, b.Operator(), b.On(b.tay.ID, "2017-01-20"), householdtest.Person("Vi Văn Bé"), "child"); err != nil {
			t.Fatal(err)
		}
		if a := b.save(b.entry("2016", b.tay.ID, poor)); a.Size != 3 || a.Village != householdtest.Khu2 || a.Commune != householdtest.Township {
			t.Errorf("entered late: %+v", a)
		}
	})
}

func TestDisagreementsMustBeAnswered(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBureau(t, d)
		round := b.open(review.Opening{Year: 2016})
		no := false
		e := b.entry("2016", b.tay.ID, near)
		e.Members = map[household.PersonID]review.RosterMember{b.tay.Members[2]: {AtSchool: &no}} // and the form says: all at school
		a := b.save(e)
		if fmt.Sprint(a.Warnings, a.Answers) != "[child_schooling]0000000000" {
			t.Errorf("the signed form decides: %v %s", a.Warnings, a.Answers)
		}
		err := b.s.Close(ctx, "operator", "2016", round.Rev, "")
		if code(err) != "warnings_open" {
			t.Errorf("closed over a warning: %v", err)
		}
		for _, c := range []struct {
			name, want, answer string
			by                 household.Actor
			rev                int64
		}{
			{"an empty answer", "review.answer_missing", " ", b.Operator(), a.Rev},
			{"a stale rev", "stale_rev", "đã hỏi", b.Operator(), a.Rev + 1},
			{"another commune", "household_not_found", "đã hỏi", b.Officer(householdtest.Township), a.Rev},
			{"the answer", "<nil>", "Đã hỏi trưởng bản: cháu mới bỏ học tháng 11", b.Officer(householdtest.TamChung), a.Rev},
		} {
			if err := b.s.AnswerWarnings(ctx, c.by, "2016", b.tay.ID, c.rev, c.answer); code(err) != c.want {
				t.Errorf("%s: %v", c.name, err)
			}
		}
		if err := b.s.Close(ctx, "operator", "2016", round.Rev+1, ""); code(err) != "stale_rev" {
			t.Errorf("a stale rev: %v", err)
		}
		if err := b.s.Close(ctx, "operator", "2016", round.Rev, ""); err != nil {
			t.Fatal(err)
		}
		if err := b.s.Close(ctx, "operator", "2016", round.Rev+1, ""); code(err) != "round_closed" {
			t.Errorf("closed twice: %v", err)
		}
		if err := b.s.AnswerWarnings(ctx, b.Operator(), "2016", b.tay.ID, a.Rev, "nữa"); code(err) != "round_closed" {
			t.Errorf("answered in a closed round: %v", err)
		}
	})
}

// A life on and off the list, with the codes of the form.
func TestThePreviousClassIsThatOfTheDayBefore(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBureau(t, d)
		b.Today = "2019-12-20"
		early := b.Family(householdtest.BanOn, "2010-01-01", "Cụ Xưa, male, 1950")
		for _, o := range []review.Opening{{Year: 2015}, {Year: 2016, Kind: review.InYear, ID: "2016-Q2"}, {Year: 2016}, {Year: 2017}, {Year: 2018}, {Year: 2019}} {
			b.open(o)
		}
		form := func(round string, b1 int, effective string) string {
			e := b.entry(round, early.ID, b1)
			e.EffectiveFrom = effective
			a := b.save(e)
			b.fromFile(a)
			return a.Class.String() + " " + a.Transition
		}
		codes := func() string {
			var words []string
			b.Read(func(tx *db.Tx) error {
				list, err := b.s.History(tx, early.ID)
				for _, a := range list {
					words = append(words, a.Round+":"+a.Transition)
				}
				return err
			})
			return strings.Join(words, " ")
		}
		for _, c := range []struct {
			round, effective, want string
			b1                     int
		}{
			{"2015", "", "near_poor 6", near},
			{"2016-Q2", "2016-05-01", "poor 2", poor}, // within the year
			{"2016", "", "poor 1", poor},              // from the in-year class, not from that of 2015
			{"2017", "", "near_poor 4", near},
			{"2018", "", "near_poor 5", near},
			{"2019", "", "not_poor ", well},
			{"2019", "", "poor 2", poor}, // superseded: from 2018, not from itself
		} {
			if got := form(c.round, c.b1, c.effective); got != c.want {
				t.Errorf("%s: %s, want %s", c.round, got, c.want)
			}
		}
		// what comes late changes what rests on it in the open rounds
		if got := form("2018", well, ""); got != "not_poor " {
			t.Error(got)
		}
		if got := codes(); got != "2015:6 2016-Q2:2 2016:1 2017:4 2018: 2019:3" {
			t.Error(got)
		}
		for _, id := range []string{"2017"} {
			r, _ := b.s.FindRound(ctx, id)
			if err := b.s.Close(ctx, "operator", id, r.Rev, ""); err != nil {
				t.Fatal(err)
			}
		}
		form("2016", well, "")
		if got := codes(); got != "2015:6 2016-Q2:2 2016: 2017:4 2018: 2019:3" {
			t.Errorf("the closed round of 2017 has changed: %s", got)
		}
	})
}

// A round beside the year's own tries another standard. What it finds is in
// force on no day: the next round compares with the year's own.
func TestARoundBesideTheYearsOwnIsNeverInForce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBureau(t, d)
		b.Today = "2018-02-01"
		h := b.Family(householdtest.BanOn, "2010-01-01", "Cụ Xưa, male, 1950")
		b.open(review.Opening{Year: 2016})
		if o := b.open(review.Opening{Year: 2016, ID: "2016-thu", Standard: "vn-2022"}); !o.Beside {
			t.Error("the second round of the year is not beside the first")
		}
		b.open(review.Opening{Year: 2017})
		var got []string
		for _, c := range []struct {
			round string
			b1    int
		}{{"2016", well}, {"2016-thu", poor}, {"2017", near}, {"2016-thu", poor - 5}} {
			e := b.entry(c.round, h.ID, c.b1)
			if c.round == "2016-thu" {
				e.Ticked = strings.Repeat("0", 12)
			}
			a := b.save(e)
			got = append(got, fmt.Sprint(c.round, " ", a.Class, " ", a.Transition))
		}
		if want := "2016 not_poor , 2016-thu near_poor 6, 2017 near_poor 6, 2016-thu near_poor 6"; strings.Join(got, ", ") != want {
			t.Errorf("\n got %s\nwant %s", strings.Join(got, ", "), want)
		}
		if o, err := b.s.FindRound(ctx, "2016-thu"); err != nil || !o.Beside {
			t.Error(o, err)
		}
	})
}

func TestAClassEndsWithARoundThatDidNotSurvey(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBureau(t, d)
		b.Today = "2018-12-20"
		for _, year := range []int{2016, 2017, 2018} {
			b.open(review.Opening{Year: year})
		}
		b.save(b.entry("2016", b.tay.ID, poor))
		if a := b.save(b.entry("2018", b.tay.ID, poor)); a.Transition != "1" {
			t.Errorf("2017 is still open, so the class of 2016 holds: %s", a.Transition)
		}
		r, _ := b.s.FindRound(ctx, "2017")
		if err := b.s.Close(ctx, "operator", "2017", r.Rev, ""); err != nil {
			t.Fatal(err)
		}
		if a := b.save(b.entry("2018", b.tay.ID, poor)); a.Transition != "3" {
			t.Errorf("2017 closed without the household: %s", a.Transition)
		}
	})
}

func TestWhoMayReadForms(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		b := newBureau(t, d)
		b.open(review.Opening{Year: 2016})
		b.save(b.entry("2016", b.tay.ID, poor))
		b.save(b.entry("2016", b.couple.ID, poor))
		count := func(scope area.Scope, root area.ID) int {
			n := 0
			b.Read(func(tx *db.Tx) error {
				return b.s.EachInForce(tx, scope, root, "2016", func(review.Assessment) error { n++; return nil })
			})
			return n
		}
		health := b.With("38.2016", area.FieldHealth).Scope
		for _, c := range []struct {
			name string
			got  int
			want int
		}{
			{"the province", count(b.Operator().Scope, ""), 2},
			{"a commune of the province", count(b.Operator().Scope, householdtest.TamChung), 1},
			{"the commune's officer", count(b.Officer(householdtest.TamChung).Scope, ""), 1},
			{"another commune's", count(b.Officer(householdtest.DienLu).Scope, ""), 0},
			{"another commune's asking for this one", count(b.Officer(householdtest.DienLu).Scope, householdtest.TamChung), 0},
			{"a department", count(health, ""), 0},
		} {
			if c.got != c.want {
				t.Errorf("%s reads %d forms, not %d", c.name, c.got, c.want)
			}
		}
		for name, scope := range map[string]area.Scope{"a department": health, "another commune": b.Officer(householdtest.Township).Scope} {
			if _, _, _, err := b.s.Find(ctx, scope, b.tay.ID, "2016"); code(err) != "household_not_found" {
				t.Errorf("%s: %v", name, err)
			}
		}
		// scope follows where the household lives now, with its whole history
		if _, err := b.Store.Move(ctx, b.Operator(), b.On(b.tay.ID, "2016-11-01"), householdtest.Khu2); err != nil {
			t.Fatal(err)
		}
		if _, a, ok, err := b.s.Find(ctx, b.Officer(householdtest.Township).Scope, b.tay.ID, "2016"); err != nil || !ok || a.Commune != householdtest.TamChung {
			t.Errorf("%+v %v", a, err)
		}
	})
}
