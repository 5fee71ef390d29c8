package web_test

import (
	"context"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/task"
	"giamngheo/internal/text"
)

func TestWhoWorksAtAnAgencySeesWhatItLeadsAndWhoIsSilent(t *testing.T) {
	p := demoProvince(t)
	p.officials(t)
	o := office{p, t}
	board := o.page("gdyte", "/nhiem-vu/2020")
	must(t, board, "II.4", "Sở Y tế")
	for _, path := range []string{"/nhiem-vu/2020", "/nhiem-vu/2020/danh-sach", "/nhiem-vu/2020/bieu-do", "/nhiem-vu/dung-han", "/nhiem-vu/cho", "/nhiem-vu", "/nhiem-vu/lich"} {
		page := o.page("gdyte", path)
		for _, other := range []string{"II.3 ", "Sở Giáo dục", "I.5 ", "Cành Nàng"} {
			if strings.Contains(page, other) {
				t.Errorf("%s shows %s to the department of health", path, other)
			}
		}
	}
	for _, at := range []string{p.places[0].commune, p.places[0].district, "khong-co"} {
		if w := p.ask("gdyte", "GET", "/nhiem-vu/2020?dia-ban="+at, ""); w.Code != 404 {
			t.Errorf("the board of %s: %d", at, w.Code)
		}
	}
	if w := p.ask("cho", "GET", "/nhiem-vu/2020", ""); w.Code != 403 {
		t.Errorf("without a post: %d", w.Code)
	}

	// The day on which the others should have answered passes in silence.
	ctx := context.Background()
	i := p.obligation(t, 2020, "VII.2", func(i task.Instance) bool { return i.Unit.Code == "so-y-te" && i.State == task.Doing })
	officer, err := p.app.Accounts.Holder(ctx, p.accountOf(t, "cvyte"))
	if err != nil {
		t.Fatal(err)
	}
	const question = "Số thẻ bảo hiểm y tế đã cấp"
	if err := p.app.Tasks.Ask(ctx, officer, 2020, i.ID, []area.ID{account.AgencyUnit("so-gddt")}, question, p.day); err != nil {
		t.Fatal(err)
	}
	must(t, o.page("gdyte", "/nhiem-vu/cho"), question, text.T("web.mine.left_today"))
	if strings.Contains(o.page("gdgd", "/nhiem-vu/cho"), question) {
		t.Error("who was asked is shown as waiting")
	}
	must(t, o.page("gdgd", "/nhiem-vu"), question)
}

func TestTheFirstPageRemindsAndWhatIsLateComesUp(t *testing.T) {
	p := demoProvince(t)
	o := office{p, t}
	ctx := context.Background()
	for _, name := range []string{"huyen", "xa"} {
		person, err := p.app.Accounts.Holder(ctx, p.accountOf(t, name))
		if err != nil {
			t.Fatal(err)
		}
		due, err := p.app.Tasks.Reminders(ctx, person)
		if err != nil {
			t.Fatal(err)
		}
		page := o.page(name, "/nhiem-vu")
		if len(due) > 0 {
			must(t, page, text.T("web.mine.remind", "n", len(due)))
		} else if strings.Contains(page, "Nhắc hôm nay") {
			t.Errorf("%s is reminded of nothing", name)
		}
		for _, d := range due {
			if n := strings.Count(page, `<a href="/nhiem-vu/2020/viec/`+d.ID+`"`); d.Year == 2020 && n > 1 {
				t.Errorf("%s stands %d times on the page", d.Task, n)
			}
		}
	}
	person, err := p.app.Accounts.Holder(ctx, p.accountOf(t, "huyen"))
	if err != nil {
		t.Fatal(err)
	}
	up, err := p.app.Tasks.Escalated(ctx, person)
	if err != nil || len(up) == 0 {
		t.Fatal(len(up), err)
	}
	page := o.page("huyen", "/nhiem-vu/cho")
	must(t, page, text.T("web.to_me.escalated", "n", len(up)), up[0].Title, text.T("task.in.overdue", "n", up[0].Late))
	if strings.Contains(o.page("lanhdao", "/nhiem-vu/cho"), "đã báo lên cấp") {
		t.Error("it comes up to somebody who has no task")
	}
}

func (p *province) accountOf(t *testing.T, name string) account.ID {
	t.Helper()
	a, err := p.app.Accounts.GetByName(context.Background(), p.app.Accounts.Operator(), name)
	if err != nil {
		t.Fatal(err)
	}
	return a.ID
}

// A long list begins on the page and stands whole, page by page, on its own.
func TestWhatIsLateBelowStandsWholeOnAPageOfItsOwn(t *testing.T) {
	p := demoProvince(t)
	body := p.ask("tinh", "GET", "/nhiem-vu/cho", "").Body.String()
	more := regexp.MustCompile(`href="(/nhiem-vu/cho\?phan=[a-z-]+)">Xem cả (\d+) việc`).FindAllStringSubmatch(body, -1)
	if len(more) == 0 {
		t.Fatal("nothing is folded")
	}
	for _, one := range more {
		all, _ := strconv.Atoi(one[2])
		seen := 0
		for page := 1; seen < all; page++ {
			w := p.ask("tinh", "GET", one[1]+"&trang="+strconv.Itoa(page), "")
			rows := strings.Count(w.Body.String(), "<tr data-href=") + strings.Count(w.Body.String(), `<tr class="" data-href=`)
			if w.Code != 200 || rows == 0 {
				t.Fatalf("%s, page %d: %d, %d rows after %d of %d", one[1], page, w.Code, rows, seen, all)
			}
			seen += rows
		}
		if seen != all {
			t.Errorf("%s: %d of %d", one[1], seen, all)
		}
	}
	if w := p.ask("tinh", "GET", "/nhiem-vu/cho?phan=khong-co", ""); w.Code != 404 {
		t.Errorf("a list that is none: %d", w.Code)
	}
}
