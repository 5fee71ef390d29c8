package web_test

import (
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

// What is wrong in a form is all said at once, each beside its field, and what
// was typed stays.
func TestFormsOfARoundSayAllThatIsWrongAtOnce(t *testing.T) {
	p := demoProvince(t)
	v := verifyingDistrict{p, t, p.places[0].commune, p.places[0].district}
	prepare, complaints := "/ra-soat/2020/chuan-bi?dia-ban="+v.commune, "/ra-soat/2020/phan-anh/"+v.commune+"/nhan"
	for _, c := range []struct {
		name, who, at string
		form          url.Values
		faults        []string
	}{
		{"a round", "tinh", "/ra-soat", url.Values{"year": {"2o21"}, "id": {"2021/thử"}, "boundaries": {"31/13/2021"}, "kind": {"in_year"}}, []string{"year", "id", "boundaries"}},
		{"a round of a year mistyped", "tinh", "/ra-soat", url.Values{"year": {"2061"}}, []string{"year", "plan_note"}},
		{"a plan", "tinh", "/ra-soat/ke-hoach", url.Values{"plan_year": {"2061"}}, []string{"plan_year"}},
		{"a surveyor", "xa", prepare, url.Values{"viec": {"giao"}, "village": {p.places[0].village}, "name": {strings.Repeat("ạ", 130)}, "phone": {"hỏi anh Tâm"}}, []string{"name", "phone"}},
		{"a training", "xa", prepare, url.Values{"viec": {"tap-huan"}, "held_on": {"2020-99-12"}, "attended": {"-3"}, "teacher": {strings.Repeat("x", 300)}}, []string{"title", "held_on", "teacher", "attended"}},
		{"a complaint", "xa", complaints, url.Values{"household": {"TH-9999-9999"}, "received_on": {"31/02/2020"}, "person": {strings.Repeat("x", 200)}}, []string{"kind", "household", "words", "person", "received_on"}},
		{"a complaint about nobody", "xa", complaints, url.Values{"kind": {"wrongly_in"}, "contact": {strings.Repeat("x", 300)}}, []string{"household", "words", "contact"}},
	} {
		_, page, _ := strings.Cut(v.post(c.who, c.at, c.form, 422), "Chưa ghi được, cần sửa")
		last := 0
		for _, name := range c.faults {
			at := strings.Index(page, `href="#`+name)
			if at < last {
				t.Errorf("%s: %s is missing among the messages, or out of order", c.name, name)
			}
			last = at
			if c.form.Get(name) != "" && name != "kind" && !strings.Contains(page, c.form.Get(name)) {
				t.Errorf("%s: what was typed as %s is gone", c.name, name)
			}
		}
		page, _, _ = strings.Cut(page, "</ul>")
		if n := strings.Count(page, `<li><a href="#`); n != len(c.faults) {
			t.Errorf("%s: %d messages, %d faults", c.name, n, len(c.faults))
		}
	}
	if page := v.post("tinh", "/ra-soat", url.Values{"year": {"2o21"}, "kind": {"in_year"}}, 422); !strings.Contains(page, `<option value="in_year" selected`) {
		t.Error("the kind that was chosen is gone")
	}
}

func TestGuidanceNamesItsQuestionInWords(t *testing.T) {
	p := demoProvince(t)
	v := verifyingDistrict{p, t, p.places[0].commune, p.places[0].district}
	page := v.get("tinh", "/ra-soat/2020/chuan-bi", 200)
	must(t, page, ">Chỉ số: nguồn nước sinh hoạt<", ">Nguyên nhân: thiếu lao động<", "Hướng dẫn quy trình và Phiếu B", "Mở hồ sơ kế hoạch")
}

// A training that was logged by mistake is taken back on the same page, and
// stays in view with the reason.
func TestATrainingLoggedByMistakeIsTakenBackWithAReason(t *testing.T) {
	p := demoProvince(t)
	v := verifyingDistrict{p, t, p.places[0].commune, p.places[0].district}
	at := "/ra-soat/2020/chuan-bi?dia-ban=" + v.commune
	v.post("xa", at, url.Values{"viec": {"tap-huan"}, "title": {"Tập huấn ghi nhầm"}, "held_on": {"01/10/2020"}, "attended": {"12"}}, 303)
	_, rest, _ := strings.Cut(v.get("xa", at, 200), `name="training"`)
	option, _, ok := strings.Cut(rest, `">Tập huấn ghi nhầm`)
	id := option[strings.LastIndex(option, `"`)+1:]
	if !ok || id == "" {
		t.Fatal("the training is not offered to be taken back")
	}
	page := v.post("xa", at, url.Values{"viec": {"rut-tap-huan"}, "training": {id}, "reason": {" "}}, 422)
	must(t, page, "Ghi vì sao rút buổi này", `value="`+id+`" selected`)
	v.post("huyen", at, url.Values{"viec": {"rut-tap-huan"}, "training": {"khong-co"}, "reason": {"x"}}, 404)
	v.post("xa", at, url.Values{"viec": {"rut-tap-huan"}, "training": {id}, "reason": {"Buổi ấy của xã khác"}}, 303)
	page = v.get("xa", at, 200)
	must(t, page, "Tập huấn ghi nhầm", "Buổi ấy của xã khác")
	if strings.Contains(page, `value="`+id+`"`) {
		t.Error("it is still offered")
	}
}

// A complaint of somebody whose household was not known is tied to it on its page.
func TestAComplaintIsTiedToItsHouseholdOnItsPage(t *testing.T) {
	p := demoProvince(t)
	commune := p.places[0].commune
	w := p.ask("xa", "POST", "/ra-soat/2020/phan-anh/"+commune+"/nhan", url.Values{"kind": {"wrongly_out"}, "words": {"Nhà tôi bị bỏ sót"}, "received_on": {"19/12/2020"}}.Encode())
	at, _, _ := strings.Cut(w.Header().Get("Location"), "?")
	if w.Code != 303 || at == "" {
		t.Fatalf("%d %s", w.Code, plain(w))
	}
	tie := func(code string) *httptest.ResponseRecorder {
		return p.ask("xa", "POST", at, url.Values{"viec": {"gan-ho"}, "rev": {"1"}, "household": {code}}.Encode())
	}
	for _, code := range []string{"", "TH-9999-9999"} {
		if w := tie(code); w.Code != 422 || !strings.Contains(w.Body.String(), `href="#household"`) {
			t.Errorf("%q: %d", code, w.Code)
		}
	}
	if w := tie(p.places[0].code); w.Code != 303 {
		t.Fatalf("%d %s", w.Code, plain(w))
	}
	page := p.ask("xa", "GET", at, "").Body.String()
	must(t, page, "Lập phiếu phúc tra")
	if strings.Contains(page, "gan-ho") {
		t.Error("it is asked for once more")
	}
}

func TestASurveyPlanWaitsForItsPaper(t *testing.T) {
	p := demoProvince(t)
	v := verifyingDistrict{p, t, p.places[0].commune, p.places[0].district}
	w := p.ask("tinh", "POST", "/ra-soat/ke-hoach", "plan_year=2021")
	at := w.Header().Get("Location")
	if w.Code != 303 || at == "" {
		t.Fatalf("%d %s", w.Code, plain(w))
	}
	draft := at + "/draft/chung"
	must(t, v.get("tinh", "/nhiem-vu", 200), "Soạn kế hoạch điều tra, rà soát năm 2021")
	must(t, v.get("tinh", draft, 200), "Chưa có bản kế hoạch nào trong hồ sơ")
	v.post("tinh", draft, url.Values{"viec": {"xong"}}, 409)
}

// Whoever withdraws minutes or a list without a reason is told so where he
// wrote, not on a page apart.
func TestAnActWithoutAReasonIsRefusedOnItsPage(t *testing.T) {
	p := demoProvince(t)
	minutes := p.startMinutes(t)
	w := p.ask("thon", "POST", minutes+"/khong-thanh", url.Values{"rev": {"1"}, "reason": {" "}}.Encode())
	if w.Code != 422 {
		t.Fatalf("%d %s", w.Code, plain(w))
	}
	must(t, w.Body.String(), `<details class="card" open`, "Ghi lý do biên bản không được tính", "Họp thôn")
}
