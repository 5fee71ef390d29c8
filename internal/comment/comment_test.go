package comment_test

import (
	"context"
	"strings"
	"testing"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/comment"
	"giamngheo/internal/db"
	"giamngheo/internal/db/dbtest"
	"giamngheo/internal/fault"
	"giamngheo/internal/household/householdtest"
	"giamngheo/internal/journal"
)

var ctx = context.Background()

// office has records "a" of the village Ón and "b" of Riềng; who has a post
// above a record sees it.
func office(t *testing.T, d *db.DB) (*householdtest.Province, *comment.Store) {
	p := householdtest.New(t, d)
	s := &comment.Store{DB: d, Province: householdtest.Key, Now: p.Now, Tree: func() *area.Tree { return p.Tree }}
	at := map[string]area.ID{"a": householdtest.BanOn, "b": householdtest.Rieng}
	s.Register("thing", func(_ *db.Tx, by *account.Actor, id string) (area.ID, error) {
		for _, post := range by.Posts {
			if at[id] != "" && p.Tree.Covers(post.Area, at[id], by.Day) {
				return at[id], nil
			}
		}
		return "", fault.New(fault.NotFound, "no_record", "")
	})
	return p, s
}

func at(p *householdtest.Province, id string, unit area.ID) *account.Actor {
	return &account.Actor{ID: id, Day: p.Today, Posts: []account.Post{{Area: unit, From: "2016-01-01", To: account.Forever}}}
}

var a, b = comment.Record{Kind: "thing", ID: "a"}, comment.Record{Kind: "thing", ID: "b"}

func TestOnlyWhoSeesARecordReadsAndWritesAboutIt(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p, s := office(t, d)
		lan, far := at(p, "lan", householdtest.TamChung), at(p, "far", householdtest.DienLu)
		one, err := s.Write(ctx, lan, a, "  Nha\u0300 nay\u200b đã hỏi lại.\r\nCòn thiếu giấy \x07tờ ")
		if err != nil || one.Words != "Nhà nay đã hỏi lại.\nCòn thiếu giấy tờ" || one.Area != householdtest.BanOn {
			t.Fatalf("%+v: %v", one, err)
		}
		if _, err := s.Write(ctx, far, a, "x"); fault.Of(err) != fault.NotFound || err == nil {
			t.Errorf("written from elsewhere: %v", err)
		}
		if _, err := s.Of(ctx, far, a); fault.Of(err) != fault.NotFound || err == nil {
			t.Errorf("read from elsewhere: %v", err)
		}
		if _, err := s.TakeBack(ctx, far, one.ID, 1); fault.Of(err) != fault.NotFound || err == nil {
			t.Errorf("taken back from elsewhere: %v", err)
		}
		for _, wrong := range []comment.Record{{Kind: "thing", ID: "c"}, {Kind: "nothing", ID: "a"}} {
			if _, err := s.Write(ctx, lan, wrong, "x"); fault.Of(err) != fault.NotFound || err == nil {
				t.Errorf("about %v: %v", wrong, err)
			}
		}
		for _, words := range []string{"", " \n\t", strings.Repeat("ô", comment.Longest+1)} {
			if _, err := s.Write(ctx, lan, a, words); fault.Of(err) != fault.Invalid || err == nil {
				t.Errorf("%d letters: %v", len(words), err)
			}
		}
		if _, err := s.Write(ctx, lan, a, strings.Repeat("ô", comment.Longest)); err != nil {
			t.Errorf("as long as may be: %v", err)
		}
	})
}

func TestOneTakesBackTheOwnWordsOnlyAndTheyStayMarked(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p, s := office(t, d)
		lan, head := at(p, "lan", householdtest.TamChung), at(p, "head", householdtest.BanOn)
		one, err := s.Write(ctx, lan, a, "Nhầm hộ")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.TakeBack(ctx, head, one.ID, 1); fault.Of(err) != fault.Forbidden || err == nil {
			t.Errorf("by somebody else: %v", err)
		}
		if _, err := s.TakeBack(ctx, lan, one.ID, 7); fault.Of(err) != fault.Conflict || err == nil {
			t.Errorf("of another revision: %v", err)
		}
		if _, err := s.TakeBack(ctx, lan, one.ID, 1); err != nil {
			t.Fatal(err)
		}
		if _, err := s.TakeBack(ctx, lan, one.ID, 2); fault.Of(err) != fault.Conflict || err == nil {
			t.Errorf("twice: %v", err)
		}
		list, err := s.Of(ctx, head, a)
		if err != nil || len(list) != 1 || list[0].Words != "" || list[0].TakenBackAt == 0 || list[0].By != "lan" {
			t.Errorf("%+v: %v", list, err)
		}
		p.Read(func(tx *db.Tx) error {
			entries, err := journal.List(tx, householdtest.Key, journal.Filter{Action: "comment.", Limit: 10})
			if len(entries) != 2 || entries[0].Action != "comment.take_back" || entries[1].AreaID != string(householdtest.BanOn) || *entries[1].Changes[0].To != "Nhầm hộ" {
				t.Errorf("journal: %+v", entries)
			}
			return err
		})
	})
}

func TestWhatIsNewIsToldToThoseConcernedUntilTheyRead(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		p, s := office(t, d)
		head, lan, far := at(p, "head", householdtest.BanOn), at(p, "lan", householdtest.TamChung), at(p, "far", householdtest.DienLu)
		district := at(p, "district", "384.2016")
		say := func(by *account.Actor, about comment.Record, words string) comment.Comment {
			t.Helper()
			c, err := s.Write(ctx, by, about, words)
			if err != nil {
				t.Fatal(err)
			}
			return c
		}
		unread := func(by *account.Actor) (n int) {
			t.Helper()
			list, err := s.Unread(ctx, by)
			if err != nil {
				t.Fatal(err)
			}
			for _, u := range list {
				n += u.Count
			}
			return n
		}
		say(head, a, "Hộ vừa mua xe")
		second := say(head, a, "Nói nhầm")
		say(far, b, "Việc của xã khác")
		for _, want := range []struct {
			by *account.Actor
			n  int
		}{{head, 0}, {lan, 2}, {far, 0}, {district, 0}} {
			if n := unread(want.by); n != want.n {
				t.Errorf("%s has %d new, not %d", want.by.ID, n, want.n)
			}
		}
		if _, err := s.TakeBack(ctx, head, second.ID, 1); err != nil {
			t.Fatal(err)
		}
		if n := unread(lan); n != 1 {
			t.Errorf("one was taken back, %d new", n)
		}
		if list, err := s.Of(ctx, lan, a); err != nil || len(list) != 2 || !list[0].New || list[1].New {
			t.Errorf("read %+v: %v", list, err)
		}
		if list, _ := s.Of(ctx, lan, a); list[0].New || unread(lan) != 0 {
			t.Errorf("after reading %+v, %d new", list, unread(lan))
		}
		say(district, a, "Xã xem lại giúp") // takes part from now on
		say(lan, a, "Đã xem")
		if n := unread(district); n != 1 {
			t.Errorf("who took part has %d new", n)
		}
		if n := unread(head); n != 2 {
			t.Errorf("the village head has %d new", n)
		}
		district.Posts[0].To = p.Today // a post that has ended
		if n := unread(&account.Actor{ID: "district", Day: p.Today}); n != 0 {
			t.Errorf("without a post %d new", n)
		}
	})
}
