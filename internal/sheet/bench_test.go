package sheet

import (
	"bytes"
	"fmt"
	"runtime"
	"strings"
	"testing"
)

// households writes a file of the shape that offices import: 25 columns.
func households(n int, make func(*bytes.Buffer) Writer) []byte {
	var out bytes.Buffer
	w := make(&out)
	columns := []Column{{Title: "STT"}, {Title: "Mã hộ", Text: true}, {Title: "Chủ hộ"}, {Title: "Ngày sinh"}, {Title: "CCCD", Text: true}, {Title: "Thôn"}}
	for i := len(columns); i < 25; i++ {
		columns = append(columns, Column{Title: fmt.Sprint("Chỉ số ", i)})
	}
	w.Sheet("Hộ", columns)
	row := []Value{}
	for i := range n {
		row = append(row[:0], IntValue(int64(i+1)), TextValue(fmt.Sprintf("TH%07d", i)), TextValue(fmt.Sprintf("Nguyễn Văn Á %d", i%1000)), DayValue("1979-05-20"), TextValue(fmt.Sprintf("038%09d", i)), TextValue("Thôn Bản Nà Ón"))
		for j := len(row); j < 25; j++ {
			row = append(row, IntValue(int64(i*j%2)))
		}
		w.Row(row...)
	}
	w.Close()
	return out.Bytes()
}

// withShared is the same as Excel itself would write it, texts shared.
func withShared(n int) []byte {
	var sst, sheet strings.Builder
	sst.WriteString("<sst>")
	sheet.WriteString("<worksheet><sheetData>")
	count := 0
	shared := func(col, row int, s string) {
		fmt.Fprintf(&sst, "<si><t>%s</t></si>", s)
		fmt.Fprintf(&sheet, `<c r="%s%d" s="1" t="s"><v>%d</v></c>`, ColumnName(col), row, count)
		count++
	}
	for i := range n {
		r := i + 1
		fmt.Fprintf(&sheet, `<row r="%d" spans="1:25" x14ac:dyDescent="0.25">`, r)
		shared(0, r, fmt.Sprintf("TH%07d", i))
		shared(1, r, fmt.Sprintf("Nguyễn Văn Á %d", i))
		shared(2, r, fmt.Sprintf("038%09d", i))
		for j := 3; j < 25; j++ {
			fmt.Fprintf(&sheet, `<c r="%s%d" s="1"><v>%d</v></c>`, ColumnName(j), r, i*j%2)
		}
		sheet.WriteString("</row>")
	}
	sheet.WriteString("</sheetData></worksheet>")
	sst.WriteString("</sst>")
	return book(&testing.T{}, sheet.String(), map[string]string{"xl/sharedStrings.xml": sst.String()})
}

func read(b *testing.B, raw []byte, text bool) (rows int) {
	book, err := Open("x", bytes.NewReader(raw), int64(len(raw)), DefaultLimits())
	if err != nil {
		b.Fatal(err)
	}
	defer book.Close()
	in, err := book.Rows(0)
	if err != nil {
		b.Fatal(err)
	}
	defer in.Close()
	for in.Next() {
		rows++
		if text {
			for i := range in.Row().Cells {
				in.Row().Cells[i].Text()
			}
		}
	}
	if in.Err() != nil {
		b.Fatal(in.Err())
	}
	return rows
}

func BenchmarkRead(b *testing.B) {
	const n = 50_000
	files := []struct {
		name string
		raw  []byte
	}{
		{"xlsx, inline strings", households(n, writers()[XLSX])},
		{"xlsx, shared strings", withShared(n)},
		{"csv", households(n, writers()[CSV])},
	}
	for _, f := range files {
		for _, text := range []bool{false, true} {
			b.Run(fmt.Sprintf("%s, texts %v", f.name, text), func(b *testing.B) {
				rows := 0
				b.ReportAllocs()
				for b.Loop() {
					rows += read(b, f.raw, text)
				}
				b.ReportMetric(float64(rows)/b.Elapsed().Seconds(), "rows/s")
			})
		}
	}
}

func BenchmarkWrite(b *testing.B) {
	const n = 20_000
	for format, make := range writers() {
		b.Run(string(format), func(b *testing.B) {
			for b.Loop() {
				households(n, make)
			}
			b.ReportMetric(float64(b.N)*n/b.Elapsed().Seconds(), "rows/s")
		})
	}
}

// A million rows with three texts of their own each: how much memory the
// reading holds beside the file.
func BenchmarkMemoryOfAMillionRows(b *testing.B) {
	raw := withShared(1_000_000)
	runtime.GC()
	var before, m runtime.MemStats
	runtime.ReadMemStats(&before)
	for b.Loop() {
		book, err := Open("x", bytes.NewReader(raw), int64(len(raw)), DefaultLimits())
		if err != nil {
			b.Fatal(err)
		}
		in, err := book.Rows(0)
		if err != nil {
			b.Fatal(err)
		}
		peak, rows := uint64(0), 0
		for in.Next() {
			if rows++; rows%100_000 == 0 {
				runtime.ReadMemStats(&m)
				peak = max(peak, m.HeapInuse-min(m.HeapInuse, before.HeapInuse))
			}
		}
		in.Close()
		book.Close()
		b.ReportMetric(float64(peak)/(1<<20), "MB")
		b.ReportMetric(float64(rows), "rows")
	}
}
