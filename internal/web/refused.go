package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"

	"giamngheo/internal/text"
	"giamngheo/internal/web/view"
)

// wayBack leads from a page that says why something was refused back to the
// page where it was entered, else to the first one.
func (s *Server) wayBack(r *http.Request) view.Link {
	home := view.Link{Text: text.T("web.error.home"), Href: "/"}
	from, err := url.Parse(r.Referer())
	if err != nil || r.Method == http.MethodGet || from.Host != r.Host || from.Path == "" {
		return home
	}
	at := &http.Request{Method: http.MethodGet, Host: r.Host, URL: from}
	if _, pattern := s.mux.Handler(at); pattern == "" || pattern == "/" {
		return home
	}
	return view.Link{Text: text.T("web.error.back"), Href: from.RequestURI()}
}

// secrets are fields whose words no page shows again.
var secrets = []string{"password", "old_password", "again", "mat-khau"}

// wordsTyped are the sentences of a refused form, in the order of its fields'
// names: what somebody wrote is not lost with it. Codes, dates and numbers are
// quickly typed again.
func wordsTyped(r *http.Request) (words []string) {
	var names []string
	for name := range r.PostForm {
		if !slices.Contains(secrets, name) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for _, name := range names {
		for _, typed := range r.PostForm[name] {
			if typed = strings.TrimSpace(typed); strings.Contains(typed, " ") && !slices.Contains(words, typed) {
				words = append(words, typed)
			}
		}
	}
	return words
}
