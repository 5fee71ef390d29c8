package task

import (
	"fmt"
	"io/fs"
	"slices"
	"strconv"

	"github.com/goccy/go-yaml"

	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/dossier"
	"giamngheo/internal/programme"
	"giamngheo/internal/review"
)

// Products tells which dossier is the product of a task: plan number → task →
// kind of law/procedures.
type Products map[string]map[string]string

// LoadProducts reads task-products.yaml of law.Files. A kind that is no
// product of a round is refused.
func LoadProducts(fsys fs.FS) (Products, error) {
	raw, err := fs.ReadFile(fsys, "task-products.yaml")
	if err != nil {
		return nil, err
	}
	var file struct {
		Sources map[string]string
		Plans   []struct {
			Plan     string
			Products []struct {
				Task, Kind, Source string
				Confirmed          bool
			}
		}
	}
	if err := yaml.UnmarshalWithOptions(raw, &file, yaml.Strict()); err != nil {
		return nil, fmt.Errorf("task-products.yaml: %w", err)
	}
	all := Products{}
	for _, plan := range file.Plans {
		if _, twice := all[plan.Plan]; twice || plan.Plan == "" {
			return nil, fmt.Errorf("task-products.yaml: plan %q stands twice or has no number", plan.Plan)
		}
		all[plan.Plan] = map[string]string{}
		for _, p := range plan.Products {
			if _, twice := all[plan.Plan][p.Task]; twice || p.Task == "" || !slices.Contains(kinds, p.Kind) || file.Sources[p.Source] == "" {
				return nil, fmt.Errorf("task-products.yaml: task %q stands twice, or its kind %q or source %q is not known", p.Task, p.Kind, p.Source)
			}
			all[plan.Plan][p.Task] = p.Kind
		}
	}
	return all, nil
}

var kinds = []string{review.SurveyPlan, review.CommuneReview, review.DistrictReview, review.ProvinceReview}

// follow gives each obligation the state of its product. Only the product of
// the year itself is a round's: a report over several years is another.
func (s *Store) follow(tx *db.Tx, plan string, year int, list []Instance) error {
	products := s.Products[plan]
	if len(products) == 0 {
		return nil
	}
	type key struct {
		kind string
		unit area.ID
	}
	found, opened := map[key]dossier.Dossier{}, map[string]bool{}
	read := func(subject, kind string) error {
		all, err := s.Dossiers.ListIn(tx, subject, kind)
		for _, d := range all {
			found[key{d.Kind, d.Unit}], opened[d.Kind] = d, true
		}
		return err
	}
	if err := read(strconv.Itoa(year), review.SurveyPlan); err != nil {
		return err
	}
	round, there, err := s.Reviews.Yearly(tx, year)
	if err != nil {
		return err
	}
	if there {
		if err := read(round.ID, ""); err != nil {
			return err
		}
	}
	for n := range list {
		i := &list[n]
		kind := products[i.Task]
		if kind == "" || i.Area == "" || i.Span != (programme.Span{From: year, To: year}) {
			continue
		}
		d, ok := found[key{kind, i.Area}]
		switch {
		case ok:
			i.as(d)
		case there && round.State == review.Closed && kind != review.SurveyPlan && !opened[kind]: // a round from before there were dossiers
			i.State, i.Done = Done, area.Today(msTime(round.ClosedAt))
		}
	}
	return nil
}

// as takes over how far the dossier is.
func (i *Instance) as(d dossier.Dossier) {
	i.Dossier = d.ID
	if d.HandedInAt != 0 {
		i.HandedIn = area.Today(msTime(d.HandedInAt))
	}
	switch d.State {
	case dossier.Draft:
		i.State = Doing
	case dossier.Submitted:
		i.State = HandedIn
	case dossier.Returned:
		i.State = Returned
	case dossier.Approved, dossier.Locked:
		i.State, i.Done = Done, area.Today(msTime(d.DecidedAt))
	case dossier.PassedOn: // what was open goes on in the successors' dossiers
	}
}
