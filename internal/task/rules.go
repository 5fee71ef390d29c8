package task

import (
	"fmt"
	"io/fs"
	"slices"

	"github.com/goccy/go-yaml"
)

// Reminding says when somebody is reminded of what is due, and when what is
// late shows above, in working days.
type Reminding struct {
	Before    []int // the most first
	Escalates []Escalates
	// Ahead is how far somebody sees what he owes, beyond this year.
	Ahead int
}

// Escalates is one rule: late by so many working days, it shows so many levels
// above.
type Escalates struct{ After, Levels int }

// LoadReminding reads task-reminders.yaml of law.Files.
func LoadReminding(fsys fs.FS) (rules Reminding, err error) {
	raw, err := fs.ReadFile(fsys, "task-reminders.yaml")
	if err != nil {
		return rules, err
	}
	var file struct {
		Sources   map[string]string
		Reminders []struct {
			Before    int
			Source    string
			Confirmed bool
		}
		Escalations []struct {
			After, Levels int
			Source        string
			Confirmed     bool
		}
		Ahead struct {
			WorkingDays int `yaml:"working_days"`
			Source      string
			Confirmed   bool
		}
	}
	if err := yaml.UnmarshalWithOptions(raw, &file, yaml.Strict()); err != nil {
		return rules, fmt.Errorf("task-reminders.yaml: %w", err)
	}
	for _, r := range file.Reminders {
		if r.Before < 0 || slices.Contains(rules.Before, r.Before) || file.Sources[r.Source] == "" {
			return rules, fmt.Errorf("task-reminders.yaml: a reminder %d days before stands twice, is after, or has no source", r.Before)
		}
		rules.Before = append(rules.Before, r.Before)
	}
	slices.Sort(rules.Before)
	slices.Reverse(rules.Before)
	for _, e := range file.Escalations {
		if e.After < 1 || e.Levels < 1 || file.Sources[e.Source] == "" {
			return rules, fmt.Errorf("task-reminders.yaml: after %d days, %d levels above, is no escalation, or it has no source", e.After, e.Levels)
		}
		rules.Escalates = append(rules.Escalates, Escalates{e.After, e.Levels})
	}
	if a := file.Ahead; a.WorkingDays < 0 || a.WorkingDays > 0 && file.Sources[a.Source] == "" {
		return rules, fmt.Errorf("task-reminders.yaml: ahead by %d days looks back or has no source", a.WorkingDays)
	}
	rules.Ahead = file.Ahead.WorkingDays
	return rules, nil
}

// Horizon is the last day of which somebody sees what he owes: the end of the
// year, or further where that is near, so that what is due in January does not
// come as a surprise in January. It is never nearer than what he is reminded of.
func (s *Store) Horizon() string {
	return max(s.today()[:4]+"-12-31", s.Calendar.Add(s.today(), max(s.Reminding.Ahead, s.Reminding.first())))
}

// first is the number of working days before the end of a term from which
// somebody is reminded.
func (r Reminding) first() int {
	if len(r.Before) == 0 {
		return 0
	}
	return r.Before[0]
}

// levels is how many levels above something shows that is late.
func (r Reminding) levels(late int) (n int) {
	for _, e := range r.Escalates {
		if late >= e.After {
			n = max(n, e.Levels)
		}
	}
	return n
}
