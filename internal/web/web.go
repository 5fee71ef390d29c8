// Package web shows the system in the browser: one file a subject with its
// pages, components in view, styles and scripts in static. A handler reads the
// request, asks a subject with the reader's scope, and renders; rules and SQL
// live with the subjects. Every address stands in one table with the right it
// needs; every failure becomes an answer in one place (errors.go).
package web

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"time"

	"giamngheo/internal/fault"
	"giamngheo/internal/text"
	"giamngheo/internal/web/static"
)

// Deps is what the server is built from.
type Deps struct {
	Log    *slog.Logger
	Demo   bool // the people are not real: every page says so
	Admit  Admit
	Routes []Route
	// Proxies stand in front of the server; only their word on where a
	// request comes from is believed.
	Proxies []netip.Addr
}

// Admit decides whether a request may use a route of the right given, and
// gives the context that the handler works with: who asks, and their scope.
// It answers ErrSignIn where nobody is signed in, and a fault otherwise. It is
// not asked for Public routes.
type Admit func(r *http.Request, right Right) (context.Context, error)

// ErrSignIn says that nobody is signed in: browsers are led to the sign-in
// page, programs get 401.
var ErrSignIn = errors.New("web: nobody is signed in")

// SignInPath is the address of the sign-in page.
const SignInPath = "/dang-nhap"

// Server answers HTTP requests.
type Server struct {
	log     *slog.Logger
	demo    bool
	admit   Admit
	routes  []Route
	mux     *http.ServeMux
	handler http.Handler
}

// New builds the server. It fails on a route without a right or handler, and
// on two routes that match the same requests.
func New(deps Deps) (*Server, error) {
	s := &Server{log: deps.Log, demo: deps.Demo, admit: deps.Admit}
	if s.log == nil {
		s.log = slog.Default()
	}
	s.routes = append([]Route{
		{Method: "GET", Pattern: "/static/{version}/{name...}", Right: Public, Handler: serveStatic},
	}, deps.Routes...)
	mux := http.NewServeMux()
	s.mux = mux
	for _, route := range s.routes {
		if err := s.register(mux, route); err != nil {
			return nil, err
		}
	}
	mux.Handle("/", s.answer(func(w http.ResponseWriter, r *http.Request) error { return noSuchPage(s.routes, w, r) }))
	s.handler = clientBehind(deps.Proxies, s.logged(s.recovered(secured(zipped(s.sameOrigin(mux))))))
	return s, nil
}

// Routes lists the table of routes; the "may not" tests walk over it.
func (s *Server) Routes() []Route { return append([]Route(nil), s.routes...) }

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

// Times of one connection. Uploads over a weak line take minutes, so there is
// no limit on the whole body; one that falls silent is dropped.
const (
	silence      = 30 * time.Second
	headerTime   = 10 * time.Second
	idleTime     = 2 * time.Minute
	shutdownTime = 15 * time.Second
	headerBytes  = 64 << 10
)

// Serve answers on the listener until the context ends, then lets requests
// under way finish. It gives nil after an orderly end.
func (s *Server) Serve(ctx context.Context, l net.Listener) error {
	server := &http.Server{
		Handler:           s,
		ReadHeaderTimeout: headerTime,
		IdleTimeout:       idleTime,
		MaxHeaderBytes:    headerBytes,
		ErrorLog:          slog.NewLogLogger(s.log.Handler(), slog.LevelWarn),
	}
	done := make(chan error, 1)
	go func() { done <- server.Serve(l) }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
	}
	late, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownTime)
	defer cancel()
	if err := server.Shutdown(late); err != nil {
		s.log.Warn("requests cut off at the end", "error", err)
		server.Close()
	}
	return nil
}

func serveStatic(w http.ResponseWriter, r *http.Request) error {
	if !static.Handler(w, r) {
		return fault.New(fault.NotFound, "no_page", text.T("web.error.no_page"))
	}
	return nil
}
