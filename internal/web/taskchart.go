package web

import (
	"context"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/chart"
	"giamngheo/internal/fault"
	"giamngheo/internal/programme"
	"giamngheo/internal/task"
	"giamngheo/internal/text"
	"giamngheo/internal/vn"
	"giamngheo/internal/web/view"
)

func ganttAddress(year int, at area.ID) string {
	return PathTasks + "/" + strconv.Itoa(year) + "/bieu-do?" + url.Values{paramArea: {string(at)}}.Encode()
}

// ganttPage draws a year's tasks on the calendar with what rests on what, and
// says the same in a table. Each bar opens the obligations of its task.
func (p *Pages) ganttPage(w http.ResponseWriter, r *http.Request) error {
	y, err := p.yearOf(r)
	if err != nil {
		return err
	}
	plan, err := p.planOf(r.Context(), y.Plan)
	if err != nil {
		return err
	}
	s := task.Summarise(y.Year, p.Tasks.Calendar, p.Tree())
	g, against := gantt(s, plan)
	narrow := g
	narrow.Narrow = true
	title := text.T("web.gantt.title", "area", y.Top.FullName, "year", y.Year.Year)
	if against > 0 {
		title = text.T("web.gantt.title_against", "area", y.Top.FullName, "year", y.Year.Year, "n", against)
	}
	body := view.BoardPage{Head: view.Heading{Title: title, Lead: boardLead(s)}, Drawing: g.SVG(), DrawingNarrow: narrow.SVG(), DrawingLabel: g.Label, Grid: ganttTable(s, plan), Tabs: p.yearTabs(y, func(year int) string { return ganttAddress(year, y.Top.Area) }),
		Links: []view.Link{{Text: text.T("web.gantt.board"), Href: boardAddress(y.Year.Year, y.Top.Area)}, {Text: text.T("web.board.plan"), Href: pathPlan}}}
	frame := p.taskFrame(r, title, y, ganttAddress)
	return Render(w, r, http.StatusOK, view.Framed(frame, view.BoardBody(body)))
}

// planOf finds a plan by its number; nil where nobody has it any more.
func (p *Pages) planOf(ctx context.Context, number string) (*programme.Programme, error) {
	list, err := p.Tasks.Programmes(ctx)
	if i := slices.IndexFunc(list, func(p *programme.Programme) bool { return p.Number == number }); i >= 0 {
		return list[i], err
	}
	return nil, err
}

// needsOf are the columns whose result a column rests on, in the same year.
func needsOf(s task.Summary, plan *programme.Programme, c task.Column) (list []int) {
	if plan == nil {
		return nil
	}
	t, _ := plan.Task(c.Task)
	for n, other := range s.Columns {
		if slices.Contains(t.Needs, other.Task) && other.Span.From == other.Span.To {
			list = append(list, n)
		}
	}
	return list
}

// gantt lays the tasks of a year out: a bar begins when what the task rests on
// is due and ends with its own term. against counts the tasks that end before
// what they need.
func gantt(s task.Summary, plan *programme.Programme) (g chart.Gantt, against int) {
	year := s.Year.Year
	g = chart.Gantt{ID: "lich", Label: text.T("web.gantt.label", "area", s.Top.FullName, "year", year), From: fmt.Sprintf("%d-01-01", year), To: fmt.Sprintf("%d-12-31", year), Today: s.Today, Source: text.T("web.gantt.source")}
	for _, c := range s.Columns {
		g.To = max(g.To, c.Ends)
	}
	for n, c := range s.Columns {
		t := s.Total.Tasks[n]
		row := chart.GanttRow{Name: columnName(year, c) + " " + c.Title, Short: columnName(year, c), Begin: g.From, End: c.Ends, Class: ganttClass(t), Done: float64(t.State[task.Done]) / float64(max(t.All, 1)),
			Note: ganttNote(t, c), Href: obligationsAddress(year, s.Top.Area, paramTask, c.Task, paramYears, programme.Instance{Span: c.Span}.ForYears())}
		row.Title = row.Name + ": " + text.T("web.gantt.due", "due", shownRange(c.First.Due, c.Due)) + " " + row.Note
		if plan != nil && plan.Issued > row.Begin {
			row.Begin = plan.Issued
		}
		row.Begin = max(row.Begin, c.First.Ends)
		broken := false
		for _, need := range needsOf(s, plan, c) {
			ends := s.Columns[need].Ends
			late := c.Ends != "" && ends > c.Ends
			broken = broken || late
			g.Links = append(g.Links, chart.GanttLink{From: need, To: n, Against: late})
			if !late {
				row.Begin = max(row.Begin, ends)
			}
		}
		if broken {
			against++
		}
		if row.End != "" {
			row.Begin = min(row.Begin, row.End)
		}
		g.Rows = append(g.Rows, row)
	}
	return g, against
}

func ganttClass(t task.Tally) string {
	switch {
	case t.Timeliness[task.Overdue] > 0:
		return chart.Poor
	case t.Timeliness[task.Late] > 0:
		return chart.Near
	case t.State[task.Done] == t.All:
		return chart.Out
	}
	return chart.Brand
}

// ganttNote says in words what the bar's colour says.
func ganttNote(t task.Tally, c task.Column) string {
	if c.Ends == "" {
		return text.T("web.gantt.no_date")
	}
	done := text.T("web.step.of", "done", vn.FormatInt(int64(t.State[task.Done])), "all", vn.FormatInt(int64(t.All)))
	switch {
	case t.Timeliness[task.Overdue] > 0:
		return text.T("web.gantt.overdue", "done", done, "n", vn.FormatInt(int64(t.Timeliness[task.Overdue])), "days", t.Worst)
	case t.Timeliness[task.Late] > 0:
		return text.T("web.gantt.late", "done", done, "n", vn.FormatInt(int64(t.Timeliness[task.Late])), "days", t.Worst)
	}
	return text.T("web.gantt.done", "done", done)
}

func ganttTable(s task.Summary, plan *programme.Programme) view.Table {
	t := view.Table{ID: "lich-bang", Caption: text.T("web.gantt.table"), Stacked: true, Columns: []view.Column{{Label: text.T("web.board.task")}, {Label: text.T("web.board.title_of")}, {Label: text.T("web.gantt.rests_on")},
		{Label: text.T("web.board.printed")}, {Label: text.T("web.board.ends")}, {Label: text.T("web.gantt.how")}}}
	for n, c := range s.Columns {
		var needs []string
		for _, need := range needsOf(s, plan, c) {
			words := s.Columns[need].Task
			if ends := s.Columns[need].Ends; c.Ends != "" && ends > c.Ends {
				words = text.T("web.gantt.later", "task", words, "day", area.ShowDay(ends))
			}
			needs = append(needs, words)
		}
		row := view.Row{Cells: []view.Cell{{Text: columnName(s.Year.Year, c), Href: obligationsAddress(s.Year.Year, s.Top.Area, paramTask, c.Task, paramYears, programme.Instance{Span: c.Span}.ForYears())},
			{Text: c.Title}, {Text: strings.Join(needs, ", ")}, {Text: shownRange(c.First.Due, c.Due)}, {Text: shownRange(c.First.Ends, c.Ends)}, {Text: ganttNote(s.Total.Tasks[n], c)}}}
		if s.Total.Tasks[n].Timeliness[task.Overdue] > 0 {
			row.Cells[5].Mark = view.MarkBad
		}
		t.Rows = append(t.Rows, row)
	}
	if len(t.Rows) == 0 {
		t.Blank = view.Blank{State: view.Empty, Text: text.T("web.board.none")}
	}
	return t
}

// timelinessPage shows over the years how much was done in time at each level.
func (p *Pages) timelinessPage(w http.ResponseWriter, r *http.Request) error {
	scope := ActorOf(r.Context()).ScopeFor(account.RightTables)
	years, err := p.Tasks.Years(r.Context())
	if err != nil {
		return err
	}
	id := area.ID(r.URL.Query().Get(paramArea))
	var all []task.Year
	var last yearPlace
	for _, year := range years {
		if strconv.Itoa(year) > p.Today()[:4] {
			continue
		}
		y, err := p.yearAt(r, scope, year, id)
		if fault.Of(err) == fault.NotFound && year != years[0] {
			continue // an area that was not there in that year
		}
		if err != nil {
			return err
		}
		all, last = append(all, y), yearPlace{Year: y, scope: scope, years: years}
	}
	if len(all) == 0 {
		return fault.New(fault.NotFound, "programme_none", text.T("task.no_programme", "year", p.Today()[:4]))
	}
	levels := make([]map[programme.Level]task.Counts, len(all)) // of each year
	for n, y := range all {
		levels[n] = task.ByLevel(y, p.Tasks.Calendar)
	}
	trend := chart.Trend{Label: text.T("web.timely.label"), Width: 640, Format: func(v float64) string { return vn.FormatDecimal(v, 1) + " %" }}
	for n, level := range task.Levels {
		series := chart.Series{Name: text.T("web.board.level." + string(level)), Class: []string{chart.Brand, chart.Near, chart.Poor, chart.Out}[n]}
		for n, y := range all {
			value := math.NaN()
			if share, known := levels[n][level].Share(); known {
				value = 100 * share
			}
			series.Readings = append(series.Readings, chart.Reading{Year: y.Year, Value: value})
		}
		trend.Series = append(trend.Series, series)
	}
	narrow := trend
	narrow.Width = 320
	title := text.T("web.timely.title", "area", last.Top.FullName)
	body := view.BoardPage{Head: view.Heading{Title: title, Lead: text.T("web.timely.lead", "day", area.ShowDay(p.Today()))}, Picture: trend.SVG(), PictureNarrow: narrow.SVG(), Grid: timelinessTable(all, levels), Source: text.T("web.timely.source")}
	frame := p.taskFrame(r, title, last, boardAddress, view.Link{Text: text.T("web.board.timeliness")})
	return Render(w, r, http.StatusOK, view.Framed(frame, view.BoardBody(body)))
}

func timelinessTable(all []task.Year, levels []map[programme.Level]task.Counts) view.Table {
	t := view.Table{ID: "dung-han", Caption: text.T("web.board.timeliness"), HideCaption: true, Columns: []view.Column{{Label: text.T("web.timely.level")}, {Label: text.T("web.timely.year"), Numeric: true}, {Label: text.T("web.timely.share"), Numeric: true}, {Label: text.T("web.board.all"), Numeric: true}}}
	for _, in := range standings {
		t.Columns = append(t.Columns, view.Column{Label: text.T("web.board.in." + string(in)), Numeric: true})
	}
	for _, level := range task.Levels {
		for n, y := range all {
			c, asked := levels[n][level]
			if !asked {
				continue
			}
			share := text.T("web.timely.unknown")
			if v, known := c.Share(); known {
				share = vn.FormatDecimal(100*v, 1) + " %"
			}
			at := y.Top.Area
			row := view.Row{Cells: []view.Cell{{Text: text.T("web.board.level." + string(level))}, {Text: strconv.Itoa(y.Year), Href: boardAddress(y.Year, at)}, {Text: share}, {Text: vn.FormatInt(int64(c.All)), Href: obligationsAddress(y.Year, at, paramLevel, string(level))}}}
			for _, in := range standings {
				cell := view.Cell{Text: vn.FormatInt(int64(c.Timeliness[in]))}
				if c.Timeliness[in] > 0 {
					cell.Href = obligationsAddress(y.Year, at, paramLevel, string(level), paramStanding, string(in))
				}
				row.Cells = append(row.Cells, cell)
			}
			t.Rows = append(t.Rows, row)
		}
	}
	if len(t.Rows) == 0 {
		t.Blank = view.Blank{State: view.Empty, Text: text.T("web.board.none")}
	}
	return t
}
