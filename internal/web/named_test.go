package web_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"giamngheo/internal/sheet"
)

// namedRows posts for a list of names and gives the lines of the file.
func (o office) namedRows(name, area string) [][]string {
	o.t.Helper()
	w := o.ask(name, "POST", "/danh-sach/poor_list?dia-ban="+area+"&dot=2016", typed("purpose", "cấp thẻ bảo hiểm y tế"))
	if w.Code != 200 {
		o.t.Fatalf("%s: %d: %s", name, w.Code, plain(w))
	}
	raw := w.Body.Bytes()
	book, err := sheet.Open("ds.xlsx", bytes.NewReader(raw), int64(len(raw)), sheet.DefaultLimits())
	if err != nil {
		o.t.Fatal(err)
	}
	defer book.Close()
	rows, err := book.Rows(0)
	if err != nil {
		o.t.Fatal(err)
	}
	defer rows.Close()
	var lines [][]string
	for rows.Next() {
		var line []string
		for i := range 30 {
			if v := rows.Row().Cell(i); i < 7 || !v.Blank() {
				line = append(line, v.Clean())
			}
		}
		lines = append(lines, line)
	}
	if rows.Err() != nil || len(lines) < 2 {
		o.t.Fatalf("%s gets %d lines, %v", name, len(lines), rows.Err())
	}
	return lines
}

// A department gets head, village and class of every poor household, and the
// answers of its own subject.
func TestADepartmentsListOfNamesHoldsItsSubject(t *testing.T) {
	o := office{demoProvince(t), t}
	poor := map[string]bool{}
	for _, line := range o.namedRows("tinh", "38.2016")[1:] {
		poor[line[1]] = true
	}
	for name, want := range map[string]string{"yte": "Mã hộ|Họ và tên|Thôn|Xã|Phân loại|Nhãn|1. tiếp cận dịch vụ y tế|2. bảo hiểm y tế", "giaoduc": "Mã hộ|Họ và tên|Thôn|Xã|Phân loại|Nhãn|3. trình độ giáo dục của người lớn|4. tình trạng đi học của trẻ em"} {
		lines := o.namedRows(name, "38.2016")
		if got := strings.Join(lines[0][1:], "|"); got != want {
			t.Errorf("%s: %s", name, got)
		}
		lacking := 0
		for _, line := range lines[1:] {
			if !poor[line[1]] {
				t.Errorf("%s: %v is not among the poor", name, line)
			}
			if line[2] == "" || line[3] == "" || line[4] == "" || !strings.Contains(line[5], "nghèo") {
				t.Errorf("%s: head, place or class is missing: %v", name, line)
			}
			lacking += len(slices.DeleteFunc(slices.Clone(line), func(s string) bool { return !strings.HasPrefix(s, "Thiếu hụt: ") }))
		}
		if len(lines)-1 != len(poor) || lacking == 0 {
			t.Errorf("%s gets %d of %d households, %d cells name somebody", name, len(lines)-1, len(poor), lacking)
		}
	}
}

func TestAListOfNamesGoesOutForSpreadsheetsAndPrograms(t *testing.T) {
	o := office{demoProvince(t), t}
	for format, begins := range map[string]string{"": "PK", "xlsx": "PK", "csv": "\ufeffSTT,Mã hộ", "json": `{"title": `} {
		w := o.ask("tinh", "POST", "/danh-sach/poor_list?dia-ban=38.2016&dot=2016", typed("purpose", "họp", "tep", format))
		if w.Code != 200 || !strings.HasPrefix(w.Body.String(), begins) {
			t.Errorf("%q: %d %.40q", format, w.Code, w.Body.String())
		}
	}
	if w := o.ask("tinh", "POST", "/danh-sach/poor_list?dia-ban=38.2016&dot=2016", typed("purpose", "họp", "tep", "pdf")); w.Code != 404 {
		t.Error("a format nobody writes: ", w.Code)
	}
}
