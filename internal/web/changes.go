package web

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/fault"
	"giamngheo/internal/report"
	"giamngheo/internal/review"
	"giamngheo/internal/text"
	"giamngheo/internal/vn"
	"giamngheo/internal/web/view"
)

const paramPeriod = "ky"

func changesAddress(round string, at area.ID, period string) string {
	v := url.Values{paramArea: {string(at)}}
	if period != "" {
		v.Set(paramPeriod, period)
	}
	return PathReview + "/" + url.PathEscape(round) + "/bien-dong?" + v.Encode()
}

// changesOf counts what the address asks for: without an area the reader's
// own, without a period this month, or the year of a round that is past.
func (p *Pages) changesOf(r *http.Request) (c review.YearChanges, err error) {
	scope := ActorOf(r.Context()).ScopeFor(account.RightTables)
	o, err := p.Reviews.FindRound(r.Context(), r.PathValue("round"))
	if err != nil {
		return c, err
	}
	id := area.ID(r.URL.Query().Get(paramArea))
	if id == "" {
		id = p.home(scope)
	}
	period := review.Period{Year: o.Year}
	if year, _ := strconv.Atoi(p.Today()[:4]); year == o.Year {
		period.Month, _ = strconv.Atoi(p.Today()[5:7])
	}
	if typed := r.URL.Query().Get(paramPeriod); typed != "" {
		var ok bool
		if period, ok = review.ParsePeriod(typed); !ok {
			return c, fault.New(fault.Invalid, "bad_period", text.T("web.in_year.bad_period"))
		}
	}
	return p.Reviews.ChangesOf(r.Context(), scope, o.ID, id, period)
}

func (p *Pages) changesPage(w http.ResponseWriter, r *http.Request) error {
	c, err := p.changesOf(r)
	if err != nil {
		return err
	}
	t := report.ChangesTable(c)
	grid := view.Table{ID: "bien-dong", Caption: t.Title, HideCaption: true, Tall: true, Columns: []view.Column{{Label: text.T("web.area")}}, Groups: []view.Group{{Span: 1}}}
	for _, column := range t.Columns {
		grid.Columns = append(grid.Columns, view.Column{Label: column.Title, Numeric: true})
		if last := &grid.Groups[len(grid.Groups)-1]; last.Label == column.Group {
			last.Span++
		} else {
			grid.Groups = append(grid.Groups, view.Group{Label: column.Group, Span: 1})
		}
	}
	period := c.Period.String()
	add := func(unit int, name view.Cell) {
		row := view.Row{Total: unit < 0, Cells: []view.Cell{name}}
		for _, column := range t.Columns {
			row.Cells = append(row.Cells, view.Cell{Text: figure(t, unit, column.Key)})
		}
		grid.Rows = append(grid.Rows, row)
	}
	for i, row := range t.Rows {
		name := view.Cell{Text: row.Name}
		if c.Rows[i].Unit.Level != area.Village {
			name.Href = changesAddress(c.Round.ID, row.Area, period)
		}
		add(i, name)
	}
	add(-1, view.Cell{Text: t.Total.Name})
	actor := ActorOf(r.Context())
	body := view.ChangesPage{Head: view.Heading{Title: changesTitle(c)}, Grid: grid, Notes: t.Notes, Links: p.inYearLinks(actor, c.Round.ID, c.Area, changesAddress(c.Round.ID, c.Area.Area, "")), Action: PathReview + "/" + url.PathEscape(c.Round.ID) + "/bien-dong",
		Area: string(c.Area.Area), Period: view.Select{Name: paramPeriod, Label: text.T("web.in_year.period"), Options: periods(c.Round.Year, period), Submit: true}}
	for _, format := range []string{"xlsx", "csv", "json"} {
		body.Head.Actions = append(body.Head.Actions, view.Button{Label: text.T("web.tables.download", "format", format),
			Href: PathReview + "/" + url.PathEscape(c.Round.ID) + "/bien-dong/tep/" + format + "?" + url.Values{paramArea: {string(c.Area.Area)}, paramPeriod: {period}}.Encode()})
	}
	frame := Frame(r, body.Head.Title, view.NavReview, p.Demo)
	frame.Crumbs = []view.Link{{Text: text.T("web.nav.review"), Href: PathReview}, {Text: text.T("web.round_of", "id", c.Round.ID)}}
	scope := actor.ScopeFor(account.RightTables)
	for _, up := range c.Area.Ancestors() {
		if v, ok := p.Tree().On(up, c.Day); ok {
			link := view.Link{Text: v.FullName}
			if p.reaches(scope, up, c.Day) {
				link.Href = changesAddress(c.Round.ID, up, period)
			}
			frame.Crumbs = append(frame.Crumbs, link)
		}
	}
	frame.Crumbs = append(frame.Crumbs, view.Link{Text: c.Area.FullName})
	return Render(w, r, http.StatusOK, view.Framed(frame, view.ChangesBody(body)))
}

// changesTitle says the finding: how many came in and how many left.
func changesTitle(c review.YearChanges) string {
	in := c.Total[review.NewlyPoor].Households + c.Total[review.FellBack].Households + c.Total[review.NewlyNearPoor].Households
	out := c.Total[review.LeftPoor].Households + c.Total[review.LeftNearPoor].Households
	return text.T("web.in_year.changes_title", "area", c.Area.FullName, "period", report.PeriodName(c.Period), "in", vn.FormatInt(int64(in)), "out", vn.FormatInt(int64(out)))
}

// periods are the months, quarters and the whole of a year.
func periods(year int, now string) (list []view.Option) {
	add := func(p review.Period) {
		list = append(list, view.Option{Value: p.String(), Label: report.PeriodName(p), Selected: p.String() == now})
	}
	for month := 1; month <= 12; month++ {
		add(review.Period{Year: year, Month: month})
		if month%3 == 0 {
			add(review.Period{Year: year, Quarter: month / 3})
		}
	}
	add(review.Period{Year: year})
	return list
}

func (p *Pages) changesFile(w http.ResponseWriter, r *http.Request) error {
	c, err := p.changesOf(r)
	if err != nil {
		return err
	}
	t := report.ChangesTable(c)
	return sendFile(w, fmt.Sprintf("%s-%s-%s", t.ID, c.Area.Code, c.Period), r.PathValue("format"), tableWriters(t))
}
