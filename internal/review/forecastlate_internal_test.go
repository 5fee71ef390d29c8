package review

import "testing"

// How late a unit is today and how late it is expected to be are two figures:
// 12 days past its day with an end 40 days after it is not "late by 40 days".
func TestDaysLateAndDaysExpectedAreTwoFigures(t *testing.T) {
	open := []StepCount{{0, 1}}
	for _, c := range []struct {
		why          string
		u            UnitProgress
		today        string
		late, beyond int
	}{
		{"on its way, will end after", UnitProgress{Done: open, End: "2019-12-25"}, "2019-11-10", 0, 40},
		{"past the day, will end later still", UnitProgress{Done: open, End: "2019-12-25"}, "2019-11-27", 12, 40},
		{"past the day, nothing can be told", UnitProgress{Done: open, EndUnknown: true}, "2019-11-27", 12, 0},
		{"past the day, its forms alone are missing", UnitProgress{Done: []StepCount{{1, 1}}, Stalled: true}, "2019-11-27", 12, 0},
		{"past the day and done", UnitProgress{Done: []StepCount{{1, 1}}}, "2019-11-27", 0, 0},
		{"will end in time", UnitProgress{Done: open, End: "2019-11-14"}, "2019-11-10", 0, 0},
	} {
		c.u.late(c.today, "2019-11-15", 0)
		if c.u.Late != c.late || c.u.Beyond != c.beyond {
			t.Errorf("%s: late by %d, will be by %d, want %d and %d", c.why, c.u.Late, c.u.Beyond, c.late, c.beyond)
		}
	}
}
