package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"giamngheo/internal/area"
	"giamngheo/internal/fault"
	"giamngheo/internal/programme"
	"giamngheo/internal/task"
	"giamngheo/internal/text"
	"giamngheo/internal/vn"
	"giamngheo/internal/web/view"
)

func (p *Pages) planDecideForm(w http.ResponseWriter, r *http.Request) error {
	return p.showPlanDecide(w, r, http.StatusOK, typedUser{typed: url.Values{}}, "")
}

// showPlanDecide asks the approver about one date: one that the repair
// postpones, or one that nothing says. confirmed is a day that contradicts
// others: sent once more, it is meant.
func (p *Pages) showPlanDecide(w http.ResponseWriter, r *http.Request, status int, f typedUser, confirmed string) error {
	if !p.Tasks.MayDecide(ActorOf(r.Context())) {
		return fault.New(fault.Forbidden, "repair_right", text.T("task.repair.right"))
	}
	plan, _, err := p.chosenPlan(r)
	if err != nil {
		return err
	}
	moved, dayless, err := p.Tasks.Repair(r.Context(), plan)
	if err != nil {
		return err
	}
	asked := append(moved, dayless...)
	n := slices.IndexFunc(asked, func(m task.Moved) bool { return m.Task == r.FormValue(paramTask) })
	if n < 0 {
		return fault.New(fault.NotFound, "repair_absent", text.T("task.repair.absent"))
	}
	m := asked[n]
	form := decideForm(m, f)
	if n >= len(moved) {
		form = p.setForm(plan, m, f)
	}
	form.Head.Title = plannedName(plan, m).Text
	form.Errors, form.Action = f.wrong, pathPlanDecide
	form.Hidden = []view.Pair{{Name: paramPlan, Value: plan.Number}, {Name: paramTask, Value: m.Task}, {Name: "rev", Value: f.value("rev", strconv.FormatInt(m.Decision.Rev, 10))}}
	form.Parts = append(form.Parts, view.FieldRow(view.Field{Name: "reason", Label: text.T("web.plan.reason"), Hint: text.T("web.plan.reason_hint"), Kind: view.LongInput, Value: f.value("reason", m.Decision.Reason), Error: f.error("reason")}))
	form.Buttons = []view.Button{{Label: text.T("web.plan.decide_go"), Kind: view.Primary}, {Label: text.T("web.cancel"), Kind: view.Quiet, Href: planAddress(plan.Number)}}
	if confirmed != "" {
		form.Hidden = append(form.Hidden, view.Pair{Name: "confirmed", Value: confirmed})
		form.Buttons[0].Label = text.T("web.plan.early_go", "day", task.Shown(confirmed))
	}
	frame := Frame(r, form.Head.Title, view.NavBoards, p.Demo)
	frame.Crumbs = []view.Link{{Text: text.T("web.nav.boards"), Href: pathBoards}, {Text: text.T("web.plan.crumb", "number", plan.Number), Href: planAddress(plan.Number)}, {Text: m.Task}}
	return Render(w, r, status, view.Framed(frame, view.FormBody(form)))
}

// decideForm asks about a date that the repair postpones.
func decideForm(m task.Moved, f typedUser) (form view.Form) {
	choice := view.Choice{Name: "choice", Label: text.T("web.plan.your_choice"), Error: f.error("choice")}
	for _, c := range []task.Choice{task.Accept, task.Override, task.Keep} {
		choice.Options = append(choice.Options, view.Option{Value: string(c), Label: text.T("web.plan.choose."+string(c), "printed", task.Shown(m.From), "proposed", task.Shown(m.To)), Selected: f.value("choice", string(m.Decision.Choice)) == string(c)})
	}
	due := ""
	if m.Decision.Choice == task.Override {
		due = task.Shown(m.Decision.Due)
	}
	form.Head.Lead = text.T("web.plan.decide_lead", "printed", task.Shown(m.From), "proposed", task.Shown(m.To), "days", m.Days)
	form.Parts = []templ.Component{view.ChoiceRow(choice),
		view.FieldRow(view.Field{Name: "due", Label: text.T("web.plan.other_day"), Hint: text.T("web.plan.other_day_hint"), Width: "w12", Value: f.value("due", due), Error: f.error("due")})}
	return form
}

// setForm asks about a date of which the plan says nothing that could be kept,
// and tells what becomes of obligations that were made.
func (p *Pages) setForm(plan *programme.Programme, m task.Moved, f typedUser) (form view.Form) {
	hint, keep := text.T("web.plan.set_day_hint"), text.T("web.plan.choose.keep_none")
	form.Head.Lead = text.T("web.plan.set_lead")
	if m.From != "" {
		hint, keep = text.T("web.plan.set_day_once", "issued", area.ShowDay(plan.Issued)), text.T("web.plan.choose.keep", "printed", task.Shown(m.From))
		form.Head.Lead = text.T("web.plan.set_lead_past", "printed", task.Shown(m.From), "issued", area.ShowDay(plan.Issued))
	}
	for _, finding := range plan.Lint(p.PlanRules, p.Tasks.Calendar) {
		if c := finding.Change; finding.Code == programme.NoDate && finding.Tasks[0] == m.Task && c.NotAfter != "" {
			var by []string
			for _, t := range plan.Tasks {
				if slices.Contains(t.Needs, m.Task) && t.Due.Value() == c.NotAfter {
					by = append(by, t.ID)
				}
			}
			hint += " " + text.T("web.plan.set_before", "day", task.Shown(c.NotAfter), "by", strings.Join(by, ", "))
		}
	}
	made := text.T("web.plan.set_made_none")
	if m.Affected.All > 0 {
		made = text.T("web.plan.set_made", "all", vn.FormatInt(int64(m.Affected.All)), "open", vn.FormatInt(int64(m.Affected.Open)))
	}
	form.Notices = []view.Notice{{Mood: view.Info, Text: made}}
	said, due := string(task.Set), ""
	if m.Decision.Choice != "" {
		said, due = string(m.Decision.Choice), task.Shown(m.Decision.Due)
	}
	choice := view.Choice{Name: "choice", Label: text.T("web.plan.your_choice"), Error: f.error("choice")}
	for _, o := range []view.Option{{Value: string(task.Set), Label: text.T("web.plan.choose.set")}, {Value: string(task.Keep), Label: keep}} {
		o.Selected = f.value("choice", said) == o.Value
		choice.Options = append(choice.Options, o)
	}
	form.Parts = []templ.Component{view.ChoiceRow(choice),
		view.FieldRow(view.Field{Name: "due", Label: text.T("web.plan.set_day"), Hint: hint, Width: "w12", Value: f.value("due", due), Error: f.error("due")})}
	return form
}

// planDecide takes the approver's word. Days are typed as people write them.
func (p *Pages) planDecide(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	rev, _ := strconv.ParseInt(r.PostForm.Get("rev"), 10, 64)
	d := task.Decision{Plan: r.PostForm.Get(paramPlan), Task: r.PostForm.Get(paramTask), Choice: task.Choice(r.PostForm.Get("choice")), Due: typedDue(r.PostForm.Get("due")), Reason: r.PostForm.Get("reason"), Confirmed: r.PostForm.Get("confirmed")}
	err := p.Tasks.Decide(r.Context(), ActorOf(r.Context()), d, rev)
	if err == nil {
		at := "#lich-sua"
		if d.Choice == task.Set {
			at = "#chua-co-ngay"
		}
		return SeeOther(w, r, planAddress(d.Plan)+at)
	}
	wrong, other := refusal(err)
	if other != nil {
		return other
	}
	confirm := ""
	if fault.As(err, "").Code == "repair_early" {
		confirm = d.Due
	}
	return p.showPlanDecide(w, r, http.StatusUnprocessableEntity, typedUser{typed: r.PostForm, wrong: wrong}, confirm)
}

// typedDue reads 20/11 as MM-DD and 20/11/2016 as YYYY-MM-DD; what is neither
// stays as it is and is refused.
func typedDue(said string) string {
	parts := strings.Split(strings.TrimSpace(said), "/")
	for n := range parts {
		if len(parts[n]) == 1 {
			parts[n] = "0" + parts[n]
		}
	}
	slices.Reverse(parts)
	return strings.Join(parts, "-")
}
