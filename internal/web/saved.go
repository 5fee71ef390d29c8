package web

import (
	"net/http"
	"net/url"

	"giamngheo/internal/text"
	"giamngheo/internal/web/view"
)

// paramSaved names what was written just before the page was opened.
const paramSaved = "da-luu"

// saved is the address to go on to once something is written, so that the page
// there says so: who does not read it takes what he entered for lost.
func saved(address, what string) string {
	to, err := url.Parse(address)
	if err != nil {
		return address
	}
	q := to.Query()
	q.Set(paramSaved, what)
	to.RawQuery = q.Encode()
	return to.String()
}

// savedNote says what was written just before.
func savedNote(r *http.Request) []view.Notice {
	key := "web.saved." + r.URL.Query().Get(paramSaved)
	if !text.Has(key) {
		return nil
	}
	return []view.Notice{{Mood: view.Good, Text: text.T(key)}}
}
