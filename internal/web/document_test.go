package web_test

import (
	"strings"
	"testing"

	"golang.org/x/net/html"
)

// Who hears a page instead of seeing it tells files apart by the names of their
// links alone.
func TestLinksToDifferentFilesHaveDifferentNames(t *testing.T) {
	p := demoProvince(t)
	at := p.places[0]
	for _, page := range []string{"/ra-soat/2020?dia-ban=" + at.commune, "/ra-soat/2020?dia-ban=" + at.village} {
		doc, err := html.Parse(p.ask("xa", "GET", page, "").Body)
		if err != nil {
			t.Fatal(err)
		}
		named := map[string]string{}
		for n := range doc.Descendants() {
			if n.Type != html.ElementNode || n.Data != "a" || !has(n, "download") {
				continue
			}
			name, to := strings.Join(strings.Fields(spokenText(n)), " "), attr(n, "href")
			if other, twice := named[name]; twice && other != to {
				t.Errorf("%s: «%s» is the name of %s and of %s", page, name, other, to)
			}
			named[name] = to
		}
		if len(named) < 8 {
			t.Errorf("%s has %d files", page, len(named))
		}
	}
}

func spokenText(n *html.Node) (words string) {
	for c := range n.Descendants() {
		if c.Type == html.TextNode {
			words += c.Data
		}
	}
	return words
}
