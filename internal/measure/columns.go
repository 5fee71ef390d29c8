package measure

import (
	"sync"
	"sync/atomic"
)

// Columns holds the households of one province, round by round, as aligned
// arrays over dense household numbers (the caller maps its ids to them), about
// 18 bytes a household and round. Readers take a Snapshot, which never
// changes: they wait for nobody, and every table made from one snapshot is of
// one moment. Writers copy the blocks they touch (1,024 households each, some
// microseconds) and publish all changes of an Update at once.
type Columns struct {
	writing sync.Mutex
	current atomic.Pointer[Snapshot]
}

// Snapshot is the state after some Update. It is safe for any number of
// readers.
type Snapshot struct {
	Version    uint64
	households int
	rounds     []round
	maxEthnic  uint8 // an upper bound on the codes in use
	maxLabel   uint8
}

// round is the blocks of one round; nil is a block without anybody in it.
type round []*block

const (
	blockBits = 10
	blockSize = 1 << blockBits
	blockMask = blockSize - 1
)

type block struct {
	class    [blockSize]Class
	village  [blockSize]int32
	deprived [blockSize]uint16
	unknown  [blockSize]uint16
	causes   [blockSize]uint16
	policy   [blockSize]uint16
	size     [blockSize]uint8
	ethnic   [blockSize]uint8
	label    [blockSize]uint8
	reason   [blockSize]Reason
	urban    [blockSize]bool
}

// Record is one household in one round. Masks have one bit an indicator,
// cause or policy group, in the caller's order.
type Record struct {
	Class    Class
	Village  int32 // dense number of the village on the count date; −1 with Absent
	Deprived uint16
	Unknown  uint16 // indicators without an answer; never also in Deprived
	Causes   uint16 // none set: no cause recorded
	Policy   uint16
	Size     uint8 // people; 0: not known. Larger households are given as 255
	Ethnic   uint8 // 0: not known
	Label    uint8 // the caller's numbering of N1, N2, CN …; 0: none
	Reason   Reason
	Urban    bool
}

// NewColumns is empty: no households, no rounds.
func NewColumns() *Columns {
	c := &Columns{}
	c.current.Store(&Snapshot{})
	return c
}

// Snapshot gives the state now, without waiting.
func (c *Columns) Snapshot() *Snapshot { return c.current.Load() }

// Update applies a function's changes as one: readers see all of them or, if
// it returns an error or panics, none. One Update runs at a time; a single
// household costs microseconds, a round is loaded in one Update.
func (c *Columns) Update(change func(*Batch) error) error {
	c.writing.Lock()
	defer c.writing.Unlock()
	next := *c.current.Load()
	next.rounds = append([]round(nil), next.rounds...)
	next.Version++
	batch := &Batch{next: &next, owned: make([][]bool, len(next.rounds))}
	if err := change(batch); err != nil {
		return err
	}
	batch.next = nil // a batch kept after its Update must not write
	c.current.Store(&next)
	return nil
}

// Batch is the changes of one Update; it is not for several goroutines.
type Batch struct {
	next  *Snapshot
	owned [][]bool // by round and block: already copied in this batch; nil: the round is untouched
}

// AddRound adds an empty round, in which every household is absent, and gives
// its number. Numbers count from 0 and stay.
func (b *Batch) AddRound() int {
	b.next.rounds = append(b.next.rounds, make(round, blocksFor(b.next.households)))
	b.owned = append(b.owned, make([]bool, blocksFor(b.next.households)))
	return len(b.next.rounds) - 1
}

// ClearRound makes every household absent in a round.
func (b *Batch) ClearRound(r int) {
	n := blocksFor(b.next.households)
	b.next.rounds[r], b.owned[r] = make(round, n), make([]bool, n)
}

// Grow makes room for households numbered below n, absent in all rounds.
func (b *Batch) Grow(n int) { b.next.households = max(b.next.households, n) }

// Set puts a household's record of a round in place, growing where needed. A
// record without a village is Absent.
func (b *Batch) Set(r, household int, record Record) {
	b.Grow(household + 1)
	k, i := b.block(r, household), household&blockMask
	if record.Village < 0 || record.Class == Absent {
		record = Record{Class: Absent, Village: -1, Reason: record.Reason}
	}
	k.class[i], k.village[i] = record.Class, record.Village
	k.deprived[i], k.unknown[i] = record.Deprived&^record.Unknown, record.Unknown
	k.causes[i], k.policy[i] = record.Causes, record.Policy
	k.size[i], k.ethnic[i], k.label[i] = record.Size, record.Ethnic, record.Label
	k.reason[i], k.urban[i] = record.Reason, record.Urban
	b.next.maxEthnic = max(b.next.maxEthnic, record.Ethnic)
	b.next.maxLabel = max(b.next.maxLabel, record.Label)
}

// Remove takes a household out of a round's register, saying how it left.
func (b *Batch) Remove(r, household int, why Reason) {
	b.Set(r, household, Record{Class: Absent, Village: -1, Reason: why})
}

// Get reads a record as the batch has it so far.
func (b *Batch) Get(r, household int) Record { return b.next.Get(r, household) }

// block gives the batch's own copy of a block.
func (b *Batch) block(r, household int) *block {
	n := household >> blockBits
	if b.owned[r] == nil {
		b.owned[r] = make([]bool, blocksFor(b.next.households))
		b.next.rounds[r] = append(round(nil), b.next.rounds[r]...)
	}
	for len(b.next.rounds[r]) <= n {
		b.next.rounds[r] = append(b.next.rounds[r], nil)
	}
	for len(b.owned[r]) <= n {
		b.owned[r] = append(b.owned[r], false)
	}
	if b.owned[r][n] {
		return b.next.rounds[r][n]
	}
	fresh := &block{}
	if old := b.next.rounds[r][n]; old != nil {
		*fresh = *old
	}
	b.next.rounds[r][n] = fresh
	b.owned[r][n] = true
	return fresh
}

func blocksFor(households int) int { return (households + blockSize - 1) >> blockBits }

// Households is how many numbers are in use; a household may be absent in
// every round.
func (s *Snapshot) Households() int { return s.households }

// Rounds is how many rounds there are.
func (s *Snapshot) Rounds() int { return len(s.rounds) }

// Get reads one record; out of range is Absent.
func (s *Snapshot) Get(r, household int) Record {
	k := s.at(r, household>>blockBits)
	i := household & blockMask
	if k == nil || k.class[i] == Absent {
		absent := Record{Class: Absent, Village: -1}
		if k != nil {
			absent.Reason = k.reason[i]
		}
		return absent
	}
	return Record{
		Class: k.class[i], Village: k.village[i], Deprived: k.deprived[i], Unknown: k.unknown[i],
		Causes: k.causes[i], Policy: k.policy[i], Size: k.size[i], Ethnic: k.ethnic[i],
		Label: k.label[i], Reason: k.reason[i], Urban: k.urban[i],
	}
}

// blocks of a round; none for a round that does not exist, whose tables then
// say "no data".
func (s *Snapshot) blocks(r int) round {
	if r < 0 || r >= len(s.rounds) {
		return nil
	}
	return s.rounds[r]
}

// at gives a block, nil where nobody is.
func (s *Snapshot) at(r, n int) *block {
	blocks := s.blocks(r)
	if n < 0 || n >= len(blocks) {
		return nil
	}
	return blocks[n]
}
