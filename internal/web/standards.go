package web

import (
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"github.com/a-h/templ"

	"giamngheo/internal/area"
	"giamngheo/internal/fault"
	"giamngheo/internal/standard"
	"giamngheo/internal/text"
	"giamngheo/internal/vn"
	"giamngheo/internal/web/view"
)

// The law is for everybody to read.
func (p *Pages) standardRoutes() []Route {
	return []Route{
		{Method: "GET", Pattern: PathStandards, Right: SignedIn, Handler: p.standardList},
		{Method: "GET", Pattern: PathStandards + "/{id}", Right: SignedIn, Handler: p.standardPage},
	}
}

func confirmedTag(confirmed bool) view.Tag {
	if confirmed {
		return view.Tag{Tone: view.Out, Text: text.T("web.standards.confirmed")}
	}
	return view.Tag{Tone: view.Near, Text: text.T("web.standards.unconfirmed")}
}

func (p *Pages) standardList(w http.ResponseWriter, r *http.Request) error {
	t := view.Table{ID: "cac-chuan", Caption: text.T("web.nav.standards"), HideCaption: true, Stacked: true, Columns: []view.Column{
		{Label: text.T("web.household.standard")}, {Label: text.T("web.standards.valid")}, {Label: text.T("web.standards.confirmed"), Numeric: true}, {Label: text.T("web.standards.unconfirmed"), Numeric: true}}}
	for _, set := range p.Law.Sets {
		confirmed, unconfirmed := set.Confirmed()
		name := view.Cell{Text: set.Name, Note: set.ID}
		if set.Valid.Covers(p.Today()) {
			name.Note += " · " + text.T("web.standards.in_force")
		}
		t.Rows = append(t.Rows, view.Row{Href: PathStandards + "/" + set.ID, Cells: []view.Cell{name,
			{Text: text.T("web.areas.from_to", "from", area.ShowDay(set.Valid.From), "to", area.ShowDay(set.Valid.To))}, {Text: strconv.Itoa(confirmed)}, {Text: strconv.Itoa(unconfirmed)}}})
	}
	parts := []templ.Component{view.TableCard(t), view.TableCard(p.causesTable())}
	frame := Frame(r, text.T("web.nav.standards"), view.NavStandards, p.Demo)
	frame.Crumbs = []view.Link{{Text: text.T("web.nav.standards")}}
	return Render(w, r, http.StatusOK, view.Framed(frame, view.Stack(view.Heading{Title: text.T("web.nav.standards"), Lead: text.T("web.standards.lead")}, parts...)))
}

func (p *Pages) causesTable() view.Table {
	causes := p.Law.Causes
	t := view.Table{ID: "nguyen-nhan", Caption: text.T("web.standards.causes", "n", len(causes.Causes)), Stacked: true, Columns: statementColumns()}
	for _, c := range causes.Causes {
		t.Rows = append(t.Rows, view.Row{Cells: []view.Cell{{Text: strconv.Itoa(c.Number) + ". " + capital(c.Name.Text), Note: c.Name.Note}, {Text: causes.Sources[c.Name.Source]}, {Tag: confirmedTag(c.Name.Confirmed)}}})
	}
	return t
}

func statementColumns() []view.Column {
	return []view.Column{{Label: text.T("web.standards.what")}, {Label: text.T("web.standards.source")}, {Label: text.T("web.standards.state")}}
}

func (p *Pages) standardPage(w http.ResponseWriter, r *http.Request) error {
	set, err := p.Law.ByID(r.PathValue("id"))
	if err != nil {
		return fault.Wrap(err, fault.NotFound, "standard_not_found", text.T("web.standards.absent"))
	}
	confirmed, unconfirmed := set.Confirmed()
	head := view.Heading{Title: set.Name, Lead: text.T("web.standards.of", "id", set.ID, "version", set.Version, "confirmed", confirmed, "unconfirmed", unconfirmed)}
	var parts []templ.Component
	if unconfirmed > 0 {
		parts = append(parts, view.NoticeBox(view.Notice{Mood: view.Warn, Text: text.T("web.standards.warning", "n", unconfirmed)}))
	}
	for i, chapter := range set.Chapters() {
		parts = append(parts, view.TableCard(chapterTable(i, chapter)))
	}
	if card := p.Law.Scorecard(set.Score.Scorecard); card != nil {
		parts = append(parts, view.TableCard(scorecardTable(card)))
	}
	frame := Frame(r, set.Name, view.NavStandards, p.Demo)
	frame.Crumbs = []view.Link{{Text: text.T("web.nav.standards"), Href: PathStandards}, {Text: set.ID}}
	return Render(w, r, http.StatusOK, view.Framed(frame, view.Stack(head, parts...)))
}

// isoDay is a day as the data files write it; people read dd/mm/yyyy.
var isoDay = regexp.MustCompile(`\b\d{4}-\d{2}-\d{2}\b`)

func chapterTable(i int, chapter standard.Chapter) view.Table {
	t := view.Table{ID: "muc-" + strconv.Itoa(i+1), Caption: asTitle(chapter.Title), Stacked: true, Columns: statementColumns()}
	for _, s := range chapter.Statements {
		s.What = isoDay.ReplaceAllStringFunc(s.What, area.ShowDay)
		s.Note = isoDay.ReplaceAllStringFunc(s.Note, area.ShowDay)
		what := view.Cell{Text: capital(s.What), Note: s.Note}
		if s.Detail {
			what.Text = "\u2003" + s.What
		}
		t.Rows = append(t.Rows, view.Row{Cells: []view.Cell{what, {Text: s.Source}, {Tag: confirmedTag(s.Confirmed)}}})
	}
	return t
}

// asTitle writes a title in capitals as a page has it.
func asTitle(s string) string {
	words := strings.Fields(s)
	for i, w := range words {
		if strings.IndexFunc(w, unicode.IsLower) < 0 {
			words[i] = strings.ToLower(w)
		}
	}
	return capital(strings.Join(words, " "))
}

// scorecardTable is what is known of the points; it says what is missing.
func scorecardTable(card *standard.Scorecard) view.Table {
	t := view.Table{ID: "bang-diem", Caption: card.Name, Stacked: true, Columns: []view.Column{
		{Label: text.T("web.standards.item")}, {Label: text.T("web.standards.option")}, {Label: text.T("web.standards.rural"), Numeric: true}, {Label: text.T("web.standards.urban"), Numeric: true},
		{Label: text.T("web.standards.source")}, {Label: text.T("web.standards.state")}}}
	for _, item := range card.Items {
		for i, o := range item.Options {
			name, source := view.Cell{Text: item.Name}, ""
			if i == 0 {
				source = card.Sources[item.Source]
				if !item.Complete {
					name.Note = text.T("web.standards.item_incomplete")
				}
			}
			t.Rows = append(t.Rows, view.Row{Cells: []view.Cell{name, {Text: o.Name}, {Text: vn.FormatInt(int64(o.Rural))}, {Text: vn.FormatInt(int64(o.Urban))}, {Text: source}, {Tag: confirmedTag(item.Confirmed)}}})
		}
	}
	if !card.Complete {
		t.Source = text.T("web.standards.incomplete", "list", strings.Join(card.Missing, "; "))
	}
	return t
}
