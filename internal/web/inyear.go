package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/fault"
	"giamngheo/internal/household"
	"giamngheo/internal/review"
	"giamngheo/internal/text"
	"giamngheo/internal/web/view"
)

// PathRequests is the address of requests within the year.
const PathRequests = "/de-nghi"

func (p *Pages) inYearRoutes() []Route {
	list, changes := PathReview+"/{round}/trong-nam/{commune}", PathReview+"/{round}/bien-dong"
	reads, tables := Needs(account.RightReadHouseholds), Needs(account.RightTables)
	return []Route{
		{Method: "GET", Pattern: list, Right: reads, Handler: p.requestList},
		{Method: "POST", Pattern: list + "/nhan", Right: Needs(account.RightWriteRegistry), Handler: p.requestTake},
		{Method: "GET", Pattern: PathRequests + "/{request}", Right: reads, Handler: p.requestPage},
		{Method: "POST", Pattern: PathRequests + "/{request}/tep", Right: Needs(account.RightWriteAssessment), Limit: uploadLimit, Handler: p.requestFile},
		{Method: "POST", Pattern: PathRequests + "/{request}", Right: Either(account.RightApprove, account.RightWriteRegistry), Handler: p.requestEnd},
		{Method: "GET", Pattern: changes, Right: tables, Handler: p.changesPage},
		{Method: "GET", Pattern: changes + "/tep/{format}", Right: tables, Handler: p.changesFile},
	}
}

func requestsAddress(round string, commune area.ID) string {
	return PathReview + "/" + url.PathEscape(round) + "/trong-nam/" + url.PathEscape(string(commune))
}

// inYearAddress is where an in-year round begins for a reader: a commune's
// requests, the changes of a larger area, a village's list.
func (p *Pages) inYearAddress(actor *account.Actor, round string) string {
	v, _ := p.Tree().On(p.home(actor.Reading()), p.Today())
	switch {
	case v.Level == area.Commune && actor.Can(account.RightReadHouseholds):
		return requestsAddress(round, v.Area)
	case v.Level != area.Village && actor.Can(account.RightTables):
		return changesAddress(round, v.Area, "")
	case actor.Can(account.RightReadHouseholds):
		return PathReview + "/" + url.PathEscape(round)
	}
	return ""
}

// inYearLinks are the pages of an in-year round about an area, without the one
// that is shown.
func (p *Pages) inYearLinks(actor *account.Actor, round string, at area.Version, shown string) (links []view.Link) {
	if at.Level == area.Commune && actor.Can(account.RightReadHouseholds) {
		links = append(links, view.Link{Text: text.T("web.in_year.requests"), Href: requestsAddress(round, at.Area)}, view.Link{Text: text.T("web.decision.crumb"), Href: decisionAddress(round, at.Area)},
			view.Link{Text: text.T("web.certificate.crumb"), Href: certificateAddress(round, at.Area)})
	}
	if at.Level != area.Village && actor.Can(account.RightTables) {
		links = append(links, view.Link{Text: text.T("web.in_year.progress"), Href: progressAddress(round, at.Area)}, view.Link{Text: text.T("web.in_year.changes"), Href: changesAddress(round, at.Area, "")})
	}
	return slices.DeleteFunc(links, func(l view.Link) bool { return l.Href == shown })
}

func (p *Pages) requestList(w http.ResponseWriter, r *http.Request) error {
	return p.showRequests(w, r, http.StatusOK, nil)
}

func (p *Pages) showRequests(w http.ResponseWriter, r *http.Request, status int, refused error) error {
	commune, round := area.ID(r.PathValue("commune")), r.PathValue("round")
	actor := ActorOf(r.Context())
	o, err := p.Reviews.FindRound(r.Context(), round)
	if err != nil {
		return err
	}
	list, err := p.Reviews.Requests(r.Context(), actor.ScopeFor(account.RightReadHouseholds), round, commune)
	if err != nil {
		return err
	}
	v, _ := p.Tree().Lately(commune, p.Today())
	body := view.RequestList{List: view.Table{ID: "de-nghi", Caption: text.T("web.in_year.requests"), HideCaption: true, Stacked: true, Columns: []view.Column{{Label: text.T("web.in_year.number")}, {Label: text.T("web.household.head")},
		{Label: text.T("web.household.village")}, {Label: text.T("web.in_year.kind")}, {Label: text.T("web.in_year.received")}, {Label: text.T("web.in_year.due")}, {Label: text.T("web.in_year.state")}}}}
	open, late := 0, 0
	for _, q := range list {
		if q.State == review.RequestReceived {
			open++
			if left, ok := p.Reviews.DaysLeft(q.InYearRequest); ok && left < 0 {
				late++
			}
		}
		due := view.Cell{Text: text.T("web.in_year.no_due")}
		if q.DueOn != "" {
			due.Text = area.ShowDay(q.DueOn)
		}
		stands := view.Cell{Tag: p.requestTag(q.InYearRequest), Note: hint("web.in_year.stands." + q.Stands)}
		body.List.Rows = append(body.List.Rows, view.Row{Href: PathRequests + "/" + q.ID, Cells: []view.Cell{{Text: requestNumber(q.InYearRequest)}, {Text: q.Head, Note: q.Code}, {Text: p.placeName(q.Village, p.Today())},
			{Text: text.T("web.in_year.kind." + q.Kind)}, {Text: area.ShowDay(q.ReceivedOn)}, due, stands}})
	}
	if len(list) == 0 {
		body.List.Blank = view.Blank{State: view.Empty, Text: text.T("web.in_year.nobody")}
	}
	body.Head = view.Heading{Title: text.T("web.in_year.title", "area", v.FullName, "open", open, "late", late), Lead: text.T("web.in_year.lead", "round", round)}
	body.Links = p.inYearLinks(actor, round, v, requestsAddress(round, commune))
	if o.Kind != review.InYear || o.State != review.Open {
		if body.Notices, err = p.otherInYear(r, o, commune); err != nil {
			return err
		}
	} else if actor.Can(account.RightWriteRegistry) {
		waiting, err := p.Reviews.AskedOnPaper(r.Context(), actor.ScopeFor(account.RightReadHouseholds), round, commune)
		if err != nil {
			return err
		}
		p.requestForm(r, o, commune, refused, waiting, &body)
		body.Papers = p.papersTable(round, commune, waiting)
	}
	frame := Frame(r, body.Head.Title, view.NavReview, p.Demo)
	frame.Crumbs = p.communeCrumbs(round, commune, text.T("web.in_year.crumb"))
	return Render(w, r, status, view.Framed(frame, view.RequestListBody(body)))
}

// paramForm names the form 1a or 1b from which a request is taken.
const paramForm = "phieu"

// fromPaper is where a request is taken from a form that was entered.
func fromPaper(round string, commune area.ID, one review.AskedOnPaper) string {
	return requestsAddress(round, commune) + "?" + url.Values{"ho": {one.Code}, paramForm: {one.Kind}}.Encode()
}

// papersTable lists forms 1a and 1b for which no clock runs yet.
func (p *Pages) papersTable(round string, commune area.ID, waiting []review.AskedOnPaper) view.Table {
	t := view.Table{ID: "giay-chua-nhan", Caption: text.T("web.in_year.papers", "n", len(waiting)), Stacked: true, Source: text.T("web.in_year.papers_source"), Columns: []view.Column{{Label: text.T("web.household.head")},
		{Label: text.T("web.household.village")}, {Label: text.T("web.in_year.kind")}, {Label: text.T("web.in_year.asked_on")}}}
	for _, one := range waiting {
		t.Rows = append(t.Rows, view.Row{Href: fromPaper(round, commune, one), Cells: []view.Cell{{Text: one.Head, Note: one.Code}, {Text: p.placeName(one.Village, p.Today())}, {Text: text.T("web.in_year.kind." + one.Kind)}, {Text: area.ShowDay(one.AskedOn)}}})
	}
	return t
}

// requestForm is the form that takes a request, with how its clock would run.
func (p *Pages) requestForm(r *http.Request, o review.Round, commune area.ID, refused error, waiting []review.AskedOnPaper, body *view.RequestList) {
	body.Action, body.Problems = requestsAddress(o.ID, commune)+"/nhan", complaintFields(refused)
	in := r.PostForm
	if asked := r.URL.Query(); in == nil {
		for _, one := range waiting {
			if one.Code == asked.Get("ho") && one.Kind == asked.Get(paramForm) {
				in = url.Values{"household": {one.Code}, "kind": {one.Kind}, "words": {one.Words}, "received_on": {area.ShowDay(one.AskedOn)}}
				body.Notices = append(body.Notices, view.Notice{Mood: view.Info, Text: text.T("web.in_year.from_paper", "form", one.Kind, "head", one.Head)})
			}
		}
	}
	body.Kind = view.Choice{Name: "kind", Label: text.T("web.in_year.kind"), Error: view.ErrorFor(body.Problems, "kind")}
	for _, kind := range review.RequestKinds {
		body.Kind.Options = append(body.Kind.Options, view.Option{Value: kind, Label: text.T("web.in_year.kind." + kind), Hint: hint("web.in_year.kind_hint." + kind), Selected: in.Get("kind") == kind})
	}
	field := func(name string, kind view.InputKind, value string) view.Field {
		return view.Field{Name: name, Label: text.T("web.in_year." + name), Hint: hint("web.in_year." + name + "_hint"), Kind: kind, Value: value, Error: view.ErrorFor(body.Problems, name)}
	}
	code := in.Get("household")
	if in == nil {
		code = r.URL.Query().Get("ho")
	}
	body.Fields = []view.Field{field("household", view.TextInput, code), field("words", view.LongInput, in.Get("words")), field("received_on", view.DayInput, in.Get("received_on"))}
	if clock, ok := p.Reviews.InYearClockOf(p.Today()); ok {
		body.Clock = text.T("web.in_year.clock_today", "due", area.ShowDay(clock.Due), "term", clockTerm(clock), "source", clock.Source)
	}
	body.Open = refused != nil || code != ""
}

// clockTerm words the length of a term.
func clockTerm(c review.InYearClock) string {
	return text.T("web.in_year.term."+c.Days.Unit, "n", c.Days.Value)
}

// otherInYear says where requests of the year are taken instead, or who opens
// the round for them.
func (p *Pages) otherInYear(r *http.Request, o review.Round, commune area.ID) ([]view.Notice, error) {
	rounds, err := p.Reviews.Rounds(r.Context())
	if err != nil {
		return nil, err
	}
	year, _ := strconv.Atoi(p.Today()[:4])
	if open := review.OpenInYear(rounds, year); len(open) > 0 {
		last := open[len(open)-1]
		return []view.Notice{{Mood: view.Info, Text: text.T("web.in_year.other", "id", o.ID, "open", last.ID), Link: view.Link{Text: text.T("web.in_year.go_open", "open", last.ID), Href: requestsAddress(last.ID, commune)}}}, nil
	}
	return []view.Notice{{Mood: view.Warn, Text: text.T("web.in_year.none_open", "year", year)}}, nil
}

func requestNumber(q review.InYearRequest) string {
	return strconv.Itoa(q.Number) + "/" + strconv.Itoa(q.Year)
}

func (p *Pages) requestTag(q review.InYearRequest) view.Tag {
	if q.State != review.RequestReceived {
		tone := view.Out
		if q.State == review.RequestDecided {
			tone = view.Brand
		}
		return view.Tag{Tone: tone, Text: text.T("web.in_year.state." + q.State)}
	}
	left, ok := p.Reviews.DaysLeft(q)
	switch {
	case !ok:
		return view.Tag{Tone: view.Near, Text: text.T("web.in_year.waiting")}
	case left < 0:
		return view.Tag{Tone: view.Poor, Text: text.T("web.in_year.late", "n", -left)}
	case left == 0:
		return view.Tag{Tone: view.Near, Text: text.T("web.in_year.today")}
	}
	return view.Tag{Tone: view.Near, Text: text.T("web.in_year.left", "n", left)}
}

func (p *Pages) requestTake(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	actor := ActorOf(r.Context())
	by := household.Actor{ID: actor.ID, Scope: actor.ScopeFor(account.RightWriteRegistry)}
	q := review.InYearRequest{Round: r.PathValue("round"), Area: area.ID(r.PathValue("commune")), Kind: r.PostForm.Get("kind"), Words: r.PostForm.Get("words")}
	id, home := p.householdTyped(r, by.Scope)
	q.Household = id
	day := dayTyped(r.PostForm, "received_on", &q.ReceivedOn)
	err := fault.Together(home, day, p.Reviews.CheckRequest(q))
	if err == nil {
		q, err = p.Reviews.ReceiveRequest(r.Context(), by, q)
	}
	switch {
	case err == nil:
		return SeeOther(w, r, PathRequests+"/"+q.ID+"?moi=1")
	case fault.Of(err) == fault.Invalid:
		return p.showRequests(w, r, http.StatusUnprocessableEntity, err)
	}
	return err
}

// householdTyped finds the household by the printed code that was typed.
func (p *Pages) householdTyped(r *http.Request, scope area.Scope) (household.ID, error) {
	code := strings.ToUpper(strings.TrimSpace(r.PostForm.Get("household")))
	if code == "" {
		return "", nil
	}
	var h household.Household
	err := p.DB.Read(r.Context(), func(tx *db.Tx) (err error) {
		h, err = p.Households.FindByCode(tx, scope, code)
		return err
	})
	if err != nil && fault.Of(err) == fault.NotFound {
		return "", fault.New(fault.Invalid, "no_household", text.T("web.in_year.no_household", "code", code), fault.Field{Name: "household", Message: text.T("web.in_year.no_household", "code", code)})
	}
	return h.ID, err
}

// inYearOpening says that nobody takes requests this year, and how the
// province begins it.
func (p *Pages) inYearOpening(actor *account.Actor, rounds []review.Round) (o view.InYearOpening) {
	o.Year = p.Today()[:4]
	year, _ := strconv.Atoi(o.Year)
	if !actor.Can(account.RightReadHouseholds) || len(review.OpenInYear(rounds, year)) > 0 {
		return view.InYearOpening{}
	}
	o.Text = text.T("web.in_year.none_open", "year", year)
	if actor.Can(account.RightRounds) {
		o.ID = freeInYearID(rounds, o.Year)
		o.Text, o.Action, o.Button = text.T("web.in_year.none_open_here", "year", year), PathReview, text.T("web.in_year.open_go", "id", o.ID)
	}
	return o
}

// freeInYearID is the id that a new in-year round of a year gets: 2017-TX,
// and 2017-TX2 where that one has been closed.
func freeInYearID(rounds []review.Round, year string) string {
	id := year + "-TX"
	for n := 2; slices.ContainsFunc(rounds, func(o review.Round) bool { return o.ID == id }); n++ {
		id = year + "-TX" + strconv.Itoa(n)
	}
	return id
}
