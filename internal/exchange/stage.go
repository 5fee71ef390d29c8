package exchange

import (
	"context"
	"database/sql"
	"encoding/json"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/fault"
	"giamngheo/internal/household"
	"giamngheo/internal/journal"
	"giamngheo/internal/review"
	"giamngheo/internal/text"
)

// An import is written in pieces that nobody sees, and put into force in one
// transaction. A program that dies on the way leaves pieces behind that count
// for nothing; the next one removes them.

// The states of an import's operation.
const (
	stateStaging = "staging"
	stateApplied = "applied"
	stateFailed  = "failed"
	stateUndoing = "undoing" // undone for everybody; its rows are being removed
	stateUndone  = "undone"
)

// OpImport is the kind of operation that an import is, and the staging of its
// undoing.
const OpImport = "import"

// staging is an import that is being written.
type staging struct {
	operation string
	since     string          // journal entries with a greater id may be news
	recent    map[string]bool // but these were there when the reading began
}

// about is what the operation's row says of an import.
type about struct {
	File   string `json:"file"`
	Round  string `json:"round"`
	Owner  string `json:"owner,omitempty"`  // host:process, while it is being written
	Undoes string `json:"undoes,omitempty"` // the import that this one takes back

	Villages *villageList `json:"villages,omitempty"` // of a list of villages
	Forms    *formList    `json:"forms,omitempty"`    // of a sheet of forms
	Rows     int          `json:"rows"`
	Create   int          `json:"create"`
	Update   int          `json:"update"`
}

// margin is by how much clocks and commits may differ: an entry's id is made
// before it is committed.
const margin = 30 * time.Second

func (s *Store) begin(ctx context.Context, actor string, root area.ID, reason string, about about) (*staging, error) {
	if err := s.CleanStaging(ctx); err != nil {
		return nil, err
	}
	g := &staging{operation: db.NewID(), since: db.IDAt(time.Now().Add(-margin).UnixMilli(), 0, 0), recent: map[string]bool{}}
	detail, err := json.Marshal(about)
	if err != nil {
		return nil, err
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(`insert into operation (province_id, id, kind, state, day, at, actor, area_id, reason, detail) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
			s.Province, g.operation, OpImport, stateStaging, s.today(), time.Now().UnixMilli(), actor, string(root), reason, string(detail))
		if err != nil {
			return err
		}
		return tx.Each(`select id from journal where province_id = $1 and id > $2`, []any{s.Province, g.since}, func(rows *sql.Rows) error {
			var id string
			err := rows.Scan(&id)
			g.recent[id] = true
			return err
		})
	})
	return g, err
}

// owner names this process.
func owner() string {
	host, _ := os.Hostname()
	return host + ":" + strconv.Itoa(os.Getpid())
}

// stage writes one piece, which counts for nothing before apply.
func (s *Store) stage(ctx context.Context, operation string, p *piece) error {
	return s.DB.WriteAhead(ctx, func(tx *db.Tx) error {
		n, err := tx.Exec(`update operation set at = $1 where province_id = $2 and id = $3 and state = $4`, time.Now().UnixMilli(), s.Province, operation, stateStaging)
		if err != nil {
			return err
		}
		if n != 1 {
			return givenUp()
		}
		if err := p.households.Write(tx); err != nil {
			return err
		}
		if err := p.reviews.Write(tx); err != nil {
			return err
		}
		if err := p.entry.Write(tx, s.Province); err != nil {
			return err
		}
		_, err = tx.Exec(`insert into import_entry (province_id, operation_id, journal_id, parts, digest) values ($1, $2, $3, $4, $5)`, s.Province, operation, p.entry.ID, p.entry.N(), p.entry.Digest())
		return err
	})
}

func givenUp() error {
	return fault.New(fault.Conflict, "import_given_up", text.T("import.given_up"))
}

// apply puts everything into force, if nothing that it rests on has changed.
func (s *Store) apply(ctx context.Context, r *run) error {
	operation := r.staging.operation
	detail, err := json.Marshal(about{File: r.file, Round: r.round.ID, Rows: r.report.Rows, Create: r.report.Create, Update: r.report.Update})
	if err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error {
		now := s.Now().UnixMilli()
		n, err := tx.Exec(`update operation set state = $1, at = $2, detail = $3 where province_id = $4 and id = $5 and state = $6`, stateApplied, now, string(detail), s.Province, operation, stateStaging)
		if err != nil {
			return err
		}
		if n != 1 {
			return givenUp()
		}
		if err := s.unchanged(tx, r); err != nil {
			return err
		}
		if err := s.Households.ApplyStaged(tx, operation, r.plan.highest, r.plan.freshCodes); err != nil {
			return err
		}
		if err := s.Reviews.ApplyStaged(tx, operation); err != nil {
			return err
		}
		if err := s.Households.Queue(tx, r.suspicions.people, r.suspicions.pairs); err != nil {
			return err
		}
		return s.record(tx, r, now)
	})
}

// unchanged refuses to apply what was read before somebody else wrote.
func (s *Store) unchanged(tx *db.Tx, r *run) error {
	round, err := s.Reviews.Round(tx, r.round.ID)
	if err != nil {
		return err
	}
	if round.State != r.round.State || round.BoundaryDay != r.round.BoundaryDay {
		return overtaken()
	}
	// A dossier may have been handed in since the file was read.
	taking, err := s.Reviews.TakingOf(tx, round)
	if err != nil {
		return err
	}
	for f := range r.plan.forms {
		if err := taking.Refusal(f.village, f.purpose); err != nil {
			return err
		}
	}
	changed, err := s.newsOf(tx, r.staging)
	if err == nil && changed {
		err = overtaken()
	}
	return err
}

// newsOf says whether something was written about the staged households since
// the staging began.
func (s *Store) newsOf(tx *db.Tx, g *staging) (bool, error) {
	changed := false
	written := map[string]bool{} // households
	err := tx.Each(`select id, record_kind, coalesce(household_id, '') from journal where province_id = $1 and id > $2`, []any{s.Province, g.since}, func(rows *sql.Rows) error {
		var id, kind, household string
		if err := rows.Scan(&id, &kind, &household); err != nil || g.recent[id] {
			return err
		}
		changed = changed || kind == journal.PartsKind // another file may hold the same households
		if household != "" {
			written[household] = true
		}
		return nil
	})
	if err != nil || changed || len(written) == 0 {
		return changed, err
	}
	// Once through what is staged: a join would go through it for each entry.
	err = tx.Each(`select household_id from import_household where province_id = $1 and operation_id = $2 and what <> 'new'`, []any{s.Province, g.operation}, func(rows *sql.Rows) error {
		var household string
		err := rows.Scan(&household)
		changed = changed || written[household]
		return err
	})
	return changed, err
}

func overtaken() error {
	return fault.New(fault.Conflict, "overtaken", text.T("household.overtaken"))
}

// record writes the journal's entries: one that tells of the import, and those
// whose parts tell of the households.
func (s *Store) record(tx *db.Tx, r *run, now int64) error {
	operation := r.staging.operation
	entry := func() *journal.Entry {
		return &journal.Entry{At: now, Actor: r.by.ID, Action: "household.import", Kind: OpImport, Record: operation, OperationID: operation, AreaID: string(r.plan.places.root.Area), Reason: r.o.Reason}
	}
	first := entry()
	first.Changes = []journal.Change{{Field: "file", To: journal.Value(r.file)}, {Field: "round", To: journal.Value(r.round.ID)},
		{Field: "create", To: journal.Value(r.report.Create)}, {Field: "update", To: journal.Value(r.report.Update)}}
	if err := journal.Record(tx, s.Province, first); err != nil {
		return err
	}
	return s.eachStagedEntry(tx, operation, func(id string, parts int64, digest []byte) error {
		e := entry()
		e.ID = id
		return journal.RecordParts(tx, s.Province, e, parts, digest)
	})
}

// eachStagedEntry goes through the entries of the journal that wait with an
// operation.
func (s *Store) eachStagedEntry(tx *db.Tx, operation string, f func(id string, parts int64, digest []byte) error) error {
	type parts struct {
		id     string
		n      int64
		digest []byte
	}
	var all []parts
	err := tx.Each(`select journal_id, parts, digest from import_entry where province_id = $1 and operation_id = $2 order by journal_id`, []any{s.Province, operation}, func(rows *sql.Rows) error {
		var p parts
		err := rows.Scan(&p.id, &p.n, &p.digest)
		all = append(all, p)
		return err
	})
	for _, p := range all {
		if err == nil {
			err = f(p.id, p.n, p.digest)
		}
	}
	return err
}

// cleanRows is how many rows are removed at a time.
const cleanRows = 1000

// giveUp removes what a staging wrote, all of it unseen.
func (s *Store) giveUp(ctx context.Context, operation string) error {
	unapplied := 0
	err := s.DB.Write(ctx, func(tx *db.Tx) error {
		_, err := tx.Exec(`update operation set state = $1 where province_id = $2 and id = $3 and state = $4`, stateFailed, s.Province, operation, stateStaging)
		if err != nil {
			return err
		}
		return tx.Get(`select count(*) from operation where province_id = $1 and id = $2 and state = $3`, []any{s.Province, operation, stateFailed}, &unapplied)
	})
	if err != nil || unapplied == 0 { // it was applied, though who did it was told of an error
		return err
	}
	for {
		var n int
		err = s.DB.Write(ctx, func(tx *db.Tx) error {
			ids, last, err := s.Households.StagedNew(tx, operation, cleanRows/4)
			if n = len(ids); err != nil || n == 0 {
				return err
			}
			if err := s.Reviews.RemoveUnseen(tx, ids); err != nil {
				return err
			}
			if err := s.Households.RemoveUnseen(tx, ids); err != nil {
				return err
			}
			return s.Households.DropStagedNew(tx, operation, last)
		})
		if n == 0 {
			break
		}
	}
	if err != nil {
		return err
	}
	for n := int64(1); n > 0; {
		err = s.DB.Write(ctx, func(tx *db.Tx) (err error) {
			n, err = s.Reviews.RemoveStaged(tx, operation, cleanRows)
			return err
		})
		if err != nil {
			return err
		}
	}
	if err := s.eachEntry(ctx, operation, func(tx *db.Tx, id string) error {
		_, err := tx.Exec(`delete from journal_part where province_id = $1 and journal_id = $2`, s.Province, id)
		return err
	}); err != nil {
		return err
	}
	if err := s.dropStaged(ctx, operation); err != nil {
		return err
	}
	return s.DB.Write(ctx, func(tx *db.Tx) error { // nothing happened
		_, err := tx.Exec(`delete from operation where province_id = $1 and id = $2 and state = $3`, s.Province, operation, stateFailed)
		return err
	})
}

// eachEntry calls f for each entry that an import has staged, one at a time.
func (s *Store) eachEntry(ctx context.Context, operation string, f func(*db.Tx, string) error) error {
	var ids []string
	err := s.DB.Read(ctx, func(tx *db.Tx) error {
		return tx.Each(`select journal_id from import_entry where province_id = $1 and operation_id = $2`, []any{s.Province, operation}, func(rows *sql.Rows) error {
			var id string
			err := rows.Scan(&id)
			ids = append(ids, id)
			return err
		})
	})
	for _, id := range ids {
		if err == nil {
			err = s.DB.Write(ctx, func(tx *db.Tx) error { return f(tx, id) })
		}
	}
	return err
}

// retransition brings later rounds up to an import for an earlier one.
func (s *Store) retransition(ctx context.Context, operation string) error {
	last := household.ID("")
	for {
		var ids []household.ID
		from, day := string(last), ""
		err := s.DB.Write(ctx, func(tx *db.Tx) error {
			ids = nil
			err := tx.Each(`select s.household_id, a.effective_from from import_in_force s join assessment a on a.province_id = s.province_id and a.id = s.assessment_id
				where s.province_id = $1 and s.operation_id = $2 and s.household_id > $3 order by s.household_id limit 100`, []any{s.Province, operation, from}, func(rows *sql.Rows) error {
				err := rows.Scan(&last, &day)
				ids = append(ids, last)
				return err
			})
			if err != nil {
				return err
			}
			return s.Reviews.Retransition(tx, ids, day)
		})
		if err != nil || len(ids) == 0 {
			return err
		}
	}
}

// dropStaged empties the tables in which an import waited. The entries go
// last: by them CleanStaging finds what is left.
func (s *Store) dropStaged(ctx context.Context, operation string) error {
	alone := false
	err := s.DB.Write(ctx, func(tx *db.Tx) error {
		var others int
		err := tx.Get(`select count(*) from (select 1 from import_entry where province_id <> $1 or operation_id <> $2 limit 1) o`, []any{s.Province, operation}, &others)
		if alone = others == 0; err != nil || !alone {
			return err
		}
		// All rows are this import's: to empty a table costs less than to
		// remove a million rows from it.
		for _, table := range slices.Concat(household.StagingTables, review.StagingTables, []string{"import_entry"}) {
			if _, err := tx.Exec(`delete from ` + table); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil || alone {
		return err
	}
	for {
		var n int64
		err := s.DB.Write(ctx, func(tx *db.Tx) error {
			a, err := s.Households.DropStaged(tx, operation, cleanRows)
			if err != nil {
				return err
			}
			b, err := s.Reviews.DropStaged(tx, operation, cleanRows)
			if n = a + b; err != nil || n > 0 {
				return err
			}
			_, err = tx.Exec(`delete from import_entry where province_id = $1 and operation_id = $2`, s.Province, operation)
			return err
		})
		if err != nil || n == 0 {
			return err
		}
	}
}

// abandoned: an import whose process lives elsewhere is given up after it has
// not been heard of for so long.
const abandoned = 10 * time.Minute

// CleanStaging removes what imports have left behind whose program died. It
// runs at the start of the program and before each import.
func (s *Store) CleanStaging(ctx context.Context) error {
	type left struct{ id, state, undoes string }
	var list []left
	err := s.DB.Read(ctx, func(tx *db.Tx) error {
		seen := map[string]bool{}
		note := func(rows *sql.Rows) error {
			var l left
			var at int64
			var detail string
			if err := rows.Scan(&l.id, &l.state, &at, &detail); err != nil {
				return err
			}
			var a about
			if err := json.Unmarshal([]byte(detail), &a); err != nil {
				return nil //nolint: no import of ours
			}
			l.undoes = a.Undoes
			if !seen[l.id] && (l.state != stateStaging || dead(a.Owner, at)) {
				list = append(list, l)
			}
			seen[l.id] = true
			return nil
		}
		const columns = `o.id, o.state, o.at, o.detail`
		if err := tx.Each(`select `+columns+` from operation o where o.province_id = $1 and o.kind = 'import' and o.state in ($2, $3, $4)`, []any{s.Province, stateStaging, stateUndoing, stateFailed}, note); err != nil {
			return err
		}
		return tx.Each(`select distinct `+columns+` from import_entry e join operation o on o.province_id = e.province_id and o.id = e.operation_id where e.province_id = $1 and o.state = $2`,
			[]any{s.Province, stateApplied}, note)
	})
	if err != nil {
		return err
	}
	for _, l := range list {
		switch l.state {
		case stateUndoing:
			err = s.finishUndo(ctx, l.id)
		case stateApplied:
			if l.undoes != "" {
				err = s.followUndo(ctx, l.id)
			} else if err = s.retransition(ctx, l.id); err == nil {
				err = s.dropStaged(ctx, l.id)
			}
		default:
			err = s.giveUp(ctx, l.id)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// dead says whether the process that staged an import is gone.
func dead(owner string, at int64) bool {
	if time.Since(time.UnixMilli(at)) > abandoned {
		return true
	}
	host, process, ok := strings.Cut(owner, ":")
	here, _ := os.Hostname()
	pid, err := strconv.Atoi(process)
	if !ok || err != nil || host != here {
		return false
	}
	return pid != os.Getpid() && !alive(pid)
}

// blocked: something was refused.
func (c *problems) blocked() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.faults > 0
}
