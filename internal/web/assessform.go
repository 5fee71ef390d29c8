package web

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/fault"
	"giamngheo/internal/form"
	"giamngheo/internal/review"
	"giamngheo/internal/text"
	"giamngheo/internal/vn"
	"giamngheo/internal/web/view"
)

// typedOr gives what was typed into a refused form, else what is stored.
func typedOr(typed url.Values) func(name, stored string) string {
	return func(name, stored string) string {
		if typed.Has(name) {
			return typed.Get(name)
		}
		return stored
	}
}

// fieldBefore carries the class before the round as the form states it, which
// an import may have brought: a later saving keeps it.
const fieldBefore = "truoc"

// paperForm is Phiếu B of a household with what stands on it, and the questions of
// Phiếu C that are entered with it.
type paperForm struct {
	b, c *form.Form
	fill form.Filling // of Phiếu B
	more form.Filling // of Phiếu C
}

// sheetOf gives the forms of a round with an assessment's answers.
func (p *Pages) sheetOf(d review.Draft) (paperForm, error) {
	var s paperForm
	var err error
	if s.b, err = p.Reviews.FormOf(d.Round, form.Scores); err != nil {
		return s, err
	}
	if s.c, err = p.keptForm(d.Round); err != nil {
		return s, err
	}
	var last *review.Assessment
	if d.Last.ID != "" {
		last = &d.Last
	}
	day := min(d.Round.CountDay, p.Today())
	s.fill = p.Reviews.FillingOf(s.b, &d.Assessment, last, day)
	s.more = p.Reviews.FillingOf(s.c, &d.Assessment, last, day)
	return s, nil
}

// keptForm is Phiếu C with only the questions that the assessment keeps.
func (p *Pages) keptForm(round review.Round) (*form.Form, error) {
	f, err := p.Reviews.FormOf(round, form.Needs)
	if err != nil {
		return nil, err
	}
	return f.Keeping("assessment"), nil
}

// formProblems are the messages of a refused form at the names of its fields.
func (p *Pages) formProblems(s paperForm, refused error) []fault.Field {
	return problemsAt([]*form.Form{s.b, s.c}, "b1", refused)
}

// problemsAt turns the questions of a refusal into the names of fields; what
// belongs to none stands at the first.
func problemsAt(forms []*form.Form, first string, refused error) []fault.Field {
	f := fault.As(refused, text.T("common.internal"))
	if len(f.Fields) == 0 {
		return []fault.Field{{Name: first, Message: f.Message}}
	}
	list := make([]fault.Field, len(f.Fields))
	for i, one := range f.Fields {
		list[i] = one
		code, member, _ := strings.Cut(one.Name, " ")
		switch one.Name {
		case "ticked", "household", "members", "form", "":
			list[i].Name = first
		}
		for _, f := range forms {
			if q := f.Question(code); q != nil {
				list[i].Name = fieldOf(q, member)
			}
		}
	}
	return list
}

// doubtsAt are the soft checks by the question where they are shown.
func doubtsAt(doubts []review.Doubt) map[form.Place]string {
	at := map[form.Place]string{}
	for _, d := range doubts {
		place := form.Place{Question: d.Question, Member: d.Member}
		at[place] = strings.TrimSpace(at[place] + " " + d.Text)
	}
	return at
}

// questions are those of the form in the paper's order, with what saving it
// asks beside: from when it holds, an answer to what is doubtful, why an older
// one is replaced.
func (p *Pages) questions(d review.Draft, s paperForm, typed url.Values, problems []fault.Field, guidance map[string]string, blind bool) (open, folded []view.Question) {
	fields := formFields{form: s.b, filling: s.fill, typed: typed, problems: problems, answered: d.Current.ID != "" && !blind, guidance: guidance, doubts: doubtsAt(d.Assessment.Detail.Doubts), blind: blind}
	open, folded = fields.parts()
	for i := range open {
		for _, indicator := range d.Assessment.Warnings {
			if open[i].Name == "cs-"+indicator {
				open[i].Warning = text.T("web.assess.disagree")
			}
		}
	}
	fields.form, fields.filling = s.c, s.more
	kept, _ := fields.parts()
	open = append(open, kept...)
	value := typedOr(typed)
	beside := func(name, words, hint, stored string) view.Question {
		return view.Question{Code: "•", Name: name, Text: words, Hint: hint, Value: value(name, stored), Words: true, Error: view.ErrorFor(problems, name)}
	}
	if d.Round.Kind == review.InYear {
		day, hint := d.Current.EffectiveFrom, text.T("web.assess.effective_from_hint", "year", d.Round.Year)
		if q := d.Beginning.Request; day == "" {
			day, hint = d.Beginning.Day, text.T("web.assess.effective_by_today", "year", d.Round.Year)
			if q.State == review.RequestReceived {
				hint = text.T("web.assess.effective_by_request", "number", q.Number, "year", q.Year, "received", shownDay(q.ReceivedOn))
			}
		}
		from := beside("effective_from", text.T("web.assess.effective_from"), hint, shownDay(day))
		from.Words, from.Digits = false, 10
		open = append([]view.Question{from}, open...)
	}
	if blind {
		return open, folded
	}
	answer := beside("warning_answer", text.T("web.assess.warning_answer"), text.T("web.assess.warning_hint"), d.Assessment.WarningAnswer)
	answer.Code, answer.WhenDoubtful = "!", true
	open = append(open, answer)
	if d.Current.ID != "" {
		reason := beside("reason", text.T("web.assess.reason"), text.T("web.assess.reason_hint"), "")
		reason.Code = "!"
		open = append(open, reason)
	}
	return open, folded
}

// purposeSelect offers what the form is filled in for; the form in force is
// shown whatever it was, so a new one is a survey until somebody says else, or
// the link that led here asks for another.
func purposeSelect(by *account.Actor, typed url.Values, asked string) view.Select {
	s := view.Select{Name: "purpose", Label: text.T("web.assess.purpose"), Hint: text.T("web.assess.purpose_hint")}
	// A verification has a page of its own, on which nothing is shown.
	purposes := []string{review.Survey, review.SecondEntry, review.Recheck}
	if typed.Get("purpose") == review.Verification && by.Can(account.RightVerify) {
		purposes = append(purposes, review.Verification)
	}
	if !slices.Contains(purposes, asked) {
		asked = review.Survey
	}
	chosen := typedOr(typed)("purpose", asked)
	for _, purpose := range purposes {
		s.Options = append(s.Options, view.Option{Value: purpose, Label: text.T("web.assess.purpose." + purpose), Selected: purpose == chosen})
	}
	return s
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

func yesNo(b bool) string {
	if b {
		return text.T("common.yes")
	}
	return text.T("common.no")
}

func oneZero(b bool) string {
	if b {
		return "1"
	}
	return "0"
}

func money(n *int64) string {
	if n == nil {
		return ""
	}
	return vn.FormatInt(*n)
}

func shownDay(day string) string {
	if day == "" {
		return ""
	}
	return area.ShowDay(day)
}
