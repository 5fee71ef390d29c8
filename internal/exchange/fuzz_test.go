package exchange

import (
	"bytes"
	"context"
	"encoding/json"
	"testing"

	"giamngheo/internal/db/dbtest"
	"giamngheo/internal/fault"
	"giamngheo/internal/household/householdtest"
	"giamngheo/internal/sheet"
)

// Whatever the file, the import answers: an error that people may read, or a
// report whose counts add up, and a dry run writes nothing.
func FuzzImport(f *testing.F) {
	o := newOffice(f, dbtest.SQLite(f))
	o.Family(householdtest.BanOn, "2016-01-01", "Hà Văn Á, male, 1979-05-20, 038079000001", "spouse: Lò Thị Bình, female, 1981")
	f.Add([]byte("Mã hộ,Chủ hộ,Ngày sinh,CMND/CCCD,Xã,Thôn,Điểm B1,CS1,Nguyên nhân\nTH-0000-0001,Hà Văn Á,1979,,Tam Chung,Ón,100,1,\"1, 2\"\n,Vi Văn B,20/05/1980,038,Tam Chung,Ón,(xóa),x,11\n"))
	f.Add([]byte("Chủ hộ;Thôn;Số thành viên;Thu nhập\n\"A\nB\";Ón;0;1.000.000\nTổng cộng;;;"))
	f.Add([]byte("Chñ hé,Th«n\nNguyÔn,¶n\n"))
	f.Add(bigFile(f, sheet.CSV, 3))
	f.Add(bigFile(f, sheet.XLSX, 3))
	f.Fuzz(func(t *testing.T, raw []byte) {
		book, err := sheet.Open("ho", bytes.NewReader(raw), int64(len(raw)), sheet.DefaultLimits())
		if err != nil {
			return
		}
		defer book.Close()
		r, err := o.Import(context.Background(), o.actor, book, Options{Round: "2016", DryRun: true})
		if err != nil {
			if k := fault.Of(err); k == fault.Internal {
				t.Fatal(fault.Log(err))
			}
			return
		}
		if r.Create+r.Update+r.Unchanged+r.Refused != r.Rows {
			t.Fatal(r.says())
		}
		if r.Refused > 0 != r.Blocked {
			t.Fatal("refused without a fault, or a fault that refuses nothing: ", r.says())
		}
		var out bytes.Buffer
		if err := r.Mark(book, &out); err != nil && fault.Of(err) == fault.Internal {
			t.Fatal(fault.Log(err))
		}
	})
}

// The short writing of changes is JSON that reads back the same.
func FuzzTold(f *testing.F) {
	f.Add("full_name", "Hà \"Văn\" \\ Ón\n\x01")
	f.Fuzz(func(t *testing.T, field, value string) {
		var told told
		told.reset()
		told.change(field, value, field, value, "r")
		told.change("b", "", value, "", "")
		if raw := told.changes(); !json.Valid(raw) {
			t.Fatalf("%q", raw)
		}
		told.reset()
		told.fresh("household", value)
		told.field(field, value)
		told.fresh("person", "p")
		if raw := told.changes(); !json.Valid(raw) {
			t.Fatalf("%q", raw)
		}
	})
}
