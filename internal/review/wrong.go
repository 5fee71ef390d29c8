package review

import (
	"giamngheo/internal/fault"
	"giamngheo/internal/text"
	"giamngheo/internal/typed"
)

// wrong gathers all that is the matter with what somebody filled in: whoever
// mends one field should not be told of the next only afterwards.
type wrong struct {
	code   string
	fields []fault.Field
}

func (w *wrong) say(field, key string, pairs ...any) {
	w.add(field, key, text.T(key, pairs...))
}

func (w *wrong) add(field, code, message string) {
	if w.code == "" {
		w.code = code
	}
	w.fields = append(w.fields, fault.Field{Name: field, Message: message})
}

// long says that a text has more letters than are kept, and how many.
func (w *wrong) long(field, value string, most int) {
	if message := typed.TooLong(value, most); message != "" {
		w.add(field, "too_long", message)
	}
}

// reasoned is the reason given, which must not be missing.
func reasoned(field, reason, missing string) (string, error) {
	reason, err := typed.Account(field, reason)
	if err == nil && reason == "" {
		err = refused(field, missing)
	}
	return reason, err
}

func (w *wrong) err() error {
	if len(w.fields) == 0 {
		return nil
	}
	return fault.New(fault.Invalid, w.code, w.fields[0].Message, w.fields...)
}
