package web

import (
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
	}
}

func (p *Pages) writer(r *http.Request) household.Actor {
	actor := ActorOf(r.Context())
	return household.Actor{ID: actor.ID, Scope: actor.ScopeFor(account.RightWriteAssessment)}
}

func formAddress(round string, id household.ID) string {
	return PathReview + "/" + url.PathEscape(round) + "/" + string(id)
}

// assessForm shows the form: what is in force in the round, else empty, with
// last year's answers beside it.
func (p *Pages) assessForm(w http.ResponseWriter, r *http.Request) error {
	d, err := p.Reviews.Preview(r.Context(), p.writer(r), review.Entry{Round: r.PathValue("round"), Household: household.ID(r.PathValue("household"))})
	if err != nil {
		return err
	}
	if d.Current.ID != "" {
		members := d.Assessment.Roster
		d.Assessment = d.Current
		d.Assessment.Roster = withAnswers(members, d.Current.Roster)
	}
	return p.showForm(w, r, http.StatusOK, d, url.Values{}, nil)
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
	pl := place{Scope: ActorOf(r.Context()).ScopeFor(account.RightWriteAssessment), Round: d.Round, Boundaries: p.Today()}
	pl.Area, _ = p.Tree().On(d.Household.VillageID, p.Today())
	head := view.Heading{Title: text.T("web.assess.title", "head", d.Household.HeadName), Lead: text.T("web.assess.lead", "code", d.Household.Code, "place", p.placeName(d.Household.VillageID, p.Today()))}
	a := view.Assess{Head: head, Action: formAddress(d.Round.ID, d.Household.ID), Preview: formAddress(d.Round.ID, d.Household.ID) + "/thu", Rev: strconv.FormatInt(d.Current.Rev, 10),
		Questions: p.questions(d, typed), Optional: p.optionalQuestions(d, typed), Purpose: purposeSelect(typed), Result: p.assessResult(d), LastYear: d.Last.ID != ""}
	if typed.Has("rev") {
		a.Rev = typed.Get("rev")
	}
	a.Draft = strings.Join([]string{ActorOf(r.Context()).ID, d.Round.ID, string(d.Household.ID), a.Rev}, " ")
	if before := typedOr(typed)(fieldBefore, d.Assessment.Detail.Before); before != "" {
		a.Hidden = append(a.Hidden, view.Pair{Name: fieldBefore, Value: before})
	}
	if refused != nil {
		a.Problems = formProblems(refused)
		for _, list := range [][]view.Question{a.Questions, a.Optional} {
			for i := range list {
				list[i].Error = view.ErrorFor(a.Problems, list[i].Name)
			}
		}
		a.Purpose.Error = view.ErrorFor(a.Problems, a.Purpose.Name)
	}
	a.Open = slices.ContainsFunc(a.Optional, func(q view.Question) bool { return q.Error != "" }) || a.Purpose.Error != ""
	if d.Round.State == review.Open {
		a.Result.Actions = []view.Button{{Label: text.T("web.assess.save_next"), Kind: view.Primary, Name: "roi", Value: "tiep", Finish: true}, {Label: text.T("web.assess.save"), Name: "roi", Value: "ho"}}
	}
	frame := Frame(r, head.Title, view.NavReview, p.Demo)
	frame.Scripts = []string{view.AssessModule}
	frame.Crumbs = []view.Link{{Text: text.T("web.round_of", "id", d.Round.ID), Href: PathReview + "/" + url.PathEscape(d.Round.ID)},
		{Text: pl.Area.FullName, Href: PathReview + "/" + url.PathEscape(d.Round.ID) + "?" + paramArea + "=" + string(pl.Area.Area)}, {Text: head.Title}}
	if d.Round.State != review.Open {
		frame.Flash = append(frame.Flash, view.Notice{Mood: view.Warn, Text: text.T("review.round_closed", "id", d.Round.ID)})
	}
	return Render(w, r, status, view.Framed(frame, view.AssessBody(a)))
}

// assessResult is the class so far, with what it rests on.
func (p *Pages) assessResult(d review.Draft) view.Result {
	a := d.Assessment
	e := d.Set.Explain(a.AnswersFor(d.Set))
	r := view.Result{Class: view.ClassTag(view.Class(a.Class.String()), a.Label)}
	r.Class.Big = true
	if a.B1 != nil {
		r.Facts = append(r.Facts, view.Definition{Term: text.T("web.assess.fact.b1"), Value: strconv.Itoa(*a.B1), Strong: true})
	}
	unknown := strings.Count(a.Answers, "-")
	r.Facts = append(r.Facts, view.Definition{Term: text.T("web.assess.fact.deprived"), Value: text.T("web.assess.of", "n", strings.Count(a.Answers, "1"), "all", len(a.Answers)), Strong: true})
	if unknown > 0 {
		r.Facts = append(r.Facts, view.Definition{Term: text.T("web.assess.fact.unknown"), Value: strconv.Itoa(unknown)})
	}
	before := text.T("web.class.not_surveyed")
	if d.Last.ID != "" {
		before = view.ClassTag(view.Class(d.Before.String()), "").Text
	}
	if a.Transition != "" {
		before = text.T("web.assess.transition", "before", before, "code", a.Transition)
	}
	r.Facts = append(r.Facts, view.Definition{Term: text.T("web.assess.fact.before"), Value: before})
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

// setOf is the standard of the form's round, which never changes.
func (p *Pages) setOf(r *http.Request) (*standard.Set, error) {
	id := r.PathValue("round")
	if set, ok := p.sets.Load(id); ok {
		return set.(*standard.Set), nil
	}
	round, err := p.Reviews.FindRound(r.Context(), id)
	if err != nil {
		return nil, err
	}
	set, err := p.Law.ByID(round.Standard)
	if err == nil {
		p.sets.Store(id, set)
	}
	return set, err
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
	return Render(w, r, http.StatusOK, view.AssessResult(p.assessResult(d)))
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
			return SeeOther(w, r, PathHouseholds+"/"+string(e.Household))
		}
		return SeeOther(w, r, PathReview+"/"+url.PathEscape(e.Round)+"/tiep/"+string(e.Household))
	}
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
	next, err := p.nextToEnter(r, d.Round, d.Household)
	if err != nil {
		return err
	}
	return SeeOther(w, r, next)
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
	return SeeOther(w, r, PathHouseholds+"/"+string(id))
}
