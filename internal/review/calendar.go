package review

import (
	"fmt"
	"regexp"
	"sort"
	"strings"

	"github.com/goccy/go-yaml"

	"giamngheo/internal/area"
	"giamngheo/internal/fault"
	"giamngheo/internal/text"
	"giamngheo/internal/vn"
)

// calendarKey is a kind of dossier, or one of its steps: "commune_review",
// "commune_review.meeting".
var calendarKey = regexp.MustCompile(`^[a-z_]+(\.[a-z_]+)?$`)

// ParseCalendar reads the calendar of a round: YAML, one day a line, by the
// kind of a dossier or by kind and step. Days are written 15/10, 15/10/2016 or
// 2016-10-15; without a year they lie in the round's. It gives them as
// YYYY-MM-DD. An empty text is an empty calendar.
func ParseCalendar(raw string, year int) (map[string]string, error) {
	days := map[string]string{}
	if strings.TrimSpace(raw) == "" {
		return days, nil
	}
	var lines map[string]string
	if err := yaml.UnmarshalWithOptions([]byte(raw), &lines, yaml.Strict()); err != nil {
		return nil, badCalendar(text.T("review.calendar_yaml", "line", yamlLine(err)))
	}
	keys := make([]string, 0, len(lines))
	for key := range lines {
		keys = append(keys, key)
	}
	sort.Strings(keys)
	for _, key := range keys {
		if !calendarKey.MatchString(key) {
			return nil, badCalendar(text.T("review.calendar_key", "key", key))
		}
		day, ok := dayIn(strings.TrimSpace(lines[key]), year)
		if !ok {
			return nil, badCalendar(text.T("review.calendar_day", "key", key, "day", lines[key]))
		}
		days[key] = day
	}
	return days, nil
}

// yamlLine is what the reader says of the line that it stumbled over.
func yamlLine(err error) string {
	first, _, _ := strings.Cut(err.Error(), "\n")
	return first
}

func dayIn(written string, year int) (string, bool) {
	if strings.Count(written, "/") == 1 {
		written += fmt.Sprintf("/%04d", year)
	}
	day, err := vn.ParseDay(written, "")
	if err != nil || !day.Exact() || !area.ValidDay(string(day)) {
		return "", false
	}
	return string(day), true
}

func badCalendar(message string) error {
	return fault.New(fault.Invalid, "bad_calendar", message, fault.Field{Name: "calendar", Message: message})
}

// calendar gives the days of the round's own calendar; it was checked when the
// round was opened.
func (o Round) calendar() map[string]string {
	days, err := ParseCalendar(o.Calendar, o.Year)
	if err != nil {
		return map[string]string{}
	}
	return days
}
