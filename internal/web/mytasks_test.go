package web_test

import (
	"fmt"
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
