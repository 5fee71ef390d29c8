package demo

import (
	"context"
	"slices"
	"strings"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/dossier"
	"giamngheo/internal/review"
)

// resurvey draws samples and surveys again: in one district all that were
// drawn, in that of the demo's officers a few communes, so that a visitor finds
// both results to read and households left to survey.
func (a *Acting) resurvey(ctx context.Context) error {
	rounds, err := a.Reviews.Rounds(ctx)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(rounds, func(r review.Round) bool { return r.Kind == review.Yearly && r.State == review.Open })
	if at < 0 {
		return nil
	}
	own, _ := a.Reviews.Tree().On(a.home.Parent, today)
	f := a.file.Resurvey
	if err := a.verify(ctx, rounds[at].ID, own.Area, f.OwnDrawn, f.OwnDays, f.OwnCommunes); err != nil {
		return err
	}
	other, err := a.allDecided(ctx, rounds[at].ID, own.Area)
	if err != nil || other == "" {
		return err
	}
	return a.verify(ctx, rounds[at].ID, other, f.Drawn, f.Days, -1)
}

// allDecided is the district, other than the officers', of whose communes each
// has decided and which has most of them.
func (a *Acting) allDecided(ctx context.Context, round string, not area.ID) (best area.ID, err error) {
	decided, all := map[area.ID]int{}, map[area.ID]int{}
	err = a.Reviews.DB.Read(ctx, func(tx *db.Tx) error {
		list, err := a.Reviews.Dossiers.ListIn(tx, round, review.CommuneReview)
		for _, d := range list {
			at, _ := a.Reviews.Tree().Ancestor(d.Unit, today, area.District)
			if all[at.Area]++; d.State.Decided() {
				decided[at.Area]++
			}
		}
		return err
	})
	for id, n := range all {
		if id != not && id != "" && decided[id] == n && (best == "" || n > all[best] || n == all[best] && id < best) {
			best = id
		}
	}
	return best, err
}

// verify draws for a district, and surveys again in so many communes whose
// results have been handed in; in all of them where communes is below zero.
func (a *Acting) verify(ctx context.Context, round string, district area.ID, drawn string, days []string, communes int) error {
	if had, err := a.Reviews.Samples(ctx, a.Reviews.Tree().Operator(a.Reviews.Province, today), round, district); err != nil || len(had) > 0 {
		return err
	}
	verifier, err := a.holder(ctx, district, roleAt(area.District, officer))
	if err != nil || verifier == nil {
		return err
	}
	by := actorFor(verifier, account.RightVerify)
	a.on(drawn, 1)
	sample, err := a.then.DrawWithSeed(ctx, by, review.Drawing{Round: round, Area: district, Design: a.Reviews.Checks.Design(a.file.Resurvey.Margin)}, lastYear)
	if err != nil {
		return err
	}
	_, list, err := a.then.Resurvey(ctx, by.Scope, sample.ID, "")
	if err != nil {
		return err
	}
	var only map[area.ID]bool
	if communes >= 0 {
		if only, err = a.handedIn(ctx, round, district, communes); err != nil {
			return err
		}
	}
	for i, one := range list {
		if only != nil && !only[one.Commune] {
			continue
		}
		a.on(days[i*len(days)/len(list)], i%8)
		if _, err := a.then.Save(ctx, by, a.again(round, one, pick(random(a.Seed, one.Code), a.file.Resurvey.Surveyors))); err != nil {
			return err
		}
	}
	return nil
}

// handedIn are some communes of a district that have handed in.
func (a *Acting) handedIn(ctx context.Context, round string, district area.ID, n int) (map[area.ID]bool, error) {
	some := map[area.ID]bool{}
	return some, a.Reviews.DB.Read(ctx, func(tx *db.Tx) error {
		list, err := a.Reviews.Dossiers.ListIn(tx, round, review.CommuneReview)
		for _, d := range list {
			if len(some) < n && d.State != dossier.Draft && a.Reviews.Tree().Covers(district, d.Unit, today) {
				some[d.Unit] = true
			}
		}
		return err
	})
}

// again is what a second survey found: mostly the same.
func (a *Acting) again(round string, one review.Resurveyed, surveyor string) review.Entry {
	f, r := a.file.Resurvey, random(a.Seed, "again", one.Code)
	e := review.Entry{Round: round, Household: one.Household, Rev: one.First.Rev, Purpose: review.Verification, Surveyor: surveyor, SurveyedOn: a.now.Format("2006-01-02"), Ticked: one.First.Answers, Detail: one.First.Detail}
	e.Detail.Doubts = nil
	if one.First.B1 != nil {
		points := *one.First.B1
		if r.IntN(f.Shift) == 0 {
			points = max(0, points+f.Shifts[r.IntN(len(f.Shifts))])
		}
		e.B1 = &points
	}
	if len(e.Ticked) > 0 && r.IntN(f.Flip) == 0 {
		at := r.IntN(len(e.Ticked))
		other := map[byte]string{'0': "1", '1': "0"}[e.Ticked[at]]
		if other != "" {
			e.Ticked = e.Ticked[:at] + other + e.Ticked[at+1:]
		}
	}
	e.Ticked = strings.ReplaceAll(e.Ticked, " ", "-")
	return e
}
