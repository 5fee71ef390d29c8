package web_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"giamngheo/internal/text"
)

func TestACommitteeIsRecordedMeetsAndAsks(t *testing.T) {
	p := demoProvince(t)
	own, far := p.places[0], p.places[3]
	at := "/to-chuc/ban-chi-dao/" + own.commune + "/lap"
	typed := url.Values{"name": {"Ban Chỉ đạo <xã>"}, "number": {"12/QĐ-UBND"}, "decided_on": {"01/03/2019"}, "signer": {"Hà Văn Ký"}}
	if w := p.ask("xa2", "POST", at, typed.Encode()); w.Code != http.StatusNotFound {
		t.Errorf("for another commune: %d", w.Code)
	}
	if w := p.ask("xa", "POST", at, "name=x&number=<1>"); w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "&lt;1&gt;") {
		t.Errorf("half of a decision: %d", w.Code)
	}
	w := p.ask("xa", "POST", at, typed.Encode())
	page := w.Header().Get("Location")
	if w.Code != http.StatusSeeOther {
		t.Fatalf("%d %s", w.Code, plain(w))
	}
	send := func(who, act, form string, want int) string {
		t.Helper()
		w := p.ask(who, "POST", page+"/"+act, form)
		if w.Code != want {
			t.Fatalf("%s %s: %d, not %d: %s", who, act, w.Code, want, plain(w))
		}
		return w.Body.String()
	}
	send("xa", "them", "member=Vi+Thị+Hai&office=Phó+Chủ+tịch&role=head&area="+own.commune, 303)
	send("xa", "them", "member=Vi+Thị+Hai&office=Phó+Chủ+tịch&role=boss", 422)
	send("xa", "them", "post="+url.QueryEscape(own.commune+"|vice_chair")+"&role=deputy&subject=Vốn+vay", 303)
	send("xa", "them", "post="+url.QueryEscape(far.commune+"|chair")+"&role=member", 422)
	deputy, _, _ := strings.Cut(text.T("app.demo.vice_chair.full_name"), ",")
	if body := p.ask("xa", "GET", page, "").Body.String(); !strings.Contains(body, deputy) || !strings.Contains(body, "Vốn vay") {
		t.Error("the member by post is not named")
	}
	send("xa", "hop", "held_on=02/03/2019&chair=Hà+Văn+Ký&about=Rà+soát", 303)
	send("thon", "hop", "held_on=02/03/2019&chair=Hà+Văn+Ký&about=Rà+soát", 403)
	send("xa2", "hop", "held_on=02/03/2019&chair=Hà+Văn+Ký&about=Rà+soát", 404)
	meeting := regexp.MustCompile(`giao\?ma=([0-9A-V]{26})`).FindStringSubmatch(p.ask("xa", "GET", page, "").Body.String())
	if meeting == nil {
		t.Fatal("no way to give work to a unit")
	}
	send("xa", "giao", "ma="+meeting[1]+"&title=Họp+thôn&unit="+far.commune+"&due=10/03/2019", 422)
	send("xa", "giao", "ma="+meeting[1]+"&title=Họp+thôn&unit="+own.commune+"&due=10/03/2019", 303)
	for _, name := range []string{"xa", "chutich", "thon", "huyen", "tinh", "yte"} {
		body := p.ask(name, "GET", page, "").Body.String()
		if !strings.Contains(body, "Ban Chỉ đạo &lt;xã&gt;") || strings.Contains(body, page+"/hop") != (strings.Contains("xa chutich huyen tinh", name)) {
			t.Errorf("%s reads or keeps it not as he should", name)
		}
	}
	if w := p.ask("xa2", "GET", page, ""); w.Code != http.StatusNotFound {
		t.Errorf("another commune: %d", w.Code)
	}
	owed := regexp.MustCompile(`href="(/nhiem-vu/2019/viec/([0-9A-V]{26}))">[^<]*KL\.[0-9]+`).FindStringSubmatch(p.ask("xa", "GET", page, "").Body.String())
	if owed == nil || !strings.Contains(p.ask("xa", "GET", "/nhiem-vu", "").Body.String(), owed[1]) {
		t.Fatal("the conclusion waits for nobody")
	}
	for name, want := range map[string]int{"xa": 200, "chutich": 200, "huyen": 200, "tinh": 200, "xa2": 404} {
		w := p.ask(name, "GET", owed[1], "")
		if w.Code != want || want == 200 && !strings.Contains(w.Body.String(), page) {
			t.Errorf("%s at the obligation: %d", name, w.Code)
		}
	}
	send("xa", "giao", "ma="+meeting[1]+"&title=Họp+thôn&unit="+own.commune+"&due=10/03/2999", 422) // a year mistyped
	// A new decision is recorded from the page of the committee in force, and only
	// by who keeps it; the one before stays to be read.
	for name, keeps := range map[string]bool{"xa": true, "huyen": true, "thon": false, "yte": false} {
		if body := p.ask(name, "GET", page, "").Body.String(); strings.Contains(body, `href="`+at+`"`) != keeps {
			t.Errorf("%s finds where a new decision is recorded: %t", name, !keeps)
		}
	}
	typed.Set("number", "99/QĐ-UBND")
	typed.Set("decided_on", "20/03/2019")
	renewed := p.ask("xa", "POST", at, typed.Encode()).Header().Get("Location")
	if body := p.ask("xa", "GET", renewed, "").Body.String(); !strings.Contains(body, page) || !strings.Contains(body, "99/QĐ-UBND") {
		t.Error("the committee of the new decision does not lead to the one before")
	}
	if body := p.ask("xa", "GET", page, "").Body.String(); strings.Contains(body, `href="`+at+`"`) {
		t.Error("a committee that was replaced still asks for a new decision")
	}
	send("xa", "xong", "ma="+owed[2]+"&rev=1&done_on=12/03/2019&result=Đã+họp", 409)
	for act, code := range map[string]string{"sua": "", "them": "", "hop": "", "giao": meeting[1]} {
		if w := p.ask("xa", "GET", page+"/"+act+"?ma="+code, ""); w.Code != http.StatusOK {
			t.Errorf("the form %s: %d %s", act, w.Code, plain(w))
		}
	}
	if w := p.ask("huyen", "GET", "/to-chuc/ban-chi-dao", ""); !strings.Contains(w.Body.String(), renewed) {
		t.Error("the district's list does not lead to it")
	}
}

// A committee that has met for years shows the last meetings whole and leads to
// the others; who left is said at his own line.
func TestACommitteesPageShowsItsLastMeetingsAndLeadsToTheOthers(t *testing.T) {
	p := demoProvince(t)
	at := "/to-chuc/ban-chi-dao/" + p.places[0].commune + "/lap"
	page := p.ask("xa", "POST", at, "name=Ban&number=1&decided_on=01/03/2019&signer=Hà").Header().Get("Location")
	for day := range 8 {
		if w := p.ask("xa", "POST", page+"/hop", "held_on=0"+strconv.Itoa(day+1)+"/03/2019&chair=Hà&about=Lần+"+strconv.Itoa(day+1)); w.Code != http.StatusSeeOther {
			t.Fatal(plain(w))
		}
	}
	p.ask("xa", "POST", page+"/them", "member=Vi+Thị+Hai&office=Phó&role=head")
	body := p.ask("xa", "GET", page, "").Body.String()
	if n := strings.Count(body, "/giao?ma="); n != 5 {
		t.Errorf("%d meetings stand whole", n)
	}
	earlier := regexp.MustCompile(`data-href="(`+regexp.QuoteMeta(page)+`/cuoc-hop/[0-9A-V]{26})"`).FindAllStringSubmatch(body, -1)
	if len(earlier) != 3 {
		t.Fatalf("%d lead to their page", len(earlier))
	}
	if w := p.ask("xa", "GET", earlier[2][1], ""); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "Lần 1") {
		t.Errorf("%d %s", w.Code, plain(w))
	}
	if !strings.Contains(body, ">"+text.T("web.committee.act.thoi")+"</a>") {
		t.Error("the way to say that a member left does not bear its name")
	}
	if strings.Contains(p.ask("thon", "GET", page, "").Body.String(), "/thoi?ma=") {
		t.Error("a village head is led to what he may not do")
	}
}
