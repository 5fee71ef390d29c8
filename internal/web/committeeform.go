package web

import (
	"cmp"
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
	"giamngheo/internal/text"
	"giamngheo/internal/web/view"
)

// asked is a form of one thing that is done with a committee, as typed so far.
type askedForm struct {
	r        *http.Request
	words    string // before the keys of its labels; "" for those of committees
	problems []fault.Field
	stale    bool              // somebody else changed it meanwhile
	start    map[string]string // what stands in it before anybody typed
	parts    []templ.Component
}

func askedFor(r *http.Request, words string, refused error) *askedForm {
	return &askedForm{r: r, words: words, problems: problemsOf(refused), stale: isStale(refused)}
}

func (f *askedForm) value(name string) string {
	if f.r.Method == http.MethodPost {
		return f.r.PostForm.Get(name)
	}
	return f.start[name]
}

// label is the name of a field, with what helps to fill it in.
func (f *askedForm) label(name string) (label, help string) {
	words := cmp.Or(f.words, "web.committee")
	return text.T(words + ".field." + name), hint(words + ".hint." + name)
}

func (f *askedForm) field(name string, kind view.InputKind, required bool) {
	label, help := f.label(name)
	row := view.Field{Name: name, Label: label, Hint: help, Kind: kind, Value: f.value(name), Required: required, Error: view.ErrorFor(f.problems, name), Width: "w12"}
	switch {
	case kind == view.DayInput:
		row.Autocomplete, row.Hint = "off", strings.TrimSpace(text.T("web.op.day_hint")+" "+help)
	case kind == view.TextInput:
		row.Width = "full"
	}
	f.parts = append(f.parts, view.FieldRow(row))
}

func (f *askedForm) choose(name string, options []view.Option) {
	for i := range options {
		options[i].Selected = options[i].Value == f.value(name)
	}
	label, help := f.label(name)
	f.parts = append(f.parts, view.SelectRow(view.Select{Name: name, Label: label, Hint: help, Options: append([]view.Option{{Label: text.T("web.op.choose")}}, options...), Error: view.ErrorFor(f.problems, name), Full: true}))
}

// acted ends what a form asked for: it leads to what came of it, or shows the
// form again, as it was typed, with what is to be mended.
func acted(w http.ResponseWriter, r *http.Request, err error, to string, ask func(w http.ResponseWriter, r *http.Request, refused error) error) error {
	switch {
	case err == nil:
		return SeeOther(w, r, to)
	case fault.Of(err) == fault.Invalid || isStale(err):
		return ask(w, r, err)
	}
	return err
}

// isStale says whether somebody else was faster.
func isStale(err error) bool { return err != nil && fault.As(err, "").Code == "stale_rev" }

// rev is the state that the reader of the form has seen: of one that somebody
// else overtook the present one, for the page tells him.
func (f *askedForm) rev(now int64) view.Pair {
	if f.r.Method == http.MethodPost && !f.stale {
		now = revOf(f.r)
	}
	return view.Pair{Name: "rev", Value: strconv.FormatInt(now, 10)}
}

func (p *Pages) showAskedForm(w http.ResponseWriter, r *http.Request, f *askedForm, title, action, back string, crumbs []view.Link, hidden ...view.Pair) error {
	status := http.StatusOK
	if len(f.problems) > 0 {
		status = http.StatusUnprocessableEntity
	}
	var notices []view.Notice
	if f.stale {
		status, f.problems = http.StatusConflict, nil
		notices = []view.Notice{{Mood: view.Warn, Text: text.T("web.form.stale"), Link: view.Link{Text: text.T("web.form.stale_open"), Href: back}}}
	}
	form := view.Form{Head: view.Heading{Title: title}, Notices: notices, Errors: f.problems, Action: action, Hidden: hidden, Parts: f.parts,
		Buttons: []view.Button{{Label: text.T("web.committee.save"), Kind: view.Primary}, {Label: text.T("web.cancel"), Kind: view.Quiet, Href: back}}}
	frame := Frame(r, title, view.NavOrganisation, p.Demo)
	frame.Crumbs = crumbs
	return Render(w, r, status, view.Framed(frame, view.FormBody(form)))
}

func (f *askedForm) decision() {
	f.field("name", view.TextInput, true)
	f.field("number", view.TextInput, true)
	f.field("decided_on", view.DayInput, true)
	f.field("signer", view.TextInput, true)
	f.field("signer_office", view.TextInput, false)
	f.field("rules", view.LongInput, false)
}

func typedDecision(r *http.Request) committee.Committee {
	in := r.PostForm
	return committee.Committee{Name: in.Get("name"), Number: in.Get("number"), DecidedOn: dayWritten(in.Get("decided_on")), Signer: in.Get("signer"), SignerOffice: in.Get("signer_office"), Rules: in.Get("rules")}
}

func (p *Pages) committeeNew(w http.ResponseWriter, r *http.Request) error {
	return p.askForCommittee(w, r, nil)
}

func (p *Pages) askForCommittee(w http.ResponseWriter, r *http.Request, refused error) error {
	actor, unit := ActorOf(r.Context()), area.ID(r.PathValue("commune"))
	own, _, err := p.Committees.Units(r.Context(), actor, unit)
	if err == nil && !p.Committees.Keeps(actor, unit) {
		err = fault.New(fault.Forbidden, "not_yours", text.T("committee.not_yours"))
	}
	if err != nil {
		return err
	}
	f := askedFor(r, "", refused)
	f.decision()
	at := PathCommittees + "/" + url.PathEscape(string(unit)) + "/lap"
	return p.showAskedForm(w, r, f, text.T("web.committee.new", "area", own.Area.FullName), at, p.committeesOf(unit), p.committeeCrumbs(unit, view.Link{Text: text.T("web.committee.record")}))
}

func (p *Pages) committeeEstablish(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	c := typedDecision(r)
	c.Area = area.ID(r.PathValue("commune"))
	c, err := p.Committees.Establish(r.Context(), ActorOf(r.Context()), c)
	return acted(w, r, err, committeeAddress(c.ID), p.askForCommittee)
}

func (p *Pages) committeeForm(w http.ResponseWriter, r *http.Request) error {
	return p.askCommittee(w, r, nil)
}

// askCommittee shows the form of one thing that is done with a committee.
func (p *Pages) askCommittee(w http.ResponseWriter, r *http.Request, refused error) error {
	actor, act := ActorOf(r.Context()), r.PathValue("act")
	c, err := p.Committees.Find(r.Context(), actor, r.PathValue("committee"))
	if err != nil {
		return err
	}
	code := r.FormValue("ma")
	o, asked := conclusionOf(c, code)
	if !p.Committees.Keeps(actor, c.Area) && !(act == "xong" && asked && p.Committees.MayFinish(actor, o, c.Committee)) {
		return fault.New(fault.Forbidden, "not_yours", text.T("committee.not_yours"))
	}
	f := askedFor(r, "", refused)
	hidden := []view.Pair{{Name: "ma", Value: code}}
	rev := int64(0)
	switch act {
	case "sua":
		rev = c.Rev
		f.start = map[string]string{"name": c.Name, "number": c.Number, "decided_on": area.ShowDay(c.DecidedOn), "signer": c.Signer, "signer_office": c.SignerOffice, "rules": c.Rules}
		f.decision()
	case "them":
		posts, err := p.postsAround(r, c.Area)
		if err != nil {
			return err
		}
		f.choose("post", posts)
		f.field("member", view.TextInput, false)
		f.field("office", view.TextInput, false)
		var roles []view.Option
		for _, role := range committee.Roles {
			roles = append(roles, view.Option{Value: string(role), Label: text.T("web.committee.role." + string(role))})
		}
		f.choose("role", roles)
		f.field("subject", view.TextInput, false)
		f.choose("area", p.committeeAreas(c.Area, false))
		f.field("from", view.DayInput, false)
	case "thoi":
		i := slices.IndexFunc(c.Members, func(m committee.Member) bool { return m.ID == code })
		if i < 0 {
			return noPage()
		}
		rev = c.Members[i].Rev
		f.parts = append(f.parts, view.Paragraphs(c.Members[i].Name+", "+c.Members[i].Office))
		f.start = map[string]string{"to": area.ShowDay(p.Today())}
		f.field("to", view.DayInput, true)
	case "hop":
		f.field("held_on", view.DayInput, true)
		f.field("chair", view.TextInput, true)
		f.field("about", view.LongInput, true)
	case "giao":
		if !slices.ContainsFunc(c.Meetings, func(m committee.Meeting) bool { return m.ID == code }) {
			return noPage()
		}
		f.field("title", view.LongInput, true)
		units, err := p.committeeUnitsAround(r, c.Area)
		if err != nil {
			return err
		}
		f.choose("unit", units)
		f.field("due", view.DayInput, true)
	case "xong", "mo-lai":
		if !asked {
			return noPage()
		}
		rev = o.Rev
		f.parts = append(f.parts, view.Paragraphs(o.Title, p.bodyName(r, o.Unit)))
		if act == "xong" {
			f.start = map[string]string{"done_on": area.ShowDay(p.Today())}
			f.field("done_on", view.DayInput, true)
			f.field("result", view.LongInput, true)
		} else {
			f.field("reason", view.LongInput, true)
		}
	default:
		return noPage()
	}
	hidden = append(hidden, f.rev(rev))
	title := text.T("web.committee.act." + act)
	at := committeeAddress(c.ID)
	return p.showAskedForm(w, r, f, title, at+"/"+act, at, p.committeeCrumbs(c.Area, view.Link{Text: c.Name, Href: at}, view.Link{Text: title}), hidden...)
}

func conclusionOf(c committee.Whole, id string) (committee.Conclusion, bool) {
	i := slices.IndexFunc(c.Conclusions, func(o committee.Conclusion) bool { return o.ID == id })
	if i < 0 {
		return committee.Conclusion{}, false
	}
	return c.Conclusions[i], true
}

// committeeAreas are the unit and those right below it; villages only where an
// area is answered for.
func (p *Pages) committeeAreas(root area.ID, tasks bool) (list []view.Option) {
	v, _ := p.Tree().On(root, p.Today())
	list = append(list, view.Option{Value: string(root), Label: v.FullName})
	for _, child := range p.Tree().Children(root, p.Today()) {
		if !tasks || child.Level != area.Village {
			list = append(list, view.Option{Value: string(child.Area), Label: child.FullName})
		}
	}
	return list
}

// committeeUnitsAround are the unit, those right below it and the agencies that
// belong to it.
func (p *Pages) committeeUnitsAround(r *http.Request, root area.ID) ([]view.Option, error) {
	units := p.committeeAreas(root, true)
	agencies, err := p.Accounts.Agencies(r.Context())
	for _, a := range agencies {
		if p.Tree().Covers(root, a.Area, p.Today()) {
			units = append(units, view.Option{Value: string(account.AgencyUnit(a.ID)), Label: a.Name})
		}
	}
	return units, err
}

// postMark stands between the unit and the role of a post in the list of those
// by which somebody can be a member.
const postMark = "|"

// postsAround are the posts at those units with who holds them today.
func (p *Pages) postsAround(r *http.Request, root area.ID) (list []view.Option, err error) {
	units, err := p.committeeUnitsAround(r, root)
	if err != nil {
		return nil, err
	}
	staff, err := p.Accounts.Staff(r.Context(), p.Today())
	if err != nil {
		return nil, err
	}
	for _, u := range units {
		names, order := map[string][]string{}, []string(nil)
		for _, h := range staff[area.ID(u.Value)] {
			if _, seen := names[h.Post.Role]; !seen {
				order = append(order, h.Post.Role)
			}
			names[h.Post.Role] = append(names[h.Post.Role], h.FullName)
		}
		for _, code := range order {
			role, _ := p.Accounts.Roles().Role(code)
			if role.Rights.Has(account.RightTasks) {
				list = append(list, view.Option{Value: u.Value + postMark + code, Label: text.T("web.committee.post_of", "unit", u.Label, "role", role.Name, "who", strings.Join(names[code], "; "))})
			}
		}
	}
	return list, nil
}

func (p *Pages) committeeAct(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	actor, id, s, in := ActorOf(r.Context()), r.PathValue("committee"), p.Committees, r.PostForm
	ctx, code, rev := r.Context(), in.Get("ma"), revOf(r)
	var err error
	switch r.PathValue("act") {
	case "sua":
		c := typedDecision(r)
		c.ID, c.Rev = id, rev
		err = s.Correct(ctx, actor, c)
	case "them":
		m := committee.Member{Name: in.Get("member"), Office: in.Get("office"), Role: committee.Role(in.Get("role")), Subject: in.Get("subject"), Area: area.ID(in.Get("area")), From: dayWritten(in.Get("from"))}
		if unit, role, chosen := strings.Cut(in.Get("post"), postMark); chosen {
			m.Unit, m.Post = area.ID(unit), role
		}
		err = s.AddMember(ctx, actor, id, m)
	case "thoi":
		err = s.EndMember(ctx, actor, id, code, rev, dayWritten(in.Get("to")))
	case "hop":
		_, err = s.Meet(ctx, actor, id, committee.Meeting{HeldOn: dayWritten(in.Get("held_on")), Chair: in.Get("chair"), Subject: in.Get("about")})
	case "giao":
		err = s.Conclude(ctx, actor, id, code, committee.Conclusion{Title: in.Get("title"), Unit: area.ID(in.Get("unit")), Due: dayWritten(in.Get("due"))})
	case "xong":
		err = s.Finish(ctx, actor, code, rev, dayWritten(in.Get("done_on")), in.Get("result"))
	case "mo-lai":
		err = s.Reopen(ctx, actor, code, rev, in.Get("reason"))
	default:
		if _, err := s.Find(ctx, actor, id); err != nil {
			return err
		}
		return noPage()
	}
	return acted(w, r, err, committeeAddress(id), p.askCommittee)
}
