package web

import (
	"net/http"
	"strconv"

	"giamngheo/internal/text"
	"giamngheo/internal/vn"
	"giamngheo/internal/web/view"
)

// pagePart gives what stands on the page of a list that the address asks for, and
// the way to the others; words tell from, to, and all.
func pagePart[T any](r *http.Request, list []T, perPage int, words string) (shown []T, pages view.Pages) {
	if len(list) <= perPage {
		return list, pages
	}
	asked, _ := strconv.Atoi(r.URL.Query().Get(paramPage))
	first := min(max(asked-1, 0), (len(list)-1)/perPage) * perPage
	last := min(first+perPage, len(list))
	turn := func(by int) string {
		q := r.URL.Query()
		q.Set(paramPage, strconv.Itoa(first/perPage+1+by))
		return r.URL.Path + "?" + q.Encode()
	}
	pages.Words = text.T(words, "from", vn.FormatInt(int64(first+1)), "to", vn.FormatInt(int64(last)), "all", vn.FormatInt(int64(len(list))))
	if first > 0 {
		pages.Previous = turn(-1)
	}
	if last < len(list) {
		pages.Next = turn(1)
	}
	return list[first:last], pages
}
