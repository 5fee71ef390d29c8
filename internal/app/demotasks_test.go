package app

import (
	"context"
	"io"
	"log/slog"
	"path/filepath"
	"testing"

	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/task"
)

// The demo's years of tasks are what offices could have left: nothing is done
// before it was asked or after today, most is in time, some late, and the
// year that runs has something in every state.
func TestTheDemoHasFiveYearsOfTasks(t *testing.T) {
	ctx := context.Background()
	a, err := Open(ctx, filepath.Join(t.TempDir(), "demo.db"), slog.New(slog.NewTextHandler(io.Discard, nil)))
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	if _, err := a.FillDemo(ctx, 2000, 1, nil); err != nil {
		t.Fatal(err)
	}
	today := area.Today(a.Now())
	scope := a.Accounts.Operator().Reading()
	read := func(year int) task.Year {
		y, err := a.Tasks.Year(ctx, scope, year, "")
		if err != nil || !y.Made {
			t.Fatalf("%d: made %v: %v", year, y.Made, err)
		}
		return y
	}
	sizes := map[int]int{}
	for year := 2016; year <= 2020; year++ {
		y := read(year)
		sizes[year] = len(y.Instances)
		board := task.BoardOf(y, a.Tasks.Calendar)
		in := board.Timeliness
		if in[task.OnTime] < in[task.Late] || in[task.Late] == 0 {
			t.Errorf("%d: %v", year, in)
		}
		for _, i := range y.Instances {
			if i.Done > today || i.HandedIn > today || i.Done != "" && i.HandedIn > i.Done {
				t.Errorf("%d %s of %s: handed in on %q, done on %q", year, i.Task, i.Unit.Name, i.HandedIn, i.Done)
			}
		}
		for _, state := range []task.State{task.Planned, task.Doing, task.HandedIn, task.Returned, task.Done} {
			if year == 2020 && board.State[state] == 0 {
				t.Errorf("%d has nothing %s", year, state)
			}
		}
	}
	wrong := func(what, query string) {
		var n int
		if err := a.DB.Read(ctx, func(tx *db.Tx) error { return tx.Get(query, []any{a.Province}, &n) }); err != nil || n != 0 {
			t.Errorf("%s: %d: %v", what, n, err)
		}
	}
	wrong("dossiers handed in and not accepted", `select count(*) from dossier d where d.province_id = $1 and d.kind like 'task~_%' escape '~' and d.state <> 'draft'
		and not exists (select 1 from dossier_step s where s.province_id = d.province_id and s.dossier_id = d.id and s.step = 'accept')`)
	wrong("events before the opening", `select count(*) from dossier_event e join dossier d on d.province_id = e.province_id and d.id = e.dossier_id where e.province_id = $1 and e.at < d.opened_at`)
	wrong("answers before their questions", `select count(*) from task_input i where i.province_id = $1 and i.answered_at < i.at`)
	if _, err := a.FillDemo(ctx, 2000, 1, nil); err != nil {
		t.Fatal(err)
	}
	for year, n := range sizes {
		if again := len(read(year).Instances); again != n {
			t.Errorf("%d has %d tasks, and %d after the demo was started again", year, n, again)
		}
	}
}
