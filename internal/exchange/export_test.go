package exchange

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"giamngheo/internal/account"
	"giamngheo/internal/db"
	"giamngheo/internal/db/dbtest"
	"giamngheo/internal/household"
	"giamngheo/internal/household/householdtest"
	"giamngheo/internal/sheet"
	"giamngheo/law"
)

func (o *office) export(area string, format sheet.Format) []byte {
	o.t.Helper()
	var out bytes.Buffer
	if _, err := o.ExportHouseholds(context.Background(), o.actor, &out, ExportOptions{Area: area, Round: "2016", Format: format, Purpose: "đối chiếu"}); err != nil {
		o.t.Fatal(err)
	}
	return out.Bytes()
}

// contents gives all that the registry and the review hold, without ids.
func (o *office) contents() []string {
	o.t.Helper()
	var lines []string
	read := func(query string) {
		o.Read(func(tx *db.Tx) error {
			return tx.Each(query, []any{householdtest.Key}, func(r *sql.Rows) error {
				columns, _ := r.Columns()
				values, dest := make([]sql.NullString, len(columns)), make([]any, len(columns))
				for i := range values {
					dest[i] = &values[i]
				}
				if err := r.Scan(dest...); err != nil {
					return err
				}
				line := ""
				for _, v := range values {
					line += v.String + "|"
				}
				lines = append(lines, line)
				return nil
			})
		})
	}
	read(`select h.code, h.village_id, h.head_key, h.size, h.ethnic, h.policy_groups, h.address, h.phone, h.from_day, h.to_day, h.note, p.full_name from household h join person p on p.id = h.head_id where h.province_id = $1`)
	read(`select h.code, m.relation, m.from_day, p.full_name, p.folded, p.sex, p.birth, p.ethnic, p.national_id, p.policy_groups from membership m join person p on p.id = m.person_id join household h on h.id = m.household_id where h.province_id = $1`)
	read(`select h.code, a.purpose, case when f.assessment_id is null then 0 else 1 end, a.effective_from, a.village_id, a.commune_id, a.area_type, a.size, a.b1, a.income, a.answers, a.ticked, a.causes, a.detail, a.warnings, a.warning_answer, a.surveyor, a.surveyed_on, a.note, c.class, c.label, c.deprivations, c.transition
		from assessment a left join assessment_in_force f on f.assessment_id = a.id join household h on h.id = a.household_id join classification c on c.assessment_id = a.id where h.province_id = $1`)
	slices.Sort(lines)
	return lines
}

const fullHeader = "Mã hộ|Xã|Thôn|Chủ hộ|Ngày sinh|Giới tính|Dân tộc|CMND/CCCD|Điện thoại|Địa chỉ|Nhóm đối tượng|Ghi chú về hộ|Số thành viên|Phân loại trước rà soát|Điểm B1|Thu nhập|CS1|CS2|CS3|CS4|CS5|CS6|CS7|CS8|CS9|CS10|Nguyên nhân nghèo|Diện tích nhà ở|Có tivi|Ngày rà soát|Người rà soát|Trả lời chỗ khác nhau|Ghi chú"
const memberHeader = "Mã hộ|Họ và tên|Quan hệ với chủ hộ|Ngày sinh|Giới tính|Dân tộc|CMND/CCCD|Nhóm đối tượng|Ốm đau không đi khám|Có BHYT|Đã xong trung học cơ sở|Đang đi học"

func TestARoundTripLosesNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := newOffice(t, d)
		r := o.take(xlsxBook(t, []string{"Hộ", fullHeader,
			"A-01|Tam Chung|Ón|Hà Văn Ón|20/05/1979|Nam|Thái|038079000001|0912345678|=1+1|NCC|'nháy|3|Hộ nghèo|105||1|0|||0|0|0|0|0|0|1; 2|85,5|1|20/10/2016|Lê Văn Bình|hỏi lại rồi|- ghi chú, \"có nháy\"",
			"B-02|Tam Chung|Tân Hương|Lò Thị Én|1960|Nữ|Mường||||||4|Hộ cận nghèo||650000|||||||||||11||0||||(xóa dần)",
			"C-03|Điền Lư|Riềng|Phạm Văn Xa|05/1970|||||@nhà|BTXH; NCC|chỉ có sổ|||||||||||||||||||||"},
			[]string{"Thành viên", memberHeader,
				"A-01|Hà Văn Ón|Chủ hộ|20/05/1979|Nam|Thái|038079000001||0|1|1|0", "A-01|Lò Thị Bình|Vợ|1981|Nữ|Thái|038181000002|NCC||0||", "A-01|Hà Văn Con|Con|09/2009|Nam|Thái||||1||1"}), Options{})
		if r.Create != 3 || r.Blocked {
			t.Fatal(r.says())
		}
		for _, format := range []sheet.Format{sheet.XLSX, sheet.CSV} {
			raw := o.export("38", format)
			if got := o.take(openBook(t, "ra", raw), Options{DryRun: true}); !strings.HasPrefix(got.says(), "3: +0 ~0 =3 -0") {
				t.Errorf("%s again: %s", format, got.says())
			}
		}
		if n := o.count("journal", "action = 'household.export' and reason = 'đối chiếu'"); n != 2 {
			t.Error("exports are not in the journal: ", n)
		}
		other := newOffice(t, dbtest.SQLite(t))
		if got := other.take(openBook(t, "ra", o.export("38", sheet.XLSX)), Options{}); !strings.HasPrefix(got.says(), "3: +3 ~0 =0 -0") {
			t.Fatal(got.says())
		}
		same(t, o.contents(), other.contents())
		if !bytes.Equal(o.export("38", sheet.CSV), other.export("38", sheet.CSV)) {
			t.Error("the second export differs from the first")
		}
	})
}

func same(t testing.TB, a, b []string) {
	t.Helper()
	if len(a) != len(b) {
		t.Errorf("%d lines, %d lines", len(a), len(b))
	}
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			t.Errorf("\n%s\n%s", a[i], b[i])
		}
	}
}

// Whatever a cell holds, it comes back.
func TestAnyTextComesBack(outer *testing.T) {
	rapid.Check(outer, func(t *rapid.T) {
		tb := t2{outer, t}
		o := newOffice(tb, dbtest.SQLite(tb))
		nasty := rapid.SampledFrom([]string{"", "=SUM(A1)", "+84 912", "-5", "@x", "'", "''a", "\"", "a,b;c", "a\nb", "0001", "1e5", "1.234", "20/10/2016", "(xóa)", "((xóa))", "( xoa )", "Tổng cộng", "cộng", "e\u0301", "\u0110ường", "  a  b ", "TRUE", "#N/A", "\tx", "a\u00a0b", "🏠", "|"})
		word := rapid.OneOf(nasty, rapid.StringN(0, 30, 80)).Filter(func(s string) bool {
			return !strings.ContainsFunc(s, func(r rune) bool { return r == 0xFFFD || r < ' ' && r != '\n' && r != '\t' })
		})
		digit := rapid.SampledFrom([]string{"", "0", "1"})
		n := rapid.IntRange(1, 6).Draw(t, "n")
		var ho, members [][]sheet.Value
		text := sheet.TextValue
		for i := range n {
			code := fmt.Sprint("H", i)
			name := "Hà " + rapid.StringMatching(`[A-Z][a-z]{1,8}( [A-Z][a-z]{1,8}){0,2}`).Draw(t, "name")
			row := []sheet.Value{text(code), text("Tam Chung"), text("Ón"), text(name), text(rapid.SampledFrom([]string{"", "1979", "05/1979", "20/05/1979"}).Draw(t, "birth")),
				text(rapid.SampledFrom([]string{"", "Nam", "Nữ"}).Draw(t, "sex")), text("Thái"), text("")}
			for _, field := range []string{"phone", "address"} {
				row = append(row, text(escape(word.Draw(t, field))))
			}
			row = append(row, text(""), text(escape(word.Draw(t, "household note"))), text(""), text(rapid.SampledFrom([]string{"", "Nghèo", "CN", "Không nghèo"}).Draw(t, "before")))
			row = append(row, sheet.IntValue(int64(rapid.IntRange(0, 200).Draw(t, "b1"))), text(""))
			for range 10 {
				row = append(row, text(digit.Draw(t, "mark")))
			}
			row = append(row, text(rapid.SampledFrom([]string{"", "1", "3; 11", "11; 1"}).Draw(t, "causes")), sheet.NumberValue(float64(rapid.IntRange(0, 99999).Draw(t, "m2"))/100), text(digit.Draw(t, "tv")), text(""),
				text(escape(word.Draw(t, "surveyor"))), text(escape(word.Draw(t, "answer"))), text(escape(word.Draw(t, "note"))))
			ho = append(ho, row)
			members = append(members, []sheet.Value{text(code), text(name), text("Chủ hộ"), text(""), text(""), text(""), text(""), text(""), text(digit.Draw(t, "a")), text(digit.Draw(t, "b")), text(digit.Draw(t, "c")), text(digit.Draw(t, "d"))})
			for range rapid.IntRange(0, 2).Draw(t, "members") {
				members = append(members, []sheet.Value{text(code), text(rapid.StringMatching(`[A-Z][a-z]{3,8} [A-Z][a-z]{3,9}`).Draw(t, "member")), text("Con"), text("2003"), text(""), text("Kinh"), text(""), text(""), text(digit.Draw(t, "a")), text(digit.Draw(t, "b")), text(digit.Draw(t, "c")), text(digit.Draw(t, "d"))})
			}
		}
		book := valuesBook(t, fullHeader, ho, memberHeader, members)
		r := o.take(openBook(tb, "ho.xlsx", book), Options{})
		if r.Create != n || r.Blocked {
			t.Fatal(r.says())
		}
		if got := o.take(openBook(tb, "ho.xlsx", book), Options{DryRun: true}); got.Unchanged != n {
			t.Fatal("the file again: ", got.says())
		}
		for _, format := range []sheet.Format{sheet.XLSX, sheet.CSV} {
			if got := o.take(openBook(tb, "ra", o.export("38", format)), Options{DryRun: true}); got.Unchanged != n {
				t.Fatal(format, " again: ", got.says())
			}
		}
		other := newOffice(tb, dbtest.SQLite(tb))
		if got := other.take(openBook(tb, "ra", o.export("38", sheet.XLSX)), Options{}); got.Create != n {
			t.Fatal(got.says())
		}
		same(tb, o.contents(), other.contents())
	})
}

// escape writes a text as an export does where it looks like the mark of erasure.
func escape(s string) string { return words1(s).Text() }

func valuesBook(t *rapid.T, head string, ho [][]sheet.Value, memberHead string, members [][]sheet.Value) []byte {
	var out bytes.Buffer
	w := sheet.NewXLSX(&out)
	write := func(name, titles string, rows [][]sheet.Value) {
		var columns []sheet.Column
		for _, title := range strings.Split(titles, "|") {
			columns = append(columns, sheet.Column{Title: title})
		}
		if err := w.Sheet(name, columns); err != nil {
			t.Fatal(err)
		}
		for _, row := range rows {
			if err := w.Row(row...); err != nil {
				t.Fatal(err)
			}
		}
	}
	write("Hộ", head, ho)
	write("Thành viên", memberHead, members)
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// Two people of the registry who hold one number wait in the queue; a file of
// the whole area brings both back and is no cause to refuse it.
func TestANumberThatTwoHouseholdsHoldAlreadyComesBackAsItIs(t *testing.T) {
	o := newOffice(t, dbtest.SQLite(t))
	const head = "Chủ hộ|Ngày sinh|CMND/CCCD|Xã|Thôn"
	for _, row := range []string{"Hà Văn B|1979|038079000077|Tam Chung|Ón", "Hà Văn C|1980|038079000077|Điền Lư|Riềng"} {
		if r := o.take(xlsxBook(t, []string{"Hộ", head, row}), Options{}); r.Create != 1 || r.Blocked {
			t.Fatal(r.says())
		}
	}
	if got := o.take(openBook(t, "ra", o.export("38", sheet.XLSX)), Options{DryRun: true}); !strings.HasPrefix(got.says(), "2: +0 ~0 =2 -0") {
		t.Error(got.says())
	}
}

// The points have the names of the standard of the round; both are read.
func TestPointsAreNamedAsTheStandardNamesThem(t *testing.T) {
	o := newOffice(t, dbtest.SQLite(t))
	o.Today = "2022-11-15"
	o.actor = account.Operator(householdtest.Key, o.tree, o.Today)
	o.open(2022)
	header := func(round string) string {
		first, _, _ := strings.Cut(string(o.exportOf(round, "38", sheet.CSV)), "\r\n")
		return first
	}
	if got := header("2016"); !strings.Contains(got, ",Điểm B1,Thu nhập,Điểm B2,") {
		t.Error(got)
	}
	if got := header("2022"); !strings.Contains(got, ",Điểm A,Thu nhập,Điểm B,") {
		t.Error(got)
	}
	const all = "CS1|CS2|CS3|CS4|CS5|CS6|CS7|CS8|CS9|CS10|CS11|CS12"
	for _, names := range []string{"Điểm A|Điểm B", "Điểm B1|Điểm B2"} {
		got := o.take(csvBook(t, "Chủ hộ|Xã|Thôn|"+names+"|"+all, "Hà Văn B|Tam Chung|Ón|130|10|1|1|0|0|0|0|0|0|0|0|0|0"), Options{Round: "2022", DryRun: true})
		if got.says() != "1: +1 ~0 =0 -0 ?b2_differs@E2" {
			t.Error(names, ": ", got.says())
		}
	}
}

// A file of a part would pass for the file of the whole.
func TestAnAreaWiderThanTheScopeIsNotExported(t *testing.T) {
	o := newOffice(t, dbtest.SQLite(t))
	o.take(csvBook(t, "Mã hộ|Xã|Thôn|Chủ hộ", "A-01|Tam Chung|Ón|Hà Văn Ón", "C-03|Điền Lư|Riềng|Phạm Văn Xa"), Options{})
	officer := o.as(t, "commune", householdtest.TamChung)
	export := func(code string) (Exported, string, error) {
		var out bytes.Buffer
		n, err := o.ExportHouseholds(context.Background(), officer, &out, ExportOptions{Area: code, Round: "2016", Format: sheet.CSV, Purpose: "đối chiếu"})
		return n, out.String(), err
	}
	for _, c := range []struct{ area, code string }{{"38", "area_partly"}, {"384", "area_partly"}, {"14950", "area_not_found"}, {"14845", "area_not_found"}} {
		n, file, err := export(c.area)
		if codeOf(err) != c.code || n.Households != 0 || file != "" {
			t.Errorf("%s: %+v, %q, %v", c.area, n, file, err)
		}
		if c.code == "area_partly" && !strings.Contains(fmt.Sprint(err), "14848") {
			t.Errorf("%s does not say what the officer may export: %v", c.area, err)
		}
	}
	if n := o.count("journal", "action = 'household.export'"); n != 0 {
		t.Errorf("%d exports that were refused are in the journal", n)
	}
	if n, _, err := export("14848"); n != (Exported{Households: 1}) || err != nil {
		t.Errorf("the own commune: %+v, %v", n, err)
	}
}

// The officer of a commune that went into another exports the rounds of before
// under its old code, and the later ones under the new.
func TestTheOfficerOfAMergedCommuneStillExportsIt(t *testing.T) {
	o := newOffice(t, dbtest.SQLite(t))
	o.take(csvBook(t, "Mã hộ|Xã|Thôn|Chủ hộ", "A-01|Tam Chung|Ón|Hà Văn Ón", "C-03|Điền Lư|Riềng|Phạm Văn Xa"), Options{})
	officer := o.as(t, "commune", householdtest.TamChung)
	o.Province.Today = "2025-08-01"
	accounts, err := account.New(o.Store.DB, householdtest.Key, law.Files, o.Store.Tree, o.Province.Now)
	if err != nil {
		t.Fatal(err)
	}
	if officer, err = accounts.As(context.Background(), officer.Name); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		area string
		n    int
	}{{"14848", 1}, {"38", 0}} {
		n, err := o.ExportHouseholds(context.Background(), officer, &bytes.Buffer{}, ExportOptions{Area: c.area, Round: "2016", Format: sheet.CSV})
		if n.Households != c.n || (err == nil) != (c.n > 0) {
			t.Errorf("%s: %+v, %v", c.area, n, err)
		}
	}
}

// Where a household lives now decides who reads it, so one that has moved away
// goes into no file of its old commune; the officer is told.
func TestAnExportTellsWhoHasMovedAway(t *testing.T) {
	o := newOffice(t, dbtest.SQLite(t))
	o.take(csvBook(t, "Mã hộ|Xã|Thôn|Chủ hộ", "A-01|Tam Chung|Ón|Hà Văn Ón", "B-02|Tam Chung|Ón|Lò Thị Én"), Options{})
	o.Province.Today = "2017-03-01"
	var h household.Household
	o.Read(func(tx *db.Tx) (err error) {
		h, err = o.Province.Store.FindByCode(tx, o.Province.Operator().Scope, "B-02")
		return err
	})
	if _, err := o.Province.Store.Move(context.Background(), o.Province.Operator(), household.Operation{Household: h.ID, Rev: h.Rev, Day: "2017-02-01", Reason: "chuyển đến"}, householdtest.Rieng); err != nil {
		t.Fatal(err)
	}
	officer := o.as(t, "commune", householdtest.TamChung)
	for _, format := range []sheet.Format{sheet.CSV, sheet.XLSX} {
		n, err := o.ExportHouseholds(context.Background(), officer, &bytes.Buffer{}, ExportOptions{Area: "14848", Round: "2016", Format: format})
		if n != (Exported{Households: 1, Elsewhere: 1}) || err != nil {
			t.Errorf("%s: %+v, %v", format, n, err)
		}
	}
}
