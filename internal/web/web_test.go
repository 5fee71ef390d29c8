package web_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"giamngheo/internal/account"
	"giamngheo/internal/fault"
	"giamngheo/internal/text"
	"giamngheo/internal/web"
	"giamngheo/internal/web/static"
)

// site is a server with the routes given; everybody is admitted but for
// routes that need the right to import.
func site(t *testing.T, routes ...web.Route) (*web.Server, *bytes.Buffer) {
	t.Helper()
	var log bytes.Buffer
	s, err := web.New(web.Deps{
		Log: slog.New(slog.NewTextHandler(&log, nil)), Routes: routes,
		Admit: func(r *http.Request, right web.Right) (context.Context, error) {
			if right == web.Needs(account.RightImport) {
				return nil, web.ErrSignIn
			}
			return r.Context(), nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return s, &log
}

func public(pattern string, h web.Handler) web.Route {
	return web.Route{Method: "GET", Pattern: pattern, Right: web.Public, Handler: h}
}

func fails(err error) web.Handler {
	return func(http.ResponseWriter, *http.Request) error { return err }
}

func says(words string) web.Handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		_, err := io.WriteString(w, words)
		return err
	}
}

// ask sends a request with headers given as pairs.
func ask(s http.Handler, method, path string, body io.Reader, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, body)
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w
}

func TestEveryKindOfFaultHasItsStatusInEveryForm(t *testing.T) {
	kinds := []struct {
		kind   fault.Kind
		status int
	}{{fault.Invalid, 422}, {fault.NotFound, 404}, {fault.Forbidden, 403}, {fault.Conflict, 409}, {fault.Busy, 503}, {fault.Internal, 500}}
	forms := []struct{ name, header, value, kind string }{
		{"page", "Accept", "text/html,*/*", "text/html"},
		{"part", "HX-Request", "true", "text/html"},
		{"json", "Accept", "application/json", "application/json"},
		{"text", "Accept", "text/plain", "text/plain"},
	}
	for _, k := range kinds {
		s, _ := site(t, public("/x", fails(fault.Wrap(errors.New("bí mật trong SQL"), k.kind, "test_code", "Xã này đã chốt."))))
		for _, f := range forms {
			w := ask(s, "GET", "/x", nil, f.header, f.value)
			if w.Code != k.status || !strings.HasPrefix(w.Header().Get("Content-Type"), f.kind) {
				t.Errorf("%v as %s: %d %s, want %d %s", k.kind, f.name, w.Code, w.Header().Get("Content-Type"), k.status, f.kind)
			}
			if strings.Contains(w.Body.String(), "bí mật") {
				t.Errorf("%v as %s shows its private cause: %s", k.kind, f.name, w.Body)
			}
			if shown := strings.Contains(w.Body.String(), "Xã này đã chốt."); shown == (k.kind == fault.Internal) {
				t.Errorf("%v as %s: message shown is %t: %s", k.kind, f.name, shown, w.Body)
			}
			if busy := w.Header().Get("Retry-After") != ""; busy != (k.kind == fault.Busy) {
				t.Errorf("%v as %s: Retry-After %q", k.kind, f.name, w.Header().Get("Retry-After"))
			}
		}
	}
}

func TestAPanicIsAnInternalErrorWithAnIDThatTheLogHolds(t *testing.T) {
	s, log := site(t, public("/x", func(http.ResponseWriter, *http.Request) error { panic("chia cho 0") }), public("/y", says("còn sống")))
	w := ask(s, "GET", "/x", nil, "Accept", "application/json")
	if w.Code != 500 || strings.Contains(w.Body.String(), "chia cho 0") {
		t.Fatalf("got %d %s", w.Code, w.Body)
	}
	_, rest, _ := strings.Cut(w.Body.String(), `"id":"`)
	id, _, _ := strings.Cut(rest, `"`)
	if id == "" || !strings.Contains(log.String(), id) || !strings.Contains(log.String(), "chia cho 0") {
		t.Errorf("id %q or the cause is not in the log:\n%s", id, log)
	}
	if w := ask(s, "GET", "/y", nil); w.Body.String() != "còn sống" {
		t.Error("the server does not answer after a panic")
	}
}

func TestAPanicAfterHeldBytesStillMakesAWholeErrorPage(t *testing.T) {
	s, _ := site(t, public("/x", func(w http.ResponseWriter, r *http.Request) error {
		io.WriteString(w, "nửa trang")
		panic("giữa chừng")
	}))
	w := ask(s, "GET", "/x", nil, "Accept-Encoding", "gzip", "Accept", "text/html")
	if w.Code != 500 || strings.Contains(w.Body.String(), "nửa trang") || !strings.Contains(w.Body.String(), "</html>") {
		t.Errorf("got %d %.200s", w.Code, w.Body)
	}
}

func TestARouteIsRefused(t *testing.T) {
	ok := says("")
	cases := []struct {
		name   string
		routes []web.Route
	}{
		{"without a right", []web.Route{{Method: "GET", Pattern: "/a", Handler: ok}}},
		{"without a handler", []web.Route{{Method: "GET", Pattern: "/a", Right: web.Public}}},
		{"with the method in the pattern", []web.Route{{Method: "GET", Pattern: "GET /a", Right: web.Public, Handler: ok}}},
		{"with an unknown method", []web.Route{{Method: "get", Pattern: "/a", Right: web.Public, Handler: ok}}},
		{"that stands twice", []web.Route{public("/a", ok), public("/a", ok)}},
		{"that needs a right where nobody admits", []web.Route{{Method: "GET", Pattern: "/a", Right: web.SignedIn, Handler: ok}}},
	}
	for _, c := range cases {
		if _, err := web.New(web.Deps{Routes: c.routes}); err == nil {
			t.Errorf("a route %s was taken", c.name)
		}
	}
}

func TestWhoIsNotSignedInIsLedToTheSignInPageAndBack(t *testing.T) {
	called := false
	needs := func(method string) web.Route {
		return web.Route{Method: method, Pattern: "/nhap", Right: web.Needs(account.RightImport), Handler: func(http.ResponseWriter, *http.Request) error { called = true; return nil }}
	}
	s, _ := site(t, needs("GET"), needs("POST"))
	w := ask(s, "GET", "/nhap?dot=2016", nil)
	if w.Code != 303 || w.Header().Get("Location") != web.SignInPath+"?tiep=%2Fnhap%3Fdot%3D2016" {
		t.Errorf("a browser: %d to %s", w.Code, w.Header().Get("Location"))
	}
	if w := ask(s, "GET", "/nhap", nil, "Accept", "application/json"); w.Code != 401 {
		t.Errorf("a program: %d, want 401", w.Code)
	}
	if w := ask(s, "GET", "/nhap", nil, "HX-Request", "true"); w.Header().Get("HX-Redirect") != web.SignInPath {
		t.Error("a part of a page does not lead the whole page to sign-in")
	}
	if w := ask(s, "POST", "/nhap", strings.NewReader("a=b")); w.Code != 303 || strings.Contains(w.Header().Get("Location"), "tiep") {
		t.Errorf("a write must not be repeated after sign-in: %d %s", w.Code, w.Header().Get("Location"))
	}
	if called {
		t.Error("the handler ran for somebody who is not signed in")
	}
}

func TestABodyOverTheLimitIsRefusedWithTheLimitNamed(t *testing.T) {
	read := func(w http.ResponseWriter, r *http.Request) error {
		_, err := io.Copy(io.Discard, r.Body)
		return err
	}
	s, _ := site(t, web.Route{Method: "POST", Pattern: "/tep", Right: web.Public, Limit: 4 << 20, Handler: read})
	for name, body := range map[string]io.Reader{
		"announced":   strings.NewReader(strings.Repeat("x", 4<<20+1)),
		"unannounced": io.MultiReader(strings.NewReader(strings.Repeat("x", 4<<20)), strings.NewReader("x")),
	} {
		w := ask(s, "POST", "/tep", body, "Accept", "text/plain")
		if w.Code != 413 || !strings.Contains(w.Body.String(), "4 MB") {
			t.Errorf("%s: %d %s", name, w.Code, w.Body)
		}
	}
	if w := ask(s, "POST", "/tep", strings.NewReader(strings.Repeat("x", 4<<20))); w.Code != 200 {
		t.Errorf("a body of exactly the limit: %d", w.Code)
	}
}

func TestWritesFromOtherSitesAreRefused(t *testing.T) {
	s, _ := site(t, web.Route{Method: "POST", Pattern: "/ghi", Right: web.Public, Handler: says("đã ghi")})
	if w := ask(s, "POST", "/ghi", nil, "Sec-Fetch-Site", "cross-site"); w.Code != 403 || !strings.Contains(w.Body.String(), text.T("web.error.cross_origin")) {
		t.Errorf("cross-site: %d", w.Code)
	}
	if w := ask(s, "POST", "/ghi", nil, "Origin", "https://example.org"); w.Code != 403 {
		t.Errorf("other origin: %d", w.Code)
	}
	if w := ask(s, "POST", "/ghi", nil, "Sec-Fetch-Site", "same-origin"); w.Code != 200 {
		t.Errorf("same origin: %d", w.Code)
	}
}

func TestEveryAnswerCarriesTheSecurityHeaders(t *testing.T) {
	s, _ := site(t, public("/x", says("có")), public("/e", fails(errors.New("hỏng"))))
	for _, path := range []string{"/x", "/e", "/khong-co", static.URL("css/base.css")} {
		h := ask(s, "GET", path, nil).Header()
		policy := h.Get("Content-Security-Policy")
		for _, want := range []string{"default-src 'self'", "frame-ancestors 'none'", "base-uri 'none'", "object-src 'none'"} {
			if !strings.Contains(policy, want) {
				t.Errorf("%s: the policy lacks %s", path, want)
			}
		}
		if strings.Contains(policy, "unsafe") || h.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: %v", path, h)
		}
	}
}

func TestTheLogNamesTheRouteAndNeverWhatWasSearched(t *testing.T) {
	s, log := site(t, public("/ho/{ma}", says("có")))
	ask(s, "GET", "/ho/TH-0417-2936?q=luong+van+khoe", nil)
	ask(s, "GET", "/khong/co/172345678", nil)
	for _, secret := range []string{"0417", "luong", "172345678"} {
		if strings.Contains(log.String(), secret) {
			t.Errorf("the log holds %q:\n%s", secret, log)
		}
	}
	if !strings.Contains(log.String(), "GET /ho/{ma}") {
		t.Errorf("the log does not name the route:\n%s", log)
	}
}

func TestUnknownAddressesAndMethods(t *testing.T) {
	s, _ := site(t, public("/ho", says("hộ")), web.Route{Method: "POST", Pattern: "/ho", Right: web.Public, Handler: says("ghi")})
	if w := ask(s, "GET", "/hoho", nil); w.Code != 404 {
		t.Errorf("unknown address: %d", w.Code)
	}
	if w := ask(s, "DELETE", "/ho", nil); w.Code != 405 || w.Header().Get("Allow") != "GET, POST" {
		t.Errorf("unknown method: %d, Allow %q", w.Code, w.Header().Get("Allow"))
	}
	if w := ask(s, "HEAD", "/ho", nil); w.Code != 200 {
		t.Errorf("HEAD: %d", w.Code)
	}
}

func TestTextIsZippedForThoseWhoCanReadIt(t *testing.T) {
	long := strings.Repeat("hộ nghèo, hộ cận nghèo; ", 500)
	s, _ := site(t, public("/dai", says(long)), public("/ngan", says("ngắn")), public("/bang", func(w http.ResponseWriter, r *http.Request) error {
		w.Header().Set("Content-Type", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
		_, err := io.WriteString(w, long)
		return err
	}))
	w := ask(s, "GET", "/dai", nil, "Accept-Encoding", "gzip, br")
	if w.Header().Get("Content-Encoding") != "gzip" || !strings.Contains(w.Header().Get("Vary"), "Accept-Encoding") {
		t.Fatalf("a long text went out plain: %v", w.Header())
	}
	z, err := gzip.NewReader(w.Body)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := io.ReadAll(z); err != nil || string(got) != long {
		t.Errorf("unzipped is not what was written: %v", err)
	}
	for _, path := range []string{"/ngan", "/bang"} {
		if w := ask(s, "GET", path, nil, "Accept-Encoding", "gzip"); w.Header().Get("Content-Encoding") != "" {
			t.Errorf("%s was zipped", path)
		}
	}
	if w := ask(s, "GET", "/dai", nil); w.Body.String() != long {
		t.Error("who cannot read zipped text gets something else")
	}
}

func TestStaticFilesAreKeptForGoodUnderTheirVersion(t *testing.T) {
	s, _ := site(t)
	at := static.URL("css/base.css")
	w := ask(s, "GET", at, nil, "Accept-Encoding", "gzip")
	if w.Code != 200 || !strings.Contains(w.Header().Get("Cache-Control"), "immutable") || w.Header().Get("Content-Encoding") != "gzip" {
		t.Errorf("%d %v", w.Code, w.Header())
	}
	if w := ask(s, "GET", at, nil, "If-None-Match", w.Header().Get("ETag")); w.Code != 304 {
		t.Errorf("unchanged: %d", w.Code)
	}
	if w := ask(s, "GET", "/static/cu/css/base.css", nil); w.Code != 200 || strings.Contains(w.Header().Get("Cache-Control"), "immutable") {
		t.Errorf("an old version: %d %v", w.Code, w.Header())
	}
	for _, path := range []string{"/static/x/css/", "/static/x/static.go", "/static/x/..%2f..%2fgo.mod"} {
		if w := ask(s, "GET", path, nil); w.Code == 200 {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
	if w := ask(s, "GET", static.URL("js/app.js"), nil); !strings.HasPrefix(w.Header().Get("Content-Type"), "text/javascript") {
		t.Errorf("scripts go out as %s", w.Header().Get("Content-Type"))
	}
}

func TestFiguresAreSentOnceAndThenOnlyAskedAfter(t *testing.T) {
	figures := "105855"
	s, _ := site(t, public("/so", func(w http.ResponseWriter, r *http.Request) error {
		return web.Tagged(w, r, "text/csv; charset=utf-8", []byte(figures))
	}))
	tag := ask(s, "GET", "/so", nil).Header().Get("ETag")
	if w := ask(s, "GET", "/so", nil, "If-None-Match", tag); w.Code != 304 || w.Body.Len() != 0 {
		t.Errorf("unchanged: %d %q", w.Code, w.Body)
	}
	figures = "105856"
	if w := ask(s, "GET", "/so", nil, "If-None-Match", tag); w.Code != 200 || w.Body.String() != figures {
		t.Errorf("changed: %d %q", w.Code, w.Body)
	}
}

func TestTheNextAddressIsAlwaysOurOwn(t *testing.T) {
	for next, want := range map[string]string{
		"/ho?q=a": "/ho?q=a", "": "/", "/": "/", "ho": "/",
		"https://example.org/": "/", "//example.org": "/", `/\example.org`: "/", "javascript:alert(1)": "/", "/a\r\nSet-Cookie: x=y": "/", "/\t/example.org": "/",
	} {
		if got := web.LocalPath(next); got != want {
			t.Errorf("LocalPath(%q) = %q, want %q", next, got, want)
		}
	}
}

func FuzzLocalPath(f *testing.F) {
	for _, s := range []string{"/", "/%2f ", "//x", `/\x`, "/%2f/x", "http:x", "/a?b#c"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, next string) {
		base, _ := url.Parse("http://giamngheo.example/dang-nhap")
		u, err := base.Parse(web.LocalPath(next))
		if err != nil || u.Host != base.Host || u.Scheme != "http" {
			t.Errorf("LocalPath(%q) leads to %v (%v)", next, u, err)
		}
	})
}

func TestRequestsUnderWayEndBeforeTheServerDoes(t *testing.T) {
	begun := make(chan bool)
	s, _ := site(t, public("/cham", func(w http.ResponseWriter, r *http.Request) error {
		close(begun)
		time.Sleep(150 * time.Millisecond)
		return says("xong")(w, r)
	}))
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.Serve(ctx, l) }()
	answer := make(chan string, 1)
	go func() {
		resp, err := http.Get("http://" + l.Addr().String() + "/cham")
		if err != nil {
			answer <- err.Error()
			return
		}
		defer resp.Body.Close()
		b, _ := io.ReadAll(resp.Body)
		answer <- string(b)
	}()
	<-begun
	stop()
	if got := <-answer; got != "xong" {
		t.Errorf("the request under way got %q", got)
	}
	if err := <-ended; err != nil {
		t.Errorf("an orderly end is no error: %v", err)
	}
}
