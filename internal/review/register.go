package review

import (
	"database/sql"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

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

	mu       sync.RWMutex // the lists below; what stands in them stays
	rounds   []Round
	roundNo  map[string]int
	ids      []household.ID
	index    map[household.ID]int32
	villages []area.ID
	village  map[area.ID]int32
	causes   map[string]int
	labels   []string
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

// Load fills the columns from the database. Until it returns, Ready is false.
func (r *Register) Load(tx *db.Tx, s *Store) error {
	l := &loader{r: r, s: s, tx: tx}
	r.loading.Lock()
	defer r.loading.Unlock()
	return r.Columns.Update(func(b *measure.Batch) error {
		l.b = b
		if _, err := l.readRounds(); err != nil {
			return err
		}
		if err := l.read(nil); err != nil {
			return err
		}
		r.ready.Store(true)
		return nil
	})
}

// Refresh reads some households again, in the rounds that are open.
func (r *Register) Refresh(tx *db.Tx, s *Store, ids []household.ID) error {
	if !r.Ready() {
		return nil
	}
	r.loading.Lock()
	defer r.loading.Unlock()
	l := &loader{r: r, s: s, tx: tx}
	return r.Columns.Update(func(b *measure.Batch) error {
		l.b = b
		opened, err := l.readRounds()
		if err != nil {
			return err
		}
		if opened {
			return l.read(nil)
		}
		for start := 0; start < len(ids); start += 500 {
			if err := l.read(ids[start:min(start+500, len(ids))]); err != nil {
				return err
			}
		}
		return nil
	})
}

// Put enters an assessment that was put in force just now, and says whether it
// did: where it cannot at once, the household is to be read again later. It
// never waits, for the one writer of the database calls it.
func (r *Register) Put(round Round, a Assessment) bool {
	if !r.Ready() || !r.loading.TryLock() {
		return false
	}
	defer r.loading.Unlock()
	r.mu.RLock()
	no, known := r.roundNo[round.ID]
	i, listed := r.index[a.Household]
	r.mu.RUnlock()
	if !known || !listed {
		return false
	}
	r.Columns.Update(func(b *measure.Batch) error {
		record := b.Get(no, int(i))
		if record.Class == measure.Absent {
			return nil // not counted there on the count day
		}
		r.judge(&record, a.Class, a.Label, a.Answers, strings.Join(a.Causes, ","), a.Area == standard.Urban, a.Size)
		b.Set(no, int(i), record)
		return nil
	})
	return true
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

// loader reads rows into a batch; ids nil means everybody.
type loader struct {
	r  *Register
	s  *Store
	tx *db.Tx
	b  *measure.Batch
}

// readRounds makes a column set for every round and says whether there is a
// new one.
func (l *loader) readRounds() (opened bool, err error) {
	r := l.r
	r.mu.Lock()
	defer r.mu.Unlock()
	rounds := make([]Round, len(r.rounds))
	err = l.tx.Each(`select `+roundColumns+` from round where province_id = $1 order by year, opened_at, id`, []any{l.s.Province}, func(rows *sql.Rows) error {
		o, err := scanRound(rows)
		if err != nil {
			return err
		}
		no, known := r.roundNo[o.ID]
		if !known {
			no = l.b.AddRound()
			r.roundNo[o.ID] = no
			rounds = append(rounds, Round{})
			opened = true
		}
		rounds[no] = o
		return nil
	})
	r.rounds = rounds
	return opened, err
}

// read fills the columns of all households, or of those given.
func (l *loader) read(ids []household.ID) error {
	people, err := l.readHouseholds(ids)
	if err != nil {
		return err
	}
	if err := l.readFrozen(ids, people); err != nil {
		return err
	}
	if err := l.readResidence(ids, people); err != nil {
		return err
	}
	if err := l.readSizes(ids); err != nil {
		return err
	}
	return l.readAssessments(ids)
}

// in narrows a query to some households.
func in(column string, ids []household.ID, args []any) (string, []any) {
	if ids == nil {
		return "", args
	}
	first := len(args) + 1
	for _, id := range ids {
		args = append(args, string(id))
	}
	return " and " + column + " in (" + db.Marks(first, len(ids)) + ")", args
}

// attributes of a household that hold in every round.
type attributes struct {
	ethnic  uint8
	policy  uint16
	endKind string
}

func (l *loader) readHouseholds(ids []household.ID) (map[int32]attributes, error) {
	all := map[int32]attributes{}
	condition, args := in("id", ids, []any{l.s.Province})
	err := l.tx.Each(`select id, ethnic, policy_groups, end_kind from household where province_id = $1`+condition, args, func(rows *sql.Rows) error {
		var id household.ID
		var ethnic, policy, endKind string
		if err := rows.Scan(&id, &ethnic, &policy, &endKind); err != nil {
			return err
		}
		a := attributes{ethnic: uint8(household.Ethnic.Index(ethnic) + 1), endKind: endKind}
		for _, code := range split(policy) {
			if i := household.Policy.Index(code); i >= 0 {
				a.policy |= 1 << i
			}
		}
		all[l.r.number(id)] = a
		return nil
	})
	l.b.Grow(len(l.r.ids))
	return all, err
}

// open gives the numbers of the rounds whose figures may still change.
func (l *loader) open() []int {
	var list []int
	for no, o := range l.r.rounds {
		if o.State == Open {
			list = append(list, no)
		}
	}
	return list
}

// readResidence places each household in the rounds on whose count day it
// lived somewhere.
func (l *loader) readResidence(ids []household.ID, people map[int32]attributes) error {
	open := l.open()
	for i := range people {
		for _, no := range open {
			l.b.Remove(no, int(i), measure.NoReason)
		}
	}
	condition, args := in("household_id", ids, []any{l.s.Province})
	return l.tx.Each(`select household_id, from_day, to_day, village_id, from_kind, to_kind from residence where province_id = $1`+condition+` order by household_id, from_day`, args, func(rows *sql.Rows) error {
		var id household.ID
		var from, to, fromKind, toKind string
		var village area.ID
		if err := rows.Scan(&id, &from, &to, &village, &fromKind, &toKind); err != nil {
			return err
		}
		i := int(l.r.number(id))
		a := people[int32(i)]
		for _, no := range open {
			day := l.r.rounds[no].CountDay
			switch {
			case from <= day && day < to:
				record := measure.Record{Class: measure.NotSurveyed, Village: l.r.villageNumber(village), Ethnic: a.ethnic, Policy: a.policy, Reason: arrival[fromKind]}
				if v, ok := l.s.Tree().On(village, l.r.rounds[no].BoundaryDay); ok {
					record.Urban = v.Urban
				}
				l.b.Set(no, i, record)
			case to <= day:
				l.b.Remove(no, i, departure[a.endKind])
			}
		}
		return nil
	})
}

var arrival = map[string]measure.Reason{"moved_in": measure.MovedIn, "split": measure.SplitOff}

var departure = map[string]measure.Reason{"moved_away": measure.MovedOut, "died_out": measure.Died, "merged": measure.MergedInto}

// readSizes counts the members on each count day.
func (l *loader) readSizes(ids []household.ID) error {
	open := l.open()
	if len(open) == 0 {
		return nil
	}
	sizes := make([]int, len(open))
	var current household.ID
	flush := func() {
		if current == "" {
			return
		}
		i := int(l.r.number(current))
		for k, no := range open {
			if record := l.b.Get(no, i); record.Class != measure.Absent && sizes[k] > 0 {
				record.Size = uint8(min(sizes[k], 255))
				l.b.Set(no, i, record)
			}
			sizes[k] = 0
		}
	}
	condition, args := in("household_id", ids, []any{l.s.Province})
	err := l.tx.Each(`select household_id, from_day, to_day from membership where province_id = $1`+condition+` order by household_id`, args, func(rows *sql.Rows) error {
		var id, from, to sql.RawBytes
		if err := rows.Scan(&id, &from, &to); err != nil {
			return err
		}
		if string(id) != string(current) {
			flush()
			current = household.ID(id)
		}
		for k, no := range open {
			if day := l.r.rounds[no].CountDay; string(from) <= day && day < string(to) {
				sizes[k]++
			}
		}
		return nil
	})
	flush()
	return err
}

func (l *loader) readAssessments(ids []household.ID) error {
	condition, args := in("a.household_id", ids, []any{l.s.Province})
	return l.tx.Each(`select a.household_id, a.round_id, a.answers, a.causes, a.area_type, a.size, c.class, c.label
		from assessment a join classification c on c.province_id = a.province_id and c.assessment_id = a.id and c.official = 1
		where a.province_id = $1 and a.in_force = 1`+condition, args, func(rows *sql.Rows) error {
		var id household.ID
		var round, answers, causes, areaType, class, label string
		var size int
		if err := rows.Scan(&id, &round, &answers, &causes, &areaType, &size, &class, &label); err != nil {
			return err
		}
		no, known := l.r.roundNo[round]
		if !known {
			return nil
		}
		i := int(l.r.number(id))
		record := l.b.Get(no, i)
		if record.Class == measure.Absent {
			return nil
		}
		c, _ := standard.ParseClass(class)
		l.r.judge(&record, c, label, answers, causes, areaType == standard.Urban.String(), size)
		l.b.Set(no, i, record)
		return nil
	})
}
