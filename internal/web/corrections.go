package web

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/fault"
	"giamngheo/internal/household"
	"giamngheo/internal/text"
	"giamngheo/internal/web/view"
)

// correctForm is of the household's own fields, with the way to each member's.
func correctForm(c *opCase) []templ.Component {
	var links []view.Link
	for _, m := range c.members {
		links = append(links, view.Link{Text: m.FullName, Href: householdAddress(c.h.ID) + "/sua/" + string(m.ID)})
	}
	return []templ.Component{
		textField(c, "address", "web.op.address", "", c.h.Address, "full"),
		textField(c, "phone", "web.op.phone", "", c.h.Phone, "w12"),
		policyField(c, c.h.PolicyGroups),
		view.FieldRow(view.Field{Name: "note", Label: text.T("web.op.note"), Kind: view.LongInput, Value: c.value("note", c.h.Note), Error: c.error("note")}),
		correctReason(c),
		view.FieldGroupOf(view.FieldGroup{ID: "thanh-vien", Legend: text.T("web.op.correct_members")}, []templ.Component{view.LinkList(links)}),
	}
}

// correctReason: a correction is no event, so that only the reason says why.
func correctReason(c *opCase) templ.Component {
	return view.FieldRow(view.Field{Name: "reason", Label: text.T("web.op.correct_reason"), Kind: view.LongInput, Value: c.value("reason", ""), Error: c.error("reason"), Required: true})
}

func (c *opCase) reasonGiven() error {
	if c.operation().Reason == "" {
		return fieldError("reason", "household.reason_missing")
	}
	return nil
}

func doCorrect(c *opCase) (string, error) {
	if err := c.reasonGiven(); err != nil {
		return "", err
	}
	groups := c.typed["policy_groups"]
	id, err := c.p.Households.Correct(c.r.Context(), c.by, c.operation(), []household.Correction{{
		Address: c.field("address"), Phone: c.field("phone"), Note: c.field("note"), PolicyGroups: &groups}})
	return c.done(id), err
}

func (c *opCase) field(name string) *string {
	if !c.typed.Has(name) {
		return nil
	}
	v := c.typed.Get(name)
	return &v
}

// correctPerson corrects what was written down wrong of one member.
var correctPerson = operation{kind: household.OpCorrect, form: personForm, do: doCorrectPerson}

func (c *opCase) thePerson() (household.Member, bool) {
	id := household.PersonID(c.r.PathValue("person"))
	i := slices.IndexFunc(c.members, func(m household.Member) bool { return m.ID == id })
	if i < 0 {
		return household.Member{}, false
	}
	return c.members[i], true
}

func personForm(c *opCase) []templ.Component {
	m, _ := c.thePerson() // found before the form was made
	list := personFields(c, m.Person, false)
	if m.Relation != "head" {
		list = append(list, selectField(c, "relation", "web.op.relation", m.Relation, relationOptions(false)))
	}
	return append(list, policyField(c, m.PolicyGroups), correctReason(c))
}

func doCorrectPerson(c *opCase) (string, error) {
	m, _ := c.thePerson()
	if err := c.reasonGiven(); err != nil {
		return "", err
	}
	p, err := c.person()
	if err != nil {
		return "", err
	}
	groups := c.typed["policy_groups"]
	one := household.Correction{Person: m.ID, FullName: &p.FullName, Sex: &p.Sex, Birth: &p.Birth, Ethnic: &p.Ethnic, NationalID: &p.NationalID, PolicyGroups: &groups}
	if m.Relation != "head" {
		one.Relation = c.field("relation")
	}
	id, err := c.p.Households.Correct(c.r.Context(), c.by, c.operation(), []household.Correction{one})
	return c.done(id), err
}

// undone is the operation that is to be taken back.
func (p *Pages) undone(r *http.Request) (h household.Household, d household.Done, err error) {
	by := p.registrar(r)
	err = p.DB.Read(r.Context(), func(tx *db.Tx) error {
		if h, err = p.Households.Find(tx, by.Scope, household.ID(r.PathValue("id"))); err != nil {
			return err
		}
		list, err := p.Households.Operations(tx, h.ID)
		if err != nil {
			return err
		}
		for _, one := range list {
			if one.ID == r.PathValue("operation") {
				d = one
				return nil
			}
		}
		return fault.New(fault.NotFound, "operation_not_found", text.T("web.undo.absent"))
	})
	return h, d, err
}

func (p *Pages) undoForm(w http.ResponseWriter, r *http.Request) error {
	h, d, err := p.undone(r)
	if err != nil {
		return err
	}
	return p.showUndo(w, r, http.StatusOK, h, d, "", nil)
}

func (p *Pages) showUndo(w http.ResponseWriter, r *http.Request, status int, h household.Household, d household.Done, reason string, refused *fault.Error) error {
	title := text.T("web.undo.title", "what", lower(text.T("household.op."+d.Kind)))
	form := view.Form{Head: view.Heading{Title: title, Lead: text.T("web.undo.lead", "head", h.HeadName, "code", h.Code, "day", area.ShowDay(d.Day))}, Action: undoAddress(h.ID, d.ID)}
	if refused != nil {
		form.Errors = problems(refused)
	}
	if d.Undone {
		form.Notices = append(form.Notices, view.Notice{Mood: view.Info, Text: text.T("household.already_undone")})
	} else {
		form.Parts = []templ.Component{view.Paragraphs(text.T("web.undo.hint")),
			view.FieldRow(view.Field{Name: "reason", Label: text.T("web.undo.reason"), Kind: view.LongInput, Value: reason, Error: view.ErrorFor(form.Errors, "reason"), Required: true})}
		form.Buttons = []view.Button{{Label: text.T("web.undo.go"), Kind: view.Danger}}
	}
	form.Buttons = append(form.Buttons, view.Button{Label: text.T("web.cancel"), Kind: view.Quiet, Href: householdAddress(h.ID)})
	frame := p.householdFrame(r, h.VillageID, h.Code)
	frame.Crumbs[len(frame.Crumbs)-1].Href = householdAddress(h.ID)
	frame.Crumbs = append(frame.Crumbs, view.Link{Text: title})
	frame.Title = title
	return Render(w, r, status, view.Framed(frame, view.FormBody(form)))
}

func (p *Pages) undoDo(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	h, d, err := p.undone(r)
	if err != nil {
		return err
	}
	reason := strings.TrimSpace(r.PostForm.Get("reason"))
	err = p.Households.Undo(r.Context(), p.registrar(r), d.ID, reason)
	var f *fault.Error
	switch {
	case errors.As(err, &f) && f.Kind == fault.Invalid:
		return p.showUndo(w, r, http.StatusUnprocessableEntity, h, d, reason, f)
	case errors.As(err, &f) && f.Kind == fault.Conflict:
		return p.showUndo(w, r, http.StatusConflict, h, d, reason, f)
	case err != nil:
		return err
	}
	// A household that was made by the operation is gone with it.
	if _, err := p.Households.FindByID(r.Context(), p.registrar(r).Scope, h.ID); err != nil {
		return SeeOther(w, r, PathHouseholds+"?"+url.Values{paramUndone: {h.Code}}.Encode())
	}
	return SeeOther(w, r, householdAddress(h.ID)+"?"+url.Values{paramUndone: {d.ID}}.Encode())
}
