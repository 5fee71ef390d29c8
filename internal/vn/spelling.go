package vn

import (
	"strings"
	"unicode"
)

// Spelling is a word of a name apart from how it was typed: two spellings are
// equal where an office would say that the same word is written.
type Spelling struct {
	Marked string // small letters with their marks, tone behind: "hoa1" for hoà and hòa; i for y where both are usual (Lý, Lí)
	Bare   string // the same without marks: "hoa"
	Marks  bool   // has a mark or tone of its own
	Valid  bool   // follows the grammar of written Vietnamese
	Keys   bool   // holds keys that no keyboard program took: "Nguyeenx", "Va8n"
}

// bareRhymes are the rhymes without marks.
var bareRhymes = func() map[string]bool {
	m := map[string]bool{}
	for rhyme := range rhymes {
		m[Fold(rhyme)] = true
	}
	return m
}()

// Spell reads one word. Tone placement, capitals and decomposed letters make no
// difference, nor do i and y after a consonant. Telex and VNI keys are read where the word is no
// syllable as it stands and one when read so.
func Spell(word string) Spelling {
	letters, t := apart(NFC(word))
	keys := false
	if !fits(string(letters), t) {
		if read, readTone, ok := typed(letters, t); ok {
			better := fits(string(read), readTone) || !BareSyllable(Fold(string(letters))) && BareSyllable(Fold(string(read)))
			if better {
				letters, t, keys = read, readTone, true
			}
		}
	}
	s := oneI(string(letters))
	bare := Fold(s)
	marked := s
	if t != level {
		marked += string('0' + rune(t))
	}
	return Spelling{Marked: marked, Bare: bare, Marks: marked != bare, Valid: fits(string(letters), t), Keys: keys}
}

// BareSyllable says whether folded text could be one Vietnamese syllable
// written without marks.
func BareSyllable(folded string) bool {
	if folded == "gi" {
		return true
	}
	for n := min(3, len(folded)-1); n >= 0; n-- {
		if (n == 0 || initials[folded[:n]]) && bareRhymes[folded[n:]] {
			return true
		}
	}
	return false
}

// apart gives the small letters without tone, and the last tone that stands.
func apart(word string) ([]rune, tone) {
	t := level
	letters := make([]rune, 0, len(word))
	for _, r := range word {
		r = unicode.ToLower(r)
		switch v, ok := vowels[r]; {
		case ok:
			r = v.base
			if v.tone != level {
				t = v.tone
			}
		case r == 'ð':
			r = 'đ'
		case 0x300 <= r && r <= 0x36F || r == 0xAD || 0x200B <= r && r <= 0x200D || r == 0xFEFF:
			continue
		}
		letters = append(letters, r)
	}
	return letters, t
}

// oneI writes i for a y that ends the word right after its initial.
func oneI(s string) string {
	if before, ends := strings.CutSuffix(s, "y"); ends && (before == "" || initials[before]) {
		return before + "i"
	}
	return s
}

var toneKeys = map[rune]tone{'f': grave, 'r': hook, 'x': tilde, 's': acute, 'j': dot, '2': grave, '3': hook, '4': tilde, '1': acute, '5': dot}

// typed reads the keys of Telex and VNI that are left in a word; ok is false
// where there are none.
func typed(letters []rune, t tone) (read []rune, _ tone, ok bool) {
	vowel := false
	for _, r := range letters {
		taken := false
		if key, is := toneKeys[r]; is && vowel {
			t, taken = key, true
		}
		switch r {
		case 'a', 'e', 'o', '6':
			for i := len(read) - 1; i >= 0 && !taken; i-- {
				if read[i] == r || r == '6' {
					taken = exchange(read, i, "aâeêoô")
				}
			}
		case 'w', '7', '8':
			taken = horn(read, r)
		case 'd', '9':
			taken = len(read) > 0 && exchange(read, 0, "dđ")
		}
		if taken {
			ok = true
			continue
		}
		if v, is := vowels[r]; is && v.tone == level {
			vowel = true
		}
		read = append(read, r)
	}
	return read, t, ok
}

// exchange replaces the letter by the one that follows it in the pairs.
func exchange(letters []rune, i int, pairs string) bool {
	p := []rune(pairs)
	for k := 0; k < len(p); k += 2 {
		if letters[i] == p[k] {
			letters[i] = p[k+1]
			return true
		}
	}
	return false
}

// horn puts the horn or the breve where w, 7 or 8 mean it: on both letters of
// uo, else on the last letter that can bear it.
func horn(letters []rune, key rune) bool {
	pairs := "aăoơuư"
	switch key {
	case '7':
		pairs = "oơuư"
	case '8':
		pairs = "aă"
	}
	for i := len(letters) - 1; i >= 0; i-- {
		if exchange(letters, i, pairs) {
			if i > 0 && letters[i] == 'ơ' && letters[i-1] == 'u' && !(i > 1 && letters[i-2] == 'q') {
				letters[i-1] = 'ư'
			}
			return true
		}
	}
	return false
}
