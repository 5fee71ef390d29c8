package paper

import (
	"strings"
	"sync"
	"unicode"

	"giamngheo/internal/text"
)

// tied are the terms of two words that a title does not divide, in small
// letters.
var tied = sync.OnceValue(func() map[string]bool {
	terms := map[string]bool{}
	for _, term := range strings.Split(text.T("paper.tied"), ", ") {
		terms[term] = true
	}
	return terms
})

// tie puts blanks at which no line ends between the words of a term, and before
// a figure: "năm 2016" is not divided.
func tie(s string) string {
	words := strings.Split(s, " ")
	var out strings.Builder
	for i, word := range words {
		if i > 0 {
			term := strings.ToLower(words[i-1] + " " + strings.TrimRight(word, ",.;:)"))
			if tied()[term] || words[i-1] != "" && word != "" && unicode.IsDigit(rune(word[0])) {
				out.WriteRune('\u00a0')
			} else {
				out.WriteByte(' ')
			}
		}
		out.WriteString(word)
	}
	return out.String()
}
