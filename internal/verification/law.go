package verification

import (
	"fmt"
	"io/fs"

	"github.com/goccy/go-yaml"
)

// Rules is law/verification.yaml: what is data about a sample and about
// questions.
type Rules struct {
	Confidence     float64
	Proportion     float64
	PerStratum     int
	FalseDiscovery float64
	Curvature      float64
	Unchanged      AtLeast
	OneDay         AtLeast
	Returned       AtLeast
}

// Design is the design of a sample with the margin that is asked for.
func (r Rules) Design(margin float64) Design {
	return Design{Margin: margin, Confidence: r.Confidence, Proportion: r.Proportion, PerStratum: r.PerStratum}
}

type figure struct {
	Value     float64
	Source    string
	Confirmed bool
}

type bound struct {
	Count     int
	Share     float64
	Source    string
	Confirmed bool
}

// Load reads verification.yaml from law.Files.
func Load(fsys fs.FS) (Rules, error) {
	raw, err := fs.ReadFile(fsys, "verification.yaml")
	if err != nil {
		return Rules{}, err
	}
	r, err := read(raw)
	if err != nil {
		return Rules{}, fmt.Errorf("verification.yaml: %w", err)
	}
	return r, nil
}

func read(raw []byte) (Rules, error) {
	var f struct {
		ID, Name string
		Sources  map[string]string
		Sample   struct {
			Confidence, Proportion figure
			PerStratum             figure `yaml:"per_stratum"`
		}
		Warnings struct {
			FalseDiscovery figure `yaml:"false_discovery"`
			Curvature      figure
			Unchanged      bound
			OneDay         bound `yaml:"one_day"`
			Returned       bound
		}
	}
	if err := yaml.UnmarshalWithOptions(raw, &f, yaml.Strict()); err != nil {
		return Rules{}, err
	}
	for name, n := range map[string]figure{"confidence": f.Sample.Confidence, "proportion": f.Sample.Proportion, "per_stratum": {Value: f.Sample.PerStratum.Value / 1e6, Source: f.Sample.PerStratum.Source},
		"false_discovery": f.Warnings.FalseDiscovery, "curvature": f.Warnings.Curvature} {
		if f.Sources[n.Source] == "" || n.Value <= 0 || n.Value >= 1 {
			return Rules{}, fmt.Errorf("%s is not between 0 and 1, or has no source", name)
		}
	}
	for name, b := range map[string]bound{"unchanged": f.Warnings.Unchanged, "one_day": f.Warnings.OneDay, "returned": f.Warnings.Returned} {
		if f.Sources[b.Source] == "" || b.Count < 1 || b.Share < 0 || b.Share > 1 {
			return Rules{}, fmt.Errorf("%s: a count from 1, a share from 0 to 1 and a source", name)
		}
	}
	at := func(b bound) AtLeast { return AtLeast{b.Count, b.Share} }
	return Rules{f.Sample.Confidence.Value, f.Sample.Proportion.Value, int(f.Sample.PerStratum.Value), f.Warnings.FalseDiscovery.Value, f.Warnings.Curvature.Value,
		at(f.Warnings.Unchanged), at(f.Warnings.OneDay), at(f.Warnings.Returned)}, nil
}
