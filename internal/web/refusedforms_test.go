package web_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"giamngheo/internal/area"
	"giamngheo/internal/task"
	"giamngheo/internal/text"
)

// refused sends a form in which several things are wrong and asks for all of
// them at once, each with a link to its field, and for what was typed.
func (p *province) refused(t *testing.T, who, address string, form url.Values, fields string, kept ...string) {
	t.Helper()
	w := p.ask(who, "POST", address, form.Encode())
	if w.Code != http.StatusUnprocessableEntity {
		t.Errorf("%s: %d %s", address, w.Code, plain(w))
		return
	}
	body := w.Body.String()
	for _, name := range strings.Fields(fields) {
		if !strings.Contains(body, `href="#`+name+`"`) || !strings.Contains(body, `id="`+name+`-error"`) {
			t.Errorf("%s says nothing of %s", address, name)
		}
	}
	if n := strings.Count(body, `<a href="#`) - strings.Count(body, `<a href="#noi-dung`); n < len(strings.Fields(fields)) {
		t.Errorf("%s: %d links", address, n)
	}
	for _, words := range kept {
		if !strings.Contains(body, words) {
			t.Errorf("%s has lost %q", address, words)
		}
	}
}

func TestAFormSaysAllThatIsWrongAtOnceAndKeepsWhatWasTyped(t *testing.T) {
	p := demoProvince(t)
	own := p.places[0]
	long := strings.Repeat("dài ", 600)
	committee := "/to-chuc/ban-chi-dao/" + own.commune + "/lap"
	p.refused(t, "xa", committee, url.Values{"number": {long}, "decided_on": {"31/02/2019"}, "signer_office": {long}, "rules": {"Họp mỗi quý"}}, "name number decided_on signer signer_office", "31/02/2019", "Họp mỗi quý", "dài dài")
	page := p.ask("xa", "POST", committee, "name=Ban&number=1&decided_on=01/03/2019&signer=Hà").Header().Get("Location")
	p.refused(t, "xa", page+"/them", url.Values{"from": {"1/1"}, "subject": {"Vay vốn"}}, "member office role from", "Vay vốn", "1/1")
	p.refused(t, "xa", page+"/them", url.Values{"post": {own.commune + "|chair"}, "member": {"Người khác"}, "role": {"head"}}, "member", "Người khác")
	p.refused(t, "xa", page+"/hop", url.Values{"held_on": {"01/01/2019"}}, "held_on chair about", "01/01/2019")
	if w := p.ask("xa", "POST", page+"/hop", "held_on=02/03/2019&chair=Hà&about=Rà+soát"); w.Code != http.StatusSeeOther {
		t.Fatal(plain(w))
	}
	meeting := regexp.MustCompile(`giao\?ma=([0-9A-V]{26})`).FindStringSubmatch(p.ask("xa", "GET", page, "").Body.String())
	p.refused(t, "xa", page+"/giao", url.Values{"ma": {meeting[1]}, "due": {"mai"}}, "title unit due", "mai")

	sponsor := "/to-chuc/do-dau/" + own.commune + "/lap"
	p.refused(t, "huyen", sponsor, url.Values{"decided_on": {"40/01/2019"}, "from": {"x"}, "note": {"Chờ văn bản"}}, "body number decided_on from", "40/01/2019", "Chờ văn bản")
	p.refused(t, "huyen", sponsor, url.Values{"agency": {"khong-co"}, "decided_on": {"01/01/2019"}, "from": {"01/01/2018"}, "number": {"1"}}, "agency from")
	at := p.ask("huyen", "POST", sponsor, "body=Công+ty&number=1&decided_on=01/01/2019").Header().Get("Location")
	p.refused(t, "huyen", at+"/cam-ket", url.Values{"from_year": {"hai"}, "to_year": {"2019"}, "amount": {"-1"}, "money": {"nhiều"}, "measure": {long}}, "kind from_year words amount measure money", "nhiều", "-1")
	p.ask("huyen", "POST", at+"/cam-ket", "kind=housing&from_year=2019&to_year=2019&words=Xây+nhà")
	promise := regexp.MustCompile(`ket-qua\?ma=([0-9A-V]{26})`).FindStringSubmatch(p.ask("huyen", "GET", at, "").Body.String())
	p.refused(t, "huyen", at+"/ket-qua", url.Values{"ma": {promise[1]}, "day": {"01/01/2018"}, "money": {"x"}}, "day result money", "01/01/2018")
	p.refused(t, "huyen", at+"/thoi", url.Values{"rev": {"1"}, "to": {"01/01/2018"}}, "to reason")

	p.refused(t, "tinh", "/to-chuc/co-quan/moi", url.Values{"code": {"Sở"}, "from": {"hôm qua"}, "reason": {strings.Repeat(long, 10)}}, "name code area from reason", "hôm qua", "Sở")

	chair := regexp.MustCompile(`/to-chuc/uy-quyen/giao\?chuc-trach=[0-9A-Za-z]+`).FindString(p.ask("chutich", "GET", "/to-chuc/uy-quyen", "").Body.String())
	_, query, _ := strings.Cut(chair, "chuc-trach=")
	p.refused(t, "chutich", "/to-chuc/uy-quyen/giao", url.Values{"chuc-trach": {query}, "from": {"01/01/2019"}, "to": {"x"}, "title": {"Phó"}}, "deputy from to reason", "01/01/2019", "Phó")
}

func TestATaskSaysAllThatIsWrongAtOnce(t *testing.T) {
	p := demoProvince(t)
	year := p.yearAnew(t)
	i := p.obligation(t, year, "II.1", func(i task.Instance) bool { return i.Area == area.ID(p.places[0].commune) })
	at := "/nhiem-vu/" + strconv.Itoa(year) + "/viec/" + i.ID
	if w := p.ask("xa", "POST", at, "viec=nhan&rev=1"); w.Code != http.StatusSeeOther {
		t.Fatal(plain(w))
	}
	p.refused(t, "xa", at, url.Values{"viec": {"tien-do"}, "percent-tien-do": {"120"}}, "words-tien-do percent-tien-do", "120")
	p.refused(t, "xa", at, url.Values{"viec": {"chia"}, "due-chia": {"32/12/2020"}}, "what-chia who-chia due-chia", "32/12/2020")
	p.refused(t, "xa", at, url.Values{"viec": {"hoi"}, "due-hoi": {"01/01/2016"}}, "question-hoi units-hoi due-hoi", "01/01/2016")
	p.refused(t, "xa", at, url.Values{"viec": {"xin-gio"}, "until-xin-gio": {"01/01/2016"}}, "until-xin-gio reason-xin-gio", "01/01/2016")
}

// Whoever was overtaken keeps what he wrote, sees that somebody was faster, and
// writes it all the same if he still wants to.
func TestAFormThatWasOvertakenKeepsWhatWasTyped(t *testing.T) {
	p := demoProvince(t)
	at := "/to-chuc/ban-chi-dao/" + p.places[0].commune + "/lap"
	page := p.ask("xa", "POST", at, "name=Ban&number=1&decided_on=01/03/2019&signer=Hà").Header().Get("Location")
	form := url.Values{"rev": {"1"}, "name": {"Ban"}, "number": {"2"}, "decided_on": {"01/03/2019"}, "signer": {"Hà"}, "rules": {"Quy chế viết hai giờ"}}
	if w := p.ask("huyen", "POST", page+"/sua", form.Encode()); w.Code != http.StatusSeeOther {
		t.Fatal(w.Code, plain(w))
	}
	form.Set("rules", "Quy chế khác")
	w := p.ask("xa", "POST", page+"/sua", form.Encode())
	body := w.Body.String()
	if w.Code != http.StatusConflict || !strings.Contains(body, "Quy chế khác") || !strings.Contains(body, text.T("web.form.stale")) {
		t.Fatalf("%d %s", w.Code, plain(w))
	}
	form.Set("rev", regexp.MustCompile(`name="rev" value="([0-9]+)"`).FindStringSubmatch(body)[1])
	if w := p.ask("xa", "POST", page+"/sua", form.Encode()); w.Code != http.StatusSeeOther {
		t.Fatalf("once more: %d %s", w.Code, plain(w))
	}
}
