package review_test

import (
	"maps"
	"strings"
	"testing"

	"giamngheo/internal/area"
	"giamngheo/internal/review"
)

func TestTheCalendarOfARound(t *testing.T) {
	days, err := review.ParseCalendar("commune_review: 20/11\ncommune_review.meeting: 15/10/2016\ndistrict_review: 2017-01-05\n", 2016)
	want := map[string]string{"commune_review": "2016-11-20", "commune_review.meeting": "2016-10-15", "district_review": "2017-01-05"}
	if err != nil || !maps.Equal(days, want) {
		t.Errorf("read as %v: %v", days, err)
	}
	if days, err := review.ParseCalendar(" \n", 2016); err != nil || len(days) != 0 {
		t.Errorf("an empty one is %v: %v", days, err)
	}
	for name, raw := range map[string]string{"no such day": "commune_review: 31/11", "a month alone": "commune_review: 11/2016", "a key in capitals": "Xã: 15/11", "too deep a key": "a.b.c: 15/11",
		"no YAML": "a: b: c", "a list": "- 15/11", "a key twice": "a: 15/11\na: 16/11", "a year mistyped": "a: 15/11/2061", "a year before": "a: 15/11/2015"} {
		if _, err := review.ParseCalendar(raw, 2016); code(err) != "bad_calendar" {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestACalendarThatCannotBeReadNamesTheLineInTheLanguageOfItsReader(t *testing.T) {
	for raw, want := range map[string]string{"a: 15/11\n- b": "từ dòng 2", "commune_review 2021-11-10": "từ dòng 1", "a: 15/11\nb: 16/11\na: 17/11": "Dòng 3"} {
		_, err := review.ParseCalendar(raw, 2016)
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "mapping") {
			t.Errorf("%q: %v, want %s", raw, err, want)
		}
	}
}

func FuzzParseCalendar(f *testing.F) {
	f.Add("commune_review: 20/11\ncommune_review.meeting: 2016-10-15", 2016)
	f.Add("a: b: c", 1)
	f.Fuzz(func(t *testing.T, raw string, year int) {
		days, err := review.ParseCalendar(raw, year)
		for key, day := range days {
			if err != nil || !area.ValidDay(day) {
				t.Errorf("%q is %q with %v", key, day, err)
			}
		}
	})
}
