package exchange

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"runtime/debug"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/fault"
	"giamngheo/internal/household"
	"giamngheo/internal/review"
	"giamngheo/internal/sheet"
	"giamngheo/internal/text"
	"giamngheo/internal/typed"
)

// Options say how a file of households is to be taken.
type Options struct {
	Round  string // its id
	Area   string // code of the area that the whole file lies in; "" for the writer's own
	DryRun bool
	Reason string
	// Progress is told how far the reading is, in the sheet's own measure.
	Progress func(done, total int64)
}

// batchRows is how many rows are planned and written together: a piece keeps
// other writers waiting for less than a tenth of a second.
const batchRows = 2000

// Import reads a file of households and their reviews. Nothing is written in
// a dry run, nor where anything is refused; the report tells.
func (s *Store) Import(ctx context.Context, by *account.Actor, b *sheet.Book, o Options) (*Report, error) {
	if err := by.Need(account.RightImport); err != nil {
		return nil, err
	}
	reason, err := typed.Account("reason", o.Reason)
	if err != nil {
		return nil, err
	}
	o.Reason = reason
	if !o.DryRun {
		s.one.Lock()
		defer s.one.Unlock()
	}
	if o.Reason == "" {
		o.Reason = text.T("import.reason", "file", filepath.Base(b.Name))
	}
	run := &run{s: s, o: o, book: b, file: filepath.Base(b.Name), by: household.Actor{ID: by.ID, Scope: by.ScopeFor(account.RightImport)}, report: &Report{}}
	if err := run.prepare(ctx); err != nil {
		return nil, err
	}
	defer run.close()
	err = run.all(ctx)
	if err != nil {
		return nil, err
	}
	return run.report, nil
}

// run is one reading of one file.
type run struct {
	s      *Store
	o      Options
	book   *sheet.Book
	file   string
	by     household.Actor
	report *Report

	round      review.Round
	problems   *problems
	households *householdReader
	sheetNo    int
	members    *memberFile
	plan       *planner
	staging    *staging
	suspicions suspicions
}

func (r *run) prepare(ctx context.Context) error {
	s := r.s
	var most int64
	var anybody bool
	var taking *review.Taking
	err := s.DB.Read(ctx, func(tx *db.Tx) (err error) {
		if r.round, err = s.Reviews.Round(tx, r.o.Round); err != nil {
			return err
		}
		if taking, err = s.Reviews.TakingOf(tx, r.round); err != nil {
			return err
		}
		if most, err = number64(tx, s.Province, settingProblems); err != nil {
			return err
		}
		anybody, err = s.Households.Any(tx)
		return err
	})
	if err != nil {
		return err
	}
	if most == 0 {
		most = defaultProblems
	}
	r.problems = &problems{most: int(most)}
	set, err := s.Law.ByID(r.round.Standard)
	if err != nil {
		return err
	}
	today := s.today()
	places, err := newPlaces(s.Tree(), r.by.Scope, r.o.Area, r.round.BoundaryDay, today)
	if err != nil {
		return err
	}
	day := min(r.round.CountDay, today)
	w := forms()
	var t table
	if r.sheetNo, t, err = r.findSheet(w.Sheets["households"], w.householdAliases(set, s.Law.Causes), "head", "code"); err != nil {
		return err
	}
	r.households = newHouseholdReader(t, set, s.Law.Causes, places, today)
	r.report.headers = map[string]int{t.name: t.header.Row}
	r.plan = &planner{s: s, by: r.by, round: r.round, set: set, tree: s.Tree(), today: today, day: day, places: places, table: t, report: r.report, anybody: anybody,
		codes: newSeen(), ids: newSeen(), keys: newSeen(), matched: newSeen(), communes: map[area.ID]review.Assessment{}, taking: taking, forms: map[formAt]bool{}, now: s.Now().UnixMilli()}
	if c := r.households.memberColumn; c != nil {
		r.plan.memberAt = &c.table
	}
	return nil
}

func (r *run) close() {
	if r.members != nil {
		r.members.close()
	}
}

// findSheet finds the sheet by its name, or the only one there is, and its
// header, which must have one of the fields.
func (r *run) findSheet(names []string, aliases map[string][]string, anyOf ...string) (no int, t table, err error) {
	no = r.book.Find(names...)
	if no < 0 {
		visible := -1
		for i, info := range r.book.Sheets {
			if !info.Hidden && r.book.Find(forms().Sheets["members"]...) != i {
				if visible >= 0 {
					return 0, t, fault.New(fault.Invalid, "sheet_missing", text.T("import.sheet_missing", "name", names[0]))
				}
				visible = i
			}
		}
		if visible < 0 {
			return 0, t, fault.New(fault.Invalid, "sheet_missing", text.T("import.sheet_missing", "name", names[0]))
		}
		no = visible
	}
	head, err := r.book.Head(no, 30)
	if err != nil {
		return 0, t, err
	}
	var first error
	for _, field := range anyOf {
		header, err := sheet.FindHeader(head, aliases, field)
		if err == nil {
			t = table{name: r.book.Sheets[no].Name, header: header, at: r.problems}
			r.headerProblems(&t)
			return no, t, nil
		}
		if first == nil {
			first = err
		}
	}
	return 0, t, first
}

// headerProblems tells of columns that are not read: nothing is left out
// silently.
func (r *run) headerProblems(t *table) {
	say := func(col int, code string) {
		r.problems.add(Problem{Sheet: t.name, Row: t.header.Row, Column: t.header.Title(col), Cell: cellName(col, t.header.Row), Code: code, Warning: true, column: col,
			Message: text.T("import."+code, "title", t.header.Title(col))})
	}
	for _, col := range t.header.Unknown {
		if t.header.Title(col) != text.T("sheet.faults.title") {
			say(col, "unknown_column")
		}
	}
	for _, twice := range t.header.Twice {
		say(twice.Column, "column_twice")
	}
}

// all reads the members, then the households, and applies.
func (r *run) all(ctx context.Context) error {
	if err := r.readMembers(ctx); err != nil {
		return err
	}
	if !r.o.DryRun {
		staging, err := r.s.begin(ctx, r.by.ID, r.plan.places.root.Area, r.o.Reason, about{File: r.file, Round: r.round.ID, Owner: owner()})
		if err != nil {
			return err
		}
		r.staging = staging
		r.plan.operation, r.plan.writing = staging.operation, true
	}
	err := r.readHouseholds(ctx)
	var members *table
	if r.members != nil {
		members = &r.members.table
	}
	r.problems.finish(r.report, sheetNames(&r.households.table, members))
	if r.staging == nil {
		return err
	}
	if err == nil && !r.report.Blocked && r.report.Create+r.report.Update > 0 {
		if r.s.beforeApply != nil {
			r.s.beforeApply()
		}
		r.forget()
		if err = r.s.apply(ctx, r); err == nil {
			r.report.Operation, r.report.Applied = r.staging.operation, true
		}
	}
	if r.report.Operation == "" {
		err = errors.Join(err, r.s.giveUp(context.WithoutCancel(ctx), r.staging.operation))
	} else {
		ctx = context.WithoutCancel(ctx)
		if r.plan.late {
			err = r.s.retransition(ctx, r.staging.operation)
		}
		err = errors.Join(err, r.s.dropStaged(ctx, r.staging.operation), r.s.DB.Recount(ctx, r.report.Create+r.report.Update))
	}
	return err
}

// forget lets go of what reading needed. Of a big file it is given back to the
// system: the database needs the memory to put everything into force.
func (r *run) forget() {
	r.plan.codes, r.plan.ids, r.plan.keys, r.plan.matched = nil, nil, nil, nil
	if r.report.Create+r.report.Update >= bigImport {
		debug.FreeOSMemory()
	}
}

// bigImport is from how many rows on.
const bigImport = 100_000

func (r *run) readMembers(ctx context.Context) error {
	if r.book.Format == sheet.CSV {
		return nil
	}
	w := forms()
	no := r.book.Find(w.Sheets["members"]...)
	if no < 0 || no == r.sheetNo {
		return nil
	}
	no, t, err := r.findSheet(w.Sheets["members"], w.Members, "name")
	if err != nil {
		return err
	}
	rows, err := r.book.RowsMerged(no)
	if err != nil {
		return err
	}
	defer rows.Close()
	r.report.headers[t.name] = t.header.Row
	n := 0
	r.members, err = readMembers(t, rows, r.plan.today, func() error {
		if n++; n%1000 == 0 && r.o.Progress != nil {
			r.o.Progress(rows.Progress())
		}
		return ctx.Err()
	})
	if r.plan.file = r.members; r.members != nil {
		r.plan.memberAt = &r.members.table
	}
	return err
}

// ahead is how many pieces may wait for the writer. All planned, the new people
// are compared while these are written.
const ahead = 4

// readHouseholds runs three steps beside each other: reading, planning and the
// search for people listed twice, writing.
func (r *run) readHouseholds(ctx context.Context) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	batches, pieces := make(chan []*row), make(chan *piece, ahead)
	done := make(chan error, 3)
	go func() {
		defer close(batches)
		done <- guarded(func() error { return r.read(ctx, batches) })
	}()
	go func() {
		done <- guarded(func() error {
			if err := r.planAll(ctx, batches, pieces); err != nil {
				return err
			}
			if r.members != nil {
				n := r.members.orphans()
				r.report.Rows, r.report.Refused = r.report.Rows+n, r.report.Refused+n
			}
			return r.suspect(ctx)
		})
	}()
	go func() { done <- guarded(func() error { return r.write(ctx, pieces) }) }()
	var first error
	for range 3 {
		if err := <-done; err != nil && first == nil {
			first = err
			cancel(err)
		}
	}
	return first
}

// guarded turns a panic over a hostile file into an error: in a goroutine of
// its own it would end the program and everybody's work.
func guarded(do func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return do()
}

func (r *run) read(ctx context.Context, out chan<- []*row) error {
	rows, err := r.rows()
	if err != nil {
		return err
	}
	defer rows.Close()
	header := r.households.header.Row
	batch := make([]*row, 0, batchRows)
	send := func() error {
		if r.o.Progress != nil {
			r.o.Progress(rows.Progress())
		}
		select {
		case out <- batch:
		case <-ctx.Done():
			return ctx.Err()
		}
		batch = make([]*row, 0, batchRows)
		return nil
	}
	for rows.Next() {
		line := rows.Row()
		if line.Number <= header || line.Number == header+1 && line.IsNumbering() {
			continue
		}
		one, ok := r.households.read(line)
		if !ok {
			continue
		}
		if batch = append(batch, one); len(batch) == batchRows {
			if err := send(); err != nil {
				return err
			}
		}
	}
	if err := rows.Err(); err != nil {
		return err
	}
	if len(batch) > 0 {
		return send()
	}
	return nil
}

// rows opens the sheet of households. Merged cells matter only in an .xlsx.
func (r *run) rows() (*sheet.Rows, error) {
	if r.book.Format == sheet.CSV {
		return r.book.Rows(r.sheetNo)
	}
	return r.book.RowsMerged(r.sheetNo)
}

func (r *run) planAll(ctx context.Context, in <-chan []*row, out chan<- *piece) error {
	defer close(out)
	for batch := range in {
		var p *piece
		err := r.s.DB.Read(ctx, func(tx *db.Tx) (err error) {
			p, err = r.plan.batch(tx, batch)
			return err
		})
		if err != nil {
			return err
		}
		if len(r.plan.newcomers.people) >= mostCompared {
			if err := r.compare(ctx); err != nil {
				return err
			}
		}
		if r.problems.blocked() {
			r.plan.writing = false // nothing will come of it: only report
		}
		if !r.plan.writing {
			continue
		}
		select {
		case out <- p:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

func (r *run) write(ctx context.Context, in <-chan *piece) error {
	for p := range in {
		if p.households.Len() == 0 || r.problems.blocked() {
			continue
		}
		if err := r.s.stage(ctx, r.staging.operation, p); err != nil {
			return err
		}
	}
	return nil
}
