package sheet

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"maps"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/unicode/norm"

	"giamngheo/internal/fault"
)

// book makes an .xlsx of parts; sheet1 and the usual frame are filled in.
func book(t testing.TB, sheet string, more map[string]string) []byte {
	t.Helper()
	parts := map[string]string{
		"[Content_Types].xml":        `<Types/>`,
		"_rels/.rels":                `<Relationships><Relationship Id="rId1" Type="http://x/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
		"xl/workbook.xml":            `<workbook xmlns:r="r"><sheets><sheet name="Hộ" sheetId="1" r:id="rId1"/></sheets></workbook>`,
		"xl/_rels/workbook.xml.rels": `<Relationships><Relationship Id="rId1" Type="http://x/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`,
		"xl/worksheets/sheet1.xml":   sheet,
	}
	for k, v := range more {
		parts[k] = v
	}
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, name := range slices.Sorted(maps.Keys(parts)) {
		if parts[name] == "" {
			continue
		}
		method := zip.Store // quick, for fuzzing; what is large is packed
		if len(parts[name]) > 1<<20 {
			method = zip.Deflate
		}
		w, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: method})
		if err != nil {
			t.Fatal(err)
		}
		w.Write([]byte(parts[name]))
	}
	z.Close()
	return out.Bytes()
}

func open(t testing.TB, raw []byte) *Book {
	t.Helper()
	b, err := Open("thu.xlsx", bytes.NewReader(raw), int64(len(raw)), DefaultLimits())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { b.Close() })
	return b
}

// dump writes a sheet as lines "number: cell | cell".
func dump(t testing.TB, b *Book, sheet int) string {
	t.Helper()
	rows, err := b.RowsMerged(sheet)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var out strings.Builder
	for rows.Next() {
		r := rows.Row()
		fmt.Fprintf(&out, "%d:", r.Number)
		for i := range r.Cells {
			fmt.Fprintf(&out, " %s |", r.Cells[i].Text())
		}
		out.WriteByte('\n')
	}
	if rows.Err() != nil {
		t.Fatal(rows.Err())
	}
	return out.String()
}

func TestReadsWhatTheProgramsWrite(t *testing.T) {
	styles := `<styleSheet><numFmts><numFmt numFmtId="170" formatCode="dd\/mm\/yyyy"/><numFmt numFmtId="171" formatCode="[$-42A]mmm&quot; d &quot;yy"/><numFmt numFmtId="172" formatCode="0.00&quot; đồng&quot;"/></numFmts>
		<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="170"/><xf numFmtId="171"/><xf numFmtId="172"/><xf numFmtId="20"/></cellXfs></styleSheet>`
	for name, c := range map[string]struct {
		sheet string
		more  map[string]string
		want  string
	}{
		"shared strings, rich text and phonetic readings": {
			`<worksheet><sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="C1" t="s"><v>2</v></c></row></sheetData></worksheet>`,
			map[string]string{"xl/sharedStrings.xml": `<sst><si><t xml:space="preserve"> Chủ hộ </t></si><si><r><rPr><b/></rPr><t>Nguyễn </t></r><r><t>Văn Á</t></r><rPh sb="0"><t>x</t></rPh></si><si><t/></si></sst>`},
			"1:  Chủ hộ  | Nguyễn Văn Á |\n",
		},
		"prefixed names": {
			`<x:worksheet xmlns:x="m"><x:sheetData><x:row r="2"><x:c r="B2" t="inlineStr"><x:is><x:t>Lò Thị Pành</x:t></x:is></x:c></x:row></x:sheetData></x:worksheet>`, nil,
			"2:  | Lò Thị Pành |\n",
		},
		"no references at all": {
			`<worksheet><sheetData><row><c><v>1</v></c><c t="str"><f>A1&amp;"x"</f><v>1x</v></c></row><row/><row><c/><c><v>2</v></c></row></sheetData></worksheet>`, nil,
			"1: 1 | 1x |\n3:  | 2 |\n",
		},
		"sparse cells, gaps and single quotes": {
			`<worksheet><sheetData><row r='3'><c r='C3'><v>5</v></c></row><row r='9'><c r='AA9' t='b'><v>1</v></c></row></sheetData></worksheet>`, nil,
			"3:  |  | 5 |\n9:" + strings.Repeat("  |", 26) + " TRUE |\n",
		},
		"escapes, CDATA, comments": {
			`<?xml version="1.0"?><!-- x --><worksheet><sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>a_x000D_&#10;b &lt;&amp;&gt; &#x110;</t></is></c><c r="B1" t="str"><v><![CDATA[<x> & y]]></v></c><c r="C1" t="inlineStr"><is><t>_x005F_x0041_</t></is></c></row></sheetData></worksheet>`, nil,
			"1: a\r\nb <&> Đ | <x> & y | _x0041_ |\n",
		},
		"dates by style": {
			`<worksheet><sheetData><row r="1"><c r="A1" s="1"><v>28995</v></c><c r="B1" s="2"><v>28995.5</v></c><c r="C1" s="3"><v>28995</v></c><c r="D1" s="4"><v>28995</v></c><c r="E1" s="5"><v>0.5</v></c><c r="F1" t="d"><v>1979-05-20T00:00:00</v></c></row></sheetData></worksheet>`,
			map[string]string{"xl/styles.xml": styles},
			"1: 20/05/1979 | 20/05/1979 | 05/1979 | 28995 | 0,5 | 20/05/1979 |\n",
		},
		"the 1904 system": {
			`<worksheet><sheetData><row r="1"><c r="A1" s="1"><v>27533</v></c></row></sheetData></worksheet>`,
			map[string]string{"xl/styles.xml": styles, "xl/workbook.xml": `<workbook><workbookPr date1904="1"/><sheets><sheet name="H" r:id="rId1"/></sheets></workbook>`},
			"1: 20/05/1979 |\n",
		},
		"numbers": {
			`<worksheet><sheetData><row r="1"><c><v>38012345678</v></c><c><v>3.8012345678E10</v></c><c><v>0.30000000000000004</v></c><c><v>-8.5</v></c><c t="e"><v>#REF!</v></c><c><v>1.5E-3</v></c></row></sheetData></worksheet>`, nil,
			"1: 38012345678 | 38012345678 | 0,3 | -8,5 | #REF! | 0,0015 |\n",
		},
		"decomposed text is composed": {
			`<worksheet><sheetData><row r="1"><c t="inlineStr"><is><t>` + norm.NFD.String("Nguyễn Thị Ngọc Ánh") + `</t></is></c></row></sheetData></worksheet>`, nil,
			"1: Nguyễn Thị Ngọc Ánh |\n",
		},
		"an ABC font's column": {
			`<worksheet><sheetData><row><c t="inlineStr"><is><t>Hä vµ tªn</t></is></c><c t="inlineStr"><is><t>D©n téc</t></is></c></row><row><c t="inlineStr"><is><t>Phóc</t></is></c><c t="inlineStr"><is><t>M­êng</t></is></c></row><row><c t="inlineStr"><is><t>NGUYÔN V¨N PHóC</t></is></c><c t="inlineStr"><is><t>Kinh</t></is></c></row></sheetData></worksheet>`, nil,
			"1: Họ và tên | Dân tộc |\n2: Phúc | Mường |\n3: NGUYỄN VĂN PHÚC | Kinh |\n",
		},
		"rows behind a gap of blanks": {
			`<worksheet><sheetData><row r="1"><c><v>1</v></c></row><row r="5000"><c t="inlineStr"><is><t>  </t></is></c></row><row r="9000"><c><v>2</v></c></row></sheetData></worksheet>`, nil,
			"1: 1 |\n9000: 2 |\n",
		},
		"empty sheet": {`<worksheet><sheetData/></worksheet>`, nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			if got := dump(t, open(t, book(t, c.sheet, c.more)), 0); got != c.want {
				t.Errorf("got\n%swant\n%s", got, c.want)
			}
		})
	}
}

func TestUTF16Part(t *testing.T) {
	var b []byte
	for _, r := range "\ufeff<worksheet><sheetData><row><c t=\"inlineStr\"><is><t>Hòa</t></is></c></row></sheetData></worksheet>" {
		b = append(b, byte(r), byte(r>>8))
	}
	if got := dump(t, open(t, book(t, string(b), nil)), 0); got != "1: Hòa |\n" {
		t.Error(got)
	}
}

func TestMergedCellsRepeatTheirFirst(t *testing.T) {
	b := open(t, book(t, `<worksheet><sheetData><row r="1"><c r="A1" t="str"><v>Hộ 1</v></c><c r="B1" t="str"><v>An</v></c></row><row r="2"><c r="B2" t="str"><v>Bình</v></c></row><row r="3" hidden="1"><c r="B3" t="str"><v>Chi</v></c></row></sheetData><mergeCells><mergeCell ref="A1:A2"/></mergeCells></worksheet>`, nil))
	rows, err := b.RowsMerged(0)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var got []string
	for rows.Next() {
		r := rows.Row()
		v := r.Merged(0)
		got = append(got, fmt.Sprint(r.Ref(1), v.Text(), r.Hidden))
	}
	if s := strings.Join(got, " "); s != "B1Hộ 1false B2Hộ 1false B3true" {
		t.Error(s)
	}
}

func TestHiddenSheetIsReadAndFlagged(t *testing.T) {
	b := open(t, book(t, `<worksheet><sheetData/></worksheet>`, map[string]string{
		"xl/workbook.xml": `<workbook><sheets><sheet name="Hộ" r:id="rId1"/><sheet name="Th¸nh viªn" state="hidden" r:id="rId1"/></sheets></workbook>`}))
	if len(b.Sheets) != 2 || b.Sheets[0].Hidden || !b.Sheets[1].Hidden {
		t.Error(b.Sheets)
	}
	if b.Find("ho") != 0 || b.Find("x", "HỘ") != 0 || b.Find("y") != -1 {
		t.Error("Find")
	}
}

func openErr(raw []byte, limits Limits) error {
	b, err := Open("x", bytes.NewReader(raw), int64(len(raw)), limits)
	if err != nil {
		return err
	}
	defer b.Close()
	for i := range b.Sheets {
		rows, err := b.RowsMerged(i)
		if err != nil {
			return err
		}
		for rows.Next() {
		}
		rows.Close()
		if rows.Err() != nil {
			return rows.Err()
		}
	}
	return nil
}

func TestRefuses(t *testing.T) {
	good := book(t, `<worksheet><sheetData>`+strings.Repeat(`<row><c t="str"><v>Nguyễn Văn A</v></c></row>`, 500)+`</sheetData></worksheet>`, nil)
	ole := append([]byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"), make([]byte, 2048)...)
	ole[30] = 9
	encrypted := bytes.Clone(ole)
	for i, c := range "EncryptedPackage" {
		encrypted[512+128+2*i] = byte(c)
	}
	sheet := func(s string) []byte {
		return book(t, `<worksheet><sheetData>`+s+`</sheetData></worksheet>`, nil)
	}
	for name, c := range map[string]struct {
		raw  []byte
		code string
	}{
		"an empty file":                 {nil, "sheet_empty"},
		"blank lines only":              {[]byte("\r\n  \r\n"), "sheet_empty"},
		"an old .xls":                   {ole, "sheet_xls"},
		"an encrypted .xlsx":            {encrypted, "sheet_encrypted"},
		"a web page called .xls":        {[]byte("<html><table>"), "sheet_webpage"},
		"a PDF":                         {[]byte("%PDF-1.7"), "sheet_no_sheet"},
		"half an .xlsx":                 {good[:len(good)/2], "sheet_truncated"},
		"a zip that is no book":         {zipOf(t, map[string]string{"a.txt": "x"}), "sheet_no_sheet"},
		"a Word file":                   {zipOf(t, map[string]string{"_rels/.rels": `<Relationships><Relationship Type="x/officeDocument" Target="word/document.xml"/></Relationships>`, "word/document.xml": "<d/>"}), "sheet_no_sheet"},
		"an .ods":                       {zipOf(t, map[string]string{"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "<x/>"}), "sheet_ods"},
		"an .xlsb":                      {zipOf(t, map[string]string{"xl/workbook.bin": "x"}), "sheet_xlsb"},
		"XML cut in a row":              {book(t, `<worksheet><sheetData><row><c><v>1</v></c>`, nil), "sheet_damaged"},
		"a document type":               {book(t, `<!DOCTYPE x [<!ENTITY a "aaaa">]><worksheet><sheetData><row><c><v>&a;</v></c></row></sheetData></worksheet>`, nil), "sheet_damaged"},
		"an unknown entity":             {sheet(`<row r="2"><c r="B2" t="str"><v>&a;</v></c></row>`), "sheet_cell_damaged"},
		"a shared string that is not":   {sheet(`<row><c t="s"><v>7</v></c></row>`), "sheet_cell_damaged"},
		"bytes that are no UTF-8":       {sheet("<row><c t=\"str\"><v>\xff\xfe</v></c></row>"), "sheet_cell_damaged"},
		"rows out of order":             {sheet(`<row r="2"/><row r="1"/>`), "sheet_damaged"},
		"a column beyond Excel's":       {sheet(`<row><c r="ZZZZ1"><v>1</v></c></row>`), "sheet_damaged"},
		"no sheet in the book":          {book(t, "x", map[string]string{"xl/workbook.xml": "<workbook/>"}), "sheet_no_sheet"},
		"a sheet without its part":      {book(t, "", nil), "sheet_damaged"},
		"a broken CSV quote":            {[]byte("a,b\n1,\"x\n2,y\n"), "csv_quote"},
		"bytes of no encoding":          {[]byte("a,b\n\xcf\xf0\xe8\xe2\xe5\xf2,\xec\xe8\xf0\n"), "encoding_unknown"},
		"a program":                     {[]byte("MZ\x90\x00\x03\x00\x00"), "encoding_binary"},
		"a compressed flag of password": {encryptedZip(good), "sheet_encrypted"},
	} {
		t.Run(name, func(t *testing.T) {
			err := openErr(c.raw, DefaultLimits())
			if fault.Of(err) != fault.Invalid || fault.As(err, "").Code != c.code {
				t.Fatalf("%v, want %s", err, c.code)
			}
			if strings.Contains(err.Error(), "‹") || strings.Contains(err.Error(), "{") {
				t.Errorf("message without text: %v", err)
			}
		})
	}
}

func zipOf(t testing.TB, parts map[string]string) []byte {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for name, content := range parts {
		w, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		w.Write([]byte(content))
	}
	z.Close()
	return out.Bytes()
}

func encryptedZip(good []byte) []byte {
	b := bytes.Clone(good)
	for i := 0; i+10 < len(b); i++ {
		if bytes.HasPrefix(b[i:], []byte("PK\x01\x02")) {
			b[i+8] |= 1
		}
	}
	return b
}

func TestEveryTruncationIsRefusedOrWhole(t *testing.T) {
	good := book(t, `<worksheet><sheetData>`+strings.Repeat(`<row><c t="str"><v>Nguyễn Văn A</v></c></row>`, 50)+`</sheetData></worksheet>`, nil)
	for n := 2; n < len(good); n++ {
		if err := openErr(good[:n], DefaultLimits()); fault.Of(err) != fault.Invalid {
			t.Fatalf("%d of %d bytes: %v", n, len(good), err)
		}
	}
	for i := range good { // a flipped byte never panics and is never an internal failure
		b := bytes.Clone(good)
		b[i] ^= 0x55
		if err := openErr(b, DefaultLimits()); err != nil && fault.Of(err) != fault.Invalid {
			t.Fatalf("byte %d flipped: %v", i, err)
		}
	}
}

func TestLimitsNameThemselves(t *testing.T) {
	row := `<row><c t="str"><v>` + strings.Repeat("x", 100) + `</v></c><c><v>1</v></c></row>`
	sheet := `<worksheet><sheetData>` + strings.Repeat(row, 20) + `</sheetData></worksheet>`
	raw := book(t, sheet, map[string]string{"xl/sharedStrings.xml": `<sst>` + strings.Repeat(`<si><t>abcdefgh</t></si>`, 100) + `</sst>`})
	csv := []byte(strings.Repeat("a,b\n", 20))
	huge := func(before, after, shared string) []byte { // 20 MB in one text
		text := strings.Repeat("x", 20<<20)
		if shared != "" {
			return book(t, `<worksheet><sheetData>`+before+`</sheetData></worksheet>`, map[string]string{"xl/sharedStrings.xml": shared + text + `</t></si></sst>`})
		}
		return book(t, `<worksheet><sheetData>`+before+text+after+`</sheetData></worksheet>`, nil)
	}
	bomb := book(t, `<worksheet><sheetData>`+strings.Repeat(" ", 50<<20)+`</sheetData></worksheet>`, nil)
	for name, c := range map[string]struct {
		raw   []byte
		limit string
		set   func(*Limits)
	}{
		"file_bytes":            {raw, "file_bytes", func(l *Limits) { l.FileBytes = 100 }},
		"unzipped_bytes":        {raw, "unzipped_bytes", func(l *Limits) { l.UnzippedBytes = 1000 }},
		"a zip bomb":            {bomb, "unzipped_bytes", func(l *Limits) { l.UnzippedBytes = 10 << 20 }},
		"a bomb of one token":   {bomb, "", func(l *Limits) {}},
		"rows":                  {raw, "rows", func(l *Limits) { l.Rows = 10 }},
		"columns":               {raw, "columns", func(l *Limits) { l.Columns = 1 }},
		"cell_bytes":            {raw, "cell_bytes", func(l *Limits) { l.CellBytes = 50 }},
		"a huge cell":           {huge(`<row><c t="str"><v>`, `</v></c></row>`, ""), "cell_bytes", func(l *Limits) {}},
		"a huge inline cell":    {huge(`<row><c t="inlineStr"><is><t>`, `</t></is></c></row>`, ""), "cell_bytes", func(l *Limits) {}},
		"a huge shared string":  {huge(`<row><c t="s"><v>0</v></c></row>`, "", "<sst><si><t>"), "cell_bytes", func(l *Limits) {}},
		"shared_bytes":          {raw, "shared_bytes", func(l *Limits) { l.SharedBytes = 500 }},
		"rows of a .csv":        {csv, "rows", func(l *Limits) { l.Rows = 10 }},
		"columns of a .csv":     {csv, "columns", func(l *Limits) { l.Columns = 1 }},
		"cell_bytes of a .csv":  {[]byte("a,\"" + strings.Repeat("x\n", 200000) + "\""), "cell_bytes", func(l *Limits) {}},
		"cell_bytes, plain csv": {[]byte("a," + strings.Repeat("x", 200000)), "cell_bytes", func(l *Limits) {}},
	} {
		t.Run(name, func(t *testing.T) {
			limits := DefaultLimits()
			c.set(&limits)
			err := openErr(c.raw, limits)
			if fault.Of(err) != fault.Invalid {
				t.Fatal(err)
			}
			if c.limit == "" {
				return
			}
			if fault.As(err, "").Code != "limit_"+c.limit || !strings.Contains(err.Error(), "limits."+c.limit) || strings.Contains(err.Error(), "{") {
				t.Error(err)
			}
		})
	}
}

func TestZipThatLiesAboutASize(t *testing.T) {
	raw := book(t, `<worksheet><sheetData>`+strings.Repeat(" ", 5<<20)+`</sheetData></worksheet>`, nil)
	at := bytes.LastIndex(raw, []byte("xl/worksheets/sheet1.xml")) - 46 // its line in the list of parts
	copy(raw[at+24:], []byte{0, 4, 0, 0})                               // 1,024 bytes unpacked, it says
	if err := openErr(raw, DefaultLimits()); fault.Of(err) != fault.Invalid || fault.As(err, "").Code != "sheet_damaged" {
		t.Error(err)
	}
}

func TestZipWithAnEndlessListOfParts(t *testing.T) {
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for i := range 50_000 {
		z.CreateHeader(&zip.FileHeader{Name: fmt.Sprint("x", i), Method: zip.Store})
	}
	z.Close()
	if err := openErr(out.Bytes(), DefaultLimits()); fault.Of(err) != fault.Invalid || fault.As(err, "").Code != "sheet_damaged" {
		t.Error(err)
	}
}

// A file that says it has 1 GB is refused before a byte of it is read.
func TestHugeFileIsRefusedUnread(t *testing.T) {
	_, err := Open("x", neverRead{t}, 1<<30, DefaultLimits())
	if fault.As(err, "").Code != "limit_file_bytes" || !strings.Contains(err.Error(), "512 MB") {
		t.Error(err)
	}
}

type neverRead struct{ t *testing.T }

func (n neverRead) ReadAt([]byte, int64) (int, error) { n.t.Error("read"); return 0, io.EOF }

func TestHostileMergedCells(t *testing.T) {
	var merges strings.Builder
	for i := range 20000 {
		fmt.Fprintf(&merges, `<mergeCell ref="A%d:XFD1048576"/>`, i+1)
	}
	raw := book(t, `<worksheet><sheetData>`+strings.Repeat(`<row><c r="A1"><v>1</v></c></row>`, 20000)+`</sheetData><mergeCells>`+merges.String()+`</mergeCells></worksheet>`, nil)
	b := open(t, raw)
	rows, err := b.RowsMerged(0)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		if len(rows.Row().merged) > 1 {
			t.Fatal(len(rows.Row().merged))
		}
	}
}

func TestProgressReachesTheEnd(t *testing.T) {
	for name, raw := range map[string][]byte{"xlsx": households(6000, writers()[XLSX]), "csv": households(6000, writers()[CSV])} {
		rows, err := open(t, raw).Rows(0)
		if err != nil {
			t.Fatal(err)
		}
		last, n := int64(0), 0
		for rows.Next() {
			done, total := rows.Progress()
			if done < last || done > total {
				t.Fatal(name, done, last, total)
			}
			last = done
			n++
		}
		if done, total := rows.Progress(); n != 6001 || done != total || rows.Err() != nil {
			t.Error(name, n, done, total, rows.Err())
		}
		rows.Close()
	}
}

func TestRowsGivenUpEarlyLeaveNothingRunning(t *testing.T) {
	raw := households(4000, writers()[XLSX])
	before := runtime.NumGoroutine()
	for range 20 {
		b := open(t, raw)
		rows, err := b.Rows(0)
		if err != nil {
			t.Fatal(err)
		}
		rows.Next()
		rows.Close()
		rows.Close()
	}
	for range 100 {
		if runtime.NumGoroutine() <= before {
			return
		}
		time.Sleep(10 * time.Millisecond)
	}
	t.Errorf("%d goroutines, before %d", runtime.NumGoroutine(), before)
}

func TestSharedStringsSpillToAFile(t *testing.T) {
	const n = 30000
	var sst, sheet strings.Builder
	sst.WriteString("<sst>")
	sheet.WriteString("<worksheet><sheetData>")
	for i := range n {
		fmt.Fprintf(&sst, "<si><t>Nguyễn Văn %d</t></si>", i)
		fmt.Fprintf(&sheet, `<row><c t="s"><v>%d</v></c><c t="s"><v>%d</v></c></row>`, i, (i*7919)%n)
	}
	sst.WriteString("</sst>")
	sheet.WriteString("</sheetData></worksheet>")
	raw := book(t, sheet.String(), map[string]string{"xl/sharedStrings.xml": sst.String()})
	limits := DefaultLimits()
	limits.SharedMemory = 100 << 10
	b, err := Open("x", bytes.NewReader(raw), int64(len(raw)), limits)
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	if b.xlsx.shared.file == nil || b.xlsx.shared.memory > limits.SharedMemory {
		t.Fatal("nothing spilt")
	}
	rows, err := b.Rows(0)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for i := 0; rows.Next(); i++ {
		r := rows.Row()
		if a, z := r.Cells[0].Text(), r.Cells[1].Text(); a != fmt.Sprint("Nguyễn Văn ", i) || z != fmt.Sprint("Nguyễn Văn ", (i*7919)%n) {
			t.Fatal(i, a, z)
		}
	}
	if rows.Err() != nil {
		t.Fatal(rows.Err())
	}
}

func TestCSV(t *testing.T) {
	for name, c := range map[string]struct{ raw, want string }{
		"commas, CRLF, BOM":               {"\ufeffSTT,Chủ hộ\r\n1,Nguyễn Văn Á\r\n", "1: STT | Chủ hộ |\n2: 1 | Nguyễn Văn Á |\n"},
		"semicolons and decimal commas":   {"a;b\n1;8,5\n2;9,5\n", "1: a | b |\n2: 1 | 8,5 |\n3: 2 | 9,5 |\n"},
		"tabs":                            {"a\tb\n1\t2\n", "1: a | b |\n2: 1 | 2 |\n"},
		"a hint":                          {"sep=;\na;b,c,d\n", "2: a | b,c,d |\n"},
		"a title above":                   {"DANH SÁCH HỘ NGHÈO, NĂM 2016\n\nSTT;Tên\n1;An\n2;Bình\n", "1: DANH SÁCH HỘ NGHÈO, NĂM 2016 |\n3: STT | Tên |\n4: 1 | An |\n5: 2 | Bình |\n"},
		"quotes":                          {"a,\"x, \"\"y\"\"\nz\",b\n\"\",c\n", "1: a | x, \"y\"\nz | b |\n2:  | c |\n"},
		"quotes inside plain fields":      {"\"x\",a\"\"b\nc,d\"\n", "1: x | a\"\"b |\n2: c | d\" |\n"},
		"an apostrophe before a formula":  {"'=1+1,'-5,'abc,''=x\n", "1: =1+1 | -5 | 'abc | '=x |\n"},
		"old Mac line ends":               {"a,b\r1,2\r", "1: a | b |\n2: 1 | 2 |\n"},
		"no line end at the end":          {"a,b\n1,2", "1: a | b |\n2: 1 | 2 |\n"},
		"blank lines keep their numbers":  {"a,b\n\n,\n1,2\n", "1: a | b |\n4: 1 | 2 |\n"},
		"an ABC font's text in UTF-8":     {"Hä tªn,x\nNguyÔn V¨n Phóc,1\nPhóc,2\n", "1: Họ tên | x |\n2: Nguyễn Văn Phúc | 1 |\n3: Phúc | 2 |\n"},
		"an ABC font's bytes":             {"H\xe4 t\xaan,x\nNguy\xd4n V\xa8n Ph\xf3c,1\nPh\xf3c,2\n", "1: Họ tên | x |\n2: Nguyễn Văn Phúc | 1 |\n3: Phúc | 2 |\n"},
		"Windows-1258, tones behind":      {"a,b\nNguy\xea\xden,Tr\xe2\xccn\n", "1: a | b |\n2: Nguyễn | Trần |\n"},
		"UTF-16":                          {"\xff\xfea\x00,\x00\xd2\x1e\n\x00", "1: a | Ồ |\n"},
		"a single column":                 {"Tên\nAn\nBình\n", "1: Tên |\n2: An |\n3: Bình |\n"},
		"separators inside quotes do not": {"a;b\n\"1,2,3,4\";x\n\"1,2,3,4\";y\n", "1: a | b |\n2: 1,2,3,4 | x |\n3: 1,2,3,4 | y |\n"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := dump(t, open(t, []byte(c.raw)), 0); got != c.want {
				t.Errorf("got\n%swant\n%s", got, c.want)
			}
		})
	}
}

func TestCellsAsDaysAndNumbers(t *testing.T) {
	day := func(v Value) string {
		d, err := v.Day("2016-09-01")
		if err != nil {
			return fault.As(err, "").Code
		}
		return string(d)
	}
	for _, c := range []struct {
		v    Value
		want string
	}{
		{DayValue("1979-05-20"), "1979-05-20"}, {TextValue("20/5/1979"), "1979-05-20"}, {NumberValue(1979), "1979"}, {TextValue(" 1979 "), "1979"},
		{NumberValue(28995), "day_unformatted"}, {TextValue("31/02/1979"), "day_impossible"}, {DayValue("2016-09-02"), "day_future"}, {DayValue("1979-05"), "1979-05"}, {Value{}, "day_form"},
		{Value{Kind: Error, raw: []byte("#N/A")}, "cell_error"},
	} {
		if got := day(c.v); got != c.want {
			t.Errorf("%q: %s, want %s", c.v.Text(), got, c.want)
		}
	}
	for _, c := range []struct {
		v    Value
		want int64
	}{{NumberValue(12), 12}, {TextValue("1.500.000"), 1500000}, {TextValue("  7 "), 7}} {
		if got, err := c.v.Int(); err != nil || got != c.want {
			t.Error(c.v.Text(), got, err)
		}
	}
	for _, v := range []Value{NumberValue(1.5), TextValue("x"), {}} {
		if got, err := v.Int(); err == nil {
			t.Error(v.Text(), got)
		}
	}
}
