// Package demo fills an empty database with a province to look at and to
// practise on: the real areas and the published totals of poor and near-poor
// households, and an invented population that lives through the rounds of
// 2015 to 2020 — it is born, dies, moves, splits and merges, becomes poor and
// escapes — so that every page and table has something plausible to show. The
// rules of chance are data (law/demo), the classes are what the standard makes
// of the answers. Nobody in it is real, and it is of no use for estimating
// anything; a database that holds anything else is refused.
package demo

import (
	"context"
	"strconv"

	"giamngheo/internal/area"
	"giamngheo/internal/config"
	"giamngheo/internal/db"
	"giamngheo/internal/fault"
	"giamngheo/internal/journal"
	"giamngheo/internal/standard"
	"giamngheo/internal/text"
)

// Options of a fill. Households is their number at the end of 2015.
type Options struct {
	Households int
	Seed       uint64
	Officials  []Official            // who can sign in
	Progress   func(done, total int) // households; may be nil
}

// Deps is what a fill works on. The tree is one without villages; those of
// the demo are in the database afterwards.
type Deps struct {
	DB       *db.DB
	Province string
	Law      *standard.Library
	Tree     func() *area.Tree
}

// Bounds of Options.Households.
const (
	Least = 100
	Most  = 2_000_000
)

// together: up to so many households everything is one transaction, so that
// an interrupted fill leaves nothing behind.
const together = 60_000

// The settings of a demo.
const (
	keyState      = "demo" // filling, yes
	keyHouseholds = "demo.households"
	keySeed       = "demo.seed"
	keyToday      = "clock.today"
	filling       = "filling"
	filled        = "yes"
)

// Fill fills the database. One that is filled with the same households and
// seed already is left as it is.
func Fill(ctx context.Context, deps Deps, o Options) error {
	switch {
	case o.Households < Least:
		return fault.New(fault.Invalid, "demo_households", text.T("demo.households_few", "least", Least))
	case o.Households > Most:
		return fault.New(fault.Invalid, "demo_households", text.T("demo.households_many", "most", Most))
	}
	var done bool
	err := deps.DB.Read(ctx, func(tx *db.Tx) (err error) {
		done, err = check(tx, deps.Province, o)
		return err
	})
	if err != nil || done {
		return err
	}
	fill := fillInPieces
	if o.Households <= together {
		fill = fillTogether
	}
	if err := fill(ctx, deps, o); err != nil {
		return err
	}
	return deps.DB.Recount(ctx, o.Households)
}

// check refuses a database that is not a demo's.
func check(tx *db.Tx, province string, o Options) (done bool, err error) {
	got := map[string]string{}
	for _, key := range []string{keyState, keyHouseholds, keySeed} {
		if got[key], err = config.Get(tx, province, key); err != nil {
			return false, err
		}
	}
	switch {
	case got[keyState] == filling:
		return false, fault.New(fault.Conflict, "demo_half_filled", text.T("demo.half_filled"))
	case got[keyState] == filled && got[keyHouseholds] == strconv.Itoa(o.Households) && got[keySeed] == strconv.FormatUint(o.Seed, 10):
		return true, nil
	case got[keyState] == filled:
		return false, fault.New(fault.Conflict, "demo_other", text.T("demo.other_fill", "households", got[keyHouseholds], "seed", got[keySeed]))
	}
	var rows int
	err = tx.Get(`select (select count(*) from (select 1 from household where province_id = $1 limit 1) h) + (select count(*) from round where province_id = $1)
		+ (select count(*) from area_version where province_id = $1 and level = 'village') + (select count(*) from account where province_id = $1)`, []any{province}, &rows)
	if err == nil && rows > 0 {
		err = fault.New(fault.Conflict, "not_a_demo", text.T("demo.not_a_demo"))
	}
	return false, err
}

// fillTogether is all or nothing.
func fillTogether(ctx context.Context, deps Deps, o Options) error {
	return deps.DB.Write(ctx, func(tx *db.Tx) error {
		done, err := check(tx, deps.Province, o)
		if err != nil || done {
			return err
		}
		g, err := newGenerator(deps, o)
		if err != nil {
			return err
		}
		if err := g.begin(tx, deps, o); err != nil {
			return err
		}
		err = stream(ctx, g, func(b *batch) error { return b.insert(tx, g.province) }, o)
		if err != nil {
			return err
		}
		return g.finish(tx)
	})
}

// fillInPieces keeps memory and transactions small. What is interrupted says
// so until its file is deleted.
func fillInPieces(ctx context.Context, deps Deps, o Options) error {
	g, err := newGenerator(deps, o)
	if err != nil {
		return err
	}
	err = deps.DB.Write(ctx, func(tx *db.Tx) error {
		if _, err := check(tx, deps.Province, o); err != nil {
			return err
		}
		return g.begin(tx, deps, o)
	})
	if err != nil {
		return err
	}
	err = stream(ctx, g, func(b *batch) error {
		return deps.DB.Write(ctx, func(tx *db.Tx) error { return b.insert(tx, g.province) })
	}, o)
	if err != nil {
		return err
	}
	return deps.DB.Write(ctx, g.finish)
}

// stream makes rows on one processor while the other writes them.
func stream(ctx context.Context, g *generator, write func(*batch) error, o Options) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	batches, made := make(chan *batch, 2), make(chan error, 1)
	go func() {
		defer close(batches)
		made <- g.run(ctx, func(b *batch) error {
			select {
			case batches <- b:
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		})
	}()
	var failed error
	for b := range batches {
		if failed != nil {
			continue
		}
		if failed = write(b); failed != nil {
			cancel()
			continue
		}
		if o.Progress != nil {
			o.Progress(min(b.done, o.Households), o.Households)
		}
	}
	if err := <-made; failed == nil {
		failed = err
	}
	return failed
}

// begin writes what comes before the households.
func (g *generator) begin(tx *db.Tx, deps Deps, o Options) error {
	for key, value := range map[string]string{keyState: filling, keyHouseholds: strconv.Itoa(o.Households), keySeed: strconv.FormatUint(o.Seed, 10), keyToday: today} {
		if err := config.Set(tx, g.province, key, value); err != nil {
			return err
		}
	}
	if err := area.Save(tx, g.province, g.areas); err != nil {
		return err
	}
	reason := text.T("demo.operation", "households", o.Households, "seed", o.Seed)
	_, err := tx.Exec(`insert into operation (province_id, id, kind, state, day, at, actor, reason) values ($1, $2, 'demo', 'applied', $3, $4, $5, $6)`,
		g.province, g.operation, today, g.epoch, actor, reason)
	if err != nil {
		return err
	}
	rounds := db.NewBulk("round", "id", "kind", "year", "standard", "count_day", "boundary_day", "class_from", "state", "opened_at", "closed_at", "rev")
	for _, o := range g.rounds {
		r := o.round
		var closed any
		if r.ClosedAt > 0 {
			closed = r.ClosedAt
		}
		rounds.Add(r.ID, r.Kind, r.Year, r.Standard, r.CountDay, r.BoundaryDay, r.ClassFrom, r.State, r.OpenedAt, closed, r.Rev)
	}
	if err := tx.Insert(g.province, rounds); err != nil {
		return err
	}
	return journal.Record(tx, g.province, &journal.Entry{ID: g.id(), At: g.epoch, Actor: actor, Action: "household.demo", Kind: "operation", Record: g.operation,
		OperationID: g.operation, Reason: reason})
}

// finish writes what is known only at the end, and says that all is there.
func (g *generator) finish(tx *db.Tx) error {
	pairs := db.NewBulk("duplicate_pair", "person_a", "person_b", "kind", "state", "found_at")
	for _, p := range g.pairs {
		pairs.Add(min(p[0], p[1]), max(p[0], p[1]), "national_id", "open", g.epoch)
	}
	if err := tx.Insert(g.province, pairs); err != nil {
		return err
	}
	if _, err := tx.Exec(`insert into counter (province_id, name, value) values ($1, 'household', $2)`, g.province, g.codes); err != nil {
		return err
	}
	if err := g.work(tx); err != nil {
		return err
	}
	return config.Set(tx, g.province, keyState, filled)
}

// Note says which of the demo's totals are assumed, for the pages.
func Note() string {
	d, err := ownData()
	if err != nil {
		return ""
	}
	for _, a := range d.poverty.Assumed {
		return text.T("demo.assumed", "year", a.Year, "value", a.Value)
	}
	return ""
}
