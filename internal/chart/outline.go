package chart

// chain joins lines that end where others begin into as few lines as simple
// walking gives, so that an outline is a handful of paths instead of hundreds
// of strokes. Ends count as one when they fall together on the drawing.
func chain(lines [][]Point) [][]Point {
	type end [2]int
	at := func(p Point) end { return end{toTenths(p[0]), toTenths(p[1])} }
	ends := map[end][]int{}
	for i, l := range lines {
		a, b := at(l[0]), at(l[len(l)-1])
		ends[a] = append(ends[a], i)
		if b != a {
			ends[b] = append(ends[b], i)
		}
	}
	used := make([]bool, len(lines))
	next := func(p Point) ([]Point, bool) {
		key := at(p)
		for _, i := range ends[key] {
			if used[i] {
				continue
			}
			used[i] = true
			if at(lines[i][0]) == key {
				return lines[i], true
			}
			return reversed(lines[i]), true
		}
		return nil, false
	}
	var out [][]Point
	for i, l := range lines {
		if used[i] {
			continue
		}
		used[i] = true
		whole := append([]Point(nil), l...)
		for grown := 0; grown < 2; grown++ {
			for {
				more, ok := next(whole[len(whole)-1])
				if !ok {
					break
				}
				whole = append(whole, more[1:]...)
			}
			whole = reversed(whole)
		}
		out = append(out, whole)
	}
	return out
}

// outerLoops joins directed lines that have the filled side on one hand into
// closed loops, and leaves out those around a hole: the gaps that round cells
// leave between them need no border.
func outerLoops(lines [][]Point) [][]Point {
	type end [2]int
	at := func(p Point) end { return end{toTenths(p[0]), toTenths(p[1])} }
	starts := map[end][]int{}
	for i, l := range lines {
		starts[at(l[0])] = append(starts[at(l[0])], i)
	}
	used := make([]bool, len(lines))
	var out [][]Point
	for i, l := range lines {
		if used[i] {
			continue
		}
		used[i] = true
		loop := append([]Point(nil), l...)
		for more := true; more; {
			more = false
			last := at(loop[len(loop)-1])
			if last == at(loop[0]) && len(loop) > 2 {
				break
			}
			for _, k := range starts[last] {
				if !used[k] {
					used[k], more = true, true
					loop = append(loop, lines[k][1:]...)
					break
				}
			}
		}
		if signedArea(loop) > 0 {
			out = append(out, loop)
		}
	}
	return out
}

func signedArea(ring []Point) float64 {
	sum := 0.0
	for i, p := range ring {
		q := ring[(i+1)%len(ring)]
		sum += p[0]*q[1] - q[0]*p[1]
	}
	return sum / 2
}

func reversed(l []Point) []Point {
	out := make([]Point, len(l))
	for i, p := range l {
		out[len(l)-1-i] = p
	}
	return out
}
