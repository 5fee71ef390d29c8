package review

import (
	"slices"
	"strings"

	"giamngheo/internal/db"
	"giamngheo/internal/fault"
	"giamngheo/internal/form"
	"giamngheo/internal/household"
	"giamngheo/internal/standard"
)

// memberTable is the section of Phiếu B whose rows are the members.
const memberTable = "members"

// FormOf gives a form as a round uses it: the definition of the days on which
// the round's classes hold, bound to its standard.
func (s *Store) FormOf(round Round, code string) (*form.Form, error) {
	set, err := s.Law.ByID(round.Standard)
	if err != nil {
		return nil, err
	}
	day := round.ClassFrom
	if day == "" {
		day = round.CountDay
	}
	return form.Law().For(code, day, set, s.Law)
}

// lastBefore gives the assessment of the round before, nil if there is none.
func (s *Store) lastBefore(tx *db.Tx, id household.ID, round Round) (*Assessment, error) {
	day := round.ClassFrom
	if round.Kind == InYear {
		day = s.rosterDay(round)
	}
	list, err := s.list(tx, ` where a.province_id = $1 and a.household_id = $2 and f.assessment_id = a.id and a.round_id <> $3 and a.effective_from < $4
		order by a.effective_from desc, a.id desc limit 1`, s.Province, string(id), round.ID, day)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	return &list[0], nil
}

// asksAgain lets Phiếu B look at the answers: what it refuses is a fault, what
// it doubts stands with the assessment until somebody answers in words. Forms
// that do not decide are compared, not doubted.
func (s *Store) asksAgain(round Round, a, last *Assessment, day string) error {
	f, err := s.FormOf(round, form.Scores)
	if err != nil {
		return err
	}
	out, err := f.Work(s.FillingOf(f, a, last, day))
	if err != nil {
		return err
	}
	if err := refusedBy(out.Faults); err != nil {
		return err
	}
	a.Detail.Doubts = nil
	if a.InForce {
		a.Detail.Doubts = doubtsOf(out.Warnings)
	}
	for _, d := range a.Detail.Doubts {
		if !slices.Contains(a.Warnings, d.Check) {
			a.Warnings = append(a.Warnings, d.Check)
		}
	}
	return nil
}

// refusedBy is the error of a form's hard checks, nil if there are none.
// Fields go by question, and "question member" for one of a member.
func refusedBy(faults []form.Finding) error {
	var fields []fault.Field
	for _, found := range faults {
		fields = append(fields, fault.Field{Name: strings.TrimSpace(found.Question + " " + found.Member), Message: found.Text})
	}
	if len(fields) == 0 {
		return nil
	}
	return fault.New(fault.Invalid, "assessment_refused", fields[0].Message, fields...)
}

func doubtsOf(warnings []form.Finding) []Doubt {
	var list []Doubt
	for _, w := range warnings {
		list = append(list, Doubt{Check: w.Check, Question: w.Question, Member: w.Member, Text: w.Text})
	}
	return list
}

// FillingOf gives an assessment as Phiếu B sees it, with the one of the round
// before. Of last year what this year's form asks, too.
func (s *Store) FillingOf(f *form.Form, a *Assessment, last *Assessment, day string) form.Filling {
	g := form.Filling{Answers: asked(f, a.FormAnswers(f.Set)), Roster: formRoster(a.Roster), Size: a.Size, Area: a.Area, Day: day, Today: s.today()}
	if last != nil {
		if own, err := s.Law.ByID(last.Standard); err == nil {
			before := *last
			before.Ticked = last.Answers // as it was decided
			g.Last = &form.Last{Answers: asked(f, before.FormAnswers(own)), Roster: formRoster(last.Roster)}
		}
	}
	return g
}

// asked leaves the answers that a form asks for.
func asked(f *form.Form, answers form.Answers) form.Answers {
	for code := range answers {
		if table := f.Columns(); f.Question(code) == nil && (table == nil || table.Code != code) {
			delete(answers, code)
		}
	}
	return answers
}

func formRoster(members []RosterMember) []form.Member {
	list := make([]form.Member, len(members))
	for i, m := range members {
		list[i] = form.Member{ID: string(m.Person), Name: m.Name, Birth: m.Birth, Sex: m.Sex, Relation: m.Relation}
	}
	return list
}

// memberAnswers are the answers of a member by the codes of the form.
var memberAnswers = []struct {
	code string
	of   func(*RosterMember) **bool
}{
	{"untreated", func(m *RosterMember) **bool { return &m.Untreated }},
	{"insured", func(m *RosterMember) **bool { return &m.Insured }},
	{"lower_secondary", func(m *RosterMember) **bool { return &m.LowerSecondary }},
	{"at_school", func(m *RosterMember) **bool { return &m.AtSchool }},
}

// FormAnswers gives the answers as the form names them: those of Phiếu B, and
// the causes of Phiếu C.
func (a *Assessment) FormAnswers(set *standard.Set) form.Answers {
	out := form.Answers{}
	put := func(code string, v form.Value) {
		if v.Given() {
			out[code] = v
		}
	}
	if a.B1 != nil {
		put("b1", form.Num(float64(*a.B1)))
	}
	if a.Income != nil {
		put("income", form.Num(float64(*a.Income)))
	}
	if a.Detail.FloorArea != nil {
		put("floor_area", form.Num(*a.Detail.FloorArea))
	}
	for i, indicator := range set.Indicators {
		if i < len(a.Ticked) && a.Ticked[i] != '-' {
			put(indicator.Code, form.Yes(a.Ticked[i] == '1'))
		}
	}
	for code, yes := range a.Detail.Facts {
		put(code, form.Yes(yes))
	}
	for item, option := range a.Detail.Items {
		put(form.ItemPrefix+item, form.Word(option))
	}
	table := map[string]form.Answers{}
	for i := range a.Roster {
		one := form.Answers{}
		for _, q := range memberAnswers {
			if yes := *q.of(&a.Roster[i]); yes != nil {
				one[q.code] = form.Yes(*yes)
			}
		}
		if len(one) > 0 {
			table[string(a.Roster[i].Person)] = one
		}
	}
	if len(table) > 0 {
		put(memberTable, form.Table(table))
	}
	if len(a.Causes) > 0 {
		put("causes", form.Codes(a.Causes...))
	}
	put("surveyor", form.Word(a.Surveyor))
	put("surveyed_on", form.Word(a.SurveyedOn))
	put("note", form.Word(a.Note))
	return out
}

// Take puts answers as the form names them into an entry. What is no answer
// to its question is refused by the form when the entry is judged.
func (e *Entry) Take(set *standard.Set, f *form.Form, answers form.Answers) {
	if n, ok := answers["b1"].Number(); ok {
		points := int(n)
		e.B1 = &points
	}
	if n, ok := answers["income"].Number(); ok {
		income := int64(n)
		e.Income = &income
	}
	if n, ok := answers["floor_area"].Number(); ok {
		e.Detail.FloorArea = &n
	}
	ticked := []byte(strings.Repeat("-", len(set.Indicators)))
	for i, indicator := range set.Indicators {
		if yes, ok := answers[indicator.Code].Bool(); ok {
			ticked[i] = letterOf(yes)
		}
	}
	e.Ticked = string(ticked)
	for _, section := range f.Sections {
		for _, q := range section.Questions {
			yes, answered := answers[q.Code].Bool()
			switch {
			case q.Fact && answered:
				if e.Detail.Facts == nil {
					e.Detail.Facts = map[string]bool{}
				}
				e.Detail.Facts[q.Code] = yes
			case q.Item != "" && answers[q.Code].Given():
				if e.Detail.Items == nil {
					e.Detail.Items = map[string]string{}
				}
				e.Detail.Items[q.Item] = answers[q.Code].Text()
			}
		}
	}
	e.Members = map[household.PersonID]RosterMember{}
	for id, one := range answers[memberTable].Members() {
		var m RosterMember
		for _, q := range memberAnswers {
			if yes, ok := one[q.code].Bool(); ok {
				*q.of(&m) = &yes
			}
		}
		e.Members[household.PersonID(id)] = m
	}
	e.Causes = answers["causes"].List()
	e.Surveyor, e.SurveyedOn, e.Note = answers["surveyor"].Text(), answers["surveyed_on"].Text(), answers["note"].Text()
}

func letterOf(yes bool) byte {
	if yes {
		return '1'
	}
	return '0'
}
