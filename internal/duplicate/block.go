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
	byBirthday // day and month, and two words; in a province all
	byName     // all words, where a birth is not known
	byHome     // village and two words, where a birth is not known
	byGlued    // year and the name without spaces
)

// crowd is how many records may share a key before more of what they have must
// agree; where nothing more divides them, each is compared with so many beside
// him.
const (
	crowd   = 1500
	besides = 100
)

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

// block gives the pairs to compare, in order, each once: of those that share a
// key the ones that are worth it.
func (f *file) block(m *shares) []pair {
	large := len(f.records) >= province
	entries := make([]entry, 0, 12*len(f.records))
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
			if !large {
				eachTwo(r, func(two uint64) { put(i, byBirthday, two, low, high) })
			}
		}
		if large {
			put(i, byYear, uint64(r.year), r.bag)
		} else {
			eachTwo(r, func(two uint64) { put(i, byYear, uint64(r.year), two) })
		}
		if len(r.words) > 0 {
			put(i, byGlued, uint64(r.year), r.glued)
		}
		if r.place > 0 {
			for _, w := range r.words {
				put(i, byNeighbor, uint64(r.year), uint64(r.place), uint64(w.bare))
			}
		}
	}
	kept := make([][]pair, 2*chunks)
	f.eachRun(entries, false, m, kept[:chunks])
	f.eachRun(f.unborn(), true, m, kept[chunks:])
	pairs := slices.Concat(kept...)
	slices.SortFunc(pairs, func(x, y pair) int { return cmp.Or(cmp.Compare(x.a, y.a), cmp.Compare(x.b, y.b)) })
	return slices.Compact(pairs)
}

// unborn are the keys of those whose birth is not known, with everybody who has
// them.
func (f *file) unborn() (entries []entry) {
	each := func(r *record, do func(key uint64)) {
		if len(r.words) > 0 {
			do(key(byName, r.bag))
		}
		if r.place > 0 {
			eachTwo(r, func(two uint64) { do(key(byHome, uint64(r.place), two)) })
		}
	}
	asked := map[uint64]bool{}
	for i := range f.records {
		if r := &f.records[i]; r.year == 0 {
			each(r, func(key uint64) { asked[key] = true })
		}
	}
	if len(asked) == 0 {
		return nil
	}
	for i := range f.records {
		each(&f.records[i], func(key uint64) {
			if asked[key] {
				entries = append(entries, entry{key, int32(i)})
			}
		})
	}
	return entries
}

// eachRun goes through the keys, in pieces beside each other.
func (f *file) eachRun(entries []entry, unborn bool, m *shares, kept [][]pair) {
	sortEntries(entries)
	begins := func(at int) int { // of the next key
		for 0 < at && at < len(entries) && entries[at].key == entries[at-1].key {
			at++
		}
		return at
	}
	f.inChunks(len(entries), func(c, from, to int) {
		s := &sieve{f: f, m: m, unborn: unborn}
		s.together(entries[begins(from):begins(to)], 0)
		kept[c] = s.pairs
	})
}

// sieve takes the pairs of one piece.
type sieve struct {
	f      *file
	m      *shares
	unborn bool // only pairs with somebody whose birth is not known
	briefs []brief
	pairs  []pair
}

func sortEntries(entries []entry) {
	slices.SortFunc(entries, func(x, y entry) int { return cmp.Or(cmp.Compare(x.key, y.key), cmp.Compare(x.record, y.record)) })
}

// together takes the pairs within each key. In a crowd those pairs remain that
// also share their whole name, their day or their village; where that is still
// a crowd, each is compared with those next to it by day and number.
func (s *sieve) together(entries []entry, depth int) {
	for from := 0; from < len(entries); {
		to := from + 1
		for to < len(entries) && entries[to].key == entries[from].key {
			to++
		}
		run := entries[from:to]
		from = to
		if len(run) > crowd && depth < 2 {
			s.divide(run, depth)
			continue
		}
		s.run(run)
	}
}

func (s *sieve) run(run []entry) {
	if len(run) < 2 {
		return
	}
	reach := len(run)
	if len(run) > crowd { // even of one name, one village and one year
		reach = besides
		slices.SortFunc(run, func(x, y entry) int {
			a, b := &s.f.briefs[x.record], &s.f.briefs[y.record]
			return cmp.Or(cmp.Compare(a.born, b.born), cmp.Compare(a.number, b.number), cmp.Compare(x.record, y.record))
		})
	}
	s.briefs = s.briefs[:0] // side by side in memory: each is read often
	for _, e := range run {
		s.briefs = append(s.briefs, s.f.briefs[e.record])
	}
	for i := range run {
		x := &s.briefs[i]
		for j := i + 1; j < min(len(run), i+1+reach); j++ {
			y := &s.briefs[j]
			if run[i].record == run[j].record || s.unborn && x.year > 0 && y.year > 0 {
				continue
			}
			if s.f.worth(s.m, run[i].record, run[j].record, x, y) {
				s.pairs = append(s.pairs, pair{min(run[i].record, run[j].record), max(run[i].record, run[j].record)})
			}
		}
	}
}

func (s *sieve) divide(run []entry, depth int) {
	var finer []entry
	for _, e := range run {
		r := &s.f.records[e.record]
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
	sortEntries(finer)
	s.together(finer, depth+1)
}

// eachTwo calls do for each two words of the name.
func eachTwo(r *record, do func(uint64)) {
	for i := range r.words {
		for j := i + 1; j < len(r.words); j++ {
			do(mix(uint64(r.words[i].bare)) + mix(uint64(r.words[j].bare)))
		}
	}
}

const offset = 14695981039346656037 // FNV-1a

func hashText(s string) uint64 { return hashOn(offset, s) }

func hashOn(h uint64, s string) uint64 {
	for i := 0; i < len(s); i++ {
		h = (h ^ uint64(s[i])) * 1099511628211
	}
	return h
}
