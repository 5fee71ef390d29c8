package paper_test

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"giamngheo/internal/paper"
	"giamngheo/law"
)

func TestADocumentTakesTheLayoutOfItsDay(t *testing.T) {
	for day, id := range map[string]string{"2016-10-21": "circular-01-2011", "2020-03-04": "circular-01-2011", "2020-03-05": "decree-30-2020", "2031-01-01": "decree-30-2020"} {
		if got := layout(t, day).ID; got != id {
			t.Errorf("%s: %s, want %s", day, got, id)
		}
	}
}

func TestNumbersAndDaysCarryTheirZeros(t *testing.T) {
	l := layout(t, "2021-01-01")
	for got, want := range map[string]string{
		l.Number(5, "QĐ-UBND"):   "Số: 05/QĐ-UBND",
		l.Number(10, "QĐ-UBND"):  "Số: 10/QĐ-UBND",
		l.Number(0, "QĐ-UBND"):   "Số: " + strings.Repeat("\u00a0", 8) + "/QĐ-UBND",
		l.Date("2021-02-09"):     "ngày 09 tháng 02 năm 2021",
		l.Date("2021-03-10"):     "ngày 10 tháng 3 năm 2021",
		l.Date("2021-12-31")[:5]: "ngày"[:5],
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	if blank := l.Date(""); strings.ContainsAny(blank, "0123456789") {
		t.Errorf("a day to be written by hand: %q", blank)
	}
}

func TestALayoutOutsideWhatIsAllowedIsRefused(t *testing.T) {
	const name = "paper/decree-30-2020.yaml"
	good, err := fs.ReadFile(law.Files, name)
	if err != nil {
		t.Fatal(err)
	}
	for why, change := range map[string][2]string{
		"size above the most":  {"least: 13, most: 14, use: 14", "least: 13, most: 14, use: 15"},
		"margin below least":   {"least: 30, most: 35, use: 30", "least: 30, most: 35, use: 25"},
		"unknown source":       {"source: common", "source: nobody"},
		"unknown key":          {"page_number:", "page_numbers:"},
		"unknown place":        {"place: top_centre", "place: top_left"},
		"id of another file":   {"id: decree-30-2020", "id: decree-31-2020"},
		"a figure that is not": {"use: 297, ", ""},
	} {
		bad := strings.Replace(string(good), change[0], change[1], 1)
		if bad == string(good) {
			t.Fatalf("%s: nothing changed", why)
		}
		if _, err := paper.ReadLayouts(fstest.MapFS{name: {Data: []byte(bad)}}); err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", why, err)
		}
	}
}
