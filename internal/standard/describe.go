package standard

import (
	"bufio"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"giamngheo/internal/text"
)

// fact is one statement of a rule set with where it comes from.
type fact struct {
	what      string
	source    string
	confirmed bool
	note      string
}

// Confirmed counts the statements of the set whose source is confirmed and
// those whose is not. An indicator without a cut-off counts as unconfirmed.
func (s *Set) Confirmed() (confirmed, unconfirmed int) {
	for _, group := range s.facts() {
		for _, f := range group.facts {
			if f.confirmed {
				confirmed++
			} else {
				unconfirmed++
			}
		}
	}
	return confirmed, unconfirmed
}

type factGroup struct {
	title string
	facts []fact
}

// Describe writes the whole rule set with its sources, for people.
func (s *Set) Describe(out io.Writer) error {
	w := bufio.NewWriter(out)
	fmt.Fprintln(w, text.T("standard.describe.head", "id", s.ID, "version", s.Version, "name", s.Name))
	for _, group := range s.facts() {
		if len(group.facts) == 0 {
			continue
		}
		fmt.Fprintln(w)
		fmt.Fprintln(w, group.title)
		for _, f := range group.facts {
			state := text.T("standard.describe.confirmed")
			if !f.confirmed {
				state = text.T("standard.describe.unconfirmed")
			}
			fmt.Fprintln(w, text.T("standard.describe.fact", "what", f.what, "source", f.source, "state", state))
			if f.note != "" {
				fmt.Fprintln(w, text.T("standard.describe.note", "note", f.note))
			}
		}
	}
	fmt.Fprintln(w)
	fmt.Fprintln(w, text.T("standard.describe.sources"))
	for _, key := range slices.Sorted(maps.Keys(s.Sources)) {
		fmt.Fprintln(w, text.T("standard.describe.source", "key", key, "title", s.Sources[key]))
	}
	return w.Flush()
}

func (s *Set) facts() []factGroup {
	return []factGroup{
		{text.T("standard.describe.valid"), []fact{{
			text.T("standard.describe.period", "from", s.Valid.From, "to", s.Valid.To, "scope", text.T("standard.scope."+s.Scope)),
			s.Valid.Source, s.Valid.Confirmed, s.Valid.Note}}},
		{text.T("standard.describe.lines"), s.lineFacts()},
		{text.T("standard.describe.points"), s.pointFacts()},
		{text.T("standard.describe.rules"), s.ruleFacts()},
		{text.T("standard.describe.indicators"), s.indicatorFacts()},
		{text.T("standard.describe.subjects"), s.subjectFacts()},
	}
}

func (s *Set) lineFacts() []fact {
	var out []fact
	for _, line := range s.Lines {
		for _, m := range []measure{byIncome, byScore} {
			figures := line.figures(m)
			if figures == nil {
				continue
			}
			for _, area := range []AreaType{Rural, Urban} {
				f := figures.In(area)
				what := text.T("standard.describe.line", "line", line.Name, "measure", s.measureName(m), "area", area.Name(), "value", unit(m, f.Value))
				out = append(out, fact{what, f.Source, f.Confirmed, f.Note})
			}
		}
	}
	return out
}

func (s *Set) pointFacts() []fact {
	out := []fact{{text.T("standard.describe.per_deprivation", "n", s.Points.Value), s.Points.Source, s.Points.Confirmed, s.Points.Note}}
	if step := s.Score.Step; step != nil {
		out = append(out, fact{text.T("standard.unconfirmed.step", "score", s.Score.Name, "step", step.Value), step.Source, step.Confirmed, step.Note})
	}
	return out
}

func (s *Set) ruleFacts() []fact {
	var out []fact
	for i := range s.Rules {
		rule := &s.Rules[i]
		out = append(out, fact{what: s.ruleText(rule), source: strings.Join(rule.Sources, ", "),
			confirmed: rule.Deprivations == nil || rule.Deprivations.Confirmed})
		if label := rule.Label; label != nil {
			out = append(out, fact{text.T("standard.describe.label", "label", label.Text), label.Source, label.Confirmed, label.Note})
		}
	}
	return out
}

// ruleText tells a rule by the names of its lines.
func (s *Set) ruleText(rule *Rule) string {
	var conditions []string
	if rule.Measure != "" {
		m := byIncome
		if rule.Measure == byScore.String() {
			m = byScore
		}
		conditions = append(conditions, text.T("standard.describe.by", "measure", s.measureName(m)))
	}
	for _, line := range s.Lines {
		if line.Code == rule.Above {
			conditions = append(conditions, text.T("standard.reason.above", "from", line.Name))
		}
	}
	for _, line := range s.Lines {
		if line.Code == rule.UpTo {
			conditions = append(conditions, text.T("standard.reason.up_to", "to", line.Name))
		}
	}
	if rule.Deprivations != nil {
		conditions = append(conditions, text.T("standard.describe.deprived", "bound", boundText(rule.Deprivations)))
	}
	return text.T("standard.rule.gives", "condition", strings.Join(conditions, ", "), "class", rule.class().Name())
}

func (s *Set) indicatorFacts() []fact {
	var out []fact
	for _, indicator := range s.Indicators {
		service := ""
		for _, v := range s.Services {
			if v.Code == indicator.Service {
				service = v.Name
			}
		}
		name := text.T("standard.describe.indicator", "number", indicator.Number, "code", indicator.Code, "name", indicator.Name.Text, "service", service)
		out = append(out, fact{name, indicator.Name.Source, indicator.Name.Confirmed, indicator.Name.Note})
		if indicator.Cutoff == nil {
			out = append(out, fact{what: text.T("standard.describe.no_cutoff"), source: text.T("standard.describe.none")})
			continue
		}
		out = append(out, fact{text.T("standard.describe.cutoff", "text", indicator.Cutoff.Text), indicator.Cutoff.Source, indicator.Cutoff.Confirmed, indicator.Cutoff.Note})
	}
	return out
}

func (s *Set) subjectFacts() []fact {
	var out []fact
	for _, subject := range s.Subjects {
		what := text.T("standard.describe.subject", "agency", subject.Agency, "indicators", strings.Join(subject.Indicators, ", "))
		out = append(out, fact{what, subject.Source, subject.Confirmed, ""})
	}
	return out
}
