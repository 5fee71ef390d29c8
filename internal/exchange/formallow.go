package exchange

import (
	"giamngheo/internal/form"
	"giamngheo/internal/sheet"
	"giamngheo/internal/text"
	"giamngheo/internal/vn"
)

// allowOf is what may be typed into the column of a question, from the
// definition of the form: the digits of its answers, a number within its
// bounds, a day. Words are free. The mark that erases an answer is always among
// what may be chosen.
func allowOf(q *form.Question) *sheet.Allow {
	a := &sheet.Allow{Title: text.T("exchange.allow.title")}
	erase := forms().Erase[0]
	switch q.Kind {
	case form.YesNo:
		a.List, a.Message = []string{"1", "0", erase}, text.T("exchange.allow.yes_no", "how", howOf(q), "erase", erase)
	case form.Choice:
		for _, o := range q.Options {
			a.List = append(a.List, itoa(o.Number))
		}
		a.List, a.Message = append(a.List, erase), text.T("exchange.allow.choice", "n", len(q.Options), "how", text.T("exchange.form.how"), "erase", erase)
	case form.Ticks:
		a.Message = text.T("exchange.allow.ticks", "n", len(q.Options), "how", text.T("exchange.form.how"))
	case form.Number, form.Money:
		a.Number, a.Whole, a.Min, a.Max = true, q.Decimals == 0, q.Min, q.Max
		a.Message = text.T("exchange.allow."+rangeOf(q), "low", shownNumber(q, q.Min), "high", shownNumber(q, q.Max), "unit", unitOf(q), "erase", erase)
	case form.Date:
		first := 1.0 // the first day that a spreadsheet knows
		a.Day, a.Min, a.Message = true, &first, text.T("exchange.allow.date")
	default:
		return nil
	}
	return a
}

// rangeOf names the bounds that a number has.
func rangeOf(q *form.Question) string {
	switch {
	case q.Min != nil && q.Max != nil:
		return "between"
	case q.Min != nil:
		return "from"
	case q.Max != nil:
		return "to"
	}
	return "number"
}

func shownNumber(q *form.Question, f *float64) string {
	if f == nil {
		return ""
	}
	return vn.FormatDecimal(*f, q.Decimals)
}

// allows are the rules of the columns of Phiếu B, by title.
func allows(rows []howRow) map[string]*sheet.Allow {
	all := map[string]*sheet.Allow{}
	for _, row := range rows {
		all[row.title] = allowOf(row.q)
	}
	return all
}

func unitOf(q *form.Question) string {
	if q.Unit == "" {
		return ""
	}
	return " " + q.Unit
}
