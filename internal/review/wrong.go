package review

import (
	"unicode/utf8"

	"giamngheo/internal/fault"
	"giamngheo/internal/text"
	"giamngheo/internal/vn"
)

// How long what people write may be, in letters: a name, a line, an account.
const (
	longestName  = 120
	longestLine  = 250
	longestWords = 4000
)

// wrong gathers all that is the matter with what somebody filled in: whoever
// mends one field should not be told of the next only afterwards.
type wrong struct {
	code   string
	fields []fault.Field
}

func (w *wrong) say(field, key string, pairs ...any) {
	if w.code == "" {
		w.code = key
	}
	w.fields = append(w.fields, fault.Field{Name: field, Message: text.T(key, pairs...)})
}

// long says that a text has more letters than are kept, and how many.
func (w *wrong) long(field, value string, most int) {
	if n := utf8.RuneCountInString(value); n > most {
		w.say(field, "review.too_long", "n", vn.FormatInt(int64(n)), "most", vn.FormatInt(int64(most)))
	}
}

func (w *wrong) err() error {
	if len(w.fields) == 0 {
		return nil
	}
	return fault.New(fault.Invalid, w.code, w.fields[0].Message, w.fields...)
}
