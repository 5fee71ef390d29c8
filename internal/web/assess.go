package web

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"giamngheo/internal/account"
	"giamngheo/internal/fault"
	"giamngheo/internal/household"
	"giamngheo/internal/review"
	"giamngheo/internal/standard"
	"giamngheo/internal/text"
	"giamngheo/internal/vn"
	"giamngheo/internal/web/view"
)

func (p *Pages) assessRoutes() []Route {
	write := Needs(account.RightWriteAssessment)
	form := PathReview + "/{round}/{household}"
	return []Route{
		{Method: "GET", Pattern: PathReview + "/{round}/tiep/{household}", Right: write, Handler: p.assessNext},
		{Method: "GET", Pattern: form, Right: write, Handler: p.assessForm},
		{Method: "POST", Pattern: form, Right: write, Handler: p.assessSave},
		{Method: "POST", Pattern: form + "/thu", Right: write, Handler: p.assessPreview},
		{Method: "POST", Pattern: form + "/canh-bao", Right: write, Handler: p.assessAnswer},
		{Method: "GET", Pattern: pathForms + "/{round}/{household}/" + secondEntry, Right: write, Handler: p.assessSecond},
		{Method: "POST", Pattern: pathForms + "/{round}/{household}/" + secondEntry, Right: write, Handler: p.assessSecondSave},
		{Method: "GET", Pattern: pathForms + "/{round}/{household}/" + entriesCompared, Right: write, Handler: p.assessCompared},
		{Method: "POST", Pattern: pathForms + "/{round}/{household}/" + entriesCompared, Right: write, Handler: p.assessDecide},
		{Method: "GET", Pattern: pathForms + "/{round}/{household}/{form}", Right: write, Handler: p.formPage},
		{Method: "POST", Pattern: pathForms + "/{round}/{household}/{form}", Right: write, Handler: p.formSave},
		{Method: "POST", Pattern: pathForms + "/{round}/{household}/{form}/thu", Right: write, Handler: p.formPreview},
		{Method: "POST", Pattern: pathForms + "/{round}/{household}/{form}/rut", Right: write, Handler: p.formTakeBack},
	}
}

func (p *Pages) writer(r *http.Request) household.Actor {
	actor := ActorOf(r.Context())
	return household.Actor{ID: actor.ID, Scope: actor.ScopeFor(account.RightWriteAssessment)}
}

func formAddress(round string, id household.ID) string {
	return PathReview + "/" + url.PathEscape(round) + "/" + string(id)
}

// paramPurpose is what the form is to be filled in for, as a link asks.
const paramPurpose = "muc-dich"

// recheckAddress is the form of a household that is to be asked again.
func recheckAddress(round string, id household.ID) string {
	return formAddress(round, id) + "?" + paramPurpose + "=" + review.Recheck
}

// pathForms begins the addresses of a household's forms beside Phiếu B.
const pathForms = "/phieu"

// partAddress is the address of a page beside the form.
func partAddress(round, part string, id household.ID) string {
	return pathForms + "/" + url.PathEscape(round) + "/" + string(id) + "/" + part
}

// assessForm shows the form: what is in force in the round, else empty, with
// last year's answers beside it.
func (p *Pages) assessForm(w http.ResponseWriter, r *http.Request) error {
	d, err := p.draft(r)
	if err != nil {
		return err
	}
	if d.Current.ID != "" && !verifies(r) {
		members := d.Assessment.Roster
		d.Assessment = d.Current
		d.Assessment.Roster = withAnswers(members, d.Current.Roster)
	}
	return p.showForm(w, r, http.StatusOK, d, url.Values{}, nil)
}

// verifies says whether the form is filled in to verify what a commune found:
// by whoever may, and without seeing it, so that the second answer is one.
func verifies(r *http.Request) bool {
	return r.URL.Query().Get(paramPurpose) == review.Verification && ActorOf(r.Context()).Can(account.RightVerify)
}

// withAnswers puts what was answered into the roster of today.
func withAnswers(members, answered []review.RosterMember) []review.RosterMember {
	known := map[household.PersonID]review.RosterMember{}
	for _, m := range answered {
		known[m.Person] = m
	}
	for i, m := range members {
		if a, ok := known[m.Person]; ok {
			members[i].Untreated, members[i].Insured, members[i].LowerSecondary, members[i].AtSchool = a.Untreated, a.Insured, a.LowerSecondary, a.AtSchool
		}
	}
	return members
}

func (p *Pages) showForm(w http.ResponseWriter, r *http.Request, status int, d review.Draft, typed url.Values, refused error) error {
	address := formAddress(d.Round.ID, d.Household.ID)
	second, verifying := strings.HasSuffix(r.URL.Path, "/"+secondEntry), verifies(r)
	blind := second || verifying
	rechecks := r.URL.Query().Get(paramPurpose) == review.Recheck && !blind && d.Current.ID != "" && d.Current.Purpose != review.Recheck
	first := d.Current.Surveyor
	if rechecks { // who went there, and when, is not what the form before says
		d.Assessment.Surveyor, d.Assessment.SurveyedOn = "", ""
	}
	s, err := p.sheetOf(d)
	if err != nil {
		return err
	}
	guidance, err := p.Reviews.GuidanceFor(r.Context(), d.Round.ID)
	if err != nil {
		return err
	}
	head := view.Heading{Title: text.T("web.assess.title", "form", s.b.Name, "head", d.Household.HeadName), Lead: text.T("web.assess.lead", "code", d.Household.Code, "place", p.placeName(d.Household.VillageID, p.Today()))}
	a := view.Assess{Head: head, Action: address, Preview: address + "/thu", Rev: strconv.FormatInt(d.Current.Rev, 10), Purpose: purposeSelect(ActorOf(r.Context()), typed, r.URL.Query().Get(paramPurpose)), LastYear: d.Last.ID != "" && !blind}
	if typed.Has("rev") {
		a.Rev = typed.Get("rev")
	}
	draft := []string{ActorOf(r.Context()).ID, d.Round.ID, string(d.Household.ID), a.Rev}
	if verifying {
		a.Action, a.Preview, a.Purpose = address+"?"+paramPurpose+"="+review.Verification, "", view.Select{}
		a.Hidden = append(a.Hidden, view.Pair{Name: "purpose", Value: review.Verification})
		a.Head.Title = text.T("web.assess.verify_title", "form", s.b.Name, "head", d.Household.HeadName)
		a.Note = view.Notice{Mood: view.Info, Text: text.T("web.assess.verify_note")}
		draft = append(draft, "v")
	}
	if rechecks && first != "" {
		a.Note = view.Notice{Mood: view.Info, Text: text.T("web.assess.recheck_note", "first", first)}
	}
	if second {
		a.Action, a.Preview, a.Purpose = partAddress(d.Round.ID, secondEntry, d.Household.ID), "", view.Select{}
		a.Head.Title = text.T("web.assess.second_title", "form", s.b.Name, "head", d.Household.HeadName)
		a.Note = view.Notice{Mood: view.Info, Text: text.T("web.assess.second_note")}
		draft = append(draft, "2")
	}
	a.Draft = strings.Join(draft, " ")
	if d.Current.ID != "" && !blind && d.Round.State == review.Open {
		a.Head.Actions = append(a.Head.Actions, view.Button{Label: text.T("web.assess.second"), Kind: view.Quiet, Href: partAddress(d.Round.ID, secondEntry, d.Household.ID)})
	}
	if before := typedOr(typed)(fieldBefore, d.Assessment.Detail.Before); before != "" && !blind {
		a.Hidden = append(a.Hidden, view.Pair{Name: fieldBefore, Value: before})
	}
	if refused != nil {
		a.Problems = p.formProblems(s, refused)
		a.Purpose.Error = view.ErrorFor(a.Problems, a.Purpose.Name)
	}
	a.Questions, a.Optional = p.questions(d, s, typed, a.Problems, guidance, blind)
	a.Open = slices.ContainsFunc(a.Optional, func(q view.Question) bool { return q.Error != "" || q.Warning != "" }) || a.Purpose.Error != "" || r.URL.Query().Has(paramPurpose) && !verifying
	if !blind {
		a.Result = p.assessResult(d, s)
	}
	if d.Round.State == review.Open {
		a.Result.Actions = savingActions()
		if second {
			a.Result.Actions = []view.Button{{Label: text.T("web.assess.second_save"), Kind: view.Primary, Finish: true}}
		}
		if verifying {
			a.Result.Actions = []view.Button{{Label: text.T("web.assess.verify_save"), Kind: view.Primary, Name: "roi", Value: "ho", Finish: true}}
		}
	}
	frame := p.formFrame(r, d.Round, d.Household, a.Head.Title)
	if d.Round.State == review.Open && !blind && refused == nil {
		why, err := p.Reviews.Refuses(r.Context(), d.Round, d.Household.VillageID, cmp.Or(r.URL.Query().Get(paramPurpose), review.Survey))
		if err != nil {
			return err
		}
		if why != "" {
			frame.Flash = append(frame.Flash, view.Notice{Mood: view.Warn, Text: why})
		}
	}
	return Render(w, r, status, view.Framed(frame, view.AssessBody(a)))
}

// formFrame is the frame of a page on one household's form.
func (p *Pages) formFrame(r *http.Request, round review.Round, h household.Household, title string) view.Page {
	place, _ := p.Tree().On(h.VillageID, p.Today())
	frame := Frame(r, title, view.NavReview, p.Demo)
	frame.Scripts = []string{view.AssessModule}
	address := PathReview + "/" + url.PathEscape(round.ID)
	frame.Crumbs = []view.Link{{Text: text.T("web.round_of", "id", round.ID), Href: address}, {Text: place.FullName, Href: address + "?" + paramArea + "=" + string(place.Area)}, {Text: title}}
	if round.State != review.Open {
		frame.Flash = append(frame.Flash, view.Notice{Mood: view.Warn, Text: text.T("review.round_closed", "id", round.ID)})
	}
	return frame
}

// assessResult is the class so far, with what it rests on.
func (p *Pages) assessResult(d review.Draft, s paperForm) view.Result {
	a := d.Assessment
	e := d.Set.Explain(a.AnswersFor(d.Set))
	r := view.Result{Class: view.ClassTag(view.Class(a.Class.String()), a.Label)}
	r.Class.Big = true
	if a.B1 != nil {
		r.Facts = append(r.Facts, view.Definition{Term: capital(d.Set.Score.Name), Value: strconv.Itoa(*a.B1), Strong: true})
	}
	unknown := strings.Count(a.Answers, "-")
	r.Facts = append(r.Facts, view.Definition{Term: text.T("web.assess.fact.deprived"), Value: text.T("web.assess.of", "n", strings.Count(a.Answers, "1"), "all", len(a.Answers)), Strong: true})
	if unknown > 0 {
		r.Facts = append(r.Facts, view.Definition{Term: text.T("web.assess.fact.unknown"), Value: strconv.Itoa(unknown)})
	}
	if out, err := s.b.Work(s.fill); err == nil && len(out.Missing) > 0 {
		r.Facts = append(r.Facts, view.Definition{Term: text.T("web.assess.fact.missing"), Value: strconv.Itoa(len(out.Missing))})
	}
	before := text.T("web.class.not_surveyed")
	if d.Last.ID != "" {
		before = view.ClassTag(view.Class(d.Before.String()), "").Text
	}
	if a.Transition != "" {
		before = text.T("web.assess.transition", "before", before, "code", a.Transition)
	}
	r.Facts = append(r.Facts, view.Definition{Term: text.T("web.assess.fact.before"), Value: before})
	r.Doubts = p.toAskAgain(d.Round, d.Set, &a)
	r.Doubtful = len(a.Warnings) > 0
	switch {
	case len(a.Warnings) > 0 && a.WarningAnswer == "":
		r.Notice = view.Notice{Mood: view.Warn, Title: text.T("web.assess.warnings", "n", len(a.Warnings)), Text: e.Reason}
	case a.Class == standard.Undetermined:
		r.Notice = view.Notice{Mood: view.Warn, Text: e.Reason}
	default:
		r.Notice = view.Notice{Mood: view.Info, Text: e.Reason}
	}
	return r
}

// roundOfForm is the form's round. Its standard and its days never change.
func (p *Pages) roundOfForm(r *http.Request) (review.Round, error) {
	id := r.PathValue("round")
	if round, ok := p.rounds.Load(id); ok {
		return round.(review.Round), nil
	}
	round, err := p.Reviews.FindRound(r.Context(), id)
	if err == nil {
		p.rounds.Store(id, round)
	}
	return round, err
}

// draft is the state of the form's household, for showing the form again.
func (p *Pages) draft(r *http.Request) (review.Draft, error) {
	return p.Reviews.Preview(r.Context(), p.writer(r), review.Entry{Round: r.PathValue("round"), Household: household.ID(r.PathValue("household"))})
}

func (p *Pages) assessPreview(w http.ResponseWriter, r *http.Request) error {
	var d review.Draft
	e, err := p.entry(r)
	if err == nil {
		d, err = p.Reviews.Preview(r.Context(), p.writer(r), e)
	}
	if err != nil {
		f := fault.As(err, text.T("common.internal"))
		if f.Kind != fault.Invalid {
			return err
		}
		return Render(w, r, http.StatusUnprocessableEntity, view.NoticeBox(view.Notice{Mood: view.Bad, Text: f.Message}))
	}
	s, err := p.sheetOf(d)
	if err != nil {
		return err
	}
	return Render(w, r, http.StatusOK, view.AssessResult(p.assessResult(d, s)))
}

func (p *Pages) assessSave(w http.ResponseWriter, r *http.Request) error {
	e, err := p.entry(r)
	by := p.writer(r)
	if e.Purpose == review.Verification { // nobody verifies his own commune
		actor := ActorOf(r.Context())
		if err := actor.Need(account.RightVerify); err != nil {
			return err
		}
		by.Scope = actor.ScopeFor(account.RightVerify)
	}
	if err == nil {
		_, err = p.Reviews.Save(r.Context(), by, e)
	}
	if err == nil {
		if r.PostForm.Get("roi") == "ho" {
			return SeeOther(w, r, saved(PathHouseholds+"/"+string(e.Household), "form"))
		}
		return SeeOther(w, r, nextAddress(e.Round, e.Household))
	}
	return p.refusedForm(w, r, err)
}

// refusedForm shows a form that was not saved with what was typed into it.
func (p *Pages) refusedForm(w http.ResponseWriter, r *http.Request, err error) error {
	kind := fault.Of(err)
	if kind != fault.Invalid && kind != fault.Conflict {
		return err
	}
	d, reading := p.draft(r)
	if reading != nil {
		return reading
	}
	status := http.StatusUnprocessableEntity
	if kind == fault.Conflict {
		status = http.StatusConflict
	}
	return p.showForm(w, r, status, d, r.PostForm, err)
}

// assessNext leads to the form after this one.
func (p *Pages) assessNext(w http.ResponseWriter, r *http.Request) error {
	d, err := p.draft(r)
	if err != nil {
		return err
	}
	next, last, err := p.nextToEnter(r, d.Round, d.Household)
	switch {
	case err != nil:
		return err
	case !r.URL.Query().Has(paramSaved):
		return SeeOther(w, r, next)
	case last:
		return SeeOther(w, r, saved(next, "form_last"))
	}
	return SeeOther(w, r, saved(next, "form_next"))
}

// savingActions save a form of the pile: on to the next household, or to its own
// page.
func savingActions() []view.Button {
	return []view.Button{{Label: text.T("web.assess.save_next"), Kind: view.Primary, Name: "roi", Value: goOn, Finish: true}, {Label: text.T("web.assess.save"), Name: "roi", Value: "ho"}}
}

// goOn asks for the next household once a form is saved.
const goOn = "tiep"

// nextAddress leads on from a form that was saved just now.
func nextAddress(round string, id household.ID) string {
	return saved(PathReview+"/"+url.PathEscape(round)+"/tiep/"+string(id), "form")
}

// assessAnswer records what was found out about a disagreement between form
// and list of members.
func (p *Pages) assessAnswer(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	rev, _ := strconv.ParseInt(r.PostForm.Get("rev"), 10, 64)
	id := household.ID(r.PathValue("household"))
	if err := p.Reviews.AnswerWarnings(r.Context(), p.writer(r), r.PathValue("round"), id, rev, vn.NFC(r.PostForm.Get("warning_answer"))); err != nil {
		return err
	}
	return SeeOther(w, r, saved(PathHouseholds+"/"+string(id), "answer"))
}
