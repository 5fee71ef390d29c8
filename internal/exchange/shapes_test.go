package exchange

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/db/dbtest"
	"giamngheo/internal/fault"
	"giamngheo/internal/household/householdtest"
	"giamngheo/internal/sheet"
)

func TestHeadersAsTheOfficesWriteThem(t *testing.T) {
	d := dbtest.SQLite(t)
	o := newOffice(t, d)
	for _, c := range []struct {
		name string
		file []string
	}{
		{"of the form of the yearly review", []string{"STT|Họ và tên chủ hộ|Ngày, tháng, năm sinh|Giới tính (Nam/Nữ)|Thành phần dân tộc|Số CMND/CCCD|Xã, phường, thị trấn|Thôn, bản, tổ dân phố|Số nhân khẩu|Tổng điểm B1|Phân loại hộ sau rà soát",
			"1|Hà Văn Một|1979|Nam|Thái|038079000011|Xã Tam Chung|Bản Ón|3|105|Nghèo"}},
		{"without diacritics, in capitals", []string{"STT|HO TEN CHU HO|NAM SINH|XA|THON|DIEM B1", "1|Hà Văn Một|1979|TAM CHUNG|BAN ON|105"}},
		{"by code", []string{"code|Chủ hộ|Năm sinh|Xã|Thôn|B1|health_access|health_insurance", "|Hà Văn Một|1979|Tam Chung|Ón|105|1|x"}},
		{"names of indicators, a column a cause", []string{"Chủ hộ|Năm sinh|Xã|Thôn|B1|Tiếp cận dịch vụ y tế|BHYT|Thiếu vốn sản xuất|NN 11", "Hà Văn Một|1979|Tam Chung|Ón|105|có|không|x|x"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := o.take(csvBook(t, c.file...), Options{DryRun: true})
			if r.Create != 1 || r.Faults > 0 {
				t.Error(r.says())
			}
		})
	}
}

// A workbook as a commune keeps it: titles above, a header of two lines with
// merged cells, the numbering of columns under it, the commune written once
// for all rows, dates of Excel and text mixed, a line of totals.
func TestAWorkbookOfACommune(t *testing.T) {
	f := excelize.NewFile()
	set := func(cell string, v any) {
		if err := f.SetCellValue("Sheet1", cell, v); err != nil {
			t.Fatal(err)
		}
	}
	set("A1", "ỦY BAN NHÂN DÂN XÃ TAM CHUNG")
	set("A2", "DANH SÁCH HỘ NGHÈO, HỘ CẬN NGHÈO NĂM 2016")
	f.MergeCell("Sheet1", "A2", "H2")
	for cell, v := range map[string]any{"A4": "TT", "B4": "Họ và tên chủ hộ", "C4": "Năm sinh", "D4": "Xã", "E4": "Thôn", "F4": "Các chỉ số thiếu hụt", "F5": "1", "G5": "2", "H4": "Điểm B1"} {
		set(cell, v)
	}
	f.MergeCell("Sheet1", "F4", "G4")
	for i, cell := range []string{"A6", "B6", "C6", "D6", "E6", "F6", "G6", "H6"} {
		set(cell, i+1)
	}
	set("A7", 1)
	set("B7", "Hà Văn Một")
	set("C7", 1979)
	set("D7", "Tam Chung")
	set("E7", "Bản Ón")
	set("F7", "x")
	set("H7", "105")
	set("A8", 2)
	set("B8", "Lò Thị Hai")
	style, _ := f.NewStyle(&excelize.Style{NumFmt: 14})
	set("C8", 29361) // 20/05/1980
	f.SetCellStyle("Sheet1", "C8", "C8", style)
	set("E8", "Bản Tân Hương")
	set("G8", 10)
	set("H8", 130)
	f.MergeCell("Sheet1", "D7", "D8")
	set("B9", "Tổng cộng")
	set("H9", 235)
	raw, err := f.WriteToBuffer()
	if err != nil {
		t.Fatal(err)
	}
	o := newOffice(t, dbtest.SQLite(t))
	r := o.take(openBook(t, "ho.xlsx", raw.Bytes()), Options{})
	if r.says() != "2: +2 ~0 =0 -0" {
		t.Fatal(r.says())
	}
	if n := o.count("person", "full_name = 'Lò Thị Hai' and birth = '1980-05-20'"); n != 1 {
		t.Error("the date of Excel")
	}
	if n := o.count("assessment", "b1 = 105 and ticked = '1---------'") + o.count("assessment", "b1 = 130 and ticked = '-1--------'"); n != 2 {
		t.Error("the indicators")
	}
}

// Names typed with TCVN3 (ABC) letters.
func TestLegacyLettersAreConverted(t *testing.T) {
	o := newOffice(t, dbtest.SQLite(t))
	raw := []byte("Chñ hé,N¨m sinh,X·,Th«n,§iÓm B1\nNguyÔn ThÞ Ph\xadîng,1979,Tam Chung,B¶n ãn,105\n")
	latin := make([]byte, 0, len(raw))
	for _, r := range strings.ToValidUTF8(string(raw), "\u00ad") {
		latin = append(latin, byte(r))
	}
	r := o.take(openBook(t, "ho.csv", latin), Options{})
	if r.Create != 1 || r.Faults > 0 {
		t.Fatal(r.says(), r.Problems)
	}
	if n := o.count("person", "full_name = 'Nguyễn Thị Phượng'"); n != 1 {
		var names []string
		o.Read(func(tx *db.Tx) error {
			var s string
			err := tx.Get(`select full_name from person`, nil, &s)
			names = append(names, s)
			return err
		})
		t.Error(names)
	}
}

func TestFaultsAreMarkedInACopy(t *testing.T) {
	o := newOffice(t, dbtest.SQLite(t))
	book := xlsxBook(t, []string{"Hộ", "Chủ hộ|Ngày sinh|Xã|Thôn", "Hà Văn Một|31/02/1979|Tam Chung|Ón", "Hà Văn Hai|1980|Tam Chung|Ón"})
	r := o.take(book, Options{DryRun: true})
	var out bytes.Buffer
	if err := r.Mark(book, &out); err != nil {
		t.Fatal(err)
	}
	marked := openBook(t, "loi.xlsx", out.Bytes())
	rows, err := marked.Rows(0)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var lines []string
	for rows.Next() {
		lines = append(lines, rows.Row().Cell(4).Text())
	}
	if len(lines) != 3 || lines[0] != "Lỗi" || !strings.HasPrefix(lines[1], "B2: ") || lines[2] != "" {
		t.Errorf("%q", lines)
	}
	// The copy, put right, is read as if it had no marks.
	if again := o.take(marked, Options{DryRun: true}); again.says() != "2: +1 ~0 =0 -1 !bad_day@HộB2" {
		t.Error(again.says())
	}
}

func TestFilesThatAreNoTables(t *testing.T) {
	o := newOffice(t, dbtest.SQLite(t))
	for name, c := range map[string]struct {
		book *sheet.Book
		code string
	}{
		"no header":  {csvBook(t, "một|hai|ba", "1|2|3"), "header_not_found"},
		"two sheets": {xlsxBook(t, []string{"Tờ 1", "Chủ hộ|Xã", "A|B"}, []string{"Tờ 2", "Chủ hộ|Xã", "A|B"}), "sheet_missing"},
	} {
		_, err := o.Import(context.Background(), o.actor, c.book, Options{Round: "2016", DryRun: true})
		if f := fault.As(err, ""); f.Kind != fault.Invalid || f.Code != c.code {
			t.Errorf("%s: %v %s", name, err, f.Code)
		}
	}
	_, err := o.Import(context.Background(), o.actor, csvBook(t, "Chủ hộ", "A"), Options{Round: "1999"})
	if fault.Of(err) != fault.NotFound {
		t.Error(err)
	}
}

func TestTheListOfProblemsIsBoundedAndSaysSo(t *testing.T) {
	o := newOffice(t, dbtest.SQLite(t))
	o.Store.DB.Write(context.Background(), func(tx *db.Tx) error {
		_, err := tx.Exec(`insert into setting (province_id, key, value) values ('TH', 'import.problems', '3')`)
		return err
	})
	lines := []string{"Chủ hộ|Ngày sinh|Xã|Thôn"}
	for range 10 {
		lines = append(lines, "Hà Văn Một|31/02/1979|Tam Chung|Ón")
	}
	r := o.take(csvBook(t, lines...), Options{DryRun: true})
	last := r.Problems[len(r.Problems)-1]
	if len(r.Problems) != 4 || r.Faults != 10 || last.Code != "too_many_problems" || !strings.Contains(last.Message, "7") || !strings.Contains(last.Message, "import.problems") {
		t.Errorf("%d %d %+v", len(r.Problems), r.Faults, last)
	}
}

func TestVillagesOfAList(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := newOffice(t, d)
		ctx := context.Background()
		take := func(code string, lines ...string) *Report {
			t.Helper()
			r, err := o.ImportVillages(ctx, o.actor, csvBook(t, lines...), VillageOptions{Area: code})
			if err != nil {
				t.Fatal(err)
			}
			return r
		}
		if got := take("14848", "Thôn", "Bản Ón", "Bản Lát", "Thôn 01", "Thôn 1").says(); got != "4: +2 ~0 =1 -1 !village_twice@A5" {
			t.Error(got)
		}
		if got := take("38", "Mã thôn|Tên thôn|Loại|Xã|Huyện", "V1|Lát|Bản|Tam Chung|Mường Lát", "V2|Tân Lập|Tổ dân phố|TT Mường Lát|Mường Lát", "|Ón|Bản|Tam Chung|Huyện Mường Lát", "V1|Khác|Bản|Tam Chung|Mường Lát",
			"|X|Bản|Không Có|Mường Lát", "|Y|Cung điện|Tam Chung|Mường Lát").says(); got != "6: +2 ~0 =1 -3 !code_twice@A5 !unknown_commune@D6 !bad_type@C7" {
			t.Error(got)
		}
		list := []string{"Mã thôn|Tên thôn|Xã", "V1|Bản Lát|Tam Chung", "V2|Thôn 1|Tam Chung"}
		r := take("38", list...)
		if r.says() != "2: +2 ~0 =0 -0" || !r.Applied {
			t.Error(r.says())
		}
		if got := take("38", list...).says(); got != "2: +0 ~0 =2 -0" {
			t.Error("again: ", got)
		}
		if got := take("14848", "Thôn|Mã thôn", "Ban Lat|V1").says(); got != "1: +0 ~1 =0 -0" {
			t.Error("another spelling: ", got)
		}
		// A village goes with its commune: the household is found on the round's
		// boundaries and on today's.
		tree, err := area.Read(ctx, d, householdtest.Key, o.tree)
		if err != nil {
			t.Fatal(err)
		}
		o.tree = tree
		if got := o.take(csvBook(t, "Chủ hộ|Mã xã|Mã thôn", "Hà Văn Một|14848|V2"), Options{}).says(); got != "1: +1 ~0 =0 -0" {
			t.Error(got)
		}
		if n := o.count("journal", "action = 'area.import' and area_id = '"+string(householdtest.TamChung)+"'"); n != 2 {
			t.Error("journal: ", n)
		}
		if _, err := o.ImportVillages(ctx, o.as(t, "commune", householdtest.TamChung), csvBook(t, "Thôn", "X"), VillageOptions{Area: "14848"}); fault.Of(err) != fault.Forbidden {
			t.Error(err)
		}
		if _, err := o.ImportVillages(ctx, o.actor, csvBook(t, "Thôn", "X"), VillageOptions{Area: "99999"}); fault.Of(err) != fault.NotFound && fault.Of(err) != fault.Invalid {
			t.Error(err)
		}
	})
}

// The day from which a village is says what its commune's name and code meant:
// while the round of 2016 is open, a code of 2025 is another commune's.
func TestTheDayOfAVillageSaysWhichCommuneIsMeant(t *testing.T) {
	o := newOffice(t, dbtest.SQLite(t))
	o.Today = "2025-08-01"
	o.actor = account.Operator(householdtest.Key, o.tree, o.Today)
	ctx := context.Background()
	take := func(code string, lines ...string) *Report {
		t.Helper()
		r, err := o.ImportVillages(ctx, o.actor, csvBook(t, lines...), VillageOptions{Area: code})
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	parent := func(name, day string) string {
		for _, v := range o.tree.OfLevel("38.2016", day, area.Village) {
			if v.Name == name {
				return string(v.Parent)
			}
		}
		return ""
	}
	list := []string{"Thôn|Mã xã|Từ ngày", "Bản Xưa|14797|", "Bản Nay|14797|01/07/2025", "Bản Giữa|14797|15/03/2017"}
	if got := take("38", list...).says(); got != "3: +3 ~0 =0 -0" {
		t.Fatal(got)
	}
	for _, c := range [][3]string{{"Xưa", "2016-12-31", "14797.2016"}, {"Nay", "2025-07-01", "14797.2025"}, {"Nay", "2025-06-30", ""}, {"Giữa", "2017-03-15", "14797.2016"}, {"Giữa", "2017-03-14", ""}} {
		if got := parent(c[0], c[1]); got != c[2] {
			t.Errorf("%s on %s lies in %q, want %q", c[0], c[1], got, c[2])
		}
	}
	if got := take("38", list...).says(); got != "3: +0 ~0 =3 -0" {
		t.Error("the list again: ", got)
	}
	// The area itself may be one that is not there on the round's day.
	if got := take("14797", "Thôn|Từ ngày", "Bản Mới|15/07/2025").says(); got != "1: +1 ~0 =0 -0" || parent("Mới", "2025-07-15") != "14797.2025" {
		t.Errorf("%s, in %q", got, parent("Mới", "2025-07-15"))
	}
	if got := take("384", "Thôn|Xã|Từ ngày", "Bản Kia|Tam Chung|02/07/2025").says(); got != "1: +1 ~0 =0 -0" || parent("Kia", "2025-07-02") != string(householdtest.TamChung) {
		t.Errorf("a district that has ended: %s, in %q", got, parent("Kia", "2025-07-02"))
	}
}

func TestBoundariesOfAFile(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := newOffice(t, d)
		file := `{"type":"FeatureCollection","features":[
			{"type":"Feature","properties":{"ma":"14848","ten":"Tam Chung"},"geometry":{"type":"Polygon","coordinates":[[[104.5,20.5],[104.6,20.5],[104.6,20.6],[104.5,20.5]]]}},
			{"type":"Feature","properties":{"ma":"99999","ten":"Đâu đó"},"geometry":{"type":"Polygon","coordinates":[[[105.5,20.5],[105.6,20.5],[105.6,20.6],[105.5,20.5]]]}}]}`
		looked, err := o.ImportBoundaries(context.Background(), o.actor, strings.NewReader(file), "xa.geojson", "2016-12-31", "ma", true)
		if err != nil || looked.Areas != 1 || looked.Applied || o.count("boundary", "1=1")+o.count("journal", "action = 'boundary.import'") != 0 {
			t.Fatalf("a look: %+v %v", looked, err)
		}
		for range 2 {
			done, err := o.ImportBoundaries(context.Background(), o.actor, strings.NewReader(file), "xa.geojson", "2016-12-31", "ma", false)
			if err != nil || done.Areas != 1 || len(done.Unknown) != 1 || done.Unknown[0].Code != "99999" || len(done.Missing) != 634 {
				t.Fatalf("%+v %v", done, err)
			}
		}
		if n := o.count("boundary", "on_day = '2016-12-31' and area_id = '"+string(householdtest.TamChung)+"'"); n != 1 {
			t.Error(n)
		}
		if _, err := o.ImportBoundaries(context.Background(), o.actor, strings.NewReader(strings.ReplaceAll(file, "14848", "11111")), "xa", "2016-12-31", "ma", false); fault.Of(err) != fault.Invalid {
			t.Error(err)
		}
		if _, err := o.ImportBoundaries(context.Background(), &account.Actor{}, strings.NewReader(file), "xa", "2016-12-31", "ma", false); fault.Of(err) != fault.Forbidden {
			t.Error(err)
		}
	})
}

func TestTheHeaderFileIsWhole(t *testing.T) {
	w := forms()
	for _, field := range exported {
		if field != indicatorField && field != factField && len(w.Households[field]) == 0 {
			t.Errorf("%s has no title", field)
		}
	}
	for _, field := range memberExported {
		if len(w.Members[field]) == 0 {
			t.Errorf("%s has no title", field)
		}
	}
	for _, name := range []string{"households", "members", "villages"} {
		if len(w.Sheets[name]) == 0 {
			t.Error(name)
		}
	}
	if _, err := parseWords([]byte("values: {sex: {male: [A], female: [a]}}")); err == nil {
		t.Error("a word with two meanings is taken")
	}
}

func TestAListOfVillagesIsUndoneUnlessSomebodyLivesThere(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := newOffice(t, d)
		ctx := context.Background()
		take := func(lines ...string) *Report {
			t.Helper()
			r, err := o.ImportVillages(ctx, o.actor, csvBook(t, lines...), VillageOptions{Area: "14848"})
			if err != nil || !r.Applied || r.Operation == "" {
				t.Fatal(r, err)
			}
			return r
		}
		named := func(name string) bool {
			read, err := area.Read(ctx, d, householdtest.Key, o.tree)
			if err != nil {
				t.Fatal(err)
			}
			found := false
			for _, tree := range []*area.Tree{o.tree, read} {
				here := false
				for _, v := range tree.OfLevel(householdtest.TamChung, "2016-12-31", area.Village) {
					here = here || v.FullName == name
				}
				if tree != o.tree && here != found {
					t.Error("the tables and the tree differ on ", name)
				}
				found = here
			}
			return found
		}
		first := take("Mã thôn|Tên thôn|Loại", "V1|Lát|Bản", "V2|Mới|Bản")
		second := take("Mã thôn|Tên thôn|Loại", "V1|Lat|Bản")
		if _, err := o.UndoImport(ctx, o.actor, first.Operation, "nhầm", nil); fault.Of(err) != fault.Conflict || !named("Bản Lat") || !named("Bản Mới") {
			t.Error("a list whose village was renamed since: ", err)
		}
		for _, list := range []*Report{second, first} {
			if _, err := o.UndoImport(ctx, o.actor, list.Operation, "nhầm", nil); err != nil {
				t.Error(err)
			}
		}
		if named("Bản Lát") || named("Bản Lat") || named("Bản Mới") {
			t.Error("something is left")
		}
		third := take("Mã thôn|Tên thôn|Loại", "V3|Đông|Bản", "V4|Tây|Bản")
		o.take(csvBook(t, "Chủ hộ|Mã thôn", "Hà Văn Một|V3"), Options{Area: "14848"})
		if _, err := o.UndoImport(ctx, o.actor, third.Operation, "nhầm", nil); fault.Of(err) != fault.Conflict || !named("Bản Đông") || !named("Bản Tây") {
			t.Error("somebody lives there: ", err)
		}
		fourth := take("Mã thôn|Tên thôn|Loại", "V4|Tay|Bản")
		if n, err := o.UndoImport(ctx, o.actor, fourth.Operation, "nhầm", nil); err != nil || n != 1 || !named("Bản Tây") || named("Bản Tay") {
			t.Error(n, err)
		}
		fifth := take("Mã thôn|Tên thôn|Loại", "V5|Nam|Bản")
		if n, err := o.UndoImport(ctx, o.actor, fifth.Operation, "nhầm", nil); err != nil || n != 1 || named("Bản Nam") {
			t.Error(n, err)
		}
		if _, err := o.UndoImport(ctx, o.actor, fifth.Operation, "nhầm", nil); fault.Of(err) != fault.Conflict {
			t.Error("twice: ", err)
		}
		if list, err := o.Imports(ctx, o.actor, 20); err != nil || !list[0].Villages || list[0].State != stateUndone {
			t.Error(list, err)
		}
	})
}
