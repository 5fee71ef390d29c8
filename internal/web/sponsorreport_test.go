package web_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"giamngheo/internal/area"
)

// The report of all sponsors begins with a line for each district, and each line
// opens a report of as many promises as it says, down to the promises.
func TestTheReportOfAllSponsorsIsDrawnTogetherAndOpensDown(t *testing.T) {
	p := demoProvince(t)
	address := "/to-chuc/do-dau/bao-cao?ky=2016-2020"
	whole := p.ask("tinh", "GET", address, "").Body.String()
	places := regexp.MustCompile(`data-href="(/to-chuc/do-dau/bao-cao\?[^"]+)"`).FindAllStringSubmatch(whole, -1)
	if districts := len(p.tree.Children(area.ID("38.2016"), p.day)); len(places) < 10 || len(places) > districts {
		t.Fatalf("%d places of %d districts", len(places), districts)
	}
	kept := regexp.MustCompile(`([\d.]+) trên ([\d.]+)`)
	_, rows, _ := strings.Cut(whole, `id="theo-noi"`)
	for n, row := range strings.Split(rows, "<tr")[2:] {
		row, _, _ = strings.Cut(row, "</tr>")
		says := kept.FindString(row)
		if n >= len(places) || says == "" {
			continue
		}
		w := p.ask("tinh", "GET", strings.ReplaceAll(places[n][1], "&amp;", "&"), "")
		title := regexp.MustCompile(`<h1>[^<]*`).FindString(w.Body.String())
		if w.Code != http.StatusOK || !strings.Contains(title, says) && says != "0 trên 0" {
			t.Errorf("%s says %s and opens %d %q", places[n][1], says, w.Code, title)
		}
	}
	if strings.Contains(whole, `id="theo-don-vi"`) || !strings.Contains(p.ask("tinh", "GET", address+"&tung-dong=1", "").Body.String(), `id="theo-don-vi"`) {
		t.Error("every line does not stand where it is asked for, or stands where it is not")
	}
	// Of another's area nothing is said, not even that nothing is promised there.
	for who, want := range map[string]int{"xa": 404, "huyen": 404, "tinh": 200, "yte": 200} {
		for _, file := range []string{"", "/tep/csv"} {
			if w := p.ask(who, "GET", "/to-chuc/do-dau/bao-cao"+file+"?ky=2019&dia-ban="+p.places[3].district, ""); w.Code != want {
				t.Errorf("%s, another district%s: %d", who, file, w.Code)
			}
		}
	}
	if own := p.ask("yte", "GET", address+"&co-quan=so-y-te", "").Body.String(); !strings.Contains(own, `id="theo-don-vi"`) {
		t.Error("an agency's own report does not stand whole")
	}
}

// A reform that is decided for a later day does not show before it.
func TestUnitsBearTheNameOfToday(t *testing.T) {
	p := demoProvince(t)
	today, later := map[string]bool{}, map[string]bool{}
	for _, commune := range p.tree.Communes("38.2016", p.day) {
		today[commune.FullName] = true
		if last, _ := p.tree.Last(commune.Area); last.FullName != commune.FullName {
			later[last.FullName] = true
		}
	}
	file := p.ask("tinh", "GET", "/to-chuc/do-dau/bao-cao/tep/csv?ky=2016-2020", "").Body.String()
	if len(later) == 0 {
		t.Fatal("no unit is renamed later, nothing is tried")
	}
	for name := range later {
		if !today[name] && strings.Contains(file, ","+name+",") {
			t.Errorf("%s is named so only later", name)
		}
	}
	v, ok := p.tree.Lately("38.2016", p.day)
	if !ok || v.Level != area.Province {
		t.Error(v)
	}
}
