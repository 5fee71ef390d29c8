package household

import (
	"database/sql"
	"slices"
	"sort"
	"strings"
	"sync"

	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/vn"
)

// Names answers "who is called so" as people type: each word by its
// beginning, in any order, with or without diacritics, all of one person. It
// holds the folded names and ID numbers of everybody who lives in the
// province in memory: a database's text index asked for «nguyen van a» in
// four million names reads millions of entries, this reads those of the
// rarest word, or stops once it has enough of the commonest.
type Names struct {
	mu      sync.RWMutex
	words   []string          // by id
	wordID  map[string]uint32 // folded word → id
	sorted  []uint32          // ids in the order of their words
	entries []entry
	byID    map[ID]uint32
	lists   [][]uint32 // by word: entries that hold it, oldest first
	village map[area.ID][]uint32
	ready   bool
}

// entry is one household. dead: a newer entry has taken its place.
type entry struct {
	id      ID
	village area.ID
	words   []uint32 // of each member in turn, 0 between them
	numbers []uint64 // national IDs, see number
	dead    bool
}

// NewNames gives an index that is not ready yet: Load fills it.
func NewNames() *Names {
	return &Names{words: []string{""}, wordID: map[string]uint32{}, lists: [][]uint32{nil}, byID: map[ID]uint32{}, village: map[area.ID][]uint32{}}
}

// Ready says whether the index has been filled.
func (n *Names) Ready() bool { n.mu.RLock(); defer n.mu.RUnlock(); return n.ready }

// Load reads everybody who lives in a household of today.
func (n *Names) Load(tx *db.Tx, province string) error {
	fresh := NewNames()
	err := tx.Each(`select id, village_id from household where province_id = $1 and to_day = '`+Far+`' order by village_id, id`, []any{province}, func(r *sql.Rows) error {
		var e entry
		if err := r.Scan(&e.id, &e.village); err != nil {
			return err
		}
		fresh.byID[e.id] = uint32(len(fresh.entries))
		fresh.entries = append(fresh.entries, e)
		return nil
	})
	if err != nil {
		return err
	}
	err = tx.Each(`select household_id, folded, national_id from person where province_id = $1 and household_id is not null`, []any{province}, func(r *sql.Rows) error {
		var id, folded, national sql.RawBytes
		if err := r.Scan(&id, &folded, &national); err != nil {
			return err
		}
		if i, ok := fresh.byID[ID(id)]; ok {
			fresh.entries[i].add(fresh, string(folded), string(national))
		}
		return nil
	})
	if err != nil {
		return err
	}
	for i := range fresh.entries {
		fresh.list(uint32(i))
	}
	fresh.sort()
	n.mu.Lock()
	defer n.mu.Unlock()
	n.words, n.wordID, n.sorted, n.entries, n.byID, n.lists, n.village, n.ready = fresh.words, fresh.wordID, fresh.sorted, fresh.entries, fresh.byID, fresh.lists, fresh.village, true
	return nil
}

// Refresh reads some households again after they have changed.
func (n *Names) Refresh(tx *db.Tx, province string, ids []ID) error {
	if !n.Ready() {
		return nil
	}
	fresh := map[ID]*entry{}
	type member struct{ folded, national string }
	members := map[ID][]member{}
	for start := 0; start < len(ids); start += 500 {
		part := ids[start:min(start+500, len(ids))]
		args := []any{province}
		for _, id := range part {
			args = append(args, string(id))
		}
		in := db.Marks(2, len(part))
		err := tx.Each(`select id, village_id from household where province_id = $1 and to_day = '`+Far+`' and id in (`+in+`)`, args, func(r *sql.Rows) error {
			var e entry
			err := r.Scan(&e.id, &e.village)
			fresh[e.id] = &e
			return err
		})
		if err != nil {
			return err
		}
		err = tx.Each(`select p.household_id, p.folded, p.national_id from membership m join person p on p.province_id = m.province_id and p.id = m.person_id
			where m.province_id = $1 and m.household_id in (`+in+`) and m.to_day = '`+Far+`' and p.household_id = m.household_id`, args, func(r *sql.Rows) error {
			var id ID
			var m member
			err := r.Scan(&id, &m.folded, &m.national)
			members[id] = append(members[id], m)
			return err
		})
		if err != nil {
			return err
		}
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	vocabulary := len(n.words)
	for _, id := range ids {
		if i, ok := n.byID[id]; ok {
			n.entries[i].dead = true
			delete(n.byID, id)
		}
		e := fresh[id]
		if e == nil {
			continue
		}
		for _, m := range members[id] {
			e.add(n, m.folded, m.national)
		}
		n.byID[id] = uint32(len(n.entries))
		n.entries = append(n.entries, *e)
		n.list(uint32(len(n.entries) - 1))
	}
	if len(n.words) != vocabulary {
		n.sort()
	}
	return nil
}

func (e *entry) add(n *Names, folded, national string) {
	if len(e.words) > 0 {
		e.words = append(e.words, 0)
	}
	for word := range strings.FieldsSeq(folded) {
		id, ok := n.wordID[word]
		if !ok {
			id = uint32(len(n.words))
			word = strings.Clone(word)
			n.words = append(n.words, word)
			n.wordID[word] = id
			n.lists = append(n.lists, nil)
		}
		e.words = append(e.words, id)
	}
	if k, ok := number(national); ok {
		e.numbers = append(e.numbers, k)
	}
}

// list enters the household under each of its words and its village.
func (n *Names) list(i uint32) {
	e := &n.entries[i]
	for _, w := range e.words {
		if w == 0 {
			continue
		}
		if l := n.lists[w]; len(l) == 0 || l[len(l)-1] != i {
			n.lists[w] = append(l, i)
		}
	}
	n.village[e.village] = append(n.village[e.village], i)
}

func (n *Names) sort() {
	n.sorted = n.sorted[:0]
	for id := 1; id < len(n.words); id++ {
		n.sorted = append(n.sorted, uint32(id))
	}
	sort.Slice(n.sorted, func(i, j int) bool { return n.words[n.sorted[i]] < n.words[n.sorted[j]] })
}

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
}

// ParseQuery reads what people type. Four digits and more are a part of an ID
// number: its beginning or its end.
func ParseQuery(typed string) Query {
	folded := vn.Fold(typed)
	digits := strings.ReplaceAll(folded, " ", "")
	if len(digits) >= 4 && strings.Trim(digits, "0123456789") == "" {
		return Query{digits: digits}
	}
	return Query{words: vn.Words(folded)}
}

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
	return len(q.words) > 0
}

// Find gives up to limit households with a member as asked, whole words
// before beginnings of words. covers says whether a village lies in the
// reader's scope; villages, when not nil, lists all that do, so that a small
// scope is searched alone.
func (n *Names) Find(q Query, covers func(area.ID) bool, villages []area.ID, limit int) []ID {
	if q.Empty() {
		return nil
	}
	n.mu.RLock()
	defer n.mu.RUnlock()
	var found []ID
	seen := map[uint32]bool{}
	take := func(i uint32) bool {
		e := &n.entries[i]
		if !e.dead && !seen[i] && covers(e.village) {
			seen[i] = true
			found = append(found, e.id)
		}
		return len(found) < limit
	}
	if q.digits != "" {
		v, ok := number(q.digits)
		if !ok {
			return nil
		}
		n.each(villages, func(i uint32) bool {
			if slices.ContainsFunc(n.entries[i].numbers, func(id uint64) bool { return numberHas(id, v>>4, len(q.digits)) }) {
				return take(i)
			}
			return true
		})
		return found
	}
	for _, exact := range []bool{true, false} {
		sets, ok := n.wordSets(q.words, exact)
		if !ok {
			continue
		}
		n.candidates(sets, villages, func(i uint32) bool {
			if n.entries[i].matches(sets) {
				return take(i)
			}
			return true
		})
		if len(found) >= limit {
			break
		}
	}
	return found
}

// wordSet is the words that one typed word may mean: ids of a stretch of the
// sorted words, as bits, and how many entries they have.
type wordSet struct {
	ids  []uint32
	bits []uint64
	size int
}

func (n *Names) wordSets(words []string, exact bool) ([]wordSet, bool) {
	sets := make([]wordSet, 0, len(words))
	for _, w := range words {
		low := sort.Search(len(n.sorted), func(i int) bool { return n.words[n.sorted[i]] >= w })
		high := low
		for high < len(n.sorted) && (n.words[n.sorted[high]] == w || !exact && strings.HasPrefix(n.words[n.sorted[high]], w)) {
			high++
		}
		if low == high {
			return nil, false
		}
		s := wordSet{ids: n.sorted[low:high], bits: make([]uint64, len(n.words)/64+1)}
		for _, id := range s.ids {
			s.bits[id/64] |= 1 << (id % 64)
			s.size += len(n.lists[id])
		}
		sets = append(sets, s)
	}
	return sets, true
}

// candidates calls f for the entries that may match until it says stop:
// those of the scope where it is small, else those of the rarest word.
func (n *Names) candidates(sets []wordSet, villages []area.ID, f func(uint32) bool) {
	rarest := 0
	for i := range sets {
		if sets[i].size < sets[rarest].size {
			rarest = i
		}
	}
	inScope := len(n.entries)
	if villages != nil {
		inScope = 0
		for _, v := range villages {
			inScope += len(n.village[v])
		}
	}
	if sets[rarest].size >= inScope {
		n.each(villages, f)
		return
	}
	for _, id := range sets[rarest].ids {
		for _, i := range n.lists[id] {
			if !f(i) {
				return
			}
		}
	}
}

func (n *Names) each(villages []area.ID, f func(uint32) bool) {
	if villages == nil {
		for i := range n.entries {
			if !f(uint32(i)) {
				return
			}
		}
		return
	}
	for _, v := range villages {
		for _, i := range n.village[v] {
			if !f(i) {
				return
			}
		}
	}
}

// matches says whether one member has a word of every set.
func (e *entry) matches(sets []wordSet) bool {
	for start := 0; start < len(e.words); {
		end := start
		for end < len(e.words) && e.words[end] != 0 {
			end++
		}
		if memberMatches(e.words[start:end], sets) {
			return true
		}
		start = end + 1
	}
	return false
}

func memberMatches(words []uint32, sets []wordSet) bool {
	for i := range sets {
		if !slices.ContainsFunc(words, func(w uint32) bool { return sets[i].bits[w/64]&(1<<(w%64)) != 0 }) {
			return false
		}
	}
	return true
}
