package web

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"github.com/a-h/templ"

	"giamngheo/internal/fault"
	"giamngheo/internal/text"
)

// Render answers with a component. It is rendered whole before the first byte
// goes out, so that a failure on the way still becomes a proper error page.
func Render(w http.ResponseWriter, r *http.Request, status int, c templ.Component) error {
	var b bytes.Buffer
	if err := c.Render(r.Context(), &b); err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	// People share machines in offices: what names people is not kept there.
	if h.Get("Cache-Control") == "" {
		h.Set("Cache-Control", "no-store")
	}
	w.WriteHeader(status)
	_, err := w.Write(b.Bytes())
	return err
}

// JSON answers with a value.
func JSON(w http.ResponseWriter, status int, value any) error {
	raw, err := json.Marshal(value)
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "application/json; charset=utf-8")
	if h.Get("Cache-Control") == "" {
		h.Set("Cache-Control", "no-store")
	}
	w.WriteHeader(status)
	_, err = w.Write(append(raw, '\n'))
	return err
}

// Tagged answers with figures or a drawing that names nobody and changes
// seldom: the browser keeps it and asks only whether it is still so.
func Tagged(w http.ResponseWriter, r *http.Request, contentType string, body []byte) error {
	sum := sha256.Sum256(body)
	// Weak, because the same figures go out zipped and plain.
	tag := `W/"` + base64.RawURLEncoding.EncodeToString(sum[:12]) + `"`
	h := w.Header()
	h.Set("ETag", tag)
	h.Set("Cache-Control", "private, no-cache")
	if strings.Contains(r.Header.Get("If-None-Match"), tag) {
		w.WriteHeader(http.StatusNotModified)
		return nil
	}
	h.Set("Content-Type", contentType)
	_, err := w.Write(body)
	return err
}

// SeeOther leads on after a form was taken, so that a reload sends nothing
// twice.
func SeeOther(w http.ResponseWriter, r *http.Request, path string) error {
	if r.Header.Get("HX-Request") == "true" {
		w.Header().Set("HX-Redirect", path)
		w.WriteHeader(http.StatusNoContent)
		return nil
	}
	http.Redirect(w, r, path, http.StatusSeeOther)
	return nil
}

// LocalPath gives an address to go to next only if it is one of ours; all
// else leads to the first page, so that a link cannot send people elsewhere.
func LocalPath(next string) string {
	u, err := url.Parse(next)
	if err != nil || u.IsAbs() || u.Host != "" || !strings.HasPrefix(u.Path, "/") ||
		strings.HasPrefix(next, "//") || strings.ContainsAny(next, "\\\r\n\t") {
		return "/"
	}
	// Escapes of slashes come undone in a path that is not written properly.
	own := u.RequestURI()
	if strings.HasPrefix(own, "//") {
		return "/"
	}
	return own
}

// badForm is the error of a form that cannot be read; too large a body keeps
// its own message.
func badForm(err error) error {
	var over *http.MaxBytesError
	if errors.As(err, &over) {
		return err
	}
	return fault.Wrap(err, fault.Invalid, "bad_form", text.T("web.error.bad_form"))
}
