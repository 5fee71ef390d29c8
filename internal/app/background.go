package app

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/fault"
	"giamngheo/internal/household"
	"giamngheo/internal/journal"
	"giamngheo/internal/review"
)

// How often changed households are read again, and the journal is sealed.
const (
	freshInterval = 100 * time.Millisecond
	sealInterval  = time.Second
	longestWrite  = 10 * time.Minute
	passInterval  = time.Hour
)

// staleSet is the households whose rows are newer than what is in memory.
type staleSet struct {
	mu  sync.Mutex
	ids []household.ID
	own map[household.ID]int // journal entries of this program that need no reading again
}

func (s *staleSet) add(ids []household.ID) {
	s.mu.Lock()
	s.ids = append(s.ids, ids...)
	s.mu.Unlock()
}

// wrote notes an entry whose figures are in memory already.
func (s *staleSet) wrote(id household.ID) {
	s.mu.Lock()
	if s.own == nil {
		s.own = map[household.ID]int{}
	}
	s.own[id]++
	s.mu.Unlock()
}

// sealed adds the households of new journal entries but for our own.
func (s *staleSet) sealed(households []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, h := range households {
		id := household.ID(h)
		if s.own[id] > 0 {
			if s.own[id]--; s.own[id] == 0 {
				delete(s.own, id)
			}
			continue
		}
		s.ids = append(s.ids, id)
	}
}

func (s *staleSet) take() []household.ID {
	s.mu.Lock()
	defer s.mu.Unlock()
	ids := s.ids
	s.ids = nil
	slices.Sort(ids)
	return slices.Compact(ids)
}

// Start begins the background work of a server; it ends with the context.
func (a *App) Start(ctx context.Context) {
	// Entries of a transaction that was under way while the register was read
	// may be older than the reading.
	a.loaded = time.Now().Add(-longestWrite)
	err := a.DB.Read(ctx, func(tx *db.Tx) (err error) {
		a.sealed, err = journal.LastSeal(tx, a.Province)
		return err
	})
	if err != nil {
		a.Log.Error("seal", "error", fault.Log(err))
	}
	a.work.Go(func() {
		if err := a.Load(ctx); err != nil && ctx.Err() == nil {
			a.Log.Error("load", "error", fault.Log(err))
			return
		}
		a.every(ctx, freshInterval, "refresh", a.Refresh)
	})
	a.work.Go(func() { a.every(ctx, sealInterval, "seal", a.seal) })
	a.work.Go(func() {
		if err := a.passOn(ctx); err != nil && ctx.Err() == nil {
			a.Log.Error("pass on", "error", fault.Log(err))
		}
		a.every(ctx, passInterval, "pass on", a.passOn)
	})
}

// passOn hands the dossiers and obligations of communes that have ended to
// their successors.
func (a *App) passOn(ctx context.Context) error {
	rounds, err := a.Reviews.Rounds(ctx)
	if err != nil {
		return err
	}
	system := &account.Actor{ID: account.SystemID, Day: area.Today(a.Now())}
	for _, o := range rounds {
		if o.State != review.Open || o.Kind != review.Yearly {
			continue
		}
		for _, kind := range []string{review.CommuneReview, review.DistrictReview} {
			n, err := a.Dossiers.PassOn(ctx, system, o.ID, kind)
			if err != nil {
				return err
			}
			if n > 0 {
				a.Log.Info("dossiers passed on", "round", o.ID, "kind", kind, "n", n)
			}
		}
	}
	n, err := a.Tasks.PassOn(ctx, system)
	if n > 0 {
		a.Log.Info("obligations passed on", "n", n)
	}
	return err
}

// inBackground runs what a request began. It is told to stop when the program
// ends; what it has not finished by then counts as never begun.
func (a *App) inBackground(do func(ctx context.Context)) {
	a.work.Go(func() { do(a.life) })
}

func (a *App) every(ctx context.Context, interval time.Duration, what string, do func(context.Context) error) {
	tick := time.NewTicker(interval)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			if err := do(ctx); err != nil && !errors.Is(err, context.Canceled) {
				a.Log.Error(what, "error", fault.Log(err))
			}
		}
	}
}

// Refresh brings what is held in memory up to the database.
func (a *App) Refresh(ctx context.Context) error {
	ids := a.stale.take()
	rounds := a.roundsChanged.Swap(false)
	if len(ids) == 0 && !rounds {
		return nil
	}
	err := a.DB.Read(ctx, func(tx *db.Tx) error {
		if err := a.Register.Refresh(tx, a.Reviews, ids); err != nil {
			return err
		}
		return a.Names.Refresh(tx, a.Province, ids)
	})
	if err != nil {
		a.stale.add(ids)
		a.roundsChanged.Store(true)
	}
	return err
}

// seal puts new entries into the chain, and reads from it what this and other
// programs wrote (an import at the command line).
func (a *App) seal(ctx context.Context) error {
	sealing := journal.SealRest(ctx, a.DB, a.Province, time.Now)
	var touched []string
	err := a.DB.Read(ctx, func(tx *db.Tx) (err error) {
		touched, a.sealed, err = journal.Told(tx, a.Province, a.sealed, a.loaded)
		return err
	})
	a.stale.sealed(touched)
	return errors.Join(sealing, err, a.watch(ctx))
}

// watch notices what another program has changed besides households: a round
// opened or closed, villages or marks brought in.
func (a *App) watch(ctx context.Context) error {
	var rounds, revs int64
	var areas seenAreas
	err := a.DB.Read(ctx, func(tx *db.Tx) (err error) {
		if areas, err = a.countAreas(tx); err != nil {
			return err
		}
		return tx.Get(`select count(*), coalesce(sum(rev), 0) from round where province_id = $1`, []any{a.Province}, &rounds, &revs)
	})
	if err != nil {
		return err
	}
	if now := [2]int64{rounds, revs}; now != a.seenRounds {
		a.seenRounds = now
		a.roundsChanged.Store(true)
	}
	if areas != a.seenAreas.Load().(seenAreas) {
		return a.ReloadAreas(ctx)
	}
	return nil
}

// seenAreas is how many rows of areas and marks there were when the tree was
// read.
type seenAreas struct{ versions, marks int64 }

func (a *App) countAreas(tx *db.Tx) (n seenAreas, err error) {
	err = tx.Get(`select (select count(*) from area_version where province_id = $1), (select count(*) from area_mark where province_id = $1)`, []any{a.Province}, &n.versions, &n.marks)
	return n, err
}
