package web_test

import (
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"giamngheo/internal/household"
	"giamngheo/internal/text"
	"giamngheo/internal/web/view"
)

// typed is a form as the browser sends it.
func typed(pairs ...string) string {
	v := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		v.Add(pairs[i], pairs[i+1])
	}
	return v.Encode()
}

var hiddenField = regexp.MustCompile(`<input type="hidden" name="([^"]+)" value="([^"]*)"`)

// hidden gives a hidden field of the form on a page.
func hidden(t *testing.T, page, name string) string {
	t.Helper()
	for _, found := range hiddenField.FindAllStringSubmatch(page, -1) {
		if found[1] == name {
			return html.UnescapeString(found[2])
		}
	}
	t.Fatalf("the form has no hidden field %s", name)
	return ""
}

// office is a demo in which an officer of a commune works.
type office struct {
	*province
	t *testing.T
}

func (o office) page(name, path string) string {
	o.t.Helper()
	w := o.ask(name, "GET", path, "")
	if w.Code != 200 {
		o.t.Fatalf("%s asking %s gets %d: %s", name, path, w.Code, plain(w))
	}
	return w.Body.String()
}

// send fills in the form at the path as the officer, with the rev it shows.
func (o office) send(name, path string, pairs ...string) *httptest.ResponseRecorder {
	o.t.Helper()
	rev := hidden(o.t, o.page(name, path), "rev")
	return o.ask(name, "POST", path, typed(append([]string{"rev", rev}, pairs...)...))
}

func (o office) follows(w *httptest.ResponseRecorder, name string) string {
	o.t.Helper()
	if w.Code != 303 {
		o.t.Fatalf("%d, not 303: %s", w.Code, plain(w))
	}
	return o.page(name, w.Header().Get("Location"))
}

func (o office) refused(w *httptest.ResponseRecorder, code int, field, message string) {
	o.t.Helper()
	if w.Code != code {
		o.t.Fatalf("%d, not %d: %s", w.Code, code, plain(w))
	}
	page := w.Body.String()
	if field != "" && !strings.Contains(page, `href="#`+field+`"`) {
		o.t.Errorf("the summary does not lead to %s: %s", field, plain(w))
	}
	if !strings.Contains(html.UnescapeString(page), message) {
		o.t.Errorf("nothing says %q: %s", message, plain(w))
	}
}

func must(t *testing.T, page string, words ...string) {
	t.Helper()
	page = html.UnescapeString(page)
	for _, w := range words {
		if !strings.Contains(page, w) {
			t.Errorf("the page does not say %q", w)
		}
	}
}

func mustNot(t *testing.T, page string, words ...string) {
	t.Helper()
	page = html.UnescapeString(page)
	for _, w := range words {
		if strings.Contains(page, w) {
			t.Errorf("the page says %q", w)
		}
	}
}

// members gives the head of a household and the others.
func (o office) members(id string) (head household.PersonID, others []household.PersonID) {
	page := o.page("xa", "/ho/"+id+"/mat")
	for i, found := range regexp.MustCompile(`name="person" value="([^"]+)"`).FindAllStringSubmatch(page, -1) {
		if i == 0 {
			head = household.PersonID(found[1])
		} else {
			others = append(others, household.PersonID(found[1]))
		}
	}
	return head, others
}

// The tests share two demos, because filling one takes a second: those that
// only read, and those that write.
func TestPagesThatAreRead(t *testing.T) {
	p := demoProvince(t)
	t.Run("a department sees its subject alone", func(t *testing.T) { departmentSeesItsSubjectAlone(office{p, t}) })
	t.Run("the list answers as people type", func(t *testing.T) { listAnswersAsPeopleType(office{p, t}) })
	t.Run("every page keeps the rules", func(t *testing.T) { everyPageKeepsTheRules(office{p, t}) })
	t.Run("every link that is offered opens", func(t *testing.T) { everyLinkOpens(office{p, t}) })
}

func TestPagesThatWrite(t *testing.T) {
	p := demoProvince(t)
	t.Run("an officer keeps the registry", func(t *testing.T) { officerKeepsTheRegistry(office{p, t}) })
	t.Run("accounts are managed", func(t *testing.T) { accountsAreManaged(office{p, t}) })
	t.Run("undo is refused with what rests on it", func(t *testing.T) { undoIsRefusedWithWhatRestsOnIt(office{p, t}) })
	t.Run("persons are listed for a purpose", func(t *testing.T) { personsAreListedForAPurpose(office{p, t}) })
	t.Run("the journal ends at the scope", func(t *testing.T) { journalEndsAtTheScope(office{p, t}) })
}

func officerKeepsTheRegistry(o office) {
	t := o.t
	home := "/ho/" + o.places[0].household
	in := func(name string, f func(o office)) {
		t.Run(name, func(t *testing.T) { f(office{o.province, t}) })
	}
	in("a birth is recorded, seen and taken back", func(o office) {
		page := o.follows(o.send("xa", home+"/sinh", "day", "1/12/2020", "full_name", "Hà Thị Mới Sinh", "sex", "female", "relation", "child", "reason", "giấy chứng sinh số 5"), "xa")
		must(o.t, page, "Hà Thị Mới Sinh", "Đã ghi: Sinh con, ngày 01/12/2020", "giấy chứng sinh số 5")
		undo := regexp.MustCompile(`/ho/[^"]+/hoan-tac/[^"]+`).FindString(page)
		o.refused(o.ask("xa", "POST", undo, typed("reason", " ")), 422, "reason", text.T("household.reason_missing"))
		must(o.t, o.follows(o.ask("xa", "POST", undo, typed("reason", "ghi nhầm hộ")), "xa"), "Đã hoàn tác: Sinh con", "ghi nhầm hộ")
		o.refused(o.ask("xa", "POST", undo, typed("reason", "lần nữa")), 409, "", text.T("household.already_undone"))
	})
	in("what is wrong stands at the top and at the field, and what was typed is kept", func(o office) {
		w := o.send("xa", home+"/sinh", "day", "31/2/2020", "full_name", "Hà Văn Giữ Lại", "relation", "child")
		o.refused(w, 422, "day", "31/2/2020")
		must(o.t, w.Body.String(), `value="Hà Văn Giữ Lại"`, `value="31/2/2020"`)
		o.refused(o.send("xa", home+"/sinh", "day", "1/12/2020", "full_name", "", "relation", "child"), 422, "full_name", text.T("household.name_missing"))
		o.refused(o.send("xa", home+"/sinh", "day", "1/12/2099", "full_name", "Hà Văn A", "relation", "child"), 422, "day", "1/12/2099")
		o.refused(o.send("xa", home+"/den", "day", "1/12/2020", "full_name", "Hà Văn A", "birth", "30/2/1990", "relation", "other"), 422, "birth", "30/2/1990")
		o.refused(o.send("xa", home+"/di", "day", "1/12/2020"), 422, "person", text.T("web.op.choose_person"))
	})
	in("an old form is refused, and the way to the new one is shown", func(o office) {
		w := o.ask("xa", "POST", home+"/sinh", typed("rev", "0", "day", "1/12/2020", "full_name", "Hà Văn Cũ", "relation", "child"))
		o.refused(w, 409, "", text.T("household.stale"))
		must(o.t, w.Body.String(), "Hà Văn Cũ", text.T("web.op.again_link"))
	})
	in("a head who dies needs another", func(o office) {
		head, others := o.members(o.places[0].household)
		if len(others) == 0 {
			o.follows(o.send("xa", home+"/den", "day", "1/12/2020", "full_name", "Hà Thị Đến", "sex", "female", "birth", "1/2/1990", "relation", "child"), "xa")
			head, others = o.members(o.places[0].household)
		}
		o.refused(o.send("xa", home+"/mat", "person", string(head), "day", "2/12/2020"), 422, "new_head", text.T("household.head_needed"))
		page := o.follows(o.send("xa", home+"/mat", "person", string(head), "new_head", string(others[0]), "day", "2/12/2020"), "xa")
		must(o.t, page, "Đã ghi: Có người mất")
		undo := regexp.MustCompile(`/ho/[^"]+/hoan-tac/[^"]+`).FindString(page)
		o.follows(o.ask("xa", "POST", undo, typed("reason", "người còn sống")), "xa")
	})
	in("a household that leaves the province is asked about again", func(o office) {
		fresh := o.newHousehold("Hà Văn Đi")
		w := o.send("xa", fresh+"/roi-tinh", "day", "15/12/2020", "reason", "đi Đồng Nai")
		if w.Code != 200 || !strings.Contains(w.Body.String(), `name="xac-nhan"`) {
			o.t.Fatalf("%d: nobody asks whether it is so: %s", w.Code, plain(w))
		}
		rev := hidden(o.t, w.Body.String(), "rev")
		back := o.ask("xa", "POST", fresh+"/roi-tinh", typed("rev", rev, "day", "15/12/2020", "reason", "đi Đồng Nai", "buoc", "sua"))
		must(o.t, back.Body.String(), "đi Đồng Nai", `value="15/12/2020"`)
		page := o.follows(o.ask("xa", "POST", fresh+"/roi-tinh", typed("rev", rev, "day", "15/12/2020", "reason", "đi Đồng Nai", "xac-nhan", "1")), "xa")
		must(o.t, page, "Hộ đã kết thúc ngày 15/12/2020", "Hộ ông Hà Văn Đi")
		mustNot(o.t, page, `/sinh"`)
		if w := o.ask("xa", "GET", fresh+"/sinh", ""); w.Code != 409 {
			o.t.Errorf("a form for a household that has ended: %d", w.Code)
		}
	})
	in("two households become one, and the split makes two again", func(o office) {
		one, two := o.newHousehold("Hà Văn Một"), o.newHousehold("Hà Văn Hai")
		code := regexp.MustCompile(`TH-\d{4}-\d{4}`).FindString(o.page("xa", two))
		o.refused(o.ask("xa", "POST", one+"/nhap-ho", typed("rev", "1", "day", "10/12/2020", "tu", "TH-9999-9999")), 422, "tu", "TH-9999-9999")
		form := o.page("xa", one+"/nhap-ho?tu="+strings.ToLower(code))
		fields := []string{"rev", hidden(o.t, form, "rev"), "tu", code, "other_rev", hidden(o.t, form, "other_rev"), "day", "10/12/2020"}
		if w := o.ask("xa", "POST", one+"/nhap-ho", typed(fields...)); w.Code != 200 || !strings.Contains(w.Body.String(), "xac-nhan") {
			o.t.Fatalf("nobody asks whether it is so: %d %s", w.Code, plain(w))
		}
		page := o.follows(o.ask("xa", "POST", one+"/nhap-ho", typed(append(fields, "xac-nhan", "1")...)), "xa")
		must(o.t, page, "Hà Văn Hai", "Đã ghi: Nhập hộ")
		must(o.t, o.page("xa", two), "nhập vào hộ khác", "Xem hộ Hà Văn Một")
		leaver := regexp.MustCompile(`name="(di-[^"]+)"`).FindStringSubmatch(o.page("xa", one+"/tach"))[1]
		o.refused(o.send("xa", one+"/tach", "day", "12/12/2020"), 422, "leavers", text.T("household.split_some"))
		page = o.follows(o.send("xa", one+"/tach", "day", "12/12/2020", leaver, "head"), "xa")
		must(o.t, page, "Hộ mới: Hà Văn Hai")
	})
	in("a household moves out of sight, with a word about where to", func(o office) {
		fresh := o.newHousehold("Hà Văn Chuyển")
		to := o.places[3]
		page := o.follows(o.send("xa", fresh+"/chuyen-thon", "day", "18/12/2020", "village", to.village), "xa")
		must(o.t, page, "ngoài địa bàn của anh/chị")
		if w := o.ask("xa", "GET", fresh, ""); w.Code != 404 {
			o.t.Errorf("a household that moved away: %d", w.Code)
		}
		must(o.t, o.page("xa2", fresh), "Hà Văn Chuyển")
	})
	in("corrections need a reason and stand in the journal", func(o office) {
		person := home + "/sua/" + o.places[0].person
		o.refused(o.send("xa", person, "full_name", o.places[0].head), 422, "reason", text.T("household.reason_missing"))
		page := o.follows(o.send("xa", person, "full_name", "Hà Văn Đúng Tên", "birth", "1971", "sex", "male", "ethnic", "muong", "reason", "theo căn cước"), "xa")
		must(o.t, page, "Hà Văn Đúng Tên", "theo căn cước")
		must(o.t, o.page("thanhtra", "/nhat-ky?loai=household."), "Hà Văn Đúng Tên", "Sửa thông tin")
	})
	in("a new household says what it lacks, row by row", func(o office) {
		w := o.ask("xa", "POST", "/ho/moi", typed("village", o.places[0].village, "day", "1/12/2020", "full_name-1", "Hà Văn Đủ", "birth-1", "1970", "birth-2", "1/1/2099", "so-dong", "4"))
		o.refused(w, 422, "full_name-2", text.T("household.name_missing"))
		must(o.t, w.Body.String(), `href="#birth-2"`)
		w = o.ask("xa", "POST", "/ho/moi", typed("full_name-1", "Hà Văn Đủ", "so-dong", "4", "buoc", "them"))
		must(o.t, w.Body.String(), `name="full_name-7"`, "Hà Văn Đủ")
		w = o.ask("xa", "POST", "/ho/moi", typed("village", o.places[3].village, "day", "1/12/2020", "full_name-1", "Hà Văn Đủ", "so-dong", "4"))
		o.refused(w, 422, "village", text.T("household.unknown_village"))
		w = o.ask("xa", "POST", "/ho/moi", typed("village", o.places[0].village, "day", "1/12/2020", "full_name-1", "Hà Văn Đủ", "national_id-1", "12x", "so-dong", "4"))
		o.refused(w, 422, "national_id-1", "12x")
	})
	in("an ID held twice is taken, with a warning", func(o office) {
		one := o.newHousehold("Hà Văn Trùng", "national_id-1", "123456789")
		mustNot(o.t, o.page("xa", one), "cũng đang ghi cho người khác")
		two := o.newHousehold("Hà Văn Lặp", "national_id-1", "123456789")
		must(o.t, o.page("xa", two), "cũng đang ghi cho người khác")
	})
}

// newHousehold lists a household of one man in the village of the demo, and
// gives its address.
func (o office) newHousehold(head string, more ...string) string {
	o.t.Helper()
	w := o.ask("xa", "POST", "/ho/moi", typed(append([]string{"village", o.places[0].village, "day", "1/11/2020", "full_name-1", head, "sex-1", "male", "birth-1", "1980", "so-dong", "4"}, more...)...))
	o.follows(w, "xa")
	path, _, _ := strings.Cut(w.Header().Get("Location"), "?")
	return path
}

func departmentSeesItsSubjectAlone(o office) {
	t := o.t
	home := "/ho/" + o.poorHome()
	whole := o.page("tinh", home)
	must(t, whole, "Vì sao năm", "Khoảng cách: điểm B1", "Xong THCS", "Có BHYT", "Chất lượng nhà ở", "Nhật ký của hộ")
	health := o.page("yte", home)
	must(t, health, "Bảo hiểm y tế", "Có BHYT", "Kết quả đợt")
	mustNot(t, health, "Xong THCS", "Chất lượng nhà ở", "Nhật ký", "B1", "Dân tộc", "CMND", "Nguyên nhân")
	school := o.page("giaoduc", home)
	must(t, school, "Xong THCS", "Tình trạng đi học")
	mustNot(t, school, "Có BHYT", "Bảo hiểm y tế", "Chất lượng nhà ở")
	list := o.page("yte", "/ho")
	mustNot(t, list, `name="dan-toc"`, `name="nhom"`, "Nhân khẩu", "Chất lượng nhà ở")
	must(t, list, "Bảo hiểm y tế")
	if a, b := o.page("yte", "/ho?thieu=housing_quality"), o.page("yte", "/ho"); words(a) != words(b) {
		t.Error("a department filters by an indicator of another one")
	}
	village := o.page("thon", "/ho")
	must(t, village, o.places[0].code)
	mustNot(t, village, o.places[1].code, o.places[2].code)
}

var counted = regexp.MustCompile(`<p class="soft">([^<]*)</p>`)

func words(page string) string { return strings.Join(counted.FindStringSubmatch(page), "") }

// poorHome is a household that was assessed in the last round.
func (o office) poorHome() string {
	o.t.Helper()
	found := regexp.MustCompile(`/ho/([0-9A-V]{26})"`).FindStringSubmatch(o.page("tinh", "/ho?ket-qua-loc=poor"))
	if found == nil {
		o.t.Fatal("the demo has no poor household")
	}
	return found[1]
}

func listAnswersAsPeopleType(o office) {
	t := o.t
	w := httptest.NewRecorder()
	r := httptest.NewRequest("GET", "/ho?q="+url.QueryEscape(o.places[0].head), nil)
	r.Header.Set("Cookie", o.tokens["xa"])
	r.Header.Set("HX-Request", "true")
	r.Header.Set("HX-Target", view.ResultsID)
	o.server.ServeHTTP(w, r)
	if body := w.Body.String(); w.Code != 200 || strings.Contains(body, "<html") || !strings.Contains(body, o.places[0].household) {
		t.Errorf("htmx gets %d: %.200s", w.Code, body)
	}
	all, poor := o.page("tinh", "/ho"), o.page("tinh", "/ho?ket-qua-loc=poor")
	must(t, all, "sau=") // the way to the next page
	mustNot(t, poor, "Hộ cận nghèo · CN")
	for _, path := range []string{"/ho?dia-ban=" + o.places[3].commune, "/ho?dia-ban=khong-co"} {
		if w := o.ask("xa", "GET", path, ""); w.Code != 404 {
			t.Errorf("%s for an officer of another commune: %d", path, w.Code)
		}
	}
	if w := o.ask("xa", "GET", "/ho?dot=1900", ""); w.Code != 404 {
		t.Errorf("a round that never was: %d", w.Code)
	}
	must(t, o.page("xa", "/ho?q=khongcoainhuthe"), "Không có hộ nào khớp")
}

// Every page of the registry and of administration keeps the rules of the
// house, as each kind of reader sees it.
func everyPageKeepsTheRules(o office) {
	t := o.t
	home, poor := "/ho/"+o.places[0].household, "/ho/"+o.poorHome()
	pages := map[string][]string{
		"tinh": {"/ho", "/ho?q=ha", "/ho?ket-qua-loc=near_poor", "/ho?dia-ban=" + o.places[0].commune, poor, poor + "?dot=2016", "/dia-ban", "/dia-ban/" + o.places[0].village, "/dia-ban/" + o.places[0].commune,
			"/dia-ban?q=dong+son", "/dia-ban?ngay=1/1/2016", "/dia-ban?ngay=1/1/1990", "/dia-ban?ngay=xyz", "/chuan", "/chuan/VN-2016", "/chuan/VN-2022", "/chuan/VN-2027", "/nhat-ky", "/ho/nguoi", "/ho/moi", "/ho/moi?xa=" + o.places[0].commune},
		"xa": {"/ho", home, home + "/sinh", home + "/mat", home + "/den", home + "/den?tu=" + o.places[1].code, home + "/di", home + "/doi-chu-ho", home + "/chuyen-thon", home + "/chuyen-thon?xa=" + o.places[3].commune,
			home + "/tach", home + "/nhap-ho", home + "/nhap-ho?tu=" + o.places[1].code, home + "/roi-tinh", home + "/sua", home + "/sua/" + o.places[0].person, "/ho/moi", "/tai-khoan", "/dia-ban"},
		"yte":      {"/ho", poor, "/ho?thieu=health_insurance"},
		"thon":     {"/ho", home},
		"quantri":  {"/nguoi-dung", "/nguoi-dung?q=ha", "/nguoi-dung/moi", "/tai-khoan", "/chuan", "/dia-ban"},
		"thanhtra": {"/nhat-ky", "/nhat-ky?loai=account."},
	}
	for name, list := range pages {
		for _, path := range list {
			t.Run(name+" "+path, func(t *testing.T) { o.keepsRules(t, name, path) })
		}
	}
	for _, found := range regexp.MustCompile(`href="(/nguoi-dung/[0-9A-V]{26})"`).FindAllStringSubmatch(o.page("quantri", "/nguoi-dung"), 2) {
		for _, path := range []string{found[1], found[1] + "/chuc-trach", found[1] + "/chuc-trach?role=commune", found[1] + "/chuc-trach?role=village&xa=" + o.places[0].commune, found[1] + "/chuc-trach?role=department"} {
			t.Run("quantri "+path, func(t *testing.T) { o.keepsRules(t, "quantri", path) })
		}
	}
	w := o.send("xa", home+"/sinh", "day", "x", "full_name", "")
	if doc, err := html.Parse(w.Body); err != nil {
		t.Fatal(err)
	} else {
		checkPage(t, doc) // the refused form as well
	}
}

func (o office) keepsRules(t *testing.T, name, path string) {
	w := o.ask(name, "GET", path, "")
	if w.Code != 200 {
		t.Fatalf("%d: %s", w.Code, plain(w))
	}
	if at := strings.Index(w.Body.String(), "‹"); at >= 0 {
		t.Error("a text has no words: ", w.Body.String()[at:at+60])
	}
	doc, err := html.Parse(w.Body)
	if err != nil {
		t.Fatal(err)
	}
	checkPage(t, doc)
}

func accountsAreManaged(o office) {
	t := o.t
	o.refused(o.ask("quantri", "POST", "/nguoi-dung/moi", typed("full_name", "Lò Thị Mới", "name", "tên có dấu")), 422, "name", text.T("account.name_bad"))
	w := o.ask("quantri", "POST", "/nguoi-dung/moi", typed("full_name", "Lò Thị Mới", "name", "lo.moi"))
	if w.Code != 200 || w.Header().Get("Cache-Control") != "no-store" {
		t.Fatalf("%d %s", w.Code, plain(w))
	}
	password := regexp.MustCompile(`[0-9a-f]{4}(-[0-9a-f]{4}){4}`).FindString(w.Body.String())
	user := regexp.MustCompile(`/nguoi-dung/[0-9A-V]{26}`).FindString(w.Body.String())
	post := user + "/chuc-trach"
	o.refused(o.ask("quantri", "POST", post, typed("role", "commune")), 422, "area", text.T("web.user.choose_area"))
	o.refused(o.ask("quantri", "POST", post, typed("role", "commune", "area", o.places[0].commune, "from", "32/1/2020")), 422, "from", text.T("household.bad_day"))
	page := o.follows(o.ask("quantri", "POST", post, typed("role", "commune", "area", o.places[0].commune, "agency", "UBND xã", "from", "1/12/2020")), "quantri")
	must(t, page, "Đã giao chức trách", "đang giữ")

	o.signIn(t, "lo.moi", password)
	if w := o.ask("lo.moi", "GET", "/ho", ""); w.Code != 403 {
		t.Errorf("with a password of somebody else's: %d", w.Code)
	}
	must(t, o.page("lo.moi", "/tai-khoan"), text.T("account.must_change"))
	o.refused(o.ask("lo.moi", "POST", "/tai-khoan/mat-khau", typed("old_password", password, "password", "con đò lá trúc", "again", "con đò")), 422, "again", text.T("web.own.not_same"))
	o.refused(o.ask("lo.moi", "POST", "/tai-khoan/mat-khau", typed("old_password", "sai", "password", "con đò lá trúc", "again", "con đò lá trúc")), 422, "old_password", text.T("account.old_password_wrong"))
	must(t, o.follows(o.ask("lo.moi", "POST", "/tai-khoan/mat-khau", typed("old_password", password, "password", "con đò lá trúc", "again", "con đò lá trúc")), "lo.moi"), "Đã đổi mật khẩu", "máy này")
	o.page("lo.moi", "/ho/"+o.places[0].household)

	end := regexp.MustCompile(post + `/[0-9A-V]{26}`).FindString(o.page("quantri", user))
	must(t, o.follows(o.ask("quantri", "POST", end, typed("to", "20/12/2020", "reason", "chuyển công tác")), "quantri"), "Đã kết thúc chức trách")
	if w := o.ask("lo.moi", "GET", "/ho", ""); w.Code != 403 {
		t.Errorf("after the post has ended: %d", w.Code)
	}
	rev := hidden(t, o.page("quantri", user), "rev")
	o.refused(o.ask("quantri", "POST", user+"/trang-thai", typed("rev", rev, "active", "0")), 422, "reason", text.T("household.reason_missing"))
	must(t, o.follows(o.ask("quantri", "POST", user+"/trang-thai", typed("rev", rev, "active", "0", "reason", "nghỉ việc")), "quantri"), "Đã khóa tài khoản", "đã khóa")
	if w := o.ask("lo.moi", "GET", "/tai-khoan", ""); w.Code != 303 {
		t.Errorf("a disabled account: %d", w.Code)
	}
	if w := o.ask("quantri", "POST", user+"/mat-khau", ""); w.Code != 200 || !strings.Contains(w.Body.String(), "Đã đặt lại mật khẩu") {
		t.Errorf("%d %s", w.Code, plain(w))
	}
}

// A post with the right to read the journal in one commune reads what was
// written about that commune, nothing of accounts, nothing of elsewhere.
func personsAreListedForAPurpose(o office) {
	t := o.t
	o.refused(o.ask("xa", "POST", "/ho/nguoi", typed("thieu", "health_insurance")), 422, "purpose", text.T("review.purpose_missing"))
	o.refused(o.ask("xa", "POST", "/ho/nguoi", typed("purpose", "cấp thẻ")), 422, "thieu", text.T("web.persons.choose"))
	o.refused(o.ask("yte", "POST", "/ho/nguoi", typed("thieu", "child_schooling", "purpose", "xem")), 422, "thieu", text.T("web.persons.choose"))
	if w := o.ask("xa", "POST", "/ho/nguoi", typed("thieu", "health_insurance", "purpose", "xem", "dia-ban", o.places[3].commune)); w.Code != 404 {
		t.Errorf("persons of another commune: %d", w.Code)
	}
	w := o.ask("yte", "POST", "/ho/nguoi", typed("thieu", "health_insurance", "purpose", "cấp thẻ bảo hiểm năm 2021"))
	if w.Code != 200 {
		t.Fatalf("%d %s", w.Code, plain(w))
	}
	must(t, w.Body.String(), "những người làm hộ thiếu hụt")
	must(t, o.page("thanhtra", "/nhat-ky?loai=list."), "cấp thẻ bảo hiểm năm 2021")
}

func undoIsRefusedWithWhatRestsOnIt(o office) {
	fresh := o.newHousehold("Hà Văn Nền")
	create := regexp.MustCompile(fresh + `/hoan-tac/[0-9A-V]{26}`).FindString(o.page("xa", fresh))
	o.follows(o.send("xa", fresh+"/sinh", "day", "1/12/2020", "full_name", "Hà Thị Con", "relation", "child"), "xa")
	w := o.ask("xa", "POST", create, typed("reason", "lập nhầm"))
	o.refused(w, 409, "", text.T("household.rests_on_it"))
	must(o.t, w.Body.String(), "Sinh con ngày 01/12/2020", "lập nhầm")
	birth := ""
	for _, found := range regexp.MustCompile(fresh+`/hoan-tac/[0-9A-V]{26}`).FindAllString(o.page("xa", fresh), -1) {
		if found != create {
			birth = found
		}
	}
	o.follows(o.ask("xa", "POST", birth, typed("reason", "ghi nhầm")), "xa")
	must(o.t, o.follows(o.ask("xa", "POST", create, typed("reason", "lập nhầm")), "xa"), "Đã hoàn tác việc lập hộ")
	if w := o.ask("xa", "GET", fresh, ""); w.Code != 404 {
		o.t.Errorf("a household that was taken back: %d", w.Code)
	}
}

func journalEndsAtTheScope(o office) {
	t := o.t
	page := o.page("quantri", "/nguoi-dung?q=xa2")
	user := regexp.MustCompile(`/nguoi-dung/[0-9A-V]{26}`).FindString(page)
	o.follows(o.ask("quantri", "POST", user+"/chuc-trach", typed("role", "auditor", "area", o.places[3].commune)), "quantri")
	o.follows(o.send("xa", "/ho/"+o.places[0].household+"/sinh", "day", "1/12/2020", "full_name", "Hà Văn Kín", "relation", "child"), "xa")
	o.follows(o.send("xa2", "/ho/"+o.places[3].household+"/sinh", "day", "1/12/2020", "full_name", "Lê Văn Thấy", "relation", "child"), "xa2")
	journal := o.page("xa2", "/nhat-ky")
	must(t, journal, "Lê Văn Thấy")
	mustNot(t, journal, "Hà Văn Kín", "Đăng nhập", "Tạo tài khoản")
	must(t, o.page("thanhtra", "/nhat-ky"), "Hà Văn Kín", "Lê Văn Thấy", "Đăng nhập")
}
