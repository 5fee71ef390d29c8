package web_test

import (
	"context"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"testing"

	"giamngheo/internal/area"
	"giamngheo/internal/task"
)

// Another period brings its own file. On the pages too its chairs are those
// whom it names.
func TestAPlanHandedInOnItsPageIsSignedByWhomItNames(t *testing.T) {
	p := demoProvince(t)
	for _, name := range []string{"chutichhuyen", "chutichtinh", "giamdocyte"} {
		p.signIn(t, name, "giamngheo-mau")
	}
	raw, err := os.ReadFile("../task/testdata/second.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for was, is := range map[string]string{"lead: so-y-te, approver: ubnd-tinh": "lead: so-moi, approver: ubnd-tinh", "lead: so-y-te, approver: giam-doc-so-gddt": "lead: so-la, approver: giam-doc-so-gddt", "agencies:\n": "agencies:\n  so-moi: Sở Mới lập\n"} {
		raw = []byte(strings.Replace(string(raw), was, is, 1))
	}
	if w := p.hand(t, "tinh", "/nhiem-vu/ke-hoach/tep", nil, "12.yaml", raw); w.Code != http.StatusSeeOther && w.Code != http.StatusNoContent {
		t.Fatalf("the file: %d %s", w.Code, plain(w))
	}
	page := p.ask("tinh", "GET", "/nhiem-vu/ke-hoach?ke-hoach=12%2FKH-UBND", "").Body.String()
	if !strings.Contains(page, "Hội đồng thẩm định (hoi-dong-tham-dinh) ký ở cấp nào") || strings.Contains(page, "(chu-tich-huyen)") {
		t.Error("the plan's page does not say of whom it is not known where they sign")
	}
	if asks := p.ask("tinh", "POST", "/nhiem-vu/ke-hoach/mo-nam", "year=2021").Body.String(); !strings.Contains(asks, "chưa ai có chức trách ở đó, nên không ai thấy việc: Sở Mới lập.") || !strings.Contains(asks, "«so-la»") {
		t.Errorf("the question does not name whom nobody knows, or where nobody sees what is asked: %s", asks)
	}
	if w := p.ask("tinh", "POST", "/nhiem-vu/ke-hoach/mo-nam", "year=2021&confirmed=1"); w.Code != http.StatusSeeOther {
		t.Fatalf("the year: %d %s", w.Code, plain(w))
	}
	for _, one := range []struct{ task, officer, not, signer, says, never string }{
		{"A-1", "xa", "chutich", "chutichhuyen", "Chủ tịch UBND huyện", "không nêu ai phê duyệt"},
		{"A-2", "xa", "chutichhuyen", "chutichtinh", "Chủ tịch UBND tỉnh", "không nêu ai phê duyệt"},
		{"A-6", "yte", "chutichtinh", "giamdocyte", "Giám đốc Sở Y tế", "không nêu ai phê duyệt"},
		{"A-8", "huyen", "chutichtinh", "chutichhuyen", "chưa biết người ấy ký ở cấp nào", "không nêu ai phê duyệt"},
	} {
		i := p.obligation(t, 2021, one.task, func(i task.Instance) bool {
			return i.Level == "province" || i.Area == area.ID(p.places[0].commune) || i.Area == area.ID(p.places[0].district)
		})
		at := "/nhiem-vu/2021/viec/" + i.ID
		do := func(name, act string, want int, more ...string) {
			t.Helper()
			o, err := p.app.Tasks.Find(context.Background(), p.app.Accounts.Operator(), 2021, i.ID)
			if err != nil {
				t.Fatal(err)
			}
			form := url.Values{"viec": {act}, "rev": {strconv.FormatInt(o.Record.Rev, 10)}}
			for n := 0; n+1 < len(more); n += 2 {
				form.Add(more[n]+"-"+act, more[n+1])
			}
			if w := p.ask(name, "POST", at, form.Encode()); w.Code != want {
				t.Fatalf("%s: %s by %s: %d, not %d: %s", one.task, act, name, w.Code, want, plain(w))
			}
		}
		if page := p.ask(one.officer, "GET", at, "").Body.String(); !strings.Contains(page, one.says) || strings.Contains(page, one.never) {
			t.Errorf("%s: the page does not say who approves", one.task)
		}
		do(one.officer, "nhan", http.StatusSeeOther)
		do(one.officer, "tien-do", http.StatusSeeOther, "words", "đã xong")
		do(one.officer, "trinh", http.StatusSeeOther)
		do(one.not, "duyet", http.StatusForbidden)
		do(one.signer, "duyet", http.StatusSeeOther)
	}
}
