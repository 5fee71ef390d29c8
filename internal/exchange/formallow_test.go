package exchange

import (
	"bytes"
	"context"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"giamngheo/internal/db"
	"giamngheo/internal/db/dbtest"
	"giamngheo/internal/form"
	"giamngheo/internal/household/householdtest"
	"giamngheo/internal/review"
)

// Each coded question of a sheet to fill in has the rule of its definition in
// its own column, down to the last row; read by another program than the one
// that wrote it.
func TestTheCellsOfASheetTakeWhatTheFormTakes(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := newOffice(t, d)
		ctx := context.Background()
		one := o.Family(householdtest.BanOn, "2016-01-01", "Vi Văn Tây, male, 1975")
		if err := o.Reviews.AddToList(ctx, o.Operator(), "2016", one.ID, review.Added, true, "khó khăn"); err != nil {
			t.Fatal(err)
		}
		round, err := o.Reviews.FindRound(ctx, "2016")
		if err != nil {
			t.Fatal(err)
		}
		for _, code := range []string{form.Screening, form.Scores, form.Needs, form.RequestEnter, form.RequestLeave} {
			f, err := o.Reviews.FormOf(round, code)
			if err != nil {
				t.Fatal(err)
			}
			raw, _, err := o.formSheet(o.actor, householdtest.BanOn, code)
			if err != nil {
				t.Fatal(err)
			}
			book, err := excelize.OpenReader(bytes.NewReader(raw))
			if err != nil {
				t.Fatal(code, err)
			}
			rules := map[string]*excelize.DataValidation{} // by the title of the column
			for _, name := range book.GetSheetList() {
				rows, err := book.GetRows(name)
				if err != nil {
					t.Fatal(err)
				}
				list, err := book.GetDataValidations(name)
				if err != nil {
					t.Fatal(err)
				}
				for _, rule := range list {
					from, to, _ := strings.Cut(rule.Sqref, ":")
					column, row, err := excelize.CellNameToCoordinates(from)
					if _, last, _ := excelize.CellNameToCoordinates(to); err != nil || row != 2 || last != 1048576 {
						t.Errorf("%s: a rule for %s", code, rule.Sqref)
					}
					title := rows[0][column-1]
					if len(name) > 0 && name == "Thành viên" {
						title = "Trang «Thành viên», cột " + title
					}
					rules[title] = rule
				}
			}
			rows := howRows(f)
			if code == form.Scores {
				rows = o.scoresHow(t, round, f)
			}
			for _, row := range rows {
				rule, has := rules[row.title]
				if row.q.Kind == form.Words {
					continue
				}
				if !has {
					t.Errorf("%s: «%s» has no rule", code, row.title)
					continue
				}
				if rule.Error == nil && row.q.Kind != form.Ticks || rule.Error != nil && !strings.ContainsAny(*rule.Error, "ôốấựờ") {
					t.Errorf("%s: «%s» says nothing to whom it refuses", code, row.title)
				}
				kind, formula := rule.Type, rule.Formula1
				want, list := map[string]string{form.YesNo: "list", form.Choice: "list", form.Date: "date", form.Ticks: ""}[row.q.Kind], ""
				switch row.q.Kind {
				case form.YesNo:
					list = `"1,0,(xóa)"`
				case form.Choice:
					for i := range row.q.Options {
						list += strconv.Itoa(i+1) + ","
					}
					list = `"` + list + `(xóa)"`
				case form.Number, form.Money:
					want = "decimal"
					if row.q.Decimals == 0 {
						want = "whole"
					}
					if row.q.Min != nil && formula != strconv.FormatFloat(*row.q.Min, 'f', -1, 64) || row.q.Min != nil && row.q.Max != nil && rule.Formula2 != strconv.FormatFloat(*row.q.Max, 'f', -1, 64) {
						t.Errorf("%s: «%s» takes from %s to %s", code, row.title, formula, rule.Formula2)
					}
				}
				if kind != want || list != "" && strings.TrimSpace(formula) != list {
					t.Errorf("%s: «%s» of kind %s takes %s %s, want %s %s", code, row.title, row.q.Kind, kind, formula, want, list)
				}
			}
		}
	})
}

// scoresHow are the columns of Phiếu B that somebody fills in.
func (o *office) scoresHow(t *testing.T, round review.Round, f *form.Form) []howRow {
	t.Helper()
	set, err := o.Law.ByID(round.Standard)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := (&export{s: o.Store, words: forms(), round: round, set: set}).howRows(f)
	if err != nil {
		t.Fatal(err)
	}
	return rows
}
