package vn

import (
	"strings"
	"unicode"
)

// VNI for Windows writes most letters as a plain vowel and a mark that follows
// it: "Nguyeãn Vaên A".

var vniMarks = map[rune]string{ // the letters that a, e, o, u, y, ô (ơ) and ö (ư) become before the mark
	'ø': "aà eè oò uù yỳ ôờ öừ",
	'ù': "aá eé oó uú yý ôớ öứ",
	'û': "aả eẻ oỏ uủ yỷ ôở öử",
	'õ': "aã eẽ oõ uũ yỹ ôỡ öữ",
	'ï': "aạ eẹ oọ uụ ôợ öự",
	'â': "aâ eê oô",
	'á': "aấ eế oố",
	'à': "aầ eề oồ",
	'å': "aẩ eể oổ",
	'ã': "aẫ eễ oỗ",
	'ä': "aậ eệ oộ",
	'ê': "aă",
	'é': "aắ",
	'è': "aằ",
	'ú': "aẳ",
	'ü': "aẵ",
	'ë': "aặ",
}

var vniAlone = map[rune]rune{'ñ': 'đ', 'ô': 'ơ', 'ö': 'ư', 'í': 'í', 'ì': 'ì', 'æ': 'ỉ', 'ó': 'ĩ', 'ò': 'ị', 'î': 'ỵ'}

var vniPairs = map[[2]rune]rune{}

func init() {
	for mark, pairs := range vniMarks {
		for _, pair := range strings.Fields(pairs) {
			r := []rune(pair)
			vniPairs[[2]rune{r[0], mark}] = r[1]
		}
	}
}

// fromVNI converts; a capital stands where the plain vowel is one. A mark that
// follows no vowel stays as it is.
func fromVNI(s string) string {
	var out strings.Builder
	runes := []rune(s)
	for i := 0; i < len(runes); i++ {
		r := runes[i]
		small := unicode.ToLower(r)
		to, ok := rune(0), false
		if i+1 < len(runes) {
			to, ok = vniPairs[[2]rune{small, unicode.ToLower(runes[i+1])}]
		}
		if ok {
			i++
		} else if to, ok = vniAlone[small]; !ok {
			to = small
		}
		if unicode.IsUpper(r) {
			to = unicode.ToUpper(to)
		}
		out.WriteRune(to)
	}
	return NFC(out.String())
}
