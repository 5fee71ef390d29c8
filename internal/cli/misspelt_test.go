package cli

import (
	"strings"
	"testing"

	"giamngheo/internal/standard"
)

func TestAMisspeltIndicatorIsRefusedAndOtherColumnsAreNot(t *testing.T) {
	for _, c := range []struct {
		name, header string
		code         int
		says         string
	}{
		{"all as they are called", allTen, exitDone, ""},
		{"a letter too few", strings.Replace(allTen, "health_insurance", "health_insurace", 1), exitRefused, "health_insurance"},
		{"letters swapped", strings.Replace(allTen, "toilet", "tolite", 1), exitDone, "tolite"}, // two slips in a short word
		{"neighbours swapped", strings.Replace(allTen, "toilet", "tiolet", 1), exitRefused, "toilet"},
		{"a blank for the underscore", strings.Replace(allTen, "housing_area", "housing area", 1), exitRefused, "housing_area"},
		{"in the plural", strings.Replace(allTen, "telecom", "telecoms", 1), exitRefused, "telecom"},
		{"two at once", strings.NewReplacer("water", "watre", "child_schooling", "child_scholing").Replace(allTen), exitRefused, "child_schooling"},
		{"columns of the office's own", allTen + ",name,date,note,size,commune,phone,b2,code", exitDone, ""},
		{"like an indicator that is there", allTen + ",health_access2,waters", exitDone, ""},
		{"a date where water is missing", strings.Replace(allTen, "water,", "date,year,", 1), exitDone, ""},
		{"no indicator at all", "name,date,note,rate,total", exitDone, ""},
	} {
		row := "1,rural,100" + strings.Repeat(",0", strings.Count(c.header, ",")+1)
		out, says, code := runClassify("id,area_type,b1,"+c.header+"\n"+row+"\n", "--standard", "vn-2016")
		if code != c.code || !strings.Contains(says, c.says) || (code == exitRefused) != (out == "") {
			t.Errorf("%s: exit %d\n%s%s", c.name, code, out, says)
		}
	}
}

// A file of one standard that is judged by another has columns that are
// unknown there; none is taken for a misspelling.
func TestNoIndicatorOfOneStandardIsNearlyOneOfAnother(t *testing.T) {
	law := standard.Law()
	for _, one := range law.IDs() {
		a, _ := law.ByID(one)
		for _, other := range law.IDs() {
			b, _ := law.ByID(other)
			for _, i := range a.Indicators {
				for _, j := range b.Indicators {
					if i.Code != j.Code && nearly(i.Code, j.Code) {
						t.Errorf("%s of %s, %s of %s", i.Code, one, j.Code, other)
					}
				}
			}
		}
	}
}
