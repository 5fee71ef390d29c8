package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/comment"
	"giamngheo/internal/db"
	"giamngheo/internal/dossier"
	"giamngheo/internal/fault"
	"giamngheo/internal/review"
	"giamngheo/internal/text"
	"giamngheo/internal/web/view"
)

// PathDossiers is the address under which every dossier stands.
const PathDossiers = "/ho-so"

// wholeUnit stands in the address of a step that is for the whole dossier.
const wholeUnit = "chung"

func (p *Pages) dossierRoutes() []Route {
	reads := Needs(account.RightTables)
	return []Route{
		{Method: "GET", Pattern: PathDossiers + "/{dossier}", Right: reads, Handler: p.dossierPage},
		{Method: "POST", Pattern: PathDossiers + "/{dossier}", Right: reads, Handler: p.dossierAct},
		{Method: "GET", Pattern: PathDossiers + "/{dossier}/in/{stage}/{format}", Right: reads, Handler: p.resultDocument},
		{Method: "POST", Pattern: PathDossiers + "/{dossier}/tep", Right: Needs(account.RightWriteAssessment), Handler: p.dossierFile},
		{Method: "GET", Pattern: PathDossiers + "/{dossier}/{step}/{unit}", Right: reads, Handler: p.stepPage},
		{Method: "POST", Pattern: PathDossiers + "/{dossier}/{step}/{unit}", Right: reads, Handler: p.stepAct},
	}
}

func dossierAddress(id string) string { return PathDossiers + "/" + url.PathEscape(id) }

func stepAddress(id, step string, unit area.ID) string {
	if unit == "" {
		unit = wholeUnit
	}
	return dossierAddress(id) + "/" + step + "/" + url.PathEscape(string(unit))
}

// file is a dossier as its pages show it.
type file struct {
	dossier.Dossier
	by      *account.Actor // who reads it
	may     dossier.Allowed
	check   *dossier.Checked
	round   review.Round
	due     string
	events  []dossier.Event
	results []review.Result
	effects review.Effects  // of unlocking it
	since   []review.Since  // units below that were opened again since it was signed
	now     *review.Figures // of a dossier that was sent up and is worked on again
	names   map[string]string
	unit    area.Version
	day     string
	heir    dossier.Dossier // of one that was passed on; none where the reader may not see it
	hidden  bool            // what people wrote of the whole is not for this reader
}

func (p *Pages) fileOf(r *http.Request) (*file, error) {
	actor := ActorOf(r.Context())
	f := &file{by: actor}
	err := p.DB.Read(r.Context(), func(tx *db.Tx) (err error) {
		if f.Dossier, err = p.Reviews.Dossiers.FindIn(tx, actor, r.PathValue("dossier")); err != nil {
			return err
		}
		if f.check, err = p.Reviews.Dossiers.Check(tx, f.Dossier); err != nil {
			return err
		}
		if f.may, err = p.Reviews.Dossiers.May(actor, f.Dossier); err != nil {
			return err
		}
		if f.events, err = p.Reviews.Dossiers.Events(tx, f.ID); err != nil {
			return err
		}
		if f.State.Decided() && (f.may.AskUnlock || f.may.Unlock) {
			if f.effects, err = p.Reviews.EffectsOf(tx, f.Dossier); err != nil {
				return err
			}
		}
		if f.since, err = p.Reviews.SinceSigned(tx, f.Dossier); err != nil {
			return err
		}
		if f.PassedTo != "" {
			if f.heir, err = p.Reviews.Dossiers.FindIn(tx, actor, f.PassedTo); err != nil && fault.Of(err) != fault.NotFound {
				return err
			}
		}
		if f.Kind == review.SurveyPlan {
			return nil
		}
		if f.round, err = p.Reviews.Round(tx, f.Subject); err != nil {
			return err
		}
		procedure, known, err := p.Reviews.ProcedureOf(tx, f.Subject)
		if err != nil {
			return err
		}
		if known {
			f.due = p.Reviews.Due(f.round, procedure, f.Kind)
		}
		if f.results, err = p.Reviews.Results(tx, f.Subject, f.Unit); err != nil {
			return err
		}
		if len(f.results) > 0 && (f.State.Working() || f.State == dossier.Submitted) {
			now, err := p.Reviews.FiguresOf(tx, f.round, f.Unit)
			f.now = &now
			return err
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	f.day = p.Reviews.Dossiers.Day(f.Dossier)
	f.unit, _ = p.Tree().Lately(f.Unit, f.day)
	p.hideReasons(actor, f)
	actors := []string{f.HandedInBy, f.DecidedBy, f.UnlockBy}
	for _, e := range f.events {
		actors = append(actors, e.Actor)
	}
	for _, res := range f.results {
		actors = append(actors, res.By)
	}
	actors = slices.DeleteFunc(actors, func(s string) bool { return s == "" })
	f.names, err = p.Accounts.FullNames(r.Context(), actors)
	return f, err
}

// hideReasons leaves out what people wrote where the reader does not see whole
// households: a reason may name one. A village head reads what was written of
// his own village.
func (p *Pages) hideReasons(actor *account.Actor, f *file) {
	if p.seesWhole(actor, f.Unit) {
		return
	}
	for i, e := range f.events {
		if e.Action == dossier.Passing { // which the program wrote, and names units only
			continue
		}
		if e.Unit == "" || !p.seesWhole(actor, e.Unit) {
			f.events[i].Reason = ""
		}
	}
	f.UnlockReason, f.hidden = "", true
	f.effects.Changed, f.effects.Decided = nil, nil
}

// seesWhole says whether the reader sees whole households in all of the area;
// of one that has ended, where its villages lie now.
func (p *Pages) seesWhole(actor *account.Actor, id area.ID) bool {
	tree, scope := p.Tree(), actor.ScopeFor(account.RightReadHouseholds)
	sees := func(v area.Version) bool {
		fields, covered := scope.FieldsAt(v.Path)
		return covered && fields.Has(area.FieldHousehold)
	}
	v, lives := tree.On(id, p.Today())
	if !lives {
		v, _ = tree.Last(id)
		if villages := tree.Children(id, area.DayBefore(v.To)); v.To != "" && len(villages) > 0 {
			return !slices.ContainsFunc(villages, func(one area.Version) bool {
				now, ok := tree.On(one.Area, p.Today())
				return ok && !sees(now)
			})
		}
	}
	return sees(v)
}

func (f *file) title() string {
	if f.Kind == review.SurveyPlan { // of which there is one a year
		return text.T("web.dossier.title_plan", "kind", text.T("dossier.kind."+f.Kind), "year", f.Subject, "unit", f.unit.FullName)
	}
	return text.T("web.dossier.title", "kind", text.T("dossier.kind."+f.Kind), "unit", f.unit.FullName)
}

// crumbs lead from the rounds over the progress of the units above.
func (p *Pages) dossierCrumbs(f *file, last string) []view.Link {
	crumbs := []view.Link{{Text: text.T("web.nav.review"), Href: PathReview}}
	if f.round.ID != "" {
		crumbs = append(crumbs, view.Link{Text: text.T("web.round_of", "id", f.round.ID), Href: p.gridAddress(f.by, f.round.ID, f.Unit)})
	}
	if last == "" {
		return append(crumbs, view.Link{Text: f.unit.FullName})
	}
	return append(crumbs, view.Link{Text: f.title(), Href: dossierAddress(f.ID)}, view.Link{Text: last})
}

func stateTag(s dossier.State) view.Tag {
	tone := view.Unknown
	switch s {
	case dossier.Submitted:
		tone = view.Brand
	case dossier.Returned:
		tone = view.Near
	case dossier.Approved, dossier.Locked:
		tone = view.Out
	}
	return view.Tag{Tone: tone, Text: text.T("dossier.state." + string(s)), Big: true}
}

func (p *Pages) dossierPage(w http.ResponseWriter, r *http.Request) error {
	year, task, ok, err := p.Tasks.OfDossier(r.Context(), ActorOf(r.Context()), r.PathValue("dossier"))
	if err != nil {
		return err
	}
	if ok {
		return SeeOther(w, r, taskAddress(year, task))
	}
	return p.showDossier(w, r, http.StatusOK, nil)
}

func (p *Pages) showDossier(w http.ResponseWriter, r *http.Request, status int, refused error) error {
	f, err := p.fileOf(r)
	if err != nil {
		return err
	}
	body := view.DossierPage{Head: view.Heading{Title: f.title()}, State: stateTag(f.State)}
	if refused != nil {
		body.Notices = append(body.Notices, refusalNotice(f.by, refused, p.seesWhole(f.by, f.Unit)))
	}
	body.Notices = append(body.Notices, p.dossierNotices(f)...)
	body.Facts = p.dossierFacts(f)
	body.Since = p.sinceTable(f)
	if f.State != dossier.PassedOn { // whose steps went along
		body.Steps = p.stepsTable(f)
	}
	body.Acts = p.dossierActs(r, f)
	body.Sent = p.sentTable(f)
	for _, e := range slices.Backward(f.events) {
		body.History = append(body.History, p.eventStep(f, e))
	}
	if err := p.dossierPapers(r, f, &body); err != nil {
		return err
	}
	if body.Comments, err = p.comments(r, comment.Record{Kind: commentDossier, ID: f.ID}); err != nil {
		return err
	}
	frame := Frame(r, body.Head.Title, view.NavReview, p.Demo)
	frame.Crumbs = p.dossierCrumbs(f, "")
	return Render(w, r, status, view.Framed(frame, view.DossierBody(body)))
}

func (p *Pages) dossierNotices(f *file) (list []view.Notice) {
	if f.State == dossier.PassedOn {
		gone := view.Notice{Mood: view.Info, Title: text.T("web.dossier.passed")}
		for _, e := range f.events {
			if e.Action == dossier.Passing {
				gone.Text = e.Reason
			}
		}
		if f.heir.ID != "" {
			v, _ := p.Tree().Lately(f.heir.Unit, p.Reviews.Dossiers.Day(f.heir))
			gone.Link = view.Link{Text: text.T("web.dossier.passed_open", "unit", v.FullName), Href: dossierAddress(f.heir.ID)}
		}
		list = append(list, gone)
	}
	if f.State == dossier.Returned {
		for _, e := range slices.Backward(f.events) {
			if e.Action == dossier.SentBack || e.Action == dossier.Unlocked {
				list = append(list, view.Notice{Mood: view.Warn, Title: text.T("web.dossier.returned", "who", f.names[e.Actor], "at", showTime(e.At)), Text: e.Reason})
				break
			}
		}
	}
	list = append(list, sinceNotice(f)...)
	if f.UnlockAsked != 0 {
		list = append(list, view.Notice{Mood: view.Warn, Title: text.T("web.dossier.unlock_asked", "who", f.names[f.UnlockBy], "at", showTime(f.UnlockAsked)), Text: f.UnlockReason})
	}
	if f.due != "" && p.Today() > f.due && !f.State.Decided() && f.State != dossier.PassedOn {
		list = append(list, view.Notice{Mood: view.Warn, Text: text.T("web.dossier.late", "day", area.ShowDay(f.due))})
	}
	return list
}

func (p *Pages) dossierFacts(f *file) []view.Definition {
	facts := []view.Definition{}
	add := func(key, value string) {
		if value != "" {
			facts = append(facts, view.Definition{Term: text.T("web.dossier." + key), Value: value})
		}
	}
	if f.due != "" {
		add("due", area.ShowDay(f.due))
	} else if f.Kind != review.SurveyPlan {
		add("due", text.T("web.dossier.no_due"))
	}
	if f.HandedInAt != 0 {
		add("handed_in", text.T("web.dossier.by_at", "who", f.names[f.HandedInBy], "at", showTime(f.HandedInAt)))
	}
	if f.State.Decided() && f.DecidedAt != 0 {
		add("decided", text.T("web.dossier.signed_by", "capacity", text.T("dossier.capacity."+f.Capacity), "who", f.names[f.DecidedBy], "at", showTime(f.DecidedAt)))
	}
	return facts
}

// stepsTable is the checklist: how far each step is, and when it was done.
func (p *Pages) stepsTable(f *file) view.Table {
	t := view.Table{ID: "cac-buoc", Caption: text.T("web.dossier.steps"), Stacked: true,
		Columns: []view.Column{{Label: text.T("web.dossier.step")}, {Label: text.T("web.dossier.step_state")}, {Label: text.T("web.dossier.step_due")}, {Label: text.T("web.dossier.step_when")}}}
	next, open := f.check.Next()
	for _, step := range f.check.Rules.Steps {
		done, all := f.check.DoneIn(step)
		row := view.Row{Cells: []view.Cell{{Text: f.check.Rules.StepName(step.Code)}, {}, {}, {}}}
		if step.Per == "" {
			row.Href = stepAddress(f.ID, step.Code, "")
		} else {
			row.Href = p.gridAddress(f.by, f.Subject, f.Unit)
		}
		switch {
		case all > 0 && done == all:
			row.Cells[1] = view.Cell{Text: text.T("web.step.done"), Mark: view.MarkDone}
		case step.Per != "":
			row.Cells[1].Text = text.T("web.step.of", "done", done, "all", all)
		}
		if open && step.Code == next.Code {
			row.Cells[1].Mark = view.MarkNow
			if row.Cells[1].Text == "" {
				row.Cells[1].Text = text.T("web.step.now")
			}
		}
		if due := p.Reviews.DueStep(f.round, f.Kind, step.Code); due != "" {
			row.Cells[2].Text = area.ShowDay(due)
			if p.Today() > due && done < all {
				row.Cells[2] = view.Cell{Tag: view.Tag{Tone: view.Near, Text: text.T("web.step.late", "day", area.ShowDay(due))}}
			}
		}
		if one, ok := f.check.Done(step.Code, ""); ok {
			row.Cells[3].Text = text.T("web.dossier.by_at", "who", f.names[one.By], "at", showTime(one.At))
			if !f.hidden {
				row.Cells[3].Note = one.Note
			}
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func (p *Pages) eventStep(f *file, e dossier.Event) view.Step {
	what := text.T("dossier.action." + string(e.Action))
	if e.Step != "" {
		what += ": " + f.check.Rules.StepName(e.Step)
	}
	if e.Unit != "" {
		if v, ok := p.Tree().Lately(e.Unit, dayOfTime(e.At)); ok {
			what += ", " + v.FullName
		}
	}
	return view.Step{When: showTime(e.At), What: what, Why: e.Reason, Who: f.names[e.Actor], Gone: false}
}

// dossierActs are the things that the reader can do now, the next one first.
func (p *Pages) dossierActs(r *http.Request, f *file) (list []view.DossierAct) {
	act := func(name string, kind view.ButtonKind, fields []view.Field, folded bool) *view.DossierAct {
		what := "web.dossier.what." + name
		if text.Has(what + "." + f.Kind) {
			what += "." + f.Kind
		}
		list = append(list, view.DossierAct{Action: dossierAddress(f.ID), Name: name, Rev: strconv.FormatInt(f.Rev, 10), Title: text.T("web.dossier.act." + name), What: text.T(what),
			Fields: fields, Button: view.Button{Label: text.T("web.dossier.act." + name), Kind: kind}, Folded: folded})
		return &list[len(list)-1]
	}
	reason := func(key string) []view.Field {
		return []view.Field{{Name: "reason", Label: text.T(key), Kind: view.LongInput, Value: r.PostForm.Get("reason"), Required: true}}
	}
	back := func(a *view.DossierAct) {
		a.Select = view.Select{Name: "step", Label: text.T("web.dossier.from_step"), Hint: text.T("web.dossier.from_step_hint"), Options: []view.Option{{Label: text.T("web.dossier.no_step")}}}
		for _, step := range f.check.Rules.Steps {
			if step.Stage == dossier.WhileWorking {
				a.Select.Options = append(a.Select.Options, view.Option{Value: step.Code, Label: f.check.Rules.StepName(step.Code)})
			}
		}
	}
	if next, open := f.check.Next(); f.may.HandIn && (!open || next.Stage != dossier.WhileWorking) {
		act("trinh", view.Primary, []view.Field{{Name: "note", Label: text.T("web.dossier.note"), Kind: view.LongInput}}, false)
	}
	if f.may.Approve {
		act("duyet", view.Primary, []view.Field{{Name: "note", Label: text.T("web.dossier.note"), Kind: view.LongInput}}, false)
	}
	if f.may.Return {
		back(act("tra-lai", view.Ordinary, reason("web.dossier.return_reason"), true))
	}
	if f.may.Lock {
		act("dong", view.Ordinary, nil, true)
	}
	if f.may.Unlock {
		for _, name := range []string{"mo-khoa", "khong-mo"} {
			a := act(name, view.Ordinary, reason("web.dossier.answer_reason"), name == "khong-mo")
			if name == "mo-khoa" {
				back(a)
				p.unlockEffects(f, a)
			}
		}
	}
	if f.may.AskUnlock {
		p.unlockEffects(f, act("xin-mo", view.Ordinary, reason("web.dossier.unlock_reason"), true))
	}
	return list
}

func (p *Pages) dossierAct(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	actor, id, s := ActorOf(r.Context()), r.PathValue("dossier"), p.Reviews.Dossiers
	rev, _ := strconv.ParseInt(r.PostForm.Get("rev"), 10, 64)
	step, reason, note := r.PostForm.Get("step"), r.PostForm.Get("reason"), r.PostForm.Get("note")
	var err error
	switch r.PostForm.Get("viec") {
	case "trinh":
		_, err = s.HandIn(r.Context(), actor, id, rev, note)
	case "duyet":
		_, err = s.Approve(r.Context(), actor, id, rev, note)
	case "tra-lai":
		_, err = s.Return(r.Context(), actor, id, rev, step, reason)
	case "dong":
		_, err = s.Lock(r.Context(), actor, id, rev)
	case "xin-mo":
		_, err = s.AskUnlock(r.Context(), actor, id, rev, reason)
	case "mo-khoa", "khong-mo":
		_, err = s.Unlock(r.Context(), actor, id, rev, r.PostForm.Get("viec") == "mo-khoa", step, reason)
	default:
		if _, err := p.fileOf(r); err != nil {
			return err
		}
		err = fault.New(fault.Invalid, "no_action", text.T("web.dossier.no_action"))
	}
	if err != nil {
		return p.dossierRefused(w, r, err, p.showDossier)
	}
	return SeeOther(w, r, dossierAddress(id))
}

// dossierRefused shows the page again with what was refused; what the reader
// may not know of stays an error page.
func (p *Pages) dossierRefused(w http.ResponseWriter, r *http.Request, err error, show func(http.ResponseWriter, *http.Request, int, error) error) error {
	switch fault.Of(err) {
	case fault.Invalid:
		return show(w, r, http.StatusUnprocessableEntity, err)
	case fault.Conflict:
		return show(w, r, http.StatusConflict, err)
	case fault.Forbidden:
		return show(w, r, http.StatusForbidden, err)
	}
	return err
}
