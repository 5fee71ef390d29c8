package web

import (
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"runtime/debug"
	"time"

	"giamngheo/internal/fault"
	"giamngheo/internal/text"
)

// policy: nothing inline, nothing from elsewhere, no frames.
const policy = "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
	"frame-ancestors 'none'; base-uri 'none'; form-action 'self'; object-src 'none'"

func secured(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", policy)
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Referrer-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
		if r.TLS != nil {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		next.ServeHTTP(w, r)
	})
}

// sameOrigin refuses writes that another site's page makes the browser send.
func (s *Server) sameOrigin(next http.Handler) http.Handler {
	protection := http.NewCrossOriginProtection()
	protection.SetDenyHandler(s.answer(func(http.ResponseWriter, *http.Request) error {
		return fault.New(fault.Forbidden, "cross_origin", text.T("web.error.cross_origin"))
	}))
	return protection.Handler(next)
}

// recovered turns a panic into an internal error with an id; the process and
// the other requests go on.
func (s *Server) recovered(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			p := recover()
			if p == nil {
				return
			}
			if p == http.ErrAbortHandler {
				panic(p)
			}
			err := fault.Wrap(fmt.Errorf("panic: %v\n%s", p, debug.Stack()), fault.Internal, "panic", text.T("web.error.internal.title"))
			s.fail(w, r, err)
		}()
		next.ServeHTTP(w, r)
	})
}

// logged writes one line a request. It names the route, never the address: in
// addresses stand names and ID numbers that people searched for.
func (s *Server) logged(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		seen := &watched{ResponseWriter: w}
		defer func() {
			route := r.Pattern
			if route == "" {
				route = "none"
			}
			level := slog.LevelInfo
			if seen.status >= 500 {
				level = slog.LevelWarn
			}
			s.log.Log(r.Context(), level, "request", "method", r.Method, "route", route,
				"status", seen.status, "bytes", seen.bytes, "ms", time.Since(start).Milliseconds())
		}()
		next.ServeHTTP(seen, r)
	})
}

// watched remembers what went out.
type watched struct {
	http.ResponseWriter
	status int
	bytes  int64
}

func (w *watched) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *watched) Write(b []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	n, err := w.ResponseWriter.Write(b)
	w.bytes += int64(n)
	return n, err
}

// Unwrap lets http.ResponseController reach the connection.
func (w *watched) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// wrote says whether a part of the answer is already decided.
func wrote(w http.ResponseWriter) bool {
	for {
		switch x := w.(type) {
		case *watched:
			return x.status != 0
		case *zipper:
			if x.started() {
				return true
			}
			w = x.ResponseWriter
		case interface{ Unwrap() http.ResponseWriter }:
			w = x.Unwrap()
		default:
			return false
		}
	}
}

// patient reads a body for as long as something comes. Its deadline must not
// outlive the body: it would end the request while the server still works.
type patient struct {
	io.ReadCloser
	line *http.ResponseController
}

func (p *patient) Read(b []byte) (int, error) {
	p.line.SetReadDeadline(time.Now().Add(silence)) // not every line has deadlines: those of tests have none
	n, err := p.ReadCloser.Read(b)
	if err != nil {
		p.line.SetReadDeadline(time.Time{})
	}
	return n, err
}

func (p *patient) Close() error {
	p.line.SetReadDeadline(time.Time{})
	return p.ReadCloser.Close()
}
