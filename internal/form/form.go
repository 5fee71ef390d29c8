// Package form holds the forms of the review as data: Phiếu A (quick
// screening), Phiếu B (points and deprivations), Phiếu C (causes, needs,
// characteristics) and the requests 1a and 1b (plan II.1.1, annex group I).
// It reads the dated definitions of law/forms, says for one filling which
// questions are asked, which are missing, what is refused and what should be
// asked again, what follows from the answers, and what the form's own rule
// makes of them. Every face comes from these definitions: the keyboard screen,
// the printed page, the spreadsheet, later the telephone. The package stores
// nothing, shows nothing and does no other input or output.
package form

import (
	"slices"
	"strings"
	"sync"

	"giamngheo/internal/fault"
	"giamngheo/internal/standard"
	"giamngheo/internal/text"
	"giamngheo/law"
)

// The codes of the forms, as the offices call them.
const (
	Screening    = "A"  // Phiếu A
	Scores       = "B"  // Phiếu B
	Needs        = "C"  // Phiếu C
	RequestEnter = "1a" // a household asks to be reviewed
	RequestLeave = "1b" // a household asks to leave the list
)

// AllCodes are all forms in the order in which the review uses them.
var AllCodes = []string{RequestEnter, RequestLeave, Screening, Scores, Needs}

// The kinds of questions.
const (
	YesNo  = "yes_no"
	Choice = "choice" // one of the options
	Ticks  = "ticks"  // any of the options
	Number = "number"
	Money  = "money" // whole đồng
	Date   = "date"
	Words  = "text"
)

// What a section is repeated for.
const (
	EachIndicator = "indicator"      // one question for each indicator of the standard
	EachItem      = "scorecard_item" // one for each known item of the standard's scorecard
	EachMember    = "member"         // a table: the questions are its columns, the members its rows
)

// Definition is a form as its file has it, before it is bound to a standard.
type Definition struct {
	Kind      string            `yaml:"kind" json:"-"`
	ID        string            `yaml:"id" json:"id"` // phieu-b-2016
	Code      string            `yaml:"code" json:"code"`
	Version   int               `yaml:"version" json:"version"`
	Name      string            `yaml:"name" json:"name"`   // "Phiếu B"
	Title     standard.Wording  `yaml:"title" json:"title"` // as it stands on the paper
	Paper     string            `yaml:"paper" json:"paper"` // number of the official form: "3b"
	Note      string            `yaml:"note,omitempty" json:"note,omitempty"`
	Valid     standard.Period   `yaml:"valid" json:"valid"`                             // days on which classes hold, as with standards
	Standards []string          `yaml:"standards,omitempty" json:"standards,omitempty"` // none: any
	Sources   map[string]string `yaml:"sources" json:"sources"`
	Sections  []Section         `yaml:"sections" json:"sections"`
	Checks    []Check           `yaml:"checks,omitempty" json:"checks,omitempty"`
	Results   []Result          `yaml:"results,omitempty" json:"results,omitempty"` // first that holds
}

// Section is a part of the form under one heading.
type Section struct {
	Code      string     `yaml:"code" json:"code"`
	Title     string     `yaml:"title" json:"title"`
	Note      string     `yaml:"note,omitempty" json:"note,omitempty"`
	Each      string     `yaml:"each,omitempty" json:"each,omitempty"`
	Facts     bool       `yaml:"facts,omitempty" json:"facts,omitempty"`   // facts of the dwelling; those on which no indicator of the standard rests are left out
	Folded    bool       `yaml:"folded,omitempty" json:"folded,omitempty"` // stands after those that every form answers
	Questions []Question `yaml:"questions" json:"questions"`
	Checks    []Check    `yaml:"checks,omitempty" json:"checks,omitempty"` // of a members' table: once for each member
}

// Question is one question of a form, or one column of a members' table.
type Question struct {
	Code        string            `yaml:"code" json:"code"`
	Number      string            `yaml:"number,omitempty" json:"number,omitempty"` // as on the paper: "B2.3"
	Text        standard.Wording  `yaml:"text" json:"text"`
	Short       string            `yaml:"short,omitempty" json:"short,omitempty"` // for a narrow column or box
	Kind        string            `yaml:"kind" json:"kind"`
	Unit        string            `yaml:"unit,omitempty" json:"unit,omitempty"`
	Boxes       int               `yaml:"boxes,omitempty" json:"boxes,omitempty"` // boxes for digits on the paper, room on the screen
	Lines       int               `yaml:"lines,omitempty" json:"lines,omitempty"` // lines for words on the paper
	Decimals    int               `yaml:"decimals,omitempty" json:"decimals,omitempty"`
	Min         *float64          `yaml:"min,omitempty" json:"min,omitempty"`
	Max         *float64          `yaml:"max,omitempty" json:"max,omitempty"`
	Options     []Option          `yaml:"options,omitempty" json:"options,omitempty"`
	OptionsFrom string            `yaml:"options_from,omitempty" json:"options_from,omitempty"` // causes: the list of causes of poverty
	Required    bool              `yaml:"required,omitempty" json:"required,omitempty"`         // counted as missing while it has no answer
	AskIf       *Condition        `yaml:"ask_if,omitempty" json:"ask_if,omitempty"`
	Hint        string            `yaml:"hint,omitempty" json:"hint,omitempty"`
	Criteria    *standard.Wording `yaml:"criteria,omitempty" json:"criteria,omitempty"` // by what it is judged; a round may carry its own
	Kept        string            `yaml:"kept,omitempty" json:"kept,omitempty"`         // assessment: the answer is part of the assessment, entered with Phiếu B

	Indicator string `yaml:"-" json:"indicator,omitempty"` // the indicator it asks for, in a bound form
	Item      string `yaml:"-" json:"item,omitempty"`      // the item of the scorecard, in a bound form
	Fact      bool   `yaml:"-" json:"fact,omitempty"`      // a fact of the dwelling that the standard's indicators rest on
}

// Option is one answer to choose. Its digit is its place, counted from 1.
type Option struct {
	Code      string `yaml:"code" json:"code"`
	Text      string `yaml:"text" json:"text"`
	Number    int    `yaml:"-" json:"number"`
	Confirmed *bool  `yaml:"confirmed,omitempty" json:"confirmed,omitempty"` // where it differs from the question's
}

// Check is something that is wrong (hard) or should be asked again (soft) when
// its condition holds. Question says where it is shown; none: at the form.
type Check struct {
	Code     string     `yaml:"code" json:"code"`
	Level    string     `yaml:"level" json:"level"` // hard | soft
	Question string     `yaml:"question,omitempty" json:"question,omitempty"`
	When     *Condition `yaml:"when" json:"when"`
	Text     string     `yaml:"text" json:"text"` // may name {name}, {answer}, {last_year} and facts
}

// The levels of checks.
const (
	Hard = "hard"
	Soft = "soft"
)

// Result is what the form's own rule makes of the answers.
type Result struct {
	Code string           `yaml:"code" json:"code"`
	When *Condition       `yaml:"when,omitempty" json:"when,omitempty"` // none: otherwise
	Text standard.Wording `yaml:"text" json:"text"`
}

// The results of Phiếu A.
const (
	SurelyNotPoor = "surely_not_poor" // out, unless the commune takes it in
	ToReview      = "to_review"
)

// Library is all definitions the program carries.
type Library struct {
	Definitions []*Definition
	bound       sync.Map // forms by boundTo: binding is done once
}

type boundTo struct {
	code, day string
	set       *standard.Set
}

var embedded = sync.OnceValue(func() *Library {
	library, err := Load(law.Files, standard.Law())
	if err != nil {
		panic("form: the embedded forms are faulty: " + err.Error())
	}
	return library
})

// Law is the library embedded in the program.
func Law() *Library { return embedded() }

// For gives the form of a code for a round judged by a standard, on the first
// day on which the round's classes hold: the definition valid then, else the
// nearest in time that the standard goes with. The form is shared: nobody
// changes it.
func (l *Library) For(code, day string, set *standard.Set, law *standard.Library) (*Form, error) {
	key := boundTo{code, day, set}
	if f, ok := l.bound.Load(key); ok {
		return f.(*Form), nil
	}
	var found *Definition
	for _, d := range l.Definitions {
		if d.Code != code || len(d.Standards) > 0 && !slices.Contains(d.Standards, set.ID) {
			continue
		}
		if found == nil || d.distance(day) < found.distance(day) {
			found = d
		}
	}
	if found == nil {
		return nil, fault.New(fault.NotFound, "form_unknown", text.T("form.unknown", "code", code, "standard", set.ID))
	}
	f, err := found.With(set, law)
	if err == nil {
		l.bound.Store(key, f)
	}
	return f, err
}

// distance is 0 within the validity, else grows with the years to it.
func (d *Definition) distance(day string) int {
	switch {
	case d.Valid.Covers(day):
		return 0
	case day < d.Valid.From:
		return 1 + year(d.Valid.From) - year(day)
	}
	return 1 + year(day) - year(d.Valid.To)
}

func year(day string) int {
	n := 0
	for _, r := range day[:min(4, len(day))] {
		n = n*10 + int(r-'0')
	}
	return n
}

// ByID finds a definition; upper and lower case are the same.
func (l *Library) ByID(id string) *Definition {
	for _, d := range l.Definitions {
		if strings.EqualFold(d.ID, id) {
			return d
		}
	}
	return nil
}

// Ref names the definition with its version, as a stored filling does.
func (d *Definition) Ref() string { return d.ID + "/" + itoa(d.Version) }

// Confirmed counts the wordings that a published source states, and the
// others.
func (d *Definition) Confirmed() (confirmed, unconfirmed int) {
	count := func(w standard.Wording) {
		if w.Confirmed {
			confirmed++
		} else {
			unconfirmed++
		}
	}
	count(d.Title)
	for _, s := range d.Sections {
		for _, q := range s.Questions {
			count(q.Text)
			if q.Criteria != nil {
				count(*q.Criteria)
			}
		}
	}
	for _, r := range d.Results {
		count(r.Text)
	}
	return confirmed, unconfirmed
}
