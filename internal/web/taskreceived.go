package web

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/task"
	"giamngheo/internal/text"
	"giamngheo/internal/vn"
	"giamngheo/internal/web/view"
)

const (
	pathReceived = PathTasks + "/gui-den"
	paramInYear  = "nam"
	paramCome    = "den" // whether it has come
	comeYes      = "roi"
	comeNo       = "chua"
)

// lately is for how many days the first page tells what has come, and
// mostLately how much of it.
const lately, mostLately = 14, 10

// receivedPerPage is how many stand on one page of what goes to the reader.
const receivedPerPage = 50

// came is what was approved lately and goes to a unit of the reader, for his
// first page.
func (p *Pages) came(ctx context.Context, actor *account.Actor) (lists []view.Table, notices []view.Notice, err error) {
	list, err := p.Tasks.CameWithin(ctx, actor, lately)
	if err != nil || len(list) == 0 {
		return nil, nil, err
	}
	t := p.receivedTable(actor, p.cells(list[:min(len(list), mostLately)]))
	t.ID, t.Caption, t.HideCaption = "moi-den", text.T("web.received.lately", "n", vn.FormatInt(int64(len(list))), "days", lately), false
	if len(list) > mostLately {
		t.Source = text.T("web.received.shown", "n", mostLately)
	}
	return []view.Table{t}, []view.Notice{{Mood: view.Info, Text: text.T("web.received.notice", "n", vn.FormatInt(int64(len(list))), "days", lately), Link: view.Link{Text: text.T("web.received.open"), Href: pathReceived}}}, nil
}

func (p *Pages) cells(list []task.Instance) (cells []task.Cell) {
	for _, i := range list {
		in, late := i.In(p.Tasks.Calendar, p.Today())
		cells = append(cells, task.Cell{Instance: i, In: in, Late: late})
	}
	return cells
}

// received lists what goes to the reader's units by the plan: of each task how
// much has come, and the obligations themselves, what came last first.
func (p *Pages) received(w http.ResponseWriter, r *http.Request) error {
	actor, q := ActorOf(r.Context()), r.URL.Query()
	years, err := p.Tasks.Years(r.Context())
	if err != nil {
		return err
	}
	year := p.yearAsked(q.Get(paramInYear), years)
	all, err := p.Tasks.Received(r.Context(), actor, year)
	if err != nil {
		return err
	}
	cells := p.cells(all)
	address := func(year int, more ...string) string {
		v := url.Values{paramInYear: {strconv.Itoa(year)}}
		for i := 0; i+1 < len(more); i += 2 {
			v.Set(more[i], more[i+1])
		}
		return pathReceived + "?" + v.Encode()
	}
	come := 0
	for _, c := range cells {
		if c.State == task.Done {
			come++
		}
	}
	body := view.MyTasks{Head: view.Heading{Title: text.T("web.received.title", "n", vn.FormatInt(int64(come)), "all", vn.FormatInt(int64(len(all))), "year", year), Lead: text.T("web.received.lead")}, Tabs: p.taskTabs(r.Context(), actor, pathReceived)}
	if len(all) == 0 {
		body.Head.Title = text.T("web.received.title_none", "year", year)
	}
	for _, y := range years {
		if strconv.Itoa(y) <= p.Today()[:4] && y != year {
			body.Links = append(body.Links, view.Link{Text: text.T("web.received.year", "year", y), Href: address(y)})
		}
	}
	body.Lists = append(body.Lists, receivedSums(cells, func(more ...string) string { return address(year, more...) }))
	chosen := slices.DeleteFunc(slices.Clone(cells), func(c task.Cell) bool {
		done := c.State == task.Done
		return q.Get(paramTask) != "" && q.Get(paramTask) != c.Task || q.Get(paramCome) == comeYes && !done || q.Get(paramCome) == comeNo && done
	})
	slices.SortStableFunc(chosen, func(a, b task.Cell) int { return cmp.Compare(b.Done, a.Done) })
	shown, pages := pagePart(r, chosen, receivedPerPage, "web.board.page")
	t := p.receivedTable(actor, shown)
	t.ID, t.Caption = "gui-den", text.T("web.received.list", "n", vn.FormatInt(int64(len(chosen))))
	body.Lists, body.Pages = append(body.Lists, t), pages
	frame := Frame(r, body.Head.Title, view.NavToday, p.Demo)
	frame.Crumbs = []view.Link{{Text: text.T("web.nav.today"), Href: PathTasks}, {Text: text.T("web.received.tab")}}
	return Render(w, r, http.StatusOK, view.Framed(frame, view.MyTasksBody(body)))
}

// yearAsked is the year that an address names, where there is one; else the
// last that has begun.
func (p *Pages) yearAsked(words string, years []int) (year int) {
	asked, _ := strconv.Atoi(words)
	for _, y := range years {
		if y == asked {
			return y
		}
		if year == 0 || strconv.Itoa(y) <= p.Today()[:4] {
			year = y
		}
	}
	return year
}

// receivedSums says of each task how much has come of how much.
func receivedSums(cells []task.Cell, address func(more ...string) string) view.Table {
	t := view.Table{ID: "tong-gui-den", Caption: text.T("web.received.sums"), Stacked: true, Columns: []view.Column{{Label: text.T("web.board.title_of")}, {Label: text.T("web.received.come"), Numeric: true}, {Label: text.T("web.received.late"), Numeric: true}, {Label: text.T("web.received.not_yet"), Numeric: true}}}
	type sum struct{ come, late, open int }
	sums, titles, order := map[string]*sum{}, map[string]string{}, []string(nil)
	for _, c := range cells {
		s := sums[c.Task]
		if s == nil {
			s = &sum{}
			sums[c.Task], titles[c.Task], order = s, c.Title, append(order, c.Task)
		}
		switch {
		case c.State != task.Done:
			s.open++
		default:
			s.come++
			if c.In == task.Late {
				s.late++
			}
		}
	}
	for _, id := range order {
		s := sums[id]
		opens := func(n int, which string) view.Cell {
			c := view.Cell{Text: vn.FormatInt(int64(n))}
			if n > 0 {
				c.Href = address(paramTask, id, paramCome, which)
			}
			return c
		}
		t.Rows = append(t.Rows, view.Row{Cells: []view.Cell{{Text: id + " " + titles[id], Href: address(paramTask, id)}, opens(s.come, comeYes), {Text: vn.FormatInt(int64(s.late))}, opens(s.open, comeNo)}})
	}
	if len(t.Rows) == 0 {
		t.Blank = view.Blank{State: view.Empty, Text: text.T("web.received.nothing")}
	}
	return t
}

// receivedTable lists what came, or is to come, with the day. What has not come
// cannot be opened by who only receives it.
func (p *Pages) receivedTable(actor *account.Actor, list []task.Cell) view.Table {
	t := view.Table{Stacked: true, Columns: []view.Column{{Label: text.T("web.board.what")}, {Label: text.T("web.received.from")}, {Label: text.T("web.board.ends")}, {Label: text.T("web.received.approved")}, {Label: text.T("web.board.standing")}}}
	for _, c := range list {
		row := obligationRow(c, "")
		came := view.Cell{Text: text.T("web.received.waits")}
		if c.State == task.Done {
			if came.Text = text.T("task.in.done_undated"); c.Done != "" {
				came.Text = area.ShowDay(c.Done)
			}
		} else if !actor.Can(account.RightTables) {
			row.Href = ""
		}
		row.Cells = []view.Cell{row.Cells[0], row.Cells[1], row.Cells[3], came, row.Cells[5]}
		t.Rows = append(t.Rows, row)
	}
	if len(t.Rows) == 0 {
		t.Blank = view.Blank{State: view.Empty, Text: text.T("web.received.nothing")}
	}
	return t
}
