package web_test

import (
	"net/url"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

func TestTheFormOfAHousehold(t *testing.T) {
	p := demoProvince(t)
	t.Run("what was saved is shown again", func(t *testing.T) { formShowsAgainWhatWasSaved(office{p, t}) })
	t.Run("an in-year round asks from when", func(t *testing.T) { inYearRoundAsksFromWhen(office{p, t}) })
	t.Run("second entry and verification stand beside", func(t *testing.T) { secondEntryStandsBeside(office{p, t}) })
	t.Run("a form beside Phiếu B", func(t *testing.T) { formsBeside(office{p, t}) })
	t.Run("two entries are compared and decided", func(t *testing.T) { entriesAreCompared(office{p, t}) })
	t.Run("what is wrong is said at its place", func(t *testing.T) { formSaysWhatIsWrong(office{p, t}) })
}

// answers reads a form as a browser would send it.
func answers(t *testing.T, page, action string) url.Values {
	t.Helper()
	doc, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	for form := range doc.Descendants() {
		if form.Data != "form" || attr(form, "action") != action {
			continue
		}
		v := url.Values{}
		for n := range form.Descendants() {
			name := attr(n, "name")
			switch {
			case n.Data == "input" && attr(n, "type") == "radio":
				if has(n, "checked") {
					v.Set(name, attr(n, "value"))
				} else if !v.Has(name) {
					v[name] = nil
				}
			case n.Data == "input" && name != "":
				v.Set(name, attr(n, "value"))
			case n.Data == "select":
				for o := range n.Descendants() {
					if o.Data == "option" && has(o, "selected") {
						v.Set(name, attr(o, "value"))
					}
				}
			}
		}
		return v
	}
	t.Fatalf("no form goes to %s", action)
	return nil
}

// unentered finds a household of the commune that has no form in the round.
func (o office) unentered(n int) string {
	o.t.Helper()
	page := o.page("xa", "/ho?ket-qua-loc=not_surveyed&dot=2020")
	ids := regexp.MustCompile(`/ho/([0-9A-V]{26})`).FindAllStringSubmatch(page, -1)
	if len(ids) <= n {
		o.t.Fatal("every household of the commune has a form")
	}
	return ids[n][1]
}

func formShowsAgainWhatWasSaved(o office) {
	id := o.unentered(0)
	path := "/ra-soat/2020/" + id
	form := answers(o.t, o.page("xa", path), path)
	if form.Has("reason") || form.Has("effective_from") {
		o.t.Fatalf("a first form of a yearly round asks %v", form)
	}
	sent := url.Values{"rev": {form.Get("rev")}, "roi": {"ho"}, "purpose": {"survey"}}
	for name := range form {
		switch {
		case strings.HasPrefix(name, "cs-"):
			sent.Set(name, "0")
		case strings.HasPrefix(name, "tv-om-"):
			sent.Set(name, "0")
		case strings.HasPrefix(name, "tv-"), strings.HasPrefix(name, "sd-"):
			sent.Set(name, "1")
		}
	}
	sent.Set("cs-housing_quality", "1")
	for _, part := range []string{"pillars", "roof", "walls"} {
		sent.Set("sd-"+part+"_durable", "0")
	}
	for name, value := range map[string]string{"b1": "135", "m2": "96,5", "causes": "1 3", "income": "700.000", "surveyor": "Lê Văn Điều", "surveyed_on": "05/10/2020", "note": "nhà đang sửa"} {
		sent.Set(name, value)
	}
	if facts := len(regexp.MustCompile(`sd-[a-z_]+`).FindAllString(sent.Encode(), -1)); facts != 10 {
		o.t.Errorf("the form asks %d facts of the dwelling, not the 10 on which VN-2016 rests", facts)
	}
	o.follows(o.ask("xa", "POST", path, sent.Encode()), "xa")

	again := answers(o.t, o.page("xa", path), path)
	for name := range sent {
		if name != "rev" && name != "roi" && again.Get(name) != sent.Get(name) {
			o.t.Errorf("%s was saved as %q and comes back as %q", name, sent.Get(name), again.Get(name))
		}
	}
	if !again.Has("reason") {
		o.t.Error("a form that replaces another does not ask why")
	}

	again.Set("roi", "ho")
	again.Set("reason", "chép sai điểm")
	again.Set("b1", "140")
	again.Set("income", "700000")
	o.follows(o.ask("xa", "POST", path, again.Encode()), "xa")
	third := answers(o.t, o.page("xa", path), path)
	for name := range sent {
		want := sent.Get(name)
		if name == "b1" {
			want = "140"
		}
		if name != "rev" && name != "roi" && third.Get(name) != want {
			o.t.Errorf("after a second saving %s is %q, not %q", name, third.Get(name), want)
		}
	}
}

func inYearRoundAsksFromWhen(o office) {
	w := o.ask("tinh", "POST", "/ra-soat", typed("year", "2020", "id", "2020-Q4", "kind", "in_year"))
	if w.Code != 303 {
		o.t.Fatalf("%d %s", w.Code, plain(w))
	}
	path := "/ra-soat/2020-Q4/" + o.unentered(1)
	page := o.page("xa", path)
	must(o.t, page, "Có hiệu lực từ ngày")
	form := answers(o.t, page, path)
	if got := form.Get("effective_from"); got != o.day[8:]+"/"+o.day[5:7]+"/"+o.day[:4] {
		o.t.Errorf("nobody asked, and %q is proposed, not today", got)
	}
	must(o.t, page, "Đề xuất: hôm nay")
	form.Set("b1", "100")
	form.Set("roi", "ho")
	form.Set("effective_from", "")
	o.refused(o.ask("xa", "POST", path, form.Encode()), 422, "effective_from", "ngày có hiệu lực")
	form.Set("effective_from", "31/02/2020")
	o.refused(o.ask("xa", "POST", path, form.Encode()), 422, "effective_from", "")
	form.Set("effective_from", "01/10/2019")
	o.refused(o.ask("xa", "POST", path, form.Encode()), 422, "effective_from", "2020")
	form.Set("effective_from", "01/10/2020")
	o.follows(o.ask("xa", "POST", path, form.Encode()), "xa")
	if again := answers(o.t, o.page("xa", path), path); again.Get("effective_from") != "01/10/2020" || again.Get("b1") != "100" {
		o.t.Errorf("the form comes back as %v", again)
	}
}

func secondEntryStandsBeside(o office) {
	path := "/ra-soat/2020/" + o.unentered(2)
	first := answers(o.t, o.page("xa", path), path)
	first.Set("b1", "100")
	first.Set("roi", "ho")
	o.follows(o.ask("xa", "POST", path, first.Encode()), "xa")
	for purpose, who := range map[string]string{"second_entry": "xa", "verification": "huyen"} {
		other := answers(o.t, o.page(who, path), path)
		other.Set("b1", "160")
		other.Set("purpose", purpose)
		other.Set("roi", "ho")
		o.follows(o.ask(who, "POST", path, other.Encode()), who)
		if now := answers(o.t, o.page("xa", path), path); now.Get("b1") != "100" {
			o.t.Errorf("a %s changed the form in force: B1 is %s", purpose, now.Get("b1"))
		}
	}
	blind := path + "?muc-dich=verification"
	if asked := answers(o.t, o.page("huyen", blind), blind); asked.Get("b1") != "" || asked.Get("purpose") != "verification" || asked.Get("reason") != "" {
		o.t.Errorf("the page of a verification shows %v", asked)
	}
	if own := answers(o.t, o.page("xa", blind), path); own.Get("purpose") == "verification" {
		o.t.Error("a commune is offered to verify itself")
	}
	own := answers(o.t, o.page("xa", path), path)
	own.Set("purpose", "verification")
	if w := o.ask("xa", "POST", path, own.Encode()); w.Code != 403 {
		o.t.Errorf("a commune verified itself: %d", w.Code)
	}
	bad := answers(o.t, o.page("xa", path), path)
	bad.Set("purpose", "chơi")
	o.refused(o.ask("xa", "POST", path, bad.Encode()), 422, "purpose", "Mục đích")
	recheck := answers(o.t, o.page("xa", path), path)
	recheck.Set("b1", "160")
	recheck.Set("purpose", "recheck")
	recheck.Set("roi", "ho")
	o.refused(o.ask("xa", "POST", path, recheck.Encode()), 422, "reason", "lý do")
	recheck.Set("reason", "phúc tra theo đơn")
	o.follows(o.ask("xa", "POST", path, recheck.Encode()), "xa")
	if now := answers(o.t, o.page("xa", path), path); now.Get("b1") != "160" {
		o.t.Errorf("a re-check does not decide: B1 is %s", now.Get("b1"))
	}
}

func formSaysWhatIsWrong(o office) {
	path := "/ra-soat/2020/" + o.unentered(3)
	form := answers(o.t, o.page("xa", path), path)
	for name, value := range map[string]string{"income": "bảy trăm", "surveyed_on": "hôm qua", "m2": "99999", "note": "giữ lại"} {
		wrong := url.Values{}
		for k, v := range form {
			wrong[k] = v
		}
		wrong.Set(name, value)
		if name == "note" {
			wrong.Set("b1", "1001")
		}
		w := o.ask("xa", "POST", path, wrong.Encode())
		field := name
		if name == "note" {
			field = "b1"
		}
		o.refused(w, 422, field, "")
		if kept := answers(o.t, w.Body.String(), path); kept.Get(name) != value {
			o.t.Errorf("%s=%q is lost when the form is refused: %q", name, value, kept.Get(name))
		}
		if doc, err := html.Parse(strings.NewReader(o.ask("xa", "POST", path, wrong.Encode()).Body.String())); err == nil {
			checkPage(o.t, doc)
		}
	}
}
