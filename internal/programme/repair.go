package programme

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml/ast"

	"giamngheo/internal/fault"
	"giamngheo/internal/text"
)

// Repair is a calendar without contradictions: by postponing alone, so that
// nobody is given less time than the plan gave him.
type Repair struct {
	Moved []Move `json:"moved"`
	due   map[string]Due
}

// Move is a deadline that the repair postpones. From and To are days, or MM-DD
// where the task is due every year; Days counts in the first year.
type Move struct {
	Task string `json:"task"`
	From string `json:"from"`
	To   string `json:"to"`
	Days int    `json:"days"`
}

// Due is a task's deadline in the repaired calendar.
func (r Repair) Due(t Task) Due {
	if d, moved := r.due[t.ID]; moved {
		return d
	}
	return t.Due
}

// Repair gives each task the earliest date that is neither before its own nor
// before that of any task it needs, in each year in which both are due: the
// least fixed point of that demand, which exists because no date leaves its
// year. Equal dates are allowed, so that tasks that need each other in a circle
// all get the latest date among them; the circle itself stays, and so does what
// no postponing by this rule mends: a task without a date, or one due before
// the plan was issued.
func (p *Programme) Repair() Repair {
	due := make([]Due, len(p.Tasks))
	for i, t := range p.Tasks {
		due[i] = t.Due
	}
	years := p.years()
	rests := make([][]int, len(p.Tasks)) // by task: those that need it
	for i, t := range p.Tasks {
		for _, id := range t.Needs {
			rests[p.byID[id]] = append(rests[p.byID[id]], i)
		}
	}
	// What a task needs comes before it, so that but for circles each is asked once.
	var queue []int
	for _, some := range p.components() {
		queue = append(queue, some...)
	}
	waits := slices.Repeat([]bool{true}, len(p.Tasks))
	for len(queue) > 0 {
		i := queue[0]
		queue, waits[i] = queue[1:], false
		if !p.postpone(due, i, years) {
			continue
		}
		for _, n := range append(rests[i], i) {
			if !waits[n] {
				queue, waits[n] = append(queue, n), true
			}
		}
	}
	r := Repair{Moved: []Move{}, due: map[string]Due{}}
	for i, t := range p.Tasks {
		if due[i].same(t.Due) {
			continue
		}
		r.due[t.ID] = due[i]
		r.Moved = append(r.Moved, Move{t.ID, t.Due.value(), due[i].value(), p.daysMoved(t.Due, due[i])})
	}
	return r
}

// WithoutDay are the tasks of which only a person can say the day: those without
// a date, and those that were due once before the plan was issued and stay so.
// To is "". What was due in a year before the period nobody owes; it is a
// finding, and no date makes an obligation of it.
func (p *Programme) WithoutDay(r Repair) (list []Move) {
	for _, t := range p.Tasks {
		if _, moves := r.due[t.ID]; moves {
			continue
		}
		day, dated := t.Due.On(t.Due.Year)
		if !t.Due.Dated() || dated && !t.Due.Yearly && day < p.Issued && t.Due.Year >= p.Period.From {
			list = append(list, Move{Task: t.ID, From: t.Due.Value()})
		}
	}
	return list
}

// postpone moves a task's deadline behind those of what it needs, and says
// whether it moved.
func (p *Programme) postpone(due []Due, i int, years []int) bool {
	before := due[i]
	for _, id := range p.Tasks[i].Needs {
		n := p.byID[id]
		for _, year := range years {
			mine, its := p.dayIn(due[i], year), p.dayIn(due[n], year)
			if mine != none && mine < its {
				due[i] = due[i].postponed(its.String())
			}
		}
	}
	return !due[i].same(before)
}

// postponed is the deadline moved to a day of the year: every year where it is
// yearly, and then 29 February as the end of that month.
func (d Due) postponed(day string) Due {
	if !d.Yearly {
		return d.onDay(day)
	}
	moved := d.onDay(day[len("2006-"):])
	if moved.Month == 2 && moved.Day == 29 {
		moved.Rule, moved.Day = InMonth, 0
	}
	return moved
}

// daysMoved counts from the old to the new date in the first year that has it.
func (p *Programme) daysMoved(from, to Due) int {
	year := to.Year
	if to.Yearly {
		year = p.Period.From
		if day, _ := to.On(year); day < p.Issued && year < p.Period.To {
			year++
		}
	}
	a, _ := from.On(year)
	b, _ := to.On(year)
	return daysBetween(a, b)
}

// Rewrite gives the file with the repaired deadlines: those postponed, and
// without quarters that had passed when the plan was issued. All else stays as
// it was written, comments among it.
func (p *Programme) Rewrite(r Repair) ([]byte, error) {
	wanted := make([]Due, len(p.Tasks))
	anchored := map[string]bool{} // anchors whose value changes
	for i, t := range p.Tasks {
		wanted[i] = r.Due(t).after(p.Issued)
		if v := t.place.due; !wanted[i].same(t.Due) && v.anchor != "" {
			anchored[v.anchor] = true
		}
	}
	var edits []edit
	for i, t := range p.Tasks {
		v := t.place.due
		switch {
		case v.empty():
		case !wanted[i].same(t.Due) || anchored[v.alias]:
			e, err := p.file.edit(v, t.Due, wanted[i])
			if err != nil {
				return nil, notRewritten(v, err)
			}
			edits = append(edits, e)
		}
		if v := t.place.textDue; v != nil && anchored[v.alias] {
			e, err := p.file.edit(v, *t.TextDue, *t.TextDue)
			if err != nil {
				return nil, notRewritten(v, err)
			}
			edits = append(edits, e)
		}
	}
	out := p.file.write(apply(p.file.raw, edits))
	again, err := Read(out)
	if err != nil || !p.likewise(again, wanted) {
		return nil, fault.New(fault.Invalid, "programme_rewrite", text.T("programme.file.not_rewritten"))
	}
	return out, nil
}

func notRewritten(v *value, err error) error {
	return fault.Wrap(err, fault.Invalid, "programme_rewrite", text.T("programme.file.line", "line", v.line(), "what", text.T("programme.file.not_rewritten")))
}

// likewise says whether another reading has the same tasks with these deadlines.
func (p *Programme) likewise(again *Programme, wanted []Due) bool {
	if len(again.Tasks) != len(p.Tasks) {
		return false
	}
	for i, t := range p.Tasks {
		o := again.Tasks[i]
		if o.ID != t.ID || o.Title != t.Title || o.Clause != t.Clause || o.Lead != t.Lead || o.Approver != t.Approver || !slices.Equal(o.Needs, t.Needs) || !o.Due.same(wanted[i]) {
			return false
		}
		if (o.TextDue == nil) != (t.TextDue == nil) || t.TextDue != nil && !o.TextDue.same(*t.TextDue) {
			return false
		}
	}
	return true
}

// edit replaces some bytes of the file.
type edit struct {
	from, to int
	with     string
}

func apply(raw []byte, edits []edit) []byte {
	slices.SortFunc(edits, func(a, b edit) int { return a.from - b.from })
	var out bytes.Buffer
	at := 0
	for _, e := range edits {
		if e.from < at {
			continue // two places that share one text; reading again tells whether that was right
		}
		out.Write(raw[at:e.from])
		out.WriteString(e.with)
		at = e.to
	}
	out.Write(raw[at:])
	return out.Bytes()
}

// edit writes another deadline in the place of one: only its date where that
// is all that changes.
func (d *document) edit(v *value, old, due Due) (edit, error) {
	if old.Rule == OnDay && due.Rule == OnDay && v.alias == "" && v.anchor == "" {
		if f, _ := v.mapping("due", dueKeys...); len(f["date"].text("date")) == len(due.value()) && f["date"].alias == "" && f["date"].anchor == "" {
			from, to, err := d.extent(f["date"].written)
			return edit{from, to, `"` + due.value() + `"`}, err
		}
	}
	from, to, err := d.extent(v.written)
	if err != nil {
		return edit{}, err
	}
	// Comments between the lines of what goes follow on the line that comes.
	with, lines := due.flow(), strings.Split(string(d.raw[from:to]), "\n")
	for _, line := range lines[:len(lines)-1] {
		if _, comment, there := strings.Cut(line, "#"); there {
			with += "  #" + comment
		}
	}
	return edit{from, to, with}, nil
}

// extent is where a node begins and ends in the file, in bytes.
func (d *document) extent(n ast.Node) (from, to int, err error) {
	switch n := n.(type) {
	case *ast.AnchorNode:
		if from, err = d.offset(n); err == nil {
			_, to, err = d.extent(n.Value)
		}
		return from, to, err
	case *ast.TagNode:
		if from, err = d.offset(n); err == nil {
			_, to, err = d.extent(n.Value)
		}
		return from, to, err
	case *ast.AliasNode:
		if from, err = d.offset(n); err == nil {
			_, to, err = d.extent(n.Value)
		}
		return from, to, err
	case *ast.MappingNode:
		if n.IsFlowStyle {
			return d.bracketed(n, n.End.Position.Line, n.End.Position.Column)
		}
		if from, err = d.offset(n.Values[0].Key); err == nil {
			_, to, err = d.extent(n.Values[len(n.Values)-1].Value)
		}
		return from, to, err
	case *ast.MappingValueNode:
		if from, err = d.offset(n.Key); err == nil {
			_, to, err = d.extent(n.Value)
		}
		return from, to, err
	case *ast.SequenceNode:
		if n.IsFlowStyle {
			return d.bracketed(n, n.End.Position.Line, n.End.Position.Column)
		}
		if from, err = d.offset(n); err == nil {
			_, to, err = d.extent(n.Values[len(n.Values)-1])
		}
		return from, to, err
	}
	if from, err = d.offset(n); err != nil {
		return 0, 0, err
	}
	to, err = d.scalarEnd(from, n)
	return from, to, err
}

func (d *document) bracketed(n ast.Node, line, column int) (int, int, error) {
	from, err := d.offset(n)
	if err != nil {
		return 0, 0, err
	}
	to, err := d.at(line, column)
	return from, to + 1, err
}

// scalarEnd is the end of a simple value on one line.
func (d *document) scalarEnd(from int, n ast.Node) (int, error) {
	line, _, _ := bytes.Cut(d.raw[from:], []byte("\n"))
	rest := strings.TrimRight(string(line), "\r")
	if rest == "" {
		return from, fmt.Errorf("nothing on the line")
	}
	switch quote := rest[0]; quote {
	case '"', '\'':
		for i := 1; i < len(rest); i++ {
			switch {
			case rest[i] == '\\' && quote == '"':
				i++
			case rest[i] == quote && quote == '\'' && i+1 < len(rest) && rest[i+1] == quote:
				i++
			case rest[i] == quote:
				return from + i + 1, nil
			}
		}
		return from, fmt.Errorf("the text goes over several lines")
	}
	value := n.GetToken().Value
	if !strings.HasPrefix(rest, value) || !utf8.ValidString(value) {
		return from, fmt.Errorf("the text goes over several lines")
	}
	return from + len(value), nil
}
