package web_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

func TestASponsorPromisesReportsAndIsReportedOf(t *testing.T) {
	p := demoProvince(t)
	own := p.places[0]
	at := "/to-chuc/do-dau/" + own.commune + "/lap"
	typed := url.Values{"body": {"Công ty <Một>"}, "number": {"289-QĐ/TU"}, "decided_on": {"27/05/2016"}}
	if w := p.ask("xa2", "POST", at, typed.Encode()); w.Code != http.StatusNotFound {
		t.Errorf("by another commune: %d", w.Code)
	}
	if w := p.ask("xa", "POST", at, typed.Encode()); w.Code != http.StatusForbidden {
		t.Errorf("by the commune itself: %d", w.Code)
	}
	if w := p.ask("huyen", "POST", at, "body=x&number=<1>"); w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "&lt;1&gt;") {
		t.Errorf("half of it: %d", w.Code)
	}
	w := p.ask("huyen", "POST", at, typed.Encode())
	page := w.Header().Get("Location")
	if w.Code != http.StatusSeeOther {
		t.Fatalf("%d %s", w.Code, plain(w))
	}
	for name, may := range map[string]bool{"huyen": true, "xa": false} {
		if body := p.ask(name, "GET", page, "").Body.String(); strings.Contains(body, `href="`+at+`"`) != may {
			t.Errorf("%s finds where another sponsor is recorded: %t", name, !may)
		}
	}
	send := func(who, act, form string, want int) {
		t.Helper()
		if w := p.ask(who, "POST", page+"/"+act, form); w.Code != want {
			t.Fatalf("%s %s: %d, not %d: %s", who, act, w.Code, want, plain(w))
		}
	}
	promise := "kind=housing&indicator=housing_quality&from_year=2019&to_year=2019&words=Xây+nhà&amount=2,5&measure=nhà&money="
	send("huyen", "cam-ket", promise+"nhiều", 422)
	send("huyen", "cam-ket", promise+"50.000.000", 303)
	send("xa", "cam-ket", promise, 403)
	send("xa2", "cam-ket", promise, 404)
	send("yte", "cam-ket", promise, 403)
	came := regexp.MustCompile(`ket-qua\?ma=([0-9A-V]{26})`).FindStringSubmatch(p.ask("xa", "GET", page, "").Body.String())
	if came == nil {
		t.Fatal("the commune cannot say what came of it")
	}
	result := "ma=" + came[1] + "&day=02/03/2019&result=Xong+1+nhà&amount=1&money="
	send("thon", "ket-qua", result, 403)
	send("xa2", "ket-qua", result, 404)
	send("xa", "ket-qua", "ma="+came[1]+"&day=02/03/2019", 422)
	send("xa", "ket-qua", result, 303)
	for _, name := range []string{"xa", "chutich", "thon", "huyen", "tinh", "yte"} {
		body := p.ask(name, "GET", page, "").Body.String()
		if !strings.Contains(body, "Công ty &lt;Một&gt;") || !strings.Contains(body, "2,5 nhà") || strings.Contains(body, page+"/cam-ket") != (name == "huyen" || name == "tinh") {
			t.Errorf("%s reads or writes it not as he should", name)
		}
	}
	for _, act := range []string{"", "/cam-ket", "/ket-qua?ma=" + came[1], "/tep/x"} {
		if w := p.ask("xa2", "GET", page+act, ""); w.Code != http.StatusNotFound {
			t.Errorf("another commune reads %q: %d", act, w.Code)
		}
	}
	for _, act := range []string{"/cam-ket", "/ket-qua?ma=" + came[1], "/rut?ma=" + came[1], "/thoi"} {
		if w := p.ask("huyen", "GET", page+act, ""); w.Code != http.StatusOK {
			t.Errorf("the form %s: %d", act, w.Code)
		}
	}
	for _, years := range []string{"2019", "2016-2019", "2016-2020"} {
		body := p.ask("huyen", "GET", "/to-chuc/do-dau/bao-cao?ky="+years, "").Body.String()
		if !strings.Contains(body, "2,5 nhà") || !strings.Contains(body, "1 nhà") || !strings.Contains(body, "40%") || !strings.Contains(body, "50.000.000 đ") {
			t.Errorf("the report of %s does not say what was promised and came", years)
		}
	}
	for name, there := range map[string]bool{"huyen": true, "tinh": true, "xa2": false} {
		w := p.ask(name, "GET", "/to-chuc/do-dau/bao-cao/tep/csv?ky=2019", "")
		if strings.Contains(w.Body.String(), "Công ty <Một>") != there || !strings.Contains(w.Header().Get("Content-Disposition"), "do-dau-2019-tat-ca.csv") {
			t.Errorf("%s: %s", name, w.Body.String())
		}
	}
	if w := p.ask("tinh", "GET", "/to-chuc/do-dau/bao-cao/tep/xlsx?ky=2019", ""); w.Code != http.StatusOK || !strings.HasPrefix(w.Body.String(), "PK") {
		t.Errorf("the workbook: %d", w.Code)
	}
	for _, wrong := range []string{"ky=2015", "ky=2016-2017", "co-quan=khong-co", "luc=x"} {
		if w := p.ask("tinh", "GET", "/to-chuc/do-dau/bao-cao?"+wrong, ""); w.Code != http.StatusNotFound {
			t.Errorf("%s: %d", wrong, w.Code)
		}
	}
	send("xa", "rut", "ma="+came[1]+"&reason=x", 403)
	send("huyen", "rut", "ma="+came[1]+"&reason=", 422)
	send("huyen", "rut", "ma="+came[1]+"&reason=Ghi+nhầm", 303)
	send("huyen", "thoi", "rev=1&to=01/01/2020&reason=Hết+hạn", 303)
	if w := p.ask("huyen", "GET", "/to-chuc/do-dau", ""); !strings.Contains(w.Body.String(), page) {
		t.Error("the district's list does not lead to it")
	}
}
