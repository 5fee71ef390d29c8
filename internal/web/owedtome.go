package web

import (
	"cmp"
	"net/http"
	"net/url"
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

// mostShown is how many obligations of others stand in a list of the page; the
// whole list stands on a page of its own, so many at a time.
const (
	mostShown   = 20
	owedPerPage = 50
	paramPart   = "phan" // the list that is asked for alone, by the id of its table
)

// owedToMe is what others owe to the reader: what is handed in and waits for
// his decision, what is late below him and has come up to his level, what else
// is late, and the input that his units asked for and nobody has given.
func (p *Pages) owedToMe(w http.ResponseWriter, r *http.Request) error {
	actor := ActorOf(r.Context())
	o := owing{p: p, units: map[string]*owingUnit{}}
	var err error
	if o.signs, err = p.Tasks.Signable(r.Context(), actor); err != nil {
		return err
	}
	if err := p.gatherOwed(r, &o); err != nil {
		return err
	}
	up, err := p.Tasks.Escalated(r.Context(), actor)
	if err != nil {
		return err
	}
	asked, err := p.Tasks.Unanswered(r.Context(), actor)
	if err != nil {
		return err
	}
	silent := slices.IndexFunc(asked, func(a task.Asked) bool { return a.Left >= 0 })
	if silent < 0 {
		silent = len(asked)
	}
	n := len(o.late)
	pairs := []any{"n", vn.FormatInt(int64(n)), "units", o.unitsLate(), "silent", silent}
	body := view.MyTasks{Head: view.Heading{Title: text.T("web.to_me.title", pairs...), Lead: text.T("web.to_me.lead", "day", area.ShowDay(p.Today()))}, Tabs: p.taskTabs(r.Context(), actor, pathOwedToMe)}
	switch {
	case n == 0 && silent > 0:
		body.Head.Title = text.T("web.to_me.title_silent", pairs...)
	case n == 0:
		body.Head.Title = text.T("web.to_me.title_none")
	}
	alone := r.URL.Query().Get(paramPart)
	add := func(id, caption string, list []task.Cell) {
		if len(list) == 0 || alone != "" && alone != id {
			return
		}
		shown := list[:min(len(list), mostShown)]
		if alone == id {
			shown, body.Pages = pagePart(r, list, owedPerPage, "web.board.page")
		}
		t := p.opened(actor, p.obligationTable(id, shown, ""), shown)
		t.Caption, t.HideCaption = caption, false
		if len(shown) < len(list) && alone == "" {
			t.More = view.Link{Text: text.T("web.to_me.more", "all", vn.FormatInt(int64(len(list)))), Href: pathOwedToMe + "?" + url.Values{paramPart: {id}}.Encode()}
		}
		body.Lists = append(body.Lists, t)
	}
	add("cho-duyet", text.T("web.to_me.waits", "n", len(o.waits)), o.waits)
	if len(asked) > 0 && alone == "" {
		body.Lists = append(body.Lists, p.askedTable(r, asked, silent))
	}
	if actor.Can(account.RightTables) && alone == "" {
		body.Lists = append(body.Lists, o.table())
	}
	come, rest := o.split(up)
	add("bao-len", text.T("web.to_me.escalated", "n", vn.FormatInt(int64(len(come)))), come)
	caption := text.T("web.to_me.late")
	if len(come) > 0 {
		caption = text.T("web.to_me.late_rest", "n", vn.FormatInt(int64(len(rest))))
	}
	add("qua-han", caption, rest)
	if alone != "" && len(body.Lists) == 0 {
		return noPage()
	}
	frame := Frame(r, body.Head.Title, view.NavToday, p.Demo)
	frame.Crumbs = []view.Link{{Text: text.T("web.nav.today"), Href: PathTasks}, {Text: text.T("web.mine.tab_to_me")}}
	if alone != "" {
		frame.Crumbs = append(frame.Crumbs[:1], view.Link{Text: text.T("web.mine.tab_to_me"), Href: pathOwedToMe}, view.Link{Text: body.Lists[0].Caption})
	}
	return Render(w, r, http.StatusOK, view.Framed(frame, view.MyTasksBody(body)))
}

// gatherOwed reads what is not done in the years until now: below the areas of
// which the reader sees figures, or of his agencies.
func (p *Pages) gatherOwed(r *http.Request, o *owing) error {
	actor := ActorOf(r.Context())
	years, err := p.Tasks.Years(r.Context())
	if err != nil {
		return err
	}
	if !actor.Can(account.RightTables) {
		return p.waitsForDecision(r, o)
	}
	o.subject = p.oneSubject(actor)
	scope := actor.ScopeFor(account.RightTables)
	for _, year := range years {
		if strconv.Itoa(year) > p.Today()[:4] {
			break
		}
		read := func(code string) (task.Year, error) { return p.Tasks.YearUndone(r.Context(), scope, year, code) }
		if o.subject {
			read = func(string) (task.Year, error) { return p.Tasks.Concerning(r.Context(), actor, year) }
		}
		y, err := p.yearWith(scope, year, "", read)
		if fault.Of(err) == fault.NotFound {
			continue // the reader's area was not there yet
		}
		if err != nil {
			return err
		}
		o.add(y)
	}
	slices.SortStableFunc(o.late, func(a, b task.Cell) int { return cmp.Compare(b.Late, a.Late) })
	return nil
}

// oneSubject says whether the reader sees figures for one subject alone, as a
// department does: of others' obligations those are owed to him that the plan
// gives to his agency too, and not all of the province.
func (p *Pages) oneSubject(actor *account.Actor) bool {
	return !slices.ContainsFunc(actor.Posts, func(post account.Post) bool {
		role, ok := p.Accounts.Roles().Role(post.Role)
		return ok && post.InForce(actor.Day) && role.Rights.Has(account.RightTables) && !role.NeedsSubject
	})
}

// opened leaves the ways out of a list that lead the reader to nothing: who sees
// figures for one subject works on his agency's obligations, and opens no
// other's.
func (p *Pages) opened(actor *account.Actor, t view.Table, list []task.Cell) view.Table {
	for n := range t.Rows {
		if p.oneSubject(actor) && !p.Tasks.Opens(actor, list[n].Instance) {
			t.Rows[n].Href = ""
		}
	}
	return t
}

// waitsForDecision adds what the reader alone can sign: of whoever sees no
// area's figures that is all that others owe him, but for what he asked them.
func (p *Pages) waitsForDecision(r *http.Request, o *owing) error {
	list, err := p.Tasks.Duties(r.Context(), ActorOf(r.Context()))
	for _, d := range list {
		if d.Kind == task.DutyApprove {
			in, late := d.In(p.Tasks.Calendar, p.Today())
			o.waits = append(o.waits, task.Cell{Instance: d.Instance, In: in, Late: late})
		}
	}
	return err
}

// askedTable lists the input that the reader's units wait for: the silent first.
func (p *Pages) askedTable(r *http.Request, asked []task.Asked, silent int) view.Table {
	t := view.Table{ID: "chua-tra-loi", Caption: text.T("web.to_me.asked", "n", len(asked), "silent", silent), Stacked: true, Columns: []view.Column{{Label: text.T("web.to_me.asked_whom")}, {Label: text.T("web.task.question")}, {Label: text.T("web.board.what")}, {Label: text.T("web.to_me.asked_until")}, {Label: text.T("web.board.standing")}}}
	for _, a := range asked {
		how := view.Cell{Text: text.T("web.mine.left", "n", a.Left)}
		switch {
		case a.Left < 0:
			how = view.Cell{Tag: view.Tag{Tone: view.Poor, Text: text.T("web.to_me.silent", "n", -a.Left)}}
		case a.Left == 0:
			how = view.Cell{Text: text.T("web.mine.left_today")}
		}
		t.Rows = append(t.Rows, view.Row{Href: taskAddress(a.Input.Year, a.Input.Task), Cells: []view.Cell{{Text: p.bodyName(r, a.Input.Unit)}, {Text: a.Input.Question}, {Text: a.Instance.Task + " " + a.Title}, {Text: area.ShowDay(a.Input.Due)}, how}})
	}
	return t
}

// split parts what is late into what has come up to the reader's level and
// what those below look after.
func (o *owing) split(up []task.Escalation) (come, rest []task.Cell) {
	ids := map[string]bool{}
	for _, e := range up {
		ids[e.ID] = true
	}
	for _, c := range o.late {
		if c.ID != "" && ids[c.ID] {
			come = append(come, c)
		} else {
			rest = append(rest, c)
		}
	}
	return come, rest
}

// owing gathers over the years what is owed to somebody.
type owing struct {
	p     *Pages
	order []string
	units map[string]*owingUnit
	signs map[string]bool // dossiers that wait for his signature
	// subject says that he sees figures for one subject alone: the province's own
	// obligations are then others'.
	subject bool
	waits   []task.Cell // handed in
	late    []task.Cell
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

func (o *owing) add(y task.Year) {
	for _, l := range task.Summarise(y, o.p.Tasks.Calendar, o.p.Tree()).Lines {
		if l.Area == y.Top.Area && !o.subject {
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
	for _, i := range y.Instances {
		if i.State == task.Done {
			continue
		}
		in, late := i.In(o.p.Tasks.Calendar, y.Today)
		c := task.Cell{Instance: i, In: in, Late: late}
		mine := i.State == task.HandedIn && o.signs[i.Dossier]
		if mine {
			o.waits = append(o.waits, c)
		}
		if i.Area == y.Top.Area && !o.subject {
			continue
		}
		if u := o.units[o.keyOf(y, i)]; u != nil {
			if in == task.Overdue {
				u.worst = max(u.worst, late)
			} else if i.Ends != "" && (u.next == "" || i.Ends < u.next) {
				u.next = i.Ends
			}
		}
		if in == task.Overdue && !mine {
			o.late = append(o.late, c)
		}
	}
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
