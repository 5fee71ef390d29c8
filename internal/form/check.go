package form

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"giamngheo/internal/standard"
)

var (
	kinds     = []string{YesNo, Choice, Ticks, Number, Money, Date, Words}
	eaches    = []string{"", EachIndicator, EachItem, EachMember}
	codeShape = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)
)

// check refuses a definition with a gap: a wording without source, a code
// twice, bounds that cannot be met.
func (d *Definition) check(raw []byte) error {
	c := &checker{raw: raw}
	if d.Kind != kindForm {
		c.at("$.kind", "kind must be form")
	}
	if !slices.Contains(AllCodes, d.Code) {
		c.at("$.code", "code %q is none of %s", d.Code, strings.Join(AllCodes, ", "))
	}
	if d.ID == "" || d.Name == "" || d.Paper == "" || d.Version < 1 {
		c.at("$.id", "id, name, paper or version is missing")
	}
	_, from := time.Parse(time.DateOnly, d.Valid.From)
	_, to := time.Parse(time.DateOnly, d.Valid.To)
	if from != nil || to != nil || d.Valid.From > d.Valid.To {
		c.at("$.valid", "%q to %q is no period", d.Valid.From, d.Valid.To)
	}
	d.source(c, "$.valid", d.Valid.Source)
	d.wording(c, "$.title", d.Title)
	if len(d.Sections) == 0 {
		c.at("$.sections", "there is no section")
	}
	sections := map[string]bool{}
	for i, s := range d.Sections {
		where := fmt.Sprintf("$.sections[%d]", i)
		if !codeShape.MatchString(s.Code) || s.Title == "" || sections[s.Code] {
			c.at(where, "section %q has no code or title, or stands twice", s.Code)
		}
		sections[s.Code] = true
		d.checkSection(c, where, s)
	}
	codes := map[string]bool{}
	for i := range d.Checks {
		checkCheck(c, fmt.Sprintf("$.checks[%d]", i), &d.Checks[i], codes)
	}
	for i := range d.Sections {
		for j := range d.Sections[i].Checks {
			checkCheck(c, fmt.Sprintf("$.sections[%d].checks[%d]", i, j), &d.Sections[i].Checks[j], codes)
		}
	}
	for i, r := range d.Results {
		where := fmt.Sprintf("$.results[%d]", i)
		if !codeShape.MatchString(r.Code) {
			c.at(where, "result %q has no code", r.Code)
		}
		d.wording(c, where+".text", r.Text)
		if (r.When == nil) != (i == len(d.Results)-1) {
			c.at(where, "the last result, and only it, stands without a condition")
		}
		checkCondition(c, where+".when", r.When)
	}
	return c.result()
}

func (d *Definition) checkSection(c *checker, where string, s Section) {
	if !slices.Contains(eaches, s.Each) {
		c.at(where+".each", "each %q is none of indicator, scorecard_item, member", s.Each)
	}
	if len(s.Questions) == 0 {
		c.at(where, "section %s has no question", s.Code)
	}
	repeated := s.Each == EachIndicator || s.Each == EachItem
	if repeated && len(s.Questions) != 1 {
		c.at(where+".questions", "a section for each %s has one question, the pattern of all", s.Each)
	}
	if s.Each != EachMember && len(s.Checks) > 0 {
		c.at(where+".checks", "only a members' table has checks of its own; others stand under the form's checks")
	}
	seen := map[string]bool{}
	for i := range s.Questions {
		q := &s.Questions[i]
		at := fmt.Sprintf("%s.questions[%d]", where, i)
		if !codeShape.MatchString(q.Code) || seen[q.Code] {
			c.at(at, "question %q has no code of small letters, or stands twice", q.Code)
		}
		seen[q.Code] = true
		if !repeated {
			d.wording(c, at, q.Text)
		}
		if q.Criteria != nil {
			d.wording(c, at+".criteria", *q.Criteria)
		}
		checkQuestion(c, at, q, s)
	}
}

func checkQuestion(c *checker, at string, q *Question, s Section) {
	if !slices.Contains(kinds, q.Kind) {
		c.at(at, "%s: kind %q is none of %s", q.Code, q.Kind, strings.Join(kinds, ", "))
	}
	if q.Min != nil && q.Max != nil && *q.Min > *q.Max {
		c.at(at, "%s: min lies above max", q.Code)
	}
	number := q.Kind == Number || q.Kind == Money
	if !number && (q.Min != nil || q.Max != nil || q.Decimals != 0) {
		c.at(at, "%s: bounds and decimals belong to numbers", q.Code)
	}
	if (number || q.Kind == Date) && q.Boxes < 1 {
		c.at(at, "%s: boxes is missing: how many digits the answer has room for", q.Code)
	}
	if q.Kind == Money && q.Decimals != 0 || q.Decimals < 0 || q.Decimals > 3 {
		c.at(at, "%s: decimals must be 0 to 3, and money has none", q.Code)
	}
	chosen := q.Kind == Choice || q.Kind == Ticks
	filled := q.OptionsFrom != "" || s.Each == EachItem
	if chosen && len(q.Options) == 0 && !filled {
		c.at(at, "%s: there is nothing to choose from", q.Code)
	}
	if q.Kind == Choice && len(q.Options) > 9 {
		c.at(at, "%s: more than nine options have no one-digit codes", q.Code)
	}
	if q.OptionsFrom != "" && q.OptionsFrom != "causes" {
		c.at(at, "%s: options_from %q is not known", q.Code, q.OptionsFrom)
	}
	if q.Kept != "" && q.Kept != "assessment" {
		c.at(at, "%s: kept %q is not known", q.Code, q.Kept)
	}
	seen := map[string]bool{}
	for i, o := range q.Options {
		if o.Code == "" || o.Text == "" || seen[o.Code] {
			c.at(fmt.Sprintf("%s.options[%d]", at, i), "%s: option %q has no code or text, or stands twice", q.Code, o.Code)
		}
		seen[o.Code] = true
		if q.Kind == YesNo && o.Code != "yes" && o.Code != "no" && o.Code != "unknown" {
			c.at(fmt.Sprintf("%s.options[%d]", at, i), "%s: the options of a yes_no question are yes, no and unknown", q.Code)
		}
	}
	checkCondition(c, at+".ask_if", q.AskIf)
}

func checkCheck(c *checker, where string, check *Check, codes map[string]bool) {
	if !codeShape.MatchString(check.Code) || codes[check.Code] {
		c.at(where, "check %q has no code of small letters, or stands twice", check.Code)
	}
	codes[check.Code] = true
	if check.Level != Hard && check.Level != Soft {
		c.at(where, "%s: level must be hard or soft", check.Code)
	}
	if check.Text == "" || check.When == nil {
		c.at(where, "%s: when or text is missing", check.Code)
	}
	checkCondition(c, where+".when", check.When)
}

// checkCondition refuses a condition that says nothing or two things at once.
func checkCondition(c *checker, where string, top *Condition) {
	top.each(func(one *Condition) {
		sides := 0
		for _, has := range []bool{one.Question != "", one.Fact != "", one.LastYear != "", len(one.Count) > 0} {
			if has {
				sides++
			}
		}
		joined := len(one.All) + len(one.Any)
		if one.Not != nil {
			joined++
		}
		compared := len(one.operands())
		if one.Has != "" {
			compared++
		}
		if one.Answered != nil {
			compared++
		}
		switch {
		case sides > 1:
			c.at(where, "a comparison looks at one thing: question, fact, last_year or count")
		case sides == 0 && compared > 0:
			c.at(where, "a comparison does not say what it looks at: question, fact, last_year or count")
		case sides == 1 && compared == 0:
			c.at(where, "a comparison does not say with what: is, in, has, above, from, up_to, below or answered")
		case sides == 0 && joined == 0:
			c.at(where, "a condition is empty")
		}
	})
}

// checkConditions refuses conditions that name what the form, bound to a
// standard, neither asks nor knows. A question that the standard leaves out
// may be named: it has no answer then.
func (d *Definition) checkConditions(c *checker, f *Form) {
	n := names{c, f, map[string]bool{}}
	for _, s := range d.Sections {
		for _, q := range s.Questions {
			n.own[q.Code] = true
		}
	}
	for i, s := range d.Sections {
		member := s.Each == EachMember
		for j, q := range s.Questions {
			n.condition(fmt.Sprintf("$.sections[%d].questions[%d]", i, j), q.AskIf, member)
		}
		for j := range s.Checks {
			n.check(fmt.Sprintf("$.sections[%d].checks[%d]", i, j), &s.Checks[j], member)
		}
	}
	for i := range d.Checks {
		n.check(fmt.Sprintf("$.checks[%d]", i), &d.Checks[i], false)
	}
	for i, r := range d.Results {
		n.condition(fmt.Sprintf("$.results[%d]", i), r.When, false)
	}
}

type names struct {
	c   *checker
	f   *Form
	own map[string]bool
}

func (n names) asked(code string) bool { return n.own[code] || n.f.Question(code) != nil }

func (n names) check(where string, check *Check, member bool) {
	n.condition(where, check.When, member)
	if check.Question != "" && !n.asked(check.Question) {
		n.c.at(where, "%s: the question %q is not on the form", check.Code, check.Question)
	}
}

func (n names) condition(where string, top *Condition, member bool) {
	question := func(code string) {
		if code != "" && !n.asked(code) {
			n.c.at(where, "the question %q is not on the form", code)
		}
	}
	fact := func(name string) {
		if name != "" && !isFact(name, member) {
			n.c.at(where, "the fact %q is not known here", name)
		}
	}
	last := func(name string) {
		if name != "" && !n.asked(name) && !isFact(name, member) {
			n.c.at(where, "last_year %q is neither a question of the form nor a fact", name)
		}
	}
	top.each(func(one *Condition) {
		question(one.Question)
		fact(one.Fact)
		last(one.LastYear)
		for _, code := range one.Count {
			question(code)
			if q := n.f.Question(code); q != nil && q.Kind != YesNo {
				n.c.at(where, "count counts answers that are yes; %q has no yes", code)
			}
		}
		for _, o := range one.operands() {
			question(o.Question)
			fact(o.Fact)
			last(o.LastYear)
		}
		if q := n.f.Question(one.Question); one.Has != "" && q != nil {
			if _, ok := q.Option(one.Has); !ok || q.Kind != Ticks {
				n.c.at(where, "%q has no tick %q", one.Question, one.Has)
			}
		}
	})
}

func (d *Definition) source(c *checker, where, source string) {
	if source == "" || d.Sources[source] == "" {
		c.at(where, "source %q is not listed under sources", source)
	}
}

func (d *Definition) wording(c *checker, where string, w standard.Wording) {
	d.source(c, where, w.Source)
	if w.Text == "" {
		c.at(where, "a text is missing")
	}
}
