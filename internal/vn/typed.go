package vn

import (
	"strings"
	"unicode"
)

// Line is what was typed into a field of one line: composed, without control
// characters, words apart by one space.
func Line(s string) string { return strings.Join(strings.Fields(Lines(s)), " ") }

// Lines is what was typed into a field of several lines, which it keeps.
func Lines(s string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if r != '\n' && unicode.IsControl(r) {
			return ' '
		}
		return r
	}, strings.ReplaceAll(NFC(s), "\r\n", "\n")))
}
