// Package text holds every sentence the program says to people, by key, so
// that no page or rule carries a language in it and other languages can
// follow. The Vietnamese texts stand in vi/, one file a subject:
//
//	household.not_found: "Không tìm thấy hộ {code}."
//
// What a command also says in English to programs stands in en/.
package text

import (
	"embed"
	"fmt"
	"io/fs"
	"sort"
	"strings"

	"github.com/goccy/go-yaml"
)

//go:embed vi/*.yaml en/*.yaml
var files embed.FS

var (
	vietnamese = mustLoad("vi")
	english    = mustLoad("en")
)

// T gives the text of a key. The arguments are pairs of name and value that
// replace {name} in it. An unknown key is a defect that every test of the
// page shows: the key itself, between angle quotes.
func T(key string, pairs ...any) string { return fill(vietnamese, key, pairs) }

// English gives the English text of a key. Few have one: each also has a
// Vietnamese text with the same parts.
func English(key string, pairs ...any) string { return fill(english, key, pairs) }

func fill(language map[string]string, key string, pairs []any) string {
	s, ok := language[key]
	if !ok {
		return "‹" + key + "›"
	}
	if len(pairs) == 0 {
		return s
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		s = strings.ReplaceAll(s, "{"+fmt.Sprint(pairs[i])+"}", fmt.Sprint(pairs[i+1]))
	}
	return s
}

// Has says whether a key has a text.
func Has(key string) bool { _, ok := vietnamese[key]; return ok }

// Keys lists all keys, sorted; the tests compare languages and find unused
// texts with it.
func Keys() []string {
	keys := make([]string, 0, len(vietnamese))
	for k := range vietnamese {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}

func mustLoad(language string) map[string]string {
	all := map[string]string{}
	names, err := fs.Glob(files, language+"/*.yaml")
	if err != nil || len(names) == 0 {
		panic("text: no texts for " + language)
	}
	for _, name := range names {
		raw, err := files.ReadFile(name)
		if err != nil {
			panic(err)
		}
		one := map[string]string{}
		if err := yaml.UnmarshalWithOptions(raw, &one, yaml.Strict()); err != nil {
			panic("text: " + name + ": " + err.Error())
		}
		for k, v := range one {
			if _, twice := all[k]; twice {
				panic("text: " + k + " stands twice, again in " + name)
			}
			all[k] = v
		}
	}
	return all
}
