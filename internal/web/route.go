package web

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"giamngheo/internal/account"
	"giamngheo/internal/fault"
	"giamngheo/internal/text"
)

// Right says what a person must be allowed to do to use a route. Which posts
// give which rights stands in law/roles.yaml. The zero Right is none at all:
// such a route is refused.
type Right struct {
	name string
	need account.Right  // where the name is that of a right of accounts
	any  account.Rights // of which one is enough, need among them
}

// Public and SignedIn say explicitly that no right beyond that is needed.
var (
	Public   = Right{name: "public"}
	SignedIn = Right{name: "signed_in"}
)

// Needs is a right that posts give.
func Needs(r account.Right) Right { return Either(r) }

// Either is one of several rights: the page shows as much as the reader's goes.
func Either(r account.Right, others ...account.Right) Right {
	right := Right{name: r.String(), need: r, any: 1 << r}
	for _, other := range others {
		right.name += " or " + other.String()
		right.any |= 1 << other
	}
	return right
}

func (r Right) String() string { return r.name }

// allows says whether the actor may use a route of this right; where in the
// province is a matter of the scope that the handler asks for.
func (r Right) allows(actor *account.Actor) error {
	if r == Public || r == SignedIn || actor.Rights()&r.any != 0 {
		return nil
	}
	return actor.Need(r.need)
}

// Handler answers a request or says why it cannot.
type Handler func(w http.ResponseWriter, r *http.Request) error

// Route is one line of the table of addresses.
type Route struct {
	Method  string // GET, POST; GET answers HEAD as well
	Pattern string // of http.ServeMux, without the method
	Right   Right
	Limit   int64 // bytes of the body; 0: defaultLimit
	Handler Handler
}

const defaultLimit = 1 << 20

func (r Route) String() string { return r.Method + " " + r.Pattern }

func (r Route) check() error {
	switch {
	case r.Right == Right{}:
		return fmt.Errorf("web: route %s names no right", r)
	case r.Handler == nil:
		return fmt.Errorf("web: route %s has no handler", r)
	case !slices.Contains([]string{"GET", "POST", "PUT", "PATCH", "DELETE"}, r.Method):
		return fmt.Errorf("web: route %s has an unknown method", r)
	case !strings.HasPrefix(r.Pattern, "/"):
		return fmt.Errorf("web: the pattern of route %s must begin with /", r)
	}
	return nil
}

func (s *Server) register(mux *http.ServeMux, route Route) (err error) {
	if err := route.check(); err != nil {
		return err
	}
	if route.Right != Public && s.admit == nil {
		return fmt.Errorf("web: route %s needs a right, but nobody decides on rights", route)
	}
	// ServeMux reports two patterns that match the same requests by a panic.
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("web: route %s: %v", route, p)
		}
	}()
	mux.Handle(route.String(), s.answer(s.guarded(route)))
	return nil
}

// guarded lets the handler run only for those who may, and only on a body of
// bearable size.
func (s *Server) guarded(route Route) Handler {
	limit := route.Limit
	if limit == 0 {
		limit = defaultLimit
	}
	return func(w http.ResponseWriter, asked *http.Request) error {
		r := asked
		if route.Right != Public {
			ctx, err := s.admit(r, route.Right)
			if err != nil {
				return err
			}
			r = r.WithContext(ctx)
		}
		if r.ContentLength > limit {
			return tooLarge(limit)
		}
		if r.Body != nil && r.Body != http.NoBody {
			body := &patient{ReadCloser: r.Body, line: http.NewResponseController(w)}
			r.Body = http.MaxBytesReader(w, body, limit)
		}
		err := route.Handler(w, r)
		asked.PostForm = r.PostForm // for the page that says what was wrong
		return err
	}
}

// noSuchPage answers what no route matched: 405 where the address exists under
// another method.
func noSuchPage(routes []Route, w http.ResponseWriter, r *http.Request) error {
	var allowed []string
	for _, method := range []string{"GET", "POST", "PUT", "PATCH", "DELETE"} {
		if method != r.Method && matches(routes, method, r) {
			allowed = append(allowed, method)
		}
	}
	if len(allowed) > 0 {
		w.Header().Set("Allow", strings.Join(allowed, ", "))
		return &statusError{http.StatusMethodNotAllowed, fault.New(fault.Invalid, "no_method", text.T("web.error.no_method"))}
	}
	return fault.New(fault.NotFound, "no_page", text.T("web.error.no_page"))
}

func matches(routes []Route, method string, r *http.Request) bool {
	probe := http.NewServeMux()
	for _, route := range routes {
		if route.Method == method {
			probe.HandleFunc(route.String(), func(http.ResponseWriter, *http.Request) {})
		}
	}
	asked := r.Clone(r.Context())
	asked.Method = method
	_, pattern := probe.Handler(asked)
	return pattern != ""
}

// statusError gives a fault another status than its kind has.
type statusError struct {
	status int
	error
}

func (e *statusError) Unwrap() error { return e.error }

func tooLarge(limit int64) error {
	return &statusError{http.StatusRequestEntityTooLarge, fault.New(fault.Invalid, "too_large", text.T("web.error.too_large", "limit", megabytes(limit)))}
}

func megabytes(n int64) string {
	if n < 1<<20 {
		return fmt.Sprintf("%d kB", n>>10)
	}
	return fmt.Sprintf("%d MB", n>>20)
}

// asTooLarge recognises a body that grew over its limit while it was read.
func asTooLarge(err error) error {
	var over *http.MaxBytesError
	if errors.As(err, &over) {
		return tooLarge(over.Limit)
	}
	return err
}
