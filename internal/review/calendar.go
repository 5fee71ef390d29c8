package review

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"giamngheo/internal/area"
	"giamngheo/internal/dossier"
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
	return parseCalendar(raw, year, nil)
}

// parseCalendar is ParseCalendar by a procedure, where it is known: a day for
// what it does not know is refused, for a mistyped word would be a day that
// nobody is reminded of.
func parseCalendar(raw string, year int, p *dossier.Procedure) (map[string]string, error) {
	days := map[string]string{}
	var faults calendarFaults
	for _, line := range calendarLines(raw, &faults) {
		before := len(faults.fields)
		if !calendarKey.MatchString(line.key) {
			faults.say(line.no, "review.calendar_key", "key", line.key)
		} else if p != nil {
			keyKnown(p, line, &faults)
		}
		day, ok := dayIn(strings.TrimSpace(line.day), year)
		if !ok {
			faults.say(line.no, "review.calendar_day", "key", line.key, "day", line.day)
		} else if y := yearOf(day); y < year || y > year+1 { // the round ends in the winter after
			faults.say(line.no, "review.calendar_far", "key", line.key, "day", area.ShowDay(day), "year", year)
		}
		if len(faults.fields) == before {
			days[line.key] = day
		}
	}
	if err := faults.err(); err != nil {
		return nil, err
	}
	return days, nil
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

// checkCalendar refuses a calendar that cannot be read, or that has a day for
// what the round's procedure does not know.
func (s *Store) checkCalendar(round Round) error {
	var p *dossier.Procedure
	if s.Dossiers != nil {
		p, _ = s.ProcedureFor(round)
	}
	_, err := parseCalendar(round.Calendar, round.Year, p)
	return err
}

// keyKnown says of a key that the procedure does not know which ones it does.
func keyKnown(p *dossier.Procedure, line calendarLine, faults *calendarFaults) {
	kind, code, step := strings.Cut(line.key, ".")
	var known []string
	for _, r := range p.Dossiers {
		known = append(known, r.Kind)
	}
	r, ok := p.Rules(kind)
	if !ok {
		faults.say(line.no, "review.calendar_unknown", "key", line.key, "known", strings.Join(known, ", "))
		return
	}
	if !step {
		return
	}
	var steps []string
	for _, s := range r.Steps {
		steps = append(steps, s.Code)
	}
	if !slices.Contains(steps, code) {
		faults.say(line.no, "review.calendar_step", "key", line.key, "kind", kind, "known", strings.Join(steps, ", "))
	}
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

// calendar gives the days of the round's own calendar; it was checked when the
// round was opened.
func (o Round) calendar() map[string]string {
	days, err := ParseCalendar(o.Calendar, o.Year)
	if err != nil {
		return map[string]string{}
	}
	return days
}
