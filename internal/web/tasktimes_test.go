package web_test

import (
	"context"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/task"
)

// Who asked for more time reads why it was refused and by whom, and the first
// request stays beside the second. The chair of the asking unit sends a request
// back to his own people; for the level above he does not speak.
func TestARefusedRequestForMoreTimeSaysByWhomAndWhy(t *testing.T) {
	p := demoProvince(t)
	p.signIn(t, "chutichhuyen", "giamngheo-mau")
	year, ctx := p.yearAnew(t), context.Background()
	i := p.obligation(t, year, "B.7", func(i task.Instance) bool { return i.By == area.ID(p.places[0].commune) })
	at := "/nhiem-vu/" + strconv.Itoa(year) + "/viec/" + i.ID
	find := func() task.Obligation {
		t.Helper()
		o, err := p.app.Tasks.Find(ctx, p.app.Accounts.Operator(), year, i.ID)
		if err != nil {
			t.Fatal(err)
		}
		return o
	}
	ask := func(until, reason string, want int) {
		t.Helper()
		if w := p.ask("xa", "POST", at, url.Values{"viec": {"xin-gio"}, "until-xin-gio": {until}, "reason-xin-gio": {reason}}.Encode()); w.Code != want {
			t.Fatalf("until %s: %d, not %d: %s", until, w.Code, want, plain(w))
		}
	}
	decide := func(act, why string) {
		t.Helper()
		m := find().Times[0]
		form := url.Values{"viec": {act}, "rev": {strconv.FormatInt(m.Record.Rev, 10)}, "reason-" + act + "-" + m.ID: {why}}
		if w := p.ask("chutichhuyen", "POST", at+"?muc="+m.ID, form.Encode()); w.Code != http.StatusSeeOther {
			t.Fatalf("%s: %d %s", act, w.Code, plain(w))
		}
	}
	wanted := area.ShowDay(area.DayAfter(area.DayAfter(area.DayAfter(i.Ends))))
	ask("31/12/2999", "bão", http.StatusUnprocessableEntity)
	ask(wanted, "Bão số 3", http.StatusSeeOther)
	if own := p.ask("chutich", "GET", at, "").Body.String(); strings.Contains(own, "Đồng ý thêm thời gian") || strings.Contains(own, "Không đồng ý thêm thời gian") || !strings.Contains(own, "Không gửi đề nghị thêm thời gian") {
		t.Error("the chair of the asking unit answers for the level above")
	}
	if first := p.ask("chutichhuyen", "GET", "/nhiem-vu", "").Body.String(); !strings.Contains(first, "xin thêm thời gian cho nhiệm vụ B.7") {
		t.Error("the level above is not told")
	}
	decide("khong-gio", "Còn đủ thời gian")
	name := p.holder(t, "chutichhuyen")
	for _, who := range []string{"xa", "chutich", "huyen"} {
		if page := p.ask(who, "GET", at, "").Body.String(); !strings.Contains(page, "Còn đủ thời gian") || !strings.Contains(page, "không đồng ý. "+name) {
			t.Errorf("%s does not read who refused and why", who)
		}
	}
	told := func(who string) bool {
		return strings.Contains(p.ask(who, "GET", "/nhiem-vu", "").Body.String(), "Không được thêm thời gian cho nhiệm vụ B.7")
	}
	if !told("xa") || told("chutich") || told("huyen") {
		t.Error("who asked is not told of the refusal on the first page, or others are")
	}
	ask(wanted, "Bão số 3, mất điện", http.StatusSeeOther)
	if told("xa") {
		t.Error("asked again, and still told of the refusal")
	}
	decide("cho-gio", "Đã nghe báo cáo")
	page := p.ask("xa", "GET", at, "").Body.String()
	for _, said := range []string{"Còn đủ thời gian", "Bão số 3, mất điện", "Đã nghe báo cáo", "TM. ỦY BAN NHÂN DÂN, Chủ tịch " + name, "lần trước"} {
		if !strings.Contains(page, said) {
			t.Errorf("the page does not say %q", said)
		}
	}
}

// holder is the full name of an account.
func (p *province) holder(t *testing.T, login string) string {
	t.Helper()
	a, err := p.app.Accounts.GetByName(context.Background(), p.app.Accounts.Operator(), login)
	if err != nil {
		t.Fatal(err)
	}
	return a.FullName
}

// A department's boards speak of the department: five tasks are not the
// province's.
func TestABoardOfADepartmentIsNamedForIt(t *testing.T) {
	p := demoProvince(t)
	p.officials(t)
	for _, page := range []string{"/nhiem-vu/2019", "/nhiem-vu/2019/bieu-do", "/nhiem-vu/dung-han", "/nhiem-vu/2019/danh-sach"} {
		_, body, _ := strings.Cut(p.ask("cvyte", "GET", page, "").Body.String(), "<h1")
		if title, _, _ := strings.Cut(body, "</h1>"); !strings.Contains(title, "Sở Y tế") || strings.Contains(title, "Tỉnh Thanh Hóa") {
			t.Errorf("%s speaks of the province", page)
		}
	}
	if !strings.Contains(p.ask("yte", "GET", "/nhiem-vu", "").Body.String(), ">Sở Y tế<") {
		t.Error("whoever works at a department is shown as of the province")
	}
}

// A commune gives parts of its work to its own people and asks others: the
// district above it too.
func TestACommuneGivesNoWorkToADepartmentAndAsksItsDistrict(t *testing.T) {
	p := demoProvince(t)
	year := p.yearAnew(t)
	i := p.obligation(t, year, "B.7", func(i task.Instance) bool { return i.By == area.ID(p.places[0].commune) })
	at := "/nhiem-vu/" + strconv.Itoa(year) + "/viec/" + i.ID
	p.ask("xa", "POST", at, "viec=nhan")
	page := p.ask("xa", "GET", at, "").Body.String()
	health := string(account.AgencyUnit("so-y-te"))
	if strings.Contains(page, `<option value="`+health) || !strings.Contains(page, `name="units-hoi" value="`+health) && !strings.Contains(page, `value="`+health+`"`) {
		t.Error("a commune can give a part to a department, or cannot ask it")
	}
	if !strings.Contains(page, `value="`+p.places[0].district+`"`) {
		t.Error("a commune cannot ask its district")
	}
	if w := p.ask("xa", "POST", at, url.Values{"viec": {"chia"}, "what-chia": {"x"}, "who-chia": {health}}.Encode()); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("%d %s", w.Code, plain(w))
	}
}
