package task

import (
	"sync"

	"giamngheo/internal/area"
	"giamngheo/internal/db"
)

// wholeYear is all that a year asks of everybody, with states. It is shared:
// nobody changes the list.
type wholeYear struct {
	madeYear
	made bool
	rows []Instance     // as they are kept, or planned
	list []Instance     // the same with states
	at   map[string]int // by id, where it was made
}

// wholeYears remembers the years as they were at one number of changes. The
// pages of what is owed, boards and charts read thousands of rows of several
// years at each look, and these change seldom. What a plan asks of a year that
// was not made follows from the day and from the areas too.
type wholeYears struct {
	mu    sync.Mutex
	at    moment
	years map[int]*wholeYear
}

// moment is what a year in memory depends on.
type moment struct {
	rows, progress int64 // numbers of changes
	day            string
	tree           *area.Tree
}

// rowsAs says whether what is owed is the same at both, however far it is.
func (m moment) rowsAs(o moment) bool { return m.rows == o.rows && m.day == o.day && m.tree == o.tree }

// whole gives a year as the transaction sees it. In one that writes it is read
// from the rows: what it has written itself belongs to it.
func (s *Store) whole(tx *db.Tx, year int) (*wholeYear, error) {
	if !tx.ReadOnly() {
		w, err := s.rowsOf(tx, year)
		if err != nil {
			return nil, err
		}
		return w, s.stand(tx, w)
	}
	now := moment{day: s.today(), tree: s.Tree()}
	var err error
	if now.rows, err = tx.Changes(db.Obligations); err == nil {
		now.progress, err = tx.Changes(db.Progress)
	}
	if err != nil {
		return nil, err
	}
	k := &s.remembered
	k.mu.Lock()
	had, at := k.years[year], k.at
	k.mu.Unlock()
	if had != nil && had.list != nil && at == now {
		return had, nil
	}
	if had == nil || !at.rowsAs(now) {
		had, err = s.rowsOf(tx, year)
	} else {
		again := *had
		had = &again
	}
	if err == nil {
		err = s.stand(tx, had)
	}
	if err != nil {
		return nil, err
	}
	k.keep(now, year, had)
	return had, nil
}

// keep remembers a year at a moment. Of other years at an earlier one their rows
// stay, where these are the same: their states are read again when asked for.
func (k *wholeYears) keep(now moment, year int, w *wholeYear) {
	k.mu.Lock()
	defer k.mu.Unlock()
	switch {
	case now.rows < k.at.rows || now.progress < k.at.progress:
		return // a snapshot older than what another reader has kept
	case k.years == nil || !k.at.rowsAs(now):
		k.years = map[int]*wholeYear{}
	case k.at != now:
		for other, kept := range k.years {
			old := *kept
			old.list = nil
			k.years[other] = &old
		}
	}
	k.at, k.years[year] = now, w
}

// rowsOf reads what a year asks of everybody.
func (s *Store) rowsOf(tx *db.Tx, year int) (*wholeYear, error) {
	plan, made, err := s.madeBy(tx, year)
	if err != nil {
		return nil, err
	}
	plans, err := s.plans(tx)
	if err != nil {
		return nil, err
	}
	w := &wholeYear{madeYear: madeYear{year, plan}, made: made, at: map[string]int{}}
	if made {
		w.rows, err = s.kept(tx, year, mine)
		entitle(w.rows, plans, plan)
	} else {
		w.rows, w.plan, err = s.planned(tx, plans, year, func(area.Version) bool { return true })
	}
	for n, i := range w.rows {
		if i.ID != "" {
			w.at[i.ID] = n
		}
	}
	return w, err
}

// stand gives the obligations of a year their states.
func (s *Store) stand(tx *db.Tx, w *wholeYear) error {
	w.list = append(make([]Instance, 0, len(w.rows)), w.rows...) // never nil
	return s.follow(tx, w.plan, w.year, w.list)
}

// of gives some obligations of the year, in a list of their own.
func (w *wholeYear) of(some func(Instance) bool) (list []Instance) {
	for n := range w.list {
		if some(w.list[n]) {
			list = append(list, w.list[n])
		}
	}
	return list
}

// open gives what is not done of a year that was made and that some says.
func (s *Store) open(tx *db.Tx, year int, some func(Instance) bool) ([]Instance, error) {
	w, err := s.whole(tx, year)
	if err != nil {
		return nil, err
	}
	return w.of(func(i Instance) bool { return i.State != Done && some(i) }), nil
}

// late says whether the term of an obligation has ended.
func (s *Store) late(i Instance) bool { return i.Ends != "" && i.Ends < s.today() }
