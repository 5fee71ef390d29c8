package internal_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"giamngheo/internal/text"
	"giamngheo/internal/vn"
)

const guides = "../docs/vi"

// said are words in quotes that are no words of a page: answers people give on
// the form or by word of mouth.
var said = []string{"…", "đủ", "đủ BHYT", "–", "lâu", "trước ngày 05 tháng 12", "trung tuần tháng 12"}

// What the guides name in quotes stands on a page or a form today under exactly
// that name, so that whoever reads them finds it.
func TestWhatTheGuidesNameStandsOnAPage(t *testing.T) {
	var pages, parts []string
	for _, key := range text.Keys() {
		pages = append(pages, text.T(key))
	}
	forms, _ := filepath.Glob("../law/*/*.yaml")
	for _, name := range forms {
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		parts = append(parts, vn.NFC(string(raw)))
	}
	quoted := regexp.MustCompile(`«([^»]*)»`)
	for name, guide := range readGuides(t) {
		for _, found := range quoted.FindAllStringSubmatch(guide, -1) {
			words := found[1]
			named := slices.Contains(said, words) || slices.ContainsFunc(pages, func(page string) bool { return names(page, words) }) ||
				slices.ContainsFunc(parts, func(raw string) bool { return strings.Contains(raw, words) })
			if !named {
				t.Errorf("%s: no page says «%s»", name, words)
			}
		}
	}
}

// names says whether a page's text is what a guide calls it: the whole text or
// its beginning up to what is put in ("Nhập phiếu 2016"); a part of it where that is
// long enough to be found; "…" stands for anything.
func names(page, words string) bool {
	if strings.Contains(words, "…") {
		for _, part := range strings.Split(words, "…") {
			if !strings.Contains(page, strings.TrimSpace(part)) {
				return false
			}
		}
		return true
	}
	if rest, begins := strings.CutPrefix(page, words); begins {
		next, _ := utf8.DecodeRuneInString(rest)
		return rest == "" || !unicode.IsLetter(next)
	}
	if before, _, filled := strings.Cut(page, "{"); filled && utf8.RuneCountInString(before) > 3 && strings.HasPrefix(words, before) {
		return true
	}
	return utf8.RuneCountInString(words) >= 10 && strings.Contains(page, words)
}

// A guide leads only to guides and headings that are there.
func TestTheGuidesLeadSomewhere(t *testing.T) {
	all := readGuides(t)
	link := regexp.MustCompile(`\]\(([^)#\s]*)(?:#([^)\s]*))?\)`)
	for name, guide := range all {
		for _, found := range link.FindAllStringSubmatch(guide, -1) {
			file, anchor := found[1], found[2]
			if strings.Contains(file, "://") {
				continue
			}
			if file == "" {
				file = name
			}
			raw, err := os.ReadFile(filepath.Join(guides, file))
			if err != nil {
				t.Errorf("%s leads to %s, which is not there", name, file)
				continue
			}
			if anchor != "" && !slices.Contains(anchors(string(raw)), anchor) {
				t.Errorf("%s leads to %s#%s, which is not there", name, file, anchor)
			}
		}
	}
	for name := range all {
		if name != "README.md" && !strings.Contains(all["README.md"], "("+name+")") {
			t.Errorf("%s is not in the table of contents", name)
		}
	}
}

func readGuides(t *testing.T) map[string]string {
	t.Helper()
	names, err := filepath.Glob(guides + "/*.md")
	if err != nil || len(names) == 0 {
		t.Fatal("no guides", err)
	}
	all := map[string]string{}
	for _, name := range names {
		raw, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		all[filepath.Base(name)] = vn.NFC(string(raw))
	}
	return all
}

// anchors are the headings as links name them.
func anchors(guide string) (list []string) {
	for _, line := range strings.Split(guide, "\n") {
		if !strings.HasPrefix(line, "#") {
			continue
		}
		title := strings.ToLower(strings.TrimSpace(strings.TrimLeft(line, "#")))
		list = append(list, strings.Map(func(r rune) rune {
			switch {
			case r == ' ':
				return '-'
			case unicode.IsLetter(r), unicode.IsDigit(r), unicode.IsMark(r), r == '-', r == '_':
				return r
			}
			return -1
		}, title))
	}
	return list
}
