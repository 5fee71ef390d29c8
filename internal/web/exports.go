package web

import (
	"bufio"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/a-h/templ"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/exchange"
	"giamngheo/internal/fault"
	"giamngheo/internal/review"
	"giamngheo/internal/sheet"
	"giamngheo/internal/text"
	"giamngheo/internal/vn"
	"giamngheo/internal/web/view"
)

// PathExport is where files of households go out.
const PathExport = "/xuat"

// mostExports go out at the same time: each reads the database for as long as
// its reader takes.
const mostExports = 4

func (p *Pages) exportRoutes() []Route {
	right := Needs(account.RightExport)
	return []Route{
		{Method: "GET", Pattern: PathExport, Right: right, Handler: p.exportForm},
		{Method: "POST", Pattern: PathExport, Right: right, Handler: p.exportFile},
		{Method: "GET", Pattern: pathFormSheet, Right: right, Handler: p.formSheetPage},
		{Method: "POST", Pattern: pathFormSheet, Right: right, Handler: p.formSheetFile},
	}
}

func (p *Pages) exportForm(w http.ResponseWriter, r *http.Request) error {
	return p.showExport(w, r, http.StatusOK, typedUser{typed: r.URL.Query()})
}

// exportRound is the round chosen, by default the latest.
func (p *Pages) exportRound(r *http.Request, id string) (round review.Round, all []review.Round, err error) {
	if all, err = p.Reviews.Rounds(r.Context()); err != nil {
		return round, nil, err
	}
	if len(all) == 0 {
		return round, nil, errNoRound
	}
	if id == "" {
		latest, _ := p.Reports.Register.Latest(all)
		id = latest.ID
	}
	slices.Reverse(all)
	if id == "" {
		return all[0], all, nil
	}
	i := slices.IndexFunc(all, func(o review.Round) bool { return o.ID == id })
	if i < 0 {
		return round, nil, fault.New(fault.NotFound, "round_not_found", text.T("review.round_not_found", "id", id))
	}
	return all[i], all, nil
}

func (p *Pages) showExport(w http.ResponseWriter, r *http.Request, status int, f typedUser) error {
	by := ActorOf(r.Context())
	round, all, err := p.exportRound(r, f.value(paramRound, ""))
	if err != nil {
		return err
	}
	rounds := view.Select{Name: paramRound, Label: text.T("web.import.round"), Submit: true}
	for _, o := range all {
		rounds.Options = append(rounds.Options, view.Option{Value: o.ID, Label: text.T("web.round_of", "id", o.ID), Selected: o.ID == round.ID})
	}
	where := p.areaSelect(by.ScopeFor(account.RightExport), "web.export.area", "", "", round.BoundaryDay, f)
	format := view.Choice{Name: "format", Label: text.T("web.export.format"), Error: f.error("format")}
	for _, one := range []string{"xlsx", "csv"} {
		format.Options = append(format.Options, view.Option{Value: one, Label: text.T("web.export.format." + one), Hint: text.T("web.export.format." + one + "_hint"), Selected: f.value("format", "xlsx") == one})
	}
	form := view.Form{Head: view.Heading{Title: text.T("web.export.title"), Lead: text.T("web.export.lead")}, Errors: f.wrong, Action: PathExport, Hidden: []view.Pair{{Name: paramRound, Value: round.ID}},
		Before: []templ.Component{view.ChooserForm(view.Chooser{Action: PathExport, Button: text.T("web.go")}, view.SelectRow(rounds))},
		Parts: []templ.Component{view.GroupedSelectRow(where), view.ChoiceRow(format),
			view.FieldRow(view.Field{Name: "purpose", Label: text.T("web.export.purpose"), Hint: text.T("web.export.purpose_hint"), Width: "full", Value: f.value("purpose", ""), Error: f.error("purpose"), Required: true})},
		Buttons: []view.Button{{Label: text.T("web.export.go"), Kind: view.Primary}}}
	form.After = []templ.Component{view.Source(text.T("web.export.moved"))}
	if len(where.Groups) > 2 { // more than one district
		form.After = append(form.After, view.Source(text.T("web.export.slow")))
	}
	if tabs := importTabs(by, "export"); tabs != nil {
		form.Before = append([]templ.Component{tabs}, form.Before...)
	}
	frame := Frame(r, form.Head.Title, view.NavImport, p.Demo)
	frame.Crumbs = []view.Link{{Text: form.Head.Title}}
	return Render(w, r, status, view.Framed(frame, view.FormBody(form)))
}

// exportFile sends the file as it is made.
func (p *Pages) exportFile(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	f := typedUser{typed: r.PostForm}
	round, _, err := p.exportRound(r, r.PostForm.Get(paramRound))
	if err != nil {
		return err
	}
	by := ActorOf(r.Context())
	o := exchange.ExportOptions{Round: round.ID, Format: sheet.Format(r.PostForm.Get("format")), Purpose: strings.TrimSpace(vn.NFC(r.PostForm.Get("purpose")))}
	refuse := func(name, key string) {
		f.wrong = append(f.wrong, fault.Field{Name: name, Message: text.T(key)})
	}
	id, scope, ok := area.ID(r.PostForm.Get(paramArea)), by.ScopeFor(account.RightExport), false
	if o.Area, _, ok = codeOn(p.Tree(), id, round.BoundaryDay, p.Today()); !ok || !p.reaches(scope, id, round.BoundaryDay) {
		refuse(paramArea, "web.import.area_missing")
	}
	if o.Format != sheet.XLSX && o.Format != sheet.CSV {
		refuse("format", "web.export.format_missing")
	}
	if o.Purpose == "" {
		refuse("purpose", "web.export.purpose_missing")
	}
	if len(f.wrong) > 0 {
		return p.showExport(w, r, http.StatusUnprocessableEntity, f)
	}
	if err := p.exports.begin(by.ID); err != nil {
		return err
	}
	defer p.exports.end(by.ID)
	download(w, "ho-"+o.Area+"-"+url.PathEscape(round.ID)+"."+string(o.Format), "."+string(o.Format))
	out := bufio.NewWriterSize(steady(w), 64<<10)
	if _, err := p.Exchange.ExportHouseholds(r.Context(), by, out, o); err != nil {
		return err
	}
	return out.Flush()
}

// exportDesk bounds what goes out at the same time.
type exportDesk struct {
	mu     sync.Mutex
	owners []string
}

func (d *exportDesk) begin(owner string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if slices.Contains(d.owners, owner) {
		return fault.New(fault.Conflict, "export_busy", text.T("web.export.busy"))
	}
	if len(d.owners) >= mostExports {
		return fault.New(fault.Busy, "exports_full", text.T("web.export.full"))
	}
	d.owners = append(d.owners, owner)
	return nil
}

func (d *exportDesk) end(owner string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.owners = slices.DeleteFunc(d.owners, func(o string) bool { return o == owner })
}

// steadyWriter ends an answer whose reader takes nothing for too long.
type steadyWriter struct {
	w    io.Writer
	line *http.ResponseController
}

func steady(w http.ResponseWriter) io.Writer {
	return &steadyWriter{w, http.NewResponseController(w)}
}

func (s *steadyWriter) Write(b []byte) (int, error) {
	s.line.SetWriteDeadline(time.Now().Add(silence)) // not every line has deadlines: those of tests have none
	n, err := s.w.Write(b)
	s.line.SetWriteDeadline(time.Time{})
	return n, err
}
