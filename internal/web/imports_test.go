package web_test

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/config"
	"giamngheo/internal/db"
	"giamngheo/internal/exchange"
	"giamngheo/internal/sheet"
)

// form makes a form with a file, as a browser sends it.
func form(t *testing.T, fields map[string]string, name string, content []byte) (*bytes.Buffer, string) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for k, v := range fields {
		if err := w.WriteField(k, v); err != nil {
			t.Fatal(err)
		}
	}
	part, err := w.CreateFormFile("tep", name)
	if err == nil {
		_, err = part.Write(content)
	}
	if err = errors.Join(err, w.Close()); err != nil {
		t.Fatal(err)
	}
	return &b, w.FormDataContentType()
}

// hand sends a file and gives the answer.
func (p *province) hand(t *testing.T, who, path string, fields map[string]string, name string, content []byte) *httptest.ResponseRecorder {
	t.Helper()
	b, kind := form(t, fields, name, content)
	r := httptest.NewRequest("POST", path, b)
	r.Header.Set("Accept", "text/html")
	r.Header.Set("Content-Type", kind)
	r.Header.Set("Cookie", p.tokens[who])
	w := httptest.NewRecorder()
	p.server.ServeHTTP(w, r)
	return w
}

// settled follows an answer to its page, and waits there until the work ended.
func (p *province) settled(t *testing.T, who string, w *httptest.ResponseRecorder) (address, page string) {
	t.Helper()
	if address = w.Header().Get("Location"); w.Code != http.StatusSeeOther || !strings.HasPrefix(address, "/nhap/viec/") {
		t.Fatalf("%d to %q: %s", w.Code, address, plain(w))
	}
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		if bar := p.ask(who, "GET", address+"/tien-do", "").Body.String(); !strings.Contains(bar, "data-poll") {
			if !strings.Contains(bar, `data-then="`+address+`"`) {
				t.Fatalf("the bar at the end leads nowhere: %s", bar)
			}
			return address, p.page(t, who, address)
		}
	}
	t.Fatal("the work does not end")
	return "", ""
}

func (p *province) page(t *testing.T, who, address string) string {
	t.Helper()
	w := p.ask(who, "GET", address, "")
	if w.Code != http.StatusOK {
		t.Fatalf("%s: %d %s", address, w.Code, plain(w))
	}
	return strings.Join(strings.Fields(tags.ReplaceAllString(w.Body.String(), " ")), " ")
}

func (p *province) says(t *testing.T, page string, words ...string) {
	t.Helper()
	for _, want := range words {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not say %q: %s", want, page)
		}
	}
}

// exported is the commune's file, by the page.
func (p *province) exported(t *testing.T, who, format string) []byte {
	t.Helper()
	ask := url.Values{"dot": {"2020"}, "dia-ban": {p.places[0].commune}, "format": {format}, "purpose": {"thử xuất"}}
	w := p.ask(who, "POST", "/xuat", ask.Encode())
	if w.Code != http.StatusOK || !strings.Contains(w.Header().Get("Content-Disposition"), "."+format) {
		t.Fatalf("%d %v %s", w.Code, w.Header(), plain(w))
	}
	return w.Body.Bytes()
}

// edited changes one column of the first rows of a .csv.
func edited(t *testing.T, raw []byte, column, value string, rows int) []byte {
	t.Helper()
	lines := strings.Split(string(raw), "\r\n")
	at := -1
	for i, title := range strings.Split(strings.TrimPrefix(lines[0], "\ufeff"), ",") {
		if title == column {
			at = i
		}
	}
	if at < 0 || len(lines) < rows+1 {
		t.Fatalf("no column %s, or only %d lines", column, len(lines))
	}
	for i := 1; i <= rows; i++ {
		cells := strings.Split(lines[i], ",") // the columns up to this one hold no commas
		cells[at] = value
		lines[i] = strings.Join(cells, ",")
	}
	return []byte(strings.Join(lines, "\r\n"))
}

func (p *province) imports(t *testing.T) []exchange.Imported {
	t.Helper()
	list, err := p.app.Exchange.Imports(context.Background(), p.app.Accounts.Operator(), 1000)
	if err != nil {
		t.Fatal(err)
	}
	return list
}

var of2020 = map[string]string{"dot": "2020"}

func TestImportByThePages(t *testing.T) {
	p := demoProvince(t)
	t.Cleanup(func() { p.leavesNothing(t) })
	csv := p.exported(t, "xa", "csv")

	t.Run("a file as it went out changes nothing", func(t *testing.T) {
		for _, format := range []string{"csv", "xlsx"} {
			address, page := p.settled(t, "xa", p.hand(t, "xa", "/nhap", of2020, "hộ."+format, p.exported(t, "xa", format)))
			p.says(t, page, "Tệp hộ."+format+": không có gì thay đổi", "Bị từ chối 0")
			p.ask("xa", "POST", address, "viec=ghi")
			if _, page = p.settled(t, "xa", seeOther(address)); !strings.Contains(page, "không có gì thay đổi") {
				t.Error("writing nothing did something:", page)
			}
		}
	})

	t.Run("what is wrong is named by its cell, and nothing can be written", func(t *testing.T) {
		address, page := p.settled(t, "xa", p.hand(t, "xa", "/nhap", of2020, `C:\Users\Loan\bad.csv`, edited(t, csv, "Giới tính", "cáo", 2)))
		p.says(t, page, "Tệp bad.csv: 2 chỗ phải sửa", "Chưa ghi gì vào hệ thống", "Bị từ chối 2", "K2 Giới tính Phải sửa Không hiểu giới tính «cáo». Ghi Nam hoặc Nữ.", "K3", "Tải bản có đánh dấu")
		if strings.Contains(page, "Ghi vào hệ thống") {
			t.Error("the page offers to write a refused file")
		}
		if w := p.ask("xa", "POST", address, "viec=ghi"); w.Code != http.StatusSeeOther || len(p.imports(t)) != 0 {
			t.Errorf("writing it all the same: %d, %d imports", w.Code, len(p.imports(t)))
		}
		w := p.ask("xa", "GET", address+"/danh-dau", "")
		if body := w.Body.String(); w.Code != http.StatusOK || !strings.Contains(body, "K3: Không hiểu giới tính «cáo»") || !strings.Contains(w.Header().Get("Content-Disposition"), "filename") {
			t.Errorf("the marked copy: %d %v %s", w.Code, w.Header(), body)
		}
		p.says(t, p.page(t, "xa", "/nhap"), "bad.csv: có chỗ phải sửa")
		if w := p.ask("xa", "POST", address, "viec=bo"); w.Header().Get("Location") != "/nhap" {
			t.Error("dropping it:", w.Code, w.Header())
		}
		if w := p.ask("xa", "GET", address, ""); w.Code != http.StatusNotFound || !strings.Contains(w.Body.String(), "Không còn kết quả của tệp này") {
			t.Errorf("after it was dropped: %d %s", w.Code, plain(w))
		}
	})

	var address string
	t.Run("a file without faults is written once, however often somebody clicks", func(t *testing.T) {
		var page string
		address, page = p.settled(t, "xa", p.hand(t, "xa", "/nhap", of2020, "good.csv", edited(t, csv, "Ghi chú về hộ", "đã xem", 2)))
		p.says(t, page, "Tệp good.csv: kiểm tra xong, chưa ghi", "Thay đổi 2", "Ghi vào hệ thống")
		if len(p.imports(t)) != 0 {
			t.Fatal("the look wrote something")
		}
		first := p.ask("xa", "POST", address, "viec=ghi")
		p.ask("xa", "POST", address, "viec=ghi")
		_, page = p.settled(t, "xa", first)
		p.ask("xa", "POST", address, "viec=ghi")
		p.says(t, page, "Đã ghi tệp good.csv", "Hoàn tác lần nhập này")
		list := p.imports(t)
		if len(list) != 1 || list[0].File != "good.csv" || list[0].Update != 2 || list[0].Actor == account.OperatorID {
			t.Errorf("%+v", list)
		}
		p.says(t, p.page(t, "xa", "/nhap"), "good.csv", "đã nhập", "Hoàn tác")
	})

	t.Run("nobody else sees it, not even the province", func(t *testing.T) {
		for _, who := range []string{"xa2", "tinh", "huyen", "quantri"} {
			for _, ask := range []struct{ method, path, form string }{{"GET", "", ""}, {"GET", "/tien-do", ""}, {"GET", "/danh-dau", ""}, {"POST", "", "viec=ghi"}, {"POST", "", "viec=kiem-tra"}, {"POST", "", "viec=bo"}} {
				w := p.ask(who, ask.method, address+ask.path, ask.form)
				never := p.ask(who, ask.method, "/nhap/viec/"+absent+ask.path, ask.form)
				if w.Code != http.StatusNotFound || w.Body.String() != never.Body.String() {
					t.Errorf("%s %s %s: %d: %s", who, ask.method, ask.path, w.Code, plain(w))
				}
			}
		}
		p.page(t, "xa", address)
	})

	t.Run("an import of another place cannot be undone", func(t *testing.T) {
		target := "/nhap/lan/" + p.imports(t)[0].ID + "/hoan-tac"
		for _, method := range []string{"GET", "POST"} {
			if w := p.ask("xa2", method, target, "reason=abc"); w.Code != http.StatusNotFound {
				t.Errorf("%s: %d", method, w.Code)
			}
		}
		if list := p.page(t, "xa2", "/nhap"); strings.Contains(list, "good.csv") {
			t.Error("another commune sees the file's name in its list")
		}
	})

	t.Run("undo needs a reason, is refused where something rests on it, and takes all back", func(t *testing.T) {
		first := p.imports(t)[0].ID
		at, _ := p.settled(t, "xa", p.hand(t, "xa", "/nhap", of2020, "later.csv", edited(t, csv, "Ghi chú về hộ", "xem lại", 1)))
		_, page := p.settled(t, "xa", p.ask("xa", "POST", at, "viec=ghi"))
		p.says(t, page, "Đã ghi tệp later.csv")

		target := "/nhap/lan/" + first + "/hoan-tac"
		if w := p.ask("xa", "POST", target, "reason=+"); w.Code != http.StatusUnprocessableEntity {
			t.Errorf("without a reason: %d", w.Code)
		}
		_, page = p.settled(t, "xa", p.ask("xa", "POST", target, "reason=nhầm"))
		p.says(t, page, "Chưa hoàn tác được lần nhập good.csv", "Chưa thay đổi gì", "hộ TH-")
		for _, i := range p.imports(t) { // newest first
			_, page = p.settled(t, "xa", p.ask("xa", "POST", "/nhap/lan/"+i.ID+"/hoan-tac", "reason=nhầm"))
			p.says(t, page, "Đã hoàn tác lần nhập "+i.File)
		}
		_, page = p.settled(t, "xa", p.ask("xa", "POST", target, "reason=nhầm"))
		p.says(t, page, "Chưa hoàn tác được")
		if got := p.exported(t, "xa", "csv"); !bytes.Equal(got, csv) {
			t.Error("after the undo the commune's file is another one")
		}
	})

	t.Run("what is missing in the form is said", func(t *testing.T) {
		w := p.hand(t, "xa", "/nhap", nil, "a.csv", csv)
		if w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "Chọn đợt rà soát đang mở") {
			t.Errorf("%d %s", w.Code, plain(w))
		}
		if w := p.hand(t, "xa", "/nhap", of2020, "", nil); w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "Chọn tệp cần nhập") {
			t.Errorf("%d %s", w.Code, plain(w))
		}
		far := map[string]string{"dot": "2020", "dia-ban": p.places[3].commune}
		if w := p.hand(t, "xa", "/nhap", far, "a.csv", csv); w.Code != http.StatusUnprocessableEntity {
			t.Errorf("the area of another: %d %s", w.Code, plain(w))
		}
		if w := p.hand(t, "xa", "/nhap", map[string]string{"dot": "2019"}, "a.csv", csv); w.Code != http.StatusUnprocessableEntity {
			t.Errorf("a closed round: %d", w.Code)
		}
	})
	t.Run("bad files", func(t *testing.T) { p.badFiles(t, csv) })
	t.Run("villages and boundaries", p.villagesAndBoundaries)
}

func seeOther(address string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	w.Header().Set("Location", address)
	w.WriteHeader(http.StatusSeeOther)
	return w
}

// leavesNothing: what was uploaded is gone from the disk.
func (p *province) leavesNothing(t *testing.T) {
	names, _ := filepath.Glob(filepath.Join(os.TempDir(), "giamngheo-nhap-*"))
	for _, name := range names {
		t.Errorf("%s lies about", name)
	}
}

func (p *province) setting(t *testing.T, key, value string) {
	t.Helper()
	if err := p.app.DB.Write(context.Background(), func(tx *db.Tx) error { return config.Set(tx, p.app.Province, key, value) }); err != nil {
		t.Fatal(err)
	}
}

// endless is a body that never ends, and tells how much of it was read.
type endless struct{ read int64 }

func (e *endless) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = 'a'
	}
	e.read += int64(len(b))
	return len(b), nil
}

func (p *province) badFiles(t *testing.T, csv []byte) {
	xlsx := p.exported(t, "xa", "xlsx")
	t.Run("a gigabyte is refused before it has come", func(t *testing.T) {
		body := &endless{}
		r := httptest.NewRequest("POST", "/nhap", body)
		r.ContentLength = 1 << 30
		r.Header.Set("Content-Type", "multipart/form-data; boundary=x")
		r.Header.Set("Accept", "text/html")
		r.Header.Set("Cookie", p.tokens["xa"])
		w := httptest.NewRecorder()
		p.server.ServeHTTP(w, r)
		if w.Code != http.StatusRequestEntityTooLarge || !strings.Contains(w.Body.String(), "512 MB") || body.read > 0 {
			t.Errorf("%d after %d bytes: %s", w.Code, body.read, plain(w))
		}
	})
	t.Run("over the limit of the settings", func(t *testing.T) {
		p.setting(t, "limits.file_bytes", "2000")
		defer p.setting(t, "limits.file_bytes", "")
		w := p.hand(t, "xa", "/nhap", of2020, "a.csv", csv)
		if w.Code != http.StatusRequestEntityTooLarge || !strings.Contains(w.Body.String(), "limits.file_bytes") {
			t.Errorf("%d %s", w.Code, plain(w))
		}
	})
	t.Run("longer than it said", func(t *testing.T) {
		p.setting(t, "limits.file_bytes", "2000")
		defer p.setting(t, "limits.file_bytes", "")
		head := "--x\r\nContent-Disposition: form-data; name=\"dot\"\r\n\r\n2020\r\n--x\r\nContent-Disposition: form-data; name=\"tep\"; filename=\"a.csv\"\r\n\r\n"
		r := httptest.NewRequest("POST", "/nhap", io.MultiReader(strings.NewReader(head), &endless{}))
		r.ContentLength = -1
		r.Header.Set("Content-Type", "multipart/form-data; boundary=x")
		r.Header.Set("Cookie", p.tokens["xa"])
		w := httptest.NewRecorder()
		p.server.ServeHTTP(w, r)
		if w.Code != http.StatusRequestEntityTooLarge {
			t.Errorf("%d %s", w.Code, plain(w))
		}
	})
	t.Run("a form that is none", func(t *testing.T) {
		if w := p.ask("xa", "POST", "/nhap", "dot=2020"); w.Code != http.StatusUnprocessableEntity {
			t.Errorf("%d", w.Code)
		}
	})
	p.setting(t, "limits.unzipped_bytes", "4000000")
	defer p.setting(t, "limits.unzipped_bytes", "")
	for _, bad := range []struct {
		what, name string
		content    []byte
		says       string
	}{
		{"an empty file", "a.csv", nil, "Tệp rỗng"},
		{"a truncated .xlsx", "a.xlsx", xlsx[:len(xlsx)/2], "bị thiếu phần cuối"},
		{"a damaged .xlsx", "a.xlsx", append(bytes.Repeat([]byte("PK\x03\x04"), 100), xlsx[400:]...), "Mở tệp trong Excel"},
		{"an old .xls", "a.xls", append([]byte("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"), make([]byte, 600)...), "Excel đời cũ"},
		{"a web page", "a.xls", []byte("<html><table></table></html>"), "trang web"},
		{"a zip bomb", "a.xlsx", bomb(t, 40<<20), "limits.unzipped_bytes"},
		{"another kind of zip", "a.xlsx", zipped(t, "word/document.xml", []byte("<x/>")), "không phải"},
		{"bytes of no known encoding", "a.csv", []byte("Chủ hộ,Thôn\nNguyễn Văn A,\xff\xfe\x81\x8d\n"), "dòng 2 không đọc được"},
		{"binary", "a.csv", []byte("Chủ hộ,Thôn\nA,\x00\x00B\n"), "không phải là văn bản"},
		{"no header", "a.csv", []byte("1,2,3\n4,5,6\n"), "tiêu đề"},
		{"an entity that names a file", "a.xlsx", zipped(t, "xl/workbook.xml", []byte(`<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><workbook>&e;</workbook>`)), "Chưa ghi gì"},
	} {
		t.Run(bad.what, func(t *testing.T) {
			address, page := p.settled(t, "xa", p.hand(t, "xa", "/nhap", of2020, bad.name, bad.content))
			p.says(t, page, bad.name+": không nhận được", "Chưa ghi gì", bad.says)
			if strings.Contains(page, "Máy chủ gặp lỗi") {
				t.Error("told as a defect of the server")
			}
			if w := p.ask("xa", "GET", address+"/danh-dau", ""); w.Code != http.StatusNotFound {
				t.Errorf("the file is still there: %d", w.Code)
			}
			p.ask("xa", "POST", address, "viec=ghi")
		})
	}
	if got := p.exported(t, "xa", "csv"); !bytes.Equal(got, csv) {
		t.Error("a bad file changed something")
	}
}

func zipped(t *testing.T, name string, content []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, err := z.Create(name)
	if err == nil {
		_, err = w.Write(content)
	}
	if err = errors.Join(err, z.Close()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// bomb is a real workbook with one cell's text of so many bytes: a thousand
// times larger than the file.
func bomb(t *testing.T, size int) []byte {
	t.Helper()
	var plainBook, out bytes.Buffer
	w := sheet.NewXLSX(&plainBook)
	if err := errors.Join(w.Sheet("Hộ", []sheet.Column{{Title: "Chủ hộ"}}), w.Row(sheet.TextValue("A")), w.Close()); err != nil {
		t.Fatal(err)
	}
	from, err := zip.NewReader(bytes.NewReader(plainBook.Bytes()), int64(plainBook.Len()))
	if err != nil {
		t.Fatal(err)
	}
	to := zip.NewWriter(&out)
	for _, f := range from.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		raw, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(f.Name, "worksheets/") {
			raw = append(raw, bytes.Repeat([]byte(" "), size)...)
		}
		part, err := to.Create(f.Name)
		if err == nil {
			_, err = part.Write(raw)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := to.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func (p *province) villagesAndBoundaries(t *testing.T) {
	here := map[string]string{"dia-ban": p.places[0].commune}
	list := []byte("Tên thôn,Loại\nLàng Mới Lập,Thôn\n")
	address, page := p.settled(t, "quantri", p.hand(t, "quantri", "/nhap/thon", here, "thon.csv", list))
	p.says(t, page, "thon.csv: kiểm tra xong", "Tạo mới 1")
	_, page = p.settled(t, "quantri", p.ask("quantri", "POST", address, "viec=ghi"))
	p.says(t, page, "Đã ghi tệp thon.csv", "Đã thêm các thôn")
	there := false
	for _, v := range p.app.Areas.Tree().Children(area.ID(p.places[0].commune), p.day) {
		there = there || v.Name == "Mới Lập"
	}
	if !there {
		t.Error("the village is not in the tree")
	}
	if w := p.hand(t, "quantri", "/nhap/thon", nil, "thon.csv", list); w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "Chọn địa bàn") {
		t.Errorf("without an area: %d", w.Code)
	}
	if w := p.ask("quantri", "GET", "/nhap", ""); w.Header().Get("Location") != "/nhap/thon" {
		t.Errorf("who may only bring areas is not led to them: %d", w.Code)
	}

	commune, _ := p.app.Areas.Tree().On(area.ID(p.places[0].commune), p.day)
	outline := `{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"ma":"` + commune.Code + `"},"geometry":{"type":"Polygon","coordinates":[[[105.1,20.1],[105.2,20.1],[105.2,20.2],[105.1,20.1]]]}}]}`
	day := map[string]string{"day": "20/12/2020", "property": "ma"}
	address, page = p.settled(t, "tinh", p.hand(t, "tinh", "/nhap/ranh-gioi", day, "a.geojson", []byte(outline)))
	p.says(t, page, "Tệp có ranh giới của 1 xã, phường", "Chưa ghi gì", "Xã, phường chưa có ranh giới")
	_, page = p.settled(t, "tinh", p.ask("tinh", "POST", address, "viec=ghi"))
	p.says(t, page, "Đã nhập ranh giới 1 xã, phường", "Xã, phường chưa có ranh giới")
	_, page = p.settled(t, "tinh", p.hand(t, "tinh", "/nhap/ranh-gioi", day, "a.geojson", []byte(`{"type":`)))
	p.says(t, page, "a.geojson: không nhận được")
	if w := p.hand(t, "tinh", "/nhap/ranh-gioi", nil, "a.geojson", []byte(outline)); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("without a day: %d", w.Code)
	}
}

func TestExportAsksForItsPurpose(t *testing.T) {
	p := demoProvince(t)
	ask := func(change func(url.Values)) *httptest.ResponseRecorder {
		form := url.Values{"dot": {"2020"}, "dia-ban": {p.places[0].commune}, "format": {"csv"}, "purpose": {"gửi thôn"}}
		change(form)
		return p.ask("xa", "POST", "/xuat", form.Encode())
	}
	if w := ask(func(url.Values) {}); w.Code != http.StatusOK || !strings.HasPrefix(w.Body.String(), "\ufeffSTT,") {
		t.Fatalf("%d %s", w.Code, plain(w))
	}
	for what, change := range map[string]func(url.Values){
		"no purpose":           func(f url.Values) { f.Set("purpose", "  ") },
		"no format":            func(f url.Values) { f.Set("format", "pdf") },
		"another's commune":    func(f url.Values) { f.Set("dia-ban", p.places[3].commune) },
		"the whole province":   func(f url.Values) { f.Set("dia-ban", "38") },
		"an area never heard":  func(f url.Values) { f.Set("dia-ban", "x") },
		"no area":              func(f url.Values) { f.Del("dia-ban") },
		"the commune's parent": func(f url.Values) { f.Set("dia-ban", p.places[0].district) },
	} {
		if w := ask(change); w.Code != http.StatusUnprocessableEntity || regexp.MustCompile(`TH-\d{4}-\d{4}`).MatchString(w.Body.String()) {
			t.Errorf("%s: %d %s", what, w.Code, plain(w))
		}
	}
	if w := ask(func(f url.Values) { f.Set("dot", "1999") }); w.Code != http.StatusNotFound {
		t.Errorf("a round that never was: %d", w.Code)
	}
	var reasons []string
	err := p.app.DB.Read(context.Background(), func(tx *db.Tx) error {
		var reason string
		err := tx.Get(`select reason from journal where province_id = $1 and action = 'household.export'`, []any{p.app.Province}, &reason)
		reasons = append(reasons, reason)
		return err
	})
	if err != nil || len(reasons) != 1 || reasons[0] != "gửi thôn" {
		t.Errorf("journalled: %v, %v", reasons, err)
	}
}
