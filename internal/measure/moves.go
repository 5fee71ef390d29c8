package measure

import "sync"

// Between names the two counts of a movement table. Earlier are the rounds
// before the start that count as history, oldest first: the caller's look-back
// period. Inner are those between the two counts, oldest first; they only tell
// why a household came or left.
type Between struct {
	Start, End int
	Earlier    []int
	Inner      []int
	Rules      Rules
}

// Moves is the movement between two counts by unit.
type Moves struct {
	Poor     []Movement // by unit
	NearPoor []Movement
	Flow     []Flow
	Broken   map[int][]Broken // by unit: identities that do not hold
}

// Flow is the matrix n_ab of a unit: households by state at the start and at
// the end, in the unit where they live at the end (at the start, for those who
// left). People are counted at the start (at the end, for those who came).
type Flow [States][States]Count

// Households is the flow as a matrix for transition probabilities.
func (f Flow) Households() Matrix {
	var m Matrix
	for a := range f {
		for b := range f[a] {
			m.Count[a][b] = f[a][b].Households
		}
	}
	return m
}

// The layout of the ticks of one slot: for each list start, end, size change
// and the cells; then the flow.
const (
	movementTicks = 3 + cellCount
	flowAt        = 2 * movementTicks
	moveTicks     = flowAt + States*States
)

// lists are those with a movement table.
var lists = [2]Class{Poor, NearPoor}

// transfer is a move between two slots of a household on a list at the start.
type transfer struct {
	list     int
	from, to int32
}

// Moves counts the movement between two rounds, in one pass over both.
func (s *Snapshot) Moves(b Between, units Units) *Moves {
	slots := units.slots()
	var locked sync.Mutex
	transfers := map[transfer]*tick{}
	n := max(len(s.blocks(b.Start)), len(s.blocks(b.End)))
	cells := eachBlock(n, slots.count()*moveTicks, func(cells []tick, block int) {
		w := s.walk(b, block)
		for i := range blockSize {
			from, to := w.start.class[i], w.end.class[i]
			if from == Absent && to == Absent {
				continue
			}
			fromSlot, toSlot := int32(-1), int32(-1)
			if from != Absent {
				fromSlot = slots.slot(w.start.village[i])
			}
			if to != Absent {
				toSlot = slots.slot(w.end.village[i])
			}
			home := toSlot
			if to == Absent {
				home = fromSlot
			}
			if home >= 0 {
				size := w.start.size[i]
				if from == Absent {
					size = w.end.size[i]
				}
				cells[int(home)*moveTicks+flowAt+int(from.State())*States+int(to.State())].one(size)
			}
			for l, list := range lists {
				if from != list && to != list {
					continue
				}
				if from == list && fromSlot >= 0 {
					cells[int(fromSlot)*moveTicks+l*movementTicks].one(w.start.size[i])
				}
				if from == list && to != Absent && fromSlot != toSlot {
					locked.Lock()
					key := transfer{l, fromSlot, toSlot}
					if transfers[key] == nil {
						transfers[key] = &tick{}
					}
					transfers[key].one(w.start.size[i])
					locked.Unlock()
				}
				if home < 0 {
					continue
				}
				at := cells[int(home)*moveTicks+l*movementTicks:][:movementTicks]
				if to == list {
					at[1].one(w.end.size[i])
				}
				step := w.step(i, list)
				cell := CellOf(list, step, b.Rules)
				size, change := people(cell, step)
				at[2].people += int64(change)
				at[3+cell].one(size)
			}
		}
	})
	counts, estimated := slots.fold(cells, moveTicks)
	moves := &Moves{Broken: map[int][]Broken{}}
	for unit := range units.Count {
		of := counts[unit*moveTicks:][:moveTicks]
		moves.Poor = append(moves.Poor, movementOf(Poor, of[:movementTicks], estimated[unit]))
		moves.NearPoor = append(moves.NearPoor, movementOf(NearPoor, of[movementTicks:flowAt], estimated[unit]))
		var flow Flow
		for i := range States * States {
			flow[i/States][i%States] = of[flowAt+i]
		}
		moves.Flow = append(moves.Flow, flow)
	}
	for key, t := range transfers {
		into := moves.Poor
		if lists[key.list] == NearPoor {
			into = moves.NearPoor
		}
		spreadTransfer(into, slots.shares(key.from), slots.shares(key.to), t.count())
	}
	for unit := range units.Count {
		poor, near := &moves.Poor[unit], &moves.NearPoor[unit]
		broken := append(poor.Check(), near.Check()...)
		if broken = append(broken, CheckCrossing(poor, near)...); len(broken) > 0 {
			moves.Broken[unit] = broken
		}
	}
	return moves
}

func movementOf(list Class, counts []Count, estimated bool) Movement {
	m := Movement{List: list, Start: counts[0], End: counts[1], SizeChange: counts[2].People, Estimated: estimated}
	copy(m.Cell[:], counts[3:])
	return m
}

// spreadTransfer books a move between two places, each spread over units: a
// unit gains or loses only the difference of its two parts.
func spreadTransfer(into []Movement, from, to []Share, count Count) {
	net := map[int]float64{}
	for _, share := range from {
		net[share.Unit] -= share.Part
	}
	for _, share := range to {
		net[share.Unit] += share.Part
	}
	for unit, part := range net {
		if part < 0 {
			into[unit].TransferOut.addPart(count, -part)
		} else {
			into[unit].TransferIn.addPart(count, part)
		}
	}
}

// walk is one block of the rounds that a movement looks at. An absent block is
// an empty one.
type walk struct {
	start, end *block
	earlier    []*block
	inner      []*block
}

var nobody block

func (s *Snapshot) walk(b Between, n int) walk {
	or := func(k *block) *block {
		if k == nil {
			return &nobody
		}
		return k
	}
	w := walk{start: or(s.at(b.Start, n)), end: or(s.at(b.End, n))}
	for _, r := range b.Earlier {
		w.earlier = append(w.earlier, or(s.at(r, n)))
	}
	for _, r := range b.Inner {
		w.inner = append(w.inner, or(s.at(r, n)))
	}
	return w
}

func (w *walk) step(i int, list Class) Step {
	step := Step{
		From: w.start.class[i], To: w.end.class[i],
		FromSize: w.start.size[i], ToSize: w.end.size[i],
	}
	switch {
	case step.From == Absent || step.To == Absent:
		step.Reason = w.reason(i)
	case step.To == list && step.From != list:
		step.History = w.history(i, list)
	}
	return step
}

// reason looks back from the end for how the household came or left: the
// newest reason of that kind recorded since the start.
func (w *walk) reason(i int) Reason {
	gone := w.end.class[i] == Absent
	wanted := func(r Reason) bool { return gone && r.Departure() || !gone && r.Arrival() }
	if r := w.end.reason[i]; wanted(r) {
		return r
	}
	for n := len(w.inner) - 1; n >= 0; n-- {
		if (w.inner[n].class[i] == Absent) != gone {
			break
		}
		if r := w.inner[n].reason[i]; wanted(r) {
			return r
		}
	}
	return NoReason
}

// history looks back from the start for the list. "Fell back" needs a settled
// class other than the list's in between.
func (w *walk) history(i int, list Class) History {
	other := false
	look := func(c Class) bool {
		if c == list {
			return true
		}
		other = other || c.Settled()
		return false
	}
	look(w.start.class[i])
	for n := len(w.earlier) - 1; n >= 0; n-- {
		if look(w.earlier[n].class[i]) {
			if other {
				return WasOn
			}
			return StillOn
		}
	}
	return NeverOn
}
