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

// B.3 has no date in the plan: the chair says one on the page, with a reason,
// and the year that was made before has it as its term while its day is ahead.
func TestTheChairOfTheProvinceDatesATaskWithoutADate(t *testing.T) {
	p := demoProvince(t)
	p.signIn(t, "chutichtinh", "giamngheo-mau")
	const about, at = "ke-hoach=159%2FKH-UBND&viec=B.3", "/nhiem-vu/ke-hoach/quyet-dinh"
	if page := p.ask("chutichtinh", "GET", "/nhiem-vu/ke-hoach", "").Body.String(); !strings.Contains(page, `id="chua-co-ngay"`) || !strings.Contains(page, at+"?"+strings.ReplaceAll(about, "&", "&amp;")) {
		t.Error("the plan's page does not lead its chair to the tasks without a date")
	}
	if page := p.ask("xa", "GET", "/nhiem-vu/ke-hoach", "").Body.String(); !strings.Contains(page, `id="chua-co-ngay"`) || strings.Contains(page, at) {
		t.Error("a commune does not read which tasks have no date, or is led to decide on them")
	}
	if w := p.ask("chutichtinh", "GET", at+"?"+about, ""); w.Code != 200 || !strings.Contains(w.Body.String(), "05/12") || !strings.Contains(w.Body.String(), "việc chưa xong") {
		t.Fatalf("the form does not say until when, and what becomes of obligations that were made: %d %s", w.Code, plain(w))
	}
	if w := p.ask("chutich", "POST", at, about+"&rev=0&choice=set&due=1/12&reason=x"); w.Code != 403 {
		t.Errorf("a commune's chair gets %d", w.Code)
	}
	if w := p.ask("chutichtinh", "POST", at, about+"&rev=0&choice=set&due=31/02&reason="); w.Code != 422 || strings.Count(w.Body.String(), `class="error"`) < 2 {
		t.Errorf("a day that is none, without a reason: %d %s", w.Code, plain(w))
	}
	if w := p.ask("chutichtinh", "POST", at, about+"&rev=0&choice=set&due=20/12&reason=muon"); w.Code != 422 || !strings.Contains(w.Body.String(), "II.3") || !strings.Contains(w.Body.String(), `name="confirmed" value="12-20"`) {
		t.Errorf("a date after those who rest on it: %d %s", w.Code, plain(w))
	}
	if w := p.ask("chutichtinh", "POST", at, about+"&rev=0&choice=set&due=1/12&reason=Để+kịp+kế+hoạch+ngành"); w.Code != 303 || !strings.HasSuffix(w.Header().Get("Location"), "#chua-co-ngay") {
		t.Fatalf("a date: %d %s", w.Code, plain(w))
	}
	if page := p.ask("xa", "GET", "/nhiem-vu/ke-hoach", "").Body.String(); !strings.Contains(page, "ấn định ngày 01/12") || !strings.Contains(page, "Để kịp kế hoạch ngành") {
		t.Error("the page does not say who dated it and why")
	}
}

// The plan's page folds its groups; whoever follows a finding finds the group of
// its task unfolded.
func TestAFindingOpensTheGroupOfItsTask(t *testing.T) {
	p := demoProvince(t)
	page := p.ask("xa", "GET", "/nhiem-vu/ke-hoach", "").Body.String()
	link := regexp.MustCompile(`href="([^"#]+)#viec-I\.4">I\.4\s*<`).FindStringSubmatch(page)
	if link == nil || !strings.Contains(page, `id="viec-I.4"`) {
		t.Fatal("no finding leads to the row of I.4")
	}
	if n := strings.Count(page, `<details class="card gap-below fold" open`); n != 1 {
		t.Errorf("%d parts are unfolded, not the contradictions alone", n)
	}
	group := regexp.MustCompile(`(?s)<details class="card gap-below fold"( open)?><summary><h2>I Điều tra.*?</details>`)
	if before := group.FindStringSubmatch(page); before == nil || before[1] != "" {
		t.Error("the first group is not folded")
	}
	page = p.ask("xa", "GET", strings.ReplaceAll(link[1], "&amp;", "&"), "").Body.String()
	if after := group.FindStringSubmatch(page); after == nil || after[1] == "" || !strings.Contains(after[0], `id="viec-I.4"`) {
		t.Error("the group of the task is not unfolded")
	}
}

// On paper the board is a table for each level, with the tasks of that level
// alone: 33 columns in one are letters of 6 points.
func TestTheBoardIsPrintedByLevelWithoutEmptyColumns(t *testing.T) {
	p := demoProvince(t)
	page := p.ask("tinh", "GET", "/nhiem-vu/2019", "").Body.String()
	parts := regexp.MustCompile(`(?s)<div class="onpaper">(.*?)</div>`).FindAllStringSubmatch(page, -1)
	if len(parts) != 3 {
		t.Fatalf("%d tables on paper, not those of the province, the districts and the agencies", len(parts))
	}
	all := strings.Count(page[strings.Index(page, `id="bang-nhiem-vu"`):strings.Index(page, "</table>")], `<th scope="col"`)
	for _, part := range parts {
		columns := strings.Count(part[1], `<th scope="col"`)
		if columns > 22 || columns >= all {
			t.Errorf("%d columns of %d", columns, all)
		}
		rows := regexp.MustCompile(`(?s)<tr class="[^"]*">(.*?)</tr>`).FindAllStringSubmatch(part[1], -1)
		cells := make([]string, columns)
		for _, row := range rows {
			for n, cell := range regexp.MustCompile(`(?s)<t[hd][^>]*>(.*?)</t[hd]>`).FindAllStringSubmatch(row[1], -1) {
				cells[n] += strings.TrimSpace(cell[1])
			}
		}
		for n, words := range cells {
			if words == "" {
				t.Errorf("column %d of %d is empty", n, columns)
			}
		}
	}
}
