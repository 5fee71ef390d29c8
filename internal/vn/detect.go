package vn

import "unicode"

// evidence counts words with letters beyond ASCII.
type evidence struct {
	unicode int // cells with letters that only Unicode can write (ă, đ, ễ …)
	tcvn3   reading
	vni     reading
}

type reading struct {
	strong int // read so, a Vietnamese syllable; as it stands, no word of any language
	weak   int // read so, a Vietnamese syllable; as it stands, none (but perhaps French: "tôt")
	both   int // a syllable either way
	bad    int // read so, no syllable
}

func (r reading) sure(cells int) bool {
	if r.strong+r.weak <= 2*r.bad {
		return false
	}
	if r.strong > 0 || cells == 1 && r.weak > 1 && r.bad == 0 {
		return true
	}
	return r.weak > 2 && r.weak >= 4*r.bad
}

// DetectColumn says how the texts of one column are written. Unicode where
// letters prove it, TCVN3 or VNI where the words prove it, Mixed where cells of
// both kinds stand, Unknown where nothing proves anything.
func DetectColumn(samples []string) Encoding {
	var e evidence
	cells := 0
	for _, s := range samples {
		if isASCII(s) {
			continue
		}
		cells++
		e.weigh(NFC(s), s)
	}
	switch {
	case cells == 0:
		return Unknown
	case e.unicode > 0 && e.tcvn3.strong == 0 && e.vni.strong == 0:
		return Unicode
	case e.unicode > 0:
		return Mixed
	}
	tcvn3, vni := e.tcvn3.sure(cells), e.vni.sure(cells)
	if tcvn3 && vni {
		if e.tcvn3.bad <= e.vni.bad {
			return TCVN3
		}
		return VNI
	}
	if tcvn3 {
		return TCVN3
	}
	if vni {
		return VNI
	}
	return Unknown
}

// weigh takes the text as it stands too: composing must not hide that it was
// decomposed, which only Unicode is.
func (e *evidence) weigh(s, original string) {
	if !latinOnly(s) || !latinOnly(original) {
		for _, r := range s {
			if r == 'đ' || r == 'Đ' || isVietnamese(r) && r > 0xFF {
				e.unicode++
				return
			}
		}
		return
	}
	eachWord(s, legacyLetter, func(word string, isWord bool) {
		if !isWord || isASCII(word) {
			return
		}
		as := Syllable(word)
		e.tcvn3.count(word, as, fromTCVN3(word), oddInTCVN3(word))
		vni := fromVNI(word)
		e.vni.count(word, as, vni, oddInVNI(word) && latinLettersOnly(word))
	})
}

func isVietnamese(r rune) bool {
	_, ok := vowels[unicode.ToLower(r)]
	return ok
}

func (r *reading) count(word string, as bool, read string, odd bool) {
	upper, lower := cases(word)
	if upper+lower == 0 { // « or § alone proves nothing
		return
	}
	switch ok := Syllable(read); {
	case !ok:
		r.bad++
	case as:
		r.both++
	case odd:
		r.strong++
	default:
		r.weak++
	}
}

// oddInTCVN3: the word as it stands is none in any language: a sign inside it,
// a capital after a small letter, a small letter among capitals.
func oddInTCVN3(word string) bool {
	if word == "µm" {
		return false
	}
	upper, lower := cases(word)
	small := 0
	for i, r := range word {
		switch {
		case r < 0x80:
			if 'a' <= r && r <= 'z' {
				small++
			}
		case r < 0xC0, r == 0xD7, r == 0xF7, r == 'Þ', r == 'þ', r == 'ß', r == 'Ð':
			return true
		case unicode.IsUpper(r) && small > 0:
			return true
		case unicode.IsLower(r) && lower == 0 && upper > 1 && i > 0:
			return true
		}
	}
	return false
}

// oddInVNI: two letters beyond ASCII side by side, or a vowel and then its mark
// twice over, as in öôù; no language that offices meet writes so. A single mark
// after a vowel ("Noël", "Vaân") stays weak.
func oddInVNI(word string) bool {
	before := false
	for _, r := range word {
		if r >= 0xC0 && before {
			return true
		}
		before = r >= 0xC0
	}
	return false
}

func latinLettersOnly(word string) bool {
	for _, r := range word {
		if r >= 0x80 && r < 0xC0 {
			return false
		}
	}
	return true
}
