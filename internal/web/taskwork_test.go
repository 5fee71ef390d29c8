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
	"giamngheo/internal/db"
	"giamngheo/internal/task"
)

// Of the ids tried by TestWhoMayNot there is none; real ones are tried below.
func init() {
	for route, row := range map[string]permission{
		"GET /nhiem-vu/{year}/viec/{task}":                {who: figures + " " + bodies, ok: []int{404}},
		"POST /nhiem-vu/{year}/viec/{task}":               {who: taskers, ok: []int{404}},
		"POST /nhiem-vu/{year}/viec/{task}/tep":           {who: taskers, ok: []int{404}},
		"GET /nhiem-vu/{year}/viec/{task}/tep/{file}":     {who: figures + " " + bodies, ok: []int{404}},
		"POST /nhiem-vu/{year}/viec/{task}/tep/{file}/go": {who: taskers, ok: []int{404}},
	} {
		mayNot[route] = row
	}
}

// officials adds people at agencies, who have no household to see.
func (p *province) officials(t *testing.T) {
	t.Helper()
	ctx, operator := context.Background(), p.app.Accounts.Operator()
	root := p.tree.Roots(p.day)[0].Area
	for name, post := range map[string]account.Post{"cvyte": {Role: "agency_officer", AgencyID: "so-y-te"}, "gdyte": {Role: "agency_head", AgencyID: "so-y-te"}, "gdgd": {Role: "agency_head", AgencyID: "so-gddt"}} {
		made, err := p.app.Accounts.Create(ctx, operator, account.NewAccount{Name: name, FullName: "Người thử " + name, Password: "giamngheo-mau"})
		if err != nil {
			t.Fatal(err)
		}
		post.Account, post.Area = made.ID, root
		if _, err := p.app.Accounts.AddPost(ctx, operator, post, "thử"); err != nil {
			t.Fatal(err)
		}
		p.signIn(t, name, "giamngheo-mau")
	}
}

// obligation finds one of a year.
func (p *province) obligation(t *testing.T, year int, id string, is func(i task.Instance) bool) task.Instance {
	t.Helper()
	y, err := p.app.Tasks.Year(context.Background(), p.tree.Operator(p.app.Province, p.day), year, "")
	if err != nil {
		t.Fatal(err)
	}
	for _, i := range y.Instances {
		if i.Task == id && is(i) {
			return i
		}
	}
	t.Fatalf("no obligation %s", id)
	return task.Instance{}
}

// tasksWritten counts what the addresses of obligations could write.
func (p *province) tasksWritten(t *testing.T) (said string) {
	t.Helper()
	err := p.app.DB.Read(context.Background(), func(tx *db.Tx) error {
		said = ""
		for _, table := range []string{"journal", "dossier_event", "dossier_step", "task_entry", "task_part", "task_input", "task_time", "attachment"} {
			n := 0
			of := ""
			if table == "journal" { // sign-ins that failed are written a while after
				of = ` where action <> 'account.signin_failed'`
			}
			if err := tx.Get(`select count(*) from `+table+of, nil, &n); err != nil {
				return err
			}
			said += strconv.Itoa(n) + " "
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return said
}

func TestObligationsOfOthersAreNotThere(t *testing.T) {
	p := demoProvince(t)
	p.officials(t)
	year := p.yearAnew(t)
	own := func(id string) func(task.Instance) bool {
		return func(i task.Instance) bool { return i.Area == area.ID(id) }
	}
	address := func(i task.Instance) string { return "/nhiem-vu/" + strconv.Itoa(year) + "/viec/" + i.ID }
	all := func(task.Instance) bool { return true }
	for _, one := range []struct {
		what  string
		i     task.Instance
		reads string
	}{
		{"the own commune's", p.obligation(t, year, "II.1", own(p.places[0].commune)), "tinh huyen xa chutich phochutich thon chutichhuyen chutichtinh lanhdao thanhtra"},
		{"another commune's of the district", p.obligation(t, year, "II.1", own(p.places[2].commune)), "tinh huyen chutichhuyen chutichtinh lanhdao thanhtra"},
		{"another district's commune's", p.obligation(t, year, "II.1", own(p.places[3].commune)), "tinh chutichtinh lanhdao thanhtra xa2"},
		{"the own district's", p.obligation(t, year, "II.2", own(p.places[0].district)), "tinh huyen chutichhuyen chutichtinh lanhdao thanhtra"},
		{"another district's", p.obligation(t, year, "II.2", own(p.places[3].district)), "tinh chutichtinh lanhdao thanhtra"},
		{"the department of health's", p.obligation(t, year, "II.4", all), "tinh chutichtinh lanhdao thanhtra yte giamdocyte cvyte gdyte"},
		{"the department of education's", p.obligation(t, year, "II.3", all), "tinh chutichtinh lanhdao thanhtra giaoduc gdgd"},
	} {
		for _, name := range strings.Fields(everybody + " cvyte gdyte gdgd") {
			may := strings.Contains(" "+one.reads+" ", " "+name+" ")
			w := p.ask(name, "GET", address(one.i), "")
			switch {
			case may && w.Code != http.StatusOK:
				t.Errorf("%s, reading %s: %d %s", name, one.what, w.Code, plain(w))
			case !may && w.Code != http.StatusNotFound && w.Code != http.StatusForbidden:
				t.Errorf("%s, reading %s: %d", name, one.what, w.Code)
			}
			if never := p.ask(name, "GET", "/nhiem-vu/"+strconv.Itoa(year)+"/viec/"+absent, ""); !may && (never.Code != w.Code || withoutIDs(never.Body.String()) != withoutIDs(w.Body.String())) {
				t.Errorf("%s, reading %s, gets another answer than for what never was", name, one.what)
			}
			if may {
				continue
			}
			before := p.tasksWritten(t)
			for _, act := range []string{"nhan", "tien-do", "trinh", "duyet", "tra-lai", "chia", "hoi", "xin-gio", "x"} {
				form := url.Values{"viec": {act}, "rev": {"1"}, "words-" + act: {"x"}, "reason-" + act: {"x"}, "what-" + act: {"x"}, "who-" + act: {string(one.i.By)}, "units-" + act: {"@so-khdt"}, "question-" + act: {"x"}, "due-" + act: {"31/12/2020"}, "until-" + act: {"31/12/2020"}}
				if w := p.ask(name, "POST", address(one.i), form.Encode()); w.Code != http.StatusNotFound && w.Code != http.StatusForbidden {
					t.Errorf("%s, doing %s with %s: %d %s", name, act, one.what, w.Code, plain(w))
				}
			}
			if w := p.send(name, address(one.i)+"/tep", "kq.pdf", "%PDF-1.4"); w.Code != http.StatusNotFound && w.Code != http.StatusForbidden {
				t.Errorf("%s, sending a file to %s: %d", name, one.what, w.Code)
			}
			if after := p.tasksWritten(t); after != before {
				t.Errorf("%s has written to %s: %s, was %s", name, one.what, after, before)
			}
		}
	}

	t.Run("one from acceptance to approval", func(t *testing.T) {
		i := p.obligation(t, year, "II.4", all)
		do := func(name, act string, want int, more ...string) {
			t.Helper()
			o, err := p.app.Tasks.Find(context.Background(), p.app.Accounts.Operator(), year, i.ID)
			if err != nil {
				t.Fatal(err)
			}
			form := url.Values{"viec": {act}, "rev": {strconv.FormatInt(o.Record.Rev, 10)}}
			for n := 0; n+1 < len(more); n += 2 {
				form.Add(more[n]+"-"+act, more[n+1])
			}
			if w := p.ask(name, "POST", address(i), form.Encode()); w.Code != want {
				t.Fatalf("%s, doing %s: %d, not %d: %s", name, act, w.Code, want, w.Body)
			}
			if w := p.ask(name, "GET", address(i), ""); w.Code != http.StatusOK || strings.Contains(w.Body.String(), "‹") {
				t.Fatalf("%s, after %s: %d %s", name, act, w.Code, plain(w))
			}
		}
		do("cvyte", "trinh", http.StatusConflict)
		do("gdyte", "nhan", http.StatusForbidden)
		do("cvyte", "nhan", http.StatusSeeOther)
		do("cvyte", "tien-do", http.StatusUnprocessableEntity, "words", "x", "percent", "nhiều")
		do("cvyte", "tien-do", http.StatusSeeOther, "words", "đã có dự thảo", "percent", "40%")
		do("gdyte", "hoi", http.StatusSeeOther, "units", "@so-gddt", "question", "ý kiến về số liệu", "due", "31/12/"+p.day[:4])
		if w := p.ask("gdgd", "GET", address(i), ""); w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "ý kiến về số liệu") {
			t.Errorf("who was asked: %d", w.Code)
		}
		do("gdyte", "chia", http.StatusUnprocessableEntity, "what", "Bảng số liệu")
		do("tinh", "chia", http.StatusForbidden, "what", "Bảng số liệu", "who", "@so-khdt")
		if w := p.send("cvyte", address(i)+"/tep", "kế hoạch.pdf", "%PDF-1.4 kế hoạch"); w.Code != http.StatusSeeOther {
			t.Fatalf("the file: %d %s", w.Code, plain(w))
		}
		files, err := p.app.Tasks.Files(context.Background(), p.app.Accounts.Operator(), year, i.ID)
		if err != nil || len(files) != 1 {
			t.Fatal(files, err)
		}
		for name, want := range map[string]int{"gdyte": 200, "tinh": 200, "gdgd": 200, "xa": 404, "thon": 404} {
			if w := p.ask(name, "GET", address(i)+"/tep/"+files[0].ID, ""); w.Code != want {
				t.Errorf("%s opens the file: %d", name, w.Code)
			}
			if w := p.ask(name, "GET", "/tep/"+files[0].ID, ""); w.Code == 200 {
				t.Errorf("%s opens the file by another address", name)
			}
		}
		do("cvyte", "trinh", http.StatusSeeOther)
		do("cvyte", "duyet", http.StatusForbidden)
		do("gdyte", "tra-lai", http.StatusUnprocessableEntity, "reason", "")
		do("gdyte", "tra-lai", http.StatusSeeOther, "reason", "thiếu chỉ tiêu")
		do("cvyte", "trinh", http.StatusSeeOther)
		do("gdyte", "duyet", http.StatusSeeOther)
		do("cvyte", "dong", http.StatusSeeOther)
		if w := p.ask("gdyte", "GET", "/ho-so/"+i.Dossier, ""); w.Code != http.StatusSeeOther && w.Code != http.StatusForbidden {
			t.Errorf("the dossier leads to %d", w.Code)
		}
	})
}
