package review_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/db/dbtest"
	"giamngheo/internal/household"
	"giamngheo/internal/household/householdtest"
	"giamngheo/internal/review"
)

// ready is a council whose villages have all met.
func ready(t *testing.T, d *db.DB) *council {
	c := newCouncil(t, d, 2017)
	for _, village := range []area.ID{householdtest.BanOn, householdtest.BanTan} {
		c.sign(village, nil)
		c.do("meeting", village)
	}
	return c
}

func (c *council) board() review.Board {
	c.T.Helper()
	b, err := c.s.BoardOf(ctx, c.Officer(householdtest.TamChung).Scope, c.round, householdtest.TamChung)
	if err != nil {
		c.T.Fatal(err)
	}
	return b
}

func (c *council) post(h review.Hanging) review.Posting {
	c.T.Helper()
	p, err := c.s.Post(ctx, c.Officer(householdtest.TamChung), c.round, householdtest.TamChung, h)
	if err != nil {
		c.T.Fatal(err, fields(err))
	}
	return p
}

var hung = review.Hanging{First: "2017-11-15", Places: "Trụ sở xã, nhà văn hóa các bản"}

func TestAListIsPostedOnceTheVillagesHaveMet(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := newCouncil(t, d, 2017)
		by := c.Officer(householdtest.TamChung)
		c.sign(householdtest.BanOn, nil)
		c.do("meeting", householdtest.BanOn)
		if _, err := c.s.Post(ctx, by, c.round, householdtest.TamChung, hung); code(err) != "step_before" {
			t.Errorf("with one village that has not met: %v", err)
		}
		c.sign(householdtest.BanTan, nil)
		c.do("meeting", householdtest.BanTan)
		for _, o := range []struct {
			name, field string
			change      func(*review.Hanging)
		}{
			{"before the last meeting", "first", func(h *review.Hanging) { h.First = "2017-11-14" }},
			{"in another year by mistake", "first", func(h *review.Hanging) { h.First = "2071-11-15" }},
			{"on no day", "first", func(h *review.Hanging) { h.First = "" }},
			{"nowhere", "places", func(h *review.Hanging) { h.Places = " " }},
		} {
			h := hung
			o.change(&h)
			if _, err := c.s.Post(ctx, by, c.round, householdtest.TamChung, h); code(err) != "posting_refused" || !strings.HasPrefix(fields(err), o.field+":") {
				t.Errorf("%s: %v", o.name, err)
			}
		}
		p := c.post(hung)
		if len(p.List) != 2 || p.List[0].Head != "Vi Văn Mới" && p.List[1].Head != "Vi Văn Mới" {
			t.Errorf("posted: %+v", p.List)
		}
		for _, line := range p.List {
			if line.Village != "Bản Ón" || line.Class != "poor" || line.Household == c.leaves {
				t.Errorf("posted: %+v", line)
			}
		}
	})
}

// What is posted holds no more than the law needs: a field that is added here
// is one more thing that hangs on a wall.
func TestAPostedLineHasTheFewestFields(t *testing.T) {
	raw, err := json.Marshal(review.Posted{Household: "x", Head: "n", Village: "v", Class: "poor"})
	if err != nil || string(raw) != `{"h":"x","n":"n","v":"v","c":"poor"}` || reflect.TypeFor[review.Posted]().NumField() != 4 {
		t.Errorf("a line is stored as %s (%v)", raw, err)
	}
}

func TestAPostingHangsSevenWorkingDays(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := ready(t, d)
		p := c.post(hung) // a Wednesday; the 16th is the first day, weekends do not count
		if p.Days != 7 || p.Last != "2017-11-24" {
			t.Errorf("%d days, to %s", p.Days, p.Last)
		}
		for _, o := range []struct{ day, want string }{{"2017-11-15", "posting_runs"}, {"2017-11-24", "posting_runs"}} {
			c.Today = o.day
			if err := c.try("posting", ""); code(err) != o.want || !strings.Contains(err.Error(), "24/11/2017") {
				t.Errorf("on %s: %v", o.day, err)
			}
		}
		c.Today = "2017-11-25"
		c.do("posting", "")
	})
}

func TestAListThatHasChangedIsPostedAgain(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := ready(t, d)
		first := c.post(hung)
		c.form(c.round, c.leaves, review.Recheck, true) // is poor after all
		c.form(c.round, c.stays, review.Recheck, false) // and this one is not
		c.Today = "2017-11-27"
		err := c.try("posting", "")
		if code(err) != "posting_changed" || !strings.HasPrefix(err.Error(), "2 hộ") {
			t.Errorf("with another list on the boards: %v", err)
		}
		got := map[string]string{}
		for _, d := range c.board().Changed {
			got[d.Head] = d.Posted + " to " + d.Now
		}
		if got["Hà Thị Thoát"] != " to poor" || got["Lò Văn Còn"] != "poor to " || len(got) != 2 {
			t.Errorf("the changes are %v", got)
		}
		h := review.Hanging{First: "2017-11-27", Places: "Trụ sở xã"}
		if _, err := c.s.Post(ctx, c.Officer(householdtest.TamChung), c.round, householdtest.TamChung, h); code(err) != "posting_refused" {
			t.Errorf("again without a reason: %v", err)
		}
		h.Reason = "phúc tra hai hộ"
		second := c.post(h)
		if b := c.board(); len(b.Postings) != 2 || b.Now.ID != second.ID || b.Postings[1].ID != first.ID || b.Postings[1].WithdrawnAt == 0 || b.Postings[1].Reason != h.Reason || len(b.Postings[1].List) != 2 {
			t.Errorf("the postings are %+v", b.Postings)
		}
		c.Today = "2017-12-07"
		c.do("posting", "")
	})
}

func TestThePublicPageIsThereOnlyWhileItMayBe(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := ready(t, d)
		by := c.Officer(householdtest.TamChung)
		h := hung
		h.First = "2017-11-16"
		p := c.post(h)
		shown := func(day string) bool {
			c.Today = day
			_, err := c.s.PublicPosting(ctx, p.ID)
			if err != nil && code(err) != "no_posting" {
				t.Error(err)
			}
			return err == nil
		}
		if shown("2017-11-17") {
			t.Error("it is public although nobody switched it on")
		}
		if err := c.s.ShowPosting(ctx, by, p.ID, p.Rev, true, ""); code(err) != "review.posting.reason" {
			t.Errorf("switched on without a reason: %v", err)
		}
		if err := c.s.ShowPosting(ctx, by, p.ID, p.Rev, true, "UBND xã thống nhất"); err != nil {
			t.Fatal(err)
		}
		for day, want := range map[string]bool{"2017-11-15": false, "2017-11-16": true, p.Last: true, "2017-11-28": false, "2018-01-01": false} {
			if got := shown(day); got != want {
				t.Errorf("shown on %s: %v (it hangs to %s)", day, got, p.Last)
			}
		}
		c.Today = "2017-11-17"
		if err := c.s.ShowPosting(ctx, by, p.ID, p.Rev, false, "x"); code(err) != "stale_rev" {
			t.Errorf("over what somebody else did: %v", err)
		}
		if err := c.s.WithdrawPosting(ctx, by, p.ID, p.Rev+1, "sai tên một hộ"); err != nil {
			t.Fatal(err)
		}
		if shown("2017-11-17") {
			t.Error("a withdrawn list is public")
		}
		if got := code(c.try("posting", "")); got != "no_posting" {
			t.Errorf("a withdrawn list counts: %s", got)
		}
	})
}

func TestWhoMayPost(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := ready(t, d)
		p := c.post(hung)
		for name, by := range map[string]household.Actor{
			"a village head of the commune": c.head(householdtest.BanOn),
			"the officer of the next place": c.Officer(householdtest.Township),
			"a department":                  c.With(householdtest.TamChung, area.FieldHealth),
		} {
			if _, err := c.s.Post(ctx, by, c.round, householdtest.TamChung, hung); code(err) != "area_not_found" {
				t.Errorf("%s posts: %v", name, err)
			}
			if err := c.s.WithdrawPosting(ctx, by, p.ID, p.Rev, "x"); code(err) != "no_posting" {
				t.Errorf("%s withdraws: %v", name, err)
			}
			if err := c.s.ShowPosting(ctx, by, p.ID, p.Rev, true, "x"); code(err) != "no_posting" {
				t.Errorf("%s makes it public: %v", name, err)
			}
			if _, err := c.s.FindPosting(ctx, by.Scope, p.ID); code(err) != "no_posting" {
				t.Errorf("%s reads it: %v", name, err)
			}
		}
	})
}

func TestAVillageHeadReadsWhatHangsAndNothingElse(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := ready(t, d)
		head, stranger := c.Officer(householdtest.BanTan).Scope, c.Officer(householdtest.DienLu).Scope
		below := func() review.Board {
			t.Helper()
			b, err := c.s.BoardBelow(ctx, head, c.round, householdtest.TamChung)
			if err != nil {
				t.Fatal(err)
			}
			return b
		}
		if b := below(); b.Now != nil || len(b.List) != 0 || len(b.Postings) != 0 {
			t.Errorf("before anything hangs: %+v", b)
		}
		soon := c.post(review.Hanging{First: "2017-11-16", Places: "Trụ sở xã"})
		if b := below(); b.Now != nil {
			t.Errorf("a day before it hangs: %+v", b)
		}
		if _, err := c.s.FindHanging(ctx, head, soon.ID); code(err) != "no_posting" {
			t.Errorf("a list that does not hang yet: %v", err)
		}
		c.Today = "2017-11-16"
		c.form(c.round, c.enters, review.Recheck, false)
		if b := below(); b.Now == nil || len(b.Now.List) != 2 || len(b.Changed) != 0 || len(b.List) != 0 || len(b.Obstacles) != 0 || b.Open {
			t.Errorf("while it hangs: %+v", b)
		}
		if p, err := c.s.FindHanging(ctx, head, soon.ID); err != nil || len(p.List) != 2 {
			t.Errorf("to print it: %v %v", p, err)
		}
		if _, err := c.s.BoardBelow(ctx, stranger, c.round, householdtest.TamChung); code(err) != "area_not_found" {
			t.Errorf("the officer of another commune: %v", err)
		}
		if _, err := c.s.FindHanging(ctx, stranger, soon.ID); code(err) != "no_posting" {
			t.Errorf("the officer of another commune: %v", err)
		}
	})
}

// Who hangs a list up again reads until when one begun today hangs, beside the
// term of the one in force.
func TestAListHungUpAgainIsCountedFromToday(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		c := ready(t, d)
		c.post(hung)
		before := c.board()
		c.Today = area.DayAfter(before.Now.First)
		for c.Today < before.Now.Last {
			c.Today = area.DayAfter(c.Today)
		}
		b := c.board()
		if b.Term.Last != before.Now.Last || b.Begun.Last <= b.Now.Last || b.Begun.Days != b.Term.Days {
			t.Errorf("in force until %s, begun today (%s) until %s", b.Term.Last, c.Today, b.Begun.Last)
		}
	})
}
