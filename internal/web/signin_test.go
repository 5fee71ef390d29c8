package web_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"giamngheo/internal/account"
	"giamngheo/internal/area"
	"giamngheo/internal/db/dbtest"
	"giamngheo/internal/text"
	"giamngheo/internal/web"
	"giamngheo/law"
)

const password = "con trâu đi trước"

// door is a server with the real accounts, and one page for everybody signed
// in. The officer "hanh" has no post, so no right.
func door(t *testing.T, secure bool) *web.Server {
	t.Helper()
	tree, err := area.Load(law.Files)
	if err != nil {
		t.Fatal(err)
	}
	accounts, err := account.New(dbtest.SQLite(t), "TH", law.Files, func() *area.Tree { return tree }, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { accounts.Close(context.Background()) })
	if _, err := accounts.Create(context.Background(), accounts.Operator(), account.NewAccount{Name: "hanh", FullName: "Lê Thị Hạnh", Password: password}); err != nil {
		t.Fatal(err)
	}
	cookies := web.Cookies{Secure: secure}
	who := func(w http.ResponseWriter, r *http.Request) error {
		_, err := w.Write([]byte(web.ActorOf(r.Context()).FullName))
		return err
	}
	routes := append(web.SignIn{Accounts: accounts, Cookies: cookies}.Routes(),
		web.Route{Method: "GET", Pattern: "/toi", Right: web.SignedIn, Handler: who},
		web.Route{Method: "GET", Pattern: "/so-lieu", Right: web.Needs(account.RightTables), Handler: who})
	s, err := web.New(web.Deps{Admit: web.Sessions(accounts, cookies), Routes: routes})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func post(s http.Handler, path string, form url.Values, cookies ...*http.Cookie) *httptest.ResponseRecorder {
	r := httptest.NewRequest("POST", path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for _, c := range cookies {
		r.AddCookie(c)
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w
}

func get(s http.Handler, path string, cookies ...*http.Cookie) *httptest.ResponseRecorder {
	r := httptest.NewRequest("GET", path, nil)
	for _, c := range cookies {
		r.AddCookie(c)
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w
}

func TestSigningInAndOut(t *testing.T) {
	s := door(t, false)
	if w := get(s, "/toi"); w.Code != 303 {
		t.Fatalf("nobody is signed in: %d", w.Code)
	}
	w := post(s, web.SignInPath, url.Values{"ten": {"hanh"}, "mat-khau": {password}, "tiep": {"/toi"}})
	if w.Code != 303 || w.Header().Get("Location") != "/toi" {
		t.Fatalf("%d to %q: %s", w.Code, w.Header().Get("Location"), w.Body)
	}
	cookie := w.Result().Cookies()[0]
	if !cookie.HttpOnly || cookie.SameSite != http.SameSiteLaxMode || cookie.Value == "" || cookie.MaxAge != 0 {
		t.Errorf("the cookie is %v", cookie)
	}
	if w := get(s, "/toi", cookie); w.Body.String() != "Lê Thị Hạnh" {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if w := get(s, "/so-lieu", cookie); w.Code != 403 || strings.Contains(w.Body.String(), "Lê Thị Hạnh") {
		t.Errorf("without a post the figures are closed: %d", w.Code)
	}
	if w := post(s, web.SignOutPath, nil, cookie); w.Code != 303 || w.Result().Cookies()[0].MaxAge >= 0 {
		t.Errorf("signing out: %d %v", w.Code, w.Result().Cookies())
	}
	if w := get(s, "/toi", cookie); w.Code != 303 {
		t.Errorf("the old cookie still opens: %d", w.Code)
	}
}

func TestAWrongPasswordKeepsTheNameAndTellsNothing(t *testing.T) {
	s := door(t, false)
	var bodies []string
	for _, name := range []string{"hanh", "khongco"} {
		w := post(s, web.SignInPath, url.Values{"ten": {name}, "mat-khau": {"sai rồi"}})
		if w.Code != 422 || len(w.Result().Cookies()) != 0 || !strings.Contains(w.Body.String(), `value="`+name+`"`) {
			t.Errorf("%s: %d", name, w.Code)
		}
		if strings.Contains(w.Body.String(), "sai rồi") {
			t.Error("the page repeats the password")
		}
		bodies = append(bodies, strings.ReplaceAll(w.Body.String(), name, ""))
	}
	if bodies[0] != bodies[1] {
		t.Error("the page tells whether the name exists")
	}
}

func TestTooManyAttemptsAreToldToWait(t *testing.T) {
	s := door(t, false)
	for range 30 {
		w := post(s, web.SignInPath, url.Values{"ten": {"hanh"}, "mat-khau": {"sai rồi"}})
		if w.Code != 429 {
			continue
		}
		if w.Header().Get("Retry-After") == "" || !strings.Contains(w.Body.String(), text.T("web.sign_in.throttled")) {
			t.Errorf("no word on how long to wait: %v", w.Header())
		}
		return
	}
	t.Error("thirty wrong passwords were not held up")
}

func TestOverHTTPSTheCookieIsBoundToTheHost(t *testing.T) {
	w := post(door(t, true), web.SignInPath, url.Values{"ten": {"hanh"}, "mat-khau": {password}, "tiep": {"//example.org"}})
	cookie := w.Result().Cookies()[0]
	if !strings.HasPrefix(cookie.Name, "__Host-") || !cookie.Secure || cookie.Path != "/" || cookie.Domain != "" {
		t.Errorf("the cookie is %v", cookie)
	}
	if to := w.Header().Get("Location"); to != "/" {
		t.Errorf("after sign-in people are sent to %q", to)
	}
}
