package web_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/a-h/templ"

	"giamngheo/internal/chart"
	"giamngheo/internal/fault"
	"giamngheo/internal/web"
	"giamngheo/internal/web/view"
)

// The gallery shows every component with sample data. Tests check its pages;
// GALLERY_ADDR=localhost:8090 go test -run TestServeGallery -timeout 0
// ./internal/web serves them to look at.

func TestServeGallery(t *testing.T) {
	server, err := web.New(web.Deps{Demo: true, Routes: galleryRoutes()})
	if err != nil {
		t.Fatal(err)
	}
	if addr := os.Getenv("GALLERY_ADDR"); addr != "" {
		t.Log("http://" + addr + "/")
		t.Fatal(http.ListenAndServe(addr, server))
	}
	served := httptest.NewServer(server)
	defer served.Close()
	for _, p := range galleryPages() {
		answer, err := http.Get(served.URL + p.path)
		if err != nil {
			t.Fatal(err)
		}
		answer.Body.Close()
		if answer.StatusCode != http.StatusOK {
			t.Error(p.path, answer.Status)
		}
	}
}

type galleryPage struct {
	path string
	page templ.Component
}

func galleryRoutes() []web.Route {
	var routes []web.Route
	for _, p := range galleryPages() {
		pattern := p.path
		if pattern == "/" {
			pattern = "/{$}"
		}
		routes = append(routes, web.Route{Method: "GET", Pattern: pattern, Right: web.Public, Handler: func(w http.ResponseWriter, r *http.Request) error {
			if r.Header.Get("HX-Target") == view.ResultsID {
				return web.Render(w, r, http.StatusOK, view.ListResultsOf(sampleList(r.URL.Query().Get("q")).Results))
			}
			return web.Render(w, r, http.StatusOK, p.page)
		}})
	}
	routes = append(routes, web.Route{Method: "POST", Pattern: "/phieu", Right: web.Public, Handler: func(w http.ResponseWriter, r *http.Request) error {
		return web.SeeOther(w, r, "/phieu")
	}})
	return append(routes, web.Route{Method: "POST", Pattern: "/tam-tinh", Right: web.Public, Handler: func(w http.ResponseWriter, r *http.Request) error {
		if err := r.ParseForm(); err != nil {
			return err
		}
		result := sampleAssess().Result
		if r.PostForm.Get("housing_quality") == "solid" {
			result.Class = view.ClassTag(view.ClassNearPoor, "CN")
		}
		return web.Render(w, r, http.StatusOK, view.AssessResult(result))
	}})
}

func galleryPages() []galleryPage {
	overview := samplePage("Tổng quan", view.NavOverview)
	overview.Crumbs = []view.Link{{Text: "Tỉnh Thanh Hóa"}}
	overview.CrumbNote = "27 huyện · 635 xã · địa giới 31/12/2016"
	household := samplePage("Hộ ông Lương Văn Khỏe", view.NavHouseholds)
	entry := samplePage("Phiếu B", view.NavReview)
	entry.Crumbs[len(entry.Crumbs)-1] = view.Link{Text: "Phiếu B · hộ 17 trên 48"}
	entry.Scripts = []string{view.AssessModule}
	list := samplePage("Hộ gia đình", view.NavHouseholds)
	list.Search = view.SearchBox{}
	return []galleryPage{
		{"/", within(overview, view.OverviewBody(sampleOverview()))},
		{"/ho", within(household, view.HouseholdBody(sampleHousehold()))},
		{"/danh-sach", within(list, view.HouseholdListBody(sampleList("")))},
		{"/phieu", within(entry, view.AssessBody(sampleAssess()))},
		{"/dang-nhap", view.SignInPage(view.SignIn{Action: "/dang-nhap", Next: "/", Demo: true, Accounts: []view.Definition{
			{Term: "so", Value: "Sở Lao động – TBXH, toàn tỉnh"}, {Term: "xa-tam-chung", Value: "cán bộ xã Tam Chung"}}})},
		{"/dang-nhap-sai", view.SignInPage(view.SignIn{Action: "/dang-nhap", User: "hanh", Error: "Tên hoặc mật khẩu không đúng. Kiểm tra phím Caps Lock và bộ gõ tiếng Việt, rồi thử lại."})},
		{"/dang-nhap-dung", view.SignInPage(view.SignIn{Action: "/dang-nhap", User: "hanh", Throttled: "Sai năm lần liền. Thử lại sau 4 phút."})},
		{"/loi", view.ErrorPageOf(view.ErrorPage{Status: 500, Title: "Máy chủ gặp lỗi", Message: "Việc vừa rồi chưa được ghi. Thử lại; nếu vẫn lỗi, báo mã dưới đây cho người quản trị.", ID: "k3fq-82hd", Back: view.Link{Text: "Về trang đầu", Href: "/"}})},
		{"/thanh-phan", within(samplePage("Thành phần", view.NavTables), sampleComponents())},
		{"/bieu-mau", within(samplePage("Biểu mẫu", view.NavImport), sampleForms())},
	}
}

// within puts a body into the frame, as handlers do.
func within(p view.Page, body templ.Component) templ.Component {
	return view.Framed(p, body)
}

func samplePage(title string, at view.NavKey) view.Page {
	items := []view.NavItem{
		{Key: view.NavOverview, Href: "/"}, {Key: view.NavHouseholds, Href: "/ho"}, {Key: view.NavReview, Href: "/phieu", Count: 12},
		{Key: view.NavImport, Href: "/bieu-mau"}, {Key: view.NavTables, Href: "/thanh-phan"}, {Key: view.NavAreas, Href: "/dia-ban"},
		{Key: view.NavStandards, Href: "/chuan"}, {Key: view.NavUsers, Href: "/nguoi-dung"}, {Key: view.NavJournal, Href: "/nhat-ky", Count: 3},
	}
	for i := range items {
		items[i].Current = items[i].Key == at
	}
	return view.Page{
		Title: title, Nav: items, Demo: true,
		Crumbs: []view.Link{{Text: "Tỉnh Thanh Hóa", Href: "/"}, {Text: "Huyện Mường Lát", Href: "/"}, {Text: "Xã Tam Chung", Href: "/"}, {Text: "Bản Pọong"}},
		User:   view.User{Name: "Lê Thị Hạnh", Post: "Sở Lao động – TBXH", Href: "/tai-khoan", SignOut: "/dang-xuat"},
		Rounds: view.RoundPicker{Action: "/", Keep: []view.Pair{{Name: "dia-ban", Value: "38"}}, Options: []view.Option{{Value: "2016", Label: "Đợt rà soát 2016", Selected: true}, {Value: "2015", Label: "Đợt rà soát 2015"}}},
		Search: view.SearchBox{Action: "/ho", Value: ""},
	}
}

func sampleOverview() view.Overview {
	return view.Overview{
		Head: view.Heading{Title: "Cuối năm 2016 toàn tỉnh còn 105.855 hộ nghèo, giảm 23.038 hộ so với 2015",
			Lead: "Giảm nhanh ở đồng bằng; bảy huyện 30a còn chiếm gần một phần ba số hộ nghèo. 623 trên 635 xã đã gửi kết quả; 12 xã chưa gửi được ước theo năm trước và ghi rõ trong bảng."},
		KPIs: []view.KPI{
			{Label: "Hộ nghèo", Value: "105.855", Beside: "10,97% tổng số hộ", BesideTone: view.Out},
			{Label: "Hộ cận nghèo", Value: "96.096", Beside: "9,96%"},
			{Label: "Thoát nghèo trong năm", Value: "31.412", Beside: "tái nghèo 1.106 · phát sinh 7.268"},
			{Label: "Chưa đủ thông tin", Value: "214", Tone: view.Poor, Link: view.Link{Text: "xem danh sách", Href: "/ho"}},
		},
		Map: view.Picture{Title: "Nghèo tập trung ở miền núi phía tây: 7 huyện trên 24%", SVG: sampleMap(), Link: view.Link{Text: "Xem bảng", Href: "/thanh-phan"},
			Legend: []view.LegendItem{{Class: chart.M0, Label: "dưới 3%"}, {Class: chart.M1, Label: "3–6"}, {Class: chart.M2, Label: "6–12"}, {Class: chart.M3, Label: "12–20"}, {Class: chart.M4, Label: "20–32"}, {Class: chart.M5, Label: "trên 32%"}, {Class: chart.Unknown, Label: "chưa có số"}},
			Source: "Tỷ lệ hộ nghèo theo xã, đợt rà soát 2016, chuẩn 2016–2020 (QĐ 59/2015). Bấm một xã để xem hộ."},
		Trend: view.Picture{Title: "Mỗi năm giảm khoảng 2,2 điểm phần trăm", SVG: sampleTrend, Source: "Hộ nghèo cuối năm, chuẩn VN-2016."},
		Attention: []view.AttentionItem{
			{Tag: view.Tag{Tone: view.Poor, Text: "Mâu thuẫn"}, Text: "6 phiếu ghi khác danh sách thành viên ở xã Tam Chung", Link: view.Link{Text: "trả lời", Href: "/ho"}},
			{Tag: view.Tag{Tone: view.Near, Text: "Bất thường"}, Text: "Xã Trung Lý: 41 hộ thoát nghèo cùng ngày, không có phiếu mới", Link: view.Link{Text: "hỏi lại xã", Href: "/ho"}},
			{Tag: view.Tag{Tone: view.Unknown, Text: "Chưa rõ"}, Text: "214 hộ chưa đủ thông tin để phân loại", Link: view.Link{Text: "xem danh sách", Href: "/ho"}},
		},
	}
}

// sampleMap is a play of discs, not the province: the real map is drawn by the
// chart package.
func sampleMap() string {
	var b strings.Builder
	b.WriteString(`<svg class="chart map" viewBox="0 0 620 420" role="img" aria-label="Bản đồ mẫu">`)
	for i := range 120 {
		x, y := 30+(i%15)*40+(i/15%2)*18, 30+(i/15)*50
		step := min(max(5-(x+y/2)/130, 0), 5)
		fmt.Fprintf(&b, `<circle class="m%d" cx="%d" cy="%d" r="%d"/>`, step, x, y, 25-i%15)
	}
	return b.String() + `</svg>`
}

const sampleTrend = `<svg viewBox="0 0 340 150" role="img" aria-label="Hộ nghèo giảm từ 128.893 năm 2015 còn 21.923 năm 2020"><g fill="none" stroke="var(--line)"><path d="M30 20H330M30 65H330M30 110H330"/></g><path d="M40 22L96 42L152 64L208 88L264 108L320 117" fill="none" stroke="var(--poor)" stroke-width="2"/><g fill="var(--soft)" font-size="11" text-anchor="middle"><text x="40" y="140">2015</text><text x="96" y="140">2016</text><text x="152" y="140">2017</text><text x="208" y="140">2018</text><text x="264" y="140">2019</text><text x="316" y="140">2020</text></g><g fill="var(--poor)" font-size="12" font-weight="600"><text x="44" y="15">128.893</text><text x="300" y="106" text-anchor="middle">21.923</text></g></svg>`

func sampleHousehold() view.Household {
	class := func(c view.Class, label string) view.Cell { return view.Cell{Tag: view.ClassTag(c, label)} }
	row := func(words ...string) view.Row {
		var r view.Row
		for _, w := range words {
			r.Cells = append(r.Cells, view.Cell{Text: w})
		}
		return r
	}
	return view.Household{
		Head: view.Heading{Title: "Hộ ông Lương Văn Khỏe", Lead: "Mã hộ TH-0417-2936 · dân tộc Thái · 5 nhân khẩu · nông thôn, bản đặc biệt khó khăn · hộ nghèo từ 2015",
			Actions: []view.Button{{Label: "In phiếu", Icon: "print", Href: "/ho"}, {Label: "Nhập phiếu 2016", Kind: view.Primary, Href: "/phieu"}}},
		Warnings: []view.Notice{{Mood: view.Warn, Title: "Phiếu ghi khác danh sách thành viên ở chỉ số 3.", Text: "Phiếu đã ký: có thiếu hụt. Theo thành viên: không. Kết quả tính theo phiếu cho đến khi có người trả lời.", Link: view.Link{Text: "Trả lời", Href: "/phieu"}}},
		Why: view.Why{Title: "Vì sao năm 2016 là", Tag: view.ClassTag(view.ClassPoor, "N2"),
			Drawing: samplePosition(580), Small: samplePosition(320),
			Rules:  []string{"Điểm B1 là 140: trên 120, không quá 150, nên xét số chỉ số thiếu hụt. Hộ thiếu hụt 5 trên 10 chỉ số, từ 3 trở lên là hộ nghèo (QĐ 59/2015/QĐ-TTg, điều 2; TT 17/2016). Câu chưa hỏi không làm đổi kết quả."},
			Change: []string{"Bớt 3 thiếu hụt: cận nghèo, khi chỉ số 9 không thiếu hụt; bớt 4: chắc chắn cận nghèo.", "Điểm B1 trên 150: không nghèo."},
			Source: "Bộ quy tắc VN-2016, bản 3 · ngưỡng chỉ số 3 và 5 chưa được xác nhận nguồn."},
		Years: view.Table{ID: "nam", Caption: "Các đợt rà soát", Stacked: true,
			Columns: []view.Column{{Label: "Đợt"}, {Label: "Kết quả"}, {Label: "B1", Numeric: true}, {Label: "Thiếu hụt", Numeric: true}, {Label: "Nguyên nhân"}, {Label: "Biến động"}},
			Rows: []view.Row{
				{Href: "/phieu?dot=2015", Cells: []view.Cell{{Text: "2015"}, class(view.ClassPoor, "N1"), {Text: "105"}, {Text: "6"}, {Text: "thiếu vốn, thiếu đất"}, {Text: "phát sinh (mã 3)"}}},
				{Href: "/phieu?dot=2016", Cells: []view.Cell{{Text: "2016"}, class(view.ClassPoor, "N2"), {Text: "140"}, {Text: "5"}, {Text: "thiếu vốn, không có tay nghề"}, {Text: "hộ nghèo cũ (mã 1)"}}},
				{Href: "/phieu?dot=2017", Cells: []view.Cell{{Text: "2017"}, class(view.ClassNearPoor, "CN"), {Text: "145"}, {Text: "2"}, {Text: "thiếu vốn"}, {Text: "từ hộ nghèo (mã 4)"}}},
				{Href: "/phieu?dot=2018", Cells: []view.Cell{{Text: "2018"}, class(view.ClassNotPoor, ""), {Text: "165"}, {Text: "1"}, {}, {Text: "thoát cận nghèo"}}},
			}},
		Members: view.Table{ID: "thanh-vien", Caption: "Thành viên", Stacked: true,
			Columns: []view.Column{{Label: "Họ và tên"}, {Label: "Quan hệ"}, {Label: "Sinh", Numeric: true}, {Label: "Học vấn, việc làm"}, {Label: "BHYT"}},
			Rows: []view.Row{row("Lương Văn Khỏe", "chủ hộ", "1979", "tiểu học · làm ruộng", "có"), row("Hà Thị Oanh", "vợ", "1983", "THCS · làm ruộng", "có"),
				row("Lương Thị Yến", "con", "2004", "đang học lớp 7", "có"), row("Lương Văn Tuấn", "con", "2009", "đang học lớp 2", "có"), row("Vi Thị Luyến", "mẹ", "1951", "già yếu", "có")}},
		Deprivations: view.Deprivations{Title: "Thiếu hụt dịch vụ xã hội cơ bản: 5 trên 10", Items: []view.Deprivation{
			{Label: "1. Tiếp cận dịch vụ y tế", Answer: view.Enough}, {Label: "2. Bảo hiểm y tế", Answer: view.Enough},
			{Label: "3. Trình độ giáo dục người lớn", Answer: view.Lacking, Who: "Hà Thị Oanh"}, {Label: "4. Đi học của trẻ em", Answer: view.Enough},
			{Label: "5. Chất lượng nhà ở", Answer: view.Lacking}, {Label: "6. Diện tích nhà ở", Answer: view.Lacking}, {Label: "7. Nguồn nước sinh hoạt", Answer: view.Lacking},
			{Label: "8. Hố xí, nhà tiêu", Answer: view.Lacking}, {Label: "9. Dịch vụ viễn thông", Answer: view.NotAsked}, {Label: "10. Tài sản tiếp cận thông tin", Answer: view.Enough}}},
		History: []view.Event{{When: "14/11/2016", What: "Nhập phiếu B: điểm B1 140, thiếu hụt 5", Who: "Lê Thị Hạnh", Link: view.Link{Text: "chi tiết", Href: "/nhat-ky"}},
			{When: "02/03/2016", What: "Vi Thị Luyến chuyển đến hộ", Who: "Hà Văn Dũng", Why: "về ở với con", Link: view.Link{Text: "hoàn tác", Href: "/nhat-ky"}}},
	}
}

func samplePosition(width float64) string {
	return chart.Position{Label: "Điểm B1 là 140, giữa đường 120 và đường 150 điểm", Width: width,
		Zones: []chart.Zone{{Class: chart.Poor, Label: "nghèo về thu nhập"}, {Class: chart.Near, Label: "xét thiếu hụt"}, {Class: chart.Out, Label: "không nghèo"}},
		Marks: []chart.Mark{{At: 120, Label: "120 điểm"}, {At: 150, Label: "150 điểm"}}, Spots: []chart.Spot{{At: 140, Label: "140"}}}.SVG()
}

func sampleAssess() view.Assess {
	options := func(chosen int, words ...string) []view.Option {
		var list []view.Option
		for i, w := range words {
			list = append(list, view.Option{Value: fmt.Sprint(i + 1), Label: w, Selected: i+1 == chosen})
		}
		return list
	}
	housing := options(3, "Kiên cố", "Bán kiên cố", "Thiếu kiên cố", "Đơn sơ")
	housing[0].Value = "solid"
	return view.Assess{
		Head:   view.Heading{Title: "Phiếu B · ông Lương Văn Khỏe", Lead: "Gõ số của câu trả lời là sang câu sau; Enter chỉ cần sau ô số."},
		Action: "/phieu", Preview: "/tam-tinh", Rev: "3", LastYear: true,
		Questions: []view.Question{
			{Code: "B1", Name: "b1", Text: "Tổng điểm B1 (ghi trên phiếu)", Value: "140", Unit: "điểm", LastYear: "105", Digits: 3},
			{Code: "B2.3", Name: "adult_education", Text: "Có ai từ 15 tuổi, sinh từ năm 1986, chưa xong THCS và không đi học?", Hint: "Theo danh sách thành viên: không có. Phiếu ghi: có. Cả hai được giữ lại.", LastYear: "có", Choices: options(1, "Có", "Không", "Chưa hỏi được")},
			{Code: "B2.5", Name: "housing_quality", Text: "Nhà ở thuộc loại nào?", LastYear: "đơn sơ", Choices: housing},
			{Code: "B2.6", Name: "housing_area", Text: "Diện tích ở", Hint: "7,2 m² một người, dưới 8 m² là thiếu hụt", Warning: "Năm trước ghi 48 m². Nhà nhỏ đi? Ghi lý do hoặc sửa số.", Value: "36", Unit: "m²", LastYear: "48 m²", Digits: 4},
			{Code: "B2.7", Name: "water", Text: "Nguồn nước chính để ăn uống", Choices: options(5, "Nước máy", "Giếng khoan", "Giếng đào được bảo vệ", "Nước suối có lọc", "Nước sông suối")},
			{Code: "B2.8", Name: "toilet", Text: "Nhà tiêu", Choices: options(0, "Tự hoại", "Thấm dội nước", "Hai ngăn", "Khác", "Không có")},
		},
		Result: view.Result{Class: func() view.Tag { g := view.ClassTag(view.ClassPoor, "N2"); g.Big = true; return g }(),
			Facts:   []view.Definition{{Term: "Điểm B1 (ghi trên phiếu)", Value: "140", Strong: true}, {Term: "Thiếu hụt đã rõ", Value: "5 trên 10"}, {Term: "Chưa hỏi", Value: "1, không đổi kết quả"}, {Term: "So với năm trước", Value: "hộ nghèo cũ, mã 1"}},
			Notice:  view.Notice{Mood: view.Warn, Text: "Còn 2 câu và 1 cảnh báo cần trả lời trước khi gửi."},
			Actions: []view.Button{{Label: "Xong, sang hộ 18", Kind: view.Primary, Name: "sau", Value: "18", Finish: true, Key: "F8"}, {Label: "Ghi, ở lại", Name: "sau", Value: ""}}},
	}
}

func sampleComponents() templ.Component {
	return templ.Join(
		view.PageHead(view.Heading{Title: "Bảy trên tám bản kịp hạn 15/11", Lead: "Bảng, thẻ, thông báo và các trạng thái.", Actions: []view.Button{{Label: "Tải .xlsx", Href: "/"}, {Label: "Bỏ hộ khỏi đợt", Kind: view.Danger, Opens: "hoi"}, {Label: "Chốt đợt", Kind: view.Primary, Disabled: true}}}),
		view.Tabs("Bảng", []view.Tab{{Text: "Kết quả", Href: "/thanh-phan", Current: true}, {Text: "Biến động hộ nghèo", Href: "/"}, {Text: "Thiếu hụt", Href: "/", Count: 4}}),
		card(view.Card{}, view.TableOf(sampleTable())),
		view.Pagination(view.Pages{Words: "41–80 trong 1.204 hộ", Previous: "/", Next: "/"}),
		card(view.Card{Title: "Kết quả bằng nhãn"}, view.TagOf(view.ClassTag(view.ClassPoor, "N1")), view.TagOf(view.ClassTag(view.ClassNearPoor, "CN")), view.TagOf(view.ClassTag(view.ClassNotPoor, "")), view.TagOf(view.ClassTag(view.ClassUndetermined, "")), view.TagOf(view.ClassTag(view.ClassNotSurveyed, "")), view.TagOf(view.Tag{Tone: view.Brand, Text: "quốc gia"}), view.TagOf(view.Tag{Text: "địa phương"})),
		view.NoticeBox(view.Notice{Mood: view.Good, Text: "Đã ghi 312 hộ."}),
		view.NoticeBox(view.Notice{Mood: view.Warn, Title: "Số ước tính.", Text: "12 xã chia về nhiều xã mới, chỉ biết tỷ lệ.", Link: view.Link{Text: "Xem cách tính", Href: "/"}}),
		view.NoticeBox(view.Notice{Mood: view.Bad, Title: "Bảng không khớp.", Text: "Cuối kỳ 105.855, cộng biến động ra 105.854."}),
		card(view.Card{Title: "Đang chạy"}, view.ProgressBar(view.Progress{ID: "tien-do", Label: "Nhập ho-2016.xlsx", Done: 12000, Total: 20000, Words: "12.000 trên 20.000 dòng"})),
		card(view.Card{Title: "Trống, đang tải, hỏng, ngoài phạm vi"},
			view.BlankBox(view.Blank{State: view.Empty, Title: "Chưa có hộ nào trong thôn này", Text: "Nhập danh sách từ bảng tính, hoặc thêm từng hộ.", Actions: []view.Button{{Label: "Nhập dữ liệu", Href: "/bieu-mau"}}}),
			view.BlankBox(view.Blank{State: view.Loading}),
			view.BlankBox(view.Blank{State: view.Failed, Text: "Máy chủ không trả lời. Đây không phải là không có hộ.", Actions: []view.Button{{Label: "Thử lại", Href: "/"}}}),
			view.BlankBox(view.Blank{State: view.Forbidden, Text: "Danh sách có tên hộ chỉ mở cho cán bộ của xã."})),
		view.AskDialog(view.Dialog{ID: "hoi", Title: "Bỏ 1 hộ khỏi đợt rà soát?"}, templ.Join(view.FieldRow(view.Field{Name: "ly-do", Label: "Lý do", Kind: view.LongInput, Required: true}), view.CloseButton())),
	)
}

func card(c view.Card, parts ...templ.Component) templ.Component {
	return view.CardWith(c, templ.Join(parts...))
}

func sampleTable() view.Table {
	figures := func(name, href string, total bool, words ...string) view.Row {
		r := view.Row{Total: total, Href: href, Cells: []view.Cell{{Text: name}}}
		for _, w := range words {
			r.Cells = append(r.Cells, view.Cell{Text: w})
		}
		return r
	}
	tb := view.Table{ID: "ket-qua", Caption: "Kết quả rà soát 2016 theo huyện", Tall: true, Source: "Đợt rà soát 2016, chuẩn VN-2016, địa giới 31/12/2016. Tỷ lệ trên tổng số hộ.",
		Groups:  []view.Group{{Span: 2}, {Label: "Hộ nghèo", Span: 2}, {Label: "Hộ cận nghèo", Span: 2}, {Span: 1}},
		Columns: []view.Column{{Label: "Huyện", Sort: "?theo=ten"}, {Label: "Số hộ", Numeric: true, Sort: "?theo=ho"}, {Label: "hộ", Numeric: true, Sort: "?theo=ngheo", Sorted: view.Descending}, {Label: "%", Numeric: true}, {Label: "hộ", Numeric: true}, {Label: "%", Numeric: true}, {Label: "Gửi kết quả"}},
		Rows: []view.Row{
			figures("Huyện Mường Lát", "/a", false, "8.204", "", "38,20", "1.190", "14,50", "đủ 9 xã"),
			figures("Huyện Quan Hóa", "/b", false, "11.530", "2.998", "26,00", "2.213", "19,19", "đủ 18 xã"),
			figures("Huyện Bá Thước", "/c", false, "25.170", "5.512", "21,90", "5.034", "20,00", ""),
			figures("Toàn tỉnh", "", true, "964.800", "105.855", "10,97", "96.096", "9,96", "623 trên 635 xã"),
		}}
	tb.Rows[0].Cells[2] = view.Cell{Text: "3.134", Href: "/ho?loc=ngheo"}
	tb.Rows[2].Cells[6] = view.Cell{Tag: view.Tag{Tone: view.Near, Text: "thiếu 2 xã"}}
	tb.Rows[0].Cells[6].Mark = view.MarkDone
	return tb
}

func sampleForms() templ.Component {
	wrong := []fault.Field{{Name: "ngay-sinh", Message: "Ngày sinh 31/02/1979 không có trong lịch. Xem lại giấy tờ."}, {Name: "tep", Message: "Chọn một tệp .xlsx hoặc .csv."}}
	return templ.Join(
		view.ErrorSummary(wrong),
		view.PageHead(view.Heading{Title: "Nhập danh sách hộ", Lead: "Xem trước rồi mới ghi. Sai một dòng là chưa ghi gì cả."}),
		view.CardWith(view.Card{}, templ.Join(
			view.FieldRow(view.Field{Name: "chu-ho", Label: "Chủ hộ", Hint: "Họ và tên như trong giấy tờ", Value: "Lương Văn Khỏe", Width: "full"}),
			view.FieldRow(view.Field{Name: "ngay-sinh", Label: "Ngày sinh", Hint: "Ngày/tháng/năm, ví dụ 05/09/1979; chỉ biết năm thì ghi năm", Kind: view.DayInput, Value: "31/02/1979", Width: "w12", Error: view.ErrorFor(wrong, "ngay-sinh")}),
			view.FieldRow(view.Field{Name: "dien-tich", Label: "Diện tích ở", Kind: view.NumberInput, Value: "36", Unit: "m²", Width: "w6"}),
			view.SelectRow(view.Select{Name: "thon", Label: "Thôn, bản", Options: []view.Option{{Value: "1", Label: "Bản Pọong", Selected: true}, {Value: "2", Label: "Bản Lát"}}}),
			view.ChoiceRow(view.Choice{Name: "khu-vuc", Label: "Khu vực", Options: []view.Option{{Value: "rural", Label: "Nông thôn", Selected: true}, {Value: "urban", Label: "Thành thị", Hint: "phường, thị trấn"}}}),
			view.ChoiceRow(view.Choice{Name: "nguyen-nhan", Label: "Nguyên nhân nghèo", Hint: "Một hoặc nhiều", Many: true, Options: []view.Option{{Value: "1", Label: "Thiếu vốn sản xuất", Selected: true}, {Value: "2", Label: "Thiếu đất canh tác"}, {Value: "3", Label: "Ốm đau nặng"}}}),
			view.FieldRow(view.Field{Name: "tep", Label: "Tệp danh sách", Kind: view.FileInput, Accept: ".xlsx,.csv", Error: view.ErrorFor(wrong, "tep")}),
			view.Buttons([]view.Button{{Label: "Xem trước", Kind: view.Primary}, {Label: "Thôi", Kind: view.Quiet, Href: "/"}}),
		)),
	)
}

func sampleList(query string) view.HouseholdList {
	names := []string{"Lương Văn Khỏe", "Hà Văn Dũng", "Vi Thị Luyến", "Phạm Bá Thước", "Nguyễn Văn Á"}
	table := view.Table{ID: "ho", Caption: "Hộ", HideCaption: true, Stacked: true, Tall: true,
		Columns: []view.Column{{Label: "Chủ hộ", Sort: "?theo=ten", Sorted: view.Ascending}, {Label: "Mã hộ"}, {Label: "Thôn, bản"}, {Label: "Nhân khẩu", Numeric: true}, {Label: "Kết quả 2016"}, {Label: "B1", Numeric: true}}}
	for i, name := range names {
		if !strings.Contains(strings.ToLower(name), strings.ToLower(query)) {
			continue
		}
		class := []view.Class{view.ClassPoor, view.ClassNearPoor, view.ClassNotPoor, view.ClassUndetermined, view.ClassNotSurveyed}[i]
		table.Rows = append(table.Rows, view.Row{Href: "/ho", Cells: []view.Cell{{Text: name}, {Text: fmt.Sprintf("TH-0417-%d", 2936+i)}, {Text: "Bản Pọong"}, {Text: fmt.Sprint(3 + i)}, {Tag: view.ClassTag(class, "")}, {Text: fmt.Sprint(105 + 20*i)}}})
	}
	words := fmt.Sprintf("%d hộ", len(table.Rows))
	if len(table.Rows) == 0 {
		words = ""
		table.Blank = view.Blank{State: view.Empty, Title: "Không có hộ nào khớp", Text: "Bớt chữ, hoặc bỏ bộ lọc. Gõ có dấu hay không dấu đều được."}
	}
	return view.HouseholdList{
		Head:   view.Heading{Title: "Hộ ở xã Tam Chung", Actions: []view.Button{{Label: "Tải .xlsx", Href: "/"}, {Label: "Thêm hộ", Kind: view.Primary, Href: "/bieu-mau"}}},
		Action: "/danh-sach", Query: query, Hint: "Tên, mã hộ, bốn số trở lên của giấy tờ, hoặc tên thôn", Keep: []view.Pair{{Name: "dot", Value: "2016"}},
		Filters: []view.Select{{Name: "ket-qua-loc", Label: "Kết quả", Options: []view.Option{{Label: "Tất cả"}, {Value: "poor", Label: "Hộ nghèo"}, {Value: "near_poor", Label: "Hộ cận nghèo"}}},
			{Name: "thon", Label: "Thôn, bản", Options: []view.Option{{Label: "Tất cả"}, {Value: "1", Label: "Bản Pọong"}}}},
		Results: view.ListResults{Words: words, Table: table, Pages: view.Pages{Words: "1–5 trong 352 hộ", Next: "/danh-sach?trang=2"},
			Notice: view.Notice{Mood: view.Info, Text: "Một hộ khớp đã có ở xã khác, ngoài phạm vi của bạn."}},
	}
}
