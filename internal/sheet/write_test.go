package sheet

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"giamngheo/internal/vn"
)

func writers() map[Format]func(*bytes.Buffer) Writer {
	return map[Format]func(*bytes.Buffer) Writer{
		XLSX: func(b *bytes.Buffer) Writer { return NewXLSX(b) },
		CSV:  func(b *bytes.Buffer) Writer { return NewCSV(b, true) },
	}
}

func anyText() *rapid.Generator[string] {
	return rapid.OneOf(
		rapid.SampledFrom([]string{"Nguyễn Văn Á", "Đặng Thị Ổn", "0123", "038123456789", "=1+1", "+84", "-5", "@x", "'=x", "''-", "'abc", "\t=1", "a\r\nb", "a\nb", " x ", "a,b;c", `"q"`, `x"y`, "_x0041_", "_x000D_", "sep=;", "sep=x", "<&>", "]]>", "#N/A", "TRUE", "1.234", "20/05/1979", "\u00a0", "Thôn 3 – Bản Nà Ón", "Lê Hòa"}),
		rapid.StringOfN(rapid.RuneFrom([]rune("abcXYZ019 ,;\t\"'=+-@_<>&\nx\r\x01\x1f~")), 1, 20, -1),
		rapid.StringOfN(rapid.RuneFrom([]rune("ăâđêôơưàảãáạếềểễệ ĂĐ")), 1, 12, -1),
	)
}

func anyValue() *rapid.Generator[Value] {
	return rapid.Custom(func(t *rapid.T) Value {
		switch rapid.IntRange(0, 5).Draw(t, "kind") {
		case 0:
			return Value{}
		case 1:
			return IntValue(rapid.Int64().Draw(t, "int"))
		case 2:
			return NumberValue(float64(rapid.IntRange(-1e9, 1e9).Draw(t, "n")) / 1000)
		case 3:
			y, m, d := rapid.IntRange(1850, 2099).Draw(t, "y"), rapid.IntRange(1, 12).Draw(t, "m"), rapid.IntRange(1, 28).Draw(t, "d")
			day := vn.Day(fmt.Sprintf("%04d-%02d-%02d", y, m, d))
			return DayValue(day[:rapid.SampledFrom([]int{4, 7, 10}).Draw(t, "precision")])
		case 4:
			return BoolValue(rapid.Bool().Draw(t, "b"))
		}
		return TextValue(anyText().Draw(t, "text"))
	})
}

// Whatever is written is read back the same; a .csv knows texts only, so there
// numbers and days are compared by what they are read as.
func TestWhatIsWrittenIsReadBack(t *testing.T) {
	for format, make := range writers() {
		t.Run(string(format), func(t *testing.T) {
			rapid.Check(t, func(t *rapid.T) {
				rows := rapid.SliceOfN(rapid.SliceOfN(anyValue(), 1, 6), 0, 8).Draw(t, "rows")
				var out bytes.Buffer
				w := make(&out)
				if err := w.Sheet("Hộ", []Column{{Title: "STT"}, {Title: "Chủ hộ: tên", Text: true}, {Title: "Đặc điểm"}}); err != nil {
					t.Fatal(err)
				}
				for _, r := range rows {
					if err := w.Row(r...); err != nil {
						t.Fatal(err)
					}
				}
				if err := w.Close(); err != nil {
					t.Fatal(err)
				}
				b, err := Open("x", bytes.NewReader(out.Bytes()), int64(out.Len()), DefaultLimits())
				if err != nil {
					t.Fatal(err)
				}
				defer b.Close()
				if b.Format != format {
					t.Fatal(b.Format)
				}
				got, err := b.Rows(0)
				if err != nil {
					t.Fatal(err)
				}
				defer got.Close()
				if !got.Next() || got.Row().Cell(1).Text() != "Chủ hộ: tên" {
					t.Fatal("header", got.Err())
				}
				ok := got.Next()
				for i, want := range rows {
					if !ok || got.Row().Number != i+2 {
						if !blankRow(want) {
							t.Fatalf("row %d of %q is missing: %v", i+2, out.String(), got.Err())
						}
						continue
					}
					for col, v := range want {
						if s := same(v, got.Row().Cell(col), format); s != "" {
							t.Fatalf("%s: %s\n%q", got.Row().Ref(col), s, out.String())
						}
					}
					if len(got.Row().Cells) > len(want) {
						t.Fatal("more cells than written")
					}
					ok = got.Next()
				}
				if ok || got.Err() != nil {
					t.Fatal("rows left", got.Err())
				}
			})
		})
	}
}

func blankRow(row []Value) bool {
	r := Row{Cells: row}
	return r.blank()
}

func same(want, got Value, format Format) string {
	if format == XLSX && want.Kind != got.Kind {
		return fmt.Sprintf("kind %d, want %d (%q)", got.Kind, want.Kind, want.Text())
	}
	if want.Kind == Number {
		a, _ := want.Number()
		b, err := got.Number()
		if err != nil || a != b {
			return fmt.Sprintf("%v %v, want %v", b, err, a)
		}
		return ""
	}
	if want.Text() != got.Text() {
		return fmt.Sprintf("%q, want %q", got.Text(), want.Text())
	}
	return ""
}

func TestAnotherProgramReadsOurFile(t *testing.T) {
	var out bytes.Buffer
	w := NewXLSX(&out)
	w.Sheet("Hộ", []Column{{Title: "CCCD", Text: true, Width: 16}, {Title: "Chủ hộ"}, {Title: "Ngày sinh"}, {Title: "Điểm B1"}})
	w.Row(TextValue("038099000001"), TextValue("=1+1"), DayValue("1979-05-20"), IntValue(120))
	w.Sheet("Thành viên", nil)
	w.Row(TextValue(" Á & <B> "), BoolValue(true))
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(bytes.NewReader(out.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := f.GetRows("Hộ")
	if err != nil || fmt.Sprint(rows) != "[[CCCD Chủ hộ Ngày sinh Điểm B1] [038099000001 =1+1 20/05/1979 120]]" {
		t.Errorf("%q %v", rows, err)
	}
	if formula, _ := f.GetCellFormula("Hộ", "B2"); formula != "" {
		t.Errorf("a formula: %q", formula)
	}
	if panes, _ := f.GetPanes("Hộ"); !panes.Freeze && panes.YSplit != 1 {
		t.Error("header not frozen", panes)
	}
	if width, _ := f.GetColWidth("Hộ", "A"); width != 16 {
		t.Error(width)
	}
	if v, _ := f.GetCellValue("Thành viên", "A1"); v != " Á & <B> " {
		t.Errorf("%q", v)
	}
}

func TestWeReadAnotherProgramsFile(t *testing.T) {
	f := excelize.NewFile()
	defer f.Close()
	f.SetSheetName("Sheet1", "Hộ")
	f.SetCellValue("Hộ", "A1", "DANH SÁCH")
	f.MergeCell("Hộ", "A1", "D1")
	f.SetCellValue("Hộ", "A3", "Nguyễn Văn Á")
	day, _ := f.NewStyle(&excelize.Style{NumFmt: 14})
	f.SetCellValue("Hộ", "B3", 28995)
	f.SetCellStyle("Hộ", "B3", "B3", day)
	f.SetCellBool("Hộ", "C3", true)
	f.SetCellFormula("Hộ", "D3", "1+1")
	var out bytes.Buffer
	if err := f.Write(&out); err != nil {
		t.Fatal(err)
	}
	b := open(t, out.Bytes())
	if got := dump(t, b, 0); got != "1: DANH SÁCH |\n3: Nguyễn Văn Á | 20/05/1979 | TRUE |\n" {
		t.Error(got)
	}
	head, err := b.Head(0, 1)
	if err != nil || len(head) != 1 || len(head[0].Cells) != 4 || head[0].Cells[3].Text() != "DANH SÁCH" {
		t.Errorf("%v %v", head, err)
	}
}

func TestTheSameRowsMakeTheSameFile(t *testing.T) {
	for format, make := range writers() {
		var files [2]bytes.Buffer
		for i := range files {
			w := make(&files[i])
			w.Sheet("H", []Column{{Title: "a"}})
			w.Row(TextValue("x"))
			w.Close()
		}
		if !bytes.Equal(files[0].Bytes(), files[1].Bytes()) {
			t.Error(format, "differs")
		}
	}
}

func TestCSVForScripts(t *testing.T) {
	var out bytes.Buffer
	w := NewCSV(&out, false)
	w.Sheet("", []Column{{Title: "code"}, {Title: "rate"}})
	w.Row(TextValue("-x"), NumberValue(12.5), NumberValue(1.234), NumberValue(-3), DayValue("1979-05-20"))
	w.Close()
	if got := out.String(); got != "code,rate\r\n'-x,12.5,1.2340,-3,20/05/1979\r\n" {
		t.Errorf("%q", got)
	}
	if err := w.Sheet("b", nil); err == nil {
		t.Error("a second sheet in a .csv")
	}
}

func TestTooLongForExcelIsAnErrorNotACut(t *testing.T) {
	w := NewXLSX(&bytes.Buffer{})
	w.Sheet("H", nil)
	if err := w.Row(TextValue(strings.Repeat("ễ", mostCellText+1))); err == nil || !strings.Contains(err.Error(), "A1") {
		t.Error(err)
	}
	if w.Close() == nil {
		t.Error("a file with a failed row must not close well")
	}
}

func TestMarkedCopy(t *testing.T) {
	source := book(t, `<worksheet><sheetData><row r="1"><c r="A1" t="str"><v>DANH SÁCH</v></c></row><row r="3"><c r="A3" t="str"><v>STT</v></c><c r="B3" t="str"><v>Ngày sinh</v></c></row><row r="4"><c r="A4"><v>1</v></c><c r="B4" t="str"><v>31/2/1979</v></c></row><row r="7" hidden="1"><c r="A7"><v>2</v></c></row></sheetData><mergeCells><mergeCell ref="A1:B1"/></mergeCells></worksheet>`, nil)
	faults := []Fault{{"Hộ", 7, -1, "Trùng mã hộ"}, {"Hộ", 4, 1, "Không có ngày 31/2"}, {"Hộ", 7, 1, "Thiếu ngày sinh"}, {"Hộ", 9, 0, "Dòng trống"}}
	mark := func(raw []byte, headers map[string]int, faults []Fault) []byte {
		t.Helper()
		var out bytes.Buffer
		if err := MarkFaults(open(t, raw), &out, headers, faults); err != nil {
			t.Fatal(err)
		}
		return out.Bytes()
	}
	marked := mark(source, map[string]int{"Hộ": 3}, faults)
	want := "1: DANH SÁCH |\n3: STT | Ngày sinh | Lỗi |\n4: 1 | 31/2/1979 | B4: Không có ngày 31/2 |\n7: 2 |  | Trùng mã hộ\nB7: Thiếu ngày sinh |\n9:  |  | A9: Dòng trống |\n"
	if got := dump(t, open(t, marked), 0); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
	f, err := excelize.OpenReader(bytes.NewReader(marked))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for cell, want := range map[string]int{"B4": styleFault, "B7": styleFault, "A4": styleNone, "A9": styleFault, "C4": styleMessage} {
		if got, _ := f.GetCellStyle("Hộ", cell); got != want {
			t.Errorf("%s has style %d, want %d", cell, got, want)
		}
	}
	if merged, _ := f.GetMergeCells("Hộ"); len(merged) != 1 || merged[0].GetEndAxis() != "B1" {
		t.Error(merged)
	}
	if visible, _ := f.GetRowVisible("Hộ", 7); visible {
		t.Error("row 7 was hidden")
	}
	again := mark(marked, map[string]int{"Hộ": 3}, faults[1:2])
	if got := dump(t, open(t, again), 0); strings.Count(got, "Lỗi") != 1 || strings.Contains(got, "Trùng") {
		t.Errorf("an earlier copy's column stays:\n%s", got)
	}
	csv := mark([]byte("STT;Tên\n\n1;=x\n2;y"), map[string]int{"": 1}, []Fault{{"", 4, 1, "Sai"}})
	if got := string(csv); got != "\ufeffSTT;Tên;Lỗi\r\n\r\n1;'=x;\r\n2;y;B4: Sai\r\n" {
		t.Errorf("%q", got)
	}
}
