package web

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/dossier"
	"giamngheo/internal/fault"
	"giamngheo/internal/task"
	"giamngheo/internal/text"
	"giamngheo/internal/web/view"
)

// paramItem names the part, the input or the request that an action is about.
const paramItem = "muc"

// taskActs are the things that the reader can do now, the next one first.
func (p *Pages) taskActs(r *http.Request, o *obligation, refused error) (list []view.DossierAct, err error) {
	var wrong []fault.Field
	if refused != nil {
		wrong = fault.As(refused, "").Fields
	}
	tried, triedItem := r.PostForm.Get("viec"), r.URL.Query().Get(paramItem)
	act := func(name, item string, rev int64, kind view.ButtonKind, folded bool, fields ...view.Field) *view.DossierAct {
		action := taskAddress(o.Year, o.ID)
		if item != "" {
			action += "?" + url.Values{paramItem: {item}}.Encode()
		}
		mine := tried == name && triedItem == item
		for n := range fields {
			f := &fields[n]
			if mine {
				f.Value, f.Error = r.PostForm.Get(actField(f.Name, name, item)), view.ErrorFor(wrong, f.Name)
			}
			f.Name = actField(f.Name, name, item)
		}
		list = append(list, view.DossierAct{Action: action, Name: name, Rev: strconv.FormatInt(rev, 10), Title: text.T("web.task.act." + name), What: text.T("web.task.what." + name),
			Fields: fields, Button: view.Button{Label: text.T("web.task.act." + name), Kind: kind}, Folded: folded && !mine})
		return &list[len(list)-1]
	}
	long := func(name, label string, required bool) view.Field {
		return view.Field{Name: name, Label: text.T(label), Kind: view.LongInput, Required: required}
	}
	day := func(name, label string) view.Field {
		return view.Field{Name: name, Label: text.T(label), Hint: text.T("web.op.day_hint"), Kind: view.DayInput, Width: "w12", Autocomplete: "off"}
	}
	rev := o.Record.Rev
	if o.may.Accept {
		act("nhan", "", rev, view.Primary, false)
	}
	p.itemActs(o, act, long)
	if o.may.Approve {
		act("duyet", "", rev, view.Primary, false, long("note", "web.dossier.note", false))
	}
	if o.may.Return {
		act("tra-lai", "", rev, view.Ordinary, true, long("reason", "web.dossier.return_reason", true))
	}
	if o.may.Report {
		percent := view.Field{Name: "percent", Label: text.T("web.task.percent"), Hint: text.T("web.task.percent_hint"), Kind: view.NumberInput, Unit: "%", Width: "w3", Autocomplete: "off"}
		act("tien-do", "", rev, view.Primary, false, long("words", "web.task.words", true), percent)
	}
	if o.may.HandIn {
		act("trinh", "", rev, view.Primary, len(o.Entries) == 0, long("note", "web.dossier.note", false))
	}
	if o.may.Split || o.may.Ask {
		units, people, err := p.taskUnits(r.Context(), o)
		if err != nil {
			return nil, err
		}
		if o.may.Split {
			given := slices.DeleteFunc(slices.Clone(units), func(u view.Option) bool { return !p.Tasks.Gives(o.agencies, o.Obligation, area.ID(u.Value)) })
			a := act("chia", "", rev, view.Ordinary, true, long("what", "web.task.part", true), day("due", "web.task.until_maybe"))
			a.Select = view.Select{Name: actField("who", "chia", ""), Label: text.T("web.task.who"), Options: append([]view.Option{{Label: text.T("web.op.choose")}}, append(people, given...)...)}
			if tried == "chia" {
				a.Select.Error = view.ErrorFor(wrong, "who")
				choose(a.Select.Options, r.PostForm.Get(a.Select.Name))
			}
		}
		if o.may.Ask {
			a := act("hoi", "", rev, view.Ordinary, true, long("question", "web.task.question", true), day("due", "web.task.until"))
			a.Choice = view.Choice{Name: actField("units", "hoi", ""), Label: text.T("web.task.asked"), Many: true}
			a.Choice.Options = askedFirst(o, units)
			if len(o.With) > 0 {
				a.Choice.Hint = text.T("web.task.with_hint", "names", partnerNames(o.With))
			}
			if tried == "hoi" {
				a.Choice.Error = view.ErrorFor(wrong, "units")
				choose(a.Choice.Options, r.PostForm[a.Choice.Name]...)
			}
		}
	}
	if o.may.AskTime {
		act("xin-gio", "", rev, view.Ordinary, true, day("until", "web.task.wanted"), long("reason", "web.task.reason", true))
	}
	if o.may.Lock {
		act("dong", "", rev, view.Ordinary, true)
	}
	if o.may.Unlock {
		act("mo-khoa", "", rev, view.Ordinary, false, long("reason", "web.dossier.answer_reason", true))
		act("khong-mo", "", rev, view.Ordinary, true, long("reason", "web.dossier.answer_reason", true))
	}
	if o.may.AskUnlock {
		act("xin-mo", "", rev, view.Ordinary, true, long("reason", "web.dossier.unlock_reason", true))
	}
	return list, nil
}

// itemActs are those on parts, input and requests for more time.
func (p *Pages) itemActs(o *obligation, act func(string, string, int64, view.ButtonKind, bool, ...view.Field) *view.DossierAct, long func(string, string, bool) view.Field) {
	for _, m := range o.Times {
		if m.Record.State != dossier.Submitted {
			continue
		}
		may, err := p.Tasks.Dossiers.May(o.by, m.Record)
		if err != nil {
			continue
		}
		words := text.T("web.task.time_asked", "day", area.ShowDay(m.Wanted), "reason", m.Reason)
		if may.Approve {
			a := act("cho-gio", m.ID, m.Record.Rev, view.Primary, false, long("reason", "web.dossier.note", false))
			a.Warn = []string{words, text.T("web.task.time_source")}
		}
		if may.Return {
			a := act("khong-gio", m.ID, m.Record.Rev, view.Ordinary, true, long("reason", "web.dossier.answer_reason", true))
			if a.Warn = []string{words}; !may.Approve { // who signs at the unit itself does not answer for the level above
				a.Title, a.What, a.Button.Label = text.T("web.task.act.rut-gio"), text.T("web.task.what.rut-gio"), text.T("web.task.act.rut-gio")
			}
		}
	}
	for _, i := range o.Inputs {
		if i.AnsweredAt == 0 && p.Tasks.Stands(o.by, i.Unit) {
			act("tra-loi", i.ID, i.Rev, view.Primary, false, long("answer", "web.task.answer", true)).Warn = []string{i.Question}
		}
	}
	for _, one := range o.Parts {
		if !one.Open() || !o.may.Report {
			continue
		}
		words := []string{text.T("web.task.part_of", "what", one.What, "who", p.partWho(o, one))}
		if o.may.Split || p.Tasks.His(o.by, one) {
			act("xong-phan", one.ID, one.Rev, view.Ordinary, !p.Tasks.His(o.by, one), long("note", "web.dossier.note", false)).Warn = words
		}
		if o.may.Split {
			act("bo-phan", one.ID, one.Rev, view.Ordinary, true, long("reason", "web.op.reason", true)).Warn = words
		}
	}
}

// actField is the name of a field in the form of an action: names on a page are
// the ids by which errors lead to them.
func actField(name, act, item string) string {
	if item != "" {
		item = "-" + item
	}
	return name + "-" + act + item
}

// actProblems are what is wrong with the form that was sent, by the names that
// its fields have on the page.
func actProblems(r *http.Request, fields []fault.Field) (list []fault.Field) {
	act := r.PostForm.Get("viec")
	if act == "" {
		return fields // a file
	}
	for _, f := range fields {
		list = append(list, fault.Field{Name: actField(f.Name, act, r.URL.Query().Get(paramItem)), Message: f.Message})
	}
	return list
}

func choose(options []view.Option, values ...string) {
	for n := range options {
		for _, v := range values {
			options[n].Selected = options[n].Selected || options[n].Value == v && v != ""
		}
	}
}

// personMark begins the value of a person in the list of who can do a part.
const personMark = "account:"

// taskUnits are who can be asked: the areas above, those right below, agencies;
// and the people of the own unit. Of them a part can be given to those that the
// unit has something to say to.
func (p *Pages) taskUnits(ctx context.Context, o *obligation) (units, people []view.Option, err error) {
	today := p.Today()
	top := o.Area
	if roots := p.Tree().Roots(today); top == "" && len(roots) > 0 {
		top = roots[0].Area
	}
	here, _ := p.Tree().On(top, today)
	near := p.Tree().Children(top, today)
	for _, up := range here.Ancestors() {
		if v, ok := p.Tree().On(up, today); ok {
			units = append(units, view.Option{Value: string(v.Area), Label: v.FullName})
		}
	}
	for _, a := range o.agencies {
		if a.InForce(today) && (a.Area == "" || p.Tree().Covers(a.Area, top, today) || p.Tree().Covers(top, a.Area, today)) {
			units = append(units, view.Option{Value: string(account.AgencyUnit(a.ID)), Label: a.Name})
		}
	}
	for _, v := range near {
		if v.Level != area.Village {
			units = append(units, view.Option{Value: string(v.Area), Label: v.FullName})
		}
	}
	err = p.DB.Read(ctx, func(tx *db.Tx) error {
		people = nil
		holders, err := account.Holders(tx, p.Province, o.By, today)
		for _, h := range holders {
			role, _ := p.Accounts.Roles().Role(h.Post.Role)
			people = append(people, view.Option{Value: personMark + string(h.ID), Label: h.FullName + " – " + role.Name})
		}
		return err
	})
	return units, people, err
}

// askedFirst are the units that can be asked, those first with which the plan
// says that the lead works.
func askedFirst(o *obligation, units []view.Option) []view.Option {
	var named, others []view.Option
	for _, u := range units {
		switch unit := area.ID(u.Value); {
		case unit == o.By:
		case slices.ContainsFunc(o.With, func(p task.Partner) bool { return slices.Contains(p.Units, unit) }):
			u.Hint = text.T("web.task.with_named")
			named = append(named, u)
		default:
			others = append(others, u)
		}
	}
	return append(named, others...)
}

// taskFiles are the files of an obligation.
func (p *Pages) taskFiles(r *http.Request, o *obligation) (templ.Component, error) {
	list, err := p.Tasks.Files(r.Context(), o.by, o.Year, o.ID)
	if err != nil {
		return nil, err
	}
	below, upload := taskAddress(o.Year, o.ID)+"/tep", ""
	if o.may.Report {
		upload = below
	}
	return p.fileCard(r, list, below, text.T("web.task.files"), text.T("web.task.files_lead"), upload, taskAddress(o.Year, o.ID))
}

// taskWorkAct does what a form of the page asks.
func (p *Pages) taskWorkAct(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	ctx, by, s := r.Context(), ActorOf(r.Context()), p.Tasks
	year, id := taskKey(r)
	act, item := r.PostForm.Get("viec"), r.URL.Query().Get(paramItem)
	get := func(name string) string { return r.PostForm.Get(actField(name, act, item)) }
	rev, _ := strconv.ParseInt(r.PostForm.Get("rev"), 10, 64)
	var err error
	switch act {
	case "nhan":
		err = s.Accept(ctx, by, year, id, "")
	case "tien-do":
		err = s.Report(ctx, by, year, id, get("words"), typedPercent(get("percent")))
	case "trinh":
		err = s.HandIn(ctx, by, year, id, rev, get("note"))
	case "duyet":
		err = s.Approve(ctx, by, year, id, rev, get("note"))
	case "tra-lai":
		err = s.Return(ctx, by, year, id, rev, get("reason"))
	case "dong":
		err = s.Close(ctx, by, year, id, rev)
	case "xin-mo":
		err = s.AskReopen(ctx, by, year, id, rev, get("reason"))
	case "mo-khoa", "khong-mo":
		err = s.Reopen(ctx, by, year, id, rev, act == "mo-khoa", get("reason"))
	case "chia":
		part := task.Part{What: get("what"), Due: shownTyped(get("due"))}
		if person, is := strings.CutPrefix(get("who"), personMark); is {
			part.Account = account.ID(person)
		} else {
			part.Unit = area.ID(get("who"))
		}
		_, err = s.Split(ctx, by, year, id, part)
	case "xong-phan":
		err = s.EndPart(ctx, by, year, id, item, rev, get("note"))
	case "bo-phan":
		err = s.DropPart(ctx, by, year, id, item, rev, get("reason"))
	case "hoi":
		var units []area.ID
		for _, u := range r.PostForm[actField("units", act, item)] {
			units = append(units, area.ID(u))
		}
		err = s.Ask(ctx, by, year, id, units, get("question"), shownTyped(get("due")))
	case "tra-loi":
		err = s.Answer(ctx, by, year, id, item, rev, get("answer"))
	case "xin-gio":
		err = s.AskTime(ctx, by, year, id, shownTyped(get("until")), get("reason"))
	case "cho-gio", "khong-gio":
		err = s.DecideTime(ctx, by, year, id, item, rev, act == "cho-gio", get("reason"))
	default:
		if _, err := p.obligationOf(r); err != nil {
			return err
		}
		err = fault.New(fault.Invalid, "no_action", text.T("web.dossier.no_action"))
	}
	if err != nil {
		return p.dossierRefused(w, r, err, p.showTaskWork)
	}
	return SeeOther(w, r, taskAddress(year, id))
}

// typedPercent reads a share; what is none is left to the store to refuse.
func typedPercent(words string) int {
	words = strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(words), "%"))
	if words == "" {
		return -1
	}
	n, err := strconv.Atoi(words)
	if err != nil || n < 0 {
		return 101
	}
	return n
}

func (p *Pages) taskWorkUpload(w http.ResponseWriter, r *http.Request) error {
	o, err := p.obligationOf(r)
	if err != nil {
		return err
	}
	err = p.uploaded(r, func(name string, content io.Reader) error {
		_, err := p.Tasks.Attach(r.Context(), o.by, o.Year, o.ID, name, content)
		return err
	})
	if err != nil {
		return p.dossierRefused(w, r, err, p.showTaskWork)
	}
	return SeeOther(w, r, taskAddress(o.Year, o.ID))
}

func (p *Pages) taskWorkFile(w http.ResponseWriter, r *http.Request) error {
	year, id := taskKey(r)
	a, content, err := p.Tasks.OpenFile(r.Context(), ActorOf(r.Context()), year, id, r.PathValue("file"))
	if err != nil {
		return err
	}
	return handOut(w, a, content)
}

func (p *Pages) taskWorkRemove(w http.ResponseWriter, r *http.Request) error {
	year, id := taskKey(r)
	if err := p.Tasks.RemoveFile(r.Context(), ActorOf(r.Context()), year, id, r.PathValue("file")); err != nil {
		return err
	}
	return SeeOther(w, r, taskAddress(year, id))
}
