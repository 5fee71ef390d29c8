package form

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"giamngheo/internal/fault"
	"giamngheo/internal/standard"
	"giamngheo/internal/text"
)

// Form is a definition bound to a standard: a section repeated for indicators
// or items holds their questions, options from a list are filled in, and facts
// that no indicator rests on are gone.
type Form struct {
	Definition
	Set   *standard.Set
	card  *standard.Scorecard
	place map[string][2]int // of a question: section and place in it
}

// ItemPrefix begins the code of a question that asks for an item of the
// scorecard.
const ItemPrefix = "item_"

// With binds the definition to a standard.
func (d *Definition) With(set *standard.Set, law *standard.Library) (*Form, error) {
	if len(d.Standards) > 0 && !slices.Contains(d.Standards, set.ID) {
		return nil, fault.New(fault.NotFound, "form_unknown", text.T("form.unknown", "code", d.Code, "standard", set.ID))
	}
	f := &Form{Definition: *d, Set: set, card: law.Scorecard(set.Score.Scorecard), place: map[string][2]int{}}
	f.Sections = nil
	for _, s := range d.Sections {
		switch s.Each {
		case EachIndicator:
			s.Questions = indicatorQuestions(s.Questions[0], set)
		case EachItem:
			s.Questions = itemQuestions(s.Questions[0], f.card)
		default:
			s.Questions = slices.Clone(s.Questions)
		}
		if s.Facts {
			s.Questions = slices.DeleteFunc(s.Questions, func(q Question) bool { return !set.HasFact(q.Code) })
		}
		if len(s.Questions) == 0 {
			continue
		}
		for i := range s.Questions {
			q := &s.Questions[i]
			q.Fact = s.Facts
			q.fill(set, law)
			f.place[q.Code] = [2]int{len(f.Sections), i}
		}
		f.Sections = append(f.Sections, s)
	}
	return f, nil
}

// fill completes options and names what the standard names.
func (q *Question) fill(set *standard.Set, law *standard.Library) {
	q.Options = slices.Clone(q.Options)
	if q.OptionsFrom == "causes" {
		for _, c := range law.Causes.Causes {
			confirmed := c.Name.Confirmed
			q.Options = append(q.Options, Option{Code: c.Code, Text: c.Name.Text, Confirmed: &confirmed})
		}
	}
	for i := range q.Options {
		q.Options[i].Number = i + 1
	}
	score := strings.NewReplacer("{score}", set.Score.Name, "{Score}", capital(set.Score.Name), "{S}", lastWord(set.Score.Name))
	q.Text.Text, q.Short, q.Hint, q.Number = score.Replace(q.Text.Text), score.Replace(q.Short), score.Replace(q.Hint), score.Replace(q.Number)
}

func indicatorQuestions(template Question, set *standard.Set) []Question {
	list := make([]Question, len(set.Indicators))
	for i, indicator := range set.Indicators {
		q := template
		q.Code, q.Indicator = indicator.Code, indicator.Code
		q.Number = strings.ReplaceAll(template.Number, "{n}", itoa(indicator.Number))
		q.Text = indicator.Name
		q.Text.Text = capital(indicator.Name.Text)
		q.Short = capital(indicator.Name.Text)
		q.Criteria = indicator.Cutoff
		list[i] = q
	}
	return list
}

func itemQuestions(template Question, card *standard.Scorecard) []Question {
	if card == nil {
		return nil
	}
	list := make([]Question, len(card.Items))
	for i, item := range card.Items {
		q := template
		q.Code, q.Item = ItemPrefix+item.Code, item.Code
		q.Number = strings.ReplaceAll(template.Number, "{n}", itoa(i+1))
		q.Text = standard.Wording{Text: item.Name, Source: item.Source, Confirmed: item.Confirmed}
		q.Short = item.Name
		q.Options = nil
		for _, o := range item.Options {
			q.Options = append(q.Options, Option{Code: o.Code, Text: o.Name})
		}
		list[i] = q
	}
	return list
}

// Question finds a question of the form, or a column of a members' table; nil
// for a code that it does not know.
func (f *Form) Question(code string) *Question {
	at, ok := f.place[code]
	if !ok {
		return nil
	}
	return &f.Sections[at[0]].Questions[at[1]]
}

// SectionOf finds the section of a question; nil for an unknown code.
func (f *Form) SectionOf(code string) *Section {
	at, ok := f.place[code]
	if !ok {
		return nil
	}
	return &f.Sections[at[0]]
}

// Columns gives the members' table; nil where the form has none.
func (f *Form) Columns() *Section {
	for i := range f.Sections {
		if f.Sections[i].Each == EachMember {
			return &f.Sections[i]
		}
	}
	return nil
}

// Keeping is the form with only the questions whose answers are kept so: with
// the assessment.
func (f *Form) Keeping(kept string) *Form {
	out := &Form{Definition: f.Definition, Set: f.Set, card: f.card, place: map[string][2]int{}}
	out.Sections, out.Checks, out.Results = nil, nil, nil
	for _, s := range f.Sections {
		s.Questions = slices.DeleteFunc(slices.Clone(s.Questions), func(q Question) bool { return q.Kept != kept })
		if len(s.Questions) == 0 {
			continue
		}
		for i, q := range s.Questions {
			out.place[q.Code] = [2]int{len(out.Sections), i}
		}
		out.Sections = append(out.Sections, s)
	}
	return out
}

// OneDigit says whether each answer is one digit, which needs no Enter.
func (q *Question) OneDigit() bool {
	return q.Kind == YesNo || q.Kind == Choice && len(q.Options) < 10
}

// Choices are the answers to choose from: the question's options, or yes and
// no.
func (q *Question) Choices() []Option {
	if q.Kind != YesNo || len(q.Options) > 0 {
		return q.Options
	}
	return []Option{{Code: "yes", Text: text.T("common.yes"), Number: 1}, {Code: "no", Text: text.T("common.no"), Number: 2}}
}

// Option finds an option by its code.
func (q *Question) Option(code string) (Option, bool) {
	for _, o := range q.Choices() {
		if o.Code == code {
			return o, true
		}
	}
	return Option{}, false
}

func capital(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	if n == 0 {
		return s
	}
	return string(unicode.ToUpper(r)) + s[n:]
}

func lastWord(s string) string {
	words := strings.Fields(s)
	if len(words) < 2 {
		return ""
	}
	return words[len(words)-1]
}
