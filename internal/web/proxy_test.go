package web

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"
)

func TestOnlyATrustedProxyMayNameTheClient(t *testing.T) {
	for name, c := range map[string]struct{ from, says, want string }{
		"a stranger names another":        {"203.0.113.9:4000", "10.0.0.1", "203.0.113.9:4000"},
		"the proxy names the client":      {"127.0.0.1:4000", "203.0.113.9", "203.0.113.9:0"},
		"the client forged the first one": {"127.0.0.1:4000", "10.0.0.1, 203.0.113.9", "203.0.113.9:0"},
		"the proxy names nothing":         {"127.0.0.1:4000", "", "127.0.0.1:4000"},
		"the proxy names nonsense":        {"127.0.0.1:4000", "x", "127.0.0.1:4000"},
	} {
		t.Run(name, func(t *testing.T) {
			got := ""
			h := clientBehind([]netip.Addr{netip.MustParseAddr("127.0.0.1")}, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got = r.RemoteAddr }))
			r := httptest.NewRequest("GET", "/", nil)
			r.RemoteAddr = c.from
			if c.says != "" {
				r.Header.Set("X-Forwarded-For", c.says)
			}
			h.ServeHTTP(httptest.NewRecorder(), r)
			if got != c.want {
				t.Errorf("counted as %s, want %s", got, c.want)
			}
		})
	}
}
