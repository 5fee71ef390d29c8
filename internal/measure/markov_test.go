package measure

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

var threeStates = []State{StatePoor, StateNearPoor, StateNeither}

// Of 100 poor 60 stay, 30 become near-poor, 10 neither; of 50 near-poor 10,
// 20, 20; of 200 neither 10, 10, 180.
func oneYear() Matrix {
	var m Matrix
	for a, row := range [][]float64{{60, 30, 10}, {10, 20, 20}, {10, 10, 180}} {
		for b, n := range row {
			m.Count[threeStates[a]][threeStates[b]] = n
		}
	}
	m.Count[OutOfRegister][StatePoor] = 7 // not among the states asked for
	return m
}

func TestTransitionsByHand(t *testing.T) {
	p := oneYear().Transitions(threeStates)
	if !near(p[0][0].P, 0.6) || !near(p[1][0].P, 0.2) || !near(p[2][2].P, 0.9) {
		t.Errorf("%v", p)
	}
	if !near(p[0][0].SE, math.Sqrt(0.24/100)) {
		t.Errorf("SE %v", p[0][0].SE)
	}
	if spell, ok := oneYear().MeanSpell(threeStates, StatePoor); !ok || !near(spell, 2.5) {
		t.Errorf("mean spell %v, want 1/(1−0.6)", spell)
	}
}

func TestStationaryDistributionStaysPut(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var m Matrix
		for _, a := range threeStates {
			for _, b := range threeStates {
				m.Count[a][b] = float64(rapid.IntRange(1, 100000).Draw(t, "n"))
			}
		}
		pi, ok := m.Stationary(threeStates)
		if !ok {
			t.Fatal("all states reach all others, yet no distribution")
		}
		p := m.Transitions(threeStates)
		total := 0.0
		for b := range threeStates {
			next := 0.0
			for a := range threeStates {
				next += pi[a] * p[a][b].P
			}
			if !near(next, pi[b]) {
				t.Fatalf("π %v moves to %v", pi, next)
			}
			total += pi[b]
		}
		if !near(total, 1) {
			t.Fatalf("adds to %v", total)
		}
	})
}

func TestWhereNoStationaryDistributionExists(t *testing.T) {
	var twoEnds Matrix
	twoEnds.Count[StatePoor][StatePoor] = 5
	twoEnds.Count[StateNeither][StateNeither] = 5
	if pi, ok := twoEnds.Stationary([]State{StatePoor, StateNeither}); ok {
		t.Errorf("two closed sets: %v", pi)
	}
	var unseen Matrix
	unseen.Count[StatePoor][StateNearPoor] = 5
	if pi, ok := unseen.Stationary([]State{StatePoor, StateNearPoor}); ok {
		t.Errorf("nobody started near-poor: %v", pi)
	}
	if _, ok := unseen.MeanSpell([]State{StatePoor, StateNearPoor}, StateNearPoor); ok {
		t.Error("a mean spell of nobody")
	}
	if _, ok := (Matrix{}).Stationary(threeStates); ok {
		t.Error("a distribution of nobody")
	}
	var trap Matrix
	trap.Count[StatePoor][StateNeither] = 1
	trap.Count[StateNeither][StateNeither] = 1
	if pi, ok := trap.Stationary([]State{StatePoor, StateNearPoor, StateNeither}); !ok || pi[2] != 1 {
		t.Errorf("all end in neither: %v %v", pi, ok)
	}
	if spell, ok := trap.MeanSpell([]State{StatePoor, StateNeither}, StateNeither); !ok || !math.IsInf(spell, 1) {
		t.Errorf("nobody leaves: %v", spell)
	}
}
