package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/committee"
	"giamngheo/internal/fault"
	"giamngheo/internal/task"
	"giamngheo/internal/text"
	"giamngheo/internal/vn"
	"giamngheo/internal/web/view"
)

// PathCommittees shows which units have a steering committee.
const PathCommittees = "/to-chuc/ban-chi-dao"

func (p *Pages) committeeRoutes() []Route {
	reads, writes := Either(account.RightTables, account.RightTasks), Needs(account.RightTasks)
	return []Route{
		{Method: "GET", Pattern: PathCommittees, Right: reads, Handler: p.committeeUnits},
		{Method: "GET", Pattern: PathCommittees + "/{committee}", Right: reads, Handler: p.committeePage},
		{Method: "GET", Pattern: PathCommittees + "/{committee}/cuoc-hop/{session}", Right: reads, Handler: p.committeeMeeting},
		{Method: "GET", Pattern: PathCommittees + "/{commune}/lap", Right: writes, Handler: p.committeeNew},
		{Method: "POST", Pattern: PathCommittees + "/{commune}/lap", Right: writes, Handler: p.committeeEstablish},
		{Method: "GET", Pattern: PathCommittees + "/{committee}/{act}", Right: writes, Handler: p.committeeForm},
		{Method: "POST", Pattern: PathCommittees + "/{committee}/{act}", Right: writes, Handler: p.committeeAct},
	}
}

func committeeAddress(id string) string { return PathCommittees + "/" + url.PathEscape(id) }

func (p *Pages) committeesOf(id area.ID) string {
	return PathCommittees + "?" + paramArea + "=" + url.QueryEscape(string(id))
}

// bodyName names an area or an agency.
func (p *Pages) bodyName(r *http.Request, unit area.ID) string {
	if id, ok := account.AgencyOf(unit); ok {
		list, err := p.Accounts.AllAgencies(r.Context())
		for _, a := range list {
			if err == nil && a.ID == id {
				return a.Name
			}
		}
		return id
	}
	v, ok := p.Tree().On(unit, p.Today())
	if !ok {
		v, _ = p.Tree().Lately(unit, p.Today())
	}
	return v.FullName
}

// committeeUnits shows a unit and those right below it: which have a committee,
// and how many of their own units have none.
func (p *Pages) committeeUnits(w http.ResponseWriter, r *http.Request) error {
	actor := ActorOf(r.Context())
	root := area.ID(r.URL.Query().Get(paramArea))
	if root == "" {
		root = p.ownUnit(actor)
	}
	own, below, err := p.Committees.Units(r.Context(), actor, root)
	if err != nil {
		return err
	}
	without := 0
	t := view.Table{ID: "don-vi", Caption: text.T("web.committee.below"), Stacked: true, Columns: []view.Column{{Label: text.T("web.committee.unit")}, {Label: text.T("web.committee.state")}, {Label: text.T("web.committee.decision")}, {Label: text.T("web.committee.lower"), Numeric: true}}}
	for _, u := range below {
		if u.Current.ID == "" {
			without++
		}
		t.Rows = append(t.Rows, p.committeeRow(actor, u))
	}
	head := view.Heading{Title: text.T("web.committee.all", "area", own.Area.FullName), Lead: text.T("web.committee.lead")}
	if without > 0 {
		head.Title = text.T("web.committee.missing", "area", own.Area.FullName, "without", without, "all", len(below))
	}
	mine := view.Table{ID: "cua-minh", Caption: own.Area.FullName, Stacked: true, Columns: t.Columns, Rows: []view.Row{p.committeeRow(actor, own)}}
	mine.Rows[0].Cells[0].Href = ""
	body := []templ.Component{organisationTabs(actor, PathCommittees, root), view.TableCard(mine)}
	if len(below) > 0 {
		body = append(body, view.TableCard(t))
	}
	frame := Frame(r, head.Title, view.NavOrganisation, p.Demo)
	frame.Crumbs = p.committeeCrumbs(own.Area.Area)
	return Render(w, r, http.StatusOK, view.Framed(frame, view.Stack(head, body...)))
}

// ownUnit is the unit of the reader's first post: of a village its commune.
func (p *Pages) ownUnit(actor *account.Actor) area.ID {
	for _, post := range actor.Posts {
		if v, ok := p.Tree().On(post.Area, p.Today()); ok {
			if v.Level == area.Village {
				return v.Parent
			}
			return v.Area
		}
	}
	return ""
}

func (p *Pages) committeeCrumbs(unit area.ID, more ...view.Link) []view.Link {
	crumbs := []view.Link{{Text: text.T("web.committee.crumb"), Href: PathCommittees}}
	if v, ok := p.Tree().On(unit, p.Today()); ok {
		for _, id := range append(v.Ancestors(), unit) {
			up, _ := p.Tree().On(id, p.Today())
			crumbs = append(crumbs, view.Link{Text: up.FullName, Href: p.committeesOf(id)})
		}
	}
	if crumbs = append(crumbs, more...); len(more) == 0 {
		crumbs[len(crumbs)-1].Href = ""
	}
	return crumbs
}

func (p *Pages) committeeRow(actor *account.Actor, u committee.Unit) view.Row {
	cells := []view.Cell{{Text: u.Area.FullName, Href: p.committeesOf(u.Area.Area)}, {}, {}, {}}
	if u.Current.ID != "" {
		cells[1].Tag = view.Tag{Tone: view.Out, Text: text.T("web.committee.has")}
		cells[2] = view.Cell{Text: text.T("web.committee.by", "number", u.Current.Number, "day", area.ShowDay(u.Current.DecidedOn)), Href: committeeAddress(u.Current.ID)}
	} else {
		cells[1].Tag = view.Tag{Tone: view.Near, Text: text.T("web.committee.has_not")}
		if p.Committees.Keeps(actor, u.Area.Area) {
			cells[2] = view.Cell{Text: text.T("web.committee.record"), Href: PathCommittees + "/" + url.PathEscape(string(u.Area.Area)) + "/lap"}
		}
	}
	if u.Children > 0 {
		cells[3].Text = text.T("web.committee.without", "without", u.Without, "all", u.Children)
	}
	return view.Row{Cells: cells}
}

func (p *Pages) committeePage(w http.ResponseWriter, r *http.Request) error {
	actor := ActorOf(r.Context())
	c, err := p.Committees.Find(r.Context(), actor, r.PathValue("committee"))
	if err != nil {
		return err
	}
	keeps := c.InForce() && p.Committees.Keeps(actor, c.Area)
	head := view.Heading{Title: c.Name, Lead: text.T("web.committee.decided", "number", c.Number, "day", area.ShowDay(c.DecidedOn), "signer", strings.Trim(c.SignerOffice+" "+c.Signer, " "))}
	act := func(name, key string, kind view.ButtonKind) {
		head.Actions = append(head.Actions, view.Button{Label: text.T(key), Kind: kind, Href: committeeAddress(c.ID) + "/" + name})
	}
	var first []templ.Component
	if keeps {
		act("them", "web.committee.act.them", view.Primary)
		act("hop", "web.committee.act.hop", view.Ordinary)
		act("sua", "web.committee.act.sua", view.Ordinary)
		head.Actions = append(head.Actions, view.Button{Label: text.T("web.committee.renew"), Href: PathCommittees + "/" + url.PathEscape(string(c.Area)) + "/lap"})
	}
	if !c.InForce() {
		first = append(first, view.NoticeBox(view.Notice{Mood: view.Warn, Text: text.T("web.committee.replaced", "day", area.ShowDay(c.To))}))
	}
	rules := view.Paragraphs(strings.Split(c.Rules, "\n")...)
	if c.Rules == "" {
		rules = view.Paragraphs(text.T("web.committee.no_rules"))
	}
	narrow := []templ.Component{view.CardWith(view.Card{Title: text.T("web.committee.rules")}, rules)}
	var others []view.Link
	for _, b := range c.Before {
		others = append(others, view.Link{Text: text.T("web.committee.by", "number", b.Number, "day", area.ShowDay(b.DecidedOn)), Href: committeeAddress(b.ID)})
	}
	if len(others) > 0 {
		narrow = append(narrow, view.CardWith(view.Card{Title: text.T("web.committee.others")}, view.LinkList(others)))
	}
	wide := []templ.Component{view.TableCard(p.committeeMembers(c, keeps))}
	if names, all := p.unanswered(c); len(names) > 0 {
		wide = append(wide, view.CardWith(view.Card{Title: text.T("web.committee.unanswered", "n", len(names), "all", all)}, view.Paragraphs(strings.Join(names, ", "))))
	}
	if len(c.Meetings) == 0 {
		wide = append(wide, view.CardWith(view.Card{Title: text.T("web.committee.meetings")}, view.Paragraphs(text.T("web.committee.no_meetings"))))
	}
	obliged, err := p.Tasks.OfCommittee(r.Context(), c.ID, taskYears(c)...)
	if err != nil {
		return err
	}
	for _, m := range c.Meetings[:min(len(c.Meetings), latestMeetings)] {
		card := view.Card{Title: text.T("web.committee.meeting", "day", area.ShowDay(m.HeldOn), "chair", m.Chair)}
		if keeps {
			card.Link = view.Link{Text: text.T("web.committee.act.giao"), Href: committeeAddress(c.ID) + "/giao?ma=" + m.ID}
		}
		wide = append(wide, view.CardWith(card, view.Together(view.Paragraphs(strings.Split(m.Subject, "\n")...), view.TableOf(p.committeeConclusions(r, actor, c, m.ID, keeps, obliged)),
			view.LinkList([]view.Link{{Text: text.T("web.committee.meeting_open"), Href: committeeMeetingAddress(c.ID, m.ID)}}))))
	}
	if len(c.Meetings) > latestMeetings {
		wide = append(wide, view.TableCard(p.earlierMeetings(c, c.Meetings[latestMeetings:], obliged)))
	}
	said, err := p.comments(r, commentRecord(commentCommittee, c.ID))
	if err != nil {
		return err
	}
	frame := Frame(r, head.Title, view.NavOrganisation, p.Demo)
	frame.Crumbs = p.committeeCrumbs(c.Area, view.Link{Text: c.Name})
	return Render(w, r, http.StatusOK, view.Framed(frame, view.Columns2(head, first, append(wide, said), narrow)))
}

// latestMeetings stand on the committee's page with what they asked; those before
// have a line each, which opens the meeting.
const latestMeetings = 5

func (p *Pages) earlierMeetings(c committee.Whole, list []committee.Meeting, obliged map[string]task.Instance) view.Table {
	t := view.Table{ID: "hop-truoc", Caption: text.T("web.committee.earlier", "n", len(list)), Stacked: true, Columns: []view.Column{{Label: text.T("web.committee.field.held_on")}, {Label: text.T("web.committee.field.chair")}, {Label: text.T("web.committee.field.about")}, {Label: text.T("web.committee.asked"), Numeric: true}, {Label: text.T("web.committee.undone"), Numeric: true}}}
	for _, m := range list {
		asked, open := 0, 0
		for _, o := range c.Conclusions {
			if o.Meeting != m.ID {
				continue
			}
			asked++
			if i, has := obliged[o.ID]; has && i.State != task.Done || !has && o.DoneOn == "" {
				open++
			}
		}
		about, _, _ := strings.Cut(m.Subject, "\n")
		t.Rows = append(t.Rows, view.Row{Href: committeeMeetingAddress(c.ID, m.ID), Cells: []view.Cell{{Text: area.ShowDay(m.HeldOn)}, {Text: m.Chair}, {Text: about}, {Text: strconv.Itoa(asked)}, {Text: strconv.Itoa(open)}}})
	}
	return t
}

func (p *Pages) committeeMembers(c committee.Whole, keeps bool) view.Table {
	t := view.Table{ID: "thanh-vien", Caption: text.T("web.committee.members", "n", len(c.Members)), Stacked: true, Columns: []view.Column{{Label: text.T("web.committee.member")}, {Label: text.T("web.committee.role")}, {Label: text.T("web.committee.answers")}, {Label: text.T("web.committee.term")}}}
	if keeps {
		t.Columns = append(t.Columns, view.Column{Label: text.T("web.sponsor.what")})
	}
	for _, m := range c.Members {
		answers := m.Subject
		if v, ok := p.Tree().Lately(m.Area, p.Today()); ok {
			answers = strings.Trim(answers+"; "+v.FullName, "; ")
		}
		term, act := view.Cell{Text: text.T("web.committee.since", "day", area.ShowDay(m.From))}, view.Cell{}
		if m.To != account.Forever {
			term.Text = text.T("web.committee.until", "from", area.ShowDay(m.From), "to", area.ShowDay(m.To))
		} else {
			act = view.Cell{Text: text.T("web.committee.act.thoi"), Href: committeeAddress(c.ID) + "/thoi?ma=" + m.ID}
		}
		row := view.Row{Cells: []view.Cell{memberCell(m), {Text: text.T("web.committee.role." + string(m.Role))}, {Text: answers}, term}}
		if keeps {
			row.Cells = append(row.Cells, act)
		}
		t.Rows = append(t.Rows, row)
	}
	if len(c.Members) == 0 {
		t.Blank = view.Blank{State: view.Empty, Text: text.T("web.committee.nobody")}
	}
	return t
}

// memberCell names a member: who is one by his post by whoever holds it.
func memberCell(m committee.Member) view.Cell {
	switch {
	case m.Post == "":
		return view.Cell{Text: m.Name, Note: m.Office}
	case len(m.Holders) == 0:
		return view.Cell{Text: m.Office, Tag: view.Tag{Tone: view.Near, Text: text.T("web.committee.post_empty")}}
	}
	return view.Cell{Text: strings.Join(m.Holders, "; "), Note: m.Office}
}

// unanswered are the areas below for which no member answers, where members
// answer for areas at all.
func (p *Pages) unanswered(c committee.Whole) (names []string, all int) {
	answered := map[area.ID]bool{}
	for _, m := range c.Members {
		if m.To == account.Forever && m.Area != "" {
			answered[m.Area] = true
		}
	}
	if len(answered) == 0 || answered[c.Area] {
		return nil, 0
	}
	below := p.Tree().Children(c.Area, p.Today())
	for _, v := range below {
		if !answered[v.Area] {
			names = append(names, v.FullName)
		}
	}
	return names, len(below)
}

func (p *Pages) committeeConclusions(r *http.Request, actor *account.Actor, c committee.Whole, meeting string, keeps bool, obliged map[string]task.Instance) view.Table {
	t := view.Table{ID: "ket-luan-" + meeting, Caption: text.T("web.committee.conclusions"), Stacked: true, Columns: []view.Column{{Label: text.T("web.committee.title")}, {Label: text.T("web.committee.unit")}, {Label: text.T("web.committee.due")}, {Label: text.T("web.committee.state")}, {Label: text.T("web.sponsor.what")}}}
	for _, o := range c.Conclusions {
		if o.Meeting != meeting {
			continue
		}
		state, act, late := view.Cell{}, view.Cell{}, p.Committees.Late(o)
		i, has := obliged[o.ID]
		switch {
		case has:
			state, act = view.Cell{Tag: p.obligedTag(i)}, view.Cell{Text: text.T("web.committee.open_task", "task", i.Task), Href: taskAddress(i.Year, i.ID)}
		case o.DoneOn != "":
			state = view.Cell{Tag: view.Tag{Tone: view.Out, Text: text.T("web.committee.done", "day", area.ShowDay(o.DoneOn))}, Note: o.Result}
			if late > 0 {
				state.Tag = view.Tag{Tone: view.Near, Text: text.T("web.committee.done_late", "day", area.ShowDay(o.DoneOn), "n", late)}
			}
			if keeps {
				act.Href, act.Text = committeeAddress(c.ID)+"/mo-lai?ma="+o.ID, text.T("web.committee.act.mo-lai")
			}
		case late > 0:
			state.Tag = view.Tag{Tone: view.Poor, Text: text.T("web.committee.late", "n", late)}
		default:
			state.Tag = view.Tag{Tone: view.Brand, Text: text.T("web.committee.open")}
		}
		if o.Year == 0 && o.DoneOn == "" && p.Committees.MayFinish(actor, o, c.Committee) {
			act.Href, act.Text = committeeAddress(c.ID)+"/xong?ma="+o.ID, text.T("web.committee.act.xong")
		}
		t.Rows = append(t.Rows, view.Row{Cells: []view.Cell{{Text: o.Title}, {Text: p.bodyName(r, o.Unit)}, {Text: area.ShowDay(o.Due)}, state, act}})
	}
	if len(t.Rows) == 0 {
		t.Blank = view.Blank{State: view.Empty, Text: text.T("web.committee.no_conclusions")}
	}
	return t
}

// taskYears are the years in which obligations of a committee's conclusions lie.
func taskYears(c committee.Whole) (years []int) {
	for _, o := range c.Conclusions {
		if o.Year != 0 && !slices.Contains(years, o.Year) {
			years = append(years, o.Year)
		}
	}
	return years
}

// obligedTag says how far the obligation of a conclusion is.
func (p *Pages) obligedTag(i task.Instance) view.Tag {
	in, late := i.In(p.Tasks.Calendar, p.Today())
	tag := taskTag(i)
	tag.Big = false
	switch in {
	case task.Overdue:
		tag = view.Tag{Tone: view.Poor, Text: text.T("web.committee.late", "n", late)}
	case task.Late:
		tag = view.Tag{Tone: view.Near, Text: text.T("web.committee.done_late", "day", area.ShowDay(i.Done), "n", late)}
	case task.OnTime:
		tag = view.Tag{Tone: view.Out, Text: text.T("web.committee.done", "day", area.ShowDay(i.Done))}
	}
	return tag
}

// committeeDuties are conclusions that wait for the reader's own units.
func (p *Pages) committeeDuties(r *http.Request) (list []duty, err error) {
	asked, err := p.Committees.Asked(r.Context(), ActorOf(r.Context()))
	for _, o := range asked {
		list = append(list, duty{text.T("web.today.do.conclusion", "title", o.Title), committeeAddress(o.Committee) + "/xong?ma=" + o.ID, o.Ends})
	}
	return list, err
}

// dayWritten reads a day from a form; what is no day is refused by the subject.
func dayWritten(s string) string {
	parsed, err := vn.ParseDay(strings.TrimSpace(s), "")
	if err != nil || !parsed.Exact() {
		return strings.TrimSpace(s)
	}
	return string(parsed)
}

// problemsOf are the messages of a refused form; one about no field leads
// nowhere.
func problemsOf(err error) []fault.Field {
	if err == nil {
		return nil
	}
	f := fault.As(err, text.T("common.internal"))
	if len(f.Fields) > 0 {
		return f.Fields
	}
	return []fault.Field{{Message: f.Message}}
}

func revOf(r *http.Request) int64 {
	rev, _ := strconv.ParseInt(r.PostForm.Get("rev"), 10, 64)
	return rev
}
