package vn

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Before Unicode, fonts gave the upper half of Latin-1 Vietnamese shapes. A
// file written so shows "NguyÔn V¨n A" everywhere but in its font.

// tcvn3 gives the letters of TCVN 5712:1993 VN3 (ABC fonts) for the codes from
// 0xA1 on; a space is a code that VN3 does not assign.
var tcvn3 = table(0xA1, "ĂÂÊÔƠƯĐăâêôơưđ      àảãáạ ằẳẵắ       ặầẩẫấậè ẻẽéẹềểễếệìỉ   ĩíịò ỏõóọồổỗốộờởỡớợù ủũúụừửữứựỳỷỹýỵ")

func table(first rune, letters string) (t [256]rune) {
	at := first
	for _, r := range letters {
		if r != ' ' {
			t[at] = r
		}
		at++
	}
	return t
}

// Encoding says how the text of a cell, a column or a file is written.
type Encoding int

// The encodings of text that already is a string. Unknown and Mixed are decided
// cell by cell.
const (
	Unknown Encoding = iota
	Unicode
	TCVN3
	VNI
	Mixed
)

func (e Encoding) String() string {
	return [...]string{"unknown", "Unicode", "TCVN3 (ABC)", "VNI", "mixed"}[e]
}

// Convert gives the text in composed Unicode, and whether it had to be
// converted from a legacy encoding. Text that cannot be of the encoding (it
// holds true Vietnamese letters) is only composed.
func (e Encoding) Convert(s string) (string, bool) {
	if isASCII(s) {
		return s, false
	}
	switch e {
	case Unicode:
		return NFC(s), false
	case TCVN3, VNI:
	default:
		e = DetectColumn([]string{s})
	}
	switch {
	case e == TCVN3 && latinOnly(s):
		return fromTCVN3(s), true
	case e == VNI && latinOnly(s):
		return fromVNI(s), true
	}
	return NFC(s), false
}

// ToUnicode gives composed Unicode, converting text that is recognised on its
// own as TCVN3 or VNI. A short name may be ambiguous ("Phóc" is TCVN3 for
// Phúc, and a word as well); then it stays, and only its column can tell.
func ToUnicode(s string) string {
	out, _ := Unknown.Convert(s)
	return out
}

// LooksTCVN3 says whether the string, decoded from its bytes as Latin-1 or
// Windows-1252, is surely TCVN3.
func LooksTCVN3(s string) bool {
	return !isASCII(s) && DetectColumn([]string{s}) == TCVN3
}

// latinOnly: every rune stands in Latin-1, or is punctuation that Windows-1252
// has beyond it.
func latinOnly(s string) bool {
	for _, r := range s {
		if r > 0xFF && !windowsPunctuation(r) {
			return false
		}
	}
	return true
}

func windowsPunctuation(r rune) bool {
	return 0x2010 <= r && r <= 0x203A || r == 0x20AC || r == 0x2122
}

// fromTCVN3 converts word by word. The capitals' fonts (.VnTimeH) show the
// small letters' codes as capitals: a word whose ASCII letters are capitals
// throughout is one of those. VN3 has no capital vowels with tone either: in a
// name ("NguyÔn V¨n ¸nh") the first letter is taken for the capital that it
// stands for.
func fromTCVN3(s string) string {
	var out strings.Builder
	out.Grow(len(s) + 8)
	shout, name := shouts(s), isName(s)
	eachWord(s, legacyLetter, func(word string, isWord bool) {
		if !isWord {
			out.WriteString(word)
			return
		}
		upper, lower := cases(word)
		capitals := lower == 0 && (upper > 1 || shout)
		for i, r := range word {
			if r < 0x100 && tcvn3[r] != 0 {
				r = tcvn3[r]
			}
			if capitals || name && i == 0 {
				r = unicode.ToUpper(r)
			}
			out.WriteRune(r)
		}
	})
	return NFC(out.String())
}

// shouts: the whole text is in capitals, and a word of two ASCII capitals
// proves it ("Lª THÞ A" is LÊ THỊ A, but "Lª A" may be Lê A).
func shouts(s string) bool {
	_, lower := cases(s)
	if lower > 0 {
		return false
	}
	proof := false
	eachWord(s, legacyLetter, func(word string, isWord bool) {
		if upper, _ := cases(word); isWord && upper > 1 {
			proof = true
		}
	})
	return proof
}

// isName: of several words, all that begin with an ASCII letter or Đ begin
// with a capital, and one does.
func isName(s string) bool {
	capital, small := 0, 0
	eachWord(s, legacyLetter, func(word string, isWord bool) {
		switch r, _ := utf8.DecodeRuneInString(word); {
		case !isWord:
		case 'A' <= r && r <= 'Z', r >= 0xA1 && r <= 0xA7:
			capital++
		case 'a' <= r && r <= 'z', r >= 0xA8 && r <= 0xAE:
			small++
		}
	})
	return capital > 0 && small == 0
}

// cases counts the ASCII capitals and small letters.
func cases(word string) (upper, lower int) {
	for i := 0; i < len(word); i++ {
		switch c := word[i]; {
		case 'A' <= c && c <= 'Z':
			upper++
		case 'a' <= c && c <= 'z':
			lower++
		}
	}
	return upper, lower
}

// legacyLetter: what can be part of a word in text of unknown encoding.
func legacyLetter(r rune) bool {
	if r < 0xC0 {
		return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || r > 0xA0 && tcvn3[r] != 0
	}
	return !windowsPunctuation(r)
}

func eachWord(s string, letter func(rune) bool, do func(part string, isWord bool)) {
	for len(s) > 0 {
		r, _ := utf8.DecodeRuneInString(s)
		in := letter(r)
		end := strings.IndexFunc(s, func(r rune) bool { return letter(r) != in })
		if end < 0 {
			end = len(s)
		}
		do(s[:end], in)
		s = s[end:]
	}
}
