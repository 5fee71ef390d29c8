package web

import (
	"net/http"
	"strconv"
	"strings"

	"giamngheo/internal/fault"
	"giamngheo/internal/form"
	"giamngheo/internal/household"
	"giamngheo/internal/review"
	"giamngheo/internal/standard"
	"giamngheo/internal/text"
	"giamngheo/internal/vn"
)

// entry reads the form.
func (p *Pages) entry(r *http.Request) (review.Entry, error) {
	if err := r.ParseForm(); err != nil {
		return review.Entry{}, badForm(err)
	}
	round, err := p.roundOfForm(r)
	if err != nil {
		return review.Entry{}, err
	}
	b, err := p.Reviews.FormOf(round, form.Scores)
	if err != nil {
		return review.Entry{}, err
	}
	c, err := p.keptForm(round)
	if err != nil {
		return review.Entry{}, err
	}
	f := r.PostForm
	answers, fields := (&formFields{form: b}).read(f)
	more, wrong := (&formFields{form: c}).read(f)
	for code, v := range more {
		answers[code] = v
	}
	fields = append(fields, wrong...)
	e := review.Entry{Round: round.ID, Household: household.ID(r.PathValue("household")), Purpose: f.Get("purpose"),
		WarningAnswer: vn.NFC(f.Get("warning_answer")), Reason: vn.NFC(strings.TrimSpace(f.Get("reason")))}
	e.Take(b.Set, b, answers)
	if typed := strings.TrimSpace(f.Get("effective_from")); typed != "" {
		day, err := vn.ParseDay(typed, "")
		if err != nil || !day.Exact() {
			fields = append(fields, fault.Field{Name: "effective_from", Message: text.T("household.bad_day")})
		} else {
			e.EffectiveFrom = string(day)
		}
	}
	if class := f.Get(fieldBefore); class != "" {
		if _, ok := standard.ParseClass(class); ok {
			e.Detail.Before = class
		}
	}
	if e.Rev, err = strconv.ParseInt(f.Get("rev"), 10, 64); err != nil {
		e.Rev = -1 // whoever sends none has seen none: refused as stale
	}
	if len(fields) > 0 {
		return e, fault.New(fault.Invalid, "assessment_refused", fields[0].Message, fields...)
	}
	return e, nil
}
