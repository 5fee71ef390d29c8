package exchange

import (
	"bytes"
	"encoding/binary"
	"strings"
	"testing"
	"unicode/utf16"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/unicode/norm"

	"giamngheo/internal/db"
	"giamngheo/internal/db/dbtest"
	"giamngheo/internal/fault"
	"giamngheo/internal/sheet"
)

const twoHouseholds = "Chủ hộ,Năm sinh,Giới tính,Dân tộc,Xã,Thôn,Điểm B1\nNguyễn Thị Phượng,1979,Nữ,Kinh,Tam Chung,Bản Ón,105\nHà Văn Đường,1966,Nam,Thái,Điền Lư,Thôn Riềng,130\n"

// inWindows1258 writes as Windows does: the letter, then its tone.
func inWindows1258(t *testing.T, s string) []byte {
	var out strings.Builder
	for _, letter := range norm.NFC.String(s) {
		var rest, tone strings.Builder
		for _, r := range norm.NFD.String(string(letter)) {
			if strings.ContainsRune("\u0300\u0301\u0303\u0309\u0323", r) {
				tone.WriteRune(r)
			} else {
				rest.WriteRune(r)
			}
		}
		out.WriteString(norm.NFC.String(rest.String()) + tone.String())
	}
	raw, err := charmap.Windows1258.NewEncoder().String(out.String())
	if err != nil {
		t.Fatal(err)
	}
	return []byte(raw)
}

func inUTF16(s string, order binary.AppendByteOrder) []byte {
	var raw []byte
	for _, unit := range utf16.Encode([]rune("\ufeff" + s)) {
		raw = order.AppendUint16(raw, unit)
	}
	return raw
}

func TestAFileInAnotherEncodingGivesTheSamePeople(t *testing.T) {
	for name, raw := range map[string][]byte{
		"UTF-8":                 []byte(twoHouseholds),
		"UTF-8 with a mark":     []byte("\ufeff" + twoHouseholds),
		"decomposed":            []byte(norm.NFD.String(twoHouseholds)),
		"Windows-1258":          inWindows1258(t, twoHouseholds),
		"UTF-16, little endian": inUTF16(twoHouseholds, binary.LittleEndian),
		"UTF-16, big endian":    inUTF16(twoHouseholds, binary.BigEndian),
	} {
		t.Run(name, func(t *testing.T) {
			o := newOffice(t, dbtest.SQLite(t))
			if r := o.take(openBook(t, "ho.csv", raw), Options{}); r.Create != 2 || r.Faults > 0 || !r.Applied {
				t.Fatal(r.says(), r.Problems)
			}
			if n := o.count("person", "full_name in ('Nguyễn Thị Phượng', 'Hà Văn Đường')"); n != 2 {
				t.Errorf("%d of the two names", n)
			}
			if n := o.count("household", "village_id = 'v-rieng'"); n != 1 {
				t.Error("the village is not found")
			}
		})
	}
}

func TestAFileInAnUnreadableEncodingIsRefusedWithoutWriting(t *testing.T) {
	twice, err := charmap.Windows1252.NewDecoder().String(twoHouseholds) // UTF-8 taken for Latin letters and saved again
	if err != nil {
		t.Fatal(err)
	}
	ebcdic, err := charmap.CodePage037.NewEncoder().String("Chu ho,Nam sinh,Xa,Thon\nHa Van On,1979,Tam Chung,Ban On\n")
	if err != nil {
		t.Fatal(err)
	}
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		o := newOffice(t, d)
		for name, raw := range map[string][]byte{
			"UTF-8 encoded twice":             []byte(twice),
			"a mainframe's":                   []byte(ebcdic),
			"UTF-16 whose first byte is lost": inUTF16(twoHouseholds, binary.LittleEndian)[3:],
		} {
			if why := refusedWhy(o, raw); why == "" {
				t.Errorf("%s: taken", name)
			} else if strings.Contains(why, "‹") {
				t.Errorf("%s: %s", name, why)
			}
			if n := o.count("household", "1=1") + o.count("person", "1=1") + o.count("operation", "1=1"); n != 0 {
				t.Fatalf("%s: wrote", name)
			}
		}
	})
}

// refusedWhy tries to import and gives what is said.
func refusedWhy(o *office, raw []byte) string {
	book, err := sheet.Open("ho.csv", bytes.NewReader(raw), int64(len(raw)), sheet.DefaultLimits())
	if err == nil {
		var r *Report
		if r, err = o.Import(o.t.Context(), o.actor, book, Options{Round: "2016"}); err == nil {
			if !r.Blocked {
				return ""
			}
			return r.Problems[0].Message
		}
	}
	return fault.As(err, "").Message
}
