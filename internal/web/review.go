package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/fault"
	"giamngheo/internal/household"
	"giamngheo/internal/measure"
	"giamngheo/internal/review"
	"giamngheo/internal/text"
	"giamngheo/internal/vn"
	"giamngheo/internal/web/view"
)

func (p *Pages) reviewRoutes() []Route {
	rounds := Needs(account.RightRounds)
	return []Route{
		{Method: "GET", Pattern: PathReview, Right: SignedIn, Handler: p.roundList},
		{Method: "POST", Pattern: PathReview, Right: rounds, Handler: p.roundOpen},
		{Method: "POST", Pattern: PathReview + "/{round}/dong", Right: rounds, Handler: p.roundClose},
		{Method: "GET", Pattern: PathReview + "/{round}", Right: Needs(account.RightReadHouseholds), Handler: p.workPage},
	}
}

// roundList shows all rounds, and to the province how to open one.
func (p *Pages) roundList(w http.ResponseWriter, r *http.Request) error {
	return p.showRounds(w, r, http.StatusOK, nil)
}

func (p *Pages) showRounds(w http.ResponseWriter, r *http.Request, status int, refused error) error {
	rounds, err := p.Reviews.Rounds(r.Context())
	if err != nil {
		return err
	}
	actor := ActorOf(r.Context())
	t := view.Table{ID: "cac-dot", Caption: text.T("web.rounds.title"), HideCaption: true, Stacked: true, Columns: []view.Column{{Label: text.T("web.rounds.round")}, {Label: text.T("web.rounds.kind")},
		{Label: text.T("web.rounds.standard")}, {Label: text.T("web.rounds.count_day")}, {Label: text.T("web.rounds.boundaries")}, {Label: text.T("web.rounds.state")}}}
	for _, o := range slices.Backward(rounds) {
		row := view.Row{Cells: []view.Cell{{Text: o.ID}, {Text: text.T("web.rounds.kind." + o.Kind)}, {Text: o.Standard}, {Text: area.ShowDay(o.CountDay)}, {Text: area.ShowDay(o.BoundaryDay)},
			{Tag: roundTag(o)}}}
		switch {
		case o.Kind == review.InYear:
			row.Href = p.inYearAddress(actor, o.ID)
		case actor.Can(account.RightTables):
			row.Href = PathReview + "/" + url.PathEscape(o.ID) + "/tien-do"
		case actor.Can(account.RightReadHouseholds):
			row.Href = PathReview + "/" + url.PathEscape(o.ID)
		}
		t.Rows = append(t.Rows, row)
	}
	if len(t.Rows) == 0 {
		t.Blank = view.Blank{State: view.Empty, Text: text.T("web.rounds.none")}
	}
	body := view.Rounds{Table: t, Problems: inOrder(fields(refused), "year", "id", "boundaries", "plan", "plan_note"), InYear: p.inYearOpening(actor, rounds)}
	if actor.Can(account.RightRounds) {
		year := p.Today()[:4]
		if r.PostForm.Get("year") != "" {
			year = r.PostForm.Get("year")
		}
		body.Action = PathReview
		body.Fields = []view.Field{
			{Name: "year", Label: text.T("web.rounds.year"), Kind: view.NumberInput, Value: year, Width: "w6", Error: view.ErrorFor(body.Problems, "year"), Required: true},
			{Name: "id", Label: text.T("web.rounds.id"), Hint: text.T("web.rounds.id_hint"), Value: r.PostForm.Get("id"), Width: "w12", Error: view.ErrorFor(body.Problems, "id")},
			{Name: "boundaries", Label: text.T("web.rounds.boundaries"), Hint: text.T("web.rounds.boundaries_hint"), Kind: view.DayInput, Value: r.PostForm.Get("boundaries"), Width: "w12", Error: view.ErrorFor(body.Problems, "boundaries")},
		}
		body.Kind = view.Select{Name: "kind", Label: text.T("web.rounds.kind")}
		for _, kind := range []string{review.Yearly, review.InYear} {
			body.Kind.Options = append(body.Kind.Options, view.Option{Value: kind, Label: text.T("web.rounds.kind." + kind), Selected: r.PostForm.Get("kind") == kind})
		}
		if err := p.planFields(r, &body); err != nil {
			return err
		}
		for _, set := range p.Law.Sets {
			body.Standards = append(body.Standards, view.Option{Value: set.ID, Label: set.Name, Selected: r.PostForm.Get("standard") == set.ID})
		}
	}
	frame := Frame(r, text.T("web.rounds.title"), view.NavReview, p.Demo)
	return Render(w, r, status, view.Framed(frame, view.RoundsBody(body)))
}

// planFields offers the survey plans on which a round can be opened, and lists
// them with the button that begins one.
func (p *Pages) planFields(r *http.Request, body *view.Rounds) error {
	plans, err := p.Reviews.Plans(r.Context())
	if err != nil {
		return err
	}
	body.Plan = view.Select{Name: "plan", Label: text.T("web.rounds.plan"), Hint: text.T("web.rounds.plan_hint"), Error: view.ErrorFor(body.Problems, "plan"), Options: []view.Option{{Label: text.T("web.rounds.plan_paper")}}}
	body.Plans = view.Table{ID: "ke-hoach", Caption: text.T("web.rounds.plans"), HideCaption: true, Columns: []view.Column{{Label: text.T("web.rounds.year")}, {Label: text.T("web.rounds.state")}}}
	for _, plan := range plans {
		tag := stateTag(plan.Dossier.State)
		tag.Big = false
		body.Plans.Rows = append(body.Plans.Rows, view.Row{Href: dossierAddress(plan.Dossier.ID), Cells: []view.Cell{{Text: plan.Dossier.Subject}, {Tag: tag}}})
		if plan.Dossier.State.Decided() {
			body.Plan.Options = append(body.Plan.Options, view.Option{Value: plan.Dossier.ID, Label: plan.Dossier.Subject, Selected: r.PostForm.Get("plan") == plan.Dossier.ID})
		}
	}
	body.PlanStart = PathReview + "/ke-hoach"
	body.PlanYear = view.Field{Name: fieldPlanYear, Label: text.T("web.rounds.year"), Kind: view.NumberInput, Value: r.PostForm.Get(fieldPlanYear), Width: "w6", Required: true, Error: view.ErrorFor(body.Problems, fieldPlanYear)}
	body.PlanNote = view.Field{Name: "plan_note", Label: text.T("web.rounds.plan_note"), Hint: text.T("web.rounds.plan_note_hint"), Value: r.PostForm.Get("plan_note"), Error: view.ErrorFor(body.Problems, "plan_note")}
	return nil
}

func roundTag(o review.Round) view.Tag {
	if o.State == review.Open {
		return view.Tag{Tone: view.Brand, Text: text.T("web.rounds.open")}
	}
	return view.Tag{Text: text.T("web.rounds.closed")}
}

// fields are the messages of a refused form.
func fields(err error) []fault.Field {
	if err == nil {
		return nil
	}
	f := fault.As(err, text.T("common.internal"))
	if len(f.Fields) > 0 {
		return f.Fields
	}
	return []fault.Field{{Name: "year", Message: f.Message}}
}

func (p *Pages) roundOpen(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	year, _ := strconv.Atoi(strings.TrimSpace(r.PostForm.Get("year")))
	o := review.Opening{Year: year, ID: strings.TrimSpace(r.PostForm.Get("id")), Standard: r.PostForm.Get("standard"), Kind: r.PostForm.Get("kind")}
	o.Plan, o.PlanNote = r.PostForm.Get("plan"), strings.TrimSpace(r.PostForm.Get("plan_note"))
	var unplanned error
	if o.Plan == "" && o.PlanNote == "" && o.Kind != review.InYear {
		unplanned = fault.New(fault.Invalid, "plan_missing", text.T("review.plan_missing"), fault.Field{Name: "plan_note", Message: text.T("review.plan_missing")})
	}
	day := dayTyped(r.PostForm, "boundaries", &o.BoundaryDay)
	err := fault.Together(p.Reviews.CheckOpening(o), day, unplanned)
	if err == nil {
		_, err = p.Reviews.OpenRound(r.Context(), ActorOf(r.Context()).ID, o)
	}
	if err != nil {
		if kind := fault.Of(err); kind != fault.Invalid && kind != fault.Conflict {
			return err
		}
		return p.showRounds(w, r, http.StatusUnprocessableEntity, err)
	}
	return SeeOther(w, r, PathReview)
}

func (p *Pages) roundClose(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	rev, _ := strconv.ParseInt(r.PostForm.Get("rev"), 10, 64)
	if err := p.Reviews.Close(r.Context(), ActorOf(r.Context()).ID, r.PathValue("round"), rev, r.PostForm.Get("reason")); err != nil {
		switch fault.Of(err) {
		case fault.Invalid:
			return p.showWork(w, r, http.StatusUnprocessableEntity, unclosed{err})
		case fault.Conflict:
			return p.showWork(w, r, http.StatusConflict, unclosed{err})
		}
		return err
	}
	return SeeOther(w, r, PathReview)
}

// unclosed is why a round was not closed, on the page that lists its work.
type unclosed struct{ error }

func (u unclosed) Unwrap() error { return u.error }

// closeReasonError is what is wrong with the reason given; who stands in the
// way is named above the page.
func closeReasonError(err error) string {
	f := fault.As(err, "")
	switch {
	case len(f.Fields) == 0:
		return ""
	case len(f.Parts) > 0:
		return f.Parts[0].Message
	}
	return f.Fields[0].Message
}

const workPageSize = 50

// work is a household of the round's list, with where it stands.
type work struct {
	id     household.ID
	before measure.Class
	now    measure.Class
}

// workList is who is to be reviewed in the round: the poor and near-poor of
// the year before, whoever was put on the list (those that ask, those the
// village proposes), and whoever has been surveyed since.
func (p *Pages) workList(ctx context.Context, scope area.Scope, roundID string, under area.ID) ([]work, error) {
	register := p.Reports.Register
	if !register.Ready() {
		return nil, fault.New(fault.Busy, "loading", text.T("report.loading"))
	}
	v := register.View()
	no, ok := v.RoundNo[roundID]
	if !ok {
		return nil, nil
	}
	before, err := p.Reviews.ClassesBefore(ctx, v, v.Rounds[no])
	if err != nil {
		return nil, err
	}
	asked, err := p.Reviews.WaitingListed(ctx, roundID)
	if err != nil {
		return nil, err
	}
	within := make([]bool, len(v.Villages))
	tree, today := p.Tree(), p.Today()
	for i, village := range v.Villages {
		within[i] = scope.Covers(tree, village, today) && tree.Covers(under, village, today)
	}
	var list, found []work // of the class before; only assessed since
	for i := range v.Households() {
		record := v.Get(no, i)
		if record.Class == measure.Absent || int(record.Village) >= len(within) || !within[record.Village] {
			continue
		}
		w := work{id: v.IDs[i], before: before.Of(i), now: record.Class}
		switch {
		case w.before == measure.Poor || w.before == measure.NearPoor || asked[w.id]:
			list = append(list, w)
		case record.Class.Assessed():
			found = append(found, w)
		}
	}
	return append(list, found...), nil
}

// workPage is the list of households to review, with what has been entered.
func (p *Pages) workPage(w http.ResponseWriter, r *http.Request) error {
	return p.showWork(w, r, http.StatusOK, nil)
}

func (p *Pages) showWork(w http.ResponseWriter, r *http.Request, status int, refused error) error {
	actor := ActorOf(r.Context())
	scope := actor.ScopeFor(account.RightReadHouseholds)
	round, err := p.Reviews.FindRound(r.Context(), r.PathValue("round"))
	if err != nil {
		return err
	}
	id := area.ID(r.URL.Query().Get(paramArea))
	if id == "" {
		id = p.home(scope)
	}
	at, ok := p.Tree().On(id, p.Today())
	if !ok || !scope.Covers(p.Tree(), id, p.Today()) {
		return fault.New(fault.NotFound, "area_not_found", text.T("household.area_not_found"))
	}
	only := r.URL.Query().Get("chi") == "con"
	page, _ := strconv.Atoi(r.URL.Query().Get("trang"))
	page = max(page, 1)
	writes := actor.Can(account.RightWriteAssessment)
	near := at.Level == area.Commune || at.Level == area.Village // the list itself; above, what the register knows
	var one workShown
	if near {
		one, err = p.listShown(r, scope, round, id, only, page, writes)
	} else {
		one, err = p.registerShown(r, scope, round, id, only, page, writes)
	}
	if err != nil {
		return err
	}
	address := func(more ...string) string {
		v := url.Values{paramArea: {string(id)}}
		for i := 0; i+1 < len(more); i += 2 {
			v.Set(more[i], more[i+1])
		}
		return PathReview + "/" + url.PathEscape(round.ID) + "?" + v.Encode()
	}
	head := view.Heading{Title: text.T("web.work.title", "area", at.FullName, "done", vn.FormatInt(int64(one.all-one.todo)), "all", vn.FormatInt(int64(one.all))), Lead: text.T("web.work.lead", "round", round.ID)}
	if one.next != "" && round.State == review.Open && writes {
		head.Actions = append(head.Actions, view.Button{Label: text.T("web.work.begin"), Kind: view.Primary, Href: one.next})
	}
	if only {
		head.Actions = append(head.Actions, view.Button{Label: text.T("web.work.all"), Href: address()})
	} else {
		head.Actions = append(head.Actions, view.Button{Label: text.T("web.work.only_open", "n", vn.FormatInt(int64(one.todo))), Href: address("chi", "con")})
	}
	if round.State == review.Open && actor.Can(account.RightExport) {
		head.Actions = append(head.Actions, view.Button{Label: text.T("web.form.sheet"), Href: pathFormSheet + "?" + url.Values{paramRound: {round.ID}, paramArea: {string(id)}}.Encode()})
	}
	if one.more {
		head.Actions = append(head.Actions, view.Button{Label: text.T("web.cell.next"), Href: address("trang", fmt.Sprint(page+1), "chi", r.URL.Query().Get("chi"))})
	}
	if only && one.todo == 0 && one.all > 0 {
		one.table.Blank.Text = text.T("web.work.none_open")
	}
	body := view.Work{Head: head, Table: one.table, Done: one.all - one.todo, All: one.all}
	var closing unclosed
	if errors.As(refused, &closing) {
		refused = nil
		body.Refused = refusalNotice(actor, closing, true)
		body.Refused.Link = view.Link{Text: text.T("web.against.all"), Href: p.gridAddress(actor, round.ID, id)}
	}
	if near && writes {
		if body.Print = p.formsToPrint(round, id); round.State == review.Open {
			body.Add = p.addForm(r, round, id, refused)
		}
	}
	for _, v := range p.Tree().Children(id, p.Today()) {
		if scope.Covers(p.Tree(), v.Area, p.Today()) {
			body.Below = append(body.Below, view.Link{Text: v.FullName, Href: PathReview + "/" + url.PathEscape(round.ID) + "?" + paramArea + "=" + string(v.Area)})
		}
	}
	if actor.Can(account.RightRounds) && round.State == review.Open {
		body.Close, body.Rev = PathReview+"/"+url.PathEscape(round.ID)+"/dong", strconv.FormatInt(round.Rev, 10)
		key := "web.work.close_day"
		if p.Today() < round.CountDay {
			key = "web.work.close_early"
		}
		body.CloseDay = text.T(key, "day", area.ShowDay(round.CountDay))
		body.Reason = view.Field{Name: "reason", Label: text.T("web.work.close_reason"), Hint: text.T("web.work.close_reason_hint"), Value: r.PostForm.Get("reason")}
		if closing.error != nil {
			body.Reason.Error = closeReasonError(closing.error)
		}
	}
	frame := Frame(r, head.Title, view.NavReview, p.Demo)
	frame.Crumbs = []view.Link{{Text: text.T("web.nav.review"), Href: PathReview}, {Text: text.T("web.round_of", "id", round.ID), Href: address()}, {Text: at.FullName}}
	return Render(w, r, status, view.Framed(frame, view.WorkBody(body)))
}

// workShown is a page of the list, and how far the whole list is.
type workShown struct {
	table     view.Table
	all, todo int
	next      string // the form to be filled in next
	more      bool
}

// registerShown is the list of a large area, from memory.
func (p *Pages) registerShown(r *http.Request, scope area.Scope, round review.Round, id area.ID, only bool, page int, writes bool) (o workShown, err error) {
	list, err := p.workList(r.Context(), scope, round.ID, id)
	if err != nil {
		return o, err
	}
	var todo []work
	for _, one := range list {
		if !one.now.Assessed() {
			todo = append(todo, one)
		}
	}
	o.all, o.todo = len(list), len(todo)
	if len(todo) > 0 {
		o.next = formAddress(round.ID, todo[0].id)
	}
	if only {
		list = todo
	}
	from, to := pageOf(len(list), page)
	o.more = to < len(list)
	o.table, err = p.workTable(r, round, list[from:to], writes)
	return o, err
}

// listShown is the list of a village or commune as the round has it.
func (p *Pages) listShown(r *http.Request, scope area.Scope, round review.Round, id area.ID, only bool, page int, writes bool) (o workShown, err error) {
	list, err := p.Reviews.ListFor(r.Context(), scope, round.ID, id)
	if err != nil {
		return o, err
	}
	var todo []review.Listed
	for _, one := range list {
		if waits(one) {
			todo = append(todo, one)
		}
	}
	o.all, o.todo = len(list), len(todo)
	if len(todo) > 0 {
		o.next = p.toFill(round, todo[0])
	}
	if only {
		list = todo
	}
	from, to := pageOf(len(list), page)
	o.more = to < len(list)
	o.table = p.listTable(round, list[from:to], writes)
	return o, nil
}

// pageOf are the bounds of a page of so many lines.
func pageOf(n, page int) (from, to int) {
	from = min((page-1)*workPageSize, n)
	return from, min(from+workPageSize, n)
}

func (p *Pages) workTable(r *http.Request, round review.Round, list []work, writes bool) (view.Table, error) {
	t := view.Table{ID: "danh-sach", Caption: text.T("web.work.list"), HideCaption: true, Stacked: true,
		Columns: []view.Column{{Label: text.T("web.household.head")}, {Label: text.T("web.household.code")}, {Label: text.T("web.household.village")}, {Label: text.T("web.work.before")}, {Label: text.T("web.work.now")}}}
	ids := make([]household.ID, len(list))
	byID := map[household.ID]work{}
	for i, one := range list {
		ids[i] = one.id
		byID[one.id] = one
	}
	found, err := p.Households.FindMany(r.Context(), ActorOf(r.Context()).ScopeFor(account.RightReadHouseholds), ids)
	if err != nil {
		return t, err
	}
	for _, h := range found {
		one := byID[h.ID]
		href := PathHouseholds + "/" + string(h.ID)
		if writes && round.State == review.Open {
			href = formAddress(round.ID, h.ID)
		}
		now := view.Tag{Tone: view.Unknown, Text: text.T("web.work.to_do")}
		if one.now.Assessed() {
			now = columnTag(one.now)
		}
		t.Rows = append(t.Rows, view.Row{Href: href, Cells: []view.Cell{{Text: h.HeadName}, {Text: h.Code}, {Text: p.placeName(h.VillageID, p.Today())}, {Tag: columnTag(one.before)}, {Tag: now}}})
	}
	if len(t.Rows) == 0 {
		t.Blank = view.Blank{State: view.Empty, Text: text.T("web.work.none")}
	}
	return t, nil
}

// columnTag words a class of the register.
func columnTag(c measure.Class) view.Tag {
	names := map[measure.Class]view.Class{measure.Poor: view.ClassPoor, measure.NearPoor: view.ClassNearPoor, measure.Average: view.ClassAverage, measure.Above: view.ClassAbove,
		measure.NotPoor: view.ClassNotPoor, measure.Undetermined: view.ClassUndetermined, measure.NotSurveyed: view.ClassNotSurveyed}
	if name, ok := names[c]; ok {
		return view.ClassTag(name, "")
	}
	return view.Tag{Tone: view.Unknown, Text: text.T("web.work.absent")}
}

// nextToEnter is the form after this one: the next household of the village
// that has none yet, then of the commune; at the end the list.
func (p *Pages) nextToEnter(r *http.Request, round review.Round, h household.Household) (next string, last bool, err error) {
	scope := ActorOf(r.Context()).ScopeFor(account.RightWriteAssessment)
	under := []area.ID{h.VillageID}
	if c, ok := p.Tree().Ancestor(h.VillageID, p.Today(), area.Commune); ok {
		under = append(under, c.Area)
	}
	for _, id := range under {
		list, err := p.Reviews.ListFor(r.Context(), scope, round.ID, id)
		if err != nil {
			return "", false, err
		}
		at := slices.IndexFunc(list, func(l review.Listed) bool { return l.Household == h.ID })
		for i := range list {
			one := list[(at+1+i)%len(list)]
			if one.Household != h.ID && waits(one) {
				return p.toFill(round, one), false, nil
			}
		}
	}
	if round.Kind == review.InYear && len(under) > 1 {
		return requestsAddress(round.ID, under[1]), true, nil
	}
	return PathReview + "/" + url.PathEscape(round.ID) + "?" + paramArea + "=" + string(h.VillageID), true, nil
}
