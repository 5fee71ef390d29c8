// Package programme is a plan's annex as data: groups of tasks, who leads, who
// approves, by when, one instance for whom, and what rests on what (plan
// 159/KH-UBND, annex, and the duties of its parts II and III). It reads such a
// file strictly, understands deadlines in the words that offices use, finds
// where the plan contradicts itself, proposes a calendar that does not, and
// says which obligations a year brings to which unit. It opens no file and no
// database, decides nothing, and locks nobody out: what it finds is for the
// approver to accept or to override.
package programme

import "slices"

// Level says for whom a task has an instance.
type Level string

// The levels: one instance for the province, or one for each unit or agency.
const (
	Province Level = "province"
	District Level = "district"
	Commune  Level = "commune"
	Agency   Level = "agency"
)

// Programme is one plan with its tasks.
type Programme struct {
	Number  string // 159/KH-UBND
	Issued  string // YYYY-MM-DD
	Issuer  string
	Office  string // whose signature the plan bears
	BasedOn string
	Period  Span
	Groups  []Group
	Tasks   []Task // those of the annex in its order, then those of the text alone
	Duties  []Duty
	// Agencies and groups of agencies, in the order of the file.
	Agencies     []AgencyName
	AgencyGroups []AgencyGroup
	// Approvers tells at which level those sign whom the file names as approvers,
	// as far as it says so: code → level; Agency is the head of one.
	Approvers map[string]Level

	issued day
	byID   map[string]int
	known  map[string]string // agency or group → name
	file   *document
}

// Span is a run of years, both included.
type Span struct{ From, To int }

// Group is a heading of the annex.
type Group struct{ ID, Title string }

// Task is one row of the annex, or a deadline that stands in the text alone.
type Task struct {
	ID       string
	Title    string
	Group    string // of the annex; "" where the task stands in the text alone
	Clause   string // of the text; "" where the text has no sentence for it
	Lead     string
	With     []string
	To       []string // who receives the product
	Approver string
	Due      Due
	Per      Level
	AlsoPer  []Level
	Needs    []string // the tasks whose direct result this one rests on
	Periods  []Span   // besides the year, a product for each, due in its last year
	// WorkingDays is the least time that the work takes, from what it needs to
	// its own deadline; 0 where nobody has said.
	WorkingDays int
	Product     string // the record of the program that is its product; "" for none named
	// What the text says otherwise than the annex, where it does.
	TextApprover string
	TextDue      *Due

	approves bool // the file says who approves, or says that nobody does
	place    place
}

// place is where things of a task stand in the file.
type place struct {
	line         int
	due, textDue *value
}

// Duty is a sentence of the text that obliges somebody, and the task that
// carries it out: "" for none.
type Duty struct{ Clause, Lead, Task string }

// AgencyName is an agency or the holder of an office.
type AgencyName struct{ Code, Name string }

// AgencyGroup is several agencies that the plan names as one. Without members
// the organisation of the day says who they are.
type AgencyGroup struct {
	Code, Name string
	Members    []string
}

// Task gives a task by its ID.
func (p *Programme) Task(id string) (Task, bool) {
	i, ok := p.byID[id]
	if !ok {
		return Task{}, false
	}
	return p.Tasks[i], true
}

// Name gives the name of an agency or of a group of agencies, or the code
// where the file does not know it.
func (p *Programme) Name(code string) string {
	if name, ok := p.known[code]; ok && name != "" {
		return name
	}
	return code
}

// Members are the agencies that a code means: those of a group, or the agency
// itself. A group of which nobody has said who belongs to it has none.
func (p *Programme) Members(code string) []string {
	for _, g := range p.AgencyGroups {
		if g.Code == code {
			return g.Members
		}
	}
	return []string{code}
}

// AreaLevels are the levels of the People's Committees that a code means: of
// those for each of which there is an instance of what it leads.
func (p *Programme) AreaLevels(code string) (levels []Level) {
	for _, t := range p.Tasks {
		for _, level := range append([]Level{t.Per}, t.AlsoPer...) {
			if t.Lead == code && (level == District || level == Commune) && !slices.Contains(levels, level) {
				levels = append(levels, level)
			}
		}
	}
	return levels
}

// years are those in which any task of the programme can be due.
func (p *Programme) years() []int {
	first, last := p.Period.From, p.Period.To
	for _, t := range p.Tasks {
		if t.Due.Year != 0 {
			first, last = min(first, t.Due.Year), max(last, t.Due.Year)
		}
	}
	list := make([]int, 0, last-first+1)
	for y := first; y <= last; y++ {
		list = append(list, y)
	}
	return list
}

// dueIn gives the day on which a deadline falls in a year of the programme;
// none where it has no day or no instance then. What is due every year before
// the day on which the plan was issued does not exist in that year.
func (p *Programme) dueIn(d Due, year int) (string, bool) {
	day := p.dayIn(d, year)
	if day == none {
		return "", false
	}
	return day.String(), true
}

func (p *Programme) dayIn(d Due, year int) day {
	day := d.dayIn(year)
	if d.Yearly && (year < p.Period.From || year > p.Period.To || day < p.issued) {
		return none
	}
	return day
}
