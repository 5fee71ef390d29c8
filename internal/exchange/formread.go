package exchange

import (
	"context"
	"maps"
	"path/filepath"
	"strconv"
	"strings"

	"giamngheo/internal/account"
	"giamngheo/internal/db"
	"giamngheo/internal/fault"
	"giamngheo/internal/form"
	"giamngheo/internal/household"
	"giamngheo/internal/review"
	"giamngheo/internal/sheet"
	"giamngheo/internal/text"
	"giamngheo/internal/typed"
	"giamngheo/internal/vn"
)

// FormsOptions say what a sheet of forms is.
type FormsOptions struct {
	Round  string
	Form   string // its code: A, C, 1a, 1b
	DryRun bool
	Reason string // why fillings that stand already are replaced
}

// mostForms bounds a sheet of forms: it is a village's or a commune's, and is
// written in one transaction.
const mostForms = 5000

// formRun reads one sheet of forms.
type formRun struct {
	s       *Store
	f       *form.Form
	o       FormsOptions
	file    string
	by      household.Actor
	t       table
	report  *Report
	asks    map[string]*form.Question // by field
	entries []review.FormEntry
	rows    map[household.ID]int
}

// ImportForms reads a sheet of Phiếu A, C or requests, as FormSheet writes it:
// one row a household, found by its code. A blank cell leaves what is there.
// One refused row, and nothing is written.
func (s *Store) ImportForms(ctx context.Context, by *account.Actor, b *sheet.Book, o FormsOptions) (*Report, error) {
	if err := by.Need(account.RightImport); err != nil {
		return nil, err
	}
	round, err := s.Reviews.FindRound(ctx, o.Round)
	if err != nil {
		return nil, err
	}
	if o.Form == form.Scores {
		return nil, fault.New(fault.Invalid, "form_not_kept", text.T("import.form_b"))
	}
	f, err := s.Reviews.FormOf(round, o.Form)
	if err != nil {
		return nil, err
	}
	r := &formRun{s: s, f: f, o: o, file: filepath.Base(b.Name), by: household.Actor{ID: by.ID, Scope: by.ScopeFor(account.RightImport)}, report: &Report{Problems: []Problem{}}, asks: map[string]*form.Question{}, rows: map[household.ID]int{}}
	if r.o.Reason, err = typed.Account("reason", o.Reason); err != nil {
		return nil, err
	}
	if r.o.Reason == "" {
		r.o.Reason = text.T("import.form_reason")
	}
	collected := &problems{most: defaultProblems}
	if err := r.read(ctx, b, collected); err != nil {
		return nil, err
	}
	collected.finish(r.report, sheetNames(&r.t))
	if o.DryRun || r.report.Blocked || len(r.entries) == 0 {
		return r.report, nil
	}
	if err := s.Reviews.SaveForms(ctx, r.by, r.entries, func(tx *db.Tx, saved []review.FormAnswer) error { return r.begun(tx, by, saved) }); err != nil {
		return nil, err
	}
	r.report.Applied = true
	return r.report, nil
}

func (r *formRun) read(ctx context.Context, b *sheet.Book, collected *problems) error {
	aliases := map[string][]string{"code": forms().Households["code"], "head": forms().Households["head"], "village": forms().Households["village"]}
	for _, q := range asksOf(r.f) {
		field := "q:" + q.Code
		r.asks[field] = q
		aliases[field] = []string{columnOf(q), strings.TrimRight(q.Text.Text, "? "), q.Code}
	}
	reading := &run{s: r.s, book: b, problems: collected}
	no, t, err := reading.findSheet([]string{r.f.Name}, aliases, "code")
	if err != nil {
		return err
	}
	r.t = t
	r.report.headers = map[string]int{t.name: t.header.Row}
	rows, err := b.RowsMerged(no)
	if err != nil {
		return err
	}
	defer rows.Close()
	return r.s.DB.Read(ctx, func(tx *db.Tx) error {
		for rows.Next() {
			line := rows.Row()
			if line.Number <= t.header.Row || line.Number == t.header.Row+1 && line.IsNumbering() || line.IsTotal() {
				continue
			}
			if r.report.Rows++; r.report.Rows > mostForms {
				return fault.New(fault.Invalid, "too_many_forms", text.T("import.too_many_forms", "most", mostForms))
			}
			if err := r.one(tx, line); err != nil {
				return err
			}
		}
		return rows.Err()
	})
}

// one takes a row: what is wrong with it is collected.
func (r *formRun) one(tx *db.Tx, line *sheet.Row) error {
	bad := false
	refuse := func(field, code, message string) {
		bad = true
		r.t.problem(line.Number, field, code, message, false)
	}
	defer func() {
		if bad {
			r.report.Refused++
		}
	}()
	code := readText(line.Merged(r.t.header.Column("code")), forms(), func(code, message string) { refuse("code", code, message) }).v
	if code == "" {
		refuse("code", "code_missing", text.T("import.form_no_code"))
		return nil
	}
	h, err := r.s.Households.FindByCode(tx, r.by.Scope, code)
	if problem, message, ok := messageOf(err); err != nil && ok {
		refuse("code", problem, message)
		return nil
	}
	if err != nil {
		return err
	}
	if before, twice := r.rows[h.ID]; twice {
		refuse("code", "code_twice", text.T("import.form_twice", "code", code, "row", before))
		return nil
	}
	r.rows[h.ID] = line.Number
	current, inForce, err := r.s.Reviews.FormInForce(tx, h.ID, r.o.Round, r.f.Code)
	if err != nil {
		return err
	}
	answers := form.Answers{}
	if inForce {
		answers = maps.Clone(current.Answers)
	}
	for field, q := range r.asks {
		col := r.t.header.Column(field)
		if col < 0 {
			continue
		}
		v, erased, wrong := readCell(q, line.Merged(col))
		switch {
		case wrong != "":
			refuse(field, wrong, q.Refusal(wrong))
		case erased:
			delete(answers, q.Code)
		case v.Given():
			answers[q.Code] = v
		}
	}
	if bad || len(answers) == 0 {
		if !bad {
			r.report.Unchanged++ // nobody has filled the row in
		}
		return nil
	}
	return r.judge(tx, h.ID, answers, current, inForce, refuse)
}

// judge lets the form look at the answers of a row.
func (r *formRun) judge(tx *db.Tx, id household.ID, answers form.Answers, current review.FormAnswer, inForce bool, refuse func(field, code, message string)) error {
	if inForce && answers.Equal(current.Answers) {
		r.report.Unchanged++
		return nil
	}
	e := review.FormEntry{Round: r.o.Round, Household: id, Form: r.f.Code, Rev: current.Rev, Answers: answers, Reason: r.o.Reason}
	d, err := r.s.Reviews.JudgeForm(tx, r.by, e)
	if problem, message, ok := messageOf(err); err != nil && ok {
		refuse("code", problem, message)
		return nil
	}
	if err != nil {
		return err
	}
	for _, found := range d.Outcome.Faults {
		refuse("q:"+found.Question, found.Check, found.Text)
	}
	if len(d.Outcome.Faults) > 0 {
		return nil
	}
	for _, found := range d.Outcome.Warnings {
		r.t.problem(r.rows[id], "q:"+found.Question, found.Check, found.Text, true)
	}
	if inForce {
		r.report.Update++
	} else {
		r.report.Create++
	}
	r.entries = append(r.entries, e)
	return nil
}

// readCell reads one answer; wrong is why it is none.
func readCell(q *form.Question, v sheet.Value) (answer form.Value, erased bool, wrong string) {
	if v.Blank() || v.Clean() == "" {
		return answer, false, ""
	}
	words := v.Clean()
	if v.Kind == sheet.Text && isErase(words, forms()) {
		return answer, true, ""
	}
	switch q.Kind {
	case form.YesNo:
		letter, bad := readMark(v, forms(), forms().yesNo)
		if bad || letter != markYes && letter != markNo {
			return answer, false, "bad_yes_no"
		}
		return form.Yes(letter == markYes), false, ""
	case form.Number, form.Money:
		n, err := v.Number()
		if err != nil {
			return answer, false, "bad_number"
		}
		return form.Num(n), false, ""
	case form.Date:
		day, err := v.Day("")
		if err != nil || !day.Exact() {
			return answer, false, "bad_day"
		}
		return form.Word(string(day)), false, ""
	case form.Choice, form.Ticks:
		var codes []string
		for _, word := range strings.FieldsFunc(words, func(c rune) bool { return c == ';' || c == ',' || c == ' ' }) {
			codes = append(codes, optionOf(q, word))
		}
		if len(codes) == 1 && q.Kind == form.Choice {
			return form.Word(codes[0]), false, ""
		}
		if q.Kind == form.Choice {
			return form.Word(optionOf(q, words)), false, ""
		}
		return form.Codes(codes...), false, ""
	}
	return form.Word(words), false, ""
}

// optionOf finds an option by its number, code or words; what is none stays,
// for the form to refuse.
func optionOf(q *form.Question, word string) string {
	for _, o := range q.Options {
		if word == strconv.Itoa(o.Number) || word == o.Code || vn.Fold(word) == vn.Fold(o.Text) {
			return o.Code
		}
	}
	return word
}
