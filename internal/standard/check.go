package standard

import (
	"errors"
	"fmt"
	"slices"
	"time"
)

// derivations are the ways an indicator can follow from members and dwelling.
var derivations = []string{"untreated_member", "uninsured_member", "unschooled_adult", "child_not_at_school",
	"parts_not_durable", "area_per_person", "none_of"}

// check refuses a rule set with a gap: a figure without source, a line that
// falls, a code that nobody defines.
func (s *Set) check() error {
	c := &checker{sources: s.Sources}
	c.that(s.ID != "" && s.Name != "", "id or name is missing")
	c.that(s.Version > 0, "version is missing")
	c.that(s.Scope == national || s.Scope == "local", "scope must be national or local")
	c.period("valid", s.Valid)
	c.figure("points_per_deprivation", s.Points)
	c.that(s.Score.Name != "", "score.name is missing")
	c.that(s.PointsName != "", "points_name is missing")
	if s.Score.Step != nil {
		c.figure("score.step", *s.Score.Step)
		c.that(s.Score.Step.Value > 0, "score.step must be above 0")
	}
	s.checkLines(c)
	s.checkRules(c)
	s.checkIndicators(c)
	s.checkSubjects(c)
	return c.result(s.ID)
}

func (s *Set) checkLines(c *checker) {
	c.that(len(s.Lines) > 0, "there is no line")
	for _, m := range []measure{byIncome, byScore} {
		last := AreaFigure{Rural: Figure{Value: -1}, Urban: Figure{Value: -1}}
		for _, line := range s.linesOf(m) {
			f := line.figures(m)
			c.figure(line.Code+"."+m.String()+".rural", f.Rural)
			c.figure(line.Code+"."+m.String()+".urban", f.Urban)
			c.that(f.Rural.Value > last.Rural.Value && f.Urban.Value > last.Urban.Value,
				"line %s does not lie above the one before by %s", line.Code, m)
			last = *f
		}
	}
	seen := map[string]bool{}
	for _, line := range s.Lines {
		c.that(line.Code != "" && line.Name != "" && !seen[line.Code], "line %q has no code or name, or stands twice", line.Code)
		c.that(line.Income != nil || line.Score != nil, "line %s has no figure", line.Code)
		seen[line.Code] = true
	}
}

func (s *Set) checkRules(c *checker) {
	c.that(len(s.Rules) <= 16, "more than 16 rules")
	seen := map[string]bool{}
	for _, rule := range s.Rules {
		c.that(rule.Code != "" && !seen[rule.Code], "rule %q has no code or stands twice", rule.Code)
		seen[rule.Code] = true
		class, ok := ParseClass(rule.Class)
		c.that(ok && class != Undetermined, "rule %s: class %q is unknown", rule.Code, rule.Class)
		c.that(rule.Measure == "" || rule.Measure == "income" || rule.Measure == "score", "rule %s: measure %q is unknown", rule.Code, rule.Measure)
		c.that(rule.Above == "" || s.hasLine(rule.Above), "rule %s: line %q is not defined", rule.Code, rule.Above)
		c.that(rule.UpTo == "" || s.hasLine(rule.UpTo), "rule %s: line %q is not defined", rule.Code, rule.UpTo)
		c.that(len(rule.Sources) > 0, "rule %s has no source", rule.Code)
		for _, source := range rule.Sources {
			c.source("rule "+rule.Code, source)
		}
		if rule.Label != nil {
			c.wording("rule "+rule.Code+".label", *rule.Label)
		}
		if d := rule.Deprivations; d != nil {
			c.source("rule "+rule.Code+".deprivations", d.Source)
			c.that(d.From > 0 || d.Below > 0, "rule %s: deprivations has neither from nor below", rule.Code)
		}
	}
}

func (s *Set) hasLine(code string) bool {
	return slices.ContainsFunc(s.Lines, func(l Line) bool { return l.Code == code })
}

func (s *Set) checkIndicators(c *checker) {
	c.that(len(s.Indicators) > 0 && len(s.Indicators) <= maxIndicators, "there must be 1 to %d indicators", maxIndicators)
	c.that(len(s.indexByCode) == len(s.Indicators), "an indicator code stands twice")
	for i, indicator := range s.Indicators {
		where := "indicator " + indicator.Code
		c.that(indicator.Code != "", "indicator %d has no code", i+1)
		c.that(indicator.Number == i+1, "%s: number %d, but it stands at place %d", where, indicator.Number, i+1)
		c.that(slices.ContainsFunc(s.Services, func(v Service) bool { return v.Code == indicator.Service }),
			"%s: service %q is not defined", where, indicator.Service)
		c.wording(where+".name", indicator.Name)
		if indicator.Cutoff != nil {
			c.wording(where+".cutoff", *indicator.Cutoff)
		}
		if d := indicator.Derive; d != nil {
			c.that(slices.Contains(derivations, d.Kind), "%s: derivation %q is unknown", where, d.Kind)
			c.that(indicator.Cutoff != nil, "%s is derived but has no cut-off", where)
			c.that(d.AgeFrom >= 0 && d.AgeBelow >= 0 && d.AtLeast >= 0, "%s: a derivation figure is negative", where)
			c.that(d.Kind != "area_per_person" || d.SquareMetres > 0, "%s: square_metres is missing", where)
			c.that(d.Kind != "parts_not_durable" || d.AtLeast > 0 && d.AtLeast <= len(d.Facts), "%s: at_least does not fit the facts", where)
			c.that(d.Kind != "none_of" || len(d.Facts) > 0, "%s: facts are missing", where)
		}
	}
}

func (s *Set) checkSubjects(c *checker) {
	for _, subject := range s.Subjects {
		c.that(subject.Code != "" && subject.Agency != "" && len(subject.Indicators) > 0, "subject %q is not complete", subject.Code)
		c.source("subject "+subject.Code, subject.Source)
		for _, code := range subject.Indicators {
			c.that(s.Index(code) >= 0, "subject %s: indicator %q is not defined", subject.Code, code)
		}
	}
}

func (x *Causes) check() error {
	c := &checker{sources: x.Sources}
	c.figure("count", x.Count)
	c.that(int(x.Count.Value) == len(x.Causes), "%d causes are listed, %d are counted", len(x.Causes), x.Count.Value)
	seen := map[string]bool{}
	for i, cause := range x.Causes {
		c.that(cause.Number == i+1, "cause %s: number %d stands at place %d", cause.Code, cause.Number, i+1)
		c.that(cause.Code != "" && !seen[cause.Code], "cause %q has no code or stands twice", cause.Code)
		c.wording("cause "+cause.Code, cause.Name)
		seen[cause.Code] = true
	}
	return c.result(x.ID)
}

// check refuses a library whose national periods overlap or whose files point
// to what is not there.
func (l *Library) check() error {
	c := &checker{}
	c.that(len(l.Sets) > 0, "there is no standard")
	ids := map[string]bool{}
	lastDay, last := "", ""
	for _, s := range l.Sets {
		c.that(!ids[s.ID], "%s stands twice", s.ID)
		ids[s.ID] = true
		if s.Scope == national {
			c.that(s.Valid.From > lastDay, "%s and %s are valid on the same days", last, s.ID)
			lastDay, last = s.Valid.To, s.ID
		}
	}
	return c.result("standards")
}

// checker collects everything that is wrong, so that an editor of the data
// sees all of it at once.
type checker struct {
	sources map[string]string
	faults  []error
}

func (c *checker) that(ok bool, format string, args ...any) {
	if !ok {
		c.faults = append(c.faults, fmt.Errorf(format, args...))
	}
}

func (c *checker) source(where, source string) {
	c.that(source != "" && c.sources[source] != "", "%s: source %q is not listed under sources", where, source)
}

func (c *checker) figure(where string, f Figure) {
	c.source(where, f.Source)
	c.that(f.Value >= 0, "%s is negative", where)
}

func (c *checker) wording(where string, w Wording) {
	c.source(where, w.Source)
	c.that(w.Text != "", "%s has no text", where)
}

func (c *checker) period(where string, p Period) {
	c.source(where, p.Source)
	_, from := time.Parse(time.DateOnly, p.From)
	_, to := time.Parse(time.DateOnly, p.To)
	c.that(from == nil && to == nil && p.From <= p.To, "%s: %q to %q is no period", where, p.From, p.To)
}

func (c *checker) result(where string) error {
	if len(c.faults) == 0 {
		return nil
	}
	return fmt.Errorf("%s: %w", where, errors.Join(c.faults...))
}

func firstDayAfter(year int) string {
	return fmt.Sprintf("%04d-01-01", year+1)
}
