package standard

import (
	"math"
	"math/bits"
	"reflect"
	"slices"

	"giamngheo/internal/text"
)

// Change is one way to another class. It holds whatever the missing answers
// are, or When names those it hangs on.
type Change struct {
	Kind       string   `json:"kind"`                 // relieve | add | score | income | area | answer
	Count      int      `json:"count,omitempty"`      // deprivations relieved or added; 1: any one of Indicators does it
	Indicators []string `json:"indicators,omitempty"` // those that can be relieved or added
	From       int64    `json:"from,omitempty"`       // score or income must be above this; 0: no lower bound
	To         int64    `json:"to,omitempty"`         // and not above this; 0: no upper bound
	Area       AreaType `json:"area,omitempty"`
	Class      Class    `json:"class"`
	When       When     `json:"when"`
	Text       string   `json:"text"`
}

// When is a condition on missing answers: the area type, and how many of the
// unknown indicators turn out deprived. The zero When of a household without
// missing answers always holds.
type When struct {
	Area    AreaType `json:"area,omitempty"`
	AtLeast int      `json:"at_least,omitempty"`
	AtMost  int      `json:"at_most,omitempty"`
	of      int      // how many are unknown
}

// Always says that no missing answer matters.
func (w When) Always() bool { return w.Area == UnknownArea && w.AtLeast == 0 && w.AtMost == w.of }

// way is a class reachable under a condition.
type way struct {
	class Class
	when  When
}

// ways finds the classes other than the present one that a changed form can
// have, each under the weakest condition that can be named.
func ways(present Class, areas []AreaType, unknown int, class func(area AreaType, unknownDeprived int) Class) []way {
	var out []way
	for target := Poor; target <= NotPoor; target++ {
		if target == present {
			continue
		}
		together := holdsFor(areas, unknown, target, class)
		if together != nil {
			out = append(out, way{target, *together})
		}
		if len(areas) == 1 {
			continue
		}
		for _, area := range areas {
			alone := holdsFor([]AreaType{area}, unknown, target, class)
			if alone == nil || together != nil && alone.AtLeast == together.AtLeast && alone.AtMost == together.AtMost {
				continue
			}
			alone.Area = area
			out = append(out, way{target, *alone})
		}
	}
	return out
}

// holdsFor finds the first run of numbers of unknown deprivations for which
// every area type gives the target.
func holdsFor(areas []AreaType, unknown int, target Class, class func(AreaType, int) Class) *When {
	var found *When
	for n := 0; n <= unknown; n++ {
		all := !slices.ContainsFunc(areas, func(area AreaType) bool { return class(area, n) != target })
		switch {
		case all && found == nil:
			found = &When{AtLeast: n, AtMost: n, of: unknown}
		case all:
			found.AtMost = n
		case found != nil:
			return found
		}
	}
	return found
}

// changes lists the ways to another class; where the class is undetermined,
// which answers would settle it.
func (s *Set) changes(a Answers, r Result) []Change {
	t := &s.tables
	m, value, ok := a.means()
	unknown := bits.OnesCount16(r.Unknown)
	if !ok {
		// With this much missing, only what holds in any case is worth saying.
		return slices.DeleteFunc(slices.Concat(s.stretchChanges(a, r, byScore), s.stretchChanges(a, r, byIncome)),
			func(c Change) bool { return !c.When.Always() })
	}
	if t.lines[m] == 0 {
		return nil
	}
	if r.Class == Undetermined {
		var out []Change
		for _, w := range ways(Undetermined, a.areas(), unknown, func(area AreaType, n int) Class {
			return s.classAt(m, area, value, r.Deprivations+n)
		}) {
			out = append(out, s.worded(Change{Kind: "answer", Class: w.class, When: w.when}, r))
		}
		return out
	}
	out := s.countChanges(a, r, m, value, -1)
	out = append(out, s.countChanges(a, r, m, value, +1)...)
	out = append(out, s.stretchChanges(a, r, m)...)
	if a.Area == UnknownArea {
		return out
	}
	other := Rural + Urban - a.Area
	for _, w := range ways(r.Class, []AreaType{other}, unknown, func(area AreaType, n int) Class {
		return s.classAt(m, area, value, r.Deprivations+n)
	}) {
		out = append(out, s.worded(Change{Kind: "area", Area: other, Class: w.class, When: w.when}, r))
	}
	return out
}

// countChanges finds the smallest numbers of deprivations that must go
// (direction −1) or come (+1): the first that may do, and the first that
// surely does.
func (s *Set) countChanges(a Answers, r Result, m measure, value int64, direction int) []Change {
	kind, eligible := "relieve", a.Deprived&a.Known&s.tables.all
	if direction > 0 {
		kind, eligible = "add", a.Known&s.tables.all&^a.Deprived
	}
	unknown := bits.OnesCount16(r.Unknown)
	best := map[[2]int]When{} // by class and area: the weakest condition stated so far
	var out []Change
	limit := bits.OnesCount16(eligible)
	for k := 1; k <= limit; k++ {
		for _, w := range ways(r.Class, a.areas(), unknown, func(area AreaType, n int) Class {
			return s.classAt(m, area, value, r.Deprivations+direction*k+n)
		}) {
			key := [2]int{int(w.class), int(w.when.Area)}
			stated, seen := best[key]
			sure := w.when.AtLeast == 0 && w.when.AtMost == unknown
			sureBefore := seen && stated.AtLeast == 0 && stated.AtMost == unknown
			weaker := seen && w.when.AtMost-w.when.AtLeast > stated.AtMost-stated.AtLeast
			if sureBefore || seen && !sure && !(weaker && k == limit) {
				continue
			}
			best[key] = w.when
			out = append(out, s.worded(Change{Kind: kind, Count: k, Indicators: s.codes(eligible), Class: w.class, When: w.when}, r))
		}
	}
	return out
}

// stretch is the values above from and not above to.
type stretch struct{ from, to int64 }

const openEnd = math.MaxInt64

func (x stretch) sample() int64 {
	if x.to == openEnd {
		return x.from + 1
	}
	return x.to
}

// stretches cuts a measure at every line of the area types.
func (s *Set) stretches(m measure, areas []AreaType) []stretch {
	var bounds []int64
	for _, line := range s.linesOf(m) {
		for _, area := range areas {
			bounds = append(bounds, line.figures(m).In(area).Value)
		}
	}
	if len(bounds) == 0 {
		return nil
	}
	slices.Sort(bounds)
	var out []stretch
	from := int64(-1)
	for _, bound := range slices.Compact(bounds) {
		out = append(out, stretch{from, bound})
		from = bound
	}
	return append(out, stretch{from, openEnd})
}

// stretchChanges finds the stretches of score or income that lie in another
// class; neighbours with the same outcome are told as one.
func (s *Set) stretchChanges(a Answers, r Result, m measure) []Change {
	type told struct {
		stretch
		ways []way
	}
	var all []told
	for _, x := range s.stretches(m, a.areas()) {
		found := ways(r.Class, a.areas(), bits.OnesCount16(r.Unknown), func(area AreaType, n int) Class {
			return s.classAt(m, area, x.sample(), r.Deprivations+n)
		})
		if last := len(all) - 1; last >= 0 && reflect.DeepEqual(all[last].ways, found) {
			all[last].to = x.to
			continue
		}
		all = append(all, told{x, found})
	}
	var out []Change
	for _, x := range all {
		for _, w := range x.ways {
			c := Change{Kind: m.String(), From: max(x.from, 0), Class: w.class, When: w.when}
			if x.to != openEnd {
				c.To = x.to
			}
			if m == byScore && !s.reachable(c) {
				continue
			}
			out = append(out, s.worded(c, r))
		}
	}
	return out
}

// step is what every total of the scorecard is a multiple of.
func (s *Set) step() int64 {
	if s.Score.Step == nil {
		return 1
	}
	return s.Score.Step.Value
}

func (s *Set) firstTotalAbove(points int64) int64 { return points - points%s.step() + s.step() }
func (s *Set) lastTotalUpTo(points int64) int64   { return points - points%s.step() }

// reachable says whether a total of the scorecard lies in the stretch.
func (s *Set) reachable(c Change) bool {
	return c.To == 0 || c.From == 0 || s.firstTotalAbove(c.From) <= s.lastTotalUpTo(c.To)
}

func (s *Set) codes(mask uint16) []string {
	var out []string
	for i, indicator := range s.Indicators {
		if mask&(1<<i) != 0 {
			out = append(out, indicator.Code)
		}
	}
	return out
}

// worded adds the sentence to a change.
func (s *Set) worded(c Change, r Result) Change {
	class := text.T("standard.short." + c.Class.String())
	if c.When.Always() && c.When.of > 0 && c.Count > 0 {
		class = text.T("standard.change.sure", "class", class)
	}
	when := s.whenText(c.When, r.Unknown)
	if c.Kind == "answer" {
		c.Text = text.T("standard.change.answer", "class", class, "when", when)
		return c
	}
	c.Text = text.T("standard.change.outcome", "if", s.changeText(c), "class", class)
	if when != "" {
		c.Text = text.T("standard.change.when", "change", c.Text, "when", when)
	}
	return c
}

func (s *Set) changeText(c Change) string {
	switch c.Kind {
	case "relieve", "add":
		return text.T("standard.change."+c.Kind, "n", c.Count, "which", s.numbersOf(c.Indicators))
	case "area":
		return text.T("standard.change.area", "area", c.Area.Name())
	case "score":
		return rangeText("standard.change.score", c, s.Score.Name, amount(byScore, s.firstTotalAbove(c.From)), amount(byScore, s.lastTotalUpTo(c.To)))
	}
	return rangeText("standard.change.income", c, text.T("standard.income"), amount(byIncome, c.From), amount(byIncome, c.To))
}

func rangeText(key string, c Change, measure, from, to string) string {
	switch {
	case c.From == 0:
		key += "_up_to"
	case c.To == 0:
		key += "_from"
	default:
		key += "_between"
	}
	return text.T(key, "measure", measure, "from", from, "to", to)
}

// whenText names the missing answers that a change hangs on.
func (s *Set) whenText(w When, unknown uint16) string {
	area, count := "", ""
	if w.Area != UnknownArea {
		area = text.T("standard.when.area", "area", w.Area.Name())
	}
	which := s.indicatorNumbers(unknown)
	switch {
	case w.AtLeast == 0 && w.AtMost == w.of:
	case w.AtMost == 0 && w.of == 1:
		count = text.T("standard.when.not", "which", which)
	case w.AtLeast == 1 && w.of == 1:
		count = text.T("standard.when.yes", "which", which)
	case w.AtMost == 0:
		count = text.T("standard.when.none", "which", which)
	case w.AtLeast == w.of:
		count = text.T("standard.when.all", "which", which)
	case w.AtLeast == 0:
		count = text.T("standard.when.at_most", "n", w.AtMost, "which", which)
	case w.AtMost == w.of:
		count = text.T("standard.when.at_least", "n", w.AtLeast, "which", which)
	default:
		count = text.T("standard.when.between", "from", w.AtLeast, "to", w.AtMost, "which", which)
	}
	if area != "" && count != "" {
		return text.T("standard.when.both", "one", area, "other", count)
	}
	return area + count
}

// unconfirmed lists the figures that the class or a stated change rests on
// and whose source nobody has confirmed.
func (s *Set) unconfirmed(a Answers, r Result, changes []Change) []string {
	var out []string
	add := func(ok bool, key string, pairs ...any) {
		if !ok {
			out = append(out, text.T("standard.unconfirmed."+key, pairs...))
		}
	}
	counts := len(changes) > 0
	for i := range s.Rules {
		rule := &s.Rules[i]
		if r.Rules&(1<<i) == 0 {
			continue
		}
		counts = counts || rule.Deprivations != nil
		add(rule.Label == nil || rule.Label.Confirmed, "label", "label", rule.labelText())
		add(rule.Deprivations == nil || rule.Deprivations.Confirmed, "count")
	}
	for _, d := range s.distances(a) {
		for _, line := range s.Lines {
			if line.Code == d.Line {
				m := byIncome
				if d.Measure == byScore.String() {
					m = byScore
				}
				add(line.figures(m).In(d.Area).Confirmed, "line", "line", d.Name, "bound", unit(m, d.Bound))
			}
		}
	}
	if counts {
		var names, cutoffs uint16
		for i, indicator := range s.Indicators {
			if a.Known&(1<<i) == 0 {
				continue
			}
			if !indicator.Name.Confirmed {
				names |= 1 << i
			}
			if indicator.Cutoff == nil || !indicator.Cutoff.Confirmed {
				cutoffs |= 1 << i
			}
		}
		add(names == 0, "names", "which", s.indicatorNumbers(names))
		add(cutoffs == 0, "cutoffs", "which", s.indicatorNumbers(cutoffs))
	}
	if slices.ContainsFunc(changes, func(c Change) bool { return c.Kind == "score" }) && s.Score.Step != nil {
		add(s.Score.Step.Confirmed, "step", "score", s.Score.Name, "step", s.Score.Step.Value)
	}
	add(s.Points.Confirmed, "points", "points", s.Points.Value)
	return out
}
