package web_test

import (
	"net/url"
	"regexp"
	"strings"
)

// formsBeside enters Phiếu A, a request and Phiếu C of a household.
func formsBeside(o office) {
	id := o.unentered(4)
	path := "/phieu/2020/" + id + "/a"
	form := answers(o.t, o.page("xa", path), path)
	if form.Has("reason") || len(form["taken_in"]) > 0 {
		o.t.Fatalf("an empty Phiếu A asks %v", form)
	}
	for name := range form {
		if name != "rev" && !strings.HasPrefix(name, "taken") && !strings.Contains(" surveyor surveyed_on note warning_answer ", " "+name+" ") {
			form.Set(name, "1")
		}
	}
	form.Set("surveyed_on", "hôm qua")
	w := o.ask("xa", "POST", path, form.Encode())
	o.refused(w, 422, "surveyed_on", "ngày")
	if kept := answers(o.t, w.Body.String(), path); kept.Get("vehicle") != "1" {
		o.t.Error("what was answered is lost when Phiếu A is refused")
	}
	form.Set("surveyed_on", "05/10/2020")
	form.Set("taken_in", "1")
	o.refused(o.ask("xa", "POST", path, form.Encode()), 422, "taken_in_why", "lý do")
	form.Del("taken_in")
	must(o.t, plain(o.ask("xa", "POST", path+"/thu", form.Encode())), "chắc chắn không nghèo")
	o.follows(o.ask("xa", "POST", path, form.Encode()), "xa")
	must(o.t, o.page("xa", "/ho/"+id+"?dot=2020"), "chắc chắn không nghèo", "Phiếu A, đợt 2020")

	again := answers(o.t, o.page("xa", path), path)
	if again.Get("vehicle") != "1" || again.Get("surveyed_on") != "05/10/2020" || !again.Has("reason") {
		o.t.Errorf("Phiếu A comes back as %v", again)
	}
	o.refused(o.ask("xa", "POST", path, again.Encode()), 422, "reason", "lý do")

	request := "/phieu/2020/" + id + "/1a"
	asks := answers(o.t, o.page("xa", request), request)
	for name, value := range map[string]string{"requested_on": "01/10/2020", "asks_for": "poor", "hardship": "2 3", "reason": "", "requested_by": "chủ hộ"} {
		asks.Set(name, value)
	}
	o.refused(o.ask("xa", "POST", request, asks.Encode()), 422, "reason", "lý do")
	asks.Set("reason", "chồng ốm nặng")
	asks.Set("hardship", "2 9")
	o.refused(o.ask("xa", "POST", request, asks.Encode()), 422, "hardship", "không có trên phiếu")
	asks.Set("hardship", "2 3")
	o.follows(o.ask("xa", "POST", request, asks.Encode()), "xa")
	if kept := answers(o.t, o.page("xa", request), request); kept.Get("hardship") != "2 3" || kept.Get("asks_for") != "poor" {
		o.t.Errorf("the request comes back as %v", kept)
	}
	rev := answers(o.t, o.page("xa", request), request+"/rut")
	if w := o.ask("xa", "POST", request+"/rut", rev.Encode()); w.Code != 422 {
		o.t.Errorf("a request is taken back without a word: %d", w.Code)
	}
	rev.Set("ly-do-rut", "ghi nhầm hộ")
	o.follows(o.ask("xa", "POST", request+"/rut", rev.Encode()), "xa")
	if again := answers(o.t, o.page("xa", request), request); again.Get("hardship") != "" {
		o.t.Error("a request that was taken back is still shown as in force")
	}

	needs := "/phieu/2020/" + id + "/c"
	page := o.page("xa", needs)
	must(o.t, page, "Nhập và sửa ở Phiếu B")
	c := answers(o.t, page, needs)
	if c.Has("causes") {
		o.t.Error("the causes can be entered in two places")
	}
	c.Set("needs", "1 4")
	c.Set("loan_amount", "50.000.000")
	c.Set("can_work", "99")
	o.refused(o.ask("xa", "POST", needs, c.Encode()), 422, "can_work", "")
	c.Set("can_work", "1")
	o.follows(o.ask("xa", "POST", needs, c.Encode()), "xa")
	if w := o.ask("xa", "GET", "/phieu/2020/"+id+"/b", ""); w.Code != 404 {
		o.t.Errorf("Phiếu B is kept in a second place: %d", w.Code)
	}
}

func entriesAreCompared(o office) {
	id := o.unentered(5)
	path, second, compared := "/ra-soat/2020/"+id, "/phieu/2020/"+id+"/nhap-lan-hai", "/phieu/2020/"+id+"/so-hai-lan"
	if w := o.ask("xa", "GET", second, ""); w.Code != 303 {
		o.t.Errorf("a second entry before the first: %d", w.Code)
	}
	first := answers(o.t, o.page("xa", path), path)
	first.Set("b1", "110")
	first.Set("note", "chữ khó đọc")
	first.Set("roi", "ho")
	o.follows(o.ask("xa", "POST", path, first.Encode()), "xa")

	page := o.page("xa", second)
	blind := answers(o.t, page, second)
	if blind.Get("b1") != "" || strings.Contains(page, "chữ khó đọc") || regexp.MustCompile(`class="last"`).MatchString(page) {
		o.t.Error("the second entry sees the first, or last year")
	}
	blind.Set("b1", "101")
	blind.Set("note", "chữ khó đọc")
	o.follows(o.ask("xa", "POST", second, blind.Encode()), "xa")
	page = o.page("xa", compared)
	must(o.t, page, "1 chỗ khác nhau trong 2 câu", "110", "101", "cùng một người")
	decision := answers(o.t, page, compared)
	send := url.Values{"rev": {decision.Get("rev")}, "lan-hai": {decision.Get("lan-hai")}}
	o.refused(o.ask("xa", "POST", compared, send.Encode()), 422, "reason", "")
	send.Set("cau-0", "second")
	send.Set("reason", "xem lại phiếu giấy")
	o.follows(o.ask("xa", "POST", compared, send.Encode()), "xa")
	must(o.t, o.page("xa", compared), "xem lại phiếu giấy", "lần hai")
	if now := answers(o.t, o.page("xa", path), path); now.Get("b1") != "101" || now.Get("note") != "chữ khó đọc" {
		o.t.Errorf("after the decision B1 is %s", now.Get("b1"))
	}
}
