package standard

import (
	"fmt"
	"io/fs"
	"path"
	"strings"

	"github.com/goccy/go-yaml"
)

// CaseFile is a file of law/cases: households with the class that an officer
// worked out by hand.
type CaseFile struct {
	About    string `yaml:"about"`
	Standard string `yaml:"standard"`
	Cases    []Case `yaml:"cases"`
}

// Case is one household worked out by hand.
type Case struct {
	Name   string   `yaml:"name"`
	Given  Given    `yaml:"given"`
	Expect Expected `yaml:"expect"`
	Why    string   `yaml:"why"` // the arithmetic
}

// Given is the form. Indicators named neither deprived nor unknown are known
// and not deprived; unknown: [all] leaves the others unknown.
type Given struct {
	AreaType string   `yaml:"area_type"`
	B1       *int32   `yaml:"b1"`
	Income   *int64   `yaml:"income"`
	Deprived []string `yaml:"deprived"`
	Unknown  []string `yaml:"unknown"`
}

// Expected is the outcome. No deprivations or b2: the column stays empty,
// because nothing is known for sure.
type Expected struct {
	Class        string   `yaml:"class"`
	Label        string   `yaml:"label"`
	Deprivations *int     `yaml:"deprivations"`
	B2           *int     `yaml:"b2"`
	ReasonHas    []string `yaml:"reason_has"`
	Ways         []string `yaml:"ways"` // sentences of Changes, all of them
}

// Counted says whether the number of deprivations can be stated: none known
// while some are unknown is not a zero.
func (r Result) Counted() bool { return r.Deprivations > 0 || r.Unknown == 0 }

// ParseCases reads one file of cases.
func ParseCases(raw []byte) (*CaseFile, error) {
	f := &CaseFile{}
	if err := yaml.UnmarshalWithOptions(raw, f, yaml.Strict()); err != nil {
		return nil, err
	}
	return f, nil
}

// RunCases works all cases of a tree through a library, and gives how many
// there are and what is wrong.
func RunCases(tree fs.FS, library *Library) (int, []error) {
	names, err := fs.Glob(tree, "cases/*.yaml")
	if err != nil {
		return 0, []error{err}
	}
	run := 0
	var faults []error
	for _, name := range names {
		if strings.HasPrefix(path.Base(name), "forms-") {
			continue // cases of the forms: package form runs them
		}
		raw, err := fs.ReadFile(tree, name)
		if err != nil {
			faults = append(faults, err)
			continue
		}
		n, wrong := runCaseFile(raw, library)
		run += n
		for _, err := range wrong {
			faults = append(faults, fmt.Errorf("%s: %w", path.Base(name), err))
		}
	}
	return run, faults
}

func runCaseFile(raw []byte, library *Library) (int, []error) {
	file, err := ParseCases(raw)
	if err != nil {
		return 0, []error{err}
	}
	set, err := library.ByID(file.Standard)
	if err != nil {
		return 0, []error{err}
	}
	var faults []error
	for _, one := range file.Cases {
		if err := one.run(set); err != nil {
			faults = append(faults, fmt.Errorf("«%s»: %w", one.Name, err))
		}
	}
	return len(file.Cases), faults
}

func (c *Case) run(set *Set) error {
	if c.Name == "" || c.Why == "" {
		return fmt.Errorf("a case needs a name and a why")
	}
	a, err := c.Given.answers(set)
	if err != nil {
		return err
	}
	r, e := set.Classify(a), set.Explain(a)
	check := &checker{}
	check.that(r.Class.String() == c.Expect.Class, "class is %s, expected %s", r.Class, c.Expect.Class)
	check.that(r.Label == c.Expect.Label, "label is %q, expected %q", r.Label, c.Expect.Label)
	check.number("deprivations", c.Expect.Deprivations, r.Deprivations, r.Counted())
	check.number("b2", c.Expect.B2, r.B2, r.Counted())
	for _, part := range c.Expect.ReasonHas {
		check.that(strings.Contains(e.Reason, part), "reason %q lacks %q", e.Reason, part)
	}
	if c.Expect.Ways != nil {
		got := textsOf(e.Changes, func(c Change) string { return c.Text })
		check.that(strings.Join(got, "\n") == strings.Join(c.Expect.Ways, "\n"), "ways are\n  %s", strings.Join(got, "\n  "))
	}
	return check.result(c.Why)
}

func (c *checker) number(name string, want *int, have int, stated bool) {
	switch {
	case want == nil:
		c.that(!stated, "%s is %d, expected to be empty", name, have)
	default:
		c.that(stated && have == *want, "%s is %d, expected %d", name, have, *want)
	}
}

func (g *Given) answers(set *Set) (Answers, error) {
	a := Answers{Known: set.All()}
	switch g.AreaType {
	case "":
	case Rural.String():
		a.Area = Rural
	case Urban.String():
		a.Area = Urban
	default:
		return a, fmt.Errorf("area_type %q is unknown", g.AreaType)
	}
	if g.B1 != nil {
		a.Score, a.HasScore = *g.B1, true
	}
	if g.Income != nil {
		a.Income, a.HasIncome = *g.Income, true
	}
	for _, code := range g.Unknown {
		if code == "all" {
			a.Known = 0
			continue
		}
		i := set.Index(code)
		if i < 0 {
			return a, fmt.Errorf("indicator %q is unknown", code)
		}
		a.Known &^= 1 << i
	}
	for _, code := range g.Deprived {
		i := set.Index(code)
		if i < 0 {
			return a, fmt.Errorf("indicator %q is unknown", code)
		}
		a.Known |= 1 << i
		a.Deprived |= 1 << i
	}
	return a, nil
}
