package programme

import (
	"slices"
	"strings"

	"giamngheo/internal/workday"
)

// Code names a kind of contradiction; scripts depend on it.
type Code string

// The codes, in the order in which they are told.
const (
	Cycle              Code = "cycle"
	BeforePrerequisite Code = "before-prerequisite" // due before something it needs
	BeforeIssue        Code = "before-issue"        // due before the plan was issued, or partly past then
	TooShort           Code = "too-short"           // too few working days for the work
	NoDate             Code = "no-date"
	OnceAndYearly      Code = "once-and-yearly" // the text says once, the annex every year, or the reverse
	NoApprover         Code = "no-approver"
	ApproverDiffers    Code = "approver-differs" // of the text and of the annex
	UnknownAgency      Code = "unknown-agency"
	NoRow              Code = "no-row"         // a duty of the text without a task
	NoSentence         Code = "no-sentence"    // a task without a clause of the text
	SameDayOrder       Code = "same-day-order" // an order among tasks of one day or month
)

// Severity says how much a finding weighs. Information asks for nothing.
type Severity string

// The severities.
const (
	Fault       Severity = "error"
	Warning     Severity = "warning"
	Information Severity = "info"
)

var severities = map[Code]Severity{
	Cycle: Fault, BeforePrerequisite: Fault, BeforeIssue: Fault, NoDate: Fault, UnknownAgency: Fault,
	TooShort: Warning, OnceAndYearly: Warning, NoApprover: Warning, ApproverDiffers: Warning, NoRow: Warning, NoSentence: Warning,
	SameDayOrder: Information,
}

// Finding is one place where the plan contradicts itself or says too little.
type Finding struct {
	Code     Code     `json:"code"`
	Severity Severity `json:"severity"`
	Tasks    []string `json:"tasks"`   // of before-prerequisite: the task, then what it needs
	Clauses  []string `json:"clauses"` // of the text, of the tasks named
	Message  Message  `json:"message"`
	Change   Change   `json:"change"`
}

// Change is what would mend a finding. A person accepts it or decides otherwise.
type Change struct {
	// Action is postpone (Due is the new deadline), set (Key is to be filled,
	// from Choices where there are any), add (a task for the clause, an agency),
	// remove (one of Choices, each a task and what it needs), or none.
	Action    string         `json:"action"`
	Task      string         `json:"task,omitempty"`
	Key       string         `json:"key,omitempty"`
	Due       map[string]any `json:"due,omitempty"`
	Choices   []any          `json:"choices,omitempty"`
	NotBefore string         `json:"not_before,omitempty"` // a day, or MM-DD of every year
	NotAfter  string         `json:"not_after,omitempty"`
	Clause    string         `json:"clause,omitempty"`
	Lead      string         `json:"lead,omitempty"`
	Agency    string         `json:"agency,omitempty"`
}

// checker holds what the checks of one programme share.
type checker struct {
	*Programme
	rules    Rules
	calendar *workday.Calendar
	span     []int // the years in which anything can be due
	repair   Repair
	findings []Finding
	compared int // codes with unknown ones
}

// Lint finds where a programme contradicts itself. What it finds is sorted by
// code, then in the order of the file.
func (p *Programme) Lint(rules Rules, calendar *workday.Calendar) []Finding {
	c := checker{Programme: p, rules: rules, calendar: calendar, span: p.years(), repair: p.Repair(), findings: []Finding{}}
	c.cycles()
	c.prerequisites(BeforePrerequisite)
	c.beforeIssue()
	c.tooShort()
	c.noDates()
	c.onceAndYearly()
	c.approvers()
	c.agencies()
	c.rowsAndSentences()
	c.prerequisites(SameDayOrder)
	return c.findings
}

// Left gives what of the dates stays to be decided by a person in a repaired
// calendar: postponing never finds a day for a task without one, nor says how
// long work takes, or how much later than the plan what was past could be done.
// Nothing in it is due before what it needs, but for circles.
func (p *Programme) Left(r Repair, rules Rules, calendar *workday.Calendar) []Finding {
	repaired := *p
	repaired.Tasks = slices.Clone(p.Tasks)
	for i, t := range p.Tasks {
		repaired.Tasks[i].Due = r.Due(t).after(p.Issued)
	}
	return slices.DeleteFunc(repaired.Lint(rules, calendar), func(f Finding) bool {
		return f.Code != BeforePrerequisite && f.Code != BeforeIssue && f.Code != TooShort && f.Code != NoDate && f.Code != Cycle
	})
}

// Clean says whether the findings ask for nothing: there are none, or only
// information.
func Clean(findings []Finding) bool {
	return !slices.ContainsFunc(findings, func(f Finding) bool { return f.Severity != Information })
}

// find notes a finding about tasks, with their clauses.
func (c *checker) find(code Code, change Change, tasks []Task, message Message) {
	f := Finding{Code: code, Severity: severities[code], Tasks: []string{}, Clauses: []string{}, Message: message, Change: change}
	for _, t := range tasks {
		f.Tasks = append(f.Tasks, t.ID)
		if t.Clause != "" && !slices.Contains(f.Clauses, t.Clause) {
			f.Clauses = append(f.Clauses, t.Clause)
		}
	}
	c.findings = append(c.findings, f)
}

// prerequisites compares each task with each that it needs, year by year: of
// one pair it is either a contradiction or an order within one day.
func (c *checker) prerequisites(code Code) {
	for _, t := range c.Tasks {
		for _, id := range t.Needs {
			if id == t.ID {
				continue // a cycle of one
			}
			need := c.Tasks[c.byID[id]]
			found, mine, its := c.compare(t, need)
			if found != code {
				continue
			}
			pairs := []any{"task", t.ID, "title", titled(t), "need", need.ID, "need_title", titled(need), "due", t.Due.words(), "need_due", need.Due.words(),
				"day", shown(mine), "need_day", shown(its)}
			if code == SameDayOrder {
				c.find(code, Change{Action: "none"}, []Task{t, need}, both("programme.lint.same_day_order", pairs...))
				continue
			}
			moved := c.repair.Due(t)
			pairs = append(pairs, "days", daysBetween(mine, its), "new", moved.words())
			c.find(code, Change{Action: "postpone", Task: t.ID, Due: moved.fields()}, []Task{t, need}, both("programme.lint.before_prerequisite", pairs...))
		}
	}
}

// compare gives what a task and one that it needs have on each other in the
// first year in which it shows, with both days of that year.
func (c *checker) compare(t, need Task) (found Code, mine, its string) {
	for _, year := range c.span {
		a, b := c.dayIn(t.Due, year), c.dayIn(need.Due, year)
		switch {
		case a == none || b == none || a > b:
		case a < b:
			return BeforePrerequisite, a.String(), b.String()
		case found == "":
			found, mine, its = SameDayOrder, a.String(), b.String()
		}
	}
	return found, mine, its
}

// beforeIssue finds what was due once before the plan was issued, and several
// quarters of which some had passed by then.
func (c *checker) beforeIssue() {
	for _, t := range c.Tasks {
		day, ok := t.Due.On(t.Due.Year)
		if !ok || t.Due.Yearly {
			continue
		}
		pairs := []any{"task", t.ID, "title", titled(t), "due", t.Due.words(), "issued", shown(c.Issued)}
		rest := t.Due.after(c.Issued)
		switch {
		case day < c.Issued:
			change := Change{Action: "set", Task: t.ID, Key: "due", NotBefore: c.calendar.Add(c.Issued, c.rules.LeastWorkingDays.Value)}
			c.find(BeforeIssue, change, []Task{t}, both("programme.lint.before_issue", append(pairs, "not_before", shown(change.NotBefore))...))
		case !rest.same(t.Due):
			c.find(BeforeIssue, Change{Action: "set", Task: t.ID, Key: "due", Due: rest.fields()}, []Task{t},
				both("programme.lint.before_issue_partly", append(pairs, "new", rest.words())...))
		}
	}
}

// after is the deadline without the quarters that ended before the day; the
// last one stays.
func (d Due) after(day string) Due {
	if d.Rule != InQuarter || d.Yearly {
		return d
	}
	rest := d
	rest.Quarters = slices.Clone(d.Quarters)
	for len(rest.Quarters) > 1 {
		first := rest
		first.Quarters = rest.Quarters[:1]
		if end, _ := first.On(d.Year); end >= day {
			break
		}
		rest.Quarters = rest.Quarters[1:]
	}
	return rest
}

// tooShort finds the work that has too few working days: from the day the plan
// was issued to the first deadline, by the rule for all tasks; or, of a task
// that says how many it takes, from the last of what it needs as well.
func (c *checker) tooShort() {
	for _, t := range c.Tasks {
		least := c.rules.LeastWorkingDays.Value
		if t.WorkingDays > 0 {
			least = t.WorkingDays
		}
		for _, year := range c.span {
			day, ok := c.dueIn(t.Due, year)
			if !ok || day < c.Issued {
				continue
			}
			from, last := c.lastBefore(t, year)
			has := c.calendar.Between(from, day)
			if has >= least && t.WorkingDays == 0 {
				break // later years have more
			}
			if has >= least {
				continue
			}
			since := both("programme.lint.since_issue", "day", shown(from))
			if last != "" {
				since = both("programme.lint.since_need", "need", last, "day", shown(from))
			}
			change := Change{Action: "set", Task: t.ID, Key: "due", NotBefore: c.calendar.Add(from, least)}
			c.find(TooShort, change, []Task{t}, both("programme.lint.too_short", "task", t.ID, "title", titled(t), "day", shown(day), "since", since,
				"has", has, "least", least, "not_before", shown(change.NotBefore)))
			break
		}
	}
}

// lastBefore is the day from which the time for a task of a year is counted:
// that of the issue, or, where the task says how long it takes, the latest
// deadline of what it needs, and whose that is.
func (c *checker) lastBefore(t Task, year int) (from, last string) {
	if t.WorkingDays == 0 {
		return c.Issued, ""
	}
	begin, end := c.issued, c.dayIn(t.Due, year)
	for _, id := range t.Needs {
		if its := c.dayIn(c.Tasks[c.byID[id]].Due, year); id != t.ID && its > begin && its <= end {
			begin, last = its, id
		}
	}
	return begin.String(), last
}

func (c *checker) noDates() {
	for _, t := range c.Tasks {
		if t.Due.Dated() {
			continue
		}
		change := Change{Action: "set", Task: t.ID, Key: "due"}
		key := "programme.lint.no_date"
		if t.Due.Yearly {
			key = "programme.lint.no_date_yearly"
		}
		message := both(key, "task", t.ID, "title", titled(t), "due", t.Due.words())
		first, by := c.firstThatRest(t)
		if first != "" {
			change.NotAfter = first
			more := both("programme.lint.no_date_before", "by", strings.Join(by, ", "), "due", c.Tasks[c.byID[by[0]]].Due.words())
			message.VI, message.EN = message.VI+" "+more.VI, message.EN+" "+more.EN
		}
		c.find(NoDate, change, []Task{t}, message)
	}
}

// firstThatRest gives the earliest yearly deadline of the tasks that need this
// one, and all whose it is.
func (c *checker) firstThatRest(t Task) (day string, by []string) {
	for _, other := range c.Tasks {
		if !other.Due.Dated() || !other.Due.Yearly || !slices.Contains(other.Needs, t.ID) {
			continue
		}
		switch its := other.Due.yearDay(); {
		case day == "" || its < day:
			day, by = its, []string{other.ID}
		case its == day:
			by = append(by, other.ID)
		}
	}
	return day, by
}

func (c *checker) onceAndYearly() {
	for _, t := range c.Tasks {
		if t.TextDue == nil || t.TextDue.Yearly == t.Due.Yearly || !t.Due.Dated() && !t.Due.Yearly || !t.TextDue.Dated() && !t.TextDue.Yearly {
			continue
		}
		c.find(OnceAndYearly, Change{Action: "set", Task: t.ID, Key: "due", Choices: []any{t.Due.fields(), t.TextDue.fields()}}, []Task{t},
			both("programme.lint.once_and_yearly", "task", t.ID, "title", titled(t), "due", t.Due.words(), "text_due", t.TextDue.words()))
	}
}

func titled(t Task) string {
	if t.Title == "" {
		return t.ID
	}
	return t.Title
}
