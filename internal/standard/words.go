package standard

import (
	"math/bits"
	"strconv"
	"strings"

	"giamngheo/internal/text"
)

// Reason is the short text beside a class: the values, the bounds they lie
// between, what is missing, and where score and income disagree.
func (s *Set) Reason(a Answers) string { return s.reason(a, s.Classify(a)) }

func (s *Set) reason(a Answers, r Result) string {
	parts := []string{s.meansPart(a)}
	if part := s.deprivationPart(r); part != "" {
		parts = append(parts, part)
	}
	outcome := labelled(r.Class, r.Label)
	sentences := []string{text.T("standard.reason.outcome", "because", strings.Join(parts, "; "), "class", outcome)}
	if r.Class == Undetermined {
		if missing := s.missingNames(a, r); missing != "" {
			sentences = append(sentences, text.T("standard.reason.missing", "what", missing))
		}
	} else {
		sentences = append(sentences, s.harmlessGaps(a, r)...)
	}
	if part := s.disagreement(a, r); part != "" {
		sentences = append(sentences, part)
	}
	return strings.Join(sentences, " ")
}

// meansPart tells the score or the income and the lines it lies between.
func (s *Set) meansPart(a Answers) string {
	m, value, ok := a.means()
	if !ok {
		if s.tables.lines[byScore] == 0 {
			return text.T("standard.reason.no_income")
		}
		return text.T("standard.reason.no_means", "score", s.Score.Name)
	}
	if s.tables.lines[m] == 0 {
		return text.T("standard.reason.score_unusable", "standard", s.ID, "value", value)
	}
	name := s.measureName(m)
	where := make([]string, 0, 2)
	for _, area := range a.areas() {
		where = append(where, text.T("standard.reason.in_area", "range", s.stretch(m, area, value), "area", area.Name()))
	}
	return text.T("standard.reason.means", "measure", capital(name), "value", amount(m, value), "where", strings.Join(where, text.T("standard.reason.or")))
}

// stretch tells the two lines around a value: "trên 120, không quá 150".
func (s *Set) stretch(m measure, area AreaType, value int64) string {
	t := &s.tables
	zone, last := t.zone(m, area, value), t.lines[m]
	switch {
	case zone == 0:
		return text.T("standard.reason.up_to", "to", amount(m, t.bounds[m][area][0]))
	case zone == last:
		return text.T("standard.reason.above", "from", amount(m, t.bounds[m][area][last-1]))
	default:
		return text.T("standard.reason.between", "from", amount(m, t.bounds[m][area][zone-1]), "to", amount(m, t.bounds[m][area][zone]))
	}
}

// deprivationPart tells the number of deprivations against the rule's, where
// a rule that may apply asks for it.
func (s *Set) deprivationPart(r Result) string {
	var bounds []string
	for i := range s.Rules {
		rule := &s.Rules[i]
		if r.Rules&(1<<i) == 0 || rule.Deprivations == nil {
			continue
		}
		bound := boundText(rule.Deprivations)
		if r.Class == Undetermined {
			bound = text.T("standard.reason.bound_gives", "bound", bound, "class", rule.class().Name())
		}
		bounds = append(bounds, bound)
	}
	if len(bounds) == 0 {
		return ""
	}
	return text.T("standard.reason.deprivations", "count", countRange(r), "all", s.tables.count, "bounds", strings.Join(bounds, ", "))
}

func boundText(c *Count) string {
	if c.From > 0 {
		return text.T("standard.reason.from", "n", c.From)
	}
	return text.T("standard.reason.below", "n", c.Below)
}

func labelled(class Class, label string) string {
	if label == "" {
		return class.Name()
	}
	return text.T("standard.reason.labelled", "class", class.Name(), "label", label)
}

// outcome is the class and label that the rule gives: "hộ nghèo (N1)".
func (r *Rule) outcome() string {
	return labelled(r.class(), r.labelText())
}

// harmlessGaps says which missing answers cannot change the class.
func (s *Set) harmlessGaps(a Answers, r Result) []string {
	var gaps []string
	if r.Unknown != 0 {
		gaps = append(gaps, text.T("standard.reason.gap", "what", s.indicatorNumbers(r.Unknown)))
	}
	if a.Area == UnknownArea {
		gaps = append(gaps, text.T("standard.reason.gap_area"))
	}
	return gaps
}

// disagreement says that the income would have led elsewhere than the score.
func (s *Set) disagreement(a Answers, r Result) string {
	if !s.disagrees(a) {
		return ""
	}
	income := a
	income.HasScore = false
	other := s.Classify(income)
	class := labelled(other.Class, other.Label)
	key := "standard.reason.disagree"
	if other.Class == Undetermined || other.Class == r.Class && other.Label == r.Label {
		key = "standard.reason.may_disagree"
	}
	return text.T(key, "income", amount(byIncome, a.Income), "class", class, "score", s.Score.Name)
}

// disagrees says whether score and income, both given, lead to different
// classes or labels for some completion of the missing answers. Not poor by
// score agrees with average and above by income.
func (s *Set) disagrees(a Answers) bool {
	t := &s.tables
	if !a.HasScore || !a.HasIncome || t.lines[byScore] == 0 || t.lines[byIncome] == 0 {
		return false
	}
	known := a.Known & t.all
	low := bits.OnesCount16(a.Deprived & known)
	high := low + t.count - bits.OnesCount16(known)
	for _, area := range a.areas() {
		score := t.rules[byScore][t.zone(byScore, area, int64(a.Score))]
		income := t.rules[byIncome][t.zone(byIncome, area, a.Income)]
		for n := low; n <= high; n++ {
			if score[n] != income[n] && !s.sameOutcome(score[n], income[n]) {
				return true
			}
		}
	}
	return false
}

func (s *Set) sameOutcome(i, j uint8) bool {
	one, other := s.classOf(i), s.classOf(j)
	if !one.out() || !other.out() {
		return one == other && s.Rules[i].labelText() == s.Rules[j].labelText()
	}
	return true
}

// out says that a class is neither poor nor near-poor.
func (c Class) out() bool { return c == Average || c == Above || c == NotPoor }

func (r *Rule) labelText() string {
	if r.Label == nil {
		return ""
	}
	return r.Label.Text
}

func (s *Set) classOf(rule uint8) Class { return s.Rules[rule].class() }

func (r *Rule) class() Class {
	class, _ := ParseClass(r.Class)
	return class
}

// means is what the class goes by: the score where it is given, else the
// income.
func (a Answers) means() (measure, int64, bool) {
	if a.HasScore {
		return byScore, int64(a.Score), true
	}
	return byIncome, a.Income, a.HasIncome
}

// areas lists the area types the household can live in.
func (a Answers) areas() []AreaType {
	if a.Area == UnknownArea {
		return []AreaType{Rural, Urban}
	}
	return []AreaType{a.Area}
}

func (s *Set) measureName(m measure) string {
	if m == byScore {
		return s.Score.Name
	}
	return text.T("standard.income")
}

// indicatorNumbers names indicators by their numbers: "chỉ số 9, 10".
func (s *Set) indicatorNumbers(mask uint16) string {
	var numbers []string
	for i, indicator := range s.Indicators {
		if mask&(1<<i) != 0 {
			numbers = append(numbers, strconv.Itoa(indicator.Number))
		}
	}
	return text.T("standard.indicators", "numbers", strings.Join(numbers, ", "))
}

// numbersOf writes codes as the numbers of their indicators.
func (s *Set) numbersOf(codes []string) string {
	var mask uint16
	for _, code := range codes {
		if i := s.Index(code); i >= 0 {
			mask |= 1 << i
		}
	}
	return s.indicatorNumbers(mask)
}

func countRange(r Result) string {
	if r.Unknown == 0 {
		return strconv.Itoa(r.Deprivations)
	}
	return text.T("standard.range", "from", r.Deprivations, "to", r.Deprivations+bits.OnesCount16(r.Unknown))
}

// amount writes points plainly and đồng with dots between thousands.
func amount(m measure, value int64) string {
	if m == byScore {
		return strconv.FormatInt(value, 10)
	}
	return text.T("standard.dong", "amount", dots(value))
}

func dots(value int64) string {
	digits := strconv.FormatInt(value, 10)
	var b strings.Builder
	for i, d := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 && digits[i-1] != '-' {
			b.WriteByte('.')
		}
		b.WriteRune(d)
	}
	return b.String()
}

func capital(s string) string {
	first, rest := s, ""
	for i := range s {
		if i > 0 {
			first, rest = s[:i], s[i:]
			break
		}
	}
	return strings.ToUpper(first) + rest
}
