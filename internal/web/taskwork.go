package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/dossier"
	"giamngheo/internal/fault"
	"giamngheo/internal/task"
	"giamngheo/internal/text"
	"giamngheo/internal/vn"
	"giamngheo/internal/web/view"
)

// pathTask is the pattern of an obligation's page.
const pathTask = "/nhiem-vu/{year}/viec/{task}"

func (p *Pages) taskWorkRoutes() []Route {
	reads, works := Either(account.RightTasks, account.RightTables), Needs(account.RightTasks)
	return []Route{
		{Method: "GET", Pattern: pathTask, Right: reads, Handler: p.taskWorkPage},
		{Method: "POST", Pattern: pathTask, Right: works, Handler: p.taskWorkAct},
		{Method: "POST", Pattern: pathTask + "/tep", Right: works, Limit: uploadLimit, Handler: p.taskWorkUpload},
		{Method: "GET", Pattern: pathTask + "/tep/{file}", Right: reads, Handler: p.taskWorkFile},
		{Method: "POST", Pattern: pathTask + "/tep/{file}/go", Right: works, Handler: p.taskWorkRemove},
	}
}

// taskAddress is the page of an obligation of a year that was made.
func taskAddress(year int, id string) string {
	return "/nhiem-vu/" + strconv.Itoa(year) + "/viec/" + url.PathEscape(id)
}

// obligation is one as its page shows it.
type obligation struct {
	task.Obligation
	by       *account.Actor
	may      task.Allowed
	names    map[string]string // of people
	agencies []account.Agency
}

// taskKey reads which obligation an address names.
func taskKey(r *http.Request) (year int, id string) {
	year, _ = strconv.Atoi(r.PathValue("year"))
	return year, r.PathValue("task")
}

func (p *Pages) obligationOf(r *http.Request) (*obligation, error) {
	o := &obligation{by: ActorOf(r.Context())}
	year, id := taskKey(r)
	var err error
	if o.Obligation, err = p.Tasks.Find(r.Context(), o.by, year, id); err != nil {
		return nil, err
	}
	if o.may, err = p.Tasks.May(o.by, o.Obligation); err != nil {
		return nil, err
	}
	if o.agencies, err = p.Accounts.AllAgencies(r.Context()); err != nil {
		return nil, err
	}
	actors := []string{o.Record.HandedInBy, o.Record.DecidedBy, o.Record.UnlockBy}
	for _, e := range o.Events {
		actors = append(actors, e.Actor)
	}
	for _, e := range o.Entries {
		actors = append(actors, e.By)
	}
	for _, e := range o.Parts {
		actors = append(actors, string(e.Account), e.DoneBy, e.By)
	}
	for _, e := range o.Inputs {
		actors = append(actors, e.By, e.AnsweredBy)
	}
	for _, e := range o.Times {
		actors = append(actors, e.By, e.Record.DecidedBy)
		for _, said := range e.Events {
			actors = append(actors, said.Actor)
		}
	}
	actors = append(actors, o.Decided.By)
	actors = slices.DeleteFunc(actors, func(s string) bool { return s == "" })
	o.names, err = p.Accounts.FullNames(r.Context(), actors)
	return o, err
}

// unitName is what people call a unit: an area, or an agency.
func (p *Pages) unitName(o *obligation, unit area.ID) string {
	if id, agency := account.AgencyOf(unit); agency {
		for _, a := range o.agencies {
			if a.ID == id {
				return a.Name
			}
		}
		return id
	}
	v, _ := p.Tree().Lately(unit, p.Today())
	return v.FullName
}

// codeName is what the plan calls an agency or the holder of an office.
func codeName(o *obligation, code string) string {
	if level, ok := o.CommitteeLevel(); ok {
		return text.T("web.task.committee_at." + string(level))
	}
	for _, a := range o.Terms {
		if a.Code == code {
			return a.Name
		}
	}
	return code
}

func (p *Pages) taskWorkPage(w http.ResponseWriter, r *http.Request) error {
	return p.showTaskWork(w, r, http.StatusOK, nil)
}

func (p *Pages) showTaskWork(w http.ResponseWriter, r *http.Request, status int, refused error) error {
	o, err := p.obligationOf(r)
	if err != nil {
		return err
	}
	in, late := o.In(p.Tasks.Calendar, p.Today())
	body := view.TaskPage{Head: view.Heading{Title: o.Title, Lead: text.T("web.task.lead", "task", o.Instance.Task, "unit", o.Unit.Name, "years", o.ForYears())}, State: taskTag(o.Instance)}
	if words := o.InWords(in, late); in == task.Overdue || in == task.Late {
		body.Late = view.Tag{Tone: view.Poor, Text: words, Big: true}
	}
	if refused != nil {
		f := fault.As(refused, text.T("common.internal"))
		if body.Errors = actProblems(r, f.Fields); len(body.Errors) == 0 {
			body.Notices = append(body.Notices, view.Notice{Mood: view.Bad, Text: f.Message})
		}
	}
	body.Notices = append(body.Notices, p.taskNotices(o)...)
	body.Facts = p.taskFacts(o)
	if body.Product, err = p.productOf(r, o, &body.Facts); err != nil {
		return err
	}
	if body.Acts, err = p.taskActs(r, o, refused); err != nil {
		return err
	}
	for _, e := range slices.Backward(o.Entries) {
		step := view.Step{When: showTime(e.At), What: e.Words, Who: o.names[e.By]}
		if e.Percent >= 0 {
			step.Tag = view.Tag{Tone: view.Brand, Text: strconv.Itoa(e.Percent) + "%"}
		}
		body.Entries = append(body.Entries, step)
	}
	body.Tables = p.taskTables(o)
	if body.Files, err = p.taskFiles(r, o); err != nil {
		return err
	}
	for _, e := range slices.Backward(o.Events) {
		what := text.T("dossier.action." + string(e.Action))
		if e.Step != "" {
			what += ": " + o.Rules.StepName(e.Step)
		}
		body.History = append(body.History, view.Step{When: showTime(e.At), What: what, Why: e.Reason, Who: o.names[e.Actor]})
	}
	said, err := p.comments(r, commentRecord(commentTask, task.Record(o.Year, o.ID)))
	if err != nil {
		return err
	}
	frame := Frame(r, body.Head.Title, view.NavToday, p.Demo)
	frame.Crumbs = []view.Link{{Text: text.T("web.nav.today"), Href: PathTasks}, {Text: o.Instance.Task}}
	return Render(w, r, status, view.Framed(frame, view.Together(view.TaskBody(body), said)))
}

func taskTag(i task.Instance) view.Tag {
	tone := view.Unknown
	switch i.State {
	case task.HandedIn:
		tone = view.Brand
	case task.Returned:
		tone = view.Near
	case task.Done:
		tone = view.Out
	}
	return view.Tag{Tone: tone, Text: i.StateWords(), Big: true}
}

func (p *Pages) taskNotices(o *obligation) (list []view.Notice) {
	warn := func(title, words string) {
		list = append(list, view.Notice{Mood: view.Warn, Title: title, Text: words})
	}
	switch {
	case o.To.ID != "":
		list = append(list, view.Notice{Mood: view.Info, Text: text.T("web.task.passed_to", "unit", o.To.Unit.Name), Link: view.Link{Text: text.T("web.task.passed_open"), Href: taskAddress(o.Year, o.To.ID)}})
	case o.State == task.PassedOn:
		list = append(list, view.Notice{Mood: view.Info, Text: text.T("web.task.passed_nobody")})
	}
	for _, from := range o.From {
		list = append(list, view.Notice{Mood: view.Info, Text: text.T("web.task.passed_from", "unit", from.Unit.Name), Link: view.Link{Text: text.T("web.task.passed_open"), Href: taskAddress(o.Year, from.ID)}})
	}
	if d := o.Decided; d.Choice != "" {
		list = append(list, view.Notice{Mood: view.Info, Text: text.T("web.task.set_by", "who", o.names[d.By], "day", area.ShowDay(dayOfTime(d.At)), "reason", d.Reason)})
	}
	if o.State == task.Returned && !o.Linked {
		for _, e := range slices.Backward(o.Events) {
			if e.Action == dossier.SentBack || e.Action == dossier.Unlocked {
				warn(text.T("web.dossier.returned", "who", o.names[e.Actor], "at", showTime(e.At)), e.Reason)
				break
			}
		}
	}
	if o.Record.UnlockAsked != 0 {
		warn(text.T("web.dossier.unlock_asked", "who", o.names[o.Record.UnlockBy], "at", showTime(o.Record.UnlockAsked)), o.Record.UnlockReason)
	}
	silent := 0
	for _, i := range o.Inputs {
		if i.Silent(p.Today()) {
			silent++
		}
	}
	if silent > 0 {
		warn("", text.T("web.task.silent_n", "n", silent))
	}
	switch {
	case o.Linked:
	case o.Approval == task.ByNobody:
		warn("", text.T("web.task.no_approver"))
	case o.Approval != task.ByNamed:
		warn("", text.T("web.task.approver_"+string(o.Approval), "who", codeName(o, o.Approver)))
	}
	return list
}

func (p *Pages) taskFacts(o *obligation) (facts []view.Definition) {
	add := func(key, value string) {
		if value != "" {
			facts = append(facts, view.Definition{Term: text.T("web.task." + key), Value: value})
		}
	}
	add("unit", p.unitName(o, o.By))
	add("clause", o.Task.Clause)
	approver := text.T("web.task.unit_head")
	if o.Approver != "" {
		approver = codeName(o, o.Approver)
	}
	add("with", partnerNames(o.With))
	add("approver", approver)
	add("to", partnerNames(o.Receivers))
	if o.State == task.Done && o.Done != "" && len(o.Receivers) > 0 {
		add("came", text.T("web.task.came_on", "day", area.ShowDay(o.Done)))
	}
	if o.Due == "" && o.Ends == "" {
		add("due", text.T("task.in.no_date"))
	} else if o.Due == "" {
		add("ends", area.ShowDay(o.Ends))
	} else {
		due := "due"
		if o.Committee != "" {
			due = "due_concluded"
		}
		add(due, area.ShowDay(o.Due))
		add("ends", area.ShowDay(o.Ends))
	}
	if o.Extended != "" {
		add("extended", area.ShowDay(o.Extended))
	}
	if o.Record.HandedInAt != 0 {
		facts = append(facts, view.Definition{Term: text.T("web.dossier.handed_in"), Value: text.T("web.dossier.by_at", "who", o.names[o.Record.HandedInBy], "at", showTime(o.Record.HandedInAt))})
	}
	if o.Record.State.Decided() && o.Record.DecidedAt != 0 {
		facts = append(facts, view.Definition{Term: text.T("web.dossier.decided"), Value: text.T("web.dossier.signed_by", "capacity", capacityWords(o), "who", o.names[o.Record.DecidedBy], "at", showTime(o.Record.DecidedAt))})
	}
	return facts
}

func partnerNames(list []task.Partner) string {
	var names []string
	for _, one := range list {
		names = append(names, one.Name)
	}
	return strings.Join(names, "; ")
}

// capacityWords is in what capacity an obligation was signed: for a People's
// Committee, or for the agency whose work it is.
func capacityWords(o *obligation) string {
	if _, agency := account.AgencyOf(o.By); agency && (o.Rules.ApproveAt == "" || o.Rules.ApproveAt == dossier.AtUnit) || o.Rules.ApproveAt == dossier.AtNamed {
		return text.T("web.task.capacity." + o.Record.Capacity)
	}
	return text.T("dossier.capacity." + o.Record.Capacity)
}

// taskTables are the parts of the work, the input of others and the requests
// for more time.
func (p *Pages) taskTables(o *obligation) (list []view.Table) {
	table := func(id string, columns ...string) *view.Table {
		t := view.Table{ID: id, Caption: text.T("web.task." + id), Stacked: true}
		for _, c := range columns {
			t.Columns = append(t.Columns, view.Column{Label: text.T("web.task." + c)})
		}
		return &t
	}
	parts := table("parts", "part", "who", "until", "how")
	for _, one := range o.Parts {
		how := view.Cell{Text: text.T("web.task.part_open")}
		switch {
		case one.DoneAt != 0:
			how = view.Cell{Text: text.T("web.dossier.by_at", "who", o.names[one.DoneBy], "at", showTime(one.DoneAt)), Note: one.Note}
		case one.Dropped != 0:
			how = view.Cell{Text: text.T("web.task.part_dropped"), Note: one.Note}
		case one.Due != "" && p.Today() > one.Due:
			how = view.Cell{Tag: view.Tag{Tone: view.Poor, Text: text.T("web.task.late")}}
		}
		parts.Rows = append(parts.Rows, view.Row{Cells: []view.Cell{{Text: one.What}, {Text: p.partWho(o, one)}, {Text: shownDay(one.Due)}, how}})
	}
	inputs := table("inputs", "asked", "question", "until", "answer")
	for _, one := range o.Inputs {
		answer := view.Cell{Text: text.T("web.task.input_open")}
		switch {
		case one.AnsweredAt != 0:
			answer = view.Cell{Text: one.Answer, Note: text.T("web.dossier.by_at", "who", o.names[one.AnsweredBy], "at", showTime(one.AnsweredAt))}
			if one.Late() {
				answer.Tag = view.Tag{Tone: view.Near, Text: text.T("web.task.input_late")}
			}
		case one.Silent(p.Today()):
			answer = view.Cell{Tag: view.Tag{Tone: view.Poor, Text: text.T("web.task.silent")}}
		}
		inputs.Rows = append(inputs.Rows, view.Row{Cells: []view.Cell{{Text: p.unitName(o, one.Unit)}, {Text: one.Question}, {Text: shownDay(one.Due)}, answer}})
	}
	times := p.timesTable(o, table("times", "wanted", "reason", "asked_by", "answer"))
	for _, t := range []*view.Table{parts, inputs, times} {
		if len(t.Rows) > 0 {
			list = append(list, *t)
		}
	}
	return list
}

// timesTable says of each request for more time who asked, who answered, in
// what capacity and why; what came back and was asked again has a line each time.
func (p *Pages) timesTable(o *obligation, times *view.Table) *view.Table {
	line := func(wanted, reason string, asked dossier.Event, answer view.Cell) {
		times.Rows = append(times.Rows, view.Row{Cells: []view.Cell{{Text: wanted}, {Text: reason}, {Text: text.T("web.dossier.by_at", "who", o.names[asked.Actor], "at", showTime(asked.At))}, answer}})
	}
	said := func(e dossier.Event, words, capacity string) view.Cell {
		who := text.T("web.dossier.by_at", "who", strings.TrimSpace(capacity+" "+o.names[e.Actor]), "at", showTime(e.At))
		return view.Cell{Text: words + ". " + who, Note: e.Reason}
	}
	for _, one := range o.Times {
		var asked, refused dossier.Event
		decided := dossier.Event{Actor: one.Record.DecidedBy, At: one.Record.DecidedAt}
		for _, e := range one.Events {
			switch e.Action {
			case dossier.HandedIn:
				if refused.At != 0 {
					line(text.T("web.task.time_again"), asked.Reason, asked, said(refused, text.T("web.task.time_refused"), ""))
				}
				asked, refused = e, dossier.Event{}
			case dossier.SentBack:
				refused = e
			case dossier.Approval:
				decided = e
			}
		}
		answer := view.Cell{Text: text.T("web.task.time_waits")}
		switch {
		case one.Granted != "":
			answer = said(decided, text.T("web.task.time_granted", "day", area.ShowDay(one.Granted)), text.T("dossier.capacity."+one.Record.Capacity))
		case one.Record.State == dossier.Returned && refused.At != 0:
			answer = said(refused, text.T("web.task.time_refused"), "")
		}
		line(area.ShowDay(one.Wanted), one.Reason, dossier.Event{Actor: one.By, At: one.At}, answer)
	}
	return times
}

func (p *Pages) partWho(o *obligation, one task.Part) string {
	who := o.names[string(one.Account)]
	switch {
	case one.Unit == "":
		return who
	case who == "":
		return p.unitName(o, one.Unit)
	}
	return who + ", " + p.unitName(o, one.Unit)
}

// shownTyped reads a day that somebody typed; what is no day is left to the
// store to refuse.
func shownTyped(words string) string {
	if d, err := vn.ParseDay(words, ""); err == nil && d.Exact() {
		return string(d)
	}
	return words
}
