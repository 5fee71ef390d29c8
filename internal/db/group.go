package db

import (
	"context"
	"database/sql"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"giamngheo/internal/fault"
	"giamngheo/internal/text"
)

// A group that has run this long commits, however many still wait: those who
// are in it wait for the disk already.
const groupTime = 25 * time.Millisecond

// Several programs that write to one file (a server, commands beside it) take
// turns. SQLite itself asks a locked file again ten times a second only, and
// would hardly ever meet the moments between the commits of a program that
// writes without pause. So each asks every turnInterval, and leaves the file
// alone for a turnPause once it has been busy for a turnLength.
const (
	turnInterval = 2 * time.Millisecond
	turnPause    = 3 * turnInterval
	turnLength   = time.Second
	turnPatience = 10 * time.Second
)

// group is the one writer of a SQLite file.
type group struct {
	pool   *sql.DB
	jobs   chan *job
	told   chan []*job // durable, or failed: to be told so
	done   chan struct{}
	closed chan struct{}
	once   sync.Once
	// For the checkpointer: that much was committed, and that he wants the log to
	// begin anew.
	committed chan struct{}
	restart   atomic.Bool
	small     int // small commits since the log was looked at
}

type job struct {
	ctx    context.Context
	fn     func(*Tx) error
	ahead  bool // does not wait for the disk: see WriteAhead
	tx     *Tx
	err    error
	result chan error
}

var errClosed = errors.New("the database is closed")

func newGroup(pool *sql.DB) *group {
	g := &group{pool: pool, jobs: make(chan *job, 256), told: make(chan []*job, 16), done: make(chan struct{}), closed: make(chan struct{}), committed: make(chan struct{}, 1)}
	go g.loop()
	go g.tell()
	return g
}

func (g *group) close() {
	g.once.Do(func() { close(g.done) })
	<-g.closed
}

func (g *group) run(ctx context.Context, fn func(*Tx) error, ahead bool) error {
	j := &job{ctx: ctx, fn: fn, ahead: ahead, result: make(chan error, 1)}
	select {
	case g.jobs <- j:
	case <-g.done:
		return errClosed
	case <-ctx.Done():
		return ctx.Err()
	}
	// Once taken the job's outcome is awaited: an answer before it would be a guess.
	select {
	case err := <-j.result:
		return busyOr(err)
	case <-g.closed:
	}
	select { // both may have happened
	case err := <-j.result:
		return busyOr(err)
	default:
		return errClosed
	}
}

// tell runs what was to happen after the commits and answers, in the order in
// which they were made, while the next group is already being written.
func (g *group) tell() {
	defer close(g.closed)
	for ran := range g.told {
		for _, j := range ran {
			if j.err == nil {
				for _, f := range j.tx.after {
					f()
				}
			}
			j.result <- j.err
		}
	}
}

func (g *group) loop() {
	defer close(g.told)
	w := &writer{pool: g.pool, stmts: map[string]*sql.Stmt{}}
	defer w.drop()
	turn, idle := time.Now(), time.Now()
	for {
		select {
		case <-g.done:
			return
		case first := <-g.jobs:
			if time.Since(idle) >= turnPause {
				turn = time.Now()
			}
			for first != nil {
				if time.Since(turn) >= turnLength {
					time.Sleep(turnPause)
					turn = time.Now()
				}
				var ran []*job
				began := time.Now()
				ran, first = g.collect(first, w)
				g.told <- w.commit(ran)
				g.checkpoint(w, time.Since(began))
			}
			idle = time.Now()
		}
	}
}

// checkpoint brings the log into the file: itself after many small commits, by
// the checkpointer after one that took long or did not wait for the disk. Of
// the latter there come many pages, for which nobody is to wait; beside the
// former the checkpointer would only be in the way.
func (g *group) checkpoint(w *writer, took time.Duration) {
	if w.conn == nil {
		return
	}
	if w.ahead || took > 2*groupTime {
		g.small = 0
		select {
		case g.committed <- struct{}{}:
		default:
		}
	} else {
		g.small++
	}
	inline := g.restart.Swap(false)
	if g.small >= smallCommits {
		g.small = 0
		_, waiting, err := logState(context.Background(), w.conn)
		inline = inline || err == nil && waiting >= checkpointFrames
	}
	if inline {
		w.exec("pragma wal_checkpoint(passive)") // what fails is tried again later
	}
}

// collect runs the first job and whatever waits behind it in one transaction,
// up to one that is made durable in another way: that is given back.
func (g *group) collect(first *job, w *writer) (ran []*job, other *job) {
	ran = []*job{first}
	if err := w.begin(first.ahead); err != nil {
		return failed(ran, err), nil
	}
	start := time.Now()
	w.execute(first)
	for last := first; !last.spoilt() && time.Since(start) < groupTime; {
		select {
		case last = <-g.jobs:
			if last.ahead != first.ahead {
				return ran, last
			}
			ran = append(ran, last)
			w.execute(last)
		default:
			return ran, nil
		}
	}
	if ran[len(ran)-1].spoilt() {
		return w.apart(ran), nil
	}
	return ran, nil
}

// failed gives all jobs of a group the error.
func failed(ran []*job, err error) []*job {
	for _, j := range ran {
		j.err = err
	}
	return ran
}

// spoilt says whether the job has failed after it had written something.
func (j *job) spoilt() bool { return j.err != nil && j.tx != nil && j.tx.wrote }

// writer is the one connection that writes, with its prepared statements.
type writer struct {
	pool  *sql.DB
	conn  *sql.Conn
	stmts map[string]*sql.Stmt
	ahead bool // commits do not wait for the disk
}

func (w *writer) begin(ahead bool) error {
	ctx := context.Background()
	if w.conn == nil {
		conn, err := w.pool.Conn(ctx)
		if err != nil {
			return err
		}
		w.conn, w.ahead = conn, false
		if _, err := conn.ExecContext(ctx, "pragma busy_timeout = 0"); err != nil {
			w.drop()
			return err
		}
	}
	if ahead != w.ahead {
		level := "pragma synchronous = full"
		if ahead {
			level = "pragma synchronous = normal"
		}
		if _, err := w.conn.ExecContext(ctx, level); err != nil { // never prepared: it works as it is read
			w.drop()
			return err
		}
		w.ahead = ahead
	}
	if err := w.turn(); err != nil {
		w.drop()
		return err
	}
	return nil
}

// turn waits until no other program writes to the file.
func (w *writer) turn() error {
	for since := time.Now(); ; time.Sleep(turnInterval) {
		err := w.exec("begin immediate")
		if err == nil || !locked(err) || time.Since(since) > turnPatience {
			return err
		}
	}
}

// execute runs a job. Hardly any fails after it has written, so that it gets
// no savepoint: SQLite would copy each page for it before it changes.
func (w *writer) execute(j *job) {
	if j.err = j.ctx.Err(); j.err == nil {
		j.tx = &Tx{ctx: j.ctx, conn: w.conn, prepare: w.prepare}
		j.err = call(j.fn, j.tx)
	}
}

// apart begins a group anew in which one has failed: each job runs again, in a
// savepoint of its own, and leaves the others alone.
func (w *writer) apart(ran []*job) []*job {
	err := w.exec("rollback")
	if err == nil {
		err = w.begin(ran[0].ahead)
	} else {
		w.drop()
	}
	if err != nil {
		return failed(ran, err)
	}
	for _, j := range ran {
		if j.err = w.exec("savepoint job"); j.err != nil {
			continue
		}
		if w.execute(j); j.err != nil {
			if err := w.exec("rollback to job"); err != nil {
				j.err = errors.Join(j.err, err)
			}
		}
		if err := w.exec("release job"); err != nil && j.err == nil {
			j.err = err
		}
	}
	return ran
}

// commit makes the group durable.
func (w *writer) commit(ran []*job) []*job {
	if w.conn == nil {
		return ran // the connection is gone, and every job has its error
	}
	if err := w.exec("commit"); err != nil {
		w.exec("rollback")
		w.drop() // whatever state the connection is in, begin with a new one
		err = fault.Wrap(err, fault.Internal, "db_commit", text.T("db.commit_failed"))
		for _, j := range ran {
			if j.err == nil {
				j.err = err
			}
		}
	}
	return ran
}

func (w *writer) exec(query string) error {
	stmt, err := w.prepare(context.Background(), query)
	if err != nil {
		return err
	}
	_, err = stmt.ExecContext(context.Background())
	return err
}

func (w *writer) prepare(_ context.Context, query string) (*sql.Stmt, error) {
	if s := w.stmts[query]; s != nil {
		return s, nil
	}
	s, err := w.conn.PrepareContext(context.Background(), nameless(query))
	if err != nil {
		return nil, err
	}
	if len(w.stmts) > 1000 {
		for k, old := range w.stmts {
			old.Close()
			delete(w.stmts, k)
		}
	}
	w.stmts[query] = s
	return s, nil
}

func (w *writer) drop() {
	for _, s := range w.stmts {
		s.Close()
	}
	w.stmts = map[string]*sql.Stmt{}
	if w.conn != nil {
		w.conn.Close()
		w.conn = nil
	}
}
