package web_test

import (
	"bytes"
	"context"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"giamngheo/internal/db"
	"giamngheo/internal/text"
)

var savesMinutes = regexp.MustCompile(`action="(/ra-soat/2020/hop-thon/[^"]+/[0-9A-V]{26})/ghi"`)

// startMinutes opens the minutes of the village and gives their address.
func (p *province) startMinutes(t *testing.T) string {
	t.Helper()
	at := "/ra-soat/2020/hop-thon/" + p.places[0].village
	if w := p.ask("thon", "POST", at+"/lap", ""); w.Code != http.StatusSeeOther {
		t.Fatalf("starting: %d %s", w.Code, plain(w))
	}
	found := savesMinutes.FindStringSubmatch(p.ask("thon", "GET", at, "").Body.String())
	if found == nil {
		t.Fatal("the page has no minutes to write")
	}
	return found[1]
}

// send uploads a file as a browser does.
func (p *province) send(name, target, file, content string) *httptest.ResponseRecorder {
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	part, err := form.CreateFormFile("tep", file)
	if err != nil {
		panic(err)
	}
	part.Write([]byte(content))
	form.Close()
	r := httptest.NewRequest("POST", target, &b)
	r.Header.Set("Accept", "text/html")
	r.Header.Set("Content-Type", form.FormDataContentType())
	r.Header.Set("Cookie", p.tokens[name])
	w := httptest.NewRecorder()
	p.server.ServeHTTP(w, r)
	return w
}

func TestMinutesAndTheirFiles(t *testing.T) {
	p := demoProvince(t)
	minutes := p.startMinutes(t)
	page := "/ra-soat/2020/hop-thon/" + p.places[0].village
	t.Run("what was typed into refused minutes comes back", func(t *testing.T) {
		typed := url.Values{"rev": {"1"}, "held_on": {"32/13/2020"}, "place": {"Nhà văn hóa <b>" + strings.Repeat("x", 300)}, "party_cell": {"Vi Văn Bí\nHà Thị Hai"}, "present": {"mười"}}
		w := p.ask("thon", "POST", minutes+"/ghi", typed.Encode())
		for _, want := range []string{"32/13/2020", "Nhà văn hóa &lt;b&gt;", "Vi Văn Bí\nHà Thị Hai", "mười", text.T("household.bad_day"), text.T("review.meeting.bad_number")} {
			if !strings.Contains(w.Body.String(), want) {
				t.Errorf("the refused form (%d) does not show %q", w.Code, want)
			}
		}
		for _, field := range []string{"held_on", "place", "present"} { // what the program and what the rules refuse, at once
			if !strings.Contains(w.Body.String(), `href="#`+field+`"`) {
				t.Errorf("no message leads to %s", field)
			}
		}
		if w.Code != http.StatusUnprocessableEntity || strings.Contains(w.Body.String(), "hóa <b>") {
			t.Errorf("refused with %d", w.Code)
		}
	})
	t.Run("who wrote meanwhile is not overwritten unseen", func(t *testing.T) {
		if w := p.ask("xa", "POST", minutes+"/ghi", url.Values{"rev": {"1"}, "place": {"Trường học"}}.Encode()); w.Code != http.StatusSeeOther {
			t.Fatalf("saving: %d %s", w.Code, plain(w))
		}
		w := p.ask("thon", "POST", minutes+"/ghi", url.Values{"rev": {"1"}, "place": {"Nhà trưởng thôn"}}.Encode())
		if w.Code != http.StatusConflict || !strings.Contains(w.Body.String(), "Nhà trưởng thôn") || !strings.Contains(w.Body.String(), text.T("web.meeting.stale")) {
			t.Errorf("got %d", w.Code)
		}
		if now := p.ask("thon", "GET", page, "").Body.String(); !strings.Contains(now, "Trường học") || strings.Contains(now, "Nhà trưởng thôn") {
			t.Error("the other's words are gone")
		}
	})
	t.Run("a file goes out to be kept and never to be run", func(t *testing.T) {
		if w := p.send("thon", minutes+"/tep", "trang.pdf", "<html><script>alert(1)</script>"); w.Code != http.StatusUnprocessableEntity {
			t.Errorf("a page named like a document: %d", w.Code)
		}
		if w := p.send("thon", minutes+"/tep", "biên bản.pdf", "%PDF-1.7 ký"); w.Code != http.StatusSeeOther {
			t.Fatalf("sending: %d %s", w.Code, plain(w))
		}
		link := regexp.MustCompile(`href="(/tep/[0-9A-V]{26})"`).FindStringSubmatch(p.ask("thon", "GET", page, "").Body.String())
		if link == nil {
			t.Fatal("the page names no file")
		}
		w := p.ask("thon", "GET", link[1], "")
		h := w.Header()
		if w.Body.String() != "%PDF-1.7 ký" || !strings.HasPrefix(h.Get("Content-Disposition"), "attachment;") || h.Get("X-Content-Type-Options") != "nosniff" ||
			!strings.HasPrefix(h.Get("Content-Security-Policy"), "sandbox") || h.Get("Content-Type") != "application/pdf" || h.Get("Cache-Control") != "no-store" {
			t.Errorf("handed out as %d %v", w.Code, h)
		}
		for _, name := range []string{"xa2", "yte"} {
			if w := p.ask(name, "GET", link[1], ""); w.Code < 400 {
				t.Errorf("%s opens it: %d", name, w.Code)
			}
		}
	})
	t.Run("the printed minutes are those of the reader's area", func(t *testing.T) {
		if w := p.ask("thon", "GET", minutes+"/in", ""); w.Code != 200 || !strings.Contains(w.Body.String(), "BIÊN BẢN") {
			t.Errorf("own: %d", w.Code)
		}
		for format, begins := range map[string]string{"pdf": "%PDF-", "docx": "PK"} {
			if w := p.ask("thon", "GET", minutes+"/in/"+format, ""); w.Code != 200 || !strings.HasPrefix(w.Body.String(), begins) || !strings.HasPrefix(w.Header().Get("Content-Disposition"), "attachment;") {
				t.Errorf("as %s: %d %v", format, w.Code, w.Header())
			}
			if w := p.ask("xa2", "GET", minutes+"/in/"+format, ""); w.Code != http.StatusNotFound {
				t.Errorf("another commune's officer, as %s: %d", format, w.Code)
			}
		}
		if w := p.ask("thon", "GET", minutes+"/in/exe", ""); w.Code != http.StatusNotFound {
			t.Errorf("as a format that is none: %d", w.Code)
		}
		if w := p.ask("xa2", "GET", minutes+"/in", ""); w.Code != http.StatusNotFound {
			t.Errorf("another commune's officer: %d", w.Code)
		}
	})
}

func TestThePublicListHasNamesAndResultsAlone(t *testing.T) {
	p := demoProvince(t)
	o := p.places[0]
	const id = "00000000000000000000000001"
	set := func(sql string, args ...any) {
		t.Helper()
		if err := p.app.DB.Write(context.Background(), func(tx *db.Tx) error { _, err := tx.Exec(sql, args...); return err }); err != nil {
			t.Fatal(err)
		}
	}
	set(`insert into posting (province_id, id, round_id, area_id, first_day, last_day, days, places, web, list, at, by_actor) values ($1, $2, '2020', $3, $4, $4, 7, 'Trụ sở xã', 1, $5, 1, 'operator')`,
		p.app.Province, id, o.commune, p.day, `[{"h":"`+o.household+`","n":"Vi Văn <Tên>","v":"Bản Ón","c":"poor"}]`)
	never := p.ask("", "GET", "/cong-khai/"+absent, "")
	w := p.ask("", "GET", "/cong-khai/"+id, "")
	body := w.Body.String()
	if w.Code != 200 || !strings.Contains(body, "Vi Văn &lt;Tên&gt;") || !strings.Contains(body, "Hộ nghèo") {
		t.Errorf("got %d %s", w.Code, body)
	}
	if strings.Contains(body, o.household) || strings.Contains(body, o.code) || strings.Contains(body, "<script") {
		t.Error("it shows an id, a code, or has a script")
	}
	if w.Header().Get("X-Robots-Tag") != "noindex, nofollow, noarchive" || !strings.Contains(body, `<meta name="robots" content="noindex`) || w.Header().Get("Cache-Control") != "no-store" {
		t.Errorf("it may be indexed or kept: %v", w.Header())
	}
	for name, change := range map[string]string{
		"switched off":       `update posting set web = 0`,
		"withdrawn":          `update posting set web = 1, withdrawn_at = 1`,
		"after its last day": `update posting set withdrawn_at = null, last_day = '2000-01-01'`,
		"before its first":   `update posting set withdrawn_at = null, web = 1, first_day = '2999-01-01', last_day = '2999-01-09'`,
	} {
		set(change)
		if w := p.ask("", "GET", "/cong-khai/"+id, ""); w.Code != never.Code || w.Body.String() != never.Body.String() {
			t.Errorf("%s it is another page than one that never was: %d", name, w.Code)
		}
		set(`update posting set web = 1, withdrawn_at = null, first_day = $1, last_day = $1`, p.day)
	}
}
