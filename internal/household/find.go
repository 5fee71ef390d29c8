package household

import (
	"slices"
	"sort"
	"strings"

	"giamngheo/internal/area"
	"giamngheo/internal/vn"
)

// shortestID is how many digits of an ID number people must type: fewer name
// everybody.
const shortestID = 4

// mostWords is more than any name has; a bit each in entryMatches.
const mostWords = 32

// number puts an ID number's digits and their count into one figure: the old
// card has 9, the present number 12, and both may begin with zeros.
func number(s string) (uint64, bool) {
	if len(s) == 0 || len(s) > 15 {
		return 0, false
	}
	v := uint64(0)
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		v = v*10 + uint64(s[i]-'0')
	}
	return v<<4 | uint64(len(s)), true
}

func numberOf(s string) uint64 {
	v, _ := number(s)
	return v
}

// numberHas says whether the ID number begins or ends with the n digits v.
func numberHas(id, v uint64, n int) bool {
	length, digits := int(id&15), id>>4
	if n > length {
		return false
	}
	return digits/tens[length-n] == v || digits%tens[n] == v
}

var tens = func() (t [16]uint64) {
	t[0] = 1
	for i := 1; i < len(t); i++ {
		t[i] = t[i-1] * 10
	}
	return t
}()

// Query is what was typed, read.
type Query struct {
	words  []string
	digits string
	all    bool // whoever lives in the place asked for
}

// ParseQuery reads what people type. Four digits and more are a part of an ID
// number: its beginning or its end.
func ParseQuery(typed string) Query {
	folded := vn.Fold(typed)
	digits := strings.ReplaceAll(folded, " ", "")
	if digits != "" && strings.Trim(digits, "0123456789") == "" {
		if len(digits) < shortestID {
			return Query{}
		}
		return Query{digits: digits}
	}
	return Query{words: vn.Words(folded)}
}

// anybody is the query that asks for no name.
func anybody() Query { return Query{all: true} }

// Empty says whether there is nothing to look for.
func (q Query) Empty() bool { return len(q.words) == 0 && q.digits == "" }

// Matches says whether a person's folded name or ID is what was asked for;
// pages mark with it whom of a household was meant.
func (q Query) Matches(folded, nationalID string) bool {
	if q.digits != "" {
		id, ok := number(nationalID)
		v, fits := number(q.digits)
		return ok && fits && numberHas(id, v>>4, len(q.digits))
	}
	words := vn.Words(folded)
	for _, w := range q.words {
		if !slices.ContainsFunc(words, func(have string) bool { return strings.HasPrefix(have, w) }) {
			return false
		}
	}
	return len(q.words) > 0 || q.all
}

// Find gives up to limit households with a member as asked, whole words
// before beginnings of words. covers says whether a village lies in the
// reader's scope; villages, when not nil, lists all that do, so that a small
// scope is searched alone.
func (n *Names) Find(q Query, covers func(area.ID) bool, villages []area.ID, limit int) []ID {
	if q.Empty() || limit <= 0 {
		return nil
	}
	n.mu.RLock()
	defer n.mu.RUnlock()
	f := finding{index: &n.index, covers: covers, limit: limit, asked: make([]int8, len(n.villages)), seen: map[uint32]bool{}}
	if villages != nil {
		f.places = []uint32{}
		for i := range f.asked {
			f.asked[i] = -1
		}
		for _, v := range villages {
			if place, ok := n.villageN[v]; ok && f.asked[place] < 0 {
				f.places = append(f.places, place)
				f.asked[place] = 0
			}
		}
	}
	if q.digits != "" {
		v, ok := number(q.digits)
		if !ok {
			return nil
		}
		f.each(func(i uint32) bool {
			return slices.ContainsFunc(n.numbersOf(i), func(id uint64) bool { return numberHas(id, v>>4, len(q.digits)) })
		})
		return f.found
	}
	for _, exact := range []bool{true, false} {
		if sets, ok := n.wordSets(q.words, exact); ok && len(f.found) < limit {
			f.candidates(sets)
		}
	}
	return f.found
}

// In gives up to limit households of the villages, whoever lives there.
func (n *Names) In(villages []area.ID, limit int) []ID {
	n.mu.RLock()
	defer n.mu.RUnlock()
	var found []ID
	for _, v := range villages {
		place, ok := n.villageN[v]
		if !ok {
			continue
		}
		for _, i := range n.inPlace[place] {
			if len(found) >= limit {
				return found
			}
			if !n.dead[i] {
				found = append(found, n.ids[i])
			}
		}
	}
	return found
}

// finding is one search on its way.
type finding struct {
	*index
	covers func(area.ID) bool
	asked  []int8   // by village: 0 not asked yet, 1 covered, -1 not
	places []uint32 // the only villages to look in; nil for all
	limit  int
	seen   map[uint32]bool
	found  []ID
}

// take adds an entry of the scope and says whether more are wanted.
func (f *finding) take(i uint32) bool {
	v := f.index.places[i]
	if f.asked[v] == 0 {
		f.asked[v] = -1
		if f.covers(f.villages[v]) {
			f.asked[v] = 1
		}
	}
	if f.asked[v] > 0 && !f.seen[i] {
		f.seen[i] = true
		f.found = append(f.found, f.ids[i])
	}
	return len(f.found) < f.limit
}

// each takes the entries that match, of the villages or of all.
func (f *finding) each(matches func(uint32) bool) {
	if f.places == nil {
		for i := range f.ids {
			if !f.dead[i] && matches(uint32(i)) && !f.take(uint32(i)) {
				return
			}
		}
		return
	}
	for _, v := range f.places {
		for _, i := range f.inPlace[v] {
			if !f.dead[i] && matches(i) && !f.take(i) {
				return
			}
		}
	}
}

// candidates looks through the scope where it is small, else through the
// entries of the rarest word.
func (f *finding) candidates(sets []wordSet) {
	rarest := 0
	for i := range sets {
		if sets[i].size < sets[rarest].size {
			rarest = i
		}
	}
	inScope := len(f.ids)
	if f.places != nil {
		inScope = 0
		for _, v := range f.places {
			inScope += len(f.inPlace[v])
		}
	}
	if sets[rarest].size >= inScope {
		f.each(func(i uint32) bool { return entryMatches(f.wordsOf(i), sets) })
		return
	}
	for _, id := range sets[rarest].ids {
		for _, i := range f.lists[id] {
			if !f.dead[i] && entryMatches(f.wordsOf(i), sets) && !f.take(i) {
				return
			}
		}
	}
}

// wordSet is the words that one typed word may mean: ids of a stretch of the
// sorted words, as bits, and how many entries they have.
type wordSet struct {
	ids  []uint32
	bits []uint64
	size int
}

func (x *index) wordSets(words []string, exact bool) ([]wordSet, bool) {
	if len(words) > mostWords {
		return nil, false // nobody is called so
	}
	sets := make([]wordSet, 0, len(words))
	for _, w := range words {
		low := sort.Search(len(x.sorted), func(i int) bool { return x.words[x.sorted[i]] >= w })
		high := low
		for high < len(x.sorted) && (x.words[x.sorted[high]] == w || !exact && strings.HasPrefix(x.words[x.sorted[high]], w)) {
			high++
		}
		if low == high {
			return nil, false
		}
		s := wordSet{ids: x.sorted[low:high], bits: make([]uint64, len(x.words)/64+1)}
		for _, id := range s.ids {
			s.bits[id/64] |= 1 << (id % 64)
			s.size += len(x.lists[id])
		}
		sets = append(sets, s)
	}
	return sets, true
}

// entryMatches says whether one member has a word of every set.
func entryMatches(words []uint32, sets []wordSet) bool {
	all := uint64(1)<<len(sets) - 1
	have := uint64(0)
	for _, w := range words {
		if w == 0 {
			if have == all {
				return true
			}
			have = 0
			continue
		}
		for i := range sets {
			if sets[i].bits[w/64]&(1<<(w%64)) != 0 {
				have |= 1 << i
			}
		}
	}
	return have == all
}
