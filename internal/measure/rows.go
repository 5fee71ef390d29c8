package measure

// Filter names the households of a cell of a table. The zero value of a field
// asks nothing; masks ask for all of their bits.
type Filter struct {
	Round    int
	Units    Units
	Unit     int      // a unit of Units, or −1 for all of them
	Classes  ClassSet // none: everybody in the register
	Area     Area
	Deprived uint16
	Unknown  uint16 // no answer
	Causes   uint16
	NoCause  bool // an assessment without any cause
	Policy   uint16
	NoPolicy bool
	Ethnic   *uint8 // 0: not known
	Label    *uint8
	Was      *Was
}

// Area asks for rural or urban households.
type Area uint8

// The areas.
const (
	AnyArea Area = iota
	RuralArea
	UrbanArea
)

// Was asks for the class in another round as well. Absent may be in the set.
type Was struct {
	Round   int
	Classes ClassSet
}

// Rows is one page of household numbers, ascending, of the Total that match.
type Rows struct {
	Households []int32
	Total      int
	Estimated  bool // some live in a village that belongs to the unit only in part
}

// rowsPage gathers one page.
type rowsPage struct {
	offset, limit int
	rows          Rows
}

func (p *rowsPage) add(household int, estimated bool) {
	if p.rows.Total >= p.offset && len(p.rows.Households) < p.limit {
		p.rows.Households = append(p.rows.Households, int32(household))
	}
	p.rows.Total++
	p.rows.Estimated = p.rows.Estimated || estimated
}

// RowsMatching lists the households of a cell: those that the table of the
// same round and units counted there. One pass over the households; the total
// is always of all.
func (s *Snapshot) RowsMatching(f Filter, offset, limit int) Rows {
	slots := f.Units.slots()
	set := f.Classes & InRegister
	if f.Classes == 0 {
		set = InRegister
	}
	page := &rowsPage{offset: max(0, offset), limit: limit}
	for n, k := range s.blocks(f.Round) {
		if k == nil {
			continue
		}
		for i, class := range k.class {
			if !set.Has(class) {
				continue
			}
			in, estimated := slots.touches(slots.slot(k.village[i]), f.Unit)
			if in && f.matches(k, i) && f.was(s, n, i) {
				page.add(n<<blockBits|i, estimated)
			}
		}
	}
	return page.rows
}

func (f *Filter) matches(k *block, i int) bool {
	assessed := k.class[i].Assessed()
	switch {
	case (f.Deprived != 0 || f.Unknown != 0 || f.Causes != 0 || f.NoCause) && !assessed:
		return false
	case k.deprived[i]&f.Deprived != f.Deprived, k.unknown[i]&f.Unknown != f.Unknown:
		return false
	case k.causes[i]&f.Causes != f.Causes, f.NoCause && k.causes[i] != 0:
		return false
	case k.policy[i]&f.Policy != f.Policy, f.NoPolicy && k.policy[i] != 0:
		return false
	case f.Ethnic != nil && k.ethnic[i] != *f.Ethnic, f.Label != nil && k.label[i] != *f.Label:
		return false
	}
	return f.Area == AnyArea || k.urban[i] == (f.Area == UrbanArea)
}

func (f *Filter) was(s *Snapshot, n, i int) bool {
	if f.Was == nil {
		return true
	}
	class := Absent
	if k := s.at(f.Was.Round, n); k != nil {
		class = k.class[i]
	}
	return f.Was.Classes.Has(class)
}

// Transfers are asked for beside the cells.
const (
	CellTransferOut Cell = Cell(cellCount) + iota
	CellTransferIn
)

// RowsMoved lists the households of a cell of the movement table of a list,
// in a unit or (−1) in all of them.
func (s *Snapshot) RowsMoved(b Between, units Units, unit int, list Class, cell Cell, offset, limit int) Rows {
	slots := units.slots()
	page := &rowsPage{offset: max(0, offset), limit: limit}
	for n := range max(len(s.blocks(b.Start)), len(s.blocks(b.End))) {
		w := s.walk(b, n)
		for i := range blockSize {
			from, to := w.start.class[i], w.end.class[i]
			if from != list && to != list {
				continue
			}
			fromSlot, toSlot := int32(-1), int32(-1)
			if from != Absent {
				fromSlot = slots.slot(w.start.village[i])
			}
			if to != Absent {
				toSlot = slots.slot(w.end.village[i])
			}
			var in, estimated bool
			switch cell {
			case CellTransferOut, CellTransferIn:
				in, estimated = slots.transferred(fromSlot, toSlot, unit, cell == CellTransferIn)
				in = in && from == list && to != Absent
			default:
				home := toSlot
				if to == Absent {
					home = fromSlot
				}
				in, estimated = slots.touches(home, unit)
				in = in && CellOf(list, w.step(i, list), b.Rules) == cell
			}
			if in {
				page.add(n<<blockBits|i, estimated)
			}
		}
	}
	return page.rows
}

// transferred says whether a move between two slots takes from, or brings to,
// the unit (−1: any unit of the table).
func (s *slots) transferred(from, to int32, unit int, into bool) (in, estimated bool) {
	if from == to {
		return false, false
	}
	net := map[int]float64{}
	for _, share := range s.shares(from) {
		net[share.Unit] -= share.Part
	}
	for _, share := range s.shares(to) {
		net[share.Unit] += share.Part
	}
	for at, part := range net {
		if (unit < 0 || at == unit) && (into && part > 0 || !into && part < 0) {
			in = true
		}
	}
	return in, in && (int(from) >= s.units || int(to) >= s.units)
}
