package vn

import (
	"strings"
	"unicode"
)

// Line is what was typed into a field of one line: composed, without control
// characters and without those that only steer how others are shown (zero-width
// ones, turners of direction), words apart by one space.
func Line(s string) string { return strings.Join(strings.Fields(Lines(s)), " ") }

// Lines is what was typed into a field of several lines, which it keeps.
func Lines(s string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		switch {
		case r == '\n':
			return r
		case unicode.IsControl(r) && unicode.IsSpace(r):
			return ' '
		case unicode.IsControl(r), unicode.Is(unicode.Cf, r):
			return -1
		}
		return r
	}, strings.ReplaceAll(NFC(s), "\r\n", "\n")))
}
