package vn

import (
	"strings"
	"unicode"
)

// Vietnamese writes one syllable a word, and the syllables follow a small
// grammar: an initial, a rhyme, a tone. Whether a word follows it tells a
// correctly read encoding from a wrongly read one.

var initials = set("b c ch d đ g gh gi h k kh l m n ng ngh nh p ph qu r s t th tr v x")

var rhymes = set(`
	a ac ach ai am an ang anh ao ap at au ay
	ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây
	e ec em en eng eo ep et ê êch êm ên ênh êp êt êu
	i ia ich iêc iêm iên iêng iêp iêt iêu im in inh ip it iu
	o oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt
	oc oe oen oeo oet oi om on ong ooc oong op ot
	ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt
	u ua uân uâng uât uây uc uê uêch uênh ui um un ung uơ uôc uôi uôm uôn uông uôt up ut
	uy uya uych uynh uyên uyêt uyn uyp uyt uyu
	ư ưa ưc ưi ưng ươc ươi ươm ươn ương ươp ươt ươu ưt ưu
	y yêm yên yêng yêt yêu ynh ych yt`)

// bareY are the initials that a lone y may follow.
var bareY = set("h k l m s t th v qu")

func set(words string) map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(words) {
		m[w] = true
	}
	return m
}

type tone byte

const (
	level tone = iota
	grave
	hook
	tilde
	acute
	dot
)

type vowel struct {
	base rune
	tone tone
}

var vowels = map[rune]vowel{}

func init() {
	const rows = "aàảãáạ ăằẳẵắặ âầẩẫấậ eèẻẽéẹ êềểễếệ iìỉĩíị oòỏõóọ ôồổỗốộ ơờởỡớợ uùủũúụ ưừửữứự yỳỷỹýỵ"
	for _, row := range strings.Fields(rows) {
		runes := []rune(row)
		for t, r := range runes {
			vowels[r] = vowel{runes[0], tone(t)}
		}
	}
}

// Syllable says whether the word, composed Unicode, follows the grammar of
// written Vietnamese. It says nothing about whether the word has a meaning.
func Syllable(word string) bool {
	var bare strings.Builder
	found := level
	for _, r := range word {
		r = unicode.ToLower(r)
		v, ok := vowels[r]
		if !ok {
			if r != 'đ' && (r < 'a' || r > 'z') {
				return false
			}
			bare.WriteRune(r)
			continue
		}
		if v.tone != level {
			if found != level {
				return false
			}
			found = v.tone
		}
		bare.WriteRune(v.base)
	}
	return fits(bare.String(), found)
}

func fits(word string, t tone) bool {
	if word == "gi" {
		return true
	}
	for _, n := range []int{3, 2, 1, 0} { // đ has two bytes
		if n >= len(word) {
			continue
		}
		initial, rhyme := word[:n], word[n:]
		if n > 0 && !initials[initial] || !rhymes[rhyme] {
			continue
		}
		if meet(initial, rhyme) && toneFits(rhyme, t) {
			return true
		}
	}
	return false
}

// meet holds the spelling rules between initial and rhyme.
func meet(initial, rhyme string) bool {
	front := strings.HasPrefix(rhyme, "e") || strings.HasPrefix(rhyme, "ê") || strings.HasPrefix(rhyme, "i") || strings.HasPrefix(rhyme, "y")
	switch initial {
	case "k", "gh", "ngh":
		if !front {
			return false
		}
	case "c", "ng":
		if front {
			return false
		}
	case "g":
		if front && !strings.HasPrefix(rhyme, "i") {
			return false
		}
	case "qu":
		return !strings.HasPrefix(rhyme, "u") && !strings.HasPrefix(rhyme, "ư") && !strings.HasPrefix(rhyme, "o")
	}
	if rhyme == "y" {
		return initial == "" || bareY[initial]
	}
	if strings.HasPrefix(rhyme, "y") {
		return initial == "" && strings.HasPrefix(rhyme, "yê")
	}
	return true
}

// toneFits: before a stop only acute and dot are written.
func toneFits(rhyme string, t tone) bool {
	stop := strings.HasSuffix(rhyme, "c") || strings.HasSuffix(rhyme, "p") || strings.HasSuffix(rhyme, "t") || strings.HasSuffix(rhyme, "ch")
	return !stop || t == acute || t == dot
}
