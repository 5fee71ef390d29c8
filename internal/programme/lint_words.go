package programme

import (
	"slices"
	"strings"
)

// approvers finds tasks that nobody approves, and those for which the text
// names somebody else than the annex.
func (c *checker) approvers() {
	for _, t := range c.Tasks {
		if t.approves && t.Approver == "" {
			change := Change{Action: "set", Task: t.ID, Key: "approver"}
			if t.TextApprover != "" {
				change.Choices = []any{t.TextApprover}
			}
			c.find(NoApprover, change, []Task{t}, both("programme.lint.no_approver", "task", t.ID, "title", titled(t), "lead", c.Name(t.Lead)))
		}
	}
	for _, t := range c.Tasks {
		if t.TextApprover != "" && t.Approver != "" && t.TextApprover != t.Approver {
			c.find(ApproverDiffers, Change{Action: "set", Task: t.ID, Key: "approver", Choices: []any{t.Approver, t.TextApprover}}, []Task{t},
				both("programme.lint.approver_differs", "task", t.ID, "title", titled(t), "approver", c.Name(t.Approver), "text_approver", c.Name(t.TextApprover)))
		}
	}
}

// agencies finds codes that stand neither among the agencies nor among their
// groups.
func (c *checker) agencies() {
	ask := func(t Task, asked map[string]bool, codes ...string) {
		for _, code := range codes {
			if _, known := c.known[code]; known || code == "" || asked[code] {
				continue
			}
			asked[code] = true
			c.find(UnknownAgency, c.nameOf(code), []Task{t}, both("programme.lint.unknown_agency", "task", t.ID, "title", titled(t), "agency", code))
		}
	}
	for _, t := range c.Tasks {
		asked := map[string]bool{}
		ask(t, asked, t.Lead, t.Approver, t.TextApprover)
		ask(t, asked, t.With...)
		ask(t, asked, t.To...)
	}
	for _, d := range c.Duties {
		if _, known := c.known[d.Lead]; !known && d.Lead != "" {
			c.find(UnknownAgency, c.nameOf(d.Lead), nil, both("programme.lint.unknown_agency_duty", "clause", d.Clause, "agency", d.Lead))
			c.findings[len(c.findings)-1].Clauses = []string{d.Clause}
		}
	}
	for _, g := range c.AgencyGroups {
		for _, member := range g.Members {
			if _, known := c.known[member]; !known {
				c.find(UnknownAgency, c.nameOf(member), nil, both("programme.lint.unknown_agency_group", "group", g.Code, "agency", member))
			}
		}
	}
}

// mostCompared bounds the search for what was meant in a file that is full of
// unknown codes: there the list of agencies is missing, and no slip explains it.
const mostCompared = 5_000_000

// nameOf proposes to add an unknown agency, or the known code that a slip of
// the hand would make of it.
func (c *checker) nameOf(code string) Change {
	change := Change{Action: "add", Key: "agencies", Agency: code}
	if c.compared += len(c.Agencies) + len(c.AgencyGroups); c.compared > mostCompared {
		return change
	}
	for _, a := range c.Agencies {
		if oneSlip(code, a.Code) {
			change.Choices = append(change.Choices, a.Code)
		}
	}
	for _, g := range c.AgencyGroups {
		if oneSlip(code, g.Code) {
			change.Choices = append(change.Choices, g.Code)
		}
	}
	return change
}

// oneSlip says whether two codes differ by one letter changed, added, left out
// or exchanged with its neighbour, or only in capitals.
func oneSlip(a, b string) bool {
	if strings.EqualFold(a, b) {
		return true
	}
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(b)-len(a) > 1 {
		return false
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	if len(a) < len(b) {
		return a[i:] == b[i+1:]
	}
	if i+1 < len(a) && a[i] == b[i+1] && a[i+1] == b[i] && a[i+2:] == b[i+2:] {
		return true
	}
	return a[i+1:] == b[i+1:]
}

// rowsAndSentences finds duties of the text that no task carries out, and tasks
// for which the text has no sentence.
func (c *checker) rowsAndSentences() {
	for _, d := range c.Duties {
		if d.Task != "" {
			continue
		}
		message := both("programme.lint.no_row", "clause", d.Clause, "lead", c.Name(d.Lead))
		for _, t := range c.Tasks {
			if t.Group == "" && t.Clause == d.Clause && t.Lead == d.Lead {
				more := both("programme.lint.no_row_text", "task", t.ID, "title", titled(t))
				message.VI, message.EN = message.VI+" "+more.VI, message.EN+" "+more.EN
			}
		}
		c.find(NoRow, Change{Action: "add", Key: "tasks", Clause: d.Clause, Lead: d.Lead}, nil, message)
		c.findings[len(c.findings)-1].Clauses = []string{d.Clause}
	}
	for _, t := range c.Tasks {
		if t.Clause == "" {
			c.find(NoSentence, Change{Action: "set", Task: t.ID, Key: "clause"}, []Task{t}, both("programme.lint.no_sentence", "task", t.ID, "title", titled(t)))
		}
	}
}

// cycles finds tasks that need each other in a circle: no order of work can
// fulfil it, and no date mends it.
func (c *checker) cycles() {
	for _, circle := range c.circles() {
		tasks := make([]Task, len(circle))
		names := make([]string, len(circle))
		change := Change{Action: "remove", Key: "needs"}
		within := map[string]bool{}
		for i, n := range circle {
			tasks[i], names[i] = c.Tasks[n], c.Tasks[n].ID
			within[names[i]] = true
		}
		for _, t := range tasks {
			for _, need := range t.Needs {
				if within[need] {
					change.Choices = append(change.Choices, []string{t.ID, need})
				}
			}
		}
		c.find(Cycle, change, tasks, both("programme.lint.cycle", "tasks", strings.Join(names, ", ")))
	}
}

// circles gives the sets of tasks of which each needs, over others of the set,
// each other one, in the order of the file, and tasks that need themselves.
func (p *Programme) circles() [][]int {
	found := slices.DeleteFunc(p.components(), func(some []int) bool {
		return len(some) == 1 && !slices.Contains(p.Tasks[some[0]].Needs, p.Tasks[some[0]].ID)
	})
	slices.SortFunc(found, func(a, b []int) int { return a[0] - b[0] })
	return found
}

// components gives all tasks, those of one circle together, so that what tasks
// need comes before them (the strongly connected components; Tarjan 1972).
func (p *Programme) components() [][]int {
	var (
		order   = make([]int, len(p.Tasks)) // 0: not seen
		low     = make([]int, len(p.Tasks))
		onStack = make([]bool, len(p.Tasks))
		stack   []int
		seen    int
		found   [][]int
		visit   func(int)
	)
	visit = func(i int) {
		seen++
		order[i], low[i] = seen, seen
		stack, onStack[i] = append(stack, i), true
		for _, id := range p.Tasks[i].Needs {
			n := p.byID[id]
			if order[n] == 0 {
				visit(n)
				low[i] = min(low[i], low[n])
			} else if onStack[n] {
				low[i] = min(low[i], order[n])
			}
		}
		if low[i] != order[i] {
			return
		}
		at := len(stack) - 1
		for stack[at] != i {
			at--
		}
		circle := slices.Clone(stack[at:])
		stack = stack[:at]
		for _, n := range circle {
			onStack[n] = false
		}
		slices.Sort(circle)
		found = append(found, circle)
	}
	for i := range p.Tasks {
		if order[i] == 0 {
			visit(i)
		}
	}
	return found
}
