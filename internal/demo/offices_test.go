package demo

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/db/dbtest"
	"giamngheo/internal/dossier"
	"giamngheo/internal/household"
	"giamngheo/internal/journal"
	"giamngheo/internal/review"
	"giamngheo/internal/workday"
	"giamngheo/law"
)

// atWork gives the stores as the offices use them.
func (i *installation) atWork() *review.Store {
	i.Helper()
	rules, err := dossier.LoadLaw(law.Files)
	if err != nil {
		i.Fatal(err)
	}
	roles, err := account.LoadRoles(law.Files)
	if err != nil {
		i.Fatal(err)
	}
	days, err := workday.Load(law.Files)
	if err != nil {
		i.Fatal(err)
	}
	s := &review.Store{DB: i.deps.DB, Province: province, Now: i.reviews.Now, Tree: i.reviews.Tree, Law: i.deps.Law, Households: i.homes, Workdays: days}
	s.Dossiers = &dossier.Store{DB: i.deps.DB, Province: province, Now: s.Now, Tree: s.Tree, Law: rules, Roles: func() *account.Roles { return roles }}
	s.Subjects()
	return s
}

func (i *installation) openDossiers(s *review.Store, kind string) (list []dossier.Dossier) {
	i.Helper()
	i.read(func(tx *db.Tx) (err error) {
		list, err = s.Dossiers.ListIn(tx, fmt.Sprint(lastYear), kind)
		return err
	})
	return list
}

// What the demo wrote in bulk is what the offices could have done: nothing
// stands against a step that is done, and what was sent up is what is counted.
func TestTheOfficesCouldHaveDoneWhatTheDemoShows(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		i := filledDemo(t, d, Options{Households: 3000, Seed: 1})
		s := i.atWork()
		i.checkDossiers(s)
		i.checkDecisions(s)
	})
}

func (i *installation) checkDossiers(s *review.Store) {
	i.Helper()
	ctx := context.Background()
	round, err := s.FindRound(ctx, fmt.Sprint(lastYear))
	if err != nil {
		i.Fatal(err)
	}
	i.read(func(tx *db.Tx) error {
		p, ok, err := s.ProcedureOf(tx, round.ID)
		if err != nil || !ok {
			i.Fatal("the open round has no procedure", err)
		}
		all, err := s.Dossiers.ListIn(tx, round.ID, "")
		if want := len(s.Keys(round, p)); err != nil || len(all) != want {
			i.Fatalf("%d dossiers, not %d: %v", len(all), want, err)
		}
		for _, d := range all {
			c, err := s.Dossiers.Check(tx, d)
			if err != nil {
				return err
			}
			for _, step := range c.Rules.Steps {
				for _, unit := range append([]area.ID{""}, c.Units...) {
					if _, done := c.Done(step.Code, unit); !done {
						continue
					}
					if (step.Per == "") != (unit == "") {
						i.Errorf("%s of %s is done in %q", step.Code, d.Unit, unit)
					}
					against, err := s.Dossiers.Obstacles(tx, d, c, step.Code, unit)
					if err != nil {
						return err
					}
					if len(against) > 0 {
						i.Errorf("%s %s %s %q is done, and against it stands %+v", d.Kind, d.Unit, step.Code, unit, against)
					}
				}
			}
			results, err := s.Results(tx, round.ID, d.Unit)
			if err != nil {
				return err
			}
			if sent := d.HandedInAt != 0; sent != (len(results) > 0) {
				i.Errorf("%s %s was handed in at %d and has %d results", d.Kind, d.Unit, d.HandedInAt, len(results))
			}
			for _, r := range results {
				want, err := s.FiguresOf(tx, round, d.Unit)
				if err != nil {
					return err
				}
				sent, _ := json.Marshal(r.Figures)
				counted, _ := json.Marshal(want)
				if !bytes.Equal(sent, counted) {
					i.Errorf("%s %s sent %s, counted are %s", d.Kind, d.Unit, sent, counted)
				}
			}
		}
		return nil
	})
}

// checkDecisions: the decisions say of each household what its form says, and
// the certificates follow them.
func (i *installation) checkDecisions(s *review.Store) {
	i.Helper()
	scope := i.tree.Operator(province, today)
	for _, d := range i.openDossiers(s, review.CommuneReview) {
		items, held, err := s.Standing(context.Background(), scope, d.Subject, d.Unit)
		if err != nil {
			i.Fatal(err)
		}
		if d.State.Decided() != (len(items) > 0) && d.State.Decided() {
			i.Errorf("%s is decided about nobody", d.Unit)
		}
		i.read(func(tx *db.Tx) error {
			certified, err := s.Dossiers.Checklist(tx, d.ID)
			if err != nil {
				return err
			}
			is := slices.ContainsFunc(certified, func(one dossier.Done) bool { return one.Step == "certificates" })
			for _, item := range items {
				a, ok, err := s.InForce(tx, item.Household, d.Subject)
				if err != nil || !ok || a.Class != item.Class || a.ID != item.Assessment || a.Size != item.Members {
					i.Errorf("%s is decided as %s, its form says %s: %v", item.Household, item.Class, a.Class, err)
				}
				if _, has := held[item.Household]; is && has != item.Listed() {
					i.Errorf("%s is %s and holds a certificate: %v", item.Household, item.Class, has)
				}
			}
			return nil
		})
	}
}

func TestTheDemoShowsARoundInEveryState(t *testing.T) {
	i := filledDemo(t, dbtest.SQLite(t), Options{Households: 20000, Seed: 1})
	s := i.atWork()
	seen, events := map[dossier.State]int{}, map[dossier.Action]int{}
	var village area.ID
	i.read(func(tx *db.Tx) (err error) {
		if village, err = Home(tx, province); err != nil {
			return err
		}
		for _, d := range i.openDossiers(s, review.CommuneReview) {
			seen[d.State]++
			list, err := s.Dossiers.Events(tx, d.ID)
			if err != nil {
				return err
			}
			for _, e := range list {
				events[e.Action]++
			}
		}
		return nil
	})
	for _, state := range []dossier.State{dossier.Draft, dossier.Submitted, dossier.Returned, dossier.Approved, dossier.Locked} {
		if seen[state] == 0 {
			t.Errorf("no commune is %s", state)
		}
	}
	for _, action := range []dossier.Action{dossier.StepDone, dossier.StepBack, dossier.HandedIn, dossier.SentBack, dossier.Approval, dossier.Locking, dossier.UnlockAsked, dossier.Unlocked} {
		if events[action] == 0 {
			t.Errorf("nobody did %s", action)
		}
	}
	for table, what := range map[string]string{"meeting": "state = 'draft'", "posting": "web = 1", "complaint": "state = 'open'", "review_warning": "state = 'answered'", "decision": "kind = 'correct'",
		"certificate": "withdrawn_on > ''", "review_listing": "route = 'a'"} {
		if i.number(`select count(*) from `+table+` where province_id = $1 and `+what) == 0 {
			t.Errorf("no %s with %s", table, what)
		}
	}
	district := 0
	for _, d := range i.openDossiers(s, review.DistrictReview) {
		if d.State != dossier.Draft {
			district++
		}
	}
	if district == 0 {
		t.Error("no district has handed in")
	}
	home, ok := i.tree.Ancestor(village, today, area.Commune)
	if !ok || len(i.tree.Children(home.Area, today)) < 3 {
		t.Errorf("the officers work in %q, which has too few villages", home.FullName)
	}
	// Every state is there in the officers' own district too.
	at, _ := i.tree.Ancestor(village, today, area.District)
	near := map[dossier.State]bool{}
	for _, d := range i.openDossiers(s, review.CommuneReview) {
		if i.tree.Covers(at.Area, d.Unit, today) {
			near[d.State] = true
		}
	}
	if len(near) < 5 {
		t.Errorf("the officers' district shows only %v", near)
	}
	if err := journal.SealRest(context.Background(), i.deps.DB, province, time.Now); err != nil {
		t.Fatal(err)
	}
}

// What an office did was done by somebody of that office whose post allows it,
// and what takes a certificate back is a decision with a number.
func TestEverythingIsSignedBySomebodyOfTheOffice(t *testing.T) {
	i := filledDemo(t, dbtest.SQLite(t), Options{Households: 20000, Seed: 1})
	for what, question := range map[string]string{
		"events but for the opening":  `select count(*) from dossier_event where province_id = $1 and action <> '` + string(dossier.Opened) + `' and actor = '` + actor + `'`,
		"results":                     `select count(*) from round_result where province_id = $1 and by_actor = '` + actor + `'`,
		"decisions of the open round": `select count(*) from decision d join round r on r.province_id = d.province_id and r.id = d.round_id where d.province_id = $1 and r.state = 'open' and d.signed_by = '` + actor + `'`,
		"questions":                   `select count(*) from review_warning where province_id = $1 and found_by = '` + actor + `'`,
		"results of a district that nobody of the district approved": `select count(*) from dossier d where d.province_id = $1 and d.kind = 'district_review' and d.decided_at is not null and not exists
			(select 1 from post p where p.province_id = d.province_id and p.account_id = d.decided_by and p.area_id = d.unit_id and p.role = 'chair')`,
		"results approved by who handed them in": `select count(*) from dossier where province_id = $1 and decided_by <> '' and decided_by = handed_in_by`,
		"certificates taken back without a decision to do so": `select count(*) from certificate c where c.province_id = $1 and c.withdrawn_on > '' and not exists
			(select 1 from decision d where d.province_id = c.province_id and d.id = c.withdrawal and d.kind = 'withdraw' and d.number > 0)`,
	} {
		if n := i.number(question); n != 0 {
			t.Errorf("%d %s", n, what)
		}
	}
	if i.number(`select count(*) from certificate where province_id = $1 and withdrawn_on > ''`) == 0 {
		t.Error("no certificate was taken back")
	}
}

func TestTheOfficersCommuneHasACertificateOfEveryYear(t *testing.T) {
	i := filledDemo(t, dbtest.SQLite(t), Options{Households: 3000, Seed: 1})
	s := i.atWork()
	i.read(func(tx *db.Tx) error {
		village, err := Home(tx, province)
		if err != nil {
			return err
		}
		home, _ := i.tree.Ancestor(village, today, area.Commune)
		for y := firstYear; y < lastYear; y++ {
			list, err := s.Decisions(tx, fmt.Sprint(y), home.Area)
			if err != nil || len(list) == 0 || len(list) > 2 || list[0].Kind != review.Recognise || len(list[0].Items) == 0 || list[0].Items[0].Head == "" || len(list) == 2 && list[1].Kind != review.Withdraw {
				t.Errorf("decisions of %d: %+v, %v", y, list, err)
			}
		}
		// Whoever is on the list of the last closed round holds a certificate
		// with a row of its year, as long as the household lives.
		last, err := s.Decisions(tx, fmt.Sprint(lastYear-1), home.Area)
		if err != nil {
			return err
		}
		most := 0
		for _, item := range last[0].Items {
			list, err := s.CertificatesOf(tx, item.Household)
			if err != nil {
				return err
			}
			valid := 0
			for _, c := range list {
				if c.WithdrawnOn == "" {
					valid++
					most = max(most, len(c.Years))
				}
			}
			var to string
			if err := tx.Get(`select to_day from household where province_id = $1 and id = $2`, []any{province, string(item.Household)}, &to); err != nil {
				return err
			}
			if want := item.Listed() && to == household.Far; (valid == 1) != want || valid > 1 {
				t.Errorf("%s is %s and holds %d certificates", item.Household, item.Class, valid)
			}
		}
		if most < 3 {
			t.Errorf("nobody has more than %d rows on his certificate", most)
		}
		return nil
	})
}

// The surveys of past years ended on many days, sooner from year to year, and
// what each unit sent up is the sum of what lies below it.
func TestPastSurveysEndedWhenSurveysDo(t *testing.T) {
	i := filledDemo(t, dbtest.SQLite(t), Options{Households: 20000, Seed: 1})
	s, before := i.atWork(), 0.0
	for year := 2016; year < lastYear; year++ {
		i.read(func(tx *db.Tx) error {
			list, err := s.Dossiers.ListIn(tx, fmt.Sprint(year), review.CommuneReview)
			days, inTime := map[string]int{}, 0.0
			for _, d := range list {
				day := area.Today(time.UnixMilli(d.DecidedAt))
				if days[day]++; day <= fmt.Sprint(year, "-11-16") {
					inTime++
				}
				if d.State != dossier.Locked || d.DecidedBy == d.HandedInBy || d.DecidedBy == actor {
					t.Errorf("%d: %s is %s, handed in by %s and decided by %s", year, d.Unit, d.State, d.HandedInBy, d.DecidedBy)
				}
			}
			share := inTime / float64(len(list))
			if len(days) < 10 || share < 0.4 || share > 0.9 || share <= before {
				t.Errorf("%d: %d days, %.2f in time after %.2f the year before", year, len(days), share, before)
			}
			before = share
			of := map[area.Level][2]int{}
			for _, v := range i.tree.Under("38.2016", fmt.Sprint(year, "-12-31"), area.Commune) {
				results, err := s.Results(tx, fmt.Sprint(year), v.Area)
				if err != nil || len(results) != 2 {
					t.Errorf("%d: %s sent up %d results: %v", year, v.Area, len(results), err)
					continue
				}
				f := results[1].Figures
				of[v.Level] = [2]int{of[v.Level][0] + f.Households, of[v.Level][1] + f.Poor.Households}
			}
			if of[area.Province][1] == 0 || of[area.Commune] != of[area.District] || of[area.District] != of[area.Province] {
				t.Errorf("%d: %v", year, of)
			}
			return err
		})
	}
}
