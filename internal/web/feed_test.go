package web_test

import (
	"html"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"giamngheo/internal/ical/icaltest"
	"giamngheo/internal/task"
)

var feedAddress = regexp.MustCompile(`http://example.com(/lich/[a-z2-7]+\.ics)`)

// fetch asks as a calendar program does: without a session, for anything.
func (p *province) fetch(address string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest("GET", address, nil)
	r.Header.Set("Accept", "*/*")
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	p.server.ServeHTTP(w, r)
	return w
}

// newFeed makes one on the page and gives its address, which no page tells again.
func (o office) newFeed(name, unit string) string {
	o.t.Helper()
	w := o.ask(name, "POST", "/nhiem-vu/lich", typed("don-vi", unit))
	found := feedAddress.FindStringSubmatch(html.UnescapeString(w.Body.String()))
	if w.Code != 200 || found == nil || w.Header().Get("Cache-Control") != "no-store" {
		o.t.Fatalf("%s makes a feed and gets %d %q: %s", name, w.Code, w.Header().Get("Cache-Control"), plain(w))
	}
	if strings.Contains(o.page(name, "/nhiem-vu/lich"), found[1]) {
		o.t.Error("the page tells the address again")
	}
	return found[1]
}

func TestACalendarIsFetchedWithoutASessionUntilItsAddressIsRevoked(t *testing.T) {
	p := demoProvince(t)
	o := office{p, t}
	address := o.newFeed("xa", "")
	w := p.fetch(address)
	if h := w.Header(); w.Code != 200 || h.Get("Content-Type") != "text/calendar; charset=utf-8" || !strings.HasPrefix(h.Get("Cache-Control"), "private") || h.Get("X-Robots-Tag") != "noindex" || len(h.Values("Set-Cookie")) > 0 {
		t.Fatalf("%d %v", w.Code, h)
	}
	first := icaltest.Foreign(t, w.Body.Bytes())
	seen := false
	for _, i := range p.owedBy(t, "xa") {
		e, there := first[i.UID()]
		if there != (i.Ends != "") || there && e.Day != i.Ends {
			t.Errorf("%s ends %s, the calendar has %+v", i.UID(), i.Ends, e)
		}
		if !there {
			continue
		}
		seen = seen || i.Due != i.Ends
		if !strings.Contains(e.Summary, i.Title) || !strings.Contains(e.Summary, i.Unit.Name) {
			t.Errorf("%s is called %q", i.UID(), e.Summary)
		}
		if i.State == task.Done && len(e.Alarms) > 0 || i.State != task.Done && len(e.Alarms) != len(p.app.Tasks.Reminding.Before) {
			t.Errorf("%s, %s, reminds %d times", i.UID(), i.State, len(e.Alarms))
		}
		delete(first, i.UID())
	}
	if len(first) > 0 || !seen {
		t.Errorf("%d events of nobody; a term beyond a day off: %v", len(first), seen)
	}

	again := p.fetch(address)
	if second := icaltest.Foreign(t, again.Body.Bytes()); len(second) == 0 || again.Header().Get("ETag") != w.Header().Get("ETag") {
		t.Errorf("fetched again: %d events, %q, was %q", len(second), again.Header().Get("ETag"), w.Header().Get("ETag"))
	} else {
		for uid, e := range icaltest.Foreign(t, w.Body.Bytes()) {
			if second[uid].Day != e.Day {
				t.Errorf("%s was %s, is %s", uid, e.Day, second[uid].Day)
			}
		}
	}
	if same := p.fetch(address, "If-None-Match", w.Header().Get("ETag")); same.Code != 304 || same.Body.Len() > 0 {
		t.Errorf("unchanged: %d with %d bytes", same.Code, same.Body.Len())
	}
	if head := p.ask("", "HEAD", address, ""); head.Code != 200 {
		t.Errorf("HEAD: %d", head.Code)
	}

	unit := o.newFeed("huyen", p.places[0].commune)
	if len(icaltest.Foreign(t, p.fetch(unit).Body.Bytes())) == 0 {
		t.Error("the feed of a commune is empty")
	}
	if w := o.ask("xa", "POST", "/nhiem-vu/lich", typed("don-vi", p.places[3].commune)); w.Code != 404 {
		t.Errorf("a feed of another commune: %d", w.Code)
	}

	page := o.page("xa", "/nhiem-vu/lich")
	must(t, page, "Tải về gần đây", "Thu hồi")
	id := hidden(t, page, "lich")
	if w := o.ask("huyen", "POST", "/nhiem-vu/lich/thu-hoi", typed("lich", id)); w.Code != 404 {
		t.Errorf("somebody else revokes it: %d", w.Code)
	}
	must(t, o.follows(o.ask("xa", "POST", "/nhiem-vu/lich/thu-hoi", typed("lich", id)), "xa"), "Đã thu hồi", "chưa lập lịch nào")
	revoked, never := p.fetch(address), p.fetch("/lich/"+strings.Repeat("a", 32)+".ics")
	if revoked.Code != 404 || never.Code != 404 || revoked.Body.String() != never.Body.String() || revoked.Header().Get("ETag") != "" {
		t.Errorf("revoked: %d %s\nnever: %d %s", revoked.Code, plain(revoked), never.Code, plain(never))
	}
	if p.fetch(strings.TrimSuffix(unit, ".ics")).Code != 404 || p.fetch(unit).Code != 200 {
		t.Error("an address answers only as it was told")
	}
	for n := 0; p.fetch("/lich/x.ics").Code != 429; n++ {
		if n > 100 {
			t.Fatal("nobody who tries addresses is slowed down")
		}
	}
	if w := p.fetch("/lich/x.ics"); w.Header().Get("Retry-After") == "" {
		t.Errorf("429 without Retry-After: %v", w.Header())
	}
}

// owedBy is what somebody owes.
func (p *province) owedBy(t *testing.T, name string) []task.Instance {
	t.Helper()
	person, err := p.app.Accounts.As(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	list, err := p.app.Tasks.OwedBy(t.Context(), p.tree.Operator(p.app.Province, p.day), person, p.app.Accounts.Roles())
	if err != nil || len(list) == 0 {
		t.Fatal(len(list), err)
	}
	return list
}
