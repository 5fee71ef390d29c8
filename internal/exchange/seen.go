package exchange

import "hash/maphash"

// seen remembers on which row of a file something stood first: a code, an ID.
// It takes twelve bytes an entry; two texts share a place once in 2^64 tries.
type seen struct {
	seed maphash.Seed
	keys []uint64
	rows []int32
	n    int
}

func newSeen() *seen {
	return &seen{seed: maphash.MakeSeed(), keys: make([]uint64, 64), rows: make([]int32, 64)}
}

// first gives the row where s stood before, or notes that it stands here.
func (t *seen) first(s string, row int) (before int, twice bool) {
	if t.n*10 > len(t.keys)*7 {
		t.grow()
	}
	key := maphash.String(t.seed, s)
	if key == 0 {
		key = 1
	}
	i := t.slot(key)
	if t.keys[i] == key {
		return int(t.rows[i]), true
	}
	t.keys[i], t.rows[i] = key, int32(row)
	t.n++
	return 0, false
}

func (t *seen) slot(key uint64) int {
	mask := len(t.keys) - 1
	i := int(key) & mask
	for t.keys[i] != 0 && t.keys[i] != key {
		i = (i + 1) & mask
	}
	return i
}

func (t *seen) grow() {
	keys, rows := t.keys, t.rows
	t.keys, t.rows = make([]uint64, 2*len(keys)), make([]int32, 2*len(keys))
	for i, key := range keys {
		if key != 0 {
			j := t.slot(key)
			t.keys[j], t.rows[j] = key, rows[i]
		}
	}
}
