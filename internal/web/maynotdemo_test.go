package web_test

import (
	"context"
	"io"
	"log/slog"
	"maps"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"giamngheo/internal/account"
	"giamngheo/internal/app"
	"giamngheo/internal/area"
	"giamngheo/internal/db"
	"giamngheo/internal/household"
	"giamngheo/internal/web"
)

// place is a household somewhere, with the areas it lives in.
type place struct {
	name              string
	household, code   string
	person, head      string // the head of the household
	village, district string
	commune           string
}

// province is a small demo with people signed in to it.
type province struct {
	app    *app.App
	server *web.Server
	tokens map[string]string
	places []place           // nearest first
	ids    map[string]string // of every household: its village
	codes  map[string]string
	tree   *area.Tree
	day    string
}

// fillDemo opens a file and fills it with the demo, if it is not filled yet.
func fillDemo(file string) (*app.App, []app.DemoAccount, error) {
	ctx := context.Background()
	a, err := app.Open(ctx, file, slog.New(slog.NewTextHandler(io.Discard, nil)))
	if err != nil {
		return nil, nil, err
	}
	shown, err := a.FillDemo(ctx, 2000, 1, nil)
	return a, shown, err
}

// filledDemo is the file of a demo: each test works on a copy of its own.
var filledDemo = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "demo")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	file := filepath.Join(dir, "demo.db")
	a, _, err := fillDemo(file)
	if err != nil {
		return nil, err
	}
	if err := a.Close(); err != nil { // with it the log goes into the file
		return nil, err
	}
	return os.ReadFile(file)
})

func demoProvince(t *testing.T) *province {
	t.Helper()
	ctx := context.Background()
	filled, err := filledDemo()
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "demo.db")
	if err := os.WriteFile(file, filled, 0o600); err != nil {
		t.Fatal(err)
	}
	a, shown, err := fillDemo(file)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { a.Close() })
	p := &province{app: a, tokens: map[string]string{}, ids: map[string]string{}, codes: map[string]string{}, tree: a.Areas.Tree(), day: area.Today(a.Now())}
	p.addVillage(t, a)
	p.find(t, a)
	p.addAccounts(t, a)
	if err := a.Load(ctx); err != nil {
		t.Fatal(err)
	}
	if p.server, err = a.Handler(); err != nil {
		t.Fatal(err)
	}
	for _, name := range append(slices.Collect(maps.Keys(reach)), "quantri", "xa2", "cho") {
		p.signIn(t, name, shown[0].Password)
	}
	return p
}

// addAccounts adds what the demo has not: an officer of another commune, and
// somebody who waits for a first post.
func (p *province) addAccounts(t *testing.T, a *app.App) {
	t.Helper()
	ctx, operator := context.Background(), a.Accounts.Operator()
	far := p.places[3]
	for _, name := range []string{"xa2", "cho"} {
		made, err := a.Accounts.Create(ctx, operator, account.NewAccount{Name: name, FullName: "Người thử " + name, Password: "giamngheo-mau"})
		if err != nil {
			t.Fatal(err)
		}
		if name == "xa2" {
			_, err = a.Accounts.AddPost(ctx, operator, account.Post{Account: made.ID, Agency: "UBND xã", Role: "commune", Area: area.ID(far.commune)}, "thử quyền")
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

// ownVillage is where the demo's village head is in charge.
func (p *province) ownVillage(t *testing.T, a *app.App) (id string) {
	t.Helper()
	err := a.DB.Read(context.Background(), func(tx *db.Tx) error {
		return tx.Get(`select p.area_id from post p join account a on a.province_id = p.province_id and a.id = p.account_id where a.province_id = $1 and a.name = 'thon'`, []any{a.Province}, &id)
	})
	if err != nil {
		t.Fatal(err)
	}
	return id
}

// addVillage gives the village a neighbour with one household: a demo this
// small has one village a commune.
func (p *province) addVillage(t *testing.T, a *app.App) {
	t.Helper()
	ctx := context.Background()
	own, _ := p.tree.On(area.ID(p.ownVillage(t, a)), p.day)
	next := own
	next.Area, next.Code, next.Name, next.FullName = own.Area+"-b", own.Code+"9", "Làng Bên", "Thôn Làng Bên"
	next.Path = strings.TrimSuffix(own.Path, string(own.Area)+"/") + string(next.Area) + "/"
	if err := a.DB.Write(ctx, func(tx *db.Tx) error { return area.Save(tx, a.Province, []area.Version{next}) }); err != nil {
		t.Fatal(err)
	}
	if err := a.ReloadAreas(ctx); err != nil {
		t.Fatal(err)
	}
	p.tree = a.Areas.Tree()
	operator := a.Accounts.Operator()
	head := household.Member{Person: household.Person{FullName: "Hà Văn Bên", Birth: "1970", Sex: "male"}, Relation: "head"}
	_, _, err := a.Households.Create(ctx, household.Actor{ID: operator.ID, Scope: operator.ScopeFor(account.RightWriteRegistry)},
		household.New{Village: next.Area, Day: p.day, Reason: "thử quyền", Members: []household.Member{head}})
	if err != nil {
		t.Fatal(err)
	}
}

// find chooses households near and far from the village of the demo's village
// head.
func (p *province) find(t *testing.T, a *app.App) {
	t.Helper()
	ctx := context.Background()
	own := p.ownVillage(t, a)
	var all []place
	err := a.DB.Read(ctx, func(tx *db.Tx) error {
		rows, err := tx.Query(`select h.id, h.code, h.village_id, p.id, p.full_name from household h join person p on p.province_id = h.province_id and p.id = h.head_id
			where h.province_id = $1 and h.to_day = '9999-12-31' order by h.id`, a.Province)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var o place
			if err := rows.Scan(&o.household, &o.code, &o.village, &o.person, &o.head); err != nil {
				return err
			}
			all = append(all, o)
		}
		return rows.Err()
	})
	if err != nil {
		t.Fatal(err)
	}
	above := func(village string, level area.Level) string {
		v, _ := p.tree.Ancestor(area.ID(village), p.day, level)
		return string(v.Area)
	}
	for i := range all {
		all[i].commune, all[i].district = above(all[i].village, area.Commune), above(all[i].village, area.District)
		p.ids[all[i].household], p.codes[all[i].code] = all[i].village, all[i].village
	}
	commune, district := above(own, area.Commune), above(own, area.District)
	for _, want := range []struct {
		name string
		is   func(o place) bool
	}{
		{"in the village", func(o place) bool { return o.village == own }},
		{"in another village of the commune", func(o place) bool { return o.village != own && o.commune == commune }},
		{"in another commune of the district", func(o place) bool { return o.commune != commune && o.district == district }},
		{"in another district", func(o place) bool { return o.district != district }},
	} {
		i := slices.IndexFunc(all, want.is)
		if i < 0 {
			t.Fatalf("the demo has no household %s", want.name)
		}
		all[i].name = want.name
		p.places = append(p.places, all[i])
	}
}

func (p *province) signIn(t testing.TB, name, password string) {
	t.Helper()
	r := httptest.NewRequest("POST", "/dang-nhap", strings.NewReader(url.Values{"ten": {name}, "mat-khau": {password}}.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	p.server.ServeHTTP(w, r)
	for _, c := range w.Result().Cookies() {
		p.tokens[name] = c.Name + "=" + c.Value
	}
	if p.tokens[name] == "" {
		t.Fatalf("%s cannot sign in: %d %s", name, w.Code, w.Body)
	}
}

func (p *province) ask(name, method, target, form string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, strings.NewReader(form))
	r.Header.Set("Accept", "text/html")
	if method == "POST" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if token := p.tokens[name]; token != "" {
		r.Header.Set("Cookie", token)
	}
	w := httptest.NewRecorder()
	p.server.ServeHTTP(w, r)
	return w
}

const absent = "00000000000000000000000000"
