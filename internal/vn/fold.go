package vn

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// The folding tables give for each rune an ASCII letter or digit, ' ' for what
// separates words, and 0 for what vanishes (diacritics, soft hyphens).
const foldEnd = 0x1F00

var (
	foldASCII [utf8.RuneSelf]byte
	foldRune  [foldEnd]byte
)

func init() {
	for r := range foldRune {
		foldRune[r] = foldOne(rune(r))
	}
	copy(foldASCII[:], foldRune[:utf8.RuneSelf])
}

func foldOne(r rune) byte {
	switch {
	case '0' <= r && r <= '9', 'a' <= r && r <= 'z':
		return byte(r)
	case 'A' <= r && r <= 'Z':
		return byte(r) + 'a' - 'A'
	case r == 'Đ', r == 'đ', r == 'Ð', r == 'ð': // Ð and ð (Icelandic) are often typed for Đ and đ
		return 'd'
	case r == 'ø', r == 'Ø':
		return 'o'
	case r == 'ß':
		return 's'
	case r == '\'' || r == 0xAD || 0x300 <= r && r <= 0x36F:
		return 0
	case r < 0xC0:
		return ' '
	}
	var buf [utf8.UTFMax]byte
	n := utf8.EncodeRune(buf[:], r)
	if d := norm.NFD.Properties(buf[:n]).Decomposition(); len(d) > 0 && d[0] < utf8.RuneSelf {
		return foldOne(rune(d[0]))
	}
	return ' '
}

// Fold gives the form in which search compares: lower-case ASCII letters and
// digits without diacritics, đ as d, all else a single space between words and
// none at the ends. Composed and decomposed text fold alike; Fold(Fold(s)) = Fold(s).
func Fold(s string) string {
	if isFolded(s) {
		return s
	}
	var short [64]byte
	return string(AppendFold(short[:0], s))
}

// AppendFold appends Fold(s) to dst.
func AppendFold(dst []byte, s string) []byte {
	start := len(dst)
	space := false
	for i := 0; i < len(s); {
		var b byte
		if c := s[i]; c < utf8.RuneSelf {
			b = foldASCII[c]
			i++
		} else {
			r, n := utf8.DecodeRuneInString(s[i:])
			i += n
			b = foldLong(r)
		}
		switch {
		case b == 0:
		case b == ' ':
			space = len(dst) > start
		case space:
			dst = append(dst, ' ', b)
			space = false
		default:
			dst = append(dst, b)
		}
	}
	return dst
}

func foldLong(r rune) byte {
	if r < foldEnd {
		return foldRune[r]
	}
	if 0x200B <= r && r <= 0x200D || r == 0xFEFF || r == 0x2019 {
		return 0
	}
	return ' '
}

func isFolded(s string) bool {
	space := true
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case 'a' <= c && c <= 'z', '0' <= c && c <= '9':
			space = false
		case c == ' ' && !space:
			space = true
		default:
			return false
		}
	}
	return !space || s == ""
}

// Words splits folded text into its words.
func Words(folded string) []string {
	return strings.Fields(folded)
}
