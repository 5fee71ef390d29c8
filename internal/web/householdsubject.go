package web

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"giamngheo/internal/area"
	"giamngheo/internal/household"
	"giamngheo/internal/review"
	"giamngheo/internal/standard"
	"giamngheo/internal/text"
	"giamngheo/internal/web/view"
)

// subjectPage is a household as a department sees it: head, village, class,
// the indicators of its subject and the answers of members that they rest on.
func (p *Pages) subjectPage(w http.ResponseWriter, r *http.Request, h household.Heading, scope area.Scope) error {
	rounds, err := p.Reviews.Rounds(r.Context())
	if err != nil {
		return err
	}
	seen, err := p.subjectView(r, h.ID, scope, rounds)
	if err != nil {
		return err
	}
	head := view.Heading{Title: titleOfHome(h.HeadName, ""), Lead: text.T("web.household.lead.subject", "code", h.Code, "place", p.placeName(h.VillageID, p.Today()))}
	var wide, narrow []templ.Component
	if len(seen.Indicators) > 0 {
		tag := view.ClassTag(view.Class(seen.Class.String()), seen.Label)
		tag.Big = true
		wide = append(wide, view.CardWith(view.Card{Title: text.T("web.household.class_of", "round", seen.Round)}, view.TagOf(tag)))
		if len(seen.Members) > 0 {
			wide = append(wide, view.TableCard(subjectFacts(seen, p.fieldsOf(scope, h.VillageID))))
		}
		deprivations, err := p.subjectDeprivations(seen, rounds)
		if err != nil {
			return err
		}
		narrow = append(narrow, view.DeprivationCard(deprivations))
	} else {
		title := text.T("web.household.no_years")
		if seen.Round != "" {
			title = text.T("web.household.not_surveyed", "round", seen.Round)
		}
		wide = append(wide, view.CardWith(view.Card{}, view.BlankBox(view.Blank{State: view.Empty, Title: title})))
	}
	frame := p.householdFrame(r, h.VillageID, head.Title)
	p.roundPicker(&frame, &home{Household: household.Household{ID: h.ID}, rounds: rounds, round: review.Round{ID: seen.Round}})
	return Render(w, r, http.StatusOK, view.Framed(frame, view.Columns2(head, nil, wide, narrow)))
}

// subjectView is that of the round asked for, else of the last in which the
// household was judged.
func (p *Pages) subjectView(r *http.Request, id household.ID, scope area.Scope, rounds []review.Round) (seen review.SubjectView, err error) {
	if asked := r.URL.Query().Get(paramRound); asked != "" {
		return p.Reviews.SubjectView(r.Context(), scope, id, asked)
	}
	for i := len(rounds) - 1; i >= 0; i-- {
		seen, err = p.Reviews.SubjectView(r.Context(), scope, id, rounds[i].ID)
		if err != nil || len(seen.Indicators) > 0 {
			return seen, err
		}
	}
	seen.Round = ""
	return seen, err
}

func (p *Pages) subjectDeprivations(seen review.SubjectView, rounds []review.Round) (view.Deprivations, error) {
	d := view.Deprivations{}
	var set *standard.Set
	for _, o := range rounds {
		if o.ID == seen.Round {
			var err error
			if set, err = p.Law.ByID(o.Standard); err != nil {
				return d, err
			}
		}
	}
	names := map[string]string{}
	for _, m := range seen.Members {
		names[string(m.Person)] = m.Name
	}
	lacking := 0
	for _, one := range seen.Indicators {
		indicator := set.Indicators[set.Index(one.Code)]
		item := view.Deprivation{Label: strconv.Itoa(indicator.Number) + ". " + capital(indicator.Name.Text), Answer: view.NotAsked}
		switch one.State {
		case standard.Yes:
			item.Answer = view.Lacking
			lacking++
			var who []string
			for _, id := range one.Causes {
				who = append(who, names[string(id)])
			}
			item.Who = strings.Join(who, ", ")
		case standard.No:
			item.Answer = view.Enough
		}
		d.Items = append(d.Items, item)
	}
	d.Title = text.T("web.household.deprivations", "n", lacking, "all", len(d.Items))
	return d, nil
}

// subjectFacts are the members of whom the subject's indicators speak, with
// those answers alone.
func subjectFacts(seen review.SubjectView, fields area.Fields) view.Table {
	t := view.Table{ID: "thanh-vien", Caption: text.T("web.household.members", "n", len(seen.Members)), Stacked: true, Columns: []view.Column{{Label: text.T("web.household.name")}, {Label: text.T("web.household.born"), Numeric: true}}}
	for _, fact := range memberFactsShown {
		if fields&fact.field != 0 {
			t.Columns = append(t.Columns, view.Column{Label: text.T("web.household.fact." + fact.key)})
		}
	}
	for _, m := range seen.Members {
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
