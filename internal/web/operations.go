package web

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/fault"
	"giamngheo/internal/household"
	"giamngheo/internal/text"
	"giamngheo/internal/vn"
	"giamngheo/internal/web/view"
)

// Fields of the forms that are not named by the refusals of package household.
const (
	fieldConfirmed = "xac-nhan"
	fieldStep      = "buoc"
	stepChange     = "sua"
	paramCommune   = "xa"
	paramFrom      = "tu"
	paramNew       = "ho-moi"
)

// operation is one thing that can be recorded of a household: a page with a
// form, one purpose each.
type operation struct {
	kind  string // as package household names it
	path  string
	final bool // cannot simply be taken back by those whom it touches: asked again
	form  func(c *opCase) []templ.Component
	first func(c *opCase) []templ.Component // small forms before: choosing a commune
	do    func(c *opCase) (to string, err error)
	facts func(c *opCase) []view.Definition // for the last look
}

var operations = []operation{
	{kind: household.OpBirth, path: "sinh", form: birthForm, do: doBirth},
	{kind: household.OpDeath, path: "mat", form: goneForm, do: doDeath},
	{kind: household.OpJoin, path: "den", first: joinFirst, form: joinForm, do: doJoin},
	{kind: household.OpLeave, path: "di", form: goneForm, do: doLeave},
	{kind: household.OpChangeHead, path: "doi-chu-ho", form: headForm, do: doChangeHead},
	{kind: household.OpMove, path: "chuyen-thon", first: communeFirst, form: moveForm, do: doMove},
	{kind: household.OpSplit, path: "tach", first: communeFirst, form: splitForm, do: doSplit},
	{kind: household.OpMerge, path: "nhap-ho", final: true, first: mergeFirst, form: mergeForm, do: doMerge, facts: mergeFacts},
	{kind: household.OpDepart, path: "roi-tinh", final: true, form: departForm, do: doDepart, facts: departFacts},
	{kind: household.OpCorrect, path: "sua", form: correctForm, do: doCorrect},
}

// opCase is one request about one operation.
type opCase struct {
	p       *Pages
	r       *http.Request
	op      operation
	h       household.Household
	members []household.Member
	other   household.Household // whose members join or merge; zero: none chosen
	others  []household.Member
	typed   url.Values
	sent    bool
	wrong   []fault.Field
	by      household.Actor
}

func (p *Pages) operationRoutes() []Route {
	write := Needs(account.RightWriteRegistry)
	var list []Route
	for _, op := range operations {
		pattern := PathHouseholds + "/{id}/" + op.path
		list = append(list,
			Route{Method: "GET", Pattern: pattern, Right: write, Handler: p.operationForm(op)},
			Route{Method: "POST", Pattern: pattern, Right: write, Handler: p.operationDo(op)})
	}
	undo := PathHouseholds + "/{id}/hoan-tac/{operation}"
	person := PathHouseholds + "/{id}/sua/{person}"
	return append(list,
		Route{Method: "GET", Pattern: person, Right: write, Handler: p.operationForm(correctPerson)},
		Route{Method: "POST", Pattern: person, Right: write, Handler: p.operationDo(correctPerson)},
		Route{Method: "GET", Pattern: undo, Right: write, Handler: p.undoForm},
		Route{Method: "POST", Pattern: undo, Right: write, Handler: p.undoDo})
}

func (p *Pages) registrar(r *http.Request) household.Actor {
	actor := ActorOf(r.Context())
	return household.Actor{ID: actor.ID, Scope: actor.ScopeFor(account.RightWriteRegistry)}
}

func householdAddress(id household.ID) string { return PathHouseholds + "/" + string(id) }

func undoAddress(id household.ID, operation string) string {
	return householdAddress(id) + "/hoan-tac/" + operation
}

// operationLinks are the operations as the household's page offers them.
func operationLinks(id household.ID) []view.Link {
	var list []view.Link
	for _, op := range operations {
		list = append(list, view.Link{Text: text.T("household.op." + op.kind), Href: householdAddress(id) + "/" + op.path})
	}
	return list
}

func (p *Pages) caseOf(r *http.Request, op operation) (*opCase, error) {
	c := &opCase{p: p, r: r, op: op, by: p.registrar(r), typed: r.URL.Query()}
	var err error
	if c.h, err = p.Households.FindByID(r.Context(), c.by.Scope, household.ID(r.PathValue("id"))); err != nil {
		return nil, err
	}
	if c.h.To != household.Far {
		return nil, fault.New(fault.Conflict, "household_ended", text.T("household.ended", "code", c.h.Code, "day", area.ShowDay(c.h.To)))
	}
	if r.Method == http.MethodPost {
		if err := r.ParseForm(); err != nil {
			return nil, badForm(err)
		}
		c.typed, c.sent = r.PostForm, true
	}
	return c, p.DB.Read(r.Context(), func(tx *db.Tx) error {
		if c.members, err = p.Households.MembersOn(tx, c.h.ID, p.Today()); err != nil {
			return err
		}
		if _, ok := c.thePerson(); r.PathValue("person") != "" && !ok {
			return fault.New(fault.NotFound, "person_not_found", text.T("household.not_found"))
		}
		return c.findOther(tx)
	})
}

// findOther finds the household named by its code, from which somebody comes.
func (c *opCase) findOther(tx *db.Tx) error {
	code := strings.ToUpper(strings.TrimSpace(c.typed.Get(paramFrom)))
	if code == "" {
		return nil
	}
	other, err := c.p.Households.FindByCode(tx, c.by.Scope, code)
	var f *fault.Error
	switch {
	case errors.As(err, &f) && f.Kind == fault.NotFound:
		c.wrong = append(c.wrong, fault.Field{Name: paramFrom, Message: text.T("web.op.no_such_code", "code", code)})
		return nil
	case err != nil:
		return err
	case other.ID == c.h.ID:
		c.wrong = append(c.wrong, fault.Field{Name: paramFrom, Message: text.T("household.merge_self")})
		return nil
	case other.To != household.Far:
		c.wrong = append(c.wrong, fault.Field{Name: paramFrom, Message: text.T("household.ended", "code", other.Code, "day", area.ShowDay(other.To))})
		return nil
	}
	c.other = other
	c.others, err = c.p.Households.MembersOn(tx, other.ID, c.p.Today())
	return err
}

func (p *Pages) operationForm(op operation) Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		c, err := p.caseOf(r, op)
		if err != nil {
			return err
		}
		return c.show(w, http.StatusOK)
	}
}

func (p *Pages) operationDo(op operation) Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		c, err := p.caseOf(r, op)
		if err != nil {
			return err
		}
		if c.typed.Get(fieldStep) == stepChange {
			return c.show(w, http.StatusOK)
		}
		c.checkDay()
		if len(c.wrong) > 0 {
			return c.show(w, http.StatusUnprocessableEntity)
		}
		if op.final && c.typed.Get(fieldConfirmed) != "1" {
			return c.ask(w)
		}
		to, err := op.do(c)
		if err != nil {
			return c.refuse(w, err)
		}
		return SeeOther(w, r, to)
	}
}

// day is what was typed, as stored; "" where it is none, which the store
// refuses.
func (c *opCase) day() string {
	d, err := vn.ParseDay(c.typed.Get("day"), "")
	if err != nil || !d.Exact() {
		return ""
	}
	return string(d)
}

func (c *opCase) checkDay() {
	if c.op.kind == household.OpCorrect {
		return // dated by the day it is written
	}
	d, err := vn.ParseDay(c.typed.Get("day"), vn.Day(c.p.Today()))
	message := ""
	var f *fault.Error
	switch {
	case c.typed.Get("day") == "":
		message = text.T("web.op.day_missing")
	case errors.As(err, &f):
		message = f.Message
	case !d.Exact():
		message = text.T("household.bad_day")
	}
	if message != "" {
		c.wrong = append(c.wrong, fault.Field{Name: "day", Message: message})
	}
}

func (c *opCase) operation() household.Operation {
	rev, err := strconv.ParseInt(c.typed.Get("rev"), 10, 64)
	if err != nil {
		rev = -1 // whoever sends none has seen none
	}
	return household.Operation{Household: c.h.ID, Rev: rev, Day: c.day(), Reason: strings.TrimSpace(vn.NFC(c.typed.Get("reason")))}
}

// refuse shows the form again with what the registry does not accept.
func (c *opCase) refuse(w http.ResponseWriter, err error) error {
	var f *fault.Error
	if !errors.As(err, &f) || f.Kind != fault.Invalid && f.Kind != fault.Conflict {
		return err
	}
	status := http.StatusUnprocessableEntity
	if f.Kind == fault.Conflict {
		status = http.StatusConflict
	}
	c.wrong = append(c.wrong, problems(f)...)
	return c.show(w, status)
}

// problems are what a refusal says, its sentence first where no field says
// the same.
func problems(f *fault.Error) []fault.Field {
	if slices.ContainsFunc(f.Fields, func(one fault.Field) bool { return one.Message == f.Message }) {
		return f.Fields
	}
	list := []fault.Field{{Message: f.Message}}
	for _, one := range f.Fields {
		if one.Name == "undo" || one.Name == "later" {
			one.Name = ""
		}
		list = append(list, one)
	}
	return list
}

func (c *opCase) address() string { return c.r.URL.Path }

func (c *opCase) title() string { return text.T("household.op." + c.op.kind) }

func (c *opCase) lead() string {
	return text.T("web.op.lead", "household", titleOfHome(c.h.HeadName, headSex(c.members)), "code", c.h.Code, "place", c.p.placeName(c.h.VillageID, c.p.Today()))
}

func (c *opCase) frame() view.Page {
	f := c.p.householdFrame(c.r, c.h.VillageID, titleOfHome(c.h.HeadName, headSex(c.members)))
	f.Crumbs[len(f.Crumbs)-1].Href = householdAddress(c.h.ID)
	f.Crumbs = append(f.Crumbs, view.Link{Text: c.title()})
	f.Title = c.title() + " · " + c.h.Code
	return f
}

func (c *opCase) show(w http.ResponseWriter, status int) error {
	form := view.Form{Head: view.Heading{Title: c.title(), Lead: c.lead()}, Action: c.address(), Hidden: []view.Pair{{Name: "rev", Value: c.value("rev", strconv.FormatInt(c.h.Rev, 10))}}}
	if c.other.ID != "" {
		form.Hidden = append(form.Hidden, view.Pair{Name: paramFrom, Value: c.other.Code}, view.Pair{Name: "other_rev", Value: c.value("other_rev", strconv.FormatInt(c.other.Rev, 10))})
	}
	if c.op.first != nil {
		form.Before = c.op.first(c)
	}
	form.Parts = c.op.form(c)
	if len(form.Parts) > 0 {
		form.Buttons = []view.Button{{Label: text.T("web.op.save"), Kind: view.Primary}, {Label: text.T("web.cancel"), Kind: view.Quiet, Href: householdAddress(c.h.ID)}}
		if c.op.final {
			form.Buttons[0].Label = text.T("web.op.check")
		}
	} else {
		form.Buttons = []view.Button{{Label: text.T("web.cancel"), Kind: view.Quiet, Href: householdAddress(c.h.ID)}}
	}
	form.Errors = c.wrong
	if status == http.StatusConflict {
		form.Notices = append(form.Notices, view.Notice{Mood: view.Info, Text: text.T("web.op.again"), Link: view.Link{Text: text.T("web.op.again_link"), Href: c.address()}})
	}
	return Render(w, c.r, status, view.Framed(c.frame(), view.FormBody(form)))
}

// ask shows what is about to be written, before something final.
func (c *opCase) ask(w http.ResponseWriter) error {
	facts := c.op.facts(c)
	facts = append(facts, view.Definition{Term: text.T("web.op.day"), Value: area.ShowDay(c.day())})
	if reason := c.operation().Reason; reason != "" {
		facts = append(facts, view.Definition{Term: text.T("web.op.reason"), Value: reason})
	}
	check := view.Check{Head: view.Heading{Title: text.T("web.op.check_title", "what", c.title()), Lead: c.lead()},
		Notice: view.Notice{Mood: view.Warn, Text: text.T("web.op.check." + c.op.kind)}, Facts: facts, Action: c.address(),
		Confirm: view.Button{Label: text.T("web.op.confirm"), Kind: view.Danger, Name: fieldConfirmed, Value: "1"},
		Change:  view.Button{Label: text.T("web.op.change"), Name: fieldStep, Value: stepChange},
		Cancel:  view.Button{Label: text.T("web.cancel"), Kind: view.Quiet, Href: householdAddress(c.h.ID)}}
	for name, values := range c.typed {
		if name == fieldConfirmed || name == fieldStep {
			continue
		}
		for _, v := range values {
			check.Hidden = append(check.Hidden, view.Pair{Name: name, Value: v})
		}
	}
	slices.SortFunc(check.Hidden, func(a, b view.Pair) int { return strings.Compare(a.Name+"="+a.Value, b.Name+"="+b.Value) })
	return Render(w, c.r, http.StatusOK, view.Framed(c.frame(), view.CheckBody(check)))
}

// done is the page after the operation was written.
func (c *opCase) done(operationID string) string {
	return householdAddress(c.h.ID) + "?" + url.Values{paramDone: {operationID}}.Encode()
}
