package standard

import (
	"fmt"
	"math"
	"math/bits"
)

// A measure is what stands for a household's means: the income itself, or the
// scorecard's total. The score decides where both are given: it is what the
// signed form records.
type measure uint8

const (
	byIncome measure = iota
	byScore
)

func (m measure) String() string { return [...]string{"income", "score"}[m] }

const (
	maxLines      = 4
	maxIndicators = 16
	unreached     = math.MaxInt64 / 2 // a bound that no amount exceeds and no difference overflows
	mixedLabel    = 255               // the missing answers decide between several labels
)

// tables is the law worked out for every zone between two lines and every
// number of known and missing deprivations, so that one household costs a few
// comparisons and one look-up.
type tables struct {
	count  int
	all    uint16
	points int
	labels []string
	lines  [2]int                   // how many lines a measure has; none: it cannot be used
	bounds [2][3][maxLines]int64    // by measure and area type; unused ones are never exceeded
	rules  [2][maxLines + 1][]uint8 // by measure, zone and number of deprivations: the one rule that applies
	merged [2][maxLines + 1][]merged
}

// merged is what all answers in a stretch have in common.
type merged struct {
	class Class
	label uint8
	rules uint16
}

func (m merged) with(o merged) merged {
	if m.class != o.class {
		m.class = Undetermined
	}
	if m.label != o.label {
		m.label = mixedLabel
	}
	m.rules |= o.rules
	return m
}

// Classify gives the class that the answers have under the set, whatever the
// missing ones are. It does not allocate.
func (s *Set) Classify(a Answers) Result {
	t := &s.tables
	known := a.Known & t.all
	deprivations := bits.OnesCount16(a.Deprived & known)
	unknown := t.all &^ known
	r := Result{Deprivations: deprivations, Unknown: unknown, B2: deprivations * t.points}

	m, value := byIncome, a.Income
	if a.HasScore {
		m, value = byScore, int64(a.Score)
	} else if !a.HasIncome {
		return r
	}
	if t.lines[m] == 0 {
		return r
	}
	at := deprivations*(t.count+1) + bits.OnesCount16(unknown)
	var found merged
	if a.Area == Rural || a.Area == Urban {
		found = t.merged[m][t.zone(m, a.Area, value)][at]
	} else {
		rural, urban := t.zone(m, Rural, value), t.zone(m, Urban, value)
		found = t.merged[m][rural][at]
		if urban != rural {
			found = found.with(t.merged[m][urban][at])
		}
	}
	r.Class, r.Rules = found.class, found.rules
	if found.class != Undetermined && found.label != mixedLabel {
		r.Label = t.labels[found.label]
	}
	return r
}

// zone counts the lines that a value exceeds: a line's own value still lies
// below it. Without branches, because neighbours' values follow no pattern
// that a processor could guess.
func (t *tables) zone(m measure, area AreaType, value int64) int {
	b := &t.bounds[m][area]
	return int(uint64(b[0]-value)>>63 + uint64(b[1]-value)>>63 + uint64(b[2]-value)>>63 + uint64(b[3]-value)>>63)
}

// build works the tables out; a law that leaves a case without a rule, or
// gives two, is refused.
func (s *Set) build() error {
	t := &s.tables
	t.count, t.all, t.points = len(s.Indicators), s.All(), int(s.Points.Value)
	t.labels = []string{""}
	labelOf := make([]uint8, len(s.Rules))
	for i, rule := range s.Rules {
		if rule.Label != nil {
			t.labels = append(t.labels, rule.Label.Text)
			labelOf[i] = uint8(len(t.labels) - 1)
		}
	}
	for _, m := range []measure{byIncome, byScore} {
		if err := s.buildMeasure(m, labelOf); err != nil {
			return err
		}
	}
	return nil
}

func (s *Set) buildMeasure(m measure, labelOf []uint8) error {
	t := &s.tables
	lines := s.linesOf(m)
	if len(lines) > maxLines {
		return fmt.Errorf("%s: %d lines by %s, at most %d are supported", s.ID, len(lines), m, maxLines)
	}
	t.lines[m] = len(lines)
	for area := range t.bounds[m] {
		for i := range t.bounds[m][area] {
			t.bounds[m][area][i] = unreached
		}
	}
	for i, line := range lines {
		t.bounds[m][Rural][i] = line.figures(m).Rural.Value
		t.bounds[m][Urban][i] = line.figures(m).Urban.Value
	}
	if len(lines) == 0 {
		return nil
	}
	for zone := 0; zone <= len(lines); zone++ {
		rules := make([]uint8, t.count+1)
		for n := range rules {
			found, err := s.onlyRule(m, lines, zone, n)
			if err != nil {
				return err
			}
			rules[n] = uint8(found)
		}
		t.rules[m][zone] = rules
		t.merged[m][zone] = s.mergeZone(rules, labelOf)
	}
	return nil
}

// onlyRule finds the one rule for a zone and a number of deprivations.
func (s *Set) onlyRule(m measure, lines []*Line, zone, deprivations int) (int, error) {
	found := -1
	for i := range s.Rules {
		if !s.Rules[i].applies(m, lines, zone, deprivations) {
			continue
		}
		if found >= 0 {
			return 0, fmt.Errorf("%s: rules %s and %s both apply by %s in zone %d with %d deprivations",
				s.ID, s.Rules[found].Code, s.Rules[i].Code, m, zone, deprivations)
		}
		found = i
	}
	if found < 0 {
		return 0, fmt.Errorf("%s: no rule applies by %s in zone %d with %d deprivations", s.ID, m, zone, deprivations)
	}
	return found, nil
}

func (r *Rule) applies(m measure, lines []*Line, zone, deprivations int) bool {
	if r.Measure != "" && r.Measure != m.String() || !r.Deprivations.Holds(deprivations) {
		return false
	}
	for i, line := range lines {
		if line.Code == r.Above && zone <= i {
			return false
		}
		if line.Code == r.UpTo && zone > i {
			return false
		}
	}
	return true
}

// mergeZone works out, for every number of known and of missing deprivations,
// what all completions have in common.
func (s *Set) mergeZone(rules, labelOf []uint8) []merged {
	n := s.tables.count
	one := func(count int) merged {
		rule := rules[count]
		return merged{class: s.classOf(rule), label: labelOf[rule], rules: 1 << rule}
	}
	table := make([]merged, (n+1)*(n+1))
	for known := 0; known <= n; known++ {
		all := one(known)
		for unknown := 0; known+unknown <= n; unknown++ {
			all = all.with(one(known + unknown))
			table[known*(n+1)+unknown] = all
		}
	}
	return table
}

// linesOf lists the lines that a measure has, lowest first.
func (s *Set) linesOf(m measure) []*Line {
	var lines []*Line
	for i := range s.Lines {
		if s.Lines[i].figures(m) != nil {
			lines = append(lines, &s.Lines[i])
		}
	}
	return lines
}

func (l *Line) figures(m measure) *AreaFigure {
	if m == byScore {
		return l.Score
	}
	return l.Income
}
