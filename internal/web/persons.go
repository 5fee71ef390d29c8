package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/exchange"
	"giamngheo/internal/fault"
	"giamngheo/internal/household"
	"giamngheo/internal/review"
	"giamngheo/internal/sheet"
	"giamngheo/internal/standard"
	"giamngheo/internal/text"
	"giamngheo/internal/vn"
	"giamngheo/internal/web/view"
)

const pathPersons = PathHouseholds + "/nguoi"

// The lists of persons by what they lack are lists of names: each reading
// needs a purpose and is journalled. They come by POST, so that the purpose
// stands in no address.
func (p *Pages) personRoutes() []Route {
	names := Needs(account.RightNamedLists)
	return []Route{
		{Method: "GET", Pattern: pathPersons, Right: names, Handler: p.personsForm},
		{Method: "POST", Pattern: pathPersons, Right: names, Handler: p.personsList},
	}
}

// personsAddress asks for a list of the place; people are listed where they
// live today.
func (p *Pages) personsAddress(pl place) string {
	v := url.Values{paramRound: {pl.Round.ID}}
	if pl.Scope.Covers(p.Tree(), pl.Area.Area, p.Today()) {
		v.Set(paramArea, string(pl.Area.Area))
	}
	return pathPersons + "?" + v.Encode()
}

// personsAsked is the list that somebody asks for.
type personsAsked struct {
	typedUser
	query  review.PersonsQuery
	rounds []review.Round
	set    *standard.Set
	scope  area.Scope
}

func (p *Pages) personsOf(r *http.Request, typed url.Values) (*personsAsked, error) {
	one := &personsAsked{typedUser: typedUser{typed: typed}, scope: ActorOf(r.Context()).ScopeFor(account.RightNamedLists)}
	var err error
	if one.rounds, err = p.Reviews.Rounds(r.Context()); err != nil {
		return nil, err
	}
	if len(one.rounds) == 0 {
		return nil, errNoRound
	}
	round := one.rounds[len(one.rounds)-1]
	for _, o := range one.rounds {
		if o.Kind == review.Yearly {
			round = o // the last one: the lists of a whole year
		}
	}
	if i := slices.IndexFunc(one.rounds, func(o review.Round) bool { return o.ID == typed.Get(paramRound) }); i >= 0 {
		round = one.rounds[i]
	}
	if one.set, err = p.Law.ByID(round.Standard); err != nil {
		return nil, err
	}
	one.query = review.PersonsQuery{Round: round.ID, Root: area.ID(typed.Get(paramArea)), Indicator: typed.Get(paramIndicator), Purpose: strings.TrimSpace(vn.NFC(typed.Get("purpose"))), After: typed.Get(paramAfter), Limit: listSize}
	if c, ok := standard.ParseClass(typed.Get(paramClass)); ok {
		one.query.Classes = []standard.Class{c}
	}
	if one.query.Root != "" {
		return one, one.scope.Check(p.Tree(), one.query.Root)
	}
	return one, nil
}

func (p *Pages) personsForm(w http.ResponseWriter, r *http.Request) error {
	one, err := p.personsOf(r, r.URL.Query())
	if err != nil {
		return err
	}
	return p.showPersons(w, r, http.StatusOK, one, nil)
}

func (p *Pages) personsList(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	one, err := p.personsOf(r, r.PostForm)
	if err != nil {
		return err
	}
	by := household.Actor{ID: ActorOf(r.Context()).ID, Scope: one.scope}
	if format := one.typed.Get("tep"); format != "" {
		err = p.personsFile(w, r, by, one, format)
		if err == nil {
			return nil
		}
	}
	var list []review.PersonLacking
	var next string
	if err == nil {
		list, next, err = p.Reviews.Persons(r.Context(), by, one.query)
	}
	if err != nil {
		if f := fault.As(err, ""); f.Kind == fault.NotFound {
			one.wrong = []fault.Field{{Name: paramIndicator, Message: text.T("web.persons.choose")}}
		} else if one.wrong, err = refusal(err); err != nil {
			return err
		}
		return p.showPersons(w, r, http.StatusUnprocessableEntity, one, nil)
	}
	return p.showPersons(w, r, http.StatusOK, one, p.personsTable(one, list, next))
}

// personsFile gives the whole list as a file.
func (p *Pages) personsFile(w http.ResponseWriter, r *http.Request, by household.Actor, one *personsAsked, format string) error {
	return sendFile(w, one.query.Indicator+"-"+one.query.Round, format, listWriters(func(out sheet.Writer) error {
		return exchange.WritePersons(r.Context(), p.Reviews, by, one.query, out)
	}))
}

func (p *Pages) showPersons(w http.ResponseWriter, r *http.Request, status int, one *personsAsked, after []templ.Component) error {
	form := view.Form{Head: view.Heading{Title: text.T("web.persons.title"), Lead: text.T("web.persons.lead")}, Errors: one.wrong, Action: pathPersons,
		Parts: []templ.Component{view.SideBySide([]templ.Component{
			selectField(one, paramIndicator, "web.persons.indicator", "", p.memberIndicators(one)),
			selectField(one, paramRound, "web.pick_round", one.query.Round, roundOptions(one.rounds)),
			selectField(one, paramArea, "web.area", "", p.areaOptions(one)),
			selectField(one, paramClass, "web.persons.class", "", []view.Option{{Label: text.T("web.households.any")}, {Value: standard.Poor.String(), Label: text.T("web.class.poor")}, {Value: standard.NearPoor.String(), Label: text.T("web.class.near_poor")}}),
		}), view.FieldRow(view.Field{Name: "purpose", Label: text.T("web.named.purpose"), Hint: text.T("web.named.purpose_hint"), Value: one.value("purpose", ""), Error: one.error("purpose"), Width: "full", Required: true})},
		Buttons: []view.Button{{Label: text.T("web.persons.go"), Kind: view.Primary}, {Label: text.T("web.persons.download", "format", "xlsx"), Name: "tep", Value: "xlsx"}, {Label: text.T("web.persons.download", "format", "csv"), Name: "tep", Value: "csv"}, {Label: text.T("web.persons.download", "format", "json"), Name: "tep", Value: "json"}, {Label: text.T("web.cancel"), Kind: view.Quiet, Href: PathHouseholds}}, After: after}
	frame := Frame(r, form.Head.Title, view.NavHouseholds, p.Demo)
	frame.Crumbs = []view.Link{{Text: text.T("web.nav.households"), Href: PathHouseholds}, {Text: form.Head.Title}}
	return Render(w, r, status, view.Framed(frame, view.FormBody(form)))
}

// memberKinds are the ways in which an indicator follows from single members.
var memberKinds = []string{"untreated_member", "uninsured_member", "unschooled_adult", "child_not_at_school"}

// memberIndicators are those that follow from single members, as far as the
// reader's fields go.
func (p *Pages) memberIndicators(one *personsAsked) []view.Option {
	list := []view.Option{{Label: text.T("web.op.choose")}}
	mask := p.subjectMask(one.set, one.scope.Fields())
	for i, indicator := range one.set.Indicators {
		if mask&(1<<i) != 0 && indicator.Derive != nil && slices.Contains(memberKinds, indicator.Derive.Kind) {
			list = append(list, view.Option{Value: indicator.Code, Label: capital(indicator.Name.Text)})
		}
	}
	return list
}

func roundOptions(rounds []review.Round) []view.Option {
	var list []view.Option
	for _, o := range rounds {
		list = append(list, view.Option{Value: o.ID, Label: text.T("web.round_of", "id", o.ID)})
	}
	return list
}

// areaOptions are the reader's areas with what lies directly in them, and the
// area that the address names.
func (p *Pages) areaOptions(one *personsAsked) []view.Option {
	list := []view.Option{{Label: text.T("web.households.all_areas")}}
	tree, today := p.Tree(), p.Today()
	for _, root := range p.rootsOf(one.scope) {
		for _, v := range tree.Children(root.Area, today) {
			list = append(list, view.Option{Value: string(v.Area), Label: nameOf(v)})
		}
	}
	chosen := func(o view.Option) bool { return o.Value == string(one.query.Root) }
	if v, ok := tree.On(one.query.Root, today); ok && !slices.ContainsFunc(list, chosen) {
		list = append(list, view.Option{Value: string(v.Area), Label: nameOf(v)})
	}
	return list
}

func (p *Pages) personsTable(one *personsAsked, list []review.PersonLacking, next string) []templ.Component {
	name := one.query.Indicator
	if i := one.set.Index(name); i >= 0 {
		name = one.set.Indicators[i].Name.Text
	}
	t := view.Table{ID: "nguoi", Caption: text.T("web.persons.caption", "indicator", capital(name), "round", one.query.Round), Stacked: true, Columns: []view.Column{
		{Label: text.T("web.household.name")}, {Label: text.T("web.household.born"), Numeric: true}, {Label: text.T("web.household.head")}, {Label: text.T("web.household.village")}, {Label: text.T("web.households.class", "round", one.query.Round)}}}
	for _, person := range list {
		who := view.Cell{Text: person.Name, Note: lower(household.Relations.Name(person.Relation))}
		if person.FormSaysWithout {
			who.Note += " · " + text.T("web.persons.form_says")
		}
		t.Rows = append(t.Rows, view.Row{Href: householdAddress(person.Household), Cells: []view.Cell{who, {Text: birthWords(person.Birth)}, {Text: person.Head, Note: person.Code},
			{Text: p.placeName(person.Village, p.Today())}, {Tag: view.ClassTag(view.Class(person.Class.String()), "")}}})
	}
	if len(t.Rows) == 0 {
		t.Blank = view.Blank{State: view.Empty, Title: text.T("web.persons.none")}
	}
	parts := []templ.Component{view.TableCard(t)}
	if next != "" {
		more := view.SmallForm{Action: pathPersons, Button: view.Button{Label: text.T("web.pages.next")}}
		for _, pair := range [][2]string{{paramIndicator, one.query.Indicator}, {paramRound, one.query.Round}, {paramArea, string(one.query.Root)}, {paramClass, one.typed.Get(paramClass)}, {"purpose", one.query.Purpose}, {paramAfter, next}} {
			more.Parts = append(more.Parts, view.HiddenField(view.Pair{Name: pair[0], Value: pair[1]}))
		}
		parts = append(parts, view.SmallFormCard(more))
	}
	return parts
}
