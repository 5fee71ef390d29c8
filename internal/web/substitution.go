package web

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/fault"
	"giamngheo/internal/text"
	"giamngheo/internal/web/view"
)

// PathSubstitutions shows who signs in whose place, and from when to when.
const PathSubstitutions = "/to-chuc/uy-quyen"

// paramPost names the post of a head.
const paramPost = "chuc-trach"

func (p *Pages) substitutionRoutes() []Route {
	may := Either(account.RightTasks, account.RightAccounts)
	return []Route{
		{Method: "GET", Pattern: PathSubstitutions, Right: may, Handler: p.substitutions},
		{Method: "GET", Pattern: PathSubstitutions + "/giao", Right: may, Handler: p.substitutionForm},
		{Method: "POST", Pattern: PathSubstitutions + "/giao", Right: may, Handler: p.substitute},
		{Method: "GET", Pattern: PathSubstitutions + "/{substitution}/ket-thuc", Right: may, Handler: p.substitutionEndForm},
		{Method: "POST", Pattern: PathSubstitutions + "/{substitution}/ket-thuc", Right: may, Handler: p.substitutionEnd},
	}
}

func (p *Pages) substitutionFrame(r *http.Request, title string, more ...view.Link) view.Page {
	f := Frame(r, title, view.NavOrganisation, p.Demo)
	f.Crumbs = append([]view.Link{{Text: text.T("web.substitution.title"), Href: PathSubstitutions}}, more...)
	if len(more) == 0 {
		f.Crumbs[0].Href = ""
	}
	if key := "web.substitution.was." + r.URL.Query().Get(paramWas); text.Has(key) {
		f.Flash = []view.Notice{{Mood: view.Good, Text: text.T(key)}}
	}
	return f
}

func (p *Pages) substitutions(w http.ResponseWriter, r *http.Request) error {
	actor := ActorOf(r.Context())
	list, heads, err := p.Accounts.Substitutions(r.Context(), actor)
	if err != nil {
		return err
	}
	table := func(id string) *view.Table {
		return &view.Table{ID: id, Caption: text.T("web.substitution." + id), Stacked: true, Columns: []view.Column{{Label: text.T("web.substitution.head")}, {Label: text.T("web.substitution.deputy")}, {Label: text.T("web.substitution.when")}, {Label: text.T("web.substitution.why")}, {Label: text.T("web.substitution.state")}}}
	}
	now, past := table("now"), table("past")
	for _, x := range list {
		if x.To > p.Today() && x.From < x.To { // one ended before it began never counts
			now.Rows = append(now.Rows, p.substitutionRow(r, actor, x))
		} else {
			past.Rows = append(past.Rows, p.substitutionRow(r, actor, x))
		}
	}
	if len(now.Rows) == 0 {
		now.Blank = view.Blank{State: view.Empty, Title: text.T("web.substitution.none"), Text: text.T("web.substitution.none_hint")}
	}
	head := view.Heading{Title: text.T("web.substitution.title"), Lead: text.T("web.substitution.lead")}
	parts := []templ.Component{view.TableCard(*now)}
	if len(heads) == 1 {
		head.Actions = []view.Button{{Label: text.T("web.substitution.give"), Kind: view.Primary, Href: substitutionOf(heads[0].Post.ID)}}
	} else if len(heads) > 1 {
		choose := view.GroupedSelect{Name: paramPost, Label: text.T("web.substitution.choose"), Groups: p.headGroups(r, heads)}
		parts = append([]templ.Component{view.ChooserForm(view.Chooser{Action: PathSubstitutions + "/giao", Button: text.T("web.substitution.give")}, view.GroupedSelectRow(choose))}, parts...)
	}
	if len(past.Rows) > 0 {
		parts = append(parts, view.TableCard(*past))
	}
	parts = append([]templ.Component{organisationTabs(actor, PathSubstitutions, ""), view.NoticeBox(view.Notice{Mood: view.Info, Text: text.T("web.substitution.always")})}, parts...)
	return Render(w, r, http.StatusOK, view.Framed(p.substitutionFrame(r, head.Title), view.Stack(head, parts...)))
}

func substitutionOf(id account.PostID) string {
	return PathSubstitutions + "/giao?" + paramPost + "=" + url.QueryEscape(string(id))
}

// body names the body at which a post stands.
func (p *Pages) postBody(r *http.Request, post account.Post) string {
	if post.AgencyID != "" {
		return p.bodyName(r, account.AgencyUnit(post.AgencyID))
	}
	if post.Agency != "" {
		return post.Agency
	}
	return p.areaWords(post.Area)
}

// headGroups lists heads under the unit above: those of agencies and of the
// province first, those of a district's communes under the district.
func (p *Pages) headGroups(r *http.Request, heads []account.Holder) []view.OptionGroup {
	groups := []view.OptionGroup{{Options: []view.Option{{Label: text.T("web.op.choose")}}}}
	at := map[area.ID]int{}
	slices.SortStableFunc(heads, func(a, b account.Holder) int { return strings.Compare(p.headOrder(a.Post), p.headOrder(b.Post)) })
	for _, h := range heads {
		o := view.Option{Value: string(h.Post.ID), Label: p.postBody(r, h.Post) + " – " + h.FullName}
		v, ok := p.Tree().On(h.Post.Area, p.Today())
		if !ok || v.Level != area.Commune || h.Post.AgencyID != "" {
			groups[0].Options = append(groups[0].Options, o)
			continue
		}
		i, known := at[v.Parent]
		if !known {
			i = len(groups)
			at[v.Parent], groups = i, append(groups, view.OptionGroup{Label: p.areaWords(v.Parent)})
		}
		groups[i].Options = append(groups[i].Options, o)
	}
	return groups
}

// headOrder puts the province before its agencies, these before the districts,
// and those before their communes.
func (p *Pages) headOrder(post account.Post) string {
	v, _ := p.Tree().On(post.Area, p.Today())
	return fmt.Sprint(len(v.Ancestors()), post.AgencyID != "", v.Path, post.AgencyID)
}

func (p *Pages) substitutionRow(r *http.Request, actor *account.Actor, x account.Substitution) view.Row {
	today := p.Today()
	state := view.Tag{Tone: view.Unknown, Text: text.T("web.substitution.over")}
	switch {
	case x.From == x.To:
		state.Text = text.T("web.substitution.never")
	case x.EndedAt != 0 && x.To <= today:
		state.Text = text.T("web.substitution.ended")
	case x.To <= today:
	case !x.Giver.Post.InForce(today):
		state.Text = text.T("web.substitution.no_head")
	case x.From > today:
		state = view.Tag{Tone: view.Plain, Text: text.T("web.substitution.coming")}
	default:
		state = view.Tag{Tone: view.Out, Text: text.T("web.substitution.counts")}
	}
	shown := []templ.Component{view.TagOf(state)}
	if x.To > today && x.EndedAt == 0 && p.Accounts.Gives(actor, x.Giver.Post) {
		shown = append(shown, view.LinkList([]view.Link{{Text: text.T("web.substitution.end"), Href: PathSubstitutions + "/" + url.PathEscape(x.ID) + "/ket-thuc"}}))
	}
	capacity := text.T("web.substitution.capacity." + x.Capacity)
	if x.Title != "" {
		capacity += " · " + x.Title
	}
	why := view.Cell{Text: x.Reason, Note: x.Number}
	if x.EndWhy != "" {
		why.Note = text.T("web.substitution.end_why", "reason", x.EndWhy)
	}
	last := area.DayBefore(x.To)
	return view.Row{Cells: []view.Cell{{Text: x.Giver.FullName, Note: p.postBody(r, x.Giver.Post)}, {Text: x.Name, Note: capacity},
		{Text: text.T("web.areas.from_to", "from", area.ShowDay(x.From), "to", area.ShowDay(max(last, x.From)))}, why, {Inner: view.Together(shown...)}}}
}

func (p *Pages) substitutionForm(w http.ResponseWriter, r *http.Request) error {
	return p.showSubstitution(w, r, http.StatusOK, typedUser{typed: r.URL.Query()})
}

func (p *Pages) showSubstitution(w http.ResponseWriter, r *http.Request, status int, f typedUser) error {
	id := account.PostID(f.typed.Get(paramPost))
	head, deputies, err := p.Accounts.Head(r.Context(), ActorOf(r.Context()), id)
	if err != nil {
		return err
	}
	title := text.T("web.substitution.give")
	form := view.Form{Head: view.Heading{Title: title, Lead: text.T("web.substitution.for", "head", head.FullName, "body", p.postBody(r, head.Post))}, Errors: f.wrong, Action: PathSubstitutions + "/giao",
		Hidden: []view.Pair{{Name: paramPost, Value: string(id)}}}
	back := view.Button{Label: text.T("web.cancel"), Kind: view.Quiet, Href: PathSubstitutions}
	if len(deputies) == 0 {
		form.Notices, form.Buttons = []view.Notice{{Mood: view.Warn, Text: text.T("web.substitution.nobody")}}, []view.Button{back}
		return Render(w, r, status, view.Framed(p.substitutionFrame(r, title, view.Link{Text: title}), view.FormBody(form)))
	}
	var options []view.Option
	for _, d := range deputies {
		role, _ := p.Accounts.Roles().Role(d.Post.Role)
		options = append(options, view.Option{Value: string(d.ID), Label: d.FullName + " – " + role.Name + " (" + text.T("web.substitution.capacity."+p.Accounts.Roles().CapacityOf(d)) + ")"})
	}
	day := func(name, otherwise string) templ.Component {
		return view.FieldRow(view.Field{Name: name, Label: text.T("web.substitution." + name), Hint: text.T("web.op.day_hint"), Kind: view.DayInput, Value: f.value(name, otherwise), Error: f.error(name), Width: "w12", Autocomplete: "off"})
	}
	form.Parts = []templ.Component{
		selectField(f, "deputy", "web.substitution.who", "", append([]view.Option{{Label: text.T("web.op.choose")}}, options...)),
		textField(f, "title", "web.substitution.office", text.T("web.substitution.office_hint"), "", "full"),
		day("from", area.ShowDay(p.Today())), day("to", ""),
		textField(f, "number", "web.substitution.number", text.T("web.substitution.number_hint"), "", "full"),
		view.FieldRow(view.Field{Name: "reason", Label: text.T("web.substitution.reason"), Kind: view.LongInput, Value: f.value("reason", ""), Error: f.error("reason"), Required: true}),
	}
	form.Buttons = []view.Button{{Label: title, Kind: view.Primary}, back}
	return Render(w, r, status, view.Framed(p.substitutionFrame(r, title, view.Link{Text: title}), view.FormBody(form)))
}

func (p *Pages) substitute(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	f := typedUser{typed: r.PostForm}
	x := account.Substitution{Deputy: account.ID(f.typed.Get("deputy")), Title: f.typed.Get("title"), From: dayWritten(f.typed.Get("from")), To: area.DayAfter(dayWritten(f.typed.Get("to"))), Number: f.typed.Get("number"), Reason: f.typed.Get("reason")} // people say the last day
	x.Giver.Post.ID = account.PostID(f.typed.Get(paramPost))
	_, err := p.Accounts.Substitute(r.Context(), ActorOf(r.Context()), x)
	if err == nil {
		return SeeOther(w, r, PathSubstitutions+"?"+paramWas+"=given")
	}
	if f.wrong, err = refusal(err); err != nil {
		return err
	}
	return p.showSubstitution(w, r, http.StatusUnprocessableEntity, f)
}

func (p *Pages) substitutionEndForm(w http.ResponseWriter, r *http.Request) error {
	return p.showSubstitutionEnd(w, r, http.StatusOK, typedUser{})
}

func (p *Pages) showSubstitutionEnd(w http.ResponseWriter, r *http.Request, status int, f typedUser) error {
	x, err := p.Accounts.FindSubstitution(r.Context(), ActorOf(r.Context()), r.PathValue("substitution"))
	if err == nil && !p.Accounts.Gives(ActorOf(r.Context()), x.Giver.Post) {
		err = fault.New(fault.Forbidden, "not_yours", text.T("account.substitution.not_yours"))
	}
	if err != nil {
		return err
	}
	title := text.T("web.substitution.end")
	form := view.Form{Head: view.Heading{Title: title, Lead: text.T("web.substitution.ends", "deputy", x.Name, "head", x.Giver.FullName, "to", area.ShowDay(area.DayBefore(x.To)))}, Errors: f.wrong,
		Action: PathSubstitutions + "/" + url.PathEscape(x.ID) + "/ket-thuc", Hidden: []view.Pair{{Name: "rev", Value: strconv.FormatInt(x.Rev, 10)}},
		Parts:   []templ.Component{view.FieldRow(view.Field{Name: "reason", Label: text.T("web.substitution.reason"), Kind: view.LongInput, Value: f.value("reason", ""), Error: f.error("reason"), Required: true})},
		Buttons: []view.Button{{Label: title, Kind: view.Danger}, {Label: text.T("web.cancel"), Kind: view.Quiet, Href: PathSubstitutions}}}
	return Render(w, r, status, view.Framed(p.substitutionFrame(r, title, view.Link{Text: title}), view.FormBody(form)))
}

func (p *Pages) substitutionEnd(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	f := typedUser{typed: r.PostForm}
	err := p.Accounts.EndSubstitution(r.Context(), ActorOf(r.Context()), r.PathValue("substitution"), revOf(r), f.typed.Get("reason"))
	if err == nil {
		return SeeOther(w, r, PathSubstitutions+"?"+paramWas+"=ended")
	}
	if f.wrong, err = refusal(err); err != nil {
		return err
	}
	return p.showSubstitutionEnd(w, r, http.StatusUnprocessableEntity, f)
}
