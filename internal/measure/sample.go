package measure

import (
	"math/bits"
	"strings"
)

// Sample holds the units to measure as columns: about 30 bytes a unit. Units
// are added one by one and cannot be taken out again. Units that are dropped
// for a missing answer are counted as such and otherwise as if they had not
// been in the file: a PSU that loses all its units leaves the design too.
type Sample struct {
	spec     Spec
	deprived []uint64  // bit j: deprived in indicator j
	unknown  []uint64  // bit j: no answer; nil until the first
	weight   []float64 // nil when every unit counts once
	psu      []int32   // nil when the spec names no design
	by       []breakdown

	rows           int
	dropped        int
	withMissing    int
	missingByIndex []int

	strata     []string // names of the strata
	strataID   map[string]int32
	psuStratum []int32 // stratum of each PSU
	psuID      map[psuKey]int32
}

// psuKey nests a PSU in its stratum: "1" in stratum A is not "1" in B.
type psuKey struct {
	stratum int32
	name    string
}

// breakdown is one column of the spec's By: which group each unit is in.
type breakdown struct {
	column  string
	of      []int32
	names   []string
	dropped []int
	id      map[string]int32
}

// Unit is one household or person as read.
type Unit struct {
	Deprived uint64
	Unknown  uint64 // bits that are set here are not in Deprived
	Weight   float64
	Stratum  string
	PSU      string
	Groups   []string // one a column of By; "" is a group of its own: no value given
}

// NewSample is an empty sample for a spec that Check has passed.
func NewSample(spec Spec) *Sample {
	s := &Sample{
		spec: spec, missingByIndex: make([]int, len(spec.Indicators)),
		strataID: map[string]int32{}, psuID: map[psuKey]int32{},
	}
	for _, column := range spec.By {
		s.by = append(s.by, breakdown{column: column, id: map[string]int32{}})
	}
	return s
}

// Add takes one unit. The strings may be reused by the caller.
func (s *Sample) Add(u Unit) {
	s.rows++
	if u.Unknown != 0 {
		s.withMissing++
		for rest := u.Unknown; rest != 0; rest &= rest - 1 {
			s.missingByIndex[bits.TrailingZeros64(rest)]++
		}
	}
	drop := u.Unknown != 0 && s.spec.Missing == Drop
	if drop {
		s.dropped++
	}
	for i := range s.by {
		group := s.by[i].group(u.Groups[i])
		if drop {
			s.by[i].dropped[group]++
			continue
		}
		s.by[i].of = append(s.by[i].of, group)
	}
	if drop {
		return
	}
	if u.Unknown != 0 && s.unknown == nil {
		s.unknown = make([]uint64, len(s.deprived), cap(s.deprived))
	}
	s.deprived = append(s.deprived, u.Deprived&^u.Unknown)
	if s.unknown != nil {
		s.unknown = append(s.unknown, u.Unknown)
	}
	if s.spec.Weight != "" {
		s.weight = append(s.weight, u.Weight)
	}
	if s.spec.Sampled() {
		s.psu = append(s.psu, s.place(u.Stratum, u.PSU))
	}
}

// place gives the index of the unit's PSU in the design. Where only strata
// are named each unit is a PSU of its own.
func (s *Sample) place(stratum, psu string) int32 {
	h, ok := s.strataID[stratum]
	if !ok {
		h = int32(len(s.strata))
		name := strings.Clone(stratum)
		s.strata = append(s.strata, name)
		s.strataID[name] = h
	}
	if s.spec.PSU == "" {
		s.psuStratum = append(s.psuStratum, h)
		return int32(len(s.psuStratum) - 1)
	}
	c, ok := s.psuID[psuKey{h, psu}]
	if !ok {
		c = int32(len(s.psuStratum))
		s.psuStratum = append(s.psuStratum, h)
		s.psuID[psuKey{h, strings.Clone(psu)}] = c
	}
	return c
}

func (b *breakdown) group(name string) int32 {
	g, ok := b.id[name]
	if !ok {
		g = int32(len(b.names))
		name = strings.Clone(name)
		b.names = append(b.names, name)
		b.dropped = append(b.dropped, 0)
		b.id[name] = g
	}
	return g
}

// weightOf is p_i.
func (s *Sample) weightOf(i int) float64 {
	if s.weight == nil {
		return 1
	}
	return s.weight[i]
}
