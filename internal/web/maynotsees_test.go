package web_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"giamngheo/internal/area"
)

var anID = regexp.MustCompile(`[0-9A-V]{26}`)

// sees proves that no answer holds the id or the code of a household that the
// account may not see.
func (p *province) sees(t *testing.T, name string, w *httptest.ResponseRecorder) {
	t.Helper()
	if reach[name] == 4 || w.Code >= 400 && name != "nobody" {
		return // the whole province; and refusals are compared with those of what does not exist
	}
	for _, id := range anID.FindAllString(w.Body.String(), -1) {
		village, isHousehold := p.ids[id]
		if isHousehold && !p.lives(name, village) {
			t.Errorf("%s sees the household %s of another place", name, id)
			return
		}
	}
	for code, village := range p.codes {
		if !p.lives(name, village) && strings.Contains(w.Body.String(), code) {
			t.Errorf("%s sees the code %s of another place", name, code)
			return
		}
	}
}

// lives says whether a village is in the account's reach.
func (p *province) lives(name, village string) bool {
	of := func(v string, level area.Level) area.ID {
		a, _ := p.tree.Ancestor(area.ID(v), p.day, level)
		return a.Area
	}
	own := p.places[0].village
	switch name {
	case "thon":
		return village == own
	case "xa", "chutich", "phochutich":
		return of(village, area.Commune) == of(own, area.Commune)
	case "huyen", "chutichhuyen":
		return of(village, area.District) == of(own, area.District)
	case "xa2":
		return of(village, area.Commune) == area.ID(p.places[3].commune)
	}
	return reach[name] == 4
}

// A search finds nothing by the name or the code of a household of another
// place.
func (p *province) searchFindsNobodyElsewhere(t *testing.T) {
	for _, name := range []string{"thon", "xa", "huyen", "xa2"} {
		for i, o := range p.places {
			w := p.ask(name, "GET", "/ho?q="+url.QueryEscape(o.head), "")
			found := strings.Contains(w.Body.String(), o.household)
			if want := p.covers(name, aHousehold, i); w.Code != http.StatusOK || found != want {
				t.Errorf("%s searching the head of a household %s: status %d, found: %v, want %v", name, o.name, w.Code, found, want)
			}
			p.sees(t, name, w)
			if w := p.ask(name, "GET", "/ho?q="+url.QueryEscape(o.code), ""); !p.covers(name, aHousehold, i) && strings.Contains(w.Body.String(), o.household) {
				t.Errorf("%s finds a household %s by its code", name, o.name)
			}
		}
	}
}
