package program

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

var householdID = regexp.MustCompile(`/ho/([0-9A-V]{26})`)

// Households lists ids of households from the list that the query gives, page
// by page, at most n.
func (c *Client) Households(query string, n int) ([]string, error) {
	var ids []string
	seen := map[string]bool{}
	for page := 1; len(ids) < n; page++ {
		status, body, err := c.Get("/ho?" + query + "&trang=" + strconv.Itoa(page))
		if err == nil && status != http.StatusOK {
			err = fmt.Errorf("list of households: %d %s", status, Plain(body))
		}
		if err != nil {
			return nil, err
		}
		before := len(ids)
		for _, found := range householdID.FindAllStringSubmatch(body, -1) {
			if !seen[found[1]] && len(ids) < n {
				seen[found[1]] = true
				ids = append(ids, found[1])
			}
		}
		if len(ids) == before {
			break
		}
	}
	return ids, nil
}

// FilledForm opens a household's form in a round and answers it: these points,
// the first indicator lacking or not, nothing else lacking, members well; what
// the points rest on stays open.
func (c *Client) FilledForm(round, household string, b1 int, lacks bool) (path string, form url.Values, err error) {
	path = "/ra-soat/" + round + "/" + household
	status, page, err := c.Get(path)
	if err == nil && status != http.StatusOK {
		err = fmt.Errorf("form: %d %s", status, Plain(page))
	}
	if err != nil {
		return "", nil, err
	}
	if form, err = Form(page, path); err != nil {
		return "", nil, err
	}
	choices, err := Choices(page, path)
	if err != nil {
		return "", nil, err
	}
	for name, options := range choices {
		switch {
		case name == "cs-housing_quality" && lacks:
			form.Set(name, "1")
		case strings.HasPrefix(name, "cs-"), strings.HasPrefix(name, "tv-om-"):
			form.Set(name, "0")
		case slices.Contains(options, "1"):
			form.Set(name, "1")
		}
	}
	form.Set("b1", strconv.Itoa(b1))
	form.Set("m2", "200")
	if form.Has("reason") {
		form.Set("reason", "kiểm tra lại")
	}
	form.Set("roi", "ho")
	return path, form, nil
}
