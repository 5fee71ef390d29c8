// Package workday counts the working days of state offices, in which the
// terms of the review, of postings and complaints and of the plan's tasks are
// reckoned (plan II.1; Civil Code 2015, Articles 147 and 148). Which days are
// off is data by year, law/calendar/holidays.yaml, with its source and whether
// it is confirmed: Tết, days in lieu and Saturdays worked in exchange are
// announced year by year. A year without data has only its weekends, and says
// so. The package starts no term and ends none.
package workday

import (
	"slices"
	"sort"
	"time"
)

// Kind says why a day differs from its weekday.
type Kind string

// The kinds of days in law/calendar/holidays.yaml.
const (
	Holiday    Kind = "holiday"     // a public holiday
	InLieu     Kind = "in_lieu"     // off because a holiday fell on a weekend
	SwappedOff Kind = "swapped_off" // off, made good on a weekend day
	Working    Kind = "working"     // a weekend day worked for one that was off
)

// Special is a day that is not what its weekday says, or a holiday that falls
// on a weekend.
type Special struct {
	Day       string // YYYY-MM-DD
	Kind      Kind
	Name      string // as the notice names it
	For       string // the day it stands for, "" of a holiday
	Source    string // the text of the source
	Confirmed bool
}

// Calendar knows the working days of the years that the data covers. Days are
// written YYYY-MM-DD; of a text that is no day, IsWorking says no, Add and
// NextWorking give "", Between gives 0.
type Calendar struct {
	special map[string]Special
	days    []string // of special, sorted
	shifted []shift  // days whose weekday misleads, sorted
	years   []int
}

// shift is a day that is off on a working weekday (−1) or worked on a weekend (+1).
type shift struct {
	ordinal int
	by      int
}

// Known says whether the data covers the year. Of another year only the
// weekends are known.
func (c *Calendar) Known(year int) bool { return slices.Contains(c.years, year) }

// On gives what is special about a day.
func (c *Calendar) On(day string) (Special, bool) {
	s, ok := c.special[day]
	return s, ok
}

// IsWorking says whether offices work on the day.
func (c *Calendar) IsWorking(day string) bool {
	t, ok := parse(day)
	return ok && c.working(day, t)
}

func (c *Calendar) working(day string, t time.Time) bool {
	if s, ok := c.special[day]; ok {
		return s.Kind == Working
	}
	return !weekend(t)
}

// NextWorking gives the day itself where offices work on it, else the first
// working day after it: a term that ends on a day off ends then (Civil Code
// 2015, Article 148.5).
func (c *Calendar) NextWorking(day string) string {
	t, ok := parse(day)
	if !ok {
		return ""
	}
	for !c.working(day, t) {
		t = t.AddDate(0, 0, 1)
		day = t.Format(time.DateOnly)
	}
	return day
}

// Add gives the nth working day after the day, which does not count itself
// (Civil Code 2015, Article 147.2); with n below zero the nth before it. Adding
// nothing gives the day as it is.
func (c *Calendar) Add(day string, n int) string {
	t, ok := parse(day)
	if !ok {
		return ""
	}
	step := 1
	if n < 0 {
		step, n = -1, -n
	}
	for n > 0 {
		t = t.AddDate(0, 0, step)
		day = t.Format(time.DateOnly)
		if c.working(day, t) {
			n--
		}
	}
	return day
}

// Between counts the working days after a up to b, b among them, so that
// Between(a, Add(a, n)) is n; it is negative where b lies before a.
func (c *Calendar) Between(a, b string) int {
	from, okFrom := parse(a)
	to, okTo := parse(b)
	if !okFrom || !okTo {
		return 0
	}
	if to.Before(from) { // counted from a backward, b among them and a not
		return -(c.upTo(ordinal(from)-1) - c.upTo(ordinal(to)-1))
	}
	return c.upTo(ordinal(to)) - c.upTo(ordinal(from))
}

// upTo counts the working days from a fixed Monday long ago to the day.
func (c *Calendar) upTo(day int) int {
	weeks, rest := day/7, day%7 // day 0 is a Monday
	n := weeks*5 + min(rest+1, 5)
	for _, s := range c.shifted {
		if s.ordinal > day {
			break
		}
		n += s.by
	}
	return n
}

// Unconfirmed gives the days from one to another, both included, whose entry
// nobody has checked against the notice: what a term that runs through them
// must show.
func (c *Calendar) Unconfirmed(from, to string) []Special {
	var list []Special
	for _, day := range c.days[sort.SearchStrings(c.days, from):] {
		if day > to {
			break
		}
		if s := c.special[day]; !s.Confirmed {
			list = append(list, s)
		}
	}
	return list
}

// UnknownYears gives the years from one day to another, both included, that
// the data does not cover.
func (c *Calendar) UnknownYears(from, to string) []int {
	a, okFrom := parse(from)
	b, okTo := parse(to)
	if !okFrom || !okTo {
		return nil
	}
	var list []int
	for y := a.Year(); y <= b.Year(); y++ {
		if !c.Known(y) {
			list = append(list, y)
		}
	}
	return list
}

// Specials gives every special day from one day to another, both included.
func (c *Calendar) Specials(from, to string) []Special {
	var list []Special
	for _, day := range c.days[sort.SearchStrings(c.days, from):] {
		if day > to {
			break
		}
		list = append(list, c.special[day])
	}
	return list
}

func parse(day string) (time.Time, bool) {
	t, err := time.Parse(time.DateOnly, day)
	return t, err == nil
}

func weekend(t time.Time) bool { return t.Weekday() == time.Saturday || t.Weekday() == time.Sunday }

// monday is before every day that a four-digit year can name.
var monday = time.Date(-1, time.December, 27, 0, 0, 0, 0, time.UTC)

func ordinal(t time.Time) int { return int(t.Unix()-monday.Unix()) / 86400 }
