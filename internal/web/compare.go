package web

import (
	"net/http"
	"strings"

	"github.com/a-h/templ"

	"giamngheo/internal/account"
	"giamngheo/internal/fault"
	"giamngheo/internal/review"
	"giamngheo/internal/standard"
	"giamngheo/internal/text"
	"giamngheo/internal/vn"
	"giamngheo/internal/web/view"
)

const (
	pathCompare   = PathTables + "/so-chuan"
	paramStandard = "chuan"
	paramOwn      = "tu"
	paramOther    = "thanh"
)

// A round judged by two standards on the same answers: figures alone. Its
// official classes stay what they are.
func (p *Pages) compareRoutes() []Route {
	return []Route{
		{Method: "GET", Pattern: pathCompare, Right: Needs(account.RightTables), Handler: p.comparePage},
		{Method: "GET", Pattern: pathCompare + "/ho", Right: Needs(account.RightReadHouseholds), Handler: p.compareHomes},
		{Method: "POST", Pattern: pathCompare, Right: Needs(account.RightRounds), Handler: p.compareJudge},
	}
}

// comparison is what the page is about: who lives today in the area, by their
// forms of the round.
type comparison struct {
	place
	own, other *standard.Set
	others     []*standard.Set
}

func (p *Pages) comparisonOf(r *http.Request) (c comparison, err error) {
	if c.place, err = p.placeOf(r); err != nil {
		return c, err
	}
	today := p.Today()
	at, ok := p.Tree().On(c.Area.Area, today)
	if !ok || !c.Scope.Covers(p.Tree(), at.Area, today) {
		return c, fault.New(fault.NotFound, "area_not_found", text.T("household.area_not_found"))
	}
	c.Area, c.Boundaries = at, today
	if c.own, err = p.Law.ByID(c.Round.Standard); err != nil {
		return c, err
	}
	for _, set := range p.Law.Sets {
		if set.ID != c.own.ID && len(set.Indicators) > 0 {
			c.others = append(c.others, set)
		}
	}
	if len(c.others) == 0 {
		return c, fault.New(fault.NotFound, "standard_unknown", text.T("web.compare.no_other"))
	}
	c.other = c.others[0]
	if id := r.URL.Query().Get(paramStandard); id != "" {
		if c.other, err = p.Law.ByID(id); err != nil {
			return c, err
		}
	}
	return c, nil
}

func (c comparison) address() string { return c.query(pathCompare, paramStandard, c.other.ID) }

func (p *Pages) comparePage(w http.ResponseWriter, r *http.Request) error {
	c, err := p.comparisonOf(r)
	if err != nil {
		return err
	}
	crossed, unjudged, err := p.Reviews.CompareRound(r.Context(), p.within(c.Scope, c.Area), c.Round.ID, c.other.ID)
	if err != nil {
		return err
	}
	head := view.Heading{Title: text.T("web.compare.title", "area", c.Area.FullName, "year", c.Round.Year), Lead: text.T("web.compare.lead", "own", c.own.ID, "other", c.other.ID, "round", c.Round.ID)}
	parts := []templ.Component{c.chooser()}
	if unjudged > 0 {
		parts = append(parts, view.NoticeBox(view.Notice{Mood: view.Warn, Text: text.T("web.compare.unjudged", "n", vn.FormatInt(int64(unjudged)), "other", c.other.ID)}))
		if ActorOf(r.Context()).Can(account.RightRounds) {
			parts = append(parts, view.SmallFormCard(view.SmallForm{Action: c.address(), Button: view.Button{Label: text.T("web.compare.judge", "other", c.other.ID)}}))
		}
	}
	parts = append(parts, view.TableCard(c.classes(crossed)), view.TableCard(c.crossTable(crossed, ActorOf(r.Context()).Can(account.RightReadHouseholds))))
	frame := p.frame(r, head.Title, view.NavTables, c.place, pathCompare)
	return Render(w, r, http.StatusOK, view.Framed(frame, view.Stack(head, parts...)))
}

func (c comparison) chooser() templ.Component {
	s := view.Select{Name: paramStandard, Label: text.T("web.compare.with"), Submit: true}
	for _, set := range c.others {
		s.Options = append(s.Options, view.Option{Value: set.ID, Label: set.Name, Selected: set.ID == c.other.ID})
	}
	return view.ChooserForm(view.Chooser{Action: pathCompare, Button: text.T("web.compare.go"), Keep: []view.Pair{{Name: paramArea, Value: string(c.Area.Area)}, {Name: paramRound, Value: c.Round.ID}}}, view.SelectRow(s))
}

// compared are the classes in the order of the forms.
var compared = []standard.Class{standard.Poor, standard.NearPoor, standard.Average, standard.Above, standard.NotPoor, standard.Undetermined}

// classes sets the counts of both standards side by side.
func (c comparison) classes(crossed review.Crossed) view.Table {
	t := view.Table{ID: "theo-chuan", Caption: text.T("web.compare.classes"), Source: text.T("web.compare.note"), Columns: []view.Column{
		{Label: text.T("web.compare.class")}, {Label: c.own.ID, Numeric: true}, {Label: c.other.ID, Numeric: true}, {Label: text.T("web.compare.difference"), Numeric: true}}}
	all := 0
	for _, class := range compared {
		own, other := 0, 0
		for pair, n := range crossed {
			if pair[0] == class {
				own += n
			}
			if pair[1] == class {
				other += n
			}
		}
		all += own
		if own == 0 && other == 0 {
			continue
		}
		t.Rows = append(t.Rows, view.Row{Cells: []view.Cell{{Text: capital(class.Name())}, {Text: vn.FormatInt(int64(own))}, {Text: vn.FormatInt(int64(other))}, {Text: signed(other - own)}}})
	}
	if len(t.Rows) == 0 {
		t.Blank = view.Blank{State: view.Empty, Title: text.T("web.compare.none")}
		return t
	}
	total := vn.FormatInt(int64(all))
	t.Rows = append(t.Rows, view.Row{Total: true, Cells: []view.Cell{{Text: text.T("web.compare.all")}, {Text: total}, {Text: total}, {Text: signed(0)}}})
	return t
}

// crossTable counts which class of the one standard is which of the other.
func (c comparison) crossTable(crossed review.Crossed, named bool) view.Table {
	t := view.Table{ID: "doi-chieu", Caption: text.T("web.compare.crossed", "own", c.own.ID, "other", c.other.ID), Columns: []view.Column{{Label: c.own.ID}}}
	var across []standard.Class
	for _, class := range compared {
		for pair := range crossed {
			if pair[1] == class {
				across = append(across, class)
				t.Columns = append(t.Columns, view.Column{Label: capital(class.Name()), Numeric: true})
				break
			}
		}
	}
	for _, class := range compared {
		row, any := view.Row{Cells: []view.Cell{{Text: capital(class.Name())}}}, false
		for _, other := range across {
			n := crossed[[2]standard.Class{class, other}]
			any = any || n > 0
			cell := view.Cell{Text: vn.FormatInt(int64(n))}
			if named && n > 0 {
				cell.Href = c.query(pathCompare+"/ho", paramStandard, c.other.ID, paramOwn, class.String(), paramOther, other.String())
			}
			row.Cells = append(row.Cells, cell)
		}
		if any {
			t.Rows = append(t.Rows, row)
		}
	}
	if len(t.Rows) == 0 {
		t.Blank = view.Blank{State: view.Empty, Title: text.T("web.compare.none")}
	}
	return t
}

func signed(n int) string {
	switch {
	case n > 0:
		return "+" + vn.FormatInt(int64(n))
	case n < 0:
		return "\u2212" + vn.FormatInt(int64(-n))
	}
	return "0"
}

// compareJudge judges all forms of the round by the other standard too.
func (p *Pages) compareJudge(w http.ResponseWriter, r *http.Request) error {
	c, err := p.comparisonOf(r)
	if err != nil {
		return err
	}
	if _, err := p.Reviews.ClassifyAlso(r.Context(), ActorOf(r.Context()).ID, c.Round.ID, c.other.ID); err != nil {
		return err
	}
	return SeeOther(w, r, c.address())
}

// compareHomes lists the households behind a cell, with what each standard
// makes of the same answers.
func (p *Pages) compareHomes(w http.ResponseWriter, r *http.Request) error {
	c, err := p.comparisonOf(r)
	if err != nil {
		return err
	}
	own, known := standard.ParseClass(r.URL.Query().Get(paramOwn))
	other, knownToo := standard.ParseClass(r.URL.Query().Get(paramOther))
	if !known || !knownToo {
		return fault.New(fault.NotFound, "no_cell", text.T("web.compare.no_cell"))
	}
	scope := p.within(ActorOf(r.Context()).ScopeFor(account.RightReadHouseholds), c.Area)
	list, err := p.Reviews.Crossings(r.Context(), scope, c.Round.ID, c.other.ID, own, other)
	if err != nil {
		return err
	}
	t := view.Table{ID: "cac-ho", Caption: text.T("web.compare.homes"), HideCaption: true, Stacked: true, Source: text.T("web.compare.note"), Columns: []view.Column{
		{Label: text.T("web.household.head")}, {Label: text.T("web.household.village")}, {Label: c.own.ID}, {Label: c.other.ID}}}
	for _, one := range list {
		t.Rows = append(t.Rows, view.Row{Href: householdAddress(one.Household) + "?" + paramRound + "=" + c.Round.ID, Cells: []view.Cell{{Text: one.Head, Note: one.Code}, {Text: p.placeName(one.Village, p.Today())},
			{Text: capital(one.Own.Class.Name()), Note: c.grounds(c.own, one, one.Own)}, {Text: capital(one.Other.Class.Name()), Note: c.grounds(c.other, one, one.Other)}}})
	}
	if len(list) == 0 {
		t.Blank = view.Blank{State: view.Empty, Title: text.T("web.compare.none")}
	}
	head := view.Heading{Title: text.T("web.compare.homes_title", "area", c.Area.FullName, "own", own.Name(), "own_id", c.own.ID, "other", other.Name(), "other_id", c.other.ID), Lead: text.T("web.compare.homes_lead", "round", c.Round.ID)}
	parts := []templ.Component{view.TableCard(t)}
	if len(list) == review.MostCrossings {
		parts = append([]templ.Component{view.NoticeBox(view.Notice{Mood: view.Info, Text: text.T("web.compare.homes_cut", "n", review.MostCrossings)})}, parts...)
	}
	frame := p.frame(r, head.Title, view.NavTables, c.place, pathCompare)
	return Render(w, r, http.StatusOK, view.Framed(frame, view.Stack(head, parts...)))
}

// grounds are what a standard judged on: points or income, what is lacking, and
// what the form never asked.
func (c comparison) grounds(set *standard.Set, one review.Crossing, result standard.Result) string {
	var words []string
	switch {
	case one.B1 != nil && set.Score.Scorecard == c.own.Score.Scorecard:
		words = append(words, text.T("web.compare.points", "n", *one.B1))
	case one.Income != nil:
		words = append(words, text.T("web.compare.income", "n", vn.FormatInt(*one.Income)))
	default:
		words = append(words, text.T("web.compare.no_points"))
	}
	words = append(words, text.T("web.compare.lacking", "n", result.Deprivations))
	if n := bitsOf(result.Unknown); n > 0 {
		words = append(words, text.T("web.compare.unasked", "n", n))
	}
	return strings.Join(words, "; ")
}
