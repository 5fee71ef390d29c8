package review

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"sort"
	"strings"

	"github.com/goccy/go-yaml"

	"giamngheo/internal/area"
	"giamngheo/internal/dossier"
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
		return nil, badCalendar(yamlFault(err))
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
		if y := yearOf(day); y < year || y > year+1 { // the round ends in the winter after
			return nil, badCalendar(text.T("review.calendar_far", "key", key, "day", area.ShowDay(day), "year", year))
		}
		days[key] = day
	}
	return days, nil
}

// yamlPlace is how the reader names the place that it stumbled over.
var yamlPlace = regexp.MustCompile(`^\[(\d+):\d+\]`)

// yamlFault says on which line the file stops being a calendar. What the reader
// itself says of it is in the language of its makers.
func yamlFault(err error) string {
	first, _, _ := strings.Cut(err.Error(), "\n")
	found := yamlPlace.FindStringSubmatch(first)
	switch {
	case found == nil:
		return text.T("review.calendar_unreadable")
	case strings.Contains(first, "already defined"):
		return text.T("review.calendar_twice", "line", found[1])
	}
	return text.T("review.calendar_yaml", "line", found[1])
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

// calendarKnown refuses a calendar with a day for what the round's procedure
// does not know: a mistyped word would be a day that nobody is reminded of.
func (s *Store) calendarKnown(round Round) error {
	if s.Dossiers == nil || round.Calendar == "" {
		return nil
	}
	p, ok := s.ProcedureFor(round)
	if !ok {
		return nil
	}
	days, known := round.calendar(), map[string]bool{}
	var kinds []string
	for _, r := range p.Dossiers {
		known[r.Kind] = true
		kinds = append(kinds, r.Kind)
		for _, step := range r.Steps {
			known[r.Kind+"."+step.Code] = true
		}
	}
	for _, key := range slices.Sorted(maps.Keys(days)) {
		if known[key] {
			continue
		}
		kind, _, _ := strings.Cut(key, ".")
		if r, ok := p.Rules(kind); ok {
			var steps []string
			for _, step := range r.Steps {
				steps = append(steps, step.Code)
			}
			return badCalendar(text.T("review.calendar_step", "key", key, "kind", kind, "known", strings.Join(steps, ", ")))
		}
		return badCalendar(text.T("review.calendar_unknown", "key", key, "known", strings.Join(kinds, ", ")))
	}
	return nil
}

// CalendarConflicts tells where the round's own calendar contradicts itself: a
// step due after one that rests on it, or after its dossier. It is shown and
// stops nothing, as the calendars of plans contradict themselves too.
func (s *Store) CalendarConflicts(round Round) (list []string) {
	p, ok := (*dossier.Procedure)(nil), false
	if s.Dossiers != nil {
		p, ok = s.ProcedureFor(round)
	}
	if !ok {
		return nil
	}
	days := round.calendar()
	for _, r := range p.Dossiers {
		last, lastDay := "", ""
		for _, step := range r.Steps {
			day := days[r.Kind+"."+step.Code]
			if day == "" {
				continue
			}
			if lastDay > day {
				list = append(list, text.T("review.calendar_order", "dossier", r.Name, "step", r.StepName(last), "day", area.ShowDay(lastDay), "later", r.StepName(step.Code), "before", area.ShowDay(day)))
			}
			if due := s.Due(round, p, r.Kind); due != "" && day > due && step.Stage != dossier.OnceApproved {
				list = append(list, text.T("review.calendar_due", "dossier", r.Name, "step", r.StepName(step.Code), "day", area.ShowDay(day), "due", area.ShowDay(due)))
			}
			if day > lastDay {
				last, lastDay = step.Code, day
			}
		}
	}
	return list
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
