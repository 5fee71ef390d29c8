package review_test

import (
	"testing"

	"giamngheo/internal/db"
	"giamngheo/internal/db/dbtest"
	"giamngheo/internal/household/householdtest"
	"giamngheo/internal/review"
)

func TestMinutesRefuseAnHourThatNoClockShows(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newCouncil(t, d, 2017)
		for words, taken := range map[string]bool{"": true, "19:30": true, "7h": true, "8 giờ": true, "7 giờ 30 phút": true, "buổi sáng": true, "23h59": true,
			"25:70": false, "24 giờ": false, "7h60": false, "19 giờ 99 phút": false, "99999999999999999999h": false} {
			sh, err := c.s.StartMeeting(ctx, c.head(householdtest.BanTan), c.round, householdtest.BanTan)
			if err == nil {
				_, err = c.s.SaveMeeting(ctx, c.head(householdtest.BanTan), sh.ID, sh.Rev, review.Minutes{Begins: words})
			}
			if got := fields(err); taken != (err == nil) {
				t.Errorf("%q: %v %s", words, err, got)
			}
			if now := c.sheet(householdtest.BanTan).Meeting; now.ID != "" {
				if err := c.s.VoidMeeting(ctx, c.head(householdtest.BanTan), now.ID, now.Rev, "ghi lại"); err != nil {
					t.Fatal(err)
				}
			}
		}
	})
}
