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
	"giamngheo/internal/dossier"
	"giamngheo/internal/fault"
	"giamngheo/internal/household"
	"giamngheo/internal/review"
	"giamngheo/internal/text"
	"giamngheo/internal/vn"
	"giamngheo/internal/web/view"
)

func (p *Pages) prepareRoutes() []Route {
	page := PathReview + "/{round}/chuan-bi"
	return []Route{
		{Method: "GET", Pattern: page, Right: Needs(account.RightTables), Handler: p.preparePage},
		{Method: "POST", Pattern: page, Right: Either(account.RightWriteRegistry, account.RightRounds), Handler: p.prepareAct},
		{Method: "POST", Pattern: page + "/tep", Right: Needs(account.RightRounds), Handler: p.prepareFile},
		{Method: "POST", Pattern: PathReview + "/ke-hoach", Right: Needs(account.RightRounds), Handler: p.planStart},
	}
}

// fieldPlanYear is the year of a new survey plan; "year" is that of a new round
// on the same page.
const fieldPlanYear = "plan_year"

func prepareAddress(round string, at area.ID) string {
	return PathReview + "/" + url.PathEscape(round) + "/chuan-bi?" + url.Values{paramArea: {string(at)}}.Encode()
}

// planStart opens the dossier of a year's survey plan.
func (p *Pages) planStart(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	year, _ := strconv.Atoi(strings.TrimSpace(r.PostForm.Get(fieldPlanYear)))
	d, err := p.Reviews.StartPlan(r.Context(), ActorOf(r.Context()), year)
	if err != nil {
		if fault.Of(err) != fault.Invalid {
			return err
		}
		message := fault.As(err, "").Message
		return p.showRounds(w, r, http.StatusUnprocessableEntity, fault.New(fault.Invalid, "bad_year", message, fault.Field{Name: fieldPlanYear, Message: message}))
	}
	return SeeOther(w, r, dossierAddress(d.ID))
}

func (p *Pages) preparePage(w http.ResponseWriter, r *http.Request) error {
	return p.showPrepare(w, r, http.StatusOK, nil)
}

func (p *Pages) showPrepare(w http.ResponseWriter, r *http.Request, status int, refused error) error {
	actor := ActorOf(r.Context())
	id := area.ID(r.URL.Query().Get(paramArea))
	if id == "" {
		id = p.home(actor.ScopeFor(account.RightTables))
	}
	at, ok := p.Tree().On(id, p.Today())
	if !ok || !actor.ScopeFor(account.RightTables).Covers(p.Tree(), id, p.Today()) {
		return fault.New(fault.NotFound, "area_not_found", text.T("household.area_not_found"))
	}
	var round review.Round
	var procedure *dossier.Procedure
	var plan, note string
	opens := false // the dossier of the plan
	var guidance map[string]string
	err := p.DB.Read(r.Context(), func(tx *db.Tx) (err error) {
		if round, err = p.Reviews.Round(tx, r.PathValue("round")); err != nil {
			return err
		}
		if procedure, _, err = p.Reviews.ProcedureOf(tx, round.ID); err != nil {
			return err
		}
		if plan, note, err = p.Reviews.PlanOf(tx, round.ID); err != nil {
			return err
		}
		if plan != "" {
			d, err := p.Reviews.Dossiers.Get(tx, plan)
			if err != nil {
				return err
			}
			opens = p.Reviews.Dossiers.Sees(actor, d)
		}
		guidance, err = p.Reviews.Guidance(tx, round.ID)
		return err
	})
	if err != nil {
		return err
	}
	body := view.PreparePage{Head: view.Heading{Title: text.T("web.prepare.title", "round", round.ID, "area", at.FullName), Lead: text.T("web.prepare.lead")}, Problems: complaintFields(refused)}
	body.Facts = p.prepareFacts(round, procedure, plan, opens, note)
	if procedure != nil {
		body.Calendar = p.prepareCalendar(round, procedure)
	}
	open := round.State == review.Open
	doing := r.PostForm.Get("viec")
	here := prepareAddress(round.ID, id)
	body.Guidance = p.guidanceList(r, round, guidance, body.Problems)
	if open && actor.Can(account.RightRounds) {
		body.Guidance.Action, body.Guidance.Open = here, doing == "huong-dan"
	}
	if body.Surveyors, err = p.surveyorList(r, round, at, body.Problems); err != nil {
		return err
	}
	if open && actor.Can(account.RightWriteRegistry) && at.Level == area.Commune {
		body.Surveyors.Action, body.Surveyors.Open = here, doing == "giao"
	}
	if body.Trainings, err = p.trainingList(r, round, at, body.Problems); err != nil {
		return err
	}
	if open && actor.Can(account.RightWriteRegistry) {
		body.Trainings.Action, body.Trainings.Open = here, doing == "tap-huan"
		if len(body.Trainings.Back.Select.Options) > 1 {
			body.Trainings.Back.Action, body.Trainings.Back.Open = here, doing == "rut-tap-huan"
		}
	}
	if actor.Can(account.RightReadHouseholds) {
		upload := ""
		if open && actor.Can(account.RightRounds) {
			upload = PathReview + "/" + url.PathEscape(round.ID) + "/chuan-bi/tep"
		}
		if body.Files, err = p.files(r, review.Owner{Kind: review.OfRound, ID: round.ID}, text.T("web.prepare.files"), text.T("web.prepare.files_lead"), upload, here); err != nil {
			return err
		}
	}
	frame := Frame(r, body.Head.Title, view.NavReview, p.Demo)
	frame.Crumbs = []view.Link{{Text: text.T("web.nav.review"), Href: PathReview}, {Text: text.T("web.round_of", "id", round.ID), Href: progressAddress(round.ID, id)}, {Text: text.T("web.prepare.crumb")}}
	return Render(w, r, status, view.Framed(frame, view.PrepareBody(body)))
}

func (p *Pages) prepareFacts(round review.Round, procedure *dossier.Procedure, plan string, opens bool, note string) []view.Definition {
	facts := []view.Definition{{Term: text.T("web.prepare.standard"), Value: round.Standard}, {Term: text.T("web.rounds.count_day"), Value: area.ShowDay(round.CountDay)}, {Term: text.T("web.rounds.boundaries"), Value: area.ShowDay(round.BoundaryDay)}}
	switch {
	case plan != "":
		fact := view.Definition{Term: text.T("web.prepare.plan"), Value: text.T("web.prepare.plan_signed")}
		if opens {
			fact.Link = view.Link{Text: text.T("web.prepare.plan_open"), Href: dossierAddress(plan)}
		}
		facts = append(facts, fact)
	case note != "":
		facts = append(facts, view.Definition{Term: text.T("web.prepare.plan"), Value: note})
	default:
		facts = append(facts, view.Definition{Term: text.T("web.prepare.plan"), Value: text.T("web.prepare.plan_none")})
	}
	if procedure != nil {
		facts = append(facts, view.Definition{Term: text.T("web.prepare.procedure"), Value: procedure.Name})
		codes := make([]string, 0, len(procedure.Figures))
		for code := range procedure.Figures {
			codes = append(codes, code)
		}
		slices.Sort(codes)
		for _, code := range codes {
			f := procedure.Figures[code]
			value := text.T("web.prepare.unit."+f.Unit, "n", f.Value) + " (" + procedure.Sources[f.Source] + ")"
			if !f.Confirmed {
				value += " " + text.T("web.prepare.unconfirmed")
			}
			facts = append(facts, view.Definition{Term: text.T("web.prepare.figure." + code), Value: value})
		}
	}
	return facts
}

// prepareCalendar lists every day that a rule or the round's own calendar sets.
func (p *Pages) prepareCalendar(round review.Round, procedure *dossier.Procedure) view.Table {
	t := view.Table{ID: "lich", Caption: text.T("web.prepare.calendar"), Columns: []view.Column{{Label: text.T("web.prepare.what")}, {Label: text.T("web.prepare.day")}}}
	for _, rules := range procedure.Dossiers {
		if rules.Kind == review.SurveyPlan {
			continue
		}
		if day := p.Reviews.Due(round, procedure, rules.Kind); day != "" {
			t.Rows = append(t.Rows, view.Row{Cells: []view.Cell{{Text: text.T("dossier.kind." + rules.Kind)}, {Text: area.ShowDay(day)}}})
		}
		for _, step := range rules.Steps {
			if day := p.Reviews.DueStep(round, rules.Kind, step.Code); day != "" {
				t.Rows = append(t.Rows, view.Row{Cells: []view.Cell{{Text: rules.StepName(step.Code)}, {Text: area.ShowDay(day)}}})
			}
		}
	}
	return t
}

func (p *Pages) guidanceList(r *http.Request, round review.Round, guidance map[string]string, problems []fault.Field) view.PrepareList {
	l := view.PrepareList{Title: text.T("web.prepare.guidance"), Lead: text.T("web.prepare.guidance_lead"), Name: "huong-dan", Button: text.T("web.prepare.guidance_add"),
		Table:  view.Table{ID: "huong-dan", Caption: text.T("web.prepare.guidance"), HideCaption: true, Stacked: true, Columns: []view.Column{{Label: text.T("web.prepare.question")}, {Label: text.T("web.prepare.words")}}},
		Select: view.Select{Name: "code", Label: text.T("web.prepare.question"), Error: view.ErrorFor(problems, "code")},
		Fields: []view.Field{{Name: "words", Label: text.T("web.prepare.words"), Hint: text.T("web.prepare.words_hint"), Kind: view.LongInput, Value: r.PostForm.Get("words"), Error: view.ErrorFor(problems, "words")}}}
	name := map[string]string{}
	offer := func(code, label string) {
		name[code] = label
		l.Select.Options = append(l.Select.Options, view.Option{Value: code, Label: label, Selected: r.PostForm.Get("code") == code})
	}
	if set, err := p.Law.ByID(round.Standard); err == nil {
		for _, i := range set.Indicators {
			offer(i.Code, text.T("web.prepare.indicator", "name", i.Name.Text))
		}
	}
	for _, c := range p.Law.Causes.Causes {
		offer("causes."+c.Code, text.T("web.prepare.cause", "name", c.Name.Text))
	}
	codes := make([]string, 0, len(guidance))
	for code := range guidance {
		codes = append(codes, code)
	}
	slices.Sort(codes)
	for _, code := range codes {
		label := name[code]
		if label == "" {
			label = code
		}
		l.Table.Rows = append(l.Table.Rows, view.Row{Cells: []view.Cell{{Text: label}, {Text: guidance[code]}}})
	}
	if len(codes) == 0 {
		l.Table.Blank = view.Blank{State: view.Empty, Text: text.T("web.prepare.guidance_none")}
	}
	return l
}

func (p *Pages) surveyorList(r *http.Request, round review.Round, at area.Version, problems []fault.Field) (view.PrepareList, error) {
	actor := ActorOf(r.Context())
	l := view.PrepareList{Title: text.T("web.prepare.surveyors"), Name: "giao", Button: text.T("web.prepare.surveyor_add"),
		Table: view.Table{ID: "nguoi-ra-soat", Caption: text.T("web.prepare.surveyors"), HideCaption: true, Stacked: true, Columns: []view.Column{{Label: text.T("web.prepare.village")}, {Label: text.T("web.prepare.surveyor")}, {Label: text.T("web.prepare.phone")}, {Label: text.T("web.prepare.since")}, {Label: text.T("web.prepare.act")}}},
		Fields: []view.Field{{Name: "name", Label: text.T("web.prepare.surveyor"), Value: r.PostForm.Get("name"), Error: view.ErrorFor(problems, "name")},
			{Name: "phone", Label: text.T("web.prepare.phone"), Value: r.PostForm.Get("phone"), Width: "w12", Error: view.ErrorFor(problems, "phone")}}}
	if at.Level != area.Commune {
		l.Table.Blank = view.Blank{State: view.Empty, Text: text.T("web.prepare.surveyors_by_commune")}
		return l, nil
	}
	l.Select = view.Select{Name: "village", Label: text.T("web.prepare.village")}
	for _, v := range p.Tree().Children(at.Area, p.Today()) {
		if v.Level == area.Village {
			l.Select.Options = append(l.Select.Options, view.Option{Value: string(v.Area), Label: v.FullName, Selected: r.PostForm.Get("village") == string(v.Area)})
		}
	}
	list, err := p.Reviews.Surveyors(r.Context(), actor.ScopeFor(account.RightReadHouseholds), round.ID, at.Area)
	if err != nil {
		return l, err
	}
	for _, one := range list {
		row := view.Row{Cells: []view.Cell{{Text: p.placeName(one.Village, p.Today())}, {Text: one.Name}, {Text: one.Phone}, {Text: showTime(one.From)}, {}}}
		switch {
		case one.To != 0:
			row.Cells[4].Text = text.T("web.prepare.until", "at", showTime(one.To))
		case round.State == review.Open && actor.Can(account.RightWriteRegistry):
			row.Cells[4].Inner = view.OneButtonOf(view.OneButton{Action: prepareAddress(round.ID, at.Area), Hidden: []view.Pair{{Name: "viec", Value: "thoi"}, {Name: "village", Value: string(one.Village)}, {Name: "id", Value: one.ID}},
				Button: view.Button{Label: text.T("web.prepare.relieve"), Kind: view.Quiet}})
		}
		l.Table.Rows = append(l.Table.Rows, row)
	}
	if len(list) == 0 {
		l.Table.Blank = view.Blank{State: view.Empty, Text: text.T("web.prepare.surveyors_none")}
	}
	return l, nil
}

func (p *Pages) trainingList(r *http.Request, round review.Round, at area.Version, problems []fault.Field) (view.PrepareList, error) {
	in := r.PostForm
	l := view.PrepareList{Title: text.T("web.prepare.trainings"), Name: "tap-huan", Button: text.T("web.prepare.training_add"),
		Table: view.Table{ID: "tap-huan", Caption: text.T("web.prepare.trainings"), HideCaption: true, Stacked: true, Columns: []view.Column{{Label: text.T("web.prepare.title_of")}, {Label: text.T("web.prepare.held_on")}, {Label: text.T("web.prepare.where")}, {Label: text.T("web.prepare.teacher")}, {Label: text.T("web.prepare.attended"), Numeric: true}}},
		Fields: []view.Field{{Name: "title", Label: text.T("web.prepare.title_of"), Value: in.Get("title"), Error: view.ErrorFor(problems, "title")},
			{Name: "held_on", Label: text.T("web.prepare.held_on"), Kind: view.DayInput, Value: in.Get("held_on"), Error: view.ErrorFor(problems, "held_on")},
			{Name: "teacher", Label: text.T("web.prepare.teacher"), Value: in.Get("teacher"), Error: view.ErrorFor(problems, "teacher")},
			{Name: "attended", Label: text.T("web.prepare.attended"), Kind: view.NumberInput, Width: "w6", Value: in.Get("attended"), Error: view.ErrorFor(problems, "attended")},
			{Name: "note", Label: text.T("web.dossier.note"), Kind: view.LongInput, Value: in.Get("note"), Error: view.ErrorFor(problems, "note")}}}
	list, err := p.Reviews.Trainings(r.Context(), round.ID, at.Area)
	if err != nil {
		return l, err
	}
	l.Back = view.PrepareForm{Name: "rut-tap-huan", Button: text.T("web.prepare.training_back"),
		Select: view.Select{Name: "training", Label: text.T("web.prepare.training_which"), Error: view.ErrorFor(problems, "training"), Options: []view.Option{{Label: text.T("web.op.choose")}}},
		Fields: []view.Field{{Name: "reason", Label: text.T("web.prepare.training_back_reason"), Kind: view.LongInput, Required: true, Value: in.Get("reason"), Error: view.ErrorFor(problems, "reason")}}}
	scope := ActorOf(r.Context()).ScopeFor(account.RightWriteRegistry)
	for _, one := range list {
		v, _ := p.Tree().Lately(one.Area, one.HeldOn)
		attended := text.T("web.prepare.not_counted")
		if one.Attended != nil {
			attended = vn.FormatInt(int64(*one.Attended))
		}
		title := view.Cell{Text: one.Title, Note: one.Note}
		switch {
		case one.Withdrawn != 0:
			title.Note, attended = text.T("web.prepare.training_gone", "at", showTime(one.Withdrawn), "reason", one.Reason), ""
		case scope.Covers(p.Tree(), one.Area, p.Today()):
			l.Back.Select.Options = append(l.Back.Select.Options, view.Option{Value: one.ID, Label: one.Title + ", " + area.ShowDay(one.HeldOn) + ", " + v.FullName, Selected: in.Get("training") == one.ID})
		}
		l.Table.Rows = append(l.Table.Rows, view.Row{Cells: []view.Cell{title, {Text: area.ShowDay(one.HeldOn)}, {Text: v.FullName}, {Text: one.Teacher}, {Text: attended}}})
	}
	if len(list) == 0 {
		l.Table.Blank = view.Blank{State: view.Empty, Text: text.T("web.prepare.trainings_none")}
	}
	return l, nil
}

func (p *Pages) prepareAct(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	actor, round, in := ActorOf(r.Context()), r.PathValue("round"), r.PostForm
	by := household.Actor{ID: actor.ID, Scope: actor.ScopeFor(account.RightWriteRegistry)}
	at := area.ID(r.URL.Query().Get(paramArea))
	var err error
	switch in.Get("viec") {
	case "huong-dan":
		err = p.Reviews.SetGuidance(r.Context(), actor, round, in.Get("code"), in.Get("words"))
	case "giao":
		err = p.Reviews.AssignSurveyor(r.Context(), by, round, review.Surveyor{Village: area.ID(in.Get("village")), Name: in.Get("name"), Phone: in.Get("phone")})
	case "thoi":
		err = p.Reviews.RelieveSurveyor(r.Context(), by, round, area.ID(in.Get("village")), in.Get("id"))
	case "tap-huan":
		err = p.logTraining(r, by, round, at)
	case "rut-tap-huan":
		err = p.Reviews.WithdrawTraining(r.Context(), by, round, in.Get("training"), in.Get("reason"))
	default:
		err = fault.New(fault.Invalid, "no_action", text.T("web.dossier.no_action"))
	}
	if err != nil {
		if fault.Of(err) != fault.Invalid {
			return err
		}
		return p.showPrepare(w, r, http.StatusUnprocessableEntity, err)
	}
	return SeeOther(w, r, saved(prepareAddress(round, at), "prepared"))
}

func (p *Pages) logTraining(r *http.Request, by household.Actor, round string, at area.ID) error {
	in := r.PostForm
	one := review.Training{Area: at, Title: in.Get("title"), Teacher: in.Get("teacher"), Note: in.Get("note")}
	if dayTyped(in, "held_on", &one.HeldOn) != nil {
		one.HeldOn = "" // which the store refuses beside the rest
	}
	if typed := strings.TrimSpace(in.Get("attended")); typed != "" {
		n, err := strconv.Atoi(typed)
		if err != nil {
			n = -1
		}
		one.Attended = &n
	}
	return p.Reviews.LogTraining(r.Context(), by, round, one)
}

// prepareFile keeps a file of guidance with the round.
func (p *Pages) prepareFile(w http.ResponseWriter, r *http.Request) error {
	round := r.PathValue("round")
	home := p.home(ActorOf(r.Context()).ScopeFor(account.RightRounds))
	if err := p.attach(r, review.Owner{Kind: review.OfRound, ID: round}, home); err != nil {
		return err
	}
	return SeeOther(w, r, prepareAddress(round, home)+"#tep-kem")
}
