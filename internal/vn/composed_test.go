package vn

import (
	"testing"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"
)

// Text that is recognised as composed at a glance is what composing gives.
func TestComposedTextIsLeftAsItIs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		letters := rapid.OneOf(rapid.Rune(), rapid.Int32Range(0, 0x36F), rapid.Int32Range(0x1E90, 0x1F10))
		s := string(rapid.SliceOf(letters).Draw(t, "s"))
		if got := NFC(s); got != norm.NFC.String(s) {
			t.Fatalf("%q became %q, not %q", s, got, norm.NFC.String(s))
		}
	})
	for r := rune(0); r <= 0x10FFFF; r++ {
		if isComposed(string(r)) && !norm.NFC.IsNormalString(string(r)) {
			t.Errorf("%U is composed further", r)
		}
	}
}
