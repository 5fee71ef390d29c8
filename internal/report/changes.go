package report

import (
	"giamngheo/internal/area"
	"giamngheo/internal/review"
	"giamngheo/internal/text"
)

// ChangesTable writes the changes within the year as a table, for pages and
// files. Its figures come from signed decisions and not from the register, so
// its cells open no households.
func ChangesTable(c review.YearChanges) *Table {
	t := &Table{ID: "changes", Title: text.T("report.changes.title", "period", PeriodName(c.Period)), Area: c.Area, Round: c.Round, Boundaries: c.Day}
	units := make([]map[review.Flow]review.Count, 0, len(c.Rows))
	for _, r := range c.Rows {
		t.Rows = append(t.Rows, Row{Code: r.Unit.Code, Name: r.Unit.FullName, Area: r.Unit.Area})
		units = append(units, r.Changes)
	}
	t.Total = Row{Code: "total", Name: text.T("report.total"), Area: c.Area.Area}
	for _, people := range []bool{false, true} {
		group, ending := "households", ""
		if people {
			group, ending = "people", "_people"
		}
		for _, f := range review.Flows {
			t.Columns = append(t.Columns, Column{Key: string(f) + ending, Title: text.T("report.changes." + string(f)), Group: text.T("report.group." + group), Kind: Count})
			for i, unit := range units {
				t.Rows[i].Cells = append(t.Rows[i].Cells, changesCell(unit[f], people))
			}
			t.Total.Cells = append(t.Total.Cells, changesCell(c.Total[f], people))
		}
	}
	t.Notes = []string{text.T("report.changes.note", "decisions", c.Decisions), text.T("report.note.boundaries_day", "day", area.ShowDay(c.Day))}
	if c.Corrections > 0 {
		t.Notes = append(t.Notes, text.T("report.changes.corrections", "n", c.Corrections))
	}
	return t
}

func changesCell(n review.Count, people bool) Cell {
	if people {
		return Cell{Value: float64(n.People), Known: true}
	}
	return Cell{Value: float64(n.Households), Known: true}
}

// PeriodName writes a month, a quarter or a year for people.
func PeriodName(p review.Period) string {
	switch {
	case p.Month > 0:
		return text.T("report.changes.month", "n", p.Month, "year", p.Year)
	case p.Quarter > 0:
		return text.T("report.changes.quarter", "n", p.Quarter, "year", p.Year)
	}
	return text.T("report.changes.year", "year", p.Year)
}
