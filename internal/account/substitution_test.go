package account

import (
	"errors"
	"strings"
	"testing"
	"time"

	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/db/dbtest"
	"giamngheo/internal/fault"
)

// councils is an office with the heads of two communes, of a district and of an
// agency, and others who work there.
type councils struct {
	*Store
	t     testing.TB
	clock *clock
	head  Post // of Hàm Rồng
}

func newCouncils(t *testing.T, d *db.DB) *councils {
	s, c := office(t, d)
	seed(t, s)
	o := &councils{Store: s, t: t, clock: c}
	chair := person(t, s, "chutich", Post{Role: "chair", Area: at(hamRong)})
	person(t, s, "pho", Post{Role: "vice_chair", Area: at(hamRong)})
	person(t, s, "canbo", Post{Role: "commune", Area: at(hamRong)})
	person(t, s, "xem", Post{Role: "leader", Area: at(hamRong)})
	person(t, s, "thon", Post{Role: "village", Area: villageA})
	person(t, s, "chutich2", Post{Role: "chair", Area: at(dongTho)})
	person(t, s, "canbo2", Post{Role: "commune", Area: at(dongTho)})
	person(t, s, "chutichhuyen", Post{Role: "chair", Area: at(thanhPho)})
	person(t, s, "canbohuyen", Post{Role: "district", Area: at(thanhPho)})
	person(t, s, "giamdoc", Post{Role: "agency_head", AgencyID: "so-y-te", Area: at(thanhHoa)})
	person(t, s, "chuyenvien", Post{Role: "agency_officer", AgencyID: "so-y-te", Area: at(thanhHoa)})
	person(t, s, "quantri", Post{Role: "admin", Area: at(thanhHoa)})
	a, err := s.Get(ctx, s.Operator(), chair.ID)
	if err != nil {
		t.Fatal(err)
	}
	o.head = a.Posts[0]
	return o
}

func (o *councils) as(name string) *Actor {
	o.t.Helper()
	o.clock.Add(time.Second)
	_, actor := enter(o.t, o.Store, name)
	return actor
}

func (o *councils) id(name string) ID {
	o.t.Helper()
	a, err := o.GetByName(ctx, o.Operator(), name)
	if err != nil {
		o.t.Fatal(err)
	}
	return a.ID
}

func (o *councils) headOf(name string) Post {
	o.t.Helper()
	a, err := o.GetByName(ctx, o.Operator(), name)
	if err != nil {
		o.t.Fatal(err)
	}
	return a.Posts[0]
}

// away is the substitution of a week from 24 October 2016.
func (o *councils) away(head Post, deputy string) Substitution {
	return Substitution{Giver: Holder{Post: head}, Deputy: o.id(deputy), Title: "Công chức Văn hóa - Xã hội", From: "2016-10-24", To: "2016-10-31", Number: "12/GUQ-UBND", Reason: "Đi công tác"}
}

func (o *councils) on(day string) {
	o.t.Helper()
	at, err := time.Parse(time.DateTime, day+" 05:00:00")
	if err != nil {
		o.t.Fatal(err)
	}
	o.clock.Add(at.Sub(o.clock.Now()))
}

func (o *councils) signsAt(name string) (capacity string, can bool) {
	actor := o.as(name)
	for _, p := range actor.Posts {
		if p.For != "" {
			capacity = o.roles.Signs(p)
		}
	}
	return capacity, actor.ScopeFor(RightApprove).Covers(lawTree(), at(hamRong), actor.Day)
}

func TestADeputySignsWithinTheDatesAndOnlyThere(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := newCouncils(t, d)
		if _, err := o.Substitute(ctx, o.as("chutich"), o.away(o.head, "canbo")); err != nil {
			t.Fatal(err)
		}
		for _, one := range []struct {
			day string
			can bool
		}{{"2016-10-23", false}, {"2016-10-24", true}, {"2016-10-30", true}, {"2016-10-31", false}} {
			o.on(one.day)
			capacity, can := o.signsAt("canbo")
			if can != one.can || can && capacity != ByAuthority {
				t.Errorf("on %s he signs: %t, as %q", one.day, can, capacity)
			}
			if _, can := o.signsAt("canbo2"); can {
				t.Errorf("on %s the officer of another commune signs", one.day)
			}
			if _, can := o.signsAt("xem"); can {
				t.Errorf("on %s somebody who was not named signs", one.day)
			}
		}
		o.on("2016-10-25")
		deputy := o.as("canbo")
		if deputy.ScopeFor(RightApprove).Covers(lawTree(), at(dongTho), deputy.Day) {
			t.Error("he signs for another commune")
		}
		if got := deputy.Title(at(hamRong)); got != "Công chức Văn hóa - Xã hội" || deputy.Title(at(dongTho)) != "" {
			t.Errorf("title %q", got)
		}
		if n := len(entries(t, o.Store, "substitution.give")); n != 1 {
			t.Errorf("%d journal entries", n)
		}
	})
}

func TestADeputyHeadSignsInHisPlaceAndNeedsNoPaper(t *testing.T) {
	o := newCouncils(t, dbtest.SQLite(t))
	x := o.away(o.head, "pho")
	x.Number, x.Title = "", ""
	x, err := o.Substitute(ctx, o.as("chutich"), x)
	if err != nil || x.Capacity != InHisPlace {
		t.Fatalf("%q, %v", x.Capacity, err)
	}
	o.on("2016-10-24")
	if capacity, can := o.signsAt("pho"); !can || capacity != InHisPlace {
		t.Errorf("signs: %t, as %q", can, capacity)
	}
}

func TestASubstitutionIsGivenByWhoMayToWhoMay(t *testing.T) {
	o := newCouncils(t, dbtest.SQLite(t))
	for name, want := range map[string]bool{"chutich": true, "chutichhuyen": true, "quantri": true, "pho": false, "canbo": false, "thon": false, "chutich2": false, "canbohuyen": false, "giamdoc": false} {
		if _, deputies, err := o.Head(ctx, o.as(name), o.head.ID); (err == nil) != want || want && len(deputies) != 2 {
			t.Errorf("%s: %d deputies, %v", name, len(deputies), err)
		}
	}
	for _, name := range []string{"chutich2", "pho", "canbo", "canbohuyen"} {
		_, err := o.Substitute(ctx, o.as(name), o.away(o.head, "canbo"))
		mustRefuse(t, err, "head_absent")
	}
	chair := o.as("chutich")
	for _, name := range []string{"chutich", "canbo2", "thon", "xem", "canbohuyen", "chutichhuyen", "quantri"} {
		_, err := o.Substitute(ctx, chair, o.away(o.head, name))
		mustRefuse(t, err, "substitution_deputy")
	}
	for code, change := range map[string]func(x *Substitution){
		"substitution_from": func(x *Substitution) { x.From = "2016-10-20" }, "substitution_to": func(x *Substitution) { x.To = Forever },
		"substitution_reason": func(x *Substitution) { x.Reason = " " }, "substitution_number": func(x *Substitution) { x.Number = "" }, "substitution_title": func(x *Substitution) { x.Title = "" },
	} {
		x := o.away(o.head, "canbo")
		change(&x)
		_, err := o.Substitute(ctx, chair, x)
		mustRefuse(t, err, code)
	}
	x := o.away(o.head, "canbo")
	x.Giver.Post = o.headOf("pho") // a deputy hands on nothing
	_, err := o.Substitute(ctx, o.as("pho"), x)
	mustRefuse(t, err, "head_absent")
	if _, err := o.Substitute(ctx, chair, o.away(o.head, "canbo")); err != nil {
		t.Fatal(err)
	}
	twice := o.away(o.head, "pho")
	twice.From, twice.To = "2016-10-30", "2016-11-02"
	_, err = o.Substitute(ctx, chair, twice)
	mustRefuse(t, err, "substitution_twice")
	// Somebody who is an administrator and works there names others, not himself.
	give(t, o.Store, o.id("quantri"), Post{Role: "commune", Area: at(hamRong)})
	self := o.away(o.head, "quantri")
	self.From, self.To = "2016-12-01", "2016-12-03"
	_, err = o.Substitute(ctx, o.as("quantri"), self)
	mustRefuse(t, err, "substitution_self")
}

func TestWhatIsTakenOverIsNotHandedOn(t *testing.T) {
	o := newCouncils(t, dbtest.SQLite(t))
	x, err := o.Substitute(ctx, o.as("chutich"), o.away(o.head, "canbo"))
	if err != nil {
		t.Fatal(err)
	}
	o.on("2016-10-25")
	deputy := o.as("canbo")
	for _, id := range []PostID{o.head.ID, PostID(x.ID)} {
		next := o.away(Post{ID: id}, "pho")
		next.From, next.To = "2016-11-05", "2016-11-07"
		_, err := o.Substitute(ctx, deputy, next)
		mustRefuse(t, err, "head_absent")
	}
	if _, heads, err := o.Substitutions(ctx, deputy); err != nil || len(heads) != 0 {
		t.Errorf("he may name somebody for %d heads, %v", len(heads), err)
	}
	mustRefuse(t, o.EndSubstitution(ctx, deputy, x.ID, x.Rev, "tự kết thúc"), "not_yours")
	// The deputy of a district's chair stands above no commune.
	y := o.away(o.headOf("chutichhuyen"), "canbohuyen")
	y.From, y.To = "2016-10-25", "2016-10-28"
	if _, err := o.Substitute(ctx, o.as("chutichhuyen"), y); err != nil {
		t.Fatal(err)
	}
	if _, _, err := o.Head(ctx, o.as("canbohuyen"), o.head.ID); err == nil {
		t.Error("who signs by authority names others below")
	}
}

func TestASubstitutionEndsEarlyAndWithThePosts(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := newCouncils(t, d)
		x, err := o.Substitute(ctx, o.as("chutich"), o.away(o.head, "canbo"))
		if err != nil {
			t.Fatal(err)
		}
		o.on("2016-10-25")
		mustRefuse(t, o.EndSubstitution(ctx, o.as("chutich2"), x.ID, x.Rev, "ở xã khác"), "substitution_absent")
		mustRefuse(t, o.EndSubstitution(ctx, o.as("chutich"), x.ID, x.Rev, " "), "substitution_reason")
		mustRefuse(t, o.EndSubstitution(ctx, o.as("chutich"), x.ID, 9, "đã về"), "stale_rev")
		token, before := enter(t, o.Store, "canbo")
		if !before.Can(RightApprove) {
			t.Fatal("he does not sign")
		}
		if err := o.EndSubstitution(ctx, o.as("chutich"), x.ID, x.Rev, "đã về"); err != nil {
			t.Fatal(err)
		}
		if after, err := o.Session(ctx, token); err != nil || after.Can(RightApprove) {
			t.Errorf("his open session still signs: %v", err)
		}
		mustRefuse(t, o.EndSubstitution(ctx, o.as("chutich"), x.ID, x.Rev+1, "lần nữa"), "substitution_ended")
		if list, _, err := o.Substitutions(ctx, o.as("pho")); err != nil || len(list) != 1 || list[0].EndWhy != "đã về" || list[0].To != "2016-10-25" {
			t.Errorf("what stays: %+v, %v", list, err)
		}
		if list, _, err := o.Substitutions(ctx, o.as("chutich2")); err != nil || len(list) != 0 {
			t.Errorf("another commune sees %d, %v", len(list), err)
		}

		again := func(deputy string) {
			t.Helper()
			x := o.away(o.head, deputy)
			x.From, x.To = area.Today(o.clock.Now()), "2016-12-31"
			if _, err := o.Substitute(ctx, o.as("chutich"), x); err != nil {
				t.Fatal(err)
			}
		}
		again("canbo")
		// The deputy's own post ends: he works there no more.
		if err := o.EndPost(ctx, o.Operator(), o.headOf("canbo").ID, "", "chuyển công tác"); err != nil {
			t.Fatal(err)
		}
		if _, can := o.signsAt("canbo"); can {
			t.Error("who works there no more signs")
		}
		give(t, o.Store, o.id("canbo"), Post{Role: "commune", Area: at(hamRong), From: "2016-10-25"})
		if _, can := o.signsAt("canbo"); !can {
			t.Error("who is back there does not sign")
		}
		if err := o.EndPost(ctx, o.Operator(), o.head.ID, "", "nghỉ hưu"); err != nil {
			t.Fatal(err)
		}
		if _, can := o.signsAt("canbo"); can {
			t.Error("he signs for a head who is head no more")
		}
	})
}

func TestTheHeadOfAnAgencyNamesSomebodyOfTheAgency(t *testing.T) {
	o := newCouncils(t, dbtest.SQLite(t))
	head := o.headOf("giamdoc")
	x := o.away(head, "chuyenvien")
	x.Title = "Trưởng phòng Nghiệp vụ"
	if _, err := o.Substitute(ctx, o.as("giamdoc"), x); err != nil {
		t.Fatal(err)
	}
	o.on("2016-10-25")
	deputy := o.as("chuyenvien")
	if len(deputy.Posts) != 2 || deputy.Posts[1].AgencyID != "so-y-te" || o.roles.Signs(deputy.Posts[1]) != ByAuthority || deputy.Can(RightReadHouseholds) {
		t.Errorf("posts %+v", deputy.Posts)
	}
	var f *fault.Error
	if err := deputy.Need(RightApprove); !errors.As(err, &f) {
		t.Error("the deputy of an agency decides on households")
	}
}

// Every field says how many letters it has where that is too many.
func TestWhatIsTooLongForASubstitutionIsRefusedWithItsLength(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := newCouncils(t, d)
		x := o.away(o.head, "canbo")
		x.Title, x.Number, x.Reason = strings.Repeat("ộ", 251), strings.Repeat("ộ", 252), strings.Repeat("ộ", 4001)
		_, err := o.Substitute(ctx, o.as("chutich"), x)
		if f := fault.As(err, ""); f.Code != "too_long" || len(f.Fields) != 3 || !strings.Contains(f.Fields[2].Message, "4.001") {
			t.Errorf("%v", err)
		}
	})
}
