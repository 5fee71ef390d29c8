package standard

import (
	"math/bits"
	"strings"

	"giamngheo/internal/text"
)

// Explanation says how a class came about and what would change it.
type Explanation struct {
	Standard     string     `json:"standard"` // rule set and version: VN-2016/1
	Class        Class      `json:"class"`
	Label        string     `json:"label"`
	Deprivations int        `json:"deprivations"` // known ones
	B2           int        `json:"b2"`
	Reason       string     `json:"reason"`
	Rules        []Fired    `json:"rules"`       // that apply; several while answers are missing
	Distances    []Distance `json:"distances"`   // to each line
	Missing      []Missing  `json:"missing"`     // answers nobody gave
	Changes      []Change   `json:"changes"`     // what would change the class
	Unconfirmed  []string   `json:"unconfirmed"` // figures used whose source is not confirmed
	set          *Set
}

// Fired is a rule that applies, in words, with where it stands in the law.
type Fired struct {
	Code    string   `json:"code"`
	Text    string   `json:"text"`
	Sources []string `json:"sources"`
}

// Distance is how far a household is from a line, in points or đồng: above
// it where positive; at 0 and below it is still under the line.
type Distance struct {
	Line    string   `json:"line"`
	Name    string   `json:"name"`
	Measure string   `json:"measure"`
	Area    AreaType `json:"area,omitempty"`
	Bound   int64    `json:"bound"`
	Value   int64    `json:"value"`
	Text    string   `json:"text"`
}

// Above is the value less the line.
func (d Distance) Above() int64 { return d.Value - d.Bound }

// Missing is an answer that nobody gave. It matters where some completion of
// the other missing answers makes the class hang on it.
type Missing struct {
	Kind      string `json:"kind"` // means | score_line | area | indicator
	Indicator string `json:"indicator,omitempty"`
	Matters   bool   `json:"matters"`
	Text      string `json:"text"`
}

// Explain gives the class with everything that led to it.
func (s *Set) Explain(a Answers) Explanation {
	r := s.Classify(a)
	e := Explanation{Standard: s.Ref(), Class: r.Class, Label: r.Label, Deprivations: r.Deprivations, B2: r.B2, set: s}
	e.Reason = s.reason(a, r)
	for i := range s.Rules {
		if r.Rules&(1<<i) != 0 {
			e.Rules = append(e.Rules, s.fired(a, &s.Rules[i]))
		}
	}
	e.Distances = s.distances(a)
	e.Missing = s.missing(a, r)
	e.Changes = s.changes(a, r)
	e.Unconfirmed = s.unconfirmed(a, r, e.Changes)
	return e
}

// Sentences tells the explanation in plain Vietnamese, one thought a sentence.
func (e Explanation) Sentences() []string {
	out := []string{e.Reason}
	if sources := e.sources(); len(sources) > 0 {
		out = append(out, text.T("standard.explain.law", "sources", strings.Join(sources, "; ")))
	}
	if distances := e.DistancesText(); distances != "" {
		out = append(out, distances)
	}
	if len(e.Changes) > 0 {
		key := "standard.explain.changes"
		if e.Class == Undetermined {
			key = "standard.explain.answers"
		}
		out = append(out, text.T(key, "list", joinOr(textsOf(e.Changes, func(c Change) string { return c.Text }))))
	}
	if len(e.Unconfirmed) > 0 {
		out = append(out, text.T("standard.explain.unconfirmed", "list", strings.Join(e.Unconfirmed, "; ")))
	}
	return append(out, text.T("standard.explain.set", "id", e.set.ID, "version", e.set.Version))
}

// Text is all sentences in one paragraph.
func (e Explanation) Text() string { return strings.Join(e.Sentences(), " ") }

// DistancesText tells how far the household is from each line; "" where
// neither score nor income is known.
func (e Explanation) DistancesText() string {
	if len(e.Distances) == 0 {
		return ""
	}
	return text.T("standard.explain.distances", "list", strings.Join(textsOf(e.Distances, func(d Distance) string { return d.Text }), "; "))
}

func (e Explanation) sources() []string {
	var out []string
	seen := map[string]bool{}
	for _, rule := range e.Rules {
		for _, source := range rule.Sources {
			if !seen[source] {
				seen[source] = true
				out = append(out, source)
			}
		}
	}
	return out
}

// fired tells a rule with its figures for the household's area.
func (s *Set) fired(a Answers, rule *Rule) Fired {
	f := Fired{Code: rule.Code}
	m, _, _ := a.means()
	var conditions []string
	for _, area := range a.areas() {
		if bounds := s.ruleBounds(m, area, rule); bounds != "" {
			conditions = append(conditions, text.T("standard.reason.in_area", "range", bounds, "area", area.Name()))
		}
	}
	condition := text.T("standard.rule.means", "measure", s.measureName(m), "where", strings.Join(conditions, text.T("standard.reason.or")))
	if d := rule.Deprivations; d != nil {
		condition = text.T("standard.rule.and", "means", condition, "bound", boundText(d))
	}
	f.Text = text.T("standard.rule.gives", "condition", condition, "class", rule.outcome())
	for _, source := range rule.Sources {
		f.Sources = append(f.Sources, s.Sources[source])
	}
	return f
}

func (s *Set) ruleBounds(m measure, area AreaType, rule *Rule) string {
	from, to := "", ""
	for _, line := range s.linesOf(m) {
		value := amount(m, line.figures(m).In(area).Value)
		if line.Code == rule.Above {
			from = value
		}
		if line.Code == rule.UpTo {
			to = value
		}
	}
	switch {
	case from != "" && to != "":
		return text.T("standard.reason.between", "from", from, "to", to)
	case from != "":
		return text.T("standard.reason.above", "from", from)
	case to != "":
		return text.T("standard.reason.up_to", "to", to)
	}
	return ""
}

// distances measures score and income, whichever are given, against each line
// of each area type the household can live in.
func (s *Set) distances(a Answers) []Distance {
	var out []Distance
	add := func(m measure, value int64) {
		for _, area := range a.areas() {
			for _, line := range s.linesOf(m) {
				d := Distance{Line: line.Code, Name: line.Name, Measure: m.String(), Area: area,
					Bound: line.figures(m).In(area).Value, Value: value}
				d.Text = s.distanceText(m, d, a.Area == UnknownArea)
				out = append(out, d)
			}
		}
	}
	if a.HasScore {
		add(byScore, int64(a.Score))
	}
	if a.HasIncome {
		add(byIncome, a.Income)
	}
	return out
}

func (s *Set) distanceText(m measure, d Distance, nameArea bool) string {
	key, by := "standard.distance.at", int64(0)
	if d.Above() > 0 {
		key, by = "standard.distance.above", d.Above()
	}
	if d.Above() < 0 {
		key, by = "standard.distance.below", -d.Above()
	}
	line := text.T("standard.distance.line", "name", d.Name, "bound", unit(m, d.Bound))
	if nameArea {
		line = text.T("standard.reason.in_area", "range", line, "area", d.Area.Name())
	}
	return text.T(key, "measure", s.measureName(m), "line", line, "by", unit(m, by))
}

func unit(m measure, value int64) string {
	if m == byScore {
		return text.T("standard.points", "n", value)
	}
	return amount(m, value)
}

// missing lists every answer that nobody gave.
func (s *Set) missing(a Answers, r Result) []Missing {
	var out []Missing
	m, _, ok := a.means()
	if !ok {
		out = append(out, Missing{Kind: "means", Matters: true, Text: s.meansPart(a)})
	} else if s.tables.lines[m] == 0 {
		out = append(out, Missing{Kind: "score_line", Matters: true, Text: s.meansPart(a)})
	}
	if a.Area == UnknownArea {
		out = append(out, Missing{Kind: "area", Matters: s.areaMatters(a, r), Text: text.T("standard.missing.area")})
	}
	matters := s.indicatorsMatter(a, r)
	for i, indicator := range s.Indicators {
		if r.Unknown&(1<<i) != 0 {
			out = append(out, Missing{Kind: "indicator", Indicator: indicator.Code, Matters: matters,
				Text: text.T("standard.missing.indicator", "number", indicator.Number, "name", indicator.Name.Text)})
		}
	}
	return out
}

// missingNames lists the missing answers that matter, for the short reason;
// that the means are missing has been said already.
func (s *Set) missingNames(a Answers, r Result) string {
	var names []string
	for _, m := range s.missing(a, r) {
		if m.Matters && m.Kind == "area" {
			names = append(names, m.Text)
		}
	}
	if r.Unknown != 0 && s.indicatorsMatter(a, r) {
		names = append(names, s.indicatorNumbers(r.Unknown))
	}
	return strings.Join(names, "; ")
}

func (s *Set) areaMatters(a Answers, r Result) bool {
	return r.Class == Undetermined && s.anyCase(a, r, func(m measure, value int64, n, _ int) bool {
		return s.classAt(m, Rural, value, n) != s.classAt(m, Urban, value, n)
	})
}

func (s *Set) indicatorsMatter(a Answers, r Result) bool {
	return r.Class == Undetermined && s.anyCase(a, r, func(m measure, value int64, n, high int) bool {
		if n == high {
			return false
		}
		for _, area := range a.areas() {
			if s.classAt(m, area, value, n) != s.classAt(m, area, value, n+1) {
				return true
			}
		}
		return false
	})
}

// anyCase tries a question on every number of deprivations still possible,
// and where the means are missing on every stretch of every usable measure.
func (s *Set) anyCase(a Answers, r Result, holds func(m measure, value int64, n, high int) bool) bool {
	t := &s.tables
	high := r.Deprivations + bits.OnesCount16(r.Unknown)
	for _, c := range s.meansCases(a) {
		if t.lines[c.measure] == 0 {
			continue
		}
		for n := r.Deprivations; n <= high; n++ {
			if holds(c.measure, c.value, n, high) {
				return true
			}
		}
	}
	return false
}

type meansCase struct {
	measure measure
	value   int64
}

// meansCases is the score or income given, or one value for each stretch
// where neither is.
func (s *Set) meansCases(a Answers) []meansCase {
	if m, value, ok := a.means(); ok {
		return []meansCase{{m, value}}
	}
	var out []meansCase
	for _, m := range []measure{byScore, byIncome} {
		for _, stretch := range s.stretches(m, a.areas()) {
			out = append(out, meansCase{m, stretch.sample()})
		}
	}
	return out
}

// classAt is the class of a value in an area with a number of deprivations.
func (s *Set) classAt(m measure, area AreaType, value int64, n int) Class {
	return s.classOf(s.tables.rules[m][s.tables.zone(m, area, value)][n])
}

func textsOf[T any](items []T, of func(T) string) []string {
	out := make([]string, 0, len(items))
	for _, item := range items {
		out = append(out, of(item))
	}
	return out
}

func joinOr(items []string) string {
	if len(items) < 2 {
		return strings.Join(items, "")
	}
	last := len(items) - 1
	return strings.Join(items[:last], "; ") + text.T("standard.explain.or") + items[last]
}
