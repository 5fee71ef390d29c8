package programme

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"giamngheo/internal/text"
)

// Rule is the way in which a plan states a deadline.
type Rule string

// The rules. All but Undated count as their last day.
const (
	Undated   Rule = ""        // no date, or "every year" without one
	OnDay     Rule = "date"    // 25/10
	InQuarter Rule = "quarter" // Quý II, IV: by the end of the last one named
	InYear    Rule = "year"    // Năm 2016
	InMonth   Rule = "month"   // Tháng 12
	EarlyIn   Rule = "early_month"
	MiddleOf  Rule = "mid_month"  // the middle ten days: the 20th
	LateIn    Rule = "late_month" // the last ten days
)

// Due is a deadline as the plan states it.
type Due struct {
	Rule     Rule
	Yearly   bool
	Year     int // of what is due once
	Month    int
	Day      int   // of OnDay; 29/02 every year is the last of February
	Quarters []int // ascending
	Assumed  bool  // the plan gives no such day; chosen in the file
}

// On gives the day in a year on which the deadline falls, whatever the
// programme's period: none without a date, and none in other years for what is
// due once.
func (d Due) On(year int) (string, bool) {
	day := d.dayIn(year)
	if day == none {
		return "", false
	}
	return day.String(), true
}

// day is a day of the calendar as a number, 20161025, which compares fast.
type day int

// none is no day, before all others.
const none day = 0

func (d day) String() string { return fmt.Sprintf("%04d-%02d-%02d", d/10000, d/100%100, d%100) }

// dayOf reads a day YYYY-MM-DD that is known to be one.
func dayOf(s string) day {
	var year, month, dom int
	if _, err := fmt.Sscanf(s, "%4d-%2d-%2d", &year, &month, &dom); err != nil {
		return none
	}
	return day(year*10000 + month*100 + dom)
}

// dayIn is On as a number.
func (d Due) dayIn(year int) day {
	if d.Rule == Undated || year < 1 || !d.Yearly && year != d.Year {
		return none
	}
	month, dom := d.Month, d.Day
	switch d.Rule {
	case InQuarter:
		month, dom = 3*d.Quarters[len(d.Quarters)-1], 31
	case InYear:
		month, dom = 12, 31
	case EarlyIn:
		dom = 10
	case MiddleOf:
		dom = 20
	case InMonth, LateIn:
		dom = 31
	}
	return day(year*10000 + month*100 + min(dom, daysIn(year, month)))
}

// Dated says whether the deadline has a date at all.
func (d Due) Dated() bool { return d.Rule != Undated }

// yearDay is the day that a yearly deadline means in every year, "MM-DD"; the
// last of February is 02-29.
func (d Due) yearDay() string {
	day, _ := d.On(2000) // a leap year
	return strings.TrimPrefix(day, "2000-")
}

// value is what stands in reports of the repair: "MM-DD" every year, else the day.
func (d Due) value() string {
	if d.Yearly {
		return d.yearDay()
	}
	day, _ := d.On(d.Year)
	return day
}

// Value is a deadline's day as the repair reports it: "MM-DD" every year, else
// "YYYY-MM-DD"; "" without a date.
func (d Due) Value() string {
	if !d.Dated() {
		return ""
	}
	return d.value()
}

// onDay is the deadline moved to a day: "MM-DD" of every year where it is
// yearly, else "YYYY-MM-DD".
func (d Due) onDay(value string) Due {
	moved := Due{Rule: OnDay, Yearly: d.Yearly, Year: d.Year, Assumed: d.Assumed}
	if !d.Yearly {
		value = value[len("2006-"):]
	}
	fmt.Sscanf(value, "%d-%d", &moved.Month, &moved.Day)
	return moved
}

// same says whether two deadlines say the same in the same way.
func (d Due) same(o Due) bool {
	return d.Rule == o.Rule && d.Yearly == o.Yearly && d.Year == o.Year && d.Month == o.Month && d.Day == o.Day &&
		slices.Equal(d.Quarters, o.Quarters) && d.Assumed == o.Assumed
}

// fields is the deadline as the file writes it.
func (d Due) fields() map[string]any {
	out := map[string]any{}
	switch d.Rule {
	case OnDay:
		out["date"] = d.value()
	case InQuarter:
		out["quarter"] = d.Quarters
	case EarlyIn, MiddleOf, LateIn, InMonth:
		out[string(d.Rule)] = d.Month
	}
	if d.Yearly {
		out["every"] = "year"
	} else if d.Rule != OnDay && d.Year != 0 {
		out["year"] = d.Year
	}
	if d.Assumed {
		out["assumed"] = true
	}
	return out
}

// flow writes the deadline as a mapping on one line of YAML.
func (d Due) flow() string {
	fields := d.fields()
	var parts []string
	for _, key := range dueKeys {
		v, there := fields[key]
		if !there {
			continue
		}
		switch v := v.(type) {
		case []int:
			parts = append(parts, key+": ["+strings.Trim(strings.Join(strings.Fields(fmt.Sprint(v)), ", "), "[]")+"]")
		case string:
			if key == "date" {
				v = `"` + v + `"`
			}
			parts = append(parts, key+": "+v)
		default:
			parts = append(parts, fmt.Sprintf("%s: %v", key, v))
		}
	}
	return "{" + strings.Join(parts, ", ") + "}"
}

// dueKeys are the keys of a deadline, in the order in which they are written.
var dueKeys = []string{"date", "quarter", "month", "early_month", "mid_month", "late_month", "year", "every", "assumed"}

// Words says the deadline as plans write it.
func (d Due) Words() string { return d.words().VI }

func (d Due) words() Message {
	every := "once"
	if d.Yearly {
		every = "yearly"
	}
	pairs := []any{"year", d.Year}
	if d.Month != 0 {
		month := time.Month(d.Month).String()
		pairs = append(pairs, "day", Message{fmt.Sprintf("%02d/%02d", d.Day, d.Month), fmt.Sprintf("%d %s", d.Day, month)}, "month", Message{strconv.Itoa(d.Month), month})
	}
	switch d.Rule {
	case Undated:
		if d.Yearly {
			return both("programme.due.no_date_yearly")
		}
		return both("programme.due.no_date")
	case InQuarter:
		names := make([]string, len(d.Quarters))
		for i, q := range d.Quarters {
			names[i] = quarterNames[q]
		}
		pairs = append(pairs, "quarters", strings.Join(names, ", "))
	}
	return both("programme.due."+string(d.Rule)+"_"+every, pairs...)
}

var quarterNames = [...]string{1: "I", 2: "II", 3: "III", 4: "IV"}

func daysIn(year, month int) int {
	switch {
	case month == 2 && (year%4 != 0 || year%100 == 0 && year%400 != 0):
		return 28
	case month == 2:
		return 29
	case month == 4 || month == 6 || month == 9 || month == 11:
		return 30
	}
	return 31
}

// validDay says whether a text is a day YYYY-MM-DD of the calendar.
func validDay(s string) bool {
	t, err := time.Parse(time.DateOnly, s)
	return err == nil && t.Year() >= firstYear && t.Year() <= lastYear
}

// Years that a plan can speak of.
const firstYear, lastYear = 1945, 2200

// daysBetween counts the days from one day to a later one.
func daysBetween(from, to string) int {
	a, _ := time.Parse(time.DateOnly, from)
	b, _ := time.Parse(time.DateOnly, to)
	return int(b.Sub(a).Hours() / 24)
}

// shown writes a day as people do in each language: 05/12 is the fifth of
// December to a Vietnamese and the twelfth of May to many others.
func shown(day string) Message {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return Message{day, day}
	}
	return Message{t.Format("02/01/2006"), t.Format("2 January 2006")}
}

// Message is a sentence in both languages of the command.
type Message struct {
	VI string `json:"vi"`
	EN string `json:"en"`
}

// both says a text in both languages; a part that is itself a Message goes
// into each in its own.
func both(key string, pairs ...any) Message {
	vi, en := make([]any, len(pairs)), make([]any, len(pairs))
	for i, part := range pairs {
		vi[i], en[i] = part, part
		if m, ok := part.(Message); ok {
			vi[i], en[i] = m.VI, m.EN
		}
	}
	return Message{VI: text.T(key, vi...), EN: text.English(key, en...)}
}
