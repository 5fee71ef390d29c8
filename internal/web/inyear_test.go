package web_test

import (
	"context"
	"net/url"
	"strings"
	"testing"

	"giamngheo/internal/account"
	"giamngheo/internal/household"
)

func TestARequestWithinTheYearFromTheCounterToTheDecision(t *testing.T) {
	p := demoProvince(t)
	v := verifyingDistrict{p, t, p.places[0].commune, p.places[0].district}
	o := office{p, t}
	year := p.day[:4]

	// Nobody can take a request before the province has opened the round.
	must(t, v.get("xa", "/ra-soat", 200), "Chưa có đợt thường xuyên nào của năm "+year)
	must(t, v.get("xa", "/ra-soat/2020/trong-nam/"+v.commune, 200), "anh/chị báo tỉnh")
	v.post("xa", "/ra-soat/2020/trong-nam/"+v.commune+"/nhan", url.Values{"kind": {"1a"}, "household": {p.places[0].code}, "words": {"x"}}, 409)
	opening := v.get("tinh", "/ra-soat", 200)
	must(t, opening, `value="`+year+`-TX"`)
	v.post("tinh", "/ra-soat", url.Values{"kind": {"in_year"}, "year": {year}, "id": {year + "-TX"}}, 303)
	round := "/ra-soat/" + year + "-TX"
	list := round + "/trong-nam/" + v.commune
	if body := v.get("xa", "/ra-soat", 200); !strings.Contains(body, list) || strings.Contains(body, "Chưa có đợt thường xuyên") {
		t.Error("the list of rounds does not lead the officer to the requests")
	}
	must(t, v.get("huyen", "/ra-soat", 200), round+"/bien-dong")
	// What nobody has been surveyed in says nothing yet: lists stay with the last round.
	v.post("tinh", "/ra-soat", url.Values{"year": {"2021"}, "plan_note": {"12/KH-UBND"}}, 303)
	must(t, v.get("xa", "/ho?dia-ban="+v.commune, 200), "Kết quả đợt "+year+"<", "Kết quả "+year+"<")
	must(t, v.get("thon", "/ra-soat", 200), `href="`+round+`"`)

	// Taking one: what is wrong is said at its place, and what was typed stays.
	id := o.unentered(1)
	form := url.Values{"kind": {"1a"}, "household": {"TH-9999-9999"}, "words": {"Nhà mới cháy"}}
	must(t, v.post("xa", list+"/nhan", form, 422), "Không có hộ mã TH-9999-9999", "Nhà mới cháy", `href="#household"`)
	form.Set("household", o.codeOf(id))
	form.Set("received_on", "31/02/2020")
	must(t, v.post("xa", list+"/nhan", form, 422), `href="#received_on"`)
	form.Del("received_on")
	for who, want := range map[string]int{"chutich": 403, "thon": 403, "xa2": 404} {
		v.post(who, list+"/nhan", form, want)
	}
	w := p.ask("xa", "POST", list+"/nhan", form.Encode())
	page := w.Header().Get("Location")
	must(t, o.follows(w, "xa"), "Đã nhận, số 1/"+year, "còn ", "ngày làm việc", "Lập phiếu", "Hộ rút giấy đề nghị")
	page, _, _ = strings.Cut(page, "?")
	// It waits for the officer, and its household alone is on the round's list.
	must(t, v.get("xa", "/nhiem-vu", 200), page, "Lập phiếu theo giấy đề nghị số 1/"+year)
	mustNot(t, v.get("chutich", "/nhiem-vu", 200), page)
	must(t, v.get("xa", round+"?dia-ban="+v.commune, 200), "đã nhập 0 trên 1 hộ")
	if err := p.app.Load(context.Background()); err != nil {
		t.Fatal(err)
	}
	must(t, v.get("huyen", round+"?dia-ban="+v.district, 200), "đã nhập 0 trên 1 hộ")
	must(t, v.get("tinh", round, 200), "đã nhập 0 trên 1 hộ", o.codeOf(id))
	must(t, v.get("huyen", round+"/tien-do?dia-ban="+v.district, 200), "1 giấy đề nghị chưa giải quyết, 0 quá hạn", list)
	for who, want := range map[string]int{"xa2": 404, "thon": 404, "yte": 403, "chutich": 200, "huyen": 200, "lanhdao": 200} {
		v.get(who, page, want)
	}
	v.get("xa2", list, 404)

	// The chair cannot sign without a form, nor can anybody else with one.
	act := func(what, reason string) url.Values {
		return url.Values{"viec": {what}, "rev": {"1"}, "reason-" + what: {reason}}
	}
	body := v.get("chutich", page, 200)
	must(t, body, "Chưa có phiếu rà soát của hộ", `value="tu-choi"`)
	if strings.Contains(body, `value="ky"`) || strings.Contains(body, `value="rut"`) {
		t.Error("the chair could sign without a form, or withdraw in the household's place")
	}
	v.post("chutich", page, act("ky", ""), 409)
	v.post("chutich", page, act("rut", "x"), 403)
	must(t, v.post("chutich", page, act("tu-choi", " "), 422), "Ghi lý do từ chối")
	path := round + "/" + id
	entry := answers(t, v.get("xa", path, 200), path)
	must(t, v.get("xa", path, 200), "Đề xuất: hạn quyết định giấy đề nghị số 1/"+year)
	proposed := entry.Get("effective_from")
	entry.Set("b1", "100")
	entry.Set("effective_from", "01/"+p.day[5:7]+"/"+year)
	must(t, v.post("xa", path, entry, 422), `href="#effective_from"`, "trước ngày "+p.day[8:]+"/"+p.day[5:7]+"/"+year+" nhận giấy đề nghị số 1/"+year)
	entry.Set("effective_from", proposed)
	next := p.ask("xa", "GET", p.ask("xa", "POST", path, entry.Encode()).Header().Get("Location"), "")
	if to := next.Header().Get("Location"); to != list+"?da-luu=form_last" {
		t.Errorf("with nobody left to survey the form leads to %q", to)
	}
	mustNot(t, v.get("xa", "/nhiem-vu", 200), page)
	for _, who := range []string{"xa", "huyen", "tinh"} {
		if body := v.get(who, page, 200); strings.Contains(body, `value="ky"`) {
			t.Errorf("%s could sign", who)
		}
		v.post(who, page, act("ky", ""), 403)
	}
	must(t, v.get("chutich", "/nhiem-vu", 200), page, "Ký quyết định hoặc từ chối giấy đề nghị số 1/"+year)
	must(t, v.get("chutich", page, 200), `value="ky"`, "đã có phiếu")
	v.post("chutich", page, url.Values{"viec": {"ky"}, "rev": {"0"}}, 409)
	must(t, o.follows(p.ask("chutich", "POST", page, act("ky", "").Encode()), "chutich"), "Đã ký quyết định", "số 01", "Hộ nghèo")
	must(t, v.get("xa", round+"/quyet-dinh/"+v.commune, 200), "Công nhận trong năm")
	must(t, v.get("xa", round+"/chung-nhan/"+v.commune, 200), "Còn 1 hộ cần cấp")
	must(t, o.follows(p.ask("xa", "POST", round+"/chung-nhan/"+v.commune+"/cap", ""), "xa"), "Đã cấp 1 giấy mới")
	must(t, v.get("xa", "/ho/"+id, 200), "Quyết định theo giấy đề nghị trong năm")

	mustNot(t, v.get("chutich", "/nhiem-vu", 200), page)
	must(t, v.get("tinh", round+"/tien-do", 200), "đã giải quyết cả 1 giấy đề nghị")

	// Upward: the same household in the table of every level, for who covers it.
	at := func(area, file string) string { return round + "/bien-dong" + file + "?dia-ban=" + area }
	for who, area := range map[string]string{"xa": v.commune, "chutich": v.commune, "huyen": v.district, "tinh": ""} {
		must(t, v.get(who, at(area, ""), 200), "1 hộ vào danh sách, 0 hộ ra")
	}
	for _, wrong := range [][2]string{{"xa", v.district}, {"xa2", v.commune}, {"thon", v.commune}, {"huyen", string(p.places[3].district)}} {
		v.get(wrong[0], at(wrong[1], ""), 404)
		v.get(wrong[0], at(wrong[1], "/tep/csv"), 404)
	}
	csv := v.get("huyen", at(v.district, "/tep/csv"), 200)
	lines := strings.Split(strings.TrimSpace(csv), "\n")
	total := lines[len(lines)-1]
	if !strings.HasPrefix(lines[0], "\ufeffarea_code,area_name,new_poor,fell_back,") || !strings.HasPrefix(total, "total,Tổng cộng,1,0,0") && !strings.HasPrefix(total, "total,Tổng cộng,0,1,0") {
		t.Errorf("file:\n%s", csv)
	}
	v.get("huyen", at(v.district, "/tep/xlsx"), 200)
	must(t, v.get("huyen", at(v.district, "/tep/json"), 200), `"table": "changes"`)
	v.get("huyen", at(v.district, "/tep/pdf"), 404)
	v.get("huyen", at(v.district, "")+"&ky=2020-13", 422)
	must(t, v.get("huyen", at(v.district, "")+"&ky="+year+"-Q1", 200), "0 hộ vào danh sách")
	must(t, v.get("xa", round+"/tien-do?dia-ban="+v.commune, 200), list, round+"/bien-dong")
}

// A form 1a that is entered leads to where it gets its number; one that nobody
// has received stands on the commune's page.
func TestAFormOfRequestLeadsToTheRequest(t *testing.T) {
	p := demoProvince(t)
	v := verifyingDistrict{p, t, p.places[0].commune, p.places[0].district}
	o := office{p, t}
	year := p.day[:4]
	v.post("tinh", "/ra-soat", url.Values{"kind": {"in_year"}, "year": {year}, "id": {year + "-TX"}}, 303)
	list := "/ra-soat/" + year + "-TX/trong-nam/" + v.commune
	id := o.unentered(1)
	paper := "/phieu/" + year + "-TX/" + id + "/1a"
	asked := answers(t, v.get("xa", paper, 200), paper)
	for name, value := range map[string]string{"requested_on": "05/01/" + year, "asks_for": "poor", "hardship": "1", "reason": "Bão làm sập nhà"} {
		asked.Set(name, value)
	}
	w := p.ask("xa", "POST", paper, asked.Encode())
	if to := w.Header().Get("Location"); !strings.HasPrefix(to, list+"?") {
		t.Fatalf("the form leads to %q: %d %s", to, w.Code, w.Body.String())
	}
	filled := o.follows(w, "xa")
	must(t, filled, "Bão làm sập nhà", "05/01/"+year, "Đã điền sẵn theo giấy 1a")
	must(t, v.get("xa", list, 200), "chưa nhận đề nghị: 1 hộ")
	if strings.Contains(v.get("chutich", list, 200), "chưa nhận đề nghị") {
		t.Error("the chair is asked to receive requests")
	}
	taken := answers(t, filled, list+"/nhan")
	taken.Set("words", "Bão làm sập nhà") // what a text area holds, answers does not read
	w = p.ask("xa", "POST", list+"/nhan", taken.Encode())
	page, _, _ := strings.Cut(w.Header().Get("Location"), "?")
	must(t, o.follows(w, "xa"), "Đã nhận, số 1/"+year, "Tệp kèm đề nghị")
	if strings.Contains(v.get("xa", list, 200), "chưa nhận đề nghị") {
		t.Error("a request that was received still waits")
	}
	// The signed paper stays with it.
	if w := p.send("xa", page+"/tep", "giấy.pdf", "%PDF-1.4 giấy 1a"); w.Code != 303 {
		t.Fatalf("a file: %d %s", w.Code, w.Body.String())
	}
	must(t, v.get("chutich", page, 200), "giấy.pdf")
	if w := p.send("xa2", page+"/tep", "giấy.pdf", "%PDF-1.4"); w.Code != 404 {
		t.Errorf("a file of another commune's officer: %d", w.Code)
	}
}

// codeOf is the printed code of a household.
func (o office) codeOf(id string) string {
	o.t.Helper()
	h, err := o.app.Households.FindByID(context.Background(), o.app.Accounts.Operator().ScopeFor(account.RightWriteRegistry), household.ID(id))
	if err != nil {
		o.t.Fatal(err)
	}
	return h.Code
}
