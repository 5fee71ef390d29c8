package web

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// Every field that a subject writes into the journal has a name that people
// read, or is known to say nothing to them.
func TestEveryFieldOfTheJournalHasAName(t *testing.T) {
	written := regexp.MustCompile(`\{Field: "([a-z_.]+)"|journal\.Diff\([^,]+, "([a-z_]+)"`)
	seen := 0
	err := filepath.WalkDir("..", func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		raw, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, m := range written.FindAllStringSubmatch(string(raw), -1) {
			field := m[1] + m[2]
			if seen++; unshown[field] || field == "operation" {
				continue
			}
			if name := fieldName(field); name == field {
				t.Errorf("%s: the journal page would show %q as it is", path, field)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if seen < 50 {
		t.Errorf("only %d fields found: the pattern no longer fits the code", seen)
	}
}
