package standard

import (
	"strings"

	"github.com/goccy/go-yaml"

	"giamngheo/internal/fault"
	"giamngheo/internal/text"
)

// Scorecard is the table of points that estimates a household's means. While
// it is not complete nothing is computed from it: the official total is typed
// in as the form has it.
type Scorecard struct {
	Kind     string            `yaml:"kind" json:"-"`
	ID       string            `yaml:"id" json:"id"`
	Name     string            `yaml:"name" json:"name"`
	Complete bool              `yaml:"complete" json:"complete"`
	Valid    Period            `yaml:"valid" json:"valid"`
	Sources  map[string]string `yaml:"sources" json:"sources"`
	Items    []ScoreItem       `yaml:"items" json:"items"`
	Missing  []string          `yaml:"missing,omitempty" json:"missing,omitempty"` // items of the form whose points are not known
}

// ScoreItem is one question of the scorecard, answered by one option.
type ScoreItem struct {
	Code      string        `yaml:"code" json:"code"`
	Name      string        `yaml:"name" json:"name"`
	Complete  bool          `yaml:"complete" json:"complete"` // all its options are known
	Source    string        `yaml:"source" json:"source"`
	Confirmed bool          `yaml:"confirmed" json:"confirmed"`
	Options   []ScoreOption `yaml:"options" json:"options"`
}

// ScoreOption is one answer and its points.
type ScoreOption struct {
	Code  string `yaml:"code" json:"code"`
	Name  string `yaml:"name" json:"name"`
	Rural int32  `yaml:"rural" json:"rural"`
	Urban int32  `yaml:"urban" json:"urban"`
}

// ParseScorecard reads and checks one scorecard.
func ParseScorecard(raw []byte) (*Scorecard, error) {
	card := &Scorecard{}
	if err := yaml.UnmarshalWithOptions(raw, card, yaml.Strict()); err != nil {
		return nil, err
	}
	return card, card.check()
}

func (s *Scorecard) check() error {
	c := &checker{sources: s.Sources}
	c.that(s.ID != "" && s.Name != "", "id or name is missing")
	c.period("valid", s.Valid)
	c.that(!s.Complete || len(s.Missing) == 0 && len(s.Items) > 0, "it cannot be complete while items are missing")
	items := map[string]bool{}
	for _, item := range s.Items {
		c.that(item.Code != "" && item.Name != "" && !items[item.Code], "item %q has no code or name, or stands twice", item.Code)
		items[item.Code] = true
		c.source("item "+item.Code, item.Source)
		c.that(!s.Complete || item.Complete, "it cannot be complete while item %s is not", item.Code)
		c.that(len(item.Options) > 0, "item %s has no option", item.Code)
		options := map[string]bool{}
		for _, option := range item.Options {
			c.that(option.Code != "" && option.Name != "" && !options[option.Code], "item %s: option %q has no code or name, or stands twice", item.Code, option.Code)
			options[option.Code] = true
		}
	}
	return c.result(s.ID)
}

// Compute adds the points of the chosen options (item code → option code).
// It refuses while the scorecard is incomplete, and where an item has no
// answer or one that the card does not know.
func (s *Scorecard) Compute(area AreaType, chosen map[string]string) (int32, error) {
	if !s.Complete {
		return 0, fault.New(fault.Invalid, "scorecard_incomplete",
			text.T("standard.scorecard.incomplete", "name", s.Name, "missing", strings.Join(s.Missing, ", ")))
	}
	if area == UnknownArea {
		return 0, fault.New(fault.Invalid, "scorecard_area", text.T("standard.scorecard.area"))
	}
	var total int32
	known := map[string]bool{}
	for _, item := range s.Items {
		known[item.Code] = true
		points, ok := item.points(area, chosen[item.Code])
		if !ok {
			return 0, fault.New(fault.Invalid, "scorecard_item",
				text.T("standard.scorecard.item", "item", item.Name, "answer", chosen[item.Code]))
		}
		total += points
	}
	for code := range chosen {
		if !known[code] {
			return 0, fault.New(fault.Invalid, "scorecard_item", text.T("standard.scorecard.no_item", "item", code))
		}
	}
	return total, nil
}

func (i ScoreItem) points(area AreaType, chosen string) (int32, bool) {
	for _, option := range i.Options {
		if option.Code != chosen {
			continue
		}
		if area == Urban {
			return option.Urban, true
		}
		return option.Rural, true
	}
	return 0, false
}

// Scorecard finds the scorecard that a rule set's score comes from; nil where
// the law carries none.
func (l *Library) Scorecard(id string) *Scorecard {
	for _, card := range l.Scorecards {
		if card.ID == id {
			return card
		}
	}
	return nil
}
