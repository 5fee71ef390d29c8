package db

import (
	"context"
	"database/sql"
	"time"
)

const (
	// checkpointFrames is from how many pages on that stand in the log only they
	// are copied into the file.
	checkpointFrames = 4000
	// restartFrames is from what length on the log is to begin anew: what was
	// written while pages were copied, the writer copies himself then.
	restartFrames = 4 * checkpointFrames
	// smallCommits is after how many commits the writer looks at the log.
	smallCommits = 50
	// checkpointPause is between two attempts where a long reading keeps pages
	// in the log.
	checkpointPause = 100 * time.Millisecond
)

// checkpointer copies what stands in the log (WAL) of a SQLite file into the
// file, beside the writer, after big pieces of work. SQLite does so as a part of
// a commit, and whoever waits for the commit waits for that too: for half a
// second after a big import.
type checkpointer struct {
	pool   *sql.DB
	group  *group
	cancel context.CancelFunc
	closed chan struct{}
}

func newCheckpointer(path string, pragmas []string, g *group) (*checkpointer, error) {
	pool, err := sql.Open("sqlite", sqliteURL(path, "deferred", append([]string{"synchronous(full)"}, pragmas...)))
	if err != nil {
		return nil, err
	}
	pool.SetMaxOpenConns(1)
	c := &checkpointer{pool: pool, group: g, closed: make(chan struct{})}
	ctx, cancel := context.WithCancel(context.Background())
	c.cancel = cancel
	go c.loop(ctx)
	return c, nil
}

// close ends it; what it had not copied SQLite does when the last connection
// is closed.
func (c *checkpointer) close() error {
	c.cancel()
	<-c.closed
	return c.pool.Close()
}

func (c *checkpointer) loop(ctx context.Context) {
	defer close(c.closed)
	for {
		select {
		case <-ctx.Done():
			return
		case <-c.group.committed:
		}
		for ctx.Err() == nil {
			_, waiting, err := c.state(ctx)
			if err != nil || waiting < checkpointFrames {
				break
			}
			// An error is no loss: the log keeps what was not copied.
			if _, err := c.pool.ExecContext(ctx, "pragma wal_checkpoint(passive)"); err != nil {
				break
			}
			length, left, err := c.state(ctx)
			if err == nil && length >= restartFrames && left < checkpointFrames {
				c.group.restart.Store(true)
			}
			if left >= waiting {
				select {
				case <-ctx.Done():
				case <-time.After(checkpointPause):
				}
			}
		}
	}
}

func (c *checkpointer) state(ctx context.Context) (length, waiting int64, err error) {
	return logState(ctx, c.pool)
}

// logState tells how many pages stand in the log, and how many of them not in
// the file.
func logState(ctx context.Context, q interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}) (length, waiting int64, err error) {
	var busy, copied int64
	err = q.QueryRowContext(ctx, "pragma wal_checkpoint(noop)").Scan(&busy, &length, &copied)
	return length, length - copied, err
}
