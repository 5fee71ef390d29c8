package exchange

import (
	"context"
	"testing"

	"giamngheo/internal/db"
	"giamngheo/internal/db/dbtest"
	"giamngheo/internal/fault"
	"giamngheo/internal/form"
	"giamngheo/internal/household/householdtest"
	"giamngheo/internal/review"
)

func TestASheetOfFormsIsTakenBackAsOne(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := newOffice(t, d)
		ctx := context.Background()
		one := o.Family(householdtest.BanOn, "2016-01-01", "Vi Văn Tây, male, 1975")
		two := o.Family(householdtest.BanTan, "2016-01-01", "Hà Thị Én, female, 1980")
		first, second := o.Find(one.ID).Code, o.Find(two.ID).Code
		take := func(rows ...string) *Report {
			t.Helper()
			r := o.forms(xlsxBook(t, append([]string{"Phiếu A", "Mã hộ|A1. Có ô tô, xe máy hoặc thuyền máy|A3. Có máy giặt"}, rows...)), form.Screening, false)
			if !r.Applied || r.Operation == "" {
				t.Fatal(r.says())
			}
			return r
		}
		before := take(first + "|1|0")
		r := take(first+"|0|1", second+"|1|1")
		list, err := o.Imports(ctx, o.actor, 10)
		if err != nil || len(list) != 2 || list[0].ID != r.Operation || list[0].Form != form.Screening || list[0].Rows != 2 {
			t.Fatalf("imports %+v %v", list, err)
		}
		if _, err := o.UndoImport(ctx, o.as(t, "commune", householdtest.DienLu), r.Operation, "nhầm", nil); fault.Of(err) != fault.NotFound {
			t.Errorf("by another commune: %v", err)
		}
		// What was written over since is not lost by an undo.
		if _, err := o.UndoImport(ctx, o.actor, before.Operation, "nhầm tệp", nil); codeOf(err) != "later_changes" {
			t.Errorf("of the sheet before: %v", err)
		}
		if n, err := o.UndoImport(ctx, o.actor, r.Operation, "nhầm tệp", nil); err != nil || n != 2 {
			t.Fatalf("undone %d %v", n, err)
		}
		a, ok := o.formOf(one.ID, form.Screening)
		if yes, _ := a.Answers["vehicle"].Bool(); !ok || !yes || a.Rev != 3 {
			t.Errorf("what the sheet replaced is not back: %+v", a)
		}
		if _, ok := o.formOf(two.ID, form.Screening); ok {
			t.Error("a form of the sheet stands")
		}
		if _, err := o.UndoImport(ctx, o.actor, r.Operation, "lần nữa", nil); codeOf(err) != "already_undone" {
			t.Errorf("twice: %v", err)
		}
		if _, err := o.UndoImport(ctx, o.actor, before.Operation, "nhầm tệp", nil); err != nil {
			t.Errorf("the sheet before, now: %v", err)
		}
		take(first + "|1|1")
		o.open(2017)
		if _, err := o.Reviews.FindRound(ctx, "2016"); err != nil {
			t.Fatal(err)
		}
		var closing review.Round
		if closing, err = o.Reviews.FindRound(ctx, "2016"); err == nil {
			err = o.Reviews.Close(ctx, "operator", "2016", closing.Rev, "thử")
		}
		if err != nil {
			t.Fatal(err)
		}
		list, _ = o.Imports(ctx, o.actor, 1)
		if _, err := o.UndoImport(ctx, o.actor, list[0].ID, "muộn", nil); codeOf(err) != "round_closed" {
			t.Errorf("of a closed round: %v", err)
		}
	})
}
