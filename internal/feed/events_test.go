package feed_test

import (
	"strings"
	"testing"
	"time"

	"giamngheo/internal/feed"
	"giamngheo/internal/programme"
	"giamngheo/internal/task"
	"giamngheo/internal/workday"
	"giamngheo/law"
)

// Where a day comes from is said: the plan, the conclusion of a meeting, or
// whoever signs and dated what the plan gives no day.
func TestACalendarSaysWhereADayComesFrom(t *testing.T) {
	calendar, err := workday.Load(law.Files)
	if err != nil {
		t.Fatal(err)
	}
	for says, one := range map[string]task.Instance{
		"trong kế hoạch: 25/10/2017":         {Instance: programme.Instance{Due: "2017-10-25", Ends: "2017-10-25"}},
		"kết luận cuộc họp: 25/10/2017":      {Instance: programme.Instance{Due: "2017-10-25", Ends: "2017-10-25"}, Committee: "c"},
		"người ký đã định ngày 01/12/2017\n": {Instance: programme.Instance{Ends: "2017-12-01"}},
	} {
		one.State, one.Done = task.Done, "2017-10-20"
		events, undated := feed.Events(&task.Store{Calendar: calendar}, time.Now(), []task.Instance{one}, nil)
		if len(events) != 1 || undated != 0 || !strings.Contains(events[0].Description, says) || strings.Count(events[0].Description, "kế hoạch")+strings.Count(events[0].Description, "Kế hoạch")+strings.Count(events[0].Description, "kết luận") != 1 {
			t.Errorf("%q lacks %q", events[0].Description, says)
		}
	}
}
