package form

import (
	"maps"
	"slices"
	"time"

	"giamngheo/internal/text"
)

// kinds refuses answers that are none to their question: another kind, beyond
// the bounds, an option that is not there, a question or member that the form
// does not know.
func (f *Form) kinds(g Filling, out *Outcome) {
	refuse := func(check string, place Place, words string) {
		out.Faults = append(out.Faults, Finding{check, place, words})
	}
	for _, code := range slices.Sorted(maps.Keys(g.Answers)) {
		v := g.Answers[code]
		if table := f.Columns(); table != nil && code == table.Code {
			if v.kind != aTable {
				refuse("form.bad_table", Place{Question: code}, text.T("form.bad_table", "code", code))
				continue
			}
			f.memberKinds(g, table, v, refuse)
			continue
		}
		q := f.Question(code)
		if q == nil || f.SectionOf(code).Each == EachMember {
			refuse("form.unknown_question", Place{Question: code}, text.T("form.unknown_question", "code", code, "form", f.Name))
			continue
		}
		if key := q.refuses(v); key != "" {
			refuse("form."+key, Place{Question: code}, q.Refusal(key))
		}
	}
}

func (f *Form) memberKinds(g Filling, table *Section, v Value, refuse func(string, Place, string)) {
	for _, id := range slices.Sorted(maps.Keys(v.members)) {
		at := slices.IndexFunc(g.Roster, func(m Member) bool { return m.ID == id })
		if at < 0 {
			refuse("form.unknown_member", Place{Question: table.Code, Member: id}, text.T("form.unknown_member"))
			continue
		}
		for _, code := range slices.Sorted(maps.Keys(v.members[id])) {
			q := f.Question(code)
			if q == nil || f.SectionOf(code).Code != table.Code {
				refuse("form.unknown_question", Place{code, id}, text.T("form.unknown_question", "code", code, "form", f.Name))
				continue
			}
			if key := q.refuses(v.members[id][code]); key != "" {
				refuse("form."+key, Place{code, id}, text.T("form.of_member", "name", g.Roster[at].Name, "words", q.Refusal(key)))
			}
		}
	}
}

// refuses gives why an answer is none to the question, or "".
func (q *Question) refuses(v Value) string {
	switch q.Kind {
	case YesNo:
		if v.kind != aBool {
			return "bad_yes_no"
		}
	case Choice:
		if _, ok := q.Option(v.words); !ok || v.kind != aWord {
			return "bad_choice"
		}
	case Ticks:
		if v.kind != aList {
			return "bad_choice"
		}
		for i, code := range v.codes {
			if _, ok := q.Option(code); !ok || slices.Contains(v.codes[:i], code) {
				return "bad_choice"
			}
		}
	case Number, Money:
		switch {
		case v.kind != aNumber:
			return "bad_number"
		case !whole(v.number, q.Decimals):
			return "bad_decimals"
		case q.Min != nil && v.number < *q.Min || q.Max != nil && v.number > *q.Max:
			return q.bounds()
		}
	case Date:
		if _, err := time.Parse(time.DateOnly, v.words); err != nil || v.kind != aWord {
			return "bad_day"
		}
	case Words:
		if v.kind != aWord {
			return "bad_words"
		}
		if len(v.words) > maxWords {
			return "too_long"
		}
	}
	return ""
}

// maxWords bounds the bytes of an answer in words.
const maxWords = 4000

func (q *Question) bounds() string {
	switch {
	case q.Max == nil:
		return "too_low"
	case q.Min == nil:
		return "too_high"
	}
	return "out_of_bounds"
}

// Refusal words a refusal (bad_number, bad_day …) with the question's name and bounds.
func (q *Question) Refusal(key string) string {
	pairs := []any{"question", q.Text.Text, "decimals", q.Decimals, "unit", q.Unit}
	if q.Min != nil {
		pairs = append(pairs, "min", showNumber(*q.Min))
	}
	if q.Max != nil {
		pairs = append(pairs, "max", showNumber(*q.Max))
	}
	return text.T("form."+key, pairs...)
}
