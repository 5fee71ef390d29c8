package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"giamngheo/internal/area"
)

func TestAnAgencyIsAddedAndEndedByWhoKeepsThem(t *testing.T) {
	p := demoProvince(t)
	root := string(p.tree.Roots(p.day)[0].Area)
	typed := url.Values{"name": {"Hội <Phụ nữ> tỉnh"}, "code": {"hoi-thu"}, "area": {root}, "from": {"01/01/2019"}, "reason": {"QĐ 1"}}
	for _, who := range []string{"huyen", "xa", "chutich", "thon", "lanhdao", "yte"} {
		if w := p.ask(who, "POST", "/to-chuc/co-quan/moi", typed.Encode()); w.Code != http.StatusForbidden {
			t.Errorf("%s adds an agency: %d", who, w.Code)
		}
	}
	if w := p.ask("tinh", "POST", "/to-chuc/co-quan/moi", "name=<b>&code=HOI&area="+root); w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "&lt;b&gt;") {
		t.Errorf("half an agency: %d", w.Code)
	}
	if w := p.ask("tinh", "POST", "/to-chuc/co-quan/moi", typed.Encode()); w.Code != http.StatusSeeOther {
		t.Fatalf("added: %d %s", w.Code, plain(w))
	}
	page := p.ask("xa", "GET", "/to-chuc/co-quan/hoi-thu", "").Body.String()
	if !strings.Contains(page, "Hội &lt;Phụ nữ&gt; tỉnh") || !strings.Contains(page, "Chưa có ai") || strings.Contains(page, "ket-thuc") {
		t.Error("a commune reads of it not as it should")
	}
	if page := p.ask("quantri", "GET", "/to-chuc/co-quan", "").Body.String(); !strings.Contains(page, "hoi-thu") || !strings.Contains(page, "chưa có ai") {
		t.Error("the administrator does not see which units have nobody")
	}
	if w := p.ask("xa", "GET", "/to-chuc/co-quan?dia-ban="+p.places[3].commune, ""); w.Code != http.StatusNotFound {
		t.Errorf("the people of another commune: %d", w.Code)
	}

	// One that owes is refused with the list, and goes on at its successor.
	p.yearAnew(t)
	end := func(who, code, form string) (int, string) {
		w := p.ask(who, "POST", "/to-chuc/co-quan/"+code+"/ket-thuc", "rev=1&to="+url.QueryEscape(area.ShowDay(p.day))+"&reason=QĐ&"+form)
		return w.Code, w.Body.String()
	}
	if code, _ := end("huyen", "so-y-te", "successor=so-gddt"); code != http.StatusForbidden {
		t.Errorf("a district ends a department: %d", code)
	}
	if code, body := end("tinh", "so-y-te", ""); code != http.StatusUnprocessableEntity || !strings.Contains(body, "II.4") {
		t.Errorf("ended with what it owes: %d", code)
	}
	if code, body := end("quantri", "so-y-te", "successor=so-gddt"); code != http.StatusSeeOther {
		t.Fatalf("ended: %d %s", code, body[:min(len(body), 300)])
	}
	if code, _ := end("tinh", "hoi-thu", ""); code != http.StatusSeeOther {
		t.Errorf("one that owes nothing: %d", code)
	}

	// Who took over from it is said afterwards, once.
	const path = "/to-chuc/co-quan/hoi-thu/ket-thuc"
	if w := p.ask("xa", "POST", path, "rev=2&successor=so-gddt"); w.Code != http.StatusForbidden {
		t.Errorf("a commune names the successor: %d", w.Code)
	}
	if page := p.ask("tinh", "GET", "/to-chuc/co-quan/hoi-thu", "").Body.String(); !strings.Contains(page, "Ghi cơ quan kế tiếp") {
		t.Error("the page of an ended agency does not ask who took over")
	}
	if page := p.ask("tinh", "GET", path, "").Body.String(); strings.Contains(page, `name="to"`) || !strings.Contains(page, `name="successor"`) {
		t.Error("the form asks for more than the successor")
	}
	if w := p.ask("tinh", "POST", path, "rev=2&successor="); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("nobody chosen: %d", w.Code)
	}
	if w := p.ask("tinh", "POST", path, "rev=2&successor=so-y-te"); w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "đang hoạt động") {
		t.Errorf("a successor that has ended: %d", w.Code)
	}
	if w := p.ask("tinh", "POST", path, "rev=2&successor=so-gddt&reason=QĐ"); w.Code != http.StatusSeeOther {
		t.Fatalf("named: %d %s", w.Code, plain(w))
	}
	if page := p.ask("xa", "GET", "/to-chuc/co-quan/hoi-thu", "").Body.String(); !strings.Contains(page, "Cơ quan kế tiếp: Sở Giáo dục và Đào tạo") || strings.Contains(page, "ket-thuc") {
		t.Error("the page does not say who took over")
	}
	if w := p.ask("tinh", "GET", path, ""); w.Code != http.StatusConflict {
		t.Errorf("named twice: %d", w.Code)
	}
}
