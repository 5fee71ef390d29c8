package web_test

import (
	"net/http/httptest"
	"slices"
	"testing"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/web"
	"giamngheo/internal/web/view"
	"giamngheo/law"
)

func keys(p view.Page) []view.NavKey {
	var list []view.NavKey
	for _, item := range p.Nav {
		list = append(list, item.Key)
	}
	return list
}

func TestTheMenuGoesAsFarAsTheRights(t *testing.T) {
	r := httptest.NewRequest("GET", "/", nil)
	nobody := web.Frame(r, "Địa bàn", view.NavAreas, false)
	if got := keys(nobody); !slices.Equal(got, []view.NavKey{view.NavToday, view.NavAreas, view.NavStandards}) || nobody.Search.Action != "" {
		t.Errorf("without rights the menu is %v, the search %q", got, nobody.Search.Action)
	}
	tree, err := area.Load(law.Files)
	if err != nil {
		t.Fatal(err)
	}
	operator := account.Operator("TH", tree, "2016-10-21")
	all := web.Frame(r.WithContext(web.WithActor(r.Context(), operator)), "Hộ gia đình", view.NavHouseholds, true)
	if len(all.Nav) != 12 || all.Search.Action != web.PathHouseholds || !all.Demo {
		t.Errorf("with every right the menu is %v", keys(all))
	}
	for _, item := range all.Nav {
		if item.Current != (item.Key == view.NavHouseholds) {
			t.Errorf("%s: current is %t", item.Key, item.Current)
		}
	}
}
