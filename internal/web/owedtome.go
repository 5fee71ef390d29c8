package web

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/fault"
	"giamngheo/internal/task"
	"giamngheo/internal/text"
	"giamngheo/internal/vn"
	"giamngheo/internal/web/view"
)

// mostShown is how many obligations of others stand on the page; the rest is
// counted and stands on the boards.
const mostShown = 100

// owedToMe is what others owe to the reader: what is handed in and waits for
// his decision, and what the units below him have not done, the latest first.
func (p *Pages) owedToMe(w http.ResponseWriter, r *http.Request) error {
	actor := ActorOf(r.Context())
	scope := actor.ScopeFor(account.RightTables)
	years, err := p.Tasks.Years(r.Context())
	if err != nil {
		return err
	}
	o := owing{p: p, units: map[string]*owingUnit{}}
	for _, year := range years {
		if strconv.Itoa(year) > p.Today()[:4] {
			break
		}
		y, err := p.yearAt(r, scope, year, "")
		if fault.Of(err) == fault.NotFound {
			continue // the reader's area was not there yet
		}
		if err != nil {
			return err
		}
		o.add(y, actor)
	}
	slices.SortStableFunc(o.late, func(a, b task.Cell) int { return cmp.Compare(b.Late, a.Late) })
	n := len(o.late)
	body := view.MyTasks{Head: view.Heading{Title: text.T("web.to_me.title", "n", vn.FormatInt(int64(n)), "units", o.unitsLate()), Lead: text.T("web.to_me.lead", "day", area.ShowDay(p.Today()))}, Tabs: taskTabs(actor, pathOwedToMe)}
	if n == 0 {
		body.Head.Title = text.T("web.to_me.title_none")
	}
	if len(o.waits) > 0 {
		t := p.obligationTable("cho-duyet", o.waits[:min(len(o.waits), mostShown)], "")
		t.Caption, t.HideCaption = text.T("web.to_me.waits", "n", len(o.waits)), false
		body.Lists = append(body.Lists, t)
	}
	body.Lists = append(body.Lists, o.table())
	if n > 0 {
		t := p.obligationTable("qua-han", o.late[:min(n, mostShown)], "")
		t.Caption, t.HideCaption = text.T("web.to_me.late"), false
		body.Lists = append(body.Lists, t)
	}
	for _, more := range []int{len(o.waits), n} {
		if more > mostShown {
			body.Notices = append(body.Notices, view.Notice{Mood: view.Info, Text: text.T("web.to_me.more", "shown", mostShown, "all", vn.FormatInt(int64(more))), Link: view.Link{Text: text.T("web.nav.boards"), Href: pathBoards}})
		}
	}
	frame := Frame(r, body.Head.Title, view.NavToday, p.Demo)
	frame.Crumbs = []view.Link{{Text: text.T("web.nav.today"), Href: PathTasks}, {Text: text.T("web.mine.tab_to_me")}}
	return Render(w, r, http.StatusOK, view.Framed(frame, view.MyTasksBody(body)))
}

// owing gathers over the years what is owed to somebody.
type owing struct {
	p     *Pages
	order []string
	units map[string]*owingUnit
	waits []task.Cell // handed in
	late  []task.Cell
}

// owingUnit is one unit directly below the reader, with what is in it.
type owingUnit struct {
	name                  string
	year                  int // the latest with something open
	at                    area.ID
	agency                string
	open, overdue, handed int
	worst                 int
	next                  string // the day on which the next term ends
}

func (o *owing) add(y task.Year, actor *account.Actor) {
	for _, l := range task.Summarise(y, o.p.Tasks.Calendar, o.p.Tree()).Lines {
		if l.Area == y.Top.Area {
			continue // his own
		}
		key := string(l.Area)
		if l.Area == "" {
			key = "@" + l.Unit.Code
		}
		u, there := o.units[key]
		if !there {
			u = &owingUnit{}
			o.units[key], o.order = u, append(o.order, key)
		}
		u.name, u.year, u.at, u.agency = l.Unit.Name, y.Year, l.Area, ""
		if l.Area == "" {
			u.at, u.agency = y.Top.Area, l.Unit.Code
		}
		u.open += l.All - l.State[task.Done]
		u.overdue += l.Timeliness[task.Overdue]
		u.handed += l.State[task.HandedIn]
	}
	decides := actor.Can(account.RightApprove)
	for _, i := range y.Instances {
		if i.State == task.Done {
			continue
		}
		in, late := i.In(o.p.Tasks.Calendar, y.Today)
		c := task.Cell{Instance: i, In: in, Late: late}
		own := i.Area == y.Top.Area
		if i.State == task.HandedIn && decides && (own || o.directly(y, i)) {
			o.waits = append(o.waits, c)
		}
		if own {
			continue
		}
		if u := o.units[o.keyOf(y, i)]; u != nil {
			if in == task.Overdue {
				u.worst = max(u.worst, late)
			} else if i.Ends != "" && (u.next == "" || i.Ends < u.next) {
				u.next = i.Ends
			}
		}
		if in == task.Overdue {
			o.late = append(o.late, c)
		}
	}
}

// directly says whether the unit stands directly below the reader's.
func (o *owing) directly(y task.Year, i task.Instance) bool {
	v, ok := o.p.Tree().On(i.Area, task.Boundaries(y.Year))
	return ok && v.Parent == y.Top.Area
}

// keyOf is the unit below the reader in which an obligation lies.
func (o *owing) keyOf(y task.Year, i task.Instance) string {
	if i.Area == "" {
		return "@" + i.Unit.Code
	}
	return string(task.DirectlyBelow(o.p.Tree(), y.Top.Area, i.Area, task.Boundaries(y.Year)))
}

func (o *owing) unitsLate() (n int) {
	for _, u := range o.units {
		if u.overdue > 0 {
			n++
		}
	}
	return n
}

// table lists the units, those with the most that is overdue first.
func (o *owing) table() view.Table {
	t := view.Table{ID: "don-vi-no", Caption: text.T("web.to_me.units"), Columns: []view.Column{{Label: text.T("web.board.unit")}, {Label: text.T("web.board.in.overdue"), Numeric: true}, {Label: text.T("web.board.worst"), Numeric: true},
		{Label: text.T("web.to_me.handed"), Numeric: true}, {Label: text.T("web.to_me.open"), Numeric: true}, {Label: text.T("web.to_me.next")}}}
	slices.SortStableFunc(o.order, func(a, b string) int { return cmp.Compare(o.units[b].overdue, o.units[a].overdue) })
	for _, name := range o.order {
		u := o.units[name]
		if u.open == 0 {
			continue
		}
		row := view.Row{Href: boardAddress(u.year, u.at), Cells: []view.Cell{{Text: u.name}, {Text: vn.FormatInt(int64(u.overdue))}, {}, {Text: vn.FormatInt(int64(u.handed))}, {Text: vn.FormatInt(int64(u.open))}, {Text: shownDue(u.next)}}}
		if u.agency != "" {
			row.Href = obligationsAddress(u.year, u.at, paramUnit, u.agency)
		}
		if u.overdue > 0 {
			row.Cells[1].Mark, row.Cells[2].Text = view.MarkBad, vn.FormatInt(int64(u.worst))
		}
		if u.next == "" {
			row.Cells[5] = view.Cell{}
		}
		t.Rows = append(t.Rows, row)
	}
	if len(t.Rows) == 0 {
		t.Blank = view.Blank{State: view.Empty, Text: text.T("web.to_me.none")}
	}
	return t
}
