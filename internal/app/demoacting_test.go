package app

import (
	"context"
	"testing"

	"giamngheo/internal/area"
	"giamngheo/internal/db"
)

// What the demo shows beside the yearly round: requests within the year in every
// state, a second survey whose agreement can be read, and people written twice. Filled again, it is
// left as it is.
func TestTheDemoHasRequestsAndASecondSurvey(t *testing.T) {
	ctx := context.Background()
	a := demoApp(t)
	number := func(query string) (n int) {
		t.Helper()
		if err := a.DB.Read(ctx, func(tx *db.Tx) error { return tx.Get(query, []any{a.Province}, &n) }); err != nil {
			t.Fatal(err)
		}
		return n
	}
	for range 2 {
		for state, want := range map[string]int{"received": 3, "decided": 3, "refused": 2, "withdrawn": 1} {
			if n := number(`select count(*) from in_year_request where province_id = $1 and state = '` + state + `'`); n != want {
				t.Errorf("%d requests are %s, not %d", n, state, want)
			}
		}
		if n := number(`select count(*) from verification_sample where province_id = $1`); n != 2 {
			t.Errorf("%d samples", n)
		}
		for state, want := range map[string]int{"open": 2, "same": 1, "different": 1} {
			if n := number(`select count(*) from duplicate_pair where province_id = $1 and state = '` + state + `'`); n != want {
				t.Errorf("%d pairs are %s, not %d", n, state, want)
			}
		}
		again(t, a)
	}
	if n := number(`select count(*) from in_year_request where province_id = $1 and state = 'received' and due_on < '2020-12-20'`); n != 1 {
		t.Errorf("%d requests are late", n)
	}
	if n := number(`select count(*) from decision where province_id = $1 and round_id = '2020-TX' and kind = 'withdraw'`); n != 1 {
		t.Errorf("%d decisions within the year take a certificate back", n)
	}
	scope := a.Areas.Tree().Operator(a.Province, area.Today(a.Now()))
	finished := 0
	for _, district := range a.Areas.Tree().OfLevel("38.2016", area.Today(a.Now()), area.District) {
		samples, err := a.Reviews.Samples(ctx, scope, "2020", district.Area)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range samples {
			r, err := a.Reviews.VerificationResults(ctx, scope, s.ID)
			if err != nil {
				t.Fatal(err)
			}
			if r.Progress.Done == 0 || r.Agreement.Classes.N == 0 {
				t.Errorf("%s: nobody was surveyed again", district.FullName)
			}
			if r.Progress.Done == r.Progress.Drawn {
				finished++
				if k := r.Agreement.Classes; k.Value == nil || *k.Value <= 0 || r.Agreement.Points.Equal == nil || *r.Agreement.Points.Equal == 1 {
					t.Errorf("%s: kappa %+v, points %+v", district.FullName, k, r.Agreement.Points)
				}
			}
		}
	}
	if finished != 1 {
		t.Errorf("%d districts have finished their second survey", finished)
	}
}
