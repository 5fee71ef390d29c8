package demo

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/goccy/go-yaml"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/dossier"
	"giamngheo/internal/review"
	"giamngheo/internal/task"
	"giamngheo/law"
)

// taskFile is law/demo/tasks.yaml.
type taskFile struct {
	Source       string
	Confirmed    bool
	Late         map[int]float64
	LateMountain float64 `yaml:"late_mountain"`
	LateDays     int     `yaml:"late_days"`
	EarlyDays    int     `yaml:"early_days"`
	Never        float64
	Returned     float64
	Input        float64
	Silent       float64
	Deputy       float64
	Now          struct {
		Draft, Doing float64
		HandedIn     float64 `yaml:"handed_in"`
		Returned     float64
	}
	Asked      []string // agencies that are asked for input, by the codes of the plan
	SurveyPlan struct {
		Days, First surveyPlanDays
	} `yaml:"survey_plan"`
	Words struct {
		Progress, Returned, Questions, Answers []string
		HandedIn                               []string `yaml:"handed_in"`
	}
}

// surveyPlanDays are days of the year, MM-DD.
type surveyPlanDays struct {
	Opened   string
	HandedIn string `yaml:"handed_in"`
	Decided  string
	Locked   string
}

// Tasks gives the years of the demo the obligations of its plan, and those
// whose product is no round of the review a history. A year that has them
// already is left as it is.
func Tasks(ctx context.Context, store *task.Store, operator *account.Actor, seed uint64) error {
	raw, err := law.Files.ReadFile("demo/tasks.yaml")
	if err != nil {
		return err
	}
	y := &taskYear{seed: seed, held: map[string]string{}}
	if y.org, err = readOrganisation(); err != nil {
		return err
	}
	if err := yaml.UnmarshalWithOptions(raw, &y.f, yaml.Strict()); err != nil {
		return fmt.Errorf("law/demo/tasks.yaml: %w", err)
	}
	plan, err := task.OfYear(store.Plans, lastYear)
	if err != nil {
		return err
	}
	for year := plan.Period.From; year <= lastYear; year++ {
		y.year, y.opened = year, max(fmt.Sprintf("%04d-01-05", year), plan.Issued)
		then := task.Store{DB: store.DB, Province: store.Province, Tree: store.Tree, Calendar: store.Calendar, Plans: store.Plans, Products: store.Products, Pages: store.Pages,
			Approvers: store.Approvers, Reminding: store.Reminding, Reviews: store.Reviews}
		dossiers := *store.Dossiers
		dossiers.Now = func() time.Time { return instant(y.opened) }
		then.Now, then.Dossiers = dossiers.Now, &dossiers
		y.Store = &then
		err := store.DB.Write(ctx, func(tx *db.Tx) error {
			if made, err := then.HasYear(tx, year); err != nil || made {
				return err
			}
			if _, err := then.OpenYearIn(tx, operator, year); err != nil {
				return err
			}
			if err := y.organise(tx, operator); err != nil {
				return err
			}
			if err := y.live(tx); err != nil {
				return err
			}
			return y.surveyPlan(tx)
		})
		if err != nil {
			return fmt.Errorf("tasks of %d: %w", year, err)
		}
	}
	return nil
}

// taskYear is a year's obligations while their history is made up.
type taskYear struct {
	*task.Store
	f      taskFile
	seed   uint64
	year   int
	opened string
	org    *organisation
	held   map[string]string // when what became an obligation was concluded, by its id

	events, steps, entries, inputs *db.Bulk
}

// errand is an obligation with its dossier.
type errand struct {
	*taskYear
	id, dossier, task, level, unit, ends, lead string
	r                                          *rand.Rand
	state                                      dossier.State
	handedIn, decided                          int64
	capacity                                   string
	rev                                        int
}

func (y *taskYear) live(tx *db.Tx) error {
	y.events = db.NewBulk("dossier_event", "dossier_id", "id", "at", "action", "step", "reason").Same("actor", actor)
	y.steps = db.NewBulk("dossier_step", "dossier_id", "step", "done_at").Same("done_by", actor)
	y.entries = db.NewBulk("task_entry", "task_id", "id", "words", "percent", "at").Same("year", y.year).Same("by_actor", actor)
	y.inputs = db.NewBulk("task_input", "task_id", "id", "unit_id", "question", "due", "at", "answer", "answered_at", "answered_by", "rev").Same("year", y.year).Same("by_actor", actor)
	var all []*errand
	from, to := fmt.Sprintf("%04d/", y.year), fmt.Sprintf("%04d0", y.year) // '0' comes after '/'
	err := tx.Each(`select t.id, d.id, t.task, t.level, t.unit, t.ends, t.lead from dossier d join task t on t.province_id = d.province_id and t.year = $2 and t.id = substr(d.subject, 6)
		where d.province_id = $1 and d.subject >= $3 and d.subject < $4 order by t.position`, []any{y.Province, y.year, from, to}, func(r *sql.Rows) error {
		e := &errand{taskYear: y, state: dossier.Draft, rev: 1}
		err := r.Scan(&e.id, &e.dossier, &e.task, &e.level, &e.unit, &e.ends, &e.lead)
		all = append(all, e)
		return err
	})
	if err != nil {
		return err
	}
	for _, e := range all {
		e.r = e.chances(e.task, e.unit)
		e.live()
		if e.rev == 1 {
			continue
		}
		moment := func(at int64) (any, string) {
			if at == 0 {
				return nil, ""
			}
			return at, actor
		}
		handedIn, by := moment(e.handedIn)
		decided, signer := moment(e.decided)
		if _, err := tx.Exec(`update dossier set state = $1, handed_in_at = $2, handed_in_by = $3, decided_at = $4, decided_by = $5, capacity = $6, rev = $7 where province_id = $8 and id = $9`,
			string(e.state), handedIn, by, decided, signer, e.capacity, e.rev, y.Province, e.dossier); err != nil {
			return err
		}
	}
	for _, b := range []*db.Bulk{y.events, y.steps, y.entries, y.inputs} {
		if err := tx.Insert(y.Province, b); err != nil {
			return err
		}
	}
	return nil
}

// surveyPlan is the province's plan of the year's round, approved by the day
// that the plan sets: the product of task I.1.
func (y *taskYear) surveyPlan(tx *db.Tx) error {
	procedure, ok := y.Reviews.ProcedureFor(review.Round{Year: y.year, BoundaryDay: task.Boundaries(y.year)})
	roots := y.Tree().Roots(task.Boundaries(y.year))
	if !ok || len(roots) == 0 {
		return nil
	}
	at := func(day string, hour int) int64 {
		return instant(fmt.Sprintf("%04d-%s", y.year, day)).Add(time.Duration(hour) * time.Hour).UnixMilli()
	}
	days := y.f.SurveyPlan.Days
	if first := y.f.SurveyPlan.First; fmt.Sprintf("%04d-%s", y.year, days.Opened) < y.opened {
		days = first // the plan itself was issued later in its first year
	}
	id, opened, handedIn, decided, locked := db.NewID(), at(days.Opened, 1), at(days.HandedIn, 1), at(days.Decided, 2), at(days.Locked, 1)
	rows := db.NewBulk("dossier", "id", "kind", "subject", "unit_id", "procedure_id", "until_day", "state", "opened_at", "opened_by", "handed_in_at", "handed_in_by", "decided_at", "decided_by", "capacity", "rev")
	rows.Add(id, review.SurveyPlan, strconv.Itoa(y.year), string(roots[0].Area), procedure.ID, "", string(dossier.Locked), opened, actor, handedIn, actor, decided, actor, "tm", 5)
	events := db.NewBulk("dossier_event", "dossier_id", "id", "at", "action", "step", "reason").Same("actor", actor)
	events.Add(id, db.NewID(), opened, string(dossier.Opened), "", "")
	steps := db.NewBulk("dossier_step", "dossier_id", "step", "done_at").Same("done_by", actor)
	rules, _ := procedure.Rules(review.SurveyPlan)
	for _, step := range rules.Steps {
		switch step.With {
		case "":
			steps.Add(id, step.Code, handedIn-1)
			events.Add(id, db.NewID(), handedIn-1, string(dossier.StepDone), step.Code, "")
		case dossier.Approval:
			steps.Add(id, step.Code, decided)
		case dossier.Locking:
			steps.Add(id, step.Code, locked)
		}
	}
	events.Add(id, db.NewID(), handedIn, string(dossier.HandedIn), "", "")
	events.Add(id, db.NewID(), decided, string(dossier.Approval), "", "")
	events.Add(id, db.NewID(), locked, string(dossier.Locking), "", "")
	for _, b := range []*db.Bulk{rows, events, steps} {
		if err := tx.Insert(y.Province, b); err != nil {
			return err
		}
	}
	_, err := tx.Exec(`update round_plan set plan_dossier = $1 where province_id = $2 and round_id = $3`, id, y.Province, strconv.Itoa(y.year))
	return err
}

func (y *taskYear) chances(parts ...string) *rand.Rand {
	h := fnv.New64a()
	fmt.Fprint(h, y.year, strings.Join(parts, "\x00"))
	return rand.New(rand.NewPCG(y.seed, h.Sum64()))
}

// live makes up what became of an obligation: done by about its term, or
// today somewhere on the way.
func (e *errand) live() {
	ends := e.ends
	if ends == "" {
		ends = fmt.Sprintf("%04d-12-20", e.year)
	}
	late := e.f.Late[e.year]
	if e.mountain() {
		late += e.f.LateMountain
	}
	isLate := chance(e.r, late)
	done := e.workdays(ends, -e.r.IntN(e.f.EarlyDays))
	if isLate {
		done = e.workdays(ends, 1+e.r.IntN(e.f.LateDays))
	}
	accepted := min(e.workdays(cmp.Or(e.held[e.id], e.opened), 1+e.r.IntN(8)), done)
	done = max(done, e.workdays(accepted, 1))
	never := chance(e.r, e.f.Never) && e.level != "province" && e.year >= lastYear-1
	if done > today || never {
		e.onTheWay(accepted, done > today && ends >= today)
		return
	}
	e.accept(accepted)
	e.progress(accepted, done)
	e.ask(accepted, done)
	handedIn := min(done, e.workdays(done, -e.r.IntN(4)))
	handedIn = max(handedIn, accepted)
	if chance(e.r, e.f.Returned) {
		first := max(accepted, e.workdays(handedIn, -6))
		e.move(dossier.Submitted, first, 10, dossier.HandedIn, pick(e.r, e.f.Words.HandedIn))
		e.move(dossier.Returned, max(first, e.workdays(handedIn, -3)), 11, dossier.SentBack, pick(e.r, e.f.Words.Returned))
	}
	e.handedIn = e.move(dossier.Submitted, handedIn, 14, dossier.HandedIn, pick(e.r, e.f.Words.HandedIn))
	if e.capacity = "tm"; chance(e.r, e.f.Deputy) {
		e.capacity = "kt"
	}
	e.decided = e.move(dossier.Approved, done, 16, dossier.Approval, "")
	e.steps.Add(e.dossier, "signed", e.decided)
	if locked := e.workdays(done, 1+e.r.IntN(5)); locked <= today && chance(e.r, 0.8) {
		e.steps.Add(e.dossier, "closed", e.move(dossier.Locked, locked, 9, dossier.Locking, ""))
	}
}

// onTheWay leaves an obligation where it stands today.
func (e *errand) onTheWay(accepted string, fits bool) {
	at, now := e.r.Float64(), e.f.Now
	if accepted >= today || fits && at < now.Draft {
		return
	}
	e.accept(accepted)
	last := min(today, fmt.Sprintf("%04d-12-18", e.year))
	e.progress(accepted, last)
	e.ask(accepted, last)
	if at < now.Draft+now.Doing || last <= e.workdays(accepted, 3) {
		return
	}
	handed := max(accepted, e.workdays(last, -4))
	e.handedIn = e.move(dossier.Submitted, handed, 14, dossier.HandedIn, pick(e.r, e.f.Words.HandedIn))
	if at >= now.Draft+now.Doing+now.HandedIn {
		e.move(dossier.Returned, max(handed, e.workdays(last, -2)), 15, dossier.SentBack, pick(e.r, e.f.Words.Returned))
	}
}

func (e *errand) accept(day string) {
	at := e.hour(day, 8)
	e.steps.Add(e.dossier, "accept", at)
	e.tell(at, dossier.StepDone, "accept", "")
	e.rev++
}

// progress tells how far it is: nothing is handed in without a word about what
// was done.
func (e *errand) progress(from, to string) {
	middle := max(from, e.workdays(from, e.Calendar.Between(from, to)/2))
	e.entries.Add(e.id, db.NewID(), pick(e.r, e.f.Words.Progress), 20+10*e.r.IntN(6), e.hour(middle, 10))
}

// ask asks another agency for input, where one leads.
func (e *errand) ask(from, to string) {
	_, led := account.AgencyOf(area.ID(e.unit))
	if !led && e.level != "province" || !chance(e.r, e.f.Input) {
		return
	}
	others := slices.DeleteFunc(slices.Clone(e.f.Asked), func(code string) bool { return code == e.lead || strings.HasSuffix(e.unit, code) })
	asked := e.workdays(from, max(1, e.Calendar.Between(from, to)/4))
	due := e.workdays(asked, 10)
	if asked >= to {
		return
	}
	var at any
	answer, by, rev := "", "", 1
	if answered := e.workdays(asked, 2+e.r.IntN(8)); !chance(e.r, e.f.Silent) && answered <= today {
		answer, at, by, rev = pick(e.r, e.f.Words.Answers), e.hour(answered, 10), actor, 2
	}
	e.inputs.Add(e.id, db.NewID(), string(account.AgencyUnit(pick(e.r, others))), pick(e.r, e.f.Words.Questions), due, e.hour(asked, 9), answer, at, by, rev)
}

// move brings the dossier into another state.
func (e *errand) move(to dossier.State, day string, hour int, action dossier.Action, reason string) int64 {
	at := e.hour(day, hour)
	e.state, e.rev = to, e.rev+1
	e.tell(at, action, "", reason)
	return at
}

func (e *errand) tell(at int64, action dossier.Action, step, reason string) {
	e.events.Add(e.dossier, db.NewID(), at, string(action), step, reason)
}

func (e *errand) hour(day string, hour int) int64 {
	return instant(day).Add(time.Duration(hour-8)*time.Hour + time.Duration(e.r.IntN(50))*time.Minute).UnixMilli()
}

func (e *errand) workdays(day string, n int) string { return e.Calendar.Add(day, n) }

func (e *errand) mountain() bool {
	return e.level != "agency" && e.Tree().Mark(area.ID(e.unit), area.MarkMountain, task.Boundaries(e.year)).Value == area.Yes
}
