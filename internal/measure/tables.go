package measure

import "math/bits"

// MaskBits is how many indicators, causes or policy groups a record can hold.
const MaskBits = 16

// None is the item of Causes and PolicyGroups for households with none.
const None = MaskBits

// Table is a cross of unit × class × item, in households and people. Each
// cell is a count; rates are made from counts by Rate.
type Table struct {
	Units     int
	Items     int
	Estimated []bool // by unit: a divided village with households is in it
	base      []Count
	cells     []Count
}

// Base is the households of the classes in a unit: what a share is a share of.
func (t *Table) Base(unit int, set ClassSet) Count {
	var c Count
	for class := range classes {
		if set.Has(Class(class)) {
			c.add(t.base[unit*classes+class])
		}
	}
	return c
}

// At is one cell, over the classes given.
func (t *Table) At(unit int, set ClassSet, item int) Count {
	var c Count
	for class := range classes {
		if set.Has(Class(class)) {
			c.add(t.cells[(unit*classes+class)*t.Items+item])
		}
	}
	return c
}

// NoData says that the round tells nothing about the unit: nobody in it was
// assessed. Its zeros are then not zeros, and are shown as "no data".
func (t *Table) NoData(unit int) bool { return t.Base(unit, AnyAssessed).Households == 0 }

// Total adds all units.
func (t *Table) Total() *Table {
	total := &Table{
		Units: 1, Items: t.Items, Estimated: make([]bool, 1),
		base: make([]Count, classes), cells: make([]Count, classes*t.Items),
	}
	for i, c := range t.base {
		total.base[i%classes].add(c)
	}
	for i, c := range t.cells {
		total.cells[i%(classes*t.Items)].add(c)
	}
	for _, estimated := range t.Estimated {
		total.Estimated[0] = total.Estimated[0] || estimated
	}
	return total
}

// Rate is a share of households, from two counts. It does not exist (false)
// where there is nobody to be a share of.
func Rate(part, whole Count) (float64, bool) {
	if whole.Households == 0 {
		return 0, false
	}
	return part.Households / whole.Households, true
}

// The items of Results.
const (
	Rural = iota
	Urban
)

// Results is unit × class × rural or urban. All households of the register
// are in it, those not surveyed too. One pass over the households, like every
// table here.
func (s *Snapshot) Results(r int, units Units) *Table {
	return s.tabulate(r, units, 2, func(k *block, i int, cells []tick) {
		item := Rural
		if k.urban[i] {
			item = Urban
		}
		cells[item].one(k.size[i])
	})
}

// Labels is unit × class × label (N1, N2, CN …), by the caller's numbers.
func (s *Snapshot) Labels(r int, units Units) *Table {
	return s.tabulate(r, units, int(s.maxLabel)+1, func(k *block, i int, cells []tick) {
		cells[k.label[i]].one(k.size[i])
	})
}

// EthnicGroups is unit × class × ethnic code; item 0 is "not known".
func (s *Snapshot) EthnicGroups(r int, units Units) *Table {
	return s.tabulate(r, units, int(s.maxEthnic)+1, func(k *block, i int, cells []tick) {
		cells[k.ethnic[i]].one(k.size[i])
	})
}

// Deprivations is unit × class × (indicator: deprived). A household without
// an assessment tells nothing; those who did not answer stand in
// UnknownAnswers, and are not "not deprived".
func (s *Snapshot) Deprivations(r int, units Units) *Table {
	return s.tabulate(r, units, MaskBits, func(k *block, i int, cells []tick) {
		if k.class[i].Assessed() {
			eachBit(k.deprived[i], cells, k.size[i])
		}
	})
}

// UnknownAnswers is unit × class × (indicator: no answer). Households without
// an assessment are in the table's base and in no cell.
func (s *Snapshot) UnknownAnswers(r int, units Units) *Table {
	return s.tabulate(r, units, MaskBits, func(k *block, i int, cells []tick) {
		if k.class[i].Assessed() {
			eachBit(k.unknown[i], cells, k.size[i])
		}
	})
}

// Causes is unit × class × cause, of households with an assessment. One with
// several causes is counted under each; one with none under None.
func (s *Snapshot) Causes(r int, units Units) *Table {
	return s.tabulate(r, units, MaskBits+1, func(k *block, i int, cells []tick) {
		if !k.class[i].Assessed() {
			return
		}
		if k.causes[i] == 0 {
			cells[None].one(k.size[i])
			return
		}
		eachBit(k.causes[i], cells, k.size[i])
	})
}

// PolicyGroups is unit × class × policy group; several may hold for one
// household, None is for those without.
func (s *Snapshot) PolicyGroups(r int, units Units) *Table {
	return s.tabulate(r, units, MaskBits+1, func(k *block, i int, cells []tick) {
		if k.policy[i] == 0 {
			cells[None].one(k.size[i])
			return
		}
		eachBit(k.policy[i], cells, k.size[i])
	})
}

func eachBit(mask uint16, cells []tick, size uint8) {
	for ; mask != 0; mask &= mask - 1 {
		cells[bits.TrailingZeros16(mask)].one(size)
	}
}

// tabulate counts the households of each unit and class, and lets count put
// each into its items.
func (s *Snapshot) tabulate(r int, units Units, items int, count func(k *block, i int, cells []tick)) *Table {
	slots := units.slots()
	stride := classes * (items + 1) // per class: the base, then the items
	blocks := s.blocks(r)
	cells := eachBlock(len(blocks), slots.count()*stride, func(cells []tick, n int) {
		k := blocks[n]
		if k == nil {
			return
		}
		for i, class := range k.class {
			if class == Absent {
				continue
			}
			slot := slots.slot(k.village[i])
			if slot < 0 {
				continue
			}
			at := int(slot)*stride + int(class)*(items+1)
			cells[at].one(k.size[i])
			count(k, i, cells[at+1:at+1+items])
		}
	})
	counts, estimated := slots.fold(cells, stride)
	t := &Table{
		Units: units.Count, Items: items, Estimated: estimated,
		base: make([]Count, 0, units.Count*classes), cells: make([]Count, 0, units.Count*classes*items),
	}
	for at := 0; at < len(counts); at += items + 1 {
		t.base = append(t.base, counts[at])
		t.cells = append(t.cells, counts[at+1:at+1+items]...)
	}
	return t
}
