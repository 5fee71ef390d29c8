package exchange

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"

	"giamngheo/internal/account"
	"giamngheo/internal/db"
	"giamngheo/internal/db/dbtest"
	"giamngheo/internal/fault"
	"giamngheo/internal/household/householdtest"
	"giamngheo/internal/sheet"
)

// Each case is a file, and what the import says of it: rows, then +created
// ~changed =unchanged -refused, then each problem with its cell; ! refuses, ?
// warns.
func TestWhatAFileIsToldAboutItself(t *testing.T) {
	d := dbtest.SQLite(t)
	o := newOffice(t, d)
	o.Family(householdtest.BanOn, "2016-01-01", "Hà Văn Á, male, 1979-05-20, 038079000001", "spouse: Lò Thị Bình, female, 1981, 038181000002")
	o.Family(householdtest.BanOn, "2016-01-01", "Vi Thị Hoa, female, 1960")
	o.Family(householdtest.BanOn, "2016-01-01", "Vi Thị Hoa, female, 1960-02-03")
	o.Family(householdtest.Rieng, "2016-01-01", "Phạm Văn Xa, male, 1970, 038070000009")
	o.Family(householdtest.BanOn, "2016-01-01", "Lò Văn Sâu, male, ")
	const head = "Mã hộ|Chủ hộ|Ngày sinh|CMND/CCCD|Xã|Thôn|Điểm B1"
	for _, c := range []struct {
		name string
		want string
		file []string
	}{
		{"an impossible day of birth", "1: +0 ~0 =0 -1 !bad_day@C2", []string{head, "|Hà Văn B|31/02/1979||Tam Chung|Ón|"}},
		{"a birth in the future", "1: +0 ~0 =0 -1 !bad_day@C2", []string{head, "|Hà Văn B|01/01/2031||Tam Chung|Ón|"}},
		{"a birth before anybody alive", "1: +0 ~0 =0 -1 !bad_birth@C2", []string{head, "|Hà Văn B|1880||Tam Chung|Ón|"}},
		{"one code twice", "2: +1 ~0 =0 -1 !code_twice@A3", []string{head, "X-1|Hà Văn B|1979||Tam Chung|Ón|", "X-1|Hà Văn C|1980||Tam Chung|Ón|"}},
		{"one ID twice", "2: +1 ~0 =0 -1 !id_twice@D3", []string{head, "|Hà Văn B|1979|038079000077|Tam Chung|Ón|", "|Hà Văn C|1980|038079000077|Tam Chung|Ón|"}},
		{"an ID of ten digits", "1: +0 ~0 =0 -1 !bad_national_id@D2", []string{head, "|Hà Văn B|1979|0380790000|Tam Chung|Ón|"}},
		{"an ID that another household holds", "1: +1 ~0 =0 -0 ?suspected@0 ?suspected_there@2 ?id_held@D2", []string{head, "|Hà Văn B|1979|038181000002|Tam Chung|Tân Hương|"}},
		{"a head's ID, held by somebody of another name and year", "1: +1 ~0 =0 -0 ?suspected@0 ?suspected_there@2 ?id_held@D2", []string{head, "|Vi Văn Kha|1985|038079000001|Tam Chung|Ón|"}},
		{"a head's ID, in another village", "1: +1 ~0 =0 -0 ?suspected@0 ?suspected_there@2 ?id_held@D2", []string{head, "|Vi Văn Kha||038079000001|Tam Chung|Tân Hương|"}},
		{"a head's ID, with a code of its own", "1: +1 ~0 =0 -0 ?suspected@0 ?suspected_there@2 ?id_held@D2", []string{head, "38-017|Vi Văn Kha|1979|038079000001|Tam Chung|Ón|"}},
		{"a head's ID and year, the name written anew", "1: +0 ~1 =0 -0", []string{head, "|Hà Văn Ánh|1979|038079000001|Tam Chung|Ón|"}},
		{"a head's ID and name, the year written anew", "1: +0 ~1 =0 -0", []string{head, "|Hà Văn Á|1978|038079000001|Tam Chung|Ón|"}},
		{"a village that is not there", "1: +0 ~0 =0 -1 !unknown_village@F2", []string{head, "|Hà Văn B|1979||Tam Chung|Bản Không Có|"}},
		{"no village", "1: +0 ~0 =0 -1 !unknown_village@F2", []string{head, "|Hà Văn B|1979||Tam Chung||"}},
		{"no head", "1: +0 ~0 =0 -1 !name_missing@B2", []string{head, "||1979||Tam Chung|Ón|"}},
		{"two households of that name and year", "1: +0 ~0 =0 -1 !ambiguous@B2", []string{head, "|VI THI HOA|1960||Tam Chung|Ón|100"}},
		{"the same two, one told by its ID", "1: +1 ~0 =0 -0 ?suspected@0 ?suspected_there@2", []string{head, "|Hà Văn Á|1979|038079000099|Tam Chung|Ón|"}},
		{"a row by code, one by name: one household", "2: +0 ~1 =0 -1 !household_twice@B3", []string{head, "TH-0000-0001||||||100", "|Hà Văn Á|1979||Tam Chung|Ón|100"}},
		{"a new head", "1: +0 ~0 =0 -1 !head_differs@B2", []string{head, "TH-0000-0001|Lò Thị Bình|||||"}},
		{"another village", "1: +0 ~0 =0 -1 !other_village@F2", []string{head, "TH-0000-0001|Hà Văn Á|||Tam Chung|Tân Hương|"}},
		{"points beyond any form", "1: +0 ~0 =0 -1 !bad_b1@G2", []string{head, "|Hà Văn B|1979||Tam Chung|Ón|9000"}},
		{"points that are no number", "1: +0 ~0 =0 -1 !bad_number@G2", []string{head, "|Hà Văn B|1979||Tam Chung|Ón|nhiều"}},
		{"a line of totals and blank lines", "1: +1 ~0 =0 -0", []string{head, "|||||||", "|Hà Văn B|1979||Tam Chung|Ón|", "|Tổng cộng|||||1"}},
		{"a household of that name, without the year", "1: +0 ~0 =0 -1 !ambiguous@B2", []string{head, "|HA VAN A|||Tam Chung|Ón|100"}},
		{"a household of that name, the year to be erased", "1: +0 ~0 =0 -1 !ambiguous@B2", []string{head, "|Hà Văn Á|(xóa)||Tam Chung|Ón|100"}},
		{"a household of that name without a year in the registry", "1: +0 ~0 =0 -1 !ambiguous@B2", []string{head, "|Lò Văn Sâu|1950||Tam Chung|Ón|100"}},
		{"the same, the row without a year too", "1: +0 ~1 =0 -0", []string{head, "|Lò Văn Sâu|||Tam Chung|Ón|100"}},
		{"a household of that name, with a number of its own", "1: +1 ~0 =0 -0", []string{head, "|Vi Thị Hoa||038160000044|Tam Chung|Ón|100"}},
		{"a household of that name in another village", "1: +1 ~0 =0 -0 ?suspected@0 ?suspected_there@2", []string{head, "|Hà Văn Á|||Tam Chung|Tân Hương|100"}},
		{"a code in small letters", "1: +0 ~1 =0 -0", []string{head, "th-0000-0001||||||100"}},
		{"whole numbers with a decimal part", "1: +1 ~0 =0 -0", []string{head, "|Hà Văn B|1979||Tam Chung|Ón|105.0"}},
		{"numbers prepared for households that never came", "1: +1 ~0 =0 -0 ?no_household@B3", []string{"STT|Chủ hộ|Xã|Thôn", "1|Hà Văn B|Tam Chung|Ón", "2|||"}},
		{"signatures under the list", "1: +1 ~0 =0 -0 ?no_household@C4 ?no_household@C5 ?no_household@C6", []string{"STT|" + head, "1||Hà Văn B|1979||Tam Chung|Ón|100", "||Tổng cộng|1||||100",
			"|||||||Tam Chung, ngày 5 tháng 10 năm 2016", "Người lập biểu|||||||TM. UBND XÃ", "||Lò Thị Kế|||Vi Văn Chủ||"}},
		{"answers of nobody", "1: +0 ~0 =0 -1 !name_missing@B2", []string{head, "||||Tam Chung|Ón|105"}},
		{"subtotals of a village", "2: +2 ~0 =0 -0", []string{"STT|" + head, "1||Hà Văn B|1979||Tam Chung|Ón|100", "||Cộng|||||100", "2||Hà Văn C|||Tam Chung|Ón|"}},
		{"a column nobody knows", "1: +1 ~0 =0 -0 ?unknown_column@H1", []string{head + "|Màu mái nhà", "|Hà Văn B|1979||Tam Chung|Ón||đỏ"}},
		{"a column twice", "1: +1 ~0 =0 -0 ?column_twice@H1", []string{head + "|Họ tên chủ hộ", "|Hà Văn B|1979||Tam Chung|Ón||"}},
		{"class and B2 that the answers do not give", "1: +1 ~0 =0 -0 ?b2_differs@H2 ?class_differs@I2", []string{head + "|Điểm B2|Phân loại|" + "CS1|CS2|CS3|CS4|CS5|CS6|CS7|CS8|CS9|CS10",
			"|Hà Văn B|1979||Tam Chung|Ón|130|10|Hộ nghèo|1|1|0|0|0|0|0|0|0|0"}},
		{"marks, causes, sex and groups that nobody understands", "1: +0 ~0 =0 -1 !bad_sex@C2 !bad_ethnic@D2 !bad_mark@F2 !bad_cause@G2 !bad_policy_group@H2",
			[]string{"Chủ hộ|Thôn|Giới tính|Dân tộc|Xã|CS1|Nguyên nhân|Nhóm đối tượng", "Hà Văn B|Ón|đực|Sao Hỏa|Tam Chung|hơi thiếu|1,12|vua"}},
		{"thousands of đồng", "1: +1 ~0 =0 -0 ?income_small@D2", []string{"Chủ hộ|Xã|Thôn|Thu nhập", "Hà Văn B|Tam Chung|Ón|700"}},
		{"days of every kind", "4: +4 ~0 =0 -0", []string{head, "|Hà Văn B|1979-05-20||Tam Chung|Ón|", "|Hà Văn C|20.5.1979||Tam Chung|Ón|", "|Hà Văn D|05/1979||Tam Chung|Ón|", "|Hà Văn E|1979||Tam Chung|Ón|"}},
		{"a line twice", "2: +1 ~0 =0 -1 !row_twice@B3", []string{head, "|Hà Văn B|1979||Tam Chung|Ón|", "|Hà Văn B|1979||Tam Chung|Ón|"}},
		{"somebody of the same name and year, without an ID", "2: +2 ~0 =0 -0 ?suspected@0 ?suspected_twice@3 ?same_head@B3", []string{head, "|Hà Văn B|1979||Tam Chung|Ón|100", "|Hà Văn B|1979||Tam Chung|Ón|105"}},
		{"decomposed Unicode", "1: +0 ~0 =1 -0", []string{head, "|Ha\u0300 Va\u0306n A\u0301|1979||Tam Chung|O\u0301n|"}},
		{"a year where the day is known", "1: +0 ~0 =1 -0", []string{head, "TH-0000-0001|Hà Văn Á|1979||Tam Chung|Ón|"}},
		{"a household's code of another commune's office", "1: +1 ~0 =0 -0", []string{head, "38-017|Hà Văn Mới|1979||Tam Chung|Ón|"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := o.take(csvBook(t, c.file...), Options{DryRun: true}).says(); got != c.want {
				t.Errorf("\n got %s\nwant %s", got, c.want)
			}
		})
	}
}

// An empty registry matches nobody, but a file still names a household once.
func TestAFirstFileThatNamesAHouseholdTwiceIsToldSo(t *testing.T) {
	const head = "Mã hộ|Chủ hộ|Ngày sinh|CMND/CCCD|Xã|Thôn|Điểm B1"
	for _, c := range []struct {
		name, want string
		rows       []string
	}{
		{"the same line", "2: +1 ~0 =0 -1 !row_twice@B3", []string{"|Hà Văn B|1979||Tam Chung|Ón|100", "|Hà Văn B|1979||Tam Chung|Ón|100"}},
		{"the same line but for letters that nobody sees", "2: +1 ~0 =0 -1 !row_twice@B3", []string{"|Hà Văn Á|1979||Tam Chung|Ón|100", "|Ha\u0300 Va\u0306n A\u0301|1979||Tam Chung|O\u0301n|100"}},
		{"the same head, other points", "2: +2 ~0 =0 -0 ?suspected@0 ?suspected_twice@3 ?same_head@B3", []string{"|Hà Văn B|1979||Tam Chung|Ón|100", "|Hà Văn B|1979||Tam Chung|Ón|105"}},
		{"the same head, once with an ID", "2: +2 ~0 =0 -0 ?suspected@0 ?suspected_twice@3 ?same_head@B3", []string{"|Hà Văn B|1979|038079000001|Tam Chung|Ón|100", "|Hà Văn B|1979||Tam Chung|Ón|100"}},
		{"the same head with two IDs", "2: +2 ~0 =0 -0", []string{"|Hà Văn B|1979|038079000001|Tam Chung|Ón|100", "|Hà Văn B|1979|038079000002|Tam Chung|Ón|100"}},
		{"the same line in two villages", "2: +2 ~0 =0 -0 ?suspected@0 ?suspected_twice@3", []string{"|Hà Văn B|1979||Tam Chung|Ón|100", "|Hà Văn B|1979||Tam Chung|Tân Hương|100"}},
		{"two codes", "2: +2 ~0 =0 -0 ?suspected@0 ?suspected_twice@3", []string{"A|Hà Văn B|1979||Tam Chung|Ón|100", "B|Hà Văn B|1979||Tam Chung|Ón|100"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := newOffice(t, dbtest.SQLite(t))
			if got := o.take(csvBook(t, append([]string{head}, c.rows...)...), Options{DryRun: true}).says(); got != c.want {
				t.Errorf("\n got %s\nwant %s", got, c.want)
			}
		})
	}
}

// Two households that hold one number are both in the registry, and in the queue.
func TestANumberOfAnotherHouseholdsHeadIsQueued(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := newOffice(t, d)
		o.Family(householdtest.BanOn, "2016-01-01", "Hà Văn Á, male, 1979-05-20, 038079000001")
		r := o.take(csvBook(t, "Chủ hộ|Ngày sinh|CMND/CCCD|Xã|Thôn", "Vi Văn Kha|1985|038079000001|Tam Chung|Ón"), Options{})
		if r.says() != "1: +1 ~0 =0 -0 ?suspected@0 ?suspected_there@2 ?id_held@C2" || !r.Applied {
			t.Fatal(r.says())
		}
		if n := o.count("duplicate_pair", "state = 'open'"); n != 1 {
			t.Errorf("%d pairs in the queue, not 1", n)
		}
	})
}

func TestWhatTheSheetOfMembersIsTold(t *testing.T) {
	d := dbtest.SQLite(t)
	o := newOffice(t, d)
	o.Family(householdtest.BanOn, "2016-01-01", "Hà Văn Á, male, 1979-05-20, 038079000001", "spouse: Lò Thị Bình, female, 1981", "child: Hà Văn Con, male, 2005", "child: Hà Văn Con, male, 2008")
	ho := []string{"Hộ", "Mã hộ|Chủ hộ|Ngày sinh|CMND/CCCD|Xã|Thôn|Số thành viên", "A|Vi Văn Mới|1970||Tam Chung|Ón|"}
	const head = "Mã hộ|Họ và tên|Quan hệ|Ngày sinh|CMND|Có BHYT|Học vấn"
	for _, c := range []struct {
		name, want string
		ho         []string
		members    []string
	}{
		{"a family", "1: +1 ~0 =0 -0", ho, []string{"A|Vi Văn Mới|Chủ hộ|1970||1|7/12", "A|Lò Thị Én|Vợ|1972||0|THCS"}},
		{"two heads", "1: +0 ~0 =0 -1 !two_heads@Thành viênC3", ho, []string{"A|Vi Văn Mới|Chủ hộ|1970|||", "A|Lò Thị Én|Chủ hộ|1972|||"}},
		{"no head", "1: +0 ~0 =0 -1 !no_head@HộB2", ho, []string{"A|Lò Thị Én|Vợ|1972|||"}},
		{"another head than the row's", "1: +0 ~0 =0 -1 !head_differs@Thành viênB2", ho, []string{"A|Lò Thị Én|Chủ hộ|1972|||"}},
		{"members of nobody", "2: +1 ~0 =0 -1 !member_orphan@Thành viênA3", ho, []string{"A|Vi Văn Mới|Chủ hộ|1970|||", "B|Lò Thị Én|Vợ|1972|||"}},
		{"no code", "2: +1 ~0 =0 -1 !member_no_household@Thành viênA2", ho, []string{"|Vi Văn Mới|Chủ hộ|1970|||"}},
		{"one ID twice in a family", "1: +0 ~0 =0 -1 !id_twice@Thành viênE3", ho, []string{"A|Vi Văn Mới|Chủ hộ|1970|038070000001||", "A|Lò Thị Én|Vợ|1972|038070000001||"}},
		{"a faulty line refuses its household", "1: +0 ~0 =0 -1 !bad_day@Thành viênD3 !bad_yes_no@Thành viênF3 !bad_education@Thành viênG3", ho,
			[]string{"A|Vi Văn Mới|Chủ hộ|1970|||", "A|Lò Thị Én|Vợ|40/01/1972||có lẽ|giáo sư"}},
		{"a known family, one not listed, one new", "1: +0 ~1 =0 -0 ?member_not_listed@HộB2", []string{"Hộ", ho[1], "TH-0000-0001|Hà Văn Á|||||"},
			[]string{"TH-0000-0001|Hà Văn Á|Chủ hộ||||", "TH-0000-0001|Hà Văn Con|Con|2005|||", "TH-0000-0001|Hà Văn Con|Con|2008|||", "TH-0000-0001|Hà Thị Út|Con|2015|||"}},
		{"brothers of one name without a year", "1: +0 ~0 =0 -1 !ambiguous@Thành viênB2", []string{"Hộ", ho[1], "TH-0000-0001|Hà Văn Á|||||"}, []string{"TH-0000-0001|Hà Văn Con|Con||||"}},
		{"a size that the list does not have", "1: +1 ~0 =0 -0 ?size_differs@HộG2", []string{"Hộ", ho[1] + "|Điểm B1", "A|Vi Văn Mới|1970||Tam Chung|Ón|5|100"}, []string{"A|Vi Văn Mới|Chủ hộ|1970|||", "A|Lò Thị Én|Vợ|1972|||"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := o.take(xlsxBook(t, c.ho, append([]string{"Thành viên", head}, c.members...)), Options{DryRun: true})
			if got := r.says(); got != c.want {
				t.Errorf("\n got %s\nwant %s", got, c.want)
			}
			if r.Blocked != strings.Contains(c.want, "!") {
				t.Error("blocked: ", r.Blocked)
			}
		})
	}
}

func TestARefusedFileWritesNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := newOffice(t, d)
		lines := []string{"Chủ hộ|Ngày sinh|Xã|Thôn|Điểm B1"}
		for i := range 1500 { // more than a piece
			lines = append(lines, fmt.Sprintf("Hà Văn Tám|%d|Tam Chung|Ón|%d", 1930+i%60, 100+i/60))
		}
		lines = append(lines, "Hà Văn Sai|31/02/1979|Tam Chung|Ón|100")
		r := o.take(csvBook(t, lines...), Options{})
		if r.Refused != 1 || r.Create != 1500 || !r.Blocked || r.Applied {
			t.Fatal(r.says())
		}
		for _, table := range []string{"household", "person", "membership", "residence", "assessment", "classification", "journal_part", "operation", "import_household", "import_entry"} {
			if n := o.count(table, "1=1"); n != 0 {
				t.Errorf("%s: %d rows", table, n)
			}
		}
	})
}

func TestAnOfficerSeesNothingOfOtherCommunes(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := newOffice(t, d)
		o.Family(householdtest.Rieng, "2016-01-01", "Phạm Văn Xa, male, 1970, 038070000009")
		o.actor = o.as(t, "commune", householdtest.TamChung)
		r := o.take(csvBook(t, "Mã hộ|Chủ hộ|Ngày sinh|CMND/CCCD|Xã|Thôn",
			"TH-0000-0001|Phạm Văn Xa|1970|||",
			"|Hà Văn A|1979||Điền Lư|Riềng",
			"|Hà Văn B|1979||Điền Lư|Không Có",
			"|Hà Văn C|1979|038070000009|Tam Chung|Ón",
			"|Hà Văn D|1979|||Ón"), Options{DryRun: true})
		if got := r.says(); got != "5: +2 ~0 =0 -3 !code_elsewhere@A2 !unknown_village@F3 !unknown_village@F4 ?id_held@D5" {
			t.Error(got)
		}
		other, none := r.Problems[1].Message, r.Problems[2].Message
		if strings.Replace(other, "Riềng", "Không Có", 1) != none {
			t.Errorf("a foreign village and none are told apart:\n%s\n%s", other, none)
		}
		if !strings.Contains(r.Problems[3].Message, "xã khác") || strings.Contains(r.Problems[3].Message, "Phạm") {
			t.Error(r.Problems[3].Message)
		}
		nobody := &account.Actor{ID: "x"}
		if _, err := o.Import(context.Background(), nobody, csvBook(t, "Chủ hộ", "A"), Options{Round: "2016"}); fault.Of(err) != fault.Forbidden {
			t.Error(err)
		}
		if _, err := o.ExportHouseholds(context.Background(), o.actor, &bytes.Buffer{}, ExportOptions{Area: "14950", Round: "2016", Format: sheet.CSV}); fault.Of(err) != fault.NotFound {
			t.Error("export of another commune: ", err)
		}
		var own bytes.Buffer
		if n, err := o.ExportHouseholds(context.Background(), o.actor, &own, ExportOptions{Area: "38", Round: "2016", Format: sheet.CSV}); codeOf(err) != "area_partly" || n.Households != 0 || strings.Contains(own.String(), "Phạm") {
			t.Error("export of the province: ", n, err)
		}
	})
}

func TestAClosedRoundTakesNoAnswers(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := newOffice(t, d)
		file := []string{"Chủ hộ|Ngày sinh|Xã|Thôn|Điểm B1|Điện thoại", "Hà Văn A|1979|Tam Chung|Ón|100|", "Hà Văn B|1980|Tam Chung|Ón|150|"}
		o.take(csvBook(t, file...), Options{})
		o.Today = "2017-01-10"
		if err := o.Reviews.Close(context.Background(), "operator", "2016", 1, ""); err != nil {
			t.Fatal(err)
		}
		if got := o.take(csvBook(t, file...), Options{DryRun: true}).says(); got != "2: +0 ~0 =2 -0" {
			t.Error("unchanged: ", got)
		}
		if got := o.take(csvBook(t, file[0], "Hà Văn A|1979|Tam Chung|Ón|100|0912345678", "Hà Văn B|1980|Tam Chung|Ón|90|"), Options{DryRun: true}).says(); got != "2: +0 ~1 =0 -1 !round_closed@3" {
			t.Error("changed: ", got)
		}
	})
}
