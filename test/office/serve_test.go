// Package office_test starts the program as an office does: the demo for a
// first look, and a database of its own, from the administrator to the first
// table.
package office_test

import (
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"

	"giamngheo/internal/db"
	"giamngheo/internal/db/dbtest"
	"giamngheo/test/program"
)

func TestMain(m *testing.M) { os.Exit(program.Main(m)) }

// The demo of default size shall answer within 10 seconds of its start. A
// machine that does other work meanwhile is given three times that; the log
// has the figure.
func TestTheDemoAnswersSoonAndEndsWhenAsked(t *testing.T) {
	const limit, patience = 10 * time.Second, 3
	dir := t.TempDir()
	server := program.Start(t, dir, "demo", "--db", "demo.db")
	t.Logf("the demo of default size answered after %v: %.2f of the limit of %v", server.Started.Round(time.Millisecond), server.Started.Seconds()/limit.Seconds(), limit)
	if server.Started > patience*limit {
		t.Errorf("the demo answered after %v", server.Started)
	}
	status, body, err := program.NewClient(server.URL).Get("/")
	if err != nil || status != http.StatusOK {
		t.Errorf("the first page: %d %v %s", status, err, program.Plain(body))
	}
	for _, name := range []string{"tinh", "huyen", "xa", "chutich", "thon", "lanhdao", "yte", "giaoduc", "thanhtra", "quantri"} {
		if !server.Says(name + " ") {
			t.Errorf("the demo does not tell of the account %s", name)
		}
	}
	if code, err := server.Stop(syscall.SIGINT); err != nil || code != 0 {
		t.Errorf("SIGINT ends the demo with %d, %v", code, err)
	}

	again := program.Start(t, dir, "demo", "--db", "demo.db")
	if again.Started > server.Started && again.Started > limit {
		t.Errorf("the second start took %v although the database was filled", again.Started)
	}
	if err := program.NewClient(again.URL).SignIn("xa", "giamngheo-mau"); err != nil {
		t.Error(err)
	}
	if code, err := again.Stop(syscall.SIGTERM); err != nil || code != 0 {
		t.Errorf("SIGTERM ends the demo with %d, %v", code, err)
	}
}

func TestADemoOnPostgreSQL(t *testing.T) {
	server := program.Start(t, t.TempDir(), "demo", "--households", "2000", "--db", dbtest.DSN(t, db.Postgres))
	client := program.NewClient(server.URL)
	if err := client.SignIn("tinh", "giamngheo-mau"); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/", "/ho?q=nguyen", "/bang/results", "/ra-soat/2020"} {
		if status, body, err := client.Get(path); err != nil || status != http.StatusOK {
			t.Errorf("%s: %d %v %s", path, status, err, program.Plain(body))
		}
	}
	if code, err := server.Stop(syscall.SIGTERM); err != nil || code != 0 {
		t.Errorf("SIGTERM ends it with %d, %v", code, err)
	}
}

// administrator reads the name and password that the first start prints once.
func administrator(t *testing.T, server *program.Server) (name, password string) {
	t.Helper()
	printed := regexp.MustCompile(`(?s)quản trị đầu tiên: (\S+)\n.*?: (\S+)\n`).FindStringSubmatch(server.Said())
	if printed == nil {
		t.Fatalf("no administrator in %q", server.Said())
	}
	return printed[1], printed[2]
}

func TestTheFirstStartMakesAnAdministratorOnce(t *testing.T) {
	dir := t.TempDir()
	server := program.Start(t, dir, "serve", "--db", "office.db")
	name, password := administrator(t, server)
	if err := program.NewClient(server.URL).SignIn(name, password); err != nil {
		t.Error(err)
	}
	if code, err := server.Stop(syscall.SIGTERM); err != nil || code != 0 {
		t.Errorf("SIGTERM ends serve with %d, %v", code, err)
	}
	again := program.Start(t, dir, "serve", "--db", "office.db")
	if strings.Contains(again.Said(), password) {
		t.Error("the password is printed a second time")
	}
	if err := program.NewClient(again.URL).SignIn(name, password); err != nil {
		t.Error(err)
	}
	if code, err := again.Stop(syscall.SIGINT); err != nil || code != 0 {
		t.Errorf("SIGINT ends serve with %d, %v", code, err)
	}

	before, err := os.ReadFile(filepath.Join(dir, "office.db"))
	if err != nil {
		t.Fatal(err)
	}
	_, refusal, code := program.Run(t, dir, "demo", "--db", "office.db", "--addr", "127.0.0.1:0")
	if code != 3 {
		t.Errorf("a demo over an office's database ends with %d", code)
	}
	if !strings.Contains(refusal, "dữ liệu thật") {
		t.Errorf("a demo over an office's database says %q", refusal)
	}
	after, err := os.ReadFile(filepath.Join(dir, "office.db"))
	if err != nil || len(after) != len(before) {
		t.Errorf("the refused demo changed the database: %d bytes, then %d, %v", len(before), len(after), err)
	}
}

func TestAnAddressInUseIsNamed(t *testing.T) {
	dir := t.TempDir()
	server := program.Start(t, dir, "serve", "--db", "one.db")
	_, said, code := program.Run(t, dir, "serve", "--db", "two.db", "--addr", strings.TrimPrefix(server.URL, "http://"))
	if code != 1 || !strings.Contains(said, strings.TrimPrefix(server.URL, "http://")) {
		t.Errorf("exit code %d, %q", code, said)
	}
}
