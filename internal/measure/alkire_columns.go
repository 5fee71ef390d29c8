package measure

import (
	"math"
	"math/bits"
)

// Per says what an estimate over the columns counts: the law's rates count
// households, the international ones persons.
type Per uint8

// The units of count.
const (
	PerHousehold Per = iota
	PerPerson        // each household weighs its people; those of unknown size are left out
)

// AlkireFoster measures the assessed households of a round by unit, at each
// cutoff of the spec; the last element is the whole table. Indicator j of the
// spec is bit j of the masks. Only the spec's indicators, cutoffs and way with
// missing answers are used; a register has no standard errors. Dropped counts
// the assessed households left out.
func (s *Snapshot) AlkireFoster(r int, units Units, spec Spec, per Per) ([][]Estimate, error) {
	if err := spec.Check(); err != nil {
		return nil, err
	}
	if len(spec.Indicators) > MaskBits {
		return nil, badSpec("measure.spec.too_many_indicators", "count", len(spec.Indicators), "limit", MaskBits)
	}
	out := s.alkireFoster(r, units, spec, per, false)
	if spec.Missing == Bounds {
		for unit, upper := range s.alkireFoster(r, units, spec, per, true) {
			for i := range upper {
				out[unit][i].Upper = &upper[i]
			}
		}
	}
	whole := out[units.Count]
	for _, estimates := range out[:units.Count] {
		for i := range estimates {
			shareOf(&estimates[i], &whole[i])
		}
	}
	return out, nil
}

// The ticks of one slot: used and dropped, the uncensored headcounts, then for
// each cutoff the poor, the scores of the poor, the censored headcounts. In
// scores the tick's two numbers are sums of scores per household and person.
func (s *Snapshot) alkireFoster(r int, units Units, spec Spec, per Per, most bool) [][]Estimate {
	d := len(spec.Indicators)
	asked := uint16(1<<d - 1)
	scores := make([]int32, 1<<d)
	for profile := range scores {
		scores[profile] = int32(score(uint64(profile), spec.Indicators))
	}
	slots := units.slots()
	stride := 2 + d + len(spec.Cutoffs)*(2+d)
	blocks := s.blocks(r)
	cells := eachBlock(len(blocks), slots.count()*stride, func(cells []tick, n int) {
		k := blocks[n]
		if k == nil {
			return
		}
		for i, class := range k.class {
			if !class.Assessed() {
				continue
			}
			slot := slots.slot(k.village[i])
			if slot < 0 {
				continue
			}
			at := cells[int(slot)*stride:][:stride]
			size := k.size[i]
			missing := k.unknown[i] & asked
			if missing != 0 && spec.Missing == Drop || per == PerPerson && size == 0 {
				at[1].one(size)
				continue
			}
			profile := k.deprived[i] & asked
			if most {
				profile |= missing
			}
			at[0].one(size)
			eachBit(profile, at[2:2+d], size)
			c := scores[profile]
			for which, cutoff := range spec.Cutoffs {
				if int(c) < cutoff {
					continue
				}
				poor := at[2+d+which*(2+d):][:2+d]
				poor[0].one(size)
				poor[1].households += int64(c)
				poor[1].people += int64(c) * int64(size)
				for rest := profile; rest != 0; rest &= rest - 1 {
					poor[2+bits.TrailingZeros16(rest)].one(size)
				}
			}
		}
	})
	counts, _ := slots.fold(cells, stride)
	whole := make([]Count, stride)
	for i, c := range counts {
		whole[i%stride].add(c)
	}
	counts = append(counts, whole...)
	out := make([][]Estimate, units.Count+1)
	for unit := range out {
		out[unit] = estimatesOf(counts[unit*stride:][:stride], spec, per)
	}
	return out
}

func estimatesOf(counts []Count, spec Spec, per Per) []Estimate {
	d := len(spec.Indicators)
	of := func(c Count) sum {
		if per == PerPerson {
			return sum{total: c.People}
		}
		return sum{total: c.Households}
	}
	var out []Estimate
	for which, cutoff := range spec.Cutoffs {
		poor := counts[2+d+which*(2+d):][:2+d]
		t := tally{units: int(math.Round(counts[0].Households)), weight: of(counts[0]), poor: of(poor[0]), score: of(poor[1])}
		for j := range d {
			t.deprived = append(t.deprived, of(counts[2+j]))
			t.censored = append(t.censored, of(poor[2+j]))
		}
		e := t.estimate(spec.Indicators, cutoff)
		e.Dropped = int(math.Round(counts[1].Households))
		out = append(out, e)
	}
	return out
}
