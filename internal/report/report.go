// Package report counts the official tables of a round: results by area,
// movement of poor and near-poor households, deprivations, causes, ethnic and
// policy groups, the multidimensional measures, and lists of names. Every
// table can stand on the boundaries of any day, checks its own identities and
// shows a broken one, and every cell knows the households behind it. It makes
// values only; pages and files are made elsewhere.
package report

import (
	"context"

	"giamngheo/internal/area"
	"giamngheo/internal/fault"
	"giamngheo/internal/household"
	"giamngheo/internal/measure"
	"giamngheo/internal/review"
	"giamngheo/internal/standard"
	"giamngheo/internal/text"
)

// Kind says how a column is written.
type Kind string

// The kinds of columns.
const (
	Count Kind = "count" // households or people
	Share Kind = "share" // of counts, 0 to 1
	Index Kind = "index" // a measure without unit
)

// Column is one column of figures.
type Column struct {
	Key   string `json:"key"`
	Title string `json:"title"`
	Group string `json:"group,omitempty"` // a heading over several columns
	Kind  Kind   `json:"kind"`
	// drill names the households behind a cell; nil where a cell has none.
	drill func(q *query, unit int, offset, limit int) measure.Rows
}

// Drills says whether the cells of the column open.
func (c Column) Drills() bool { return c.drill != nil }

// Cell is a figure, or nothing: unknown is never zero.
type Cell struct {
	Value float64
	Known bool
}

// Row is one unit, or the total.
type Row struct {
	Code      string
	Name      string
	Area      area.ID
	Estimated bool // rests on shares of divided areas, not on a count
	NoData    bool // nobody was surveyed there in the round
	Cells     []Cell
}

// Shown is the row's name as people read it, marked where its figures are
// estimated.
func (r Row) Shown() string {
	if r.Estimated {
		return text.T("report.estimated", "name", r.Name)
	}
	return r.Name
}

// Table is a counted table.
type Table struct {
	ID         string
	Title      string
	Area       area.Version // as on the boundary day
	Round      review.Round
	Boundaries string
	Columns    []Column
	Rows       []Row
	Total      Row
	Notes      []string
	Broken     []string // identities that do not hold

	q *query
}

// Request asks for a table.
type Request struct {
	Table      string
	Area       area.ID
	Round      string
	Boundaries string     // a day; "" is the round's own
	Level      area.Level // of the rows; "" is the units directly under the area
}

// Maker counts tables from the register in memory.
type Maker struct {
	Register *review.Register
	Tree     func() *area.Tree
	Law      *standard.Library

	kept kept
}

// definition is one kind of table.
type definition struct {
	id   string
	make func(q *query) error
}

var definitions = []definition{
	{"results", results},
	{"results_rural", resultsRural},
	{"results_urban", resultsUrban},
	{"movement_poor", movementPoor},
	{"movement_near_poor", movementNearPoor},
	{"deprivations_poor", deprivationsPoor},
	{"deprivations_near_poor", deprivationsNearPoor},
	{"causes_poor", causesPoor},
	{"causes_near_poor", causesNearPoor},
	{"ethnic_groups_poor", ethnicPoor},
	{"ethnic_groups_near_poor", ethnicNearPoor},
	{"policy_groups_poor", policyPoor},
	{"policy_groups_near_poor", policyNearPoor},
	{"matrix", matrix},
	{"multidimensional", multidimensional},
}

// Definition is a table as a list offers it.
type Definition struct {
	ID    string
	Title string
}

// List gives all tables of figures, in the order of the offices' reports.
func List() []Definition {
	list := make([]Definition, len(definitions))
	for i, d := range definitions {
		list[i] = Definition{d.id, text.T("report.table." + d.id)}
	}
	return list
}

// query is a request worked out.
type query struct {
	m     *Maker
	tree  *area.Tree
	level area.Level
	view  review.View
	no    int // of the round
	set   *standard.Set
	units measure.Units
	table *Table
}

// Make counts a table. The scope is that of the right to read figures.
func (m *Maker) Make(ctx context.Context, scope area.Scope, r Request) (*Table, error) {
	q, err := m.query(scope, r)
	if err != nil {
		return nil, err
	}
	if t := m.kept.table(q); t != nil {
		return t, nil
	}
	if err := q.regroup(); err != nil {
		return nil, err
	}
	for _, d := range definitions {
		if d.id != r.Table {
			continue
		}
		if err := d.make(q); err != nil {
			return nil, err
		}
		q.note()
		m.kept.keep(q)
		return q.table, ctx.Err()
	}
	return nil, fault.New(fault.NotFound, "table_not_found", text.T("report.table_not_found", "table", r.Table))
}

// Column finds a column by its key.
func (t *Table) Column(key string) (int, bool) {
	for i, c := range t.Columns {
		if c.Key == key {
			return i, true
		}
	}
	return 0, false
}

// Figure is one cell: unit is the row's number, −1 the total.
func (t *Table) Figure(unit int, key string) Cell {
	i, ok := t.Column(key)
	if !ok {
		return Cell{}
	}
	if unit < 0 {
		return t.Total.Cells[i]
	}
	return t.Rows[unit].Cells[i]
}

// Households gives the households behind a cell: unit is the row's number, −1
// the total. The caller shows only those within the reader's scope.
func (t *Table) Households(unit int, column string, offset, limit int) (ids []household.ID, total int, estimated bool, err error) {
	for _, c := range t.Columns {
		if c.Key != column || c.drill == nil {
			continue
		}
		if unit < -1 || unit >= len(t.Rows) {
			break
		}
		rows := c.drill(t.q, unit, offset, limit)
		for _, i := range rows.Households {
			ids = append(ids, t.q.view.IDs[i])
		}
		return ids, rows.Total, rows.Estimated, nil
	}
	return nil, 0, false, fault.New(fault.NotFound, "cell_not_found", text.T("report.cell_not_found"))
}

func (m *Maker) query(scope area.Scope, r Request) (*query, error) {
	if !m.Register.Ready() {
		return nil, fault.New(fault.Busy, "loading", text.T("report.loading"))
	}
	q := &query{m: m, tree: m.Tree(), view: m.Register.View(), level: r.Level}
	no, ok := q.view.RoundNo[r.Round]
	if !ok {
		// Callers have found the round: it was opened a moment ago.
		return nil, fault.New(fault.Busy, "loading", text.T("report.loading"))
	}
	q.no = no
	round := q.view.Rounds[no]
	if r.Boundaries == "" {
		r.Boundaries = round.BoundaryDay
	}
	var err error
	if q.set, err = m.Law.ByID(round.Standard); err != nil {
		return nil, err
	}
	root, ok := m.Tree().On(r.Area, r.Boundaries)
	if !ok {
		if last, known := m.Tree().Lately(r.Area, r.Boundaries); known {
			return nil, fault.New(fault.NotFound, "area_ended", text.T("report.area_not_then", "area", last.FullName, "day", area.ShowDay(r.Boundaries)))
		}
		return nil, fault.New(fault.NotFound, "area_not_found", text.T("household.area_not_found"))
	}
	if !scope.Covers(m.Tree(), r.Area, r.Boundaries) && scope.Check(m.Tree(), r.Area) != nil {
		return nil, fault.New(fault.NotFound, "area_not_found", text.T("household.area_not_found"))
	}
	q.table = &Table{ID: r.Table, Title: text.T("report.table." + r.Table), Area: root, Round: round, Boundaries: r.Boundaries, q: q}
	return q, nil
}

// regroup says for every village of the register in which row it counts, and
// makes the rows.
func (q *query) regroup() error {
	g, err := q.m.kept.grouping(q)
	if err != nil {
		return err
	}
	q.units = g.units
	for _, u := range g.rows {
		name := u.FullName
		if name == "" {
			name = u.Name
		}
		q.table.Rows = append(q.table.Rows, Row{Code: u.Code, Name: name, Area: u.Area})
	}
	q.table.Total = Row{Code: "total", Name: text.T("report.total"), Area: q.table.Area.Area}
	return nil
}

// note says what a reader must know of the figures.
func (q *query) note() {
	t := q.table
	t.Notes = append(t.Notes, text.T("report.note.standard", "standard", q.set.Name, "ref", q.set.Ref()))
	if t.Boundaries != t.Round.BoundaryDay {
		t.Notes = append(t.Notes, text.T("report.note.boundaries", "day", area.ShowDay(t.Boundaries), "own", area.ShowDay(t.Round.BoundaryDay)))
	}
	if t.Round.State == review.Open {
		t.Notes = append(t.Notes, text.T("report.note.open"))
	}
	for _, r := range t.Rows {
		if r.Estimated {
			t.Notes = append(t.Notes, text.T("report.note.estimated"))
			break
		}
	}
}
