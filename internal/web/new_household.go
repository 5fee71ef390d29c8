package web

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/fault"
	"giamngheo/internal/household"
	"giamngheo/internal/text"
	"giamngheo/internal/vn"
	"giamngheo/internal/web/view"
)

// The form of a new household has rows for its members; rows left empty are
// nobody.
const (
	firstRows = 4
	moreRows  = 3
	mostRows  = 30
	stepMore  = "them"
)

func (p *Pages) newHouseholdRoutes() []Route {
	write := Needs(account.RightWriteRegistry)
	path := PathHouseholds + "/moi"
	return []Route{
		{Method: "GET", Pattern: path, Right: write, Handler: p.newHouseholdForm},
		{Method: "POST", Pattern: path, Right: write, Handler: p.newHouseholdDo},
	}
}

// newHome is a household as it is typed in.
type newHome struct {
	p     *Pages
	r     *http.Request
	by    household.Actor
	typed url.Values
	sent  bool
	wrong []fault.Field
	rows  int
}

func (n *newHome) value(name, otherwise string) string {
	if n.typed.Has(name) {
		return n.typed.Get(name)
	}
	return otherwise
}

func (n *newHome) values(name string, otherwise []string) []string {
	if n.sent {
		return n.typed[name]
	}
	return otherwise
}

func (n *newHome) error(name string) string { return view.ErrorFor(n.wrong, name) }

func (p *Pages) newHomeOf(r *http.Request) (*newHome, error) {
	n := &newHome{p: p, r: r, by: p.registrar(r), typed: r.URL.Query(), rows: firstRows}
	if r.Method == http.MethodPost {
		if err := r.ParseForm(); err != nil {
			return nil, badForm(err)
		}
		n.typed, n.sent = r.PostForm, true
		rows, err := strconv.Atoi(n.typed.Get("so-dong"))
		if err == nil {
			n.rows = min(max(rows, firstRows), mostRows)
		}
	}
	return n, nil
}

func (p *Pages) newHouseholdForm(w http.ResponseWriter, r *http.Request) error {
	n, err := p.newHomeOf(r)
	if err != nil {
		return err
	}
	return n.show(w, http.StatusOK)
}

func (p *Pages) newHouseholdDo(w http.ResponseWriter, r *http.Request) error {
	n, err := p.newHomeOf(r)
	if err != nil {
		return err
	}
	if n.typed.Get(fieldStep) == stepMore {
		n.rows = min(n.rows+moreRows, mostRows)
		return n.show(w, http.StatusOK)
	}
	entry := n.read()
	if len(n.wrong) > 0 {
		return n.show(w, http.StatusUnprocessableEntity)
	}
	id, operationID, err := p.Households.Create(r.Context(), n.by, entry)
	var f *fault.Error
	if errors.As(err, &f) && (f.Kind == fault.Invalid || f.Kind == fault.Conflict) {
		n.wrong = n.placed(entry, problems(f))
		return n.show(w, http.StatusUnprocessableEntity)
	}
	if err != nil {
		return err
	}
	return SeeOther(w, r, householdAddress(id)+"?"+url.Values{paramDone: {operationID}}.Encode())
}

func rowField(name string, row int) string { return name + "-" + strconv.Itoa(row+1) }

// read reads the form. A member's row counts once anything was typed into it.
func (n *newHome) read() household.New {
	entry := household.New{Village: area.ID(n.typed.Get("village")), Reason: strings.TrimSpace(vn.NFC(n.typed.Get("reason"))), Address: n.typed.Get("address"), Phone: n.typed.Get("phone"),
		PolicyGroups: n.typed["policy_groups"], Note: n.typed.Get("note"), MovedIn: n.typed.Get("moved_in") == "1"}
	refuse := func(name, message string) {
		n.wrong = append(n.wrong, fault.Field{Name: name, Message: message})
	}
	if entry.Village == "" {
		refuse("village", text.T("web.op.choose_village"))
	}
	d, err := vn.ParseDay(n.typed.Get("day"), vn.Day(n.p.Today()))
	var f *fault.Error
	switch {
	case n.typed.Get("day") == "":
		refuse("day", text.T("web.op.day_missing"))
	case errors.As(err, &f):
		refuse("day", f.Message)
	case !d.Exact():
		refuse("day", text.T("household.bad_day"))
	}
	entry.Day = string(d)
	for i := range n.rows {
		get := func(name string) string { return strings.TrimSpace(n.typed.Get(rowField(name, i))) }
		if get("full_name") == "" && get("birth") == "" && get("national_id") == "" {
			continue
		}
		m := household.Member{Relation: get("relation")}
		m.FullName, m.Sex, m.Ethnic, m.NationalID = get("full_name"), get("sex"), n.typed.Get("ethnic"), strings.ReplaceAll(get("national_id"), " ", "")
		if i == 0 {
			m.Relation = "head"
		}
		if m.FullName == "" {
			refuse(rowField("full_name", i), text.T("household.name_missing"))
		}
		birth, err := readBirth(get("birth"), n.p.Today())
		if errors.As(err, &f) {
			refuse(rowField("birth", i), f.Message)
		}
		m.Birth = birth
		entry.Members = append(entry.Members, m)
	}
	if len(entry.Members) == 0 {
		refuse(rowField("full_name", 0), text.T("web.new.head_missing"))
	}
	return entry
}

// placed leads what the registry says of a person to that person's row: the
// first that it refuses on its own.
func (n *newHome) placed(entry household.New, list []fault.Field) []fault.Field {
	row := 0
	for i, m := range entry.Members {
		if n.p.Households.CheckPerson(m.Person, n.p.Today()) != nil {
			row = i
			break
		}
	}
	for i := range list {
		switch list[i].Name {
		case "full_name", "sex", "birth", "national_id", "relation":
			list[i].Name = rowField(list[i].Name, row)
		case "members":
			list[i].Name = rowField("full_name", 0)
		}
	}
	return list
}

func (n *newHome) show(w http.ResponseWriter, status int) error {
	title := text.T("household.op.create")
	form := view.Form{Head: view.Heading{Title: title, Lead: text.T("web.new.lead")}, Errors: n.wrong, Action: PathHouseholds + "/moi",
		Hidden: []view.Pair{{Name: "so-dong", Value: strconv.Itoa(n.rows)}}}
	commune, villages := n.villages()
	if len(commune.Groups) > 0 {
		form.Before = []templ.Component{view.ChooserForm(view.Chooser{Action: form.Action, Button: text.T("web.op.commune_go")}, view.GroupedSelectRow(commune))}
		form.Hidden = append(form.Hidden, view.Pair{Name: paramCommune, Value: n.chosenCommune()})
	}
	form.Parts = []templ.Component{
		selectField(n, "village", "web.new.village", "", villages),
		dayField(n, "web.new.day", ""),
		radioField(n, "moved_in", "web.new.how", "", "0", []view.Option{{Value: "0", Label: text.T("web.new.was_there")}, {Value: "1", Label: text.T("web.new.moved_in")}}),
		selectField(n, "ethnic", "web.new.ethnic", household.Ethnic.Majority, ethnicOptions()),
	}
	for i := range n.rows {
		form.Parts = append(form.Parts, n.memberRow(i))
	}
	form.Parts = append(form.Parts, view.Buttons([]view.Button{{Label: text.T("web.new.more"), Kind: view.Quiet, Name: fieldStep, Value: stepMore}}),
		textField(n, "address", "web.op.address", "", "", "full"), textField(n, "phone", "web.op.phone", "", "", "w12"), policyField(n, nil), reasonField(n))
	form.Buttons = []view.Button{{Label: text.T("web.op.save"), Kind: view.Primary}, {Label: text.T("web.cancel"), Kind: view.Quiet, Href: PathHouseholds}}
	frame := Frame(n.r, title, view.NavHouseholds, n.p.Demo)
	frame.Crumbs = []view.Link{{Text: text.T("web.nav.households"), Href: PathHouseholds}, {Text: title}}
	return Render(w, n.r, status, view.Framed(frame, view.FormBody(form)))
}

func (n *newHome) memberRow(i int) templ.Component {
	relations := []view.Option{{Value: "", Label: text.T("web.op.choose")}}
	legend, birthHint, idHint := text.T("web.new.member", "n", i+1), "", ""
	if i == 0 { // said once
		legend, birthHint, idHint = text.T("web.new.head"), text.T("web.op.birth_hint"), text.T("web.op.national_id_hint")
	}
	parts := []templ.Component{
		textField(n, rowField("full_name", i), "web.op.full_name", "", "", "full"),
		textField(n, rowField("birth", i), "web.op.birth", birthHint, "", "w12"),
		selectField(n, rowField("sex", i), "web.op.sex", "", append([]view.Option{{Label: text.T("web.op.choose")}}, sexOptions()...)),
	}
	if i > 0 {
		parts = append(parts, selectField(n, rowField("relation", i), "web.op.relation", "", append(relations, relationOptions(false)...)))
	}
	parts = append(parts, textField(n, rowField("national_id", i), "web.op.national_id", idHint, "", "w12"))
	return view.FieldGroupOf(view.FieldGroup{ID: rowField("thanh-vien", i), Legend: legend}, []templ.Component{view.SideBySide(parts)})
}

func (n *newHome) chosenCommune() string {
	if id := n.typed.Get(paramCommune); id != "" {
		return id
	}
	if list := n.communes(); len(list) == 1 {
		return string(list[0].Area)
	}
	return ""
}

// communes are those in which the officer may write.
func (n *newHome) communes() []area.Version {
	tree, today := n.p.Tree(), n.p.Today()
	var list []area.Version
	for _, root := range n.p.rootsOf(n.by.Scope) {
		if root.Level == area.Village {
			if up, ok := tree.Ancestor(root.Area, today, area.Commune); ok {
				list = append(list, up)
			}
			continue
		}
		list = append(list, tree.Communes(root.Area, today)...)
	}
	return list
}

// villages gives the choice of the commune, where there is one, and the
// villages of the commune chosen.
func (n *newHome) villages() (view.GroupedSelect, []view.Option) {
	tree, today := n.p.Tree(), n.p.Today()
	chosen := area.ID(n.chosenCommune())
	s := view.GroupedSelect{Name: paramCommune, Label: text.T("web.op.commune"), Submit: true}
	if list := n.communes(); len(list) > 1 {
		at := map[area.ID]int{}
		s.Groups = []view.OptionGroup{{Options: []view.Option{{Label: text.T("web.op.choose")}}}}
		for _, v := range list {
			i, ok := at[v.Parent]
			if !ok {
				parent, _ := tree.On(v.Parent, today)
				i = len(s.Groups)
				at[v.Parent] = i
				s.Groups = append(s.Groups, view.OptionGroup{Label: parent.FullName})
			}
			s.Groups[i].Options = append(s.Groups[i].Options, view.Option{Value: string(v.Area), Label: v.FullName, Selected: v.Area == chosen})
		}
	}
	options := []view.Option{{Label: text.T("web.op.choose")}}
	for _, o := range n.p.villageOptions(chosen, "") {
		if n.by.Scope.Covers(tree, area.ID(o.Value), today) {
			options = append(options, o)
		}
	}
	return s, options
}
