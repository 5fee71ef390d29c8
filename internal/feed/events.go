package feed

import (
	"io"
	"time"

	"giamngheo/internal/area"
	"giamngheo/internal/ical"
	"giamngheo/internal/task"
	"giamngheo/internal/text"
)

// Write writes the calendar of what somebody owes.
func Write(w io.Writer, whose string, at time.Time, events []ical.Event) error {
	return ical.Write(w, text.T("task.feed.name", "whose", whose), at, events)
}

// remindAt is when a calendar reminds, in the morning when offices open, on the
// days before the end of a term that the law data say.
const remindAt = "T08:00:00+07:00"

// Events are the ends of the terms of obligations; those without a day are
// counted, for a calendar has no place for them.
func Events(tasks *task.Store, now time.Time, list []task.Instance) (events []ical.Event, undated int) {
	today := area.Today(now)
	for _, i := range list {
		if i.Ends == "" {
			undated++
			continue
		}
		in, late := i.In(tasks.Calendar, today)
		said := text.T("task.feed.words", "title", i.Title, "unit", i.Unit.Name, "years", i.ForYears(), "due", area.ShowDay(i.Due),
			"state", i.StateWords(), "in", text.T("task.in."+string(in), "n", late))
		e := ical.Event{UID: i.UID(), Day: i.Ends, Summary: text.T("task.feed.summary", "task", i.Task, "title", i.Title, "unit", i.Unit.Name), Description: said}
		if i.State != task.Done {
			for _, n := range tasks.Reminding.Before {
				if at, err := time.Parse(time.RFC3339, tasks.Calendar.Add(i.Ends, -n)+remindAt); err == nil {
					e.Alarms = append(e.Alarms, at)
				}
			}
		}
		events = append(events, e)
	}
	return events, undated
}
