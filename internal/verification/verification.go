// Package verification is the statistics by which the level above checks what
// a commune hands in (plan II.1, step 7 of the review): a random sample that
// the communes cannot choose and an auditor can draw again, the agreement
// between the first survey and the second, and patterns that are worth a
// question before a result is accepted: scores heaped at a line, exits in
// which no answer changed, exits all on one day, exits that come back. It
// counts and tests what it is handed; it reads no database, accuses nobody and
// decides nothing.
package verification

import (
	"math"

	"giamngheo/internal/fault"
	"giamngheo/internal/text"
)

func refused(field, key string, pairs ...any) error {
	message := text.T(key, pairs...)
	return fault.New(fault.Invalid, key, message, fault.Field{Name: field, Message: message})
}

// quantile is the z that a standard normal variable exceeds in absolute value
// with the probability 1 − confidence.
func quantile(confidence float64) float64 { return math.Sqrt2 * math.Erfinv(confidence) }

// ratio is nil where its denominator is nothing: unknown is never zero.
func ratio(part, whole float64) *float64 {
	if whole == 0 {
		return nil
	}
	x := part / whole
	return &x
}

func pointer(x float64) *float64 { return &x }
