package exchange

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/db/dbtest"
	"giamngheo/internal/fault"
	"giamngheo/internal/form"
	"giamngheo/internal/household"
	"giamngheo/internal/household/householdtest"
	"giamngheo/internal/review"
	"giamngheo/internal/sheet"
)

func (o *office) formSheet(by *account.Actor, at area.ID, code string) ([]byte, int, error) {
	var out bytes.Buffer
	n, err := o.FormSheet(context.Background(), by, &out, SheetOptions{Area: at, Round: "2016", Form: code, Purpose: "phát cho thôn"})
	return out.Bytes(), n, err
}

func (o *office) forms(b *sheet.Book, code string, dry bool) *Report {
	o.t.Helper()
	r, err := o.ImportForms(context.Background(), o.actor, b, FormsOptions{Round: "2016", Form: code, DryRun: dry})
	if err != nil {
		o.t.Fatal(err)
	}
	return r
}

func (o *office) formOf(id household.ID, code string) (a review.FormAnswer, ok bool) {
	o.t.Helper()
	o.Read(func(tx *db.Tx) (err error) {
		a, ok, err = o.Reviews.FormInForce(tx, id, "2016", code)
		return err
	})
	return a, ok
}

func TestAFormGoesOutAsASheetAndComesBackFilledIn(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := newOffice(t, d)
		ctx := context.Background()
		one := o.Family(householdtest.BanOn, "2016-01-01", "Vi Văn Tây, male, 1975")
		two := o.Family(householdtest.BanOn, "2016-01-01", "Hà Thị Én, female, 1980")
		o.Family(householdtest.Khu1, "2016-01-01", "Lê Văn Xa, male, 1970")
		for _, id := range []household.ID{one.ID, two.ID} {
			if err := o.Reviews.AddToList(ctx, o.Operator(), "2016", id, review.Proposal, false, ""); err != nil {
				t.Fatal(err)
			}
		}

		raw, n, err := o.formSheet(o.actor, householdtest.BanOn, form.Screening)
		if err != nil || n != 2 {
			t.Fatalf("%d households, %v", n, err)
		}
		if head, err := openBook(t, "a.xlsx", raw).Head(0, 2); err != nil || head[1].Cell(1).Clean() != "Bản Ón" {
			t.Errorf("the village is called %q (%v)", head[1].Cell(1).Clean(), err)
		}
		if r := o.forms(openBook(t, "a.xlsx", raw), form.Screening, true); r.Blocked || r.Unchanged != 2 || len(r.Problems) > 0 {
			t.Errorf("an empty sheet: %s", r.says())
		}

		code := func(id household.ID) string { return o.Find(id).Code }
		const header = "Mã hộ|Chủ hộ|A1. Có ô tô, xe máy hoặc thuyền máy|A2. Có tủ lạnh hoặc máy điều hòa nhiệt độ|A3. Có máy giặt|A8. Có người đang làm việc có bằng cao đẳng trở lên|Ngày rà soát|Ghi chú|Cân nặng"
		filled := func(rows ...string) *sheet.Book {
			return xlsxBook(t, append([]string{"Phiếu A", header}, rows...), []string{"Cách ghi", "Cột|Ghi"})
		}
		r := o.forms(filled(code(one.ID)+"|Vi Văn Tây|1|x|có||05/10/2016|nhà mới|", code(two.ID)+"|Hà Thị Én|0|0|0|0|||"), form.Screening, false)
		if !r.Applied || r.Create != 2 || !strings.Contains(r.says(), "?unknown_column") {
			t.Fatal(r.says())
		}
		if a, ok := o.formOf(one.ID, form.Screening); !ok || a.Result != form.SurelyNotPoor || a.Answers["surveyed_on"].Text() != "2016-10-05" || a.Answers["note"].Text() != "nhà mới" {
			t.Errorf("came back as %+v", a)
		}
		if a, _ := o.formOf(two.ID, form.Screening); a.Result != "" || a.Answers["lets_out"].Given() {
			t.Errorf("a blank cell became an answer: %+v", a)
		}

		// What goes out now comes back without a change.
		raw, _, err = o.formSheet(o.actor, householdtest.BanOn, form.Screening)
		if err != nil {
			t.Fatal(err)
		}
		if r := o.forms(openBook(t, "a.xlsx", raw), form.Screening, false); r.Applied || r.Unchanged != 2 || r.Refused != 0 {
			t.Errorf("unchanged sheet: %s", r.says())
		}

		// One row refused, and nothing is written.
		before := o.count("form_answer", "1 = 1")
		for name, row := range map[string]string{
			"a mark that is none":      code(one.ID) + "||có lẽ|||||",
			"a day that is none":       code(one.ID) + "||||||31/02/2016||",
			"a day to come":            code(one.ID) + "||||||05/10/2019||",
			"a code nobody has":        "TH-9999-9999||1||||||",
			"no code":                  "||1||||||",
			"the same household again": code(two.ID) + "||1||||||",
		} {
			r := o.forms(filled(code(two.ID)+"||1||||||", row), form.Screening, false)
			if !r.Blocked || r.Refused != 1 || r.Applied || o.count("form_answer", "1 = 1") != before {
				t.Errorf("%s: %s", name, r.says())
			}
		}
		r = o.forms(filled(code(one.ID)+"|||(xóa)|||||"), form.Screening, false)
		if a, _ := o.formOf(one.ID, form.Screening); !r.Applied || r.Update != 1 || a.Answers["cooling"].Given() || !a.Answers["vehicle"].Given() || a.Rev != 2 {
			t.Errorf("an erased answer: %s %+v", r.says(), a)
		}

		request := xlsxBook(t, []string{"Giấy đề nghị 1a", "Mã hộ|1. Ngày nộp giấy đề nghị|2. Hộ đề nghị được công nhận|3. Khó khăn phát sinh|4. Lý do của hộ", code(two.ID) + "|01/10/2016|2|2; 6|chồng ốm nặng"})
		if r := o.forms(request, form.RequestEnter, false); !r.Applied {
			t.Fatal(r.says())
		}
		if a, _ := o.formOf(two.ID, form.RequestEnter); a.Answers["asks_for"].Text() != "near_poor" || !a.Answers["hardship"].Equal(form.Codes("other", "illness")) {
			t.Errorf("the request came as %+v", a.Answers)
		}
	})
}

func TestPhieuBGoesOutForThoseWhoNeedItAndIsReadAsHouseholds(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := newOffice(t, d)
		ctx := context.Background()
		needs := o.Family(householdtest.BanOn, "2016-01-01", "Vi Văn Tây, male, 1975")
		o.Family(householdtest.BanOn, "2016-01-01", "Hà Thị Én, female, 1980")
		if err := o.Reviews.AddToList(ctx, o.Operator(), "2016", needs.ID, review.Added, true, "khó khăn"); err != nil {
			t.Fatal(err)
		}
		raw, n, err := o.formSheet(o.actor, householdtest.BanOn, form.Scores)
		if err != nil || n != 1 {
			t.Fatalf("%d households, %v", n, err)
		}
		r := o.take(openBook(t, "b.xlsx", raw), Options{DryRun: true})
		if r.Rows != 1 || r.Unchanged != 1 || r.Blocked || len(r.Problems) > 0 {
			t.Errorf("the sheet of Phiếu B is read as %s", r.says())
		}
		// How to fill it in speaks of the columns that are there, causes among them.
		book := openBook(t, "b.xlsx", raw)
		columns := map[string]bool{}
		for prefix, name := range map[string]string{"": "Hộ", "Trang «Thành viên», cột ": "Thành viên"} {
			head, err := book.Head(book.Find(name), 1)
			if err != nil {
				t.Fatal(err)
			}
			for i := range head[0].Cells {
				columns[prefix+head[0].Cell(i).Clean()] = true
			}
		}
		how, err := book.Head(book.Find("Cách ghi"), 100)
		if err != nil {
			t.Fatal(err)
		}
		causes := false
		for _, row := range how[1:] {
			title := row.Cell(0).Clean()
			if !columns[title] {
				t.Errorf("there is no column «%s»", title)
			}
			causes = causes || title == "Nguyên nhân nghèo" && strings.Contains(row.Cell(1).Clean(), "1 thiếu vốn sản xuất; 2 ")
		}
		// Every question of the form has its column: but for the items of the
		// scorecard, whose points are in the total.
		round, err := o.Reviews.FindRound(ctx, "2016")
		if err != nil {
			t.Fatal(err)
		}
		f, err := o.Reviews.FormOf(round, form.Scores)
		if err != nil {
			t.Fatal(err)
		}
		asked := 1 // causes, which are kept with it
		for _, s := range f.Sections {
			for _, q := range s.Questions {
				if q.Item == "" {
					asked++
				}
			}
		}
		if len(how)-1 != asked || asked < 25 || !causes {
			t.Errorf("%d columns are explained of %d questions, causes: %v", len(how)-1, asked, causes)
		}
	})
}

func TestWhoMayHaveAFormAsASheet(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := newOffice(t, d)
		officer := o.as(t, "commune", householdtest.TamChung)
		if _, _, err := o.formSheet(officer, householdtest.Khu1, form.Screening); fault.Of(err) != fault.NotFound {
			t.Errorf("an officer has the sheet of another commune: %v", err)
		}
		if _, err := o.FormSheet(context.Background(), o.actor, &bytes.Buffer{}, SheetOptions{Area: householdtest.BanOn, Round: "2016", Form: form.Screening}); fault.Of(err) != fault.Invalid {
			t.Errorf("names go out without a purpose: %v", err)
		}
		elsewhere := o.Family(householdtest.Khu1, "2016-01-01", "Lê Văn Xa, male, 1970")
		r, err := o.ImportForms(context.Background(), officer, xlsxBook(t, []string{"Phiếu A", "Mã hộ|A3. Có máy giặt", o.Find(elsewhere.ID).Code + "|1"}), FormsOptions{Round: "2016", Form: form.Screening})
		if err != nil || !r.Blocked {
			t.Errorf("an officer writes a form of another commune: %v %v", r, err)
		}
	})
}
