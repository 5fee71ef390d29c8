package app

import (
	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/comment"
	"giamngheo/internal/db"
	"giamngheo/internal/fault"
	"giamngheo/internal/household"
	"giamngheo/internal/review"
	"giamngheo/internal/text"
)

// commenting says for each kind of record who may see it. What is said of a
// household, a complaint or a dossier may name people: only those read it who
// see whole households there.
func (a *App) commenting() {
	a.Comments = &comment.Store{DB: a.DB, Province: a.Province, Now: a.Now, Tree: a.Areas.Tree}
	a.Comments.Register("household", func(tx *db.Tx, by *account.Actor, id string) (area.ID, error) {
		h, err := a.Households.Find(tx, by.ScopeFor(account.RightReadHouseholds), household.ID(id))
		return h.VillageID, err
	})
	a.Comments.Register("complaint", func(tx *db.Tx, by *account.Actor, id string) (area.ID, error) {
		c, err := a.Reviews.ComplaintIn(tx, by.ScopeFor(account.RightReadHouseholds), id)
		return c.Area, err
	})
	a.Comments.Register("sponsor", a.Sponsors.SeesIn)
	a.Comments.Register("committee", a.Committees.SeesIn)
	a.Comments.Register("meeting", a.Committees.SeesMeetingIn)
	a.Comments.Register("task", a.Tasks.SeesIn)
	a.Comments.Register("decision", func(tx *db.Tx, by *account.Actor, id string) (area.ID, error) {
		round, commune, ok := review.ParseDecisions(id)
		if ok = ok && a.seesWhole(by, commune); ok {
			list, err := a.Reviews.Decisions(tx, round, commune)
			if err != nil {
				return "", err
			}
			ok = len(list) > 0
		}
		if !ok {
			return "", fault.New(fault.NotFound, "no_record", text.T("comment.no_record"))
		}
		return commune, nil
	})
	a.Comments.Register("dossier", func(tx *db.Tx, by *account.Actor, id string) (area.ID, error) {
		d, err := a.Dossiers.FindIn(tx, by, id)
		if err == nil && !a.seesWhole(by, d.Unit) {
			err = fault.New(fault.NotFound, "no_record", text.T("comment.no_record"))
		}
		return d.Unit, err
	})
}

// seesWhole says whether the reader sees whole households in all of the area.
func (a *App) seesWhole(by *account.Actor, id area.ID) bool {
	v, _ := a.Areas.Tree().Lately(id, by.Day)
	fields, covered := by.ScopeFor(account.RightReadHouseholds).FieldsAt(v.Path)
	return covered && fields.Has(area.FieldHousehold)
}
