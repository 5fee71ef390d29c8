package form

import (
	"strings"

	"giamngheo/internal/standard"
)

// Member is a person of the household as the registry has it.
type Member struct {
	ID       string
	Name     string
	Birth    string // YYYY, YYYY-MM, YYYY-MM-DD or ""
	Sex      string
	Relation string
}

// Filling is one household's answers and what they are read against.
type Filling struct {
	Answers Answers
	Roster  []Member
	Size    int               // as stated; 0: the roster's
	Area    standard.AreaType // picks the points of the scorecard
	Day     string            // on which ages are counted
	Today   string            // nothing was asked after it
	Last    *Last             // last year's, nil if there is none
}

// Last is what the household answered the year before.
type Last struct {
	Answers Answers
	Roster  []Member
}

// Place is a question, of one member where it is a column of a members' table.
type Place struct {
	Question string `json:"question"`
	Member   string `json:"member,omitempty"`
}

// Finding is something wrong or doubtful. Check is the check's code; the
// form's own ones begin with "form.".
type Finding struct {
	Check string `json:"check"`
	Place
	Text string `json:"text"`
}

// Outcome is what a form says of a filling.
type Outcome struct {
	Asked    []Place   // in the form's order
	Missing  []Place   // asked, required and without an answer
	Faults   []Finding // refuse
	Warnings []Finding // to be answered in words
	Derived  []standard.Derived
	Decided  standard.Combined // the indicators: what is ticked decides, else what follows
	Class    standard.Result   // of Phiếu B
	Result   string            // code of the form's own result; "" while answers that decide it are missing
}

// Work goes through a filling.
func (f *Form) Work(g Filling) (Outcome, error) {
	var out Outcome
	w := &working{f: f, g: g}
	if err := w.derive(&out); err != nil {
		return out, err
	}
	f.kinds(g, &out)
	for i := range f.Sections {
		s := &f.Sections[i]
		if s.Each != EachMember {
			for j := range s.Questions {
				w.ask(&out, &s.Questions[j], env{working: w}, "", g.Answers)
			}
			continue
		}
		for _, m := range g.Roster {
			e := env{working: w, member: &m, section: s}
			for j := range s.Questions {
				w.ask(&out, &s.Questions[j], e, m.ID, g.Answers.Member(s.Code, m.ID))
			}
			for j := range s.Checks {
				w.check(&out, &s.Checks[j], e)
			}
		}
	}
	for i := range f.Checks {
		w.check(&out, &f.Checks[i], env{working: w})
	}
	out.Result = w.result()
	return out, nil
}

func (w *working) ask(out *Outcome, q *Question, e env, member string, answers Answers) {
	if q.AskIf.holds(e) != standard.Yes {
		return
	}
	place := Place{q.Code, member}
	out.Asked = append(out.Asked, place)
	if q.Required && !answers[q.Code].Given() {
		out.Missing = append(out.Missing, place)
	}
}

func (w *working) check(out *Outcome, c *Check, e env) {
	if c.When.holds(e) != standard.Yes {
		return
	}
	found := Finding{Check: c.Code, Place: Place{Question: c.Question}, Text: w.f.say(c, e)}
	if e.member != nil {
		found.Member = e.member.ID
	}
	if c.Level == Hard {
		out.Faults = append(out.Faults, found)
	} else {
		out.Warnings = append(out.Warnings, found)
	}
}

// result is the first whose condition holds. One that is open leaves all
// after it open, unless each of them says the same.
func (w *working) result() string {
	open := map[string]bool{}
	for _, r := range w.f.Results {
		switch r.When.holds(env{working: w}) {
		case standard.Yes:
			if open[r.Code] = true; len(open) == 1 {
				return r.Code
			}
			return ""
		case standard.Unstated:
			open[r.Code] = true
		}
	}
	return ""
}

// Holding gives the result that holds for a filling; ok is false while it is
// open. Several results can have one code and differ in their words.
func (f *Form) Holding(g Filling) (Result, bool) {
	w := &working{f: f, g: g}
	code := w.result()
	for _, r := range f.Results {
		if r.Code == code && r.When.holds(env{working: w}) == standard.Yes {
			return r, true
		}
	}
	return Result{}, false
}

// Asks says whether a question is asked with the answers so far: Unstated
// while another answer must come first.
func (f *Form) Asks(g Filling, q *Question, member *Member) standard.Fact {
	w := &working{f: f, g: g}
	return q.AskIf.holds(env{working: w, member: member, section: f.SectionOf(q.Code)})
}

// Depends gives what remains of a question's condition once all is known but
// the answers on the form, for a face that hides and shows questions itself:
// nil where the answer is settled.
func (f *Form) Depends(g Filling, q *Question, member *Member) *Condition {
	w := &working{f: f, g: g}
	return q.AskIf.reduce(env{working: w, member: member, section: f.SectionOf(q.Code)})
}

// reduce replaces comparisons that rest on no answer of the form by what they
// are. It gives nil for a condition that is settled.
func (c *Condition) reduce(e environment) *Condition {
	if c == nil || !c.restsOnAnswers() {
		return nil
	}
	out := *c
	out.All = nil
	for i := range c.All {
		if r := c.All[i].reduce(e); r != nil {
			out.All = append(out.All, *r)
		} else if c.All[i].holds(e) != standard.Yes {
			return nil // never asked
		}
	}
	if len(c.Any) > 0 {
		out.Any = nil
		settled := false
		for i := range c.Any {
			if r := c.Any[i].reduce(e); r != nil {
				out.Any = append(out.Any, *r)
			} else if c.Any[i].holds(e) == standard.Yes {
				settled = true
			}
		}
		switch {
		case settled:
			out.Any = nil
		case len(out.Any) == 0:
			return nil // never asked
		}
	}
	if len(out.All)+len(out.Any) == 0 && out.Not == nil && !out.compares() {
		return nil
	}
	return &out
}

func (c *Condition) restsOnAnswers() bool {
	rests := false
	c.each(func(one *Condition) {
		rests = rests || one.Question != "" || len(one.Count) > 0
		for _, o := range one.operands() {
			rests = rests || o.Question != ""
		}
	})
	return rests
}

// Shown is an answer as people read it: the option's words, a day as
// dd/mm/yyyy, a number with its unit.
func (q *Question) Shown(v Value) string {
	if !v.Given() {
		return ""
	}
	switch q.Kind {
	case YesNo:
		if yes, ok := v.Bool(); ok {
			code := "no"
			if yes {
				code = "yes"
			}
			if o, known := q.Option(code); known {
				return o.Text
			}
		}
	case Choice:
		if o, ok := q.Option(v.Text()); ok {
			return o.Text
		}
	case Ticks:
		var words []string
		for _, code := range v.List() {
			if o, ok := q.Option(code); ok {
				code = o.Text
			}
			words = append(words, code)
		}
		return strings.Join(words, ", ")
	case Number, Money:
		n, _ := v.Number()
		return strings.TrimSpace(showNumber(n) + " " + q.Unit)
	case Date:
		return showDay(v.Text())
	}
	return v.Text()
}
