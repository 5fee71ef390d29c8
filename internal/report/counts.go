package report

import (
	"giamngheo/internal/household"
	"giamngheo/internal/measure"
	"giamngheo/internal/text"
)

var (
	poorSet    = measure.SetOf(measure.Poor)
	nearSet    = measure.SetOf(measure.NearPoor)
	notPoorSet = measure.SetOf(measure.Average, measure.Above, measure.NotPoor)
	everybody  = measure.SetOf(measure.NotSurveyed, measure.Undetermined, measure.Poor, measure.NearPoor, measure.Average, measure.Above, measure.NotPoor)
)

// classColumn is one class of the table of results.
type classColumn struct {
	key string
	set measure.ClassSet
}

var resultColumns = []classColumn{
	{"households", everybody}, {"poor", poorSet}, {"near_poor", nearSet}, {"not_poor", notPoorSet},
	{"undetermined", measure.SetOf(measure.Undetermined)}, {"not_surveyed", measure.SetOf(measure.NotSurveyed)},
}

func results(q *query) error      { return q.results(measure.AnyArea) }
func resultsRural(q *query) error { return q.results(measure.RuralArea) }
func resultsUrban(q *query) error { return q.results(measure.UrbanArea) }

// results counts households by class: all, poor, near-poor, not poor, not
// determined, not surveyed; then the people of the same, and the rates.
func (q *query) results(of measure.Area) error {
	counted := q.view.Results(q.no, q.units)
	total := counted.Total()
	at := func(t *measure.Table, unit int, set measure.ClassSet) measure.Count {
		switch of {
		case measure.RuralArea:
			return t.At(unit, set, measure.Rural)
		case measure.UrbanArea:
			return t.At(unit, set, measure.Urban)
		}
		return t.Base(unit, set)
	}
	for _, people := range []bool{false, true} {
		for _, c := range resultColumns {
			q.count(c.key, "", people, counted, total, func(t *measure.Table, unit int) measure.Count { return at(t, unit, c.set) },
				measure.Filter{Classes: c.set, Area: of})
		}
	}
	for _, c := range resultColumns[1:3] {
		q.rate(c.key+"_share", func(unit int) (measure.Count, measure.Count) {
			t := counted
			if unit < 0 {
				t, unit = total, 0
			}
			return at(t, unit, c.set), at(t, unit, everybody)
		})
	}
	q.balance()
	return nil
}

// balance tests that the classes add up to the households, and the rows to the
// total.
func (q *query) balance() {
	t := q.table
	check := func(r Row) {
		sum := 0.0
		for i := 1; i < len(resultColumns); i++ {
			sum += r.Cells[i].Value
		}
		if !close(sum, r.Cells[0].Value) {
			t.Broken = append(t.Broken, text.T("report.broken.classes", "area", r.Name, "sum", sum, "households", r.Cells[0].Value))
		}
	}
	for _, r := range t.Rows {
		check(r)
	}
	check(t.Total)
	q.rowsAddUp()
}

// rowsAddUp tests every column of counts against its total.
func (q *query) rowsAddUp() {
	t := q.table
	for i, c := range t.Columns {
		if c.Kind != Count {
			continue
		}
		sum := 0.0
		for _, r := range t.Rows {
			sum += r.Cells[i].Value
		}
		if !close(sum, t.Total.Cells[i].Value) {
			t.Broken = append(t.Broken, text.T("report.broken.rows", "column", c.Title, "sum", sum, "total", t.Total.Cells[i].Value))
		}
	}
}

// close allows for the rounding of shares of divided areas.
func close(a, b float64) bool { return a-b < 1e-6 && b-a < 1e-6 }

// count adds a column of households, or of their people, that opens on the
// households behind each cell.
func (q *query) count(key, title string, people bool, counted, total *measure.Table, of func(t *measure.Table, unit int) measure.Count, filter measure.Filter) {
	c := Column{Key: key, Title: title, Kind: Count}
	if title == "" {
		c.Title = text.T("report.column." + key)
	}
	if people {
		c.Key, c.Group = key+"_people", text.T("report.group.people")
	} else {
		c.Group = text.T("report.group.households")
	}
	filter.Round, filter.Units = q.no, q.units
	c.drill = func(q *query, unit, offset, limit int) measure.Rows {
		f := filter
		f.Unit = unit
		return q.view.RowsMatching(f, offset, limit)
	}
	value := func(n measure.Count) Cell {
		if people {
			return Cell{Value: n.People, Known: true}
		}
		return Cell{Value: n.Households, Known: true}
	}
	q.column(c, func(unit int) Cell {
		if unit < 0 {
			return value(of(total, 0))
		}
		return value(of(counted, unit))
	})
	for i := range q.table.Rows {
		q.table.Rows[i].NoData = counted.NoData(i)
		q.table.Rows[i].Estimated = q.table.Rows[i].Estimated || counted.Estimated[i]
	}
}

// rate adds a column of shares; one of nobody does not exist.
func (q *query) rate(key string, of func(unit int) (part, whole measure.Count)) {
	q.column(Column{Key: key, Title: text.T("report.column.share"), Group: text.T("report.column." + trimShare(key)), Kind: Share}, func(unit int) Cell {
		part, whole := of(unit)
		v, ok := measure.Rate(part, whole)
		return Cell{Value: v, Known: ok}
	})
}

func trimShare(key string) string { return key[:len(key)-len("_share")] }

func (q *query) column(c Column, value func(unit int) Cell) {
	t := q.table
	t.Columns = append(t.Columns, c)
	for i := range t.Rows {
		t.Rows[i].Cells = append(t.Rows[i].Cells, value(i))
	}
	t.Total.Cells = append(t.Total.Cells, value(-1))
}

// item is one column of a table by items: an indicator, a cause, a group.
type item struct {
	key, title string
	no         int
	filter     measure.Filter
	optional   bool // left out where nobody in the whole table has it
}

// byItem makes base, count and share of each item among the households of a
// class. Items that the register does not have at all are left out. A share is
// of those who answered: silent counts who did not, nil where that is not a
// question.
func (q *query) byItem(counted, silent *measure.Table, class measure.ClassSet, items []item) error {
	total := counted.Total()
	var silentTotal *measure.Table
	if silent != nil {
		silentTotal = silent.Total()
	}
	q.count("households", "", false, counted, total, func(t *measure.Table, unit int) measure.Count { return t.Base(unit, class) }, measure.Filter{Classes: class})
	for _, it := range items {
		if it.no >= counted.Items || it.optional && total.At(0, class, it.no).Households == 0 {
			continue
		}
		it.filter.Classes = class
		q.count(it.key, it.title, false, counted, total, func(t *measure.Table, unit int) measure.Count { return t.At(unit, class, it.no) }, it.filter)
		c := &q.table.Columns[len(q.table.Columns)-1]
		c.Group, c.Title = it.title, text.T("report.group.households")
		q.column(Column{Key: it.key + "_share", Title: text.T("report.column.share"), Group: it.title, Kind: Share}, func(unit int) Cell {
			t, without := counted, silent
			if unit < 0 {
				t, without, unit = total, silentTotal, 0
			}
			answered := t.Base(unit, class)
			if without != nil {
				answered = answered.Less(without.At(unit, class, it.no))
			}
			v, ok := measure.Rate(t.At(unit, class, it.no), answered)
			return Cell{Value: v, Known: ok}
		})
	}
	q.rowsAddUp()
	return nil
}

func deprivationsPoor(q *query) error     { return q.deprivations(poorSet) }
func deprivationsNearPoor(q *query) error { return q.deprivations(nearSet) }

func (q *query) deprivations(class measure.ClassSet) error {
	var items []item
	for i, indicator := range q.set.Indicators {
		items = append(items, item{key: indicator.Code, title: indicator.Name.Text, no: i, filter: measure.Filter{Deprived: 1 << i}})
	}
	silent := q.view.UnknownAnswers(q.no, q.units)
	if err := q.byItem(q.view.Deprivations(q.no, q.units), silent, class, items); err != nil {
		return err
	}
	unknown := silent.Total()
	for i, indicator := range q.set.Indicators {
		if n := unknown.At(0, class, i).Households; n > 0 {
			q.table.Notes = append(q.table.Notes, text.T("report.note.unanswered", "n", n, "indicator", indicator.Name.Text))
		}
	}
	return nil
}

func causesPoor(q *query) error     { return q.causes(poorSet) }
func causesNearPoor(q *query) error { return q.causes(nearSet) }

func (q *query) causes(class measure.ClassSet) error {
	var items []item
	for i, cause := range q.m.Law.Causes.Causes {
		items = append(items, item{key: cause.Code, title: cause.Name.Text, no: i, filter: measure.Filter{Causes: 1 << i}})
	}
	items = append(items, item{key: "none", title: text.T("report.column.no_cause"), no: measure.None, filter: measure.Filter{NoCause: true}, optional: true})
	q.table.Notes = append(q.table.Notes, text.T("report.note.causes"))
	return q.byItem(q.view.Causes(q.no, q.units), nil, class, items)
}

func ethnicPoor(q *query) error     { return q.ethnic(poorSet) }
func ethnicNearPoor(q *query) error { return q.ethnic(nearSet) }

func (q *query) ethnic(class measure.ClassSet) error {
	var items []item
	for i, group := range household.Ethnic.Items {
		no := uint8(i + 1)
		items = append(items, item{key: group.Code, title: group.Name, no: int(no), filter: measure.Filter{Ethnic: &no}, optional: true})
	}
	unknown := uint8(0)
	items = append(items, item{key: "unknown", title: text.T("common.unknown"), no: 0, filter: measure.Filter{Ethnic: &unknown}, optional: true})
	return q.byItem(q.view.EthnicGroups(q.no, q.units), nil, class, items)
}

func policyPoor(q *query) error     { return q.policy(poorSet) }
func policyNearPoor(q *query) error { return q.policy(nearSet) }

func (q *query) policy(class measure.ClassSet) error {
	var items []item
	for i, group := range household.Policy.Items {
		items = append(items, item{key: group.Code, title: group.Name, no: i, filter: measure.Filter{Policy: 1 << i}})
	}
	items = append(items, item{key: "none", title: text.T("report.column.no_policy_group"), no: measure.None, filter: measure.Filter{NoPolicy: true}, optional: true})
	return q.byItem(q.view.PolicyGroups(q.no, q.units), nil, class, items)
}
