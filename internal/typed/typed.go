// Package typed is what people of the offices type into free fields: reasons,
// notes, answers, names. It gives all of them one cleaning (package vn) and one
// bound, and refuses what is longer with the number of letters: nothing is cut,
// because what was cut off may have been the reason itself. What a field means,
// and whether it may be empty, is for its subject to say.
package typed

import (
	"unicode/utf8"

	"giamngheo/internal/fault"
	"giamngheo/internal/text"
	"giamngheo/internal/vn"
)

// How long what people write may be, in letters: a name, a line, an account.
const (
	Name  = 120
	Line  = 250
	Words = 4000
)

// TooLong says how many letters a text has where they are more than are kept;
// "" where they are not.
func TooLong(value string, most int) string {
	n := utf8.RuneCountInString(value)
	if n <= most {
		return ""
	}
	return text.T("typed.too_long", "n", vn.FormatInt(int64(n)), "most", vn.FormatInt(int64(most)))
}

// Account is what somebody wrote in several lines into the field: a reason, a
// note, an answer.
func Account(field, value string) (string, error) {
	value = vn.Lines(value)
	return value, Fits(field, value, Words)
}

// OneLine is what somebody wrote into a field of one line.
func OneLine(field, value string) (string, error) {
	value = vn.Line(value)
	return value, Fits(field, value, Line)
}

// Fits refuses what is longer than a field takes that has a length of its own.
func Fits(field, value string, most int) error {
	if message := TooLong(value, most); message != "" {
		return fault.New(fault.Invalid, "too_long", message, fault.Field{Name: field, Message: message})
	}
	return nil
}
