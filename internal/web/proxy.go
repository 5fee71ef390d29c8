package web

import (
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// clientBehind gives requests that come through one of the proxies the address
// of the client that the proxy names, so that the brake on guessing passwords
// counts clients and not the proxy. Anybody else's word is ignored.
func clientBehind(proxies []netip.Addr, next http.Handler) http.Handler {
	if len(proxies) == 0 {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		from, err := netip.ParseAddrPort(r.RemoteAddr)
		if err == nil && slices.Contains(proxies, from.Addr().Unmap()) {
			// The last one is what our own proxy saw.
			forwarded := r.Header.Values("X-Forwarded-For")
			if len(forwarded) > 0 {
				all := strings.Split(forwarded[len(forwarded)-1], ",")
				if client, err := netip.ParseAddr(strings.TrimSpace(all[len(all)-1])); err == nil {
					r = r.Clone(r.Context())
					r.RemoteAddr = net.JoinHostPort(client.String(), "0")
				}
			}
		}
		next.ServeHTTP(w, r)
	})
}
