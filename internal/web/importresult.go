package web

import (
	"io"
	"mime"
	"net/http"
	"net/url"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"giamngheo/internal/area"
	"giamngheo/internal/exchange"
	"giamngheo/internal/fault"
	"giamngheo/internal/text"
	"giamngheo/internal/vn"
	"giamngheo/internal/web/view"
)

// What the form of a delivery can ask for.
const (
	fieldDo   = "viec"
	doApply   = "ghi"
	doAgain   = "kiem-tra"
	doDrop    = "bo"
	paramOnly = "muc"
	onlyBad   = "phai-sua"
)

func (p *Pages) deliveryPage(w http.ResponseWriter, r *http.Request) error {
	d, err := p.desk.see(ActorOf(r.Context()).ID, r.PathValue("delivery"))
	if err != nil {
		return err
	}
	head := view.Heading{Title: text.T("web.import.busy_title", "file", d.name)}
	if d.kind == ofUndo {
		head.Title = text.T("web.import.undo_title", "file", d.name)
	}
	if d.round != "" {
		head.Lead = text.T("web.import.about", "round", d.round)
	}
	if d.place != "" {
		head.Lead = strings.TrimPrefix(head.Lead+" · "+d.place, " · ")
	}
	var parts []templ.Component
	switch {
	case d.busy:
		parts = []templ.Component{view.CardWith(view.Card{}, view.Together(view.ProgressBar(progressOf(&d)), view.Paragraphs(text.T("web.import.may_leave"))))}
	case d.err != nil:
		parts = p.failedParts(&d, &head)
	case d.kind == ofUndo:
		head.Title = text.T("web.import.undone_title", "file", d.name)
		parts = []templ.Component{view.NoticeBox(view.Notice{Mood: view.Good, Text: text.T("web.import.undone", "n", vn.FormatInt(int64(d.undone)))}), view.Buttons([]view.Button{{Label: text.T("web.import.back"), Href: PathImport}})}
	case d.kind == ofBoundaries:
		parts = outlineParts(&d, &head)
	default:
		parts = reportParts(r, &d, &head)
	}
	frame := p.importFrame(r, head.Title, view.Link{Text: d.name})
	return Render(w, r, http.StatusOK, view.Framed(frame, view.Together(view.PageHead(head), view.Parts(parts...))))
}

func progressOf(d *delivery) view.Progress {
	bar := view.Progress{ID: "tien-do", Label: text.T("web.import.waiting"), Poll: deliveryAddress(d.id) + "/tien-do"}
	if !d.busy {
		bar.Poll, bar.Then, bar.Done, bar.Total = "", deliveryAddress(d.id), 1, 1
	}
	if !d.running {
		return bar
	}
	switch {
	case d.kind == ofUndo:
		bar.Label = text.T("web.import.undoing")
	case d.kind == ofBoundaries && d.writing:
		bar.Label = text.T("web.import.taking")
	case d.writing:
		bar.Label = text.T("web.import.writing")
	default:
		bar.Label = text.T("web.import.checking")
	}
	if share, known := d.share(); known && share < 1000 {
		bar.Done, bar.Total, bar.Words = share, 1000, text.T("web.import.percent", "n", share/10)
	}
	return bar
}

// deliveryProgress is the part of the page that a script asks for anew.
func (p *Pages) deliveryProgress(w http.ResponseWriter, r *http.Request) error {
	d, err := p.desk.see(ActorOf(r.Context()).ID, r.PathValue("delivery"))
	if err != nil {
		return err
	}
	return Render(w, r, http.StatusOK, view.ProgressBar(progressOf(&d)))
}

// deliveryDo writes a file that was looked at, looks again, or forgets it.
func (p *Pages) deliveryDo(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	by, id := ActorOf(r.Context()), r.PathValue("delivery")
	what := r.PostForm.Get(fieldDo)
	if what == doDrop {
		d, err := p.desk.see(by.ID, id)
		if err == nil {
			err = p.desk.remove(by.ID, id)
		}
		if err != nil {
			return err
		}
		return SeeOther(w, r, pathsOfKinds[d.kind])
	}
	d, begun, err := p.desk.again(by.ID, id, what == doApply)
	if err != nil {
		return err
	}
	if begun {
		p.run(by, d)
	}
	return SeeOther(w, r, deliveryAddress(id))
}

// failedParts tell of a file that could not be read or written, or of an undo
// that was refused.
func (p *Pages) failedParts(d *delivery, head *view.Heading) []templ.Component {
	f := fault.As(d.err, "")
	message, list := f.Message, []string(nil)
	if f.Kind == fault.Internal {
		message = text.T("web.import.internal", "id", f.ID)
	}
	for _, one := range f.Fields {
		if one.Message != f.Message {
			list = append(list, one.Message)
		}
	}
	head.Title = text.T("web.import.failed_title", "file", d.name)
	what := text.T("web.import.failed")
	if d.kind == ofUndo {
		head.Title, what = text.T("web.import.not_undone_title", "file", d.name), text.T("web.import.not_undone")
	}
	var buttons []view.Button
	if d.file != nil {
		buttons = append(buttons, view.Button{Label: text.T("web.import.again"), Kind: view.Primary, Name: fieldDo, Value: doAgain})
	}
	if d.kind == ofUndo {
		buttons = append(buttons, view.Button{Label: text.T("web.import.back"), Href: PathImport})
	} else {
		buttons = append(buttons, view.Button{Label: text.T("web.import.other"), Href: pathsOfKinds[d.kind]})
	}
	notice := view.Notice{Mood: view.Bad, Title: what, Text: message}
	if len(list) > 0 {
		return []templ.Component{view.Listed(notice, list), view.DecisionForm(view.Decision{Action: deliveryAddress(d.id), Buttons: buttons})}
	}
	return []templ.Component{view.NoticeBox(notice), view.DecisionForm(view.Decision{Action: deliveryAddress(d.id), Buttons: buttons})}
}

// outlineParts tell of boundaries taken in.
func outlineParts(d *delivery, head *view.Heading) []templ.Component {
	o := d.outlines
	head.Title = text.T("web.import.outlines_title", "n", vn.FormatInt(int64(o.Areas)))
	parts := []templ.Component{view.NoticeBox(view.Notice{Mood: view.Good, Text: text.T("web.import.outlines", "points", vn.FormatInt(int64(o.Points)), "day", area.ShowDay(d.day)), Link: view.Link{Text: text.T("web.import.see_map"), Href: PathOverview}})}
	if !o.Applied {
		head.Title = text.T("web.import.outlines_ready_title", "n", vn.FormatInt(int64(o.Areas)))
		buttons := []view.Button{{Label: text.T("web.import.take"), Kind: view.Primary, Name: fieldDo, Value: doApply}, {Label: text.T("web.import.other"), Href: pathBoundaries},
			{Label: text.T("web.import.drop"), Kind: view.Quiet, Name: fieldDo, Value: doDrop}}
		parts = []templ.Component{view.NoticeBox(view.Notice{Mood: view.Info, Text: text.T("web.import.outlines_ready", "points", vn.FormatInt(int64(o.Points)), "day", area.ShowDay(d.day))}),
			view.DecisionForm(view.Decision{Action: deliveryAddress(d.id), Buttons: buttons})}
	}
	codes := func(id, key string) view.Table {
		return view.Table{ID: id, Caption: text.T(key), Columns: []view.Column{{Label: text.T("web.import.code")}, {Label: text.T("web.import.area_name")}}}
	}
	unknown, missing := codes("ma-la", "web.import.outlines_unknown"), codes("con-thieu", "web.import.outlines_missing")
	for _, u := range o.Unknown {
		unknown.Rows = append(unknown.Rows, view.Row{Cells: []view.Cell{{Text: u.Code}, {Text: u.Name}}})
	}
	for _, v := range o.Missing {
		missing.Rows = append(missing.Rows, view.Row{Cells: []view.Cell{{Text: v.Code}, {Text: v.FullName}}})
	}
	for _, t := range []view.Table{unknown, missing} {
		if len(t.Rows) > 0 {
			t.Tall = len(t.Rows) > 20
			parts = append(parts, view.TableCard(t))
		}
	}
	return parts
}

// reportParts tell what a file of households or villages would change, or has
// changed, and what can be done next.
func reportParts(r *http.Request, d *delivery, head *view.Heading) []templ.Component {
	rep := d.report
	send := func(label, do string, kind view.ButtonKind) view.Button {
		return view.Button{Label: text.T(label), Kind: kind, Name: fieldDo, Value: do}
	}
	link := func(label, href string) view.Button { return view.Button{Label: text.T(label), Href: href} }
	var notices []view.Notice
	var buttons []view.Button
	switch d.state() {
	case "refused":
		head.Title = text.T("web.import.refused_title", "file", d.name, "n", vn.FormatInt(int64(rep.Faults)))
		if d.writing {
			notices = append(notices, view.Notice{Mood: view.Warn, Text: text.T("web.import.changed_meanwhile")})
		}
		notices = append(notices, view.Notice{Mood: view.Bad, Text: text.T("web.import.refused_what")})
		buttons = append(buttons, view.Button{Label: text.T("web.import.marked"), Kind: view.Primary, Href: deliveryAddress(d.id) + "/danh-dau"}, link("web.import.other", pathsOfKinds[d.kind]), send("web.import.drop", doDrop, view.Quiet))
	case "ready":
		head.Title = text.T("web.import.ready_title", "file", d.name)
		notices = append(notices, view.Notice{Mood: view.Info, Text: text.T("web.import.ready")})
		buttons = append(buttons, send("web.import.apply", doApply, view.Primary))
		if len(rep.Problems) > 0 {
			buttons = append(buttons, link("web.import.marked", deliveryAddress(d.id)+"/danh-dau"))
		}
		buttons = append(buttons, link("web.import.other", pathsOfKinds[d.kind]), send("web.import.drop", doDrop, view.Quiet))
	case "done":
		head.Title = text.T("web.import.done_title", "file", d.name)
		if d.kind == ofVillages {
			notices = append(notices, view.Notice{Mood: view.Good, Text: text.T("web.import.done_villages")})
			buttons = append(buttons, link("web.import.see_areas", PathAreas), link("web.import.other", pathVillages))
			if rep.Operation != "" {
				buttons = append(buttons, link("web.import.undo_this", undoImportAddress(rep.Operation)))
			}
			break
		}
		notices = append(notices, view.Notice{Mood: view.Good, Text: text.T("web.import.done")})
		buttons = append(buttons, link("web.import.see_households", PathHouseholds), link("web.import.other", PathImport))
		if rep.Operation != "" {
			buttons = append(buttons, link("web.import.undo_this", undoImportAddress(rep.Operation)))
		}
	default:
		head.Title = text.T("web.import.nothing_title", "file", d.name)
		notices = append(notices, view.Notice{Mood: view.Info, Text: text.T("web.import.nothing")})
		buttons = append(buttons, link("web.import.other", pathsOfKinds[d.kind]), send("web.import.drop", doDrop, view.Quiet))
	}
	var parts []templ.Component
	for _, n := range notices {
		parts = append(parts, view.NoticeBox(n))
	}
	parts = append(parts, view.KPIs(counts(rep)), view.DecisionForm(view.Decision{Action: deliveryAddress(d.id), Buttons: buttons}))
	if len(rep.Problems) > 0 {
		parts = append(parts, view.FindingsCard(findings(r, d)))
	}
	return parts
}

func counts(rep *exchange.Report) []view.KPI {
	all := text.T("web.import.of_rows", "n", vn.FormatInt(int64(rep.Rows)))
	list := []view.KPI{{Label: text.T("web.import.create"), Value: vn.FormatInt(int64(rep.Create)), Beside: all}, {Label: text.T("web.import.update"), Value: vn.FormatInt(int64(rep.Update)), Beside: all},
		{Label: text.T("web.import.unchanged"), Value: vn.FormatInt(int64(rep.Unchanged)), Beside: all}, {Label: text.T("web.import.refused"), Value: vn.FormatInt(int64(rep.Refused)), Beside: all}}
	if rep.Refused > 0 {
		list[3].Tone = view.Poor
	}
	return list
}

const findingsPage = 100

// findings is a page of what is wrong, or worth a look, in the file.
func findings(r *http.Request, d *delivery) view.Findings {
	only := r.URL.Query().Get(paramOnly)
	var list []exchange.Problem
	faults := 0
	for _, one := range d.report.Problems {
		if !one.Warning {
			faults++
		}
		if only == "" || (only == onlyBad) != one.Warning {
			list = append(list, one)
		}
	}
	address := func(only string, page int) string {
		q := url.Values{}
		if only != "" {
			q.Set(paramOnly, only)
		}
		if page > 1 {
			q.Set("trang", strconv.Itoa(page))
		}
		return deliveryAddress(d.id) + "?" + q.Encode() + "#cho-can-xem"
	}
	f := view.Findings{Title: text.T("web.import.findings")}
	if warnings := len(d.report.Problems) - faults; faults > 0 && warnings > 0 {
		for _, tab := range []struct {
			key, only string
			n         int
		}{{"web.import.tab_all", "", faults + warnings}, {"web.import.tab_faults", onlyBad, faults}, {"web.import.tab_warnings", "luu-y", warnings}} {
			f.Tabs = append(f.Tabs, view.Tab{Text: text.T(tab.key, "n", vn.FormatInt(int64(tab.n))), Href: address(tab.only, 1), Current: tab.only == only})
		}
	}
	page, _ := strconv.Atoi(r.URL.Query().Get("trang"))
	page = min(max(page, 1), (len(list)+findingsPage-1)/findingsPage)
	from := max(page-1, 0) * findingsPage
	to := min(from+findingsPage, len(list))
	f.Pages.Words = text.T("web.import.range", "from", vn.FormatInt(int64(from+1)), "to", vn.FormatInt(int64(to)), "n", vn.FormatInt(int64(len(list))))
	if page > 1 {
		f.Pages.Previous = address(only, page-1)
	}
	if to < len(list) {
		f.Pages.Next = address(only, page+1)
	}
	f.Table = view.Table{ID: "cho-sai", Caption: f.Title, HideCaption: true, Stacked: true,
		Columns: []view.Column{{Label: text.T("web.import.cell")}, {Label: text.T("web.import.column")}, {Label: text.T("web.import.grade")}, {Label: text.T("web.import.message")}}}
	for _, one := range list[from:to] {
		place := one.Cell
		switch {
		case place == "" && one.Row > 0:
			place = text.T("web.import.row", "row", one.Row)
		case place == "":
			place = text.T("web.import.whole_file")
		}
		tag := view.Tag{Tone: view.Poor, Text: text.T("web.import.fault")}
		if one.Warning {
			tag = view.Tag{Tone: view.Near, Text: text.T("web.import.warning")}
		}
		f.Table.Rows = append(f.Table.Rows, view.Row{Cells: []view.Cell{{Text: place, Note: one.Sheet}, {Text: one.Column}, {Tag: tag}, {Text: one.Message}}})
	}
	return f
}

// deliveryMarked gives back the file with what is wrong marked in it.
func (p *Pages) deliveryMarked(w http.ResponseWriter, r *http.Request) error {
	by, id := ActorOf(r.Context()), r.PathValue("delivery")
	d, err := p.desk.see(by.ID, id)
	if err != nil {
		return err
	}
	held, letGo, err := p.desk.hold(by.ID, id)
	if err != nil {
		return err
	}
	defer letGo()
	if d.busy || d.report == nil {
		return errGone()
	}
	made, err := newHeldFile()
	if err != nil {
		return err
	}
	defer made.discard()
	// It reads and packs a whole file: as heavy as a check.
	select {
	case p.desk.turn <- struct{}{}:
	case <-r.Context().Done():
		return r.Context().Err()
	}
	err = guarded(func() error {
		defer func() { <-p.desk.turn }()
		book, err := p.openBook(r.Context(), held, d.name)
		if err != nil {
			return err
		}
		defer book.Close()
		return d.report.Mark(book, made)
	})
	if err != nil {
		return err
	}
	size, err := made.Seek(0, io.SeekCurrent)
	if err != nil {
		return err
	}
	if _, err := made.Seek(0, io.SeekStart); err != nil {
		return err
	}
	extension := strings.ToLower(filepath.Ext(d.name))
	name := text.T("web.import.marked_name", "name", strings.TrimSuffix(d.name, filepath.Ext(d.name))) + extension
	download(w, name, extension)
	w.Header().Set("Content-Length", strconv.FormatInt(size, 10))
	_, err = io.Copy(steady(w), made)
	return err
}

// download names the file that the answer is.
func download(w http.ResponseWriter, name, extension string) {
	kind := "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	if extension == ".csv" {
		kind = "text/csv; charset=utf-8"
	}
	h := w.Header()
	h.Set("Content-Type", kind)
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
	h.Set("Cache-Control", "no-store")
}
