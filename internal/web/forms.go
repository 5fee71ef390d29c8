package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/fault"
	"giamngheo/internal/form"
	"giamngheo/internal/household"
	"giamngheo/internal/review"
	"giamngheo/internal/text"
	"giamngheo/internal/vn"
	"giamngheo/internal/web/view"
)

// besidePhieuB are the forms that a household has beside Phiếu B, in the order
// in which the review uses them.
var besidePhieuB = []string{form.RequestEnter, form.RequestLeave, form.Screening, form.Needs}

// formPart is a form's part of the address: a, c, 1a, 1b.
func formPart(code string) string { return strings.ToLower(code) }

func formCode(r *http.Request) string {
	for _, code := range besidePhieuB {
		if formPart(code) == r.PathValue("form") {
			return code
		}
	}
	return r.PathValue("form")
}

// formEntry reads a form beside Phiếu B.
func (p *Pages) formEntry(r *http.Request) (review.FormEntry, error) {
	e := review.FormEntry{Round: r.PathValue("round"), Household: household.ID(r.PathValue("household")), Form: formCode(r)}
	if err := r.ParseForm(); err != nil {
		return e, badForm(err)
	}
	d, err := p.Reviews.DraftForm(r.Context(), p.writer(r), e)
	if err != nil {
		return e, err
	}
	answers, wrong := (&formFields{form: d.Form.Keeping("")}).read(r.PostForm)
	e.Answers, e.DoubtAnswer, e.Reason = answers, vn.NFC(r.PostForm.Get("warning_answer")), vn.NFC(r.PostForm.Get("reason"))
	if e.Rev, err = strconv.ParseInt(r.PostForm.Get("rev"), 10, 64); err != nil {
		e.Rev = -1
	}
	if len(wrong) > 0 {
		return e, fault.New(fault.Invalid, "form_refused", wrong[0].Message, wrong...)
	}
	return e, nil
}

func (p *Pages) formPage(w http.ResponseWriter, r *http.Request) error {
	return p.showBeside(w, r, http.StatusOK, url.Values{}, nil)
}

// showBeside shows a form beside Phiếu B: what is in force, or what was typed
// and refused.
func (p *Pages) showBeside(w http.ResponseWriter, r *http.Request, status int, typed url.Values, refused error) error {
	e := review.FormEntry{Round: r.PathValue("round"), Household: household.ID(r.PathValue("household")), Form: formCode(r)}
	d, err := p.Reviews.DraftForm(r.Context(), p.writer(r), e)
	if err != nil {
		return err
	}
	if d.Current.InForce {
		e.Answers = d.Current.Answers
		if d, err = p.Reviews.DraftForm(r.Context(), p.writer(r), e); err != nil {
			return err
		}
	}
	guidance, err := p.Reviews.GuidanceFor(r.Context(), d.Round.ID)
	if err != nil {
		return err
	}
	address := partAddress(d.Round.ID, formPart(e.Form), e.Household)
	a := view.Assess{Action: address, Preview: address + "/thu", Rev: strconv.FormatInt(d.Current.Rev, 10), LastYear: d.Filling.Last != nil, Result: formResult(d),
		Head: view.Heading{Title: text.T("web.assess.title", "form", d.Form.Name, "head", d.Household.HeadName), Lead: text.T("web.assess.lead", "code", d.Household.Code, "place", p.placeName(d.Household.VillageID, p.Today()))}}
	if typed.Has("rev") {
		a.Rev = typed.Get("rev")
	}
	a.Draft = strings.Join([]string{ActorOf(r.Context()).ID, d.Round.ID, string(e.Household), a.Rev, e.Form}, " ")
	if d.Form.Note != "" {
		a.Note = view.Notice{Mood: view.Info, Text: d.Form.Note}
	}
	own := d.Form.Keeping("")
	if refused != nil {
		a.Problems = problemsAt([]*form.Form{own}, fieldOf(&own.Sections[0].Questions[0], ""), refused)
	}
	fields := formFields{form: own, filling: d.Filling, typed: typed, problems: a.Problems, answered: d.Current.InForce, guidance: guidance, doubts: doubtsAt(d.Current.Doubts)}
	a.Questions, a.Optional = fields.parts()
	a.Questions = append(keptElsewhere(d), a.Questions...)
	value := typedOr(typed)
	a.Questions = append(a.Questions, view.Question{Code: "!", Name: "warning_answer", Text: text.T("web.assess.warning_answer"), Hint: text.T("web.form.doubt_hint"), Value: value("warning_answer", d.Current.DoubtAnswer), Words: true, WhenDoubtful: true})
	if d.Current.InForce {
		a.Questions = append(a.Questions, view.Question{Code: "!", Name: "reason", Text: text.T("web.assess.reason"), Hint: text.T("web.assess.reason_hint"), Value: value("reason", ""), Words: true, Error: view.ErrorFor(a.Problems, "reason")})
	}
	if d.Round.State == review.Open {
		a.Result.Actions = []view.Button{{Label: text.T("web.assess.save"), Kind: view.Primary, Finish: true}}
		if !slices.Contains(review.RequestKinds, e.Form) {
			a.Result.Actions = savingActions()
		}
		if d.Current.InForce {
			a.TakeBack = view.TakeBack{Action: address + "/rut", Rev: a.Rev, Button: text.T("web.form.take_back", "form", d.Form.Name), Hint: text.T("web.form.take_back_hint"), Reason: view.Field{Name: "ly-do-rut", Label: text.T("web.form.take_back_why"), Required: true, Width: "full"}}
		}
	}
	return Render(w, r, status, view.Framed(p.formFrame(r, d.Round, d.Household, a.Head.Title), view.AssessBody(a)))
}

// keptElsewhere are the answers of the form that stand on Phiếu B: shown, and
// changed there.
func keptElsewhere(d review.FormDraft) (list []view.Question) {
	kept := d.Form.Keeping("assessment")
	for i := range kept.Sections {
		s := &kept.Sections[i]
		for j := range s.Questions {
			q := &s.Questions[j]
			shown := q.Shown(d.Filling.Answers[q.Code])
			if shown == "" {
				shown = text.T("web.form.not_yet")
			}
			list = append(list, view.Question{Heading: s.Title, Code: q.Number, Text: q.Short, Said: shown, Hint: text.T("web.form.kept")})
		}
	}
	return list
}

// formResult is what the form's own rule makes of the answers so far.
func formResult(d review.FormDraft) view.Result {
	var r view.Result
	if n := len(d.Outcome.Missing); n > 0 {
		r.Facts = append(r.Facts, view.Definition{Term: text.T("web.assess.fact.missing"), Value: strconv.Itoa(n)})
	}
	if result, ok := d.Form.Holding(d.Filling); ok {
		r.Notice = view.Notice{Mood: view.Info, Text: result.Text.Text}
	} else if len(d.Form.Results) > 0 {
		r.Notice = view.Notice{Mood: view.Warn, Text: text.T("web.form.open")}
	}
	for _, w := range d.Outcome.Warnings {
		r.Doubts = append(r.Doubts, w.Text)
	}
	r.Doubtful = len(r.Doubts) > 0
	return r
}

func (p *Pages) formPreview(w http.ResponseWriter, r *http.Request) error {
	e, err := p.formEntry(r)
	var d review.FormDraft
	if err == nil {
		d, err = p.Reviews.DraftForm(r.Context(), p.writer(r), e)
	}
	if err != nil {
		f := fault.As(err, text.T("common.internal"))
		if f.Kind != fault.Invalid {
			return err
		}
		return Render(w, r, http.StatusUnprocessableEntity, view.NoticeBox(view.Notice{Mood: view.Bad, Text: f.Message}))
	}
	result := formResult(d)
	if len(d.Outcome.Faults) > 0 {
		result.Notice = view.Notice{Mood: view.Bad, Text: d.Outcome.Faults[0].Text}
	}
	return Render(w, r, http.StatusOK, view.AssessResult(result))
}

func (p *Pages) formSave(w http.ResponseWriter, r *http.Request) error {
	e, err := p.formEntry(r)
	if err == nil {
		_, err = p.Reviews.SaveForm(r.Context(), p.writer(r), e)
	}
	if err == nil {
		if r.PostForm.Get("roi") == goOn {
			return SeeOther(w, r, nextAddress(e.Round, e.Household))
		}
		next, err := p.afterForm(r, e)
		if err != nil {
			return err
		}
		return SeeOther(w, r, saved(next, "form"))
	}
	switch fault.Of(err) {
	case fault.Invalid:
		return p.showBeside(w, r, http.StatusUnprocessableEntity, r.PostForm, err)
	case fault.Conflict:
		return p.showBeside(w, r, http.StatusConflict, r.PostForm, err)
	}
	return err
}

// afterForm leads on: from a request 1a or 1b of an in-year round to where it
// gets its number and its clock, for who may take it; else to the household.
func (p *Pages) afterForm(r *http.Request, e review.FormEntry) (string, error) {
	home := p.homeAddress(e.Round, e.Household)
	round, err := p.roundOfForm(r)
	if err != nil || round.Kind != review.InYear || !slices.Contains(review.RequestKinds, e.Form) {
		return home, err
	}
	actor := ActorOf(r.Context())
	h, err := p.Households.FindByID(r.Context(), actor.ScopeFor(account.RightReadHouseholds), e.Household)
	if err != nil {
		return home, err
	}
	commune, ok := p.Tree().Ancestor(h.VillageID, p.Today(), area.Commune)
	if !ok || !actor.ScopeFor(account.RightWriteRegistry).Covers(p.Tree(), commune.Area, p.Today()) {
		return home, nil
	}
	waiting, err := p.Reviews.AskedOnPaper(r.Context(), actor.ScopeFor(account.RightReadHouseholds), round.ID, commune.Area)
	for _, one := range waiting {
		if one.Household == e.Household && one.Kind == e.Form {
			return fromPaper(round.ID, commune.Area, one), nil
		}
	}
	return home, err
}

func (p *Pages) homeAddress(round string, id household.ID) string {
	return PathHouseholds + "/" + string(id) + "?" + paramRound + "=" + url.QueryEscape(round)
}

func (p *Pages) formTakeBack(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	rev, _ := strconv.ParseInt(r.PostForm.Get("rev"), 10, 64)
	round, id := r.PathValue("round"), household.ID(r.PathValue("household"))
	if err := p.Reviews.TakeBackForm(r.Context(), p.writer(r), round, id, formCode(r), rev, vn.NFC(r.PostForm.Get("ly-do-rut"))); err != nil {
		return err
	}
	return SeeOther(w, r, saved(p.homeAddress(round, id), "form_taken_back"))
}

// formsOfHome lists the forms that a household has in the round shown and in
// those that are open, and those that can be filled in.
func (p *Pages) formsOfHome(one *home, enters bool) []view.Definition {
	var list []view.Definition
	for _, round := range one.rounds {
		if round.ID != one.round.ID && round.State != review.Open {
			continue
		}
		for _, code := range besidePhieuB {
			f, err := p.Reviews.FormOf(round, code)
			if err != nil {
				continue // none is known for the standard
			}
			d := view.Definition{Term: text.T("web.form.of_round", "form", f.Name, "round", round.ID)}
			if enters && round.State == review.Open && one.To == household.Far {
				d.Link = view.Link{Text: text.T("web.form.enter"), Href: partAddress(round.ID, formPart(code), one.ID)}
			}
			for _, a := range one.forms {
				if a.Form == code && a.Round == round.ID {
					d.Value = saidOf(f, a)
					d.Link.Text = text.T("web.form.open_it")
				}
			}
			if d.Value != "" || d.Link.Href != "" {
				list = append(list, d)
			}
		}
	}
	return list
}

// saidOf is a filling in one line.
func saidOf(f *form.Form, a review.FormAnswer) string {
	words := text.T("web.form.entered", "at", showTime(a.RecordedAt))
	if result, ok := f.Holding(form.Filling{Answers: a.Answers}); ok {
		words = result.Text.Text
	}
	if len(a.Doubts) > 0 && a.DoubtAnswer == "" {
		words += " · " + text.T("web.form.doubtful")
	}
	return words
}
