package report

import (
	"giamngheo/internal/measure"
	"giamngheo/internal/text"
)

// multidimensional is the Alkire-Foster measure of the surveyed households by
// unit, each indicator weighing the same, at the number of deprivations that
// the round's standard calls many.
func multidimensional(q *query) error {
	spec := measure.Spec{Missing: measure.Drop, SinglePSU: measure.RefuseSingle}
	for _, indicator := range q.set.Indicators {
		spec.Indicators = append(spec.Indicators, measure.Indicator{Code: indicator.Code, Dimension: indicator.Service, Weight: 1})
	}
	k := 0
	for _, rule := range q.set.Rules {
		if rule.Deprivations != nil && rule.Deprivations.From > 0 {
			k = rule.Deprivations.From
		}
	}
	if k == 0 {
		q.table.Notes = append(q.table.Notes, text.T("report.note.no_cutoff"))
		return nil
	}
	spec.Cutoffs = []int{k}
	estimates, err := q.view.AlkireFoster(q.no, q.units, spec, measure.PerHousehold)
	if err != nil {
		return err
	}
	of := func(unit int) *measure.Estimate {
		if unit < 0 {
			unit = len(estimates) - 1
		}
		return &estimates[unit][0]
	}
	index := func(v *float64) Cell {
		if v == nil {
			return Cell{}
		}
		return Cell{Value: *v, Known: true}
	}
	q.column(Column{Key: "surveyed", Title: text.T("report.column.surveyed"), Kind: Count}, func(unit int) Cell { return Cell{Value: float64(of(unit).N), Known: true} })
	q.column(Column{Key: "dropped", Title: text.T("report.column.dropped"), Kind: Count}, func(unit int) Cell { return Cell{Value: float64(of(unit).Dropped), Known: true} })
	q.column(Column{Key: "H", Title: text.T("report.column.H"), Kind: Share}, func(unit int) Cell { return index(of(unit).H) })
	q.column(Column{Key: "A", Title: text.T("report.column.A"), Kind: Share}, func(unit int) Cell { return index(of(unit).A) })
	q.column(Column{Key: "M0", Title: text.T("report.column.M0"), Kind: Index}, func(unit int) Cell { return index(of(unit).M0) })
	for j, indicator := range q.set.Indicators {
		q.column(Column{Key: indicator.Code + "_censored_share", Title: text.T("report.column.censored"), Group: indicator.Name.Text, Kind: Share}, func(unit int) Cell { return index(of(unit).Indicators[j].Censored) })
		q.column(Column{Key: indicator.Code + "_contribution_share", Title: text.T("report.column.contribution"), Group: indicator.Name.Text, Kind: Share}, func(unit int) Cell { return index(of(unit).Indicators[j].Contribution) })
	}
	q.table.Notes = append(q.table.Notes, text.T("report.note.multidimensional", "k", k, "n", len(spec.Indicators)))
	return nil
}
