package review

import (
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/household"
	"giamngheo/internal/measure"
	"giamngheo/internal/standard"
)

// Register holds every household of every round as columns in memory, from
// which all tables are counted: a pass over a million households takes
// milliseconds. Who was surveyed stands in the assessments; the others who
// lived there on the count day are derived as "not surveyed". A closed round
// is read as it stood when it closed.
type Register struct {
	Columns *measure.Columns

	ready   atomic.Bool
	loading sync.Mutex // who fills the columns; a save does not wait for it
	// puts are what Put has entered since the last reading of the database
	// ended: one that is on its way may not have seen them.
	puts []put

	mu       sync.RWMutex // the lists below; what stands in them stays
	rounds   []Round
	roundNo  map[string]int
	ids      []household.ID
	index    map[household.ID]int32
	villages []area.ID
	village  map[area.ID]int32
	causes   map[string]int
	labels   []string

	pace pace
}

// put is what the columns show of an assessment.
type put struct {
	at             time.Time
	round          string
	household      household.ID
	class          standard.Class
	label, answers string
	causes         string
	urban          bool
	size           int
	recorded       int64
}

// NewRegister is empty until it is loaded.
func NewRegister(law *standard.Library) *Register {
	r := &Register{Columns: measure.NewColumns(), roundNo: map[string]int{}, index: map[household.ID]int32{}, village: map[area.ID]int32{}, causes: map[string]int{}, labels: []string{""}}
	for i, c := range law.Causes.Causes {
		r.causes[c.Code] = i
	}
	for _, set := range law.Sets {
		for _, rule := range set.Rules {
			if rule.Label != nil && !slices.Contains(r.labels, rule.Label.Text) {
				r.labels = append(r.labels, rule.Label.Text)
			}
		}
	}
	return r
}

// Ready says whether the columns have been loaded.
func (r *Register) Ready() bool { return r.ready.Load() }

// View is the register at one moment, for tables.
type View struct {
	*measure.Snapshot
	Rounds   []Round
	RoundNo  map[string]int
	IDs      []household.ID // by household number
	Villages []area.ID      // by village number
}

// View gives a consistent state; it never changes.
func (r *Register) View() View {
	// The columns first: the lists only grow, so they hold all that the
	// columns speak of.
	v := View{Snapshot: r.Columns.Snapshot(), RoundNo: map[string]int{}}
	r.mu.RLock()
	defer r.mu.RUnlock()
	for id, no := range r.roundNo {
		if no < v.Snapshot.Rounds() {
			v.RoundNo[id] = no
		}
	}
	v.Rounds = slices.Clone(r.rounds[:min(len(r.rounds), v.Snapshot.Rounds())])
	v.IDs, v.Villages = r.ids[:len(r.ids):len(r.ids)], r.villages[:len(r.villages):len(r.villages)]
	return v
}

// number gives the household's and village's dense number, new where needed.
func (r *Register) number(id household.ID) int32 {
	r.mu.Lock()
	defer r.mu.Unlock()
	i, ok := r.index[id]
	if !ok {
		i = int32(len(r.ids))
		r.index[id] = i
		r.ids = append(r.ids, id)
	}
	return i
}

func (r *Register) known(id household.ID) (int32, bool) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	i, ok := r.index[id]
	return i, ok
}

func (r *Register) villageNumber(id area.ID) int32 {
	r.mu.Lock()
	defer r.mu.Unlock()
	i, ok := r.village[id]
	if !ok {
		i = int32(len(r.villages))
		r.village[id] = i
		r.villages = append(r.villages, id)
	}
	return i
}

// Load fills the columns from the database, anew where they were filled.
func (r *Register) Load(tx *db.Tx, s *Store) error {
	r.loading.Lock()
	defer r.loading.Unlock()
	if err := r.readAll(tx, s); err != nil {
		return err
	}
	r.ready.Store(true)
	return r.again()
}

func (r *Register) readAll(tx *db.Tx, s *Store) error {
	l := r.loader(tx, s)
	err := r.Columns.Update(func(b *measure.Batch) error {
		l.b = b
		if err := l.readRounds(); err != nil {
			return err
		}
		return l.read(nil)
	})
	if err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.rounds, r.roundNo = l.rounds, l.roundNo
	return nil
}

func (r *Register) loader(tx *db.Tx, s *Store) *loader {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return &loader{r: r, s: s, tx: tx, rounds: r.rounds, roundNo: r.roundNo}
}

// Refresh reads some households again, in the rounds that are open. A round
// that has opened or closed meanwhile is reason to read all.
func (r *Register) Refresh(tx *db.Tx, s *Store, ids []household.ID) error {
	if !r.Ready() {
		return nil
	}
	r.loading.Lock()
	defer r.loading.Unlock()
	list, err := s.rounds(tx)
	if err != nil {
		return err
	}
	if r.differ(list) {
		if err := r.readAll(tx, s); err != nil {
			return err
		}
		return r.again()
	}
	l := r.loader(tx, s)
	for part := range slices.Chunk(ids, 500) {
		err := r.Columns.Update(func(b *measure.Batch) error {
			l.b = b
			if err := l.read(part); err != nil {
				return err
			}
			return r.replay(b)
		})
		if err != nil {
			return err
		}
	}
	return r.again()
}

// differ says whether a round has opened, or closed.
func (r *Register) differ(list []Round) bool {
	r.mu.RLock()
	defer r.mu.RUnlock()
	if len(list) != len(r.rounds) {
		return true
	}
	return slices.ContainsFunc(list, func(o Round) bool {
		no, known := r.roundNo[o.ID]
		return !known || r.rounds[no].State != o.State
	})
}

// again enters once more what Put entered while a reading was on its way, and
// forgets it: the next reading begins after this one and sees it.
func (r *Register) again() error {
	if len(r.puts) == 0 {
		return nil
	}
	err := r.Columns.Update(r.replay)
	r.puts = nil
	return err
}

func (r *Register) replay(b *measure.Batch) error {
	for _, p := range r.puts {
		r.enter(b, &p)
	}
	return nil
}

// What Put entered is kept for as long as a reading that is on its way can
// take before it enters what it has read.
const (
	mostPuts       = 4096
	longestReading = time.Minute
)

// Put enters an assessment that was put in force just now, and says whether it
// did: where it cannot at once, the household is to be read again later. It
// never waits: the answers to all who saved stand behind it.
func (r *Register) Put(round Round, a Assessment) bool {
	if !r.Ready() || !r.loading.TryLock() {
		return false
	}
	defer r.loading.Unlock()
	r.mu.RLock()
	_, known := r.roundNo[round.ID]
	_, listed := r.index[a.Household]
	r.mu.RUnlock()
	if !known || !listed {
		return false
	}
	p := put{time.Now(), round.ID, a.Household, a.Class, a.Label, a.Answers, strings.Join(a.Causes, ","), a.Area == standard.Urban, a.Size, a.RecordedAt}
	if half := len(r.puts) / 2; half >= mostPuts/2 && p.at.Sub(r.puts[half].at) > longestReading {
		r.puts = slices.Clone(r.puts[half:]) // by halves: saves must not each go through all
	}
	r.puts = append(r.puts, p)
	r.Columns.Update(func(b *measure.Batch) error {
		r.enter(b, &p)
		return nil
	})
	return true
}

func (r *Register) enter(b *measure.Batch, p *put) {
	r.mu.RLock()
	no, known := r.roundNo[p.round]
	i, listed := r.index[p.household]
	open := known && r.rounds[no].State == Open
	r.mu.RUnlock()
	if !open || !listed {
		return
	}
	record := b.Get(no, int(i))
	if record.Class == measure.Absent {
		return // not counted there on the count day
	}
	r.judge(&record, p.class, p.label, p.answers, p.causes, p.urban, p.size)
	b.Set(no, int(i), record)
	r.pace.note(p.round, i, p.recorded)
}

func (r *Register) judge(record *measure.Record, class standard.Class, label, answers, causes string, urban bool, size int) {
	record.Class = columnClass[class]
	known, deprived := Masks(answers)
	record.Deprived = deprived
	record.Unknown = ^known & (1<<len(answers) - 1)
	record.Causes = 0
	for c := range strings.SplitSeq(causes, ",") {
		if bit, ok := r.causes[c]; ok {
			record.Causes |= 1 << bit
		}
	}
	record.Label = uint8(max(0, slices.Index(r.labels, label)))
	record.Urban = urban
	if size > 0 {
		record.Size = uint8(min(size, 255))
	}
}

var columnClass = map[standard.Class]measure.Class{
	standard.Undetermined: measure.Undetermined, standard.Poor: measure.Poor, standard.NearPoor: measure.NearPoor,
	standard.Average: measure.Average, standard.Above: measure.Above, standard.NotPoor: measure.NotPoor,
}
