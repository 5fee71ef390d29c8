package app

import (
	"context"
	"testing"

	"giamngheo/internal/account"
	"giamngheo/internal/report"
)

// Every table of every round, on its own boundaries and on those of the two
// levels of 2025: nothing is broken, rows add up to the total, the total does
// not depend on the boundaries, and a cell opens as many households as it says.
func TestTheTablesOfAWholeProvinceAddUp(t *testing.T) {
	a := demoApp(t)
	ctx, scope := context.Background(), a.Accounts.Operator().ScopeFor(account.RightTables)
	province := a.Areas.Tree().Roots("2016-01-01")[0].Area
	for _, round := range []string{"2015", "2016", "2019", "2020"} {
		for _, d := range report.List() {
			var totals []report.Row
			for _, day := range []string{"", "2025-07-01"} {
				table, err := a.Reports.Make(ctx, scope, report.Request{Table: d.ID, Area: province, Round: round, Boundaries: day})
				if err != nil {
					t.Fatal(round, " ", d.ID, " ", err)
				}
				for _, broken := range table.Broken {
					t.Errorf("%s %s on %q: %s", round, d.ID, day, broken)
				}
				totals = append(totals, table.Total)
				opensWhatItSays(t, table, round+" "+d.ID)
			}
			for i, cell := range totals[0].Cells {
				if other := totals[1].Cells[i]; cell.Known != other.Known || !near(cell.Value, other.Value) {
					t.Errorf("%s %s, column %d: %v on the round's boundaries, %v on those of 2025", round, d.ID, i, cell, other)
				}
			}
		}
	}
}

func opensWhatItSays(t *testing.T, table *report.Table, name string) {
	t.Helper()
	for _, c := range table.Columns {
		if !c.Drills() || c.Kind != report.Count || c.Group == "Số nhân khẩu" {
			continue
		}
		for unit := -1; unit < len(table.Rows); unit++ {
			_, total, estimated, err := table.Households(unit, c.Key, 0, 1)
			if err != nil {
				t.Fatal(name, " ", c.Key, " ", err)
			}
			if says := table.Figure(unit, c.Key).Value; !estimated && !near(says, float64(total)) {
				t.Errorf("%s: cell %s of row %d says %v and opens %d households", name, c.Key, unit, says, total)
			}
		}
	}
}

func near(a, b float64) bool { return a-b < 1e-6 && b-a < 1e-6 }
