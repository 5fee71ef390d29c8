package internal_test

import (
	"go/ast"
	"go/token"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"giamngheo/internal/text"
)

// A key of a text: small words joined by dots.
var keyShape = regexp.MustCompile(`^[a-z0-9_]+(\.[A-Za-z0-9_]+)+$`)

// phrase is a string of the program as far as it is known before it runs: the
// literal parts, with * for what is put in between.
type phrase struct {
	pattern string
	place   string
	asked   bool // stands in a call of text.T, or of a page's t
}

// phrases are all strings of the program, those put together from several
// parts as one.
func phrases(t *testing.T) []phrase {
	var all []phrase
	parsed(t, func(path string, file *ast.File, set *token.FileSet) {
		inside := map[ast.Expr]bool{}
		asked := map[ast.Expr]bool{}
		ast.Inspect(file, func(n ast.Node) bool {
			switch e := n.(type) {
			case *ast.CallExpr:
				if len(e.Args) > 0 && asksText(e.Fun) {
					asked[e.Args[0]] = true
				}
			case *ast.BinaryExpr:
				if e.Op == token.ADD {
					inside[e.X], inside[e.Y] = true, true
					if !inside[e] {
						all = append(all, phrase{joined(e), set.Position(e.Pos()).String(), asked[e]})
					}
				}
			case *ast.BasicLit:
				if e.Kind == token.STRING && !inside[e] {
					all = append(all, phrase{literal(e), set.Position(e.Pos()).String(), asked[e]})
				}
			}
			return true
		})
	})
	return all
}

func asksText(f ast.Expr) bool {
	switch f := f.(type) {
	case *ast.Ident:
		return f.Name == "t"
	case *ast.SelectorExpr:
		x, ok := f.X.(*ast.Ident)
		return ok && x.Name == "text" && (f.Sel.Name == "T" || f.Sel.Name == "Has")
	}
	return false
}

func joined(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.BinaryExpr:
		return joined(e.X) + joined(e.Y)
	case *ast.BasicLit:
		if e.Kind == token.STRING {
			return literal(e)
		}
	case *ast.ParenExpr:
		return joined(e.X)
	}
	return "*"
}

func literal(e *ast.BasicLit) string {
	s, err := strconv.Unquote(e.Value)
	if err != nil {
		return e.Value
	}
	return strings.ReplaceAll(s, "*", "")
}

// subjects are the first words of the keys.
func subjects() map[string]bool {
	words := map[string]bool{}
	for _, key := range text.Keys() {
		word, _, _ := strings.Cut(key, ".")
		words[word] = true
	}
	return words
}

func matching(pattern string, keys []string) bool {
	parts := strings.Split(pattern, "*")
	for i, p := range parts {
		parts[i] = regexp.QuoteMeta(p)
	}
	whole := regexp.MustCompile(`^` + strings.Join(parts, `.*`) + `$`)
	for _, key := range keys {
		if whole.MatchString(key) {
			return true
		}
	}
	return false
}

// Endings that make a word with a dot a file's name and no key.
var fileName = regexp.MustCompile(`\.(go|js|css|csv|xlsx|yaml|json|svg|txt|db|woff2|html|templ)$`)

// otherNames look like keys of texts and are none: the names of settings and
// counters in the database.
var otherNames = []string{"account.change", "account.password_min_length", "account.session_idle_hours", "account.session_days"}

func TestEveryTextAskedForExists(t *testing.T) {
	first := subjects()
	keys := text.Keys()
	for _, p := range phrases(t) {
		if !strings.Contains(p.pattern, "*") {
			word, _, _ := strings.Cut(p.pattern, ".")
			looksSo := keyShape.MatchString(p.pattern) && first[word] && !fileName.MatchString(p.pattern) && !slices.Contains(otherNames, p.pattern)
			// A key handed to a helper may be the beginning of several.
			begins := !p.asked && matching(p.pattern+".*", keys)
			if (looksSo || p.asked) && !text.Has(p.pattern) && !begins {
				t.Errorf("%s asks for the text %q, which is not in internal/text/vi", p.place, p.pattern)
			}
			continue
		}
		if p.asked && !strings.HasPrefix(p.pattern, "*") && !matching(p.pattern, keys) {
			t.Errorf("%s asks for a text like %q; there is none in internal/text/vi", p.place, p.pattern)
		}
	}
}

func TestEveryTextIsUsed(t *testing.T) {
	used := map[string]bool{}
	first := subjects()
	var patterns []*regexp.Regexp
	for _, p := range phrases(t) {
		word, _, dotted := strings.Cut(p.pattern, ".")
		switch {
		case !strings.Contains(p.pattern, "*"):
			used[p.pattern] = true
			// A beginning kept in a variable or handed on: everything below it.
			if dotted && first[word] && !p.asked {
				patterns = append(patterns, regexp.MustCompile(`^`+regexp.QuoteMeta(strings.TrimSuffix(p.pattern, "."))+`\.`))
			}
		case dotted && first[word]:
			parts := strings.Split(p.pattern, "*")
			for i := range parts {
				parts[i] = regexp.QuoteMeta(parts[i])
			}
			patterns = append(patterns, regexp.MustCompile(`^`+strings.Join(parts, `.*`)+`$`))
		}
	}
	for _, key := range text.Keys() {
		if used[key] {
			continue
		}
		found := false
		for _, p := range patterns {
			if found = p.MatchString(key); found {
				break
			}
		}
		if !found {
			t.Errorf("nobody says the text %s: use it or delete it", key)
		}
	}
}

// lettersInCode are the places where Vietnamese letters are letters and no
// words: rules of the language, and the widths of letters in a drawing.
var lettersInCode = []string{"internal/vn/", "internal/chart/words.go", "test/"}

func TestNoSentenceStandsInCode(t *testing.T) {
	parsed(t, func(path string, file *ast.File, set *token.FileSet) {
		if slices.ContainsFunc(lettersInCode, func(place string) bool { return strings.HasPrefix(path, place) }) {
			return
		}
		ast.Inspect(file, func(n ast.Node) bool {
			lit, ok := n.(*ast.BasicLit)
			if !ok || lit.Kind != token.STRING {
				return true
			}
			if s := literal(lit); vietnamese(s) {
				t.Errorf("%s holds %q: put it into internal/text/vi and ask for it by key", set.Position(lit.Pos()), clipped(s))
			}
			return true
		})
	})
	files(t, func(path string, content []byte) {
		for i, line := range strings.Split(string(content), "\n") {
			line, _, _ = strings.Cut(line, "//")
			if strings.HasPrefix(strings.TrimSpace(line), "*") || strings.HasPrefix(strings.TrimSpace(line), "/*") {
				continue
			}
			if strings.HasPrefix(path, "internal/") && vietnamese(line) {
				t.Errorf("%s:%d holds %q: scripts get their sentences from the page", path, i+1, clipped(strings.TrimSpace(line)))
			}
		}
	}, ".js", ".css")
}

func vietnamese(s string) bool {
	for _, r := range s {
		if r > unicode.MaxASCII && unicode.Is(unicode.Latin, r) {
			return true
		}
	}
	return false
}

func clipped(s string) string {
	if r := []rune(s); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return s
}

func TestThePartsOfATextAreNamedAlike(t *testing.T) {
	brace := regexp.MustCompile(`\{[^}]*\}`)
	name := regexp.MustCompile(`^\{[a-z][a-z0-9_]*\}$`)
	example := regexp.MustCompile(`^\{[a-z]+: `) // of a data file
	for _, key := range text.Keys() {
		for _, part := range brace.FindAllString(text.T(key), -1) {
			if !name.MatchString(part) && !example.MatchString(part) {
				t.Errorf("%s: %s is no name of a part", key, part)
			}
		}
	}
}
