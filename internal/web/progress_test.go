package web_test

import (
	"net/url"
	"regexp"
	"strings"
	"testing"
)

// A village head works in his village alone, and sees how far his commune is:
// wherever a page leads him to the commune's grid he gets there.
func TestAVillageHeadIsLedToTheGridOfHisCommune(t *testing.T) {
	p := demoProvince(t)
	at := p.places[0]
	grid := "/ra-soat/2020/tien-do?dia-ban="
	page := p.ask("thon", "GET", grid+at.village, "").Body.String()
	must(t, page, "/ra-soat/2020?dia-ban="+at.village)
	dossier := regexp.MustCompile(`/ho-so/[0-9A-V]{26}`).FindString(page)
	for _, path := range []string{dossier, dossier + "/list/" + at.village, "/ra-soat/2020/hop-thon/" + at.village} {
		body := p.ask("thon", "GET", path, "").Body.String()
		must(t, body, grid+at.village)
		mustNot(t, body, grid+at.commune)
	}
	must(t, p.ask("xa", "GET", dossier, "").Body.String(), grid+at.commune)
	w := p.ask("thon", "POST", dossier+"/list/"+at.village, url.Values{"viec": {"lay-lai"}, "reason": {"sót một hộ"}}.Encode())
	if to := w.Header().Get("Location"); w.Code != 303 || to != strings.Replace(grid, "?", "?da-luu=step_back&", 1)+at.village {
		t.Errorf("a step taken back leads with %d to %q", w.Code, to)
	}
}
