package web_test

import (
	"context"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/task"
)

// A task of the commune is signed by the officer in the place of its chair, who
// is away: never what he handed in himself, never after the last day.
func TestWhoSignsWhileTheChairIsAway(t *testing.T) {
	p := demoProvince(t)
	ctx := context.Background()
	own := p.places[0]
	second, err := p.app.Accounts.Create(ctx, p.app.Accounts.Operator(), account.NewAccount{Name: "canbo2", FullName: "Vi Thị Hai", Password: "giamngheo-mau"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.app.Accounts.AddPost(ctx, p.app.Accounts.Operator(), account.Post{Account: second.ID, Agency: "UBND xã", Role: "commune", Area: area.ID(own.commune)}, "thử"); err != nil {
		t.Fatal(err)
	}
	p.signIn(t, "canbo2", "giamngheo-mau")

	if body := p.ask("quantri", "GET", "/to-chuc/uy-quyen", "").Body.String(); !strings.Contains(body, ">Sở Y tế – ") {
		t.Error("the head of a department stands among those of the province")
	}
	page := p.ask("chutich", "GET", "/to-chuc/uy-quyen", "").Body.String()
	give := regexp.MustCompile(`/to-chuc/uy-quyen/giao\?chuc-trach=([0-9A-V]{26})`).FindStringSubmatch(page)
	if give == nil {
		t.Fatal("the chair finds no way to name somebody")
	}
	last := area.DayAfter(p.day)
	typed := url.Values{"chuc-trach": {give[1]}, "deputy": {string(second.ID)}, "title": {"Công chức <xã>"}, "from": {area.ShowDay(p.day)}, "to": {area.ShowDay(last)}, "number": {"12/GUQ-UBND"}, "reason": {"Đi học"}}
	for who, want := range map[string]int{"xa": 404, "xa2": 404, "huyen": 404, "thon": 403, "lanhdao": 403, "canbo2": 404} {
		if w := p.ask(who, "POST", "/to-chuc/uy-quyen/giao", typed.Encode()); w.Code != want {
			t.Errorf("%s names a deputy: %d, not %d", who, w.Code, want)
		}
		if w := p.ask(who, "GET", "/to-chuc/uy-quyen/giao?chuc-trach="+give[1], ""); w.Code != want {
			t.Errorf("%s sees the form: %d, not %d", who, w.Code, want)
		}
	}
	if w := p.ask("chutich", "POST", "/to-chuc/uy-quyen/giao", "chuc-trach="+give[1]+"&reason=<b>"); w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "&lt;b&gt;") {
		t.Errorf("half a form: %d", w.Code)
	}
	// One of a year mistyped is refused; one that is taken back before its first day
	// does not stand among those to come.
	typed.Set("to", strings.Replace(typed.Get("to"), "/2", "/9", 1))
	if w := p.ask("chutich", "POST", "/to-chuc/uy-quyen/giao", typed.Encode()); w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "quá một năm") {
		t.Errorf("for thousands of years: %d %s", w.Code, plain(w))
	}
	typed.Set("from", area.ShowDay(area.YearsLater(p.day, 1)))
	typed.Set("to", typed.Get("from"))
	p.ask("chutich", "POST", "/to-chuc/uy-quyen/giao", typed.Encode())
	coming := regexp.MustCompile(`/to-chuc/uy-quyen/[0-9A-V]{26}/ket-thuc`).FindString(p.ask("chutich", "GET", "/to-chuc/uy-quyen", "").Body.String())
	p.ask("chutich", "POST", coming, "rev=1&reason=không+đi+nữa")
	if body := p.ask("chutich", "GET", "/to-chuc/uy-quyen", "").Body.String(); strings.Contains(body, "Chưa đến ngày") || !strings.Contains(body, "Đã bỏ trước ngày bắt đầu") {
		t.Error("what was taken back before its first day is still to come")
	}
	typed.Set("from", area.ShowDay(p.day))
	typed.Set("to", area.ShowDay(last))
	if w := p.ask("chutich", "POST", "/to-chuc/uy-quyen/giao", typed.Encode()); w.Code != http.StatusSeeOther {
		t.Fatalf("%d %s", w.Code, plain(w))
	}
	for who, sees := range map[string]bool{"chutich": true, "xa": true, "canbo2": true, "xa2": false, "huyen": false} {
		if body := p.ask(who, "GET", "/to-chuc/uy-quyen", "").Body.String(); strings.Contains(body, "Công chức &lt;xã&gt;") != sees {
			t.Errorf("%s reads it: %t", who, !sees)
		}
	}

	year := p.yearAnew(t)
	for _, one := range []struct {
		task, handsIn, refused, signs string
		want                          int
	}{{"II.1", "xa", "huyen", "canbo2", http.StatusForbidden}, {"B.7", "canbo2", "canbo2", "chutich", http.StatusForbidden}} {
		i := p.obligation(t, year, one.task, func(i task.Instance) bool { return string(i.By) == own.commune })
		at := "/nhiem-vu/" + strconv.Itoa(year) + "/viec/" + i.ID
		do := func(who, act string, want int) string {
			t.Helper()
			o, err := p.app.Tasks.Find(ctx, p.app.Accounts.Operator(), year, i.ID)
			if err != nil {
				t.Fatal(err)
			}
			form := url.Values{"viec": {act}, "rev": {strconv.FormatInt(o.Record.Rev, 10)}, "words-" + act: {"xong"}, "percent-" + act: {"100"}}
			w := p.ask(who, "POST", at, form.Encode())
			if w.Code != want {
				t.Fatalf("%s, doing %s with %s: %d, not %d: %s", who, act, one.task, w.Code, want, plain(w))
			}
			return p.ask(who, "GET", at, "").Body.String()
		}
		do(one.handsIn, "nhan", http.StatusSeeOther)
		do(one.handsIn, "tien-do", http.StatusSeeOther)
		if w := p.send(one.handsIn, at+"/tep", "kế hoạch.pdf", "%PDF-1.4 kế hoạch"); w.Code != http.StatusSeeOther {
			t.Fatalf("the file: %d %s", w.Code, plain(w))
		}
		do(one.handsIn, "trinh", http.StatusSeeOther)
		do("xa2", "duyet", http.StatusNotFound)
		do(one.refused, "duyet", one.want)
		if page := do(one.signs, "duyet", http.StatusSeeOther); one.signs == "canbo2" && !strings.Contains(page, "TUQ. CHỦ TỊCH") {
			t.Error("the page does not say in which capacity it was signed")
		}
	}

	end := regexp.MustCompile(`/to-chuc/uy-quyen/[0-9A-V]{26}/ket-thuc`).FindString(p.ask("chutich", "GET", "/to-chuc/uy-quyen", "").Body.String())
	for who, want := range map[string]int{"canbo2": 403, "xa": 403, "xa2": 404, "huyen": 404, "thon": 403} {
		for _, method := range []string{"GET", "POST"} {
			if w := p.ask(who, method, end, "rev=1&reason=x"); w.Code != want {
				t.Errorf("%s ends it by %s: %d, not %d", who, method, w.Code, want)
			}
		}
	}
	if w := p.ask("chutich", "POST", end, "rev=1&reason="); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("ended without a reason: %d", w.Code)
	}
	if w := p.ask("chutich", "POST", end, "rev=1&reason=đã+về"); w.Code != http.StatusSeeOther {
		t.Fatalf("ended: %d %s", w.Code, plain(w))
	}
	if body := p.ask("xa", "GET", "/to-chuc/uy-quyen", "").Body.String(); !strings.Contains(body, "đã về") || !strings.Contains(body, "Đi học") && !strings.Contains(body, "Kết thúc sớm") {
		t.Error("what was ended is gone")
	}
}

// yearAnew makes the obligations of the demo's year anew, on which nobody has
// worked yet.
func (p *province) yearAnew(t *testing.T) int {
	t.Helper()
	year, err := strconv.Atoi(p.day[:4])
	if err != nil {
		t.Fatal(err)
	}
	err = p.app.DB.Write(context.Background(), func(tx *db.Tx) error {
		for _, table := range []string{"task_year", "task"} {
			if _, err := tx.Exec(`delete from `+table+` where year = $1`, year); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.app.Tasks.OpenYear(context.Background(), p.app.Accounts.Operator(), year); err != nil {
		t.Fatal(err)
	}
	return year
}
