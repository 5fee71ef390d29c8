package task_test

import (
	"context"
	"strings"
	"testing"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/db/dbtest"
	"giamngheo/internal/dossier"
	"giamngheo/internal/fault"
	"giamngheo/internal/household/householdtest"
	"giamngheo/internal/review"
	"giamngheo/internal/standard"
	"giamngheo/internal/task"
	"giamngheo/internal/workday"
	"giamngheo/law"
)

var ctx = context.Background()

const province, district area.ID = "38.2016", "384.2016"

// office is the province in a year with its round, and the tasks.
type office struct {
	*householdtest.Province
	tasks *task.Store
	roles *account.Roles
}

func open(t testing.TB, d *db.DB) *office {
	t.Helper()
	p := householdtest.New(t, d)
	p.Today = "2017-10-02"
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	roles, err := account.LoadRoles(law.Files)
	must(err)
	rules, err := dossier.LoadLaw(law.Files)
	must(err)
	days, err := workday.Load(law.Files)
	must(err)
	plans, err := task.Programmes(law.Files)
	must(err)
	products, err := task.LoadProducts(law.Files)
	must(err)
	approvers, err := task.LoadApprovers(law.Files)
	must(err)
	reminding, err := task.LoadReminding(law.Files)
	must(err)
	tree := func() *area.Tree { return p.Tree }
	dossiers := &dossier.Store{DB: d, Province: householdtest.Key, Now: p.Now, Tree: tree, Law: rules, Roles: func() *account.Roles { return roles }}
	reviews := &review.Store{DB: d, Province: householdtest.Key, Now: p.Now, Tree: tree, Law: standard.Law(), Households: p.Store, Dossiers: dossiers, Workdays: days}
	reviews.Subjects()
	tasks := &task.Store{DB: d, Province: householdtest.Key, Now: p.Now, Tree: tree, Calendar: days, Plans: plans, Products: products, Approvers: approvers, Reminding: reminding, Dossiers: dossiers, Reviews: reviews}
	tasks.Subjects()
	must(tasks.SeedAgencies(ctx))
	return &office{p, tasks, roles}
}

func (o *office) operator() *account.Actor {
	return account.Operator(householdtest.Key, o.Tree, o.Today)
}

// at is somebody with one post.
func (o *office) at(id, role, agency string, unit area.ID) *account.Actor {
	return &account.Actor{ID: id, Day: o.Today, Posts: []account.Post{{Role: role, AgencyID: agency, Area: unit, From: "2016-01-01", To: account.Forever}}}
}

func (o *office) year(code string) task.Year {
	o.T.Helper()
	y, err := o.tasks.Year(ctx, o.Tree.Operator(householdtest.Key, o.Today), 2017, code)
	if err != nil {
		o.T.Fatal(err)
	}
	return y
}

func (o *office) one(code, id, unit string) task.Instance {
	o.T.Helper()
	for _, i := range o.year(code).Instances {
		if i.Task == id && i.Unit.Code == unit {
			return i
		}
	}
	o.T.Fatalf("%s of %s is not there", id, unit)
	return task.Instance{}
}

func (o *office) openRound() review.Round {
	o.T.Helper()
	r, err := o.tasks.Reviews.OpenRound(ctx, "operator", review.Opening{Year: 2017})
	if err != nil {
		o.T.Fatal(err)
	}
	return r
}

func TestTheSurveyPlanIsTheProvincesTaskFromDraftToApproval(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		state := func(want task.State, done string) {
			t.Helper()
			if got := o.one("38", "I.1", "38"); got.State != want || got.Done != done {
				t.Fatalf("the plan's task is %s, done %q; want %s, %q", got.State, got.Done, want, done)
			}
		}
		do := func(_ dossier.Dossier, err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		rev := func(id string) (n int64) {
			o.Read(func(tx *db.Tx) error { d, err := o.tasks.Dossiers.Get(tx, id); n = d.Rev; return err })
			return n
		}
		state(task.Planned, "")
		plan, err := o.tasks.Reviews.StartPlan(ctx, o.operator(), 2017)
		if err != nil {
			t.Fatal(err)
		}
		state(task.Doing, "")
		lead, chair := o.at("lan", "province", "", province), o.at("hùng", "chair", "", province)
		if _, err := o.tasks.Reviews.Keep(ctx, lead.ID, review.Owner{Kind: review.OfDossier, ID: plan.ID}, province, "kh.pdf", strings.NewReader("%PDF-1.7 dự thảo"), func(*db.Tx) error { return nil }); err != nil {
			t.Fatal(err)
		}
		if err := o.tasks.Dossiers.Do(ctx, lead, plan.ID, "draft", "", ""); err != nil {
			t.Fatal(err)
		}
		do(o.tasks.Dossiers.HandIn(ctx, lead, plan.ID, rev(plan.ID), ""))
		state(task.HandedIn, "")
		do(o.tasks.Dossiers.Return(ctx, chair, plan.ID, rev(plan.ID), "", "thiếu lịch tập huấn"))
		state(task.Returned, "")
		do(o.tasks.Dossiers.HandIn(ctx, lead, plan.ID, rev(plan.ID), ""))
		o.Today = "2017-10-30" // Monday; the term was Wednesday, 25 October
		do(o.tasks.Dossiers.Approve(ctx, chair, plan.ID, rev(plan.ID), ""))
		state(task.Done, "2017-10-30")
		if in, days := o.one("", "I.1", "38").In(o.tasks.Calendar, o.Today); in != task.Late || days != 3 {
			t.Errorf("approved three working days after the term: %s by %d", in, days)
		}
	})
}

// A round of a time without dossiers says when it was closed, not when a unit
// had finished: after the term, whether it was in time is not known.
func TestOfARoundWithoutDossiersNobodyIsCalledLate(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		o.openRound()
		closed := func(day string) {
			t.Helper()
			o.Today = day
			at := o.Now().UnixMilli()
			if err := d.Write(context.Background(), func(tx *db.Tx) error {
				if _, err := tx.Exec(`delete from dossier where province_id = $1 and subject = '2017'`, householdtest.Key); err != nil {
					return err
				}
				_, err := tx.Exec(`update round set state = 'closed', closed_at = $1 where province_id = $2 and id = '2017'`, at, householdtest.Key)
				return err
			}); err != nil {
				t.Fatal(err)
			}
		}
		closed("2017-11-10")
		i := o.one("384", "I.5", "14848")
		if in, _ := i.In(o.tasks.Calendar, o.Today); i.State != task.Done || i.Done != "2017-11-10" || in != task.OnTime {
			t.Errorf("closed within the term: %s on %q, %s", i.State, i.Done, in)
		}
		closed("2017-12-20")
		i = o.one("384", "I.5", "14848")
		in, late := i.In(o.tasks.Calendar, o.Today)
		if i.State != task.Done || i.Done != "" || in != task.NoDate || late != 0 || !strings.Contains(i.InWords(in, late), "không ai ghi ngày") {
			t.Errorf("closed after the term: %s on %q, %s by %d: %s", i.State, i.Done, in, late, i.InWords(in, late))
		}
	})
}

func TestACommunesRoundIsItsSurveyTask(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		if got := o.one("384", "I.5", "14848"); got.State != task.Planned || got.Dossier != "" {
			t.Errorf("before the round: %+v", got)
		}
		o.openRound()
		before := o.one("384", "I.5", "14848")
		if before.State != task.Doing || before.Dossier == "" || o.one("384", "I.4", "384").State != task.Doing || o.one("384", "II.1", "14848").State != task.Planned {
			t.Errorf("the round is open: %+v", before)
		}
		at := o.Now().UnixMilli()
		if err := d.Write(ctx, func(tx *db.Tx) error {
			_, err := tx.Exec(`update dossier set state = 'locked', decided_at = $1 where province_id = $2 and id = $3`, at, householdtest.Key, before.Dossier)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if got := o.one("384", "I.5", "14848"); got.State != task.Done || got.Done != "2017-10-02" {
			t.Errorf("the commune's round is closed: %+v", got)
		}
		o.Today = "2017-11-18" // a Saturday; the term was Wednesday the 15th
		b := task.BoardOf(o.year("384"), o.tasks.Calendar)
		var done, late task.Cell
		for _, row := range b.Rows {
			for _, c := range row.Cells {
				switch {
				case c.Task == "I.5" && row.Unit.Code == "14848":
					done = c
				case c.Task == "I.5" && row.Unit.Code == "14845":
					late = c
				}
			}
		}
		if done.In != task.OnTime || done.Late != 0 || late.In != task.Overdue || late.Late != 3 {
			t.Errorf("done %s %d, late %s %d", done.In, done.Late, late.In, late.Late)
		}
		if b.Rows[0].Unit.Code != "384" || b.State[task.Done] != 1 || b.All != len(b.Instances) || b.Timeliness[task.OnTime] != 1 {
			t.Errorf("the board begins with %v and counts %+v", b.Rows[0].Unit, b.Counts)
		}
		sum := 0
		for _, n := range b.Timeliness {
			sum += n
		}
		if sum != b.All {
			t.Errorf("%d of %d obligations are somewhere in time", sum, b.All)
		}
	})
}

const other = `plan: {number: 7/KH-UBND, issued: 2016-12-01, period: {from: 2017, to: 2017}}
groups:
  - {id: A, title: A, tasks: [{id: A.1, title: Việc khác, lead: x, approver: x, due: {date: "2017-06-30"}, per: province}]}
agencies: {x: Sở X}
`

func TestAYearIsMadeOnceAndNoLaterPlanChangesIt(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		planned := o.year("")
		n, err := o.tasks.OpenYear(ctx, o.operator(), 2017)
		if err != nil || n != len(planned.Instances) {
			t.Fatalf("%d made of %d: %v", n, len(planned.Instances), err)
		}
		if _, err := o.tasks.OpenYear(ctx, o.operator(), 2017); fault.Of(err) != fault.Conflict || err == nil {
			t.Errorf("made a second time: %v", err)
		}
		if _, err := o.tasks.Import(ctx, o.operator(), []byte(other)); err != nil {
			t.Fatal(err)
		}
		made := o.year("")
		if !made.Made || planned.Made || made.Plan != "159/KH-UBND" || len(made.Instances) != n {
			t.Fatalf("made %v by %s with %d", made.Made, made.Plan, len(made.Instances))
		}
		for at, i := range made.Instances {
			kept := i
			kept.ID, kept.Dossier = "", "" // it has a dossier now
			if i.ID == "" || i.Dossier == "" && i.Task != "I.1" && i.Task != "I.4" && i.Task != "I.5" {
				t.Fatalf("made without a dossier: %+v", i)
			}
			if kept != planned.Instances[at] || i.UID() != planned.Instances[at].UID() {
				t.Fatalf("kept as %+v, not %+v", i, planned.Instances[at])
			}
		}
		entries := 0
		o.Read(func(tx *db.Tx) error {
			return tx.Get(`select count(*) from journal where province_id = $1 and action in ('task.open_year', 'programme.import')`, []any{householdtest.Key}, &entries)
		})
		if entries != 2 {
			t.Errorf("%d entries in the journal", entries)
		}
	})
}

func TestAnImportedPlanIsThatOfItsYears(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		for name, bad := range map[string]string{"no number": strings.Replace(other, "number: 7/KH-UBND, ", "", 1), "an unknown key": other + "x: 1\n"} {
			if _, err := o.tasks.Import(ctx, o.operator(), []byte(bad)); err == nil {
				t.Errorf("%s was imported", name)
			}
		}
		if _, err := o.tasks.Import(ctx, o.at("lan", "commune", "", householdtest.TamChung), []byte(other)); fault.Of(err) != fault.Forbidden || err == nil {
			t.Errorf("by somebody without the right: %v", err)
		}
		for range 2 { // a second time replaces it
			if _, err := o.tasks.Import(ctx, o.operator(), []byte(other)); err != nil {
				t.Fatal(err)
			}
		}
		if y := o.year(""); y.Plan != "7/KH-UBND" || len(y.Instances) != 1 || y.Instances[0].Title != "Việc khác" {
			t.Errorf("%s asks %+v", y.Plan, y.Instances)
		}
	})
}

func TestOneSeesTheTasksOfTheOwnAreasOnly(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		scope := o.Tree.Scope(householdtest.Key, []area.Grant{{Root: district, Fields: area.FieldHousehold}}, o.Today)
		y, err := o.tasks.Year(ctx, scope, 2017, "384")
		if err != nil || len(y.Instances) == 0 {
			t.Fatal(err, len(y.Instances))
		}
		all, err := o.tasks.Year(ctx, scope, 2017, "")
		if err != nil || len(all.Instances) != len(y.Instances) {
			t.Errorf("of the province a district sees %d, not its %d: %v", len(all.Instances), len(y.Instances), err)
		}
		for _, code := range []string{"386", "38"} {
			if _, err := o.tasks.Year(ctx, scope, 2017, code); fault.Of(err) != fault.NotFound || err == nil {
				t.Errorf("%s is not his: %v", code, err)
			}
		}
		if _, err := o.tasks.Year(ctx, area.Scope{}, 2017, ""); fault.Of(err) != fault.NotFound || err == nil {
			t.Errorf("without any area: %v", err)
		}
		if list, err := o.tasks.Owed(ctx, scope, "14950"); err != nil || len(list) != 0 {
			t.Errorf("of a commune elsewhere %d: %v", len(list), err)
		}
	})
}

func TestWhatAPersonOwesFollowsFromThePosts(t *testing.T) {
	o := open(t, dbtest.SQLite(t))
	owes := func(by *account.Actor) map[string]int {
		t.Helper()
		list, err := o.tasks.OwedBy(ctx, o.Tree.Operator(householdtest.Key, o.Today), by, o.roles)
		if err != nil {
			t.Fatal(err)
		}
		n := map[string]int{}
		for _, i := range list {
			n[i.Task]++
		}
		return n
	}
	if n := owes(o.at("a", "commune", "", householdtest.TamChung)); n["I.5"] != 5 || n["II.1"] != 5 || n["I.4"] != 0 || n["VII.2"] != 0 {
		t.Errorf("a commune's officer owes %v", n)
	}
	if n := owes(o.at("b", "department", "so-y-te", province)); n["II.4"] != 5 || n["VII.2"] != 7 || n["II.3"] != 0 || n["I.5"] != 0 {
		t.Errorf("the department of health owes %v", n)
	}
	for _, role := range []string{"auditor", "leader", "admin"} {
		if n := owes(o.at("c", role, "", province)); len(n) != 0 {
			t.Errorf("%s owes %v", role, n)
		}
	}
	past := o.at("d", "commune", "", householdtest.TamChung)
	past.Posts[0].To = o.Today
	if n := owes(past); len(n) != 0 {
		t.Errorf("whose post has ended owes %v", n)
	}
	list, err := o.tasks.Owed(ctx, o.Tree.Operator(householdtest.Key, o.Today), "so-y-te")
	if err != nil || len(list) == 0 {
		t.Error(len(list), err)
	}
	if _, err := o.tasks.Owed(ctx, o.Tree.Operator(householdtest.Key, o.Today), "không-có"); fault.Of(err) != fault.NotFound || err == nil {
		t.Errorf("nobody: %v", err)
	}
}

func BenchmarkBoardOfTheProvince(b *testing.B) {
	o := open(b, dbtest.SQLite(b))
	o.openRound()
	if _, err := o.tasks.OpenYear(ctx, o.operator(), 2017); err != nil {
		b.Fatal(err)
	}
	scope := o.Tree.Operator(householdtest.Key, o.Today)
	for b.Loop() {
		y, err := o.tasks.Year(ctx, scope, 2017, "")
		if err != nil {
			b.Fatal(err)
		}
		if board := task.BoardOf(y, o.tasks.Calendar); board.All != 2782 {
			b.Fatal(board.All)
		}
	}
}

func BenchmarkAYearsObligations(b *testing.B) {
	o := open(b, dbtest.SQLite(b))
	for b.Loop() {
		if _, err := o.tasks.OpenYear(ctx, o.operator(), 2017); err != nil {
			b.Fatal(err)
		}
		b.StopTimer()
		for _, table := range []string{"task", "task_year", "dossier", "dossier_event"} {
			o.must(o.DB.Write(ctx, func(tx *db.Tx) error { _, err := tx.Exec(`delete from ` + table); return err }))
		}
		b.StartTimer()
	}
}
