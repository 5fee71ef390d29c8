package feed_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/db/dbtest"
	"giamngheo/internal/dossier"
	"giamngheo/internal/fault"
	"giamngheo/internal/feed"
	"giamngheo/internal/household/householdtest"
	"giamngheo/internal/ical/icaltest"
	"giamngheo/internal/journal"
	"giamngheo/internal/review"
	"giamngheo/internal/standard"
	"giamngheo/internal/task"
	"giamngheo/internal/workday"
	"giamngheo/law"
)

var ctx = context.Background()

const province, district area.ID = "38.2016", "384.2016"

// office is the province in a year, with people, tasks and feeds.
type office struct {
	*householdtest.Province
	accounts *account.Store
	feeds    *feed.Store
	tasks    *task.Store
	db       *db.DB
}

func open(t testing.TB, d *db.DB) *office {
	t.Helper()
	p := householdtest.New(t, d)
	p.Today = "2017-10-02"
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	tree := func() *area.Tree { return p.Tree }
	accounts, err := account.New(d, householdtest.Key, law.Files, tree, p.Now)
	must(err)
	t.Cleanup(func() { accounts.Close(context.Background()) })
	rules, err := dossier.LoadLaw(law.Files)
	must(err)
	days, err := workday.Load(law.Files)
	must(err)
	plans, err := task.Programmes(law.Files)
	must(err)
	products, err := task.LoadProducts(law.Files)
	must(err)
	approvers, err := task.LoadApprovers(law.Files)
	must(err)
	reminding, err := task.LoadReminding(law.Files)
	must(err)
	dossiers := &dossier.Store{DB: d, Province: householdtest.Key, Now: p.Now, Tree: tree, Law: rules, Roles: accounts.Roles}
	reviews := &review.Store{DB: d, Province: householdtest.Key, Now: p.Now, Tree: tree, Law: standard.Law(), Households: p.Store, Dossiers: dossiers, Workdays: days}
	reviews.Subjects()
	tasks := &task.Store{DB: d, Province: householdtest.Key, Now: p.Now, Tree: tree, Calendar: days, Plans: plans, Products: products, Approvers: approvers, Reminding: reminding, Dossiers: dossiers, Reviews: reviews}
	tasks.Subjects()
	must(tasks.SeedAgencies(ctx))
	return &office{p, accounts, &feed.Store{DB: d, Province: householdtest.Key, Now: p.Now, Tree: tree, Accounts: accounts, Tasks: tasks}, tasks, d}
}

// person makes somebody with one post; without a role he has none.
func (o *office) person(name, role, agency string, at area.ID) account.ID {
	o.T.Helper()
	a, err := o.accounts.Create(ctx, o.accounts.Operator(), account.NewAccount{Name: name, FullName: "Người " + name, Password: "con trâu đi trước"})
	if err != nil {
		o.T.Fatal(err)
	}
	if role != "" {
		if _, err := o.accounts.AddPost(ctx, o.accounts.Operator(), account.Post{Account: a.ID, Agency: "UBND", AgencyID: agency, Role: role, Area: at}, "thử"); err != nil {
			o.T.Fatal(err)
		}
	}
	return a.ID
}

// today is the person as he is today.
func (o *office) today(id account.ID) *account.Actor {
	o.T.Helper()
	a, err := o.accounts.Holder(ctx, id)
	if err != nil {
		o.T.Fatal(err)
	}
	return a
}

func (o *office) make(id account.ID, unit area.ID) (feed.Feed, string) {
	o.T.Helper()
	f, secret, err := o.feeds.Make(ctx, o.today(id), unit)
	if err != nil {
		o.T.Fatal(err)
	}
	return f, secret
}

func (o *office) events(secret string) map[string]icaltest.Event {
	o.T.Helper()
	c, err := o.feeds.Open(ctx, secret)
	if err != nil {
		o.T.Fatal(err)
	}
	return icaltest.Foreign(o.T, c.Content)
}

func (o *office) gone(secret, why string) {
	o.T.Helper()
	if c, err := o.feeds.Open(ctx, secret); fault.Of(err) != fault.NotFound || fault.As(err, "").Code != "feed_absent" || len(c.Content) > 0 {
		o.T.Errorf("%s: it answers %d bytes, %v", why, len(c.Content), err)
	}
}

func (o *office) commune() area.ID {
	o.T.Helper()
	v, err := o.Tree.FindCode("14848", "2017-12-31")
	if err != nil {
		o.T.Fatal(err)
	}
	return v.Area
}

func TestAPersonsFeedHoldsWhatHeOwesAndEndsWithHisPost(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		id := o.person("lan", "commune", "", o.commune())
		_, secret := o.make(id, "")
		before := o.events(secret)
		survey, there := before["2017-I.5-commune-"+string(o.commune())+"-2017@giamngheo"]
		if !there || survey.Day != "2017-11-15" || len(survey.Alarms) != 2 || !strings.Contains(survey.Summary, "I.5 ") || !strings.Contains(survey.Description, "15/11/2017") {
			t.Errorf("the survey is %+v among %d", survey, len(before))
		}
		for uid, e := range before {
			if !strings.Contains(uid, "-commune-"+string(o.commune())+"-") {
				t.Errorf("%s of somebody else: %s", uid, e.Summary)
			}
		}
		if _, err := o.tasks.OpenYear(ctx, o.accounts.Operator(), 2017); err != nil {
			t.Fatal(err)
		}
		after := o.events(secret)
		for uid, e := range before {
			if after[uid].Day != e.Day || after[uid].Summary != e.Summary {
				t.Errorf("%s was %+v, is %+v once the year is made", uid, e, after[uid])
			}
		}
		if len(after) != len(before) {
			t.Errorf("%d events, then %d", len(before), len(after))
		}

		// A second post brings its obligations with the next fetching.
		if _, err := o.accounts.AddPost(ctx, o.accounts.Operator(), account.Post{Account: id, Agency: "UBND", Role: "district", Area: district}, "kiêm nhiệm"); err != nil {
			t.Fatal(err)
		}
		if more := o.events(secret); len(more) <= len(after) {
			t.Errorf("with a post at the district %d events, without it %d", len(more), len(after))
		}
		for _, p := range o.today(id).Posts {
			if err := o.accounts.EndPost(ctx, o.accounts.Operator(), p.ID, "2017-10-03", "thử"); err != nil {
				t.Fatal(err)
			}
		}
		o.Today = "2017-10-03"
		if left := o.events(secret); len(left) != 0 {
			t.Errorf("without a post the feed still holds %d", len(left))
		}
		a, err := o.accounts.Get(ctx, o.accounts.Operator(), id)
		if err != nil {
			t.Fatal(err)
		}
		if err := o.accounts.SetActive(ctx, o.accounts.Operator(), id, a.Rev, false, "nghỉ việc"); err != nil {
			t.Fatal(err)
		}
		o.gone(secret, "the account is closed")
	})
}

func TestAFeedHoldsThePartsAndTheQuestionsThatWereGiven(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		must := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		at := o.commune()
		lan, hoa, minh := o.person("lan", "commune", "", at), o.person("hoa", "district", "", district), o.person("minh", "agency_officer", "so-y-te", "38.2016")
		_, err := o.tasks.OpenYear(ctx, o.accounts.Operator(), 2017)
		must(err)
		owed := func(unit area.ID, id string) task.Instance {
			list, err := o.tasks.OwedAt(ctx, o.Tree.Operator(householdtest.Key, o.Today), unit)
			must(err)
			for _, i := range list {
				if i.Year == 2017 && i.Task == id {
					return i
				}
			}
			t.Fatalf("%s is not owed", id)
			return task.Instance{}
		}
		_, lans := o.make(lan, "")
		_, hoas := o.make(hoa, at)
		_, minhs := o.make(minh, account.AgencyUnit("so-y-te"))
		before := map[string]int{lans: len(o.events(lans)), hoas: len(o.events(hoas)), minhs: len(o.events(minhs))}
		plan := owed(district, "II.2")
		must(o.tasks.Accept(ctx, o.today(hoa), 2017, plan.ID, ""))
		part, err := o.tasks.Split(ctx, o.today(hoa), 2017, plan.ID, task.Part{What: "Lập bảng số liệu, của xã; đủ cột", Unit: at, Due: "2017-11-20"})
		must(err)
		_, err = o.tasks.Split(ctx, o.today(hoa), 2017, plan.ID, task.Part{What: "Soạn lời", Account: hoa})
		must(err)
		must(o.tasks.Ask(ctx, o.today(hoa), 2017, plan.ID, []area.ID{account.AgencyUnit("so-y-te")}, "Góp ý phần y tế", "2017-11-10"))
		for name, secret := range map[string]string{"of the person": lans, "of her unit": hoas} {
			got := o.events(secret)
			if e := got[part.ID+"@giamngheo"]; len(got) != before[secret]+1 || e.Day != "2017-11-20" || len(e.Alarms) != 2 || !strings.Contains(e.Summary, "Lập bảng số liệu, của xã; đủ cột") || !strings.Contains(e.Summary, "II.2") {
				t.Errorf("the feed %s holds %d, then %d: %+v", name, before[secret], len(got), e)
			}
		}
		if got := o.events(minhs); len(got) != before[minhs]+1 {
			t.Errorf("the feed of who was asked holds %d, then %d", before[minhs], len(got))
		}
		seen, err := o.tasks.Find(ctx, o.today(hoa), 2017, plan.ID)
		must(err)
		must(o.tasks.EndPart(ctx, o.today(lan), 2017, plan.ID, part.ID, seen.Parts[0].Rev, "xong"))
		must(o.tasks.Answer(ctx, o.today(minh), 2017, plan.ID, seen.Inputs[0].ID, seen.Inputs[0].Rev, "Nhất trí"))
		if len(o.events(lans)) != before[lans] || len(o.events(minhs)) != before[minhs] {
			t.Error("what is done still stands in the calendar")
		}
	})
}

func TestAFeedRestsUntilThePersonHasSetHisOwnPasswordAgain(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		id := o.person("lan", "commune", "", o.commune())
		_, secret := o.make(id, "")
		if _, err := o.accounts.ResetPassword(ctx, o.accounts.Operator(), id, "con trâu đi sau", true); err != nil {
			t.Fatal(err)
		}
		o.gone(secret, "the password is another's")
		if _, _, err := o.feeds.Make(ctx, o.today(id), ""); fault.Of(err) != fault.Forbidden {
			t.Errorf("a feed made with a password of another's: %v", err)
		}
	})
}

func TestAUnitsFeedEndsWhenItsMakerNoLongerCoversTheUnit(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		id := o.person("hoa", "district", "", district)
		_, secret := o.make(id, o.commune())
		_, own := o.make(id, "")
		events := o.events(secret)
		if len(events) == 0 || len(events) != len(owedBy(t, o, o.commune())) {
			t.Fatalf("the commune's feed has %d events", len(events))
		}
		post := o.today(id).Posts[0]
		if err := o.accounts.EndPost(ctx, o.accounts.Operator(), post.ID, "2017-10-03", "chuyển công tác"); err != nil {
			t.Fatal(err)
		}
		if _, err := o.accounts.AddPost(ctx, o.accounts.Operator(), account.Post{Account: id, Agency: "UBND", Role: "district", Area: "386.2016", From: "2017-10-03"}, "nơi mới"); err != nil {
			t.Fatal(err)
		}
		o.Today = "2017-10-03"
		o.gone(secret, "the commune lies in another district")
		if len(o.events(own)) == 0 {
			t.Error("the own feed goes on with the new post")
		}
	})
}

func owedBy(t *testing.T, o *office, unit area.ID) (dated []task.Instance) {
	t.Helper()
	list, err := o.tasks.OwedAt(ctx, o.Tree.Operator(householdtest.Key, o.Today), unit)
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range list {
		if i.Ends != "" {
			dated = append(dated, i)
		}
	}
	return dated
}

func TestShouldRefuseFeedsOfUnitsBeyondThePosts(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		commune, health := o.person("xa", "commune", "", o.commune()), o.person("yte", "agency_officer", "so-y-te", province)
		head, waits, leads := o.person("thon", "village", "", o.village()), o.person("cho", "", "", ""), o.person("tinh", "province", "", province)
		for _, c := range []struct {
			what string
			who  account.ID
			unit area.ID
		}{
			{"the district above", commune, district},
			{"an agency", commune, account.AgencyUnit("so-y-te")},
			{"another agency", health, account.AgencyUnit("so-gddt")},
			{"a commune, at an agency", health, o.commune()},
			{"the province, at an agency", health, province},
			{"the commune, of a village head", head, o.commune()},
			{"a village", leads, o.village()},
			{"what never was", leads, "nowhere"},
			{"an agency that never was", leads, "@nowhere"},
		} {
			if _, secret, err := o.feeds.Make(ctx, o.today(c.who), c.unit); fault.Of(err) != fault.NotFound {
				t.Errorf("%s: %q %v", c.what, secret, err)
			}
		}
		if _, _, err := o.feeds.Make(ctx, o.today(waits), ""); fault.Of(err) != fault.Forbidden {
			t.Errorf("without a post: %v", err)
		}
		if _, _, err := o.feeds.Make(ctx, o.accounts.Operator(), ""); fault.Of(err) != fault.Forbidden {
			t.Errorf("the operator has no account: %v", err)
		}
		for who, unit := range map[account.ID]area.ID{health: account.AgencyUnit("so-y-te"), leads: account.AgencyUnit("so-gddt")} {
			if _, secret := o.make(who, unit); len(o.events(secret)) == 0 {
				t.Errorf("%s owes nothing", unit)
			}
		}
	})
}

func (o *office) village() area.ID {
	for _, v := range o.Tree.Under(district, o.Today, area.Village) {
		if v.Level == area.Village {
			return v.Area
		}
	}
	o.T.Fatal("no village")
	return ""
}

func TestARevokedAddressAnswersAsOneThatNeverWas(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		id, other := o.person("lan", "commune", "", o.commune()), o.person("hoa", "district", "", district)
		f, secret := o.make(id, "")
		if len(secret) < 26 { // 130 bits in letters of five
			t.Errorf("the secret has only %d letters", len(secret))
		}
		never := strings.Repeat("a", len(secret))
		for _, wrong := range []string{never, "", secret[:len(secret)-1], secret + "a", strings.ToUpper(secret), f.ID} {
			o.gone(wrong, wrong)
		}
		if err := o.feeds.Revoke(ctx, o.today(other), f.ID); fault.Of(err) != fault.NotFound {
			t.Errorf("somebody else revokes it: %v", err)
		}
		if own, err := o.feeds.Own(ctx, o.today(other)); err != nil || len(own) != 0 {
			t.Errorf("somebody else has %v %v", own, err)
		}
		o.events(secret)
		own, err := o.feeds.Own(ctx, o.today(id))
		if err != nil || len(own) != 1 || own[0].FetchedAt == 0 {
			t.Fatalf("it was fetched: %+v %v", own, err)
		}
		if err := o.feeds.Revoke(ctx, o.today(id), f.ID); err != nil {
			t.Fatal(err)
		}
		o.gone(secret, "revoked")
		if err := o.feeds.Revoke(ctx, o.today(id), f.ID); fault.Of(err) != fault.NotFound {
			t.Errorf("revoked again: %v", err)
		}
		_, a := o.feeds.Open(ctx, secret)
		_, b := o.feeds.Open(ctx, never)
		if a.Error() != b.Error() {
			t.Errorf("%v, but %v", a, b)
		}
		o.keeps(secret, "feed.make", "feed.revoke")
	})
}

// keeps looks for the secret in what is stored, and for the journal.
func (o *office) keeps(secret string, actions ...string) {
	o.T.Helper()
	o.Read(func(tx *db.Tx) error {
		for _, action := range actions {
			n := 0
			if err := tx.Get(`select count(*) from journal where action = $1 and record_kind = 'feed' and coalesce(changes, '') not like $2`, []any{action, "%" + secret + "%"}, &n); err != nil {
				return err
			}
			if n != 1 {
				o.T.Errorf("%d entries of %s without the secret", n, action)
			}
		}
		var hash []byte
		if err := tx.Get(`select hash from feed`, nil, &hash); err != nil {
			return err
		}
		if len(hash) != 32 || strings.Contains(string(hash), secret) {
			o.T.Errorf("kept is %q", hash)
		}
		return nil
	})
	if err := journal.Verify(ctx, o.db, householdtest.Key); err != nil {
		o.T.Error(err)
	}
}

func TestNobodyGathersFeedsWithoutEnd(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		id := o.person("lan", "commune", "", o.commune())
		var last feed.Feed
		for n := 0; ; n++ {
			f, _, err := o.feeds.Make(ctx, o.today(id), "")
			if fault.Of(err) == fault.Conflict {
				break
			}
			if err != nil || n > 100 {
				t.Fatal(n, err)
			}
			last = f
		}
		if err := o.feeds.Revoke(ctx, o.today(id), last.ID); err != nil {
			t.Fatal(err)
		}
		o.make(id, "") // there is room again
	})
}

func TestTheGateSlowsDownWhoTriesAddresses(t *testing.T) {
	var g feed.Gate
	now := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
	n := 0
	for ; g.Pass(now, "10.1.2.3:4") == 0; n++ {
		g.Missed(now, "10.1.2.9:5")
		if n > 100 {
			t.Fatal("nobody is ever slowed down")
		}
	}
	if n < 5 {
		t.Errorf("slowed down after %d wrong addresses", n)
	}
	if g.Pass(now, "10.1.3.3:4") != 0 {
		t.Error("another network waits too")
	}
	wait := g.Pass(now, "10.1.2.3:4")
	if wait <= 0 || wait > time.Minute {
		t.Errorf("it waits %s", wait)
	}
	if g.Pass(now.Add(wait), "10.1.2.3:4") != 0 {
		t.Error("after the wait it still waits")
	}
	// An office whose phones all fetch every minute is never slowed down.
	var office feed.Gate
	for second := range 600 {
		for range 3 {
			if office.Pass(now.Add(time.Duration(second)*time.Second), "10.1.2.3:4") != 0 {
				t.Fatalf("the office waits in second %d", second)
			}
		}
	}
}
