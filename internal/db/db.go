// Package db opens the province's database, SQLite or PostgreSQL, and is the
// only place that knows which of the two it is. Subjects write one SQL text
// for both, with $1, $2 … for the values.
//
// Writes on SQLite are committed in groups: functions that wait at the same
// moment run one after the other and share one commit and so one wait for the
// disk. Where one of them fails, the group begins anew with a savepoint for
// each. Nobody is answered before the commit is durable (synchronous=FULL:
// NORMAL loses acknowledged writes when the power fails).
package db

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"modernc.org/sqlite" // the engine that needs no server

	"giamngheo/internal/fault"
	"giamngheo/internal/text"
)

// Engine names the kind of database.
type Engine string

// The engines; those that speak PostgreSQL's protocol count as Postgres.
const (
	SQLite   Engine = "sqlite"
	Postgres Engine = "postgres"
)

// ErrNoRows is what reading one row gives when there is none.
var ErrNoRows = sql.ErrNoRows

// DB is an open database.
type DB struct {
	Engine Engine
	read   *sql.DB
	write  *sql.DB
	// SQLite only.
	group       *group
	checkpoints *checkpointer

	mu       sync.RWMutex
	prepared map[string]*sql.Stmt // reading statements
	// preparing are those being prepared beside; Close stops and awaits them,
	// for they open connections, and a connection makes files.
	preparing     sync.WaitGroup
	stopPreparing context.CancelFunc
	untilClosed   context.Context
}

// Open opens the database that dsn names: a file path for SQLite,
// postgres://… for PostgreSQL. It does not migrate; see Migrate.
func Open(ctx context.Context, dsn string) (*DB, error) {
	d := &DB{prepared: map[string]*sql.Stmt{}}
	d.untilClosed, d.stopPreparing = context.WithCancel(context.Background())
	var err error
	if strings.HasPrefix(dsn, "postgres://") || strings.HasPrefix(dsn, "postgresql://") {
		err = d.openPostgres(dsn)
	} else {
		err = d.openSQLite(dsn)
	}
	if err == nil {
		err = d.read.PingContext(ctx)
	}
	if err != nil {
		d.Close()
		return nil, fault.Wrap(err, fault.Internal, "db_open", text.T("db.open_failed"))
	}
	return d, nil
}

func (d *DB) openPostgres(dsn string) error {
	config, err := pgx.ParseConfig(dsn)
	if err != nil {
		return err
	}
	d.Engine = Postgres
	// Two pools: a writer that reads something on the side would otherwise
	// wait for a connection that other writers hold while they do the same.
	d.read, d.write = stdlib.OpenDB(*config), stdlib.OpenDB(*config)
	for _, pool := range []*sql.DB{d.read, d.write} {
		pool.SetMaxOpenConns(8 * runtime.NumCPU())
		pool.SetMaxIdleConns(4 * runtime.NumCPU())
	}
	return nil
}

func (d *DB) openSQLite(path string) error {
	d.Engine = SQLite
	// As durable as fsync, without writing the time of the last change: what
	// SQLite is built with everywhere else. Where there is none, fsync stays.
	sqlite.Fdatasync(true)
	if err := create(path); err != nil {
		return err
	}
	common := []string{"busy_timeout(10000)", "foreign_keys(on)"}
	var err error
	// The file must be in WAL mode before a reader opens it. What the writer sorts
	// may be a file's every row: that spills to disk, small sorts stay in memory.
	d.write, err = sql.Open("sqlite", sqliteURL(path, "immediate", append([]string{
		"journal_mode(wal)", "synchronous(full)", "cache_size(-131072)",
		"wal_autocheckpoint(" + strconv.Itoa(4*restartFrames) + ")", "journal_size_limit(268435456)", "temp_store(file)"}, common...)))
	if err != nil {
		return err
	}
	d.write.SetMaxOpenConns(1)
	if err := d.write.Ping(); err != nil {
		return err
	}
	d.read, err = sql.Open("sqlite", sqliteURL(path, "deferred", append([]string{
		"cache_size(-16384)", "mmap_size(1073741824)", "query_only(on)", "temp_store(memory)"}, common...)))
	if err != nil {
		return err
	}
	readers := max(4, 2*runtime.NumCPU())
	d.read.SetMaxOpenConns(readers)
	d.read.SetMaxIdleConns(readers)
	d.group = newGroup(d.write)
	d.checkpoints, err = newCheckpointer(path, common, d.group)
	return err
}

// applicationID is what the file says it is, in its header: "GiNg".
const applicationID = 0x47694e67

// create makes a new file with pages in which a filled form fits: in the
// usual 4 kB every form would spill into a page of its own. The size is fixed
// by the first write and the driver gives no other order of pragmas.
func create(path string) error {
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	first, err := sql.Open("sqlite", sqliteURL(path, "immediate", []string{"page_size(8192)"}))
	if err != nil {
		return err
	}
	defer first.Close()
	_, err = first.Exec(fmt.Sprintf("pragma application_id = %d", applicationID))
	return err
}

func sqliteURL(path, lock string, pragmas []string) string {
	q := url.Values{"_txlock": {lock}, "_pragma": pragmas}
	return "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + q.Encode()
}

// Close ends the writer and closes all connections.
func (d *DB) Close() error {
	var errs []error
	if d.group != nil {
		d.group.close()
	}
	if d.checkpoints != nil {
		errs = append(errs, d.checkpoints.close())
	}
	d.mu.Lock()
	for _, s := range d.prepared {
		if s != nil {
			s.Close()
		}
	}
	d.prepared = nil
	d.mu.Unlock()
	d.stopPreparing()
	d.preparing.Wait()
	for _, pool := range []*sql.DB{d.read, d.write} {
		if pool != nil {
			errs = append(errs, pool.Close())
		}
	}
	return errors.Join(errs...)
}

// Write runs fn in one transaction and returns nil only when it is durable.
// fn may run more than once (another writer may have been faster), so it
// changes nothing but the database; what must happen after the commit goes to
// Tx.AfterCommit. An error of fn undoes all that fn wrote.
func (d *DB) Write(ctx context.Context, fn func(*Tx) error) error {
	if d.group != nil {
		return d.group.run(ctx, fn, false)
	}
	return d.writePostgres(ctx, fn)
}

// WriteAhead is Write for pieces of something larger that count for nothing
// until a later Write says so: it does not wait until they are durable. They
// are as soon as a later Write that writes anything has returned; a loss of
// power before loses the last of them, never one of the middle.
func (d *DB) WriteAhead(ctx context.Context, fn func(*Tx) error) error {
	if d.group != nil {
		return d.group.run(ctx, fn, true)
	}
	return d.writePostgres(ctx, fn)
}

// Read runs fn on one snapshot that nobody can write.
func (d *DB) Read(ctx context.Context, fn func(*Tx) error) error {
	options := &sql.TxOptions{ReadOnly: true}
	if d.Engine == Postgres {
		options.Isolation = sql.LevelRepeatableRead
	}
	inner, err := d.read.BeginTx(ctx, options)
	if err != nil {
		return busyOr(err)
	}
	defer inner.Rollback()
	tx := &Tx{ctx: ctx, inner: inner, prepare: d.readStmt, readOnly: true}
	return busyOr(fn(tx))
}

// readStmt keeps the reading statements prepared: parsing a text again costs
// more than running most of them. A text seen for the first time runs as it
// stands and is prepared beside: to prepare it takes a connection of its own,
// for which a transaction that holds one must not wait — when all do, nobody
// goes on.
func (d *DB) readStmt(_ context.Context, text string) (*sql.Stmt, error) {
	if d.Engine == Postgres {
		return nil, nil // pgx keeps its own
	}
	d.mu.RLock()
	s, known := d.prepared[text]
	d.mu.RUnlock()
	if known {
		return s, nil // nil while it is being prepared
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if _, known := d.prepared[text]; known || d.prepared == nil {
		return d.prepared[text], nil
	}
	if len(d.prepared) > 2000 { // texts made for lists of any length; let them go
		for k, old := range d.prepared {
			if old != nil {
				old.Close()
			}
			delete(d.prepared, k)
		}
	}
	d.prepared[text] = nil
	d.preparing.Go(func() { d.prepareRead(text) })
	return nil, nil
}

func (d *DB) prepareRead(text string) {
	s, err := d.read.PrepareContext(d.untilClosed, nameless(text))
	d.mu.Lock()
	defer d.mu.Unlock()
	if err != nil { // whoever runs the text hears of it
		delete(d.prepared, text)
		return
	}
	if _, wanted := d.prepared[text]; !wanted {
		s.Close()
		return
	}
	d.prepared[text] = s
}
