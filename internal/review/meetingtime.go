package review

import (
	"regexp"
	"strconv"
)

// clock is a time of the day as people write it in minutes: an hour, a sign or
// a word, and minutes or none.
var clock = regexp.MustCompile(`^(\d+)\s*(?::|\p{L}+)\s*(?:(\d+)\s*\p{L}*)?$`)

// timeOfDay says whether words can be when a meeting began. Words without a
// number are left as they are; an hour that no clock shows is not.
func timeOfDay(words string) bool {
	m := clock.FindStringSubmatch(words)
	if m == nil {
		return true
	}
	hour, err := strconv.Atoi(m[1])
	minute := 0
	if err == nil && m[2] != "" {
		minute, err = strconv.Atoi(m[2])
	}
	return err == nil && hour < 24 && minute < 60
}
