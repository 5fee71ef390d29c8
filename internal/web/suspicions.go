package web

import (
	"net/http"
	"net/url"

	"github.com/a-h/templ"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/duplicate"
	"giamngheo/internal/fault"
	"giamngheo/internal/household"
	"giamngheo/internal/text"
	"giamngheo/internal/vn"
	"giamngheo/internal/web/view"
)

// PathSuspicions is where people decide whether two records are one person.
const PathSuspicions = "/nghi-trung"

const paramState = "trang-thai"

func (p *Pages) suspicionRoutes() []Route {
	right := Needs(account.RightWriteRegistry)
	return []Route{
		{Method: "GET", Pattern: PathSuspicions, Right: right, Handler: p.suspicionList},
		{Method: "POST", Pattern: PathSuspicions, Right: right, Handler: p.suspectAgain},
		{Method: "GET", Pattern: pathSuspecting, Right: right, Handler: p.suspecting},
		{Method: "GET", Pattern: PathSuspicions + "/{person}/{other}", Right: right, Handler: p.suspicionPage},
		{Method: "POST", Pattern: PathSuspicions + "/{person}/{other}", Right: right, Handler: p.decideSuspicion},
	}
}

func suspicionAddress(s household.Suspicion) string {
	return PathSuspicions + "/" + string(s.A.ID) + "/" + string(s.B.ID)
}

// suspicionStates are the tabs of the list.
var suspicionStates = []string{household.PairOpen, household.PairSame, household.PairDifferent}

func (p *Pages) suspicionList(w http.ResponseWriter, r *http.Request) error {
	return p.showSuspicions(w, r, http.StatusOK, typedUser{typed: r.URL.Query()})
}

func (p *Pages) showSuspicions(w http.ResponseWriter, r *http.Request, status int, f typedUser) error {
	by := p.registrar(r)
	state := household.PairOpen
	for _, s := range suspicionStates {
		if r.URL.Query().Get(paramState) == s {
			state = s
		}
	}
	waiting, err := p.Households.CountSuspicions(r.Context(), by.Scope)
	if err != nil {
		return err
	}
	list, next, err := p.Households.Suspicions(r.Context(), by.Scope, household.SuspicionFilter{State: state, After: r.URL.Query().Get(paramAfter), Limit: listSize})
	if err != nil {
		return err
	}
	var tabs []view.Tab
	for _, s := range suspicionStates {
		tab := view.Tab{Text: text.T("web.suspicion.state." + s), Href: PathSuspicions + "?" + url.Values{paramState: {s}}.Encode(), Current: s == state}
		if s == household.PairOpen {
			tab.Count = waiting
		}
		tabs = append(tabs, tab)
	}
	form := view.Form{Head: view.Heading{Title: text.T("web.suspicion.title"), Lead: text.T("web.suspicion.lead")}, Errors: f.wrong, Action: PathSuspicions,
		Before:  []templ.Component{view.Tabs(text.T("web.suspicion.title"), tabs), view.CardWith(view.Card{}, p.suspicionTable(state, list))},
		Parts:   []templ.Component{view.GroupedSelectRow(p.areaSelect(by.Scope, "web.suspicion.again_area", "web.suspicion.again_hint", "", p.Today(), f))},
		Buttons: []view.Button{{Label: text.T("web.suspicion.again")}}}
	if next != "" {
		form.Before = append(form.Before, view.Pagination(view.Pages{Next: PathSuspicions + "?" + url.Values{paramState: {state}, paramAfter: {next}}.Encode()}))
	}
	if bar, ok := p.suspects.bar(by.ID); ok {
		form.Before = append([]templ.Component{view.CardWith(view.Card{}, view.ProgressBar(bar))}, form.Before...)
	}
	frame := Frame(r, form.Head.Title, view.NavHouseholds, p.Demo)
	frame.Crumbs = []view.Link{{Text: text.T("web.nav.households"), Href: PathHouseholds}, {Text: form.Head.Title}}
	return Render(w, r, status, view.Framed(frame, view.FormBody(form)))
}

func (p *Pages) suspicionTable(state string, list []household.Suspicion) templ.Component {
	t := view.Table{ID: "nghi-trung", Caption: text.T("web.suspicion.state." + state), HideCaption: true, Stacked: true, Columns: []view.Column{
		{Label: text.T("web.suspicion.one")}, {Label: text.T("web.suspicion.other")}, {Label: text.T("web.suspicion.reasons"), Wide: true}, {Label: text.T("web.suspicion.score"), Numeric: true}}}
	for _, s := range list {
		row := view.Row{Href: suspicionAddress(s), Cells: []view.Cell{p.suspectCell(s.A), p.suspectCell(s.B), {Text: whySuspected(s)}, {Text: scoreWords(s.Score)}}}
		t.Rows = append(t.Rows, row)
	}
	if len(t.Rows) == 0 {
		t.Blank = view.Blank{State: view.Empty, Title: text.T("web.suspicion.none")}
	}
	return view.TableOf(t)
}

func (p *Pages) suspectCell(s household.Suspect) view.Cell {
	if s.Elsewhere {
		return view.Cell{Text: text.T("web.suspicion.elsewhere")}
	}
	return view.Cell{Text: s.Person.FullName + ", " + birthWords(s.Person.Birth), Note: p.placeName(s.Household.VillageID, p.Today())}
}

// whySuspected are the reasons of a pair: one found by its number alone, when it
// was written, has none of the comparison's.
func whySuspected(s household.Suspicion) string {
	if len(s.Reasons) == 0 && s.Whole() {
		return duplicate.SameNumber.Words()
	}
	return reasonWords(s.Reasons)
}

func reasonWords(reasons []duplicate.Reason) string {
	words := ""
	for _, r := range reasons {
		if words != "" {
			words += "; "
		}
		words += r.Words()
	}
	return words
}

func scoreWords(score int) string {
	if score == 0 {
		return ""
	}
	if score > 9900 { // nothing that a machine only suspects is certain
		return text.T("web.suspicion.over_99")
	}
	return vn.FormatDecimal(float64(score)/100, 0) + " %"
}

// suspicionDuties are the pairs that wait for the reader's unit, and for no
// unit below it.
func (p *Pages) suspicionDuties(tx *db.Tx, actor *account.Actor) (list []duty, err error) {
	if !actor.Can(account.RightWriteRegistry) {
		return nil, nil
	}
	waiting, err := p.Households.WaitingAt(tx, actor.ScopeFor(account.RightWriteRegistry))
	if err != nil {
		return nil, err
	}
	n, seen := 0, map[area.ID]bool{}
	for _, post := range actor.Posts {
		if !seen[post.Area] {
			seen[post.Area] = true
			n += waiting[post.Area]
		}
	}
	if n > 0 {
		list = []duty{{what: text.T("web.today.do.pairs", "n", n), href: PathSuspicions}}
	}
	return list, nil
}

func (p *Pages) suspicionOf(r *http.Request) (household.Suspicion, error) {
	return p.Households.FindSuspicion(r.Context(), p.registrar(r).Scope, household.PersonID(r.PathValue("person")), household.PersonID(r.PathValue("other")))
}

func (p *Pages) suspicionPage(w http.ResponseWriter, r *http.Request) error {
	one, err := p.suspicionOf(r)
	if err != nil {
		return err
	}
	return p.showSuspicion(w, r, http.StatusOK, one, typedUser{})
}

func (p *Pages) showSuspicion(w http.ResponseWriter, r *http.Request, status int, one household.Suspicion, f typedUser) error {
	form := view.Form{Head: view.Heading{Title: text.T("web.suspicion.pair"), Lead: text.T("web.suspicion.pair_lead")}, Errors: f.wrong, Action: suspicionAddress(one), Before: []templ.Component{view.CardWith(view.Card{}, view.TableOf(p.sideBySide(one)))}}
	if reasons := whySuspected(one); reasons != "" {
		words := text.T("web.suspicion.reasons_of", "reasons", reasons)
		if s := scoreWords(one.Score); s != "" {
			words += " " + text.T("web.suspicion.score_of", "score", s)
		}
		form.Notices = append(form.Notices, view.Notice{Mood: view.Info, Text: words})
	}
	form.Notices = append(form.Notices, p.decidedNotices(r, one)...)
	frame := Frame(r, form.Head.Title, view.NavHouseholds, p.Demo)
	frame.Crumbs = []view.Link{{Text: text.T("web.nav.households"), Href: PathHouseholds}, {Text: text.T("web.suspicion.title"), Href: PathSuspicions}, {Text: form.Head.Title}}
	if !one.Whole() {
		form.Notices = append(form.Notices, view.Notice{Mood: view.Warn, Text: text.T("household.pair_elsewhere")})
		return Render(w, r, status, view.Framed(frame, view.Together(partsOf(form)...)))
	}
	decision := view.Choice{Name: "decision", Label: text.T("web.suspicion.decision"), Error: f.error("decision")}
	for _, state := range []string{household.PairSame, household.PairDifferent} {
		decision.Options = append(decision.Options, view.Option{Value: state, Label: text.T("web.suspicion.decide." + state), Hint: text.T("web.suspicion.decide." + state + "_hint"), Selected: f.value("decision", "") == state})
	}
	form.Parts = []templ.Component{view.ChoiceRow(decision),
		view.FieldRow(view.Field{Name: "reason", Label: text.T("web.suspicion.reason"), Hint: text.T("web.suspicion.reason_hint"), Kind: view.LongInput, Value: f.value("reason", ""), Error: f.error("reason"), Required: true})}
	form.Buttons = []view.Button{{Label: text.T("web.suspicion.save"), Kind: view.Primary}, {Label: text.T("web.cancel"), Kind: view.Quiet, Href: PathSuspicions}}
	return Render(w, r, status, view.Framed(frame, view.FormBody(form)))
}

// partsOf are the parts of a form that the reader cannot send.
func partsOf(form view.Form) []templ.Component {
	parts := []templ.Component{view.PageHead(form.Head)}
	for _, n := range form.Notices {
		parts = append(parts, view.NoticeBox(n))
	}
	return append(parts, form.Before...)
}

// decidedNotices tell who decided what, and what is left to do.
func (p *Pages) decidedNotices(r *http.Request, one household.Suspicion) (list []view.Notice) {
	if one.State == household.PairOpen || !one.Whole() {
		return nil
	}
	who := one.DecidedBy
	if names, err := p.Accounts.FullNames(r.Context(), []string{who}); err == nil && names[who] != "" {
		who = names[who]
	}
	list = append(list, view.Notice{Mood: view.Info, Text: text.T("web.suspicion.decided."+one.State, "who", who, "when", showTime(one.DecidedAt), "why", one.Why)})
	if one.State != household.PairSame {
		return list
	}
	if one.A.Household.ID != one.B.Household.ID {
		list = append(list, view.Notice{Mood: view.Warn, Text: text.T("web.suspicion.next_merge"), Link: view.Link{Text: text.T("web.suspicion.merge", "code", one.A.Household.Code), Href: householdAddress(one.A.Household.ID) + "/nhap-ho"}})
	}
	for _, s := range []household.Suspect{one.A, one.B} {
		list = append(list, view.Notice{Mood: view.Warn, Text: text.T("web.suspicion.next_remove", "name", s.Person.FullName, "code", s.Household.Code), Link: view.Link{Text: text.T("web.suspicion.remove"), Href: householdAddress(s.Household.ID) + "/di"}})
	}
	return list
}

// sideBySide is the pair field by field.
func (p *Pages) sideBySide(one household.Suspicion) view.Table {
	t := view.Table{ID: "hai-nguoi", Caption: text.T("web.suspicion.pair"), HideCaption: true, Stacked: true, Columns: []view.Column{{Label: text.T("web.suspicion.field")}, {Label: text.T("web.suspicion.one")}, {Label: text.T("web.suspicion.other")}}}
	add := func(label string, of func(household.Suspect) view.Cell) {
		row := view.Row{Cells: []view.Cell{{Text: text.T(label)}}}
		for _, s := range []household.Suspect{one.A, one.B} {
			c := view.Cell{}
			switch {
			case !s.Elsewhere:
				c = of(s)
			case label == "web.household.name":
				c.Text = text.T("web.suspicion.elsewhere")
			}
			row.Cells = append(row.Cells, c)
		}
		t.Rows = append(t.Rows, row)
	}
	plainly := func(of func(household.Suspect) string) func(household.Suspect) view.Cell {
		return func(s household.Suspect) view.Cell { return view.Cell{Text: of(s)} }
	}
	add("web.household.name", plainly(func(s household.Suspect) string { return s.Person.FullName }))
	add("web.household.born", plainly(func(s household.Suspect) string { return birthWords(s.Person.Birth) }))
	add("web.suspicion.sex", plainly(func(s household.Suspect) string {
		if s.Person.Sex == "" {
			return ""
		}
		return text.T("web.suspicion.sex." + s.Person.Sex)
	}))
	add("web.suspicion.number", plainly(func(s household.Suspect) string { return s.Person.NationalID }))
	add("web.suspicion.relation", plainly(func(s household.Suspect) string { return household.Relations.Name(s.Relation) }))
	add("web.household.head", func(s household.Suspect) view.Cell {
		return view.Cell{Text: s.Household.HeadName + " (" + s.Household.Code + ")", Href: householdAddress(s.Household.ID)}
	})
	add("web.household.village", plainly(func(s household.Suspect) string { return p.placeName(s.Household.VillageID, p.Today()) }))
	return t
}

// decideSuspicion keeps what was found out, and leads on to the next pair, or
// to what is left to do.
func (p *Pages) decideSuspicion(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	one, err := p.suspicionOf(r)
	if err != nil {
		return err
	}
	f := typedUser{typed: r.PostForm}
	decision := r.PostForm.Get("decision")
	if decision != household.PairSame && decision != household.PairDifferent {
		f.wrong = []fault.Field{{Name: "decision", Message: text.T("web.suspicion.decision_missing")}}
		return p.showSuspicion(w, r, http.StatusUnprocessableEntity, one, f)
	}
	by := p.registrar(r)
	if err := p.Households.Decide(r.Context(), by, one.A.ID, one.B.ID, decision == household.PairSame, vn.NFC(r.PostForm.Get("reason"))); err != nil {
		if f.wrong, err = refusal(err); err != nil {
			return err
		}
		return p.showSuspicion(w, r, http.StatusUnprocessableEntity, one, f)
	}
	if decision == household.PairSame {
		return SeeOther(w, r, saved(suspicionAddress(one), "pair"))
	}
	next, _, err := p.Households.Suspicions(r.Context(), by.Scope, household.SuspicionFilter{State: household.PairOpen, Limit: listSize})
	if err != nil {
		return err
	}
	for _, n := range next {
		if n.Whole() {
			return SeeOther(w, r, saved(suspicionAddress(n), "pair_next"))
		}
	}
	return SeeOther(w, r, saved(PathSuspicions, "pair"))
}
