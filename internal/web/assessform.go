package web

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"giamngheo/internal/area"
	"giamngheo/internal/fault"
	"giamngheo/internal/household"
	"giamngheo/internal/review"
	"giamngheo/internal/standard"
	"giamngheo/internal/text"
	"giamngheo/internal/vn"
	"giamngheo/internal/web/view"
)

// typedOr gives what was typed into a refused form, else what is stored.
func typedOr(typed url.Values) func(name, stored string) string {
	return func(name, stored string) string {
		if typed.Has(name) {
			return typed.Get(name)
		}
		return stored
	}
}

// fieldBefore carries the class before the round as the form states it, which
// an import may have brought: a later saving keeps it.
const fieldBefore = "truoc"

// formProblems are the messages of a refused form at the names of its fields.
func formProblems(refused error) []fault.Field {
	f := fault.As(refused, text.T("common.internal"))
	if len(f.Fields) == 0 {
		return []fault.Field{{Name: "b1", Message: f.Message}}
	}
	list := slices.Clone(f.Fields)
	for i := range list {
		switch list[i].Name {
		case "floor_area":
			list[i].Name = "m2"
		case "ticked", "household":
			list[i].Name = "b1"
		}
	}
	return list
}

// questions are those of the form in the paper's order: points, the boxes of
// the indicators, the members on whom the first four rest, causes.
func (p *Pages) questions(d review.Draft, typed url.Values) []view.Question {
	a := d.Assessment
	value := typedOr(typed)
	var list []view.Question
	if d.Round.Kind == review.InYear {
		list = append(list, view.Question{Code: "•", Name: "effective_from", Text: text.T("web.assess.effective_from"), Hint: text.T("web.assess.effective_from_hint", "year", d.Round.Year),
			Value: value("effective_from", shownDay(d.Current.EffectiveFrom)), Digits: 10})
	}
	list = append(list, []view.Question{
		{Code: "B1", Name: "b1", Text: text.T("web.assess.b1"), Hint: text.T("web.assess.b1_hint"), Value: value("b1", pointer(a.B1)), Unit: text.T("web.points"), Digits: 4, LastYear: pointer(d.Last.B1)},
	}...)
	for i, indicator := range d.Set.Indicators {
		stored := "-"
		if i < len(a.Ticked) {
			stored = a.Ticked[i : i+1]
		}
		q := view.Question{Code: fmt.Sprintf("B2.%d", indicator.Number), Name: "cs-" + indicator.Code, Text: capital(indicator.Name.Text)}
		if indicator.Cutoff != nil {
			q.Hint = indicator.Cutoff.Text
		}
		if i < len(d.Last.Answers) {
			q.LastYear = deprivedWord(d.Last.Answers[i])
		}
		chosen := value(q.Name, stored)
		for _, c := range []string{"1", "0", "-"} {
			q.Choices = append(q.Choices, view.Option{Value: c, Label: text.T("web.assess.deprived." + map[string]string{"1": "yes", "0": "no", "-": "unknown"}[c]), Selected: c == chosen && (c != "-" || typed.Has(q.Name) || d.Current.ID != "")})
		}
		for _, warned := range a.Warnings {
			if warned == indicator.Code {
				q.Warning = text.T("web.assess.disagree")
			}
		}
		list = append(list, q)
	}
	list = append(list, view.Question{Code: "m²", Name: "m2", Text: text.T("web.assess.floor_area"), Value: value("m2", decimal(a.Detail.FloorArea)), Unit: "m²", Digits: 6, LastYear: decimal(d.Last.Detail.FloorArea)})
	for n, m := range a.Roster {
		list = append(list, p.memberQuestions(d, n, m, value)...)
	}
	var causes, last []string
	for _, cause := range p.Law.Causes.Causes {
		for _, c := range a.Causes {
			if c == cause.Code {
				causes = append(causes, strconv.Itoa(cause.Number))
			}
		}
		for _, c := range d.Last.Causes {
			if c == cause.Code {
				last = append(last, fmt.Sprintf("%d (%s)", cause.Number, cause.Name.Text))
			}
		}
	}
	var names []string
	for _, cause := range p.Law.Causes.Causes {
		names = append(names, fmt.Sprintf("%d %s", cause.Number, cause.Name.Text))
	}
	list = append(list, view.Question{Code: "C", Name: "causes", Text: text.T("web.assess.causes"), Hint: text.T("web.assess.causes_hint", "list", strings.Join(names, " · ")), Value: value("causes", strings.Join(causes, " ")), Digits: 12, LastYear: strings.Join(last, ", ")})
	if len(a.Warnings) > 0 || a.WarningAnswer != "" || typed.Get("warning_answer") != "" {
		list = append(list, view.Question{Code: "!", Name: "warning_answer", Text: text.T("web.assess.warning_answer"), Value: value("warning_answer", a.WarningAnswer), Words: true})
	}
	if d.Current.ID != "" {
		list = append(list, view.Question{Code: "!", Name: "reason", Text: text.T("web.assess.reason"), Hint: text.T("web.assess.reason_hint"), Value: value("reason", ""), Words: true})
	}
	return list
}

// memberFacts are the facts that indicators 1 to 4 rest on, with the ages at
// which the standard asks for them.
var memberFacts = []struct {
	field string
	of    func(m *review.RosterMember) **bool
	kind  string // of the indicator's derivation
}{
	{"om", func(m *review.RosterMember) **bool { return &m.Untreated }, "untreated_member"},
	{"bh", func(m *review.RosterMember) **bool { return &m.Insured }, "uninsured_member"},
	{"th", func(m *review.RosterMember) **bool { return &m.LowerSecondary }, "unschooled_adult"},
	{"hoc", func(m *review.RosterMember) **bool { return &m.AtSchool }, "child_not_at_school"},
}

func (p *Pages) memberQuestions(d review.Draft, n int, m review.RosterMember, value func(name, stored string) string) []view.Question {
	var list []view.Question
	for _, f := range memberFacts {
		if *f.of(&m) == nil && !asks(d.Set, f.kind, m, d.Round.CountDay) {
			continue // what was answered stays on the form, so that a second saving loses nothing
		}
		q := view.Question{Code: strconv.Itoa(n + 1), Name: memberField(f.field, m.Person), Text: text.T("web.assess.member."+f.field, "name", m.Name, "birth", shownBirth(m.Birth))}
		stored := "-"
		if b := *f.of(&m); b != nil {
			stored = map[bool]string{true: "1", false: "0"}[*b]
		}
		chosen := value(q.Name, stored)
		for _, c := range []string{"1", "0"} {
			q.Choices = append(q.Choices, view.Option{Value: c, Label: text.T("common." + map[string]string{"1": "yes", "0": "no"}[c]), Selected: c == chosen})
		}
		for _, last := range d.Last.Roster {
			if last.Person == m.Person {
				if b := *f.of(&last); b != nil {
					q.LastYear = text.T("common." + map[bool]string{true: "yes", false: "no"}[*b])
				}
			}
		}
		list = append(list, q)
	}
	return list
}

func memberField(fact string, id household.PersonID) string { return "tv-" + fact + "-" + string(id) }

// asks says whether the standard's indicator can concern the member. At
// school is asked of adults too where they have not finished school: the
// indicator spares who still learns.
func asks(set *standard.Set, kind string, m review.RosterMember, day string) bool {
	for _, indicator := range set.Indicators {
		if indicator.Derive == nil || indicator.Derive.Kind != kind {
			continue
		}
		year, err := strconv.Atoi(firstN(m.Birth, 4))
		if err != nil {
			return true
		}
		now, _ := strconv.Atoi(firstN(day, 4))
		age, rule := now-year, indicator.Derive
		return age >= rule.AgeFrom-1 && (rule.AgeBelow == 0 || age <= rule.AgeBelow) && year >= rule.BornFrom
	}
	return false
}

func firstN(s string, n int) string { return s[:min(n, len(s))] }

func shownBirth(birth string) string {
	if birth == "" {
		return text.T("common.unknown")
	}
	return area.ShowDay(birth)
}

func pointer(n *int) string {
	if n == nil {
		return ""
	}
	return strconv.Itoa(*n)
}

func decimal(f *float64) string {
	if f == nil {
		return ""
	}
	return strings.Replace(strconv.FormatFloat(*f, 'f', -1, 64), ".", ",", 1)
}

func capital(s string) string {
	r := []rune(s)
	if len(r) == 0 {
		return s
	}
	return strings.ToUpper(string(r[:1])) + string(r[1:])
}

func deprivedWord(letter byte) string {
	switch letter {
	case '1':
		return text.T("web.assess.deprived.yes")
	case '0':
		return text.T("web.assess.deprived.no")
	}
	return text.T("web.assess.deprived.unknown")
}

func factField(code string) string { return "sd-" + code }

// optionalQuestions stand after those that every form answers: income where
// the form has it, the dwelling's facts on which the standard's indicators
// rest, who surveyed and when, a note.
func (p *Pages) optionalQuestions(d review.Draft, typed url.Values) []view.Question {
	a, value := d.Assessment, typedOr(typed)
	list := []view.Question{{Code: "T", Name: "income", Text: text.T("web.assess.income"), Hint: text.T("web.assess.income_hint"), Value: value("income", money(a.Income)), Unit: text.T("web.assess.income_unit"), Digits: 12, LastYear: money(d.Last.Income)}}
	for _, code := range dwellingFacts(d.Set) {
		q := view.Question{Code: "N", Name: factField(code), Text: factName(code)}
		if b, known := d.Last.Detail.Facts[code]; known {
			q.LastYear = yesNo(b)
		}
		stored := ""
		if b, known := a.Detail.Facts[code]; known {
			stored = oneZero(b)
		}
		chosen := value(q.Name, stored)
		for _, c := range []string{"1", "0"} {
			q.Choices = append(q.Choices, view.Option{Value: c, Label: yesNo(c == "1"), Selected: c == chosen})
		}
		list = append(list, q)
	}
	return append(list,
		view.Question{Code: "•", Name: "surveyor", Text: text.T("web.assess.surveyor"), Value: value("surveyor", a.Surveyor), Words: true, LastYear: d.Last.Surveyor},
		view.Question{Code: "•", Name: "surveyed_on", Text: text.T("web.assess.surveyed_on"), Hint: text.T("web.assess.day_hint"), Value: value("surveyed_on", shownDay(a.SurveyedOn)), Digits: 10, LastYear: shownDay(d.Last.SurveyedOn)},
		view.Question{Code: "•", Name: "note", Text: text.T("web.assess.note"), Value: value("note", a.Note), Words: true, LastYear: d.Last.Note})
}

// dwellingFacts are the facts of the dwelling that the standard's indicators
// name, each once.
func dwellingFacts(set *standard.Set) (codes []string) {
	for _, indicator := range set.Indicators {
		if indicator.Derive == nil {
			continue
		}
		for _, code := range indicator.Derive.Facts {
			if !slices.Contains(codes, code) {
				codes = append(codes, code)
			}
		}
	}
	return codes
}

// factName words a fact; a code that a later standard brings without words
// shows as it is.
func factName(code string) string {
	if key := "web.assess.dwelling." + code; text.Has(key) {
		return text.T(key)
	}
	return code
}

// purposeSelect offers what the form is filled in for; the form in force is
// shown whatever it was, so a new one is a survey until somebody says else.
func purposeSelect(typed url.Values) view.Select {
	s := view.Select{Name: "purpose", Label: text.T("web.assess.purpose"), Hint: text.T("web.assess.purpose_hint")}
	chosen := typedOr(typed)("purpose", review.Survey)
	for _, purpose := range []string{review.Survey, review.SecondEntry, review.Recheck, review.Verification} {
		s.Options = append(s.Options, view.Option{Value: purpose, Label: text.T("web.assess.purpose." + purpose), Selected: purpose == chosen})
	}
	return s
}

func yesNo(b bool) string {
	if b {
		return text.T("common.yes")
	}
	return text.T("common.no")
}

func oneZero(b bool) string {
	if b {
		return "1"
	}
	return "0"
}

func money(n *int64) string {
	if n == nil {
		return ""
	}
	return vn.FormatInt(*n)
}

func shownDay(day string) string {
	if day == "" {
		return ""
	}
	return area.ShowDay(day)
}
