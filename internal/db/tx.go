package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"giamngheo/internal/fault"
	"giamngheo/internal/text"
)

// Tx is a transaction, or one function's part of a group.
type Tx struct {
	ctx     context.Context
	inner   *sql.Tx
	conn    *sql.Conn // the writer of SQLite, which has no inner
	prepare func(context.Context, string) (*sql.Stmt, error)
	after   []func()
	wrote   bool     // perhaps: something else than a select was run
	raised  []string // numbers of changes of followed tables

	readOnly bool
}

// Context is that of the caller.
func (t *Tx) Context() context.Context { return t.ctx }

// ReadOnly says whether this is a snapshot of what is committed.
func (t *Tx) ReadOnly() bool { return t.readOnly }

// AfterCommit runs f once all is durable, and never if it is not.
func (t *Tx) AfterCommit(f func()) { t.after = append(t.after, f) }

// Exec runs a statement and gives the number of rows that it touched.
func (t *Tx) Exec(query string, args ...any) (int64, error) {
	t.wrote = true
	stmt, err := t.stmt(query)
	if err != nil {
		return 0, err
	}
	var result sql.Result
	if stmt != nil {
		result, err = stmt.ExecContext(t.execContext(), args...)
	} else {
		result, err = t.inner.ExecContext(t.ctx, query, args...)
	}
	if err != nil {
		return 0, fmt.Errorf("%w in %s", err, query)
	}
	if err := t.follow(query); err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

// Query reads rows; close them.
func (t *Tx) Query(query string, args ...any) (*sql.Rows, error) {
	if !strings.HasPrefix(query, "select") {
		t.wrote = true
		if err := t.follow(query); err != nil {
			return nil, err
		}
	}
	stmt, err := t.stmt(query)
	if err != nil {
		return nil, err
	}
	var rows *sql.Rows
	if stmt != nil {
		rows, err = stmt.QueryContext(t.execContext(), args...)
	} else {
		rows, err = t.inner.QueryContext(t.ctx, query, args...)
	}
	if err != nil {
		return nil, fmt.Errorf("%w in %s", err, query)
	}
	return rows, nil
}

// Get reads one row into dest; ErrNoRows if there is none.
func (t *Tx) Get(query string, args []any, dest ...any) error {
	rows, err := t.Query(query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	if !rows.Next() {
		if err := rows.Err(); err != nil {
			return err
		}
		return ErrNoRows
	}
	if err := rows.Scan(dest...); err != nil {
		return fmt.Errorf("%w in %s", err, query)
	}
	return rows.Close()
}

// Each calls f for every row of a query.
func (t *Tx) Each(query string, args []any, f func(*sql.Rows) error) error {
	rows, err := t.Query(query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := f(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

func (t *Tx) stmt(query string) (*sql.Stmt, error) {
	stmt, err := t.prepare(t.ctx, query)
	if err != nil || stmt == nil {
		return nil, err
	}
	if t.inner != nil {
		return t.inner.StmtContext(t.execContext(), stmt), nil
	}
	return stmt, nil
}

var background = context.Background()

// execContext keeps the caller's context for reads. A write that has begun is
// finished: to interrupt one would end the whole group.
func (t *Tx) execContext() context.Context {
	if t.conn != nil {
		return background
	}
	return t.ctx
}

// writePostgres runs fn at the level where concurrent writers cannot disturb
// each other unnoticed, again when the engine says that they would have.
func (d *DB) writePostgres(ctx context.Context, fn func(*Tx) error) error {
	var err error
	for attempt := range 12 {
		if attempt > 0 {
			wait := time.Duration(rand.IntN(4<<min(attempt, 6))+1) * time.Millisecond
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-time.After(wait):
			}
		}
		err = d.tryPostgres(ctx, fn)
		var pg *pgconn.PgError
		if !errors.As(err, &pg) || (pg.Code != "40001" && pg.Code != "40P01") {
			return err
		}
	}
	return fault.Wrap(err, fault.Busy, "db_busy", text.T("db.busy"))
}

func (d *DB) tryPostgres(ctx context.Context, fn func(*Tx) error) (err error) {
	inner, err := d.write.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelSerializable})
	if err != nil {
		return err
	}
	defer inner.Rollback()
	tx := &Tx{ctx: ctx, inner: inner, prepare: d.readStmt}
	if err := call(fn, tx); err != nil {
		return err
	}
	if err := inner.Commit(); err != nil {
		return err
	}
	for _, f := range tx.after {
		f()
	}
	return nil
}

// call turns a panic of fn into an error, so that it cannot end the writer.
func call(fn func(*Tx) error, tx *Tx) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic while writing: %v", p)
		}
	}()
	return fn(tx)
}

// busyOr makes "the file is locked by another program" an error that says so.
func busyOr(err error) error {
	if err == nil || fault.Of(err) != fault.Internal {
		return err
	}
	if locked(err) {
		return fault.Wrap(err, fault.Busy, "db_busy", text.T("db.busy"))
	}
	return err
}

func locked(err error) bool {
	return strings.Contains(err.Error(), "SQLITE_BUSY") || strings.Contains(err.Error(), "database is locked")
}

// Unique says whether err is the refusal of a second row with the same key.
func Unique(err error) bool {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return pg.Code == "23505"
	}
	var lite interface{ Code() int }
	if errors.As(err, &lite) {
		return lite.Code() == 2067 || lite.Code() == 1555 // SQLITE_CONSTRAINT_UNIQUE, _PRIMARYKEY
	}
	return false
}

// Marks writes n placeholders from $first on, for "in (…)" and "values (…)".
func Marks(first, n int) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteByte('$')
		b.WriteString(strconv.Itoa(first + i))
	}
	return b.String()
}
