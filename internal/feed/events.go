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

// alarms are before a day as the law data say.
func alarms(tasks *task.Store, day string) (list []time.Time) {
	for _, n := range tasks.Reminding.Before {
		if at, err := time.Parse(time.RFC3339, tasks.Calendar.Add(day, -n)+remindAt); err == nil {
			list = append(list, at)
		}
	}
	return list
}

// Events are the ends of the terms of obligations, and before them the days of
// the parts and the questions that were given to the same; those without a day
// are counted, for a calendar has no place for them.
func Events(tasks *task.Store, now time.Time, list []task.Instance, given []task.Duty) (events []ical.Event, undated int) {
	today := area.Today(now)
	for _, d := range given {
		day := d.Day
		if day == "" { // with the obligation
			day = d.Ends
		}
		if day == "" {
			undated++
			continue
		}
		what := text.T("task.feed."+string(d.Kind), "what", d.What, "task", d.Task, "unit", d.Unit.Name)
		events = append(events, ical.Event{UID: d.UID(), Day: day, Summary: what, Alarms: alarms(tasks, day),
			Description: text.T("task.feed.given", "title", d.Title, "unit", d.Unit.Name, "years", d.ForYears(), "what", d.What)})
	}
	for _, i := range list {
		if i.Ends == "" {
			undated++
			continue
		}
		in, late := i.In(tasks.Calendar, today)
		words := "task.feed.words"
		switch {
		case i.Committee != "":
			words = "task.feed.words_concluded"
		case i.Due == "":
			words = "task.feed.words_dated"
		}
		said := text.T(words, "title", i.Title, "unit", i.Unit.Name, "years", i.ForYears(), "due", area.ShowDay(i.Due), "ends", area.ShowDay(i.Ends),
			"state", i.StateWords(), "in", i.InWords(in, late))
		e := ical.Event{UID: i.UID(), Day: i.Ends, Summary: text.T("task.feed.summary", "task", i.Task, "title", i.Title, "unit", i.Unit.Name), Description: said}
		if i.State != task.Done {
			e.Alarms = alarms(tasks, i.Ends)
		}
		events = append(events, e)
	}
	return events, undated
}
