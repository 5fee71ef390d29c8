package measure

import (
	"math"
	"runtime"
	"sync"
)

// Units says to which unit of a table (communes of a district, say) each
// village belongs. Where an area was divided and only shares are known, a
// village stands in Shares and its households are spread over several units;
// those units' figures are marked estimated.
type Units struct {
	Count  int
	Of     []int32 // by village: the unit, or −1: not in this table
	Shares map[int32][]Share
}

// Share is the part of a village's households that belongs to a unit. The
// parts of a village add to 1, or to less where the rest lies outside.
type Share struct {
	Unit int
	Part float64
}

// OneUnit puts every village below n into a single unit.
func OneUnit(n int) Units { return Units{Count: 1, Of: make([]int32, n)} }

// slots are units, and after them one slot for each divided village, so that
// a pass counts whole households and shares are applied once, at its end.
type slots struct {
	units int
	of    []int32
	split [][]Share
}

func (u Units) slots() slots {
	s := slots{units: u.Count, of: u.Of}
	if len(u.Shares) == 0 {
		return s
	}
	s.of = append([]int32(nil), u.Of...)
	for village, shares := range u.Shares {
		for int(village) >= len(s.of) {
			s.of = append(s.of, -1)
		}
		s.of[village] = int32(u.Count + len(s.split))
		s.split = append(s.split, shares)
	}
	return s
}

func (s *slots) count() int { return s.units + len(s.split) }

// slot of a village; −1 outside the table.
func (s *slots) slot(village int32) int32 {
	if uint(village) >= uint(len(s.of)) {
		return -1
	}
	return s.of[village]
}

// shares of a slot over the units.
func (s *slots) shares(slot int32) []Share {
	switch {
	case slot < 0:
		return nil
	case int(slot) < s.units:
		return []Share{{Unit: int(slot), Part: 1}}
	}
	return s.split[int(slot)-s.units]
}

// touches says whether a slot lies in the unit (any unit of the table: −1),
// and whether that is only estimated.
func (s *slots) touches(slot int32, unit int) (in, estimated bool) {
	if slot < 0 {
		return false, false
	}
	if int(slot) < s.units {
		return unit < 0 || int(slot) == unit, false
	}
	for _, share := range s.split[int(slot)-s.units] {
		if (unit < 0 || share.Unit == unit) && share.Part > 0 {
			return true, true
		}
	}
	return false, false
}

// Count is households and their people. Where shares were applied the numbers
// are fractions; else they are whole.
type Count struct {
	Households  float64
	People      float64 // of the households whose size is known
	SizeUnknown float64 // households whose size is not known
}

// Less is what is left of c without a part of it. Counts that rest on shares
// leave crumbs where nothing is left; those are nothing.
func (c Count) Less(part Count) Count {
	left := Count{c.Households - part.Households, c.People - part.People, c.SizeUnknown - part.SizeUnknown}
	for _, n := range []*float64{&left.Households, &left.People, &left.SizeUnknown} {
		if math.Abs(*n) < 1e-6 {
			*n = 0
		}
	}
	return left
}

func (c *Count) add(o Count) { c.addPart(o, 1) }

func (c *Count) addPart(o Count, part float64) {
	c.Households += part * o.Households
	c.People += part * o.People
	c.SizeUnknown += part * o.SizeUnknown
}

// tick is a Count while it is counted.
type tick struct {
	households, people, sizeUnknown int64
}

func (t *tick) one(size uint8) {
	t.households++
	t.people += int64(size)
	if size == 0 {
		t.sizeUnknown++
	}
}

func (t tick) count() Count {
	return Count{float64(t.households), float64(t.people), float64(t.sizeUnknown)}
}

// fold spreads the divided villages' slots over their units. cells holds
// stride ticks a slot; the answer holds stride counts a unit.
func (s *slots) fold(cells []tick, stride int) (counts []Count, estimated []bool) {
	counts, estimated = make([]Count, s.units*stride), make([]bool, s.units)
	for i := range counts {
		counts[i] = cells[i].count()
	}
	for n, shares := range s.split {
		from := cells[(s.units+n)*stride : (s.units+n+1)*stride]
		for i, cell := range from {
			if cell == (tick{}) {
				continue
			}
			for _, share := range shares {
				counts[share.Unit*stride+i].addPart(cell.count(), share.Part)
				estimated[share.Unit] = true
			}
		}
	}
	return counts, estimated
}

// eachBlock runs body over the block numbers 0 … n−1 on the machine's cores,
// each with ticks of its own, and adds the ticks.
func eachBlock(n, ticks int, body func(cells []tick, block int)) []tick {
	workers := max(1, min(runtime.GOMAXPROCS(0), n/16))
	parts := make([][]tick, workers)
	var wait sync.WaitGroup
	for w := range workers {
		wait.Go(func() {
			cells := make([]tick, ticks)
			for block := w * n / workers; block < (w+1)*n/workers; block++ {
				body(cells, block)
			}
			parts[w] = cells
		})
	}
	wait.Wait()
	for _, part := range parts[1:] {
		for i := range part {
			parts[0][i].households += part[i].households
			parts[0][i].people += part[i].people
			parts[0][i].sizeUnknown += part[i].sizeUnknown
		}
	}
	return parts[0]
}
