package web

import (
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/fault"
	"giamngheo/internal/programme"
	"giamngheo/internal/task"
	"giamngheo/internal/text"
	"giamngheo/internal/vn"
	"giamngheo/internal/web/view"
)

const (
	pathPlan       = PathTasks + "/ke-hoach"
	pathPlanDecide = pathPlan + "/quyet-dinh"
	pathPlanYear   = pathPlan + "/mo-nam"
	pathPlanFile   = pathPlan + "/tep"
	paramPlan      = "ke-hoach"
)

func (p *Pages) taskPlanRoutes() []Route {
	return []Route{
		{Method: "GET", Pattern: pathPlan, Right: SignedIn, Handler: p.planPage},
		{Method: "GET", Pattern: pathPlanDecide, Right: Needs(account.RightApprove), Handler: p.planDecideForm},
		{Method: "POST", Pattern: pathPlanDecide, Right: Needs(account.RightApprove), Handler: p.planDecide},
		{Method: "POST", Pattern: pathPlanFile, Right: Needs(account.RightRounds), Limit: planLimit, Handler: p.planImport},
		{Method: "POST", Pattern: pathPlanYear, Right: Needs(account.RightRounds), Handler: p.planOpenYear},
	}
}

func planAddress(number string) string {
	return pathPlan + "?" + url.Values{paramPlan: {number}}.Encode()
}

// chosenPlan is the plan that the address names, else the one in force, else
// the one issued last.
func (p *Pages) chosenPlan(r *http.Request) (chosen *programme.Programme, all []*programme.Programme, err error) {
	if all, err = p.Tasks.Programmes(r.Context()); err != nil {
		return nil, nil, err
	}
	number := r.FormValue(paramPlan)
	year, _ := strconv.Atoi(p.Today()[:4])
	for _, one := range all {
		switch {
		case number != "" && one.Number == number:
			return one, all, nil
		case chosen == nil, one.Issued > chosen.Issued:
			chosen = one
		}
	}
	if number != "" || chosen == nil {
		return nil, all, fault.New(fault.NotFound, "programme_none", text.T("web.plan.none"))
	}
	if now, err := task.OfYear(all, year); err == nil {
		chosen = now
	}
	return chosen, all, nil
}

// planPage shows a plan: its tasks, where it contradicts itself, which dates
// would not, what was decided on them, and the years made by it.
func (p *Pages) planPage(w http.ResponseWriter, r *http.Request) error {
	plan, all, err := p.chosenPlan(r)
	if err != nil {
		return err
	}
	moved, dayless, err := p.Tasks.Repair(r.Context(), plan)
	if err != nil {
		return err
	}
	made, err := p.Tasks.Made(r.Context())
	if err != nil {
		return err
	}
	actor := ActorOf(r.Context())
	findings := plan.Lint(p.PlanRules, p.Tasks.Calendar)
	body := view.PlanPage{Head: view.Heading{Title: planTitle(plan, findings), Lead: text.T("web.plan.lead", "number", plan.Number, "issuer", plan.Issuer, "issued", area.ShowDay(plan.Issued), "from", plan.Period.From, "to", plan.Period.To)},
		Findings: findingTables(plan, findings), Repair: p.repairTable(r, plan, moved, p.Tasks.MayDecide(actor)), Dayless: p.daylessTable(r, plan, dayless, p.Tasks.MayDecide(actor)), Years: p.planYears(plan, made, actor.Can(account.RightRounds)), Open: pathPlanYear}
	for _, one := range all {
		body.Tabs = append(body.Tabs, view.Tab{Text: one.Number, Href: planAddress(one.Number), Current: one == plan})
	}
	if plan.Office != "" && !p.Tasks.MayDecide(actor) && len(moved)+len(dayless) > 0 {
		body.Notices = append(body.Notices, view.Notice{Mood: view.Info, Text: text.T("web.plan.who_decides", "office", plan.Office)})
	}
	if words := leftWords(plan.Left(plan.Repair(), p.PlanRules, p.Tasks.Calendar), dayless); words != "" {
		body.Repair.Source += " " + words
	}
	if unknown := p.Tasks.UnknownApprovers(plan); len(unknown) > 0 {
		body.Notices = append(body.Notices, view.Notice{Mood: view.Warn, Text: unknownApprovers(plan, unknown)})
	}
	if actor.Can(account.RightRounds) {
		body.Upload = &view.Upload{Title: text.T("web.plan.import"), Action: pathPlanFile, Max: planLimit, Over: fault.As(tooLarge(planLimit), "").Message, Failed: text.T("web.import.send_failed"), Sends: text.T("web.import.sending"), Button: text.T("web.plan.import_go"),
			File:  view.Field{Name: fieldFile, Label: text.T("web.plan.import_file"), Hint: text.T("web.plan.import_hint"), Kind: view.FileInput, Accept: ".yaml,.yml", Required: true},
			Notes: []string{text.T("web.plan.import_note")}}
	}
	body.Groups = planGroups(plan, r.FormValue(paramTask))
	frame := Frame(r, body.Head.Title, view.NavBoards, p.Demo)
	frame.Scripts = []string{"js/upload.js"}
	frame.Crumbs = []view.Link{{Text: text.T("web.nav.boards"), Href: pathBoards}, {Text: text.T("web.plan.crumb", "number", plan.Number)}}
	return Render(w, r, http.StatusOK, view.Framed(frame, view.PlanBody(body)))
}

func unknownApprovers(plan *programme.Programme, codes []string) string {
	names := make([]string, len(codes))
	for n, code := range codes {
		if names[n] = code; plan.Name(code) != code {
			names[n] = plan.Name(code) + " (" + code + ")"
		}
	}
	return text.T("task.unknown_approvers", "list", strings.Join(names, ", "), "first", codes[0])
}

// planTitle says the finding: how many contradictions ask for something.
func planTitle(plan *programme.Programme, findings []programme.Finding) string {
	faults, warnings := 0, 0
	for _, f := range findings {
		switch f.Severity {
		case programme.Fault:
			faults++
		case programme.Warning:
			warnings++
		}
	}
	if faults+warnings == 0 {
		return text.T("web.plan.title_clean", "number", plan.Number)
	}
	return text.T("web.plan.title", "number", plan.Number, "faults", faults, "warnings", warnings)
}

// nameOf is who somebody is, as far as accounts still know.
func (p *Pages) nameOf(r *http.Request, id string) string {
	names, err := p.Accounts.FullNames(r.Context(), []string{id})
	if err != nil || names[id] == "" {
		return id
	}
	return names[id]
}

// planYears are the years of a plan, made or to be made.
func (p *Pages) planYears(plan *programme.Programme, made map[int]string, opens bool) (years []view.PlanYear) {
	for year := plan.Period.From; year <= plan.Period.To; year++ {
		y := view.PlanYear{Year: strconv.Itoa(year), Href: PathTasks + "/" + strconv.Itoa(year), Words: text.T("web.plan.year_open")}
		if by, done := made[year]; done {
			y.Words = text.T("web.plan.year_made", "number", by)
		} else if opens && len(p.Tree().Roots(task.Boundaries(year))) > 0 {
			y.Opens = true
		}
		years = append(years, y)
	}
	return years
}

// taskPlace is where a task stands on the plan's page, in its group unfolded.
func taskPlace(plan *programme.Programme, id string) string {
	return pathPlan + "?" + url.Values{paramPlan: {plan.Number}, paramTask: {id}}.Encode() + "#" + url.PathEscape(taskMark(id))
}

func taskMark(id string) string { return "viec-" + id }

// planGroups are the groups of the annex and what stands in the text alone, each
// folded but that of the task which the address names.
func planGroups(plan *programme.Programme, wanted string) (list []view.Fold) {
	groups := append(slices.Clone(plan.Groups), programme.Group{Title: text.T("web.plan.body")})
	for n, g := range groups {
		t := view.Table{ID: "nhom-" + strconv.Itoa(n), Caption: strings.TrimSpace(g.ID + " " + g.Title), HideCaption: true, Stacked: true, Columns: []view.Column{{Label: text.T("web.board.title_of")}, {Label: text.T("web.plan.lead_agency")}, {Label: text.T("web.plan.approver")}, {Label: text.T("web.plan.due")}, {Label: text.T("web.gantt.rests_on")}, {Label: text.T("web.plan.clause")}}}
		open := false
		for _, one := range plan.Tasks {
			if one.Group != g.ID {
				continue
			}
			open = open || one.ID == wanted
			approver := text.T("web.plan.nobody")
			if one.Approver != "" {
				approver = plan.Name(one.Approver)
			}
			due := view.Cell{Text: one.Due.Words()}
			if one.Due.Assumed {
				due.Note = text.T("web.plan.assumed")
			}
			t.Rows = append(t.Rows, view.Row{ID: taskMark(one.ID), Cells: []view.Cell{{Text: one.ID + " " + one.Title}, {Text: plan.Name(one.Lead), Note: planNames(plan, "web.plan.with", one.With)}, {Text: approver, Note: planNames(plan, "web.plan.to", one.To)}, due, tasksCell(plan, one.Needs), {Text: one.Clause}}})
		}
		if len(t.Rows) > 0 {
			list = append(list, view.Fold{Title: text.T("web.plan.fold", "title", t.Caption, "n", len(t.Rows)), Open: open, Table: t})
		}
	}
	return list
}

// planNames says whom a plan names by some codes; nothing where there are none.
func planNames(plan *programme.Programme, key string, codes []string) string {
	var names []string
	for _, code := range codes {
		names = append(names, plan.Name(code))
	}
	if len(names) == 0 {
		return ""
	}
	return text.T(key, "names", strings.Join(names, "; "))
}

// planLimit is how large a plan's file may be: some ten times that of a plan of
// today.
const planLimit = 1 << 20

// planImport keeps the plan of a file; where it contradicts itself, its page
// shows that.
func (p *Pages) planImport(w http.ResponseWriter, r *http.Request) error {
	var made *programme.Programme
	err := p.uploaded(r, func(_ string, content io.Reader) error {
		raw, err := io.ReadAll(content)
		if err != nil {
			return asTooLarge(err)
		}
		made, err = p.Tasks.Import(r.Context(), ActorOf(r.Context()), raw)
		return err
	})
	if err != nil {
		return withPlaces(err)
	}
	return SeeOther(w, r, planAddress(made.Number))
}

// mostPlaces is how many wrong places of a file stand in one answer.
const mostPlaces = 10

// withPlaces says in one sentence also where a file is wrong.
func withPlaces(err error) error {
	f := fault.As(err, "")
	if f.Kind != fault.Invalid || len(f.Fields) == 0 {
		return err
	}
	words := f.Message
	for _, field := range f.Fields[:min(len(f.Fields), mostPlaces)] {
		words += " " + field.Name + ": " + field.Message
	}
	return fault.New(f.Kind, f.Code, words)
}

func (p *Pages) planOpenYear(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	year, err := strconv.Atoi(r.PostForm.Get("year"))
	if err != nil {
		return fault.New(fault.Invalid, "task_year", text.T("web.plan.no_year"))
	}
	if r.PostForm.Get("confirmed") == "" {
		return p.askOpenYear(w, r, year)
	}
	if _, err := p.Tasks.OpenYear(r.Context(), ActorOf(r.Context()), year); err != nil {
		return err
	}
	return SeeOther(w, r, PathTasks+"/"+strconv.Itoa(year))
}

// namedUnits is how many units a warning names; of others it says how many.
const namedUnits = 10

// unseen warns of what a year would ask of those whom the plan's list does not
// know, and of units at which nobody has a post who would see it.
func (p *Pages) unseen(r *http.Request, y task.Year) (list []view.Notice, err error) {
	warn := func(words string) { list = append(list, view.Notice{Mood: view.Warn, Text: words}) }
	plan, err := p.planOf(r.Context(), y.Plan)
	if err != nil || plan == nil {
		return nil, err
	}
	for _, f := range plan.Lint(p.PlanRules, p.Tasks.Calendar) {
		if f.Code == programme.UnknownAgency {
			warn(f.Message.VI)
		}
	}
	staff, err := p.Accounts.Staff(r.Context(), p.Today())
	if err != nil {
		return nil, err
	}
	agencies, err := p.Accounts.AllAgencies(r.Context())
	if err != nil {
		return nil, err
	}
	var empty []string
	for _, i := range y.Instances {
		unit, name := i.Area, i.Unit.Name
		if i.Level == programme.Agency {
			unit = account.AgencyUnit(i.Unit.Code)
		} else if at := slices.IndexFunc(agencies, func(a account.Agency) bool { return a.ID == i.Lead }); i.Level == programme.Province && at >= 0 {
			unit, name = account.AgencyUnit(i.Lead), agencies[at].Name
		}
		if len(staff[unit]) == 0 && !slices.Contains(empty, name) {
			empty = append(empty, name)
		}
	}
	if n := len(empty); n > 0 {
		key := "task.open_nobody"
		if n > namedUnits {
			key = "task.open_nobody_more"
		}
		warn(text.T(key, "n", n, "units", strings.Join(empty[:min(n, namedUnits)], ", "), "more", n-namedUnits))
	}
	return list, nil
}

// askOpenYear says what making a year brings, before it is done: it is done
// once.
func (p *Pages) askOpenYear(w http.ResponseWriter, r *http.Request, year int) error {
	y, err := p.Tasks.Year(r.Context(), ActorOf(r.Context()).ScopeFor(account.RightRounds), year, "")
	if err != nil {
		return err
	}
	if y.Made {
		return fault.New(fault.Conflict, "task_year_made", text.T("task.year_made", "year", year))
	}
	opening, err := p.Tasks.Opening(r.Context(), year)
	if err != nil {
		return err
	}
	notices := []view.Notice{{Mood: view.Warn, Text: text.T("web.plan.open_once")}}
	if opening.Conclusions > 0 {
		notices = append(notices, view.Notice{Mood: view.Info, Text: text.T("task.open_conclusions", "n", opening.Conclusions)})
	}
	if words := task.UnowedWords(year, opening.Unowed); words != "" {
		notices = append(notices, view.Notice{Mood: view.Warn, Text: words})
	}
	for _, gone := range opening.Gone {
		notices = append(notices, view.Notice{Mood: view.Warn, Text: text.T("task.open_gone", "agency", gone.Name, "day", area.ShowDay(gone.To))})
	}
	units := map[string]bool{}
	for _, i := range y.Instances {
		units[string(i.Level)+"/"+i.Unit.Code] = true
	}
	unseen, err := p.unseen(r, y)
	if err != nil {
		return err
	}
	notices = append(notices, unseen...)
	title := text.T("web.plan.open_year", "year", year)
	form := view.Form{Head: view.Heading{Title: title, Lead: text.T("web.plan.open_lead", "number", y.Plan, "year", year, "n", vn.FormatInt(int64(len(y.Instances))), "units", vn.FormatInt(int64(len(units))), "day", area.ShowDay(task.Boundaries(year)))},
		Notices: notices, Action: pathPlanYear,
		Hidden:  []view.Pair{{Name: "year", Value: strconv.Itoa(year)}, {Name: "confirmed", Value: "1"}},
		Buttons: []view.Button{{Label: title, Kind: view.Primary}, {Label: text.T("web.cancel"), Kind: view.Quiet, Href: planAddress(y.Plan)}}}
	frame := Frame(r, title, view.NavBoards, p.Demo)
	frame.Crumbs = []view.Link{{Text: text.T("web.nav.boards"), Href: pathBoards}, {Text: text.T("web.plan.crumb", "number", y.Plan), Href: planAddress(y.Plan)}, {Text: title}}
	return Render(w, r, http.StatusOK, view.Framed(frame, view.FormBody(form)))
}
