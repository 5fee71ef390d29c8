package web

import (
	"errors"
	"net"
	"net/http"
	"strconv"

	"giamngheo/internal/account"
	"giamngheo/internal/fault"
	"giamngheo/internal/web/view"
)

// SignIn is the pages of signing in and out.
type SignIn struct {
	Accounts *account.Store
	Cookies  Cookies
	Demo     bool
	Shown    []view.Definition // of a demo: who can sign in, and with which password
}

// SignOutPath is where the sign-out form goes.
const SignOutPath = "/dang-xuat"

// Passwords are short; anything longer is an attempt to keep the server busy.
const signInLimit = 8 << 10

// Routes are the addresses of signing in and out.
func (s SignIn) Routes() []Route {
	return []Route{
		{Method: "GET", Pattern: SignInPath, Right: Public, Handler: s.show},
		{Method: "POST", Pattern: SignInPath, Right: Public, Limit: signInLimit, Handler: s.enter},
		{Method: "POST", Pattern: SignOutPath, Right: SignedIn, Limit: signInLimit, Handler: s.leave},
	}
}

func (s SignIn) page(next string) view.SignIn {
	return view.SignIn{Action: SignInPath, Next: LocalPath(next), Demo: s.Demo, Accounts: s.Shown}
}

func (s SignIn) show(w http.ResponseWriter, r *http.Request) error {
	return Render(w, r, http.StatusOK, view.SignInPage(s.page(r.URL.Query().Get("tiep"))))
}

func (s SignIn) enter(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return badForm(err)
	}
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	token, actor, err := s.Accounts.SignIn(r.Context(), account.SignIn{
		Name: r.PostForm.Get("ten"), Password: r.PostForm.Get("mat-khau"), Address: host, Agent: r.UserAgent(),
	})
	if err == nil {
		s.Cookies.set(w, token)
		next := LocalPath(r.PostForm.Get("tiep"))
		if next == PathOverview && owesSomething(actor) {
			next = PathTasks
		}
		return SeeOther(w, r, next)
	}
	var refused *fault.Error
	if !errors.As(err, &refused) || refused.Kind == fault.Internal {
		return err
	}
	page := s.page(r.PostForm.Get("tiep"))
	page.User = r.PostForm.Get("ten")
	if wait, ok := account.RetryAfter(err); ok {
		page.Throttled = refused.Message
		w.Header().Set("Retry-After", strconv.Itoa(int(wait.Seconds())))
		return Render(w, r, http.StatusTooManyRequests, view.SignInPage(page))
	}
	page.Error = refused.Message
	return Render(w, r, http.StatusUnprocessableEntity, view.SignInPage(page))
}

func (s SignIn) leave(w http.ResponseWriter, r *http.Request) error {
	if err := s.Accounts.SignOut(r.Context(), ActorOf(r.Context())); err != nil {
		return err
	}
	s.Cookies.clear(w)
	return SeeOther(w, r, SignInPath)
}
