package task_test

import (
	"slices"
	"testing"

	"giamngheo/internal/account"
	"giamngheo/internal/committee"
	"giamngheo/internal/db"
	"giamngheo/internal/db/dbtest"
	"giamngheo/internal/household/householdtest"
	"giamngheo/law"
)

// A year that is made after an agency's end asks its successor, and where there
// is none it says so.
func TestAYearMadeAfterAnAgencysEndAsksItsSuccessor(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		s, by := o.tasks, o.operator()
		accounts, err := account.New(d, householdtest.Key, law.Files, s.Tree, o.Now)
		o.must(err)
		end := func(id, successor string) {
			t.Helper()
			_, err := s.EndAgency(ctx, by, id, successor, o.Today, func(tx *db.Tx) error { return accounts.EndAgencyIn(tx, by, id, 1, o.Today, "sắp xếp lại") })
			o.must(err)
		}
		end("so-y-te", "so-gddt")
		end("so-gddt", "so-tttt") // and that one goes on
		end("so-xay-dung", "")
		planned := o.owed(2018, "II.4", "38")
		if planned.By != account.AgencyUnit("so-tttt") {
			t.Errorf("before the year is made its lead is %s", planned.By)
		}
		opening, err := s.Opening(ctx, 2018)
		o.must(err)
		if len(opening.Gone) != 1 || opening.Gone[0].ID != "so-xay-dung" {
			t.Errorf("without a successor: %+v", opening.Gone)
		}
		o.make(2018)
		for _, id := range []string{"so-y-te", "so-gddt", "so-xay-dung"} {
			if open, err := s.OpenOf(ctx, id); err != nil || len(open) > 0 {
				t.Errorf("%s has ended and owes %d, %v", id, len(open), err)
			}
		}
		y, err := s.Year(ctx, o.Tree.Operator(householdtest.Key, o.Today), 2018, "")
		o.must(err)
		reports, names := 0, ""
		for _, i := range y.Instances {
			if i.Task == "B.7" && i.Unit.Code == "so-tttt" {
				reports, names = reports+1, i.Unit.Name
			}
		}
		if reports != 1 || names != "Sở Thông tin và Truyền thông" {
			t.Errorf("the successor reports %d times, as %q", reports, names)
		}
		// Who took over is said later: years made from then on ask him.
		name := func(id, successor string, rev int64) error {
			_, err := s.NameSuccessor(ctx, by, id, successor, func(tx *db.Tx) error {
				return accounts.NameSuccessorIn(tx, by, id, rev, successor, "QĐ sau")
			})
			return err
		}
		o.refused(name("so-xay-dung", "so-y-te", 2), "agency_successor") // has ended itself
		o.refused(name("so-xay-dung", "so-xay-dung", 2), "agency_successor")
		o.refused(name("so-xay-dung", "", 2), "agency_successor")
		o.refused(name("so-tttt", "so-nnptnt", 1), "agency_goes_on")
		o.refused(name("so-y-te", "so-nnptnt", 2), "agency_has_successor")
		o.refused(name("so-xay-dung", "so-nnptnt", 1), "stale_rev")
		o.must(name("so-xay-dung", "so-nnptnt", 2))
		if led := o.owed(2019, "II.5", "38"); led.By != account.AgencyUnit("so-nnptnt") {
			t.Errorf("after its successor was named, what it led is done by %s", led.By)
		}
		heir := o.at("cv", "agency_officer", "so-tttt", province)
		for _, id := range []string{"II.3", "II.4"} {
			o.must(s.Accept(ctx, heir, 2018, o.owed(2018, id, "38").ID, ""))
		}
		if housing := o.owed(2018, "II.5", "38"); housing.By != province || housing.Lead != "" {
			t.Errorf("what nobody leads is done by %s, led by %q", housing.By, housing.Lead)
		}
		o.must(s.Accept(ctx, o.at("cbt", "province", "", province), 2018, o.owed(2018, "II.5", "38").ID, ""))
	})
}

// What a committee concludes before the year's obligations are made becomes one
// when they are, once, and is reported on there.
func TestAConclusionFromBeforeTheYearWasMadeBecomesATask(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		roles := func() *account.Roles { return o.roles }
		c := &committee.Store{DB: d, Province: householdtest.Key, Now: o.Now, Tree: o.tasks.Tree, Calendar: o.tasks.Calendar, Roles: roles, Oblige: o.tasks.ObligeIn}
		o.tasks.Committees = c
		keeper := o.at("can-bo", "district", "", district)
		made, err := c.Establish(ctx, keeper, committee.Committee{Area: district, Name: "Ban Chỉ đạo", Number: "1/QĐ-UBND", DecidedOn: "2017-01-10", Signer: "Lê Văn A", SignerOffice: "Chủ tịch"})
		o.must(err)
		conclude := func(held string, titles ...string) {
			t.Helper()
			m, err := c.Meet(ctx, keeper, made.ID, committee.Meeting{HeldOn: held, Chair: "Lê Văn A", Subject: "Kiểm điểm"})
			o.must(err)
			for _, title := range titles {
				o.must(c.Conclude(ctx, keeper, made.ID, m.ID, committee.Conclusion{Title: title, Unit: householdtest.TamChung, Due: "2017-12-20"}))
			}
		}
		conclude("2017-09-05", "Rà lại danh sách", "Việc đã xong")
		asked, err := c.Asked(ctx, o.at("xa", "commune", "", householdtest.TamChung))
		o.must(err)
		if len(asked) != 2 || asked[0].Year != 0 {
			t.Fatalf("before the year is made: %+v", asked)
		}
		at := slices.IndexFunc(asked, func(o committee.Conclusion) bool { return o.Title == "Việc đã xong" })
		o.must(c.Finish(ctx, keeper, asked[at].ID, asked[at].Rev, "2017-09-20", "đã làm"))
		opening, err := o.tasks.Opening(ctx, 2017)
		o.must(err)
		if opening.Conclusions != 1 {
			t.Errorf("%d conclusions come along", opening.Conclusions)
		}
		o.make(2018)
		if after, err := c.Asked(ctx, o.at("xa", "commune", "", householdtest.TamChung)); err != nil || len(after) != 1 {
			t.Errorf("another year takes it: %d left, %v", len(after), err)
		}
		o.make(2017)
		if after, err := c.Asked(ctx, o.at("xa", "commune", "", householdtest.TamChung)); err != nil || len(after) != 0 {
			t.Errorf("it is asked for at the committee still: %d, %v", len(after), err)
		}
		all, err := o.tasks.OfCommittee(ctx, made.ID, 2017)
		o.must(err)
		if len(all) != 1 || all[asked[1-at].ID].Task != "KL.1" || all[asked[1-at].ID].Title != "Rà lại danh sách" || all[asked[1-at].ID].Ends != "2017-12-20" {
			t.Fatalf("the obligations are %+v", all)
		}
		conclude("2017-09-29", "Việc sau")
		if all, err = o.tasks.OfCommittee(ctx, made.ID, 2017); err != nil || len(all) != 2 {
			t.Errorf("a later conclusion is the second: %d, %v", len(all), err)
		}
		i := all[asked[1-at].ID]
		o.run(i, o.at("xa", "commune", "", householdtest.TamChung), o.at("ct", "chair", "", district))
	})
}
