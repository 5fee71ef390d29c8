package verification

import "slices"

// Lattice is the totals of points that a form can have, rising. Counts of
// points can only be compared where a total was possible at all.
type Lattice []int

// Multiples is the lattice of which only the step is known: every multiple
// from 0 up.
func Multiples(step, upTo int) Lattice {
	if step <= 0 {
		step = 1
	}
	var l Lattice
	for points := 0; points <= upTo; points += step {
		l = append(l, points)
	}
	return l
}

// Spacing finds the step of a score of which no rule says it: the largest of
// which nearly all totals are multiples, the few others being slips of the pen.
// 0 where too few are known to tell; a heap is nothing to look for then, since between
// totals that cannot be every count is one.
func Spacing(points []int) int {
	if len(points) < enough {
		return 0
	}
	const nearlyAll = 0.95
	for _, step := range []int{25, 20, 10, 5, 2} {
		on := 0
		for _, p := range points {
			if p%step == 0 {
				on++
			}
		}
		if float64(on) >= nearlyAll*float64(len(points)) {
			return step
		}
	}
	return 1
}

// Attainable is the lattice of a scorecard whose items are all known: every
// total of one option of each item.
func Attainable(items [][]int) Lattice {
	totals := map[int]bool{0: true}
	for _, options := range items {
		next := make(map[int]bool, len(totals)*len(options))
		for total := range totals {
			for _, points := range options {
				next[total+points] = true
			}
		}
		totals = next
	}
	l := make(Lattice, 0, len(totals))
	for total := range totals {
		l = append(l, total)
	}
	slices.Sort(l)
	return l
}

// at gives the place of the last total that does not exceed the points, -1 if
// there is none.
func (l Lattice) at(points int) int {
	i, found := slices.BinarySearch(l, points)
	if found {
		return i
	}
	return i - 1
}

// counts gives how many households have each total, and how many have one that
// no form can have.
func (l Lattice) counts(points []int) (at []int, off int) {
	at = make([]int, len(l))
	for _, p := range points {
		if i, found := slices.BinarySearch(l, p); found {
			at[i]++
		} else {
			off++
		}
	}
	return at, off
}
