package web

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/dossier"
	"giamngheo/internal/review"
	"giamngheo/internal/text"
	"giamngheo/internal/vn"
	"giamngheo/internal/web/view"
)

func (p *Pages) progressRoutes() []Route {
	return []Route{{Method: "GET", Pattern: PathReview + "/{round}/tien-do", Right: Needs(account.RightTables), Handler: p.progressPage}}
}

func progressAddress(round string, at area.ID) string {
	return PathReview + "/" + url.PathEscape(round) + "/tien-do?" + url.Values{paramArea: {string(at)}}.Encode()
}

// progressPage is how far a round is: villages by steps in a commune, units by
// steps above. Each cell leads to where it is done.
func (p *Pages) progressPage(w http.ResponseWriter, r *http.Request) error {
	actor := ActorOf(r.Context())
	scope := actor.ScopeFor(account.RightTables)
	round := r.PathValue("round")
	id := area.ID(r.URL.Query().Get(paramArea))
	if id == "" {
		id = p.home(scope)
	}
	village := p.ownVillage(scope, id)
	if village != "" {
		v, _ := p.Tree().On(village, p.Today())
		id, scope = v.Parent, p.Tree().Scope(p.Province, []area.Grant{{Root: v.Parent}}, p.Today())
	}
	one, err := p.Reviews.Progress(r.Context(), actor, scope, p.Reports.Register, round, id)
	if err != nil {
		return err
	}
	body := view.ProgressPage{Head: view.Heading{Title: progressTitle(one), Lead: text.T("web.progress.lead", "round", one.Round.ID) + lateLead(one)}}
	if len(one.Steps) == 0 && one.Round.Kind == review.Yearly {
		body.Notices = append(body.Notices, view.Notice{Mood: view.Info, Text: text.T("web.progress.no_dossiers")})
	}
	body.Links = p.progressLinks(actor, one, village)
	if one.Round.Kind == review.InYear {
		if body.Head, body.Grid, err = p.requestGrid(r, scope, one); err != nil {
			return err
		}
	} else {
		body.Grid = p.progressGrid(one, village)
	}
	if one.Area.Level == area.Commune && len(one.Steps) > 0 {
		body.Whole = p.wholeSteps(one)
	}
	frame := Frame(r, body.Head.Title, view.NavReview, p.Demo)
	frame.Crumbs = []view.Link{{Text: text.T("web.nav.review"), Href: PathReview}, {Text: text.T("web.round_of", "id", one.Round.ID)}}
	for _, up := range one.Area.Ancestors() {
		if v, ok := p.Tree().On(up, one.Day); ok {
			link := view.Link{Text: v.FullName}
			if p.reaches(scope, up, one.Day) {
				link.Href = progressAddress(round, up)
			}
			frame.Crumbs = append(frame.Crumbs, link)
		}
	}
	frame.Crumbs = append(frame.Crumbs, view.Link{Text: one.Area.FullName})
	return Render(w, r, http.StatusOK, view.Framed(frame, view.ProgressBody(body)))
}

// ownVillage is the village of a village head, who looks at the grid of his
// commune, in which only his own village is his to work on; "" for whoever
// works for the whole commune.
func (p *Pages) ownVillage(scope area.Scope, id area.ID) area.ID {
	v, ok := p.Tree().On(id, p.Today())
	if !ok || v.Level != area.Village || !scope.Covers(p.Tree(), id, p.Today()) {
		return ""
	}
	return id
}

// gridAddress is where the reader sees the grid in which the unit stands: a
// village head sees that of his commune by the address of his village.
func (p *Pages) gridAddress(actor *account.Actor, round string, unit area.ID) string {
	tree, today, scope := p.Tree(), p.Today(), actor.ScopeFor(account.RightTables)
	if v, ok := tree.On(unit, today); ok && v.Level == area.Commune && !scope.Covers(tree, unit, today) {
		for _, one := range tree.Children(unit, today) {
			if scope.Covers(tree, one.Area, today) {
				return progressAddress(round, one.Area)
			}
		}
	}
	return progressAddress(round, unit)
}

// progressTitle says the finding: how many of the units are late or
// will be.
func progressTitle(p review.Progress) string {
	late, days, beyond, worst := lateUnits(p)
	pairs := []any{"area", p.Area.FullName, "all", len(p.Units), "late", late, "worst", worst.Area.FullName, "days", days, "beyond", worst.Beyond, "will", beyond, "due", area.ShowDay(p.Due), "filled", vn.FormatInt(int64(p.Whole.Filled)), "listed", vn.FormatInt(int64(p.Whole.Listed))}
	switch {
	case late > 0:
		return text.T("web.progress.title_overdue", pairs...)
	case beyond > 0:
		return text.T("web.progress.title_late", pairs...)
	case p.Whole.Listed > 0 && p.Whole.Filled == p.Whole.Listed:
		return text.T("web.progress.title_done", pairs...)
	}
	return text.T("web.progress.title", pairs...)
}

// lateUnits counts the units that are late today and those that will be, and
// finds the one that is expected last; where none is, one that is late.
func lateUnits(p review.Progress) (late, days, beyond int, worst review.UnitProgress) {
	for _, u := range p.Units {
		if u.Late > 0 {
			late, days = late+1, u.Late // the day is one for all
		}
		if u.Beyond > 0 {
			beyond++
		}
		if u.Beyond > worst.Beyond || worst.Area.Area == "" && u.Late > 0 {
			worst = u
		}
	}
	return late, days, beyond, worst
}

// lateLead says under a title that tells how late units are today when the
// last of them is expected: the two are never one figure.
func lateLead(p review.Progress) string {
	late, _, _, worst := lateUnits(p)
	if late == 0 {
		return ""
	}
	words := ""
	if worst.Beyond > 0 {
		words = " " + text.T("web.progress.expected", "worst", worst.Area.FullName, "day", area.ShowDay(max(worst.Forecast, worst.End)), "beyond", worst.Beyond)
	}
	still := 0
	for _, u := range p.Units {
		if u.Late > 0 && (u.EndUnknown || u.Stalled) {
			still++
		}
	}
	if still > 0 {
		words += " " + text.T("web.progress.expected_unknown", "n", still)
	}
	return words
}

func (p *Pages) progressLinks(actor *account.Actor, one review.Progress, village area.ID) (links []view.Link) {
	if one.Whole.Dossier.ID != "" {
		links = append(links, view.Link{Text: text.T("web.progress.dossier"), Href: dossierAddress(one.Whole.Dossier.ID)})
	}
	if actor.Can(account.RightReadHouseholds) && one.Round.Kind == review.Yearly && village == "" {
		links = append(links, view.Link{Text: text.T("web.verification.of", "area", one.Area.FullName), Href: verificationAddress(one.Round.ID, one.Area.Area)})
	}
	at := cmp.Or(village, one.Area.Area)
	links = append(links, view.Link{Text: text.T("web.progress.prepare"), Href: prepareAddress(one.Round.ID, at)})
	if one.Round.Kind == review.InYear && village == "" {
		links = append(links, p.inYearLinks(actor, one.Round.ID, one.Area, progressAddress(one.Round.ID, one.Area.Area))...)
	}
	links = append(links, view.Link{Text: text.T("web.progress.compare"), Href: pathCompare + "?" + url.Values{paramRound: {one.Round.ID}, paramArea: {string(at)}}.Encode()})
	if actor.Can(account.RightReadHouseholds) {
		links = append(links, view.Link{Text: text.T("web.progress.list"), Href: PathReview + "/" + url.PathEscape(one.Round.ID) + "?" + url.Values{paramArea: {string(at)}}.Encode()})
	}
	return links
}

// progressGrid links to the units; where the reader has one village, to that
// alone.
func (p *Pages) progressGrid(one review.Progress, village area.ID) view.Table {
	t := view.Table{ID: "tien-do", Caption: text.T("web.progress.grid"), HideCaption: true, Tall: true, Columns: []view.Column{{Label: text.T("web.progress.unit")}, {Label: text.T("web.progress.state")}, {Label: text.T("web.progress.forecast")}, {Label: text.T("web.progress.forms"), Numeric: true}}}
	var shown []int
	for i, step := range one.Steps {
		if one.Area.Level == area.Commune && step.Per == "" {
			continue
		}
		shown = append(shown, i)
		label := text.T("web.progress.step." + step.Code)
		t.Columns = append(t.Columns, view.Column{Label: label})
	}
	for _, u := range one.Units {
		row := view.Row{Cells: []view.Cell{{Text: u.Area.FullName}, lateCell(u), forecastCell(u), {Text: text.T("web.step.of", "done", vn.FormatInt(int64(u.Filled)), "all", vn.FormatInt(int64(u.Listed)))}}}
		if u.Area.Level != area.Village {
			row.Cells[0].Href = progressAddress(one.Round.ID, u.Area.Area)
		} else if village == "" || village == u.Area.Area {
			row.Cells[0].Href = PathReview + "/" + url.PathEscape(one.Round.ID) + "?" + url.Values{paramArea: {string(u.Area.Area)}}.Encode()
		}
		at := u.At()
		for _, i := range shown {
			row.Cells = append(row.Cells, p.progressCell(one, u, i, i == at))
		}
		t.Rows = append(t.Rows, row)
	}
	if len(t.Rows) > 1 {
		t.Rows = append(t.Rows, p.progressTotal(one, shown))
	}
	if len(t.Rows) == 0 {
		t.Blank = view.Blank{State: view.Empty, Text: text.T("web.progress.none")}
	}
	return t
}

// progressTotal is the row of the whole: for a commune the steps of its villages.
func (p *Pages) progressTotal(one review.Progress, shown []int) view.Row {
	u := one.Whole
	row := view.Row{Total: true, Cells: []view.Cell{{Text: one.Area.FullName}, lateCell(u), forecastCell(u), {Text: text.T("web.step.of", "done", vn.FormatInt(int64(u.Filled)), "all", vn.FormatInt(int64(u.Listed)))}}}
	for _, i := range shown {
		c := view.Cell{}
		if count := u.Done[i]; count.All > 0 {
			c.Text = text.T("web.step.of", "done", count.Done, "all", count.All)
		}
		row.Cells = append(row.Cells, c)
	}
	return row
}

func (p *Pages) progressCell(one review.Progress, u review.UnitProgress, i int, now bool) view.Cell {
	c, count := view.Cell{}, u.Done[i]
	switch {
	case count.All == 0:
		return c
	case count.Done == count.All:
		c.Text, c.Mark = text.T("web.step.done"), view.MarkDone
	case count.Done > 0:
		c.Text = text.T("web.step.of", "done", count.Done, "all", count.All)
	case now:
		c.Text = text.T("web.step.now")
	}
	if now && c.Mark == "" {
		c.Mark = view.MarkNow
	}
	if due := one.Steps[i].Due; due != "" && due < p.Today() && count.Done < count.All {
		c.Mark = view.MarkBad
		if c.Text == "" {
			c.Text = text.T("web.step.wait")
		}
	}
	if u.Area.Level == area.Village && one.Whole.Dossier.ID != "" {
		if c.Text == "" {
			c.Text = text.T("web.step.wait")
		}
		c.Href = stepAddress(one.Whole.Dossier.ID, one.Steps[i].Code, u.Area.Area)
	}
	return c
}

// forecastCell says when a unit has decided at the present pace, and below it
// when its forms are in.
func forecastCell(u review.UnitProgress) view.Cell {
	c := view.Cell{}
	switch {
	case u.End != "" && u.Still > 0:
		c.Text = text.T("web.progress.end_earliest", "day", area.ShowDay(u.End))
	case u.End != "":
		c.Text = area.ShowDay(u.End)
	case u.EndUnknown:
		c.Text = text.T("web.progress.stalled")
	case len(u.Done) > 0 && u.Left == 0 && u.Area.Level == area.Village:
		c.Text = text.T("web.progress.all_steps")
	case len(u.Done) > 0 && u.Left == 0:
		c.Text = text.T("web.progress.decided")
	}
	var notes []string
	switch {
	case u.Stalled:
		notes = append(notes, text.T("web.progress.forms_stalled"))
	case u.Forecast != "":
		notes = append(notes, text.T("web.progress.forms_by", "day", area.ShowDay(u.Forecast)))
	case u.Listed > 0 && c.Text == "":
		c.Text = text.T("web.progress.all_forms")
	}
	switch {
	case u.Still > 0 && u.Area.Level != area.Commune && u.Area.Level != area.Village:
		notes = append(notes, text.T("web.progress.still_units", "n", u.Still))
	case u.EndUnknown && !u.Stalled:
		notes = append(notes, text.T("web.progress.still"))
	}
	c.Note = strings.Join(notes, " · ")
	return c
}

func lateCell(u review.UnitProgress) view.Cell {
	switch {
	case u.Late > 0:
		cell := view.Cell{Tag: view.Tag{Tone: view.Near, Text: text.T("web.progress.late", "n", u.Late)}}
		if u.Dossier.ID != "" && u.Dossier.State != dossier.Draft {
			cell.Note = stateTag(u.Dossier.State).Text
		}
		return reopenedNote(cell, u)
	case u.Beyond > 0:
		return reopenedNote(view.Cell{Tag: view.Tag{Tone: view.Near, Text: text.T("web.progress.beyond", "n", u.Beyond)}}, u)
	case u.Dossier.ID != "":
		tag := stateTag(u.Dossier.State)
		tag.Big = false
		return reopenedNote(view.Cell{Tag: tag}, u)
	}
	return view.Cell{}
}

// reopenedNote says of a signed unit that units below were opened again since.
func reopenedNote(c view.Cell, u review.UnitProgress) view.Cell {
	if u.Reopened == 0 {
		return c
	}
	if c.Note != "" {
		c.Note += " · "
	}
	c.Note += text.T("web.since.units", "n", u.Reopened)
	return c
}

// wholeSteps are the steps that the commune does once for all villages.
func (p *Pages) wholeSteps(one review.Progress) view.Table {
	t := view.Table{ID: "buoc-chung", Caption: text.T("web.progress.whole"), Stacked: true, Columns: []view.Column{{Label: text.T("web.dossier.step")}, {Label: text.T("web.dossier.step_state")}}}
	dated := slices.ContainsFunc(one.Steps, func(step review.ProgressStep) bool { return step.Per == "" && step.Due != "" })
	if dated {
		t.Columns = append(t.Columns, view.Column{Label: text.T("web.dossier.step_due")})
	}
	at := one.Whole.At()
	for i, step := range one.Steps {
		if step.Per != "" {
			continue
		}
		cell := p.progressCell(one, one.Whole, i, i == at)
		if cell.Text == "" {
			cell.Text = text.T("web.step.wait")
		}
		row := view.Row{Href: stepAddress(one.Whole.Dossier.ID, step.Code, ""), Cells: []view.Cell{{Text: step.Name}, cell}}
		if dated {
			row.Cells = append(row.Cells, view.Cell{Text: area.ShowDay(step.Due)})
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}
