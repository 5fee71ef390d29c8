package internal_test

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// direct are the modules that our own code names, each with what it is for. A
// new one is a decision: see docs/decisions.md.
var direct = map[string]string{
	"codeberg.org/go-pdf/fpdf":        "writing PDF",
	"github.com/a-h/templ":            "pages checked by the compiler",
	"github.com/arran4/golang-ical":   "reading calendars in tests as others do",
	"github.com/goccy/go-yaml":        "data files, with the line of a fault",
	"github.com/jackc/pgx/v5":         "PostgreSQL",
	"github.com/rogpeppe/go-internal": "tests of whole commands",
	"github.com/spf13/cobra":          "the command line",
	"github.com/spf13/pflag":          "words of the help of a flag",
	"github.com/xuri/excelize/v2":     "writing .xlsx",
	"golang.org/x/net":                "reading pages in tests",
	"golang.org/x/crypto":             "argon2id",
	"golang.org/x/text":               "Unicode forms, Vietnamese order, legacy encodings",
	"modernc.org/sqlite":              "SQLite without a C compiler",
	"pgregory.net/rapid":              "tests of properties",
}

// licences are those an office may use, change and pass on with only a notice.
// MPL-2.0 asks for the source of its own files alone.
var licences = []struct {
	name string
	text *regexp.Regexp
}{
	{"MIT", regexp.MustCompile(`Permission is hereby granted,\s+free of charge,\s+to any person`)},
	{"BSD", regexp.MustCompile(`Redistribution and use in source and binary forms,\s+with or without\s+modification`)},
	{"Apache-2.0", regexp.MustCompile(`Apache License\s+Version 2\.0`)},
	{"Apache-2.0", regexp.MustCompile(`Licensed under the Apache License, Version 2\.0`)},
	{"ISC", regexp.MustCompile(`Permission to use, copy, modify, and/?(or)? distribute this software`)},
	{"MPL-2.0", regexp.MustCompile(`Mozilla Public License,? [Vv]ersion 2\.0`)},
}

var neverLicence = regexp.MustCompile(`(?i)GNU (AFFERO |LESSER |LIBRARY )?GENERAL PUBLIC LICENSE|Server Side Public License|Business Source License`)

// modulesOf lists the modules whose code goes into the packages, with their
// folders in the module cache.
func modulesOf(t *testing.T, arguments ...string) map[string]string {
	t.Helper()
	c := exec.Command("go", append([]string{"list", "-f", "{{with .Module}}{{if not .Main}}{{.Path}}\t{{.Dir}}{{end}}{{end}}"}, arguments...)...)
	c.Dir = root(t)
	out, err := c.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	modules := map[string]string{}
	for _, line := range strings.Split(string(out), "\n") {
		if path, dir, ok := strings.Cut(line, "\t"); ok {
			modules[path] = dir
		}
	}
	return modules
}

func TestEveryDependencyMayBeUsedFreely(t *testing.T) {
	modules := modulesOf(t, "-deps", "-test", "./...")
	if len(modules) < 5 {
		t.Fatalf("only %d dependencies found", len(modules))
	}
	for path, dir := range modules {
		var found []string
		for _, pattern := range []string{"LICENSE*", "LICENCE*", "License*", "COPYING*"} {
			names, err := filepath.Glob(filepath.Join(dir, pattern))
			if err != nil {
				t.Fatal(err)
			}
			for _, name := range names {
				if raw, err := os.ReadFile(name); err == nil { // some are folders
					found = append(found, string(raw))
				}
			}
		}
		if len(found) == 0 {
			t.Errorf("%s has no licence file", path)
		}
		for _, content := range found {
			if neverLicence.MatchString(content) && !strings.Contains(content, "Mozilla Public License") {
				t.Errorf("%s stands under a licence that binds the whole program", path)
			}
		}
		if !slices.ContainsFunc(found, func(content string) bool {
			return slices.ContainsFunc(licences, func(l struct {
				name string
				text *regexp.Regexp
			}) bool {
				return l.text.MatchString(content)
			})
		}) {
			t.Errorf("%s has a licence that nobody reviewed", path)
		}
	}
}

func TestEveryDirectDependencyIsADecision(t *testing.T) {
	all := modulesOf(t, "-deps", "-test", "./...")
	c := exec.Command("go", "list", "-f", `{{join .Imports "\n"}}
{{join .TestImports "\n"}}
{{join .XTestImports "\n"}}`, "./...")
	c.Dir = root(t)
	out, err := c.Output()
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, imported := range strings.Fields(string(out)) {
		owner := ""
		for path := range all {
			if (imported == path || strings.HasPrefix(imported, path+"/")) && len(path) > len(owner) {
				owner = path
			}
		}
		if owner != "" && !seen[owner] {
			seen[owner] = true
			if direct[owner] == "" {
				t.Errorf("%s is named by our code and has no reason in licences_test.go", owner)
			}
		}
	}
}

// The browser's tests bring packages too.
func TestEveryBrowserDependencyMayBeUsedFreely(t *testing.T) {
	raw, err := os.ReadFile(filepath.Join(root(t), "test", "e2e", "package-lock.json"))
	if err != nil {
		t.Fatal(err)
	}
	var lock struct {
		Packages map[string]struct{ License string }
	}
	if err := json.Unmarshal(raw, &lock); err != nil {
		t.Fatal(err)
	}
	allowed := []string{"MIT", "BSD-2-Clause", "BSD-3-Clause", "Apache-2.0", "ISC", "MPL-2.0", "0BSD"}
	for name, p := range lock.Packages {
		if name != "" && !slices.Contains(allowed, p.License) {
			t.Errorf("%s stands under %q", name, p.License)
		}
	}
}
