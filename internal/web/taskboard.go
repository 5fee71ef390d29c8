package web

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/fault"
	"giamngheo/internal/programme"
	"giamngheo/internal/task"
	"giamngheo/internal/text"
	"giamngheo/internal/vn"
	"giamngheo/internal/web/view"
)

// PathTasks is what the reader owes by the plans; boards of a year and the
// plan itself stand below it.
const PathTasks = "/nhiem-vu"

func (p *Pages) taskBoardRoutes() []Route {
	right := Either(account.RightTables, account.RightTasks)
	return []Route{
		{Method: "GET", Pattern: PathTasks + "/{year}", Right: right, Handler: p.boardPage},
		{Method: "GET", Pattern: PathTasks + "/{year}/danh-sach", Right: right, Handler: p.obligationList},
		{Method: "GET", Pattern: PathTasks + "/{year}/tep/{format}", Right: right, Handler: p.boardFile},
		{Method: "GET", Pattern: PathTasks + "/{year}/bieu-do", Right: right, Handler: p.ganttPage},
		{Method: "GET", Pattern: PathTasks + "/dung-han", Right: right, Handler: p.timelinessPage},
	}
}

func boardAddress(year int, at area.ID) string {
	return PathTasks + "/" + strconv.Itoa(year) + "?" + url.Values{paramArea: {string(at)}}.Encode()
}

// The parameters that narrow a list of obligations.
const (
	paramTask     = "viec"
	paramYears    = "ky" // of which the product speaks: 2019 or 2016-2019
	paramUnit     = "don-vi"
	paramLevel    = "cap"
	paramStanding = "so-han"
)

// obligationsAddress leads to the list of a year's obligations under an area,
// narrowed by names and values; empty values are left out.
func obligationsAddress(year int, at area.ID, more ...string) string {
	v := url.Values{paramArea: {string(at)}}
	for i := 0; i+1 < len(more); i += 2 {
		if more[i+1] != "" {
			v.Set(more[i], more[i+1])
		}
	}
	return PathTasks + "/" + strconv.Itoa(year) + "/danh-sach?" + v.Encode()
}

// obligationAddress is where one obligation is worked on: its page, or of a year
// that was not made the dossier of its product, or where there is none the line
// of the unit on the board.
func obligationAddress(i task.Instance, top area.ID) string {
	switch {
	case i.ID != "":
		return PathTasks + "/" + strconv.Itoa(i.Year) + "/viec/" + url.PathEscape(i.ID)
	case i.Dossier != "":
		return dossierAddress(i.Dossier)
	}
	if i.Area != "" {
		top = i.Area
	}
	return obligationsAddress(i.Year, top, paramTask, i.Kind(), paramYears, i.ForYears(), paramUnit, i.Unit.Code)
}

// yearPlace is a year and the area of which a page of tasks speaks.
type yearPlace struct {
	task.Year
	scope area.Scope
	years []int
}

// yearOf reads year and area from the address. Without an area it is the
// reader's own.
func (p *Pages) yearOf(r *http.Request) (y yearPlace, err error) {
	year, err := strconv.Atoi(r.PathValue("year"))
	if err != nil {
		return y, fault.New(fault.NotFound, "no_page", text.T("web.error.no_page"))
	}
	y.scope = ActorOf(r.Context()).ScopeFor(account.RightTables)
	if y.years, err = p.Tasks.Years(r.Context()); err != nil {
		return y, err
	}
	y.Year, err = p.yearAt(r, y.scope, year, area.ID(r.URL.Query().Get(paramArea)))
	return y, err
}

// yearAt is a year under an area; of a village head or a village, of its
// commune, to which tasks go, nothing is owed.
func (p *Pages) yearAt(r *http.Request, scope area.Scope, year int, id area.ID) (task.Year, error) {
	if actor := ActorOf(r.Context()); !actor.Can(account.RightTables) {
		return p.yearLed(r, actor, year, id)
	}
	return p.yearWith(scope, year, id, func(code string) (task.Year, error) { return p.Tasks.Year(r.Context(), scope, year, code) })
}

// yearLed is what a year asks of the agencies at which the reader's posts
// stand: his right to tasks shows him that and no area.
func (p *Pages) yearLed(r *http.Request, actor *account.Actor, year int, id area.ID) (task.Year, error) {
	var agencies []string
	for _, post := range actor.Posts {
		if post.AgencyID != "" && post.InForce(actor.Day) {
			agencies = append(agencies, post.AgencyID)
		}
	}
	y, err := p.Tasks.YearLed(r.Context(), agencies, year)
	if err == nil && id != "" && id != y.Top.Area {
		return task.Year{}, fault.New(fault.NotFound, "area_not_found", text.T("area.not_found"))
	}
	var names []string
	for _, code := range agencies {
		names = append(names, p.bodyName(r, account.AgencyUnit(code)))
	}
	y.Top.FullName = strings.Join(names, ", ") // what the page speaks of is not the province
	return y, err
}

func (p *Pages) yearWith(scope area.Scope, year int, id area.ID, read func(code string) (task.Year, error)) (task.Year, error) {
	if id == "" {
		id = p.home(scope)
	}
	gone := fault.New(fault.NotFound, "area_not_found", text.T("area.not_found"))
	if id == "" {
		return task.Year{}, gone
	}
	v, ok := p.Tree().On(id, task.Boundaries(year))
	if !ok {
		if v, ok = p.Tree().Last(id); !ok || scope.Check(p.Tree(), id) != nil {
			return task.Year{}, gone
		}
		return task.Year{}, fault.New(fault.NotFound, "area_not_then", text.T("web.board.not_then", "area", v.FullName, "year", year))
	}
	if v.Level == area.Village && scope.Covers(p.Tree(), id, p.Today()) {
		return task.Year{Year: year, Top: v, Today: p.Today()}, nil
	}
	return read(v.Code)
}

// boardPage shows unit by task how far a year is, drawn together to what stands
// directly below the area; each figure opens what it counts.
func (p *Pages) boardPage(w http.ResponseWriter, r *http.Request) error {
	y, err := p.yearOf(r)
	if err != nil {
		return err
	}
	s := task.Summarise(y.Year, p.Tasks.Calendar, p.Tree())
	body := view.BoardPage{Head: view.Heading{Title: boardTitle(s), Lead: boardLead(s)}, Grid: p.grid(s, text.T("web.board.grid")), Paper: p.paperGrids(s), Tasks: columnTable(s), Tabs: p.yearTabs(y, func(year int) string { return boardAddress(year, y.Top.Area) })}
	for _, format := range []string{"xlsx", "csv"} {
		body.Head.Actions = append(body.Head.Actions, view.Button{Label: text.T("web.tables.download", "format", format),
			Href: PathTasks + "/" + strconv.Itoa(y.Year.Year) + "/tep/" + format + "?" + url.Values{paramArea: {string(y.Top.Area)}}.Encode()})
	}
	body.Links = []view.Link{
		{Text: text.T("web.board.gantt"), Href: ganttAddress(y.Year.Year, y.Top.Area)},
		{Text: text.T("web.board.timeliness"), Href: PathTasks + "/dung-han?" + url.Values{paramArea: {string(y.Top.Area)}}.Encode()},
		{Text: text.T("web.board.plan"), Href: pathPlan},
	}
	if !y.Made {
		body.Notices = append(body.Notices, view.Notice{Mood: view.Info, Text: text.T("web.board.not_made", "year", y.Year.Year)})
	}
	frame := p.taskFrame(r, body.Head.Title, y, boardAddress)
	return Render(w, r, http.StatusOK, view.Framed(frame, view.BoardBody(body)))
}

// boardTitle says the finding: how many are late, and who is latest.
func boardTitle(s task.Summary) string {
	t := s.Total
	pairs := []any{"area", s.Top.FullName, "year", s.Year.Year, "all", vn.FormatInt(int64(t.All)), "overdue", vn.FormatInt(int64(t.Timeliness[task.Overdue])),
		"late", vn.FormatInt(int64(t.Timeliness[task.Late])), "done", vn.FormatInt(int64(t.State[task.Done])), "days", t.Worst}
	switch {
	case t.All == 0:
		return text.T("web.board.title_none", pairs...)
	case t.Timeliness[task.Overdue] > 0:
		return text.T("web.board.title_overdue", pairs...)
	case t.Timeliness[task.Late] > 0:
		return text.T("web.board.title_late", pairs...)
	}
	return text.T("web.board.title", pairs...)
}

func boardLead(s task.Summary) string {
	return text.T("web.board.lead", "plan", s.Plan, "day", area.ShowDay(s.Today), "boundaries", area.ShowDay(task.Boundaries(s.Year.Year)))
}

// standings are the ways in which an obligation can stand, in the order of the
// board's columns.
var standings = []task.Timeliness{task.OnTime, task.Late, task.Overdue, task.Open, task.NoDate}

// grid is a table of the board: its lines with the tasks that are asked of any
// of them, and their sum.
func (p *Pages) grid(s task.Summary, caption string) view.Table {
	columns := askedColumns(s)
	t := view.Table{ID: "bang-nhiem-vu", Caption: caption, HideCaption: true, Tall: true,
		Groups:  []view.Group{{Span: 1}, {Label: text.T("web.board.sums"), Span: 2 + len(standings)}, {Label: text.T("web.board.by_task"), Span: len(columns)}},
		Columns: []view.Column{{Label: text.T("web.board.unit")}, {Label: text.T("web.board.all"), Numeric: true}}}
	for _, in := range standings {
		t.Columns = append(t.Columns, view.Column{Label: text.T("web.board.in." + string(in)), Numeric: true})
	}
	t.Columns = append(t.Columns, view.Column{Label: text.T("web.board.worst"), Numeric: true})
	for _, n := range columns {
		t.Columns = append(t.Columns, view.Column{Label: columnName(s.Year.Year, s.Columns[n])})
	}
	for _, l := range s.Lines {
		t.Rows = append(t.Rows, p.boardRow(s, l, columns))
	}
	if len(t.Rows) == 0 {
		t.Blank = view.Blank{State: view.Empty, Text: text.T("web.board.none")}
		return t
	}
	s.Total.Unit.Name = text.T("web.board.total")
	total := p.boardRow(s, s.Total, columns)
	total.Total = true
	t.Rows = append(t.Rows, total)
	return t
}

// columnName is a task's number, with the years where its product speaks of
// more than the one.
func columnName(year int, c task.Column) string {
	if years := (programme.Instance{Span: c.Span}).ForYears(); years != strconv.Itoa(year) {
		return c.Task + " (" + years + ")"
	}
	return c.Task
}

// boardRow is a line of the board. A unit with others below it opens their
// board; every figure opens the obligations that it counts.
func (p *Pages) boardRow(s task.Summary, l task.Line, columns []int) view.Row {
	at, unit := s.Top.Area, ""
	switch {
	case l.Level == "": // the sum
	case l.Area == "":
		unit = l.Unit.Code
	case l.Area == s.Top.Area:
		unit = l.Unit.Code
	default:
		at = l.Area
	}
	name := view.Cell{Text: l.Unit.Name}
	switch {
	case l.Level == "":
	case at != s.Top.Area && l.Below:
		name.Href = boardAddress(s.Year.Year, at)
	default:
		name.Href = obligationsAddress(s.Year.Year, at, paramUnit, unit)
	}
	opens := func(n int, more ...string) view.Cell {
		c := view.Cell{Text: vn.FormatInt(int64(n))}
		if n > 0 {
			c.Href = obligationsAddress(s.Year.Year, at, append([]string{paramUnit, unit}, more...)...)
		}
		return c
	}
	row := view.Row{Cells: []view.Cell{name, opens(l.All)}}
	for _, in := range standings {
		c := opens(l.Timeliness[in], paramStanding, string(in))
		if in == task.Overdue && l.Timeliness[in] > 0 {
			c.Mark = view.MarkBad
		}
		row.Cells = append(row.Cells, c)
	}
	worst := view.Cell{}
	if l.Worst > 0 {
		worst.Text = vn.FormatInt(int64(l.Worst))
	}
	row.Cells = append(row.Cells, worst)
	for _, n := range columns {
		row.Cells = append(row.Cells, tallyCell(l.Tasks[n], obligationsAddress(s.Year.Year, at, paramUnit, unit, paramTask, s.Columns[n].Task, paramYears, programme.Instance{Span: s.Columns[n].Span}.ForYears())))
	}
	return row
}

// tallyCell writes how some obligations of one task stand: one in words,
// several as done of all with what is late below.
func tallyCell(t task.Tally, href string) view.Cell {
	if t.All == 0 {
		return view.Cell{}
	}
	c := view.Cell{Href: href, Text: text.T("web.step.of", "done", t.State[task.Done], "all", t.All)}
	if t.Only != nil {
		c.Text = shortStanding(*t.Only)
		c.Href = obligationAddress(t.Only.Instance, "")
		if t.Only.ID == "" && t.Only.Area == "" {
			c.Href = href
		}
	} else if t.Behind() > 0 {
		c.Note = text.T("web.board.behind", "n", t.Behind(), "days", t.Worst)
	}
	switch {
	case t.Timeliness[task.Overdue] > 0:
		c.Mark = view.MarkBad
	case t.State[task.Done] == t.All && t.Behind() == 0:
		c.Mark = view.MarkDone
	case t.State[task.HandedIn] > 0 || t.State[task.Doing] > 0:
		c.Mark = view.MarkNow
	}
	return c
}

func shortStanding(c task.Cell) string {
	key := "web.board.one." + string(c.In)
	if c.In == task.Open || c.In == task.NoDate {
		key = "web.board.one.state_" + string(c.State)
	}
	return text.T(key, "n", c.Late)
}

// columnTable says what stands behind the numbers of the columns.
func columnTable(s task.Summary) view.Table {
	t := view.Table{ID: "cac-viec", Caption: text.T("web.board.tasks"), Stacked: true, Columns: []view.Column{{Label: text.T("web.board.task")}, {Label: text.T("web.board.title_of")}, {Label: text.T("web.board.printed")}, {Label: text.T("web.board.ends")}}}
	for n, c := range s.Columns {
		t.Rows = append(t.Rows, view.Row{Cells: []view.Cell{
			{Text: columnName(s.Year.Year, c), Href: obligationsAddress(s.Year.Year, s.Top.Area, paramTask, c.Task, paramYears, programme.Instance{Span: c.Span}.ForYears())},
			{Text: c.Title}, {Text: shownRange(c.First.Due, c.Due)}, {Text: shownRange(c.First.Ends, c.Ends), Note: text.T("web.board.units", "n", vn.FormatInt(int64(s.Total.Tasks[n].All)))}}})
	}
	if len(t.Rows) == 0 {
		t.Blank = view.Blank{State: view.Empty, Text: text.T("web.board.none")}
	}
	return t
}

func shownDue(day string) string {
	if day == "" {
		return text.T("web.board.no_date")
	}
	return area.ShowDay(day)
}

// shownRange is a day, or the first and the last of several.
func shownRange(first, last string) string {
	if first == "" || first == last {
		return shownDue(last)
	}
	return text.T("web.board.range", "from", area.ShowDay(first), "to", area.ShowDay(last))
}

func (p *Pages) yearTabs(y yearPlace, address func(year int) string) (tabs []view.Tab) {
	for _, year := range y.years {
		if _, there := p.Tree().On(y.Top.Area, task.Boundaries(year)); there {
			tabs = append(tabs, view.Tab{Text: strconv.Itoa(year), Href: address(year), Current: year == y.Year.Year})
		}
	}
	return tabs
}

// taskFrame is the page around a year and an area, with the way up.
func (p *Pages) taskFrame(r *http.Request, title string, y yearPlace, address func(int, area.ID) string, last ...view.Link) view.Page {
	frame := Frame(r, title, view.NavBoards, p.Demo)
	day := task.Boundaries(y.Year.Year)
	frame.Crumbs = []view.Link{{Text: text.T("web.board.crumb", "year", y.Year.Year), Href: address(y.Year.Year, "")}}
	for _, up := range y.Top.Ancestors() {
		if v, ok := p.Tree().On(up, day); ok {
			link := view.Link{Text: v.FullName}
			if p.reaches(y.scope, up, day) {
				link.Href = address(y.Year.Year, up)
			}
			frame.Crumbs = append(frame.Crumbs, link)
		}
	}
	here := view.Link{Text: y.Top.FullName}
	if len(last) > 0 {
		here.Href = address(y.Year.Year, y.Top.Area)
	}
	frame.Crumbs = append(append(frame.Crumbs, here), last...)
	frame.CrumbNote = text.T("web.boundaries_of", "day", area.ShowDay(day))
	return frame
}

// narrowed gives the obligations that the address asks for, in words too.
func (p *Pages) narrowed(r *http.Request, y yearPlace) (list []task.Cell, words []string) {
	q := r.URL.Query()
	for _, i := range y.Instances {
		in, late := i.In(p.Tasks.Calendar, y.Today)
		differs := false
		for name, is := range map[string]string{paramTask: i.Kind(), paramYears: i.ForYears(), paramUnit: i.Unit.Code, paramLevel: string(i.Level), paramStanding: string(in)} {
			differs = differs || q.Get(name) != "" && q.Get(name) != is
		}
		if !differs {
			list = append(list, task.Cell{Instance: i, In: in, Late: late})
		}
	}
	if q.Get(paramTask) != "" && len(list) > 0 {
		words = append(words, list[0].Task+" "+list[0].Title)
	}
	if q.Get(paramUnit) != "" && len(list) > 0 {
		words = append(words, list[0].Unit.Name)
	}
	if level := programme.Level(q.Get(paramLevel)); slices.Contains(task.Levels, level) {
		words = append(words, text.T("web.board.level."+string(level)))
	}
	if in := task.Timeliness(q.Get(paramStanding)); slices.Contains(standings, in) {
		words = append(words, text.T("web.board.in."+string(in)))
	}
	return list, words
}

// perPage is how many obligations stand on one page of a list.
const perPage = 200

// obligationList lists the obligations behind a figure of a board, the latest
// of those that are late first.
func (p *Pages) obligationList(w http.ResponseWriter, r *http.Request) error {
	y, err := p.yearOf(r)
	if err != nil {
		return err
	}
	list, words := p.narrowed(r, y)
	slices.SortStableFunc(list, func(a, b task.Cell) int { return b.Late - a.Late })
	title := text.T("web.board.list", "n", vn.FormatInt(int64(len(list))), "area", y.Top.FullName, "year", y.Year.Year)
	body := view.BoardPage{Head: view.Heading{Title: title, Lead: strings.Join(words, " · ")}}
	shown, pages := pagePart(r, list, perPage, "web.board.page")
	body.Grid, body.Pages = p.opened(ActorOf(r.Context()), p.obligationTable("danh-sach", shown, y.Top.Area), shown), pages
	frame := p.taskFrame(r, title, y, boardAddress, view.Link{Text: text.T("web.board.list_crumb")})
	return Render(w, r, http.StatusOK, view.Framed(frame, view.BoardBody(body)))
}

// obligationTable lists obligations with printed date, term and state, each
// leading to where it is worked on.
func (p *Pages) obligationTable(id string, list []task.Cell, top area.ID) view.Table {
	t := view.Table{ID: id, Caption: text.T("web.board.obligations"), HideCaption: true, Stacked: true, Columns: []view.Column{
		{Label: text.T("web.board.what")}, {Label: text.T("web.board.unit")}, {Label: text.T("web.board.printed")}, {Label: text.T("web.board.ends")}, {Label: text.T("web.board.state")}, {Label: text.T("web.board.standing")}}}
	for _, c := range list {
		t.Rows = append(t.Rows, obligationRow(c, top))
	}
	if len(t.Rows) == 0 {
		t.Blank = view.Blank{State: view.Empty, Text: text.T("web.board.none")}
	}
	return t
}

func obligationRow(c task.Cell, top area.ID) view.Row {
	what := view.Cell{Text: c.Task + " " + c.Title}
	if c.Span.From != c.Span.To || c.Span.To != c.Year {
		what.Note = text.T("web.board.for_years", "years", c.ForYears())
	}
	row := view.Row{Cells: []view.Cell{what, {Text: c.Unit.Name}, {Text: shownDue(c.Due)}, {Text: shownDue(c.Ends)}, {Text: c.StateWords()}, standingCell(c)}}
	if c.ID != "" || c.Dossier != "" {
		row.Href = obligationAddress(c.Instance, top)
	}
	switch {
	case c.State == task.Done && c.Done != "":
		row.Cells[4].Note = area.ShowDay(c.Done)
	case c.HandedIn != "":
		row.Cells[4].Note = text.T("web.board.handed_in", "day", area.ShowDay(c.HandedIn))
	}
	return row
}

func standingCell(c task.Cell) view.Cell {
	words := c.InWords(c.In, c.Late)
	switch c.In {
	case task.Overdue:
		return view.Cell{Tag: view.Tag{Tone: view.Poor, Text: words}}
	case task.Late:
		return view.Cell{Tag: view.Tag{Tone: view.Near, Text: words}}
	case task.OnTime:
		return view.Cell{Tag: view.Tag{Tone: view.Out, Text: words}}
	}
	return view.Cell{Text: words}
}

func fileName(y yearPlace) string {
	return fmt.Sprintf("nhiem-vu-%d-%s", y.Year.Year, y.Top.Code)
}
