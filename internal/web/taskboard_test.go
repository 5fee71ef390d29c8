package web_test

import (
	"context"
	"encoding/csv"
	"net/http/httptest"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"giamngheo/internal/db"
)

func TestTheBoardsFiguresOpenAsManyObligations(t *testing.T) {
	p := demoProvince(t)
	district := p.places[0].district
	for _, c := range []struct{ who, area string }{{"huyen", district}, {"xa", p.places[0].commune}, {"tinh", "38.2016"}} {
		page := p.ask(c.who, "GET", "/nhiem-vu/2019?dia-ban="+c.area, "").Body.String()
		links := regexp.MustCompile(`<a href="(/nhiem-vu/2019/danh-sach\?[^"]*)">([\d.]+)</a>`).FindAllStringSubmatch(page, -1)
		if len(links) < 3 {
			t.Fatalf("%s: %d figures open", c.who, len(links))
		}
		for n, link := range links {
			if n%7 != 0 && n > 6 {
				continue
			}
			list := p.ask(c.who, "GET", strings.ReplaceAll(link[1], "&amp;", "&"), "")
			if title := regexp.MustCompile(`<h1>[^<]*năm 2019: ` + regexp.QuoteMeta(link[2]) + ` việc</h1>`); list.Code != 200 || !title.MatchString(list.Body.String()) {
				t.Errorf("%s: %s opens as %s where the board says %s", c.who, link[1], regexp.MustCompile(`<h1>[^<]*`).FindString(list.Body.String()), link[2])
			}
		}
	}
	file := p.ask("huyen", "GET", "/nhiem-vu/2019/tep/csv?dia-ban="+district, "").Body.String()
	rows, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(file, "\ufeff"))).ReadAll()
	title := regexp.MustCompile(`trên ([\d.]+) việc`).FindStringSubmatch(p.ask("huyen", "GET", "/nhiem-vu/2019?dia-ban="+district, "").Body.String())
	if err != nil || len(title) == 0 || strconv.Itoa(len(rows)-1) != strings.ReplaceAll(title[1], ".", "") {
		t.Errorf("the file has %d rows, the board says %v: %v", len(rows)-1, title, err)
	}
}

func TestWhatSomebodyOwesComesFirstAfterSigningIn(t *testing.T) {
	p := demoProvince(t)
	for name, to := range map[string]string{"xa": "/nhiem-vu", "thon": "/nhiem-vu", "tinh": "/nhiem-vu", "quantri": "/", "cho": "/"} {
		r := httptest.NewRequest("POST", "/dang-nhap", strings.NewReader("ten="+name+"&mat-khau=giamngheo-mau&tiep=/"))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		w := httptest.NewRecorder()
		p.server.ServeHTTP(w, r)
		if w.Header().Get("Location") != to {
			t.Errorf("%s is led to %q", name, w.Header().Get("Location"))
		}
	}
	commune := p.ask("xa", "GET", "/nhiem-vu", "").Body.String()
	if !regexp.MustCompile(`href="/nhiem-vu/20\d\d/viec/[^"]+"`).MatchString(commune) || !strings.Contains(commune, "31/12/2020") || !strings.Contains(commune, "quá hạn ") {
		t.Error("the officer's page does not lead to what he owes, with its day and what is overdue")
	}
	if page := p.ask("thon", "GET", "/nhiem-vu", "").Body.String(); strings.Contains(page, "II.1 ") || !strings.Contains(page, "<h1>") {
		t.Error("a village head owes what the plan asks of communes")
	}
	if page := p.ask("xa", "GET", "/ho", "").Body.String(); !regexp.MustCompile(`class="count"`).MatchString(page) {
		t.Error("the menu does not say how much is overdue")
	}
}

func TestTheChairOfTheProvinceDecidesOnADateOfThePlan(t *testing.T) {
	p := demoProvince(t)
	p.signIn(t, "chutichtinh", "giamngheo-mau")
	const about, at = "ke-hoach=159%2FKH-UBND&viec=II.1", "/nhiem-vu/ke-hoach/quyet-dinh"
	if w := p.ask("chutichtinh", "GET", at+"?"+about, ""); w.Code != 200 || !strings.Contains(w.Body.String(), "15/11") {
		t.Fatalf("the form: %d %s", w.Code, plain(w))
	}
	if w := p.ask("chutich", "GET", at+"?"+about, ""); w.Code != 403 {
		t.Errorf("a commune's chair gets %d", w.Code)
	}
	if w := p.ask("chutichtinh", "POST", at, about+"&rev=0&choice=override&due=9/11&reason=som"); w.Code != 422 || !strings.Contains(w.Body.String(), "10/11") {
		t.Errorf("a date that takes time away: %d %s", w.Code, plain(w))
	}
	if w := p.ask("chutichtinh", "POST", at, about+"&rev=0&choice=override&due=12/11&reason=som"); w.Code != 422 || !strings.Contains(w.Body.String(), `name="confirmed" value="11-12"`) || !strings.Contains(w.Body.String(), "I.5") {
		t.Errorf("a date before what it needs: %d %s", w.Code, plain(w))
	}
	if w := p.ask("chutichtinh", "POST", at, about+"&rev=0&choice=override&due=20/11&reason=Mưa+lũ"); w.Code != 303 {
		t.Fatalf("another date: %d %s", w.Code, plain(w))
	}
	if page := p.ask("xa", "GET", "/nhiem-vu/ke-hoach", "").Body.String(); !strings.Contains(page, "chọn ngày 20/11") || !strings.Contains(page, "Mưa lũ") || strings.Contains(page, `action="/nhiem-vu/ke-hoach/mo-nam"`) {
		t.Error("the page does not say who decided what and why, or lets a commune make a year")
	}
	if list := p.ask("xa", "GET", "/nhiem-vu/2019/danh-sach?viec=II.1", "").Body.String(); !strings.Contains(list, "10/11/2019") || strings.Contains(list, "20/11/2019") {
		t.Error("a year that was made does not keep its term")
	}
	if err := p.app.DB.Write(context.Background(), func(tx *db.Tx) error {
		_, err := tx.Exec(`delete from task_year where year = 2018`)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if w := p.ask("tinh", "POST", "/nhiem-vu/ke-hoach/mo-nam", "year=2018"); w.Code != 200 || !strings.Contains(w.Body.String(), "chỉ lập một lần") || !strings.Contains(w.Body.String(), "2018 cho ") {
		t.Errorf("a year is made without asking once more: %d", w.Code)
	}
	if w := p.ask("tinh", "POST", "/nhiem-vu/ke-hoach/mo-nam", "year=2019"); w.Code != 409 {
		t.Errorf("the year is made twice: %d", w.Code)
	}
}
