package web

import (
	"net/http"
	"net/url"
	"strconv"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/fault"
	"giamngheo/internal/household"
	"giamngheo/internal/review"
	"giamngheo/internal/standard"
	"giamngheo/internal/text"
	"giamngheo/internal/vn"
	"giamngheo/internal/web/view"
)

// What can be done with a request, as the form names it.
const (
	actDecide   = "ky"
	actRefuse   = "tu-choi"
	actWithdraw = "rut"
)

func (p *Pages) requestPage(w http.ResponseWriter, r *http.Request) error {
	return p.showRequest(w, r, http.StatusOK, nil)
}

func (p *Pages) showRequest(w http.ResponseWriter, r *http.Request, status int, refused error) error {
	actor := ActorOf(r.Context())
	q, err := p.Reviews.FindRequest(r.Context(), actor.ScopeFor(account.RightReadHouseholds), r.PathValue("request"))
	if err != nil {
		return err
	}
	body := view.RequestPage{Head: view.Heading{Title: text.T("web.in_year.one", "number", requestNumber(q.InYearRequest), "head", q.Home.HeadName), Lead: text.T("web.in_year.kind." + q.Kind)}, State: p.requestTag(q.InYearRequest),
		Stands: hint("web.in_year.stands." + q.Stands)}
	if refused != nil {
		body.Notices = append(body.Notices, view.Notice{Mood: view.Bad, Text: fault.As(refused, text.T("common.internal")).Message})
	}
	switch {
	case r.URL.Query().Get("moi") != "" && q.DueOn != "":
		body.Notices = append(body.Notices, view.Notice{Mood: view.Good, Text: text.T("web.in_year.taken", "number", requestNumber(q.InYearRequest), "due", area.ShowDay(q.DueOn))})
	case r.URL.Query().Get("moi") != "":
		body.Notices = append(body.Notices, view.Notice{Mood: view.Good, Text: text.T("web.in_year.taken_no_due", "number", requestNumber(q.InYearRequest))})
	case r.URL.Query().Get("xong") != "":
		body.Notices = append(body.Notices, view.Notice{Mood: view.Good, Text: text.T("web.in_year.done." + q.State)})
	}
	if err := p.requestFacts(r, q, &body); err != nil {
		return err
	}
	p.requestLinks(actor, q, &body)
	p.requestActs(r, actor, &q, refused, &body)
	here, upload := PathRequests+"/"+url.PathEscape(q.ID), ""
	if actor.ScopeFor(account.RightWriteAssessment).Covers(p.Tree(), q.Commune.Area, p.Today()) {
		upload = here + "/tep"
	}
	if body.Files, err = p.files(r, review.Owner{Kind: review.OfRequest, ID: q.ID}, text.T("web.in_year.files"), text.T("web.in_year.files_lead"), upload, here); err != nil {
		return err
	}
	frame := Frame(r, body.Head.Title, view.NavReview, p.Demo)
	frame.Crumbs = append(p.communeCrumbs(q.Round.ID, q.Commune.Area, text.T("web.in_year.crumb")), view.Link{Text: requestNumber(q.InYearRequest)})
	frame.Crumbs[3].Href = requestsAddress(q.Round.ID, q.Commune.Area)
	frame.Scripts = []string{"js/upload.js"}
	return Render(w, r, status, view.Framed(frame, view.RequestBody(body)))
}

// requestFile keeps a file with a request: the signed paper, a proof.
func (p *Pages) requestFile(w http.ResponseWriter, r *http.Request) error {
	q, err := p.Reviews.FindRequest(r.Context(), ActorOf(r.Context()).ScopeFor(account.RightReadHouseholds), r.PathValue("request"))
	if err != nil {
		return err
	}
	if err := p.attach(r, review.Owner{Kind: review.OfRequest, ID: q.ID}, q.Commune.Area); err != nil {
		return err
	}
	return SeeOther(w, r, PathRequests+"/"+url.PathEscape(q.ID)+"#tep-kem")
}

func (p *Pages) requestFacts(r *http.Request, q review.RequestSheet, body *view.RequestPage) error {
	add := func(key, value string) {
		if value != "" {
			body.Facts = append(body.Facts, view.Definition{Term: text.T("web.in_year." + key), Value: value})
		}
	}
	ids := []string{q.By, q.DecidedBy}
	if q.Form != nil {
		ids = append(ids, q.Form.RecordedBy)
	}
	names, err := p.Accounts.FullNames(r.Context(), ids)
	if err != nil {
		return err
	}
	add("home", q.Home.HeadName+", "+q.Home.Code+", "+p.placeName(q.Home.VillageID, p.Today()))
	add("words", q.Words)
	add("received", text.T("web.in_year.received_by", "day", area.ShowDay(q.ReceivedOn), "who", names[q.By]))
	if q.HasClock {
		due := text.T("web.in_year.due_is", "due", area.ShowDay(q.DueOn), "term", clockTerm(q.Clock), "begins", area.ShowDay(q.Clock.Begins), "source", q.Clock.Source)
		add("due", due)
		body.Unsure = clockDoubts(q.Clock)
	} else {
		add("due", text.T("web.in_year.no_due"))
	}
	if q.Form != nil {
		add("form", text.T("web.in_year.form_is", "before", classBefore(q.Before), "now", text.T("web.class."+q.Form.Class.String()), "from", area.ShowDay(q.Form.EffectiveFrom), "surveyor", orUnknown(q.Form.Surveyor), "who", names[q.Form.RecordedBy]))
	}
	for _, d := range q.Decisions {
		i := d.Items[0]
		add("decision", text.T("web.in_year.decision_is", "number", review.DecisionNumber(d.Number), "day", area.ShowDay(d.SignedOn), "signer", text.T("dossier.capacity."+d.Capacity)+" "+d.Signer, "before", classBefore(i.Before), "now", text.T("web.class."+i.Class.String())))
	}
	if q.Reason != "" {
		body.Facts = append(body.Facts, view.Definition{Term: text.T("web.in_year.reason." + q.State), Value: q.Reason})
	}
	if q.DecidedAt != 0 {
		add("ended", text.T("web.dossier.by_at", "who", names[q.DecidedBy], "at", showTime(q.DecidedAt)))
	}
	return nil
}

// classBefore words the class before a decision, which nobody may know.
func classBefore(c standard.Class) string {
	if c == standard.Undetermined {
		return text.T("web.in_year.no_class")
	}
	return text.T("web.class." + c.String())
}

func orUnknown(s string) string {
	if s == "" {
		return text.T("web.in_year.unknown")
	}
	return s
}

// clockDoubts says what of a term nobody has confirmed.
func clockDoubts(c review.InYearClock) (list []string) {
	if !c.Days.Confirmed {
		list = append(list, text.T("web.in_year.unsure.days"))
	}
	if c.From > 0 {
		list = append(list, text.T("web.in_year.unsure.from", "day", c.From))
	}
	for _, d := range c.Unconfirmed {
		list = append(list, text.T("web.in_year.unsure.off", "day", area.ShowDay(d.Day)))
	}
	for _, y := range c.Unknown {
		list = append(list, text.T("web.in_year.unsure.year", "year", y))
	}
	return list
}

func (p *Pages) requestLinks(actor *account.Actor, q review.RequestSheet, body *view.RequestPage) {
	add := func(key, href string) {
		body.Links = append(body.Links, view.Link{Text: text.T("web.in_year." + key), Href: href})
	}
	add("see_household", householdAddress(q.Household))
	open := q.Round.State == review.Open
	switch {
	case open && q.State == review.RequestReceived && q.Form == nil && actor.Can(account.RightWriteAssessment):
		add("fill_in", formAddress(q.Round.ID, q.Household))
	case open && q.Form != nil && actor.Can(account.RightWriteAssessment):
		add("see_form", formAddress(q.Round.ID, q.Household))
	}
	if len(q.Decisions) > 0 {
		add("see_decision", decisionAddress(q.Round.ID, q.Commune.Area))
		add("see_certificate", certificateAddress(q.Round.ID, q.Commune.Area))
	}
}

// requestActs are what the reader can do now, and to the chair why he cannot.
func (p *Pages) requestActs(r *http.Request, actor *account.Actor, q *review.RequestSheet, refused error, body *view.RequestPage) {
	act := func(name string, kind view.ButtonKind, pairs ...any) view.DossierAct {
		key := "web.in_year.act." + name
		field := view.Field{Name: "reason-" + name, Label: text.T(key + ".reason"), Hint: hint(key + ".reason_hint"), Kind: view.LongInput, Value: r.PostForm.Get("reason-" + name)}
		a := view.DossierAct{Action: PathRequests + "/" + url.PathEscape(q.ID), Name: name, Rev: strconv.FormatInt(q.Rev, 10), Title: text.T(key+".title", pairs...), What: text.T(key+".what", pairs...),
			Fields: []view.Field{field}, Button: view.Button{Label: text.T(key + ".go"), Kind: kind}}
		if refused != nil && r.PostForm.Get("viec") == name {
			a.Fields[0].Error = view.ErrorFor(complaintFields(refused), "reason")
		}
		return a
	}
	note := func(err error) {
		body.Notices = append(body.Notices, view.Notice{Mood: view.Info, Text: fault.As(err, text.T("common.internal")).Message})
	}
	waits := q.State == review.RequestReceived
	if actor.Can(account.RightApprove) && (waits || q.DecideNot == nil) && refused == nil {
		if _, err := p.Reviews.MayDecide(actor, q); err != nil {
			note(err)
		} else if q.DecideNot != nil {
			note(q.DecideNot)
		}
	}
	if _, err := p.Reviews.MayDecide(actor, q); err == nil {
		if q.DecideNot == nil {
			a := act(actDecide, view.Primary, "head", q.Home.HeadName, "before", classBefore(q.Before), "now", text.T("web.class."+q.Form.Class.String()), "from", area.ShowDay(q.Form.EffectiveFrom))
			if !waits {
				a.Title, a.Fields[0].Label = text.T("web.in_year.act.correct.title"), text.T("web.in_year.act.correct.reason")
			}
			from := q.Form.EffectiveFrom
			switch {
			case from < q.ReceivedOn: // entered before there was a rule, or by a sheet
				a.Warn = append(a.Warn, text.T("web.in_year.early", "from", area.ShowDay(from), "received", area.ShowDay(q.ReceivedOn)))
			case from < p.Today():
				a.Warn = append(a.Warn, text.T("web.in_year.past_effect", "from", area.ShowDay(from)))
			case q.DueOn != "" && from > max(q.DueOn, p.Today()):
				a.Warn = append(a.Warn, text.T("web.in_year.late_effect", "from", area.ShowDay(from), "due", area.ShowDay(q.DueOn)))
			}
			body.Acts = append(body.Acts, a)
		}
		if q.RefuseNot == nil {
			body.Acts = append(body.Acts, act(actRefuse, view.Ordinary))
		}
	}
	if actor.Can(account.RightWriteRegistry) && q.WithdrawNot == nil {
		a := act(actWithdraw, view.Ordinary)
		a.Folded = refused == nil
		body.Acts = append(body.Acts, a)
	}
}

func (p *Pages) requestEnd(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	actor, id := ActorOf(r.Context()), r.PathValue("request")
	rev, _ := strconv.ParseInt(r.PostForm.Get("rev"), 10, 64)
	what := r.PostForm.Get("viec")
	reason := vn.NFC(r.PostForm.Get("reason-" + what))
	var err error
	switch what {
	case actDecide:
		if err = actor.Need(account.RightApprove); err == nil {
			_, err = p.Reviews.DecideRequest(r.Context(), actor, id, rev, reason)
		}
	case actRefuse:
		if err = actor.Need(account.RightApprove); err == nil {
			err = p.Reviews.RefuseRequest(r.Context(), actor, id, rev, reason)
		}
	case actWithdraw:
		if err = actor.Need(account.RightWriteRegistry); err == nil {
			err = p.Reviews.WithdrawRequest(r.Context(), household.Actor{ID: actor.ID, Scope: actor.ScopeFor(account.RightWriteRegistry)}, id, rev, reason)
		}
	default:
		err = fault.New(fault.Invalid, "bad_act", text.T("web.error.bad_form"))
	}
	if err != nil {
		return p.dossierRefused(w, r, err, p.showRequest)
	}
	return SeeOther(w, r, PathRequests+"/"+url.PathEscape(id)+"?xong=1")
}
