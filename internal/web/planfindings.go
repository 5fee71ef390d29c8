package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"giamngheo/internal/area"
	"giamngheo/internal/programme"
	"giamngheo/internal/task"
	"giamngheo/internal/text"
	"giamngheo/internal/vn"
	"giamngheo/internal/web/view"
)

// findingTables are the findings by their weight. What asks for nothing is
// folded.
func findingTables(plan *programme.Programme, list []programme.Finding) (folds []view.Fold) {
	for _, severity := range []programme.Severity{programme.Fault, programme.Warning, programme.Information} {
		t := view.Table{ID: "mau-thuan-" + string(severity), Caption: text.T("web.plan.findings_" + string(severity)), HideCaption: true, Stacked: true, Columns: []view.Column{{Label: text.T("web.plan.what")}, {Label: text.T("web.plan.tasks")}, {Label: text.T("web.plan.clauses")}}}
		for _, f := range list {
			if f.Severity == severity {
				t.Rows = append(t.Rows, view.Row{Cells: []view.Cell{{Text: f.Message.VI}, tasksCell(plan, f.Tasks), {Text: strings.Join(f.Clauses, ", ")}}})
			}
		}
		if len(t.Rows) > 0 {
			folds = append(folds, view.Fold{Title: text.T("web.plan.fold", "title", t.Caption, "n", len(t.Rows)), Open: severity == programme.Fault, Table: t})
		}
	}
	return folds
}

// tasksCell names tasks, each leading to its row.
func tasksCell(plan *programme.Programme, ids []string) view.Cell {
	var links []view.Link
	for _, id := range ids {
		link := view.Link{Text: id}
		if _, there := plan.Task(id); there {
			link.Href = taskPlace(plan, id)
		}
		links = append(links, link)
	}
	if len(links) == 0 {
		return view.Cell{}
	}
	return view.Cell{Inner: view.Listing(links)}
}

// leftWords names what of the dates the repaired calendar leaves to a person,
// without the tasks of which the approver has said something.
func leftWords(left []programme.Finding, dayless []task.Moved) string {
	said := map[string]bool{}
	for _, m := range dayless {
		said[m.Task] = m.Decision.Choice != ""
	}
	var names []string
	for _, f := range left {
		if (f.Code == programme.NoDate || f.Code == programme.BeforeIssue) && !slices.ContainsFunc(f.Tasks, func(id string) bool { return !said[id] }) {
			continue
		}
		names = append(names, text.T("programme.cli.left_one", "tasks", strings.Join(f.Tasks, ", "), "head", text.T("programme.head."+string(f.Code))))
	}
	if len(names) == 0 {
		return ""
	}
	return text.T("web.plan.left", "n", len(names), "list", strings.Join(names, "; "))
}

// repairTable is the proposed calendar: what moves from when to when, and what
// the approver said. The printed date always stands first.
func (p *Pages) repairTable(r *http.Request, plan *programme.Programme, moved []task.Moved, decides bool) view.Table {
	t := view.Table{ID: "lich-sua", Caption: text.T("web.plan.repair"), Stacked: true, Columns: []view.Column{{Label: text.T("web.board.title_of")}, {Label: text.T("web.board.printed")}, {Label: text.T("web.plan.proposed")}, {Label: text.T("web.plan.days"), Numeric: true}, {Label: text.T("web.plan.decided")}}, Source: text.T("web.plan.repair_source")}
	for _, m := range moved {
		row := view.Row{Cells: []view.Cell{plannedName(plan, m), {Text: task.Shown(m.From)}, {Text: task.Shown(m.To)}, {Text: vn.FormatInt(int64(m.Days))}, p.decidedCell(r, m, "web.plan.undecided")}}
		if decides {
			row.Href = decideAddress(plan.Number, m.Task)
		}
		t.Rows = append(t.Rows, row)
	}
	if len(t.Rows) == 0 {
		t.Blank = view.Blank{State: view.Empty, Text: text.T("web.plan.nothing_moves")}
	}
	return t
}

// daylessTable are the tasks of which only the approver can say the day, with
// how many obligations wait for it.
func (p *Pages) daylessTable(r *http.Request, plan *programme.Programme, list []task.Moved, decides bool) view.Table {
	t := view.Table{ID: "chua-co-ngay", Caption: text.T("web.plan.dayless"), Stacked: true, Columns: []view.Column{{Label: text.T("web.board.title_of")}, {Label: text.T("web.plan.dayless_printed")}, {Label: text.T("web.plan.dayless_made")}, {Label: text.T("web.plan.decided")}}, Source: text.T("web.plan.dayless_source")}
	for _, m := range list {
		printed, made := text.T("web.plan.dayless_none"), view.Cell{}
		if m.From != "" {
			printed = task.Shown(m.From)
		}
		if m.Affected.All > 0 {
			made.Text = text.T("web.plan.dayless_open", "open", vn.FormatInt(int64(m.Affected.Open)), "all", vn.FormatInt(int64(m.Affected.All)))
		}
		row := view.Row{Cells: []view.Cell{plannedName(plan, m), {Text: printed}, made, p.decidedCell(r, m, "web.plan.dayless_undecided")}}
		if decides {
			row.Href = decideAddress(plan.Number, m.Task)
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func plannedName(plan *programme.Programme, m task.Moved) view.Cell {
	one, _ := plan.Task(m.Task)
	return view.Cell{Text: m.Task + " " + one.Title}
}

func decideAddress(plan, id string) string {
	return pathPlanDecide + "?" + url.Values{paramPlan: {plan}, paramTask: {id}}.Encode()
}

// decidedCell says what the approver decided on a date, when and why.
func (p *Pages) decidedCell(r *http.Request, m task.Moved, undecided string) view.Cell {
	d := m.Decision
	if d.Choice == "" {
		return view.Cell{Text: text.T(undecided)}
	}
	choice := "web.plan.choice." + string(d.Choice)
	if d.Due == "" {
		choice += "_none"
	}
	said := view.Cell{Text: text.T(choice, "day", task.Shown(d.Due)), Note: text.T("web.plan.by", "who", p.nameOf(r, d.By), "day", area.ShowDay(area.Today(time.UnixMilli(d.At))))}
	if d.Reason != "" {
		said.Note += " " + d.Reason
	}
	if d.Proposed != m.To || d.Printed != m.From {
		said.Note += " " + text.T("web.plan.since_changed")
	}
	return said
}
