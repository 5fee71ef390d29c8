package web

import (
	"net/http"
	"strconv"
	"strings"

	"giamngheo/internal/fault"
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
	set, err := p.setOf(r)
	if err != nil {
		return review.Entry{}, err
	}
	f := r.PostForm
	e := review.Entry{Round: r.PathValue("round"), Household: household.ID(r.PathValue("household")), Purpose: f.Get("purpose"), Members: map[household.PersonID]review.RosterMember{},
		WarningAnswer: vn.NFC(f.Get("warning_answer")), Reason: vn.NFC(strings.TrimSpace(f.Get("reason"))), Surveyor: vn.NFC(f.Get("surveyor")), Note: vn.NFC(f.Get("note"))}
	var fields []fault.Field
	day := func(name, key string) string {
		typed := strings.TrimSpace(f.Get(name))
		if typed == "" {
			return ""
		}
		d, err := vn.ParseDay(typed, "")
		if err != nil || !d.Exact() {
			fields = append(fields, fault.Field{Name: name, Message: text.T(key)})
			return ""
		}
		return string(d)
	}
	e.EffectiveFrom, e.SurveyedOn = day("effective_from", "household.bad_day"), day("surveyed_on", "household.bad_day")
	if s := strings.TrimSpace(f.Get("income")); s != "" {
		n, err := vn.ParseInt(s)
		if err != nil {
			fields = append(fields, fault.Field{Name: "income", Message: text.T("review.bad_income")})
		}
		e.Income = &n
	}
	if class := f.Get(fieldBefore); class != "" {
		if _, ok := standard.ParseClass(class); ok {
			e.Detail.Before = class
		}
	}
	for _, code := range dwellingFacts(set) {
		if v := f.Get(factField(code)); v == "1" || v == "0" {
			if e.Detail.Facts == nil {
				e.Detail.Facts = map[string]bool{}
			}
			e.Detail.Facts[code] = v == "1"
		}
	}
	if s := strings.TrimSpace(f.Get("b1")); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil {
			fields = append(fields, fault.Field{Name: "b1", Message: text.T("review.bad_b1")})
		}
		e.B1 = &n
	}
	if s := strings.TrimSpace(f.Get("m2")); s != "" {
		m, err := strconv.ParseFloat(strings.Replace(s, ",", ".", 1), 64)
		if err != nil {
			fields = append(fields, fault.Field{Name: "m2", Message: text.T("review.bad_floor_area")})
		}
		e.Detail.FloorArea = &m
	}
	ticked := make([]byte, len(set.Indicators))
	for i, indicator := range set.Indicators {
		ticked[i] = '-'
		if v := f.Get("cs-" + indicator.Code); v == "1" || v == "0" {
			ticked[i] = v[0]
		}
	}
	e.Ticked = string(ticked)
	for name, values := range f {
		for _, fact := range memberFacts {
			person, ok := strings.CutPrefix(name, memberField(fact.field, ""))
			if v := values[0]; ok && (v == "1" || v == "0") {
				answer, yes := e.Members[household.PersonID(person)], v == "1"
				*fact.of(&answer) = &yes
				e.Members[household.PersonID(person)] = answer
			}
		}
	}
	for _, word := range strings.FieldsFunc(f.Get("causes"), func(c rune) bool { return c < '0' || c > '9' }) {
		code := word
		for _, cause := range p.Law.Causes.Causes {
			if strconv.Itoa(cause.Number) == word {
				code = cause.Code
			}
		}
		e.Causes = append(e.Causes, code)
	}
	rev, err := strconv.ParseInt(f.Get("rev"), 10, 64)
	if err != nil {
		rev = -1 // whoever sends none has seen none: refused as stale
	}
	e.Rev = rev
	if len(fields) > 0 {
		return e, fault.New(fault.Invalid, "assessment_refused", fields[0].Message, fields...)
	}
	return e, nil
}
