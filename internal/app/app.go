// Package app wires one installation together: the database, the areas, the
// stores of all subjects, what is held in memory, and the background work.
// It holds no rule of its own.
package app

import (
	"context"
	"errors"
	"log/slog"
	"net/netip"
	"runtime"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/comment"
	"giamngheo/internal/committee"
	"giamngheo/internal/config"
	"giamngheo/internal/db"
	"giamngheo/internal/dossier"
	"giamngheo/internal/exchange"
	"giamngheo/internal/feed"
	"giamngheo/internal/household"
	"giamngheo/internal/journal"
	"giamngheo/internal/paper"
	"giamngheo/internal/print"
	"giamngheo/internal/report"
	"giamngheo/internal/review"
	"giamngheo/internal/sponsor"
	"giamngheo/internal/standard"
	"giamngheo/internal/task"
	"giamngheo/internal/verification"
	"giamngheo/internal/workday"
	"giamngheo/law"
)

// App is one running installation.
type App struct {
	DB         *db.DB
	Province   string
	Log        *slog.Logger
	Areas      *area.Live
	Law        *standard.Library
	Accounts   *account.Store
	Households *household.Store
	Dossiers   *dossier.Store
	Reviews    *review.Store
	Exchange   *exchange.Store
	Comments   *comment.Store
	Committees *committee.Store
	Sponsors   *sponsor.Store
	Prints     *print.Store
	Register   *review.Register
	Names      *household.Names
	Tasks      *task.Store
	Feeds      *feed.Store
	Reports    *report.Maker
	Demo       bool
	Secure     bool         // people reach it by https
	Proxies    []netip.Addr // in front of the server, whose word on the client counts

	loaded        time.Time // since when what others write must be read again
	fixedDay      string    // of a demo: the day on which it plays
	stale         staleSet
	seenAreas     atomic.Value // seenAreas
	seenRounds    [2]int64     // of the sealing goroutine, as is the next
	sealed        int64        // the last seal whose households are known here
	roundsChanged atomic.Bool
	work          sync.WaitGroup
	life          context.Context // of work that a request began and does not wait for
	end           context.CancelFunc
}

// Open opens the database, brings it up to date and builds the stores. What
// is held in memory is not loaded yet: see Load and Start.
func Open(ctx context.Context, dsn string, log *slog.Logger) (*App, error) {
	d, err := db.Open(ctx, dsn)
	if err != nil {
		return nil, err
	}
	a := &App{DB: d, Province: config.Province, Log: log, Names: household.NewNames()}
	a.life, a.end = context.WithCancel(context.WithoutCancel(ctx))
	if err := a.prepare(ctx); err != nil {
		d.Close()
		return nil, err
	}
	return a, nil
}

func (a *App) prepare(ctx context.Context) error {
	if err := a.DB.Migrate(ctx); err != nil {
		return err
	}
	if err := a.readSettings(ctx); err != nil {
		return err
	}
	if err := a.readAreas(ctx); err != nil {
		return err
	}
	var err error
	a.Law = standard.Law()
	a.Register = review.NewRegister(a.Law)
	a.Households = &household.Store{DB: a.DB, Province: a.Province, Now: a.Now, Tree: a.Areas.Tree, Changed: a.stale.add, Names: a.Names}
	a.Dossiers = &dossier.Store{DB: a.DB, Province: a.Province, Now: a.Now, Tree: a.Areas.Tree, Roles: func() *account.Roles { return a.Accounts.Roles() }}
	a.Reviews = &review.Store{DB: a.DB, Province: a.Province, Now: a.Now, Tree: a.Areas.Tree, Law: a.Law, Households: a.Households, Dossiers: a.Dossiers, Saved: a.saved,
		RoundsChanged: func() { a.roundsChanged.Store(true) }}
	a.Exchange = &exchange.Store{DB: a.DB, Province: a.Province, Now: a.Now, Tree: a.Areas.Tree, SetTree: a.Areas.Replace, Law: a.Law, Households: a.Households, Reviews: a.Reviews}
	layouts, err := paper.ReadLayouts(law.Files)
	if err != nil {
		return err
	}
	bases, err := print.ReadBases(law.Files)
	if err != nil {
		return err
	}
	a.Prints = &print.Store{DB: a.DB, Province: a.Province, Now: a.Now, Tree: a.Areas.Tree, Households: a.Households, Reviews: a.Reviews, Layouts: layouts, Bases: bases, Demo: func() bool { return a.Demo }}
	if a.Dossiers.Law, err = dossier.LoadLaw(law.Files); err != nil {
		return err
	}
	if a.Reviews.Workdays, err = workday.Load(law.Files); err != nil {
		return err
	}
	if a.Reviews.Checks, err = verification.Load(law.Files); err != nil {
		return err
	}
	a.Reviews.Subjects()
	if err := a.readTasks(ctx); err != nil {
		return err
	}
	a.organising()
	a.commenting()
	if err := a.Exchange.CleanStaging(ctx); err != nil {
		return err
	}
	a.Reports = &report.Maker{Register: a.Register, Tree: a.Areas.Tree, Law: a.Law}
	a.Accounts, err = account.New(a.DB, a.Province, law.Files, a.Areas.Tree, a.Now)
	a.Feeds = &feed.Store{DB: a.DB, Province: a.Province, Now: a.Now, Tree: a.Areas.Tree, Accounts: a.Accounts, Tasks: a.Tasks}
	return err
}

// readTasks prepares the tasks of the plans.
func (a *App) readTasks(ctx context.Context) error {
	plans, err := task.Programmes(law.Files)
	if err != nil {
		return err
	}
	products, err := task.LoadProducts(law.Files)
	if err != nil {
		return err
	}
	shown, err := task.LoadPages(law.Files)
	if err != nil {
		return err
	}
	approvers, err := task.LoadApprovers(law.Files)
	if err != nil {
		return err
	}
	reminding, err := task.LoadReminding(law.Files)
	if err != nil {
		return err
	}
	a.Tasks = &task.Store{DB: a.DB, Province: a.Province, Now: a.Now, Tree: a.Areas.Tree, Calendar: a.Reviews.Workdays, Plans: plans, Products: products, Pages: shown, Approvers: approvers, Reminding: reminding, Dossiers: a.Dossiers, Reviews: a.Reviews}
	a.Tasks.Subjects()
	return a.Tasks.SeedAgencies(ctx)
}

// saved puts an assessment into the columns as soon as it is durable.
func (a *App) saved(round review.Round, one review.Assessment) {
	if a.Register.Put(round, one) {
		a.stale.wrote(one.Household)
	} else {
		a.stale.add([]household.ID{one.Household})
	}
}

// readAreas writes the areas of the law into a new database, and reads the
// installation's tree: those areas and its own villages.
func (a *App) readAreas(ctx context.Context) error {
	tree, err := area.Load(law.Files)
	if err != nil {
		return err
	}
	var n int
	err = a.DB.Read(ctx, func(tx *db.Tx) error {
		return tx.Get(`select count(*) from area_version where province_id = $1`, []any{a.Province}, &n)
	})
	if err != nil {
		return err
	}
	if n == 0 {
		if err := a.DB.Write(ctx, func(tx *db.Tx) error { return area.Save(tx, a.Province, tree.Versions()) }); err != nil {
			return err
		}
	}
	var counted seenAreas // before they are read: what comes meanwhile is noticed
	if err := a.DB.Read(ctx, func(tx *db.Tx) (err error) { counted, err = a.countAreas(tx); return err }); err != nil {
		return err
	}
	own, err := area.Read(ctx, a.DB, a.Province, tree)
	if err != nil {
		return err
	}
	a.seenAreas.Store(counted)
	if a.Areas == nil {
		a.Areas = area.NewLive(own)
	} else {
		a.Areas.Replace(own)
	}
	return nil
}

// ReloadAreas reads the tree again after villages were added.
func (a *App) ReloadAreas(ctx context.Context) error { return a.readAreas(ctx) }

func (a *App) readSettings(ctx context.Context) error {
	return a.DB.Read(ctx, func(tx *db.Tx) error {
		demo, err := config.Get(tx, a.Province, "demo")
		if err != nil {
			return err
		}
		a.Demo = demo == "yes"
		a.fixedDay, err = config.Get(tx, a.Province, "clock.today")
		return err
	})
}

// Reload reads the settings and areas again after a demo has filled the
// database.
func (a *App) Reload(ctx context.Context) error {
	if err := a.readSettings(ctx); err != nil {
		return err
	}
	return a.readAreas(ctx)
}

// Now is the clock of the installation. A demo plays on a day of the plan's
// years; there the time of day is the real one.
func (a *App) Now() time.Time {
	now := time.Now()
	if a.fixedDay == "" {
		return now
	}
	day, err := time.ParseInLocation(time.DateOnly, a.fixedDay, vietnam)
	if err != nil {
		return now
	}
	local := now.In(vietnam)
	return day.Add(time.Duration(local.Hour())*time.Hour + time.Duration(local.Minute())*time.Minute + time.Duration(local.Second())*time.Second + time.Duration(local.Nanosecond()))
}

// Việt Nam has one time zone and no daylight saving time.
var vietnam = time.FixedZone("+07", 7*3600)

// Load fills what is held in memory: names for the search, columns for the
// tables.
func (a *App) Load(ctx context.Context) error {
	errs := make(chan error, 2)
	go func() {
		errs <- a.DB.Read(ctx, func(tx *db.Tx) error { return a.Names.Load(tx, a.Province) })
	}()
	go func() { errs <- a.LoadRegister(ctx) }()
	err := errors.Join(<-errs, <-errs)
	collectLater()
	return err
}

// roomToWork is how much a server may allocate between two collections of
// garbage, where what it holds is less: a small register would else be gone
// through again and again, many times a second when many save.
const roomToWork = 192 << 20

func collectLater() {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	debug.SetGCPercent(int(max(100, 100*roomToWork/max(1, m.HeapAlloc))))
}

// LoadRegister fills the columns alone, for a command that prints a table.
func (a *App) LoadRegister(ctx context.Context) error {
	return a.DB.Read(ctx, func(tx *db.Tx) error { return a.Register.Load(tx, a.Reviews) })
}

// closingTime bounds how long an end waits for the journal to be sealed.
const closingTime = 3 * time.Second

// Close lets the background work end and seals what it did.
func (a *App) Close() error {
	a.end()
	a.work.Wait()
	accounts := a.Accounts.Close(context.Background()) // writes what it held back
	ctx, cancel := context.WithTimeout(context.Background(), closingTime)
	defer cancel()
	sealing := journal.SealRest(ctx, a.DB, a.Province, time.Now)
	if errors.Is(sealing, context.DeadlineExceeded) {
		sealing = nil // the next start goes on
	}
	return errors.Join(accounts, sealing, a.DB.Close())
}
