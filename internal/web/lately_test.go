package web_test

import (
	"context"
	"regexp"
	"testing"

	"giamngheo/internal/area"
	"giamngheo/internal/db"
)

// A village that will bear another name some day bears its own until then, in
// what has happened and in what is printed.
func TestPagesNameAreasAsTheyWereOnTheirDay(t *testing.T) {
	p := demoProvince(t)
	at := p.places[0]
	was, ok := p.tree.On(area.ID(at.village), p.day)
	if !ok {
		t.Fatal("no village")
	}
	later := was
	was.To, later.From = "2023-01-01", "2023-01-01"
	later.Name, later.FullName = "Tên Mai Sau", "Thôn Tên Mai Sau"
	if err := p.app.DB.Write(context.Background(), func(tx *db.Tx) error { return area.Save(tx, p.app.Province, []area.Version{was, later}) }); err != nil {
		t.Fatal(err)
	}
	if err := p.app.ReloadAreas(context.Background()); err != nil {
		t.Fatal(err)
	}
	if v, _ := p.app.Areas.Tree().Last(was.Area); v.Name != later.Name {
		t.Fatal("it will not be called so")
	}
	dossier := regexp.MustCompile(`/ho-so/[0-9A-V]{26}`).FindString(p.ask("xa", "GET", "/ra-soat/2020/tien-do?dia-ban="+at.commune, "").Body.String())
	for who, pages := range map[string][]string{
		"xa":   {dossier, "/ra-soat/2020/chuan-bi?dia-ban=" + at.village, "/ra-soat/2020/niem-yet/" + at.commune, "/ra-soat/2020?dia-ban=" + at.commune, "/"},
		"thon": {"/nhiem-vu", "/ra-soat/2020/hop-thon/" + at.village},
	} {
		for _, page := range pages {
			w := p.ask(who, "GET", page, "")
			if w.Code != 200 {
				t.Errorf("%s: %d", page, w.Code)
			}
			mustNot(t, w.Body.String(), "Mai Sau")
		}
	}
	must(t, p.ask("xa", "GET", dossier, "").Body.String(), was.FullName)
}
