package ical_test

import (
	"bytes"
	"testing"
	"time"

	"pgregory.net/rapid"

	"giamngheo/internal/ical"
	"giamngheo/internal/ical/icaltest"
)

func TestADeadlineIsReadBackAsItWasWritten(t *testing.T) {
	stamp := time.Date(2017, 11, 1, 8, 30, 0, 0, time.FixedZone("+07", 7*3600))
	var out bytes.Buffer
	err := ical.Write(&out, "Nhiệm vụ, xã Tam Chung", stamp, []ical.Event{{UID: "a@giamngheo", Summary: "I.5 Điều tra; rà soát, nguyên nhân nghèo cấp xã – Xã Tam Chung, huyện Mường Lát", Description: "Hạn in\ntrong kế hoạch: C:\\15/11", Day: "2017-12-31",
		Alarms: []time.Time{stamp}}})
	if err != nil {
		t.Fatal(err)
	}
	c, err := icaltest.Parse(out.String())
	if err != nil {
		t.Fatalf("%v\n%s", err, out.String())
	}
	if c.One(t, "VERSION") != "2.0" || c.One(t, "PRODID") == "" || icaltest.Unescaped(t, c.One(t, "X-WR-CALNAME")) != "Nhiệm vụ, xã Tam Chung" || len(c.Parts) != 1 {
		t.Errorf("the calendar is %+v", c)
	}
	e := c.Parts[0]
	for name, want := range map[string]string{"UID": "a@giamngheo", "DTSTAMP": "20171101T013000Z", "DTSTART": "20171231", "DTEND": "20180101", "TRANSP": "TRANSPARENT"} {
		if got := e.One(t, name); got != want {
			t.Errorf("%s is %s, not %s", name, got, want)
		}
	}
	if got := icaltest.Unescaped(t, e.One(t, "DESCRIPTION")); got != "Hạn in\ntrong kế hoạch: C:\\15/11" {
		t.Errorf("the description came back as %q", got)
	}
	if len(e.Parts) != 1 || e.Parts[0].Name != "VALARM" || e.Parts[0].One(t, "ACTION") != "DISPLAY" || e.Parts[0].One(t, "TRIGGER") != "20171101T013000Z" {
		t.Errorf("the reminder is %+v", e.Parts)
	}
}

func TestWhatIsNoDayIsNotWritten(t *testing.T) {
	if err := ical.Write(&bytes.Buffer{}, "", time.Time{}, []ical.Event{{UID: "a", Day: ""}}); err == nil {
		t.Error("an event without a day was written")
	}
}

func TestAnyTextComesBackWhole(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		letters := rapid.SampledFrom([]rune("aơệửđ Ỹ,;:\\\n\"'–中😀\t"))
		said := rapid.StringOfN(letters, 0, 300, -1).Draw(t, "said")
		var out bytes.Buffer
		if err := ical.Write(&out, said, time.Unix(0, 0), []ical.Event{{UID: "u", Summary: said, Description: said, Day: "2017-01-01"}}); err != nil {
			t.Fatalf("%v", err)
		}
		c, err := icaltest.Parse(out.String())
		if err != nil {
			t.Fatalf("%v\n%s", err, out.String())
		}
		if got := icaltest.Unescaped(t, c.Parts[0].One(t, "SUMMARY")); got != said {
			t.Fatalf("%q came back as %q", said, got)
		}
	})
}

func FuzzTextIsAlwaysACalendar(f *testing.F) {
	f.Add("Xã Tam Chung\r\nEND:VEVENT")
	f.Add("\xff\x00\x7f\\,;")
	f.Fuzz(func(t *testing.T, said string) {
		var out bytes.Buffer
		if err := ical.Write(&out, said, time.Unix(0, 0), []ical.Event{{UID: said, Summary: said, Description: said, Day: "2017-01-01"}}); err != nil {
			t.Fatal(err)
		}
		c, err := icaltest.Parse(out.String())
		if err != nil || len(c.Parts) != 1 {
			t.Fatalf("%q: %v", said, err)
		}
		icaltest.Unescaped(t, c.Parts[0].One(t, "SUMMARY"))
	})
}
