package vn

import (
	"strings"
	"sync"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"
)

// A collator is not safe for two goroutines at once, and dear to make.
var collators = sync.Pool{New: func() any { return &collator{order: collate.New(language.Vietnamese)} }}

type collator struct {
	order *collate.Collator
	buf   collate.Buffer
}

// Compare orders as a Vietnamese dictionary does: letters first (a ă â, d đ …),
// then tones.
func Compare(a, b string) int {
	c := collators.Get().(*collator)
	defer collators.Put(c)
	return c.order.CompareString(NFC(a), NFC(b))
}

// ComparePerson orders people as lists of people are: by given name, the last
// word, then by the names before it.
func ComparePerson(a, b string) int {
	c := collators.Get().(*collator)
	defer collators.Put(c)
	restA, givenA := splitName(a)
	restB, givenB := splitName(b)
	if n := c.order.CompareString(givenA, givenB); n != 0 {
		return n
	}
	return c.order.CompareString(restA, restB)
}

// SortKey gives bytes whose order is Compare's; for lists that are sorted once
// and compared often.
func SortKey(s string) []byte {
	c := collators.Get().(*collator)
	defer collators.Put(c)
	defer c.buf.Reset()
	return append([]byte(nil), c.order.KeyFromString(&c.buf, NFC(s))...)
}

// PersonKey gives bytes whose order is ComparePerson's.
func PersonKey(s string) []byte {
	c := collators.Get().(*collator)
	defer collators.Put(c)
	defer c.buf.Reset()
	rest, given := splitName(s)
	key := append([]byte(nil), c.order.KeyFromString(&c.buf, given)...)
	key = append(key, 0, 0, 0, 0) // below every weight of a longer given name
	return append(key, c.order.KeyFromString(&c.buf, rest)...)
}

func splitName(s string) (rest, given string) {
	s = strings.Join(strings.Fields(NFC(s)), " ")
	i := strings.LastIndexByte(s, ' ')
	if i < 0 {
		return "", s
	}
	return s[:i], s[i+1:]
}

// IsTotal says whether the first text of a row marks a line of totals, not a
// person: "Tổng cộng", "Cộng:", "TỔNG SỐ HỘ". "Tống Văn Cộng" is a person.
func IsTotal(s string) bool {
	s = strings.ToLower(strings.Trim(strings.Join(strings.Fields(NFC(s)), " "), " :.*-"))
	for _, word := range []string{"tổng cộng", "tổng số", "tổng hợp", "cộng toàn", "cộng chung", "tong cong", "tong so"} {
		if rest, ok := strings.CutPrefix(s, word); ok && (rest == "" || strings.ContainsAny(rest[:1], " :(.")) {
			return true
		}
	}
	switch s {
	case "tổng", "cộng", "toàn xã", "toàn huyện", "toàn thôn", "toàn tỉnh":
		return true
	}
	return false
}
