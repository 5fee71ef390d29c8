package web_test

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"giamngheo/internal/text"
	"giamngheo/internal/web"
	"giamngheo/internal/web/static"

	"os"
)

// Every page of the gallery keeps the rules of the house: what a browser with
// our policy would refuse, and what people without a mouse or without sight
// need.
func TestPagesOfTheGallery(t *testing.T) {
	s, err := web.New(web.Deps{Routes: galleryRoutes()})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range galleryPages() {
		t.Run(p.path, func(t *testing.T) {
			w := ask(s, "GET", p.path, nil)
			if w.Code != 200 {
				t.Fatalf("%d", w.Code)
			}
			if strings.Contains(w.Body.String(), "‹") {
				t.Error("a text has no words: ", w.Body.String()[strings.Index(w.Body.String(), "‹"):][:60])
			}
			doc, err := html.Parse(w.Body)
			if err != nil {
				t.Fatal(err)
			}
			checkPage(t, doc)
		})
	}
}

func checkPage(t *testing.T, doc *html.Node) {
	ids, labelled := map[string]int{}, map[string]bool{}
	count := map[string]int{}
	var wants []string // ids that others point to
	for n := range doc.Descendants() {
		if n.Type != html.ElementNode {
			continue
		}
		count[n.Data]++
		for _, a := range n.Attr {
			switch {
			case a.Key == "style" || n.Data == "style":
				t.Errorf("<%s> has a style of its own, which the policy refuses", n.Data)
			case strings.HasPrefix(a.Key, "on"):
				t.Errorf("<%s %s>: scripts stand in files", n.Data, a.Key)
			case a.Key == "id":
				ids[a.Val]++
			case a.Key == "for" && n.Data == "label":
				labelled[a.Val] = true
				wants = append(wants, a.Val)
			case a.Key == "aria-labelledby", a.Key == "aria-describedby", a.Key == "data-open":
				wants = append(wants, strings.Fields(a.Val)...)
			case (a.Key == "src" || a.Key == "href") && strings.Contains(a.Val, "//"):
				t.Errorf("<%s> asks another server: %s", n.Data, a.Val)
			case a.Key == "href" && strings.HasPrefix(a.Val, "#") && len(a.Val) > 1:
				wants = append(wants, a.Val[1:])
			}
		}
		if n.Data == "script" && n.FirstChild != nil {
			t.Error("a script stands in the page")
		}
		if n.Data == "img" && !has(n, "alt") {
			t.Error("a picture without alt")
		}
		if n.Data == "svg" && attr(n, "aria-hidden") == "" && attr(n, "aria-label") == "" {
			t.Error("a drawing that is neither hidden nor named")
		}
		if n.Data == "th" && attr(n, "scope") == "" {
			t.Error("a head of a table without scope")
		}
	}
	for id, n := range ids {
		if n > 1 {
			t.Errorf("id %q stands %d times", id, n)
		}
	}
	for _, id := range wants {
		if ids[id] == 0 {
			t.Errorf("something points to id %q, which is not there", id)
		}
	}
	if count["main"] != 1 || count["h1"] != 1 {
		t.Errorf("%d main parts, %d headings", count["main"], count["h1"])
	}
	for n := range doc.Descendants() {
		if n.Type != html.ElementNode || n.Data != "input" && n.Data != "select" && n.Data != "textarea" || attr(n, "type") == "hidden" {
			continue
		}
		if !labelled[attr(n, "id")] {
			t.Errorf("<%s name=%s> has no label", n.Data, attr(n, "name"))
		}
	}
}

func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

func has(n *html.Node, key string) bool {
	for _, a := range n.Attr {
		if a.Key == key {
			return true
		}
	}
	return false
}

var token = regexp.MustCompile(`--([a-z0-9-]+):\s*(#[0-9a-f]{6})`)

// palettes reads the light colours and the two writings of the dark ones.
func palettes(t *testing.T) (light, wished, chosen map[string]string) {
	raw, err := os.ReadFile("static/css/tokens.css")
	if err != nil {
		t.Fatal(err)
	}
	blocks := strings.Split(string(raw), ":root")
	if len(blocks) != 4 {
		t.Fatalf("tokens.css has %d blocks, not three", len(blocks)-1)
	}
	read := func(block string) map[string]string {
		m := map[string]string{}
		for _, found := range token.FindAllStringSubmatch(block, -1) {
			m[found[1]] = found[2]
		}
		return m
	}
	return read(blocks[1]), read(blocks[2]), read(blocks[3])
}

func TestBothWritingsOfTheDarkColoursAreEqual(t *testing.T) {
	light, wished, chosen := palettes(t)
	for name := range light {
		if wished[name] == "" || wished[name] != chosen[name] {
			t.Errorf("--%s: %q by the machine's wish, %q by choice", name, wished[name], chosen[name])
		}
	}
}

func TestTextStandsOutFromItsGround(t *testing.T) {
	light, dark, _ := palettes(t)
	pairs := [][2]string{
		{"ink", "paper"}, {"ink", "card"}, {"ink", "wash"}, {"soft", "paper"}, {"soft", "card"}, {"soft", "brand-wash"}, {"soft", "wash"},
		{"brand", "card"}, {"brand", "paper"}, {"brand", "brand-wash"}, {"brand-ink", "brand"}, {"brand-ink", "brand-deep"},
		{"poor", "card"}, {"poor", "poor-wash"}, {"near", "card"}, {"near", "near-wash"}, {"out", "card"}, {"out", "out-wash"}, {"unknown", "card"}, {"unknown", "unknown-wash"},
		{"ink", "poor-wash"}, {"ink", "near-wash"}, {"ink", "out-wash"}, {"ink", "unknown-wash"}, {"ink", "brand-wash"},
		{"brand", "poor-wash"}, {"brand", "near-wash"}, {"brand", "out-wash"},
		{"nav-ink", "nav"}, {"nav-soft", "nav"}, {"nav-ink", "nav-on"}, {"badge-ink", "badge"},
	}
	for name, colours := range map[string]map[string]string{"light": light, "dark": dark} {
		for _, p := range pairs {
			if c := contrast(t, colours[p[0]], colours[p[1]]); c < 4.5 {
				t.Errorf("%s: %s on %s has contrast %.2f", name, p[0], p[1], c)
			}
		}
		// Edges of inputs and the ring of focus are not text: 3 is enough.
		for _, p := range [][2]string{{"edge", "card"}, {"focus", "card"}, {"focus", "paper"}} {
			if c := contrast(t, colours[p[0]], colours[p[1]]); c < 3 {
				t.Errorf("%s: %s on %s has contrast %.2f", name, p[0], p[1], c)
			}
		}
	}
}

// contrast is that of WCAG 2: (L1 + 0.05) / (L2 + 0.05) of relative luminances.
func contrast(t *testing.T, a, b string) float64 {
	x, y := luminance(t, a), luminance(t, b)
	return (math.Max(x, y) + .05) / (math.Min(x, y) + .05)
}

func luminance(t *testing.T, hex string) float64 {
	n, err := strconv.ParseUint(strings.TrimPrefix(hex, "#"), 16, 32)
	if err != nil {
		t.Fatalf("no colour: %q", hex)
	}
	part := func(v uint64) float64 {
		c := float64(v&255) / 255
		if c <= .04045 {
			return c / 12.92
		}
		return math.Pow((c+.055)/1.055, 2.4)
	}
	return .2126*part(n>>16) + .7152*part(n>>8) + .0722*part(n)
}

func TestEveryStyleAndScriptThatPagesNameIsThere(t *testing.T) {
	for _, name := range []string{"css/fonts.css", "css/chart.css", "js/htmx.min.js", "js/app.js", "js/assess.js", "img/logo.svg", "licences/be-vietnam-pro-OFL.txt", "licences/htmx-0BSD.txt"} {
		if !static.Has(name) {
			t.Errorf("%s is missing", name)
		}
	}
	fonts, err := os.ReadFile("static/css/fonts.css")
	if err != nil {
		t.Fatal(err)
	}
	for _, found := range regexp.MustCompile(`url\(\.\./([^)]+)\)`).FindAllStringSubmatch(string(fonts), -1) {
		if !static.Has(found[1]) {
			t.Errorf("%s is missing", found[1])
		}
	}
}

func TestEveryNamedTextOfTheFrameExists(t *testing.T) {
	for _, key := range []string{"overview", "households", "review", "import", "tables", "areas", "standards", "users", "journal"} {
		if !text.Has("web.nav." + key) {
			t.Errorf("the menu has no words for %s", key)
		}
	}
	for _, key := range []string{"empty", "loading", "failed", "forbidden"} {
		if !text.Has("web.state." + key) {
			t.Errorf("no words for a list that is %s", key)
		}
	}
	for _, key := range []string{"poor", "near_poor", "average", "above", "not_poor", "undetermined", "not_surveyed"} {
		if !text.Has("web.class." + key) {
			t.Errorf("no words for the class %s", key)
		}
	}
}
