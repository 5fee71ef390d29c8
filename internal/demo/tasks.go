package demo

import (
	"context"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
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
	AnswersLate  float64 `yaml:"answers_late"`
	Extension    float64
	Granted      float64
	Parts        float64
	Deputy       float64
	Now          struct {
		Draft, Doing, Extension float64
		HandedIn                float64 `yaml:"handed_in"`
		Returned                float64
	}
	Asked      []string // agencies that are asked for input, by the codes of the plan
	SurveyPlan struct {
		Days, First surveyPlanDays
	} `yaml:"survey_plan"`
	Words struct {
		Progress, Returned, Mended, Questions, Answers, Parts, Times, Refused []string
		PartDone                                                              []string `yaml:"part_done"`
		ProgressAgency                                                        []string `yaml:"progress_agency"`
		HandedIn                                                              []string `yaml:"handed_in"`
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
	y := &taskYear{seed: seed, held: map[string]concluded{}}
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
			made, err := then.HasYear(tx, year)
			if err != nil || made {
				return err
			}
			if y.staff, err = readStaff(tx, store.Province, store.Tree()); err != nil {
				return err
			}
			y.root = then.Tree().Roots(task.Boundaries(year))[0].Area
			lead := *operator // with his rights, under the name of who led then
			lead.ID = y.staff.on(y.root, officer, y.opened).id
			if _, err := then.OpenYearIn(tx, &lead, year); err != nil {
				return err
			}
			if err := y.organise(tx, &lead); err != nil {
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
	root   area.ID
	staff  staff
	held   map[string]concluded // of what became an obligation there, by its id

	dossiers, events, steps, entries, inputs, parts, times *db.Bulk
}

// concluded is when something was concluded, and who wrote it down.
type concluded struct{ day, secretary string }

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
	day := fmt.Sprintf("%04d-%s", y.year, days.HandedIn)
	works, signs := y.staff.on(y.root, officer, day).id, y.staff.on(y.root, head, day).id
	rows := db.NewBulk("dossier", "id", "kind", "subject", "unit_id", "procedure_id", "until_day", "state", "opened_at", "opened_by", "handed_in_at", "handed_in_by", "decided_at", "decided_by", "capacity", "rev")
	rows.Add(id, review.SurveyPlan, strconv.Itoa(y.year), string(roots[0].Area), procedure.ID, "", string(dossier.Locked), opened, works, handedIn, works, decided, signs, "tm", 5)
	events := db.NewBulk("dossier_event", "dossier_id", "id", "at", "actor", "action", "step", "reason")
	events.Add(id, db.NewID(), opened, works, string(dossier.Opened), "", "")
	steps := db.NewBulk("dossier_step", "dossier_id", "step", "done_at", "done_by")
	rules, _ := procedure.Rules(review.SurveyPlan)
	for _, step := range rules.Steps {
		switch step.With {
		case "":
			steps.Add(id, step.Code, handedIn-1, works)
			events.Add(id, db.NewID(), handedIn-1, works, string(dossier.StepDone), step.Code, "")
		case dossier.Approval:
			steps.Add(id, step.Code, decided, signs)
		case dossier.Locking:
			steps.Add(id, step.Code, locked, works)
		}
	}
	events.Add(id, db.NewID(), handedIn, works, string(dossier.HandedIn), "", "")
	events.Add(id, db.NewID(), decided, signs, string(dossier.Approval), "", "")
	events.Add(id, db.NewID(), locked, works, string(dossier.Locking), "", "")
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
