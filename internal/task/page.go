package task

import (
	"fmt"
	"io/fs"
	"slices"

	"github.com/goccy/go-yaml"
)

// Pages tells which page of the program shows the product of a task that has a
// dossier of its own: plan number → task → page.
type Pages map[string]map[string]string

// The pages that a plan's tasks can have.
const (
	PageSponsors   = "sponsors"   // promised against result of an agency
	PageCommittees = "committees" // the committee of the unit and of those below
)

type pageLine struct {
	Task, Page, Source string
	Confirmed          bool
}

// LoadPages reads them from task-products.yaml of law.Files, which
// LoadProducts checks as well.
func LoadPages(fsys fs.FS) (Pages, error) {
	raw, err := fs.ReadFile(fsys, "task-products.yaml")
	if err != nil {
		return nil, err
	}
	var file struct {
		Sources map[string]string
		Plans   []struct {
			Plan  string
			Pages []pageLine
		}
	}
	if err := yaml.Unmarshal(raw, &file); err != nil {
		return nil, fmt.Errorf("task-products.yaml: %w", err)
	}
	all := Pages{}
	for _, plan := range file.Plans {
		all[plan.Plan] = map[string]string{}
		for _, p := range plan.Pages {
			if _, twice := all[plan.Plan][p.Task]; twice || p.Task == "" || !slices.Contains([]string{PageSponsors, PageCommittees}, p.Page) || file.Sources[p.Source] == "" {
				return nil, fmt.Errorf("task-products.yaml: task %q stands twice, or its page %q or source %q is not known", p.Task, p.Page, p.Source)
			}
			all[plan.Plan][p.Task] = p.Page
		}
	}
	return all, nil
}
