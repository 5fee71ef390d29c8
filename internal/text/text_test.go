package text

import (
	"regexp"
	"slices"
	"testing"
)

func TestEveryEnglishTextSaysTheSamePartsAsTheVietnamese(t *testing.T) {
	part := regexp.MustCompile(`\{[a-z0-9_]+\}`)
	parts := func(s string) []string {
		list := part.FindAllString(s, -1)
		slices.Sort(list)
		return slices.Compact(list)
	}
	if len(english) == 0 {
		t.Fatal("no English texts")
	}
	for key, s := range english {
		vi, there := vietnamese[key]
		if !there {
			t.Errorf("%s has no Vietnamese text", key)
		} else if !slices.Equal(parts(s), parts(vi)) {
			t.Errorf("%s: %v in English, %v in Vietnamese", key, parts(s), parts(vi))
		}
	}
}
