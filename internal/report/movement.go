package report

import (
	"slices"

	"giamngheo/internal/measure"
	"giamngheo/internal/review"
	"giamngheo/internal/text"
)

func movementPoor(q *query) error     { return q.movement(measure.Poor) }
func movementNearPoor(q *query) error { return q.movement(measure.NearPoor) }

// flow is one column of a movement table: the sum of some cells.
type flow struct {
	key   string
	cells []measure.Cell
	of    func(m *measure.Movement) measure.Count
}

// flows are the columns between start and end. Who was not surveyed the year
// before was on no list then: for the offices' table that is the same as not
// having been poor.
var flows = func() []flow {
	list := []flow{{key: "start", of: func(m *measure.Movement) measure.Count { return m.Start }}}
	add := func(key string, cells ...measure.Cell) {
		list = append(list, flow{key, cells, func(m *measure.Movement) (sum measure.Count) {
			for _, c := range cells {
				sum.Households += m.Cell[c].Households
				sum.People += m.Cell[c].People
				sum.SizeUnknown += m.Cell[c].SizeUnknown
			}
			return sum
		}})
	}
	add("to_other", measure.ToOther)
	add("escaped", measure.ToNeither)
	add("to_undetermined", measure.ToUndetermined)
	add("to_not_surveyed", measure.ToNotSurveyed)
	add("left_moved", measure.LeftMoved)
	add("left_died", measure.LeftDied)
	add("left_merged", measure.LeftMerged)
	add("left_unstated", measure.LeftUnstated)
	add("from_other", measure.FromOther, measure.FromOtherAgain)
	add("fell_back", measure.FellBack, measure.FellBackUnsurveyed)
	add("new", measure.New, measure.NewUnsurveyed)
	add("back_unsurveyed", measure.BackUnsurveyed)
	add("from_undetermined", measure.FromUndetermined)
	add("came_moved", measure.CameMoved)
	add("came_split", measure.CameSplit)
	add("came_unstated", measure.CameUnstated)
	return append(list,
		flow{"transfer_out", []measure.Cell{measure.CellTransferOut}, func(m *measure.Movement) measure.Count { return m.TransferOut }},
		flow{"transfer_in", []measure.Cell{measure.CellTransferIn}, func(m *measure.Movement) measure.Count { return m.TransferIn }},
		flow{key: "end", of: func(m *measure.Movement) measure.Count { return m.End }})
}()

// always are the columns that the offices' table has, also where nobody is in
// them; the others show only where somebody is.
var always = []string{"start", "to_other", "escaped", "from_other", "fell_back", "new", "end"}

// between finds the yearly round before this one, by the same standard or
// not; a series across rule sets is marked.
func (q *query) between() (b measure.Between, before review.Round, ok bool) {
	this := q.view.Rounds[q.no]
	type numbered struct{ year, no int }
	var earlier []numbered
	for no, r := range q.view.Rounds {
		if r.Kind == review.Yearly && !r.Beside && r.Year < this.Year {
			earlier = append(earlier, numbered{r.Year, no})
		}
	}
	if len(earlier) == 0 || this.Kind != review.Yearly {
		return b, before, false
	}
	slices.SortFunc(earlier, func(a, b numbered) int { return a.year - b.year })
	last := earlier[len(earlier)-1]
	b = measure.Between{Start: last.no, End: q.no}
	for _, e := range earlier[:len(earlier)-1] {
		b.Earlier = append(b.Earlier, e.no)
	}
	return b, q.view.Rounds[last.no], true
}

// movement is the movement of a list since the year before, in households and
// in people.
func (q *query) movement(list measure.Class) error {
	b, before, ok := q.between()
	if !ok {
		q.table.Notes = append(q.table.Notes, text.T("report.note.no_round_before"))
		return nil
	}
	moves := q.view.Moves(b, q.units)
	whole := q.whole()
	total := q.view.Moves(b, whole)
	of := func(unit int) *measure.Movement {
		m, i := moves, unit
		if unit < 0 {
			m, i = total, 0
		}
		if list == measure.Poor {
			return &m.Poor[i]
		}
		return &m.NearPoor[i]
	}
	for _, people := range []bool{false, true} {
		for _, f := range flows {
			if !slices.Contains(always, f.key) && q.empty(f, of, people) {
				continue
			}
			q.flow(f, list, people, b, whole, of)
		}
		if people {
			q.column(Column{Key: "size_change_people", Title: text.T("report.column.size_change"), Group: text.T("report.group.people"), Kind: Count},
				func(unit int) Cell { return Cell{Value: of(unit).SizeChange, Known: true} })
		}
	}
	for i := range q.table.Rows {
		q.table.Rows[i].Estimated = of(i).Estimated
		for _, broken := range moves.Broken[i] {
			q.table.Broken = append(q.table.Broken, q.table.Rows[i].Name+": "+broken.String())
		}
	}
	for _, broken := range total.Broken[0] {
		q.table.Broken = append(q.table.Broken, q.table.Total.Name+": "+broken.String())
	}
	q.table.Notes = append(q.table.Notes, text.T("report.note.since", "round", before.ID), text.T("report.note.look_back", "year", q.firstYear()))
	if before.Standard != q.table.Round.Standard {
		q.table.Notes = append(q.table.Notes, text.T("report.note.standard_changed", "before", before.Standard, "now", q.table.Round.Standard))
	}
	return nil
}

// whole is the table's area as one unit: moves inside it cancel in the total.
func (q *query) whole() measure.Units {
	one := measure.Units{Count: 1, Of: make([]int32, len(q.units.Of)), Shares: map[int32][]measure.Share{}}
	for i, u := range q.units.Of {
		one.Of[i] = min(u, 0)
	}
	for v, shares := range q.units.Shares {
		sum := 0.0
		for _, s := range shares {
			sum += s.Part
		}
		if sum > 1-1e-9 {
			one.Of[v] = 0
		} else {
			one.Shares[v] = []measure.Share{{Unit: 0, Part: sum}}
		}
	}
	return one
}

func (q *query) empty(f flow, of func(int) *measure.Movement, people bool) bool {
	for unit := -1; unit < len(q.table.Rows); unit++ {
		if n := f.of(of(unit)); n.Households != 0 || people && n.People != 0 {
			return false
		}
	}
	return true
}

func (q *query) flow(f flow, list measure.Class, people bool, b measure.Between, whole measure.Units, of func(int) *measure.Movement) {
	key := "report.movement." + f.key
	if list == measure.NearPoor && text.Has(key+".near_poor") {
		key += ".near_poor"
	}
	c := Column{Key: f.key, Title: text.T(key), Group: text.T("report.group.households"), Kind: Count}
	if people {
		c.Key, c.Group = f.key+"_people", text.T("report.group.people")
	}
	c.drill = func(q *query, unit, offset, limit int) measure.Rows {
		units, at := q.units, unit
		if unit < 0 {
			units, at = whole, 0
		}
		switch f.key {
		case "start":
			return q.view.RowsMatching(measure.Filter{Round: b.Start, Units: units, Unit: at, Classes: measure.SetOf(list)}, offset, limit)
		case "end":
			return q.view.RowsMatching(measure.Filter{Round: b.End, Units: units, Unit: at, Classes: measure.SetOf(list)}, offset, limit)
		}
		return q.moved(b, units, at, list, f.cells, offset, limit)
	}
	q.column(c, func(unit int) Cell {
		n := f.of(of(unit))
		if people {
			return Cell{Value: n.People, Known: true}
		}
		return Cell{Value: n.Households, Known: true}
	})
}

// moved lists the households of several cells one after the other.
func (q *query) moved(b measure.Between, units measure.Units, unit int, list measure.Class, cells []measure.Cell, offset, limit int) measure.Rows {
	var all measure.Rows
	for _, c := range cells {
		rows := q.view.RowsMoved(b, units, unit, list, c, max(0, offset-all.Total), limit-len(all.Households))
		all.Households = append(all.Households, rows.Households...)
		all.Total += rows.Total
		all.Estimated = all.Estimated || rows.Estimated
	}
	return all
}

func (q *query) firstYear() int {
	first := q.table.Round.Year
	for _, r := range q.view.Rounds {
		first = min(first, r.Year)
	}
	return first
}

// matrix is how many households went from each state to each, in the whole
// area, with the chance of it.
func matrix(q *query) error {
	q.table.Rows = nil
	b, before, ok := q.between()
	if !ok {
		q.table.Notes = append(q.table.Notes, text.T("report.note.no_round_before"))
		return nil
	}
	flow := q.view.Moves(b, q.whole()).Flow[0]
	for from := range measure.States {
		q.table.Rows = append(q.table.Rows, Row{Code: stateKeys[from], Name: text.T("report.state." + stateKeys[from])})
	}
	sums := func(to int) (sum measure.Count) {
		for from := range measure.States {
			sum.Households += flow[from][to].Households
		}
		return sum
	}
	for to := range measure.States {
		q.column(Column{Key: stateKeys[to], Title: text.T("report.state." + stateKeys[to]), Group: text.T("report.group.households"), Kind: Count}, func(from int) Cell {
			if from < 0 {
				return Cell{Value: sums(to).Households, Known: true}
			}
			return Cell{Value: flow[from][to].Households, Known: true}
		})
	}
	settled := []measure.State{measure.StatePoor, measure.StateNearPoor, measure.StateNeither}
	chances := flow.Households().Transitions(settled)
	for j, to := range settled {
		q.column(Column{Key: stateKeys[to] + "_share", Title: text.T("report.state." + stateKeys[to]), Group: text.T("report.group.chance"), Kind: Share}, func(from int) Cell {
			if i := slices.Index(settled, measure.State(max(from, 0))); from >= 0 && i >= 0 {
				return Cell{Value: chances[i][j].P, Known: chances[i][j].OK}
			}
			return Cell{}
		})
	}
	q.table.Notes = append(q.table.Notes, text.T("report.note.since", "round", before.ID))
	return nil
}

var stateKeys = [measure.States]string{"out_of_register", "not_surveyed", "undetermined", "poor", "near_poor", "neither"}
