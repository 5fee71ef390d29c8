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
	list []Instance
	at   map[string]int // by id, where it was made
}

// wholeYears remembers the years as they were at one number of changes. The
// pages of what is owed, boards and charts read thousands of rows of several
// years at each look, and these change seldom. What a plan asks of a year that
// was not made follows from the day and from the areas too.
type wholeYears struct {
	mu     sync.Mutex
	number int64
	day    string
	tree   *area.Tree
	years  map[int]*wholeYear
}

// whole gives a year as the transaction sees it. In one that writes it is read
// from the rows: what it has written itself belongs to it.
func (s *Store) whole(tx *db.Tx, year int) (*wholeYear, error) {
	if !tx.ReadOnly() {
		return s.readWhole(tx, year)
	}
	number, err := tx.Changes(db.Obligations)
	if err != nil {
		return nil, err
	}
	day, tree, k := s.today(), s.Tree(), &s.remembered
	k.mu.Lock()
	same := k.number == number && k.day == day && k.tree == tree
	if w := k.years[year]; same && w != nil {
		k.mu.Unlock()
		return w, nil
	}
	k.mu.Unlock()
	w, err := s.readWhole(tx, year)
	if err != nil {
		return nil, err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if number < k.number { // a snapshot older than what another reader has kept
		return w, nil
	}
	if k.number != number || k.day != day || k.tree != tree || k.years == nil {
		k.number, k.day, k.tree, k.years = number, day, tree, map[int]*wholeYear{}
	}
	k.years[year] = w
	return w, nil
}

func (s *Store) readWhole(tx *db.Tx, year int) (*wholeYear, error) {
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
		w.list, err = s.kept(tx, year, mine)
		entitle(w.list, plans, plan)
	} else {
		w.list, w.plan, err = s.planned(tx, plans, year, func(area.Version) bool { return true })
	}
	if err != nil {
		return nil, err
	}
	for n, i := range w.list {
		if i.ID != "" {
			w.at[i.ID] = n
		}
	}
	return w, s.follow(tx, w.plan, year, w.list)
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
