package sponsor_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/db/dbtest"
	"giamngheo/internal/fault"
	"giamngheo/internal/household/householdtest"
	"giamngheo/internal/journal"
	"giamngheo/internal/sponsor"
	"giamngheo/law"
)

const absentID = "00000000000000000000000000"

var ctx = context.Background()

const (
	province area.ID = "38.2016"
	district area.ID = "384.2016"
)

func office(t *testing.T, d *db.DB) (*householdtest.Province, *sponsor.Store) {
	t.Helper()
	p := householdtest.New(t, d)
	roles, err := account.LoadRoles(law.Files)
	if err != nil {
		t.Fatal(err)
	}
	err = d.Write(ctx, func(tx *db.Tx) error {
		return account.SeedAgencies(tx, householdtest.Key, "test", 1, []account.Agency{{ID: "so-y-te", Name: "Sở Y tế", Area: province}, {ID: "so-xay-dung", Name: "Sở Xây dựng", Area: province}})
	})
	if err != nil {
		t.Fatal(err)
	}
	return p, &sponsor.Store{DB: d, Province: householdtest.Key, Now: p.Now, Tree: func() *area.Tree { return p.Tree }, Roles: func() *account.Roles { return roles }, Indicators: []string{"health_insurance"}}
}

func at(p *householdtest.Province, role string, unit area.ID, agency string) *account.Actor {
	return &account.Actor{ID: role + string(unit) + agency, Day: p.Today, Posts: []account.Post{{Role: role, Area: unit, AgencyID: agency, From: "2016-01-01", To: account.Forever}}}
}

func ofTamChung() sponsor.Sponsorship {
	return sponsor.Sponsorship{Area: householdtest.TamChung, Agency: "so-y-te", Number: "289-QĐ/TU", DecidedOn: "2016-05-27"}
}

func kind(err error) fault.Kind {
	if err == nil {
		return -1
	}
	return fault.Of(err)
}

func known(n int64) sponsor.Number { return sponsor.Number{N: n, Known: true} }

func TestWhoRecordsPromisesReportsAndReads(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p, s := office(t, d)
		for _, no := range []struct {
			by   *account.Actor
			want fault.Kind
		}{
			{at(p, "commune", householdtest.TamChung, ""), fault.Forbidden},
			{at(p, "village", householdtest.BanOn, ""), fault.Forbidden},
			{at(p, "leader", district, ""), fault.Forbidden},
			{at(p, "agency_officer", province, "so-y-te"), fault.Forbidden},
			{at(p, "department", province, "so-y-te"), fault.Forbidden},
			{at(p, "commune", householdtest.Township, ""), fault.NotFound},
			{at(p, "district", "386.2016", ""), fault.NotFound},
			{at(p, "admin", province, ""), fault.NotFound},
			{&account.Actor{ID: "nobody"}, fault.NotFound},
		} {
			if _, err := s.Begin(ctx, no.by, ofTamChung()); kind(err) != no.want {
				t.Errorf("%s records: %v", no.by.ID, err)
			}
		}
		one, err := s.Begin(ctx, at(p, "district", district, ""), ofTamChung())
		if err != nil {
			t.Fatal(err)
		}
		tried := sponsor.Promise{Kind: "health", Indicator: "health_insurance", FromYear: 2016, ToYear: 2016, Words: "Tặng thẻ", Amount: known(20000), Measure: "thẻ"}
		for _, may := range []struct {
			by              *account.Actor
			reads           bool
			promise, result fault.Kind
		}{
			{at(p, "district", district, ""), true, -1, -1},
			{at(p, "agency_officer", province, "so-y-te"), true, -1, -1},
			{at(p, "commune", householdtest.TamChung, ""), true, fault.Forbidden, -1},
			{at(p, "agency_officer", province, "so-xay-dung"), true, fault.Forbidden, fault.Forbidden},
			{at(p, "village", householdtest.BanOn, ""), true, fault.Forbidden, fault.Forbidden},
			{at(p, "commune", householdtest.Township, ""), false, fault.NotFound, fault.NotFound},
			{at(p, "admin", province, ""), false, fault.NotFound, fault.NotFound},
		} {
			if _, err := s.Find(ctx, may.by, one.ID); (err == nil) != may.reads {
				t.Errorf("%s reads: %v", may.by.ID, err)
			}
			if err := s.Promise(ctx, may.by, one.ID, tried); kind(err) != may.promise {
				t.Errorf("%s promises: %v", may.by.ID, err)
			}
			w, err := s.Find(ctx, at(p, "province", province, ""), one.ID)
			if err != nil {
				t.Fatal(err)
			}
			if err := s.Result(ctx, may.by, one.ID, w.Promises[0].ID, sponsor.Result{Day: "2016-11-01", Words: "Đã trao", Amount: known(1000)}); kind(err) != may.result {
				t.Errorf("%s reports: %v", may.by.ID, err)
			}
			last := w.Promises[len(w.Promises)-1].ID
			if len(w.Promises) == 1 && may.promise == -1 {
				last = absentID
			}
			if err := s.Drop(ctx, may.by, one.ID, last, "x"); kind(err) != may.promise && last != absentID {
				t.Errorf("%s takes a promise back: %v", may.by.ID, err)
			}
			if err := s.End(ctx, may.by, one.ID, 9, "2016-11-20", "x"); kind(err) != fault.Forbidden && kind(err) != fault.NotFound && kind(err) != fault.Conflict {
				t.Errorf("%s ends it at an old revision: %v", may.by.ID, err)
			}
		}
		field := string(account.AgencyUnit("so-y-te"))
		for _, may := range []struct {
			by   *account.Actor
			want fault.Kind
		}{{at(p, "agency_officer", province, "so-y-te"), -1}, {at(p, "province", province, ""), -1}, {at(p, "agency_officer", province, "so-xay-dung"), fault.Forbidden}, {at(p, "district", district, ""), fault.NotFound}, {at(p, "commune", householdtest.TamChung, ""), fault.NotFound}} {
			if err := s.Promise(ctx, may.by, field, tried); kind(err) != may.want {
				t.Errorf("%s promises for the field of health: %v", may.by.ID, err)
			}
		}
		if err := s.End(ctx, at(p, "province", province, ""), field, 0, "2016-11-20", "x"); kind(err) != fault.NotFound {
			t.Errorf("an agency's field ends: %v", err)
		}
	})
}

func TestWhatIsNoSponsorshipPromiseOrResult(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p, s := office(t, d)
		by := at(p, "district", district, "")
		for name, change := range map[string]func(*sponsor.Sponsorship){
			"body":       func(o *sponsor.Sponsorship) { o.Body = "Công ty" },
			"agency":     func(o *sponsor.Sponsorship) { o.Agency = "so-khong-co" },
			"number":     func(o *sponsor.Sponsorship) { o.Number = " " },
			"decided_on": func(o *sponsor.Sponsorship) { o.DecidedOn = "2017-01-01" },
			"from":       func(o *sponsor.Sponsorship) { o.From = "2016-05-26" },
		} {
			o := ofTamChung()
			change(&o)
			if _, err := s.Begin(ctx, by, o); kind(err) != fault.Invalid || fault.As(err, "").Fields[0].Name != name {
				t.Errorf("%s: %v", name, err)
			}
		}
		village := ofTamChung()
		village.Area = householdtest.BanOn
		if _, err := s.Begin(ctx, by, village); kind(err) != fault.NotFound {
			t.Errorf("of a village: %v", err)
		}
		o, err := s.Begin(ctx, by, ofTamChung())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Begin(ctx, by, ofTamChung()); kind(err) != fault.Invalid {
			t.Errorf("twice: %v", err)
		}
		good := sponsor.Promise{Kind: "housing", FromYear: 2016, ToYear: 2016, Words: "Xây nhà", Amount: known(3000), Measure: "nhà", Money: known(90_000_000)}
		for name, change := range map[string]func(*sponsor.Promise){
			"kind":      func(o *sponsor.Promise) { o.Kind = "gift" },
			"indicator": func(o *sponsor.Promise) { o.Indicator = "happiness" },
			"years":     func(o *sponsor.Promise) { o.ToYear = 2015 },
			"words":     func(o *sponsor.Promise) { o.Words = " " },
			"amount":    func(o *sponsor.Promise) { o.Amount.N = -1 },
			"measure":   func(o *sponsor.Promise) { o.Measure = "" },
			"money":     func(o *sponsor.Promise) { o.Money.N = -1 },
		} {
			o2 := good
			change(&o2)
			if err := s.Promise(ctx, by, o.ID, o2); kind(err) != fault.Invalid || fault.As(err, "").Fields[0].Name != name {
				t.Errorf("%s: %v", name, err)
			}
		}
		if err := s.Promise(ctx, by, o.ID, good); err != nil {
			t.Fatal(err)
		}
		w, _ := s.Find(ctx, by, o.ID)
		promise := w.Promises[0].ID
		for name, r := range map[string]sponsor.Result{
			"day":    {Day: "2016-12-31", Words: "x"},
			"result": {Day: "2016-11-01"},
			"amount": {Day: "2016-11-01", Words: "x", Amount: known(-1)},
			"money":  {Day: "2016-11-01", Words: "x", Money: known(-5)},
		} {
			if err := s.Result(ctx, by, o.ID, promise, r); kind(err) != fault.Invalid || fault.As(err, "").Fields[0].Name != name {
				t.Errorf("%s: %v", name, err)
			}
		}
		if err := s.Drop(ctx, by, o.ID, promise, " "); kind(err) != fault.Invalid {
			t.Errorf("without a reason: %v", err)
		}
		if err := s.Drop(ctx, by, o.ID, promise, "ghi nhầm"); err != nil {
			t.Fatal(err)
		}
		if err := s.Drop(ctx, by, o.ID, promise, "ghi nhầm"); kind(err) != fault.Conflict {
			t.Errorf("dropped twice: %v", err)
		}
		if err := s.Result(ctx, by, o.ID, promise, sponsor.Result{Day: "2016-11-01", Words: "x"}); kind(err) != fault.Conflict {
			t.Errorf("of a promise taken back: %v", err)
		}
		p.Read(func(tx *db.Tx) error {
			entries, err := journal.List(tx, householdtest.Key, journal.Filter{Action: "sponsor.", Limit: 20})
			if len(entries) != 3 {
				t.Errorf("%d entries", len(entries))
			}
			return err
		})
	})
}

func TestTheReportSetsPromisedAgainstResultAndCallsNothingZero(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p, s := office(t, d)
		now := p.Now()
		s.Now = func() time.Time { return now }
		by := at(p, "province", province, "")
		o, err := s.Begin(ctx, by, ofTamChung())
		if err != nil {
			t.Fatal(err)
		}
		silent := ofTamChung()
		silent.Area, silent.Agency, silent.Body = district, "", "Công ty Một"
		if _, err := s.Begin(ctx, by, silent); err != nil {
			t.Fatal(err)
		}
		field := string(account.AgencyUnit("so-y-te"))
		for _, one := range []struct {
			of string
			p  sponsor.Promise
		}{
			{o.ID, sponsor.Promise{Kind: "health", Indicator: "health_insurance", FromYear: 2016, ToYear: 2016, Words: "20 thẻ", Amount: known(20000), Measure: "thẻ"}},
			{o.ID, sponsor.Promise{Kind: "health", Indicator: "health_insurance", FromYear: 2016, ToYear: 2016, Words: "thẻ, chưa rõ mấy"}},
			{o.ID, sponsor.Promise{Kind: "housing", FromYear: 2016, ToYear: 2020, Words: "10 nhà", Amount: known(10000), Measure: "nhà", Money: known(500_000_000)}},
			{field, sponsor.Promise{Kind: "health", Indicator: "health_insurance", FromYear: 2016, ToYear: 2016, Words: "1000 thẻ", Amount: known(1_000_000), Measure: "thẻ"}},
			{field, sponsor.Promise{Kind: "health", FromYear: 2019, ToYear: 2019, Words: "về sau"}},
		} {
			if err := s.Promise(ctx, by, one.of, one.p); err != nil {
				t.Fatal(err)
			}
		}
		w, _ := s.Find(ctx, by, o.ID)
		for i, r := range []sponsor.Result{{Day: "2016-10-01", Words: "12 thẻ", Amount: known(12000)}, {}, {Day: "2016-11-02", Words: "2 nhà", Amount: known(2000), Money: known(80_000_000)}} {
			if r.Day == "" {
				continue
			}
			if err := s.Result(ctx, by, o.ID, w.Promises[i].ID, r); err != nil {
				t.Fatal(err)
			}
		}
		ask := func(by *account.Actor, asked sponsor.Asked) sponsor.Report {
			t.Helper()
			rep, err := s.Report(ctx, by, asked)
			if err != nil {
				t.Fatal(err)
			}
			return rep
		}
		year := sponsor.Asked{Agency: "so-y-te", Years: sponsor.Years{From: 2016, To: 2016}}
		rep := ask(at(p, "agency_officer", province, "so-y-te"), year)
		if len(rep.ByIndicator) != 3 || len(rep.ByUnit) != 3 || len(rep.Silent) != 0 {
			t.Fatalf("%+v", rep)
		}
		cards := rep.ByIndicator[1]
		if cards.Measure != "thẻ" || cards.Promised != (sponsor.Sum{N: 1_020_000, Known: 2, Of: 2}) || cards.Got != (sponsor.Sum{N: 12000, Known: 1, Of: 1}) || cards.Promises != 2 || cards.Reported != 1 {
			t.Errorf("cards: %+v", cards)
		}
		if blank := rep.ByIndicator[0]; blank.Measure != "" || blank.Promised.Of != 0 || blank.Money != (sponsor.Sum{Of: 1}) || blank.Got.Known != 0 {
			t.Errorf("of what nobody said a number: %+v", blank)
		}
		if houses := rep.ByUnit[2]; houses.Kind != "housing" || houses.Years != (sponsor.Years{From: 2016, To: 2020}) || houses.Got.N != 2000 || houses.GotMoney.N != 80_000_000 {
			t.Errorf("of the whole period: %+v", houses)
		}
		period := year
		period.Years.To = 2020
		if rep := ask(by, period); len(rep.ByIndicator) != 4 || rep.ByUnit[2].Years != (sponsor.Years{}) {
			t.Errorf("of the period: %+v", rep)
		}
		all := year
		all.Agency = ""
		if rep := ask(by, all); len(rep.Silent) != 1 || rep.Silent[0].Body != "Công ty Một" {
			t.Errorf("silent: %+v", rep.Silent)
		}
		if rep := ask(at(p, "commune", householdtest.Township, ""), all); len(rep.ByIndicator)+len(rep.ByUnit) != 0 || len(rep.Silent) != 1 { // its district's own sponsor
			t.Errorf("to another commune: %+v", rep)
		}
		if rep := ask(at(p, "commune", householdtest.TamChung, ""), all); len(rep.ByUnit) != 3 || rep.ByIndicator[1].Promised.N != 20000 {
			t.Errorf("to the commune the agency's own field is no affair: %+v", rep)
		}
		then := all
		then.AsOf = now.UnixMilli()
		now = now.Add(time.Hour)
		if err := s.Drop(ctx, by, o.ID, w.Promises[0].ID, "ghi nhầm"); err != nil {
			t.Fatal(err)
		}
		if rep := ask(by, all); rep.ByIndicator[1].Promised.N != 1_000_000 {
			t.Errorf("without what was taken back: %+v", rep.ByIndicator)
		}
		if rep := ask(by, then); rep.ByIndicator[1].Promised.N != 1_020_000 {
			t.Errorf("as it was handed in: %+v", rep.ByIndicator)
		}
	})
}

func TestPlacesAddUpWhatLiesInThemAndNothingBeyondTheYears(t *testing.T) {
	line := func(unit area.ID, of string, promised, got sponsor.Number, years sponsor.Years) sponsor.Line {
		l := sponsor.Line{Area: unit, Sponsor: of, Promises: 1, Years: years}
		sum := func(n sponsor.Number) sponsor.Sum {
			if !n.Known {
				return sponsor.Sum{Of: 1}
			}
			return sponsor.Sum{N: n.N, Known: 1, Of: 1}
		}
		if l.Money = sum(promised); got.Known {
			l.Reported, l.GotMoney = 1, sum(got)
		}
		return l
	}
	rep := sponsor.Report{ByUnit: []sponsor.Line{
		line("b", "1", known(100), known(40), sponsor.Years{}), line("b", "1", known(7), sponsor.Number{}, sponsor.Years{}), line("b", "2", sponsor.Number{}, known(5), sponsor.Years{}),
		line("a", "3", known(1000), known(900), sponsor.Years{From: 2016, To: 2020}),
	}, Silent: []sponsor.Sponsorship{{ID: "4", Area: "a"}, {ID: "5", Area: "c"}}}
	got := rep.Places(func(unit area.ID) area.ID { return unit })
	want := []sponsor.Place{
		{Area: "a", Sponsors: 2, Silent: 1, Promises: 1, Reported: 1, Longer: 1},
		{Area: "b", Sponsors: 2, Promises: 3, Reported: 2, Money: sponsor.Sum{N: 107, Known: 2, Of: 3}, GotMoney: sponsor.Sum{N: 45, Known: 2, Of: 2}},
		{Area: "c", Sponsors: 1, Silent: 1},
	}
	if !slices.Equal(got, want) {
		t.Errorf("%+v", got)
	}
}

// Every field says how many letters it has where that is too many.
func TestWhatIsTooLongForASponsorIsRefusedWithItsLength(t *testing.T) {
	p, s := office(t, dbtest.SQLite(t))
	own := at(p, "district", district, "")
	long := ofTamChung()
	long.Number, long.Note = strings.Repeat("ộ", 251), strings.Repeat("ộ", 4001)
	_, err := s.Begin(ctx, own, long)
	if f := fault.As(err, ""); f.Code != "too_long" || len(f.Fields) != 2 || !strings.Contains(f.Fields[1].Message, "4.001") {
		t.Errorf("%v", err)
	}
}
