package app

import (
	"slices"

	"giamngheo/internal/account"
	"giamngheo/internal/committee"
	"giamngheo/internal/sponsor"
)

// organising prepares the committees and the sponsors. Promises may name the
// indicators of any standard.
func (a *App) organising() {
	roles := func() *account.Roles { return a.Accounts.Roles() }
	a.Committees = &committee.Store{DB: a.DB, Province: a.Province, Now: a.Now, Tree: a.Areas.Tree, Calendar: a.Reviews.Workdays, Roles: roles, Oblige: a.Tasks.ObligeIn}
	a.Tasks.Committees = a.Committees
	a.Sponsors = &sponsor.Store{DB: a.DB, Province: a.Province, Now: a.Now, Tree: a.Areas.Tree, Roles: roles, Reviews: a.Reviews}
	for _, set := range a.Law.Sets {
		for _, i := range set.Indicators {
			if !slices.Contains(a.Sponsors.Indicators, i.Code) {
				a.Sponsors.Indicators = append(a.Sponsors.Indicators, i.Code)
			}
		}
	}
}
