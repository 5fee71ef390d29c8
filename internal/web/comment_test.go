package web_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

var takesBack = regexp.MustCompile(`/y-kien/household/[0-9A-V]{26}/rut/[0-9A-V]{26}`)

func TestOnlyWhoSeesAHouseholdReadsWhatIsSaidOfIt(t *testing.T) {
	p := demoProvince(t)
	own := p.places[0]
	const said = "Đã gặp <b>chủ hộ</b> & hỏi lại"
	at, page := "/y-kien/household/"+own.household, "/ho/"+own.household
	if w := p.ask("thon", "POST", at, url.Values{"words": {said}}.Encode()); w.Code != http.StatusSeeOther || w.Header().Get("Location") != page+"#y-kien" {
		t.Fatalf("the village head cannot say it: %d %s", w.Code, plain(w))
	}
	if w := p.ask("thon", "POST", at, "words=+"); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("nothing was said: %d", w.Code)
	}
	waits := func(name string) bool {
		return strings.Contains(p.ask(name, "GET", "/nhiem-vu", "").Body.String(), `"/y-kien"`)
	}
	if waits("thon") || !waits("xa") || waits("huyen") {
		t.Errorf("new to the author %v, the commune %v, the district %v", waits("thon"), waits("xa"), waits("huyen"))
	}
	if w := p.ask("xa", "GET", "/y-kien", ""); !strings.Contains(w.Body.String(), page+"#y-kien") {
		t.Errorf("the list does not lead to the household: %s", plain(w))
	}
	for _, name := range []string{"thon", "xa", "chutich", "huyen", "tinh", "lanhdao", "thanhtra"} {
		w := p.ask(name, "GET", page, "")
		if body := w.Body.String(); !strings.Contains(body, "&lt;b&gt;chủ hộ&lt;/b&gt; &amp; hỏi lại") || strings.Contains(body, "<b>chủ hộ") {
			t.Errorf("%s does not read it as it was said", name)
		}
		if takesBack.MatchString(w.Body.String()) != (name == "thon") {
			t.Errorf("%s may take it back: %v", name, name != "thon")
		}
	}
	if waits("xa") {
		t.Error("still new after the page was read")
	}
	for _, name := range []string{"yte", "giaoduc"} { // see the household's head and their own subject
		w := p.ask(name, "GET", page, "")
		if w.Code != http.StatusOK || strings.Contains(w.Body.String(), "hỏi lại") || strings.Contains(w.Body.String(), at) {
			t.Errorf("%s: %d, or reads what is said of a household", name, w.Code)
		}
	}
	back := takesBack.FindString(p.ask("thon", "GET", page, "").Body.String())
	for _, name := range []string{"yte", "giaoduc", "xa2", "cho", "quantri"} {
		w := p.ask(name, "POST", at, "words=x")
		never := p.ask(name, "POST", "/y-kien/household/"+absent, "words=x")
		if w.Code != http.StatusNotFound || unnamed(w, own) != strings.ReplaceAll(never.Body.String(), absent, "…") {
			t.Errorf("%s writes about a household he does not see: %d %s", name, w.Code, plain(w))
		}
		if w := p.ask(name, "POST", back, "rev=1"); w.Code != http.StatusNotFound {
			t.Errorf("%s takes back what he cannot read: %d", name, w.Code)
		}
	}
	if w := p.ask("xa", "POST", back, "rev=1"); w.Code != http.StatusForbidden {
		t.Errorf("somebody else takes it back: %d", w.Code)
	}
	if w := p.ask("thon", "POST", back, "rev=1"); w.Code != http.StatusSeeOther {
		t.Errorf("its author cannot take it back: %d", w.Code)
	}
	if w := p.ask("xa", "GET", page, ""); strings.Contains(w.Body.String(), "hỏi lại") || !strings.Contains(w.Body.String(), "đã rút lại") {
		t.Error("it was taken back, and still stands or left no mark")
	}
}
