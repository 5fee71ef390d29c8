package duplicate

import (
	"cmp"
	"slices"
)

// Comparing everybody with everybody is out of reach. Records are compared
// that share a key, and there are so many kinds of keys that one person's
// two records share at least one whatever was mistyped.

type entry struct {
	key    uint64
	record int32
}

type pair struct{ a, b int32 }

// The kinds of keys.
const (
	byNumber   = iota + 1
	byDay      // day and month in either order, and year; in a province with a word of the name
	byYear     // year and two words of the name; in a province all words
	byNeighbor // year, village and one word
	byVillage  // village and all words
	byBirthday // day and month, and all words
	byName     // all words, where a birth is not known
	byHome     // village and two words, where a birth is not known
	byGlued    // year and the name without spaces
)

// crowd is how many records may share a key before more of what they have must
// agree.
const crowd = 1500

func key(kind int, parts ...uint64) uint64 {
	k := mix(uint64(kind))
	for _, p := range parts {
		k = mix(k ^ p)
	}
	return k
}

// province is from how many records on single days and years are too common to
// be keys without more of the name.
const province = 300_000

// block gives the pairs to compare, in order, each once.
func (f *file) block() []pair {
	large := len(f.records) >= province
	var entries, unborn []entry
	put := func(i int, kind int, parts ...uint64) {
		entries = append(entries, entry{key(kind, parts...), int32(i)})
	}
	for i := range f.records {
		r := &f.records[i]
		if r.number != "" {
			put(i, byNumber, hashText(padded(r.number)))
		}
		if r.place > 0 && len(r.words) > 0 {
			put(i, byVillage, uint64(r.place), r.bag)
		}
		if len(r.words) > 0 {
			unborn = append(unborn, entry{key(byName, r.bag), int32(i)})
		}
		if r.place > 0 {
			eachTwo(r, func(two uint64) { unborn = append(unborn, entry{key(byHome, uint64(r.place), two), int32(i)}) })
		}
		if r.year == 0 {
			continue
		}
		if r.day > 0 {
			low, high := uint64(min(r.day, r.month)), uint64(max(r.day, r.month))
			if large {
				for _, w := range r.words {
					put(i, byDay, uint64(r.year), low, high, uint64(w.bare))
				}
			} else {
				put(i, byDay, uint64(r.year), low, high)
			}
			put(i, byBirthday, r.bag, low, high)
		}
		if large {
			put(i, byYear, uint64(r.year), r.bag)
		} else {
			eachTwo(r, func(two uint64) { put(i, byYear, uint64(r.year), two) })
		}
		if len(r.words) > 0 {
			put(i, byGlued, uint64(r.year), uint64(r.glued))
		}
		if r.place > 0 {
			for _, w := range r.words {
				put(i, byNeighbor, uint64(r.year), uint64(r.place), uint64(w.bare))
			}
		}
	}
	var pairs []pair
	f.together(entries, 0, func(a, b int32) { pairs = append(pairs, pair{a, b}) })
	f.together(unborn, 0, func(a, b int32) {
		if f.records[a].year == 0 || f.records[b].year == 0 {
			pairs = append(pairs, pair{a, b})
		}
	})
	slices.SortFunc(pairs, func(x, y pair) int { return cmp.Or(cmp.Compare(x.a, y.a), cmp.Compare(x.b, y.b)) })
	return slices.Compact(pairs)
}

// together calls do for the pairs within each key. In a crowd those pairs
// remain that also share their whole name, their day or their village.
func (f *file) together(entries []entry, depth int, do func(a, b int32)) {
	slices.SortFunc(entries, func(x, y entry) int { return cmp.Or(cmp.Compare(x.key, y.key), cmp.Compare(x.record, y.record)) })
	for from := 0; from < len(entries); {
		to := from + 1
		for to < len(entries) && entries[to].key == entries[from].key {
			to++
		}
		run := entries[from:to]
		from = to
		if len(run) > crowd && depth < 2 {
			f.divide(run, depth, do)
			continue
		}
		for i := range run {
			for j := i + 1; j < len(run); j++ {
				if run[i].record != run[j].record {
					do(run[i].record, run[j].record)
				}
			}
		}
	}
}

func (f *file) divide(run []entry, depth int, do func(a, b int32)) {
	var finer []entry
	for _, e := range run {
		r := &f.records[e.record]
		if depth == 1 { // still a crowd: one name, or one village, or one day
			finer = append(finer, entry{key(1, e.key, r.bag, uint64(r.place), uint64(r.year)), e.record})
			continue
		}
		finer = append(finer, entry{key(1, e.key, r.bag), e.record})
		if r.place > 0 {
			finer = append(finer, entry{key(2, e.key, uint64(r.place)), e.record})
		}
		if r.day > 0 {
			finer = append(finer, entry{key(3, e.key, uint64(r.year), uint64(min(r.day, r.month)), uint64(max(r.day, r.month))), e.record})
		}
	}
	f.together(finer, depth+1, do)
}

// eachTwo calls do for each two words of the name.
func eachTwo(r *record, do func(uint64)) {
	for i := range r.words {
		for j := i + 1; j < len(r.words); j++ {
			do(mix(uint64(r.words[i].bare)) + mix(uint64(r.words[j].bare)))
		}
	}
}

func hashText(s string) uint64 {
	h := uint64(14695981039346656037) // FNV-1a
	for i := 0; i < len(s); i++ {
		h = (h ^ uint64(s[i])) * 1099511628211
	}
	return h
}
