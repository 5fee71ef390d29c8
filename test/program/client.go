package program

import (
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"time"

	"golang.org/x/net/html"
)

// Client speaks to the program as one browser does: with cookies, connections
// that are kept, and without following where it is led.
type Client struct {
	Base string
	http *http.Client
}

// NewClient is a browser that nobody has used yet.
func NewClient(base string) *Client {
	jar, err := cookiejar.New(nil)
	if err != nil {
		panic(err) // cookiejar.New(nil) cannot fail
	}
	return &Client{base, &http.Client{
		Jar:           jar,
		Timeout:       time.Minute,
		Transport:     &http.Transport{MaxIdleConnsPerHost: 16},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// SignIn signs somebody in, and waits while a server that has just started
// reads its figures.
func (c *Client) SignIn(name, password string) error {
	status, body, err := c.Post("/dang-nhap", url.Values{"ten": {name}, "mat-khau": {password}})
	if err == nil && status != http.StatusSeeOther {
		err = fmt.Errorf("%s cannot sign in: %d %s", name, status, Plain(body))
	}
	for range 600 {
		if err != nil {
			return err
		}
		if status, _, err = c.Get("/ra-soat/2020"); status != http.StatusServiceUnavailable {
			return err
		}
		time.Sleep(100 * time.Millisecond)
	}
	return fmt.Errorf("the server is still busy with its start")
}

// Get asks for a page.
func (c *Client) Get(path string) (status int, body string, err error) {
	r, err := http.NewRequest("GET", c.Base+path, nil)
	if err != nil {
		return 0, "", err
	}
	return c.do(r)
}

// GetPart asks for a part of a page, as the page's own script does.
func (c *Client) GetPart(path string) (status int, body string, err error) {
	r, err := http.NewRequest("GET", c.Base+path, nil)
	if err != nil {
		return 0, "", err
	}
	r.Header.Set("HX-Request", "true")
	return c.do(r)
}

// Post sends a form.
func (c *Client) Post(path string, form url.Values) (status int, body string, err error) {
	return c.PostBody(path, form.Encode())
}

// PostBody sends a form that is written out already.
func (c *Client) PostBody(path, form string) (status int, body string, err error) {
	r, err := http.NewRequest("POST", c.Base+path, strings.NewReader(form))
	if err != nil {
		return 0, "", err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Origin", c.Base)
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	return c.do(r)
}

func (c *Client) do(r *http.Request) (int, string, error) {
	r.Header.Set("Accept", "text/html")
	w, err := c.http.Do(r)
	if err != nil {
		return 0, "", err
	}
	defer w.Body.Close()
	body, err := io.ReadAll(w.Body)
	return w.StatusCode, string(body), err
}

// Form reads the fields of the form that goes to an address, as they stand: what
// a browser would send if somebody pressed the button.
func Form(page, action string) (url.Values, error) {
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		return nil, err
	}
	for form := range root.Descendants() {
		if form.Data == "form" && attribute(form, "action") == action {
			return fields(form), nil
		}
	}
	return nil, fmt.Errorf("no form goes to %s: %s", action, Plain(page))
}

func fields(form *html.Node) url.Values {
	v := url.Values{}
	for n := range form.Descendants() {
		name := attribute(n, "name")
		if n.Type != html.ElementNode || name == "" {
			continue
		}
		kind := attribute(n, "type")
		switch {
		case n.Data == "input" && (kind == "radio" || kind == "checkbox"):
			if has(n, "checked") {
				v.Add(name, attribute(n, "value"))
			}
		case n.Data == "input" && kind != "submit" && kind != "file":
			v.Add(name, attribute(n, "value"))
		case n.Data == "select":
			for o := range n.Descendants() {
				if o.Data == "option" && has(o, "selected") {
					v.Set(name, attribute(o, "value"))
				}
			}
		case n.Data == "textarea" && n.FirstChild != nil:
			v.Add(name, n.FirstChild.Data)
		}
	}
	return v
}

// Choices are the names of the radio buttons of a form, each with its values.
func Choices(page, action string) (map[string][]string, error) {
	root, err := html.Parse(strings.NewReader(page))
	if err != nil {
		return nil, err
	}
	choices := map[string][]string{}
	for form := range root.Descendants() {
		if form.Data != "form" || attribute(form, "action") != action {
			continue
		}
		for n := range form.Descendants() {
			if n.Data == "input" && attribute(n, "type") == "radio" {
				name := attribute(n, "name")
				choices[name] = append(choices[name], attribute(n, "value"))
			}
		}
	}
	return choices, nil
}

func attribute(n *html.Node, key string) string {
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

// Plain is the words of a page's main part, cut to what fits a message.
func Plain(page string) string {
	_, main, found := strings.Cut(page, "<main")
	if found {
		_, page, _ = strings.Cut(main, ">")
	}
	var b strings.Builder
	tokens := html.NewTokenizer(strings.NewReader(page))
	for {
		switch tokens.Next() {
		case html.ErrorToken:
			words := strings.Join(strings.Fields(b.String()), " ")
			return words[:min(len(words), 400)]
		case html.TextToken:
			b.Write(tokens.Text())
			b.WriteByte(' ')
		}
	}
}
