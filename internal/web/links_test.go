package web_test

import (
	"html"
	"maps"
	"regexp"
	"slices"
	"strings"
)

var (
	linked   = regexp.MustCompile(`href="([^"#]+)`)
	recordID = regexp.MustCompile(`[0-9A-V]{26}|\d+`)
	aFile    = regexp.MustCompile(`\.(css|js|svg|png|woff2|webmanifest)`)
)

// everyLinkOpens walks through the pages as people do: what a page offers must
// open. Of addresses that differ in their numbers alone a few are asked.
func everyLinkOpens(o office) {
	const each, most = 2, 160
	for _, who := range slices.Sorted(maps.Keys(o.tokens)) {
		if o.tokens[who] == "" {
			continue
		}
		wait, from, asked := []string{"/"}, map[string]string{"/": ""}, map[string]int{}
		for n := 0; len(wait) > 0 && n < most; n++ {
			page := wait[0]
			wait = wait[1:]
			w := o.ask(who, "GET", page, "")
			if w.Code >= 400 && w.Code != 409 { // 409 says why there is nothing to print
				o.t.Errorf("%s: %s offers %s, which answers %d", who, from[page], page, w.Code)
			}
			if !strings.HasPrefix(w.Header().Get("Content-Type"), "text/html") {
				continue
			}
			for _, found := range linked.FindAllStringSubmatch(w.Body.String(), -1) {
				link := html.UnescapeString(found[1])
				if !strings.HasPrefix(link, "/") || strings.HasPrefix(link, "//") || aFile.MatchString(link) {
					continue
				}
				kind := recordID.ReplaceAllString(link, "N")
				if _, known := from[link]; known || asked[kind] >= each {
					continue
				}
				asked[kind]++
				from[link] = page
				wait = append(wait, link)
			}
		}
	}
}
