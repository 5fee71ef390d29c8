package app

import (
	"context"
	"database/sql"
	"slices"
	"testing"
	"time"

	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/task"
)

// The demo's years of tasks are what offices could have left: nothing is done
// before it was asked or after today, most is in time, some late, and the
// year that runs has something in every state.
func TestTheDemoHasFiveYearsOfTasks(t *testing.T) {
	ctx := context.Background()
	a := demoApp(t)
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
	wrong("dossiers handed in and not accepted", `select count(*) from dossier d where d.province_id = $1 and d.kind like 'task~_%' escape '~' and d.kind not like 'task~_time%' escape '~' and d.state <> 'draft'
		and not exists (select 1 from dossier_step s where s.province_id = d.province_id and s.dossier_id = d.id and s.step = 'accept')`)
	wrong("events before the opening", `select count(*) from dossier_event e join dossier d on d.province_id = e.province_id and d.id = e.dossier_id where e.province_id = $1 and e.at < d.opened_at`)
	wrong("answers before their questions", `select count(*) from task_input i where i.province_id = $1 and i.answered_at < i.at`)
	lifelike(t, a)
	again(t, a)
	for year, n := range sizes {
		if again := len(read(year).Instances); again != n {
			t.Errorf("%d has %d tasks, and %d after the demo was started again", year, n, again)
		}
	}
}

// lifelike says where the history is not what people could have left: whoever
// did something held a post then, of the unit, above it or of who was asked;
// nobody has two names; and there is something of everything.
func lifelike(t *testing.T, a *App) {
	t.Helper()
	ctx := context.Background()
	type term struct{ from, to, role, at string }
	posts, names, started := map[string][]term{}, map[string]string{}, 0
	type act struct {
		what, who string
		at        int64
	}
	var acts []act
	some := map[string]int{}
	err := a.DB.Read(ctx, func(tx *db.Tx) error {
		err := tx.Each(`select p.account_id, a.full_name, p.from_day, p.to_day, p.role, p.area_id, p.agency_id from post p join account a on a.province_id = p.province_id and a.id = p.account_id where p.province_id = $1`, []any{a.Province}, func(r *sql.Rows) error {
			var id, name, at, agency string
			var one term
			err := r.Scan(&id, &name, &one.from, &one.to, &one.role, &at, &agency)
			one.at = at + "/" + agency
			posts[id] = append(posts[id], one)
			names[id] = name
			if one.from <= "2016-01-01" {
				started++
			}
			return err
		})
		if err != nil {
			return err
		}
		for what, query := range map[string]string{
			"event":  `select e.action, e.actor, e.at from dossier_event e join dossier d on d.province_id = e.province_id and d.id = e.dossier_id where e.province_id = $1 and (d.kind like 'task%' or d.kind = 'survey_plan')`,
			"report": `select words, by_actor, at from task_entry where province_id = $1`,
			"asked":  `select question, by_actor, at from task_input where province_id = $1`,
			"answer": `select answer, answered_by, answered_at from task_input where province_id = $1 and answered_at is not null`,
			"given":  `select what, by_actor, at from task_part where province_id = $1`,
			"done":   `select note, done_by, done_at from task_part where province_id = $1 and done_at is not null`,
			"time":   `select reason, by_actor, at from task_time where province_id = $1`,
			"held":   `select subject, by_actor, at from committee_meeting where province_id = $1`,
		} {
			err := tx.Each(query, []any{a.Province}, func(r *sql.Rows) error {
				var one act
				err := r.Scan(&one.what, &one.who, &one.at)
				one.what = what + " " + one.what
				acts = append(acts, one)
				return err
			})
			if err != nil {
				return err
			}
		}
		for what, query := range map[string]string{
			"returned":         `select count(*) from dossier_event where province_id = $1 and action = 'return'`,
			"by the deputy":    `select count(*) from dossier where province_id = $1 and kind like 'task%' and capacity = 'kt'`,
			"given more time":  `select count(*) from task_time where province_id = $1 and granted <> ''`,
			"refused it":       `select count(*) from dossier where province_id = $1 and kind like 'task~_time%' escape '~' and state = 'returned'`,
			"waiting for it":   `select count(*) from dossier where province_id = $1 and kind like 'task~_time%' escape '~' and state = 'submitted'`,
			"silent":           `select count(*) from task_input where province_id = $1 and answered_at is null and due < '2020-12-01'`,
			"parts done":       `select count(*) from task_part where province_id = $1 and done_at is not null`,
			"parts open":       `select count(*) from task_part where province_id = $1 and done_at is null`,
			"one after other":  `select count(*) from post where province_id = $1 and from_day > '2016-12-31' and to_day = '9999-12-31'`,
			"accounts at home": `select count(*) from account where province_id = $1 and name = 'chutich'`,
		} {
			var n int
			if err := tx.Get(query, []any{a.Province}, &n); err != nil {
				return err
			}
			some[what] = n
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for what, n := range some {
		if n == 0 {
			t.Errorf("nothing is %s", what)
		}
	}
	if started < len(posts)/2 {
		t.Errorf("%d of %d began by 2016", started, len(posts))
	}
	wrong := 0
	for _, one := range acts {
		day := area.Today(time.UnixMilli(one.at))
		if !slices.ContainsFunc(posts[one.who], func(p term) bool { return p.from <= day && day < p.to }) {
			if wrong++; wrong < 10 {
				t.Errorf("%s on %s by %q (%s), who held no post then", one.what, day, one.who, names[one.who])
			}
		}
	}
	if wrong > 0 {
		t.Errorf("%d of %d acts", wrong, len(acts))
	}
	seats := map[string][]string{}
	for id, list := range posts {
		for _, p := range list {
			if p.to > "2020-12-20" && (p.role == "chair" || p.role == "agency_head") {
				seats[p.role+p.at] = append(seats[p.role+p.at], names[id])
			}
		}
	}
	for at, chairs := range seats {
		if len(chairs) != 1 {
			t.Errorf("%s is held by %v", at, chairs)
		}
	}
}
