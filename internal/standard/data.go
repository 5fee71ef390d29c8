package standard

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
)

const national = "national"

// Figure is a number an authority set: never without its source and whether
// that source has been confirmed.
type Figure struct {
	Value     int64  `yaml:"value" json:"value"`
	Source    string `yaml:"source" json:"source"`
	Confirmed bool   `yaml:"confirmed" json:"confirmed"`
	Note      string `yaml:"note,omitempty" json:"note,omitempty"`
}

// Wording is a text an authority set, with its source.
type Wording struct {
	Text      string `yaml:"text" json:"text"`
	Source    string `yaml:"source" json:"source"`
	Confirmed bool   `yaml:"confirmed" json:"confirmed"`
	Note      string `yaml:"note,omitempty" json:"note,omitempty"`
}

// Period is a time of validity, first and last day included.
type Period struct {
	From      string `yaml:"from" json:"from"`
	To        string `yaml:"to" json:"to"`
	Source    string `yaml:"source" json:"source"`
	Confirmed bool   `yaml:"confirmed" json:"confirmed"`
	Note      string `yaml:"note,omitempty" json:"note,omitempty"`
}

// Covers says whether a day (YYYY-MM-DD) lies in the period.
func (p Period) Covers(day string) bool { return p.From <= day && day <= p.To }

// Set is one dated rule set.
type Set struct {
	Kind        string            `yaml:"kind" json:"-"`
	ID          string            `yaml:"id" json:"id"`
	Version     int               `yaml:"version" json:"version"`
	Name        string            `yaml:"name" json:"name"`
	Scope       string            `yaml:"scope" json:"scope"` // national | local
	Valid       Period            `yaml:"valid" json:"valid"`
	Sources     map[string]string `yaml:"sources" json:"sources"`
	Score       ScoreKind         `yaml:"score" json:"score"`
	Points      Figure            `yaml:"points_per_deprivation" json:"points_per_deprivation"`
	PointsName  string            `yaml:"points_name" json:"points_name"` // what the form calls their sum
	Lines       []Line            `yaml:"lines" json:"lines"`
	Rules       []Rule            `yaml:"rules" json:"rules"`
	Services    []Service         `yaml:"services" json:"services"`
	Indicators  []Indicator       `yaml:"indicators" json:"indicators"`
	Subjects    []Subject         `yaml:"subjects" json:"subjects"`
	tables      tables
	indexByCode map[string]int
}

// ScoreKind names the scorecard whose total stands for the income.
type ScoreKind struct {
	Name      string  `yaml:"name" json:"name"`
	Scorecard string  `yaml:"scorecard,omitempty" json:"scorecard,omitempty"`
	Step      *Figure `yaml:"step,omitempty" json:"step,omitempty"` // every total is a multiple of it
}

// Line is a bound between classes: the value itself still lies below it.
type Line struct {
	Code   string      `yaml:"code" json:"code"`
	Name   string      `yaml:"name" json:"name"`
	Income *AreaFigure `yaml:"income,omitempty" json:"income,omitempty"` // đồng a person and month
	Score  *AreaFigure `yaml:"score,omitempty" json:"score,omitempty"`   // points
}

// AreaFigure is a figure for each area type.
type AreaFigure struct {
	Rural Figure `yaml:"rural" json:"rural"`
	Urban Figure `yaml:"urban" json:"urban"`
}

// In gives the figure of an area type.
func (f *AreaFigure) In(area AreaType) Figure {
	if area == Urban {
		return f.Urban
	}
	return f.Rural
}

// Rule gives a class to a stretch between two lines and a number of
// deprivations. Empty Above or UpTo: no bound on that side.
type Rule struct {
	Code         string   `yaml:"code" json:"code"`
	Measure      string   `yaml:"measure,omitempty" json:"measure,omitempty"` // income | score; empty: both
	Above        string   `yaml:"above,omitempty" json:"above,omitempty"`
	UpTo         string   `yaml:"up_to,omitempty" json:"up_to,omitempty"`
	Deprivations *Count   `yaml:"deprivations,omitempty" json:"deprivations,omitempty"`
	Class        string   `yaml:"class" json:"class"`
	Label        *Wording `yaml:"label,omitempty" json:"label,omitempty"`
	Sources      []string `yaml:"sources" json:"sources"`
}

// Count is a condition on the number of deprivations: From and more, or fewer
// than Below.
type Count struct {
	From      int    `yaml:"from,omitempty" json:"from,omitempty"`
	Below     int    `yaml:"below,omitempty" json:"below,omitempty"`
	Source    string `yaml:"source" json:"source"`
	Confirmed bool   `yaml:"confirmed" json:"confirmed"`
}

// Holds says whether a number of deprivations meets the condition.
func (c *Count) Holds(n int) bool {
	return c == nil || n >= c.From && (c.Below == 0 || n < c.Below)
}

// Service is a basic social service (dimension) that indicators belong to.
type Service struct {
	Code string `yaml:"code" json:"code"`
	Name string `yaml:"name" json:"name"`
}

// Indicator is one deprivation indicator. Its place in the set is its bit in
// the masks of Answers.
type Indicator struct {
	Number  int         `yaml:"number" json:"number"`
	Code    string      `yaml:"code" json:"code"`
	Service string      `yaml:"service" json:"service"`
	Name    Wording     `yaml:"name" json:"name"`
	Cutoff  *Wording    `yaml:"cutoff,omitempty" json:"cutoff,omitempty"`
	Derive  *Derivation `yaml:"derive,omitempty" json:"derive,omitempty"`
}

// Derivation holds the parameters by which an indicator follows from the
// members and the dwelling; source and confirmation are those of the cut-off.
type Derivation struct {
	Kind         string   `yaml:"kind" json:"kind"`
	AgeFrom      int      `yaml:"age_from,omitempty" json:"age_from,omitempty"`
	AgeBelow     int      `yaml:"age_below,omitempty" json:"age_below,omitempty"`
	BornFrom     int      `yaml:"born_from,omitempty" json:"born_from,omitempty"`
	Months       int      `yaml:"months,omitempty" json:"months,omitempty"`
	SquareMetres int      `yaml:"square_metres,omitempty" json:"square_metres,omitempty"`
	Facts        []string `yaml:"facts,omitempty" json:"facts,omitempty"`
	AtLeast      int      `yaml:"at_least,omitempty" json:"at_least,omitempty"`
}

// Subject is a sector department and the indicators it may see.
type Subject struct {
	Code       string   `yaml:"code" json:"code"`
	Agency     string   `yaml:"agency" json:"agency"`
	Indicators []string `yaml:"indicators" json:"indicators"`
	Source     string   `yaml:"source" json:"source"`
	Confirmed  bool     `yaml:"confirmed" json:"confirmed"`
}

// Causes is the list of causes of poverty.
type Causes struct {
	Kind    string            `yaml:"kind" json:"-"`
	ID      string            `yaml:"id" json:"id"`
	Name    string            `yaml:"name" json:"name"`
	Count   Figure            `yaml:"count" json:"count"`
	Sources map[string]string `yaml:"sources" json:"sources"`
	Causes  []Cause           `yaml:"causes" json:"causes"`
}

// Cause is one cause of poverty; a household has one or many.
type Cause struct {
	Number int     `yaml:"number" json:"number"`
	Code   string  `yaml:"code" json:"code"`
	Name   Wording `yaml:"name" json:"name"`
}

// Index gives the place of an indicator's bit, -1 for a code that the set
// does not know.
func (s *Set) Index(code string) int {
	if i, ok := s.indexByCode[code]; ok {
		return i
	}
	return -1
}

// All is the mask of all the set's indicators.
func (s *Set) All() uint16 { return uint16(1)<<len(s.Indicators) - 1 }

// Ref names the rule set with its version, as a stored class does: "VN-2016/1".
func (s *Set) Ref() string { return fmt.Sprintf("%s/%d", s.ID, s.Version) }

// Load reads and checks every file of standards/ below a tree.
func Load(tree fs.FS) (*Library, error) {
	names, err := fs.Glob(tree, "standards/*.yaml")
	if err != nil {
		return nil, err
	}
	library := &Library{}
	for _, name := range names {
		raw, err := fs.ReadFile(tree, name)
		if err != nil {
			return nil, err
		}
		if err := library.add(raw); err != nil {
			return nil, fmt.Errorf("%s: %w", path.Base(name), err)
		}
	}
	slices.SortFunc(library.Sets, func(a, b *Set) int { return strings.Compare(a.Valid.From, b.Valid.From) })
	return library, library.check()
}

// add reads one file of the law, by its kind.
func (l *Library) add(raw []byte) error {
	var head struct {
		Kind string `yaml:"kind"`
	}
	if err := yaml.Unmarshal(raw, &head); err != nil {
		return err
	}
	switch head.Kind {
	case "standard":
		set, err := ParseSet(raw)
		if err != nil {
			return err
		}
		l.Sets = append(l.Sets, set)
	case "scorecard":
		card, err := ParseScorecard(raw)
		if err != nil {
			return err
		}
		l.Scorecards = append(l.Scorecards, card)
	case "causes":
		causes := &Causes{}
		if err := yaml.UnmarshalWithOptions(raw, causes, yaml.Strict()); err != nil {
			return err
		}
		l.Causes = causes
		return causes.check()
	default:
		return fmt.Errorf("kind %q is none of standard, scorecard, causes", head.Kind)
	}
	return nil
}

// ParseSet reads and checks one rule set.
func ParseSet(raw []byte) (*Set, error) {
	s := &Set{}
	if err := yaml.UnmarshalWithOptions(raw, s, yaml.Strict()); err != nil {
		return nil, err
	}
	s.indexByCode = make(map[string]int, len(s.Indicators))
	for i, indicator := range s.Indicators {
		s.indexByCode[indicator.Code] = i
	}
	if err := s.check(); err != nil {
		return nil, err
	}
	return s, s.build()
}

// SubjectMask is the indicators that a sector department may see; none for a
// subject that the set does not name.
func (s *Set) SubjectMask(code string) uint16 {
	var mask uint16
	for _, subject := range s.Subjects {
		if subject.Code != code {
			continue
		}
		for _, indicator := range subject.Indicators {
			mask |= 1 << s.Index(indicator)
		}
	}
	return mask
}
