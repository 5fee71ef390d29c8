package review

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"giamngheo/internal/fault"
	"giamngheo/internal/text"
)

// calendarLine is one day of a calendar file, with the line on which it stands.
type calendarLine struct {
	no       int
	key, day string
}

// calendarFaults are what is to be mended in a calendar file, line by line.
type calendarFaults struct{ fields []fault.Field }

// mostFaults is how many are said in full; of more, how many there are.
const mostFaults = 50

func (f *calendarFaults) say(line int, key string, pairs ...any) {
	f.fields = append(f.fields, fault.Field{Name: text.T("review.calendar_line", "line", line), Message: text.T(key, pairs...)})
}

// err says all of them at once: whoever mends a file should not have to bring
// it once for each line.
func (f *calendarFaults) err() error {
	switch n := len(f.fields); {
	case n == 0:
		return nil
	case n == 1:
		one := f.fields[0]
		message := text.T("review.calendar_one", "line", one.Name, "fault", one.Message)
		return fault.New(fault.Invalid, "bad_calendar", message, fault.Field{Name: one.Name, Message: message})
	case n > mostFaults:
		more := fault.Field{Name: text.T("review.calendar_more"), Message: text.T("review.calendar_more_n", "n", n-mostFaults)}
		return fault.New(fault.Invalid, "bad_calendar", text.T("review.calendar_many", "n", n), append(f.fields[:mostFaults:mostFaults], more)...)
	default:
		return fault.New(fault.Invalid, "bad_calendar", text.T("review.calendar_many", "n", n), f.fields...)
	}
}

// calendarLines reads the file. What is YAML is read as such; what is not is
// read line by line, so that each faulty line can be named and not only the
// first, over which a reader of YAML stumbles.
func calendarLines(raw string, faults *calendarFaults) []calendarLine {
	raw = strings.TrimPrefix(raw, "\ufeff")
	if !utf8.ValidString(raw) || strings.ContainsRune(raw, 0) {
		for i, line := range strings.Split(raw, "\n") {
			if !utf8.ValidString(line) || strings.ContainsRune(line, 0) {
				faults.say(i+1, "review.calendar_unreadable")
				break
			}
		}
		return nil
	}
	if lines, ok := yamlLines(raw); ok {
		return lines
	}
	before := len(faults.fields)
	lines := plainLines(raw, faults)
	if len(faults.fields) == before { // only the reader of YAML sees what is wrong
		faults.say(yamlLine(raw), "review.calendar_yaml")
	}
	return lines
}

// yamlLines reads what is a mapping of words to words.
func yamlLines(raw string) (lines []calendarLine, ok bool) {
	var words map[string]string
	if yaml.UnmarshalWithOptions([]byte(raw), &words, yaml.Strict()) != nil {
		return nil, false
	}
	file, err := parser.ParseBytes([]byte(raw), 0)
	if err != nil {
		return nil, false
	}
	for _, doc := range file.Docs {
		var values []*ast.MappingValueNode
		switch body := doc.Body.(type) {
		case *ast.MappingNode:
			values = body.Values
		case *ast.MappingValueNode:
			values = []*ast.MappingValueNode{body}
		}
		for _, v := range values {
			key := v.Key.GetToken().Value
			if day, known := words[key]; known {
				lines = append(lines, calendarLine{v.Key.GetToken().Position.Line, key, day})
			}
		}
	}
	return lines, len(lines) == len(words)
}

// plainLine is a day as the documents show it, perhaps in quotes and with a
// remark behind it.
var plainLine = regexp.MustCompile(`^["']?([^"':#]+)["']?\s*:\s+["']?([^"'#]*?)["']?\s*(?:#.*)?$`)

func plainLines(raw string, faults *calendarFaults) (lines []calendarLine) {
	first := map[string]int{}
	for i, line := range strings.Split(raw, "\n") {
		no, bare := i+1, strings.TrimSpace(line)
		if bare == "" || bare[0] == '#' || bare == "---" || bare == "..." {
			continue
		}
		found := plainLine.FindStringSubmatch(bare)
		if found == nil {
			faults.say(no, "review.calendar_yaml")
			continue
		}
		key := strings.TrimSpace(found[1])
		if at, twice := first[key]; twice {
			faults.say(no, "review.calendar_twice", "key", key, "line", at)
			continue
		}
		first[key] = no
		lines = append(lines, calendarLine{no, key, found[2]})
	}
	return lines
}

// yamlPlace is how the reader of YAML names the place that it stumbled over.
var yamlPlace = regexp.MustCompile(`^\[(\d+):\d+\]`)

// yamlLine is the line on which the file stops being YAML, the first where it
// is not said.
func yamlLine(raw string) (no int) {
	var words map[string]string
	if err := yaml.UnmarshalWithOptions([]byte(raw), &words, yaml.Strict()); err != nil {
		if found := yamlPlace.FindStringSubmatch(err.Error()); found != nil {
			for _, d := range found[1] {
				no = no*10 + int(d-'0')
			}
		}
	}
	return max(no, 1)
}
