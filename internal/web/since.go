package web

import (
	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/review"
	"giamngheo/internal/text"
	"giamngheo/internal/vn"
	"giamngheo/internal/web/view"
)

// sinceNotice says above a signed dossier that what it rests on was opened
// again, and what that means.
func sinceNotice(f *file) []view.Notice {
	if len(f.since) == 0 {
		return nil
	}
	open, differ := 0, 0
	for _, c := range f.since {
		if c.Open {
			open++
		}
		if c.Differs() {
			differ++
		}
	}
	key := "web.since.same"
	if differ > 0 {
		key = "web.since.differ"
	}
	return []view.Notice{{Mood: view.Warn, Title: text.T("web.since.title", "n", len(f.since), "open", open), Text: text.T(key, "n", differ),
		Link: view.Link{Text: text.T("web.since.which"), Href: "#mo-lai"}}}
}

// sinceTable sets what the signed result counts of each unit that was opened
// again beside what the unit has now.
func (p *Pages) sinceTable(f *file) view.Table {
	t := view.Table{ID: "mo-lai", Caption: text.T("web.since.table"), Stacked: true, Source: text.T("web.since.source"), Columns: []view.Column{{Label: text.T("web.unlock.part")}, {Label: text.T("web.since.what")},
		{Label: text.T("web.unlock.households"), Numeric: true}, {Label: text.T("web.unlock.poor"), Numeric: true}, {Label: text.T("web.unlock.near_poor"), Numeric: true}, {Label: text.T("web.dossier.undetermined"), Numeric: true}}}
	for _, c := range f.since {
		row := view.Row{Cells: []view.Cell{{Text: c.Unit.FullName}, {Text: sinceWords(c)}}}
		if f.by.ScopeFor(account.RightTables).Covers(p.Tree(), c.Unit.Area, p.Today()) {
			row.Href = dossierAddress(c.Dossier.ID)
		}
		for _, of := range []func(*review.Figures) int{
			func(g *review.Figures) int { return g.Households },
			func(g *review.Figures) int { return g.Poor.Households },
			func(g *review.Figures) int { return g.NearPoor.Households },
			func(g *review.Figures) int { return g.Undetermined.Households },
		} {
			cell := view.Cell{Text: text.T("web.unlock.uncounted")}
			if c.Now != nil {
				cell.Text = vn.FormatInt(int64(of(c.Now)))
			}
			if c.Counted != nil {
				cell.Note = text.T("web.since.signed", "n", vn.FormatInt(int64(of(c.Counted))))
				if c.Now != nil && of(c.Now) != of(c.Counted) {
					cell.Text += " (" + signed(of(c.Now)-of(c.Counted)) + ")"
				}
			}
			row.Cells = append(row.Cells, cell)
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func sinceWords(c review.Since) string {
	unlocked := text.T("web.since.some_day")
	if c.UnlockedAt != 0 {
		unlocked = area.ShowDay(dayOfTime(c.UnlockedAt))
	}
	switch {
	case c.Dossier.State.Working():
		return text.T("web.since.open", "day", unlocked)
	case c.Open:
		return text.T("web.since.submitted", "day", unlocked)
	}
	return text.T("web.since.again", "day", unlocked, "decided", area.ShowDay(dayOfTime(c.Dossier.DecidedAt)))
}
