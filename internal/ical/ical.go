// Package ical writes days on which something is due as a calendar that phones
// and mail programs subscribe to (iCalendar, RFC 5545). It knows all-day events
// with reminders before them and nothing else of the format: no times of day,
// no repetition, no invitations. It reads nothing and knows no subject.
package ical

import (
	"bufio"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"
)

// Event is something due on a day.
type Event struct {
	UID         string // the same in every edition of the calendar
	Summary     string
	Description string
	Day         string // YYYY-MM-DD
	Alarms      []time.Time
}

// product names who wrote the calendar, as the format asks.
const product = "-//giamngheo//giamngheo//VI"

// Write writes a calendar. stamp is when it was made.
func Write(w io.Writer, name string, stamp time.Time, events []Event) error {
	out := &lines{w: bufio.NewWriter(w)}
	out.put("BEGIN", "VCALENDAR")
	out.put("VERSION", "2.0")
	out.put("PRODID", product)
	out.put("CALSCALE", "GREGORIAN")
	out.put("X-WR-CALNAME", Text(name))
	for _, e := range events {
		day, err := time.Parse(time.DateOnly, e.Day)
		if err != nil {
			return fmt.Errorf("ical: event %s: %w", e.UID, err)
		}
		out.put("BEGIN", "VEVENT")
		out.put("UID", Text(e.UID))
		out.put("DTSTAMP", instant(stamp))
		out.put("DTSTART;VALUE=DATE", day.Format("20060102"))
		out.put("DTEND;VALUE=DATE", day.AddDate(0, 0, 1).Format("20060102")) // the first day after
		out.put("TRANSP", "TRANSPARENT")                                     // a deadline keeps nobody busy
		out.put("SUMMARY", Text(e.Summary))
		if e.Description != "" {
			out.put("DESCRIPTION", Text(e.Description))
		}
		for _, at := range e.Alarms {
			out.put("BEGIN", "VALARM")
			out.put("ACTION", "DISPLAY")
			out.put("DESCRIPTION", Text(e.Summary))
			out.put("TRIGGER;VALUE=DATE-TIME", instant(at))
			out.put("END", "VALARM")
		}
		out.put("END", "VEVENT")
	}
	out.put("END", "VCALENDAR")
	if out.err != nil {
		return out.err
	}
	return out.w.Flush()
}

func instant(t time.Time) string { return t.UTC().Format("20060102T150405Z") }

var escapes = strings.NewReplacer(`\`, `\\`, ";", `\;`, ",", `\,`, "\r\n", `\n`, "\n", `\n`)

// Text writes a value of type TEXT: no letter is taken for a separator, and
// control characters, which the format does not allow, are left out.
func Text(s string) string {
	s = escapes.Replace(strings.ToValidUTF8(s, "\uFFFD"))
	return strings.Map(func(r rune) rune {
		if r < ' ' && r != '\t' || r == 0x7f {
			return -1
		}
		return r
	}, s)
}

// lines writes content lines, folded.
type lines struct {
	w   *bufio.Writer
	err error
}

// most is how many octets a line has at most, its end not counted.
const most = 75

// put folds by octets, and never within a letter.
func (l *lines) put(name, value string) {
	rest, room := name+":"+value, most
	for len(rest) > room {
		cut := room
		for !utf8.RuneStart(rest[cut]) {
			cut--
		}
		l.write(rest[:cut] + "\r\n ")
		rest, room = rest[cut:], most-1 // the space counts
	}
	l.write(rest + "\r\n")
}

func (l *lines) write(s string) {
	if l.err == nil {
		_, l.err = l.w.WriteString(s)
	}
}
