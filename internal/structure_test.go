// Package internal_test guards what no single package can: who may import
// whom, that every package says what it is, that files stay readable, that
// generated files are fresh, that no sentence stands outside the texts, and
// that every dependency's licence lets an office use the program freely.
package internal_test

import (
	"bytes"
	"encoding/json"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const module = "giamngheo/"

// layers lists the packages from the ground up: each may import only those
// that stand before it. A line holds packages that know nothing of each other.
// A new package takes its place here; that is the decision being asked for.
var layers = [][]string{
	{"law", "internal/fault", "internal/text"},                                 // data, errors, sentences: know nobody
	{"internal/vn", "internal/workday"},                                        // the Vietnamese language; working days and holidays
	{"internal/typed"},                                                         // what people type into free fields: one cleaning, one bound
	{"internal/boundary", "internal/sheet", "internal/paper", "internal/ical"}, // file formats; know no subject
	{"internal/chart"},                                                         // drawings; know no subject
	{"internal/standard", "internal/measure"},                                  // judging and measuring: no I/O, so that they can run in a browser
	{"internal/duplicate"},                                                     // records that may be one person: no I/O either
	{"internal/verification"},                                                  // statistics of checking a survey: no I/O either
	{"internal/form"},                                                          // the forms of the review as data, on the standards: no I/O either
	{"internal/programme"},                                                     // a plan's tasks and where they contradict each other: no I/O either
	{"internal/db"},                                                            // the only place that knows the two engines
	{"internal/config", "internal/journal"},                                    // the journal knows actors as ids only
	{"internal/area"},                                                          // areas through time, and the scope that every query takes
	{"internal/account"},                                                       // users, posts, sessions: builds scopes
	{"internal/committee"},                                                     // steering committees, their meetings and what these ask of units
	{"internal/comment"},                                                       // what people say about any record; each kind says who may see it
	{"internal/dossier"},                                                       // the one workflow of whatever is handed in and approved
	{"internal/household"},                                                     // the registry
	{"internal/review"},                                                        // rounds and assessments stand on the registry
	{"internal/sponsor"},                                                       // who sponsors which unit, what was promised and what came of it
	{"internal/task"},                                                          // which obligations a year brings to which unit; a round is the product of some
	{"internal/feed"},                                                          // calendars of what somebody owes, by address: the one bridge between ical and subjects
	{"internal/report"},                                                        // tables stand on the rounds
	{"internal/exchange"},                                                      // spreadsheets of households and tables: the one bridge between sheet and subjects
	{"internal/print"},                                                         // the review on paper: the one bridge between paper and subjects
	{"internal/demo"},                                                          // fills a database through the subjects
	{"internal/web/static"}, {"internal/web/view"}, {"internal/web"},           // the faces ask subjects and are asked by nobody below
	{"internal/app"},                // wires all of it
	{"internal/cli"},                // stands on the wiring
	{"cmd/giamngheo"},               // main only
	{"test/program"}, {"test/load"}, // tests of the whole
}

// bans are imports that a package may not have although a lower layer, or
// nobody, owns them. Each says why.
var bans = []struct {
	packages []string
	refuse   func(path string) bool
	why      string
}{
	{[]string{"internal/web/view", "internal/web/static"}, oneOf("internal/db", "internal/household", "internal/review", "internal/report", "internal/account", "internal/exchange", "internal/print", "internal/feed"),
		"a component shows what it is given; only handlers ask subjects"},
	{[]string{"internal/standard", "internal/measure", "internal/duplicate", "internal/form", "internal/programme", "internal/verification", "internal/vn", "internal/workday", "internal/chart", "internal/boundary", "internal/sheet", "internal/paper", "internal/ical"},
		oneOf("database/sql", "net", "net/http", "os/exec", "internal/db", "internal/journal", "internal/area"),
		"rules, measures and formats work on what they are handed, so that they run without a database"},
	{[]string{"internal/standard", "internal/measure", "internal/duplicate", "internal/form", "internal/programme", "internal/verification"}, oneOf("os", "net", "net/http", "database/sql", "internal/db"),
		"the rules must be able to run in a browser later"},
	{[]string{"internal/household", "internal/review", "internal/report", "internal/account", "internal/area", "internal/journal", "internal/task", "internal/comment", "internal/committee", "internal/sponsor"}, oneOf("internal/ical", "internal/sheet", "internal/paper", "internal/chart", "internal/boundary", "net/http", "internal/web"),
		"a subject knows no face: the same rule answers a page, a command and a file"},
	{[]string{"internal/demo"}, oneOf("net/http", "internal/web"), "the demo fills a database and shows nothing"},
}

// owners are the dependencies that only some packages may touch.
var owners = map[string][]string{
	"codeberg.org/go-pdf":      {"internal/paper"},
	"modernc.org/sqlite":       {"internal/db"},
	"github.com/jackc/pgx/v5":  {"internal/db"},
	"github.com/xuri/excelize": {"internal/sheet"},
	"github.com/spf13/cobra":   {"internal/cli"},
	"github.com/a-h/templ":     {"internal/web", "internal/web/view"},
	"golang.org/x/crypto":      {"internal/account"},
	"github.com/rogpeppe":      {},
	"github.com/arran4":        {},
	"pgregory.net/rapid":       {},
	"github.com/goccy/go-yaml": {
		"internal/account",
		"internal/area",
		"internal/demo",
		"internal/dossier",
		"internal/exchange",
		"internal/form",
		"internal/household",
		"internal/measure",
		"internal/paper",
		"internal/print",
		"internal/programme", "internal/review",
		"internal/standard",
		"internal/task",
		"internal/text",
		"internal/verification",
		"internal/workday",
	},
	"golang.org/x/text/encoding": {"internal/vn"},
}

func oneOf(paths ...string) func(string) bool {
	return func(p string) bool { return slices.Contains(paths, strings.TrimPrefix(p, module)) }
}

// forTests says whether a package helps tests alone: dbtest, householdtest.
func forTests(name string) bool { return strings.HasSuffix(name, "test") }

type goPackage struct {
	ImportPath string
	Imports    []string
}

func (p goPackage) name() string { return strings.TrimPrefix(p.ImportPath, module) }

// packages are all packages of the module, with the imports of what is built.
func packages(t *testing.T) []goPackage {
	t.Helper()
	c := exec.Command("go", "list", "-e", "-json=ImportPath,Imports,GoFiles", "./...")
	c.Dir = root(t)
	out, err := c.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	var list []goPackage
	for d := json.NewDecoder(bytes.NewReader(out)); d.More(); {
		var p struct {
			goPackage
			GoFiles []string
		}
		if err := d.Decode(&p); err != nil {
			t.Fatal(err)
		}
		if len(p.GoFiles) > 0 { // others hold tests only
			list = append(list, p.goPackage)
		}
	}
	if len(list) < 10 {
		t.Fatalf("go list found only %d packages", len(list))
	}
	return list
}

func root(t *testing.T) string {
	t.Helper()
	dir, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

func TestImportsRunOneWay(t *testing.T) {
	rank := map[string]int{}
	for i, layer := range layers {
		for _, p := range layer {
			rank[p] = i
		}
	}
	for _, p := range packages(t) {
		if forTests(p.name()) {
			continue
		}
		mine, known := rank[p.name()]
		if !known {
			t.Errorf("%s has no place in the layers: add it to the list in structure_test.go", p.name())
			continue
		}
		for _, imported := range p.Imports {
			below, ours := strings.CutPrefix(imported, module)
			if !ours {
				continue
			}
			if theirs, known := rank[below]; known && theirs >= mine {
				t.Errorf("%s imports %s, which does not stand below it", p.name(), below)
			}
			if forTests(below) && !strings.HasPrefix(p.name(), "test/") {
				t.Errorf("%s imports %s outside a test", p.name(), below)
			}
		}
	}
}

func TestImportsThatWouldMixSubjects(t *testing.T) {
	for _, p := range packages(t) {
		for _, ban := range bans {
			if !slices.Contains(ban.packages, p.name()) {
				continue
			}
			for _, imported := range p.Imports {
				if ban.refuse(imported) {
					t.Errorf("%s imports %s, but %s", p.name(), imported, ban.why)
				}
			}
		}
		for dependency, users := range owners {
			for _, imported := range p.Imports {
				if strings.HasPrefix(imported, dependency) && !slices.Contains(users, p.name()) && !strings.HasPrefix(p.name(), "test/") && !forTests(p.name()) {
					t.Errorf("%s imports %s, which only %v may know", p.name(), imported, users)
				}
			}
		}
	}
}

func TestRulesReachNoDatabaseByAnyWay(t *testing.T) {
	imports := map[string][]string{}
	for _, p := range packages(t) {
		imports[p.name()] = p.Imports
	}
	for _, start := range []string{"internal/standard", "internal/measure", "internal/duplicate", "internal/form", "internal/programme", "internal/verification"} {
		seen := map[string]bool{}
		var walk func(string)
		walk = func(name string) {
			for _, i := range imports[name] {
				ours, is := strings.CutPrefix(i, module)
				if is && !seen[ours] {
					seen[ours] = true
					walk(ours)
				}
				if i == "database/sql" || i == "net/http" || i == "os" {
					t.Errorf("%s reaches %s through %s", start, i, name)
				}
			}
		}
		walk(start)
	}
}

func TestEveryPackageSaysWhatItIs(t *testing.T) {
	said := map[string]string{}
	files(t, func(path string, content []byte) {
		if strings.HasSuffix(path, "_test.go") || generated.Match(content[:min(len(content), 300)]) {
			return
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, content, parser.PackageClauseOnly|parser.ParseComments)
		if err != nil {
			t.Error(err)
			return
		}
		if folder := filepath.ToSlash(filepath.Dir(path)); file.Doc != nil {
			if said[folder] != "" {
				t.Errorf("%s says what it is in two files", folder)
			}
			said[folder] = file.Doc.Text()
		}
	}, ".go")
	for _, p := range packages(t) {
		first := "Package "
		if strings.HasPrefix(p.name(), "cmd/") || strings.HasPrefix(p.name(), "test/") {
			first = "" // a command's doc begins with the command
		}
		if doc := said[p.name()]; doc == "" || !strings.HasPrefix(doc, first) {
			t.Errorf("%s has no package comment, or one that does not begin with %q", p.name(), first)
		}
	}
}

// files calls do for every file of our own with one of the endings.
func files(t *testing.T, do func(path string, content []byte), endings ...string) {
	t.Helper()
	dir := root(t)
	n := 0
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (strings.HasPrefix(d.Name(), ".") && path != dir || d.Name() == "node_modules" || d.Name() == "testdata") {
			return filepath.SkipDir
		}
		if d.IsDir() || !slices.Contains(endings, filepath.Ext(path)) {
			return nil
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		relative, err := filepath.Rel(dir, path)
		n++
		do(filepath.ToSlash(relative), content)
		return err
	})
	if err != nil || n == 0 {
		t.Fatalf("%d files %v: %v", n, endings, err)
	}
}

var generated = regexp.MustCompile(`(?m)^// Code generated .* DO NOT EDIT\.$`)

func TestFilesCanBeReadInOneSitting(t *testing.T) {
	const most, mostOfTests = 500, 600
	files(t, func(path string, content []byte) {
		if generated.Match(content[:min(len(content), 300)]) || strings.HasSuffix(path, ".min.js") {
			return
		}
		limit := most
		if strings.HasSuffix(path, "_test.go") || strings.HasPrefix(path, "test/") {
			limit = mostOfTests
		}
		if n := bytes.Count(content, []byte("\n")); n > limit {
			t.Errorf("%s has %d lines; split it by subject (at most %d)", path, n, limit)
		}
	}, ".go", ".templ", ".js", ".mjs", ".css")
}

func TestGoFilesAreFormatted(t *testing.T) {
	files(t, func(path string, content []byte) {
		formatted, err := format.Source(content)
		if err != nil {
			t.Errorf("%s: %v", path, err)
		} else if !bytes.Equal(formatted, content) {
			t.Errorf("%s is not formatted: gofmt -w %s", path, path)
		}
	}, ".go")
}

// The place of a component's source in its generated file depends on where the
// generator was started.
var templSource = regexp.MustCompile("FileName: `[^`]*?([^/`]+)`")

func TestGeneratedPagesAreFresh(t *testing.T) {
	copied := t.TempDir()
	committed := map[string][]byte{}
	files(t, func(path string, content []byte) {
		if strings.HasSuffix(path, "_templ.go") {
			committed[path] = content
		}
		if strings.HasSuffix(path, ".templ") {
			to := filepath.Join(copied, path)
			if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(to, content, 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}, ".templ", ".go")
	c := exec.Command("go", "tool", "templ", "generate", "-path", copied)
	c.Dir = root(t)
	if out, err := c.CombinedOutput(); err != nil {
		t.Fatalf("templ generate: %v\n%s", err, out)
	}
	for path := range committed {
		if _, err := os.Stat(filepath.Join(copied, strings.TrimSuffix(path, "_templ.go")+".templ")); err != nil {
			t.Errorf("%s is generated from a page that is gone: delete it", path)
		}
	}
	err := filepath.WalkDir(copied, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, "_templ.go") {
			return err
		}
		fresh, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		relative, err := filepath.Rel(copied, path)
		if err != nil {
			return err
		}
		plain := func(b []byte) string { return templSource.ReplaceAllString(string(b), "FileName: `$1`") }
		if old, there := committed[filepath.ToSlash(relative)]; !there || plain(old) != plain(fresh) {
			t.Errorf("%s is not what its page says: go tool templ generate", relative)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// parsed gives the syntax tree of every Go file that is no test, the
// generated pages among them.
func parsed(t *testing.T, do func(path string, file *ast.File, set *token.FileSet)) {
	t.Helper()
	set := token.NewFileSet()
	files(t, func(path string, content []byte) {
		if strings.HasSuffix(path, "_test.go") {
			return
		}
		file, err := parser.ParseFile(set, path, content, 0)
		if err != nil {
			t.Errorf("%v", err)
			return
		}
		do(path, file, set)
	}, ".go")
}
