package web_test

import (
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"giamngheo/internal/db"
	"giamngheo/internal/journal"
	"giamngheo/internal/text"
)

// readings are the entries about lists that somebody has read.
func (o office) readings() (list []string) {
	o.t.Helper()
	err := o.app.DB.Read(o.t.Context(), func(tx *db.Tx) error {
		entries, err := journal.List(tx, o.app.Province, journal.Filter{Action: "list.read", Limit: 100})
		for _, e := range entries {
			list = append(list, e.Record+": "+e.Reason)
		}
		return err
	})
	if err != nil {
		o.t.Fatal(err)
	}
	return list
}

// asking is a page asked for with a further cookie.
func (o office) asking(name, path, cookie string) *httptest.ResponseRecorder {
	r := httptest.NewRequest("GET", path, nil)
	r.Header.Set("Cookie", o.tokens[name]+"; "+cookie)
	w := httptest.NewRecorder()
	o.server.ServeHTTP(w, r)
	return w
}

// A purpose is asked once a day and stands beside every list that is read;
// nobody is kept from work for want of one.
func TestListsOfNamesOnPagesAreJournalledWithTheirPurpose(t *testing.T) {
	o := office{demoProvince(t), t}
	commune := o.places[0].commune
	cell := "/bang/results/o?dia-ban=" + commune + "&dot=2016&dong=-1&cot=poor"
	list := "/ho?dot=2016&ket-qua-loc=poor&dia-ban=" + commune
	usual := "results: " + text.T("web.purpose.cell", "table", text.T("report.table.results"))

	must(t, o.page("xa", cell), text.T("web.purpose.said", "purpose", text.T("web.purpose.cell", "table", text.T("report.table.results"))))
	if got := o.readings(); len(got) != 1 || got[0] != usual {
		t.Fatalf("after a cell was opened: %q", got)
	}
	must(t, o.page("xa", list), text.T("web.purpose.list"))
	if got := o.readings(); len(got) != 2 || got[0] != "households: "+text.T("web.purpose.list") {
		t.Fatalf("after a filtered list: %q", got)
	}
	mustNot(t, o.page("xa", "/ho?dia-ban="+commune), text.T("web.purpose.ask"))
	o.page("xa", "/ho?q=ha+van")
	o.page("xa", list+"&q=ha")
	if got := o.readings(); len(got) != 2 {
		t.Fatalf("looking for somebody is no reading of a list: %q", got)
	}

	w := o.ask("xa", "POST", "/muc-dich", typed("purpose", " cấp  thẻ\nbảo hiểm ", "ve", list))
	if w.Code != 303 || w.Header().Get("Location") != list {
		t.Fatalf("%d to %s", w.Code, w.Header().Get("Location"))
	}
	cookie := regexp.MustCompile(`^muc-dich=[^;]*`).FindString(w.Header().Get("Set-Cookie"))
	if w := o.asking("xa", cell, cookie); w.Code != 200 || !strings.Contains(w.Body.String(), "cấp thẻ bảo hiểm") {
		t.Errorf("the purpose is forgotten: %d %s", w.Code, plain(w))
	}
	if got := o.readings(); got[0] != "results: cấp thẻ bảo hiểm" {
		t.Errorf("%q", got[0])
	}
	if w := o.ask("xa", "POST", "/muc-dich", typed("purpose", strings.Repeat("ộ", 201), "ve", list)); w.Code != 422 || !strings.Contains(plain(w), "nhiều nhất là 200") {
		t.Errorf("a purpose is cut short without a word: %d %s", w.Code, plain(w))
	}
	// The next person at the same computer has purposes of his own.
	if w := o.asking("chutich", cell, cookie); w.Code != 200 || strings.Contains(w.Body.String(), "cấp thẻ") {
		t.Errorf("another person reads for the purpose of the first: %d", w.Code)
	}
	if w := o.ask("xa", "POST", "/muc-dich", typed("purpose", "x", "ve", "https://example.com/")); w.Header().Get("Location") != "/" {
		t.Errorf("leads to %s", w.Header().Get("Location"))
	}
}
