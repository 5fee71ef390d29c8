// Package faults_test ends the running program as a power cut does, again and
// again, while people save forms, and looks at what is left.
package faults_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"giamngheo/internal/config"
	"giamngheo/internal/db"
	"giamngheo/internal/db/dbtest"
	"giamngheo/internal/journal"
	"giamngheo/test/program"
)

func TestMain(m *testing.M) { os.Exit(program.Main(m)) }

const (
	round    = "2021" // of its own: nobody has handed in anything there
	writers  = 6
	password = "giamngheo-mau"
)

// acknowledged is a form that the server has confirmed.
type acknowledged struct {
	household string
	b1        int
}

func TestNoAcknowledgedFormIsLostToAPowerCut(t *testing.T) {
	for _, one := range []struct {
		name  string
		dsn   func(t *testing.T) string
		kills int
	}{
		{"SQLite", func(t *testing.T) string { return filepath.Join(t.TempDir(), "demo.db") }, 6},
		{"PostgreSQL", func(t *testing.T) string { return dbtest.DSN(t, db.Postgres) }, 2},
	} {
		t.Run(one.name, func(t *testing.T) { killAgainAndAgain(t, one.dsn(t), one.kills) })
	}
}

func killAgainAndAgain(t *testing.T, dsn string, kills int) {
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 0))
	server := program.Start(t, t.TempDir(), "demo", "--households", "2000", "--db", dsn)
	if said, errs, code := program.Run(t, t.TempDir(), "round", "open", "--year", round, "--standard", "vn-2016", "--db", dsn); code != 0 {
		t.Fatalf("no round to save in: %d %s %s", code, said, errs)
	}
	last := map[string]int{} // the points that were last acknowledged for a household
	for kill := range kills {
		saved, open := saveUntilKilled(t, server, time.Duration(200+random.IntN(600))*time.Millisecond, kill)
		for _, s := range saved {
			last[s.household] = s.b1
		}
		t.Logf("kill %d: %d forms acknowledged, %d under way", kill+1, len(saved), len(open))
		if kill == 0 && len(saved) < 10 {
			t.Fatal("hardly anybody saved anything: this test shows nothing")
		}
		server = program.Start(t, t.TempDir(), "serve", "--db", dsn)
		check(t, dsn, last, open)
		if t.Failed() {
			return
		}
	}
	if code, err := server.Stop(syscall.SIGTERM); err != nil || code != 0 {
		t.Errorf("the last server ended with %d, %v", code, err)
	}
}

// saveUntilKilled lets several people save forms and kills the server in the
// midst of it. open are households whose last save was under way: it may have
// become durable or not.
func saveUntilKilled(t *testing.T, server *program.Server, after time.Duration, turn int) (saved []acknowledged, open map[string]int) {
	t.Helper()
	var mu sync.Mutex
	open = map[string]int{}
	households := make([][]string, writers)
	clients := make([]*program.Client, writers)
	for i := range writers {
		clients[i] = program.NewClient(server.URL)
		if err := clients[i].SignIn("tinh", password); err != nil {
			t.Fatal(err)
		}
	}
	all, err := clients[0].Households("ket-qua-loc=poor&dot=2020", 200)
	if err != nil || len(all) < 5*writers {
		t.Fatal(len(all), err)
	}
	for i := range all {
		households[i%writers] = append(households[i%writers], all[(i*977)%len(all)])
	}
	var killed atomic.Bool
	var people sync.WaitGroup
	for i, c := range clients {
		people.Go(func() {
			for n := 0; ; n++ {
				h := households[i][n%len(households[i])]
				b1 := 5 * (10 + (turn*7+n*3+i)%40)
				path, form, err := c.FilledForm(round, h, b1, n%2 == 0)
				if err != nil {
					if !killed.Load() {
						t.Errorf("no form before the power cut: %v", err)
					}
					return
				}
				mu.Lock()
				open[h] = b1
				mu.Unlock()
				status, body, err := c.Post(path, form)
				if err != nil {
					return
				}
				if status != http.StatusSeeOther {
					t.Errorf("a form is refused: %d %s", status, program.Plain(body))
					return
				}
				mu.Lock()
				delete(open, h)
				saved = append(saved, acknowledged{h, b1})
				mu.Unlock()
			}
		})
	}
	time.Sleep(2*time.Second + after)
	killed.Store(true)
	server.Kill()
	people.Wait()
	return saved, open
}

// check looks at the database itself, while the new server runs on it.
func check(t *testing.T, dsn string, last, open map[string]int) {
	t.Helper()
	ctx := context.Background()
	d, err := db.Open(ctx, dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	err = d.Read(ctx, func(tx *db.Tx) error {
		for household, b1 := range last {
			var got int
			err := tx.Get(`select a.b1 from assessment_in_force f join assessment a on a.province_id = f.province_id and a.id = f.assessment_id
				where f.province_id = $1 and f.round_id = $2 and f.household_id = $3`, []any{config.Province, round, household}, &got)
			if err != nil {
				t.Errorf("household %s: the acknowledged form is gone: %v", household, err)
			} else if other, underWay := open[household]; got != b1 && !(underWay && got == other) {
				t.Errorf("household %s: %d points acknowledged, %d found", household, b1, got)
			}
			if got != b1 {
				last[household] = got
			}
		}
		for what, query := range map[string]string{
			"forms in force that are not there, or another household's or round's": `select count(*) from assessment_in_force f left join assessment a on a.province_id = f.province_id and a.id = f.assessment_id
				where f.province_id = $1 and (a.id is null or a.household_id <> f.household_id or a.round_id <> f.round_id)`,
			"forms without exactly one official result": `select count(*) from assessment a where a.province_id = $1 and
				1 <> (select count(*) from classification c where c.province_id = a.province_id and c.assessment_id = a.id and c.official = 1)`,
			"superseded forms without a successor": `select count(*) from assessment a where a.province_id = $1 and a.id not in (select assessment_id from assessment_in_force) and
				not exists (select 1 from assessment b where b.province_id = a.province_id and b.predecessor = a.id)`,
		} {
			var n int
			if err := tx.Get(query, []any{config.Province}, &n); err != nil {
				return fmt.Errorf("%s: %w", what, err)
			}
			if n != 0 {
				t.Errorf("%d %s", n, what)
			}
		}
		var forms, entries int
		err := tx.Get(`select count(*) from assessment where province_id = $1 and predecessor is not null`, []any{config.Province}, &forms)
		if err == nil {
			err = tx.Get(`select count(*) from journal where province_id = $1 and record_kind = 'assessment'`, []any{config.Province}, &entries)
		}
		if err == nil && entries < forms {
			t.Errorf("%d forms were superseded, the journal knows of %d writes", forms, entries)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
	if err := journal.Verify(ctx, d, config.Province); err != nil {
		t.Errorf("the journal's chain: %v", err)
	}
}
