package db

import (
	"context"
	"database/sql"
	"errors"
	"sync"
	"time"

	"giamngheo/internal/fault"
	"giamngheo/internal/text"
)

// A group that has run this long commits, however many still wait: those who
// are in it wait for the disk already.
const groupTime = 25 * time.Millisecond

// group is the one writer of a SQLite file.
type group struct {
	pool   *sql.DB
	jobs   chan *job
	done   chan struct{}
	closed chan struct{}
	once   sync.Once
}

type job struct {
	ctx    context.Context
	fn     func(*Tx) error
	tx     *Tx
	err    error
	result chan error
}

var errClosed = errors.New("the database is closed")

func newGroup(pool *sql.DB) *group {
	g := &group{pool: pool, jobs: make(chan *job, 256), done: make(chan struct{}), closed: make(chan struct{})}
	go g.loop()
	return g
}

func (g *group) close() {
	g.once.Do(func() { close(g.done) })
	<-g.closed
}

func (g *group) run(ctx context.Context, fn func(*Tx) error) error {
	j := &job{ctx: ctx, fn: fn, result: make(chan error, 1)}
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
		return errClosed
	}
}

func (g *group) loop() {
	defer close(g.closed)
	w := &writer{pool: g.pool, stmts: map[string]*sql.Stmt{}}
	defer w.drop()
	for {
		select {
		case <-g.done:
			return
		case first := <-g.jobs:
			w.commit(g.collect(first, w))
		}
	}
}

// collect runs the first job and whatever waits behind it in one transaction.
func (g *group) collect(first *job, w *writer) []*job {
	if err := w.begin(); err != nil {
		first.result <- err
		return nil
	}
	start := time.Now()
	ran := []*job{first}
	w.execute(first)
	for time.Since(start) < groupTime {
		select {
		case next := <-g.jobs:
			ran = append(ran, next)
			w.execute(next)
		default:
			return ran
		}
	}
	return ran
}

// writer is the one connection that writes, with its prepared statements.
type writer struct {
	pool  *sql.DB
	conn  *sql.Conn
	stmts map[string]*sql.Stmt
}

func (w *writer) begin() error {
	ctx := context.Background()
	if w.conn == nil {
		conn, err := w.pool.Conn(ctx)
		if err != nil {
			return err
		}
		w.conn = conn
	}
	if err := w.exec("begin immediate"); err != nil {
		w.drop()
		return err
	}
	return nil
}

func (w *writer) execute(j *job) {
	if err := j.ctx.Err(); err != nil {
		j.err = err
		return
	}
	if j.err = w.exec("savepoint job"); j.err != nil {
		return
	}
	j.tx = &Tx{ctx: j.ctx, conn: w.conn, prepare: w.prepare}
	if j.err = call(j.fn, j.tx); j.err != nil {
		if err := w.exec("rollback to job"); err != nil {
			j.err = errors.Join(j.err, err)
		}
	}
	if err := w.exec("release job"); err != nil && j.err == nil {
		j.err = err
	}
}

func (w *writer) commit(ran []*job) {
	if len(ran) == 0 {
		return
	}
	err := w.exec("commit")
	if err != nil {
		w.exec("rollback")
		w.drop() // whatever state the connection is in, begin with a new one
		err = fault.Wrap(err, fault.Internal, "db_commit", text.T("db.commit_failed"))
	}
	for _, j := range ran {
		if j.err == nil {
			j.err = err
		}
		if j.err == nil {
			for _, f := range j.tx.after {
				f()
			}
		}
		j.result <- j.err
	}
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
	s, err := w.conn.PrepareContext(context.Background(), query)
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
