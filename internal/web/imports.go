package web

import (
	"fmt"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/exchange"
	"giamngheo/internal/fault"
	"giamngheo/internal/review"
	"giamngheo/internal/text"
	"giamngheo/internal/vn"
	"giamngheo/internal/web/view"
)

// The addresses below PathImport.
const (
	pathFormSheets = PathImport + "/phieu"
	pathVillages   = PathImport + "/thon"
	pathBoundaries = PathImport + "/ranh-gioi"
	pathDelivery   = PathImport + "/viec"
	pathImported   = PathImport + "/lan"
)

func (p *Pages) importRoutes() []Route {
	households, areas, either := Needs(account.RightImport), Needs(account.RightAreas), Either(account.RightImport, account.RightAreas)
	one, undo := pathDelivery+"/{delivery}", pathImported+"/{operation}/hoan-tac"
	return []Route{
		{Method: "GET", Pattern: PathImport, Right: either, Handler: p.importPage},
		{Method: "POST", Pattern: PathImport, Right: households, Limit: uploadLimit, Handler: p.upload(ofHouseholds)},
		{Method: "GET", Pattern: pathFormSheets, Right: households, Handler: p.uploadPage(ofForms)},
		{Method: "POST", Pattern: pathFormSheets, Right: households, Limit: uploadLimit, Handler: p.upload(ofForms)},
		{Method: "GET", Pattern: pathVillages, Right: areas, Handler: p.uploadPage(ofVillages)},
		{Method: "POST", Pattern: pathVillages, Right: areas, Limit: uploadLimit, Handler: p.upload(ofVillages)},
		{Method: "GET", Pattern: pathBoundaries, Right: areas, Handler: p.uploadPage(ofBoundaries)},
		{Method: "POST", Pattern: pathBoundaries, Right: areas, Limit: uploadLimit, Handler: p.upload(ofBoundaries)},
		{Method: "GET", Pattern: one, Right: either, Handler: p.deliveryPage},
		{Method: "POST", Pattern: one, Right: either, Handler: p.deliveryDo},
		{Method: "GET", Pattern: one + "/tien-do", Right: either, Handler: p.deliveryProgress},
		{Method: "GET", Pattern: one + "/danh-dau", Right: either, Handler: p.deliveryMarked},
		{Method: "GET", Pattern: undo, Right: households, Handler: p.importUndoForm},
		{Method: "POST", Pattern: undo, Right: households, Handler: p.importUndoDo},
	}
}

func deliveryAddress(id string) string { return pathDelivery + "/" + url.PathEscape(id) }

var pathsOfKinds = map[string]string{ofHouseholds: PathImport, ofForms: pathFormSheets, ofVillages: pathVillages, ofBoundaries: pathBoundaries, ofUndo: PathImport}

// importTabs lead from one kind of file to the other, as far as the rights go.
func importTabs(by *account.Actor, current string) templ.Component {
	var tabs []view.Tab
	for _, tab := range []struct {
		kind, path string
		right      account.Right
	}{{ofHouseholds, PathImport, account.RightImport}, {ofForms, pathFormSheets, account.RightImport}, {ofVillages, pathVillages, account.RightAreas}, {ofBoundaries, pathBoundaries, account.RightAreas}, {"export", PathExport, account.RightExport}} {
		if by.Can(tab.right) {
			tabs = append(tabs, view.Tab{Text: text.T("web.import.kind." + tab.kind), Href: tab.path, Current: tab.kind == current})
		}
	}
	if len(tabs) < 2 {
		return nil
	}
	return view.Tabs(text.T("web.import.kinds"), tabs)
}

func (p *Pages) importFrame(r *http.Request, title string, crumbs ...view.Link) view.Page {
	f := Frame(r, title, view.NavImport, p.Demo)
	f.Crumbs = append([]view.Link{{Text: text.T("web.nav.import"), Href: PathImport}}, crumbs...)
	return f
}

// importPage is the page of households; who may only bring areas is led on.
func (p *Pages) importPage(w http.ResponseWriter, r *http.Request) error {
	if !ActorOf(r.Context()).Can(account.RightImport) {
		return SeeOther(w, r, pathVillages)
	}
	return p.showUpload(w, r, http.StatusOK, ofHouseholds, typedUser{typed: url.Values{}})
}

func (p *Pages) uploadPage(kind string) Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		return p.showUpload(w, r, http.StatusOK, kind, typedUser{typed: url.Values{}})
	}
}

// showUpload shows the form for one kind of file and what is under way.
func (p *Pages) showUpload(w http.ResponseWriter, r *http.Request, status int, kind string, f typedUser) error {
	by := ActorOf(r.Context())
	limits, err := p.Exchange.Limits(r.Context())
	if err != nil {
		return err
	}
	most := min(limits.FileBytes, uploadLimit)
	form := view.Upload{Title: text.T("web.import." + kind + ".title"), Errors: f.wrong, Action: pathsOfKinds[kind], Max: most, Over: text.T("web.import.over", "limit", megabytes(most)),
		Failed: text.T("web.import.send_failed"), Sends: text.T("web.import.sending"), Button: text.T("web.import.check"),
		File: view.Field{Name: fieldFile, Label: text.T("web.import.file"), Hint: text.T("web.import.file_hint", "limit", megabytes(most)), Kind: view.FileInput, Accept: ".xlsx,.csv", Required: true, Error: f.error(fieldFile)}}
	parts := []templ.Component{importTabs(by, kind), p.ownDeliveries(by)}
	switch kind {
	case ofHouseholds:
		form.Parts, err = p.householdFields(r, f)
		for _, note := range []string{"shape", "members", "blank", "template"} {
			form.Notes = append(form.Notes, text.T("web.import.households."+note))
		}
	case ofForms:
		form.Parts, err = p.formSheetFields(r, f)
		form.Notes = []string{text.T("web.import.forms.shape"), text.T("web.import.forms.blank")}
	case ofVillages:
		days, failed := p.openDays(r)
		err = failed
		form.Parts = []templ.Component{view.GroupedSelectRow(p.areaSelect(by.ScopeFor(account.RightAreas), "web.import.area_villages", "", text.T("web.op.choose"), days[0], f))}
		form.Notes = []string{text.T("web.import.villages.shape"), text.T("web.import.villages.again")}
	case ofBoundaries:
		form.File.Label, form.File.Accept = text.T("web.import.file_boundaries"), ".json,.geojson,.topojson"
		form.Parts = []templ.Component{view.FieldRow(view.Field{Name: "day", Label: text.T("web.import.day"), Kind: view.DayInput, Width: "w12", Value: f.value("day", ""), Error: f.error("day"), Required: true}),
			view.FieldRow(view.Field{Name: "property", Label: text.T("web.import.property"), Hint: text.T("web.import.property_hint"), Width: "w12", Value: f.value("property", ""), Error: f.error("property")})}
		form.Notes = []string{text.T("web.import.boundaries.shape")}
	}
	if err != nil {
		return err
	}
	if form.Parts == nil {
		parts = append(parts, view.NoticeBox(view.Notice{Mood: view.Warn, Title: text.T("web.import.no_round"), Text: text.T("web.import.no_round_next"), Link: view.Link{Text: text.T("web.nav.review"), Href: PathReview}}))
	} else {
		parts = append(parts, view.UploadForm(form))
	}
	if kind == ofHouseholds {
		list, err := p.importTable(r)
		if err != nil {
			return err
		}
		parts = append(parts, list)
	}
	head := view.Heading{Title: text.T("web.import.title"), Lead: text.T("web.import.lead." + kind)}
	frame := p.importFrame(r, head.Title)
	frame.Scripts = []string{"js/upload.js"}
	return Render(w, r, status, view.Framed(frame, view.Together(view.PageHead(head), view.ErrorSummary(f.wrong), view.Parts(parts...))))
}

// householdFields asks what a file of households cannot say itself; nil where
// no round is open.
func (p *Pages) householdFields(r *http.Request, f typedUser) ([]templ.Component, error) {
	rounds, err := p.openRounds(r)
	if err != nil || len(rounds) == 0 {
		return nil, err
	}
	s := view.Select{Name: paramRound, Label: text.T("web.import.round"), Error: f.error(paramRound)}
	for _, o := range rounds {
		s.Options = append(s.Options, view.Option{Value: o.ID, Label: text.T("web.import.round_of", "id", o.ID, "standard", o.Standard), Selected: f.value(paramRound, "") == o.ID})
	}
	parts := []templ.Component{view.SelectRow(s)}
	scope := ActorOf(r.Context()).ScopeFor(account.RightImport)
	if where := p.areaSelect(scope, "web.import.area", "web.import.area_hint", text.T("web.import.area_by_file"), rounds[0].BoundaryDay, f); len(where.Groups) > 2 || len(where.Groups[1].Options) > 1 {
		parts = append(parts, view.GroupedSelectRow(where))
	}
	return parts, nil
}

// openRounds are the rounds that still take forms: the yearly ones, latest
// first, then those within a year, which take few. A page proposes the first.
func (p *Pages) openRounds(r *http.Request) ([]review.Round, error) {
	rounds, err := p.Reviews.Rounds(r.Context())
	rounds = slices.DeleteFunc(rounds, func(o review.Round) bool { return o.State != review.Open })
	slices.Reverse(rounds)
	yearly := slices.DeleteFunc(slices.Clone(rounds), func(o review.Round) bool { return o.Kind != review.Yearly })
	return append(yearly, slices.DeleteFunc(rounds, func(o review.Round) bool { return o.Kind == review.Yearly })...), err
}

// openDays are the days on which the names and codes of a list of villages may
// hold: those of the open rounds, else today.
func (p *Pages) openDays(r *http.Request) ([]string, error) {
	rounds, err := p.openRounds(r)
	var days []string
	for _, o := range rounds {
		days = append(days, o.BoundaryDay)
	}
	return append(days, p.Today()), err
}

// areaSelect offers the areas of a scope as they are on a day: first none or
// all, then by district.
func (p *Pages) areaSelect(scope area.Scope, label, hint, none, day string, f typedUser) view.GroupedSelect {
	s := view.GroupedSelect{Name: paramArea, Label: text.T(label), Error: f.error(paramArea), Groups: []view.OptionGroup{{Options: []view.Option{{Label: none}}}, {}}}
	if hint != "" {
		s.Hint = text.T(hint)
	}
	if none == "" {
		s.Groups[0].Options = nil
	}
	tree, chosen := p.Tree(), area.ID(f.value(paramArea, ""))
	option := func(v area.Version, name string) view.Option {
		return view.Option{Value: string(v.Area), Label: name, Selected: v.Area == chosen}
	}
	for _, root := range p.rootsOf(scope) {
		on := day
		if then, ok := tree.On(root.Area, day); ok {
			root = then
		} else {
			on = p.Today()
		}
		name := root.FullName
		if root.Level == area.Province || root.Level == area.District {
			name = text.T("web.import.whole", "area", name)
		}
		s.Groups[1].Options = append(s.Groups[1].Options, option(root, name))
		for _, below := range tree.Children(root.Area, on) {
			switch below.Level {
			case area.District:
				group := view.OptionGroup{Label: below.FullName, Options: []view.Option{option(below, text.T("web.import.whole", "area", below.FullName))}}
				for _, c := range tree.Communes(below.Area, on) {
					group.Options = append(group.Options, option(c, c.FullName))
				}
				s.Groups = append(s.Groups, group)
			case area.Commune:
				s.Groups[1].Options = append(s.Groups[1].Options, option(below, below.FullName))
			}
		}
	}
	return s
}

// codeOn is the code by which others find the area first when they look for
// it on these days: a code may have passed to another unit.
func codeOn(tree *area.Tree, id area.ID, days ...string) (code, name string, ok bool) {
	for _, day := range days {
		v, there := tree.On(id, day)
		if !there {
			continue
		}
		for _, d := range days {
			if first, found := tree.Code(v.Code, d); found {
				if first.Area == id {
					return v.Code, v.FullName, true
				}
				break
			}
		}
	}
	return "", "", false
}

// upload takes a file and leads to the page of what comes of it.
func (p *Pages) upload(kind string) Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		by := ActorOf(r.Context())
		in, err := p.receive(r)
		if err != nil {
			return err
		}
		d, wrong, err := p.deliveryOf(r, kind, in)
		if err == nil && len(wrong) == 0 {
			err = p.desk.put(d)
		}
		if err != nil || len(wrong) > 0 {
			in.discard()
			switch {
			case err != nil:
				return err
			case r.Header.Get("HX-Request") == "true":
				return fault.New(fault.Invalid, "upload_incomplete", wrong[0].Message)
			}
			return p.showUpload(w, r, http.StatusUnprocessableEntity, kind, typedUser{typed: in.typed, wrong: wrong})
		}
		p.run(by, d)
		return SeeOther(w, r, deliveryAddress(d.id))
	}
}

// deliveryOf reads what was said about the file.
func (p *Pages) deliveryOf(r *http.Request, kind string, in *received) (*delivery, []fault.Field, error) {
	by := ActorOf(r.Context())
	d := &delivery{owner: by.ID, kind: kind, name: in.name, file: in.file}
	var wrong []fault.Field
	refuse := func(name, key string) { wrong = append(wrong, fault.Field{Name: name, Message: text.T(key)}) }
	id := area.ID(in.typed.Get(paramArea))
	var days []string
	var scope area.Scope
	switch kind {
	case ofHouseholds:
		rounds, err := p.openRounds(r)
		if err != nil {
			return nil, nil, err
		}
		i := slices.IndexFunc(rounds, func(o review.Round) bool { return o.ID == in.typed.Get(paramRound) })
		if i < 0 {
			refuse(paramRound, "web.import.round_missing")
			break
		}
		d.round, days, scope = rounds[i].ID, []string{rounds[i].BoundaryDay, p.Today()}, by.ScopeFor(account.RightImport)
	case ofForms:
		rounds, err := p.openRounds(r)
		if err != nil {
			return nil, nil, err
		}
		if d.round = in.typed.Get(paramRound); !slices.ContainsFunc(rounds, func(o review.Round) bool { return o.ID == d.round }) {
			refuse(paramRound, "web.import.round_missing")
		}
		if d.form = in.typed.Get("phieu"); !slices.Contains(besidePhieuB, d.form) {
			refuse("phieu", "web.import.form_missing")
		}
		id = ""
	case ofVillages:
		var err error
		if days, err = p.openDays(r); err != nil {
			return nil, nil, err
		}
		if scope = by.ScopeFor(account.RightAreas); id == "" {
			refuse(paramArea, "web.import.area_missing")
		}
	case ofBoundaries:
		day, err := vn.ParseDay(in.typed.Get("day"), "")
		if err != nil || !day.Exact() {
			refuse("day", "web.import.day_missing")
		}
		d.day, d.property, id = string(day), in.typed.Get("property"), ""
	}
	if id != "" && len(days) > 0 {
		var ok bool
		if d.area, d.place, ok = codeOn(p.Tree(), id, days...); !ok || !slices.ContainsFunc(days, func(day string) bool { return scope.Covers(p.Tree(), id, day) }) {
			refuse(paramArea, "web.import.area_not_then")
		}
	}
	if in.file == nil {
		refuse(fieldFile, "web.import.file_missing")
	}
	return d, wrong, nil
}

// ownDeliveries leads back to what somebody has left on the desk.
func (p *Pages) ownDeliveries(by *account.Actor) templ.Component {
	var links []view.Link
	for _, d := range p.desk.of(by.ID) {
		if state := d.state(); state == "done" || state == "nothing" {
			continue
		}
		links = append(links, view.Link{Href: deliveryAddress(d.id), Text: fmt.Sprintf("%s: %s", d.name, text.T("web.import.own."+d.state()))})
	}
	if len(links) == 0 {
		return nil
	}
	return view.CardWith(view.Card{Title: text.T("web.import.own")}, view.LinkList(links))
}

// state is one word for where a delivery stands.
func (d *delivery) state() string {
	switch {
	case d.busy:
		return "busy"
	case d.err != nil:
		return "failed"
	case d.applied():
		return "done"
	case d.report.Blocked:
		return "refused"
	case d.ready():
		return "ready"
	}
	return "nothing"
}

const importsShown = 20

// importTable lists the imports of the reader's area.
func (p *Pages) importTable(r *http.Request) (templ.Component, error) {
	limit := importsShown
	if r.URL.Query().Get("tat-ca") != "" {
		limit = math.MaxInt
	}
	list, err := p.Exchange.Imports(r.Context(), ActorOf(r.Context()), min(limit, math.MaxInt-1)+1)
	if err != nil {
		return nil, err
	}
	open, err := p.openRounds(r)
	if err != nil {
		return nil, err
	}
	card := view.Card{ID: "cac-lan-nhap", Title: text.T("web.import.list")}
	if len(list) > limit {
		list = list[:limit]
		card.Link = view.Link{Text: text.T("web.import.all"), Href: PathImport + "?tat-ca=1"}
	}
	var actors []string
	for _, i := range list {
		actors = append(actors, i.Actor)
	}
	names, err := p.Accounts.FullNames(r.Context(), actors)
	if err != nil {
		return nil, err
	}
	t := view.Table{ID: "lan-nhap", Caption: card.Title, HideCaption: true, Stacked: true, Columns: []view.Column{{Label: text.T("web.import.name")}, {Label: text.T("web.import.at")}, {Label: text.T("web.import.round")}, {Label: text.T("web.import.who")},
		{Label: text.T("web.import.rows"), Numeric: true}, {Label: text.T("web.import.create"), Numeric: true}, {Label: text.T("web.import.update"), Numeric: true}, {Label: text.T("web.import.state")}, {}}}
	for _, i := range list {
		who := names[i.Actor]
		if who == "" {
			who = i.Actor
		}
		row := view.Row{Cells: []view.Cell{{Text: i.File}, {Text: i.At.In(vietnam).Format("02/01/2006 15:04")}, {Text: i.Round}, {Text: who}, {Text: vn.FormatInt(int64(i.Rows))},
			{Text: vn.FormatInt(int64(i.Create))}, {Text: vn.FormatInt(int64(i.Update))}, {Tag: importTag(i), Note: i.UndoReason}, {}}}
		if i.Villages {
			row.Cells[2] = view.Cell{Text: text.T("web.import.of_villages")}
		}
		if i.Form != "" {
			row.Cells[2] = view.Cell{Text: text.T("web.import.of_forms", "round", i.Round, "form", i.Form)}
		}
		if i.State == "applied" && (i.Villages || slices.ContainsFunc(open, func(o review.Round) bool { return o.ID == i.Round })) {
			row.Cells[8] = view.Cell{Text: text.T("web.import.undo"), Href: undoImportAddress(i.ID)}
		}
		t.Rows = append(t.Rows, row)
	}
	if len(t.Rows) == 0 {
		t.Blank = view.Blank{State: view.Empty, Text: text.T("web.import.none")}
	}
	return view.CardWith(card, view.TableOf(t)), nil
}

func importTag(i exchange.Imported) view.Tag {
	tag := view.Tag{Text: text.T("import.state." + i.State)}
	if i.State == "applied" {
		tag.Tone = view.Out
	}
	return tag
}

func undoImportAddress(operation string) string {
	return pathImported + "/" + url.PathEscape(operation) + "/hoan-tac"
}

// imported finds an import of the reader's area.
func (p *Pages) imported(r *http.Request) (exchange.Imported, error) {
	id := r.PathValue("operation")
	list, err := p.Exchange.Imports(r.Context(), ActorOf(r.Context()), math.MaxInt)
	if err != nil {
		return exchange.Imported{}, err
	}
	i := slices.IndexFunc(list, func(i exchange.Imported) bool { return i.ID == id })
	if i < 0 {
		return exchange.Imported{}, fault.New(fault.NotFound, "import_not_found", text.T("web.error.no_page"))
	}
	return list[i], nil
}

func (p *Pages) importUndoForm(w http.ResponseWriter, r *http.Request) error {
	return p.showImportUndo(w, r, http.StatusOK, typedUser{typed: url.Values{}})
}

func (p *Pages) showImportUndo(w http.ResponseWriter, r *http.Request, status int, f typedUser) error {
	i, err := p.imported(r)
	if err != nil {
		return err
	}
	form := view.Form{Head: view.Heading{Title: text.T("web.import.undo_title", "file", i.File), Lead: text.T("web.import.undo_lead", "at", i.At.In(vietnam).Format("02/01/2006 15:04"), "round", i.Round, "create", vn.FormatInt(int64(i.Create)), "update", vn.FormatInt(int64(i.Update)))},
		Errors: f.wrong, Action: undoImportAddress(i.ID),
		Parts:   []templ.Component{view.Paragraphs(text.T("web.import.undo_what")), view.FieldRow(view.Field{Name: "reason", Label: text.T("web.import.undo_reason"), Hint: text.T("web.import.undo_reason_hint"), Width: "full", Value: f.value("reason", ""), Error: f.error("reason"), Required: true})},
		Buttons: []view.Button{{Label: text.T("web.import.undo_go"), Kind: view.Danger}, {Label: text.T("web.cancel"), Kind: view.Quiet, Href: PathImport}}}
	return Render(w, r, status, view.Framed(p.importFrame(r, form.Head.Title, view.Link{Text: text.T("web.import.undo")}), view.FormBody(form)))
}

func (p *Pages) importUndoDo(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	i, err := p.imported(r)
	if err != nil {
		return err
	}
	reason := strings.TrimSpace(vn.NFC(r.PostForm.Get("reason")))
	if reason == "" {
		return p.showImportUndo(w, r, http.StatusUnprocessableEntity, typedUser{typed: r.PostForm, wrong: []fault.Field{{Name: "reason", Message: text.T("household.reason_missing")}}})
	}
	by := ActorOf(r.Context())
	d := &delivery{owner: by.ID, kind: ofUndo, name: i.File, round: i.Round, operation: i.ID, reason: reason, writing: true}
	if err := p.desk.put(d); err != nil {
		return err
	}
	p.run(by, d)
	return SeeOther(w, r, deliveryAddress(d.id))
}
