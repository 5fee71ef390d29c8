package web

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/fault"
	"giamngheo/internal/text"
	"giamngheo/internal/vn"
	"giamngheo/internal/web/view"
)

// paramWas names in an address what was done just now: a key of the texts.
const paramWas = "xong"

func (p *Pages) userRoutes() []Route {
	admin := Needs(account.RightAccounts)
	one := PathUsers + "/{id}"
	return []Route{
		{Method: "GET", Pattern: PathUsers, Right: admin, Handler: p.userList},
		{Method: "GET", Pattern: PathUsers + "/moi", Right: admin, Handler: p.newUserForm},
		{Method: "POST", Pattern: PathUsers + "/moi", Right: admin, Handler: p.newUserDo},
		{Method: "GET", Pattern: one, Right: admin, Handler: p.userPage},
		{Method: "POST", Pattern: one + "/ten", Right: admin, Handler: p.userRename},
		{Method: "POST", Pattern: one + "/trang-thai", Right: admin, Handler: p.userActive},
		{Method: "POST", Pattern: one + "/mat-khau", Right: admin, Handler: p.userPassword},
		{Method: "POST", Pattern: one + "/phien", Right: admin, Handler: p.userSessions},
		{Method: "GET", Pattern: one + "/chuc-trach", Right: admin, Handler: p.postForm},
		{Method: "POST", Pattern: one + "/chuc-trach", Right: admin, Handler: p.postDo},
		{Method: "GET", Pattern: one + "/chuc-trach/{post}", Right: admin, Handler: p.postEndForm},
		{Method: "POST", Pattern: one + "/chuc-trach/{post}", Right: admin, Handler: p.postEndDo},
	}
}

func userAddress(id account.ID) string { return PathUsers + "/" + url.PathEscape(string(id)) }

func (p *Pages) userFrame(r *http.Request, title string, crumbs ...view.Link) view.Page {
	f := Frame(r, title, view.NavUsers, p.Demo)
	f.Crumbs = append([]view.Link{{Text: text.T("web.nav.users"), Href: PathUsers}}, crumbs...)
	f.Flash = wasDone(r)
	return f
}

// wasDone says what was done just now, where the address names it.
func wasDone(r *http.Request) []view.Notice {
	key := "web.user.was." + r.URL.Query().Get(paramWas)
	if !text.Has(key) {
		return nil
	}
	return []view.Notice{{Mood: view.Good, Text: text.T(key)}}
}

func (p *Pages) userList(w http.ResponseWriter, r *http.Request) error {
	q := vn.NFC(r.URL.Query().Get(paramQuery))
	list, err := p.Accounts.Find(r.Context(), ActorOf(r.Context()), account.Filter{Text: q})
	if err != nil {
		return err
	}
	t := view.Table{ID: "tai-khoan", Caption: text.T("web.user.accounts"), HideCaption: true, Stacked: true, Columns: []view.Column{
		{Label: text.T("web.user.full_name")}, {Label: text.T("web.user.name")}, {Label: text.T("web.user.posts")}, {Label: text.T("web.user.state")}}}
	shown, pages := pagePart(r, list, usersPerPage, "web.user.page")
	for _, a := range shown {
		var posts []string
		for _, post := range a.Posts {
			if post.InForce(p.Today()) {
				posts = append(posts, p.postWords(post))
			}
		}
		words := strings.Join(posts, "; ")
		if words == "" {
			words = text.T("web.user.no_post")
		}
		t.Rows = append(t.Rows, view.Row{Href: userAddress(a.ID), Cells: []view.Cell{{Text: a.FullName}, {Text: a.Name}, {Text: words}, {Tag: activeTag(a.Active)}}})
	}
	if len(t.Rows) == 0 {
		t.Blank = view.Blank{State: view.Empty, Title: text.T("web.user.none")}
	}
	head := view.Heading{Title: text.T("web.nav.users"), Lead: text.T("web.user.lead"), Actions: []view.Button{{Label: text.T("web.user.new"), Kind: view.Primary, Href: PathUsers + "/moi"}}}
	find := view.ChooserForm(view.Chooser{Action: PathUsers, Button: text.T("web.list.go")}, view.FieldRow(view.Field{Name: paramQuery, Label: text.T("web.user.find"), Value: q, Autocomplete: "off"}))
	frame := p.userFrame(r, head.Title)
	frame.Crumbs[0].Href = ""
	parts := []templ.Component{find, view.TableCard(t)}
	if pages.Words != "" {
		parts = append(parts, view.Pagination(pages))
	}
	return Render(w, r, http.StatusOK, view.Framed(frame, view.Stack(head, parts...)))
}

// usersPerPage is how many accounts stand on one page.
const usersPerPage = 100

func activeTag(active bool) view.Tag {
	if active {
		return view.Tag{Tone: view.Out, Text: text.T("web.user.active")}
	}
	return view.Tag{Tone: view.Unknown, Text: text.T("web.user.disabled")}
}

// postWords is a post in a line: role, field and place.
func (p *Pages) postWords(post account.Post) string {
	roles := p.Accounts.Roles()
	words := post.Role
	if role, ok := roles.Role(post.Role); ok {
		words = role.Name
	}
	if s, ok := roles.Subject(post.Subject); ok {
		words += " (" + s.Name + ")"
	}
	if place := p.areaWords(post.Area); place != "" {
		words += ", " + place
	}
	if post.For != "" {
		words += " – " + text.T("web.substitution.taken", "capacity", text.T("web.substitution.capacity."+post.Capacity))
	}
	return words
}

// typedUser is a form of these pages as it was typed.
type typedUser struct {
	typed url.Values
	wrong []fault.Field
}

func (f typedUser) value(name, otherwise string) string {
	if f.typed.Has(name) {
		return f.typed.Get(name)
	}
	return otherwise
}

func (f typedUser) values(name string, _ []string) []string { return f.typed[name] }

func (f typedUser) error(name string) string { return view.ErrorFor(f.wrong, name) }

// refusal gives what is wrong with a form, or the error that is no refusal.
func refusal(err error) ([]fault.Field, error) {
	f := fault.As(err, "")
	if f.Kind == fault.Invalid || f.Kind == fault.Conflict {
		return problems(f), nil
	}
	return nil, err
}

func (p *Pages) newUserForm(w http.ResponseWriter, r *http.Request) error {
	return p.showNewUser(w, r, http.StatusOK, typedUser{})
}

func (p *Pages) showNewUser(w http.ResponseWriter, r *http.Request, status int, f typedUser) error {
	form := view.Form{Head: view.Heading{Title: text.T("web.user.new"), Lead: text.T("web.user.new_lead")}, Errors: f.wrong, Action: PathUsers + "/moi",
		Parts: []templ.Component{
			textField(f, "full_name", "web.user.full_name", "", "", "full"),
			textField(f, "name", "web.user.name", text.T("web.user.name_hint"), "", "w12"),
		},
		Buttons: []view.Button{{Label: text.T("web.user.create"), Kind: view.Primary}, {Label: text.T("web.cancel"), Kind: view.Quiet, Href: PathUsers}}}
	return Render(w, r, status, view.Framed(p.userFrame(r, form.Head.Title, view.Link{Text: form.Head.Title}), view.FormBody(form)))
}

func (p *Pages) newUserDo(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	f := typedUser{typed: r.PostForm}
	password := account.NewPassword()
	made, err := p.Accounts.Create(r.Context(), ActorOf(r.Context()), account.NewAccount{Name: f.typed.Get("name"), FullName: vn.NFC(f.typed.Get("full_name")), Password: password, MustChange: true})
	if err != nil {
		if f.wrong, err = refusal(err); err != nil {
			return err
		}
		return p.showNewUser(w, r, http.StatusUnprocessableEntity, f)
	}
	return p.showPassword(w, r, made, password, text.T("web.user.created", "name", made.FullName), view.Button{Label: text.T("web.user.give_post"), Kind: view.Primary, Href: userAddress(made.ID) + "/chuc-trach"})
}

// showPassword tells a password the one time that it can be told: it is kept
// nowhere, so that the page cannot come again after a redirect.
func (p *Pages) showPassword(w http.ResponseWriter, r *http.Request, a account.Account, password, title string, next view.Button) error {
	frame := p.userFrame(r, title, view.Link{Text: a.FullName, Href: userAddress(a.ID)}, view.Link{Text: title})
	return Render(w, r, http.StatusOK, view.Framed(frame, view.OnePassword(view.Heading{Title: title, Lead: text.T("web.user.password_once")},
		[]view.Definition{{Term: text.T("web.user.name"), Value: a.Name, Strong: true}, {Term: text.T("web.user.password"), Value: password, Strong: true}},
		[]view.Button{next, {Label: text.T("web.user.to_account"), Kind: view.Quiet, Href: userAddress(a.ID)}})))
}

func (p *Pages) userOf(r *http.Request) (account.Account, error) {
	return p.Accounts.Get(r.Context(), ActorOf(r.Context()), account.ID(r.PathValue("id")))
}

func (p *Pages) userPage(w http.ResponseWriter, r *http.Request) error {
	a, err := p.userOf(r)
	if err != nil {
		return err
	}
	return p.showUser(w, r, http.StatusOK, a, typedUser{})
}

func (p *Pages) showUser(w http.ResponseWriter, r *http.Request, status int, a account.Account, f typedUser) error {
	actor := ActorOf(r.Context())
	sessions, err := p.Accounts.Sessions(r.Context(), actor, a.ID)
	if err != nil {
		return err
	}
	words := text.T("web.user.lead_one", "name", a.Name, "since", area.ShowDay(dayOfTime(a.CreatedAt)))
	if !a.Active {
		words += " · " + text.T("web.user.disabled")
	}
	if a.MustChange {
		words += " · " + text.T("web.user.must_change")
	}
	head := view.Heading{Title: a.FullName, Lead: words, Actions: []view.Button{{Label: text.T("web.user.give_post"), Kind: view.Primary, Href: userAddress(a.ID) + "/chuc-trach"}}}
	rev := view.HiddenField(view.Pair{Name: "rev", Value: strconv.FormatInt(a.Rev, 10)})
	wide := []templ.Component{view.ErrorSummary(f.wrong), view.TableCard(p.postsTable(a)), sessionsCard(userAddress(a.ID)+"/phien", sessions, "")}
	state := view.SmallForm{Title: text.T("web.user.disable"), Action: userAddress(a.ID) + "/trang-thai", Button: view.Button{Label: text.T("web.user.disable"), Kind: view.Danger, Name: "active", Value: "0"},
		Parts: []templ.Component{rev, view.Paragraphs(text.T("web.user.disable_hint")), textField(f, "reason", "web.user.reason", "", "", "full")}}
	if !a.Active {
		state.Title, state.Button = text.T("web.user.enable"), view.Button{Label: text.T("web.user.enable"), Name: "active", Value: "1"}
		state.Parts[1] = view.Paragraphs(text.T("web.user.is_disabled"))
	}
	narrow := []templ.Component{
		view.SmallFormCard(view.SmallForm{Title: text.T("web.user.rename"), Action: userAddress(a.ID) + "/ten", Button: view.Button{Label: text.T("web.op.save")},
			Parts: []templ.Component{rev, textField(f, "full_name", "web.user.full_name", "", a.FullName, "full")}}),
		view.SmallFormCard(view.SmallForm{Title: text.T("web.user.reset"), Action: userAddress(a.ID) + "/mat-khau", Button: view.Button{Label: text.T("web.user.reset")}, Parts: []templ.Component{view.Paragraphs(text.T("web.user.reset_hint"))}}),
		view.SmallFormCard(state),
	}
	return Render(w, r, status, view.Framed(p.userFrame(r, a.FullName, view.Link{Text: a.FullName}), view.Columns2(head, nil, wide, narrow)))
}

func (p *Pages) postsTable(a account.Account) view.Table {
	t := view.Table{ID: "chuc-trach", Caption: text.T("web.user.posts"), Stacked: true, Columns: []view.Column{
		{Label: text.T("web.user.role")}, {Label: text.T("web.area")}, {Label: text.T("web.areas.period")}, {Label: text.T("web.user.state")}}}
	for _, post := range a.Posts {
		role := view.Cell{Text: post.Role}
		if known, ok := p.Accounts.Roles().Role(post.Role); ok {
			role.Text = known.Name
		}
		var notes []string
		if s, ok := p.Accounts.Roles().Subject(post.Subject); ok {
			notes = append(notes, s.Name)
		}
		if post.SelfGiven() {
			notes = append(notes, text.T("web.user.self_given"))
		}
		role.Note = strings.Join(notes, " · ")
		state := view.Tag{Tone: view.Unknown, Text: text.T("web.user.post_past")}
		switch {
		case post.InForce(p.Today()):
			state = view.Tag{Tone: view.Out, Text: text.T("web.user.post_now")}
		case post.From > p.Today():
			state = view.Tag{Tone: view.Plain, Text: text.T("web.user.post_coming")}
		}
		shown := []templ.Component{view.TagOf(state)}
		if post.To > p.Today() {
			shown = append(shown, view.LinkList([]view.Link{{Text: text.T("web.user.end_post"), Href: userAddress(a.ID) + "/chuc-trach/" + url.PathEscape(string(post.ID))}}))
		}
		t.Rows = append(t.Rows, view.Row{Cells: []view.Cell{role, {Text: p.areaWords(post.Area), Note: post.Agency}, {Text: period(area.Version{From: post.From, To: post.To})}, {Inner: view.Together(shown...)}}})
	}
	if len(t.Rows) == 0 {
		t.Blank = view.Blank{State: view.Empty, Title: text.T("web.user.no_post"), Text: text.T("web.user.no_post_hint")}
	}
	return t
}

// userChange runs one change of an account and shows its page again.
func (p *Pages) userChange(w http.ResponseWriter, r *http.Request, was string, change func(a account.Account, rev int64) error) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	a, err := p.userOf(r)
	if err != nil {
		return err
	}
	rev, err := strconv.ParseInt(r.PostForm.Get("rev"), 10, 64)
	if err != nil {
		rev = -1
	}
	if err := change(a, rev); err != nil {
		f := typedUser{typed: r.PostForm}
		if f.wrong, err = refusal(err); err != nil {
			return err
		}
		return p.showUser(w, r, http.StatusUnprocessableEntity, a, f)
	}
	return SeeOther(w, r, userAddress(a.ID)+"?"+paramWas+"="+was)
}

func (p *Pages) userRename(w http.ResponseWriter, r *http.Request) error {
	return p.userChange(w, r, "renamed", func(a account.Account, rev int64) error {
		return p.Accounts.SetFullName(r.Context(), ActorOf(r.Context()), a.ID, rev, vn.NFC(r.PostForm.Get("full_name")))
	})
}

func (p *Pages) userActive(w http.ResponseWriter, r *http.Request) error {
	was := "disabled"
	active := r.FormValue("active") == "1"
	if active {
		was = "enabled"
	}
	return p.userChange(w, r, was, func(a account.Account, rev int64) error {
		reason := strings.TrimSpace(vn.NFC(r.PostForm.Get("reason")))
		if !active && reason == "" {
			return fieldError("reason", "household.reason_missing")
		}
		return p.Accounts.SetActive(r.Context(), ActorOf(r.Context()), a.ID, rev, active, reason)
	})
}

func (p *Pages) userPassword(w http.ResponseWriter, r *http.Request) error {
	a, err := p.userOf(r)
	if err != nil {
		return err
	}
	password, err := p.Accounts.ResetPassword(r.Context(), ActorOf(r.Context()), a.ID, "", true)
	if err != nil {
		return err
	}
	return p.showPassword(w, r, a, password, text.T("web.user.was_reset", "name", a.FullName), view.Button{Label: text.T("web.user.back"), Kind: view.Primary, Href: PathUsers})
}

func (p *Pages) userSessions(w http.ResponseWriter, r *http.Request) error {
	return p.userChange(w, r, "sessions", func(a account.Account, _ int64) error { return p.endSessions(r, a.ID) })
}

// endSessions ends the session named, or all of them.
func (p *Pages) endSessions(r *http.Request, id account.ID) error {
	actor := ActorOf(r.Context())
	if handle := r.PostForm.Get("phien"); handle != "" {
		return p.Accounts.Revoke(r.Context(), actor, id, handle)
	}
	_, err := p.Accounts.RevokeAll(r.Context(), actor, id)
	return err
}
