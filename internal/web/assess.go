package web

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/fault"
	"giamngheo/internal/household"
	"giamngheo/internal/review"
	"giamngheo/internal/standard"
	"giamngheo/internal/text"
	"giamngheo/internal/vn"
	"giamngheo/internal/web/view"
)

func (p *Pages) assessRoutes() []Route {
	write := Needs(account.RightWriteAssessment)
	form := PathReview + "/{round}/{household}"
	return []Route{
		{Method: "GET", Pattern: PathReview + "/{round}/tiep/{household}", Right: write, Handler: p.assessNext},
		{Method: "GET", Pattern: form, Right: write, Handler: p.assessForm},
		{Method: "POST", Pattern: form, Right: write, Handler: p.assessSave},
		{Method: "POST", Pattern: form + "/thu", Right: write, Handler: p.assessPreview},
		{Method: "POST", Pattern: form + "/canh-bao", Right: write, Handler: p.assessAnswer},
	}
}

func (p *Pages) writer(r *http.Request) household.Actor {
	actor := ActorOf(r.Context())
	return household.Actor{ID: actor.ID, Scope: actor.ScopeFor(account.RightWriteAssessment)}
}

func formAddress(round string, id household.ID) string {
	return PathReview + "/" + url.PathEscape(round) + "/" + string(id)
}

// assessForm shows the form: what is in force in the round, else empty, with
// last year's answers beside it.
func (p *Pages) assessForm(w http.ResponseWriter, r *http.Request) error {
	d, err := p.Reviews.Preview(r.Context(), p.writer(r), review.Entry{Round: r.PathValue("round"), Household: household.ID(r.PathValue("household"))})
	if err != nil {
		return err
	}
	if d.Current.ID != "" {
		members := d.Assessment.Roster
		d.Assessment = d.Current
		d.Assessment.Roster = withAnswers(members, d.Current.Roster)
	}
	return p.showForm(w, r, http.StatusOK, d, url.Values{}, nil)
}

// withAnswers puts what was answered into the roster of today.
func withAnswers(members, answered []review.RosterMember) []review.RosterMember {
	known := map[household.PersonID]review.RosterMember{}
	for _, m := range answered {
		known[m.Person] = m
	}
	for i, m := range members {
		if a, ok := known[m.Person]; ok {
			members[i].Untreated, members[i].Insured, members[i].LowerSecondary, members[i].AtSchool = a.Untreated, a.Insured, a.LowerSecondary, a.AtSchool
		}
	}
	return members
}

func (p *Pages) showForm(w http.ResponseWriter, r *http.Request, status int, d review.Draft, typed url.Values, refused error) error {
	pl := place{Scope: ActorOf(r.Context()).ScopeFor(account.RightWriteAssessment), Round: d.Round, Boundaries: p.Today()}
	pl.Area, _ = p.Tree().On(d.Household.VillageID, p.Today())
	head := view.Heading{Title: text.T("web.assess.title", "head", d.Household.HeadName), Lead: text.T("web.assess.lead", "code", d.Household.Code, "place", p.placeName(d.Household.VillageID, p.Today()))}
	a := view.Assess{Head: head, Action: formAddress(d.Round.ID, d.Household.ID), Preview: formAddress(d.Round.ID, d.Household.ID) + "/thu", Rev: strconv.FormatInt(d.Current.Rev, 10),
		Questions: p.questions(d, typed), Result: p.assessResult(d), LastYear: d.Last.ID != ""}
	if typed.Has("rev") {
		a.Rev = typed.Get("rev")
	}
	if f := new(fault.Error); errors.As(refused, &f) {
		a.Problems = f.Fields
		if len(a.Problems) == 0 {
			a.Problems = []fault.Field{{Name: "b1", Message: f.Message}}
		}
		for i := range a.Questions {
			for _, problem := range f.Fields {
				if problem.Name == a.Questions[i].Name {
					a.Questions[i].Error = problem.Message
				}
			}
		}
	}
	if d.Round.State == review.Open {
		a.Result.Actions = []view.Button{{Label: text.T("web.assess.save_next"), Kind: view.Primary, Name: "roi", Value: "tiep", Finish: true}, {Label: text.T("web.assess.save"), Name: "roi", Value: "ho"}}
	}
	frame := Frame(r, head.Title, view.NavReview, p.Demo)
	frame.Scripts = []string{view.AssessModule}
	frame.Crumbs = []view.Link{{Text: text.T("web.round_of", "id", d.Round.ID), Href: PathReview + "/" + url.PathEscape(d.Round.ID)},
		{Text: pl.Area.FullName, Href: PathReview + "/" + url.PathEscape(d.Round.ID) + "?" + paramArea + "=" + string(pl.Area.Area)}, {Text: head.Title}}
	if d.Round.State != review.Open {
		frame.Flash = append(frame.Flash, view.Notice{Mood: view.Warn, Text: text.T("review.round_closed", "id", d.Round.ID)})
	}
	return Render(w, r, status, view.Framed(frame, view.AssessBody(a)))
}

// questions are those of the form in the paper's order: points, the boxes of
// the indicators, the members on whom the first four rest, causes.
func (p *Pages) questions(d review.Draft, typed url.Values) []view.Question {
	a := d.Assessment
	value := func(name, stored string) string {
		if typed.Has(name) {
			return typed.Get(name)
		}
		return stored
	}
	list := []view.Question{
		{Code: "B1", Name: "b1", Text: text.T("web.assess.b1"), Hint: text.T("web.assess.b1_hint"), Value: value("b1", pointer(a.B1)), Unit: text.T("web.points"), Digits: 4, LastYear: pointer(d.Last.B1)},
	}
	for i, indicator := range d.Set.Indicators {
		stored := "-"
		if i < len(a.Ticked) {
			stored = a.Ticked[i : i+1]
		}
		q := view.Question{Code: fmt.Sprintf("B2.%d", indicator.Number), Name: "cs-" + indicator.Code, Text: capital(indicator.Name.Text)}
		if indicator.Cutoff != nil {
			q.Hint = indicator.Cutoff.Text
		}
		if i < len(d.Last.Answers) {
			q.LastYear = deprivedWord(d.Last.Answers[i])
		}
		chosen := value(q.Name, stored)
		for _, c := range []string{"1", "0", "-"} {
			q.Choices = append(q.Choices, view.Option{Value: c, Label: text.T("web.assess.deprived." + map[string]string{"1": "yes", "0": "no", "-": "unknown"}[c]), Selected: c == chosen && (c != "-" || typed.Has(q.Name) || d.Current.ID != "")})
		}
		for _, warned := range a.Warnings {
			if warned == indicator.Code {
				q.Warning = text.T("web.assess.disagree")
			}
		}
		list = append(list, q)
	}
	list = append(list, view.Question{Code: "m²", Name: "m2", Text: text.T("web.assess.floor_area"), Value: value("m2", decimal(a.Detail.FloorArea)), Unit: "m²", Digits: 6, LastYear: decimal(d.Last.Detail.FloorArea)})
	for n, m := range a.Roster {
		list = append(list, p.memberQuestions(d, n, m, value)...)
	}
	var causes, last []string
	for _, cause := range p.Law.Causes.Causes {
		for _, c := range a.Causes {
			if c == cause.Code {
				causes = append(causes, strconv.Itoa(cause.Number))
			}
		}
		for _, c := range d.Last.Causes {
			if c == cause.Code {
				last = append(last, fmt.Sprintf("%d (%s)", cause.Number, cause.Name.Text))
			}
		}
	}
	var names []string
	for _, cause := range p.Law.Causes.Causes {
		names = append(names, fmt.Sprintf("%d %s", cause.Number, cause.Name.Text))
	}
	list = append(list, view.Question{Code: "C", Name: "causes", Text: text.T("web.assess.causes"), Hint: text.T("web.assess.causes_hint", "list", strings.Join(names, " · ")), Value: value("causes", strings.Join(causes, " ")), Digits: 12, LastYear: strings.Join(last, ", ")})
	if len(a.Warnings) > 0 || a.WarningAnswer != "" {
		list = append(list, view.Question{Code: "!", Name: "warning_answer", Text: text.T("web.assess.warning_answer"), Value: value("warning_answer", a.WarningAnswer), Digits: 12})
	}
	if d.Current.ID != "" {
		list = append(list, view.Question{Code: "!", Name: "reason", Text: text.T("web.assess.reason"), Hint: text.T("web.assess.reason_hint"), Value: value("reason", ""), Digits: 12})
	}
	return list
}

// memberFacts are the facts that indicators 1 to 4 rest on, with the ages at
// which the standard asks for them.
var memberFacts = []struct {
	field string
	of    func(m *review.RosterMember) **bool
	kind  string // of the indicator's derivation
}{
	{"om", func(m *review.RosterMember) **bool { return &m.Untreated }, "untreated_member"},
	{"bh", func(m *review.RosterMember) **bool { return &m.Insured }, "uninsured_member"},
	{"th", func(m *review.RosterMember) **bool { return &m.LowerSecondary }, "unschooled_adult"},
	{"hoc", func(m *review.RosterMember) **bool { return &m.AtSchool }, "child_not_at_school"},
}

func (p *Pages) memberQuestions(d review.Draft, n int, m review.RosterMember, value func(name, stored string) string) []view.Question {
	var list []view.Question
	for _, f := range memberFacts {
		if !asks(d.Set, f.kind, m, d.Round.CountDay) {
			continue
		}
		q := view.Question{Code: strconv.Itoa(n + 1), Name: memberField(f.field, m.Person), Text: text.T("web.assess.member."+f.field, "name", m.Name, "birth", shownBirth(m.Birth))}
		stored := "-"
		if b := *f.of(&m); b != nil {
			stored = map[bool]string{true: "1", false: "0"}[*b]
		}
		chosen := value(q.Name, stored)
		for _, c := range []string{"1", "0"} {
			q.Choices = append(q.Choices, view.Option{Value: c, Label: text.T("common." + map[string]string{"1": "yes", "0": "no"}[c]), Selected: c == chosen})
		}
		for _, last := range d.Last.Roster {
			if last.Person == m.Person {
				if b := *f.of(&last); b != nil {
					q.LastYear = text.T("common." + map[bool]string{true: "yes", false: "no"}[*b])
				}
			}
		}
		list = append(list, q)
	}
	return list
}

func memberField(fact string, id household.PersonID) string { return "tv-" + fact + "-" + string(id) }

// asks says whether the standard's indicator can concern the member. At
// school is asked of adults too where they have not finished school: the
// indicator spares who still learns.
func asks(set *standard.Set, kind string, m review.RosterMember, day string) bool {
	for _, indicator := range set.Indicators {
		if indicator.Derive == nil || indicator.Derive.Kind != kind {
			continue
		}
		year, err := strconv.Atoi(firstN(m.Birth, 4))
		if err != nil {
			return true
		}
		now, _ := strconv.Atoi(firstN(day, 4))
		age, rule := now-year, indicator.Derive
		return age >= rule.AgeFrom-1 && (rule.AgeBelow == 0 || age <= rule.AgeBelow) && year >= rule.BornFrom
	}
	return false
}

func firstN(s string, n int) string { return s[:min(n, len(s))] }

func shownBirth(birth string) string {
	if birth == "" {
		return text.T("common.unknown")
	}
	return area.ShowDay(birth)
}

func pointer(n *int) string {
	if n == nil {
		return ""
	}
	return strconv.Itoa(*n)
}

func decimal(f *float64) string {
	if f == nil {
		return ""
	}
	return strings.Replace(strconv.FormatFloat(*f, 'f', -1, 64), ".", ",", 1)
}

func capital(s string) string {
	r := []rune(s)
	if len(r) == 0 {
		return s
	}
	return strings.ToUpper(string(r[:1])) + string(r[1:])
}

func deprivedWord(letter byte) string {
	switch letter {
	case '1':
		return text.T("web.assess.deprived.yes")
	case '0':
		return text.T("web.assess.deprived.no")
	}
	return text.T("web.assess.deprived.unknown")
}

// assessResult is the class so far, with what it rests on.
func (p *Pages) assessResult(d review.Draft) view.Result {
	a := d.Assessment
	e := d.Set.Explain(a.AnswersFor(d.Set))
	r := view.Result{Class: view.ClassTag(view.Class(a.Class.String()), a.Label)}
	r.Class.Big = true
	if a.B1 != nil {
		r.Facts = append(r.Facts, view.Definition{Term: text.T("web.assess.fact.b1"), Value: strconv.Itoa(*a.B1), Strong: true})
	}
	unknown := strings.Count(a.Answers, "-")
	r.Facts = append(r.Facts, view.Definition{Term: text.T("web.assess.fact.deprived"), Value: text.T("web.assess.of", "n", strings.Count(a.Answers, "1"), "all", len(a.Answers)), Strong: true})
	if unknown > 0 {
		r.Facts = append(r.Facts, view.Definition{Term: text.T("web.assess.fact.unknown"), Value: strconv.Itoa(unknown)})
	}
	before := text.T("web.class.not_surveyed")
	if d.Last.ID != "" {
		before = view.ClassTag(view.Class(d.Before.String()), "").Text
	}
	if a.Transition != "" {
		before = text.T("web.assess.transition", "before", before, "code", a.Transition)
	}
	r.Facts = append(r.Facts, view.Definition{Term: text.T("web.assess.fact.before"), Value: before})
	switch {
	case len(a.Warnings) > 0 && a.WarningAnswer == "":
		r.Notice = view.Notice{Mood: view.Warn, Text: text.T("web.assess.warnings", "n", len(a.Warnings))}
	case a.Class == standard.Undetermined:
		r.Notice = view.Notice{Mood: view.Warn, Text: e.Reason}
	default:
		r.Notice = view.Notice{Mood: view.Info, Text: e.Reason}
	}
	return r
}

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
	e := review.Entry{Round: r.PathValue("round"), Household: household.ID(r.PathValue("household")), Purpose: review.Survey, Members: map[household.PersonID]review.RosterMember{},
		WarningAnswer: vn.NFC(f.Get("warning_answer")), Reason: vn.NFC(strings.TrimSpace(f.Get("reason")))}
	var fields []fault.Field
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

// setOf is the standard of the form's round, which never changes.
func (p *Pages) setOf(r *http.Request) (*standard.Set, error) {
	id := r.PathValue("round")
	if set, ok := p.sets.Load(id); ok {
		return set.(*standard.Set), nil
	}
	round, err := p.Reviews.FindRound(r.Context(), id)
	if err != nil {
		return nil, err
	}
	set, err := p.Law.ByID(round.Standard)
	if err == nil {
		p.sets.Store(id, set)
	}
	return set, err
}

// draft is the state of the form's household, for showing the form again.
func (p *Pages) draft(r *http.Request) (review.Draft, error) {
	return p.Reviews.Preview(r.Context(), p.writer(r), review.Entry{Round: r.PathValue("round"), Household: household.ID(r.PathValue("household"))})
}

func (p *Pages) assessPreview(w http.ResponseWriter, r *http.Request) error {
	var d review.Draft
	e, err := p.entry(r)
	if err == nil {
		d, err = p.Reviews.Preview(r.Context(), p.writer(r), e)
	}
	if err != nil {
		f := fault.As(err, text.T("common.internal"))
		if f.Kind != fault.Invalid {
			return err
		}
		return Render(w, r, http.StatusUnprocessableEntity, view.NoticeBox(view.Notice{Mood: view.Bad, Text: f.Message}))
	}
	return Render(w, r, http.StatusOK, view.AssessResult(p.assessResult(d)))
}

func (p *Pages) assessSave(w http.ResponseWriter, r *http.Request) error {
	e, err := p.entry(r)
	if err == nil {
		_, err = p.Reviews.Save(r.Context(), p.writer(r), e)
	}
	if err == nil {
		if r.PostForm.Get("roi") == "ho" {
			return SeeOther(w, r, PathHouseholds+"/"+string(e.Household))
		}
		return SeeOther(w, r, PathReview+"/"+url.PathEscape(e.Round)+"/tiep/"+string(e.Household))
	}
	kind := fault.Of(err)
	if kind != fault.Invalid && kind != fault.Conflict {
		return err
	}
	d, reading := p.draft(r)
	if reading != nil {
		return reading
	}
	status := http.StatusUnprocessableEntity
	if kind == fault.Conflict {
		status = http.StatusConflict
	}
	return p.showForm(w, r, status, d, r.PostForm, err)
}

// assessNext leads to the form after this one.
func (p *Pages) assessNext(w http.ResponseWriter, r *http.Request) error {
	d, err := p.draft(r)
	if err != nil {
		return err
	}
	next, err := p.nextToEnter(r, d.Round, d.Household)
	if err != nil {
		return err
	}
	return SeeOther(w, r, next)
}

// assessAnswer records what was found out about a disagreement between form
// and list of members.
func (p *Pages) assessAnswer(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	rev, _ := strconv.ParseInt(r.PostForm.Get("rev"), 10, 64)
	id := household.ID(r.PathValue("household"))
	if err := p.Reviews.AnswerWarnings(r.Context(), p.writer(r), r.PathValue("round"), id, rev, vn.NFC(r.PostForm.Get("warning_answer"))); err != nil {
		return err
	}
	return SeeOther(w, r, PathHouseholds+"/"+string(id))
}
