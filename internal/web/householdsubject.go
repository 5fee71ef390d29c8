package web

import (
	"net/http"

	"github.com/a-h/templ"

	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/household"
	"giamngheo/internal/review"
	"giamngheo/internal/text"
	"giamngheo/internal/web/view"
)

// subjectPage is a household as a department sees it: head, village, class,
// the indicators of its subject and the answers of members that they rest on.
func (p *Pages) subjectPage(w http.ResponseWriter, r *http.Request, h household.Heading, scope area.Scope) error {
	one := &home{Household: household.Household{ID: h.ID, Code: h.Code, VillageID: h.VillageID, HeadName: h.HeadName}}
	err := p.DB.Read(r.Context(), func(tx *db.Tx) (err error) {
		one.years, err = p.Reviews.History(tx, h.ID)
		return err
	})
	if err != nil {
		return err
	}
	if one.rounds, err = p.Reviews.Rounds(r.Context()); err != nil {
		return err
	}
	if err := p.chooseRound(one, r.URL.Query().Get(paramRound)); err != nil {
		return err
	}
	fields := p.fieldsOf(scope, h.VillageID)
	head := view.Heading{Title: titleOfHome(h.HeadName, ""), Lead: text.T("web.household.lead.subject", "code", h.Code, "place", p.placeName(h.VillageID, p.Today()))}
	var wide, narrow []templ.Component
	if one.shown != nil {
		tag := view.ClassTag(view.Class(one.shown.Class.String()), one.shown.Label)
		tag.Big = true
		wide = append(wide, view.CardWith(view.Card{Title: text.T("web.household.class_of", "round", one.round.ID)}, view.TagOf(tag)))
		if facts := subjectFacts(one.shown, fields); len(facts.Rows) > 0 {
			wide = append(wide, view.TableCard(facts))
		}
		d := p.deprivationsOf(one, p.subjectMask(one.set, fields))
		narrow = append(narrow, view.DeprivationCard(d))
	} else {
		wide = append(wide, view.CardWith(view.Card{}, view.BlankBox(view.Blank{State: view.Empty, Title: text.T("web.household.no_years")})))
	}
	frame := p.householdFrame(r, h.VillageID, head.Title)
	p.roundPicker(&frame, one)
	return Render(w, r, http.StatusOK, view.Framed(frame, view.Columns2(head, nil, wide, narrow)))
}

// subjectFacts are the members of whom the subject's indicators speak, with
// those answers alone.
func subjectFacts(a *review.Assessment, fields area.Fields) view.Table {
	t := view.Table{ID: "thanh-vien", Caption: text.T("web.household.members", "n", len(a.Roster)), Stacked: true, Columns: []view.Column{{Label: text.T("web.household.name")}, {Label: text.T("web.household.born"), Numeric: true}}}
	for _, fact := range memberFactsShown {
		if fields&fact.field != 0 {
			t.Columns = append(t.Columns, view.Column{Label: text.T("web.household.fact." + fact.key)})
		}
	}
	if len(t.Columns) == 2 {
		return t
	}
	for _, m := range a.Roster {
		row := view.Row{Cells: []view.Cell{{Text: m.Name}, {Text: birthWords(m.Birth)}}}
		for _, fact := range memberFactsShown {
			if fields&fact.field != 0 {
				row.Cells = append(row.Cells, view.Cell{Text: factWords(fact.of(m))})
			}
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}
