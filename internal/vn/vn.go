// Package vn is what the program knows about written Vietnamese: bringing text
// to one Unicode form, the folded form that search compares, legacy encodings
// that office files still carry (TCVN3/ABC, VNI, Windows-1258), days and numbers
// as people write them, and the order of names in a list. It knows no household
// and no file format.
package vn

import (
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// NFC gives the composed form, in which the program keeps all text.
func NFC(s string) string {
	if isComposed(s) {
		return s
	}
	return norm.NFC.String(s)
}

// isComposed recognises most composed text at a glance: below the combining
// marks and among the Vietnamese letters nothing is composed any further.
func isComposed(s string) bool {
	for _, r := range s {
		if r >= 0x300 && (r < 0x1EA0 || r > 0x1EFF) {
			return false
		}
	}
	return true
}

func isASCII(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
