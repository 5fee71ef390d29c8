package form

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"giamngheo/internal/standard"
	"giamngheo/internal/text"
	"giamngheo/internal/vn"
)

// Facts that a form of any kind can look at, and those of one member.
var (
	formFacts   = []string{"size", "deprived", "item_points", "area_per_person", "gone", "come", "younger", "today"}
	memberFacts = []string{"age", "born", "sex", "relation"}
)

// concerns begins the facts that say whether an indicator can concern the
// member: concerns_uninsured_member.
const concerns = "concerns_"

func isFact(name string, member bool) bool {
	if slices.Contains(formFacts, name) {
		return true
	}
	kind, is := strings.CutPrefix(name, concerns)
	return member && (slices.Contains(memberFacts, name) || is && slices.Contains(standard.MemberKinds, kind))
}

// working is one filling being gone through.
type working struct {
	f        *Form
	g        Filling
	deprived span // number of deprivations
}

// derive works out the indicators and the class.
func (w *working) derive(out *Outcome) error {
	f, g := w.f, w.g
	var ticked standard.Marks
	asked := false
	for i, indicator := range f.Set.Indicators {
		if f.Question(indicator.Code) == nil {
			continue
		}
		asked = true
		if yes, ok := g.Answers[indicator.Code].Bool(); ok {
			ticked.Known |= 1 << i
			if yes {
				ticked.Deprived |= 1 << i
			}
		}
	}
	if !asked {
		return nil
	}
	derived, marks, err := f.Set.Derive(f.members(g), w.size(), f.dwelling(g), g.Day)
	if err != nil {
		return err
	}
	out.Derived, out.Decided = derived, standard.Combine(marks, ticked)
	a := standard.Answers{Area: g.Area, Known: out.Decided.Known, Deprived: out.Decided.Deprived}
	if n, ok := g.Answers["b1"].Number(); ok && n >= 0 && n <= math.MaxInt32 {
		a.Score, a.HasScore = int32(n), true
	}
	if n, ok := g.Answers["income"].Number(); ok {
		a.Income, a.HasIncome = int64(n), true
	}
	out.Class = f.Set.Classify(a)
	w.deprived = span{float64(out.Class.Deprivations), float64(out.Class.Deprivations)}
	for i := range f.Set.Indicators {
		if out.Class.Unknown&(1<<i) != 0 {
			w.deprived.hi++
		}
	}
	return nil
}

func (w *working) size() int {
	if w.g.Size > 0 {
		return w.g.Size
	}
	return len(w.g.Roster)
}

func (f *Form) members(g Filling) []standard.Member {
	table := f.Columns()
	list := make([]standard.Member, len(g.Roster))
	for i, m := range g.Roster {
		list[i] = standard.Member{ID: m.ID, Birth: standard.ParseBirth(m.Birth)}
		if table == nil {
			continue
		}
		answers := g.Answers.Member(table.Code, m.ID)
		list[i].Untreated, list[i].Insured = factOf(answers["untreated"]), factOf(answers["insured"])
		list[i].LowerSecondary, list[i].AtSchool = factOf(answers["lower_secondary"]), factOf(answers["at_school"])
	}
	return list
}

func (f *Form) dwelling(g Filling) standard.Dwelling {
	d := standard.Dwelling{Facts: map[string]standard.Fact{}}
	if n, ok := g.Answers["floor_area"].Number(); ok {
		d.HasArea, d.Area = true, int64(math.Round(n*100))
	}
	for _, code := range f.Set.Facts() {
		d.Facts[code] = factOf(g.Answers[code])
	}
	return d
}

func factOf(v Value) standard.Fact {
	yes, ok := v.Bool()
	if !ok {
		return standard.Unstated
	}
	return truth(yes)
}

// env is what conditions see: the form, or one member of it.
type env struct {
	*working
	member  *Member
	section *Section
}

// within says whether a code is a column of the member's table.
func (e env) within(code string) bool {
	return e.member != nil && e.section != nil && e.f.SectionOf(code) != nil && e.f.SectionOf(code).Code == e.section.Code
}

func (e env) answer(code string) Value {
	if e.within(code) {
		return e.g.Answers.Member(e.section.Code, e.member.ID)[code]
	}
	return e.g.Answers[code]
}

func (e env) fact(name string) known {
	if kind, is := strings.CutPrefix(name, concerns); is {
		if e.member == nil {
			return known{}
		}
		// Whose birth does not tell is asked, too.
		return seen(Yes(e.f.Set.Concerns(kind, standard.ParseBirth(e.member.Birth), e.g.Day) != standard.No))
	}
	if e.member != nil && slices.Contains(memberFacts, name) {
		return e.member.fact(name, e.g.Day)
	}
	switch name {
	case "size":
		return exactly(float64(e.size()))
	case "deprived":
		return between(e.deprived.lo, e.deprived.hi)
	case "item_points":
		return e.itemPoints()
	case "area_per_person":
		if n, ok := e.g.Answers["floor_area"].Number(); ok && e.size() > 0 {
			return exactly(n / float64(e.size()))
		}
	case "gone":
		if e.g.Last != nil {
			return exactly(float64(len(missing(e.g.Last.Roster, e.g.Roster))))
		}
	case "come":
		if e.g.Last != nil {
			return exactly(float64(len(missing(e.g.Roster, e.g.Last.Roster))))
		}
	case "younger":
		if e.g.Last != nil {
			return exactly(float64(len(younger(e.g.Last.Roster, e.g.Roster))))
		}
	case "today":
		return seen(Word(e.g.Today))
	}
	return known{}
}

func (m *Member) fact(name, day string) known {
	birth := standard.ParseBirth(m.Birth)
	switch name {
	case "age":
		if youngest, oldest, ok := birth.Ages(day); ok {
			return between(float64(youngest), float64(oldest))
		}
	case "born":
		if birth.Year > 0 {
			return exactly(float64(birth.Year))
		}
	case "sex":
		return seen(Word(m.Sex))
	case "relation":
		return seen(Word(m.Relation))
	}
	return known{}
}

// itemPoints adds the points of the items that are answered; open while none
// is.
func (w *working) itemPoints() known {
	total, some := int32(0), false
	for _, s := range w.f.Sections {
		for _, q := range s.Questions {
			if q.Item == "" || w.f.card == nil {
				continue
			}
			if points, ok := w.f.card.Points(w.g.Area, q.Item, w.g.Answers[q.Code].Text()); ok {
				total, some = total+points, true
			}
		}
	}
	if !some {
		return known{}
	}
	return exactly(float64(total))
}

func (e env) lastYear(code string) known {
	if e.g.Last == nil {
		return known{}
	}
	if e.member != nil {
		for i := range e.g.Last.Roster {
			m := &e.g.Last.Roster[i]
			if m.ID != e.member.ID {
				continue
			}
			if slices.Contains(memberFacts, code) {
				return m.fact(code, e.g.Day)
			}
			if e.within(code) {
				return seen(e.g.Last.Answers.Member(e.section.Code, m.ID)[code])
			}
		}
		if slices.Contains(memberFacts, code) || e.within(code) {
			return known{} // not a member then
		}
	}
	if slices.Contains(formFacts, code) {
		before := &working{f: e.f, g: Filling{Answers: e.g.Last.Answers, Roster: e.g.Last.Roster, Area: e.g.Area, Day: e.g.Day}}
		return env{working: before}.fact(code)
	}
	return seen(e.g.Last.Answers[code])
}

// missing are the members of a roster who are not in another.
func missing(of, in []Member) (gone []Member) {
	for _, m := range of {
		if !slices.ContainsFunc(in, func(o Member) bool { return o.ID == m.ID }) {
			gone = append(gone, m)
		}
	}
	return gone
}

// younger names the members whose year of birth lies later than it did, with
// both years.
func younger(before, now []Member) (names []string) {
	for _, m := range now {
		year := standard.ParseBirth(m.Birth).Year
		for _, b := range before {
			if was := standard.ParseBirth(b.Birth).Year; b.ID == m.ID && was > 0 && year > was {
				names = append(names, fmt.Sprintf("%s (%d → %d)", m.Name, was, year))
			}
		}
	}
	return names
}

// say fills the words of a check.
func (f *Form) say(c *Check, e env) string {
	pairs := []string{}
	add := func(name, value string) { pairs = append(pairs, "{"+name+"}", value) }
	if e.member != nil {
		add("name", e.member.Name)
	}
	if q := f.Question(c.Question); q != nil {
		add("answer", q.Shown(e.answer(q.Code)))
		add("last_year", q.Shown(e.lastYear(q.Code).value))
	}
	for _, name := range slices.Concat(formFacts, memberFacts) {
		if strings.Contains(c.Text, "{"+name+"}") {
			add(name, e.fact(name).shown(name))
		}
		if strings.Contains(c.Text, "{last_"+name+"}") {
			add("last_"+name, e.lastYear(name).shown(name))
		}
	}
	if e.g.Last != nil && strings.Contains(c.Text, "{gone_names}") {
		add("gone_names", namesOf(missing(e.g.Last.Roster, e.g.Roster)))
	}
	if e.g.Last != nil && strings.Contains(c.Text, "{younger_names}") {
		add("younger_names", strings.Join(younger(e.g.Last.Roster, e.g.Roster), ", "))
	}
	return strings.NewReplacer(pairs...).Replace(c.Text)
}

func namesOf(list []Member) string {
	names := make([]string, len(list))
	for i, m := range list {
		names[i] = m.Name
	}
	return strings.Join(names, ", ")
}

func (k known) shown(fact string) string {
	if !k.has {
		return text.T("common.unknown")
	}
	if fact == "born" { // a year has no separators
		return strconv.Itoa(int(k.span.lo))
	}
	if n, ok := k.value.Number(); ok {
		return showNumber(n)
	}
	return showDay(k.value.Text())
}

func showNumber(n float64) string {
	if n == math.Trunc(n) && math.Abs(n) < 1e15 {
		return vn.FormatInt(int64(n))
	}
	return strings.Replace(strconv.FormatFloat(math.Round(n*1000)/1000, 'f', -1, 64), ".", ",", 1)
}

func showDay(day string) string {
	if len(day) == 10 && day[4] == '-' && day[7] == '-' {
		return fmt.Sprintf("%s/%s/%s", day[8:], day[5:7], day[:4])
	}
	return day
}
