package web

import (
	"cmp"
	"net/http"
	"net/url"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/dossier"
	"giamngheo/internal/fault"
	"giamngheo/internal/review"
	"giamngheo/internal/text"
	"giamngheo/internal/web/view"
)

// stepPage is one step in one place: what still stands against it, where its
// work is done, and the button that says it is.
func (p *Pages) stepPage(w http.ResponseWriter, r *http.Request) error {
	return p.showStep(w, r, http.StatusOK, nil)
}

func stepUnit(r *http.Request) area.ID {
	if unit := r.PathValue("unit"); unit != wholeUnit {
		return area.ID(unit)
	}
	return ""
}

func (p *Pages) showStep(w http.ResponseWriter, r *http.Request, status int, refused error) error {
	f, err := p.fileOf(r)
	if err != nil {
		return err
	}
	unit := stepUnit(r)
	step, _, ok := f.check.Rules.Step(r.PathValue("step"))
	if !ok || (step.Per == "") != (unit == "") {
		return fault.New(fault.NotFound, "no_step", text.T("dossier.no_step"))
	}
	where := f.unit.FullName
	if unit != "" {
		v, ok := p.Tree().On(unit, f.day)
		if !ok || v.Parent != f.Unit {
			return fault.New(fault.NotFound, "no_step", text.T("dossier.no_step"))
		}
		where = v.FullName + ", " + where
	}
	var obstacles []dossier.Obstacle
	one, done := f.check.Done(step.Code, unit)
	if !done {
		if err := p.DB.Read(r.Context(), func(tx *db.Tx) (err error) {
			obstacles, err = p.Reviews.Dossiers.Obstacles(tx, f.Dossier, f.check, step.Code, unit)
			return err
		}); err != nil {
			return err
		}
	}
	actor := ActorOf(r.Context())
	sees := p.seesWhole(actor, cmp.Or(unit, f.Unit))
	name := f.check.Rules.StepName(step.Code)
	body := view.StepPage{Head: view.Heading{Title: name + ": " + where, Lead: stepLead(f.Kind, step.Code)}, State: view.Tag{Tone: view.Unknown, Text: text.T("web.step.open")}, Links: p.stepLinks(f, step.Code, unit)}
	if refused != nil {
		body.Problems = append(body.Problems, refusalNotice(actor, refused, sees))
	}
	for _, o := range obstacles {
		body.Obstacles = append(body.Obstacles, hindrance(actor, o.Part(), sees))
	}
	if done {
		names, err := p.Accounts.FullNames(r.Context(), []string{one.By})
		if err != nil {
			return err
		}
		body.State = view.Tag{Tone: view.Out, Text: text.T("web.step.done")}
		body.Done, body.Note = text.T("web.dossier.by_at", "who", names[one.By], "at", showTime(one.At)), one.Note
		if f.hidden && (unit == "" || !p.seesWhole(ActorOf(r.Context()), unit)) {
			body.Note = ""
		}
	}
	if f.may.Steps(step, unit) {
		act := view.DossierAct{Action: stepAddress(f.ID, step.Code, unit)}
		if done {
			act.Name, act.Title, act.What, act.Folded = "lay-lai", text.T("web.step.back"), text.T("web.step.back_what"), true
			act.Fields = []view.Field{{Name: "reason", Label: text.T("web.step.back_reason"), Kind: view.LongInput, Value: r.PostForm.Get("reason"), Required: true}}
			act.Button = view.Button{Label: text.T("web.step.back"), Kind: view.Danger}
			body.Acts = append(body.Acts, act)
		} else if len(obstacles) == 0 {
			act.Name, act.Title = "xong", text.T("web.step.finish")
			act.Fields = []view.Field{{Name: "note", Label: text.T("web.dossier.note"), Kind: view.LongInput, Value: r.PostForm.Get("note")}}
			act.Button = view.Button{Label: text.T("web.step.finish"), Kind: view.Primary}
			body.Acts = append(body.Acts, act)
		}
	}
	frame := Frame(r, body.Head.Title, view.NavReview, p.Demo)
	frame.Crumbs = p.dossierCrumbs(f, name)
	return Render(w, r, status, view.Framed(frame, view.StepBody(body)))
}

// stepLead says what a step is for, where there is something to say.
func stepLead(kind, step string) string {
	if key := "web.step.lead." + kind + "." + step; text.Has(key) {
		return text.T(key)
	}
	return ""
}

func (p *Pages) stepAct(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	actor, id, step, unit := ActorOf(r.Context()), r.PathValue("dossier"), r.PathValue("step"), stepUnit(r)
	var err error
	what := "step"
	if r.PostForm.Get("viec") == "lay-lai" {
		what = "step_back"
		_, err = p.Reviews.Dossiers.TakeBack(r.Context(), actor, id, step, unit, r.PostForm.Get("reason"))
	} else {
		err = p.Reviews.Dossiers.Do(r.Context(), actor, id, step, unit, r.PostForm.Get("note"))
	}
	if err != nil {
		return p.dossierRefused(w, r, err, p.showStep)
	}
	if unit != "" {
		var subject string
		if err := p.DB.Read(r.Context(), func(tx *db.Tx) error {
			d, err := p.Reviews.Dossiers.FindIn(tx, actor, id)
			subject, unit = d.Subject, d.Unit
			return err
		}); err != nil {
			return err
		}
		return SeeOther(w, r, saved(p.gridAddress(actor, subject, unit), what))
	}
	return SeeOther(w, r, saved(dossierAddress(id), what))
}

// stepLinks are the pages on which the work of a step is done, for those who
// may work there: the head of one village reads the dossier of the commune.
func (p *Pages) stepLinks(f *file, step string, unit area.ID) []view.Link {
	round := PathReview + "/" + url.PathEscape(f.Subject)
	link := func(key, address string) []view.Link {
		return []view.Link{{Text: text.T("web.step.go." + key), Href: address}}
	}
	if f.Kind != review.CommuneReview {
		if f.Kind == review.SurveyPlan {
			return nil
		}
		return link("progress", p.gridAddress(f.by, f.Subject, f.Unit))
	}
	if !p.covers(f, account.RightReadHouseholds, cmp.Or(unit, f.Unit)) {
		return nil
	}
	switch step {
	case "list", "screening", "survey", "causes":
		return link("list", round+"?"+url.Values{paramArea: {string(unit)}}.Encode())
	case "verification":
		return []view.Link{{Text: text.T("web.verification.of", "area", f.unit.FullName), Href: verificationAddress(f.Subject, f.Unit)}}
	case "complaints":
		return link("complaints", complaintsAddress(f.Subject, f.Unit))
	case "meeting":
		return link("meeting", meetingAddress(f.Subject, unit))
	case "posting":
		return link("posting", postingAddress(f.Subject, f.Unit))
	case "decision":
		return link("decision", decisionAddress(f.Subject, f.Unit))
	case "certificates":
		return link("certificates", certificateAddress(f.Subject, f.Unit))
	}
	return nil
}

// covers says whether the reader of a dossier has a right in a unit of it.
func (p *Pages) covers(f *file, right account.Right, unit area.ID) bool {
	return p.reaches(f.by.ScopeFor(right), unit, f.day)
}

// reaches says whether a scope covers an area today, or did on the day of the
// record that is shown: whose area was merged since still reads its own.
func (p *Pages) reaches(scope area.Scope, id area.ID, day string) bool {
	return scope.Covers(p.Tree(), id, p.Today()) || scope.Covers(p.Tree(), id, day)
}
