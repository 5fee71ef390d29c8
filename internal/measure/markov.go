package measure

import "math"

// Matrix is what a table of moves says about the chance of moving: how many
// went from state a to state b, and nothing about why.
type Matrix struct {
	Count [States][States]float64
}

// Transition is one probability with its standard error, √(P(1−P)/n). Where
// nobody started in the state it does not exist.
type Transition struct {
	P, SE float64
	OK    bool
}

// Transitions gives P_ab = n_ab / n_a over the states given; moves from or to
// other states are left out.
func (m Matrix) Transitions(states []State) [][]Transition {
	out := make([][]Transition, len(states))
	for a, from := range states {
		out[a] = make([]Transition, len(states))
		total := 0.0
		for _, to := range states {
			total += m.Count[from][to]
		}
		if total == 0 {
			continue
		}
		for b, to := range states {
			p := m.Count[from][to] / total
			out[a][b] = Transition{P: p, SE: math.Sqrt(p * (1 - p) / total), OK: true}
		}
	}
	return out
}

// MeanSpell is how many rounds a household stays in the state once in it,
// 1/(1−P_aa), over the states given. It does not exist where nobody started
// there, and has no end (+Inf) where nobody left.
func (m Matrix) MeanSpell(states []State, of State) (rounds float64, ok bool) {
	p := m.Transitions(states)
	for a, state := range states {
		if state == of && p[a][a].OK {
			return 1 / (1 - p[a][a].P), true
		}
	}
	return 0, false
}

// Stationary is the distribution π = πP to which the moves tend if they stay
// as they are. It does not exist where a state that is reached was never
// started from, and is not unique (false, too) where households can end up in
// more than one closed set of states.
func (m Matrix) Stationary(states []State) (pi []float64, ok bool) {
	p := m.Transitions(states)
	n := len(states)
	reach := make([][]bool, n)
	for a := range reach {
		reach[a] = make([]bool, n)
		for b := range reach[a] {
			reach[a][b] = a == b || p[a][b].P > 0
		}
	}
	for via := range n {
		for a := range n {
			for b := range n {
				reach[a][b] = reach[a][b] || reach[a][via] && reach[via][b]
			}
		}
	}
	closed := -1
	for a := range n {
		if !p[a][a].OK && unreached(reach, a) {
			continue // nobody was ever there
		}
		if !isClosed(reach, a) {
			continue
		}
		if !p[a][a].OK || closed >= 0 && !reach[closed][a] {
			return nil, false
		}
		if closed < 0 {
			closed = a
		}
	}
	if closed < 0 {
		return nil, false
	}
	var class []int
	for a := range n {
		if reach[closed][a] {
			class = append(class, a)
		}
	}
	pi = make([]float64, n)
	for i, x := range gth(p, class) {
		pi[class[i]] = x
	}
	return pi, true
}

func unreached(reach [][]bool, b int) bool {
	for a := range reach {
		if a != b && reach[a][b] {
			return false
		}
	}
	return true
}

// isClosed: whatever a reaches reaches a.
func isClosed(reach [][]bool, a int) bool {
	for b := range reach {
		if reach[a][b] && !reach[b][a] {
			return false
		}
	}
	return true
}

// gth solves π = πP on one closed class by the elimination of Grassmann,
// Taksar and Heyman, which subtracts nothing and so loses no digits.
func gth(p [][]Transition, class []int) []float64 {
	n := len(class)
	q := make([][]float64, n)
	for a := range q {
		q[a] = make([]float64, n)
		for b := range q[a] {
			q[a][b] = p[class[a]][class[b]].P
		}
	}
	for k := n - 1; k > 0; k-- {
		out := 0.0
		for b := range k {
			out += q[k][b]
		}
		for a := range k {
			q[a][k] /= out
			for b := range k {
				q[a][b] += q[a][k] * q[k][b]
			}
		}
	}
	pi := make([]float64, n)
	pi[0] = 1
	total := 1.0
	for k := 1; k < n; k++ {
		for a := range k {
			pi[k] += pi[a] * q[a][k]
		}
		total += pi[k]
	}
	for k := range pi {
		pi[k] /= total
	}
	return pi
}
