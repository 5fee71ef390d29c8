package web

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/fault"
	"giamngheo/internal/household"
	"giamngheo/internal/measure"
	"giamngheo/internal/review"
	"giamngheo/internal/standard"
	"giamngheo/internal/text"
	"giamngheo/internal/vn"
	"giamngheo/internal/web/view"
)

// The names of the filters in addresses.
const (
	paramQuery     = "q"
	paramClass     = "ket-qua-loc"
	paramIndicator = "thieu"
	paramEthnic    = "dan-toc"
	paramPolicy    = "nhom"
	paramPage      = "trang"
	paramAfter     = "sau"
)

const listSize = 50

func (p *Pages) householdRoutes() []Route {
	read := Either(account.RightReadHouseholds, account.RightReadSubject)
	return []Route{
		{Method: "GET", Pattern: PathHouseholds, Right: read, Handler: p.householdList},
		{Method: "GET", Pattern: PathHouseholds + "/{id}", Right: read, Handler: p.householdPage},
	}
}

// listQuery is what a list of households is asked for.
type listQuery struct {
	values    url.Values // as typed, without what is empty
	typed     string
	area      area.Version // zero: all of the reader's areas
	rounds    []review.Round
	round     review.Round // zero: there is none yet
	set       *standard.Set
	class     string
	indicator int // its bit, −1: none asked for
	ethnic    string
	policy    string
	page      int
	scope     area.Scope
	whole     bool // the reader sees whole households
}

// filtered says whether the register has to be asked, not only where people
// live.
func (q listQuery) filtered() bool {
	return q.class != "" || q.indicator >= 0 || q.ethnic != "" || q.policy != ""
}

func (q listQuery) with(pairs ...string) string {
	v := url.Values{}
	for k, list := range q.values {
		v[k] = list
	}
	v.Del(paramPage)
	v.Del(paramAfter)
	v.Del(paramMoved)
	v.Del(paramUndone)
	for i := 0; i+1 < len(pairs); i += 2 {
		v.Set(pairs[i], pairs[i+1])
		if pairs[i+1] == "" {
			v.Del(pairs[i])
		}
	}
	if len(v) == 0 {
		return PathHouseholds
	}
	return PathHouseholds + "?" + v.Encode()
}

func (p *Pages) listQueryOf(r *http.Request) (q listQuery, err error) {
	actor := ActorOf(r.Context())
	q = listQuery{values: url.Values{}, indicator: -1, scope: actor.Reading(), whole: actor.Can(account.RightReadHouseholds)}
	for k, list := range r.URL.Query() {
		if len(list) > 0 && list[0] != "" {
			q.values.Set(k, list[0])
		}
	}
	q.typed = vn.NFC(q.values.Get(paramQuery))
	if q.rounds, err = p.Reviews.Rounds(r.Context()); err != nil {
		return q, err
	}
	if len(q.rounds) > 0 {
		var yearly bool
		if q.round, yearly = p.Reports.Register.Latest(q.rounds); !yearly {
			q.round = q.rounds[len(q.rounds)-1]
		}
		if id := q.values.Get(paramRound); id != "" {
			i := slices.IndexFunc(q.rounds, func(o review.Round) bool { return o.ID == id })
			if i < 0 {
				return q, fault.New(fault.NotFound, "round_not_found", text.T("review.round_not_found", "id", id))
			}
			q.round = q.rounds[i]
		}
		if q.set, err = p.Law.ByID(q.round.Standard); err != nil {
			return q, err
		}
		q.class = q.values.Get(paramClass)
		if code := q.values.Get(paramIndicator); code != "" {
			q.indicator = q.set.Index(code)
		}
	}
	if id := area.ID(q.values.Get(paramArea)); id != "" {
		if err := q.scope.Check(p.Tree(), id); err != nil {
			return q, err
		}
		q.area, _ = p.Tree().On(id, p.Today())
	}
	if q.whole {
		q.ethnic, q.policy = q.values.Get(paramEthnic), q.values.Get(paramPolicy)
	}
	if q.indicator >= 0 && !q.whole && p.subjectMask(q.set, q.scope.Fields())&(1<<q.indicator) == 0 {
		q.indicator = -1
	}
	q.page, _ = strconv.Atoi(q.values.Get(paramPage))
	q.page = max(q.page, 1)
	return q, nil
}

// listed is one page of the list.
type listed struct {
	heads    []household.Heading
	whole    map[household.ID]household.Household
	glances  map[household.ID]review.Glance
	total    int // −1: not counted
	hidden   int // live outside of the reader's areas by now
	next     string
	previous string
	meant    map[household.ID]household.Person // who of the household was searched for
	areas    []view.Link
	full     bool // there may be more matches

	outsideArea bool // an exact match lies in another area of the reader's
	elsewhere   bool // an exact ID number is held outside of the reader's areas
}

func (p *Pages) householdList(w http.ResponseWriter, r *http.Request) error {
	q, err := p.listQueryOf(r)
	if err != nil {
		return err
	}
	found, err := p.listHouseholds(r, q)
	if err != nil {
		return err
	}
	results := p.listResults(q, found)
	if q.filtered() && len(found.heads) > 0 {
		if results.Purpose, err = p.readFiltered(r, q, len(found.heads)); err != nil {
			return err
		}
	}
	if r.Header.Get("HX-Target") == view.ResultsID {
		results.Place = p.placeSelect(q)
		address := q.with()
		if after := q.values.Get(paramAfter); after != "" {
			address = q.with(paramAfter, after)
		}
		w.Header().Set("HX-Replace-Url", address) // without the filters that ask nothing
		return Render(w, r, http.StatusOK, view.ListResultsOf(results))
	}
	actor := ActorOf(r.Context())
	title := text.T("web.households.title")
	if q.area.Area != "" {
		title = text.T("web.households.title_in", "area", q.area.FullName)
	}
	list := view.HouseholdList{Head: view.Heading{Title: title}, Action: PathHouseholds, Query: q.typed, Hint: text.T("web.households.hint"),
		Place: p.placeSelect(q), Filters: p.filterSelects(q), Results: results}
	if !q.whole {
		list.Head.Lead = text.T("web.households.lead_subject")
		list.Hint = text.T("web.households.hint_subject")
	}
	if actor.Can(account.RightNamedLists) {
		list.Head.Actions = append(list.Head.Actions, view.Button{Label: text.T("web.households.persons"), Href: pathPersons})
	}
	if actor.Can(account.RightWriteRegistry) {
		list.Head.Actions = append(list.Head.Actions, view.Button{Label: text.T("web.suspicion.title"), Href: PathSuspicions})
		list.Head.Actions = append(list.Head.Actions, view.Button{Label: text.T("web.households.new"), Kind: view.Primary, Href: PathHouseholds + "/moi"})
	}
	if q.round.ID != "" {
		list.Keep = []view.Pair{{Name: paramRound, Value: q.round.ID}}
	}
	frame := Frame(r, title, view.NavHouseholds, p.Demo)
	frame.Crumbs = []view.Link{{Text: text.T("web.nav.households")}}
	frame.Search = view.SearchBox{} // the page has its own
	frame.Flash = append(frame.Flash, p.listFlash(q)...)
	frame.Rounds = view.RoundPicker{Action: PathHouseholds}
	for name, values := range q.values {
		if !slices.Contains([]string{paramRound, paramPage, paramAfter, paramMoved, paramUndone}, name) {
			frame.Rounds.Keep = append(frame.Rounds.Keep, view.Pair{Name: name, Value: values[0]})
		}
	}
	slices.SortFunc(frame.Rounds.Keep, func(a, b view.Pair) int { return cmp.Compare(a.Name, b.Name) })
	for _, o := range q.rounds {
		frame.Rounds.Options = append(frame.Rounds.Options, view.Option{Value: o.ID, Label: text.T("web.round_of", "id", o.ID), Selected: o.ID == q.round.ID})
	}
	return Render(w, r, http.StatusOK, view.Framed(frame, view.HouseholdListBody(list)))
}

// listFlash says what became of a household that is no longer to be seen.
func (p *Pages) listFlash(q listQuery) []view.Notice {
	if village := area.ID(q.values.Get(paramMoved)); village != "" {
		if _, ok := p.Tree().On(village, p.Today()); ok {
			return []view.Notice{{Mood: view.Good, Text: text.T("web.households.moved", "place", p.placeName(village, p.Today()))}}
		}
	}
	if code := q.values.Get(paramUndone); code != "" {
		return []view.Notice{{Mood: view.Good, Text: text.T("web.households.undone")}}
	}
	return nil
}

// listHouseholds finds the page's households: by what was typed, by the
// register where a filter speaks of the round, else simply who lives there.
func (p *Pages) listHouseholds(r *http.Request, q listQuery) (listed, error) {
	found := listed{total: -1}
	var ids []household.ID
	var err error
	switch {
	case q.typed != "":
		if err := p.searched(r, q, &found); err != nil {
			return found, err
		}
		for _, h := range found.heads {
			ids = append(ids, h.ID)
		}
		err := p.glance(r, q, ids, &found)
		return found, err
	case q.filtered() || !q.whole:
		ids, err = p.registered(q, &found)
	default:
		ids, err = p.living(r, q, &found)
	}
	if err == nil {
		err = p.fill(r, q, ids, &found)
	}
	if err == nil {
		err = p.glance(r, q, ids, &found)
	}
	return found, err
}

// living are all who live in the area today.
func (p *Pages) living(r *http.Request, q listQuery, found *listed) ([]household.ID, error) {
	list, next, err := p.Households.List(r.Context(), q.scope, household.Filter{Area: q.area.Area, After: q.values.Get(paramAfter), Limit: listSize})
	if next != "" {
		found.next = q.with(paramAfter, next)
	}
	if q.values.Get(paramAfter) != "" {
		found.previous = q.with()
	}
	ids := make([]household.ID, len(list))
	for i, h := range list {
		ids[i] = h.ID
	}
	return ids, err
}

// fill reads what the list shows of the households.
func (p *Pages) fill(r *http.Request, q listQuery, ids []household.ID, found *listed) error {
	var err error
	if found.heads, err = p.Households.FindHeadings(r.Context(), q.scope, ids); err != nil {
		return err
	}
	found.hidden = len(ids) - len(found.heads)
	whole, err := p.Households.FindMany(r.Context(), q.scope, ids)
	found.whole = make(map[household.ID]household.Household, len(whole))
	for _, h := range whole {
		found.whole[h.ID] = h
	}
	return err
}

// glance reads the results of the round.
func (p *Pages) glance(r *http.Request, q listQuery, ids []household.ID, found *listed) error {
	if q.round.ID == "" || len(ids) == 0 {
		return nil
	}
	return p.DB.Read(r.Context(), func(tx *db.Tx) (err error) {
		found.glances, err = p.Reviews.Glances(tx, ids, q.round.ID)
		return err
	})
}

// villages says for each village of the register whether it lies in the area
// asked for, as far as the reader's scope goes.
func (p *Pages) villages(q listQuery, numbers []area.ID) measure.Units {
	tree, today := p.Tree(), p.Today()
	units := measure.Units{Count: 1, Of: make([]int32, len(numbers))}
	for i, id := range numbers {
		units.Of[i] = -1
		v, ok := tree.On(id, today)
		if !ok || q.area.Area != "" && !v.Within(q.area.Path) {
			continue
		}
		if fields, ok := q.scope.FieldsAt(v.Path); ok && fields != area.FieldsNone {
			units.Of[i] = 0
		}
	}
	return units
}

// registered asks the register of the round, in the order of the villages.
func (p *Pages) registered(q listQuery, found *listed) ([]household.ID, error) {
	all, seen, err := p.matching(q)
	if err != nil {
		return nil, err
	}
	no := seen.RoundNo[q.round.ID]
	order := make(map[int32]int32, len(all))
	for _, i := range all {
		order[i] = seen.Get(no, int(i)).Village
	}
	slices.SortStableFunc(all, func(a, b int32) int { return cmp.Compare(order[a], order[b]) })
	found.total = len(all)
	from := min((q.page-1)*listSize, len(all))
	to := min(from+listSize, len(all))
	if to < len(all) {
		found.next = q.with(paramPage, strconv.Itoa(q.page+1))
	}
	if q.page > 1 {
		found.previous = q.with(paramPage, strconv.Itoa(q.page-1))
	}
	var ids []household.ID
	for _, i := range all[from:to] {
		ids = append(ids, seen.IDs[i])
	}
	return ids, nil
}

// matching gives the numbers of all households of the register that the
// filters let through.
func (p *Pages) matching(q listQuery) ([]int32, review.View, error) {
	if q.round.ID == "" {
		return nil, review.View{}, nil
	}
	if !p.Reports.Register.Ready() {
		return nil, review.View{}, fault.New(fault.Busy, "loading", text.T("report.loading"))
	}
	seen := p.Reports.Register.View()
	no, ok := seen.RoundNo[q.round.ID]
	if !ok {
		return nil, seen, fault.New(fault.Busy, "loading", text.T("report.loading"))
	}
	f := measure.Filter{Round: no, Units: p.villages(q, seen.Villages), Unit: -1, Classes: measure.ClassSet(0)}
	if q.class != "" {
		f.Classes = classSet(q.class)
	}
	if q.indicator >= 0 {
		f.Deprived = 1 << q.indicator
	}
	if q.ethnic != "" {
		n := uint8(household.Ethnic.Index(q.ethnic) + 1)
		f.Ethnic = &n
	}
	if i := household.Policy.Index(q.policy); i >= 0 {
		f.Policy = 1 << i
	}
	return seen.RowsMatching(f, 0, seen.Households()).Households, seen, nil
}

// classes of the filter, in the order of the list.
var listClasses = []struct {
	code  view.Class
	class measure.Class
}{
	{view.ClassPoor, measure.Poor}, {view.ClassNearPoor, measure.NearPoor}, {view.ClassAverage, measure.Average}, {view.ClassAbove, measure.Above},
	{view.ClassNotPoor, measure.NotPoor}, {view.ClassUndetermined, measure.Undetermined}, {view.ClassNotSurveyed, measure.NotSurveyed},
}

func classSet(code string) measure.ClassSet {
	for _, c := range listClasses {
		if string(c.code) == code {
			return measure.SetOf(c.class)
		}
	}
	return measure.InRegister
}
