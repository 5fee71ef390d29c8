package web

import (
	"net/http"
	"slices"
	"sort"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/dossier"
	"giamngheo/internal/review"
	"giamngheo/internal/text"
	"giamngheo/internal/web/view"
)

// PathToday is the former address of what waits for the reader.
const PathToday = "/hom-nay"

func (p *Pages) todayRoutes() []Route {
	return []Route{{Method: "GET", Pattern: PathToday, Right: Needs(account.RightTables), Handler: p.todayPage}}
}

// duty is one thing that waits for somebody.
type duty struct {
	what string
	href string
	due  string // "" where no rule sets a day
}

// todayPage led to what waits in the open rounds; that stands now among what
// the reader owes.
func (p *Pages) todayPage(w http.ResponseWriter, r *http.Request) error {
	return SeeOther(w, r, PathTasks)
}

// dutyTable lists duties, the overdue first, then by day, and counts the overdue.
func (p *Pages) dutyTable(list []duty) (t view.Table, late int) {
	sort.SliceStable(list, func(i, j int) bool {
		a, b := list[i].due, list[j].due
		return a != "" && (b == "" || a < b)
	})
	t = view.Table{ID: "viec", Caption: text.T("web.today.list"), Stacked: true, Columns: []view.Column{{Label: text.T("web.today.what")}, {Label: text.T("web.today.due")}}}
	for _, d := range list {
		due := view.Cell{Text: text.T("web.today.no_due")}
		switch {
		case d.due == "":
		case d.due < p.Today():
			late++
			due = view.Cell{Tag: view.Tag{Tone: view.Poor, Text: text.T("web.today.late", "day", area.ShowDay(d.due))}}
		case d.due == p.Today():
			due = view.Cell{Tag: view.Tag{Tone: view.Near, Text: text.T("web.today.today")}}
		default:
			due = view.Cell{Text: area.ShowDay(d.due)}
		}
		t.Rows = append(t.Rows, view.Row{Href: d.href, Cells: []view.Cell{{Text: d.what}, due}})
	}
	if len(t.Rows) == 0 {
		t.Blank = view.Blank{State: view.Empty, Text: text.T("web.today.nothing")}
	}
	return t, late
}

func (p *Pages) duties(r *http.Request) (list []duty, err error) {
	actor := ActorOf(r.Context())
	rounds, err := p.Reviews.Rounds(r.Context())
	if err != nil {
		return nil, err
	}
	said, err := p.commentDuties(r)
	if err != nil {
		return nil, err
	}
	ofTasks, err := p.taskDuties(r)
	if err != nil {
		return nil, err
	}
	asked, err := p.committeeDuties(r)
	if err != nil {
		return nil, err
	}
	err = p.DB.Read(r.Context(), func(tx *db.Tx) error {
		list = slices.Concat(said, ofTasks, asked)
		plans, err := p.planDuties(tx, actor)
		if err != nil {
			return err
		}
		pairs, err := p.suspicionDuties(tx, actor)
		if err != nil {
			return err
		}
		list = slices.Concat(list, plans, pairs)
		for _, o := range rounds {
			if o.State != review.Open {
				continue
			}
			if o.Kind == review.InYear {
				asked, err := p.requestDuties(tx, actor, o)
				if err != nil {
					return err
				}
				list = append(list, asked...)
				continue
			}
			procedure, known, err := p.Reviews.ProcedureOf(tx, o.ID)
			if err != nil {
				return err
			}
			if !known {
				continue
			}
			all, err := p.Reviews.Dossiers.ListIn(tx, o.ID, "")
			if err != nil {
				return err
			}
			for _, d := range all {
				more, err := p.dossierDuties(tx, actor, o, procedure, d)
				if err != nil {
					return err
				}
				list = append(list, more...)
			}
			more, err := p.answerDuties(tx, actor, o, all)
			if err != nil {
				return err
			}
			list = append(list, more...)
		}
		return nil
	})
	return list, err
}

// planDuties are what survey plans ask of the reader, before there is a round.
func (p *Pages) planDuties(tx *db.Tx, actor *account.Actor) (list []duty, err error) {
	plans, err := p.Reviews.PlansIn(tx)
	if err != nil {
		return nil, err
	}
	for _, plan := range plans {
		round := review.PlanRound(plan)
		procedure, known := p.Reviews.ProcedureFor(round)
		if !known || plan.Dossier.State.Decided() {
			continue
		}
		more, err := p.dossierDuties(tx, actor, round, procedure, plan.Dossier)
		if err != nil {
			return nil, err
		}
		list = append(list, more...)
	}
	return list, nil
}

// dossierDuties are what a dossier asks of the reader: a decision, an answer,
// a hand-in, or the next step of his own village or commune.
func (p *Pages) dossierDuties(tx *db.Tx, actor *account.Actor, o review.Round, procedure *dossier.Procedure, d dossier.Dossier) (list []duty, err error) {
	may, err := p.Reviews.Dossiers.May(actor, d)
	if err != nil {
		return nil, err
	}
	v, _ := p.Tree().Lately(d.Unit, p.Reviews.Dossiers.Day(d))
	due := p.Reviews.Due(o, procedure, d.Kind)
	add := func(key, href, day string, pairs ...any) {
		if named := key + "." + d.Kind; text.Has("web.today.do." + named) {
			key = named
		}
		list = append(list, duty{text.T("web.today.do."+key, append(pairs, "unit", v.FullName, "round", o.ID)...), href, day})
	}
	at := dossierAddress(d.ID)
	if may.Approve {
		add("approve", at, due)
	}
	if may.Unlock {
		add("unlock", at, "")
	}
	if may.Lock {
		add("lock", at, "")
	}
	rules, err := p.Reviews.Dossiers.RulesOf(d)
	if err != nil {
		return nil, err
	}
	// The checklist is read only where some step may be the reader's.
	mine := may.HandIn
	var units []area.ID
	for _, step := range rules.Steps {
		if step.With != "" {
			continue
		}
		if step.Per == "" {
			mine = mine || may.Steps(step, "")
			continue
		}
		for _, post := range actor.Posts {
			if slices.Contains(step.By, post.Role) && p.Tree().Covers(d.Unit, post.Area, p.Reviews.Dossiers.Day(d)) && may.Steps(step, post.Area) && !slices.Contains(units, post.Area) {
				units = append(units, post.Area)
			}
		}
	}
	if !mine && len(units) == 0 {
		return list, nil
	}
	check, err := p.Reviews.Dossiers.Check(tx, d)
	if err != nil {
		return nil, err
	}
	stepDue := func(code string) string {
		if day := p.Reviews.DueStep(o, d.Kind, code); day != "" {
			return day
		}
		return due
	}
	for _, unit := range units {
		village, ok := p.Tree().On(unit, p.Reviews.Dossiers.Day(d))
		if !ok || village.Level != area.Village {
			continue
		}
		for _, step := range check.Rules.Steps {
			if _, done := check.Done(step.Code, unit); step.Per == area.Village && !done {
				add("step", stepAddress(d.ID, step.Code, unit), stepDue(step.Code), "step", rules.StepName(step.Code), "where", village.FullName)
				break
			}
		}
	}
	next, open := check.Next()
	switch {
	case may.HandIn && (!open || next.Stage != dossier.WhileWorking):
		add("hand_in", at, due)
	case open && next.Per == "" && may.Steps(next, ""):
		add("step", stepAddress(d.ID, next.Code, ""), stepDue(next.Code), "step", rules.StepName(next.Code), "where", v.FullName)
	case open && next.Per != "" && may.HandIn:
		done, all := check.DoneIn(next)
		add("villages", progressAddress(o.ID, d.Unit), stepDue(next.Code), "step", rules.StepName(next.Code), "left", all-done, "all", all)
	}
	return list, nil
}

// answerDuties are complaints and questions that wait for an answer of the
// reader's commune.
func (p *Pages) answerDuties(tx *db.Tx, actor *account.Actor, o review.Round, all []dossier.Dossier) (list []duty, err error) {
	if !actor.Can(account.RightWriteRegistry) {
		return nil, nil
	}
	for _, post := range actor.Posts {
		// Of a commune that has ended the successor answers.
		v, ok := p.Tree().On(post.Area, p.Today())
		if !ok || v.Level != area.Commune {
			continue
		}
		for _, d := range all {
			if d.Kind != review.CommuneReview || d.Unit != post.Area || d.State == dossier.PassedOn {
				continue
			}
			open, err := p.Reviews.OpenComplaints(tx, o.ID, d.Unit)
			if err != nil {
				return nil, err
			}
			for _, c := range open {
				list = append(list, duty{text.T("web.today.do.complaint", "number", complaintNumber(c), "kind", text.T("web.complaint.kind."+c.Kind)), PathComplaints + "/" + c.ID, c.DueOn})
			}
			warnings, err := p.Reviews.OpenWarningsIn(tx, actor.ScopeFor(account.RightReadHouseholds), o.ID, d.Unit)
			if err != nil {
				return nil, err
			}
			waiting := 0
			for _, one := range warnings {
				if one.Waits() {
					waiting++
				}
			}
			if waiting > 0 {
				list = append(list, duty{text.T("web.today.do.warnings", "n", waiting, "unit", v.FullName), verificationAddress(o.ID, d.Unit), ""})
			}
		}
	}
	return list, nil
}
