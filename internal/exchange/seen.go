package exchange

import (
	"hash/maphash"
	"math/bits"
)

// seen remembers on which row of a file something stood first: a code, an ID.
// It takes some seventeen bytes an entry; two texts share a place once in 2^64
// tries.
type seen struct {
	seed  maphash.Seed
	parts [seenParts]seenPart
}

// seenParts grow each on its own, so that never the whole is there twice.
const seenParts = 64

type seenPart struct {
	keys []uint64
	rows []int32
	n    int
}

func newSeen() *seen { return &seen{seed: maphash.MakeSeed()} }

// first gives the row where s stood before, or notes that it stands here.
func (t *seen) first(s string, row int) (before int, twice bool) {
	key := max(1, maphash.String(t.seed, s)) // 0 is an empty slot
	p := &t.parts[key%seenParts]
	if p.n*5 >= len(p.keys)*4 {
		p.grow()
	}
	i := p.slot(key)
	if p.keys[i] == key {
		return int(p.rows[i]), true
	}
	p.keys[i], p.rows[i] = key, int32(row)
	p.n++
	return 0, false
}

func (p *seenPart) slot(key uint64) int {
	at, _ := bits.Mul64(key, uint64(len(p.keys)))
	i := int(at)
	for p.keys[i] != 0 && p.keys[i] != key {
		if i++; i == len(p.keys) {
			i = 0
		}
	}
	return i
}

func (p *seenPart) grow() {
	keys, rows := p.keys, p.rows
	size := 16 + len(keys)*5/4
	p.keys, p.rows = make([]uint64, size), make([]int32, size)
	for i, key := range keys {
		if key != 0 {
			j := p.slot(key)
			p.keys[j], p.rows[j] = key, rows[i]
		}
	}
}
