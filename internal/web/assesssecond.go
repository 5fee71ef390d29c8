package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"giamngheo/internal/fault"
	"giamngheo/internal/form"
	"giamngheo/internal/household"
	"giamngheo/internal/review"
	"giamngheo/internal/text"
	"giamngheo/internal/vn"
	"giamngheo/internal/web/view"
)

// The parts of the addresses of a second entry and of its comparison.
const (
	secondEntry     = "nhap-lan-hai"
	entriesCompared = "so-hai-lan"
)

// assessSecond shows the form empty, for somebody who enters the same paper
// again without seeing what was entered first.
func (p *Pages) assessSecond(w http.ResponseWriter, r *http.Request) error {
	d, err := p.draft(r)
	if err != nil {
		return err
	}
	if d.Current.ID == "" {
		return SeeOther(w, r, formAddress(d.Round.ID, d.Household.ID)) // nothing was entered yet: this is the first time
	}
	return p.showForm(w, r, http.StatusOK, d, url.Values{}, nil)
}

func (p *Pages) assessSecondSave(w http.ResponseWriter, r *http.Request) error {
	e, err := p.entry(r)
	if err == nil {
		e.Purpose, e.WarningAnswer, e.Reason = review.SecondEntry, "", ""
		_, err = p.Reviews.Save(r.Context(), p.writer(r), e)
	}
	if err == nil {
		return SeeOther(w, r, partAddress(e.Round, entriesCompared, e.Household))
	}
	return p.refusedForm(w, r, err)
}

// assessCompared shows the two entries of a paper side by side, what differs
// only; before somebody decided, as a form.
func (p *Pages) assessCompared(w http.ResponseWriter, r *http.Request) error {
	return p.showCompared(w, r, http.StatusOK, nil, nil)
}

func (p *Pages) showCompared(w http.ResponseWriter, r *http.Request, status int, typed url.Values, refused error) error {
	id := household.ID(r.PathValue("household"))
	c, err := p.Reviews.CompareEntries(r.Context(), p.writer(r), r.PathValue("round"), id)
	if err != nil {
		return err
	}
	names, err := p.Accounts.FullNames(r.Context(), []string{c.First.RecordedBy, c.Second.RecordedBy, c.DecidedBy})
	if err != nil {
		return err
	}
	kept, err := p.keptForm(c.Round)
	if err != nil {
		return err
	}
	said := func(a review.Assessment) string {
		return text.T("web.assess.entered", "who", names[a.RecordedBy], "at", showTime(a.RecordedAt))
	}
	v := view.Compared{Head: view.Heading{Title: text.T("web.assess.compared_title", "head", c.Household.HeadName), Lead: text.T("web.assess.compared_lead", "n", len(c.Differences), "all", c.Questions)},
		First: said(c.First), Second: said(c.Second), Back: PathHouseholds + "/" + string(id) + "?" + paramRound + "=" + url.QueryEscape(c.Round.ID)}
	if c.First.RecordedBy == c.Second.RecordedBy {
		v.Note = view.Notice{Mood: view.Warn, Text: text.T("web.assess.same_person")}
	}
	if c.Decided {
		v.Decided = text.T("web.assess.decided", "who", names[c.DecidedBy], "at", showTime(c.DecidedAt), "reason", c.Reason)
	} else if c.Round.State == review.Open {
		v.Action = partAddress(c.Round.ID, entriesCompared, id)
		v.Hidden = []view.Pair{{Name: "rev", Value: strconv.FormatInt(c.First.Rev, 10)}, {Name: "lan-hai", Value: c.Second.ID}}
		v.Reason = view.Field{Name: "reason", Label: text.T("web.assess.compared_reason"), Hint: text.T("web.assess.compared_hint"), Value: typed.Get("reason"), Width: "full", Required: len(c.Differences) > 0}
		if refused != nil {
			v.Problems = problemsAt(nil, "reason", refused)
			v.Reason.Error = view.ErrorFor(v.Problems, "reason")
		}
	}
	for i, d := range c.Differences {
		one := view.ComparedRow{Name: "cau-" + strconv.Itoa(i), Taken: d.Taken}
		if typed != nil {
			one.Taken = typed.Get(one.Name)
		}
		q := c.Form.Question(d.Question)
		if q == nil {
			q = kept.Question(d.Question)
		}
		one.Question, one.First, one.Second = d.Question, text.T("common.unknown"), text.T("common.unknown")
		if q != nil {
			one.Question = strings.TrimSpace(q.Number + " " + q.Text.Text)
			if d.First.Given() {
				one.First = q.Shown(d.First)
			}
			if d.Second.Given() {
				one.Second = q.Shown(d.Second)
			}
		}
		if d.Member != "" {
			one.Question = memberName(c, d.Member) + ": " + lower(one.Question)
		}
		v.Rows = append(v.Rows, one)
	}
	return Render(w, r, status, view.Framed(p.formFrame(r, c.Round, c.Household, v.Head.Title), view.ComparedBody(v)))
}

func memberName(c review.EntryComparison, id string) string {
	for _, m := range slices.Concat(c.First.Roster, c.Second.Roster) {
		if string(m.Person) == id {
			return m.Name
		}
	}
	return ""
}

// assessDecide records which entry has the paper right.
func (p *Pages) assessDecide(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	by, id := p.writer(r), household.ID(r.PathValue("household"))
	c, err := p.Reviews.CompareEntries(r.Context(), by, r.PathValue("round"), id)
	if err != nil {
		return err
	}
	d := review.EntryDecision{Round: c.Round.ID, Household: id, Second: r.PostForm.Get("lan-hai"), Taken: map[form.Place]string{}, Reason: vn.NFC(r.PostForm.Get("reason"))}
	if d.Rev, err = strconv.ParseInt(r.PostForm.Get("rev"), 10, 64); err != nil {
		d.Rev = -1
	}
	for i, one := range c.Differences {
		d.Taken[one.Place] = r.PostForm.Get("cau-" + strconv.Itoa(i))
	}
	err = p.Reviews.DecideEntries(r.Context(), by, d)
	switch fault.Of(err) {
	case fault.Invalid:
		return p.showCompared(w, r, http.StatusUnprocessableEntity, r.PostForm, err)
	}
	if err != nil {
		return err
	}
	return SeeOther(w, r, partAddress(c.Round.ID, entriesCompared, id))
}
