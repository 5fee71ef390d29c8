package web

import (
	"errors"
	"math"
	"net/http"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/chart"
	"giamngheo/internal/report"
	"giamngheo/internal/review"
	"giamngheo/internal/text"
	"giamngheo/internal/vn"
	"giamngheo/internal/web/view"
)

func (p *Pages) overviewRoutes() []Route {
	return []Route{{Method: "GET", Pattern: "/{$}", Right: Public, Handler: p.first}}
}

// first is what the address alone shows: the overview, or to somebody who is
// not signed in the page where that is done.
func (p *Pages) first(w http.ResponseWriter, r *http.Request) error {
	ctx, err := p.Admit(r, SignedIn)
	if errors.Is(err, ErrSignIn) {
		return p.SignIn.show(w, r)
	}
	if err != nil {
		return err
	}
	return p.overview(w, r.WithContext(ctx))
}

// barsWidth keeps the words readable on a phone.
const barsWidth = 400

// mapBounds are the steps of the map, in per cent: a choice of the drawing, of
// which no law speaks.
var mapBounds = []float64{3, 6, 12, 20, 32}

// overview is the first page: what the round found in the reader's area, where,
// and what changed.
func (p *Pages) overview(w http.ResponseWriter, r *http.Request) error {
	actor := ActorOf(r.Context())
	if !actor.Can(account.RightTables) {
		return p.welcome(w, r)
	}
	if !p.Reports.Register.Ready() {
		return p.loading(w, r)
	}
	pl, err := p.placeOf(r)
	if err == errNoRound {
		return p.welcome(w, r)
	}
	if err != nil {
		return err
	}
	results, err := p.table(r, pl, "results", "")
	if err != nil {
		return err
	}
	moved, err := p.table(r, pl, "movement_poor", "")
	if err != nil {
		return err
	}
	opens := ActorOf(r.Context()).Can(account.RightReadHouseholds)
	k := known{pl.Round.State == review.Open}
	o := view.Overview{Head: p.finding(pl, k, results, moved), KPIs: p.kpis(pl, k, opens, results, moved)}
	if o.Map, err = p.mapCard(r, pl, k, results); err != nil {
		return err
	}
	if o.Trend, err = p.trendCard(r, pl); err != nil {
		return err
	}
	o.Attention = p.attention(pl, opens, results, moved)
	o.Changes = p.changes(pl, k, results, moved)
	frame := p.frame(r, o.Head.Title, view.NavOverview, pl, PathOverview)
	frame.CrumbNote = p.composition(pl)
	return Render(w, r, http.StatusOK, view.Framed(frame, view.OverviewBody(o)))
}

// loading stands in for the first page in the moments after a start, until
// the figures are read; the browser asks again by itself.
func (p *Pages) loading(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Refresh", "2")
	frame := Frame(r, text.T("web.nav.overview"), view.NavOverview, p.Demo)
	return Render(w, r, http.StatusOK, view.Framed(frame, view.BlankBox(view.Blank{State: view.Loading, Text: text.T("report.loading")})))
}

// welcome is the first page of those who may see no figures, and of an
// installation without any round: what to do next.
func (p *Pages) welcome(w http.ResponseWriter, r *http.Request) error {
	actor := ActorOf(r.Context())
	key := "web.welcome.other"
	switch {
	case actor.MustChange:
		return SeeOther(w, r, PathAccount)
	case actor.Can(account.RightAccounts):
		key = "web.welcome.admin"
	case actor.Can(account.RightRounds):
		key = "web.welcome.province"
	}
	frame := Frame(r, text.T("web.nav.overview"), view.NavOverview, p.Demo)
	return Render(w, r, http.StatusOK, view.Framed(frame, view.PageHead(view.Heading{Title: text.T("web.welcome.title", "name", actor.FullName), Lead: text.T(key)})))
}

func (p *Pages) table(r *http.Request, pl place, table string, level area.Level) (*report.Table, error) {
	return p.Reports.Make(r.Context(), pl.Scope, report.Request{Table: table, Area: pl.Area.Area, Round: pl.Round.ID, Boundaries: pl.Boundaries, Level: level})
}

func count(c report.Cell) string {
	if !c.Known {
		return text.T("web.no_figure")
	}
	return vn.FormatInt(int64(math.Round(c.Value)))
}

func percent(c report.Cell) string {
	if !c.Known {
		return text.T("web.no_figure")
	}
	return vn.FormatPercent(c.Value, 2)
}

// known tells figures from blanks. While a round runs, a unit in which it has
// classified nobody has not nought poor households: nobody knows yet.
type known struct{ running bool }

func (k known) has(results *report.Table, unit int) bool {
	return !k.running || results.Figure(unit, "poor").Value+results.Figure(unit, "near_poor").Value+results.Figure(unit, "not_poor").Value > 0
}

func (k known) figure(results *report.Table, unit int, key string) report.Cell {
	if !k.has(results, unit) {
		return report.Cell{}
	}
	return results.Figure(unit, key)
}

// words are those of a figure of a unit, from a table with the same units.
func (k known) words(results, from *report.Table, unit int, key string) string {
	if !k.has(results, unit) {
		return text.T("web.no_figure")
	}
	return figure(from, unit, key)
}

// finding says in a sentence what the round found.
func (p *Pages) finding(pl place, k known, results, moved *report.Table) view.Heading {
	poor, before := results.Figure(-1, "poor"), moved.Figure(-1, "start")
	of := pl.Area.FullName
	if len(pl.Area.Ancestors()) == 0 {
		of = text.T("web.overview.whole_province")
	}
	key, difference := "web.overview.finding", poor.Value-before.Value
	switch {
	case !k.has(results, -1):
		key = "web.overview.finding_none"
	case !before.Known:
		key = "web.overview.finding_first"
	case difference < 0:
		key = "web.overview.finding_fewer"
	case difference > 0:
		key = "web.overview.finding_more"
	}
	h := view.Heading{Title: text.T(key, "year", pl.Round.Year, "area", of, "n", count(poor), "d", count(report.Cell{Value: math.Abs(difference), Known: true}), "before", pl.Round.Year-1)}
	if pl.Round.State == review.Open {
		h.Lead = text.T("web.overview.open")
	}
	return h
}

// seeing is a link to the households of a figure, for those who may open it.
func seeing(pl place, opens bool, words, table, column string) view.Link {
	if !opens {
		return view.Link{}
	}
	return view.Link{Text: text.T(words), Href: pl.query(PathTables+"/"+table+"/o", "dong", "-1", "cot", column)}
}

func (p *Pages) kpis(pl place, k known, opens bool, results, moved *report.Table) []view.KPI {
	see := func(key string) view.Link { return seeing(pl, opens, "web.overview.see", "results", key) }
	list := []view.KPI{
		{Label: text.T("web.class.poor"), Value: count(results.Figure(-1, "poor")), Beside: text.T("web.overview.of_all", "share", percent(results.Figure(-1, "poor_share"))), Link: see("poor")},
		{Label: text.T("web.class.near_poor"), Value: count(results.Figure(-1, "near_poor")), Beside: text.T("web.overview.of_all", "share", percent(results.Figure(-1, "near_poor_share"))), Link: see("near_poor")},
	}
	if !k.has(results, -1) {
		for i := range list {
			list[i].Value, list[i].Beside, list[i].Link = text.T("web.no_figure"), text.T("web.overview.nobody_yet"), view.Link{}
		}
	} else if moved.Figure(-1, "start").Known {
		out := report.Cell{Value: moved.Figure(-1, "escaped").Value + moved.Figure(-1, "to_other").Value, Known: true}
		list = append(list, view.KPI{Label: text.T("web.overview.escaped"), Value: count(out), Tone: view.Out,
			Beside: text.T("web.overview.into", "fell_back", count(moved.Figure(-1, "fell_back")), "new", count(moved.Figure(-1, "new")))})
	}
	unknown := results.Figure(-1, "undetermined")
	return append(list, view.KPI{Label: text.T("web.class.undetermined"), Value: count(unknown), Tone: view.Unknown,
		Beside: text.T("web.overview.households", "n", count(results.Figure(-1, "households"))), Link: see("undetermined")})
}

func (p *Pages) composition(pl place) string {
	tree := p.Tree()
	key := "web.overview.composition"
	districts := 0
	if pl.Area.Level == area.Province {
		districts = len(tree.OfLevel(pl.Area.Area, pl.Boundaries, area.District))
	}
	if districts > 0 {
		key = "web.overview.composition_districts"
	}
	communes := len(tree.Communes(pl.Area.Area, pl.Boundaries))
	if pl.Area.Level == area.Commune || pl.Area.Level == area.Village {
		key = "web.boundaries_of"
	}
	return text.T(key, "districts", districts, "communes", communes, "day", area.ShowDay(pl.Boundaries))
}

// mapCard colours the communes by their rate. Under a commune there is
// nothing to draw.
func (p *Pages) mapCard(r *http.Request, pl place, k known, results *report.Table) (view.Picture, error) {
	if pl.Area.Level == area.Commune || pl.Area.Level == area.Village {
		return p.deprivationCard(r, pl, k, results)
	}
	t, err := p.table(r, pl, "results", area.Commune)
	if err != nil {
		return view.Picture{}, err
	}
	m, err := p.mapOf(r, pl.Area, pl.Boundaries)
	if err != nil {
		return view.Picture{}, err
	}
	byArea := make(map[string]int, len(t.Rows))
	highest := -1
	for i, row := range t.Rows {
		byArea[string(row.Area)] = i
		if share := k.figure(t, i, "poor_share"); share.Known && (highest < 0 || share.Value > t.Figure(highest, "poor_share").Value) {
			highest = i
		}
	}
	pic := view.Picture{Title: text.T("web.overview.map"), Source: text.T("web.overview.map_source", "standard", pl.Round.Standard, "round", pl.Round.ID),
		Link: view.Link{Text: text.T("web.overview.as_table"), Href: pl.query(PathTables + "/results")}}
	if highest >= 0 {
		pic.Title = text.T("web.overview.map_highest", "area", t.Rows[highest].Name, "share", percent(t.Figure(highest, "poor_share")))
	}
	pic.SVG = m.SVG(chart.Picture{ID: "ban-do", Label: text.T("web.overview.map_label", "area", pl.Area.FullName, "year", pl.Round.Year), Fill: func(key string) chart.Fill {
		i, ok := byArea[key]
		if !ok {
			return chart.Fill{Class: chart.None}
		}
		share := k.figure(t, i, "poor_share")
		if !share.Known || t.Rows[i].NoData {
			return chart.Fill{Class: chart.Unknown, Title: text.T("web.overview.map_unknown", "area", t.Rows[i].Name)}
		}
		next := pl
		next.Area.Area = t.Rows[i].Area
		return chart.Fill{Class: chart.Class(100*share.Value, mapBounds), Href: next.query(PathOverview),
			Title: text.T("web.overview.map_cell", "area", t.Rows[i].Name, "share", percent(share), "poor", count(t.Figure(i, "poor")), "households", count(t.Figure(i, "households")))}
	}})
	for _, item := range chart.StepLegend(mapBounds, func(v float64) string { return vn.FormatDecimal(v, 0) + " %" }) {
		pic.Legend = append(pic.Legend, view.LegendItem{Class: item.Class, Label: item.Label})
	}
	pic.Legend = append(pic.Legend, view.LegendItem{Class: chart.Unknown, Label: text.T("web.no_figure")})
	return pic, nil
}

// deprivationCard stands in the map's place in a commune or village: what the
// poor and near-poor households lack.
func (p *Pages) deprivationCard(r *http.Request, pl place, k known, results *report.Table) (view.Picture, error) {
	if !k.has(results, -1) {
		return view.Picture{Title: text.T("web.overview.deprivations"), Blank: view.Blank{State: view.Empty, Text: text.T("web.overview.nobody_yet")}}, nil
	}
	poor, err := p.table(r, pl, "deprivations_poor", "")
	if err != nil {
		return view.Picture{}, err
	}
	near, err := p.table(r, pl, "deprivations_near_poor", "")
	if err != nil {
		return view.Picture{}, err
	}
	set, err := p.Law.ByID(pl.Round.Standard)
	if err != nil {
		return view.Picture{}, err
	}
	bars := chart.Bars{ID: "thieu-hut", Width: barsWidth, Label: text.T("web.overview.deprivations"), Kinds: []chart.Kind{{Name: text.T("web.class.poor"), Class: chart.Poor}, {Name: text.T("web.class.near_poor"), Class: chart.Near}}}
	for _, indicator := range set.Indicators {
		a, b := poor.Figure(-1, indicator.Code), near.Figure(-1, indicator.Code)
		bars.Rows = append(bars.Rows, chart.Row{Name: indicator.Name.Text, Values: []float64{a.Value, b.Value}, Labels: []string{count(a), count(b)}})
	}
	return view.Picture{Title: text.T("web.overview.deprivations"), SVG: bars.SVG(), Source: text.T("web.overview.deprivations_source", "round", pl.Round.ID),
		Link: view.Link{Text: text.T("web.overview.as_table"), Href: pl.query(PathTables + "/deprivations_poor")}}, nil
}

// trendCard is the area's poor and near-poor households over the rounds, all
// on the boundaries of the page.
func (p *Pages) trendCard(r *http.Request, pl place) (view.Picture, error) {
	poor := chart.Series{Name: text.T("web.class.poor"), Class: chart.Poor}
	near := chart.Series{Name: text.T("web.class.near_poor"), Class: chart.Near}
	for _, o := range pl.Rounds {
		if o.Beside {
			continue
		}
		of := pl
		of.Round = o
		t, err := p.table(r, of, "results", "")
		if err != nil {
			return view.Picture{}, err
		}
		if !(known{o.State == review.Open}).has(t, -1) {
			continue
		}
		set, err := p.Law.ByID(o.Standard)
		if err != nil {
			return view.Picture{}, err
		}
		for series, key := range map[*chart.Series]string{&poor: "poor", &near: "near_poor"} {
			c := t.Figure(-1, key)
			series.Readings = append(series.Readings, chart.Reading{Year: o.Year, Value: c.Value, Label: count(c), Rule: set.Name})
		}
	}
	if len(poor.Readings) == 0 {
		return view.Picture{Title: text.T("web.overview.trend"), Blank: view.Blank{State: view.Empty, Text: text.T("web.overview.nobody_yet")}}, nil
	}
	return view.Picture{Title: text.T("web.overview.trend"), SVG: chart.Trend{Label: text.T("web.overview.trend"), Width: 440, Series: []chart.Series{poor, near}}.SVG(),
		Source: text.T("web.overview.trend_source", "day", area.ShowDay(pl.Boundaries))}, nil
}

// attention lists what needs a look: figures that do not add up, classes that
// could not be given, data that no source confirms.
func (p *Pages) attention(pl place, opens bool, results, moved *report.Table) []view.AttentionItem {
	var list []view.AttentionItem
	for _, broken := range append(append([]string{}, results.Broken...), moved.Broken...) {
		list = append(list, view.AttentionItem{Tag: view.Tag{Tone: view.Poor, Text: text.T("web.attention.broken")}, Text: broken})
	}
	if n := results.Figure(-1, "undetermined"); n.Value > 0 {
		list = append(list, view.AttentionItem{Tag: view.Tag{Tone: view.Unknown, Text: text.T("web.attention.unclear")}, Text: text.T("web.attention.undetermined", "n", count(n)),
			Link: seeing(pl, opens, "web.attention.see_list", "results", "undetermined")})
	}
	noData := 0
	for _, row := range results.Rows {
		if row.NoData {
			noData++
		}
	}
	if noData > 0 {
		list = append(list, view.AttentionItem{Tag: view.Tag{Tone: view.Near, Text: text.T("web.attention.missing")}, Text: text.T("web.attention.no_data", "n", noData),
			Link: view.Link{Text: text.T("web.attention.see_table"), Href: pl.query(PathTables + "/results")}})
	}
	if n := moved.Figure(-1, "to_not_surveyed"); n.Value > 0 {
		list = append(list, view.AttentionItem{Tag: view.Tag{Tone: view.Poor, Text: text.T("web.attention.left_out")}, Text: text.T("web.attention.to_not_surveyed", "n", count(n)),
			Link: seeing(pl, opens, "web.attention.see_list", "movement_poor", "to_not_surveyed")})
	}
	if p.Assumed != "" {
		list = append(list, view.AttentionItem{Tag: view.Tag{Tone: view.Unknown, Text: text.T("web.attention.assumed")}, Text: p.Assumed})
	}
	return append(list, view.AttentionItem{Tag: view.Tag{Tone: view.Unknown, Text: text.T("web.attention.unconfirmed")}, Text: text.T("web.attention.standard", "standard", pl.Round.Standard),
		Link: view.Link{Text: text.T("web.attention.see_standard"), Href: PathStandards}})
}

// changes is the table under the pictures: each unit's poor households, and
// how they came about.
func (p *Pages) changes(pl place, k known, results, moved *report.Table) view.Table {
	t := view.Table{ID: "thay-doi", Caption: text.T("web.overview.changes"), Stacked: true}
	keys := []string{"poor", "poor_share"}
	t.Columns = []view.Column{{Label: text.T("web.area")}, {Label: text.T("web.class.poor"), Numeric: true}, {Label: text.T("report.column.share"), Numeric: true}}
	movement := []string{"start", "to_other", "escaped", "from_other", "fell_back", "new"}
	if moved.Figure(-1, "start").Known {
		for _, key := range movement {
			t.Columns = append(t.Columns, view.Column{Label: text.T("report.movement." + key), Numeric: true})
		}
	}
	for i := range results.Rows {
		t.Rows = append(t.Rows, p.changeRow(pl, k, results, moved, i, keys, movement))
	}
	t.Rows = append(t.Rows, p.changeRow(pl, k, results, moved, -1, keys, movement))
	return t
}

func (p *Pages) changeRow(pl place, k known, results, moved *report.Table, i int, keys, movement []string) view.Row {
	row := view.Row{Total: i < 0}
	name := results.Total.Name
	if i >= 0 {
		name = results.Rows[i].Shown()
		next := pl
		next.Area.Area = results.Rows[i].Area
		row.Href = next.query(PathOverview)
	}
	row.Cells = append(row.Cells, view.Cell{Text: name})
	for _, key := range keys {
		row.Cells = append(row.Cells, view.Cell{Text: k.words(results, results, i, key)})
	}
	if moved.Figure(-1, "start").Known {
		for _, key := range movement {
			row.Cells = append(row.Cells, view.Cell{Text: k.words(results, moved, i, key)})
		}
	}
	return row
}
