package internal_test

import (
	"go/ast"
	"go/token"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"giamngheo/internal/text"
)

// phrase is a string of the program as far as it is known before it runs: the
// literal parts, with * for what is put in between.
type phrase struct {
	pattern string
	place   string
	asked   bool // is handed to text.T, straight or by a function or variable
}

// phrases are all strings of the program, those put together from several
// parts as one.
func phrases(t *testing.T) []phrase {
	asking := map[string]map[string]int{} // of a folder: functions that ask for the text named by their nth argument
	parsed(t, func(path string, file *ast.File, _ *token.FileSet) {
		folder := asking[filepath.Dir(path)]
		if folder == nil {
			folder = map[string]int{}
			asking[filepath.Dir(path)] = folder
		}
		ast.Inspect(file, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncDecl:
				if i := keyParameter(n.Type, n.Body); i >= 0 {
					folder[n.Name.Name] = i
				}
			case *ast.AssignStmt:
				for i, right := range n.Rhs {
					f, isFunc := right.(*ast.FuncLit)
					name, isName := n.Lhs[min(i, len(n.Lhs)-1)].(*ast.Ident)
					if isFunc && isName {
						if i := keyParameter(f.Type, f.Body); i >= 0 {
							folder[name.Name] = i
						}
					}
				}
			}
			return true
		})
	})
	var all []phrase
	parsed(t, func(path string, file *ast.File, set *token.FileSet) {
		inside := map[ast.Expr]bool{}
		asked := map[ast.Expr]bool{}
		ast.Inspect(file, func(n ast.Node) bool {
			switch e := n.(type) {
			case *ast.FuncDecl:
				if e.Body != nil {
					assigned(e.Body, asked)
				}
			case *ast.CallExpr:
				i, asks := asking[filepath.Dir(path)][callee(e.Fun)]
				if asksText(e.Fun) {
					i, asks = 0, true
				}
				if asks && i < len(e.Args) {
					asked[e.Args[i]] = true
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

// keyParameter is the place of the parameter that a function hands to text.T,
// or -1.
func keyParameter(signature *ast.FuncType, body *ast.BlockStmt) int {
	if body == nil {
		return -1
	}
	place := map[string]int{}
	for _, field := range signature.Params.List {
		for _, name := range field.Names {
			place[name.Name] = len(place)
		}
	}
	found := -1
	ast.Inspect(body, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok && len(call.Args) > 0 && asksText(call.Fun) {
			if name, ok := call.Args[0].(*ast.Ident); ok {
				if i, is := place[name.Name]; is {
					found = i
				}
			}
		}
		return true
	})
	return found
}

// assigned marks what a function puts into a variable that it then hands to
// text.T.
func assigned(body *ast.BlockStmt, asked map[ast.Expr]bool) {
	variables := map[string]bool{}
	ast.Inspect(body, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok && len(call.Args) > 0 && asksText(call.Fun) {
			if name, ok := call.Args[0].(*ast.Ident); ok {
				variables[name.Name] = true
			}
		}
		return true
	})
	ast.Inspect(body, func(n ast.Node) bool {
		if a, ok := n.(*ast.AssignStmt); ok && len(a.Lhs) == len(a.Rhs) {
			for i := range a.Lhs {
				if name, ok := a.Lhs[i].(*ast.Ident); ok && variables[name.Name] {
					asked[a.Rhs[i]] = true
				}
			}
		}
		return true
	})
}

func callee(f ast.Expr) string {
	switch f := f.(type) {
	case *ast.Ident:
		return f.Name
	case *ast.SelectorExpr:
		return f.Sel.Name
	}
	return ""
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

func TestEveryTextAskedForExists(t *testing.T) {
	keys := text.Keys()
	n := 0
	for _, p := range phrases(t) {
		if !p.asked || strings.HasPrefix(p.pattern, "*") || strings.HasPrefix(p.pattern, ".") || !strings.Contains(p.pattern, ".") {
			continue
		}
		n++
		// A key handed to a helper may be the beginning of several.
		if !matching(p.pattern, keys) && !matching(p.pattern+".*", keys) && !matching(p.pattern+"_*", keys) {
			t.Errorf("%s asks for the text %q, which is not in internal/text/vi", p.place, p.pattern)
		}
	}
	if n < 300 {
		t.Errorf("only %d places that ask for a text were found: this test sees too little", n)
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
				patterns = append(patterns, regexp.MustCompile(`^`+regexp.QuoteMeta(strings.TrimSuffix(p.pattern, "."))+`[._]`))
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
		if forTests(filepath.Dir(path)) || slices.ContainsFunc(lettersInCode, func(place string) bool { return strings.HasPrefix(path, place) }) {
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
