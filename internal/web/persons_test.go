package web_test

import (
	"strings"
	"testing"

	"giamngheo/internal/text"
)

// personsAsFile: the list goes out whole, for a purpose, as far as the scope
// and the subject reach.
func personsAsFile(o office) {
	t := o.t
	ask := []string{"thieu", "health_insurance", "dot", "2016", "purpose", "cấp thẻ bảo hiểm"}
	w := o.ask("huyen", "POST", "/ho/nguoi", typed(append(ask, "tep", "csv")...))
	if w.Code != 200 || !strings.HasPrefix(w.Header().Get("Content-Disposition"), "attachment") {
		t.Fatalf("%d %v", w.Code, w.Header())
	}
	lines := strings.Split(strings.TrimSpace(w.Body.String()), "\n")
	if len(lines) < 2 || !strings.Contains(lines[0], "Họ và tên") {
		t.Fatalf("%d lines, the first %q", len(lines), lines[0])
	}
	p := o.places[0]
	for _, line := range lines[1:] {
		for code, village := range o.codes {
			if strings.Contains(line, code) && !o.lives("huyen", village) {
				t.Errorf("a person of another district than that of %s: %s", p.village, line)
			}
		}
	}
	all := o.ask("yte", "POST", "/ho/nguoi", typed(append(ask, "tep", "csv")...))
	if n := strings.Count(all.Body.String(), "\n"); n <= len(lines) {
		t.Errorf("the province's list has %d lines, a district's %d", n, len(lines))
	}
	if w := o.ask("yte", "POST", "/ho/nguoi", typed(append(ask, "tep", "xlsx")...)); w.Code != 200 || !strings.HasPrefix(w.Body.String(), "PK") {
		t.Errorf("%d, no spreadsheet", w.Code)
	}
	o.refused(o.ask("xa", "POST", "/ho/nguoi", typed("thieu", "health_insurance", "tep", "csv")), 422, "purpose", text.T("review.purpose_missing"))
	o.refused(o.ask("yte", "POST", "/ho/nguoi", typed("thieu", "adult_education", "tep", "csv", "purpose", "xem")), 422, "thieu", text.T("web.persons.choose"))
	if w := o.ask("xa", "POST", "/ho/nguoi", typed(append(ask, "tep", "exe")...)); w.Code < 400 {
		t.Errorf("an unknown format: %d", w.Code)
	}
	must(t, o.page("thanhtra", "/nhat-ky?loai=list."), "Xem danh sách có tên", "cấp thẻ bảo hiểm", "bảo hiểm y tế")
	must(t, o.page("xa", "/bang"), "Danh sách người theo chỉ số", "/ho/nguoi?")
	must(t, o.page("xa", "/ho/nguoi?dia-ban="+p.village), `<option value="`+p.village+`" selected`)
}

func TestListsOfPersons(t *testing.T) {
	p := demoProvince(t)
	t.Run("as a file", func(t *testing.T) { personsAsFile(office{p, t}) })
}
