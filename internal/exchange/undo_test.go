package exchange

import (
	"context"
	"errors"
	"strings"
	"testing"

	"giamngheo/internal/db"
	"giamngheo/internal/db/dbtest"
	"giamngheo/internal/fault"
	"giamngheo/internal/household"
	"giamngheo/internal/household/householdtest"
	"giamngheo/internal/journal"
	"giamngheo/internal/review"
)

func TestAnImportIsUndoneAsAWhole(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := newOffice(t, d)
		f := o.Family(householdtest.BanOn, "2016-01-01", "Hà Văn Á, male, 1979-05-20, 038079000001", "spouse: Lò Thị Bình, female, 1981, 038181000002")
		points := 150
		h := o.Find(f.ID)
		if _, err := o.Reviews.Save(context.Background(), o.Operator(), review.Entry{Round: "2016", Household: f.ID, B1: &points}); err != nil {
			t.Fatal(err)
		}
		before := o.contents()
		file := xlsxBook(t, []string{"Hộ", "Mã hộ|Chủ hộ|Ngày sinh|Xã|Thôn|Điện thoại|Điểm B1|CMND",
			h.Code + "|Hà Văn Á|1979|||0912345678|100|", "N-1|Vi Văn Mới|1970|Tam Chung|Ón||105|038181000002"},
			[]string{"Thành viên", "Mã hộ|Họ và tên|Quan hệ|Ngày sinh|Có BHYT", h.Code + "|Hà Văn Á|Chủ hộ||0", h.Code + "|Lò Thị Bình|Vợ|1982|1", h.Code + "|Hà Thị Con|Con|2014|1", "N-1|Vi Văn Mới|Chủ hộ|1970|1"})
		r := o.take(file, Options{})
		if r.Create != 1 || r.Update != 1 || r.Blocked {
			t.Fatal(r.says())
		}
		after := o.contents()
		if n := o.count("duplicate_pair", "state = 'open'"); n != 1 {
			t.Error("the same ID is not queued: ", n)
		}
		n, err := o.UndoImport(context.Background(), o.actor, r.Operation, "nhầm tệp", nil)
		if err != nil || n != 2 {
			var f *fault.Error
			errors.As(err, &f)
			t.Fatalf("%d %v %v", n, err, f.Fields)
		}
		got := o.contents()
		kept := got[:0]
		for _, line := range got { // what was superseded stays as history, out of force
			if !strings.Contains(line, "|survey|0|") {
				kept = append(kept, line)
			}
		}
		same(t, before, kept)
		if n := o.count("duplicate_pair", "1=1") + o.count("person", "full_name = 'Vi Văn Mới'") + o.count("classification", "assessment_id not in (select id from assessment)"); n != 0 {
			t.Error("something is left: ", n)
		}
		if _, err := o.UndoImport(context.Background(), o.actor, r.Operation, "lại", nil); fault.Of(err) != fault.Conflict {
			t.Error("undone twice: ", err)
		}
		if again := o.take(file, Options{}); again.Create != 1 || again.Update != 1 {
			t.Error("again: ", again.says())
		}
		var lines []string
		for _, line := range o.contents() {
			if !strings.Contains(line, "|survey|0|") {
				lines = append(lines, line)
			}
		}
		live := after[:0]
		for _, line := range after {
			if !strings.Contains(line, "|survey|0|") {
				live = append(live, line)
			}
		}
		same(t, live, lines)
		if err := journal.SealRest(context.Background(), d, "TH", o.Province.Now); err != nil {
			t.Fatal(err)
		}
		if err := journal.Verify(context.Background(), d, "TH"); err != nil {
			t.Error(err)
		}
		list, err := o.Imports(context.Background(), o.actor, 10)
		if err != nil || len(list) != 2 || list[1].State != stateUndone || list[1].UndoReason != "nhầm tệp" || list[0].State != stateApplied {
			t.Errorf("%+v %v", list, err)
		}
	})
}

func TestAnImportOnWhichOthersRestIsNotUndone(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := newOffice(t, d)
		ctx := context.Background()
		r := o.take(csvBook(t, "Mã hộ|Chủ hộ|Ngày sinh|Xã|Thôn|Điểm B1", "N-1|Vi Văn Mới|1970|Tam Chung|Ón|105", "N-2|Vi Văn Hai|1971|Tam Chung|Ón|105"), Options{})
		var h household.Household
		o.Read(func(tx *db.Tx) (err error) {
			h, err = o.Households.FindByCode(tx, o.Operator().Scope, "N-1")
			return err
		})
		phone := "0912345678"
		if _, err := o.Households.Correct(ctx, o.Operator(), household.Operation{Household: h.ID, Rev: h.Rev, Reason: "gọi điện hỏi"}, []household.Correction{{Phone: &phone}}); err != nil {
			t.Fatal(err)
		}
		second := o.take(csvBook(t, "Mã hộ|Điểm B1", "N-2|90"), Options{})
		_, err := o.UndoImport(ctx, o.actor, r.Operation, "nhầm", nil)
		var f *fault.Error
		if !errors.As(err, &f) || f.Code != "rests_on_it" || len(f.Fields) != 2 || !strings.Contains(f.Fields[0].Message, "N-1") || !strings.Contains(f.Fields[1].Message, "N-2") {
			t.Fatalf("%v %+v", err, f)
		}
		if _, err := o.UndoImport(ctx, o.actor, second.Operation, "nhầm", nil); err != nil {
			t.Fatal(err)
		}
		o.Read(func(tx *db.Tx) error {
			done, err := o.Households.Operations(tx, h.ID)
			if err != nil || len(done) != 1 {
				t.Fatal(done, err)
			}
			h.ID = household.ID(done[0].ID)
			return nil
		})
		if err := o.Households.Undo(ctx, o.Operator(), string(h.ID), "nhầm"); err != nil {
			t.Fatal(err)
		}
		if n, err := o.UndoImport(ctx, o.actor, r.Operation, "nhầm", nil); err != nil || n != 2 {
			t.Error("once nothing rests on it: ", n, err)
		}
		if n := o.count("household", "1=1") + o.count("assessment", "1=1") + o.count("person", "1=1"); n != 0 {
			t.Error("left: ", n)
		}
	})
}

func TestWhatChangesWhileAFileIsReadStopsIt(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		for _, c := range []struct {
			name string
			do   func(o *office, h household.Household)
			ok   bool
		}{
			{"nothing", func(*office, household.Household) {}, true},
			{"a correction of the household", func(o *office, h household.Household) {
				phone := "0999999999"
				if _, err := o.Households.Correct(context.Background(), o.Operator(), household.Operation{Household: h.ID, Rev: h.Rev, Reason: "hỏi lại"}, []household.Correction{{Phone: &phone}}); err != nil {
					o.t.Error(err)
				}
			}, false},
			{"an assessment of the household", func(o *office, h household.Household) {
				points := 90
				if _, err := o.Reviews.Save(context.Background(), o.Operator(), review.Entry{Round: "2016", Household: h.ID, B1: &points}); err != nil {
					o.t.Error(err)
				}
			}, false},
			{"another household", func(o *office, _ household.Household) {
				o.Family(householdtest.Rieng, "2016-01-01", "Phạm Văn Khác, male, 1970")
			}, true},
			{"the program that cleans up takes it for dead", func(o *office, _ household.Household) {
				o.Store.DB.Write(context.Background(), func(tx *db.Tx) error {
					_, err := tx.Exec(`update operation set state = 'failed' where kind = 'import'`)
					return err
				})
			}, false},
		} {
			t.Run(c.name, func(t *testing.T) {
				o := newOffice(t, fresh(t, d))
				f := o.Family(householdtest.BanOn, "2016-01-01", "Hà Văn Á, male, 1979-05-20, 038079000001")
				h := o.Find(f.ID)
				o.beforeApply = func() { c.do(o, h) }
				r, err := o.Import(context.Background(), o.actor, csvBook(t, "Mã hộ|Chủ hộ|Ngày sinh|Xã|Thôn|Điểm B1", h.Code+"|||||100", "|Vi Văn Mới|1970|Tam Chung|Ón|105"), Options{Round: "2016"})
				if c.ok != (err == nil) || err != nil && fault.Of(err) != fault.Conflict {
					t.Fatal(r, err)
				}
				if n := o.count("person", "full_name = 'Vi Văn Mới'"); (n == 1) != c.ok {
					t.Error("persons: ", n)
				}
				if n := o.count("import_household", "1=1") + o.count("import_in_force", "1=1") + o.count("import_entry", "1=1"); n != 0 {
					t.Error("staging is left: ", n)
				}
			})
		}
	})
}

// fresh gives an empty database of the same engine.
func fresh(t *testing.T, d *db.DB) *db.DB {
	t.Helper()
	next, err := db.Open(context.Background(), dbtest.DSN(t, d.Engine))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { next.Close() })
	if err := next.Migrate(context.Background()); err != nil {
		t.Fatal(err)
	}
	return next
}
