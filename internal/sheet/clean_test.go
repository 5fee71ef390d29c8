package sheet

import (
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// What is recognised as clean at a glance is what cleaning would have left.
func TestCleanTextIsLeftAsItIs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		parts := rapid.SliceOf(rapid.OneOf(rapid.SampledFrom([]string{" ", "  ", "\u00a0", "\u00ad", "\u200b", "\ufeff", "\t", "\n", "\x7f", "\u0085", "\u2028", "\u3000", "\u0301", "\xff", "Nguyễn", "Thị", "Á", "a", "ø", "×"}), rapid.String())).Draw(t, "parts")
		s := strings.Join(parts, "")
		slow := strings.Join(strings.Fields(strings.Map(dropInvisible, s)), " ")
		if isClean(s) && slow != s {
			t.Fatalf("%q is not clean: %q", s, slow)
		}
		if got := (Value{Kind: Text, raw: []byte(s)}).Clean(); strings.Contains(got, "  ") || strings.TrimSpace(got) != got {
			t.Fatalf("%q became %q", s, got)
		}
	})
	for _, s := range []string{"Nguyễn Thị Hạnh", "TH-0001-2345", "25/10/1950"} {
		if !isClean(s) {
			t.Errorf("%q goes the slow way", s)
		}
	}
}
