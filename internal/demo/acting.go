package demo

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/goccy/go-yaml"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/household"
	"giamngheo/internal/review"
	"giamngheo/law"
)

// inYearFile is law/demo/inyear.yaml.
type inYearFile struct {
	Source    string
	Confirmed bool
	Round     struct{ ID, Opened string }
	Requests  []inYearRequest
	Resurvey  struct {
		Margin      float64
		Drawn       string
		Days        []string
		OwnDrawn    string   `yaml:"own_drawn"`
		OwnDays     []string `yaml:"own_days"`
		OwnCommunes int      `yaml:"own_communes"`
		Shift, Flip int
		Shifts      []int
		Surveyors   []string
	}
	MarriedIn string `yaml:"married_in"`
	Doubles   []double
}

// Acting is the province after it is filled, in which people do what they
// would do on its pages, each on his day: the rows that follow are the program's own.
type Acting struct {
	Reviews    *review.Store
	Holder     func(ctx context.Context, id account.ID) (*account.Actor, error)
	Households int // of the demo
	Seed       uint64

	file inYearFile
	now  time.Time
	then *review.Store // Reviews at the moment now
	home area.Version  // the commune of the demo's officers
}

// enough is how many households a demo has before anything is made up about
// single ones: a smaller one has a handful in each commune.
const enough = 5000

// Act lets them. A province in which they have is left as it is, and so is one
// too small.
func Act(ctx context.Context, a *Acting) error {
	if a.Households < enough {
		return nil
	}
	raw, err := law.Files.ReadFile("demo/inyear.yaml")
	if err != nil {
		return err
	}
	if err := yaml.UnmarshalWithOptions(raw, &a.file, yaml.Strict()); err != nil {
		return fmt.Errorf("law/demo/inyear.yaml: %w", err)
	}
	s := a.Reviews
	clock := func() time.Time { return a.now }
	dossiers := *s.Dossiers
	dossiers.Now = clock
	a.then = &review.Store{DB: s.DB, Province: s.Province, Now: clock, Tree: s.Tree, Law: s.Law, Dossiers: &dossiers, Workdays: s.Workdays, Checks: s.Checks,
		Households: &household.Store{DB: s.DB, Province: s.Province, Now: clock, Tree: s.Tree, Changed: s.Households.Changed, Names: s.Households.Names}}
	var village area.ID
	err = s.DB.Read(ctx, func(tx *db.Tx) (err error) {
		village, err = Home(tx, s.Province)
		return err
	})
	if err != nil || village == "" {
		return err
	}
	var ok bool
	if a.home, ok = s.Tree().Ancestor(village, today, area.Commune); !ok {
		return fmt.Errorf("demo: %s lies in no commune", village)
	}
	if err := a.requests(ctx); err != nil {
		return fmt.Errorf("demo requests: %w", err)
	}
	if err := a.resurvey(ctx); err != nil {
		return fmt.Errorf("demo second survey: %w", err)
	}
	if err := a.doubles(ctx); err != nil {
		return fmt.Errorf("demo doubles: %w", err)
	}
	return nil
}

// on sets the clock to an hour of a day of the last year.
func (a *Acting) on(day string, hour int) string {
	day = strconv.Itoa(lastYear) + "-" + day
	a.now = instant(day).Add(time.Duration(hour) * time.Hour)
	return day
}

// holder is who has a post in a unit; nil where nobody has.
func (a *Acting) holder(ctx context.Context, unit area.ID, role string) (*account.Actor, error) {
	var id account.ID
	err := a.Reviews.DB.Read(ctx, func(tx *db.Tx) error {
		return tx.Get(`select coalesce(min(a.name), '') from post p join account a on a.province_id = p.province_id and a.id = p.account_id where p.province_id = $1 and p.area_id = $2 and p.role = $3 and p.from_day <= $4 and p.to_day > $4`, []any{a.Reviews.Province, string(unit), role, today}, &id)
	})
	if err != nil || id == "" {
		return nil, err
	}
	err = a.Reviews.DB.Read(ctx, func(tx *db.Tx) error {
		return tx.Get(`select id from account where province_id = $1 and name = $2`, []any{a.Reviews.Province, string(id)}, &id)
	})
	if err != nil {
		return nil, err
	}
	return a.Holder(ctx, id)
}

func actorFor(by *account.Actor, right account.Right) household.Actor {
	return household.Actor{ID: string(by.ID), Scope: by.ScopeFor(right)}
}
