package web

import (
	"net/http"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/exchange"
	"giamngheo/internal/fault"
	"giamngheo/internal/household"
	"giamngheo/internal/report"
	"giamngheo/internal/sheet"
	"giamngheo/internal/text"
	"giamngheo/internal/web/view"
)

// pathNamed is where lists of names are asked for, with their purpose.
const pathNamed = "/danh-sach"

func (p *Pages) namedRoutes() []Route {
	right := Needs(account.RightNamedLists)
	return []Route{
		{Method: "GET", Pattern: pathNamed + "/{list}", Right: right, Handler: p.namedForm},
		{Method: "POST", Pattern: pathNamed + "/{list}", Right: right, Handler: p.namedFile},
	}
}

func (p *Pages) namedForm(w http.ResponseWriter, r *http.Request) error {
	return p.showNamed(w, r, http.StatusOK, nil)
}

// namedPlace is the place of a list of names, which must lie in the reader's
// scope on the day of its boundaries or today.
func (p *Pages) namedPlace(r *http.Request) (place, error) {
	pl, err := p.placeOf(r)
	if err != nil {
		return pl, err
	}
	scope := ActorOf(r.Context()).ScopeFor(account.RightNamedLists)
	if !p.reaches(scope, pl.Area.Area, pl.Boundaries) {
		return pl, fault.New(fault.NotFound, "area_not_found", text.T("household.area_not_found"))
	}
	return pl, nil
}

func (p *Pages) showNamed(w http.ResponseWriter, r *http.Request, status int, refused error) error {
	pl, err := p.namedPlace(r)
	if err != nil {
		return err
	}
	list := r.PathValue("list")
	if !text.Has("report.table." + list) {
		return fault.New(fault.NotFound, "table_not_found", text.T("report.table_not_found", "table", list))
	}
	var problems []fault.Field
	if refused != nil {
		problems = fields(refused)
	}
	body := view.NamedList{Head: view.Heading{Title: text.T("web.tables.of", "table", text.T("report.table."+list), "area", pl.Area.FullName, "year", pl.Round.Year), Lead: text.T("web.named.lead")},
		Action: pl.query(pathNamed + "/" + list), Problems: problems,
		Purpose: view.Field{Name: "purpose", Label: text.T("web.named.purpose"), Hint: text.T("web.named.purpose_hint"), Width: "full", Required: true, Error: view.ErrorFor(problems, "purpose")}}
	if ActorOf(r.Context()).ScopeFor(account.RightNamedLists).Fields()&area.FieldHousehold == 0 {
		body.Head.Lead = text.T("web.named.lead_subject")
	}
	frame := p.frame(r, body.Head.Title, view.NavTables, pl, pathNamed+"/"+list)
	return Render(w, r, status, view.Framed(frame, view.NamedListBody(body)))
}

func (p *Pages) namedFile(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	pl, err := p.namedPlace(r)
	if err != nil {
		return err
	}
	format := r.PostForm.Get("tep")
	if format == "" {
		format = "xlsx"
	}
	actor := ActorOf(r.Context())
	err = sendFile(w, r.PathValue("list")+"-"+pl.Area.Code+"-"+pl.Round.ID, format, listWriters(func(out sheet.Writer) error {
		return exchange.WriteNamed(r.Context(), p.Reports, p.Reviews, exchange.Named{List: r.PathValue("list"), Purpose: r.PostForm.Get("purpose"),
			Request: report.Request{Area: pl.Area.Area, Round: pl.Round.ID, Boundaries: pl.Boundaries},
			By:      household.Actor{ID: actor.ID, Scope: actor.ScopeFor(account.RightNamedLists)}, Figures: pl.Scope}, out)
	}))
	if fault.Of(err) == fault.Invalid && err != nil {
		return p.showNamed(w, r, http.StatusUnprocessableEntity, err)
	}
	return err
}
