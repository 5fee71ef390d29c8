package task_test

import (
	"testing"

	"giamngheo/internal/account"
	"giamngheo/internal/db"
	"giamngheo/internal/db/dbtest"
	"giamngheo/internal/dossier"
	"giamngheo/internal/household/householdtest"
	"giamngheo/internal/task"
	"giamngheo/law"
)

func TestAnAgencyThatOwesIsNotEndedWithoutASuccessor(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := open(t, d)
		o.make(2017)
		s, by := o.tasks, o.operator()
		accounts, err := account.New(d, householdtest.Key, law.Files, s.Tree, o.Now)
		if err != nil {
			t.Fatal(err)
		}
		end := func(successor, day string) error {
			_, err := s.EndAgency(ctx, by, "so-y-te", successor, day, func(tx *db.Tx) error { return accounts.EndAgencyIn(tx, by, "so-y-te", 1, day, "sáp nhập") })
			return err
		}
		open, err := s.OpenOf(ctx, "so-y-te")
		if err != nil || len(open) < 3 {
			t.Fatalf("it owes %d, %v", len(open), err)
		}
		lead := o.owed(2017, "II.4", "38")
		officer := o.at("cv", "agency_officer", "so-y-te", province)
		o.must(s.Accept(ctx, officer, 2017, lead.ID, ""), s.Report(ctx, officer, 2017, lead.ID, "đã có dự thảo", 40), s.HandIn(ctx, officer, 2017, lead.ID, o.find(officer, lead).Record.Rev, ""))
		o.refused(end("", o.Today), "agency_owes")
		o.refused(end("so-y-te", o.Today), "agency_successor")
		o.refused(end("khong-co", o.Today), "agency_successor")
		o.refused(end("so-gddt", "2017-12-31"), "agency_day")
		if list, _ := accounts.Agencies(ctx); len(list) == 0 {
			t.Fatal("no agencies")
		}
		if again, _ := s.OpenOf(ctx, "so-y-te"); len(again) != len(open) {
			t.Fatalf("a refused end left %d of %d", len(again), len(open))
		}
		before, _ := s.OpenOf(ctx, "so-gddt")
		o.must(end("so-gddt", o.Today))
		if left, err := s.OpenOf(ctx, "so-y-te"); err != nil || len(left) != 0 {
			t.Errorf("%d are left, %v", len(left), err)
		}
		heir := o.at("cv2", "agency_officer", "so-gddt", province)
		moved := o.find(heir, lead)
		if moved.By != account.AgencyUnit("so-gddt") || moved.State != task.Returned || len(moved.Entries) != 1 || len(moved.Events) < 4 || moved.Record.State != dossier.Returned {
			t.Errorf("what it led: by %s, %s, %d entries, %d events", moved.By, moved.State, len(moved.Entries), len(moved.Events))
		}
		after, _ := s.OpenOf(ctx, "so-gddt")
		if len(after) <= len(before) {
			t.Errorf("the successor owes %d, before %d", len(after), len(before))
		}
		// Who worked at the agency works on it no more.
		if _, err := s.Find(ctx, officer, 2017, lead.ID); err == nil {
			t.Error("the officer of the ended agency still finds it")
		}
		o.must(s.Accept(ctx, heir, 2017, lead.ID, ""), s.HandIn(ctx, heir, 2017, lead.ID, o.find(heir, lead).Record.Rev, ""))
	})
}
