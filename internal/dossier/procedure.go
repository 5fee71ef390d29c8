package dossier

import (
	"cmp"
	"fmt"
	"io/fs"
	"slices"

	"github.com/goccy/go-yaml"

	"giamngheo/internal/area"
	"giamngheo/internal/fault"
	"giamngheo/internal/text"
)

// Law is law/procedures: which kinds of dossiers there are and how each goes,
// by the day.
type Law struct {
	Procedures []*Procedure
}

// Family is what procedures are for: each has one at a time.
type Family string

// The families. A file that names none is for reviews.
const (
	Reviews Family = "review"
	Tasks   Family = "task"
)

// Procedure is one file: the rules that held in a period.
type Procedure struct {
	ID       string
	For      Family
	Name     string
	Valid    Period
	Sources  map[string]string
	Figures  map[string]Figure
	Calendar map[string]Day
	Dossiers []Rules
}

// Period is from a day to a day, both included; an empty To has not ended.
type Period struct {
	From, To  string
	Source    string
	Confirmed bool
	Note      string
}

// Figure is a number that the procedure rests on. Unit: day, working_day,
// percent, day_of_month.
type Figure struct {
	Value     int
	Unit      string
	Source    string
	Confirmed bool
	Note      string
}

// Day is a day of the year, "MM-DD".
type Day struct {
	Day       string
	Source    string
	Confirmed bool
}

// Rules say how dossiers of a kind go.
type Rules struct {
	Kind      string
	Name      string
	Level     area.Level // Agency for bodies outside the tree of areas
	Source    string
	Confirmed bool
	HandIn    []string `yaml:"hand_in"` // roles with a post at the unit itself
	Approve   []string // roles with a post where ApproveAt says
	ApproveAt Place    `yaml:"approve_at"`
	Return    []string // roles whose area covers the unit
	Unlock    []string
	Due       *Day
	Steps     []Step
}

// Agency is the level of dossiers of bodies outside the tree of areas.
const Agency area.Level = "agency"

// Place is where somebody signs, seen from the unit of a dossier.
type Place string

// The places. Without one it is the unit itself.
const (
	AtUnit     Place = "unit"
	AtAbove    Place = "above"
	AtProvince Place = "province"
	AtNamed    Place = "named" // the agency that the dossier itself names
)

// Stage is when a step is done.
type Stage string

// The stages of steps.
const (
	WhileWorking   Stage = "working"
	WhileSubmitted Stage = "submitted"
	OnceApproved   Stage = "approved"
)

// fits says whether the step can be done in the state.
func (g Stage) fits(s State) bool {
	switch g {
	case WhileWorking:
		return s.Working()
	case WhileSubmitted:
		return s == Submitted
	}
	return s == Approved
}

// Step is one line of the checklist. Its name is the text
// "dossier.step." + kind + "." + code.
type Step struct {
	Code  string
	Per   area.Level // village: done in each; "": once for the whole
	Stage Stage
	By    []string // roles whose area covers the unit
	With  Action   // done together with this action and by nothing else
}

// Name is what the page calls the step.
func (r Rules) StepName(code string) string { return text.T("dossier.step." + r.Kind + "." + code) }

// Step finds a step by its code.
func (r Rules) Step(code string) (Step, int, bool) {
	i := slices.IndexFunc(r.Steps, func(s Step) bool { return s.Code == code })
	if i < 0 {
		return Step{}, -1, false
	}
	return r.Steps[i], i, true
}

// Rules finds those of a kind.
func (p *Procedure) Rules(kind string) (Rules, bool) {
	i := slices.IndexFunc(p.Dossiers, func(r Rules) bool { return r.Kind == kind })
	if i < 0 {
		return Rules{}, false
	}
	return p.Dossiers[i], true
}

// On gives the procedure of a family that holds on the day.
func (l *Law) On(family Family, day string) (*Procedure, error) {
	for _, p := range l.Procedures {
		if p.For == family && p.Valid.From <= day && (p.Valid.To == "" || day <= p.Valid.To) {
			return p, nil
		}
	}
	return nil, fault.New(fault.NotFound, "no_procedure", text.T("dossier.no_procedure", "day", area.ShowDay(day)))
}

// ByID gives a procedure by its id.
func (l *Law) ByID(id string) (*Procedure, error) {
	for _, p := range l.Procedures {
		if p.ID == id {
			return p, nil
		}
	}
	return nil, fault.New(fault.NotFound, "no_procedure", text.T("dossier.no_procedure_id", "id", id))
}

// LoadLaw reads procedures/ of law.Files.
func LoadLaw(fsys fs.FS) (*Law, error) {
	names, err := fs.Glob(fsys, "procedures/*.yaml")
	if err != nil {
		return nil, err
	}
	l := &Law{}
	for _, name := range names {
		raw, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, err
		}
		p, err := ParseProcedure(raw)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		l.Procedures = append(l.Procedures, p)
	}
	if len(l.Procedures) == 0 {
		return nil, fmt.Errorf("procedures: there is none")
	}
	slices.SortFunc(l.Procedures, func(a, b *Procedure) int {
		return cmp.Or(cmp.Compare(a.For, b.For), cmp.Compare(a.Valid.From, b.Valid.From))
	})
	for i, p := range l.Procedures[1:] {
		if before := l.Procedures[i]; before.ID == p.ID || before.For == p.For && (before.Valid.To == "" || before.Valid.To >= p.Valid.From) {
			return nil, fmt.Errorf("procedures %s and %s overlap or have one id", before.ID, p.ID)
		}
	}
	return l, nil
}

// ParseProcedure reads one file strictly.
func ParseProcedure(raw []byte) (*Procedure, error) {
	var file struct {
		Kind      string
		Procedure `yaml:",inline"`
	}
	if err := yaml.UnmarshalWithOptions(raw, &file, yaml.Strict()); err != nil {
		return nil, err
	}
	p := &file.Procedure
	if file.Kind != "procedure" || p.ID == "" || p.Name == "" {
		return nil, fmt.Errorf("it is no procedure, or lacks its id or name")
	}
	if p.For == "" {
		p.For = Reviews
	}
	return p, p.check()
}

var units = []string{"day", "working_day", "percent", "day_of_month"}

func (p *Procedure) check() error {
	source := func(where, key string) error {
		if p.Sources[key] == "" {
			return fmt.Errorf("%s: no source %q", where, key)
		}
		return nil
	}
	if p.For != Reviews && p.For != Tasks {
		return fmt.Errorf("for: nobody asks for %q", p.For)
	}
	if err := source("valid", p.Valid.Source); err != nil {
		return err
	}
	if !area.ValidDay(p.Valid.From) || p.Valid.To != "" && (!area.ValidDay(p.Valid.To) || p.Valid.To < p.Valid.From) {
		return fmt.Errorf("valid: %q to %q is no period", p.Valid.From, p.Valid.To)
	}
	for code, f := range p.Figures {
		if err := source(code, f.Source); err != nil {
			return err
		}
		if f.Value <= 0 || !slices.Contains(units, f.Unit) {
			return fmt.Errorf("figure %s: %d %q is nothing to count with", code, f.Value, f.Unit)
		}
	}
	for code, d := range p.Calendar {
		if err := d.check(code, source); err != nil {
			return err
		}
	}
	for i, r := range p.Dossiers {
		if _, twice := p.Rules(r.Kind); !twice || slices.IndexFunc(p.Dossiers, func(o Rules) bool { return o.Kind == r.Kind }) != i {
			return fmt.Errorf("dossier %q stands twice", r.Kind)
		}
		if err := r.check(source); err != nil {
			return err
		}
	}
	return nil
}

func (d Day) check(where string, source func(where, key string) error) error {
	if !area.ValidDay("2016-" + d.Day) {
		return fmt.Errorf("%s: %q is no day of the year", where, d.Day)
	}
	return source(where, d.Source)
}

func (r Rules) check(source func(where, key string) error) error {
	if r.Kind == "" || r.Name == "" || r.Level == "" || len(r.HandIn) == 0 || len(r.Approve) == 0 || len(r.Return) == 0 || len(r.Unlock) == 0 || len(r.Steps) == 0 {
		return fmt.Errorf("dossier %q lacks its name, level, steps or who hands in, approves, returns, unlocks", r.Kind)
	}
	if err := source(r.Kind, r.Source); err != nil {
		return err
	}
	if !slices.Contains([]Place{"", AtUnit, AtAbove, AtProvince, AtNamed}, r.ApproveAt) {
		return fmt.Errorf("dossier %s: nobody signs at %q", r.Kind, r.ApproveAt)
	}
	if r.Due != nil {
		if err := r.Due.check(r.Kind, source); err != nil {
			return err
		}
	}
	order := []Stage{WhileWorking, WhileSubmitted, OnceApproved}
	last := 0
	for i, s := range r.Steps {
		stage := slices.Index(order, s.Stage)
		_, at, _ := r.Step(s.Code)
		switch {
		case s.Code == "" || at != i:
			return fmt.Errorf("dossier %s: step %q stands twice or has no code", r.Kind, s.Code)
		case stage < last:
			return fmt.Errorf("dossier %s: step %s comes too late for its stage", r.Kind, s.Code)
		case s.Per != "" && s.Per != area.Village:
			return fmt.Errorf("dossier %s: step %s is per %q", r.Kind, s.Code, s.Per)
		case s.With != "" && (s.With != Approval && s.With != Locking || len(s.By) > 0 || s.Per != ""):
			return fmt.Errorf("dossier %s: step %s cannot be done with %q", r.Kind, s.Code, s.With)
		case s.With == "" && len(s.By) == 0:
			return fmt.Errorf("dossier %s: nobody may do step %s", r.Kind, s.Code)
		}
		last = stage
	}
	return nil
}
