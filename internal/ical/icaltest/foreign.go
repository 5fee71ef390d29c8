package icaltest

import (
	"bytes"
	"strings"
	"time"

	ics "github.com/arran4/golang-ical"
)

// Event is what somebody else's program makes of an event.
type Event struct {
	Day, Summary, Description string
	Alarms                    []time.Time
}

// Foreign reads a calendar with a parser that others wrote: its events by UID,
// each a day long, none twice. What Parse refuses is refused before.
func Foreign(t Fataler, raw []byte) map[string]Event {
	if _, err := Parse(string(raw)); err != nil {
		t.Fatalf("%v", err)
	}
	c, err := ics.ParseCalendar(bytes.NewReader(raw))
	if err != nil {
		t.Fatalf("the parser of others refuses it: %v", err)
	}
	all := map[string]Event{}
	for _, e := range c.Events() {
		one := Event{Summary: valueOf(t, e, ics.ComponentPropertySummary), Description: valueOf(t, e, ics.ComponentPropertyDescription)}
		start, err := e.GetAllDayStartAt()
		if err != nil {
			t.Fatalf("%s begins %v", e.Id(), err)
		}
		end, err := e.GetAllDayEndAt()
		if err != nil || !end.Equal(start.AddDate(0, 0, 1)) {
			t.Fatalf("%s ends %v %v", e.Id(), end, err)
		}
		one.Day = start.Format(time.DateOnly)
		for _, a := range e.Alarms() {
			p := a.GetProperty(ics.ComponentPropertyTrigger)
			at, err := time.Parse("20060102T150405Z", p.Value)
			if err != nil {
				t.Fatalf("%s reminds %v", e.Id(), err)
			}
			one.Alarms = append(one.Alarms, at)
		}
		if _, twice := all[e.Id()]; twice || e.Id() == "" {
			t.Fatalf("%q stands twice", e.Id())
		}
		all[e.Id()] = one
	}
	if n := strings.Count(string(raw), "BEGIN:VEVENT\r\n"); n != len(all) {
		t.Fatalf("of %d events the parser of others sees %d", n, len(all))
	}
	return all
}

func valueOf(t Fataler, e *ics.VEvent, name ics.ComponentProperty) string {
	p := e.GetProperty(name)
	if p == nil {
		t.Fatalf("%s has no %s", e.Id(), name)
	}
	return p.Value
}
