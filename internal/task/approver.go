package task

import (
	"fmt"
	"io/fs"
	"slices"

	"github.com/goccy/go-yaml"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/dossier"
	"giamngheo/internal/programme"
)

// Approvers tells where those sign whom a plan names as approvers: plan number
// → code → level.
type Approvers struct {
	ByPlan map[string]map[string]programme.Level
	// None is what holds where a plan names nobody: the head of the unit signs,
	// and whether some authority has said so.
	NoneConfirmed bool
}

// LoadApprovers reads task-approvers.yaml of law.Files.
func LoadApprovers(fsys fs.FS) (a Approvers, err error) {
	raw, err := fs.ReadFile(fsys, "task-approvers.yaml")
	if err != nil {
		return a, err
	}
	var file struct {
		Sources map[string]string
		None    struct {
			At, Source string
			Confirmed  bool
		}
		Plans []struct {
			Plan      string
			Approvers []struct {
				Approver, Source string
				At               programme.Level
				Confirmed        bool
			}
		}
	}
	if err := yaml.UnmarshalWithOptions(raw, &file, yaml.Strict()); err != nil {
		return a, fmt.Errorf("task-approvers.yaml: %w", err)
	}
	if file.None.At != "unit" || file.Sources[file.None.Source] == "" {
		return a, fmt.Errorf("task-approvers.yaml: none says %q", file.None.At)
	}
	a = Approvers{ByPlan: map[string]map[string]programme.Level{}, NoneConfirmed: file.None.Confirmed}
	for _, p := range file.Plans {
		if _, twice := a.ByPlan[p.Plan]; twice || p.Plan == "" {
			return a, fmt.Errorf("task-approvers.yaml: plan %q stands twice or has no number", p.Plan)
		}
		of := map[string]programme.Level{}
		a.ByPlan[p.Plan] = of
		for _, one := range p.Approvers {
			if _, twice := of[one.Approver]; twice || one.Approver == "" || !slices.Contains(approving, one.At) || file.Sources[one.Source] == "" {
				return a, fmt.Errorf("task-approvers.yaml: approver %q stands twice, or its level %q or source %q is not known", one.Approver, one.At, one.Source)
			}
			of[one.Approver] = one.At
		}
	}
	return a, nil
}

var approving = []programme.Level{programme.Province, programme.District, programme.Commune, programme.Agency}

// The kinds of dossiers of obligations, as in law/procedures, by the level of
// whose work it is; those that somebody above signs have the ending "_above",
// and those of a commune that the province signs "_province". Requests for more
// time have kinds of their own.
const (
	kindPrefix = "task_"
	timePrefix = "task_time_"
	aboveEnd   = "_above"
	topEnd     = "_province"
)

func workKinds() (kinds []string) {
	for _, level := range approving {
		kinds = append(kinds, kindPrefix+string(level), kindPrefix+string(level)+aboveEnd, timePrefix+string(level))
	}
	return append(kinds, kindPrefix+string(programme.Commune)+topEnd)
}

// levelOf is the level of who does the work.
func (i Instance) levelOf() programme.Level {
	if _, agency := account.AgencyOf(i.By); agency {
		return programme.Agency
	}
	return i.Level
}

// kindOf is the kind of the dossier of an obligation; named is false where the
// plan names nobody whose level is known, so that the head of the unit signs.
func (s *Store) kindOf(plan string, i Instance) (kind string, named bool) {
	level := i.levelOf()
	kind = kindPrefix + string(level)
	at, named := s.ofLevel(plan, i)
	switch {
	case !named || slices.Index(approving, at) >= slices.Index(approving, level):
	case level == programme.Commune && at == programme.Province:
		kind += topEnd
	default:
		kind += aboveEnd
	}
	return kind, named
}

// doer is the unit whose work an obligation is: the agency that owes it, or
// that leads a task of the province; else the area.
func doer(i Instance, agencies []account.Agency) area.ID {
	known := func(code string) bool {
		return slices.ContainsFunc(agencies, func(a account.Agency) bool { return a.ID == code })
	}
	switch {
	case i.Level == programme.Agency:
		return account.AgencyUnit(i.Unit.Code)
	case i.Level == programme.Province && known(i.Lead):
		return account.AgencyUnit(i.Lead)
	}
	return i.Area
}

// subjectOf is what the dossier of an obligation is about.
func subjectOf(year int, id string) string { return fmt.Sprintf("%04d/%s", year, id) }

// linked says whether the product of an obligation is a dossier of another
// subject.
func (s *Store) linked(plan string, i Instance) bool {
	return s.Products[plan][i.Task] != "" && i.Area != "" && i.Span == programme.Span{From: i.Year, To: i.Year}
}

// keys are the dossiers of obligations that have no other product.
func (s *Store) keys(plan string, p *dossier.Procedure, list []Instance) (keys []dossier.Key) {
	for _, i := range list {
		if s.linked(plan, i) {
			continue
		}
		kind, _ := s.kindOf(plan, i)
		if _, ok := p.Rules(kind); ok {
			keys = append(keys, dossier.Key{Kind: kind, Subject: subjectOf(i.Year, i.ID), Unit: i.By, Until: Boundaries(i.Year)})
		}
	}
	return keys
}

// procedure is the one by which a year's obligations go.
func (s *Store) procedure(year int) (*dossier.Procedure, error) {
	return s.Dossiers.Law.On(dossier.Tasks, fmt.Sprintf("%04d-01-01", year))
}
