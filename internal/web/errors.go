package web

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"giamngheo/internal/fault"
	"giamngheo/internal/text"
	"giamngheo/internal/web/view"
)

// retryAfter is how many seconds a client waits before it asks a busy server
// again.
const retryAfter = "3"

// answer runs a handler and turns its error into the answer: the one place
// where that happens.
func (s *Server) answer(handle Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := handle(w, r); err != nil {
			s.fail(w, r, err)
		}
	})
}

func (s *Server) fail(w http.ResponseWriter, r *http.Request, err error) {
	if errors.Is(err, context.Canceled) && r.Context().Err() != nil {
		return // the reader went away; nobody is there to be told
	}
	if wrote(w) {
		// Half of an answer is out: a cut connection is the only honest sign left.
		s.log.Error("answer broke off", "route", r.Pattern, "error", fault.Log(err))
		panic(http.ErrAbortHandler)
	}
	if errors.Is(err, ErrSignIn) {
		s.askToSignIn(w, r)
		return
	}
	err = asTooLarge(err)
	f := fault.As(err, text.T("web.error.internal.title"))
	status := statusOf(f.Kind)
	var other *statusError
	if errors.As(err, &other) {
		status = other.status
	}
	message, id := f.Message, ""
	if f.Kind == fault.Internal {
		id = f.ID
		message = text.T("common.internal", "id", id)
		s.log.Error("request failed", "id", id, "route", r.Pattern, "error", fault.Log(f))
	}
	if status == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", retryAfter)
	}
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Del("ETag")
	h.Del("Content-Disposition")
	switch wants(r) {
	case wantsJSON:
		h.Set("Content-Type", "application/json; charset=utf-8")
		w.WriteHeader(status)
		json.NewEncoder(w).Encode(jsonError{Code: f.Code, Message: message, ID: id, Fields: f.Fields})
	case wantsText:
		h.Set("Content-Type", "text/plain; charset=utf-8")
		w.WriteHeader(status)
		fmt.Fprintln(w, message)
		for _, field := range f.Fields {
			fmt.Fprintf(w, "%s: %s\n", field.Name, field.Message)
		}
	case wantsPart:
		h.Set("Content-Type", "text/html; charset=utf-8")
		w.WriteHeader(status)
		s.rendered(r, view.NoticeBox(view.Notice{Mood: view.Bad, Text: message}).Render(r.Context(), w))
	default:
		page := view.ErrorPage{
			Status: status, Title: titleOf(f, status), Message: message, ID: id, Demo: s.demo,
			Back: s.wayBack(r),
		}
		for _, field := range f.Fields { // their names are the form's, not the reader's
			if field.Message != message {
				page.More = append(page.More, field.Message)
			}
		}
		if f.Kind == fault.Invalid || f.Kind == fault.Conflict {
			page.Typed = wordsTyped(r)
		}
		h.Set("Content-Type", "text/html; charset=utf-8")
		w.WriteHeader(status)
		s.rendered(r, view.ErrorPageOf(page).Render(r.Context(), w))
	}
}

type jsonError struct {
	Code    string        `json:"code"`
	Message string        `json:"message"`
	ID      string        `json:"id,omitempty"`
	Fields  []fault.Field `json:"fields,omitempty"`
}

func (s *Server) rendered(r *http.Request, err error) {
	if err != nil {
		s.log.Warn("error page not delivered", "route", r.Pattern, "error", err)
	}
}

// askToSignIn leads a browser to the sign-in page and back afterwards; a part
// of a page makes the whole page go there.
func (s *Server) askToSignIn(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Cache-Control", "no-store")
	to := SignInPath
	if r.Method == http.MethodGet && r.URL.Path != "/" {
		to += "?" + url.Values{"tiep": {r.URL.RequestURI()}}.Encode()
	}
	switch wants(r) {
	case wantsPart:
		w.Header().Set("HX-Redirect", SignInPath)
		w.WriteHeader(http.StatusUnauthorized)
	case wantsJSON:
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		w.WriteHeader(http.StatusUnauthorized)
		json.NewEncoder(w).Encode(jsonError{Code: "sign_in_needed", Message: text.T("web.sign_in.needed")})
	case wantsText:
		http.Error(w, text.T("web.sign_in.needed"), http.StatusUnauthorized)
	default:
		http.Redirect(w, r, to, http.StatusSeeOther)
	}
}

func statusOf(kind fault.Kind) int {
	switch kind {
	case fault.Invalid:
		return http.StatusUnprocessableEntity
	case fault.NotFound:
		return http.StatusNotFound
	case fault.Forbidden:
		return http.StatusForbidden
	case fault.Conflict:
		return http.StatusConflict
	case fault.Busy:
		return http.StatusServiceUnavailable
	}
	return http.StatusInternalServerError
}

func titleOf(f *fault.Error, status int) string {
	if status == http.StatusRequestEntityTooLarge {
		return text.T("web.error.too_large.title")
	}
	switch f.Kind {
	case fault.Invalid:
		return text.T("web.error.invalid.title")
	case fault.NotFound:
		return text.T("web.error.not_found.title")
	case fault.Forbidden:
		return text.T("web.error.forbidden.title")
	case fault.Conflict:
		return text.T("web.error.conflict.title")
	case fault.Busy:
		return text.T("web.error.busy.title")
	}
	return text.T("web.error.internal.title")
}

type want int

const (
	wantsPage want = iota
	wantsPart      // a part of a page, asked for by htmx or a script of ours
	wantsJSON
	wantsText
)

// wants says in which form the client reads an answer.
func wants(r *http.Request) want {
	if r.Header.Get("HX-Request") == "true" {
		return wantsPart
	}
	accept := r.Header.Get("Accept")
	switch {
	case strings.Contains(accept, "text/html"):
		return wantsPage
	case strings.Contains(accept, "application/json"), strings.HasPrefix(r.URL.Path, "/api/"):
		return wantsJSON
	case strings.Contains(accept, "text/plain"), strings.Contains(accept, "text/csv"):
		return wantsText
	}
	return wantsPage
}
