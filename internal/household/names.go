package household

import (
	"database/sql"
	"slices"
	"sort"
	"strings"
	"sync"

	"giamngheo/internal/area"
	"giamngheo/internal/db"
)

// Names answers "who is called so" as people type: each word by its
// beginning, in any order, with or without diacritics, all of one person. It
// holds the folded names and ID numbers of everybody who lives in the
// province in memory: a database's text index asked for «nguyen van a» in
// four million names reads millions of entries, this reads those of the
// rarest word, or stops once it has enough of the commonest.
type Names struct {
	mu    sync.RWMutex
	ready bool
	index
}

// index holds households as entries. An entry never changes: a household that
// has changed becomes a new entry, and the old one is dead. What belongs to an
// entry lies in one array for all, from its start to that of the next.
type index struct {
	words  []string          // by id; 0 is none
	wordID map[string]uint32 // folded word → id
	sorted []uint32          // ids in the order of their words

	ids     []ID
	places  []uint32 // number of the village
	wordAt  []uint32 // start in pool; one more than there are entries
	pool    []uint32 // words of each member in turn, 0 between them
	numAt   []uint32
	numbers []uint64 // national IDs, see number
	dead    []bool
	nDead   int

	byID     map[ID]uint32 // the living entry
	lists    [][]uint32    // by word: entries that hold it, oldest first
	villages []area.ID
	villageN map[area.ID]uint32
	inPlace  [][]uint32 // by village: its entries
}

func newIndex() index {
	return index{words: []string{""}, wordID: map[string]uint32{}, lists: [][]uint32{nil}, byID: map[ID]uint32{}, villageN: map[area.ID]uint32{},
		wordAt: []uint32{0}, numAt: []uint32{0}}
}

// NewNames gives an index that is not ready yet: Load fills it.
func NewNames() *Names { return &Names{index: newIndex()} }

// Ready says whether the index has been filled.
func (n *Names) Ready() bool { n.mu.RLock(); defer n.mu.RUnlock(); return n.ready }

// entry is one household before it is entered.
type entry struct {
	id      ID
	village area.ID
	members []nameAndID
}

type nameAndID struct{ folded, national string }

// Load reads everybody who lives in a household of today.
func (n *Names) Load(tx *db.Tx, province string) error {
	fresh := newIndex()
	homes := map[ID]uint32{}
	var ids []ID
	var villages []area.ID
	err := tx.Each(`select id, village_id from household where province_id = $1 and to_day = '`+Far+`' order by village_id, id`, []any{province}, func(r *sql.Rows) error {
		var id ID
		var village area.ID
		if err := r.Scan(&id, &village); err != nil {
			return err
		}
		homes[id] = uint32(len(ids))
		ids, villages = append(ids, id), append(villages, village)
		return nil
	})
	if err != nil {
		return err
	}
	// Persons come in the order of their ids: they are kept as they come, then
	// sorted by household.
	var home, start []uint32
	var pool []uint32
	var national []uint64
	err = tx.Each(`select household_id, folded, national_id from person where province_id = $1 and household_id is not null`, []any{province}, func(r *sql.Rows) error {
		var id, folded, number sql.RawBytes
		if err := r.Scan(&id, &folded, &number); err != nil {
			return err
		}
		i, ok := homes[ID(id)]
		if !ok {
			return nil
		}
		home, start = append(home, i), append(start, uint32(len(pool)))
		pool = fresh.appendWords(pool, string(folded))
		national = append(national, numberOf(string(number)))
		return nil
	})
	if err != nil {
		return err
	}
	start = append(start, uint32(len(pool)))
	order := sortedBy(home, len(ids))
	fresh.reserve(len(ids), len(pool)+len(home), len(home))
	k := 0
	for i, id := range ids {
		fresh.begin(id, villages[i])
		for ; k < len(order) && home[order[k]] == uint32(i); k++ {
			p := order[k]
			fresh.member(pool[start[p]:start[p+1]], national[p])
		}
		fresh.end()
	}
	fresh.enterAll()
	n.mu.Lock()
	defer n.mu.Unlock()
	n.index, n.ready = fresh, true
	return nil
}

// sortedBy gives the positions of values, each below n, in their order.
func sortedBy(values []uint32, n int) []uint32 {
	at := make([]uint32, n+1)
	for _, v := range values {
		at[v+1]++
	}
	for i := range n {
		at[i+1] += at[i]
	}
	order := make([]uint32, len(values))
	for i, v := range values {
		order[at[v]] = uint32(i)
		at[v]++
	}
	return order
}

// Refresh reads some households again after they have changed.
func (n *Names) Refresh(tx *db.Tx, province string, ids []ID) error {
	if !n.Ready() {
		return nil
	}
	ids = slices.Compact(slices.Sorted(slices.Values(ids)))
	fresh := map[ID]*entry{}
	for part := range slices.Chunk(ids, 500) {
		args := []any{province}
		for _, id := range part {
			args = append(args, string(id))
		}
		in := db.Marks(2, len(part))
		err := tx.Each(`select id, village_id from household where province_id = $1 and to_day = '`+Far+`' and id in (`+in+`)`, args, func(r *sql.Rows) error {
			e := &entry{}
			err := r.Scan(&e.id, &e.village)
			fresh[e.id] = e
			return err
		})
		if err != nil {
			return err
		}
		err = tx.Each(`select p.household_id, p.folded, p.national_id from membership m join person p on p.province_id = m.province_id and p.id = m.person_id
			where m.province_id = $1 and m.household_id in (`+in+`) and m.to_day = '`+Far+`' and p.household_id = m.household_id order by p.id`, args, func(r *sql.Rows) error {
			var id ID
			var m nameAndID
			err := r.Scan(&id, &m.folded, &m.national)
			if e := fresh[id]; e != nil {
				e.members = append(e.members, m)
			}
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
		n.replace(id, fresh[id])
	}
	if len(n.words) != vocabulary {
		n.sort()
	}
	if n.nDead > 10000 && n.nDead > len(n.ids)/4 {
		n.index = n.compact()
	}
	return nil
}

// replace puts the household's new entry in place of the old one; nil takes
// it out.
func (x *index) replace(id ID, e *entry) {
	old, listed := x.byID[id]
	if e != nil {
		x.begin(e.id, e.village)
		for _, m := range e.members {
			x.member(x.appendWords(nil, m.folded), numberOf(m.national))
		}
		x.end()
		last := uint32(len(x.ids) - 1)
		if listed && x.same(old, last) {
			x.dropLast()
			return
		}
		x.enter(last)
		x.byID[id] = last
	} else {
		delete(x.byID, id)
	}
	if listed {
		x.dead[old] = true
		x.nDead++
	}
}

// begin, member and end write one entry at the end of the arrays.
func (x *index) begin(id ID, village area.ID) {
	v, ok := x.villageN[village]
	if !ok {
		v = uint32(len(x.villages))
		x.villageN[village] = v
		x.villages, x.inPlace = append(x.villages, village), append(x.inPlace, nil)
	}
	x.ids, x.places, x.dead = append(x.ids, id), append(x.places, v), append(x.dead, false)
}

func (x *index) member(words []uint32, national uint64) {
	if uint32(len(x.pool)) > x.wordAt[len(x.wordAt)-1] {
		x.pool = append(x.pool, 0)
	}
	x.pool = append(x.pool, words...)
	if national != 0 {
		x.numbers = append(x.numbers, national)
	}
}

func (x *index) end() {
	x.wordAt = append(x.wordAt, uint32(len(x.pool)))
	x.numAt = append(x.numAt, uint32(len(x.numbers)))
}

func (x *index) wordsOf(i uint32) []uint32   { return x.pool[x.wordAt[i]:x.wordAt[i+1]] }
func (x *index) numbersOf(i uint32) []uint64 { return x.numbers[x.numAt[i]:x.numAt[i+1]] }

func (x *index) same(i, k uint32) bool {
	return x.places[i] == x.places[k] && slices.Equal(x.wordsOf(i), x.wordsOf(k)) && slices.Equal(x.numbersOf(i), x.numbersOf(k))
}

func (x *index) dropLast() {
	last := len(x.ids) - 1
	x.ids, x.places, x.dead = x.ids[:last], x.places[:last], x.dead[:last]
	x.pool, x.numbers = x.pool[:x.wordAt[last]], x.numbers[:x.numAt[last]]
	x.wordAt, x.numAt = x.wordAt[:last+1], x.numAt[:last+1]
}

func (x *index) reserve(entries, words, numbers int) {
	x.ids, x.places, x.dead = make([]ID, 0, entries), make([]uint32, 0, entries), make([]bool, 0, entries)
	x.wordAt, x.numAt = append(make([]uint32, 0, entries+1), 0), append(make([]uint32, 0, entries+1), 0)
	x.pool, x.numbers = make([]uint32, 0, words), make([]uint64, 0, numbers)
	x.byID = make(map[ID]uint32, entries)
}

// appendWords adds the ids of the words of a folded name, new ones included.
func (x *index) appendWords(ids []uint32, folded string) []uint32 {
	for word := range strings.FieldsSeq(folded) {
		id, ok := x.wordID[word]
		if !ok {
			id = uint32(len(x.words))
			word = strings.Clone(word)
			x.words = append(x.words, word)
			x.wordID[word] = id
			x.lists = append(x.lists, nil)
		}
		ids = append(ids, id)
	}
	return ids
}

// enter lists an entry under each of its words and its village.
func (x *index) enter(i uint32) {
	for _, w := range x.wordsOf(i) {
		if w == 0 {
			continue
		}
		if l := x.lists[w]; len(l) == 0 || l[len(l)-1] != i {
			x.lists[w] = append(l, i)
		}
	}
	x.inPlace[x.places[i]] = append(x.inPlace[x.places[i]], i)
}

// enterAll enters everything at once, into lists of the right length.
func (x *index) enterAll() {
	counts, places := make([]uint32, len(x.words)), make([]uint32, len(x.villages))
	last := make([]uint32, len(x.words)) // entry + 1 that was counted last
	for i := range x.ids {
		for _, w := range x.wordsOf(uint32(i)) {
			if w != 0 && last[w] != uint32(i)+1 {
				last[w] = uint32(i) + 1
				counts[w]++
			}
		}
		places[x.places[i]]++
		x.byID[x.ids[i]] = uint32(i)
	}
	for w, n := range counts {
		x.lists[w] = make([]uint32, 0, n)
	}
	for v, n := range places {
		x.inPlace[v] = make([]uint32, 0, n)
	}
	for i := range x.ids {
		x.enter(uint32(i))
	}
	x.sort()
}

// compact gives the index without its dead entries. Words stay.
func (x *index) compact() index {
	fresh := newIndex()
	fresh.words, fresh.wordID, fresh.lists = slices.Clone(x.words), x.wordID, make([][]uint32, len(x.words))
	fresh.reserve(len(x.ids)-x.nDead, len(x.pool), len(x.numbers))
	for i := range x.ids {
		if x.dead[i] {
			continue
		}
		fresh.begin(x.ids[i], x.villages[x.places[i]])
		fresh.pool = append(fresh.pool, x.wordsOf(uint32(i))...)
		fresh.numbers = append(fresh.numbers, x.numbersOf(uint32(i))...)
		fresh.end()
	}
	fresh.enterAll()
	return fresh
}

func (x *index) sort() {
	x.sorted = x.sorted[:0]
	for id := 1; id < len(x.words); id++ {
		x.sorted = append(x.sorted, uint32(id))
	}
	sort.Slice(x.sorted, func(i, j int) bool { return x.words[x.sorted[i]] < x.words[x.sorted[j]] })
}
