package sheet

import (
	"bytes"
	"strings"
	"testing"

	"giamngheo/internal/fault"
)

// readAll goes through everything a file offers; whatever it holds, reading
// ends with rows or with a refusal for people.
func readAll(t *testing.T, raw []byte) {
	limits := DefaultLimits()
	limits.UnzippedBytes, limits.Rows, limits.CellBytes, limits.SharedMemory = 8<<20, 5000, 4096, 1<<12
	b, err := Open("x", bytes.NewReader(raw), int64(len(raw)), limits)
	if err != nil {
		mustBeRefusal(t, err)
		return
	}
	defer b.Close()
	for i := range b.Sheets {
		if _, err := b.Head(i, 5); err != nil {
			mustBeRefusal(t, err)
		}
		rows, err := b.RowsMerged(i)
		if err != nil {
			mustBeRefusal(t, err)
			continue
		}
		last := 0
		for rows.Next() {
			r := rows.Row()
			if r.Number <= last {
				t.Fatalf("row %d behind %d", r.Number, last)
			}
			last = r.Number
			r.IsTotal()
			r.IsNumbering()
			for col := range r.Cells {
				r.Merged(col).Clean()
				r.Cells[col].Day("")
				r.Cells[col].Int()
			}
		}
		rows.Close()
		if rows.Err() != nil {
			mustBeRefusal(t, rows.Err())
		}
	}
	if len(raw) > 4096 {
		return
	}
	var out bytes.Buffer
	if err := MarkFaults(b, &out, nil, []Fault{{Row: 2, Column: 1, Message: "x"}}); err != nil {
		t.Log(err)
	}
}

func mustBeRefusal(t *testing.T, err error) {
	t.Helper()
	if fault.Of(err) != fault.Invalid || strings.ContainsAny(err.Error(), "‹{") && !strings.Contains(err.Error(), "«") {
		t.Fatalf("%v", fault.Log(err))
	}
}

// FuzzXLSX varies the sheet's XML, which a fuzzer cannot reach through a zip.
func FuzzXLSX(f *testing.F) {
	for _, s := range []string{
		`<worksheet><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="inlineStr"><is><t>x_x000D_</t></is></c></row></sheetData><mergeCells><mergeCell ref="A1:B2"/></mergeCells></worksheet>`,
		`<x:worksheet><x:sheetData><x:row><x:c t="str"><x:v><![CDATA[a]]></x:v></x:c></x:row></x:sheetData></x:worksheet>`,
		`<worksheet><sheetData><row hidden="1"><c s="1"><v>1e5</v></c><c t="d"><v>1979-05-20</v></c><c t="e"><v>#N/A</v></c></row></sheetData></worksheet>`,
		"\xff\xfe<\x00a\x00", "<!-- ", "<a b='>'/>", "<worksheet><sheetData/>",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, sheet []byte) {
		readAll(t, book(t, string(sheet), map[string]string{
			"xl/sharedStrings.xml": `<sst><si><t>Hộ</t></si></sst>`,
			"xl/styles.xml":        string(sheet) + `<styleSheet><cellXfs><xf/><xf numFmtId="14"/></cellXfs></styleSheet>`,
		}))
		readAll(t, book(t, `<worksheet><sheetData/></worksheet>`, map[string]string{"xl/sharedStrings.xml": string(sheet)}))
	})
}

// FuzzFile varies whole files.
func FuzzFile(f *testing.F) {
	f.Add(book(f, `<worksheet><sheetData><row><c><v>1</v></c></row></sheetData></worksheet>`, nil))
	f.Add([]byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"))
	f.Fuzz(readAll)
}

func FuzzCSV(f *testing.F) {
	for _, s := range []string{"a,b\n1,\"x\"\"y\n\"\n", "sep=;\na;b", "a\tb\r\n'=1\t", "\xff\xfea\x00", "\ufeffĐ;Ô", "\"\"\"", "a\r\"b\r"} {
		f.Add([]byte(s))
	}
	f.Fuzz(readAll)
}
