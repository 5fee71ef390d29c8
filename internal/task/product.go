package task

import (
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/dossier"
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
			Pages []pageLine
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
	if len(list) == 0 {
		return nil
	}
	agencies, err := account.AgenciesIn(tx, s.Province)
	if err != nil {
		return err
	}
	for n := range list {
		list[n].By = doer(list[n], agencies)
	}
	if err := s.followWork(tx, year, list); err != nil {
		return err
	}
	b, err := s.basis(tx, plan)
	if err != nil {
		return err
	}
	var units []string
	for _, i := range list {
		if s.linked(b, i) && !slices.Contains(units, string(i.Area)) {
			units = append(units, string(i.Area))
		}
		if len(units) > fewUnits {
			break
		}
	}
	if len(units) == 0 {
		return nil
	}
	type key struct {
		kind string
		unit area.ID
	}
	found := map[key]dossier.Dossier{}
	read := func(subject, kind string) error {
		list, err := []dossier.Dossier(nil), error(nil)
		if len(units) > fewUnits {
			list, _, err = s.Dossiers.Standing(tx, subject, subject+"!", stepAccept) // "!": before all signs of a longer one
		} else {
			list, err = s.Dossiers.OfUnits(tx, subject, units)
		}
		for _, d := range list {
			if kind == "" || kind == d.Kind {
				found[key{d.Kind, d.Unit}] = d
			}
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
	opened := map[string]bool{}
	if there {
		if err := read(round.ID, ""); err != nil {
			return err
		}
	}
	if there && round.State == review.Closed {
		if opened, err = s.Dossiers.Kinds(tx, round.ID); err != nil {
			return err
		}
	}
	for n := range list {
		i := &list[n]
		if !s.linked(b, *i) {
			continue
		}
		kind := s.product(b, i.Task)
		d, ok := found[key{kind, i.Area}]
		switch {
		case ok:
			i.as(d)
		case there && round.State == review.Closed && kind != review.SurveyPlan && !opened[kind]: // a round from before there were dossiers
			// Nobody recorded who finished when: not after the closing.
			if i.State, i.Done = Done, area.Today(msTime(round.ClosedAt)); i.Done > i.Ends {
				i.Done = ""
			}
		}
	}
	return nil
}

// fewUnits is up to how many units, and few up to how many obligations, are
// asked for one by one instead of reading a year's dossiers.
const fewUnits, few = 20, 200

// followWork gives obligations the state of their own dossiers, and the term
// to which it was extended.
func (s *Store) followWork(tx *db.Tx, year int, list []Instance) error {
	all, accepted, err := s.dossiersOf(tx, year, list)
	if err != nil {
		return err
	}
	extended, err := s.extensions(tx, year)
	if err != nil {
		return err
	}
	found := make(map[string]dossier.Dossier, len(all))
	for _, d := range all {
		if !strings.HasPrefix(d.Kind, timePrefix) {
			found[d.Subject] = d
		}
	}
	for n := range list {
		i := &list[n]
		if i.ID == "" {
			continue
		}
		if d, ok := found[subjectOf(year, i.ID)]; ok {
			i.as(d)
			if d.State == dossier.Draft && !accepted[d.ID] {
				i.State = Planned
			}
		}
		if day := extended[i.ID]; day > i.Ends {
			i.Extended, i.Ends = day, day
		}
	}
	return nil
}

// dossiersOf reads the own dossiers of obligations, and which of these were
// accepted.
func (s *Store) dossiersOf(tx *db.Tx, year int, list []Instance) (all []dossier.Dossier, accepted map[string]bool, err error) {
	if len(list) > few {
		return s.Dossiers.Standing(tx, subjectOf(year, ""), subjectOf(year, "~"), stepAccept)
	}
	var subjects, ids []string
	for _, i := range list {
		if i.ID != "" {
			subjects = append(subjects, subjectOf(year, i.ID))
		}
	}
	if all, err = s.Dossiers.AboutEach(tx, subjects); err != nil {
		return nil, nil, err
	}
	for _, d := range all {
		ids = append(ids, d.ID)
	}
	accepted, err = s.Dossiers.SteppedOf(tx, ids, stepAccept)
	return all, accepted, err
}

// stepAccept is the step by which a unit accepts its obligation.
const stepAccept = "accept"

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
		i.State, i.Done, i.Closed = Done, area.Today(msTime(d.DecidedAt)), d.State == dossier.Locked
	case dossier.PassedOn:
		i.State = PassedOn
	}
}
