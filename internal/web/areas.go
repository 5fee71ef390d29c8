package web

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/a-h/templ"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/fault"
	"giamngheo/internal/text"
	"giamngheo/internal/vn"
	"giamngheo/internal/web/view"
)

const (
	paramDay  = "ngay"
	mostFound = 30
)

// The areas are public knowledge: everybody signed in may look them up.
func (p *Pages) areaRoutes() []Route {
	return []Route{
		{Method: "GET", Pattern: PathAreas, Right: SignedIn, Handler: p.areaRoot},
		{Method: "GET", Pattern: PathAreas + "/{id}", Right: SignedIn, Handler: p.areaPage},
	}
}

// dayOf is the day on which the tree is shown.
func (p *Pages) dayOf(r *http.Request) (day string, wrong []fault.Field) {
	typed := strings.TrimSpace(r.URL.Query().Get(paramDay))
	if typed == "" {
		return p.Today(), nil
	}
	d, err := vn.ParseDay(typed, "")
	if err != nil || !d.Exact() {
		return p.Today(), []fault.Field{{Name: paramDay, Message: text.T("household.bad_day")}}
	}
	return string(d), nil
}

func (p *Pages) areaAddress(id area.ID, day string) string {
	path := PathAreas + "/" + url.PathEscape(string(id))
	if day != p.Today() {
		path += "?" + url.Values{paramDay: {area.ShowDay(day)}}.Encode()
	}
	return path
}

// areaRoot is the top of the tree, and the answer to a search by name or code.
func (p *Pages) areaRoot(w http.ResponseWriter, r *http.Request) error {
	day, wrong := p.dayOf(r)
	roots := p.Tree().Roots(day)
	q := strings.TrimSpace(vn.NFC(r.URL.Query().Get(paramQuery)))
	if q == "" && len(roots) == 1 {
		return p.showArea(w, r, roots[0], day, wrong)
	}
	head := view.Heading{Title: text.T("web.nav.areas"), Lead: text.T("web.areas.lead", "day", area.ShowDay(day))}
	parts := []templ.Component{p.areaFinder(r, q, day, wrong)}
	if len(roots) == 0 {
		blank := view.Blank{State: view.Empty, Title: text.T("web.areas.nothing_on", "day", area.ShowDay(day))}
		if err := p.Tree().NothingOn(day); err != nil {
			blank.Text = fault.As(err, "").Message
		}
		parts = append(parts, view.CardWith(view.Card{}, view.BlankBox(blank)))
	} else {
		parts = append(parts, view.TableCard(p.areasFound(q, day)))
	}
	frame := Frame(r, head.Title, view.NavAreas, p.Demo)
	frame.Crumbs = []view.Link{{Text: head.Title}}
	return Render(w, r, http.StatusOK, view.Framed(frame, view.Stack(head, parts...)))
}

func (p *Pages) areaFinder(r *http.Request, q, day string, wrong []fault.Field) templ.Component {
	return view.ChooserForm(view.Chooser{Action: PathAreas, Button: text.T("web.areas.go")}, view.Together(
		view.FieldRow(view.Field{Name: paramQuery, Label: text.T("web.areas.find"), Value: q, Width: "w12", Autocomplete: "off"}),
		view.FieldRow(view.Field{Name: paramDay, Label: text.T("web.areas.on"), Kind: view.DayInput, Value: area.ShowDay(day), Error: view.ErrorFor(wrong, paramDay), Width: "w6", Autocomplete: "off"})))
}

// areasFound are the areas of any day that bear the name or the code: people
// ask for communes that are long gone.
func (p *Pages) areasFound(q, day string) view.Table {
	t := view.Table{ID: "tim-thay", Caption: text.T("web.areas.found", "q", q), Stacked: true, Columns: []view.Column{
		{Label: text.T("web.areas.name")}, {Label: text.T("web.areas.code")}, {Label: text.T("web.areas.in")}, {Label: text.T("web.areas.period")}}}
	folded := vn.Fold(q)
	seen := map[area.ID]bool{}
	for _, exact := range []bool{true, false} {
		for _, v := range p.Tree().Versions() {
			if seen[v.Area] || len(t.Rows) == mostFound {
				continue
			}
			name := vn.Fold(v.Name)
			fits := v.Code == q || name == folded || vn.Fold(v.FullName) == folded
			if !exact {
				fits = strings.HasPrefix(name, folded) || strings.Contains(vn.Fold(v.FullName), " "+folded)
			}
			if !fits {
				continue
			}
			seen[v.Area] = true
			in := ""
			if parent, ok := p.Tree().On(v.Parent, v.From); ok {
				in = parent.FullName
			}
			t.Rows = append(t.Rows, view.Row{Href: p.areaAddress(v.Area, p.shownOn(v, day)), Cells: []view.Cell{{Text: nameOf(v)}, {Text: v.Code}, {Text: in}, {Text: period(v)}}})
		}
	}
	if len(t.Rows) == 0 {
		t.Blank = view.Blank{State: view.Empty, Title: text.T("web.areas.none", "q", q), Text: text.T("web.areas.none_hint")}
	}
	return t
}

// shownOn is a day on which the version holds: the day asked for, else its
// last or first.
func (p *Pages) shownOn(v area.Version, day string) string {
	switch {
	case v.Valid(day):
		return day
	case v.To != "" && v.To <= day:
		return area.DayBefore(v.To)
	}
	return v.From
}

func nameOf(v area.Version) string {
	if v.FullName == "" {
		return v.Name
	}
	return v.FullName
}

func period(v area.Version) string {
	if v.To == "" || v.To == account.Forever {
		return text.T("web.areas.since", "from", area.ShowDay(v.From))
	}
	return text.T("web.areas.from_to", "from", area.ShowDay(v.From), "to", area.ShowDay(area.DayBefore(v.To)))
}

// areaPage is one area on a day: what lies in it, where it came from and what
// became of it.
func (p *Pages) areaPage(w http.ResponseWriter, r *http.Request) error {
	day, wrong := p.dayOf(r)
	id := area.ID(r.PathValue("id"))
	v, ok := p.Tree().On(id, day)
	if !ok {
		if v, ok = p.Tree().Lately(id, day); !ok {
			return fault.New(fault.NotFound, "area_not_found", text.T("area.not_found"))
		}
		wrong = append(wrong, fault.Field{Name: paramDay, Message: text.T("web.areas.not_then", "area", nameOf(v), "day", area.ShowDay(day))})
		day = p.shownOn(v, day)
		if now, ok := p.Tree().On(id, day); ok {
			v = now
		}
	}
	return p.showArea(w, r, v, day, wrong)
}

func (p *Pages) showArea(w http.ResponseWriter, r *http.Request, v area.Version, day string, wrong []fault.Field) error {
	tree := p.Tree()
	head := view.Heading{Title: nameOf(v), Lead: p.areaLead(v, day)}
	if scope := ActorOf(r.Context()).Reading(); scope.Covers(tree, v.Area, p.Today()) {
		head.Actions = append(head.Actions, view.Button{Label: text.T("web.areas.households"), Href: PathHouseholds + "?" + url.Values{paramArea: {string(v.Area)}}.Encode()})
	}
	if scope := ActorOf(r.Context()).ScopeFor(account.RightTables); scope.Covers(tree, v.Area, p.Today()) {
		head.Actions = append(head.Actions, view.Button{Label: text.T("web.areas.tables"), Href: PathTables + "?" + url.Values{paramArea: {string(v.Area)}}.Encode()})
	}
	first := []templ.Component{p.areaFinder(r, "", day, wrong)}
	var wide, narrow []templ.Component
	if children := tree.Children(v.Area, day); len(children) > 0 {
		wide = append(wide, view.TableCard(p.childrenTable(v, children, day)))
	} else {
		wide = append(wide, view.CardWith(view.Card{}, view.BlankBox(p.noChildren(r, v))))
	}
	narrow = append(narrow, view.CardWith(view.Card{Title: text.T("web.areas.facts")}, view.Definitions(p.areaFacts(v, day), false)))
	narrow = append(narrow, p.lineageCards(v, day)...)
	frame := Frame(r, head.Title, view.NavAreas, p.Demo)
	for _, id := range v.Ancestors() {
		up, _ := tree.On(id, day)
		frame.Crumbs = append(frame.Crumbs, view.Link{Text: nameOf(up), Href: p.areaAddress(id, day)})
	}
	frame.Crumbs = append(frame.Crumbs, view.Link{Text: nameOf(v)})
	return Render(w, r, http.StatusOK, view.Framed(frame, view.Columns2(head, first, wide, narrow)))
}

func (p *Pages) areaLead(v area.Version, day string) string {
	parts := []string{text.T("web.areas.as_on", "day", area.ShowDay(day))}
	if v.Code != "" {
		parts = append(parts, text.T("web.areas.code_is", "code", v.Code))
	}
	tree := p.Tree()
	for _, level := range tree.Levels() {
		if n := len(tree.OfLevel(v.Area, day, level.ID)); n > 0 && level.ID != v.Level {
			parts = append(parts, vn.FormatInt(int64(n))+" "+text.T("area.level."+string(level.ID)))
		}
	}
	return strings.Join(parts, " · ")
}

func (p *Pages) childrenTable(v area.Version, children []area.Version, day string) view.Table {
	tree := p.Tree()
	t := view.Table{ID: "truc-thuoc", Caption: text.T("web.areas.children", "n", len(children)), Stacked: true, Columns: []view.Column{{Label: text.T("web.areas.name")}, {Label: text.T("web.areas.code")}, {Label: text.T("web.areas.kind")}}}
	below := tree.Children(children[0].Area, day)
	if len(below) > 0 {
		t.Columns = append(t.Columns, view.Column{Label: text.T("web.areas.below." + string(below[0].Level)), Numeric: true})
	}
	for _, c := range children {
		name := view.Cell{Text: nameOf(c)}
		if c.Unplaced {
			name.Note = text.T("web.areas.unplaced")
		}
		row := view.Row{Href: p.areaAddress(c.Area, day), Cells: []view.Cell{name, {Text: c.Code}, {Text: p.kindWords(c, day)}}}
		if len(below) > 0 {
			row.Cells = append(row.Cells, view.Cell{Text: vn.FormatInt(int64(len(tree.Children(c.Area, day))))})
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// kindWords are rural or urban with the marks of the day.
func (p *Pages) kindWords(v area.Version, day string) string {
	var words []string
	if v.Level == area.Commune || v.Level == area.Village {
		words = append(words, p.kindOfPlaceOn(v, day)...)
	} else {
		words = append(words, p.marksOn(v, day)...)
	}
	return strings.Join(words, ", ")
}

func (p *Pages) noChildren(r *http.Request, v area.Version) view.Blank {
	b := view.Blank{State: view.Empty, Title: text.T("web.areas.no_children")}
	if v.Level == area.Commune && ActorOf(r.Context()).Can(account.RightAreas) {
		b.Text = text.T("web.areas.import_villages")
	}
	return b
}

func (p *Pages) areaFacts(v area.Version, day string) []view.Definition {
	facts := []view.Definition{{Term: text.T("web.areas.level"), Value: text.T("area.level." + string(v.Level))}}
	if words := p.kindWords(v, day); words != "" {
		facts = append(facts, view.Definition{Term: text.T("web.areas.kind"), Value: words})
	}
	for _, version := range p.Tree().History(v.Area) {
		value := nameOf(version)
		if version.Code != "" {
			value += " (" + version.Code + ")"
		}
		facts = append(facts, view.Definition{Term: period(version), Value: value, Strong: version.From == v.From})
	}
	return facts
}
