package web

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/exchange"
	"giamngheo/internal/fault"
	"giamngheo/internal/household"
	"giamngheo/internal/journal"
	"giamngheo/internal/report"
	"giamngheo/internal/text"
	"giamngheo/internal/vn"
	"giamngheo/internal/web/view"
)

func (p *Pages) tableRoutes() []Route {
	tables := Needs(account.RightTables)
	return []Route{
		{Method: "GET", Pattern: PathTables, Right: tables, Handler: p.tableList},
		{Method: "GET", Pattern: PathTables + "/{table}", Right: tables, Handler: p.tablePage},
		{Method: "GET", Pattern: PathTables + "/{table}/o", Right: tables, Handler: p.cellPage},
		{Method: "GET", Pattern: PathTables + "/{table}/tep/{format}", Right: tables, Handler: p.tableFile},
	}
}

func (p *Pages) tableList(w http.ResponseWriter, r *http.Request) error {
	pl, err := p.placeOf(r)
	if err != nil {
		return err
	}
	t := view.Table{ID: "cac-bang", Caption: text.T("web.tables.title"), HideCaption: true, Columns: []view.Column{{Label: text.T("web.tables.table")}}}
	for _, d := range report.List() {
		t.Rows = append(t.Rows, view.Row{Href: pl.query(PathTables + "/" + d.ID), Cells: []view.Cell{{Text: d.Title}}})
	}
	t.Rows = append(t.Rows, view.Row{Href: pl.query(pathCompare), Cells: []view.Cell{{Text: text.T("web.compare.short")}}})
	if ActorOf(r.Context()).Can(account.RightNamedLists) {
		for _, l := range exchange.NamedLists {
			t.Rows = append(t.Rows, view.Row{Href: pl.query(pathNamed + "/" + l.ID), Cells: []view.Cell{{Text: text.T("report.table." + l.ID), Note: text.T("web.tables.with_names")}}})
		}
		t.Rows = append(t.Rows, view.Row{Href: p.personsAddress(pl), Cells: []view.Cell{{Text: text.T("report.table." + exchange.PersonsList), Note: text.T("web.tables.with_names")}}})
	}
	frame := p.frame(r, text.T("web.nav.tables"), view.NavTables, pl, PathTables)
	head := view.Heading{Title: text.T("web.tables.title"), Lead: text.T("web.tables.lead", "area", pl.Area.FullName, "round", pl.Round.ID)}
	if ActorOf(r.Context()).Can(account.RightExport) {
		head.Actions = []view.Button{{Label: text.T("web.export.title"), Href: PathExport + "?" + url.Values{paramRound: {pl.Round.ID}, paramArea: {string(pl.Area.Area)}}.Encode()}}
	}
	return Render(w, r, http.StatusOK, view.Framed(frame, view.TablesBody(head, nil, t, nil, nil)))
}

// figure writes a cell for people: −1 is the total.
func figure(t *report.Table, unit int, key string) string {
	i, ok := t.Column(key)
	if !ok {
		return text.T("web.no_figure")
	}
	c := t.Figure(unit, key)
	switch t.Columns[i].Kind {
	case report.Share:
		return percent(c)
	case report.Index:
		if !c.Known {
			return text.T("web.no_figure")
		}
		return vn.FormatDecimal(c.Value, 4)
	}
	return count(c)
}

func (p *Pages) tablePage(w http.ResponseWriter, r *http.Request) error {
	pl, err := p.placeOf(r)
	if err != nil {
		return err
	}
	path := PathTables + "/" + r.PathValue("table")
	t, err := p.table(r, pl, r.PathValue("table"), "")
	if err != nil {
		return err
	}
	grid := view.Table{ID: "bang", Caption: t.Title, HideCaption: true, Tall: true, Columns: []view.Column{{Label: text.T("web.area")}}}
	grid.Groups = append(grid.Groups, view.Group{Span: 1})
	for _, c := range t.Columns {
		grid.Columns = append(grid.Columns, view.Column{Label: c.Title, Numeric: true})
		if last := &grid.Groups[len(grid.Groups)-1]; len(grid.Groups) > 1 && last.Label == c.Group {
			last.Span++
		} else {
			grid.Groups = append(grid.Groups, view.Group{Label: c.Group, Span: 1})
		}
	}
	opens := ActorOf(r.Context()).Can(account.RightReadHouseholds)
	for i := range t.Rows {
		grid.Rows = append(grid.Rows, p.tableRow(pl, t, i, path, opens))
	}
	if len(t.Columns) > 0 {
		grid.Rows = append(grid.Rows, p.tableRow(pl, t, -1, path, opens))
	} else {
		grid.Blank = view.Blank{State: view.Empty, Text: t.Notes[0]}
	}
	head := view.Heading{Title: text.T("web.tables.of", "table", t.Title, "area", pl.Area.FullName, "year", pl.Round.Year)}
	for _, format := range []string{"xlsx", "csv", "json"} {
		head.Actions = append(head.Actions, view.Button{Label: text.T("web.tables.download", "format", format), Href: pl.query(path + "/tep/" + format)})
	}
	var broken []view.Notice
	for _, line := range t.Broken {
		broken = append(broken, view.Notice{Mood: view.Bad, Title: text.T("web.attention.broken"), Text: line})
	}
	frame := p.frame(r, head.Title, view.NavTables, pl, path)
	return Render(w, r, http.StatusOK, view.Framed(frame, view.TablesBody(head, broken, grid, t.Notes, p.boundaryTabs(pl, path))))
}

// boundaryTabs offer the same figures on the boundaries of other days: the
// round's own, and each day on which the list of communes changed while the
// area was there.
func (p *Pages) boundaryTabs(pl place, path string) []view.Tab {
	tree := p.Tree()
	days := []string{pl.Round.BoundaryDay}
	for _, v := range tree.Versions() {
		if v.Level != area.Commune || v.From <= pl.Round.BoundaryDay || slices.Contains(days, v.From) {
			continue
		}
		if _, there := tree.On(pl.Area.Area, v.From); there {
			days = append(days, v.From)
		}
	}
	if !slices.Contains(days, pl.Boundaries) {
		days = append(days, pl.Boundaries)
	}
	slices.Sort(days)
	var tabs []view.Tab
	for _, day := range days {
		to := pl
		to.Boundaries = day
		key := "web.tables.boundaries_of"
		if day == pl.Round.BoundaryDay {
			key = "web.tables.boundaries_own"
		}
		tabs = append(tabs, view.Tab{Text: text.T(key, "day", area.ShowDay(day)), Href: to.query(path), Current: day == pl.Boundaries})
	}
	return tabs
}

func (p *Pages) tableRow(pl place, t *report.Table, i int, path string, opens bool) view.Row {
	row := view.Row{Total: i < 0}
	name := view.Cell{Text: t.Total.Name}
	if i >= 0 {
		name.Text = t.Rows[i].Shown()
		if t.Rows[i].NoData {
			name.Note = text.T("web.tables.no_data")
		}
		if id := t.Rows[i].Area; id != "" && id != pl.Area.Area {
			next := pl
			next.Area.Area = id
			name.Href = next.query(path)
		}
	}
	row.Cells = append(row.Cells, name)
	for _, c := range t.Columns {
		cell := view.Cell{Text: figure(t, i, c.Key)}
		if f := t.Figure(i, c.Key); opens && c.Drills() && f.Known && f.Value > 0 {
			cell.Href = pl.query(path+"/o", "dong", rowKey(t, i), "cot", c.Key)
		}
		row.Cells = append(row.Cells, cell)
	}
	return row
}

// rowKey names a row by its area, so that the address stays right when rows
// are added; −1 is the total.
func rowKey(t *report.Table, i int) string {
	if i < 0 {
		return "-1"
	}
	return string(t.Rows[i].Area)
}

func rowOf(t *report.Table, key string) int {
	return slices.IndexFunc(t.Rows, func(r report.Row) bool { return string(r.Area) == key })
}

const cellPageSize = 50

// cellPage lists the households behind a figure, as far as the reader may see
// households.
func (p *Pages) cellPage(w http.ResponseWriter, r *http.Request) error {
	pl, err := p.placeOf(r)
	if err != nil {
		return err
	}
	if err := ActorOf(r.Context()).Need(account.RightReadHouseholds); err != nil {
		return err
	}
	t, err := p.table(r, pl, r.PathValue("table"), "")
	if err != nil {
		return err
	}
	q := r.URL.Query()
	unit, column := -1, q.Get("cot")
	if key := q.Get("dong"); key != "-1" {
		if unit = rowOf(t, key); unit < 0 {
			return fault.New(fault.NotFound, "cell_not_found", text.T("report.cell_not_found"))
		}
	}
	page, _ := strconv.Atoi(q.Get("trang"))
	page = max(page, 1)
	ids, total, estimated, err := t.Households(unit, column, (page-1)*cellPageSize, cellPageSize)
	if err != nil {
		return err
	}
	found, err := p.Households.FindMany(r.Context(), ActorOf(r.Context()).ScopeFor(account.RightReadHouseholds), ids)
	if err != nil {
		return err
	}
	path := PathTables + "/" + r.PathValue("table")
	grid := p.householdTable(found, pl.Boundaries)
	notes := []string{text.T("web.cell.households", "n", vn.FormatInt(int64(total)))}
	if len(found) < len(ids) {
		notes = append(notes, text.T("web.cell.hidden", "n", len(ids)-len(found)))
	}
	if estimated {
		notes = append(notes, text.T("report.note.estimated"))
	}
	place, i := t.Total.Name, 0
	if unit >= 0 {
		place = t.Rows[unit].Name
	}
	i, _ = t.Column(column)
	head := view.Heading{Title: text.T("web.cell.title", "column", t.Columns[i].Title, "place", place), Lead: t.Title,
		Actions: []view.Button{{Label: text.T("web.cell.back"), Href: pl.query(path)}}}
	if total > page*cellPageSize {
		head.Actions = append(head.Actions, view.Button{Label: text.T("web.cell.next"), Href: pl.query(path+"/o", "dong", q.Get("dong"), "cot", column, "trang", fmt.Sprint(page+1))})
	}
	purpose, err := p.read(r, reading{list: t.ID, area: pl.Area.Area, round: pl.Round, what: []journal.Change{{Field: "figure", To: journal.Value(t.Columns[i].Title + ", " + place)}}, shown: len(found),
		usually: text.T("web.purpose.cell", "table", t.Title), back: r.URL.RequestURI()})
	if err != nil {
		return err
	}
	frame := p.frame(r, head.Title, view.NavTables, pl, path)
	return Render(w, r, http.StatusOK, view.Framed(frame, view.Together(view.TablesBody(head, nil, grid, notes, nil), view.PurposeOf(purpose))))
}

// householdTable lists households with where they live.
func (p *Pages) householdTable(list []household.Household, day string) view.Table {
	t := view.Table{ID: "ho", Caption: text.T("web.nav.households"), HideCaption: true, Stacked: true,
		Columns: []view.Column{{Label: text.T("web.household.head")}, {Label: text.T("web.household.code")}, {Label: text.T("web.household.village")}, {Label: text.T("web.household.size"), Numeric: true}}}
	for _, h := range list {
		t.Rows = append(t.Rows, view.Row{Href: PathHouseholds + "/" + string(h.ID), Cells: []view.Cell{{Text: h.HeadName}, {Text: h.Code}, {Text: p.placeName(h.VillageID, day)}, {Text: fmt.Sprint(h.Size)}}})
	}
	if len(t.Rows) == 0 {
		t.Blank = view.Blank{State: view.Empty, Text: text.T("web.household.none")}
	}
	return t
}

// placeName is the village with its commune, today where the day does not
// know it.
func (p *Pages) placeName(village area.ID, day string) string {
	tree := p.Tree()
	v, ok := tree.On(village, day)
	if !ok {
		day = p.Today()
		if v, ok = tree.On(village, day); !ok {
			v, _ = tree.Lately(village, day)
			return v.Name
		}
	}
	name := v.FullName
	if c, ok := tree.Ancestor(village, day, area.Commune); ok && c.Area != village {
		name += ", " + c.FullName
	}
	return name
}

// tableFile gives the table as a file.
func (p *Pages) tableFile(w http.ResponseWriter, r *http.Request) error {
	pl, err := p.placeOf(r)
	if err != nil {
		return err
	}
	t, err := p.table(r, pl, r.PathValue("table"), "")
	if err != nil {
		return err
	}
	return sendFile(w, fmt.Sprintf("%s-%s-%s", t.ID, pl.Area.Code, pl.Round.ID), r.PathValue("format"), tableWriters(t))
}
