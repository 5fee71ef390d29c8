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

// Approvers tells where those sign whom a plan names as approvers, where its
// own file does not: plan number → code → level.
type Approvers struct {
	ByPlan map[string]map[string]programme.Level
	// Codes mean the same in every plan; Heads are how the codes of heads of
	// agencies begin.
	Codes map[string]programme.Level
	Heads []Head
	// NoneConfirmed says whether some authority has said that the head of the
	// unit signs where a plan names nobody.
	NoneConfirmed bool
}

// Head is how the codes of heads of agencies begin. The code of the agency
// follows, unless Any says that it can be anything.
type Head struct {
	Begins string
	Any    bool
}

type approverLine struct {
	Approver, Source string
	At               programme.Level
	Confirmed        bool
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
		Codes []approverLine
		Heads []struct {
			Begins, Source string
			Any, Confirmed bool
		}
		Plans []struct {
			Plan      string
			Approvers []approverLine
		}
	}
	if err := yaml.UnmarshalWithOptions(raw, &file, yaml.Strict()); err != nil {
		return a, fmt.Errorf("task-approvers.yaml: %w", err)
	}
	if file.None.At != "unit" || file.Sources[file.None.Source] == "" {
		return a, fmt.Errorf("task-approvers.yaml: none says %q", file.None.At)
	}
	levels := func(lines []approverLine) (map[string]programme.Level, error) {
		of := map[string]programme.Level{}
		for _, one := range lines {
			if _, twice := of[one.Approver]; twice || one.Approver == "" || !slices.Contains(approving, one.At) || file.Sources[one.Source] == "" {
				return nil, fmt.Errorf("task-approvers.yaml: approver %q stands twice, or its level %q or source %q is not known", one.Approver, one.At, one.Source)
			}
			of[one.Approver] = one.At
		}
		return of, nil
	}
	a = Approvers{ByPlan: map[string]map[string]programme.Level{}, NoneConfirmed: file.None.Confirmed}
	if a.Codes, err = levels(file.Codes); err != nil {
		return a, err
	}
	for _, h := range file.Heads {
		if h.Begins == "" || file.Sources[h.Source] == "" {
			return a, fmt.Errorf("task-approvers.yaml: heads that begin %q, or their source %q, are not known", h.Begins, h.Source)
		}
		a.Heads = append(a.Heads, Head{h.Begins, h.Any})
	}
	for _, p := range file.Plans {
		if _, twice := a.ByPlan[p.Plan]; twice || p.Plan == "" {
			return a, fmt.Errorf("task-approvers.yaml: plan %q stands twice or has no number", p.Plan)
		}
		if a.ByPlan[p.Plan], err = levels(p.Approvers); err != nil {
			return a, err
		}
	}
	return a, nil
}

var approving = []programme.Level{programme.Province, programme.District, programme.Commune, programme.Agency}

// The kinds of dossiers of obligations, as in law/procedures, by the level of
// whose work it is; those that somebody above signs have the ending "_above",
// those of a commune that the province signs "_province", and those that the head
// of another agency signs "_other". Requests for more time have kinds of their own.
const (
	kindPrefix = "task_"
	timePrefix = "task_time_"
	aboveEnd   = "_above"
	topEnd     = "_province"
	otherEnd   = "_other"
)

func workKinds() (kinds []string) {
	for _, level := range approving {
		kinds = append(kinds, kindPrefix+string(level), kindPrefix+string(level)+aboveEnd, kindPrefix+string(level)+otherEnd, timePrefix+string(level))
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

// kindOf is the kind of the dossier of an obligation, and why its approver is
// who he is: by all answers but ByNamed the head of the unit signs. signAt is the
// agency whose head signs what is another's work, or the one that took over from
// it; of agencies that are not there or have ended without a successor nobody can.
func (s *Store) kindOf(b basis, i Instance, agencies []account.Agency) (kind string, signAt area.ID, why Approval) {
	level := i.levelOf()
	kind = kindPrefix + string(level)
	if i.Approver == "" {
		return kind, "", ByNobody
	}
	at, agency, known := s.ofLevel(b, i)
	if a, ok := agencyOn(agencies, agency, s.today()); ok && at == programme.Agency {
		if signAt = account.AgencyUnit(a.ID); signAt != i.By {
			return kind + otherEnd, signAt, ByNamed
		}
		return kind, "", ByNamed
	}
	switch {
	case !known:
		return kind, "", ByUnknown
	case at == level && (agency == "" || account.AgencyUnit(agency) == i.By):
		return kind, "", ByNamed
	case at == programme.Province && level == programme.Commune:
		return kind + topEnd, "", ByNamed
	case at == programme.Province && level != programme.Province, at == programme.District && level == programme.Commune:
		return kind + aboveEnd, "", ByNamed
	}
	return kind, "", ByElsewhere
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
func (s *Store) linked(b basis, i Instance) bool {
	kind := s.product(b, i.Task)
	return slices.Contains(kinds, kind) && programme.Products[kind] == i.Level && i.Area != "" && i.Span == programme.Span{From: i.Year, To: i.Year}
}

// keys are the dossiers of obligations that have no other product.
func (s *Store) keys(b basis, p *dossier.Procedure, list []Instance, agencies []account.Agency) (keys []dossier.Key) {
	for _, i := range list {
		if s.linked(b, i) {
			continue
		}
		kind, signAt, _ := s.kindOf(b, i, agencies)
		if _, ok := p.Rules(kind); ok {
			keys = append(keys, dossier.Key{Kind: kind, Subject: subjectOf(i.Year, i.ID), Unit: i.By, Until: Boundaries(i.Year), SignAt: signAt})
		}
	}
	return keys
}

// procedure is the one by which a year's obligations go.
func (s *Store) procedure(year int) (*dossier.Procedure, error) {
	return s.Dossiers.Law.On(dossier.Tasks, fmt.Sprintf("%04d-01-01", year))
}
