package sheet

import (
	"fmt"
	"strings"
	"testing"

	"giamngheo/internal/fault"
	"giamngheo/internal/vn"
)

var fields = map[string][]string{
	"no":       {"STT", "TT"},
	"head":     {"Chủ hộ", "Họ và tên chủ hộ", "Họ tên"},
	"born":     {"Ngày sinh", "Năm sinh"},
	"id":       {"CMND/CCCD", "Số CMND", "CCCD"},
	"before":   {"Phân loại trước rà soát"},
	"after":    {"Phân loại sau rà soát"},
	"village":  {"Thôn", "Thôn, bản"},
	"b1":       {"Điểm B1", "B1"},
	"deprived": {"B2", "Điểm B2"},
}

func rowsOf(lines ...string) []Row {
	var rows []Row
	for i, line := range lines {
		if line == "" {
			continue
		}
		r := Row{Number: i + 1}
		for _, c := range strings.Split(line, "|") {
			r.Cells = append(r.Cells, TextValue(strings.TrimSpace(c)))
		}
		rows = append(rows, r)
	}
	return rows
}

func TestFindHeader(t *testing.T) {
	for name, c := range map[string]struct {
		rows []Row
		want string
	}{
		"in the first row": {rowsOf("STT|Chủ hộ|Ngày sinh", "1|An|1979"), "row 1 map[born:2 head:1 no:0] unknown [] twice 0"},
		"under title rows": {
			rowsOf("UBND XÃ TRUNG LÝ", "DANH SÁCH HỘ NGHÈO NĂM 2016", "", "TT|HỌ VÀ TÊN CHỦ HỘ|Năm sinh|Số CMND (9 số)|Ghi chú", "1|An|1979|1|x"),
			"row 4 map[born:2 head:1 id:3 no:0] unknown [4] twice 0"},
		"two lines, merged": {
			rowsOf("STT|Họ tên|Phân loại|Phân loại|Thôn", "STT|Họ tên|Trước rà soát|Sau rà soát|Thôn", "1|An|nghèo|nghèo|Ón"),
			"row 2 map[after:3 before:2 head:1 no:0 village:4] unknown [] twice 0"},
		"two lines, the upper one not repeated": {
			rowsOf("STT|Họ tên|Kết quả|", "||Điểm B1|Điểm B2", "1|An|90|30"),
			"row 2 map[b1:2 deprived:3 head:1 no:0] unknown [] twice 0"},
		"stars and brackets": {rowsOf("STT (*)|Chủ hộ *|CCCD [12 số]"), "row 1 map[head:1 id:2 no:0] unknown [] twice 0"},
		"a column twice":     {rowsOf("STT|Chủ hộ|Họ tên"), "row 1 map[head:1 no:0] unknown [] twice 1"},
	} {
		t.Run(name, func(t *testing.T) {
			h, err := FindHeader(c.rows, fields, "head")
			if err != nil {
				t.Fatal(err)
			}
			if got := fmt.Sprintf("row %d %v unknown %v twice %d", h.Row, h.Columns, h.Unknown, len(h.Twice)); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

// Indicators and causes stand as numbers under a merged name of the group,
// typed as numbers; a .csv has the name in the first column alone. Rows of
// data, and the numbering of all columns, are no such numbers.
func TestColumnsNumberedUnderTheNameOfTheirGroup(t *testing.T) {
	aliases := map[string][]string{"head": {"Chủ hộ"}, "village": {"Thôn"}, "one": {"Chỉ số 1"}, "two": {"Chỉ số 2"}, "three": {"Chỉ số 3"}, "cause": {"Nguyên nhân"}}
	for _, c := range []struct {
		name string
		rows []Row
		want string
	}{
		{"merged, numbers", numbersOf(rowsOf("Chủ hộ|Thôn|Chỉ số|Chỉ số|Chỉ số|Nguyên nhân", "Chủ hộ|Thôn|1|2|3|Nguyên nhân", "An|Ón|1|0|1|5")), "row 2 map[cause:5 head:0 one:2 three:4 two:3 village:1]"},
		{"the lower line holds nothing else", numbersOf(rowsOf("Chủ hộ|Thôn|Chỉ số|Chỉ số|Nguyên nhân", "||1|2|", "An|Ón|1|0|5")), "row 2 map[cause:4 head:0 one:2 two:3 village:1]"},
		{"a .csv", rowsOf("Chủ hộ|Thôn|Chỉ số|||Nguyên nhân", "||1|2|3|", "An|Ón|1|0|1|5"), "row 2 map[cause:5 head:0 one:2 three:4 two:3 village:1]"},
		{"the numbering of all columns", numbersOf(rowsOf("Chủ hộ|Thôn|Chỉ số|Chỉ số|Chỉ số|Nguyên nhân", "1|2|3|4|5|6", "An|Ón|1|0|1|5")), "row 1 map[cause:5 head:0 village:1]"},
		{"data", numbersOf(rowsOf("Chủ hộ|Thôn|Chỉ số 1|Chỉ số 2|Nguyên nhân", "An|Ón|1|2|3", "Bình|Ón|1|0|5")), "row 1 map[cause:4 head:0 one:2 two:3 village:1]"},
	} {
		h, err := FindHeader(c.rows, aliases, "head")
		if err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprintf("row %d %v", h.Row, h.Columns); got != c.want {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
	}
}

// numbersOf makes number cells of what can be read as a number.
func numbersOf(rows []Row) []Row {
	for i := range rows {
		for j, v := range rows[i].Cells {
			if n, err := v.Int(); err == nil && v.Kind == Text {
				rows[i].Cells[j] = IntValue(n)
			}
		}
	}
	return rows
}

// A title merged over all columns belongs to none of them: it must not stand
// before their names in what the office is told.
func TestAMergedTitleIsNoPartOfTheColumnsNames(t *testing.T) {
	h, err := FindHeader(rowsOf("UBND XÃ A|UBND XÃ A|UBND XÃ A|UBND XÃ A", "Danh sách|||", "STT|Chủ hộ|Ngày sinh|Cột lạ", "1|An|1979|x"), fields, "head")
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(h.Titles, "|"); got != "STT|Chủ hộ|Ngày sinh|Cột lạ" {
		t.Error(got)
	}
}

// The title of a sheet may be the name of a field; a group of columns still
// names what stands under it.
func TestAMergedTitleGivesItsFieldToNoColumn(t *testing.T) {
	aliases := map[string][]string{"head": {"Chủ hộ"}, "birth": {"Ngày sinh"}, "size": {"Nhân khẩu"}, "village": {"Thôn"}}
	for _, c := range []struct {
		name string
		rows []Row
		size int
	}{
		{"over all columns", rowsOf("Nhân khẩu|Nhân khẩu|Nhân khẩu", "Chủ hộ|Ngày sinh|Cột lạ", "An|1979|x"), -1},
		{"over all columns, above groups", rowsOf("Nhân khẩu|Nhân khẩu|Nhân khẩu", "Người|Người|Khác", "Chủ hộ|Ngày sinh|Cột lạ", "An|1979|x"), -1},
		{"over a column without a name of its own", rowsOf("Nhân khẩu|Nhân khẩu|Nhân khẩu|Nhân khẩu", "Chủ hộ|Ngày sinh||Cột lạ", "An|1979||x"), -1},
		{"over one of the columns", rowsOf("Chủ hộ|Ngày sinh|Nhân khẩu", "Chủ hộ|Ngày sinh|(người)", "An|1979|4"), 2},
		{"over a group, the others named above", rowsOf("Chủ hộ|Thôn|Nhân khẩu|Nhân khẩu", "||Tổng|Nữ", "An|Ón|4|2"), 2},
		{"over a group", rowsOf("Chủ hộ|Thôn|Nhân khẩu|Nhân khẩu", "Chủ hộ|Thôn|Tổng|Nữ", "An|Ón|4|2"), 2},
	} {
		h, err := FindHeader(c.rows, aliases, "head")
		if err != nil {
			t.Fatal(err)
		}
		if h.Column("size") != c.size {
			t.Errorf("%s: size stands in column %d, want %d", c.name, h.Column("size"), c.size)
		}
	}
}

func TestHeaderThatIsMissingNamesTheColumns(t *testing.T) {
	_, err := FindHeader(rowsOf("a|b|c", "1|2|3"), fields, "head", "village")
	if fault.As(err, "").Code != "header_not_found" || !strings.Contains(err.Error(), "«Chủ hộ», «Thôn»") {
		t.Error(err)
	}
	_, err = FindHeader(rowsOf("x", "STT|Họ tên|Năm sinh"), fields, "head", "village")
	if fault.As(err, "").Code != "header_missing" || !strings.Contains(err.Error(), "«Thôn»") || !strings.Contains(err.Error(), "dòng 2") {
		t.Error(err)
	}
}

func TestRowsThatAreNoData(t *testing.T) {
	for line, want := range map[string]string{
		"1|2|3|4":              "numbering",
		"(1)|(2)|(3)":          "numbering",
		"A|B|1|2|3":            "numbering",
		"1|2|4":                "data",
		"1|0|1|0|1":            "data",
		"5|6|7":                "data",
		"1|An|2":               "data",
		"|Tổng cộng|12":        "total",
		"Cộng:|3|4":            "total",
		"1|Tống Văn Cộng|1979": "data",
	} {
		r := rowsOf(line)[0]
		got := "data"
		switch {
		case r.IsNumbering():
			got = "numbering"
		case r.IsTotal():
			got = "total"
		}
		if got != want {
			t.Errorf("%q is %s, want %s", line, got, want)
		}
	}
}

func TestColumnNames(t *testing.T) {
	for col, want := range map[int]string{0: "A", 25: "Z", 26: "AA", 701: "ZZ", 702: "AAA", 16383: "XFD"} {
		if got := ColumnName(col); got != want {
			t.Error(col, got)
		}
		if n, ok := columnOf([]byte(want + "1")); !ok || n != col {
			t.Error(want, n)
		}
	}
}

func TestATitleInUnicodeOverAColumnInALegacyFontIsKnown(t *testing.T) {
	head := rowsOf("Chủ hộ|Thôn|Ngày sinh")[0]
	for i := range head.Cells {
		head.Cells[i].as = vn.TCVN3 // as the names under it are
	}
	h, err := FindHeader([]Row{head}, fields, "head", "village")
	if err != nil || h.Column("village") != 1 || h.Title(1) != "Thôn" {
		t.Errorf("%+v %v", h, err)
	}
}
