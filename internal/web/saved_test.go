package web_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"giamngheo/internal/fault"
	"giamngheo/internal/text"
	"giamngheo/internal/web"
)

// Who fills in a form learns while he does what somebody has to ask about
// again, and once it is saved that it is.
func TestAFormSaysWhatToAskAgainAndThatItIsSaved(t *testing.T) {
	p := demoProvince(t)
	o := office{p, t}
	id := o.unentered(2)
	path := "/ra-soat/2020/" + id
	form := answers(t, o.page("xa", path), path)
	for name := range form {
		switch {
		case strings.HasPrefix(name, "cs-"), strings.HasPrefix(name, "tv-"):
			form.Set(name, "0") // everybody without a card, and yet ticked as insured
		}
	}
	form.Set("b1", "100")
	w := p.ask("xa", "POST", path+"/thu", form.Encode())
	if body := w.Body.String(); w.Code != 200 || !strings.Contains(body, "Chỉ số 2, bảo hiểm y tế: phiếu ghi không thiếu hụt") {
		t.Errorf("what is to be asked again is not named: %d %s", w.Code, plain(w))
	}
	form.Set("roi", "ho")
	to := p.ask("xa", "POST", path, form.Encode()).Header().Get("Location")
	must(t, o.page("xa", to), text.T("web.saved.form"))
	mustNot(t, o.page("xa", strings.Split(to, "?")[0]), text.T("web.saved.form"))

	form.Set("rev", answers(t, o.page("xa", path), path).Get("rev"))
	form.Set("reason", "chép sai")
	form.Set("roi", "tiep")
	next := p.ask("xa", "GET", p.ask("xa", "POST", path, form.Encode()).Header().Get("Location"), "").Header().Get("Location")
	must(t, o.page("xa", next), text.T("web.saved.form_next"))
}

// What somebody wrote into a form that has no page of its own to show it again
// stands on the page that refuses it, with the way back and no name of a field.
func TestARefusalGivesTheWordsBack(t *testing.T) {
	refuse := fault.New(fault.Invalid, "too_long", "Mục này dài quá.")
	refuse.Fields = []fault.Field{{Name: "warning_answer", Message: "Mục này dài quá."}, {Name: "reason", Message: "Ghi lý do."}}
	s, _ := site(t, public("/ho", says("hộ")), web.Route{Method: "POST", Pattern: "/ghi", Right: web.Public, Handler: func(w http.ResponseWriter, r *http.Request) error {
		r.ParseForm()
		return refuse
	}})
	send := func(referer string) string {
		r := httptest.NewRequest("POST", "http://giamngheo.test/ghi", strings.NewReader(url.Values{"warning_answer": {"Đã hỏi cả nhà <em>"}, "rev": {"7"}, "password": {"một câu bí mật"}}.Encode()))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Accept", "text/html")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
		r.Header.Set("Referer", referer)
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if w.Code != http.StatusUnprocessableEntity {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
		return w.Body.String()
	}
	body := send("http://giamngheo.test/ho?dot=2020")
	must(t, body, "Đã hỏi cả nhà <em>", `href="/ho?dot=2020"`, "Ghi lý do.")
	mustNot(t, body, "warning_answer", "một câu bí mật")
	if strings.Count(body, "Mục này dài quá.") != 1 {
		t.Error("the message stands twice")
	}
	for _, other := range []string{"https://khac.test/ho", "http://giamngheo.test/ghi", "", "http://giamngheo.test/khong-co"} {
		must(t, send(other), `href="/"`)
		mustNot(t, send(other), text.T("web.error.back"))
	}
}
