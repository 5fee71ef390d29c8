package web

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/fault"
	"giamngheo/internal/task"
	"giamngheo/internal/text"
	"giamngheo/internal/vn"
	"giamngheo/internal/web/view"
)

// PathOrganisation shows the units and agencies with the people who work there.
const PathOrganisation = "/to-chuc/co-quan"

func (p *Pages) organisationRoutes() []Route {
	reads, keeps := Either(account.RightTables, account.RightTasks, account.RightAccounts), Either(account.RightAccounts, account.RightAreas)
	return []Route{
		{Method: "GET", Pattern: PathOrganisation, Right: reads, Handler: p.organisation},
		{Method: "GET", Pattern: PathOrganisation + "/moi", Right: keeps, Handler: p.agencyForm},
		{Method: "POST", Pattern: PathOrganisation + "/moi", Right: keeps, Handler: p.agencyAdd},
		{Method: "GET", Pattern: PathOrganisation + "/{agency}", Right: reads, Handler: p.agencyPage},
		{Method: "GET", Pattern: PathOrganisation + "/{agency}/ket-thuc", Right: keeps, Handler: p.agencyEndForm},
		{Method: "POST", Pattern: PathOrganisation + "/{agency}/ket-thuc", Right: keeps, Handler: p.agencyEnd},
	}
}

func agencyAddress(id string) string { return PathOrganisation + "/" + url.PathEscape(id) }

func organisationOf(id area.ID) string {
	return PathOrganisation + "?" + url.Values{paramArea: {string(id)}}.Encode()
}

func (p *Pages) organisationFrame(r *http.Request, title string, more ...view.Link) view.Page {
	f := Frame(r, title, view.NavOrganisation, p.Demo)
	f.Crumbs = append([]view.Link{{Text: text.T("web.organisation.crumb"), Href: PathOrganisation}}, more...)
	if len(more) == 0 {
		f.Crumbs[0].Href = ""
	}
	if key := "web.organisation.was." + r.URL.Query().Get(paramWas); text.Has(key) {
		f.Flash = []view.Notice{{Mood: view.Good, Text: text.T(key)}}
	}
	return f
}

// organisation shows a unit with its people and those right below it: how many
// work there, and which have nobody yet. With the province come the agencies.
func (p *Pages) organisation(w http.ResponseWriter, r *http.Request) error {
	actor, tree, today := ActorOf(r.Context()), p.Tree(), p.Today()
	root := area.ID(r.URL.Query().Get(paramArea))
	if root == "" {
		root = p.ownUnit(actor)
	}
	own, ok := tree.On(root, today)
	covered := false
	for _, right := range []account.Right{account.RightTables, account.RightTasks, account.RightAccounts} {
		covered = covered || actor.ScopeFor(right).Covers(tree, root, today)
	}
	if !ok || !covered && root != p.ownUnit(actor) {
		return fault.New(fault.NotFound, "area_not_found", text.T("household.area_not_found"))
	}
	staff, err := p.Accounts.Staff(r.Context(), today)
	if err != nil {
		return err
	}
	agencies, err := p.Accounts.AllAgencies(r.Context())
	if err != nil {
		return err
	}
	below := tree.Children(root, today)
	units := unitTable("don-vi", text.T("web.organisation.below"))
	without := 0
	for _, v := range below {
		people := staff[v.Area]
		if len(people) == 0 {
			without++
		}
		href := organisationOf(v.Area)
		if v.Level == area.Village {
			href = ""
		}
		units.Rows = append(units.Rows, view.Row{Cells: p.staffCells(view.Cell{Text: v.FullName, Href: href}, people)})
	}
	head := view.Heading{Title: text.T("web.organisation.title", "area", own.FullName), Lead: text.T("web.organisation.lead")}
	if without > 0 {
		head.Title = text.T("web.organisation.missing", "area", own.FullName, "without", vn.FormatInt(int64(without)), "all", vn.FormatInt(int64(len(below))))
	}
	if p.Accounts.KeepsAgencies(actor, root) && (own.Level == area.Province || own.Level == area.District) {
		head.Actions = []view.Button{{Label: text.T("web.organisation.add"), Kind: view.Primary, Href: PathOrganisation + "/moi?" + paramArea + "=" + url.QueryEscape(string(root))}}
	}
	parts := []templ.Component{organisationTabs(actor, PathOrganisation, root), view.TableCard(p.peopleTable("nguoi", text.T("web.organisation.people", "area", own.FullName), staff[root]))}
	now, past := unitTable("co-quan", text.T("web.organisation.agencies")), unitTable("co-quan-cu", text.T("web.organisation.agencies_past"))
	for _, a := range agencies {
		if a.Area != root {
			continue
		}
		name := view.Cell{Text: a.Name, Href: agencyAddress(a.ID)}
		if a.InForce(today) {
			if a.To != account.Forever {
				name.Note = text.T("web.organisation.until", "day", area.ShowDay(area.DayBefore(a.To)))
			}
			now.Rows = append(now.Rows, view.Row{Cells: p.staffCells(name, staff[account.AgencyUnit(a.ID)])})
		} else {
			name.Note = period(area.Version{From: a.From, To: a.To})
			past.Rows = append(past.Rows, view.Row{Cells: p.staffCells(name, nil)})
		}
	}
	for _, t := range []view.Table{now, units, past} {
		if len(t.Rows) > 0 {
			parts = append(parts, view.TableCard(t))
		}
	}
	frame := p.organisationFrame(r, head.Title)
	if root != p.ownUnit(actor) {
		frame = p.organisationFrame(r, head.Title, view.Link{Text: own.FullName})
	}
	return Render(w, r, http.StatusOK, view.Framed(frame, view.Stack(head, parts...)))
}

func unitTable(id, caption string) view.Table {
	return view.Table{ID: id, Caption: caption, Stacked: true, Columns: []view.Column{{Label: text.T("web.organisation.unit")}, {Label: text.T("web.organisation.n"), Numeric: true}, {Label: text.T("web.organisation.who")}}}
}

// staffCells say how many people a unit has and who signs for it.
func (p *Pages) staffCells(unit view.Cell, people []account.Holder) []view.Cell {
	if len(people) == 0 {
		return []view.Cell{unit, {Text: "0"}, {Tag: view.Tag{Tone: view.Near, Text: text.T("web.organisation.nobody")}}}
	}
	var heads []string
	for _, h := range people {
		if p.Accounts.Roles().Signs(h.Post) == account.ForTheBody {
			heads = append(heads, h.FullName)
		}
	}
	return []view.Cell{unit, {Text: vn.FormatInt(int64(len(people)))}, {Text: strings.Join(heads, ", ")}}
}

func (p *Pages) peopleTable(id, caption string, people []account.Holder) view.Table {
	t := view.Table{ID: id, Caption: caption, Stacked: true, Columns: []view.Column{{Label: text.T("web.organisation.person")}, {Label: text.T("web.user.role")}, {Label: text.T("web.organisation.term")}}}
	for _, h := range people {
		role, _ := p.Accounts.Roles().Role(h.Post.Role)
		cell := view.Cell{Text: role.Name}
		if s, ok := p.Accounts.Roles().Subject(h.Post.Subject); ok {
			cell.Note = s.Name
		}
		t.Rows = append(t.Rows, view.Row{Cells: []view.Cell{{Text: h.FullName, Note: h.Post.Agency}, cell, {Text: period(area.Version{From: h.Post.From, To: h.Post.To})}}})
	}
	if len(t.Rows) == 0 {
		t.Blank = view.Blank{State: view.Empty, Title: text.T("web.organisation.nobody"), Text: text.T("web.organisation.nobody_hint")}
	}
	return t
}

func (p *Pages) agencyOf(r *http.Request) (account.Agency, error) {
	list, err := p.Accounts.AllAgencies(r.Context())
	if err != nil {
		return account.Agency{}, err
	}
	for _, a := range list {
		if a.ID == r.PathValue("agency") {
			return a, nil
		}
	}
	return account.Agency{}, fault.New(fault.NotFound, "agency_absent", text.T("web.organisation.none"))
}

// agencyPage shows an agency: since when, its posts and people, and to who may
// end it what it still owes.
func (p *Pages) agencyPage(w http.ResponseWriter, r *http.Request) error {
	actor := ActorOf(r.Context())
	a, err := p.agencyOf(r)
	if err != nil {
		return err
	}
	people, err := p.Accounts.StaffOf(r.Context(), a.ID)
	if err != nil {
		return err
	}
	keeps := p.Accounts.KeepsAgencies(actor, a.Area)
	head := view.Heading{Title: a.Name, Lead: text.T("web.organisation.agency_lead", "area", p.areaWords(a.Area), "code", a.ID)}
	if keeps && a.To == account.Forever {
		head.Actions = []view.Button{{Label: text.T("web.organisation.end"), Kind: view.Ordinary, Href: agencyAddress(a.ID) + "/ket-thuc"}}
	}
	parts := []templ.Component{}
	if a.To != account.Forever {
		said := text.T("web.organisation.ends", "day", area.ShowDay(a.To))
		switch heir, err := p.heirOf(r, a); {
		case err != nil:
			return err
		case heir != "":
			said += " " + text.T("web.organisation.went_to", "agency", heir)
		case keeps:
			head.Actions = []view.Button{{Label: text.T("web.organisation.name_successor"), Kind: view.Ordinary, Href: agencyAddress(a.ID) + "/ket-thuc"}}
		}
		parts = append(parts, view.NoticeBox(view.Notice{Mood: view.Warn, Text: said}))
	}
	parts = append(parts, view.TableCard(p.peopleTable("nguoi", text.T("web.organisation.posts"), people)))
	if keeps {
		open, err := p.Tasks.OpenOf(r.Context(), a.ID)
		if err != nil {
			return err
		}
		if len(open) > 0 {
			parts = append(parts, view.TableCard(openTable(actor, open)))
		}
	}
	frame := p.organisationFrame(r, a.Name, view.Link{Text: a.Name})
	return Render(w, r, http.StatusOK, view.Framed(frame, view.Stack(head, parts...)))
}

func openTable(actor *account.Actor, open []task.Instance) view.Table {
	opens := actor.Can(account.RightTables)
	t := view.Table{ID: "con-no", Caption: text.T("web.organisation.owes", "n", vn.FormatInt(int64(len(open)))), Stacked: true, Tall: len(open) > 30, Columns: []view.Column{{Label: text.T("web.board.title_of")}, {Label: text.T("web.organisation.year")}, {Label: text.T("web.organisation.due")}}}
	for _, i := range open {
		what := view.Cell{Text: i.Task + " " + i.Title}
		if opens {
			what.Href = taskAddress(i.Year, i.ID)
		}
		t.Rows = append(t.Rows, view.Row{Cells: []view.Cell{what, {Text: i.ForYears()}, {Text: area.ShowDay(i.Ends)}}})
	}
	return t
}

func (p *Pages) agencyForm(w http.ResponseWriter, r *http.Request) error {
	return p.showAgencyForm(w, r, http.StatusOK, typedUser{typed: url.Values{"area": {r.URL.Query().Get(paramArea)}}})
}

func (p *Pages) showAgencyForm(w http.ResponseWriter, r *http.Request, status int, f typedUser) error {
	tree, today := p.Tree(), p.Today()
	options := []view.Option{}
	for _, root := range tree.Roots(today) {
		for _, v := range append([]area.Version{root}, tree.OfLevel(root.Area, today, area.District)...) {
			if p.Accounts.KeepsAgencies(ActorOf(r.Context()), v.Area) {
				options = append(options, view.Option{Value: string(v.Area), Label: v.FullName})
			}
		}
	}
	title := text.T("web.organisation.add")
	form := view.Form{Head: view.Heading{Title: title, Lead: text.T("web.organisation.add_lead")}, Errors: f.wrong, Action: PathOrganisation + "/moi", Parts: []templ.Component{
		textField(f, "name", "web.organisation.name", "", "", "full"),
		textField(f, "code", "web.organisation.code", text.T("web.organisation.code_hint"), "", "w12"),
		selectField(f, "area", "web.organisation.at", "", options),
		view.FieldRow(view.Field{Name: "from", Label: text.T("web.organisation.from"), Hint: text.T("web.op.day_hint"), Kind: view.DayInput, Value: f.value("from", area.ShowDay(today)), Error: f.error("from"), Width: "w12", Autocomplete: "off"}),
		textField(f, "reason", "web.organisation.reason", text.T("web.organisation.reason_hint"), "", "full"),
	}, Buttons: []view.Button{{Label: title, Kind: view.Primary}, {Label: text.T("web.cancel"), Kind: view.Quiet, Href: PathOrganisation}}}
	return Render(w, r, status, view.Framed(p.organisationFrame(r, title, view.Link{Text: title}), view.FormBody(form)))
}

func (p *Pages) agencyAdd(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	f := typedUser{typed: r.PostForm}
	a := account.Agency{ID: strings.TrimSpace(f.typed.Get("code")), Name: f.typed.Get("name"), Area: area.ID(f.typed.Get("area")), From: dayWritten(f.typed.Get("from"))}
	err := p.Accounts.AddAgency(r.Context(), ActorOf(r.Context()), a, vn.Line(f.typed.Get("reason")))
	if err == nil {
		return SeeOther(w, r, agencyAddress(a.ID)+"?"+paramWas+"=added")
	}
	if f.wrong, err = refusal(err); err != nil {
		return err
	}
	return p.showAgencyForm(w, r, http.StatusUnprocessableEntity, f)
}

func (p *Pages) agencyEndForm(w http.ResponseWriter, r *http.Request) error {
	return p.showAgencyEnd(w, r, http.StatusOK, typedUser{})
}

func (p *Pages) showAgencyEnd(w http.ResponseWriter, r *http.Request, status int, f typedUser) error {
	a, err := p.agencyOf(r)
	if err == nil && !p.Accounts.KeepsAgencies(ActorOf(r.Context()), a.Area) {
		err = fault.New(fault.Forbidden, "not_yours", text.T("account.agency.not_yours"))
	}
	if err != nil {
		return err
	}
	if a.Successor != "" {
		return fault.New(fault.Conflict, "agency_has_successor", text.T("account.agency.has_successor"))
	}
	open, err := p.Tasks.OpenOf(r.Context(), a.ID)
	if err != nil {
		return err
	}
	list, err := p.Accounts.Agencies(r.Context())
	if err != nil {
		return err
	}
	options := []view.Option{{Label: text.T("web.organisation.no_successor")}}
	for _, o := range list {
		if o.ID != a.ID {
			options = append(options, view.Option{Value: o.ID, Label: o.Name})
		}
	}
	title := text.T("web.organisation.end")
	if a.To != account.Forever {
		title = text.T("web.organisation.name_successor")
	}
	form := view.Form{Head: view.Heading{Title: title + ": " + a.Name, Lead: text.T("web.organisation.end_lead")}, Errors: f.wrong, Action: agencyAddress(a.ID) + "/ket-thuc", Hidden: []view.Pair{{Name: "rev", Value: strconv.FormatInt(a.Rev, 10)}},
		Parts: []templ.Component{
			view.FieldRow(view.Field{Name: "to", Label: text.T("web.organisation.to"), Hint: text.T("web.organisation.to_hint"), Kind: view.DayInput, Value: f.value("to", area.ShowDay(p.Today())), Error: f.error("to"), Width: "w12", Autocomplete: "off"}),
			selectField(f, "successor", "web.organisation.successor", "", options),
			textField(f, "reason", "web.organisation.reason", text.T("web.organisation.reason_hint"), "", "full"),
		}, Buttons: []view.Button{{Label: title, Kind: view.Danger}, {Label: text.T("web.cancel"), Kind: view.Quiet, Href: agencyAddress(a.ID)}}}
	if a.To != account.Forever {
		onlySuccessor(&form, f, options)
	}
	if len(open) > 0 {
		form.After = []templ.Component{view.TableCard(openTable(ActorOf(r.Context()), open))}
	}
	frame := p.organisationFrame(r, title, view.Link{Text: a.Name, Href: agencyAddress(a.ID)}, view.Link{Text: title})
	return Render(w, r, status, view.Framed(frame, view.FormBody(form)))
}

func (p *Pages) agencyEnd(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	actor, id := ActorOf(r.Context()), r.PathValue("agency")
	f := typedUser{typed: r.PostForm}
	day := dayWritten(f.typed.Get("to"))
	a, err := p.agencyOf(r)
	if err != nil {
		return err
	}
	if a.To != account.Forever {
		return p.agencySuccessor(w, r, a, f)
	}
	_, err = p.Tasks.EndAgency(r.Context(), actor, id, f.typed.Get("successor"), day, func(tx *db.Tx) error {
		return p.Accounts.EndAgencyIn(tx, actor, id, revOf(r), day, vn.Line(f.typed.Get("reason")))
	})
	if err == nil {
		return SeeOther(w, r, agencyAddress(id)+"?"+paramWas+"=ended")
	}
	if f.wrong, err = refusal(err); err != nil {
		return err
	}
	return p.showAgencyEnd(w, r, http.StatusUnprocessableEntity, f)
}
