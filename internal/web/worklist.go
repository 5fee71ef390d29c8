package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/fault"
	"giamngheo/internal/form"
	"giamngheo/internal/household"
	"giamngheo/internal/paper"
	"giamngheo/internal/print"
	"giamngheo/internal/review"
	"giamngheo/internal/standard"
	"giamngheo/internal/text"
	"giamngheo/internal/web/view"
)

// printable are the forms that are printed for a village or a commune, in the
// order in which the review uses them.
var printable = []string{form.RequestEnter, form.RequestLeave, form.Screening, form.Scores, form.Needs}

func (p *Pages) workListRoutes() []Route {
	write := Needs(account.RightWriteAssessment)
	return []Route{
		{Method: "POST", Pattern: PathReview + "/{round}/them", Right: write, Handler: p.listAdd},
		{Method: "GET", Pattern: PathReview + "/{round}/in-phieu/{form}/{place}/{format}", Right: write, Handler: p.formsDocument},
	}
}

func workAddress(round string, at area.ID) string {
	return PathReview + "/" + url.PathEscape(round) + "?" + url.Values{paramArea: {string(at)}}.Encode()
}

// waits says whether a household of the list still has to be asked something:
// Phiếu A where it comes first, else Phiếu B.
func waits(l review.Listed) bool {
	return l.Assessment == "" && (l.NeedsB() || l.Screening == "")
}

// toFill is the form that a household of the list is to be asked next.
func (p *Pages) toFill(round review.Round, l review.Listed) string {
	if !l.NeedsB() && l.Screening == "" {
		if _, err := p.Reviews.FormOf(round, form.Screening); err == nil {
			return partAddress(round.ID, formPart(form.Screening), l.Household)
		}
	}
	return formAddress(round.ID, l.Household)
}

// listTable is the list of a village or commune: why each household stands on
// it, what Phiếu A said, what Phiếu B led to, and the ways to its forms.
func (p *Pages) listTable(round review.Round, list []review.Listed, writes bool) view.Table {
	before := "web.work.before"
	if round.Kind == review.InYear {
		before = "web.work.before_request"
	}
	t := view.Table{ID: "danh-sach", Caption: text.T("web.work.list"), HideCaption: true, Stacked: true,
		Columns: []view.Column{{Label: text.T("web.household.head")}, {Label: text.T("web.household.village")}, {Label: text.T("web.work.source")}, {Label: text.T(before)}, {Label: text.T("web.work.screening")}, {Label: text.T("web.work.now")}, {Label: text.T("web.work.forms")}}}
	writes = writes && round.State == review.Open
	for _, l := range list {
		row := view.Row{Href: householdAddress(l.Household), Cells: []view.Cell{{Text: l.Head, Note: l.Code}, {Text: p.placeName(l.Village, p.Today())}, {Text: text.T("web.work.source." + l.Source), Note: text.T("web.work.route." + l.Route)}, {Text: text.T("web.class.not_surveyed")}, {}, {}, {}}}
		if l.Reviewed {
			row.Cells[3] = view.Cell{Tag: view.ClassTag(view.Class(l.Before.String()), "")}
		}
		switch {
		case l.Screening == review.ScreenedOut:
			row.Cells[4].Tag = view.Tag{Tone: view.Out, Text: text.T("web.work.screened_out")}
		case l.Screening != "":
			row.Cells[4].Tag = view.Tag{Tone: view.Near, Text: text.T("web.work.to_review")}
		case l.Route == review.RouteA && l.Assessment == "":
			row.Cells[4].Text = text.T("web.work.to_do")
		default:
			row.Cells[4].Text = text.T("web.work.no_screening")
		}
		switch {
		case l.Assessment != "":
			row.Cells[5].Tag = view.ClassTag(view.Class(l.Class.String()), l.Label)
		case l.NeedsB():
			row.Cells[5].Tag = view.Tag{Tone: view.Unknown, Text: text.T("web.work.to_do")}
		}
		if writes {
			row.Href = p.toFill(round, l)
			row.Cells[6].Inner = view.LinkLine(p.formLinksOf(round, l))
		}
		t.Rows = append(t.Rows, row)
	}
	if len(t.Rows) == 0 {
		t.Blank = view.Blank{State: view.Empty, Text: text.T("web.work.none")}
	}
	return t
}

// formLinksOf lead to the forms of a household of the list; one that Phiếu A
// has screened out can still be put to Phiếu B, with a reason.
func (p *Pages) formLinksOf(round review.Round, l review.Listed) (links []view.Link) {
	has := func(code string) bool { _, err := p.Reviews.FormOf(round, code); return err == nil }
	if l.Route == review.RouteA && has(form.Screening) {
		links = append(links, view.Link{Text: text.T("web.work.form_a"), Href: partAddress(round.ID, formPart(form.Screening), l.Household)})
	}
	if l.NeedsB() {
		links = append(links, view.Link{Text: text.T("web.work.form_b"), Href: formAddress(round.ID, l.Household)})
	} else if l.Screening == review.ScreenedOut {
		links = append(links, view.Link{Text: text.T("web.work.still_b"), Href: workAddress(round.ID, l.Village) + "&ho=" + url.QueryEscape(l.Code) + "#them-ho"})
	}
	if (l.Class == standard.Poor || l.Class == standard.NearPoor) && has(form.Needs) {
		links = append(links, view.Link{Text: text.T("web.work.form_c"), Href: partAddress(round.ID, formPart(form.Needs), l.Household)})
	}
	return links
}

// addForm puts a household that nobody listed on the list, or one that Phiếu A
// has screened out to Phiếu B.
func (p *Pages) addForm(r *http.Request, round review.Round, at area.ID, refused error) *view.AddHousehold {
	in, code := r.PostForm, r.URL.Query().Get("ho")
	problems := fields(refused)
	chosen := in.Get("source")
	if chosen == "" {
		chosen = review.Proposal
		if code != "" {
			chosen = review.Added
		}
	}
	if in.Has("household") {
		code = in.Get("household")
	}
	a := &view.AddHousehold{Action: PathReview + "/" + url.PathEscape(round.ID) + "/them?" + url.Values{paramArea: {string(at)}}.Encode(), Open: refused != nil || code != "", Problems: problems,
		Source: view.Select{Name: "source", Label: text.T("web.work.source"), Error: view.ErrorFor(problems, "source")},
		Route:  view.Select{Name: "route", Label: text.T("web.work.route"), Hint: text.T("web.work.route_hint")},
		Fields: []view.Field{{Name: "household", Label: text.T("web.household.code"), Hint: text.T("web.work.add_hint"), Value: code, Width: "w12", Required: true, Error: view.ErrorFor(problems, "household")},
			{Name: "reason", Label: text.T("web.work.add_reason"), Hint: text.T("web.work.add_reason_hint"), Kind: view.LongInput, Value: in.Get("reason"), Error: view.ErrorFor(problems, "reason")}}}
	for _, source := range []string{review.Proposal, review.Request, review.Added} {
		a.Source.Options = append(a.Source.Options, view.Option{Value: source, Label: text.T("web.work.source." + source), Selected: source == chosen})
	}
	straight := in.Get("route") == review.RouteB || !in.Has("route") && r.URL.Query().Get("ho") != ""
	for _, route := range []string{review.RouteA, review.RouteB} {
		a.Route.Options = append(a.Route.Options, view.Option{Value: route, Label: text.T("web.work.route." + route), Selected: (route == review.RouteB) == straight})
	}
	return a
}

func (p *Pages) listAdd(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	by := p.writer(r)
	round := r.PathValue("round")
	code := strings.ToUpper(strings.TrimSpace(r.PostForm.Get("household")))
	var h household.Household
	err := p.DB.Read(r.Context(), func(tx *db.Tx) (err error) {
		h, err = p.Households.FindByCode(tx, by.Scope, code)
		return err
	})
	if err != nil && fault.Of(err) == fault.NotFound {
		message := text.T("web.complaint.no_household", "code", code)
		err = fault.New(fault.Invalid, "no_household", message, fault.Field{Name: "household", Message: message})
	}
	if err == nil {
		err = p.Reviews.AddToList(r.Context(), by, round, h.ID, r.PostForm.Get("source"), r.PostForm.Get("route") == review.RouteB, r.PostForm.Get("reason"))
	}
	if err != nil {
		if kind := fault.Of(err); kind != fault.Invalid && kind != fault.Conflict {
			return err
		}
		return p.showWork(w, r, http.StatusUnprocessableEntity, err)
	}
	return SeeOther(w, r, saved(workAddress(round, h.VillageID), "listed"))
}

// formsToPrint are the forms of a village or commune on paper.
func (p *Pages) formsToPrint(round review.Round, at area.ID) (list []view.Document) {
	for _, code := range printable {
		f, err := p.Reviews.FormOf(round, code)
		if err != nil {
			continue
		}
		page := PathReview + "/" + url.PathEscape(round.ID) + "/in-phieu/" + formPart(code) + "/" + url.PathEscape(string(at))
		list = append(list, view.Document{Name: f.Name, Note: text.T("web.work.print_filled"), Files: formatLinks(page)})
		blank := formatLinks(page)
		for i := range blank {
			blank[i].Href += "?trong=1"
		}
		list = append(list, view.Document{Name: f.Name, Note: text.T("web.work.print_blank"), Files: blank})
	}
	return list
}

// formsDocument is the forms of a village or commune in one file, filled in
// with what is known, or one blank.
func (p *Pages) formsDocument(w http.ResponseWriter, r *http.Request) error {
	at := area.ID(r.PathValue("place"))
	v, ok := p.Tree().On(at, p.Today())
	if !ok || !ActorOf(r.Context()).ScopeFor(account.RightWriteAssessment).Covers(p.Tree(), at, p.Today()) {
		return fault.New(fault.NotFound, "area_not_found", text.T("household.area_not_found"))
	}
	i := slices.IndexFunc(printable, func(code string) bool { return formPart(code) == r.PathValue("form") })
	if i < 0 {
		return noPage()
	}
	o := print.FormOptions{Form: printable[i], Area: v.Code, Round: r.PathValue("round"), Blank: r.URL.Query().Get("trong") != ""}
	return sendDocument(w, r, text.T("web.work.print_file", "form", o.Form, "area", v.FullName, "round", o.Round), func() (*paper.Document, error) {
		d, _, err := p.Prints.Forms(r.Context(), ActorOf(r.Context()), o)
		return d, err
	})
}
