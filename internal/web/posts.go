package web

import (
	"net/http"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/fault"
	"giamngheo/internal/text"
	"giamngheo/internal/vn"
	"giamngheo/internal/web/view"
)

// postForm gives somebody a post: the role is chosen first, because it says
// at which level the post can stand.
func (p *Pages) postForm(w http.ResponseWriter, r *http.Request) error {
	a, err := p.userOf(r)
	if err != nil {
		return err
	}
	return p.showPost(w, r, http.StatusOK, a, typedUser{typed: r.URL.Query()})
}

func (p *Pages) showPost(w http.ResponseWriter, r *http.Request, status int, a account.Account, f typedUser) error {
	title := text.T("web.user.give_post")
	action := userAddress(a.ID) + "/chuc-trach"
	form := view.Form{Head: view.Heading{Title: title, Lead: text.T("web.user.lead_one_short", "full_name", a.FullName, "name", a.Name)}, Errors: f.wrong, Action: action}
	role, chosen := p.Accounts.Roles().Role(f.typed.Get("role"))
	village := slices.Contains(role.Levels, area.Village)
	choose := []templ.Component{view.SelectRow(p.roleSelect(role.Code))}
	if village {
		commune := view.GroupedSelect{Name: paramCommune, Label: text.T("web.op.commune"), Groups: append([]view.OptionGroup{{Options: []view.Option{{Label: text.T("web.op.choose")}}}}, p.communeGroups(area.ID(f.typed.Get(paramCommune)))...), Submit: true}
		choose = append(choose, view.GroupedSelectRow(commune))
	}
	form.Before = []templ.Component{view.ChooserForm(view.Chooser{Action: action, Button: text.T("web.user.choose_role")}, view.Together(choose...))}
	if chosen && (!village || f.typed.Get(paramCommune) != "") {
		form.Hidden = []view.Pair{{Name: "role", Value: role.Code}, {Name: paramCommune, Value: f.typed.Get(paramCommune)}}
		agencies, err := p.Accounts.Agencies(r.Context())
		if err != nil {
			return err
		}
		form.Parts = p.postFields(f, role, agencies)
		form.Buttons = []view.Button{{Label: title, Kind: view.Primary}}
		if village && len(p.Tree().Children(area.ID(f.typed.Get(paramCommune)), p.Today())) == 0 {
			form.Notices = append(form.Notices, view.Notice{Mood: view.Warn, Text: text.T("web.user.no_villages")})
		}
		if ActorOf(r.Context()).Own(a.ID) {
			form.Notices = append(form.Notices, view.Notice{Mood: view.Warn, Text: text.T("web.user.self_post")})
		}
	}
	form.Buttons = append(form.Buttons, view.Button{Label: text.T("web.cancel"), Kind: view.Quiet, Href: userAddress(a.ID)})
	return Render(w, r, status, view.Framed(p.userFrame(r, title, view.Link{Text: a.FullName, Href: userAddress(a.ID)}, view.Link{Text: title}), view.FormBody(form)))
}

func (p *Pages) roleSelect(chosen string) view.Select {
	s := view.Select{Name: "role", Label: text.T("web.user.role"), Submit: true, Options: []view.Option{{Label: text.T("web.op.choose")}}}
	for _, role := range p.Accounts.Roles().Roles {
		s.Options = append(s.Options, view.Option{Value: role.Code, Label: role.Name, Selected: role.Code == chosen})
	}
	return s
}

func (p *Pages) postFields(f typedUser, role account.Role, agencies []account.Agency) []templ.Component {
	var rights []string
	for _, name := range role.Rights.Names() {
		rights = append(rights, text.T("account.right."+name))
	}
	list := []templ.Component{
		view.Paragraphs(text.T("web.user.role_may", "rights", strings.Join(rights, ", "))),
		view.GroupedSelectRow(view.GroupedSelect{Name: "area", Label: text.T("web.area"), Error: f.error("area"), Groups: p.postAreas(role, area.ID(f.typed.Get("area")), area.ID(f.typed.Get(paramCommune)))}),
	}
	if role.NeedsSubject {
		var options []view.Option
		for _, s := range p.Accounts.Roles().Subjects {
			options = append(options, view.Option{Value: s.Code, Label: s.Name})
		}
		list = append(list, selectField(f, "subject", "web.user.subject", "", options))
	}
	day := func(name, label, hint, otherwise string) templ.Component {
		return view.FieldRow(view.Field{Name: name, Label: text.T(label), Hint: text.T(hint), Kind: view.DayInput, Value: f.value(name, otherwise), Error: f.error(name), Width: "w12", Autocomplete: "off"})
	}
	if slices.Contains(role.Levels, area.Province) || role.AtAgency {
		options := []view.Option{{Label: text.T("account.agency.none")}}
		for _, a := range agencies {
			options = append(options, view.Option{Value: a.ID, Label: a.Name})
		}
		list = append(list, selectField(f, "agency_id", "account.agency.field", "", options))
	}
	return append(list,
		textField(f, "agency", "web.user.agency", text.T("web.user.agency_hint"), "", "full"),
		day("from", "web.user.from", "web.op.day_hint", area.ShowDay(p.Today())),
		day("to", "web.user.to", "web.user.to_hint", ""),
		view.FieldRow(view.Field{Name: "reason", Label: text.T("web.op.reason"), Kind: view.LongInput, Value: f.value("reason", ""), Error: f.error("reason")}))
}

// postAreas are the areas at which a post of the role can stand.
func (p *Pages) postAreas(role account.Role, chosen, commune area.ID) []view.OptionGroup {
	tree, today := p.Tree(), p.Today()
	option := func(v area.Version) view.Option {
		return view.Option{Value: string(v.Area), Label: nameOf(v), Selected: v.Area == chosen}
	}
	groups := []view.OptionGroup{{Options: []view.Option{{Label: text.T("web.op.choose")}}}}
	for _, level := range role.Levels {
		switch level {
		case area.Village:
			for _, v := range tree.Children(commune, today) {
				groups[0].Options = append(groups[0].Options, option(v))
			}
		case area.Commune:
			groups = append(groups, p.communeGroups(chosen)...)
		default:
			g := view.OptionGroup{Label: capital(text.T("area.level." + string(level)))}
			for _, root := range tree.Roots(today) {
				for _, v := range tree.OfLevel(root.Area, today, level) {
					g.Options = append(g.Options, option(v))
				}
			}
			if len(g.Options) > 0 {
				groups = append(groups, g)
			}
		}
	}
	return groups
}

// typedDay reads a day of a form; nothing is nothing.
func typedDay(f *typedUser, name string) string {
	typed := strings.TrimSpace(f.typed.Get(name))
	if typed == "" {
		return ""
	}
	d, err := vn.ParseDay(typed, "")
	if err != nil || !d.Exact() {
		f.wrong = append(f.wrong, fault.Field{Name: name, Message: text.T("household.bad_day")})
	}
	return string(d)
}

func (p *Pages) postDo(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	a, err := p.userOf(r)
	if err != nil {
		return err
	}
	f := typedUser{typed: r.PostForm}
	post := account.Post{Account: a.ID, Role: f.typed.Get("role"), Subject: f.typed.Get("subject"), Area: area.ID(f.typed.Get("area")), Agency: vn.NFC(f.typed.Get("agency")), AgencyID: f.typed.Get("agency_id"),
		From: typedDay(&f, "from"), To: typedDay(&f, "to")}
	if post.Area == "" {
		f.wrong = append(f.wrong, fault.Field{Name: "area", Message: text.T("web.user.choose_area")})
	}
	if len(f.wrong) == 0 {
		if _, err = p.Accounts.AddPost(r.Context(), ActorOf(r.Context()), post, strings.TrimSpace(vn.NFC(f.typed.Get("reason")))); err == nil {
			return SeeOther(w, r, userAddress(a.ID)+"?"+paramWas+"=post_given")
		}
		if f.wrong, err = refusal(err); err != nil {
			return err
		}
	}
	return p.showPost(w, r, http.StatusUnprocessableEntity, a, f)
}

// postOf is the account with the post that the address names.
func (p *Pages) postOf(r *http.Request) (account.Account, account.Post, error) {
	a, err := p.userOf(r)
	if err != nil {
		return a, account.Post{}, err
	}
	id := account.PostID(r.PathValue("post"))
	i := slices.IndexFunc(a.Posts, func(post account.Post) bool { return post.ID == id })
	if i < 0 {
		return a, account.Post{}, fault.New(fault.NotFound, "post_absent", text.T("account.post_absent", "id", id))
	}
	return a, a.Posts[i], nil
}

func (p *Pages) postEndForm(w http.ResponseWriter, r *http.Request) error {
	a, post, err := p.postOf(r)
	if err != nil {
		return err
	}
	return p.showPostEnd(w, r, http.StatusOK, a, post, typedUser{})
}

func (p *Pages) showPostEnd(w http.ResponseWriter, r *http.Request, status int, a account.Account, post account.Post, f typedUser) error {
	title := text.T("web.user.end_post")
	form := view.Form{Head: view.Heading{Title: title, Lead: a.FullName + " · " + p.postWords(post)}, Errors: f.wrong, Action: userAddress(a.ID) + "/chuc-trach/" + string(post.ID),
		Parts: []templ.Component{
			view.FieldRow(view.Field{Name: "to", Label: text.T("web.user.ends_on"), Hint: text.T("web.user.ends_on_hint"), Kind: view.DayInput, Value: f.value("to", area.ShowDay(p.Today())), Error: f.error("to"), Width: "w12", Autocomplete: "off"}),
			view.FieldRow(view.Field{Name: "reason", Label: text.T("web.op.reason"), Kind: view.LongInput, Value: f.value("reason", ""), Error: f.error("reason")}),
		},
		Buttons: []view.Button{{Label: title, Kind: view.Danger}, {Label: text.T("web.cancel"), Kind: view.Quiet, Href: userAddress(a.ID)}}}
	return Render(w, r, status, view.Framed(p.userFrame(r, title, view.Link{Text: a.FullName, Href: userAddress(a.ID)}, view.Link{Text: title}), view.FormBody(form)))
}

func (p *Pages) postEndDo(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	a, post, err := p.postOf(r)
	if err != nil {
		return err
	}
	f := typedUser{typed: r.PostForm}
	day := typedDay(&f, "to")
	if len(f.wrong) == 0 {
		if err = p.Accounts.EndPost(r.Context(), ActorOf(r.Context()), post.ID, day, strings.TrimSpace(vn.NFC(f.typed.Get("reason")))); err == nil {
			return SeeOther(w, r, userAddress(a.ID)+"?"+paramWas+"=post_ended")
		}
		if f.wrong, err = refusal(err); err != nil {
			return err
		}
	}
	return p.showPostEnd(w, r, http.StatusUnprocessableEntity, a, post, f)
}
