package web

import (
	"bufio"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/exchange"
	"giamngheo/internal/fault"
	"giamngheo/internal/form"
	"giamngheo/internal/review"
	"giamngheo/internal/text"
	"giamngheo/internal/vn"
	"giamngheo/internal/web/view"
)

// pathFormSheet is where a form is made as a spreadsheet to fill in.
const pathFormSheet = PathExport + "/mau"

// formChoice offers the forms that a round has.
func (p *Pages) formChoice(round review.Round, codes []string, f typedUser) view.Choice {
	c := view.Choice{Name: "phieu", Label: text.T("web.form.which"), Error: f.error("phieu")}
	for _, code := range codes {
		if one, err := p.Reviews.FormOf(round, code); err == nil {
			c.Options = append(c.Options, view.Option{Value: code, Label: one.Name, Selected: f.value("phieu", codes[0]) == code})
		}
	}
	return c
}

// formSheetFields asks what a sheet of forms cannot say itself; nil where no
// round is open.
func (p *Pages) formSheetFields(r *http.Request, f typedUser) ([]templ.Component, error) {
	rounds, err := p.openRounds(r)
	if err != nil || len(rounds) == 0 {
		return nil, err
	}
	s := view.Select{Name: paramRound, Label: text.T("web.import.round"), Error: f.error(paramRound)}
	for _, o := range rounds {
		s.Options = append(s.Options, view.Option{Value: o.ID, Label: text.T("web.import.round_of", "id", o.ID, "standard", o.Standard), Selected: f.value(paramRound, "") == o.ID})
	}
	return []templ.Component{view.SelectRow(s), view.ChoiceRow(p.formChoice(rounds[0], []string{form.Screening, form.Needs, form.RequestEnter, form.RequestLeave}, f))}, nil
}

func (p *Pages) formSheetPage(w http.ResponseWriter, r *http.Request) error {
	return p.showFormSheet(w, r, http.StatusOK, typedUser{typed: r.URL.Query()})
}

func (p *Pages) showFormSheet(w http.ResponseWriter, r *http.Request, status int, f typedUser) error {
	scope := ActorOf(r.Context()).ScopeFor(account.RightExport)
	round, _, err := p.exportRound(r, f.value(paramRound, ""))
	if err != nil {
		return err
	}
	id := area.ID(f.value(paramArea, ""))
	if id == "" {
		id = p.home(scope)
	}
	at, ok := p.Tree().On(id, p.Today())
	if !ok || !scope.Covers(p.Tree(), id, p.Today()) {
		return fault.New(fault.NotFound, "area_not_found", text.T("household.area_not_found"))
	}
	body := view.Form{Head: view.Heading{Title: text.T("web.form.sheet_title", "area", at.FullName), Lead: text.T("web.form.sheet_lead", "round", round.ID)}, Errors: f.wrong, Action: pathFormSheet,
		Hidden: []view.Pair{{Name: paramRound, Value: round.ID}, {Name: paramArea, Value: string(id)}},
		Parts: []templ.Component{view.ChoiceRow(p.formChoice(round, []string{form.Scores, form.Screening, form.Needs, form.RequestEnter, form.RequestLeave}, f)),
			view.FieldRow(view.Field{Name: "purpose", Label: text.T("web.export.purpose"), Hint: text.T("web.export.purpose_hint"), Width: "full", Value: f.value("purpose", ""), Error: f.error("purpose"), Required: true})},
		Buttons: []view.Button{{Label: text.T("web.form.sheet_go"), Kind: view.Primary, Name: "tep", Value: "xlsx"}},
		After:   []templ.Component{view.Source(text.T("web.form.sheet_note"))}}
	frame := Frame(r, body.Head.Title, view.NavReview, p.Demo)
	frame.Crumbs = []view.Link{{Text: text.T("web.round_of", "id", round.ID), Href: PathReview + "/" + url.PathEscape(round.ID) + "?" + paramArea + "=" + string(id)}, {Text: body.Head.Title}}
	return Render(w, r, status, view.Framed(frame, view.FormBody(body)))
}

// formSheetFile sends the spreadsheet.
func (p *Pages) formSheetFile(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	f := typedUser{typed: r.PostForm}
	round, _, err := p.exportRound(r, r.PostForm.Get(paramRound))
	if err != nil {
		return err
	}
	o := exchange.SheetOptions{Area: area.ID(r.PostForm.Get(paramArea)), Round: round.ID, Form: r.PostForm.Get("phieu"), Purpose: strings.TrimSpace(vn.NFC(r.PostForm.Get("purpose")))}
	refuse := func(name, key string) {
		f.wrong = append(f.wrong, fault.Field{Name: name, Message: text.T(key)})
	}
	if !slices.Contains(form.AllCodes, o.Form) {
		refuse("phieu", "web.import.form_missing")
	}
	if o.Purpose == "" {
		refuse("purpose", "web.export.purpose_missing")
	}
	if len(f.wrong) > 0 {
		return p.showFormSheet(w, r, http.StatusUnprocessableEntity, f)
	}
	by := ActorOf(r.Context())
	if _, ok := p.Tree().On(o.Area, p.Today()); !ok || !by.ScopeFor(account.RightExport).Covers(p.Tree(), o.Area, p.Today()) {
		return fault.New(fault.NotFound, "area_not_found", text.T("household.area_not_found"))
	}
	if err := p.exports.begin(by.ID); err != nil {
		return err
	}
	defer p.exports.end(by.ID)
	at, _ := p.Tree().On(o.Area, p.Today())
	download(w, "mau-"+formPart(o.Form)+"-"+at.Code+"-"+url.PathEscape(round.ID)+".xlsx", ".xlsx")
	out := bufio.NewWriterSize(steady(w), 64<<10)
	if _, err := p.Exchange.FormSheet(r.Context(), by, out, o); err != nil {
		return err
	}
	return out.Flush()
}
