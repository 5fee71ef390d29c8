package web

import (
	"context"
	"net/http"

	"giamngheo/internal/account"
)

// Sessions admits by the session cookie: the actor is built anew for each
// request from the posts in force.
func Sessions(accounts *account.Store, cookies Cookies) Admit {
	return func(r *http.Request, right Right) (context.Context, error) {
		token := cookies.token(r)
		if token == "" {
			return nil, ErrSignIn
		}
		actor, err := accounts.Session(r.Context(), token)
		if account.SignedOut(err) {
			return nil, ErrSignIn
		}
		if err != nil {
			return nil, err
		}
		if err := right.allows(actor); err != nil {
			return nil, err
		}
		return WithActor(r.Context(), actor), nil
	}
}

type actorKey struct{}

// WithActor puts who asks into the context.
func WithActor(ctx context.Context, actor *account.Actor) context.Context {
	return context.WithValue(ctx, actorKey{}, actor)
}

// ActorOf is who asks. On a public route that is the zero Actor, who may do
// nothing.
func ActorOf(ctx context.Context) *account.Actor {
	if actor, ok := ctx.Value(actorKey{}).(*account.Actor); ok {
		return actor
	}
	return &account.Actor{}
}

// Cookies writes and reads the session's cookie. Secure is for installations
// that people reach by https, directly or through a proxy: the cookie is then
// bound to the host and never sent in clear.
type Cookies struct{ Secure bool }

func (c Cookies) name() string {
	if c.Secure {
		return "__Host-phien"
	}
	return "phien"
}

func (c Cookies) token(r *http.Request) string {
	cookie, err := r.Cookie(c.name())
	if err != nil {
		return ""
	}
	return cookie.Value
}

// set gives the browser the token; the session's end is the server's affair,
// the browser forgets it when it is closed.
func (c Cookies) set(w http.ResponseWriter, token string) {
	http.SetCookie(w, &http.Cookie{Name: c.name(), Value: token, Path: "/", HttpOnly: true, Secure: c.Secure, SameSite: http.SameSiteLaxMode})
}

func (c Cookies) clear(w http.ResponseWriter) {
	http.SetCookie(w, &http.Cookie{Name: c.name(), Path: "/", MaxAge: -1, HttpOnly: true, Secure: c.Secure, SameSite: http.SameSiteLaxMode})
}
