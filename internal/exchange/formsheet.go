package exchange

import (
	"context"
	"database/sql"
	"io"
	"slices"
	"strings"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/fault"
	"giamngheo/internal/form"
	"giamngheo/internal/household"
	"giamngheo/internal/journal"
	"giamngheo/internal/review"
	"giamngheo/internal/sheet"
	"giamngheo/internal/standard"
	"giamngheo/internal/text"
	"giamngheo/internal/typed"
	"giamngheo/internal/vn"
)

// SheetOptions say for whom a form is made as a spreadsheet.
type SheetOptions struct {
	Area    area.ID // a village, or more
	Round   string
	Form    string // its code
	Purpose string
}

// workedOut are columns of an export that nobody fills in: the program works
// them out.
var workedOut = []string{"size", "area_type", "purpose", "b2", "class_after"}

// FormSheet writes a form as a spreadsheet to fill in, with the households it
// is for and what is known of them already; ImportForms and Import read it
// back. A second sheet says how each column is answered. It gives the number
// of households.
func (s *Store) FormSheet(ctx context.Context, by *account.Actor, w io.Writer, o SheetOptions) (n int, err error) {
	if err := by.Need(account.RightExport); err != nil {
		return 0, err
	}
	scope := by.ScopeFor(account.RightExport)
	tree, today := s.Tree(), s.today()
	root, ok := tree.On(o.Area, today)
	if !ok || !scope.Covers(tree, o.Area, today) {
		return 0, fault.New(fault.NotFound, "area_not_found", text.T("household.area_not_found"))
	}
	purpose, err := typed.Account("purpose", o.Purpose)
	if err != nil {
		return 0, err
	}
	if o.Purpose = purpose; purpose == "" {
		return 0, fault.New(fault.Invalid, "purpose_missing", text.T("export.purpose.missing"), fault.Field{Name: "purpose", Message: text.T("export.purpose.missing")})
	}
	round, err := s.Reviews.FindRound(ctx, o.Round)
	if err != nil {
		return 0, err
	}
	f, err := s.Reviews.FormOf(round, o.Form)
	if err != nil {
		return 0, err
	}
	set, err := s.Law.ByID(round.Standard)
	if err != nil {
		return 0, err
	}
	listed, err := s.Reviews.ListFor(ctx, scope, round.ID, o.Area)
	if err != nil {
		return 0, err
	}
	err = s.DB.Write(ctx, func(tx *db.Tx) error {
		return journal.Record(tx, s.Province, &journal.Entry{At: s.Now().UnixMilli(), Actor: by.ID, Action: "form.sheet", Kind: "export", Record: string(root.Area), AreaID: string(root.Area), Reason: o.Purpose,
			Changes: []journal.Change{{Field: "round", To: journal.Value(round.ID)}, {Field: "form", To: journal.Value(f.Name)}}})
	})
	if err != nil {
		return 0, err
	}
	var villages []area.Version
	for _, v := range tree.OfLevel(o.Area, today, area.Village) {
		if fields, covered := scope.FieldsAt(v.Path); covered && fields.Has(area.FieldHousehold) {
			villages = append(villages, v)
		}
	}
	out := sheet.NewXLSX(w)
	how := howRows(f)
	err = s.DB.Read(ctx, func(tx *db.Tx) error {
		if o.Form == form.Scores {
			e := &export{s: s, o: ExportOptions{Round: round.ID, Format: sheet.XLSX}, tree: tree, words: forms(), round: round, set: set, day: min(round.CountDay, today), names: today, villages: villages, sees: map[area.ID]bool{}, skip: workedOut, only: map[household.ID]bool{}}
			for _, v := range villages {
				e.sees[v.Area] = true
			}
			e.order()
			for _, l := range listed {
				e.only[l.Household] = e.only[l.Household] || l.NeedsB()
			}
			if how, err = e.howRows(f); err != nil {
				return err
			}
			e.allow = allows(how)
			err := e.write(tx, out)
			n = e.done.Households
			return err
		}
		n, err = s.writeForm(tx, out, round, f, villages, listed)
		return err
	})
	if err != nil {
		return n, err
	}
	guidance, err := s.Reviews.GuidanceFor(ctx, round.ID)
	if err != nil {
		return n, err
	}
	if err := writeHow(out, how, guidance); err != nil {
		return n, err
	}
	return n, out.Close()
}

// formRow is a household as a sheet of a form names it.
type formRow struct {
	id                  household.ID
	code, head, village string
}

// writeForm writes a form other than Phiếu B: one row a household.
func (s *Store) writeForm(tx *db.Tx, out sheet.Writer, round review.Round, f *form.Form, villages []area.Version, listed []review.Listed) (int, error) {
	questions := asksOf(f)
	columns := []sheet.Column{{Title: forms().Households["code"][0], Text: true}, {Title: forms().Households["village"][0], Width: 18}, {Title: forms().Households["head"][0], Width: 24}}
	for _, q := range questions {
		columns = append(columns, sheet.Column{Title: columnOf(q), Width: 16, Text: q.Kind == form.Ticks, Allow: allowOf(q)})
	}
	if err := out.Sheet(f.Name, columns); err != nil {
		return 0, err
	}
	known := map[household.ID]review.Listed{}
	for _, l := range listed {
		known[l.Household] = l
	}
	n := 0
	for part := range slices.Chunk(villages, 200) {
		ids := make([]area.ID, len(part))
		for i, v := range part {
			ids[i] = v.Area
		}
		filled, err := s.Reviews.FormsFor(tx, round.ID, f.Code, ids)
		if err != nil {
			return n, err
		}
		rows, err := s.households(tx, part)
		if err != nil {
			return n, err
		}
		for _, one := range rows {
			l, on := known[one.id]
			answers, has := filled[one.id]
			if !has && !isFor(f.Code, l, on) {
				continue
			}
			values := []sheet.Value{sheet.TextValue(one.code), sheet.TextValue(one.village), words1(one.head)}
			for _, q := range questions {
				values = append(values, cellOf(q, answers.Answers[q.Code]))
			}
			if err := out.Row(values...); err != nil {
				return n, err
			}
			n++
		}
	}
	return n, nil
}

// isFor says whether a form is filled in for a household: screening for new
// names, needs for the poor and near-poor, a request to enter for those who
// are not on the list, one to leave for those who are.
func isFor(code string, l review.Listed, listed bool) bool {
	before := l.Before == standard.Poor || l.Before == standard.NearPoor
	switch code {
	case form.Screening:
		return listed && l.Route == review.RouteA
	case form.Needs:
		return l.Class == standard.Poor || l.Class == standard.NearPoor
	case form.RequestLeave:
		return before
	}
	return !before
}

func (s *Store) households(tx *db.Tx, villages []area.Version) (rows []formRow, err error) {
	args := []any{s.Province, household.Far}
	names := map[string]string{}
	for _, v := range villages {
		args = append(args, string(v.Area))
		names[string(v.Area)] = v.FullName
	}
	if len(villages) == 0 {
		return nil, nil
	}
	err = tx.Each(`select h.id, h.code, coalesce(p.full_name, ''), h.village_id from household h left join person p on p.province_id = h.province_id and p.id = h.head_id
		where h.province_id = $1 and h.to_day = $2 and h.village_id in (`+db.Marks(3, len(villages))+`) order by h.village_id, h.head_key, h.id`, args, func(r *sql.Rows) error {
		var one formRow
		var village string
		err := r.Scan(&one.id, &one.code, &one.head, &village)
		one.village = names[village]
		rows = append(rows, one)
		return err
	})
	return rows, err
}

// asksOf are the questions that a sheet of the form has columns for.
func asksOf(f *form.Form) (list []*form.Question) {
	own := f.Keeping("")
	for i := range own.Sections {
		s := &own.Sections[i]
		if s.Each == form.EachMember {
			continue
		}
		for j := range s.Questions {
			list = append(list, &s.Questions[j])
		}
	}
	return list
}

// columnOf is the title of a question's column.
func columnOf(q *form.Question) string {
	title := strings.TrimRight(q.Text.Text, "? ")
	if q.Number == "" {
		return title
	}
	return q.Number + ". " + title
}

// cellOf is an answer as a cell: 1 or 0, the option's number, a day.
func cellOf(q *form.Question, v form.Value) sheet.Value {
	if !v.Given() {
		return sheet.Value{}
	}
	switch q.Kind {
	case form.YesNo:
		yes, _ := v.Bool()
		return fact(&yes)
	case form.Number, form.Money:
		n, _ := v.Number()
		return sheet.NumberValue(n)
	case form.Date:
		return sheet.DayValue(vn.Day(v.Text()))
	case form.Choice:
		if o, ok := q.Option(v.Text()); ok {
			return sheet.IntValue(int64(o.Number))
		}
	case form.Ticks:
		var numbers []string
		for _, code := range v.List() {
			if o, ok := q.Option(code); ok {
				numbers = append(numbers, itoa(o.Number))
			}
		}
		return sheet.TextValue(strings.Join(numbers, "; "))
	}
	return words1(v.Text())
}

// howRow is a column that somebody fills in.
type howRow struct {
	title string
	q     *form.Question
}

func howRows(f *form.Form) (rows []howRow) {
	for _, q := range asksOf(f) {
		rows = append(rows, howRow{columnOf(q), q})
	}
	return rows
}

// howRows are the columns of Phiếu B, which has those of an export: causes are
// among them, the items of the scorecard are not.
func (e *export) howRows(f *form.Form) (rows []howRow, err error) {
	for _, s := range f.Sections {
		for i := range s.Questions {
			q, title := &s.Questions[i], ""
			switch {
			case q.Item != "":
			case q.Indicator != "":
				title = e.indicatorTitle(&e.set.Indicators[e.set.Index(q.Indicator)])
			case s.Each == form.EachMember:
				if names := e.words.Members[q.Code]; len(names) > 0 {
					title = text.T("exchange.form.of_members", "sheet", e.words.Sheets["members"][0], "column", names[0])
				}
			case q.Fact:
				title = e.factTitle(q.Code)
			case len(e.words.Households[q.Code]) > 0:
				title = e.title(q.Code)
			}
			if title != "" {
				rows = append(rows, howRow{title, q})
			}
		}
	}
	needs, err := e.s.Reviews.FormOf(e.round, form.Needs)
	if err != nil {
		return nil, err
	}
	for _, s := range needs.Sections {
		for i := range s.Questions {
			if q := &s.Questions[i]; q.Code == "causes" {
				rows = append(rows, howRow{e.title(q.Code), q})
			}
		}
	}
	return rows, nil
}

// writeHow writes the sheet that says how each column is answered, and by what
// it is judged.
func writeHow(out sheet.Writer, rows []howRow, guidance map[string]string) error {
	if err := out.Sheet(text.T("exchange.form.how"), []sheet.Column{{Title: text.T("exchange.form.question"), Width: 44}, {Title: text.T("exchange.form.answer"), Width: 60}, {Title: text.T("exchange.form.criteria"), Width: 80}}); err != nil {
		return err
	}
	for _, row := range rows {
		var by []string
		if row.q.Criteria != nil {
			by = append(by, row.q.Criteria.Text)
		}
		if words := guidance[row.q.Code]; words != "" {
			by = append(by, words)
		}
		if err := out.Row(sheet.TextValue(row.title), sheet.TextValue(howOf(row.q)), sheet.TextValue(strings.Join(by, " "))); err != nil {
			return err
		}
	}
	return nil
}

func howOf(q *form.Question) string {
	switch q.Kind {
	case form.YesNo:
		yes, _ := q.Option("yes")
		no, _ := q.Option("no")
		return text.T("exchange.form.how_yes_no", "yes", strings.ToLower(yes.Text), "no", strings.ToLower(no.Text))
	case form.Choice, form.Ticks:
		names := make([]string, len(q.Options))
		for i, o := range q.Options {
			names[i] = itoa(o.Number) + " " + o.Text
		}
		return text.T("exchange.form.how_"+q.Kind, "list", strings.Join(names, "; "))
	}
	return strings.TrimSpace(text.T("exchange.form.how_"+q.Kind) + " " + q.Unit)
}
