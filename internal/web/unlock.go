package web

import (
	"net/url"
	"strings"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/review"
	"giamngheo/internal/standard"
	"giamngheo/internal/text"
	"giamngheo/internal/vn"
	"giamngheo/internal/web/view"
)

// sentTable is what was sent up; a later record stands beside the earlier, and
// below what it would be today while the dossier is worked on again.
func (p *Pages) sentTable(f *file) view.Table {
	t := view.Table{ID: "da-gui", Caption: text.T("web.dossier.sent"), Stacked: true, Columns: []view.Column{{Label: text.T("web.dossier.stage")}, {Label: text.T("web.dossier.sent_at")}, {Label: text.T("web.dossier.households"), Numeric: true},
		{Label: text.T("web.dossier.poor"), Numeric: true}, {Label: text.T("web.dossier.near_poor"), Numeric: true}, {Label: text.T("web.dossier.undetermined"), Numeric: true}}}
	n := func(v int) view.Cell { return view.Cell{Text: vn.FormatInt(int64(v))} }
	for _, res := range f.results {
		t.Rows = append(t.Rows, view.Row{Cells: []view.Cell{{Text: text.T("web.dossier.stage." + res.Stage)}, {Text: text.T("web.dossier.by_at", "who", f.names[res.By], "at", showTime(res.At))},
			n(res.Figures.Households), n(res.Figures.Poor.Households), n(res.Figures.NearPoor.Households), n(res.Figures.Undetermined.Households)}})
	}
	if f.now == nil {
		return t
	}
	last := f.results[len(f.results)-1].Figures
	now := func(sent, today int) view.Cell {
		c := n(today)
		if today != sent {
			c.Note = signed(today - sent)
		}
		return c
	}
	t.Rows = append(t.Rows, view.Row{Total: true, Cells: []view.Cell{{Text: text.T("web.unlock.now_row")}, {Text: text.T("web.unlock.now_at")}, now(last.Households, f.now.Households), now(last.Poor.Households, f.now.Poor.Households),
		now(last.NearPoor.Households, f.now.NearPoor.Households), now(last.Undetermined.Households, f.now.Undetermined.Households)}})
	return t
}

// unlockEffects puts beside a request to unlock, or its answer, what it would
// change in what was already sent up, and who holds that.
func (p *Pages) unlockEffects(f *file, a *view.DossierAct) {
	if f.Kind == review.SurveyPlan {
		return
	}
	e := f.effects
	if len(e.Held) == 0 {
		a.Warn = append(a.Warn, text.T("web.unlock.not_sent"))
		return
	}
	a.Shows = append(a.Shows, p.heldTable(f, e, a.Name))
	if parts := p.partsTable(f, e, a.Name); len(parts.Rows) > 0 {
		a.Shows = append(a.Shows, parts)
	}
	if len(e.Decisions) == 0 {
		return
	}
	var named []string
	for _, d := range e.Decisions {
		named = append(named, text.T("web.decision.number", "number", review.DecisionNumber(d.Number), "day", area.ShowDay(d.SignedOn)))
	}
	a.Warn = append(a.Warn, text.T("web.unlock.decisions", "decisions", strings.Join(named, "; ")))
	if f.hidden {
		return
	}
	if len(e.Changed) == 0 {
		a.Warn = append(a.Warn, text.T("web.unlock.right"))
		return
	}
	t := view.Table{ID: "se-khac-" + a.Name, Caption: text.T("web.unlock.changed", "n", vn.FormatInt(int64(len(e.Changed)))), Stacked: true, Tall: len(e.Changed) > 30,
		Columns: []view.Column{{Label: text.T("web.household.head")}, {Label: text.T("web.household.village")}, {Label: text.T("web.unlock.decided")}, {Label: text.T("web.unlock.now")}}}
	for i, item := range e.Changed {
		before := view.Cell{}
		if was := e.Decided[i]; was.Household != "" {
			before = classCell(was.Class, was.Label)
		}
		after := classCell(item.Class, item.Label)
		if item.Class == standard.Undetermined {
			after = view.Cell{Text: text.T("web.posting.not_on_list")}
		}
		t.Rows = append(t.Rows, view.Row{Href: householdAddress(item.Household), Cells: []view.Cell{{Text: item.Head}, {Text: p.placeName(item.Village, f.day)}, before, after}})
	}
	a.Shows = append(a.Shows, t)
}

// partsTable shows which of the units below have other figures today than those
// that the result counted of them.
func (p *Pages) partsTable(f *file, e review.Effects, name string) view.Table {
	t := view.Table{ID: "phan-khac-" + name, Caption: text.T("web.unlock.parts"), Stacked: true, Columns: []view.Column{{Label: text.T("web.unlock.part")},
		{Label: text.T("web.unlock.households"), Numeric: true}, {Label: text.T("web.unlock.poor"), Numeric: true}, {Label: text.T("web.unlock.near_poor"), Numeric: true}}}
	cell := func(sent, now int) view.Cell {
		c := view.Cell{Text: vn.FormatInt(int64(now)), Note: text.T("web.unlock.sent", "n", vn.FormatInt(int64(sent)))}
		if now != sent {
			c.Text += " (" + signed(now-sent) + ")"
		}
		return c
	}
	for _, part := range e.Parts(f.Unit, p.Tree().Children(f.Unit, f.day)) {
		t.Rows = append(t.Rows, view.Row{Cells: []view.Cell{{Text: p.placeName(part.Unit, f.day)}, cell(part.Sent.Households, part.Now.Households),
			cell(part.Sent.Poor.Households, part.Now.Poor.Households), cell(part.Sent.NearPoor.Households, part.Now.NearPoor.Households)}})
	}
	return t
}

// heldTable sets each result that counts the unit beside what it would be with
// the unit's figures of today.
func (p *Pages) heldTable(f *file, e review.Effects, name string) view.Table {
	t := view.Table{ID: "so-da-gui-" + name, Caption: text.T("web.unlock.results"), Stacked: true, Source: text.T("web.unlock.source"), Columns: []view.Column{{Label: text.T("web.unlock.holder")}, {Label: text.T("web.unlock.result")},
		{Label: text.T("web.unlock.households"), Numeric: true}, {Label: text.T("web.unlock.poor"), Numeric: true}, {Label: text.T("web.unlock.near_poor"), Numeric: true}}}
	for _, held := range e.Held {
		households, poor, near, known := e.Change(held)
		cell := func(sent, change int) view.Cell {
			c := view.Cell{Text: vn.FormatInt(int64(sent)), Note: text.T("web.unlock.uncounted")}
			if known {
				c.Text, c.Note = vn.FormatInt(int64(sent+change)), text.T("web.unlock.sent", "n", vn.FormatInt(int64(sent)))
				if change != 0 {
					c.Text += " (" + signed(change) + ")"
				}
			}
			return c
		}
		unit := view.Cell{Text: held.Unit.FullName}
		if held.Holder.ID != "" {
			unit.Note = text.T("dossier.state." + string(held.Holder.State))
		}
		row := view.Row{Cells: []view.Cell{unit, {Text: text.T("web.unlock.result_is", "stage", text.T("web.dossier.stage."+held.Stage), "day", area.ShowDay(dayOfTime(held.At)))},
			cell(held.Sent.Households, households), cell(held.Sent.Poor.Households, poor), cell(held.Sent.NearPoor.Households, near)}}
		if held.Holder.ID != "" && held.Holder.ID != f.ID && f.by.ScopeFor(account.RightTables).Covers(p.Tree(), held.Unit.Area, p.Today()) {
			row.Href = PathDossiers + "/" + url.PathEscape(held.Holder.ID)
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}
