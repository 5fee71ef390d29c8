package web

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"sync"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/task"
	"giamngheo/internal/text"
	"giamngheo/internal/web/view"
)

const pathOwedToMe = PathTasks + "/cho"

func (p *Pages) myTaskRoutes() []Route {
	return []Route{
		{Method: "GET", Pattern: PathTasks, Right: SignedIn, Handler: p.myTasks},
		{Method: "GET", Pattern: pathOwedToMe, Right: Either(account.RightTables, account.RightTasks), Handler: p.owedToMe},
		{Method: "GET", Pattern: pathReceived, Right: Either(account.RightTables, account.RightTasks), Handler: p.received},
		{Method: "GET", Pattern: pathBoards, Right: Either(account.RightTables, account.RightTasks), Handler: p.latestBoard},
	}
}

// owesSomething says whether somebody begins the day with what he owes: who
// works in an area or for an agency. Others begin with the first page.
func owesSomething(actor *account.Actor) bool {
	return actor.Can(account.RightTables) || actor.Can(account.RightTasks)
}

// myTasks is what the reader owes and when: what waits in the open rounds, then
// what the plans ask of the units he works or signs for; the overdue first.
func (p *Pages) myTasks(w http.ResponseWriter, r *http.Request) error {
	actor := ActorOf(r.Context())
	var waits []duty
	if owesSomething(actor) {
		var err error
		if waits, err = p.duties(r); err != nil {
			return err
		}
	}
	owed, err := p.owedBy(r.Context(), actor)
	if err != nil {
		return err
	}
	if len(waits) == 0 && len(owed) == 0 && !owesSomething(actor) {
		return p.welcome(w, r)
	}
	mine := p.sorted(owed)
	duties, late := p.dutyTable(withoutHandIns(waits, mine.open))
	p.overdue.note(actor, p.Today(), late+mine.overdue)
	n := len(duties.Rows) + len(mine.open)
	body := view.MyTasks{Head: view.Heading{Title: text.T("web.today.title", "n", n), Lead: text.T("web.mine.lead", "day", area.ShowDay(p.Today()))}, Tabs: p.taskTabs(r.Context(), actor, PathTasks)}
	if late+mine.overdue > 0 {
		body.Head.Title = text.T("web.today.title_late", "n", n, "late", late+mine.overdue)
	}
	if n == 0 {
		body.Head.Title = text.T("web.mine.title_none")
	}
	if owesSomething(actor) {
		body.Lists = append(body.Lists, duties)
	}
	reminded, rest, err := p.reminders(r, mine.open)
	if err != nil {
		return err
	}
	if len(reminded.Rows) > 0 {
		body.Lists = append(body.Lists, reminded)
	}
	if len(rest) > 0 || len(owed) > 0 && len(reminded.Rows)+len(mine.handed) == 0 {
		t := p.obligationTable("nhiem-vu", rest, "")
		t.Caption, t.HideCaption = text.T("web.mine.list"), false
		body.Lists = append(body.Lists, t)
	}
	come, told, err := p.came(r.Context(), actor)
	if err != nil {
		return err
	}
	body.Lists, body.Notices = append(body.Lists, come...), append(body.Notices, told...)
	if handed := notAmong(mine.handed, duties); len(handed) > 0 {
		t := p.obligationTable("da-trinh", handed, "")
		t.Caption, t.HideCaption = text.T("web.mine.handed", "n", len(handed)), false
		body.Lists = append(body.Lists, t)
	}
	if mine.later > 0 {
		body.Notices = append(body.Notices, view.Notice{Mood: view.Info, Text: text.T("web.mine.later", "n", mine.later, "day", area.ShowDay(p.Tasks.Horizon()))})
	}
	frame := Frame(r, text.T("web.nav.today"), view.NavToday, p.Demo)
	frame.Crumbs = []view.Link{{Text: text.T("web.nav.today")}}
	return Render(w, r, http.StatusOK, view.Framed(frame, view.MyTasksBody(body)))
}

// reminders list the obligations of which the reader is to be reminded today,
// the latest first, with the working days left or gone by; rest are the others.
func (p *Pages) reminders(r *http.Request, open []task.Cell) (t view.Table, rest []task.Cell, err error) {
	due, err := p.Tasks.Reminders(r.Context(), ActorOf(r.Context()))
	if err != nil {
		return t, nil, err
	}
	left := map[string]int{}
	for _, d := range due {
		left[d.ID] = d.Left
	}
	var now []task.Cell
	for _, c := range open {
		if _, yes := left[c.ID]; yes && c.ID != "" {
			now = append(now, c)
		} else {
			rest = append(rest, c)
		}
	}
	t = p.obligationTable("nhac", now, "")
	t.Caption, t.HideCaption = text.T("web.mine.remind", "n", len(now)), false
	for n, c := range now {
		switch days := left[c.ID]; {
		case days == 0:
			t.Rows[n].Cells[5] = view.Cell{Tag: view.Tag{Tone: view.Near, Text: text.T("web.mine.left_today")}}
		case days > 0:
			t.Rows[n].Cells[5] = view.Cell{Tag: view.Tag{Tone: view.Near, Text: text.T("web.mine.left", "n", days)}}
		}
	}
	return t, rest, nil
}

// owedBy is what a person owes by the posts in force, wherever that is: no
// scope of his is narrower than they.
func (p *Pages) owedBy(ctx context.Context, person *account.Actor) ([]task.Instance, error) {
	return p.Tasks.OwedBy(ctx, p.Tree().Operator(p.Province, p.Today()), person, p.Accounts.Roles())
}

// mine is what a person owes, as the first page shows it.
type mine struct {
	open    []task.Cell // to be done, and due until the horizon or without a date
	handed  []task.Cell // handed in: whoever approves has it
	overdue int
	later   int // due after it
}

func (p *Pages) sorted(owed []task.Instance) (m mine) {
	today, horizon := p.Today(), p.Tasks.Horizon()
	for _, i := range owed {
		if i.State == task.Done {
			continue
		}
		in, late := i.In(p.Tasks.Calendar, today)
		switch {
		case i.Ends == "" && strconv.Itoa(i.Year) != today[:4]: // once a year, with its year
			continue
		case i.Ends != "" && i.Due > horizon:
			m.later++
			continue
		case i.State == task.HandedIn:
			m.handed = append(m.handed, task.Cell{Instance: i, In: in, Late: late})
			continue
		case in == task.Overdue:
			m.overdue++
		}
		m.open = append(m.open, task.Cell{Instance: i, In: in, Late: late})
	}
	slices.SortStableFunc(m.open, func(a, b task.Cell) int {
		if (a.Ends == "") != (b.Ends == "") {
			return cmp.Compare(b.Ends, a.Ends)
		}
		return cmp.Compare(a.Ends, b.Ends)
	})
	return m
}

// notAmong leaves out what the page asks the reader to decide on already.
func notAmong(handed []task.Cell, duties view.Table) []task.Cell {
	return slices.DeleteFunc(handed, func(c task.Cell) bool {
		return slices.ContainsFunc(duties.Rows, func(row view.Row) bool {
			return row.Href != "" && (c.ID != "" && row.Href == taskAddress(c.Year, c.ID) || c.Dossier != "" && row.Href == dossierAddress(c.Dossier))
		})
	})
}

// withoutHandIns leaves out duties that stand among the obligations already:
// to hand in the dossier of one's own product.
func withoutHandIns(waits []duty, open []task.Cell) []duty {
	return slices.DeleteFunc(waits, func(d duty) bool {
		return slices.ContainsFunc(open, func(c task.Cell) bool {
			return c.Dossier != "" && d.href == dossierAddress(c.Dossier) && (c.State == task.Doing || c.State == task.Returned)
		})
	})
}

func (p *Pages) taskTabs(ctx context.Context, actor *account.Actor, at string) []view.Tab {
	tabs := []view.Tab{{Text: text.T("web.mine.tab"), Href: PathTasks, Current: at == PathTasks}}
	if owesSomething(actor) {
		tabs = append(tabs, view.Tab{Text: text.T("web.mine.tab_to_me"), Href: pathOwedToMe, Current: at == pathOwedToMe}, view.Tab{Text: text.T("web.feed.tab"), Href: pathFeeds, Current: at == pathFeeds})
	}
	if at == pathReceived || p.Tasks.Receives(ctx, actor) {
		tabs = append(tabs, view.Tab{Text: text.T("web.received.tab"), Href: pathReceived, Current: at == pathReceived})
	}
	return tabs
}

// overdueDesk keeps for the menu how many things each person was late with when
// he last looked.
type overdueDesk struct{ seen sync.Map }

type overdueSeen struct {
	day string
	n   int
}

func (d *overdueDesk) note(actor *account.Actor, day string, n int) {
	d.seen.Store(actor.ID, overdueSeen{day, n})
}

type remindKey struct{}

// Reminding tells the pages of a request how many things its reader is late
// with, as far as that is known today.
func (p *Pages) Reminding(admit Admit) Admit {
	return func(r *http.Request, right Right) (context.Context, error) {
		ctx, err := admit(r, right)
		if err != nil {
			return ctx, err
		}
		if seen, ok := p.overdue.seen.Load(ActorOf(ctx).ID); ok && seen.(overdueSeen).day == p.Today() {
			ctx = context.WithValue(ctx, remindKey{}, &p.overdue)
		}
		return ctx, nil
	}
}

// waiting is the number at an entry of the menu. The page that counts anew is
// asked after it has counted.
func waiting(r *http.Request, at view.NavKey) int {
	desk, ok := r.Context().Value(remindKey{}).(*overdueDesk)
	if !ok || at != view.NavToday {
		return 0
	}
	seen, _ := desk.seen.Load(ActorOf(r.Context()).ID)
	return seen.(overdueSeen).n
}

const pathBoards = PathTasks + "/bang"

// latestBoard leads to the board of this year, or of the last one of the plans.
func (p *Pages) latestBoard(w http.ResponseWriter, r *http.Request) error {
	years, err := p.Tasks.Years(r.Context())
	if err != nil {
		return err
	}
	year := 0
	for _, y := range years {
		if year == 0 || strconv.Itoa(y) <= p.Today()[:4] {
			year = y
		}
	}
	to := PathTasks + "/" + strconv.Itoa(year)
	if id := r.URL.Query().Get(paramArea); id != "" {
		to += "?" + url.Values{paramArea: {id}}.Encode()
	}
	return SeeOther(w, r, to)
}
