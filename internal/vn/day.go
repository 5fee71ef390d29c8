package vn

import (
	"strings"
	"time"

	"giamngheo/internal/fault"
	"giamngheo/internal/text"
)

// Day is a day as far as it is known: "1979", "1979-05" or "1979-05-20"; ""
// is no day. Days compare as text where the precision is the same.
type Day string

// FirstYear is the earliest year that a day may have: nobody alive was born before.
const FirstYear = 1850

const lastYear = 2200

// DayOf gives the day of an instant in its own location.
func DayOf(t time.Time) Day { return newDay(t.Year(), int(t.Month()), t.Day()) }

// Year gives the year, 0 for no day.
func (d Day) Year() int { return d.part(0, 4) }

// Month gives the month, 0 where only the year is known.
func (d Day) Month() int { return d.part(5, 7) }

// DayOfMonth gives the day of the month, 0 where it is not known.
func (d Day) DayOfMonth() int { return d.part(8, 10) }

// Exact says whether the day itself is known, not only month or year.
func (d Day) Exact() bool { return len(d) == 10 }

func (d Day) part(from, to int) int {
	if len(d) < to {
		return 0
	}
	n, _ := digits(string(d[from:to]))
	return n
}

// String writes the day as people do: 20/05/1979, 05/1979 or 1979.
func (d Day) String() string {
	switch len(d) {
	case 10:
		return string(d[8:10] + "/" + d[5:7] + "/" + d[:4])
	case 7:
		return string(d[5:7] + "/" + d[:4])
	}
	return string(d)
}

// After says whether d lies wholly after other: 1979 is after 1978-12-31, but
// not after 1979-05-20.
func (d Day) After(other Day) bool {
	n := min(len(d), len(other))
	return d[:n] > other[:n]
}

func newDay(year, month, day int) Day {
	b := []byte("0000-00-00")
	put(b[0:4], year)
	put(b[5:7], month)
	put(b[8:10], day)
	switch {
	case month == 0:
		return Day(b[:4])
	case day == 0:
		return Day(b[:7])
	}
	return Day(b)
}

func put(b []byte, n int) {
	for i := len(b) - 1; i >= 0; i-- {
		b[i] = byte('0' + n%10)
		n /= 10
	}
}

// ParseDay reads a day as offices write it: 20/5/1979, 20-05-1979, 20.5.1979,
// 1979-05-20, 05/1979, 1979-05, 1979; a time behind it is left off. It refuses
// days that do not exist, years before 1850, and days after notAfter (none if "").
func ParseDay(s string, notAfter Day) (Day, error) {
	year, month, day, ok := splitDay(strings.TrimSpace(s))
	if !ok {
		return "", dayFault("form", s, notAfter)
	}
	if month > 12 || day > 31 || day > daysIn(year, month) {
		return "", dayFault("impossible", s, notAfter)
	}
	if year < FirstYear {
		return "", dayFault("too_early", s, notAfter)
	}
	d := newDay(year, month, day)
	if notAfter != "" && d.After(notAfter) {
		return "", dayFault("future", s, notAfter)
	}
	return d, nil
}

func dayFault(code, s string, notAfter Day) error {
	return fault.New(fault.Invalid, "day_"+code, text.T("vn.day."+code, "text", clip(s), "first", FirstYear, "today", notAfter))
}

// splitDay takes the parts apart; month and day are 0 where not given, and a
// given zero fails.
func splitDay(s string) (year, month, day int, ok bool) {
	s = dropTime(s)
	var parts [3]string
	n := 0
	var sep byte
	for n < 3 {
		i := strings.IndexAny(s, "/-.")
		if i < 0 {
			break
		}
		if sep != 0 && s[i] != sep {
			return 0, 0, 0, false
		}
		sep = s[i]
		parts[n], s = strings.TrimSpace(s[:i]), strings.TrimSpace(s[i+1:])
		n++
	}
	if n == 3 {
		return 0, 0, 0, false
	}
	parts[n] = s
	yearFirst := n > 0 && len(parts[0]) == 4
	if !yearFirst {
		for i, j := 0, n; i < j; i, j = i+1, j-1 {
			parts[i], parts[j] = parts[j], parts[i]
		}
	}
	if len(parts[0]) != 4 || n > 0 && !short(parts[1]) || n > 1 && !short(parts[2]) {
		return 0, 0, 0, false
	}
	var numbers [3]int
	for i := 0; i <= n; i++ {
		if numbers[i], ok = digits(parts[i]); !ok {
			return 0, 0, 0, false
		}
		if i > 0 && numbers[i] == 0 {
			numbers[i] = 99 // "00/05/1979" names an impossible day, not an unknown one
		}
	}
	return numbers[0], numbers[1], numbers[2], true
}

func dropTime(s string) string {
	i := strings.IndexAny(s, " T")
	if i < 8 || !strings.Contains(s[i:], ":") {
		return s
	}
	return s[:i]
}

func short(s string) bool { return len(s) == 1 || len(s) == 2 }

func digits(s string) (int, bool) {
	if s == "" || len(s) > 9 {
		return 0, false
	}
	n := 0
	for i := 0; i < len(s); i++ {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		n = n*10 + int(s[i]-'0')
	}
	return n, true
}

func daysIn(year, month int) int {
	if month == 0 {
		return 31
	}
	return time.Date(year, time.Month(month)+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

// DayFromSerial gives the day of a spreadsheet's serial number: days since the
// end of 1899, or since 1904-01-01 where the book says so. Excel counts a 29
// February 1900 that never was; that number is refused, as are those before 1850.
func DayFromSerial(serial float64, from1904 bool) (Day, error) {
	days := int(serial)
	if serial != serial || serial < -30000 || serial > 200000 {
		return "", dayFault("serial", FormatDecimal(serial, 2), "")
	}
	if from1904 {
		return DayOf(time.Date(1904, 1, 1+days, 0, 0, 0, 0, time.UTC)), nil
	}
	if days < 1 || days == 60 {
		return "", dayFault("serial", FormatDecimal(serial, 2), "")
	}
	if days < 60 {
		days++
	}
	return DayOf(time.Date(1899, 12, 30+days, 0, 0, 0, 0, time.UTC)), nil
}

// Serial gives a spreadsheet's serial number (1900 system) of an exact day from
// March 1900 on; ok is false for others, which are written as text.
func (d Day) Serial() (serial int, ok bool) {
	if !d.Exact() || d < "1900-03-01" {
		return 0, false
	}
	t := time.Date(d.Year(), time.Month(d.Month()), d.DayOfMonth(), 0, 0, 0, 0, time.UTC)
	return int(t.Sub(time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC)).Hours() / 24), true
}
