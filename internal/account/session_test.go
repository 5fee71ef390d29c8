package account

import (
	"database/sql"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/db/dbtest"
	"giamngheo/internal/fault"
	"giamngheo/law"
)

func TestShouldRefuseTokensThatOpenNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, _ := office(t, d)
		person(t, s, "nguyen.van.a")
		token, by := enter(t, s, "nguyen.van.a")
		list, err := s.Sessions(ctx, by, by.Account)
		if err != nil || len(list) != 1 {
			t.Fatal(list, err)
		}
		other, _ := newToken()
		for _, bad := range []string{"", "x", other, token + "=", token[:42], list[0].Handle, strings.ToUpper(token), strings.Repeat("A", 43), token + "\n"} {
			_, err := s.Session(ctx, bad)
			mustRefuse(t, err, "signed_out")
			if !SignedOut(err) {
				t.Fatal("not known as signed out")
			}
		}
		if a, err := s.Session(ctx, token); err != nil || a.Account != by.Account {
			t.Fatal(a, err)
		}
	})
}

func TestTheTokenIsNotInTheDatabase(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, _ := office(t, d)
		person(t, s, "nguyen.van.a")
		token, _ := enter(t, s, "nguyen.van.a")
		want, _ := parseToken(token)
		err := d.Read(ctx, func(tx *db.Tx) error {
			return tx.Each(`select id, address, agent from session`, nil, func(r *sql.Rows) error {
				var address, agent string
				id, err := scanID(r, &address, &agent)
				if id != want || address != "10.1.2.0/24" || agent != "Firefox" {
					t.Errorf("%x %s %s", id, address, agent)
				}
				return err
			})
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

func TestASessionEndsWhenIdleOrOldAndNotBefore(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, c := office(t, d)
		person(t, s, "nguyen.van.a")
		token, _ := enter(t, s, "nguyen.van.a")
		c.Add(12*time.Hour - time.Second)
		if _, err := s.Session(ctx, token); err != nil {
			t.Fatal("ended too early", err)
		}
		c.Add(12*time.Hour + time.Second)
		_, err := s.Session(ctx, token)
		mustRefuse(t, err, "signed_out")
		_, err = another(t, d, c).Session(ctx, token)
		mustRefuse(t, err, "signed_out")

		token, _ = enter(t, s, "nguyen.van.a")
		for range 7*24/6 - 1 {
			c.Add(6 * time.Hour)
			if _, err := s.Session(ctx, token); err != nil {
				t.Fatal("ended too early", c.Now(), err)
			}
		}
		c.Add(6 * time.Hour)
		_, err = s.Session(ctx, token)
		mustRefuse(t, err, "signed_out")
	})
}

func TestTheInstallationMaySetAShorterSession(t *testing.T) {
	s, c := office(t, dbtest.SQLite(t))
	exec(t, s.db, `insert into setting (province_id, key, value) values ('TH', 'account.session_idle_hours', '1')`)
	person(t, s, "nguyen.van.a")
	token, _ := enter(t, s, "nguyen.van.a")
	c.Add(61 * time.Minute)
	_, err := s.Session(ctx, token)
	mustRefuse(t, err, "signed_out")
}

// What one process ends is ended in it at once, and in another within seconds.
func TestRevocationIsHonouredHereAtOnceAndElsewhereWithinSeconds(t *testing.T) {
	end := map[string]func(*testing.T, *Store, *Actor){
		"signing out": func(t *testing.T, s *Store, a *Actor) { check(t, s.SignOut(ctx, a)) },
		"revoking the session": func(t *testing.T, s *Store, a *Actor) {
			check(t, s.Revoke(ctx, a, a.Account, a.Session))
		},
		"revoking all": func(t *testing.T, s *Store, a *Actor) {
			n, err := s.RevokeAll(ctx, s.Operator(), a.Account)
			if n != 1 {
				t.Error(n)
			}
			check(t, err)
		},
		"disabling the account": func(t *testing.T, s *Store, a *Actor) {
			check(t, s.SetActive(ctx, s.Operator(), a.Account, 1, false, "nghỉ"))
		},
		"a new password by the administrator": func(t *testing.T, s *Store, a *Actor) {
			_, err := s.ResetPassword(ctx, s.Operator(), a.Account, "", true)
			check(t, err)
		},
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		n := 0
		for name, end := range end {
			n++
			user := fmt.Sprint("user", n)
			s, c := office(t, d)
			person(t, s, user)
			t.Run(name, func(t *testing.T) {
				elsewhere := another(t, d, c)
				token, a := enter(t, s, user)
				if _, err := elsewhere.Session(ctx, token); err != nil {
					t.Fatal(err)
				}
				end(t, s, a)
				_, err := s.Session(ctx, token)
				mustRefuse(t, err, "signed_out")
				c.Add(2 * time.Second)
				_, err = elsewhere.Session(ctx, token)
				mustRefuse(t, err, "signed_out")
			})
		}
	})
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestRevokingOneSessionLeavesTheOthers(t *testing.T) {
	s, _ := office(t, dbtest.SQLite(t))
	person(t, s, "nguyen.van.a")
	one, a := enter(t, s, "nguyen.van.a")
	two, b := enter(t, s, "nguyen.van.a")
	check(t, s.Revoke(ctx, a, a.Account, b.Session))
	mustRefuse(t, s.Revoke(ctx, a, a.Account, b.Session), "session_absent")
	if _, err := s.Session(ctx, one); err != nil {
		t.Fatal(err)
	}
	_, err := s.Session(ctx, two)
	mustRefuse(t, err, "signed_out")
}

func TestAChangedPasswordEndsTheOtherSessionsOnly(t *testing.T) {
	s, _ := office(t, dbtest.SQLite(t))
	person(t, s, "nguyen.van.a")
	mine, a := enter(t, s, "nguyen.van.a")
	other, _ := enter(t, s, "nguyen.van.a")
	mustRefuse(t, s.ChangePassword(ctx, a, "không phải thế", "một mật khẩu khác"), "old_password_wrong")
	mustRefuse(t, s.ChangePassword(ctx, a, goodWords, goodWords), "password_same")
	check(t, s.ChangePassword(ctx, a, goodWords, "một mật khẩu khác"))
	if _, err := s.Session(ctx, mine); err != nil {
		t.Fatal(err)
	}
	_, err := s.Session(ctx, other)
	mustRefuse(t, err, "signed_out")
	_, _, err = s.SignIn(ctx, SignIn{Name: "nguyen.van.a", Password: goodWords})
	mustRefuse(t, err, "signin_wrong")
}

func TestPostsCountFromTheirFirstDayToTheirLastWithoutSigningInAgain(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, c := office(t, d)
		a := person(t, s, "nguyen.van.a")
		token, _ := enter(t, s, "nguyen.van.a")
		elsewhere := another(t, d, c)
		reads := func(s *Store) bool {
			t.Helper()
			by, err := s.Session(ctx, token)
			check(t, err)
			s.flushing.Wait()
			return by.Can(RightReadHouseholds)
		}
		if reads(s) || reads(elsewhere) {
			t.Fatal("without a post")
		}
		p := give(t, s, a.ID, Post{Role: "commune", Area: at(hamRong), From: "2016-10-22", To: "2016-10-23"})
		c.Add(2 * time.Second)
		if reads(s) || reads(elsewhere) {
			t.Fatal("a day too early")
		}
		c.Add(11*time.Hour + 59*time.Minute + 57*time.Second) // 23:59:59 in Viet Nam
		if reads(s) || reads(elsewhere) {
			t.Fatal("a second too early")
		}
		c.Add(time.Second)
		if !reads(s) || !reads(elsewhere) {
			t.Fatal("not from midnight on")
		}
		c.Add(12 * time.Hour)
		reads(s)
		c.Add(12 * time.Hour)
		if reads(s) || reads(elsewhere) {
			t.Fatal("after its end")
		}
		p = give(t, s, a.ID, Post{Role: "commune", Area: at(hamRong), From: "2016-10-23"})
		if !reads(s) {
			t.Fatal("a new post is not seen at once")
		}
		check(t, s.EndPost(ctx, s.Operator(), p.ID, "", ""))
		if reads(s) {
			t.Fatal("an ended post goes on")
		}
		mustRefuse(t, s.EndPost(ctx, s.Operator(), p.ID, "", ""), "post_ended")
		c.Add(2 * time.Second)
		if reads(elsewhere) {
			t.Fatal("an ended post goes on elsewhere")
		}
	})
}

// A demo plays on one day of the past, whose clock jumps back at midnight.
func TestADemosClockDoesNotDisturbSessions(t *testing.T) {
	s, c := office(t, dbtest.SQLite(t))
	person(t, s, "nguyen.van.a", Post{Role: "commune", Area: at(hamRong)})
	start := c.Now().Add(11 * time.Hour) // 23:00 in Viet Nam
	s.now = func() time.Time {
		now := start.Add(c.Now().Sub(start) % (24 * time.Hour))
		if now.Sub(start) >= time.Hour {
			now = now.Add(-24 * time.Hour)
		}
		return now
	}
	token, _ := enter(t, s, "nguyen.van.a")
	for range 11 * 60 {
		c.Add(time.Minute)
		a, err := s.Session(ctx, token)
		check(t, err)
		if a.Day != "2016-10-21" || !a.Can(RightReadHouseholds) {
			t.Fatal(a.Day)
		}
	}
	c.Add(13 * time.Hour)
	_, err := s.Session(ctx, token)
	mustRefuse(t, err, "signed_out")
}

func TestANewTreeOfAreasIsFollowed(t *testing.T) {
	d := dbtest.SQLite(t)
	s, _ := office(t, d)
	live := area.NewLive(lawTree())
	s.tree = live.Tree
	person(t, s, "nguyen.van.a", Post{Role: "commune", Area: at(hamRong)})
	token, before := enter(t, s, "nguyen.van.a")
	next, err := area.Load(law.Files)
	check(t, err)
	live.Replace(next)
	after, err := s.Session(ctx, token)
	check(t, err)
	if after == before {
		t.Fatal("the scope still has the old paths")
	}
}

func TestSeenIsWrittenAtMostOnceAMinute(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, c := office(t, d)
		person(t, s, "nguyen.van.a")
		token, _ := enter(t, s, "nguyen.van.a")
		start := c.Now().UnixMilli()
		stored := func() (ms int64) {
			s.flushing.Wait()
			check(t, d.Read(ctx, func(tx *db.Tx) error { return tx.Get(`select seen_at from session`, nil, &ms) }))
			return ms - start
		}
		for range 50 {
			c.Add(time.Second)
			_, err := s.Session(ctx, token)
			check(t, err)
		}
		if got := stored(); got != 0 {
			t.Fatal("written after", got)
		}
		for range 15 {
			c.Add(time.Second)
			_, err := s.Session(ctx, token)
			check(t, err)
			s.flushing.Wait()
		}
		if got := stored(); got != 60_000 {
			t.Fatal("written once at the minute, not", got)
		}
		check(t, s.Close(ctx))
		if got := stored(); got != 65_000 {
			t.Fatal("written at the end, not", got)
		}
	})
}

func TestEndedSessionsAreRemoved(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, c := office(t, d)
		person(t, s, "nguyen.van.a")
		enter(t, s, "nguyen.van.a")
		c.Add(14 * time.Hour)
		token, _ := enter(t, s, "nguyen.van.a")
		c.Add(time.Second)
		_, err := s.Session(ctx, token)
		check(t, err)
		check(t, s.Close(ctx))
		var n int
		check(t, d.Read(ctx, func(tx *db.Tx) error { return tx.Get(`select count(*) from session`, nil, &n) }))
		if n != 1 {
			t.Fatal(n)
		}
	})
}

func TestTheOldestSessionGivesWayToTheTwentyFirst(t *testing.T) {
	s, c := office(t, dbtest.SQLite(t))
	person(t, s, "nguyen.van.a")
	first, _ := enter(t, s, "nguyen.van.a")
	var second string
	for i := range sessionsPerAccount {
		c.Add(time.Minute)
		token, _ := enter(t, s, "nguyen.van.a")
		if i == 0 {
			second = token
		}
	}
	_, err := s.Session(ctx, first)
	mustRefuse(t, err, "signed_out")
	if _, err := s.Session(ctx, second); err != nil {
		t.Fatal(err)
	}
}

func BenchmarkSessionCached(b *testing.B) {
	d := dbtest.SQLite(b)
	s, _ := office(b, d)
	s.now, s.clock = time.Now, time.Now
	person(b, s, "nguyen.van.a", Post{Role: "commune", Area: at(hamRong)})
	token, _ := enter(b, s, "nguyen.van.a")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := s.Session(ctx, token); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkSignIn(b *testing.B) {
	s, _ := office(b, dbtest.SQLite(b))
	s.now, s.clock, s.hasher = time.Now, time.Now, newHasher(fullCost)
	person(b, s, "nguyen.van.a")
	for b.Loop() {
		enter(b, s, "nguyen.van.a")
	}
}

func TestAWholeOfficeSignsInAtOnce(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, _ := office(t, d)
		const people = 60
		for i := range people {
			person(t, s, fmt.Sprint("can.bo.", i), Post{Role: "commune", Area: at(hamRong)})
		}
		var all sync.WaitGroup
		for i := range people {
			all.Go(func() {
				token, _, err := s.SignIn(ctx, SignIn{Name: fmt.Sprint("can.bo.", i), Password: goodWords, Address: "10.1.2.3"})
				if err == nil {
					_, err = s.Session(ctx, token)
				}
				if err != nil {
					t.Error(i, fault.Log(err))
				}
			})
		}
		all.Wait()
	})
}

// A request that begins after a revocation was answered is refused, however
// many others are reading at that moment.
func TestNoRequestAfterARevocationGetsThrough(t *testing.T) {
	s, _ := office(t, dbtest.SQLite(t))
	s.now, s.clock = time.Now, time.Now
	person(t, s, "nguyen.van.a")
	for range 20 {
		token, by := enter(t, s, "nguyen.van.a")
		var revoked atomic.Bool
		var all sync.WaitGroup
		for range 4 {
			all.Go(func() {
				for range 300 {
					before := revoked.Load()
					if _, err := s.Session(ctx, token); before && err == nil {
						t.Error("got through")
						return
					}
				}
			})
		}
		check(t, s.Revoke(ctx, by, by.Account, by.Session))
		revoked.Store(true)
		all.Wait()
	}
}
