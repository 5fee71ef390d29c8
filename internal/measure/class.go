package measure

// Class is where a household stands in one round. What is not known is a
// class of its own, so that it can be in a denominator and never in a zero.
type Class uint8

// The classes.
const (
	Absent       Class = iota // not in the register on the count date
	NotSurveyed               // lives there, no assessment in this round
	Undetermined              // assessed, the answers do not settle the class
	Poor
	NearPoor
	Average
	Above
	NotPoor // above the near-poor line, not told whether average or above
	classes = int(iota)
)

// Present says whether the household is in the register.
func (c Class) Present() bool { return c != Absent }

// Assessed says whether the household has an assessment in the round.
func (c Class) Assessed() bool { return c >= Undetermined }

// Settled says whether a class was determined.
func (c Class) Settled() bool { return c >= Poor }

// ClassSet is a set of classes.
type ClassSet uint8

// Sets that tables ask for.
const (
	InRegister   = ^ClassSet(0) &^ (1 << Absent)
	NeitherClass = ClassSet(1<<Average | 1<<Above | 1<<NotPoor)
	AnyAssessed  = NeitherClass | 1<<Poor | 1<<NearPoor | 1<<Undetermined
)

// SetOf makes a set of the classes given.
func SetOf(classes ...Class) ClassSet {
	var s ClassSet
	for _, c := range classes {
		s |= 1 << c
	}
	return s
}

// Has says whether the class is in the set.
func (s ClassSet) Has(c Class) bool { return s>>c&1 == 1 }

// State is a class as movement sees it: the three ways of being neither poor
// nor near-poor are one.
type State uint8

// The states, in the order of matrices.
const (
	OutOfRegister State = iota
	StateNotSurveyed
	StateUndetermined
	StatePoor
	StateNearPoor
	StateNeither
	States = int(iota)
)

// State gives the class as movement sees it.
func (c Class) State() State { return State(min(c, Average)) }

// Reason says how a household came into the register, or left it.
type Reason uint8

// The reasons. NoReason is "not stated", which tables show as such.
const (
	NoReason Reason = iota
	MovedIn         // from another province, or from outside the register
	SplitOff        // a new household, split from another
	MovedOut
	Died
	MergedInto
)

// Arrival says whether the reason tells of coming in.
func (r Reason) Arrival() bool { return r == MovedIn || r == SplitOff }

// Departure says whether the reason tells of leaving.
func (r Reason) Departure() bool { return r >= MovedOut }
