package print

import (
	"fmt"
	"io/fs"
	"slices"

	"github.com/goccy/go-yaml"

	"giamngheo/internal/text"
)

// Bases are the legal bases that decisions begin with (law/documents).
type Bases struct {
	Kind    string            `yaml:"kind"`
	Sources map[string]string `yaml:"sources"`
	Bases   []struct {
		Text  string `yaml:"text"`
		Valid struct {
			From string `yaml:"from"` // both days included; empty: open
			To   string `yaml:"to"`
		} `yaml:"valid"`
		Standards []string `yaml:"standards"` // none: any
		Source    string   `yaml:"source"`
		Confirmed bool     `yaml:"confirmed"`
		Note      string   `yaml:"note"`
	} `yaml:"bases"`
}

const basesFile = "documents/bases.yaml"

// ReadBases reads law/documents/bases.yaml from the data files.
func ReadBases(laws fs.FS) (*Bases, error) {
	raw, err := fs.ReadFile(laws, basesFile)
	if err != nil {
		return nil, err
	}
	b := new(Bases)
	if err := yaml.UnmarshalWithOptions(raw, b, yaml.Strict()); err != nil {
		return nil, fmt.Errorf("%s: %w", basesFile, err)
	}
	for _, one := range b.Bases {
		if one.Text == "" || b.Sources[one.Source] == "" {
			return nil, fmt.Errorf("%s: %q has no text or a source that is not among the sources", basesFile, one.Text)
		}
	}
	if b.Kind != "document_bases" || len(b.Bases) == 0 {
		return nil, fmt.Errorf("%s: kind or bases are missing", basesFile)
	}
	return b, nil
}

// On gives the bases of a decision of a day by a standard.
func (b *Bases) On(day, standard string) []string {
	var list []string
	for _, one := range b.Bases {
		if (one.Valid.From == "" || day >= one.Valid.From) && (one.Valid.To == "" || day <= one.Valid.To) && (len(one.Standards) == 0 || slices.Contains(one.Standards, standard)) {
			list = append(list, text.T("print.basis", "text", one.Text))
		}
	}
	return list
}
