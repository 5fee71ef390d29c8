package web

import (
	"encoding/json"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"giamngheo/internal/area"
	"giamngheo/internal/fault"
	"giamngheo/internal/form"
	"giamngheo/internal/standard"
	"giamngheo/internal/text"
	"giamngheo/internal/vn"
	"giamngheo/internal/web/view"
)

// fieldNames are names of fields that are shorter than the code of their
// question: a page holds them once for each member.
var fieldNames = map[string]string{"floor_area": "m2", "untreated": "om", "insured": "bh", "lower_secondary": "th", "at_school": "hoc"}

// fieldOf is the name of a question's field on the page.
func fieldOf(q *form.Question, member string) string {
	name := q.Code
	if short, ok := fieldNames[q.Code]; ok {
		name = short
	}
	switch {
	case member != "":
		return "tv-" + name + "-" + member
	case q.Indicator != "":
		return "cs-" + name
	case q.Fact:
		return "sd-" + name
	}
	return name
}

// formFields turns the questions of a form into fields of a page, and what was
// typed into them into answers.
type formFields struct {
	form     *form.Form
	filling  form.Filling // what is shown: the answers, members, last year
	typed    url.Values   // of a refused form; wins over the answers
	problems []fault.Field
	answered bool              // the form was saved before: an indicator without an answer is "not asked"
	guidance map[string]string // the round's own words by code
	doubts   map[form.Place]string
	blind    bool // shows nothing of last year
}

// parts are the sections as the page shows them, those that every form answers
// and those folded away.
func (ff *formFields) parts() (open, folded []view.Question) {
	for i := range ff.form.Sections {
		s := &ff.form.Sections[i]
		list := ff.section(s)
		if s.Folded {
			folded = append(folded, list...)
		} else {
			open = append(open, list...)
		}
	}
	return open, folded
}

func (ff *formFields) section(s *form.Section) []view.Question {
	var list []view.Question
	if s.Each != form.EachMember {
		for i := range s.Questions {
			list = append(list, ff.question(&s.Questions[i], nil))
		}
	} else {
		for n := range ff.filling.Roster {
			m := &ff.filling.Roster[n]
			for i := range s.Questions {
				q := &s.Questions[i]
				// What was answered stays on the page, so that saving again loses nothing.
				settled := ff.form.Depends(ff.filling, q, m) == nil
				if settled && !asked(ff.form, ff.filling, q, m) && !ff.filling.Answers.Member(s.Code, m.ID)[q.Code].Given() {
					continue
				}
				one := ff.question(q, m)
				one.Code = strconv.Itoa(n + 1)
				list = append(list, one)
			}
		}
	}
	if len(list) > 0 {
		list[0].Heading, list[0].Note = s.Title, s.Note
	}
	return list
}

func asked(f *form.Form, g form.Filling, q *form.Question, m *form.Member) bool {
	return f.Asks(g, q, m) == standard.Yes
}

// question makes the row of one question, of a member where it is a column.
func (ff *formFields) question(q *form.Question, m *form.Member) view.Question {
	member, answers, last := "", ff.filling.Answers, form.Answers(nil)
	if ff.filling.Last != nil && !ff.blind {
		last = ff.filling.Last.Answers
	}
	if m != nil {
		section := ff.form.SectionOf(q.Code).Code
		member, answers, last = m.ID, answers.Member(section, m.ID), last.Member(section, m.ID)
	}
	v := view.Question{Code: q.Number, Name: fieldOf(q, member), Text: q.Text.Text, Hint: q.Hint, Unit: q.Unit, Digits: q.Boxes, LastYear: q.Shown(last[q.Code])}
	if v.Code == "" {
		v.Code = "•"
	}
	if m != nil {
		v.Text = text.T("web.form.of_member", "name", m.Name, "birth", shownBirth(m.Birth), "question", lower(q.Text.Text))
	}
	v.Criteria, v.Guidance = criteria(q), ff.guidance[q.Code]
	v.Warning = ff.doubts[form.Place{Question: q.Code, Member: member}]
	v.Error = view.ErrorFor(ff.problems, v.Name)
	v.AskIf = ff.askIf(q, m)
	value := typedOr(ff.typed)
	switch q.Kind {
	case form.YesNo, form.Choice:
		ff.choices(q, &v, answers[q.Code])
	case form.Ticks:
		v.Digits = 12
		v.Value = value(v.Name, written(q, answers[q.Code]))
		v.Hint = ticksHint(q)
		v.Criteria, v.Guidance = ff.ofOptions(q), ff.guidance[q.Code]
	case form.Words:
		v.Words = true
		v.Value = value(v.Name, written(q, answers[q.Code]))
	case form.Date:
		v.Digits = 10
		v.Value = value(v.Name, written(q, answers[q.Code]))
	default:
		v.Value = value(v.Name, written(q, answers[q.Code]))
	}
	return v
}

func criteria(q *form.Question) string {
	if q.Criteria == nil {
		return ""
	}
	if !q.Criteria.Confirmed {
		return text.T("web.form.unconfirmed", "words", q.Criteria.Text)
	}
	return q.Criteria.Text
}

// ofOptions are the round's words for the single options: by what each cause
// is judged.
func (ff *formFields) ofOptions(q *form.Question) string {
	var lines []string
	for _, o := range q.Options {
		if words := ff.guidance[q.Code+"."+o.Code]; words != "" {
			lines = append(lines, strconv.Itoa(o.Number)+". "+words)
		}
	}
	return strings.Join(lines, " · ")
}

func ticksHint(q *form.Question) string {
	names := make([]string, len(q.Options))
	for i, o := range q.Options {
		names[i] = strconv.Itoa(o.Number) + " " + o.Text
	}
	if q.Hint != "" {
		names = append(names, q.Hint)
	}
	return strings.Join(names, " · ")
}

func (ff *formFields) choices(q *form.Question, v *view.Question, answer form.Value) {
	stored := "-"
	if yes, ok := answer.Bool(); ok {
		stored = oneZero(yes)
	} else if answer.Text() != "" {
		stored = answer.Text()
	}
	chosen := typedOr(ff.typed)(v.Name, stored)
	for _, o := range q.Choices() {
		c := view.Option{Value: choiceValue(q, o), Label: o.Text}
		c.Selected = c.Value == chosen && (c.Value != "-" || ff.typed.Has(v.Name) || ff.answered)
		v.Choices = append(v.Choices, c)
	}
}

func choiceValue(q *form.Question, o form.Option) string {
	if q.Kind != form.YesNo {
		return o.Code
	}
	return map[string]string{"yes": "1", "no": "0", "unknown": "-"}[o.Code]
}

// written is an answer as people type it.
func written(q *form.Question, v form.Value) string {
	switch q.Kind {
	case form.Ticks:
		var numbers []string
		for _, code := range v.List() {
			if o, ok := q.Option(code); ok {
				code = strconv.Itoa(o.Number)
			}
			numbers = append(numbers, code)
		}
		return strings.Join(numbers, " ")
	case form.Money:
		if n, ok := v.Number(); ok {
			return vn.FormatInt(int64(n))
		}
		return ""
	case form.Number:
		if n, ok := v.Number(); ok {
			return decimal(&n)
		}
		return ""
	case form.Date:
		return shownDay(v.Text())
	}
	return v.Text()
}

// read turns what was typed into answers; what cannot be read is told at its
// field.
func (ff *formFields) read(typed url.Values) (form.Answers, []fault.Field) {
	answers := form.Answers{}
	var wrong []fault.Field
	take := func(q *form.Question, member string, into form.Answers) {
		name := fieldOf(q, member)
		v, refusal := readAnswer(q, strings.TrimSpace(vn.NFC(typed.Get(name))))
		switch {
		case refusal != "":
			wrong = append(wrong, fault.Field{Name: name, Message: q.Refusal(refusal)})
		case v.Given():
			into[q.Code] = v
		}
	}
	for i := range ff.form.Sections {
		s := &ff.form.Sections[i]
		if s.Each != form.EachMember {
			for j := range s.Questions {
				take(&s.Questions[j], "", answers)
			}
			continue
		}
		table := map[string]form.Answers{}
		for _, member := range membersIn(s, typed) {
			one := form.Answers{}
			for j := range s.Questions {
				take(&s.Questions[j], member, one)
			}
			if len(one) > 0 {
				table[member] = one
			}
		}
		if len(table) > 0 {
			answers[s.Code] = form.Table(table)
		}
	}
	return answers, wrong
}

// membersIn are the members of whom something was sent.
func membersIn(s *form.Section, typed url.Values) (ids []string) {
	for name := range typed {
		for j := range s.Questions {
			prefix := strings.TrimSuffix(fieldOf(&s.Questions[j], "-"), "-")
			if id, ok := strings.CutPrefix(name, prefix); ok && !slices.Contains(ids, id) {
				ids = append(ids, id)
			}
		}
	}
	slices.Sort(ids)
	return ids
}

func readAnswer(q *form.Question, s string) (v form.Value, refusal string) {
	if s == "" {
		return v, ""
	}
	switch q.Kind {
	case form.YesNo:
		switch s {
		case "1", "0":
			return form.Yes(s == "1"), ""
		case "-":
			return v, ""
		}
		return v, "bad_yes_no"
	case form.Ticks:
		return readTicks(q, s), ""
	case form.Money:
		n, err := vn.ParseInt(s)
		if err != nil {
			return v, "bad_number"
		}
		return form.Num(float64(n)), ""
	case form.Number:
		n, err := strconv.ParseFloat(strings.Replace(s, ",", ".", 1), 64)
		if err != nil {
			return v, "bad_number"
		}
		return form.Num(n), ""
	case form.Date:
		d, err := vn.ParseDay(s, "")
		if err != nil || !d.Exact() {
			return v, "bad_day"
		}
		return form.Word(string(d)), ""
	}
	return form.Word(s), ""
}

// readTicks reads the numbers of the options; what is none stays as it is, for
// the form to refuse.
func readTicks(q *form.Question, s string) form.Value {
	var codes []string
	for _, word := range strings.FieldsFunc(s, func(c rune) bool { return c < '0' || c > '9' }) {
		code := word
		for _, o := range q.Options {
			if strconv.Itoa(o.Number) == word {
				code = o.Code
			}
		}
		if !slices.Contains(codes, code) {
			codes = append(codes, code)
		}
	}
	if len(codes) == 0 {
		codes = append(codes, s)
	}
	return form.Codes(codes...)
}

// askIf gives the condition that hides and shows the question while others are
// answered, for the page's script: names of fields instead of codes.
func (ff *formFields) askIf(q *form.Question, m *form.Member) string {
	rest := ff.form.Depends(ff.filling, q, m)
	if rest == nil {
		return ""
	}
	raw, err := json.Marshal(ff.condition(rest, m))
	if err != nil {
		return ""
	}
	return string(raw)
}

func (ff *formFields) condition(c *form.Condition, m *form.Member) map[string]any {
	out := map[string]any{}
	field := func(code string) string {
		q := ff.form.Question(code)
		if q == nil {
			return code
		}
		if m != nil && ff.form.SectionOf(code).Each == form.EachMember {
			return fieldOf(q, m.ID)
		}
		return fieldOf(q, "")
	}
	each := func(list []form.Condition) (all []any) {
		for i := range list {
			all = append(all, ff.condition(&list[i], m))
		}
		return all
	}
	if len(c.All) > 0 {
		out["all"] = each(c.All)
	}
	if len(c.Any) > 0 {
		out["any"] = each(c.Any)
	}
	if c.Not != nil {
		out["not"] = ff.condition(c.Not, m)
	}
	if len(c.Count) > 0 {
		names := make([]string, len(c.Count))
		for i, code := range c.Count {
			names[i] = field(code)
		}
		out["count"] = names
	}
	if c.Question != "" {
		out["field"] = field(c.Question)
	}
	for name, o := range map[string]*form.Operand{"is": c.Is, "above": c.Above, "from": c.From, "up_to": c.UpTo, "below": c.Below} {
		if o == nil {
			continue
		}
		if yes, ok := o.Literal.Bool(); ok {
			out[name] = oneZero(yes)
		} else {
			out[name] = o.Literal
		}
	}
	if c.Has != "" {
		if o, ok := ff.form.Question(c.Question).Option(c.Has); ok {
			out["has"] = o.Number
		}
	}
	return out
}

func shownBirth(birth string) string {
	if birth == "" {
		return text.T("common.unknown")
	}
	return area.ShowDay(birth)
}
