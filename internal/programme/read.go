package programme

import (
	"regexp"
	"slices"
	"strings"
)

// The keys of a programme file. docs/programmes.md describes them.
var (
	fileKeys   = []string{"plan", "groups", "body", "duties", "agencies", "agency_groups", "approvers"}
	planKeys   = []string{"number", "title", "issued", "issuer", "signed_by_office", "period", "based_on"}
	groupKeys  = []string{"id", "title", "tasks"}
	taskKeys   = []string{"id", "title", "clause", "lead", "with", "to", "approver", "due", "per", "also_per", "needs", "periods", "working_days", "product", "text"}
	textKeys   = []string{"approver", "due"}
	dutyKeys   = []string{"clause", "lead", "task"}
	memberKeys = []string{"name", "members"}
)

// Read reads a programme file strictly: what is malformed is refused with its
// line. What contradicts itself is not refused: Lint finds it.
func Read(raw []byte) (*Programme, error) {
	doc, root, err := parse(raw)
	if err != nil {
		return nil, err
	}
	p := &Programme{byID: map[string]int{}, known: map[string]string{}, file: doc}
	top, _ := root.mapping("programme", fileKeys...)
	p.readPlan(top["plan"])
	p.readAgencies(top["agencies"], top["agency_groups"])
	p.readApprovers(top["approvers"])
	for _, group := range top["groups"].list() {
		p.readGroup(group)
	}
	for _, task := range top["body"].list() {
		p.readTask(task, "", false)
	}
	if len(p.Tasks) == 0 && len(doc.faults) == 0 {
		doc.fail(1, "programme.file.no_tasks")
	}
	for _, duty := range top["duties"].list() {
		p.readDuty(duty)
	}
	p.checkReferences()
	if err := doc.err(); err != nil {
		return nil, err
	}
	return p, nil
}

func (p *Programme) readPlan(v *value) {
	if v.empty() {
		p.file.fail(1, "programme.file.no_plan")
		return
	}
	plan, _ := v.mapping("plan", planKeys...)
	p.Number, p.Issuer = plan["number"].text("number"), plan["issuer"].text("issuer")
	p.Office, p.BasedOn = plan["signed_by_office"].text("signed_by_office"), plan["based_on"].text("based_on")
	plan["title"].text("title")
	if p.Issued = plan["issued"].text("issued"); p.Issued == "" {
		v.fail("programme.file.missing", "key", "issued", "what", "plan")
	} else if !validDay(p.Issued) {
		plan["issued"].fail("programme.file.bad_day", "key", "issued", "value", shortened(p.Issued))
	} else {
		p.issued = dayOf(p.Issued)
	}
	if plan["period"].empty() {
		v.fail("programme.file.missing", "key", "period", "what", "plan")
		return
	}
	period, _ := plan["period"].mapping("period", "from", "to")
	for _, key := range []string{"from", "to"} {
		if period[key].empty() {
			plan["period"].fail("programme.file.missing", "key", key, "what", "period")
		}
	}
	p.Period = Span{period["from"].number("from", firstYear, lastYear), period["to"].number("to", firstYear, lastYear)}
	if p.Period.To != 0 && p.Period.To < p.Period.From {
		plan["period"].fail("programme.file.bad_period", "from", p.Period.From, "to", p.Period.To)
	}
	if p.Period.To-p.Period.From > 100 {
		plan["period"].fail("programme.file.long_period")
	}
}

func (p *Programme) readAgencies(agencies, groups *value) {
	_, list := agencies.mapping("agencies")
	for _, e := range list {
		name := e.value.text(e.key)
		p.Agencies = append(p.Agencies, AgencyName{e.key, name})
		p.known[e.key] = name
	}
	_, list = groups.mapping("agency_groups")
	for _, e := range list {
		if _, twice := p.known[e.key]; twice {
			p.file.fail(e.line, "programme.file.key_twice", "key", e.key)
		}
		g := AgencyGroup{Code: e.key}
		if _, simple := e.value.scalar(); simple || e.value.empty() {
			g.Name = e.value.text(e.key)
		} else {
			group, _ := e.value.mapping("agency_groups", memberKeys...)
			g.Name, g.Members = group["name"].text("name"), group["members"].texts("members")
		}
		p.AgencyGroups = append(p.AgencyGroups, g)
		p.known[e.key] = g.Name
	}
}

func (p *Programme) readGroup(v *value) {
	if v.empty() {
		v.fail("programme.file.empty_item", "key", "groups")
		return
	}
	group, _ := v.mapping("groups", groupKeys...)
	g := Group{group["id"].text("id"), group["title"].text("title")}
	p.Groups = append(p.Groups, g)
	for _, task := range group["tasks"].list() {
		p.readTask(task, g.ID, true)
	}
}

// readTask reads a row of the annex, or a task that stands in the text alone.
// Only the annex has a column for who approves: a task of the text lacks its
// approver where the file says so.
func (p *Programme) readTask(v *value, group string, annex bool) {
	if v.empty() {
		v.fail("programme.file.empty_item", "key", "tasks")
		return
	}
	f, _ := v.mapping("tasks", taskKeys...)
	_, named := f["approver"]
	t := Task{
		ID: f["id"].text("id"), Title: f["title"].text("title"), Group: group, Clause: f["clause"].text("clause"),
		Lead: f["lead"].text("lead"), With: f["with"].texts("with"), To: f["to"].texts("to"), Approver: f["approver"].text("approver"),
		Needs: f["needs"].texts("needs"), WorkingDays: f["working_days"].number("working_days", 1, 1000),
		approves: annex || named, place: place{line: v.line(), due: f["due"]},
	}
	t.Due = readDue(f["due"])
	t.Per, t.AlsoPer = readLevels(f["per"], f["also_per"])
	t.readProduct(f["product"])
	for _, span := range f["periods"].list() {
		t.Periods = append(t.Periods, p.readSpan(span))
	}
	if !f["text"].empty() {
		says, _ := f["text"].mapping("text", textKeys...)
		t.TextApprover = says["approver"].text("approver")
		if !says["due"].empty() {
			due := readDue(says["due"])
			t.TextDue, t.place.textDue = &due, says["due"]
		}
	}
	if t.ID == "" {
		v.fail("programme.file.missing", "key", "id", "what", "tasks")
		return
	}
	if t.Lead == "" {
		v.fail("programme.file.task_missing", "key", "lead", "task", t.ID)
	}
	if first, twice := p.byID[t.ID]; twice {
		v.fail("programme.file.task_twice", "task", t.ID, "line", p.Tasks[first].place.line)
		return
	}
	p.byID[t.ID] = len(p.Tasks)
	p.Tasks = append(p.Tasks, t)
}

func readLevel(v *value, key string) Level {
	l := Level(v.text(key))
	if l != Province && l != District && l != Commune && l != Agency {
		v.fail("programme.file.bad_level", "key", key, "value", shortened(string(l)))
	}
	return l
}

func readLevels(per, also *value) (Level, []Level) {
	first := Province
	if !per.empty() {
		first = readLevel(per, "per")
	}
	var more []Level
	for _, v := range also.list() {
		if l := readLevel(v, "also_per"); l != first && !slices.Contains(more, l) {
			more = append(more, l)
		}
	}
	return first, more
}

func (p *Programme) readSpan(v *value) Span {
	years := v.list()
	if len(years) != 2 || years[0] == v {
		v.fail("programme.file.bad_span")
		return Span{}
	}
	s := Span{years[0].number("periods", firstYear, lastYear), years[1].number("periods", firstYear, lastYear)}
	if s.To < s.From {
		v.fail("programme.file.bad_period", "from", s.From, "to", s.To)
	}
	if p.Period.To != 0 && s.To != 0 && (s.To < p.Period.From || s.To > p.Period.To) {
		v.fail("programme.file.span_outside", "to", s.To, "first", p.Period.From, "last", p.Period.To)
	}
	return s
}

func (p *Programme) readDuty(v *value) {
	if v.empty() {
		v.fail("programme.file.empty_item", "key", "duties")
		return
	}
	f, _ := v.mapping("duties", dutyKeys...)
	d := Duty{f["clause"].text("clause"), f["lead"].text("lead"), f["task"].text("task")}
	if d.Clause == "" {
		v.fail("programme.file.missing", "key", "clause", "what", "duties")
	}
	if _, known := p.byID[d.Task]; d.Task != "" && !known {
		f["task"].fail("programme.file.unknown_task", "task", d.Task, "by", d.Clause)
	}
	p.Duties = append(p.Duties, d)
}

// checkReferences refuses tasks that rest on something the file does not have:
// no finding could be trusted that passes over them.
func (p *Programme) checkReferences() {
	for _, t := range p.Tasks {
		for _, need := range t.Needs {
			if _, known := p.byID[need]; !known {
				p.file.fail(t.place.line, "programme.file.unknown_task", "task", need, "by", t.ID)
			}
		}
	}
}

var (
	dayAndMonth = regexp.MustCompile(`^\d{2}-\d{2}$`)
	wholeDay    = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}$`)
)

// readDue reads a deadline: a mapping, words as offices write them, or nothing.
func readDue(v *value) Due {
	if v.empty() {
		return Due{}
	}
	if s, simple := v.scalar(); simple {
		d, err := ParseWording(s)
		if err != nil {
			v.doc.say(v.line(), refusal(s))
		}
		return d
	}
	f, list := v.mapping("due", dueKeys...)
	if len(list) == 0 {
		v.fail("programme.due.empty")
		return Due{}
	}
	d := Due{Year: f["year"].number("year", firstYear, lastYear)}
	if !f["every"].empty() {
		if d.Yearly = f["every"].text("every") == "year"; !d.Yearly {
			f["every"].fail("programme.due.bad_every")
			return Due{}
		}
	}
	if !f["assumed"].empty() {
		switch f["assumed"].text("assumed") {
		case "true":
			d.Assumed = true
		case "false":
		default:
			f["assumed"].fail("programme.due.bad_assumed")
		}
	}
	rules := 0
	for _, key := range dueKeys[:6] {
		if f[key].empty() {
			continue
		}
		rules++
		switch d.Rule = Rule(key); d.Rule {
		case OnDay:
			d.readDate(f[key])
		case InQuarter:
			for _, q := range f[key].list() {
				if n := q.number("quarter", 1, 4); n != 0 && !slices.Contains(d.Quarters, n) {
					d.Quarters = append(d.Quarters, n)
				}
			}
			slices.Sort(d.Quarters)
			if len(d.Quarters) == 0 {
				f[key].fail("programme.due.no_quarter")
				return Due{}
			}
		default:
			d.Month = f[key].number(key, 1, 12)
		}
	}
	switch {
	case rules > 1:
		v.fail("programme.due.several", "known", strings.Join(dueKeys[:6], ", "))
	case d.Yearly && d.Year != 0:
		v.fail("programme.due.once_and_yearly")
	case rules == 0 && d.Year != 0:
		d.Rule = InYear
	case !d.Yearly && d.Year == 0:
		v.fail("programme.due.when")
	}
	return d
}

// readDate reads "MM-DD" of every year (or of the year named beside), or
// "YYYY-MM-DD".
func (d *Due) readDate(v *value) {
	s := v.text("date")
	switch {
	case wholeDay.MatchString(s) && validDay(s):
		if d.Yearly || d.Year != 0 {
			v.fail("programme.due.day_and_year", "value", s)
		}
		moved := Due{Year: int(s[0]-'0')*1000 + int(s[1]-'0')*100 + int(s[2]-'0')*10 + int(s[3]-'0')}.onDay(s)
		d.Year, d.Month, d.Day = moved.Year, moved.Month, moved.Day
	case dayAndMonth.MatchString(s) && validDay("2000-"+s) && (d.Year == 0 || d.Year%4 == 0 || s != "02-29"):
		moved := Due{Yearly: true}.onDay(s)
		d.Month, d.Day = moved.Month, moved.Day
	default:
		v.fail("programme.due.bad_date", "value", shortened(s))
	}
}
