package report

import (
	"sync"

	"giamngheo/internal/area"
	"giamngheo/internal/measure"
	"giamngheo/internal/review"
)

// kept holds what was worked out before: to which row each village belongs,
// and the tables of closed rounds, which never change. It forgets all when it
// grows beyond keptMost.
type kept struct {
	mu        sync.Mutex
	groupings map[groupingKey]*grouping
	tables    map[tableKey]*Table
}

const keptMost = 400

type groupingKey struct {
	tree     *area.Tree
	root     area.ID
	level    area.Level
	from, on string
	villages int
}

type grouping struct {
	rows  []area.Version
	units measure.Units
}

type tableKey struct {
	groupingKey
	table, round string
}

func (q *query) groupingKey() groupingKey {
	return groupingKey{q.tree, q.table.Area.Area, q.level, q.table.Round.BoundaryDay, q.table.Boundaries, len(q.view.Villages)}
}

func (k *kept) grouping(q *query) (*grouping, error) {
	key := q.groupingKey()
	k.mu.Lock()
	g := k.groupings[key]
	k.mu.Unlock()
	if g != nil {
		return g, nil
	}
	g, err := q.group()
	if err != nil {
		return nil, err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.groupings == nil || len(k.groupings) >= keptMost {
		k.groupings = map[groupingKey]*grouping{}
	}
	k.groupings[key] = g
	return g, nil
}

// group asks the areas through time where each village lies on the boundaries
// of the table.
func (q *query) group() (*grouping, error) {
	from := q.table.Round.BoundaryDay
	parts, err := q.tree.Regroup(q.table.Area.Area, q.level, from, q.table.Boundaries)
	if err != nil {
		return nil, err
	}
	g := &grouping{rows: parts.Units, units: measure.Units{Count: len(parts.Units), Of: make([]int32, len(q.view.Villages)), Shares: map[int32][]measure.Share{}}}
	for i, village := range q.view.Villages {
		g.units.Of[i] = -1
		commune, _ := q.tree.Ancestor(village, from, area.Commune)
		pieces := parts.Of(village, commune.Area)
		if len(pieces) == 1 && pieces[0].Share == 1 {
			if pieces[0].Unit >= 0 {
				g.units.Of[i] = int32(pieces[0].Unit)
			}
			continue
		}
		for _, p := range pieces {
			if p.Unit >= 0 {
				g.units.Shares[int32(i)] = append(g.units.Shares[int32(i)], measure.Share{Unit: p.Unit, Part: p.Share})
			}
		}
	}
	return g, nil
}

// closed says whether the table cannot change any more: its round is closed,
// and so are all before it, with which a movement compares.
func (q *query) closed() bool {
	if q.table.Round.State != review.Closed {
		return false
	}
	for _, r := range q.view.Rounds {
		if r.Kind == review.Yearly && r.Year <= q.table.Round.Year && r.State != review.Closed {
			return false
		}
	}
	return true
}

func (q *query) tableKey() tableKey {
	return tableKey{groupingKey: q.groupingKey(), table: q.table.ID, round: q.table.Round.ID}
}

func (k *kept) table(q *query) *Table {
	if !q.closed() {
		return nil
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.tables[q.tableKey()]
}

func (k *kept) keep(q *query) {
	if !q.closed() {
		return
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.tables == nil || len(k.tables) >= keptMost {
		k.tables = map[tableKey]*Table{}
	}
	k.tables[q.tableKey()] = q.table
}
