package demo

import (
	"cmp"
	"context"
	"database/sql"
	"slices"
	"strconv"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/household"
	"giamngheo/internal/review"
)

// inYearRequest is a household's request and what comes of it, with days of
// the year.
type inYearRequest struct {
	Home               bool
	Village            int // of the commune, by its order; -1: any
	Who, Kind, Words   string
	Received, Surveyed string
	Points             int
	Answers            string
	Decided, Certified string
	Refused, Reason    string
	Withdrawn          string
	id                 string
	commune            area.Version
	household          household.ID
	officer, chair     *account.Actor
}

// deed is something that happens to a request on a day.
type deed struct {
	day string
	do  func(ctx context.Context) error
}

// requests opens the round within the year and lets the communes receive,
// decide and refuse, in the order of the days.
func (a *Acting) requests(ctx context.Context) error {
	id := strconv.Itoa(lastYear) + "-" + a.file.Round.ID
	rounds, err := a.Reviews.Rounds(ctx)
	if err != nil || slices.ContainsFunc(rounds, func(r review.Round) bool { return r.ID == id }) {
		return err
	}
	a.on(a.file.Round.Opened, 0)
	if _, err := a.then.OpenRound(ctx, actor, review.Opening{ID: id, Kind: review.InYear, Year: lastYear}); err != nil {
		return err
	}
	var deeds []deed
	taken := map[household.ID]bool{}
	for i := range a.file.Requests {
		q := &a.file.Requests[i]
		ok, err := a.place(ctx, q, taken)
		if err != nil {
			return err
		}
		if ok {
			deeds = append(deeds, a.deeds(id, q)...)
		}
	}
	slices.SortStableFunc(deeds, func(a, b deed) int { return cmp.Compare(a.day, b.day) })
	for i, d := range deeds {
		a.on(d.day, i%8)
		if err := d.do(ctx); err != nil {
			return err
		}
	}
	return nil
}

// place finds the commune, its people and a household of the kind; ok is false
// where a small province has none.
func (a *Acting) place(ctx context.Context, q *inYearRequest, taken map[household.ID]bool) (ok bool, err error) {
	tree := a.Reviews.Tree()
	communes, decided := []area.Version{a.home}, map[area.ID]bool{}
	if !q.Home {
		communes = tree.Children(a.home.Parent, today)
		err := a.Reviews.DB.Read(ctx, func(tx *db.Tx) error {
			list, err := a.Reviews.Dossiers.ListIn(tx, strconv.Itoa(lastYear), review.CommuneReview)
			for _, d := range list {
				decided[d.Unit] = d.State.Decided()
			}
			return err
		})
		if err != nil {
			return false, err
		}
	}
	for _, c := range communes {
		if !q.Home && (c.Area == a.home.Area || !decided[c.Area]) {
			continue
		}
		if q.officer, err = a.holder(ctx, c.Area, roleAt(area.Commune, officer)); err != nil {
			return false, err
		}
		if q.chair, err = a.holder(ctx, c.Area, roleAt(area.Commune, head)); err != nil {
			return false, err
		}
		villages := tree.Children(c.Area, today)
		if q.officer == nil || q.chair == nil || len(villages) == 0 {
			continue
		}
		if q.Village >= 0 {
			villages = villages[min(q.Village, len(villages)-1):][:1]
		}
		for _, v := range villages {
			list, err := a.candidates(ctx, v.Area, q.Who)
			if err != nil {
				return false, err
			}
			for _, h := range list {
				if !taken[h] {
					taken[h] = true
					q.commune, q.household = c, h
					return true, nil
				}
			}
		}
	}
	return false, nil
}

// candidates are households that nobody has ever surveyed, or those that left
// the list in the yearly round of the year.
func (a *Acting) candidates(ctx context.Context, village area.ID, who string) (list []household.ID, err error) {
	condition := ` and not exists (select 1 from assessment a where a.province_id = h.province_id and a.household_id = h.id)`
	args := []any{a.Reviews.Province, string(village), household.Far}
	if who == "left" {
		args = append(args, strconv.Itoa(lastYear), strconv.Itoa(lastYear-1))
		condition = ` and exists (select 1 from assessment_in_force f join classification c on c.province_id = f.province_id and c.assessment_id = f.assessment_id and c.official = 1
				where f.province_id = h.province_id and f.household_id = h.id and f.round_id = $4 and c.class = 'not_poor')
			and exists (select 1 from assessment_in_force f join classification c on c.province_id = f.province_id and c.assessment_id = f.assessment_id and c.official = 1
				where f.province_id = h.province_id and f.household_id = h.id and f.round_id = $5 and c.class in ('poor', 'near_poor'))`
	}
	err = a.Reviews.DB.Read(ctx, func(tx *db.Tx) error {
		return tx.Each(`select h.id from household h where h.province_id = $1 and h.village_id = $2 and h.to_day = $3 and h.size > 1`+condition+` order by h.code`, args, func(r *sql.Rows) error {
			var id household.ID
			err := r.Scan(&id)
			list = append(list, id)
			return err
		})
	})
	return list, err
}

func (a *Acting) deeds(round string, q *inYearRequest) []deed {
	s := a.then
	list := []deed{{q.Received, func(ctx context.Context) error {
		one, err := s.ReceiveRequest(ctx, actorFor(q.officer, account.RightWriteAssessment), review.InYearRequest{Round: round, Area: q.commune.Area, Household: q.household, Kind: q.Kind, Words: q.Words})
		q.id = one.ID
		return err
	}}}
	if q.Surveyed != "" {
		list = append(list, deed{q.Surveyed, func(ctx context.Context) error {
			day := strconv.Itoa(lastYear) + "-" + q.Surveyed
			_, err := s.Save(ctx, actorFor(q.officer, account.RightWriteAssessment), review.Entry{Round: round, Household: q.household, B1: &q.Points, Ticked: q.Answers, EffectiveFrom: day, SurveyedOn: day, Surveyor: q.officer.FullName})
			return err
		}})
	}
	now := func(ctx context.Context) (review.RequestSheet, error) {
		return s.FindRequest(ctx, q.chair.ScopeFor(account.RightApprove), q.id)
	}
	switch {
	case q.Decided != "":
		list = append(list, deed{q.Decided, func(ctx context.Context) error {
			r, err := now(ctx)
			if err == nil {
				_, err = s.DecideRequest(ctx, q.chair, q.id, r.Rev, "")
			}
			return err
		}}, deed{q.Certified, func(ctx context.Context) error {
			_, _, _, err := s.IssueCertificates(ctx, q.officer, q.officer.ScopeFor(account.RightWriteAssessment), round, q.commune.Area)
			return err
		}})
	case q.Refused != "":
		list = append(list, deed{q.Refused, func(ctx context.Context) error {
			r, err := now(ctx)
			if err != nil {
				return err
			}
			return s.RefuseRequest(ctx, q.chair, q.id, r.Rev, q.Reason)
		}})
	case q.Withdrawn != "":
		list = append(list, deed{q.Withdrawn, func(ctx context.Context) error {
			r, err := now(ctx)
			if err != nil {
				return err
			}
			return s.WithdrawRequest(ctx, actorFor(q.officer, account.RightWriteAssessment), q.id, r.Rev, q.Reason)
		}})
	}
	return list
}
