package programme

import (
	"fmt"
	"strings"
	"testing"
)

const boundsHead = "plan: {issued: 1950-10-21, period: {from: 1950, to: 2050}}\nagencies: {a: A}\n"

// A short file can ask for a task millions of times by its aliases.
func TestAFileWhoseAliasesMultiplyWhatItSaysIsRefusedAtOnce(t *testing.T) {
	var tasks strings.Builder
	for i := range 3000 {
		fmt.Fprintf(&tasks, "      - {id: T%d, lead: a, approver: a, clause: I}\n", i)
	}
	files := map[string]string{
		"groups":  boundsHead + "groups:\n  - &g\n    id: I\n    tasks:\n" + tasks.String() + strings.Repeat("  - *g\n", 60000),
		"a group": boundsHead + "groups:\n  - {id: I, tasks: &t [" + strings.Repeat("{id: T, lead: a}, ", 900) + "]}\n" + strings.Repeat("  - {id: I, tasks: *t}\n", 30000),
		"lists":   boundsHead + "body:\n  - {id: A, lead: a, with: &w [" + strings.Repeat("a, ", 5000) + "]}\n" + strings.Repeat("  - {id: A, lead: a, with: *w}\n", 10000),
	}
	for name, file := range files {
		if len(file) > MaxBytes {
			t.Fatalf("%s: %d bytes", name, len(file))
		}
		p, err := Read([]byte(file))
		if err == nil || p != nil || !strings.Contains(err.Error(), "300000") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// The faults that a broken file has are counted, and only the first are kept.
func TestTheFaultsOfABrokenFileAreCountedWithoutKeepingThemAll(t *testing.T) {
	_, err := Read([]byte(boundsHead + "body:\n" + strings.Repeat("  - {id: T}\n", 40000)))
	if err == nil || !strings.Contains(err.Error(), "79999") {
		t.Errorf("%v", err)
	}
}

// The largest files that are read, of the kinds that are the most work.
func BenchmarkLintOfTheLargestFiles(b *testing.B) {
	rules, calendar := rulesOfLaw(b)
	var circle, dense strings.Builder
	circle.WriteString(boundsHead + "body:\n")
	for i := range 9000 {
		fmt.Fprintf(&circle, "  - {id: T%d, lead: a, clause: I, due: {date: \"1%d-%02d\", every: year}, needs: [T%d, T%d]}\n", i, i%3, 1+i%28, (i+1)%9000, i*7%9000)
	}
	dense.WriteString(boundsHead + "body:\n")
	for i := range 500 {
		var needs []string
		for n := range i {
			needs = append(needs, fmt.Sprintf("T%d", n))
		}
		fmt.Fprintf(&dense, "  - {id: T%d, lead: a, clause: I, due: {date: \"12-%02d\", every: year}, needs: [%s]}\n", i, 1+i%9, strings.Join(needs, ", "))
	}
	codes := make([]string, 30000)
	for i := range codes {
		codes[i] = fmt.Sprintf("y%d: Y", i)
	}
	files := map[string]string{
		"a circle of 9000": circle.String(), "each needs all before it": dense.String(),
		"no known code": strings.Replace(boundsHead, "a: A", "a: A, "+strings.Join(codes, ", "), 1) + "body:\n  - {id: T, lead: a, clause: I, with: [x" + strings.ReplaceAll(strings.Join(codes, ", x"), ": Y", "") + "]}\n",
	}
	for name, file := range files {
		p, err := Read([]byte(file))
		if err != nil {
			b.Fatal(err)
		}
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				p.Lint(rules, calendar)
			}
		})
	}
}

// What people read on pages and what is a key of tables has a length.
func TestAValueLongerThanAnyPageTakesIsRefusedWithItsKey(t *testing.T) {
	for name, file := range map[string]string{
		"id":              boundsHead + "body:\n  - {id: " + strings.Repeat("x", 121) + ", lead: a}\n",
		"number":          "plan: {number: " + strings.Repeat("9", 121) + ", issued: 1950-10-21, period: {from: 1950, to: 2050}}\nagencies: {a: A}\nbody:\n  - {id: x, lead: a}\n",
		"title":           boundsHead + "body:\n  - {id: x, lead: a, title: " + strings.Repeat("x", 4001) + "}\n",
		"with":            boundsHead + "body:\n  - {id: x, lead: a, with: [" + strings.Repeat("x", 500) + "]}\n",
		"tên của một mục": "plan: {issued: 1950-10-21, period: {from: 1950, to: 2050}}\nagencies: {" + strings.Repeat("x", 500) + ": A}\nbody:\n  - {id: x, lead: a}\n",
	} {
		if _, err := Read([]byte(file)); err == nil || !strings.Contains(err.Error(), name) || len(err.Error()) > 400 {
			t.Errorf("%s: %.500v", name, err)
		}
	}
	if _, err := Read([]byte(boundsHead + "body:\n  - {id: x, lead: a, title: " + strings.Repeat("x", 4000) + "}\n")); err != nil {
		t.Error(err)
	}
}

func TestAFileIndentedByTabsIsToldSo(t *testing.T) {
	if _, err := Read([]byte(boundsHead + "body:\n\t- {id: x, lead: a}\n")); err == nil || !strings.Contains(err.Error(), "Tab") || !strings.Contains(err.Error(), "dòng 4") {
		t.Errorf("%v", err)
	}
}
