package web_test

import (
	"context"
	"fmt"
	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/task"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// Offices stop at New Year no more than the plan does.
func TestTheFirstPageShowsWhatIsDueSoonAfterNewYear(t *testing.T) {
	p := demoProvince(t)
	o := office{p, t}
	if p.day < "2020-11-15" || p.day > "2020-12-31" {
		t.Fatalf("the demo plays on %s", p.day)
	}
	plan := `plan: {number: 9/KH, issued: 2020-10-01, period: {from: 2021, to: 2021}}
agencies: {xa: UBND xã}
body:
  - {id: SOM, title: Việc đầu tháng Giêng, lead: xa, per: commune, due: {date: "2021-01-08"}}
  - {id: MUON, title: Việc cuối tháng Chín, lead: xa, per: commune, due: {date: "2021-09-30"}}
`
	before := o.page("xa", "/nhiem-vu")
	if w := p.hand(t, "tinh", "/nhiem-vu/ke-hoach/tep", nil, "9.yaml", []byte(plan)); w.Code >= 400 {
		t.Fatalf("the plan: %d %s", w.Code, plain(w))
	}
	for _, made := range []bool{false, true} {
		if made {
			p.ask("tinh", "POST", "/nhiem-vu/ke-hoach/mo-nam", "year=2021&confirmed=1")
		}
		page := o.page("xa", "/nhiem-vu")
		if !strings.Contains(page, "Việc đầu tháng Giêng") || !strings.Contains(page, "08/01/2021") {
			t.Errorf("the year made: %v; what is due in a few weeks is not there", made)
		}
		if strings.Contains(page, "Việc cuối tháng Chín") || !strings.Contains(page, "Còn 1 việc có hạn sau ngày") {
			t.Errorf("the year made: %v; what is due in autumn is not left for later", made)
		}
	}
	if title := func(page string) string { _, after, _ := strings.Cut(page, "<h1>"); return after[:40] }; title(before) == title(o.page("xa", "/nhiem-vu")) {
		t.Error(fmt.Sprint("the title does not count it: ", title(before)))
	}
}

// What was handed in is whose who approves it: it waits for him, once, and no
// longer for who handed it in.
func TestWhatIsHandedInWaitsForItsSignerAndForNobodyElse(t *testing.T) {
	p := demoProvince(t)
	p.officials(t)
	for _, name := range []string{"chutichhuyen", "chutichtinh"} {
		p.signIn(t, name, "giamngheo-mau")
	}
	o := office{p, t}
	year := p.yearAnew(t)
	i := p.obligation(t, year, "II.1", func(i task.Instance) bool { return i.Area == area.ID(p.places[0].commune) })
	at := "/nhiem-vu/" + strconv.Itoa(year) + "/viec/" + i.ID
	do := func(name, act string, more ...string) {
		t.Helper()
		one, err := p.app.Tasks.Find(context.Background(), p.app.Accounts.Operator(), year, i.ID)
		if err != nil {
			t.Fatal(err)
		}
		form := url.Values{"viec": {act}, "rev": {strconv.FormatInt(one.Record.Rev, 10)}}
		for n := 0; n+1 < len(more); n += 2 {
			form.Add(more[n]+"-"+act, more[n+1])
		}
		if w := p.ask(name, "POST", at, form.Encode()); w.Code != 303 {
			t.Fatalf("%s by %s: %d %s", act, name, w.Code, plain(w))
		}
	}
	waiting := func(name string) (n int) {
		t.Helper()
		words := regexp.MustCompile(`<h1>(\d+) việc chờ anh/chị`).FindStringSubmatch(o.page(name, "/nhiem-vu"))
		if len(words) > 0 {
			n, _ = strconv.Atoi(words[1])
		}
		return n
	}
	link := `href="` + at + `"`
	do("xa", "nhan")
	do("xa", "tien-do", "words", "xong")
	officer, chair := waiting("xa"), waiting("chutich")
	do("xa", "trinh")
	if waiting("xa") != officer-1 {
		t.Errorf("%d things wait for who handed one in, %d before", waiting("xa"), officer)
	}
	must(t, o.page("xa", "/nhiem-vu"), "Đã trình, đang chờ phê duyệt", link)
	_, page, _ := strings.Cut(o.page("chutich", "/nhiem-vu"), `id="viec"`)
	if decide, rest, _ := strings.Cut(page, "</table>"); !strings.Contains(decide, link) || strings.Contains(rest, link) || waiting("chutich") != chair {
		t.Errorf("it stands twice for its chair, or %d things wait where %d did", waiting("chutich"), chair)
	}
	for name, signs := range map[string]bool{"chutich": true, "chutichhuyen": false, "chutichtinh": false, "huyen": false} {
		_, table, _ := strings.Cut(o.page(name, "/nhiem-vu/cho"), `id="cho-duyet"`)
		table, _, _ = strings.Cut(table, "</table>")
		if strings.Contains(table, link) != signs {
			t.Errorf("it waits for the signature of %s: %v", name, !signs)
		}
	}
	do("chutich", "duyet")
	must(t, o.page("xa", at), "Đã duyệt")
	do("xa", "dong")
	must(t, o.page("xa", at), "Đã duyệt, đã đóng")
	must(t, o.page("xa", "/nhiem-vu/"+strconv.Itoa(year)+"/danh-sach?viec=II.1"), "Đã duyệt, đã đóng")
}

// A department is owed what the plan gives to it too, and not what everybody
// owes everybody.
func TestADepartmentIsOwedWhatThePlanGivesToIt(t *testing.T) {
	p := demoProvince(t)
	o := office{p, t}
	page := o.page("yte", "/nhiem-vu/cho")
	for _, other := range []string{"I.5 ", "II.1 ", "B.4 ", "B.7 "} {
		if strings.Contains(page, other) {
			t.Errorf("%s is owed to the department of health", other)
		}
	}
	if err := p.app.DB.Write(context.Background(), func(tx *db.Tx) error {
		_, err := tx.Exec(`update post set agency_id = 'so-khdt' where account_id = $1`, string(p.accountOf(t, "yte")))
		return err
	}); err != nil {
		t.Fatal(err)
	}
	p.signIn(t, "yte", "giamngheo-mau")
	if page = o.page("yte", "/nhiem-vu/cho"); !strings.Contains(page, "B.7 ") || strings.Contains(page, "II.1 ") {
		t.Error("planning is not owed the reports that the plan sends to it, or is owed communes' plans")
	}
	list := o.page("yte", "/nhiem-vu/2020/danh-sach?viec=II.1")
	for _, link := range regexp.MustCompile(`href="(/nhiem-vu/2020/viec/[^"]+)"`).FindAllStringSubmatch(page+list, 5) {
		if w := p.ask("yte", "GET", link[1], ""); w.Code != 200 {
			t.Errorf("the list leads to %d", w.Code)
		}
	}
}
