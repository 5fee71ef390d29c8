// Package dbtest gives tests a real database of each engine: a SQLite file in
// the test's folder, and a database in a temporary PostgreSQL cluster that is
// started once for the whole test binary from the distribution's programs.
package dbtest

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	"giamngheo/internal/db"
)

// Each runs the test once on every engine, each time with an empty, migrated
// database. Where no PostgreSQL is installed the test fails, unless
// GIAMNGHEO_TEST_ENGINES names only sqlite.
func Each(t *testing.T, test func(t *testing.T, d *db.DB)) {
	t.Helper()
	engines := os.Getenv("GIAMNGHEO_TEST_ENGINES")
	if engines == "" {
		engines = "sqlite,postgres"
	}
	for _, engine := range strings.Split(engines, ",") {
		t.Run(engine, func(t *testing.T) { test(t, open(t, DSN(t, db.Engine(engine)))) })
	}
}

// SQLite gives one empty, migrated SQLite database.
func SQLite(t testing.TB) *db.DB { return open(t, DSN(t, db.SQLite)) }

// DSN names a new empty database of the engine.
func DSN(t testing.TB, engine db.Engine) string {
	t.Helper()
	if engine == db.SQLite {
		return filepath.Join(t.TempDir(), "test.db")
	}
	return postgres(t)
}

func open(t testing.TB, dsn string) *db.DB {
	t.Helper()
	d, err := db.Open(context.Background(), dsn)
	if err != nil {
		t.Fatal(err, " ", dsn)
	}
	t.Cleanup(func() { d.Close() })
	if err := d.Migrate(context.Background()); err != nil {
		t.Fatal(err)
	}
	return d
}

var cluster struct {
	once  sync.Once
	err   error
	dir   string
	count atomic.Int64
}

func postgres(t testing.TB) string {
	t.Helper()
	cluster.once.Do(func() { cluster.err = start() })
	if cluster.err != nil {
		t.Fatalf("PostgreSQL: %v (install the Debian package postgresql)", cluster.err)
	}
	name := fmt.Sprintf("t%d", cluster.count.Add(1))
	if out, err := asServer(program("createdb"), "-h", cluster.dir, "-U", "postgres", name).CombinedOutput(); err != nil {
		t.Fatalf("createdb: %v %s", err, out)
	}
	return fmt.Sprintf("postgres://postgres@/%s?host=%s", name, cluster.dir)
}

// start makes a cluster in a temporary folder. It ends with the process that
// started it: pg_ctl's server is watched by a shell that waits for our end.
func start() error {
	dir, err := os.MkdirTemp("", "giamngheo-pg")
	if err != nil {
		return err
	}
	if err := os.Chmod(dir, 0o777); err != nil {
		return err
	}
	cluster.dir = dir
	data := filepath.Join(dir, "data")
	if out, err := asServer(program("initdb"), "-D", data, "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync").CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %v %s", err, out)
	}
	options := fmt.Sprintf("-k %s -c listen_addresses='' -c fsync=off -c max_connections=200", dir)
	if out, err := asServer(program("pg_ctl"), "-D", data, "-w", "-l", filepath.Join(dir, "log"), "-o", options, "start").CombinedOutput(); err != nil {
		log, _ := os.ReadFile(filepath.Join(dir, "log"))
		return fmt.Errorf("pg_ctl: %v %s %s", err, out, log)
	}
	watch := exec.Command("sh", "-c", `while kill -0 $0 2>/dev/null; do sleep 1; done; pid=$(head -1 "$1/data/postmaster.pid"); kill -INT $pid; sleep 1; rm -rf "$1"`, fmt.Sprint(os.Getpid()), dir)
	watch.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	return watch.Start()
}

func program(name string) string {
	if found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/" + name); len(found) > 0 {
		sort.Strings(found)
		return found[len(found)-1]
	}
	return name
}

// asServer runs a program as the user postgres where we are root, because
// PostgreSQL refuses root.
func asServer(name string, args ...string) *exec.Cmd {
	if os.Getuid() != 0 {
		return exec.Command(name, args...)
	}
	c := exec.Command("setpriv", append([]string{"--reuid=postgres", "--regid=postgres", "--clear-groups", name}, args...)...)
	c.Dir = "/"
	return c
}
