package measure

import (
	"fmt"
	"math"
)

// A movement table accounts for a list (the poor, or the near-poor) between
// two counts:
//
//	end = start − escaped − left + come in        (households, and people)
//
// Every household of the province that is on the list at either count is in
// exactly one Cell, in the unit where it lives at the end. One that moved
// between units meanwhile first moves, −1 and +1 as it was at the start
// (Transfers), and then has its cell where it came to live: so cells add from
// communes to the province without exception, and transfers cancel.
//
// People: outflows and Stayed count the size at the start, inflows the size at
// the end; what crosses between the two lists counts the size at the start in
// both tables, so that both show the same number. SizeChange makes up the
// difference for households that were in the register at both counts.

// Cell is the one place of a household in the movement table of a list. In
// the table of the poor "the other list" is the near-poor, and the other way
// round.
type Cell uint8

// The cells. Only Stayed and those after it that enter are in the end count.
const (
	NoCell Cell = iota // on the list at neither count
	Stayed

	ToOther   // to the other list
	ToNeither // escaped both
	ToUndetermined
	ToNotSurveyed
	LeftMoved
	LeftDied
	LeftMerged
	LeftUnstated // not in the register any more, no reason recorded

	FromOther
	FromOtherAgain // from the other list, and on this one before; only with AgainFromOther
	FellBack       // from neither, and on the list before
	New            // from neither, never on the list before
	FellBackUnsurveyed
	NewUnsurveyed // from "not surveyed": was on no list, and was not looked at
	BackUnsurveyed
	FromUndetermined
	CameMoved
	CameSplit
	CameUnstated
	cellCount = int(iota)
)

// Leaves says whether the cell is an outflow.
func (c Cell) Leaves() bool { return c >= ToOther && c <= LeftUnstated }

// Enters says whether the cell is an inflow.
func (c Cell) Enters() bool { return c >= FromOther }

// Cells lists all cells in the order of the table.
func Cells() []Cell {
	cells := make([]Cell, 0, cellCount-1)
	for c := Stayed; int(c) < cellCount; c++ {
		cells = append(cells, c)
	}
	return cells
}

// History says what is known of a household and a list before the start,
// within the look-back that the caller applies.
type History uint8

// The histories.
const (
	NeverOn History = iota // never on the list
	WasOn                  // on the list, and settled in another class after it
	StillOn                // on the list when last settled; since then not surveyed or undetermined
)

// Step is one household between two counts. Sizes are people, 0 when not
// known; Reason is how it came or left when it is absent at one of the two.
type Step struct {
	From, To         Class
	FromSize, ToSize uint8
	Reason           Reason
	History          History // on the table's list
}

// Rules are the choices the law leaves open; they are dated parameters of the
// caller and are shown with the table.
type Rules struct {
	// AgainFromOther shows a household that comes from the other list, and
	// was on this one before, as FromOtherAgain; else it is FromOther.
	AgainFromOther bool
}

// CellOf places a household in the table of a list, Poor or NearPoor.
func CellOf(list Class, step Step, rules Rules) Cell {
	from, to, on := step.From.State(), step.To.State(), list.State()
	switch {
	case from == on && to == on:
		return Stayed
	case from == on:
		return leaving(to, step.Reason)
	case to == on:
		return entering(from, step, rules)
	}
	return NoCell
}

func leaving(to State, why Reason) Cell {
	switch to {
	case StateNeither:
		return ToNeither
	case StateUndetermined:
		return ToUndetermined
	case StateNotSurveyed:
		return ToNotSurveyed
	case OutOfRegister:
		switch why {
		case MovedOut:
			return LeftMoved
		case Died:
			return LeftDied
		case MergedInto:
			return LeftMerged
		}
		return LeftUnstated
	}
	return ToOther
}

func entering(from State, step Step, rules Rules) Cell {
	switch from {
	case StateNeither:
		if step.History == NeverOn {
			return New
		}
		return FellBack
	case StateNotSurveyed:
		switch step.History {
		case NeverOn:
			return NewUnsurveyed
		case WasOn:
			return FellBackUnsurveyed
		}
		return BackUnsurveyed
	case StateUndetermined:
		return FromUndetermined
	case OutOfRegister:
		switch step.Reason {
		case MovedIn:
			return CameMoved
		case SplitOff:
			return CameSplit
		}
		return CameUnstated
	}
	if rules.AgainFromOther && step.History != NeverOn {
		return FromOtherAgain
	}
	return FromOther
}

// people gives the size a household counts with in its cell, and the change
// of size that is accounted beside it.
func people(cell Cell, step Step) (size uint8, change int) {
	switch cell {
	case Stayed, FromOther, FromOtherAgain:
		return step.FromSize, int(step.ToSize) - int(step.FromSize)
	}
	if cell.Leaves() {
		return step.FromSize, 0
	}
	return step.ToSize, 0
}

// Movement is the table of one list in one unit. Start and End are counted
// from the classes, apart from the cells, so that Check can fail.
type Movement struct {
	List        Class
	Start, End  Count
	Cell        [cellCount]Count // by Cell; index 0 is empty
	TransferOut Count            // to another unit of the register, as at the start
	TransferIn  Count
	SizeChange  float64 // people
	Estimated   bool
}

// Broken is an identity that does not hold: shown, never hidden.
type Broken struct {
	List     Class
	Identity string // "start", "end", "balance" or "crossing"
	People   bool   // of people, else of households
	Left     float64
	Right    float64
}

func (b Broken) String() string {
	what := "households"
	if b.People {
		what = "people"
	}
	return fmt.Sprintf("%s of %s, list %d: %g ≠ %g", b.Identity, what, b.List, b.Left, b.Right)
}

// Entered adds the inflows, Left the outflows.
func (m *Movement) Entered() Count { return m.sum(Cell.Enters) }

// Left adds the outflows, transfers not among them.
func (m *Movement) Left() Count { return m.sum(Cell.Leaves) }

func (m *Movement) sum(which func(Cell) bool) Count {
	var total Count
	for c := range m.Cell {
		if which(Cell(c)) {
			total.add(m.Cell[c])
		}
	}
	return total
}

// Check tests the identities of one table:
//
//	start   start + in − out = stayed + outflows
//	end     stayed + inflows (+ size change) = end
//	balance end = start + in − out − outflows + inflows (+ size change)
func (m *Movement) Check() []Broken {
	var broken []Broken
	outflow, inflow := m.Left(), m.Entered()
	test := func(identity string, inPeople bool, left, right float64) {
		if math.Abs(left-right) > 1e-6*math.Max(1, math.Max(math.Abs(left), math.Abs(right))) {
			broken = append(broken, Broken{m.List, identity, inPeople, left, right})
		}
	}
	for _, inPeople := range []bool{false, true} {
		of := func(c Count) float64 { return c.Households }
		change := 0.0
		if inPeople {
			of = func(c Count) float64 { return c.People }
			change = m.SizeChange
		}
		moved := of(m.TransferIn) - of(m.TransferOut)
		test("start", inPeople, of(m.Start)+moved, of(m.Cell[Stayed])+of(outflow))
		test("end", inPeople, of(m.Cell[Stayed])+of(inflow)+change, of(m.End))
		test("balance", inPeople, of(m.Start)+moved-of(outflow)+of(inflow)+change, of(m.End))
	}
	return broken
}

// CheckCrossing tests that who left one list for the other is who entered
// the other from it, both ways, in households and people.
func CheckCrossing(poor, near *Movement) []Broken {
	var broken []Broken
	for _, pair := range [][2]*Movement{{poor, near}, {near, poor}} {
		out := pair[0].Cell[ToOther]
		in := pair[1].Cell[FromOther]
		in.add(pair[1].Cell[FromOtherAgain])
		if math.Abs(out.Households-in.Households) > 1e-6 {
			broken = append(broken, Broken{pair[0].List, "crossing", false, out.Households, in.Households})
		}
		if math.Abs(out.People-in.People) > 1e-6 {
			broken = append(broken, Broken{pair[0].List, "crossing", true, out.People, in.People})
		}
	}
	return broken
}
