package web_test

import (
	"regexp"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

func TestTwoStandardsSideBySide(t *testing.T) {
	o := office{demoProvince(t), t}
	before := o.page("xa", "/bang/so-chuan?dot=2018")
	must(t, before, "chưa được phân loại theo chuẩn VN-2022", "Chưa có phiếu nào")
	mustNot(t, before, "Phân loại mọi phiếu của đợt")
	must(t, o.page("tinh", "/bang/so-chuan?dot=2018"), "Phân loại mọi phiếu của đợt theo chuẩn VN-2022")
	if w := o.ask("xa", "POST", "/bang/so-chuan?dot=2018&chuan=VN-2022", ""); w.Code != 403 {
		t.Errorf("a commune judges the round: %d", w.Code)
	}
	page := o.follows(o.ask("tinh", "POST", "/bang/so-chuan?dot=2018&chuan=VN-2022", ""), "tinh")
	mustNot(t, page, "chưa được phân loại")
	must(t, page, "VN-2016", "VN-2022", "Hộ nghèo", "Chênh lệch")
	doc, err := html.Parse(strings.NewReader(page))
	if err != nil {
		t.Fatal(err)
	}
	checkPage(t, doc)

	// The official column is that of the table of results.
	official := figuresOf(t, page, "Hộ nghèo")
	results := o.page("tinh", "/bang/results?dot=2018")
	if !strings.Contains(results, ">"+official[0]+"<") {
		t.Errorf("%s poor households by the comparison, which the table of results does not know", official[0])
	}
	all := figuresOf(t, page, "Tất cả phiếu đã phân loại theo cả hai chuẩn")
	if len(all) < 2 || all[0] != all[1] {
		t.Errorf("the two columns have different sums: %v", all)
	}
	// Behind a cell stand its households, with what each standard judged on.
	cells := regexp.MustCompile(`href="(/bang/so-chuan/ho[^"]+)"`).FindAllStringSubmatch(o.page("huyen", "/bang/so-chuan?dot=2018"), -1)
	if len(cells) == 0 {
		t.Fatal("no cell leads to its households")
	}
	homes := o.page("huyen", strings.ReplaceAll(cells[0][1], "&amp;", "&"))
	must(t, homes, "TH-0", "chỉ số thiếu hụt", "B1", "VN-2022")
	mustNot(t, o.page("yte", "/bang/so-chuan?dot=2018"), "/bang/so-chuan/ho")
	if w := o.ask("huyen", "GET", "/bang/so-chuan/ho?dot=2018&chuan=VN-2022&tu=rich&thanh=poor", ""); w.Code != 404 {
		t.Errorf("a class that is none: %d", w.Code)
	}
	must(t, o.page("huyen", "/bang/so-chuan?dot=2018"), "VN-2022")
	must(t, o.page("yte", "/bang"), "So hai chuẩn")
	must(t, o.page("tinh", "/bang/so-chuan?dot=2018&chuan=VN-2027"), "VN-2027")
	if w := o.ask("tinh", "GET", "/bang/so-chuan?dot=2018&chuan=VN-1", ""); w.Code != 404 {
		t.Errorf("an unknown standard: %d", w.Code)
	}
}

var cellText = regexp.MustCompile(`(?s)<t[dh][^>]*>(.*?)</t[dh]>`)

// figuresOf are the cells behind the first row that begins with the words.
func figuresOf(t *testing.T, page, words string) []string {
	t.Helper()
	for _, row := range strings.Split(page, "<tr")[1:] {
		var cells []string
		for _, found := range cellText.FindAllStringSubmatch(row, -1) {
			cells = append(cells, strings.TrimSpace(tags.ReplaceAllString(html.UnescapeString(found[1]), "")))
		}
		if len(cells) > 1 && cells[0] == words {
			return cells[1:]
		}
	}
	t.Fatalf("no row %q", words)
	return nil
}
