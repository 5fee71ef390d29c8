package form

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"

	"giamngheo/internal/standard"
)

// CaseFile is a file law/cases/forms-….yaml: fillings with what an officer
// expects the form to say of them.
type CaseFile struct {
	About    string `yaml:"about"`
	Form     string `yaml:"form"`
	Standard string `yaml:"standard"`
	Cases    []Case `yaml:"cases"`
}

// Case is one filling.
type Case struct {
	Name   string   `yaml:"name"`
	Given  Given    `yaml:"given"`
	Expect Expected `yaml:"expect"`
	Why    string   `yaml:"why"`
}

// Given is the household, this year and last.
type Given struct {
	AreaType string       `yaml:"area_type"`
	Day      string       `yaml:"day"` // of ages; 2016-12-31 where nothing is said
	Today    string       `yaml:"today"`
	Size     int          `yaml:"size"`
	Members  []CaseMember `yaml:"members"`
	Answers  Answers      `yaml:"answers"`
	LastYear *struct {
		Members []CaseMember `yaml:"members"`
		Answers Answers      `yaml:"answers"`
	} `yaml:"last_year"`
}

// CaseMember is a member of a case.
type CaseMember struct {
	ID       string `yaml:"id"`
	Name     string `yaml:"name"`
	Born     string `yaml:"born"`
	Sex      string `yaml:"sex"`
	Relation string `yaml:"relation"`
}

// Expected is what the form says: the codes of all faults and warnings, and
// where given the result, the class, some questions asked and some not
// (code, or code of a member: "at_school an"), and words that are said.
type Expected struct {
	Result   string   `yaml:"result"`
	Class    string   `yaml:"class"`
	Faults   []string `yaml:"faults"`
	Warnings []string `yaml:"warnings"`
	Missing  []string `yaml:"missing"`
	Asked    []string `yaml:"asked"`
	NotAsked []string `yaml:"not_asked"`
	Deprived []string `yaml:"deprived"` // indicators as decided
	Says     []string `yaml:"says"`
}

// RunCases works all cases of a tree through the forms, and gives how many
// there are and what is wrong.
func RunCases(tree fs.FS, forms *Library, law *standard.Library) (int, []error) {
	names, err := fs.Glob(tree, "cases/forms-*.yaml")
	if err != nil {
		return 0, []error{err}
	}
	run := 0
	var faults []error
	for _, name := range names {
		raw, err := fs.ReadFile(tree, name)
		if err != nil {
			faults = append(faults, err)
			continue
		}
		n, wrong := runCaseFile(raw, forms, law)
		run += n
		for _, err := range wrong {
			faults = append(faults, fmt.Errorf("%s: %w", path.Base(name), err))
		}
	}
	return run, faults
}

func runCaseFile(raw []byte, forms *Library, law *standard.Library) (int, []error) {
	file := &CaseFile{}
	if err := yaml.UnmarshalWithOptions(raw, file, yaml.Strict()); err != nil {
		return 0, []error{err}
	}
	set, err := law.ByID(file.Standard)
	if err != nil {
		return 0, []error{err}
	}
	d := forms.ByID(file.Form)
	if d == nil {
		return 0, []error{fmt.Errorf("form %q is not there", file.Form)}
	}
	f, err := d.With(set, law)
	if err != nil {
		return 0, []error{err}
	}
	var faults []error
	for _, one := range file.Cases {
		if err := one.run(f); err != nil {
			faults = append(faults, fmt.Errorf("«%s»: %w", one.Name, err))
		}
	}
	return len(file.Cases), faults
}

func (c *Case) run(f *Form) error {
	if c.Name == "" || c.Why == "" {
		return errors.New("a case needs a name and a why")
	}
	out, err := f.Work(c.Given.filling())
	if err != nil {
		return err
	}
	var wrong []error
	that := func(ok bool, format string, args ...any) {
		if !ok {
			wrong = append(wrong, fmt.Errorf(format, args...))
		}
	}
	that(out.Result == c.Expect.Result, "result is %q, expected %q", out.Result, c.Expect.Result)
	if c.Expect.Class != "" {
		that(out.Class.Class.String() == c.Expect.Class, "class is %s, expected %s", out.Class.Class, c.Expect.Class)
	}
	faults, warnings := codesOf(out.Faults), codesOf(out.Warnings)
	that(slices.Equal(faults, c.Expect.Faults), "faults are %v, expected %v", faults, c.Expect.Faults)
	that(slices.Equal(warnings, c.Expect.Warnings), "warnings are %v, expected %v", warnings, c.Expect.Warnings)
	asked, missing := placesOf(out.Asked), placesOf(out.Missing)
	if c.Expect.Missing != nil {
		that(slices.Equal(missing, c.Expect.Missing), "missing are %v, expected %v", missing, c.Expect.Missing)
	}
	for _, place := range c.Expect.Asked {
		that(slices.Contains(asked, place), "%s is not asked", place)
	}
	for _, place := range c.Expect.NotAsked {
		that(!slices.Contains(asked, place), "%s is asked", place)
	}
	if c.Expect.Deprived != nil {
		var deprived []string
		for i, indicator := range f.Set.Indicators {
			if out.Decided.Deprived&(1<<i) != 0 {
				deprived = append(deprived, indicator.Code)
			}
		}
		that(slices.Equal(deprived, c.Expect.Deprived), "deprived are %v, expected %v", deprived, c.Expect.Deprived)
	}
	var said strings.Builder
	for _, one := range slices.Concat(out.Faults, out.Warnings) {
		said.WriteString(one.Text + "\n")
	}
	for _, words := range c.Expect.Says {
		that(strings.Contains(said.String(), words), "it does not say %q but\n%s", words, said.String())
	}
	return errors.Join(wrong...)
}

func codesOf(list []Finding) (codes []string) {
	for _, one := range list {
		codes = append(codes, one.Check)
	}
	return codes
}

func placesOf(list []Place) (places []string) {
	for _, one := range list {
		places = append(places, strings.TrimSpace(one.Question+" "+one.Member))
	}
	return places
}

func (g *Given) filling() Filling {
	f := Filling{Answers: g.Answers, Roster: roster(g.Members), Size: g.Size, Day: g.Day, Today: g.Today}
	if f.Day == "" {
		f.Day = "2016-12-31"
	}
	for _, a := range []standard.AreaType{standard.Rural, standard.Urban} {
		if a.String() == g.AreaType {
			f.Area = a
		}
	}
	if g.LastYear != nil {
		f.Last = &Last{Answers: g.LastYear.Answers, Roster: roster(g.LastYear.Members)}
	}
	return f
}

func roster(members []CaseMember) []Member {
	list := make([]Member, len(members))
	for i, m := range members {
		list[i] = Member{ID: m.ID, Name: m.Name, Birth: m.Born, Sex: m.Sex, Relation: m.Relation}
	}
	return list
}
