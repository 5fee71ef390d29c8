package programme

import (
	"fmt"

	"github.com/goccy/go-yaml"
)

// Rules are the figures against which a programme is checked,
// law/programme-rules.yaml.
type Rules struct {
	Sources map[string]string `yaml:"sources"`
	// LeastWorkingDays is how many working days a task has at least from the day
	// on which the plan was issued.
	LeastWorkingDays Figure `yaml:"least_working_days"`
}

// Figure is a number with its source and whether that is confirmed.
type Figure struct {
	Value     int    `yaml:"value"`
	Source    string `yaml:"source"`
	Confirmed bool   `yaml:"confirmed"`
}

// ReadRules reads the file strictly.
func ReadRules(raw []byte) (Rules, error) {
	var r Rules
	if err := yaml.UnmarshalWithOptions(raw, &r, yaml.Strict()); err != nil {
		return r, err
	}
	if r.LeastWorkingDays.Value < 1 || r.Sources[r.LeastWorkingDays.Source] == "" {
		return r, fmt.Errorf("programme-rules.yaml: least_working_days lacks its value or source")
	}
	return r, nil
}
